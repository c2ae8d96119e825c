/* SPDX-License-Identifier: MIT
 * Functions and derivatives as graphs: traced with leaves as parameters, differentiated.
 */
#include "script/derivative.h"

#include "script/array.h"
#include "script/override.h"

#include <math.h>

/* The axes that all arguments have together along the generators around. */
static void find_batch(struct evaluation *e, const struct value *arguments, size_t n,
                       struct traced *t, struct shape *shape)
{
    shape->rank = 0;
    t->batch = 0;
    for (size_t i = 0; arguments != NULL && i < n; i++)
        t->batch = arguments[i].batch > t->batch ? arguments[i].batch : t->batch;
    for (size_t k = 0; k < t->batch; k++)
        shape->extent[shape->rank++] = 1;
    for (size_t i = 0; arguments != NULL && i < n; i++) {
        if (arguments[i].batch == 0)
            continue;
        struct shape own = graph_shape(e->trace->graph, arguments[i].node);
        for (size_t k = 0; k < arguments[i].batch; k++)
            if (own.extent[k] != 1)
                shape->extent[k] = own.extent[k];
    }
}

/* Of the shape of its argument, behind the axes of the generators around. */
static struct shape leaf_shape(const struct evaluation *e, const struct shape *batch,
                               const struct value *argument)
{
    struct shape shape = *batch;
    if (argument == NULL || !is_array(argument))
        return shape;
    struct shape core = core_shape(e, argument);
    for (size_t i = 0; i < core.rank; i++)
        shape.extent[shape.rank++] = core.extent[i];
    return shape;
}

static struct value *make_leaves(struct evaluation *e, struct traced *t,
                                 const name_id *names, size_t n,
                                 const struct value *arguments)
{
    struct arena *arena = &e->session->workspace;
    struct value *values = ARENA_ARRAY(arena, n, struct value);
    struct shape batch = {0};
    t->graph = e->trace->graph;
    t->trace = e->trace;
    t->n = n;
    t->names = ARENA_ARRAY(arena, n, name_id);
    t->leaves = ARENA_ARRAY(arena, n, node_id);
    t->has_arrays = false;
    find_batch(e, arguments, n, t, &batch);
    for (size_t i = 0; i < n; i++) {
        struct shape shape =
            leaf_shape(e, &batch, arguments == NULL ? NULL : &arguments[i]);
        t->names[i] = names[i];
        t->leaves[i] =
            graph_variable_array(t->graph, formula_symbol(e->session, names[i]), &shape);
        values[i] = array_value_of(e, t->leaves[i], t->batch, false);
        t->has_arrays = t->has_arrays || is_array(&values[i]);
    }
    return values;
}

static bool take_body(struct evaluation *e, struct traced *t, const struct value *body,
                      struct span place)
{
    if (!is_numeric(body))
        return session_error(
            e->session, CODE_NOT_DIFFERENTIABLE, place,
            "only a function whose value is a number has a formula; this "
            "one gives %s",
            value_kind_name(body));
    t->body = traced_node(e, body);
    t->place = place;
    t->count = 1;
    t->is_array = false;
    t->results = ARENA_ARRAY(&e->session->workspace, 1, node_id);
    t->results[0] = t->body;
    return true;
}

static bool trace_script_function(struct evaluation *e, const struct ast *function,
                                  struct span place, const struct value *arguments,
                                  struct traced *t)
{
    struct session *session = e->session;
    size_t n = function->count - 1;
    name_id *names = ARENA_ARRAY(&session->workspace, n, name_id);
    for (size_t i = 0; i < n; i++)
        names[i] = function->child[i]->name;
    struct value *leaves = make_leaves(e, t, names, n, arguments);
    t->label = intern_text(session->names, function->name);
    struct value body;
    if (call_function(e, function, place, leaves, n, &body))
        return take_body(e, t, &body, function->child[n]->span);
    struct diagnostic *last = session_last(session);
    if (arguments == NULL && last->code == CODE_WRONG_TYPE)
        diagnostic_note(
            &session->diagnostics, last,
            "a formula is made with numbers as parameters of `%s`: an array's "
            "shape is known only where it is called",
            t->label);
    return false;
}

