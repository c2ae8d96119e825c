/* SPDX-License-Identifier: MIT
 * lu.h - the factorization P A = L U with partial pivoting, and what follows from it.
 *
 * Golub and Van Loan (4th ed., 2013), section 3.4, by blocks of columns.  A solution
 * solves a matrix that differs from A by at most 3 n eps |L||U|, entry by entry (Higham,
 * 2nd ed., 2002, section 9.3), in practice by a few n eps |A|.  The order of all
 * operations is fixed.  Matrices are n * n, row by row; the caller owns all memory. */
#ifndef LINEAR_LU_H
#define LINEAR_LU_H

#include <stdbool.h>
#include <stddef.h>

enum lu_status {
    LU_FACTORED,
    LU_SINGULAR,  /* exactly: a column without a pivot is left, so U has a zero there */
    LU_NOT_FINITE /* an entry was, or became, NaN or infinite */
};

/* Factors `a` in place: U on and above the diagonal, L with its unit diagonal below.  In
 * step j row j changed places with row pivots[j]; these are doubles so that they can
 * share a block with the rest.  A matrix that is singular only to rounding is factored:
 * ask lu_condition. */
enum lu_status lu_factor(size_t n, double *a, double *pivots);

/* Solves A X = B, or A' X = B, for factors that are LU_FACTORED and `count` right sides:
 * B is n * count, row by row, and X takes its place. */
void lu_solve(size_t n, const double *factors, const double *pivots, size_t count,
              double *b);
void lu_solve_transposed(size_t n, const double *factors, const double *pivots,
                         size_t count, double *b);
/* The inverse (n * n, not where the factors are), as the solution of A X = I. */
void lu_inverse(size_t n, const double *factors, const double *pivots, double *inverse);

struct lu_determinant {
    double value;     /* infinite or 0 where it is too large or too small for a double */
    double sign;      /* -1, 0 or 1 */
    double logarithm; /* of the magnitude; -inf for 0 */
};

/* The determinant; the factors may be LU_SINGULAR.  1 for n = 0. */
struct lu_determinant lu_determinant(size_t n, const double *factors,
                                     const double *pivots);

/* The largest sum of magnitudes of a column. */
double lu_norm(size_t n, const double *a);
/* An estimate of 1 / (|A| |A^-1|) in the norm of lu_norm, from 0 to 1, hardly ever more
 * than three times too large and never too small but for rounding: the estimator of
 * Hager and Higham (Higham, 2nd ed., 2002, section 15.3; ACM TOMS 14, 1988, 381-396), at
 * most 12 solves.  `norm` is lu_norm(A), from before it was factored, `work` has 2 n
 * entries.  1 for n = 0; 0 where the inverse is not representable.  A solution has a
 * relative error of about n eps divided by it. */
double lu_condition(size_t n, const double *factors, const double *pivots, double norm,
                    double *work);

#endif
