/* SPDX-License-Identifier: MIT */
#include "tape/array.h"

#include "tape/array_plan.h"
#include "tape/block/pass.h"

#include <assert.h>
#include <string.h>

/* All but where its results stand. */
static struct array_program *plan_program(struct arena *arena, const struct graph *graph,
                                          const node_id *outputs, size_t output_count,
                                          const node_id *inputs, size_t input_count)
{
    struct array_program *program = ARENA_NEW(arena, struct array_program);
    plan_make(&program->plan, arena, graph, outputs, output_count, inputs, input_count);
    array_plan_steps(program, arena, graph);
    program->outside.extent = SIZE_MAX;
    return program;
}

struct array_program *array_new(struct arena *arena, const struct graph *graph,
                                const node_id *outputs, size_t output_count,
                                const node_id *inputs, size_t input_count)
{
    struct array_program *program =
        plan_program(arena, graph, outputs, output_count, inputs, input_count);
    array_place(program, arena, false, &program->layout);
    return program;
}

struct array_program *array_new_fused(struct arena *arena, const struct graph *graph,
                                      const node_id *outputs, size_t output_count,
                                      const node_id *inputs, size_t input_count,
                                      struct array_means means)
{
    struct array_program *plain =
        plan_program(arena, graph, outputs, output_count, inputs, input_count);
    struct array_program *program = array_fuse(arena, plain, means);
    if (program != NULL)
        return program;
    array_place(plain, arena, false, &plain->layout);
    return plain;
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

size_t array_threads(const struct array_program *program)
{
    size_t most = 1;
    for (size_t i = 0; i < program->plan.step_count; i++) {
        const struct pass *pass = program->steps[i].pass;
        if (pass != NULL && pass->worker_count > most)
            most = pass->worker_count;
    }
    return most;
}

bool array_is_native(const struct array_program *program)
{
    bool is_native = false;
    for (size_t i = 0; i < program->plan.step_count; i++) {
        const struct pass *pass = program->steps[i].pass;
        is_native = is_native || (pass != NULL && pass_is_native(pass));
    }
    return is_native;
}

size_t array_make_native(struct array_program *program)
{
    size_t made = 0;
    for (size_t i = 0; i < program->plan.step_count; i++) {
        struct pass *pass = program->steps[i].pass;
        made += pass != NULL && pass_make_native(pass);
    }
    return made;
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
    for (size_t i = 0; i < layout->view_count; i++) {
        const struct array_step *step = &program->steps[layout->views[i]];
        layout->numbers[layout->views[i]] = layout->numbers[step->root] + step->shift;
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
    for (size_t k = 0; k < layout->active_count; k++) {
        size_t i = layout->active[k];
        const struct array_step *step = &program->steps[i];
        if (step->pass != NULL && !pass_run(step->pass, layout->numbers, &program->poll))
            return false;
        if (step->is_passed)
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

/* Whether a pass met an index that it cannot follow. */
static bool has_strayed(const struct array_program *program)
{
    bool strayed = false;
    for (size_t i = 0; i < program->plan.step_count && program->can_stray; i++)
        strayed =
            strayed || (program->steps[i].pass != NULL && program->steps[i].pass->strays);
    return strayed;
}

static void copy_outputs(const struct array_program *program, const struct layout *layout,
                         double *const *outputs)
{
    for (size_t i = 0; i < program->plan.output_count; i++) {
        size_t place = program->plan.outputs[i], count = program->steps[place].elements;
        if (count > 0 && layout->numbers[place] != outputs[i])
            memcpy(outputs[i], layout->numbers[place], count * sizeof **outputs);
    }
}

/* Kernel by kernel, in memory that is given back: an index names a number of another row,
 * or none. */
static bool run_plain(struct array_program *program, const double *const *inputs,
                      double *const *outputs)
{
    struct array_program *plain = program->plain;
    struct arena arena;
    struct layout layout;
    arena_init(&arena, program->memory);
    array_place(plain, &arena, false, &layout);
    plain->poll = program->poll;
    bool done = array_run_steps(plain, &layout, inputs);
    if (done)
        copy_outputs(plain, &layout, outputs);
    program->outside = plain->outside;
    arena_clear(&arena);
    return done;
}

bool array_run(struct array_program *program, const double *const *inputs,
               double *const *outputs)
{
    const struct layout *layout = &program->layout;
    for (size_t i = 0; i < program->plan.output_count && program->is_direct != NULL; i++)
        if (program->is_direct[i])
            layout->numbers[program->plan.outputs[i]] = outputs[i];
    if (!array_run_steps(program, layout, inputs))
        return false;
    if (has_strayed(program))
        return run_plain(program, inputs, outputs);
    copy_outputs(program, layout, outputs);
    return true;
}
