/* SPDX-License-Identifier: MIT
 * The folding rules of arrays: each does what its row says, to the node that is expected.
 * That they keep the value is tested with random compositions (test_graph_array.c). */
#include "array_random.h"

#include "graph/array_fold.h"

/* Leaves and what they are made of, by name: x is a matrix [2,3], v a vector [5], n a
 * number, e without elements, one [1]. */
struct leaves {
    struct graph *graph;
    node_id x, v, n, e, one;
};

static struct leaves make_leaves(struct world *w)
{
    struct leaves l = {.graph = w->graph};
    struct shape matrix = shape_matrix(2, 3), vector = shape_vector(5);
    struct shape empty = shape_vector(0), unit = shape_vector(1);
    l.x = graph_variable_array(w->graph, 'x', &matrix);
    l.v = graph_variable_array(w->graph, 'v', &vector);
    l.n = graph_variable(w->graph, 'n');
    l.e = graph_variable_array(w->graph, 'e', &empty);
    l.one = graph_variable_array(w->graph, 'o', &unit);
    return l;
}

static node_id number(struct leaves *l, double value)
{
    return graph_constant(l->graph, value);
}

static node_id repeated(struct leaves *l, node_id x, size_t rows, size_t columns)
{
    struct shape shape = shape_matrix(rows, columns);
    return graph_broadcast_to(l->graph, x, &shape);
}

static node_id reshaped(struct leaves *l, node_id x, size_t rows, size_t columns)
{
    struct shape shape = shape_matrix(rows, columns);
    return graph_reshape(l->graph, x, &shape);
}

static node_id flat(struct leaves *l, node_id x)
{
    struct shape shape = graph_shape(l->graph, x);
    shape = shape_vector(shape_elements(&shape));
    return graph_reshape(l->graph, x, &shape);
}

static node_id zeros(struct leaves *l, size_t rows, size_t columns)
{
    return repeated(l, number(l, 0), rows, columns);
}

static node_id twice(struct leaves *l, node_id x)
{
    return graph_apply2(l->graph, OP_MULTIPLY, number(l, 2), x);
}

static node_id part(struct leaves *l, node_id x, size_t start, size_t count,
                    ptrdiff_t stride)
{
    return graph_slice_axis(l->graph, x, 0, start, count, stride);
}

static node_id padded(struct leaves *l, node_id x, size_t start, size_t count)
{
    struct shape shape = shape_vector(count);
    const ptrdiff_t stride = 1;
    return graph_pad(l->graph, x, &start, &stride, &shape);
}

static node_id joined(struct leaves *l, node_id a, node_id b)
{
    node_id parts[] = {a, b};
    return graph_concat(l->graph, parts, 2, 0);
}

static node_id steps(struct leaves *l, double first, double step, size_t count)
{
    return graph_range(l->graph, first, step, count, 0);
}

static node_id exponential(struct leaves *l, node_id x)
{
    return graph_apply1(l->graph, OP_EXP, x);
}

static node_id difference(struct leaves *l, node_id a, node_id b)
{
    return graph_apply2(l->graph, OP_ADD, a, graph_apply1(l->graph, OP_NEGATE, b));
}

/* ---- The rows: what is made, and what it must become ---- */

