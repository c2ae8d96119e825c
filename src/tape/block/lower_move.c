/* SPDX-License-Identifier: MIT
 * What moves elements, as columns: within a row it is a choice of cells; along the rows
 * x[i + k] is a column that begins further on, and its adjoint a column that is shifted
 * back. */
#include "tape/block/fusion.h"

enum { MOST_IMPULSES = 4 };

static const struct attributes *attributes_of(const struct fusion *f, size_t place)
{
    return f->program->steps[place].attributes;
}

static const struct lowered *lowered_operand(const struct fusion *f, size_t place)
{
    const struct lowered *operand = &f->lowered[fusion_operand(f, place, 0)];
    return operand->kind == LOWERED_ROWS ? operand : NULL;
}

/* With the group of the first axis; .group is not to be used when it is SIZE_MAX. */
static struct lowered rows_of(const struct fusion *f, size_t place, size_t group)
{
    const struct shape *shape = fusion_shape(f, place);
    size_t width = fusion_width(shape);
    return (struct lowered){
        .kind = LOWERED_ROWS,
        .group = (uint32_t)group,
        .extent = shape->extent[0],
        .width = width,
        .cells = width > MOST_WIDTH ? NULL : ARENA_ARRAY(f->arena, width, struct cell)};
}

/* ---- Within a row ---- */

static bool reshape(struct fusion *f, size_t place)
{
    const struct lowered *operand = lowered_operand(f, place);
    const struct shape *shape = fusion_shape(f, place);
    if (operand == NULL)
        return false;
    struct lowered lowered = *operand;
    lowered.is_flat = shape->extent[0] != operand->extent;
    if (lowered.is_flat && (shape->rank != 1 || operand->width == 1))
        return false;
    return fusion_set(f, place, &lowered);
}

static bool broadcast(struct fusion *f, size_t place, size_t group)
{
    struct lowered lowered = rows_of(f, place, group);
    lowered.cells =
        fusion_cells(f, group, fusion_operand(f, place, 0), fusion_shape(f, place));
    return lowered.cells != NULL && fusion_set(f, place, &lowered);
}

/* The place within a row of `from` of place `at` within a row of `to`, when axis i of
 * `to` is axis order[i] of `from`. */
static size_t permuted(const struct shape *from, const struct shape *to,
                       const size_t *order, size_t at)
{
    size_t index[SHAPE_MOST_AXES] = {0}, column = 0;
    for (size_t i = to->rank; i-- > 1;) {
        index[order[i]] = at % to->extent[i];
        at /= to->extent[i];
    }
    for (size_t i = 1; i < from->rank; i++)
        column = column * from->extent[i] + index[i];
    return column;
}

static bool permute(struct fusion *f, size_t place, size_t group)
{
    const struct lowered *operand = lowered_operand(f, place);
    const struct attributes *a = attributes_of(f, place);
    if (operand == NULL || operand->is_flat || a->order[0] != 0)
        return false;
    struct lowered lowered = rows_of(f, place, group);
    const struct shape *from = fusion_shape(f, fusion_operand(f, place, 0));
    for (size_t i = 0; i < lowered.width; i++)
        lowered.cells[i] =
            operand->cells[permuted(from, fusion_shape(f, place), a->order, i)];
    return fusion_set(f, place, &lowered);
}

static bool concat(struct fusion *f, size_t place, size_t group)
{
    const struct attributes *a = attributes_of(f, place);
    const struct shape *to = fusion_shape(f, place);
    struct lowered lowered = rows_of(f, place, group);
    size_t inner = 1, begin = 0;
    if (a->axis == 0 || lowered.cells == NULL)
        return false;
    for (size_t i = a->axis + 1; i < to->rank; i++)
        inner *= to->extent[i];
    for (size_t k = 0; k < fusion_step(f, place)->count; k++) {
        size_t operand = fusion_operand(f, place, k);
        const struct shape *from = fusion_shape(f, operand);
        size_t run = from->extent[a->axis] * inner, whole = to->extent[a->axis] * inner;
        struct cell *cells = fusion_cells(f, group, operand, from);
        if (cells == NULL)
            return false;
        for (size_t i = 0; i < fusion_width(from); i++)
            lowered.cells[i / run * whole + begin + i % run] = cells[i];
        begin += run;
    }
    return fusion_set(f, place, &lowered);
}

/* ---- Slices ---- */

/* The place within a row of `from` of place `at` within a row of a slice. */
static size_t sliced(const struct shape *from, const struct shape *to,
                     const struct attributes *a, size_t at)
{
    size_t index[SHAPE_MOST_AXES] = {0}, column = 0;
    for (size_t i = to->rank; i-- > 1;) {
        index[i] = a->start[i] + (size_t)a->stride[i] * (at % to->extent[i]);
        at /= to->extent[i];
    }
    for (size_t i = 1; i < from->rank; i++)
        column = column * from->extent[i] + index[i];
    return column;
}

