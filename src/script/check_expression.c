/* SPDX-License-Identifier: MIT
 * Names and the number of arguments in expressions. */
#include "script/check.h"

#include "script/builtins.h"
#include "script/execute.h"
#include "script/sets.h"
#include "script/sweep.h"

#include <string.h>

static bool is_seen(const struct seen *seen, name_id name)
{
    while (seen != NULL && seen->name != name)
        seen = seen->next;
    return seen != NULL;
}

void check_later(struct checker *c, struct span place, const char *what)
{
    (void)not_yet(c->session, place, what);
}

/* ---- names ---- */

bool check_is_builtin(struct checker *c, const char *name)
{
    double number = 0;
    struct value value;
    const struct builtin *builtin = builtin_find(name);
    return builtin != NULL || builtin_constant(name, &number) ||
           builtin_method(c->session, name, &value);
}

static void check_name(struct checker *c, const struct ast *node, const struct seen *seen)
{
    struct name_note *note = names_note(&c->table, node->name);
    const char *name = intern_text(c->session->names, node->name);
    unsigned enough = NAME_DEFINED;
    if (c->in_function)
        enough |= NAME_BOUND | NAME_VARIABLE;
    if (is_seen(seen, node->name) || (note->flags & enough) != 0)
        return;
    if (session_binding(c->session, node->name)->value.kind != VALUE_NONE)
        return;
    if ((note->flags & NAME_REPORTED) != 0)
        return;
    if (check_is_builtin(c, name))
        return;
    names_tell_unknown(&c->table, node);
    note->flags |= NAME_REPORTED;
}

/* ---- calls ---- */

/* Only a function that the script defines once, and nothing else by that name. */
static void check_arity(struct checker *c, const struct ast *call,
                        const struct seen *seen)
{
    struct session *session = c->session;
    const struct ast *callee = call->child[0];
    if (callee->kind != AST_NAME || is_seen(seen, callee->name))
        return;
    const struct name_note *note = names_note(&c->table, callee->name);
    if (note->function == NULL || (note->flags & (NAME_CHANGES | NAME_VARIABLE)) != 0)
        return;
    size_t wanted = note->function->count - 1, given = call->count - 1;
    if (wanted == given)
        return;
    (void)session_error(session, CODE_WRONG_ARITY, call->span,
                        "`%s` takes %zu argument%s, and %zu %s given",
                        intern_text(session->names, callee->name), wanted,
                        wanted == 1 ? "" : "s", given, given == 1 ? "is" : "are");
    diagnostic_label(&session->diagnostics, session_last(session), note->function->at,
                     "it is defined here");
}

/* ---- expressions ---- */

/* Later ranges, the filter and the body see the names of the generators before. */
static void check_generators(struct checker *c, const struct ast *node, size_t index,
                             const struct seen *seen)
{
    if (index < node->count && node->child[index]->kind == AST_GENERATOR) {
        const struct ast *generator = node->child[index];
        struct seen inner = {generator->name, seen};
        check_expression(c, generator->child[0], seen);
        check_generators(c, node, index + 1, &inner);
        return;
    }
    if (index < node->count)
        check_expression(c, node->child[index]->child[0], seen);
    check_expression(c, node->child[0], seen);
}

/* The text of `until` and `step` sees the search quantities. */
static void check_with_quantities(struct checker *c, const struct ast *node,
                                  const struct seen *seen)
{
    static const char *const quantities[] = {"k", "value", "grad", "dvalue", "dx"};
    enum { COUNT = sizeof quantities / sizeof *quantities };
    struct seen chain[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        chain[i].name =
            intern_find(c->session->names, quantities[i], strlen(quantities[i]));
        chain[i].next = i == 0 ? seen : &chain[i - 1];
    }
    check_expression(c, node, &chain[COUNT - 1]);
}

/* A word that is no name of the script may be that of a set. */
static void check_set(struct checker *c, const struct ast *set, const struct seen *seen)
{
    const struct ast *word = set->kind == AST_CALL ? set->child[0] : set;
    bool named = set_kind_of(c->session, set) != NULL && !is_seen(seen, word->name) &&
                 (names_note(&c->table, word->name)->flags & NAME_BOUND) == 0;
    if (!named)
        check_expression(c, set, seen);
    for (size_t i = 1; named && set->kind == AST_CALL && i < set->count; i++)
        check_expression(c, set->child[i], seen);
}

static void check_variable(struct checker *c, const struct ast *variable,
                           const struct seen *seen)
{
    if (variable->child[0] != NULL)
        check_set(c, variable->child[0], seen);
    if (variable->child[1] != NULL)
        check_expression(c, variable->child[1], seen);
}

