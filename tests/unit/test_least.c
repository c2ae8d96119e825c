/* SPDX-License-Identifier: MIT
 * Whether a function is least at a point: each rule proves what it should, what comes
 * close is not proved, and of formulas made at random nothing is proved that a point of
 * the box contradicts. */
#include "graph_fixture.h"

#include "tape/least.h"

enum { DEPTH = 4, FORMULAS = 20000, POINTS = 40 };

struct row {
    const char *text;
    double low, high; /* of x and of y */
    double x, y;
};

static struct least_plan *plan(struct world *w, node_id node)
{
    const node_id inputs[] = {graph_variable(w->graph, 'x'),
                              graph_variable(w->graph, 'y')};
    return least_new(&w->arena, w->graph, node, inputs, 2);
}

static bool is_least(struct world *w, node_id node, const struct row *row)
{
    const struct interval all = interval_between(row->low, row->high);
    const struct interval box[] = {all, all};
    const struct interval point[] = {interval_point(row->x), interval_point(row->y)};
    return least_at(plan(w, node), box, point);
}

static void check_rows(struct world *w, const struct row *rows, size_t count, bool wanted)
{
    for (size_t i = 0; i < count; i++)
        if (is_least(w, build(w, rows[i].text), &rows[i]) != wanted)
            fail_msg("%s at %g, %g", rows[i].text, rows[i].x, rows[i].y);
}

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
static const double inf = (double)INFINITY;

static void every_rule_proves(void **state)
{
    const struct row rows[] = {
        {"abs(x) + exp(1)", -inf, inf, 0, 0},
        {"x^2 + y^2 + 0.1", -inf, inf, 0, 0},
        {"(x - 3)^4 + (y + 2)^6", -inf, inf, 3, -2},
        {"0.3*x - 0.7*y", -1, 2, -1, 2},
        {"x*y", 0, 3, 0, 0},
        {"x*y", 1, 3, 1, 1},
        {"x*y", -3, -1, -1, -1},
        {"-x*y", 1, 3, 3, 3},
        {"x/y", 1, 3, 1, 3},
        {"-x/y", 1, 3, 3, 1},
        {"x/(-0.3)", 1, 3, 3, 1},
        {"x^3 + y", -2, 2, -2, -2},
        {"x^(-2) - y", -3, -1, -3, -1},
        {"-x^(-3)", 1, 3, 1, 1},
        {"x^0.3 + y^2.5", 0, 4, 0, 0},
        {"-x^(-0.5)", 0.5, 4, 0.5, 0.5},
        {"sqrt(x^2 + y^2) - cos(x*y)", -inf, inf, 0, 0},
        {"-exp(-abs(x)) - exp(cos(y))", -inf, inf, 0, 0},
        {"max(abs(x), abs(y)) + sin(1)", -inf, inf, 0, 0},
        {"max(abs(x) + 1, -y^2)", -inf, inf, 0, 7},
        {"min(x, y)", 1, 2, 1, 1},
        {"-min(2 - abs(x), y^2 + 9)", -inf, inf, 0, 4},
        {"floor(abs(x)) + floor(y^2)", -inf, inf, 0.4, -0.9},
        {"relu(x) + atan(abs(y))", -inf, inf, -3, 0},
        {"log(1 + x^2) + tanh(y^2)", -inf, inf, 0, 0},
        {"cosh(x) + abs(y)", -inf, inf, 0, 0},
        {"if x < 1 then abs(y) else abs(y) + 2", -inf, inf, 0, 0},
        {"sin(x - y)^2/(1 + x^2)", -inf, inf, 1.7, 1.7},
        {"(sin(x)^2 - 0.5)/(1 + 0.001*y^2)", -inf, inf, 0, 0},
    };
    check_rows(*state, rows, COUNT(rows), true);
}

