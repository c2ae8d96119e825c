/* SPDX-License-Identifier: MIT
 * kinks_rise.c - whether all |u| of a formula count with weights that are not negative.
 *
 * From the root down: what only makes the value grow, and what only makes it fall, by the
 * rules of monotone composition (Boyd and Vandenberghe, Convex Optimization, 2004,
 * section 3.2.4).  Of max(a, b) = (a + b + |a - b|)/2 both operands make it grow whatever
 * sign stands for |a - b|. */
#include "graph/array.h"
#include "graph/kinks.h"

#include <string.h>

enum { GROWS = 1, FALLS = 2, BOTH = GROWS | FALLS };

static unsigned char turned(unsigned char way)
{
    return (unsigned char)((way & GROWS) << 1 | (way & FALLS) >> 1);
}

/* The ways of operand `which` of a product: known where the other factors are numbers. */
static unsigned char way_of_factor(const struct graph *graph, const struct node *node,
                                   size_t which, unsigned char way)
{
    for (size_t i = 0; i < node->count; i++) {
        struct node factor = graph_node(graph, node->operands[i]);
        if (i == which)
            continue;
        if (factor.op != OP_CONSTANT)
            return BOTH;
        way = factor.value < 0 ? turned(way) : way;
    }
    return way;
}

static unsigned char way_of(const struct graph *graph, const struct node *node,
                            size_t which, unsigned char way)
{
    switch (node->op) {
    case OP_ADD:
    case OP_MAX:
    case OP_MIN:
    case OP_RELU:
    case OP_EXP:
    case OP_SUM_OVER:
    case OP_MAX_OVER:
    case OP_MIN_OVER:
    case OP_BROADCAST:
    case OP_RESHAPE:
    case OP_PERMUTE:
    case OP_SLICE:
    case OP_PAD:
    case OP_CONCAT:
        return way;
    case OP_NEGATE:
        return turned(way);
    case OP_MULTIPLY:
        return way_of_factor(graph, node, which, way);
    default:
        return BOTH;
    }
}

/* A kink that turns up must not make the value fall, one that turns down not grow. */
static bool rises(enum op op, unsigned char way)
{
    switch (op) {
    case OP_ABS:
    case OP_MAX:
    case OP_RELU:
    case OP_MAX_OVER:
        return (way & FALLS) == 0;
    case OP_MIN:
    case OP_MIN_OVER:
        return (way & GROWS) == 0;
    default:
        return op != OP_CLAMP;
    }
}

bool graph_kinks_rise(const struct graph *graph, node_id root, struct arena *arena)
{
    struct arena_mark mark = arena_mark(arena);
    struct graph_order order = graph_order(graph, &root, 1, arena);
    unsigned char *ways = ARENA_ARRAY(arena, order.count, unsigned char);
    bool all = true;
    memset(ways, 0, order.count);
    ways[graph_position(graph, &order, root)] = GROWS;
    for (size_t i = order.count; i-- > 0 && all;) {
        struct node node = graph_node(graph, order.nodes[i]);
        if (!node.depends)
            continue;
        all = rises(node.op, ways[i]);
        for (size_t k = 0; k < node.count; k++)
            ways[graph_position(graph, &order, node.operands[k])] |=
                way_of(graph, &node, k, ways[i]);
    }
    arena_release(arena, mark);
    return all;
}
