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
        {"|(x + 1)*exp(|y|)|", "|(x + 1)*exp(abs(y))|"},
        {"0 - x", "0 - x"},
        {"-0 + x", "-0 + x"},
        {"x > 0 and 1 and y > 0", "x > 0 and y > 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(print_node(w, build(w, rows[i].written)), rows[i].printed);
}

static const enum op all_ops[] = {
    OP_ADD,       OP_ADD,   OP_MULTIPLY, OP_MULTIPLY, OP_NEGATE,        OP_NEGATE,
    OP_DIVIDE,    OP_POWER, OP_EXP,      OP_LOG,      OP_SQRT,          OP_SIN,
    OP_COS,       OP_TAN,   OP_TANH,     OP_ABS,      OP_ABS,           OP_SIGN,
    OP_FLOOR,     OP_MIN,   OP_MAX,      OP_LESS,     OP_GREATER_EQUAL, OP_EQUAL,
    OP_NOT_EQUAL, OP_AND,   OP_OR,       OP_NOT,      OP_SELECT};

static void must_read_back(struct world *w, node_id node, uint32_t *seed)
{
    const char *text = print_node(w, node);
    const struct formula *again = read_formula(&w->arena, text);
    for (int k = 0; k < 8; k++) {
        double point[SYMBOLS] = {0};
        for (const char *name = "xyz"; *name != '\0'; name++)
            point[(int)*name] = uniform(seed, -3, 3);
        double wanted = value_at(w, node, point), found = formula_value(again, point);
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(formulas_print_as_they_are_written),   TEST(signs_are_drawn_together),
        TEST(what_is_printed_is_the_same_function), TEST(long_formulas_are_cut),
        TEST(deep_formulas_are_no_recursion),       TEST(names_are_the_namers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
