/* SPDX-License-Identifier: MIT
 * walk_measure.h - loops over the rows of a walk in which no row waits for the one
 * before, so that they become vector instructions.  What is asked of all rows is asked of
 * the least and the greatest of a number, or is a claim joined bit by bit; claims about a
 * number that is NaN are false.  They are compiled once for each level of processors,
 * with the same bits. */
#ifndef DESCENT_WALK_MEASURE_H
#define DESCENT_WALK_MEASURE_H

#include "base/cpu.h"
#include "descent/walk.h"

#include <stdbool.h>

/* Of numbers of which some may be NaN only where `is_finite` is false. */
struct walk_range {
    double least, greatest;
    bool is_finite; /* all of them, and their sum, which may overflow first */
};

/* What moves are compared with, in rounding errors of their points. */
struct walk_limits {
    double shortest, longest;
};

/* Of rows 1 to `count`.  The rounding error of a move is `epsilon` times the sum of
 * `norm` and the larger one of its `length` and the one before, of row 0 at first. */
struct walk_claims {
    bool any_longer;  /* than `shortest` errors */
    bool any_shorter; /* than `longest` errors, or without an error */
};

/* Of a[0] to a[count - 1], at least one; of rows of n numbers likewise. */
struct walk_level {
    struct walk_range (*range)(const double *a, size_t count);
    struct walk_range (*range_of_sizes)(const double *a, size_t count);   /* |a[i]| */
    struct walk_range (*range_of_changes)(const double *a, size_t count); /* from a[-1] */
    /* Squares of the norms of rows, with the bits of vector_dot. */
    struct walk_range (*range_of_squares)(const double *a, size_t n, size_t count);
    /* The first place of a number; `count` where it is none of them. */
    size_t (*find)(const double *a, size_t count, double number);
    /* `norm` and `length` of rows 1 to `count` in one variable. */
    void (*measure_one)(const struct walk_rows *rows, size_t count);
    /* The same in n variables, of the bits of vector_norm; false where entries are so
     * large or small that this does not tell. */
    bool (*measure_many)(const struct walk_rows *rows, size_t n, size_t count);
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
