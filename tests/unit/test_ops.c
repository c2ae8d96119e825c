/* SPDX-License-Identifier: MIT
 * The rows of ops.def: values, names, partial derivatives. */
#include "graph_fixture.h"

#define INF ((double)INFINITY)
#define NOT_A_NUMBER ((double)NAN)

static const struct {
    enum op op;
    size_t count;
    double operands[3], value;
} known_values[] = {
    {OP_ADD, 3, {1e16, 1, -1e16}, 0}, /* left to right */
    {OP_ADD, 0, {0}, 0},
    {OP_MULTIPLY, 0, {0}, 1},
    {OP_MULTIPLY, 3, {1e-200, 1e-200, 1e300}, 0},
    {OP_NEGATE, 1, {0}, -0.0},
    {OP_DIVIDE, 2, {1, 0}, INF},
    {OP_POWER, 2, {0, 0}, 1},
    {OP_POWER, 2, {-1.713, 2}, 1.713 * 1.713},
    {OP_POWER, 2, {-2, 3}, -8},
    {OP_POWER, 2, {2, -2}, 0.25},
    {OP_POWER, 2, {-INF, 2}, INF},
    {OP_POWER, 2, {-2, 0.5}, NOT_A_NUMBER},
    {OP_POWER, 2, {NOT_A_NUMBER, 0}, 1},
    {OP_TIMES_LOG, 2, {0, -INF}, 0},
    {OP_TIMES_LOG, 2, {-0.0, -INF}, 0},
    {OP_TIMES_LOG, 2, {2.5, 0.5}, 1.25},
    {OP_TIMES_LOG, 2, {-1, NOT_A_NUMBER}, NOT_A_NUMBER},
    {OP_LOG1P, 1, {1e-20}, 1e-20},
    {OP_EXPM1, 1, {1e-20}, 1e-20},
    {OP_LOG10, 1, {1000}, 3},
    {OP_LOG2, 1, {0x1p-70}, -70},
    {OP_CBRT, 1, {-27}, -3},
    {OP_HYPOT, 2, {0x3p600, 0x4p600}, 0x5p600},
    {OP_HYPOT, 2, {0, 0}, 0},
    {OP_ASIN, 1, {2}, NOT_A_NUMBER},
    {OP_ATAN2, 2, {1, -1}, 2.356194490192345},
    {OP_ATAN2, 2, {0, -1}, 3.141592653589793},
    {OP_ERFC, 1, {30}, 0},
    {OP_LGAMMA, 1, {0}, INF},
    {OP_LGAMMA, 1, {3}, 0.6931471805599453},
    {OP_SOFTPLUS, 1, {800}, 800},
    {OP_SIGMOID, 1, {-800}, 0},
    {OP_CEIL, 1, {-1.5}, -1},
    {OP_ROUND, 1, {2.5}, 3}, /* half away from zero */
    {OP_ROUND, 1, {-2.5}, -3},
    {OP_ROUND, 1, {0.49999999999999994}, 0},
    {OP_MOD, 2, {7, 3}, 1}, /* by floor */
    {OP_MOD, 2, {-7, 3}, 2},
    {OP_MOD, 2, {7, -3}, -2},
    {OP_MOD, 2, {1, 0}, NOT_A_NUMBER},
    {OP_RELU, 1, {-3}, 0},
    {OP_RELU, 1, {NOT_A_NUMBER}, NOT_A_NUMBER},
    {OP_CLAMP, 3, {5, 0, 1}, 1},
    {OP_CLAMP, 3, {-5, 0, 1}, 0},
    {OP_CLAMP, 3, {0.3, 0, 1}, 0.3},
    {OP_CLAMP, 3, {0.3, 2, 1}, 1}, /* crossed bounds: the upper one */
    {OP_CLAMP, 3, {NOT_A_NUMBER, 0, 1}, NOT_A_NUMBER},
    {OP_CLAMP, 3, {0.3, 0, NOT_A_NUMBER}, NOT_A_NUMBER},
    {OP_ABS, 1, {-0.0}, 0},
    {OP_SIGN, 1, {-1e-310}, -1},
    {OP_SIGN, 1, {0}, 0},
    {OP_SIGN, 1, {INF}, 1},
    {OP_SIGN, 1, {NOT_A_NUMBER}, NOT_A_NUMBER},
    {OP_FLOOR, 1, {-1.5}, -2},
    {OP_MIN, 2, {2, 1}, 1},
    {OP_MAX, 2, {2, 1}, 2},
    {OP_MIN, 2, {NOT_A_NUMBER, 1}, NOT_A_NUMBER}, /* never hidden */
    {OP_MIN, 2, {1, NOT_A_NUMBER}, NOT_A_NUMBER},
    {OP_MAX, 2, {NOT_A_NUMBER, 1}, NOT_A_NUMBER},
    {OP_MAX, 2, {1, NOT_A_NUMBER}, NOT_A_NUMBER},
    {OP_LESS, 2, {1, 2}, 1},
    {OP_LESS, 2, {2, 2}, 0},
    {OP_LESS_EQUAL, 2, {2, 2}, 1},
    {OP_GREATER, 2, {2, 1}, 1},
    {OP_GREATER_EQUAL, 2, {1, 2}, 0},
    {OP_EQUAL, 2, {NOT_A_NUMBER, NOT_A_NUMBER}, 0},
    {OP_NOT_EQUAL, 2, {NOT_A_NUMBER, NOT_A_NUMBER}, 1},
    {OP_AND, 2, {1, 0}, 0},
    {OP_AND, 2, {1, 1}, 1},
    {OP_OR, 2, {0, 1}, 1},
    {OP_OR, 2, {0, 0}, 0},
    {OP_NOT, 1, {0}, 1},
    {OP_SELECT, 3, {1, 2, NOT_A_NUMBER}, 2},
    {OP_SELECT, 3, {0, NOT_A_NUMBER, 3}, 3},
};

