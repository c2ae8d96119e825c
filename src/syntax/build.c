/* SPDX-License-Identifier: MIT
 * Nodes, and lists of them that grow.  A list that the grammar collects becomes the
 * statement, clause or call itself, so that nothing is copied. */
#include "syntax/parser.h"

#include <string.h>

struct span parser_span(const struct parser *p, const struct token *token)
{
    struct span span = {p->number, token->begin, token->end};
    return span;
}

struct ast *ast_new(struct parser *p, enum ast_kind kind, struct span span,
                    struct span at)
{
    struct ast *node = ARENA_NEW(p->arena, struct ast);
    node->kind = kind;
    node->depth = 1;
    node->span = span;
    node->at = at;
    return node;
}

static void make_room(struct parser *p, struct ast *node, size_t wanted)
{
    if (wanted <= node->capacity)
        return;
    size_t capacity = node->capacity == 0 ? wanted : 2 * node->capacity;
    if (capacity < wanted)
        capacity = wanted;
    struct ast **children = ARENA_ARRAY(p->arena, capacity, struct ast *);
    if (node->count > 0)
        memcpy(children, node->child, node->count * sizeof *children);
    if (node->operators != NULL) {
        uint8_t *operators = ARENA_ARRAY(p->arena, capacity, uint8_t);
        memcpy(operators, node->operators, node->count);
        node->operators = operators;
    }
    node->child = children;
    node->capacity = capacity;
}

void ast_take(struct parser *p, struct ast *node, struct ast *child)
{
    make_room(p, node, node->count + 1);
    if (child != NULL) {
        if (child->depth >= AST_DEEPEST) {
            parser_too_deep(p, child->at);
            child = ast_new(p, AST_MISTAKE, child->span, child->at);
        }
        if (node->depth <= child->depth)
            node->depth = child->depth + 1;
        node->span = span_join(node->span, child->span);
    }
    node->child[node->count++] = child;
}

void ast_take_all(struct parser *p, struct ast *node, const struct ast *from)
{
    make_room(p, node, node->count + from->count);
    for (size_t i = 0; i < from->count; i++)
        ast_take(p, node, from->child[i]);
}

struct ast *ast_leaf(struct parser *p, enum ast_kind kind, const struct token *token)
{
    struct span span = parser_span(p, token);
    return ast_new(p, kind, span, span);
}

struct ast *ast_list(struct parser *p, struct ast *first)
{
    struct ast *list = ast_new(p, AST_LIST, first->span, first->at);
    ast_take(p, list, first);
    return list;
}

struct ast *ast_more(struct parser *p, struct ast *list, struct ast *next)
{
    if (list->count == 0)
        list->span = next->span;
    ast_take(p, list, next);
    return list;
}

struct ast *ast_none(struct parser *p)
{
    struct span nowhere = {p->number, 0, 0};
    return ast_new(p, AST_LIST, nowhere, nowhere);
}

struct ast *ast_keyword(struct parser *p, enum ast_kind kind, const struct token *keyword,
                        struct ast *child)
{
    struct ast *node = ast_leaf(p, kind, keyword);
    ast_take(p, node, child);
    return node;
}

struct ast *ast_named(struct parser *p, enum ast_kind kind, const struct token *name,
                      struct ast *child)
{
    struct ast *node = ast_keyword(p, kind, name, child);
    node->name = parser_name(p, name);
    return node;
}

struct ast *ast_listed(struct parser *p, enum ast_kind kind, const struct token *keyword,
                       struct ast *list)
{
    list->kind = kind;
    list->at = parser_span(p, keyword);
    list->span = span_join(list->at, list->span);
    return list;
}
