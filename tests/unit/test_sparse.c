/* SPDX-License-Identifier: MIT
 * test_sparse.c - the sparse factorization beside the dense one: inertia, solutions,
 * residuals, patterns that change, orders, and memory that is refused.
 */
#include "linear/sparse_parts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 60 };

static uint64_t state;
static size_t refused; /* allocations until one is refused; 0: none */
static size_t held;

static double next_number(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 40) / 0x1p24 - 0.5;
}

static void *take(void *context, size_t size)
{
    (void)context;
    if (refused > 0 && --refused == 0)
        return NULL;
    held += size;
    return malloc(size);
}

static void give(void *context, void *block, size_t size)
{
    (void)context;
    held -= size;
    free(block);
}

static const struct sparse_memory memory = {take, give, NULL};

/* n variables with curvatures, some of them 0, and m conditions with a corner. */
static void fill(size_t n, size_t m, double *a, double share, double corner)
{
    size_t size = n + m;
    memset(a, 0, size * size * sizeof *a);
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j <= i && j < n; j++)
            if (next_number() + 0.5 < share || j == i)
                a[i * size + j] = i == j && i % 3 == 0 ? 0 : 9 * next_number();
    for (size_t i = n; i < size; i++) {
        a[i * size + i] = -corner;
        a[i * size + (i * 7) % n] = 3;
    }
}

static void put(struct sparse *s, size_t size, const double *a)
{
    sparse_begin(s);
    for (size_t i = 0; i < size; i++)
        sparse_put_row(s, a + i * size, i, a[i * size + i]);
}

/* Regular matrices, and those of them in which no pivot was zero, which may come of the
 * order alone. */
static int regular, decided;

static void check_against_dense(struct sparse *s, size_t size, const double *a)
{
    static double factor[MOST * MOST];
    double order[MOST], work[3 * MOST], b[MOST], x[MOST], rest[MOST], most = 0;
    struct inertia found;
    memcpy(factor, a, size * size * sizeof *a);
    struct inertia right = indefinite_factor(size, factor, order, work);
    put(s, size, a);
    assert_true(sparse_factor(s, &found));
    regular += right.zero == 0;
    decided += right.zero == 0 && found.zero == 0;
    if (right.zero > 0 || found.zero > 0)
        return;
    assert_int_equal(found.positive, right.positive);
    assert_int_equal(found.negative, right.negative);
    for (size_t i = 0; i < size; i++)
        b[i] = next_number();
    sparse_solve(s, b, x);
    for (int round = 0; round < 3; round++) {
        sparse_residual(s, b, x, rest);
        sparse_solve(s, rest, rest);
        for (size_t i = 0; i < size; i++)
            x[i] += rest[i];
    }
    sparse_residual(s, b, x, rest);
    for (size_t i = 0; i < size; i++)
        most = fmax(most, fabs(rest[i]));
    assert_true(most < 1e-7);
}

static void factors_are_those_of_the_dense_matrix(void **unused)
{
    (void)unused;
    static double a[MOST * MOST];
    regular = decided = 0;
    for (int round = 0; round < 400; round++) {
        size_t n = 2 + (size_t)round % 40, m = (size_t)round % (n / 2);
        struct sparse *s = sparse_new(&memory, n + m, n);
        fill(n, m, a, 0.02 + 0.1 * (round % 3), round % 2 == 0 ? 0 : 1e-3);
        check_against_dense(s, n + m, a);
        sparse_free(s);
        assert_int_equal(held, 0);
    }
    assert_true(regular > 200 && decided > regular * 7 / 10);
}

static void a_pattern_may_grow_and_shrink(void **unused)
{
    (void)unused;
    static double a[MOST * MOST];
    struct sparse *s = sparse_new(&memory, 40, 30);
    for (int round = 0; round < 30; round++) {
        fill(30, 10, a, 0.02 * (1 + round % 5), 1e-6);
        check_against_dense(s, 40, a);
    }
    sparse_free(s);
    assert_int_equal(held, 0);
}

