/* SPDX-License-Identifier: MIT
 * read("houses.csv"): a data set from a table of text, or an array from a .npy file. */
#include "script/read.h"

#include "data/csv.h"
#include "data/npy.h"
#include "script/array.h"
#include "script/data.h"
#include "script/file.h"

#include <math.h>
#include <string.h>

/* ---- Options ---- */

static bool one_byte(struct evaluation *e, struct span place, const struct value *value,
                     char *out)
{
    if (value->kind != VALUE_STRING || value->as.string->length != 1)
        return session_error(e->session, CODE_WRONG_TYPE, place,
                             "this is a text of one character");
    *out = value->as.string->bytes[0];
    return true;
}

static bool take_option(struct evaluation *e, const struct ast *argument,
                        const struct local *locals, struct csv_options *options)
{
    const char *name = intern_text(e->session->names, argument->name);
    struct span place = argument->child[0]->span;
    struct value value;
    char point = '.';
    if (!evaluate(e, argument->child[0], locals, &value))
        return false;
    if (strcmp(name, "separator") == 0)
        return one_byte(e, place, &value, &options->separator);
    if (strcmp(name, "comment") == 0)
        return one_byte(e, place, &value, &options->comment);
    if (strcmp(name, "decimal") == 0) {
        if (!one_byte(e, place, &value, &point))
            return false;
        options->decimal_comma = point == ',';
        return point == ',' || point == '.' ||
               session_error(e->session, CODE_WRONG_TYPE, place,
                             "`decimal` is \".\" or \",\"");
    }
    if (strcmp(name, "header") != 0)
        return session_error(e->session, CODE_UNKNOWN_SETTING, argument->at,
                             "`read` takes `header`, `separator`, `decimal` and "
                             "`comment`");
    if (value.kind != VALUE_BOOLEAN)
        return wrong_type(e, place, "true or false", &value);
    options->header = value.number != 0 ? CSV_HEADER_PRESENT : CSV_HEADER_ABSENT;
    return true;
}

/* ---- Tables ---- */

static void put_place(struct text *out, const char *path, const struct csv_place *place)
{
    text_format(out, "%s, line %zu", path, place->line);
    if (place->row > 0 && place->column > 0)
        text_format(out, " (row %zu, column %zu)", place->row, place->column);
}

static const char *csv_reason(const struct csv_fault *fault, struct text *out)
{
    switch (fault->code) {
    case CSV_BAD_OPTION:
        return "the separator or the sign of comments cannot be used";
    case CSV_NO_DATA:
        return "there is no row";
    case CSV_NUL:
        return "a NUL byte: this is no table of text";
    case CSV_NOT_UTF8:
        return "bytes that are no UTF-8";
    case CSV_RAGGED:
        text_format(out, "this row has %zu cell%s, and the first one has %zu",
                    fault->found, fault->found == 1 ? "" : "s", fault->expected);
        return text_string(out);
    case CSV_QUOTE_OPEN:
        return "the quote that begins here does not end";
    case CSV_QUOTE_REST:
        return "something stands between a closing quote and the end of the cell";
    case CSV_CELL_LONG:
        return "this cell is too long";
    default:
        return "there are too many columns";
    }
}

static bool no_table(struct evaluation *e, struct span place, const char *path,
                     const struct csv_fault *fault)
{
    struct session *session = e->session;
    struct text where, why;
    if (fault->code == CSV_STOPPED)
        return false; /* the message has been added */
    text_init(&where, &session->scratch);
    text_init(&why, &session->scratch);
    if (fault->code == CSV_NO_DATA || fault->code == CSV_BAD_OPTION)
        text_puts(&where, path);
    else
        put_place(&where, path, &fault->place);
    return session_error(session, CODE_BAD_TABLE, place, "%s: %s", text_string(&where),
                         csv_reason(fault, &why));
}

/* The reader has one copy of texts that come again and again; so have the values made of
 * them, of which the last ones are kept in mind. */
