/* SPDX-License-Identifier: MIT
 * test_linear_cholesky.c - L L' of definite matrices, and of those that are not. */
#include "linear/cholesky.h"

#include "linear_fixture.h"

enum { LARGE = 70 };

/* scale (B B' + I/100) on and below the diagonal, NaN above it. */
static void fill_definite(uint64_t *seed, size_t n, double scale, double *a)
{
    double b[LARGE * LARGE];
    fill(seed, n * n, 1, b);
    multiply(n, n, n, view_rows(b, n), view_transposed(view_rows(b, n)), a);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            a[i * n + j] =
                j > i ? (double)NAN : scale * (a[i * n + j] + (i == j) / 100.0);
}

static void mirror(size_t n, double *a)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            a[i * n + j] = a[j * n + i];
}

static void a_matrix_worked_out_by_hand(void **state)
{
    (void)state;
    double a[] = {4, (double)NAN, (double)NAN, 2, 10, (double)NAN, -6, 0, 14};
    const double expected[] = {2, 0, 0, 1, 3, 0, -3, 1, 2};
    double b[] = {0, 4, 12, 24, 8, 44};
    assert_true(cholesky_factor(3, a));
    assert_true(are_same(9, a, expected));
    cholesky_solve(3, a, 2, b);
    const double full[] = {4, 2, -6, 2, 10, 0, -6, 0, 14},
                 right[] = {0, 4, 12, 24, 8, 44};
    assert_true(fabs(b[0] - 1) < 1e-14 && fabs(b[2] - 1) < 1e-14);
    assert_true(fabs(b[4] - 1) < 1e-14);
    assert_true(backward_error(3, 2, view_rows(full, 3), b, right) < 1e-15);
    assert_true(fabs(cholesky_logdet(3, a) - log(144)) < 1e-14);
}

static void the_factor_gives_the_matrix_back(void **state)
{
    (void)state;
    uint64_t seed = 21;
    for (size_t n = 0; n <= LARGE; n++)
        for (size_t turn = 0; turn < SCALES; turn++) {
            double a[LARGE * LARGE], l[LARGE * LARGE], product[LARGE * LARGE];
            fill_definite(&seed, n, scales[turn], a);
            memcpy(l, a, n * n * sizeof *a);
            assert_true(cholesky_factor(n, l));
            for (size_t i = 0; i < n; i++)
                for (size_t j = i + 1; j < n; j++)
                    assert_true(l[i * n + j] == 0);
            mirror(n, a);
            multiply(n, n, n, view_rows(l, n), view_transposed(view_rows(l, n)), product);
            assert_true(distance(n * n, product, a) <=
                        (double)n * DBL_EPSILON * norm(n * n, a));
        }
}

static void solutions_solve(void **state)
{
    (void)state;
    uint64_t seed = 22;
    for (size_t n = 0; n <= MOST; n++)
        for (size_t turn = 0; turn < SCALES; turn++)
            for (size_t count = 0; count <= MOST; count += 1 + count * 3) {
                double a[MOST * MOST], l[MOST * MOST], b[MOST * MOST], x[MOST * MOST];
                fill_definite(&seed, n, scales[turn], a);
                memcpy(l, a, n * n * sizeof *a);
                fill(&seed, n * count, 1, b);
                memcpy(x, b, n * count * sizeof *b);
                assert_true(cholesky_factor(n, l));
                cholesky_solve(n, l, count, x);
                mirror(n, a);
                assert_true(backward_error(n, count, view_rows(a, n), x, b) <=
                            2 * (double)n * DBL_EPSILON);
            }
}

static void others_are_refused(void **state)
{
    (void)state;
    double zero[] = {0}, negative[] = {-1}, indefinite[] = {1, 0, 2, 1};
    double singular[] = {1, 0, 1, 1}, late[LARGE * LARGE];
    assert_false(cholesky_factor(1, zero));
    assert_false(cholesky_factor(1, negative));
    assert_false(cholesky_factor(2, indefinite));
    assert_false(cholesky_factor(2, singular));
    for (size_t i = 0; i < LARGE; i++) {
        fill_identity(LARGE, late);
        late[i * LARGE + i] = -1e-9;
        assert_false(cholesky_factor(LARGE, late));
    }
    assert_true(cholesky_factor(0, NULL) && cholesky_logdet(0, NULL) == 0);
}

static void an_entry_that_is_not_finite_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    const double wrong[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    uint64_t seed = 23;
    for (size_t i = 0; i < LARGE; i++)
        for (size_t j = 0; j <= i; j++) {
            double a[LARGE * LARGE];
            fill_identity(LARGE, a);
            a[LARGE * (LARGE - 1)] = draw(&seed) / 2;
            a[i * LARGE + j] = wrong[(i + j) % 3];
            assert_false(cholesky_factor(LARGE, a));
        }
}

static void a_hilbert_matrix_is_definite(void **state)
{
    (void)state;
    enum { N = 8 };
    double a[N * N], l[N * N], x[N], b[N];
    fill_hilbert(N, a);
    memcpy(l, a, sizeof a);
    assert_true(cholesky_factor(N, l));
    /* det of Hilbert 8 is 1/365356847125734485878112256000000. */
    assert_true(fabs(cholesky_logdet(N, l) + log(365356847125734485878112256e6)) < 1e-5);
    for (size_t i = 0; i < N; i++)
        b[i] = x[i] = 1;
    cholesky_solve(N, l, 1, x);
    assert_true(backward_error(N, 1, view_rows(a, N), x, b) < N * DBL_EPSILON);
}

static void a_logarithm_of_the_determinant_does_not_overflow(void **state)
{
    (void)state;
    enum { N = 40 };
    double a[N * N];
    fill_identity(N, a);
    for (size_t i = 0; i < N; i++)
        a[i * N + i] = i < 3 ? 1e-300 : 1e300;
    assert_true(cholesky_factor(N, a));
    assert_true(fabs(cholesky_logdet(N, a) / (34 * 300 * log(10)) - 1) < 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matrix_worked_out_by_hand),
        cmocka_unit_test(the_factor_gives_the_matrix_back),
        cmocka_unit_test(solutions_solve),
        cmocka_unit_test(others_are_refused),
        cmocka_unit_test(an_entry_that_is_not_finite_is_refused_wherever_it_stands),
        cmocka_unit_test(a_hilbert_matrix_is_definite),
        cmocka_unit_test(a_logarithm_of_the_determinant_does_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
