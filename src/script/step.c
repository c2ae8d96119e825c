/* SPDX-License-Identifier: MIT
 * `by` and `step`: the method, and the rule for the length of a step. */
#include "script/builtins.h"
#include "script/solve.h"

#include <math.h>
#include <string.h>

/* What `auto` and no `by` mean with conditions. */
static const char constrained_method[] = "interior_point";

static bool has_constraints(const struct solve *solve)
{
    return solve_clause(solve->node, AST_SUBJECT) != NULL;
}

static bool method_value(struct solve *solve, const struct ast *node, struct value *out)
{
    struct evaluation plain = {solve->session, NULL};
    const char *name = intern_text(solve->session->names, node->name);
    if (node->kind == AST_NAME && has_constraints(solve) && strcmp(name, "auto") == 0)
        name = constrained_method;
    if (node->kind == AST_NAME && builtin_method(solve->session, name, out))
        return true;
    return evaluate(&plain, node, solve->locals, out);
}

static bool keeps_constraints(struct solve *solve, const struct ast *by)
{
    struct session *session = solve->session;
    const descent_method *method = solve->method->method;
    if (!has_constraints(solve) || descent_method_keeps_constraints(method))
        return true;
    (void)session_error(session, CODE_OPTION_NOT_USED, by->child[0]->span,
                        "`%s` does not keep conditions", descent_method_name(method));
    diagnostic_help(&session->diagnostics, session_last(session),
                    "leave `by` out, or write `by %s`", constrained_method);
    return false;
}

bool solve_choose_method(struct solve *solve)
{
    struct session *session = solve->session;
    const struct ast *by = solve_clause(solve->node, AST_BY);
    struct value value;
    if (by == NULL) {
        (void)builtin_method(
            session, has_constraints(solve) ? constrained_method : "gradient", &value);
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

/* Without a step in the script the method's own default acts, if it has one. */
static bool use_default_step(struct solve *solve)
{
    struct session *session = solve->session;
    const struct method_value *method = solve->method;
    double step = descent_method_step(method->method, method->settings);
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

/* A rule that tries lengths has no meaning for a method that moves by a rule of its own.
 */
static bool need_fitting_rule(struct solve *solve)
{
    struct session *session = solve->session;
    const struct method_value *method = solve->method;
    if (solve->search == NULL ||
        descent_method_takes(method->method, method->settings, solve->search->search))
        return true;
    (void)session_error(session, CODE_UNFIT_STEP_RULE, solve->step_text->span,
                        "`%s` does not go with `%s`",
                        descent_search_name(solve->search->search),
                        descent_method_name(method->method));
    diagnostic_help(&session->diagnostics, session_last(session),
                    "write a number, such as `step 0.1`, or a schedule");
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
