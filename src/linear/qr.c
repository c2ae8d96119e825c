/* SPDX-License-Identifier: MIT
 * qr.c - Householder reflections with column pivoting.
 *
 * Norms of the columns that are left are brought down by what each step takes off them,
 * and computed anew when they have lost half their digits (Drmac and Bujanovic, ACM TOMS
 * 35, 2008, article 12).  A column is scaled by a power of two before it is squared,
 * which costs no accuracy, so any range of numbers will do.  Reflections are applied row
 * by row. */
#include "linear/qr.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "linear/scaled.h"
#include "linear/triangular.h"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* e with the largest of `count` magnitudes, `step` apart, in [2^(e-1), 2^e); INT_MIN when
 * all are 0. */
static int find_exponent(size_t count, const double *x, size_t step)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(x[i * step]));
    int exponent = INT_MIN;
    if (largest > 0)
        (void)frexp(largest, &exponent);
    return exponent;
}

/* The sum of the squares of x / 2^exponent. */
static double add_squares(size_t count, const double *x, size_t step, int exponent)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double scaled = ldexp(x[i * step], -exponent);
        sum += scaled * scaled;
    }
    return sum;
}

static double measure(size_t count, const double *x, size_t step)
{
    int exponent = find_exponent(count, x, step);
    return exponent == INT_MIN
               ? 0
               : ldexp(sqrt(add_squares(count, x, step, exponent)), exponent);
}

/* Makes the reflection that takes x to a multiple of the first unit vector; the multiple
 * takes the place of x[0], v that of the others.  Its tau; 0 where x is such a multiple.
 */
static double reflect(size_t count, double *x, size_t step)
{
    int exponent = find_exponent(count, x, step);
    if (count < 2 || exponent == INT_MIN)
        return 0;
    double tail = add_squares(count - 1, x + step, step, exponent);
    if (tail == 0)
        return 0;
    double alpha = ldexp(x[0], -exponent);
    double beta = -copysign(sqrt(alpha * alpha + tail), alpha);
    for (size_t i = 1; i < count; i++)
        x[i * step] = ldexp(x[i * step], -exponent) / (alpha - beta);
    x[0] = ldexp(beta, exponent);
    return (beta - alpha) / beta;
}

/* B <- B - tau v (v' B) for B of count * columns, its rows b_step apart; v[0] counts as
 * 1. */
static void apply(size_t count, const double *v, size_t v_step, double tau,
                  size_t columns, double *restrict b, size_t b_step,
                  double *restrict work)
{
    if (tau == 0 || columns == 0)
        return;
    memcpy(work, b, columns * sizeof *work);
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < columns; j++)
            work[j] += v[i * v_step] * b[i * b_step + j];
    for (size_t j = 0; j < columns; j++) {
        work[j] *= tau;
        b[j] -= work[j];
    }
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < columns; j++)
            b[i * b_step + j] -= v[i * v_step] * work[j];
}

static void swap(double *a, double *b)
{
    double kept = *a;
    *a = *b;
    *b = kept;
}

/* Norms of columns: as they are now, and as they were last computed. */
struct norms {
    double *now, *computed;
};

/* Brings the column with the largest norm, the first of equals, to column k. */
static void choose_column(size_t m, size_t n, double *a, size_t k, double *order,
                          const struct norms *norms)
{
    size_t pivot = k;
    for (size_t j = k + 1; j < n; j++)
        if (norms->now[j] > norms->now[pivot])
            pivot = j;
    if (pivot == k)
        return;
    for (size_t i = 0; i < m; i++)
        swap(&a[i * n + k], &a[i * n + pivot]);
    swap(&order[k], &order[pivot]);
    swap(&norms->now[k], &norms->now[pivot]);
    swap(&norms->computed[k], &norms->computed[pivot]);
}

/* Takes row k, which is finished, off the norms of the columns to come. */
static void reduce_norms(size_t m, size_t n, const double *a, size_t k,
                         const struct norms *norms)
{
    for (size_t j = k + 1; j < n; j++) {
        double *now = &norms->now[j], *computed = &norms->computed[j];
        if (*now == 0)
            continue;
        double share = a[k * n + j] / *now, kept = fmax(1 - share * share, 0);
        double since = *now / *computed;
        if (kept * since * since > sqrt(DBL_EPSILON)) {
            *now *= sqrt(kept);
        } else {
            *now = k + 1 < m ? measure(m - k - 1, a + (k + 1) * n + j, n) : 0;
            *computed = *now;
        }
    }
}

bool qr_factor(size_t m, size_t n, double *a, double *tau, double *order, double *work)
{
    const struct norms norms = {.now = work, .computed = work + n};
    if (!view_is_finite(m * n, a)) /* an infinity has no exponent to scale by */
        return false;
    for (size_t j = 0; j < n; j++) {
        order[j] = (double)j;
        norms.now[j] = norms.computed[j] = measure(m, a + j, n);
    }
    for (size_t k = 0; k < least(m, n); k++) {
        choose_column(m, n, a, k, order, &norms);
        double *v = a + k * n + k;
        tau[k] = reflect(m - k, v, n);
        apply(m - k, v, n, tau[k], n - k - 1, v + 1, n, work + 2 * n);
        reduce_norms(m, n, a, k, &norms);
    }
    return view_is_finite(m * n, a);
}

size_t qr_rank(size_t m, size_t n, const double *factors, double tolerance)
{
    if (m == 0 || n == 0)
        return 0;
    if (tolerance == 0)
        tolerance = (double)(m > n ? m : n) * DBL_EPSILON;
    double bound = tolerance * fabs(factors[0]);
    size_t rank = 0;
    while (rank < least(m, n) && fabs(factors[rank * n + rank]) > bound)
        rank++;
    return rank;
}

void qr_apply(size_t m, size_t n, const double *factors, const double *tau, size_t count,
              double *b, double *work)
{
    for (size_t k = least(m, n); k-- > 0;)
        apply(m - k, factors + k * n + k, n, tau[k], count, b + k * count, count, work);
}

void qr_apply_transposed(size_t m, size_t n, const double *factors, const double *tau,
                         size_t count, double *b, double *work)
{
    for (size_t k = 0; k < least(m, n); k++)
        apply(m - k, factors + k * n + k, n, tau[k], count, b + k * count, count, work);
}

void qr_least_squares(size_t m, size_t n, const double *factors, const double *tau,
                      const double *order, size_t rank, size_t count, double *b,
                      double *x, double *work)
{
    qr_apply_transposed(m, n, factors, tau, count, b, work);
    triangular_upper(TRIANGULAR_GENERAL, rank, view_rows(factors, n), count, b, count);
    for (size_t k = 0; k < n; k++) {
        double *row = x + (size_t)order[k] * count;
        for (size_t j = 0; j < count; j++)
            row[j] = k < rank ? b[k * count + j] : 0;
    }
}
