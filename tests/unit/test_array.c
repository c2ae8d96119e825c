/* SPDX-License-Identifier: MIT
 * The array program: compositions against the reference, memory that is used again,
 * numbers against the checking evaluator, interruption, and memory that ends. */
#include "array_program.h"

/* ---- Values ---- */

enum { MOST_NODES = 12 };

/* Outputs made by random operations of two leaves and of each other. */
static struct task random_task(struct world *w, uint32_t *seed)
{
    struct task t = {.w = w};
    node_id nodes[MOST_NODES];
    struct shape a = random_shape(seed, 3), b = random_partner(seed, &a);
    size_t count = 0, tries = 0;
    nodes[count++] = add_numbers(&t, &a, -1.5, 1.5, seed);
    nodes[count++] = add_numbers(&t, &b, -1.5, 1.5, seed);
    while (count < MOST_NODES && tries++ < 40) {
        node_id x = nodes[below(seed, count)], y = nodes[below(seed, count)];
        struct shape of_x = graph_shape(w->graph, x), of_y = graph_shape(w->graph, y);
        struct choice c;
        if (!choose(&c, seed, (enum kind)below(seed, KIND_COUNT), &of_x, &of_y))
            continue;
        node_id made = make(w->graph, &c, x, y);
        if (made != 0 && count_elements(w, made) <= 400)
            nodes[count++] = made;
    }
    t.output_count = 1 + below(seed, MOST_OUTPUTS);
    for (size_t i = 0; i < t.output_count; i++)
        t.outputs[i] = nodes[count - 1 - below(seed, count < 6 ? count : 6)];
    return t;
}

/* The sum of all outputs, and its gradient after it. */
static struct task gradient_of(const struct task *t)
{
    struct task g = *t;
    node_id sums[MOST_OUTPUTS], leaves[2] = {t->leaves[0].leaf, t->leaves[1].leaf};
    for (size_t i = 0; i < t->output_count; i++)
        sums[i] = graph_sum_all(t->w->graph, t->outputs[i]);
    g.outputs[0] = graph_apply(t->w->graph, OP_ADD, sums, t->output_count);
    graph_gradient(t->w->graph, g.outputs[0], leaves, 2, g.outputs + 1);
    g.output_count = 3;
    return g;
}

/* The outputs when no memory is used twice. */
static double *const *run_apart(const struct task *t)
{
    struct array_program *program = program_of(t);
    double *const *outputs = room_for_outputs(t);
    array_place(program, &t->w->arena, true, &program->layout);
    assert_true(array_run(program, inputs_of(t), outputs));
    return outputs;
}

static bool is_moderate(const double *x, size_t count)
{
    bool moderate = true;
    for (size_t i = 0; i < count; i++)
        moderate = moderate && fabs(x[i]) < 1e6;
    return moderate;
}

/* How many of the outputs could be compared with the reference. */
static size_t compare_task(const struct task *t)
{
    double *const *outputs = run_task(t), *const *apart = run_apart(t);
    size_t compared = 0;
    for (size_t i = 0; i < t->output_count; i++) {
        size_t count = count_elements(t->w, t->outputs[i]);
        const double *due =
            reference_value(t->w, t->outputs[i], t->leaves, t->leaf_count).data;
        if (!are_same(outputs[i], apart[i], count))
            fail_msg("memory: %s", dump_node(t->w, t->outputs[i]));
        if (!is_moderate(due, count))
            continue;
        if (!are_close(outputs[i], due, count, 1e-8))
            fail_msg("%s", dump_node(t->w, t->outputs[i]));
        compared++;
    }
    return compared;
}

static void compositions_are_those_of_the_reference(void **state)
{
    struct world *w = *state;
    uint32_t seed = 521288629u;
    size_t compared = 0;
    for (int i = 0; i < 1500; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        struct graph_mark nodes = graph_mark(w->graph);
        struct task t = random_task(w, &seed), g = gradient_of(&t);
        compared += compare_task(&t) + compare_task(&g);
        graph_release(w->graph, nodes);
        arena_release(&w->arena, mark);
    }
    assert_true(compared > 5000);
}

