/* SPDX-License-Identifier: MIT */
#include "script/derivative.h"

#include "script/builtins.h"

enum { HIGHEST_ORDER = 32, DEEPEST_DERIVATIVE = 32 };

/* ---- making ---- */

bool is_function(const struct value *value)
{
    return value->kind == VALUE_FUNCTION || value->kind == VALUE_DERIVATIVE ||
           (value->kind == VALUE_BUILTIN && value->as.builtin->op != OP_COUNT);
}

size_t derivative_parameters(const struct value *function)
{
    if (function->kind == VALUE_FUNCTION)
        return function->as.function->count - 1;
    if (function->kind == VALUE_BUILTIN)
        return (size_t)function->as.builtin->least;
    const struct derivative_value *derivative = function->as.derivative;
    if (derivative->kind != DERIVATIVE_DIFF)
        return derivative_parameters(&derivative->base);
    size_t distinct = 0;
    for (size_t i = 0; i < derivative->count; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen = seen || derivative->names[k] == derivative->names[i];
        distinct += seen ? 0 : 1;
    }
    return distinct;
}

static unsigned depth_of(const struct value *function)
{
    return function->kind == VALUE_DERIVATIVE ? function->as.derivative->depth : 0;
}

static bool not_differentiable(struct evaluation *e, struct span place,
                               const struct value *value)
{
    struct session *session = e->session;
    (void)session_error(session, CODE_NOT_DIFFERENTIABLE, place,
                        "a function is differentiated, and this is %s",
                        value_kind_name(value));
    if (is_numeric(value))
        diagnostic_help(&session->diagnostics, session_last(session),
                        "write it as a function: `L(w) = ...`, then `L'`");
    size_t count = 0;
    if (value_count(value, &count))
        diagnostic_help(&session->diagnostics, session_last(session),
                        "the transpose of a matrix is `transpose(A)`");
    return false;
}

static bool make(struct evaluation *e, struct derivative_value *derivative,
                 struct span place, struct value *out)
{
    struct derivative_value *kept =
        ARENA_NEW(&e->session->scratch, struct derivative_value);
    derivative->depth = depth_of(&derivative->base) + 1;
    if (derivative->depth > DEEPEST_DERIVATIVE || derivative->primes > HIGHEST_ORDER)
        return session_error(e->session, CODE_NOT_DIFFERENTIABLE, place,
                             "derivatives of an order above %d are refused",
                             HIGHEST_ORDER);
    *kept = *derivative;
    struct value value = {.kind = VALUE_DERIVATIVE};
    value.as.derivative = kept;
    *out = value;
    return true;
}

bool derivative_prime(struct evaluation *e, const struct value *function, unsigned primes,
                      struct span place, struct value *out)
{
    if (!is_function(function))
        return not_differentiable(e, place, function);
    size_t count = derivative_parameters(function);
    if (count != 1) {
        (void)session_error(
            e->session, CODE_NOT_DIFFERENTIABLE, place,
            "a prime differentiates a function of one parameter, and this "
            "one has %zu",
            count);
        diagnostic_help(&e->session->diagnostics, session_last(e->session),
                        "write `grad(f)` or `diff(f(x, y), x)`");
        return false;
    }
    struct derivative_value derivative = {.kind = DERIVATIVE_PRIME, .primes = primes};
    derivative.base = *function;
    if (function->kind == VALUE_DERIVATIVE &&
        function->as.derivative->kind == DERIVATIVE_PRIME) {
        derivative.base = function->as.derivative->base;
        derivative.primes += function->as.derivative->primes;
    }
    return make(e, &derivative, place, out);
}

static bool make_of(struct evaluation *e, struct derivative_value *derivative,
                    struct span place, const struct value *f, struct value *out)
{
    bool scalar = f->kind != VALUE_DERIVATIVE ||
                  f->as.derivative->kind == DERIVATIVE_PRIME ||
                  f->as.derivative->kind == DERIVATIVE_DIFF;
    if (!is_function(f) || !scalar)
        return not_differentiable(e, place, f);
    derivative->base = *f;
    return make(e, derivative, place, out);
}

bool derivative_grad(struct evaluation *e, struct span place, const struct value *f,
                     struct value *out)
{
    struct derivative_value derivative = {.kind = DERIVATIVE_GRAD};
    return make_of(e, &derivative, place, f, out);
}

bool derivative_hessian(struct evaluation *e, struct span place, const struct value *f,
                        struct value *out)
{
    struct derivative_value derivative = {.kind = DERIVATIVE_HESSIAN};
    return make_of(e, &derivative, place, f, out);
}

bool derivative_diff(struct evaluation *e, const struct ast *call,
                     const struct local *locals, struct value *out)
{
    struct session *session = e->session;
    if (call->count < 3)
        return session_error(session, CODE_WRONG_ARITY, call->span,
                             "`diff` takes an expression and the names by which it is "
                             "differentiated: `diff(w^2, w)`");
    size_t count = call->count - 2;
    name_id *names = ARENA_ARRAY(&session->scratch, count, name_id);
    for (size_t i = 0; i < count; i++) {
        const struct ast *name = call->child[i + 2];
        if (name->kind != AST_NAME)
            return session_error(session, CODE_WRONG_TYPE, name->span,
                                 "`diff` differentiates by names, and this is none");
        names[i] = name->name;
    }
    struct derivative_value derivative = {.kind = DERIVATIVE_DIFF,
                                          .expression = call->child[1],
                                          .count = count,
                                          .primes = (unsigned)count,
                                          .names = names,
                                          .locals = locals};
    return make(e, &derivative, call->span, out);
}