#define G l->graph
#define RULES(RULE)                                                                      \
    RULE("no elements", exponential(l, l->e), flat(l, zeros(l, 0, 1)))                   \
    RULE("reduction of nothing", graph_sum_all(G, l->e), number(l, 0))                   \
    RULE("reduction of nothing", graph_prod_over(G, l->e, 1), number(l, 1))              \
    RULE("reduction of nothing", graph_norm_over(G, l->e, 1), number(l, 0))              \
    RULE("reduction of nothing", graph_min_over(G, l->e, 1), number(l, (double)NAN))     \
    RULE("reduction of nothing", graph_logsumexp_over(G, l->e, 1),                       \
         number(l, (double)-INFINITY))                                                   \
    RULE("reduction of nothing", graph_all_over(G, l->e, 1), number(l, 1))               \
    RULE("reduction of nothing", graph_any_over(G, l->e, 1), number(l, 0))               \
    RULE("reduction of one", graph_max_over(G, l->n, 0), l->n)                           \
    RULE("reduction of one", graph_norm_over(G, l->n, 0), graph_apply1(G, OP_ABS, l->n)) \
    RULE("reduction of one", graph_argmin_over(G, l->n, 0), number(l, 1))                \
    RULE("reduction of one", graph_sum_over(G, repeated(l, l->v, 1, 5), 1), l->v)        \
    RULE("sum of equals", graph_sum_all(G, repeated(l, l->n, 3, 4)),                     \
         graph_apply2(G, OP_MULTIPLY, number(l, 12), l->n))                              \
    RULE("sum of equals", graph_sum_over(G, repeated(l, l->v, 3, 5), 1),                 \
         graph_apply2(G, OP_MULTIPLY, number(l, 3), l->v))                               \
    RULE("reduction of equal rows", graph_norm_over(G, repeated(l, l->v, 3, 5), 2),      \
         flat(l, repeated(l, graph_norm_over(G, l->v, 1), 3, 1)))                        \
    RULE("reduction of equal rows", graph_sum_over(G, repeated(l, l->v, 3, 5), 2),       \
         flat(l, repeated(l, graph_sum_all(G, l->v), 3, 1)))                             \
    RULE("least of equals", graph_min_over(G, repeated(l, l->v, 3, 5), 1), l->v)         \
    RULE("greatest of equals", graph_max_over(G, repeated(l, l->n, 3, 5), 3), l->n)      \
    RULE("sum of sums", graph_sum_all(G, graph_sum_over(G, l->x, 1)),                    \
         graph_sum_over(G, l->x, 3))                                                     \
    RULE("least of least", graph_min_over(G, graph_min_over(G, l->x, 2), 1),             \
         graph_min_over(G, l->x, 3))                                                     \
    RULE("greatest of greatest", graph_max_over(G, graph_max_over(G, l->x, 1), 1),       \
         graph_max_over(G, l->x, 3))                                                     \
    RULE("sum of all in another form", graph_sum_all(G, graph_transpose(G, l->x)),       \
         graph_sum_all(G, l->x))                                                         \
    RULE("number in a sum", graph_sum_all(G, twice(l, l->x)),                            \
         twice(l, graph_sum_all(G, l->x)))                                               \
    RULE("number in a form", flat(l, twice(l, l->x)), twice(l, flat(l, l->x)))           \
    RULE("number in a transpose", graph_transpose(G, twice(l, l->x)),                    \
         twice(l, graph_transpose(G, l->x)))                                             \
    RULE("number in a slice", part(l, twice(l, l->v), 1, 2, 1),                          \
         twice(l, part(l, l->v, 1, 2, 1)))                                               \
    RULE("number in a product", graph_matmul(G, twice(l, l->v), l->v),                   \
         twice(l, graph_matmul(G, l->v, l->v)))                                          \
    RULE("broadcast to the same", repeated(l, l->x, 2, 3), l->x)                         \
    RULE("broadcast twice", repeated(l, repeated(l, l->v, 1, 5), 4, 5),                  \
         repeated(l, l->v, 4, 5))                                                        \
    RULE("reshape to the same", reshaped(l, l->x, 2, 3), l->x)                           \
    RULE("one number repeated", part(l, repeated(l, l->n, 3, 4), 1, 2, 1),               \
         repeated(l, l->n, 2, 4))                                                        \
    RULE("one number repeated", graph_diagonal(G, repeated(l, l->n, 3, 4)),              \
         flat(l, repeated(l, l->n, 3, 1)))                                               \
    RULE("reshape twice", reshaped(l, flat(l, l->x), 3, 2), reshaped(l, l->x, 3, 2))     \
    RULE("permuted axes", graph_transpose(G, graph_transpose(G, l->x)), l->x)            \
    RULE("permuted axes", graph_transpose(G, reshaped(l, l->v, 5, 1)),                   \
         reshaped(l, l->v, 1, 5))                                                        \
    RULE("permuted axes", graph_transpose(G, repeated(l, l->v, 4, 5)),                   \
         repeated(l, reshaped(l, l->v, 5, 1), 5, 4))                                     \
    RULE("slices", part(l, part(l, l->v, 4, 3, -2), 2, 2, -1), part(l, l->v, 0, 2, 2))   \
    RULE("slices", part(l, l->v, 0, 5, 1), l->v)                                         \
    RULE("slices", part(l, repeated(l, l->v, 4, 5), 1, 2, 1), repeated(l, l->v, 2, 5))   \
    RULE("slices", part(l, steps(l, 3, 2, 5), 3, 3, -1), steps(l, 9, -2, 3))             \
    RULE("slices", part(l, padded(l, l->v, 2, 9), 2, 5, 1), l->v)                        \
    RULE("slices", part(l, joined(l, l->v, l->one), 1, 4, 1), part(l, l->v, 1, 4, 1))    \
    RULE("padded by nothing", padded(l, l->v, 0, 5), l->v)                               \
    RULE("gather in steps", graph_gather(G, l->v, steps(l, 4, -2, 3), 0),                \
         part(l, l->v, 4, 3, -2))                                                        \
    RULE("gather in steps", graph_gather(G, l->v, number(l, 3), 0),                      \
         graph_pick(G, l->v, 0, 3))                                                      \
    RULE("gather in steps",                                                              \
         graph_gather(G, l->v, difference(l, steps(l, 3, 1, 2), number(l, 2)), 0),       \
         part(l, l->v, 1, 2, 1))                                                         \
    RULE("scatter in steps", scattered(l, steps(l, 2, 1, 5)), padded(l, l->v, 2, 9))     \
    RULE("joined parts", joined(l, l->e, l->v), l->v)                                    \
    RULE("joined parts", joined(l, joined(l, l->v, l->one), l->v), three(l))             \
    RULE("zeros moved", padded(l, flat(l, zeros(l, 2, 1)), 1, 4),                        \
         flat(l, zeros(l, 4, 1)))                                                        \
    RULE("zeros added", scattered_zeros(l), flat(l, zeros(l, 9, 1)))                     \
    RULE("zeros on a diagonal", graph_make_diagonal(G, flat(l, zeros(l, 2, 1))),         \
         zeros(l, 2, 2))                                                                 \
    RULE("diagonal of a diagonal", graph_diagonal(G, graph_make_diagonal(G, l->v)),      \
         l->v)                                                                           \
    RULE("cumulative sum of one", graph_cumsum(G, l->one, false), l->one)                \
    RULE("zeros summed", graph_cumsum(G, zeros(l, 2, 3), true), zeros(l, 2, 3))          \
    RULE("order of one", graph_argsort(G, reshaped(l, l->v, 5, 1)), zeros(l, 5, 1))      \
    RULE("product without terms",                                                        \
         graph_matmul(G, reshaped(l, l->e, 2, 0), reshaped(l, l->e, 0, 3)),              \
         zeros(l, 2, 3))                                                                 \
    RULE("product with one matrix", graph_matmul(G, batch(l, 4, 2), l->x),               \
         cubed(l, graph_matmul(G, reshaped(l, batch(l, 4, 2), 20, 2), l->x), 4, 3))      \
    RULE("product with one matrix", graph_matmul(G, l->x, batch(l, 3, 1)),               \
         cubed(l,                                                                        \
               graph_matmul(G, reshaped(l, batch(l, 3, 1), 5, 3),                        \
                            graph_transpose(G, l->x)),                                   \
               2, 1))                                                                    \
    RULE("product with zeros", graph_matmul(G, l->x, zeros(l, 3, 2)), zeros(l, 2, 2))    \
    RULE("log of a sum of exp",                                                          \
         graph_apply1(G, OP_LOG, graph_sum_over(G, exponential(l, l->x), 2)),            \
         graph_logsumexp_over(G, l->x, 2))                                               \
    RULE("square of a norm",                                                             \
         graph_apply2(G, OP_POWER, graph_norm_over(G, l->x, 2), number(l, 2)),           \
         graph_sum_over(G, graph_apply2(G, OP_POWER, l->x, number(l, 2)), 2))            \
    RULE("log of softmax", graph_apply1(G, OP_LOG, graph_softmax(G, l->v)),              \
         difference(l, l->v, graph_logsumexp_over(G, l->v, 1)))                          \
    RULE("log of softmax", graph_apply1(G, OP_LOG, chosen(l, graph_softmax(G, l->v))),   \
         chosen(l, difference(l, l->v, graph_logsumexp_over(G, l->v, 1))))

