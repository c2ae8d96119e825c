/* SPDX-License-Identifier: MIT */
#include "script/wide_fit.h"

/* Columns that are shorter than this, of length about 1, depend on those before. */
static const double least_share = 1e-24;

static bool scale_columns(size_t m, size_t columns, struct wide *rows, double *scales)
{
    for (size_t j = 0; j < columns; j++) {
        double most = 0;
        int exponent = 0;
        for (size_t i = 0; i < m; i++) {
            if (!wide_is_finite(rows[i * columns + j]))
                return false;
            most = fmax(most, fabs(rows[i * columns + j].high));
        }
        if (most > 0)
            (void)frexp(most, &exponent);
        if (exponent < -500 || exponent > 500)
            return false;
        scales[j] = ldexp(1, exponent);
        for (size_t i = 0; i < m; i++)
            rows[i * columns + j] = wide_scale(rows[i * columns + j], 1 / scales[j]);
    }
    return true;
}

/* Reflects column k from row k on into row k, and takes the columns behind along. */
static struct wide reflect(size_t m, size_t columns, struct wide *rows, size_t k)
{
    struct wide square = {0, 0}, *v = rows + k * columns + k;
    for (size_t i = 0; i < m - k; i++)
        square = wide_add(square, wide_multiply(v[i * columns], v[i * columns]));
    struct wide norm = wide_sqrt(square);
    if (norm.high == 0)
        return norm;
    struct wide beta = v->high > 0 ? wide_negate(norm) : norm;
    /* v'v / 2 of v = a - beta e_1 */
    struct wide half = wide_subtract(square, wide_multiply(beta, *v));
    struct wide first = wide_subtract(*v, beta);
    *v = first;
    for (size_t j = 1; j < columns - k; j++) {
        struct wide dot = {0, 0};
        for (size_t i = 0; i < m - k; i++)
            dot = wide_add(dot, wide_multiply(v[i * columns], v[i * columns + j]));
        dot = wide_divide(dot, half);
        for (size_t i = 0; i < m - k; i++)
            v[i * columns + j] =
                wide_subtract(v[i * columns + j], wide_multiply(dot, v[i * columns]));
    }
    *v = beta;
    return norm;
}

bool wide_triangle(size_t m, size_t n, struct wide *rows, double *scales)
{
    size_t columns = n + 1, last = m > n ? columns : n;
    if (!scale_columns(m, columns, rows, scales))
        return false;
    for (size_t k = 0; k < last; k++) {
        struct wide norm = reflect(m, columns, rows, k);
        if (!wide_is_finite(norm) || (k < n && !(norm.high > least_share)))
            return false;
    }
    return true;
}

/* Row i of R p = b from the back: what p_k, k > i, leave of b_i, over the diagonal. */
static struct wide substitute(size_t columns, const struct wide *triangle, size_t i,
                              size_t end, struct wide right, const struct wide *p,
                              size_t step)
{
    for (size_t k = i + 1; k < end; k++)
        right =
            wide_subtract(right, wide_multiply(triangle[i * columns + k], p[k * step]));
    return wide_divide(right, triangle[i * columns + i]);
}

void wide_solve(size_t n, const struct wide *triangle, const double *scales,
                struct wide *p)
{
    for (size_t i = n; i-- > 0;)
        p[i] = substitute(n + 1, triangle, i, n, triangle[i * (n + 1) + n], p, 1);
    for (size_t i = 0; i < n; i++)
        p[i] = wide_scale(p[i], scales[n] / scales[i]);
}

static struct wide dot(size_t n, const struct wide *a, const struct wide *b)
{
    struct wide sum = {0, 0};
    for (size_t i = 0; i < n; i++)
        sum = wide_add(sum, wide_multiply(a[i], b[i]));
    return sum;
}

void wide_errors(size_t n, const struct wide *triangle, const double *scales,
                 struct wide *inverse, double *errors, double *correlation)
{
    const struct wide none = {0, 0};
    for (size_t j = 0; j < n; j++)
        for (size_t i = n; i-- > 0;)
            inverse[i * n + j] = i > j ? none
                                       : substitute(n + 1, triangle, i, j + 1,
                                                    wide_of(i == j), inverse + j, n);
    for (size_t i = 0; i < n; i++)
        errors[i] = sqrt(dot(n, inverse + i * n, inverse + i * n).high);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            correlation[i * n + j] = i == j
                                         ? 1
                                         : dot(n, inverse + i * n, inverse + j * n).high /
                                               (errors[i] * errors[j]);
    for (size_t i = 0; i < n; i++)
        errors[i] /= scales[i];
}
