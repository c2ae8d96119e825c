/* SPDX-License-Identifier: MIT
 * trace.h - the rows kept of a search: at most a stated number, the first, the last, and
 * evenly spaced ones between. */
#ifndef DESCENT_TRACE_H
#define DESCENT_TRACE_H

#include "descent.h"

struct trace_row {
    uint64_t k;
    double value, gradient_norm, step;
};

/* Rows of the steps 0, stride, 2*stride, ...; the last point is taken from the search
 * when it is not among them. */
struct trace {
    struct trace_row *row;
    double *x; /* n entries a row; NULL: not kept */
    size_t n, capacity, count;
    uint64_t stride; /* a power of two */
};

/* Entries of x that are kept for `rows` rows: rows * n, or 0 when that is too much. */
size_t trace_numbers(size_t rows, size_t n);
/* `row` has room for `rows` rows, x for trace_numbers(rows, n) or NULL. */
void trace_init(struct trace *trace, size_t rows, size_t n, struct trace_row *row,
                double *x);
/* Keeps the point when its step is due. */
void trace_add(struct trace *trace, const descent_state *at);
/* Rows with the last point, `at`, counted. */
size_t trace_count(const struct trace *trace, const descent_state *at);
descent_row trace_get(const struct trace *trace, const descent_state *at, size_t row);

#endif
