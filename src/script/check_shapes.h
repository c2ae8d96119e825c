/* SPDX-License-Identifier: MIT
 * check_shapes.h - shapes that do not depend on data, before line 1 runs.
 *
 * The statements that run in any case are gone through once with what is known of each
 * name: the shape of an array, a number that the script writes out, a function.  Anything
 * else is unknown, and nothing is said about it: what is told here would fail at run time
 * too, with the same words. */
#ifndef SCRIPT_CHECK_SHAPES_H
#define SCRIPT_CHECK_SHAPES_H

#include "script/array.h"

/* Adds diagnostics; names and syntax are in order. */
void check_shapes(struct session *session, const struct ast *block);

/* ---- what check_shapes.c and shape_of.c share ---- */
struct shape_check {
    struct evaluation e;
    struct local *globals; /* by name_id; .name is 0: not assigned so far */
    size_t count;
    bool is_objective;     /* sums are checked as a whole then, as they are traced */
    unsigned depth, looks; /* calls inside each other; nodes seen */
};

/* ---- shape_of.c ---- */
/* What is known of the value: NONE is nothing.  Numbers are `unknown` unless the script
 * writes them out; arrays have no numbers. */
struct value shape_of(struct shape_check *check, const struct ast *node,
                      const struct local *locals);
struct value shape_of_array(struct shape_check *check, const struct shape *shape);

/* ---- shape_of_call.c ---- */
struct value shape_of_call(struct shape_check *check, const struct ast *call,
                           const struct local *locals);
/* ---- shape_of_index.c ---- */
struct value shape_of_index(struct shape_check *check, const struct ast *node,
                            const struct local *locals);

#endif
