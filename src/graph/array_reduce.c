/* SPDX-License-Identifier: MIT
 * Constructors of the reductions, and what is composed of them. */
#include "graph/array_node.h"

static node_id reduce(struct graph *graph, enum op op, node_id x, unsigned axes)
{
    if (x == 0)
        return 0;
    struct shape shape = graph_shape(graph, x);
    if ((axes & ~shape_all_axes(&shape)) != 0)
        return array_refuse(graph, SHAPE_NO_SUCH_AXIS);
    shape = shape_without(&shape, axes);
    struct attributes attributes = {.axes = axes};
    return array_make1(graph, op, x, &shape, &attributes);
}

node_id graph_sum_over(struct graph *graph, node_id x, unsigned axes)
{
    return reduce(graph, OP_SUM_OVER, x, axes);
}

node_id graph_prod_over(struct graph *graph, node_id x, unsigned axes)
{
    return reduce(graph, OP_PROD_OVER, x, axes);
}

node_id graph_min_over(struct graph *graph, node_id x, unsigned axes)
{
    return reduce(graph, OP_MIN_OVER, x, axes);
}

node_id graph_max_over(struct graph *graph, node_id x, unsigned axes)
{
    return reduce(graph, OP_MAX_OVER, x, axes);
}

node_id graph_logsumexp_over(struct graph *graph, node_id x, unsigned axes)
{
    return reduce(graph, OP_LOGSUMEXP_OVER, x, axes);
}

node_id graph_norm_over(struct graph *graph, node_id x, unsigned axes)
{
    return reduce(graph, OP_NORM_OVER, x, axes);
}

/* The number of an element is that along one axis, or among all. */
static node_id find_extreme(struct graph *graph, enum op op, node_id x, unsigned axes)
{
    if (x == 0)
        return 0;
    struct shape shape = graph_shape(graph, x);
    bool is_one = axes != 0 && (axes & (axes - 1)) == 0;
    if (!is_one && axes != shape_all_axes(&shape))
        return array_refuse(graph, SHAPE_NO_SUCH_AXIS);
    return reduce(graph, op, x, axes);
}

node_id graph_argmin_over(struct graph *graph, node_id x, unsigned axes)
{
    return find_extreme(graph, OP_ARGMIN_OVER, x, axes);
}

node_id graph_argmax_over(struct graph *graph, node_id x, unsigned axes)
{
    return find_extreme(graph, OP_ARGMAX_OVER, x, axes);
}

static size_t reduced_count(const struct graph *graph, node_id x, unsigned axes)
{
    struct shape shape = graph_shape(graph, x);
    shape = shape_without(&shape, shape_all_axes(&shape) & ~axes);
    return shape_elements(&shape);
}

/* The least, or the greatest, of truths; of nothing what is neutral. */
static node_id join_truths(struct graph *graph, enum op op, node_id x, unsigned axes)
{
    if (x == 0)
        return 0;
    struct shape whole = graph_shape(graph, x);
    if ((axes & ~shape_all_axes(&whole)) != 0)
        return array_refuse(graph, SHAPE_NO_SUCH_AXIS);
    node_id truths = graph_apply2(graph, OP_NOT_EQUAL, x, graph_constant(graph, 0));
    node_id joined = reduce(graph, op, truths, axes);
    if (joined == 0 || reduced_count(graph, x, axes) > 0)
        return joined;
    struct shape shape = graph_shape(graph, joined);
    return array_of_number(graph, op == OP_MIN_OVER, &shape);
}

node_id graph_all_over(struct graph *graph, node_id x, unsigned axes)
{
    return join_truths(graph, OP_MIN_OVER, x, axes);
}

node_id graph_any_over(struct graph *graph, node_id x, unsigned axes)
{
    return join_truths(graph, OP_MAX_OVER, x, axes);
}

node_id graph_sum_all(struct graph *graph, node_id x)
{
    if (x == 0)
        return 0;
    struct shape shape = graph_shape(graph, x);
    return graph_sum_over(graph, x, shape_all_axes(&shape));
}

node_id graph_softmax(struct graph *graph, node_id x)
{
    if (x == 0)
        return 0;
    struct shape shape = graph_shape(graph, x);
    if (shape.rank == 0)
        return array_refuse(graph, SHAPE_NO_SUCH_AXIS);
    unsigned last = 1u << (shape.rank - 1);
    struct shape units = shape_with_units(&shape, last);
    node_id total = graph_reshape(graph, graph_logsumexp_over(graph, x, last), &units);
    node_id rest = graph_apply2(graph, OP_ADD, x, graph_apply1(graph, OP_NEGATE, total));
    return graph_apply1(graph, OP_EXP, rest);
}
