/* SPDX-License-Identifier: MIT
 * test_linear_product.c - products have the very bits of three plain loops. */
#include "linear/product.h"

#include "linear_fixture.h"

#include "linear/product_level.h"

#include <stdlib.h>

static const size_t sizes[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,
                               10, 13, 16, 23, 24, 33, 49, 64, 129};
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

/* Onto what stands there, as PRODUCT_ADD and PRODUCT_SUBTRACT say. */
static void accumulate(double sign, size_t m, size_t n, size_t k, struct view a,
                       struct view b, double *c)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            c[i * n + j] = chain(c[i * n + j], sign, k, a, b, i, j);
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

/* ---- Every copy ---- */

/* In memory of just the size that is needed, so that nothing is read outside. */
static double *draw_numbers(uint64_t *seed, size_t count)
{
    double *x = malloc(count * sizeof *x + 1);
    assert_non_null(x);
    fill(seed, count, 1, x);
    return x;
}

static void compare_copy(const struct product_level *level, enum product_use use,
                         size_t m, size_t k, size_t n, unsigned form, uint64_t *seed)
{
    double *a = draw_numbers(seed, m * k), *b = draw_numbers(seed, k * n);
    double *c = draw_numbers(seed, m * n), *d = draw_numbers(seed, m * n);
    double *packed = draw_numbers(seed, product_packed_size(k, n));
    struct view left = stored(a, m, k, form & 1), right = stored(b, k, n, form & 2);
    memcpy(d, c, m * n * sizeof *d);
    double *expected = draw_numbers(seed, m * n);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            expected[i * n + j] =
                chain_of(level->is_fused, use == PRODUCT_SET ? 0 : c[i * n + j],
                         use == PRODUCT_SUBTRACT ? -1 : 1, k, left, right, i, j);
    level->multiply(use, m, k, n, left, right, c, n);
    assert_true(are_same(m * n, c, expected));
    level->pack(k, n, right, packed);
    level->packed(use, m, k, n, left, packed, d, n);
    assert_true(are_same(m * n, d, expected));
    double *all[] = {a, b, c, d, packed, expected};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

static void compare_shapes(const struct product_level *level)
{
    uint64_t seed = 31;
    const size_t depths[] = {1, 9, 255, 256, 257, 600};
    for (size_t i = 1; i < SIZES; i++)
        for (size_t j = 1; j < SIZES; j++)
            for (size_t k = 0; k < sizeof depths / sizeof *depths; k++)
                compare_copy(level, (enum product_use)((i + j + k) % 3), sizes[i],
                             depths[k], sizes[j], (unsigned)(i + 2 * j + k) % 4, &seed);
    for (unsigned form = 0; form < 4; form++)
        compare_copy(level, PRODUCT_SET, 200, 70, 150, form, &seed);
}

static void every_copy_has_the_order_of_the_header(void **state)
{
    (void)state;
    compare_shapes(&product_baseline);
#ifdef CPU_HAS_LEVELS
    if (cpu_has_v3())
        compare_shapes(&product_v3);
    if (cpu_has_v4())
        compare_shapes(&product_v4);
    assert_true(product_v3.is_fused && product_v4.is_fused);
    assert_true(product_is_fused() == cpu_has_v3());
#endif
}

/* ---- Long sums ---- */

/* The sum of terms from `first` on in the order that the header gives, from 0. */
static double long_sum(size_t first, size_t end, size_t unit, struct view a,
                       struct view b, size_t i, size_t j)
{
    if (end - first <= PRODUCT_RUN)
        return chain(0, 1, end - first, view_from(a, 0, first), view_from(b, first, 0), i,
                     j);
    double sum = 0;
    for (; first < end; first += unit)
        sum += long_sum(first, end - first < unit ? end : first + unit, unit / 64, a, b,
                        i, j);
    return sum;
}

static void compare_long(size_t m, size_t k, size_t n)
{
    uint64_t seed = k;
    double *a = draw_numbers(&seed, k * m), *b = draw_numbers(&seed, k * n);
    double *c = draw_numbers(&seed, m * n);
    struct view x = view_transposed(view_rows(a, m)), r = view_rows(b, n);
    product_multiply(PRODUCT_SET, m, k, n, x, r, c, n);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            size_t unit = k > PRODUCT_LONG ? PRODUCT_LONG : PRODUCT_RUN;
            assert_true(c[i * n + j] == long_sum(0, k, unit, x, r, i, j));
        }
    free(a);
    free(b);
    free(c);
}

static void long_sums_are_taken_by_runs(void **state)
{
    (void)state;
    compare_long(3, PRODUCT_RUN - 1, 2);
    compare_long(3, PRODUCT_RUN, 2);
    compare_long(3, PRODUCT_RUN + 1, 2);
    compare_long(60, 2 * PRODUCT_RUN + 300, 1);
    compare_long(1, 2 * PRODUCT_RUN + 300, 50);
    compare_long(49, PRODUCT_RUN + 5, 51);
    compare_long(1, PRODUCT_LONG + PRODUCT_RUN + 7, 1);
}

/* Where one sum after the other has lost six digits. */
static void a_sum_of_a_million_equal_terms_is_nearly_exact(void **state)
{
    (void)state;
    enum { N = 1000000 };
    double *x = malloc(2 * N * sizeof *x), sum = 0;
    assert_non_null(x);
    for (size_t i = 0; i < (size_t)N; i++) {
        x[i] = 0.1;
        x[N + i] = 1;
    }
    product_multiply(PRODUCT_SET, 1, N, 1, view_rows(x, N), view_rows(x + N, 1), &sum, 1);
    assert_true(fabs(sum - 1e5) < 1e-9);
    free(x);
}

/* ---- Polls ---- */

static bool count_down(void *user, size_t terms)
{
    size_t *left = user;
    assert_true(terms > 0 && terms <= (size_t)1 << 28);
    return (*left)-- > 0;
}

static void a_long_product_can_be_ended(void **state)
{
    (void)state;
    enum { N = 800 };
    uint64_t seed = 3;
    double *a = draw_numbers(&seed, N * N), *c = draw_numbers(&seed, N * N);
    double *whole = draw_numbers(&seed, N * N);
    struct view x = view_rows(a, N);
    size_t left = 1000000;
    const struct product_poll poll = {count_down, &left};
    assert_true(product_multiply_polled(PRODUCT_SET, N, N, N, x, x, whole, N, &poll));
    size_t asked = 1000000 - left;
    assert_true(asked >= 4 && asked < 100);
    product_multiply(PRODUCT_SET, N, N, N, x, x, c, N);
    assert_true(are_same(N * N, c, whole));
    const size_t stops[] = {0, 1, asked / 4};
    for (size_t i = 0; i < 3; i++) {
        left = stops[i];
        assert_false(product_multiply_polled(PRODUCT_SET, N, N, N, x, x, c, N, &poll));
        assert_true(left == SIZE_MAX); /* not asked again */
    }
    free(a);
    free(c);
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_copy_has_the_order_of_the_header),
        cmocka_unit_test(long_sums_are_taken_by_runs),
        cmocka_unit_test(a_sum_of_a_million_equal_terms_is_nearly_exact),
        cmocka_unit_test(a_long_product_can_be_ended),
        cmocka_unit_test(products_have_the_bits_of_plain_loops),
        cmocka_unit_test(a_product_worked_out_by_hand),
        cmocka_unit_test(nothing_is_written_beside_the_result),
        cmocka_unit_test(a_vector_gets_the_bits_of_a_matrix_with_one_column),
        cmocka_unit_test(undefined_numbers_stay_in_their_row_and_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
