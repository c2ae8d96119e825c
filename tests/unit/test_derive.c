/* SPDX-License-Identifier: MIT
 * Derivations: as a teacher writes them, ending in the derivative that is used, every
 * line equal to it. */
#include "graph_fixture.h"

#include "graph/derive.h"

/* The lines without the equals signs: "formula | rule". */
static const char *plain_lines(struct world *w, const struct derivation *derivation)
{
    struct text out;
    text_init(&out, &w->arena);
    for (size_t i = 0; i < derivation->count; i++) {
        const char *line = derivation->lines[i].text;
        text_puts(&out, strncmp(line, "  = ", 4) == 0 ? line + 4 : line);
        if (derivation->lines[i].rule[0] != '\0')
            text_format(&out, " | %s", derivation->lines[i].rule);
        text_putc(&out, '\n');
    }
    return text_string(&out);
}

static struct derivation derive(struct world *w, node_id f, const char *wrt,
                                const char *const *left)
{
    static char letter[2];
    node_id leaves[8];
    size_t order = strlen(wrt);
    for (size_t i = 0; i < order; i++)
        leaves[i] = graph_variable(w->graph, (uint32_t)wrt[i]);
    struct derivation derivation;
    graph_derive(w->graph, f, leaves, order, &w->arena, name_letter, letter, left,
                 &derivation);
    return derivation;
}

