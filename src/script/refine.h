/* SPDX-License-Identifier: MIT
 * refine.h - the end of a fit in numbers of two doubles. */
#ifndef SCRIPT_REFINE_H
#define SCRIPT_REFINE_H

#include "script/solve.h"

/* Refines the point of a search that has converged to the minimum of a fit, where doubles
 * leave fewer digits than a reader may expect; else nothing happens. */
void solve_refine(struct solve *solve, descent *search);
/* What is known of the fit at x, the point of the search that was refined; false where
 * that was not needed or did not succeed.  As descent_fit. */
bool solve_refined_fit(const struct solve *solve, const double *x,
                       descent_fit_result *out);

#endif
