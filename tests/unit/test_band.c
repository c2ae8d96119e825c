/* SPDX-License-Identifier: MIT
 * test_band.c - factors and solutions of band matrices, against plain products. */
#include "linear/band.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 30, WIDEST = 6 };

static double next_number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 40) / 0x1p24 - 0.5;
}

static void fill(uint64_t *state, size_t n, size_t width, double diagonal, double *a)
{
    memset(a, 0, n * (width + 1) * sizeof *a);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k <= width && k <= i; k++)
            a[i * (width + 1) + k] = next_number(state) + (k == 0 ? diagonal : 0);
}

static double entry(size_t width, const double *a, size_t i, size_t j)
{
    size_t low = i < j ? i : j, high = i < j ? j : i;
    return high - low > width ? 0 : a[high * (width + 1) + high - low];
}

static void a_product_is_that_of_the_whole_matrix(void **unused)
{
    (void)unused;
    uint64_t state = 1;
    double a[MOST * (WIDEST + 1)], v[MOST], out[MOST];
    for (size_t n = 1; n <= MOST; n++)
        for (size_t width = 0; width <= WIDEST; width++) {
            fill(&state, n, width, 0, a);
            for (size_t i = 0; i < n; i++)
                v[i] = next_number(&state);
            band_multiply(n, width, a, v, out);
            for (size_t i = 0; i < n; i++) {
                double sum = 0;
                for (size_t j = 0; j < n; j++)
                    sum += entry(width, a, i, j) * v[j];
                assert_true(fabs(out[i] - sum) < 1e-14);
            }
        }
}

static void a_positive_definite_matrix_is_solved(void **unused)
{
    (void)unused;
    uint64_t state = 2;
    double a[MOST * (WIDEST + 1)], factor[MOST * (WIDEST + 1)], x[MOST], b[MOST];
    for (size_t n = 1; n <= MOST; n++)
        for (size_t width = 0; width <= WIDEST; width++) {
            fill(&state, n, width, 2 * WIDEST, a);
            memcpy(factor, a, sizeof a);
            for (size_t i = 0; i < n; i++)
                x[i] = next_number(&state);
            band_multiply(n, width, a, x, b);
            assert_true(band_factor(n, width, factor));
            band_solve(n, width, factor, b, b);
            for (size_t i = 0; i < n; i++)
                assert_true(fabs(b[i] - x[i]) < 1e-13);
        }
}

static void what_is_not_positive_is_told_and_made_so(void **unused)
{
    (void)unused;
    double turned[] = {-4, 0, 1, 0}, zero[] = {0, 0, 0, 0}, singular[] = {1, 0, 1, 1};
    const double b[] = {8, 3};
    double x[2];
    assert_false(band_factor(2, 1, turned));
    band_solve(2, 1, turned, b, x);
    assert_true(x[0] == 2 && x[1] == 3);
    assert_false(band_factor(2, 1, zero));
    assert_true(zero[0] > 0 && zero[2] > 0);
    assert_false(band_factor(2, 1, singular));
    assert_true(singular[0] > 0 && singular[2] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_is_that_of_the_whole_matrix),
        cmocka_unit_test(a_positive_definite_matrix_is_solved),
        cmocka_unit_test(what_is_not_positive_is_told_and_made_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