static const struct {
    const char *f, *wrt, *lines;
} rows[] = {
    {"(2*x - 6)^2", "x",
     "d/dx[(2*x - 6)^2]\n"
     "2*(2*x - 6)*d/dx[2*x - 6] | power rule, chain rule\n"
     "2*(2*x - 6)*(d/dx[2*x] - d/dx[6]) | sum rule\n"
     "2*(2*x - 6)*2 | constant factor; constant\n"
     "4*(2*x - 6) | simplify\n"},
    {"x*sin(x)", "x",
     "d/dx[x*sin(x)]\n"
     "d/dx[x]*sin(x) + x*d/dx[sin(x)] | product rule\n"
     "sin(x) + x*cos(x) | variable; sin\n"},
    {"sin(x)/x", "x",
     "d/dx[sin(x)/x]\n"
     "(d/dx[sin(x)]*x - sin(x)*d/dx[x])/x^2 | quotient rule\n"
     "(cos(x)*x - sin(x))/x^2 | sin; variable\n"
     "(x*cos(x) - sin(x))/x^2 | simplify\n"},
    {"x^3 - 2*x^2 + 5", "x",
     "d/dx[x^3 - 2*x^2 + 5]\n"
     "d/dx[x^3] - d/dx[2*x^2] + d/dx[5] | sum rule\n"
     "3*x^2 - 4*x | power rule; constant factor, power rule; constant\n"},
    {"exp(-x^2)", "x",
     "d/dx[exp(-x^2)]\n"
     "exp(-x^2)*d/dx[-x^2] | chain rule: exp\n"
     "exp(-x^2)*(-2*x) | constant factor, power rule\n"
     "-2*x*exp(-x^2) | simplify\n"},
    {"log(x^2 + 1)", "x",
     "d/dx[log(x^2 + 1)]\n"
     "d/dx[x^2 + 1]/(x^2 + 1) | chain rule: log\n"
     "(d/dx[x^2] + d/dx[1])/(x^2 + 1) | sum rule\n"
     "2*x/(x^2 + 1) | power rule; constant\n"},
    {"sin(x)^2", "x",
     "d/dx[sin(x)^2]\n"
     "2*sin(x)*d/dx[sin(x)] | power rule, chain rule\n"
     "2*sin(x)*cos(x) | sin\n"},
    {"x^sin(x)", "x",
     "d/dx[x^sin(x)]\n"
     "x^sin(x)*d/dx[sin(x)*log(x)] | logarithmic differentiation\n"
     "x^sin(x)*(d/dx[sin(x)]*log(x) + sin(x)*d/dx[log(x)]) | product rule\n"
     "x^sin(x)*(cos(x)*log(x) + sin(x)*(1/x)) | sin; log\n"
     "sin(x)*x^(sin(x) - 1) + x^sin(x)*log(x)*cos(x) | simplify\n"},
    {"sqrt(x^2 + 1)", "x",
     "d/dx[sqrt(x^2 + 1)]\n"
     "d/dx[x^2 + 1]/(2*sqrt(x^2 + 1)) | chain rule: sqrt\n"
     "(d/dx[x^2] + d/dx[1])/(2*sqrt(x^2 + 1)) | sum rule\n"
     "2*x/(2*sqrt(x^2 + 1)) | power rule; constant\n"
     "x/sqrt(x^2 + 1) | simplify\n"},
    {"1/x", "x",
     "d/dx[1/x]\n"
     "-1/x^2 | reciprocal rule\n"},
    {"a/(x + 1)", "x",
     "d/dx[a/(x + 1)]\n"
     "-a*d/dx[x + 1]/(x + 1)^2 | reciprocal rule\n"
     "-a*(d/dx[x] + d/dx[1])/(x + 1)^2 | sum rule\n"
     "-a/(x + 1)^2 | variable; constant\n"},
    {"(x + 1)/exp(x)", "x",
     "d/dx[(x + 1)/exp(x)]\n"
     "(d/dx[x + 1]*exp(x) - (x + 1)*d/dx[exp(x)])/exp(x)^2 | quotient rule\n"
     "((d/dx[x] + d/dx[1])*exp(x) - (x + 1)*exp(x))/exp(x)^2 | sum rule; exp\n"
     "(exp(x) - (x + 1)*exp(x))/exp(x)^2 | variable; constant\n"
     "-x/exp(x) | simplify\n"},
    {"a^x", "x",
     "d/dx[a^x]\n"
     "a^x*log(a) | exponential rule\n"},
    {"a^(3*x)", "x",
     "d/dx[a^(3*x)]\n"
     "a^(3*x)*log(a)*d/dx[3*x] | exponential rule, chain rule\n"
     "a^(3*x)*log(a)*3 | constant factor\n"
     "3*a^(3*x)*log(a) | simplify\n"},
    {"x*log(x)", "x",
     "d/dx[x*log(x)]\n"
     "d/dx[x]*log(x) + x*d/dx[log(x)] | product rule\n"
     "log(x) + x*(1/x) | variable; log\n"
     "log(x) + 1 | simplify\n"},
    {"(a/x)^2", "x",
     "d/dx[(a/x)^2]\n"
     "2*(a/x)*d/dx[a/x] | power rule, chain rule\n"
     "-2*(a/x)*(a/x^2) | reciprocal rule\n"
     "-2*a^2/x^3 | simplify\n"},
    {"3/x^2", "x",
     "d/dx[3/x^2]\n"
     "-3*d/dx[x^2]/x^4 | reciprocal rule\n"
     "-6*x/x^4 | power rule\n"
     "-6/x^3 | simplify\n"},
    {"exp(-(x - b)^2/(2*a))", "x",
     "d/dx[exp(-(x - b)^2/(2*a))]\n"
     "exp(-(x - b)^2/(2*a))*d/dx[-(x - b)^2/(2*a)] | chain rule: exp\n"
     "-exp(-(x - b)^2/(2*a))*(d/dx[(x - b)^2]/(2*a)) | constant factor\n"
     "-exp(-(x - b)^2/(2*a))*(2*(x - b)*d/dx[x - b]/(2*a)) | power rule, chain rule\n"
     "-exp(-(x - b)^2/(2*a))*(2*(x - b)*(d/dx[x] - d/dx[b])/(2*a)) | sum rule\n"
     "-exp(-(x - b)^2/(2*a))*(2*(x - b)/(2*a)) | variable; held constant\n"
     "-(x - b)*exp(-(x - b)^2/(2*a))/a | simplify\n"},
    {"if x > 0 then x^2 else -x", "x",
     "d/dx[if x > 0 then x^2 else -x]\n"
     "if x > 0 then d/dx[x^2] else d/dx[-x] | by cases\n"
     "if x > 0 then 2*x else -1 | power rule; constant factor\n"},
    {"|2*x - 6|", "x",
     "d/dx[|2*x - 6|]\n"
     "sign(2*x - 6)*d/dx[2*x - 6] | chain rule: absolute value\n"
     "sign(2*x - 6)*(d/dx[2*x] - d/dx[6]) | sum rule\n"
     "sign(2*x - 6)*2 | constant factor; constant\n"
     "2*sign(2*x - 6) | simplify\n"},
    {"|sqrt(x)|", "x",
     "d/dx[|sqrt(x)|]\n"
     "if sqrt(x) != 0 then sign(sqrt(x))*d/dx[sqrt(x)] else 0 | chain rule: absolute "
     "value\n"
     "if sqrt(x) != 0 then sign(sqrt(x))*(1/(2*sqrt(x))) else 0 | sqrt\n"
     "if sqrt(x) != 0 then sign(sqrt(x))/(2*sqrt(x)) else 0 | simplify\n"},
    {"max(x, 0)", "x",
     "d/dx[max(x, 0)]\n"
     "if x > 0 then d/dx[x] else d/dx[0] | max\n"
     "if x > 0 then 1 else 0 | variable; constant\n"},
    {"max(x^2, 3*x)", "x",
     "d/dx[max(x^2, 3*x)]\n"
     "if x^2 > 3*x then d/dx[x^2] else d/dx[3*x] | max\n"
     "if x^2 > 3*x then 2*x else 3 | power rule; constant factor\n"},
    {"y + 2", "x",
     "d/dx[y + 2]\n"
     "0 | held constant\n"},
    {"x*y^2", "x",
     "d/dx[x*y^2]\n"
     "y^2 | constant factor\n"},
    {"a*x^2 + b*x + c", "x",
     "d/dx[a*x^2 + b*x + c]\n"
     "d/dx[a*x^2] + d/dx[b*x] + d/dx[c] | sum rule\n"
     "a*2*x + b | constant factor, power rule; constant factor; held constant\n"
     "2*a*x + b | simplify\n"},
    {"cos(3*x)", "x",
     "d/dx[cos(3*x)]\n"
     "-sin(3*x)*d/dx[3*x] | chain rule: cos\n"
     "-sin(3*x)*3 | constant factor\n"
     "-3*sin(3*x) | simplify\n"},
    {"tanh(x)", "x",
     "d/dx[tanh(x)]\n"
     "1 - tanh(x)^2 | tanh\n"},
    {"x^2*exp(x)*sin(x)", "x",
     "d/dx[x^2*exp(x)*sin(x)]\n"
     "d/dx[x^2]*exp(x)*sin(x) + x^2*d/dx[exp(x)]*sin(x) + x^2*exp(x)*d/dx[sin(x)]"
     " | product rule\n"
     "2*x*exp(x)*sin(x) + x^2*exp(x)*sin(x) + x^2*exp(x)*cos(x)"
     " | power rule; exp; sin\n"},
    {"exp(sin(x^2))", "x",
     "d/dx[exp(sin(x^2))]\n"
     "exp(sin(x^2))*d/dx[sin(x^2)] | chain rule: exp\n"
     "exp(sin(x^2))*cos(x^2)*d/dx[x^2] | chain rule: sin\n"
     "exp(sin(x^2))*cos(x^2)*2*x | power rule\n"
     "2*x*exp(sin(x^2))*cos(x^2) | simplify\n"},
    {"x^4/4 - x/2", "x",
     "d/dx[x^4/4 - x/2]\n"
     "d/dx[x^4/4] - d/dx[x/2] | sum rule\n"
     "4*x^3/4 - 0.5 | constant factor, power rule; constant factor\n"
     "x^3 - 0.5 | simplify\n"},
    {"x", "x",
     "d/dx[x]\n"
     "1 | variable\n"},
    {"7", "x",
     "d/dx[7]\n"
     "0 | constant\n"},
    {"floor(x)*x", "x",
     "d/dx[floor(x)*x]\n"
     "d/dx[floor(x)]*x + floor(x)*d/dx[x] | product rule\n"
     "floor(x) | piecewise constant; variable\n"},
    {"x^y", "y",
     "d/dy[x^y]\n"
     "x^y*log(x) | exponential rule\n"},
    {"x^2*y^3", "xy",
     "d/dx[x^2*y^3]\n"
     "y^3*2*x | constant factor, power rule\n"
     "2*x*y^3 | simplify\n"
     "d/dy[2*x*y^3]\n"
     "2*x*3*y^2 | constant factor, power rule\n"
     "6*x*y^2 | simplify\n"},
};

