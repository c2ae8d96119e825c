/* SPDX-License-Identifier: MIT
 * Operators: spaces around `+ -`, comparisons and `@`, none around `* / ^ ..`.  A short
 * sum in an index or a range has none either: `x[i+1]`, `1..n-1`. */
#include "syntax/format.h"
#include "syntax/token.h"

#include <ctype.h>
#include <string.h>

static void point_before(struct layout *l, const struct ast *node, size_t i)
{
    layout_point(l, node->child[i - 1]->span.end, node->child[i]->span.begin);
}

/* A sign in brackets with a space before it and none after would be two elements, so
 * spaces come in pairs. */
static void put_operator(struct layout *l, const struct ast *node, size_t i, bool spaced)
{
    if (spaced)
        layout_space(l);
    layout_put(l, ast_operator_text((enum ast_operator)node->operators[i]));
    if (spaced)
        layout_space(l);
    point_before(l, node, i);
}

/* `2e` before a tight sign would be read as the beginning of `2e-1`; `d` is told so. */
static bool ends_as_exponent(const struct layout *l, const struct ast *node)
{
    if (node->kind != AST_GLUED || node->child[1]->kind != AST_NAME)
        return false;
    const char *name = intern_text(l->names, node->child[1]->name);
    return name[0] != '\0' && name[1] == '\0' && strchr("eEdD", name[0]) != NULL;
}

/* A tight sign before another one would be `x[i--1]`. */
static bool is_short_factor(const struct layout *l, const struct ast *node)
{
    return !format_is_signed(node) && !ends_as_exponent(l, node);
}

static bool is_short_term(const struct layout *l, const struct ast *node)
{
    if (node->kind != AST_PRODUCT)
        return is_short_factor(l, node);
    for (size_t i = 0; i < node->count; i++)
        if (node->operators[i] == AST_MATMUL || !is_short_factor(l, node->child[i]))
            return false;
    return true;
}

static void format_sum(struct layout *l, const struct ast *node)
{
    bool tight = l->tight;
    for (size_t i = 0; i < node->count && tight; i++)
        tight = is_short_term(l, node->child[i]);
    for (size_t i = 0; i < node->count && !l->over; i++) {
        if (i > 0)
            put_operator(l, node, i, !tight);
        format_expression(l, node->child[i], LEVEL_PRODUCT);
    }
}

/* One `@` spaces the whole product, so that `A @ x*y` does not look like `A @ (x*y)`. */
static void format_product(struct layout *l, const struct ast *node)
{
    bool spaced = memchr(node->operators, AST_MATMUL, node->count) != NULL;
    for (size_t i = 0; i < node->count && !l->over; i++) {
        if (i > 0)
            put_operator(l, node, i, spaced);
        bool divisor = i > 0 && node->operators[i] == AST_OVER_DIVIDE;
        format_expression(l, node->child[i], divisor ? LEVEL_EXPONENT : LEVEL_UNARY);
    }
}

/* A chain, `0 <= x <= 2`; operands that compare themselves are in parentheses. */
static void format_comparison(struct layout *l, const struct ast *node)
{
    for (size_t i = 0; i < node->count && !l->over; i++) {
        if (i > 0)
            put_operator(l, node, i, true);
        format_expression(l, node->child[i], LEVEL_RANGE);
    }
}

/* A word leads its line where a symbol ends it. */
static void put_word(struct layout *l, const struct ast *node, size_t i, const char *word)
{
    layout_space(l);
    point_before(l, node, i);
    layout_put(l, word);
    layout_space(l);
}

static void format_logic(struct layout *l, const struct ast *node, const char *word,
                         enum level least)
{
    for (size_t i = 0; i < node->count && !l->over; i++) {
        if (i > 0)
            put_word(l, node, i, word);
        format_expression(l, node->child[i], least);
    }
}

/* The branches reach as far as they can, so none needs parentheses. */
static void format_conditional(struct layout *l, const struct ast *node)
{
    layout_put(l, "if ");
    format_expression(l, node->child[0], LEVEL_EXPRESSION);
    put_word(l, node, 1, "then");
    format_expression(l, node->child[1], LEVEL_EXPRESSION);
    put_word(l, node, 2, "else");
    format_expression(l, node->child[2], LEVEL_EXPRESSION);
}

