/* SPDX-License-Identifier: MIT
 * Derivatives of arrays where a naive formula fails: at zeros, ties and singular
 * matrices, in branches that are not taken, of huge arrays. */
#include "array_trial.h"

static struct trial begin_at(struct world *w, const double *point, size_t count)
{
    uint32_t seed = 1;
    struct trial t = begin(w);
    struct shape shape = shape_vector(count);
    add_leaf(&t, &shape, &seed);
    memcpy(t.point[0], point, count * sizeof *point);
    return t;
}

static void expect_gradient(struct trial *t, const double *expected)
{
    node_id gradient = 0;
    graph_gradient(t->w->graph, t->f, t->leaves, 1, &gradient);
    const double *found = value_along(t, gradient, 0);
    for (size_t i = 0; i < t->sizes[0]; i++)
        assert_true(isfinite(found[i]) && is_close(found[i], expected[i], 1e-14));
}

static void products_with_zeros(void **state)
{
    struct world *w = *state;
    uint32_t seed = 5;
    static const double points[][4] = {{2, 0, 3, 5}, {2, 0, 0, 5}, {0, 0, 0, 5}};
    static const double gradients[][4] = {{0, 30, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}};
    for (int i = 0; i < 3; i++) {
        struct trial t = begin_at(w, points[i], 4);
        t.f = graph_prod_over(w->graph, t.leaves[0], 1);
        expect_gradient(&t, gradients[i]);
        assert_int_equal(check_derivatives(&t, &seed), 2 * DIRECTIONS);
    }
}

/* The determinant has a derivative there, though the inverse has none. */
static void singular_matrices(void **state)
{
    struct world *w = *state;
    uint32_t seed = 5;
    struct shape square = shape_matrix(3, 3);
    struct trial t = begin_at(w, (const double[]){1, 2, 3, 4, 5, 6, 5, 7, 9}, 9);
    t.f = graph_det(w->graph, graph_reshape(w->graph, t.leaves[0], &square));
    expect_gradient(&t, (const double[]){3, -6, 3, 3, -6, 3, -3, 6, -3});
    assert_int_equal(check_derivatives(&t, &seed), 2 * DIRECTIONS);
}

static void the_norm_at_zero(void **state)
{
    struct world *w = *state;
    struct trial t = begin_at(w, (const double[]){0, 0, 0}, 3);
    t.f = graph_norm_over(w->graph, t.leaves[0], 1);
    expect_gradient(&t, (const double[]){0, 0, 0});
    t.f = graph_norm_over(w->graph, graph_apply1(w->graph, OP_SQRT, t.leaves[0]), 1);
    expect_gradient(&t, (const double[]){0, 0, 0}); /* what is inside has none there */
}

static void the_first_of_equals_counts(void **state)
{
    struct world *w = *state;
    struct trial t = begin_at(w, (const double[]){2, 1, 1, 2}, 4);
    t.f = graph_min_over(w->graph, t.leaves[0], 1);
    expect_gradient(&t, (const double[]){0, 1, 0, 0});
    t.f = graph_max_over(w->graph, t.leaves[0], 1);
    expect_gradient(&t, (const double[]){1, 0, 0, 0});
}

/* The derivative of what is not taken is left out, even where it is undefined. */
static void what_is_not_taken_is_left_out(void **state)
{
    struct trial t = begin_at(*state, (const double[]){0, 4, 0, 1}, 4);
    struct graph *graph = t.w->graph;
    node_id x = t.leaves[0], root = graph_apply1(graph, OP_SQRT, x);
    node_id zero = graph_constant(graph, 0);
    t.f = graph_sum_all(graph, graph_slice_axis(graph, root, 0, 1, 2, 2));
    expect_gradient(&t, (const double[]){0, 0.25, 0, 0.5});
    node_id index = graph_range(graph, 1, 2, 2, 0);
    node_id twice = graph_apply2(graph, OP_MOD, index, graph_constant(graph, 4));
    t.f = graph_sum_all(graph, graph_gather(graph, root, twice, 0));
    expect_gradient(&t, (const double[]){0, 0.25, 0, 0.5});
    node_id is_positive = graph_apply2(graph, OP_GREATER, x, zero);
    t.f = graph_sum_all(graph, graph_apply3(graph, OP_SELECT, is_positive, root, zero));
    expect_gradient(&t, (const double[]){0, 0.25, 0, 0.5});
}

