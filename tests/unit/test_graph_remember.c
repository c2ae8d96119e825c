/* SPDX-License-Identifier: MIT
 * A graph that remembers gives the same nodes as one that does not. */
#include "graph_fixture.h"

enum { TURNS = 4000, LEAVES = 4 };

static const char *const FORMULAS[] = {
    "x*(-y)",    "exp(-x)*2",       "-(2*x)",     "(-x)/(-y)",     "abs(-x)",
    "min(x, x)", "x^1 + 0*y",       "x/1",        "2^3 + x",       "x - x",
    "-(-x)",     "log(1 + exp(x))", "x*y*log(x)", "not not x > y",
};

static void a_formula_is_the_same_again(void **state)
{
    struct world *w = *state;
    node_id first[sizeof FORMULAS / sizeof *FORMULAS];
    size_t count = sizeof first / sizeof *first;
    for (size_t i = 0; i < count; i++)
        first[i] = build(w, FORMULAS[i]);
    size_t size = graph_size(w->graph);
    graph_remember(w->graph);
    for (int turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < count; i++)
            assert_int_equal(build(w, FORMULAS[i]), first[i]);
    assert_int_equal(graph_size(w->graph), size);
}

/* Of nodes that are gone nothing is known: their numbers mean other nodes then. */
static void what_was_released_is_forgotten(void **state)
{
    struct world *w = *state;
    graph_remember(w->graph);
    node_id x = graph_variable(w->graph, 'x'), y = graph_variable(w->graph, 'y');
    struct graph_mark mark = graph_mark(w->graph);
    node_id sine = graph_apply1(w->graph, OP_SIN, x);
    node_id both = graph_apply2(w->graph, OP_MULTIPLY, sine, y);
    assert_string_equal(print_node(w, both), "sin(x)*y");
    graph_release(w->graph, mark);
    node_id other = graph_apply1(w->graph, OP_COS, x);
    assert_int_equal(other, sine);
    node_id product = graph_apply2(w->graph, OP_MULTIPLY, other, y);
    assert_string_equal(print_node(w, product), "cos(x)*y");
    assert_string_equal(print_node(w, graph_apply1(w->graph, OP_SIN, x)), "sin(x)");
}

/* Rules that reorder act on derivatives alone. */
static void derivatives_are_no_applications(void **state)
{
    struct world *w = *state;
    graph_remember(w->graph);
    for (int turn = 0; turn < 2; turn++) {
        node_id x = graph_variable(w->graph, 'x'), slope;
        node_id f = build(w, "x*(x*x) + exp(x)*x");
        graph_gradient(w->graph, f, &x, 1, &slope);
        assert_string_equal(print_node(w, build(w, "x + x")), "x + x");
        assert_string_equal(print_node(w, f), "x*(x*x) + exp(x)*x");
    }
}

/* The caller's operands may be those of a node, whose array moves as it grows. */
static void operands_of_a_node_are_given(void **state)
{
    struct world *w = *state;
    graph_remember(w->graph);
    node_id x = graph_variable(w->graph, 'x'), y = graph_variable(w->graph, 'y'), sum = x;
    for (int i = 0; i < 300; i++) {
        sum = graph_apply2(w->graph, OP_MIN, sum, i % 2 == 0 ? y : x);
        struct node node = graph_node(w->graph, sum);
        node_id made = graph_apply(w->graph, OP_MAX, node.operands, node.count);
        node = graph_node(w->graph, sum);
        assert_int_equal(graph_apply(w->graph, OP_MAX, node.operands, node.count), made);
    }
}

static uint32_t draw(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u; /* Knuth, 3.3.4 */
    return *random >> 16;
}

static node_id apply_some(struct graph *graph, const node_id *known, size_t count,
                          uint32_t *random)
{
    static const enum op ops[] = {OP_ADD, OP_MULTIPLY, OP_NEGATE, OP_DIVIDE, OP_EXP,
                                  OP_ABS, OP_MIN,      OP_SELECT, OP_POWER};
    enum op op = ops[draw(random) % (sizeof ops / sizeof *ops)];
    int arity = op_info(op)->arity;
    size_t n = arity < 0 ? 2 + draw(random) % 3 : (size_t)arity;
    node_id operands[4];
    for (size_t i = 0; i < n; i++)
        operands[i] = known[draw(random) % count];
    return graph_apply(graph, op, operands, n);
}

/* Thousands, so that places are taken by others, and parts are released. */
static void both_graphs_are_the_same(void **state)
{
    struct world *w = *state;
    struct graph *plain = graph_new(&w->memory);
    graph_remember(w->graph);
    uint32_t random = 1;
    node_id known[64];
    size_t count = LEAVES;
    for (size_t i = 0; i < LEAVES; i++) {
        known[i] = graph_variable(plain, (uint32_t)i);
        assert_int_equal(graph_variable(w->graph, (uint32_t)i), known[i]);
    }
    struct graph_mark mark = graph_mark(plain);
    for (int turn = 0; turn < TURNS; turn++) {
        uint32_t same = random;
        node_id made = apply_some(plain, known, count, &random);
        assert_int_equal(apply_some(w->graph, known, count, &same), made);
        if (count < sizeof known / sizeof *known)
            known[count++] = made;
        if (turn % 500 == 499) {
            graph_release(plain, mark);
            graph_release(w->graph, mark);
            count = LEAVES;
        }
    }
    assert_int_equal(graph_size(w->graph), graph_size(plain));
    graph_free(plain);
}

#define REMEMBER_TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REMEMBER_TEST(a_formula_is_the_same_again),
        REMEMBER_TEST(what_was_released_is_forgotten),
        REMEMBER_TEST(derivatives_are_no_applications),
        REMEMBER_TEST(operands_of_a_node_are_given),
        REMEMBER_TEST(both_graphs_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
