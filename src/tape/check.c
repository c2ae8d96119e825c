/* SPDX-License-Identifier: MIT
 * Every node has a place for its value, in the order of evaluation; a run fills them from
 * the first to the last with op_value. */
#include "tape/check.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct step {
    enum op op;
    node_id node;
    uint32_t origin;
    size_t first, count; /* in operands; both 0 for a leaf */
};

struct check {
    struct step *steps; /* one a node, in the order of evaluation */
    double *values;     /* of the steps */
    size_t step_count;
    size_t *operands; /* places of all steps' operands, one step after the other */
    double *gathered; /* operand values of the step at hand */
    size_t *outputs, output_count;
    size_t *inputs, input_count; /* SIZE_MAX: not needed */
    size_t operations;
    bool *is_suspect; /* scratch of check_first_fault */
};

static bool is_leaf(enum op op)
{
    return op_info(op)->arity == 0;
}

static void plan_step(struct check *check, const struct graph *graph,
                      const struct graph_order *order, size_t place, size_t *used)
{
    struct node node = graph_node(graph, order->nodes[place]);
    check->steps[place] = (struct step){.op = node.op,
                                        .node = order->nodes[place],
                                        .origin = node.origin,
                                        .first = *used,
                                        .count = node.count};
    for (size_t i = 0; i < node.count; i++)
        check->operands[(*used)++] = graph_position(graph, order, node.operands[i]);
    if (node.op == OP_CONSTANT)
        check->values[place] = node.value;
    else if (is_leaf(node.op))
        check->values[place] = (double)NAN; /* until an input sets it */
    else /* n operands are joined by n - 1 additions or multiplications */
        check->operations += op_info(node.op)->arity < 0 ? node.count - 1 : 1;
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

struct check *check_new(struct arena *arena, const struct graph *graph,
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
    struct check *check = ARENA_NEW(arena, struct check);
    check->step_count = order.count;
    check->steps = ARENA_ARRAY(arena, order.count, struct step);
    check->values = ARENA_ARRAY(arena, order.count, double);
    check->is_suspect = ARENA_ARRAY(arena, order.count, bool);
    check->operands = ARENA_ARRAY(arena, operands, size_t);
    check->gathered = ARENA_ARRAY(arena, widest, double);
    size_t used = 0;
    for (size_t i = 0; i < order.count; i++)
        plan_step(check, graph, &order, i, &used);
    check->outputs = places_of(arena, graph, &order, outputs, output_count);
    check->inputs = places_of(arena, graph, &order, inputs, input_count);
    check->output_count = output_count;
    check->input_count = input_count;
    return check;
}

size_t check_operations(const struct check *check)
{
    return check->operations;
}

static void gather(const struct check *check, const struct step *step, double *values)
{
    const size_t *places = check->operands + step->first;
    for (size_t i = 0; i < step->count; i++)
        values[i] = check->values[places[i]];
}

void check_run(struct check *check, const double *inputs, double *outputs)
{
    for (size_t i = 0; i < check->input_count; i++)
        if (check->inputs[i] != SIZE_MAX)
            check->values[check->inputs[i]] = inputs[i];
    for (size_t i = 0; i < check->step_count; i++) {
        const struct step *step = &check->steps[i];
        if (is_leaf(step->op))
            continue;
        gather(check, step, check->gathered);
        check->values[i] = op_value(step->op, check->gathered, step->count);
    }
    for (size_t i = 0; i < check->output_count; i++)
        outputs[i] = check->values[check->outputs[i]];
}

/* ---- Where a value stopped being finite ---- */

/* The operands that decide a step's value: of an if only the branch that is taken. */
static bool is_live(const struct check *check, const struct step *step, size_t operand)
{
    if (step->op != OP_SELECT || operand == 0)
        return true;
    bool is_first = check->values[check->operands[step->first]] != 0;
    return is_first == (operand == 1);
}

/* Suspects are the values that are not finite and have passed that on to the output:
 * where exp overflows in 1/(1 + exp(x)), nothing stops being finite that matters. */
static void find_suspects(const struct check *check, size_t output)
{
    memset(check->is_suspect, 0, check->step_count * sizeof *check->is_suspect);
    check->is_suspect[output] = !isfinite(check->values[output]);
    for (size_t i = output + 1; i-- > 0;) {
        const struct step *step = &check->steps[i];
        for (size_t k = 0; k < step->count && check->is_suspect[i]; k++) {
            size_t place = check->operands[step->first + k];
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
    const struct step *step = &check->steps[place];
    if (!check->is_suspect[place])
        return INNOCENT;
    if (is_leaf(step->op))
        return WAS_GIVEN;
    bool all_finite = true, any_nan = false;
    for (size_t k = 0; k < step->count; k++) {
        double value = check->values[check->operands[step->first + k]];
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
    assert(output < check->output_count);
    size_t last = check->outputs[output], guilty = 0;
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
    const struct step *step = &check->steps[guilty];
    *fault = (struct check_fault){.node = step->node,
                                  .origin = step->origin,
                                  .op = step->op,
                                  .count = step->count,
                                  .value = check->values[guilty]};
    for (size_t k = 0; k < step->count && k < 3; k++)
        fault->operands[k] = check->values[check->operands[step->first + k]];
    return true;
}
