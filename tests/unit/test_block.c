/* SPDX-License-Identifier: MIT
 * Passes over rows against the array program that runs kernel by kernel: random graphs
 * and row counts, values and gradients. */
#include "block_rows.h"

/* ---- Comparison ---- */

static double greatest_magnitude(const double *x, size_t count)
{
    double most = 1;
    for (size_t i = 0; i < count; i++)
        most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}

/* Within a few units in the last place of what is summed. */
static void compare_outputs(const struct task *t, double *const *own, double *const *due)
{
    for (size_t i = 0; i < t->output_count; i++) {
        size_t count = count_elements(t->w, t->outputs[i]);
        double scale = greatest_magnitude(due[i], count);
        if (scale > 1e6)
            continue;
        for (size_t k = 0; k < count; k++)
            if (!is_same_value(own[i][k], due[i][k]) &&
                !(fabs(own[i][k] - due[i][k]) <= 1e-10 * scale))
                fail_msg("output %zu, element %zu: %.17g for %.17g\n%s", i, k, own[i][k],
                         due[i][k], dump_node(t->w, t->outputs[i]));
    }
}

/* Whether passes took part. */
static bool compare(const struct task *t)
{
    struct array_program *fused = fused_of(t, 1, true);
    double *const *own = room_for_outputs(t), *const *due = run_task(t);
    for (int i = 0; i < 2; i++) { /* nothing is left over from the first run */
        assert_true(array_run(fused, inputs_of(t), own));
        compare_outputs(t, own, due);
    }
    return fused->plain != NULL;
}

static size_t compare_many(struct world *w, uint32_t *seed, size_t rows, int count)
{
    size_t fused = 0;
    for (int i = 0; i < count; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        struct graph_mark nodes = graph_mark(w->graph);
        struct task t = random_rows(w, seed, rows);
        fused += compare(&t);
        graph_release(w->graph, nodes);
        arena_release(&w->arena, mark);
    }
    return fused;
}

static void random_graphs_agree_with_the_array_program(void **state)
{
    struct world *w = *state;
    static const size_t rows[] = {0, 1, 31, 33, 40, 64, 255, 256, 257, 1009};
    uint32_t seed = 88172645u;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t fused = compare_many(w, &seed, rows[i], 150);
        assert_true(rows[i] < 33 || fused > 100);
    }
}

static void a_million_rows_agree_with_the_array_program(void **state)
{
    struct world *w = *state;
    uint32_t seed = 5;
    assert_true(compare_many(w, &seed, 1000003, 1) == 1);
}

/* ---- Sums over neighbours ---- */

static void sums_over_neighbours_agree(void **state)
{
    struct world *w = *state;
    static const size_t rows[] = {33, 99, 100, 255, 256, 257, 511, 512, 1009, 40009};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t stride = 1; stride <= 7; stride++) {
            struct arena_mark mark = arena_mark(&w->arena);
            struct graph_mark nodes = graph_mark(w->graph);
            struct task t = chain_task(w, rows[i], stride, stride % 2 == i % 2);
            assert_true(compare(&t));
            graph_release(w->graph, nodes);
            arena_release(&w->arena, mark);
        }
}

/* Numbers near multiples of y, and the others, by tiles that have few or many of them. */
static void remainders_have_the_bits_of_single_numbers(void **state)
{
    struct world *w = *state;
    static const double divisors[] = {2, 1.25, 0.1, 3e-7, 7e11, -3, 1e-310, 1e290};
    enum { ROWS = 3000 };
    struct shape shape = shape_vector(ROWS);
    uint32_t seed = 77;
    for (size_t d = 0; d < sizeof divisors / sizeof *divisors; d++) {
        struct task t = {.w = w, .output_count = 1};
        node_id x = add_numbers(&t, &shape, -40, 40, &seed);
        double *data = (double *)(uintptr_t)t.leaves[0].data, y = divisors[d];
        for (size_t i = 0; i < ROWS; i++) {
            double whole = (double)(int)data[i] * y;
            data[i] = i % 3 == 0   ? data[i] * y
                      : i % 3 == 1 ? whole
                                   : nextafter(whole, i % 2 == 0 ? 0 : (double)INFINITY);
            if (i > ROWS / 2 && i % 17 == 0)
                data[i] *= i % 34 == 0 ? 0x1p60 : -0.0;
        }
        data[ROWS - 1] = (double)INFINITY;
        t.outputs[0] = graph_apply2(w->graph, OP_MOD, x, graph_constant(w->graph, y));
        double *const *own = room_for_outputs(&t);
        assert_true(array_run(fused_of(&t, 1, true), inputs_of(&t), own));
        assert_true(are_same(own[0], run_task(&t)[0], ROWS));
    }
}

/* ---- Threads, faults ---- */

/* The sum over rows of log(1 + exp(x w)) + tanh(exp(sin(y)))^2, and its gradient by w and
 * x: much to compute for each number that is read. */
static struct task heavy_task(struct world *w, size_t rows)
{
    struct task t = {.w = w, .output_count = 3};
    uint32_t seed = 11;
    struct shape shapes[] = {shape_matrix(rows, 3), shape_vector(3), shape_vector(rows)};
    node_id x = add_numbers(&t, &shapes[0], -1, 1, &seed);
    node_id v = add_numbers(&t, &shapes[1], -1, 1, &seed);
    node_id y = graph_apply1(w->graph, OP_SIN, add_numbers(&t, &shapes[2], -2, 2, &seed));
    y = graph_apply1(w->graph, OP_TANH, graph_apply1(w->graph, OP_EXP, y));
    node_id z = graph_apply1(w->graph, OP_SOFTPLUS, graph_matmul(w->graph, x, v));
    node_id terms[] = {z, graph_apply2(w->graph, OP_MULTIPLY, y, y)};
    node_id wrt[] = {v, x};
    t.outputs[0] = graph_sum_all(w->graph, graph_apply(w->graph, OP_ADD, terms, 2));
    graph_gradient(w->graph, t.outputs[0], wrt, 2, t.outputs + 1);
    return t;
}

