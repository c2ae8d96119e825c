/* SPDX-License-Identifier: MIT
 * fault.h - what a sub-expression got when its value or its derivative was not finite. */
#ifndef SCRIPT_FAULT_H
#define SCRIPT_FAULT_H

#include "script/session.h"
#include "tape/program.h"

/* Where a compiled program met a value that is not finite. */
struct fault_place {
    struct span place;     /* the sub-expression; all zero when it is not known */
    const char *arguments; /* "x = -0.4", "-0.4" or "2 and 0"; "" when there are none */
};

/* After a run of `program` on `numbers`, for its output number `output`.  `value` is the
 * node of the function itself: for a derivative the arguments are those of the operation
 * that was differentiated.  The text is in the workspace. */
struct fault_place fault_find(struct session *session, const struct graph *graph,
                              struct program *program, size_t output, node_id value,
                              const node_id *leaves, const double *const *numbers,
                              size_t count);

#endif
