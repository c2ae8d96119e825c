/* SPDX-License-Identifier: MIT
 * Expressions.  What a chain of equal operators makes is one node with many operands: the
 * grammar's left recursion hands the node on, and it takes the next operand. */
#include "syntax/parser.h"

#include <string.h>

static void take_operand(struct parser *p, struct ast *node, enum ast_operator word,
                         struct ast *operand)
{
    ast_take(p, node, operand);
    node->operators[node->count - 1] = (uint8_t)word;
}

struct ast *ast_chain(struct parser *p, enum ast_kind kind, struct ast *left,
                      enum ast_operator word, const struct token *sign, struct ast *right)
{
    if (left->kind != kind) {
        struct ast *node = ast_new(p, kind, left->span, parser_span(p, sign));
        node->capacity = 2;
        node->child = ARENA_ARRAY(p->arena, 2, struct ast *);
        node->operators = ARENA_ARRAY(p->arena, 2, uint8_t);
        take_operand(p, node, AST_FIRST, left);
        left = node;
    }
    take_operand(p, left, word, right);
    return left;
}

struct ast *ast_binary(struct parser *p, enum ast_kind kind, struct ast *left,
                       const struct token *sign, struct ast *right)
{
    struct ast *node = ast_new(p, kind, left->span, parser_span(p, sign));
    ast_take(p, node, left);
    ast_take(p, node, right);
    return node;
}

struct ast *ast_unary(struct parser *p, enum ast_kind kind, const struct token *sign,
                      struct ast *operand)
{
    return ast_keyword(p, kind, sign, operand);
}

struct ast *ast_glued(struct parser *p, const struct token *number, struct ast *operand)
{
    struct ast *coefficient = ast_number(p, number);
    struct ast *node = ast_new(p, AST_GLUED, coefficient->span, coefficient->at);
    ast_take(p, node, coefficient);
    ast_take(p, node, operand);
    return node;
}

/* The digits of a superscript as plain ones; true when a minus stands before them. */
static bool read_raised(struct parser *p, const struct token *token, struct text *digits)
{
    static const uint32_t LOW[] = {0x2070, 0xB9, 0xB2, 0xB3};
    enum { RAISED_FOUR = 0x2074, RAISED_MINUS = 0x207B, RAISED_PLUS = 0x207A };
    const char *text = p->source->text;
    bool negative = false;
    for (size_t i = token->begin; i < token->end;) {
        uint32_t c = 0;
        size_t step = utf8_decode(text + i, token->end - i, &c);
        i += step == 0 ? 1 : step;
        if (c == RAISED_MINUS)
            negative = true;
        else if (c >= RAISED_FOUR && c < RAISED_PLUS)
            text_putc(digits, (char)('4' + (c - RAISED_FOUR)));
        else
            for (uint32_t d = 0; d < sizeof LOW / sizeof *LOW; d++)
                if (c == LOW[d])
                    text_putc(digits, (char)('0' + d));
    }
    return negative;
}

struct ast *ast_superscript(struct parser *p, struct ast *base, const struct token *token)
{
    struct text digits;
    text_init(&digits, p->arena);
    bool negative = read_raised(p, token, &digits);
    struct ast *exponent = ast_leaf(p, AST_NUMBER, token);
    exponent->text = text_string(&digits);
    exponent->text_length = digits.length;
    (void)number_parse(exponent->text, exponent->text_length, &exponent->number);
    if (negative)
        exponent = ast_keyword(p, AST_NEGATE, token, exponent);
    return ast_binary(p, AST_POWER, base, token, exponent);
}

struct ast *ast_budget(struct parser *p, struct ast *amount, enum ast_operator word,
                       const struct token *keyword)
{
    struct ast *node = ast_new(p, AST_BUDGET, amount->span, parser_span(p, keyword));
    node->word = word;
    ast_take(p, node, amount);
    node->span = span_join(node->span, node->at);
    if (p->budget_count == p->budget_capacity)
        p->budgets = arena_grow(p->arena, p->budgets, p->budget_count,
                                &p->budget_capacity, sizeof(struct ast *));
    p->budgets[p->budget_count++] = node;
    return node;
}

struct ast *ast_conditional(struct parser *p, const struct token *keyword,
                            struct ast *condition, struct ast *yes, struct ast *no)
{
    struct ast *node = ast_keyword(p, AST_CONDITIONAL, keyword, condition);
    ast_take(p, node, yes);
    ast_take(p, node, no);
    return node;
}

