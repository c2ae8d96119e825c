/* SPDX-License-Identifier: MIT
 * ast.h - the tree that the parser builds: one node type, its kinds in ast.def.
 *
 * Sums, products, comparisons and the like are n-ary, so depth is bounded by the nesting
 * of the text (AST_DEEPEST) and a walk may recurse; a flat sum of 100,000 terms is one
 * node. */
#ifndef SYNTAX_AST_H
#define SYNTAX_AST_H

#include "base/intern.h"
#include "base/text.h"
#include "source/source.h"

enum ast_kind {
#define AST(id, name, children) AST_##id,
#include "syntax/ast.def"
#undef AST
    AST_KIND_COUNT
};

/* What stands before an operand of an n-ary node (the first operand's is AST_FIRST), and
 * the word of a node that has one. */
enum ast_operator {
    AST_FIRST,
    AST_PLUS,
    AST_MINUS,
    AST_TIMES,
    AST_OVER_DIVIDE, /* "/" */
    AST_MATMUL,
    AST_LESS,
    AST_LESS_EQUAL,
    AST_GREATER,
    AST_GREATER_EQUAL,
    AST_EQUAL,
    AST_NOT_EQUAL,
    AST_STEPS,
    AST_EPOCHS,
    AST_SECONDS,
    AST_MINIMIZE,
    AST_MAXIMIZE
};

enum { AST_DEEPEST = 1000 };

struct ast {
    enum ast_kind kind;
    uint32_t depth; /* 1 for a leaf */
    struct span span;
    struct span at; /* of the name, the operator or the first keyword */
    name_id name;
    enum ast_operator word; /* of BUDGET and SOLVE */
    double number;          /* of NUMBER; of PRIME how many */
    const char *text;       /* of STRING the decoded bytes, of NUMBER its spelling */
    size_t text_length;
    struct ast **child; /* a child may be NULL where ast.def says so */
    size_t count, capacity;
    uint8_t *operators; /* enum ast_operator, one a child, of SUM PRODUCT COMPARE */
};

/* "SUM" for AST_SUM, as in dumps: lower case with hyphens. */
const char *ast_kind_name(enum ast_kind kind);
const char *ast_operator_text(enum ast_operator word);

/* The tree as an S-expression, one statement a line, for goldens. */
void ast_dump(struct text *out, const struct ast *node, const struct intern *names);
/* Same kinds, names, numbers, texts and children; spans do not count. */
bool ast_equal(const struct ast *a, const struct ast *b);

#endif
