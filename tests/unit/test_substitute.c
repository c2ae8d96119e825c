/* SPDX-License-Identifier: MIT
 * Expressions in the place of leaves. */
#include "graph_fixture.h"

static node_id substitute(struct world *w, node_id f, const char *from, const char *to)
{
    node_id leaf = build(w, from), other = build(w, to), out = 0;
    graph_substitute(w->graph, &f, 1, &leaf, &other, 1, &out);
    return out;
}

static void leaves_are_replaced(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f, *from, *to, *wanted;
    } rows[] = {
        {"2*x - 6", "x", "y^2", "2*y^2 - 6"},
        {"x^2 + x", "x", "x + 1", "(x + 1)^2 + (x + 1)"}, /* not searched again */
        {"x", "x", "sin(y)", "sin(y)"},
        {"y + exp(y)", "x", "3", "y + exp(y)"},
        {"a*x", "a", "x", "x*x"},
        {"x^2 - 1", "x", "3", "8"},
        {"if x > 0 then log(x) else 0", "x", "y - 1",
         "if y - 1 > 0 then log(y - 1) else 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        node_id f = substitute(w, build(w, rows[i].f), rows[i].from, rows[i].to);
        assert_string_equal(print_node(w, f), rows[i].wanted);
    }
}

static void several_are_replaced_at_once(void **state)
{
    struct world *w = *state;
    node_id roots[] = {build(w, "x - y"), build(w, "x*y"), build(w, "z")};
    node_id x = build(w, "x"), y = build(w, "y");
    node_id from[] = {x, y, x}, to[] = {y, x, build(w, "z")};
    graph_substitute(w->graph, roots, 3, from, to, 3, roots);
    assert_string_equal(print_node(w, roots[0]), "y - x");
    assert_string_equal(print_node(w, roots[1]), "y*x");
    assert_string_equal(print_node(w, roots[2]), "z");
}

static void what_is_untouched_is_the_same_node(void **state)
{
    struct world *w = *state;
    node_id f = build(w, "exp(y) + sin(z)");
    size_t before = graph_size(w->graph);
    node_id leaf = build(w, "x");
    assert_int_equal(substitute(w, f, "x", "y"), f);
    assert_true(graph_size(w->graph) - before <= 1 && leaf != 0);
}

static void origins_are_kept(void **state)
{
    struct world *w = *state;
    graph_set_origin(w->graph, 7);
    node_id f = build(w, "log(x - 2)");
    graph_set_origin(w->graph, 9);
    f = substitute(w, f, "x", "y");
    assert_int_equal(graph_node(w->graph, f).origin, 7);
    assert_int_equal(graph_origin(w->graph), 9);
}

static void shared_parts_cost_once(void **state)
{
    struct world *w = *state;
    enum { DEPTH = 100000 };
    node_id f = build(w, "x");
    for (int i = 0; i < DEPTH; i++)
        f = graph_apply2(w->graph, OP_ADD, graph_apply1(w->graph, OP_SIN, f), f);
    size_t before = graph_size(w->graph);
    (void)substitute(w, f, "x", "y + 1");
    assert_true(graph_size(w->graph) <= 2 * before + 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(leaves_are_replaced),
        TEST(several_are_replaced_at_once),
        TEST(what_is_untouched_is_the_same_node),
        TEST(origins_are_kept),
        TEST(shared_parts_cost_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
