/* SPDX-License-Identifier: MIT
 * execute.h - statements, one after another. */
#ifndef SCRIPT_EXECUTE_H
#define SCRIPT_EXECUTE_H

#include "script/evaluate.h"

/* Runs the statements of a script that was parsed and checked; what goes wrong is shown
 * and raises the session's status.  False when the script stopped before its end. */
bool execute_script(struct session *session, const struct ast *block);

/* Names, arity and features that are not part of this version, before line 1 runs
 * (language.md 7).  Adds diagnostics; false when there is an error. */
bool check_script(struct session *session, const struct ast *block);

/* ---- single statements (expect.c, show.c); false after a run-time error ---- */
bool execute_expect(struct session *session, const struct ast *node);
bool execute_print(struct session *session, const struct ast *node);
bool execute_table(struct session *session, const struct ast *node);
/* x[i] = v (assign.c) */
bool execute_assignment(struct session *session, const struct ast *node);
/* At a prompt: the value of an expression statement. */
void show_value(struct session *session, const struct value *value);
/* The report of a solve statement, or its JSON event. */
void show_solution(struct session *session, const struct value *value, bool report);
/* The table of a sweep statement, or for a program its columns as JSON. */
void show_sweep(struct session *session, const struct ast *node, const struct value *data,
                bool report);
/* Begins a JSON event with file and line of the place:
 * {"event":"print","file":...,"line":3 */
void begin_event(struct session *session, struct text *out, const char *event,
                 struct span place);

#endif
