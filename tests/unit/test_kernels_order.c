/* SPDX-License-Identifier: MIT
 * What reductions and sorts promise beyond values: the order of sums in any layout,
 * stability, NaN, edges of the range of numbers. */
#include "array_program.h"

/* ---- Reductions ---- */

static double reduce_vector(struct world *w, enum op op, const double *x, size_t n)
{
    struct attributes all = {.axes = 1};
    struct array operand = {shape_vector(n), x};
    double value = 0;
    assert_true(
        array_apply(&w->arena, op, &all, &operand, 1, &(struct shape){0}, &value, NULL));
    return value;
}

static void sums_are_accurate_and_the_same_in_any_layout(void **state)
{
    struct world *w = *state;
    enum { N = 1000000, COLUMNS = 11 };
    double *x = ARENA_ARRAY(&w->arena, N, double);
    for (size_t i = 0; i < N; i++)
        x[i] = 0.1;
    assert_true(fabs(reduce_vector(w, OP_SUM_OVER, x, N) - 1e5) <= 1e5 * 1e-15);
    uint32_t seed = 9;
    for (size_t n = 0; n < 3000; n = n * 5 / 4 + 1) {
        double *columns = ARENA_ARRAY(&w->arena, n * COLUMNS, double);
        double sums[COLUMNS];
        for (size_t i = 0; i < n * COLUMNS; i++)
            columns[i] = uniform(&seed, -1, 1);
        struct array matrix = {shape_matrix(n, COLUMNS), columns};
        struct shape row = shape_vector(COLUMNS);
        array_apply(&w->arena, OP_SUM_OVER, &(struct attributes){.axes = 1}, &matrix, 1,
                    &row, sums, NULL);
        for (size_t c = 0; c < COLUMNS; c++) {
            long double exact = 0;
            for (size_t i = 0; i < n; i++) {
                x[i] = columns[i * COLUMNS + c];
                exact += (long double)x[i];
            }
            assert_true(sums[c] == reduce_vector(w, OP_SUM_OVER, x, n));
            assert_true(fabsl((long double)sums[c] - exact) <
                        1e-14L * (1 + (long double)n / 30));
        }
    }
}

static void short_sums_are_taken_by_hand(void **state)
{
    struct world *w = *state;
    double x[] = {1e16, 1, -1e16, 0.1, 0.2, 0.3}, total = 0;
    for (size_t n = 0; n <= 6; n++) {
        assert_true(reduce_vector(w, OP_SUM_OVER, x, n) == total);
        total += n < 6 ? x[n] : 0;
    }
    assert_true(signbit(reduce_vector(w, OP_SUM_OVER, (double[]){-0.0}, 1)));
}

static void reductions_keep_what_is_not_finite(void **state)
{
    struct world *w = *state;
    const double inf = (double)INFINITY, nan = (double)NAN;
    const struct {
        enum op op;
        double x[3];
        size_t n;
        double due;
    } rows[] = {
        {OP_SUM_OVER, {0}, 0, 0},
        {OP_PROD_OVER, {0}, 0, 1},
        {OP_MIN_OVER, {0}, 0, nan},
        {OP_MAX_OVER, {0}, 0, nan},
        {OP_LOGSUMEXP_OVER, {0}, 0, -inf},
        {OP_NORM_OVER, {0}, 0, 0},
        {OP_ARGMIN_OVER, {0}, 0, nan},
        {OP_MIN_OVER, {1, nan, 0}, 3, nan},
        {OP_MAX_OVER, {nan, 1, 2}, 3, nan},
        {OP_ARGMIN_OVER, {1, nan, 0}, 3, 2},
        {OP_ARGMAX_OVER, {3, 3, 1}, 3, 1},
        {OP_ARGMAX_OVER, {nan, 3, nan}, 3, 1},
        {OP_ARGMIN_OVER, {inf, inf, inf}, 3, 1},
        {OP_ARGMAX_OVER, {-inf, -inf, -inf}, 3, 1},
        {OP_MIN_OVER, {-3, -3, inf}, 3, -3},
        {OP_MIN_OVER, {2, inf, 3}, 3, 2},
        {OP_LOGSUMEXP_OVER, {1000, 1000, 1000}, 3, 1001.09861228866811},
        {OP_LOGSUMEXP_OVER, {-1000, -1001, -inf}, 3, -999.68673831248177},
        {OP_LOGSUMEXP_OVER, {-inf, -inf, -inf}, 3, -inf},
        {OP_LOGSUMEXP_OVER, {inf, 1, -inf}, 3, inf},
        {OP_LOGSUMEXP_OVER, {inf, 1, nan}, 3, nan},
        {OP_NORM_OVER, {3, -4, 0}, 3, 5},
        {OP_NORM_OVER, {3e200, 4e200, 0}, 3, 5e200},
        {OP_NORM_OVER, {3e-200, 4e-200, 0}, 3, 5e-200},
        {OP_NORM_OVER, {-5e-324, 0, 0}, 3, 5e-324},
        {OP_NORM_OVER, {-inf, 1, 0}, 3, inf},
        {OP_NORM_OVER, {inf, nan, 0}, 3, nan},
        {OP_NORM_OVER, {0, -0.0, 0}, 3, 0},
        {OP_NORM_OVER, {-1.7e308, 0, 0}, 3, 1.7e308},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double value = reduce_vector(w, rows[i].op, rows[i].x, rows[i].n);
        bool is_exact = !isfinite(rows[i].due) || rows[i].op != OP_LOGSUMEXP_OVER;
        if (is_exact ? !(isnan(rows[i].due)
                             ? isnan(value)
                             : fabs(value - rows[i].due) <= 1e-15 * fabs(value) ||
                                   value == rows[i].due)
                     : !is_close(value, rows[i].due, 1e-15))
            fail_msg("%s, row %zu: %.17g", op_info(rows[i].op)->id, i, value);
    }
}

/* ---- Orders ---- */

static void sorts_are_stable_with_nan_last(void **state)
{
    struct world *w = *state;
    uint32_t seed = 77;
    static const size_t sizes[] = {0, 1, 2, 7, 8, 9, 16, 17, 256, 257, 1000, 4099};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s];
        double *x = ARENA_ARRAY(&w->arena, 2 * n, double);
        double *order = ARENA_ARRAY(&w->arena, 2 * n, double);
        bool *seen = ARENA_ARRAY(&w->arena, n, bool);
        for (size_t i = 0; i < 2 * n; i++)
            x[i] = below(&seed, 9) == 0 ? (double)NAN : (double)below(&seed, n / 3 + 1);
        struct array operand = {shape_matrix(2, n), x};
        array_apply(&w->arena, OP_ARGSORT, NULL, &operand, 1, &operand.shape, order,
                    NULL);
        for (size_t i = 0; i < n; i++) { /* of the second row */
            size_t at = (size_t)order[n + i];
            assert_true(at < n && !seen[at]);
            seen[at] = true;
            if (i == 0)
                continue;
            double before = x[n + (size_t)order[n + i - 1]], here = x[n + at];
            assert_true(isnan(here) || before <= here);
            if (before == here || (isnan(before) && isnan(here)))
                assert_true(order[n + i - 1] < order[n + i]);
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(sums_are_accurate_and_the_same_in_any_layout),
        TEST(short_sums_are_taken_by_hand),
        TEST(reductions_keep_what_is_not_finite),
        TEST(sorts_are_stable_with_nan_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
