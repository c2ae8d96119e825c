/* SPDX-License-Identifier: MIT */
#include "script/names.h"

#include "base/near.h"
#include "script/builtins.h"
#include "script/foreign.h"
#include "script/library.h"
#include "script/module.h"

#include <string.h>

enum { LONGEST_PRODUCT = 64 }; /* bytes of two names written together */

struct name_note *names_note(struct name_table *table, name_id name)
{
    return &table->notes[name];
}

static void note_binding(struct name_table *table, name_id name, struct span where,
                         const struct ast *function)
{
    struct name_note *note = names_note(table, name);
    if ((note->flags & NAME_BOUND) == 0)
        note->first = where;
    else
        note->flags |= NAME_CHANGES;
    note->flags |= NAME_BOUND;
    note->function = function;
    if (function == NULL)
        note->flags |= NAME_CHANGES;
}

/* The names of diff(E, x) stand in for the script's, as variables of a solve do. */
static void note_diff(struct name_table *table, const struct ast *call)
{
    const struct ast *callee = call->child[0];
    if (callee->kind != AST_NAME ||
        strcmp(intern_text(table->session->names, callee->name), "diff") != 0)
        return;
    for (size_t i = 2; i < call->count; i++)
        if (call->child[i]->kind == AST_NAME)
            names_note(table, call->child[i]->name)->flags |= NAME_VARIABLE;
}

static void note_columns(struct name_table *table, const struct ast *sweep)
{
    const struct ast *solve = sweep->child[1];
    names_note(table, sweep->name)->flags |= NAME_VARIABLE | NAME_SWEPT;
    for (size_t i = 1; solve->kind == AST_SOLVE && i < solve->count; i++)
        for (size_t k = 0;
             solve->child[i]->kind == AST_OVER && k < solve->child[i]->count; k++)
            names_note(table, solve->child[i]->child[k]->name)->flags |= NAME_SWEPT;
}

/* The variables of every solve below: functions that are called there see them. */
static void note_variables(struct name_table *table, const struct ast *node)
{
    if (node == NULL)
        return;
    if (node->kind == AST_VARIABLE)
        names_note(table, node->name)->flags |= NAME_VARIABLE;
    if (node->kind == AST_SWEEP)
        note_columns(table, node);
    if (node->kind == AST_CALL)
        note_diff(table, node);
    for (size_t i = 0; i < node->count; i++)
        note_variables(table, node->child[i]);
}

static void bind_over(struct name_table *table, const struct ast *solve, unsigned flags)
{
    for (size_t i = 1; i < solve->count; i++) {
        const struct ast *clause = solve->child[i];
        for (size_t k = 0; clause->kind == AST_OVER && k < clause->count; k++) {
            const struct ast *variable = clause->child[k];
            if ((flags & NAME_BOUND) != 0)
                note_binding(table, variable->name, variable->at, NULL);
            names_note(table, variable->name)->flags |= flags;
        }
    }
}

/* A statement that is broken may define any word in it, so none of them is told as
 * missing: one mistake gets one message. */
static void note_words(struct name_table *table, struct span span)
{
    struct session *session = table->session;
    const struct source *source = sources_get(&session->sources, span.source);
    size_t begin = span.begin;
    for (size_t i = span.begin; source != NULL && i <= span.end; i++) {
        unsigned char c = i < span.end ? (unsigned char)source->text[i] : ' ';
        bool inside = c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
                      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (inside)
            continue;
        name_id name = intern_find(session->names, source->text + begin, i - begin);
        if (i > begin && name != 0 && name < table->count)
            names_note(table, name)->flags |= NAME_DEFINED | NAME_BOUND | NAME_CHANGES;
        begin = i + 1;
    }
}

static void bind_statement(struct name_table *table, const struct ast *node,
                           unsigned flags);

/* Once each, where it is used first; modules are at most MODULE_DEEPEST deep. */
static void bind_module(struct name_table *table, const struct ast *use, unsigned flags)
{
    struct module *module = module_of(table->session, use);
    if (module == NULL)
        return;
    bool *is_done = (flags & NAME_BOUND) != 0 ? &module->is_bound : &module->is_defined;
    if (*is_done)
        return;
    *is_done = true;
    bind_statement(table, module->block, flags);
}

/* What a statement binds, with everything inside its blocks. */
static void bind_statement(struct name_table *table, const struct ast *node,
                           unsigned flags)
{
    switch (node->kind) {
    case AST_DEFINE:
    case AST_FUNCTION:
    case AST_FOR:
        if ((flags & NAME_BOUND) != 0)
            note_binding(table, node->name, node->at,
                         node->kind == AST_FUNCTION ? node : NULL);
        names_note(table, node->name)->flags |= flags;
        break;
    case AST_SOLVE:
        bind_over(table, node, flags);
        break;
    case AST_USE:
        bind_module(table, node, flags);
        break;
    case AST_MISTAKE:
        note_words(table, node->span);
        break;
    default:
        break;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct ast *child = node->child[i];
        if (child != NULL && (child->kind == AST_BLOCK || child->kind == AST_CHOICE))
            bind_statement(table, child, flags);
        else if (child != NULL && node->kind == AST_BLOCK)
            bind_statement(table, child, flags);
    }
}

