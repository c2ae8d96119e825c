/* SPDX-License-Identifier: MIT
 * test_descent_engine.c - methods as a later file would add them: with a rate and scratch
 * of their own, along other directions than the gradient. */
#include "descent_problems.h"

#include "descent/engine.h"

/* Heavy ball (Polyak 1964):  v <- beta v - rate g,  x <- x + v. */
enum { BETA };

static enum engine_progress roll(struct descent *d)
{
    double *v = d->method_scratch, rate = engine_rate(d);
    for (size_t i = 0; i < d->at.n; i++) {
        v[i] = d->method_settings[BETA] * v[i] - rate * d->gradient[i];
        d->trial_x[i] = d->x[i] + v[i];
    }
    return engine_arrive(d, rate);
}

static size_t one_vector(size_t n, const double *settings)
{
    /* The settings are known when the memory is laid out. */
    assert_true(settings[BETA] == 0.9);
    return n;
}

static const descent_setting roll_settings[] = {
    {"beta", 0.9, 0, 1, "the share of the last move that goes on"}, {.name = NULL}};

static const descent_method heavy_ball = {.name = "heavy_ball",
                                          .summary = "a ball with inertia",
                                          .settings = roll_settings,
                                          .needs = ENGINE_NEEDS_RATE,
                                          .scratch = one_vector,
                                          .step = roll};

static void a_method_keeps_its_scratch(void **state)
{
    (void)state;
    double start[] = {2.385, -1.713}, step = 0.05;
    uint64_t steps = 40;
    struct function function = {valley, 0};
    descent_problem problem = problem_of(&function, 2);
    descent_options options = with_fixed_budget(&step, &steps);
    options.method = &heavy_ball;
    descent *search = descent_new(&problem, &options, start);
    assert_non_null(search);
    double x[] = {2.385, -1.713}, v[] = {0, 0}, g[2];
    for (int k = 0; k < 40; k++) {
        (void)valley(x, g);
        for (size_t i = 0; i < 2; i++) {
            v[i] = 0.9 * v[i] - 0.05 * g[i];
            x[i] += v[i];
        }
    }
    assert_status(descent_run(search), DESCENT_BUDGET);
    assert_near(descent_get_result(search)->x[0], x[0], 1e-14);
    assert_near(descent_get_result(search)->x[1], x[1], 1e-14);
    /* The best point is not the last: a ball rolls through the minimum. */
    const descent_result *result = descent_get_result(search);
    assert_true(result->best_value < result->value);
    assert_near(valley(result->best_x, NULL), result->best_value, 0);
    descent_free(search);
}

static void a_rate_needs_a_rule_that_gives_one(void **state)
{
    (void)state;
    struct function function = {hook, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = {.method = &heavy_ball};
    assert_string_equal(descent_find_fault(&problem, &options), "step");
    options.search = descent_search_find("backtracking");
    assert_string_equal(descent_find_fault(&problem, &options), "search");
    const double beta = 1.5, step = 0.1;
    options = with_fixed(&step);
    options.method = &heavy_ball;
    assert_null(descent_find_fault(&problem, &options));
    options.method_settings = &beta;
    assert_string_equal(descent_find_fault(&problem, &options), "beta");
}

static size_t too_much(size_t n, const double *settings)
{
    (void)n;
    (void)settings;
    return SIZE_MAX;
}

static void scratch_that_cannot_be_is_refused(void **state)
{
    (void)state;
    double start = 0, step = 0.1;
    struct function function = {hook, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = with_fixed(&step);
    descent_method greedy = heavy_ball;
    greedy.scratch = too_much;
    options.method = &greedy;
    assert_null(descent_new(&problem, &options, &start));
}

/* Newton's direction for 4 x^2 + y^2/2, in its scratch. */
static enum engine_progress aim(struct descent *d)
{
    double *direction = d->method_scratch;
    direction[0] = -d->gradient[0] / 8;
    direction[1] = -d->gradient[1];
    return engine_descend(d, direction, 1);
}

static enum engine_progress climb(struct descent *d)
{
    return engine_descend(d, d->gradient, 1);
}

static descent_result finish(enum engine_progress (*step)(struct descent *d))
{
    double start[] = {2.385, -1.713};
    struct function function = {valley, 0};
    descent_problem problem = problem_of(&function, 2);
    descent_method method = heavy_ball;
    method.needs = 0;
    method.step = step;
    descent_options options = {.method = &method};
    descent *search = descent_new(&problem, &options, start);
    assert_non_null(search);
    descent_run(search);
    descent_result result = *descent_get_result(search);
    descent_free(search);
    return result;
}

static void other_directions_are_searched_along(void **state)
{
    (void)state;
    descent_result result = finish(aim);
    assert_status(result.status, DESCENT_CONVERGED);
    assert_int_equal(result.steps, 1);
    assert_true(result.step == 1 && result.value == 0);
}

static void a_direction_uphill_stalls(void **state)
{
    (void)state;
    descent_result result = finish(climb);
    assert_status(result.status, DESCENT_STALLED);
    assert_int_equal(result.evaluations, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_method_keeps_its_scratch),
        cmocka_unit_test(a_rate_needs_a_rule_that_gives_one),
        cmocka_unit_test(scratch_that_cannot_be_is_refused),
        cmocka_unit_test(other_directions_are_searched_along),
        cmocka_unit_test(a_direction_uphill_stalls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
