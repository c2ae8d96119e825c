/* SPDX-License-Identifier: MIT
 * The checking evaluator: values, operations, and where a value stopped being finite. */
#include "graph_fixture.h"

#include <float.h>

static void outputs_are_values_of_the_inputs(void **state)
{
    struct world *w = *state;
    node_id outputs[] = {build(w, "(x*a - b)^2"), build(w, "x"), build(w, "7"),
                         build(w, "if x > b then exp(x) else y")};
    node_id inputs[] = {build(w, "x"), build(w, "z"), build(w, "a"), build(w, "b"),
                        build(w, "y")};
    struct check *check = check_new(&w->arena, w->graph, outputs, 4, inputs, 5);
    double values[4];
    check_run(check, (double[]){3, 99, 2, 5, -1}, values);
    assert_true(values[0] == 1 && values[1] == 3 && values[2] == 7 && values[3] == -1);
    check_run(check, (double[]){6, 99, 2, 5, -1}, values);
    assert_true(values[0] == 49 && values[1] == 6);
    assert_true(fabs(values[3] / exp(6) - 1) <= 2 * DBL_EPSILON);
}

static void a_run_allocates_nothing(void **state)
{
    struct world *w = *state;
    node_id f = build(w, "exp(x)*sin(y) + x^3"),
            inputs[] = {build(w, "x"), build(w, "y")};
    struct check *check = check_new(&w->arena, w->graph, &f, 1, inputs, 2);
    uint64_t requests = w->memory.requests;
    struct arena_mark mark = arena_mark(&w->arena);
    double value = 0;
    for (int i = 0; i < 100; i++)
        check_run(check, (double[]){i, 2}, &value);
    assert_int_equal(w->memory.requests, requests);
    assert_int_equal(arena_mark(&w->arena).used, mark.used);
}

static void a_plan_outlives_the_graph(void **state)
{
    struct world *w = *state;
    node_id f = build(w, "x*x + 1"), x = build(w, "x");
    struct graph_mark nothing = {0};
    struct check *check = check_new(&w->arena, w->graph, &f, 1, &x, 1);
    graph_release(w->graph, nothing);
    (void)build(w, "exp(y) - sin(z)");
    double value = 0, at = 3;
    check_run(check, &at, &value);
    assert_true(value == 10);
}

static void operations_are_counted_once(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f;
        size_t operations;
    } rows[] = {
        {"x", 0},          {"5", 0},
        {"x + y", 1},      {"x + y + z + 1", 3},
        {"exp(x*y)^2", 3}, {"exp(x)*exp(x) + exp(x)", 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        node_id f = build(w, rows[i].f);
        node_id inputs[] = {build(w, "x"), build(w, "y"), build(w, "z")};
        struct check *check = check_new(&w->arena, w->graph, &f, 1, inputs, 3);
        assert_int_equal(check_operations(check), rows[i].operations);
    }
}

static void faults_name_their_operation(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f;
        double x, y;
        enum op op; /* OP_COUNT: no fault */
        double operands[2], value;
    } rows[] = {
        {"x^2 - log(x)", -0.4, 0, OP_LOG, {-0.4}, (double)NAN},
        {"2*log(x - 2) + exp(y)", -1.4, 0, OP_LOG, {-1.4 - 2}, (double)NAN},
        {"exp(log(x)/y)", 2, 0, OP_DIVIDE, {0.69314718055994529, 0}, (double)INFINITY},
        {"sqrt(x) + log(y)", -1, -2, OP_SQRT, {-1}, (double)NAN}, /* the first */
        {"log(y) + sqrt(x)", -1, -2, OP_LOG, {-2}, (double)NAN},
        {"1/(1 + exp(x)) + log(y)", 1000, -2, OP_LOG, {-2}, (double)NAN},
        {"1/(1 + exp(x))", 1000, 0, OP_COUNT, {0}, 0}, /* overflow that does no harm */
        {"if x > 0 then log(x) else y", -1, 3, OP_COUNT, {0}, 0},
        {"(if x > 0 then log(x) else y) + log(y)", -1, -3, OP_LOG, {-3}, (double)NAN},
        {"if x > 0 then x else log(x)", -1, 3, OP_LOG, {-1}, (double)NAN},
        {"if x > 0 then log(x) else sqrt(y)", -1, -3, OP_SQRT, {-3}, (double)NAN},
        {"if log(x) > 0 then x else y", -1, 3, OP_COUNT, {0}, 0},
        {"log(-1)*x", 2, 0, OP_LOG, {-1}, (double)NAN},
        {"exp(x) - exp(x)", 800, 0, OP_EXP, {800}, (double)INFINITY},
        {"y - inf + inf", 1, 2, OP_ADD, {2, -(double)INFINITY}, (double)NAN},
        {"x + y", (double)INFINITY, 1, OP_VARIABLE, {0}, (double)INFINITY},
        {"x + y", 1, 2, OP_COUNT, {0}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double point[SYMBOLS] = {['x'] = rows[i].x, ['y'] = rows[i].y};
        struct check_fault fault = {.op = OP_COUNT};
        bool found = find_fault(w, build(w, rows[i].f), point, &fault);
        assert_int_equal(found, rows[i].op != OP_COUNT);
        if (fault.op != rows[i].op)
            fail_msg("%s: %s", rows[i].f, op_info(fault.op)->id);
        if (!found)
            continue;
        assert_true(is_same_value(fault.value, rows[i].value));
        for (size_t k = 0; k < fault.count && k < 2; k++)
            assert_true(is_same_value(fault.operands[k], rows[i].operands[k]));
    }
}

static void faults_carry_the_origin(void **state)
{
    struct world *w = *state;
    graph_set_origin(w->graph, 41);
    node_id root = build(w, "sqrt(x)");
    graph_set_origin(w->graph, 43);
    node_id f = graph_apply1(w->graph, OP_EXP, root);
    double point[SYMBOLS] = {['x'] = 0};
    struct check_fault fault;
    assert_false(find_fault(w, f, point, &fault));
    assert_true(find_fault(w, derivative(w, f, 'x'), point, &fault));
    assert_int_equal(fault.origin, 41); /* the derivative of sqrt(x) */
    assert_int_equal(fault.op, OP_DIVIDE);
}

static void each_output_has_its_own_fault(void **state)
{
    struct world *w = *state;
    node_id outputs[] = {build(w, "log(x)"), build(w, "x^2"), build(w, "sqrt(x) + 1")};
    node_id x = build(w, "x");
    struct check *check = check_new(&w->arena, w->graph, outputs, 3, &x, 1);
    double values[3], at = -2;
    struct check_fault fault;
    check_run(check, &at, values);
    assert_true(check_first_fault(check, 0, &fault) && fault.op == OP_LOG);
    assert_int_equal(fault.node, outputs[0]);
    assert_false(check_first_fault(check, 1, &fault));
    assert_true(check_first_fault(check, 2, &fault) && fault.op == OP_SQRT);
    at = 4;
    check_run(check, &at, values);
    assert_false(check_first_fault(check, 0, &fault));
    assert_true(values[2] == 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(outputs_are_values_of_the_inputs), TEST(a_run_allocates_nothing),
        TEST(a_plan_outlives_the_graph),        TEST(operations_are_counted_once),
        TEST(faults_name_their_operation),      TEST(faults_carry_the_origin),
        TEST(each_output_has_its_own_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
