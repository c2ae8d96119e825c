/* SPDX-License-Identifier: MIT
 * definite.h - minima of many variables, by a Cholesky factorization of the Hessian.
 *
 * The Hessian is made column by column of products.  The factorization of a matrix that
 * is lowered by a bound on all that rounding does to it can only succeed when the matrix
 * itself is positive definite (Rump, Verification of positive definiteness, BIT Numerical
 * Mathematics 46 (2006)); |E| <= (n + 1) eps |L||L'| for A + E = L L' gives the norm of E
 * by the trace (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., theorem
 * 10.3).  What rounding does to the entries is taken from their sizes and from what
 * should be symmetric and is not. */
#ifndef DESCENT_DEFINITE_H
#define DESCENT_DEFINITE_H

#include "descent/diagnosis.h"

/* Takes the memory.  False where the Hessian is not to be had, or the memory ends. */
bool definite_begin(const struct descent *d, struct diagnosis *diagnosis);
/* Newton's steps on from `point`, as long as the norm of the gradient falls.  True: the
 * Hessian at `point` is known, and was positive definite up to rounding. */
bool definite_polish(const struct descent *d, struct diagnosis *diagnosis);
/* After that: the Hessian is positive definite, and stays so as far around `point` as the
 * gradient there, rounding included, can hide the minimum. */
bool definite_prove(const struct descent *d, struct diagnosis *diagnosis);
void definite_free(const struct descent *d, struct diagnosis *diagnosis);

#endif
