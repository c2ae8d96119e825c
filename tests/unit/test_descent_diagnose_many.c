/* SPDX-License-Identifier: MIT
 * test_descent_diagnose_many.c - what the engine says of the place where a search in
 * several variables ended. */
#include "descent_problems.h"

#include <float.h>

/* ---- functions ---- */

static double saddle(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = 2 * x[0];
        g[1] = -2 * x[1] + 4 * x[1] * x[1] * x[1];
    }
    return x[0] * x[0] - x[1] * x[1] + x[1] * x[1] * x[1] * x[1];
}

static double monkey(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = 3 * x[0] * x[0] - 3 * x[1] * x[1];
        g[1] = -6 * x[0] * x[1];
    }
    return x[0] * x[0] * x[0] - 3 * x[0] * x[1] * x[1];
}

/* (y - x^2)(y - 3 x^2), Peano: a minimum along every line through 0, and none. */
static double peano(const double *x, double *g)
{
    double a = x[1] - x[0] * x[0], b = x[1] - 3 * x[0] * x[0];
    if (g != NULL) {
        g[0] = -2 * x[0] * b - 6 * x[0] * a;
        g[1] = a + b;
    }
    return a * b;
}

static double cap(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = -2 * x[0];
        g[1] = -x[1];
    }
    return -x[0] * x[0] - x[1] * x[1] / 2;
}

static double plane(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = 1;
        g[1] = -2;
    }
    return x[0] - 2 * x[1];
}

static double fading(const double *x, double *g)
{
    double e = exp(-x[0]);
    if (g != NULL) {
        g[0] = -e;
        g[1] = 2 * x[1];
    }
    return e + x[1] * x[1];
}

/* It fades along (1, 1), across which the valley is a parabola. */
static double slanting(const double *x, double *g)
{
    double e = exp(-(x[0] + x[1])), u = x[0] - x[1];
    if (g != NULL) {
        g[0] = -e + 2 * u;
        g[1] = -e - 2 * u;
    }
    return e + u * u;
}

/* (x + y - 1)^2: a line of minima. */
static double trench(const double *x, double *g)
{
    double u = x[0] + x[1] - 1;
    if (g != NULL)
        g[0] = g[1] = 2 * u;
    return u * u;
}

/* ---- enclosures of f = sum of |x_i|, with a kink along each axis ---- */

static double taxicab(const double *x, double *g)
{
    for (size_t i = 0; g != NULL && i < 2; i++)
        g[i] = x[i] > 0 ? 1 : x[i] < 0 ? -1 : 0;
    return fabs(x[0]) + fabs(x[1]);
}

static void enclose_taxicab(void *context, const double *low, const double *high,
                            double *value_low, double *value_high)
{
    (void)context;
    *value_low = *value_high = 0;
    for (size_t i = 0; i < 2; i++) {
        *value_low += low[i] > 0 ? low[i] : high[i] < 0 ? -high[i] : 0;
        *value_high += fmax(fabs(low[i]), fabs(high[i]));
    }
}

static void enclose_taxicab_gradient(void *context, const double *low, const double *high,
                                     double *gradient_low, double *gradient_high)
{
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        gradient_low[i] = low[i] > 0 ? 1 : -1;
        gradient_high[i] = high[i] < 0 ? -1 : 1;
    }
}

static void no_curvature(void *context, const double *low, const double *high,
                         double *hessian_low, double *hessian_high)
{
    (void)context;
    (void)low;
    (void)high;
    for (size_t i = 0; i < 4; i++)
        hessian_low[i] = hessian_high[i] = 0;
}

static void no_curvature_at(void *context, const double *x, double *hessian)
{
    no_curvature(context, x, x, hessian, hessian);
}

static descent_problem taxicab_problem(struct function *function)
{
    descent_problem problem = problem_of(function, 2);
    problem.hessian = no_curvature_at;
    problem.enclose_value = enclose_taxicab;
    problem.enclose_gradient = enclose_taxicab_gradient;
    problem.enclose_hessian = no_curvature;
    return problem;
}

