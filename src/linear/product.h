/* SPDX-License-Identifier: MIT
 * product.h - products of dense matrices.
 *
 * The order of all operations is fixed.  The products of an entry are taken in blocks of
 * PRODUCT_BLOCK terms: a block's sum begins with 0 and takes its terms one after the
 * other, each rounded once with the sum where the processor has a fused multiply-add, by
 * itself and with the sum elsewhere.  The blocks' sums come onto the entry one after the
 * other; of more than PRODUCT_RUN terms, each run of so many is summed first in that way,
 * from 0, then each PRODUCT_LONG terms their runs, and these come onto the entry.  So an
 * entry does not depend on the others, on the way by which they are computed or on the
 * number of threads, and has the same bits on all processors with fused multiply-add.
 * |error| <= (256 + 64 + 64 + n / 2^20) eps |A| |B| entry by entry, n terms a sum
 * (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, sections 3.5
 * and 4.2). NaN and infinities act as in any sum.  Nothing is allocated; the stack holds
 * up to 190 KB, for packed factors 50 KB. */
#ifndef LINEAR_PRODUCT_H
#define LINEAR_PRODUCT_H

#include "linear/view.h"

enum {
    PRODUCT_BLOCK = 256,
    PRODUCT_RUN = 64 * PRODUCT_BLOCK,
    PRODUCT_LONG = 64 * PRODUCT_RUN
};

/* What becomes of the entries that stand in the result. */
enum product_use { PRODUCT_SET, PRODUCT_ADD, PRODUCT_SUBTRACT };

/* C <- A B, C + A B or C - A B with A of rows * inner, B of inner * columns, either of
 * them transposed by its view.  C has contiguous rows, the next one c_step >= columns
 * further, and shares no entry with A or B. */
void product_multiply(enum product_use use, size_t rows, size_t inner, size_t columns,
                      struct view a, struct view b, double *c, size_t c_step);

/* By whom a long product can be ended: go_on(user, terms) is told of the multiplications
 * to come, some milliseconds of work; after a false nothing is computed any more. */
struct product_poll {
    bool (*go_on)(void *user, size_t terms);
    void *user;
};
/* The same with a poll, or NULL; false when it was ended, and C holds nothing of use. */
bool product_multiply_polled(enum product_use use, size_t rows, size_t inner,
                             size_t columns, struct view a, struct view b, double *c,
                             size_t c_step, const struct product_poll *poll);

/* y <- A x, y + A x or y - A x; the bits of a product with one column. */
void product_vector(enum product_use use, size_t rows, size_t inner, struct view a,
                    const double *x, double *y);

/* ---- By tiles of rows ----
 *
 * A program that passes over rows, some hundred at a time, packs B once and multiplies
 * each tile of A by it.  For a sum over all rows, X' R, the tiles are the blocks: a tile
 * of at most PRODUCT_BLOCK rows is
 *     product_multiply(PRODUCT_ADD, m, rows, n, view_transposed(x), r, c, n).
 * What is called here needs no memory but what it is given, and may run on any thread. */

/* The numbers that a packed B of inner * columns takes. */
size_t product_packed_size(size_t inner, size_t columns);
/* The layout is the processor's. */
void product_pack(size_t inner, size_t columns, struct view b, double *packed);
/* product_multiply for a packed B and an A that is a tile: row by row, or transposed, of
 * columns that are contiguous.  `inner` is at most PRODUCT_RUN. */
void product_packed(enum product_use use, size_t rows, size_t inner, size_t columns,
                    struct view a, const double *packed, double *c, size_t c_step);

/* Whether products are not rounded before they are added here. */
bool product_is_fused(void);

#endif
