/* SPDX-License-Identifier: MIT
 * triangular.h - systems of equations whose matrix is triangular.
 *
 * Golub and Van Loan (4th ed., 2013), section 3.1: substitution by blocks, so that most
 * of the work is a product.  Each solution solves a matrix that differs from T by at
 * most n eps |T|, entry by entry (Higham, 2nd ed., 2002, section 8.1).  The order of all
 * operations is fixed, and a column's solution does not depend on the other columns. */
#ifndef LINEAR_TRIANGULAR_H
#define LINEAR_TRIANGULAR_H

#include "linear/view.h"

/* A unit diagonal is not read. */
enum triangular_diagonal { TRIANGULAR_GENERAL, TRIANGULAR_UNIT };

/* T X = B for `count` right sides: B is n * count, each row contiguous, the next one
 * b_step >= count further; X takes its place.  Of T the half that the name tells is read;
 * a transposed lower triangle is an upper one.  A zero on the diagonal gives infinities
 * or NaN. */
void triangular_lower(enum triangular_diagonal diagonal, size_t n, struct view t,
                      size_t count, double *b, size_t b_step);
void triangular_upper(enum triangular_diagonal diagonal, size_t n, struct view t,
                      size_t count, double *b, size_t b_step);

#endif
