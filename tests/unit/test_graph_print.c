/* SPDX-License-Identifier: MIT
 * Formulas: as a person writes them, and the same function when read again. */
#include "graph_fixture.h"

static const char *const as_written[] = {
    "2*x - 6",
    "(2*x - 6)^2",
    "4*(2*x - 6)",
    "-x^2",
    "(-x)^2",
    "x^-2",
    "x^(-y)",
    "x^y^2",
    "(x^y)^2",
    "2^x",
    "(-2)^x",
    "x^(1 + y)",
    "x^(y/2)",
    "x/y",
    "x/y/z",
    "x/(y/z)",
    "x/(y*z)",
    "x/y*z",
    "x*(y/z)",
    "x*(y*z)",
    "x/(-2)",
    "x/y^2",
    "x - y - z",
    "x - (y - z)",
    "x + (y + z)",
    "-(x + y)",
    "-x - y",
    "x - 2*y",
    "x - 2*y/z",
    "x*(-2)",
    "x - y^2",
    "-x*y + z",
    "exp(-x)",
    "log(x + y)*2",
    "min(x, y + 1)",
    "max(x, 0)",
    "|x|",
    "|x - 1|^2",
    "|x*abs(y)|",
    "2*|x|",
    "x < y",
    "(x < y)*2",
    "(x < y) + 1",
    "(x < y) == (y < z)",
    "x > 0 and y > 0 or z > 0",
    "x > 0 and (y > 0 or z > 0)",
    "not x > 0",
    "not (x > 0 and y > 0)",
    "if x > 0 then x else -x",
    "if x > 1 then 1 else if x > 0 then x else 0",
    "if x > 1 then (if y > 0 then 1 else 2) else 0",
    "(if x > 0 then x else y) + 1",
    "-(if x > 0 then x else y)",
    "exp(if x > 0 then x else y)",
    "(if x > 0 then x else y)^2",
    "if x > 0 and y > 0 then x else y",
    "1.5e-7*x",
    "0.1*x",
    "x - inf",
    "2*x*log(x)",
    "x*log(x)*y",
    "y/(x*log(x))",
    "x*log(x)/y",
    "x/y*log(x/y)",
    "2*x*log(2*x)",
    "3*(2*x*log(2*x))",
    "y*(x/z*log(x/z))",
    "(x + 1)*log(x + 1)",
    "x*(log(x)*log(log(x)))",
    "log(x)*(x*log(x))",
    "log(1 + exp(x))",
    "2*log(1 + exp(-x))^2",
    "log(1 + x)",
    "exp(x) - 1",
    "-pi*x",
    "x - pi",
    "clamp(x, 0, y + 1)",
    "polygamma(1, x)",
    "atan2(x, y)",
    "log10(x) + log2(x)",
};

static void formulas_print_as_they_are_written(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof as_written / sizeof *as_written; i++)
        assert_string_equal(print_node(w, build(w, as_written[i])), as_written[i]);
}

