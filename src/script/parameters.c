/* SPDX-License-Identifier: MIT
 * The numbers of the script that an objective takes up as parameters. */
#include "script/evaluate.h"

size_t parameter_find(const struct trace *trace, node_id node)
{
    size_t index = trace->count;
    while (index > 0 && trace->parameters[index - 1] != node)
        index--;
    return index == 0 ? trace->count : index - 1;
}

static void *grow(struct trace *trace, void *old, size_t *capacity, size_t size)
{
    *capacity = trace->capacity;
    return arena_grow(trace->arena, old, trace->count, capacity, size);
}

void parameter_add(struct trace *trace, node_id node, double number,
                   const double *numbers)
{
    if (trace->count == trace->capacity) {
        size_t capacity;
        trace->parameters = grow(trace, trace->parameters, &capacity, sizeof(node_id));
        trace->parameter_values =
            grow(trace, trace->parameter_values, &capacity, sizeof(double));
        trace->parameter_numbers =
            grow(trace, trace->parameter_numbers, &capacity, sizeof(const double *));
        trace->parameter_recipes = grow(trace, trace->parameter_recipes, &capacity,
                                        sizeof(const struct recipe *));
        trace->capacity = capacity;
    }
    trace->parameters[trace->count] = node;
    trace->parameter_values[trace->count] = number;
    trace->parameter_recipes[trace->count] = NULL;
    trace->parameter_numbers[trace->count++] = numbers;
}

void parameter_inputs(const struct trace *trace, const double **inputs)
{
    for (size_t i = 0; i < trace->count; i++)
        inputs[i] = trace->parameter_numbers[i] != NULL ? trace->parameter_numbers[i]
                                                        : &trace->parameter_values[i];
}

bool mask_restrict(struct evaluation *e, struct span place, const struct value *outer,
                   const struct value *condition)
{
    struct value pair[2] = {*outer, *condition};
    if (outer->node == 0) {
        e->trace->mask = *condition;
        return true;
    }
    if (!apply_op(e, OP_AND, place, pair, 2, &e->trace->mask))
        return false;
    e->trace->mask.kind = VALUE_BOOLEAN;
    return true;
}
