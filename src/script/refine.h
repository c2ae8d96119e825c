/* SPDX-License-Identifier: MIT
 * refine.h - the end of a fit in numbers of two doubles. */
#ifndef SCRIPT_REFINE_H
#define SCRIPT_REFINE_H

#include "script/solve.h"

/* Refines the point of a search that has converged to the minimum of a fit, where doubles
 * leave fewer digits than a reader may expect; else nothing happens. */
void solve_refine(struct solve *solve, descent *search);
/* What is known of the fit at x, where the search was refined, or where it was seen that
 * doubles are enough; false elsewhere.  As descent_fit, where no bound holds a variable.
 */
bool solve_known_fit(const struct solve *solve, const double *x, descent_fit_result *out);

#endif