void names_collect(struct name_table *table, const struct ast *block)
{
    bind_statement(table, block, NAME_BOUND);
    note_variables(table, block);
    for (const struct module *m = table->session->modules; m != NULL; m = m->next)
        note_variables(table, m->block);
}

void names_define(struct name_table *table, const struct ast *statement)
{
    bind_statement(table, statement, NAME_DEFINED);
}

static bool in_reach(struct name_table *table, name_id name)
{
    return (table->notes[name].flags & (NAME_BOUND | NAME_VARIABLE)) != 0 ||
           (name < table->session->global_capacity &&
            table->session->globals[name].value.kind != VALUE_NONE);
}

/* The names of the script first, so that they win a tie. */
static size_t candidates(struct name_table *table, const char **out, size_t capacity)
{
    size_t count = 0;
    const char *name = NULL;
    const struct builtin *builtin = NULL;
    for (name_id i = 1; i < table->count && count < capacity; i++)
        if (in_reach(table, i))
            out[count++] = intern_text(table->session->names, i);
    for (size_t i = 0; (builtin = builtin_at(i)) != NULL && count < capacity; i++)
        out[count++] = builtin->name;
    for (size_t i = 0; (name = builtin_constant_at(i)) != NULL && count < capacity; i++)
        out[count++] = name;
    for (size_t i = 0; descent_methods()[i] != NULL && count < capacity; i++)
        out[count++] = descent_method_name(descent_methods()[i]);
    return count;
}

static void tell_near(struct name_table *table, const struct ast *node)
{
    size_t capacity = table->count + 512;
    const char **known = arena_zeroed(&table->session->scratch, capacity, sizeof *known);
    size_t count = candidates(table, known, capacity);
    foreign_tell(table->session, node->at, FOREIGN_NAME,
                 intern_text(table->session->names, node->name), known, count);
}

const char *names_product(struct name_table *table, name_id name)
{
    const struct intern *names = table->session->names;
    const char *text = intern_text(names, name);
    size_t length = strnlen(text, LONGEST_PRODUCT + 1);
    if (length > LONGEST_PRODUCT)
        return NULL;
    for (size_t cut = 1; cut < length; cut++) {
        name_id left = intern_find(names, text, cut);
        name_id right = intern_find(names, text + cut, length - cut);
        if (left == 0 || right == 0 || left >= table->count || right >= table->count ||
            !in_reach(table, left) || !in_reach(table, right))
            continue;
        struct text product;
        text_init(&product, &table->session->scratch);
        text_format(&product, "%s*%s", intern_text(names, left),
                    intern_text(names, right));
        return text_string(&product);
    }
    return NULL;
}

/* A name that `use` would define. */
static void tell_library(struct session *session, const char *name)
{
    size_t offset = 0;
    const struct library_module *module = library_definition(name, &offset);
    if (module != NULL)
        diagnostic_note(&session->diagnostics, session_last(session),
                        "the module `%s` of the standard library defines it: `use %s`",
                        module->name, module->name);
}

void names_tell_unknown(struct name_table *table, const struct ast *node)
{
    struct session *session = table->session;
    struct diagnostics *list = &session->diagnostics;
    struct name_note *note = names_note(table, node->name);
    const char *name = intern_text(session->names, node->name), *mend = NULL;
    if ((note->flags & NAME_BOUND) != 0) {
        (void)session_error(session, CODE_USED_BEFORE, node->at,
                            "`%s` is used before it is defined", name);
        diagnostic_label(list, session_last(session), note->first, "it is defined here");
        return;
    }
    (void)session_error(session, CODE_UNKNOWN_NAME, node->at, "`%s` is not defined",
                        name);
    if ((note->flags & NAME_SWEPT) != 0) {
        diagnostic_note(list, session_last(session),
                        "a sweep binds no name; after `r = sweep ...` the values are "
                        "`r.%s`",
                        name);
        return;
    }
    if ((note->flags & NAME_VARIABLE) != 0) {
        diagnostic_note(list, session_last(session),
                        "`r = minimize ... over %s ...` binds r alone; the solution is "
                        "`r.%s`",
                        name, name);
        return;
    }
    tell_library(session, name);
    mend = names_product(table, node->name);
    if (mend == NULL) {
        tell_near(table, node);
    } else {
        diagnostic_say(list, session_last(session), "write `%s`", mend);
        diagnostic_help(list, session_last(session), "write `%s`", mend);
        diagnostic_edit(list, session_last(session), node->at, mend);
    }
}
