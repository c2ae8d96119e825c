/* SPDX-License-Identifier: MIT
 * csv_part.h - rows whose cells are converted one after the other. */
#ifndef DATA_CSV_PART_H
#define DATA_CSV_PART_H

#include "data/csv_level.h"

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
};

/* Cells of table->columns, all of numbers at first; memory from `arena`. */
void csv_part_init(struct csv_part *part, const struct csv_scan *scan,
                   const struct csv_table *table, struct arena *arena);
/* Converts the rows from `row` on, which begins at `at`, to row_end; the cursor is then
 * behind them.  Columns in which it found text have no numbers any more.  False when
 * go_on said no, and when a row or a cell is none, which walking through the rows
 * (csv_rows.h) tells. */
bool csv_convert(struct csv_part *part, const char *at, size_t row, size_t row_end);
/* Tells the columns what was found by all parts. */
void csv_join_parts(struct csv_scan *scan, const struct csv_part *parts, size_t count,
                    struct csv_table *table);

#endif
