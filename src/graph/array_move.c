/* SPDX-License-Identifier: MIT
 * Constructors of the operations that move elements and leave their values as they are.
 */
#include "graph/array_node.h"

static const struct attributes none;

node_id graph_broadcast_to(struct graph *graph, node_id x, const struct shape *shape)
{
    if (x == 0)
        return 0;
    struct shape from = graph_shape(graph, x);
    enum shape_fault fault = shape_check(shape);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    if (!shape_broadcasts_to(&from, shape))
        return array_refuse(graph, SHAPE_DIFFERENT);
    return array_make1(graph, OP_BROADCAST, x, shape, &none);
}

node_id graph_reshape(struct graph *graph, node_id x, const struct shape *shape)
{
    if (x == 0)
        return 0;
    struct shape from = graph_shape(graph, x);
    enum shape_fault fault = shape_check(shape);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    if (shape_elements(&from) != shape_elements(shape))
        return array_refuse(graph, SHAPE_DIFFERENT);
    return array_make1(graph, OP_RESHAPE, x, shape, &none);
}

node_id graph_permute(struct graph *graph, node_id x, const size_t *order)
{
    if (x == 0)
        return 0;
    struct shape from = graph_shape(graph, x), to = {.rank = from.rank};
    struct attributes attributes = {0};
    unsigned seen = 0;
    for (size_t i = 0; i < from.rank; i++) {
        if (order[i] >= from.rank || (seen >> order[i] & 1) != 0)
            return array_refuse(graph, SHAPE_NO_SUCH_AXIS);
        seen |= 1u << order[i];
        attributes.order[i] = order[i];
        to.extent[i] = from.extent[order[i]];
    }
    return array_make1(graph, OP_PERMUTE, x, &to, &attributes);
}

node_id graph_transpose(struct graph *graph, node_id x)
{
    if (x == 0)
        return 0;
    size_t rank = graph_shape(graph, x).rank, order[SHAPE_MOST_AXES] = {0};
    if (rank < 2)
        return array_refuse(graph, SHAPE_NO_MATRIX);
    for (size_t i = 0; i < rank; i++)
        order[i] = i;
    order[rank - 2] = rank - 1;
    order[rank - 1] = rank - 2;
    return graph_permute(graph, x, order);
}

/* ---- Slices ---- */

/* Whether start, start + stride, ... stay inside; what does not matter is made plain. */
static bool check_run(size_t extent, size_t *start, size_t count, ptrdiff_t *stride)
{
    if (count <= 1)
        *stride = 1;
    if (count == 0)
        *start = 0;
    if (count == 0)
        return true;
    if (*start >= extent || *stride == 0 || count > extent)
        return false;
    size_t room = *stride > 0 ? extent - 1 - *start : *start;
    size_t size = *stride > 0 ? (size_t)*stride : (size_t)0 - (size_t)*stride;
    return count == 1 || size <= room / (count - 1);
}

node_id graph_slice(struct graph *graph, node_id x, const size_t *start,
                    const size_t *count, const ptrdiff_t *stride)
{
    if (x == 0)
        return 0;
    struct shape from = graph_shape(graph, x), to = {.rank = from.rank};
    struct attributes attributes = {0};
    for (size_t i = 0; i < from.rank; i++) {
        attributes.start[i] = start[i];
        attributes.stride[i] = stride[i];
        to.extent[i] = count[i];
        if (!check_run(from.extent[i], &attributes.start[i], count[i],
                       &attributes.stride[i]))
            return array_refuse(graph, SHAPE_NO_SUCH_INDEX);
    }
    return array_make1(graph, OP_SLICE, x, &to, &attributes);
}

node_id graph_slice_axis(struct graph *graph, node_id x, size_t axis, size_t start,
                         size_t count, ptrdiff_t stride)
{
    if (x == 0)
        return 0;
    struct shape shape = graph_shape(graph, x);
    size_t starts[SHAPE_MOST_AXES] = {0};
    ptrdiff_t strides[SHAPE_MOST_AXES];
    if (axis >= shape.rank)
        return array_refuse(graph, SHAPE_NO_SUCH_AXIS);
    for (size_t i = 0; i < shape.rank; i++)
        strides[i] = 1;
    starts[axis] = start;
    strides[axis] = stride;
    shape.extent[axis] = count;
    return graph_slice(graph, x, starts, shape.extent, strides);
}

node_id graph_pick(struct graph *graph, node_id x, size_t axis, size_t index)
{
    node_id slice = graph_slice_axis(graph, x, axis, index, 1, 1);
    if (slice == 0)
        return 0;
    struct shape shape = graph_shape(graph, slice);
    shape = shape_without(&shape, 1u << axis);
    return graph_reshape(graph, slice, &shape);
}

node_id graph_pad(struct graph *graph, node_id x, const size_t *start,
                  const ptrdiff_t *stride, const struct shape *shape)
{
    if (x == 0)
        return 0;
    struct shape from = graph_shape(graph, x);
    struct attributes attributes = {0};
    enum shape_fault fault = shape_check(shape);
    if (fault != SHAPE_FITS || from.rank != shape->rank)
        return array_refuse(graph, fault != SHAPE_FITS ? fault : SHAPE_DIFFERENT);
    for (size_t i = 0; i < from.rank; i++) {
        attributes.start[i] = start[i];
        attributes.stride[i] = stride[i];
        if (!check_run(shape->extent[i], &attributes.start[i], from.extent[i],
                       &attributes.stride[i]))
            return array_refuse(graph, SHAPE_NO_SUCH_INDEX);
    }
    return array_make1(graph, OP_PAD, x, shape, &attributes);
}

