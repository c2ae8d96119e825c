/* SPDX-License-Identifier: MIT
 * triangular.c - substitution by blocks of rows.
 *
 * The rows of a block are solved one by one; what they explain is taken off all rows
 * still to come in one product. */
#include "linear/triangular.h"

#include "linear/product.h"

enum { BLOCK = 32 };

/* b <- b - factor * row */
static void subtract(double *b, double factor, const double *row, size_t count)
{
    for (size_t j = 0; j < count; j++)
        b[j] -= factor * row[j];
}

static void divide(double *b, double divisor, size_t count)
{
    for (size_t j = 0; j < count; j++)
        b[j] /= divisor;
}

void triangular_lower(enum triangular_diagonal diagonal, size_t n, struct view t,
                      size_t count, double *b, size_t b_step)
{
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t end = n - first < BLOCK ? n : first + BLOCK;
        for (size_t i = first; i < end; i++) {
            for (size_t k = first; k < i; k++)
                subtract(b + i * b_step, view_entry(t, i, k), b + k * b_step, count);
            if (diagonal == TRIANGULAR_GENERAL)
                divide(b + i * b_step, view_entry(t, i, i), count);
        }
        if (end < n)
            product_multiply(
                PRODUCT_SUBTRACT, n - end, end - first, count, view_from(t, end, first),
                view_rows(b + first * b_step, b_step), b + end * b_step, b_step);
    }
}

void triangular_upper(enum triangular_diagonal diagonal, size_t n, struct view t,
                      size_t count, double *b, size_t b_step)
{
    for (size_t end = n; end > 0;) {
        size_t first = (end - 1) / BLOCK * BLOCK;
        for (size_t i = end; i-- > first;) {
            for (size_t k = i + 1; k < end; k++)
                subtract(b + i * b_step, view_entry(t, i, k), b + k * b_step, count);
            if (diagonal == TRIANGULAR_GENERAL)
                divide(b + i * b_step, view_entry(t, i, i), count);
        }
        product_multiply(PRODUCT_SUBTRACT, first, end - first, count,
                         view_from(t, 0, first), view_rows(b + first * b_step, b_step), b,
                         b_step);
        end = first;
    }
}
