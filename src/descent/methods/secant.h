/* SPDX-License-Identifier: MIT
 * secant.h - what methods share that learn from the change of the gradient along the last
 * move: s = x - x', y = g - g'. */
#ifndef DESCENT_METHODS_SECANT_H
#define DESCENT_METHODS_SECANT_H

#include "descent/engine.h"

/* y into `change`, before anything is tried in this step.  Returns s'y where the pair
 * tells a curvature, more than rounding and positive; else 0, also before the first step:
 * the pair is then left out (the cautious update of Li and Fukushima, SIAM Journal on
 * Optimization 11, 2001). */
double secant_pair(const struct descent *d, double *change);
/* Whether other variables are held than in the step before, which `before` keeps: what
 * was learned is of another face. */
bool secant_changes_face(struct descent *d, double *before);
/* Makes the entries of held variables 0. */
void secant_project(struct descent *d, double *vector);
/* A factor of the gradient that makes a step as long as max(1, |x|) at most: where no
 * curvature is known. */
double secant_first(const struct descent *d);
/* Goes along factor * vector; where that is not downhill, or no length along it is good
 * enough, along the negative gradient instead, and *fresh is set: what was learned is no
 * longer of use. */
enum engine_progress secant_descend(struct descent *d, const double *vector,
                                    double factor, bool *fresh);

#endif
