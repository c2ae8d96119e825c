/* SPDX-License-Identifier: MIT
 * The folding rules of the operations that move elements: one after the other is one, and
 * what repeats moves outwards, so that the work is done on what is repeated. */
#include "graph/array_fold.h"

#include <math.h>
#include <string.h>

node_id array_fold_same_shape(struct graph *graph, const struct array_expression *e)
{
    struct shape from = graph_shape(graph, e->operands[0]);
    return shape_equal(&from, &e->shape) ? e->operands[0] : 0;
}

/* The shape with axes of extent 1 in front, up to `rank` axes. */
static struct shape lengthen(const struct shape *shape, size_t rank)
{
    struct shape out = {.rank = rank};
    for (size_t i = 0; i < rank; i++)
        out.extent[i] =
            i + shape->rank < rank ? 1 : shape->extent[i + shape->rank - rank];
    return out;
}

/* Whether b is a with some axes of extent 1 more in front. */
static bool is_lengthened(const struct shape *a, const struct shape *b)
{
    if (a->rank > b->rank)
        return false;
    struct shape longer = lengthen(a, b->rank);
    return shape_equal(&longer, b);
}

node_id array_fold_broadcast(struct graph *graph, const struct array_expression *e)
{
    node_id x = e->operands[0];
    if (node_op(graph, x) != OP_BROADCAST && node_op(graph, x) != OP_RESHAPE)
        return 0;
    node_id inner = node_operand(graph, x, 0);
    struct shape from = graph_shape(graph, inner), to = graph_shape(graph, x);
    if (node_op(graph, x) == OP_RESHAPE && !is_lengthened(&from, &to))
        return 0;
    return graph_broadcast_to(graph, inner, &e->shape);
}

/* Any part of one repeated number is the number repeated. */
node_id array_fold_repeated_number(struct graph *graph, const struct array_expression *e)
{
    bool is_moving = e->op == OP_RESHAPE || e->op == OP_PERMUTE || e->op == OP_SLICE ||
                     e->op == OP_DIAGONAL;
    node_id inner = unbroadcast(graph, e->operands[0]);
    struct shape from = graph_shape(graph, inner), scalar = {0};
    if (!is_moving || inner == e->operands[0] || shape_elements(&from) != 1)
        return 0;
    return graph_broadcast_to(graph, graph_reshape(graph, inner, &scalar), &e->shape);
}

/* A scalar is only repeated, so that operations on elements see through it. */
node_id array_fold_reshape(struct graph *graph, const struct array_expression *e)
{
    node_id x = e->operands[0];
    if (is_scalar(graph, x))
        return graph_broadcast_to(graph, x, &e->shape);
    if (node_op(graph, x) != OP_RESHAPE && node_op(graph, x) != OP_BROADCAST)
        return 0;
    node_id inner = node_operand(graph, x, 0);
    struct shape from = graph_shape(graph, inner);
    bool is_same = shape_elements(&from) == shape_elements(&e->shape);
    return is_same ? graph_reshape(graph, inner, &e->shape) : 0;
}

/* What a broadcast repeats, with all axes of the result; 0 when x is none. */
static node_id repeated_part(struct graph *graph, node_id x, struct shape *shape)
{
    node_id inner = unbroadcast(graph, x);
    if (inner == x)
        return 0;
    struct shape from = graph_shape(graph, inner), to = graph_shape(graph, x);
    *shape = lengthen(&from, to.rank);
    return graph_reshape(graph, inner, shape);
}

/* ---- Axes in another order ---- */

/* Whether the axes whose extent is not 1 keep their order. */
static bool keeps_order(const struct array_expression *e)
{
    size_t last = 0;
    for (size_t i = 0; i < e->shape.rank; i++) {
        if (e->shape.extent[i] == 1)
            continue;
        if (e->attributes.order[i] < last)
            return false;
        last = e->attributes.order[i];
    }
    return true;
}

node_id array_fold_permute(struct graph *graph, const struct array_expression *e)
{
    node_id x = e->operands[0];
    if (keeps_order(e))
        return graph_reshape(graph, x, &e->shape);
    struct shape shape;
    node_id part = repeated_part(graph, x, &shape);
    if (part != 0)
        return graph_broadcast_to(graph, graph_permute(graph, part, e->attributes.order),
                                  &e->shape);
    if (node_op(graph, x) != OP_PERMUTE)
        return 0;
    struct attributes inner = graph_attributes(graph, x);
    size_t order[SHAPE_MOST_AXES] = {0};
    for (size_t i = 0; i < e->shape.rank; i++)
        order[i] = inner.order[e->attributes.order[i]];
    return graph_permute(graph, node_operand(graph, x, 0), order);
}

/* ---- Slices ---- */

static bool is_whole(const struct shape *from, const struct array_expression *e)
{
    bool is_plain = shape_equal(from, &e->shape);
    for (size_t i = 0; i < from->rank && is_plain; i++)
        is_plain = e->attributes.start[i] == 0 && e->attributes.stride[i] == 1;
    return is_plain;
}

