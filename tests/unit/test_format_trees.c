/* SPDX-License-Identifier: MIT
 * Expressions made by hand: printed with as few parentheses as parse back to the same
 * tree.  Parentheses that are printed come back as GROUP nodes, which do not count. */
#include "format_fixture.h"

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

/* Short forms for the rows below. */
static struct ast *n(struct tree *t, const char *name)
{
    return tree_name(t, name);
}

static struct ast *plus(struct tree *t, struct ast *a, struct ast *b)
{
    return tree_chain(t, AST_SUM, a, AST_PLUS, b);
}

static struct ast *times(struct tree *t, struct ast *a, struct ast *b)
{
    return tree_chain(t, AST_PRODUCT, a, AST_TIMES, b);
}

static struct ast *over(struct tree *t, struct ast *a, struct ast *b)
{
    return tree_chain(t, AST_PRODUCT, a, AST_OVER_DIVIDE, b);
}

static struct ast *power(struct tree *t, struct ast *a, struct ast *b)
{
    return tree_two(t, AST_POWER, a, b);
}

static struct ast *minus(struct tree *t, struct ast *a)
{
    return tree_one(t, AST_NEGATE, a);
}

static struct ast *glued(struct tree *t, const char *number, struct ast *a)
{
    return tree_two(t, AST_GLUED, tree_number(t, number), a);
}

