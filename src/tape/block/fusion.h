/* SPDX-License-Identifier: MIT
 * fusion.h - which steps of an array program become loops over rows.
 *
 * A step is lowered when its result has a row axis in front and every number of a row is
 * made of numbers of the same row (or a near one, for slices and their adjoints), or when
 * it is a sum over that axis.  What is lowered exists as columns; it is computed in
 * passes over the rows, all that one pass can compute together.  A pass that needs a
 * total of an earlier one comes a stage later, and computes anew what it needs of the
 * rows. */
#ifndef TAPE_BLOCK_FUSION_H
#define TAPE_BLOCK_FUSION_H

#include "tape/array_plan.h"
#include "tape/block/column.h"

enum {
    LEAST_ROWS = 32,     /* shorter axes are not worth a pass */
    MOST_SHIFT = 32,     /* of x[i + k] within one pass, and of extents in one group */
    MOST_GROUPS = 8,     /* of row axes; the longest ones */
    MOST_WIDTH = 1024,   /* numbers of one array that a row carries */
    MOST_COLUMNS = 20000 /* of a group */
};

/* Row axes of nearly one extent, which one pass can serve. */
struct group {
    size_t extent; /* the longest */
    struct columns columns;
};

enum lowering { LOWERED_NOT, LOWERED_ROWS, LOWERED_SUM, LOWERED_MATRIX };

/* A step as cells: `width` in each row.  A flat one is the same row by row as a vector.
 * Of SUM each cell is a total over the rows.  Of MATRIX, a' b over the rows, the cells
 * are those of a, then those of b; all totals have the factor `scale`. */
struct lowered {
    enum lowering kind;
    bool is_flat;
    uint32_t group, stage;
    size_t extent, width;
    struct cell *cells;
    size_t split; /* MATRIX: how many of the cells are those of a */
    uniform_id scale;
};

struct fusion {
    struct arena *arena;
    const struct array_program *program;
    struct group groups[MOST_GROUPS];
    size_t group_count;
    struct lowered *lowered; /* by step */
    uint32_t *ready;         /* by step: the stage from which its numbers are there */
};

/* Lowers what can be; false when nothing was. */
bool fusion_find(struct fusion *fusion, struct arena *arena,
                 const struct array_program *program);

/* ---- For the files that lower ---- */

static inline const struct plan_step *fusion_step(const struct fusion *f, size_t place)
{
    return &f->program->plan.steps[place];
}
static inline size_t fusion_operand(const struct fusion *f, size_t place, size_t which)
{
    return f->program->plan.operands[fusion_step(f, place)->first + which];
}
static inline const struct shape *fusion_shape(const struct fusion *f, size_t place)
{
    return f->program->steps[place].shape;
}
/* The group of an extent; SIZE_MAX: of none. */
size_t fusion_group(const struct fusion *f, size_t extent);

/* The numbers of a step that stand outside the rows: element `number`. */
struct cell fusion_uniform(struct fusion *f, size_t group, size_t place, size_t number);
/* A column of the numbers of a step. */
struct cell fusion_load(struct fusion *f, size_t group, size_t extent, size_t place,
                        size_t first, size_t stride);
/* The cells of an operand, repeated to the shape `to` of a result with rows in `group`;
 * NULL when it has no such form. */
struct cell *fusion_cells(struct fusion *f, size_t group, size_t place,
                          const struct shape *to);
/* The same for a result that is flat: a vector of `extent` rows of `width` numbers. */
struct cell *fusion_flat_cells(struct fusion *f, size_t group, size_t place,
                               size_t extent, size_t width);
/* The numbers of a row of this shape. */
size_t fusion_width(const struct shape *shape);

/* Each tries one family of operations, and says whether it has lowered the step. */
bool lower_elementwise(struct fusion *f, size_t place);
bool lower_move(struct fusion *f, size_t place);
bool lower_reduction(struct fusion *f, size_t place);
bool lower_product(struct fusion *f, size_t place);
bool lower_index(struct fusion *f, size_t place);

/* Sets what the step became; `cells` stay. */
bool fusion_set(struct fusion *f, size_t place, const struct lowered *lowered);

#endif
