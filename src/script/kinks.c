/* SPDX-License-Identifier: MIT
 * The kinks of an objective, for the method and the diagnosis that treat them: the
 * objective with sqrt(u^2 + r^2) for each |u|, and the one with s*u + e, where s is the
 * sign of a side and e, which is 0, tells by its derivative how much |u| counts.
 *
 * All programs have the same inputs: those of the solve, then r^2, the directions of a
 * product with the Hessian, the signs and the e. */
#include "graph/kinks.h"
#include "graph/array.h"
#include "script/model.h"
#include "script/sets.h"
#include "script/solve.h"

#include <math.h>
#include <string.h>

enum { MOST_KINKS = 1 << 22 };

struct solve_kinks {
    size_t count; /* of numbers |u| */
    bool rise;    /* none of them ever has a negative weight */
    /* made at the first use */
    bool is_made;
    size_t node_count; /* of |u| that are one node: a number or an array */
    node_id *arguments, *signs, *offsets, *weights;
    node_id radius, *directions;
    node_id smoothed, fixed; /* the two objectives */
    node_id *partials;       /* one a variable: of the smoothed, then of the fixed */
    const node_id *leaves;
    const double **inputs;
    size_t input_count, first_sign; /* the input of sign 0 */
    double square, *direction, *zeros;
    struct program *smoothed_value, *smoothed_gradient, *fixed_gradient;
    struct program *smoothed_product, *fixed_product;
    double **outputs;
};

static size_t count_kinks(void *user)
{
    const struct solve *solve = user;
    struct session *session = solve->session;
    return graph_count_kinks(session->graph, solve->objective, &session->scratch);
}

void solve_find_kinks(struct solve *solve)
{
    struct session *session = solve->session;
    size_t count =
        solve_clause(solve->node, AST_BATCH) != NULL
            ? 0
            : model_fact(session, MODEL_KINKS, solve->objective, count_kinks, solve);
    if (count == 0 || count > MOST_KINKS)
        return;
    solve->kinks = ARENA_NEW(&session->workspace, struct solve_kinks);
    solve->kinks->count = count;
    solve->kinks->rise =
        graph_kinks_rise(session->graph, solve->objective, &session->scratch);
}

/* ---- the two objectives ---- */

static node_id smooth(void *user, node_id u, size_t index)
{
    struct solve *solve = user;
    struct graph *graph = solve->session->graph;
    (void)index;
    node_id square = graph_apply2(graph, OP_POWER, u, graph_constant(graph, 2));
    return graph_apply1(graph, OP_SQRT,
                        graph_apply2(graph, OP_ADD, square, solve->kinks->radius));
}

static node_id fix(void *user, node_id u, size_t index)
{
    struct solve *solve = user;
    struct solve_kinks *k = solve->kinks;
    struct graph *graph = solve->session->graph;
    struct shape shape = graph_shape(graph, u);
    k->arguments[index] = u;
    k->signs[index] = solve_leaf(solve, "sign", index, &shape);
    k->offsets[index] = solve_leaf(solve, "offset", index, &shape);
    k->node_count = index + 1;
    return graph_apply2(graph, OP_ADD,
                        graph_apply2(graph, OP_MULTIPLY, k->signs[index], u),
                        k->offsets[index]);
}

static void make_objectives(struct solve *solve)
{
    struct solve_kinks *k = solve->kinks;
    struct graph *graph = solve->session->graph;
    struct arena *arena = &solve->session->workspace;
    size_t variables = solve->variable_count;
    struct shape number = {0};
    k->radius = solve_leaf(solve, "radius", 0, &number);
    k->arguments = ARENA_ARRAY(arena, k->count, node_id);
    k->signs = ARENA_ARRAY(arena, k->count, node_id);
    k->offsets = ARENA_ARRAY(arena, k->count, node_id);
    k->weights = ARENA_ARRAY(arena, k->count, node_id);
    k->partials = ARENA_ARRAY(arena, 2 * variables, node_id);
    k->directions = ARENA_ARRAY(arena, variables, node_id);
    k->smoothed = graph_replace_kinks(graph, solve->objective, smooth, solve);
    k->fixed = graph_replace_kinks(graph, solve->objective, fix, solve);
    graph_gradient(graph, k->smoothed, solve->leaves, variables, k->partials);
    size_t both = variables + k->node_count;
    node_id *wrt = ARENA_ARRAY(arena, both, node_id),
            *made = ARENA_ARRAY(arena, both, node_id);
    memcpy(wrt, solve->leaves, variables * sizeof *wrt);
    memcpy(wrt + variables, k->offsets, k->node_count * sizeof *wrt);
    graph_gradient(graph, k->fixed, wrt, both, made);
    memcpy(k->partials + variables, made, variables * sizeof *made);
    memcpy(k->weights, made + variables, k->node_count * sizeof *made);
    for (size_t i = 0; i < variables; i++)
        k->directions[i] = solve_leaf(solve, "direction", i, &solve->variables[i].shape);
}

