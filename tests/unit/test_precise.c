/* SPDX-License-Identifier: MIT
 * Graphs in numbers of two doubles, beside the evaluators in doubles. */
#include "array_program.h"

#include "graph_fixture.h"
#include "tape/precise.h"

enum { MOST = 100000 };

/* Operations without a wide form: a fit that uses one is not refined. */
static const enum op without[] = {OP_ERF,       OP_ERFC,  OP_LGAMMA, OP_DIGAMMA,
                                  OP_POLYGAMMA, OP_ROUND, OP_MOD};

static bool is_without(enum op op)
{
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (without[i] == op)
            return true;
    return false;
}

static void every_operation_of_numbers_has_a_wide_form_or_is_listed(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++)
        if (precise_has((enum op)op) == is_without((enum op)op))
            fail_msg("%s", op_info((enum op)op)->id);
}

/* The doubles of ops.def are right to a few units in the last place. */
static void wide_forms_have_the_values_of_doubles(void **state)
{
    uint32_t seed = 1;
    (void)state;
    for (int op = 0; op < OP_COUNT; op++)
        for (int i = 0; i < 300 && precise_op((enum op)op) != NULL; i++) {
            int arity = op_info((enum op)op)->arity;
            size_t count = arity < 0 ? 3 : (size_t)arity;
            double x[3];
            struct wide wide[3];
            for (size_t k = 0; k < count; k++) {
                x[k] = uniform(&seed, -2, 2);
                if (i % 10 == 0)
                    x[k] = floor(x[k]); /* ties and whole numbers */
                wide[k] = wide_of(x[k]);
            }
            double due = op_value((enum op)op, x, count);
            struct wide found = precise_op((enum op)op)(wide, count);
            bool both_none = !isfinite(due) && !wide_is_finite(found);
            if (!both_none && !(fabs(found.high - due) <= 1e-15 * fmax(1, fabs(due))))
                fail_msg("%s(%a, %a): %a, not %a", op_info((enum op)op)->id, x[0],
                         count > 1 ? x[1] : 0, found.high, due);
        }
}

/* ---- arrays ---- */

static bool set_inputs(struct precise *program, const struct task *t)
{
    for (size_t i = 0; i < t->leaf_count; i++) {
        struct precise_numbers *input = precise_input(program, i);
        for (size_t k = 0; input != NULL && k < input->count; k++) {
            input->high[k] = t->leaves[i].data[k];
            input->low[k] = 0;
        }
    }
    return precise_run(program);
}

static struct precise *precise_of(const struct task *t, size_t most)
{
    node_id inputs[8];
    for (size_t i = 0; i < t->leaf_count; i++)
        inputs[i] = t->leaves[i].leaf;
    return precise_new(&t->w->arena, t->w->graph, t->outputs, t->output_count, inputs,
                       t->leaf_count, most);
}

/* How many outputs are alike; fails where one is not. */
static size_t compare(const struct task *t, const char *what)
{
    struct precise *program = precise_of(t, MOST);
    if (program == NULL)
        return 0;
    double *const *due = room_for_outputs(t);
    assert_true(array_run(program_of(t), inputs_of(t), due));
    assert_true(set_inputs(program, t));
    for (size_t i = 0; i < t->output_count; i++) {
        const struct precise_numbers *found = precise_output(program, i);
        assert_int_equal(found->count, count_elements(t->w, t->outputs[i]));
        for (size_t k = 0; k < found->count; k++) {
            bool both_none = !isfinite(due[i][k]) && !isfinite(found->high[k]);
            double off = fabs(found->high[k] - due[i][k]);
            if (!both_none && !(off <= 1e-12 * fmax(1, fabs(due[i][k]))))
                fail_msg("%s: element %zu is %a, not %a", what, k, found->high[k],
                         due[i][k]);
        }
    }
    return t->output_count;
}