static void derivations_read_as_on_paper(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct graph_mark mark = graph_mark(w->graph);
        struct derivation d = derive(w, build(w, rows[i].f), rows[i].wrt, NULL);
        assert_string_equal(plain_lines(w, &d), rows[i].lines);
        assert_false(d.shortened);
        graph_release(w->graph, mark); /* the order of factors is that of their making */
    }
}

/* ---- What holds for every derivation ---- */

/* The value of a state, pending derivatives being those that graph_gradient gives. */
static double state_value(struct world *w, const struct derivation_steps *steps,
                          node_id state, const double *point)
{
    struct arena_mark mark = arena_mark(&w->arena);
    struct graph_order order = graph_order(w->graph, &state, 1, &w->arena);
    node_id *leaves = ARENA_ARRAY(&w->arena, order.count, node_id);
    double *inputs = ARENA_ARRAY(&w->arena, order.count, double), value = 0;
    size_t count = 0;
    for (size_t i = 0; i < order.count; i++) {
        struct node leaf = graph_node(w->graph, order.nodes[i]);
        if (leaf.op != OP_VARIABLE && leaf.op != OP_PARAMETER)
            continue;
        const struct pending *pending = graph_pending(steps, leaf.symbol);
        if (pending == NULL)
            inputs[count] = point[leaf.symbol];
        else
            inputs[count] = value_at(w, derivative(w, pending->of, 'x'), point);
        leaves[count++] = order.nodes[i];
    }
    struct check *check = check_new(&w->arena, w->graph, &state, 1, leaves, count);
    check_run(check, inputs, &value);
    arena_release(&w->arena, mark);
    return value;
}

