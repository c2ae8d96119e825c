/* SPDX-License-Identifier: MIT
 * print, table and what a prompt shows. */
#include "script/execute.h"

#include "script/derivative.h"
#include "script/report.h"

#include <string.h>

enum { TABLE_DIGITS = 10 };

void begin_event(struct session *session, struct text *out, const char *event,
                 struct span place)
{
    const struct source *source = sources_get(&session->sources, place.source);
    text_format(out, "{\"event\":\"%s\",\"file\":", event);
    text_json(out, source->name, strlen(source->name));
    text_format(out, ",\"line\":%zu", source_position(source, place.begin).line);
}

/* ---- print ---- */

static void put_value(struct session *session, struct text *out,
                      const struct value *value)
{
    if (value->kind == VALUE_SOLUTION)
        report_solution(session, out, value->as.solution, true);
    else if (value->kind == VALUE_FUNCTION || value->kind == VALUE_DERIVATIVE)
        formula_print(session, out, value);
    else
        value_print(out, value, session->names);
}

static void put_print_event(struct session *session, const struct ast *node,
                            const struct text *shown)
{
    struct text out;
    text_init(&out, &session->scratch);
    begin_event(session, &out, "print", node->span);
    text_puts(&out, ",\"text\":");
    text_json(&out, text_string(shown), shown->length);
    text_puts(&out, "}\n");
    session_write(session, out.data, out.length);
}

bool execute_print(struct session *session, const struct ast *node)
{
    struct evaluation e = {session, NULL};
    struct text out;
    text_init(&out, &session->scratch);
    for (size_t i = 0; i < node->count; i++) {
        struct value value;
        if (!evaluate(&e, node->child[i], NULL, &value))
            return false;
        text_puts(&out, i == 0 ? "" : " ");
        put_value(session, &out, &value);
    }
    if (session->options.json) {
        put_print_event(session, node, &out);
        return true;
    }
    if (out.length == 0 || out.data[out.length - 1] != '\n')
        text_putc(&out, '\n');
    session_write(session, out.data, out.length);
    return true;
}

void show_value(struct session *session, const struct value *value)
{
    struct text out;
    text_init(&out, &session->scratch);
    put_value(session, &out, value);
    if (out.length > 0 && out.data[out.length - 1] != '\n')
        text_putc(&out, '\n');
    session_write(session, text_string(&out), out.length);
}

void show_solution(struct session *session, const struct value *value, bool report)
{
    struct text out;
    text_init(&out, &session->scratch);
    if (session->options.json)
        report_json(session, &out, value->as.solution);
    else if (report)
        report_solution(session, &out, value->as.solution, false);
    session_write(session, text_string(&out), out.length);
}

/* ---- table ---- */

struct columns {
    struct session *session;
    const char **headers;
    struct value *values;
    size_t count, capacity, rows;
};

static bool add_column(struct columns *columns, const char *header,
                       const struct value *value, struct span place)
{
    struct arena *scratch = &columns->session->scratch;
    size_t rows = 0;
    if (!value_count(value, &rows))
        return session_error(columns->session, CODE_WRONG_TYPE, place,
                             "a table has vectors as columns, and this is %s",
                             value_kind_name(value));
    if (columns->count > 0 && rows != columns->rows)
        return session_error(columns->session, CODE_WRONG_TYPE, place,
                             "this column has %zu rows, and the first one has %zu", rows,
                             columns->rows);
    if (columns->count == columns->capacity) {
        size_t capacity = columns->capacity;
        columns->headers = arena_grow(scratch, columns->headers, columns->count,
                                      &capacity, sizeof *columns->headers);
        columns->values = arena_grow(scratch, columns->values, columns->count,
                                     &columns->capacity, sizeof *columns->values);
    }
    columns->rows = rows;
    columns->headers[columns->count] = header;
    columns->values[columns->count++] = *value;
    return true;
}

static bool add_trace_column(struct columns *columns, const struct value *trace,
                             name_id name, struct span place)
{
    struct value column;
    return !solution_field(columns->session, trace, name, &column) ||
           add_column(columns, intern_text(columns->session->names, name), &column,
                      place);
}

