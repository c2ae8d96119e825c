/* SPDX-License-Identifier: MIT
 * csv_names.h - whether a table has a header, and what its columns are called. */
#ifndef DATA_CSV_NAMES_H
#define DATA_CSV_NAMES_H

#include "data/csv_scan.h"

/* Sets table->has_header by the first row, at scan->begin, and by those from `second` on.
 * False after a fault. */
bool csv_find_header(struct csv_scan *scan, const char *second, struct arena *arena,
                     struct csv_table *table);
/* Names the columns, which are zeroed.  False when go_on said no. */
bool csv_name_columns(struct csv_scan *scan, struct arena *arena,
                      struct csv_table *table);
/* Copies the cell's text with a NUL behind it; returns the end of that.  It needs one
 * byte more than the cell. */
char *csv_copy(const struct csv_cell *cell, char *to);

#endif
