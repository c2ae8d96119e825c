/* SPDX-License-Identifier: MIT
 * What each step of an array program needs to know, found once: shapes, which results are
 * only another view of numbers that exist, and which are needed at all. */
#include "tape/array_plan.h"

#include <assert.h>

/* ---- Shapes and attributes ---- */

static const struct attributes no_attributes;

/* One copy of every shape, by its number in the graph. */
struct shapes {
    struct shape **by_number;
};

static struct shapes open_shapes(struct arena *arena, const struct graph *graph,
                                 const struct plan *plan)
{
    size_t most = 0;
    for (size_t i = 0; i < plan->step_count; i++) {
        size_t number = graph_node(graph, plan->steps[i].node).shape;
        most = number > most ? number : most;
    }
    return (struct shapes){ARENA_ARRAY(arena, most + 1, struct shape *)};
}

static const struct shape *shape_of(struct shapes *shapes, struct arena *arena,
                                    const struct graph *graph, node_id node)
{
    struct shape **shape = &shapes->by_number[graph_node(graph, node).shape];
    if (*shape == NULL) {
        *shape = ARENA_NEW(arena, struct shape);
        **shape = graph_shape(graph, node);
    }
    return *shape;
}

static const struct attributes *attributes_of(struct arena *arena,
                                              const struct graph *graph,
                                              const struct plan_step *step)
{
    if (!op_is_array(step->op))
        return &no_attributes;
    struct attributes *attributes = ARENA_NEW(arena, struct attributes);
    *attributes = graph_attributes(graph, step->node);
    return attributes;
}

/* ---- Views ---- */

/* Whether a slice is a run of consecutive elements: behind axes of which one index is
 * taken, one axis partly, the others whole. */
static bool is_run(const struct shape *from, const struct shape *to,
                   const struct attributes *a, size_t *shift)
{
    size_t axis = 0;
    *shift = 0;
    for (size_t i = 0; i < to->rank; i++)
        *shift = *shift * from->extent[i] + a->start[i];
    while (axis < to->rank && to->extent[axis] == 1)
        axis++;
    if (axis < to->rank && a->stride[axis] != 1)
        return false;
    for (axis++; axis < to->rank; axis++)
        if (to->extent[axis] != from->extent[axis] || a->stride[axis] != 1)
            return false;
    return true;
}

/* Whether only axes of extent 1 have moved. */
static bool keeps_order(const struct shape *to, const struct attributes *a)
{
    size_t last = 0;
    for (size_t i = 0; i < to->rank; i++) {
        if (to->extent[i] == 1)
            continue;
        if (a->order[i] < last)
            return false;
        last = a->order[i];
    }
    return true;
}

/* Whether the numbers of the result stand in those of its operand already. */
static bool is_view(enum op op, const struct array_step *from,
                    const struct array_step *to, size_t *shift)
{
    *shift = 0;
    if (to->elements == 0)
        return false;
    switch (op) {
    case OP_RESHAPE:
        return true;
    case OP_BROADCAST:
        return to->elements == from->elements;
    case OP_PERMUTE:
        return keeps_order(to->shape, to->attributes);
    case OP_SLICE:
        return is_run(from->shape, to->shape, to->attributes, shift);
    default:
        return false;
    }
}

static void find_view(struct array_program *program, size_t place)
{
    struct array_step *steps = program->steps, *to = &steps[place];
    const struct plan_step *step = &program->plan.steps[place];
    size_t shift = 0;
    to->root = place;
    if (step->count != 1)
        return;
    const struct array_step *from = &steps[program->plan.operands[step->first]];
    if (!is_view(step->op, from, to, &shift))
        return;
    to->root = from->root;
    to->shift = from->shift + shift;
}

/* ---- What is needed ---- */

/* Whether matrices are transposed, and nothing else. */
static bool is_transposition(const struct array_program *program, size_t place)
{
    const size_t *order = program->steps[place].attributes->order;
    size_t rank = program->steps[place].shape->rank;
    bool is_so = program->plan.steps[place].op == OP_PERMUTE && rank >= 2 &&
                 order[rank - 2] == rank - 1 && order[rank - 1] == rank - 2;
    for (size_t i = 0; i + 2 < rank && is_so; i++)
        is_so = order[i] == i;
    return is_so;
}

