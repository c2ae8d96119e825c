/* SPDX-License-Identifier: MIT
 * One pass over the order of evaluation, as in a substitution: what holds no kink stays
 * the same node. */
#include "graph/kinks.h"

#include "graph/node.h"

#include "graph/array.h"

/* How many |u| stand for an element of the operation; SIZE_MAX: it bends or jumps
 * otherwise.  What has no finite derivative at its kink (sqrt) shows it by itself. */
static size_t parts_of(enum op op)
{
    switch (op) {
    case OP_ABS:
    case OP_MIN:
    case OP_MAX:
    case OP_RELU:
        return 1;
    case OP_CLAMP:
        return 2;
    case OP_SIGN:
    case OP_FLOOR:
    case OP_CEIL:
    case OP_ROUND:
    case OP_MOD:
    case OP_ARGMIN_OVER:
    case OP_ARGMAX_OVER:
    case OP_ARGSORT:
        return SIZE_MAX;
    default:
        return op >= OP_LESS && op <= OP_SELECT ? SIZE_MAX : 0;
    }
}

static bool is_extreme_of_many(enum op op)
{
    return op == OP_MIN_OVER || op == OP_MAX_OVER;
}

/* The extreme of k elements is made of k - 1 of two. */
static size_t count_in(const struct graph *graph, const struct node *node, node_id id)
{
    struct shape shape = graph_shape(graph, id);
    size_t parts = node->depends ? parts_of(node->op) : 0,
           elements = shape_elements(&shape);
    if (node->depends && is_extreme_of_many(node->op)) {
        struct shape whole = graph_shape(graph, node->operands[0]);
        return shape_elements(&whole) - elements;
    }
    return parts == SIZE_MAX ? SIZE_MAX : parts * elements;
}

size_t graph_count_kinks(const struct graph *graph, node_id root, struct arena *arena)
{
    struct arena_mark mark = arena_mark(arena);
    struct graph_order order = graph_order(graph, &root, 1, arena);
    size_t count = 0;
    for (size_t i = 0; i < order.count && count != SIZE_MAX; i++) {
        struct node node = graph_node(graph, order.nodes[i]);
        size_t own = count_in(graph, &node, order.nodes[i]);
        count = own == SIZE_MAX ? SIZE_MAX : count + own;
    }
    arena_release(arena, mark);
    return count;
}

struct replacement {
    struct graph *graph;
    graph_kink_maker *make;
    void *user;
    size_t count; /* of kinks so far */
};

static node_id replace_abs(struct replacement *r, node_id u)
{
    return r->make(r->user, u, r->count++);
}

/* (a + b + |a - b|)/2, or with the other sign before the kink. */
static node_id replace_extreme(struct replacement *r, node_id a, node_id b, bool is_least)
{
    struct graph *graph = r->graph;
    node_id minus_b = graph_apply1(graph, OP_NEGATE, b);
    node_id kink = replace_abs(r, graph_apply2(graph, OP_ADD, a, minus_b));
    if (is_least)
        kink = graph_apply1(graph, OP_NEGATE, kink);
    node_id sum = graph_apply3(graph, OP_ADD, a, b, kink);
    return graph_apply2(graph, OP_MULTIPLY, graph_constant(graph, 0.5), sum);
}

/* The extreme of `count` elements along the axis, a power of two: of the halves element
 * by element, then of the halves of that. */
static node_id replace_by_halves(struct replacement *r, node_id x, size_t axis,
                                 size_t count, bool is_least)
{
    for (size_t half = count / 2; half > 0; half /= 2)
        x = replace_extreme(r, graph_slice_axis(r->graph, x, axis, 0, half, 1),
                            graph_slice_axis(r->graph, x, axis, half, half, 1), is_least);
    return x;
}

/* Along one axis, which drops out: of pieces whose lengths are powers of two. */
static node_id replace_along(struct replacement *r, node_id x, size_t axis, bool is_least)
{
    struct shape shape = graph_shape(r->graph, x);
    size_t extent = shape.extent[axis], piece = 1;
    node_id all = 0;
    while (piece <= extent / 2)
        piece *= 2;
    for (size_t start = 0; start < extent; start += piece) {
        while (piece > extent - start)
            piece /= 2;
        node_id part = graph_slice_axis(r->graph, x, axis, start, piece, 1);
        part = replace_by_halves(r, part, axis, piece, is_least);
        all = all == 0 ? part : replace_extreme(r, all, part, is_least);
    }
    return graph_pick(r->graph, all, axis, 0);
}

static node_id replace_extreme_over(struct replacement *r, node_id x, size_t axes,
                                    bool is_least)
{
    for (size_t axis = SHAPE_MOST_AXES; axis-- > 0;)
        if ((axes >> axis & 1) != 0)
            x = replace_along(r, x, axis, is_least);
    return x;
}

static node_id replace(struct replacement *r, enum op op, const node_id *operand)
{
    switch (op) {
    case OP_ABS:
        return replace_abs(r, operand[0]);
    case OP_RELU:
        return replace_extreme(r, operand[0], graph_constant(r->graph, 0), false);
    case OP_CLAMP:
        return replace_extreme(r, replace_extreme(r, operand[0], operand[1], false),
                               operand[2], true);
    default:
        return replace_extreme(r, operand[0], operand[1], op == OP_MIN);
    }
}

/* The node of what its operands have become, a kink replaced. */
static node_id remake(struct replacement *r, const struct graph_order *order,
                      const node_id *made, node_id node)
{
    struct graph *graph = r->graph;
    size_t count = node_count(graph, node);
    struct arena_mark mark = arena_mark(&graph->scratch);
    node_id *operands = ARENA_ARRAY(&graph->scratch, count, node_id);
    bool is_same = node_renew_operands(graph, order, made, node, operands);
    enum op op = node_op(graph, node);
    graph->origin = graph->cells[node].origin;
    bool depends = graph_node(graph, node).depends;
    if (depends && is_extreme_of_many(op))
        node = replace_extreme_over(r, operands[0], graph_attributes(graph, node).axes,
                                    op == OP_MIN_OVER);
    else if (depends && parts_of(op) > 0)
        node = replace(r, op, operands);
    else if (!is_same)
        node = graph_apply_like(graph, node, operands, count);
    arena_release(&graph->scratch, mark);
    return node;
}

node_id graph_replace_kinks(struct graph *graph, node_id root, graph_kink_maker *make,
                            void *user)
{
    struct arena_mark mark = graph_scratch(graph);
    uint32_t origin = graph->origin;
    struct replacement r = {.graph = graph, .make = make, .user = user};
    struct graph_order order = graph_order(graph, &root, 1, &graph->scratch);
    node_id *made = ARENA_ARRAY(&graph->scratch, order.count, node_id);
    for (size_t i = 0; i < order.count; i++)
        made[i] = remake(&r, &order, made, order.nodes[i]);
    node_id out = made[graph_position(graph, &order, root)];
    graph->origin = origin;
    arena_release(&graph->scratch, mark);
    return out;
}
