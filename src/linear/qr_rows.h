/* SPDX-License-Identifier: MIT
 * qr_rows.h - the R of a matrix with many rows, a block of rows after the other.
 *
 * Golub and Van Loan (4th ed., 2013), section 6.5.3; J. Demmel, L. Grigori, M. Hoemmen
 * and J. Langou, Communication-optimal parallel and sequential QR and LU factorizations
 * (2012), section 3: reflections that take the block to zero and leave the triangle one.
 * Memory does not grow with the number of rows, and R is as exact as that of all rows at
 * once: its columns differ from the true ones by a few eps times their norms. */
#ifndef LINEAR_QR_ROWS_H
#define LINEAR_QR_ROWS_H

#include <stddef.h>

/* `r` is the upper triangle, columns * columns row by row, of the rows so far (0 of
 * none); what is below the diagonal is not touched.  It becomes that of those and `rows`
 * more, which are used up.  With a right side as the last column, that column becomes
 * Q'b, and its last number in magnitude the norm of the residual. */
void qr_add_rows(size_t columns, double *r, size_t rows, double *block);

#endif
