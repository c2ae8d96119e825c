/* SPDX-License-Identifier: MIT
 * product_thin.h - a matrix times one column, for product_level.c.
 *
 * The matrix is read once, in the order in which it stands.  A sum waits for its last
 * addition, so many of them are under way at once: of eight rows, or of the contiguous
 * rows of a transposed matrix. */
#ifndef LINEAR_PRODUCT_THIN_H
#define LINEAR_PRODUCT_THIN_H

#include "linear/lanes.h"
#include "linear/product.h"

enum { THIN_ROWS = 8, THIN_VECTORS = 8 };

/* Sums onto y, y_step apart. */
static inline void thin_put(enum product_use use, size_t count, const double *sums,
                            double *y, size_t y_step)
{
    for (size_t i = 0; i < count; i++, y += y_step)
        *y = use == PRODUCT_SET   ? sums[i]
             : use == PRODUCT_ADD ? *y + sums[i]
                                  : *y - sums[i];
}

/* The sums of eight rows from row i on; the last one is repeated past the end. */
ALWAYS_INLINE void thin_rows(size_t i, size_t rows, size_t depth, struct view a,
                             const double *x, double *sums)
{
    const double *row[THIN_ROWS];
    double sum[THIN_ROWS] = {0};
    for (size_t r = 0; r < THIN_ROWS; r++)
        row[r] = a.entries + (i + r < rows ? i + r : rows - 1) * a.row_step;
    for (size_t k = 0; k < depth; k++)
        for (size_t r = 0; r < THIN_ROWS; r++)
            sum[r] = fused(row[r][k * a.column_step], x[k], sum[r]);
    memcpy(sums, sum, sizeof sum);
}

/* The sums of `vectors` vectors of rows that are contiguous in each column. */
ALWAYS_INLINE void thin_vectors(const size_t vectors, size_t depth, const double *a,
                                size_t a_step, const double *x, double *sums)
{
    lanes sum[THIN_VECTORS];
    for (size_t v = 0; v < vectors; v++)
        sum[v] = lanes_of(0);
    for (size_t k = 0; k < depth; k++, a += a_step) {
        lanes factor = lanes_of(x[k]);
        for (size_t v = 0; v < vectors; v++)
            sum[v] = lanes_fused(lanes_load(a + v * LANES), factor, sum[v]);
    }
    memcpy(sums, sum, vectors * sizeof *sum);
}

/* The sums of some of so many contiguous rows; returns of how many. */
static inline size_t thin_contiguous(size_t rows, size_t depth, const double *a,
                                     size_t a_step, const double *x, double *sums)
{
    if (rows >= THIN_VECTORS * LANES) {
        thin_vectors(THIN_VECTORS, depth, a, a_step, x, sums);
        return THIN_VECTORS * LANES;
    }
    if (rows >= 2 * LANES) {
        thin_vectors(2, depth, a, a_step, x, sums);
        return 2 * LANES;
    }
    if (rows >= LANES) {
        thin_vectors(1, depth, a, a_step, x, sums);
        return LANES;
    }
    thin_rows(0, rows, depth, (struct view){a, 1, a_step}, x, sums);
    return rows;
}

static inline void thin_block(enum product_use use, size_t rows, size_t depth,
                              struct view a, const double *x, double *y, size_t y_step)
{
    double sums[THIN_VECTORS * LANES];
    for (size_t i = 0, n = 0; i < rows; i += n) {
        if (a.row_step == 1 && a.column_step != 1)
            n = thin_contiguous(rows - i, depth, a.entries + i, a.column_step, x, sums);
        else {
            n = rows - i < THIN_ROWS ? rows - i : THIN_ROWS;
            thin_rows(i, rows, depth, a, x, sums);
        }
        thin_put(use, n, sums, y + i * y_step, y_step);
    }
}

/* y <- A x, y + A x or y - A x. */
static inline void thin_column(enum product_use use, size_t rows, size_t inner,
                               struct view a, struct view x, double *y, size_t y_step)
{
    double part[PRODUCT_BLOCK];
    for (size_t k = 0; k < inner; k += PRODUCT_BLOCK) {
        size_t depth = inner - k < PRODUCT_BLOCK ? inner - k : PRODUCT_BLOCK;
        const double *contiguous = x.entries + k * x.row_step;
        if (x.row_step != 1) {
            for (size_t i = 0; i < depth; i++)
                part[i] = contiguous[i * x.row_step];
            contiguous = part;
        }
        thin_block(use, rows, depth, view_from(a, 0, k), contiguous, y, y_step);
        use = use == PRODUCT_SET ? PRODUCT_ADD : use;
    }
}

#endif
