/* SPDX-License-Identifier: MIT */
#include "tape/plan.h"

static void plan_step(struct plan *plan, const struct graph *graph,
                      const struct graph_order *order, size_t place, size_t *used)
{
    struct node node = graph_node(graph, order->nodes[place]);
    plan->steps[place] = (struct plan_step){.op = node.op,
                                            .node = order->nodes[place],
                                            .origin = node.origin,
                                            .value = node.value,
                                            .first = *used,
                                            .count = node.count};
    for (size_t i = 0; i < node.count; i++)
        plan->operands[(*used)++] = graph_position(graph, order, node.operands[i]);
}

/* The places of the nodes in the order. */
static size_t *places_of(struct arena *arena, const struct graph *graph,
                         const struct graph_order *order, const node_id *nodes,
                         size_t count)
{
    size_t *places = ARENA_ARRAY(arena, count, size_t);
    for (size_t i = 0; i < count; i++)
        places[i] = graph_position(graph, order, nodes[i]);
    return places;
}

void plan_make(struct plan *plan, struct arena *arena, const struct graph *graph,
               const node_id *outputs, size_t output_count, const node_id *inputs,
               size_t input_count)
{
    struct graph_order order = graph_order(graph, outputs, output_count, arena);
    size_t operands = 0, used = 0;
    plan->widest = 0;
    for (size_t i = 0; i < order.count; i++) {
        size_t count = graph_node(graph, order.nodes[i]).count;
        operands += count;
        plan->widest = count > plan->widest ? count : plan->widest;
    }
    plan->step_count = order.count;
    plan->steps = ARENA_ARRAY(arena, order.count, struct plan_step);
    plan->operands = ARENA_ARRAY(arena, operands, size_t);
    for (size_t i = 0; i < order.count; i++)
        plan_step(plan, graph, &order, i, &used);
    plan->outputs = places_of(arena, graph, &order, outputs, output_count);
    plan->inputs = places_of(arena, graph, &order, inputs, input_count);
    plan->output_count = output_count;
    plan->input_count = input_count;
}
