/* SPDX-License-Identifier: MIT
 * test_descent_walk.c - many steps at once against single steps: every field of the
 * result, every row of the trace and every bit of the search's memory of its moves is the
 * same, however a search ends. */
#include "descent_problems.h"

#include "descent/engine.h"
#include "descent/vector.h"

static double flat(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 4 * x[0] * x[0] * x[0];
    return x[0] * x[0] * x[0] * x[0];
}

static double waves(const double *x, double *g)
{
    if (g != NULL)
        g[0] = cos(x[0]) + 0.1 * x[0];
    return sin(x[0]) + 0.05 * x[0] * x[0];
}

/* Falls for ever. */
static double slide(const double *x, double *g)
{
    if (g != NULL)
        g[0] = -exp(-x[0]) - 1;
    return exp(-x[0]) - x[0];
}

/* Falls to -inf. */
static double pit(const double *x, double *g)
{
    if (g != NULL)
        g[0] = -3 * x[0] * x[0];
    return -x[0] * x[0] * x[0];
}

/* A root of the function is the start. */
static double root(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 1 + x[0] / 50;
    return x[0] + x[0] * x[0] / 100;
}

/* Finite gradients at a value that is not. */
static double hole(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 1;
    return x[0] < -3 ? (double)NAN : x[0];
}

/* Its minimum is where numbers are closest to each other. */
static double dish(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 2 * x[0];
    return x[0] * x[0];
}

static double plate(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = 2 * x[0];
        g[1] = 0.5 * x[1];
    }
    return x[0] * x[0] + 0.25 * x[1] * x[1];
}

/* A value that is not finite in one place of a row, between good ones. */
static double spike(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 1;
    return x[0] < -3.005 && x[0] > -3.015 ? (double)INFINITY : x[0];
}

/* Values and gradients stay finite where points do not. */
static double ledge(const double *x, double *g)
{
    (void)x;
    if (g != NULL)
        g[0] = 1;
    return 1;
}

/* Of many equal values. */
static double stairs(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 1;
    return floor(x[0]);
}

static size_t walks;

/* What a problem has to do, in the plainest way. */
static void walk(void *context, size_t count, double factor, double *x, double *gradient,
                 double *value, size_t n)
{
    walks++;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < n; j++)
            x[(i + 1) * n + j] = x[i * n + j] + factor * gradient[i * n + j];
        evaluate_formula(context, x + (i + 1) * n, &value[i + 1], gradient + (i + 1) * n);
    }
}

static void walk_one(void *context, size_t count, double factor, double *x,
                     double *gradient, double *value)
{
    walk(context, count, factor, x, gradient, value, 1);
}

static void walk_two(void *context, size_t count, double factor, double *x,
                     double *gradient, double *value)
{
    walk(context, count, factor, x, gradient, value, 2);
}

static void assert_same(const char *what, double a, double b)
{
    if (!(isnan(a) && isnan(b)) && memcmp(&a, &b, sizeof a) != 0)
        fail_msg("%s: %.17g alone, %.17g at once", what, a, b);
}

/* ---- stopping tests, one by one and at once ---- */

struct test {
    uint64_t steps;
    double value, change, move;
};

static descent_stop answer(const struct test *test, const descent_state *state)
{
    if (state->value < test->value)
        return DESCENT_STOP_REACHED;
    if (state->value_change < test->change || state->point_change < test->move)
        return DESCENT_STOP_CONVERGED;
    return state->step_count >= test->steps ? DESCENT_STOP_BUDGET : DESCENT_GO_ON;
}

static descent_stop until(void *context, const descent_state *state)
{
    return answer(context, state);
}

