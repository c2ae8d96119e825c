/* SPDX-License-Identifier: MIT
 * test_indefinite.c - factors, solutions and inertia of symmetric matrices, against
 * products and eigenvalues.
 */
#include "linear/eigen.h"
#include "linear/indefinite.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 12 };

static uint64_t state;

static double next_number(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 40) / 0x1p24 - 0.5;
}

/* Whole numbers, with zeros on the diagonal for every third; some are singular. */
static void fill(size_t n, double *a, int kind)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double value = kind == 0 ? next_number() : floor(7 * next_number());
            if (kind == 2 && i == j)
                value = 0;
            a[i * n + j] = a[j * n + i] = value;
        }
}

static struct inertia count_eigenvalues(size_t n, const double *a)
{
    double copy[MOST * MOST], vectors[MOST * MOST], value[MOST], work[MOST];
    struct inertia found = {0, 0, 0};
    memcpy(copy, a, n * n * sizeof *a);
    assert_true(eigen_solve(n, copy, value, vectors, work));
    for (size_t i = 0; i < n; i++) {
        found.positive += value[i] > 1e-10;
        found.negative += value[i] < -1e-10;
        found.zero += fabs(value[i]) <= 1e-10;
    }
    return found;
}

static void check_solution(size_t n, const double *a, const double *factor,
                           const double *order)
{
    double b[MOST], x[MOST], work[MOST], size = 1;
    for (size_t i = 0; i < n; i++)
        b[i] = next_number();
    indefinite_solve(n, factor, order, b, x, work);
    for (size_t i = 0; i < n; i++)
        size = fmax(size, fabs(x[i]));
    for (size_t i = 0; i < n; i++) {
        double left = -b[i];
        for (size_t j = 0; j < n; j++)
            left += a[i * n + j] * x[j];
        assert_true(fabs(left) <= 1e-13 * size);
    }
}

static void inertia_is_that_of_the_eigenvalues(void **unused)
{
    (void)unused;
    for (int round = 0; round < 1500; round++) {
        size_t n = 1 + (size_t)round % MOST;
        double a[MOST * MOST], factor[MOST * MOST], order[MOST], work[3 * MOST];
        fill(n, a, round % 3);
        memcpy(factor, a, sizeof a);
        struct inertia found = indefinite_factor(n, factor, order, work);
        struct inertia right = count_eigenvalues(n, a);
        assert_int_equal(found.positive, right.positive);
        assert_int_equal(found.negative, right.negative);
        assert_int_equal(found.zero, right.zero);
        if (found.zero == 0)
            check_solution(n, a, factor, order);
    }
}

static void a_zero_diagonal_takes_pivots_of_two_rows(void **unused)
{
    (void)unused;
    double a[] = {0, 0, 1, 0}, order[2], work[6], b[] = {2, 3}, x[2];
    struct inertia found = indefinite_factor(2, a, order, work);
    assert_int_equal(found.positive, 1);
    assert_int_equal(found.negative, 1);
    indefinite_solve(2, a, order, b, x, work);
    assert_true(x[0] == 3 && x[1] == 2);
}

/* What lies above the diagonal is never read. */
static void the_upper_half_does_not_count(void **unused)
{
    (void)unused;
    double a[] = {4, (double)NAN, 2, -3}, order[2], work[6];
    struct inertia found = indefinite_factor(2, a, order, work);
    assert_int_equal(found.positive, 1);
    assert_int_equal(found.negative, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inertia_is_that_of_the_eigenvalues),
        cmocka_unit_test(a_zero_diagonal_takes_pivots_of_two_rows),
        cmocka_unit_test(the_upper_half_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
