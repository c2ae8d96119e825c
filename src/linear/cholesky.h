/* SPDX-License-Identifier: MIT
 * cholesky.h - the factorization A = L L' of a symmetric positive definite matrix.
 *
 * Golub and Van Loan (4th ed., 2013), section 4.2, by blocks.  L L' = A + E with
 * |E| <= (n + 1) eps |L||L'| entry by entry, and it succeeds whenever the smallest
 * eigenvalue of the matrix scaled to a unit diagonal is well above n^2 eps (Higham,
 * 2nd ed., 2002, section 10.1).  The order of all operations is fixed.  Matrices are
 * n * n, row by row; the caller owns all memory. */
#ifndef LINEAR_CHOLESKY_H
#define LINEAR_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

/* Factors `a` in place; only what is on and below the diagonal is read, zeros come above
 * it.  False, and `a` holds nothing of use, when A is not positive definite to rounding
 * or an entry is NaN or infinite. */
bool cholesky_factor(size_t n, double *a);
/* Solves A X = B for a factored matrix and `count` right sides: B is n * count, row by
 * row, and X takes its place. */
void cholesky_solve(size_t n, const double *factor, size_t count, double *b);
/* log det A; 0 for n = 0. */
double cholesky_logdet(size_t n, const double *factor);

#endif
