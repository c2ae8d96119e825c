/* SPDX-License-Identifier: MIT
 * Messages for people: a heading, then a window for every source that has a span, then
 * notes and helps (remark.c).  All spans of a source become marks of single lines
 * first; line.c draws a line with its marks. */
#include "source/draw.h"

#include <string.h>

/* More labels are only counted, and so is a long span's middle: at most SPAN_LINES of
 * its lines are marked, past that its first and its last. */
enum { LABELS_MOST = 12, SPAN_LINES = 4 };
static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether nothing but blanks follows. */
static bool ends_at(const struct source *source, size_t offset)
{
    while (offset < source->length && is_blank(source->text[offset]))
        offset++;
    return offset == source->length;
}

struct span draw_span(const struct sources *sources, struct span span)
{
    const struct source *source = sources_get(sources, span.source);
    if (source == NULL)
        return (struct span){0};
    if (span.begin > source->length)
        span.begin = (uint32_t)source->length;
    if (span.end > source->length)
        span.end = (uint32_t)source->length;
    if (span.begin < source->lines[0])
        span.begin = source->lines[0]; /* behind a byte order mark */
    if (span.end < span.begin)
        span.end = span.begin;
    if (span.begin == span.end && ends_at(source, span.begin)) {
        while (span.begin > source->lines[0] && is_blank(source->text[span.begin - 1]))
            span.begin--;
        span.end = span.begin;
    }
    return span;
}

/* ---- spans to marks ---- */

static size_t last_line(const struct source *source, struct span span)
{
    size_t last = span.end > span.begin ? span.end - 1 : span.end;
    return source_position(source, last).line;
}

/* The part of the span that is on the line; false when it is blank there. */
static bool cut_to_line(const struct source *source, struct span span, size_t line,
                        struct mark *mark)
{
    size_t length = 0;
    const char *text = source_line(source, line, &length);
    size_t from = (size_t)(text - source->text);
    bool whole_line = span.begin < from; /* it began above: blanks in front say nothing */
    size_t begin = whole_line ? 0 : span.begin - from;
    size_t end = span.end < from + length ? span.end - from : length;
    while (whole_line && begin < end && is_blank(text[begin]))
        begin++;
    if (whole_line && begin == end)
        return false;
    mark->line = line;
    mark->begin = begin < length ? begin : length;
    mark->end = end < mark->begin ? mark->begin : end;
    return true;
}

static void mark_span(struct marks *marks, const struct source *source, struct span span,
                      struct mark mark)
{
    size_t first = source_position(source, span.begin).line;
    size_t last = last_line(source, span);
    const char *text = mark.text;
    for (size_t line = first; line <= last; line++) {
        if (last - first >= SPAN_LINES && line == first + 1)
            line = last;
        mark.text = line == last ? text : NULL;
        if (cut_to_line(source, span, line, &mark))
            draw_mark(marks, mark);
    }
}

static const char *severity_style(enum severity severity)
{
    static const char *const styles[] = {STYLE_RED, STYLE_YELLOW, STYLE_CYAN};
    return styles[severity];
}

static size_t drawn_labels(const struct diagnostic *item)
{
    return item->label_count < LABELS_MOST ? item->label_count : LABELS_MOST;
}

/* The marks of a message in one source, the primary first, then by line. */
static void collect_marks(struct marks *marks, const struct sources *sources,
                          const struct diagnostic *item, uint32_t number)
{
    const struct source *source = sources_get(sources, number);
    marks->count = 0;
    if (item->where.source == number) {
        struct mark primary = {.sign = '^', .text = item->label};
        primary.style = severity_style(code_severity(item->code));
        mark_span(marks, source, draw_span(sources, item->where), primary);
    }
    for (size_t i = 0; i < drawn_labels(item); i++) {
        const struct label *label = &item->labels[i];
        struct mark second = {.sign = '-', .text = label->text, .style = STYLE_BLUE};
        if (label->span.source == number)
            mark_span(marks, source, draw_span(sources, label->span), second);
    }
}

static void sort_by_line(struct marks *marks)
{
    for (size_t i = 1; i < marks->count; i++)
        for (size_t j = i; j > 0; j--) {
            struct mark *left = &marks->items[j - 1], *right = &marks->items[j];
            if (left->line <= right->line)
                break;
            struct mark swap = *left;
            *left = *right;
            *right = swap;
        }
}

/* ---- windows ---- */

static void put_place(const struct pen *pen, const struct sources *sources,
                      struct span span)
{
    span = draw_span(sources, span);
    const struct source *source = sources_get(sources, span.source);
    struct position at = source_position(source, span.begin);
    text_repeat(pen->out, ' ', pen->digits + 1);
    draw_styled(pen, STYLE_BLUE, "-->");
    text_putc(pen->out, ' ');
    draw_safely(pen->out, source->name, strlen(source->name));
    text_format(pen->out, ":%zu:%zu\n", at.line, at.column);
    draw_gutter(pen, 0);
    text_putc(pen->out, '\n');
}

static void put_line(const struct pen *pen, const struct source *source, size_t line,
                     struct mark *marks, size_t count)
{
    size_t length = 0;
    const char *text = source_line(source, line, &length);
    draw_line(pen, line, text, length, marks, count);
}

