/* SPDX-License-Identifier: MIT
 * The adjoints of reductions: of a sum it is a broadcast; others put in front of that the
 * share that each element has, or a gate. */
#include "graph/array_adjoint.h"

static node_id call2(struct graph *graph, enum op op, node_id x, node_id y)
{
    return graph_apply2(graph, op, x, y);
}

static node_id zero(struct graph *graph)
{
    return graph_constant(graph, 0);
}

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
    return graph_reshape(graph, array_repeat(graph, x, &result), &r->units);
}

static struct gated aligned(struct graph *graph, const struct reduction *r,
                            struct gated adjoint)
{
    struct gated out = {align(graph, r, adjoint.gate),
                        align(graph, r, unbroadcast(graph, adjoint.value))};
    return out;
}

struct gated adjoint_sum(struct graph *graph, node_id node, size_t which,
                         struct gated adjoint)
{
    (void)which;
    struct reduction r = reduction_of(graph, node);
    return aligned(graph, &r, adjoint);
}

struct gated adjoint_logsumexp(struct graph *graph, node_id node, size_t which,
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
struct gated adjoint_norm(struct graph *graph, node_id node, size_t which,
                          struct gated adjoint)
{
    (void)which;
    struct reduction r = reduction_of(graph, node);
    struct gated out = aligned(graph, &r, adjoint);
    node_id norm = align(graph, &r, node);
    node_id unit = call2(graph, OP_DIVIDE, r.x, norm);
    out.gate =
        array_join_gates(graph, out.gate, call2(graph, OP_NOT_EQUAL, norm, zero(graph)));
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

struct gated adjoint_extreme(struct graph *graph, node_id node, size_t which,
                             struct gated adjoint)
{
    (void)which;
    struct reduction r = reduction_of(graph, node);
    struct gated out = aligned(graph, &r, adjoint);
    out.gate =
        array_join_gates(graph, out.gate, is_chosen(graph, &r, node_op(graph, node)));
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

struct gated adjoint_prod(struct graph *graph, node_id node, size_t which,
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
