/* SPDX-License-Identifier: MIT
 * The scalar program against the checking evaluator: random graphs over every operation,
 * values and gradients, at ordinary and at extreme points; the bits must be the same. */
#include "graph_fixture.h"

#include "tape/kernels/kernel.h"
#include "tape/native/native.h"
#include "tape/scalar.h"
#include "tape/scalar_lanes.h"

enum { VARIABLES = 3, MOST_NODES = 60, MOST_OUTPUTS = 8 };

/* xorshift64 (Marsaglia, Xorshift RNGs, 2003) */
static uint64_t next(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    return *random ^= *random << 17;
}

static size_t below(uint64_t *random, size_t count)
{
    return (size_t)(next(random) % count);
}

static double pick_number(uint64_t *random)
{
    static const double special[] = {0,
                                     -0.0,
                                     1,
                                     -1,
                                     2,
                                     0.5,
                                     -3,
                                     1e9,
                                     1e-9,
                                     1e300,
                                     -1e300,
                                     5e-324,
                                     (double)INFINITY,
                                     -(double)INFINITY,
                                     (double)NAN};
    if (below(random, 4) == 0)
        return special[below(random, sizeof special / sizeof *special)];
    return ((double)below(random, 2000001) - 1e6) / 250000;
}

static enum op pick_op(uint64_t *random)
{
    enum op op;
    do {
        op = (enum op)below(random, OP_COUNT);
        if (below(random, 3) == 0)
            op = below(random, 2) == 0 ? OP_ADD : OP_MULTIPLY;
    } while (op_info(op)->arity == 0 || op == OP_TIMES_LOG || op == OP_POLYGAMMA);
    return op;
}

/* The newest node is taken often, so that graphs are deep as well as wide. */
static node_id pick_node(uint64_t *random, const node_id *nodes, size_t count)
{
    return below(random, 3) == 0 ? nodes[count - 1] : nodes[below(random, count)];
}

static size_t grow(struct world *w, uint64_t *random, node_id *nodes, size_t most)
{
    static const double constants[] = {2, 3, -1, 0.1, 1e-3};
    size_t count = 0;
    for (; count < VARIABLES; count++)
        nodes[count] = graph_variable(w->graph, 'x' + (uint32_t)count);
    for (size_t i = 0; i < 3; i++)
        nodes[count++] = graph_constant(w->graph, constants[below(random, 5)]);
    while (count < most) {
        node_id operands[5];
        enum op op = pick_op(random);
        size_t operand_count =
            op_info(op)->arity < 0 ? 2 + below(random, 4) : (size_t)op_info(op)->arity;
        for (size_t i = 0; i < operand_count; i++)
            operands[i] = pick_node(random, nodes, count);
        nodes[count++] = graph_apply(w->graph, op, operands, operand_count);
    }
    return count;
}

static bool is_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void compare(struct world *w, const node_id *outputs, size_t count,
                    uint64_t *random)
{
    node_id leaves[VARIABLES];
    double at[VARIABLES], wanted[MOST_OUTPUTS], got[MOST_OUTPUTS], *places[MOST_OUTPUTS];
    const double *inputs[VARIABLES];
    for (size_t i = 0; i < VARIABLES; i++) {
        leaves[i] = graph_variable(w->graph, 'x' + (uint32_t)i);
        inputs[i] = &at[i];
    }
    for (size_t i = 0; i < count; i++)
        places[i] = &got[i];
    struct check *check =
        check_new(&w->arena, w->graph, outputs, count, leaves, VARIABLES);
    struct scalar *scalar =
        scalar_new(&w->arena, w->graph, outputs, count, leaves, VARIABLES);
    assert_int_equal(scalar_operations(scalar), check_operations(check));
    native_code *native = native_make(scalar, NULL, &w->arena);
    for (int trial = 0; trial < 12; trial++) {
        for (size_t i = 0; i < VARIABLES; i++)
            at[i] = pick_number(random);
        check_run(check, at, wanted);
        scalar_run(scalar, inputs, places);
        for (size_t i = 0; i < count; i++)
            if (!is_same(wanted[i], got[i]))
                fail_msg("output %zu at (%g, %g, %g): %.17g instead of %.17g", i, at[0],
                         at[1], at[2], got[i], wanted[i]);
        for (size_t i = scalar->leaf_count; i < scalar->place_count; i++)
            scalar->places[i] = 12345;
        if (native != NULL)
            native(scalar->places, NULL);
        for (size_t i = 0; i < count && native != NULL; i++)
            if (!is_same(wanted[i], scalar->places[scalar->outputs[i]]))
                fail_msg("native: output %zu at (%g, %g, %g): %.17g instead of %.17g", i,
                         at[0], at[1], at[2], scalar->places[scalar->outputs[i]],
                         wanted[i]);
    }
}

