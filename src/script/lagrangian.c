/* SPDX-License-Identifier: MIT
 * The conditions of a solve, their derivatives, and the second derivatives of the
 * Lagrangian
 *     L = factor * objective + sum of multipliers times conditions
 * as programs.  Factor and multipliers are leaves: the gradient of L gives the Jacobian,
 * a row with each multiplier that is 1 alone, and the Hessian times a direction its
 * columns.  Rows of linear conditions, and the Hessian where conditions are linear and
 * the objective quadratic, are the same everywhere: they are made once. */
#include "script/constraints.h"

#include <math.h>
#include <string.h>

struct lagrangian {
    struct program *values, *gradient, *product;
    /* Of the programs: those of the solve, the factor, the multipliers, the direction. */
    const double **inputs;
    size_t solve_inputs, input_count;
    double factor, *multipliers, *direction;
    double **value_outputs, **outputs;
    bool *is_linear;   /* of each item */
    double **kept_row; /* of each row of a linear item, once it is known; else NULL */
    bool is_quadratic; /* the Hessian is the factor times kept_hessian */
    double *kept_hessian;
};

static node_id leaf(struct solve *solve, const char *what, size_t index,
                    const struct shape *shape)
{
    struct session *session = solve->session;
    struct text name;
    text_init(&name, &session->scratch);
    text_format(&name, ".%s%zu", what, index);
    return graph_variable_array(session->graph,
                                intern_string(session->names, text_string(&name)), shape);
}

/* The leaves behind those of the solve: factor, multipliers, directions. */
static node_id *make_leaves(struct solve *solve, size_t *count)
{
    const struct constraints *all = solve->constraints;
    const struct shape scalar = {0};
    size_t before = solve->input_count, next = before;
    node_id *leaves =
        ARENA_ARRAY(&solve->session->workspace,
                    before + 1 + all->count + solve->variable_count, node_id);
    memcpy(leaves, solve->input_leaves, before * sizeof *leaves);
    leaves[next++] = leaf(solve, "factor", 0, &scalar);
    for (size_t k = 0; k < all->count; k++)
        leaves[next++] = leaf(solve, "multiplier", k, &all->items[k].shape);
    for (size_t i = 0; i < solve->variable_count; i++)
        leaves[next++] = leaf(solve, "direction", i, &solve->variables[i].shape);
    *count = next;
    return leaves;
}

/* The sum of the Lagrangian; bounds of elements have no part in it. */
static node_id make_sum(struct solve *solve, const node_id *leaves)
{
    const struct constraints *all = solve->constraints;
    struct graph *graph = solve->session->graph;
    node_id *terms = ARENA_ARRAY(&solve->session->workspace, all->count + 1, node_id);
    size_t count = 0;
    terms[count++] = graph_apply2(graph, OP_MULTIPLY, leaves[0], solve->objective);
    for (size_t k = 0; k < all->count; k++) {
        const struct constraint *item = &all->items[k];
        if (item->elements == NULL)
            terms[count++] = graph_sum_all(
                graph, graph_apply2(graph, OP_MULTIPLY, leaves[k + 1], item->node));
    }
    return count == 1 ? terms[0] : graph_apply(graph, OP_ADD, terms, count);
}

static void place_inputs(struct solve *solve, struct lagrangian *l)
{
    const struct constraints *all = solve->constraints;
    struct arena *arena = &solve->session->workspace;
    l->inputs = ARENA_ARRAY(arena, l->input_count, const double *);
    l->multipliers = ARENA_ARRAY(arena, all->rows + 1, double);
    l->direction = ARENA_ARRAY(arena, solve->n, double);
    const double **next = l->inputs + l->solve_inputs;
    *next++ = &l->factor;
    for (size_t k = 0; k < all->count; k++)
        *next++ = l->multipliers + all->items[k].first;
    for (size_t i = 0; i < solve->variable_count; i++)
        *next++ = l->direction + solve->variables[i].offset;
}

static void compile_values(struct solve *solve, struct lagrangian *l)
{
    const struct constraints *all = solve->constraints;
    struct arena *arena = &solve->session->workspace;
    node_id *nodes = ARENA_ARRAY(arena, all->count, node_id);
    size_t count = 0;
    for (size_t k = 0; k < all->count; k++)
        if (all->items[k].elements == NULL)
            nodes[count++] = all->items[k].node;
    l->value_outputs = ARENA_ARRAY(arena, count, double *);
    l->values =
        solve_compile(solve, nodes, count, solve->input_leaves, solve->input_count);
}

