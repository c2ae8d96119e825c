/* SPDX-License-Identifier: MIT
 * ldl.h - the factorization P A P' = L D L' of a symmetric matrix, changed on the
 * diagonal where A is not positive definite.
 *
 * Gill, Murray and Wright, Practical Optimization (1981), section 4.4.2.2; Nocedal and
 * Wright, Numerical Optimization (2006), section 3.4.  What is factored is A + E with a
 * diagonal E >= 0 that is zero when A is positive definite.  Columns are
 * taken in the order of the largest diagonal entry left.  The order of all operations is
 * fixed.  Matrices are n * n, row by row; only what is on and below the diagonal is read.
 */
#ifndef LINEAR_LDL_H
#define LINEAR_LDL_H

#include <stdbool.h>
#include <stddef.h>

/* Factors `a` in place: D on the diagonal, L below it.  order[i] is the row of A that
 * came to row i; it is a double so that it can share a block with the rest.  Entries must
 * be finite.  False when A had to be changed, i.e. is not positive definite: D is
 * positive all the same.  A curvature of zero becomes one at the level of rounding. */
bool ldl_factor(size_t n, double *a, double *order);
/* Solves (A + E) x = b for a factored matrix; `work` has n entries, x may be b. */
void ldl_solve(size_t n, const double *a, const double *order, const double *b, double *x,
               double *work);

#endif
