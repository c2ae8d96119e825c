/* SPDX-License-Identifier: MIT
 * Most tests are plain: they compare the number of steps, or one number that the engine
 * knows bounds of, with a constant.  Where no plain test can hold within the bounds, and
 * the condition not without one, nothing is looked at point by point.  Other tests are
 * run over lanes of points. */
#include "script/pace_tests.h"

#include "script/model.h"
#include "tape/scalar_lanes.h"

/* `number` op `constant`. */
struct plain_test {
    enum { NOT_PLAIN, OF_STEPS, OF_SECONDS, OF_MEASURE } kind;
    bool is_negative; /* the measure's sign is that of the number minimized */
    bool is_rounded;  /* the engine's number may have other last digits */
    descent_measure measure;
    enum op op;
    double constant;
};

struct pace_tests {
    struct plain_test *plain; /* one a test */
    bool *is_open;            /* it may hold at some of the points */
    const double **numbers;   /* of plain tests at the points that are looked at */
    double **holds;           /* of others, DESCENT_MOST_POINTS each */
    /* of the tests that are not plain, whether they hold; NULL: all are plain */
    struct scalar_lanes *lanes;
    size_t lane_count;
    double **lane_holds;
    struct scalar_column *columns;
    double *steps, *value, *gradient;
};

/* ---- plain tests ---- */

/* The norm of the gradient, as `|grad|` of one variable and of several. */
static bool is_gradient_norm(const struct solve *solve, const struct node *node)
{
    enum op op = solve->n == 1 ? OP_ABS : OP_NORM_OVER;
    return node->op == op && node->shape == 0 &&
           node->operands[0] == solve->gradient_leaf;
}

/* Sets what number the node is, when it is one that is known of many points. */
static void find_number(const struct solve *solve, node_id id, struct plain_test *test)
{
    const node_id *quantities = solve->quantities;
    struct node node = graph_node(solve->session->graph, id);
    bool has_sign = id == quantities[QUANTITY_VALUE] || id == solve->gradient_leaf;
    test->is_negative = has_sign && solve->maximize;
    test->kind = OF_MEASURE;
    if (id == quantities[QUANTITY_K])
        test->kind = OF_STEPS;
    else if (id == quantities[QUANTITY_SECONDS])
        test->kind = OF_SECONDS;
    else if (id == quantities[QUANTITY_VALUE])
        test->measure = DESCENT_VALUE;
    else if (id == quantities[QUANTITY_DVALUE])
        test->measure = DESCENT_VALUE_CHANGE;
    else if (id == quantities[QUANTITY_DX])
        test->measure = DESCENT_POINT_CHANGE;
    else if (id == solve->gradient_leaf && solve->n == 1)
        test->measure = DESCENT_GRADIENT;
    else if (is_gradient_norm(solve, &node)) {
        test->measure = DESCENT_GRADIENT_NORM;
        test->is_rounded = solve->n > 1;
    } else
        test->kind = NOT_PLAIN;
}

static enum op swap_sides(enum op op)
{
    switch (op) {
    case OP_LESS:
        return OP_GREATER;
    case OP_LESS_EQUAL:
        return OP_GREATER_EQUAL;
    case OP_GREATER:
        return OP_LESS;
    case OP_GREATER_EQUAL:
        return OP_LESS_EQUAL;
    default:
        return op;
    }
}

/* A number that is the same in the whole search: the condition has been asked before, and
 * knows what it is. */
static bool find_constant(const struct solve *solve, size_t index, node_id id,
                          double *constant)
{
    const struct until_test *test = &solve->tests[index];
    struct node node = graph_node(solve->session->graph, id);
    if (node.depends || node.shape != 0)
        return false;
    if (node.op == OP_CONSTANT)
        *constant = node.value;
    else if (id == test->left)
        *constant = solve->test_values[3 * index + 1];
    else if (id == test->right)
        *constant = solve->test_values[3 * index + 2];
    else
        return false;
    return true;
}

static struct plain_test read_test(const struct solve *solve, size_t index)
{
    struct node node = graph_node(solve->session->graph, solve->tests[index].holds);
    struct plain_test test = {.op = node.op};
    if (node.op != OP_LESS && node.op != OP_LESS_EQUAL && node.op != OP_GREATER &&
        node.op != OP_GREATER_EQUAL)
        return test;
    node_id left = node.operands[0], right = node.operands[1];
    if (find_constant(solve, index, right, &test.constant)) {
        find_number(solve, left, &test);
    } else if (find_constant(solve, index, left, &test.constant)) {
        test.op = swap_sides(node.op);
        find_number(solve, right, &test);
    }
    return test;
}

bool pace_tests_fit(struct solve *solve)
{
    if (program_is_scalar(solve->until_program))
        return true;
    for (size_t i = 0; i < solve->test_count; i++) {
        node_id holds = solve->tests[i].holds;
        if (read_test(solve, i).kind == NOT_PLAIN &&
            !program_fits_scalar(&solve->session->scratch, solve->session->graph, &holds,
                                 1))
            return false;
    }
    return true;
}

