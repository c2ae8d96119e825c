/* SPDX-License-Identifier: MIT
 * Where the text of a module comes from: a file beside the text that names it, the folder
 * of tw_options, or what is built in. */
#include "script/file.h"
#include "script/library.h"
#include "script/module.h"

#include <errno.h>
#include <string.h>

static void tell_unknown(struct session *session, const struct ast *target)
{
    struct diagnostics *list = &session->diagnostics;
    const char *name = intern_text(session->names, target->name);
    const char *near = library_near(name);
    struct diagnostic *item =
        diagnostic_add(list, CODE_UNKNOWN_MODULE, target->span,
                       "there is no module `%s` in the standard library", name);
    if (near == NULL) {
        diagnostic_note(list, item, "a file is named in quotes: `use \"%s.opt\"`", name);
        return;
    }
    diagnostic_say(list, item, "write `%s`", near);
    diagnostic_help(list, item, "write `%s`", near);
    diagnostic_edit(list, item, target->span, near);
}

/* The text of a source, which an arena keeps, from one that the host keeps: when memory
 * ends in between, the host's is given back before the unwinding goes on. */
static uint32_t take_text(struct session *session, const char *name,
                          struct file_text *text)
{
    struct fail fail, *outer = session->memory.fail;
    volatile uint32_t source = 0;
    session->memory.fail = &fail;
    if (setjmp(fail.landing) == 0)
        source = sources_add(&session->sources, name,
                             text->bytes == NULL ? "" : text->bytes, text->length);
    session->memory.fail = outer;
    file_release(session, text);
    if (source == 0)
        fail_raise(outer, fail.kind);
    return source;
}

static uint32_t too_long(struct session *session, const struct ast *target,
                         const char *name)
{
    (void)diagnostic_add(&session->diagnostics, CODE_MEMORY_LIMIT, target->span,
                         "`%s` is longer than a script may be", name);
    return 0;
}

static uint32_t read_named_file(struct session *session, const struct ast *target,
                                const char *name, bool *is_unreadable)
{
    struct diagnostics *list = &session->diagnostics;
    struct file_text text;
    if (!file_load(session, target->span, target->text, &text)) {
        *is_unreadable = true;
        if (library_find(target->text) != NULL)
            diagnostic_help(list, session_last(session), "write `use %s`", target->text);
        return 0;
    }
    if (text.length > SOURCE_LONGEST) {
        file_release(session, &text);
        return too_long(session, target, name);
    }
    return take_text(session, name, &text);
}

/* From the folder that the host names, if it has such a file: it stands before what is
 * built in.  *error tells why it cannot be read. */
static uint32_t read_override(struct session *session, const char *name, int *error)
{
    const tw_options *options = &session->options;
    struct file_text text = {NULL, 0, false};
    struct text path;
    *error = ENOENT;
    if (session->library_path == NULL || options->read_file == NULL)
        return 0;
    text_init(&path, &session->scratch);
    text_format(&path, "%s/%s.opt", session->library_path, name);
    *error =
        options->read_file(options->user, text_string(&path), &text.bytes, &text.length);
    if (*error == 0 && text.length > SOURCE_LONGEST) {
        file_release(session, &text);
        *error = EFBIG;
    }
    return *error == 0 ? take_text(session, text_string(&path), &text) : 0;
}

static uint32_t read_library(struct session *session, const struct ast *target,
                             const char *name, bool *is_unreadable)
{
    const struct library_module *module = library_find(name);
    int error = 0;
    uint32_t source = read_override(session, name, &error);
    if (source != 0)
        return source;
    if (error != ENOENT) {
        *is_unreadable = true;
        (void)session_error(session, CODE_CANNOT_READ, target->span,
                            "`%s.opt` in the folder of --library cannot be read", name);
        return 0;
    }
    if (module == NULL) {
        tell_unknown(session, target);
        return 0;
    }
    struct text path;
    text_init(&path, &session->scratch);
    text_format(&path, "stdlib/%s.opt", name);
    return sources_add(&session->sources, text_string(&path), module->text,
                       module->length);
}

uint32_t module_source(struct session *session, const struct ast *target,
                       const char *name, bool *is_unreadable)
{
    return target->kind == AST_STRING
               ? read_named_file(session, target, name, is_unreadable)
               : read_library(session, target, name, is_unreadable);
}
