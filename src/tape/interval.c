/* SPDX-License-Identifier: MIT
 * A plan as in check.c: every node has a place for its interval, in the order of
 * evaluation; a run fills them from the first to the last. */
#include "tape/interval.h"

#include <math.h>

struct interval_step {
    enum op op;
    size_t first, count; /* in operands; both 0 for a leaf */
};

struct interval_plan {
    struct interval_step *steps;
    struct interval *values; /* of the steps */
    size_t step_count;
    size_t *operands;          /* places of all steps' operands */
    struct interval *gathered; /* operands of the step at hand */
    size_t *outputs, output_count;
    size_t *inputs, input_count; /* SIZE_MAX: not needed */
};

static size_t *places_of(struct arena *arena, const struct graph *graph,
                         const struct graph_order *order, const node_id *nodes,
                         size_t count)
{
    size_t *places = ARENA_ARRAY(arena, count, size_t);
    for (size_t i = 0; i < count; i++)
        places[i] = graph_position(graph, order, nodes[i]);
    return places;
}

static void plan_step(struct interval_plan *plan, const struct graph *graph,
                      const struct graph_order *order, size_t place, size_t *used)
{
    struct node node = graph_node(graph, order->nodes[place]);
    plan->steps[place] = (struct interval_step){node.op, *used, node.count};
    for (size_t i = 0; i < node.count; i++)
        plan->operands[(*used)++] = graph_position(graph, order, node.operands[i]);
    if (node.op == OP_CONSTANT)
        plan->values[place] = interval_number(node.value);
    else if (node.count == 0)
        plan->values[place] = interval_point((double)NAN); /* until an input sets it */
}

struct interval_plan *interval_new(struct arena *arena, const struct graph *graph,
                                   const node_id *outputs, size_t output_count,
                                   const node_id *inputs, size_t input_count)
{
    struct graph_order order = graph_order(graph, outputs, output_count, arena);
    size_t operands = 0, widest = 0;
    for (size_t i = 0; i < order.count; i++) {
        size_t count = graph_node(graph, order.nodes[i]).count;
        operands += count;
        widest = count > widest ? count : widest;
    }
    struct interval_plan *plan = ARENA_NEW(arena, struct interval_plan);
    plan->step_count = order.count;
    plan->steps = ARENA_ARRAY(arena, order.count, struct interval_step);
    plan->values = ARENA_ARRAY(arena, order.count, struct interval);
    plan->operands = ARENA_ARRAY(arena, operands, size_t);
    plan->gathered = ARENA_ARRAY(arena, widest, struct interval);
    size_t used = 0;
    for (size_t i = 0; i < order.count; i++)
        plan_step(plan, graph, &order, i, &used);
    plan->outputs = places_of(arena, graph, &order, outputs, output_count);
    plan->inputs = places_of(arena, graph, &order, inputs, input_count);
    plan->output_count = output_count;
    plan->input_count = input_count;
    return plan;
}

void interval_run(struct interval_plan *plan, const struct interval *inputs,
                  struct interval *outputs)
{
    for (size_t i = 0; i < plan->input_count; i++)
        if (plan->inputs[i] != SIZE_MAX)
            plan->values[plan->inputs[i]] = inputs[i];
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct interval_step *step = &plan->steps[i];
        if (step->count == 0)
            continue;
        for (size_t k = 0; k < step->count; k++)
            plan->gathered[k] = plan->values[plan->operands[step->first + k]];
        plan->values[i] = interval_op(step->op, plan->gathered, step->count);
    }
    for (size_t i = 0; i < plan->output_count; i++)
        outputs[i] = plan->values[plan->outputs[i]];
}
