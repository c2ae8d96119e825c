/* SPDX-License-Identifier: MIT
 * The table of adjoints of arrays, and those of what moves elements: of a slice a
 * padding, of a gather a scatter.
 *
 * Every operation used here is in ops.def and has an adjoint, where its operands vary, so
 * that second derivatives come from differentiating again. */
#include "graph/array_adjoint.h"

static node_id call2(struct graph *graph, enum op op, node_id x, node_id y)
{
    return graph_apply2(graph, op, x, y);
}

static node_id zero(struct graph *graph)
{
    return graph_constant(graph, 0);
}

/* The value where the gate is open, and 0 elsewhere. */
static node_id close(struct graph *graph, struct gated adjoint)
{
    return adjoint.gate == 0
               ? adjoint.value
               : graph_apply3(graph, OP_SELECT, adjoint.gate, adjoint.value, zero(graph));
}

node_id array_join_gates(struct graph *graph, node_id a, node_id b)
{
    return a == 0 || b == 0 ? a + b : call2(graph, OP_AND, a, b);
}

node_id array_repeat(struct graph *graph, node_id x, const struct shape *shape)
{
    return x == 0 ? 0 : graph_broadcast_to(graph, x, shape);
}

/* The gate that is open everywhere, of a shape, unless there is one. */
static node_id gate_or_open(struct graph *graph, node_id gate, const struct shape *shape)
{
    return gate != 0 ? array_repeat(graph, gate, shape)
                     : array_of_number(graph, 1, shape);
}

struct gated array_sum_to(struct graph *graph, struct gated adjoint,
                          const struct shape *shape, node_id operand)
{
    struct shape to = graph_shape(graph, operand);
    unsigned axes = shape_repeated_axes(&to, shape);
    if (axes == 0)
        return adjoint;
    struct gated out = {0};
    bool is_uniform = adjoint.gate == 0 || is_scalar(graph, adjoint.gate);
    node_id value = is_uniform ? adjoint.value : close(graph, adjoint);
    value = graph_sum_over(graph, array_repeat(graph, value, shape), axes);
    out.value = graph_reshape(graph, value, &to);
    if (is_uniform)
        out.gate = adjoint.gate;
    else if (!graph->cells[operand].is_total)
        out.gate = graph_reshape(
            graph, graph_any_over(graph, array_repeat(graph, adjoint.gate, shape), axes),
            &to);
    return out;
}

/* ---- Moving elements: the gate goes the way of the value ---- */

static struct gated adjoint_broadcast(struct graph *graph, node_id node, size_t which,
                                      struct gated adjoint)
{
    struct shape shape = graph_shape(graph, node);
    return array_sum_to(graph, adjoint, &shape, node_operand(graph, node, which));
}

static struct gated adjoint_reshape(struct graph *graph, node_id node, size_t which,
                                    struct gated adjoint)
{
    struct shape to = graph_shape(graph, node_operand(graph, node, which));
    struct shape from = graph_shape(graph, node);
    struct gated out = {
        graph_reshape(graph, array_repeat(graph, adjoint.gate, &from), &to),
        graph_reshape(graph, adjoint.value, &to)};
    return out;
}

static struct gated adjoint_permute(struct graph *graph, node_id node, size_t which,
                                    struct gated adjoint)
{
    (void)which;
    struct attributes a = graph_attributes(graph, node);
    struct shape from = graph_shape(graph, node);
    size_t back[SHAPE_MOST_AXES] = {0};
    for (size_t i = 0; i < from.rank; i++)
        back[a.order[i]] = i;
    struct gated out = {
        graph_permute(graph, array_repeat(graph, adjoint.gate, &from), back),
        graph_permute(graph, adjoint.value, back)};
    return out;
}

/* What is not taken is left out, where its own derivative may be undefined. */
static struct gated adjoint_slice(struct graph *graph, node_id node, size_t which,
                                  struct gated adjoint)
{
    node_id x = node_operand(graph, node, which);
    struct attributes a = graph_attributes(graph, node);
    struct shape from = graph_shape(graph, node), to = graph_shape(graph, x);
    struct gated out = {0};
    bool needs_gate = !graph->cells[x].is_total;
    node_id value = needs_gate ? adjoint.value : close(graph, adjoint);
    out.value =
        graph_pad(graph, array_repeat(graph, value, &from), a.start, a.stride, &to);
    if (needs_gate)
        out.gate = graph_pad(graph, gate_or_open(graph, adjoint.gate, &from), a.start,
                             a.stride, &to);
    return out;
}

