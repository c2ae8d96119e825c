/* SPDX-License-Identifier: MIT
 * Arrays in the graph: sharing, shapes, what is refused, foldings, substitution. */
#include "array_random.h"

#include "graph/array_node.h"

static const struct shape scalar = {0};

static node_id variable(struct world *w, char letter, struct shape shape)
{
    return graph_variable_array(w->graph, (uint32_t)letter, &shape);
}

static struct shape shape3(size_t a, size_t b, size_t c)
{
    return (struct shape){3, {a, b, c}};
}

static void expect_shape(struct world *w, node_id node, struct shape due)
{
    assert_int_not_equal(node, 0);
    struct shape shape = graph_shape(w->graph, node);
    assert_true(shape_equal(&shape, &due));
}

/* ---- Sharing ---- */

static void leaves_are_told_apart_by_shape(void **state)
{
    struct world *w = *state;
    node_id x = variable(w, 'x', shape_vector(3));
    assert_int_equal(x, variable(w, 'x', shape_vector(3)));
    assert_int_not_equal(x, variable(w, 'x', shape_vector(4)));
    assert_int_not_equal(x, variable(w, 'x', shape_matrix(3, 1)));
    assert_int_equal(variable(w, 'x', scalar), graph_variable(w->graph, 'x'));
    assert_int_equal(graph_parameter_array(w->graph, 'x', &scalar),
                     graph_parameter(w->graph, 'x'));
    struct shape dirty = {1, {3, 99, 99}}; /* what is past the rank does not matter */
    assert_int_equal(x, variable(w, 'x', dirty));
    assert_int_equal(graph_node(w->graph, x).shape,
                     graph_node(w->graph, variable(w, 'y', dirty)).shape);
    assert_int_equal(graph_node(w->graph, variable(w, 'x', scalar)).shape, 0);
}

static void attributes_tell_operations_apart(void **state)
{
    struct world *w = *state;
    struct graph *graph = w->graph;
    node_id x = variable(w, 'x', shape3(2, 2, 2));
    assert_int_equal(graph_sum_over(graph, x, 1), graph_sum_over(graph, x, 1));
    assert_int_not_equal(graph_sum_over(graph, x, 1), graph_sum_over(graph, x, 2));
    assert_int_not_equal(graph_sum_over(graph, x, 1), graph_max_over(graph, x, 1));
    assert_int_not_equal(graph_cumsum(graph, x, true), graph_cumsum(graph, x, false));
    assert_int_not_equal(graph_slice_axis(graph, x, 0, 0, 1, 1),
                         graph_slice_axis(graph, x, 0, 1, 1, 1));
    node_id first = graph_range(graph, 1, 2, 3, 0);
    assert_int_equal(first, graph_range(graph, 1, 2, 3, 0));
    assert_int_not_equal(first, graph_range(graph, 1, 2, 3, 'i'));
    assert_int_not_equal(first, graph_range(graph, 1, 2, 4, 0));
    assert_int_not_equal(first, graph_range(graph, 1, 3, 3, 0));
    struct attributes a = graph_attributes(graph, first);
    assert_true(a.first == 1 && a.step == 2);
    assert_int_equal(graph_attributes(graph, x).axes, 0);
    assert_true(graph_node(graph, graph_sum_all(graph, x)).depends);
    assert_false(graph_node(graph, first).depends);
}

/* A loop over constructions of new shapes takes no memory. */
static void release_forgets_shapes_too(void **state)
{
    struct world *w = *state;
    size_t used = 0;
    for (size_t i = 1; i < 3000; i++) {
        struct graph_mark mark = graph_mark(w->graph);
        node_id x = variable(w, 'x', shape_matrix(i, 2));
        node_id f =
            graph_sum_all(w->graph, graph_slice_axis(w->graph, x, 0, i / 2, 1, 1));
        assert_int_not_equal(f, 0);
        graph_release(w->graph, mark);
        if (i == 10)
            used = w->memory.used;
    }
    assert_int_equal(w->memory.used, used);
    node_id x = variable(w, 'x', shape_vector(5));
    expect_shape(w, x, shape_vector(5));
}

static void many_shapes_stay_apart(void **state)
{
    struct world *w = *state;
    node_id nodes[1000];
    for (size_t i = 0; i < 1000; i++)
        nodes[i] = variable(w, 'x', shape_vector(i));
    for (size_t i = 0; i < 1000; i++) {
        expect_shape(w, nodes[i], shape_vector(i));
        assert_int_equal(variable(w, 'x', shape_vector(i)), nodes[i]);
    }
}

/* ---- Refusals ---- */

