/* SPDX-License-Identifier: MIT
 * Passes as machine code against the kernels on tiles: the same bits, whatever they
 * compute, and only where it pays. */
#include "block_rows.h"

#include "base/cpu.h"
#include "math/block.h"

#if defined __linux__ && defined __x86_64__
#include <sys/resource.h>
#endif

/* Whether there can be code on this machine. */
static bool has_code(void)
{
#if defined __x86_64__ && defined CPU_HAS_LEVELS && defined __linux__
    return math_best_level() >= MATH_V3;
#else
    return false;
#endif
}

static void assert_same_outputs(const struct task *t, double *const *own,
                                double *const *due)
{
    for (size_t i = 0; i < t->output_count; i++)
        if (!are_same(own[i], due[i], count_elements(t->w, t->outputs[i])))
            fail_msg("output %zu:\n%s", i, dump_node(t->w, t->outputs[i]));
}

/* How many passes had code. */
static size_t compare_code(const struct task *t)
{
    double *const *due = room_for_outputs(t), *const *own = room_for_outputs(t);
    struct array_program *program = fused_of(t, 1, true);
    assert_true(array_run(fused_of(t, 1, false), inputs_of(t), due));
    assert_true(array_run(program, inputs_of(t), own)); /* by kernels */
    assert_same_outputs(t, own, due);
    size_t made = array_make_native(program);
    for (int run = 0; run < 2; run++) {
        for (size_t i = 0; i < t->output_count; i++)
            memset(own[i], 0xa5, count_elements(t->w, t->outputs[i]) * sizeof **own);
        assert_true(array_run(program, inputs_of(t), own));
        assert_same_outputs(t, own, due);
    }
    return made;
}

static void random_graphs_have_the_bits_of_the_kernels(void **state)
{
    struct world *w = *state;
    static const size_t rows[] = {0,   1,   3,   4,   5,   255,  256,
                                  257, 288, 511, 513, 777, 1009, 100003};
    uint32_t seed = 88172645u;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t made = 0, count = rows[i] > 10000 ? 10 : 150;
        for (size_t k = 0; k < count; k++) {
            struct arena_mark mark = arena_mark(&w->arena);
            struct graph_mark nodes = graph_mark(w->graph);
            struct task t = random_rows(w, &seed, rows[i]);
            made += compare_code(&t);
            graph_release(w->graph, nodes);
            arena_release(&w->arena, mark);
        }
        assert_true(!has_code() || rows[i] < 511 || made > count / 2);
    }
}

static void sums_over_neighbours_have_the_bits_of_the_kernels(void **state)
{
    struct world *w = *state;
    static const size_t rows[] = {255, 256, 257, 511, 512, 513, 1009, 40009};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t stride = 1; stride <= 9; stride++)
            for (int goes_round = 0; goes_round < 2; goes_round++) {
                struct arena_mark mark = arena_mark(&w->arena);
                struct graph_mark nodes = graph_mark(w->graph);
                struct task t = chain_task(w, rows[i], stride, goes_round == 1);
                size_t made = compare_code(&t);
                assert_true(!has_code() || rows[i] < 511 || made > 0);
                graph_release(w->graph, nodes);
                arena_release(&w->arena, mark);
            }
}

/* ---- Each operation, of all kinds of numbers ---- */

enum { ROWS = 1031 };

/* Some of all that is no ordinary number, else numbers between -3 and 3. */
static node_id add_strange(struct task *t, uint32_t *seed)
{
    static const double strange[] = {0.0,
                                     -0.0,
                                     1,
                                     -1,
                                     0x1p-1074,
                                     -0x1p-1060,
                                     1e308,
                                     -1e308,
                                     2,
                                     (double)INFINITY,
                                     -(double)INFINITY,
                                     (double)NAN};
    enum { STRANGE = sizeof strange / sizeof *strange };
    struct shape shape = shape_vector(ROWS);
    node_id x = add_numbers(t, &shape, -3, 3, seed);
    double *data = (double *)(uintptr_t)t->leaves[t->leaf_count - 1].data;
    for (size_t i = 0; i < ROWS; i++)
        if (below(seed, 3) > 0)
            data[i] = strange[below(seed, STRANGE)];
    return x;
}

static node_id apply(struct graph *g, enum op op, const node_id *operands)
{
    int arity = op_info(op)->arity;
    return arity == 1   ? graph_apply1(g, op, operands[0])
           : arity == 2 ? graph_apply2(g, op, operands[0], operands[1])
           : arity == 3 ? graph_apply3(g, op, operands[0], operands[1], operands[2])
                        : graph_apply(g, op, operands, 2);
}

static void each_operation_has_the_bits_of_its_kernel(void **state)
{
    struct world *w = *state;
    static const enum op ops[] = {
        OP_ADD,   OP_MULTIPLY,   OP_NEGATE,  OP_DIVIDE,        OP_SQRT,  OP_ABS,
        OP_FLOOR, OP_CEIL,       OP_MIN,     OP_MAX,           OP_RELU,  OP_CLAMP,
        OP_LESS,  OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL, OP_EQUAL, OP_NOT_EQUAL,
        OP_AND,   OP_OR,         OP_NOT,     OP_SELECT,        OP_MOD,   OP_EXP};
    uint32_t seed = 3;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        struct task t = {.w = w, .output_count = 2};
        node_id operands[3], pair[2];
        for (size_t k = 0; k < 3; k++)
            operands[k] = add_strange(&t, &seed);
        pair[0] = operands[2];
        pair[1] = t.outputs[0] = apply(w->graph, ops[i], operands);
        t.outputs[1] = graph_apply(w->graph, OP_MULTIPLY, pair, 2);
        size_t made = compare_code(&t);
        assert_true(!has_code() || op_info(ops[i])->arity < 0 || made > 0 ||
                    ops[i] == OP_MOD || ops[i] == OP_EXP);
    }
}

