/* SPDX-License-Identifier: MIT
 * sweep.h - one solve for each value of a list, a vector or a range, and its data set.
 *
 * Nested sweeps make all combinations, the outer one slowest; the values of an inner
 * sweep are evaluated for each value outside it, so they may use its name.  Every run
 * begins with the random generator as it is when the values have been evaluated;
 * afterwards the generator is where the last run left it, so that a sweep in a loop draws
 * anew. */
#ifndef SCRIPT_SWEEP_H
#define SCRIPT_SWEEP_H

#include "script/evaluate.h"

/* Told of each run that was carried out, with its solution. */
typedef void sweep_told(struct session *session, const struct value *solution);

/* Runs a SWEEP node; the data set is in scratch.  Binds no name.  A method that does not
 * take an option of the solve gives a row of status "error" with a note; any other error
 * ends the sweep.  `told` may be NULL. */
bool sweep_run(struct session *session, const struct ast *node,
               const struct local *locals, sweep_told *told, struct value *out);

/* The names that a SWEEP node takes, before line 1 runs; adds diagnostics. */
void sweep_check(struct session *session, const struct ast *node);

#endif
