/* SPDX-License-Identifier: MIT
 * test_descent_memory.c - what is refused, one block of memory, its failure, large n; the
 * lists of methods and step rules. */
#include "descent_problems.h"

#include "descent/engine.h"

#include <stdlib.h>

struct ledger {
    size_t blocks, bytes, calls;
    bool refuse;
};

static void *take(void *context, size_t size)
{
    struct ledger *ledger = context;
    ledger->calls++;
    if (ledger->refuse)
        return NULL;
    ledger->blocks++;
    ledger->bytes += size;
    return malloc(size);
}

static void give(void *context, void *block, size_t size)
{
    struct ledger *ledger = context;
    ledger->blocks--;
    ledger->bytes -= size;
    free(block);
}

static void one_block_is_taken_and_given_back(void **state)
{
    (void)state;
    double start[] = {-1.2, 1};
    struct ledger ledger = {0};
    struct function function = {banana, 0};
    descent_problem problem = problem_of(&function, 2);
    descent_options options = {
        .allocate = take, .release = give, .memory_context = &ledger, .most_steps = 50};
    descent *search = descent_new(&problem, &options, start);
    assert_int_equal(ledger.blocks, 1);
    descent_run(search);
    assert_int_equal(descent_get_result(search)->steps, 50);
    assert_int_equal(ledger.calls, 1);
    descent_free(search);
    assert_int_equal(ledger.blocks, 0);
    assert_int_equal(ledger.bytes, 0);
    descent_free(NULL);
}

/* The banana's second derivatives, for newton. */
static void curve_banana(void *context, const double *x, double *hessian)
{
    (void)context;
    hessian[0] = 2 - 400 * (x[1] - 3 * x[0] * x[0]);
    hessian[2] = -400 * x[0];
    hessian[3] = 200;
}

static double harmonic(void *context, const descent_state *state)
{
    (void)context;
    return 1e-3 / (1 + (double)state->step_count / 1000);
}

static double alternate(void *context)
{
    double *last = context;
    return *last = *last > 0 ? -0.5 : 0.5;
}

/* NULL: its own; a step for the rules that have no default. */
static bool run_counted(const descent_method *method, const descent_search *rule,
                        const double *method_settings, struct ledger *ledger)
{
    static const double start[] = {-1.2, 1}, step = 1e-4;
    uint64_t steps = 3000;
    double normal = 0;
    struct function function = {banana, 0};
    descent_problem problem = problem_of(&function, 2);
    problem.hessian = curve_banana;
    bool fixed = strcmp(descent_search_name(rule), "fixed") == 0;
    descent_options options = {.method = method,
                               .method_settings = method_settings,
                               .search = rule,
                               .search_settings = fixed ? &step : NULL,
                               .schedule = harmonic,
                               .normal = alternate,
                               .normal_context = &normal,
                               .until = after_steps,
                               .until_context = &steps,
                               .users_budget = true,
                               .allocate = take,
                               .release = give,
                               .memory_context = ledger};
    if (descent_method_needs_squares(method) || /* test_descent_squares.c has those */
        !descent_method_takes(method, method_settings, rule))
        return false;
    descent *search = descent_new(&problem, &options, start);
    assert_non_null(search);
    assert_int_equal(ledger->calls, 1);
    descent_run(search);
    assert_in_range(descent_get_result(search)->steps, 10, steps);
    assert_int_equal(ledger->calls, 1);
    /* A diagnosis has a block of its own, and no more. */
    assert_non_null(descent_diagnose(search));
    assert_non_null(descent_diagnose(search));
    assert_in_range(ledger->calls, 1, 2);
    descent_free(search);
    assert_int_equal(ledger->blocks, 0);
    assert_int_equal(ledger->bytes, 0);
    return true;
}

