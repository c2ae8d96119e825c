/* SPDX-License-Identifier: MIT */
#include "script/evaluate.h"

#include "script/array.h"
#include "script/derivative.h"
#include "script/solve.h"
#include "script/sweep.h"

/* The C stack that one evaluation may use; a script cannot reach its end. */
enum { EVALUATION_STACK = 6 << 20 };

static bool stack_is_used_up(const struct session *session)
{
    char here = 0;
    uintptr_t now = (uintptr_t)&here, base = (uintptr_t)session->stack_base;
    uintptr_t used = now > base ? now - base : base - now;
    return used > EVALUATION_STACK;
}

bool not_yet(struct session *session, struct span place, const char *what)
{
    return session_error(session, CODE_NOT_YET, place,
                         "%s is not part of this version yet", what);
}

static bool evaluate_solve(struct evaluation *e, const struct ast *node,
                           const struct local *locals, struct value *out)
{
    bool is_sweep = node->kind == AST_SWEEP;
    if (e->trace != NULL)
        return session_error(e->session, CODE_NOT_IN_OBJECTIVE, node->at,
                             "a %s cannot stand inside an objective",
                             is_sweep ? "sweep" : "solve");
    return is_sweep ? sweep_run(e->session, node, locals, NULL, out)
                    : solve_run(e->session, node, locals, true, out);
}

const char *later_construct(enum ast_kind kind)
{
    switch (kind) {
    default:
        return NULL;
    }
}

static bool tell_later(struct evaluation *e, const struct ast *node)
{
    const char *what = later_construct(node->kind);
    return not_yet(e->session, node->span, what == NULL ? "this construct" : what);
}

/* L' and ∇f. */
static bool evaluate_derivative(struct evaluation *e, const struct ast *node,
                                const struct local *locals, struct value *out)
{
    struct value base;
    if (node->kind == AST_NABLA)
        return evaluate_name(e, node, locals, &base) &&
               derivative_grad(e, node->span, &base, out);
    if (!evaluate(e, node->child[0], locals, &base))
        return false;
    return derivative_prime(e, &base, (unsigned)node->number, node->span, out);
}

static bool evaluate_absolute(struct evaluation *e, const struct ast *node,
                              const struct local *locals, struct value *out)
{
    struct value inner;
    return evaluate(e, node->child[0], locals, &inner) &&
           apply_absolute(e, node->span, &inner, out);
}

static bool evaluate_kind(struct evaluation *e, const struct ast *node,
                          const struct local *locals, struct value *out)
{
    switch (node->kind) {
    case AST_NUMBER:
        *out = value_number(node->number);
        return true;
    case AST_STRING:
        *out = value_string(&e->session->scratch, node->text, node->text_length);
        return true;
    case AST_TRUE:
    case AST_FALSE:
        *out = value_boolean(node->kind == AST_TRUE);
        return true;
    case AST_NAME:
        return evaluate_name(e, node, locals, out);
    case AST_GROUP:
        return evaluate(e, node->child[0], locals, out);
    case AST_ABSOLUTE:
        return evaluate_absolute(e, node, locals, out);
    case AST_SUM:
    case AST_PRODUCT:
    case AST_GLUED:
    case AST_NEGATE:
    case AST_POSITIVE:
    case AST_POWER:
    case AST_ROOT:
        return evaluate_arithmetic(e, node, locals, out);
    case AST_COMPARE:
    case AST_AND:
    case AST_OR:
    case AST_NOT:
    case AST_CONDITIONAL:
        return evaluate_logic(e, node, locals, out);
    case AST_RANGE:
        return evaluate_range(e, node, locals, out);
    case AST_BUDGET:
        return session_error(
            e->session, CODE_MISPLACED_BUDGET, node->span,
            "a number of steps, epochs or seconds stands only in `until`");
    case AST_PRIME:
    case AST_NABLA:
        return evaluate_derivative(e, node, locals, out);
    case AST_CALL:
        return evaluate_call(e, node, locals, out);
    case AST_INDEX:
        return evaluate_index(e, node, locals, out);
    case AST_FIELD:
        return evaluate_field(e, node, locals, out);
    case AST_LIST:
        return evaluate_list(e, node, locals, out);
    case AST_MATRIX:
        return evaluate_matrix(e, node, locals, out);
    case AST_COMPREHENSION:
        return evaluate_comprehension(e, node, locals, out);
    case AST_SOLVE:
    case AST_SWEEP:
        return evaluate_solve(e, node, locals, out);
    default:
        return tell_later(e, node);
    }
}

bool evaluate(struct evaluation *e, const struct ast *node, const struct local *locals,
              struct value *out)
{
    if (stack_is_used_up(e->session))
        return session_error(e->session, CODE_CALLS_TOO_DEEP, node->span,
                             "calls and expressions are nested too deeply here");
    return evaluate_kind(e, node, locals, out);
}

bool evaluate_number(struct evaluation *e, const struct ast *node,
                     const struct local *locals, const char *what, double *out)
{
    struct value value;
    if (!evaluate(e, node, locals, &value))
        return false;
    if (!is_numeric(&value))
        return session_error(e->session, CODE_WRONG_TYPE, node->span,
                             "%s is a number, and this is %s", what,
                             value_kind_name(&value));
    if (value.unknown)
        return session_error(e->session, CODE_WRONG_TYPE, node->span,
                             "%s is a known number, and the search decides this one",
                             what);
    *out = value.number;
    return true;
}

bool is_condition(struct evaluation *e, const struct ast *node, const struct value *value)
{
    if (value->kind == VALUE_BOOLEAN)
        return true;
    const char *text = session_text(e->session, node->span);
    bool truths = is_array(value) && value->as.array->is_boolean;
    (void)session_error(e->session, CODE_NOT_A_CONDITION, node->span,
                        "a condition is true or false, and this is %s%s",
                        value_kind_name(value), truths ? " of conditions" : "");
    if (truths)
        diagnostic_help(&e->session->diagnostics, session_last(e->session),
                        "write `all(%s)` or `any(%s)`", text, text);
    else
        diagnostic_help(&e->session->diagnostics, session_last(e->session),
                        "compare it with something: `%s > 0`", text);
    return false;
}

bool evaluate_condition(struct evaluation *e, const struct ast *node,
                        const struct local *locals, struct value *out)
{
    return evaluate(e, node, locals, out) && is_condition(e, node, out);
}
