/* SPDX-License-Identifier: MIT
 * The tree's names, its dump for goldens, and its comparison.
 *
 * A walk may recurse: the parser caps the depth (AST_DEEPEST), and what is long is wide.
 */
#include "syntax/ast.h"

#include <math.h>
#include <string.h>

static const char *const KIND_NAMES[] = {
#define AST(id, name, children) [AST_##id] = name,
#include "syntax/ast.def"
#undef AST
};

static const char *const OPERATOR_TEXTS[] = {
    [AST_FIRST] = "",
    [AST_PLUS] = "+",
    [AST_MINUS] = "-",
    [AST_TIMES] = "*",
    [AST_OVER_DIVIDE] = "/",
    [AST_MATMUL] = "@",
    [AST_LESS] = "<",
    [AST_LESS_EQUAL] = "<=",
    [AST_GREATER] = ">",
    [AST_GREATER_EQUAL] = ">=",
    [AST_EQUAL] = "==",
    [AST_NOT_EQUAL] = "!=",
    [AST_STEPS] = "steps",
    [AST_EPOCHS] = "epochs",
    [AST_SECONDS] = "seconds",
    [AST_MINIMIZE] = "minimize",
    [AST_MAXIMIZE] = "maximize",
};

const char *ast_kind_name(enum ast_kind kind)
{
    return KIND_NAMES[kind];
}

const char *ast_operator_text(enum ast_operator word)
{
    return OPERATOR_TEXTS[word];
}

static void dump(struct text *out, const struct ast *node, const struct intern *names);

/* Leaves that say by themselves what they are stand without parentheses. */
static bool dump_leaf(struct text *out, const struct ast *node,
                      const struct intern *names)
{
    switch (node->kind) {
    case AST_NUMBER:
        text_number(out, node->number);
        return true;
    case AST_STRING:
        text_json(out, node->text, node->text_length);
        return true;
    case AST_NAME:
        text_puts(out, intern_text(names, node->name));
        return true;
    case AST_TRUE:
    case AST_FALSE:
        text_puts(out, ast_kind_name(node->kind));
        return true;
    case AST_ALL:
        text_puts(out, "..");
        return true;
    default:
        return false;
    }
}

/* The kind, then what the node has of its own: word, number of primes, name. */
static void dump_head(struct text *out, const struct ast *node,
                      const struct intern *names)
{
    text_puts(out, ast_kind_name(node->kind));
    if (node->word != AST_FIRST) {
        text_putc(out, ' ');
        text_puts(out, ast_operator_text(node->word));
    }
    if (node->kind == AST_PRIME) {
        text_putc(out, ' ');
        text_number(out, node->number);
    }
    if (node->name != 0) {
        text_putc(out, ' ');
        text_puts(out, intern_text(names, node->name));
    }
}

static void dump(struct text *out, const struct ast *node, const struct intern *names)
{
    if (node == NULL) {
        text_puts(out, "()"); /* what may be left out, and is */
        return;
    }
    if (dump_leaf(out, node, names))
        return;
    text_putc(out, '(');
    dump_head(out, node, names);
    for (size_t i = 0; i < node->count; i++) {
        text_putc(out, ' ');
        if (node->operators != NULL && node->operators[i] != AST_FIRST) {
            text_puts(out, ast_operator_text(node->operators[i]));
            text_putc(out, ' ');
        }
        dump(out, node->child[i], names);
    }
    text_putc(out, ')');
}

/* Only the outermost block is a list of lines; the others are nodes. */
void ast_dump(struct text *out, const struct ast *node, const struct intern *names)
{
    if (node->kind != AST_BLOCK) {
        dump(out, node, names);
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        dump(out, node->child[i], names);
        text_putc(out, '\n');
    }
}

static bool has_operators(const struct ast *node)
{
    return node->kind == AST_SUM || node->kind == AST_PRODUCT ||
           node->kind == AST_COMPARE;
}

/* A number is its value: `1e3` and `1000` are equal. */
static bool equal_heads(const struct ast *a, const struct ast *b)
{
    if (a->kind != b->kind || a->name != b->name || a->word != b->word ||
        a->count != b->count)
        return false;
    if (a->kind == AST_NUMBER || a->kind == AST_PRIME)
        return a->number == b->number || (isnan(a->number) && isnan(b->number));
    if (a->kind == AST_STRING)
        return a->text_length == b->text_length &&
               (a->text_length == 0 || memcmp(a->text, b->text, a->text_length) == 0);
    return !has_operators(a) || a->count == 0 ||
           memcmp(a->operators, b->operators, a->count) == 0;
}

bool ast_equal(const struct ast *a, const struct ast *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (!equal_heads(a, b))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!ast_equal(a->child[i], b->child[i]))
            return false;
    return true;
}
