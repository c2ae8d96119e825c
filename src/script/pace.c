/* SPDX-License-Identifier: MIT
 * Many fixed steps at once: the engine asks for a row of points (tape/walk.h), and for
 * the tests of `until` at all of them together.  What this takes is compiled when the
 * engine first asks, so that a short search does not pay for it. */
#include "script/model.h"
#include "script/solve.h"
#include "tape/scalar_lanes.h"
#include "tape/walk.h"

#include <math.h>
#include <string.h>

/* As many points are looked at together. */
enum { MOST_POINTS = 256 };

struct pace {
    struct walk *walk;
    /* the tests of `until`, whether they hold; NULL: there are none */
    struct scalar_lanes *tests;
    struct scalar_column *columns;
    double **holds; /* one a test, MOST_POINTS each */
    double *quantities[QUANTITIES];
    double *gradient;
};

/* ---- steps ---- */

static struct walk *find_walk(struct solve *solve)
{
    struct session *session = solve->session;
    size_t n = solve->n, count = solve->input_count;
    const node_id *inputs = solve->input_leaves;
    node_id *outputs = ARENA_ARRAY(&session->workspace, n + 1, node_id);
    outputs[0] = solve->objective;
    memcpy(outputs + 1, solve->partials, n * sizeof *outputs);
    struct walk *walk = model_find(session, MODEL_WALK, outputs, n + 1, inputs, count);
    if (walk != NULL)
        return walk;
    walk = walk_new(model_arena(session), session->graph, solve->objective,
                    solve->partials, n, inputs, count);
    model_keep(session, MODEL_WALK, outputs, n + 1, inputs, count, walk);
    return walk;
}

static void make_steps(void *context, size_t count, double factor, double *x,
                       double *gradient, double *value)
{
    struct solve *solve = context;
    struct pace *pace = solve->pace;
    if (pace->walk == NULL)
        pace->walk = find_walk(solve);
    struct session *session = solve->session;
    if (walk_is_long(pace->walk) && !session->options.no_native)
        walk_make_native(pace->walk, model_arena(session), session->graph,
                         solve->objective, solve->partials, solve->input_leaves);
    walk_run(pace->walk, solve->inputs, count, factor, x, gradient, value);
}

/* ---- tests ---- */

static struct scalar_lanes *find_tests(struct solve *solve, const node_id *nodes)
{
    struct session *session = solve->session;
    struct arena *arena = model_arena(session);
    size_t count = solve->test_count, input_count = solve->input_count;
    const node_id *inputs = solve->input_leaves;
    struct scalar_lanes *tests =
        model_find(session, MODEL_TESTS, nodes, count, inputs, input_count);
    if (tests != NULL)
        return tests;
    tests = scalar_lanes_new(
        arena, scalar_new(arena, session->graph, nodes, count, inputs, input_count));
    model_keep(session, MODEL_TESTS, nodes, count, inputs, input_count, tests);
    return tests;
}

static void compile_tests(struct solve *solve)
{
    struct pace *pace = solve->pace;
    struct arena *arena = &solve->session->workspace;
    size_t count = solve->test_count;
    node_id *nodes = ARENA_ARRAY(arena, count, node_id);
    pace->holds = ARENA_ARRAY(arena, count, double *);
    for (size_t i = 0; i < count; i++) {
        nodes[i] = solve->tests[i].holds;
        pace->holds[i] = ARENA_ARRAY(arena, MOST_POINTS, double);
    }
    pace->columns = ARENA_ARRAY(arena, solve->input_count, struct scalar_column);
    pace->quantities[QUANTITY_K] = ARENA_ARRAY(arena, MOST_POINTS, double);
    pace->quantities[QUANTITY_VALUE] = ARENA_ARRAY(arena, MOST_POINTS, double);
    pace->gradient = ARENA_ARRAY(arena, MOST_POINTS, double);
    pace->tests = find_tests(solve, nodes);
}

static void place_columns(struct solve *solve, const descent_points *points)
{
    struct pace *pace = solve->pace;
    struct scalar_column *columns = pace->columns;
    size_t first = solve->variable_count;
    for (size_t i = 0; i < solve->input_count; i++)
        columns[i] = (struct scalar_column){solve->inputs[i], 0};
    for (size_t i = 0; i < first; i++)
        columns[i] =
            (struct scalar_column){points->x + solve->variables[i].offset, points->n};
    columns[first + QUANTITY_K] = (struct scalar_column){pace->quantities[QUANTITY_K], 1};
    columns[first + QUANTITY_VALUE] =
        (struct scalar_column){pace->quantities[QUANTITY_VALUE], 1};
    columns[first + QUANTITY_DVALUE] = (struct scalar_column){points->value_change, 1};
    columns[first + QUANTITY_DX] = (struct scalar_column){points->point_change, 1};
    if (points->n == 1) /* of several variables the gradient is no number */
        columns[first + QUANTITIES] = (struct scalar_column){pace->gradient, 1};
}

static bool reads(const struct solve *solve, size_t quantity)
{
    return scalar_lanes_reads(solve->pace->tests, solve->variable_count + quantity);
}

static void scale(size_t count, double factor, const double *restrict from,
                  double *restrict to)
{
    for (size_t i = 0; i < count; i++)
        to[i] = factor * from[i];
}

/* Of what the tests look at. */
static void fill_columns(struct solve *solve, const descent_points *points)
{
    struct pace *pace = solve->pace;
    double sign = solve->maximize ? -1 : 1, first = (double)points->first_step;
    solve->quantity_values[QUANTITY_SECONDS] = points->seconds;
    bool reads_k = reads(solve, QUANTITY_K);
    for (size_t i = 0; i < points->count && reads_k; i++)
        pace->quantities[QUANTITY_K][i] = first + (double)(int)i;
    if (reads(solve, QUANTITY_VALUE))
        scale(points->count, sign, points->value, pace->quantities[QUANTITY_VALUE]);
    if (points->n == 1 && reads(solve, QUANTITIES))
        scale(points->count, sign, points->gradient, pace->gradient);
}

static size_t ask_tests(void *context, const descent_points *points)
{
    struct solve *solve = context;
    struct pace *pace = solve->pace;
    if (points->count > MOST_POINTS)
        return 0;
    if (pace->tests == NULL)
        compile_tests(solve);
    place_columns(solve, points);
    fill_columns(solve, points);
    /* tests are joined by `and` and `or` alone: where none holds, the condition does not
     */
    if (!scalar_lanes_any(pace->tests, points->count, pace->columns))
        return points->count;
    scalar_lanes_run(pace->tests, points->count, pace->columns, pace->holds);
    for (size_t i = 0; i < points->count; i++) {
        for (size_t t = 0; t < solve->test_count; t++)
            solve->test_values[3 * t] = pace->holds[t][i];
        if (solve_condition_holds(solve))
            return i;
    }
    return points->count;
}

/* ---- the offer ---- */

void solve_offer_pace(struct solve *solve, descent_problem *problem,
                      descent_options *options)
{
    bool is_constant = !isnan(solve->fixed_step) && solve->schedule == 0;
    if (!is_constant || solve->batch != NULL || !solve_is_scalar(solve))
        return;
    solve->pace = ARENA_NEW(&solve->session->workspace, struct pace);
    problem->walk = make_steps;
    options->observe_last = true;
    if (solve->until != NULL && program_is_scalar(solve->until_program))
        options->until_many = ask_tests;
}