static void operations_of_arrays_have_the_values_of_doubles(void **state)
{
    struct world *w = *state;
    uint32_t seed = 7;
    size_t compared[KIND_COUNT] = {0};
    for (int i = 0; i < 6000; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        struct graph_mark nodes = graph_mark(w->graph);
        struct task t = {.w = w};
        struct choice c;
        struct shape a = random_shape(&seed, 3), b = random_partner(&seed, &a);
        node_id x = add_numbers(&t, &a, -1.5, 1.5, &seed);
        node_id y = add_numbers(&t, &b, -1.5, 1.5, &seed);
        enum kind kind = (enum kind)(i % KIND_COUNT);
        if (choose(&c, &seed, kind, &a, &b)) {
            t.outputs[0] = make(w->graph, &c, x, y);
            t.output_count = 1;
            if (t.outputs[0] != 0 && count_elements(w, t.outputs[0]) <= 400)
                compared[kind] += compare(&t, "an operation");
        }
        graph_release(w->graph, nodes);
        arena_release(&w->arena, mark);
    }
    static const enum kind must[] = {
        KIND_UNARY,  KIND_BINARY,  KIND_RATIO, KIND_SELECT,        KIND_REDUCE,
        KIND_SLICE,  KIND_PERMUTE, KIND_PICK,  KIND_BROADCAST,     KIND_RESHAPE,
        KIND_GATHER, KIND_CONCAT,  KIND_PAD,   KIND_MAKE_DIAGONAL, KIND_CUMSUM,
        KIND_MATMUL, KIND_DIAGONAL};
    for (size_t i = 0; i < sizeof must / sizeof *must; i++)
        if (compared[must[i]] < 10)
            fail_msg("kind %d: %zu", (int)must[i], compared[must[i]]);
}

/* ---- what is kept of the digits ---- */

static void numbers_count_as_they_were_written(void **state)
{
    struct world *w = *state;
    node_id x = graph_parameter(w->graph, 'a'), v = graph_variable(w->graph, 'x');
    node_id product = graph_apply2(w->graph, OP_MULTIPLY, x, v);
    node_id out =
        graph_apply2(w->graph, OP_ADD, product, graph_constant(w->graph, -0.07));
    node_id inputs[] = {x, v};
    double tenth = 0.1;
    struct precise *program = precise_new(&w->arena, w->graph, &out, 1, inputs, 2, MOST);
    precise_set_written(program, 0, &tenth);
    precise_input(program, 1)->high[0] = 0.7;
    precise_input(program, 1)->low[0] = wide_written(0.7).low;
    assert_true(precise_run(program));
    assert_true(fabs(precise_output(program, 0)->high[0]) < 1e-32);
    assert_true(fabs(0.1 * 0.7 - 0.07) > 1e-18);
}

static void ranges_step_as_they_were_written(void **state)
{
    struct world *w = *state;
    node_id range = graph_range(w->graph, 0.1, 0.1, 100, 0);
    node_id out = graph_sum_over(w->graph, range, 1);
    struct precise *program = precise_new(&w->arena, w->graph, &out, 1, NULL, 0, MOST);
    assert_true(precise_run(program));
    assert_true(precise_output(program, 0)->high[0] == 505);
    assert_true(fabs(precise_output(program, 0)->low[0]) < 1e-28);
}

/* ---- limits ---- */

static void what_cannot_be_evaluated_makes_no_program(void **state)
{
    struct world *w = *state;
    uint32_t seed = 3;
    struct shape shape = shape_vector(10);
    struct task t = {.w = w, .output_count = 1};
    node_id x = add_numbers(&t, &shape, 0, 1, &seed);
    t.outputs[0] = graph_apply1(w->graph, OP_EXP, x);
    assert_non_null(precise_of(&t, 20));
    assert_null(precise_of(&t, 19));
    t.outputs[0] = graph_apply1(w->graph, OP_ERF, x);
    assert_null(precise_of(&t, MOST));
    t.outputs[0] = graph_logsumexp_over(w->graph, x, 1);
    assert_null(precise_of(&t, MOST));
}

static void an_index_outside_is_told(void **state)
{
    struct world *w = *state;
    uint32_t seed = 3;
    struct shape shape = shape_vector(4);
    struct task t = {.w = w, .output_count = 1};
    node_id x = add_numbers(&t, &shape, 0, 1, &seed);
    node_id at = add_numbers(&t, &shape, 9, 10, &seed);
    t.outputs[0] = graph_gather(w->graph, x, at, 0);
    struct precise *program = precise_of(&t, MOST);
    assert_non_null(program);
    assert_false(set_inputs(program, &t));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_of_numbers_has_a_wide_form_or_is_listed),
        cmocka_unit_test(wide_forms_have_the_values_of_doubles),
        cmocka_unit_test_setup_teardown(operations_of_arrays_have_the_values_of_doubles,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(numbers_count_as_they_were_written, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(ranges_step_as_they_were_written, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(what_cannot_be_evaluated_makes_no_program,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(an_index_outside_is_told, open_world,
                                        close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