static void what_does_not_fit_is_refused(void **state)
{
    struct world *w = *state;
    struct graph *graph = w->graph;
    struct shape huge = shape_vector(1000000000), five = shape_vector(5),
                 eight = {8, {1}};
    for (size_t i = 0; i < 8; i++)
        eight.extent[i] = 2;
    node_id x = variable(w, 'x', shape_matrix(2, 3)), v = variable(w, 'v', five);
    node_id deep = variable(w, 'd', eight), s = graph_variable(graph, 's');
    size_t size = graph_size(graph);
    size_t start[] = {0, 0}, count[] = {2, 4}, order[] = {0, 0}, pair[] = {2, 1};
    ptrdiff_t stride[] = {1, 1}, none[] = {0, 1};
    node_id parts[] = {x, v};
#define REFUSED(call, why)                                                               \
    assert_int_equal(call, 0);                                                           \
    assert_int_equal(graph_fault(graph), why)
    REFUSED(graph_variable_array(graph, 'x', &huge), SHAPE_TOO_LARGE);
    REFUSED(graph_range(graph, 1, 1, 1000000000, 0), SHAPE_TOO_LARGE);
    REFUSED(graph_broadcast_to(graph, x, &five), SHAPE_DIFFERENT);
    REFUSED(graph_broadcast_to(graph, s, &huge), SHAPE_TOO_LARGE);
    REFUSED(graph_reshape(graph, x, &five), SHAPE_DIFFERENT);
    REFUSED(graph_sum_over(graph, x, 4), SHAPE_NO_SUCH_AXIS);
    REFUSED(graph_argmin_over(graph, deep, 3), SHAPE_NO_SUCH_AXIS);
    REFUSED(graph_permute(graph, x, order), SHAPE_NO_SUCH_AXIS);
    REFUSED(graph_transpose(graph, v), SHAPE_NO_MATRIX);
    REFUSED(graph_slice(graph, x, start, count, stride), SHAPE_NO_SUCH_INDEX);
    REFUSED(graph_slice(graph, x, start, pair, none), SHAPE_NO_SUCH_INDEX);
    REFUSED(graph_slice_axis(graph, v, 0, 5, 1, 1), SHAPE_NO_SUCH_INDEX);
    REFUSED(graph_slice_axis(graph, v, 0, 1, 3, -1), SHAPE_NO_SUCH_INDEX);
    REFUSED(graph_slice_axis(graph, v, 0, 0, 3, PTRDIFF_MAX), SHAPE_NO_SUCH_INDEX);
    REFUSED(graph_slice_axis(graph, v, 0, 4, 2, PTRDIFF_MIN), SHAPE_NO_SUCH_INDEX);
    REFUSED(graph_slice_axis(graph, v, 0, 0, SIZE_MAX, 1), SHAPE_NO_SUCH_INDEX);
    REFUSED(graph_slice_axis(graph, v, 1, 0, 1, 1), SHAPE_NO_SUCH_AXIS);
    REFUSED(graph_pick(graph, v, 0, 5), SHAPE_NO_SUCH_INDEX);
    REFUSED(graph_gather(graph, deep, x, 0), SHAPE_TOO_MANY_AXES);
    REFUSED(graph_gather(graph, s, s, 0), SHAPE_NO_SUCH_AXIS);
    REFUSED(graph_scatter(graph, x, v, 0, &five), SHAPE_DIFFERENT);
    REFUSED(graph_solve(graph, x, v), SHAPE_NOT_SQUARE);
    REFUSED(graph_concat(graph, parts, 2, 0), SHAPE_DIFFERENT);
    REFUSED(graph_concat(graph, parts, 0, 0), SHAPE_DIFFERENT);
    REFUSED(graph_concat(graph, parts, 1, 2), SHAPE_NO_SUCH_AXIS);
    REFUSED(graph_cumsum(graph, s, false), SHAPE_NO_SUCH_AXIS);
    REFUSED(graph_matmul(graph, x, v), SHAPE_DIFFERENT);
    REFUSED(graph_matmul(graph, x, s), SHAPE_NO_MATRIX);
    REFUSED(graph_solve(graph, x, v), SHAPE_NOT_SQUARE);
    REFUSED(graph_inverse(graph, v), SHAPE_NO_MATRIX);
    REFUSED(graph_det(graph, x), SHAPE_NOT_SQUARE);
    REFUSED(graph_make_diagonal(graph, deep), SHAPE_TOO_MANY_AXES);
    REFUSED(graph_identity(graph, 100000), SHAPE_TOO_LARGE);
    struct shape shape;
    assert_int_equal(graph_broadcast(graph, parts, 2, &shape), SHAPE_DIFFERENT);
    assert_int_equal(graph_size(graph), size);
    assert_int_equal(graph_sum_all(graph, graph_det(graph, x)), 0); /* passed on */
}

/* ---- Shapes of results ---- */

