/* SPDX-License-Identifier: MIT
 * data.h - a data set: columns of one length, each numbers or texts.
 *
 * Names of columns are not copied: they are those of the session's names or literals. */
#ifndef SCRIPT_DATA_H
#define SCRIPT_DATA_H

#include "script/value.h"

struct data_column {
    const char *name;
    bool aside;          /* a field alone: the table that is shown leaves it out */
    struct value values; /* a vector, a matrix, or a LIST of texts */
};

struct data_value {
    size_t rows, count;
    struct data_column *columns;
    /* What stands on a line of its own before the row, NULL for nothing; the array is
     * NULL when no row has any. */
    const char **marks;
};

/* The column `name`; false when there is none. */
bool data_field(const struct data_value *data, const char *name, struct value *out);
/* The names of the columns, at most `capacity`; returns how many. */
size_t data_field_names(const struct data_value *data, const char **names,
                        size_t capacity);
struct data_value *data_copy(struct arena *arena, const struct data_value *data);
/* {"eta":[0.1,0.2],"status":["converged","diverged"]} */
void data_json(struct text *out, const struct data_value *data,
               const struct intern *names);

#endif
