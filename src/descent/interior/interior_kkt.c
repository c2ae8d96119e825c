/* SPDX-License-Identifier: MIT
 * interior_kkt.c - the linear system of a step.
 *
 * With the slacks' steps eliminated it is
 *     W + S_x + shift   c'             dx     - (f' - barrier + y c')
 *     c'               - D             dy  =  - (c - s) - (slack terms)
 * where S = z / distance, and D of a condition is 1 / (S_s + shift) plus a small number
 * where gradients of conditions depend on each other; D is 0 for an equation.  With n
 * positive and m negative eigenvalues the step leads downhill on the conditions; else the
 * shift grows (WB 3.1, algorithm IC). */
#include "descent/interior/interior.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- the matrix ---- */

/* For slacks far from their bounds, or without any. */
static const double least_barrier = 1e-20;

static double bound_curvature(const struct interior *in, size_t i)
{
    if (interior_is_held(in, i))
        return 0;
    return in->z_low[i] / (in->at.w[i] - in->lower[i]) +
           in->z_high[i] / (in->upper[i] - in->at.w[i]);
}

static void fill_variable(struct interior *in, size_t j, double shift)
{
    double *row = interior_row(in, j);
    bool held = interior_is_held(in, j);
    for (size_t k = 0; k < j; k++)
        row[k] = held || interior_is_held(in, k) ? 0 : in->hessian[j * in->n + k];
    row[j] = held ? 1 : in->hessian[j * in->n + j] + in->barrier[j] + shift;
    interior_keep_row(in, j, j);
}

static void fill_condition(struct interior *in, size_t i, double shift, double corner)
{
    size_t n = in->n, at = n + i;
    double *row = interior_row(in, at);
    for (size_t k = 0; k < n; k++)
        row[k] = interior_is_held(in, k) ? 0 : in->jacobian[i * n + k];
    row[at] = -corner;
    if (!interior_is_held(in, at))
        row[at] -= 1 / fmax(in->barrier[at] + shift, least_barrier);
    interior_keep_row(in, at, n);
}

static struct inertia factor_with(struct interior *in, double shift, double corner)
{
    interior_clear_matrix(in);
    for (size_t j = 0; j < in->n; j++)
        fill_variable(in, j, shift);
    for (size_t i = 0; i < in->m; i++)
        fill_condition(in, i, shift, corner);
    in->last_used = shift;
    return interior_factor_matrix(in);
}

/* WB's constants: the first shift, its least, its growth. */
static double next_shift(const struct interior *in, double shift)
{
    if (shift == 0)
        return in->last_shift == 0 ? 1e-4 : fmax(1e-20, in->last_shift / 3);
    return shift * (in->last_shift == 0 ? 100 : 8);
}

bool interior_factor(struct interior *in, double weight)
{
    const double most = 1e40;
    double shift = in->least_shift, corner = weight;
    double cure = 1e-8 * pow(in->mu, 0.25);
    for (size_t i = 0; i < in->size; i++)
        in->barrier[i] = bound_curvature(in, i);
    in->dependent = false;
    for (;;) {
        struct inertia inertia = factor_with(in, shift, corner);
        if (inertia.negative == in->m && inertia.zero == 0)
            break;
        bool too_few = inertia.negative < in->m;
        if (too_few && !in->dependent && weight == 0) {
            in->dependent = true;
            corner = cure;
        } else {
            shift = next_shift(in, shift);
        }
        if (!(shift <= most))
            return false;
    }
    in->shifted = shift > 0;
    if (in->shifted)
        in->last_shift = shift;
    return true;
}

bool interior_curves_down(struct descent *d, struct interior *in)
{
    const double small = 1e-8;
    double largest = 1;
    if (!interior_curvature(d, in, in->at.w, 1, in->y))
        return false;
    for (size_t j = 0; j < in->n; j++)
        for (size_t k = 0; k <= j; k++)
            largest = fmax(largest, fabs(in->hessian[j * in->n + k]));
    memset(in->barrier, 0, in->size * sizeof *in->barrier);
    return factor_with(in, small * largest, small).negative > in->m;
}

