/* SPDX-License-Identifier: MIT
 * lu.c - L U by blocks of columns.
 *
 * A block of columns is factored in all its rows, then the rows to the right of it are
 * solved for U, and the product is taken off what is left.  The order of the operations
 * on an entry is that of plain elimination. */
#include "linear/lu.h"

#include <math.h>
#include <string.h>

#include "linear/product.h"
#include "linear/scaled.h"
#include "linear/triangular.h"

enum { BLOCK = 32 };

static void exchange(double *a, double *b, size_t count)
{
    for (size_t j = 0; j < count; j++) {
        double kept = a[j];
        a[j] = b[j];
        b[j] = kept;
    }
}

/* The row from `first` on with the largest entry in its column, the upper one of equals.
 */
static size_t find_pivot(size_t n, const double *a, size_t first)
{
    size_t pivot = first;
    for (size_t i = first + 1; i < n; i++)
        if (fabs(a[i * n + first]) > fabs(a[pivot * n + first]))
            pivot = i;
    return pivot;
}

/* Eliminates below the pivot of column j, in the columns up to `end`. */
static void eliminate(size_t n, double *a, size_t j, size_t end)
{
    const double *row = a + j * n;
    for (size_t i = j + 1; i < n; i++) {
        double *below = a + i * n;
        double l = below[j] / row[j];
        below[j] = l;
        for (size_t k = j + 1; k < end; k++)
            below[k] -= l * row[k];
    }
}

/* Factors the columns from `first` to `end`; rows change places in all columns.  False
 * when a column has no pivot. */
static bool factor_columns(size_t n, double *a, size_t first, size_t end, double *pivots)
{
    bool regular = true;
    for (size_t j = first; j < end; j++) {
        size_t pivot = find_pivot(n, a, j);
        pivots[j] = (double)pivot;
        if (pivot != j)
            exchange(a + j * n, a + pivot * n, n);
        if (a[j * n + j] != 0)
            eliminate(n, a, j, end);
        else
            regular = false;
    }
    return regular;
}

enum lu_status lu_factor(size_t n, double *a, double *pivots)
{
    bool regular = true;
    for (size_t j = 0; j < n; j += BLOCK) {
        size_t end = n - j < BLOCK ? n : j + BLOCK;
        regular &= factor_columns(n, a, j, end, pivots);
        if (end == n)
            break;
        const struct view block = view_rows(a + j * n + j, n);
        double *right = a + j * n + end;
        triangular_lower(TRIANGULAR_UNIT, end - j, block, n - end, right, n);
        product_multiply(PRODUCT_SUBTRACT, n - end, end - j, n - end,
                         view_from(block, end - j, 0), view_rows(right, n),
                         a + end * n + end, n);
    }
    if (!view_is_finite(n * n, a))
        return LU_NOT_FINITE;
    return regular ? LU_FACTORED : LU_SINGULAR;
}

void lu_solve(size_t n, const double *factors, const double *pivots, size_t count,
              double *b)
{
    const struct view a = view_rows(factors, n);
    for (size_t j = 0; j < n; j++)
        if ((size_t)pivots[j] != j)
            exchange(b + j * count, b + (size_t)pivots[j] * count, count);
    triangular_lower(TRIANGULAR_UNIT, n, a, count, b, count);
    triangular_upper(TRIANGULAR_GENERAL, n, a, count, b, count);
}

void lu_solve_transposed(size_t n, const double *factors, const double *pivots,
                         size_t count, double *b)
{
    const struct view a = view_transposed(view_rows(factors, n));
    triangular_lower(TRIANGULAR_GENERAL, n, a, count, b, count);
    triangular_upper(TRIANGULAR_UNIT, n, a, count, b, count);
    for (size_t j = n; j-- > 0;)
        if ((size_t)pivots[j] != j)
            exchange(b + j * count, b + (size_t)pivots[j] * count, count);
}

void lu_inverse(size_t n, const double *factors, const double *pivots, double *inverse)
{
    for (size_t i = 0; i < n; i++) {
        memset(inverse + i * n, 0, n * sizeof *inverse);
        inverse[i * n + i] = 1;
    }
    lu_solve(n, factors, pivots, n, inverse);
}

struct lu_determinant lu_determinant(size_t n, const double *factors,
                                     const double *pivots)
{
    struct scaled product = {.mantissa = 0.5, .exponent = 1};
    for (size_t i = 0; i < n; i++) {
        double factor = factors[i * n + i];
        product = scaled_multiply(product, (size_t)pivots[i] != i ? -factor : factor);
    }
    double sign = (product.mantissa > 0) - (product.mantissa < 0);
    return (struct lu_determinant){.value = sign == 0 ? 0 : scaled_value(product),
                                   .sign = sign,
                                   .logarithm = scaled_logarithm(product)};
}
