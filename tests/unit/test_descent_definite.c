/* SPDX-License-Identifier: MIT
 * test_descent_definite.c - many variables, of which one makes a minimum of the point or
 * none.
 */
#include "descent_problems.h"

#include <string.h>

enum { MANY = 1000 };

/* The bowl with a chain between neighbours, and of the first variable what is asked for.
 */
static double of_first(const void *context, double u, double *slope, double *curvature)
{
    switch (*(const int *)context) {
    case 0:
        *slope = 1e-6 * u;
        *curvature = 1e-6;
        return 5e-7 * u * u;
    case 1:
        *slope = -1e-6 * u;
        *curvature = -1e-6;
        return -5e-7 * u * u;
    case 2:
        *slope = 3 * u * u;
        *curvature = 6 * u;
        return u * u * u;
    default:
        *slope = 4 * u * u * u;
        *curvature = 12 * u * u;
        return u * u * u * u;
    }
}

static void evaluate_chain(void *context, const double *x, double *value, double *g)
{
    double slope, curvature, u = x[0] - 0.5;
    *value = of_first(context, u, &slope, &curvature);
    if (g != NULL)
        memset(g, 0, MANY * sizeof *g), g[0] = slope;
    for (size_t i = 1; i < MANY; i++) {
        double way = x[i] - (i > 1 ? x[i - 1] : 1);
        *value += way * way / 2;
        if (g != NULL) {
            g[i] += way;
            g[i - 1] -= i > 1 ? way : 0;
        }
    }
}

static void multiply_chain(void *context, const double *x, const double *v, double *out)
{
    double slope, curvature;
    (void)of_first(context, x[0] - 0.5, &slope, &curvature);
    memset(out, 0, MANY * sizeof *out);
    out[0] = curvature * v[0];
    for (size_t i = 1; i < MANY; i++) {
        double way = v[i] - (i > 1 ? v[i - 1] : 0);
        out[i] += way;
        out[i - 1] -= i > 1 ? way : 0;
    }
}

/* Where the search ended, off the stationary point by `away` in the first variable. */
static descent_kind kind_of_chain(int which, double away, bool has_columns)
{
    static double start[MANY];
    for (size_t i = 0; i < MANY; i++)
        start[i] = i == 0 ? 0.5 + away : 1;
    descent_problem problem = {.n = MANY,
                               .context = &which,
                               .evaluate = evaluate_chain,
                               .hessian_product = multiply_chain,
                               .has_columns = has_columns};
    descent *search = descent_new(&problem, NULL, start);
    descent_kind kind = descent_diagnose(search)->kind;
    descent_free(search);
    return kind;
}

static void many_variables_are_factored(void **state)
{
    (void)state;
    static const double away[] = {0, 1e-7, -1e-7, 3e-9, -1e-11};
    for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
        assert_int_equal(kind_of_chain(0, away[i], true), DESCENT_MINIMUM);
        assert_int_not_equal(kind_of_chain(0, away[i], false), DESCENT_MINIMUM);
        for (int which = 1; which < 4; which++)
            assert_int_not_equal(kind_of_chain(which, away[i], true), DESCENT_MINIMUM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_variables_are_factored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