static void results_have_their_shapes(void **state)
{
    struct world *w = *state;
    struct graph *graph = w->graph;
    node_id x = variable(w, 'x', shape3(4, 2, 3)), v = variable(w, 'v', shape_vector(3));
    node_id m = variable(w, 'm', shape_matrix(3, 5)), s = graph_variable(graph, 's');
    node_id square = variable(w, 'q', shape3(2, 3, 3));
    size_t order[] = {2, 0, 1};
    node_id index = graph_parameter_array(graph, 'i', &(struct shape){2, {7, 6}});
    expect_shape(w, graph_apply2(graph, OP_ADD, x, v), shape3(4, 2, 3));
    expect_shape(w, graph_apply2(graph, OP_LESS, s, v), shape_vector(3));
    expect_shape(w, graph_sum_over(graph, x, 5), shape_vector(2));
    expect_shape(w, graph_permute(graph, x, order), shape3(3, 4, 2));
    expect_shape(w, graph_pick(graph, x, 1, 0), shape_matrix(4, 3));
    expect_shape(w, graph_gather(graph, x, index, 1), (struct shape){4, {4, 7, 6, 3}});
    expect_shape(w, graph_gather(graph, x, s, 0), shape_matrix(2, 3));
    expect_shape(w, graph_matmul(graph, x, m), shape3(4, 2, 5));
    expect_shape(w, graph_matmul(graph, x, v), shape_matrix(4, 2));
    expect_shape(w, graph_matmul(graph, v, m), shape_vector(5));
    expect_shape(w, graph_matmul(graph, v, v), scalar);
    expect_shape(w, graph_solve(graph, square, v), shape_matrix(2, 3));
    expect_shape(w, graph_logdet(graph, square), shape_vector(2));
    expect_shape(w, graph_eigenvalues(graph, square), shape_matrix(2, 3));
    expect_shape(w, graph_diagonal(graph, x), shape_matrix(4, 2));
    expect_shape(w, graph_make_diagonal(graph, v), shape_matrix(3, 3));
    expect_shape(w, graph_trace(graph, square), shape_vector(2));
    expect_shape(w, graph_sort(graph, x), shape3(4, 2, 3));
}

/* A rule may leave something smaller: it is repeated to the shape that is due. */
static void foldings_keep_the_shape(void **state)
{
    struct world *w = *state;
    struct graph *graph = w->graph;
    struct shape shape = shape_matrix(2, 3);
    node_id x = variable(w, 'x', shape), v = variable(w, 'v', shape_vector(3));
    graph->deriving = true;
    node_id terms[] = {x, graph_constant(graph, 1), graph_apply1(graph, OP_NEGATE, x)};
    node_id one = graph_apply(graph, OP_ADD, terms, 3);
    expect_shape(w, one, shape);
    assert_true(array_is_number(graph, one, 1));
    node_id zero = graph_apply2(graph, OP_MULTIPLY, graph_constant(graph, 0), x);
    assert_true(array_is_number(graph, zero, 0));
    expect_shape(w, graph_apply2(graph, OP_ADD, zero, v), shape);
    assert_int_equal(unbroadcast(graph, graph_apply2(graph, OP_ADD, zero, v)), v);
    graph->deriving = false;
    node_id exponent = graph_constant(graph, 0);
    expect_shape(w, graph_apply2(graph, OP_POWER, x, exponent), shape);
    node_id wide = graph_broadcast_to(graph, v, &shape);
    assert_int_equal(unbroadcast(graph, graph_apply1(graph, OP_EXP, wide)),
                     graph_apply1(graph, OP_EXP, v));
    expect_shape(w, graph_apply1(graph, OP_EXP, wide), shape);
    assert_int_equal(graph_apply2(graph, OP_ADD, x, wide),
                     graph_apply2(graph, OP_ADD, x, v));
}

/* Compositions, which fold, against their steps, each of parameters that hold the
 * elements of what came before. */
static void random_compositions(struct world *w, bool deriving, uint32_t seed)
{
    for (int i = 0; i < 1500; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        graph_free(w->graph);
        w->graph = graph_new(&w->memory);
        struct shape a = random_shape(&seed, 3);
        node_id node = variable(w, 'x', a);
        struct reference data = {a, ARENA_ARRAY(&w->arena, shape_elements(&a), double)};
        for (size_t k = 0; k < shape_elements(&a); k++)
            data.data[k] = uniform(&seed, -2, 2);
        struct binding start = {node, data.data};
        for (int step = 0; step < 6; step++) {
            struct choice c;
            enum kind kind = (enum kind)below(&seed, KIND_COUNT);
            if (!choose(&c, &seed, kind, &data.shape, &data.shape))
                continue;
            w->graph->deriving = deriving;
            node_id next = make(w->graph, &c, node, node);
            w->graph->deriving = false;
            node_id leaf =
                graph_parameter_array(w->graph, 1000 + (uint32_t)step, &data.shape);
            node_id alone = make(w->graph, &c, leaf, leaf);
            struct shape shape = graph_shape(w->graph, alone);
            if (shape_elements(&shape) > 200)
                break;
            node = next;
            data = reference_value(w, alone, &(struct binding){leaf, data.data}, 1);
            expect_shape(w, node, data.shape);
            struct reference found = reference_value(w, node, &start, 1);
            for (size_t k = 0; k < shape_elements(&data.shape); k++)
                assert_true(is_close(found.data[k], data.data[k], 1e-9));
        }
        arena_release(&w->arena, mark);
    }
}

