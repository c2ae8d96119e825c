/* SPDX-License-Identifier: MIT
 * Modules are read depth first, so that those that are open lead from the script to the
 * one that is read: a `use` of an open one is a cycle.  Depth is capped. */
#include "script/module.h"

#include "script/file.h"

#include <string.h>

struct loader {
    struct session *session;
    size_t count;
    bool is_unreadable; /* a file could not be read */
    bool is_wrong;      /* something else is an error */
};

static void load_block(struct loader *loader, const struct ast *block,
                       struct module *user, unsigned depth);

/* ---- Names and paths ---- */

/* Begins of the parts that stay are kept in the text itself: ".." takes one back. */
static void drop_last(struct text *out, size_t root)
{
    while (out->length > root && out->data[out->length - 1] != '/')
        out->length--;
    if (out->length > root)
        out->length--;
}

static bool ends_in_parent(const struct text *out, size_t root)
{
    size_t length = out->length;
    return length == root ||
           (length >= root + 2 && memcmp(out->data + length - 2, "..", 2) == 0 &&
            (length == root + 2 || out->data[length - 3] == '/'));
}

/* The path without "." and without "x/..", so that one file has one name. */
static const char *plain_path(struct session *session, const char *path)
{
    struct text out;
    text_init(&out, &session->scratch);
    if (*path == '/')
        text_putc(&out, '/');
    size_t root = out.length;
    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        bool is_parent = length == 2 && memcmp(path, "..", 2) == 0;
        if (is_parent && !ends_in_parent(&out, root)) {
            drop_last(&out, root);
        } else if (length > 0 && !(length == 1 && *path == '.')) {
            if (out.length > root)
                text_putc(&out, '/');
            text_put(&out, path, length);
        }
        path += length + (path[length] == '/');
    }
    return text_string(&out);
}

/* What the module of a USE statement is called; NULL when it names none. */
static const char *name_of(struct session *session, const struct ast *use)
{
    const struct ast *target = use->child[0];
    if (target->kind == AST_NAME)
        return intern_text(session->names, target->name);
    if (target->kind != AST_STRING)
        return NULL;
    return plain_path(session, file_path(session, target->span, target->text));
}

static struct module *find(struct session *session, const char *name, bool is_file)
{
    for (struct module *m = session->modules; m != NULL; m = m->next)
        if (m->is_file == is_file && strcmp(m->name, name) == 0)
            return m;
    return NULL;
}

struct module *module_of(struct session *session, const struct ast *use)
{
    const char *name = name_of(session, use);
    return name == NULL ? NULL : find(session, name, use->child[0]->kind == AST_STRING);
}

/* ---- Messages ---- */

/* Where an error goes that is the script's, not the system's. */
static struct diagnostics *wrong(struct loader *loader)
{
    loader->is_wrong = true;
    return &loader->session->diagnostics;
}

void module_tell_use(struct session *session, const struct module *module, size_t first)
{
    struct diagnostics *list = &session->diagnostics;
    for (; module != NULL; module = module->user)
        for (size_t i = first; i < list->count; i++)
            diagnostic_label(list, list->items[i], module->use->span, "`%s` is used here",
                             module->name);
}

void module_tell_statement(struct session *session, const struct ast *statement,
                           const struct module *module, size_t first)
{
    struct diagnostics *list = &session->diagnostics;
    if (statement->kind == AST_USE)
        return; /* its module has told */
    for (size_t i = first; i < list->count; i++)
        if (list->items[i]->where.source != statement->span.source)
            diagnostic_label(list, list->items[i], statement->span,
                             "this statement came to it");
    module_tell_use(session, module, first);
}

/* a.opt uses b.opt, b.opt uses a.opt: the modules that are open, from `module` on. */
static void tell_cycle(struct loader *loader, const struct ast *use,
                       const struct module *module, const struct module *user)
{
    struct diagnostics *list = wrong(loader);
    struct diagnostic *item = diagnostic_add(list, CODE_MODULE_CYCLE, use->span,
                                             "`%s` comes to use itself", module->name);
    for (const struct module *m = user; m != module; m = m->user)
        diagnostic_label(list, item, m->use->span, "`%s` is used here", m->name);
}

static void tell_unfit(struct loader *loader, const struct ast *statement)
{
    struct diagnostics *list = wrong(loader);
    struct diagnostic *item =
        diagnostic_add(list, CODE_MODULE_STATEMENT, statement->at,
                       "this statement cannot stand in a file that is used");
    diagnostic_note(list, item,
                    "a module holds definitions of functions and constants, `use` and "
                    "`expect`; a solve stands in a function there");
}

/* ---- Reading ---- */

