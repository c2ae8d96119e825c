/* SPDX-License-Identifier: MIT
 * table ... to "x.csv": the columns of a table as a file, written whole or not at all. */
#include "script/table.h"

#include "data/csv.h"
#include "data/npy.h"
#include "script/data.h"
#include "script/file.h"

#include <string.h>

static bool go_on(void *user)
{
    return session_go_on(user, 0, (struct span){0, 0, 0});
}

static size_t width_of(const struct value *value)
{
    bool matrix = value->kind == VALUE_ARRAY && value->as.array->shape.rank == 2;
    return matrix ? value->as.array->shape.extent[1] : 1;
}

/* ---- CSV ---- */

/* A column of the file: column `at` of a matrix, or all there is. */
static double *numbers_at(struct arena *scratch, const struct value *value, size_t rows,
                          size_t at)
{
    double *numbers = ARENA_ARRAY(scratch, rows, double);
    size_t width = width_of(value);
    for (size_t i = 0; i < rows; i++)
        numbers[i] = value->kind == VALUE_ARRAY ? value->as.array->numbers[i * width + at]
                                                : value_element(scratch, value, i).number;
    return numbers;
}

static const char **texts_of(struct session *session, const struct value *value,
                             size_t rows)
{
    const char **texts = ARENA_ARRAY(&session->scratch, rows, const char *);
    for (size_t i = 0; i < rows; i++) {
        struct value element = value_element(&session->scratch, value, i);
        struct text shown;
        text_init(&shown, &session->scratch);
        value_print(&shown, &element, session->names);
        texts[i] = text_string(&shown);
    }
    return texts;
}

static void put_column(struct session *session, struct csv_column *column,
                       const char *header, const struct value *value, size_t rows,
                       size_t at)
{
    struct text name;
    text_init(&name, &session->scratch);
    text_puts(&name, header);
    if (width_of(value) > 1)
        text_format(&name, "[%zu]", at + 1);
    column->name = text_string(&name);
    if (value->kind == VALUE_LIST)
        column->texts = texts_of(session, value, rows);
    else
        column->numbers = numbers_at(&session->scratch, value, rows, at);
}

static bool put_csv(struct session *session, struct text *out, const char *const *headers,
                    const struct value *values, size_t count, size_t rows)
{
    size_t wide = 0, next = 0;
    for (size_t i = 0; i < count; i++)
        wide += width_of(&values[i]);
    struct csv_column *columns = ARENA_ARRAY(&session->scratch, wide, struct csv_column);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < width_of(&values[i]); k++)
            put_column(session, &columns[next++], headers[i], &values[i], rows, k);
    struct data_poll poll = {.go_on = go_on, .user = session};
    return csv_write(out, columns, wide, rows, ',', poll);
}

/* ---- JSON and NPY ---- */

static void put_json(struct session *session, struct text *out,
                     const char *const *headers, const struct value *values, size_t count)
{
    text_putc(out, '{');
    for (size_t i = 0; i < count; i++) {
        text_puts(out, i == 0 ? "" : ",");
        text_json(out, headers[i], strlen(headers[i]));
        text_putc(out, ':');
        value_json(out, &values[i], session->names);
    }
    text_puts(out, "}\n");
}

/* One column as it is; several side by side as a matrix. */
static bool put_npy(struct session *session, struct span place, struct text *out,
                    const struct value *values, size_t count, size_t rows)
{
    size_t wide = 0, at = 0, axes = 2;
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind == VALUE_LIST)
            return session_error(session, CODE_CANNOT_WRITE, place,
                                 "a .npy file holds numbers, and there is a column of "
                                 "texts");
        wide += width_of(&values[i]);
    }
    if (count == 1 && wide == 1)
        axes = 1;
    double *numbers = ARENA_ARRAY(&session->scratch, rows * wide, double);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < width_of(&values[i]); k++, at++) {
            const double *column = numbers_at(&session->scratch, &values[i], rows, k);
            for (size_t row = 0; row < rows; row++)
                numbers[row * wide + at] = column[row];
        }
    const size_t shape[2] = {rows, wide};
    struct data_poll poll = {.go_on = go_on, .user = session};
    return npy_write(out, numbers, axes, shape, poll);
}

bool table_save(struct session *session, struct span place, const char *path,
                const char *const *headers, const struct value *values, size_t count,
                size_t rows)
{
    struct text out;
    bool fine = true;
    text_init(&out, &session->scratch);
    if (file_ends_with(path, ".csv"))
        fine = put_csv(session, &out, headers, values, count, rows);
    else if (file_ends_with(path, ".json"))
        put_json(session, &out, headers, values, count);
    else if (file_ends_with(path, ".npy"))
        fine = put_npy(session, place, &out, values, count, rows);
    else
        return session_error(session, CODE_CANNOT_WRITE, place,
                             "a table is written to a file that ends in .csv, .json or "
                             ".npy");
    return fine && file_save(session, place, path, out.data, out.length);
}
