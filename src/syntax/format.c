/* SPDX-License-Identifier: MIT
 * Statements and blocks in the one layout (docs/format.md).
 *
 * Each statement decides for itself whether it stays on one line: where the user wrote it
 * on one, and it fits behind what is on the line already. */
#include "syntax/format.h"
#include "syntax/token.h"

#include <string.h>

/* How far lines go in that continue the head of a block, past the block itself. */
enum { HEAD_INDENT = 2 * LAYOUT_INDENT };

static void format_statement(struct layout *l, const struct ast *node, size_t indent);

static bool is_control(const struct ast *node)
{
    return node->kind == AST_FOR || node->kind == AST_WHILE || node->kind == AST_CHOICE;
}

/* Definitions */

static void format_right_side(struct layout *l, const struct ast *node, uint32_t from,
                              size_t indent)
{
    layout_space(l);
    layout_put(l, "=");
    layout_space(l);
    (void)layout_end(l, from, node->span.begin);
    if (node->kind == AST_SOLVE || node->kind == AST_SWEEP)
        format_solve(l, node, indent + LAYOUT_INDENT);
    else
        format_expression(l, node, LEVEL_EXPRESSION);
}

/* The parameters as a list of their own: the body is the last child. */
static void format_function(struct layout *l, const struct ast *node, size_t indent)
{
    struct ast parameters = *node;
    parameters.count--;
    uint32_t end =
        parameters.count > 0 ? node->child[parameters.count - 1]->span.end : node->at.end;
    end = layout_behind(l, end, ')');
    struct span between = {node->span.source, node->at.end, end > 0 ? end - 1 : 0};
    format_name(l, node->name);
    format_bracketed(l, &parameters, "()", 0, between);
    format_right_side(l, node->child[parameters.count], end, indent);
}

static void format_definition(struct layout *l, const struct ast *node, size_t indent)
{
    if (node->kind == AST_FUNCTION) {
        format_function(l, node, indent);
    } else if (node->kind == AST_DEFINE) {
        format_name(l, node->name);
        format_right_side(l, node->child[0], node->at.end, indent);
    } else {
        format_expression(l, node->child[0], LEVEL_POSTFIX);
        format_right_side(l, node->child[1], node->child[0]->span.end, indent);
    }
}

/* Blocks */

/* `step`, `to` and the like: at the beginning of a line they go on with a statement. */
static bool is_following(const struct layout *l, name_id id)
{
    const char *name = intern_text(l->names, id);
    return token_info(token_word(name, strlen(name)))->class == TOKEN_CLASS_FOLLOWING;
}

/* `step(k) =` is seen to be a definition when it is on one line; at most this long, it
 * stays there. */
static bool has_short_head(const struct layout *l, const struct ast *function)
{
    enum { SHORT_HEAD = LAYOUT_COLUMNS / 2 };
    uint32_t begin = function->at.begin,
             end = function->child[function->count - 1]->span.begin;
    return end - begin <= SHORT_HEAD &&
           layout_line_of(l, begin) == layout_line_of(l, end);
}

/* Whether the statement would be read as going on with the one before, if only the
 * line's end stood between. */
static bool needs_semicolon(const struct layout *l, const struct ast *node)
{
    if (node->kind == AST_FUNCTION)
        return is_following(l, node->name) && !has_short_head(l, node);
    if (node->kind != AST_EXPRESSION && node->kind != AST_ASSIGN_ELEMENT)
        return false;
    const struct ast *first = format_first(node->child[0]);
    return format_is_signed(first) ||
           (first->kind == AST_NAME && is_following(l, first->name));
}

static void put_statement(struct layout *l, const struct ast *node)
{
    format_statement(l, node, 0);
}

/* Whether `next` stays behind `previous`, whose line is the current one. */
static bool joins(struct layout *l, const struct ast *previous, const struct ast *next)
{
    if (l->source == NULL || is_control(previous) || is_control(next) ||
        l->trailing != NULL ||
        layout_line_of(l, previous->span.end) != layout_line_of(l, next->span.begin))
        return false;
    /* the separator is not put yet, but takes its columns */
    struct layout saved = *l;
    l->column += strlen("; ");
    bool fits = layout_fits(l, put_statement, next);
    *l = saved;
    return fits;
}

static void format_statements(struct layout *l, const struct ast *block, size_t indent,
                              uint32_t end)
{
    bool whole = false; /* the statement before is on one line, and alone there */
    l->last_line = 0;
    for (size_t i = 0; i < block->count; i++) {
        const struct ast *node = block->child[i];
        if (whole && joins(l, block->child[i - 1], node)) {
            layout_close_statement(l, ";");
            layout_space(l);
        } else {
            if (i > 0 && needs_semicolon(l, node))
                layout_close_statement(l, ";");
            layout_begin_line(l, node->span.begin, indent, true);
        }
        size_t lines = l->lines;
        format_statement(l, node, indent);
        whole = l->lines == lines;
        l->last_line = layout_line_of(l, node->span.end);
    }
    layout_comments(l, end, indent, true);
}

/* Inside `{ }` on one line. */
static void format_joined(struct layout *l, const struct ast *block)
{
    for (size_t i = 0; i < block->count && !l->over; i++) {
        layout_put(l, i == 0 ? " " : "; ");
        format_statement(l, block->child[i], 0);
    }
    layout_put(l, block->count > 0 ? " " : "");
}

