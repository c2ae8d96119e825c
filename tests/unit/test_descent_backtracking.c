/* SPDX-License-Identifier: MIT
 * test_descent_backtracking.c - the default step rule: what it accepts, and how it ends.
 */
#include "descent_problems.h"

enum { INITIAL, SHRINK, GROW, DECREASE };
static const double usual[] = {1, 0.5, 1.5, 1e-4};

static descent_stop never(void *context, const descent_state *state)
{
    (void)context;
    (void)state;
    return DESCENT_GO_ON;
}

/* The search is freed; the arrays of the result are copied to x. */
static descent_result finish(formula f, size_t n, const double *start,
                             const double *settings, bool for_ever, double *x)
{
    struct function function = {f, 0};
    descent_problem problem = problem_of(&function, n);
    descent_options options = {.search_settings = settings,
                               .until = for_ever ? never : NULL};
    descent *search = descent_new(&problem, &options, start);
    assert_non_null(search);
    descent_run(search);
    descent_result result = *descent_get_result(search);
    assert_int_equal(result.evaluations, function.calls);
    memcpy(x, result.x, n * sizeof *x);
    assert_true(result.best_value == result.value);
    descent_free(search);
    return result;
}

static void the_mirror_point_is_rejected(void **state)
{
    (void)state;
    double start = -2.4, x, from_two[] = {2, 0.5, 1.5, 1e-4};
    descent_result result = finish(bowl, 1, &start, from_two, false, &x);
    assert_status(result.status, DESCENT_CONVERGED);
    assert_int_equal(result.steps, 1);
    assert_true(x == 1);
    assert_true(result.step == 0.5);
    assert_true(result.factor == 0);
    /* The start; t = 2, 1 (the mirror point 4.4) and 0.5; the gradient where it went. */
    assert_int_equal(result.evaluations, 5);
    assert_int_equal(result.gradient_evaluations, 2);
    /* As the default says, too. */
    result = finish(bowl, 1, &start, NULL, false, &x);
    assert_int_equal(result.steps, 1);
    assert_true(x == 1);
}

static void the_next_trial_grows_up_to_the_initial_one(void **state)
{
    (void)state;
    /* Curvature 8 takes t < 0.24998; each step begins with 1.5 times the last. */
    double start = 0;
    struct function function = {hook, 0};
    descent_problem problem = problem_of(&function, 1);
    const double settings[] = {0.2, 0.5, 1.5, 1e-4};
    descent_options options = {.search_settings = settings, .until = never};
    descent *search = descent_new(&problem, &options, &start);
    const double steps[] = {0.2, 0.2, 0.2};
    for (size_t i = 0; i < 3; i++) {
        assert_true(descent_step(search));
        assert_true(descent_get_result(search)->step == steps[i]);
    }
    descent_free(search);

    const double long_first[] = {0.8, 0.25, 1.1, 1e-4};
    options.search_settings = long_first;
    search = descent_new(&problem, &options, &start);
    const double grown[] = {0.2, 0.2 * 1.1, 0.2 * 1.1 * 1.1, 0.2 * 1.1 * 1.1 * 1.1 / 4};
    for (size_t i = 0; i < 4; i++) {
        descent_step(search);
        assert_near(descent_get_result(search)->step, grown[i], 1e-15);
    }
    descent_free(search);
}

