/* SPDX-License-Identifier: MIT
 * Interval arithmetic: what a function takes lies in the enclosure; the enclosure is not
 * much wider; what has no value is flagged. */
#include "graph_fixture.h"

#include "tape/interval.h"

#include <float.h>

static bool holds(struct interval x, long double value)
{
    return (long double)x.low <= value && value <= (long double)x.high;
}

static struct interval box(double low, double high)
{
    return interval_between(low, high);
}

/* A number of any size that functions are likely to take. */
static double some_number(uint32_t *seed)
{
    static const double special[] = {0, 1, -1, 0.5, 2, -2, 3, 1e-300, -1e-8, 1e9};
    if (next_random(seed) % 8 == 0)
        return special[next_random(seed) % 10];
    double size = exp(uniform(seed, -4, 4));
    return next_random(seed) % 2 ? size : -size;
}

static struct interval some_box(uint32_t *seed)
{
    double low = some_number(seed);
    switch (next_random(seed) % 4) {
    case 0:
        return box(low, low);
    case 1:
        return box(low, low + fabs(some_number(seed)) * 1e-3);
    case 2:
        return next_random(seed) % 2 ? box(low, (double)INFINITY)
                                     : box(-(double)INFINITY, low);
    default:
        return box(low, low + fabs(some_number(seed)));
    }
}

static double inside(uint32_t *seed, struct interval x)
{
    double low = fmax(x.low, -1e6), high = fmin(x.high, 1e6);
    double at = uniform(seed, low, high);
    switch (next_random(seed) % 4) {
    case 0:
        at = low;
        break;
    case 1:
        at = high;
        break;
    default:
        break;
    }
    return fmin(fmax(at, x.low), x.high);
}

static bool is_operation(enum op op)
{
    return op_info(op)->arity != 0;
}

/* x*log(x) as the graph makes it: the second operand follows from the first. */
static void tie_operands(enum op op, struct interval *boxes, double *point)
{
    if (op != OP_TIMES_LOG)
        return;
    boxes[1] = interval_op(OP_LOG, boxes, 1);
    point[1] = log(point[0]);
}

static void check_operation(enum op op, uint32_t *seed)
{
    size_t count = op_info(op)->arity < 0 ? 3 : (size_t)op_info(op)->arity;
    struct interval boxes[3];
    double point[3];
    for (size_t i = 0; i < count; i++) {
        boxes[i] = some_box(seed);
        if (op == OP_POLYGAMMA && i == 0)
            boxes[i] = interval_point(next_random(seed) % 5);
        if (op == OP_POWER && i == 1 && next_random(seed) % 2)
            boxes[i] = interval_point((double)(next_random(seed) % 9) - 4);
        point[i] = inside(seed, boxes[i]);
    }
    tie_operands(op, boxes, point);
    struct interval found = interval_op(op, boxes, count);
    double value = op_value(op, point, count);
    bool is_undefined = !isfinite(value);
    if (is_undefined && (found.partial || interval_is_empty(found)))
        return;
    if (interval_is_empty(found) || !holds(found, (long double)value))
        fail_msg("%s(%a, %a) = %a is not in [%a, %a] of [%a, %a] [%a, %a]",
                 op_info(op)->id, point[0], count > 1 ? point[1] : 0, value, found.low,
                 found.high, boxes[0].low, boxes[0].high, count > 1 ? boxes[1].low : 0,
                 count > 1 ? boxes[1].high : 0);
}

static void every_operation_lies_in_its_enclosure(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int op = 0; op < OP_COUNT; op++)
        for (int i = 0; is_operation((enum op)op) && i < 20000; i++)
            check_operation((enum op)op, &seed);
}

/* Where an enclosure is missing the whole line would pass every test above. */
static void a_point_has_a_narrow_enclosure(void **state)
{
    (void)state;
    static const double point[] = {0.7, 0.3, 0.9};
    for (int op = 0; op < OP_COUNT; op++) {
        struct interval x[3];
        size_t count = op_info((enum op)op)->arity < 0 ? 3 : 2;
        if (!is_operation((enum op)op))
            continue;
        if (op_info((enum op)op)->arity >= 0)
            count = (size_t)op_info((enum op)op)->arity;
        for (size_t i = 0; i < count; i++)
            x[i] = interval_point(op == OP_POLYGAMMA && i == 0 ? 2 : point[i]);
        struct interval found = interval_op((enum op)op, x, count);
        double width = found.high - found.low;
        if (!(width <= 1e-11 * (1 + fabs(found.low))) || found.partial)
            fail_msg("%s: [%a, %a]", op_info((enum op)op)->id, found.low, found.high);
    }
}

