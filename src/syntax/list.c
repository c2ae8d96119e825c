/* SPDX-License-Identifier: MIT
 * What stands in brackets: lists, matrices, arguments, indices, generators. */
#include "syntax/format.h"

/* `w[n] in set from start`.  The set stands first, whatever the user's order was. */
static void format_variable(struct layout *l, const struct ast *node)
{
    const struct ast *set = node->child[0], *start = node->child[1];
    uint32_t end = node->at.end;
    format_name(l, node->name);
    if (node->count > 2) {
        struct span between = {node->span.source, end, 0};
        end = layout_behind(l, node->child[node->count - 1]->span.end, ']');
        between.end = end > 0 ? end - 1 : 0;
        format_bracketed(l, node, "[]", 2, between);
    }
    if (set != NULL) {
        layout_space(l);
        layout_point(l, end, set->span.begin);
        layout_put(l, "in ");
        format_expression(l, set, LEVEL_EXPRESSION);
        end = set->span.end;
    }
    if (start != NULL) {
        layout_space(l);
        layout_point(l, end, start->span.begin);
        layout_put(l, "from ");
        format_expression(l, start, LEVEL_EXPRESSION);
    }
}

static void format_item(struct layout *l, const struct ast *node)
{
    switch (node->kind) {
    case AST_VARIABLE:
        format_variable(l, node);
        break;
    case AST_ALL:
        layout_put(l, "..");
        break;
    case AST_PARAMETER:
        format_name(l, node->name);
        break;
    case AST_ARGUMENT:
        format_name(l, node->name);
        layout_put(l, " = ");
        format_expression(l, node->child[0], LEVEL_EXPRESSION);
        break;
    default:
        format_expression(l, node, LEVEL_EXPRESSION);
    }
}

static void separate(struct layout *l, const struct ast *node, size_t i,
                     const char *separator)
{
    layout_put(l, separator);
    layout_space(l);
    layout_point(l, node->child[i - 1]->span.end, node->child[i]->span.begin);
}

void format_items(struct layout *l, const struct ast *node, size_t first, size_t end)
{
    for (size_t i = first; i < end && !l->over; i++) {
        if (i > first)
            separate(l, node, i, ",");
        format_item(l, node->child[i]);
    }
}

/* Opens a bracket whose contents begin at `to`. */
static void open(struct layout *l, char bracket, uint32_t from, uint32_t to)
{
    layout_put_bytes(l, &bracket, 1);
    layout_open(l, from, to);
}

void format_bracketed(struct layout *l, const struct ast *node, const char *brackets,
                      size_t first, struct span between)
{
    /* `f(  )` becomes `f()`, but a comment in it keeps the brackets apart */
    bool comment = layout_has_comment(l, between.end);
    uint32_t to = first < node->count ? node->child[first]->span.begin
                  : comment           ? between.end
                                      : between.begin;
    open(l, brackets[0], between.begin, to);
    format_items(l, node, first, node->count);
    layout_close_bracket(l, brackets + 1, between.end);
}

/* Rows are lists without brackets of their own. */
static void format_rows(struct layout *l, const struct ast *node)
{
    for (size_t i = 0; i < node->count && !l->over; i++) {
        if (i > 0)
            separate(l, node, i, ";");
        l->depth++;
        format_items(l, node->child[i], 0, node->child[i]->count);
        l->depth--;
    }
}

/* `body for i in 1..n, j in 1..m if condition` */
static void format_generators(struct layout *l, const struct ast *node)
{
    format_expression(l, node->child[0], LEVEL_EXPRESSION);
    for (size_t i = 1; i < node->count && !l->over; i++) {
        const struct ast *part = node->child[i];
        bool filter = part->kind == AST_FILTER;
        separate(l, node, i, !filter && i > 1 ? "," : "");
        if (filter) {
            layout_put(l, "if ");
            format_expression(l, part->child[0], LEVEL_OR);
            continue;
        }
        layout_put(l, i == 1 ? "for " : "");
        format_name(l, part->name);
        layout_put(l, " in ");
        format_expression(l, part->child[0], LEVEL_RANGE);
    }
}

static void format_comprehension(struct layout *l, const struct ast *node,
                                 const char *brackets, struct span between)
{
    open(l, brackets[0], between.begin, node->child[0]->span.begin);
    format_generators(l, node);
    layout_close_bracket(l, brackets + 1, between.end);
}

/* `2(3)` would be a product. */
static void format_base(struct layout *l, const struct ast *node)
{
    bool number = node->child[0]->kind == AST_NUMBER;
    format_expression(l, node->child[0], number ? LEVEL_GROUP : LEVEL_POSTFIX);
}

/* `sum(x for x in xs)` and `sum([x for x in xs])` are the same tree; their places are
 * not.
 */
static bool is_bare(const struct ast *node)
{
    return node->kind == AST_COMPREHENSION &&
           node->span.begin >= node->child[0]->span.begin;
}

static void format_call(struct layout *l, const struct ast *node, struct span between)
{
    if (node->count == 2 && is_bare(node->child[1]))
        format_comprehension(l, node->child[1], "()", between);
    else
        format_bracketed(l, node, "()", 1, between);
}

static void format_kind(struct layout *l, const struct ast *node, struct span between)
{
    switch (node->kind) {
    case AST_MATRIX:
        open(l, '[', between.begin, node->child[0]->span.begin);
        format_rows(l, node);
        layout_close_bracket(l, "]", between.end);
        break;
    case AST_COMPREHENSION:
        format_comprehension(l, node, "[]", between);
        break;
    case AST_CALL:
        format_call(l, node, between);
        break;
    case AST_INDEX: /* of all brackets, these alone make what is in them tight */
        l->tight = true;
        format_bracketed(l, node, "[]", 1, between);
        break;
    default:
        format_bracketed(l, node, "[]", 0, between);
    }
}

void format_list(struct layout *l, const struct ast *node)
{
    struct span between = node->span; /* from behind the opening to the closing bracket */
    bool tight = l->tight;
    if (node->kind == AST_CALL || node->kind == AST_INDEX) {
        format_base(l, node);
        between.begin = node->child[0]->span.end;
    }
    between.end -= between.end > 0;
    l->tight = false;
    format_kind(l, node, between);
    l->tight = tight;
}
