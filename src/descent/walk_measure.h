/* SPDX-License-Identifier: MIT
 * walk_measure.h - loops over the rows of a walk in which no row waits for the one
 * before, so that they become vector instructions: what is asked of all rows are claims
 * that are joined bit by bit.  Claims about a number that is NaN are false. */
#ifndef DESCENT_WALK_MEASURE_H
#define DESCENT_WALK_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

/* size[i] = |number[i]| */
void walk_sizes(size_t count, const double *number, double *size);
/* change[i] = |number[i] - number[i - 1]| for i = 1 ... count */
void walk_changes(size_t count, const double *number, double *change);
/* Whether all sums a[i] + b[i] + c[i] are finite; a sum may overflow. */
bool walk_all_finite(size_t count, const double *a, const double *b, const double *c);
/* Whether number[i] - from > limit anywhere. */
bool walk_any_above(size_t count, const double *number, double from, double limit);
bool walk_any_below(size_t count, const double *number, double limit);

/* How moves compare with the rounding of their points (diagnose.c): of each the error is
 * `epsilon` times the sum of point[i] and the larger one of length[i] and length[i - 1];
 * before length[0] was `last`. */
struct walk_moves {
    bool any_longer;  /* than `shortest` errors */
    bool any_shorter; /* than `longest` errors, or without an error */
};
struct walk_moves walk_rate_moves(size_t count, const double *length, const double *point,
                                  double last, double shortest, double longest);

#endif
