/* SPDX-License-Identifier: MIT
 * Calls: functions of the script, built-ins, methods with settings. */
#include "script/array.h"
#include "script/derivative.h"
#include "script/foreign.h"

#include <math.h>
#include <string.h>

enum { DEEPEST_CALL = 1000 };

static size_t parameter_count(const struct ast *function)
{
    return function->count - 1;
}

static bool wrong_arity(struct evaluation *e, const struct ast *function,
                        struct span place, size_t count)
{
    struct session *session = e->session;
    size_t wanted = parameter_count(function);
    (void)session_error(session, CODE_WRONG_ARITY, place,
                        "`%s` takes %zu argument%s, and %zu %s given",
                        intern_text(session->names, function->name), wanted,
                        wanted == 1 ? "" : "s", count, count == 1 ? "is" : "are");
    diagnostic_label(&session->diagnostics, session_last(session), function->at,
                     "it is defined here");
    return false;
}

/* Locals whose chain goes through the parameters and ends there: a function sees its own
 * parameters and the names of the script. */
static const struct local *bind_parameters(struct session *session,
                                           const struct ast *function,
                                           const struct value *arguments)
{
    size_t count = parameter_count(function);
    struct local *locals = ARENA_ARRAY(&session->scratch, count, struct local);
    for (size_t i = 0; i < count; i++) {
        locals[i].name = function->child[i]->name;
        locals[i].value = arguments[i];
        locals[i].next = i == 0 ? NULL : &locals[i - 1];
    }
    return count == 0 ? NULL : &locals[count - 1];
}

static bool calls_too_deep(struct evaluation *e, const struct ast *function,
                           struct span place)
{
    const char *name = intern_text(e->session->names, function->name);
    if (e->trace != NULL && e->trace->undecided.source != 0)
        return session_error(e->session, CODE_UNKNOWN_CONDITION, e->trace->undecided,
                             "the search decides this condition, so the calls of `%s` in "
                             "an objective do not come to an end",
                             name);
    return session_error(e->session, CODE_CALLS_TOO_DEEP, place,
                         "%d calls are inside each other here, which is the most: does "
                         "`%s` come to an end?",
                         DEEPEST_CALL, name);
}

bool call_function(struct evaluation *e, const struct ast *function, struct span place,
                   const struct value *arguments, size_t count, struct value *out)
{
    struct session *session = e->session;
    if (count != parameter_count(function))
        return wrong_arity(e, function, place, count);
    if (session->call_depth >= DEEPEST_CALL)
        return calls_too_deep(e, function, place);
    if (!session_go_on_sometimes(session, place))
        return false;
    struct arena_mark mark = arena_mark(&session->scratch);
    const struct local *locals = bind_parameters(session, function, arguments);
    session->call_depth++;
    bool fine = evaluate(e, function->child[function->count - 1], locals, out);
    session->call_depth--;
    if (fine && is_numeric(out) && e->trace == NULL)
        arena_release(&session->scratch, mark);
    return fine;
}

/* ---- arguments ---- */

bool call_arguments(struct evaluation *e, const struct ast *call,
                    const struct local *locals, struct value **out)
{
    struct value *values = ARENA_ARRAY(&e->session->scratch, call->count, struct value);
    for (size_t i = 1; i < call->count; i++) {
        const struct ast *argument = call->child[i];
        if (argument->kind == AST_ARGUMENT)
            return session_error(e->session, CODE_UNKNOWN_SETTING, argument->at,
                                 "only methods and step rules have settings with names");
        if (!evaluate(e, argument, locals, &values[i - 1]))
            return false;
    }
    *out = values;
    return true;
}

/* ---- methods and step rules ---- */

static bool set_setting(struct evaluation *e, const struct ast *argument,
                        const descent_setting *settings, double *values,
                        const struct local *locals)
{
    struct session *session = e->session;
    const char *name = intern_text(session->names, argument->name), *known[32];
    size_t count = 0;
    for (; settings[count].name != NULL && count < 32; count++) {
        known[count] = settings[count].name;
        if (strcmp(name, settings[count].name) != 0)
            continue;
        double number = 0;
        if (!evaluate_number(e, argument->child[0], locals, "a setting", &number))
            return false;
        if (number >= settings[count].least && number <= settings[count].most) {
            values[count] = number;
            return true;
        }
        struct text range;
        text_init(&range, &session->scratch);
        text_number(&range, settings[count].least);
        text_puts(&range, " to ");
        text_number(&range, settings[count].most);
        return session_error(session, CODE_SETTING_RANGE, argument->child[0]->span,
                             "`%s` goes from %s", name, text_string(&range));
    }
    (void)session_error(session, CODE_UNKNOWN_SETTING, argument->at,
                        "there is no setting `%s` here", name);
    foreign_tell(session, argument->at, FOREIGN_SETTING, name, known, count);
    return false;
}