static void numbers_have_the_bits_of_the_checking_evaluator(void **state)
{
    struct world *w = *state;
    enum op ops[OP_COUNT];
    size_t count = 0;
    for (int op = 0; op < OP_COUNT; op++)
        if (op_info((enum op)op)->arity != 0 && op != OP_TIMES_LOG)
            ops[count++] = (enum op)op;
    uint32_t seed = 362436069u;
    for (int i = 0; i < 3000; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        struct graph_mark nodes = graph_mark(w->graph);
        struct reader r = {.arena = &w->arena};
        node_id f = build_formula(w->graph, random_formula(&r, &seed, 4, ops, count));
        node_id leaves[3], outputs[4] = {f};
        double at[3], values[4], own[4];
        const double *inputs[3];
        double *const to[] = {own, own + 1, own + 2, own + 3};
        for (size_t k = 0; k < 3; k++) {
            leaves[k] = graph_variable(w->graph, (uint32_t) "xyz"[k]);
            at[k] = uniform(&seed, -3, 3);
            inputs[k] = &at[k];
        }
        graph_gradient(w->graph, f, leaves, 3, outputs + 1);
        struct check *check = check_new(&w->arena, w->graph, outputs, 4, leaves, 3);
        struct array_program *program =
            array_new(&w->arena, w->graph, outputs, 4, leaves, 3);
        check_run(check, at, values);
        assert_true(array_run(program, inputs, to));
        assert_true(are_same(own, values, 4));
        assert_int_equal(array_operations(program), check_operations(check));
        for (size_t k = 0; k < 4; k++) {
            struct check_fault due;
            struct array_fault fault;
            bool is_due = check_first_fault(check, k, &due);
            assert_int_equal(array_first_fault(program, &w->arena, inputs, k, &fault),
                             is_due);
            if (is_due)
                assert_true(fault.node == due.node &&
                            is_same_value(fault.value, due.value));
        }
        graph_release(w->graph, nodes);
        arena_release(&w->arena, mark);
    }
}

/* ---- Memory ---- */

/* The sum over i of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2. */
static node_id build_rosenbrock(struct world *w, node_id x, size_t n)
{
    struct graph *g = w->graph;
    node_id next = graph_slice_axis(g, x, 0, 1, n - 1, 1);
    node_id here = graph_slice_axis(g, x, 0, 0, n - 1, 1);
    node_id two = graph_constant(g, 2);
    node_id square = graph_apply2(g, OP_POWER, here, two);
    node_id minus = graph_apply1(g, OP_NEGATE, square);
    node_id valley = graph_apply2(g, OP_POWER, graph_apply2(g, OP_ADD, next, minus), two);
    node_id rest =
        graph_apply2(g, OP_ADD, graph_constant(g, 1), graph_apply1(g, OP_NEGATE, here));
    node_id terms = graph_apply2(
        g, OP_ADD, graph_apply2(g, OP_MULTIPLY, graph_constant(g, 100), valley),
        graph_apply2(g, OP_POWER, rest, two));
    return graph_sum_all(g, terms);
}

static void a_million_variables_take_little_memory(void **state)
{
    struct world *w = *state;
    enum { N = 1000000 };
    struct task t = {.w = w, .output_count = 2};
    uint32_t seed = 42;
    struct shape shape = shape_vector(N);
    node_id leaf = add_numbers(&t, &shape, -1, 2, &seed);
    const double *x = t.leaves[0].data;
    t.outputs[0] = build_rosenbrock(w, leaf, N);
    graph_gradient(w->graph, t.outputs[0], &leaf, 1, &t.outputs[1]);
    struct array_program *program = program_of(&t);
    double *const *outputs = room_for_outputs(&t);
    assert_true(array_run(program, inputs_of(&t), outputs));
    long double value = 0;
    for (size_t i = 0; i < N; i++) {
        double slope = 0;
        if (i > 0)
            slope += 200 * (x[i] - x[i - 1] * x[i - 1]);
        if (i + 1 < N) {
            double valley = x[i + 1] - x[i] * x[i], rest = 1 - x[i];
            value += (long double)(100 * valley * valley + rest * rest);
            slope -= 400 * x[i] * valley + 2 * rest;
        }
        assert_true(is_close(outputs[1][i], slope, 1e-13));
    }
    assert_true(is_close(*outputs[0], (double)value, 1e-13));
    assert_true(array_bytes(program) < (size_t)9 * 8 * N);
}