static void the_bits_do_not_depend_on_threads(void **state)
{
    struct world *w = *state;
    static const size_t rows[] = {300007, 16384 * 20};
    for (size_t i = 0; i < 2; i++) {
        struct task t = heavy_task(w, rows[i]);
        double *const *due = room_for_outputs(&t);
        assert_true(array_run(fused_of(&t, 1, true), inputs_of(&t), due));
        for (size_t threads = 2; threads <= 3; threads++) {
            struct array_program *program = fused_of(&t, threads, true);
            double *const *own = room_for_outputs(&t);
            assert_int_equal(array_threads(program), threads);
            for (int run = 0; run < 2; run++) {
                assert_true(array_run(program, inputs_of(&t), own));
                for (size_t k = 0; k < t.output_count; k++)
                    assert_true(
                        are_same(own[k], due[k], count_elements(w, t.outputs[k])));
            }
        }
    }
}

static bool say_no(void *user)
{
    return --*(int *)user > 0;
}

static void a_pass_can_be_interrupted(void **state)
{
    struct world *w = *state;
    struct task t = heavy_task(w, 300007);
    for (size_t threads = 1; threads <= 2; threads++) {
        struct array_program *program = fused_of(&t, threads, true);
        double *const *own = room_for_outputs(&t);
        int left = 2;
        array_set_poll(program, say_no, &left);
        /* The caller's thread alone asks: where it gets no time the others may have done
         * all before it asks again. */
        bool ran = array_run(program, inputs_of(&t), own);
        assert_true(!ran || (threads > 1 && left > 0));
        array_set_poll(program, NULL, NULL);
        assert_true(array_run(program, inputs_of(&t), own));
        compare_outputs(&t, own, run_task(&t));
    }
}

/* The one number that is not finite is found by name. */
static void what_is_not_finite_stays_so_and_is_found(void **state)
{
    struct world *w = *state;
    struct task t = {.w = w, .output_count = 2};
    struct shape shape = shape_vector(1000);
    uint32_t seed = 3;
    node_id x = add_numbers(&t, &shape, 0.5, 1.5, &seed);
    node_id log_x = graph_apply1(w->graph, OP_LOG, x);
    t.outputs[0] = graph_sum_all(w->graph, log_x);
    graph_gradient(w->graph, t.outputs[0], &x, 1, t.outputs + 1);
    static const double values[] = {-1, 0, (double)INFINITY, (double)NAN};
    for (size_t i = 0; i < 4; i++) {
        struct array_program *program = fused_of(&t, 1, true);
        struct array_fault fault;
        double *data = (double *)(uintptr_t)t.leaves[0].data;
        double *const *own = room_for_outputs(&t), kept = data[700];
        assert_non_null(program->plain);
        data[700] = values[i];
        assert_true(array_run(program, inputs_of(&t), own));
        compare_outputs(&t, own, run_task(&t));
        assert_true(isnan(own[0][0]) || isinf(own[0][0]));
        assert_true(array_first_fault(program, &w->arena, inputs_of(&t), 0, &fault));
        assert_int_equal(fault.place, 700);
        assert_int_equal(fault.node, i < 2 ? log_x : x);
        data[700] = kept;
    }
}

/* An index that leaves its row, or the array, runs in the array program. */
static void stray_indices_are_followed(void **state)
{
    struct world *w = *state;
    struct task t = {.w = w, .output_count = 1};
    struct shape shape = shape_matrix(500, 4), flat = shape_vector(2000);
    struct shape rows = shape_vector(500);
    uint32_t seed = 9;
    node_id x = add_numbers(&t, &shape, -1, 1, &seed);
    node_id index = add_numbers(&t, &rows, 0, 1, &seed);
    node_id wide = graph_reshape(w->graph, graph_apply1(w->graph, OP_EXP, x), &flat);
    t.outputs[0] = graph_sum_all(w->graph, graph_gather(w->graph, wide, index, 0));
    double *indices = (double *)(uintptr_t)t.leaves[1].data;
    struct array_program *program = fused_of(&t, 1, true);
    double *const *own = room_for_outputs(&t);
    struct index_fault fault;
    for (size_t i = 0; i < 500; i++)
        indices[i] = (double)(4 * i + i % 4);
    for (int kind = 0; kind < 3; kind++) {
        indices[7] = kind == 0 ? 28 : kind == 1 ? 1999 : 2000;
        assert_true(array_run(program, inputs_of(&t), own));
        compare_outputs(&t, own, run_task(&t));
        assert_int_equal(array_index_outside(program, &fault), kind == 2);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(random_graphs_agree_with_the_array_program),
        TEST(a_million_rows_agree_with_the_array_program),
        TEST(sums_over_neighbours_agree),
        TEST(remainders_have_the_bits_of_single_numbers),
        TEST(the_bits_do_not_depend_on_threads),
        TEST(a_pass_can_be_interrupted),
        TEST(what_is_not_finite_stays_so_and_is_found),
        TEST(stray_indices_are_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
