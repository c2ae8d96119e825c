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
    in->watch.active = false;
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
            in->unscaled[i * n + j] = in->jacobian[i * n + j] / scale;
    }
    constrained_scale(&d->problem, d->trial_x, in->unscaled, in->kept_scale);
    d->trial_value = in->at.f / in->f_scale;
    constrained_publish(d, in->right, in->kept_y, in->unscaled, in->solution,
                        in->kept_scale);
    d->trial_step = length;
    d->unsettled = !in->finished && (in->attempt + in->pushes > 0 || !in->upright ||
                                     interior_is_worth_another(in));
    return ENGINE_MOVED;
}

/* ---- attempts ---- */

/* The same attempt goes on from beside a saddle or a maximum. */
static bool leave_saddle(struct descent *d, struct interior *in)
{
    interior_push(in, 1e-2);
    memcpy(in->kept_w, in->at.w, in->n * sizeof *in->kept_w);
    if (!interior_begin(d, in, in->kept_w))
        return false;
    begin_barrier(in);
    return true;
}

/* An attempt came to an end, `good` at a minimum: on with the next, or the best is told.
 */
static enum engine_progress end_attempt(struct descent *d, struct interior *in, bool good)
{
    if (in->attempt == 0) {
        in->first_steps = in->attempt_steps;
        in->nonconvex = in->nonconvex || interior_curves_down(d, in);
    }
    if (good && in->is_saddle && in->pushes++ < 2 && leave_saddle(d, in))
        return tell(d, in, 0);
    if (good && (in->attempt == 0 ||
                 in->at.f / in->f_scale < in->best_f - 1e-9 * fabs(in->best_f)))
        interior_keep_best(in);
    if (interior_next_attempt(d, in)) {
        begin_barrier(in);
        return tell(d, in, 0);
    }
    if (in->attempt > 0)
        interior_return_to_best(d, in);
    return tell(d, in, 1);
}

/* An attempt came to nothing, and `end` would be the end of the search. */
static enum engine_progress fail(struct descent *d, struct interior *in,
                                 enum engine_progress end)
{
    if (in->attempt > 0)
        return end_attempt(d, in, false);
    interior_keep_failed(in, end);
    if (interior_retry(d, in)) {
        begin_barrier(in);
        return tell(d, in, 0);
    }
    interior_return_to_failed(d, in);
    return tell(d, in, 0);
}

/* ---- a step ---- */

static enum engine_progress restore(struct descent *d, struct interior *in)
{
    enum restoration end = interior_restore(d, in);
    if (end == RESTORED)
        return tell(d, in, 0);
    return fail(d, in, end == RESTORE_INFEASIBLE ? ENGINE_INFEASIBLE : ENGINE_ROUNDING);
}

/* Where there are no derivatives the step is shortened a little. */
static bool leave_corner(struct descent *d, struct interior *in)
{
    for (int round = 0; round < 20; round++) {
        if (interior_differentiate(d, in))
            return true;
        for (size_t i = 0; i < in->size; i++)
            in->at.w[i] += 0x1p-7 * (in->trial.w[i] - in->at.w[i]);
        if (!interior_evaluate(d, in, &in->at))
            return false;
    }
    return false;
}

/* No step improves on this barrier: the next one may, and at last the polish. */
static enum engine_progress give_up_mu(struct descent *d, struct interior *in)
{
    in->tiny_steps = 1;
    if (in->mu > least_mu)
        return tell(d, in, 0);
    if (interior_polish(d, in))
        return end_attempt(d, in, true);
    return fail(d, in, ENGINE_STALLED);
}

/* Newton's step; where the system is so near to singular that its solution is none, a
 * little curvature is added. */
static bool find_direction(struct interior *in)
{
    const double good = 1e-6, first = 1e-10;
    bool found = false;
    for (in->least_shift = 0; in->least_shift < 1; in->least_shift *= 100) {
        found = interior_factor(in, 0);
        in->nonconvex |= found && in->last_used > in->least_shift;
        for (size_t i = 0; i < in->m; i++)
            in->kept_scale[i] = in->at.c[i] - in->at.w[in->n + i];
        if (found)
            interior_direction(in, in->kept_scale);
        if (in->sparse != NULL && !(found && in->solve_error <= good) &&
            interior_make_dense(in))
            continue;
        if (!found || in->solve_error <= good)
            break;
        in->least_shift = fmax(in->least_shift, first / 100);
    }
    in->least_shift = 0;
    in->upright = found && in->last_used == 0;
    return found;
}

static enum engine_progress advance(struct descent *d, struct interior *in)
{
    double length = 0;
    if (!interior_curvature(d, in, in->at.w, 1, in->y) || !find_direction(in))
        return restore(d, in);
    interior_bound_directions(in);
    if (!interior_search(d, in, &length)) {
        if (in->at.theta > 1e-12)
            return restore(d, in);
        return give_up_mu(d, in);
    }
    interior_accept(in, length);
    if (!leave_corner(d, in))
        return fail(d, in, ENGINE_STALLED);
    return tell(d, in, length);
}

/* The search goes on after its end only when its own test is not met. */
static enum engine_progress end(const struct descent *d, const struct interior *in)
{
    if (in->outcome != ENGINE_ROUNDING)
        return in->outcome;
    return d->relative_violation <= DESCENT_FEASIBLE ? ENGINE_ROUNDING : ENGINE_STALLED;
}

/* So far out, and lower, that only falling for ever explains it: the diagnosis looks. */
static bool has_left(const struct descent *d)
{
    const double far = 1e10;
    double start = 1;
    descent_row first = descent_get_row(d, 0);
    for (size_t j = 0; first.x != NULL && j < d->at.n; j++)
        start = fmax(start, fabs(first.x[j]));
    double size = 0;
    for (size_t j = 0; j < d->at.n; j++)
        size = fmax(size, fabs(d->x[j]));
    return size > far * start && d->at.value < d->start_value &&
           d->relative_violation <= DESCENT_FEASIBLE;
}

static enum engine_progress step(struct descent *d)
{
    struct interior *in = (struct interior *)(void *)d->method_scratch;
    if (!in->begun) {
        interior_lay_out(d, in);
        memcpy(in->start, d->x, in->n * sizeof *in->start);
        if (!interior_begin(d, in, in->start))
            return ENGINE_NOT_FINITE;
        begin_barrier(in);
        return tell(d, in, 0);
    }
    if (in->finished)
        return end(d, in);
    if (has_left(d))
        return in->attempt > 0 ? end_attempt(d, in, false) : ENGINE_STALLED;
    if (in->attempt_steps++ > interior_step_limit(in))
        return fail(d, in, ENGINE_ROUNDING);
    bool lowered = lower_mu(in);
    if (lowered && in->mu < in->polish_mu && interior_polish(d, in))
        return end_attempt(d, in, true);
    if (in->mu <= least_mu && (in->tiny_steps > 1 || interior_error(in, 0) < 1e-15)) {
        in->finished = true;
        in->is_saddle = false;
        return end_attempt(d, in, true);
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
