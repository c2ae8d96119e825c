/* SPDX-License-Identifier: MIT
 * Derivatives applied to arguments: compiled and run for plain numbers, put into the
 * graph of an objective otherwise. */
#include "script/derivative.h"

#include "script/fault.h"

#include <math.h>

enum { DEEPEST_NESTING = 1000 };

struct application {
    const struct value *derivative;
    struct span place;
    const struct value *arguments;
    size_t count;
    double *numbers; /* the results, in scratch */
    size_t result_count;
};

static void warn_fault(struct evaluation *e, const struct application *a,
                       const struct fault_place *fault)
{
    struct session *session = e->session;
    bool is_inside = fault->place.source != 0 && fault->place.begin != a->place.begin;
    struct span place = is_inside ? fault->place : a->place;
    session_warn(session, CODE_UNDEFINED_VALUE, place,
                 "%s`%s` is not a finite number%s%s",
                 is_inside ? "the derivative of " : "", /* else the call says it itself */
                 session_text(session, place), fault->arguments[0] == '\0' ? "" : " at ",
                 fault->arguments);
}

static bool wrong_count(struct evaluation *e, const struct application *a, size_t wanted)
{
    return session_error(e->session, CODE_WRONG_ARITY, a->place,
                         "this derivative takes %zu argument%s, and %zu %s given", wanted,
                         wanted == 1 ? "" : "s", a->count, a->count == 1 ? "is" : "are");
}

/* Plain numbers: compiled over the leaves and the numbers of the script, and run once. */
static bool apply_plain(struct evaluation *e, void *user)
{
    struct application *a = user;
    struct arena *arena = &e->session->workspace;
    struct traced t;
    if (!derivative_trace(e, a->derivative, a->place, &t))
        return false;
    if (t.n != a->count)
        return wrong_count(e, a, t.n);
    size_t inputs = t.n + e->trace->count;
    node_id *leaves = ARENA_ARRAY(arena, inputs, node_id);
    double *numbers = ARENA_ARRAY(arena, inputs, double);
    for (size_t i = 0; i < t.n; i++) {
        leaves[i] = t.leaves[i];
        numbers[i] = a->arguments[i].number;
    }
    for (size_t i = 0; i < e->trace->count; i++) {
        leaves[t.n + i] = e->trace->parameters[i];
        numbers[t.n + i] = e->trace->parameter_values[i];
    }
    struct check *program = check_new(arena, t.graph, t.results, t.count, leaves, inputs);
    a->result_count = t.count;
    a->numbers = ARENA_ARRAY(&e->session->scratch, t.count, double);
    check_run(program, numbers, a->numbers);
    size_t bad = 0;
    while (bad < t.count && isfinite(a->numbers[bad]))
        bad++;
    if (bad < t.count) {
        struct fault_place fault = fault_find(e->session, t.graph, program, bad, t.body,
                                              leaves, numbers, inputs);
        warn_fault(e, a, &fault);
    }
    return true;
}

/* In an objective: the formula with the leaves replaced by the arguments' nodes. */
static bool apply_traced(struct evaluation *e, struct application *a, node_id *nodes)
{
    struct arena *arena = &e->session->workspace;
    struct traced t;
    if (!derivative_trace(e, a->derivative, a->place, &t))
        return false;
    node_id *arguments = ARENA_ARRAY(arena, t.n, node_id);
    for (size_t i = 0; i < t.n; i++)
        arguments[i] = traced_node(e, &a->arguments[i]);
    graph_substitute(t.graph, t.results, t.count, t.leaves, arguments, t.n, nodes);
    return true;
}

/* A name that the function looks up may be a variable, whatever its arguments are. */
static bool depends_on_search(struct evaluation *e, const node_id *nodes, size_t count)
{
    bool depends = false;
    for (size_t i = 0; i < count; i++)
        depends = depends || graph_node(e->trace->graph, nodes[i]).depends;
    return depends;
}

/* A derivative may be a number where its argument is not known: L'' of a parabola. */
static bool is_constant(struct evaluation *e, node_id node, double *number)
{
    struct node found = graph_node(e->trace->graph, node);
    if (found.op != OP_CONSTANT)
        return false;
    *number = found.value;
    return true;
}