/* ---- programs ---- */

static size_t elements_of(const struct solve *solve, node_id node)
{
    struct shape shape = graph_shape(solve->session->graph, node);
    return shape_elements(&shape);
}

static void place_inputs(struct solve *solve)
{
    struct solve_kinks *k = solve->kinks;
    struct arena *arena = &solve->session->workspace;
    size_t next = solve->input_count, variables = solve->variable_count;
    size_t count = next + 1 + variables + 2 * k->node_count;
    node_id *leaves = ARENA_ARRAY(arena, count, node_id);
    k->inputs = ARENA_ARRAY(arena, count, const double *);
    k->direction = ARENA_ARRAY(arena, solve->n, double);
    k->zeros = ARENA_ARRAY(arena, k->count, double);
    memcpy(leaves, solve->input_leaves, next * sizeof *leaves);
    leaves[next] = k->radius;
    k->inputs[next++] = &k->square;
    for (size_t i = 0; i < variables; i++) {
        leaves[next] = k->directions[i];
        k->inputs[next++] = k->direction + solve->variables[i].offset;
    }
    k->first_sign = next;
    memcpy(leaves + next, k->signs, k->node_count * sizeof *leaves);
    next += k->node_count;
    for (size_t i = 0; i < k->node_count; i++) {
        leaves[next] = k->offsets[i];
        k->inputs[next++] = k->zeros;
    }
    k->leaves = leaves;
    k->input_count = count;
}

static struct program *compile(struct solve *solve, const node_id *nodes, size_t count)
{
    const struct solve_kinks *k = solve->kinks;
    return solve_compile(solve, nodes, count, k->leaves, k->input_count);
}

static struct program *compile_product(struct solve *solve, node_id objective)
{
    struct solve_kinks *k = solve->kinks;
    size_t count = solve->variable_count;
    node_id *products = ARENA_ARRAY(&solve->session->workspace, count, node_id);
    graph_hessian_vector(solve->session->graph, objective, solve->leaves, k->directions,
                         count, products);
    return compile(solve, products, count);
}

static struct solve_kinks *prepared(struct solve *solve)
{
    struct solve_kinks *k = solve->kinks;
    struct arena *arena = &solve->session->workspace;
    size_t variables = solve->variable_count;
    if (k->is_made)
        return k;
    k->is_made = true;
    make_objectives(solve);
    place_inputs(solve);
    size_t most = 1 + variables + 2 * k->node_count;
    node_id *nodes = ARENA_ARRAY(arena, most, node_id);
    k->outputs = ARENA_ARRAY(arena, most, double *);
    nodes[0] = k->smoothed;
    memcpy(nodes + 1, k->partials, variables * sizeof *nodes);
    k->smoothed_value = compile(solve, nodes, 1);
    k->smoothed_gradient = compile(solve, nodes, 1 + variables);
    memcpy(nodes, k->partials + variables, variables * sizeof *nodes);
    memcpy(nodes + variables, k->arguments, k->node_count * sizeof *nodes);
    memcpy(nodes + variables + k->node_count, k->weights, k->node_count * sizeof *nodes);
    k->fixed_gradient = compile(solve, nodes, variables + 2 * k->node_count);
    return k;
}

/* ---- values ---- */

