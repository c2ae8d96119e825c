/* SPDX-License-Identifier: MIT
 * searches/armijo.h - shorten until the step improves enough; what step rules share.
 *
 * A step t is accepted when  f(x + t d) <= reference - decrease * promise,  where the
 * promise -t g'd is the decrease to first order (Nocedal and Wright, Numerical
 * Optimization, 2006, section 3.1).  The reference is f(x), or with nonmonotone rules an
 * earlier value. */
#ifndef DESCENT_SEARCHES_ARMIJO_H
#define DESCENT_SEARCHES_ARMIJO_H

#include "descent/engine.h"

struct armijo_rule {
    double shrink, decrease, reference;
};

/* A trial that was worse, as what was hoped for and what came. */
struct armijo_worse {
    double t;
    double promise; /* the decrease to first order */
    double rise;    /* f(x + t d) - f(x) */
};

/* What the rejected trials of one step have shown. */
struct armijo_evidence {
    double rounding;             /* of the value here */
    double noise;                /* the greatest promise that left the value as it was */
    double first_promise;        /* of the longest trial */
    struct armijo_worse rise[2]; /* the last two clear rises, the shorter trial last */
    int rises;
};

/* -t * g'd; in this order the product overflows only when the decrease does. */
double armijo_promise(const struct engine_line *line, double t);
/* Differences of values that are smaller than this tell nothing. */
double armijo_rounding(const struct descent *d);
/* The trial, whose value is known, is at least as low as x, and where it is exactly as
 * low it has a smaller gradient. */
bool armijo_improves(struct descent *d);
/* Tries `first` and shorter steps and arrives at the one that is accepted, to where the
 * value cannot tell any longer.  ENGINE_STALLED: none was, see armijo_judge. */
enum engine_progress armijo_shorten(struct descent *d, const struct engine_line *line,
                                    const struct armijo_rule *rule, double first,
                                    struct armijo_evidence *evidence);
/* Why did no step improve: ENGINE_ROUNDING or ENGINE_STALLED. */
enum engine_progress armijo_judge(const struct armijo_evidence *evidence);
/* Both, by halves from `first`, for a rule whose own trials have failed. */
enum engine_progress armijo_rescue(struct descent *d, const struct engine_line *line,
                                   double first, double decrease);

#endif
