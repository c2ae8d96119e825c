/* SPDX-License-Identifier: MIT
 * test_descent_squares.c - the methods for sums of squares on problems whose minima are
 * known: J. J. More, B. S. Garbow and K. E. Hillstrom, Testing Unconstrained Optimization
 * Software, ACM TOMS 7 (1981). */
#include "descent_problems.h"

#include "descent/squares.h"
#include "descent_starts.h"

#include <float.h>
#include <stdlib.h>

enum { MOST_ROWS = 300, MOST_COLUMNS = 6 };

/* Residuals, and their derivatives row by row. */
struct fit {
    size_t n, m, rows_at_once;
    void (*residuals)(const double *x, double *r, double *jacobian);
    size_t jacobians;
    bool is_broken;   /* not a number where x[0] > 2 */
    bool has_hessian; /* of Jennrich and Sampson's problem */
    double last_value;
};

/* Memory that ends after some requests. */
struct failing_memory {
    size_t left, taken;
};

static void *take_failing(void *context, size_t size)
{
    struct failing_memory *memory = context;
    if (memory->left == 0)
        return NULL;
    memory->left--;
    memory->taken++;
    return malloc(size);
}

static void give_failing(void *context, void *block, size_t size)
{
    struct failing_memory *memory = context;
    (void)size;
    memory->taken--;
    free(block);
}

static void evaluate_fit(void *context, const double *x, double *value, double *gradient)
{
    const struct fit *fit = context;
    double r[MOST_ROWS], jacobian[MOST_ROWS * MOST_COLUMNS], sum = 0;
    fit->residuals(x, r, jacobian);
    for (size_t j = 0; gradient != NULL && j < fit->n; j++)
        gradient[j] = 0;
    for (size_t i = 0; i < fit->m; i++) {
        sum += r[i] * r[i];
        for (size_t j = 0; gradient != NULL && j < fit->n; j++)
            gradient[j] += 2 * r[i] * jacobian[i * fit->n + j];
    }
    *value = fit->is_broken && x[0] > 2 ? (double)NAN : sum;
}

static void hand_rows(void *context, const double *x, descent_take_rows *take,
                      void *taker)
{
    struct fit *fit = context;
    double r[MOST_ROWS], jacobian[MOST_ROWS * MOST_COLUMNS];
    size_t most = fit->rows_at_once == 0 ? fit->m : fit->rows_at_once;
    fit->jacobians++;
    fit->residuals(x, r, jacobian);
    for (size_t i = 0; i < fit->m; i += most)
        take(taker, fit->m - i < most ? fit->m - i : most, r + i, jacobian + i * fit->n);
}

/* 2 sum of r r'' + r' r'' of Jennrich and Sampson's residuals. */
static void jennrich_sampson_hessian(void *context, const double *x, double *hessian)
{
    (void)context;
    memset(hessian, 0, 4 * sizeof *hessian);
    for (size_t i = 0; i < 10; i++) {
        double t = (double)i + 1, a = exp(t * x[0]), b = exp(t * x[1]);
        double r = 2 + 2 * t - a - b;
        hessian[0] += 2 * t * t * (a * a - r * a);
        hessian[2] += 2 * t * t * a * b;
        hessian[3] += 2 * t * t * (b * b - r * b);
    }
}

static descent_problem problem_of_fit(struct fit *fit)
{
    return (descent_problem){.n = fit->n,
                             .context = fit,
                             .evaluate = evaluate_fit,
                             .hessian =
                                 fit->has_hessian ? jennrich_sampson_hessian : NULL,
                             .residual_count = fit->m,
                             .jacobian = hand_rows};
}

static descent_result run(struct fit *fit, const char *method, const double *start,
                          double tolerance, double *x)
{
    descent_problem problem = problem_of_fit(fit);
    descent_options options = {.method = descent_method_find(method),
                               .gradient_tolerance = tolerance};
    descent *search = descent_new(&problem, &options, start);
    assert_non_null(search);
    (void)descent_run(search);
    descent_result result = *descent_get_result(search);
    memcpy(x, result.x, fit->n * sizeof *x);
    descent_free(search);
    return result;
}

/* ---- problems ---- */

static void rosenbrock(const double *x, double *r, double *jacobian)
{
    r[0] = 10 * (x[1] - x[0] * x[0]);
    r[1] = 1 - x[0];
    jacobian[0] = -20 * x[0];
    jacobian[1] = 10;
    jacobian[2] = -1;
    jacobian[3] = 0;
}

