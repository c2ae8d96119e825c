/* SPDX-License-Identifier: MIT
 * test_linear_qr.c - Q R with column pivoting: factors, rank, least squares. */
#include "linear/qr.h"

#include "linear_fixture.h"

/* A factorization with all that it needs. */
struct factored {
    size_t m, n;
    double a[MOST * MOST], factors[MOST * MOST], tau[MOST], order[MOST], work[3 * MOST];
};

static void factor(struct factored *qr)
{
    memcpy(qr->factors, qr->a, qr->m * qr->n * sizeof *qr->a);
    assert_true(qr_factor(qr->m, qr->n, qr->factors, qr->tau, qr->order, qr->work));
}

/* Q, from applying it to the identity. */
static void form_q(struct factored *qr, double *q)
{
    double work[MOST];
    fill_identity(qr->m, q);
    qr_apply(qr->m, qr->n, qr->factors, qr->tau, qr->m, q, work);
}

/* Q R against A P column by column, Q' Q against I, the fall of the diagonal of R. */
static void check_factors(struct factored *qr)
{
    size_t m = qr->m, n = qr->n;
    double q[MOST * MOST], r[MOST * MOST], product[MOST * MOST], permuted[MOST * MOST];
    form_q(qr, q);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            r[i * n + j] = j >= i ? qr->factors[i * n + j] : 0;
            permuted[i * n + j] = qr->a[i * n + (size_t)qr->order[j]];
        }
    const double bound = 4 * (double)(m + n) * DBL_EPSILON;
    multiply(m, m, n, view_rows(q, m), view_rows(r, n), product);
    for (size_t j = 0; j < n; j++) {
        double column[MOST], error[MOST];
        for (size_t i = 0; i < m; i++) {
            column[i] = permuted[i * n + j];
            error[i] = product[i * n + j] - column[i];
        }
        assert_true(norm(m, error) <= bound * norm(m, column) + 100 * DBL_TRUE_MIN);
    }
    double identity[MOST * MOST];
    fill_identity(m, identity);
    multiply(m, m, m, view_transposed(view_rows(q, m)), view_rows(q, m), product);
    assert_true(distance(m * m, product, identity) <= bound * sqrt((double)m));
    for (size_t k = 1; k < m && k < n; k++)
        assert_true(fabs(r[k * n + k]) <= fabs(r[(k - 1) * n + k - 1]) * (1 + 1e-7));
}

static void factors_give_the_matrix_back(void **state)
{
    (void)state;
    uint64_t seed = 51;
    static struct factored qr;
    for (size_t m = 0; m <= MOST; m++)
        for (size_t n = 0; n <= MOST; n += 1 + m % 3)
            for (size_t turn = 0; turn < SCALES; turn++) {
                qr.m = m;
                qr.n = n;
                fill(&seed, m * n, scales[turn], qr.a);
                factor(&qr);
                check_factors(&qr);
                assert_true(qr_rank(m, n, qr.factors, 0) == (m < n ? m : n));
            }
}

static void columns_of_any_range_keep_q_orthogonal(void **state)
{
    (void)state;
    uint64_t seed = 52;
    static struct factored qr = {.m = 12, .n = 9};
    for (int turn = 0; turn < 50; turn++) {
        for (size_t i = 0; i < qr.m * qr.n; i++)
            qr.a[i] = draw(&seed) * pow(10, 58 * (double)(i % qr.n) - 316);
        factor(&qr);
        check_factors(&qr);
        /* The largest column, 1e148, comes first. */
        assert_true(qr.order[0] == 8);
    }
}

static void a_matrix_worked_out_by_hand(void **state)
{
    (void)state;
    struct factored qr = {.m = 2, .n = 2, .a = {1, 3, 0, 4}};
    factor(&qr);
    assert_true(qr.order[0] == 1 && qr.order[1] == 0);
    assert_true(qr.factors[0] == -5 && fabs(qr.factors[1] + 0.6) < 1e-15);
    assert_true(fabs(fabs(qr.factors[3]) - 0.8) < 1e-15);
    double b[] = {10, 12}, x[2], work[1];
    qr_least_squares(2, 2, qr.factors, qr.tau, qr.order, 2, 1, b, x, work);
    assert_true(fabs(x[0] - 1) < 1e-14 && fabs(x[1] - 3) < 1e-14);
}