static void signs_are_drawn_together(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *written, *printed;
    } rows[] = {
        {"x + -6", "x - 6"},
        {"x + -y", "x - y"},
        {"x + (-2)*y", "x - 2*y"},
        {"x + (-2)*y/z", "x - 2*y/z"},
        {"x - (-2)*y", "x + 2*y"},
        {"-(2*x)", "-2*x"},
        {"x*(-y)", "-x*y"},
        {"((x))", "x"},
        {"softplus(x)", "log(1 + exp(x))"},
        {"log(x)*x", "x*log(x)"},
        {"|(x + 1)*exp(|y|)|", "|(x + 1)*exp(abs(y))|"},
        {"0 - x", "0 - x"},
        {"-0 + x", "-0 + x"},
        {"x > 0 and 1 and y > 0", "x > 0 and y > 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(print_node(w, build(w, rows[i].written)), rows[i].printed);
}

/* All that can be written, the commonest more than once. */
static const enum op all_ops[] = {
    OP_ADD, OP_ADD, OP_MULTIPLY, OP_MULTIPLY, OP_LOG, OP_LOG, OP_EXP,
#define OP(id, spelling, arity, level, ...)                                              \
    LEVEL_##level == LEVEL_CALL && (arity) == 0 ? OP_ADD                                 \
    : OP_##id == OP_TIMES_LOG                   ? OP_LOG                                 \
                                                : OP_##id,
#include "graph/ops.def"
#undef OP
};

static void must_read_back(struct world *w, node_id node, uint32_t *seed)
{
    const char *text = print_node(w, node);
    node_id again = build(w, text);
    for (int k = 0; k < 8; k++) {
        double point[SYMBOLS] = {0};
        for (const char *name = "xyz"; *name != '\0'; name++)
            point[(int)*name] = uniform(seed, -3, 3);
        double wanted = value_at(w, node, point), found = value_at(w, again, point);
        if (!is_same_value(wanted, found))
            fail_msg("%s: %.17g, read again %.17g", text, wanted, found);
    }
}

static void what_is_printed_is_the_same_function(void **state)
{
    struct world *w = *state;
    uint32_t seed = 618;
    for (int i = 0; i < 4000; i++) {
        struct graph_mark mark = graph_mark(w->graph);
        struct arena_mark memory = arena_mark(&w->arena);
        struct reader r = {&w->arena, ""};
        node_id node =
            build_formula(w->graph, random_formula(&r, &seed, 5, all_ops,
                                                   sizeof all_ops / sizeof *all_ops));
        must_read_back(w, node, &seed);
        must_read_back(w, derivative(w, node, 'x'), &seed);
        graph_release(w->graph, mark);
        arena_release(&w->arena, memory);
    }
}

static void long_formulas_are_cut(void **state)
{
    struct world *w = *state;
    node_id f = graph_variable(w->graph, 'x');
    for (int i = 0; i < 60; i++) /* 2^60 letters */
        f = graph_apply2(w->graph, OP_MULTIPLY, graph_apply1(w->graph, OP_SIN, f), f);
    const char *text = print_node(w, f);
    size_t length = strlen(text);
    assert_true(length > 50000 && length < 200000);
    assert_string_equal(text + length - 3, "...");
}

static void deep_formulas_are_no_recursion(void **state)
{
    struct world *w = *state;
    node_id f = graph_variable(w->graph, 'x'), y = graph_variable(w->graph, 'y');
    for (int i = 0; i < 200000; i++)
        f = graph_apply2(w->graph, OP_DIVIDE, f, y);
    assert_memory_equal(print_node(w, f), "x/y/y/y", 7);
    for (int i = 0; i < 200000; i++)
        f = graph_apply1(w->graph, OP_SIN, f);
    assert_memory_equal(print_node(w, f), "sin(sin(sin(", 12);
}

static void names_are_the_namers(void **state)
{
    struct world *w = *state;
    char letter[2] = "";
    struct text out;
    text_init(&out, &w->arena);
    text_puts(&out, "L'(w) = ");
    node_id f = graph_apply2(w->graph, OP_ADD, graph_variable(w->graph, 'w'),
                             graph_parameter(w->graph, 'b'));
    graph_print(&out, w->graph, f, name_letter, letter);
    assert_string_equal(text_string(&out), "L'(w) = w + b");
}

/* ---- Arrays ---- */

static node_id op1(struct world *w, enum op op, node_id a)
{
    return graph_apply1(w->graph, op, a);
}

static node_id op2(struct world *w, enum op op, node_id a, node_id b)
{
    return graph_apply2(w->graph, op, a, b);
}

static node_id part(struct world *w, node_id x, size_t start, size_t count)
{
    return graph_slice_axis(w->graph, x, 0, start, count, 1);
}

/* A loop 1..count along axis number `axis` of `rank`. */
static node_id loop(struct world *w, char name, size_t count, size_t axis, size_t rank)
{
    struct shape shape = {.rank = rank};
    for (size_t i = 0; i < rank; i++)
        shape.extent[i] = i == axis ? count : 1;
    node_id range = graph_range(w->graph, 1, 1, count, (uint32_t)name);
    return graph_reshape(w->graph, range, &shape);
}

static void check_print(struct world *w, node_id node, const char *wanted)
{
    assert_string_equal(print_node(w, node), wanted);
}

static void sums_keep_the_names_of_their_loops(void **state)
{
    struct world *w = *state;
    struct shape shape = shape_vector(9);
    node_id x = graph_parameter_array(w->graph, 'x', &shape), a = build(w, "a");
    node_id i = graph_range(w->graph, 1, 1, 8, 'i');
    node_id late = graph_range(w->graph, 3, 1, 8, 'i');
    check_print(w, graph_sum_over(w->graph, op2(w, OP_MULTIPLY, i, part(w, x, 1, 8)), 1),
                "sum(i*x[i + 1] for i in 1..8)");
    check_print(w, graph_sum_over(w->graph, op2(w, OP_POWER, late, part(w, x, 1, 8)), 1),
                "sum(i^x[i - 1] for i in 3..10)");
    node_id rest = op2(w, OP_LESS, i, a), zero = build(w, "0");
    node_id masked = graph_apply3(w->graph, OP_SELECT, rest, op1(w, OP_SIN, i), zero);
    check_print(w, graph_sum_over(w->graph, masked, 1),
                "sum(sin(i) for i in 1..8 if i < a)");
    check_print(w, graph_norm_over(w->graph, op1(w, OP_SIN, op2(w, OP_ADD, i, a)), 1),
                "norm([sin(i + a) for i in 1..8])");
}

static void loops_inside_each_other_have_two_names(void **state)
{
    struct world *w = *state;
    struct shape shape = shape_matrix(4, 5);
    node_id m = graph_parameter_array(w->graph, 'A', &shape);
    node_id i = loop(w, 'i', 4, 0, 2), j = loop(w, 'j', 5, 1, 2);
    node_id f = op2(w, OP_MULTIPLY, m, op1(w, OP_SIN, op2(w, OP_MULTIPLY, i, j)));
    check_print(w, graph_sum_over(w->graph, f, 3),
                "sum(A[i, j]*sin(i*j) for i in 1..4, j in 1..5)");
    node_id inner = graph_sum_over(w->graph, op1(w, OP_EXP, m), 2);
    node_id k = graph_range(w->graph, 1, 1, 4, 'i');
    check_print(w, graph_sum_over(w->graph, op2(w, OP_DIVIDE, k, inner), 1),
                "sum(i/sum(exp(A[i, j]) for j in 1..5) for i in 1..4)");
}

static void whole_arrays_have_no_loops(void **state)
{
    struct world *w = *state;
    struct shape three = shape_vector(3), square = shape_matrix(3, 3);
    node_id x = graph_parameter_array(w->graph, 'x', &three);
    node_id m = graph_parameter_array(w->graph, 'A', &square);
    node_id sx = op1(w, OP_SIN, x), a = build(w, "a");
    check_print(w, graph_sum_all(w->graph, op2(w, OP_MULTIPLY, a, sx)), "sum(a*sin(x))");
    check_print(w, graph_norm_over(w->graph, sx, 1), "|sin(x)|");
    check_print(w, graph_matmul(w->graph, m, x), "A @ x");
    check_print(w, graph_matmul(w->graph, sx, x), "dot(sin(x), x)");
    check_print(w, graph_pick(w->graph, graph_matmul(w->graph, m, x), 0, 1),
                "dot(A[2, ..], x)");
    check_print(w, graph_transpose(w->graph, m), "transpose(A)");
    check_print(w, graph_softmax(w->graph, sx), "softmax(sin(x))");
    check_print(w, graph_pick(w->graph, graph_inverse(w->graph, m), 1, 2),
                "inv(A)[.., 3]");
    check_print(w, part(w, x, 1, 2), "x[2..3]");
    check_print(w, graph_cumsum(w->graph, graph_broadcast_to(w->graph, a, &three), false),
                "cumsum([a for i in 1..3])");
    check_print(w, graph_sort(w->graph, x), "sort(x)");
}

static void names_of_leaves_are_no_loops(void **state)
{
    struct world *w = *state;
    struct shape shape = shape_vector(9);
    node_id x = graph_parameter_array(w->graph, 'x', &shape), i = build(w, "i");
    node_id f = op2(w, OP_MULTIPLY, part(w, x, 1, 8),
                    op1(w, OP_SIN, op2(w, OP_MULTIPLY, i, part(w, x, 0, 8))));
    check_print(w, graph_sum_over(w->graph, f, 1),
                "sum(x[j + 1]*sin(i*x[j]) for j in 1..8)");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(formulas_print_as_they_are_written),
        TEST(signs_are_drawn_together),
        TEST(what_is_printed_is_the_same_function),
        TEST(long_formulas_are_cut),
        TEST(deep_formulas_are_no_recursion),
        TEST(names_are_the_namers),
        TEST(sums_keep_the_names_of_their_loops),
        TEST(loops_inside_each_other_have_two_names),
        TEST(whole_arrays_have_no_loops),
        TEST(names_of_leaves_are_no_loops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