/* Problem 6: the residuals at the minimum are large, 124.362 in all. */
static void jennrich_sampson(const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < 10; i++) {
        double t = (double)i + 1;
        r[i] = 2 + 2 * t - exp(t * x[0]) - exp(t * x[1]);
        jacobian[2 * i] = -t * exp(t * x[0]);
        jacobian[2 * i + 1] = -t * exp(t * x[1]);
    }
}

/* Problem 13: J is singular at the minimum. */
static void powell_singular(const double *x, double *r, double *jacobian)
{
    double u = x[1] - 2 * x[2], v = x[0] - x[3];
    const double rows[] = {1,
                           10,
                           0,
                           0,
                           0,
                           0,
                           sqrt(5),
                           -sqrt(5),
                           0,
                           2 * u,
                           -4 * u,
                           0,
                           2 * sqrt(10) * v,
                           0,
                           0,
                           -2 * sqrt(10) * v};
    memcpy(jacobian, rows, sizeof rows);
    r[0] = x[0] + 10 * x[1];
    r[1] = sqrt(5) * (x[2] - x[3]);
    r[2] = u * u;
    r[3] = sqrt(10) * v * v;
}

/* Problem 10, Meyer's: 87.9458, and hard from its start. */
static void meyer(const double *x, double *r, double *jacobian)
{
    static const double y[] = {34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744,
                               8261,  7030,  6005,  5147,  4427,  3820,  3307,  2872};
    for (size_t i = 0; i < 16; i++) {
        double t = 45 + 5 * ((double)i + 1), e = exp(x[1] / (t + x[2]));
        r[i] = x[0] * e - y[i];
        jacobian[3 * i] = e;
        jacobian[3 * i + 1] = x[0] * e / (t + x[2]);
        jacobian[3 * i + 2] = -x[0] * e * x[1] / ((t + x[2]) * (t + x[2]));
    }
}

/* Problem 15, Kowalik and Osborne's, from ten times its start. */
static void kowalik(const double *x, double *r, double *jacobian)
{
    static const double y[] = {0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627,
                               0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
    static const double u[] = {4,     2,   1,      0.5,    0.25,  0.167,
                               0.125, 0.1, 0.0833, 0.0714, 0.0625};
    for (size_t i = 0; i < 11; i++) {
        double top = u[i] * u[i] + u[i] * x[1], bottom = u[i] * u[i] + u[i] * x[2] + x[3];
        r[i] = y[i] - x[0] * top / bottom;
        jacobian[4 * i] = -top / bottom;
        jacobian[4 * i + 1] = -x[0] * u[i] / bottom;
        jacobian[4 * i + 2] = x[0] * top * u[i] / (bottom * bottom);
        jacobian[4 * i + 3] = x[0] * top / (bottom * bottom);
    }
}

/* A straight line through 300 points. */
static void line(const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < 300; i++) {
        double t = (double)i / 100;
        jacobian[2 * i] = 1;
        jacobian[2 * i + 1] = t;
        r[i] = x[0] + x[1] * t - (3 - 2 * t + (i % 2 == 0 ? 0.25 : -0.25));
    }
}

/* x[0] + x[1] alone matters. */
static void dependent(const double *x, double *r, double *jacobian)
{
    for (size_t i = 0; i < 3; i++) {
        r[i] = x[0] + x[1] - (double)i;
        jacobian[2 * i] = jacobian[2 * i + 1] = 1;
    }
}

/* ---- tests ---- */

static const char *const both[] = {"gauss_newton", "levenberg_marquardt"};

static void known_minima_are_found(void **state)
{
    (void)state;
    static const struct {
        struct fit fit;
        double start[4], value, tolerance;
    } rows[] = {
        {{.n = 2, .m = 2, .residuals = rosenbrock}, {-1.2, 1}, 0, 1e-20},
        {{.n = 2, .m = 10, .residuals = jennrich_sampson},
         {0.3, 0.4},
         124.362182355615,
         1e-10},
        {{.n = 4, .m = 4, .residuals = powell_singular}, {3, -1, 0, 1}, 0, 1e-10},
        {{.n = 3, .m = 16, .residuals = meyer}, {0.02, 4000, 250}, 87.9458551709, 1e-7},
        {{.n = 4, .m = 11, .residuals = kowalik},
         {0.25, 0.39, 0.415, 0.39},
         3.0750560385e-4,
         1e-13},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fit fit = rows[i].fit;
        double x[MOST_COLUMNS];
        descent_result result = run(&fit, "levenberg_marquardt", rows[i].start, 1e-9, x);
        assert_near(result.value, rows[i].value, rows[i].tolerance);
        assert_in_range(result.steps, 1, 500);
        assert_status(result.status, DESCENT_CONVERGED);
    }
}

