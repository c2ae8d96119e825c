/* SPDX-License-Identifier: MIT
 * interior_values.c - what a point gives, scaled, and how far it is from the conditions
 * of its barrier problem. */
#include "descent/constrained.h"
#include "descent/interior/interior.h"

#include <math.h>
#include <string.h>

static void move_to(struct descent *d, const struct interior *in, const double *w)
{
    if (memcmp(d->trial_x, w, in->n * sizeof *w) == 0)
        return;
    memcpy(d->trial_x, w, in->n * sizeof *w);
    d->trial_has_gradient = false;
}

bool interior_evaluate(struct descent *d, struct interior *in,
                       struct interior_point *point)
{
    size_t n = in->n;
    move_to(d, in, point->w);
    bool finite = engine_try_value(d);
    point->f = in->f_scale * d->trial_value;
    point->theta = 0;
    if (!finite)
        return false;
    if (in->m > 0)
        d->problem.constraints(d->problem.context, d->trial_x, point->c);
    for (size_t i = 0; i < in->m; i++) {
        point->c[i] *= in->c_scale[i];
        point->theta += fabs(point->c[i] - point->w[n + i]);
    }
    return isfinite(point->theta) != 0;
}

bool interior_differentiate(struct descent *d, struct interior *in)
{
    size_t n = in->n, m = in->m;
    bool finite = true;
    move_to(d, in, in->at.w);
    d->trial_has_gradient = false;
    (void)engine_try_gradient(d);
    d->trial_has_gradient = false;
    if (m > 0)
        d->problem.constraint_jacobian(d->problem.context, d->trial_x, in->jacobian);
    constrained_forget_held(&d->problem, in->jacobian, m);
    for (size_t j = 0; j < n; j++) {
        in->gradient[j] = in->f_scale * d->trial_gradient[j];
        finite &= isfinite(in->gradient[j]) != 0;
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            in->jacobian[i * n + j] *= in->c_scale[i];
            finite &= isfinite(in->jacobian[i * n + j]) != 0;
        }
    return finite;
}

bool interior_curvature(struct descent *d, struct interior *in, const double *w,
                        double f_factor, const double *y)
{
    size_t n = in->n;
    bool finite = true;
    double *factors = in->work;
    for (size_t i = 0; i < in->m; i++)
        factors[i] = y[i] * in->c_scale[i];
    if (in->m == 0 && d->problem.lagrangian_hessian == NULL) {
        d->problem.hessian(d->problem.context, w, in->hessian);
        for (size_t i = 0; i < n * n; i++)
            in->hessian[i] *= f_factor * in->f_scale;
    } else {
        d->problem.lagrangian_hessian(d->problem.context, w, f_factor * in->f_scale,
                                      factors, in->hessian);
    }
    d->hessian_evaluations++;
    constrained_forget_curvature(&d->problem, in->hessian);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            finite &= isfinite(in->hessian[i * n + j]) != 0;
    return finite;
}

/* ---- the barrier problem ---- */

/* Keeps a variable with one bound from running away along a barrier that only falls (WB
 * 3.7). */
static const double damping = 1e-5;

static double damping_of(const struct interior *in, size_t i)
{
    bool low = isfinite(in->lower[i]) != 0, high = isfinite(in->upper[i]) != 0;
    return low == high ? 0 : low ? damping : -damping;
}

double interior_barrier(const struct interior *in, const struct interior_point *point,
                        double mu)
{
    double logarithms = 0, lengths = 0;
    for (size_t i = 0; i < in->size; i++) {
        if (interior_is_held(in, i))
            continue;
        double low = point->w[i] - in->lower[i], high = in->upper[i] - point->w[i];
        double sign = damping_of(in, i);
        logarithms += isfinite(low) ? log(low) : 0;
        logarithms += isfinite(high) ? log(high) : 0;
        lengths += sign > 0 ? low : sign < 0 ? high : 0;
    }
    return point->f + mu * (damping * lengths - logarithms);
}

double interior_barrier_slope(const struct interior *in, size_t i, double mu)
{
    if (interior_is_held(in, i))
        return 0;
    double slope = mu * damping_of(in, i);
    slope -= mu / (in->at.w[i] - in->lower[i]);
    return slope + mu / (in->upper[i] - in->at.w[i]);
}

/* ---- errors ---- */

void interior_add_rows(const struct interior *in, const double *factors, double *sum)
{
    size_t n = in->n;
    for (size_t i = 0; i < in->m; i++) {
        const double *row = in->jacobian + i * n;
        for (size_t j = 0; factors[i] != 0 && j < n; j++)
            sum[j] += factors[i] * row[j];
    }
}

static double stationarity(const struct interior *in)
{
    size_t n = in->n;
    double worst = 0, *sum = in->sum;
    for (size_t j = 0; j < n; j++)
        sum[j] = in->gradient[j] - in->z_low[j] + in->z_high[j];
    interior_add_rows(in, in->y, sum);
    for (size_t j = 0; j < n; j++) {
        double g = sum[j];
        if (!interior_is_held(in, j))
            worst = fmax(worst, fabs(g));
    }
    for (size_t i = 0; i < in->m; i++)
        if (!interior_is_held(in, n + i))
            worst = fmax(worst, fabs(-in->y[i] - in->z_low[n + i] + in->z_high[n + i]));
    return worst;
}

static double complementarity(const struct interior *in, double mu)
{
    double worst = 0;
    for (size_t i = 0; i < in->size; i++) {
        if (in->z_low[i] > 0)
            worst = fmax(worst, fabs((in->at.w[i] - in->lower[i]) * in->z_low[i] - mu));
        if (in->z_high[i] > 0)
            worst = fmax(worst, fabs((in->upper[i] - in->at.w[i]) * in->z_high[i] - mu));
    }
    return worst;
}

double interior_error(const struct interior *in, double mu)
{
    const double usual = 100;
    double ys = 0, zs = 0, bounds = 0, infeasible = 0;
    for (size_t i = 0; i < in->m; i++) {
        ys += fabs(in->y[i]);
        infeasible = fmax(infeasible, fabs(in->at.c[i] - in->at.w[in->n + i]));
    }
    for (size_t i = 0; i < in->size; i++) {
        zs += in->z_low[i] + in->z_high[i];
        bounds += (double)(in->z_low[i] > 0) + (double)(in->z_high[i] > 0);
    }
    double mean = (ys + zs) / fmax(1, bounds + (double)in->m);
    double dual_scale = fmax(usual, mean) / usual;
    double bound_scale = fmax(usual, zs / fmax(1, bounds)) / usual;
    return fmax(fmax(stationarity(in) / dual_scale, infeasible),
                complementarity(in, mu) / bound_scale);
}