/* The C library in more precision; only x86 and the like have it. */
static void functions_hold_the_value_in_more_digits(void **state)
{
    (void)state;
    static const struct {
        enum op op;
        long double (*value)(long double);
    } rows[] = {
        {OP_EXP, expl},     {OP_LOG, logl},   {OP_LOG1P, log1pl}, {OP_EXPM1, expm1l},
        {OP_LOG10, log10l}, {OP_LOG2, log2l}, {OP_SQRT, sqrtl},   {OP_CBRT, cbrtl},
        {OP_SIN, sinl},     {OP_COS, cosl},   {OP_TAN, tanl},     {OP_ASIN, asinl},
        {OP_ACOS, acosl},   {OP_ATAN, atanl}, {OP_SINH, sinhl},   {OP_COSH, coshl},
        {OP_TANH, tanhl},   {OP_ERF, erfl},   {OP_ERFC, erfcl},   {OP_LGAMMA, lgammal}};
    uint32_t seed = 11;
    if (LDBL_MANT_DIG <= DBL_MANT_DIG)
        skip();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 0; k < 5000; k++) {
            double at = some_number(&seed);
            struct interval x = interval_point(at), y = interval_op(rows[i].op, &x, 1);
            long double value = rows[i].value((long double)at);
            if (isfinite(value) && !interval_is_empty(y) && !holds(y, value))
                fail_msg("%s(%a): [%a, %a]", op_info(rows[i].op)->id, at, y.low, y.high);
            if (isfinite(value) && interval_is_empty(y))
                fail_msg("%s(%a) is empty", op_info(rows[i].op)->id, at);
        }
}

/* Sums, products and quotients are rounded outward by the side of their error. */
static void arithmetic_is_rounded_outward_and_exact_where_it_can_be(void **state)
{
    (void)state;
    static const enum op ops[] = {OP_ADD, OP_MULTIPLY, OP_DIVIDE};
    uint32_t seed = 3;
    for (int i = 0; i < 60000; i++) {
        enum op op = ops[i % 3];
        double a = some_number(&seed), b = some_number(&seed);
        struct interval x[2] = {interval_point(a), interval_point(b)};
        if (op == OP_DIVIDE && b == 0)
            continue;
        struct interval y = interval_op(op, x, 2);
        long double value = op == OP_ADD        ? (long double)a + (long double)b
                            : op == OP_MULTIPLY ? (long double)a * (long double)b
                                                : (long double)a / (long double)b;
        assert_true(holds(y, value));
        assert_true(nextafter(y.low, y.high) == y.high || y.low == y.high ||
                    fabs(a) < 1e-250 || fabs(y.low) < 1e-250);
    }
    static const struct {
        enum op op;
        double a, b, value;
    } exact[] = {{OP_ADD, 0.5, 3, 3.5},
                 {OP_MULTIPLY, -6, 0.25, -1.5},
                 {OP_DIVIDE, 6, 3, 2},
                 {OP_POWER, -3, 2, 9},
                 {OP_MOD, -7, 3, 2}};
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        struct interval x[2] = {interval_point(exact[i].a), interval_point(exact[i].b)};
        struct interval y = interval_op(exact[i].op, x, 2);
        assert_true(y.low == exact[i].value && y.high == exact[i].value);
    }
    struct interval four = interval_point(4), two = interval_op(OP_SQRT, &four, 1);
    assert_true(two.low == 2 && two.high == 2);
}

static void overflow_is_no_infinity(void **state)
{
    (void)state;
    struct interval large[2] = {interval_point(1e308), interval_point(1e308)};
    struct interval sum = interval_op(OP_ADD, large, 2);
    struct interval product = interval_op(OP_MULTIPLY, large, 2);
    struct interval thousand = interval_point(1000);
    struct interval power = interval_op(OP_EXP, &thousand, 1);
    assert_true(sum.low == DBL_MAX && isinf(sum.high));
    assert_true(product.low == DBL_MAX && isinf(product.high));
    assert_true(isfinite(power.low) && isinf(power.high));
}