/* Bounds hold for all points, and numbers are those of single points. */
static void check_measure(const descent_points *points, descent_measure measure)
{
    double least, greatest;
    size_t n = points->n;
    const double *all = descent_measure_all(points, measure);
    descent_measure_bounds(points, measure, &least, &greatest);
    for (size_t i = 0; i < points->count; i++) {
        const double *x = points->x + i * n, *gradient = points->gradient + i * n;
        double move[2] = {x[0] - (x - n)[0], n == 1 ? 0 : (x + 1)[0] - (x + 1 - n)[0]};
        double expected[] = {[DESCENT_VALUE] = points->value[i],
                             [DESCENT_GRADIENT] = gradient[0],
                             [DESCENT_GRADIENT_NORM] = vector_norm(n, gradient),
                             [DESCENT_VALUE_CHANGE] =
                                 fabs(points->value[i] - (points->value + i)[-1]),
                             [DESCENT_POINT_CHANGE] = vector_norm(n, move)};
        assert_same("measure", expected[measure], all[i]);
        assert_true(all[i] >= least && all[i] <= greatest);
    }
}

static size_t until_many(void *context, const descent_points *points)
{
    for (int measure = 0; measure <= DESCENT_POINT_CHANGE; measure++)
        if (points->n == 1 || measure != DESCENT_GRADIENT)
            check_measure(points, (descent_measure)measure);
    const double *value_change = descent_measure_all(points, DESCENT_VALUE_CHANGE);
    const double *point_change = descent_measure_all(points, DESCENT_POINT_CHANGE);
    for (size_t i = 0; i < points->count; i++) {
        descent_state state = {.n = points->n,
                               .x = points->x + i * points->n,
                               .gradient = points->gradient + i * points->n,
                               .value = points->value[i],
                               .value_change = value_change[i],
                               .point_change = point_change[i],
                               .step_count = points->first_step + i};
        if (answer(context, &state) != DESCENT_GO_ON)
            return i;
    }
    return points->count;
}

/* ---- comparing ---- */

static void assert_same_all(const char *what, size_t n, const double *a, const double *b)
{
    assert_true((a == NULL) == (b == NULL));
    for (size_t i = 0; i < n && a != NULL; i++)
        assert_same(what, a[i], b[i]);
}

static void compare_results(const descent_result *a, const descent_result *b)
{
    assert_status(b->status, a->status);
    assert_int_equal(a->steps, b->steps);
    assert_int_equal(a->evaluations, b->evaluations);
    assert_int_equal(a->gradient_evaluations, b->gradient_evaluations);
    assert_int_equal(a->best_k, b->best_k);
    assert_int_equal(a->fault_step, b->fault_step);
    assert_int_equal(a->row_count, b->row_count);
    assert_true(a->at_rounding == b->at_rounding);
    assert_same_all("x", a->n, a->x, b->x);
    assert_same_all("gradient", a->n, a->gradient, b->gradient);
    assert_same_all("best x", a->n, a->best_x, b->best_x);
    assert_same_all("fault x", a->n, a->fault_x, b->fault_x);
    assert_same("value", a->value, b->value);
    assert_same("norm", a->gradient_norm, b->gradient_norm);
    assert_same("best", a->best_value, b->best_value);
    assert_same("start", a->start_value, b->start_value);
    assert_same("value change", a->value_change, b->value_change);
    assert_same("point change", a->point_change, b->point_change);
    assert_same("step", a->step, b->step);
    assert_same("factor", a->factor, b->factor);
}

static void compare_rows(descent *alone, descent *at_once, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        descent_row a = descent_get_row(alone, i), b = descent_get_row(at_once, i);
        assert_int_equal(a.k, b.k);
        assert_same("row value", a.value, b.value);
        assert_same("row norm", a.gradient_norm, b.gradient_norm);
        assert_same("row step", a.step, b.step);
        assert_same_all("row x", alone->at.n, a.x, b.x);
    }
}

static void compare_moves(const descent *alone, const descent *at_once)
{
    const struct contraction *a = &alone->contraction, *b = &at_once->contraction;
    assert_int_equal(a->count, b->count);
    assert_true(a->gap == b->gap);
    assert_same("best quality", a->best_quality, b->best_quality);
    assert_same("last length", a->last_length, b->last_length);
    for (size_t i = 0; i < CONTRACTION_KEPT && i < a->count; i++) {
        assert_same("length", a->move[i].length, b->move[i].length);
        assert_same("quality", a->move[i].quality, b->move[i].quality);
        assert_same("cosine", a->move[i].cosine, b->move[i].cosine);
    }
}