static void q_transposed_undoes_q(void **state)
{
    (void)state;
    uint64_t seed = 53;
    static struct factored qr;
    for (qr.m = 1; qr.m <= MOST; qr.m++) {
        double b[MOST * 5], kept[MOST * 5], work[5];
        qr.n = 1 + qr.m * 7 % 11;
        fill(&seed, qr.m * qr.n, 1, qr.a);
        factor(&qr);
        fill(&seed, qr.m * 5, 1, b);
        memcpy(kept, b, qr.m * 5 * sizeof *b);
        qr_apply(qr.m, qr.n, qr.factors, qr.tau, 5, b, work);
        assert_true(fabs(norm(qr.m * 5, b) / norm(qr.m * 5, kept) - 1) < 1e-13);
        assert_true(qr.m == 1 || distance(qr.m * 5, b, kept) > 1e-3);
        qr_apply_transposed(qr.m, qr.n, qr.factors, qr.tau, 5, b, work);
        assert_true(distance(qr.m * 5, b, kept) < 1e-13);
    }
}

/* A of the rank given: a product of two thin matrices. */
static void fill_of_rank(uint64_t *seed, size_t m, size_t n, size_t rank, double scale,
                         double *a)
{
    double left[MOST * MOST], right[MOST * MOST];
    fill(seed, m * rank, scale, left);
    fill(seed, rank * n, 1, right);
    multiply(m, rank, n, view_rows(left, rank), view_rows(right, n), a);
}

static void the_rank_is_found(void **state)
{
    (void)state;
    uint64_t seed = 54;
    static struct factored qr;
    for (qr.m = 1; qr.m <= 21; qr.m += 4)
        for (qr.n = 1; qr.n <= 21; qr.n += 5)
            for (size_t rank = 0; rank <= qr.m && rank <= qr.n; rank++)
                for (size_t turn = 0; turn < SCALES; turn++) {
                    fill_of_rank(&seed, qr.m, qr.n, rank, scales[turn], qr.a);
                    factor(&qr);
                    check_factors(&qr);
                    assert_true(qr_rank(qr.m, qr.n, qr.factors, 1e-12) == rank);
                }
    const double diagonal[] = {1, 0, 0, 0, 1e-8, 0, 0, 0, 1e-17};
    assert_true(qr_rank(3, 3, diagonal, 0) == 2);
    assert_true(qr_rank(3, 3, diagonal, 1e-4) == 1);
    assert_true(qr_rank(3, 3, diagonal, 1e-20) == 3);
    const double zero[4] = {0};
    assert_true(qr_rank(2, 2, zero, 0) == 0 && qr_rank(0, 3, NULL, 0) == 0);
}

/* What is left of b must be orthogonal to all columns, and as long as B's last rows say.
 */
static void check_least_squares(uint64_t *seed, struct factored *qr, double scale)
{
    enum { RIGHT = 3 };
    size_t m = qr->m, n = qr->n, rank = qr_rank(m, n, qr->factors, 1e-12);
    double b[MOST * RIGHT], rest[MOST * RIGHT], x[MOST * RIGHT], work[RIGHT];
    double along[MOST * RIGHT];
    fill(seed, m * RIGHT, scale, b);
    memcpy(rest, b, m * RIGHT * sizeof *b);
    qr_least_squares(m, n, qr->factors, qr->tau, qr->order, rank, RIGHT, b, x, work);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < RIGHT; j++)
            for (size_t k = 0; k < n; k++)
                rest[i * RIGHT + j] -= qr->a[i * n + k] * x[k * RIGHT + j];
    double size = norm(m * n, qr->a), reach = size * norm(n * RIGHT, x) + scale;
    multiply(n, m, RIGHT, view_transposed(view_rows(qr->a, n)), view_rows(rest, RIGHT),
             along);
    assert_true(norm(n * RIGHT, along) <= 1e-13 * size * reach);
    double left = norm((m - rank) * RIGHT, b + rank * RIGHT);
    assert_true(fabs(left - norm(m * RIGHT, rest)) <= 1e-13 * reach);
    size_t zeros = 0;
    for (size_t k = 0; k < n; k++)
        zeros += norm(RIGHT, x + k * RIGHT) == 0;
    assert_true(zeros == n - rank);
}

