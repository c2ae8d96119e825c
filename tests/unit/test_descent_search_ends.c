/* SPDX-License-Identifier: MIT
 * test_descent_search_ends.c - how searches with the step rules wolfe, exact and
 * barzilai_borwein end, where they cannot go on and at extreme scales.
 */
#include "descent_problems.h"

static const char *const rules[] = {"wolfe", "exact", "barzilai_borwein"};
enum { RULES = sizeof rules / sizeof *rules };

static descent_result finish(formula f, double start, size_t rule, double *x)
{
    struct function function = {f, 0};
    descent_problem problem = problem_of(&function, 1);
    descent_options options = {.search = descent_search_find(rules[rule])};
    descent *search = descent_new(&problem, &options, &start);
    assert_non_null(search);
    descent_run(search);
    descent_result result = *descent_get_result(search);
    assert_int_equal(result.evaluations, function.calls);
    *x = result.x[0];
    descent_free(search);
    return result;
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
        double start, x;
    } rows[] = {{wrong_sign, 2.385, 2.385},
                {kink, 2.385, 0.7},
                {kink, -1.713, 0.7},
                {wall, 0.3, 1}};
    for (size_t rule = 0; rule < RULES; rule++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            double x;
            descent_result result = finish(rows[i].f, rows[i].start, rule, &x);
            assert_status(result.status, DESCENT_STALLED);
            assert_near(x, rows[i].x, 1e-13);
            assert_in_range(result.evaluations, 2, 700);
        }
}

/* Its values cannot tell the last digits of x. */
static double deep(const double *x, double *g)
{
    double u = x[0] - 3, v = x[1] + 1;
    if (g != NULL) {
        g[0] = 2 * u;
        g[1] = 20 * v + 4 * v * v * v;
    }
    return u * u + 10 * v * v + v * v * v * v + 1e8;
}

static void rounding_is_convergence(void **state)
{
    (void)state;
    double start[] = {2.385, -1.713}, tiny = 1e-300;
    for (size_t rule = 0; rule < RULES; rule++) {
        struct function function = {deep, 0};
        descent_problem problem = problem_of(&function, 2);
        descent_options options = {.search = descent_search_find(rules[rule]),
                                   .until = at_small_gradient,
                                   .until_context = &tiny};
        descent *search = descent_new(&problem, &options, start);
        assert_status(descent_run(search), DESCENT_CONVERGED);
        assert_near(descent_get_result(search)->x[0], 3, 1e-7);
        assert_near(descent_get_result(search)->x[1], -1, 1e-7);
        assert_in_range(function.calls, 1, 4000);
        descent_free(search);
    }
}

static double steep(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 100 * pow(x[0], 99);
    return pow(x[0], 100);
}

static double falling(const double *x, double *g)
{
    if (g != NULL)
        g[0] = -exp(x[0]);
    return -exp(x[0]);
}

static double hilltop(const double *x, double *g)
{
    if (g != NULL)
        g[0] = -2 * x[0];
    return -x[0] * x[0];
}

static void extremes_are_told(void **state)
{
    (void)state;
    const struct {
        formula f;
        double start;
        descent_status status;
    } rows[] = {{barrier, 3, DESCENT_CONVERGED},     {barrier, 1e-3, DESCENT_CONVERGED},
                {barrier, 3e4, DESCENT_CONVERGED},   {steep, 50, DESCENT_CONVERGED},
                {falling, 1, DESCENT_UNBOUNDED},     {hilltop, 1, DESCENT_UNBOUNDED},
                {hilltop, 1e-170, DESCENT_CONVERGED}};
    for (size_t rule = 0; rule < RULES; rule++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            double x;
            descent_result result = finish(rows[i].f, rows[i].start, rule, &x);
            assert_status(result.status, rows[i].status);
            if (rows[i].f == barrier)
                assert_near(x, 1, 1e-5);
            if (rows[i].f == steep) {
                assert_true(fabs(x) < 0.85);
                assert_true(rule == 2 || result.evaluations < 800);
            }
            assert_in_range(result.evaluations, 1, 4000);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_no_step_improves_it_has_stalled),
        cmocka_unit_test(rounding_is_convergence),
        cmocka_unit_test(extremes_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
