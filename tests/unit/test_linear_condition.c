/* SPDX-License-Identifier: MIT
 * test_linear_condition.c - the estimate of the condition against the inverse itself. */
#include "linear/lu.h"

#include "linear_fixture.h"

static double estimate(size_t n, const double *a)
{
    double factors[MOST * MOST], pivots[MOST], work[2 * MOST];
    memcpy(factors, a, n * n * sizeof *a);
    assert_int_equal(lu_factor(n, factors, pivots), LU_FACTORED);
    return lu_condition(n, factors, pivots, lu_norm(n, a), work);
}

/* 1 / (|A| |A^-1|), by the inverse. */
static double find_condition(size_t n, const double *a)
{
    double factors[MOST * MOST], pivots[MOST], inverse[MOST * MOST];
    memcpy(factors, a, n * n * sizeof *a);
    assert_int_equal(lu_factor(n, factors, pivots), LU_FACTORED);
    lu_inverse(n, factors, pivots, inverse);
    return 1 / lu_norm(n, inverse) / lu_norm(n, a);
}

static void a_norm_is_the_largest_sum_of_a_column(void **state)
{
    (void)state;
    const double a[] = {1, -7, 2, 3, -4, 5, 2, 0, 6};
    assert_true(lu_norm(3, a) == 13);
    const double b[] = {1, -8, 2, 3, -4, 5, 2, 3, 6};
    assert_true(lu_norm(3, b) == 15 && lu_norm(0, NULL) == 0);
    const double c[] = {(double)NAN, 1, 1, 1};
    assert_true(isnan(lu_norm(2, c)));
}

static void an_estimate_is_near_and_never_too_small(void **state)
{
    (void)state;
    uint64_t seed = 41;
    int exact = 0, all = 0;
    for (size_t n = 1; n <= MOST; n++)
        for (size_t turn = 0; turn < 5 * SCALES; turn++) {
            double a[MOST * MOST];
            fill(&seed, n * n, scales[turn % SCALES], a);
            double estimated = estimate(n, a), condition = find_condition(n, a);
            assert_true(estimated >= condition * (1 - 1e-9));
            assert_true(estimated <= 3 * condition);
            exact += estimated <= condition * (1 + 1e-9);
            all++;
        }
    /* Mostly it is the very number. */
    assert_true(exact * 10 > all * 8);
}

static void known_conditions_are_found(void **state)
{
    (void)state;
    double a[MOST * MOST];
    fill_identity(7, a);
    assert_true(estimate(7, a) == 1);
    a[24] = 1e-200;
    assert_true(fabs(estimate(7, a) / 1e-200 - 1) < 1e-15);
    /* |H| |H^-1| of Hilbert 8 is 3.387279e10. */
    fill_hilbert(8, a);
    assert_true(fabs(estimate(8, a) * 3.387279e10 - 1) < 1e-3);
    const double one[] = {-5};
    assert_true(estimate(1, one) == 1);
    assert_true(lu_condition(0, NULL, NULL, 0, NULL) == 1);
}

static void a_condition_past_the_range_is_0(void **state)
{
    (void)state;
    const double a[] = {1e200, 0, 0, 1e-200};
    assert_true(estimate(2, a) == 0);
    const double b[] = {1, 0, 0, 1e-310};
    assert_true(estimate(2, b) == 0);
}

static void alternating_signs_see_what_the_ascent_misses(void **state)
{
    (void)state;
    enum { N = 4 };
    /* (1, 1, 1, 1) is an eigenvector, and the first unit vector is one of the same value:
     * neither sees that the block in the middle is nearly singular. */
    const double l = 1 - 0x1p-20;
    const double a[] = {1 + l, 0, 0, 0, 0, 1, l, 0, 0, l, 1, 0, 0, 0, 0, 1 + l};
    double estimated = estimate(N, a), condition = find_condition(N, a);
    assert_true(estimated <= 3 * condition && estimated >= 0.99 * condition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_norm_is_the_largest_sum_of_a_column),
        cmocka_unit_test(an_estimate_is_near_and_never_too_small),
        cmocka_unit_test(known_conditions_are_found),
        cmocka_unit_test(a_condition_past_the_range_is_0),
        cmocka_unit_test(alternating_signs_see_what_the_ascent_misses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
