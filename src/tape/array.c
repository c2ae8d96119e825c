/* SPDX-License-Identifier: MIT */
#include "tape/array.h"

#include "tape/array_plan.h"

#include <assert.h>
#include <string.h>

struct array_program *array_new(struct arena *arena, const struct graph *graph,
                                const node_id *outputs, size_t output_count,
                                const node_id *inputs, size_t input_count)
{
    struct array_program *program = ARENA_NEW(arena, struct array_program);
    plan_make(&program->plan, arena, graph, outputs, output_count, inputs, input_count);
    array_plan_steps(program, arena, graph);
    array_place(program, arena, false, &program->layout);
    program->outside.extent = SIZE_MAX;
    return program;
}

bool array_needs(const struct array_program *program, size_t input)
{
    size_t place = program->plan.inputs[input];
    return place != SIZE_MAX && program->steps[place].is_needed;
}

void array_set_poll(struct array_program *program, bool (*go_on)(void *user), void *user)
{
    program->poll = (struct array_poll){.go_on = go_on, .user = user};
}

bool array_index_outside(const struct array_program *program, struct index_fault *fault)
{
    *fault = program->outside;
    return fault->extent != SIZE_MAX;
}

size_t array_operations(const struct array_program *program)
{
    return program->operations;
}

size_t array_bytes(const struct array_program *program)
{
    return program->layout.bytes;
}

/* ---- A run ---- */

/* What is read where the inputs stand. */
static void bind(const struct array_program *program, const struct layout *layout,
                 const double *const *inputs)
{
    const struct plan *plan = &program->plan;
    for (size_t i = 0; i < plan->input_count; i++)
        if (array_needs(program, i))
            layout->numbers[plan->inputs[i]] = inputs[i];
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct array_step *step = &program->steps[i];
        if (step->root != i && program->steps[step->root].is_input)
            layout->numbers[i] = layout->numbers[step->root] + step->shift;
    }
}

void array_gather_operands(struct array_program *program, const struct layout *layout,
                           const struct plan_step *step)
{
    for (size_t k = 0; k < step->count; k++) {
        size_t operand = program->plan.operands[step->first + k];
        program->operands[k] =
            (struct array){*program->steps[operand].shape, layout->numbers[operand]};
    }
}

static void run_scalar(const struct array_program *program, const struct layout *layout,
                       size_t place)
{
    const struct plan_step *step = &program->plan.steps[place];
    const size_t *operands = program->plan.operands + step->first;
    for (size_t k = 0; k < step->count; k++)
        program->values[k] = *layout->numbers[operands[k]];
    layout->memory[layout->offset[place]] =
        op_value(step->op, program->values, step->count);
}

static void run_array(struct array_program *program, const struct layout *layout,
                      size_t place)
{
    struct index_fault outside;
    array_gather_operands(program, layout, &program->plan.steps[place]);
    struct kernel_call call = array_call(program, place);
    call.out = layout->memory + layout->offset[place];
    call.work = layout->work;
    call.fault = &outside;
    if (!kernel_run(&call) && program->outside.extent == SIZE_MAX)
        program->outside = outside;
}

bool array_run_steps(struct array_program *program, const struct layout *layout,
                     const double *const *inputs)
{
    program->poll.is_interrupted = false;
    program->outside.extent = SIZE_MAX;
    bind(program, layout, inputs);
    for (size_t i = 0; i < program->plan.step_count; i++) {
        const struct array_step *step = &program->steps[i];
        if (layout->offset[i] == SIZE_MAX || array_is_leaf(&program->plan.steps[i]))
            continue;
        if (step->is_scalar)
            run_scalar(program, layout, i);
        else
            run_array(program, layout, i);
        if (!array_goes_on(&program->poll, step->weight))
            return false;
    }
    return true;
}

bool array_run(struct array_program *program, const double *const *inputs,
               double *const *outputs)
{
    const struct layout *layout = &program->layout;
    if (!array_run_steps(program, layout, inputs))
        return false;
    for (size_t i = 0; i < program->plan.output_count; i++) {
        size_t place = program->plan.outputs[i], count = program->steps[place].elements;
        if (count > 0)
            memcpy(outputs[i], layout->numbers[place], count * sizeof **outputs);
    }
    return true;
}