static void edges_of_domains_are_flagged(void **state)
{
    (void)state;
    static const struct {
        enum op op;
        double low, high;
        bool is_empty, partial;
        double from, to;
    } rows[] = {
        {OP_SQRT, -4, -1, true, true, 0, 0},
        {OP_SQRT, -4, 9, false, true, 0, 3},
        {OP_SQRT, 0, 9, false, false, 0, 3},
        {OP_LOG, -1, 0, true, true, 0, 0},
        {OP_LOG, 0, 1, false, true, -(double)INFINITY, 0},
        {OP_LOG1P, -1, 0, false, true, -(double)INFINITY, 0},
        {OP_ASIN, 1.5, 2, true, true, 0, 0},
        {OP_ASIN, -2, 0, false, true, -1.5707963267948966, 0},
        {OP_ACOS, 1, 2, false, true, 0, 0},
        {OP_LGAMMA, -1, 3, false, true, -(double)INFINITY, (double)INFINITY},
        {OP_TAN, 1, 2, false, true, -(double)INFINITY, (double)INFINITY},
        {OP_TAN, -1, 1, false, false, -1.557407724654902, 1.557407724654902},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct interval x = box(rows[i].low, rows[i].high);
        struct interval y = interval_op(rows[i].op, &x, 1);
        assert_int_equal(interval_is_empty(y), rows[i].is_empty);
        assert_int_equal(y.partial, rows[i].partial);
        if (rows[i].is_empty)
            continue;
        assert_true(y.low <= rows[i].from && y.high >= rows[i].to);
        assert_true(isinf(rows[i].from) || rows[i].from - y.low <= 1e-14);
        assert_true(isinf(rows[i].to) || y.high - rows[i].to <= 1e-14);
    }
    struct interval by_zero[2] = {box(1, 1), box(0, 0)};
    assert_true(interval_is_empty(interval_op(OP_DIVIDE, by_zero, 2)));
    by_zero[1] = box(0, 2);
    struct interval y = interval_op(OP_DIVIDE, by_zero, 2);
    assert_true(y.partial && y.low == 0.5 && isinf(y.high));
}

static void extrema_of_waves_are_found_and_huge_arguments_are_honest(void **state)
{
    (void)state;
    struct interval x = box(1, 2), y = interval_op(OP_SIN, &x, 1);
    assert_true(y.high == 1 && y.low > 0.84 && y.low < 0.8415);
    x = box(3, 4);
    y = interval_op(OP_COS, &x, 1);
    assert_true(y.low == -1 && y.high > -0.654 && y.high < -0.653);
    x = box(0.1, 1);
    y = interval_op(OP_SIN, &x, 1);
    assert_true(y.low < 0.0999 && y.low > 0.0998 && y.high < 0.8415);
    x = box(1e22, 1e22);
    y = interval_op(OP_SIN, &x, 1); /* -0.8522008497671888... */
    assert_true(holds(y, -0.85220084976718880177L) && y.high - y.low < 1e-14);
    x = box(1e22, nextafter(1e22, 2e22));
    y = interval_op(OP_SIN, &x, 1);
    assert_true(y.low == -1 && y.high == 1);
}

static void an_undecided_choice_gives_both_branches(void **state)
{
    struct world *w = *state;
    node_id f = build(w, "if x > 1 then x^2 else -5"), x = build(w, "x");
    struct interval_plan *plan = interval_new(&w->arena, w->graph, &f, 1, &x, 1);
    static const double rows[][4] = {
        {2, 3, 4, 9}, {-2, 0.5, -5, -5}, {0, 2, -5, 4}, {1, 1, -5, -5}};
    for (size_t i = 0; i < 4; i++) {
        struct interval at = box(rows[i][0], rows[i][1]), found;
        interval_run(plan, &at, &found);
        assert_true(found.low == rows[i][2] && found.high == rows[i][3]);
    }
    f = build(w, "if x > 1 then log(x) else 0");
    plan = interval_new(&w->arena, w->graph, &f, 1, &x, 1);
    struct interval at = box(-3, -2), found;
    interval_run(plan, &at, &found); /* log is undefined in the branch not taken */
    assert_true(found.low == 0 && found.high == 0 && !found.partial);
}

static void jumps_are_flagged_where_they_may_be(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *text;
        double low, high;
        bool jumps;
    } rows[] = {
        {"floor(x)", 0.25, 0.75, false},
        {"floor(x)", 0.75, 1.25, true},
        {"2*sign(x) + 1", -1, 1, true},
        {"round(exp(x))", -0.1, 0.1, false},
        {"ceil(exp(x))", -0.1, 0.1, true},
        {"mod(x, 2)", 2.5, 3.5, false},
        {"mod(x, 2)", 3.5, 4.5, true},
        {"atan2(x, -1)", -0.5, 0.5, true},
        {"atan2(x, 1)", -0.5, 0.5, false},
        {"|x| + max(x, 2*x)", -1, 1, false},
        {"if x < 0 then -x else 2*x", -1, 1, false},
        {"if x < 0 then -x else 2*x + 3", -0.5, 0.5, true},
        {"if x < 5 then -x else floor(x)", -1, 1, false},
    };
    node_id x = build(w, "x");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        node_id f = build(w, rows[i].text);
        struct interval_plan *plan = interval_new(&w->arena, w->graph, &f, 1, &x, 1);
        struct interval at = box(rows[i].low, rows[i].high), found;
        interval_run(plan, &at, &found);
        if (found.jumps != rows[i].jumps)
            fail_msg("%s", rows[i].text);
    }
}

