/* SPDX-License-Identifier: MIT
 * test_descent.c - fixed and scheduled steps: the numbers that the labs hold, and how a
 * search ends. */
#include "descent_problems.h"

#include <float.h>
#include <stdlib.h>

/* Of the search that finish has freed; its result's pointers are no longer good. */
static double last_x;
static bool has_fault;

static descent_result finish(formula f, size_t n, const double *start,
                             descent_options options)
{
    struct function function = {f, 0};
    descent_problem problem = problem_of(&function, n);
    descent *search = descent_new(&problem, &options, start);
    assert_non_null(search);
    descent_run(search);
    descent_result result = *descent_get_result(search);
    assert_int_equal(result.evaluations, function.calls);
    last_x = result.x[0];
    has_fault = result.fault_x != NULL;
    descent_free(search);
    return result;
}

static descent_result fixed_steps(formula f, double start, double step, uint64_t steps)
{
    return finish(f, 1, &start, with_fixed_budget(&step, &steps));
}

static void budget_row(formula f, double start, double step, uint64_t steps,
                       double expected, double tolerance, double factor,
                       descent_status status)
{
    descent_result result = fixed_steps(f, start, step, steps);
    assert_near(last_x, expected, tolerance);
    assert_int_equal(result.steps, steps);
    assert_int_equal(result.evaluations, steps + 1);
    assert_near(result.factor, factor, 1e-6);
    assert_status(result.status, status);
}

static void budgets_are_carried_out_in_full(void **state)
{
    (void)state;
    budget_row(hook, 0, 0.04, 20, 2.9986593990931256, 1e-14, 0.68, DESCENT_BUDGET);
    budget_row(hook, 0, 0.27, 20, -55.38227835942911, 1e-11, -1.16, DESCENT_DIVERGED);
    budget_row(hook, 0, 0.12, 20, 3.0, 0, 0.04, DESCENT_BUDGET);
    budget_row(bowl, -2.4, 1.05, 300, -8.897837387e12, 8.9e3, -1.1, DESCENT_DIVERGED);
    budget_row(hook, 0, 0.12, 12345, 3.0, 0, 0.04, DESCENT_BUDGET);
    budget_row(hook, 1, 0.12, 1, 2.92, 1e-15, (double)NAN, DESCENT_BUDGET);
    budget_row(hook, 1, 0.12, 2, 2.9968, 1e-15, 0.04, DESCENT_BUDGET);
}

static double square(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 2 * x[0];
    return x[0] * x[0];
}

static void factor_is_one_minus_step_times_curvature(void **state)
{
    (void)state;
    const struct {
        double step, x, factor;
        descent_status status;
    } rows[] = {
        {0.01, 6.67608, 0.98, DESCENT_BUDGET},    {0.1, 0.115292, 0.8, DESCENT_BUDGET},
        {0.9, 0.115292, -0.8, DESCENT_BUDGET},    {1.0, 10, -1, DESCENT_BUDGET},
        {1.1, 383.376, -1.2, DESCENT_DIVERGED},   {1.15, 1900.5, -1.3, DESCENT_DIVERGED},
        {0.4, 1.048576e-13, 0.2, DESCENT_BUDGET},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        descent_result result = fixed_steps(square, 10, rows[i].step, 20);
        assert_near(last_x, rows[i].x, 1e-5 * fabs(rows[i].x));
        assert_near(result.factor, rows[i].factor, 1e-9);
        assert_status(result.status, rows[i].status);
    }
}

static descent_result until_small_gradient(formula f, double start, double step,
                                           double limit)
{
    descent_options options = with_fixed(&step);
    options.until = at_small_gradient;
    options.until_context = &limit;
    return finish(f, 1, &start, options);
}

static double two_valleys(const double *x, double *g)
{
    double w = x[0];
    if (g != NULL)
        g[0] = w * w * w - 4 * w - 0.5;
    return w * w * w * w / 4 - 2 * w * w - w / 2;
}

