/* SPDX-License-Identifier: MIT
 * The tree's names, dumps and comparison. */
#include "tree_fixture.h"

#include <math.h>

static int open_tree(void **state)
{
    static struct tree t;
    tree_open(&t);
    *state = &t;
    return 0;
}

static int close_tree(void **state)
{
    tree_close(*state);
    return 0;
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < AST_KIND_COUNT; i++) {
        const char *name = ast_kind_name((enum ast_kind)i);
        assert_non_null(name);
        assert_true(name[0] >= 'a' && name[0] <= 'z');
        for (int k = 0; k < i; k++)
            assert_string_not_equal(name, ast_kind_name((enum ast_kind)k));
    }
    assert_string_equal(ast_kind_name(AST_SUBJECT), "subject-to");
    assert_string_equal(ast_kind_name(AST_CHOICE), "if");
}

static void every_operator_has_a_spelling_of_its_own(void **state)
{
    (void)state;
    assert_string_equal(ast_operator_text(AST_FIRST), "");
    for (int i = AST_FIRST; i <= AST_MAXIMIZE; i++)
        for (int k = AST_FIRST; k < i; k++)
            assert_string_not_equal(ast_operator_text((enum ast_operator)i),
                                    ast_operator_text((enum ast_operator)k));
    assert_string_equal(ast_operator_text(AST_OVER_DIVIDE), "/");
    assert_string_equal(ast_operator_text(AST_GREATER_EQUAL), ">=");
    assert_string_equal(ast_operator_text(AST_MAXIMIZE), "maximize");
}

static void leaves_dump_as_themselves(void **state)
{
    struct tree *t = *state;
    assert_string_equal(tree_dumped(t, tree_number(t, "1e-4")), "0.0001");
    assert_string_equal(tree_dumped(t, tree_name(t, "w")), "w");
    assert_string_equal(tree_dumped(t, tree_node(t, AST_TRUE, 0)), "true");
    assert_string_equal(tree_dumped(t, tree_node(t, AST_ALL, 0)), "..");
    assert_string_equal(tree_dumped(t, tree_string(t, "a\"\0b", 4)), "\"a\\\"\\u0000b\"");
}

static struct ast *error_of(struct tree *t)
{
    struct ast *line =
        tree_chain(t, AST_PRODUCT, tree_name(t, "w"), AST_TIMES, tree_number(t, "2"));
    struct ast *sum = tree_chain(t, AST_SUM, line, AST_MINUS, tree_number(t, "6"));
    return tree_two(t, AST_POWER, tree_one(t, AST_GROUP, sum), tree_number(t, "2"));
}

/* minimize (w*2 - 6)^2 over w from 0 until 20 steps */
static struct ast *hook_of(struct tree *t)
{
    struct ast *variable = tree_two(t, AST_VARIABLE, NULL, tree_number(t, "0"));
    variable->name = intern_string(t->names, "w");
    struct ast *budget = tree_one(t, AST_BUDGET, tree_number(t, "20"));
    budget->word = AST_STEPS;
    struct ast *solve =
        tree_three(t, AST_SOLVE, error_of(t), tree_one(t, AST_OVER, variable),
                   tree_one(t, AST_UNTIL, budget));
    solve->word = AST_MINIMIZE;
    return solve;
}

static void a_solve_dumps_with_its_clauses(void **state)
{
    struct tree *t = *state;
    assert_string_equal(tree_dumped(t, hook_of(t)),
                        "(solve minimize (power (group (sum (product w * 2) - 6)) 2) "
                        "(over (variable w () 0)) (until (budget steps 20)))");
}

