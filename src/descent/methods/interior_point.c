/* SPDX-License-Identifier: MIT
 * methods/interior_point.c - the primal-dual interior point method with a filter:
 * x <- x + t dx, from Newton's step on the conditions of the barrier problem
 *     min f(x) - mu sum log(distances to bounds),  c(x) = s,   mu -> 0.
 *
 * Waechter and Biegler, Math. Program. 106 (2006), 25-57; interior/interior.h has the
 * parts.  For problems with conditions, linear or not, convex or not, up to a thousand
 * variables: a step factors a matrix of n + m rows.  Bounds alone are rather for methods
 * that project; without conditions it is Newton's method. The end is sharpened by
 * Newton's method on the conditions that hold with equality, which has no barrier. */
#include "descent/constrained.h"
#include "descent/interior/interior.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* WB section 4. */
static const double kappa_epsilon = 10, kappa_mu = 0.2, mu_power = 1.5, least_mu = 1e-11,
                    least_tau = 0.99;

static size_t scratch(const descent_problem *problem, const double *settings)
{
    (void)settings;
    return interior_numbers(problem);
}

/* ---- the barrier parameter ---- */

static void begin_barrier(struct interior *in)
{
    in->filter_count = 0;
    in->tau = fmax(least_tau, 1 - in->mu);
}

/* Lower as long as the barrier problem is solved well enough. */
static bool lower_mu(struct interior *in)
{
    bool lowered = false;
    while (in->mu > least_mu &&
           (interior_error(in, in->mu) <= kappa_epsilon * in->mu || in->tiny_steps > 0)) {
        in->mu = fmax(least_mu, fmin(kappa_mu * in->mu, pow(in->mu, mu_power)));
        in->tiny_steps = 0;
        lowered = true;
    }
    if (lowered)
        begin_barrier(in);
    return lowered;
}

/* ---- what the engine sees ---- */

/* The point that the method is at, with its multipliers. */
static enum engine_progress tell(struct descent *d, struct interior *in, double length)
{
    size_t n = in->n;
    if (!interior_differentiate(d, in))
        return ENGINE_STALLED;
    for (size_t j = 0; j < n; j++)
        in->right[j] = in->gradient[j] / in->f_scale;
    for (size_t i = 0; i < in->m; i++) {
        double scale = in->c_scale[i];
        in->solution[i] = in->y[i] * scale / in->f_scale;
        in->kept_y[i] = in->at.c[i] / scale;
        for (size_t j = 0; j < n; j++)
            in->matrix[i * n + j] = in->jacobian[i * n + j] / scale;
    }
    constrained_scale(&d->problem, d->trial_x, in->matrix, in->kept_scale);
    d->trial_value = in->at.f / in->f_scale;
    constrained_publish(d, in->right, in->kept_y, in->matrix, in->solution,
                        in->kept_scale);
    d->trial_step = length;
    return ENGINE_MOVED;
}

/* ---- a step ---- */

static enum engine_progress restore(struct descent *d, struct interior *in)
{
    switch (interior_restore(d, in)) {
    case RESTORED:
        return tell(d, in, 0);
    case RESTORE_INFEASIBLE:
        in->finished = true;
        in->infeasible = true;
        return tell(d, in, 0);
    case RESTORE_FAILED:
        break;
    }
    in->finished = true;
    return tell(d, in, 0);
}

static enum engine_progress advance(struct descent *d, struct interior *in)
{
    double length = 0;
    if (!interior_curvature(d, in, in->at.w, 1, in->y) || !interior_factor(in, 0))
        return restore(d, in);
    for (size_t i = 0; i < in->m; i++)
        in->residual[i] = in->at.c[i] - in->at.w[in->n + i];
    memcpy(in->kept_scale, in->residual, in->m * sizeof *in->residual);
    interior_direction(in, in->kept_scale);
    interior_bound_directions(in);
    if (!interior_search(d, in, &length))
        return in->at.theta > 1e-12 ? restore(d, in) : ENGINE_STALLED;
    interior_accept(in, length);
    return tell(d, in, length);
}

static enum engine_progress step(struct descent *d)
{
    struct interior *in = (struct interior *)(void *)d->method_scratch;
    if (!in->begun) {
        interior_lay_out(d, in);
        if (!interior_begin(d, in))
            return ENGINE_NOT_FINITE;
        begin_barrier(in);
        return tell(d, in, 0);
    }
    if (in->finished)
        return in->infeasible ? ENGINE_INFEASIBLE : ENGINE_ROUNDING;
    bool lowered = lower_mu(in);
    if (lowered && in->mu < in->polish_mu && interior_polish(d, in))
        return tell(d, in, 1);
    if (in->mu <= least_mu && (in->tiny_steps > 1 || interior_error(in, 0) < 1e-15)) {
        in->finished = true;
    }
    return advance(d, in);
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_method method_interior_point = {
    .name = "interior_point",
    .summary = "an interior point method for conditions and bounds",
    .formula = "x <- x + t*dx, dx from Newton's step on f'(x) + y*c'(x) - z = 0, "
               "c(x) = s, z*(distance to its bound) = mu; mu -> 0",
    .settings = settings,
    .needs = ENGINE_NEEDS_LAGRANGIAN,
    .gives = ENGINE_GIVES_STEP | ENGINE_GIVES_ANY_SET | ENGINE_TAKES_CONSTRAINTS,
    .default_step = 0,
    .scratch_for = scratch,
    .step = step,
};
