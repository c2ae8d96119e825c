/* SPDX-License-Identifier: MIT
 * What the engine asks to judge the end of a search: enclosures of the objective and its
 * derivatives in interval arithmetic, made when they are first asked for.
 *
 * The numbers of the script are taken as the doubles that they are: what is judged is the
 * function that was searched, not the one meant with 0.1 as a decimal. */
#include "script/diagnosis.h"
#include "graph/array.h"
#include "script/convexity.h"
#include "script/model.h"

#include <math.h>
#include <string.h>

enum {
    MOST_NODES = 20000,    /* of a graph whose derivatives are taken again */
    MOST_HESSIAN = 100000, /* entries */
    MOST_CONVEX = 64,      /* variables up to which convexity is tried */
    MOST_WRITTEN_OUT = 64  /* numbers of array variables that are written out */
};
/* Elements on the way of a Hessian made of products: a few seconds. */
static const double most_column_work = 1e9;

/* ---- Enclosures ---- */

struct diagnosis *diagnosis_prepared(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    struct diagnosis *d = solve->diagnosis;
    if (d->inputs != NULL)
        return d;
    d->inputs = ARENA_ARRAY(arena, d->input_count, struct interval);
    d->outputs = ARENA_ARRAY(arena, solve->n, struct interval);
    size_t first = d->input_count - solve->trace.count;
    for (size_t i = 0; i < d->input_count; i++)
        d->inputs[i] = i < first
                           ? interval_between((double)-INFINITY, (double)INFINITY)
                           : interval_point(solve->trace.parameter_values[i - first]);
    return d;
}

struct interval_plan *diagnosis_plan(struct solve *solve, const node_id *outputs,
                                     size_t count)
{
    struct session *session = solve->session;
    const struct diagnosis *d = solve->diagnosis;
    return model_interval(session, outputs, count, d->input_leaves, d->input_count);
}

/* Row by row up to the diagonal. */
static const node_id *second_derivatives(struct solve *solve)
{
    struct session *session = solve->session;
    struct diagnosis *d = solve->diagnosis;
    size_t n = solve->n;
    if (d->leaves == solve->leaves)
        return solve_hessian_nodes(solve);
    if (d->second != NULL)
        return d->second;
    d->second = ARENA_ARRAY(&session->workspace, n * (n + 1) / 2, node_id);
    for (size_t i = 0; i < n; i++)
        graph_gradient(session->graph, d->partials[i], d->leaves, i + 1,
                       d->second + i * (i + 1) / 2);
    return d->second;
}

void diagnosis_put_box(const struct solve *solve, const double *low, const double *high)
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

/* A point has no jumps: nothing is next to it. */
static bool is_box(const struct solve *solve, const double *low, const double *high)
{
    for (size_t i = 0; i < solve->n; i++)
        if (low[i] != high[i])
            return true;
    return false;
}

static void enclose_value(void *context, const double *low, const double *high,
                          double *value_low, double *value_high)
{
    struct solve *solve = context;
    struct diagnosis *d = diagnosis_prepared(solve);
    if (d->value == NULL)
        d->value = diagnosis_plan(solve, &d->objective, 1);
    diagnosis_put_box(solve, low, high);
    interval_run(d->value, d->inputs, d->outputs);
    take_bounds(d->outputs[0], value_low, value_high);
    if (d->outputs[0].jumps && is_box(solve, low, high))
        *value_low = *value_high = (double)NAN;
}

/* No kink that the second derivatives do not show. */
static bool is_smooth(const struct graph *graph, const struct node *node)
{
    if (node->op == OP_POWER)
        return graph_node(graph, node->operands[1]).op == OP_CONSTANT;
    bool is_logical = node->op >= OP_LESS && node->op <= OP_SELECT;
    bool is_order = node->op == OP_ARGMIN_OVER || node->op == OP_ARGMAX_OVER ||
                    node->op == OP_ARGSORT;
    return !is_logical && !is_order &&
           (node->op == OP_SQRT || op_info(node->op)->kinks[0] == '\0');
}

