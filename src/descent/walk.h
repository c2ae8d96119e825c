/* SPDX-License-Identifier: MIT
 * walk.h - the rows of a walk: the points of many fixed steps made at once, and what is
 * known of all of them. */
#ifndef DESCENT_WALK_H
#define DESCENT_WALK_H

#include <stdbool.h>
#include <stddef.h>

struct descent;
struct walk_level;

/* With more variables a step costs more than what surrounds it. */
enum { WALK_MOST_VARIABLES = 16 };

/* Numbers lie between these; a bound may be farther out than need be. */
struct walk_bounds {
    double least, greatest;
};

/* Row 0 is the current point, the others are those after it.  One number a row, n of x
 * and gradient. */
struct walk_rows {
    double *x, *gradient, *value;
    size_t wanted;                  /* steps to be made next */
    const struct walk_level *level; /* walk_measure.h */
    /* Of rows 1 to `count`, once they have been looked at; their gradients and values are
     * finite. */
    size_t count;
    struct walk_bounds values, gradients, moves; /* |gradient|, |move| */
    double start, reach; /* |x| of row 0; the others lie within this distance of it */
    /* Room for one number a row, filled when something asks for it. */
    double *gradient_norm, *value_change, *length, *norm; /* of the move to it; |x| */
    /* The moves before row `end` of x that the contraction has counted and not seen; the
     * rows of x before row 0 are there for them. */
    size_t end, owed;
};

/* How many numbers the rows are. */
size_t walk_numbers(size_t n);
/* `numbers` may be NULL: there are no rows. */
void walk_init(struct walk_rows *rows, double *numbers, size_t n);

/* ---- walk_rows.c ---- */

/* Looks at rows 1 to `count`.  False when a number of them may not be finite; then
 * nothing is known yet. */
bool walk_look(struct descent *d, size_t count);
/* The same for rows that are finite. */
void walk_look_again(struct descent *d, size_t count);
/* With the bits of vector_norm. */
double walk_norm(size_t n, const double *a);
double walk_gradient_norm(const struct descent *d, size_t i);
/* Of the move to row i of x, which may lie before row 0 but for the first one kept. */
double walk_length(const struct descent *d, ptrdiff_t i);
/* The place of the least value among rows 1 to `count`, the first of equal ones. */
size_t walk_find_least(const struct descent *d);
/* Fill `norm` and `length`. */
void walk_measure_moves(const struct descent *d, size_t count);

/* ---- walk_moves.c ---- */

/* Tells the contraction of the moves to rows 1 to `count`. */
void walk_add_moves(struct descent *d, size_t count);
/* The numbers of the rows before row 0. */
size_t walk_carried(size_t n);
/* Makes room for new rows after row `end`, which becomes row 0. */
void walk_shift(struct descent *d);
/* Pays what is owed. */
void walk_settle_moves(struct descent *d);

#endif
