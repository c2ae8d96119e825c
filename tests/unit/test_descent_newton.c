/* SPDX-License-Identifier: MIT
 * test_descent_newton.c - Newton's method where the Hessian is positive definite, and
 * where it is not.
 */
#include "descent_problems.h"

#include "linear/ldl.h"

/* A function with its second derivatives. */
struct curved {
    struct function function; /* first: what evaluate_formula sees */
    void (*second)(const double *x, double *h);
};

static void second_derivatives(void *context, const double *x, double *h)
{
    ((const struct curved *)context)->second(x, h);
}

static descent_problem newton_problem(struct curved *curved, size_t n)
{
    return (descent_problem){.n = n,
                             .context = curved,
                             .evaluate = evaluate_formula,
                             .hessian = second_derivatives};
}

static descent_options by_newton(void)
{
    return (descent_options){.method = descent_method_find("newton")};
}

/* The result's arrays are copied to x.  Values must fall in every step. */
static descent_result finish(struct curved *curved, size_t n, const double *start,
                             double *x)
{
    descent_problem problem = newton_problem(curved, n);
    descent_options options = by_newton();
    descent *search = descent_new(&problem, &options, start);
    assert_non_null(search);
    double last = (double)INFINITY;
    for (bool going = true; going;) {
        going = descent_step(search);
        double value = descent_get_result(search)->value;
        if (going)
            assert_true(value < last);
        last = value;
    }
    descent_result result = *descent_get_result(search);
    memcpy(x, result.x, n * sizeof *x);
    descent_free(search);
    return result;
}

static void valley_second(const double *x, double *h)
{
    (void)x;
    h[0] = 8;
    h[1] = (double)NAN; /* never read */
    h[2] = 0;
    h[3] = 1;
}

static double scaled(const double *x, double *g)
{
    double u = x[0] - 3e6, v = x[1] + 2e-6;
    if (g != NULL) {
        g[0] = 2e-12 * u;
        g[1] = 2e12 * v;
    }
    return 1e-12 * u * u + 1e12 * v * v;
}

static void scaled_second(const double *x, double *h)
{
    (void)x;
    h[0] = 2e-12;
    h[2] = 0;
    h[3] = 2e12;
}

static void a_parabola_takes_one_step(void **state)
{
    (void)state;
    struct curved round = {{valley, 0}, valley_second},
                  flat = {{scaled, 0}, scaled_second};
    double start[] = {2.385, -1.713}, x[2];
    descent_result result = finish(&round, 2, start, x);
    assert_status(result.status, DESCENT_CONVERGED);
    assert_int_equal(result.steps, 1);
    assert_int_equal(result.evaluations, 2);
    assert_int_equal(result.hessian_evaluations, 1);
    assert_true(x[0] == 0 && x[1] == 0);
    result = finish(&flat, 2, start, x);
    /* The second step only mends the rounding of the first. */
    assert_in_range(result.steps, 1, 2);
    assert_near(x[0], 3e6, 1e-8);
    assert_near(x[1], -2e-6, 1e-20);
}

static void banana_second(const double *x, double *h)
{
    h[0] = 2 - 400 * (x[1] - 3 * x[0] * x[0]);
    h[2] = -400 * x[0];
    h[3] = 200;
}

static void the_banana_takes_few_steps(void **state)
{
    (void)state;
    struct curved curved = {{banana, 0}, banana_second};
    double start[] = {-1.2, 1}, x[2];
    descent_result result = finish(&curved, 2, start, x);
    assert_status(result.status, DESCENT_CONVERGED);
    assert_near(x[0], 1, 1e-8);
    assert_near(x[1], 1, 1e-8);
    assert_in_range(result.steps, 1, 25);
    assert_in_range(result.evaluations, 1, 60);
    assert_int_equal(result.hessian_evaluations, result.steps);
    assert_int_equal(result.evaluations, curved.function.calls);
}

static double two_wells(const double *x, double *g)
{
    double u = x[0];
    if (g != NULL)
        g[0] = 4 * u * u * u - 2 * u;
    return u * u * u * u - u * u;
}

static void two_wells_second(const double *x, double *h)
{
    h[0] = 12 * x[0] * x[0] - 2;
}

static void a_maximum_is_left(void **state)
{
    (void)state;
    const double starts[] = {0.1, -0.1, 1e-3, 1e-5, 0.4, 0.408248290463863, 3};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct curved curved = {{two_wells, 0}, two_wells_second};
        double x;
        descent_result result = finish(&curved, 1, &starts[i], &x);
        assert_status(result.status, DESCENT_CONVERGED);
        assert_near(x, copysign(sqrt(0.5), starts[i]), 1e-7);
        assert_in_range(result.evaluations, 1, 80);
    }
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

static void saddle_second(const double *x, double *h)
{
    h[0] = 2;
    h[2] = 0;
    h[3] = 12 * x[1] * x[1] - 2;
}

