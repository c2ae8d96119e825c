/* SPDX-License-Identifier: MIT
 * sweep_rows.h - the rows of a sweep while it runs, and the data set they become.
 *
 * The columns, in order: the swept names, what FIELDS in sweep_rows.c lists of each
 * solution, the variables, and a note when some run could not be carried out. */
#ifndef SCRIPT_SWEEP_ROWS_H
#define SCRIPT_SWEEP_ROWS_H

#include "script/data.h"
#include "script/session.h"
#include "script/solution.h"

/* The value that one `sweep` of the statement tries now. */
struct swept {
    name_id name;
    double number;
    const char *text; /* as written, in the arena of the rows; NULL for a number */
    bool is_method;   /* or a step rule */
};

struct sweep_cell {
    double number;
    const char *text;      /* NULL: a number */
    const double *numbers; /* of a vector, beside its text; else NULL */
    size_t size;
};

/* What the mark of the stability bound needs of a row. */
struct sweep_step {
    double step, bound;
    const char *method;
    const char *mark; /* that stands above the row; NULL: none */
};

struct sweep_rows {
    struct session *session;
    struct arena *arena; /* of what grows, and of the texts */
    struct swept *swept; /* outermost first */
    size_t swept_count;
    const name_id *variables;
    size_t variable_count;
    struct sweep_cell *cells; /* row by row */
    struct sweep_step *steps;
    size_t count, cell_capacity, step_capacity;
    bool has_notes, has_marks;
};

/* A row for a solution, or for a run that its method refused: `note` says why. */
void sweep_rows_add(struct sweep_rows *rows, const struct solution *solution);
void sweep_rows_add_note(struct sweep_rows *rows, const char *note);
/* Two rows that differ in one swept value: puts the stability bound above the row `after`
 * when it lies between their steps. */
void sweep_rows_mark(struct sweep_rows *rows, size_t before, size_t after);
/* The data set, in scratch. */
struct value sweep_rows_data(struct sweep_rows *rows);

#endif
