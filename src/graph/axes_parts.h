/* SPDX-License-Identifier: MIT
 * axes_parts.h - what the files of axes.h share. */
#ifndef GRAPH_AXES_PARTS_H
#define GRAPH_AXES_PARTS_H

#include "graph/axes.h"

/* All whole, one for each axis that a node can have. */
struct axis_index *axes_indices(struct axes *axes);
/* Aligned from the last axis back, as the operand of an operation of scalars. */
struct axes_view axes_aligned(const struct graph *graph, struct axes_view view,
                              node_id operand);
/* One step from what only moves elements to what it moves; false at anything else. */
bool axes_see_through(struct axes *axes, struct axes_view *view);

bool axes_is_reduction(enum op op);
/* Fills loops, mask and body of a reduction. */
void axes_open_loops(struct axes *axes, struct axes_parts *parts);
/* The element under the names of new loops over all axes that are not yet taken by one.
 */
void axes_open_repeat(struct axes *axes, struct axes_parts *parts);
/* Whether the shapes differ by axes of one element alone; axis_of[i] is then the axis of
 * `to` that axis i of `from` has become, SIZE_MAX of one of one element. */
bool axes_unit_moves(const struct shape *from, const struct shape *to, size_t *axis_of);

#endif