static void a_linear_problem_takes_one_step(void **state)
{
    (void)state;
    const double start[] = {100, -70};
    for (size_t k = 0; k < 2; k++) {
        struct fit fit = {.n = 2, .m = 300, .residuals = line};
        double x[2];
        descent_result result = run(&fit, both[k], start, 1e-9, x);
        assert_in_range(result.steps, 1, k == 0 ? 1 : 4);
        assert_near(x[0], 3 + 0.25 * 6 / 601 * 0.5, 2e-3);
        assert_near(x[1], -2, 2e-3);
    }
}

/* In one block or many, the points on the way differ by rounding alone. */
static void blocks_of_rows_make_no_difference(void **state)
{
    (void)state;
    const double start[] = {0.02, 4000, 250};
    static const size_t sizes[] = {0, 1, 3, 16};
    double x[4][3];
    for (size_t k = 0; k < 4; k++) {
        struct fit fit = {.n = 3, .m = 16, .residuals = meyer, .rows_at_once = sizes[k]};
        (void)run(&fit, "levenberg_marquardt", start, 1e-6, x[k]);
        for (size_t j = 0; j < 3; j++)
            assert_near(x[k][j] / x[0][j], 1, 1e-8);
    }
}

static void dependent_columns_are_no_obstacle(void **state)
{
    (void)state;
    const double start[] = {5, 7};
    for (size_t k = 0; k < 2; k++) {
        struct fit fit = {.n = 2, .m = 3, .residuals = dependent};
        double x[2];
        descent_result result = run(&fit, both[k], start, 1e-9, x);
        assert_near(x[0] + x[1], 1, 1e-9);
        assert_near(result.value, 2, 1e-9);
    }
}

/* Steps into the region without values are shortened. */
static void trials_without_a_value_are_survived(void **state)
{
    (void)state;
    const double start[] = {-1.2, 1};
    for (size_t k = 0; k < 2; k++) {
        struct fit fit = {.n = 2, .m = 2, .residuals = rosenbrock, .is_broken = true};
        double x[2];
        descent_result result = run(&fit, both[k], start, 1e-9, x);
        assert_status(result.status, DESCENT_CONVERGED);
        assert_near(x[0], 1, 1e-9);
    }
}

static void the_units_of_variables_do_not_matter(void **state)
{
    (void)state;
    const double start[] = {0.02, 4000, 250};
    struct fit fit = {.n = 3, .m = 16, .residuals = meyer};
    double x[3];
    descent_result result = run(&fit, "levenberg_marquardt", start, 1e-9, x);
    assert_near(x[0] / 0.005609636471, 1, 1e-7);
    assert_near(x[1] / 6181.346346, 1, 1e-8);
    assert_near(x[2] / 345.2236346, 1, 1e-8);
    assert_in_range(result.evaluations, 10, 400);
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    struct fit fit = {.n = 2, .m = 2, .residuals = rosenbrock};
    for (size_t k = 0; k < 2; k++) {
        descent_options options = {.method = descent_method_find(both[k])};
        descent_problem problem = problem_of_fit(&fit);
        assert_null(descent_find_fault(&problem, &options));
        problem.jacobian = NULL;
        assert_string_equal(descent_find_fault(&problem, &options), "residual_count");
        problem = problem_of_fit(&fit);
        problem.residual_count = 0;
        assert_string_equal(descent_find_fault(&problem, &options), "residual_count");
        /* Sizes that overflow do not even ask for memory. */
        problem = problem_of_fit(&fit);
        for (size_t n = SIZE_MAX; n > SIZE_MAX / 64; n /= 2) {
            problem.n = n;
            assert_null(descent_new(&problem, &options, (double[]){0}));
        }
    }
}

static size_t allocations;

static void *count_allocation(void *context, size_t size)
{
    (void)context;
    allocations++;
    return malloc(size);
}

static void give(void *context, void *block, size_t size)
{
    (void)context;
    (void)size;
    free(block);
}

static void no_step_allocates(void **state)
{
    (void)state;
    const double start[] = {0.3, 0.4};
    for (size_t k = 0; k < 2; k++) {
        struct fit fit = {.n = 2, .m = 10, .residuals = jennrich_sampson};
        descent_problem problem = problem_of_fit(&fit);
        descent_options options = {.method = descent_method_find(both[k]),
                                   .allocate = count_allocation,
                                   .release = give,
                                   .most_steps = 20};
        allocations = 0;
        descent *search = descent_new(&problem, &options, start);
        (void)descent_run(search);
        assert_int_equal(allocations, 1);
        descent_free(search);
    }
}

/* ---- the model ---- */

