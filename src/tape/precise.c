/* SPDX-License-Identifier: MIT
 * Every node of the plan has a place for its numbers, in the order of evaluation.  What
 * depends on no variable is computed once.  Operations that move numbers are carried out
 * on both halves by the kernels of doubles. */
#include "tape/precise.h"

#include "tape/apply.h"
#include "tape/plan.h"

#include <string.h>

struct step {
    struct shape shape;
    struct attributes attributes;
    bool depends;
    struct precise_numbers numbers;
};

/* An operand of an operation of numbers: every number is used once, or the first always,
 * or what it is repeated to lies in `room`. */
struct operand {
    const double *high, *low;
    size_t stride;
};

struct precise {
    struct plan plan;
    struct step *steps;
    struct operand *operands; /* of the step at hand */
    struct wide *gathered;
    struct arena *arena;
    bool has_run;
};

/* ---- the plan ---- */

static bool moves(enum op op)
{
    switch (op) {
    case OP_BROADCAST:
    case OP_RESHAPE:
    case OP_PERMUTE:
    case OP_SLICE:
    case OP_PAD:
    case OP_GATHER:
    case OP_CONCAT:
    case OP_DIAGONAL:
    case OP_MAKE_DIAGONAL:
        return true;
    default:
        return false;
    }
}

bool precise_has(enum op op)
{
    bool is_leaf = op == OP_CONSTANT || op == OP_VARIABLE || op == OP_PARAMETER;
    return is_leaf || precise_op(op) != NULL || moves(op) || op == OP_RANGE ||
           op == OP_SUM_OVER || op == OP_CUMSUM || op == OP_MATMUL;
}

static bool is_plain_product(const struct precise *program, const struct plan_step *step)
{
    const size_t *places = program->plan.operands + step->first;
    return program->steps[places[0]].shape.rank == 2 &&
           program->steps[places[1]].shape.rank == 2;
}

/* False where a step cannot be carried out; *total counts the numbers. */
static bool plan_steps(struct precise *program, const struct graph *graph, size_t most)
{
    size_t total = 0;
    for (size_t i = 0; i < program->plan.step_count; i++) {
        const struct plan_step *step = &program->plan.steps[i];
        struct step *own = &program->steps[i];
        own->shape = graph_shape(graph, step->node);
        own->depends = graph_node(graph, step->node).depends;
        own->numbers.count = shape_elements(&own->shape);
        total += own->numbers.count;
        if (!precise_has(step->op) || total > most)
            return false;
        if (op_is_array(step->op))
            own->attributes = graph_attributes(graph, step->node);
        if (step->op == OP_MATMUL && !is_plain_product(program, step))
            return false;
    }
    return true;
}

static void take_room(struct precise *program)
{
    for (size_t i = 0; i < program->plan.step_count; i++) {
        struct precise_numbers *numbers = &program->steps[i].numbers;
        numbers->high = ARENA_ARRAY(program->arena, numbers->count, double);
        numbers->low = ARENA_ARRAY(program->arena, numbers->count, double);
        if (program->plan.steps[i].op != OP_CONSTANT)
            continue;
        struct wide value = wide_written(program->plan.steps[i].value);
        numbers->high[0] = value.high;
        numbers->low[0] = value.low;
    }
}

struct precise *precise_new(struct arena *arena, const struct graph *graph,
                            const node_id *outputs, size_t output_count,
                            const node_id *inputs, size_t input_count, size_t most)
{
    struct precise *program = ARENA_NEW(arena, struct precise);
    program->arena = arena;
    plan_make(&program->plan, arena, graph, outputs, output_count, inputs, input_count);
    program->steps = ARENA_ARRAY(arena, program->plan.step_count, struct step);
    if (!plan_steps(program, graph, most))
        return NULL;
    program->operands = ARENA_ARRAY(arena, program->plan.widest, struct operand);
    program->gathered = ARENA_ARRAY(arena, program->plan.widest, struct wide);
    take_room(program);
    return program;
}

struct precise_numbers *precise_input(struct precise *program, size_t input)
{
    size_t place = program->plan.inputs[input];
    return place == SIZE_MAX ? NULL : &program->steps[place].numbers;
}

void precise_set_written(struct precise *program, size_t input, const double *numbers)
{
    struct precise_numbers *own = precise_input(program, input);
    for (size_t i = 0; own != NULL && i < own->count; i++) {
        struct wide value = wide_written(numbers[i]);
        own->high[i] = value.high;
        own->low[i] = value.low;
    }
}

const struct precise_numbers *precise_output(const struct precise *program, size_t output)
{
    return &program->steps[program->plan.outputs[output]].numbers;
}

/* ---- moving ---- */

/* The operation on one half of the operands. */
static bool move_half(struct precise *program, size_t place, bool is_low)
{
    const struct plan_step *step = &program->plan.steps[place];
    struct step *own = &program->steps[place];
    struct arena_mark mark = arena_mark(program->arena);
    struct array *operands = ARENA_ARRAY(program->arena, step->count, struct array);
    struct index_fault fault;
    for (size_t k = 0; k < step->count; k++) {
        const struct step *from =
            &program->steps[program->plan.operands[step->first + k]];
        bool is_index = step->op == OP_GATHER && k == 1;
        operands[k].shape = from->shape;
        operands[k].numbers =
            is_low && !is_index ? from->numbers.low : from->numbers.high;
    }
    bool is_inside =
        array_apply(program->arena, step->op, &own->attributes, operands, step->count,
                    &own->shape, is_low ? own->numbers.low : own->numbers.high, &fault);
    arena_release(program->arena, mark);
    return is_inside;
}

/* ---- numbers ---- */

