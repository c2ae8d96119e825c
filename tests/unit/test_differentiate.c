/* SPDX-License-Identifier: MIT
 * Derivatives against hand formulas, at the points where they are undefined, and their
 * places. */
#include "graph_fixture.h"

static void derivatives_look_like_by_hand(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f, *derivative;
    } rows[] = {
        {"(2*x - 6)^2", "4*(2*x - 6)"},
        {"(x*a - b)^2", "2*a*(x*a - b)"},
        {"x^2 + 3*x", "2*x + 3"},
        {"x^2 - 4*x + 5", "2*x - 4"},
        {"x^4/4 - 2*x^2 - x/2", "x^3 - 4*x - 0.5"},
        {"x*sin(x)", "sin(x) + x*cos(x)"},
        {"sin(x)*cos(x)", "cos(x)^2 - sin(x)^2"},
        {"sin(x)/x", "(x*cos(x) - sin(x))/x^2"},
        {"1/x", "-1/x^2"},
        {"exp(a*x)", "a*exp(a*x)"},
        {"exp(-x^2)", "-2*x*exp(-x^2)"},
        {"log(x)", "1/x"},
        {"log(x^2 + 1)", "2*x/(x^2 + 1)"},
        {"sqrt(x)", "1/(2*sqrt(x))"},
        {"sqrt(x^2 + 1)", "x/sqrt(x^2 + 1)"},
        {"tanh(x)", "1 - tanh(x)^2"},
        {"tan(x)", "1 + tan(x)^2"},
        {"cos(3*x)", "-3*sin(3*x)"},
        {"(x^2 + 1)^3", "6*x*(x^2 + 1)^2"},
        {"x^y", "y*x^(y - 1)"},
        {"y^x", "y^x*log(y)"},
        {"x^-2", "-2*x^-3"},
        {"x^0.5", "0.5*x^-0.5"},
        {"x*y - y*x", "0"},
        {"x + x + x", "3"},
        {"x*x", "2*x"},
        {"x*x*x", "3*x^2"},
        {"y + 2", "0"},
        {"x", "1"},
        {"|x|", "sign(x)"},
        {"|2*x - 6|", "2*sign(2*x - 6)"},
        {"|sqrt(x)|", "if sqrt(x) != 0 then sign(sqrt(x))/(2*sqrt(x)) else 0"},
        {"max(x, 0)", "if x > 0 then 1 else 0"},
        {"min(x^2, y)", "if x^2 < y then 2*x else 0"},
        {"max(x^2, 3*x)", "if x^2 > 3*x then 2*x else 3"},
        {"floor(x)", "0"},
        {"sign(x)*x", "sign(x)"},
        {"if x > 0 then x^2 else -x", "if x > 0 then 2*x else -1"},
        {"if x > 0 then log(x) else 2", "if x > 0 then 1/x else 0"},
        {"if x > 1 then 2*x else if x > 0 then x^2 else 1 - x",
         "if x > 1 then 2 else if x > 0 then 2*x else -1"},
        {"3*(if x > 0 then x^2 else x)", "if x > 0 then 6*x else 3"},
        {"(x > 0)*y", "0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        node_id node = derivative(w, build(w, rows[i].f), 'x');
        assert_string_equal(print_node(w, node), rows[i].derivative);
    }
}