/* A product reads a transposed matrix where it stands. */
static void leave_out_transpositions(struct array_program *program)
{
    const struct plan *plan = &program->plan;
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];
        for (size_t k = 0; k < step->count && step->op == OP_MATMUL; k++) {
            size_t *operand = &plan->operands[step->first + k];
            for (; is_transposition(program, *operand);
                 *operand = plan->operands[plan->steps[*operand].first])
                program->steps[i].transposed ^= 1u << k;
        }
    }
}

/* Operations element by element repeat their operands themselves. */
static void leave_out_broadcasts(const struct plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];
        for (size_t k = 0; k < step->count && !op_is_array(step->op); k++) {
            size_t *operand = &plan->operands[step->first + k];
            while (plan->steps[*operand].op == OP_BROADCAST)
                *operand = plan->operands[plan->steps[*operand].first];
        }
    }
}

static void find_needed(struct array_program *program)
{
    const struct plan *plan = &program->plan;
    for (size_t i = 0; i < plan->output_count; i++)
        program->steps[plan->outputs[i]].is_needed = true;
    for (size_t i = plan->step_count; i-- > 0;)
        for (size_t k = 0; k < plan->steps[i].count && program->steps[i].is_needed; k++)
            program->steps[plan->operands[plan->steps[i].first + k]].is_needed = true;
}

/* ---- Steps ---- */

static bool is_scalar(const struct array_program *program, size_t place)
{
    const struct plan_step *step = &program->plan.steps[place];
    bool scalar = !op_is_array(step->op) && program->steps[place].elements == 1;
    for (size_t k = 0; k < step->count && scalar; k++)
        scalar = program->steps[program->plan.operands[step->first + k]].elements == 1;
    return scalar;
}

struct kernel_call array_call(struct array_program *program, size_t place)
{
    return (struct kernel_call){.op = program->plan.steps[place].op,
                                .attributes = program->steps[place].attributes,
                                .operands = program->operands,
                                .count = program->plan.steps[place].count,
                                .shape = program->steps[place].shape,
                                .transposed = program->steps[place].transposed,
                                .poll = &program->poll};
}

/* What it costs, when its operands have been described. */
static void weigh(struct array_program *program, size_t place)
{
    struct array_step *step = &program->steps[place];
    const struct plan_step *plan_step = &program->plan.steps[place];
    if (array_is_leaf(plan_step) || !step->is_needed)
        return;
    for (size_t k = 0; k < plan_step->count; k++)
        program->operands[k].shape =
            *program->steps[program->plan.operands[plan_step->first + k]].shape;
    struct kernel_call call = array_call(program, place);
    size_t operations = kernel_operations(&call);
    program->operations += operations;
    step->weight = operations + step->elements;
}

void array_plan_steps(struct array_program *program, struct arena *arena,
                      const struct graph *graph)
{
    struct plan *plan = &program->plan;
    struct shapes shapes = open_shapes(arena, graph, plan);
    program->steps = ARENA_ARRAY(arena, plan->step_count, struct array_step);
    program->operands = ARENA_ARRAY(arena, plan->widest, struct array);
    program->values = ARENA_ARRAY(arena, plan->widest, double);
    for (size_t i = 0; i < plan->step_count; i++) {
        struct array_step *step = &program->steps[i];
        step->shape = shape_of(&shapes, arena, graph, plan->steps[i].node);
        step->attributes = attributes_of(arena, graph, &plan->steps[i]);
        step->elements = shape_elements(step->shape);
    }
    leave_out_broadcasts(plan);
    leave_out_transpositions(program);
    find_needed(program);
    for (size_t i = 0; i < plan->input_count; i++)
        if (plan->inputs[i] != SIZE_MAX)
            program->steps[plan->inputs[i]].is_input = true;
    for (size_t i = 0; i < plan->step_count; i++) {
        struct array_step *step = &program->steps[i];
        assert(step->is_input || !step->is_needed || plan->steps[i].op == OP_CONSTANT ||
               !array_is_leaf(&plan->steps[i]));
        step->is_scalar = is_scalar(program, i);
        find_view(program, i);
        weigh(program, i);
    }
}