/* Five matrices. */
static node_id batch(struct leaves *l, size_t rows, size_t columns)
{
    struct shape shape = {3, {5, rows, columns}};
    return graph_parameter_array(l->graph, 'b', &shape);
}

static node_id cubed(struct leaves *l, node_id x, size_t rows, size_t columns)
{
    struct shape shape = {3, {5, rows, columns}};
    return graph_reshape(l->graph, x, &shape);
}

static node_id scattered(struct leaves *l, node_id index)
{
    struct shape shape = shape_vector(9);
    return graph_scatter(l->graph, l->v, index, 0, &shape);
}

static node_id scattered_zeros(struct leaves *l)
{
    struct shape shape = shape_vector(9), vector = shape_vector(5);
    node_id index = graph_parameter_array(l->graph, 'i', &vector);
    return graph_scatter(l->graph, flat(l, zeros(l, 5, 1)), index, 0, &shape);
}

static node_id three(struct leaves *l)
{
    node_id parts[] = {l->v, l->one, l->v};
    return graph_concat(l->graph, parts, 3, 0);
}

static node_id chosen(struct leaves *l, node_id x)
{
    struct shape shape = shape_vector(7);
    return graph_gather(l->graph, x, graph_parameter_array(l->graph, 'i', &shape), 0);
}