/* ---- what is the same everywhere ---- */

/* For each node whether one of the leaves is in it. */
static bool *find_users(struct solve *solve, const node_id *leaves, size_t count)
{
    struct graph *graph = solve->session->graph;
    size_t size = graph_size(graph);
    bool *uses = ARENA_ARRAY(&solve->session->workspace, size + 1, bool);
    memset(uses, 0, (size + 1) * sizeof *uses);
    for (size_t i = 0; i < count; i++)
        uses[leaves[i]] = true;
    for (node_id id = 1; id <= size; id++) {
        struct node node = graph_node(graph, id);
        for (size_t k = 0; k < node.count; k++)
            uses[id] |= uses[node.operands[k]];
    }
    return uses;
}

static bool any_uses(const bool *uses, const node_id *nodes, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found |= uses[nodes[i]];
    return found;
}

/* The derivatives of each item alone, times its multiplier: no variable is in those of a
 * linear one. */
static void find_linear(struct solve *solve, struct lagrangian *l,
                        const node_id *multipliers)
{
    const struct constraints *all = solve->constraints;
    struct graph *graph = solve->session->graph;
    struct arena *arena = &solve->session->workspace;
    size_t n = solve->variable_count;
    node_id *nodes = ARENA_ARRAY(arena, all->count * n, node_id);
    for (size_t k = 0; k < all->count; k++)
        if (all->items[k].elements == NULL)
            graph_gradient(
                graph,
                graph_sum_all(graph, graph_apply2(graph, OP_MULTIPLY, multipliers[k],
                                                  all->items[k].node)),
                solve->leaves, n, nodes + k * n);
    const bool *uses = find_users(solve, solve->leaves, n);
    l->is_linear = ARENA_ARRAY(arena, all->count, bool);
    l->kept_row = ARENA_ARRAY(arena, all->rows + 1, double *);
    memset(l->kept_row, 0, (all->rows + 1) * sizeof *l->kept_row);
    for (size_t k = 0; k < all->count; k++)
        l->is_linear[k] =
            all->items[k].elements == NULL && !any_uses(uses, nodes + k * n, n);
}

/* `product` holds neither a variable nor a multiplier. */
static bool is_quadratic(struct solve *solve, const node_id *product,
                         const node_id *multipliers)
{
    size_t n = solve->variable_count;
    return !any_uses(find_users(solve, solve->leaves, n), product, n) &&
           !any_uses(find_users(solve, multipliers, solve->constraints->count), product,
                     n);
}

static void compile(struct solve *solve)
{
    struct session *session = solve->session;
    struct arena *arena = &session->workspace;
    struct lagrangian *l = ARENA_NEW(arena, struct lagrangian);
    size_t count = solve->variable_count;
    l->solve_inputs = solve->input_count;
    node_id *leaves = make_leaves(solve, &l->input_count);
    node_id sum = make_sum(solve, leaves + solve->input_count);
    node_id *nodes = ARENA_ARRAY(arena, count, node_id);
    l->outputs = ARENA_ARRAY(arena, count, double *);
    place_inputs(solve, l);
    compile_values(solve, l);
    graph_gradient(session->graph, sum, solve->leaves, count, nodes);
    l->gradient = solve_compile(solve, nodes, count, leaves, l->input_count);
    graph_hessian_vector(session->graph, sum, solve->leaves,
                         leaves + l->input_count - count, count, nodes);
    l->product = solve_compile(solve, nodes, count, leaves, l->input_count);
    const node_id *multipliers = leaves + solve->input_count + 1;
    l->is_quadratic = is_quadratic(solve, nodes, multipliers);
    find_linear(solve, l, multipliers);
    solve->constraints->lagrangian = l;
}

/* ---- callbacks of the engine ---- */

static struct lagrangian *at_point(struct solve *solve, const double *x)
{
    if (solve->constraints->lagrangian == NULL)
        compile(solve);
    struct lagrangian *l = solve->constraints->lagrangian;
    solve_set_point(solve, x);
    memcpy(l->inputs, solve->inputs, l->solve_inputs * sizeof *l->inputs);
    return l;
}

