/* SPDX-License-Identifier: MIT
 * The loops over rows of a walk against plain ones, at every level of this machine: the
 * least and the greatest, whatever their place, the bits of squares, and what is said of
 * numbers that are not finite. */
#include "descent_problems.h"

#include "descent/vector.h"
#include "descent/walk_measure.h"

enum { MOST = 70, VARIABLES = 6 };

static const struct walk_level *levels[2];
static size_t level_count;

/* Numbers with ties among them; not the same in every call. */
static void fill(double *a, size_t count)
{
    static uint64_t state = 1;
    for (size_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        a[i] = (double)(int)((state >> 33) % 41) / 8 - 2.5;
    }
}

static struct walk_range plain_range(const double *a, size_t count)
{
    struct walk_range range = {a[0], a[0], true};
    for (size_t i = 0; i < count; i++) {
        range.least = a[i] < range.least ? a[i] : range.least;
        range.greatest = a[i] > range.greatest ? a[i] : range.greatest;
        range.is_finite = range.is_finite && isfinite(a[i]);
    }
    return range;
}

static void assert_range(struct walk_range is, struct walk_range expected)
{
    assert_true(is.is_finite == expected.is_finite);
    if (!expected.is_finite)
        return;
    assert_true(is.least == expected.least);
    assert_true(is.greatest == expected.greatest);
}

static void compare_ranges(const struct walk_level *level, const double *a, size_t count)
{
    double sizes[MOST], changes[MOST];
    for (size_t i = 0; i < count; i++) {
        sizes[i] = fabs(a[i]);
        changes[i] = fabs(a[i] - (a + i)[-1]);
    }
    assert_range(level->range(a, count), plain_range(a, count));
    assert_range(level->range_of_sizes(a, count), plain_range(sizes, count));
    assert_range(level->range_of_changes(a, count), plain_range(changes, count));
}

static void the_extremes_are_found_at_every_place(void **state)
{
    (void)state;
    double a[MOST + 1];
    for (size_t k = 0; k < level_count; k++)
        for (size_t count = 1; count < MOST; count++)
            for (size_t i = 0; i < count; i++) {
                fill(a, count + 1);
                compare_ranges(levels[k], a + 1, count);
                a[1 + i] = i % 2 == 0 ? 7 : -7;
                compare_ranges(levels[k], a + 1, count);
                a[1 + i] = 0x1p-1074;
                compare_ranges(levels[k], a + 1, count);
            }
}

static void one_number_that_is_not_finite_tells(void **state)
{
    (void)state;
    static const double bad[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    double a[MOST * 3];
    for (size_t k = 0; k < level_count; k++)
        for (size_t count = 1; count < MOST - 1; count++)
            for (size_t i = 0; i < count; i++) {
                fill(a, 3 * MOST);
                a[i] = bad[(i + count) % 3];
                assert_false(levels[k]->range(a, count).is_finite);
                assert_false(levels[k]->range_of_sizes(a, count).is_finite);
                for (size_t n = 2; n < 4; n++)
                    assert_false(
                        levels[k]->range_of_squares(a, n, count / n + 1).is_finite);
            }
}

static void squares_have_the_bits_of_products(void **state)
{
    (void)state;
    double a[MOST * VARIABLES], squares[MOST];
    for (size_t k = 0; k < level_count; k++)
        for (size_t n = 1; n <= VARIABLES; n++)
            for (size_t count = 1; count < MOST; count++) {
                fill(a, MOST * VARIABLES);
                for (size_t i = 0; i < MOST * VARIABLES; i++)
                    a[i] = a[i] / 3;
                for (size_t i = 0; i < count; i++)
                    squares[i] = vector_dot(n, a + i * n, a + i * n);
                assert_range(levels[k]->range_of_squares(a, n, count),
                             plain_range(squares, count));
            }
}

static void the_first_of_equal_numbers_is_found(void **state)
{
    (void)state;
    double a[MOST];
    for (size_t k = 0; k < level_count; k++)
        for (size_t count = 1; count < MOST; count++)
            for (size_t i = 0; i < count; i++) {
                fill(a, count);
                a[i] = -9;
                a[i + (count - i) / 2] = -9;
                a[count - 1] = -9;
                assert_int_equal(levels[k]->find(a, count, -9), i);
                a[i] = -(double)0;
                assert_true(levels[k]->find(a, count, 0) <= i);
                assert_int_equal(levels[k]->find(a, count, 11), count);
                a[0] = (double)NAN;
                assert_int_equal(levels[k]->find(a, count, 11), count);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_extremes_are_found_at_every_place),
        cmocka_unit_test(one_number_that_is_not_finite_tells),
        cmocka_unit_test(squares_have_the_bits_of_products),
        cmocka_unit_test(the_first_of_equal_numbers_is_found),
    };
    levels[level_count++] = &walk_level_baseline;
    if (walk_best_level() != levels[0])
        levels[level_count++] = walk_best_level();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
