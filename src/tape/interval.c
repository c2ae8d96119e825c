/* SPDX-License-Identifier: MIT
 * Every node of the plan has a place for its interval, in the order of
 * evaluation; a run fills them from the first to the last. */
#include "tape/interval.h"

#include "tape/enclose.h"
#include "tape/plan.h"

#include <math.h>

/* A step that computes: what is not a leaf. */
struct interval_step {
    enum op op;
    bool is_square;
    uint32_t place, first, count; /* in values; in the operands of the plan */
};

struct interval_plan {
    struct plan plan;
    struct interval_step *steps;
    size_t step_count;
    struct interval *values;   /* of the steps */
    struct interval *gathered; /* operands of the step at hand */
};

static struct interval_step compile(const struct plan *plan, size_t place)
{
    const struct plan_step *step = &plan->steps[place];
    return (struct interval_step){.op = step->op,
                                  .is_square =
                                      plan_is_square(step, plan->operands + step->first),
                                  .place = (uint32_t)place,
                                  .first = (uint32_t)step->first,
                                  .count = (uint32_t)step->count};
}

struct interval_plan *interval_new(struct arena *arena, const struct graph *graph,
                                   const node_id *outputs, size_t output_count,
                                   const node_id *inputs, size_t input_count)
{
    struct interval_plan *made = ARENA_NEW(arena, struct interval_plan);
    struct plan *plan = &made->plan;
    plan_make(plan, arena, graph, outputs, output_count, inputs, input_count);
    made->values = ARENA_ARRAY(arena, plan->step_count, struct interval);
    made->steps = ARENA_ARRAY(arena, plan->step_count, struct interval_step);
    made->gathered = ARENA_ARRAY(arena, plan->widest, struct interval);
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].count > 0)
            made->steps[made->step_count++] = compile(plan, i);
        else /* a leaf is nothing until an input sets it */
            made->values[i] = plan->steps[i].op == OP_CONSTANT
                                  ? interval_number(plan->steps[i].value)
                                  : interval_point((double)NAN);
    return made;
}

/* Empty, and with the flags, as it was. */
static struct interval negate(const struct interval *x)
{
    return (struct interval){-x->high, -x->low, x->partial, x->jumps};
}

/* Sums and products, which most steps are, straight from where the operands stand; as
 * interval_op has them. */
static struct interval combine(const struct interval *values, enum op op,
                               const size_t *operands, size_t count)
{
    struct interval result = values[operands[0]];
    bool partial = result.partial, jumps = result.jumps;
    for (size_t k = 1; k < count; k++) {
        const struct interval *x = &values[operands[k]];
        if (interval_is_empty(*x))
            return interval_empty();
        partial |= x->partial;
        jumps |= x->jumps;
        result = op == OP_ADD ? interval_add(result, *x) : interval_multiply(result, *x);
    }
    if (interval_is_empty(values[operands[0]]))
        return interval_empty();
    result.partial = partial;
    result.jumps = jumps;
    return result;
}

static struct interval run_step(struct interval_plan *plan,
                                const struct interval_step *step)
{
    const size_t *operands = plan->plan.operands + step->first;
    if (step->is_square)
        return interval_square(plan->values[operands[0]]);
    if (step->op == OP_ADD || step->op == OP_MULTIPLY)
        return combine(plan->values, step->op, operands, step->count);
    if (step->op == OP_NEGATE)
        return negate(&plan->values[operands[0]]);
    for (size_t k = 0; k < step->count; k++)
        plan->gathered[k] = plan->values[operands[k]];
    return interval_op(step->op, plan->gathered, step->count);
}

void interval_run(struct interval_plan *plan, const struct interval *inputs,
                  struct interval *outputs)
{
    for (size_t i = 0; i < plan->plan.input_count; i++)
        if (plan->plan.inputs[i] != SIZE_MAX)
            plan->values[plan->plan.inputs[i]] = inputs[i];
    for (size_t i = 0; i < plan->step_count; i++)
        plan->values[plan->steps[i].place] = run_step(plan, &plan->steps[i]);
    for (size_t i = 0; i < plan->plan.output_count; i++)
        outputs[i] = plan->values[plan->plan.outputs[i]];
}

bool interval_was_smooth(const struct interval_plan *plan)
{
    for (size_t i = 0; i < plan->plan.step_count; i++) {
        const struct plan_step *step = &plan->plan.steps[i];
        for (size_t k = 0; k < step->count; k++)
            plan->gathered[k] = plan->values[plan->plan.operands[step->first + k]];
        if (step->count > 0 && enclose_bends(step->op, plan->gathered))
            return false;
    }
    return true;
}
