/* SPDX-License-Identifier: MIT
 * interior_restore.c - the feasibility restoration phase (WB 3.3).
 *
 * When no step is acceptable, the conditions alone are made smaller: Newton's method, its
 * curvature shifted until it leads downhill, on
 *     1/2 |c(x) - s|^2 + damp/2 |x - x_kept|^2 - barrier,
 * until the filter takes the point.  A stationary point of it with conditions that do not
 * hold is where the problem is infeasible, locally. */
#include "descent/interior/interior.h"

#include <float.h>
#include <math.h>
#include <string.h>

static double misfit(const struct interior *in, const struct interior_point *point)
{
    double sum = 0;
    for (size_t i = 0; i < in->m; i++) {
        double r = point->c[i] - point->w[in->n + i];
        sum += r * r / 2;
    }
    return sum;
}

struct restore {
    double mu, damp;
};

static double near_size(const struct interior *in, size_t i)
{
    return fmin(1, 1 / fmax(fabs(in->kept_w[i]), DBL_MIN));
}

static double merit(const struct interior *in, const struct restore *restore,
                    const struct interior_point *point)
{
    struct interior_point flat = *point;
    flat.f = 0;
    double sum = misfit(in, point) + interior_barrier(in, &flat, restore->mu);
    for (size_t i = 0; i < in->n; i++) {
        double far = near_size(in, i) * (point->w[i] - in->kept_w[i]);
        sum += restore->damp / 2 * far * far;
    }
    return sum;
}

/* The gradient of staying near by x, which takes the place of f'. */
static void set_gradient(struct interior *in, const struct restore *restore)
{
    for (size_t j = 0; j < in->n; j++) {
        double size = near_size(in, j);
        in->gradient[j] = restore->damp * size * size * (in->at.w[j] - in->kept_w[j]);
    }
}

static void set_bound_multipliers(struct interior *in, double mu)
{
    for (size_t i = 0; i < in->size; i++) {
        double low = in->at.w[i] - in->lower[i], high = in->upper[i] - in->at.w[i];
        bool held = interior_is_held(in, i);
        in->z_low[i] = !held && isfinite(low) ? mu / low : 0;
        in->z_high[i] = !held && isfinite(high) ? mu / high : 0;
    }
}

/* The slope of the merit along dw: J'r + f' + barrier by x, -r + barrier by s. */
static double find_slope(const struct interior *in, const struct restore *restore,
                         const double *r)
{
    size_t n = in->n;
    double slope = 0, *sum = in->sum;
    for (size_t j = 0; j < n; j++)
        sum[j] = in->gradient[j] + interior_barrier_slope(in, j, restore->mu);
    interior_add_rows(in, r, sum);
    for (size_t j = 0; j < n; j++)
        slope += sum[j] * in->dw[j];
    for (size_t i = 0; i < in->m; i++)
        slope += (interior_barrier_slope(in, n + i, restore->mu) - r[i]) * in->dw[n + i];
    return slope;
}

/* Newton's step of the merit: with y = 0 and a corner of 1 the system of a step is its
 * system, and what comes out for y is c - s after the step.  NaN when there is none. */
static double aim(struct descent *d, struct interior *in, const struct restore *restore)
{
    double *r = in->kept_y, mu = in->mu;
    if (!interior_differentiate(d, in))
        return (double)NAN;
    for (size_t i = 0; i < in->m; i++) {
        r[i] = in->at.c[i] - in->at.w[in->n + i];
        in->y[i] = 0;
    }
    if (!interior_curvature(d, in, in->at.w, 0, r))
        return (double)NAN;
    set_gradient(in, restore);
    set_bound_multipliers(in, restore->mu);
    for (size_t j = 0; j < in->n; j++) {
        double size = near_size(in, j);
        in->hessian[j * in->n + j] += restore->damp * size * size;
    }
    if (!interior_factor(in, 1))
        return (double)NAN;
    in->mu = restore->mu;
    interior_direction(in, r);
    in->mu = mu;
    return find_slope(in, restore, r);
}

static bool shorten(struct descent *d, struct interior *in, const struct restore *restore,
                    double slope)
{
    double here = merit(in, restore, &in->at);
    double rounding = 10 * DBL_EPSILON * fabs(here);
    for (double t = interior_longest(in, in->dw); t > 1e-14; t /= 2) {
        for (size_t i = 0; i < in->size; i++)
            in->trial.w[i] = in->at.w[i] + t * in->dw[i];
        if (!interior_evaluate(d, in, &in->trial))
            continue;
        if (merit(in, restore, &in->trial) - here - rounding <= 1e-4 * t * slope) {
            struct interior_point old = in->at;
            in->at = in->trial;
            in->trial = old;
            return true;
        }
    }
    return false;
}

/* ---- the phase ---- */

/* Off a point that is stationary and no minimum of the misfit. */
static bool push_aside(struct descent *d, struct interior *in)
{
    interior_push(in, 1e-3);
    return interior_evaluate(d, in, &in->at);
}

static bool is_enough(const struct interior *in, double begin)
{
    const double share = 0.9;
    return in->at.theta <= share * begin &&
           interior_filter_takes(in, in->at.theta, interior_barrier(in, &in->at, in->mu));
}

/* Back to the problem itself. */
static enum restoration resume(struct descent *d, struct interior *in)
{
    if (!interior_differentiate(d, in))
        return RESTORE_FAILED;
    set_bound_multipliers(in, in->mu);
    for (size_t i = 0; i < in->size; i++) {
        in->z_low[i] = fmin(in->z_low[i], 1e3);
        in->z_high[i] = fmin(in->z_high[i], 1e3);
    }
    interior_estimate(in);
    return RESTORED;
}

/* The decrement says how much lower the quadratic model goes. */
static bool is_stationary(const struct interior *in, const struct restore *restore,
                          double decrement)
{
    const double least_mu = 1e-11, share = 1e-12;
    return restore->mu <= least_mu && decrement <= share * misfit(in, &in->at);
}

enum restoration interior_restore(struct descent *d, struct interior *in)
{
    const unsigned most = 300;
    unsigned pushes = 0;
    double begin = in->at.theta;
    struct restore restore = {in->mu, sqrt(in->mu)};
    memcpy(in->kept_w, in->at.w, in->size * sizeof *in->kept_w);
    interior_filter_add(in, begin, interior_barrier(in, &in->at, in->mu));
    for (unsigned k = 0; k < most; k++) {
        double slope = aim(d, in, &restore);
        if (isnan(slope))
            return RESTORE_FAILED;
        if (is_stationary(in, &restore, -slope)) {
            if (!in->shifted)
                return RESTORE_INFEASIBLE;
            if (pushes++ == 2 || !push_aside(d, in))
                return RESTORE_FAILED;
            continue;
        }
        bool moved = shorten(d, in, &restore, slope);
        if (moved && is_enough(in, begin))
            return resume(d, in);
        if (!moved || -slope <= restore.mu) {
            if (!moved && restore.mu <= 1e-12)
                return RESTORE_FAILED;
            restore.mu /= 10;
            restore.damp = sqrt(restore.mu);
        }
    }
    return RESTORE_FAILED;
}