/* One number; the elements of a gradient; the rows of a hessian. */
static struct value shaped(struct evaluation *e, const struct application *a,
                           const node_id *nodes, bool is_unknown)
{
    struct arena *scratch = &e->session->scratch;
    size_t n = a->count;
    struct value *items = ARENA_ARRAY(scratch, a->result_count, struct value);
    for (size_t i = 0; i < a->result_count; i++) {
        items[i] = value_number(a->numbers[i]);
        items[i].node = nodes == NULL ? 0 : nodes[i];
        items[i].unknown = is_unknown && !is_constant(e, nodes[i], &items[i].number);
    }
    const struct derivative_value *d = a->derivative->as.derivative;
    if (d->kind == DERIVATIVE_PRIME || d->kind == DERIVATIVE_DIFF)
        return items[0];
    struct value *rows = ARENA_ARRAY(scratch, n, struct value);
    for (size_t i = 0; i < n; i++)
        rows[i] = d->kind == DERIVATIVE_GRAD
                      ? items[i]
                      : make_numbers(scratch, items + i * n, n, nodes != NULL);
    if (d->kind == DERIVATIVE_GRAD)
        return make_numbers(scratch, rows, n, nodes != NULL);
    struct list_value *list = ARENA_NEW(scratch, struct list_value);
    list->count = n;
    list->items = rows;
    struct value value = {.kind = VALUE_LIST};
    value.as.list = list;
    return value;
}

bool derivative_call(struct evaluation *e, const struct value *derivative,
                     struct span place, const struct value *arguments, size_t count,
                     struct value *out)
{
    struct session *session = e->session;
    struct application a = {derivative, place, arguments, count, NULL, 0};
    bool unknown = false;
    if (count != derivative_parameters(derivative))
        return wrong_count(e, &a, derivative_parameters(derivative));
    for (size_t i = 0; i < count; i++) {
        if (!is_numeric(&arguments[i]))
            return wrong_type(e, place, "a number", &arguments[i]);
        unknown = unknown || arguments[i].unknown;
    }
    enum { GRAD = DERIVATIVE_GRAD, HESSIAN = DERIVATIVE_HESSIAN };
    size_t kind = (size_t)derivative->as.derivative->kind;
    a.result_count = kind == GRAD ? count : kind == HESSIAN ? count * count : 1;
    a.numbers = ARENA_ARRAY(&session->scratch, a.result_count, double);
    for (size_t i = 0; i < a.result_count; i++)
        a.numbers[i] = (double)NAN;
    if (session->call_depth >= DEEPEST_NESTING)
        return session_error(session, CODE_CALLS_TOO_DEEP, place,
                             "calls are nested too deeply here");
    session->call_depth++;
    bool fine = true;
    node_id *nodes = NULL;
    if (e->trace != NULL) {
        nodes = ARENA_ARRAY(&session->workspace, a.result_count, node_id);
        fine = apply_traced(e, &a, nodes);
        unknown = unknown || (fine && depends_on_search(e, nodes, a.result_count));
    }
    fine = fine && (unknown || with_trace(session, apply_plain, &a));
    session->call_depth--;
    if (fine)
        *out = shaped(e, &a, nodes, unknown);
    return fine;
}

/* ---- counting ---- */

struct counting {
    const struct value *function;
    struct span place;
    size_t operations;
};

static bool count_operations(struct evaluation *e, void *user)
{
    struct counting *counting = user;
    struct arena *arena = &e->session->workspace;
    struct traced t;
    if (!derivative_trace(e, counting->function, counting->place, &t))
        return false;
    size_t inputs = t.n + e->trace->count;
    node_id *leaves = ARENA_ARRAY(arena, inputs, node_id);
    for (size_t i = 0; i < inputs; i++)
        leaves[i] = i < t.n ? t.leaves[i] : e->trace->parameters[i - t.n];
    counting->operations =
        check_operations(check_new(arena, t.graph, t.results, t.count, leaves, inputs));
    return true;
}

bool derivative_operations(struct session *session, struct span place,
                           const struct value *function, struct value *out)
{
    struct counting counting = {function, place, 0};
    if (!with_trace(session, count_operations, &counting))
        return false;
    *out = value_number((double)counting.operations);
    return true;
}
