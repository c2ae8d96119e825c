/* SPDX-License-Identifier: MIT
 * The second derivatives of an objective, for methods that ask for them and for the
 * diagnosis.
 *
 * Of numbers alone each partial derivative is differentiated again, and the entries on
 * and below the diagonal are compiled into one program, so that they share what they have
 * in common.  With arrays the Hessian times a direction is one program, run for each
 * column. */
#include "script/array.h"
#include "script/model.h"
#include "script/solve.h"

#include <string.h>

struct second {
    /* the entries, of numbers alone */
    struct program *entries_program;
    double *entries, **entry_outputs; /* row by row, each up to the diagonal */
    node_id *nodes;
    /* the product with a direction */
    struct program *product_program;
    const double **inputs; /* those of the solve, then the direction */
    double *direction;     /* n */
    double **product_outputs;
};

static size_t entry_count(size_t n)
{
    return n * (n + 1) / 2;
}

static struct second *prepared(struct solve *solve)
{
    if (solve->second == NULL)
        solve->second = ARENA_NEW(&solve->session->workspace, struct second);
    return solve->second;
}

/* ---- Numbers alone ---- */

const node_id *solve_hessian_nodes(struct solve *solve)
{
    struct session *session = solve->session;
    struct second *second = prepared(solve);
    if (second->nodes != NULL)
        return second->nodes;
    size_t n = solve->n;
    second->nodes = ARENA_ARRAY(&session->workspace, entry_count(n), node_id);
    for (size_t i = 0; i < n; i++)
        graph_gradient(session->graph, solve->partials[i], solve->leaves, i + 1,
                       second->nodes + entry_count(i));
    return second->nodes;
}

static void compile_entries(struct solve *solve)
{
    struct session *session = solve->session;
    struct second *second = prepared(solve);
    size_t count = entry_count(solve->n);
    if (second->entries_program != NULL)
        return;
    second->entries_program = model_program(session, solve_hessian_nodes(solve), count,
                                            solve->input_leaves, solve->input_count);
    second->entries = ARENA_ARRAY(&session->workspace, count, double);
    second->entry_outputs = ARENA_ARRAY(&session->workspace, count, double *);
    for (size_t i = 0; i < count; i++)
        second->entry_outputs[i] = &second->entries[i];
}

static void evaluate_entries(struct solve *solve, double *hessian)
{
    struct second *second = solve->second;
    size_t n = solve->n;
    (void)program_run(second->entries_program, solve->inputs, second->entry_outputs);
    const double *entry = second->entries;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            hessian[i * n + j] = *entry++;
}

/* ---- Products ---- */

node_id solve_leaf(struct solve *solve, const char *name, size_t number,
                   const struct shape *shape)
{
    struct session *session = solve->session;
    struct text text;
    text_init(&text, &session->scratch);
    text_format(&text, ".%s%zu", name, number);
    return graph_variable_array(session->graph,
                                intern_string(session->names, text_string(&text)), shape);
}

static void compile_product(struct solve *solve)
{
    struct session *session = solve->session;
    struct arena *arena = &session->workspace;
    struct second *second = prepared(solve);
    size_t count = solve->variable_count, inputs = solve->input_count;
    if (second->product_program != NULL)
        return;
    node_id *leaves = ARENA_ARRAY(arena, inputs + count, node_id);
    node_id *products = ARENA_ARRAY(arena, count, node_id);
    memcpy(leaves, solve->input_leaves, inputs * sizeof *leaves);
    for (size_t i = 0; i < count; i++) {
        leaves[inputs + i] =
            solve_leaf(solve, "direction", i, &solve->variables[i].shape);
    }
    graph_hessian_vector(session->graph, solve->objective, solve->leaves, leaves + inputs,
                         count, products);
    second->product_program =
        model_program(session, products, count, leaves, inputs + count);
    second->inputs = ARENA_ARRAY(arena, inputs + count, const double *);
    second->product_outputs = ARENA_ARRAY(arena, count, double *);
    second->direction = ARENA_ARRAY(arena, solve->n, double);
    for (size_t i = 0; i < count; i++)
        second->inputs[inputs + i] = second->direction + solve->variables[i].offset;
}

/* H v for the direction that stands in `direction`. */
static void run_product(struct solve *solve, double *out)
{
    struct second *second = solve->second;
    for (size_t k = 0; k < solve->variable_count; k++)
        second->product_outputs[k] = out + solve->variables[k].offset;
    (void)program_run(second->product_program, second->inputs, second->product_outputs);
}

/* The point may stand elsewhere than at the last run. */
static void take_inputs(struct solve *solve, const double *x)
{
    solve_set_point(solve, x);
    memcpy(solve->second->inputs, solve->inputs,
           solve->input_count * sizeof *solve->inputs);
}

/* Column by column; the Hessian is symmetric, so a column is written as a row. */
static void evaluate_columns(struct solve *solve, const double *x, double *hessian)
{
    size_t n = solve->n;
    double *direction = solve->second->direction;
    take_inputs(solve, x);
    memset(direction, 0, n * sizeof *direction);
    for (size_t i = 0; i < n; i++) {
        direction[i] = 1;
        run_product(solve, hessian + i * n);
        direction[i] = 0;
    }
}

void solve_evaluate_product(void *context, const double *x, const double *v, double *out)
{
    struct solve *solve = context;
    compile_product(solve);
    take_inputs(solve, x);
    memcpy(solve->second->direction, v, solve->n * sizeof *v);
    run_product(solve, out);
}

/* ---- The Hessian as a whole ---- */

void solve_evaluate_hessian(void *context, const double *x, double *hessian)
{
    struct solve *solve = context;
    if (!solve_is_scalar(solve)) {
        compile_product(solve);
        evaluate_columns(solve, x, hessian);
        return;
    }
    compile_entries(solve);
    solve_set_point(solve, x);
    evaluate_entries(solve, hessian);
}
