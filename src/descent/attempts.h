/* SPDX-License-Identifier: MIT
 * attempts.h - further searches where one did not solve equations. */
#ifndef DESCENT_ATTEMPTS_H
#define DESCENT_ATTEMPTS_H

#include "descent.h"

/* What further attempts at equations have found: the best search of all, the others are
 * freed; how many were made, 0 where none were called for, and their evaluations. */
typedef struct descent_attempts {
    descent *best;
    const descent_method *method; /* of that one */
    size_t made;
    uint64_t evaluations;
    double first_value;
} descent_attempts;

/* For at most as many squares as variables, where the search from `start` ended at a
 * minimum above 0 that is not proved to be the lowest. */
descent_attempts descent_attempt(descent *first, const descent_problem *problem,
                                 const descent_options *options, const double *start);

#endif
