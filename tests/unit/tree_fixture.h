/* SPDX-License-Identifier: MIT
 * tree_fixture.h - trees made by hand. */
#ifndef TESTS_TREE_FIXTURE_H
#define TESTS_TREE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "syntax/parse.h"

#include <stdlib.h>
#include <string.h>

struct tree {
    struct fail fail;
    struct memory memory;
    struct arena arena;
    struct intern *names;
    struct text out;
};

static inline void tree_open(struct tree *t)
{
    *t = (struct tree){.memory = {.fail = &t->fail}};
    arena_init(&t->arena, &t->memory);
    t->names = intern_new(&t->arena);
    text_init(&t->out, &t->arena);
}

static inline void tree_close(struct tree *t)
{
    arena_clear(&t->arena);
}

static inline struct ast *tree_node(struct tree *t, enum ast_kind kind, size_t count)
{
    struct ast *node = ARENA_NEW(&t->arena, struct ast);
    node->kind = kind;
    node->count = node->capacity = count;
    node->child = ARENA_ARRAY(&t->arena, count, struct ast *);
    return node;
}

static inline struct ast *tree_number(struct tree *t, const char *spelling)
{
    struct ast *node = tree_node(t, AST_NUMBER, 0);
    node->text = spelling;
    node->text_length = strlen(spelling);
    assert_true(number_parse(spelling, strlen(spelling), &node->number));
    return node;
}

static inline struct ast *tree_string(struct tree *t, const char *bytes, size_t length)
{
    struct ast *node = tree_node(t, AST_STRING, 0);
    node->text = bytes;
    node->text_length = length;
    return node;
}

static inline struct ast *tree_named(struct tree *t, enum ast_kind kind, const char *name,
                                     struct ast *child)
{
    struct ast *node = tree_node(t, kind, child != NULL);
    node->name = intern_string(t->names, name);
    if (child != NULL)
        node->child[0] = child;
    return node;
}

static inline struct ast *tree_name(struct tree *t, const char *name)
{
    return tree_named(t, AST_NAME, name, NULL);
}

static inline struct ast *tree_one(struct tree *t, enum ast_kind kind, struct ast *child)
{
    struct ast *node = tree_node(t, kind, 1);
    node->child[0] = child;
    return node;
}

static inline struct ast *tree_two(struct tree *t, enum ast_kind kind, struct ast *first,
                                   struct ast *second)
{
    struct ast *node = tree_node(t, kind, 2);
    node->child[0] = first;
    node->child[1] = second;
    return node;
}

static inline struct ast *tree_three(struct tree *t, enum ast_kind kind,
                                     struct ast *first, struct ast *second,
                                     struct ast *third)
{
    struct ast *node = tree_node(t, kind, 3);
    node->child[0] = first;
    node->child[1] = second;
    node->child[2] = third;
    return node;
}

/* SUM, PRODUCT or COMPARE of two. */
static inline struct ast *tree_chain(struct tree *t, enum ast_kind kind,
                                     struct ast *first, enum ast_operator word,
                                     struct ast *second)
{
    struct ast *node = tree_two(t, kind, first, second);
    node->operators = ARENA_ARRAY(&t->arena, 2, uint8_t);
    node->operators[1] = (uint8_t)word;
    return node;
}

/* The last operand more of such a chain. */
static inline struct ast *tree_more(struct tree *t, struct ast *chain,
                                    enum ast_operator word, struct ast *operand)
{
    struct ast *node = tree_node(t, chain->kind, chain->count + 1);
    node->operators = ARENA_ARRAY(&t->arena, node->count, uint8_t);
    memcpy(node->child, chain->child, chain->count * sizeof *chain->child);
    memcpy(node->operators, chain->operators, chain->count);
    node->child[chain->count] = operand;
    node->operators[chain->count] = (uint8_t)word;
    return node;
}

static inline const char *tree_dumped(struct tree *t, const struct ast *node)
{
    text_init(&t->out, &t->arena);
    ast_dump(&t->out, node, t->names);
    return text_string(&t->out);
}

static inline const char *tree_printed(struct tree *t, const struct ast *node)
{
    text_init(&t->out, &t->arena);
    format_node(&t->out, node, t->names);
    return text_string(&t->out);
}

#endif
