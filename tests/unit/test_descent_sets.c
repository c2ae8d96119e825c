/* SPDX-License-Identifier: MIT
 * test_descent_sets.c - projections, searches with bounds and blocks against the
 * conditions of a minimum, verdicts on the boundary, and what is not allowed.
 */
#include "descent_problems.h"

#include <stdlib.h>

enum { MOST = 40 };

/* Numbers between -1 and 1, always the same. */
static double draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / (double)(UINT64_C(1) << 52) - 1;
}

/* ---- projections ---- */

static descent_set block_of(const char *name, size_t count)
{
    return (descent_set){.kind = descent_set_find(name), .count = count, .radius = 1.5};
}

static bool lies_in(const descent_set *set, const double *x)
{
    const double rounding = 1e-12;
    double sum = 0, square = 0, least = 0;
    for (size_t i = 0; i < set->count; i++) {
        sum += x[i];
        square += x[i] * x[i];
        least = fmin(least, x[i]);
    }
    if (strcmp(descent_set_name(set->kind), "ball") == 0)
        return sqrt(square) <= set->radius * (1 + rounding);
    return least >= 0 && (strcmp(descent_set_name(set->kind), "simplex") != 0 ||
                          fabs(sum - 1) <= rounding * (double)set->count);
}

/* p is the point of a convex set nearest to y exactly when (y - p)'(z - p) <= 0 for all z
 * in it. */
static void a_projection_is_the_nearest_point(void **state)
{
    (void)state;
    const char *const names[] = {"simplex", "ball", "positive"};
    uint64_t seed = 7;
    for (int trial = 0; trial < 600; trial++) {
        size_t n = 1 + (size_t)trial % MOST;
        descent_set set = block_of(names[trial % 3], n);
        descent_problem problem = {.n = n, .sets = &set, .set_count = 1};
        double y[MOST], p[MOST], z[MOST], room[MOST], scale = pow(10, 4 * draw(&seed));
        for (size_t i = 0; i < n; i++)
            p[i] = y[i] = scale * draw(&seed);
        descent_project(&problem, p, room);
        assert_true(lies_in(&set, p));
        for (int k = 0; k < 20; k++) {
            double product = 0, size = 0;
            for (size_t i = 0; i < n; i++)
                z[i] = draw(&seed);
            descent_project(&problem, z, room);
            for (size_t i = 0; i < n; i++) {
                product += (y[i] - p[i]) * (z[i] - p[i]);
                size += fabs(y[i] - p[i]);
            }
            assert_true(product <= 1e-12 * (1 + size));
        }
    }
}

/* Twelve uniform numbers, which is near enough for means. */
static double draw_normal(void *context)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += draw(context) / 2;
    return sum;
}

/* The mean of the squares tells an even distribution from one that favours the middle or
 * the edge: 2/(n (n + 1)) an entry of a simplex, r^2/(n + 2) of a ball. */
static void draws_fill_a_bounded_set_evenly(void **state)
{
    (void)state;
    const char *const names[] = {"simplex", "ball"};
    uint64_t seed = 3;
    for (size_t n = 1; n <= 6; n++)
        for (int k = 0; k < 2; k++) {
            descent_set set = block_of(names[k], n);
            const int many = 20000;
            double x[6], sum = 0, count = (double)n;
            for (int trial = 0; trial < many; trial++) {
                assert_true(descent_set_draw(&set, draw_normal, &seed, x));
                assert_true(lies_in(&set, x));
                for (size_t i = 0; i < n; i++)
                    sum += x[i] * x[i] / many / count;
            }
            double known = k == 0 ? 2 / (count * (count + 1)) : 2.25 / (count + 2);
            assert_true(fabs(sum - known) <= 0.04 * known);
        }
    descent_set open = block_of("positive", 2);
    double x[2];
    assert_false(descent_set_draw(&open, draw_normal, &seed, x));
}

static void points_of_a_set_stay(void **state)
{
    (void)state;
    descent_set set = block_of("simplex", 3);
    descent_problem problem = {.n = 3, .sets = &set, .set_count = 1};
    double x[] = {0.25, 0.5, 0.25}, room[3];
    descent_project(&problem, x, room);
    assert_true(x[0] == 0.25 && x[1] == 0.5 && x[2] == 0.25);
    set.kind = descent_set_find("ball");
    double y[] = {0.5, -1, 0.5};
    descent_project(&problem, y, room);
    assert_true(y[0] == 0.5 && y[1] == -1 && y[2] == 0.5);
}