/* ---- */

static const struct {
    formula formula;
    double start[2];
    const char *kind, *status;
    bool falls, is_convex;
} rows[] = {
    {valley, {1, 1}, "minimum", "converged", false, false},
    {banana, {-1.2, 1}, "minimum", "budget", false, false},
    {saddle, {1, 0}, "saddle", "converged", false, false},
    {monkey, {0, 0}, "saddle", "converged", true, false},
    {peano, {0, 0}, "flat", "converged", false, false},
    {cap, {0, 0}, "maximum", "converged", true, false},
    {cap, {1, 1}, "not critical", "unbounded", true, false},
    {plane, {1, 1}, "not critical", "unbounded", true, true},
    {fading, {0, 1}, "not critical", "not attained", false, true},
    {slanting, {0, 1}, "not critical", "not attained", false, true},
    {trench, {3, 1}, "minimum", "converged", false, true},
    {trench, {3, 1}, "flat", "converged", false, false},
};

static void known_points_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct function function = {rows[i].formula, 0};
        descent_problem problem = problem_of(&function, 2);
        problem.is_convex = rows[i].is_convex;
        descent *search = descent_new(&problem, NULL, rows[i].start);
        (void)descent_run(search);
        function.calls = 0;
        const descent_diagnosis *told = descent_diagnose(search);
        if (strcmp(descent_kind_name(told->kind), rows[i].kind) != 0 ||
            strcmp(descent_status_name(told->status), rows[i].status) != 0)
            fail_msg("row %zu: %s, %s", i, descent_kind_name(told->kind),
                     descent_status_name(told->status));
        if (told->falls_without_limit != rows[i].falls)
            fail_msg("row %zu falls: %d", i, told->falls_without_limit);
        assert_true((told->direction != NULL) ==
                    (rows[i].falls || told->status == DESCENT_NOT_ATTAINED));
        assert_true(function.calls < 5000);
        descent_free(search);
    }
}

/* With enclosures a kink is proved, or not called a minimum. */
static void kinks_are_proved(void **state)
{
    (void)state;
    struct function function = {taxicab, 0};
    descent_problem problem = taxicab_problem(&function);
    const double starts[][2] = {{1, 1}, {1, 0.3}, {-0.7, 1e-3}};
    for (size_t i = 0; i < 3; i++) {
        descent *search = descent_new(&problem, NULL, starts[i]);
        (void)descent_run(search);
        const descent_diagnosis *told = descent_diagnose(search);
        double distance =
            hypot(descent_get_result(search)->x[0], descent_get_result(search)->x[1]);
        if (told->kind == DESCENT_MINIMUM) {
            assert_true(told->at_kink && told->distance <= distance + 1e-15);
            assert_near(hypot(told->point[0], told->point[1]), 0, 1e-15);
        } else {
            assert_true(distance > 0.05);
        }
        descent_free(search);
    }
}

/* ---- quadratics of known inertia ---- */

enum { MOST = 20 };

struct quadratic {
    size_t n;
    double matrix[MOST * MOST];
    double centre[MOST];
};

static void evaluate_quadratic(void *context, const double *x, double *value,
                               double *gradient)
{
    const struct quadratic *q = context;
    *value = 0;
    for (size_t i = 0; i < q->n; i++) {
        double sum = 0;
        for (size_t j = 0; j < q->n; j++)
            sum += q->matrix[i * q->n + j] * (x[j] - q->centre[j]);
        *value += sum * (x[i] - q->centre[i]) / 2;
        if (gradient != NULL)
            gradient[i] = sum;
    }
}

static void quadratic_hessian(void *context, const double *x, double *hessian)
{
    const struct quadratic *q = context;
    (void)x;
    memcpy(hessian, q->matrix, q->n * q->n * sizeof *hessian);
}

static void enclose_quadratic_hessian(void *context, const double *low,
                                      const double *high, double *hessian_low,
                                      double *hessian_high)
{
    quadratic_hessian(context, low, hessian_low);
    quadratic_hessian(context, high, hessian_high);
}

