/* SPDX-License-Identifier: MIT
 * csv_scan.h - where cells and rows of a table begin and end, and what a cell is. */
#ifndef DATA_CSV_SCAN_H
#define DATA_CSV_SCAN_H

#include "data/csv.h"

struct csv_scan {
    const char *text, *begin, *end; /* begin: behind a byte order mark */
    struct csv_options options;
    char point;            /* of numbers */
    bool has_lone_returns; /* carriage returns without a line feed */
    struct data_poll poll;
    const char *polled;  /* go_on was asked here */
    const char *counted; /* `lines` line ends stand before it */
    size_t lines;
    struct csv_fault *fault;
};

/* A cell without blanks and quotes around it. */
struct csv_cell {
    const char *begin, *end;
    bool is_quoted, has_doubled; /* quotes within it stand doubled */
};

/* What is said about a part of the text by bytes.  [0] counts line feeds and separators
 * that have an even number of quotes before them in the part, [1] the others: where the
 * part begins outside quotes, and quotes are as RFC 4180 has them, [0] are line ends and
 * ends of cells. */
struct csv_survey {
    size_t line_feeds[2], separators[2];
    size_t quotes, returns, pairs; /* pairs: of a return and a line feed */
};

enum csv_kind { CSV_MISSING, CSV_NUMBER, CSV_TEXT };

/* Asks go_on, at `at`; a no is a fault. */
bool csv_ask(struct csv_scan *scan, const char *at);
/* Sets the fault at the bytes from `at` on; always false. */
bool csv_fail(struct csv_scan *scan, enum csv_code code, const char *at, size_t length);
/* Takes blank lines and blanks off the end of the text. */
void csv_trim(struct csv_scan *scan);
/* Refuses NUL bytes and what is no UTF-8 in a part of the text, which begins with a
 * character; counts the rest. */
bool csv_look_over(struct csv_scan *scan, const char *at, const char *end,
                   struct csv_survey *survey);
/* The cell that begins at `at`; returns where it ends: at a separator, a line end or the
 * end of the text.  NULL after a fault. */
const char *csv_cell(struct csv_scan *scan, const char *at, struct csv_cell *cell);
/* The beginning of the line behind the line end at `at`. */
const char *csv_next_line(const struct csv_scan *scan, const char *at);
/* The first row from the beginning of a line on, behind lines of comment, and behind
 * blank lines where they are skipped: where comments are, or when asked.  scan->end when
 * there is none, NULL when go_on said no. */
const char *csv_find_row(struct csv_scan *scan, const char *at, bool skips_blank);
/* The cells of the row at `at`; *next gets the next row.  False after a fault. */
bool csv_count_cells(struct csv_scan *scan, const char *at, size_t *count,
                     const char **next);
/* Detects the separator by the first rows. */
void csv_find_separator(struct csv_scan *scan);
/* What the cell is; *value gets its number, or NaN. */
enum csv_kind csv_classify(const struct csv_scan *scan, const struct csv_cell *cell,
                           double *value);
/* The line of `at`, from 1. */
size_t csv_line_of(struct csv_scan *scan, const char *at);

/* True while go_on agrees; asked when 64 kB were passed since. */
static inline bool csv_goes_on(struct csv_scan *scan, const char *at)
{
    if (at >= scan->polled && at - scan->polled < DATA_POLL_BYTES)
        return true;
    return csv_ask(scan, at);
}

static inline bool csv_is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static inline bool csv_is_blank(const struct csv_scan *scan, char c)
{
    return c == ' ' || (c == '\t' && scan->options.separator != '\t');
}

#endif
