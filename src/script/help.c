/* SPDX-License-Identifier: MIT */
#include "script/help.h"

#include "script/builtins.h"
#include "script/library.h"
#include "script/settings.h"
#include "syntax/token.h"

#include <math.h>
#include <string.h>

/* ---- methods and step rules ---- */

static void put_settings(struct text *out, const descent_setting *settings)
{
    for (size_t i = 0; settings[i].name != NULL; i++) {
        text_format(out, "  %s = ", settings[i].name);
        text_number(out, settings[i].initial);
        text_format(out, "  %s, from ", settings[i].meaning);
        text_number(out, settings[i].least);
        text_puts(out, " to ");
        text_number(out, settings[i].most);
        text_putc(out, '\n');
    }
}

/* "  v <- beta*v - t*g, v = 0 at the start", a line an assignment. */
static void put_formula(struct text *out, const char *formula)
{
    while (*formula != '\0') {
        size_t length = strcspn(formula, "\n");
        text_puts(out, "  ");
        text_put(out, formula, length);
        text_putc(out, '\n');
        formula += length + (formula[length] == '\n');
    }
    text_puts(out, "  where x is the point, g the gradient there, t the step\n");
}

static void put_step(struct text *out, const descent_method *method)
{
    const double *settings;
    const descent_search *search = descent_method_search(method, NULL, &settings);
    double step = descent_method_step(method, NULL);
    if (isnan(step)) {
        text_puts(out, "  step: must be given, a number or a schedule\n");
    } else if (step > 0) {
        text_puts(out, "  step: a number or a schedule; ");
        text_number(out, step);
        text_puts(out, " when none is given\n");
    } else {
        text_puts(out, "  step: ");
        if (settings == NULL)
            text_puts(out, descent_search_name(search));
        else
            settings_put(out, descent_search_name(search),
                         descent_search_settings(search), settings, false);
        text_puts(out, descent_method_takes(method, NULL, search)
                           ? " when none is given\n"
                           : "\n");
    }
}

static bool put_method(struct text *out, const char *name)
{
    const descent_method *method = descent_method_find(name);
    if (method == NULL)
        return false;
    text_format(out, "%s: a method, written after `by`\n  %s\n", name,
                descent_method_summary(method));
    put_formula(out, descent_method_formula(method, NULL));
    put_settings(out, descent_method_settings(method));
    put_step(out, method);
    return true;
}

static bool put_search(struct session *session, struct text *out, const char *name)
{
    struct value value;
    const descent_search *search = descent_search_find(name);
    if (search == NULL || !builtin_method(session, name, &value))
        return false;
    text_format(out, "%s: a step rule, written after `step`\n  %s\n", name,
                descent_search_summary(search));
    put_settings(out, descent_search_settings(search));
    return true;
}

/* ---- the rest ---- */

static bool put_word(struct text *out, const char *name)
{
    static const char *const classes[] = {
        [TOKEN_CLASS_SIGN] = NULL,
        [TOKEN_CLASS_RESERVED] = "a reserved word",
        [TOKEN_CLASS_STATEMENT] = "a word that begins a statement; elsewhere a name",
        [TOKEN_CLASS_FOLLOWING] = "a word after a value; elsewhere a name",
    };
    enum token_kind kind = token_word(name, strlen(name));
    if (kind == TOKEN_IDENT || classes[token_info(kind)->class] == NULL)
        return false;
    text_format(out, "%s: %s\n", name, classes[token_info(kind)->class]);
    return true;
}

static bool put_own(struct session *session, struct text *out, const char *name)
{
    name_id id = intern_find(session->names, name, strlen(name));
    if (id == 0)
        return false;
    const struct binding *binding = session_binding(session, id);
    if (binding->value.kind == VALUE_NONE)
        return false;
    const struct source *source = sources_get(&session->sources, binding->where.source);
    text_format(out, "%s: %s", name, value_kind_name(&binding->value));
    if (source != NULL)
        text_format(out, ", defined in %s:%zu", source->name,
                    source_position(source, binding->where.begin).line);
    text_puts(out, "\n  ");
    value_print(out, &binding->value, session->names);
    text_putc(out, '\n');
    if (source != NULL)
        (void)library_comment(out, source->text, binding->where.begin);
    return true;
}

