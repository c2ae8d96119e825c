/* SPDX-License-Identifier: MIT
 * interior_polish.c - the end of a search without a barrier: Newton's method on
 *     f' + y c' = 0 for what is free,  c = its bound for what holds.
 *
 * Nocedal and Wright, Numerical Optimization (2006), sections 16.1 and 18.1.  Which
 * bounds hold is read off the interior point: those whose multiplier is larger than the
 * distance to them.  A bound whose multiplier gets the wrong sign is let go, one that is
 * broken is taken in.  The result counts only when it is as good as rounding allows; else
 * the interior point method goes on from where it was. */
#include "descent/interior/interior.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { NEWTON_STEPS = 60, SET_CHANGES = 40, EQUATION = 2 };

/* ---- which bounds hold ---- */

static void find_active(struct interior *in)
{
    for (size_t i = 0; i < in->size; i++) {
        double low = in->at.w[i] - in->lower[i], high = in->upper[i] - in->at.w[i];
        in->active[i] = interior_is_held(in, i) ? EQUATION
                        : in->z_low[i] > low    ? -1
                        : in->z_high[i] > high  ? 1
                                                : 0;
    }
}

static double target(const struct interior *in, size_t i)
{
    return in->active[i] > 0 ? in->upper[i] : in->lower[i];
}

/* Onto the bounds that hold; multipliers of conditions that do not hold are 0. */
static void place(struct interior *in)
{
    for (size_t j = 0; j < in->n; j++)
        if (in->active[j] != 0)
            in->at.w[j] = target(in, j);
    for (size_t i = 0; i < in->m; i++)
        if (in->active[in->n + i] == 0)
            in->y[i] = 0;
}

/* ---- Newton's method ---- */

/* Of the Lagrangian, and what its terms are about, at `at`. */
static void find_sums(struct interior *in)
{
    size_t n = in->n;
    for (size_t j = 0; j < n; j++) {
        in->sum[j] = in->gradient[j];
        in->terms[j] = fabs(in->gradient[j]);
    }
    for (size_t i = 0; i < in->m; i++) {
        const double *row = in->jacobian + i * n;
        double y = in->y[i];
        for (size_t j = 0; y != 0 && j < n; j++) {
            in->sum[j] += y * row[j];
            in->terms[j] += fabs(y * row[j]);
        }
    }
}

static double gradient_at(const struct interior *in, size_t j)
{
    return in->sum[j];
}

/* What rounding makes of gradient_at. */
static double rounding_at(const struct interior *in, size_t j)
{
    return 1e-13 * in->terms[j];
}

/* What rounding makes of a condition. */
static double row_rounding(const struct interior *in, size_t i)
{
    double size = fmax(1, fabs(target(in, in->n + i)));
    for (size_t j = 0; j < in->n; j++)
        size += fabs(in->jacobian[i * in->n + j] * in->at.w[j]);
    return 1e-14 * size;
}

/* The right side; the greatest entry of it, and of it beyond rounding. */
static double measure(struct interior *in, bool *is_rounding)
{
    size_t n = in->n;
    double worst = 0;
    *is_rounding = true;
    find_sums(in);
    for (size_t i = 0; i < in->size; i++) {
        double r = 0, rounding = 0;
        if (i < n && in->active[i] == 0) {
            r = gradient_at(in, i);
            rounding = rounding_at(in, i);
        } else if (i >= n && in->active[i] != 0) {
            r = in->at.c[i - n] - target(in, i);
            rounding = row_rounding(in, i - n);
        }
        in->right[i] = -r;
        worst = fmax(worst, fabs(r));
        *is_rounding &= fabs(r) <= fmax(rounding, 1e-14);
    }
    return worst;
}

static void fill(struct interior *in, double shift, double corner)
{
    size_t n = in->n;
    interior_clear_matrix(in);
    for (size_t i = 0; i < in->size; i++) {
        double *row = interior_row(in, i);
        bool counts = i < n ? in->active[i] == 0 : in->active[i] != 0;
        size_t count = i < n ? i : n;
        const double *from = i < n ? in->hessian + i * n : in->jacobian + (i - n) * n;
        for (size_t k = 0; k < count; k++)
            row[k] = counts && in->active[k] == 0 ? from[k] : 0;
        row[i] = i >= n ? (counts ? -corner : -1) : counts ? from[i] + shift : 1;
        interior_keep_row(in, i, count);
    }
}

/* False when only a large shift would lead downhill. */
static bool factor(struct interior *in, double *shift, double corner)
{
    *shift = 0;
    for (int round = 0; round < 24; round++) {
        fill(in, *shift, corner);
        struct inertia inertia = interior_factor_matrix(in);
        if (inertia.negative == in->m && inertia.zero == 0)
            return true;
        if (inertia.negative < in->m && corner == 0)
            corner = 1e-9;
        else
            *shift = *shift == 0 ? 1e-12 : *shift * 10;
    }
    return false;
}

