/* SPDX-License-Identifier: MIT
 * The store of nodes: sharing, origins, order, marks, memory. */
#include "graph_fixture.h"

static void equal_expressions_are_one_node(void **state)
{
    struct world *w = *state;
    assert_int_equal(build(w, "(x + 1)*exp(x + 1)"), build(w, "(x + 1)*exp(x + 1)"));
    node_id f = build(w, "exp(y*z) + exp(y*z)^2");
    assert_int_equal(
        graph_node(w->graph, f).operands[0],
        graph_node(w->graph, graph_node(w->graph, f).operands[1]).operands[0]);
    assert_int_not_equal(build(w, "x - y"), build(w, "y - x"));
    assert_int_not_equal(graph_variable(w->graph, 'x'), graph_parameter(w->graph, 'x'));
    assert_int_not_equal(graph_constant(w->graph, 0.0), graph_constant(w->graph, -0.0));
    assert_int_equal(graph_constant(w->graph, (double)NAN),
                     graph_constant(w->graph, -(double)NAN));
}

static void nodes_tell_what_they_are(void **state)
{
    struct world *w = *state;
    struct node sum = graph_node(w->graph, build(w, "x + a + 2.5"));
    assert_int_equal(sum.op, OP_ADD);
    assert_int_equal(sum.count, 3);
    assert_true(sum.depends);
    struct node variable = graph_node(w->graph, sum.operands[0]);
    struct node parameter = graph_node(w->graph, sum.operands[1]);
    struct node constant = graph_node(w->graph, sum.operands[2]);
    assert_int_equal(variable.op, OP_VARIABLE);
    assert_int_equal(variable.symbol, 'x');
    assert_true(variable.depends);
    assert_int_equal(parameter.op, OP_PARAMETER);
    assert_false(parameter.depends);
    assert_true(constant.value == 2.5);
    assert_int_equal(constant.count, 0);
    assert_false(graph_node(w->graph, build(w, "exp(a)*b")).depends);
}

static void the_first_origin_stays(void **state)
{
    struct world *w = *state;
    graph_set_origin(w->graph, 5);
    node_id f = build(w, "sin(x)");
    graph_set_origin(w->graph, 6);
    assert_int_equal(build(w, "sin(x)"), f);
    assert_int_equal(graph_node(w->graph, f).origin, 5);
    assert_int_equal(graph_node(w->graph, build(w, "cos(x)")).origin, 6);
    assert_int_equal(graph_origin(w->graph), 6);
}

static void operands_may_lie_in_the_graph(void **state)
{
    struct world *w = *state;
    node_id f = build(w, "x + y + z");
    for (int i = 0; i < 200; i++) { /* the array of operands moves meanwhile */
        struct node node = graph_node(w->graph, f);
        node_id product = graph_apply(w->graph, OP_MULTIPLY, node.operands, node.count);
        f = graph_apply2(w->graph, OP_ADD, product, graph_constant(w->graph, i));
        assert_int_equal(graph_node(w->graph, product).count, node.count);
    }
}

static void release_restores_the_table(void **state)
{
    struct world *w = *state;
    node_id kept = build(w, "exp(x)*y");
    struct graph_mark mark = graph_mark(w->graph);
    size_t size = graph_size(w->graph);
    node_id first = build(w, "log(x) + sqrt(y)*exp(x) + 3");
    graph_release(w->graph, mark);
    assert_int_equal(graph_size(w->graph), size);
    assert_int_equal(build(w, "exp(x)*y"), kept);
    assert_int_equal(graph_size(w->graph), size);
    assert_int_equal(build(w, "log(x) + sqrt(y)*exp(x) + 3"), first);
    graph_release(w->graph, mark);
    for (uint32_t i = 0; i < 5000; i++) /* the table grows and is emptied again */
        (void)graph_variable(w->graph, 1000 + i);
    graph_release(w->graph, mark);
    assert_int_equal(build(w, "exp(x)*y"), kept);
    size_t filled = 0;
    for (size_t i = 0; i < w->graph->slot_count; i++)
        filled += w->graph->slots[i] != 0;
    assert_int_equal(filled, size);
}

static void a_loop_under_a_mark_takes_no_memory(void **state)
{
    struct world *w = *state;
    node_id x = graph_variable(w->graph, 'x');
    size_t used = 0;
    for (int i = 0; i < 100000; i++) {
        struct graph_mark mark = graph_mark(w->graph);
        node_id f = graph_apply2(w->graph, OP_MULTIPLY, x, graph_constant(w->graph, i));
        assert_int_not_equal(f, 0);
        graph_release(w->graph, mark);
        if (i == 10)
            used = w->memory.used;
    }
    assert_int_equal(w->memory.used, used);
}

static void many_nodes_stay_apart(void **state)
{
    struct world *w = *state;
    enum { N = 300000 };
    node_id sum = graph_variable(w->graph, 0);
    for (uint32_t i = 1; i < N; i++)
        sum = graph_apply2(w->graph, OP_ADD, graph_variable(w->graph, i), sum);
    size_t size = graph_size(w->graph);
    assert_int_equal(size, 2 * N - 1);
    node_id again = graph_variable(w->graph, 0);
    for (uint32_t i = 1; i < N; i++)
        again = graph_apply2(w->graph, OP_ADD, graph_variable(w->graph, i), again);
    assert_int_equal(again, sum);
    assert_int_equal(graph_size(w->graph), size);
}