static struct gated adjoint_pad(struct graph *graph, node_id node, size_t which,
                                struct gated adjoint)
{
    struct shape from = graph_shape(graph, node);
    struct shape to = graph_shape(graph, node_operand(graph, node, which));
    struct attributes a = graph_attributes(graph, node);
    struct gated out = {graph_slice(graph, array_repeat(graph, adjoint.gate, &from),
                                    a.start, to.extent, a.stride),
                        graph_slice(graph, adjoint.value, a.start, to.extent, a.stride)};
    return out;
}

static struct gated adjoint_gather(struct graph *graph, node_id node, size_t which,
                                   struct gated adjoint)
{
    struct gated out = {0};
    if (which != 0)
        return out;
    node_id x = node_operand(graph, node, 0), index = node_operand(graph, node, 1);
    size_t axis = graph_attributes(graph, node).axis;
    struct shape from = graph_shape(graph, node), to = graph_shape(graph, x);
    node_id value = array_repeat(graph, close(graph, adjoint), &from);
    out.value = graph_scatter(graph, value, index, axis, &to);
    if (graph->cells[x].is_total)
        return out;
    node_id open = gate_or_open(graph, adjoint.gate, &from);
    out.gate = call2(graph, OP_NOT_EQUAL, graph_scatter(graph, open, index, axis, &to),
                     zero(graph));
    return out;
}

static struct gated adjoint_scatter(struct graph *graph, node_id node, size_t which,
                                    struct gated adjoint)
{
    struct gated out = {0};
    if (which != 0)
        return out;
    node_id index = node_operand(graph, node, 1);
    size_t axis = graph_attributes(graph, node).axis;
    struct shape from = graph_shape(graph, node);
    out.value = graph_gather(graph, adjoint.value, index, axis);
    out.gate = graph_gather(graph, array_repeat(graph, adjoint.gate, &from), index, axis);
    return out;
}

static struct gated adjoint_concat(struct graph *graph, node_id node, size_t which,
                                   struct gated adjoint)
{
    size_t axis = graph_attributes(graph, node).axis, start = 0;
    struct shape from = graph_shape(graph, node);
    for (size_t i = 0; i < which; i++)
        start += graph_shape(graph, node_operand(graph, node, i)).extent[axis];
    size_t count = graph_shape(graph, node_operand(graph, node, which)).extent[axis];
    struct gated out = {graph_slice_axis(graph, array_repeat(graph, adjoint.gate, &from),
                                         axis, start, count, 1),
                        graph_slice_axis(graph, adjoint.value, axis, start, count, 1)};
    return out;
}

static struct gated adjoint_cumsum(struct graph *graph, node_id node, size_t which,
                                   struct gated adjoint)
{
    (void)which;
    bool is_reversed = graph_attributes(graph, node).is_reversed != 0;
    struct shape shape = graph_shape(graph, node);
    node_id value = array_repeat(graph, close(graph, adjoint), &shape);
    struct gated out = {0, graph_cumsum(graph, value, !is_reversed)};
    return out;
}

static struct gated adjoint_none(struct graph *graph, node_id node, size_t which,
                                 struct gated adjoint)
{
    (void)graph;
    (void)node;
    (void)which;
    (void)adjoint;
    return (struct gated){0};
}

/* ---- The table ---- */

static array_adjoint_function *const adjoints[] = {
#define ARRAY_OP(id, spelling, arity, defined, rule, domain, kinks, adjoint)             \
    [OP_##id - OP_COUNT - 1] = adjoint_##adjoint,
#include "graph/ops.def"
};

/* From MATMUL on the rows of ops.def are those of matrices. */
static bool mixes_elements(enum op op)
{
    return op >= OP_MATMUL;
}

/* A gate that is a scalar is passed on as it is; others are applied in front of matrices.
 */
struct gated array_adjoint(struct graph *graph, node_id node, size_t which,
                           struct gated adjoint)
{
    enum op op = node_op(graph, node);
    struct shape shape = graph_shape(graph, node);
    node_id outer = 0;
    if (adjoint.gate != 0 && is_scalar(graph, adjoint.gate)) {
        outer = adjoint.gate;
        adjoint.gate = 0;
    } else if (adjoint.gate != 0 && mixes_elements(op)) {
        adjoint.value = close(graph, adjoint);
        adjoint.gate = 0;
    }
    struct shape operand = graph_shape(graph, node_operand(graph, node, which));
    if (shape_elements(&operand) == 0)
        return (struct gated){0};
    adjoint.value = array_repeat(graph, adjoint.value, &shape);
    struct gated out = adjoints[op - OP_COUNT - 1](graph, node, which, adjoint);
    if (out.value == 0)
        return out;
    out.gate = array_join_gates(graph, outer, out.gate);
    out.value = unbroadcast(graph, out.value);
    return out;
}
