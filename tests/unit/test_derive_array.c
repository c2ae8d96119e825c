/* SPDX-License-Identifier: MIT
 * Derivations of functions of arrays: the lines, and that every rule is right. */
#include "array_random.h"

#include "graph/derive.h"

static const char *derive_text(struct world *w, node_id f, node_id wrt)
{
    struct derivation derivation;
    static const char *const left[] = {"L'"};
    char letter[2] = "";
    struct text out;
    text_init(&out, &w->arena);
    graph_derive(w->graph, f, &wrt, 1, &w->arena, name_letter, letter, left, &derivation);
    graph_derivation_print(&out, &derivation);
    return text_string(&out);
}

static void a_sum_of_squares_reads_as_on_paper(void **state)
{
    struct world *w = *state;
    struct shape n = shape_vector(5);
    node_id x = graph_parameter_array(w->graph, 'x', &n);
    node_id y = graph_parameter_array(w->graph, 'y', &n);
    node_id slope = graph_variable(w->graph, 'w'), two = graph_constant(w->graph, 2);
    node_id r =
        graph_apply2(w->graph, OP_ADD, graph_apply2(w->graph, OP_MULTIPLY, slope, x),
                     graph_apply1(w->graph, OP_NEGATE, y));
    node_id f = graph_sum_all(w->graph, graph_apply2(w->graph, OP_POWER, r, two));
    assert_string_equal(
        derive_text(w, f, slope),
        "L' = d/dw[sum((w*x - y)^2)]\n"
        "   = sum(d/dw[(w*x - y)^2])                   sum rule\n"
        "   = sum(2*(w*x - y)*d/dw[w*x - y])           power rule, chain rule\n"
        "   = sum(2*(w*x - y)*(d/dw[w*x] - d/dw[y]))   sum rule\n"
        "   = sum(2*(w*x - y)*x)                       constant factor; held constant\n"
        "   = 2*sum(x*(w*x - y))                       simplify\n");
}

static void by_an_array_it_is_the_gradient(void **state)
{
    struct world *w = *state;
    struct shape n = shape_vector(5);
    node_id v = graph_variable_array(w->graph, 'v', &n);
    node_id f = graph_sum_all(
        w->graph, graph_apply2(w->graph, OP_POWER, v, graph_constant(w->graph, 2)));
    assert_string_equal(derive_text(w, f, v), "L' = d/dv[sum(v^2)]\n"
                                              "   = 2*v   gradient\n");
}

/* The state that the rules lead to has the value of the gradient. */
static void compare_last_state(struct world *w, node_id f, node_id x, node_id data)
{
    static const double numbers[8] = {0.3, -1.2, 0.8, 2.1, -0.4, 1.7, -2.2, 0.05};
    const double at = 0.7;
    const struct binding bindings[] = {{x, &at}, {data, numbers}};
    struct derivation_steps steps;
    node_id gradient = 0;
    graph_gradient(w->graph, f, &x, 1, &gradient);
    graph_derive_steps(w->graph, f, x, &w->arena, &steps);
    assert_false(steps.is_cut_short);
    assert_int_equal(steps.steps[steps.count - 1].state, gradient);
    bool is_simplified = strcmp(steps.steps[steps.count - 1].rule, "simplify") == 0;
    node_id last = steps.steps[steps.count - (is_simplified ? 2 : 1)].state;
    if (steps.count == 1 + (size_t)is_simplified)
        return;
    double found = *reference_value(w, last, bindings, 2).data;
    double wanted = *reference_value(w, gradient, bindings, 2).data;
    if (!is_close(found, wanted, 1e-9))
        fail_msg("%s\n%.17g, wanted %.17g", derive_text(w, f, x), found, wanted);
}

static void every_rule_is_right(void **state)
{
    struct world *w = *state;
    uint32_t seed = 4711;
    for (int i = 0; i < 2000; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        graph_free(w->graph);
        w->graph = graph_new(&w->memory);
        struct shape shape = {3, {2, 2, 2}};
        node_id x = graph_variable(w->graph, 'x');
        node_id data = graph_parameter_array(w->graph, 'd', &shape);
        node_id node =
            graph_apply1(w->graph, OP_SIN, graph_apply2(w->graph, OP_MULTIPLY, x, data));
        for (int step = 0; step < 3; step++) {
            struct choice c;
            struct shape own = graph_shape(w->graph, node),
                         at = graph_shape(w->graph, data);
            if (!choose(&c, &seed, (enum kind)below(&seed, KIND_COUNT), &own, &at))
                continue;
            node_id next = make(w->graph, &c, node, data);
            struct shape made = graph_shape(w->graph, next);
            if (shape_elements(&made) <= 100)
                node = next;
        }
        struct shape last = graph_shape(w->graph, node);
        node_id weights = made_numbers(w->graph, OP_COS, 1.1, &last);
        node_id product = graph_apply2(w->graph, OP_MULTIPLY, weights, node);
        compare_last_state(w, graph_sum_all(w->graph, product), x, data);
        arena_release(&w->arena, mark);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
        TEST(a_sum_of_squares_reads_as_on_paper),
        TEST(by_an_array_it_is_the_gradient),
        TEST(every_rule_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
