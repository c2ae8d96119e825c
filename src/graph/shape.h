/* SPDX-License-Identifier: MIT
 * shape.h - how many axes an array has, and how long each is.
 *
 * A scalar has no axis.  Elements are counted with the last axis fastest (row by row).
 * Shapes are aligned as in NumPy: from the last axis back; an axis of extent 1, or one
 * that is missing in front, is repeated as often as the other shape asks. */
#ifndef GRAPH_SHAPE_H
#define GRAPH_SHAPE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* The limit of elements keeps an array below 2 GiB, and an index exact in a double. */
enum { SHAPE_MOST_AXES = 8, SHAPE_MOST_ELEMENTS = 1 << 28 };

struct shape {
    size_t rank;                    /* number of axes */
    size_t extent[SHAPE_MOST_AXES]; /* from `rank` on they are 0 */
};

/* Why there is no such array. */
enum shape_fault {
    SHAPE_FITS,
    SHAPE_TOO_MANY_AXES, /* more than SHAPE_MOST_AXES */
    SHAPE_TOO_LARGE,     /* more than SHAPE_MOST_ELEMENTS */
    SHAPE_DIFFERENT,     /* extents that do not align, or other numbers of elements */
    SHAPE_NO_SUCH_AXIS,  /* an axis that the operand does not have, or has twice */
    SHAPE_NO_SUCH_INDEX, /* a slice that reaches outside */
    SHAPE_NO_MATRIX,     /* fewer than two axes */
    SHAPE_NOT_SQUARE     /* the last two extents differ */
};

struct shape shape_vector(size_t n);
struct shape shape_matrix(size_t rows, size_t columns);

/* Whether a graph may hold such an array: the product of the extents, where 0 counts as
 * 1, is within the limit, so that whatever is reduced, sliced or permuted from it is too.
 */
enum shape_fault shape_check(const struct shape *shape);
/* 1 for the scalar.  The shape has passed shape_check. */
size_t shape_elements(const struct shape *shape);
bool shape_equal(const struct shape *a, const struct shape *b);
/* The shape to which both are repeated; *out is valid when they fit. */
enum shape_fault shape_broadcast(const struct shape *a, const struct shape *b,
                                 struct shape *out);
/* Whether `from` can be repeated to exactly `to`. */
bool shape_broadcasts_to(const struct shape *from, const struct shape *to);

/* Sets of axes: bit i is axis i. */
unsigned shape_all_axes(const struct shape *shape);
/* The axes of `to` along which `from`, which can be broadcast to it, is repeated, and
 * those that it lacks, whatever their extents. */
unsigned shape_repeated_axes(const struct shape *from, const struct shape *to);
struct shape shape_without(const struct shape *shape, unsigned axes);
/* The same with these axes kept, at extent 1. */
struct shape shape_with_units(const struct shape *shape, unsigned axes);

/* "[3,4]"; "[]" for the scalar. */
void shape_write(struct text *out, const struct shape *shape);

#endif
