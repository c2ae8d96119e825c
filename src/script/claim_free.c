/* SPDX-License-Identifier: MIT
 * What is free in a claim: the names of its `over`, each in its range; else the names
 * that stand alone as an argument, have no value or were last set by a solve. */
#include "script/claim.h"

#include "script/builtins.h"

#include <math.h>
#include <string.h>

/* Names that the text itself binds: of generators and of diff. */
struct scope {
    name_id name;
    const struct scope *next;
};

static bool is_bound(const struct scope *scope, name_id name)
{
    while (scope != NULL && scope->name != name)
        scope = scope->next;
    return scope != NULL;
}

static bool add_name(struct claim *claim, name_id name, struct interval range)
{
    struct arena *arena = &claim->e->session->workspace;
    for (size_t i = 0; i < claim->n; i++)
        if (claim->names[i] == name)
            return false;
    if (claim->n == claim->name_capacity) {
        size_t capacity = claim->name_capacity;
        claim->names =
            arena_grow(arena, claim->names, claim->n, &capacity, sizeof *claim->names);
        claim->ranges = arena_grow(arena, claim->ranges, claim->n, &claim->name_capacity,
                                   sizeof *claim->ranges);
    }
    claim->names[claim->n] = name;
    claim->ranges[claim->n++] = range;
    return true;
}

/* ---- over ---- */

static bool bad_set(struct session *session, const struct ast *set)
{
    return session_error(session, CODE_WRONG_TYPE, set->span,
                         "a claim goes over `[low, high]`, with low below high, or over "
                         "`positive`");
}

static bool read_set(struct claim *claim, const struct ast *set, struct interval *range)
{
    struct session *session = claim->e->session;
    struct evaluation plain = {session, NULL};
    struct value value;
    if (set->kind == AST_NAME &&
        strcmp(intern_text(session->names, set->name), "positive") == 0 &&
        session_binding(session, set->name)->value.kind == VALUE_NONE) {
        *range = interval_between(nextafter(0, 1), (double)INFINITY);
        return true;
    }
    if (!evaluate(&plain, set, NULL, &value))
        return false;
    if (value.kind != VALUE_ARRAY || shape_elements(&value.as.array->shape) != 2)
        return bad_set(session, set);
    double low = value.as.array->numbers[0], high = value.as.array->numbers[1];
    if (!(low < high))
        return bad_set(session, set);
    *range = interval_between(low, high);
    return true;
}

static bool add_variable(struct claim *claim, const struct ast *variable)
{
    struct session *session = claim->e->session;
    struct interval range = interval_between(-(double)INFINITY, (double)INFINITY);
    if (variable->count > 2)
        return not_yet(session, variable->span, "a vector as a free name");
    if (variable->child[1] != NULL)
        return session_error(session, CODE_OPTION_NOT_USED, variable->child[1]->span,
                             "a claim starts nowhere; a set is given with `in`");
    if (variable->child[0] != NULL && !read_set(claim, variable->child[0], &range))
        return false;
    if (!add_name(claim, variable->name, range))
        return session_error(session, CODE_VARIABLE_TWICE, variable->at,
                             "`%s` is already free here",
                             intern_text(session->names, variable->name));
    return true;
}

/* ---- without over ---- */

static bool is_builtin(struct session *session, const char *name)
{
    double number = 0;
    struct value value;
    return builtin_find(name) != NULL || builtin_constant(name, &number) ||
           builtin_method(session, name, &value);
}

static void consider(struct claim *claim, const struct ast *name,
                     const struct scope *scope, bool alone)
{
    struct session *session = claim->e->session;
    const struct binding *binding = session_binding(session, name->name);
    bool is_free = binding->value.kind == VALUE_NONE
                       ? !is_builtin(session, intern_text(session->names, name->name))
                       : is_numeric(&binding->value) && (alone || binding->from_solve);
    if (is_free && !is_bound(scope, name->name))
        (void)add_name(claim, name->name,
                       interval_between(-(double)INFINITY, (double)INFINITY));
}

static void look(struct claim *claim, const struct ast *node, const struct scope *scope,
                 bool alone);

/* What is called is no number, unless it is an expression that gives a function. */
static void look_at_callee(struct claim *claim, const struct ast *callee,
                           const struct scope *scope)
{
    while (callee->kind == AST_PRIME || callee->kind == AST_GROUP)
        callee = callee->child[0];
    if (callee->kind != AST_NAME && callee->kind != AST_NABLA)
        look(claim, callee, scope, false);
}

static bool is_diff(struct claim *claim, const struct ast *call)
{
    const struct ast *callee = call->child[0];
    return callee->kind == AST_NAME && call->count > 1 &&
           strcmp(intern_text(claim->e->session->names, callee->name), "diff") == 0;
}

static void look_at_call(struct claim *claim, const struct ast *call,
                         const struct scope *scope)
{
    if (is_diff(claim, call)) {
        for (size_t i = 2; i < call->count; i++) {
            struct scope *inner = ARENA_NEW(&claim->e->session->workspace, struct scope);
            inner->name = call->child[i]->name;
            inner->next = scope;
            scope = inner;
        }
        look(claim, call->child[1], scope, false);
        return;
    }
    look_at_callee(claim, call->child[0], scope);
    for (size_t i = 1; i < call->count; i++)
        look(claim, call->child[i], scope, true);
}

/* The body comes first in the tree and sees the names of all generators. */
static void look_at_comprehension(struct claim *claim, const struct ast *node,
                                  const struct scope *scope)
{
    for (size_t i = 1; i < node->count; i++) {
        const struct ast *part = node->child[i];
        look(claim, part->child[0], scope, false);
        if (part->kind != AST_GENERATOR)
            continue;
        struct scope *inner = ARENA_NEW(&claim->e->session->workspace, struct scope);
        inner->name = part->name;
        inner->next = scope;
        scope = inner;
    }
    look(claim, node->child[0], scope, false);
}

static void look(struct claim *claim, const struct ast *node, const struct scope *scope,
                 bool alone)
{
    if (node == NULL)
        return;
    switch (node->kind) {
    case AST_NAME:
        consider(claim, node, scope, alone);
        break;
    case AST_NABLA:
    case AST_PRIME:
        look_at_callee(claim, node, scope);
        break;
    case AST_CALL:
        look_at_call(claim, node, scope);
        break;
    case AST_COMPREHENSION:
        look_at_comprehension(claim, node, scope);
        break;
    default:
        for (size_t i = 0; i < node->count; i++)
            look(claim, node->child[i], scope, false);
    }
}

bool claim_find_free(struct claim *claim)
{
    struct session *session = claim->e->session;
    const struct ast *node = claim->node;
    bool has_over = false;
    for (size_t i = 1; i < node->count; i++) {
        const struct ast *over = node->child[i];
        if (over->kind != AST_OVER)
            continue;
        has_over = true;
        for (size_t k = 0; k < over->count; k++)
            if (!add_variable(claim, over->child[k]))
                return false;
    }
    if (!has_over)
        look(claim, node->child[0], NULL, false);
    if (claim->n > 0)
        return true;
    (void)session_error(session, CODE_CLAIM_NOTHING_FREE, node->child[0]->span,
                        "nothing is free in this claim");
    diagnostic_help(&session->diagnostics, session_last(session),
                    "numbers are tested by `expect %s`; a name is made free by `over`",
                    session_text(session, node->child[0]->span));
    return false;
}
