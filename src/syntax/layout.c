/* SPDX-License-Identifier: MIT
 * Lines: words, chances, frames, and the break of a line that grew too long.
 *
 * Why printing twice changes nothing: every line end of the first printing is one of the
 * user's in the second, so each line is made of the same words at the same indentation,
 * and either fits or has no chance left, as before. */
#include "syntax/layout.h"

#include <string.h>

enum {
    FURTHEST_ALIGNED = 40, /* further right, what continues is indented instead */
    FURTHEST_INDENT = 60   /* however deep the nesting */
};

void layout_init(struct layout *l, struct text *out, struct arena *arena,
                 const struct intern *names)
{
    memset(l, 0, sizeof *l);
    l->out = out;
    l->arena = arena;
    l->names = names;
    l->limit = LAYOUT_COLUMNS;
    text_init(&l->line, arena);
}

void layout_finish(struct layout *l)
{
    layout_newline(l, 0);
    margin_flush(l);
}

/* Lines */

static void write_line(struct layout *l, size_t length)
{
    margin_flush(l);
    text_repeat(l->out, ' ', l->indent);
    text_put(l->out, l->line.data, length);
    text_putc(l->out, '\n');
}

/* Without a bound, 1000 nested blocks of a hostile script would print mostly blanks. */
static size_t within(size_t indent)
{
    return indent < FURTHEST_INDENT ? indent : FURTHEST_INDENT;
}

void layout_newline(struct layout *l, size_t indent)
{
    if (l->measuring) {
        l->over = true;
        return;
    }
    if (l->trailing != NULL)
        margin_add(l);
    else if (l->line.length > 0)
        write_line(l, l->line.length);
    if (l->line.length > 0)
        l->lines++;
    l->line.length = 0;
    l->indent = l->column = within(indent);
    l->space = false;
    l->trailing = NULL;
    l->chance_count = l->frame_count = 0;
}

void layout_begin_line(struct layout *l, uint32_t to, size_t indent, bool blank)
{
    if (l->measuring) {
        l->over = true;
        return;
    }
    layout_comments(l, to, indent, blank);
    layout_newline(l, indent);
    if (blank && l->last_line != 0 && layout_line_of(l, to) > l->last_line + 1) {
        margin_flush(l);
        text_putc(l->out, '\n');
    }
}

/* A search, as places are not asked in order: `from 1 in s` prints as `in s from 1`. */
size_t layout_line_of(const struct layout *l, uint32_t offset)
{
    if (l->source == NULL)
        return 0;
    size_t low = 0, high = l->source->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (l->source->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}

uint32_t layout_behind(const struct layout *l, uint32_t from, char bracket)
{
    if (l->source == NULL)
        return from;
    const char *text = l->source->text;
    uint32_t at = from;
    while (at < l->source->length && text[at] != bracket)
        at += text[at] == '#' ? (uint32_t)strcspn(text + at, "\n") : 1;
    return at < l->source->length ? at + 1 : from;
}

bool layout_one_line(const struct layout *l, const struct ast *node)
{
    return layout_line_of(l, node->span.begin) == layout_line_of(l, node->span.end);
}

/* Where the order was changed, `from` may lie behind `to`: the break is not kept. */
static bool user_broke(const struct layout *l, uint32_t from, uint32_t to)
{
    return from < to && layout_line_of(l, from) != layout_line_of(l, to);
}

/* Frames */

/* Far to the right there is no room to align: there, lines go one step further in than
 * those of the frame around. */
static size_t aligned_indent(const struct frame *frame)
{
    if (frame->column <= FURTHEST_ALIGNED)
        return frame->column;
    return frame->outer == NULL ? LAYOUT_INDENT
                                : within(frame->outer->indent + LAYOUT_INDENT);
}

/* The line keeps a list of its frames, open or closed again: a chance may refer to them,
 * and a break moves them to other columns. */
static struct frame *push(struct layout *l)
{
    struct frame *frame = ARENA_NEW(l->arena, struct frame);
    if (l->frame_count == l->frame_capacity)
        l->frames = arena_grow(l->arena, l->frames, l->frame_count, &l->frame_capacity,
                               sizeof(struct frame *));
    l->frames[l->frame_count++] = frame;
    frame->outer = l->frame;
    frame->column = l->column + (l->space ? 1 : 0);
    frame->indent = aligned_indent(frame);
    l->frame = frame;
    return frame;
}

void layout_open_at(struct layout *l, size_t indent)
{
    if (l->measuring)
        return;
    push(l)->indent = within(indent);
}

void layout_open(struct layout *l, uint32_t from, uint32_t to)
{
    /* a comment can only stand at a line's end, so it makes the bracket hang too */
    bool hang = user_broke(l, from, to) || layout_has_comment(l, to);
    if (l->measuring) {
        l->over |= hang;
        return;
    }
    struct frame *frame = push(l);
    if (!hang)
        return;
    frame->hanging = true;
    frame->closing = l->indent;
    frame->indent = within(l->indent + LAYOUT_INDENT);
    layout_comments(l, to, frame->indent, false);
    layout_newline(l, frame->indent);
}

void layout_close(struct layout *l)
{
    if (!l->measuring)
        l->frame = l->frame->outer;
}

void layout_close_bracket(struct layout *l, const char *bracket, uint32_t to)
{
    l->over |= l->measuring && layout_has_comment(l, to);
    if (!l->measuring) {
        layout_comments(l, to, l->frame->indent, false);
        if (l->frame->hanging)
            layout_newline(l, l->frame->closing);
        else if (l->trailing != NULL || l->line.length == 0)
            layout_newline(l, l->frame->indent);
    }
    layout_put(l, bracket);
    layout_close(l);
}

/* Breaking */

/* The outermost, so that what belongs together stays together; of equals the latest, so
 * that lines are full. */
static size_t best_chance(const struct layout *l)
{
    size_t best = 0;
    for (size_t i = 1; i < l->chance_count; i++)
        if (l->chances[i].depth <= l->chances[best].depth)
            best = i;
    return best;
}

/* The columns from `old` on are now those from `new` on.  A frame with an indentation of
 * its own is never among them: it begins or ends its line. */
static void move_columns(struct layout *l, size_t first_chance, size_t old, size_t new)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->frame_count; i++) {
        struct frame *frame = l->frames[i];
        if (frame->column < old)
            continue;
        frame->column = frame->column - old + new;
        frame->indent = aligned_indent(frame);
        l->frames[kept++] = frame;
    }
    l->frame_count = kept;
    l->chance_count -= first_chance;
    memmove(l->chances, l->chances + first_chance, l->chance_count * sizeof *l->chances);
    for (size_t i = 0; i < l->chance_count; i++)
        l->chances[i].column = l->chances[i].column - old + new;
}

