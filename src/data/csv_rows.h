/* SPDX-License-Identifier: MIT
 * csv_rows.h - the rows of a table one by one, which finds whatever is wrong with them.
 */
#ifndef DATA_CSV_ROWS_H
#define DATA_CSV_ROWS_H

#include "data/csv_scan.h"

/* Says which cell a fault is about; always false. */
bool csv_fail_at(struct csv_scan *scan, size_t row, size_t column);
/* Counts the rows of data from `at` on, each of which must have as many cells; false
 * after a fault. */
bool csv_walk_rows(struct csv_scan *scan, const char *at, size_t columns, size_t *count);

#endif
