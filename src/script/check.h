/* SPDX-License-Identifier: MIT
 * check.h - what check.c and check_expression.c share and nobody else sees. */
#ifndef SCRIPT_CHECK_H
#define SCRIPT_CHECK_H

#include "script/names.h"

/* Names that one expression sees beside those of the script. */
struct seen {
    name_id name;
    const struct seen *next;
};

struct checker {
    struct session *session;
    struct name_table table;
    bool in_function; /* names are looked up later, at the call */
};

/* ---- check_expression.c ---- */
void check_expression(struct checker *c, const struct ast *node, const struct seen *seen);
/* Objective, variables and clauses. */
void check_solve_names(struct checker *c, const struct ast *node,
                       const struct seen *seen);
/* Whether the language knows the name by itself; tells when this version does not. */
bool check_is_builtin(struct checker *c, const char *name);
/* The error that `what` is not part of this version yet. */
void check_later(struct checker *c, struct span place, const char *what);

#endif
