/* SPDX-License-Identifier: MIT
 * eigen.h - eigenvalues and eigenvectors of a small dense symmetric matrix.
 *
 * Householder's reduction to tridiagonal form, then the QL method with implicit shifts
 * (Wilkinson and Reinsch, Handbook for Automatic Computation II, 1971, contributions
 * II/2 and II/4; Golub and Van Loan, Matrix Computations, 4th ed., sections 8.3 and 8.4).
 * The order of all operations is fixed.  The cost is about 9 n^3 operations.
 *
 * Each computed eigenvalue is one of a matrix A + E with |E| <= p(n) eps |A|, p a slowly
 * growing function of n (Golub and Van Loan, section 8.3.5), so it is wrong by no more,
 * however small it is. */
#ifndef LINEAR_EIGEN_H
#define LINEAR_EIGEN_H

#include <stdbool.h>
#include <stddef.h>

/* `a` is n * n, row by row; only what is on and below the diagonal is read, and all of it
 * is overwritten.  Row i of `vectors`, n * n as well, becomes the unit eigenvector to
 * value[i]; the values rise.  `work` has n entries.  False when an entry of `a` is not
 * finite or no eigenvalue is found (never seen): nothing is known then. */
bool eigen_solve(size_t n, double *a, double *value, double *vectors, double *work);
/* A bound of the error of each computed eigenvalue, from the values themselves. */
double eigen_error(size_t n, const double *value);

#endif
