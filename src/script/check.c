/* SPDX-License-Identifier: MIT
 * What can be told before line 1 runs: names, the number of arguments, what this version
 * does not carry out yet, and at last shapes. */
#include "script/check.h"

#include "script/check_shapes.h"
#include "script/execute.h"
#include "script/module.h"

#include <string.h>

static void check_statement(struct checker *c, const struct ast *node);

static void check_function(struct checker *c, const struct ast *node)
{
    const struct seen *seen = NULL;
    for (size_t i = 0; i + 1 < node->count; i++) {
        struct seen *parameter = ARENA_NEW(&c->session->scratch, struct seen);
        parameter->name = node->child[i]->name;
        parameter->next = seen;
        seen = parameter;
    }
    c->in_function = true;
    check_expression(c, node->child[node->count - 1], seen);
    c->in_function = false;
}

static void check_block(struct checker *c, const struct ast *block)
{
    for (size_t i = 0; i < block->count; i++)
        check_statement(c, block->child[i]);
}

/* A second turn sees what the first one defined. */
static void check_loop(struct checker *c, const struct ast *node)
{
    if (node->kind == AST_FOR)
        check_expression(c, node->child[0], NULL);
    names_define(&c->table, node);
    if (node->kind == AST_WHILE)
        check_expression(c, node->child[0], NULL);
    check_block(c, node->child[1]);
}

static void check_choice(struct checker *c, const struct ast *node)
{
    while (node->kind == AST_CHOICE) {
        check_expression(c, node->child[0], NULL);
        check_block(c, node->child[1]);
        if (node->count < 3)
            return;
        node = node->child[2];
    }
    check_block(c, node);
}

static const char *later_statement(const struct ast *node)
{
    switch (node->kind) {
    case AST_PLOT:
        return "`plot`";
    default:
        return NULL;
    }
}

static void check_items(struct checker *c, const struct ast *node)
{
    for (size_t i = 0; i < node->count; i++)
        check_expression(c, node->child[i], NULL);
}

/* What a module defines may have had another meaning above. */
static void tell_replaced(struct checker *c, const struct ast *node)
{
    struct session *session = c->session;
    const struct name_note *note = names_note(&c->table, node->name);
    const struct binding *held = session_binding(session, node->name);
    struct span before = {0, 0, 0};
    if ((note->flags & NAME_DEFINED) != 0)
        before = note->first;
    else if (held->value.kind != VALUE_NONE)
        before = held->where;
    const struct source *source = sources_get(&session->sources, before.source);
    if (source == NULL ||
        strcmp(source->name, sources_get(&session->sources, node->at.source)->name) == 0)
        return;
    struct diagnostic *item = diagnostic_add(&session->diagnostics, CODE_NAME_REPLACED,
                                             node->at, "`%s` is defined anew here",
                                             intern_text(session->names, node->name));
    diagnostic_label(&session->diagnostics, item, before, "it was defined here");
}

/* The statements of a module are checked where they are run: at its first `use`. */
static void check_use(struct checker *c, const struct ast *node)
{
    struct module *module = module_of(c->session, node);
    if (module == NULL || module->is_checked)
        return;
    module->is_checked = true;
    for (size_t i = 0; i < module->block->count; i++) {
        const struct ast *statement = module->block->child[i];
        size_t first = c->session->diagnostics.count;
        if (statement->kind == AST_DEFINE || statement->kind == AST_FUNCTION)
            tell_replaced(c, statement);
        check_statement(c, statement);
        module_tell_statement(c->session, statement, module, first);
    }
}

static const struct seen *see(struct checker *c, name_id name, const struct seen *seen)
{
    struct seen *link = ARENA_NEW(&c->session->scratch, struct seen);
    link->name = name;
    link->next = seen;
    return link;
}

/* Without `over`, names that nobody has defined are free where they are not called. */
static const struct seen *see_free(struct checker *c, const struct ast *node,
                                   const struct seen *seen)
{
    if (node == NULL)
        return seen;
    if (node->kind == AST_NAME) {
        bool is_defined = (names_note(&c->table, node->name)->flags & NAME_DEFINED) != 0;
        bool is_known = check_is_builtin(c, intern_text(c->session->names, node->name));
        return is_defined || is_known ? seen : see(c, node->name, seen);
    }
    for (size_t i = 0; i < node->count; i++) {
        bool is_called = node->kind == AST_PRIME || (node->kind == AST_CALL && i == 0);
        if (!is_called || node->child[i]->kind != AST_NAME)
            seen = see_free(c, node->child[i], seen);
    }
    return seen;
}

static void check_claim(struct checker *c, const struct ast *node)
{
    const struct seen *seen = NULL;
    bool has_over = false;
    for (size_t i = 1; i < node->count; i++) {
        const struct ast *tail = node->child[i];
        if (tail->kind != AST_OVER)
            check_expression(c, tail->child[0], NULL);
        for (size_t k = 0; tail->kind == AST_OVER && k < tail->count; k++) {
            const struct ast *set = tail->child[k]->child[0];
            if (set != NULL && set->kind != AST_NAME) /* `positive` is no value */
                check_expression(c, set, NULL);
            seen = see(c, tail->child[k]->name, seen);
            has_over = true;
        }
    }
    check_expression(c, node->child[0],
                     has_over ? seen : see_free(c, node->child[0], seen));
}

static void check_statement(struct checker *c, const struct ast *node)
{
    const char *what = later_statement(node);
    if (what != NULL) {
        check_later(c, node->at, what);
        return;
    }
    switch (node->kind) {
    case AST_USE:
        check_use(c, node);
        break;
    case AST_FUNCTION:
        check_function(c, node);
        break;
    case AST_FOR:
    case AST_WHILE:
        check_loop(c, node);
        break;
    case AST_CHOICE:
        check_choice(c, node);
        break;
    case AST_BLOCK:
        check_block(c, node);
        return;
    case AST_SOLVE:
        check_solve_names(c, node, NULL);
        break;
    case AST_SWEEP:
        check_expression(c, node, NULL);
        break;
    case AST_CLAIM:
        check_claim(c, node);
        break;
    case AST_MISTAKE:
        break;
    default:
        check_items(c, node);
    }
    names_define(&c->table, node);
}

bool check_script(struct session *session, const struct ast *block)
{
    struct arena_mark mark = arena_mark(&session->scratch);
    size_t before = session->diagnostics.errors;
    struct checker c = {.session = session};
    if (!module_load(session, block))
        return false;
    c.table.session = session;
    c.table.count = intern_count(session->names) + 1;
    c.table.notes = ARENA_ARRAY(&session->scratch, c.table.count, struct name_note);
    names_collect(&c.table, block);
    check_block(&c, block);
    if (session->diagnostics.errors == before)
        check_shapes(session, block);
    arena_release(&session->scratch, mark);
    return session->diagnostics.errors == before;
}
