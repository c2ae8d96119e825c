/* SPDX-License-Identifier: MIT
 * test_descent_inertia.c - momentum and nesterov: bounds of stability over a grid of
 * curvatures, inertia and steps, what inertia gains, divergence, the factor of the moves.
 */
#include "descent_problems.h"

struct oval {
    double curvature[2];
};

static void evaluate_oval(void *context, const double *x, double *value, double *gradient)
{
    const struct oval *oval = context;
    *value = 0;
    for (size_t i = 0; i < 2; i++) {
        *value += oval->curvature[i] * x[i] * x[i] / 2;
        if (gradient != NULL)
            gradient[i] = oval->curvature[i] * x[i];
    }
}

/* |x| after 3000 steps from (1, 1). */
static double distance_left(const char *name, double beta, double largest, double step)
{
    const double start[] = {1, 1};
    uint64_t steps = 3000;
    struct oval oval = {{largest, largest / 7}};
    descent_problem problem = {.n = 2, .context = &oval, .evaluate = evaluate_oval};
    descent_options options = with_method(name, &beta, &step);
    options.until = after_steps;
    options.until_context = &steps;
    options.users_budget = true;
    descent *search = descent_new(&problem, &options, start);
    assert_non_null(search);
    descent_status status = descent_run(search);
    const descent_result *result = descent_get_result(search);
    double left = hypot(result->x[0], result->x[1]);
    /* What ends before the budget has overflowed; what grew has diverged. */
    if (result->steps < steps || left > 1)
        assert_status(status, DESCENT_DIVERGED);
    descent_free(search);
    return left;
}

static double bound_of_momentum(double beta)
{
    return 2 * (1 + beta);
}

static double bound_of_nesterov(double beta)
{
    return (2 + 2 * beta) / (1 + 2 * beta);
}

static void check_bound(const char *name, double (*bound)(double beta))
{
    static const double betas[] = {0, 0.3, 0.5, 0.9, 0.98}, curvatures[] = {0.01, 1, 4e5};
    for (size_t b = 0; b < sizeof betas / sizeof *betas; b++)
        for (size_t c = 0; c < sizeof curvatures / sizeof *curvatures; c++)
            for (int percent = 5; percent <= 195; percent += 10) {
                double step = bound(betas[b]) / curvatures[c] * percent / 100;
                double left = distance_left(name, betas[b], curvatures[c], step);
                if (percent < 100 ? !(left < 1e-9) : !(left > 1e9))
                    fail_msg("%s(beta = %g), curvature %g, %d %% of the bound: %g", name,
                             betas[b], curvatures[c], percent, left);
            }
}

/* Polyak 1964: t L < 2 (1 + beta). */
static void momentum_converges_inside_its_bound_alone(void **state)
{
    (void)state;
    check_bound("momentum", bound_of_momentum);
    assert_true(distance_left("momentum", 0.9, 8, 0.999 * 3.8 / 8) < 1e-9);
    assert_true(distance_left("momentum", 0.9, 8, 1.001 * 3.8 / 8) > 1e9);
}

/* Jury's test on z^2 - (1 + beta)(1 - t L) z + beta (1 - t L). */
static void nesterov_converges_inside_its_bound_alone(void **state)
{
    (void)state;
    check_bound("nesterov", bound_of_nesterov);
    assert_true(distance_left("nesterov", 0.9, 8, 0.99 * 3.8 / 2.8 / 8) < 1e-9);
    assert_true(distance_left("nesterov", 0.9, 8, 1.01 * 3.8 / 2.8 / 8) > 1e9);
}

/* The factor is sqrt(beta) where the motion oscillates, so inertia is worth the most
 * where curvatures differ: L/m = 1000 takes gradient descent 500 ln(1e9) steps. */
static double long_valley(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = 1000 * x[0];
        g[1] = x[1];
    }
    return 500 * x[0] * x[0] + x[1] * x[1] / 2;
}

static uint64_t steps_of(const char *name, const double *settings, double step)
{
    const double start[] = {1, 1};
    struct function function = {long_valley, 0};
    descent_options options = with_method(name, settings, &step);
    options.most_steps = 20000;
    descent *search = search_by(&function, 2, &options, start);
    assert_status(descent_run(search), DESCENT_CONVERGED);
    uint64_t steps = descent_get_result(search)->steps;
    descent_free(search);
    return steps;
}

static void inertia_is_faster_in_a_long_valley(void **state)
{
    (void)state;
    const double q = sqrt(1.0 / 1000), polyak = (1 - q) / (1 + q) * ((1 - q) / (1 + q)),
                 constant = (1 - q) / (1 + q);
    assert_in_range(steps_of("gradient", NULL, 2.0 / 1001), 9000, 12000);
    /* Polyak's best: t = (2/(sqrt L + sqrt m))^2, beta = ((1 - q)/(1 + q))^2. */
    assert_in_range(steps_of("momentum", &polyak, 4 / pow(sqrt(1000) + 1, 2)), 100, 600);
    assert_in_range(steps_of("nesterov", &constant, 1.0 / 1000), 100, 800);
}

