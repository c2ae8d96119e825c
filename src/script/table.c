/* SPDX-License-Identifier: MIT
 * Tables: vectors, traces and data sets as columns side by side. */
#include "script/table.h"

#include "script/execute.h"
#include "script/solution.h"

#include <string.h>

enum { TABLE_DIGITS = 10, MOST_COMPONENTS = 100, SHOWN_ROWS = 40 };

struct columns {
    struct session *session;
    const char *const *marks; /* lines between the rows, as in data.h */
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

/* Number `index` of the point, step by step: w, x[1], x[2] ... */
static bool add_component(struct columns *columns, const struct solution *solution,
                          size_t index, struct span place)
{
    struct arena *scratch = &columns->session->scratch;
    struct text name;
    if (solution->row_x == NULL)
        return true;
    text_init(&name, scratch);
    variable_put(columns->session, &name, solution->variables, index);
    struct value column = value_vector(scratch, solution->rows);
    for (size_t i = 0; i < solution->rows; i++)
        column.as.array->numbers[i] = solution->row_x[i * solution->n + index];
    return add_column(columns, text_string(&name), &column, place);
}

/* k, each number of the variables, value, grad, step. */
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
    for (size_t i = 0; i < solution->n && i < MOST_COMPONENTS; i++)
        if (!add_component(columns, solution, i, place))
            return false;
    for (size_t i = 0; i < sizeof after / sizeof *after; i++)
        if (!add_trace_column(columns, &trace, intern_string(names, after[i]), place))
            return false;
    return true;
}

static bool add_data(struct columns *columns, const struct data_value *data,
                     struct span place)
{
    if (columns->count == 0)
        columns->marks = (const char *const *)data->marks;
    for (size_t i = 0; i < data->count; i++)
        if (!data->columns[i].aside &&
            !add_column(columns, data->columns[i].name, &data->columns[i].values, place))
            return false;
    return true;
}

/* A row of a matrix: like the numbers of other columns. */
static void put_row(struct text *out, const struct array_value *row)
{
    text_putc(out, '[');
    for (size_t i = 0; i < row->shape.extent[0]; i++) {
        text_puts(out, i == 0 ? "" : ", ");
        text_rounded(out, row->numbers[i], TABLE_DIGITS);
    }
    text_putc(out, ']');
}

static const char *cell(struct columns *columns, size_t column, size_t row)
{
    struct text out;
    struct value value =
        value_element(&columns->session->scratch, &columns->values[column], row);
    text_init(&out, &columns->session->scratch);
    if (value.kind == VALUE_NUMBER)
        text_rounded(&out, value.number, TABLE_DIGITS);
    else if (value.kind == VALUE_ARRAY)
        put_row(&out, value.as.array);
    else
        value_print(&out, &value, columns->session->names);
    return text_string(&out);
}

static size_t *measure(struct columns *columns)
{
    struct arena *scratch = &columns->session->scratch;
    size_t *widths = ARENA_ARRAY(scratch, columns->count, size_t);
    for (size_t i = 0; i < columns->count; i++) {
        widths[i] = utf8_columns(columns->headers[i]);
        for (size_t row = 0; row < columns->rows; row++) {
            struct arena_mark mark = arena_mark(scratch);
            size_t width = utf8_columns(cell(columns, i, row));
            arena_release(scratch, mark);
            widths[i] = width > widths[i] ? width : widths[i];
        }
    }
    return widths;
}

/* Numbers end at the right of their column, texts begin at its left; nothing pads the end
 * of a line. */
static void put_padded(struct text *out, const char *text, size_t width, bool is_text,
                       bool last)
{
    size_t blanks = width - utf8_columns(text);
    if (!is_text)
        text_repeat(out, ' ', blanks);
    text_puts(out, text);
    if (last)
        return;
    if (is_text)
        text_repeat(out, ' ', blanks);
    text_puts(out, "  ");
}