static void compare(formula of, size_t n, const double *start,
                    const descent_options *options)
{
    struct function function = {of, 0};
    descent_problem problem = problem_of(&function, n);
    descent *alone = descent_new(&problem, options, start);
    problem.walk = n == 1 ? walk_one : walk_two;
    descent *at_once = descent_new(&problem, options, start);
    assert_non_null(alone);
    assert_non_null(at_once);
    (void)descent_run(alone);
    (void)descent_run(at_once);
    compare_results(descent_get_result(alone), descent_get_result(at_once));
    compare_rows(alone, at_once, descent_get_result(alone)->row_count);
    compare_moves(alone, at_once);
    if (alone->at.step_count > 0)
        assert_same_all("previous x", n, alone->trial_x, at_once->trial_x);
    assert_same_all("last move", n, alone->last_move, at_once->last_move);
    descent_free(alone);
    descent_free(at_once);
}

static const struct {
    formula formula;
    double start, step;
} searches[] = {
    {hook, 0, 0.12},    {hook, 0, 0.0001},     {hook, 0, 0.25},    {hook, 0, 0.2500001},
    {hook, 0, 0.3},     {bowl, 5, 1e-9},       {bowl, 5, 0.999},   {bowl, 5, 1},
    {barrier, 1, 1e-3}, {barrier, 2.5, 0.1},   {barrier, 5, 0.9},  {barrier, 0.1, 0.02},
    {flat, 1, 0.01},    {flat, 3, 0.1},        {waves, 0, 0.01},   {waves, 4, 1.9},
    {waves, 4, 2.5},    {slide, 0, 1},         {slide, 0, 1e3},    {pit, 1e-3, 0.1},
    {pit, 1, 1e-5},     {root, 0, 0.1},        {root, 0, 60},      {root, 0, 120},
    {hole, 0, 0.01},    {hole, 0, 0.5},        {waves, 0, 1e-300}, {bowl, 5, 0},
    {bowl, 5, 0.5},     {dish, 1, 0.01},       {dish, 1, 0.3},     {dish, 1, 0.45},
    {dish, 1e-300, .1}, {dish, 1e150, 0.01},   {dish, 1e150, 1.1}, {spike, 0, 0.01},
    {spike, 0, 0.004},  {stairs, 0.5, 0.01},   {dish, 1e-3, 1e-9}, {bowl, 1, 0.1},
    {ledge, 0, 9e306},  {ledge, 1e308, 1e305},
};

static void searches_with_all_tests(void **state)
{
    (void)state;
    static const struct test tests[] = {
        {1, -1e300, 0, 0},       {8, -1e300, 0, 0},    {9, -1e300, 0, 0},
        {10, -1e300, 0, 0},      {17, -1e300, 0, 0},   {264, -1e300, 0, 0},
        {5000, -1e300, 0, 0},    {5000, 0.5, 0, 0},    {3000, -1e300, 1e-9, 0},
        {3000, -1e300, 0, 1e-7}, {3000, -1e300, 0, 0},
    };
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++) {
        for (size_t k = 0; k < sizeof tests / sizeof *tests; k++) {
            descent_options options = with_fixed(&searches[i].step);
            struct test test = tests[k];
            options.until = until;
            options.until_many = until_many;
            options.until_context = &test;
            options.users_budget = k % 2 == 0;
            options.trace_rows = k % 3 == 0 ? 1000 : 2 + k;
            compare(searches[i].formula, 1, &searches[i].start, &options);
        }
    }
    assert_true(walks > 1000);
}

static void searches_with_the_default_test(void **state)
{
    (void)state;
    static const uint64_t most[] = {0, 1, 9, 10, 300, 20000};
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++) {
        for (size_t k = 0; k < sizeof most / sizeof *most; k++) {
            descent_options options = with_fixed(&searches[i].step);
            options.most_steps = most[k];
            options.gradient_tolerance = k % 2 == 0 ? 0 : 1e-12;
            compare(searches[i].formula, 1, &searches[i].start, &options);
        }
    }
}