static void the_triangle_is_that_of_all_rows(void **state)
{
    (void)state;
    struct fit fit = {.n = 4, .m = 11, .residuals = kowalik};
    const double x[] = {0.2, 0.3, 0.4, 0.5};
    double triangle[25], gradient[4], wanted[4], value;
    double *block = malloc(squares_block_size(4) * sizeof *block);
    descent_problem problem = problem_of_fit(&fit);
    assert_true(squares_linearize(&problem, x, NULL, triangle, block));
    squares_gradient(4, triangle, gradient);
    evaluate_fit(&fit, x, &value, wanted);
    for (size_t i = 0; i < 4; i++)
        assert_near(gradient[i], wanted[i], 1e-15);
    double rest = triangle[24], slope = squares_slope(4, triangle);
    assert_near(rest * rest + slope * slope, value, 1e-15);
    free(block);
}

/* Freudenstein and Roth's equations, solved at (5, 4); a minimum of 48.98 is near. */
static void freudenstein_roth(const double *x, double *r, double *jacobian)
{
    double y = x[1];
    r[0] = -13 + x[0] + ((5 - y) * y - 2) * y;
    r[1] = -29 + x[0] + ((y + 1) * y - 14) * y;
    jacobian[0] = jacobian[2] = 1;
    jacobian[1] = (10 - 3 * y) * y - 2;
    jacobian[3] = (3 * y + 2) * y - 14;
}

static descent_attempts try_again(struct fit *fit, const double *start, bool fails)
{
    descent_problem problem = problem_of_fit(fit);
    struct failing_memory memory = {.left = fails ? 1 : SIZE_MAX};
    descent_options options = {.method = descent_method_find("levenberg_marquardt"),
                               .gradient_tolerance = 1e-9,
                               .allocate = take_failing,
                               .release = give_failing,
                               .memory_context = &memory};
    descent *search = descent_new(&problem, &options, start);
    assert_non_null(search);
    (void)descent_run(search);
    descent_attempts told = descent_attempt(search, &problem, &options, start);
    const descent_result *result = descent_get_result(told.best);
    assert_int_equal(result->status, DESCENT_CONVERGED);
    told.first_value = fails ? result->value : told.first_value;
    fit->last_value = result->value;
    descent_free(told.best);
    assert_int_equal(memory.taken, 0);
    return told;
}

static void equations_are_tried_again(void **state)
{
    (void)state;
    struct fit fit = {.n = 2, .m = 2, .residuals = freudenstein_roth};
    const double start[] = {0.5, -2}, near[] = {6, 3};
    descent_attempts told = try_again(&fit, start, false);
    assert_true(told.made > 0 && told.made <= 9 && told.evaluations > 0);
    assert_near(told.first_value, 48.984253679240013, 1e-9);
    assert_true(fit.last_value < 1e-20);
    /* solved at once, or nothing to be solved: none are made */
    assert_int_equal(try_again(&fit, near, false).made, 0);
    fit = (struct fit){.n = 2, .m = 10, .residuals = jennrich_sampson};
    const double other[] = {0.3, 0.4};
    assert_int_equal(try_again(&fit, other, false).made, 0);
}

static void without_memory_the_first_attempt_stands(void **state)
{
    (void)state;
    struct fit fit = {.n = 2, .m = 2, .residuals = freudenstein_roth};
    const double start[] = {0.5, -2};
    assert_int_equal(try_again(&fit, start, true).made, 0);
    assert_near(fit.last_value, 48.984253679240013, 1e-9);
}

static void large_residuals_take_few_steps(void **state)
{
    (void)state;
    struct fit fit = {.n = 2, .m = 10, .residuals = jennrich_sampson};
    const double start[] = {0.3, 0.4};
    double x[2];
    /* Without second derivatives there is the linear model alone. */
    uint64_t linear = run(&fit, "levenberg_marquardt", start, 1e-9, x).steps;
    fit.has_hessian = true;
    assert_true(run(&fit, "levenberg_marquardt", start, 1e-9, x).steps < linear / 2 + 3);
    assert_near(x[0], 0.257825213670, 1e-10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_minima_are_found),
        cmocka_unit_test(a_linear_problem_takes_one_step),
        cmocka_unit_test(blocks_of_rows_make_no_difference),
        cmocka_unit_test(dependent_columns_are_no_obstacle),
        cmocka_unit_test(trials_without_a_value_are_survived),
        cmocka_unit_test(the_units_of_variables_do_not_matter),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(no_step_allocates),
        cmocka_unit_test(equations_are_tried_again),
        cmocka_unit_test(without_memory_the_first_attempt_stands),
        cmocka_unit_test(large_residuals_take_few_steps),
        cmocka_unit_test(the_triangle_is_that_of_all_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
