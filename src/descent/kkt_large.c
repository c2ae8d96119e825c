/* SPDX-License-Identifier: MIT
 * kkt_large.c - the conditions of second order where systems have few entries.
 *
 * The Hessian less `margin` is positive definite on what the rows leave exactly where
 *     H - margin  J'
 *     J           -small
 * has as many negative eigenvalues as rows, whatever small >= 0 is (Gould, On practical
 * conditions for the existence and uniqueness of solutions to the general equality
 * quadratic programming problem, Math. Program. 32, 1985).  Its solutions with the right
 * side (b, 0) are Z (Z'HZ)^-1 Z'b: repeated, they turn to where it curves least. */
#include "descent/kkt.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { ITERATIONS = 20 };

/* ---- what holds ---- */

/* Only the strong rows; k->marks keeps the others. */
static void hold_strong(struct kkt *k)
{
    memcpy(k->marks, k->active, k->size * sizeof *k->marks);
    for (size_t row = 0; row < k->size; row++)
        k->active[row] = k->strong[row] != 0 ? k->active[row] : 0;
}

static void hold_all(struct kkt *k)
{
    memcpy(k->active, k->marks, k->size * sizeof *k->active);
}

static void count_rank(struct kkt *k)
{
    size_t count = 0;
    for (size_t row = 0; row < k->size; row++)
        count += k->strong[row] != 0;
    k->rank = count < k->n ? count : k->n;
}

/* ---- curvatures ---- */

static double largest_entry(const struct kkt *k)
{
    double largest = 0;
    for (size_t i = 0; i < k->n; i++)
        for (size_t j = 0; j <= i; j++)
            largest = fmax(largest, fabs(k->hessian[i * k->n + j]));
    return largest;
}

/* into = H v, of the lower half. */
static void multiply(const struct kkt *k, const double *v, double *into)
{
    size_t n = k->n;
    memset(into, 0, n * sizeof *into);
    for (size_t i = 0; i < n; i++) {
        const double *row = k->hessian + i * n;
        double sum = 0;
        for (size_t j = 0; j < i; j++) {
            sum += row[j] * v[j];
            into[j] += row[j] * v[i];
        }
        into[i] += sum + row[i] * v[i];
    }
}

/* The part of k->right for the variables that are free, as a unit vector in k->vectors;
 * false when there is none. */
static bool take_vector(struct kkt *k)
{
    size_t n = k->n;
    for (size_t j = 0; j < n; j++)
        k->trial[j] = k->active[k->m + j] == 0 ? k->right[j] : 0;
    double length = vector_norm(n, k->trial);
    if (!(length > 0) || !isfinite(length))
        return false;
    for (size_t j = 0; j < n; j++)
        k->vectors[j] = k->trial[j] / length;
    return true;
}

static void set_right(struct kkt *k, const double *from)
{
    memcpy(k->right, from, k->n * sizeof *k->right);
    memset(k->right + k->n, 0, k->m * sizeof *k->right);
    for (size_t j = 0; j < k->n; j++)
        if (k->active[k->m + j] != 0)
            k->right[j] = 0;
}

/* Any vector, differently large everywhere. */
static void begin_vector(struct kkt *k)
{
    const double golden = 0.6180339887498949;
    for (size_t j = 0; j < k->n; j++) {
        double part = golden * (double)(j + 1);
        k->vectors[j] = 0.5 + part - floor(part);
    }
}

/* v'Hv after some rounds of v <- S v with the system S that is factored, or of
 * v <- S (H + shift) v; NaN where nothing is left free. */
static double iterate(struct kkt *k, bool with_hessian, double shift)
{
    size_t n = k->n;
    double *product = k->origin;
    begin_vector(k);
    for (int round = 0; round < ITERATIONS; round++) {
        if (with_hessian)
            multiply(k, k->vectors, product);
        for (size_t j = 0; with_hessian && j < n; j++)
            product[j] += shift * k->vectors[j];
        set_right(k, with_hessian ? product : k->vectors);
        kkt_solve_again(k);
        if (!take_vector(k))
            return (double)NAN;
    }
    multiply(k, k->vectors, product);
    return vector_dot(n, k->vectors, product);
}

/* That of the largest size, or where it is negative the greatest. */
static double find_greatest(struct kkt *k)
{
    (void)kkt_factor(k, 1, 0);
    double found = iterate(k, true, 0);
    return found < 0 ? iterate(k, true, -found) : found;
}

/* The factors solve a system without refinement as well as rounding lets them: then their
 * inertia is that of the matrix. */
static bool is_trusted(struct kkt *k)
{
    const double good = 1e-12;
    size_t rows = k->n + k->m;
    double *solution = k->work, *rest = k->work + rows, size = 0, worst = 0;
    begin_vector(k);
    set_right(k, k->vectors);
    sparse_solve(k->sparse, k->right, solution);
    sparse_residual(k->sparse, k->right, solution, rest);
    for (size_t i = 0; i < rows; i++) {
        size = fmax(size, fabs(solution[i]));
        worst = fmax(worst, fabs(rest[i]));
    }
    return worst <= good * fmax(1, largest_entry(k)) * fmax(1, size);
}

/* The least curvature where some are negative: of the Hessian with a shift that makes it
 * positive definite, less the shift. */
static double find_negative(struct kkt *k, double first)
{
    double shift = fmax(first, DBL_MIN);
    for (int round = 0; round < 60; round++, shift *= 2) {
        struct inertia inertia = kkt_factor(k, 0, shift);
        if (inertia.negative == k->m && inertia.zero == 0)
            return iterate(k, false, 0);
    }
    return (double)NAN;
}

descent_kind kkt_measure_large(struct kkt *k)
{
    const double share = 1e-10, certain = 1e-8;
    count_rank(k);
    size_t free = k->n - k->rank;
    double largest = largest_entry(k);
    hold_strong(k);
    double greatest = find_greatest(k);
    struct inertia above = kkt_factor(k, 0, -share * largest);
    bool is_definite = above.negative == k->m && above.zero == 0 && is_trusted(k);
    struct inertia inertia = kkt_factor(k, 0, 0);
    bool curves_down = inertia.negative > k->m;
    double least = curves_down ? find_negative(k, 1e-8 * largest) : iterate(k, false, 0);
    hold_all(k);
    if (free > 0) {
        k->value[0] = fmin(least, greatest);
        k->value[free - 1] = free > 1 ? fmax(least, greatest) : k->value[0];
    }
    if (is_definite && (free == 0 || least > share * largest))
        return DESCENT_MINIMUM;
    bool falls = curves_down && least < -certain * largest;
    return falls && inertia.negative - k->m < free ? DESCENT_SADDLE : DESCENT_FLAT;
}

void kkt_find_aside_large(struct kkt *k)
{
    size_t n = k->n;
    double *gradient = k->origin;
    memcpy(gradient, k->gradient, n * sizeof *gradient);
    for (size_t i = 0; i < k->m; i++)
        for (size_t j = 0; k->strong[i] != 0 && j < n; j++)
            gradient[j] += k->y[i] * k->jacobian[i * n + j];
    hold_strong(k);
    set_right(k, gradient);
    kkt_solve(k, 0);
    for (size_t j = 0; j < n; j++)
        k->trial[j] = k->active[k->m + j] == 0 ? -k->right[j] : 0;
    hold_all(k);
    double least = 1e-9 * vector_norm(n, k->trial);
    for (size_t j = 0; j < n; j++)
        k->trial[j] = fabs(k->trial[j]) > least ? k->trial[j] : 0;
}