/* Written by hand before they were tried. */
static const struct {
    const char *f, *derivative;
} textbook[] = {
    {"x^3", "3*x^2"},
    {"x^-1", "-x^-2"},
    {"x + x^2", "2*x + 1"},
    {"x^2 + x", "2*x + 1"},
    {"a*x^2 + b*x + c", "2*a*x + b"},
    {"(3*x + 1)^5", "15*(3*x + 1)^4"},
    {"x/(1 + x)", "1/(1 + x)^2"},
    {"(x + 1)/(x - 1)", "-2/(x - 1)^2"},
    {"(1 - x)/(1 + x)", "-2/(1 + x)^2"},
    {"x^2/(x + 1)", "(2*x*(x + 1) - x^2)/(x + 1)^2"},
    {"1/x + 1/x^2", "-1/x^2 - 2/x^3"},
    {"1/(x^2 + 1)", "-2*x/(x^2 + 1)^2"},
    {"exp(x)/x", "(x*exp(x) - exp(x))/x^2"},
    {"log(x)/x", "(1 - log(x))/x^2"},
    {"1/(1 + exp(-x))", "exp(-x)/(1 + exp(-x))^2"},
    {"a^x", "a^x*log(a)"},
    {"2^x", "2^x*log(2)"},
    {"x^x", "x^x*(log(x) + 1)"},
    {"x*2^x", "2^x*(x*log(2) + 1)"},
    {"x*exp(x)", "exp(x) + x*exp(x)"},
    {"x^2*exp(x)", "2*x*exp(x) + x^2*exp(x)"},
    {"x*log(x)", "log(x) + 1"},
    {"2*x*log(x)", "2*(log(x) + 1)"},
    {"x^2*log(x)", "2*x*log(x) + x"},
    {"(x^2 + 1)/x", "(x^2 - 1)/x^2"},
    {"sqrt(x)^2", "sqrt(x)/sqrt(x)"},
    {"log((1 + x)/(1 - x))", "1/(1 + x) + 1/(1 - x)"},
    {"log(x/(1 - x))", "1/x + 1/(1 - x)"},
    {"log(log(x))", "1/(x*log(x))"},
    {"log(sin(x))", "cos(x)/sin(x)"},
    {"sin(x)^2", "2*sin(x)*cos(x)"},
    {"sin(x^2)", "2*x*cos(x^2)"},
    {"exp(sin(x))", "cos(x)*exp(sin(x))"},
    {"exp(x)*sin(x)", "exp(x)*sin(x) + exp(x)*cos(x)"},
    {"sqrt(sin(x))", "cos(x)/(2*sqrt(sin(x)))"},
    {"sqrt(1 - x^2)", "-x/sqrt(1 - x^2)"},
    {"asin(x)", "1/sqrt(1 - x^2)"},
    {"acos(x)", "-1/sqrt(1 - x^2)"},
    {"atan(x)", "1/(1 + x^2)"},
    {"atan(2*x)", "2/(1 + (2*x)^2)"},
    {"atan2(y, x)", "-y/(y^2 + x^2)"},
    {"hypot(x, y)", "x/hypot(x, y)"},
    {"sinh(x)", "cosh(x)"},
    {"cosh(x)", "sinh(x)"},
    {"log1p(x)", "1/(1 + x)"},
    {"expm1(x)", "exp(x)"},
    {"log10(x)", "1/(x*log(10))"},
    {"log2(3*x)", "1/(x*log(2))"},
    {"cbrt(x)", "1/(3*cbrt(x)^2)"},
    {"erf(x)", "2*exp(-x^2)/sqrt(pi)"},
    {"erfc(x)", "-2*exp(-x^2)/sqrt(pi)"},
    {"erf(x^2)", "4*x*exp(-x^4)/sqrt(pi)"},
    {"lgamma(x)", "digamma(x)"},
    {"digamma(x)", "polygamma(1, x)"},
    {"polygamma(1, x)", "polygamma(2, x)"},
    {"sigmoid(x)", "sigmoid(x)*(1 - sigmoid(x))"},
    {"softplus(x)", "sigmoid(x)"},
    {"log(1 + exp(a*x))", "a*sigmoid(a*x)"},
    {"relu(x)", "if x > 0 then 1 else 0"},
    {"clamp(x, a, b)", "if a < x and x < b then 1 else 0"},
    {"mod(x, 3)", "1"},
    {"mod(y, x)", "-floor(y/x)"},
    {"round(x)*x + ceil(x)", "round(x)"},
};

static void textbook_derivatives_look_like_by_hand(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof textbook / sizeof *textbook; i++) {
        node_id node = derivative(w, build(w, textbook[i].f), 'x');
        if (strcmp(print_node(w, node), textbook[i].derivative) != 0)
            fail_msg("(%s)' = %s, not %s", textbook[i].f, print_node(w, node),
                     textbook[i].derivative);
    }
}

static void second_derivatives_are_derivatives(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f, *second;
    } rows[] = {
        {"(2*x - 6)^2", "8"},
        {"x^3", "6*x"},
        {"sin(x)", "-sin(x)"},
        {"exp(2*x)", "4*exp(2*x)"},
        {"log(x)", "-1/x^2"},
        {"1/x", "2/x^3"},
        {"x^4/4 - 2*x^2", "3*x^2 - 4"},
        {"log(1 + exp(x))", "sigmoid(x)*(1 - sigmoid(x))"},
        {"atan(x)", "-2*x/(1 + x^2)^2"},
        {"exp(-x^2)", "4*x^2*exp(-x^2) - 2*exp(-x^2)"},
        {"x*log(x)", "1/x"},
        {"sqrt(x)", "-1/(4*sqrt(x)^3)"},
        {"tan(x)", "2*tan(x)*(1 + tan(x)^2)"},
        {"tanh(x)", "-2*tanh(x)*(1 - tanh(x)^2)"},
        {"2^x", "2^x*log(2)^2"},
        {"lgamma(x)", "polygamma(1, x)"},
        {"x/(1 + x)", "-2/(1 + x)^3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        node_id first = derivative(w, build(w, rows[i].f), 'x');
        assert_string_equal(print_node(w, derivative(w, first, 'x')), rows[i].second);
    }
}

