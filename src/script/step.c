/* SPDX-License-Identifier: MIT
 * `by` and `step`: the method, and the rule for the length of a step. */
#include "script/builtins.h"
#include "script/constraints.h"
#include "script/sets.h"
#include "script/settings.h"
#include "script/solve.h"
#include "script/squares.h"

#include <math.h>
#include <string.h>

static bool method_value(struct solve *solve, const struct ast *node, struct value *out)
{
    struct evaluation plain = {solve->session, NULL};
    const char *name = intern_text(solve->session->names, node->name);
    if (node->kind == AST_NAME && builtin_method(solve->session, name, out))
        return true;
    return evaluate(&plain, node, solve->locals, out);
}

static bool keeps_constraints(struct solve *solve, const struct ast *by)
{
    struct session *session = solve->session;
    const descent_method *method = solve->method->method;
    if (!solve_has_constraints(solve) || descent_method_keeps_constraints(method))
        return true;
    (void)session_error(session, CODE_OPTION_NOT_USED, by->child[0]->span,
                        "`%s` does not keep conditions", descent_method_name(method));
    diagnostic_help(&session->diagnostics, session_last(session),
                    "leave `by` out, or write `by interior_point`");
    return false;
}

bool solve_choose_method(struct solve *solve)
{
    struct session *session = solve->session;
    const struct ast *by = solve_clause(solve->node, AST_BY);
    struct value value;
    if (by == NULL) {
        (void)builtin_method(session, solve_has_constraints(solve) ? "auto" : "gradient",
                             &value);
    } else if (!method_value(solve, by->child[0], &value)) {
        return false;
    } else if (value.kind != VALUE_METHOD) {
        (void)session_error(session, CODE_NOT_A_METHOD, by->child[0]->span,
                            "a method stands after `by`, and this is %s",
                            value_kind_name(&value));
        diagnostic_help(&session->diagnostics, session_last(session), "write `%s`",
                        value.kind == VALUE_SEARCH ? "step backtracking" : "by gradient");
        return false;
    }
    solve->method = value.as.method;
    return keeps_constraints(solve, by);
}

/* "500 variables" for the engine's "%n". */
static const char *reason_text(struct solve *solve, const char *reason)
{
    struct text out;
    text_init(&out, &solve->session->scratch);
    for (; *reason != '\0'; reason++) {
        if (reason[0] == '%' && reason[1] == 'n') {
            text_format(&out, "%zu variable%s", solve->n, solve->n == 1 ? "" : "s");
            reason++;
        } else {
            text_putc(&out, *reason);
        }
    }
    return text_string(&out);
}

/* From here on the chosen method is the method; a step that stands in `auto(step = ...)`
 * stays. */
void solve_resolve_auto(struct solve *solve)
{
    struct session *session = solve->session;
    const struct method_value *given = solve->method;
    const char *reason;
    struct value value;
    if (strcmp(descent_method_name(given->method), "auto") != 0)
        return;
    descent_problem facts = {.n = solve->n};
    solve_offer_sets(solve, &facts);
    solve_offer_facts(solve, &facts);
    solve_offer_squares(solve, &facts);
    solve_offer_kinks(solve, &facts);
    solve_offer_constraints(solve, &facts);
    const descent_method *chosen = descent_choose(&facts, &reason);
    (void)builtin_method(session, descent_method_name(chosen), &value);
    struct method_value *method = ARENA_NEW(&session->scratch, struct method_value);
    *method = *value.as.method;
    method->step_text = given->step_text;
    solve->method = method;
    solve->chosen_because = reason_text(solve, reason);
    solve->chosen_search = descent_choose_search(&facts);
}

static bool schedule_of_k(struct solve *solve, const struct ast *text,
                          struct value *value)
{
    struct value k = value_number((double)NAN);
    k.unknown = true;
    k.node = solve->quantities[QUANTITY_K];
    return call_function(&solve->e, value->as.function, text->span, &k, 1, value);
}

static bool fixed_step(struct solve *solve, const struct ast *text,
                       const struct value *value)
{
    if (isfinite(value->number) && value->number >= 0) {
        solve->fixed_step = value->number;
        return true;
    }
    return session_error(solve->session, CODE_NOT_A_STEP, text->span,
                         value->number < 0 ? "a step is not negative: a search goes "
                                             "downhill, and `maximize` uphill"
                                           : "a step is a finite number");
}

