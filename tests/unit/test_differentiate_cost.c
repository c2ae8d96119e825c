/* SPDX-License-Identifier: MIT
 * What a gradient costs: a small multiple of its function, however wide or deep. */
#include "graph_fixture.h"

/* f = the sum of n terms over n variables. */
static node_id build_wide(struct graph *graph, size_t n, node_id *variables,
                          node_id (*term)(struct graph *, node_id, node_id), node_id mean)
{
    node_id terms[1000];
    assert_true(n <= 1000);
    for (size_t i = 0; i < n; i++)
        terms[i] = term(graph, variables[i], mean);
    return graph_apply(graph, OP_ADD, terms, n);
}

static node_id exponential(struct graph *graph, node_id x, node_id mean)
{
    return graph_apply1(graph, OP_EXP, graph_apply2(graph, OP_MULTIPLY, x, mean));
}

static void a_gradient_costs_a_small_multiple(void **state)
{
    struct world *w = *state;
    enum { N = 1000 };
    node_id x[N], out[N];
    for (uint32_t i = 0; i < N; i++)
        x[i] = graph_variable(w->graph, i);
    node_id total = graph_apply(w->graph, OP_ADD, x, N);
    node_id mean = graph_apply2(w->graph, OP_DIVIDE, total, graph_constant(w->graph, N));
    node_id f = build_wide(w->graph, N, x, exponential, mean);
    size_t before = graph_size(w->graph);
    graph_gradient(w->graph, f, x, N, out);
    assert_true(graph_size(w->graph) <= 4 * before);
    struct check *value = check_new(&w->arena, w->graph, &f, 1, x, N);
    struct check *gradient = check_new(&w->arena, w->graph, out, N, x, N);
    assert_true(check_operations(gradient) <= 5 * check_operations(value));
}

static void a_wide_product_has_a_linear_gradient(void **state)
{
    struct world *w = *state;
    enum { N = 1000 };
    node_id x[N], out[N];
    double point[N], values[N], others = 1;
    uint32_t seed = 77;
    for (uint32_t i = 0; i < N; i++) {
        x[i] = graph_variable(w->graph, i);
        point[i] = uniform(&seed, 0.9, 1.1);
        others *= i == 7 ? 1 : point[i];
    }
    point[7] = 0; /* its own partial is the product of the others */
    node_id f = graph_apply(w->graph, OP_MULTIPLY, x, N);
    size_t before = graph_size(w->graph);
    graph_gradient(w->graph, f, x, N, out);
    assert_true(graph_size(w->graph) <= 5 * before);
    struct check *check = check_new(&w->arena, w->graph, out, N, x, N);
    assert_true(check_operations(check) <= 20 * N);
    check_run(check, point, values);
    assert_true(values[6] == 0);
    assert_true(is_close(values[7], others, 1e-12));
}

/* f applied to itself again and again: what recursion or repeated opening would not
 * survive.  The slope is that of the chain at x = 1, y = 1. */
static void a_deep_chain_costs_no_more_a_link(void **state)
{
    struct world *w = *state;
    static const struct {
        enum op op;
        bool is_left; /* the chain is the left operand, y the right one */
        double slope;
    } rows[] = {
        {OP_TANH, true, 0},     {OP_DIVIDE, true, 1},    {OP_DIVIDE, false, 1},
        {OP_MULTIPLY, true, 1}, {OP_MULTIPLY, false, 1}, {OP_ADD, true, 1},
        {OP_ADD, false, 1},     {OP_POWER, true, 1},     {OP_NEGATE, true, 1},
    };
    enum { DEPTH = 100000 };
    double point[SYMBOLS] = {['x'] = 1, ['y'] = 1};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct graph_mark mark = graph_mark(w->graph);
        node_id y = graph_variable(w->graph, 'y');
        node_id x = graph_variable(w->graph, 'x'), f = x, out = 0;
        for (int k = 0; k < DEPTH; k++) {
            node_id operands[] = {rows[i].is_left ? f : y, rows[i].is_left ? y : f};
            bool is_binary = op_info(rows[i].op)->arity != 1;
            f = graph_apply(w->graph, rows[i].op, operands, is_binary ? 2 : 1);
        }
        size_t before = graph_size(w->graph);
        graph_gradient(w->graph, f, &x, 1, &out);
        if (graph_size(w->graph) > 20 * before)
            fail_msg("%s %d: %zu nodes, then %zu", op_info(rows[i].op)->id, (int)i,
                     before, graph_size(w->graph));
        assert_true(is_close(value_at(w, out, point), rows[i].slope, 1e-6));
        graph_release(w->graph, mark);
    }
}

/* Each step uses the one before twice under an if: gates must not multiply. */
static void nested_gates_stay_linear(void **state)
{
    struct world *w = *state;
    enum { DEPTH = 2000 };
    node_id x = graph_variable(w->graph, 'x'), f = x, out = 0;
    for (int i = 0; i < DEPTH; i++) {
        node_id bound = graph_constant(w->graph, 1 + i);
        node_id is_below = graph_apply2(w->graph, OP_LESS, x, bound);
        node_id other = graph_apply2(w->graph, OP_MULTIPLY, x, bound);
        f = graph_apply3(w->graph, OP_SELECT, is_below, other, f);
    }
    size_t before = graph_size(w->graph);
    graph_gradient(w->graph, f, &x, 1, &out);
    assert_true(graph_size(w->graph) <= 5 * before);
    double point[SYMBOLS] = {['x'] = 12.5};
    assert_true(value_at(w, out, point) == 2000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(a_gradient_costs_a_small_multiple),
        TEST(a_wide_product_has_a_linear_gradient),
        TEST(a_deep_chain_costs_no_more_a_link),
        TEST(nested_gates_stay_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
