/* SPDX-License-Identifier: MIT
 * The order of evaluation: a depth-first walk with its own stack.
 *
 * A node that is finished gets the mark base + position.  Marks only grow, so an older
 * order's marks are told apart without clearing them; when 32 bits are used up all are
 * cleared once. */
#include "graph/node.h"

struct frame {
    node_id node;
    uint32_t next; /* operand to visit */
};

struct walk {
    const struct graph *graph;
    struct arena *arena;
    struct graph_order *order;
    size_t capacity; /* of order->nodes */
    struct frame *stack;
    size_t depth, stack_capacity;
    bool backwards;
};

/* Marks are kept beside the nodes, and the first free one in cell 0: they belong to the
 * walks, not to what the graph means, so a graph that is const can be walked. */
static uint32_t first_mark(const struct graph *graph)
{
    if (graph->cell_count == 0)
        return 1;
    if (graph->cells[0].mark > UINT32_MAX - graph->cell_count) {
        for (size_t i = 0; i < graph->cell_count; i++)
            graph->cells[i].mark = 0;
        graph->cells[0].mark = 1;
    }
    return graph->cells[0].mark;
}

static bool is_finished(const struct walk *walk, node_id node)
{
    return walk->graph->cells[node].mark >= walk->order->base;
}

static void finish(struct walk *walk, node_id node)
{
    struct graph_order *order = walk->order;
    if (order->count == walk->capacity)
        order->nodes = arena_grow(walk->arena, order->nodes, order->count,
                                  &walk->capacity, sizeof *order->nodes);
    struct cell *cells = walk->graph->cells;
    cells[node].mark = order->base + (uint32_t)order->count;
    order->nodes[order->count++] = node;
    cells[0].mark = order->base + (uint32_t)order->count;
}

static void push(struct walk *walk, node_id node)
{
    if (walk->depth == walk->stack_capacity)
        walk->stack = arena_grow(walk->arena, walk->stack, walk->depth,
                                 &walk->stack_capacity, sizeof *walk->stack);
    walk->stack[walk->depth++] = (struct frame){node, 0};
}

static void visit(struct walk *walk, node_id root)
{
    const struct graph *graph = walk->graph;
    push(walk, root);
    while (walk->depth > 0) {
        struct frame *top = &walk->stack[walk->depth - 1];
        size_t count = node_count(graph, top->node);
        if (is_finished(walk, top->node)) {
            walk->depth--;
        } else if (top->next == count) {
            finish(walk, top->node);
            walk->depth--;
        } else {
            size_t next = walk->backwards ? count - 1 - top->next : top->next;
            top->next++;
            node_id operand = node_operand(graph, top->node, next);
            if (!is_finished(walk, operand))
                push(walk, operand);
        }
    }
}

struct graph_order order_of(const struct graph *graph, const node_id *roots, size_t count,
                            struct arena *arena, bool backwards)
{
    struct graph_order order = {.base = first_mark(graph)};
    struct walk walk = {
        .graph = graph, .arena = arena, .order = &order, .backwards = backwards};
    for (size_t i = 0; i < count; i++)
        visit(&walk, roots[i]);
    return order;
}

struct graph_order graph_order(const struct graph *graph, const node_id *roots,
                               size_t count, struct arena *arena)
{
    return order_of(graph, roots, count, arena, false);
}

size_t graph_position(const struct graph *graph, const struct graph_order *order,
                      node_id node)
{
    uint32_t mark = graph->cells[node].mark;
    return mark < order->base ? SIZE_MAX : mark - order->base;
}
