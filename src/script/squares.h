/* SPDX-License-Identifier: MIT
 * squares.h - the objective of a solve as a sum of squares. */
#ifndef SCRIPT_SQUARES_H
#define SCRIPT_SQUARES_H

#include "graph/squares.h"
#include "script/solve.h"

/* Looks whether the objective, traced, is a sum of squares; sets solve->squares. */
void solve_find_squares(struct solve *solve);
/* Puts them into a problem. */
void solve_offer_squares(struct solve *solve, descent_problem *problem);
/* False, with an error, where the method needs them and there are none. */
bool solve_check_squares(struct solve *solve);
/* How many squares; 0 where the objective is none, or not for this engine. */
size_t solve_residual_count(const struct solve *solve);
/* Makes the programs of the Jacobian at the first call; false where there is none. */
bool solve_compile_squares(struct solve *solve);
/* The engine's callback. */
void solve_evaluate_jacobian(void *context, const double *x, descent_take_rows *take,
                             void *taker);

/* ---- for statistics.c; there are squares ---- */
/* Whether some are of values in a row; squares that are written out one by one are terms
 * of a function, and no data. */
bool solve_has_rows(const struct solve *solve);
bool solve_has_penalty(const struct solve *solve);
bool solve_squares_compiled(const struct solve *solve);
/* Residuals whose weight is not 0. */
size_t solve_weighted_count(const struct solve *solve);
/* The number before the whole sum, 1 where terms have different ones. */
double solve_common_factor(const struct solve *solve);
/* The root of the sum of squares of data minus their mean, weighted; NaN where the
 * residuals are not data minus model. */
double solve_total_squares(struct solve *solve);

#endif
