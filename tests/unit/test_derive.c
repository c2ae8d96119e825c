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
     "cos(x)/x - sin(x)/x^2 | simplify\n"},
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
     "1/exp(x) - (x + 1)/exp(x) | simplify\n"},
    {"a^x", "x",
     "d/dx[a^x]\n"
     "a^x*log(a) | exponential rule\n"},
    {"a^(3*x)", "x",
     "d/dx[a^(3*x)]\n"
     "a^(3*x)*log(a)*d/dx[3*x] | exponential rule, chain rule\n"
     "a^(3*x)*log(a)*3 | constant factor\n"
     "3*a^(3*x)*log(a) | simplify\n"},
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
    if (!isfinite(wanted) || fabs(wanted) > 1e6)
        return;
    for (size_t i = 0; i < steps->count; i++) {
        double value = state_value(w, steps, steps->steps[i].state, point);
        if (!isfinite(value)) {
            tally->undefined++; /* 0*inf, or the logarithm of a negative number */
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
    assert_true(tally.undefined * 100 < tally.equal);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(derivations_read_as_on_paper),
        TEST(every_line_equals_the_derivative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