static const char *const row_rules[] = {
#define RULE_NAME(rule, made, wanted) rule,
    RULES(RULE_NAME)};
enum { ROWS = sizeof row_rules / sizeof row_rules[0] };

/* What is made of a row, or what is wanted; nothing else is made. */
static node_id build_row(struct leaves *l, size_t index, bool wanted)
{
    size_t at = 0;
#define BUILD(rule, made_node, wanted_node)                                              \
    if (at++ == index)                                                                   \
        return wanted ? (wanted_node) : (made_node);
    RULES(BUILD)
    return 0;
}

static bool find_rule(const char *name, enum fold_kind *kind)
{
    size_t count = 0, safe_count = 0;
    const struct array_fold_rule *rules = array_fold_rules(&count);
    const struct array_safe_rule *safe = array_safe_rules(&safe_count);
    *kind = FOLD_SAFE;
    for (size_t i = 0; i < safe_count; i++)
        if (strcmp(safe[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < count; i++) {
        *kind = rules[i].kind;
        if (strcmp(rules[i].name, name) == 0)
            return true;
    }
    return false;
}

static void every_row_becomes_what_is_wanted(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < ROWS; i++) {
        graph_free(w->graph);
        w->graph = graph_new(&w->memory);
        struct leaves l = make_leaves(w);
        enum fold_kind kind = FOLD_EXACT;
        assert_true(find_rule(row_rules[i], &kind));
        w->graph->deriving = kind != FOLD_EXACT && kind != FOLD_SAFE;
        node_id made = build_row(&l, i, false);
        w->graph->deriving = false;
        node_id wanted = build_row(&l, i, true);
        if (made == 0 || made != wanted)
            fail_msg("%s: %s, wanted %s", row_rules[i], print_node(w, made),
                     print_node(w, wanted));
    }
}

/* Those that lose bits leave what a script wrote alone. */
static void derivatives_alone_are_rewritten(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < ROWS; i++) {
        struct leaves l = make_leaves(w);
        enum fold_kind kind = FOLD_EXACT;
        assert_true(find_rule(row_rules[i], &kind));
        if (kind == FOLD_EXACT || kind == FOLD_SAFE)
            continue;
        assert_int_not_equal(build_row(&l, i, false), build_row(&l, i, true));
    }
}

static void every_rule_has_a_row(void **state)
{
    (void)state;
    size_t count = 0, safe_count = 0;
    const struct array_fold_rule *rules = array_fold_rules(&count);
    const struct array_safe_rule *safe = array_safe_rules(&safe_count);
    for (size_t i = 0; i < count + safe_count; i++) {
        const char *name = i < count ? rules[i].name : safe[i - count].name;
        size_t row = 0;
        while (row < ROWS && strcmp(row_rules[row], name) != 0)
            row++;
        if (row == ROWS)
            fail_msg("the rule `%s` has no row", name);
    }
}

/* The safe forms are finite where those written are not. */
static void safe_forms_do_not_overflow(void **state)
{
    struct world *w = *state;
    struct leaves made = make_leaves(w), *l = &made;
    static const double data[] = {1000, 0, -1000, 999, 500};
    const struct binding binding = {l->v, data};
    node_id sum = graph_sum_all(w->graph, exponential(l, l->v));
    struct reference value =
        reference_value(w, graph_apply1(w->graph, OP_LOG, sum), &binding, 1);
    assert_true(is_close(*value.data, 1000 + log(1 + exp(-1.0)), 1e-15));
    node_id shares = graph_apply1(w->graph, OP_LOG, graph_softmax(w->graph, l->v));
    value = reference_value(w, shares, &binding, 1);
    assert_true(is_close(value.data[2], -2000 - log(1 + exp(-1.0)), 1e-15));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
        TEST(every_row_becomes_what_is_wanted),
        TEST(derivatives_alone_are_rewritten),
        TEST(every_rule_has_a_row),
        TEST(safe_forms_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
