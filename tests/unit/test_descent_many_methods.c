/* SPDX-License-Identifier: MIT
 * test_descent_many_methods.c - every method that asks for no step, on the same problems:
 * Rosenbrock's valley, a parabola, a badly scaled one, a saddle, and ends of the domain.
 */
#include "descent_problems.h"

#include "descent_starts.h"

struct curved {
    struct function function; /* first: what evaluate_formula sees */
    void (*second)(const double *x, double *h);
};

static void second_derivatives(void *context, const double *x, double *h)
{
    ((const struct curved *)context)->second(x, h);
}

static void banana_second(const double *x, double *h)
{
    h[0] = 2 - 400 * (x[1] - 3 * x[0] * x[0]);
    h[1] = h[2] = -400 * x[0];
    h[3] = 200;
}

static double alternate(void *context)
{
    uint64_t *seed = context;
    double sum = 0;
    for (int i = 0; i < 12; i++) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        sum += (double)(*seed >> 11) * 0x1p-53;
    }
    return sum - 6;
}

static descent *begin(struct curved *curved, size_t n, const char *method,
                      const char *search, uint64_t *seed, const double *start)
{
    descent_problem problem = {.n = n,
                               .context = curved,
                               .evaluate = evaluate_formula,
                               .hessian =
                                   curved->second != NULL ? second_derivatives : NULL};
    descent_options options = {.method = descent_method_find(method),
                               .search =
                                   search != NULL ? descent_search_find(search) : NULL,
                               .normal = alternate,
                               .normal_context = seed};
    assert_non_null(options.method);
    assert_null(descent_find_fault(&problem, &options));
    descent *made = descent_new(&problem, &options, start);
    assert_non_null(made);
    return made;
}

static void each_walks_the_banana_with_bounded_cost(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        double tolerance;
        uint64_t most;
    } rows[] = {
        {"bfgs", 1e-6, 60},         {"lbfgs", 1e-6, 60},
        {"cg", 1e-6, 100},          {"trust_region", 1e-6, 50},
        {"nelder_mead", 1e-6, 500}, {"annealing", 0.05, 400000},
        {"auto", 1e-6, 50},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct curved curved = {{banana, 0}, banana_second};
        double start[] = {-1.2, 1};
        uint64_t seed = 3;
        descent *search = begin(&curved, 2, rows[i].method, NULL, &seed, start);
        assert_status(descent_run(search), DESCENT_CONVERGED);
        const descent_result *result = descent_get_result(search);
        assert_near(result->x[0], 1, rows[i].tolerance);
        assert_near(result->x[1], 1, 2 * rows[i].tolerance);
        assert_in_range(result->evaluations, 1, rows[i].most);
        descent_free(search);
    }
}

/* sum i (x_i - i)^2 + (sum of x_i - 10)^2 in four variables. */
static double bowl4(const double *x, double *g)
{
    double value = 0, sum = -10;
    for (size_t i = 0; i < 4; i++)
        sum += x[i];
    for (size_t i = 0; i < 4; i++) {
        double u = x[i] - (double)i, weight = (double)i + 1;
        value += weight * u * u;
        if (g != NULL)
            g[i] = 2 * weight * u + 2 * sum;
    }
    return value + sum * sum;
}

static void exact_steps_end_on_a_parabola_after_n(void **state)
{
    (void)state;
    static const char *const names[] = {"bfgs", "lbfgs", "cg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct curved curved = {{bowl4, 0}, NULL};
        double start[] = {5, -3, 8, 1};
        descent *search = begin(&curved, 4, names[i], "exact", NULL, start);
        assert_status(descent_run(search), DESCENT_CONVERGED);
        assert_in_range(descent_get_result(search)->steps, 1, 5);
        descent_free(search);
    }
}

static double cliff(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = 1 - 1 / x[0];
        g[1] = 2e8 * x[1];
    }
    return x[0] - log(x[0]) + 1e8 * x[1] * x[1];
}