static void what_comes_close_is_not_proved(void **state)
{
    const struct row rows[] = {
        {"abs(x) + exp(1)", -inf, inf, 1e-300, 0},
        {"x^2", -inf, inf, 1e-200, 0},            /* which underflows */
        {"(x - 0.1)^2 + y^2", -inf, inf, 0.1, 0}, /* 0.1 is a decimal: it may be wrong */
        {"exp(-x)", -inf, inf, 800, 0},
        {"tanh(x)", -inf, inf, -40, 0},
        {"1/x^2", 1, inf, 1e200, 1},
        {"cos(x)", -inf, inf, 3.141592653589793, 0},
        {"x^3", -inf, inf, 0, 0},
        {"x^2*y", -inf, inf, 0, 1},
        {"x^4 - y^4", -inf, inf, 0, 0},
        {"abs(x) - abs(y)", -inf, inf, 0, 0},
        {"x*y", -1, 1, 0, 0},
        {"x*y", -1, 1, -1, -1},
        {"x/y", -1, 1, -1, 1},
        {"x^(-1)", -1, 1, -1, 0},
        {"-x^2", -1, 2, -1, 0},
        {"max(x, y)", -inf, inf, 0, 0},
        {"min(abs(x), y)", -inf, inf, 0, 0},
        {"max(abs(x) - 1, y)", -inf, inf, 0, 0},
        {"floor(x)", -inf, inf, 0.5, 0},
        {"mod(x, 3)", 0, 10, 0.5, 0},
        {"if x < 1 then abs(y) else abs(y) - 2", -inf, inf, 0, 0},
        {"if x > y then x else y", -1, 1, 0, 0},
        {"log(x)", -inf, inf, -1, 0}, /* it has no value there */
        {"abs(x*y - 1) - 0.5*abs(x - y)", -inf, inf, 1, 1},
    };
    check_rows(*state, rows, COUNT(rows), false);
}

/* ---- formulas at random ---- */

static double some_number(uint32_t *seed)
{
    static const double numbers[] = {0, 1, -1, 0.5, 2, -2, 3, 0.1};
    return numbers[next_random(seed) % 8];
}

static node_id some_formula(struct world *w, uint32_t *seed, int depth)
{
    static const enum op ops[] = {OP_ADD,  OP_MULTIPLY, OP_DIVIDE, OP_MAX,   OP_MIN,
                                  OP_ABS,  OP_NEGATE,   OP_EXP,    OP_SQRT,  OP_COS,
                                  OP_RELU, OP_FLOOR,    OP_LOG,    OP_TANH,  OP_POWER,
                                  OP_SIN,  OP_HYPOT,    OP_COSH,   OP_POWER, OP_SELECT};
    uint32_t kind = next_random(seed) % 8;
    if (depth == 0 || kind < 2)
        return kind % 4 == 3 ? graph_constant(w->graph, some_number(seed))
                             : graph_variable(w->graph, kind % 2 ? 'x' : 'y');
    enum op op = ops[next_random(seed) % COUNT(ops)];
    node_id a = some_formula(w, seed, depth - 1);
    if (op == OP_POWER)
        return graph_apply2(w->graph, op, a, graph_constant(w->graph, some_number(seed)));
    if (op_info(op)->arity == 1)
        return graph_apply1(w->graph, op, a);
    node_id b = some_formula(w, seed, depth - 1);
    if (op != OP_SELECT)
        return graph_apply2(w->graph, op, a, b);
    return graph_apply3(w->graph, op, graph_apply2(w->graph, OP_LESS, a, b), b, a);
}

static double value_of(struct world *w, node_id node, double x, double y)
{
    double point[SYMBOLS] = {0}, value = (double)NAN;
    point['x'] = x;
    point['y'] = y;
    check_at(w, node, point, &value);
    return value;
}

static void contradict(struct world *w, node_id node, const struct row *row,
                       uint32_t *seed)
{
    double here = value_of(w, node, row->x, row->y);
    double low = fmax(row->low, -8), high = fmin(row->high, 8);
    for (int i = 0; i < POINTS; i++) {
        double near = i % 2 == 0 ? 1 : 1e-3;
        double x = row->x + near * (uniform(seed, low, high) - row->x);
        double y = row->y + near * (uniform(seed, low, high) - row->y);
        double there = value_of(w, node, x, y);
        if (isfinite(there) && there < here - 1e-9 * (1 + fabs(here)))
            fail_msg("%s is %g at %g, %g and %g at %g, %g", print_node(w, node), here,
                     row->x, row->y, there, x, y);
    }
}

static void nothing_is_proved_that_a_point_contradicts(void **state)
{
    struct world *w = *state;
    uint32_t seed = 11;
    size_t proved = 0;
    for (int i = 0; i < FORMULAS; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        struct graph_mark begin = graph_mark(w->graph);
        node_id node = some_formula(w, &seed, DEPTH);
        struct row row = {"", -inf, inf, some_number(&seed), some_number(&seed)};
        if (i % 2 == 0) {
            row.low = fmin(row.x, row.y);
            row.high = fmax(row.x, row.y) + 1;
        }
        if (is_least(w, node, &row)) {
            proved++;
            contradict(w, node, &row, &seed);
        }
        graph_release(w->graph, begin);
        arena_release(&w->arena, mark);
    }
    assert_true(proved > FORMULAS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_rule_proves, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_comes_close_is_not_proved, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(nothing_is_proved_that_a_point_contradicts,
                                        open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