static void a_simplex_has_corners_and_centres(void **state)
{
    (void)state;
    descent_set set = block_of("simplex", 4);
    descent_problem problem = {.n = 4, .sets = &set, .set_count = 1};
    double room[4], far[] = {1e300, -1e300, 1, 0}, equal[] = {-3, -3, -3, -3};
    double two[] = {0.9, 0.7, -5, 0};
    descent_project(&problem, far, room);
    assert_true(far[0] == 1 && far[1] == 0 && far[2] == 0 && far[3] == 0);
    descent_project(&problem, equal, room);
    assert_true(equal[0] == 0.25 && equal[3] == 0.25);
    descent_project(&problem, two, room);
    assert_true(fabs(two[0] - 0.6) < 1e-15 && fabs(two[1] - 0.4) < 1e-15 && two[2] == 0);
}

static void bounds_may_be_infinite_or_equal(void **state)
{
    (void)state;
    const double infinity = (double)INFINITY;
    const double lower[] = {-infinity, 0, 2}, upper[] = {1, infinity, 2};
    descent_problem problem = {.n = 3, .lower = lower, .upper = upper};
    double x[] = {5, -5, 0};
    descent_project(&problem, x, NULL);
    assert_true(x[0] == 1 && x[1] == 0 && x[2] == 2);
}

/* ---- quadratic programs ---- */

/* x'A'Ax/2 + b'x with a matrix A of n rows. */
struct quadratic {
    size_t n;
    double a[MOST][MOST], b[MOST], hessian[MOST][MOST];
};

static void evaluate_quadratic(void *context, const double *x, double *value,
                               double *gradient)
{
    const struct quadratic *q = context;
    *value = 0;
    for (size_t i = 0; i < q->n; i++) {
        double product = 0;
        for (size_t j = 0; j < q->n; j++)
            product += q->hessian[i][j] * x[j];
        *value += x[i] * (product / 2 + q->b[i]);
        if (gradient != NULL)
            gradient[i] = product + q->b[i];
    }
}

static void second_quadratic(void *context, const double *x, double *hessian)
{
    const struct quadratic *q = context;
    (void)x;
    for (size_t i = 0; i < q->n; i++)
        memcpy(hessian + i * q->n, q->hessian[i], q->n * sizeof(double));
}

static void fill(struct quadratic *q, size_t n, uint64_t *seed)
{
    q->n = n;
    for (size_t i = 0; i < n; i++) {
        q->b[i] = 4 * draw(seed);
        for (size_t j = 0; j < n; j++)
            q->a[i][j] = draw(seed);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            q->hessian[i][j] = i == j ? 0.1 : 0;
            for (size_t k = 0; k < n; k++)
                q->hessian[i][j] += q->a[k][i] * q->a[k][j];
        }
}

/* The conditions of Karush, Kuhn and Tucker of bounds, which end at a minimum where the
 * function is convex. */
static void check_bounds(struct quadratic *q, const descent_problem *problem,
                         const double *x)
{
    double value, g[MOST];
    evaluate_quadratic(q, x, &value, g);
    for (size_t i = 0; i < q->n; i++) {
        assert_true(x[i] >= problem->lower[i] && x[i] <= problem->upper[i]);
        if (x[i] > problem->lower[i])
            assert_true(g[i] <= 1e-4);
        if (x[i] < problem->upper[i])
            assert_true(g[i] >= -1e-4);
    }
}

