/* SPDX-License-Identifier: MIT */
#include "tape/block/fusion.h"

#include <string.h>

/* ---- Groups of row axes ---- */

size_t fusion_group(const struct fusion *f, size_t extent)
{
    for (size_t i = 0; i < f->group_count; i++)
        if (extent <= f->groups[i].extent && f->groups[i].extent - extent <= MOST_SHIFT)
            return i;
    return SIZE_MAX;
}

/* The longest leading extent below `below`. */
static size_t longest_below(const struct array_program *program, size_t below)
{
    size_t longest = 0;
    for (size_t i = 0; i < program->plan.step_count; i++) {
        const struct shape *shape = program->steps[i].shape;
        size_t extent =
            shape->rank == 0 || !program->steps[i].is_needed ? 0 : shape->extent[0];
        if (extent < below && extent > longest)
            longest = extent;
    }
    return longest;
}

/* About as many columns as the arrays of a group come to: half as many again stand
 * within operations. */
static size_t expected_columns(const struct fusion *f, size_t group)
{
    enum { MOST_EXPECTED = 4096 };
    size_t count = 0;
    for (size_t i = 0; i < f->program->plan.step_count; i++) {
        const struct shape *shape = f->program->steps[i].shape;
        if (shape->rank == 0 || !f->program->steps[i].is_needed ||
            fusion_group(f, shape->extent[0]) != group)
            continue;
        size_t width = fusion_width(shape);
        count += width > MOST_WIDTH ? 0 : width + width / 2;
    }
    return count < MOST_EXPECTED ? count : MOST_EXPECTED;
}

static void find_groups(struct fusion *f)
{
    size_t extent = longest_below(f->program, SIZE_MAX);
    while (extent >= LEAST_ROWS && f->group_count < MOST_GROUPS) {
        struct group *group = &f->groups[f->group_count++];
        group->extent = extent;
        columns_open(&group->columns, f->arena, expected_columns(f, f->group_count - 1));
        size_t least =
            extent - LEAST_ROWS < MOST_SHIFT ? LEAST_ROWS : extent - MOST_SHIFT;
        extent = longest_below(f->program, least);
    }
}

/* ---- Operands ---- */

struct cell fusion_uniform(struct fusion *f, size_t group, size_t place, size_t number)
{
    struct columns *columns = &f->groups[group].columns;
    const struct plan_step *step = fusion_step(f, place);
    if (step->op == OP_CONSTANT)
        return cell_uniform(uniform_constant(columns, step->value));
    return cell_uniform(uniform_element(columns, place, number, f->ready[place]));
}

struct cell fusion_load(struct fusion *f, size_t group, size_t extent, size_t place,
                        size_t first, size_t stride)
{
    struct column like = {.kind = COLUMN_LOAD,
                          .extent = extent,
                          .stage = f->ready[place],
                          .a = first,
                          .b = place,
                          .c = stride};
    return cell_of(column_make(&f->groups[group].columns, &like, NULL, 0));
}

size_t fusion_width(const struct shape *shape)
{
    size_t width = 1;
    for (size_t i = 1; i < shape->rank; i++)
        width *= shape->extent[i];
    return width;
}

/* The column of `from` that stands in column `at` of `to`, whose axes behind the first
 * are repeated; `from` may lack axes in front. */
static size_t repeated_column(const struct shape *from, const struct shape *to, size_t at)
{
    size_t column = 0, step = 1;
    for (size_t i = 0; i + 1 < to->rank && i < from->rank; i++) {
        size_t extent = to->extent[to->rank - 1 - i],
               own = from->extent[from->rank - 1 - i];
        column += own == 1 ? 0 : at % extent * step;
        step *= own;
        at /= extent;
    }
    return column;
}