static void a_script_dumps_one_statement_a_line(void **state)
{
    struct tree *t = *state;
    struct ast *prime = tree_one(t, AST_PRIME, tree_name(t, "L"));
    prime->number = 2;
    struct ast *script =
        tree_two(t, AST_BLOCK, tree_named(t, AST_DEFINE, "x", tree_number(t, "2")),
                 tree_one(t, AST_PRINT, prime));
    assert_string_equal(tree_dumped(t, script), "(define x 2)\n(print (prime 2 L))\n");
    assert_string_equal(tree_dumped(t, tree_node(t, AST_BLOCK, 0)), "");
}

static void a_tree_equals_its_copy(void **state)
{
    struct tree *t = *state;
    assert_true(ast_equal(hook_of(t), hook_of(t)));
    assert_true(ast_equal(NULL, NULL));
    assert_false(ast_equal(hook_of(t), NULL));
}

static void places_do_not_count(void **state)
{
    struct tree *t = *state;
    struct ast *a = error_of(t), *b = error_of(t);
    b->span = b->at = (struct span){1, 10, 20};
    b->child[0]->span = (struct span){1, 10, 15};
    assert_true(ast_equal(a, b));
}

static void a_number_is_its_value_not_its_spelling(void **state)
{
    struct tree *t = *state;
    assert_true(ast_equal(tree_number(t, "1e3"), tree_number(t, "1_000")));
    assert_false(ast_equal(tree_number(t, "1"), tree_number(t, "1.0000000000000002")));
    struct ast *a = tree_number(t, "1"), *b = tree_number(t, "1");
    a->number = b->number = (double)NAN;
    assert_true(ast_equal(a, b));
}

/* One change each, anywhere in the tree. */
static void any_difference_counts(void **state)
{
    struct tree *t = *state;
    struct ast *hook = hook_of(t), *other = hook_of(t);
    other->word = AST_MAXIMIZE;
    assert_false(ast_equal(hook, other));
    other = hook_of(t);
    other->count--;
    assert_false(ast_equal(hook, other));
    other = hook_of(t);
    other->child[1]->child[0]->name = intern_string(t->names, "b");
    assert_false(ast_equal(hook, other));
    other = hook_of(t);
    other->child[1]->child[0]->child[0] = tree_name(t, "positive");
    assert_false(ast_equal(hook, other));
    other = hook_of(t);
    other->child[2]->child[0]->word = AST_EPOCHS;
    assert_false(ast_equal(hook, other));
    other = hook_of(t);
    other->child[0]->child[0]->child[0]->operators[1] = AST_PLUS;
    assert_false(ast_equal(hook, other));
    other = hook_of(t);
    other->child[0]->child[0] = other->child[0]->child[0]->child[0];
    assert_false(ast_equal(hook, other));
    assert_false(ast_equal(tree_string(t, "ab", 2), tree_string(t, "ac", 2)));
    assert_false(ast_equal(tree_string(t, "ab", 2), tree_string(t, "ab", 1)));
    assert_true(ast_equal(tree_string(t, "abc", 2), tree_string(t, "ab", 2)));
}

static void a_wide_tree_is_walked_in_a_moment(void **state)
{
    struct tree *t = *state;
    struct ast *wide = tree_node(t, AST_LIST, 100000);
    for (size_t i = 0; i < wide->count; i++)
        wide->child[i] = tree_number(t, "7");
    assert_true(ast_equal(wide, wide));
    assert_int_equal(strlen(tree_dumped(t, wide)), strlen("(list)") + 200000);
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, open_tree, close_tree)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TREE_TEST(every_kind_has_a_name_of_its_own),
        TREE_TEST(every_operator_has_a_spelling_of_its_own),
        TREE_TEST(leaves_dump_as_themselves),
        TREE_TEST(a_solve_dumps_with_its_clauses),
        TREE_TEST(a_script_dumps_one_statement_a_line),
        TREE_TEST(a_tree_equals_its_copy),
        TREE_TEST(places_do_not_count),
        TREE_TEST(a_number_is_its_value_not_its_spelling),
        TREE_TEST(any_difference_counts),
        TREE_TEST(a_wide_tree_is_walked_in_a_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
