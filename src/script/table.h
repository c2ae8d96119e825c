/* SPDX-License-Identifier: MIT
 * table.h - columns side by side, aligned (the statement `table` is execute_table). */
#ifndef SCRIPT_TABLE_H
#define SCRIPT_TABLE_H

#include "script/data.h"
#include "script/session.h"

/* A data set as a table: a line of headers, then the rows with their marks; of many rows
 * the first and the last. */
void table_data(struct session *session, struct text *out, const struct data_value *data);

/* table_file.c: columns with their headers as a file, by its ending: .csv, .json or .npy.
 * False after an error. */
bool table_save(struct session *session, struct span place, const char *path,
                const char *const *headers, const struct value *values, size_t count,
                size_t rows);

#endif
