/* SPDX-License-Identifier: MIT
 * walk_measure.h - loops over the rows of a walk in which no row waits for the one
 * before, so that they become vector instructions: what is asked of all rows are claims
 * that are joined bit by bit.  Claims about a number that is NaN are false.  They are
 * compiled once for each level of processors, with the same bits. */
#ifndef DESCENT_WALK_MEASURE_H
#define DESCENT_WALK_MEASURE_H

#include "base/cpu.h"
#include "descent/walk.h"

#include <stdbool.h>

/* What values and moves are compared with. */
struct walk_limits {
    double start, growth; /* values grow where they exceed `start` by more than that */
    double best;          /* the least value so far */
    double shortest, longest; /* moves, in rounding errors of their points (diagnose.c) */
};

/* Of rows 1 to `count`.  The rounding error of a move is `epsilon` times the sum of
 * `norm` and the larger one of its `length` and the one before, of row 0 at first. */
struct walk_claims {
    bool all_finite; /* value + gradient_norm + length; a sum may overflow */
    bool any_grown, any_lower;
    bool any_longer;  /* than `shortest` errors */
    bool any_shorter; /* than `longest` errors, or without an error */
};

struct walk_level {
    /* gradient_norm, norm and length of rows 1 to `count` in one variable. */
    void (*measure_one)(const struct walk_rows *rows, size_t count);
    /* The same in n variables, of the bits of vector_norm; false where entries are so
     * large or small that this does not tell. */
    bool (*measure_many)(const struct walk_rows *rows, size_t n, size_t count);
    /* value_change of these rows as well. */
    struct walk_claims (*compare)(const struct walk_rows *rows, size_t count,
                                  const struct walk_limits *limits);
};

/* The copies that were built. */
extern const struct walk_level walk_level_baseline;
#ifdef CPU_HAS_LEVELS
extern const struct walk_level walk_level_v3;
#endif

/* The copy for this machine. */
static inline const struct walk_level *walk_best_level(void)
{
#ifdef CPU_HAS_LEVELS
    if (cpu_has_v3())
        return &walk_level_v3;
#endif
    return &walk_level_baseline;
}

#endif