static void a_saddle_is_left(void **state)
{
    (void)state;
    struct curved curved = {{saddle, 0}, saddle_second};
    double start[] = {1, 0.1}, x[2];
    descent_result result = finish(&curved, 2, start, x);
    assert_status(result.status, DESCENT_CONVERGED);
    assert_near(x[0], 0, 1e-7);
    assert_near(x[1], sqrt(0.5), 1e-7);
    assert_in_range(result.evaluations, 1, 20);
}

static double hilltop(const double *x, double *g)
{
    if (g != NULL)
        g[0] = -2 * x[0];
    return -x[0] * x[0];
}

static void hilltop_second(const double *x, double *h)
{
    (void)x;
    h[0] = -2;
}

static void a_hill_is_not_climbed(void **state)
{
    (void)state;
    struct curved curved = {{hilltop, 0}, hilltop_second};
    double start = 1, x, whole = 1;
    uint64_t steps = 3;
    descent_result result = finish(&curved, 1, &start, &x);
    assert_status(result.status, DESCENT_UNBOUNDED);
    /* Nor with a step that is written. */
    descent_problem problem = newton_problem(&curved, 1);
    descent_options options = with_fixed_budget(&whole, &steps);
    options.method = descent_method_find("newton");
    descent *search = descent_new(&problem, &options, &start);
    (void)descent_run(search);
    assert_true(descent_get_result(search)->x[0] == 8);
    descent_free(search);
}

static double wave(const double *x, double *g)
{
    if (g != NULL)
        g[0] = -sin(x[0]);
    return cos(x[0]);
}

static void wave_second(const double *x, double *h)
{
    h[0] = -cos(x[0]);
}

static void a_model_without_minimum_does_not_lead_far(void **state)
{
    (void)state;
    /* The curvature at the start is -0.0008, or rounding. */
    const double starts[] = {1.57, 1.5707963267948966, 1};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct curved curved = {{wave, 0}, wave_second};
        double x;
        descent_result result = finish(&curved, 1, &starts[i], &x);
        assert_status(result.status, DESCENT_CONVERGED);
        if (i != 1)
            assert_near(x, 3.14159265358979, 1e-6);
    }
}

static void a_number_as_step_is_the_damping(void **state)
{
    (void)state;
    struct curved curved = {{valley, 0}, valley_second};
    double start[] = {2.4, -1.6}, half = 0.5;
    uint64_t steps = 3;
    descent_problem problem = newton_problem(&curved, 2);
    descent_options options = with_fixed_budget(&half, &steps);
    options.method = descent_method_find("newton");
    descent *search = descent_new(&problem, &options, start);
    assert_status(descent_run(search), DESCENT_BUDGET);
    const descent_result *result = descent_get_result(search);
    assert_near(result->x[0], 0.3, 1e-15);
    assert_near(result->x[1], -0.2, 1e-15);
    assert_near(result->factor, 0.5, 1e-12);
    descent_free(search);
}

static double line_and_exp(const double *x, double *g)
{
    if (g != NULL)
        g[0] = exp(x[0]) - 3;
    return exp(x[0]) - 3 * x[0];
}

static void line_and_exp_second(const double *x, double *h)
{
    h[0] = exp(x[0]);
}

static void digits_double(void **state)
{
    (void)state;
    /* With e = x - log(3) the next error is at most e^2 for |e| < 1. */
    struct curved curved = {{line_and_exp, 0}, line_and_exp_second};
    double start = 2, error = 2 - log(3);
    descent_problem problem = newton_problem(&curved, 1);
    descent_options options = by_newton();
    descent *search = descent_new(&problem, &options, &start);
    while (descent_step(search)) {
        double next = descent_get_result(search)->x[0] - log(3);
        assert_true(fabs(next) <= error * error + 1e-15);
        assert_true(descent_get_result(search)->step == 1);
        error = next;
    }
    assert_in_range(descent_get_result(search)->steps, 4, 5);
    descent_free(search);
}

/* After a short step the next begins with 1 again, else the convergence is linear. */
static void a_short_step_is_forgotten(void **state)
{
    (void)state;
    struct curved curved = {{banana, 0}, banana_second};
    double start[] = {-1.2, 1}, shortest = 1;
    descent_problem problem = newton_problem(&curved, 2);
    descent_options options = by_newton();
    descent *search = descent_new(&problem, &options, start);
    while (descent_step(search))
        shortest = fmin(shortest, descent_get_result(search)->step);
    assert_true(shortest < 0.2);
    assert_true(descent_get_result(search)->step == 1);
    descent_free(search);
}

static void no_second(const double *x, double *h)
{
    (void)x;
    h[0] = h[2] = 1;
    h[3] = (double)NAN;
}

