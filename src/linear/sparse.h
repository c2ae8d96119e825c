/* SPDX-License-Identifier: MIT
 * sparse.h - P A P' = L D L' of a large symmetric matrix with few entries, with its
 * inertia; for systems of conditions, whose lower right corner is zero or negative.
 *
 * Rows of the corner are paired with the variable that has the largest entry in them, so
 * that D has blocks of two that are regular where the diagonal is 0 (Duff and Pralet,
 * Strategies for scaling and pivoting for sparse symmetric indefinite problems, SIAM J.
 * Matrix Anal. Appl. 27, 2005); pairs and single rows are put in an order of about the
 * least fill (sparse_order.c), which depends on the pattern alone.  Pivots are not
 * exchanged afterwards: a residual tells whether a solution is one.
 *
 * The matrix is handed over row by row, the lower half.  The pattern only grows from one
 * matrix to the next, and the order is kept as long as it stays the same. */
#ifndef LINEAR_SPARSE_H
#define LINEAR_SPARSE_H

#include "linear/indefinite.h"

struct sparse;

/* Where memory comes from; `allocate` may return NULL. */
struct sparse_memory {
    void *(*allocate)(void *context, size_t size);
    void (*release)(void *context, void *block, size_t size); /* or NULL */
    void *context;
};

/* For matrices of `size` rows, the first `variables` of which are those of variables;
 * NULL without memory. */
struct sparse *sparse_new(const struct sparse_memory *memory, size_t size,
                          size_t variables);
void sparse_free(struct sparse *s);

/* A new matrix: then each row by sparse_put_row, from the first. */
void sparse_begin(struct sparse *s);
/* The next row: entries 0 .. count - 1 of it, of which those that are not 0 are kept, and
 * its diagonal. */
void sparse_put_row(struct sparse *s, const double *row, size_t count, double diagonal);
/* Entries of the matrix, and numbers of the last factor. */
size_t sparse_entries(const struct sparse *s);
size_t sparse_factor_numbers(const struct sparse *s);

/* False without memory, for good: solutions are then 0. */
bool sparse_factor(struct sparse *s, struct inertia *inertia);
/* x may be b. */
void sparse_solve(const struct sparse *s, const double *b, double *x);
/* residual = b - A x. */
void sparse_residual(const struct sparse *s, const double *b, const double *x,
                     double *residual);

#endif
