/* SPDX-License-Identifier: MIT
 * test_linear_lu.c - L U with partial pivoting: solutions, inverses, determinants. */
#include "linear/lu.h"

#include "linear_fixture.h"

enum { LARGE = 70 };

static void a_matrix_worked_out_by_hand(void **state)
{
    (void)state;
    const double a[] = {1, 2, 4, 2, 8, 4, 4, 4, 8};
    const double expected[] = {4, 4, 8, 0.5, 6, 0, 0.25, 1.0 / 6, 2};
    double factors[9], pivots[3], b[] = {7, 14, 16}, c[] = {7, 14, 16}, inverse[9];
    memcpy(factors, a, sizeof a);
    assert_int_equal(lu_factor(3, factors, pivots), LU_FACTORED);
    assert_true(are_same(9, factors, expected));
    assert_true(pivots[0] == 2 && pivots[1] == 1 && pivots[2] == 2);
    lu_solve(3, factors, pivots, 1, b);
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs(b[i] - 1) < 1e-15);
    lu_solve_transposed(3, factors, pivots, 1, c);
    /* The columns' sums are 7, 14, 16 too. */
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs(c[i] - 1) < 1e-15);
    struct lu_determinant determinant = lu_determinant(3, factors, pivots);
    assert_true(determinant.value == -48 && determinant.sign == -1);
    assert_true(fabs(determinant.logarithm - log(48)) < 1e-15);
    const double expected_inverse[] = {-1,        0,   0.5,       0,        1.0 / 6,
                                       -1.0 / 12, 0.5, -1.0 / 12, -1.0 / 12};
    lu_inverse(3, factors, pivots, inverse);
    assert_true(distance(9, inverse, expected_inverse) < 1e-15);
}

/* |P A - L U| <= n eps |L||U|, entry by entry (Higham, 2nd ed., 2002, theorem 9.3). */
static bool are_factors(size_t n, double *a, const double *factors, const double *pivots)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0, pivot = (size_t)pivots[i]; k < n; k++) {
            double kept = a[i * n + k];
            a[i * n + k] = a[pivot * n + k];
            a[pivot * n + k] = kept;
        }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double error = -a[i * n + j], size = 0;
            for (size_t k = 0; k <= i && k <= j; k++) {
                double left = k == i ? 1 : factors[i * n + k];
                error += left * factors[k * n + j];
                size += fabs(left * factors[k * n + j]);
            }
            if (!(fabs(error) <= 2 * (double)n * DBL_EPSILON * size))
                return false;
        }
    return true;
}

static void factors_multiply_to_the_matrix(void **state)
{
    (void)state;
    uint64_t seed = 31;
    for (size_t n = 0; n <= LARGE; n++) {
        double a[LARGE * LARGE], factors[LARGE * LARGE], pivots[LARGE];
        fill(&seed, n * n, 1, a);
        memcpy(factors, a, n * n * sizeof *a);
        assert_int_equal(lu_factor(n, factors, pivots), LU_FACTORED);
        for (size_t i = 0; i < n; i++) {
            assert_true(pivots[i] >= (double)i && pivots[i] < (double)n);
            for (size_t j = 0; j < i; j++)
                assert_true(fabs(factors[i * n + j]) <= 1);
        }
        assert_true(are_factors(n, a, factors, pivots));
    }
}

static void check_solutions(uint64_t *seed, size_t n, size_t count, double scale)
{
    double a[MOST * MOST], factors[MOST * MOST], pivots[MOST];
    double b[MOST * MOST], x[MOST * MOST];
    const double bound = 8 * (double)n * DBL_EPSILON;
    fill(seed, n * n, scale, a);
    fill(seed, n * count, 1, b);
    memcpy(factors, a, n * n * sizeof *a);
    assert_int_equal(lu_factor(n, factors, pivots), LU_FACTORED);
    memcpy(x, b, n * count * sizeof *b);
    lu_solve(n, factors, pivots, count, x);
    assert_true(backward_error(n, count, view_rows(a, n), x, b) <= bound);
    memcpy(x, b, n * count * sizeof *b);
    lu_solve_transposed(n, factors, pivots, count, x);
    assert_true(backward_error(n, count, view_transposed(view_rows(a, n)), x, b) <=
                bound);
}

