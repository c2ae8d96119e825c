/* SPDX-License-Identifier: MIT
 * test_descent_methods.c - the first-order methods: first iterates worked out by hand or
 * in 40 digits, what the adaptive ones are for, noise, what is refused. */
#include "descent_problems.h"

#include "descent/engine.h"

#include <stdlib.h>

/* ---- iterates ---- */

/* On (x - 1)^2.  The rows with short fractions are by hand; the others come from the
 * formulas at the heads of the files, computed in 40 decimal digits. */
static void first_iterates_are_those_of_the_formula(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        double start, step, settings[4], x[3];
    } rows[] = {
        {"gradient", 2, 0.25, {0}, {1.5, 1.25, 1.125}},
        {"momentum", 2, 0.125, {0.5}, {1.75, 1.4375, 1.171875}},
        {"momentum", 2, 0.25, {0}, {1.5, 1.25, 1.125}},
        {"nesterov", 2, 0.25, {0.5}, {1.25, 0.9375, 0.890625}},
        {"nesterov", 2, 0.25, {0}, {1.5, 1.25, 1.125}},
        {"adagrad",
         2.5,
         0.5,
         {1e-10},
         {2.000000000016666666, 1.722649901908544219, 1.536612922319241912}},
        {"rmsprop",
         2.5,
         0.125,
         {0.75, 1e-8},
         {2.250000001666666655, 2.076656191187813758, 1.934728992177634763}},
        {"adam",
         2.5,
         0.5,
         {0.9, 0.999, 1e-8},
         {2.000000001666666661, 1.514823939426595605, 1.066444836115356054}},
        {"adam",
         2.5,
         0.5,
         {0.5, 0.75, 0.25},
         {2.038461538461538461, 1.607149097328960313, 1.235054681038271736}},
        {"adamw",
         2.5,
         0.5,
         {0.9, 0.999, 1e-8, 0},
         {2.000000001666666661, 1.514823939426595605, 1.066444836115356054}},
        {"adamw",
         2.5,
         0.5,
         {0.9, 0.999, 1e-8, 0.1},
         {1.875000001666666661, 1.304351208148980957, 0.820847520624523657}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct function function = {bowl, 0};
        descent_options options =
            with_method(rows[i].method, rows[i].settings, &rows[i].step);
        descent *search = search_by(&function, 1, &options, &rows[i].start);
        for (size_t k = 0; k < 3; k++) {
            assert_true(descent_step(search));
            assert_near(descent_get_result(search)->x[0], rows[i].x[k], 4e-15);
        }
        assert_int_equal(function.calls, 4); /* one evaluation a point */
        descent_free(search);
    }
}

/* The textbook form keeps two points, and takes the gradient at the one ahead. */
static void nesterov_is_the_scheme_of_two_points(void **state)
{
    (void)state;
    const double beta = 0.75, step = 0.1;
    double start[] = {2.385, -1.713}, behind[] = {2.385, -1.713};
    double ahead[] = {2.385, -1.713}, g[2];
    struct function function = {valley, 0};
    descent_options options = with_method("nesterov", &beta, &step);
    descent *search = search_by(&function, 2, &options, start);
    for (int k = 0; k < 30; k++) {
        assert_true(descent_step(search));
        (void)valley(ahead, g);
        for (size_t i = 0; i < 2; i++) {
            double old = behind[i];
            behind[i] = ahead[i] - step * g[i];
            ahead[i] = behind[i] + beta * (behind[i] - old);
            assert_near(descent_get_result(search)->x[i], ahead[i], 1e-14);
        }
    }
    descent_free(search);
}

static double halving(void *context, const descent_state *state)
{
    (void)context;
    return 0.5 / (double)(state->step_count + 1);
}

