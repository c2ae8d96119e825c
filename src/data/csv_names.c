/* SPDX-License-Identifier: MIT
 * csv_names.c - the header of a table.
 *
 * A name that is given keeps its text; names are made up only for columns that have none
 * or one that stands before. */
#include "data/csv_names.h"

#include <string.h>

#include "base/intern.h"

/* Below the first row so many are looked at. */
enum { ROWS_TRIED = 100 };

/* ---- is there a header ---- */

/* What the first row says of a column, and whether the rows below were heard. */
enum guess { GUESS_NOTHING, GUESS_NUMBER, GUESS_TEXT };

/* The kinds of cells in the first row. */
static bool look_at_first(struct csv_scan *scan, unsigned char *guesses, size_t count)
{
    const char *at = scan->begin;
    for (size_t i = 0; i < count; i++) {
        struct csv_cell cell;
        double value = 0;
        at = csv_cell(scan, at, &cell);
        if (at == NULL)
            return false;
        enum csv_kind kind = csv_classify(scan, &cell, &value);
        guesses[i] = kind == CSV_TEXT     ? GUESS_TEXT
                     : kind == CSV_NUMBER ? GUESS_NUMBER
                                          : GUESS_NOTHING;
        at++;
    }
    return true;
}

/* Looks for a number below text; *next gets the next row.  A cell that is there settles
 * its column. */
static bool look_below(struct csv_scan *scan, const char *at, unsigned char *guesses,
                       size_t count, bool *found, const char **next)
{
    for (size_t i = 0; i < count; i++) {
        struct csv_cell cell;
        double value = 0;
        at = csv_cell(scan, at, &cell);
        if (at == NULL)
            return false;
        enum csv_kind kind = csv_classify(scan, &cell, &value);
        *found |= guesses[i] == GUESS_TEXT && kind == CSV_NUMBER;
        if (kind != CSV_MISSING)
            guesses[i] = GUESS_NOTHING;
        if (at == scan->end || csv_is_line_end(*at))
            break;
        at++;
    }
    /* A row that is too long is told of later. */
    *next = csv_find_row(scan, csv_next_line(scan, at), false);
    return *next != NULL;
}

static bool detect(struct csv_scan *scan, const char *second, unsigned char *guesses,
                   struct csv_table *table)
{
    size_t count = table->column_count;
    if (!look_at_first(scan, guesses, count))
        return false;
    if (second == scan->end) {
        table->has_header = memchr(guesses, GUESS_TEXT, count) != NULL &&
                            memchr(guesses, GUESS_NUMBER, count) == NULL;
        return true;
    }
    const char *at = second;
    for (size_t row = 0; row < ROWS_TRIED && at < scan->end && !table->has_header; row++)
        if (!look_below(scan, at, guesses, count, &table->has_header, &at))
            /* What is wrong with a row is told when the rows are counted. */
            return scan->fault->code != CSV_STOPPED;
    return true;
}

bool csv_find_header(struct csv_scan *scan, const char *second, struct arena *arena,
                     struct csv_table *table)
{
    table->has_header = scan->options.header == CSV_HEADER_PRESENT;
    if (scan->options.header != CSV_HEADER_DETECT)
        return true;
    return detect(scan, second, arena_get(arena, table->column_count), table);
}

/* ---- names ---- */

char *csv_copy(const struct csv_cell *cell, char *to)
{
    for (const char *at = cell->begin; at < cell->end;) {
        const char *quote =
            cell->has_doubled ? memchr(at, '"', (size_t)(cell->end - at)) : NULL;
        const char *stop = quote == NULL ? cell->end : quote + 1;
        memcpy(to, at, (size_t)(stop - at));
        to += stop - at;
        at = quote == NULL ? stop : stop + 1;
    }
    *to = '\0';
    return to + 1;
}

/* The names that stand in the header; those that are empty or came before are NULL. */
static bool read_names(struct csv_scan *scan, struct arena *arena, struct intern *names,
                       struct csv_table *table, name_id *given)
{
    const char *at = scan->begin;
    for (size_t i = 0; i < table->column_count; i++) {
        struct csv_cell cell;
        at = csv_cell(scan, at, &cell);
        if (at == NULL)
            return false;
        char *name = arena_get(arena, (size_t)(cell.end - cell.begin) + 1);
        size_t length = (size_t)(csv_copy(&cell, name) - name) - 1,
               before = intern_count(names);
        given[i] = length == 0 ? 0 : intern_name(names, name, length);
        if (length > 0 && intern_count(names) > before)
            table->columns[i].name = intern_text(names, given[i]);
        at++;
    }
    return true;
}

/* A name that no column has: `stem` and a number, from *number on. */
static const char *make_name(struct intern *names, struct text *text, const char *stem,
                             size_t *number)
{
    do {
        text->length = 0;
        text_format(text, "%s%zu", stem, (*number)++);
    } while (intern_find(names, text->data, text->length) != 0);
    return intern_text(names, intern_name(names, text->data, text->length));
}

/* Names a column that has no name of its own.  The numbers go on from column to column,
 * so that a header full of equal names is no work. */
static void make_up_name(struct intern *names, struct csv_column *column, size_t index,
                         name_id given, size_t *numbers, struct text *text,
                         struct text *stem)
{
    size_t *number = &numbers[given], least = given == 0 ? index + 1 : 2;
    stem->length = 0;
    if (given == 0)
        text_puts(stem, "col");
    else
        text_format(stem, "%s_", intern_text(names, given));
    *number = *number < least ? least : *number;
    column->name = make_name(names, text, text_string(stem), number);
}

bool csv_name_columns(struct csv_scan *scan, struct arena *arena, struct csv_table *table)
{
    struct intern *names = intern_new(arena);
    name_id *given = ARENA_ARRAY(arena, table->column_count, name_id);
    size_t *numbers = ARENA_ARRAY(arena, table->column_count + 1, size_t);
    struct text text, stem;
    text_init(&text, arena);
    text_init(&stem, arena);
    if (table->has_header && !read_names(scan, arena, names, table, given))
        return false;
    for (size_t i = 0; i < table->column_count; i++) {
        struct csv_column *column = &table->columns[i];
        if (column->name != NULL)
            continue;
        column->is_renamed = table->has_header;
        make_up_name(names, column, i, given[i], numbers, &text, &stem);
    }
    return true;
}