static void solutions_solve(void **state)
{
    (void)state;
    uint64_t seed = 32;
    for (size_t n = 0; n <= MOST; n++)
        for (size_t turn = 0; turn < SCALES; turn++)
            for (size_t count = 0; count <= MOST; count += 1 + count * 3)
                check_solutions(&seed, n, count, scales[turn]);
}

static void an_inverse_times_the_matrix_is_the_identity(void **state)
{
    (void)state;
    uint64_t seed = 33;
    for (size_t n = 0; n <= MOST; n++)
        for (size_t turn = 0; turn < SCALES; turn++) {
            double a[MOST * MOST], factors[MOST * MOST], pivots[MOST];
            double inverse[MOST * MOST], identity[MOST * MOST];
            fill(&seed, n * n, scales[turn], a);
            memcpy(factors, a, n * n * sizeof *a);
            assert_int_equal(lu_factor(n, factors, pivots), LU_FACTORED);
            lu_inverse(n, factors, pivots, inverse);
            fill_identity(n, identity);
            assert_true(backward_error(n, n, view_rows(a, n), inverse, identity) <=
                        8 * (double)n * DBL_EPSILON);
        }
}

static void a_column_of_a_solution_does_not_depend_on_the_others(void **state)
{
    (void)state;
    double a[MOST * MOST], pivots[MOST], b[MOST * MOST], one[MOST];
    uint64_t seed = 34;
    fill(&seed, MOST * MOST, 1, a);
    fill(&seed, MOST * MOST, 1, b);
    assert_int_equal(lu_factor(MOST, a, pivots), LU_FACTORED);
    for (size_t i = 0; i < MOST; i++)
        one[i] = b[i * MOST + 3];
    lu_solve(MOST, a, pivots, MOST, b);
    lu_solve(MOST, a, pivots, 1, one);
    for (size_t i = 0; i < MOST; i++)
        assert_true(one[i] == b[i * MOST + 3]);
}

static void a_determinant_multiplies(void **state)
{
    (void)state;
    uint64_t seed = 35;
    for (size_t n = 1; n <= MOST; n++) {
        double a[MOST * MOST], b[MOST * MOST], ab[MOST * MOST], pivots[MOST];
        fill(&seed, n * n, 1, a);
        fill(&seed, n * n, 1, b);
        multiply(n, n, n, view_rows(a, n), view_rows(b, n), ab);
        struct lu_determinant parts[3];
        double *matrices[] = {a, b, ab};
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(lu_factor(n, matrices[i], pivots), LU_FACTORED);
            parts[i] = lu_determinant(n, matrices[i], pivots);
            assert_true(fabs(parts[i].sign) == 1);
            assert_true(fabs(parts[i].value / (parts[i].sign * exp(parts[i].logarithm)) -
                             1) < 1e-13);
        }
        assert_true(parts[0].sign * parts[1].sign == parts[2].sign);
        assert_true(fabs(parts[0].value * parts[1].value / parts[2].value - 1) < 1e-9);
    }
}

static void a_determinant_past_the_range_keeps_sign_and_logarithm(void **state)
{
    (void)state;
    enum { N = 100 };
    double a[N * N], pivots[N];
    fill_identity(N, a);
    for (size_t i = 0; i < N; i++)
        a[i * N + i] = i == 0 ? -1e150 : 1e150;
    assert_int_equal(lu_factor(N, a, pivots), LU_FACTORED);
    struct lu_determinant determinant = lu_determinant(N, a, pivots);
    assert_true(determinant.value == -(double)INFINITY && determinant.sign == -1);
    assert_true(fabs(determinant.logarithm / (15000 * log(10)) - 1) < 1e-15);
    for (size_t i = 0; i < N; i++)
        a[i * N + i] = i % 2 == 0 ? 1e150 : 1e-150;
    determinant = lu_determinant(N, a, pivots);
    assert_true(fabs(determinant.value - 1) < 1e-14);
    for (size_t i = 0; i < N; i++)
        a[i * N + i] = 1e-150;
    determinant = lu_determinant(N, a, pivots);
    assert_true(determinant.value == 0 && determinant.sign == 1);
    assert_true(fabs(determinant.logarithm / (-15000 * log(10)) - 1) < 1e-15);
}