static void a_dead_branch_never_leaks(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f;
        double x, wanted;
    } rows[] = {
        {"if x > 0 then log(x) else x^2", -1.713, 2 * -1.713},
        {"if x > 0 then sqrt(x) else 3*x", 0, 3},
        {"if x > 0 then x*log(x) else 0", 0, 0},
        {"(if x > 0 then log(x) else 0) + (if x > 1 then log(x)^2 else x)", 0, 1},
        {"exp(if x > 0 then log(x) else x)", -2.385, 0.092089},
        {"max(sqrt(x), 1) + x", 0, 1},
        {"if x > 0 then if x > 1 then log(x - 1) else sqrt(1 - x) else 1/x", 2, 1},
        {"if x > 0 then if x > 1 then log(x - 1) else sqrt(x) else x/(x + 1)", 0, 1},
        {"|sqrt(x)|", 0, 0},
        {"(if x < 0 then sqrt(-x) else 2)*(if x < 0 then 1 else x)", 0, 2},
        {"if x != 0 then sin(x)/x else 1", 0, 0},
        {"x^2", -1.713, 2 * -1.713}, /* log of the base is not touched */
        {"(x - 3)^3", 3, 0},
        {"|x|", 0, 0},
        {"max(x, -x)", 0, -1}, /* a tie: the second operand */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double point[SYMBOLS] = {['x'] = rows[i].x};
        double found = value_at(w, derivative(w, build(w, rows[i].f), 'x'), point);
        if (!is_close(found, rows[i].wanted, 1e-5))
            fail_msg("%s: %g", rows[i].f, found);
    }
}

/* One-sided derivatives next to a kink, and the documented one at it. */
static void derivatives_beside_and_at_kinks(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f;
        double kink, before, at, after;
    } rows[] = {
        {"|x|", 0, -1, 0, 1},           {"x*|x - 2|", 2, -2, 0, 2},
        {"max(x, 0)", 0, 0, 0, 1},      {"max(0, x)", 0, 0, 1, 1},
        {"min(x, 3)", 3, 1, 0, 0},      {"relu(x)", 0, 0, 0, 1},
        {"relu(-x)", 0, -1, 0, 0},      {"clamp(x, 0, 1)", 0, 0, 0, 1},
        {"clamp(x, 0, 1)", 1, 1, 0, 0}, {"clamp(0.5, x, 1)", 0.5, 0, 1, 1},
        {"clamp(2, 0, x)", 2, 1, 1, 0}, {"floor(x) + x", 3, 1, 1, 1},
        {"ceil(x) + x", 3, 1, 1, 1},    {"round(x) + x", 2.5, 1, 1, 1},
        {"sign(x) + x", 0, 1, 1, 1},    {"mod(x, 3)", 6, 1, 1, 1},
        {"mod(7, x)", 3.5, -2, -2, -1}, {"if x > 1 then x^2 else x", 1, 1, 1, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        node_id df = derivative(w, build(w, rows[i].f), 'x');
        const double wanted[] = {rows[i].before, rows[i].at, rows[i].after};
        for (int side = -1; side <= 1; side++) {
            double point[SYMBOLS] = {['x'] = rows[i].kink + side * 1e-9};
            if (!is_close(value_at(w, df, point), wanted[side + 1], 1e-8))
                fail_msg("%s at %.17g: %.17g", rows[i].f, point['x'],
                         value_at(w, df, point));
        }
    }
}