static void parentheses_are_put_where_the_tree_needs_them(void **state)
{
    struct tree *t = *state;
    struct ast *a = n(t, "a"), *b = n(t, "b"), *c = n(t, "c"), *two = tree_number(t, "2");
    const struct {
        const struct ast *tree;
        const char *expected;
    } rows[] = {
        {plus(t, a, times(t, b, c)), "a + b*c"},
        {times(t, plus(t, a, b), c), "(a + b)*c"},
        {times(t, c, plus(t, a, b)), "c*(a + b)"},
        {plus(t, a, plus(t, b, c)), "a + (b + c)"},
        {times(t, a, times(t, b, c)), "a*(b*c)"},
        {over(t, a, over(t, b, c)), "a/(b/c)"},
        {over(t, two, glued(t, "2", a)), "2/(2a)"},
        {over(t, a, minus(t, b)), "a/-b"},
        {over(t, a, minus(t, glued(t, "2", b))), "a/-(2b)"},
        {times(t, minus(t, a), b), "-a*b"},
        {minus(t, times(t, a, b)), "-(a*b)"},
        {minus(t, power(t, two, two)), "-2^2"},
        {power(t, minus(t, two), two), "(-2)^2"},
        {power(t, two, power(t, a, two)), "2^a^2"},
        {power(t, power(t, two, a), two), "(2^a)^2"},
        {power(t, two, minus(t, a)), "2^-a"},
        {power(t, two, glued(t, "3", a)), "2^(3a)"},
        {power(t, two, plus(t, a, b)), "2^(a + b)"},
        {power(t, glued(t, "2", a), two), "(2a)^2"},
        {glued(t, "2", power(t, a, two)), "2a^2"},
        {glued(t, "2", plus(t, a, b)), "2(a + b)"},
        {glued(t, "2", two), "2(2)"},
        {glued(t, "2", tree_one(t, AST_ABSOLUTE, a)), "2(|a|)"},
        {glued(t, "2", n(t, "e3")), "2(e3)"},
        {glued(t, "0", n(t, "x")), "0(x)"},
        {glued(t, "1", n(t, "d4")), "1(d4)"},
        {glued(t, "2", n(t, "d4")), "2d4"},
        {glued(t, "2", n(t, "steps")), "2(steps)"},
        {tree_one(t, AST_CALL, two), "(2)()"},
        {tree_named(t, AST_FIELD, "x", two), "2 .x"},
        {tree_one(t, AST_CALL, plus(t, a, b)), "(a + b)()"},
        {tree_one(t, AST_ROOT, power(t, a, two)), "√(a^2)"},
        {power(t, tree_one(t, AST_ROOT, a), two), "(√a)^2"},
        {tree_two(t, AST_RANGE, a, tree_two(t, AST_RANGE, b, c)), "a..(b..c)"},
        {tree_two(t, AST_OR, tree_two(t, AST_AND, a, b), c), "a and b or c"},
        {tree_two(t, AST_AND, tree_two(t, AST_OR, a, b), c), "(a or b) and c"},
        {tree_one(t, AST_NOT, tree_two(t, AST_AND, a, b)), "not (a and b)"},
        {tree_chain(t, AST_COMPARE, tree_one(t, AST_NOT, a), AST_LESS, b), "(not a) < b"},
        {plus(t, a, tree_three(t, AST_CONDITIONAL, a, b, c)), "a + (if a then b else c)"},
        {tree_three(t, AST_CONDITIONAL, a, b, tree_three(t, AST_CONDITIONAL, a, b, c)),
         "if a then b else if a then b else c"},
        {tree_one(t, AST_GROUP, tree_one(t, AST_GROUP, a)), "((a))"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(tree_printed(t, rows[i].tree), rows[i].expected);
}

static void numbers_without_a_spelling_are_written_out(void **state)
{
    struct tree *t = *state;
    struct ast *number = tree_node(t, AST_NUMBER, 0);
    number->number = 0.1;
    assert_string_equal(tree_printed(t, number), "0.1");
    number->number = -2;
    assert_string_equal(tree_printed(t, number), "-2");
    assert_string_equal(tree_printed(t, power(t, number, tree_number(t, "2"))), "(-2)^2");
    assert_string_equal(tree_printed(t, plus(t, n(t, "a"), number)), "a + -2");
    assert_string_equal(tree_printed(t, minus(t, number)), "- -2");
}

static void statements_print_without_a_source(void **state)
{
    struct tree *t = *state;
    struct ast *body = power(t, n(t, "w"), tree_number(t, "2"));
    struct ast *function =
        tree_two(t, AST_FUNCTION, tree_named(t, AST_PARAMETER, "w", NULL), body);
    function->name = intern_string(t->names, "L");
    assert_string_equal(tree_printed(t, function), "L(w) = w^2");
    struct ast *print = tree_one(t, AST_PRINT, n(t, "w"));
    struct ast *block = tree_two(t, AST_BLOCK, print, function);
    assert_string_equal(tree_printed(t, block), "print w\nL(w) = w^2");
    struct ast *loop = tree_two(t, AST_WHILE, n(t, "w"), tree_one(t, AST_BLOCK, print));
    assert_string_equal(tree_printed(t, loop), "while w { print w }");
}

/* A part of a message is not broken into lines. */
static void an_expression_is_one_line(void **state)
{
    struct tree *t = *state;
    struct ast *sum = plus(t, n(t, "alpha"), n(t, "beta"));
    for (int i = 0; i < 1000; i++)
        sum = tree_more(t, sum, AST_MINUS, n(t, "gamma"));
    const char *printed = tree_printed(t, sum);
    assert_null(strchr(printed, '\n'));
    assert_int_equal(strlen(printed), strlen("alpha + beta") + 8000);
}

/* Random trees */

struct random {
    struct tree *t;
    uint64_t seed;
};

static size_t draw(struct random *r, size_t count) /* xorshift64 (Marsaglia 2003) */
{
    r->seed ^= r->seed << 13;
    r->seed ^= r->seed >> 7;
    r->seed ^= r->seed << 17;
    return (size_t)((r->seed >> 11) % count);
}

static const char *const NAMES[] = {"x",  "y", "e",    "d",    "e3",    "d4", "o7", "xx",
                                    "w₀", "λ", "step", "seed", "steps", "to", "E",  "b"};
static const char *const SPELLINGS[] = {"0",    "1",  "2",    ".5",    "1.", "10",
                                        "1e-4", "2.", "1.00", "1_000", "3"};
static const char *const FIELDS[] = {"w", "step", "by", "in", "trace", "e1"};
#define PICK(r, table) ((table)[draw((r), sizeof(table) / sizeof *(table))])

static struct ast *grow(struct random *r, int depth);

static struct ast *leaf(struct random *r)
{
    struct tree *t = r->t;
    switch (draw(r, 8)) {
    case 0:
    case 1:
    case 2:
        return tree_number(t, PICK(r, SPELLINGS));
    case 3:
        return tree_string(t, "a\"\\\n\xCE\xB7", 6);
    case 4:
        return tree_node(t, draw(r, 2) ? AST_TRUE : AST_FALSE, 0);
    case 5:
        return tree_named(t, AST_NABLA, PICK(r, NAMES), NULL);
    default:
        return n(t, PICK(r, NAMES));
    }
}

static struct ast *many(struct random *r, enum ast_kind kind, size_t least, int depth)
{
    struct ast *node = tree_node(r->t, kind, least + draw(r, 3));
    for (size_t i = 0; i < node->count; i++)
        node->child[i] = grow(r, depth);
    return node;
}

static struct ast *chain(struct random *r, enum ast_kind kind, int depth)
{
    static const enum ast_operator sums[] = {AST_PLUS, AST_MINUS},
                                   products[] = {AST_TIMES, AST_OVER_DIVIDE, AST_TIMES,
                                                 AST_OVER_DIVIDE, AST_MATMUL},
                                   comparisons[] = {AST_LESS, AST_GREATER_EQUAL,
                                                    AST_NOT_EQUAL};
    struct ast *node = many(r, kind, 2, depth);
    node->operators = ARENA_ARRAY(&r->t->arena, node->count, uint8_t);
    for (size_t i = 1; i < node->count; i++)
        node->operators[i] = (uint8_t)(kind == AST_SUM       ? PICK(r, sums)
                                       : kind == AST_PRODUCT ? PICK(r, products)
                                                             : PICK(r, comparisons));
    return node;
}

static struct ast *matrix(struct random *r, int depth)
{
    struct ast *node = tree_node(r->t, AST_MATRIX, 2 + draw(r, 2));
    for (size_t i = 0; i < node->count; i++)
        node->child[i] = many(r, AST_LIST, 1, depth);
    return node;
}

static struct ast *comprehension(struct random *r, int depth)
{
    struct ast *node = tree_node(r->t, AST_COMPREHENSION, 2 + draw(r, 3));
    node->child[0] = grow(r, depth);
    for (size_t i = 1; i < node->count; i++)
        node->child[i] = tree_named(r->t, AST_GENERATOR, PICK(r, NAMES), grow(r, depth));
    if (node->count > 2 && draw(r, 2))
        node->child[node->count - 1] = tree_one(r->t, AST_FILTER, grow(r, depth));
    return node;
}

/* A call or an index: the base, then what stands in the brackets. */
static struct ast *applied(struct random *r, enum ast_kind kind, int depth)
{
    struct ast *node = many(r, kind, kind == AST_INDEX ? 2 : 1, depth);
    for (size_t i = 1; i < node->count; i++)
        if (draw(r, 4) == 0)
            node->child[i] =
                kind == AST_INDEX
                    ? tree_node(r->t, AST_ALL, 0)
                    : tree_named(r->t, AST_ARGUMENT, PICK(r, FIELDS), node->child[i]);
    return node;
}

static struct ast *primed(struct random *r, int depth)
{
    struct ast *operand = grow(r, depth);
    while (operand->kind == AST_PRIME) /* primes add up in one node */
        operand = operand->child[0];
    struct ast *node = tree_one(r->t, AST_PRIME, operand);
    node->number = (double)(1 + draw(r, 2));
    return node;
}

static struct ast *inner(struct random *r, enum ast_kind kind, int depth)
{
    struct tree *t = r->t;
    switch (kind) {
    case AST_SUM:
    case AST_PRODUCT:
    case AST_COMPARE:
        return chain(r, kind, depth);
    case AST_GLUED:
        return tree_two(t, kind, tree_number(t, PICK(r, SPELLINGS)), grow(r, depth));
    case AST_POWER:
    case AST_RANGE:
        return tree_two(t, kind, grow(r, depth), grow(r, depth));
    case AST_AND:
    case AST_OR:
        return many(r, kind, 2, depth);
    case AST_CONDITIONAL:
        return tree_three(t, kind, grow(r, depth), grow(r, depth), grow(r, depth));
    case AST_CALL:
    case AST_INDEX:
        return applied(r, kind, depth);
    case AST_FIELD:
        return tree_named(t, kind, PICK(r, FIELDS), grow(r, depth));
    case AST_PRIME:
        return primed(r, depth);
    case AST_LIST:
        return many(r, kind, 0, depth);
    case AST_MATRIX:
        return matrix(r, depth);
    case AST_COMPREHENSION:
        return comprehension(r, depth);
    default:
        return tree_one(t, kind, grow(r, depth));
    }
}

static struct ast *grow(struct random *r, int depth)
{
    static const enum ast_kind kinds[] = {
        AST_GROUP,    AST_ABSOLUTE,     AST_SUM,   AST_SUM,         AST_PRODUCT,
        AST_PRODUCT,  AST_GLUED,        AST_GLUED, AST_GLUED,       AST_NEGATE,
        AST_POSITIVE, AST_POWER,        AST_POWER, AST_ROOT,        AST_COMPARE,
        AST_AND,      AST_OR,           AST_NOT,   AST_CONDITIONAL, AST_RANGE,
        AST_CALL,     AST_INDEX,        AST_FIELD, AST_PRIME,       AST_LIST,
        AST_MATRIX,   AST_COMPREHENSION};
    if (depth <= 0 || draw(r, 5) == 0)
        return leaf(r);
    return inner(r, PICK(r, kinds), depth - 1);
}

static void strip_groups(struct ast **slot)
{
    while (*slot != NULL && (*slot)->kind == AST_GROUP)
        *slot = (*slot)->child[0];
    for (size_t i = 0; *slot != NULL && i < (*slot)->count; i++)
        strip_groups(&(*slot)->child[i]);
}

static void check_tree(struct tree *t, struct ast *tree)
{
    struct ast *define = tree_named(t, AST_DEFINE, "value", tree);
    const char *printed = tree_printed(t, define);
    struct script script;
    if (script_parse(&script, t, printed, strlen(printed)) != PARSE_OK)
        fail_msg("does not parse: %s", printed);
    assert_int_equal(script.parse.script->count, 1);
    struct ast *parsed = script.parse.script->child[0];
    /* the printer knows no source here, so lines break at other places */
    strip_groups(&define);
    strip_groups(&parsed);
    if (!ast_equal(define, parsed)) {
        const char *wanted =
            arena_copy(&t->arena, tree_dumped(t, define), strlen(tree_dumped(t, define)));
        fail_msg("%s\nis\n%s\nnot\n%s", printed, tree_dumped(t, parsed), wanted);
    }
    (void)laid_out(t, printed);
}

static void random_trees_come_back(void **state)
{
    struct tree *t = *state;
    struct random r = {t, 0x9e3779b97f4a7c15U};
    for (int i = 0; i < 4000; i++) {
        tree_close(t);
        tree_open(t);
        check_tree(t, grow(&r, 1 + i % 5));
    }
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, open_tree, close_tree)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TREE_TEST(parentheses_are_put_where_the_tree_needs_them),
        TREE_TEST(numbers_without_a_spelling_are_written_out),
        TREE_TEST(statements_print_without_a_source),
        TREE_TEST(an_expression_is_one_line),
        TREE_TEST(random_trees_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
