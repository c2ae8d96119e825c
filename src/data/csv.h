/* SPDX-License-Identifier: MIT
 * csv.h - tables as text: comma-separated values and their relatives.
 *
 * The form is that of RFC 4180, with what files in use differ by.  Rows end in LF, CRLF
 * or CR; cells are separated by one byte; a cell between quotes may hold separators, line
 * ends and, doubled, quotes.  Blanks around a cell are no part of it (inside its quotes
 * they are; a TAB that separates is no blank), and quotes do not make a number text, with
 * or without blanks in them.  A quote in the middle of a bare cell is a character.  Blank
 * lines before the first and behind the last row are skipped; in between one is a row
 * with one missing cell.
 *
 * A cell is missing when it is empty, NA, NaN, ? or null in either case.  Numbers are
 * what number_parse reads without underscores, and inf or infinity with or without a
 * sign.  A column holds numbers when all its cells are numbers or missing, else text. */
#ifndef DATA_CSV_H
#define DATA_CSV_H

#include "base/text.h"
#include "data/poll.h"

enum {
    CSV_COLUMNS_MOST = 100000,
    CSV_CELL_MOST = 1 << 20, /* bytes as written */
};

enum csv_header {
    CSV_HEADER_DETECT, /* there is one when a column has text in the first row and a
                          number as the first cell below that is not missing, or when the
                          only row has no number */
    CSV_HEADER_PRESENT,
    CSV_HEADER_ABSENT
};

/* Zeroed: everything is detected, no comments, a decimal point. */
struct csv_options {
    char separator; /* , ; TAB | or :; 0: that of , ; TAB by which the first rows agree */
    char comment;   /* lines that begin with it are skipped; 0: none are */
    bool decimal_comma; /* numbers are written 0,5: a comma separates no cells */
    enum csv_header header;
    /* How many threads may work; the table and the faults are the same with any number.
     * 0: one. */
    size_t threads;
    size_t piece_bytes; /* of text for a thread at a time; 0: a megabyte */
};

/* A cell of the text. */
struct csv_place {
    size_t row;    /* of data from 1; 0 is the header */
    size_t column; /* from 1; 0: the row as a whole */
    size_t line;   /* of the text from 1 */
    size_t offset; /* bytes from the beginning of the text */
    size_t length; /* bytes */
};

struct csv_column {
    const char *name;   /* unique, not empty */
    double *numbers;    /* NaN where missing; NULL in a column of text */
    const char **texts; /* "" where missing; NULL in a column of numbers */
    size_t missing;
    size_t number_count;         /* cells that are numbers, in a column of text too */
    struct csv_place not_number; /* the first cell that is none; in a column of text */
    bool is_renamed; /* the text had no name for it, or one that an earlier column has */
};

/* Columns without a name are called col1, col2, ... by their place; the second column
 * called x is x_2, or the next number that is free. */
struct csv_table {
    struct csv_column *columns;
    size_t column_count, row_count;
    bool has_header;
    char separator;
};

enum csv_code {
    CSV_STOPPED,          /* go_on said no; no place */
    CSV_BAD_OPTION,       /* separator or comment cannot be used; no place */
    CSV_NO_DATA,          /* no row at all; no place */
    CSV_NUL,              /* a NUL byte */
    CSV_NOT_UTF8,         /* bytes that are no UTF-8 */
    CSV_RAGGED,           /* a row of `found` cells, the first has `expected` */
    CSV_QUOTE_OPEN,       /* the quote here has no end within CSV_CELL_MOST bytes */
    CSV_QUOTE_REST,       /* bytes between a closing quote and the end of the cell */
    CSV_CELL_LONG,        /* more than `expected` = CSV_CELL_MOST bytes */
    CSV_TOO_MANY_COLUMNS, /* more than `expected` = CSV_COLUMNS_MOST */
};

struct csv_fault {
    enum csv_code code;
    struct csv_place place;
    size_t found, expected;
};

/* Reads the table in `text`, all of which must be UTF-8 (a byte order mark is skipped).
 * All memory is from `arena`, about 8 bytes a number, or the bytes of a text and 8 more,
 * and nothing points into `text`.  False with *fault set when it is none; what was taken
 * from the arena is then the caller's to release. */
bool csv_read(const char *text, size_t length, const struct csv_options *options,
              struct data_poll poll, struct arena *arena, struct csv_table *table,
              struct csv_fault *fault);

/* Appends a header and `row_count` rows, each ended by LF.  Numbers have the shortest
 * digits that read back; cells are quoted where csv_read, told the separator and that
 * there is a header, would not give them back otherwise.  Text that reads as a number or
 * as missing stays what it is.  False when go_on said no. */
bool csv_write(struct text *out, const struct csv_column *columns, size_t column_count,
               size_t row_count, char separator, struct data_poll poll);

#endif
