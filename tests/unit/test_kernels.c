/* SPDX-License-Identifier: MIT
 * The kernels of arrays, one operation at a time, against the reference; tiles, slabs,
 * indices outside, singular matrices, interruption. */
#include "array_program.h"

#include <float.h>

static struct shape large_shape(uint32_t *seed)
{
    static const size_t extents[] = {1, 2, 7, 256, 257, 0};
    struct shape shape = {.rank = below(seed, 4)};
    do
        for (size_t i = 0; i < shape.rank; i++)
            shape.extent[i] = extents[below(seed, below(seed, 8) == 0 ? 6 : 5)];
    while (shape_elements(&shape) > 4000);
    return shape;
}

/* One operation on numbers of a random shape: the program is the reference, and an
 * application to plain arrays is the program. */
static void compare_operation(struct world *w, enum kind kind, uint32_t *seed)
{
    struct task t = {.w = w, .output_count = 1};
    struct shape a = large_shape(seed), b = random_partner(seed, &a);
    struct choice c;
    if (!choose(&c, seed, kind, &a, &b) ||
        (kind == KIND_SORT && a.extent[a.rank - 1] > 64))
        return;
    node_id x = add_numbers(&t, &a, -1.5, 1.5, seed);
    node_id y = add_numbers(&t, &b, -1.5, 1.5, seed);
    t.outputs[0] = make(w->graph, &c, x, y);
    if (t.outputs[0] == 0) /* too large, or too many axes */
        return;
    const double *value = run_task(&t)[0];
    const double *due = reference_value(w, t.outputs[0], t.leaves, 2).data;
    if (!are_close(value, due, count_elements(w, t.outputs[0]), 1e-10))
        fail_msg("%s", dump_node(w, t.outputs[0]));
}

static void operations_are_those_of_the_reference(void **state)
{
    struct world *w = *state;
    uint32_t seed = 2463534242u;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        for (int i = 0; i < 60; i++) {
            struct arena_mark mark = arena_mark(&w->arena);
            compare_operation(w, (enum kind)kind, &seed);
            arena_release(&w->arena, mark);
        }
}

/* ---- Elements ---- */

static void each_loop_is_its_formula(void **state)
{
    struct world *w = *state;
    uint32_t seed = 88172645u;
    struct shape whole = {2, {3, 300}}, row = {1, {300}}, column = {2, {3, 1}}, one = {0};
    const struct shape *shapes[] = {&whole, &row, &column, &one};
    for (int op = 0; op < OP_COUNT; op++)
        for (size_t i = 0; i < 64; i++) {
            struct arena_mark mark = arena_mark(&w->arena);
            size_t arity =
                op_info((enum op)op)->arity < 0 ? 3 : (size_t)op_info((enum op)op)->arity;
            const struct shape *of[] = {shapes[i % 4], shapes[i / 4 % 4], shapes[i / 16]};
            struct array operands[3];
            struct shape to = {0};
            for (size_t k = 0; k < arity; k++) {
                double *numbers = ARENA_ARRAY(&w->arena, 900, double);
                for (size_t n = 0; n < 900; n++)
                    numbers[n] =
                        n % 50 == 49 ? (double)NAN : round(uniform(&seed, -9, 9)) / 2;
                operands[k] = (struct array){*of[k], numbers};
                assert_int_equal(shape_broadcast(&to, of[k], &to), SHAPE_FITS);
            }
            double *out = ARENA_ARRAY(&w->arena, 900, double);
            if (arity > 0)
                assert_true(array_apply(&w->arena, (enum op)op, NULL, operands, arity,
                                        &to, out, NULL));
            for (size_t n = 0; n < shape_elements(&to) && arity > 0; n++) {
                double values[3];
                for (size_t k = 0; k < arity; k++) {
                    struct reference x = {operands[k].shape,
                                          (double *)(uintptr_t)operands[k].numbers};
                    values[k] = aligned_element(&x, &to, n);
                }
                assert_true(is_same_value(out[n], op_value((enum op)op, values, arity)));
            }
            arena_release(&w->arena, mark);
        }
}

/* More operands than are taken in one pass. */
static void long_sums_are_taken_from_the_left(void **state)
{
    struct world *w = *state;
    uint32_t seed = 5;
    enum { TERMS = 30, N = 300 };
    struct array operands[TERMS];
    double *out = ARENA_ARRAY(&w->arena, N, double);
    struct shape shape = shape_vector(N);
    for (size_t k = 0; k < TERMS; k++) {
        double *numbers = ARENA_ARRAY(&w->arena, N, double);
        for (size_t i = 0; i < N; i++)
            numbers[i] = uniform(&seed, -1, 1);
        operands[k] = (struct array){k % 7 == 3 ? (struct shape){0} : shape, numbers};
    }
    for (size_t count = 1; count <= TERMS; count++) {
        array_apply(&w->arena, OP_ADD, NULL, operands, count, &shape, out, NULL);
        for (size_t i = 0; i < N; i++) {
            double values[TERMS];
            for (size_t k = 0; k < count; k++)
                values[k] = operands[k].numbers[k % 7 == 3 ? 0 : i];
            assert_true(out[i] == op_value(OP_ADD, values, count));
        }
    }
    array_apply(&w->arena, OP_MULTIPLY, NULL, NULL, 0, &shape, out, NULL);
    assert_true(out[0] == 1 && out[N - 1] == 1);
}

