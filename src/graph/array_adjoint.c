/* SPDX-License-Identifier: MIT
 * The adjoints of reductions and of what moves elements: of a sum a broadcast, of a slice
 * a padding, of a gather a scatter.
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

static node_id join(struct graph *graph, node_id a, node_id b)
{
    return a == 0 || b == 0 ? a + b : call2(graph, OP_AND, a, b);
}

static node_id repeat(struct graph *graph, node_id x, const struct shape *shape)
{
    return x == 0 ? 0 : graph_broadcast_to(graph, x, shape);
}

/* The gate that is open everywhere, of a shape, unless there is one. */
static node_id gate_or_open(struct graph *graph, node_id gate, const struct shape *shape)
{
    return gate != 0 ? repeat(graph, gate, shape) : array_of_number(graph, 1, shape);
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
    value = graph_sum_over(graph, repeat(graph, value, shape), axes);
    out.value = graph_reshape(graph, value, &to);
    if (is_uniform)
        out.gate = adjoint.gate;
    else if (!graph->cells[operand].is_total)
        out.gate = graph_reshape(
            graph, graph_any_over(graph, repeat(graph, adjoint.gate, shape), axes), &to);
    return out;
}

/* ---- Reductions ---- */

struct reduction {
    node_id x;
    struct shape shape, units; /* of x; and where the reduced axes have extent 1 */
    unsigned axes;
};

static struct reduction reduction_of(struct graph *graph, node_id node)
{
    struct reduction r = {.x = node_operand(graph, node, 0)};
    r.axes = (unsigned)graph_attributes(graph, node).axes;
    r.shape = graph_shape(graph, r.x);
    r.units = shape_with_units(&r.shape, r.axes);
    return r;
}

/* What has the shape of the result, or is broadcast to it, so that it aligns with x. */
static node_id align(struct graph *graph, const struct reduction *r, node_id x)
{
    if (x == 0 || is_scalar(graph, x))
        return x;
    struct shape result = shape_without(&r->shape, r->axes);
    return graph_reshape(graph, repeat(graph, x, &result), &r->units);
}

static struct gated aligned(struct graph *graph, const struct reduction *r,
                            struct gated adjoint)
{
    struct gated out = {align(graph, r, adjoint.gate),
                        align(graph, r, unbroadcast(graph, adjoint.value))};
    return out;
}

static struct gated adjoint_sum(struct graph *graph, node_id node, size_t which,
                                struct gated adjoint)
{
    (void)which;
    struct reduction r = reduction_of(graph, node);
    return aligned(graph, &r, adjoint);
}

static struct gated adjoint_logsumexp(struct graph *graph, node_id node, size_t which,
                                      struct gated adjoint)
{
    (void)which;
    struct reduction r = reduction_of(graph, node);
    struct gated out = aligned(graph, &r, adjoint);
    node_id total = graph_apply1(graph, OP_NEGATE, align(graph, &r, node));
    node_id share = graph_apply1(graph, OP_EXP, call2(graph, OP_ADD, r.x, total));
    out.value = call2(graph, OP_MULTIPLY, share, out.value);
    return out;
}

/* Left out where the norm is 0: there x/norm has no value. */
static struct gated adjoint_norm(struct graph *graph, node_id node, size_t which,
                                 struct gated adjoint)
{
    (void)which;
    struct reduction r = reduction_of(graph, node);
    struct gated out = aligned(graph, &r, adjoint);
    node_id norm = align(graph, &r, node);
    node_id unit = call2(graph, OP_DIVIDE, r.x, norm);
    out.gate = join(graph, out.gate, call2(graph, OP_NOT_EQUAL, norm, zero(graph)));
    out.value = call2(graph, OP_MULTIPLY, unit, out.value);
    return out;
}

/* ---- Reductions, with the reduced axes as one, the last ---- */

/* Kept axes, then reduced ones. */
static void order_rows(const struct reduction *r, size_t order[SHAPE_MOST_AXES])
{
    size_t place = 0;
    for (unsigned pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < r->shape.rank; i++)
            if ((r->axes >> i & 1) == pass)
                order[place++] = i;
}

static struct shape shape_of_rows(const struct reduction *r)
{
    struct shape rows = shape_without(&r->shape, r->axes);
    struct shape reduced = shape_without(&r->shape, shape_all_axes(&r->shape) & ~r->axes);
    rows.extent[rows.rank++] = shape_elements(&reduced);
    return rows;
}

static node_id to_rows(struct graph *graph, const struct reduction *r, node_id x)
{
    size_t order[SHAPE_MOST_AXES] = {0};
    struct shape rows = shape_of_rows(r);
    order_rows(r, order);
    return graph_reshape(graph, graph_permute(graph, x, order), &rows);
}

static node_id from_rows(struct graph *graph, const struct reduction *r, node_id rows)
{
    size_t order[SHAPE_MOST_AXES] = {0}, back[SHAPE_MOST_AXES] = {0};
    struct shape permuted = {.rank = r->shape.rank};
    order_rows(r, order);
    for (size_t i = 0; i < r->shape.rank; i++) {
        permuted.extent[i] = r->shape.extent[order[i]];
        back[order[i]] = i;
    }
    return graph_permute(graph, graph_reshape(graph, rows, &permuted), back);
}

