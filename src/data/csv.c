/* SPDX-License-Identifier: MIT
 * csv.c - a table from text in two walks, or three.
 *
 * The first counts rows and finds those that are too short or too long, so that no memory
 * is taken for what the text does not hold; without quotes and carriage returns counting
 * bytes does it.  The second converts: every column begins as numbers and becomes text at
 * the first cell that is none.  The third, where there is text, copies it. */
#include "data/csv.h"

#include <string.h>

#include "data/csv_level.h"
#include "data/csv_names.h"
#include "data/decimal.h"

struct reader {
    struct csv_scan scan;
    struct arena *arena;
    struct csv_table *table;
    const char *data; /* the first row of data */
    bool has_text;
    char *pool; /* where the next text goes to */
    size_t pool_left;
};

/* Texts share blocks of this size. */
enum { POOL_BYTES = 1 << 16 };

/* ---- rows ---- */

/* Says which cell a fault is about. */
static bool fail_at(struct reader *reader, size_t row, size_t column)
{
    struct csv_fault *fault = reader->scan.fault;
    if (fault->code != CSV_STOPPED) {
        fault->place.row = row;
        fault->place.column = column;
    }
    return false;
}

static bool fail_ragged(struct reader *reader, const char *at, size_t row)
{
    struct csv_scan *scan = &reader->scan;
    const char *next = at;
    size_t found = 0;
    if (!csv_count_cells(scan, at, &found, &next))
        return fail_at(reader, row, found);
    while (next > at && csv_is_line_end(next[-1]))
        next--;
    (void)csv_fail(scan, CSV_RAGGED, at, (size_t)(next - at));
    scan->fault->found = found;
    scan->fault->expected = reader->table->column_count;
    return fail_at(reader, row, 0);
}

/* Counts the rows of data one by one. */
static bool walk_rows(struct reader *reader)
{
    struct csv_scan *scan = &reader->scan;
    size_t row = 0;
    const char *at = reader->data, *next = at;
    for (; at != NULL && at < scan->end; at = csv_find_row(scan, next, false)) {
        size_t cells = 0;
        row++;
        if (!csv_count_cells(scan, at, &cells, &next))
            return fail_at(reader, row, cells);
        if (cells != reader->table->column_count)
            return fail_ragged(reader, at, row);
    }
    reader->table->row_count = row;
    return at != NULL;
}

/* Whether a line feed stands behind every carriage return. */
static bool are_pairs(const struct csv_scan *scan)
{
    const char *at = scan->begin;
    while ((at = memchr(at, '\r', (size_t)(scan->end - at))) != NULL)
        if (++at == scan->end || *at != '\n')
            return false;
    return true;
}

/* The same by the counts of bytes, where every separator and every line feed is one. */
static bool count_rows(struct reader *reader, const struct csv_survey *survey,
                       size_t lines_before)
{
    const struct csv_scan *scan = &reader->scan;
    struct csv_table *table = reader->table;
    size_t rows = survey->line_feeds + 1 - lines_before;
    if (survey->has_quote || scan->options.comment != 0 ||
        (survey->has_return && !are_pairs(scan)) || reader->data == scan->end ||
        survey->separators != (rows + table->has_header) * (table->column_count - 1))
        return walk_rows(reader);
    table->row_count = rows;
    return true;
}

/* ---- cells ---- */

/* From here on the column holds text; its numbers give their place to pointers. */
static void become_text(struct reader *reader, struct csv_column *column, size_t index,
                        size_t row, const struct csv_cell *cell)
{
    _Static_assert(sizeof(const char *) <= sizeof(double),
                   "a text takes a number's place");
    struct csv_scan *scan = &reader->scan;
    column->texts = (const char **)(void *)column->numbers;
    column->numbers = NULL;
    column->not_number = (struct csv_place){.row = row + 1,
                                            .column = index + 1,
                                            .line = csv_line_of(scan, cell->begin),
                                            .offset = (size_t)(cell->begin - scan->text),
                                            .length = (size_t)(cell->end - cell->begin)};
    reader->has_text = true;
}

/* Any cell; returns its end or NULL. */
static const char *convert_cell(struct reader *reader, size_t index, size_t row,
                                const char *at)
{
    struct csv_column *column = &reader->table->columns[index];
    struct csv_cell cell;
    double value = 0;
    const char *stop = csv_cell(&reader->scan, at, &cell);
    if (stop == NULL) {
        (void)fail_at(reader, row + 1, index + 1);
        return NULL;
    }
    enum csv_kind kind = csv_classify(&reader->scan, &cell, &value);
    column->missing += kind == CSV_MISSING;
    column->number_count -= kind != CSV_NUMBER;
    if (kind == CSV_TEXT && column->texts == NULL)
        become_text(reader, column, index, row, &cell);
    if (column->numbers != NULL)
        column->numbers[row] = value;
    return stop;
}

