/* SPDX-License-Identifier: MIT
 * Folding never changes a value. */
#include "graph_fixture.h"

#include "graph/fold.h"

static const double special[] = {2.385,
                                 -1.713,
                                 0.618,
                                 -0.377,
                                 0.0,
                                 -0.0,
                                 1,
                                 -1,
                                 1e308,
                                 -1e-310,
                                 1e-170,
                                 1e170,
                                 3,
                                 (double)INFINITY,
                                 -(double)INFINITY,
                                 (double)NAN};
enum { SPECIALS = sizeof special / sizeof special[0] };

static void set_point(double *point, uint32_t *seed, enum fold_kind kind)
{
    for (const char *name = "xyz"; *name != '\0'; name++) {
        bool is_ordinary = kind == FOLD_ROUNDING || kind == FOLD_FINITE;
        double value = special[next_random(seed) % SPECIALS];
        if (kind == FOLD_SAFE && fabs(value) > 1e300) /* products may overflow */
            value = 0.5;
        point[(int)*name] = is_ordinary ? uniform(seed, -4, 4) : value;
    }
}

static bool agrees(double a, double b, enum fold_kind kind)
{
    if (kind == FOLD_EXACT)
        return is_same_value(a, b);
    if (kind == FOLD_ZERO_SIGN)
        return is_same_value(a, b) || a == b;
    if (kind == FOLD_SAFE) /* where the form as written is of use at all */
        return !isfinite(a) || is_close(a, b, 1e-13);
    return is_close(a, b, 1e-13);
}

/* What the operands of the pattern's outermost operation become, by this rule alone. */
static node_id apply_alone(struct world *w, const struct fold_rule *rule)
{
    const struct formula *f = read_formula(&w->arena, rule->pattern);
    if (rule->op != OP_COUNT)
        assert_int_equal(f->op, rule->op);
    node_id before[MOST_OPERANDS],
        *operands = ARENA_ARRAY(&w->arena, MOST_OPERANDS, node_id);
    size_t count = build_operands(w->graph, f, before);
    memcpy(operands, before, sizeof before);
    (void)graph_scratch(w->graph);
    w->graph->deriving = true;
    struct expression e = {f->op, operands, count};
    node_id node = rule->apply(w->graph, &e);
    w->graph->deriving = false;
    bool is_same =
        e.count == count && memcmp(before, e.operands, count * sizeof *before) == 0;
    if (node == 0 && is_same)
        fail_msg("the rule `%s` does nothing to `%s`", rule->name, rule->pattern);
    return node != 0 ? node : graph_intern(w->graph, f->op, e.operands, e.count);
}

static void every_rule_alone_keeps_the_value(void **state)
{
    struct world *w = *state;
    size_t count = 0;
    const struct fold_rule *rules = fold_rules(&count);
    assert_true(count > 30);
    uint32_t seed = 2385;
    for (size_t i = 0; i < count; i++) {
        const struct formula *pattern = read_formula(&w->arena, rules[i].pattern);
        node_id node = apply_alone(w, &rules[i]);
        for (int k = 0; k < 2000; k++) {
            double point[SYMBOLS] = {0};
            set_point(point, &seed, rules[i].kind);
            double wanted = formula_value(pattern, point);
            double found = value_at(w, node, point);
            if (!agrees(wanted, found, rules[i].kind))
                fail_msg("%s: %.17g, folded %.17g", rules[i].name, wanted, found);
        }
    }
}

static void every_pattern_becomes_its_result(void **state)
{
    struct world *w = *state;
    size_t count = 0;
    const struct fold_rule *rules = fold_rules(&count);
    for (size_t i = 0; i < count; i++) {
        w->graph->deriving = rules[i].kind != FOLD_EXACT;
        node_id node = build(w, rules[i].pattern);
        w->graph->deriving = false;
        assert_string_equal(print_node(w, node), rules[i].result);
    }
}

/* Applied is the row of neighbours with the same operation. */
static void rules_of_an_operation_stand_together(void **state)
{
    (void)state;
    size_t count = 0;
    const struct fold_rule *rules = fold_rules(&count);
    for (size_t i = 2; i < count; i++)
        for (size_t k = 0; k + 1 < i && rules[i].op != rules[i - 1].op; k++)
            assert_int_not_equal(rules[k].op, rules[i].op);
}

static bool holds_safe_form(struct world *w, node_id node)
{
    struct graph_order order = graph_order(w->graph, &node, 1, &w->arena);
    for (size_t i = 0; i < order.count; i++) {
        enum op op = node_op(w->graph, order.nodes[i]);
        if (op == OP_SOFTPLUS || op == OP_TIMES_LOG)
            return true;
    }
    return false;
}