static void every_method_solves_quadratic_programs(void **state)
{
    (void)state;
    const char *const names[] = {"gradient", "newton", "bfgs",         "lbfgs",
                                 "cg",       "auto",   "trust_region", NULL};
    static struct quadratic q;
    uint64_t seed = 3;
    for (int trial = 0; trial < 40; trial++) {
        double lower[MOST], upper[MOST], start[MOST];
        size_t n = 1 + (size_t)trial % 12;
        fill(&q, n, &seed);
        for (size_t i = 0; i < n; i++) {
            lower[i] = i % 3 == 2 ? -(double)INFINITY : draw(&seed) - 1;
            upper[i] = i % 4 == 3 ? (double)INFINITY : draw(&seed) + 1;
            start[i] = 3 * draw(&seed);
        }
        descent_problem problem = {.n = n,
                                   .context = &q,
                                   .evaluate = evaluate_quadratic,
                                   .hessian = second_quadratic,
                                   .is_convex = true,
                                   .lower = lower,
                                   .upper = upper};
        for (const char *const *name = names; *name != NULL; name++) {
            descent_options options = {.method = descent_method_find(*name)};
            descent *search = descent_new(&problem, &options, start);
            assert_non_null(search);
            assert_int_equal(descent_run(search), DESCENT_CONVERGED);
            check_bounds(&q, &problem, descent_get_result(search)->x);
            const descent_diagnosis *told = descent_diagnose(search);
            assert_non_null(told);
            assert_int_equal(told->kind, DESCENT_MINIMUM);
            descent_free(search);
        }
    }
}

/* In a simplex all partial derivatives of positive shares are equal, and none is less. */
static void shares_have_equal_slopes(void **state)
{
    (void)state;
    static struct quadratic q;
    uint64_t seed = 11;
    for (int trial = 0; trial < 30; trial++) {
        size_t n = 2 + (size_t)trial % 12;
        double start[MOST], value, g[MOST];
        descent_set set = block_of("simplex", n);
        fill(&q, n, &seed);
        for (size_t i = 0; i < n; i++)
            start[i] = 1 / (double)n;
        descent_problem problem = {.n = n,
                                   .context = &q,
                                   .evaluate = evaluate_quadratic,
                                   .sets = &set,
                                   .set_count = 1};
        descent_options options = {.search = descent_search_find("barzilai_borwein"),
                                   .gradient_tolerance = 1e-8};
        descent *search = descent_new(&problem, &options, start);
        assert_int_equal(descent_run(search), DESCENT_CONVERGED);
        const double *x = descent_get_result(search)->x;
        assert_true(lies_in(&set, x));
        evaluate_quadratic(&q, x, &value, g);
        double least = (double)INFINITY, greatest = -(double)INFINITY;
        for (size_t i = 0; i < n; i++) {
            least = fmin(least, g[i]);
            if (x[i] > 1e-6)
                greatest = fmax(greatest, g[i]);
        }
        assert_true(greatest - least < 1e-6);
        descent_free(search);
    }
}

/* ---- verdicts without enclosures ---- */

static double hill(const double *x, double *g)
{
    if (g != NULL)
        g[0] = -2 * x[0];
    return -x[0] * x[0];
}

static double ridge(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = 1;
        g[1] = -2 * x[1];
    }
    return x[0] - x[1] * x[1];
}

static descent_kind kind_of(formula what, size_t n, const double *lower,
                            const double *upper, const double *start)
{
    struct function function = {what, 0};
    descent_problem problem = {.n = n,
                               .context = &function,
                               .evaluate = evaluate_formula,
                               .lower = lower,
                               .upper = upper};
    descent *search = descent_new(&problem, NULL, start);
    assert_non_null(search);
    (void)descent_run(search);
    descent_kind kind = descent_diagnose(search)->kind;
    descent_free(search);
    return kind;
}

static void nothing_is_called_a_minimum_that_is_none(void **state)
{
    (void)state;
    const double low[] = {-1, -1}, high[] = {1, 1}, zero[] = {0, 0}, one[] = {-1, 0};
    assert_int_equal(kind_of(hill, 1, low, high, zero), DESCENT_MAXIMUM);
    assert_int_equal(kind_of(hill, 1, low, high, high), DESCENT_MINIMUM);
    assert_int_equal(kind_of(ridge, 2, low, high, one), DESCENT_SADDLE);
    assert_int_equal(kind_of(ridge, 2, low, high, high), DESCENT_MINIMUM);
}

/* ---- what is not allowed ---- */

