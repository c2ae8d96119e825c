/* SPDX-License-Identifier: MIT
 * Solves with their clauses, and commands with what follows them: on one line where the
 * user had one and it fits, else one clause a line. */
#include "syntax/format.h"
#include "syntax/token.h"

#include <string.h>

/* What continues after the word stands behind it.  A line with nothing but `step` would
 * be a statement, so behind such words no line ends. */
static void put_clause(struct layout *l, const struct ast *node, const char *word,
                       size_t end)
{
    enum token_kind kind = token_word(word, strlen(word));
    bool following = token_info(kind)->class == TOKEN_CLASS_FOLLOWING;
    layout_put(l, word);
    layout_space(l);
    layout_open(l, node->at.end, following || end == 0 ? 0 : node->child[0]->span.begin);
    format_items(l, node, 0, end);
    layout_close(l);
}

static void put_tail(struct layout *l, const struct ast *node)
{
    const char *word =
        node->kind == AST_SUBJECT ? "subject to" : ast_kind_name(node->kind);
    put_clause(l, node, word, node->count);
}

static void put_tails(struct layout *l, const struct ast *node, size_t first,
                      size_t indent, bool one_line)
{
    for (size_t i = first; i < node->count && !l->over; i++) {
        if (one_line)
            layout_space(l);
        else
            layout_begin_line(l, node->child[i]->span.begin, indent, false);
        put_tail(l, node->child[i]);
    }
}

/* While measuring, all is on one line: a caller further out asks whether it may be. */
static bool stays_on_line(struct layout *l, const struct ast *node,
                          void (*print)(struct layout *, const struct ast *))
{
    return l->measuring || (layout_one_line(l, node) && layout_fits(l, print, node));
}

static void put_solve(struct layout *l, const struct ast *node)
{
    format_solve(l, node, 0);
}

/* A sweep and its solve begin at the same column, and so do the clauses: nesting them
 * further in would say nothing that the words do not. */
void format_solve(struct layout *l, const struct ast *node, size_t indent)
{
    bool one_line = stays_on_line(l, node, put_solve);
    if (node->kind == AST_SOLVE) {
        put_clause(l, node, ast_operator_text(node->word), 1);
        put_tails(l, node, 1, indent, one_line);
        return;
    }
    layout_put(l, "sweep ");
    format_name(l, node->name);
    layout_put(l, " in ");
    format_expression(l, node->child[0], LEVEL_EXPRESSION);
    if (one_line)
        layout_space(l);
    else
        layout_begin_line(l, node->child[1]->span.begin, indent, false);
    format_solve(l, node->child[1], indent);
}

/* The kinds from AGAINST to HINT stand together in ast.def. */
static bool is_tail(const struct ast *node)
{
    return node->kind == AST_OVER ||
           (node->kind >= AST_AGAINST && node->kind <= AST_HINT);
}

static void put_command(struct layout *l, const struct ast *node)
{
    format_command(l, node, 0);
}

void format_command(struct layout *l, const struct ast *node, size_t indent)
{
    size_t items = 0;
    while (items < node->count && !is_tail(node->child[items]))
        items++;
    bool one_line = items == node->count || stays_on_line(l, node, put_command);
    put_clause(l, node, ast_kind_name(node->kind), items);
    put_tails(l, node, items, indent, one_line);
}