/* Wherever the variables are. */
static size_t find_smooth(void *user)
{
    const struct solve *solve = user;
    const struct graph *graph = solve->session->graph;
    struct arena *scratch = &solve->session->scratch;
    struct arena_mark mark = arena_mark(scratch);
    struct graph_order order =
        graph_order(graph, &solve->diagnosis->objective, 1, scratch);
    bool smooth = graph_is_total(graph, solve->diagnosis->objective);
    for (size_t i = 0; i < order.count && smooth; i++) {
        struct node node = graph_node(graph, order.nodes[i]);
        smooth = is_smooth(graph, &node);
    }
    arena_release(scratch, mark);
    return smooth;
}

static bool is_smooth_in(void *context, const double *low, const double *high)
{
    struct solve *solve = context;
    double least, most;
    if (model_fact(solve->session, MODEL_SMOOTH, solve->diagnosis->objective, find_smooth,
                   solve) != 0)
        return true;
    enclose_value(solve, low, high, &least, &most);
    return least <= most && interval_was_smooth(solve->diagnosis->value);
}

static void enclose_gradient(void *context, const double *low, const double *high,
                             double *gradient_low, double *gradient_high)
{
    struct solve *solve = context;
    struct diagnosis *d = diagnosis_prepared(solve);
    if (d->gradient == NULL)
        d->gradient = diagnosis_plan(solve, d->partials, solve->n);
    diagnosis_put_box(solve, low, high);
    interval_run(d->gradient, d->inputs, d->outputs);
    for (size_t i = 0; i < solve->n; i++)
        take_bounds(d->outputs[i], &gradient_low[i], &gradient_high[i]);
}

static void enclose_hessian(void *context, const double *low, const double *high,
                            double *hessian_low, double *hessian_high)
{
    struct solve *solve = context;
    struct diagnosis *d = diagnosis_prepared(solve);
    struct arena *scratch = &solve->session->scratch;
    size_t n = solve->n, count = n * (n + 1) / 2, entry = 0;
    if (d->hessian == NULL)
        d->hessian = diagnosis_plan(solve, second_derivatives(solve), count);
    diagnosis_put_box(solve, low, high);
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
    struct diagnosis *d = diagnosis_prepared(solve);
    struct graph *graph = solve->session->graph;
    d->orders[1] = d->partials[0];
    for (unsigned i = 2; i <= order; i++) {
        if (d->orders[i] == 0 && graph_size(graph) > MOST_NODES)
            return 0;
        if (d->orders[i] == 0)
            graph_gradient(graph, d->orders[i - 1], d->leaves, 1, &d->orders[i]);
    }
    return d->orders[order];
}

static bool enclose_derivative(void *context, unsigned order, double low, double high,
                               double *derivative_low, double *derivative_high)
{
    struct solve *solve = context;
    struct diagnosis *d = diagnosis_prepared(solve);
    if (order < 2 || order > HIGHEST_ORDER)
        return false;
    if (d->derivatives[order] == NULL) {
        node_id node = derivative_node(solve, order);
        if (node == 0)
            return false;
        d->derivatives[order] = diagnosis_plan(solve, &node, 1);
    }
    diagnosis_put_box(solve, &low, &high);
    interval_run(d->derivatives[order], d->inputs, d->outputs);
    take_bounds(d->outputs[0], derivative_low, derivative_high);
    return true;
}

/* ---- The whole space ---- */

/* What was found with the numbers that the script held then. */
struct found_convexity {
    bool is_convex;
    double *numbers; /* of the parameters */
};

static bool prove_convexity(struct solve *solve)
{
    const struct diagnosis *d = solve->diagnosis;
    return convexity_is_proved(solve->session, d->objective, d->leaves, solve->n,
                               &solve->trace);
}

