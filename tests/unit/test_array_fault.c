/* SPDX-License-Identifier: MIT
 * Where an element of an array stopped being finite: which node, which element, of what
 * it was made.  That of numbers is compared with the checking evaluator in test_array. */
#include "array_program.h"

/* The leaf x at `numbers`, and nodes made of it. */
struct scene {
    struct task t;
    node_id x;
};

static struct scene open_scene(struct world *w, struct shape shape, const double *numbers)
{
    struct scene s = {.t = {.w = w, .leaf_count = 1, .output_count = 1}};
    s.x = graph_variable_array(w->graph, 'x', &shape);
    s.t.leaves[0] = (struct binding){s.x, numbers};
    return s;
}

static bool find(struct scene *s, node_id root, struct array_fault *fault)
{
    struct array_program *program;
    s->t.outputs[0] = root;
    program = program_of(&s->t);
    return array_first_fault(program, &s->t.w->arena, inputs_of(&s->t), 0, fault);
}

static node_id apply1(struct scene *s, enum op op, node_id a)
{
    return graph_apply1(s->t.w->graph, op, a);
}

static node_id apply2(struct scene *s, enum op op, node_id a, node_id b)
{
    return graph_apply2(s->t.w->graph, op, a, b);
}

static node_id number(struct scene *s, double value)
{
    return graph_constant(s->t.w->graph, value);
}

static const double four[] = {1, 2, -3, 4};

/* ---- Elements ---- */

static void the_first_bad_element_is_told_with_its_operands(void **state)
{
    struct world *w = *state;
    struct scene s = open_scene(w, shape_matrix(2, 2), four);
    struct array_fault fault;
    graph_set_origin(w->graph, 17);
    node_id power = apply2(&s, OP_POWER, s.x, number(&s, 1.5));
    graph_set_origin(w->graph, 18);
    node_id root = graph_sum_all(w->graph, apply1(&s, OP_SIN, power));
    assert_true(find(&s, root, &fault));
    assert_true(fault.node == power && fault.origin == 17 && fault.op == OP_POWER);
    assert_true(fault.place == 2 && fault.shape.rank == 2 && fault.shape.extent[1] == 2);
    assert_true(fault.count == 2 && fault.operands[0] == -3 && fault.operands[1] == 1.5);
    assert_true(isnan(fault.value) && !fault.is_index);
    assert_false(find(&s, graph_sum_all(w->graph, apply1(&s, OP_EXP, s.x)), &fault));
}

static void operands_that_are_repeated_are_found(void **state)
{
    struct world *w = *state;
    static const double six[] = {1, 2, 3, 4, 0, 6};
    struct scene s = open_scene(w, shape_matrix(2, 3), six);
    struct array_fault fault;
    node_id row = graph_pick(w->graph, s.x, 0, 1); /* 4 0 6 */
    node_id ratio = apply2(&s, OP_DIVIDE, s.x, row);
    assert_true(find(&s, ratio, &fault));
    assert_true(fault.node == ratio && fault.place == 1);
    assert_true(fault.operands[0] == 2 && fault.operands[1] == 0);
}

