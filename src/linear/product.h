/* SPDX-License-Identifier: MIT
 * product.h - products of dense matrices.
 *
 * Golub and Van Loan, Matrix Computations (4th ed., 2013), section 1.5: blocks that stay
 * in the cache.  The order of all operations is fixed: every entry is the sum of its
 * products one after the other, from the first to the last, as three plain loops give it;
 * so the result is the same for any compiler, vector width and size of a block, and a
 * row or column of it does not depend on the others.  |error| <= n eps |A| |B| entry by
 * entry, n terms a sum (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.,
 * 2002, section 3.5).  NaN and infinities act as in any sum.  Nothing is allocated;
 * the stack holds 17 KB. */
#ifndef LINEAR_PRODUCT_H
#define LINEAR_PRODUCT_H

#include "linear/view.h"

/* What becomes of the entries that stand in the result.  Added to and subtracted from
 * are they themselves: (c + p0) + p1 ... */
enum product_use { PRODUCT_SET, PRODUCT_ADD, PRODUCT_SUBTRACT };

/* C <- A B, C + A B or C - A B with A of rows * inner, B of inner * columns, either of
 * them transposed by its view.  C has contiguous rows, the next one c_step >= columns
 * further, and shares no entry with A or B. */
void product_multiply(enum product_use use, size_t rows, size_t inner, size_t columns,
                      struct view a, struct view b, double *c, size_t c_step);

/* y <- A x, y + A x or y - A x; the bits of a product with one column. */
void product_vector(enum product_use use, size_t rows, size_t inner, struct view a,
                    const double *x, double *y);

#endif