static void random_graphs_have_the_bits_of_the_checking_evaluator(void **state)
{
    struct world *w = *state;
    uint64_t random = 20250101;
    for (int trial = 0; trial < 3000; trial++) {
        node_id nodes[MOST_NODES], outputs[MOST_OUTPUTS];
        struct graph_mark graph = graph_mark(w->graph);
        struct arena_mark mark = arena_mark(&w->arena);
        size_t count = grow(w, &random, nodes, 7 + below(&random, MOST_NODES - 7));
        size_t output_count = 1 + below(&random, MOST_OUTPUTS);
        for (size_t i = 0; i < output_count; i++)
            outputs[i] = i == 0 ? nodes[count - 1] : pick_node(&random, nodes, count);
        compare(w, outputs, output_count, &random);
        arena_release(&w->arena, mark);
        graph_release(w->graph, graph);
    }
}

static void random_gradients_have_the_bits_of_the_checking_evaluator(void **state)
{
    struct world *w = *state;
    uint64_t random = 77;
    for (int trial = 0; trial < 1000; trial++) {
        node_id nodes[MOST_NODES], outputs[1 + VARIABLES], leaves[VARIABLES];
        struct graph_mark graph = graph_mark(w->graph);
        struct arena_mark mark = arena_mark(&w->arena);
        size_t count = grow(w, &random, nodes, 7 + below(&random, 20));
        memcpy(leaves, nodes, sizeof leaves);
        outputs[0] = nodes[count - 1];
        graph_gradient(w->graph, outputs[0], leaves, VARIABLES, outputs + 1);
        compare(w, outputs, 1 + VARIABLES, &random);
        arena_release(&w->arena, mark);
        graph_release(w->graph, graph);
    }
}

/* The random graphs meet some operations rarely, and these with operands of their own. */
#if defined __x86_64__ && defined MATH_HAS_LEVELS
/* Numbers of all sizes, or of which most are near 1. */
static double draw(uint64_t *random, size_t i)
{
    static const double places[] = {0,       -0.0,    1,
                                    0x1p20,  30,      700,
                                    -1e-310, 0x1p900, (double)INFINITY,
                                    0.625,   0.5,     0.41421356237309503};
    enum { PLACES = sizeof places / sizeof *places };
    uint64_t bits = next(random);
    double number = ((double)(bits >> 11) * 0x1p-53 - 0.5) * (i % 8 < 4 ? 6 : 200);
    if (i % 4 == 0)
        memcpy(&number, &bits, sizeof number);
    return i % 4 == 1 ? places[bits % PLACES] : number;
}

__attribute__((target("avx2"))) static void run_wide(uint32_t code, const double *x,
                                                     double *out)
{
    scalar_wide wide;
    memcpy(&wide, x, sizeof wide);
    wide = scalar_wide_function_v3(code)(wide, wide, wide);
    memcpy(out, &wide, sizeof wide);
}
#endif