/* Whether an element is the one that the reduction took. */
static node_id is_chosen(struct graph *graph, const struct reduction *r, enum op op)
{
    node_id rows = to_rows(graph, r, r->x);
    struct shape shape = graph_shape(graph, rows);
    unsigned last = 1u << (shape.rank - 1);
    struct shape units = shape_with_units(&shape, last);
    node_id place = op == OP_MIN_OVER ? graph_argmin_over(graph, rows, last)
                                      : graph_argmax_over(graph, rows, last);
    node_id places = graph_range(graph, 1, 1, shape.extent[shape.rank - 1], 0);
    node_id chosen = call2(graph, OP_EQUAL, places, graph_reshape(graph, place, &units));
    return from_rows(graph, r, chosen);
}

static struct gated adjoint_extreme(struct graph *graph, node_id node, size_t which,
                                    struct gated adjoint)
{
    (void)which;
    struct reduction r = reduction_of(graph, node);
    struct gated out = aligned(graph, &r, adjoint);
    out.gate = join(graph, out.gate, is_chosen(graph, &r, node_op(graph, node)));
    return out;
}

static node_id part_of(struct graph *graph, node_id rows, size_t start, size_t count)
{
    size_t axis = graph_shape(graph, rows).rank - 1;
    return graph_slice_axis(graph, rows, axis, start, count, 1);
}

enum { MOST_LEVELS = 32 };

/* The products of the others in each row, times the seed: a product of n is built as a
 * balanced tree of halves, whose adjoint goes down again (Griewank and Walther, exercise
 * 3.6).  No division, so zeros do not matter, in derivatives of any order. */
static node_id products_of_others(struct graph *graph, node_id rows, node_id seed)
{
    node_id levels[MOST_LEVELS] = {rows};
    size_t counts[MOST_LEVELS] = {0}, axis = graph_shape(graph, rows).rank - 1, top = 0;
    counts[0] = graph_shape(graph, rows).extent[axis];
    for (; counts[top] > 1; top++) {
        size_t half = counts[top] / 2;
        node_id parts[] = {call2(graph, OP_MULTIPLY, part_of(graph, levels[top], 0, half),
                                 part_of(graph, levels[top], half, half)),
                           part_of(graph, levels[top], 2 * half, counts[top] % 2)};
        levels[top + 1] = graph_concat(graph, parts, 2, axis);
        counts[top + 1] = half + counts[top] % 2;
    }
    node_id others = seed;
    while (top-- > 0) {
        size_t half = counts[top] / 2;
        node_id above = part_of(graph, others, 0, half);
        node_id parts[] = {
            call2(graph, OP_MULTIPLY, part_of(graph, levels[top], half, half), above),
            call2(graph, OP_MULTIPLY, part_of(graph, levels[top], 0, half), above),
            part_of(graph, others, half, counts[top] % 2)};
        others = graph_concat(graph, parts, 3, axis);
    }
    return others;
}

static struct gated adjoint_prod(struct graph *graph, node_id node, size_t which,
                                 struct gated adjoint)
{
    (void)which;
    struct reduction r = reduction_of(graph, node);
    struct shape rows = shape_of_rows(&r);
    rows = shape_with_units(&rows, 1u << (rows.rank - 1));
    struct gated out = {align(graph, &r, adjoint.gate), 0};
    node_id seed = graph_reshape(graph, adjoint.value, &rows);
    node_id others = products_of_others(graph, to_rows(graph, &r, r.x), seed);
    out.value = from_rows(graph, &r, others);
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
    struct gated out = {graph_reshape(graph, repeat(graph, adjoint.gate, &from), &to),
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
    struct gated out = {graph_permute(graph, repeat(graph, adjoint.gate, &from), back),
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
    out.value = graph_pad(graph, repeat(graph, value, &from), a.start, a.stride, &to);
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
    struct gated out = {graph_slice(graph, repeat(graph, adjoint.gate, &from), a.start,
                                    to.extent, a.stride),
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
    node_id value = repeat(graph, close(graph, adjoint), &from);
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
    out.gate = graph_gather(graph, repeat(graph, adjoint.gate, &from), index, axis);
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
    struct gated out = {graph_slice_axis(graph, repeat(graph, adjoint.gate, &from), axis,
                                         start, count, 1),
                        graph_slice_axis(graph, adjoint.value, axis, start, count, 1)};
    return out;
}

static struct gated adjoint_cumsum(struct graph *graph, node_id node, size_t which,
                                   struct gated adjoint)
{
    (void)which;
    bool is_reversed = graph_attributes(graph, node).is_reversed != 0;
    struct shape shape = graph_shape(graph, node);
    node_id value = repeat(graph, close(graph, adjoint), &shape);
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
    adjoint.value = repeat(graph, adjoint.value, &shape);
    struct gated out = adjoints[op - OP_COUNT - 1](graph, node, which, adjoint);
    if (out.value == 0)
        return out;
    out.gate = join(graph, outer, out.gate);
    out.value = unbroadcast(graph, out.value);
    return out;
}
