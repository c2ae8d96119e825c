/* SPDX-License-Identifier: MIT
 * condition.c - how near to singular a factored matrix is.
 *
 * |A^-1| in the 1-norm is the maximum of the convex function |A^-1 x| over |x| = 1, which
 * is attained at a unit vector.  From a point in the middle the estimator goes to the
 * unit vector to which the subgradient A^-T sign(A^-1 x) points, as long as that gains.
 */
#include "linear/lu.h"

#include <math.h>

enum { MOST_ROUNDS = 5 };

double lu_norm(size_t n, const double *a)
{
    double norm = 0;
    for (size_t j = 0; j < n; j++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += fabs(a[i * n + j]);
        if (!isnan(norm) && !(sum <= norm))
            norm = sum;
    }
    return norm;
}

static double add_magnitudes(size_t n, const double *x)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(x[i]);
    return sum;
}

static size_t find_largest(size_t n, const double *x)
{
    size_t largest = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(x[i]) > fabs(x[largest]))
            largest = i;
    return largest;
}

/* Stores the signs of x; whether they are those that stood there. */
static bool keep_signs(size_t n, const double *x, double *signs)
{
    bool same = true;
    for (size_t i = 0; i < n; i++) {
        double sign = x[i] < 0 ? -1 : 1;
        same &= signs[i] == sign;
        signs[i] = sign;
    }
    return same;
}

/* The ascent: a lower bound of |A^-1|. */
static double climb(size_t n, const double *factors, const double *pivots, double *x,
                    double *signs)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = 1 / (double)n;
        signs[i] = 0;
    }
    lu_solve(n, factors, pivots, 1, x);
    double bound = add_magnitudes(n, x);
    size_t last = n;
    for (int round = 0; round < MOST_ROUNDS && !keep_signs(n, x, signs); round++) {
        for (size_t i = 0; i < n; i++)
            x[i] = signs[i];
        lu_solve_transposed(n, factors, pivots, 1, x);
        size_t largest = find_largest(n, x);
        if (last < n && fabs(x[largest]) <= fabs(x[last]))
            break;
        last = largest;
        for (size_t i = 0; i < n; i++)
            x[i] = i == largest;
        lu_solve(n, factors, pivots, 1, x);
        double norm = add_magnitudes(n, x);
        if (norm <= bound)
            break;
        bound = norm;
    }
    return bound;
}

/* What a vector of alternating signs shows, for matrices that mislead the ascent. */
static double try_alternating(size_t n, const double *factors, const double *pivots,
                              double *x)
{
    for (size_t i = 0; i < n; i++) {
        double size = 1 + (n > 1 ? (double)i / (double)(n - 1) : 0);
        x[i] = i % 2 == 0 ? size : -size;
    }
    lu_solve(n, factors, pivots, 1, x);
    return 2 * add_magnitudes(n, x) / (3 * (double)n);
}

double lu_condition(size_t n, const double *factors, const double *pivots, double norm,
                    double *work)
{
    if (n == 0)
        return 1;
    double bound = climb(n, factors, pivots, work, work + n);
    double other = try_alternating(n, factors, pivots, work);
    double inverse = isnan(other) || other > bound ? other : bound;
    double condition = 1 / inverse / norm;
    return isnan(condition) ? 0 : fmin(condition, 1);
}