static void least_squares_leave_an_orthogonal_rest(void **state)
{
    (void)state;
    uint64_t seed = 55;
    static struct factored qr;
    for (qr.m = 1; qr.m <= MOST; qr.m += 3)
        for (qr.n = 1; qr.n <= MOST; qr.n += 4) {
            size_t most = qr.m < qr.n ? qr.m : qr.n;
            for (size_t rank = 1; rank <= most; rank += 1 + most / 3) {
                fill_of_rank(&seed, qr.m, qr.n, rank, 1, qr.a);
                factor(&qr);
                check_least_squares(&seed, &qr, 1);
            }
            fill(&seed, qr.m * qr.n, 1e150, qr.a);
            factor(&qr);
            check_least_squares(&seed, &qr, 1e-100);
        }
}

static void a_line_through_points(void **state)
{
    (void)state;
    /* y = 0.9 + 1.4 t through (0, 1), (1, 2), (2, 4), (3, 5): normal equations by hand.
     */
    struct factored qr = {.m = 4, .n = 2, .a = {1, 0, 1, 1, 1, 2, 1, 3}};
    double b[] = {1, 2, 4, 5}, x[2], work[1];
    factor(&qr);
    qr_least_squares(4, 2, qr.factors, qr.tau, qr.order, 2, 1, b, x, work);
    assert_true(fabs(x[0] - 0.9) < 1e-14 && fabs(x[1] - 1.4) < 1e-14);
    assert_true(fabs(norm(2, b + 2) - sqrt(0.2)) < 1e-14);
}

static void a_hilbert_matrix_is_solved_backward_stably(void **state)
{
    (void)state;
    static struct factored qr = {.m = 8, .n = 8};
    double b[8], x[8], right[8], work[1];
    fill_hilbert(8, qr.a);
    factor(&qr);
    assert_true(qr_rank(8, 8, qr.factors, 0) == 8);
    for (size_t i = 0; i < 8; i++)
        b[i] = right[i] = 1;
    qr_least_squares(8, 8, qr.factors, qr.tau, qr.order, 8, 1, b, x, work);
    assert_true(backward_error(8, 1, view_rows(qr.a, 8), x, right) < 16 * DBL_EPSILON);
}

static void an_entry_that_is_not_finite_is_refused(void **state)
{
    (void)state;
    const double wrong[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    double tau[MOST], order[MOST], work[3 * MOST], a[MOST * MOST];
    uint64_t seed = 56;
    for (size_t i = 0; i < 9 * 7; i++) {
        fill(&seed, 9 * 7, 1, a);
        a[i] = wrong[i % 3];
        assert_false(qr_factor(9, 7, a, tau, order, work));
    }
    /* The norm of a column is past the range. */
    double large[] = {1.5e308, 0, 1.5e308, 1};
    assert_false(qr_factor(2, 2, large, tau, order, work));
}

static void zero_sizes_and_zeros_are_matrices_too(void **state)
{
    (void)state;
    double tau[3], order[3], work[9], zero[9] = {0}, b[] = {1, 2, 3}, x[3] = {7, 7, 7};
    assert_true(qr_factor(0, 0, NULL, NULL, NULL, NULL));
    assert_true(qr_factor(0, 3, NULL, NULL, order, work) && order[2] == 2);
    assert_true(qr_factor(3, 3, zero, tau, order, work));
    qr_least_squares(3, 3, zero, tau, order, 0, 1, b, x, work);
    assert_true(x[0] == 0 && x[1] == 0 && x[2] == 0);
    assert_true(b[0] == 1 && b[1] == 2 && b[2] == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(factors_give_the_matrix_back),
        cmocka_unit_test(columns_of_any_range_keep_q_orthogonal),
        cmocka_unit_test(a_matrix_worked_out_by_hand),
        cmocka_unit_test(q_transposed_undoes_q),
        cmocka_unit_test(the_rank_is_found),
        cmocka_unit_test(least_squares_leave_an_orthogonal_rest),
        cmocka_unit_test(a_line_through_points),
        cmocka_unit_test(a_hilbert_matrix_is_solved_backward_stably),
        cmocka_unit_test(an_entry_that_is_not_finite_is_refused),
        cmocka_unit_test(zero_sizes_and_zeros_are_matrices_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