/* Whatever stands around it, a range is one thing to the eye: `1..n-1`. */
static void format_range(struct layout *l, const struct ast *node)
{
    bool tight = l->tight;
    l->tight = true;
    format_expression(l, node->child[0], LEVEL_SUM);
    layout_put(l, "..");
    format_expression(l, node->child[1], LEVEL_SUM);
    l->tight = tight;
}

/* `--x` would be taken for the operator of other languages. */
static void format_sign(struct layout *l, const struct ast *node, enum level least)
{
    layout_put(l, node->kind == AST_NEGATE ? "-" : "+");
    if (format_is_signed(node->child[0]))
        layout_space(l);
    format_expression(l, node->child[0],
                      least == LEVEL_EXPONENT ? LEVEL_EXPONENT : LEVEL_UNARY);
}

/* Whether the lexer would take number and name for one number, right or wrong: `2e3`,
 * `0x`, `0o7`, `1d4`. */
static bool reads_as_number(const char *number, size_t length, const char *name)
{
    bool zero = length == 1 && number[0] == '0', digit = isdigit((unsigned char)name[1]);
    switch (name[0]) {
    case 'e':
    case 'E':
        return digit;
    case 'd':
    case 'D':
        return digit && number[0] == '1' &&
               (length == 1 || strspn(number + 1, ".0") == length - 1);
    case 'o':
    case 'O':
        return zero && digit;
    default:
        return zero && name[0] != '\0' && strchr("xXbB", name[0]) != NULL;
    }
}

/* Whether what begins with `first` multiplies when a number stands directly before it.
 * `2steps` would be a budget. */
static bool may_touch(const struct layout *l, const struct ast *coefficient,
                      const struct ast *first)
{
    if (first->kind != AST_NAME)
        return first->kind == AST_GROUP || first->kind == AST_NABLA ||
               first->kind == AST_ROOT;
    char digits[NUMBER_TEXT];
    const char *name = intern_text(l->names, first->name), *number = coefficient->text;
    size_t length = coefficient->text_length;
    if (number == NULL) {
        length = number_format(coefficient->number, digits);
        number = digits;
    }
    enum token_class class = token_info(token_word(name, strlen(name)))->class;
    return class != TOKEN_CLASS_FOLLOWING && !reads_as_number(number, length, name);
}

static void format_glued(struct layout *l, const struct ast *node)
{
    const struct ast *factor = node->child[1];
    bool touches = may_touch(l, node->child[0], format_first(factor));
    format_expression(l, node->child[0], LEVEL_ATOM);
    format_expression(l, factor, touches ? LEVEL_POWER : LEVEL_GROUP);
}

/* To the right: `2^3^2` is `2^(3^2)`, which the levels of the two sides say. */
static void format_power(struct layout *l, const struct ast *node)
{
    format_expression(l, node->child[0], LEVEL_POSTFIX);
    layout_put(l, "^");
    format_expression(l, node->child[1], LEVEL_EXPONENT);
}

void format_operator(struct layout *l, const struct ast *node, enum level least)
{
    switch (node->kind) {
    case AST_CONDITIONAL:
        format_conditional(l, node);
        break;
    case AST_OR:
        format_logic(l, node, "or", LEVEL_AND);
        break;
    case AST_AND:
        format_logic(l, node, "and", LEVEL_NOT);
        break;
    case AST_NOT:
        layout_put(l, "not ");
        format_expression(l, node->child[0], LEVEL_NOT);
        break;
    case AST_COMPARE:
        format_comparison(l, node);
        break;
    case AST_RANGE:
        format_range(l, node);
        break;
    case AST_BUDGET:
        format_expression(l, node->child[0], LEVEL_SUM);
        layout_space(l);
        layout_put(l, ast_operator_text(node->word));
        break;
    case AST_SUM:
        format_sum(l, node);
        break;
    case AST_PRODUCT:
        format_product(l, node);
        break;
    case AST_NEGATE:
    case AST_POSITIVE:
        format_sign(l, node, least);
        break;
    case AST_GLUED:
        format_glued(l, node);
        break;
    case AST_ROOT:
        layout_put(l, "√");
        format_expression(l, node->child[0], LEVEL_POSTFIX);
        break;
    default:
        format_power(l, node);
    }
}