static bool use_step(struct solve *solve, const struct ast *text)
{
    struct value value;
    if (!evaluate(&solve->e, text, solve->quantity_locals, &value))
        return false;
    if (value.kind == VALUE_FUNCTION && !schedule_of_k(solve, text, &value))
        return false;
    solve->step_text = text;
    if (is_numeric(&value) && !value.unknown)
        return fixed_step(solve, text, &value);
    if (is_numeric(&value)) {
        solve->schedule = value.node;
        return true;
    }
    if (value.kind == VALUE_SEARCH) {
        solve->search = value.as.method;
        return true;
    }
    return session_error(solve->session, CODE_NOT_A_STEP, text->span,
                         "a step is a number, a schedule or a step rule, and this is %s",
                         value_kind_name(&value));
}

const descent_search *solve_default_search(const struct solve *solve, double **settings)
{
    const double *own;
    const descent_search *search =
        descent_method_search(solve->method->method, solve->method->settings, &own);
    const descent_setting *setting = descent_search_settings(search);
    size_t count = settings_count(setting);
    if (settings == NULL)
        return search;
    *settings = ARENA_ARRAY(&solve->session->scratch, count, double);
    for (size_t i = 0; i < count; i++)
        (*settings)[i] = own != NULL ? own[i] : setting[i].initial;
    return search;
}

/* Without a step in the script the method's own default acts, if it has one. */
static bool use_default_step(struct solve *solve)
{
    struct session *session = solve->session;
    const struct method_value *method = solve->method;
    double step = descent_method_step(method->method, method->settings);
    struct value chosen;
    if (solve->chosen_search != NULL &&
        builtin_method(session, descent_search_name(solve->chosen_search), &chosen)) {
        solve->search = chosen.as.method;
        return true;
    }
    if (step > 0)
        solve->fixed_step = step;
    if (!isnan(step))
        return true;
    const struct ast *by = solve_clause(solve->node, AST_BY);
    (void)session_error(
        session, CODE_NO_STEP, by != NULL ? by->child[0]->span : solve->node->at,
        "`%s` has no default step here", descent_method_name(method->method));
    diagnostic_help(&session->diagnostics, session_last(session),
                    "say how long the steps are: `step 0.1`, or a schedule such as "
                    "`step 1/(10 + k)`");
    return false;
}

/* The rule that the script wrote. */
static const descent_search *written_rule(const struct solve *solve)
{
    return solve->search != NULL
               ? solve->search->search
               : descent_search_find(solve->schedule != 0 ? "schedule" : "fixed");
}

/* A rule that tries lengths has no meaning for a method that moves by a rule of its own,
 * and no step at all for one that makes its steps itself. */
static bool need_fitting_rule(struct solve *solve)
{
    struct session *session = solve->session;
    const struct method_value *method = solve->method;
    const descent_search *rule = written_rule(solve);
    if (descent_method_takes(method->method, method->settings, rule))
        return true;
    bool named = solve->search != NULL;
    (void)session_error(session, CODE_UNFIT_STEP_RULE, solve->step_text->span,
                        "%s%s%s does not go with `%s`", named ? "`" : "a ",
                        named ? descent_search_name(rule) : "step", named ? "`" : "",
                        descent_method_name(method->method));
    diagnostic_help(&session->diagnostics, session_last(session), "%s",
                    descent_method_takes(method->method, method->settings,
                                         descent_search_find("fixed"))
                        ? "write a number, such as `step 0.1`, or a schedule"
                        : "leave it out: the method makes its steps itself");
    return false;
}

bool solve_choose_step(struct solve *solve)
{
    struct session *session = solve->session;
    const struct ast *clause = solve_clause(solve->node, AST_STEP);
    solve->fixed_step = (double)NAN;
    const struct ast *own = solve->method->step_text;
    if (own != NULL && clause != NULL)
        return session_error(session, CODE_OPTION_NOT_USED, clause->at,
                             "the method already has a step of its own");
    if (own == NULL && clause == NULL)
        return use_default_step(solve);
    return use_step(solve, own != NULL ? own : clause->child[0]) &&
           need_fitting_rule(solve);
}