/* ---- Moves ---- */

/* Large enough for tiles, and for ends of tiles. */
static void axes_change_places(void **state)
{
    struct world *w = *state;
    static const struct {
        size_t extent[3], order[3];
    } rows[] = {
        {{1, 33, 40}, {0, 2, 1}}, {{1, 100, 65}, {0, 2, 1}}, {{3, 50, 70}, {0, 2, 1}},
        {{3, 50, 70}, {2, 1, 0}}, {{40, 50, 9}, {1, 2, 0}},  {{40, 50, 9}, {2, 0, 1}},
        {{64, 32, 8}, {1, 0, 2}}, {{1, 7, 300}, {2, 1, 0}},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct array x = {.shape = {.rank = 3}};
        struct shape to = {.rank = 3};
        struct attributes attributes = {.axes = 0};
        for (size_t i = 0; i < 3; i++) {
            x.shape.extent[i] = rows[r].extent[i];
            to.extent[i] = rows[r].extent[rows[r].order[i]];
            attributes.order[i] = rows[r].order[i];
        }
        size_t count = shape_elements(&to);
        double *numbers = ARENA_ARRAY(&w->arena, count, double);
        double *out = ARENA_ARRAY(&w->arena, 2 * count, double);
        for (size_t i = 0; i < count; i++)
            numbers[i] = (double)i;
        x.numbers = numbers;
        array_apply(&w->arena, OP_PERMUTE, &attributes, &x, 1, &to, out, NULL);
        for (size_t i = 0; i < count; i++) {
            size_t index[SHAPE_MOST_AXES] = {0}, own[SHAPE_MOST_AXES] = {0};
            unravel(&to, i, index);
            for (size_t k = 0; k < 3; k++)
                own[rows[r].order[k]] = index[k];
            assert_true(out[i] == (double)ravel(&x.shape, own));
            assert_true(out[count + i] == 0); /* nothing is written behind it */
        }
    }
}

/* ---- Indices ---- */

static void an_index_outside_is_told(void **state)
{
    struct world *w = *state;
    static const double bad[] = {-1, 3, 0.5, (double)NAN, (double)INFINITY, 1e300};
    double x[] = {1, 2, 3, 4, 5, 6}, out[8];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double index[] = {2, 0, bad[i], 1};
        struct array operands[] = {{shape_matrix(3, 2), x}, {shape_vector(4), index}};
        struct shape to = shape_matrix(4, 2);
        struct index_fault fault = {0};
        assert_false(
            array_apply(&w->arena, OP_GATHER, NULL, operands, 2, &to, out, &fault));
        assert_true(fault.place == 2 && fault.extent == 3 &&
                    is_same_value(fault.index, bad[i]));
        assert_true(out[0] == 5 && out[3] == 2 && isnan(out[4]) && isnan(out[5]) &&
                    out[7] == 4);
        double y[] = {1, 2, 3, 4, 0, 0, 5, 6};
        struct array parts[] = {{to, y}, operands[1]};
        struct shape from = shape_matrix(3, 2);
        assert_false(
            array_apply(&w->arena, OP_SCATTER, NULL, parts, 2, &from, out, &fault));
        assert_true(out[0] == 3 && out[3] == 6 && out[4] == 1); /* only zeros were lost */
        y[5] = 7;
        assert_false(
            array_apply(&w->arena, OP_SCATTER, NULL, parts, 2, &from, out, &fault));
        assert_true(isnan(out[0]) && isnan(out[5]));
    }
}

/* ---- Matrices ---- */