static void faults_are_named(void **state)
{
    (void)state;
    struct function function = {hook, 0};
    const double nan_value = (double)NAN, infinity = (double)INFINITY;
    const double zero[] = {0, 0}, one[] = {1, 1}, none[] = {nan_value, 0};
    const double endless[] = {infinity, infinity};
    descent_problem problem = {
        .n = 2, .context = &function, .evaluate = evaluate_formula};
    problem.lower = zero;
    assert_string_equal(descent_find_fault(&problem, NULL), "upper");
    problem.upper = one;
    assert_null(descent_find_fault(&problem, NULL));
    problem.lower = one;
    problem.upper = zero;
    assert_string_equal(descent_find_fault(&problem, NULL), "lower");
    problem.upper = none;
    assert_string_equal(descent_find_fault(&problem, NULL), "lower");
    problem.lower = problem.upper = endless;
    assert_string_equal(descent_find_fault(&problem, NULL), "lower");
    problem.lower = problem.upper = NULL;
    descent_set sets[] = {block_of("simplex", 2), block_of("ball", 1)};
    problem.sets = sets;
    problem.set_count = 2;
    assert_string_equal(descent_find_fault(&problem, NULL), "sets");
    sets[0].count = 1;
    sets[1].first = 1;
    assert_null(descent_find_fault(&problem, NULL));
    sets[1].radius = nan_value;
    assert_string_equal(descent_find_fault(&problem, NULL), "sets");
    sets[1].radius = 1;
    sets[1].count = 2;
    assert_string_equal(descent_find_fault(&problem, NULL), "sets");
    sets[1].count = 1;
    descent_options options = {.method = descent_method_find("lbfgs")};
    assert_string_equal(descent_find_fault(&problem, &options), "method");
}

/* ---- memory ---- */

struct budget {
    size_t used;
    int left; /* requests that are answered */
};

static void *take(void *context, size_t size)
{
    struct budget *budget = context;
    if (budget->left-- == 0)
        return NULL;
    budget->used += size;
    return malloc(size);
}

static void give(void *context, void *block, size_t size)
{
    (void)context;
    (void)size;
    free(block);
}

static size_t measure(const descent_problem *problem, const double *start)
{
    struct budget budget = {.left = 1};
    descent_options options = {
        .allocate = take, .release = give, .memory_context = &budget};
    descent *search = descent_new(problem, &options, start);
    assert_non_null(search);
    descent_free(search);
    return budget.used;
}

static void bounds_cost_two_vectors_and_a_mark(void **state)
{
    (void)state;
    const size_t n = 1000000;
    struct function function = {hook, 0};
    double *zero = calloc(n, sizeof *zero);
    descent_problem problem = {
        .n = n, .context = &function, .evaluate = evaluate_formula};
    size_t plain = measure(&problem, zero);
    problem.lower = problem.upper = zero;
    assert_true(measure(&problem, zero) - plain <= 17 * n);
    free(zero);
}

static void a_diagnosis_without_memory_is_none(void **state)
{
    (void)state;
    struct function function = {ridge, 0};
    const double low[] = {-1, -1}, high[] = {1, 1};
    descent_problem problem = {.n = 2,
                               .context = &function,
                               .evaluate = evaluate_formula,
                               .lower = low,
                               .upper = high};
    for (int left = 1; left < 4; left++) {
        struct budget budget = {.left = left};
        descent_options options = {
            .allocate = take, .release = give, .memory_context = &budget};
        descent *search = descent_new(&problem, &options, high);
        (void)descent_run(search);
        bool told = descent_diagnose(search) != NULL;
        assert_int_equal(told, left == 3);
        descent_free(search);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_projection_is_the_nearest_point),
        cmocka_unit_test(draws_fill_a_bounded_set_evenly),
        cmocka_unit_test(points_of_a_set_stay),
        cmocka_unit_test(a_simplex_has_corners_and_centres),
        cmocka_unit_test(bounds_may_be_infinite_or_equal),
        cmocka_unit_test(every_method_solves_quadratic_programs),
        cmocka_unit_test(shares_have_equal_slopes),
        cmocka_unit_test(nothing_is_called_a_minimum_that_is_none),
        cmocka_unit_test(faults_are_named),
        cmocka_unit_test(bounds_cost_two_vectors_and_a_mark),
        cmocka_unit_test(a_diagnosis_without_memory_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