/* From 2 with v = -0.5*2 to 1, where the slope is 0; half of v goes on undiminished. */
static void a_schedule_acts_on_the_new_part_of_the_velocity(void **state)
{
    (void)state;
    const double beta = 0.5, start = 2;
    struct function function = {bowl, 0};
    descent_options options = with_method("momentum", &beta, NULL);
    options.search = descent_search_find("schedule");
    options.schedule = halving;
    options.gradient_tolerance = 1e-300;
    options.until = after_steps;
    options.until_context = &(uint64_t){2};
    descent *search = search_by(&function, 1, &options, &start);
    assert_status(descent_run(search), DESCENT_BUDGET);
    assert_near(descent_get_result(search)->x[0], 0.5, 0);
    descent_free(search);
}

/* ---- what the adaptive methods are for ---- */

static double slope; /* set by the tests that use it, one at a time */

static double hillside(const double *x, double *g)
{
    if (g != NULL)
        g[0] = slope;
    return slope * x[0];
}

/* On a line both means without bias are those of the slope, so each step of adam has the
 * length t, from the first on.  rmsprop, which leaves the bias, starts ten times as long,
 * and adagrad makes t/sqrt(k).  No slope is too steep. */
static void on_a_line_the_slope_does_not_matter(void **state)
{
    (void)state;
    static const double slopes[] = {0.25, 1, 40, -1e6, 1e100, 1e200, -1e300};
    const double step = 0.125, start = 0;
    for (size_t i = 0; i < sizeof slopes / sizeof *slopes; i++) {
        slope = slopes[i];
        for (const char *const *name =
                 (const char *const[]){"adam", "rmsprop", "adagrad", NULL};
             *name != NULL; name++) {
            struct function function = {hillside, 0};
            double sum = 0, square = 0;
            descent_options options = with_method(*name, NULL, &step);
            descent *search = search_by(&function, 1, &options, &start);
            for (int k = 1; k <= 50; k++) {
                assert_true(descent_step(search));
                square = 0.99 * square + 0.01;
                sum += strcmp(*name, "adam") == 0      ? 1
                       : strcmp(*name, "adagrad") == 0 ? 1 / sqrt(k)
                                                       : 1 / sqrt(square);
                assert_near(descent_get_result(search)->x[0],
                            -copysign(step, slope) * sum, 1e-6 * step * sum);
            }
            descent_free(search);
        }
    }
}

/* 4 x^2 + y^2/2 from (1, 1): the first move is the same in both variables. */
static void each_variable_has_its_rate(void **state)
{
    (void)state;
    static const char *const names[] = {"adagrad", "rmsprop", "adam"};
    const double step = 0.01, start[] = {1, 1};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct function function = {valley, 0};
        descent_options options = with_method(names[i], NULL, &step);
        descent *search = search_by(&function, 2, &options, start);
        assert_true(descent_step(search));
        const double *x = descent_get_result(search)->x;
        assert_true(x[0] < 1);
        assert_near(x[0], x[1], 1e-7);
        descent_free(search);
    }
}

/* A slope that is exactly 0 in one variable moves nothing there. */
static double groove(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = 2 * x[0];
        g[1] = 0;
    }
    return x[0] * x[0];
}

static void a_variable_without_slope_stays(void **state)
{
    (void)state;
    const double step = 0.1, start[] = {1, 0.7}, plain[] = {0.9, 0.999, 1e-8, 0};
    for (const descent_method *const *m = descent_methods(); *m != NULL; m++) {
        const char *name = descent_method_name(*m);
        struct function function = {groove, 0};
        descent_options options =
            with_method(name, strcmp(name, "adamw") == 0 ? plain : NULL, &step);
        if (engine_method_needs(*m, NULL) &
            (ENGINE_NEEDS_HESSIAN | ENGINE_NEEDS_SQUARES | ENGINE_NEEDS_LAGRANGIAN))
            continue;
        if (!descent_method_takes(*m, NULL, descent_search_find("fixed")))
            continue;
        descent *search = search_by(&function, 2, &options, start);
        for (int k = 0; k < 10; k++)
            (void)descent_step(search);
        assert_true(descent_get_result(search)->x[1] == 0.7);
        assert_true(fabs(descent_get_result(search)->x[0]) < 1);
        descent_free(search);
    }
}

