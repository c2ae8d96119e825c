/* SPDX-License-Identifier: MIT
 * csv_text.h - the columns of a table that hold texts. */
#ifndef DATA_CSV_TEXT_H
#define DATA_CSV_TEXT_H

#include "data/csv_scan.h"

/* Copies the cells of columns that hold texts from the rows of data, the first of which
 * begins at `at`; the table was read without a fault.  False when go_on said no. */
bool csv_copy_texts(struct csv_scan *scan, const char *at, struct csv_table *table,
                    struct arena *arena);

#endif
