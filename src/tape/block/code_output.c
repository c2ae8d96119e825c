/* SPDX-License-Identifier: MIT
 * What a pass leaves behind: totals, and columns that are stored. */
#include "tape/block/code.h"

/* ---- What is needed ---- */

static void need(struct code *code, column_id id)
{
    code->uses[id].is_needed = true;
    code->uses[id].readers++;
}

/* The total of a column gets a number, once. */
static void need_sum(struct code *code, column_id id)
{
    if (id == 0 || code->uses[id].sum != 0)
        return;
    need(code, id);
    code->uses[id].sum = (uint32_t)++code->pass->sum_count;
}

static void need_output(struct code *code, const struct lowered *lowered)
{
    for (size_t k = 0; k < lowered->width; k++) {
        column_id core = lowered->cells[k].core;
        if (lowered->kind == LOWERED_SUM)
            need_sum(code, core);
        else if (core != 0)
            need(code, core);
    }
}

/* How many terms the linear combination goes through, when it adds the impulses among
 * them that nobody else reads in their rows alone. */
static size_t take_impulses(struct code *code, column_id id)
{
    const struct column *c = column_at(code->columns, id);
    const struct cell *terms = column_operands(code->columns, id);
    size_t left = 0;
    for (size_t k = 0; k < c->count; k++) {
        struct use *use = &code->uses[terms[k].core];
        if (terms[k].core == 0)
            continue;
        use->is_inline =
            column_at(code->columns, terms[k].core)->kind == COLUMN_IMPULSE &&
            use->readers == 1 && use->sum == 0 && code->uses[id].sum == 0;
        left += !use->is_inline;
    }
    return left;
}

/* Whether a linear combination of which the total alone is asked for is one of squares
 * that nobody else reads. */
static bool is_of_squares(const struct code *code, column_id id)
{
    const struct column *c = column_at(code->columns, id);
    const struct cell *terms = column_operands(code->columns, id);
    bool is_so =
        code->uses[id].sum != 0 && code->uses[id].readers == 1 && c->count <= SQUARES;
    for (size_t k = 0; k < c->count && is_so; k++) {
        const struct use *use = &code->uses[terms[k].core];
        if (terms[k].core == 0)
            continue;
        const struct cell *pair = column_operands(code->columns, terms[k].core);
        is_so = column_at(code->columns, terms[k].core)->kind == COLUMN_PRODUCT &&
                pair[0].core == pair[1].core && use->readers == 1 && use->sum == 0;
    }
    return is_so;
}

static void choose_squares(struct code *code, column_id id)
{
    const struct cell *terms = column_operands(code->columns, id);
    for (size_t k = 0; k < column_at(code->columns, id)->count; k++)
        if (terms[k].core != 0)
            code->uses[terms[k].core].is_inline = true;
    code->uses[id].is_of_squares = true;
}

/* The products of a short linear combination, which computes them itself. */
static void choose_inline(struct code *code, column_id id)
{
    const struct column *c = column_at(code->columns, id);
    const struct cell *terms = column_operands(code->columns, id);
    enum { MOST_TERMS = 2 };
    if ((c->count > MOST_TERMS + 1 && !code->has_impulses) ||
        take_impulses(code, id) > MOST_TERMS)
        return;
    for (size_t k = 0; k < c->count; k++) {
        struct use *use = &code->uses[terms[k].core];
        const struct column *term = column_at(code->columns, terms[k].core);
        if (terms[k].core != 0 && term->kind == COLUMN_PRODUCT &&
            term->extent == c->extent)
            use->is_inline = use->readers == 1 && use->sum == 0;
    }
}

static void need_operands(struct code *code, column_id id)
{
    const struct cell *operands = column_operands(code->columns, id);
    size_t count = column_at(code->columns, id)->count;
    for (size_t k = 0; k < count; k++) {
        code->uniforms[operands[k].scale] = 1;
        if (operands[k].core != 0)
            need(code, operands[k].core);
    }
}

/* What becomes of a needed column, by its kind. */
static void sort_column(struct code *code, column_id id)
{
    struct use *use = &code->uses[id];
    switch (column_at(code->columns, id)->kind) {
    case COLUMN_LOAD:
        code->loads[code->load_count++] = id;
        break;
    case COLUMN_LINEAR:
        if (is_of_squares(code, id))
            choose_squares(code, id);
        else
            choose_inline(code, id);
        break;
    case COLUMN_PRODUCT:
        use->is_summed = use->readers == 1 && use->sum != 0;
        break;
    case COLUMN_PART:
        code->part_count++;
        break;
    case COLUMN_IMPULSE:
        code->has_impulses = true;
        break;
    case COLUMN_OPERATION:
    case COLUMN_QUOTIENT:
    case COLUMN_WHEN:
        code->bound[code->bound_count++] = id;
        break;
    default:
        break;
    }
}

void code_mark(struct code *code, const size_t *outputs, size_t count)
{
    const struct columns *columns = code->columns;
    code->loads = arena_get(code->arena, columns->count * sizeof *code->loads);
    code->bound = arena_get(code->arena, columns->count * sizeof *code->bound);
    for (size_t i = 0; i < count; i++)
        need_output(code, &code->fusion->lowered[outputs[i]]);
    for (column_id id = (column_id)columns->count; id-- > 1;)
        if (code->uses[id].is_needed)
            need_operands(code, id);
    for (column_id id = 1; id < columns->count; id++)
        if (code->uses[id].is_needed) {
            code->needed++;
            sort_column(code, id);
        }
}

