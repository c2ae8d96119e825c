/* SPDX-License-Identifier: MIT
 * constraints.h - `subject to`: conditions of the script as functions with bounds.
 *
 * A comparison `left <= right` becomes bounds of what depends on the variables: of one
 * side where the other is known, else of left - right.  What is one element of a variable
 * becomes a bound of that element.  The multiplier of a condition is the derivative of
 * the value by its bound, in the user's sign. */
#ifndef SCRIPT_CONSTRAINTS_H
#define SCRIPT_CONSTRAINTS_H

#include "script/solve.h"

/* A comparison, or a chain between two known numbers. */
struct constraint {
    const struct ast *text;
    node_id node; /* what is bounded */
    struct shape shape;
    size_t count;     /* numbers of it */
    size_t first;     /* the row of the first; of `elements` NULL */
    size_t *elements; /* numbers of the point that it is, times `factor`; NULL: none */
    double factor;
    double *lower, *upper;
};

struct constraints {
    struct constraint *items;
    size_t count, capacity;
    size_t shown;          /* those of the text; behind them stand sets of variables */
    size_t rows;           /* of all items that are no elements */
    double *lower, *upper; /* of the rows */
    double *set_lower, *set_upper; /* n each: the bounds of `in` alone */
    struct lagrangian *lagrangian;
};

/* constraints.c: traced after the objective. */
bool solve_trace_constraints(struct solve *solve);
/* lagrangian.c: after all is compiled; sets the constraints of the engine's problem. */
void solve_offer_constraints(struct solve *solve, descent_problem *problem);

/* The conditions at x: numbers of all rows; their derivatives; the second derivatives of
 * factor * objective + multipliers * conditions. */
void solve_evaluate_constraints(struct solve *solve, const double *x, double *values);
void solve_constraint_jacobian(struct solve *solve, const double *x, double *jacobian);
void solve_evaluate_lagrangian(struct solve *solve, const double *x, double factor,
                               const double *multipliers, double *hessian);
/* convex_program.c: the engine's callback. */
bool solve_find_convex_program(void *context, unsigned char *is_linear);
/* The same without the variables in which all is linear. */
bool solve_is_convex_program(struct solve *solve);
/* conflict.c: marks the conditions that make the problem infeasible. */
void solve_find_conflict(struct solve *solve, struct solution *s);
/* conditions.c: multipliers and violations at the end. */
void solve_tell_constraints(struct solve *solve, struct solution *s,
                            const descent_result *result);

#endif
