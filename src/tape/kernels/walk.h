/* SPDX-License-Identifier: MIT
 * walk.h - going over several arrays of one shape together, row by row.
 *
 * An array is seen by strides: how far the next element is along each axis, 0 where it is
 * repeated.  Axes that all arrays step over evenly are joined, so that most walks are one
 * long row, and the kernels are loops over rows. */
#ifndef TAPE_KERNELS_WALK_H
#define TAPE_KERNELS_WALK_H

#include "graph/shape.h"

enum { WALK_MOST_ARRAYS = 8 };

struct strides {
    ptrdiff_t axis[SHAPE_MOST_AXES];
};

/* Of an array without gaps. */
struct strides strides_of(const struct shape *shape);
/* Of such an array of shape `from` that is repeated to `to`. */
struct strides strides_repeated(const struct shape *from, const struct shape *to);

struct walk {
    size_t count;                       /* of arrays */
    size_t width;                       /* elements of a row */
    ptrdiff_t step[WALK_MOST_ARRAYS];   /* from one to the next within a row */
    ptrdiff_t offset[WALK_MOST_ARRAYS]; /* where the row begins */
    size_t rank;                        /* of the joined axes; axis 0 is the row */
    size_t extent[SHAPE_MOST_AXES], at[SHAPE_MOST_AXES];
    struct strides outer[WALK_MOST_ARRAYS];
};

/* Stands at the first row; false when the shape has no elements. */
bool walk_begin(struct walk *walk, const struct shape *shape,
                const struct strides *strides, size_t count);
/* On to the next row; false after the last one. */
bool walk_next(struct walk *walk);

#endif
