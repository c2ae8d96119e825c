/* SPDX-License-Identifier: MIT
 * Reductions, products of matrices and choices by index, as columns and totals. */
#include "tape/block/fusion.h"

#include <math.h>

/* Products of so few terms in all are written out. */
enum { SMALL_PRODUCT = 48 };

static size_t operand_group(const struct fusion *f, size_t operand)
{
    const struct shape *shape = fusion_shape(f, operand);
    if (f->lowered[operand].kind == LOWERED_ROWS)
        return f->lowered[operand].group;
    return shape->rank == 0 ? SIZE_MAX : fusion_group(f, shape->extent[0]);
}

/* ---- Reductions ---- */

/* The place in the result of place `at` in a row of the operand, when the axes of the set
 * drop out. */
static size_t kept_place(const struct shape *shape, size_t axes, size_t at)
{
    size_t place = 0, step = 1;
    for (size_t i = shape->rank; i-- > 1;) {
        if ((axes >> i & 1) == 0) {
            place += at % shape->extent[i] * step;
            step *= shape->extent[i];
        }
        at /= shape->extent[i];
    }
    return place;
}

static struct cell reduce_cells(struct fusion *f, size_t group, size_t extent, enum op op,
                                const struct cell *cells, size_t count)
{
    struct columns *columns = &f->groups[group].columns;
    struct cell total = cells[0];
    if (op == OP_SUM_OVER)
        return cell_linear(columns, extent, cells, count);
    if (op == OP_PROD_OVER)
        return cell_operation(columns, extent, OP_MULTIPLY, cells, count);
    if (op == OP_LOGSUMEXP_OVER) {
        struct column like = {.kind = COLUMN_LOGSUMEXP, .extent = extent};
        struct cell *cores = ARENA_ARRAY(f->arena, count, struct cell);
        for (size_t i = 0; i < count; i++)
            cores[i] = cell_of(cell_column(columns, extent, cells[i]));
        return cell_of(column_make(columns, &like, cores, count));
    }
    for (size_t i = 1; i < count; i++) {
        struct cell pair[] = {total, cells[i]};
        total =
            cell_operation(columns, extent, op == OP_MIN_OVER ? OP_MIN : OP_MAX, pair, 2);
    }
    return total;
}

/* The cells of each result, one after the other. */
static void reduce_row(struct fusion *f, struct lowered *lowered, enum op op,
                       const struct shape *shape, size_t axes, const struct cell *cells)
{
    size_t count = fusion_width(shape), each = count / lowered->width;
    struct cell *sorted = ARENA_ARRAY(f->arena, count, struct cell);
    size_t *used = ARENA_ARRAY(f->arena, lowered->width, size_t);
    for (size_t i = 0; i < count; i++) {
        size_t place = kept_place(shape, axes, i);
        sorted[place * each + used[place]++] = cells[i];
    }
    lowered->cells = ARENA_ARRAY(f->arena, lowered->width, struct cell);
    for (size_t i = 0; i < lowered->width; i++)
        lowered->cells[i] =
            reduce_cells(f, lowered->group, lowered->extent, op, sorted + i * each, each);
}

static bool is_reduction(enum op op)
{
    return op == OP_SUM_OVER || op == OP_PROD_OVER || op == OP_MIN_OVER ||
           op == OP_MAX_OVER || op == OP_LOGSUMEXP_OVER;
}

static bool sum_flat(struct fusion *f, size_t place, const struct lowered *operand)
{
    struct columns *columns = &f->groups[operand->group].columns;
    struct lowered lowered = *operand;
    if (fusion_step(f, place)->op != OP_SUM_OVER)
        return false;
    lowered.kind = LOWERED_SUM;
    lowered.is_flat = false;
    lowered.cells = ARENA_ARRAY(f->arena, 1, struct cell);
    lowered.cells[0] =
        cell_linear(columns, operand->extent, operand->cells, operand->width);
    lowered.width = 1;
    return fusion_set(f, place, &lowered);
}

bool lower_reduction(struct fusion *f, size_t place)
{
    enum op op = fusion_step(f, place)->op;
    if (!is_reduction(op))
        return false;
    size_t operand = fusion_operand(f, place, 0), group = operand_group(f, operand);
    size_t axes = f->program->steps[place].attributes->axes;
    const struct shape *shape = fusion_shape(f, operand);
    bool over_rows = (axes & 1) != 0;
    if (group == SIZE_MAX || (over_rows && op != OP_SUM_OVER))
        return false;
    if (f->lowered[operand].kind == LOWERED_ROWS && f->lowered[operand].is_flat)
        return sum_flat(f, place, &f->lowered[operand]);
    struct cell *cells = fusion_cells(f, group, operand, shape);
    if (cells == NULL)
        return false;
    struct lowered lowered = {.kind = over_rows ? LOWERED_SUM : LOWERED_ROWS,
                              .group = (uint32_t)group,
                              .extent = shape->extent[0],
                              .width = f->program->steps[place].elements};
    if (!over_rows)
        lowered.width /= lowered.extent;
    reduce_row(f, &lowered, op, shape, axes, cells);
    return fusion_set(f, place, &lowered);
}