static void run_row(struct solve *solve, struct program *program, double *row)
{
    struct lagrangian *l = solve->constraints->lagrangian;
    for (size_t i = 0; i < solve->variable_count; i++)
        l->outputs[i] = row + solve->variables[i].offset;
    (void)program_run(program, l->inputs, l->outputs);
}

void solve_evaluate_constraints(struct solve *solve, const double *x, double *values)
{
    const struct constraints *all = solve->constraints;
    struct lagrangian *l = at_point(solve, x);
    size_t count = 0;
    for (size_t k = 0; k < all->count; k++)
        if (all->items[k].elements == NULL)
            l->value_outputs[count++] = values + all->items[k].first;
    (void)program_run(l->values, solve->inputs, l->value_outputs);
}

static void evaluate_constraints(void *context, const double *x, double *values)
{
    solve_evaluate_constraints(context, x, values);
}

static bool all_finite(const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(numbers[i]))
            return false;
    return true;
}

/* Row `at` of the Jacobian; where an item is linear, once for all. */
static void find_row(struct solve *solve, size_t at, bool is_linear, double *row)
{
    struct lagrangian *l = solve->constraints->lagrangian;
    size_t n = solve->n;
    if (l->kept_row[at] != NULL) {
        memcpy(row, l->kept_row[at], n * sizeof *row);
        return;
    }
    l->multipliers[at] = 1;
    run_row(solve, l->gradient, row);
    l->multipliers[at] = 0;
    if (!is_linear || !all_finite(row, n))
        return;
    l->kept_row[at] = ARENA_ARRAY(&solve->session->workspace, n, double);
    memcpy(l->kept_row[at], row, n * sizeof *row);
}

void solve_constraint_jacobian(struct solve *solve, const double *x, double *jacobian)
{
    struct lagrangian *l = at_point(solve, x);
    const struct constraints *all = solve->constraints;
    l->factor = 0;
    memset(l->multipliers, 0, all->rows * sizeof *l->multipliers);
    for (size_t k = 0; k < all->count; k++)
        for (size_t i = 0; all->items[k].elements == NULL && i < all->items[k].count;
             i++) {
            size_t at = all->items[k].first + i;
            find_row(solve, at, l->is_linear[k], jacobian + at * solve->n);
        }
}

static void evaluate_jacobian(void *context, const double *x, double *jacobian)
{
    solve_constraint_jacobian(context, x, jacobian);
}

static void find_columns(struct solve *solve, double *hessian)
{
    struct lagrangian *l = solve->constraints->lagrangian;
    size_t n = solve->n;
    memset(l->direction, 0, n * sizeof *l->direction);
    for (size_t i = 0; i < n; i++) {
        l->direction[i] = 1;
        run_row(solve, l->product, hessian + i * n);
        l->direction[i] = 0;
    }
}

void solve_evaluate_lagrangian(struct solve *solve, const double *x, double factor,
                               const double *multipliers, double *hessian)
{
    struct lagrangian *l = at_point(solve, x);
    size_t square = solve->n * solve->n;
    if (solve->constraints->rows > 0)
        memcpy(l->multipliers, multipliers,
               solve->constraints->rows * sizeof *l->multipliers);
    if (!l->is_quadratic) {
        l->factor = factor;
        find_columns(solve, hessian);
        return;
    }
    if (l->kept_hessian == NULL) {
        l->kept_hessian = ARENA_ARRAY(&solve->session->workspace, square, double);
        l->factor = 1;
        find_columns(solve, l->kept_hessian);
    }
    for (size_t i = 0; i < square; i++)
        hessian[i] = factor * l->kept_hessian[i];
}

static void evaluate_hessian(void *context, const double *x, double factor,
                             const double *multipliers, double *hessian)
{
    solve_evaluate_lagrangian(context, x, factor, multipliers, hessian);
}

void solve_offer_constraints(struct solve *solve, descent_problem *problem)
{
    struct constraints *all = solve->constraints;
    if (all == NULL)
        return;
    problem->lower = solve->lower;
    problem->upper = solve->upper;
    problem->constraint_count = all->rows;
    problem->constraint_lower = all->lower;
    problem->constraint_upper = all->upper;
    problem->constraints = evaluate_constraints;
    problem->constraint_jacobian = evaluate_jacobian;
    problem->lagrangian_hessian = evaluate_hessian;
    problem->find_convex_program = solve_find_convex_program;
    /* What is known of the objective says nothing of the set. */
    if (all->rows > 0)
        solve->is_convex = problem->is_convex = false;
}