static node_id slice_of_broadcast(struct graph *graph, const struct array_expression *e)
{
    struct shape part_shape, whole = graph_shape(graph, e->operands[0]);
    node_id part = repeated_part(graph, e->operands[0], &part_shape);
    if (part == 0)
        return 0;
    struct attributes a = e->attributes;
    struct shape count = e->shape;
    for (size_t i = 0; i < whole.rank; i++) {
        if (part_shape.extent[i] == whole.extent[i])
            continue;
        a.start[i] = 0;
        a.stride[i] = 1;
        count.extent[i] = 1;
    }
    node_id slice = graph_slice(graph, part, a.start, count.extent, a.stride);
    return graph_broadcast_to(graph, slice, &e->shape);
}

static node_id slice_of_slice(struct graph *graph, const struct array_expression *e)
{
    struct attributes a = graph_attributes(graph, e->operands[0]);
    for (size_t i = 0; i < e->shape.rank; i++) {
        a.start[i] += (size_t)(a.stride[i] * (ptrdiff_t)e->attributes.start[i]);
        a.stride[i] *= e->attributes.stride[i];
    }
    return graph_slice(graph, node_operand(graph, e->operands[0], 0), a.start,
                       e->shape.extent, a.stride);
}

static bool is_small_whole(double x)
{
    return fabs(x) < 9007199254740992.0 && x == floor(x); /* 2^53 */
}

/* Exact where all numbers are whole. */
static node_id slice_of_range(struct graph *graph, const struct array_expression *e)
{
    struct attributes range = graph_attributes(graph, e->operands[0]);
    size_t count = e->shape.extent[0];
    double step = range.step * (double)e->attributes.stride[0];
    double first = range.first + range.step * (double)e->attributes.start[0];
    double last = first + step * (double)count;
    if (!is_small_whole(range.first) || !is_small_whole(step) || !is_small_whole(first) ||
        !is_small_whole(last))
        return 0;
    bool is_beginning = e->attributes.start[0] == 0 && e->attributes.stride[0] == 1;
    return graph_range(graph, first, step, count,
                       is_beginning ? (uint32_t)range.symbol : 0);
}

/* What was put there. */
static node_id slice_of_pad(struct graph *graph, const struct array_expression *e)
{
    node_id inner = node_operand(graph, e->operands[0], 0);
    struct shape shape = graph_shape(graph, inner);
    struct attributes a = graph_attributes(graph, e->operands[0]);
    bool is_same = shape_equal(&shape, &e->shape) &&
                   memcmp(a.start, e->attributes.start, sizeof a.start) == 0 &&
                   memcmp(a.stride, e->attributes.stride, sizeof a.stride) == 0;
    return is_same ? inner : 0;
}

/* The axis along which the slice takes less, if it is one alone; else SIZE_MAX. */
static size_t sliced_axis(const struct shape *from, const struct array_expression *e)
{
    size_t axis = SIZE_MAX;
    for (size_t i = 0; i < from->rank; i++) {
        if (from->extent[i] == e->shape.extent[i] && e->attributes.stride[i] == 1)
            continue;
        if (axis != SIZE_MAX)
            return SIZE_MAX;
        axis = i;
    }
    return axis;
}

enum { MOST_PARTS = 64 }; /* that are searched: the work of n slices stays linear */

/* Out of one part, when the slice lies in it. */
static node_id slice_of_concat(struct graph *graph, const struct array_expression *e)
{
    node_id x = e->operands[0];
    struct shape from = graph_shape(graph, x);
    size_t axis = graph_attributes(graph, x).axis, begin = 0;
    if (sliced_axis(&from, e) != axis || e->attributes.stride[axis] < 0)
        return 0;
    size_t start = e->attributes.start[axis], count = e->shape.extent[axis];
    size_t end = start + (count - 1) * (size_t)e->attributes.stride[axis] + 1;
    for (size_t i = 0; i < node_count(graph, x) && i < MOST_PARTS; i++) {
        node_id part = node_operand(graph, x, i);
        size_t extent = graph_shape(graph, part).extent[axis];
        if (start >= begin && end <= begin + extent)
            return graph_slice_axis(graph, part, axis, start - begin, count,
                                    e->attributes.stride[axis]);
        begin += extent;
    }
    return 0;
}

node_id array_fold_slice(struct graph *graph, const struct array_expression *e)
{
    node_id x = e->operands[0];
    struct shape from = graph_shape(graph, x);
    if (is_whole(&from, e))
        return x;
    switch (node_op(graph, x)) {
    case OP_BROADCAST:
        return slice_of_broadcast(graph, e);
    case OP_SLICE:
        return slice_of_slice(graph, e);
    case OP_RANGE:
        return slice_of_range(graph, e);
    case OP_PAD:
        return slice_of_pad(graph, e);
    case OP_CONCAT:
        return slice_of_concat(graph, e);
    default:
        return 0;
    }
}

node_id array_fold_pad(struct graph *graph, const struct array_expression *e)
{
    struct shape from = graph_shape(graph, e->operands[0]);
    return is_whole(&from, e) ? e->operands[0] : 0;
}
