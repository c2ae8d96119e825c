/* SPDX-License-Identifier: MIT
 * product.c - products by panels.
 *
 * A panel of B, DEPTH * WIDTH, is copied to where its rows are contiguous and of constant
 * length; it stays in the cache while all rows of A pass, two at a time.  The inner loop
 * goes along a row of C, so that its sums are independent of each other and vectorise
 * without a change of their order.  Four terms at a time save loads and stores of C. */
#include "linear/product.h"

#include <string.h>

enum {
    WIDTH = 32,  /* columns of a panel */
    DEPTH = 64,  /* its rows */
    NARROW = 16, /* fewer columns are not worth a panel */
    TALL = 16    /* contiguous rows of A for one column of B */
};

struct panel {
    size_t depth;
    double entries[DEPTH * WIDTH];
};

/* sums += row * panel, for one row of A whose entries stand `step` apart. */
static void add_row(const struct panel *panel, const double *a, size_t step,
                    double *restrict sums)
{
    for (size_t k = 0; k < panel->depth; k++) {
        const double *restrict b = panel->entries + k * WIDTH;
        double factor = a[k * step];
        for (size_t j = 0; j < WIDTH; j++)
            sums[j] += factor * b[j];
    }
}

/* Likewise for two rows of A; the second begins at `other`. */
static void add_two_rows(const struct panel *panel, const double *a, const double *other,
                         size_t step, double *restrict sums, double *restrict others)
{
    size_t k = 0;
    for (; k + 4 <= panel->depth; k += 4) {
        const double *restrict b = panel->entries + k * WIDTH;
        const double p0 = a[k * step], q0 = other[k * step];
        const double p1 = a[(k + 1) * step], q1 = other[(k + 1) * step];
        const double p2 = a[(k + 2) * step], q2 = other[(k + 2) * step];
        const double p3 = a[(k + 3) * step], q3 = other[(k + 3) * step];
        for (size_t j = 0; j < WIDTH; j++) {
            double b0 = b[j], b1 = b[WIDTH + j], b2 = b[2 * WIDTH + j],
                   b3 = b[3 * WIDTH + j];
            sums[j] = (((sums[j] + p0 * b0) + p1 * b1) + p2 * b2) + p3 * b3;
            others[j] = (((others[j] + q0 * b0) + q1 * b1) + q2 * b2) + q3 * b3;
        }
    }
    for (; k < panel->depth; k++) {
        const double *restrict b = panel->entries + k * WIDTH;
        double p = a[k * step], q = other[k * step];
        for (size_t j = 0; j < WIDTH; j++) {
            sums[j] += p * b[j];
            others[j] += q * b[j];
        }
    }
}

/* Copies the first `depth` rows and `width` columns of B, times `sign`; the panel's other
 * columns are zero. */
static void pack(struct panel *panel, size_t depth, size_t width, double sign,
                 struct view b)
{
    panel->depth = depth;
    for (size_t k = 0; k < depth; k++) {
        double *row = panel->entries + k * WIDTH;
        for (size_t j = 0; j < width; j++)
            row[j] = sign * view_entry(b, k, j);
        memset(row + width, 0, (WIDTH - width) * sizeof *row);
    }
}

/* C += A * panel for all rows of A. */
static void add_panel(const struct panel *panel, size_t rows, size_t width, struct view a,
                      double *c, size_t c_step)
{
    double sums[WIDTH] = {0}, others[WIDTH] = {0};
    const size_t size = width * sizeof *c;
    size_t i = 0;
    for (; i + 2 <= rows; i += 2) {
        const double *row = a.entries + i * a.row_step;
        double *result = c + i * c_step;
        memcpy(sums, result, size);
        memcpy(others, result + c_step, size);
        add_two_rows(panel, row, row + a.row_step, a.column_step, sums, others);
        memcpy(result, sums, size);
        memcpy(result + c_step, others, size);
    }
    if (i < rows) {
        memcpy(sums, c + i * c_step, size);
        add_row(panel, a.entries + i * a.row_step, a.column_step, sums);
        memcpy(c + i * c_step, sums, size);
    }
}