/* Whether the test may hold for a number between these bounds. */
static bool may_hold(const struct plain_test *test, double least, double greatest)
{
    if (test->is_negative) {
        double negative = -least;
        least = -greatest;
        greatest = negative;
    }
    if (test->is_rounded) {
        least -= 0x1p-40 * least + 1e-300;
        greatest += 0x1p-40 * greatest + 1e-300;
    }
    switch (test->op) {
    case OP_LESS:
        return least < test->constant;
    case OP_LESS_EQUAL:
        return least <= test->constant;
    case OP_GREATER:
        return greatest > test->constant;
    default:
        return greatest >= test->constant;
    }
}

static bool may_hold_somewhere(const struct plain_test *test,
                               const descent_points *points)
{
    double least = 0, greatest = 0;
    switch (test->kind) {
    case NOT_PLAIN:
        return true;
    case OF_STEPS:
        least = (double)points->first_step;
        greatest = (double)(points->first_step + points->count - 1);
        break;
    case OF_SECONDS:
        least = greatest = points->seconds;
        break;
    case OF_MEASURE:
        descent_measure_bounds(points, test->measure, &least, &greatest);
        break;
    }
    return may_hold(test, least, greatest);
}

/* ---- other tests ---- */

static struct scalar_lanes *find_lanes(struct solve *solve, const node_id *nodes,
                                       size_t count)
{
    struct session *session = solve->session;
    struct arena *arena = model_arena(session);
    size_t input_count = solve->input_count;
    const node_id *inputs = solve->input_leaves;
    struct scalar_lanes *lanes =
        model_find(session, MODEL_TESTS, nodes, count, inputs, input_count);
    if (lanes != NULL)
        return lanes;
    lanes = scalar_lanes_new(
        arena, scalar_new(arena, session->graph, nodes, count, inputs, input_count));
    model_keep(session, MODEL_TESTS, nodes, count, inputs, input_count, lanes);
    return lanes;
}

static void compile_others(struct pace_tests *tests, struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    size_t count = solve->test_count;
    node_id *nodes = ARENA_ARRAY(arena, count, node_id);
    tests->lane_holds = ARENA_ARRAY(arena, count, double *);
    for (size_t i = 0; i < count; i++) {
        if (tests->plain[i].kind != NOT_PLAIN)
            continue;
        nodes[tests->lane_count] = solve->tests[i].holds;
        tests->holds[i] = ARENA_ARRAY(arena, DESCENT_MOST_POINTS, double);
        tests->lane_holds[tests->lane_count++] = tests->holds[i];
    }
    if (tests->lane_count == 0)
        return;
    tests->columns = ARENA_ARRAY(arena, solve->input_count, struct scalar_column);
    tests->steps = ARENA_ARRAY(arena, DESCENT_MOST_POINTS, double);
    tests->value = ARENA_ARRAY(arena, DESCENT_MOST_POINTS, double);
    tests->gradient = ARENA_ARRAY(arena, DESCENT_MOST_POINTS, double);
    tests->lanes = find_lanes(solve, nodes, tests->lane_count);
}

static bool reads(const struct solve *solve, const struct pace_tests *tests,
                  size_t quantity)
{
    return scalar_lanes_reads(tests->lanes, solve->variable_count + quantity);
}

static void scale(size_t count, double factor, const double *restrict from,
                  double *restrict to)
{
    for (size_t i = 0; i < count; i++)
        to[i] = factor * from[i];
}

static void count_steps(size_t count, double first, double *restrict to)
{
    for (size_t i = 0; i < count; i++)
        to[i] = first + (double)(int)i;
}

/* Of what these tests look at; columns that they do not read are left where they are. */
static void fill_columns(struct pace_tests *tests, struct solve *solve,
                         const descent_points *points)
{
    struct scalar_column *columns = tests->columns;
    size_t first = solve->variable_count, count = points->count;
    double sign = solve->maximize ? -1 : 1;
    solve->quantity_values[QUANTITY_SECONDS] = points->seconds;
    for (size_t i = 0; i < solve->input_count; i++)
        columns[i] = (struct scalar_column){solve->inputs[i], 0};
    for (size_t i = 0; i < first; i++)
        columns[i] =
            (struct scalar_column){points->x + solve->variables[i].offset, points->n};
    columns += first;
    if (reads(solve, tests, QUANTITY_K)) {
        count_steps(count, (double)points->first_step, tests->steps);
        columns[QUANTITY_K] = (struct scalar_column){tests->steps, 1};
    }
    if (reads(solve, tests, QUANTITY_VALUE)) {
        scale(count, sign, points->value, tests->value);
        columns[QUANTITY_VALUE] = (struct scalar_column){tests->value, 1};
    }
    if (reads(solve, tests, QUANTITY_DVALUE))
        columns[QUANTITY_DVALUE] =
            (struct scalar_column){descent_measure_all(points, DESCENT_VALUE_CHANGE), 1};
    if (reads(solve, tests, QUANTITY_DX))
        columns[QUANTITY_DX] =
            (struct scalar_column){descent_measure_all(points, DESCENT_POINT_CHANGE), 1};
    /* of several variables the gradient is no number */
    if (points->n == 1 && reads(solve, tests, QUANTITIES)) {
        scale(count, sign, points->gradient, tests->gradient);
        columns[QUANTITIES] = (struct scalar_column){tests->gradient, 1};
    }
}