struct tally {
    int equal, undefined;
};

static void compare_steps(struct world *w, node_id f,
                          const struct derivation_steps *steps, const double *point,
                          struct tally *tally)
{
    double wanted = value_at(w, derivative(w, f, 'x'), point);
    if (!isfinite(value_at(w, f, point)) || !isfinite(wanted) || fabs(wanted) > 1e6)
        return;
    for (size_t i = 0; i < steps->count; i++) {
        double value = state_value(w, steps, steps->steps[i].state, point);
        if (!isfinite(value)) {
            tally->undefined++; /* 0*inf: at log(floor(x)) for x < 1 */
            continue;
        }
        if (!is_close(value, wanted, 1e-7))
            fail_msg("%s: step %zu, %s, is %.17g, not %.17g", print_node(w, f), i,
                     steps->steps[i].rule, value, wanted);
        tally->equal++;
    }
}

static const enum op all[] = {
    OP_ADD,  OP_ADD,  OP_MULTIPLY, OP_MULTIPLY, OP_NEGATE, OP_DIVIDE, OP_POWER,
    OP_EXP,  OP_LOG,  OP_SQRT,     OP_SIN,      OP_COS,    OP_TAN,    OP_TANH,
    OP_ABS,  OP_SIGN, OP_FLOOR,    OP_MIN,      OP_MAX,    OP_SELECT, OP_ATAN2,
    OP_RELU, OP_MOD,  OP_CLAMP,    OP_HYPOT,    OP_SIGMOID};

