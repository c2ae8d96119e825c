/* SPDX-License-Identifier: MIT
 * Derivatives against hand formulas and finite differences. */
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
        {"sin(x)/x", "cos(x)/x - sin(x)/x^2"},
        {"1/x", "-1/x^2"},
        {"exp(a*x)", "a*exp(a*x)"},
        {"exp(-x^2)", "-2*x*exp(-x^2)"},
        {"log(x)", "1/x"},
        {"log(x^2 + 1)", "2*x/(x^2 + 1)"},
        {"sqrt(x)", "1/(2*sqrt(x))"},
        {"sqrt(x^2 + 1)", "x/sqrt(x^2 + 1)"},
        {"tanh(x)", "1 - tanh(x)^2"},
        {"tan(x)", "tan(x)^2 + 1"},
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

static void second_derivatives_are_derivatives(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f, *second;
    } rows[] = {
        {"(2*x - 6)^2", "8"},           {"x^3", "6*x"},       {"sin(x)", "-sin(x)"},
        {"exp(2*x)", "4*exp(2*x)"},     {"log(x)", "-1/x^2"}, {"1/x", "2/x^3"},
        {"x^4/4 - 2*x^2", "3*x^2 - 4"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        node_id first = derivative(w, build(w, rows[i].f), 'x');
        assert_string_equal(print_node(w, derivative(w, first, 'x')), rows[i].second);
    }
}

/* The fourth-order central difference of f in x. */
static double difference(struct world *w, node_id f, double *point, double h)
{
    static const double weights[] = {1, -8, 8, -1}, moves[] = {-2, -1, 1, 2};
    double at = point['x'], total = 0;
    for (int i = 0; i < 4; i++) {
        point['x'] = at + moves[i] * h;
        total += weights[i] * value_at(w, f, point);
    }
    point['x'] = at;
    return total / (12 * h);
}

/* False where the differences themselves cannot be trusted: a kink or jump is near when
 * three step lengths do not agree. */
static bool reliable_difference(struct world *w, node_id f, double *point, double *result)
{
    double coarse = difference(w, f, point, 2.1e-3);
    double middle = difference(w, f, point, 1.37e-3);
    *result = difference(w, f, point, 1e-3);
    return isfinite(*result) && fabs(*result) < 1e4 && is_close(coarse, *result, 1e-7) &&
           is_close(middle, *result, 1e-7);
}

static const enum op smooth[] = {OP_ADD,    OP_ADD,   OP_MULTIPLY, OP_MULTIPLY, OP_NEGATE,
                                 OP_DIVIDE, OP_POWER, OP_EXP,      OP_LOG,      OP_SQRT,
                                 OP_SIN,    OP_COS,   OP_TAN,      OP_TANH};
static const enum op piecewise[] = {
    OP_ADD, OP_MULTIPLY, OP_NEGATE, OP_DIVIDE, OP_POWER,  OP_LOG,  OP_SQRT,
    OP_ABS, OP_MIN,      OP_MAX,    OP_SELECT, OP_SELECT, OP_SIGN, OP_FLOOR};

/* Squares of what is large may overflow in the derivative alone. */
static bool has_overflowed(struct world *w, node_id df, const double *point)
{
    struct check_fault fault;
    if (!find_fault(w, df, point, &fault) || !isinf(fault.value))
        return false;
    return fault.op == OP_EXP || fault.op == OP_MULTIPLY || fault.op == OP_POWER;
}

/* Whether all that the value needs is finite and not at an edge of its domain; of an if
 * only the branch taken. */
static bool is_tame(const struct formula *f, const double *point)
{
    if (!isfinite(formula_value(f, point)))
        return false;
    if ((f->op == OP_SQRT || f->op == OP_POWER) &&
        fabs(formula_value(f->operand[0], point)) < 1e-9)
        return false;
    bool takes_first = f->op == OP_SELECT && formula_value(f->operand[0], point) != 0;
    for (size_t i = 0; i < f->count; i++) {
        bool is_dead = f->op == OP_SELECT && i > 0 && takes_first != (i == 1);
        if (!is_dead && !is_tame(f->operand[i], point))
            return false;
    }
    return true;
}