static const struct ast *parse_module(struct loader *loader, uint32_t source)
{
    struct session *session = loader->session;
    struct parse parse = {.arena = &session->keep,
                          .names = session->names,
                          .diagnostics = &session->diagnostics,
                          .sources = &session->sources};
    if (parse_source(&parse, source) == PARSE_OK)
        return parse.script;
    loader->is_wrong = true;
    return NULL;
}

/* ---- Loading ---- */

/* A constant is computed at each use, so it is no search. */
static bool is_fit(const struct ast *statement)
{
    switch (statement->kind) {
    case AST_DEFINE:
        return statement->child[0]->kind != AST_SOLVE &&
               statement->child[0]->kind != AST_SWEEP;
    case AST_FUNCTION:
    case AST_USE:
    case AST_EXPECT:
        return true;
    default:
        return false;
    }
}

static void load_text(struct loader *loader, struct module *module, uint32_t source,
                      unsigned depth)
{
    struct session *session = loader->session;
    size_t first = session->diagnostics.count;
    const struct ast *block = parse_module(loader, source);
    for (size_t i = 0; block != NULL && i < block->count; i++)
        if (!is_fit(block->child[i]))
            tell_unfit(loader, block->child[i]);
    module_tell_use(session, module, first);
    if (block == NULL)
        return;
    module->is_open = true;
    load_block(loader, block, module, depth + 1);
    module->is_open = false;
    module->block = block;
}

static struct module *add_module(struct loader *loader, const struct ast *use,
                                 const char *name, struct module *user)
{
    struct session *session = loader->session;
    struct module *module = ARENA_NEW(&session->keep, struct module);
    module->name = arena_copy(&session->keep, name, strlen(name));
    module->is_file = use->child[0]->kind == AST_STRING;
    module->use = use;
    module->user = user;
    module->next = session->modules;
    session->modules = module;
    loader->count++;
    return module;
}

static bool is_within_limits(struct loader *loader, const struct ast *use, unsigned depth)
{
    if (depth < MODULE_DEEPEST && loader->count < MODULES_MOST)
        return true;
    (void)diagnostic_add(wrong(loader), CODE_TOO_MANY_MODULES, use->span,
                         depth < MODULE_DEEPEST
                             ? "a script uses at most %d modules"
                             : "modules use each other in a chain of at most %d",
                         depth < MODULE_DEEPEST ? MODULES_MOST : MODULE_DEEPEST);
    return false;
}

static void load_use(struct loader *loader, const struct ast *use, struct module *user,
                     unsigned depth)
{
    struct session *session = loader->session;
    const struct ast *target = use->child[0];
    const char *name = name_of(session, use);
    size_t first = session->diagnostics.count;
    if (name == NULL) {
        (void)diagnostic_add(
            wrong(loader), CODE_USE_FORM, target->span,
            "after `use` stands the name of a module, or a file in quotes");
        module_tell_use(session, user, first);
        return;
    }
    struct module *module = find(session, name, target->kind == AST_STRING);
    if (module != NULL) {
        if (module->is_open)
            tell_cycle(loader, use, module, user);
        return;
    }
    if (!is_within_limits(loader, use, depth))
        return;
    module = add_module(loader, use, name, user);
    bool is_unreadable = false;
    uint32_t source = module_source(session, target, module->name, &is_unreadable);
    loader->is_unreadable |= source == 0 && is_unreadable;
    loader->is_wrong |= source == 0 && !is_unreadable;
    module_tell_use(session, user, first);
    if (source != 0)
        load_text(loader, module, source, depth);
}

/* What a block binds is not known before it runs, so `use` stands outside of them. */
static void refuse_inside(struct loader *loader, const struct ast *statement)
{
    for (size_t i = 0; i < statement->count; i++) {
        const struct ast *child = statement->child[i];
        if (child != NULL && child->kind == AST_USE)
            (void)diagnostic_add(wrong(loader), CODE_USE_FORM, child->span,
                                 "`use` stands outside of blocks");
        else if (child != NULL && (child->kind == AST_BLOCK || child->kind == AST_FOR ||
                                   child->kind == AST_WHILE || child->kind == AST_CHOICE))
            refuse_inside(loader, child);
    }
}

static void load_block(struct loader *loader, const struct ast *block,
                       struct module *user, unsigned depth)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct ast *statement = block->child[i];
        if (statement->kind == AST_USE) {
            if (!session_go_on(loader->session, 0, statement->at))
                return;
            load_use(loader, statement, user, depth);
        } else {
            refuse_inside(loader, statement);
        }
    }
}

bool module_load(struct session *session, const struct ast *block)
{
    struct loader loader = {.session = session};
    session->modules = NULL;
    load_block(&loader, block, NULL, 0);
    if (!loader.is_unreadable && !loader.is_wrong)
        return !session->stopped;
    session_flush(session, loader.is_wrong ? TW_BAD_SCRIPT : TW_UNREADABLE);
    return false;
}
