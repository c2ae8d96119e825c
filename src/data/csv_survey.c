/* SPDX-License-Identifier: MIT
 * csv_survey.c - what is true of a table's text as a whole: its encoding, its bytes by
 * kind, its separator. */
#include "data/csv_level.h"

#include <string.h>

/* ---- bytes ---- */

/* Reads characters from *at on until one ends at or behind `stop`. */
static bool check_utf8(struct csv_scan *scan, const char **at, const char *stop)
{
    while (*at < stop) {
        uint32_t character = 0;
        if ((unsigned char)**at < 0x80) {
            ++*at;
            continue;
        }
        size_t used = utf8_decode(*at, (size_t)(scan->end - *at), &character);
        if (used == 0)
            return csv_fail(scan, CSV_NOT_UTF8, *at, 1);
        *at += used;
    }
    return true;
}

bool csv_look_over(struct csv_scan *scan, const char *at, const char *end,
                   struct csv_survey *survey)
{
    const struct csv_level *level = csv_best_level();
    const char separator = scan->options.separator;
    *survey = (struct csv_survey){0};
    const char *checked = at; /* UTF-8 up to here */
    for (const char *stop; at < end; at = stop) {
        stop = end - at < DATA_POLL_BYTES ? end : at + DATA_POLL_BYTES;
        if (!csv_ask(scan, at))
            return false;
        struct csv_bytes bytes = level->count(at, stop, separator);
        if (bytes.has_zero)
            stop = memchr(at, '\0', (size_t)(stop - at));
        if (!bytes.is_ascii && !check_utf8(scan, &checked, stop))
            return false;
        if (bytes.has_zero)
            return csv_fail(scan, CSV_NUL, stop, 1);
        checked = checked > stop ? checked : stop;
        if (bytes.has_quote || bytes.has_return) {
            level->count_quoted(scan->text, at, stop, separator, survey);
            continue;
        }
        survey->line_feeds[survey->quotes % 2] += bytes.line_feeds;
        survey->separators[survey->quotes % 2] += bytes.separators;
    }
    return true;
}

/* ---- the separator ---- */

enum { ROWS_TRIED = 20 };

/* How well a separator explains the first rows. */
struct vote {
    size_t cells;      /* of the first row */
    bool is_unanimous; /* all rows have as many */
};

static struct vote try_separator(struct csv_scan scan, char separator, bool is_cut)
{
    struct csv_fault ignored;
    struct vote vote = {.is_unanimous = true};
    scan.fault = &ignored;
    scan.options.separator = separator;
    const char *at = csv_find_row(&scan, scan.begin, true);
    for (size_t row = 0; row < ROWS_TRIED && at != NULL && at < scan.end; row++) {
        size_t cells = 0;
        if (!csv_count_cells(&scan, at, &cells, &at))
            break;
        if (row == 0)
            vote.cells = cells;
        else if (!is_cut || at < scan.end)
            vote.is_unanimous &= cells == vote.cells;
        at = csv_find_row(&scan, at, true);
    }
    return vote;
}

void csv_find_separator(struct csv_scan *scan)
{
    struct csv_scan first = *scan;
    bool is_cut = scan->end - scan->begin > DATA_POLL_BYTES;
    if (is_cut)
        first.end = scan->begin + DATA_POLL_BYTES;
    const char *candidates = scan->options.decimal_comma ? ";\t" : ",;\t";
    struct vote best = {.cells = 1};
    scan->options.separator = *candidates;
    for (const char *candidate = candidates; *candidate != '\0'; candidate++) {
        struct vote vote = try_separator(first, *candidate, is_cut);
        if (vote.cells < 2 || vote.is_unanimous < best.is_unanimous ||
            (vote.is_unanimous == best.is_unanimous && vote.cells <= best.cells))
            continue;
        best = vote;
        scan->options.separator = *candidate;
    }
}