static void the_end_of_the_domain_and_bad_scales_are_survived(void **state)
{
    (void)state;
    static const char *const names[] = {"bfgs", "lbfgs", "cg", "nelder_mead"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct curved curved = {{cliff, 0}, NULL};
        double start[] = {30, 1};
        descent *search = begin(&curved, 2, names[i], NULL, NULL, start);
        assert_status(descent_run(search), DESCENT_CONVERGED);
        assert_near(descent_get_result(search)->x[0], 1, 1e-4);
        assert_near(descent_get_result(search)->x[1], 0, 1e-7);
        descent_free(search);
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
    h[1] = h[2] = 0;
    h[3] = 12 * x[1] * x[1] - 2;
}

static void trust_region_leaves_a_saddle_that_it_starts_on(void **state)
{
    (void)state;
    const double starts[][2] = {{1, 0}, {0, 0}};
    for (size_t i = 0; i < 2; i++) {
        struct curved curved = {{saddle, 0}, saddle_second};
        descent *search = begin(&curved, 2, "trust_region", NULL, NULL, starts[i]);
        assert_status(descent_run(search), DESCENT_CONVERGED);
        assert_near(fabs(descent_get_result(search)->x[1]), sqrt(0.5), 1e-6);
        descent_free(search);
    }
}

/* A staircase whose gradient is 0 everywhere. */
static double stairs(const double *x, double *g)
{
    if (g != NULL)
        g[0] = g[1] = (double)NAN;
    return floor(fabs(x[0])) + floor(fabs(x[1]));
}

static void values_alone_need_no_gradient(void **state)
{
    (void)state;
    struct curved curved = {{stairs, 0}, NULL};
    double start[] = {3.5, 2.5};
    descent *search = begin(&curved, 2, "nelder_mead", NULL, NULL, start);
    assert_status(descent_run(search), DESCENT_CONVERGED);
    assert_true(descent_get_result(search)->value <= 5);
    descent_free(search);
    assert_false(descent_method_uses_gradients(descent_method_find("annealing")));
    assert_true(descent_method_uses_gradients(descent_method_find("lbfgs")));
}

struct drawn {
    struct curved curved; /* first */
    uint64_t seed;
};

static double waves(const double *x, double *g)
{
    const double turn = 6.283185307179586;
    double value = 0;
    for (size_t i = 0; i < 2; i++) {
        value += x[i] * x[i] + 10 - 10 * cos(turn * x[i]);
        if (g != NULL)
            g[i] = 2 * x[i] + 10 * turn * sin(turn * x[i]);
    }
    return value;
}

static double uniform(void *context)
{
    uint64_t *seed = &((struct drawn *)context)->seed;
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) * 0x1p-53;
}

static void draw(void *context, size_t index, double *x)
{
    (void)index;
    for (size_t i = 0; i < 2; i++)
        x[i] = 10 * uniform(context) - 5;
}

static void starts_find_the_deepest_minimum_and_list_the_others(void **state)
{
    (void)state;
    struct drawn drawn = {{{waves, 0}, NULL}, 5};
    descent_problem problem = problem_of(&drawn.curved.function, 2);
    descent_options options = {.method = descent_method_find("lbfgs")};
    descent_starts starts = {
        .count = 20, .draw = draw, .uniform = uniform, .context = &drawn};
    descent_minima *found = descent_from_starts(&problem, &options, &starts);
    assert_non_null(found);
    assert_near(descent_get_result(found->best)->value, 0, 1e-9);
    assert_in_range(found->count, 2, 40);
    uint64_t hits = 0;
    for (size_t i = 0; i < found->count; i++) {
        hits += found->list[i].hits;
        assert_true(i == 0 || found->list[i].value >= found->list[i - 1].value);
    }
    assert_in_range(hits, 2, 40);
    assert_int_equal(found->evaluations, drawn.curved.function.calls);
    descent_minima_free(found);
    starts.count = 0;
    assert_null(descent_from_starts(&problem, &options, &starts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_walks_the_banana_with_bounded_cost),
        cmocka_unit_test(exact_steps_end_on_a_parabola_after_n),
        cmocka_unit_test(the_end_of_the_domain_and_bad_scales_are_survived),
        cmocka_unit_test(trust_region_leaves_a_saddle_that_it_starts_on),
        cmocka_unit_test(values_alone_need_no_gradient),
        cmocka_unit_test(starts_find_the_deepest_minimum_and_list_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