struct cell *fusion_cells(struct fusion *f, size_t group, size_t place,
                          const struct shape *to)
{
    const struct lowered *lowered = &f->lowered[place];
    const struct shape *shape = fusion_shape(f, place);
    size_t width = fusion_width(to), own = fusion_width(shape);
    bool has_rows = shape->rank == to->rank && shape->extent[0] == to->extent[0];
    bool is_lowered = lowered->kind == LOWERED_ROWS && !lowered->is_flat &&
                      lowered->group == group && has_rows;
    if (width > MOST_WIDTH)
        return NULL;
    size_t numbers = has_rows ? own : f->program->steps[place].elements;
    bool is_whole = width == numbers; /* nothing is repeated */
    struct cell *cells = arena_get(f->arena, width * sizeof *cells);
    if (is_lowered && is_whole)
        return memcpy(cells, lowered->cells, width * sizeof *cells);
    for (size_t i = 0; i < width; i++) {
        size_t column = is_whole ? i : numbers == 1 ? 0 : repeated_column(shape, to, i);
        if (is_lowered)
            cells[i] = lowered->cells[column];
        else if (has_rows)
            cells[i] = fusion_load(f, group, to->extent[0], place, column, own);
        else
            cells[i] = fusion_uniform(f, group, place, column);
    }
    return cells;
}

struct cell *fusion_flat_cells(struct fusion *f, size_t group, size_t place,
                               size_t extent, size_t width)
{
    const struct lowered *lowered = &f->lowered[place];
    size_t elements = f->program->steps[place].elements;
    bool is_lowered = lowered->kind == LOWERED_ROWS && lowered->is_flat &&
                      lowered->group == group && lowered->extent == extent &&
                      lowered->width == width;
    if (is_lowered)
        return lowered->cells;
    if (elements != 1 && elements != extent * width)
        return NULL;
    struct cell *cells = ARENA_ARRAY(f->arena, width, struct cell);
    for (size_t i = 0; i < width; i++)
        cells[i] = elements == 1 ? fusion_uniform(f, group, place, 0)
                                 : fusion_load(f, group, extent, place, i, width);
    return cells;
}

bool fusion_set(struct fusion *f, size_t place, const struct lowered *lowered)
{
    const struct columns *columns = &f->groups[lowered->group].columns;
    uint32_t stage = columns->uniforms[lowered->scale].stage;
    for (size_t i = 0; i < lowered->width && columns->last_stage > 0; i++) {
        uint32_t scale = columns->uniforms[lowered->cells[i].scale].stage;
        column_id core = lowered->cells[i].core;
        stage = scale > stage ? scale : stage;
        if (core != 0 && columns->items[core].stage > stage)
            stage = columns->items[core].stage;
    }
    f->lowered[place] = *lowered;
    f->lowered[place].stage = stage;
    f->ready[place] = stage + 1;
    return true;
}

/* ---- All steps ---- */

static void wait_for_operands(struct fusion *f, size_t place)
{
    for (size_t k = 0; k < fusion_step(f, place)->count; k++) {
        uint32_t ready = f->ready[fusion_operand(f, place, k)];
        f->ready[place] = ready > f->ready[place] ? ready : f->ready[place];
    }
}

static bool has_room(const struct fusion *f)
{
    bool room = true;
    for (size_t i = 0; i < f->group_count; i++)
        room = room && f->groups[i].columns.count < MOST_COLUMNS;
    return room;
}

static bool lower(struct fusion *f, size_t place)
{
    const struct plan_step *step = fusion_step(f, place);
    if (array_is_leaf(step) || f->program->steps[place].elements == 0 || !has_room(f))
        return false;
    if (!op_is_array(step->op))
        return lower_elementwise(f, place);
    return lower_move(f, place) || lower_reduction(f, place) || lower_product(f, place) ||
           lower_index(f, place);
}

bool fusion_find(struct fusion *f, struct arena *arena,
                 const struct array_program *program)
{
    bool any = false;
    *f = (struct fusion){.arena = arena, .program = program};
    find_groups(f);
    if (f->group_count == 0)
        return false;
    f->lowered = ARENA_ARRAY(arena, program->plan.step_count, struct lowered);
    f->ready = ARENA_ARRAY(arena, program->plan.step_count, uint32_t);
    for (size_t i = 0; i < program->plan.step_count; i++) {
        if (!program->steps[i].is_needed)
            continue;
        if (lower(f, i))
            any = true;
        else
            wait_for_operands(f, i);
    }
    return any;
}
