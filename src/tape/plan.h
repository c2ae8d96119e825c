/* SPDX-License-Identifier: MIT
 * plan.h - the order in which a graph is evaluated, shared by the evaluators that go node
 * by node: one place a node, operands by their places, leaves to be set as inputs. */
#ifndef TAPE_PLAN_H
#define TAPE_PLAN_H

#include "graph/graph.h"

struct plan_step {
    enum op op;
    node_id node;
    uint32_t origin;
    double value;        /* of a constant */
    size_t first, count; /* in operands; both 0 for a leaf */
};

struct plan {
    struct plan_step *steps; /* one a node, in the order of evaluation */
    size_t step_count;
    size_t *operands; /* places of all steps' operands, one step after the other */
    size_t widest;    /* the most operands of a step */
    size_t *outputs, output_count;
    size_t *inputs, input_count; /* SIZE_MAX: not needed */
};

/* Whether the step multiplies a value by itself. */
static inline bool plan_is_square(const struct plan_step *step, const size_t *operands)
{
    return step->op == OP_MULTIPLY && step->count == 2 && operands[0] == operands[1];
}

/* Plans the evaluation of `outputs`; `inputs` are leaves whose values are given.  Memory
 * is in `arena`. */
void plan_make(struct plan *plan, struct arena *arena, const struct graph *graph,
               const node_id *outputs, size_t output_count, const node_id *inputs,
               size_t input_count);

#endif
