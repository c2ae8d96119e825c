/* SPDX-License-Identifier: MIT
 * index.h - what the files of indices share and nobody else sees. */
#ifndef SCRIPT_INDEX_H
#define SCRIPT_INDEX_H

#include "script/array.h"

/* What an index takes along its axis; counted from 0. */
struct pick {
    enum { PICK_ALL, PICK_ONE, PICK_SLICE, PICK_LIST, PICK_BATCH, PICK_NODE } kind;
    size_t start, count; /* of ONE (start), SLICE; count also of ALL */
    /* of LIST: a vector of positions; of BATCH: the index, and of NODE, which is known
     * only when it runs */
    struct value list;
    /* of BATCH: its values, from 1, in the shape of its node; NULL while steps are all
     * that was asked for */
    const double *numbers;
    bool has_steps;
    double first, step; /* its values where it has steps */
    struct span place;
};

/* Whether it is a whole number from 1 to `extent`. */
bool index_in_range(double index, size_t extent);
/* Evaluates one index of an axis of this extent.  A text is left to the caller, which
 * finds it in `index`. */
bool index_take(struct evaluation *e, const struct ast *node, size_t extent,
                const struct local *locals, struct pick *pick, struct value *index);
/* Takes a number along generators, whose values may be known; false: they are not. */
bool index_take_batch(struct evaluation *e, const struct value *index, struct pick *pick);
/* One pick for each axis of `base`, from the INDEX node's text. */
bool index_picks(struct evaluation *e, const struct ast *node, const struct value *base,
                 const struct local *locals, struct pick *pick);
/* ---- index_batch.c ---- */
/* Elements, or rows of a matrix, at positions from 1 that are known when it runs. */
bool index_by_node(struct evaluation *e, struct span place, const struct value *base,
                   const struct value *index, struct value *out);
bool index_batch(struct evaluation *e, struct span place, const struct value *base,
                 const struct pick *pick, size_t count, struct value *out);

#endif
