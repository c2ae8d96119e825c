/* SPDX-License-Identifier: MIT
 * test_descent_interior_point.c - problems with conditions whose solutions and
 * multipliers are known, infeasible and degenerate ones, and what the diagnosis calls
 * their ends.
 */
#include "descent_problems.h"

enum { MOST = 3, ROWS = 4 };

/* x'Hx/2 + g'x with conditions a'x + q |x|^2, row by row. */
struct quadratic {
    size_t n, m;
    double h[MOST * MOST], g[MOST];
    double a[ROWS * MOST], q[ROWS];
    double low[ROWS], high[ROWS];
    double lower[MOST], upper[MOST];
    bool has_bounds, has_wall; /* no value where x[0] < 0 */
};

static void objective(void *context, const double *x, double *value, double *gradient)
{
    const struct quadratic *p = context;
    double sum = 0;
    for (size_t i = 0; i < p->n; i++) {
        double row = 0;
        for (size_t j = 0; j < p->n; j++)
            row += p->h[i * p->n + j] * x[j];
        sum += x[i] * (row / 2 + p->g[i]);
        if (gradient != NULL)
            gradient[i] = row + p->g[i];
    }
    *value = p->has_wall ? sum + log(x[0]) * 0 : sum;
}

static void conditions(void *context, const double *x, double *values)
{
    const struct quadratic *p = context;
    for (size_t i = 0; i < p->m; i++) {
        values[i] = 0;
        for (size_t j = 0; j < p->n; j++)
            values[i] += (p->a[i * p->n + j] + p->q[i] * x[j]) * x[j];
    }
}

static void jacobian(void *context, const double *x, double *rows)
{
    const struct quadratic *p = context;
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++)
            rows[i * p->n + j] = p->a[i * p->n + j] + 2 * p->q[i] * x[j];
}

static void hessian(void *context, const double *x, double factor, const double *y,
                    double *h)
{
    const struct quadratic *p = context;
    (void)x;
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j <= i; j++) {
            h[i * p->n + j] = factor * p->h[i * p->n + j];
            for (size_t k = 0; i == j && k < p->m; k++)
                h[i * p->n + j] += 2 * y[k] * p->q[k];
        }
}

static descent *search_for(struct quadratic *p, const double *start)
{
    descent_problem problem = {.n = p->n,
                               .context = p,
                               .evaluate = objective,
                               .constraint_count = p->m,
                               .constraint_lower = p->low,
                               .constraint_upper = p->high,
                               .constraints = conditions,
                               .constraint_jacobian = jacobian,
                               .lagrangian_hessian = hessian};
    if (p->has_bounds) {
        problem.lower = p->lower;
        problem.upper = p->upper;
    }
    descent_options options = {.method = descent_method_find("interior_point"),
                               .gradient_tolerance = 1e-9};
    assert_null(descent_find_fault(&problem, &options));
    descent *search = descent_new(&problem, &options, start);
    assert_non_null(search);
    (void)descent_run(search);
    return search;
}

static void near(double found, double right)
{
    assert_true(fabs(found - right) <= 1e-8 * fmax(1, fabs(right)));
}

/* Nocedal and Wright, example 16.2: x = (2, -1, 1), multipliers (3, -2) of A'y = Hx + g.
 */
static void equations_give_point_and_multipliers(void **unused)
{
    (void)unused;
    struct quadratic p = {.n = 3,
                          .m = 2,
                          .h = {6, 2, 1, 2, 5, 2, 1, 2, 4},
                          .g = {-8, -3, -3},
                          .a = {1, 0, 1, 0, 1, 1},
                          .low = {3, 0},
                          .high = {3, 0}};
    double start[] = {0, 0, 0};
    descent *search = search_for(&p, start);
    const descent_result *r = descent_get_result(search);
    assert_int_equal(r->status, DESCENT_CONVERGED);
    near(r->x[0], 2);
    near(r->x[1], -1);
    near(r->x[2], 1);
    near(r->multipliers[0], 3);
    near(r->multipliers[1], -2);
    assert_int_equal(descent_diagnose(search)->kind, DESCENT_MINIMUM);
    descent_free(search);
}

