/* SPDX-License-Identifier: MIT
 * The folding rules of rows and matrices. */
#include "graph/array_fold.h"

node_id array_fold_short_row(struct graph *graph, const struct array_expression *e)
{
    if (e->shape.extent[e->shape.rank - 1] > 1)
        return 0;
    return e->op == OP_CUMSUM ? e->operands[0] : array_of_number(graph, 0, &e->shape);
}

node_id array_fold_no_factors(struct graph *graph, const struct array_expression *e)
{
    struct shape a = graph_shape(graph, e->operands[0]);
    return a.extent[a.rank - 1] > 0 ? 0 : array_of_number(graph, 0, &e->shape);
}

node_id array_fold_zero_matrix(struct graph *graph, const struct array_expression *e)
{
    bool is_zero = array_is_number(graph, e->operands[0], 0) ||
                   array_is_number(graph, e->operands[1], 0);
    return is_zero ? array_of_number(graph, 0, &e->shape) : 0;
}

node_id array_fold_zero(struct graph *graph, const struct array_expression *e)
{
    bool is_zero = array_is_number(graph, e->operands[0], 0);
    return is_zero ? array_of_number(graph, 0, &e->shape) : 0;
}

node_id array_fold_diagonal(struct graph *graph, const struct array_expression *e)
{
    node_id inner = e->operands[0];
    return node_op(graph, inner) == OP_MAKE_DIAGONAL ? node_operand(graph, inner, 0) : 0;
}

/* ---- One matrix and a batch of others ---- */

/* All rows of a batch of matrices below each other. */
static node_id stack_rows(struct graph *graph, node_id x)
{
    struct shape shape = graph_shape(graph, x);
    size_t columns = shape.extent[shape.rank - 1];
    shape = shape_matrix(shape_elements(&shape) / columns, columns);
    return graph_reshape(graph, x, &shape);
}

static bool has_batch(const struct shape *shape)
{
    return shape->rank > 2 && shape_elements(shape) > shape->extent[shape->rank - 1] *
                                                          shape->extent[shape->rank - 2];
}

/* A batch times one matrix is one product; where the one stands in front it is that of
 * the transposes.  So is its adjoint, which need not be summed over the batch. */
node_id array_fold_one_matrix(struct graph *graph, const struct array_expression *e)
{
    node_id a = e->operands[0], b = e->operands[1];
    struct shape left = graph_shape(graph, a), right = graph_shape(graph, b);
    bool is_right = has_batch(&left) && right.rank == 2;
    if (!is_right && !(has_batch(&right) && left.rank == 2))
        return 0;
    if (is_right)
        return graph_reshape(graph, graph_matmul(graph, stack_rows(graph, a), b),
                             &e->shape);
    struct shape transposed = e->shape;
    transposed.extent[e->shape.rank - 1] = e->shape.extent[e->shape.rank - 2];
    transposed.extent[e->shape.rank - 2] = e->shape.extent[e->shape.rank - 1];
    node_id stacked = stack_rows(graph, graph_transpose(graph, b));
    node_id product = graph_matmul(graph, stacked, graph_transpose(graph, a));
    return graph_transpose(graph, graph_reshape(graph, product, &transposed));
}