static void check_clause(struct checker *c, const struct ast *clause,
                         const struct seen *outside, const struct seen *inside)
{
    switch (clause->kind) {
    case AST_OVER:
        for (size_t i = 0; i < clause->count; i++)
            check_variable(c, clause->child[i], outside);
        break;
    case AST_BY:
        check_with_quantities(c, clause->child[0], inside);
        break;
    case AST_STEP:
    case AST_UNTIL:
        check_with_quantities(c, clause->child[0], inside);
        break;
    case AST_SUBJECT:
        for (size_t i = 0; i < clause->count; i++)
            check_expression(c, clause->child[i], inside);
        break;
    default: /* BATCH, STARTS */
        check_expression(c, clause->child[0], outside);
    }
}

void check_solve_names(struct checker *c, const struct ast *node, const struct seen *seen)
{
    const struct seen *inside = seen;
    for (size_t i = 1; i < node->count; i++) {
        const struct ast *over = node->child[i];
        for (size_t k = 0; over->kind == AST_OVER && k < over->count; k++) {
            struct seen *variable = ARENA_NEW(&c->session->scratch, struct seen);
            variable->name = over->child[k]->name;
            variable->next = inside;
            inside = variable;
        }
    }
    solve_check_variables(c->session, node);
    check_expression(c, node->child[0], inside);
    for (size_t i = 1; i < node->count; i++)
        check_clause(c, node->child[i], seen, inside);
}

/* The name is seen in all that is inside, also where the search begins. */
static void check_sweep(struct checker *c, const struct ast *node,
                        const struct seen *seen)
{
    struct seen inside = {node->name, seen};
    sweep_check(c->session, node);
    check_expression(c, node->child[0], seen);
    check_expression(c, node->child[1], &inside);
}

static void check_operands(struct checker *c, const struct ast *node,
                           const struct seen *seen)
{
    for (size_t i = 0; i < node->count; i++) {
        check_expression(c, node->child[i], seen);
    }
}

/* A prime on a name that is not there may be meant as in Octave. */
static void check_prime(struct checker *c, const struct ast *node,
                        const struct seen *seen)
{
    struct session *session = c->session;
    size_t before = session->diagnostics.count;
    check_expression(c, node->child[0], seen);
    if (node->child[0]->kind == AST_NAME && session->diagnostics.count > before &&
        session_last(session)->code == CODE_UNKNOWN_NAME)
        diagnostic_note(&session->diagnostics, session_last(session),
                        "a prime differentiates a function; a matrix is turned by "
                        "`transpose(%s)`",
                        intern_text(session->names, node->child[0]->name));
}

/* diff(E, x): its names are seen in E. */
static bool is_diff(struct checker *c, const struct ast *call, const struct seen *seen)
{
    const struct ast *callee = call->child[0];
    return callee->kind == AST_NAME && !is_seen(seen, callee->name) &&
           strcmp(intern_text(c->session->names, callee->name), "diff") == 0 &&
           (names_note(&c->table, callee->name)->flags & NAME_BOUND) == 0;
}

static void check_diff(struct checker *c, const struct ast *call, const struct seen *seen)
{
    for (size_t i = 2; i < call->count; i++) {
        if (call->child[i]->kind != AST_NAME)
            continue;
        struct seen *name = ARENA_NEW(&c->session->scratch, struct seen);
        name->name = call->child[i]->name;
        name->next = seen;
        seen = name;
    }
    if (call->count > 1)
        check_expression(c, call->child[1], seen);
}

/* The word after `until` is evaluated under its own rules. */
void check_expression(struct checker *c, const struct ast *node, const struct seen *seen)
{
    const char *what = later_construct(node->kind);
    if (what != NULL) {
        check_later(c, node->span, what);
        return;
    }
    switch (node->kind) {
    case AST_NAME:
    case AST_NABLA:
        check_name(c, node, seen);
        break;
    case AST_PRIME:
        check_prime(c, node, seen);
        break;
    case AST_COMPREHENSION:
        check_generators(c, node, 1, seen);
        break;
    case AST_SOLVE:
        check_solve_names(c, node, seen);
        break;
    case AST_SWEEP:
        check_sweep(c, node, seen);
        break;
    case AST_BUDGET:
        check_operands(c, node, seen);
        break;
    case AST_CALL:
        if (is_diff(c, node, seen)) {
            check_diff(c, node, seen);
            break;
        }
        check_operands(c, node, seen);
        check_arity(c, node, seen);
        break;
    default:
        check_operands(c, node, seen);
    }
}