static void no_step_of_any_method_allocates(void **state)
{
    (void)state;
    size_t pairs = 0;
    const double noise = 0.1;
    for (const descent_method *const *m = descent_methods(); *m != NULL; m++)
        for (const descent_search *const *s = descent_searches(); *s != NULL; s++) {
            struct ledger ledger = {0};
            if (strcmp(descent_method_name(*m), "auto") == 0)
                continue;
            pairs += run_counted(*m, *s, NULL, &ledger);
        }
    for (const descent_search *const *s = descent_searches(); *s != NULL; s++) {
        struct ledger ledger = {0};
        pairs += run_counted(descent_methods()[0], *s, &noise, &ledger);
    }
    /* gradient takes all six rules, newton and those that learn curvatures five, the
     * others and noise the two that know the length beforehand. */
    assert_int_equal(pairs, 6 + 5 * 5 + 6 * 2 + 2);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    double start[] = {-1.2, 1}, step = 0.001;
    struct function function = {banana, 0};
    descent_problem problem = problem_of(&function, 2);
    for (const descent_search *const *rule = descent_searches(); *rule != NULL; rule++) {
        struct ledger ledger = {.refuse = true};
        bool fixed = strcmp(descent_search_name(*rule), "fixed") == 0;
        descent_options options = {.search = *rule,
                                   .search_settings = fixed ? &step : NULL,
                                   .allocate = take,
                                   .release = give,
                                   .memory_context = &ledger};
        if (descent_find_fault(&problem, &options) != NULL)
            continue;
        assert_null(descent_new(&problem, &options, start));
        assert_int_equal(ledger.calls, 1);
        assert_int_equal(function.calls, 0);
    }
}

static void memory_of_an_arena_is_not_given_back(void **state)
{
    (void)state;
    double start = 0;
    struct ledger ledger = {0};
    struct function function = {hook, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = {.allocate = take, .memory_context = &ledger};
    descent *search = descent_new(&problem, &options, &start);
    descent_free(search);
    assert_int_equal(ledger.blocks, 1);
    free(search);
}

static double never_called(const double *x, double *g)
{
    (void)x;
    (void)g;
    fail();
    return 0;
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    double start = 0;
    struct ledger ledger = {0};
    struct function function = {never_called, 0};
    descent_options options = {.allocate = take, .memory_context = &ledger};
    const size_t sizes[] = {SIZE_MAX,      SIZE_MAX / 2,      SIZE_MAX / 8,
                            SIZE_MAX / 48, SIZE_MAX / 48 - 1, SIZE_MAX / 64};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        descent_problem problem = problem_of(&function, sizes[i]);
        assert_null(descent_new(&problem, &options, &start));
    }
    descent_problem problem = problem_of(&function, 1);
    options.trace_rows = SIZE_MAX / 4;
    assert_null(descent_new(&problem, &options, &start));
    assert_int_equal(ledger.calls, 0);
}

static void what_is_not_allowed_is_named(void **state)
{
    (void)state;
    struct function function = {hook, 0};
    descent_problem good = problem_of(&function, 1), none = problem_of(&function, 0);
    descent_problem mute = {.n = 1};
    const double negative = -0.1, no_number = (double)NAN, endless = (double)INFINITY,
                 too_long[] = {1, 1, 1.5, 1e-4}, backwards[] = {1, 0.5, 0.5, 1e-4},
                 nothing[] = {0, 0.5, 1.5, 1e-4};
    const descent_search *fixed = descent_search_find("fixed");
    const struct {
        const descent_problem *problem;
        descent_options options;
        const char *fault;
    } rows[] = {
        {&good, {0}, NULL},
        {&none, {0}, "n"},
        {&mute, {0}, "evaluate"},
        {&good, {.search = fixed}, "step"},
        {&good, {.search = fixed, .search_settings = &negative}, "step"},
        {&good, {.search = fixed, .search_settings = &no_number}, "step"},
        {&good, {.search = fixed, .search_settings = &endless}, "step"},
        {&good, {.search = descent_search_find("schedule")}, "schedule"},
        {&good, {.search_settings = nothing}, "initial"},
        {&good, {.search_settings = too_long}, "shrink"},
        {&good, {.search_settings = backwards}, "grow"},
        {&good, {.gradient_tolerance = -1}, "gradient_tolerance"},
        {&good, {.gradient_tolerance = (double)NAN}, "gradient_tolerance"},
        {&good, {.trace_rows = 1}, "trace_rows"},
    };
    double start = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *fault = descent_find_fault(rows[i].problem, &rows[i].options);
        if (rows[i].fault == NULL) {
            assert_null(fault);
            continue;
        }
        assert_non_null(fault);
        assert_string_equal(fault, rows[i].fault);
        assert_null(descent_new(rows[i].problem, &rows[i].options, &start));
    }
    assert_null(descent_find_fault(&good, NULL));
}

enum { MANY = 1000000 };

