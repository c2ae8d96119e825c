/* SPDX-License-Identifier: MIT
 * What decides claims: the normal form of rational functions, what is certain between
 * enclosures, and the points that are tried. */
#include "graph_fixture.h"

#include "script/claim.h"

static void rational_functions_have_one_normal_form(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"(x + 1)^3", "x^3 + 3*x^2 + 3*x + 1", true},
        {"(x - y)*(x + y)", "x^2 - y^2", true},
        {"(x^2 - 1)/(x - 1)", "x + 1", true},
        {"x/3 + x/6", "x/2", true},
        {"1/(1/x)", "x", true},
        {"x^(-2)", "1/(x*x)", true},
        {"(exp(x) + 1)^2", "exp(x)^2 + 2*exp(x) + 1", true},
        {"a*(x + b)", "a*x + a*b", true},
        {"0.1*x + 0.1*x", "0.2*x", true},
        {"x^2", "x^3", false},
        {"(x + 1)^2", "x^2 + 2*x", false},
        {"x", "y", false},
        {"0.1*(3*x)", "0.3*x", false}, /* rounded: not certain */
        {"sqrt(x)^2 + y", "y + x", false},
        {"(x + 1)^17", "(x + 1)^16*(x + 1)",
         false}, /* a power beyond the limit is an atom */
        {"1/(x - x)", "y", false},
        {"x/(y - y)", "x/(y - y) + 1", false},
        {"x + y + z + a + b + c + d + e + f", "f + e + d + c + b + a + z + y + x", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        node_id a = build(w, rows[i].a), b = build(w, rows[i].b);
        struct arena_mark mark = arena_mark(&w->arena);
        if (claim_same_rational(&w->arena, w->graph, a, b) != rows[i].same)
            fail_msg("%s and %s", rows[i].a, rows[i].b);
        assert_int_equal(arena_mark(&w->arena).used, mark.used);
    }
}

/* A product whose expansion would take forever is given up. */
static void an_expansion_that_explodes_is_given_up(void **state)
{
    struct world *w = *state;
    node_id a = build(w, "((x + y + z + a + 1)^16*(x - y + z + b - 1)^16)^16");
    node_id b = build(w, "((x + y + z + a + 1)^16*(x - y + z + b - 1)^16)^15");
    assert_false(claim_same_rational(&w->arena, w->graph, a, b));
    assert_true(arena_held(&w->arena) < 64U << 20);
}

static void enclosures_decide_only_what_is_certain(void **state)
{
    (void)state;
    static const struct {
        double a, b, c, d; /* [a, b] and [c, d] */
        enum ast_operator word;
        enum certainty certainty;
    } rows[] = {
        {1, 2, 3, 4, AST_LESS, CERTAIN},          {1, 3, 3, 4, AST_LESS, OPEN},
        {1, 3, 3, 4, AST_LESS_EQUAL, CERTAIN},    {3, 4, 1, 3, AST_LESS, IMPOSSIBLE},
        {3, 4, 1, 2, AST_GREATER, CERTAIN},       {1, 2, 2, 3, AST_EQUAL, OPEN},
        {1, 2, 2.5, 3, AST_EQUAL, IMPOSSIBLE},    {2, 2, 2, 2, AST_EQUAL, CERTAIN},
        {1, 2, 2.5, 3, AST_NOT_EQUAL, CERTAIN},   {2, 2, 2, 2, AST_NOT_EQUAL, IMPOSSIBLE},
        {1, 1, 1, 1, AST_GREATER_EQUAL, CERTAIN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(claim_compare(interval_between(rows[i].a, rows[i].b),
                                       rows[i].word,
                                       interval_between(rows[i].c, rows[i].d)),
                         rows[i].certainty);
}

/* Points are in the ranges, the simple ones come first, and they differ. */
static void points_are_in_their_ranges(void **state)
{
    (void)state;
    struct interval ranges[] = {interval_between(0, 1),
                                interval_between(2, (double)INFINITY),
                                interval_between(-(double)INFINITY, (double)INFINITY)};
    struct claim claim = {.n = 3, .ranges = ranges};
    double point[3], before[3] = {0};
    size_t given = 0, repeated = 0, large = 0, negative = 0;
    for (size_t i = 0; i < CLAIM_CANDIDATES; i++) {
        if (!claim_point(&claim, i, point))
            continue;
        given++;
        for (size_t k = 0; k < 3; k++)
            assert_true(isfinite(point[k]) && point[k] >= ranges[k].low &&
                        point[k] <= ranges[k].high);
        repeated += memcmp(point, before, sizeof point) == 0 ? 1 : 0;
        large += fabs(point[2]) > 1000 ? 1 : 0;
        negative += point[2] < 0 ? 1 : 0;
        memcpy(before, point, sizeof point);
    }
    assert_true(given > 300 && repeated == 0 && large > 5);
    assert_true(negative > given / 4 && negative < given * 3 / 4);
    struct claim one = {.n = 1, .ranges = ranges + 2};
    assert_true(claim_point(&one, 0, point) && point[0] == 1);
    assert_true(claim_point(&one, 1, point) && point[0] == 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rational_functions_have_one_normal_form),
        TEST(an_expansion_that_explodes_is_given_up),
        TEST(enclosures_decide_only_what_is_certain),
        TEST(points_are_in_their_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
