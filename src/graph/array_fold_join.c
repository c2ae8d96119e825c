/* SPDX-License-Identifier: MIT
 * The folding rules of gathers, scatters and joined parts. */
#include "graph/array_fold.h"

#include <math.h>
#include <string.h>

/* ---- By index ---- */

/* The operand of a sum or a product that is no number, if it is one alone: a*x + b with
 * the numbers taken into *a and *b; else 0. */
static node_id take_numbers(const struct graph *graph, node_id node, double *a, double *b)
{
    node_id varying = 0;
    double number = node_op(graph, node) == OP_ADD ? 0 : 1;
    for (size_t i = 0; i < node_count(graph, node); i++) {
        node_id operand = node_operand(graph, node, i);
        if (!is_constant(graph, operand) && varying != 0)
            return 0;
        if (!is_constant(graph, operand))
            varying = operand;
        else if (node_op(graph, node) == OP_ADD)
            number += node_value(graph, operand);
        else
            number *= node_value(graph, operand);
    }
    if (node_op(graph, node) == OP_ADD)
        *b += *a * number;
    else
        *a *= number;
    return varying;
}

/* Whole numbers that a double holds exactly. */
static bool is_small_whole(double x)
{
    return fabs(x) < 9007199254740992.0 && x == floor(x); /* 2^53 */
}

enum { DEEPEST_INDEX = 8 };

bool graph_find_steps(const struct graph *graph, node_id index, double *first,
                      double *step)
{
    double a = 1, b = 0;
    for (int i = 0; i < DEEPEST_INDEX && index != 0; i++) {
        if (!is_small_whole(a) || !is_small_whole(b))
            return false;
        switch (node_op(graph, index)) {
        case OP_RANGE: {
            struct attributes range = graph_attributes(graph, index);
            *first = a * range.first + b;
            *step = a * range.step;
            return true;
        }
        case OP_CONSTANT:
            *first = a * node_value(graph, index) + b;
            *step = 1;
            return true;
        case OP_RESHAPE:
            index = node_operand(graph, index, 0);
            break;
        case OP_NEGATE:
            a = -a;
            index = node_operand(graph, index, 0);
            break;
        case OP_ADD:
        case OP_MULTIPLY:
            index = take_numbers(graph, index, &a, &b);
            break;
        default:
            return false;
        }
    }
    return false;
}

/* The slice that an index takes out of an axis of this extent; the index has elements. */
static bool find_run(const struct graph *graph, node_id index, size_t extent,
                     size_t *start, size_t *count, ptrdiff_t *stride)
{
    double first = 0, step = 0;
    struct shape shape = graph_shape(graph, index);
    if (!graph_find_steps(graph, index, &first, &step))
        return false;
    *count = shape_elements(&shape);
    double last = first + step * (double)(*count - 1), most = (double)extent - 1;
    bool is_inside = is_small_whole(first) && is_small_whole(step) && step != 0 &&
                     first >= 0 && last >= 0 && first <= most && last <= most;
    if (!is_inside)
        return false;
    *start = (size_t)first;
    *stride = *count == 1 ? 1 : (ptrdiff_t)step;
    return true;
}

node_id array_fold_gather(struct graph *graph, const struct array_expression *e)
{
    struct shape shape = graph_shape(graph, e->operands[0]);
    size_t axis = e->attributes.axis, start = 0, count = 0;
    ptrdiff_t stride = 0;
    if (!find_run(graph, e->operands[1], shape.extent[axis], &start, &count, &stride))
        return 0;
    node_id slice = graph_slice_axis(graph, e->operands[0], axis, start, count, stride);
    return graph_reshape(graph, slice, &e->shape);
}

node_id array_fold_scatter(struct graph *graph, const struct array_expression *e)
{
    size_t axis = e->attributes.axis, count = 0;
    struct attributes a = {0};
    struct shape run = e->shape;
    for (size_t i = 0; i < run.rank; i++)
        a.stride[i] = 1;
    if (!find_run(graph, e->operands[1], e->shape.extent[axis], &a.start[axis], &count,
                  &a.stride[axis]))
        return 0;
    run.extent[axis] = count;
    node_id x = graph_reshape(graph, e->operands[0], &run);
    return graph_pad(graph, x, a.start, a.stride, &e->shape);
}

/* ---- Parts ---- */

static size_t extent_along(const struct graph *graph, node_id part, size_t axis)
{
    return graph_shape(graph, part).extent[axis];
}

enum { MOST_OPENED = 64 }; /* so that joining one after the other takes linear room */

/* Parts without elements fall away; parts that are joined along the same axis stand for
 * themselves.  Returns how many there are, or may be where `out` is NULL. */
static size_t list_parts(const struct graph *graph, const struct array_expression *e,
                         node_id *out)
{
    size_t count = 0, axis = e->attributes.axis;
    for (size_t i = 0; i < e->count; i++) {
        node_id part = e->operands[i];
        bool is_joined = node_op(graph, part) == OP_CONCAT &&
                         graph_attributes(graph, part).axis == axis;
        size_t inner = is_joined ? node_count(graph, part) : 1;
        for (size_t k = 0; k < inner; k++) {
            node_id one = is_joined ? node_operand(graph, part, k) : part;
            if (extent_along(graph, one, axis) == 0)
                continue;
            if (out != NULL)
                out[count] = one;
            count++;
        }
    }
    return count;
}

node_id array_fold_concat(struct graph *graph, const struct array_expression *e)
{
    size_t count = list_parts(graph, e, NULL);
    if (count > MOST_OPENED && count > e->count)
        return 0;
    node_id *parts = ARENA_ARRAY(&graph->scratch, count, node_id);
    (void)list_parts(graph, e, parts);
    if (count == 1)
        return parts[0];
    if (count == e->count && memcmp(parts, e->operands, count * sizeof *parts) == 0)
        return 0;
    return graph_concat(graph, parts, count, e->attributes.axis);
}
