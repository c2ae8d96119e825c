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
    struct program *program;
    /* of numbers alone */
    double *entries, **outputs; /* row by row, each up to the diagonal */
    node_id *nodes;
    /* with arrays */
    const double **inputs; /* those of the solve, then the direction */
    double *direction;     /* n */
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
    second->program = model_program(session, solve_hessian_nodes(solve), count,
                                    solve->input_leaves, solve->input_count);
    second->entries = ARENA_ARRAY(&session->workspace, count, double);
    second->outputs = ARENA_ARRAY(&session->workspace, count, double *);
    for (size_t i = 0; i < count; i++)
        second->outputs[i] = &second->entries[i];
}

static void evaluate_entries(struct solve *solve, double *hessian)
{
    struct second *second = solve->second;
    size_t n = solve->n;
    (void)program_run(second->program, solve->inputs, second->outputs);
    const double *entry = second->entries;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            hessian[i * n + j] = *entry++;
}

/* ---- Arrays ---- */

static void compile_product(struct solve *solve)
{
    struct session *session = solve->session;
    struct arena *arena = &session->workspace;
    struct second *second = prepared(solve);
    size_t count = solve->variable_count, inputs = solve->input_count;
    node_id *leaves = ARENA_ARRAY(arena, inputs + count, node_id);
    node_id *products = ARENA_ARRAY(arena, count, node_id);
    memcpy(leaves, solve->input_leaves, inputs * sizeof *leaves);
    for (size_t i = 0; i < count; i++) {
        struct text name;
        text_init(&name, &session->scratch);
        text_format(&name, ".direction%zu", i);
        leaves[inputs + i] = graph_variable_array(
            session->graph, intern_string(session->names, text_string(&name)),
            &solve->variables[i].shape);
    }
    graph_hessian_vector(session->graph, solve->objective, solve->leaves, leaves + inputs,
                         count, products);
    second->program = model_program(session, products, count, leaves, inputs + count);
    second->inputs = ARENA_ARRAY(arena, inputs + count, const double *);
    second->outputs = ARENA_ARRAY(arena, count, double *);
    second->direction = ARENA_ARRAY(arena, solve->n, double);
    for (size_t i = 0; i < count; i++)
        second->inputs[inputs + i] = second->direction + solve->variables[i].offset;
}

/* Column by column; the Hessian is symmetric, so a column is written as a row. */
static void evaluate_products(struct solve *solve, double *hessian)
{
    struct second *second = solve->second;
    size_t n = solve->n;
    memcpy(second->inputs, solve->inputs, solve->input_count * sizeof *solve->inputs);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < solve->variable_count; k++)
            second->outputs[k] = hessian + i * n + solve->variables[k].offset;
        second->direction[i] = 1;
        (void)program_run(second->program, second->inputs, second->outputs);
        second->direction[i] = 0;
    }
}

/* ---- Both ---- */

void solve_compile_hessian(struct solve *solve)
{
    if (solve_is_scalar(solve))
        compile_entries(solve);
    else
        compile_product(solve);
}

void solve_evaluate_hessian(void *context, const double *x, double *hessian)
{
    struct solve *solve = context;
    if (solve->second == NULL || solve->second->program == NULL)
        solve_compile_hessian(solve); /* the method does without */
    solve_set_point(solve, x);
    if (solve->second->direction == NULL)
        evaluate_entries(solve, hessian);
    else
        evaluate_products(solve, hessian);
}
