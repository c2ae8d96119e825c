/* SPDX-License-Identifier: MIT
 * test_descent_trace.c - the rows that are kept, the observer, the clock, one step at a
 * time. */
#include "descent_problems.h"

static double parabola(const double *x, double *g)
{
    double w = x[0];
    if (g != NULL)
        g[0] = 2 * w - 4;
    return w * w - 4 * w + 5;
}

static void a_walk_shows_the_hand_simulation(void **state)
{
    (void)state;
    const double w[] = {0,       1.2,      1.68,      1.872,     1.9488,
                        1.97952, 1.991808, 1.9967232, 1.99868928};
    const double values[] = {5,
                             1.64,
                             1.1024,
                             1.016384,
                             1.00262144,
                             1.0004194304,
                             1.000067108864,
                             1.0000107374182,
                             1.0000017179869};
    double start = 0, step = 0.3;
    uint64_t steps = 8;
    struct function function = {parabola, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = with_fixed_budget(&step, &steps);
    descent *search = descent_new(&problem, &options, &start);
    assert_int_equal(function.calls, 0);
    for (uint64_t k = 0; k <= 8; k++) {
        const descent_result *result = descent_get_result(search);
        assert_int_equal(result->steps, k);
        assert_near(result->x[0], w[k], 1e-14);
        assert_near(result->value, values[k], 1e-13);
        assert_int_equal(result->row_count, k + 1);
        /* The eighth step is made, and it is the last. */
        assert_int_equal(descent_step(search), k < 7);
    }
    assert_near(descent_get_result(search)->factor, 0.4, 1e-9);
    for (size_t row = 0; row < 9; row++) {
        descent_row kept = descent_get_row(search, row);
        assert_int_equal(kept.k, row);
        assert_near(kept.x[0], w[row], 1e-14);
        assert_near(kept.value, values[row], 1e-13);
        assert_near(kept.gradient_norm, fabs(2 * w[row] - 4), 1e-13);
        assert_near(kept.step, row == 0 ? (double)NAN : 0.3, 0);
    }
    assert_int_equal(function.calls, 9);
    descent_free(search);
}

static void check_rows(size_t capacity, uint64_t steps)
{
    double start = 10, step = 0.01;
    struct function function = {bowl, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = with_fixed_budget(&step, &steps);
    options.trace_rows = capacity;
    descent *search = descent_new(&problem, &options, &start);
    descent_run(search);
    size_t count = descent_get_result(search)->row_count;
    assert_in_range(count, 2, capacity);
    assert_true(capacity > steps ? count == steps + 1 : 2 * count + 2 >= capacity);
    uint64_t stride = descent_get_row(search, 1).k;
    for (size_t row = 0; row + 1 < count; row++)
        assert_int_equal(descent_get_row(search, row).k, row * stride);
    descent_row first = descent_get_row(search, 0),
                last = descent_get_row(search, count - 1);
    assert_true(first.x[0] == 10 && isnan(first.step));
    assert_int_equal(last.k, steps);
    assert_true(last.x[0] == descent_get_result(search)->x[0]);
    assert_true(last.value == descent_get_result(search)->value);
    for (size_t row = 0; row < count; row++) {
        descent_row kept = descent_get_row(search, row);
        assert_near(kept.x[0], 1 + 9 * pow(0.98, (double)kept.k), 1e-12);
        assert_near(kept.value, bowl(kept.x, NULL), 0);
    }
    assert_null(descent_get_row(search, count).x);
    assert_true(isnan(descent_get_row(search, count).value));
    descent_free(search);
}

static void the_trace_is_thinned_evenly(void **state)
{
    (void)state;
    const size_t capacities[] = {2, 3, 4, 5, 7, 10, 64, 1000};
    const uint64_t steps[] = {1, 2, 3, 7, 8, 63, 64, 65, 100, 999, 1000, 1001, 5000};
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++)
        for (size_t j = 0; j < sizeof steps / sizeof *steps; j++)
            check_rows(capacities[i], steps[j]);
}

static double many(const double *x, double *g)
{
    if (g != NULL)
        memcpy(g, x, 1000 * sizeof *g);
    return x[0] * x[0];
}

static void points_are_left_out_past_a_million_numbers(void **state)
{
    (void)state;
    static double start[1000] = {1};
    double step = 0.1;
    uint64_t steps = 3;
    struct function function = {many, 0};
    descent_problem problem = problem_of(&function, 1000);
    descent_options options = with_fixed_budget(&step, &steps);
    for (size_t rows = 1000; rows <= 1001; rows++) {
        options.trace_rows = rows;
        descent *search = descent_new(&problem, &options, start);
        descent_run(search);
        assert_int_equal(descent_get_result(search)->row_count, 4);
        for (size_t row = 0; row < 4; row++)
            assert_int_equal(descent_get_row(search, row).x != NULL, rows == 1000);
        descent_free(search);
    }
}

struct watch {
    uint64_t seen, last;
};

static bool until_the_third(void *context, const descent_state *state)
{
    struct watch *watch = context;
    assert_int_equal(state->step_count, watch->seen);
    watch->seen++;
    watch->last = state->step_count;
    return state->step_count < 3;
}

static void the_observer_sees_every_point_and_interrupts(void **state)
{
    (void)state;
    double start = 0, step = 0.04;
    struct watch watch = {0, 0};
    struct function function = {hook, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = with_fixed(&step);
    options.observe = until_the_third;
    options.observe_context = &watch;
    descent *search = descent_new(&problem, &options, &start);
    assert_status(descent_run(search), DESCENT_INTERRUPTED);
    assert_int_equal(watch.seen, 4);
    assert_int_equal(descent_get_result(search)->steps, 3);
    assert_int_equal(descent_get_result(search)->row_count, 4);
    assert_false(descent_step(search));
    assert_int_equal(watch.seen, 4);
    descent_free(search);

    /* A point where the test holds is an end, not an interruption. */
    uint64_t steps = 3;
    watch = (struct watch){0, 0};
    options.until = after_steps;
    options.until_context = &steps;
    search = descent_new(&problem, &options, &start);
    assert_status(descent_run(search), DESCENT_BUDGET);
    assert_int_equal(watch.last, 3);
    descent_free(search);
}

static bool refuse(void *context, const descent_state *state)
{
    (void)context;
    (void)state;
    return false;
}

static void it_can_be_interrupted_at_the_start(void **state)
{
    (void)state;
    double start = 0;
    struct function function = {hook, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = {.observe = refuse};
    descent *search = descent_new(&problem, &options, &start);
    assert_false(descent_step(search));
    assert_status(descent_get_result(search)->status, DESCENT_INTERRUPTED);
    assert_int_equal(descent_get_result(search)->steps, 0);
    descent_free(search);
}

static double tick(void *context)
{
    double *time = context;
    return *time += 0.25;
}

static void seconds_are_counted_from_the_start(void **state)
{
    (void)state;
    double start = 0, step = 0.04, time = 1000;
    uint64_t steps = 4;
    struct function function = {hook, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = with_fixed_budget(&step, &steps);
    options.clock = tick;
    options.clock_context = &time;
    descent *search = descent_new(&problem, &options, &start);
    time = 2000;
    descent_run(search);
    /* One look at the clock before the start and one at each of five points. */
    assert_near(descent_get_result(search)->seconds, 1.25, 0);
    descent_free(search);
}

static descent_stop watch_changes(void *context, const descent_state *state)
{
    double *last = context;
    if (state->step_count > 0) {
        assert_near(state->value_change, fabs(hook(state->x, NULL) - hook(last, NULL)),
                    0);
        assert_near(state->point_change, fabs(state->x[0] - *last), 0);
        assert_near(state->step, 0.04, 0);
    }
    assert_near(state->gradient_norm, fabs(state->gradient[0]), 0);
    assert_near(state->gradient[0], 4 * (2 * state->x[0] - 6), 0);
    *last = state->x[0];
    return state->point_change < 0.01 ? DESCENT_STOP_CONVERGED : DESCENT_GO_ON;
}

static void the_test_sees_the_search_quantities(void **state)
{
    (void)state;
    double start = 0, step = 0.04, last = 0;
    struct function function = {hook, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = with_fixed(&step);
    options.until = watch_changes;
    options.until_context = &last;
    descent *search = descent_new(&problem, &options, &start);
    assert_status(descent_run(search), DESCENT_CONVERGED);
    /* The k-th move is 0.96 * 0.68^(k-1): first below 0.01 at the thirteenth. */
    assert_int_equal(descent_get_result(search)->steps, 13);
    descent_free(search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_shows_the_hand_simulation),
        cmocka_unit_test(the_trace_is_thinned_evenly),
        cmocka_unit_test(points_are_left_out_past_a_million_numbers),
        cmocka_unit_test(the_observer_sees_every_point_and_interrupts),
        cmocka_unit_test(it_can_be_interrupted_at_the_start),
        cmocka_unit_test(seconds_are_counted_from_the_start),
        cmocka_unit_test(the_test_sees_the_search_quantities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
