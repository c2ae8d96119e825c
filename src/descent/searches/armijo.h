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

/* Differences of values that are smaller than this tell nothing. */
double armijo_rounding(const struct descent *d);
/* The trial, whose value is known, is lower than x, or exactly as low with a smaller
 * gradient. */
bool armijo_improves(struct descent *d);
/* The trial, whose value is known and which promised no more than rounding, is as low as
 * x up to rounding, and its gradient is clearly smaller than at all points that were
 * accepted so before.  It must then be accepted. */
bool armijo_calms(struct descent *d, double promise);
/* Arrives at the first of the lengths `first`, `first` * shrink, ... that is accepted.
 * When there is none it begins once more with `whole`, if that is longer: a step that had
 * become short says little of the place.  Then it tells why: ENGINE_ROUNDING or
 * ENGINE_STALLED. */
enum engine_progress armijo_search(struct descent *d, const struct engine_line *line,
                                   const struct armijo_rule *rule, double first,
                                   double whole);
/* For rules that try lengths of their own: what to begin with, and the search by halves
 * when all of them have failed. */
double armijo_first_length(const struct descent *d, const struct engine_line *line);
enum engine_progress armijo_rescue(struct descent *d, const struct engine_line *line,
                                   double first, double decrease);

#endif
