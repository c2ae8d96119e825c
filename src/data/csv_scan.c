/* SPDX-License-Identifier: MIT
 * csv_scan.c - cells and rows by their bytes.
 *
 * A cell begins behind a separator or a line end, so a walk from row to row always knows
 * whether a quote opens one.  Nothing is copied. */
#include "data/csv_scan.h"

#include <math.h>
#include <string.h>

#include "data/decimal.h"

/* What a fault shows of a cell at most. */
enum { SHOWN_MOST = 64 };

bool csv_ask(struct csv_scan *scan, const char *at)
{
    scan->polled = at;
    if (scan->end > scan->text)
        data_tell(scan->poll,
                  (double)(at - scan->text) / (double)(scan->end - scan->text));
    return data_goes_on(scan->poll) || csv_fail(scan, CSV_STOPPED, NULL, 0);
}

/* Lines are counted on from the place that was asked for last, when it is not behind. */
size_t csv_line_of(struct csv_scan *scan, const char *at)
{
    if (at < scan->counted) {
        scan->counted = scan->text;
        scan->lines = 0;
    }
    for (; scan->counted < at; scan->counted++) {
        bool is_pair = *scan->counted == '\r' && scan->counted + 1 < scan->end &&
                       scan->counted[1] == '\n';
        scan->lines += csv_is_line_end(*scan->counted) && !is_pair;
    }
    return scan->lines + 1;
}

bool csv_fail(struct csv_scan *scan, enum csv_code code, const char *at, size_t length)
{
    struct csv_fault fault = {.code = code};
    if (at != NULL) {
        fault.place.line = csv_line_of(scan, at);
        fault.place.offset = (size_t)(at - scan->text);
        fault.place.length = length;
    }
    *scan->fault = fault;
    return false;
}

const char *csv_next_line(const struct csv_scan *scan, const char *at)
{
    if (at == scan->end)
        return at;
    bool is_pair = *at == '\r' && at + 1 < scan->end && at[1] == '\n';
    return at + (is_pair ? 2 : 1);
}

/* The line end behind `at`, or the end of the text; NULL when go_on said no. */
static const char *skip_line(struct csv_scan *scan, const char *at)
{
    while (at < scan->end && !csv_is_line_end(*at))
        at++;
    return csv_goes_on(scan, at) ? csv_next_line(scan, at) : NULL;
}

static bool is_blank_line(const struct csv_scan *scan, const char *at)
{
    while (at < scan->end && csv_is_blank(scan, *at))
        at++;
    return at == scan->end || csv_is_line_end(*at);
}

const char *csv_find_row(struct csv_scan *scan, const char *at, bool skips_blank)
{
    const char comment = scan->options.comment;
    skips_blank |= comment != 0;
    while (at != NULL && at < scan->end &&
           ((comment != 0 && *at == comment) || (skips_blank && is_blank_line(scan, at))))
        at = skip_line(scan, at);
    return at;
}

void csv_trim(struct csv_scan *scan)
{
    while (scan->end > scan->begin &&
           (csv_is_line_end(scan->end[-1]) || csv_is_blank(scan, scan->end[-1])))
        scan->end--;
}

static bool is_cell_end(const struct csv_scan *scan, const char *at)
{
    return at == scan->end || *at == scan->options.separator || csv_is_line_end(*at);
}

static const char *find_cell_end(const struct csv_scan *scan, const char *at,
                                 const char *limit)
{
    const char separator = scan->options.separator;
    while (at < limit && *at != separator && !csv_is_line_end(*at))
        at++;
    return at;
}

static const char *fail_rest(struct csv_scan *scan, const char *at)
{
    const char *limit = scan->end - at < SHOWN_MOST ? scan->end : at + SHOWN_MOST;
    const char *stop = find_cell_end(scan, at, limit);
    (void)csv_fail(scan, CSV_QUOTE_REST, at, (size_t)(stop - at));
    return NULL;
}