/* A bare number, which most cells are; NULL when it is something else. */
static const char *convert_number(const struct csv_scan *scan, struct csv_column *column,
                                  size_t row, const char *at)
{
    const char *limit = scan->end - at > CSV_CELL_MOST ? at + CSV_CELL_MOST : scan->end;
    const char separator = scan->options.separator;
    double value = 0;
    while (at < limit && *at == ' ')
        at++;
    const char *stop = decimal_read(at, limit, scan->point, &value);
    if (stop == NULL ||
        (stop != scan->end && *stop != separator && !csv_is_line_end(*stop)))
        return NULL;
    column->numbers[row] = value;
    return stop;
}

/* Where a row of data begins. */
static const char *find_row_begin(struct reader *reader, size_t row)
{
    struct csv_scan *scan = &reader->scan;
    const char *at = csv_find_row(scan, reader->data, false);
    for (size_t cells = 0; row > 0 && at != NULL; row--)
        at =
            csv_count_cells(scan, at, &cells, &at) ? csv_find_row(scan, at, false) : NULL;
    return at;
}

/* Converts the cell at the cursor, which goes on behind it. */
static bool convert_one(struct reader *reader, struct csv_cursor *c)
{
    struct csv_scan *scan = &reader->scan;
    struct csv_column *column = &reader->table->columns[c->column];
    const char *stop = NULL;
    if (!csv_goes_on(scan, c->at))
        return false;
    if (column->numbers != NULL)
        stop = convert_number(scan, column, c->row, c->at);
    if (stop == NULL)
        stop = convert_cell(reader, c->column, c->row, c->at);
    if (stop == NULL)
        return false;
    c->numbers[c->column++] = column->numbers;
    bool is_last = stop == scan->end || csv_is_line_end(*stop);
    if (is_last != (c->column == c->column_count))
        return fail_ragged(reader, find_row_begin(reader, c->row), c->row + 1);
    c->at = is_last ? csv_next_line(scan, stop) : stop + 1;
    if (is_last) {
        c->column = 0;
        c->row++;
    }
    return true;
}

/* All columns stand in one block, each at a multiple of 64 bytes: of an odd number of
 * lines of the cache, so that the numbers of a row are not all in the way of each other.
 */
static void make_columns(struct reader *reader)
{
    enum { LINE = 64 };
    struct csv_table *table = reader->table;
    size_t lines = table->row_count * sizeof(double) / LINE + 1;
    size_t step = (lines | 1) * LINE;
    if (step > SIZE_MAX / 8 / table->column_count)
        fail_raise(reader->arena->memory->fail, FAIL_MEMORY_LIMIT);
    char *block = arena_get(reader->arena, table->column_count * step + LINE);
    block += LINE - (uintptr_t)block % LINE;
    for (size_t i = 0; i < table->column_count; i++) {
        struct csv_column *column = &table->columns[i];
        column->numbers = (double *)(void *)(block + i * step);
        column->number_count = table->row_count; /* until others are found */
    }
}

static bool convert(struct reader *reader)
{
    struct csv_scan *scan = &reader->scan;
    const struct csv_table *table = reader->table;
    const struct csv_level *level = csv_best_level();
    struct csv_cursor c = {.text = scan->text,
                           .at = reader->data,
                           .row_count = table->row_count,
                           .column_count = table->column_count,
                           .numbers =
                               ARENA_ARRAY(reader->arena, table->column_count, double *),
                           .separator = scan->options.separator,
                           .point = scan->point};
    for (size_t i = 0; i < table->column_count; i++)
        c.numbers[i] = table->columns[i].numbers;
    for (;;) {
        c.stop = scan->end - c.at < DATA_POLL_BYTES ? scan->end : c.at + DATA_POLL_BYTES;
        if (level->convert != NULL)
            level->convert(&c);
        if (c.row == c.row_count)
            return true;
        if (c.column == 0)
            c.at = csv_find_row(scan, c.at, false);
        if (c.at == NULL || !convert_one(reader, &c))
            return false;
    }
}

/* ---- text ---- */