/* Of the elements only those count that reach the output. */
static void what_does_not_reach_the_output_is_innocent(void **state)
{
    struct world *w = *state;
    struct graph *g = w->graph;
    struct scene s = open_scene(w, shape_vector(4), four);
    struct array_fault fault;
    node_id logs = apply1(&s, OP_LOG, s.x); /* the third is NaN */
    static const size_t order[] = {1, 0};
    struct shape square = shape_matrix(2, 2);
    node_id matrix = graph_reshape(g, logs, &square);
    node_id turned = graph_permute(g, matrix, order);
    node_id plain = graph_reshape(g, s.x, &square);
    const struct {
        node_id root;
        bool is_guilty;
    } rows[] = {
        {graph_slice_axis(g, logs, 0, 0, 2, 1), false},
        {graph_slice_axis(g, logs, 0, 1, 2, 2), false},
        {graph_slice_axis(g, logs, 0, 3, 2, -1), true},
        {graph_pick(g, matrix, 0, 1), true},
        {graph_pick(g, matrix, 0, 0), false},
        {graph_pick(g, turned, 0, 1), false},
        {graph_pick(g, turned, 0, 0), true},
        {graph_diagonal(g, matrix), false},
        {graph_pick(g, graph_sum_over(g, matrix, 2), 0, 0), false},
        {graph_pick(g, graph_sum_over(g, matrix, 1), 0, 0), true},
        {graph_pick(g, graph_norm_over(g, turned, 1), 0, 0), false},
        {graph_gather(g, logs, graph_range(g, 0, 1, 2, 0), 0), false},
        {graph_gather(g, logs, graph_range(g, 0, 2, 2, 0), 0), true},
        {graph_concat(g, (node_id[]){graph_slice_axis(g, logs, 0, 0, 2, 1), s.x}, 2, 0),
         false},
        {graph_pick(g, graph_concat(g, (node_id[]){s.x, logs}, 2, 0), 0, 6), true},
        {graph_pick(g, graph_concat(g, (node_id[]){s.x, logs}, 2, 0), 0, 5), false},
        {graph_pick(g, graph_concat(g, (node_id[]){matrix, turned}, 2, 1), 0, 0), true},
        {graph_pick(g, graph_concat(g, (node_id[]){matrix, plain}, 2, 1), 0, 1), true},
        {graph_pick(g, graph_concat(g, (node_id[]){turned, turned}, 2, 1), 0, 0), true},
        {graph_pick(g, graph_concat(g, (node_id[]){turned, turned}, 2, 1), 0, 1), false},
        {graph_pick(g, graph_concat(g, (node_id[]){turned, plain}, 2, 1), 1, 0), false},
        {graph_pick(g, graph_concat(g, (node_id[]){plain, turned}, 2, 1), 1, 3), true},
        {graph_apply3(g, OP_SELECT, apply2(&s, OP_GREATER, s.x, number(&s, 0)), logs,
                      s.x),
         false},
        {graph_apply3(g, OP_SELECT, apply2(&s, OP_GREATER, s.x, number(&s, 0)), s.x,
                      logs),
         true},
        {apply1(&s, OP_EXP,
                apply1(&s, OP_NEGATE,
                       apply1(&s, OP_EXP, apply1(&s, OP_EXP, apply1(&s, OP_EXP, s.x))))),
         false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool found = find(&s, rows[i].root, &fault);
        if (found != rows[i].is_guilty)
            fail_msg("row %zu: %s", i, found ? op_info(fault.op)->id : "nothing");
        if (found)
            assert_true(fault.op == OP_LOG && fault.place == 2 &&
                        fault.operands[0] == -3);
    }
}

/* An early overflow that does no harm in one element, and a fault in another. */
static void elements_are_judged_apart(void **state)
{
    struct world *w = *state;
    static const double numbers[] = {800, 2, -2};
    struct scene s = open_scene(w, shape_vector(3), numbers);
    struct array_fault fault;
    node_id powers = apply1(&s, OP_EXP, s.x);
    node_id shares =
        apply2(&s, OP_DIVIDE, number(&s, 1), apply2(&s, OP_ADD, powers, number(&s, 1)));
    assert_false(find(&s, shares, &fault));
    node_id roots = apply1(&s, OP_SQRT, s.x);
    assert_true(find(&s, apply2(&s, OP_ADD, shares, roots), &fault));
    assert_true(fault.node == roots && fault.place == 2 && fault.operands[0] == -2);
}

static void given_numbers_and_infinities_are_the_last_suspects(void **state)
{
    struct world *w = *state;
    static const double numbers[] = {1, (double)INFINITY, 3};
    struct scene s = open_scene(w, shape_vector(3), numbers);
    struct array_fault fault;
    node_id shifted = apply2(&s, OP_ADD, s.x, number(&s, 1));
    assert_true(find(&s, graph_sum_all(w->graph, shifted), &fault));
    assert_true(fault.op == OP_VARIABLE && fault.place == 1 && fault.count == 0);
    node_id sines = apply1(&s, OP_SIN, shifted);
    assert_true(find(&s, graph_sum_all(w->graph, sines), &fault));
    assert_true(fault.node == sines && fault.place == 1);
}

/* ---- Arrays as a whole ---- */

static void operations_of_arrays_break_too(void **state)
{
    struct world *w = *state;
    struct graph *g = w->graph;
    static const double huge[] = {1e308, 1e308, 1e308, 1e308}, singular[] = {1, 2, 2, 4};
    struct scene s = open_scene(w, shape_matrix(2, 2), huge);
    struct array_fault fault;
    node_id sums = graph_sum_over(g, s.x, 2);
    node_id product = graph_matmul(g, s.x, s.x);
    assert_true(find(&s, apply1(&s, OP_NEGATE, sums), &fault));
    assert_true(fault.node == sums && fault.place == 0 && fault.count == 0);
    assert_true(find(&s, graph_sum_all(g, product), &fault));
    assert_true(fault.node == product && fault.shape.rank == 2);
    s.t.leaves[0].data = singular;
    node_id inverse = graph_inverse(g, s.x), logdet = graph_logdet(g, s.x);
    assert_true(find(&s, graph_matmul(g, inverse, s.x), &fault));
    assert_true(fault.node == inverse && isnan(fault.value));
    assert_true(find(&s, apply2(&s, OP_ADD, logdet, number(&s, 3)), &fault));
    assert_true(fault.node == logdet && fault.value == -(double)INFINITY);
}

/* The cause lies in front of a product, whose elements are then not asked one by one. */
static void causes_are_found_behind_products(void **state)
{
    struct world *w = *state;
    struct graph *g = w->graph;
    struct scene s = open_scene(w, shape_matrix(2, 2), four);
    struct array_fault fault;
    node_id logs = apply1(&s, OP_LOG, s.x);
    node_id roots[] = {graph_matmul(g, s.x, logs), graph_solve(g, s.x, logs),
                       graph_inverse(g, logs),     graph_cumsum(g, logs, false),
                       graph_eigenvalues(g, logs), graph_det(g, logs)};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        assert_true(find(&s, graph_sum_all(g, roots[i]), &fault));
        assert_true(fault.node == logs && fault.place == 2);
    }
}