/* The first `extent` rows of a cell. */
static struct cell prefix(struct fusion *f, size_t group, struct cell cell, size_t extent)
{
    struct columns *columns = &f->groups[group].columns;
    struct column like = {.kind = COLUMN_PREFIX, .extent = extent};
    struct cell core = cell_of(cell.core);
    if (cell.core == 0 || column_at(columns, cell.core)->extent == extent)
        return cell;
    return (struct cell){cell.scale, column_make(columns, &like, &core, 1)};
}

static bool slice(struct fusion *f, size_t place, size_t group)
{
    const struct attributes *a = attributes_of(f, place);
    const struct lowered *operand = lowered_operand(f, place);
    struct lowered lowered = rows_of(f, place, group);
    size_t whole = fusion_operand(f, place, 0);
    const struct shape *from = fusion_shape(f, whole), *to = fusion_shape(f, place);
    size_t own = fusion_width(from);
    if (lowered.cells == NULL)
        return false;
    bool is_prefix = operand != NULL && !operand->is_flat && operand->group == group &&
                     a->start[0] == 0 && a->stride[0] == 1;
    for (size_t i = 0; i < lowered.width; i++) {
        size_t column = sliced(from, to, a, i);
        lowered.cells[i] =
            is_prefix
                ? prefix(f, group, operand->cells[column], lowered.extent)
                : fusion_load(f, group, lowered.extent, whole, a->start[0] * own + column,
                              (size_t)a->stride[0] * own);
    }
    return fusion_set(f, place, &lowered);
}

/* ---- Adjoints of slices ---- */

/* Whether the column is computed by a step of its own into a register of its own, which
 * can be filled with zeros behind its last row. */
static bool can_shift(const struct column *column)
{
    if (column->kind == COLUMN_OPERATION) /* these two are computed together */
        return column->op != OP_SOFTPLUS && column->op != OP_SIGMOID;
    return column->kind != COLUMN_LOAD && column->kind != COLUMN_SHIFT &&
           column->kind != COLUMN_PREFIX && column->kind != COLUMN_PART;
}

/* The factor of a product that is read from an array which has a number for each row of
 * the result too, as that of x[i]*r[i] has where an adjoint comes back to x: number 0 or
 * 1; 2 when there is none. */
static size_t factor_that_reads(const struct fusion *f, const struct columns *columns,
                                column_id product, size_t by, size_t whole)
{
    const struct cell *pair = column_operands(columns, product);
    for (size_t k = 0; k < 2; k++) {
        const struct column *c = column_at(columns, pair[k].core);
        if (c->kind == COLUMN_LOAD && c->c == 1 && c->a >= by &&
            c->a - by + whole <= f->program->steps[c->b].elements)
            return k;
    }
    return 2;
}

/* The cell of the first `extent` rows, `by` rows further on, 0 elsewhere. */
static struct cell shifted_column(struct columns *columns, struct cell cell,
                                  size_t extent, size_t by, size_t whole)
{
    struct column shift = {.kind = COLUMN_SHIFT, .extent = whole, .a = by};
    struct cell core = cell_of(cell.core);
    const struct column *own = column_at(columns, cell.core);
    if (cell.core == 0 || own->extent != extent || !can_shift(own))
        core = cell_of(column_join(columns, COLUMN_LINEAR, OP_ADD, extent, &core, 1));
    return (struct cell){cell.scale, column_make(columns, &shift, &core, 1)};
}

/* The same; of a product that has such a factor the other one alone is shifted. */
static struct cell shifted(struct fusion *f, size_t group, struct cell cell,
                           size_t extent, size_t by, size_t whole)
{
    struct columns *columns = &f->groups[group].columns;
    if (by == 0 && extent == whole)
        return cell;
    bool is_product =
        cell.core != 0 && column_at(columns, cell.core)->kind == COLUMN_PRODUCT;
    size_t which = is_product ? factor_that_reads(f, columns, cell.core, by, whole) : 2;
    if (which == 2)
        return shifted_column(columns, cell, extent, by, whole);
    struct cell other = column_operands(columns, cell.core)[1 - which];
    struct column read =
        *column_at(columns, column_operands(columns, cell.core)[which].core);
    if (column_at(columns, other.core)->kind == COLUMN_LOAD)
        return shifted_column(columns, cell, extent, by, whole);
    read.a -= by;
    read.extent = whole;
    other = shifted_column(columns, other, extent, by, whole);
    struct cell product = cell_product(columns, whole, other,
                                       cell_of(column_make(columns, &read, NULL, 0)));
    return (struct cell){cell.scale, product.core};
}

/* The place in a row of the operand that comes to place `at` of the result; SIZE_MAX: a
 * zero does. */
static size_t padded(const struct shape *from, const struct shape *to,
                     const struct attributes *a, size_t at)
{
    size_t index[SHAPE_MOST_AXES] = {0}, column = 0;
    for (size_t i = to->rank; i-- > 1;) {
        ptrdiff_t away = (ptrdiff_t)(at % to->extent[i]) - (ptrdiff_t)a->start[i];
        ptrdiff_t which = away / a->stride[i];
        if (away % a->stride[i] != 0 || which < 0 || (size_t)which >= from->extent[i])
            return SIZE_MAX;
        index[i] = (size_t)which;
        at /= to->extent[i];
    }
    for (size_t i = 1; i < from->rank; i++)
        column = column * from->extent[i] + index[i];
    return column;
}

