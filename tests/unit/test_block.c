/* SPDX-License-Identifier: MIT
 * Passes over rows against the array program that runs kernel by kernel: random graphs
 * and row counts, values and gradients. */
#include "array_program.h"

enum { MOST_NODES = 14, MOST_WIDTH_OF_ROW = 20 };

/* ---- Random graphs over rows ---- */

/* A choice for arrays of many rows; what mixes the rows is left to small axes. */
static bool choose_rows(struct choice *c, uint32_t *seed, const struct shape *a,
                        const struct shape *b)
{
    static const enum kind kinds[] = {
        KIND_UNARY,   KIND_UNARY,  KIND_BINARY, KIND_BINARY,    KIND_BINARY,
        KIND_RATIO,   KIND_SELECT, KIND_REDUCE, KIND_BROADCAST, KIND_RESHAPE,
        KIND_SLICE,   KIND_SLICE,  KIND_PAD,    KIND_PAD,       KIND_CONCAT,
        KIND_SOFTMAX, KIND_CUMSUM, KIND_PERMUTE};
    if (!choose(c, seed, kinds[below(seed, sizeof kinds / sizeof *kinds)], a, b))
        return false;
    if ((c->kind == KIND_SLICE || c->kind == KIND_PAD) && below(seed, 2) == 0)
        c->stride[0] = 1; /* near rows */
    if (c->kind == KIND_SLICE && below(seed, 2) == 0 && a->extent[0] > 4) {
        c->start[0] = below(seed, 3);
        c->stride[0] = 1;
        c->shape.extent[0] = a->extent[0] - 3;
    }
    if (c->kind == KIND_PAD && c->stride[0] == 1) {
        c->start[0] = below(seed, 3);
        c->shape.extent[0] = a->extent[0] + 3;
    }
    return true;
}

/* A product with a matrix, of the rows or over them, or a choice by index in each row. */
static node_id make_row_product(struct world *w, uint32_t *seed, node_id x)
{
    struct shape shape = graph_shape(w->graph, x);
    struct choice index = {.index_shape = shape_vector(shape.extent[0])};
    if (shape.rank != 2 || shape.extent[0] == 0 || shape.extent[1] == 0)
        return 0;
    size_t n = shape.extent[0], width = shape.extent[1];
    struct shape matrix = shape_matrix(width, 1 + below(seed, 9)),
                 flat = shape_vector(n * width);
    node_id numbers = made_numbers(w->graph, OP_SIN, 0.9, &matrix);
    node_id wide = graph_matmul(w->graph, x, numbers);
    node_id first = graph_range(w->graph, 0, (double)width, n, 0);
    switch (below(seed, 4)) {
    case 0:
        return graph_matmul(w->graph, graph_transpose(w->graph, x),
                            graph_apply1(w->graph, OP_TANH, wide));
    case 1:
        return graph_apply1(w->graph, OP_TANH, wide);
    case 2:
        return graph_gather(
            w->graph, graph_reshape(w->graph, x, &flat),
            graph_apply2(w->graph, OP_ADD, first, made_indices(w->graph, &index, width)),
            0);
    default:
        return wide;
    }
}

static bool is_usable(struct world *w, node_id node)
{
    struct shape shape = graph_shape(w->graph, node);
    size_t width = shape.rank == 0 ? 1 : shape_elements(&shape) / (shape.extent[0] + 1);
    return node != 0 && width <= MOST_WIDTH_OF_ROW;
}

static void add_random_nodes(struct task *t, uint32_t *seed, node_id *nodes, size_t count)
{
    struct world *w = t->w;
    for (size_t tries = 0; count < MOST_NODES && tries < 60; tries++) {
        node_id x = nodes[below(seed, count)], y = nodes[below(seed, count)], made = 0;
        struct shape of_x = graph_shape(w->graph, x), of_y = graph_shape(w->graph, y);
        struct choice c;
        if (below(seed, 4) == 0)
            made = make_row_product(w, seed, x);
        else if (of_x.rank > 0 && choose_rows(&c, seed, &of_x, &of_y))
            made = make(w->graph, &c, x, y);
        if (made != 0 && is_usable(w, made))
            nodes[count++] = made;
    }
    t->output_count = 1;
    t->outputs[0] = nodes[count - 1];
    for (size_t i = 4; i + 1 < count; i++) { /* all of it counts */
        node_id pair[] = {t->outputs[0], graph_sum_all(w->graph, nodes[i])};
        if (i == 4)
            pair[0] = graph_sum_all(w->graph, t->outputs[0]);
        t->outputs[0] = graph_apply(w->graph, OP_ADD, pair, 2);
    }
    t->outputs[0] = graph_sum_all(w->graph, t->outputs[0]);
}