/* What stands between two marked lines: nothing, the one line, or a cut. */
static void put_between(const struct pen *pen, const struct source *source, size_t above,
                        size_t below)
{
    if (below == above + 2)
        put_line(pen, source, above + 1, NULL, 0);
    else if (below > above + 2) {
        draw_styled(pen, STYLE_BLUE, "...");
        text_putc(pen->out, '\n');
    }
}

static void put_window(const struct pen *pen, const struct sources *sources,
                       const struct diagnostic *item, struct span place)
{
    struct marks marks;
    const struct source *source = sources_get(sources, place.source);
    collect_marks(&marks, sources, item, place.source);
    sort_by_line(&marks);
    put_place(pen, sources, place);
    for (size_t i = 0; i < marks.count;) {
        size_t count = 1, line = marks.items[i].line;
        while (i + count < marks.count && marks.items[i + count].line == line)
            count++;
        if (i > 0)
            put_between(pen, source, marks.items[i - 1].line, line);
        put_line(pen, source, line, &marks.items[i], count);
        i += count;
    }
}

/* Whether a label before `index`, or the message itself, has shown this source. */
static bool is_shown(const struct diagnostic *item, size_t index, uint32_t source)
{
    bool shown = source == item->where.source;
    for (size_t i = 0; i < index; i++)
        shown = shown || item->labels[i].span.source == source;
    return shown;
}

static void put_windows(const struct pen *pen, const struct sources *sources,
                        const struct diagnostic *item)
{
    if (sources_get(sources, item->where.source) != NULL)
        put_window(pen, sources, item, item->where);
    for (size_t i = 0; i < drawn_labels(item); i++) {
        struct span span = item->labels[i].span;
        if (sources_get(sources, span.source) != NULL && !is_shown(item, i, span.source))
            put_window(pen, sources, item, span);
    }
}

/* ---- the whole ---- */

static void widen_gutter(struct pen *pen, size_t line)
{
    size_t digits = 1;
    for (; line >= 10; line /= 10)
        digits++;
    if (digits > pen->digits)
        pen->digits = digits;
}

static void widen_for_span(struct pen *pen, const struct sources *sources,
                           struct span span)
{
    span = draw_span(sources, span);
    const struct source *source = sources_get(sources, span.source);
    if (source != NULL)
        widen_gutter(pen, last_line(source, span));
}

static void choose_gutter(struct pen *pen, const struct sources *sources,
                          const struct diagnostic *item)
{
    pen->digits = 1;
    widen_for_span(pen, sources, item->where);
    for (size_t i = 0; i < drawn_labels(item); i++)
        widen_for_span(pen, sources, item->labels[i].span);
    for (size_t i = 0; i < item->help_count; i++)
        widen_gutter(pen, draw_edited_line(sources, &item->helps[i]));
}

static void put_heading(const struct pen *pen, const struct diagnostic *item)
{
    static const char *const names[] = {"error", "warning", "note"};
    enum severity severity = code_severity(item->code);
    struct text kind, message;
    text_init(&kind, pen->out->arena);
    text_format(&kind, "%s[%s]", names[severity], code_info(item->code)->id);
    draw_styled(pen, severity_style(severity), text_string(&kind));
    text_init(&message, pen->out->arena);
    text_format(&message, ": %s", item->message);
    draw_styled(pen, STYLE_BOLD, text_string(&message));
    text_putc(pen->out, '\n');
}

/* Whether the help only repeats the label, for the sake of its edits. */
static bool is_said(const struct diagnostic *item, const struct help *help)
{
    return item->label != NULL && strcmp(item->label, help->text) == 0;
}

void diagnostic_draw(struct text *out, const struct sources *sources,
                     const struct diagnostic *item, struct drawing drawing)
{
    struct pen pen = {.out = out, .drawing = drawing};
    choose_gutter(&pen, sources, item);
    put_heading(&pen, item);
    put_windows(&pen, sources, item);
    if (item->label_count > LABELS_MOST) {
        struct text more;
        text_init(&more, out->arena);
        text_format(&more, "and %zu more places", item->label_count - LABELS_MOST);
        draw_remark(&pen, "note", STYLE_BOLD, text_string(&more));
    }
    for (size_t i = 0; i < item->note_count; i++)
        draw_remark(&pen, "note", STYLE_BOLD, item->notes[i]);
    for (size_t i = 0; i < item->help_count; i++)
        if (!is_said(item, &item->helps[i]))
            draw_help(&pen, sources, &item->helps[i]);
}

static void put_rest(struct text *out, size_t errors, size_t others)
{
    if (errors + others == 0)
        return;
    text_puts(out, "\n... ");
    if (errors > 0)
        text_format(out, "%zu more error%s", errors, errors == 1 ? "" : "s");
    if (errors > 0 && others > 0)
        text_puts(out, " and ");
    if (others > 0)
        text_format(out, "%zu more warning%s", others, others == 1 ? "" : "s");
    text_putc(out, '\n');
}

void diagnostics_draw(struct text *out, const struct sources *sources,
                      const struct diagnostics *list, struct drawing drawing)
{
    size_t errors = 0, others = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct diagnostic *item = list->items[i];
        bool is_error = code_severity(item->code) == SEVERITY_ERROR;
        size_t *drawn = is_error ? &errors : &others;
        if (*drawn == DRAWN_MOST)
            continue;
        if (errors + others > 0)
            text_putc(out, '\n');
        diagnostic_draw(out, sources, item, drawing);
        ++*drawn;
    }
    size_t all_others = list->count + list->dropped - list->errors;
    put_rest(out, list->errors - errors, all_others - others);
}
