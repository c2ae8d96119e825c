/* SPDX-License-Identifier: MIT
 * First and second derivatives of random formulas against central differences. */
#include "graph_fixture.h"

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

/* False where the differences themselves cannot be trusted: a large value takes their
 * digits, and a kink or jump is near when three step lengths do not agree. */
static bool reliable_difference(struct world *w, node_id f, double *point, double *result)
{
    double coarse = difference(w, f, point, 2.1e-3);
    double middle = difference(w, f, point, 1.37e-3);
    *result = difference(w, f, point, 1e-3);
    return fabs(value_at(w, f, point)) < 1e6 && fabs(*result) < 1e4 &&
           is_close(coarse, *result, 1e-7) && is_close(middle, *result, 1e-7);
}

/* Every operation that is differentiable where it and its domain are, and every one there
 * is; the commonest more than once. */
static const enum op smooth[] = {
    OP_ADD,   OP_ADD,  OP_MULTIPLY, OP_MULTIPLY, OP_NEGATE,    OP_DIVIDE,  OP_POWER,
    OP_EXP,   OP_LOG,  OP_LOG1P,    OP_EXPM1,    OP_LOG10,     OP_LOG2,    OP_SQRT,
    OP_CBRT,  OP_SIN,  OP_COS,      OP_TAN,      OP_ASIN,      OP_ACOS,    OP_ATAN,
    OP_SINH,  OP_COSH, OP_TANH,     OP_ERF,      OP_ERFC,      OP_LGAMMA,  OP_DIGAMMA,
    OP_HYPOT, OP_SQRT, OP_ATAN2,    OP_SIGMOID,  OP_POLYGAMMA, OP_SOFTPLUS};
static const enum op all[] = {
    OP_ADD, OP_MULTIPLY, OP_NEGATE, OP_DIVIDE, OP_SELECT, OP_SELECT,
#define OP(id, spelling, arity, level, ...)                                              \
    (arity) == 0 ? OP_ADD : OP_##id == OP_TIMES_LOG ? OP_LOG : OP_##id,
#include "graph/ops.def"
#undef OP
};
static const enum op piecewise[] = {
    OP_ADD,  OP_MULTIPLY, OP_NEGATE, OP_DIVIDE, OP_POWER,  OP_LOG,  OP_SQRT,
    OP_ABS,  OP_MIN,      OP_MAX,    OP_SELECT, OP_SELECT, OP_SIGN, OP_FLOOR,
    OP_CEIL, OP_ROUND,    OP_MOD,    OP_RELU,   OP_CLAMP,  OP_ASIN};

/* Squares of what is large may overflow in the derivative alone. */
static bool has_overflowed(struct world *w, node_id df, const double *point)
{
    struct check_fault fault;
    if (!find_fault(w, df, point, &fault) || !isinf(fault.value))
        return false;
    return fault.op == OP_EXP || fault.op == OP_MULTIPLY || fault.op == OP_POWER;
}

/* At an edge of its domain, or where its derivative is infinite. */
static bool is_at_edge(const struct formula *f, const double *point)
{
    double a = f->count > 0 ? fabs(formula_value(f->operand[0], point)) : 1;
    double b = f->count > 1 ? fabs(formula_value(f->operand[1], point)) : 1;
    switch (f->op) {
    case OP_SQRT:
    case OP_CBRT:
        return a < 1e-9;
    case OP_POWER: /* of a negative number by whole exponents only */
        return a < 1e-9 || (f->operand[1]->op != OP_CONSTANT &&
                            formula_value(f->operand[0], point) < 0);
    case OP_MOD: /* a saw too fine for differences */
        return a > 100 * b;
    case OP_HYPOT:
    case OP_ATAN2:
        return a + b < 1e-9;
    case OP_ASIN:
    case OP_ACOS:
        return fabs(a - 1) < 1e-9;
    default:
        return false;
    }
}

/* Whether all that the value needs is finite and not at an edge of its domain; of an if
 * only the branch taken. */
static bool is_tame(const struct formula *f, const double *point)
{
    if (!isfinite(formula_value(f, point)))
        return false;
    if (is_at_edge(f, point))
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

static void derivatives_of_all_agree_with_differences(void **state)
{
    int compared = compare_random(*state, 815, 1500, all, sizeof all / sizeof *all);
    assert_true(compared > 2000);
}

static void piecewise_derivatives_agree_with_differences(void **state)
{
    int compared = compare_random(*state, 1147, 1500, piecewise,
                                  sizeof piecewise / sizeof *piecewise);
    assert_true(compared > 2000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(smooth_derivatives_agree_with_differences),
        TEST(derivatives_of_all_agree_with_differences),
        TEST(piecewise_derivatives_agree_with_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