static void values_are_those_of_the_formulas(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known_values / sizeof *known_values; i++) {
        double value =
            op_value(known_values[i].op, known_values[i].operands, known_values[i].count);
        if (!is_same_value(value, known_values[i].value))
            fail_msg("%s, row %zu: %g", op_info(known_values[i].op)->id, i, value);
    }
}

static void functions_are_found_by_name(void **state)
{
    (void)state;
    static const char *const functions[] = {
        "exp",     "log",       "log1p",   "expm1",    "log10", "log2",
        "sqrt",    "cbrt",      "sin",     "cos",      "tan",   "asin",
        "acos",    "atan",      "atan2",   "sinh",     "cosh",  "tanh",
        "abs",     "sign",      "floor",   "ceil",     "round", "min",
        "max",     "mod",       "hypot",   "erf",      "erfc",  "lgamma",
        "digamma", "polygamma", "sigmoid", "softplus", "relu",  "clamp"};
    static const char *const others[] = {"",   "+",   "-", "*",  "^",   "if",  "and",
                                         "or", "not", "<", "==", "EXP", "expo"};
    enum op op = OP_COUNT;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        assert_true(op_find_function(functions[i], &op));
        assert_string_equal(op_info(op)->spelling, functions[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(op_find_function(others[i], &op));
}

static void rows_have_their_own_names(void **state)
{
    (void)state;
    for (int i = 0; i < OP_COUNT; i++) {
        for (int k = 0; k < i; k++) {
            const struct op_info *a = op_info((enum op)i), *b = op_info((enum op)k);
            assert_string_not_equal(a->id, b->id);
            if (a->level == LEVEL_CALL && b->level == LEVEL_CALL && a->arity != 0)
                assert_string_not_equal(a->spelling, b->spelling);
        }
    }
    assert_string_equal(op_info(OP_MULTIPLY)->id, "MULTIPLY");
    assert_int_equal(op_info(OP_MULTIPLY)->arity, -1);
    assert_int_equal(op_info(OP_SELECT)->arity, 3);
}

/* d op / d operand, at points away from kinks, by central differences. */
static void check_partial(struct world *w, enum op op, size_t which, const double *point)
{
    static const char names[] = "xyz";
    node_id leaves[3];
    size_t count = op_info(op)->arity < 0 ? 3 : (size_t)op_info(op)->arity;
    for (size_t i = 0; i < count; i++)
        leaves[i] = graph_variable(w->graph, (uint32_t)names[i]);
    if (op == OP_TIMES_LOG) /* its second operand is no other */
        leaves[1] = graph_apply1(w->graph, OP_LOG, leaves[0]);
    node_id f = graph_apply(w->graph, op, leaves, count);
    double values[2], at[SYMBOLS] = {0}, h = 1e-5;
    for (int side = 0; side < 2; side++) {
        memcpy(at, point, sizeof at);
        at[(int)names[which]] += side == 0 ? -h : h;
        values[side] = value_at(w, f, at);
    }
    double wanted = (values[1] - values[0]) / (2 * h);
    double found = value_at(w, derivative(w, f, names[which]), point);
    if (!is_close(wanted, found, 1e-8))
        fail_msg("%s, operand %zu: %.12g, differences give %.12g", op_info(op)->id, which,
                 found, wanted);
}

static void every_partial_agrees_with_differences(void **state)
{
    static const double places[][3] = {
        {2.385, 1.713, 0.618}, {0.377, 2.385, -1.713}, {1.713, -0.377, 2.385}};
    for (int i = 0; i < OP_COUNT; i++) {
        size_t count =
            op_info((enum op)i)->arity < 0 ? 3 : (size_t)op_info((enum op)i)->arity;
        for (size_t which = 0; which < count; which++) {
            for (size_t k = 0; k < 3; k++) {
                double point[SYMBOLS] = {
                    ['x'] = places[k][0], ['y'] = places[k][1], ['z'] = places[k][2]};
                check_partial(*state, (enum op)i, which, point);
            }
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(values_are_those_of_the_formulas),
        TEST(functions_are_found_by_name),
        TEST(rows_have_their_own_names),
        TEST(every_partial_agrees_with_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
