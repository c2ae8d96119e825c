/* SPDX-License-Identifier: MIT
 * csv_survey.c - what is true of a table's text as a whole: its encoding, its bytes by
 * kind, its separator. */
#include "data/csv_scan.h"

#include <string.h>

/* ---- bytes ---- */

enum {
    LANES = 32,      /* bytes that the compiler takes at once */
    TURNS_MOST = 255 /* after which a count of eight bits could overflow */
};

/* Counts of one kind of byte by lanes, and all bytes joined. */
struct lanes {
    uint8_t feeds[LANES], separators[LANES], quotes[LANES], returns[LANES], zeros[LANES];
    uint8_t joined[LANES];
};

static void count_lanes(const char *at, size_t turns, char separator, struct lanes *lanes)
{
    for (size_t turn = 0; turn < turns; turn++, at += LANES)
        for (size_t i = 0; i < LANES; i++) {
            lanes->feeds[i] = (uint8_t)(lanes->feeds[i] + (at[i] == '\n'));
            lanes->separators[i] = (uint8_t)(lanes->separators[i] + (at[i] == separator));
            lanes->quotes[i] |= at[i] == '"';
            lanes->returns[i] |= at[i] == '\r';
            lanes->zeros[i] |= at[i] == '\0';
            lanes->joined[i] |= (uint8_t)at[i];
        }
}

/* What a piece of the text adds to the survey. */
struct piece {
    bool has_zero, is_ascii;
};

static void add_lanes(const struct lanes *lanes, struct csv_survey *survey,
                      struct piece *piece)
{
    for (size_t i = 0; i < LANES; i++) {
        survey->line_feeds += lanes->feeds[i];
        survey->separators += lanes->separators[i];
        survey->has_quote |= lanes->quotes[i] != 0;
        survey->has_return |= lanes->returns[i] != 0;
        piece->has_zero |= lanes->zeros[i] != 0;
        piece->is_ascii &= lanes->joined[i] < 0x80;
    }
}

static struct piece count_bytes(const char *at, const char *end, char separator,
                                struct csv_survey *survey)
{
    struct piece piece = {.is_ascii = true};
    while (end - at >= LANES) {
        struct lanes lanes = {0};
        size_t turns = (size_t)(end - at) / LANES;
        turns = turns > TURNS_MOST ? TURNS_MOST : turns;
        count_lanes(at, turns, separator, &lanes);
        add_lanes(&lanes, survey, &piece);
        at += turns * LANES;
    }
    for (; at < end; at++) {
        survey->line_feeds += *at == '\n';
        survey->separators += *at == separator;
        survey->has_quote |= *at == '"';
        survey->has_return |= *at == '\r';
        piece.has_zero |= *at == '\0';
        piece.is_ascii &= (unsigned char)*at < 0x80;
    }
    return piece;
}

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

bool csv_look_over(struct csv_scan *scan, struct csv_survey *survey)
{
    *survey = (struct csv_survey){0};
    const char *checked = scan->begin; /* UTF-8 up to here */
    for (const char *at = scan->begin, *stop; at < scan->end; at = stop) {
        stop = scan->end - at < DATA_POLL_BYTES ? scan->end : at + DATA_POLL_BYTES;
        if (!data_goes_on(scan->poll))
            return csv_fail(scan, CSV_STOPPED, NULL, 0);
        struct piece piece = count_bytes(at, stop, scan->options.separator, survey);
        if (piece.has_zero)
            return csv_fail(scan, CSV_NUL, memchr(at, '\0', (size_t)(stop - at)), 1);
        if (!piece.is_ascii && !check_utf8(scan, &checked, stop))
            return false;
        checked = checked > stop ? checked : stop;
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