static void every_line_equals_the_derivative(void **state)
{
    struct world *w = *state;
    static const double places[][3] = {{2.385, -0.713, 1.237}, {0.377, 1.618, -2.119}};
    struct tally tally = {0, 0};
    uint32_t seed = 20261122;
    node_id x = graph_variable(w->graph, 'x');
    for (int i = 0; i < 1500; i++) {
        struct graph_mark mark = graph_mark(w->graph);
        struct reader reader = {&w->arena, ""};
        struct formula *formula =
            random_formula(&reader, &seed, 3, all, sizeof all / sizeof *all);
        node_id f = build_formula(w->graph, formula);
        struct derivation_steps steps;
        graph_derive_steps(w->graph, f, x, &w->arena, &steps);
        assert_int_equal(steps.steps[steps.count - 1].state, derivative(w, f, 'x'));
        for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
            double point[SYMBOLS] = {0};
            point['x'] = places[k][0];
            point['y'] = places[k][1];
            point['z'] = places[k][2];
            compare_steps(w, f, &steps, point, &tally);
        }
        graph_release(w->graph, mark);
    }
    print_message("# %d lines compared, %d undefined\n", tally.equal, tally.undefined);
    assert_true(tally.equal > 5000);
    assert_true(tally.undefined * 50 < tally.equal);
}

/* ---- Large formulas ---- */

static node_id make_chain(struct world *w, node_id x, int length)
{
    for (int i = 0; i < length; i++)
        x = graph_apply1(w->graph, i % 2 == 0 ? OP_SIN : OP_EXP, x);
    return x;
}

static node_id make_many(struct world *w, enum op op, node_id x, uint32_t count)
{
    node_id *operands = ARENA_ARRAY(&w->arena, count, node_id);
    for (uint32_t i = 0; i < count; i++)
        operands[i] =
            graph_apply2(w->graph, OP_ADD, x, graph_constant(w->graph, i + 0.5));
    return graph_apply(w->graph, op, operands, count);
}

static void long_derivations_say_what_is_left_out(void **state)
{
    struct world *w = *state;
    node_id x = build(w, "x"), f = make_chain(w, x, 60);
    struct derivation d = derive(w, f, "x", NULL);
    assert_true(d.shortened);
    assert_int_equal(d.count, 42); /* d/dx[f], 39 steps, the gap, the derivative */
    assert_string_equal(d.lines[40].text, "  ... 21 more steps");
    assert_string_equal(d.lines[40].rule, "");
    assert_string_equal(d.lines[41].rule, "simplify");
    assert_string_equal(d.lines[41].text + 4, print_node(w, derivative(w, f, 'x')));
    d = derive(w, make_chain(w, x, 40), "x", NULL);
    assert_string_equal(d.lines[40].text, "  ... 1 more step");
    d = derive(w, make_chain(w, x, 39), "x", NULL);
    for (size_t i = 0; i < d.count; i++)
        assert_null(strstr(d.lines[i].text, "more step"));
}

static void the_size_of_a_formula_bounds_the_work(void **state)
{
    struct world *w = *state;
    node_id x = build(w, "x");
    const node_id formulas[] = {make_chain(w, x, 100000), make_many(w, OP_ADD, x, 20000),
                                make_many(w, OP_MULTIPLY, x, 20000)};
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        size_t before = graph_size(w->graph);
        struct derivation d = derive(w, formulas[i], "x", NULL);
        assert_true(d.shortened && d.count <= 42);
        assert_true(graph_size(w->graph) <= 8 * before);
        assert_true(strlen(d.lines[d.count - 1].text) < 100100);
    }
}

