/* SPDX-License-Identifier: MIT
 * Comments: alone on a line before what follows them, or behind the code of a line.
 *
 * Those behind neighbouring lines form one column, unless the code reaches too far to the
 * right for that. */
#include "syntax/layout.h"

#include <string.h>

enum { FURTHEST_COLUMN = 60 };

/* Its span reaches to the line's end, blanks and the CR of a CRLF included. */
static size_t comment_length(const struct layout *l, const struct comment *comment)
{
    const char *text = l->source->text + comment->span.begin;
    size_t length = comment->span.end - comment->span.begin;
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
        length--;
    return length;
}

static void put_comment(struct layout *l, const struct comment *comment)
{
    text_put(l->out, l->source->text + comment->span.begin, comment_length(l, comment));
    text_putc(l->out, '\n');
}

/* The line's buffer is used again, so the row keeps a copy. */
void margin_add(struct layout *l)
{
    if (l->row_count == l->row_capacity)
        l->rows = arena_grow(l->arena, l->rows, l->row_count, &l->row_capacity,
                             sizeof *l->rows);
    struct margin_row row = {arena_copy(l->arena, l->line.data, l->line.length),
                             l->line.length, l->indent, l->column, l->trailing};
    l->rows[l->row_count++] = row;
}

void margin_flush(struct layout *l)
{
    size_t widest = 0;
    for (size_t i = 0; i < l->row_count; i++)
        if (l->rows[i].columns > widest)
            widest = l->rows[i].columns;
    for (size_t i = 0; i < l->row_count; i++) {
        const struct margin_row *row = &l->rows[i];
        size_t align = widest <= FURTHEST_COLUMN ? widest - row->columns : 0;
        text_repeat(l->out, ' ', row->indent);
        text_put(l->out, row->code, row->length);
        text_repeat(l->out, ' ', align + 2);
        put_comment(l, row->comment);
    }
    l->row_count = 0;
}

bool layout_has_comment(const struct layout *l, uint32_t to)
{
    return l->comment_count > 0 && l->comments[0].span.begin < to;
}

/* Ends the run of comments behind code: a column does not reach across it. */
static void place_alone(struct layout *l, const struct comment *comment, size_t indent,
                        bool blank)
{
    size_t at = layout_line_of(l, comment->span.begin);
    layout_newline(l, indent);
    margin_flush(l);
    if (blank && l->last_line != 0 && at > l->last_line + 1)
        text_putc(l->out, '\n');
    text_repeat(l->out, ' ', l->indent);
    put_comment(l, comment);
    l->lines++;
    l->last_line = at;
}

static void place_behind(struct layout *l, const struct comment *comment)
{
    l->trailing = comment;
    if (l->last_line != 0)
        l->last_line = layout_line_of(l, comment->span.begin);
}

void layout_comments(struct layout *l, uint32_t to, size_t indent, bool blank)
{
    while (layout_has_comment(l, to)) {
        const struct comment *comment = l->comments;
        l->comments++;
        l->comment_count--;
        /* a line has room for one comment: what else came with it goes below */
        if (!comment->alone && l->line.length > 0 && l->trailing == NULL)
            place_behind(l, comment);
        else
            place_alone(l, comment, indent, blank);
    }
}
