/* SPDX-License-Identifier: MIT
 * The kernels that move elements are asked themselves: they move the elements' numbers.
 */
#include "tape/array_depend.h"

/* 1, 2, ... */
static double *count_up(struct arena *scratch, size_t count)
{
    double *numbers = ARENA_ARRAY(scratch, count, double);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (double)(i + 1);
    return numbers;
}

/* The elements of `from` as they are repeated to `to`. */
static const double *repeat(struct arena *scratch, const struct shape *from,
                            const struct shape *to)
{
    struct array x = {*from, count_up(scratch, shape_elements(from))};
    double *map = ARENA_ARRAY(scratch, shape_elements(to), double);
    struct kernel_call call = {
        .op = OP_BROADCAST, .operands = &x, .count = 1, .shape = to, .out = map};
    (void)kernel_broadcast(&call);
    return map;
}

/* What becomes of the elements of the first operand when they are moved. */
static const double *move(struct array_program *program, struct arena *scratch,
                          size_t place)
{
    const struct array_step *step = &program->steps[place];
    struct array operands[2] = {program->operands[0]};
    struct index_fault ignored;
    struct kernel_call call = array_call(program, place);
    double *map = ARENA_ARRAY(scratch, step->elements, double);
    if (call.count == 2)
        operands[1] = program->operands[1];
    operands[0].numbers = count_up(scratch, shape_elements(&operands[0].shape));
    call.operands = operands;
    call.out = map;
    call.fault = &ignored;
    (void)kernel_run(&call);
    for (size_t i = 0; i < step->elements; i++)
        map[i] = map[i] > 0 ? map[i] : 0; /* NaN: an index outside */
    return map;
}

/* The product of the extents behind an axis. */
static size_t extent_behind(const struct shape *shape, size_t axis)
{
    size_t extent = 1;
    for (size_t i = axis + 1; i < shape->rank; i++)
        extent *= shape->extent[i];
    return extent;
}

/* The index by which each element was gathered. */
static const double *find_indices(const struct array_program *program,
                                  struct arena *scratch, size_t place)
{
    const struct array_step *step = &program->steps[place];
    size_t count = shape_elements(&program->operands[1].shape);
    size_t inner = extent_behind(&program->operands[0].shape, step->attributes->axis);
    double *map = ARENA_ARRAY(scratch, step->elements, double);
    for (size_t i = 0; i < step->elements; i++)
        map[i] = (double)(i / inner % count + 1);
    return map;
}

/* Where the elements of a part stand in the whole. */
static const double *find_part(const struct array_program *program, struct arena *scratch,
                               size_t place, size_t which, size_t first)
{
    const struct array_step *step = &program->steps[place];
    const struct shape *part = &program->operands[which].shape;
    size_t axis = step->attributes->axis, count = shape_elements(part);
    size_t inner = extent_behind(part, axis), run = part->extent[axis] * inner;
    double *map = ARENA_ARRAY(scratch, count, double);
    for (size_t i = 0; i < count; i++)
        map[i] = (double)(i / run * step->shape->extent[axis] * inner + first * inner +
                          i % run + 1);
    return map;
}

struct dependence array_depend(struct array_program *program, struct arena *scratch,
                               size_t place, size_t which, size_t first)
{
    const struct array_step *step = &program->steps[place];
    const struct shape *operand = &program->operands[which].shape;
    enum op op = program->plan.steps[place].op;
    struct shape units;
    if (!op_is_array(op) || op == OP_BROADCAST)
        return (struct dependence){DEPENDS_BY_RESULT,
                                   repeat(scratch, operand, step->shape)};
    switch (op) {
    case OP_SUM_OVER:
    case OP_PROD_OVER:
    case OP_MIN_OVER:
    case OP_MAX_OVER:
    case OP_LOGSUMEXP_OVER:
    case OP_NORM_OVER:
        units = shape_with_units(operand, (unsigned)step->attributes->axes);
        return (struct dependence){DEPENDS_BY_OPERAND, repeat(scratch, &units, operand)};
    case OP_RESHAPE:
    case OP_PERMUTE:
    case OP_SLICE:
    case OP_PAD:
    case OP_DIAGONAL:
    case OP_MAKE_DIAGONAL:
        return (struct dependence){DEPENDS_BY_RESULT, move(program, scratch, place)};
    case OP_GATHER:
        return (struct dependence){DEPENDS_BY_RESULT,
                                   which == 0 ? move(program, scratch, place)
                                              : find_indices(program, scratch, place)};
    case OP_CONCAT:
        return (struct dependence){DEPENDS_BY_OPERAND,
                                   find_part(program, scratch, place, which, first)};
    default:
        return (struct dependence){.kind = DEPENDS_AS_A_WHOLE};
    }
}