/* ---- solving ---- */

static double largest(const double *x, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

static double slack_inverse(const struct interior *in, size_t i)
{
    size_t at = in->n + i;
    return interior_is_held(in, at)
               ? 0
               : 1 / fmax(in->barrier[at] + in->last_used, least_barrier);
}

void interior_direction(struct interior *in, const double *conditions)
{
    size_t n = in->n, m = in->m;
    for (size_t j = 0; j < n; j++)
        in->right[j] = in->gradient[j] + interior_barrier_slope(in, j, in->mu);
    interior_add_rows(in, in->y, in->right);
    for (size_t j = 0; j < n; j++)
        in->right[j] = interior_is_held(in, j) ? 0 : -in->right[j];
    for (size_t i = 0; i < m; i++) {
        in->slack_term[i] = interior_barrier_slope(in, n + i, in->mu) - in->y[i];
        in->right[n + i] = -conditions[i] - in->slack_term[i] * slack_inverse(in, i);
    }
    interior_solve(in);
    memcpy(in->dw, in->solution, n * sizeof *in->dw);
    for (size_t i = 0; i < m; i++) {
        in->dy[i] = in->solution[n + i];
        in->dw[n + i] = (in->dy[i] - in->slack_term[i]) * slack_inverse(in, i);
    }
}

void interior_bound_directions(struct interior *in)
{
    for (size_t i = 0; i < in->size; i++) {
        double low = in->at.w[i] - in->lower[i], high = in->upper[i] - in->at.w[i];
        in->dz_low[i] = in->dz_high[i] = 0;
        if (in->z_low[i] > 0)
            in->dz_low[i] = (in->mu - in->z_low[i] * in->dw[i]) / low - in->z_low[i];
        if (in->z_high[i] > 0)
            in->dz_high[i] = (in->mu + in->z_high[i] * in->dw[i]) / high - in->z_high[i];
    }
}

/* ---- first multipliers ---- */

static bool has_bound(const struct interior *in, size_t i)
{
    return isfinite(in->lower[i]) || isfinite(in->upper[i]);
}

void interior_estimate(struct interior *in)
{
    const double most = 1e3;
    size_t n = in->n, m = in->m;
    if (m == 0)
        return;
    memset(in->hessian, 0, n * n * sizeof *in->hessian);
    for (size_t i = 0; i < in->size; i++)
        in->barrier[i] = 1;
    if (factor_with(in, 0, 0).zero > 0)
        (void)factor_with(in, 0, 1e-8);
    for (size_t j = 0; j < n; j++)
        in->right[j] = interior_is_held(in, j)
                           ? 0
                           : -(in->gradient[j] - in->z_low[j] + in->z_high[j]);
    for (size_t i = 0; i < m; i++)
        in->right[n + i] = -(in->z_high[n + i] - in->z_low[n + i]) * slack_inverse(in, i);
    interior_solve(in);
    bool fits = largest(in->solution + n, m) <= most;
    for (size_t i = 0; i < m; i++)
        in->y[i] = fits && has_bound(in, n + i) ? in->solution[n + i] : 0;
}

/* ---- to the boundary ---- */

double interior_longest(const struct interior *in, const double *dw)
{
    double length = 1;
    for (size_t i = 0; i < in->size; i++) {
        if (interior_is_held(in, i))
            continue;
        double low = in->at.w[i] - in->lower[i], high = in->upper[i] - in->at.w[i];
        if (dw[i] < 0 && -dw[i] * length > in->tau * low)
            length = in->tau * low / -dw[i];
        if (dw[i] > 0 && dw[i] * length > in->tau * high)
            length = in->tau * high / dw[i];
    }
    return length;
}

double interior_longest_dual(const struct interior *in)
{
    double length = 1;
    for (size_t i = 0; i < in->size; i++) {
        if (-in->dz_low[i] * length > in->tau * in->z_low[i])
            length = in->tau * in->z_low[i] / -in->dz_low[i];
        if (-in->dz_high[i] * length > in->tau * in->z_high[i])
            length = in->tau * in->z_high[i] / -in->dz_high[i];
    }
    return length;
}
