/* SPDX-License-Identifier: MIT
 * scalar_cells.h - the nodes of a graph of numbers as cells, each with at most three
 * operands, for the compiler of the scalar program. */
#ifndef TAPE_SCALAR_CELLS_H
#define TAPE_SCALAR_CELLS_H

#include "tape/plan.h"
#include "tape/scalar_code.h"

struct cell {
    uint32_t code; /* the first of its four forms */
    uint32_t count, operand[3];
    uint32_t uses, time; /* about so many cycles until it is known */
    uint32_t place;
    uint32_t partner, pair; /* the other function of a pair, whose code is `pair` */
    bool is_leaf, is_kept, is_ready; /* to be stored; it is in its place */
    bool is_early;                   /* an output before the last one needs it */
};

struct compiler {
    struct arena *arena;
    struct plan plan;
    uint32_t *uses; /* of the plan's steps */
    uint32_t *cell_of;
    uint32_t *power_of; /* by step: the cell of exp(-|x|), NOTHING or NEEDLESS */
    struct cell *cells;
    size_t cell_count;
    struct scalar *scalar;
    uint32_t held;   /* the cell in the accumulator */
    uint32_t *stack; /* cells under way */
    size_t depth;
    bool for_native; /* scalar.h */
};

#define NOTHING UINT32_MAX
#define NEEDLESS (UINT32_MAX - 1)

/* Makes the cells of the plan, with their places of leaves, uses and pairs. */
void scalar_make_cells(struct compiler *c);

#endif