static void gradient_tests_stop_at_the_first_point_that_holds(void **state)
{
    (void)state;
    const struct {
        formula formula;
        double start, step, limit;
        uint64_t steps;
        double x, tolerance;
    } rows[] = {
        {hook, 0, 0.12, 1e-4, 4, 2.99999232, 1e-14},
        {hook, 0, 0.04, 1e-4, 33, 3, 1e-4},
        {bowl, -2.4, 0.3, 1e-4, 13, 0.99997718298624, 1e-13},
        {bowl, -2.4, 0.02, 1e-4, 273, 0.99995084977, 1e-11},
        {two_valleys, -2.4, 0.05, 1e-6, 33, -1.9342980, 1e-6},
        {two_valleys, 2.4, 0.05, 1e-6, 26, 2.0597920, 1e-6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        descent_result result = until_small_gradient(rows[i].formula, rows[i].start,
                                                     rows[i].step, rows[i].limit);
        assert_status(result.status, DESCENT_CONVERGED);
        assert_int_equal(result.steps, rows[i].steps);
        assert_near(last_x, rows[i].x, rows[i].tolerance);
        assert_false(result.at_rounding);
    }
}

static void at_the_stability_bound_it_bounces_for_ever(void **state)
{
    (void)state;
    descent_result result = fixed_steps(hook, 0, 0.25, 1001);
    assert_true(last_x == 6);
    assert_true(result.factor == -1);
    assert_true(result.value == result.start_value);
    assert_int_equal(result.best_k, 0);
    assert_status(result.status, DESCENT_BUDGET);
    result = until_small_gradient(hook, 0, 0.25, 1e-4);
    assert_int_equal(result.steps, 10000);
    assert_status(result.status, DESCENT_BUDGET);
}

static void one_step_to_the_minimum_has_factor_zero(void **state)
{
    (void)state;
    assert_true(fixed_steps(hook, 0, 0.125, 1).factor == 0);
    assert_true(last_x == 3);
    assert_true(fixed_steps(hook, 0, 0.125, 3).factor == 0);
    assert_true(until_small_gradient(bowl, -2.4, 0.5, 1e-4).factor == 0);
    /* One step that did not get there tells nothing. */
    assert_true(isnan(fixed_steps(hook, 0, 0.12, 1).factor));
}

static double quartic(const double *x, double *g)
{
    double w = x[0];
    if (g != NULL)
        g[0] = 4 * w * w * w;
    return w * w * w * w;
}

static void growth_without_a_budget_is_divergence(void **state)
{
    (void)state;
    double step = 0.27, zero = 0;
    descent_result result = finish(hook, 1, &zero, with_fixed(&step));
    assert_status(result.status, DESCENT_DIVERGED);
    assert_int_equal(result.steps, 39);
    assert_false(has_fault);
    /* A first step far too long is not taken for the scale. */
    double one = 1, huge = 1e6;
    result = finish(quartic, 1, &one, with_fixed(&huge));
    assert_status(result.status, DESCENT_DIVERGED);
    assert_int_equal(result.steps, 1);
}

/* Root at the start: the value there is no scale. */
static double shifted(const double *x, double *g)
{
    return hook(x, g) - 36;
}

static void a_start_at_a_root_has_a_scale_too(void **state)
{
    (void)state;
    double zero = 0, step = 0.27;
    descent_result result = finish(shifted, 1, &zero, with_fixed(&step));
    assert_status(result.status, DESCENT_DIVERGED);
    assert_in_range(result.steps, 30, 45);
    /* Close to a root the value is small, and a rise over it no divergence. */
    double near = 3 + 1e-9;
    step = 0.12;
    assert_status(finish(hook, 1, &near, with_fixed(&step)).status, DESCENT_CONVERGED);
}

static double from_list(void *context, const descent_state *state)
{
    const double *steps = context;
    return steps[state->step_count < 3 ? state->step_count : 3];
}

static void rises_within_the_scale_are_no_divergence(void **state)
{
    (void)state;
    /* At the start the value is -2e-8 or 0.  It rises by 12, at once or after a step of
     * length 0; or it falls by 5e-7, then to -35.9, and rises to 13. */
    double starts[] = {1e-9, 0, 1e-9};
    double lists[][4] = {
        {0.27, 0.12, 0.12, 0.12}, {0, 0.27, 0.12, 0.12}, {1e-9, 0.12, 3.75, 0.12}};
    for (size_t i = 0; i < 3; i++) {
        descent_options options = {.search = descent_search_find("schedule"),
                                   .schedule = from_list,
                                   .schedule_context = lists[i]};
        descent_result result = finish(shifted, 1, &starts[i], options);
        assert_status(result.status, DESCENT_CONVERGED);
        assert_near(result.start_value, -24 * starts[i], 1e-12);
    }
}

static void steps_of_zero_are_steps(void **state)
{
    (void)state;
    descent_result result = fixed_steps(hook, 0, 0, 20);
    assert_int_equal(result.steps, 20);
    assert_true(last_x == 0);
    assert_true(result.point_change == 0 && result.value_change == 0);
    assert_true(isnan(result.factor));
    assert_status(result.status, DESCENT_BUDGET);
    double step = 0, zero = 0;
    result = finish(hook, 1, &zero, with_fixed(&step));
    assert_int_equal(result.steps, 10000);
    assert_status(result.status, DESCENT_BUDGET);
}

static descent_stop ask_at_the_start(void *context, const descent_state *state)
{
    *(descent_state *)context = *state;
    return DESCENT_STOP_REACHED;
}

static void the_test_is_asked_at_the_start(void **state)
{
    (void)state;
    descent_result result = fixed_steps(hook, 0, 0.12, 0);
    assert_int_equal(result.steps, 0);
    assert_int_equal(result.evaluations, 1);
    assert_status(result.status, DESCENT_BUDGET);
    assert_true(result.value == 36 && result.gradient_norm == 24);

    descent_state seen = {0};
    double start = 0;
    descent_options options = {.until = ask_at_the_start, .until_context = &seen};
    result = finish(hook, 1, &start, options);
    assert_status(result.status, DESCENT_REACHED);
    assert_int_equal(seen.step_count, 0);
    assert_true(isinf(seen.value_change) && isinf(seen.point_change));
    assert_true(isnan(seen.step) && isnan(seen.seconds));
    assert_int_equal(seen.evaluations, 1);
}

static void leaving_the_domain_is_undefined_and_says_where(void **state)
{
    (void)state;
    double start = 3, step = 6;
    struct function function = {barrier, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = with_fixed(&step);
    descent *search = descent_new(&problem, &options, &start);
    assert_status(descent_run(search), DESCENT_UNDEFINED);
    const descent_result *result = descent_get_result(search);
    assert_int_equal(result->steps, 0);
    assert_int_equal(result->fault_step, 1);
    assert_near(result->fault_x[0], -1, 1e-12);
    assert_true(result->x[0] == 3 && isfinite(result->value));
    assert_true(isfinite(result->gradient[0]));
    assert_false(descent_step(search));
    descent_free(search);
}

static void a_start_outside_the_domain_is_undefined(void **state)
{
    (void)state;
    double start = -1;
    descent_options none = {0};
    descent_result result = finish(barrier, 1, &start, none);
    assert_status(result.status, DESCENT_UNDEFINED);
    assert_int_equal(result.fault_step, 0);
    assert_true(has_fault);
    assert_true(isnan(result.value));
    assert_int_equal(result.evaluations, 1);
    assert_int_equal(result.row_count, 1);
}

static double cubic(const double *x, double *g)
{
    double w = x[0];
    if (g != NULL)
        g[0] = 3 * w * w;
    return w * w * w;
}

static double steep_well(const double *x, double *g)
{
    double value = exp(x[0] * x[0]);
    if (g != NULL)
        g[0] = 2 * x[0] * value;
    return value;
}

/* inf - inf when x is large. */
static double difference(const double *x, double *g)
{
    double s = x[0] * x[0];
    if (g != NULL)
        g[0] = 8 * s * s * s * x[0] - 6 * s * s * x[0];
    return s * s * s * s - s * s * s;
}

/* log(x): minus infinity at 0. */
static double pole(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 1 / x[0];
    return log(x[0]);
}

static void overflow_is_divergence_upwards_and_unbounded_downwards(void **state)
{
    (void)state;
    descent_result result = fixed_steps(quartic, 3, 1, 100);
    assert_status(result.status, DESCENT_DIVERGED);
    assert_true(isfinite(result.value) && result.steps < 10);
    assert_int_equal(result.fault_step, result.steps + 1);
    result = fixed_steps(bowl, -2.4, 1.05, 100000);
    assert_status(result.status, DESCENT_DIVERGED);
    assert_true(result.steps > 3000);
    /* One moderate rise, then over the edge. */
    result = fixed_steps(steep_well, 2, 0.021, 100);
    assert_status(result.status, DESCENT_DIVERGED);
    assert_int_equal(result.steps, 1);
    assert_status(fixed_steps(difference, 1.2, 1, 100).status, DESCENT_DIVERGED);
    result = fixed_steps(cubic, -3, 1, 100);
    assert_status(result.status, DESCENT_UNBOUNDED);
    assert_true(isfinite(result.value) && result.value < -1e100);
    /* A pole that a step happens to hit is the end of the domain, no fall. */
    assert_status(fixed_steps(pole, 1, 1, 100).status, DESCENT_UNDEFINED);
}

static void two_variables_fall_and_then_explode(void **state)
{
    (void)state;
    const struct {
        uint64_t steps;
        double value, relative;
        descent_status status;
    } rows[] = {
        {0, 50, 1e-6, DESCENT_BUDGET},     {5, 2.15, 1e-2, DESCENT_BUDGET},
        {10, 0.092, 1e-2, DESCENT_BUDGET}, {20, 0.0017, 2e-2, DESCENT_BUDGET},
        {40, 0.57, 1e-2, DESCENT_BUDGET},  {60, 217, 1e-2, DESCENT_DIVERGED},
    };
    double start[] = {1e-3, 10}, step = 0.27;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t steps = rows[i].steps;
        descent_result result =
            finish(valley, 2, start, with_fixed_budget(&step, &steps));
        assert_near(result.value, rows[i].value, rows[i].relative * rows[i].value);
        assert_status(result.status, rows[i].status);
        if (steps == 60)
            assert_near(result.factor, -1.16, 1e-6);
        if (steps == 10)
            assert_near(result.factor, 0.73, 1e-3);
        if (steps > 20)
            assert_in_range(result.best_k, 18, 21);
    }
}

static double inverse_of_step(void *context, const descent_state *state)
{
    (void)context;
    return 1 / (10 + (double)state->step_count);
}

static void schedules_see_the_step_count(void **state)
{
    (void)state;
    double start = 0;
    uint64_t steps = 2;
    descent_options options = {.search = descent_search_find("schedule"),
                               .schedule = inverse_of_step,
                               .until = after_steps,
                               .until_context = &steps,
                               .users_budget = true};
    descent_result result = finish(hook, 1, &start, options);
    /* (w - 3) is multiplied by 1 - 8/10, then by 1 - 8/11. */
    assert_near(last_x, 3 - 3 * (1 - 0.8) * (1 - 8.0 / 11), 1e-15);
    assert_near(result.step, 1.0 / 11, 1e-16);
}

static double not_a_number(void *context, const descent_state *state)
{
    (void)context;
    return state->step_count < 2 ? 0.04 : (double)NAN;
}

static double flat(const double *x, double *g)
{
    (void)x;
    if (g != NULL)
        g[0] = 1;
    return 4;
}

static void a_step_that_is_no_number_is_undefined(void **state)
{
    (void)state;
    double start = 0;
    descent_options options = {.search = descent_search_find("schedule"),
                               .schedule = not_a_number};
    descent_result result = finish(hook, 1, &start, options);
    assert_status(result.status, DESCENT_UNDEFINED);
    assert_int_equal(result.fault_step, 3);
    /* The value alone does not show it. */
    assert_status(finish(flat, 1, &start, options).status, DESCENT_UNDEFINED);
}

static double huge_slope(const double *x, double *g)
{
    if (g != NULL)
        g[0] = x[0] < 1 ? (double)INFINITY : 1;
    return x[0];
}

static void a_gradient_that_is_not_finite_is_undefined(void **state)
{
    (void)state;
    descent_result result = fixed_steps(huge_slope, 2.5, 1, 10);
    assert_status(result.status, DESCENT_UNDEFINED);
    assert_int_equal(result.fault_step, 2);
    assert_true(last_x == 1.5);
}

static void the_best_point_is_kept(void **state)
{
    (void)state;
    double start[] = {1e-3, 10}, step = 0.27;
    uint64_t steps = 60;
    struct function function = {valley, 0};
    descent_problem problem = problem_of(&function, 2);
    descent_options options = with_fixed_budget(&step, &steps);
    descent *search = descent_new(&problem, &options, start);
    descent_run(search);
    const descent_result *result = descent_get_result(search);
    assert_true(valley(result->best_x, NULL) == result->best_value);
    assert_true(result->best_value < result->value);
    assert_true(descent_get_row(search, (size_t)result->best_k).value ==
                result->best_value);
    descent_free(search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(budgets_are_carried_out_in_full),
        cmocka_unit_test(factor_is_one_minus_step_times_curvature),
        cmocka_unit_test(gradient_tests_stop_at_the_first_point_that_holds),
        cmocka_unit_test(at_the_stability_bound_it_bounces_for_ever),
        cmocka_unit_test(one_step_to_the_minimum_has_factor_zero),
        cmocka_unit_test(growth_without_a_budget_is_divergence),
        cmocka_unit_test(a_start_at_a_root_has_a_scale_too),
        cmocka_unit_test(rises_within_the_scale_are_no_divergence),
        cmocka_unit_test(steps_of_zero_are_steps),
        cmocka_unit_test(the_test_is_asked_at_the_start),
        cmocka_unit_test(leaving_the_domain_is_undefined_and_says_where),
        cmocka_unit_test(a_start_outside_the_domain_is_undefined),
        cmocka_unit_test(overflow_is_divergence_upwards_and_unbounded_downwards),
        cmocka_unit_test(two_variables_fall_and_then_explode),
        cmocka_unit_test(schedules_see_the_step_count),
        cmocka_unit_test(a_step_that_is_no_number_is_undefined),
        cmocka_unit_test(a_gradient_that_is_not_finite_is_undefined),
        cmocka_unit_test(the_best_point_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
