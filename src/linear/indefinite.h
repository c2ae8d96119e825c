/* SPDX-License-Identifier: MIT
 * indefinite.h - the factorization P A P' = L D L' of any symmetric matrix, with its
 * inertia: how many eigenvalues are positive, negative and zero.
 *
 * Ashcraft, Grimes and Lewis, Accurate symmetric indefinite linear equation solvers (SIAM
 * J. Matrix Anal. Appl. 20, 1998): pivots of one or two rows, found by walking to an
 * entry that is the largest of its row and of its column ("rook"), so that the entries of
 * L stay below 2.8.  By Sylvester's law D has the inertia of A.  Matrices are n * n, row
 * by row; only what is on and below the diagonal is read.  The order of all operations is
 * fixed.
 */
#ifndef LINEAR_INDEFINITE_H
#define LINEAR_INDEFINITE_H

#include <stdbool.h>
#include <stddef.h>

struct inertia {
    size_t positive, negative, zero;
};

/* Factors `a` in place: D in blocks of one or two rows on the diagonal, L below it.
 * order[i] is the row of A that came to row i, plus 0.5 where a block of two begins; it
 * is a double so that it can share a block with the rest.  `work` has 3 n entries.
 * Entries must be finite.  A pivot that rounding cannot tell from zero counts as zero. */
struct inertia indefinite_factor(size_t n, double *a, double *order, double *work);
/* Solves A x = b for a factored matrix; `work` has n entries, x may be b.  Where a pivot
 * is zero the component along it is left out. */
void indefinite_solve(size_t n, const double *a, const double *order, const double *b,
                      double *x, double *work);

#endif