static void find_convexity(struct solve *solve)
{
    struct session *session = solve->session;
    const struct diagnosis *d = solve->diagnosis;
    const struct trace *trace = &solve->trace;
    size_t bytes = trace->count * sizeof(double);
    struct found_convexity *found = model_find(session, MODEL_CONVEXITY, &d->objective, 1,
                                               d->input_leaves, d->input_count);
    bool is_known =
        found != NULL &&
        (bytes == 0 || memcmp(found->numbers, trace->parameter_values, bytes) == 0);
    solve->is_convex = is_known ? found->is_convex : prove_convexity(solve);
    if (session->model == NULL)
        return;
    if (found == NULL) {
        found = ARENA_NEW(model_arena(session), struct found_convexity);
        found->numbers = ARENA_ARRAY(model_arena(session), trace->count, double);
        model_keep(session, MODEL_CONVEXITY, &d->objective, 1, d->input_leaves,
                   d->input_count, found);
    }
    found->is_convex = solve->is_convex;
    if (bytes > 0)
        memcpy(found->numbers, trace->parameter_values, bytes);
}

/* Written out, whatever the number of variables, when the search has ended. */
bool diagnosis_is_known(struct solve *solve)
{
    if (solve->is_prepared || solve->is_looked_at)
        return solve->is_prepared;
    solve->is_looked_at = true;
    solve->is_prepared = diagnosis_prepare(solve, DIAGNOSIS_MOST_ELEMENTS);
    if (solve->is_prepared && !solve_has_constraints(solve))
        find_convexity(solve);
    return solve->is_prepared;
}

/* Convex, with a gradient that vanishes without a doubt. */
static bool is_certainly_stationary(struct solve *solve, const double *x)
{
    struct arena_mark mark = arena_mark(&solve->session->scratch);
    double *low = ARENA_ARRAY(&solve->session->scratch, 2 * solve->n, double);
    double *high = low + solve->n;
    bool zero = true;
    enclose_gradient(solve, x, x, low, high);
    for (size_t i = 0; i < solve->n; i++)
        zero = zero && low[i] == 0 && high[i] == 0;
    arena_release(&solve->session->scratch, mark);
    return zero;
}

/* The smallest box around the sets of the variables. */
static void put_sets(const struct solve *solve, struct interval *box)
{
    const double inf = (double)INFINITY;
    for (size_t i = 0; i < solve->n; i++)
        box[i] = solve->lower == NULL
                     ? interval_between(-inf, inf)
                     : interval_between(solve->lower[i], solve->upper[i]);
    for (size_t k = 0; k < solve->set_count; k++) {
        const descent_set *set = &solve->sets[k];
        bool has_radius = descent_set_has_radius(set->kind);
        for (size_t i = set->first; i < set->first + set->count; i++)
            box[i] = has_radius ? interval_between(-set->radius, set->radius)
                                : interval_between(0, inf);
    }
}

/* In the sets: at the edge of its domain, and at a jump, a value is not said to be a
 * minimum, though it may be the least. */
static bool has_values_around(struct solve *solve, const double *x)
{
    struct arena *scratch = &solve->session->scratch;
    struct arena_mark mark = arena_mark(scratch);
    double *low = ARENA_ARRAY(scratch, 2 * solve->n, double), *high = low + solve->n;
    const struct interval *box = solve->diagnosis->box;
    double least, most;
    for (size_t i = 0; i < solve->n; i++) {
        double around = 1e-9 * fmax(1, fabs(x[i]));
        low[i] = fmax(x[i] - around, box[i].low);
        high[i] = fmin(x[i] + around, box[i].high);
    }
    enclose_value(solve, low, high, &least, &most);
    arena_release(scratch, mark);
    return least <= most;
}

