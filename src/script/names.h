/* SPDX-License-Identifier: MIT
 * names.h - the names that a script binds, before it runs. */
#ifndef SCRIPT_NAMES_H
#define SCRIPT_NAMES_H

#include "script/session.h"

enum name_flag {
    NAME_DEFINED = 1,  /* by a statement above the one that is looked at */
    NAME_BOUND = 2,    /* somewhere in the script */
    NAME_VARIABLE = 4, /* after `over` or `sweep` somewhere */
    NAME_REPORTED = 8, /* its absence has been told */
    NAME_CHANGES = 16, /* bound more than once, or not to a function: arity unknown */
    NAME_SWEPT = 32    /* a column of some sweep, which binds it to nothing */
};

struct name_note {
    unsigned flags;
    struct span first;          /* where it is bound first */
    const struct ast *function; /* the FUNCTION node when it is bound to one */
};

/* What is known of the names of a script, by name_id. */
struct name_table {
    struct session *session;
    struct name_note *notes;
    size_t count;
};

/* Notes every binding in the block, also inside loops and choices. */
void names_collect(struct name_table *table, const struct ast *block);
/* Marks what the statements of the block define as defined (for loops). */
void names_define(struct name_table *table, const struct ast *statement);
struct name_note *names_note(struct name_table *table, name_id name);
/* Two names in reach that `name` is when they are written together: "x*y"; NULL. */
const char *names_product(struct name_table *table, name_id name);
/* The error that the NAME node has no value, with what may be meant. */
void names_tell_unknown(struct name_table *table, const struct ast *node);

#endif
