/* SPDX-License-Identifier: MIT
 * descent_starts.h - searches from many starts, and the distinct minima that they find.
 */
#ifndef TALWEG_DESCENT_STARTS_H
#define TALWEG_DESCENT_STARTS_H

#include "descent.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where searches begin: `count` of them, from the most promising of more candidates, and
 * in up to 100 variables as many again near the best end so far. */
typedef struct descent_starts {
    size_t count;
    /* A candidate, number `index`; 0 is always one of the starts. */
    void (*draw)(void *context, size_t index, double *x);
    double (*uniform)(void *context); /* independent numbers from 0 to below 1 */
    void *context;
    /* Of up to 20 variables the best point is searched once more by values alone, which
     * helps where derivatives jump or vanish.  Without most_steps the searches then make
     * 500 at most. */
    bool polishes;
} descent_starts;

typedef struct descent_minimum {
    double value;
    size_t hits; /* searches that ended there */
    size_t
        start; /* the search that came closest, from 1; beyond count: one near the best */
    const double *x; /* n entries */
} descent_minimum;

/* What searches from many starts have found. */
typedef struct descent_minima {
    descent *best;        /* the search with the lowest value */
    uint64_t evaluations; /* of all */
    size_t count;         /* distinct ends of searches that converged, by value */
    descent_minimum *list;
} descent_minima;

/* How many candidates are drawn, for the numbers of searches and of variables. */
size_t descent_candidates(size_t count, size_t n);
/* NULL when memory ends, or what descent_find_fault tells, or count is 0.  Problem,
 * options and starts must outlive the result.  An observer that returns false ends it
 * with what was found so far. */
descent_minima *descent_from_starts(const descent_problem *problem,
                                    const descent_options *options,
                                    const descent_starts *starts);
void descent_minima_free(
    descent_minima *minima); /* the best search too; NULL is allowed */

/* ---- equations ---- */

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

#ifdef __cplusplus
}
#endif
#endif