/* A comment keeps an empty block open; it belongs before the closing brace. */
static void format_block(struct layout *l, const struct ast *block, size_t indent,
                         bool one_line)
{
    uint32_t end = block->span.end > 0 ? block->span.end - 1 : 0;
    layout_space(l);
    layout_put(l, "{");
    if (one_line || (block->count == 0 && !layout_has_comment(l, end))) {
        format_joined(l, block);
    } else {
        format_statements(l, block, indent + LAYOUT_INDENT, end);
        l->last_line = layout_line_of(l, end);
        layout_newline(l, indent);
    }
    layout_put(l, "}");
}

/* `for i in 1..3`, `while x > 1`, `if x > 0`: without the block. */
static void format_head(struct layout *l, const struct ast *node, size_t indent)
{
    layout_put(l, ast_kind_name(node->kind));
    layout_space(l);
    if (node->kind == AST_FOR) {
        format_name(l, node->name);
        layout_put(l, " in ");
    }
    layout_open_at(l, indent + HEAD_INDENT);
    format_expression(l, node->child[0], LEVEL_EXPRESSION);
    layout_close(l);
}

static bool is_simple(const struct ast *block)
{
    for (size_t i = 0; i < block->count; i++)
        if (is_control(block->child[i]))
            return false;
    return true;
}

/* Every block of the chain, `if ... else if ... else`, or of the loop. */
static bool has_simple_blocks(const struct ast *node)
{
    while (is_control(node)) {
        if (!is_simple(node->child[1]))
            return false;
        if (node->count < 3)
            return true;
        node = node->child[2];
    }
    return is_simple(node);
}

static void format_control(struct layout *l, const struct ast *node, size_t indent);

static void put_control(struct layout *l, const struct ast *node)
{
    format_control(l, node, 0);
}

/* `} else`, unless comments stand between; a line that begins with `else` goes on. */
static void format_else(struct layout *l, const struct ast *branch, size_t indent)
{
    if (layout_has_comment(l, branch->span.begin))
        layout_begin_line(l, branch->span.begin, indent, true);
    else
        layout_space(l);
    layout_put(l, "else");
}

/* A loop over the branches: a chain of `else if` is as deep as it is long. */
static void format_control(struct layout *l, const struct ast *node, size_t indent)
{
    bool one_line =
        l->measuring || (layout_one_line(l, node) && has_simple_blocks(node) &&
                         layout_fits(l, put_control, node));
    for (; is_control(node) && !l->over; node = node->child[2]) {
        format_head(l, node, indent);
        format_block(l, node->child[1], indent, one_line);
        if (node->count < 3)
            return;
        format_else(l, node->child[2], indent);
        if (is_control(node->child[2]))
            layout_space(l);
    }
    if (!l->over)
        format_block(l, node, indent, one_line);
}

/* What could not be parsed stays as it is. */
static void format_mistake(struct layout *l, const struct ast *node)
{
    if (l->source == NULL)
        return;
    layout_put_bytes(l, l->source->text + node->span.begin,
                     node->span.end - node->span.begin);
    while (layout_has_comment(l, node->span.end)) {
        l->comments++;
        l->comment_count--;
    }
}

static void format_kind(struct layout *l, const struct ast *node, size_t indent)
{
    switch (node->kind) {
    case AST_EXPRESSION:
        format_expression(l, node->child[0], LEVEL_EXPRESSION);
        break;
    case AST_DEFINE:
    case AST_FUNCTION:
    case AST_ASSIGN_ELEMENT:
        format_definition(l, node, indent);
        break;
    case AST_SOLVE:
    case AST_SWEEP:
        format_solve(l, node, indent + LAYOUT_INDENT);
        break;
    case AST_MISTAKE:
        format_mistake(l, node);
        break;
    default:
        format_command(l, node, indent + LAYOUT_INDENT);
    }
}

static void format_statement(struct layout *l, const struct ast *node, size_t indent)
{
    if (is_control(node)) {
        format_control(l, node, indent);
        return;
    }
    /* lines that continue it, where nothing else says where they begin */
    layout_open_at(l, indent + LAYOUT_INDENT);
    format_kind(l, node, indent);
    layout_close(l);
}

/* Entries */

void format_script(struct text *out, const struct parse *parse)
{
    struct layout l;
    /* a script of comments alone has no statement that knows its source */
    uint32_t source = parse->script->span.source;
    if (source == 0 && parse->comment_count > 0)
        source = parse->comments[0].span.source;
    layout_init(&l, out, parse->arena, parse->names);
    l.source = sources_get(parse->sources, source);
    l.comments = parse->comments;
    l.comment_count = parse->comment_count;
    format_statements(&l, parse->script, 0, UINT32_MAX);
    layout_finish(&l);
}

static bool is_statement(enum ast_kind kind)
{
    return kind >= AST_EXPRESSION && kind <= AST_CHOICE && kind != AST_PARAMETER;
}

void format_node(struct text *out, const struct ast *node, const struct intern *names)
{
    struct layout l;
    size_t start = out->length; /* a text may hold something already */
    layout_init(&l, out, out->arena, names);
    if (node->kind == AST_BLOCK) {
        format_statements(&l, node, 0, 0);
    } else if (is_statement(node->kind)) {
        format_statement(&l, node, 0);
    } else {
        l.limit = SIZE_MAX; /* as a part of a sentence or a line */
        format_expression(&l, node, LEVEL_EXPRESSION);
    }
    layout_finish(&l);
    if (out->length > start)
        out->data[--out->length] = '\0';
}
