/* SPDX-License-Identifier: MIT
 * explain: the derivation of a derivative, line by line, by the rules that made it; the
 * moves and symbols of a solve are told by explain_solution.c. */
#include "script/derivative.h"

#include "graph/derive.h"
#include "script/execute.h"
#include "script/explain_solution.h"

#include <string.h>

struct telling {
    const struct value *function;
    struct span place;
    struct text *out;
};

/* The derivative that is explained and what it is made of. */
struct target {
    const struct derivative_value *derivative;
    struct traced base; /* before differentiating */
    node_id *wrt;
    size_t order;
};

static bool trace_target(struct evaluation *e, const struct telling *x,
                         struct target *target)
{
    const struct derivative_value *d = x->function->as.derivative;
    struct derivative_value plain = *d;
    struct value undifferentiated = {.kind = VALUE_DERIVATIVE};
    target->derivative = d;
    plain.primes = 0;
    undifferentiated.as.derivative = &plain;
    if (!derivative_trace(e, &undifferentiated, x->place, NULL, &target->base))
        return false;
    target->order = d->primes;
    target->wrt = ARENA_ARRAY(&e->session->workspace, d->primes, node_id);
    for (size_t i = 0; i < d->primes; i++) {
        size_t which = 0;
        while (d->kind == DERIVATIVE_DIFF && target->base.names[which] != d->names[i])
            which++;
        target->wrt[i] = target->base.leaves[which];
    }
    return true;
}

/* "L(w)" with `primes`; NULL for the derivative of an expression. */
static const char *left_side(struct session *session, const struct traced *t,
                             size_t primes)
{
    struct text left;
    if (t->label == NULL)
        return NULL;
    text_init(&left, &session->workspace);
    text_puts(&left, t->label);
    text_repeat(&left, '\'', primes);
    for (size_t i = 0; i < t->n; i++)
        text_format(&left, "%s%s", i == 0 ? "(" : ", ",
                    intern_text(session->names, t->names[i]));
    text_putc(&left, ')');
    return text_string(&left);
}

static const char *const *left_sides(struct session *session, const struct target *target)
{
    const char **left = arena_zeroed(&session->workspace, target->order, sizeof *left);
    for (size_t i = 0; i < target->order; i++)
        left[i] = left_side(session, &target->base, i + 1);
    return left;
}

static bool explain_derivative(struct evaluation *e, void *user)
{
    const struct telling *x = user;
    struct session *session = e->session;
    struct target target;
    struct derivation derivation;
    e->trace->is_formula = true;
    if (!trace_target(e, x, &target))
        return false;
    if (target.base.label != NULL) {
        text_format(x->out, "%s = ", left_side(session, &target.base, 0));
        graph_print(x->out, target.base.graph, target.base.results[0], formula_name,
                    session);
        text_putc(x->out, '\n');
    }
    graph_derive(target.base.graph, target.base.results[0], target.wrt, target.order,
                 &session->workspace, formula_name, session, left_sides(session, &target),
                 &derivation);
    graph_derivation_print(x->out, &derivation);
    return true;
}

static bool explainable(const struct value *value)
{
    return value->kind == VALUE_DERIVATIVE &&
           (value->as.derivative->kind == DERIVATIVE_PRIME ||
            value->as.derivative->kind == DERIVATIVE_DIFF);
}

bool execute_explain(struct session *session, const struct ast *node)
{
    struct evaluation e = {session, NULL};
    struct value value;
    struct text out;
    if (!evaluate(&e, node->child[0], NULL, &value))
        return false;
    text_init(&out, &session->scratch);
    struct telling x = {&value, node->child[0]->span, &out};
    if (value.kind == VALUE_SOLUTION)
        explain_solution(&out, value.as.solution);
    else if (!explainable(&value))
        return session_error(session, CODE_NOT_DIFFERENTIABLE, node->child[0]->span,
                             "`explain` shows a solve, or how a derivative such as `L'` "
                             "comes about, and this is %s",
                             value_kind_name(&value));
    else if (!with_trace(session, explain_derivative, &x))
        return false;
    if (session->options.json) {
        struct text event;
        text_init(&event, &session->scratch);
        begin_event(session, &event, "explain", node->span);
        text_puts(&event, ",\"text\":");
        text_json(&event, text_string(&out), out.length);
        text_puts(&event, "}\n");
        session_write(session, event.data, event.length);
    } else {
        session_write(session, text_string(&out), out.length);
    }
    return true;
}