static bool trace_builtin(struct evaluation *e, const struct builtin *builtin,
                          struct span place, const struct value *arguments,
                          struct traced *t)
{
    static const char *const parameters[] = {"x", "y", "z"};
    name_id names[3] = {0, 0, 0};
    struct value body;
    size_t n = (size_t)builtin->least < 3 ? (size_t)builtin->least : 3;
    for (size_t i = 0; i < n; i++)
        names[i] = intern_string(e->session->names, parameters[i]);
    struct value *leaves = make_leaves(e, t, names, n, arguments);
    t->label = builtin->name;
    return apply_op(e, builtin->op, place, leaves, n, &body) &&
           take_body(e, t, &body, place);
}

static bool is_local(const struct local *locals, name_id name)
{
    while (locals != NULL && locals->name != name)
        locals = locals->next;
    return locals != NULL;
}

/* For a name of the script, also in functions called there, and for a parameter of that
 * name around the expression. */
static const struct local *stand_in(struct session *session, name_id name,
                                    const struct value *leaf, const struct local *locals)
{
    override_name(session, name, leaf);
    if (!is_local(locals, name))
        return locals;
    struct local *local = ARENA_NEW(&session->workspace, struct local);
    *local = (struct local){name, *leaf, locals};
    return local;
}

static bool trace_expression(struct evaluation *e, const struct derivative_value *diff,
                             const struct value *arguments, struct traced *t)
{
    struct session *session = e->session;
    name_id *names = ARENA_ARRAY(&session->workspace, diff->count, name_id);
    size_t n = 0;
    for (size_t i = 0; i < diff->count; i++) {
        bool seen = false;
        for (size_t k = 0; k < n; k++)
            seen = seen || names[k] == diff->names[i];
        if (!seen)
            names[n++] = diff->names[i];
    }
    struct value *leaves = make_leaves(e, t, names, n, arguments);
    size_t mark = override_mark(session);
    const struct local *locals = diff->locals;
    for (size_t i = 0; i < n; i++)
        locals = stand_in(session, names[i], &leaves[i], locals);
    struct value body;
    bool fine = evaluate(e, diff->expression, locals, &body) &&
                take_body(e, t, &body, diff->expression->span);
    override_restore(session, mark);
    return fine;
}

static node_id leaf_of(const struct traced *t, name_id name)
{
    size_t i = 0;
    while (t->names[i] != name)
        i++;
    return t->leaves[i];
}

static const char *primed(struct session *session, const char *label, unsigned primes)
{
    struct text out;
    if (label == NULL)
        return NULL;
    text_init(&out, &session->workspace);
    text_puts(&out, label);
    text_repeat(&out, '\'', primes);
    return text_string(&out);
}

static const char *wrapped(struct session *session, const char *outer, const char *label)
{
    struct text out;
    text_init(&out, &session->workspace);
    text_format(&out, "%s(%s)", outer, label == NULL ? "..." : label);
    return text_string(&out);
}

/* The derivative of `f`, which along the generators around is one function for each of
 * their values: these do not touch each other, so the sum has all their derivatives. */
static void gradient_of(struct traced *t, node_id f, const node_id *wrt, size_t n,
                        node_id *out)
{
    graph_gradient(t->graph, graph_sum_all(t->graph, f), wrt, n, out);
}

