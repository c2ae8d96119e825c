/* SPDX-License-Identifier: MIT
 * Least squares in numbers of two doubles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "script/wide_fit.h"

enum { N = 9, M = 30 };

/* Powers of 1, 2, ..., M and their sum with coefficients 1, 2, ..., N. */
static void fill_powers(struct wide *rows)
{
    for (size_t i = 0; i < M; i++) {
        struct wide power = wide_of(1), sum = {0, 0};
        for (size_t j = 0; j < N; j++) {
            rows[i * (N + 1) + j] = power;
            sum = wide_add(sum, wide_multiply(power, wide_of((double)j + 1)));
            power = wide_multiply(power, wide_of((double)i + 1));
        }
        rows[i * (N + 1) + N] = sum;
    }
}

static void powers_are_told_apart(void **state)
{
    struct wide rows[M * (N + 1)], p[N];
    double scales[N + 1];
    (void)state;
    fill_powers(rows);
    assert_true(wide_triangle(M, N, rows, scales));
    wide_solve(N, rows, scales, p);
    for (size_t j = 0; j < N; j++) {
        double off = fabs((p[j].high - (double)j - 1) + p[j].low);
        if (!(off < 1e-16))
            fail_msg("coefficient %zu is off by %g", j, off);
    }
    assert_true(fabs(rows[N * (N + 1) + N].high) * scales[N] < 1e-14);
}

/* (1, 1), (1, 2), (1, 3) against 1, 2, 4: J'J = (3 6; 6 14), of determinant 6. */
static void errors_are_those_of_the_inverse(void **state)
{
    struct wide rows[9], inverse[4];
    double scales[3], errors[2], correlation[4];
    static const double numbers[9] = {1, 1, 1, 1, 2, 2, 1, 3, 4};
    (void)state;
    for (size_t i = 0; i < 9; i++)
        rows[i] = wide_of(numbers[i]);
    assert_true(wide_triangle(3, 2, rows, scales));
    wide_errors(2, rows, scales, inverse, errors, correlation);
    assert_true(fabs(errors[0] - sqrt(14.0 / 6)) < 1e-15);
    assert_true(fabs(errors[1] - sqrt(3.0 / 6)) < 1e-15);
    assert_true(fabs(correlation[1] + 6 / sqrt(42)) < 1e-15);
    assert_true(correlation[0] == 1 && correlation[1] == correlation[2]);
    /* the fit is -2/3 + 3/2 x, off by 1/6, -1/3 and 1/6 */
    assert_true(fabs(fabs(rows[8].high) * scales[2] - sqrt(1.0 / 6)) < 1e-15);
}

static void columns_that_depend_on_others_are_refused(void **state)
{
    struct wide rows[9];
    double scales[3];
    static const double numbers[9] = {1, 2, 1, 1, 2, 2, 1, 2, 4};
    (void)state;
    for (size_t i = 0; i < 9; i++)
        rows[i] = wide_of(numbers[i]);
    assert_false(wide_triangle(3, 2, rows, scales));
    memset(rows, 0, sizeof rows);
    assert_false(wide_triangle(3, 2, rows, scales));
}

static void what_is_not_finite_is_refused(void **state)
{
    static const double bad[] = {(double)NAN, (double)INFINITY, 1e300, 1e-300};
    struct wide rows[9];
    double scales[3];
    (void)state;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        for (size_t i = 0; i < 9; i++)
            rows[i] = wide_of(k < 2 ? (double)(i * i) : 0);
        rows[3].high = bad[k];
        assert_false(wide_triangle(3, 2, rows, scales));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers_are_told_apart),
        cmocka_unit_test(errors_are_those_of_the_inverse),
        cmocka_unit_test(columns_that_depend_on_others_are_refused),
        cmocka_unit_test(what_is_not_finite_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