static void a_step_too_long_diverges_without_a_budget_too(void **state)
{
    (void)state;
    const double start = 0, step = 0.6;
    struct function function = {hook, 0};
    for (const char *const *name = (const char *const[]){"momentum", "nesterov", NULL};
         *name != NULL; name++) {
        descent_options options = with_method(*name, NULL, &step);
        descent *search = search_by(&function, 1, &options, &start);
        assert_status(descent_run(search), DESCENT_DIVERGED);
        assert_in_range(descent_get_result(search)->steps, 2, 60);
        descent_free(search);
    }
}

/* ---- the factor ---- */

static double parabola(const double *x, double *g)
{
    if (g != NULL)
        g[0] = x[0];
    return x[0] * x[0] / 2;
}

static descent_result finish(const char *name, const double *settings, double step,
                             uint64_t steps)
{
    const double start = 1;
    struct function function = {parabola, 0};
    descent_options options = with_method(name, settings, &step);
    options.until = after_steps;
    options.until_context = &steps;
    options.users_budget = true;
    descent *search = search_by(&function, 1, &options, &start);
    (void)descent_run(search);
    descent_result result = *descent_get_result(search);
    descent_free(search);
    return result;
}

/* The greatest root of z^2 - a z + b, with the sign of a. */
static double root_of(double a, double b)
{
    double square = a * a / 4 - b;
    return copysign(square < 0 ? sqrt(b) : fabs(a) / 2 + sqrt(square), a);
}

static void check_factor(const char *name, double beta, double product, double a,
                         double b)
{
    double expected = root_of(a, b);
    for (uint64_t steps = 1; steps <= 40; steps++) {
        descent_result result = finish(name, &beta, product, steps);
        /* From five moves on it is measured; fewer never show a divergence. */
        if (steps >= 5 && result.value > 1e-20 &&
            !(fabs(expected) > 1 && isnan(result.factor)))
            assert_near(result.factor, expected, 1e-5);
        if (fabs(expected) < 1) {
            assert_status(result.status, DESCENT_BUDGET);
            assert_false(fabs(result.factor) > 1);
        }
        if (fabs(expected) > 1.01 && steps >= 5)
            assert_status(result.status, DESCENT_DIVERGED);
    }
}

/* On a parabola, in every phase of the swing and while speed is gathered. */
static void the_factor_is_the_root_of_the_motion(void **state)
{
    (void)state;
    static const double betas[] = {0.3, 0.5, 0.9, 0.98};
    for (size_t i = 0; i < sizeof betas / sizeof *betas; i++)
        for (int percent = 5; percent <= 125; percent += 20) {
            double beta = betas[i], share = (double)percent / 100;
            double product = share * bound_of_momentum(beta);
            check_factor("momentum", beta, product, 1 + beta - product, beta);
            product = share * bound_of_nesterov(beta);
            check_factor("nesterov", beta, product, (1 + beta) * (1 - product),
                         beta * (1 - product));
        }
}

static void what_gathers_speed_does_not_diverge(void **state)
{
    (void)state;
    static const char *const names[] = {"adam", "rmsprop", "adagrad", "momentum"};
    static const double steps[] = {0.003, 0.1, 0.7};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
            for (uint64_t budget = 1; budget < 120; budget++) {
                descent_result result = finish(names[i], NULL, steps[k], budget);
                if (result.value > result.start_value)
                    continue; /* one step of rmsprop is long */
                assert_true(result.status != DESCENT_DIVERGED);
                assert_false(fabs(result.factor) > 1);
            }
}

/* Two swings at once are no recurrence of second order; the mean is taken instead. */
static void two_swings_shrink_together(void **state)
{
    (void)state;
    const double step = 0.05, start[] = {1, 1};
    for (uint64_t steps = 20; steps <= 200; steps += 12) {
        struct function function = {valley, 0};
        descent_options options = with_method("momentum", NULL, &step);
        options.until = after_steps;
        options.until_context = &steps;
        options.users_budget = true;
        descent *search = search_by(&function, 2, &options, start);
        assert_status(descent_run(search), DESCENT_BUDGET);
        assert_near(fabs(descent_get_result(search)->factor), sqrt(0.9), 0.005);
        descent_free(search);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(momentum_converges_inside_its_bound_alone),
        cmocka_unit_test(nesterov_converges_inside_its_bound_alone),
        cmocka_unit_test(inertia_is_faster_in_a_long_valley),
        cmocka_unit_test(a_step_too_long_diverges_without_a_budget_too),
        cmocka_unit_test(the_factor_is_the_root_of_the_motion),
        cmocka_unit_test(what_gathers_speed_does_not_diverge),
        cmocka_unit_test(two_swings_shrink_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
