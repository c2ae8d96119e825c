/* SPDX-License-Identifier: MIT
 * band.h - symmetric matrices with entries near the diagonal alone: A = L D L'.
 *
 * Golub and Van Loan (4th ed., 2013), section 4.3.  Row i of n rows has `width` + 1
 * numbers: A[i][i], A[i][i - 1], ... A[i][i - width]; those left of the first column are
 * 0.  A factorization takes n width^2 operations, without exchanges; the order of all
 * operations is fixed.  The caller owns all memory. */
#ifndef LINEAR_BAND_H
#define LINEAR_BAND_H

#include <stdbool.h>
#include <stddef.h>

/* out = A v */
void band_multiply(size_t n, size_t width, const double *a, const double *v, double *out);
/* Factors `a` in place: D on the diagonal, L beside it.  D is positive: where A is not
 * positive definite to rounding the entry has its sign turned, or becomes one at the
 * level of rounding, and the answer is false. */
bool band_factor(size_t n, size_t width, double *a);
/* Solves for a factored matrix; x may be b. */
void band_solve(size_t n, size_t width, const double *factor, const double *b, double *x);

#endif
