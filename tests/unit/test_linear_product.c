/* SPDX-License-Identifier: MIT
 * test_linear_product.c - products have the very bits of three plain loops. */
#include "linear/product.h"

#include "linear_fixture.h"

static const size_t sizes[] = {0, 1, 2, 7, 15, 16, 33, 63, 64, 65, 129};
enum { SIZES = sizeof sizes / sizeof *sizes, LARGEST = 129 };

struct room {
    double a[LARGEST * LARGEST], b[LARGEST * LARGEST], c[LARGEST * LARGEST],
        expected[LARGEST * LARGEST];
};

/* A or B, as it is or stored transposed. */
static struct view stored(const double *entries, size_t rows, size_t columns,
                          bool transposed)
{
    return transposed ? view_transposed(view_rows(entries, rows))
                      : view_rows(entries, columns);
}

/* One after the other onto what stands there, as PRODUCT_ADD and PRODUCT_SUBTRACT say. */
static void accumulate(double sign, size_t m, size_t n, size_t k, struct view a,
                       struct view b, double *c)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t l = 0; l < k; l++)
                c[i * n + j] += sign * (view_entry(a, i, l) * view_entry(b, l, j));
}

static void compare(struct room *room, size_t m, size_t k, size_t n, unsigned form)
{
    struct view a = stored(room->a, m, k, form & 1), b = stored(room->b, k, n, form & 2);
    for (size_t i = 0; i < m * n; i++)
        room->c[i] = (double)NAN;
    product_multiply(PRODUCT_SET, m, k, n, a, b, room->c, n);
    multiply(m, k, n, a, b, room->expected);
    assert_true(are_same(m * n, room->c, room->expected));
    product_multiply(PRODUCT_ADD, m, k, n, a, b, room->c, n);
    accumulate(1, m, n, k, a, b, room->expected);
    assert_true(are_same(m * n, room->c, room->expected));
    memcpy(room->c, room->a, m * n * sizeof *room->c);
    memcpy(room->expected, room->a, m * n * sizeof *room->c);
    product_multiply(PRODUCT_SUBTRACT, m, k, n, a, b, room->c, n);
    accumulate(-1, m, n, k, a, b, room->expected);
    assert_true(are_same(m * n, room->c, room->expected));
}

static void products_have_the_bits_of_plain_loops(void **state)
{
    (void)state;
    static struct room room;
    uint64_t seed = 5;
    fill(&seed, LARGEST * LARGEST, 1, room.a);
    fill(&seed, LARGEST * LARGEST, 1, room.b);
    for (size_t i = 0; i < SIZES; i++)
        for (size_t j = 0; j < SIZES; j++)
            for (size_t k = 0; k < SIZES; k++)
                compare(&room, sizes[i], sizes[j], sizes[k], (unsigned)(i + j + k) % 4);
    for (unsigned form = 0; form < 4; form++)
        compare(&room, 65, 129, 63, form);
}

static void a_product_worked_out_by_hand(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, -1, 2, 1, 1};
    const double ab[] = {2, 7, 5, 16}, atb[] = {-7, 8, 8, -8, 10, 10};
    const double abt[] = {-2, 7, -2, 19};
    double c[6];
    product_multiply(PRODUCT_SET, 2, 3, 2, view_rows(a, 3), view_rows(b, 2), c, 2);
    assert_true(are_same(4, c, ab));
    product_multiply(PRODUCT_SET, 2, 3, 2, view_rows(a, 3),
                     view_transposed(view_rows(b, 3)), c, 2);
    assert_true(are_same(4, c, abt));
    /* (2 x 3)' (2 x 3), its first two rows */
    const double d[] = {1, 0, 0, -2, 2, 2};
    product_multiply(PRODUCT_SET, 2, 2, 3, view_transposed(view_rows(a, 3)),
                     view_rows(d, 3), c, 3);
    assert_true(are_same(6, c, atb));
}

static void nothing_is_written_beside_the_result(void **state)
{
    (void)state;
    enum { STEP = 50, ROWS = 9, INNER = 70 };
    double a[ROWS * INNER], b[INNER * STEP], c[ROWS * STEP], expected[ROWS * STEP];
    uint64_t seed = 6;
    fill(&seed, ROWS * INNER, 1, a);
    fill(&seed, INNER * STEP, 1, b);
    for (size_t columns = 0; columns <= 41; columns++) {
        for (size_t i = 0; i < ROWS * STEP; i++)
            c[i] = 17;
        struct view part = view_from(view_rows(b, STEP), 0, 3);
        multiply(ROWS, INNER, columns, view_rows(a, INNER), part, expected);
        product_multiply(PRODUCT_SET, ROWS, INNER, columns, view_rows(a, INNER), part, c,
                         STEP);
        for (size_t i = 0; i < ROWS; i++) {
            assert_true(are_same(columns, c + i * STEP, expected + i * columns));
            for (size_t j = columns; j < STEP; j++)
                assert_true(c[i * STEP + j] == 17);
        }
    }
}

static void a_vector_gets_the_bits_of_a_matrix_with_one_column(void **state)
{
    (void)state;
    static double a[LARGEST * LARGEST];
    double x[LARGEST], y[LARGEST], expected[LARGEST];
    uint64_t seed = 7;
    fill(&seed, LARGEST * LARGEST, 1, a);
    fill(&seed, LARGEST, 1, x);
    for (size_t i = 0; i < SIZES; i++)
        for (size_t j = 0; j < SIZES; j++)
            for (int turned = 0; turned < 2; turned++) {
                struct view view = stored(a, sizes[i], sizes[j], turned);
                fill(&seed, LARGEST, 1, y);
                memcpy(expected, y, sizeof y);
                product_vector(PRODUCT_SUBTRACT, sizes[i], sizes[j], view, x, y);
                accumulate(-1, sizes[i], 1, sizes[j], view, view_rows(x, 1), expected);
                assert_true(are_same(LARGEST, y, expected));
                product_vector(PRODUCT_SET, sizes[i], sizes[j], view, x, y);
                multiply(sizes[i], sizes[j], 1, view, view_rows(x, 1), expected);
                assert_true(are_same(LARGEST, y, expected));
            }
}

static void undefined_numbers_stay_in_their_row_and_column(void **state)
{
    (void)state;
    enum { N = 37 };
    double a[N * N], b[N * N], c[N * N];
    uint64_t seed = 8;
    fill(&seed, N * N, 1, a);
    fill(&seed, N * N, 1, b);
    a[4 * N + 5] = (double)NAN;
    a[6 * N + 6] = (double)INFINITY;
    b[9 * N + 30] = 1e308 * 10;
    product_multiply(PRODUCT_SET, N, N, N, view_rows(a, N), view_rows(b, N), c, N);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double entry = c[i * N + j];
            assert_true(i == 4              ? (bool)isnan(entry)
                        : i == 6 || j == 30 ? !isfinite(entry)
                                            : (bool)isfinite(entry));
        }
    /* 0 times infinity is no number. */
    const double zero[] = {0, 1}, infinite[] = {(double)INFINITY, 1};
    product_vector(PRODUCT_SET, 1, 2, view_rows(zero, 2), infinite, c);
    assert_true(isnan(c[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_have_the_bits_of_plain_loops),
        cmocka_unit_test(a_product_worked_out_by_hand),
        cmocka_unit_test(nothing_is_written_beside_the_result),
        cmocka_unit_test(a_vector_gets_the_bits_of_a_matrix_with_one_column),
        cmocka_unit_test(undefined_numbers_stay_in_their_row_and_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
