/* SPDX-License-Identifier: MIT
 * csv_level.h - the loops over all bytes of a table, compiled once for each level of
 * processors. */
#ifndef DATA_CSV_LEVEL_H
#define DATA_CSV_LEVEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpu.h"
#include "data/csv_scan.h"

/* A cell of a column of texts. */
struct csv_found {
    const char *raw, *stop, *begin, *end;
    bool may_have_quote; /* inside */
    size_t row, column;
};

/* Where cells are converted: cell `column` of row `row` begins at `at`. */
struct csv_cursor {
    const char *text; /* its beginning */
    const char *at, *stop;
    size_t row, row_end, column, column_count;
    double **numbers; /* of each column; NULL: it holds texts */
    size_t *empty; /* cells of each column that have no byte and were not given to take */
    char separator, point;
    char comment;          /* lines that begin with it are none of ours; 0: none are */
    bool has_lone_returns; /* they end rows, too */
    /* Takes the cell at the cursor, whatever it is, and goes on behind it; false: that
     * is the end. */
    bool (*take)(struct csv_cursor *cursor, void *user);
    /* Columns of texts, of whose cells each is given to take_text before those of numbers
     * around it: it stands in [raw, stop), what is in its quotes in [begin, end), and in
     * the row and column told.  False: this is no such cell. */
    const uint32_t *text_columns;
    size_t text_count;
    bool (*take_text)(struct csv_cursor *cursor, const struct csv_found *found);
    /* Cells of the text are not told in the order of rows and columns any more. */
    void (*lose_order)(void *user);
    void *user;
};

/* What a piece of the text has. */
struct csv_bytes {
    size_t line_feeds, separators;
    bool has_quote, has_return, has_zero, is_ascii;
};

struct csv_level {
    /* Counts bytes by kind. */
    struct csv_bytes (*count)(const char *at, const char *end, char separator);
    /* Counts those of a piece with quotes or carriage returns, which begins behind
     * survey->quotes quotes. */
    void (*count_quoted)(const char *text, const char *at, const char *end,
                         char separator, struct csv_survey *survey);
    /* The first quote or end of a line in [at, stop), or stop. */
    const char *(*find_mark)(const char *at, const char *stop);
    /* Takes cells up to row_end, or near `stop`, of which many may be left: bare numbers,
     * which have the bits of decimal_read, itself, and others by `take`.  False when that
     * said so.  NULL: there is no faster way than `take`. */
    bool (*convert)(struct csv_cursor *cursor);
};

extern const struct csv_level csv_baseline;
#ifdef CPU_HAS_LEVELS
extern const struct csv_level csv_v3;
#endif

static inline const struct csv_level *csv_best_level(void)
{
#ifdef CPU_HAS_LEVELS
    if (cpu_has_v3())
        return &csv_v3;
#endif
    return &csv_baseline;
}

#endif