static void set_inputs(struct solve *solve, const double *x)
{
    struct solve_kinks *k = solve->kinks;
    solve_set_point(solve, x);
    memcpy(k->inputs, solve->inputs, solve->input_count * sizeof *solve->inputs);
}

/* Column by column, by products. */
static void run_columns(struct solve *solve, struct program *program, double *hessian)
{
    struct solve_kinks *k = solve->kinks;
    size_t n = solve->n;
    for (size_t i = 0; i < n; i++) {
        for (size_t v = 0; v < solve->variable_count; v++)
            k->outputs[v] = hessian + i * n + solve->variables[v].offset;
        k->direction[i] = 1;
        (void)program_run(program, k->inputs, k->outputs);
        k->direction[i] = 0;
    }
}

static void evaluate_smoothed(void *context, const double *x, double radius,
                              double *value, double *gradient, double *hessian)
{
    struct solve *solve = context;
    struct solve_kinks *k = prepared(solve);
    set_inputs(solve, x);
    k->square = radius * radius;
    for (size_t i = 0; i < k->node_count; i++)
        k->inputs[k->first_sign + i] = k->zeros;
    k->outputs[0] = value;
    for (size_t v = 0; v < solve->variable_count && gradient != NULL; v++)
        k->outputs[1 + v] = gradient + solve->variables[v].offset;
    (void)program_run(gradient == NULL ? k->smoothed_value : k->smoothed_gradient,
                      k->inputs, k->outputs);
    if (hessian == NULL)
        return;
    if (k->smoothed_product == NULL)
        k->smoothed_product = compile_product(solve, k->smoothed);
    run_columns(solve, k->smoothed_product, hessian);
}

static void evaluate_kinks(void *context, const double *x, const double *signs,
                           double *gradient, double *arguments, double *weights,
                           double *hessian)
{
    struct solve *solve = context;
    struct solve_kinks *k = prepared(solve);
    size_t variables = solve->variable_count, at = 0;
    set_inputs(solve, x);
    k->square = 0;
    for (size_t v = 0; v < variables; v++)
        k->outputs[v] = gradient + solve->variables[v].offset;
    for (size_t i = 0; i < k->node_count; i++) {
        k->inputs[k->first_sign + i] = signs + at;
        k->outputs[variables + i] = arguments + at;
        k->outputs[variables + k->node_count + i] = weights + at;
        at += elements_of(solve, k->arguments[i]);
    }
    for (; at < k->count; at++) { /* what folding has taken away */
        arguments[at] = 1;
        weights[at] = 0;
    }
    (void)program_run(k->fixed_gradient, k->inputs, k->outputs);
    if (hessian == NULL)
        return;
    if (k->fixed_product == NULL)
        k->fixed_product = compile_product(solve, k->fixed);
    run_columns(solve, k->fixed_product, hessian);
}

void solve_offer_kinks(const struct solve *solve, descent_problem *problem)
{
    if (solve->kinks == NULL)
        return;
    problem->kink_count = solve->kinks->count;
    problem->kinks_rise = solve->kinks->rise;
    problem->smoothed = evaluate_smoothed;
    problem->kinks = evaluate_kinks;
}

bool solve_takes_smoothing(const struct solve *solve)
{
    descent_problem problem = {.n = solve->n};
    if (solve->constraints == NULL) /* else sets are conditions, which it keeps */
        solve_offer_sets(solve, &problem);
    solve_offer_kinks(solve, &problem);
    return descent_takes_kinks(&problem);
}

bool solve_check_kinks(struct solve *solve)
{
    if (!descent_method_needs_kinks(solve->method->method) ||
        solve_takes_smoothing(solve))
        return true;
    const struct ast *by = solve_clause(solve->node, AST_BY);
    (void)session_error(solve->session, CODE_NO_KINKS, by->child[0]->span,
                        solve->kinks == NULL
                            ? "`%s` is for objectives with kinks, and this one has none "
                              "that are made of abs, min and max alone"
                            : "`%s` takes no open sets, and at most 200 variables",
                        descent_method_name(solve->method->method));
    diagnostic_help(&solve->session->diagnostics, session_last(solve->session),
                    "`by auto` chooses a method that fits");
    return false;
}
