/* SPDX-License-Identifier: MIT
 * Derivatives applied to arguments: compiled and run for plain numbers, put into the
 * graph of an objective otherwise. */
#include "script/derivative.h"

#include "script/array.h"
#include "script/fault.h"

#include <math.h>
#include <string.h>

enum { DEEPEST_NESTING = 1000 };

struct application {
    const struct value *derivative;
    struct span place;
    const struct value *arguments;
    size_t count;
    struct value result;
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

/* ---- Known arguments: compiled over the leaves and the numbers of the script ---- */

struct compiled {
    struct traced t;
    node_id *leaves;
    const double **inputs;
    size_t input_count;
};

static void place_inputs(struct evaluation *e, const struct application *a,
                         struct compiled *c)
{
    struct arena *arena = &e->session->workspace;
    const struct trace *trace = e->trace;
    c->input_count = c->t.n + trace->count;
    c->leaves = ARENA_ARRAY(arena, c->input_count, node_id);
    c->inputs = ARENA_ARRAY(arena, c->input_count, const double *);
    for (size_t i = 0; i < c->t.n; i++) {
        c->leaves[i] = c->t.leaves[i];
        c->inputs[i] = is_array(&a->arguments[i]) ? a->arguments[i].as.array->numbers
                                                  : &a->arguments[i].number;
    }
    for (size_t i = 0; i < trace->count; i++)
        c->leaves[c->t.n + i] = trace->parameters[i];
    parameter_inputs(trace, c->inputs + c->t.n);
}

/* The results one after the other; tells of what is not finite. */
static void run_results(struct evaluation *e, const struct application *a,
                        const struct compiled *c, double *numbers)
{
    struct arena *arena = &e->session->workspace;
    double **outputs = ARENA_ARRAY(arena, c->t.count, double *);
    double *next = numbers;
    for (size_t i = 0; i < c->t.count; i++) {
        struct shape shape = graph_shape(c->t.graph, c->t.results[i]);
        outputs[i] = next;
        next += shape_elements(&shape);
    }
    struct program *program = program_new(arena, c->t.graph, c->t.results, c->t.count,
                                          c->leaves, c->input_count);
    struct script_poll poll = {e->session, a->place};
    program_set_poll(program, script_go_on, &poll);
    if (!program_run(program, c->inputs, outputs) && e->session->stopped)
        return;
    size_t bad = 0;
    while (numbers + bad < next && isfinite(numbers[bad]))
        bad++;
    if (numbers + bad == next)
        return;
    size_t output = c->t.count == 1 ? 0 : bad;
    struct fault_place fault =
        fault_find(e->session, c->t.graph, program, output, c->t.body, c->leaves,
                   c->inputs, c->input_count);
    warn_fault(e, a, &fault);
}

enum { MOST_HESSIAN = 2000 };

static size_t number_count(const struct application *a)
{
    size_t count = 0;
    for (size_t i = 0; i < a->count; i++)
        count += is_array(&a->arguments[i])
                     ? shape_elements(&a->arguments[i].as.array->shape)
                     : 1;
    return count;
}

/* Column by column, by the product of the Hessian with a unit vector. */
static bool run_hessian(struct evaluation *e, const struct application *a,
                        struct compiled *c, size_t n, double *numbers)
{
    struct session *session = e->session;
    struct arena *arena = &session->workspace;
    size_t parts = c->t.n, inputs = c->input_count;
    node_id *leaves = ARENA_ARRAY(arena, inputs + parts, node_id);
    node_id *products = ARENA_ARRAY(arena, parts, node_id);
    const double **from = ARENA_ARRAY(arena, inputs + parts, const double *);
    double *direction = ARENA_ARRAY(arena, n, double), *at = direction;
    double **outputs = ARENA_ARRAY(arena, parts, double *);
    memcpy(leaves, c->leaves, inputs * sizeof *leaves);
    memcpy(from, c->inputs, inputs * sizeof *from);
    for (size_t i = 0; i < parts; i++) {
        struct text name;
        struct shape shape = graph_shape(c->t.graph, c->t.leaves[i]);
        text_init(&name, &session->scratch);
        text_format(&name, ".direction%zu", i);
        leaves[inputs + i] = graph_variable_array(
            c->t.graph, intern_string(session->names, text_string(&name)), &shape);
        from[inputs + i] = at;
        at += shape_elements(&shape);
    }
    graph_hessian_vector(c->t.graph, c->t.results[0], c->t.leaves, leaves + inputs, parts,
                         products);
    struct program *program =
        program_new(arena, c->t.graph, products, parts, leaves, inputs + parts);
    struct script_poll poll = {session, a->place};
    program_set_poll(program, script_go_on, &poll);
    for (size_t i = 0; i < n; i++) {
        double *row = numbers + i * n;
        if (!session_go_on_sometimes(session, a->place))
            return false;
        for (size_t k = 0; k < parts; k++) {
            struct shape shape = graph_shape(c->t.graph, c->t.leaves[k]);
            outputs[k] = row;
            row += shape_elements(&shape);
        }
        direction[i] = 1;
        if (!program_run(program, from, outputs) && session->stopped)
            return false;
        direction[i] = 0;
    }
    return true;
}

static bool too_large(struct evaluation *e, const struct application *a, size_t n)
{
    return session_error(e->session, CODE_TOO_LARGE, a->place,
                         "the Hessian in %zu numbers is too large: the most are %d", n,
                         MOST_HESSIAN);
}

static bool apply_plain(struct evaluation *e, void *user)
{
    struct application *a = user;
    struct compiled c;
    struct arena *scratch = &e->session->scratch;
    size_t kind = (size_t)a->derivative->as.derivative->kind, n = number_count(a);
    if (!derivative_trace(e, a->derivative, a->place, a->arguments, &c.t))
        return false;
    place_inputs(e, a, &c);
    if (kind == DERIVATIVE_HESSIAN) {
        struct shape shape = shape_matrix(n, n);
        if (n > MOST_HESSIAN)
            return too_large(e, a, n);
        a->result = value_array(scratch, &shape);
        double *numbers = a->result.as.array->numbers;
        if (c.t.count == 0)
            return run_hessian(e, a, &c, n, numbers);
        run_results(e, a, &c, numbers);
        return true;
    }
    struct shape shape = kind == DERIVATIVE_GRAD ? shape_vector(n)
                                                 : graph_shape(c.t.graph, c.t.results[0]);
    a->result = shape.rank == 0 ? value_number(0) : value_array(scratch, &shape);
    run_results(e, a, &c,
                shape.rank == 0 ? &a->result.number : a->result.as.array->numbers);
    return true;
}

/* ---- In an objective: the formula with the leaves replaced by the arguments ---- */

static bool rows_of(struct evaluation *e, const struct application *a,
                    struct value *items, size_t n, struct value *out)
{
    struct value *rows = ARENA_ARRAY(&e->session->scratch, n, struct value);
    for (size_t i = 0; i < n; i++)
        if (!stack_values(e, a->place, items + i * n, NULL, n, &rows[i]))
            return false;
    return stack_values(e, a->place, rows, NULL, n, out);
}

/* A derivative may be a number where its argument is not known: L'' of a parabola. */
static struct value item_of(struct evaluation *e, node_id node, unsigned batch)
{
    struct value item = array_value_of(e, node, batch, false);
    struct node found = graph_node(e->trace->graph, node);
    if (found.op == OP_CONSTANT) {
        item.number = found.value;
        item.unknown = false;
    }
    return item;
}

static bool apply_traced(struct evaluation *e, struct application *a)
{
    struct session *session = e->session;
    struct arena *arena = &session->workspace;
    struct traced t;
    if (!derivative_trace(e, a->derivative, a->place, a->arguments, &t))
        return false;
    if (t.count == 0)
        return not_yet(session, a->place, "the Hessian by arrays inside an objective");
    node_id *arguments = ARENA_ARRAY(arena, t.n, node_id);
    for (size_t i = 0; i < t.n; i++)
        arguments[i] = array_aligned(e, &a->arguments[i], t.batch,
                                     core_shape(e, &a->arguments[i]).rank);
    node_id *nodes = ARENA_ARRAY(arena, t.count, node_id);
    graph_substitute(t.graph, t.results, t.count, t.leaves, arguments, t.n, nodes);
    struct value *items = ARENA_ARRAY(&session->scratch, t.count, struct value);
    for (size_t i = 0; i < t.count; i++)
        items[i] = item_of(e, nodes[i], t.batch);
    size_t kind = (size_t)a->derivative->as.derivative->kind;
    a->result = items[0];
    if (kind == DERIVATIVE_HESSIAN)
        return rows_of(e, a, items, a->count, &a->result);
    if (kind == DERIVATIVE_GRAD && !t.has_arrays)
        return stack_values(e, a->place, items, NULL, t.count, &a->result);
    return true;
}

/* A name that the function looks up may be a variable, whatever its arguments are. */
static bool is_unknown(struct evaluation *e, const struct application *a)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->arguments[i].unknown)
            return true;
    return a->result.node != 0 && graph_node(e->trace->graph, a->result.node).depends;
}

