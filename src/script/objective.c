/* SPDX-License-Identifier: MIT
 * The variables of a solve and its objective as a graph. */
#include "script/solve.h"

#include <math.h>
#include <string.h>

const struct ast *solve_clause(const struct ast *node, enum ast_kind kind)
{
    for (size_t i = 1; i < node->count; i++)
        if (node->child[i]->kind == kind)
            return node->child[i];
    return NULL;
}

/* ---- variables ---- */

static size_t count_variables(const struct ast *node)
{
    size_t count = 0;
    for (size_t i = 1; i < node->count; i++)
        if (node->child[i]->kind == AST_OVER)
            count += node->child[i]->count;
    return count;
}

static bool allowed_name(struct solve *solve, const struct ast *variable)
{
    struct session *session = solve->session;
    const char *name = intern_text(session->names, variable->name);
    if (solution_name_reserved(name))
        return session_error(session, CODE_RESERVED_VARIABLE, variable->at,
                             "`%s` names a quantity of every search and cannot be a "
                             "variable",
                             name);
    for (size_t i = 0; i < solve->n; i++)
        if (solve->variables[i] == variable->name)
            return session_error(session, CODE_VARIABLE_TWICE, variable->at,
                                 "`%s` is already a variable of this search", name);
    return true;
}

const struct ast *solve_start(const struct ast *over, size_t index)
{
    for (; index < over->count; index++)
        if (over->child[index]->child[1] != NULL)
            return over->child[index]->child[1];
    return NULL;
}

static bool start_number(struct solve *solve, const struct ast *start, double *out)
{
    struct evaluation plain = {solve->session, NULL};
    struct value value;
    size_t count = 0;
    if (!evaluate(&plain, start, solve->locals, &value))
        return false;
    if (value_count(&value, &count))
        return not_yet(solve->session, start->span, "a vector as a variable");
    if (!is_numeric(&value))
        return session_error(solve->session, CODE_WRONG_TYPE, start->span,
                             "a start is a number, and this is %s",
                             value_kind_name(&value));
    if (!isfinite(value.number))
        return session_error(solve->session, CODE_WRONG_TYPE, start->span,
                             "a start is a finite number");
    *out = value.number;
    return true;
}

static bool add_variable(struct solve *solve, const struct ast *over, size_t index)
{
    struct session *session = solve->session;
    const struct ast *variable = over->child[index];
    if (variable->child[0] != NULL)
        return not_yet(session, variable->child[0]->span, "a set after `in`");
    if (variable->count > 2)
        return not_yet(session, variable->span, "a vector as a variable");
    const struct ast *start = solve_start(over, index);
    const char *name = intern_text(session->names, variable->name);
    if (!allowed_name(solve, variable))
        return false;
    if (start == NULL) {
        (void)session_error(session, CODE_NO_START, variable->at, "`%s` has no start",
                            name);
        diagnostic_help(&session->diagnostics, session_last(session),
                        "say where the search begins: `over %s from 0`", name);
        return false;
    }
    if (!start_number(solve, start, &solve->start[solve->n]))
        return false;
    solve->variables[solve->n] = variable->name;
    solve->places[solve->n] = variable->at;
    solve->n++;
    return true;
}

bool solve_collect_variables(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    size_t count = count_variables(solve->node);
    solve->variables = ARENA_ARRAY(arena, count, name_id);
    solve->places = ARENA_ARRAY(arena, count, struct span);
    solve->start = ARENA_ARRAY(arena, count, double);
    solve->leaves = ARENA_ARRAY(arena, count, node_id);
    for (size_t i = 1; i < solve->node->count; i++) {
        const struct ast *over = solve->node->child[i];
        for (size_t k = 0; over->kind == AST_OVER && k < over->count; k++)
            if (!add_variable(solve, over, k))
                return false;
    }
    return true;
}

/* ---- objective ---- */

/* A function as objective is applied to the variables in order. */
static bool apply_to_variables(struct solve *solve, const struct ast *place,
                               struct value *value)
{
    struct value *arguments =
        ARENA_ARRAY(&solve->session->scratch, solve->n, struct value);
    for (size_t i = 0; i < solve->n; i++)
        arguments[i] = session_binding(solve->session, solve->variables[i])->value;
    return call_function(&solve->e, value->as.function, place->span, arguments, solve->n,
                         value);
}

static bool depends_on_nothing(struct solve *solve, const struct ast *objective)
{
    struct session *session = solve->session;
    (void)session_error(session, CODE_NOTHING_TO_MOVE, objective->span,
                        "the objective does not depend on `%s`",
                        intern_text(session->names, solve->variables[0]));
    diagnostic_label(&session->diagnostics, session_last(session), solve->places[0],
                     "this is what the search may change");
    return false;
}

bool solve_trace_objective(struct solve *solve)
{
    struct session *session = solve->session;
    const struct ast *objective = solve->node->child[0];
    struct value value;
    if (!evaluate(&solve->e, objective, solve->locals, &value))
        return false;
    if (value.kind == VALUE_FUNCTION && !apply_to_variables(solve, objective, &value))
        return false;
    if (value.kind == VALUE_BUILTIN)
        return not_yet(session, objective->span, "a built-in function as objective");
    if (value.kind != VALUE_NUMBER)
        return session_error(session, CODE_WRONG_TYPE, objective->span,
                             "the objective is a number, and this is %s",
                             value_kind_name(&value));
    if (!value.unknown)
        return depends_on_nothing(solve, objective);
    graph_set_origin(session->graph,
                     provenance_origin(&session->provenance, objective->span));
    solve->objective = solve->maximize
                           ? graph_apply1(session->graph, OP_NEGATE, value.node)
                           : value.node;
    solve->partials = ARENA_ARRAY(&session->workspace, solve->n, node_id);
    graph_gradient(session->graph, solve->objective, solve->leaves, solve->n,
                   solve->partials);
    return true;
}