/* What is before the chance is written; what is behind it begins the next line. */
static void break_at(struct layout *l, size_t index)
{
    struct chance chance = l->chances[index];
    size_t rest = chance.at, column = chance.column;
    if (rest < l->line.length && l->line.data[rest] == ' ') {
        rest++;
        column++;
    }
    write_line(l, chance.at);
    l->lines++;
    l->indent = chance.frame == NULL ? 0 : chance.frame->indent;
    l->line.length -= rest;
    memmove(l->line.data, l->line.data + rest, l->line.length);
    for (size_t i = index + 1; i < l->chance_count; i++)
        l->chances[i].at -= rest;
    move_columns(l, index + 1, column, l->indent);
    l->column = l->column - column + l->indent;
    l->space &= l->line.length > 0;
}

/* A line without a chance may stay too long: a name or a string is never cut. */
static void break_long(struct layout *l)
{
    while (l->column > l->limit && l->chance_count > 0)
        break_at(l, best_chance(l));
}

bool layout_end(struct layout *l, uint32_t from, uint32_t to)
{
    bool ends = user_broke(l, from, to) || layout_has_comment(l, to);
    if (l->measuring) {
        l->over |= ends;
    } else if (ends) {
        size_t indent = l->frame == NULL ? 0 : l->frame->indent;
        layout_comments(l, to, indent, false);
        layout_newline(l, indent);
    }
    return ends;
}

void layout_point(struct layout *l, uint32_t from, uint32_t to)
{
    /* without a limit no chance is ever taken */
    if (layout_end(l, from, to) || l->measuring || l->line.length == 0 ||
        l->limit == SIZE_MAX)
        return;
    if (l->chance_count == l->chance_capacity)
        l->chances = arena_grow(l->arena, l->chances, l->chance_count,
                                &l->chance_capacity, sizeof *l->chances);
    struct chance chance = {l->line.length, l->column, l->depth, l->frame};
    l->chances[l->chance_count++] = chance;
    break_long(l);
}

/* Words */

/* Columns on a terminal: combining marks have none, CJK characters two. */
static size_t columns_of(const char *word, size_t length)
{
    size_t columns = 0, step = 0;
    for (size_t i = 0; i < length; i += step) {
        uint32_t character = 0;
        step = utf8_decode(word + i, length - i, &character);
        columns += step == 0 ? 1 : (size_t)utf8_width(character);
        step += step == 0;
    }
    return columns;
}

static void append(struct layout *l, const char *word, size_t length)
{
    l->column += columns_of(word, length) + (l->space ? 1 : 0);
    if (l->measuring) {
        l->over |= l->column > l->limit;
    } else {
        if (l->space)
            text_putc(&l->line, ' ');
        text_put(&l->line, word, length);
    }
    l->space = false;
}

void layout_put_bytes(struct layout *l, const char *word, size_t length)
{
    append(l, word, length);
    if (!l->measuring)
        break_long(l);
}

void layout_put(struct layout *l, const char *word)
{
    layout_put_bytes(l, word, strlen(word));
}

void layout_space(struct layout *l)
{
    l->space = l->measuring || l->line.length > 0;
}

void layout_close_statement(struct layout *l, const char *word)
{
    l->space = false;
    append(l, word, strlen(word));
}

bool layout_fits(struct layout *l, void (*print)(struct layout *, const struct ast *),
                 const struct ast *node)
{
    /* nothing that pointers lead to is written while measuring, so a copy undoes it all
     */
    struct layout saved = *l;
    l->measuring = true;
    l->over = false;
    print(l, node);
    bool fits = !l->over;
    *l = saved;
    return fits;
}