/* Where a function ends its derivative grows without bound, as its formula says. */
static void derivatives_are_right_next_to_an_edge(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f;
        double x, slope;
    } rows[] = {
        {"sqrt(x)", 1e-300, 0.5e150},
        {"log(x)", 1e-300, 1e300},
        {"log1p(x)", -1 + 0x1p-40, 0x1p40},
        {"asin(x)", 1 - 0x1p-40, 741455.200189633844}, /* 2^20/sqrt(2 - 2^-40) */
        {"acos(x)", -1 + 0x1p-40, -741455.200189633844},
        {"cbrt(x)", 1e-300, 1e200 / 3},
        {"x*log(x)", 1e-300, -689.775527898214},
        {"x^0.5", 1e-300, 0.5e150},
        {"tanh(x)", 1e-9, 1 - 1e-18},
        {"sigmoid(x)", -700, 9.859676543759770e-305},
        {"digamma(x)", 1e-100, 1e200},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double point[SYMBOLS] = {['x'] = rows[i].x};
        double found = value_at(w, derivative(w, build(w, rows[i].f), 'x'), point);
        if (!(fabs(found - rows[i].slope) <= 1e-11 * fabs(rows[i].slope)))
            fail_msg("%s at %g: %.17g", rows[i].f, rows[i].x, found);
    }
}

static void an_undefined_derivative_shows(void **state)
{
    struct world *w = *state;
    double point[SYMBOLS] = {0};
    assert_true(isinf(value_at(w, derivative(w, build(w, "sqrt(x)"), 'x'), point)));
    assert_true(isinf(value_at(w, derivative(w, build(w, "log(x)"), 'x'), point)));
}

static void derivatives_inherit_the_origin(void **state)
{
    struct world *w = *state;
    graph_set_origin(w->graph, 7);
    node_id root = build(w, "sqrt(x)");
    graph_set_origin(w->graph, 9);
    node_id f = graph_apply1(w->graph, OP_NEGATE, root);
    graph_set_origin(w->graph, 11);
    node_id df = derivative(w, f, 'x');
    assert_int_equal(graph_origin(w->graph), 11);
    assert_string_equal(print_node(w, df), "-1/(2*sqrt(x))");
    assert_int_equal(graph_node(w->graph, df).origin, 7);
}

/* Origin 5 is the inner function u, origin 7 what is done to it, 9 what follows. */
static void an_undefined_derivative_names_its_operation(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *inner;
        enum op op;
        double x;
    } rows[] = {
        {"sin(x)", OP_SQRT, 0}, {"x/3", OP_SQRT, 0},       {"x/a", OP_SQRT, 0},
        {"x*y", OP_SQRT, 0},    {"x/y", OP_CBRT, 0},       {"-x", OP_SQRT, 0},
        {"x^2", OP_ASIN, 1},    {"cos(x)", OP_ACOS, 0},    {"x - 2", OP_CBRT, 2},
        {"sin(x)", OP_LOG, 0},  {"x/(x + y)", OP_SQRT, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct graph_mark mark = graph_mark(w->graph);
        graph_set_origin(w->graph, 5);
        node_id u = build(w, rows[i].inner);
        graph_set_origin(w->graph, 7);
        node_id f = graph_apply1(w->graph, rows[i].op, u);
        graph_set_origin(w->graph, 9);
        f = graph_apply1(w->graph, OP_EXP, f);
        f = graph_apply2(w->graph, OP_DIVIDE, f, build(w, "3 + x^2"));
        double point[SYMBOLS] = {['x'] = rows[i].x, ['y'] = 2, ['a'] = 3};
        struct check_fault fault = {.origin = 0};
        assert_true(find_fault(w, derivative(w, f, 'x'), point, &fault));
        if (fault.origin != 7)
            fail_msg("%s: %s of origin %u", rows[i].inner, op_info(fault.op)->id,
                     (unsigned)fault.origin);
        graph_release(w->graph, mark);
    }
}

static void gradients_name_their_leaves(void **state)
{
    struct world *w = *state;
    node_id f = build(w, "x*y^2 + exp(a*z)");
    node_id leaves[] = {build(w, "z"), build(w, "x"), build(w, "w"), build(w, "y"),
                        build(w, "a")};
    graph_gradient(w->graph, f, leaves, 5, leaves); /* in place */
    static const char *const wanted[] = {"a*exp(a*z)", "y^2", "0", "2*x*y", "z*exp(a*z)"};
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(print_node(w, leaves[i]), wanted[i]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(derivatives_look_like_by_hand),
        TEST(textbook_derivatives_look_like_by_hand),
        TEST(second_derivatives_are_derivatives),
        TEST(a_dead_branch_never_leaks),
        TEST(derivatives_beside_and_at_kinks),
        TEST(derivatives_are_right_next_to_an_edge),
        TEST(an_undefined_derivative_shows),
        TEST(derivatives_inherit_the_origin),
        TEST(an_undefined_derivative_names_its_operation),
        TEST(gradients_name_their_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