enum { REMEMBERED = 1 << 10 };

struct remembered {
    const char *text;
    struct value value;
};

static struct value remember(struct arena *arena, struct remembered *all,
                             const char *text)
{
    struct remembered *place =
        &all[((uintptr_t)text ^ (uintptr_t)text >> 10) % REMEMBERED];
    if (place->text != text) {
        place->text = text;
        place->value = value_string(arena, text, strlen(text));
    }
    return place->value;
}

/* A column of texts as a list. */
static struct value texts_of(struct arena *arena, struct arena *scratch,
                             const struct csv_column *column, size_t rows)
{
    struct list_value *list = ARENA_NEW(arena, struct list_value);
    list->count = rows;
    list->depth = 1;
    list->items = ARENA_ARRAY(arena, rows, struct value);
    struct remembered *all = ARENA_ARRAY(scratch, REMEMBERED, struct remembered);
    for (size_t i = 0; i < rows; i++)
        list->items[i] = remember(arena, all, column->texts[i]);
    struct value value = {.kind = VALUE_LIST};
    value.as.list = list;
    return value;
}

static struct value numbers_of(struct arena *arena, double *numbers, size_t axes,
                               const size_t *extents)
{
    struct value value = {.kind = VALUE_ARRAY};
    value.as.array = ARENA_NEW(arena, struct array_value);
    value.as.array->shape.rank = axes;
    for (size_t i = 0; i < axes; i++)
        value.as.array->shape.extent[i] = extents[i];
    value.as.array->numbers = numbers;
    return value;
}

static void keep_table(struct evaluation *e, const struct csv_table *table,
                       struct value *out)
{
    struct arena *keep = &e->session->keep;
    struct data_value *data = ARENA_NEW(keep, struct data_value);
    data->rows = table->row_count;
    data->count = table->column_count;
    data->is_shared = true;
    data->columns = ARENA_ARRAY(keep, data->count, struct data_column);
    for (size_t i = 0; i < data->count; i++) {
        const struct csv_column *column = &table->columns[i];
        data->columns[i].name = column->name;
        data->columns[i].values =
            column->numbers == NULL
                ? texts_of(keep, &e->session->scratch, column, data->rows)
                : numbers_of(keep, column->numbers, 1, &data->rows);
    }
    *out = (struct value){.kind = VALUE_DATA};
    out->as.data = data;
}

/* Columns of which nearly all cells are numbers were meant as numbers. */
static void warn_of_text(struct evaluation *e, struct span place, const char *path,
                         const struct csv_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct csv_column *column = &table->columns[i];
        struct text where;
        if (column->texts == NULL || 2 * column->number_count <= table->row_count)
            continue;
        text_init(&where, &e->session->scratch);
        put_place(&where, path, &column->not_number);
        session_warn(e->session, CODE_TEXT_COLUMN, place,
                     "the column `%s` is text: %s is no number", column->name,
                     text_string(&where));
    }
}

static bool go_on(void *user)
{
    const struct evaluation *e = user;
    return session_go_on(e->session, 0, (struct span){0, 0, 0});
}

/* The file is given back before anything is said of it: what it holds is not known when
 * it became shorter meanwhile. */
static bool read_table(struct evaluation *e, struct span place, const char *path,
                       struct file_text *file, const struct csv_options *options,
                       struct value *out)
{
    struct arena *keep = &e->session->keep;
    struct arena_mark mark = arena_mark(keep);
    struct csv_table table;
    struct csv_fault fault;
    struct data_poll poll = {
        .go_on = go_on, .user = e, .done = &e->session->progress.now.fraction};
    const tw_options *host = &e->session->options;
    struct csv_options asked = *options;
    const tw_status before = e->session->status;
    asked.threads = host->threads != NULL ? host->threads(host->user) : 1;
    bool fine = csv_read(file->bytes, file->length, &asked, poll, keep, &table, &fault);
    bool is_whole = file_unmap(e->session, place, path, file);
    if (!is_whole)
        e->session->status = before; /* the host may have stopped the run for the loss */
    if (!fine || !is_whole) {
        arena_release(keep, mark);
        return is_whole && no_table(e, place, path, &fault);
    }
    warn_of_text(e, place, path, &table);
    keep_table(e, &table, out);
    return true;
}

