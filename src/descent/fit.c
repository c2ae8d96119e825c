/* SPDX-License-Identifier: MIT
 * fit.c - how well a sum of squares determines its variables: the inverse of J'J by the
 * rows of R^-1 (Seber and Wild, Nonlinear Regression, 1989, section 2.1; Bjorck,
 * Numerical Methods for Least Squares Problems, 1996, section 2.8.3).  J'J is never
 * formed: its condition is that of J squared. */
#include "descent/squares.h"
#include "linear/qr.h"

#include <math.h>
#include <string.h>

/* The triangle, its factors, R^-1, the correlation; scales, errors, norms, tau, order,
 * room to factor; the block. */
size_t descent_fit_size(size_t n)
{
    size_t triangle = squares_triangle_size(n);
    return triangle > SIZE_MAX / 128 ? SIZE_MAX
                                     : 4 * triangle + 8 * n + squares_block_size(n);
}

/* R^-1 of the columns in the order of the factors, row by row. */
static void invert(size_t n, const double *r, double *inverse)
{
    memset(inverse, 0, n * n * sizeof *inverse);
    for (size_t j = 0; j < n; j++) {
        inverse[j * n + j] = 1 / r[j * n + j];
        for (size_t i = j; i-- > 0;) {
            double sum = 0;
            for (size_t k = i + 1; k <= j; k++)
                sum += r[i * n + k] * inverse[k * n + j];
            inverse[i * n + j] = -sum / r[i * n + i];
        }
    }
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* From the rows of R^-1, whose order is that of the factors. */
static void take_errors(size_t n, const double *inverse, const double *order,
                        const double *scales, double *norms, double *errors,
                        double *correlation)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)order[i];
        norms[i] = sqrt(dot(n, inverse + i * n, inverse + i * n));
        errors[at] = norms[i] / scales[at];
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double product = dot(n, inverse + i * n, inverse + j * n);
            double share = i == j ? 1 : product / (norms[i] * norms[j]);
            correlation[(size_t)order[i] * n + (size_t)order[j]] = share;
        }
}

static void forget_held(size_t n, const bool *held, double *errors, double *correlation)
{
    for (size_t i = 0; held != NULL && i < n; i++) {
        if (!held[i])
            continue;
        errors[i] = (double)NAN;
        for (size_t j = 0; j < n; j++)
            correlation[i * n + j] = correlation[j * n + i] = (double)NAN;
    }
}

bool descent_fit(const descent_problem *problem, const double *x, const bool *held,
                 double *work, descent_fit_result *out)
{
    size_t n = problem->n;
    double *triangle = work, *r = triangle + (n + 1) * (n + 1), *inverse = r + n * n;
    double *correlation = inverse + n * n, *scales = correlation + n * n;
    double *errors = scales + n, *norms = errors + n, *tau = norms + n;
    double *order = tau + n, *room = order + n, *block = room + 3 * n;
    if (!squares_linearize(problem, x, held, triangle, block))
        return false;
    *out = (descent_fit_result){.least = fabs(triangle[(n + 1) * (n + 1) - 1])};
    out->slope = squares_slope(n, triangle);
    squares_scales(n, triangle, scales);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            r[i * n + j] = j < i ? 0 : triangle[i * (n + 1) + j] / scales[j];
    if (!qr_factor(n, n, r, tau, order, room))
        return false;
    out->rank = qr_rank(n, n, r, 0);
    if (out->rank < n)
        return true;
    invert(n, r, inverse);
    take_errors(n, inverse, order, scales, norms, errors, correlation);
    forget_held(n, held, errors, correlation);
    out->errors = errors;
    out->correlation = correlation;
    return true;
}