static void a_number_that_was_given_is_found_behind_products(void **state)
{
    struct world *w = *state;
    static const double numbers[] = {1, (double)NAN, 3, (double)INFINITY};
    struct scene s = open_scene(w, shape_matrix(2, 2), numbers);
    struct array_fault fault;
    node_id square = graph_matmul(w->graph, s.x, s.x);
    assert_true(find(&s, apply1(&s, OP_ATAN, square), &fault));
    assert_true(fault.op == OP_VARIABLE && fault.place == 1);
}

/* ---- Indices ---- */

static void an_index_outside_is_a_fault(void **state)
{
    struct world *w = *state;
    struct graph *g = w->graph;
    struct scene s = open_scene(w, shape_vector(4), four);
    struct array_fault fault;
    node_id index = graph_range(g, 2, 1, 4, 0); /* 2 3 4 5 */
    node_id found = graph_gather(g, s.x, index, 0);
    assert_true(find(&s, graph_sum_all(g, found), &fault));
    assert_true(fault.node == found && fault.is_index && fault.place == 2);
    assert_true(fault.index.index == 4 && fault.index.place == 2 &&
                fault.index.extent == 4);
    node_id inside = apply2(&s, OP_LESS, index, number(&s, 4));
    assert_false(
        find(&s, graph_apply3(g, OP_SELECT, inside, found, number(&s, 0)), &fault));
    struct shape square = shape_matrix(2, 2), shape = shape_vector(5);
    node_id rows =
        graph_gather(g, graph_reshape(g, s.x, &square), graph_range(g, 0, 1, 3, 0), 0);
    assert_true(find(&s, rows, &fault));
    assert_true(fault.node == rows && fault.is_index && fault.place == 4);
    assert_true(fault.index.index == 2 && fault.index.place == 2 &&
                fault.index.extent == 2);
    node_id put = graph_scatter(g, s.x, index, 0, &shape);
    assert_true(find(&s, put, &fault));
    assert_true(fault.node == put && fault.is_index && fault.index.index == 5 &&
                fault.index.place == 3);
    node_id computed = apply1(&s, OP_LOG, apply2(&s, OP_ADD, index, number(&s, -3)));
    node_id by_nan = graph_gather(g, s.x, computed, 0);
    assert_true(find(&s, graph_sum_all(g, by_nan), &fault));
    assert_true(fault.node == computed && fault.op == OP_LOG && fault.place == 0);
}

/* A run tells of an index even where it does no harm: of plain values it is an error. */
static void a_run_tells_of_an_index_outside(void **state)
{
    struct world *w = *state;
    struct graph *g = w->graph;
    struct scene s = open_scene(w, shape_vector(4), four);
    struct index_fault fault;
    s.t.outputs[0] = graph_gather(g, s.x, s.x, 0);
    struct array_program *program = program_of(&s.t);
    double out[4], *const to = out;
    const double inside[] = {3, 0, 1, 2}, *const other = inside;
    assert_true(array_run(program, inputs_of(&s.t), &to));
    assert_true(array_index_outside(program, &fault));
    assert_true(fault.index == -3 && fault.place == 2 && fault.extent == 4);
    assert_true(array_run(program, &other, &to));
    assert_false(array_index_outside(program, &fault));
    assert_true(out[0] == 2 && out[3] == 1);
}

static bool refuse(void *user)
{
    (void)user;
    return false;
}

static void a_search_can_be_interrupted(void **state)
{
    struct world *w = *state;
    enum { N = 2000000 };
    double *numbers = ARENA_ARRAY(&w->arena, N, double);
    numbers[N - 1] = -1;
    struct scene s = open_scene(w, shape_vector(N), numbers);
    s.t.outputs[0] = graph_sum_all(w->graph, apply1(&s, OP_SQRT, s.x));
    struct array_program *program = program_of(&s.t);
    struct array_fault fault;
    array_set_poll(program, refuse, NULL);
    assert_false(array_first_fault(program, &w->arena, inputs_of(&s.t), 0, &fault));
    array_set_poll(program, NULL, NULL);
    assert_true(array_first_fault(program, &w->arena, inputs_of(&s.t), 0, &fault));
    assert_true(fault.op == OP_SQRT && fault.place == N - 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(the_first_bad_element_is_told_with_its_operands),
        TEST(operands_that_are_repeated_are_found),
        TEST(what_does_not_reach_the_output_is_innocent),
        TEST(elements_are_judged_apart),
        TEST(given_numbers_and_infinities_are_the_last_suspects),
        TEST(operations_of_arrays_break_too),
        TEST(causes_are_found_behind_products),
        TEST(a_number_that_was_given_is_found_behind_products),
        TEST(an_index_outside_is_a_fault),
        TEST(a_run_tells_of_an_index_outside),
        TEST(a_search_can_be_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
