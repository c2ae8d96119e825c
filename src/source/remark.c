/* SPDX-License-Identifier: MIT
 * What stands below the windows of a message: notes, and helps with the line as it would
 * be after their edits. */
#include "source/draw.h"

#include <string.h>

/* An edited line is shown when it is no longer than this. */
enum { EDITED_LONGEST = 400, EDITS_MOST = 8 };

void draw_remark(const struct pen *pen, const char *kind, const char *style,
                 const char *text)
{
    text_repeat(pen->out, ' ', pen->digits + 2);
    draw_styled(pen, STYLE_BLUE, "=");
    text_putc(pen->out, ' ');
    draw_styled(pen, style, kind);
    text_puts(pen->out, ": ");
    for (;;) {
        size_t length = strcspn(text, "\n");
        draw_safely(pen->out, text, length);
        text_putc(pen->out, '\n');
        if (text[length] == '\0')
            return;
        text += length + 1;
        text_repeat(pen->out, ' ', pen->digits + 2 + strlen("= : ") + strlen(kind));
    }
}

/* Whether the help already quotes what one edit puts in the place of something. */
static bool is_quoted(const struct help *help)
{
    const struct edit *edit = &help->edits[0];
    if (help->edit_count != 1 || edit->span.begin == edit->span.end)
        return false;
    size_t length = strlen(edit->text);
    for (const char *at = help->text; (at = strchr(at, '`')) != NULL; at++)
        if (strncmp(at + 1, edit->text, length) == 0 && at[1 + length] == '`')
            return true;
    return false;
}

/* The line that holds the whole span; 0 when there is none or it is too long. */
static size_t line_of(const struct source *source, struct span span)
{
    size_t length = 0;
    if (span.end > source->length || span.end < span.begin)
        return 0;
    size_t line = source_position(source, span.begin).line;
    const char *text = source_line(source, line, &length);
    bool inside = source->text + span.begin >= text && /* not in a byte order mark */
                  source->text + span.end <= text + length;
    return inside && length <= EDITED_LONGEST ? line : 0;
}

/* Whether an edit stands behind the one before it. */
static bool follows(const struct edit *before, const struct edit *edit)
{
    return edit->span.source == before->span.source &&
           edit->span.begin >= before->span.end;
}

size_t draw_edited_line(const struct sources *sources, const struct help *help)
{
    const struct edit *edits = help->edits;
    if (help->edit_count == 0 || help->edit_count > EDITS_MOST || is_quoted(help))
        return 0;
    const struct source *source = sources_get(sources, edits[0].span.source);
    size_t line = source == NULL ? 0 : line_of(source, edits[0].span);
    for (size_t i = 0; i < help->edit_count && line > 0; i++) {
        bool in_order = i == 0 || follows(&edits[i - 1], &edits[i]);
        if (!in_order || strpbrk(edits[i].text, "\r\n") != NULL ||
            line_of(source, edits[i].span) != line)
            return 0;
    }
    return line;
}

/* The line as it is after the edits, with what they put there marked. */
static void put_edited(const struct pen *pen, const struct source *source, size_t number,
                       const struct help *help)
{
    struct text edited;
    struct marks marks = {.count = 0};
    size_t length = 0;
    const char *line = source_line(source, number, &length);
    size_t from = (size_t)(line - source->text), done = 0;
    text_init(&edited, pen->out->arena);
    for (size_t i = 0; i < help->edit_count; i++) {
        const struct edit *edit = &help->edits[i];
        text_put(&edited, line + done, edit->span.begin - from - done);
        struct mark mark = {.line = number, .begin = edited.length, .style = STYLE_GREEN};
        mark.sign = edit->span.begin == edit->span.end ? '+' : '~';
        text_puts(&edited, edit->text);
        mark.end = edited.length;
        if (mark.end > mark.begin)
            draw_mark(&marks, mark);
        done = edit->span.end - from;
    }
    text_put(&edited, line + done, length - done);
    draw_gutter(pen, 0);
    text_putc(pen->out, '\n');
    draw_line(pen, number, text_string(&edited), edited.length, marks.items, marks.count);
}

void draw_help(const struct pen *pen, const struct sources *sources,
               const struct help *help)
{
    draw_remark(pen, "help", STYLE_GREEN, help->text);
    size_t line = draw_edited_line(sources, help);
    if (line > 0)
        put_edited(pen, sources_get(sources, help->edits[0].span.source), line, help);
}