/* ---- noise ---- */

static double next_of_three(void *context)
{
    static const double numbers[] = {1, -1, 2};
    size_t *calls = context;
    return numbers[(*calls)++ % 3];
}

static void noise_is_added_to_the_gradient(void **state)
{
    (void)state;
    static const double x[] = {1.375, 1.3125, 0.90625};
    const double noise = 0.5, step = 0.25, start = 2;
    size_t calls = 0;
    struct function function = {bowl, 0};
    descent_options options = with_method("gradient", &noise, &step);
    options.normal = next_of_three;
    options.normal_context = &calls;
    descent *search = search_by(&function, 1, &options, &start);
    for (size_t k = 0; k < 3; k++) {
        assert_true(descent_step(search));
        assert_near(descent_get_result(search)->x[0], x[k], 0);
        /* What the stopping test sees is the gradient itself. */
        assert_near(descent_get_result(search)->gradient[0], 2 * (x[k] - 1), 0);
    }
    assert_int_equal(calls, 3);
    descent_free(search);
}

static double never_drawn(void *context)
{
    (void)context;
    fail();
    return 0;
}

static void without_noise_nothing_is_drawn(void **state)
{
    (void)state;
    const double start[] = {-1.2, 1};
    struct function function = {banana, 0};
    descent_options options = {.normal = never_drawn, .most_steps = 20};
    descent *search = search_by(&function, 2, &options, start);
    assert_status(descent_run(search), DESCENT_BUDGET);
    descent_free(search);
}

/* ---- what is taken and what is refused ---- */

static void defaults_are_the_fields(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        double step;
        size_t settings;
        double defaults[4];
    } rows[] = {
        {"gradient", 0, 1, {0}},
        {"momentum", (double)NAN, 1, {0.9}},
        {"nesterov", (double)NAN, 1, {0.9}},
        {"adagrad", 0.01, 1, {1e-10}},
        {"rmsprop", 0.01, 2, {0.99, 1e-8}},
        {"adam", 0.001, 3, {0.9, 0.999, 1e-8}},
        {"adamw", 0.001, 4, {0.9, 0.999, 1e-8, 0.01}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const descent_method *method = descent_method_find(rows[i].method);
        const descent_setting *settings = descent_method_settings(method);
        assert_near(descent_method_step(method, NULL), rows[i].step, 0);
        for (size_t k = 0; k < rows[i].settings; k++)
            assert_true(settings[k].initial == rows[i].defaults[k]);
        assert_null(settings[rows[i].settings].name);
    }
}

