/* SPDX-License-Identifier: MIT
 * What the engine asks to judge the end of a search: enclosures of the objective and its
 * derivatives in interval arithmetic, made when they are first asked for.
 *
 * The numbers of the script are taken as the doubles that they are: what is judged is the
 * function that was searched, not the one meant with 0.1 as a decimal. */
#include "script/convexity.h"
#include "script/solve.h"
#include "tape/interval.h"

#include <math.h>

enum {
    HIGHEST_ORDER = 8,     /* of a derivative that is looked at */
    MOST_NODES = 20000,    /* of a graph whose derivatives are taken again */
    MOST_HESSIAN = 100000, /* entries */
    MOST_CONVEX = 64       /* variables up to which convexity is tried */
};

struct diagnosis {
    struct interval *inputs;
    struct interval *outputs;
    struct interval_plan *value, *gradient, *hessian;
    struct interval_plan *derivatives[HIGHEST_ORDER + 1];
    node_id orders[HIGHEST_ORDER + 1];
};

static struct diagnosis *prepared(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    if (solve->diagnosis != NULL)
        return solve->diagnosis;
    struct diagnosis *d = solve->diagnosis = ARENA_NEW(arena, struct diagnosis);
    d->inputs = ARENA_ARRAY(arena, solve->input_count, struct interval);
    d->outputs = ARENA_ARRAY(arena, solve->n, struct interval);
    size_t first = solve->input_count - solve->trace.count;
    for (size_t i = 0; i < solve->input_count; i++)
        d->inputs[i] = i < first
                           ? interval_between((double)-INFINITY, (double)INFINITY)
                           : interval_point(solve->trace.parameter_values[i - first]);
    return d;
}

static struct interval_plan *plan(struct solve *solve, const node_id *outputs,
                                  size_t count)
{
    struct session *session = solve->session;
    return interval_new(&session->workspace, session->graph, outputs, count,
                        solve->input_leaves, solve->input_count);
}

static void put_box(const struct solve *solve, const double *low, const double *high)
{
    for (size_t i = 0; i < solve->n; i++)
        solve->diagnosis->inputs[i] = interval_between(low[i], high[i]);
}

/* Where there may be no value at some point, nothing is known. */
static void take_bounds(struct interval x, double *low, double *high)
{
    bool known = !x.partial && !interval_is_empty(x);
    *low = known ? x.low : (double)NAN;
    *high = known ? x.high : (double)NAN;
}

static void enclose_value(void *context, const double *low, const double *high,
                          double *value_low, double *value_high)
{
    struct solve *solve = context;
    struct diagnosis *d = prepared(solve);
    if (d->value == NULL)
        d->value = plan(solve, &solve->objective, 1);
    put_box(solve, low, high);
    interval_run(d->value, d->inputs, d->outputs);
    take_bounds(d->outputs[0], value_low, value_high);
}

static void enclose_gradient(void *context, const double *low, const double *high,
                             double *gradient_low, double *gradient_high)
{
    struct solve *solve = context;
    struct diagnosis *d = prepared(solve);
    if (d->gradient == NULL)
        d->gradient = plan(solve, solve->partials, solve->n);
    put_box(solve, low, high);
    interval_run(d->gradient, d->inputs, d->outputs);
    for (size_t i = 0; i < solve->n; i++)
        take_bounds(d->outputs[i], &gradient_low[i], &gradient_high[i]);
}

static void enclose_hessian(void *context, const double *low, const double *high,
                            double *hessian_low, double *hessian_high)
{
    struct solve *solve = context;
    struct diagnosis *d = prepared(solve);
    struct arena *scratch = &solve->session->scratch;
    size_t n = solve->n, count = n * (n + 1) / 2, entry = 0;
    if (d->hessian == NULL)
        d->hessian = plan(solve, solve_hessian_nodes(solve), count);
    put_box(solve, low, high);
    struct arena_mark mark = arena_mark(scratch);
    struct interval *outputs = ARENA_ARRAY(scratch, count, struct interval);
    interval_run(d->hessian, d->inputs, outputs);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++, entry++)
            take_bounds(outputs[entry], &hessian_low[i * n + j],
                        &hessian_high[i * n + j]);
    arena_release(scratch, mark);
}

/* The node of the derivative of this order in the one variable; 0: it is not made. */
static node_id derivative_node(struct solve *solve, unsigned order)
{
    struct diagnosis *d = prepared(solve);
    struct graph *graph = solve->session->graph;
    d->orders[1] = solve->partials[0];
    for (unsigned i = 2; i <= order; i++) {
        if (d->orders[i] == 0 && graph_size(graph) > MOST_NODES)
            return 0;
        if (d->orders[i] == 0)
            graph_gradient(graph, d->orders[i - 1], solve->leaves, 1, &d->orders[i]);
    }
    return d->orders[order];
}

static bool enclose_derivative(void *context, unsigned order, double low, double high,
                               double *derivative_low, double *derivative_high)
{
    struct solve *solve = context;
    struct diagnosis *d = prepared(solve);
    if (order < 2 || order > HIGHEST_ORDER)
        return false;
    if (d->derivatives[order] == NULL) {
        node_id node = derivative_node(solve, order);
        if (node == 0)
            return false;
        d->derivatives[order] = plan(solve, &node, 1);
    }
    put_box(solve, &low, &high);
    interval_run(d->derivatives[order], d->inputs, d->outputs);
    take_bounds(d->outputs[0], derivative_low, derivative_high);
    return true;
}

void solve_offer_diagnosis(struct solve *solve, descent_problem *problem)
{
    struct session *session = solve->session;
    size_t n = solve->n;
    if (descent_method_needs_hessian(solve->method->method) || n <= MOST_HESSIAN / n)
        problem->hessian = solve_evaluate_hessian;
    if (!solve_is_scalar(solve))
        return; /* enclosures are of numbers */
    problem->enclose_value = enclose_value;
    problem->enclose_gradient = enclose_gradient;
    if (problem->hessian != NULL)
        problem->enclose_hessian = enclose_hessian;
    if (n == 1)
        problem->enclose_derivative = enclose_derivative;
    if (n <= MOST_CONVEX)
        solve->is_convex =
            convexity_is_proved(&session->workspace, session->graph, solve->objective,
                                solve->leaves, n, &solve->trace);
    problem->is_convex = solve->is_convex;
}
