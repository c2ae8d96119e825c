/* SPDX-License-Identifier: MIT
 * Derivatives of arrays against differences: of every operation, of compositions, at
 * points where a naive formula fails, and second derivatives against differences of
 * gradients. */
#include "array_random.h"

enum { MOST_LEAVES = 2, DIRECTIONS = 3 };

/* A function of some leaves at a point, with a direction. */
struct trial {
    struct world *w;
    node_id f, leaves[MOST_LEAVES], directions[MOST_LEAVES];
    size_t sizes[MOST_LEAVES];
    double *point[MOST_LEAVES], *direction[MOST_LEAVES];
    size_t count;
};

static size_t elements(const struct world *w, node_id node)
{
    struct shape shape = graph_shape(w->graph, node);
    return shape_elements(&shape);
}

static void add_leaf(struct trial *t, const struct shape *shape, uint32_t *seed)
{
    size_t i = t->count++;
    t->leaves[i] = graph_variable_array(t->w->graph, (uint32_t)('x' + i), shape);
    t->directions[i] = graph_parameter_array(t->w->graph, (uint32_t)('p' + i), shape);
    t->sizes[i] = shape_elements(shape);
    t->point[i] = ARENA_ARRAY(&t->w->arena, t->sizes[i], double);
    t->direction[i] = ARENA_ARRAY(&t->w->arena, t->sizes[i], double);
    for (size_t k = 0; k < t->sizes[i]; k++)
        t->point[i][k] = uniform(seed, -1.5, 1.5);
}

static void turn(struct trial *t, uint32_t *seed)
{
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < t->sizes[i]; k++)
            t->direction[i][k] = uniform(seed, -1, 1);
}

/* A node at point + step*direction; its elements stay in the arena. */
static const double *value_along(const struct trial *t, node_id node, double step)
{
    struct binding bindings[2 * MOST_LEAVES];
    for (size_t i = 0; i < t->count; i++) {
        double *moved = ARENA_ARRAY(&t->w->arena, t->sizes[i], double);
        for (size_t k = 0; k < t->sizes[i]; k++)
            moved[k] = t->point[i][k] + step * t->direction[i][k];
        bindings[2 * i] = (struct binding){t->leaves[i], moved};
        bindings[2 * i + 1] = (struct binding){t->directions[i], t->direction[i]};
    }
    return reference_value(t->w, node, bindings, 2 * t->count).data;
}

static double slope_by_gradient(const struct trial *t, const node_id *gradient)
{
    double slope = 0;
    for (size_t i = 0; i < t->count; i++) {
        struct shape due = graph_shape(t->w->graph, t->leaves[i]);
        struct shape shape = graph_shape(t->w->graph, gradient[i]);
        assert_true(shape_equal(&due, &shape));
        const double *g = value_along(t, gradient[i], 0);
        for (size_t k = 0; k < t->sizes[i]; k++)
            slope += g[k] * t->direction[i][k];
    }
    return slope;
}

enum { AGREES, DIFFERS, UNUSABLE };

/* By two steps, so that a kink or a great third derivative is told from an error. */
static int compare(double exact, const double differences[2])
{
    if (!isfinite(differences[0]) || fabs(differences[0]) > 1e5 ||
        !is_close(differences[0], differences[1], 1e-6))
        return UNUSABLE;
    bool agrees = isfinite(exact) && is_close(exact, differences[0], 1e-5);
    return agrees ? AGREES : DIFFERS;
}

static int compare_first(const struct trial *t, const node_id *gradient)
{
    double differences[2];
    for (int i = 0; i < 2; i++) {
        double h = i == 0 ? 1e-5 : 3e-5;
        differences[i] = (*value_along(t, t->f, h) - *value_along(t, t->f, -h)) / (2 * h);
    }
    return compare(slope_by_gradient(t, gradient), differences);
}

static int compare_second(const struct trial *t, const node_id *gradient,
                          const node_id *products)
{
    int worst = AGREES;
    for (size_t i = 0; i < t->count; i++) {
        const double *exact = value_along(t, products[i], 0);
        const double *ahead = value_along(t, gradient[i], 1e-5);
        const double *behind = value_along(t, gradient[i], -1e-5);
        const double *ahead_more = value_along(t, gradient[i], 3e-5);
        const double *behind_more = value_along(t, gradient[i], -3e-5);
        for (size_t k = 0; k < t->sizes[i]; k++) {
            double differences[] = {(ahead[k] - behind[k]) / 2e-5,
                                    (ahead_more[k] - behind_more[k]) / 6e-5};
            int result = compare(exact[k], differences);
            worst = result == DIFFERS || worst == AGREES ? result : worst;
            if (worst == DIFFERS)
                return worst;
        }
    }
    return worst;
}