/* A chain of conditions has factors of its own length. */
static void a_chain_fills_nothing(void **unused)
{
    (void)unused;
    enum { LINKS = 500, ROWS = 2 * LINKS };
    static double row[ROWS], b[ROWS], x[ROWS], rest[ROWS];
    struct sparse *s = sparse_new(&memory, ROWS, LINKS);
    struct inertia found;
    sparse_begin(s);
    for (size_t i = 0; i < ROWS; i++) {
        memset(row, 0, sizeof row);
        if (i >= LINKS)
            row[i - LINKS] = 1;
        if (i > LINKS)
            row[i - LINKS - 1] = -1;
        sparse_put_row(s, row, i < LINKS ? i : LINKS, i < LINKS ? 1 : 0);
        b[i] = next_number();
    }
    assert_true(sparse_factor(s, &found));
    assert_int_equal(found.positive, LINKS);
    assert_int_equal(found.negative, LINKS);
    assert_true(sparse_factor_numbers(s) < 8 * ROWS);
    sparse_solve(s, b, x);
    sparse_residual(s, b, x, rest);
    for (size_t i = 0; i < ROWS; i++)
        assert_true(fabs(rest[i]) < 1e-9);
    sparse_free(s);
}

/* One row that everything is in comes last. */
static void a_full_row_fills_nothing(void **unused)
{
    (void)unused;
    enum { ROWS = 400 };
    static double row[ROWS];
    struct sparse *s = sparse_new(&memory, ROWS, ROWS - 1);
    struct inertia found;
    sparse_begin(s);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < ROWS; j++)
            row[j] = i == ROWS - 1 ? 1 : 0;
        sparse_put_row(s, row, i, i == ROWS - 1 ? 0 : 2);
    }
    assert_true(sparse_factor(s, &found));
    assert_int_equal(found.positive, ROWS - 1);
    assert_int_equal(found.negative, 1);
    assert_true(sparse_factor_numbers(s) <= 4 * ROWS);
    sparse_free(s);
}

static void an_order_names_each_node_once(void **unused)
{
    (void)unused;
    size_t start[] = {0, 2, 5, 7, 8, 8};
    uint32_t to[] = {1, 2, 0, 2, 3, 0, 1, 1}, order[5];
    unsigned char is_late[5] = {0, 1, 0, 0, 1};
    struct sparse_graph graph = {5, start, to, is_late};
    uint32_t *room = malloc(sparse_order_room(&graph) * sizeof *room);
    bool seen[5] = {false};
    sparse_order(&graph, order, room);
    for (size_t k = 0; k < 5; k++) {
        assert_false(seen[order[k]]);
        seen[order[k]] = true;
    }
    free(room);
}

static void refused_memory_is_told(void **unused)
{
    (void)unused;
    static double a[MOST * MOST];
    fill(20, 8, a, 0.2, 0);
    for (size_t count = 1; count < 12; count++) {
        struct inertia found;
        refused = count;
        struct sparse *s = sparse_new(&memory, 28, 20);
        if (s != NULL) {
            put(s, 28, a);
            bool was_refused = refused == 0;
            bool done = sparse_factor(s, &found);
            double x[28] = {1}, rest[28];
            sparse_solve(s, x, x);
            sparse_residual(s, x, x, rest);
            assert_true(done || x[0] == 0);
            assert_true(refused == 0 ? !done || !was_refused : done);
            sparse_free(s);
        }
        refused = 0;
        assert_int_equal(held, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(factors_are_those_of_the_dense_matrix),
        cmocka_unit_test(a_pattern_may_grow_and_shrink),
        cmocka_unit_test(a_chain_fills_nothing),
        cmocka_unit_test(a_full_row_fills_nothing),
        cmocka_unit_test(an_order_names_each_node_once),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
