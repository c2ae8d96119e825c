/* SPDX-License-Identifier: MIT
 * Expressions.  Parentheses of the user are nodes and stay; others appear only where the
 * tree would be read differently without them, which a table of levels decides. */
#include "syntax/format.h"

#include <string.h>

bool format_is_signed(const struct ast *node)
{
    return node->kind == AST_NEGATE || node->kind == AST_POSITIVE ||
           (node->kind == AST_NUMBER && node->text == NULL && node->number < 0);
}

/* The nonterminal of grammar/parser.y that makes the kind. */
static enum level level_of(const struct ast *node)
{
    switch (node->kind) {
    case AST_CONDITIONAL:
        return LEVEL_EXPRESSION;
    case AST_OR:
        return LEVEL_OR;
    case AST_AND:
        return LEVEL_AND;
    case AST_NOT:
        return LEVEL_NOT;
    case AST_COMPARE:
        return LEVEL_COMPARE;
    case AST_RANGE:
    case AST_BUDGET:
        return LEVEL_RANGE;
    case AST_SUM:
        return LEVEL_SUM;
    case AST_PRODUCT:
        return LEVEL_PRODUCT;
    case AST_GLUED:
    case AST_NEGATE:
    case AST_POSITIVE:
        return LEVEL_UNARY;
    case AST_POWER:
    case AST_ROOT:
        return LEVEL_POWER;
    case AST_CALL:
    case AST_INDEX:
    case AST_FIELD:
    case AST_PRIME:
        return LEVEL_POSTFIX;
    default:
        return format_is_signed(node) ? LEVEL_UNARY : LEVEL_ATOM;
    }
}

/* A loop: how long a chain of calls and fields may be is the script's choice. */
const struct ast *format_first(const struct ast *node)
{
    for (;;) {
        switch (node->kind) {
        case AST_SUM:
        case AST_PRODUCT:
        case AST_GLUED:
        case AST_POWER:
        case AST_COMPARE:
        case AST_AND:
        case AST_OR:
        case AST_RANGE:
        case AST_BUDGET:
        case AST_CALL:
        case AST_INDEX:
        case AST_FIELD:
        case AST_PRIME:
            node = node->child[0];
            break;
        default:
            return node;
        }
    }
}

/* `a/-b` and `2^-x` are read, though a sign binds less tightly than a power. */
static bool needs_parentheses(const struct ast *node, enum level least)
{
    if (least == LEVEL_EXPONENT && format_is_signed(node))
        return false;
    return level_of(node) < least;
}

/* For GROUP, and for a tree made by hand whose span is empty. */
static void enclose(struct layout *l, const struct ast *inner, struct span span)
{
    layout_put(l, "(");
    layout_open(l, span.begin, inner->span.begin);
    format_expression(l, inner, LEVEL_EXPRESSION);
    layout_close_bracket(l, ")", span.end > 0 ? span.end - 1 : 0);
}

static void format_prime(struct layout *l, const struct ast *node)
{
    format_expression(l, node->child[0], LEVEL_POSTFIX);
    for (double i = 0; i < node->number && !l->over; i++)
        layout_put(l, "'");
}

/* Behind a number the dot would be the decimal point. */
static void format_field(struct layout *l, const struct ast *node)
{
    format_expression(l, node->child[0], LEVEL_POSTFIX);
    if (node->child[0]->kind == AST_NUMBER)
        layout_space(l);
    layout_put(l, ".");
    format_name(l, node->name);
}

static void format_kind(struct layout *l, const struct ast *node, enum level least)
{
    switch (node->kind) {
    case AST_NUMBER:
        format_number(l, node);
        break;
    case AST_STRING:
        format_string(l, node);
        break;
    case AST_NAME:
        format_name(l, node->name);
        break;
    case AST_TRUE:
    case AST_FALSE:
        layout_put(l, ast_kind_name(node->kind));
        break;
    case AST_GROUP:
        enclose(l, node->child[0], node->span);
        break;
    case AST_ABSOLUTE: /* a bar is no bracket: lines end inside only as they may outside
                        */
        layout_put(l, "|");
        format_expression(l, node->child[0], LEVEL_EXPRESSION);
        layout_put(l, "|");
        break;
    case AST_NABLA:
        layout_put(l, "∇");
        format_name(l, node->name);
        break;
    case AST_FIELD:
        format_field(l, node);
        break;
    case AST_PRIME:
        format_prime(l, node);
        break;
    case AST_CALL:
    case AST_INDEX:
    case AST_LIST:
    case AST_MATRIX:
    case AST_COMPREHENSION:
        format_list(l, node);
        break;
    default:
        format_operator(l, node, least);
    }
}

/* The depth counts what is nested, for the choice where to break a long line. */
void format_expression(struct layout *l, const struct ast *node, enum level least)
{
    if (l->over)
        return;
    l->depth++;
    if (needs_parentheses(node, least))
        enclose(l, node, node->span);
    else
        format_kind(l, node, least);
    l->depth--;
}
