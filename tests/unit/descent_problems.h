/* SPDX-License-Identifier: MIT
 * descent_problems.h - functions whose descents are known, for the tests of the engine.
 */
#ifndef DESCENT_PROBLEMS_H
#define DESCENT_PROBLEMS_H

#include "descent.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* A value, and the gradient unless g is NULL. */
typedef double (*formula)(const double *x, double *g);

struct function {
    formula formula;
    uint64_t calls;
};

static inline void evaluate_formula(void *context, const double *x, double *value,
                                    double *gradient)
{
    struct function *function = context;
    function->calls++;
    *value = function->formula(x, gradient);
}

/* (2w - 6)^2 as the design's hook writes it: curvature 8, minimum 0 at 3. */
static inline double hook(const double *x, double *g)
{
    double u = 2 * x[0] - 6;
    if (g != NULL)
        g[0] = 2 * u * 2;
    return u * u;
}

/* (x - 1)^2: curvature 2. */
static inline double bowl(const double *x, double *g)
{
    double u = x[0] - 1;
    if (g != NULL)
        g[0] = 2 * u;
    return u * u;
}

/* x - log(x): minimum at 1, not a number left of 0. */
static inline double barrier(const double *x, double *g)
{
    if (g != NULL)
        g[0] = 1 - 1 / x[0];
    return x[0] - log(x[0]);
}

/* 4 x^2 + y^2/2. */
static inline double valley(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = 8 * x[0];
        g[1] = x[1];
    }
    return 4 * x[0] * x[0] + x[1] * x[1] / 2;
}

/* Rosenbrock's banana: minimum 0 at (1, 1). */
static inline double banana(const double *x, double *g)
{
    double a = 1 - x[0], b = x[1] - x[0] * x[0];
    if (g != NULL) {
        g[0] = -2 * a - 400 * x[0] * b;
        g[1] = 200 * b;
    }
    return a * a + 100 * b * b;
}

static inline descent_problem problem_of(struct function *function, size_t n)
{
    return (descent_problem){.n = n, .context = function, .evaluate = evaluate_formula};
}

/* For `until`: the context is the number of steps, or the limit of |g|. */
static inline descent_stop after_steps(void *context, const descent_state *state)
{
    return state->step_count >= *(const uint64_t *)context ? DESCENT_STOP_BUDGET
                                                           : DESCENT_GO_ON;
}

static inline descent_stop at_small_gradient(void *context, const descent_state *state)
{
    return state->gradient_norm < *(const double *)context ? DESCENT_STOP_CONVERGED
                                                           : DESCENT_GO_ON;
}

static inline descent_options with_fixed(const double *step)
{
    return (descent_options){.search = descent_search_find("fixed"),
                             .search_settings = step};
}

static inline descent_options with_fixed_budget(const double *step, uint64_t *steps)
{
    descent_options options = with_fixed(step);
    options.until = after_steps;
    options.until_context = steps;
    options.users_budget = true;
    return options;
}

/* A fixed step, carried out by a method of the list. */
static inline descent_options with_method(const char *name, const double *settings,
                                          const double *step)
{
    descent_options options = with_fixed(step);
    options.method = descent_method_find(name);
    options.method_settings = settings;
    assert_non_null(options.method);
    return options;
}

static inline descent *search_by(struct function *function, size_t n,
                                 const descent_options *options, const double *start)
{
    descent_problem problem = problem_of(function, n);
    descent *search = descent_new(&problem, options, start);
    assert_non_null(search);
    return search;
}

/* An expected NaN is met by a NaN. */
static inline void assert_near(double value, double expected, double tolerance)
{
    if (isnan(expected) ? !isnan(value) : !(fabs(value - expected) <= tolerance))
        fail_msg("%.17g is not within %g of %.17g", value, tolerance, expected);
}

static inline void assert_status(descent_status status, descent_status expected)
{
    assert_string_equal(descent_status_name(status), descent_status_name(expected));
}

#endif
