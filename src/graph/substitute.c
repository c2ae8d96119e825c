/* SPDX-License-Identifier: MIT
 * Putting expressions in the place of leaves: one pass over the order of evaluation, in
 * which every node that needs one of them is made anew of its new operands. */
#include "graph/node.h"

#include <assert.h>

struct substitution {
    struct graph *graph;
    struct graph_order order;
    node_id *made; /* by position in the order */
};

bool node_renew_operands(const struct graph *graph, const struct graph_order *order,
                         const node_id *made, node_id node, node_id *operands)
{
    bool is_same = true;
    for (size_t i = 0; i < node_count(graph, node); i++) {
        node_id operand = node_operand(graph, node, i);
        operands[i] = made[graph_position(graph, order, operand)];
        is_same = is_same && operands[i] == operand;
    }
    return is_same;
}

/* The node again, of what its operands have become; itself when they are the same. */
static node_id rebuild(struct substitution *s, node_id node)
{
    struct graph *graph = s->graph;
    size_t count = node_count(graph, node);
    struct arena_mark mark = arena_mark(&graph->scratch);
    node_id *operands = ARENA_ARRAY(&graph->scratch, count, node_id);
    bool is_same = node_renew_operands(graph, &s->order, s->made, node, operands);
    if (!is_same) {
        graph->origin = graph->cells[node].origin;
        node = graph_apply_like(graph, node, operands, count);
    }
    arena_release(&graph->scratch, mark);
    return node;
}

static node_id broadcast_like(struct graph *graph, node_id node, node_id leaf)
{
    struct shape shape = graph_shape(graph, leaf);
    node = graph_broadcast_to(graph, node, &shape);
    assert(node != 0);
    return node;
}

static void replace_leaves(struct substitution *s, const node_id *from, const node_id *to,
                           size_t n)
{
    for (size_t i = n; i-- > 0;) { /* of a leaf that is named twice the first counts */
        size_t position = graph_position(s->graph, &s->order, from[i]);
        assert(node_count(s->graph, from[i]) == 0);
        if (position != SIZE_MAX)
            s->made[position] = broadcast_like(s->graph, to[i], from[i]);
    }
}

void graph_substitute(struct graph *graph, const node_id *roots, size_t count,
                      const node_id *from, const node_id *to, size_t n, node_id *out)
{
    struct arena_mark mark = graph_scratch(graph);
    uint32_t origin = graph->origin;
    struct substitution s = {.graph = graph};
    s.order = graph_order(graph, roots, count, &graph->scratch);
    s.made = ARENA_ARRAY(&graph->scratch, s.order.count, node_id);
    replace_leaves(&s, from, to, n);
    for (size_t i = 0; i < s.order.count; i++)
        if (s.made[i] == 0)
            s.made[i] = rebuild(&s, s.order.nodes[i]);
    for (size_t i = 0; i < count; i++)
        out[i] = s.made[graph_position(graph, &s.order, roots[i])];
    graph->origin = origin;
    arena_release(&graph->scratch, mark);
}