/* Products with transposed matrices, of which no copy is made. */
static void transposed_matrices_are_read_where_they_stand(void **state)
{
    struct world *w = *state;
    struct graph *g = w->graph;
    uint32_t seed = 8;
    for (int i = 0; i < 200; i++) {
        struct task t = {.w = w, .output_count = 3};
        size_t n = 1 + below(&seed, 8), m = 1 + below(&seed, 8),
               batch = 1 + below(&seed, 3);
        struct shape left = {3, {batch, n, m}}, right = shape_matrix(n, m);
        node_id a = add_numbers(&t, &left, -1, 1, &seed);
        node_id b = add_numbers(&t, &right, -1, 1, &seed);
        node_id at = graph_transpose(g, a), bt = graph_transpose(g, b);
        t.outputs[0] = graph_matmul(g, at, b);
        t.outputs[1] = graph_matmul(g, a, bt);
        t.outputs[2] = graph_matmul(g, at, graph_matmul(g, graph_matmul(g, a, bt), a));
        double *const *outputs = run_task(&t);
        for (size_t k = 0; k < 3; k++)
            assert_true(are_close(outputs[k],
                                  reference_value(w, t.outputs[k], t.leaves, 2).data,
                                  count_elements(w, t.outputs[k]), 1e-14));
        t.outputs[0] = t.outputs[1];
        t.output_count = 1;
        assert_true(array_bytes(program_of(&t)) <= (batch * n * n + 16) * sizeof(double));
        assert_int_equal(array_operations(program_of(&t)), 2 * batch * n * n * m);
    }
}

static void a_run_allocates_nothing_and_leaves_the_inputs(void **state)
{
    struct world *w = *state;
    uint32_t seed = 7;
    for (int i = 0; i < 100; i++) {
        struct task t = random_task(w, &seed);
        struct array_program *program = program_of(&t);
        const double *const *inputs = inputs_of(&t);
        double *const *outputs = room_for_outputs(&t);
        size_t sizes[] = {count_elements(w, t.leaves[0].leaf),
                          count_elements(w, t.leaves[1].leaf)};
        double *copies[2];
        for (size_t k = 0; k < 2; k++) {
            copies[k] = ARENA_ARRAY(&w->arena, sizes[k], double);
            memcpy(copies[k], inputs[k], sizes[k] * sizeof(double));
        }
        uint64_t requests = w->memory.requests;
        struct arena_mark mark = arena_mark(&w->arena);
        for (int run = 0; run < 3; run++)
            assert_true(array_run(program, inputs, outputs));
        assert_int_equal(w->memory.requests, requests);
        assert_int_equal(arena_mark(&w->arena).used, mark.used);
        assert_true(are_same(copies[0], inputs[0], sizes[0]) &&
                    are_same(copies[1], inputs[1], sizes[1]));
    }
}

/* What is not asked for is not needed, and may be missing. */
static void inputs_that_are_not_needed_may_be_missing(void **state)
{
    struct world *w = *state;
    struct task t = {.w = w, .output_count = 1};
    uint32_t seed = 3;
    struct shape shape = shape_vector(5);
    node_id x = add_numbers(&t, &shape, 0, 1, &seed);
    add_numbers(&t, &shape, 0, 1, &seed);
    t.outputs[0] = graph_sum_all(w->graph, x);
    struct array_program *program = program_of(&t);
    assert_true(array_needs(program, 0) && !array_needs(program, 1));
    double value = 0, *const to = &value;
    assert_true(array_run(program, (const double *[]){t.leaves[0].data, NULL}, &to));
    assert_true(value > 0);
}

