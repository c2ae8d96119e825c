/* SPDX-License-Identifier: MIT
 * column.h - what loops over rows compute, as columns: one number a row.
 *
 * An array with a row axis is a list of cells, one for each number that a row carries; a
 * cell is a uniform factor times a column.  So factors that are the same in all rows are
 * taken out of products, and out of the sums over rows in the end: sum(u*x) is computed
 * as u*sum(x), which rounds once instead of each time, and differs from it beyond
 * rounding only where a number overflows or becomes subnormal.  Likewise x/u is x*(1/u),
 * and (u*x)^2 is u^2*x^2.  Columns are hash-consed. */
#ifndef TAPE_BLOCK_COLUMN_H
#define TAPE_BLOCK_COLUMN_H

#include "graph/array.h"

typedef uint32_t column_id;  /* 0: the column of ones */
typedef uint32_t uniform_id; /* 0: the number 1 */

/* The number 0 is the second uniform. */
enum { uniform_zero = 1 };

struct cell {
    uniform_id scale;
    column_id core;
};

/* A number that is the same for all rows of a pass. */
enum uniform_kind {
    UNIFORM_CONSTANT, /* value */
    UNIFORM_ELEMENT,  /* of the array of step `a`: number b */
    UNIFORM_PRODUCT,  /* uniforms a and b */
    UNIFORM_SUM,
    UNIFORM_INVERSE /* of a */
};
struct uniform {
    enum uniform_kind kind;
    uint32_t stage; /* the first in which it is known */
    size_t a, b;
    double value;
};

enum column_kind {
    COLUMN_LOAD,      /* number a + stride*i of step b in row i; stride stands in c */
    COLUMN_LINEAR,    /* the sum of its operands */
    COLUMN_PRODUCT,   /* two cores */
    COLUMN_QUOTIENT,  /* likewise */
    COLUMN_OPERATION, /* `op` of cores, or of uniforms where the core is 0 */
    COLUMN_RANGE,     /* uniform a + uniform b * i, both constants */
    COLUMN_IMPULSE,   /* 1 in row a, 0 elsewhere */
    COLUMN_PREFIX,    /* the first rows of its operand */
    COLUMN_SHIFT,     /* in row i its operand's row i - a; 0 outside */
    COLUMN_WHEN,      /* where its first operand is a + b*i the second, else the third */
    COLUMN_LOGSUMEXP, /* of all its operands */
    COLUMN_MATRIX,    /* its operands times a uniform matrix of `a` columns: its element
                         [k, j] is number c*k + d*j of step b */
    COLUMN_PART       /* column number a of the matrix that is its operand */
};
struct column {
    enum column_kind kind;
    enum op op;
    size_t extent;         /* rows */
    uint32_t stage;        /* the first in which it can be computed */
    uint32_t first, count; /* in operands */
    uint32_t hash;         /* of all but the stage */
    size_t a, b, c, d;
};

/* The columns of one group of row axes; numbers stand in `arena`. */
struct columns {
    struct arena *arena;
    struct column *items; /* from 1 */
    struct uniform *uniforms;
    struct cell *operands;
    size_t count, capacity, uniform_count, uniform_capacity;
    size_t operand_count, operand_capacity;
    uint32_t last_stage;             /* of any of them */
    uint32_t *slots, *uniform_slots; /* hash tables */
    size_t slot_count, uniform_slot_count;
};

/* With room for `expected` columns; more may come. */
void columns_open(struct columns *columns, struct arena *arena, size_t expected);

uniform_id uniform_constant(struct columns *columns, double value);
uniform_id uniform_element(struct columns *columns, size_t step, size_t number,
                           uint32_t stage);
uniform_id uniform_product(struct columns *columns, uniform_id a, uniform_id b);
uniform_id uniform_sum(struct columns *columns, uniform_id a, uniform_id b);
uniform_id uniform_inverse(struct columns *columns, uniform_id a);
bool uniform_is(const struct columns *columns, uniform_id id, double value);

/* The column, made when there is none; kind, payload and extent are those of `like`. */
column_id column_make(struct columns *columns, const struct column *like,
                      const struct cell *operands, size_t count);

/* The same for a column that is told by its operands alone. */
column_id column_join(struct columns *columns, enum column_kind kind, enum op op,
                      size_t extent, const struct cell *operands, size_t count);

/* The columns of a product: number j of `count` is the result + j.  None of them is
 * looked for by its content, as the product itself is. */
column_id column_make_parts(struct columns *columns, column_id product, size_t count);

/* The same, 0 when there is none. */
column_id column_find(const struct columns *columns, const struct column *like,
                      const struct cell *operands, size_t count);

static inline const struct column *column_at(const struct columns *columns, column_id id)
{
    return &columns->items[id];
}
static inline const struct cell *column_operands(const struct columns *columns,
                                                 column_id id)
{
    return columns->operands + columns->items[id].first;
}

/* ---- Cells: arithmetic that keeps factors outside ---- */

static inline struct cell cell_uniform(uniform_id value)
{
    return (struct cell){value, 0};
}
static inline struct cell cell_of(column_id core)
{
    return (struct cell){0, core};
}
struct cell cell_product(struct columns *columns, size_t extent, struct cell a,
                         struct cell b);
struct cell cell_quotient(struct columns *columns, size_t extent, struct cell a,
                          struct cell b);
struct cell cell_linear(struct columns *columns, size_t extent, const struct cell *terms,
                        size_t count);
/* The cell as a column of its own, or as a uniform with core 0: its scale is 1 or its
 * core is 0. */
struct cell cell_plain(struct columns *columns, size_t extent, struct cell cell);
/* The same, always as a column. */
column_id cell_column(struct columns *columns, size_t extent, struct cell cell);
/* The operation of numbers on cells. */
struct cell cell_operation(struct columns *columns, size_t extent, enum op op,
                           const struct cell *operands, size_t count);

#endif