static void written_numbers_have_a_margin_unless_they_are_short(void **state)
{
    (void)state;
    struct interval tenth = interval_number(0.1), half = interval_number(-0.5);
    assert_true(half.low == -0.5 && half.high == -0.5);
    assert_true(tenth.low < 0.1 && tenth.high > 0.1 && tenth.high - tenth.low < 2e-16);
    assert_true(interval_is_empty(interval_number((double)NAN)));
    struct interval far = interval_number((double)INFINITY);
    assert_true(far.low == DBL_MAX && isinf(far.high));
}

static void random_expressions_lie_in_their_enclosures(void **state)
{
    struct world *w = *state;
    static const enum op ops[] = {OP_ADD, OP_MULTIPLY, OP_DIVIDE, OP_POWER,  OP_EXP,
                                  OP_LOG, OP_SQRT,     OP_SIN,    OP_COS,    OP_NEGATE,
                                  OP_ABS, OP_MIN,      OP_TANH,   OP_SELECT, OP_ATAN};
    uint32_t seed = 5;
    size_t finite = 0, narrow = 0;
    for (int i = 0; i < 1000; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        struct reader reader = {&w->arena, ""};
        node_id f = build_formula(
            w->graph, random_formula(&reader, &seed, 4, ops, sizeof ops / sizeof *ops));
        node_id leaves[] = {build(w, "x"), build(w, "y"), build(w, "z")};
        struct interval_plan *plan = interval_new(&w->arena, w->graph, &f, 1, leaves, 3);
        struct interval boxes[3], found;
        double point[SYMBOLS] = {0}, value = 0;
        for (size_t k = 0; k < 3; k++) {
            double low = uniform(&seed, -3, 3);
            boxes[k] = box(low, i % 2 == 0 ? low : low + uniform(&seed, 0, 0.5));
            point['x' + k] = uniform(&seed, boxes[k].low, boxes[k].high);
        }
        (void)check_at(w, f, point, &value);
        interval_run(plan, boxes, &found);
        /* 1/0 is no number, but atan of it is one to the C library. */
        if (isfinite(value) && !found.partial) {
            assert_true(holds(found, (long double)value));
            finite++;
            narrow += found.high - found.low < 1e-9 * (1 + fabs(value)) ? 1 : 0;
        } else if (!isfinite(value)) {
            assert_true(found.partial || isinf(found.low) || isinf(found.high));
        }
        arena_release(&w->arena, mark);
    }
    assert_true(finite > 500 && narrow > 300);
}

static void a_run_allocates_nothing(void **state)
{
    struct world *w = *state;
    node_id f = build(w, "exp(x)*sin(y) + x^3"),
            inputs[] = {build(w, "x"), build(w, "y")};
    struct interval_plan *plan = interval_new(&w->arena, w->graph, &f, 1, inputs, 2);
    uint64_t requests = w->memory.requests;
    struct arena_mark mark = arena_mark(&w->arena);
    struct interval at[2] = {box(1, 2), box(0, 3)}, found;
    for (int i = 0; i < 100; i++)
        interval_run(plan, at, &found);
    assert_int_equal(w->memory.requests, requests);
    assert_int_equal(arena_mark(&w->arena).used, mark.used);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_operation_lies_in_its_enclosure),
        TEST(a_point_has_a_narrow_enclosure),
        TEST(functions_hold_the_value_in_more_digits),
        TEST(arithmetic_is_rounded_outward_and_exact_where_it_can_be),
        TEST(overflow_is_no_infinity),
        TEST(edges_of_domains_are_flagged),
        TEST(extrema_of_waves_are_found_and_huge_arguments_are_honest),
        TEST(an_undecided_choice_gives_both_branches),
        TEST(jumps_are_flagged_where_they_may_be),
        TEST(written_numbers_have_a_margin_unless_they_are_short),
        TEST(random_expressions_lie_in_their_enclosures),
        TEST(a_run_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
