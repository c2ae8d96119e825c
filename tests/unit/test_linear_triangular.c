/* SPDX-License-Identifier: MIT
 * test_linear_triangular.c - triangular systems, by blocks and transposed. */
#include "linear/triangular.h"

#include "linear_fixture.h"

enum { LARGE = 70, RIGHT = 9 };

/* A well-conditioned triangle; NaN where nothing may be read. */
static void fill_triangle(uint64_t *seed, size_t n, bool lower, bool unit, double *t)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            t[i * n + j] = i == j             ? unit ? (double)NAN : 1 + fabs(draw(seed))
                                       : (j < i) == lower ? draw(seed) / (double)n
                                              : (double)NAN;
}

/* T X, reading what is there. */
static void apply(size_t n, struct view t, bool lower, bool unit, const double *x,
                  double *b)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < RIGHT; j++) {
            double sum = (unit ? 1 : view_entry(t, i, i)) * x[i * RIGHT + j];
            for (size_t k = lower ? 0 : i + 1; k < (lower ? i : n); k++)
                sum += view_entry(t, i, k) * x[k * RIGHT + j];
            b[i * RIGHT + j] = sum;
        }
}

static void solve(size_t n, struct view t, bool lower, bool unit, size_t count, double *b)
{
    enum triangular_diagonal diagonal = unit ? TRIANGULAR_UNIT : TRIANGULAR_GENERAL;
    if (lower)
        triangular_lower(diagonal, n, t, count, b, RIGHT);
    else
        triangular_upper(diagonal, n, t, count, b, RIGHT);
}

static void check(uint64_t *seed, size_t n, bool lower, bool unit, bool transposed)
{
    double t[LARGE * LARGE], x[LARGE * RIGHT], b[LARGE * RIGHT], again[LARGE * RIGHT];
    fill_triangle(seed, n, lower != transposed, unit, t);
    struct view view = view_rows(t, n);
    if (transposed)
        view = view_transposed(view);
    fill(seed, n * RIGHT, 1, x);
    apply(n, view, lower, unit, x, b);
    memcpy(again, b, sizeof b);
    solve(n, view, lower, unit, RIGHT, b);
    for (size_t i = 0; i < n * RIGHT; i++)
        assert_true(fabs(b[i] - x[i]) < 1e-13);
    /* One column alone, the others as they were. */
    double before[LARGE * RIGHT];
    memcpy(before, again, sizeof again);
    solve(n, view, lower, unit, 1, again + 4);
    for (size_t i = 0; i < n * RIGHT; i++)
        assert_true(again[i] == (i % RIGHT == 4 ? b[i] : before[i]));
}

static void solutions_solve_whatever_the_form(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (size_t n = 0; n <= LARGE; n++)
        for (unsigned form = 0; form < 8; form++)
            check(&seed, n, form & 1, form & 2, form & 4);
}

static void a_system_worked_out_by_hand(void **state)
{
    (void)state;
    const double t[] = {2, 5, 4, 8};
    double b[] = {6, 20}, c[] = {9, 16}, d[] = {6, 20}, e[] = {11, 2};
    triangular_lower(TRIANGULAR_GENERAL, 2, view_rows(t, 2), 1, b, 1);
    assert_true(b[0] == 3 && b[1] == 1);
    triangular_upper(TRIANGULAR_GENERAL, 2, view_rows(t, 2), 1, c, 1);
    assert_true(c[0] == -0.5 && c[1] == 2);
    triangular_lower(TRIANGULAR_UNIT, 2, view_rows(t, 2), 1, d, 1);
    assert_true(d[0] == 6 && d[1] == -4);
    triangular_upper(TRIANGULAR_UNIT, 2, view_rows(t, 2), 1, e, 1);
    assert_true(e[0] == 1 && e[1] == 2);
}

static void a_zero_on_the_diagonal_shows(void **state)
{
    (void)state;
    const double t[] = {0, 0, 1, 1};
    double b[] = {1, 1}, c[] = {0, 1};
    triangular_lower(TRIANGULAR_GENERAL, 2, view_rows(t, 2), 1, b, 1);
    assert_true(isinf(b[0]) && isinf(b[1]));
    triangular_lower(TRIANGULAR_GENERAL, 2, view_rows(t, 2), 1, c, 1);
    assert_true(isnan(c[0]) && isnan(c[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solutions_solve_whatever_the_form),
        cmocka_unit_test(a_system_worked_out_by_hand),
        cmocka_unit_test(a_zero_on_the_diagonal_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
