/* SPDX-License-Identifier: MIT
 * Walks of the scalar program against single evaluations: the same bits at every point.
 */
#include "graph_fixture.h"

#include "tape/program.h"
#include "tape/walk.h"

enum { MOST_STEPS = 300, MOST_VARIABLES = 5 };

static void assert_same(double a, double b)
{
    if (!(isnan(a) && isnan(b)) && memcmp(&a, &b, sizeof a) != 0)
        fail_msg("%.17g instead of %.17g", b, a);
}

/* The steps one by one, by the program that evaluates value and gradient together. */
static void step_alone(struct program *program, size_t n, size_t count, double factor,
                       const double *a, double *x, double *gradient, double *value)
{
    for (size_t i = 0; i < count; i++) {
        const double *inputs[MOST_VARIABLES + 1];
        double *outputs[1 + MOST_VARIABLES] = {&value[i + 1]};
        for (size_t j = 0; j < n; j++) {
            x[(i + 1) * n + j] = x[i * n + j] + factor * gradient[i * n + j];
            inputs[j] = &x[(i + 1) * n + j];
            outputs[j + 1] = &gradient[(i + 1) * n + j];
        }
        inputs[n] = a;
        assert_true(program_run(program, inputs, outputs));
    }
}

static void compare(struct world *w, const char *text, size_t n, double factor,
                    size_t count, bool is_native)
{
    static double x[2][(MOST_STEPS + 1) * MOST_VARIABLES];
    static double gradient[2][(MOST_STEPS + 1) * MOST_VARIABLES];
    static double value[2][MOST_STEPS + 1];
    static const char *const names[MOST_VARIABLES] = {"x", "y", "z", "u", "v"};
    node_id leaves[MOST_VARIABLES + 1];
    node_id outputs[1 + MOST_VARIABLES] = {build(w, text)};
    double a = 1.5;
    const double *inputs[MOST_VARIABLES + 1] = {NULL};
    for (size_t j = 0; j < n; j++)
        leaves[j] = build(w, names[j]);
    leaves[n] = build(w, "a");
    inputs[n] = &a;
    graph_gradient(w->graph, outputs[0], leaves, n, outputs + 1);
    struct program *program =
        program_new(&w->arena, w->graph, outputs, 1 + n, leaves, n + 1);
    struct walk *walk =
        walk_new(&w->arena, w->graph, outputs[0], outputs + 1, n, leaves, n + 1);
    assert_non_null(walk);
    if (is_native)
        walk_make_native(walk, &w->arena, w->graph, outputs[0], outputs + 1, leaves);
    for (size_t k = 0; k < 2; k++)
        for (size_t j = 0; j < n; j++) {
            x[k][j] = 0.7 - (double)j;
            gradient[k][j] = 0.25;
        }
    step_alone(program, n, count, factor, &a, x[0], gradient[0], value[0]);
    walk_run(walk, inputs, count, factor, x[1], gradient[1], value[1]);
    for (size_t i = 0; i < (count + 1) * n; i++) {
        assert_same(x[0][i], x[1][i]);
        assert_same(gradient[0][i], gradient[1][i]);
    }
    for (size_t i = 1; i <= count; i++)
        assert_same(value[0][i], value[1][i]);
}