/* As the machines and native code call them, one by one and four side by side. */
static void functions_have_the_bits_of_blocks(void **state)
{
    (void)state;
#if defined __x86_64__ && defined MATH_HAS_LEVELS
    uint64_t random = 5;
    for (uint32_t op = 0; op < OP_COUNT && math_best_level() >= MATH_V3; op++)
        for (size_t i = 0; i < 20000 && kernel_block((enum op)op) != NULL; i++) {
            double x[SCALAR_WIDE], wanted[SCALAR_WIDE], alone;
            double wide[SCALAR_WIDE];
            for (size_t k = 0; k < SCALAR_WIDE; k++)
                x[k] = draw(&random, i + k);
            kernel_block((enum op)op)(SCALAR_WIDE, x, wanted);
            run_wide(op * FORMS, x, wide);
            for (size_t k = 0; k < SCALAR_WIDE; k++) {
                alone = scalar_function_v3(op * FORMS)(x[k], (double)NAN, (double)NAN);
                if (!is_same(wanted[k], wide[k]) || !is_same(wanted[k], alone))
                    fail_msg("%s(%a): %a and %a instead of %a",
                             op_info((enum op)op)->spelling, x[k], alone, wide[k],
                             wanted[k]);
            }
        }
#endif
}

static void every_operation_in_every_form(void **state)
{
    struct world *w = *state;
    uint64_t random = 5;
    for (int i = 0; i < OP_COUNT; i++) {
        enum op op = (enum op)i;
        size_t arity = op_info(op)->arity < 0 ? 2 : (size_t)op_info(op)->arity;
        if (arity == 0)
            continue;
        node_id x = build(w, "x"), y = build(w, "y"), z = build(w, "z");
        node_id product = build(w, "x*y"), sum = build(w, "y + z"),
                deep = build(w, "exp(x)");
        node_id operands[][3] = {{x, y, z},       {product, y, z}, {x, sum, z},
                                 {deep, sum, z},  {sum, deep, x},  {x, y, deep},
                                 {deep, deep, y}, {product, x, x}, {deep, sum, product}};
        for (size_t k = 0; k < sizeof operands / sizeof *operands; k++) {
            if (op == OP_TIMES_LOG) /* the second is the first one's logarithm */
                operands[k][1] = graph_apply1(w->graph, OP_LOG, operands[k][0]);
            node_id node = graph_apply(w->graph, op, operands[k], arity);
            node_id outputs[] = {node, graph_apply1(w->graph, OP_EXP, node),
                                 operands[k][1]};
            compare(w, outputs, 1, &random);
            compare(w, outputs, 3, &random);
        }
    }
}

static void formulas_of_searches(void **state)
{
    struct world *w = *state;
    static const char *const formulas[] = {
        "softplus(-3*x) + 0.05*x^2 + sin(x)",
        "softplus(x*y)*sigmoid(x*y) + sin(z)*cos(z)",
        "cos(x) + sin(x) + softplus(x) - sigmoid(x)",
        "sin(1e9*x)*cos(1e9*x) + sigmoid(800*y)*softplus(800*y)",
        "100*(y - x^2)^2 + (1 - x)^2",
        "1/(1 + exp(-x*y)) - z",
        "2/(exp(x) + 1) + y*z - x*y",
        "x - y*z - exp(x)*y",
        "-x + y",
        "-(x*y) - z",
        "(x + y)^2*(x + y)",
        "if x > y then exp(z) else log(z)",
        "x^3 + x^-1 + x^0.5 + x^y",
        "clamp(x*y, exp(z), y + z)",
        "7",
        "x",
    };
    uint64_t random = 1;
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        node_id outputs[1 + VARIABLES] = {build(w, formulas[i])};
        node_id leaves[] = {build(w, "x"), build(w, "y"), build(w, "z")};
        graph_gradient(w->graph, outputs[0], leaves, VARIABLES, outputs + 1);
        compare(w, outputs, 1, &random);
        compare(w, outputs, 1 + VARIABLES, &random);
    }
}