static double *repeat(struct precise *program, const struct shape *from,
                      const double *numbers, const struct shape *to)
{
    struct index_fault fault;
    struct array operand = {.shape = *from, .numbers = numbers};
    double *room = ARENA_ARRAY(program->arena, shape_elements(to), double);
    (void)array_apply(program->arena, OP_BROADCAST, NULL, &operand, 1, to, room, &fault);
    return room;
}

static struct operand operand_of(struct precise *program, const struct step *from,
                                 const struct step *to)
{
    struct operand operand = {from->numbers.high, from->numbers.low,
                              from->numbers.count == 1 ? 0 : 1};
    if (from->numbers.count != 1 && !shape_equal(&from->shape, &to->shape) &&
        from->numbers.count != to->numbers.count) {
        operand.high = repeat(program, &from->shape, operand.high, &to->shape);
        operand.low = repeat(program, &from->shape, operand.low, &to->shape);
    }
    return operand;
}

static void run_numbers(struct precise *program, size_t place)
{
    const struct plan_step *step = &program->plan.steps[place];
    struct precise_numbers *out = &program->steps[place].numbers;
    struct arena_mark mark = arena_mark(program->arena);
    precise_value *value = precise_op(step->op);
    for (size_t k = 0; k < step->count; k++)
        program->operands[k] =
            operand_of(program, &program->steps[program->plan.operands[step->first + k]],
                       &program->steps[place]);
    for (size_t i = 0; i < out->count; i++) {
        for (size_t k = 0; k < step->count; k++) {
            const struct operand *from = &program->operands[k];
            program->gathered[k] =
                (struct wide){from->high[i * from->stride], from->low[i * from->stride]};
        }
        struct wide result = value(program->gathered, step->count);
        out->high[i] = result.high;
        out->low[i] = result.low;
    }
    arena_release(program->arena, mark);
}

/* ---- sums ---- */

static struct wide number_at(const struct precise_numbers *numbers, size_t i)
{
    return (struct wide){numbers->high[i], numbers->low[i]};
}

static void put_number(struct precise_numbers *numbers, size_t i, struct wide value)
{
    numbers->high[i] = value.high;
    numbers->low[i] = value.low;
}

/* Where element `index` of an array goes when some axes drop out. */
static size_t place_without(const struct shape *shape, size_t axes, size_t index)
{
    size_t place = 0, unit = 1;
    for (size_t axis = shape->rank; axis-- > 0;) {
        size_t at = index % shape->extent[axis];
        index /= shape->extent[axis];
        if (axes >> axis & 1)
            continue;
        place += at * unit;
        unit *= shape->extent[axis];
    }
    return place;
}

static void run_sum(const struct step *from, struct step *to)
{
    memset(to->numbers.high, 0, to->numbers.count * sizeof *to->numbers.high);
    memset(to->numbers.low, 0, to->numbers.count * sizeof *to->numbers.low);
    for (size_t i = 0; i < from->numbers.count; i++) {
        size_t at = place_without(&from->shape, to->attributes.axes, i);
        put_number(&to->numbers, at,
                   wide_add(number_at(&to->numbers, at), number_at(&from->numbers, i)));
    }
}

static void run_cumsum(const struct step *from, struct step *to)
{
    size_t length = from->shape.extent[from->shape.rank - 1];
    for (size_t i = 0; i < from->numbers.count; i++) {
        size_t row = i / length * length, k = i - row;
        bool is_reversed = to->attributes.is_reversed != 0;
        size_t at = is_reversed ? row + length - 1 - k : i;
        struct wide sum = number_at(&from->numbers, at);
        if (k > 0)
            sum = wide_add(sum, number_at(&to->numbers, is_reversed ? at + 1 : at - 1));
        put_number(&to->numbers, at, sum);
    }
}

static void run_product(const struct step *a, const struct step *b, struct step *to)
{
    size_t inner = a->shape.extent[1], columns = to->shape.extent[1];
    for (size_t i = 0; i < to->numbers.count; i++) {
        size_t row = i / columns, column = i % columns;
        struct wide sum = {0, 0};
        for (size_t k = 0; k < inner; k++)
            sum = wide_add(sum,
                           wide_multiply(number_at(&a->numbers, row * inner + k),
                                         number_at(&b->numbers, k * columns + column)));
        put_number(&to->numbers, i, sum);
    }
}

static void run_range(struct step *to)
{
    struct wide first = wide_written(to->attributes.first);
    struct wide step = wide_written(to->attributes.step);
    for (size_t i = 0; i < to->numbers.count; i++)
        put_number(&to->numbers, i,
                   wide_add(first, wide_multiply(step, wide_of((double)i))));
}

/* ---- the run ---- */

static bool run_step(struct precise *program, size_t place)
{
    const struct plan_step *step = &program->plan.steps[place];
    const size_t *operands = program->plan.operands + step->first;
    struct step *own = &program->steps[place];
    switch (step->op) {
    case OP_CONSTANT:
    case OP_VARIABLE:
    case OP_PARAMETER:
        return true;
    case OP_RANGE:
        run_range(own);
        return true;
    case OP_SUM_OVER:
        run_sum(&program->steps[operands[0]], own);
        return true;
    case OP_CUMSUM:
        run_cumsum(&program->steps[operands[0]], own);
        return true;
    case OP_MATMUL:
        run_product(&program->steps[operands[0]], &program->steps[operands[1]], own);
        return true;
    default:
        if (moves(step->op))
            return move_half(program, place, false) && move_half(program, place, true);
        run_numbers(program, place);
        return true;
    }
}

bool precise_run(struct precise *program)
{
    for (size_t i = 0; i < program->plan.step_count; i++)
        if ((program->steps[i].depends || !program->has_run) && !run_step(program, i))
            return false;
    program->has_run = true;
    return true;
}