static void walks_have_the_bits_of_single_steps(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *formula;
        size_t n;
    } rows[] = {
        {"softplus(-3*x) + 0.05*x^2 + sin(x)", 1},
        {"sigmoid(x)*softplus(x) - cos(a*x)", 1},
        {"sin(x)*cos(x) + a*cos(sin(x))", 1}, /* pairs within pairs */
        {"(x - a)^4", 1},
        {"a*x", 1}, /* a derivative without a variable */
        {"exp(x)*tanh(x) + cos(a*x)", 1},
        {"x - log(x)", 1}, /* leaves its domain */
        {"x^2 - x^4", 1},  /* leaves the numbers */
        {"if x > a then x^3 else sqrt(x) + |x|", 1},
        {"100*(y - x^2)^2 + (1 - x)^2", 2},
        {"x^2 + a*y", 2},
        {"exp(x*y) + sin(x - a)*y^2", 2},
        {"x*y", 2}, /* each derivative is the other variable */
        {"x^2", 2}, /* one of the variables moves nowhere */
        {"x*y*z + sin(x)*cos(y) + exp(-z^2)", 3},
        {"sin(x)*cos(x) + lgamma(2 + y^2) - u*z", 4},
        {"x*y - z*u + v^2*erf(x) + (x + y + z + u + v)^2/2", 5},
        {"sin(40*x) + cos(3*x) + x^2", 1},    /* angles in different quarters */
        {"softplus(9*x^3 - x) + x^2", 1},     /* sigmoids on both sides */
        {"x^2/2", 1},                         /* a derivative that is the variable */
        {"x", 1},                             /* a value that is a variable */
        {"x^2 + cos(1e7*x) + tan(3e5*x)", 1}, /* past the limit of a function */
        {"lgamma(3 + x^2) + polygamma(2, 2 + x^2)", 1},
        {"x^2 + polygamma(1, 2 + x^2)*y", 2}, /* functions that keep no register */
        {"(|x| + 1)^a + atan2(x, a) + erf(x) + cbrt(x)", 1},
        {"min(x, a) + max(x, -a)^2 + clamp(x, -1, a)*relu(x)", 1},
    };
    static const size_t counts[] = {0, 1, 3, 4, 7, 8, 63, 64, 65, 256, MOST_STEPS};
    static const double factors[] = {-0.01, -0.5, 0, -3};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
            for (size_t f = 0; f < sizeof factors / sizeof *factors; f++)
                for (int native = 0; native < 2; native++)
                    compare(w, rows[i].formula, rows[i].n, factors[f], counts[k],
                            native == 1);
}

/* What is no variable may change between runs, and each run begins where it is told. */
static void a_walk_takes_up_what_it_is_given(void **state)
{
    struct world *w = *state;
    node_id leaves[] = {build(w, "x"), build(w, "a")};
    node_id outputs[2] = {build(w, "a*sin(x) + softplus(a*x)")};
    graph_gradient(w->graph, outputs[0], leaves, 1, outputs + 1);
    struct program *program = program_new(&w->arena, w->graph, outputs, 2, leaves, 2);
    struct walk *walk =
        walk_new(&w->arena, w->graph, outputs[0], outputs + 1, 1, leaves, 2);
    walk_make_native(walk, &w->arena, w->graph, outputs[0], outputs + 1, leaves);
    for (size_t i = 0; i < 20; i++) {
        double a = 0.5 + (double)i, x[2][21] = {{a}, {a}}, gradient[2][21] = {{1}, {1}};
        double value[2][21] = {{0}};
        const double *inputs[] = {NULL, &a};
        step_alone(program, 1, i, -0.1, &a, x[0], gradient[0], value[0]);
        walk_run(walk, inputs, i, -0.1, x[1], gradient[1], value[1]);
        for (size_t k = 0; k <= i; k++) {
            assert_same(x[0][k], x[1][k]);
            assert_same(gradient[0][k], gradient[1][k]);
            assert_same(value[0][k], value[1][k]);
        }
    }
}

static void a_walk_allocates_nothing(void **state)
{
    struct world *w = *state;
    double x[101] = {1}, gradient[101] = {0}, value[101];
    node_id leaf = build(w, "x"), f = build(w, "exp(x)*sin(x)"), partial;
    graph_gradient(w->graph, f, &leaf, 1, &partial);
    struct walk *walk = walk_new(&w->arena, w->graph, f, &partial, 1, &leaf, 1);
    const double *input = x;
    for (int native = 0; native < 2; native++) {
        if (native == 1)
            walk_make_native(walk, &w->arena, w->graph, f, &partial, &leaf);
        uint64_t requests = w->memory.requests;
        struct arena_mark mark = arena_mark(&w->arena);
        walk_run(walk, &input, 100, -0.1, x, gradient, value);
        assert_int_equal(w->memory.requests, requests);
        assert_int_equal(arena_mark(&w->arena).used, mark.used);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(walks_have_the_bits_of_single_steps, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_walk_takes_up_what_it_is_given, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_walk_allocates_nothing, open_world,
                                        close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
