/* SPDX-License-Identifier: MIT
 * view.h - a matrix that is read where it stands.
 *
 * Entry (i, j) is entries[i * row_step + j * column_step].  So a transposed matrix and a
 * part of one are read without a copy.  A view owns nothing. */
#ifndef LINEAR_VIEW_H
#define LINEAR_VIEW_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

struct view {
    const double *entries;
    size_t row_step, column_step;
};

/* The matrix of so many columns that stands row by row. */
static inline struct view view_rows(const double *entries, size_t columns)
{
    return (struct view){.entries = entries, .row_step = columns, .column_step = 1};
}

static inline struct view view_transposed(struct view a)
{
    return (struct view){
        .entries = a.entries, .row_step = a.column_step, .column_step = a.row_step};
}

/* The part that begins with entry (i, j). */
static inline struct view view_from(struct view a, size_t i, size_t j)
{
    a.entries += i * a.row_step + j * a.column_step;
    return a;
}

static inline double view_entry(struct view a, size_t i, size_t j)
{
    return a.entries[i * a.row_step + j * a.column_step];
}

/* Whether `count` numbers are neither NaN nor infinite. */
static inline bool view_is_finite(size_t count, const double *entries)
{
    bool finite = true;
    for (size_t i = 0; i < count; i++)
        finite &= isfinite(entries[i]) != 0;
    return finite;
}

#endif
