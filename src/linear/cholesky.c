/* SPDX-License-Identifier: MIT
 * cholesky.c - L L' by blocks of columns.
 *
 * The block on the diagonal is factored; the rows below it are solved for theirs; their
 * product is taken off what is left, on and below the diagonal (and a little above it,
 * where nothing is read).  A NaN or an infinity below the diagonal comes to the diagonal
 * of its row, so looking at the diagonal suffices. */
#include "linear/cholesky.h"

#include <math.h>
#include <string.h>

#include "linear/product.h"
#include "linear/scaled.h"
#include "linear/triangular.h"

enum { BLOCK = 32 };

/* Factors a block on the diagonal, row by row. */
static bool factor_block(size_t width, double *a, size_t step)
{
    for (size_t i = 0; i < width; i++) {
        for (size_t j = 0; j <= i; j++) {
            double rest = a[i * step + j];
            for (size_t k = 0; k < j; k++)
                rest -= a[i * step + k] * a[j * step + k];
            if (j < i)
                a[i * step + j] = rest / a[j * step + j];
            else if (rest > 0 && isfinite(rest))
                a[i * step + i] = sqrt(rest);
            else
                return false;
        }
    }
    return true;
}

/* Solves X L' = B for the rows below a block; X takes the place of B.  L' is copied so
 * that the inner loop runs along a row. */
static void solve_below(size_t rows, size_t width, const double *l, double *b,
                        size_t step)
{
    double transposed[BLOCK * BLOCK] = {0}, row[BLOCK] = {0};
    for (size_t i = 0; i < width; i++)
        for (size_t j = 0; j < i; j++)
            transposed[j * BLOCK + i] = l[i * step + j];
    for (size_t i = 0; i < rows; i++) {
        memcpy(row, b + i * step, width * sizeof *row);
        for (size_t k = 0; k < width; k++) {
            double x = row[k] / l[k * step + k];
            for (size_t j = 0; j < BLOCK; j++)
                row[j] -= x * transposed[k * BLOCK + j];
            row[k] = x;
        }
        memcpy(b + i * step, row, width * sizeof *row);
    }
}

/* Takes L L' of the rows from `first` on, `width` columns of L, off the rest. */
static void update(size_t n, double *a, size_t first, size_t width)
{
    const struct view l = view_rows(a + first - width, n);
    for (size_t j = first; j < n; j += BLOCK) {
        const struct view rows = view_from(l, j, 0);
        size_t columns = n - j < BLOCK ? n - j : BLOCK;
        product_multiply(PRODUCT_SUBTRACT, n - j, width, columns, rows,
                         view_transposed(rows), a + j * n + j, n);
    }
}

bool cholesky_factor(size_t n, double *a)
{
    for (size_t j = 0; j < n; j += BLOCK) {
        size_t width = n - j < BLOCK ? n - j : BLOCK, end = j + width;
        double *block = a + j * n + j;
        if (!factor_block(width, block, n))
            return false;
        if (end == n)
            break;
        solve_below(n - end, width, block, block + width * n, n);
        update(n, a, end, width);
    }
    for (size_t i = 0; i < n; i++)
        memset(a + i * n + i + 1, 0, (n - i - 1) * sizeof *a);
    return true;
}

void cholesky_solve(size_t n, const double *factor, size_t count, double *b)
{
    const struct view l = view_rows(factor, n);
    triangular_lower(TRIANGULAR_GENERAL, n, l, count, b, count);
    triangular_upper(TRIANGULAR_GENERAL, n, view_transposed(l), count, b, count);
}

double cholesky_logdet(size_t n, const double *factor)
{
    struct scaled product = {.mantissa = 0.5, .exponent = 1};
    for (size_t i = 0; i < n; i++)
        product = scaled_multiply(product, factor[i * n + i]);
    return 2 * scaled_logarithm(product);
}