/* (x - 1)^2 + (y - 2.5)^2, Nocedal and Wright, example 16.4: (1.4, 1.7). */
static void inequalities_are_kept(void **unused)
{
    (void)unused;
    struct quadratic p = {.n = 2,
                          .m = 3,
                          .h = {2, 0, 0, 2},
                          .g = {-2, -5},
                          .a = {1, -2, -1, -2, -1, 2},
                          .low = {-2, -6, -2},
                          .high = {(double)INFINITY, (double)INFINITY, (double)INFINITY},
                          .upper = {(double)INFINITY, (double)INFINITY},
                          .has_bounds = true};
    double start[] = {2, 0};
    descent *search = search_for(&p, start);
    const descent_result *r = descent_get_result(search);
    near(r->x[0], 1.4);
    near(r->x[1], 1.7);
    near(r->multipliers[0], 0.8);
    near(r->multipliers[1], 0);
    assert_true(r->relative_violation <= DESCENT_FEASIBLE);
    assert_int_equal(descent_diagnose(search)->kind, DESCENT_MINIMUM);
    descent_free(search);
}

/* The same equation three times: multipliers are not unique, the point is. */
static void dependent_conditions_do_no_harm(void **unused)
{
    (void)unused;
    struct quadratic p = {.n = 2,
                          .m = 3,
                          .h = {2, 0, 0, 2},
                          .a = {1, 1, 2, 2, -1, -1},
                          .low = {1, 2, -1},
                          .high = {1, 2, -1}};
    double start[] = {5, -3};
    descent *search = search_for(&p, start);
    const descent_result *r = descent_get_result(search);
    assert_int_equal(r->status, DESCENT_CONVERGED);
    near(r->x[0], 0.5);
    near(r->x[1], 0.5);
    assert_int_equal(descent_diagnose(search)->kind, DESCENT_MINIMUM);
    descent_free(search);
}

/* A vertex: as many conditions hold as there are variables. */
static void a_linear_program_ends_at_a_vertex(void **unused)
{
    (void)unused;
    struct quadratic p = {.n = 2,
                          .m = 2,
                          .g = {-3, -5},
                          .a = {0, 2, 3, 2},
                          .low = {-(double)INFINITY, -(double)INFINITY},
                          .high = {12, 18},
                          .upper = {4, (double)INFINITY},
                          .has_bounds = true};
    double start[] = {1, 1};
    descent *search = search_for(&p, start);
    const descent_result *r = descent_get_result(search);
    near(r->value, -36);
    near(r->multipliers[0], -1.5);
    near(r->multipliers[1], -1);
    const descent_diagnosis *told = descent_diagnose(search);
    assert_int_equal(told->kind, DESCENT_MINIMUM);
    assert_int_equal(told->reduced_count, 0);
    descent_free(search);
}

static void a_disc_and_a_far_line_are_infeasible(void **unused)
{
    (void)unused;
    struct quadratic p = {.n = 2,
                          .m = 2,
                          .g = {1, 0},
                          .a = {0, 0, 1, 1},
                          .q = {1, 0},
                          .low = {-(double)INFINITY, 3},
                          .high = {1, (double)INFINITY}};
    double start[] = {0.5, -0.5};
    descent *search = search_for(&p, start);
    assert_int_equal(descent_get_result(search)->status, DESCENT_INFEASIBLE);
    assert_int_equal(descent_diagnose(search)->kind, DESCENT_NOT_CRITICAL);
    descent_free(search);
}

