/* SPDX-License-Identifier: MIT
 * Operations of numbers, element by element, as columns. */
#include "tape/block/fusion.h"

/* The cells of the operands, one list each; NULL when one has no such form. */
static struct cell **operand_cells(struct fusion *f, size_t place, size_t group,
                                   const struct lowered *flat)
{
    size_t count = fusion_step(f, place)->count;
    struct cell **cells = ARENA_ARRAY(f->arena, count, struct cell *);
    for (size_t k = 0; k < count; k++) {
        size_t operand = fusion_operand(f, place, k);
        cells[k] = flat != NULL
                       ? fusion_flat_cells(f, group, operand, flat->extent, flat->width)
                       : fusion_cells(f, group, operand, fusion_shape(f, place));
        if (cells[k] == NULL)
            return NULL;
    }
    return cells;
}

static bool set_cells(struct fusion *f, size_t place, struct lowered *lowered,
                      struct cell *const *operands)
{
    const struct plan_step *step = fusion_step(f, place);
    struct columns *columns = &f->groups[lowered->group].columns;
    struct cell *column = ARENA_ARRAY(f->arena, step->count, struct cell);
    lowered->cells = ARENA_ARRAY(f->arena, lowered->width, struct cell);
    for (size_t i = 0; i < lowered->width; i++) {
        for (size_t k = 0; k < step->count; k++)
            column[k] = operands[k][i];
        lowered->cells[i] =
            cell_operation(columns, lowered->extent, step->op, column, step->count);
    }
    return fusion_set(f, place, lowered);
}

/* An operand that is flat makes the result so. */
static bool lower_flat(struct fusion *f, size_t place)
{
    const struct shape *shape = fusion_shape(f, place);
    const struct plan_step *step = fusion_step(f, place);
    for (size_t k = 0; k < step->count && shape->rank == 1; k++) {
        const struct lowered *operand = &f->lowered[fusion_operand(f, place, k)];
        if (operand->kind != LOWERED_ROWS || !operand->is_flat)
            continue;
        struct lowered lowered = *operand;
        struct cell **cells = operand_cells(f, place, operand->group, operand);
        return cells != NULL && set_cells(f, place, &lowered, cells);
    }
    return false;
}

bool lower_elementwise(struct fusion *f, size_t place)
{
    const struct shape *shape = fusion_shape(f, place);
    size_t group = shape->rank == 0 ? SIZE_MAX : fusion_group(f, shape->extent[0]);
    if (lower_flat(f, place))
        return true;
    if (group == SIZE_MAX)
        return false;
    struct lowered lowered = {.kind = LOWERED_ROWS,
                              .group = (uint32_t)group,
                              .extent = shape->extent[0],
                              .width = fusion_width(shape)};
    struct cell **cells = operand_cells(f, place, group, NULL);
    return cells != NULL && set_cells(f, place, &lowered, cells);
}
