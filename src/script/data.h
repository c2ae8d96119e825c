/* SPDX-License-Identifier: MIT
 * data.h - a data set: columns of one length, each numbers, rows of numbers, or texts.
 *
 * Names of columns are not copied: they are those of the session's names or literals.
 * What was read from a file may be large and never changes: it stays as long as the
 * session, and all copies share it. */
#ifndef SCRIPT_DATA_H
#define SCRIPT_DATA_H

#include "script/evaluate.h"

struct data_column {
    const char *name;
    bool aside;          /* a field alone: the table that is shown leaves it out */
    struct value values; /* an ARRAY with a row a row, or a LIST of texts */
};

struct data_value {
    size_t rows, count;
    struct data_column *columns;
    bool is_shared; /* it lies in the session's lasting memory: copies are the same */
    /* What stands on a line of its own before the row, NULL for nothing; the array is
     * NULL when no row has any. */
    const char **marks;
};

/* The column `name`; false when there is none. */
bool data_field(const struct data_value *data, const char *name, struct value *out);
/* The names of the columns, at most `capacity`; returns how many. */
size_t data_field_names(const struct data_value *data, const char **names,
                        size_t capacity);
const struct data_value *data_copy(struct arena *arena, const struct data_value *data);
/* The cell of a column in a row, both from 0; what it needs is in `arena`. */
struct value data_cell(struct arena *arena, const struct data_value *data, size_t column,
                       size_t row);
/* A data set of the rows at these positions, in this order; of one row. */
struct data_value *data_select(struct arena *arena, const struct data_value *data,
                               const double *positions, size_t count);
const struct data_value *data_row(struct arena *arena, const struct data_value *data,
                                  size_t row);
/* {"eta":[0.1,0.2],"status":["converged","diverged"]} */
void data_json(struct text *out, const struct data_value *data,
               const struct intern *names);

/* ---- data_access.c ---- */
/* The column `name` of a DATA value, with a name of its own for formulas. */
bool data_column_of(struct evaluation *e, struct span place, const struct value *base,
                    const char *name, struct value *out);
/* d["name"], d[i], d[2..5], d[mask] */
bool data_index(struct evaluation *e, const struct ast *node, const struct value *base,
                const struct local *locals, struct value *out);
/* r.x and r["sepal length"] of a ROW */
bool data_row_field(struct evaluation *e, const struct ast *node, const struct value *row,
                    struct value *out);
bool data_row_index(struct evaluation *e, const struct ast *node, const struct value *row,
                    const struct local *locals, struct value *out);

#endif