/* A value and its gradients by a vector and a matrix of rows, and by what all share. */
static struct task random_rows(struct world *w, uint32_t *seed, size_t rows)
{
    struct task t = {.w = w};
    node_id nodes[MOST_NODES], leaves[3];
    struct shape shapes[] = {
        shape_vector(rows), shape_matrix(rows, 3), shape_vector(3), {.rank = 0}};
    for (size_t i = 0; i < 4; i++)
        nodes[i] = add_numbers(&t, &shapes[i], -1.2, 1.2, seed);
    add_random_nodes(&t, seed, nodes, 4);
    for (size_t i = 0; i < 3; i++)
        leaves[i] = t.leaves[i].leaf;
    graph_gradient(w->graph, t.outputs[0], leaves, 3, t.outputs + 1);
    t.output_count = 4;
    return t;
}

/* ---- Comparison ---- */

static struct array_program *fused_of(const struct task *t, size_t threads)
{
    node_id inputs[8];
    for (size_t i = 0; i < t->leaf_count; i++)
        inputs[i] = t->leaves[i].leaf;
    return array_new_fused(&t->w->arena, t->w->graph, t->outputs, t->output_count, inputs,
                           t->leaf_count, threads);
}

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
    struct array_program *fused = fused_of(t, 1);
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

static node_id times(struct world *w, node_id a, node_id b)
{
    node_id pair[] = {a, b};
    return graph_apply(w->graph, OP_MULTIPLY, pair, 2);
}

static node_id plus(struct world *w, node_id a, node_id b)
{
    node_id pair[] = {a, b};
    return graph_apply(w->graph, OP_ADD, pair, 2);
}

/* The sum over i of c[i]*(x[s*i + 1]*x[s*i] - x[s*i + s - 1]^2)^2, c[i] = 1.5 + 0.25*i,
 * or one that goes round in the remainder of i, and of the squares of both ends. */
static struct task chain_task(struct world *w, size_t rows, size_t stride,
                              bool goes_round)
{
    struct task t = {.w = w, .output_count = 2};
    uint32_t seed = (uint32_t)(rows + stride);
    struct shape shape = shape_vector(stride == 1 ? rows + 1 : rows * stride);
    struct graph *g = w->graph;
    node_id x = add_numbers(&t, &shape, -1, 1, &seed), square, c, ends;
    ptrdiff_t step = (ptrdiff_t)stride;
    node_id here = graph_slice_axis(g, x, 0, 0, rows, step);
    node_id next = graph_slice_axis(g, x, 0, 1, rows, step);
    node_id last = graph_slice_axis(g, x, 0, stride - 1, rows, step);
    node_id two = graph_constant(g, 2), minus = graph_constant(g, -1);
    c = graph_range(g, 1.5, 0.25, rows, 0);
    if (goes_round)
        c = graph_apply2(g, OP_MOD, c, graph_constant(g, 1.25));
    square = times(w, minus, graph_apply2(g, OP_POWER, last, two));
    square = graph_apply2(g, OP_POWER, plus(w, times(w, next, here), square), two);
    ends = plus(w, graph_apply2(g, OP_POWER, graph_pick(g, x, 0, 0), two),
                graph_apply2(g, OP_POWER, graph_pick(g, x, 0, rows), two));
    t.outputs[0] = plus(w, graph_sum_all(g, times(w, c, square)), ends);
    graph_gradient(g, t.outputs[0], &x, 1, t.outputs + 1);
    return t;
}

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
        assert_true(array_run(fused_of(&t, 1), inputs_of(&t), own));
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
        assert_true(array_run(fused_of(&t, 1), inputs_of(&t), due));
        for (size_t threads = 2; threads <= 3; threads++) {
            struct array_program *program = fused_of(&t, threads);
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
        struct array_program *program = fused_of(&t, threads);
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
        struct array_program *program = fused_of(&t, 1);
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
    struct array_program *program = fused_of(&t, 1);
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