/* ---- Products ---- */

/* A matrix that is the same in all rows: element [k, j] is number first + k*down +
 * j*across of step `place`. */
struct matrix {
    size_t place, rows, columns, down, across;
};

static struct matrix uniform_matrix(const struct fusion *f, size_t place, bool transposed)
{
    const struct shape *shape = fusion_shape(f, place);
    size_t rows = shape->extent[0], columns = shape->extent[1];
    if (transposed)
        return (struct matrix){place, columns, rows, 1, columns};
    return (struct matrix){place, rows, columns, columns, 1};
}

static void multiply_small(struct fusion *f, struct lowered *lowered,
                           const struct cell *row, const struct matrix *m)
{
    struct columns *columns = &f->groups[lowered->group].columns;
    struct cell *terms = ARENA_ARRAY(f->arena, m->rows, struct cell);
    for (size_t j = 0; j < m->columns; j++) {
        for (size_t k = 0; k < m->rows; k++)
            terms[k] = cell_product(
                columns, lowered->extent, row[k],
                fusion_uniform(f, lowered->group, m->place, k * m->down + j * m->across));
        lowered->cells[j] = cell_linear(columns, lowered->extent, terms, m->rows);
    }
}

static void multiply_large(struct fusion *f, struct lowered *lowered,
                           const struct cell *row, const struct matrix *m)
{
    struct columns *columns = &f->groups[lowered->group].columns;
    struct cell *cores = ARENA_ARRAY(f->arena, m->rows, struct cell);
    struct column like = {.kind = COLUMN_MATRIX,
                          .extent = lowered->extent,
                          .stage = f->ready[m->place],
                          .b = m->place,
                          .c = m->down,
                          .d = m->across,
                          .a = m->columns};
    for (size_t k = 0; k < m->rows; k++)
        cores[k] = cell_of(cell_column(columns, lowered->extent, row[k]));
    column_id product = column_make(columns, &like, cores, m->rows);
    column_id first = column_make_parts(columns, product, m->columns);
    for (size_t j = 0; j < m->columns; j++)
        lowered->cells[j] = cell_of(first + (column_id)j);
}

/* Each row times a matrix. */
static bool multiply_rows(struct fusion *f, size_t place, size_t group, bool transposed)
{
    size_t a = fusion_operand(f, place, 0), b = fusion_operand(f, place, 1);
    struct lowered lowered = {.kind = LOWERED_ROWS,
                              .group = (uint32_t)group,
                              .extent = fusion_shape(f, place)->extent[0],
                              .width = fusion_shape(f, place)->extent[1]};
    struct matrix m = uniform_matrix(f, b, transposed);
    struct cell *row = fusion_cells(f, group, a, fusion_shape(f, a));
    if (row == NULL || lowered.width > MOST_WIDTH)
        return false;
    lowered.cells = ARENA_ARRAY(f->arena, lowered.width, struct cell);
    if (m.columns == 1 || m.rows * m.columns <= SMALL_PRODUCT)
        multiply_small(f, &lowered, row, &m);
    else
        multiply_large(f, &lowered, row, &m);
    return fusion_set(f, place, &lowered);
}

/* The factor that all cells have in common; false when there is none. */
static bool common_scale(const struct cell *cells, size_t count, uniform_id *scale)
{
    bool common = true;
    *scale = cells[0].scale;
    for (size_t i = 0; i < count; i++)
        common = common && cells[i].scale == *scale && cells[i].core != 0;
    return common;
}

/* Cells of one factor, which goes to *scale. */
static void take_scale(struct fusion *f, struct lowered *lowered, struct cell *cells,
                       size_t count)
{
    struct columns *columns = &f->groups[lowered->group].columns;
    uniform_id scale = 0;
    bool common = common_scale(cells, count, &scale);
    for (size_t i = 0; i < count; i++)
        cells[i] = cell_of(common ? cells[i].core
                                  : cell_column(columns, lowered->extent, cells[i]));
    if (common)
        lowered->scale = uniform_product(columns, lowered->scale, scale);
}

