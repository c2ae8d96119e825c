/* SPDX-License-Identifier: MIT
 * sets.h - what stands after `in` among the variables of a solve. */
#ifndef SCRIPT_SETS_H
#define SCRIPT_SETS_H

#include "script/solve.h"

/* The set of the variable at `index` of an OVER clause: its own, or when it has no start
 * either that of the next one that has one of both; NULL: none. */
const struct ast *solve_set(const struct ast *over, size_t index);
/* The shape that its bounds as written, `[low, high]`, give a variable without one; it
 * stays where they are numbers, or it is another set. */
bool solve_set_shape(struct solve *solve, const struct ast *set, struct shape *shape);
/* The set that the word of `set` names, which no value of the script does; NULL: none. */
const descent_set_kind *set_kind_of(struct session *session, const struct ast *set);
/* After the variables: their bounds, and the sets of the others. */
bool solve_collect_sets(struct solve *solve);
void solve_offer_sets(const struct solve *solve, descent_problem *problem);
/* Whether steps of the method, moved back into the sets, end at a minimum. */
bool solve_keeps_sets(const struct solve *solve, const descent_method *method);
/* Whether the method goes with the sets; an error that says which does not. */
bool solve_check_method_sets(struct solve *solve);

#endif