static void evaluate_many(void *context, const double *x, double *value, double *gradient)
{
    (void)context;
    double sum = 0;
    for (size_t i = 0; i < MANY; i++) {
        double curvature = 1 + (double)(i % 7) / 7, u = x[i] - (double)(i % 11);
        sum += curvature * u * u / 2;
        if (gradient != NULL)
            gradient[i] = curvature * u;
    }
    *value = sum;
}

static void a_million_variables_are_no_obstacle(void **state)
{
    (void)state;
    double *start = calloc(MANY, sizeof *start), step = 0.7;
    struct ledger ledger = {0};
    descent_problem problem = {.n = MANY, .evaluate = evaluate_many};
    descent_options options = with_fixed(&step);
    options.allocate = take;
    options.release = give;
    options.memory_context = &ledger;
    descent *search = descent_new(&problem, &options, start);
    free(start);
    assert_non_null(search);
    /* Six vectors; the trace keeps no points. */
    assert_in_range(ledger.bytes, 6 * 8 * MANY, 6 * 8 * MANY + 100000);
    assert_status(descent_run(search), DESCENT_CONVERGED);
    const descent_result *result = descent_get_result(search);
    assert_in_range(result->steps, 10, 30);
    assert_near(result->x[MANY - 1], (MANY - 1) % 11, 1e-8);
    /* The curvatures 1 and 13/7 contract by 0.3 and -0.3. */
    assert_near(fabs(result->factor), 0.3, 0.01);
    assert_null(descent_get_row(search, 0).x);
    descent_free(search);
}

/* What a judgement of the end keeps stands where the method had its pairs. */
static void a_diagnosis_of_many_variables_takes_little_more(void **state)
{
    (void)state;
    double *start = calloc(MANY, sizeof *start);
    struct ledger ledger = {0};
    descent_problem problem = {.n = MANY, .evaluate = evaluate_many};
    descent_options options = {.method = descent_method_find("lbfgs"),
                               .most_steps = 4,
                               .allocate = take,
                               .release = give,
                               .memory_context = &ledger};
    descent *search = descent_new(&problem, &options, start);
    free(start);
    assert_non_null(search);
    descent_run(search);
    size_t searching = ledger.bytes;
    assert_non_null(descent_diagnose(search));
    assert_in_range(ledger.bytes, searching, searching + 8 * sizeof(double) * MANY);
    const descent_result *result = descent_get_result(search);
    assert_near(result->x[3], 3, 0.5);
    descent_free(search);
    assert_int_equal(ledger.bytes, 0);
}

static void lists_name_each_record_once(void **state)
{
    (void)state;
    assert_string_equal(descent_method_name(descent_methods()[0]), "gradient");
    assert_string_equal(descent_search_name(descent_searches()[0]), "backtracking");
    for (const descent_method *const *m = descent_methods(); *m != NULL; m++) {
        assert_ptr_equal(descent_method_find(descent_method_name(*m)), *m);
        assert_true(strlen(descent_method_summary(*m)) > 0);
        assert_non_null(descent_method_settings(*m));
    }
    for (const descent_search *const *s = descent_searches(); *s != NULL; s++) {
        assert_ptr_equal(descent_search_find(descent_search_name(*s)), *s);
        assert_true(strlen(descent_search_summary(*s)) > 0);
        const descent_setting *settings = descent_search_settings(*s);
        for (size_t i = 0; settings[i].name != NULL; i++) {
            assert_in_range(i, 0, ENGINE_MOST_SETTINGS - 1);
            assert_true(settings[i].least <= settings[i].most);
            assert_true(strlen(settings[i].meaning) > 0);
            if (!isnan(settings[i].initial))
                assert_true(settings[i].initial >= settings[i].least &&
                            settings[i].initial <= settings[i].most);
        }
    }
    assert_null(descent_method_find("gradent"));
    assert_null(descent_search_find(""));
    assert_string_equal(descent_status_name(DESCENT_INTERRUPTED), "interrupted");
    assert_string_equal(descent_status_name((descent_status)99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_block_is_taken_and_given_back),
        cmocka_unit_test(no_step_of_any_method_allocates),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(memory_of_an_arena_is_not_given_back),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(what_is_not_allowed_is_named),
        cmocka_unit_test(a_million_variables_are_no_obstacle),
        cmocka_unit_test(a_diagnosis_of_many_variables_takes_little_more),
        cmocka_unit_test(lists_name_each_record_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
