/* SPDX-License-Identifier: MIT
 * What only moves elements is not written: its operand is, under another view. */
#include "graph/axes_parts.h"

static size_t rank_of(const struct graph *graph, node_id node)
{
    return graph_shape(graph, node).rank;
}

bool axes_unit_moves(const struct shape *from, const struct shape *to, size_t *axis_of)
{
    size_t k = 0;
    for (size_t i = 0; i < from->rank; i++) {
        axis_of[i] = SIZE_MAX;
        if (from->extent[i] == 1)
            continue;
        while (k < to->rank && to->extent[k] == 1)
            k++;
        if (k == to->rank || to->extent[k] != from->extent[i])
            return false;
        axis_of[i] = k++;
    }
    while (k < to->rank && to->extent[k] == 1)
        k++;
    return k == to->rank;
}

/* Axes of one element that are added, or that drop out. */
static bool through_reshape(struct axes *axes, struct axes_view *view)
{
    size_t axis_of[SHAPE_MOST_AXES];
    node_id operand = node_operand(axes->graph, view->node, 0);
    struct shape from = graph_shape(axes->graph, operand),
                 to = graph_shape(axes->graph, view->node);
    if (!axes_unit_moves(&from, &to, axis_of))
        return false;
    struct axis_index *at = axes_indices(axes);
    for (size_t i = 0; i < from.rank; i++)
        if (axis_of[i] != SIZE_MAX)
            at[i] = view->at[axis_of[i]];
        else
            at[i].kind = AXIS_AT;
    *view = (struct axes_view){operand, at, false};
    return true;
}

/* As long as the axes that are taken whole keep their order. */
static bool through_permute(struct axes *axes, struct axes_view *view)
{
    struct attributes attributes = graph_attributes(axes->graph, view->node);
    struct shape shape = graph_shape(axes->graph, view->node);
    struct axis_index *at = axes_indices(axes);
    size_t next = 0;
    for (size_t i = 0; i < shape.rank; i++) {
        bool is_single = view->at[i].kind == AXIS_AT || shape.extent[i] == 1;
        at[attributes.order[i]] = view->at[i];
        if (!is_single && attributes.order[i] < next)
            return false;
        if (!is_single)
            next = attributes.order[i];
    }
    *view = (struct axes_view){node_operand(axes->graph, view->node, 0), at, false};
    return true;
}

static bool slice_index(struct axis_index *index, size_t start, ptrdiff_t stride,
                        size_t count)
{
    ptrdiff_t first = (ptrdiff_t)start;
    switch (index->kind) {
    case AXIS_AT:
        index->start = first + stride * index->start;
        index->stride *= stride;
        return true;
    case AXIS_WHOLE:
        *index = (struct axis_index){
            .kind = count == 1 ? AXIS_AT : AXIS_PART, .start = first, .count = count};
        return count == 1 || stride == 1;
    case AXIS_PART:
        index->start += first;
        return stride == 1;
    case AXIS_BY:
        break;
    }
    return start == 0 && stride == 1;
}

static bool through_slice(struct axes *axes, struct axes_view *view)
{
    node_id operand = node_operand(axes->graph, view->node, 0);
    struct attributes attributes = graph_attributes(axes->graph, view->node);
    struct shape shape = graph_shape(axes->graph, view->node),
                 from = graph_shape(axes->graph, operand);
    struct axis_index *at = axes_indices(axes);
    for (size_t i = 0; i < shape.rank; i++) {
        bool is_all = shape.extent[i] == from.extent[i] && attributes.stride[i] == 1;
        at[i] = view->at[i];
        if (!is_all && !slice_index(&at[i], attributes.start[i], attributes.stride[i],
                                    shape.extent[i]))
            return false;
    }
    *view = (struct axes_view){operand, at, false};
    return true;
}

/* sort(x) is x in the order that sorts x. */
static bool is_sort(const struct graph *graph, node_id gather)
{
    node_id index = node_operand(graph, gather, 1);
    return node_op(graph, index) == OP_ARGSORT &&
           node_operand(graph, index, 0) == node_operand(graph, gather, 0);
}

static bool through_gather(struct axes *axes, struct axes_view *view)
{
    node_id operand = node_operand(axes->graph, view->node, 0);
    node_id index = node_operand(axes->graph, view->node, 1);
    size_t axis = graph_attributes(axes->graph, view->node).axis;
    size_t rank = rank_of(axes->graph, operand), taken = rank_of(axes->graph, index);
    struct axis_index *at = axes_indices(axes);
    if (is_sort(axes->graph, view->node))
        return false;
    for (size_t i = 0; i < rank; i++)
        if (i != axis)
            at[i] = view->at[i < axis ? i : i - 1 + taken];
    at[axis] = (struct axis_index){.kind = AXIS_BY, .node = index, .at = view->at + axis};
    *view = (struct axes_view){operand, at, false};
    return true;
}

/* The part in which a known position lies. */
static bool through_concat(struct axes *axes, struct axes_view *view)
{
    const struct graph *graph = axes->graph;
    size_t axis = graph_attributes(graph, view->node).axis;
    size_t rank = rank_of(graph, view->node);
    if (view->at[axis].kind != AXIS_AT || view->at[axis].loop != NULL)
        return false;
    struct axis_index *at = axes_indices(axes);
    for (size_t i = 0; i < rank; i++)
        at[i] = view->at[i];
    for (size_t i = 0; i < node_count(graph, view->node); i++) {
        node_id part = node_operand(graph, view->node, i);
        ptrdiff_t extent = (ptrdiff_t)graph_shape(graph, part).extent[axis];
        if (at[axis].start < extent) {
            *view = (struct axes_view){part, at, false};
            return true;
        }
        at[axis].start -= extent;
    }
    return false;
}

static bool through_diagonal(struct axes *axes, struct axes_view *view)
{
    size_t last = rank_of(axes->graph, view->node) - 1;
    if (view->at[last].kind != AXIS_AT)
        return false;
    struct axis_index *at = axes_indices(axes);
    for (size_t i = 0; i <= last; i++)
        at[i] = view->at[i];
    at[last + 1] = at[last];
    *view = (struct axes_view){node_operand(axes->graph, view->node, 0), at, false};
    return true;
}

bool axes_see_through(struct axes *axes, struct axes_view *view)
{
    switch (node_op(axes->graph, view->node)) {
    case OP_BROADCAST:
        *view =
            axes_aligned(axes->graph, *view, node_operand(axes->graph, view->node, 0));
        return true;
    case OP_RESHAPE:
        return through_reshape(axes, view);
    case OP_PERMUTE:
        return through_permute(axes, view);
    case OP_SLICE:
        return through_slice(axes, view);
    case OP_GATHER:
        return through_gather(axes, view);
    case OP_CONCAT:
        return through_concat(axes, view);
    case OP_DIAGONAL:
        return through_diagonal(axes, view);
    default:
        return false;
    }
}

node_id axes_shown(const struct graph *graph, node_id node)
{
    size_t axis_of[SHAPE_MOST_AXES];
    for (;;) {
        enum op op = node_op(graph, node);
        if (op != OP_BROADCAST && op != OP_RESHAPE)
            return node;
        node_id operand = node_operand(graph, node, 0);
        struct shape from = graph_shape(graph, operand), to = graph_shape(graph, node);
        if (op == OP_RESHAPE && !axes_unit_moves(&from, &to, axis_of))
            return node;
        node = operand;
    }
}