/* What a chain of operations costs: operands are fused, nothing is stored. */
static void chains_stay_in_the_accumulator(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *formula;
        size_t instructions; /* with the last store and END */
    } rows[] = {
        {"exp(3*x)", 3},             /* exp(x*y), store, end */
        {"2/(1 + exp(3*x))", 4},     /* the quotient takes the sum with it */
        {"x*y + z", 4},              /* a product and a sum */
        {"exp(x)*y + z", 4},         /* multiply and add are one */
        {"exp(x) + y*z", 4},         /* so are add and multiply */
        {"cos(y) + exp(sin(x))", 7}, /* the deep one comes last: one more store */
        {"cos(x) + exp(sin(x))", 6}, /* sin and cos are one */
        {"x^2 + sin(x*y)*cos(x*y)", 8},
        {"softplus(x) + sigmoid(x)", 8}, /* by one exp */
        {"softplus(x) + sigmoid(y)", 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        node_id f = build(w, rows[i].formula);
        node_id leaves[] = {build(w, "x"), build(w, "y"), build(w, "z")};
        struct scalar *scalar = scalar_new(&w->arena, w->graph, &f, 1, leaves, 3);
        if (scalar_instructions(scalar) != rows[i].instructions)
            fail_msg("`%s` has %zu instructions", rows[i].formula,
                     scalar_instructions(scalar));
    }
}

/* Whether any of many runs holds, for every place of the one that does. */
static void lanes_tell_whether_any_holds(void **state)
{
    enum { RUNS = 130 };
    struct world *w = *state;
    double numbers[RUNS] = {0}, holds[RUNS], *output = holds;
    node_id test = build(w, "if x > 2 then 1 else 0"), leaf = build(w, "x");
    struct scalar_lanes *lanes =
        scalar_lanes_new(&w->arena, scalar_new(&w->arena, w->graph, &test, 1, &leaf, 1));
    const struct scalar_column column = {numbers, 1};
    for (size_t count = 0; count <= RUNS; count++)
        assert_false(scalar_lanes_any(lanes, count, &column));
    for (size_t i = 0; i < RUNS; i++) {
        numbers[i] = 3;
        assert_false(scalar_lanes_any(lanes, i, &column));
        assert_true(scalar_lanes_any(lanes, i + 1, &column));
        scalar_lanes_run(lanes, RUNS, &column, &output);
        assert_true(holds[i] == 1 && scalar_lanes_any(lanes, RUNS, &column));
        numbers[i] = (double)NAN;
        assert_false(scalar_lanes_any(lanes, RUNS, &column));
        numbers[i] = 0;
    }
}

/* A chain of a hundred thousand operations is compiled without recursion. */
static void depth_has_no_limit(void **state)
{
    struct world *w = *state;
    node_id x = build(w, "x"), f = x;
    for (int i = 0; i < 100000; i++)
        f = graph_apply2(w->graph, OP_MULTIPLY, graph_apply1(w->graph, OP_SIN, f),
                         build(w, "y"));
    uint64_t random = 3;
    compare(w, &f, 1, &random);
}

static void a_run_allocates_nothing(void **state)
{
    struct world *w = *state;
    node_id f = build(w, "exp(x)*sin(y) + x^3");
    node_id leaves[] = {build(w, "x"), build(w, "y")};
    struct scalar *scalar = scalar_new(&w->arena, w->graph, &f, 1, leaves, 2);
    double x = 1, y = 2, value = 0, *output = &value;
    const double *inputs[] = {&x, &y};
    uint64_t requests = w->memory.requests;
    struct arena_mark mark = arena_mark(&w->arena);
    for (int i = 0; i < 100; i++)
        scalar_run(scalar, inputs, &output);
    assert_int_equal(w->memory.requests, requests);
    assert_int_equal(arena_mark(&w->arena).used, mark.used);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            random_graphs_have_the_bits_of_the_checking_evaluator, open_world,
            close_world),
        cmocka_unit_test_setup_teardown(
            random_gradients_have_the_bits_of_the_checking_evaluator, open_world,
            close_world),
        cmocka_unit_test(functions_have_the_bits_of_blocks),
        cmocka_unit_test_setup_teardown(every_operation_in_every_form, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(formulas_of_searches, open_world, close_world),
        cmocka_unit_test_setup_teardown(chains_stay_in_the_accumulator, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(lanes_tell_whether_any_holds, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(depth_has_no_limit, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_run_allocates_nothing, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