static const char *copy_cell(struct reader *reader, const struct csv_cell *cell)
{
    size_t most = (size_t)(cell->end - cell->begin) + 1;
    if (most > reader->pool_left) {
        reader->pool_left = most > POOL_BYTES ? most : POOL_BYTES;
        reader->pool = arena_get(reader->arena, reader->pool_left);
    }
    const char *copy = reader->pool;
    reader->pool = csv_copy(cell, reader->pool);
    reader->pool_left -= (size_t)(reader->pool - copy);
    return copy;
}

static const char *copy_row(struct reader *reader, size_t row, const char *at)
{
    struct csv_scan *scan = &reader->scan;
    for (size_t index = 0; index < reader->table->column_count; index++) {
        struct csv_column *column = &reader->table->columns[index];
        struct csv_cell cell;
        double value = 0;
        const char *stop = csv_cell(scan, at, &cell);
        if (stop == NULL)
            return NULL;
        if (column->texts != NULL) {
            bool is_missing = csv_classify(scan, &cell, &value) == CSV_MISSING;
            column->texts[row] = is_missing ? "" : copy_cell(reader, &cell);
        }
        at = stop == scan->end || csv_is_line_end(*stop) ? stop : stop + 1;
    }
    return csv_next_line(scan, at);
}

static bool copy_texts(struct reader *reader)
{
    const char *at = reader->data;
    for (size_t row = 0; row < reader->table->row_count; row++) {
        at = csv_find_row(&reader->scan, at, false);
        at = at == NULL ? NULL : copy_row(reader, row, at);
        if (at == NULL)
            return false;
    }
    return true;
}

/* ---- the whole ---- */

static bool check_options(const struct csv_options *options)
{
    const char separator = options->separator, comment = options->comment;
    if (separator != '\0' && strchr(",;\t|:", separator) == NULL)
        return false;
    if (separator == ',' && options->decimal_comma)
        return false;
    return comment == '\0' || (comment != separator && strchr("#%!;/*", comment) != NULL);
}

/* The text without a byte order mark and what is blank around the rows; *lines gets the
 * line feeds in front of the first one.  False after a fault. */
static bool open_text(struct reader *reader, const char *text, size_t length)
{
    struct csv_scan *scan = &reader->scan;
    static const char mark[] = "\xEF\xBB\xBF";
    scan->text = scan->begin = scan->counted = text;
    scan->end = text + length;
    if (length >= 3 && memcmp(text, mark, 3) == 0)
        scan->begin += 3;
    scan->polled = scan->begin;
    if (scan->options.separator == '\0')
        csv_find_separator(scan);
    csv_trim(scan);
    scan->begin = csv_find_row(scan, scan->begin, true);
    if (scan->begin == NULL)
        return false;
    return scan->begin < scan->end || csv_fail(scan, CSV_NO_DATA, NULL, 0);
}

static bool count_columns(struct reader *reader, const char **second)
{
    struct csv_scan *scan = &reader->scan;
    size_t count = 0;
    if (!csv_count_cells(scan, scan->begin, &count, second))
        return fail_at(reader, 0, count);
    if (count > CSV_COLUMNS_MOST) {
        (void)csv_fail(scan, CSV_TOO_MANY_COLUMNS, scan->begin, 0);
        scan->fault->found = count;
        scan->fault->expected = CSV_COLUMNS_MOST;
        return false;
    }
    *second = csv_find_row(scan, *second, false);
    reader->table->column_count = count;
    reader->table->columns = ARENA_ARRAY(reader->arena, count, struct csv_column);
    return *second != NULL;
}

bool csv_read(const char *text, size_t length, const struct csv_options *options,
              struct data_poll poll, struct arena *arena, struct csv_table *table,
              struct csv_fault *fault)
{
    struct reader reader = {
        .scan = {.options = *options, .poll = poll, .fault = fault},
        .arena = arena,
        .table = table,
    };
    struct csv_scan *scan = &reader.scan;
    struct csv_survey survey;
    const char *second = NULL;
    *table = (struct csv_table){0};
    scan->point = options->decimal_comma ? ',' : '.';
    if (!check_options(options))
        return csv_fail(scan, CSV_BAD_OPTION, NULL, 0);
    if (!open_text(&reader, text, length) || !csv_look_over(scan, &survey) ||
        !count_columns(&reader, &second))
        return false;
    if (!csv_find_header(scan, second, arena, table) ||
        !csv_name_columns(scan, arena, table))
        return false;
    table->separator = scan->options.separator;
    reader.data = table->has_header ? second : scan->begin;
    if (!count_rows(&reader, &survey, table->has_header))
        return false;
    make_columns(&reader);
    return convert(&reader) && (!reader.has_text || copy_texts(&reader));
}
