/* SPDX-License-Identifier: MIT
 * walk.h - the rows of a walk: the points of many fixed steps made at once, and what is
 * known of each. */
#ifndef DESCENT_WALK_H
#define DESCENT_WALK_H

#include <stddef.h>

/* Row 0 is the current point, the others are those after it.  One number a row, n of x
 * and gradient. */
struct walk_rows {
    double *x, *gradient;
    double *value, *gradient_norm;
    double *value_change, *length, *norm; /* of the move to the point; |x| */
    size_t wanted;                        /* steps to be made next */
};

/* How many numbers the rows are. */
size_t walk_numbers(size_t n);
/* `numbers` may be NULL: there are no rows. */
void walk_init(struct walk_rows *rows, double *numbers, size_t n);

#endif
