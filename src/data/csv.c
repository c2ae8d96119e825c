/* SPDX-License-Identifier: MIT
 * csv.c - a table from text in two walks, or three.
 *
 * The first looks all bytes over and counts rows, so that no memory is taken for what the
 * text does not hold; the second converts cells.  Both go by pieces, for as many threads
 * as may work.  What the counts do not explain, and whatever is at fault, is walked
 * through row by row instead.  The third, where there are texts, copies them. */
#include "data/csv.h"

#include <string.h>

#include "data/csv_names.h"
#include "data/csv_pieces.h"
#include "data/csv_rows.h"
#include "data/csv_text.h"

struct reader {
    struct csv_scan scan;
    struct arena *arena;
    struct csv_table *table;
    const char *data; /* the first row of data */
};

/* How much of the work is done when all is looked over, rows are walked through, and
 * cells are converted; texts are the rest. */
static const double SURVEYED = 0.1, WALKED = 0.2, CONVERTED = 0.9;

static void begin_part(struct reader *reader, double from, double to)
{
    reader->scan.poll.from = from;
    reader->scan.poll.to = to;
}

/* ---- columns ---- */

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
    for (size_t i = 0; i < table->column_count; i++)
        table->columns[i] = (struct csv_column){
            .name = table->columns[i].name,
            .is_renamed = table->columns[i].is_renamed,
            .numbers = (double *)(void *)(block + i * step),
        };
}

/* Whether rows and cells can be counted by their bytes. */
static bool are_counted(const struct reader *reader, const struct csv_pieces *pieces)
{
    return pieces->is_regular && reader->scan.options.comment == 0;
}

/* Whether what was counted explains the text: as many cells as there should be. */
static bool are_plausible(const struct reader *reader, const struct csv_pieces *pieces)
{
    return reader->data < reader->scan.end &&
           (!are_counted(reader, pieces) ||
            pieces->separators ==
                (pieces->line_ends + 1) * (reader->table->column_count - 1));
}

/* By pieces. */
static enum crew_end convert_pieces(struct reader *reader, struct csv_pieces *pieces)
{
    struct csv_scan *scan = &reader->scan;
    struct csv_table *table = reader->table;
    table->row_count = pieces->line_ends + 1 - table->has_header;
    if (!are_counted(reader, pieces)) {
        begin_part(reader, SURVEYED, WALKED);
        enum crew_end end =
            csv_walk_pieces(scan, pieces, reader->data, &table->row_count);
        if (end != CREW_DONE)
            return end;
    }
    begin_part(reader, pieces->is_walked ? WALKED : SURVEYED, CONVERTED);
    make_columns(reader);
    return csv_convert_pieces(scan, pieces, reader->data, table, reader->arena);
}

static bool has_texts(const struct csv_table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].texts != NULL)
            return true;
    return false;
}

/* Row by row. */
static bool convert_rows(struct reader *reader)
{
    struct csv_scan *scan = &reader->scan;
    struct csv_table *table = reader->table;
    struct csv_part part;
    begin_part(reader, SURVEYED, WALKED);
    if (!csv_walk_rows(scan, reader->data, table->column_count, &table->row_count))
        return false;
    make_columns(reader);
    begin_part(reader, WALKED, CONVERTED);
    csv_part_init(&part, scan, table, reader->arena);
    if (!csv_convert(&part, reader->data, 0, table->row_count))
        return false;
    csv_join_parts(scan, &part, 1, table);
    begin_part(reader, CONVERTED, 1);
    return !has_texts(table) || csv_copy_texts(scan, reader->data, table, reader->arena);
}

static bool convert(struct reader *reader, struct csv_pieces *pieces)
{
    struct arena_mark mark = arena_mark(reader->arena);
    reader->scan.has_lone_returns = !pieces->is_regular;
    if (are_plausible(reader, pieces)) {
        enum crew_end end = convert_pieces(reader, pieces);
        if (end == CREW_DONE)
            return true;
        if (end == CREW_STOPPED)
            return csv_fail(&reader->scan, CSV_STOPPED, NULL, 0);
        arena_release(reader->arena, mark);
    }
    return convert_rows(reader);
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
        return csv_fail_at(scan, 0, count);
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
    struct csv_pieces pieces;
    const char *second = NULL;
    *table = (struct csv_table){0};
    begin_part(&reader, 0, SURVEYED);
    scan->point = options->decimal_comma ? ',' : '.';
    if (!check_options(options))
        return csv_fail(scan, CSV_BAD_OPTION, NULL, 0);
    if (!open_text(&reader, text, length) || !csv_survey_pieces(scan, arena, &pieces) ||
        !count_columns(&reader, &second))
        return false;
    if (!csv_find_header(scan, second, arena, table) ||
        !csv_name_columns(scan, arena, table))
        return false;
    table->separator = scan->options.separator;
    reader.data = table->has_header ? second : scan->begin;
    return convert(&reader, &pieces);
}
