/* SPDX-License-Identifier: MIT
 * Every node has a place for its value, in the order of evaluation; a run fills them from
 * the first to the last with op_value. */
#include "tape/check.h"

#include "tape/plan.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct check {
    struct plan plan;
    double *values;   /* of the steps */
    double *gathered; /* operand values of the step at hand */
    size_t operations;
    bool *is_suspect; /* scratch of check_first_fault */
};

static bool is_leaf(enum op op)
{
    return op_info(op)->arity == 0;
}

/* n operands are joined by n - 1 additions or multiplications. */
static size_t operations_of(const struct plan_step *step)
{
    if (is_leaf(step->op))
        return 0;
    return op_info(step->op)->arity < 0 ? step->count - 1 : 1;
}

struct check *check_new(struct arena *arena, const struct graph *graph,
                        const node_id *outputs, size_t output_count,
                        const node_id *inputs, size_t input_count)
{
    struct check *check = ARENA_NEW(arena, struct check);
    struct plan *plan = &check->plan;
    plan_make(plan, arena, graph, outputs, output_count, inputs, input_count);
    check->values = ARENA_ARRAY(arena, plan->step_count, double);
    check->is_suspect = ARENA_ARRAY(arena, plan->step_count, bool);
    check->gathered = ARENA_ARRAY(arena, plan->widest, double);
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];
        check->operations += operations_of(step);
        if (is_leaf(step->op)) /* a leaf is nothing until an input sets it */
            check->values[i] = step->op == OP_CONSTANT ? step->value : (double)NAN;
    }
    return check;
}

size_t check_operations(const struct check *check)
{
    return check->operations;
}

static void gather(const struct check *check, const struct plan_step *step,
                   double *values)
{
    const size_t *places = check->plan.operands + step->first;
    for (size_t i = 0; i < step->count; i++)
        values[i] = check->values[places[i]];
}

void check_run(struct check *check, const double *inputs, double *outputs)
{
    for (size_t i = 0; i < check->plan.input_count; i++)
        if (check->plan.inputs[i] != SIZE_MAX)
            check->values[check->plan.inputs[i]] = inputs[i];
    for (size_t i = 0; i < check->plan.step_count; i++) {
        const struct plan_step *step = &check->plan.steps[i];
        if (is_leaf(step->op))
            continue;
        gather(check, step, check->gathered);
        check->values[i] = op_value(step->op, check->gathered, step->count);
    }
    for (size_t i = 0; i < check->plan.output_count; i++)
        outputs[i] = check->values[check->plan.outputs[i]];
}

/* ---- Where a value stopped being finite ---- */

/* The operands that decide a step's value: of an if only the branch that is taken. */
static bool is_live(const struct check *check, const struct plan_step *step,
                    size_t operand)
{
    if (step->op != OP_SELECT || operand == 0)
        return true;
    bool is_first = check->values[check->plan.operands[step->first]] != 0;
    return is_first == (operand == 1);
}

/* Suspects are the values that are not finite and have passed that on to the output:
 * where exp overflows in 1/(1 + exp(x)), nothing stops being finite that matters. */
static void find_suspects(const struct check *check, size_t output)
{
    memset(check->is_suspect, 0, check->plan.step_count * sizeof *check->is_suspect);
    check->is_suspect[output] = !isfinite(check->values[output]);
    for (size_t i = output + 1; i-- > 0;) {
        const struct plan_step *step = &check->plan.steps[i];
        for (size_t k = 0; k < step->count && check->is_suspect[i]; k++) {
            size_t place = check->plan.operands[step->first + k];
            if (is_live(check, step, k) && !isfinite(check->values[place]))
                check->is_suspect[place] = true;
        }
    }
}

/* How a step is guilty, from worst to least. */
enum guilt {
    BROKE,     /* not finite, and its operands are */
    MADE_NAN,  /* NaN from infinite operands */
    WAS_GIVEN, /* a leaf that is not finite */
    INNOCENT
};

static enum guilt guilt_of(const struct check *check, size_t place)
{
    const struct plan_step *step = &check->plan.steps[place];
    if (!check->is_suspect[place])
        return INNOCENT;
    if (is_leaf(step->op))
        return WAS_GIVEN;
    bool all_finite = true, any_nan = false;
    for (size_t k = 0; k < step->count; k++) {
        double value = check->values[check->plan.operands[step->first + k]];
        if (!is_live(check, step, k))
            continue;
        all_finite = all_finite && isfinite(value);
        any_nan = any_nan || isnan(value);
    }
    if (all_finite)
        return BROKE;
    return isnan(check->values[place]) && !any_nan ? MADE_NAN : INNOCENT;
}

bool check_first_fault(const struct check *check, size_t output,
                       struct check_fault *fault)
{
    assert(output < check->plan.output_count);
    size_t last = check->plan.outputs[output], guilty = 0;
    find_suspects(check, last);
    enum guilt worst = INNOCENT;
    for (size_t i = 0; i <= last && worst != BROKE; i++) {
        enum guilt guilt = guilt_of(check, i);
        if (guilt < worst) {
            worst = guilt;
            guilty = i;
        }
    }
    if (worst == INNOCENT)
        return false;
    const struct plan_step *step = &check->plan.steps[guilty];
    *fault = (struct check_fault){.node = step->node,
                                  .origin = step->origin,
                                  .op = step->op,
                                  .count = step->count,
                                  .value = check->values[guilty]};
    for (size_t k = 0; k < step->count && k < 3; k++)
        fault->operands[k] = check->values[check->plan.operands[step->first + k]];
    return true;
}
