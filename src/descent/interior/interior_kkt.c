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

static void fill_variable(const struct interior *in, size_t j, double shift)
{
    double *row = in->matrix + j * in->size;
    if (interior_is_held(in, j)) {
        memset(row, 0, in->size * sizeof *row);
        row[j] = 1;
        return;
    }
    for (size_t k = 0; k < j; k++)
        row[k] = interior_is_held(in, k) ? 0 : in->hessian[j * in->n + k];
    row[j] = in->hessian[j * in->n + j] + in->barrier[j] + shift;
}

static void fill_condition(const struct interior *in, size_t i, double shift,
                           double corner)
{
    size_t n = in->n, at = n + i;
    double *row = in->matrix + at * in->size;
    for (size_t k = 0; k < n; k++)
        row[k] = interior_is_held(in, k) ? 0 : in->jacobian[i * n + k];
    for (size_t k = n; k < at; k++)
        row[k] = 0;
    row[at] = -corner;
    if (!interior_is_held(in, at))
        row[at] -= 1 / fmax(in->barrier[at] + shift, least_barrier);
}

static struct inertia factor_with(struct interior *in, double shift, double corner)
{
    for (size_t j = 0; j < in->n; j++)
        fill_variable(in, j, shift);
    for (size_t i = 0; i < in->m; i++)
        fill_condition(in, i, shift, corner);
    memcpy(in->factor, in->matrix, in->size * in->size * sizeof *in->factor);
    in->last_used = shift;
    return indefinite_factor(in->size, in->factor, in->order, in->work);
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

/* right - matrix * solution, with the lower half alone. */
static void find_residual(struct interior *in)
{
    size_t size = in->size;
    memcpy(in->residual, in->right, size * sizeof *in->residual);
    for (size_t i = 0; i < size; i++) {
        const double *row = in->matrix + i * size;
        double sum = 0, x = in->solution[i];
        for (size_t k = 0; k < i; k++) {
            sum += row[k] * in->solution[k];
            in->residual[k] -= row[k] * x;
        }
        in->residual[i] -= sum + row[i] * x;
    }
}

static double largest(const double *x, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

/* Solved, and refined as long as that makes the residual smaller. */
void interior_solve(struct interior *in)
{
    size_t size = in->size;
    double before = (double)INFINITY, wanted = largest(in->right, size);
    in->solve_error = 0;
    indefinite_solve(size, in->factor, in->order, in->right, in->solution, in->work);
    for (int round = 0; round < 4; round++) {
        find_residual(in);
        double error = largest(in->residual, size);
        if (!(error < before / 2) || error == 0)
            break;
        before = error;
        in->solve_error = wanted > 0 ? error / wanted : 0;
        indefinite_solve(size, in->factor, in->order, in->residual, in->residual,
                         in->work);
        for (size_t i = 0; i < size; i++)
            in->solution[i] += in->residual[i];
    }
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
    for (size_t j = 0; j < n; j++) {
        double g = in->gradient[j] + interior_barrier_slope(in, j, in->mu);
        for (size_t i = 0; i < m; i++)
            g += in->y[i] * in->jacobian[i * n + j];
        in->right[j] = interior_is_held(in, j) ? 0 : -g;
    }
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
