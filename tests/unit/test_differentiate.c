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
static void textbook_derivatives_look_like_by_hand(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f, *derivative;
    } rows[] = {
        {"x^3", "3*x^2"},
        {"x^-1", "-x^-2"},
        {"x + x^2", "1 + 2*x"},
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
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        node_id node = derivative(w, build(w, rows[i].f), 'x');
        if (strcmp(print_node(w, node), rows[i].derivative) != 0)
            fail_msg("(%s)' = %s, not %s", rows[i].f, print_node(w, node),
                     rows[i].derivative);
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

static void an_undefined_derivative_shows(void **state)
{
    struct world *w = *state;
    double point[SYMBOLS] = {0};
    assert_true(isinf(value_at(w, derivative(w, build(w, "sqrt(x)"), 'x'), point)));
    assert_true(isinf(value_at(w, derivative(w, build(w, "log(x)"), 'x'), point)));
}

/* f = the sum of n terms over n variables. */
static node_id build_wide(struct graph *graph, size_t n, node_id *variables,
                          node_id (*term)(struct graph *, node_id, node_id), node_id mean)
{
    node_id terms[1000];
    assert_true(n <= 1000);
    for (size_t i = 0; i < n; i++)
        terms[i] = term(graph, variables[i], mean);
    return graph_apply(graph, OP_ADD, terms, n);
}

static node_id exponential(struct graph *graph, node_id x, node_id mean)
{
    return graph_apply1(graph, OP_EXP, graph_apply2(graph, OP_MULTIPLY, x, mean));
}

static void a_gradient_costs_a_small_multiple(void **state)
{
    struct world *w = *state;
    enum { N = 1000 };
    node_id x[N], out[N];
    for (uint32_t i = 0; i < N; i++)
        x[i] = graph_variable(w->graph, i);
    node_id total = graph_apply(w->graph, OP_ADD, x, N);
    node_id mean = graph_apply2(w->graph, OP_DIVIDE, total, graph_constant(w->graph, N));
    node_id f = build_wide(w->graph, N, x, exponential, mean);
    size_t before = graph_size(w->graph);
    graph_gradient(w->graph, f, x, N, out);
    assert_true(graph_size(w->graph) <= 4 * before);
    struct check *value = check_new(&w->arena, w->graph, &f, 1, x, N);
    struct check *gradient = check_new(&w->arena, w->graph, out, N, x, N);
    assert_true(check_operations(gradient) <= 5 * check_operations(value));
}

static void a_wide_product_has_a_linear_gradient(void **state)
{
    struct world *w = *state;
    enum { N = 1000 };
    node_id x[N], out[N];
    double point[N], values[N], others = 1;
    uint32_t seed = 77;
    for (uint32_t i = 0; i < N; i++) {
        x[i] = graph_variable(w->graph, i);
        point[i] = uniform(&seed, 0.9, 1.1);
        others *= i == 7 ? 1 : point[i];
    }
    point[7] = 0; /* its own partial is the product of the others */
    node_id f = graph_apply(w->graph, OP_MULTIPLY, x, N);
    size_t before = graph_size(w->graph);
    graph_gradient(w->graph, f, x, N, out);
    assert_true(graph_size(w->graph) <= 5 * before);
    struct check *check = check_new(&w->arena, w->graph, out, N, x, N);
    check_run(check, point, values);
    assert_true(values[6] == 0);
    assert_true(is_close(values[7], others, 1e-12));
}

/* f applied to itself again and again: what recursion or repeated opening would not
 * survive.  The slope is that of the chain at x = 1, y = 1. */
static void a_deep_chain_costs_no_more_a_link(void **state)
{
    struct world *w = *state;
    static const struct {
        enum op op;
        bool is_left; /* the chain is the left operand, y the right one */
        double slope;
    } rows[] = {
        {OP_TANH, true, 0},     {OP_DIVIDE, true, 1},    {OP_DIVIDE, false, 1},
        {OP_MULTIPLY, true, 1}, {OP_MULTIPLY, false, 1}, {OP_ADD, true, 1},
        {OP_ADD, false, 1},     {OP_POWER, true, 1},     {OP_NEGATE, true, 1},
    };
    enum { DEPTH = 100000 };
    double point[SYMBOLS] = {['x'] = 1, ['y'] = 1};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct graph_mark mark = graph_mark(w->graph);
        node_id y = graph_variable(w->graph, 'y');
        node_id x = graph_variable(w->graph, 'x'), f = x, out = 0;
        for (int k = 0; k < DEPTH; k++) {
            node_id operands[] = {rows[i].is_left ? f : y, rows[i].is_left ? y : f};
            bool is_binary = op_info(rows[i].op)->arity != 1;
            f = graph_apply(w->graph, rows[i].op, operands, is_binary ? 2 : 1);
        }
        size_t before = graph_size(w->graph);
        graph_gradient(w->graph, f, &x, 1, &out);
        if (graph_size(w->graph) > 20 * before)
            fail_msg("%s %d: %zu nodes, then %zu", op_info(rows[i].op)->id, (int)i,
                     before, graph_size(w->graph));
        assert_true(is_close(value_at(w, out, point), rows[i].slope, 1e-6));
        graph_release(w->graph, mark);
    }
}

/* Each step uses the one before twice under an if: gates must not multiply. */
static void nested_gates_stay_linear(void **state)
{
    struct world *w = *state;
    enum { DEPTH = 2000 };
    node_id x = graph_variable(w->graph, 'x'), f = x, out = 0;
    for (int i = 0; i < DEPTH; i++) {
        node_id bound = graph_constant(w->graph, 1 + i);
        node_id is_below = graph_apply2(w->graph, OP_LESS, x, bound);
        node_id other = graph_apply2(w->graph, OP_MULTIPLY, x, bound);
        f = graph_apply3(w->graph, OP_SELECT, is_below, other, f);
    }
    size_t before = graph_size(w->graph);
    graph_gradient(w->graph, f, &x, 1, &out);
    assert_true(graph_size(w->graph) <= 5 * before);
    double point[SYMBOLS] = {['x'] = 12.5};
    assert_true(value_at(w, out, point) == 2000);
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
        TEST(smooth_derivatives_agree_with_differences),
        TEST(derivatives_of_all_agree_with_differences),
        TEST(piecewise_derivatives_agree_with_differences),
        TEST(a_dead_branch_never_leaks),
        TEST(an_undefined_derivative_shows),
        TEST(a_gradient_costs_a_small_multiple),
        TEST(a_wide_product_has_a_linear_gradient),
        TEST(a_deep_chain_costs_no_more_a_link),
        TEST(nested_gates_stay_linear),
        TEST(derivatives_inherit_the_origin),
        TEST(an_undefined_derivative_names_its_operation),
        TEST(gradients_name_their_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
