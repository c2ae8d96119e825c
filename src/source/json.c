/* SPDX-License-Identifier: MIT
 * Messages for machines: the fields of a diagnostic as one JSON object.  Lines and
 * columns count from 1; col_utf16 is what editors count; byte offsets count from 0. */
#include "source/draw.h"

#include <string.h>

static void put_string(struct text *out, const char *string)
{
    if (string == NULL)
        text_puts(out, "null");
    else
        text_json(out, string, strlen(string));
}

static void put_field(struct text *out, const char *name, const char *value)
{
    text_format(out, "\"%s\":", name);
    put_string(out, value);
}

static void put_span(struct text *out, const struct sources *sources, struct span span,
                     const char *label, bool primary)
{
    span = draw_span(sources, span);
    const struct source *source = sources_get(sources, span.source);
    struct position begin = source_position(source, span.begin);
    struct position end = source_position(source, span.end);
    text_putc(out, '{');
    put_field(out, "file", source->name);
    text_format(out,
                ",\"byte_start\":%lu,\"byte_end\":%lu,\"line\":%zu,\"col\":%zu,"
                "\"end_line\":%zu,\"end_col\":%zu,\"col_utf16\":%zu,",
                (unsigned long)span.begin, (unsigned long)span.end, begin.line,
                begin.column, end.line, end.column, begin.column_utf16);
    put_field(out, "label", label);
    text_format(out, ",\"primary\":%s}", primary ? "true" : "false");
}

static void put_spans(struct text *out, const struct sources *sources,
                      const struct diagnostic *item)
{
    const char *comma = "";
    if (sources_get(sources, item->where.source) != NULL) {
        put_span(out, sources, item->where, item->label, true);
        comma = ",";
    }
    for (size_t i = 0; i < item->label_count; i++) {
        const struct label *label = &item->labels[i];
        if (sources_get(sources, label->span.source) == NULL)
            continue;
        text_puts(out, comma);
        put_span(out, sources, label->span, label->text, false);
        comma = ",";
    }
}

static void put_edits(struct text *out, const struct sources *sources,
                      const struct help *help)
{
    const char *comma = "";
    for (size_t i = 0; i < help->edit_count; i++) {
        const struct edit *edit = &help->edits[i];
        const struct source *source = sources_get(sources, edit->span.source);
        if (source == NULL)
            continue;
        text_format(out, "%s{", comma);
        put_field(out, "file", source->name);
        text_format(out, ",\"byte_start\":%lu,\"byte_end\":%lu,",
                    (unsigned long)edit->span.begin, (unsigned long)edit->span.end);
        put_field(out, "text", edit->text);
        text_putc(out, '}');
        comma = ",";
    }
}

static void put_helps(struct text *out, const struct sources *sources,
                      const struct diagnostic *item)
{
    for (size_t i = 0; i < item->help_count; i++) {
        const struct help *help = &item->helps[i];
        text_puts(out, i == 0 ? "{" : ",{");
        put_field(out, "message", help->text);
        text_puts(out, ",\"edits\":[");
        put_edits(out, sources, help);
        text_puts(out, "],");
        put_field(out, "applicability", help->certain ? "machine" : "maybe");
        text_putc(out, '}');
    }
}

static void put_rendered(struct text *out, const struct sources *sources,
                         const struct diagnostic *item)
{
    struct text drawn;
    text_init(&drawn, out->arena);
    diagnostic_draw(&drawn, sources, item, (struct drawing){0});
    text_puts(out, "\"rendered\":");
    text_json(out, text_string(&drawn), drawn.length);
}

void diagnostic_json(struct text *out, const struct sources *sources,
                     const struct diagnostic *item)
{
    static const char *const names[] = {"error", "warning", "note"};
    const char *severity = names[code_severity(item->code)];
    text_putc(out, '{');
    put_field(out, "event", severity);
    text_putc(out, ',');
    put_field(out, "code", code_info(item->code)->id);
    text_putc(out, ',');
    put_field(out, "severity", severity);
    text_putc(out, ',');
    put_field(out, "message", item->message);
    text_puts(out, ",\"spans\":[");
    put_spans(out, sources, item);
    text_puts(out, "],\"notes\":[");
    for (size_t i = 0; i < item->note_count; i++) {
        text_puts(out, i == 0 ? "" : ",");
        put_string(out, item->notes[i]);
    }
    text_puts(out, "],\"help\":[");
    put_helps(out, sources, item);
    text_puts(out, "],");
    put_rendered(out, sources, item);
    text_putc(out, '}');
}