static void foldings_keep_the_value(void **state)
{
    random_compositions(*state, false, 99);
}

static void foldings_of_derivatives_keep_the_value(void **state)
{
    random_compositions(*state, true, 1234567);
}

/* ---- Substitution, text, memory ---- */

static void substitution_keeps_attributes(void **state)
{
    struct world *w = *state;
    struct graph *graph = w->graph;
    node_id x = variable(w, 'x', shape_matrix(2, 3)),
            y = variable(w, 'y', shape_vector(3));
    node_id z = variable(w, 'z', shape_matrix(2, 3));
    node_id parts[] = {graph_cumsum(graph, x, true), x};
    node_id f = graph_sum_over(graph, graph_concat(graph, parts, 2, 1), 2), out = 0;
    graph_substitute(graph, &f, 1, &x, &z, 1, &out);
    node_id other[] = {graph_cumsum(graph, z, true), z};
    assert_int_equal(out, graph_sum_over(graph, graph_concat(graph, other, 2, 1), 2));
    graph_substitute(graph, &f, 1, &x, &y, 1, &out); /* repeated to the shape of x */
    expect_shape(w, out, shape_vector(2));
    graph_substitute(graph, &f, 1, &y, &z, 1, &out);
    assert_int_equal(out, f);
}

static void the_list_shows_shapes_and_attributes(void **state)
{
    struct world *w = *state;
    struct graph *graph = w->graph;
    node_id x = variable(w, 'x', shape_matrix(2, 3));
    node_id row = graph_slice_axis(graph, x, 1, 2, 2, -2);
    node_id i = graph_range(graph, 1, 1, 2, 'i');
    node_id f = graph_sum_over(graph, graph_apply2(graph, OP_MULTIPLY, row, i), 3);
    struct text out;
    char letter[2] = "";
    text_init(&out, &w->arena);
    graph_dump(&out, graph, &f, 1, name_letter, letter);
    assert_string_equal(text_string(&out), "1 VARIABLE x [2,3]\n"
                                           "2 SLICE 1 start 0,2 stride 1,-2 [2,2]\n"
                                           "3 RANGE i from 1 step 1 [2]\n"
                                           "4 MULTIPLY 2 3 [2,2]\n"
                                           "5 SUM_OVER 4 over 0,1\n"
                                           "root 5\n");
    assert_string_equal(print_node(w, graph_transpose(graph, x)), "transpose(x)");
    assert_string_equal(print_node(w, graph_range(graph, 0, 2, 4, 0)), "0..6");
}

/* Every request for memory fails once; what was there stays whole. */
static void no_request_leaves_a_ruin(void **state)
{
    struct world *w = *state;
    volatile uint64_t failed = 0;
    for (volatile uint64_t k = 1; k < 10000; k++) {
        struct graph *volatile graph = NULL;
        size_t before = w->memory.used;
        w->memory.fail_at = w->memory.requests + k;
        if (setjmp(w->fail.landing) == 0) {
            graph = graph_new(&w->memory);
            for (size_t i = 1; i < 80; i++) {
                struct shape shape = shape_matrix(i, 3);
                node_id x = graph_variable_array(graph, 'x', &shape), out = 0;
                node_id f = graph_sum_all(graph, graph_softmax(graph, x));
                graph_gradient(graph, f, &x, 1, &out);
            }
        } else {
            failed++;
        }
        bool is_done = w->memory.requests < w->memory.fail_at;
        w->memory.fail_at = 0;
        graph_free(graph);
        assert_int_equal(w->memory.used, before);
        if (is_done)
            break;
    }
    assert_true(failed > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
        TEST(leaves_are_told_apart_by_shape),
        TEST(attributes_tell_operations_apart),
        TEST(release_forgets_shapes_too),
        TEST(many_shapes_stay_apart),
        TEST(what_does_not_fit_is_refused),
        TEST(results_have_their_shapes),
        TEST(foldings_keep_the_shape),
        TEST(foldings_keep_the_value),
        TEST(foldings_of_derivatives_keep_the_value),
        TEST(substitution_keeps_attributes),
        TEST(the_list_shows_shapes_and_attributes),
        TEST(no_request_leaves_a_ruin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