const struct interval *diagnosis_box(struct solve *solve)
{
    struct diagnosis *d = diagnosis_prepared(solve);
    if (d->box != NULL)
        return d->box;
    d->box = ARENA_ARRAY(&solve->session->workspace, d->input_count, struct interval);
    memcpy(d->box, d->inputs, d->input_count * sizeof *d->box);
    put_sets(solve, d->box);
    return d->box;
}

/* No value in the sets is lower, whatever is known of derivatives. */
static bool is_least(struct solve *solve, const double *x)
{
    struct diagnosis *d = diagnosis_prepared(solve);
    struct arena *arena = &solve->session->workspace;
    const struct interval *box = diagnosis_box(solve);
    if (d->least == NULL)
        d->least = least_new(arena, solve->session->graph, d->objective, d->input_leaves,
                             d->input_count);
    diagnosis_put_box(solve, x, x);
    return least_at(d->least, box, d->inputs) && has_values_around(solve, x);
}

static bool find_convex(void *context)
{
    struct solve *solve = context;
    return diagnosis_is_known(solve) && solve->is_convex;
}

static bool is_lowest(void *context, const double *x)
{
    struct solve *solve = context;
    if (!diagnosis_is_known(solve))
        return false;
    return (solve->is_convex && is_certainly_stationary(solve, x)) || is_least(solve, x);
}

/* ---- Columns of the Hessian ---- */

static double elements_of(const struct graph *graph, node_id node)
{
    struct shape shape = graph_shape(graph, node);
    return (double)shape_elements(&shape);
}

/* Whether every element of the one meets many of the other. */
static bool is_matrix_work(enum op op)
{
    return op_is_array(op) && op >= OP_MATMUL && op <= OP_EIGENVECTORS;
}

/* Elements that are read and written. */
static double find_work(const struct graph *graph, node_id node)
{
    struct node n = graph_node(graph, node);
    double work = elements_of(graph, node);
    for (size_t i = 0; i < n.count; i++) {
        double size = elements_of(graph, n.operands[i]);
        work = is_matrix_work(n.op) ? work * size : work + size;
    }
    return work;
}

static size_t find_columns(void *user)
{
    const struct solve *solve = user;
    const struct graph *graph = solve->session->graph;
    struct arena *scratch = &solve->session->scratch;
    struct arena_mark mark = arena_mark(scratch);
    struct graph_order order = graph_order(graph, &solve->objective, 1, scratch);
    double work = 0;
    bool smooth = true;
    for (size_t i = 0; i < order.count; i++) {
        struct node node = graph_node(graph, order.nodes[i]);
        smooth = smooth && (is_smooth(graph, &node) || !node.depends);
        work += find_work(graph, order.nodes[i]);
    }
    arena_release(scratch, mark);
    return smooth && work * (double)solve->n <= most_column_work;
}

void solve_offer_facts(struct solve *solve, descent_problem *problem)
{
    size_t n = solve->n;
    if (n <= MOST_HESSIAN / n)
        problem->hessian = solve_evaluate_hessian;
    problem->hessian_product = solve_evaluate_product;
}

void solve_offer_diagnosis(struct solve *solve, descent_problem *problem)
{
    size_t n = solve->n;
    solve_offer_facts(solve, problem);
    problem->has_columns = model_fact(solve->session, MODEL_COLUMNS, solve->objective,
                                      find_columns, solve) != 0;
    problem->is_lowest = is_lowest;
    problem->find_convex = find_convex;
    solve->is_prepared = diagnosis_prepare(solve, MOST_WRITTEN_OUT);
    if (!solve->is_prepared)
        return;
    problem->enclose_value = enclose_value;
    problem->enclose_gradient = enclose_gradient;
    problem->is_smooth = is_smooth_in;
    problem->enclose_squares = diagnosis_enclose_squares;
    if (problem->hessian != NULL)
        problem->enclose_hessian = enclose_hessian;
    if (n == 1)
        problem->enclose_derivative = enclose_derivative;
    if (n <= MOST_CONVEX)
        find_convexity(solve);
    problem->is_convex = solve->is_convex;
}
