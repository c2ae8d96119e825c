/* SPDX-License-Identifier: MIT
 * test_squares.c - sums of squares found in a formula, and the derivatives of what is
 * squared against differences. */
#include "graph/squares.h"
#include "graph_fixture.h"
#include "tape/program.h"

#include <string.h>

static const double at[SYMBOLS] = {
    ['x'] = 0.7, ['y'] = -1.3, ['z'] = 2.1, ['a'] = 0.4, ['b'] = 1.9, ['c'] = 3};

/* a, b, c are held fixed. */
static node_id with_data(struct world *w, const char *text)
{
    node_id f = build(w, text);
    for (const char *name = "abc"; *name != '\0'; name++) {
        node_id from = graph_variable(w->graph, (uint32_t)*name);
        node_id to = graph_parameter(w->graph, (uint32_t)*name);
        graph_substitute(w->graph, &f, 1, &from, &to, 1, &f);
    }
    return f;
}

/* offset + the sum of factor * weight * residual^2, which must be f. */
static double put_together(struct world *w, const struct squares *found)
{
    double sum = found->offset == 0 ? 0 : value_at(w, found->offset, at);
    for (size_t i = 0; i < found->count; i++) {
        const struct squares_term *term = &found->terms[i];
        double residual = value_at(w, term->residual, at);
        sum += value_at(w, term->factor, at) * value_at(w, term->weight, at) * residual *
               residual;
    }
    return sum;
}

static void squares_are_found(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *f;
        size_t terms;
    } rows[] = {
        {"(x - 1)^2", 1},          {"(10*(y - x^2))^2 + (1 - x)^2", 2},
        {"(a - x*b)^2/c + 3", 1},  {"((x - a)*b)^2 + 0.5*(x^2 + y^2)", 3},
        {"(x - y)*(x - y)", 1},    {"(x + y)^4", 1},
        {"a*(exp(x) - b)^2*c", 1}, {"(exp(x) - b)^2*(y - 1)^2", 1},
        {"abs(x - a)^2", 1},       {"hypot(x - 1, y)^2", 2},
        {"-(-(x - 1)^2)", 1},      {"(x - 1)^2/(y + 2)^2", 1},
        {"a/(x - 2)^2", 1},        {"(x/y)^2 + (a + b)", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct squares found;
        node_id f = with_data(w, rows[i].f);
        assert_true(graph_squares(w->graph, f, &w->arena, &found));
        assert_int_equal(found.count, rows[i].terms);
        assert_true(is_close(put_together(w, &found), value_at(w, f, at), 1e-14));
    }
}

static void what_is_no_sum_of_squares_is_refused(void **state)
{
    struct world *w = *state;
    static const char *const rows[] = {"x",
                                       "x^3",
                                       "x*y",
                                       "(x - 1)^2 + y",
                                       "(x - 1)^2*y",
                                       "exp(x)",
                                       "sqrt((x - 1)^2)",
                                       "log((x - 1)^2)",
                                       "abs(x)",
                                       "(x - 1)^2 + x^2*y",
                                       "(x - 1)^2/y",
                                       "if x > 0 then x^2 else y^2",
                                       "a + b"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct squares found;
        assert_false(graph_squares(w->graph, with_data(w, rows[i]), &w->arena, &found));
    }
}

static void data_and_penalties_are_told(void **state)
{
    struct world *w = *state;
    struct squares found;
    node_id f = with_data(w, "(a - x*b)^2 + 0.1*x^2");
    assert_true(graph_squares(w->graph, f, &w->arena, &found));
    assert_int_equal(found.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct squares_term *term = &found.terms[i];
        assert_true(term->is_penalty == (term->data == 0));
        if (term->data != 0)
            assert_string_equal(print_node(w, term->data), "a");
    }
}

/* ---- arrays ---- */

static node_id vector_leaf(struct world *w, char name, size_t count, bool moves)
{
    struct shape shape = shape_vector(count);
    return moves ? graph_variable_array(w->graph, (uint32_t)name, &shape)
                 : graph_parameter_array(w->graph, (uint32_t)name, &shape);
}

static void sums_over_rows_are_one_term(void **state)
{
    struct world *w = *state;
    struct graph *g = w->graph;
    node_id x = build(w, "x"), data = vector_leaf(w, 'd', 5, false);
    node_id weight = vector_leaf(w, 'v', 5, false);
    node_id off = graph_apply2(g, OP_ADD, data, graph_apply1(g, OP_NEGATE, x));
    node_id square = graph_apply2(g, OP_POWER, off, graph_constant(g, 2));
    const node_id sums[] = {
        graph_sum_all(g, square),
        graph_sum_all(g, graph_apply2(g, OP_MULTIPLY, weight, square)),
        graph_sum_all(g, graph_apply2(g, OP_MULTIPLY, off, off)),
        graph_matmul(g, off, off),
        graph_apply2(g, OP_POWER, graph_norm_over(g, off, 1), graph_constant(g, 2)),
        graph_apply2(g, OP_DIVIDE, graph_sum_all(g, square), graph_constant(g, 5))};
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        struct squares found;
        assert_true(graph_squares(g, sums[i], &w->arena, &found));
        assert_int_equal(found.count, 1);
        assert_int_equal(found.terms[0].residual, off);
        assert_int_equal(found.terms[0].data, data);
    }
}

