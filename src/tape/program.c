/* SPDX-License-Identifier: MIT */
#include "tape/program.h"

#include "tape/array.h"
#include "tape/scalar.h"

#include <assert.h>
#include <string.h>

struct program {
    struct scalar *scalar; /* NULL: `array` */
    struct array_program *array;
    /* for the checking evaluator, which is made when a fault is looked for */
    const struct graph *graph;
    node_id *outputs, *inputs;
    size_t input_count, output_count;
};

bool program_fits_scalar(struct arena *arena, const struct graph *graph,
                         const node_id *outputs, size_t count)
{
    struct arena_mark mark = arena_mark(arena);
    struct graph_order order = graph_order(graph, outputs, count, arena);
    bool scalar = true;
    for (size_t i = 0; i < order.count && scalar; i++) {
        struct node node = graph_node(graph, order.nodes[i]);
        scalar = node.shape == 0 && !op_is_array(node.op);
    }
    arena_release(arena, mark);
    return scalar;
}

static node_id *copy_nodes(struct arena *arena, const node_id *nodes, size_t count)
{
    node_id *copy = ARENA_ARRAY(arena, count, node_id);
    if (count > 0)
        memcpy(copy, nodes, count * sizeof *copy);
    return copy;
}

struct program *program_new(struct arena *arena, const struct graph *graph,
                            const node_id *outputs, size_t output_count,
                            const node_id *inputs, size_t input_count)
{
    return program_new_long(arena, graph, outputs, output_count, inputs, input_count,
                            (struct array_means){.threads = 1});
}

struct program *program_new_long(struct arena *arena, const struct graph *graph,
                                 const node_id *outputs, size_t output_count,
                                 const node_id *inputs, size_t input_count,
                                 struct array_means means)
{
    struct program *program = ARENA_NEW(arena, struct program);
    program->input_count = input_count;
    program->output_count = output_count;
    if (!program_fits_scalar(arena, graph, outputs, output_count)) {
        program->array = array_new_fused(arena, graph, outputs, output_count, inputs,
                                         input_count, means);
        return program;
    }
    program->graph = graph;
    program->outputs = copy_nodes(arena, outputs, output_count);
    program->inputs = copy_nodes(arena, inputs, input_count);
    program->scalar =
        scalar_new(arena, graph, outputs, output_count, inputs, input_count);
    return program;
}

bool program_is_scalar(const struct program *program)
{
    return program->scalar != NULL;
}

size_t program_operations(const struct program *program)
{
    return program->scalar != NULL ? scalar_operations(program->scalar)
                                   : array_operations(program->array);
}

void program_set_poll(struct program *program, bool (*go_on)(void *user), void *user)
{
    if (program->array != NULL)
        array_set_poll(program->array, go_on, user);
}

bool program_run(struct program *program, const double *const *inputs,
                 double *const *outputs)
{
    if (program->scalar == NULL)
        return array_run(program->array, inputs, outputs);
    scalar_run(program->scalar, inputs, outputs);
    return true;
}

bool program_index_outside(const struct program *program, struct index_fault *fault)
{
    return program->array != NULL && array_index_outside(program->array, fault);
}

/* The checking evaluator sees each node. */
static bool scalar_first_fault(struct program *program, struct arena *scratch,
                               const double *const *inputs, size_t output,
                               struct check_fault *fault)
{
    struct check *check =
        check_new(scratch, program->graph, program->outputs, program->output_count,
                  program->inputs, program->input_count);
    double *at = ARENA_ARRAY(scratch, program->input_count, double);
    double *values = ARENA_ARRAY(scratch, program->output_count, double);
    for (size_t i = 0; i < program->input_count; i++)
        at[i] = inputs[i][0];
    check_run(check, at, values);
    return check_first_fault(check, output, fault);
}

bool program_first_fault(struct program *program, struct arena *scratch,
                         const double *const *inputs, size_t output,
                         struct check_fault *fault)
{
    struct array_fault found;
    assert(output < program->output_count);
    if (program->scalar != NULL)
        return scalar_first_fault(program, scratch, inputs, output, fault);
    if (!array_first_fault(program->array, scratch, inputs, output, &found))
        return false;
    *fault = (struct check_fault){.node = found.node,
                                  .origin = found.origin,
                                  .op = found.op,
                                  .count = found.count,
                                  .value = found.value};
    for (size_t i = 0; i < 3; i++)
        fault->operands[i] = found.operands[i];
    return true;
}
