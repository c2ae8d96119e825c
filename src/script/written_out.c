/* SPDX-License-Identifier: MIT
 * The objective in numbers alone: as it is, or with its arrays written out. */
#include "graph/array.h"
#include "graph/scalars.h"
#include "script/diagnosis.h"
#include "script/model.h"

#include <string.h>

static const struct variable *variable_of(const struct solve *solve, node_id leaf)
{
    for (size_t i = 0; i < solve->variable_count; i++)
        if (solve->leaves[i] == leaf)
            return &solve->variables[i];
    return NULL;
}

static const double *parameter_numbers(void *user, node_id leaf)
{
    const struct solve *solve = user;
    size_t index = parameter_find(&solve->trace, leaf);
    return index == solve->trace.count ? NULL : solve->trace.parameter_numbers[index];
}

static node_id element_leaf(void *user, node_id leaf, size_t index)
{
    struct solve *solve = user;
    struct graph *graph = solve->session->graph;
    const struct variable *v = variable_of(solve, leaf);
    if (v != NULL)
        return solve->diagnosis->leaves[v->offset + index];
    const double *numbers = parameter_numbers(solve, leaf);
    return numbers == NULL ? leaf : graph_constant(graph, numbers[index]);
}

bool diagnosis_write_out(struct solve *solve, node_id node, node_id *out)
{
    struct session *session = solve->session;
    const struct scalars_leaves leaves = {solve, element_leaf, parameter_numbers};
    *out = node;
    return solve->diagnosis->leaves == solve->leaves ||
           graph_scalars(session->graph, node, &leaves, DIAGNOSIS_MOST_ELEMENTS,
                         &session->workspace, out);
}

/* ---- Once for the numbers of a loop ---- */

/* What was made of an objective, kept in the model of its solve. */
struct written_out {
    node_id objective, *leaves, *partials;
    double *numbers; /* of the arrays that the script held then, one behind the other */
};

/* Elements of the arrays that the script holds. */
static size_t count_numbers(const struct solve *solve)
{
    const struct trace *trace = &solve->trace;
    size_t count = 0;
    for (size_t i = 0; i < trace->count && count <= DIAGNOSIS_MOST_ELEMENTS; i++) {
        struct shape shape = graph_shape(solve->session->graph, trace->parameters[i]);
        count += trace->parameter_numbers[i] == NULL ? 0 : shape_elements(&shape);
    }
    return count;
}

static void copy_numbers(const struct solve *solve, double *out)
{
    const struct trace *trace = &solve->trace;
    for (size_t i = 0; i < trace->count; i++) {
        struct shape shape = graph_shape(solve->session->graph, trace->parameters[i]);
        size_t count = shape_elements(&shape);
        if (trace->parameter_numbers[i] == NULL || count == 0)
            continue;
        memcpy(out, trace->parameter_numbers[i], count * sizeof *out);
        out += count;
    }
}

/* With the same numbers; else NULL. */
static const struct written_out *find_written_out(const struct solve *solve)
{
    struct session *session = solve->session;
    const struct written_out *found =
        model_find(session, MODEL_WRITTEN_OUT, &solve->objective, 1, solve->input_leaves,
                   solve->input_count);
    size_t count = found == NULL ? 0 : count_numbers(solve);
    if (count == 0)
        return found;
    double *now = ARENA_ARRAY(&session->scratch, count, double);
    copy_numbers(solve, now);
    return memcmp(now, found->numbers, count * sizeof *now) == 0 ? found : NULL;
}

static node_id *keep_nodes(struct session *session, const node_id *nodes, size_t count)
{
    node_id *kept = ARENA_ARRAY(model_arena(session), count, node_id);
    return memcpy(kept, nodes, count * sizeof *nodes);
}

static void keep_written_out(struct solve *solve, const struct diagnosis *d)
{
    struct session *session = solve->session;
    size_t count = count_numbers(solve);
    bool is_known = model_find(session, MODEL_WRITTEN_OUT, &solve->objective, 1,
                               solve->input_leaves, solve->input_count) != NULL;
    if (session->model == NULL || is_known || count > DIAGNOSIS_MOST_ELEMENTS)
        return; /* other numbers in each turn: not worth it */
    struct written_out *made = ARENA_NEW(model_arena(session), struct written_out);
    made->objective = d->objective;
    made->leaves = keep_nodes(session, d->leaves, solve->n);
    made->partials = keep_nodes(session, d->partials, solve->n);
    made->numbers = ARENA_ARRAY(model_arena(session), count, double);
    copy_numbers(solve, made->numbers);
    model_keep(session, MODEL_WRITTEN_OUT, &solve->objective, 1, solve->input_leaves,
               solve->input_count, made);
}

/* ---- */

static bool make(struct solve *solve, struct diagnosis *d)
{
    struct session *session = solve->session;
    for (size_t i = 0; i < solve->n; i++) {
        struct text name;
        text_init(&name, &session->scratch);
        text_format(&name, ".number%zu", i);
        d->leaves[i] = graph_variable(session->graph,
                                      intern_string(session->names, text_string(&name)));
    }
    if (!diagnosis_write_out(solve, solve->objective, &d->objective))
        return false;
    d->partials = ARENA_ARRAY(&session->workspace, solve->n, node_id);
    graph_gradient(session->graph, d->objective, d->leaves, solve->n, d->partials);
    keep_written_out(solve, d);
    return true;
}

static bool write_out(struct solve *solve, struct diagnosis *d)
{
    size_t n = solve->n, fixed = solve->trace.count;
    const struct written_out *known = find_written_out(solve);
    if (known != NULL) {
        d->objective = known->objective;
        d->leaves = known->leaves;
        d->partials = known->partials;
    } else if (!make(solve, d)) {
        return false;
    }
    node_id *inputs = ARENA_ARRAY(&solve->session->workspace, n + fixed, node_id);
    memcpy(inputs, d->leaves, n * sizeof *inputs);
    if (fixed > 0)
        memcpy(inputs + n, solve->trace.parameters, fixed * sizeof *inputs);
    d->input_leaves = inputs;
    d->input_count = n + fixed;
    return true;
}

static void take_as_is(struct solve *solve, struct diagnosis *d)
{
    d->objective = solve->objective;
    d->partials = solve->partials;
    d->leaves = solve->leaves;
    d->input_leaves = solve->input_leaves;
    d->input_count = solve->input_count;
}

bool diagnosis_prepare(struct solve *solve, size_t most)
{
    struct arena *arena = &solve->session->workspace;
    struct diagnosis *d = solve->diagnosis = ARENA_NEW(arena, struct diagnosis);
    if (solve_is_scalar(solve)) {
        take_as_is(solve, d);
        return true;
    }
    if (solve->n > most)
        return false;
    d->leaves = ARENA_ARRAY(arena, solve->n, node_id);
    return write_out(solve, d);
}
