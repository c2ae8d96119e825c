/* SPDX-License-Identifier: MIT
 * csv_text.h - the columns of a table that hold texts.
 *
 * While a piece of the table is converted a text is not copied: its number's place gets a
 * note of where it stands.  Short texts that come again are noted as such.  When all
 * pieces are done it is known how many bytes the copies need, and they are made in the
 * order of the notes: row by row, column by column. */
#ifndef DATA_CSV_TEXT_H
#define DATA_CSV_TEXT_H

#include "data/csv_scan.h"

/* The last short texts are kept in mind by so many places. */
enum { CSV_REMEMBERED = 1 << 10 };

/* The texts of a piece. */
struct csv_texts {
    const char *origin; /* notes tell places from here */
    size_t bytes;       /* that the copies need */
    bool is_broken;     /* what was noted is not in the order of rows and columns */
    struct csv_remembered {
        const char *begin; /* NULL: none */
        size_t length;
    } remembered[CSV_REMEMBERED];
};

/* Rows of a table whose columns of texts have notes. */
struct csv_noted {
    const char *origin;
    size_t row, row_end;
    char *pool; /* as many bytes as were told */
    const uint32_t *columns;
    size_t column_count;
    size_t *missing, *numbers; /* of each column of the table; what is found is added */
};

void csv_texts_begin(struct csv_texts *texts, const char *origin);
/* Notes a cell at `place`; false when it is too far from the origin. */
bool csv_texts_note(struct csv_texts *texts, const struct csv_cell *cell,
                    enum csv_kind kind, double *place);
/* Puts texts in place of notes; false when go_on said no. */
bool csv_texts_copy(struct csv_table *table, const struct csv_noted *noted,
                    struct data_poll poll);
/* Copies the cells of columns that hold texts from the rows of data, the first of which
 * begins at `at`; the table was read without a fault.  False when go_on said no. */
bool csv_copy_texts(struct csv_scan *scan, const char *at, struct csv_table *table,
                    struct arena *arena);

#endif
