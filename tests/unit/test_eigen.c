/* SPDX-License-Identifier: MIT
 * test_eigen.c - eigenvalues of matrices whose eigenvalues are known, and of random ones
 * by their residuals. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "linear/eigen.h"

enum { MOST = 40 };

static double draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (double)(*seed >> 11) / 4503599627370496.0 - 1;
}

/* |A v - value v| and |v| - 1 of each pair are at rounding level of |A|, and the vectors
 * are orthogonal. */
static void assert_solved(size_t n, const double *a, const double *value,
                          const double *vectors, double size)
{
    double tolerance = 1e-14 * (double)n * size;
    for (size_t k = 0; k < n; k++) {
        const double *v = &vectors[k * n];
        for (size_t i = 0; i < n; i++) {
            double sum = -value[k] * v[i];
            for (size_t j = 0; j < n; j++)
                sum += a[i > j ? i * n + j : j * n + i] * v[j];
            assert_true(fabs(sum) <= tolerance);
        }
        assert_true(k == 0 || value[k - 1] <= value[k]);
        for (size_t l = 0; l <= k; l++) {
            double product = 0;
            for (size_t i = 0; i < n; i++)
                product += v[i] * vectors[l * n + i];
            assert_true(fabs(product - (l == k ? 1 : 0)) < 1e-13 * (double)n);
        }
    }
}

static void solve(size_t n, const double *a, double size, double *value)
{
    double copy[MOST * MOST], vectors[MOST * MOST], work[MOST];
    memcpy(copy, a, n * n * sizeof *a);
    assert_true(eigen_solve(n, copy, value, vectors, work));
    assert_solved(n, a, value, vectors, size);
}

static void matrices_of_one_and_two(void **state)
{
    (void)state;
    double value[2];
    solve(1, (const double[]){-3}, 3, value);
    assert_true(value[0] == -3);
    solve(2, (const double[]){2, 0, -2, -1}, 4, value);
    assert_true(fabs(value[0] + 2) < 1e-15 && fabs(value[1] - 3) < 1e-15);
    solve(2, (const double[]){0, 0, 0, 0}, 1, value);
    assert_true(value[0] == 0 && value[1] == 0);
}

/* The second difference: 2 - 2 cos(k pi / (n + 1)). */
static void second_differences(void **state)
{
    (void)state;
    for (size_t n = 3; n <= MOST; n += 7) {
        double a[MOST * MOST] = {0}, value[MOST];
        for (size_t i = 0; i < n; i++) {
            a[i * n + i] = 2;
            if (i > 0)
                a[i * n + i - 1] = -1;
        }
        solve(n, a, 4, value);
        for (size_t k = 0; k < n; k++) {
            double angle = (double)(k + 1) * 3.14159265358979323846 / (double)(n + 1);
            assert_true(fabs(value[k] - (2 - 2 * cos(angle))) < eigen_error(n, value));
        }
    }
}

static void random_matrices_of_every_scale(void **state)
{
    (void)state;
    uint64_t seed = 3;
    const double scales[] = {1, 1e-300, 1e-150, 1e150, 1e300, 5e-310};
    for (int count = 0; count < 300; count++) {
        size_t n = 1 + (size_t)count % MOST;
        double scale = scales[count % 6], a[MOST * MOST], value[MOST];
        for (size_t i = 0; i < n * n; i++)
            a[i] = scale * draw(&seed);
        solve(n, a, scale == 5e-310 ? 1e-307 : (double)n * scale, value);
    }
}

/* Ones everywhere: n once, 0 else; a rank that is known. */
static void multiple_eigenvalues(void **state)
{
    (void)state;
    enum { N = 12 };
    double a[N * N], value[N];
    for (size_t i = 0; i < N * N; i++)
        a[i] = 1;
    solve(N, a, N, value);
    for (size_t k = 0; k + 1 < N; k++)
        assert_true(fabs(value[k]) <= eigen_error(N, value));
    assert_true(fabs(value[N - 1] - N) <= eigen_error(N, value));
}

static void what_is_not_finite_is_refused(void **state)
{
    (void)state;
    double vectors[4], value[2], work[2];
    double a[] = {1, 0, (double)NAN, 1}, b[] = {1, 0, 1, (double)INFINITY};
    double c[] = {1, (double)NAN, 0, 1};
    assert_false(eigen_solve(2, a, value, vectors, work));
    assert_false(eigen_solve(2, b, value, vectors, work));
    assert_true(eigen_solve(2, c, value, vectors, work)); /* above the diagonal */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrices_of_one_and_two),
        cmocka_unit_test(second_differences),
        cmocka_unit_test(random_matrices_of_every_scale),
        cmocka_unit_test(multiple_eigenvalues),
        cmocka_unit_test(what_is_not_finite_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