/* What the script has not used yet. */
static bool put_library(struct text *out, const char *name)
{
    size_t offset = 0;
    const struct library_module *module = library_find(name);
    if (module != NULL) {
        library_page(out, module);
        return true;
    }
    module = library_definition(name, &offset);
    if (module == NULL)
        return false;
    text_format(out, "%s: defined in the module `%s`: write `use %s`\n", name,
                module->name, module->name);
    (void)library_comment(out, module->text, offset);
    return true;
}

/* An operation of the graph is described by its row in ops.def. */
static void put_function(struct text *out, const struct builtin *builtin)
{
    if (builtin->op == OP_COUNT) {
        text_format(out, "%s\n", builtin->summary);
        return;
    }
    const struct op_info *info = op_info(builtin->op);
    const char *parameters[] = {"", "x", "x, y", "x, y, z"};
    size_t count = info->arity >= 0 && info->arity <= 3 ? (size_t)info->arity : 0;
    text_format(out, "%s(%s): a function\n", info->spelling, parameters[count]);
    if (info->domain[0] != '\0')
        text_format(out, "  it has a value where %s\n", info->domain);
    if (info->kinks[0] != '\0')
        text_format(out, "  it has no derivative where %s\n", info->kinks);
}

bool help_name(struct session *session, struct text *out, const char *name)
{
    double number = 0;
    const struct builtin *builtin = builtin_find(name);
    if (put_own(session, out, name) || put_method(out, name) ||
        put_search(session, out, name))
        return true;
    if (put_word(out, name)) {
        (void)put_library(out, name); /* `steps` is a schedule too */
        return true;
    }
    if (builtin != NULL) {
        put_function(out, builtin);
        return true;
    }
    if (!builtin_constant(name, &number))
        return put_library(out, name);
    text_format(out, "%s = ", name);
    text_number(out, number);
    text_putc(out, '\n');
    return true;
}

bool help_code(struct text *out, const char *id)
{
    enum code code;
    if (!code_find(id, &code))
        return false;
    code_page(out, code);
    return true;
}

struct completion {
    const char *prefix;
    void (*found)(void *user, const char *name);
    void *user;
};

static void offer(const struct completion *completion, const char *name)
{
    if (strncmp(name, completion->prefix, strlen(completion->prefix)) == 0)
        completion->found(completion->user, name);
}

void help_complete(struct session *session, const char *prefix,
                   void (*found)(void *user, const char *name), void *user)
{
    const struct completion completion = {prefix, found, user};
    const struct builtin *builtin = NULL;
    const char *name = NULL;
    for (int kind = 0; kind < TOKEN_COUNT; kind++)
        if (token_info((enum token_kind)kind)->class != TOKEN_CLASS_SIGN)
            offer(&completion, token_info((enum token_kind)kind)->spelling);
    for (size_t i = 0; (builtin = builtin_at(i)) != NULL; i++)
        offer(&completion, builtin->name);
    for (size_t i = 0; (name = builtin_constant_at(i)) != NULL; i++)
        offer(&completion, name);
    for (size_t i = 0; descent_methods()[i] != NULL; i++)
        offer(&completion, descent_method_name(descent_methods()[i]));
    for (size_t i = 0; descent_searches()[i] != NULL; i++) {
        struct value value;
        name = descent_search_name(descent_searches()[i]);
        if (builtin_method(session, name, &value))
            offer(&completion, name);
    }
    for (size_t i = 0; library_modules[i].name != NULL; i++)
        offer(&completion, library_modules[i].name);
    for (name_id id = 1; id < session->global_capacity; id++)
        if (session->globals[id].value.kind != VALUE_NONE)
            offer(&completion, intern_text(session->names, id));
}