static void enclose_quadratic_gradient(void *context, const double *low,
                                       const double *high, double *gradient_low,
                                       double *gradient_high)
{
    const struct quadratic *q = context;
    for (size_t i = 0; i < q->n; i++) {
        double least = 0, most = 0, error = 0;
        for (size_t j = 0; j < q->n; j++) {
            double a = q->matrix[i * q->n + j] * (low[j] - q->centre[j]);
            double b = q->matrix[i * q->n + j] * (high[j] - q->centre[j]);
            least += fmin(a, b);
            most += fmax(a, b);
            error += fmax(fabs(a), fabs(b));
        }
        error *= (double)(q->n + 4) * DBL_EPSILON;
        gradient_low[i] = least - error;
        gradient_high[i] = most + error;
    }
}

static void enclose_quadratic_value(void *context, const double *low, const double *high,
                                    double *value_low, double *value_high)
{
    const struct quadratic *q = context;
    double gradient_low[MOST], gradient_high[MOST], most = 0;
    enclose_quadratic_gradient(context, low, high, gradient_low, gradient_high);
    *value_low = *value_high = 0;
    for (size_t i = 0; i < q->n; i++) {
        double d = fmax(fabs(low[i] - q->centre[i]), fabs(high[i] - q->centre[i]));
        most += d * fmax(fabs(gradient_low[i]), fabs(gradient_high[i]));
    }
    if (memcmp(low, high, q->n * sizeof *low) != 0) {
        *value_low = -most;
        *value_high = most;
        return;
    }
    evaluate_quadratic(context, low, value_low, NULL);
    *value_high = *value_low + 100 * DBL_EPSILON * most;
    *value_low -= 100 * DBL_EPSILON * most;
}

static double draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (double)(*seed >> 11) / 4503599627370496.0 - 1;
}

/* Q D Q' with Q a product of reflections and D of `negative` entries below zero, the
 * rest positive. */
