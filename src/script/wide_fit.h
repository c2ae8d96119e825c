/* SPDX-License-Identifier: MIT
 * wide_fit.h - linear least squares in numbers of two doubles. */
#ifndef SCRIPT_WIDE_FIT_H
#define SCRIPT_WIDE_FIT_H

#include "math/wide.h"

#include <stddef.h>

/* Makes the upper triangle of m >= n rows of n + 1 numbers, row by row, the last column
 * being the right side: Householder reflections (Golub and Van Loan, 4th ed., 2013,
 * section 5.2) after the columns are divided by powers of two, `scales`, n + 1.  The
 * upper n + 1 rows (n if m is n) then hold R and, in the last column, Q'b with the norm
 * of what is left of b below.  False when a number is not finite or a column depends on
 * those before it. */
bool wide_triangle(size_t m, size_t n, struct wide *rows, double *scales);
/* p of R p = Q'b, the scales undone. */
void wide_solve(size_t n, const struct wide *triangle, const double *scales,
                struct wide *p);
/* The roots of the diagonal of (R'R)^-1, and its entries over those of their rows and
 * columns, n * n; `inverse` is room for n * n. */
void wide_errors(size_t n, const struct wide *triangle, const double *scales,
                 struct wide *inverse, double *errors, double *correlation);

#endif