/* The sum of the elements with weights, so that each counts on its own. */
static node_id weigh(struct world *w, node_id node)
{
    struct shape shape = graph_shape(w->graph, node);
    node_id weights = made_numbers(w->graph, OP_COS, 1.1, &shape);
    return graph_sum_all(w->graph, graph_apply2(w->graph, OP_MULTIPLY, weights, node));
}

static void show(const struct trial *t, const char *what)
{
    struct text out;
    char letter[2] = "";
    text_init(&out, &t->w->arena);
    graph_dump(&out, t->w->graph, &t->f, 1, name_letter, letter);
    print_message("%s differs:\n%s", what, text_string(&out));
}

/* Both derivatives of t->f along random directions; the number that could be compared. */
static int check_derivatives(struct trial *t, uint32_t *seed)
{
    node_id gradient[MOST_LEAVES], products[MOST_LEAVES];
    int usable = 0;
    graph_gradient(t->w->graph, t->f, t->leaves, t->count, gradient);
    graph_hessian_vector(t->w->graph, t->f, t->leaves, t->directions, t->count, products);
    for (int i = 0; i < DIRECTIONS; i++) {
        turn(t, seed);
        int first = compare_first(t, gradient);
        int second = compare_second(t, gradient, products);
        if (first == DIFFERS || second == DIFFERS)
            show(t, first == DIFFERS ? "gradient" : "Hessian times direction");
        assert_int_not_equal(first, DIFFERS);
        assert_int_not_equal(second, DIFFERS);
        usable += (first == AGREES) + (second == AGREES);
    }
    return usable;
}

static struct trial begin(struct world *w)
{
    graph_free(w->graph);
    w->graph = graph_new(&w->memory);
    return (struct trial){.w = w};
}

/* One operation of one kind on leaves of random shapes; false when none was made. */
static bool try_kind(struct world *w, enum kind kind, uint32_t *seed, int *usable)
{
    struct arena_mark mark = arena_mark(&w->arena);
    struct trial t = begin(w);
    struct choice c;
    struct shape a = random_shape(seed, 3);
    bool is_of_matrix = kind >= KIND_SOLVE && kind < KIND_MAKE_DIAGONAL;
    if (is_of_matrix && a.rank >= 2)
        a.extent[a.rank - 1] = a.extent[a.rank - 2];
    struct shape b = random_partner(seed, &a);
    bool is_possible = choose(&c, seed, kind, &a, &b);
    if (is_possible) {
        add_leaf(&t, &a, seed);
        add_leaf(&t, &b, seed);
        node_id node = make(w->graph, &c, t.leaves[0], t.leaves[1]);
        assert_int_not_equal(node, 0);
        t.f = weigh(w, node);
        *usable += check_derivatives(&t, seed);
    }
    arena_release(&w->arena, mark);
    return is_possible;
}

static void every_operation_differentiates(void **state)
{
    uint32_t seed = 12345;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        int made = 0, usable = 0;
        for (int i = 0; i < 1000 && made < 150; i++)
            made += try_kind(*state, (enum kind)kind, &seed, &usable);
        if (usable < 300)
            print_message("kind %d: %d made, %d compared\n", kind, made, usable);
        assert_true(usable >= 300);
    }
}

static bool is_finite_at(const struct trial *t, node_id node)
{
    const double *value = value_along(t, node, 0);
    for (size_t i = 0; i < elements(t->w, node); i++)
        if (!isfinite(value[i]))
            return false;
    return true;
}

static void compositions_differentiate(void **state)
{
    struct world *w = *state;
    uint32_t seed = 777;
    int usable = 0;
    for (int i = 0; i < 3000; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        struct trial t = begin(w);
        struct shape shape = random_shape(&seed, 3);
        struct shape partner = random_partner(&seed, &shape);
        add_leaf(&t, &shape, &seed);
        add_leaf(&t, &partner, &seed);
        node_id node = t.leaves[0], other = t.leaves[1];
        for (int made = 0, tried = 0; made < 4 && tried < 40; tried++) {
            struct choice c;
            struct shape a = graph_shape(w->graph, node),
                         b = graph_shape(w->graph, other);
            if (!choose(&c, &seed, (enum kind)below(&seed, KIND_COUNT), &a, &b))
                continue;
            node_id next = make(w->graph, &c, node, other);
            if (next == 0 || elements(w, next) > 200 || !is_finite_at(&t, next))
                continue;
            other = below(&seed, 2) == 0 ? node : other;
            node = next;
            made++;
        }
        t.f = weigh(w, node);
        usable += check_derivatives(&t, &seed);
        arena_release(&w->arena, mark);
    }
    assert_true(usable > 17500);
}

/* ---- Points where a formula may fail ---- */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_operation_differentiates, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(compositions_differentiate, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(products_with_zeros, open_world, close_world),
        cmocka_unit_test_setup_teardown(singular_matrices, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_norm_at_zero, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_first_of_equals_counts, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(what_is_not_taken_is_left_out, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(rows_that_are_not_taken_are_left_out, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(the_work_does_not_grow_with_the_extent,
                                        open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