static bool pad_rows(struct fusion *f, size_t place, size_t group)
{
    const struct attributes *a = attributes_of(f, place);
    size_t operand = fusion_operand(f, place, 0);
    const struct shape *from = fusion_shape(f, operand), *to = fusion_shape(f, place);
    struct lowered lowered = rows_of(f, place, group);
    struct cell zero = cell_uniform(uniform_constant(&f->groups[group].columns, 0));
    struct cell *cells = a->stride[0] == 1 && lowered.cells != NULL
                             ? fusion_cells(f, group, operand, from)
                             : NULL;
    for (size_t i = 0; cells != NULL && i < lowered.width; i++) {
        size_t column = padded(from, to, a, i);
        lowered.cells[i] = column == SIZE_MAX
                               ? zero
                               : shifted(f, group, cells[column], from->extent[0],
                                         a->start[0], to->extent[0]);
    }
    return cells != NULL && fusion_set(f, place, &lowered);
}

/* Every `stride`-th element of a vector that is so many times as long: a flat result. */
static bool pad_flat(struct fusion *f, size_t place)
{
    const struct attributes *a = attributes_of(f, place);
    const struct lowered *operand = lowered_operand(f, place);
    const struct shape *to = fusion_shape(f, place);
    if (operand == NULL || operand->is_flat || operand->width != 1 || to->rank != 1 ||
        a->stride[0] < 2 || (size_t)a->stride[0] > MOST_SHIFT ||
        a->start[0] >= (size_t)a->stride[0] ||
        to->extent[0] != operand->extent * (size_t)a->stride[0])
        return false;
    struct lowered lowered = *operand;
    lowered.is_flat = true;
    lowered.width = (size_t)a->stride[0];
    lowered.cells = ARENA_ARRAY(f->arena, lowered.width, struct cell);
    for (size_t i = 0; i < lowered.width; i++)
        lowered.cells[i] =
            cell_uniform(uniform_constant(&f->groups[operand->group].columns, 0));
    lowered.cells[a->start[0]] = operand->cells[0];
    return fusion_set(f, place, &lowered);
}

/* A few numbers among zeros: each is a column that is 1 in its row. */
static bool pad_impulses(struct fusion *f, size_t place, size_t group)
{
    const struct attributes *a = attributes_of(f, place);
    size_t operand = fusion_operand(f, place, 0);
    size_t count = f->program->steps[operand].elements;
    struct lowered lowered = rows_of(f, place, group);
    struct cell terms[MOST_IMPULSES];
    if (count > MOST_IMPULSES || fusion_shape(f, place)->rank != 1)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct column like = {.kind = COLUMN_IMPULSE,
                              .extent = lowered.extent,
                              .a = a->start[0] + (size_t)a->stride[0] * i};
        struct cell value = fusion_uniform(f, group, operand, i);
        terms[i] = (struct cell){value.scale,
                                 column_make(&f->groups[group].columns, &like, NULL, 0)};
    }
    lowered.cells[0] =
        cell_linear(&f->groups[group].columns, lowered.extent, terms, count);
    return fusion_set(f, place, &lowered);
}

static bool pad(struct fusion *f, size_t place, size_t group)
{
    size_t extent = fusion_shape(f, fusion_operand(f, place, 0))->extent[0];
    if (pad_flat(f, place))
        return true;
    if (group == SIZE_MAX)
        return false;
    if (fusion_group(f, extent) == group)
        return pad_rows(f, place, group);
    return pad_impulses(f, place, group);
}

static bool range(struct fusion *f, size_t place, size_t group)
{
    const struct attributes *a = attributes_of(f, place);
    struct lowered lowered = rows_of(f, place, group);
    struct columns *columns = &f->groups[group].columns;
    struct column like = {.kind = COLUMN_RANGE,
                          .extent = lowered.extent,
                          .a = uniform_constant(columns, a->first),
                          .b = uniform_constant(columns, a->step)};
    lowered.cells[0] = cell_of(column_make(columns, &like, NULL, 0));
    return fusion_set(f, place, &lowered);
}

bool lower_move(struct fusion *f, size_t place)
{
    const struct shape *shape = fusion_shape(f, place);
    size_t group = shape->rank == 0 ? SIZE_MAX : fusion_group(f, shape->extent[0]);
    enum op op = fusion_step(f, place)->op;
    if (op == OP_RESHAPE && shape->rank > 0)
        return reshape(f, place);
    if (op == OP_PAD)
        return pad(f, place, group);
    if (group == SIZE_MAX)
        return false;
    switch (op) {
    case OP_BROADCAST:
        return broadcast(f, place, group);
    case OP_PERMUTE:
        return permute(f, place, group);
    case OP_CONCAT:
        return concat(f, place, group);
    case OP_SLICE:
        return slice(f, place, group);
    case OP_RANGE:
        return range(f, place, group);
    default:
        return false;
    }
}