static void without_a_hessian_it_goes_along_the_gradient(void **state)
{
    (void)state;
    struct curved curved = {{valley, 0}, no_second};
    double start[] = {1, 2}, step = 0.1;
    uint64_t steps = 1;
    descent_problem problem = newton_problem(&curved, 2);
    descent_options options = with_fixed_budget(&step, &steps);
    options.method = descent_method_find("newton");
    descent *search = descent_new(&problem, &options, start);
    (void)descent_run(search);
    assert_near(descent_get_result(search)->x[0], 1 - 0.1 * 8, 1e-15);
    assert_near(descent_get_result(search)->x[1], 2 - 0.1 * 2, 1e-15);
    descent_free(search);
}

static void a_problem_without_hessian_is_refused(void **state)
{
    (void)state;
    struct curved curved = {{valley, 0}, valley_second};
    double start[] = {1, 2};
    descent_problem problem = newton_problem(&curved, 2);
    descent_options options = by_newton();
    assert_null(descent_find_fault(&problem, &options));
    problem.hessian = NULL;
    assert_string_equal(descent_find_fault(&problem, &options), "hessian");
    assert_null(descent_new(&problem, &options, start));
    assert_true(descent_method_needs_hessian(descent_method_find("newton")));
    assert_false(descent_method_needs_hessian(descent_method_find("gradient")));
    problem = newton_problem(&curved, 2);
    options.search = descent_search_find("barzilai_borwein");
    assert_string_equal(descent_find_fault(&problem, &options), "search");
}

static void *refuse(void *context, size_t size)
{
    *(size_t *)context = size;
    return NULL;
}

static void too_much_memory_is_no_search(void **state)
{
    (void)state;
    struct curved curved = {{valley, 0}, valley_second};
    size_t asked = 0;
    descent_options options = by_newton();
    options.allocate = refuse;
    options.memory_context = &asked;
    descent_problem problem = newton_problem(&curved, 100);
    double start[100] = {0};
    assert_null(descent_new(&problem, &options, start));
    /* The factors and three vectors are in the one block. */
    assert_true(asked > 100 * 103 * sizeof(double));
    asked = 0;
    const size_t sizes[] = {SIZE_MAX / 9, SIZE_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        problem.n = sizes[i];
        assert_null(descent_new(&problem, &options, start));
        assert_int_equal(asked, 0);
    }
}

/* sum x_i^4 / 4 + x'Qx / 2 + c'x with three variables, Q indefinite more often than not.
 */
enum { THREE = 3 };
static double q[THREE][THREE], c[THREE];

static double quartic(const double *x, double *g)
{
    double value = 0;
    for (size_t i = 0; i < THREE; i++) {
        double row = 0;
        for (size_t j = 0; j < THREE; j++)
            row += q[i][j] * x[j];
        value += x[i] * x[i] * x[i] * x[i] / 4 + x[i] * row / 2 + c[i] * x[i];
        if (g != NULL)
            g[i] = x[i] * x[i] * x[i] + row + c[i];
    }
    return value;
}

static void quartic_second(const double *x, double *h)
{
    for (size_t i = 0; i < THREE; i++)
        for (size_t j = 0; j < THREE; j++)
            h[THREE * i + j] = q[i][j] + (i == j ? 3 * x[i] * x[i] : 0);
}

static double draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) / 4503599627370496.0 - 1;
}

static void random_quartics_end_in_minima(void **state)
{
    (void)state;
    uint64_t seed = 20;
    for (int turn = 0; turn < 300; turn++) {
        double start[THREE], x[THREE], h[THREE * THREE], order[THREE];
        for (size_t i = 0; i < THREE; i++) {
            for (size_t j = 0; j <= i; j++)
                q[i][j] = q[j][i] = 5 * draw(&seed);
            c[i] = draw(&seed);
            start[i] = 3 * draw(&seed);
        }
        struct curved curved = {{quartic, 0}, quartic_second};
        descent_result result = finish(&curved, THREE, start, x);
        assert_status(result.status, DESCENT_CONVERGED);
        assert_in_range(result.evaluations, 1, 120);
        quartic_second(x, h);
        assert_true(ldl_factor(THREE, h, order));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parabola_takes_one_step),
        cmocka_unit_test(the_banana_takes_few_steps),
        cmocka_unit_test(a_maximum_is_left),
        cmocka_unit_test(a_saddle_is_left),
        cmocka_unit_test(a_hill_is_not_climbed),
        cmocka_unit_test(a_model_without_minimum_does_not_lead_far),
        cmocka_unit_test(a_number_as_step_is_the_damping),
        cmocka_unit_test(digits_double),
        cmocka_unit_test(a_short_step_is_forgotten),
        cmocka_unit_test(without_a_hessian_it_goes_along_the_gradient),
        cmocka_unit_test(a_problem_without_hessian_is_refused),
        cmocka_unit_test(too_much_memory_is_no_search),
        cmocka_unit_test(random_quartics_end_in_minima),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