/* Without a step rule the record's step acts, or one is asked for. */
static void a_default_step_acts(void **state)
{
    (void)state;
    const double start = 2.5;
    struct function function = {bowl, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = {.method = descent_method_find("adam")};
    descent *search = search_by(&function, 1, &options, &start);
    assert_true(descent_step(search));
    assert_near(descent_get_result(search)->x[0], 2.499, 1e-9);
    assert_near(descent_get_result(search)->step, 0.001, 0);
    descent_free(search);
    options.method = descent_method_find("momentum");
    assert_string_equal(descent_find_fault(&problem, &options), "step");
    assert_null(descent_new(&problem, &options, &start));
    options.method = descent_method_find("gradient");
    options.normal = never_drawn;
    options.method_settings = &(const double){0.5};
    assert_string_equal(descent_find_fault(&problem, &options), "step");
}

static void rules_that_try_lengths_are_refused(void **state)
{
    (void)state;
    const double noise = 0.5, step = 0.1;
    const descent_search *backtracking = descent_search_find("backtracking");
    struct function function = {bowl, 0};
    descent_problem problem = problem_of(&function, 1);
    for (const char *const *name =
             (const char *const[]){"momentum", "nesterov", "adagrad", "rmsprop", "adam",
                                   "adamw", NULL};
         *name != NULL; name++) {
        descent_options options = with_method(*name, NULL, &step);
        assert_null(descent_find_fault(&problem, &options));
        assert_true(descent_method_takes(options.method, NULL, options.search));
        options.search = backtracking;
        options.search_settings = NULL;
        assert_string_equal(descent_find_fault(&problem, &options), "search");
        assert_false(descent_method_takes(options.method, NULL, backtracking));
    }
    descent_options options = with_method("gradient", &noise, &step);
    assert_string_equal(descent_find_fault(&problem, &options), "normal");
    options.normal = never_drawn;
    assert_null(descent_find_fault(&problem, &options));
    options.search = backtracking;
    options.search_settings = NULL;
    assert_string_equal(descent_find_fault(&problem, &options), "search");
    assert_true(descent_method_takes(options.method, NULL, backtracking));
    assert_false(descent_method_takes(options.method, &noise, backtracking));
}

static void settings_out_of_their_bounds_are_named(void **state)
{
    (void)state;
    const double step = 0.1;
    struct function function = {bowl, 0};
    descent_problem problem = problem_of(&function, 1);
    size_t refused = 0;
    for (const descent_method *const *m = descent_methods(); *m != NULL; m++) {
        const descent_setting *settings = descent_method_settings(*m);
        for (size_t i = 0; settings[i].name != NULL; i++) {
            double values[ENGINE_MOST_SETTINGS];
            const double bad[] = {nextafter(settings[i].least, -(double)INFINITY),
                                  nextafter(settings[i].most, (double)INFINITY),
                                  (double)NAN};
            descent_options options = with_method(descent_method_name(*m), values, &step);
            for (size_t k = 0; k < 3; k++) {
                engine_fill_settings(values, settings, NULL);
                values[i] = bad[k];
                assert_string_equal(descent_find_fault(&problem, &options),
                                    settings[i].name);
                refused++;
            }
        }
    }
    assert_true(refused >= 3 * 13);
}

/* ---- memory ---- */

static void *refuse(void *context, size_t size)
{
    (void)size;
    ++*(size_t *)context;
    return NULL;
}

static void every_method_survives_a_refusal_of_memory(void **state)
{
    (void)state;
    const double step = 0.1, start = 0;
    for (const descent_method *const *m = descent_methods(); *m != NULL; m++) {
        size_t calls = 0;
        struct function function = {bowl, 0};
        descent_problem problem = problem_of(&function, 1);
        descent_options options = with_method(descent_method_name(*m), NULL, &step);
        options.allocate = refuse;
        options.memory_context = &calls;
        if (descent_find_fault(&problem, &options) != NULL)
            continue; /* it needs more of the problem */
        assert_null(descent_new(&problem, &options, &start));
        assert_int_equal(calls, 1);
        assert_int_equal(function.calls, 0);
        /* Sizes that overflow do not even ask. */
        for (size_t n = SIZE_MAX; n > SIZE_MAX / 64; n /= 2) {
            problem.n = n;
            assert_null(descent_new(&problem, &options, &start));
        }
        assert_int_equal(calls, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_iterates_are_those_of_the_formula),
        cmocka_unit_test(nesterov_is_the_scheme_of_two_points),
        cmocka_unit_test(a_schedule_acts_on_the_new_part_of_the_velocity),
        cmocka_unit_test(on_a_line_the_slope_does_not_matter),
        cmocka_unit_test(each_variable_has_its_rate),
        cmocka_unit_test(a_variable_without_slope_stays),
        cmocka_unit_test(noise_is_added_to_the_gradient),
        cmocka_unit_test(without_noise_nothing_is_drawn),
        cmocka_unit_test(defaults_are_the_fields),
        cmocka_unit_test(a_default_step_acts),
        cmocka_unit_test(rules_that_try_lengths_are_refused),
        cmocka_unit_test(settings_out_of_their_bounds_are_named),
        cmocka_unit_test(every_method_survives_a_refusal_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
