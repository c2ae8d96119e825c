/* SPDX-License-Identifier: MIT
 * Every column begins as numbers and becomes text at the first cell that is none. */
#include "data/csv_part.h"

#include <math.h>
#include <string.h>

#include "data/decimal.h"

void csv_part_init(struct csv_part *part, const struct csv_scan *scan,
                   const struct csv_table *table, struct arena *arena)
{
    const size_t count = table->column_count;
    *part = (struct csv_part){.scan = *scan};
    part->tallies = ARENA_ARRAY(arena, count, struct csv_tally);
    part->empty = ARENA_ARRAY(arena, count, size_t);
    part->places = ARENA_ARRAY(arena, count, double *);
    part->text_columns = ARENA_ARRAY(arena, count, uint32_t);
    part->cursor = (struct csv_cursor){.text = scan->text,
                                       .column_count = count,
                                       .numbers = ARENA_ARRAY(arena, count, double *),
                                       .separator = scan->options.separator,
                                       .point = scan->point,
                                       .comment = scan->options.comment,
                                       .has_lone_returns = scan->has_lone_returns};
    for (size_t i = 0; i < count; i++)
        part->cursor.numbers[i] = part->places[i] = table->columns[i].numbers;
}

size_t csv_count_texts(const struct csv_part *part)
{
    size_t count = 0;
    for (size_t i = 0; i < part->cursor.column_count; i++)
        count += part->cursor.numbers[i] == NULL;
    return count;
}

/* ---- cells ---- */

/* A bare number, which most cells are; NULL when it is something else. */
static const char *convert_number(const struct csv_scan *scan, const char *at,
                                  double *number)
{
    const char *limit = scan->end - at > CSV_CELL_MOST ? at + CSV_CELL_MOST : scan->end;
    const char separator = scan->options.separator;
    double value = 0;
    while (at < limit && *at == ' ')
        at++;
    if (at == limit || *at < '+' || *at > '9')
        return NULL;
    const char *stop = decimal_read(at, limit, scan->point, &value);
    if (stop == NULL ||
        (stop != scan->end && *stop != separator && !csv_is_line_end(*stop)))
        return NULL;
    *number = value;
    return stop;
}

/* Adds the cell at the cursor up, which is no number; `cell` is NULL where it is missing.
 */
static void tell(struct csv_part *part, const struct csv_cell *cell)
{
    struct csv_cursor *c = &part->cursor;
    struct csv_tally *tally = &part->tallies[c->column];
    if (!part->is_again) {
        tally->missing += cell == NULL;
        tally->no_numbers++;
    }
    if (cell == NULL)
        return;
    if (!tally->has_text || c->row < tally->row) {
        tally->has_text = true;
        tally->row = c->row;
        tally->text = *cell;
    }
    part->has_new_text |= c->numbers[c->column] != NULL;
    c->numbers[c->column] = NULL;
}

/* Gives the cell at the cursor its number, or a note; false: there is no room for it. */
static bool put(struct csv_part *part, const struct csv_cell *cell, enum csv_kind kind,
                double value)
{
    const struct csv_cursor *c = &part->cursor;
    if (c->numbers[c->column] != NULL)
        c->numbers[c->column][c->row] = value;
    else if (part->texts != NULL)
        return csv_texts_note(part->texts, cell, kind, &part->places[c->column][c->row]);
    return true;
}

/* Any cell; returns its end or NULL. */
static const char *convert_any(struct csv_part *part)
{
    struct csv_cell cell;
    double value = 0;
    const char *stop = csv_cell(&part->scan, part->cursor.at, &cell);
    if (stop == NULL)
        return NULL;
    enum csv_kind kind = csv_classify(&part->scan, &cell, &value);
    if (kind != CSV_NUMBER)
        tell(part, kind == CSV_MISSING ? NULL : &cell);
    return put(part, &cell, kind, value) ? stop : NULL;
}

/* A cell without a byte; returns its end, or NULL when it is another one. */
static const char *convert_empty(struct csv_part *part)
{
    const struct csv_cursor *c = &part->cursor;
    const struct csv_cell cell = {.begin = c->at, .end = c->at};
    if (c->at < part->scan.end && *c->at != c->separator && !csv_is_line_end(*c->at))
        return NULL;
    tell(part, NULL);
    return put(part, &cell, CSV_MISSING, (double)NAN) ? c->at : NULL;
}

/* Takes the cell at the cursor. */
static bool take(struct csv_cursor *c, void *user)
{
    struct csv_part *part = user;
    struct csv_scan *scan = &part->scan;
    if (c->column == 0)
        c->at = csv_find_row(scan, c->at, false);
    if (c->at == NULL || !csv_goes_on(scan, c->at))
        return false;
    const char *stop = convert_empty(part);
    double *numbers = c->numbers[c->column];
    if (stop == NULL && numbers != NULL)
        stop = convert_number(scan, c->at, &numbers[c->row]);
    if (stop == NULL)
        stop = convert_any(part);
    if (stop == NULL)
        return false;
    bool is_last = stop == scan->end || csv_is_line_end(*stop);
    if (is_last != (++c->column == c->column_count))
        return false;
    c->at = is_last ? csv_next_line(scan, stop) : stop + 1;
    if (is_last) {
        c->column = 0;
        c->row++;
    }
    return true;
}