/* ---- asking ---- */

struct pace_tests *pace_tests_new(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    size_t count = solve->test_count;
    struct pace_tests *tests = ARENA_NEW(arena, struct pace_tests);
    tests->plain = ARENA_ARRAY(arena, count, struct plain_test);
    tests->is_open = ARENA_ARRAY(arena, count, bool);
    tests->numbers = ARENA_ARRAY(arena, count, const double *);
    tests->holds = ARENA_ARRAY(arena, count, double *);
    for (size_t i = 0; i < count; i++)
        tests->plain[i] = read_test(solve, i);
    compile_others(tests, solve);
    return tests;
}

/* The condition is made of tests by `and` and `or` alone: where it does not hold with
 * tests that hold too often, it does not hold. */
static bool holds_with_open_tests(const struct pace_tests *tests, struct solve *solve)
{
    for (size_t t = 0; t < solve->test_count; t++)
        solve->test_values[3 * t] = tests->is_open[t] ? 1 : 0;
    return solve_condition_holds(solve);
}

static bool may_hold_at_all(struct pace_tests *tests, struct solve *solve,
                            const descent_points *points)
{
    for (size_t t = 0; t < solve->test_count; t++)
        tests->is_open[t] = may_hold_somewhere(&tests->plain[t], points);
    if (!holds_with_open_tests(tests, solve))
        return false;
    if (tests->lanes == NULL)
        return true;
    fill_columns(tests, solve, points);
    if (scalar_lanes_any(tests->lanes, points->count, tests->columns))
        return true;
    for (size_t t = 0; t < solve->test_count; t++)
        tests->is_open[t] = tests->is_open[t] && tests->plain[t].kind != NOT_PLAIN;
    return holds_with_open_tests(tests, solve);
}

/* The numbers of tests that are open. */
static void measure(struct pace_tests *tests, struct solve *solve,
                    const descent_points *points)
{
    bool others = false;
    for (size_t t = 0; t < solve->test_count; t++) {
        const struct plain_test *plain = &tests->plain[t];
        others |= tests->is_open[t] && plain->kind == NOT_PLAIN;
        if (tests->is_open[t] && plain->kind == OF_MEASURE)
            tests->numbers[t] = descent_measure_all(points, plain->measure);
    }
    if (others)
        scalar_lanes_run(tests->lanes, points->count, tests->columns, tests->lane_holds);
}

/* Of test t at point i. */
static bool may_hold_at(const struct pace_tests *tests, const descent_points *points,
                        size_t t, size_t i)
{
    const struct plain_test *plain = &tests->plain[t];
    double number = points->seconds;
    if (plain->kind == NOT_PLAIN)
        return tests->holds[t][i] != 0;
    if (plain->kind == OF_STEPS)
        number = (double)(points->first_step + i);
    else if (plain->kind == OF_MEASURE)
        number = tests->numbers[t][i];
    return may_hold(plain, number, number);
}

static bool condition_may_hold(const struct pace_tests *tests, struct solve *solve,
                               const descent_points *points, size_t i)
{
    for (size_t t = 0; t < solve->test_count; t++)
        solve->test_values[3 * t] =
            tests->is_open[t] && may_hold_at(tests, points, t, i) ? 1 : 0;
    return solve_condition_holds(solve);
}

/* Whether the condition holds at all points behind one where it holds. */
static bool holds_for_good(const struct pace_tests *tests, const struct solve *solve)
{
    for (size_t t = 0; t < solve->test_count; t++) {
        const struct plain_test *plain = &tests->plain[t];
        bool is_least = plain->op == OP_GREATER || plain->op == OP_GREATER_EQUAL;
        if (tests->is_open[t] && plain->kind != OF_SECONDS &&
            (plain->kind != OF_STEPS || !is_least))
            return false;
    }
    return true;
}

/* The first point at which the condition may hold, else their number. */
static size_t find_first(const struct pace_tests *tests, struct solve *solve,
                         const descent_points *points)
{
    size_t i = 0;
    while (i < points->count && !condition_may_hold(tests, solve, points, i))
        i++;
    return i;
}

static size_t find_first_by_halves(const struct pace_tests *tests, struct solve *solve,
                                   const descent_points *points)
{
    size_t first = 0, end = points->count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (condition_may_hold(tests, solve, points, middle))
            end = middle;
        else
            first = middle + 1;
    }
    return first;
}

size_t pace_tests_ask(struct pace_tests *tests, struct solve *solve,
                      const descent_points *points)
{
    if (!may_hold_at_all(tests, solve, points))
        return points->count;
    measure(tests, solve, points);
    return holds_for_good(tests, solve) ? find_first_by_halves(tests, solve, points)
                                        : find_first(tests, solve, points);
}
