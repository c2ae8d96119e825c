/* SPDX-License-Identifier: MIT
 * constrained.h - what is told of a point of a problem with conditions, whatever method
 * found it: multipliers, violation, the gradient of the Lagrangian. */
#ifndef DESCENT_CONSTRAINED_H
#define DESCENT_CONSTRAINED_H

#include "descent/engine.h"

/* The sizes that violations are relative to: max(1, |bound|, |dc/dx_j x_j|). */
void constrained_scale(const descent_problem *problem, const double *x,
                       const double *jacobian, double *scale);
/* Puts 0 where the derivative by a variable that is held, in `count` rows of n numbers,
 * does not exist: it does not matter. */
void constrained_forget_held(const descent_problem *problem, double *rows, size_t count);
void constrained_forget_curvature(const descent_problem *problem, double *hessian);
/* How far a number is outside its bounds. */
double constrained_outside(double value, double lower, double upper);
/* Puts multipliers, violation and the projected gradient of the Lagrangian at trial_x
 * into the search.  `y` belongs to f + y'c.  A multiplier of a condition with room to
 * move counts only so far as it exceeds that room, and one of the wrong sign not at all:
 * so the gradient vanishes exactly where the conditions of Karush, Kuhn and Tucker hold.
 */
void constrained_publish(struct descent *d, const double *gradient, const double *c,
                         const double *jacobian, const double *y, const double *scale);

#endif