/* Its cells are no numbers: texts, or the rows of a matrix. */
static bool has_no_numbers(const struct value *column)
{
    return column->kind == VALUE_LIST ||
           (column->kind == VALUE_ARRAY && column->as.array->shape.rank == 2);
}

/* The headers for line 0, then the rows, each below its mark. */
static void put_line(struct columns *columns, const size_t *widths, size_t line,
                     struct text *out)
{
    if (line > 0 && columns->marks != NULL && columns->marks[line - 1] != NULL)
        text_format(out, "%s\n", columns->marks[line - 1]);
    for (size_t i = 0; i < columns->count; i++)
        put_padded(out, line == 0 ? columns->headers[i] : cell(columns, i, line - 1),
                   widths[i], has_no_numbers(&columns->values[i]),
                   i + 1 == columns->count);
    while (out->length > 0 && out->data[out->length - 1] == ' ')
        out->length--;
    text_putc(out, '\n');
}

static void write_table(struct columns *columns)
{
    struct session *session = columns->session;
    const size_t *widths = measure(columns);
    for (size_t line = 0; line <= columns->rows; line++) {
        struct arena_mark mark = arena_mark(&session->scratch);
        struct text out;
        text_init(&out, &session->scratch);
        put_line(columns, widths, line, &out);
        session_write(session, text_string(&out), out.length);
        arena_release(&session->scratch, mark);
    }
}

/* The first and the last rows of many. */
static const struct data_value *ends_of(struct arena *arena,
                                        const struct data_value *data)
{
    double positions[SHOWN_ROWS];
    for (size_t i = 0; i < SHOWN_ROWS; i++)
        positions[i] = (double)(i < SHOWN_ROWS / 2 ? i : data->rows - SHOWN_ROWS + i);
    return data_select(arena, data, positions, SHOWN_ROWS);
}

void table_data(struct session *session, struct text *out, const struct data_value *data)
{
    struct columns columns = {.session = session};
    const struct span nowhere = {0};
    size_t left_out = data->rows > SHOWN_ROWS ? data->rows - SHOWN_ROWS : 0;
    if (left_out > 0)
        data = ends_of(&session->scratch, data);
    (void)add_data(&columns, data, nowhere); /* its columns are of one length */
    const size_t *widths = measure(&columns);
    for (size_t line = 0; line <= columns.rows; line++) {
        if (left_out > 0 && line == SHOWN_ROWS / 2 + 1)
            text_format(out, "... %zu more rows ...\n", left_out);
        put_line(&columns, widths, line, out);
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

static bool add_item(struct columns *columns, const struct ast *item)
{
    struct session *session = columns->session;
    struct evaluation e = {session, NULL};
    struct value value;
    if (item->kind == AST_TO)
        return true;
    if (!evaluate(&e, item, NULL, &value))
        return false;
    if (value.kind == VALUE_SOLUTION || value.kind == VALUE_TRACE)
        return add_trace(columns, &value, item->span);
    if (value.kind == VALUE_DATA)
        return add_data(columns, value.as.data, item->span);
    return add_column(columns, header_of(session, item), &value, item->span);
}

static bool save(struct columns *columns, const struct ast *to)
{
    struct session *session = columns->session;
    struct evaluation e = {session, NULL};
    struct span place = to->child[0]->span;
    struct value path;
    if (!evaluate(&e, to->child[0], NULL, &path))
        return false;
    if (path.kind != VALUE_STRING)
        return wrong_type(&e, place, "the name of a file", &path);
    return table_save(session, place, path.as.string->bytes, columns->headers,
                      columns->values, columns->count, columns->rows);
}

bool execute_table(struct session *session, const struct ast *node)
{
    struct columns columns = {.session = session};
    for (size_t i = 0; i < node->count; i++)
        if (!add_item(&columns, node->child[i]))
            return false;
    for (size_t i = 0; i < node->count; i++)
        if (node->child[i]->kind == AST_TO)
            return save(&columns, node->child[i]);
    if (session->options.json)
        put_table_event(&columns, node);
    else
        write_table(&columns);
    return true;
}