/* k, each variable, value, grad, step. */
static bool add_trace(struct columns *columns, const struct value *value,
                      struct span place)
{
    static const char *const after[] = {"value", "grad", "step"};
    const struct solution *solution = value->as.solution;
    struct intern *names = columns->session->names;
    struct value trace = {.kind = VALUE_TRACE};
    trace.as.solution = solution;
    if (!add_trace_column(columns, &trace, intern_string(names, "k"), place))
        return false;
    for (size_t i = 0; i < solution->n; i++)
        if (!add_trace_column(columns, &trace, solution->variables[i], place))
            return false;
    for (size_t i = 0; i < sizeof after / sizeof *after; i++)
        if (!add_trace_column(columns, &trace, intern_string(names, after[i]), place))
            return false;
    return true;
}

static const char *cell(struct columns *columns, size_t column, size_t row)
{
    struct text out;
    struct value value = value_element(&columns->values[column], row);
    text_init(&out, &columns->session->scratch);
    if (value.kind == VALUE_NUMBER)
        text_rounded(&out, value.number, TABLE_DIGITS);
    else
        value_print(&out, &value, columns->session->names);
    return text_string(&out);
}

static size_t columns_wide(const char *text)
{
    size_t width = 0;
    for (size_t i = 0, length = strlen(text); i < length;) {
        uint32_t character = 0;
        size_t step = utf8_decode(text + i, length - i, &character);
        width += step == 0 ? 1 : (size_t)utf8_width(character);
        i += step == 0 ? 1 : step;
    }
    return width;
}

static size_t *measure(struct columns *columns)
{
    struct arena *scratch = &columns->session->scratch;
    size_t *widths = ARENA_ARRAY(scratch, columns->count, size_t);
    for (size_t i = 0; i < columns->count; i++) {
        widths[i] = columns_wide(columns->headers[i]);
        for (size_t row = 0; row < columns->rows; row++) {
            struct arena_mark mark = arena_mark(scratch);
            size_t width = columns_wide(cell(columns, i, row));
            arena_release(scratch, mark);
            widths[i] = width > widths[i] ? width : widths[i];
        }
    }
    return widths;
}

static void put_padded(struct text *out, const char *text, size_t width, bool last)
{
    text_repeat(out, ' ', width - columns_wide(text));
    text_puts(out, text);
    text_puts(out, last ? "\n" : "  ");
}

static void put_table(struct columns *columns)
{
    struct session *session = columns->session;
    const size_t *widths = measure(columns);
    for (size_t line = 0; line <= columns->rows; line++) {
        struct arena_mark mark = arena_mark(&session->scratch);
        struct text out;
        text_init(&out, &session->scratch);
        for (size_t i = 0; i < columns->count; i++)
            put_padded(&out, line == 0 ? columns->headers[i] : cell(columns, i, line - 1),
                       widths[i], i + 1 == columns->count);
        session_write(session, text_string(&out), out.length);
        arena_release(&session->scratch, mark);
    }
}

static void put_table_event(struct columns *columns, const struct ast *node)
{
    struct session *session = columns->session;
    struct text out;
    text_init(&out, &session->scratch);
    begin_event(session, &out, "table", node->span);
    text_puts(&out, ",\"columns\":{");
    for (size_t i = 0; i < columns->count; i++) {
        text_puts(&out, i == 0 ? "" : ",");
        text_json(&out, columns->headers[i], strlen(columns->headers[i]));
        text_putc(&out, ':');
        value_json(&out, &columns->values[i], session->names);
    }
    text_puts(&out, "}}\n");
    session_write(session, out.data, out.length);
}

static const char *header_of(struct session *session, const struct ast *node)
{
    struct text out;
    text_init(&out, &session->scratch);
    format_node(&out, node, session->names);
    return text_string(&out);
}

bool execute_table(struct session *session, const struct ast *node)
{
    struct evaluation e = {session, NULL};
    struct columns columns = {.session = session};
    for (size_t i = 0; i < node->count; i++) {
        const struct ast *item = node->child[i];
        struct value value;
        if (item->kind == AST_TO)
            return not_yet(session, item->span, "a table to a file");
        if (!evaluate(&e, item, NULL, &value))
            return false;
        bool trace = value.kind == VALUE_SOLUTION || value.kind == VALUE_TRACE;
        bool fine =
            trace ? add_trace(&columns, &value, item->span)
                  : add_column(&columns, header_of(session, item), &value, item->span);
        if (!fine)
            return false;
    }
    if (session->options.json)
        put_table_event(&columns, node);
    else
        put_table(&columns);
    return true;
}