/* The graph may be gone; and a program fits in the memory that it says it does. */
static void a_program_outlives_the_graph(void **state)
{
    struct world *w = *state;
    struct task t = {.w = w, .output_count = 1};
    uint32_t seed = 3;
    struct shape shape = shape_matrix(3, 4);
    node_id x = add_numbers(&t, &shape, 0, 1, &seed);
    t.outputs[0] =
        graph_permute(w->graph, graph_apply1(w->graph, OP_EXP, x), (size_t[]){1, 0});
    struct array_program *program = program_of(&t);
    double *const *outputs = room_for_outputs(&t);
    graph_release(w->graph, (struct graph_mark){0});
    (void)build(w, "exp(y) - sin(z) + x*y*z");
    assert_true(array_run(program, inputs_of(&t), outputs));
    assert_true(outputs[0][1] == exp(t.leaves[0].data[4]));
}

/* ---- Interruption ---- */

static bool count_polls(void *user)
{
    size_t *left = user;
    if (*left > 0)
        --*left;
    return *left > 0;
}

static void a_run_can_be_interrupted(void **state)
{
    struct world *w = *state;
    struct task t = {.w = w, .output_count = 1};
    uint32_t seed = 3;
    struct shape shape = shape_vector(400000);
    node_id x = add_numbers(&t, &shape, 0, 1, &seed);
    for (int i = 0; i < 9; i++)
        x = graph_apply1(w->graph, OP_SIN, graph_apply1(w->graph, OP_COS, x));
    t.outputs[0] = graph_sum_all(w->graph, x);
    struct array_program *program = program_of(&t);
    double value = 0, *const to = &value;
    size_t left = 100;
    array_set_poll(program, count_polls, &left);
    assert_true(array_run(program, inputs_of(&t), &to));
    assert_true(left < 100 - 5 && left > 0);
    size_t polls = 100 - left;
    for (size_t k = 1; k <= polls; k++) {
        left = k;
        assert_false(array_run(program, inputs_of(&t), &to));
        assert_int_equal(left, 0);
    }
    array_set_poll(program, NULL, NULL);
    assert_true(array_run(program, inputs_of(&t), &to));
}

/* ---- The end of memory ---- */

/* Whether planning, running and searching came to an end with this request refused. */
static bool completes(struct world *w, const struct task *t, uint64_t fail_at)
{
    struct arena arena;
    arena_init(&arena, &w->memory);
    volatile bool is_complete = false;
    w->memory.fail_at = fail_at == 0 ? 0 : w->memory.requests + fail_at;
    if (setjmp(w->fail.landing) == 0) {
        struct array_program *program = array_new(&arena, w->graph, t->outputs,
                                                  t->output_count, &t->leaves[0].leaf, 1);
        const double *input = t->leaves[0].data;
        struct array_fault fault;
        assert_true(array_first_fault(program, &arena, &input, 0, &fault));
        assert_int_equal(fault.op, OP_LOG);
        is_complete = true;
    }
    w->memory.fail_at = 0;
    arena_clear(&arena);
    return is_complete;
}

static void the_end_of_memory_is_survived(void **state)
{
    struct world *w = *state;
    struct task t = {.w = w, .output_count = 1};
    uint32_t seed = 3;
    struct shape shape = shape_matrix(300, 300);
    node_id x = add_numbers(&t, &shape, -1, 1, &seed);
    x = graph_apply1(w->graph, OP_LOG, graph_apply1(w->graph, OP_SIN, x));
    t.outputs[0] = graph_sum_over(w->graph, graph_cumsum(w->graph, x, false), 1);
    uint64_t k = 1;
    while (!completes(w, &t, k))
        k++;
    assert_true(k > 4);
    w->memory.limit = w->memory.used + 500000; /* a tenth of what it needs */
    assert_false(completes(w, &t, 0));
    assert_int_equal(w->fail.kind, FAIL_MEMORY_LIMIT);
    w->memory.limit = 0;
    assert_true(completes(w, &t, 0));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(compositions_are_those_of_the_reference),
        TEST(numbers_have_the_bits_of_the_checking_evaluator),
        TEST(a_million_variables_take_little_memory),
        TEST(transposed_matrices_are_read_where_they_stand),
        TEST(a_run_allocates_nothing_and_leaves_the_inputs),
        TEST(inputs_that_are_not_needed_may_be_missing),
        TEST(a_program_outlives_the_graph),
        TEST(a_run_can_be_interrupted),
        TEST(the_end_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
