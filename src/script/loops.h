/* SPDX-License-Identifier: MIT
 * loops.h - what the files of vectorize.h share and nobody else sees. */
#ifndef SCRIPT_LOOPS_H
#define SCRIPT_LOOPS_H

#include "script/array.h"

/* Generators whose names are traced as a whole, from the outermost. */
struct loops {
    struct evaluation *e;
    const struct ast *comprehension;
    const struct local *locals;
    struct local *last; /* the first of them */
    size_t count;
    unsigned first; /* batch axes around these loops */
    size_t extent[SHAPE_MOST_AXES];
    bool has_rows;     /* the first of them takes a batch of its rows (evaluate.h) */
    struct value mask; /* node 0: everything counts */
    struct value outer_mask; /* of the trace before */
};

/* ---- vectorize.c ---- */
/* The value of the body with all names along their axes, and the filter in the mask; the
 * trace is then as it was before. */
bool loops_run(struct loops *loops, struct evaluation *e, const struct ast *comprehension,
               const struct local *locals, struct value *body);

#endif