static void what_a_script_wrote_keeps_its_bits(void **state)
{
    struct world *w = *state;
    static const enum op ops[] = {
        OP_ADD, OP_ADD, OP_MULTIPLY, OP_MULTIPLY, OP_NEGATE, OP_DIVIDE, OP_POWER, OP_ABS,
        OP_MIN, OP_MAX, OP_SELECT,   OP_EXP,      OP_LOG,    OP_SQRT,   OP_SIN};
    uint32_t seed = 1713;
    int compared = 0;
    for (int i = 0; i < 3000; i++) {
        struct graph_mark mark = graph_mark(w->graph);
        struct arena_mark memory = arena_mark(&w->arena);
        struct reader r = {&w->arena, ""};
        const struct formula *f =
            random_formula(&r, &seed, 4, ops, sizeof ops / sizeof *ops);
        node_id node = build_formula(w->graph, f);
        for (int k = 0; k < 20 && !holds_safe_form(w, node); k++, compared++) {
            double point[SYMBOLS] = {0};
            set_point(point, &seed, FOLD_EXACT);
            double wanted = formula_value(f, point), found = value_at(w, node, point);
            if (!is_same_value(wanted, found))
                fail_msg("%s: %.17g, folded %.17g", print_node(w, node), wanted, found);
        }
        graph_release(w->graph, mark);
        arena_release(&w->arena, memory);
    }
    assert_true(compared > 55000);
}

static void safe_forms_are_right_where_others_fail(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f;
        double x, value, slope;
    } rows[] = {
        {"log(1 + exp(x))", 800, 800, 1},
        {"log(exp(x) + 1)", -40, 4.248354255291589e-18, 4.248354255291589e-18},
        {"log1p(exp(x))", 800, 800, 1},
        {"log(1 + exp(-2*x))", -800, 1600, -2},
        {"x*log(x)", 0, 0, -(double)INFINITY},
        {"log(x)*x", 0, 0, -(double)INFINITY},
        {"x*log(x)*x*log(x)", 0, 0, (double)NAN},
        {"-x*log(x) - (1 - x)*log(1 - x)", 0, 0, (double)INFINITY},
        {"-x*log(x) - (1 - x)*log(1 - x)", 1, 0, -(double)INFINITY},
        {"3*x^2*log(x^2)", 0, 0, (double)NAN},
        {"2*x*log(2*x)", 0, 0, -(double)INFINITY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double point[SYMBOLS] = {['x'] = rows[i].x};
        node_id f = build(w, rows[i].f);
        double value = value_at(w, f, point);
        double slope = value_at(w, derivative(w, f, 'x'), point);
        if (!(fabs(value - rows[i].value) <= 1e-15 * value) ||
            !(is_same_value(slope, rows[i].slope) ||
              fabs(slope - rows[i].slope) <= 1e-15 * fabs(slope)))
            fail_msg("%s: %.17g, slope %.17g", rows[i].f, value, slope);
    }
}

static void digits_lost_near_zero_stay_lost(void **state)
{
    struct world *w = *state;
    double point[SYMBOLS] = {['x'] = 1e-20};
    assert_true(value_at(w, build(w, "log(1 + x)"), point) == 0);
    assert_true(value_at(w, build(w, "exp(x) - 1"), point) == 0);
    assert_true(value_at(w, build(w, "log1p(x)"), point) == 1e-20);
}

static void what_is_not_defined_stays_visible(void **state)
{
    struct world *w = *state;
    static const char *const kept[] = {"log(-1)", "1/0", "0/0", "sqrt(-2)",
                                       "x - x",   "0*x", "x/x", "0/x"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        node_id node = build(w, kept[i]);
        assert_false(is_constant(w->graph, node));
        assert_string_equal(print_node(w, node), kept[i]);
    }
    w->graph->deriving = true; /* where the derivative alone is undefined it stays so */
    assert_string_equal(print_node(w, build(w, "sqrt(x)/sqrt(x)")), "sqrt(x)/sqrt(x)");
    assert_string_equal(print_node(w, build(w, "cbrt(x)^2/cbrt(x)")),
                        "cbrt(x)^2/cbrt(x)");
    assert_string_equal(print_node(w, build(w, "x^3/x")), "x^3/x");
    w->graph->has_pole = true;
    assert_string_equal(print_node(w, build(w, "sqrt(x)/sqrt(x)")), "sqrt(x)/sqrt(x)");
    assert_string_equal(print_node(w, build(w, "x^3/x")), "x^2");
    w->graph->has_pole = false;
    w->graph->deriving = false;
    assert_true(is_constant(w->graph, build(w, "inf - 1"))); /* it was written as inf */
    assert_true(is_constant(w->graph, build(w, "-inf")));
}

static void sums_are_evaluated_left_to_right(void **state)
{
    struct world *w = *state;
    double point[SYMBOLS] = {['x'] = 1};
    assert_true(value_at(w, build(w, "0.1 + 0.2 + 0.3"), point) == 0.1 + 0.2 + 0.3);
    assert_true(value_at(w, build(w, "x + 0.2 + 0.3"), point) == 1 + 0.2 + 0.3);
    assert_true(value_at(w, build(w, "1e16 + x - 1e16"), point) == 0);
    assert_string_equal(print_node(w, build(w, "x + 0.1 + 0.2")), "x + 0.1 + 0.2");
    assert_string_equal(print_node(w, build(w, "x*0.1*0.2")), "x*0.1*0.2");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(every_rule_alone_keeps_the_value),
        TEST(every_pattern_becomes_its_result),
        TEST(rules_of_an_operation_stand_together),
        TEST(what_a_script_wrote_keeps_its_bits),
        TEST(what_is_not_defined_stays_visible),
        TEST(sums_are_evaluated_left_to_right),
        TEST(safe_forms_are_right_where_others_fail),
        TEST(digits_lost_near_zero_stay_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
