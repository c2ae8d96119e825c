/* SPDX-License-Identifier: MIT
 * csv_part.h - rows whose cells are converted one after the other. */
#ifndef DATA_CSV_PART_H
#define DATA_CSV_PART_H

#include "data/csv_level.h"
#include "data/csv_text.h"

/* What was found in a column. */
struct csv_tally {
    size_t missing;
    size_t no_numbers; /* cells that are none; missing ones too */
    bool has_text;
    size_t row; /* from 0, and place of the first text */
    struct csv_cell text;
};

/* Who converts.  What is found is added up over all rows. */
struct csv_part {
    struct csv_scan scan;
    struct csv_cursor cursor;
    struct csv_tally *tallies;
    size_t *empty; /* cells without a byte, of each column, which no tally has */
    struct csv_texts *texts; /* where texts are noted; NULL: they are not */
    double **places;         /* of each column: of its numbers or notes */
    uint32_t *text_columns;  /* those without numbers */
    size_t *missing, *found; /* in columns of texts: missing cells and numbers */
    bool has_new_text;       /* one more was found */
    bool is_again;           /* nothing is added up */
    bool is_slow;            /* cells are taken one by one */
};

/* Cells of table->columns, all of numbers at first; memory from `arena`. */
void csv_part_init(struct csv_part *part, const struct csv_scan *scan,
                   const struct csv_table *table, struct arena *arena);
/* Converts the rows from `row` on, which begins at `at`, to row_end; the cursor is then
 * behind them.  Columns in which it found text have no numbers any more.  False when
 * go_on said no, and when a row or a cell is none, which walking through the rows
 * (csv_rows.h) tells. */
bool csv_convert(struct csv_part *part, const char *at, size_t row, size_t row_end);
/* The same, and all cells of columns in which it found text, in these rows or before, are
 * noted. */
bool csv_convert_noting(struct csv_part *part, const char *at, size_t row,
                        size_t row_end);
/* How many columns have no numbers. */
size_t csv_count_texts(const struct csv_part *part);
/* Tells the columns what was found by all parts. */
void csv_join_parts(struct csv_scan *scan, const struct csv_part *parts, size_t count,
                    struct csv_table *table);

#endif