static const char *name_greek(void *user, uint32_t symbol)
{
    (void)user;
    return symbol == 'x' ? "\u03b8" : "\u03b7[2]";
}

static bool is_utf8(const char *text)
{
    size_t left = strlen(text), bytes = 1;
    for (uint32_t character = 0; left > 0 && bytes > 0; left -= bytes, text += bytes)
        bytes = utf8_decode(text, left, &character);
    return left == 0;
}

/* A name of 700 letters of two bytes each. */
static const char *name_at_length(void *user, uint32_t symbol)
{
    (void)symbol;
    return user;
}

static void long_lines_are_cut_between_characters(void **state)
{
    struct world *w = *state;
    struct text name;
    text_init(&name, &w->arena);
    for (int i = 0; i < 700; i++)
        text_puts(&name, "\u03b8");
    node_id x = build(w, "x"), f = build(w, "sin(x^2)");
    struct derivation d;
    graph_derive(w->graph, f, &x, 1, &w->arena, name_at_length, name.data, NULL, &d);
    assert_true(d.shortened);
    for (size_t i = 0; i + 1 < d.count; i++) {
        size_t length = strlen(d.lines[i].text);
        assert_true(length > 990 && length <= 1010);
        assert_true(is_utf8(d.lines[i].text));
        assert_string_equal(d.lines[i].text + length - 3, "...");
    }
    assert_true(strlen(d.lines[d.count - 1].text) > 2000); /* the derivative is whole */
}

/* ---- Layout ---- */

static void equals_signs_and_rules_stand_in_columns(void **state)
{
    struct world *w = *state;
    static const char *const left[] = {"L'(x)", "L''(x)"};
    struct derivation d = derive(w, build(w, "(2*x - 6)^2"), "xx", left);
    struct text out;
    text_init(&out, &w->arena);
    graph_derivation_print(&out, &d);
    assert_string_equal(
        text_string(&out),
        "L'(x) = d/dx[(2*x - 6)^2]\n"
        "      = 2*(2*x - 6)*d/dx[2*x - 6]           power rule, chain rule\n"
        "      = 2*(2*x - 6)*(d/dx[2*x] - d/dx[6])   sum rule\n"
        "      = 2*(2*x - 6)*2                       constant factor; constant\n"
        "      = 4*(2*x - 6)                         simplify\n"
        "L''(x) = d/dx[4*(2*x - 6)]\n"
        "       = 4*d/dx[2*x - 6]                    constant factor\n"
        "       = 4*(d/dx[2*x] - d/dx[6])            sum rule\n"
        "       = 8                                  constant factor; constant\n");
}

static void names_of_any_alphabet_keep_the_columns(void **state)
{
    struct world *w = *state;
    static const char *const left[] = {"\u2202"};
    node_id f = build(w, "sin(x*y)"), wrt[] = {build(w, "y")};
    struct derivation d;
    struct text out;
    graph_derive(w->graph, f, wrt, 1, &w->arena, name_greek, NULL, left, &d);
    text_init(&out, &w->arena);
    graph_derivation_print(&out, &d);
    assert_string_equal(
        text_string(&out),
        "\u2202 = d/d(\u03b7[2])[sin(\u03b8*\u03b7[2])]\n"
        "  = cos(\u03b8*\u03b7[2])*d/d(\u03b7[2])[\u03b8*\u03b7[2]]   chain rule: sin\n"
        "  = cos(\u03b8*\u03b7[2])*\u03b8                   constant factor\n"
        "  = \u03b8*cos(\u03b8*\u03b7[2])                   simplify\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(derivations_read_as_on_paper),
        TEST(every_line_equals_the_derivative),
        TEST(long_derivations_say_what_is_left_out),
        TEST(the_size_of_a_formula_bounds_the_work),
        TEST(long_lines_are_cut_between_characters),
        TEST(equals_signs_and_rules_stand_in_columns),
        TEST(names_of_any_alphabet_keep_the_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