static void a_determinant_near_1_has_an_exact_logarithm(void **state)
{
    (void)state;
    double a[] = {1 + 0x1p-30}, b[] = {0, 1, 1 - 0x1p-30, 0}, pivots[2];
    assert_int_equal(lu_factor(1, a, pivots), LU_FACTORED);
    struct lu_determinant above = lu_determinant(1, a, pivots);
    assert_true(fabs(above.logarithm / log1p(0x1p-30) - 1) < 1e-15);
    assert_int_equal(lu_factor(2, b, pivots), LU_FACTORED);
    struct lu_determinant below = lu_determinant(2, b, pivots);
    assert_true(fabs(below.logarithm / log1p(-0x1p-30) - 1) < 1e-15 && below.sign == -1);
}

static void a_singular_matrix_is_told(void **state)
{
    (void)state;
    double pivots[LARGE], a[] = {1, 2, 2, 4};
    assert_int_equal(lu_factor(2, a, pivots), LU_SINGULAR);
    struct lu_determinant determinant = lu_determinant(2, a, pivots);
    assert_true(determinant.value == 0 && determinant.sign == 0);
    assert_true(determinant.logarithm == -(double)INFINITY);
    uint64_t seed = 36;
    /* A column of zeros, wherever it stands; a matrix of zeros. */
    for (size_t column = 0; column < LARGE; column++) {
        double b[LARGE * LARGE];
        fill(&seed, LARGE * LARGE, 1, b);
        for (size_t i = 0; i < LARGE; i++)
            b[i * LARGE + column] = 0;
        assert_int_equal(lu_factor(LARGE, b, pivots), LU_SINGULAR);
        assert_true(lu_determinant(LARGE, b, pivots).value == 0);
    }
    double zero[9] = {0};
    assert_int_equal(lu_factor(3, zero, pivots), LU_SINGULAR);
}

static void nothing_is_a_matrix_too(void **state)
{
    (void)state;
    assert_int_equal(lu_factor(0, NULL, NULL), LU_FACTORED);
    lu_solve(0, NULL, NULL, 3, NULL);
    struct lu_determinant determinant = lu_determinant(0, NULL, NULL);
    assert_true(determinant.value == 1 && determinant.sign == 1);
    assert_true(determinant.logarithm == 0);
}

static void an_entry_that_is_not_finite_is_told_wherever_it_stands(void **state)
{
    (void)state;
    const double wrong[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    uint64_t seed = 37;
    for (size_t i = 0; i < LARGE * LARGE; i++) {
        double a[LARGE * LARGE], pivots[LARGE];
        fill(&seed, LARGE * LARGE, 1, a);
        a[i] = wrong[i % 3];
        assert_int_equal(lu_factor(LARGE, a, pivots), LU_NOT_FINITE);
        for (size_t j = 0; j < LARGE; j++)
            assert_true(pivots[j] >= (double)j && pivots[j] < LARGE);
    }
    double large[] = {1e308, 1e308, -1e308, 1e308}, pivots[2];
    assert_int_equal(lu_factor(2, large, pivots), LU_NOT_FINITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matrix_worked_out_by_hand),
        cmocka_unit_test(factors_multiply_to_the_matrix),
        cmocka_unit_test(solutions_solve),
        cmocka_unit_test(an_inverse_times_the_matrix_is_the_identity),
        cmocka_unit_test(a_column_of_a_solution_does_not_depend_on_the_others),
        cmocka_unit_test(a_determinant_multiplies),
        cmocka_unit_test(a_determinant_past_the_range_keeps_sign_and_logarithm),
        cmocka_unit_test(a_determinant_near_1_has_an_exact_logarithm),
        cmocka_unit_test(a_singular_matrix_is_told),
        cmocka_unit_test(nothing_is_a_matrix_too),
        cmocka_unit_test(an_entry_that_is_not_finite_is_told_wherever_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