/* What is added to each of 5 rows counts 5 times. */
static void what_is_repeated_is_weighted(void **state)
{
    struct world *w = *state;
    struct graph *g = w->graph;
    node_id rows = vector_leaf(w, 'd', 5, true);
    node_id each =
        graph_apply2(g, OP_ADD, graph_apply2(g, OP_POWER, rows, graph_constant(g, 2)),
                     build(w, "x^2"));
    struct squares found;
    assert_true(graph_squares(g, graph_sum_all(g, each), &w->arena, &found));
    assert_int_equal(found.count, 2);
    double weights = 0;
    for (size_t i = 0; i < 2; i++)
        weights += value_at(w, found.terms[i].weight, at);
    assert_true(weights == 6);
}

static void sums_of_sums_end(void **state)
{
    struct world *w = *state;
    struct squares found;
    node_id f = build(w, "(x - 1)^2 + (y - 1)^2");
    for (int i = 0; i < 64; i++) {
        node_id pair[] = {f, graph_apply2(w->graph, OP_MULTIPLY, build(w, "2"), f)};
        f = graph_apply(w->graph, OP_ADD, pair, 2);
    }
    assert_false(graph_squares(w->graph, f, &w->arena, &found));
}

/* ---- derivatives ---- */

static void columns_are_the_derivatives(void **state)
{
    struct world *w = *state;
    struct graph *g = w->graph;
    node_id x = build(w, "x"), data = vector_leaf(w, 'd', 3, false);
    node_id seed = vector_leaf(w, 's', 3, true);
    node_id scaled = graph_apply2(g, OP_MULTIPLY, x, data);
    node_id residual = graph_apply1(g, OP_EXP, scaled);
    node_id column = graph_jacobian_vector(g, residual, x, 0, seed);
    node_id wanted = graph_apply2(g, OP_MULTIPLY, data, residual);
    struct shape shape = graph_shape(g, column);
    assert_true(shape.rank == 1 && shape.extent[0] == 3);
    const node_id outputs[] = {column, wanted}, inputs[] = {x, data};
    double one[3], other[3], *places[] = {one, other};
    const double at_x = 0.3, rows[] = {1, -2, 5}, *values[] = {&at_x, rows};
    struct program *program = program_new(&w->arena, g, outputs, 2, inputs, 2);
    assert_true(program_run(program, values, places));
    for (size_t i = 0; i < 3; i++)
        assert_true(is_close(one[i], other[i], 1e-15));
}

static void directions_of_arrays_are_derivatives(void **state)
{
    struct world *w = *state;
    struct graph *g = w->graph;
    node_id x = vector_leaf(w, 'x', 3, true), along = vector_leaf(w, 't', 3, true);
    node_id seed = vector_leaf(w, 's', 3, true);
    node_id residual =
        graph_apply2(g, OP_MULTIPLY, graph_sum_all(g, x), graph_apply1(g, OP_SIN, x));
    node_id product = graph_jacobian_vector(g, residual, x, along, seed);
    const node_id outputs[] = {product, residual}, inputs[] = {x, along};
    double low[3], high[3], derivative[3], unused[3];
    double point[] = {0.3, 0.9, -0.4}, moved[3];
    const double direction[] = {1, -2, 0.5}, step = 1e-6, *values[] = {moved, direction};
    double *to_low[] = {unused, low}, *to_high[] = {unused, high},
           *to_both[] = {derivative, unused};
    struct program *program = program_new(&w->arena, g, outputs, 2, inputs, 2);
    for (int side = -1; side <= 1; side++) {
        for (size_t i = 0; i < 3; i++)
            moved[i] = point[i] + side * step * direction[i];
        assert_true(program_run(program, values,
                                side < 0   ? to_low
                                : side > 0 ? to_high
                                           : to_both));
    }
    for (size_t i = 0; i < 3; i++)
        assert_true(is_close(derivative[i], (high[i] - low[i]) / (2 * step), 1e-9));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(squares_are_found),
        TEST(what_is_no_sum_of_squares_is_refused),
        TEST(data_and_penalties_are_told),
        TEST(sums_over_rows_are_one_term),
        TEST(what_is_repeated_is_weighted),
        TEST(sums_of_sums_end),
        TEST(columns_are_the_derivatives),
        TEST(directions_of_arrays_are_derivatives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