/* a' b: the sum over the rows of their outer products. */
static bool multiply_over_rows(struct fusion *f, size_t place, size_t group)
{
    size_t operands[] = {fusion_operand(f, place, 0), fusion_operand(f, place, 1)};
    const struct shape *shape = fusion_shape(f, place);
    size_t rows = shape->extent[0], columns = shape->extent[1];
    struct lowered lowered = {.kind = LOWERED_MATRIX,
                              .group = (uint32_t)group,
                              .extent = fusion_shape(f, operands[0])->extent[0],
                              .split = rows};
    struct cell *a = fusion_cells(f, group, operands[0], fusion_shape(f, operands[0]));
    struct cell *b = fusion_cells(f, group, operands[1], fusion_shape(f, operands[1]));
    if (a == NULL || b == NULL)
        return false;
    bool is_small = rows == 1 || columns == 1 || rows * columns <= SMALL_PRODUCT;
    lowered.width = is_small ? rows * columns : rows + columns;
    lowered.kind = is_small ? LOWERED_SUM : LOWERED_MATRIX;
    lowered.cells = ARENA_ARRAY(f->arena, lowered.width, struct cell);
    if (!is_small) {
        take_scale(f, &lowered, a, rows);
        take_scale(f, &lowered, b, columns);
    }
    for (size_t i = 0; i < lowered.width; i++)
        lowered.cells[i] = !is_small
                               ? (i < rows ? a[i] : b[i - rows])
                               : cell_product(&f->groups[group].columns, lowered.extent,
                                              a[i / columns], b[i % columns]);
    return fusion_set(f, place, &lowered);
}

bool lower_product(struct fusion *f, size_t place)
{
    if (fusion_step(f, place)->op != OP_MATMUL)
        return false;
    size_t a = fusion_operand(f, place, 0), b = fusion_operand(f, place, 1);
    unsigned transposed = f->program->steps[place].transposed;
    const struct shape *of_a = fusion_shape(f, a), *of_b = fusion_shape(f, b);
    size_t group = operand_group(f, a);
    if (group == SIZE_MAX || of_a->rank != 2 || of_b->rank != 2 ||
        fusion_group(f, of_a->extent[0]) != group)
        return false;
    if ((transposed & 1) == 0) /* its rows stay the rows */
        return multiply_rows(f, place, group, (transposed & 2) != 0);
    return (transposed & 2) == 0 && operand_group(f, b) == group &&
           multiply_over_rows(f, place, group);
}

/* ---- By index ---- */

/* The columns where the index of a row, a place in the flat array, names each of its
 * cells: `value` there, and what `rest` has elsewhere. */
static struct cell choose(struct fusion *f, const struct lowered *flat, size_t which,
                          struct cell index, struct cell value, struct cell rest)
{
    struct columns *columns = &f->groups[flat->group].columns;
    struct cell cells[] = {cell_of(cell_column(columns, flat->extent, index)),
                           cell_plain(columns, flat->extent, value),
                           cell_plain(columns, flat->extent, rest)};
    struct column like = {
        .kind = COLUMN_WHEN, .extent = flat->extent, .a = which, .b = flat->width};
    return cell_of(column_make(columns, &like, cells, 3));
}

/* One of the numbers of each row. */
static bool gather(struct fusion *f, size_t place)
{
    const struct lowered *flat = &f->lowered[fusion_operand(f, place, 0)];
    const struct shape *shape = fusion_shape(f, place);
    if (flat->kind != LOWERED_ROWS || !flat->is_flat || shape->rank != 1 ||
        shape->extent[0] != flat->extent)
        return false;
    struct cell *index = fusion_cells(f, flat->group, fusion_operand(f, place, 1), shape);
    struct lowered lowered = *flat;
    struct cell picked =
        cell_uniform(uniform_constant(&f->groups[flat->group].columns, (double)NAN));
    for (size_t j = 0; j < flat->width; j++)
        picked = choose(f, flat, j, index[0], flat->cells[j], picked);
    lowered.cells = ARENA_ARRAY(f->arena, 1, struct cell);
    lowered.cells[0] = picked;
    lowered.width = 1;
    lowered.is_flat = false;
    return fusion_set(f, place, &lowered);
}

/* Its adjoint. */
static bool scatter(struct fusion *f, size_t place)
{
    size_t value = fusion_operand(f, place, 0), index = fusion_operand(f, place, 1);
    const struct lowered *operand = &f->lowered[value];
    const struct shape *shape = fusion_shape(f, place);
    if (operand->kind != LOWERED_ROWS || operand->is_flat || operand->width != 1 ||
        shape->rank != 1 || shape->extent[0] % operand->extent != 0)
        return false;
    struct lowered lowered = *operand;
    lowered.is_flat = true;
    lowered.width = shape->extent[0] / operand->extent;
    if (lowered.width < 2 || lowered.width > MOST_WIDTH)
        return false;
    struct cell *indices = fusion_cells(f, operand->group, index, fusion_shape(f, value));
    struct cell zero =
        cell_uniform(uniform_constant(&f->groups[operand->group].columns, 0));
    lowered.cells = ARENA_ARRAY(f->arena, lowered.width, struct cell);
    for (size_t j = 0; j < lowered.width; j++) {
        struct cell core = {0, operand->cells[0].core};
        struct cell chosen = choose(f, &lowered, j, indices[0], core, zero);
        lowered.cells[j] = (struct cell){operand->cells[0].scale, chosen.core};
    }
    return fusion_set(f, place, &lowered);
}

bool lower_index(struct fusion *f, size_t place)
{
    enum op op = fusion_step(f, place)->op;
    return (op == OP_GATHER && gather(f, place)) ||
           (op == OP_SCATTER && scatter(f, place));
}
