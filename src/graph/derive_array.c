/* SPDX-License-Identifier: MIT
 * The rules of arrays, for the derivation by a number x: the derivative of an array is
 * the array of the derivatives, so what is linear is done to these. */
#include "graph/array_node.h"
#include "graph/derivation.h"

static struct derivation_slope make_slope(node_id node, const char *rule)
{
    return (struct derivation_slope){node, rule};
}

/* The operation with what its operands have become, which may be smaller: a derivative
 * that is the same for all elements. */
node_id derive_array_like(struct graph *graph, node_id node, const node_id *operands)
{
    size_t count = node_count(graph, node);
    struct arena_mark mark = graph_scratch(graph);
    node_id *full = ARENA_ARRAY(&graph->scratch, count, node_id);
    for (size_t i = 0; i < count; i++) {
        struct shape shape = graph_shape(graph, node_operand(graph, node, i));
        full[i] = graph_broadcast_to(graph, operands[i], &shape);
    }
    node_id made = graph_apply_like(graph, node, full, count);
    arena_release(&graph->scratch, mark);
    return unbroadcast(graph, made);
}

/* The derivative of each operand in its place; indices stay. */
static node_id derive_linear(struct deriver *d, node_id node)
{
    struct graph *graph = d->graph;
    enum op op = node_op(graph, node);
    bool has_index = op == OP_GATHER || op == OP_SCATTER;
    size_t count = node_count(graph, node);
    struct arena_mark mark = graph_scratch(graph);
    node_id *slopes = ARENA_ARRAY(&graph->scratch, count, node_id);
    for (size_t i = 0; i < count; i++) {
        node_id operand = node_operand(graph, node, i);
        slopes[i] = has_index && i == 1 ? operand : derive_pending(d, operand);
    }
    node_id slope = derive_array_like(graph, node, slopes);
    arena_release(&graph->scratch, mark);
    return slope;
}

/* (A B)' = A' B + A B', without what does not depend on x. */
static struct derivation_slope derive_matmul(struct deriver *d, node_id node)
{
    struct graph *graph = d->graph;
    node_id terms[2],
        factors[] = {node_operand(graph, node, 0), node_operand(graph, node, 1)};
    size_t count = 0;
    for (size_t i = 0; i < 2; i++) {
        node_id product[] = {factors[0], factors[1]};
        if (!derive_depends(d, factors[i]))
            continue;
        product[i] = derive_pending(d, factors[i]);
        terms[count++] = derive_array_like(graph, node, product);
    }
    return make_slope(derive_build(graph, OP_ADD, terms, count),
                      count == 1 ? "constant factor" : "product rule");
}

/* By differentiating twice in reverse: the derivative of the sum of u times the node is
 * linear in u, and what u is multiplied by there is the derivative of the node. */
static node_id derive_at_once(struct deriver *d, node_id node)
{
    struct graph *graph = d->graph;
    struct shape shape = graph_shape(graph, node);
    node_id weights = graph_variable_array(graph, PENDING_SYMBOL / 2, &shape);
    node_id product = graph_apply2(graph, OP_MULTIPLY, weights, node);
    node_id sum = graph_sum_all(graph, product), along = 0, slope = 0;
    graph_gradient(graph, sum, &d->wrt, 1, &along);
    graph_gradient(graph, along, &weights, 1, &slope);
    return unbroadcast(graph, slope);
}

static bool only_reshapes(enum op op)
{
    return op == OP_RESHAPE || op == OP_BROADCAST;
}

/* A formula does not show it: the step is that of what is inside. */
static struct derivation_slope derive_reshaped(struct deriver *d, node_id node)
{
    node_id inner = node_operand(d->graph, node, 0);
    if (only_reshapes(node_op(d->graph, inner)))
        return make_slope(derive_linear(d, node), "element by element");
    struct derivation_slope slope = derive_slope(d, inner);
    slope.node = derive_array_like(d->graph, node, &slope.node);
    return slope;
}

struct derivation_slope derive_array(struct deriver *d, node_id node)
{
    enum op op = node_op(d->graph, node);
    if (only_reshapes(op))
        return derive_reshaped(d, node);
    switch (op) {
    case OP_SUM_OVER:
    case OP_CUMSUM:
        return make_slope(derive_linear(d, node), "sum rule");
    case OP_PERMUTE:
    case OP_SLICE:
    case OP_PAD:
    case OP_GATHER:
    case OP_SCATTER:
    case OP_CONCAT:
    case OP_DIAGONAL:
    case OP_MAKE_DIAGONAL:
        return make_slope(derive_linear(d, node), "element by element");
    case OP_MATMUL:
        return derive_matmul(d, node);
    default:
        return make_slope(derive_at_once(d, node), op_info(op)->rule);
    }
}