static void singular_matrices_have_no_solution(void **state)
{
    struct world *w = *state;
    const double inf = (double)INFINITY, nan = (double)NAN;
    const struct {
        double a[4], det, logdet;
        bool is_regular;
    } rows[] = {
        {{2, 0, 0, 3}, 6, 1.791759469228055, true},
        {{1, 2, 2, 4}, 0, -inf, false},
        {{0, 1, 1, 0}, -1, nan, true},
        {{0, 0, 0, 0}, 0, -inf, false},
        {{nan, 1, 1, 0}, nan, nan, false},
        {{1e200, 0, 0, 1e200}, inf, 921.03403719761827, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double b[] = {1, 1}, x[2], inverse[4], det, logdet, values[2];
        struct array operands[] = {{shape_matrix(2, 2), rows[i].a},
                                   {shape_matrix(2, 1), b}};
        struct shape square = shape_matrix(2, 2), column = shape_matrix(2, 1), one = {0},
                     two = shape_vector(2);
        array_apply(&w->arena, OP_SOLVE, NULL, operands, 2, &column, x, NULL);
        array_apply(&w->arena, OP_INVERSE, NULL, operands, 1, &square, inverse, NULL);
        array_apply(&w->arena, OP_DET, NULL, operands, 1, &one, &det, NULL);
        array_apply(&w->arena, OP_LOGDET, NULL, operands, 1, &one, &logdet, NULL);
        array_apply(&w->arena, OP_EIGENVALUES, NULL, operands, 1, &two, values, NULL);
        assert_true(isnan(x[0]) == !rows[i].is_regular &&
                    isnan(x[1]) == !rows[i].is_regular);
        assert_true(isnan(inverse[0]) == !rows[i].is_regular);
        assert_true(is_same_value(det, rows[i].det) &&
                    is_close(logdet, rows[i].logdet, 1e-15));
        assert_true(isnan(values[1]) == isnan(rows[i].a[0]));
    }
}

/* Large enough for several slabs of rows. */
static void a_large_product_is_that_of_its_parts(void **state)
{
    struct world *w = *state;
    enum { ROWS = 301, INNER = 400, COLUMNS = 299 };
    uint32_t seed = 12;
    double *a = ARENA_ARRAY(&w->arena, ROWS * INNER, double);
    double *b = ARENA_ARRAY(&w->arena, INNER * COLUMNS, double);
    double *c = ARENA_ARRAY(&w->arena, ROWS * COLUMNS, double);
    for (size_t i = 0; i < ROWS * INNER; i++)
        a[i] = uniform(&seed, -1, 1);
    for (size_t i = 0; i < INNER * COLUMNS; i++)
        b[i] = uniform(&seed, -1, 1);
    struct array operands[] = {{shape_matrix(ROWS, INNER), a},
                               {shape_matrix(INNER, COLUMNS), b}};
    struct shape to = shape_matrix(ROWS, COLUMNS);
    array_apply(&w->arena, OP_MATMUL, NULL, operands, 2, &to, c, NULL);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLUMNS; j++) {
            double sum = 0, size = 0;
            for (size_t k = 0; k < INNER; k++) {
                sum += a[i * INNER + k] * b[k * COLUMNS + j];
                size += fabs(a[i * INNER + k] * b[k * COLUMNS + j]);
            }
            assert_true(fabs(c[i * COLUMNS + j] - sum) <= INNER * DBL_EPSILON * size);
        }
}

/* ---- Interruption ---- */

static bool count_down(void *user)
{
    size_t *left = user;
    *left -= *left > 0;
    return *left > 0;
}

/* Each asks at least `polls` times, and after a no never again. */
static void long_kernels_can_be_interrupted(void **state)
{
    struct world *w = *state;
    enum { N = 3000000, ROWS = 700 };
    static const struct {
        enum op op;
        struct shape shape, to;
        size_t axes, operands, polls;
    } rows[] = {
        {OP_SQRT, {1, {N}}, {1, {N}}, 0, 1, 2},
        {OP_SUM_OVER, {1, {N}}, {0}, 1, 1, 2},
        {OP_MAX_OVER, {2, {N / 10, 10}}, {1, {10}}, 1, 1, 2},
        {OP_ARGSORT, {1, {N}}, {1, {N}}, 0, 1, 30},
        {OP_MATMUL, {2, {ROWS, ROWS}}, {2, {ROWS, ROWS}}, 0, 2, 8},
    };
    double *x = ARENA_ARRAY(&w->arena, N, double),
           *out = ARENA_ARRAY(&w->arena, N, double);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct array operands[] = {{rows[i].shape, x}, {rows[i].shape, x}};
        struct attributes attributes = {.axes = rows[i].axes};
        struct index_fault fault;
        size_t left = 1000000;
        struct array_poll poll = {.go_on = count_down, .user = &left};
        assert_true(array_apply_polled(&w->arena, rows[i].op, &attributes, operands,
                                       rows[i].operands, &rows[i].to, out, &fault,
                                       &poll));
        assert_true(1000000 - left >= rows[i].polls);
        left = 2;
        assert_false(array_apply_polled(&w->arena, rows[i].op, &attributes, operands,
                                        rows[i].operands, &rows[i].to, out, &fault,
                                        &poll));
        assert_true(poll.is_interrupted && left == 0);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(operations_are_those_of_the_reference),
        TEST(each_loop_is_its_formula),
        TEST(long_sums_are_taken_from_the_left),
        TEST(axes_change_places),
        TEST(a_large_product_is_that_of_its_parts),
        TEST(an_index_outside_is_told),
        TEST(singular_matrices_have_no_solution),
        TEST(long_kernels_can_be_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