/* Likewise of sums within a branch, one for each row. */
static void rows_that_are_not_taken_are_left_out(void **state)
{
    struct trial t = begin_at(*state, (const double[]){0, 0, 4, 1}, 4);
    struct graph *graph = t.w->graph;
    node_id x = t.leaves[0], root = graph_apply1(graph, OP_SQRT, x);
    node_id zero = graph_constant(graph, 0);
    struct shape square = shape_matrix(2, 2);
    node_id rows = graph_sum_over(graph, graph_reshape(graph, root, &square), 2);
    node_id sums = graph_sum_over(graph, graph_reshape(graph, x, &square), 2);
    node_id is_some = graph_apply2(graph, OP_GREATER, sums, zero);
    t.f = graph_sum_all(graph, graph_apply3(graph, OP_SELECT, is_some, rows, zero));
    expect_gradient(&t, (const double[]){0, 0, 0.25, 0.5});
    /* a number that is in no row that is taken */
    node_id first = graph_pick(graph, root, 0, 0);
    node_id products = graph_apply2(graph, OP_MULTIPLY, first, graph_constant(graph, 3));
    products = graph_apply2(graph, OP_MULTIPLY, products, x);
    node_id is_great = graph_apply2(graph, OP_GREATER, x, graph_constant(graph, 9));
    t.f = graph_sum_all(graph, graph_apply3(graph, OP_SELECT, is_great, products, x));
    expect_gradient(&t, (const double[]){1, 1, 1, 1});
    /* a scalar condition, behind a product */
    node_id product = graph_matmul(graph, root, root);
    node_id is_less = graph_apply2(graph, OP_LESS, graph_sum_all(graph, x), zero);
    t.f = graph_apply3(graph, OP_SELECT, is_less, product, graph_sum_all(graph, x));
    expect_gradient(&t, (const double[]){1, 1, 1, 1});
}

/* d(x'Ax)/dx = (A + A')x has a handful of nodes, whatever n is. */
static void the_work_does_not_grow_with_the_extent(void **state)
{
    struct world *w = *state;
    size_t sizes[2];
    for (int i = 0; i < 2; i++) {
        struct trial t = begin(w);
        uint32_t seed = 1;
        struct shape vector = shape_vector(i == 0 ? 3 : 1000);
        struct shape matrix = shape_matrix(vector.extent[0], vector.extent[0]);
        add_leaf(&t, &vector, &seed);
        node_id a = graph_parameter_array(w->graph, 'A', &matrix), gradient = 0;
        node_id product = graph_matmul(w->graph, a, t.leaves[0]);
        t.f = graph_matmul(w->graph, t.leaves[0], product);
        graph_gradient(w->graph, t.f, t.leaves, 1, &gradient);
        sizes[i] = graph_size(w->graph);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_true(sizes[0] < 40);
}

/* One matrix and many vectors: nothing of the size of the batch times the matrix. */
static void one_matrix_for_many_rows(void **state)
{
    struct world *w = *state;
    struct trial t = begin(w);
    uint32_t seed = 1;
    struct shape matrix = shape_matrix(1000, 1000), many = {3, {2000, 1000, 1}};
    add_leaf(&t, &matrix, &seed);
    node_id rows = graph_parameter_array(w->graph, 'r', &many), gradient = 0;
    t.f =
        graph_sum_all(w->graph, graph_apply1(w->graph, OP_SIN,
                                             graph_matmul(w->graph, t.leaves[0], rows)));
    graph_gradient(w->graph, t.f, t.leaves, 1, &gradient);
    struct graph_order order = graph_order(w->graph, &gradient, 1, &w->arena);
    for (size_t i = 0; i < order.count; i++)
        assert_true(elements(w, order.nodes[i]) <= 2000000);
}

/* A derivative that is too large is the end of memory, not a node that is none. */
static void a_derivative_too_large_is_a_limit(void **state)
{
    struct world *w = *state;
    struct trial t = begin(w);
    uint32_t seed = 1;
    struct shape left = {4, {1, 700, 1, 700}}, right = {4, {700, 1, 700, 1}};
    add_leaf(&t, &left, &seed);
    node_id other = graph_parameter_array(w->graph, 'r', &right), gradient = 0;
    node_id product = graph_matmul(w->graph, t.leaves[0], other);
    t.f = graph_sum_all(w->graph, graph_apply1(w->graph, OP_SIN, product));
    if (setjmp(w->fail.landing) == 0) {
        graph_gradient(w->graph, t.f, t.leaves, 1, &gradient);
        fail_msg("%zu elements", elements(w, gradient));
    }
    assert_int_equal(w->fail.kind, FAIL_MEMORY_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
        TEST(products_with_zeros),
        TEST(singular_matrices),
        TEST(the_norm_at_zero),
        TEST(the_first_of_equals_counts),
        TEST(what_is_not_taken_is_left_out),
        TEST(rows_that_are_not_taken_are_left_out),
        TEST(the_work_does_not_grow_with_the_extent),
        TEST(one_matrix_for_many_rows),
        TEST(a_derivative_too_large_is_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
