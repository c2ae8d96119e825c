/* SPDX-License-Identifier: MIT
 * Many fixed steps at once: the engine asks for a row of points (tape/walk.h), and for
 * the tests of `until` at all of them together.  What this takes is compiled when the
 * engine first asks, so that a short search does not pay for it. */
#include "script/model.h"
#include "script/pace_tests.h"
#include "tape/walk.h"

#include <math.h>
#include <string.h>

struct pace {
    struct walk *walk;
    struct pace_tests *tests; /* NULL: not asked yet, or there are none */
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

/* ---- the offer ---- */

static size_t ask_tests(void *context, const descent_points *points)
{
    struct solve *solve = context;
    struct pace *pace = solve->pace;
    if (pace->tests == NULL)
        pace->tests = pace_tests_new(solve);
    return pace_tests_ask(pace->tests, solve, points);
}

void solve_offer_pace(struct solve *solve, descent_problem *problem,
                      descent_options *options)
{
    bool is_constant = !isnan(solve->fixed_step) && solve->schedule == 0;
    if (!is_constant || solve->batch != NULL || !solve_is_scalar(solve))
        return;
    solve->pace = ARENA_NEW(&solve->session->workspace, struct pace);
    problem->walk = make_steps;
    options->observe_last = true;
    if (solve->until != NULL && pace_tests_fit(solve))
        options->until_many = ask_tests;
}