static void enough_is_what_the_setting_says(void **state)
{
    (void)state;
    /* From 0 the hook falls by 576 t (1 - 4 t): half of the promise needs t <= 0.125. */
    double start = 0, half[] = {0.24, 0.5, 1.5, 0.5}, little[] = {0.24, 0.5, 1.5, 1e-4};
    struct function function = {hook, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = {.search_settings = half};
    descent *search = descent_new(&problem, &options, &start);
    descent_step(search);
    assert_true(descent_get_result(search)->step == 0.12);
    descent_free(search);
    options.search_settings = little;
    search = descent_new(&problem, &options, &start);
    descent_step(search);
    assert_true(descent_get_result(search)->step == 0.24);
    descent_free(search);
}

static void trials_outside_the_domain_are_rejected(void **state)
{
    (void)state;
    double start = 3, x, far[] = {1000, 0.5, 1.5, 1e-4};
    descent_result result = finish(barrier, 1, &start, far, false, &x);
    assert_status(result.status, DESCENT_CONVERGED);
    assert_near(x, 1, 2e-6);
    assert_true(result.evaluations < 80);
    assert_int_equal(result.fault_step, 0);
}

static double deep(const double *x, double *g)
{
    double u = x[0] - 3;
    if (g != NULL)
        g[0] = 2 * u;
    return u * u + 1e8;
}

/* Its values are multiples of 1.5e-8. */
static double coarse(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 2 * x[0];
    return (1e8 + x[0] * x[0]) - 1e8;
}

static double saddle(const double *x, double *g)
{
    double a = x[0], b = x[1];
    if (g != NULL) {
        g[0] = 2 * a;
        g[1] = -2 * b + 4 * b * b * b;
    }
    return a * a - b * b + b * b * b * b;
}

static double hilltop(const double *x, double *g)
{
    if (g != NULL)
        g[0] = -2 * x[0];
    return -x[0] * x[0];
}

/* Logistic regression in one parameter on twenty points, some on the wrong side. */
static double logistic(const double *x, double *g)
{
    double value = 0, slope = 0;
    for (int i = 0; i < 20; i++) {
        double u = i - 9.3, y = i % 3 != 0, z = u * x[0];
        value += log1p(exp(z)) - y * z;
        slope += u * (1 / (1 + exp(-z)) - y);
    }
    if (g != NULL)
        g[0] = slope;
    return value;
}

/* Values keep about half the digits of x: the end is where the gradient cannot be seen to
 * fall, not where the values are equal. */
static void where_nothing_can_change_it_has_converged_at_rounding(void **state)
{
    (void)state;
    const struct {
        formula f;
        size_t n;
        double start[2], x, tolerance, initial;
        uint64_t most;
    } rows[] = {
        {bowl, 1, {-2.4}, 1, 0, 1, 40},
        {bowl, 1, {-2.4}, 1, 1e-7, 1000, 200},
        {deep, 1, {-2.4}, 3, 1e-8, 1, 6},
        {deep, 1, {-2.4}, 3, 1e-6, 1000, 300},
        {coarse, 1, {2.385}, 0, 1e-4, 1000, 300},
        {coarse, 1, {5e-5}, 0, 1e-4, 1, 60},
        {hilltop, 1, {1e-170}, 0, 1e-160, 1, 50},
        {barrier, 1, {3}, 1, 1e-7, 1, 100},
        {logistic, 1, {0.1}, 0.0247068775, 1e-8, 1, 200},
        {saddle, 2, {1, 0.01}, 0, 1e-8, 1, 200},
        {banana, 2, {1.001, 1}, 1, 1e-6, 1, 40000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double x[2], settings[] = {rows[i].initial, 0.5, 1.5, 1e-4};
        descent_result result =
            finish(rows[i].f, rows[i].n, rows[i].start, settings, true, x);
        if (rows[i].f != banana) {
            assert_status(result.status, DESCENT_CONVERGED);
            assert_true(result.at_rounding);
        }
        assert_near(x[0], rows[i].x, rows[i].tolerance);
        assert_in_range(result.evaluations, 1, rows[i].most);
        assert_false(fabs(result.factor) > 1);
    }
}

static void a_zero_gradient_is_an_end(void **state)
{
    (void)state;
    double start[] = {0, 0}, x[2];
    descent_result result = finish(saddle, 2, start, NULL, true, x);
    assert_status(result.status, DESCENT_CONVERGED);
    assert_true(result.at_rounding);
    assert_int_equal(result.steps, 0);
    assert_true(isnan(result.factor));
}

static double wrong_sign(const double *x, double *g)
{
    double value = bowl(x, g);
    if (g != NULL)
        g[0] = -g[0];
    return value + 1;
}

static double kink(const double *x, double *g)
{
    bool right = x[0] > 0.7;
    if (g != NULL)
        g[0] = right ? 1 : -10;
    return right ? 5 + (x[0] - 0.7) : 5 + 10 * (0.7 - x[0]);
}

/* Values as fine as x itself. */
static double corner(const double *x, double *g)
{
    if (g != NULL)
        g[0] = x[0] > 0.7 ? 1 : -1;
    return fabs(x[0] - 0.7);
}

/* Falls to the right, ends at 1. */
static double wall(const double *x, double *g)
{
    if (g != NULL)
        g[0] = -1;
    return x[0] <= 1 ? -x[0] : (double)NAN;
}

static void where_no_step_improves_it_has_stalled(void **state)
{
    (void)state;
    const struct {
        formula f;
        double start, x, tolerance;
    } rows[] = {
        {wrong_sign, 2.385, 2.385, 0}, {kink, 2.385, 0.7, 1e-15},
        {kink, -1.713, 0.7, 1e-15},    {corner, 2.385, 0.7, 1e-15},
        {wall, 0.3, 1, 1e-15},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double x;
        descent_result result = finish(rows[i].f, 1, &rows[i].start, usual, false, &x);
        assert_status(result.status, DESCENT_STALLED);
        assert_false(result.at_rounding);
        assert_near(x, rows[i].x, rows[i].tolerance);
        assert_in_range(result.evaluations, 2, 240);
    }
}

static double absolute(const double *x, double *g)
{
    if (g != NULL)
        g[0] = x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0;
    return fabs(x[0]);
}

static double steep(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 100 * pow(x[0], 99);
    return pow(x[0], 100);
}

static void extreme_scales_are_walked_through(void **state)
{
    (void)state;
    double start = 2.385, x;
    assert_status(finish(absolute, 1, &start, NULL, false, &x).status, DESCENT_CONVERGED);
    assert_true(x == 0);
    /* A slope of 1e170: its square is not a number that there is. */
    start = 50;
    const double far[] = {1000, 0.5, 1.5, 1e-4};
    descent_result result = finish(steep, 1, &start, far, false, &x);
    assert_status(result.status, DESCENT_CONVERGED);
    assert_true(fabs(x) < 0.85);
    /* The slope is so small that x cannot change. */
    result = finish(steep, 1, &start, far, true, &x);
    assert_status(result.status, DESCENT_CONVERGED);
    assert_true(result.at_rounding && fabs(x) < 0.85);
}

static double falling(const double *x, double *g)
{
    if (g != NULL)
        g[0] = -exp(x[0]);
    return -exp(x[0]);
}

static void a_fall_without_end_is_unbounded(void **state)
{
    (void)state;
    double start = 1, x;
    assert_status(finish(falling, 1, &start, NULL, false, &x).status, DESCENT_UNBOUNDED);
    descent_result result = finish(hilltop, 1, &start, NULL, false, &x);
    assert_status(result.status, DESCENT_UNBOUNDED);
    assert_near(result.factor, 3, 1e-12);
    assert_true(isfinite(result.value) && result.value < -1e300);
}

static void a_users_budget_ends_it_too(void **state)
{
    (void)state;
    double start[] = {-1.2, 1};
    uint64_t steps = 7;
    struct function function = {banana, 0};
    descent_problem problem = problem_of(&function, 2);
    descent_options options = {
        .until = after_steps, .until_context = &steps, .users_budget = true};
    descent *search = descent_new(&problem, &options, start);
    assert_status(descent_run(search), DESCENT_BUDGET);
    assert_int_equal(descent_get_result(search)->steps, 7);
    descent_free(search);
}

static void values_fall_in_every_step(void **state)
{
    (void)state;
    double start[] = {-1.2, 1};
    struct function function = {banana, 0};
    descent_problem problem = problem_of(&function, 2);
    descent_options options = {.most_steps = 2000};
    descent *search = descent_new(&problem, &options, start);
    double last = banana(start, NULL);
    while (descent_step(search)) {
        double value = descent_get_result(search)->value;
        assert_true(value < last);
        last = value;
    }
    const descent_result *result = descent_get_result(search);
    assert_status(result->status, DESCENT_BUDGET);
    assert_true(result->value < 0.05);
    assert_true(result->evaluations < 4 * result->steps);
    descent_free(search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mirror_point_is_rejected),
        cmocka_unit_test(the_next_trial_grows_up_to_the_initial_one),
        cmocka_unit_test(enough_is_what_the_setting_says),
        cmocka_unit_test(trials_outside_the_domain_are_rejected),
        cmocka_unit_test(where_nothing_can_change_it_has_converged_at_rounding),
        cmocka_unit_test(a_zero_gradient_is_an_end),
        cmocka_unit_test(where_no_step_improves_it_has_stalled),
        cmocka_unit_test(extreme_scales_are_walked_through),
        cmocka_unit_test(a_fall_without_end_is_unbounded),
        cmocka_unit_test(a_users_budget_ends_it_too),
        cmocka_unit_test(values_fall_in_every_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