static void several_variables(void **state)
{
    (void)state;
    static const double steps[] = {0.001, 0.1, 0.24, 0.25, 0.2501, 0.01, 1e-8};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        descent_options options = with_fixed(&steps[i]);
        struct test test = {4000, -1e300, 0, i % 2 == 0 ? 0 : 1e-9};
        compare(valley, 2, (const double[]){2.385, -1.713}, &options);
        compare(banana, 2, (const double[]){-1.2, 1}, &options);
        options.until = until;
        options.until_many = until_many;
        options.until_context = &test;
        options.users_budget = i % 2 == 0;
        compare(valley, 2, (const double[]){2.385, -1.713}, &options);
        compare(banana, 2, (const double[]){-1.2, 1}, &options);
    }
}

/* Squares of gradients that underflow or overflow, and gradients that are zero. */
static void several_variables_of_all_sizes(void **state)
{
    (void)state;
    static const double steps[] = {0, 0.01, 0.4, 0.5, 1, 2.5};
    static const double starts[][2] = {{1e-145, 1e-160}, {1e155, 1}, {1e153, -1e153},
                                       {0, 1e-300},      {1, 0},     {1e-310, 5}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        for (size_t k = 0; k < sizeof starts / sizeof *starts; k++) {
            descent_options options = with_fixed(&steps[i]);
            struct test test = {4000, -1e300, 0, -1};
            options.gradient_tolerance = 1e-320;
            compare(plate, 2, starts[k], &options);
            options.until = until;
            options.until_many = until_many;
            options.until_context = &test;
            options.users_budget = k % 2 == 0;
            compare(plate, 2, starts[k], &options);
        }
    }
}

/* ---- when steps are not made at once ---- */

static double no_noise(void *context)
{
    (void)context;
    return 0;
}

static size_t count_walks(const descent_options *options)
{
    struct function function = {bowl, 0};
    descent_problem problem = problem_of(&function, 1);
    double start = 5;
    problem.walk = walk_one;
    walks = 0;
    descent *search = descent_new(&problem, options, &start);
    assert_non_null(search);
    (void)descent_run(search);
    descent_free(search);
    return walks;
}

static bool watch(void *context, const descent_state *state)
{
    uint64_t *seen = context;
    *seen += 1;
    return state->step_count < 100;
}

static void a_search_that_is_watched_goes_step_by_step(void **state)
{
    (void)state;
    double step = 1e-4, noise[] = {0.1};
    uint64_t seen = 0, steps = 500;
    descent_options options = with_fixed(&step);
    assert_true(count_walks(&options) > 0);
    options.observe = watch;
    options.observe_context = &seen;
    assert_int_equal(count_walks(&options), 0);
    assert_int_equal(seen, 101);
    options.observe_last = true;
    assert_true(count_walks(&options) > 0);
    options = with_fixed_budget(&step, &steps); /* a test for single points alone */
    assert_int_equal(count_walks(&options), 0);
    options = with_fixed(&step);
    options.method_settings = noise;
    options.normal = no_noise;
    assert_int_equal(count_walks(&options), 0);
    options = with_method("momentum", NULL, &step);
    assert_int_equal(count_walks(&options), 0);
}

static void an_observer_of_the_last_can_interrupt(void **state)
{
    (void)state;
    double step = 1e-4, start = 5;
    uint64_t seen = 0;
    struct function function = {bowl, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = with_fixed(&step);
    problem.walk = walk_one;
    options.observe = watch;
    options.observe_context = &seen;
    options.observe_last = true;
    descent *search = descent_new(&problem, &options, &start);
    assert_status(descent_run(search), DESCENT_INTERRUPTED);
    const descent_result *result = descent_get_result(search);
    assert_true(result->steps >= 100 && result->steps < 100 + 256 && seen < 30);
    assert_near(result->x[0] - 1, 4 * pow(1 - 2e-4, (double)result->steps), 1e-12);
    descent_free(search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_with_all_tests),
        cmocka_unit_test(searches_with_the_default_test),
        cmocka_unit_test(several_variables),
        cmocka_unit_test(several_variables_of_all_sizes),
        cmocka_unit_test(a_search_that_is_watched_goes_step_by_step),
        cmocka_unit_test(an_observer_of_the_last_can_interrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