static void add_wide(double sign, size_t rows, size_t inner, size_t columns,
                     struct view a, struct view b, double *c, size_t c_step)
{
    struct panel panel;
    for (size_t k = 0; k < inner; k += DEPTH) {
        size_t depth = inner - k < DEPTH ? inner - k : DEPTH;
        for (size_t j = 0; j < columns; j += WIDTH) {
            size_t width = columns - j < WIDTH ? columns - j : WIDTH;
            pack(&panel, depth, width, sign, view_from(b, k, j));
            add_panel(&panel, rows, width, view_from(a, 0, k), c + j, c_step);
        }
    }
}

static void add_narrow(double sign, size_t rows, size_t inner, size_t columns,
                       struct view a, struct view b, double *c, size_t c_step)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < inner; k++) {
            double factor = sign * view_entry(a, i, k);
            for (size_t j = 0; j < columns; j++)
                c[i * c_step + j] += factor * view_entry(b, k, j);
        }
}

/* y += sign A x for TALL rows, which are contiguous in each column. */
static void add_tall(double sign, size_t inner, struct view a, struct view x, double *y,
                     size_t y_step)
{
    double sums[TALL];
    for (size_t i = 0; i < TALL; i++)
        sums[i] = y[i * y_step];
    for (size_t k = 0; k < inner; k++) {
        const double *column = a.entries + k * a.column_step;
        double factor = sign * view_entry(x, k, 0);
        for (size_t i = 0; i < TALL; i++)
            sums[i] += factor * column[i];
    }
    for (size_t i = 0; i < TALL; i++)
        y[i * y_step] = sums[i];
}

/* Likewise for four rows anywhere: a sum waits for its last addition, so four of them are
 * under way at once. */
static void add_four(double sign, size_t inner, struct view a, struct view x, double *y,
                     size_t y_step)
{
    const double *row0 = a.entries, *row1 = row0 + a.row_step, *row2 = row1 + a.row_step,
                 *row3 = row2 + a.row_step;
    double sum0 = y[0], sum1 = y[y_step], sum2 = y[2 * y_step], sum3 = y[3 * y_step];
    for (size_t k = 0; k < inner; k++) {
        double factor = sign * view_entry(x, k, 0);
        sum0 += factor * row0[k * a.column_step];
        sum1 += factor * row1[k * a.column_step];
        sum2 += factor * row2[k * a.column_step];
        sum3 += factor * row3[k * a.column_step];
    }
    y[0] = sum0;
    y[y_step] = sum1;
    y[2 * y_step] = sum2;
    y[3 * y_step] = sum3;
}

static void add_column(double sign, size_t rows, size_t inner, struct view a,
                       struct view x, double *y, size_t y_step)
{
    size_t i = 0;
    for (; a.row_step == 1 && i + TALL <= rows; i += TALL)
        add_tall(sign, inner, view_from(a, i, 0), x, y + i * y_step, y_step);
    for (; i + 4 <= rows; i += 4)
        add_four(sign, inner, view_from(a, i, 0), x, y + i * y_step, y_step);
    if (i < rows)
        add_narrow(sign, rows - i, inner, 1, view_from(a, i, 0), x, y + i * y_step,
                   y_step);
}

void product_multiply(enum product_use use, size_t rows, size_t inner, size_t columns,
                      struct view a, struct view b, double *c, size_t c_step)
{
    if (use == PRODUCT_SET)
        for (size_t i = 0; i < rows && columns > 0; i++)
            memset(c + i * c_step, 0, columns * sizeof *c);
    const double sign = use == PRODUCT_SUBTRACT ? -1 : 1;
    if (columns == 1)
        add_column(sign, rows, inner, a, b, c, c_step);
    else if (columns < NARROW || rows == 1)
        add_narrow(sign, rows, inner, columns, a, b, c, c_step);
    else
        add_wide(sign, rows, inner, columns, a, b, c, c_step);
}

void product_vector(enum product_use use, size_t rows, size_t inner, struct view a,
                    const double *x, double *y)
{
    product_multiply(use, rows, inner, 1, a, view_rows(x, 1), y, 1);
}
