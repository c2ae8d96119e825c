/* SPDX-License-Identifier: MIT
 * What can be told of the names of a sweep before line 1 runs: each becomes a column
 * beside the fields of the solutions and their variables. */
#include "script/sweep.h"

#include "script/solution.h"

#include <string.h>

static bool is_taken(const char *name)
{
    return solution_name_reserved(name) || strcmp(name, "note") == 0;
}

static void check_inner_sweep(struct session *session, const struct ast *node,
                              const struct ast *inner)
{
    if (inner->name != node->name)
        return;
    (void)session_error(session, CODE_VARIABLE_TWICE, inner->at,
                        "`%s` is already swept outside",
                        intern_text(session->names, node->name));
    diagnostic_label(&session->diagnostics, session_last(session), node->at, "here");
}

static void check_variable(struct session *session, const struct ast *node,
                           const struct ast *variable)
{
    const char *name = intern_text(session->names, variable->name);
    if (variable->name == node->name) {
        (void)session_error(session, CODE_VARIABLE_TWICE, variable->at,
                            "`%s` is swept and cannot be a variable of the same search",
                            name);
        diagnostic_label(&session->diagnostics, session_last(session), node->at,
                         "it is swept here");
        diagnostic_help(&session->diagnostics, session_last(session),
                        "give the swept value a name of its own and begin there: "
                        "`sweep start in ... over %s from start`",
                        name);
    } else if (strcmp(name, "note") == 0) {
        (void)session_error(session, CODE_RESERVED_VARIABLE, variable->at,
                            "`note` names a column of every sweep and cannot be a "
                            "variable");
    }
}

void sweep_check(struct session *session, const struct ast *node)
{
    const struct ast *inner = node->child[1];
    const char *name = intern_text(session->names, node->name);
    if (is_taken(name))
        (void)session_error(session, CODE_RESERVED_VARIABLE, node->at,
                            "`%s` names a quantity of every search and cannot be swept",
                            name);
    for (; inner->kind == AST_SWEEP; inner = inner->child[1])
        check_inner_sweep(session, node, inner);
    for (size_t i = 1; i < inner->count; i++)
        for (size_t k = 0;
             inner->child[i]->kind == AST_OVER && k < inner->child[i]->count; k++)
            check_variable(session, node, inner->child[i]->child[k]);
}
