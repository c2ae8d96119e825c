/* SPDX-License-Identifier: MIT
 * test_ldl.c - L D L' of matrices that are positive definite and of others.
 */
#include "linear/ldl.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 12 };

/* A number between -1 and 1. */
static double draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) / 4503599627370496.0 - 1;
}

/* Above the diagonal there is nothing. */
static void draw_symmetric(uint64_t *seed, size_t n, double *a)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            a[i * n + j] = j <= i ? draw(seed) : (double)NAN;
}

/* a <- B B' + 0.01 I. */
static void draw_definite(uint64_t *seed, size_t n, double *a)
{
    double b[MOST * MOST];
    for (size_t i = 0; i < n * n; i++)
        b[i] = draw(seed);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            a[i * n + j] = j == i ? 0.01 : j < i ? 0 : (double)NAN;
            for (size_t k = 0; j <= i && k < n; k++)
                a[i * n + j] += b[i * n + k] * b[j * n + k];
        }
}

static double entry(const double *a, size_t n, size_t i, size_t j)
{
    return i >= j ? a[i * n + j] : a[j * n + i];
}

/* The change of the diagonal that the factors hold; elsewhere they must give A. */
static void find_change(size_t n, const double *a, const double *factors,
                        const double *order, double *change)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t k = 0; k <= j; k++)
                sum += (k < i ? factors[i * n + k] : 1) * factors[k * n + k] *
                       (k < j ? factors[j * n + k] : 1);
            double difference = sum - entry(a, n, (size_t)order[i], (size_t)order[j]);
            if (i == j)
                change[(size_t)order[i]] = difference;
            else
                assert_true(fabs(difference) < 1e-13);
        }
}

static void a_system_worked_out_by_hand(void **state)
{
    (void)state;
    double a[] = {4, (double)NAN, 2, 3}, order[2], work[2], x[] = {2, 5};
    assert_true(ldl_factor(2, a, order));
    ldl_solve(2, a, order, x, x, work);
    assert_true(fabs(x[0] + 0.5) < 1e-15 && fabs(x[1] - 2) < 1e-15);
    /* The larger diagonal entry comes first. */
    double b[] = {1, (double)NAN, 2, 9};
    assert_true(ldl_factor(2, b, order));
    assert_true(order[0] == 1 && order[1] == 0);
    assert_true(b[0] == 9 && b[2] == 2.0 / 9 && fabs(b[3] - 5.0 / 9) < 1e-15);
}

static void a_definite_matrix_is_not_changed(void **state)
{
    (void)state;
    uint64_t seed = 2385;
    for (size_t n = 1; n <= MOST; n++)
        for (int turn = 0; turn < 20; turn++) {
            double a[MOST * MOST], factors[MOST * MOST], order[MOST], change[MOST];
            draw_definite(&seed, n, a);
            memcpy(factors, a, sizeof a);
            assert_true(ldl_factor(n, factors, order));
            find_change(n, a, factors, order, change);
            for (size_t i = 0; i < n; i++)
                assert_true(fabs(change[i]) < 1e-13);
        }
}

static void solutions_solve(void **state)
{
    (void)state;
    uint64_t seed = 1713;
    for (size_t n = 1; n <= MOST; n++) {
        double a[MOST * MOST], factors[MOST * MOST], order[MOST];
        double x[MOST], b[MOST], solution[MOST], work[MOST];
        draw_definite(&seed, n, a);
        for (size_t i = 0; i < n; i++)
            x[i] = draw(&seed);
        for (size_t i = 0; i < n; i++) {
            b[i] = 0;
            for (size_t j = 0; j < n; j++)
                b[i] += entry(a, n, i, j) * x[j];
        }
        memcpy(factors, a, sizeof a);
        assert_true(ldl_factor(n, factors, order));
        ldl_solve(n, factors, order, b, solution, work);
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(solution[i] - x[i]) < 1e-10);
    }
}

static void another_gets_a_larger_diagonal(void **state)
{
    (void)state;
    uint64_t seed = 42;
    int changed = 0;
    for (size_t n = 1; n <= MOST; n++)
        for (int turn = 0; turn < 20; turn++) {
            double a[MOST * MOST], factors[MOST * MOST], order[MOST], change[MOST];
            double b[MOST], x[MOST], work[MOST], along = 0;
            draw_symmetric(&seed, n, a);
            memcpy(factors, a, sizeof a);
            bool unchanged = ldl_factor(n, factors, order);
            changed += !unchanged;
            find_change(n, a, factors, order, change);
            for (size_t i = 0; i < n; i++) {
                assert_true(factors[i * n + i] > 0);
                assert_true(unchanged ? fabs(change[i]) < 1e-13 : change[i] > -1e-13);
                b[i] = draw(&seed);
            }
            /* What is solved has the sign of b: it goes downhill. */
            ldl_solve(n, factors, order, b, x, work);
            for (size_t i = 0; i < n; i++)
                along += b[i] * x[i];
            assert_true(along > 0);
        }
    assert_true(changed > 200);
}

static void a_negative_curvature_changes_its_sign(void **state)
{
    (void)state;
    double a[] = {2, (double)NAN, (double)NAN, 0, -1.88, (double)NAN, 0, 0, 5}, order[3];
    assert_false(ldl_factor(3, a, order));
    assert_true(a[0] == 5 && a[4] == 2 && a[8] == 1.88);
}

static void a_small_diagonal_is_bounded_by_what_is_below(void **state)
{
    (void)state;
    /* Of x y: beta^2 = 1/sqrt(3), d = 1/beta^2, l = 1/d, and 1/d is left. */
    double a[] = {0, (double)NAN, 1, 0}, order[2];
    assert_false(ldl_factor(2, a, order));
    assert_true(fabs(a[0] - sqrt(3)) < 1e-15);
    assert_true(fabs(a[2] - 1 / sqrt(3)) < 1e-15 && fabs(a[3] - 1 / sqrt(3)) < 1e-15);
}

static void extreme_matrices_are_factored(void **state)
{
    (void)state;
    const double rows[][3] = {{0, 0, 0},        {0, 1, 0},      {1e300, -1e300, 1e300},
                              {1e-300, 0, 1e9}, {0, 1e-320, 0}, {-1e18, 0, 1},
                              {1, 1, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double a[] = {rows[i][0], (double)NAN, rows[i][1], rows[i][2]}, order[2],
               x[] = {1, 1};
        double work[2];
        bool definite = ldl_factor(2, a, order);
        assert_true(definite == (i == 3));
        assert_true(a[0] > 0 && a[3] > 0 && isfinite(a[2]));
        ldl_solve(2, a, order, x, x, work);
        assert_false(isnan(x[0]) || isnan(x[1]));
    }
    /* Scales are kept apart. */
    double a[] = {1e18, (double)NAN, 0, 1}, order[2], x[] = {1e18, 1}, work[2];
    assert_true(ldl_factor(2, a, order));
    ldl_solve(2, a, order, x, x, work);
    assert_true(x[0] == 1 && x[1] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_system_worked_out_by_hand),
        cmocka_unit_test(a_definite_matrix_is_not_changed),
        cmocka_unit_test(solutions_solve),
        cmocka_unit_test(another_gets_a_larger_diagonal),
        cmocka_unit_test(a_negative_curvature_changes_its_sign),
        cmocka_unit_test(a_small_diagonal_is_bounded_by_what_is_below),
        cmocka_unit_test(extreme_matrices_are_factored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