struct ast *ast_enclosed(struct parser *p, enum ast_kind kind, const struct token *opener,
                         struct ast *inner, const struct token *closer)
{
    struct ast *node = ast_keyword(p, kind, opener, inner);
    node->span = span_join(node->span, parser_span(p, closer));
    return node;
}

/* `4 (w-3)` and `2 [1, 2]` would call and index a number. */
static void check_base(struct parser *p, const struct ast *node)
{
    const struct ast *base = node->child[0];
    if (base->kind != AST_NUMBER)
        return;
    struct diagnostic *item =
        parser_tell(p, CODE_SIDE_BY_SIDE, node->span,
                    "nothing stands between a number and what it multiplies");
    parser_help(p, item, "write `*` between them");
    struct span gap = {p->number, base->span.end, node->at.begin};
    diagnostic_edit(p->parse->diagnostics, item, gap, "*");
}

/* `sum(i = 1, n, x[i])`: the order of mathematics, with names that the sum does not take.
 */
static void check_sum(struct parser *p, const struct ast *node)
{
    static const char *const SUMS[] = {"sum", "prod", "mean", "max", "min"};
    const struct ast *base = node->child[0];
    if (base->kind != AST_NAME || node->count < 4 ||
        node->child[1]->kind != AST_ARGUMENT || node->child[2]->kind == AST_ARGUMENT)
        return;
    const char *name = intern_text(p->parse->names, base->name);
    for (size_t i = 0; i < sizeof SUMS / sizeof *SUMS; i++)
        if (strcmp(SUMS[i], name) == 0) {
            struct diagnostic *item =
                parser_format(p, CODE_GENERATOR, node->child[1]->span,
                              "`%s` takes its term first, then `for`", name);
            diagnostic_help(p->parse->diagnostics, item, "write `%s(x[i] for i in 1..n)`",
                            name);
        }
}

struct ast *ast_applied(struct parser *p, enum ast_kind kind, struct ast *base,
                        const struct token *opener, struct ast *list,
                        const struct token *closer)
{
    struct ast *node = ast_new(p, kind, base->span, parser_span(p, opener));
    ast_take(p, node, base);
    ast_take_all(p, node, list);
    node->span = span_join(node->span, parser_span(p, closer));
    check_base(p, node);
    check_sum(p, node);
    return node;
}

struct ast *ast_field(struct parser *p, struct ast *base, const struct token *name)
{
    struct span at = parser_span(p, name);
    struct ast *node = ast_new(p, AST_FIELD, base->span, at);
    ast_take(p, node, base);
    node->name = parser_name(p, name);
    node->span = span_join(node->span, at);
    return node;
}

/* How many primes a token is: the signs for two and three primes differ in their last
 * byte.
 */
static int count_primes(const struct parser *p, const struct token *token)
{
    enum { ONE_PRIME = 0x2032 };
    uint32_t c = 0;
    (void)utf8_decode(p->source->text + token->begin, token->end - token->begin, &c);
    return c > ONE_PRIME && c <= ONE_PRIME + 2 ? (int)(c - ONE_PRIME) + 1 : 1;
}

struct ast *ast_prime(struct parser *p, struct ast *operand, const struct token *token)
{
    int primes = count_primes(p, token);
    if (operand->kind != AST_PRIME) {
        struct ast *node = ast_new(p, AST_PRIME, operand->span, parser_span(p, token));
        ast_take(p, node, operand);
        operand = node;
    }
    operand->number += primes;
    operand->span = span_join(operand->span, parser_span(p, token));
    if (operand->number > AST_DEEPEST)
        parser_too_deep(p, operand->at);
    return operand;
}

struct ast *ast_brackets(struct parser *p, const struct token *opener, struct ast *rows,
                         const struct token *closer)
{
    struct ast *node = rows == NULL ? ast_leaf(p, AST_LIST, opener)
                       : rows->count > 1
                           ? ast_listed(p, AST_MATRIX, opener, rows)
                           : ast_listed(p, AST_LIST, opener, rows->child[0]);
    node->span = span_join(node->span, parser_span(p, closer));
    return node;
}

struct ast *ast_comprehension(struct parser *p, struct ast *body,
                              const struct token *keyword, struct ast *generators,
                              struct ast *filter)
{
    struct ast *node = ast_new(p, AST_COMPREHENSION, body->span, parser_span(p, keyword));
    ast_take(p, node, body);
    ast_take_all(p, node, generators);
    if (filter != NULL)
        ast_take(p, node, filter);
    return node;
}

struct ast *ast_spread(struct parser *p, const struct token *opener, struct ast *node,
                       const struct token *closer)
{
    node->span = span_join(parser_span(p, opener), parser_span(p, closer));
    return node;
}