/* A cell whose quote stands at `quote`. */
static const char *quoted_cell(struct csv_scan *scan, const char *quote,
                               const char *limit, struct csv_cell *cell)
{
    *cell = (struct csv_cell){.begin = quote + 1, .is_quoted = true};
    const char *at = quote + 1;
    for (;;) {
        at = at < limit ? memchr(at, '"', (size_t)(limit - at)) : NULL;
        if (at == NULL) {
            (void)csv_fail(scan, CSV_QUOTE_OPEN, quote, 1);
            return NULL;
        }
        if (at + 1 == scan->end || at[1] != '"')
            break;
        cell->has_doubled = true;
        at += 2;
    }
    cell->end = at++;
    while (at < scan->end && csv_is_blank(scan, *at))
        at++;
    return is_cell_end(scan, at) ? at : fail_rest(scan, at);
}

const char *csv_cell(struct csv_scan *scan, const char *at, struct csv_cell *cell)
{
    if (!csv_goes_on(scan, at))
        return NULL;
    const char *limit = scan->end - at > CSV_CELL_MOST ? at + CSV_CELL_MOST : scan->end,
               *begin = at;
    while (begin < limit && csv_is_blank(scan, *begin))
        begin++;
    if (begin < limit && *begin == '"')
        return quoted_cell(scan, begin, limit, cell);
    const char *stop = find_cell_end(scan, begin, limit), *end = stop;
    if (!is_cell_end(scan, stop)) {
        (void)csv_fail(scan, CSV_CELL_LONG, at, CSV_CELL_MOST);
        scan->fault->expected = CSV_CELL_MOST;
        return NULL;
    }
    while (end > begin && csv_is_blank(scan, end[-1]))
        end--;
    *cell = (struct csv_cell){.begin = begin, .end = end};
    return stop;
}

bool csv_count_cells(struct csv_scan *scan, const char *at, size_t *count,
                     const char **next)
{
    struct csv_cell cell;
    for (*count = 1;; ++*count) {
        at = csv_cell(scan, at, &cell);
        if (at == NULL)
            return false;
        if (at == scan->end || csv_is_line_end(*at))
            break;
        at++;
    }
    *next = csv_next_line(scan, at);
    return true;
}

/* `word` is in lower case. */
static bool is_word(const struct csv_cell *cell, const char *word)
{
    const char *at = cell->begin;
    for (; at < cell->end && *word != '\0'; at++, word++) {
        bool is_capital = *at >= 'A' && *at <= 'Z';
        if ((is_capital ? *at - 'A' + 'a' : *at) != *word)
            return false;
    }
    return at == cell->end && *word == '\0';
}

static bool is_missing(const struct csv_cell *cell)
{
    static const char *const words[] = {"na", "nan", "?", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_word(cell, words[i]))
            return true;
    return false;
}

/* inf and infinity, which no decimal number is. */
static bool is_infinite(struct csv_cell cell, double *value)
{
    bool negative = cell.begin < cell.end && *cell.begin == '-';
    if (negative || (cell.begin < cell.end && *cell.begin == '+'))
        cell.begin++;
    *value = negative ? -(double)INFINITY : (double)INFINITY;
    return is_word(&cell, "inf") || is_word(&cell, "infinity");
}

enum csv_kind csv_classify(const struct csv_scan *scan, const struct csv_cell *cell,
                           double *value)
{
    struct csv_cell bare = *cell;
    while (bare.begin < bare.end && (*bare.begin == ' ' || *bare.begin == '\t'))
        bare.begin++;
    while (bare.end > bare.begin && (bare.end[-1] == ' ' || bare.end[-1] == '\t'))
        bare.end--;
    *value = (double)NAN;
    if (bare.begin == bare.end)
        return CSV_MISSING;
    bool may_be_number = *bare.begin >= '+' && *bare.begin <= '9';
    const char *stop =
        may_be_number ? decimal_read(bare.begin, bare.end, scan->point, value) : NULL;
    if (stop == bare.end || is_infinite(bare, value))
        return CSV_NUMBER;
    *value = (double)NAN;
    return is_missing(&bare) ? CSV_MISSING : CSV_TEXT;
}