/* From the saddle of x^2 - y^2 in a square the value falls to its edge. */
static void a_saddle_at_the_start_is_left(void **unused)
{
    (void)unused;
    struct quadratic p = {.n = 2,
                          .h = {2, 0, 0, -2},
                          .lower = {-1, -1},
                          .upper = {1, 1},
                          .has_bounds = true};
    double start[] = {0, 0};
    descent *search = search_for(&p, start);
    near(descent_get_result(search)->value, -1);
    assert_int_equal(descent_diagnose(search)->kind, DESCENT_MINIMUM);
    descent_free(search);
}

/* On the circle |x|^2 = 2 the sum has its maximum at (1, 1). */
static void a_given_point_is_judged(void **unused)
{
    (void)unused;
    struct quadratic p = {.n = 2, .m = 1, .g = {1, 1}, .q = {1}, .low = {2}, .high = {2}};
    descent_problem problem = {.n = 2,
                               .context = &p,
                               .evaluate = objective,
                               .constraint_count = 1,
                               .constraint_lower = p.low,
                               .constraint_upper = p.high,
                               .constraints = conditions,
                               .constraint_jacobian = jacobian,
                               .lagrangian_hessian = hessian};
    descent_options options = {.method = descent_method_find("interior_point")};
    double start[] = {1, 1};
    descent *search = descent_new(&problem, &options, start);
    assert_int_equal(descent_diagnose(search)->kind, DESCENT_MAXIMUM);
    descent_free(search);
    double other[] = {-1, -1};
    search = descent_new(&problem, &options, other);
    assert_int_equal(descent_diagnose(search)->kind, DESCENT_MINIMUM);
    descent_free(search);
    double aside[] = {1, -1};
    search = descent_new(&problem, &options, aside);
    assert_int_equal(descent_diagnose(search)->kind, DESCENT_NOT_CRITICAL);
    descent_free(search);
}

/* Trials without a value are cut back. */
static void walls_are_not_crossed(void **unused)
{
    (void)unused;
    struct quadratic p = {.n = 1,
                          .m = 1,
                          .h = {2},
                          .g = {-2e-3},
                          .a = {1},
                          .low = {-5},
                          .high = {5},
                          .has_wall = true};
    double start[] = {4};
    descent *search = search_for(&p, start);
    near(descent_get_result(search)->x[0], 1e-3);
    descent_free(search);
}

static void a_value_that_falls_for_ever_is_unbounded(void **unused)
{
    (void)unused;
    struct quadratic p = {.n = 2,
                          .m = 1,
                          .g = {-1, 0},
                          .a = {1, -1},
                          .low = {0},
                          .high = {(double)INFINITY}};
    double start[] = {1, 1};
    descent *search = search_for(&p, start);
    assert_int_equal(descent_diagnose(search)->status, DESCENT_UNBOUNDED);
    descent_free(search);
}

static void another_method_is_refused(void **unused)
{
    (void)unused;
    struct quadratic p = {.n = 1, .m = 1, .h = {2}, .a = {1}, .high = {5}};
    descent_problem problem = {.n = 1,
                               .context = &p,
                               .evaluate = objective,
                               .constraint_count = 1,
                               .constraint_lower = p.low,
                               .constraint_upper = p.high,
                               .constraints = conditions,
                               .constraint_jacobian = jacobian,
                               .lagrangian_hessian = hessian};
    descent_options options = {.method = descent_method_find("gradient")};
    assert_string_equal(descent_find_fault(&problem, &options), "method");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equations_give_point_and_multipliers),
        cmocka_unit_test(inequalities_are_kept),
        cmocka_unit_test(dependent_conditions_do_no_harm),
        cmocka_unit_test(a_linear_program_ends_at_a_vertex),
        cmocka_unit_test(a_disc_and_a_far_line_are_infeasible),
        cmocka_unit_test(a_saddle_at_the_start_is_left),
        cmocka_unit_test(a_given_point_is_judged),
        cmocka_unit_test(walls_are_not_crossed),
        cmocka_unit_test(a_value_that_falls_for_ever_is_unbounded),
        cmocka_unit_test(another_method_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
