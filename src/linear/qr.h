/* SPDX-License-Identifier: MIT
 * qr.h - the factorization A P = Q R with column pivoting, rank and least squares.
 *
 * Golub and Van Loan (4th ed., 2013), sections 5.2 and 5.4: Householder reflections
 * H_k = I - tau_k v v'; in each step the column with the largest norm left comes next, so
 * |r_kk| falls.  Each column of Q R differs from that of A P by a few m n eps times its
 * own norm (Higham, 2nd ed., 2002, section 19.3), in practice by less than n eps, and Q
 * is as orthogonal, whatever the range of the numbers.  The order of all operations is
 * fixed.  A is m * n, row by row, of any shape; the caller owns all memory. */
#ifndef LINEAR_QR_H
#define LINEAR_QR_H

#include <stdbool.h>
#include <stddef.h>

/* Factors `a` in place: R on and above the diagonal, below it each v without its first
 * entry, which is 1.  tau has min(m, n) entries; order[j] of n is the column of A that
 * came to column j; `work` has 3 n.  False, and `a` holds nothing of use, when an entry
 * is NaN or infinite, or R would overflow. */
bool qr_factor(size_t m, size_t n, double *a, double *tau, double *order, double *work);

/* How many |r_kk| are above tolerance * |r_00|; a tolerance of 0 means max(m, n) eps. */
size_t qr_rank(size_t m, size_t n, const double *factors, double tolerance);

/* B <- Q B and B <- Q' B, with B of m * count, row by row; `work` has `count` entries. */
void qr_apply(size_t m, size_t n, const double *factors, const double *tau, size_t count,
              double *b, double *work);
void qr_apply_transposed(size_t m, size_t n, const double *factors, const double *tau,
                         size_t count, double *b, double *work);

/* Makes |A x - b| least for each of `count` right sides.  The first `rank` columns of A P
 * are used (at most min(m, n)); x is 0 for the others, so with a rank below n it is one
 * of the best, not the shortest.  B (m * count) is used up; the norm of its rows from
 * `rank` on is then the least |A x - b|.  X is n * count, not where B is; `work` has
 * `count` entries.  The rank must come from qr_rank, or no r_kk before it may be 0. */
void qr_least_squares(size_t m, size_t n, const double *factors, const double *tau,
                      const double *order, size_t rank, size_t count, double *b,
                      double *x, double *work);

#endif
