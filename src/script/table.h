/* SPDX-License-Identifier: MIT
 * table.h - columns side by side, aligned (the statement `table` is execute_table). */
#ifndef SCRIPT_TABLE_H
#define SCRIPT_TABLE_H

#include "script/data.h"
#include "script/session.h"

/* A data set as a table: a line of headers, then the rows with their marks. */
void table_data(struct session *session, struct text *out, const struct data_value *data);

#endif