/* All partial derivatives as one vector, arrays row by row. */
static void join_gradient(struct evaluation *e, struct traced *t, const node_id *first)
{
    node_id *parts = ARENA_ARRAY(&e->session->workspace, t->n, node_id);
    for (size_t i = 0; i < t->n; i++) {
        struct shape shape = graph_shape(t->graph, first[i]);
        struct shape flat = shape_vector(shape_elements(&shape));
        parts[i] = graph_reshape(t->graph, first[i], &flat);
    }
    t->results = ARENA_ARRAY(&e->session->workspace, 1, node_id);
    t->results[0] = graph_concat(t->graph, parts, t->n, 0);
    t->count = 1;
}

static bool differentiate_once(struct evaluation *e, const struct derivative_value *d,
                               struct traced *t, unsigned which)
{
    node_id leaf =
        d->kind == DERIVATIVE_DIFF ? leaf_of(t, d->names[which]) : t->leaves[0];
    struct shape shape = graph_shape(t->graph, t->results[0]);
    if (shape.rank > t->batch)
        return session_error(e->session, CODE_NOT_DIFFERENTIABLE, t->place,
                             "the second derivative by an array is a matrix: write "
                             "`hessian(f)`");
    gradient_of(t, t->results[0], &leaf, 1, &t->results[0]);
    return true;
}

static bool differentiate(struct evaluation *e, const struct derivative_value *d,
                          struct traced *t)
{
    struct session *session = e->session;
    size_t n = t->n;
    node_id *first = ARENA_ARRAY(&session->workspace, n, node_id);
    graph_set_origin(t->graph, provenance_origin(&session->provenance, t->place));
    if (d->kind == DERIVATIVE_PRIME || d->kind == DERIVATIVE_DIFF) {
        for (unsigned i = 0; i < d->primes; i++)
            if (!differentiate_once(e, d, t, i))
                return false;
        t->label =
            d->kind == DERIVATIVE_DIFF ? NULL : primed(session, t->label, d->primes);
        return true;
    }
    t->is_array = true;
    t->label =
        wrapped(session, d->kind == DERIVATIVE_GRAD ? "grad" : "hessian", t->label);
    if (d->kind == DERIVATIVE_HESSIAN && (t->has_arrays || t->batch > 0)) {
        t->count = 0; /* derivative_call.c goes through it column by column */
        return true;
    }
    gradient_of(t, t->results[0], t->leaves, n, first);
    t->count = n;
    t->results = first;
    if (d->kind == DERIVATIVE_GRAD && t->has_arrays)
        join_gradient(e, t, first);
    if (d->kind == DERIVATIVE_GRAD)
        return true;
    node_id *second = ARENA_ARRAY(&session->workspace, n * n, node_id);
    for (size_t i = 0; i < n; i++)
        graph_gradient(t->graph, first[i], t->leaves, n, second + i * n);
    t->count = n * n;
    t->results = second;
    return true;
}

bool derivative_trace(struct evaluation *e, const struct value *function,
                      struct span place, const struct value *arguments,
                      struct traced *out)
{
    if (function->kind == VALUE_FUNCTION)
        return trace_script_function(e, function->as.function, place, arguments, out);
    if (function->kind == VALUE_BUILTIN)
        return trace_builtin(e, function->as.builtin, place, arguments, out);
    const struct derivative_value *derivative = function->as.derivative;
    bool fine = derivative->kind == DERIVATIVE_DIFF
                    ? trace_expression(e, derivative, arguments, out)
                    : derivative_trace(e, &derivative->base, place, arguments, out);
    return fine && differentiate(e, derivative, out);
}

bool with_trace(struct session *session, traced_body *body, void *user)
{
    struct arena_mark mark = arena_mark(&session->workspace);
    struct graph_mark graph = graph_mark(session->graph);
    struct provenance provenance = session->provenance;
    struct trace trace = {.graph = session->graph, .arena = &session->workspace};
    struct evaluation e = {session, &trace};
    provenance_init(&session->provenance, &session->workspace);
    bool fine = body(&e, user);
    session->provenance = provenance;
    graph_release(session->graph, graph);
    arena_release(&session->workspace, mark);
    return fine;
}