/* A node of what was read as `formula`, and its derivative, at points; how many could be
 * compared. */
static int compare_at_points(struct world *w, const struct formula *formula, node_id f,
                             node_id df, uint32_t *seed)
{
    static const double places[] = {2.385, -1.713, 0.618, -0.377};
    int compared = 0;
    for (int k = 0; k < 4; k++) {
        double point[SYMBOLS] = {0}, wanted = 0;
        point['x'] = places[k];
        point['y'] = uniform(seed, -3, 3);
        point['z'] = uniform(seed, 0.2, 3);
        if (!is_tame(formula, point) || !reliable_difference(w, f, point, &wanted))
            continue;
        double found = value_at(w, df, point);
        if (!isfinite(found) && has_overflowed(w, df, point))
            continue;
        if (!is_close(wanted, found, 1e-6))
            fail_msg("(%s)' = %s: %.12g at %g, %g, %g; differences give %.12g",
                     print_node(w, f), print_node(w, df), found, point['x'], point['y'],
                     point['z'], wanted);
        compared++;
    }
    return compared;
}

static int compare_random(struct world *w, uint32_t seed, int formulas,
                          const enum op *ops, size_t op_count)
{
    int compared = 0;
    for (int i = 0; i < formulas; i++) {
        struct graph_mark mark = graph_mark(w->graph);
        struct arena_mark memory = arena_mark(&w->arena);
        struct reader r = {&w->arena, ""};
        const struct formula *formula = random_formula(&r, &seed, 4, ops, op_count);
        node_id f = build_formula(w->graph, formula);
        node_id first = derivative(w, f, 'x');
        compared += compare_at_points(w, formula, f, first, &seed);
        compared +=
            compare_at_points(w, formula, first, derivative(w, first, 'x'), &seed);
        graph_release(w->graph, mark);
        arena_release(&w->arena, memory);
    }
    return compared;
}

static void smooth_derivatives_agree_with_differences(void **state)
{
    int compared =
        compare_random(*state, 4711, 1500, smooth, sizeof smooth / sizeof *smooth);
    assert_true(compared > 2000);
}

static void piecewise_derivatives_agree_with_differences(void **state)
{
    int compared = compare_random(*state, 1147, 1500, piecewise,
                                  sizeof piecewise / sizeof *piecewise);
    assert_true(compared > 2000);
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

/* Conditions that are opposite, but under others that differ. */
static void gates_under_other_gates_stay_apart(void **state)
{
    struct world *w = *state;
    node_id f = build(w, "(if x > 0 then (if y > 0 then x^2 else 0) else 0)"
                         " + (if z > 0 then (if y > 0 then 0 else x^3) else 0)");
    node_id df = derivative(w, f, 'x');
    for (int i = 0; i < 8; i++) {
        double x = i & 1 ? 2 : -2, y = i & 2 ? 1 : -1, z = i & 4 ? 1 : -1;
        double point[SYMBOLS] = {['x'] = x, ['y'] = y, ['z'] = z};
        double wanted = (x > 0 && y > 0 ? 2 * x : 0) + (z > 0 && y < 0 ? 3 * x * x : 0);
        assert_true(value_at(w, df, point) == wanted);
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
        TEST(second_derivatives_are_derivatives),
        TEST(smooth_derivatives_agree_with_differences),
        TEST(piecewise_derivatives_agree_with_differences),
        TEST(a_dead_branch_never_leaks),
        TEST(gates_under_other_gates_stay_apart),
        TEST(an_undefined_derivative_shows),
        TEST(derivatives_inherit_the_origin),
        TEST(gradients_name_their_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
