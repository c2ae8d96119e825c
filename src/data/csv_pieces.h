/* SPDX-License-Identifier: MIT
 * csv_pieces.h - a table in pieces, for several threads.
 *
 * Where quotes are as RFC 4180 has them, the number of quotes before a line feed tells
 * whether it ends a row, so rows are counted piece by piece, and each piece knows the
 * number of its first row.  That is a guess, since a quote may be a character.  It is
 * proved when cells are converted: a piece whose first row begins where it was looked
 * for, and whose rows end where the next piece has its first one, proves that place for
 * the next.  Where bytes do not tell what ends a row, rows are counted line by line, and
 * that is proved likewise. */
#ifndef DATA_CSV_PIECES_H
#define DATA_CSV_PIECES_H

#include "data/crew.h"
#include "data/csv_part.h"

struct csv_piece {
    const char *begin, *end;
    struct csv_survey survey;
    size_t line_ends;         /* before it */
    size_t side;              /* of the survey that counts: 1 where it begins in quotes */
    const char *first, *last; /* beginning of its first row, and the end of its last */
    const char *stop;         /* the end of what is looked at for its rows */
    size_t row, row_end;      /* of data */
    size_t text_count;        /* columns whose cells were noted as texts */
    size_t text_bytes;        /* that they need */
    char *pool;
};

struct csv_pieces {
    struct csv_piece *items;
    size_t count;
    size_t line_ends, separators; /* of the text, outside quotes */
    bool is_regular;              /* every carriage return belongs to a line feed */
    bool is_walked;               /* the rows of each piece are known */
};

/* Cuts the text from scan->begin on, looks all of it over and counts.  False with the
 * first fault of the text, and when go_on said no. */
bool csv_survey_pieces(struct csv_scan *scan, struct arena *arena,
                       struct csv_pieces *pieces);
/* Where lines of comment and lone carriage returns may be, which are not counted: walks
 * through the rows of each piece; *rows gets how many of data there are.  CREW_FAILED
 * when they do not begin where they were looked for, as far as that is seen; the rest is
 * when they are converted. */
enum crew_end csv_walk_pieces(struct csv_scan *scan, struct csv_pieces *pieces,
                              const char *data, size_t *rows);
/* Converts the rows of data, the first of which begins at `data`, into the columns of the
 * table, which has as many as the pieces say.  CREW_FAILED when that proved wrong, or
 * when a row or a cell is none, which walking through the rows tells. */
enum crew_end csv_convert_pieces(struct csv_scan *scan, struct csv_pieces *pieces,
                                 const char *data, struct csv_table *table,
                                 struct arena *arena);

#endif