static void draw_quadratic(struct quadratic *q, size_t negative, uint64_t *seed)
{
    size_t n = q->n;
    double left[MOST * MOST] = {0}, *a = q->matrix;
    for (size_t i = 0; i < n; i++) {
        double size = pow(10, 2 * draw(seed));
        left[i * n + i] = i < negative ? -size : size;
        q->centre[i] = 3 * draw(seed);
    }
    for (int count = 0; count < 3; count++) {
        double v[MOST], square = 0, product[MOST];
        for (size_t i = 0; i < n; i++) {
            v[i] = draw(seed);
            square += v[i] * v[i];
        }
        double inner = 0;
        for (size_t i = 0; i < n; i++) {
            product[i] = 0;
            for (size_t j = 0; j < n; j++)
                product[i] += left[i * n + j] * v[j] * 2 / square;
            inner += product[i] * v[i] / square;
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                left[i * n + j] +=
                    2 * inner * v[i] * v[j] - product[i] * v[j] - v[i] * product[j];
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            a[i * n + j] = left[i > j ? i * n + j : j * n + i];
}

/* Products of small whole numbers: exactly of rank n - 1, all other curvatures positive.
 */
static void draw_singular(struct quadratic *q, uint64_t *seed)
{
    size_t n = q->n;
    memset(q->matrix, 0, sizeof q->matrix);
    for (size_t i = 0; i < n; i++)
        q->centre[i] = floor(3 * draw(seed));
    for (size_t k = 1; k < n; k++)
        for (size_t i = k - 1; i <= k; i++)
            for (size_t j = k - 1; j <= k; j++)
                q->matrix[i * n + j] += i == j ? 1 : -1;
}

static descent_problem quadratic_problem(struct quadratic *q, bool enclosed)
{
    descent_problem problem = {.n = q->n,
                               .context = q,
                               .evaluate = evaluate_quadratic,
                               .hessian = quadratic_hessian};
    if (enclosed) {
        problem.enclose_value = enclose_quadratic_value;
        problem.enclose_gradient = enclose_quadratic_gradient;
        problem.enclose_hessian = enclose_quadratic_hessian;
    }
    return problem;
}

/* A search that ends where it starts, close to the centre. */
static void assert_kind(const struct quadratic *q, const descent_problem *problem,
                        const char *kind, uint64_t *seed)
{
    double start[MOST], step = 1;
    uint64_t steps = 0;
    for (size_t i = 0; i < q->n; i++)
        start[i] = q->centre[i] + 1e-4 * draw(seed);
    descent_options options = with_fixed_budget(&step, &steps);
    descent *search = descent_new(problem, &options, start);
    (void)descent_run(search);
    const descent_diagnosis *told = descent_diagnose(search);
    assert_string_equal(descent_kind_name(told->kind), kind);
    if (told->least_curvature != 0 && fabs(told->least_curvature) > 1e-3)
        for (size_t i = 0; i < q->n; i++)
            assert_near(told->point[i], q->centre[i], 1e-9);
    descent_free(search);
}

static void inertia_of_random_quadratics(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int count = 0; count < 300; count++) {
        struct quadratic q = {.n = 2 + (size_t)count % (MOST - 1)};
        size_t negative = count % 3 == 0 ? 0 : count % 3 == 1 ? q.n : q.n / 2;
        draw_quadratic(&q, negative, &seed);
        descent_problem problem = quadratic_problem(&q, count % 2 == 0);
        assert_kind(&q, &problem,
                    negative == 0     ? "minimum"
                    : negative == q.n ? "maximum"
                                      : "saddle",
                    &seed);
    }
}

static void singular_quadratics_are_minima_when_convex(void **state)
{
    (void)state;
    uint64_t seed = 6;
    for (int count = 0; count < 60; count++) {
        struct quadratic q = {.n = 2 + (size_t)count % 5};
        draw_singular(&q, &seed);
        descent_problem problem = quadratic_problem(&q, count % 2 == 0);
        assert_kind(&q, &problem, "flat", &seed);
        problem.is_convex = true;
        assert_kind(&q, &problem, "minimum", &seed);
    }
}

/* ---- many variables ---- */

enum { MANY = 1000 };

static double long_bowl(const double *x, double *g)
{
    double sum = 0;
    for (size_t i = 0; i < MANY; i++) {
        double curvature = 1 + 9 * (double)i / (MANY - 1), u = x[i] - 1;
        if (g != NULL)
            g[i] = curvature * u;
        sum += curvature * u * u / 2;
    }
    return sum;
}

static double long_saddle(const double *x, double *g)
{
    double u = x[7], sum = long_bowl(x, g) - 3 * u * u + u * u * u * u;
    if (g != NULL)
        g[7] += -6 * u + 4 * u * u * u;
    return sum;
}

static void many_variables_are_estimated(void **state)
{
    (void)state;
    static double start[MANY];
    for (size_t i = 0; i < MANY; i++)
        start[i] = 1.001;
    for (int convex = 0; convex < 2; convex++) {
        struct function function = {long_bowl, 0};
        descent_problem problem = problem_of(&function, MANY);
        problem.is_convex = convex == 1;
        descent *search = descent_new(&problem, NULL, start);
        (void)descent_run(search);
        const descent_diagnosis *told = descent_diagnose(search);
        assert_string_equal(descent_kind_name(told->kind), convex ? "minimum" : "flat");
        assert_true(told->is_estimated);
        assert_near(told->least_curvature, 1, 0.05);
        assert_near(told->greatest_curvature, 10, 0.05);
        descent_free(search);
    }
    struct function function = {long_saddle, 0};
    descent_problem problem = problem_of(&function, MANY);
    start[7] = 0;
    descent *search = descent_new(&problem, NULL, start);
    const descent_diagnosis *told = descent_diagnose(search);
    assert_string_not_equal(descent_kind_name(told->kind), "minimum");
    descent_free(search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_points_are_told),
        cmocka_unit_test(kinks_are_proved),
        cmocka_unit_test(inertia_of_random_quadratics),
        cmocka_unit_test(singular_quadratics_are_minima_when_convex),
        cmocka_unit_test(many_variables_are_estimated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