static double greatest(const double *x, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

/* Newton's step.  Gradients of conditions that hold together may depend on each other;
 * multipliers would then grow without end, and the corner holds them where they are
 * (Wright, SIAM Journal on Optimization 9, 1998: stabilized sequential programming). */
static bool find_step(struct interior *in, double *shift)
{
    const double grown = 1e3, most = 1e-5;
    double usual = 1 + greatest(in->y, in->m);
    for (double corner = 0; corner <= most; corner = fmax(1e-11, 100 * corner)) {
        if (!factor(in, shift, corner))
            return false;
        interior_solve(in);
        if (greatest(in->solution + in->n, in->m) <= grown * usual)
            return true;
    }
    return true;
}

/* True when it came as near as rounding allows. */
static bool run_newton(struct descent *d, struct interior *in, double *shift)
{
    double before = (double)INFINITY, slow = 0;
    for (int k = 0; k < NEWTON_STEPS; k++) {
        bool is_rounding;
        place(in);
        if (!interior_evaluate(d, in, &in->at) || !interior_differentiate(d, in))
            return false;
        double worst = measure(in, &is_rounding);
        if (is_rounding)
            return true;
        slow = worst < before * 0.9 ? 0 : slow + 1;
        if (!isfinite(worst) || slow > 3)
            return false;
        before = fmin(before, worst);
        if (!interior_curvature(d, in, in->at.w, 1, in->y) || !find_step(in, shift))
            return false;
        for (size_t j = 0; j < in->n; j++)
            in->at.w[j] += in->solution[j];
        for (size_t i = 0; i < in->m; i++)
            in->y[i] += in->solution[in->n + i];
    }
    return false;
}

/* ---- wrong signs and broken bounds ---- */

/* By how much entry i contradicts the set: a multiplier of the wrong sign, a bound that
 * is broken. */
static double contradiction(const struct interior *in, size_t i)
{
    size_t n = in->n;
    double active = in->active[i];
    if (active == EQUATION)
        return 0;
    if (active != 0)
        return i < n ? active * gradient_at(in, i) - rounding_at(in, i)
                     : -active * in->y[i - n] - 1e-12;
    double value = i < n ? in->at.w[i] : in->at.c[i - n];
    double size = fmax(1, fabs(value));
    return fmax(in->lower[i] - value, value - in->upper[i]) - 1e-12 * size;
}

/* Changes the entry that contradicts most; false when none does. */
static bool change_active(struct interior *in)
{
    size_t at = 0;
    double most = 0;
    for (size_t i = 0; i < in->size; i++) {
        double found = contradiction(in, i);
        if (found > most) {
            most = found;
            at = i;
        }
    }
    if (most == 0)
        return false;
    double value = at < in->n ? in->at.w[at] : in->at.c[at - in->n];
    in->active[at] = in->active[at] != 0 ? 0 : value < in->lower[at] ? -1 : 1;
    return true;
}

static bool is_near(const struct interior *in, double share)
{
    for (size_t j = 0; j < in->n; j++)
        if (!(fabs(in->at.w[j] - in->kept_w[j]) <= share * (1 + fabs(in->kept_w[j]))))
            return false;
    return true;
}

static bool sharpen(struct descent *d, struct interior *in)
{
    double shift = 0;
    find_active(in);
    for (int changes = 0; changes < SET_CHANGES; changes++) {
        if (!run_newton(d, in, &shift))
            return false;
        if (change_active(in))
            continue;
        /* What curves down along all that holds is no minimum. */
        in->is_saddle = !interior_curvature(d, in, in->at.w, 1, in->y) ||
                        !factor(in, &shift, 0) || shift > 0;
        return is_near(in, shift > 0 ? 1e-4 : 0.1);
    }
    return false;
}

bool interior_polish(struct descent *d, struct interior *in)
{
    memcpy(in->kept_w, in->at.w, in->size * sizeof *in->kept_w);
    memcpy(in->kept_y, in->y, in->m * sizeof *in->kept_y);
    if (sharpen(d, in)) {
        in->finished = true;
        for (size_t i = 0; i < in->m; i++)
            in->at.w[in->n + i] =
                fmin(fmax(in->at.c[i], in->lower[in->n + i]), in->upper[in->n + i]);
        return true;
    }
    memcpy(in->at.w, in->kept_w, in->size * sizeof *in->kept_w);
    memcpy(in->y, in->kept_y, in->m * sizeof *in->kept_y);
    (void)interior_evaluate(d, in, &in->at);
    (void)interior_differentiate(d, in);
    return false;
}