/* ---- Totals ---- */

static void add_total(struct code *code, const struct pass_total *total)
{
    struct pass *pass = code->pass;
    if (pass->total_count == code->total_capacity)
        pass->totals = arena_grow(code->arena, pass->totals, pass->total_count,
                                  &code->total_capacity, sizeof *pass->totals);
    pass->totals[pass->total_count++] = *total;
}

static void total_cells(struct code *code, size_t place, const struct lowered *lowered)
{
    for (size_t k = 0; k < lowered->width; k++) {
        struct cell cell = lowered->cells[k];
        struct pass_total total = {.place = place,
                                   .offset = k,
                                   .rows = 1,
                                   .columns = 1,
                                   .sum = cell.core == 0 ? SIZE_MAX
                                                         : code->uses[cell.core].sum - 1,
                                   .scale = code_uniform(code, cell.scale),
                                   .count = (double)lowered->extent};
        add_total(code, &total);
    }
}

static size_t padded(const struct code *code, size_t width)
{
    return (width + code->level->unit - 1) / code->level->unit * code->level->unit;
}

/* The longer factor is laid out in rows, unless the other one fills them better. */
static void total_matrix(struct code *code, size_t place, const struct lowered *lowered)
{
    struct pass *pass = code->pass;
    size_t sides[2] = {lowered->split, lowered->width - lowered->split};
    bool swaps = padded(code, sides[0]) * sides[1] < padded(code, sides[1]) * sides[0];
    const struct cell *cells[2] = {lowered->cells, lowered->cells + lowered->split};
    size_t outer = swaps ? 1 : 0, inner = 1 - outer, width = padded(code, sides[inner]);
    struct tile_step *step = code_add(code, TILE_MATRIX_SUM, lowered->extent);
    struct tile_term *list = code_list(code, step, lowered->width);
    for (size_t k = 0; k < sides[outer]; k++)
        list[k].in = code_register_of(code, cells[outer][k].core);
    for (size_t k = 0; k < sides[inner]; k++)
        list[sides[outer] + k].in = code_register_of(code, cells[inner][k].core);
    step->a = sides[outer];
    step->b = sides[inner];
    step->stride = width;
    step->out = (uint32_t)pass->sum_count;
    struct pass_total total = {.place = place,
                               .rows = sides[0],
                               .columns = sides[1],
                               .sum = pass->sum_count,
                               .down = swaps ? 1 : width,
                               .across = swaps ? width : 1,
                               .scale = code_uniform(code, lowered->scale)};
    add_total(code, &total);
    pass->sum_count += sides[outer] * width;
    pass->work = width > pass->work ? width : pass->work;
}

/* ---- Columns that are stored ---- */

/* Whether the register of the column may be the output itself. */
static bool can_alias(const struct code *code, struct cell cell, size_t extent)
{
    const struct column *c = column_at(code->columns, cell.core);
    const struct pass_register *reg = &code->pass->registers[code->uses[cell.core].reg];
    return cell.scale == 0 && cell.core != 0 && c->extent == extent &&
           c->kind != COLUMN_LOAD && c->kind != COLUMN_SHIFT &&
           c->kind != COLUMN_PREFIX && reg->kind == REGISTER_OWN && !reg->has_halo;
}

static void store(struct code *code, size_t place, const struct lowered *lowered)
{
    struct pass_register output = {
        .kind = REGISTER_OUTPUT, .place = place, .stride = lowered->width};
    struct cell cell = lowered->cells[0];
    if (lowered->width == 1 && can_alias(code, cell, lowered->extent)) {
        code->pass->registers[code->uses[cell.core].reg] = output;
        return;
    }
    bool packs = lowered->width > 1;
    uint32_t kernel = packs ? TILE_PACK : cell.core == 0 ? TILE_FILL : TILE_LINEAR1;
    uint32_t reg = code_register(code, &output);
    struct tile_term *list = NULL;
    struct tile_term *terms = ARENA_ARRAY(code->arena, lowered->width, struct tile_term);
    for (size_t k = 0; k < lowered->width && packs; k++) {
        cell = lowered->cells[k];
        terms[k].scale = code_uniform(code, cell.core == 0 ? 0 : cell.scale);
        terms[k].in = code_register_of_cell(code, cell);
    }
    struct tile_step *step = code_add(code, kernel, lowered->extent);
    step->out = reg;
    step->stride = lowered->width;
    if (packs) {
        list = code_list(code, step, lowered->width);
        for (size_t k = 0; k < lowered->width; k++)
            list[k] = terms[k];
    } else if (cell.core == 0) {
        step->scale[4] = code_uniform(code, cell.scale);
    } else {
        step->in[step->reads++] = code_register_of(code, cell.core);
        step->scale[0] = code_uniform(code, cell.scale);
    }
}

void code_outputs(struct code *code, const size_t *outputs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct lowered *lowered = &code->fusion->lowered[outputs[i]];
        if (lowered->kind == LOWERED_SUM)
            total_cells(code, outputs[i], lowered);
        else if (lowered->kind == LOWERED_MATRIX)
            total_matrix(code, outputs[i], lowered);
        else
            store(code, outputs[i], lowered);
    }
}