static bool take_arguments(struct evaluation *e, struct application *a,
                           struct value *arguments)
{
    for (size_t i = 0; i < a->count; i++) {
        arguments[i] = a->arguments[i];
        if (!take_operand(e, a->place, &arguments[i]))
            return false;
    }
    a->arguments = arguments;
    return true;
}

bool derivative_call(struct evaluation *e, const struct value *derivative,
                     struct span place, const struct value *arguments, size_t count,
                     struct value *out)
{
    struct session *session = e->session;
    struct application a = {
        .derivative = derivative, .place = place, .arguments = arguments, .count = count};
    if (count != derivative_parameters(derivative))
        return wrong_count(e, &a, derivative_parameters(derivative));
    if (!take_arguments(e, &a, ARENA_ARRAY(&session->scratch, count, struct value)))
        return false;
    if (session->call_depth >= DEEPEST_NESTING)
        return session_error(session, CODE_CALLS_TOO_DEEP, place,
                             "calls are nested too deeply here");
    session->call_depth++;
    bool fine = true;
    struct value traced = {.kind = VALUE_NONE};
    if (e->trace != NULL) {
        fine = apply_traced(e, &a);
        traced = a.result;
    }
    if (fine && (e->trace == NULL || !is_unknown(e, &a))) {
        fine = with_trace(session, apply_plain, &a);
        a.result.node = traced.node;
    }
    session->call_depth--;
    if (fine)
        *out = a.result;
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
    if (!derivative_trace(e, counting->function, counting->place, NULL, &t))
        return false;
    size_t inputs = t.n + e->trace->count;
    node_id *leaves = ARENA_ARRAY(arena, inputs, node_id);
    for (size_t i = 0; i < inputs; i++)
        leaves[i] = i < t.n ? t.leaves[i] : e->trace->parameters[i - t.n];
    counting->operations = program_operations(
        program_new(arena, t.graph, t.results, t.count, leaves, inputs));
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