static bool call_method(struct evaluation *e, const struct ast *call,
                        const struct value *callee, const struct local *locals,
                        struct value *out)
{
    struct session *session = e->session;
    *out = value_copy(&session->scratch, callee);
    struct method_value *method = ARENA_NEW(&session->scratch, struct method_value);
    *method = *out->as.method;
    const descent_setting *settings = method->method != NULL
                                          ? descent_method_settings(method->method)
                                          : descent_search_settings(method->search);
    size_t count = 0;
    while (settings[count].name != NULL)
        count++;
    double *values = ARENA_ARRAY(&session->scratch, count, double);
    if (count > 0)
        memcpy(values, method->settings, count * sizeof *values);
    method->settings = values;
    out->as.method = method;
    for (size_t i = 1; i < call->count; i++) {
        const struct ast *argument = call->child[i];
        if (argument->kind != AST_ARGUMENT)
            return session_error(session, CODE_UNKNOWN_SETTING, argument->span,
                                 "settings are given by name: `%s(%s = ...)`",
                                 session_text(session, call->child[0]->span),
                                 count > 0 ? settings[0].name : "step");
        if (method->method != NULL &&
            strcmp(intern_text(session->names, argument->name), "step") == 0)
            method->step_text = argument->child[0];
        else if (!set_setting(e, argument, settings, values, locals))
            return false;
    }
    return true;
}

/* ---- what is called ---- */

/* A name of the script hides a built-in function: since where. */
static bool hides_builtin(struct session *session, const struct ast *callee)
{
    const char *name = intern_text(session->names, callee->name);
    if (callee->kind != AST_NAME || builtin_find(name) == NULL)
        return false;
    const struct binding *binding = session_binding(session, callee->name);
    if (binding->value.kind == VALUE_NONE)
        return false;
    diagnostic_label(&session->diagnostics, session_last(session), binding->where,
                     "this hides the function `%s`", name);
    diagnostic_help(&session->diagnostics, session_last(session),
                    "give what the script defines another name");
    return true;
}

static bool not_a_function(struct evaluation *e, const struct ast *call,
                           const struct value *callee)
{
    struct session *session = e->session;
    const char *name = session_text(session, call->child[0]->span);
    struct span inside = {call->span.source, call->child[0]->span.end, call->span.end};
    (void)session_error(session, CODE_NOT_A_FUNCTION, call->child[0]->span, "`%s` is %s",
                        name, value_kind_name(callee));
    if (!hides_builtin(session, call->child[0]) && is_numeric(callee) &&
        call->count == 2) {
        const char *mended = session_text(session, inside);
        diagnostic_help(&session->diagnostics, session_last(session), "write `%s*%s`",
                        name, mended);
        diagnostic_edit(&session->diagnostics, session_last(session),
                        span_after(call->child[0]->span), "*");
    }
    return false;
}

/* The built-in diff, whose first argument is a text and not a value. */
static bool is_diff(struct evaluation *e, const struct ast *call,
                    const struct local *locals)
{
    const struct ast *callee = call->child[0];
    name_id name = callee->kind == AST_NAME ? callee->name : 0;
    if (name == 0 || strcmp(intern_text(e->session->names, name), "diff") != 0)
        return false;
    for (; locals != NULL; locals = locals->next)
        if (locals->name == name)
            return false;
    return session_binding(e->session, name)->value.kind == VALUE_NONE;
}

static bool all_finite(const struct value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_numeric(&values[i]) || !isfinite(values[i].number))
            return false;
    return true;
}

/* x*log(x) at 0 and log(1 + exp(x)) past 709 fail operation by operation and have a value
 * as formulas.  A script sees the same value in a call as in an objective, so a result
 * that is not finite is asked of the formula too. */
static void take_safe_form(struct evaluation *e, const struct value *function,
                           const struct ast *call, const struct value *arguments,
                           struct message_mark before, struct value *result)
{
    struct session *session = e->session;
    struct message_mark after = session_message_mark(session);
    struct derivative_value formula = {.kind = DERIVATIVE_PRIME, .base = *function};
    struct value plain = {.kind = VALUE_DERIVATIVE}, safe;
    plain.as.derivative = &formula;
    bool found =
        derivative_call(e, &plain, call->span, arguments, call->count - 1, &safe) &&
        isfinite(safe.number);
    if (found)
        *result = safe;
    session_forget(session, found ? before : after);
}

static bool call_script_function(struct evaluation *e, const struct ast *call,
                                 const struct value *function, const struct local *locals,
                                 struct value *out)
{
    struct value *arguments = NULL;
    struct message_mark before = session_message_mark(e->session);
    size_t count = call->count - 1;
    if (!call_arguments(e, call, locals, &arguments) ||
        !call_function(e, function->as.function, call->span, arguments, count, out))
        return false;
    if (e->trace == NULL && e->session->call_depth == 0 && is_numeric(out) &&
        !isfinite(out->number) && all_finite(arguments, count))
        take_safe_form(e, function, call, arguments, before, out);
    return true;
}

bool evaluate_call(struct evaluation *e, const struct ast *node,
                   const struct local *locals, struct value *out)
{
    struct value callee;
    struct value *arguments = NULL;
    if (is_diff(e, node, locals))
        return derivative_diff(e, node, locals, out);
    if (!evaluate(e, node->child[0], locals, &callee))
        return false;
    switch (callee.kind) {
    case VALUE_BUILTIN:
        return call_builtin(e, node, callee.as.builtin, locals, out);
    case VALUE_METHOD:
    case VALUE_SEARCH:
        return call_method(e, node, &callee, locals, out);
    case VALUE_DERIVATIVE:
        return call_arguments(e, node, locals, &arguments) &&
               derivative_call(e, &callee, node->span, arguments, node->count - 1, out);
    case VALUE_FUNCTION:
        return call_script_function(e, node, &callee, locals, out);
    default:
        return not_a_function(e, node, &callee);
    }
}