/* ---- texts ---- */

/* Whether no more than the first byte tells that it is neither missing nor a number. */
static bool is_plain_text(const struct csv_cell *cell)
{
    const char first = (char)(*cell->begin | 0x20);
    return first >= 'a' && first <= 'z' && first != 'n' && first != 'i';
}

static bool take_text(struct csv_cursor *c, const struct csv_found *found)
{
    struct csv_part *part = c->user;
    struct csv_scan *scan = &part->scan;
    struct csv_cell cell = {.begin = found->begin, .end = found->end};
    enum csv_kind kind = CSV_MISSING;
    double value = 0;
    cell.is_quoted = found->begin != found->raw;
    if (cell.begin < cell.end) {
        const size_t length = (size_t)(cell.end - cell.begin);
        bool is_odd = !cell.is_quoted && (csv_is_blank(scan, *cell.begin) ||
                                          csv_is_blank(scan, cell.end[-1]));
        is_odd |= found->may_have_quote && memchr(cell.begin, '"', length) != NULL;
        if (length > CSV_CELL_MOST ||
            (is_odd && csv_cell(scan, found->raw, &cell) != found->stop))
            return false;
        kind = is_plain_text(&cell) ? CSV_TEXT : csv_classify(scan, &cell, &value);
    }
    return csv_texts_note(part->texts, &cell, kind,
                          &part->places[found->column][found->row]);
}

static void lose_order(void *user)
{
    struct csv_part *part = user;
    if (part->texts != NULL)
        part->texts->is_broken = true;
}

bool csv_convert(struct csv_part *part, const char *at, size_t row, size_t row_end)
{
    const struct csv_level *level = csv_best_level();
    const char *end = part->scan.end;
    struct csv_cursor *c = &part->cursor;
    /* A line that is empty may be a cell or, where comments are, none. */
    bool is_quick = level->convert != NULL && !part->is_slow &&
                    (part->scan.options.comment == '\0' || c->column_count > 1);
    c->at = part->scan.polled = at;
    c->row = row;
    c->column = 0;
    c->row_end = row_end;
    c->take = take;
    c->user = part;
    c->take_text = take_text;
    c->lose_order = lose_order;
    c->text_columns = part->text_columns;
    c->empty = part->is_again ? NULL : part->empty;
    while (c->row < row_end) {
        c->stop = end - c->at < DATA_POLL_BYTES ? end : c->at + DATA_POLL_BYTES;
        if (is_quick && !level->convert(c))
            return false;
        if (c->row < row_end && !take(c, part))
            return false;
    }
    return true;
}

bool csv_convert_noting(struct csv_part *part, const char *at, size_t row, size_t row_end)
{
    struct csv_cursor *c = &part->cursor;
    bool is_done = false;
    while (!is_done) {
        csv_texts_begin(part->texts, at);
        part->has_new_text = false;
        c->text_count = 0;
        for (size_t i = 0; i < c->column_count; i++)
            if (c->numbers[i] == NULL)
                part->text_columns[c->text_count++] = (uint32_t)i;
        if (!csv_convert(part, at, row, row_end))
            return false;
        is_done = !part->has_new_text && !part->texts->is_broken;
        part->is_again = true;
        part->is_slow |= part->texts->is_broken;
    }
    part->is_again = part->is_slow = false;
    c->text_count = 0;
    return true;
}

/* ---- columns ---- */

/* The first text of all parts. */
static const struct csv_tally *find_text(const struct csv_part *parts, size_t count,
                                         size_t column)
{
    const struct csv_tally *first = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct csv_tally *tally = &parts[i].tallies[column];
        if (tally->has_text && (first == NULL || tally->row < first->row))
            first = tally;
    }
    return first;
}

/* The numbers of a column that holds text give their place to pointers. */
static void become_text(struct csv_scan *scan, struct csv_column *column, size_t index,
                        const struct csv_tally *first)
{
    _Static_assert(sizeof(const char *) <= sizeof(double),
                   "a text takes a number's place");
    const struct csv_cell *cell = &first->text;
    column->texts = (const char **)(void *)column->numbers;
    column->numbers = NULL;
    column->not_number = (struct csv_place){.row = first->row + 1,
                                            .column = index + 1,
                                            .line = csv_line_of(scan, cell->begin),
                                            .offset = (size_t)(cell->begin - scan->text),
                                            .length = (size_t)(cell->end - cell->begin)};
}

void csv_join_parts(struct csv_scan *scan, const struct csv_part *parts, size_t count,
                    struct csv_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        struct csv_column *column = &table->columns[i];
        const struct csv_tally *first = find_text(parts, count, i);
        column->number_count = table->row_count;
        for (size_t k = 0; k < count; k++) {
            size_t empty = parts[k].empty[i];
            column->missing += parts[k].tallies[i].missing + empty;
            column->number_count -= parts[k].tallies[i].no_numbers + empty;
        }
        if (first != NULL)
            become_text(scan, column, i, first);
    }
}