/* ---- Arrays ---- */

/* Files of so many bytes stay mapped, and their numbers are not copied. */
enum { WORTH_KEEPING = 1 << 18 };

static bool no_array(struct evaluation *e, struct span place, const char *path,
                     const struct npy_fault *fault)
{
    static const char *const reasons[] = {
        [NPY_STOPPED] = "",
        [NPY_NO_MAGIC] = "it does not begin as a .npy file does",
        [NPY_BAD_VERSION] = "this version of the format is not read",
        [NPY_BAD_HEADER] = "its description breaks off or is none",
        [NPY_BAD_TYPE] = "its elements are of a type that is not read",
        [NPY_BAD_AXES] = "it has more than two axes",
        [NPY_BAD_SIZE] = "it is shorter or longer than its shape says",
    };
    if (fault->code == NPY_STOPPED)
        return false;
    return session_error(e->session, CODE_BAD_TABLE, place, "%s: %s", path,
                         reasons[fault->code]);
}

static bool read_array(struct evaluation *e, struct span place, const char *path,
                       struct file_text *file, struct value *out)
{
    struct npy_array array;
    struct npy_fault fault;
    struct data_poll poll = {.go_on = go_on, .user = e};
    bool is_large = file->length >= WORTH_KEEPING;
    bool fine = npy_read(file->bytes, file->length, file->is_mapped && is_large, poll,
                         &e->session->scratch, &array, &fault);
    if (fine && array.is_view) {
        array.numbers = (double *)(void *)(file->bytes + array.offset);
        file_keep(e->session, file);
    } else if (!file_unmap(e->session, place, path, file)) {
        return false;
    }
    if (!fine)
        return no_array(e, place, path, &fault);
    *out = array.axes == 0
               ? value_number(array.numbers[0])
               : numbers_of(&e->session->scratch, array.numbers, array.axes, array.shape);
    if (array.axes > 0)
        out->as.array->is_shared = array.is_view;
    if (array.axes == 0 || shape_check(&out->as.array->shape) == SHAPE_FITS)
        return true;
    return session_error(e->session, CODE_TOO_LARGE, place, "%s: this array is too large",
                         path);
}

bool call_read(struct evaluation *e, const struct ast *call, const struct local *locals,
               struct value *out)
{
    struct csv_options options = {0};
    struct file_text file;
    struct value path;
    if (e->trace != NULL)
        return session_error(e->session, CODE_NOT_IN_OBJECTIVE, call->span,
                             "a file cannot be read inside an objective");
    if (call->count < 2 || call->child[1]->kind == AST_ARGUMENT)
        return session_error(e->session, CODE_WRONG_ARITY, call->span,
                             "`read` takes the name of a file first");
    if (!evaluate(e, call->child[1], locals, &path))
        return false;
    if (path.kind != VALUE_STRING)
        return wrong_type(e, call->child[1]->span, "the name of a file", &path);
    for (size_t i = 2; i < call->count; i++) {
        if (call->child[i]->kind != AST_ARGUMENT)
            return session_error(e->session, CODE_WRONG_ARITY, call->child[i]->span,
                                 "options of `read` have names: `separator = \";\"`");
        if (!take_option(e, call->child[i], locals, &options))
            return false;
    }
    const char *name = path.as.string->bytes;
    struct span place = call->child[1]->span;
    if (!file_map(e->session, place, name, &file))
        return false;
    progress_read(e->session, name, file.length);
    bool fine = file_ends_with(name, ".npy")
                    ? read_array(e, place, name, &file, out)
                    : read_table(e, place, name, &file, &options, out);
    progress_end(e->session);
    return fine;
}