/* ---- By index ---- */

/* The shape of gather: that of the index in the place of one axis. */
static enum shape_fault replace_axis(const struct shape *x, const struct shape *index,
                                     size_t axis, struct shape *out)
{
    *out = (struct shape){.rank = x->rank - 1 + index->rank};
    if (out->rank > SHAPE_MOST_AXES)
        return SHAPE_TOO_MANY_AXES;
    for (size_t i = 0; i < out->rank; i++)
        out->extent[i] = i < axis                 ? x->extent[i]
                         : i < axis + index->rank ? index->extent[i - axis]
                                                  : x->extent[i + 1 - index->rank];
    return shape_check(out);
}

node_id graph_gather(struct graph *graph, node_id x, node_id index, size_t axis)
{
    if (x == 0 || index == 0)
        return 0;
    struct shape from = graph_shape(graph, x), indices = graph_shape(graph, index), to;
    if (axis >= from.rank)
        return array_refuse(graph, SHAPE_NO_SUCH_AXIS);
    enum shape_fault fault = replace_axis(&from, &indices, axis, &to);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    struct attributes attributes = {.axis = axis};
    return array_make2(graph, OP_GATHER, x, index, &to, &attributes);
}

node_id graph_scatter(struct graph *graph, node_id x, node_id index, size_t axis,
                      const struct shape *shape)
{
    if (x == 0 || index == 0)
        return 0;
    struct shape from = graph_shape(graph, x), indices = graph_shape(graph, index), due;
    enum shape_fault fault = shape_check(shape);
    if (fault == SHAPE_FITS && axis >= shape->rank)
        fault = SHAPE_NO_SUCH_AXIS;
    if (fault == SHAPE_FITS)
        fault = replace_axis(shape, &indices, axis, &due);
    if (fault == SHAPE_FITS && !shape_equal(&from, &due))
        fault = SHAPE_DIFFERENT;
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    struct attributes attributes = {.axis = axis};
    return array_make2(graph, OP_SCATTER, x, index, shape, &attributes);
}

static bool fits_beside(const struct shape *a, const struct shape *b, size_t axis)
{
    bool fits = a->rank == b->rank;
    for (size_t i = 0; i < a->rank && fits; i++)
        fits = i == axis || a->extent[i] == b->extent[i];
    return fits;
}

node_id graph_concat(struct graph *graph, const node_id *parts, size_t count, size_t axis)
{
    if (count == 0)
        return array_refuse(graph, SHAPE_DIFFERENT);
    for (size_t i = 0; i < count; i++)
        if (parts[i] == 0)
            return 0;
    struct shape to = graph_shape(graph, parts[0]);
    if (axis >= to.rank)
        return array_refuse(graph, SHAPE_NO_SUCH_AXIS);
    for (size_t i = 1; i < count; i++) {
        struct shape part = graph_shape(graph, parts[i]);
        if (!fits_beside(&to, &part, axis))
            return array_refuse(graph, SHAPE_DIFFERENT);
        to.extent[axis] += part.extent[axis];
        if (shape_check(&to) != SHAPE_FITS)
            return array_refuse(graph, SHAPE_TOO_LARGE);
    }
    struct arena_mark mark = graph_scratch(graph);
    node_id *operands = ARENA_ARRAY(&graph->scratch, count, node_id);
    for (size_t i = 0; i < count; i++)
        operands[i] = parts[i];
    struct array_expression e = {OP_CONCAT, operands, count, {.axis = axis}, to};
    node_id node = array_make(graph, &e);
    arena_release(&graph->scratch, mark);
    return node;
}

/* ---- Along the last axis ---- */

static node_id along_last(struct graph *graph, enum op op, node_id x, bool is_reversed)
{
    if (x == 0)
        return 0;
    struct shape shape = graph_shape(graph, x);
    if (shape.rank == 0)
        return array_refuse(graph, SHAPE_NO_SUCH_AXIS);
    struct attributes attributes = {.is_reversed = is_reversed};
    return array_make1(graph, op, x, &shape, &attributes);
}

node_id graph_cumsum(struct graph *graph, node_id x, bool is_reversed)
{
    return along_last(graph, OP_CUMSUM, x, is_reversed);
}

node_id graph_argsort(struct graph *graph, node_id x)
{
    return along_last(graph, OP_ARGSORT, x, false);
}

/* Each row is taken by its own order: from all rows as one vector, in which row i begins
 * at n*i. */
node_id graph_sort(struct graph *graph, node_id x)
{
    node_id order = graph_argsort(graph, x);
    if (order == 0)
        return 0;
    struct shape shape = graph_shape(graph, x);
    size_t n = shape.extent[shape.rank - 1], total = shape_elements(&shape);
    if (shape.rank == 1)
        return graph_gather(graph, x, order, 0);
    struct shape all = shape_vector(total), by_row = shape;
    by_row.extent[shape.rank - 1] = 1;
    node_id begins = graph_range(graph, 0, (double)n, n == 0 ? 0 : total / n, 0);
    if (n == 0)
        return x;
    node_id index =
        graph_apply2(graph, OP_ADD, graph_reshape(graph, begins, &by_row), order);
    return graph_gather(graph, graph_reshape(graph, x, &all), index, 0);
}