static void orders_have_operands_first(void **state)
{
    struct world *w = *state;
    node_id unused = build(w, "tan(z)");
    node_id roots[] = {build(w, "(x + y)*exp(x + y)"), build(w, "sin(x + y)")};
    struct graph_order order = graph_order(w->graph, roots, 2, &w->arena);
    assert_int_equal(order.count, 6);
    for (size_t i = 0; i < order.count; i++) {
        struct node node = graph_node(w->graph, order.nodes[i]);
        assert_int_equal(graph_position(w->graph, &order, order.nodes[i]), i);
        for (size_t k = 0; k < node.count; k++)
            assert_true(graph_position(w->graph, &order, node.operands[k]) < i);
    }
    assert_true(graph_position(w->graph, &order, unused) == SIZE_MAX);
}

static void marks_survive_their_overflow(void **state)
{
    struct world *w = *state;
    node_id f = build(w, "exp(x) + y");
    for (uint32_t back = 0; back < 10; back++) {
        w->graph->cells[0].mark = UINT32_MAX - back;
        struct graph_order order = graph_order(w->graph, &f, 1, &w->arena);
        assert_int_equal(order.count, 4);
        assert_int_equal(graph_position(w->graph, &order, f), 3);
        order = graph_order(w->graph, &f, 1, &w->arena);
        assert_int_equal(order.count, 4);
    }
}

static void dumps_are_numbered_by_evaluation(void **state)
{
    struct world *w = *state;
    (void)build(w, "cos(z)"); /* not in the dump */
    node_id f = build(w, "(2*x - 6)^2");
    char letter[2] = "";
    struct text out;
    text_init(&out, &w->arena);
    node_id roots[] = {f, derivative(w, f, 'x')};
    graph_dump(&out, w->graph, roots, 2, name_letter, letter);
    assert_string_equal(text_string(&out), "1 CONSTANT 2\n2 VARIABLE x\n"
                                           "3 MULTIPLY 1 2\n4 CONSTANT -6\n5 ADD 3 4\n"
                                           "6 POWER 5 1\n7 CONSTANT 4\n8 MULTIPLY 7 5\n"
                                           "roots 6 8\n");
}

/* Everything the graph can do, once. */
static void use_everything(struct world *w)
{
    node_id f = build(w, "if x > 0 then x*sin(y*x)/(2*x + 3) - 4*x else |x|^a");
    node_id df = derivative(w, f, 'x');
    double point[SYMBOLS] = {['x'] = 2.385, ['y'] = -1.713};
    (void)value_at(w, df, point);
    (void)print_node(w, df);
    struct graph_mark mark = graph_mark(w->graph);
    for (uint32_t i = 0; i < 500; i++)
        (void)graph_apply1(w->graph, OP_EXP, graph_variable(w->graph, 1000 + i));
    graph_release(w->graph, mark);
}

/* Whether everything came to its end when request number `k` fails. */
static bool ends_despite(struct world *w, uint64_t k, bool made_before)
{
    *w = (struct world){.memory = {.fail = &w->fail}};
    arena_init(&w->arena, &w->memory);
    w->memory.fail_at = made_before ? 0 : k;
    if (setjmp(w->fail.landing) != 0)
        return false;
    w->graph = graph_new(&w->memory);
    use_everything(w);
    return true;
}

static void every_failing_request_leaves_all_whole(void **state)
{
    (void)state;
    static struct world w;
    uint64_t failures = 0;
    for (uint64_t k = 1; !ends_despite(&w, k, false); k++) {
        failures++;
        assert_int_equal(w.fail.kind, FAIL_MEMORY);
        graph_free(w.graph);
        arena_clear(&w.arena);
        assert_int_equal(w.memory.used, 0);
    }
    assert_true(failures > 10);
    graph_free(w.graph);
    arena_clear(&w.arena);
}

/* A failure in the middle, a release, and the graph goes on as if nothing had been. */
static void a_graph_goes_on_after_a_failure(void **state)
{
    struct world *w = *state;
    node_id kept = build(w, "exp(x)*y");
    struct graph_mark mark = graph_mark(w->graph);
    size_t failures = 0;
    for (uint64_t k = 1; k < 12; k++) {
        w->memory.fail_at = w->memory.requests + k;
        if (setjmp(w->fail.landing) == 0)
            use_everything(w);
        else
            failures++;
        w->memory.fail_at = 0;
        graph_release(w->graph, mark);
        assert_int_equal(build(w, "exp(x)*y"), kept);
        assert_string_equal(print_node(w, build(w, "x + (y + z)")), "x + (y + z)");
        graph_release(w->graph, mark);
    }
    assert_true(failures > 3); /* what has grown is not asked for again */
}

static void a_limit_is_raised(void **state)
{
    struct world *w = *state;
    w->memory.limit = 1 << 20;
    if (setjmp(w->fail.landing) == 0) {
        for (uint32_t i = 0;; i++)
            (void)graph_variable(w->graph, i);
    }
    assert_int_equal(w->fail.kind, FAIL_MEMORY_LIMIT);
    assert_true(graph_size(w->graph) > 1000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(equal_expressions_are_one_node),
        TEST(nodes_tell_what_they_are),
        TEST(the_first_origin_stays),
        TEST(operands_may_lie_in_the_graph),
        TEST(release_restores_the_table),
        TEST(a_loop_under_a_mark_takes_no_memory),
        TEST(many_nodes_stay_apart),
        TEST(orders_have_operands_first),
        TEST(marks_survive_their_overflow),
        TEST(dumps_are_numbered_by_evaluation),
        cmocka_unit_test(every_failing_request_leaves_all_whole),
        TEST(a_graph_goes_on_after_a_failure),
        TEST(a_limit_is_raised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