/* mod(from + step*i, y)*x and the parity of it. */
static void remainders_of_ranges_have_the_bits_of_the_kernel(void **state)
{
    struct world *w = *state;
    static const double divisors[] = {2, 0.5, 3, 0.1, 1.25, 1e-3, 7, 1e12, 1e-300, -2};
    static const double firsts[] = {0, 1, 0.25, -3}, steps[] = {1, 0.25, 0.1, 3};
    struct shape shape = shape_vector(ROWS);
    struct graph *g = w->graph;
    uint32_t seed = 5;
    for (size_t i = 0; i < 160; i++) {
        struct task t = {.w = w, .output_count = 2};
        node_id x = add_numbers(&t, &shape, -1, 1, &seed);
        node_id range = graph_range(g, firsts[i / 10 % 4], steps[i / 40], ROWS, 0);
        node_id left =
            graph_apply2(g, OP_MOD, range, graph_constant(g, divisors[i % 10]));
        node_id is_even = graph_apply2(g, OP_EQUAL, left, graph_constant(g, 0));
        t.outputs[0] = times(w, left, x);
        t.outputs[1] = graph_sum_all(
            g, graph_apply3(g, OP_SELECT, is_even, x, graph_apply1(g, OP_NEGATE, x)));
        (void)compare_code(&t);
    }
}

/* ---- When there is code ---- */

/* The sum of a polynomial of two columns that is long enough for threads. */
static struct task long_task(struct world *w, size_t rows)
{
    struct task t = {.w = w, .output_count = 3};
    uint32_t seed = 11;
    struct shape shape = shape_vector(rows);
    node_id x = add_numbers(&t, &shape, -1, 1, &seed), wrt[2];
    node_id y = add_numbers(&t, &shape, -1, 1, &seed), z = x;
    for (size_t k = 0; k < 12; k++)
        z = plus(w, times(w, times(w, z, z), x), y);
    wrt[0] = x;
    wrt[1] = y;
    t.outputs[0] = graph_sum_all(w->graph, times(w, z, z));
    graph_gradient(w->graph, t.outputs[0], wrt, 2, t.outputs + 1);
    return t;
}

static void code_is_made_for_long_runs_and_threads_do_not_change_its_bits(void **state)
{
    struct world *w = *state;
    struct task t = long_task(w, 300007);
    double *const *due = room_for_outputs(&t), *const *own = room_for_outputs(&t);
    struct array_program *plain = fused_of(&t, 1, false);
    assert_true(array_run(plain, inputs_of(&t), due));
    assert_false(array_is_native(plain));
    for (size_t threads = 1; threads <= 3; threads++) {
        struct array_program *program = fused_of(&t, threads, true);
        assert_int_equal(array_threads(program), threads);
        assert_false(array_is_native(program));
        for (int run = 0; run < 2; run++) {
            assert_true(array_run(program, inputs_of(&t), own));
            assert_same_outputs(&t, own, due);
        }
        assert_int_equal(array_is_native(program), has_code());
    }
}

static void code_waits_until_many_rows_were_computed(void **state)
{
    struct world *w = *state;
    struct task t = long_task(w, 3000);
    double *const *own = room_for_outputs(&t);
    struct array_program *program = fused_of(&t, 1, true);
    for (int run = 1; run <= 100; run++) {
        assert_true(array_run(program, inputs_of(&t), own));
        assert_int_equal(array_is_native(program), has_code() && run * 3000 >= 1 << 18);
    }
}

/* Where no memory may be executed the kernels go on. */
static void refused_memory_changes_nothing(void **state)
{
#if defined __linux__ && defined __x86_64__
    struct world *w = *state;
    struct task t = long_task(w, 300007);
    double *const *due = room_for_outputs(&t), *const *own = room_for_outputs(&t);
    struct array_program *program = fused_of(&t, 1, true);
    const double *const *inputs = inputs_of(&t);
    struct rlimit limit, none = {0};
    assert_true(array_run(fused_of(&t, 1, false), inputs, due));
    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    none.rlim_max = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
    bool ran = array_run(program, inputs, own);
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    assert_true(ran);
    assert_false(array_is_native(program));
    assert_same_outputs(&t, own, due);
    assert_true(array_run(program, inputs, own));
    assert_false(array_is_native(program)); /* it is not tried again */
    assert_same_outputs(&t, own, due);
#else
    (void)state;
#endif
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(random_graphs_have_the_bits_of_the_kernels),
        TEST(sums_over_neighbours_have_the_bits_of_the_kernels),
        TEST(each_operation_has_the_bits_of_its_kernel),
        TEST(remainders_of_ranges_have_the_bits_of_the_kernel),
        TEST(code_is_made_for_long_runs_and_threads_do_not_change_its_bits),
        TEST(code_waits_until_many_rows_were_computed),
        TEST(refused_memory_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
