/* SPDX-License-Identifier: MIT
 * diagnosis.h - what the files share that enclose an objective and its derivatives. */
#ifndef SCRIPT_DIAGNOSIS_H
#define SCRIPT_DIAGNOSIS_H

#include "script/solve.h"
#include "tape/interval.h"
#include "tape/least.h"

enum {
    HIGHEST_ORDER = 8,              /* of a derivative that is looked at */
    DIAGNOSIS_MOST_ELEMENTS = 20000 /* on the way of arrays that are written out */
};

struct enclosed_squares;

/* The objective in numbers alone: as it is, or with its arrays written out. */
struct diagnosis {
    node_id objective;
    node_id *leaves, *partials, *second; /* n each; second up to the diagonal */
    const node_id *input_leaves; /* the leaves, then what the script holds fixed */
    size_t input_count;
    struct interval *inputs;
    struct interval *outputs;
    struct interval_plan *value, *gradient, *hessian;
    struct least_plan *least;
    struct enclosed_squares *squares; /* NULL: not looked for */
    struct interval *box;             /* the inputs in the sets */
    struct interval_plan *derivatives[HIGHEST_ORDER + 1];
    node_id orders[HIGHEST_ORDER + 1];
};

/* With the places for what goes in and out. */
struct diagnosis *diagnosis_prepared(struct solve *solve);
/* The variables in the inputs lie in the box. */
void diagnosis_put_box(const struct solve *solve, const double *low, const double *high);
/* Encloses these nodes. */
struct interval_plan *diagnosis_plan(struct solve *solve, const node_id *outputs,
                                     size_t count);
/* Whether the objective is known in numbers alone; the last to be asked. */
bool diagnosis_is_known(struct solve *solve);
/* written_out.c: makes solve->diagnosis, with at most so many variables in arrays; false
 * when the objective is too large to be known in numbers. */
bool diagnosis_prepare(struct solve *solve, size_t most);
/* A number with its arrays written out in the same leaves; false when that is too large.
 */
bool diagnosis_write_out(struct solve *solve, node_id node, node_id *out);
/* The inputs in the sets of the variables. */
const struct interval *diagnosis_box(struct solve *solve);
/* enclosed_squares.c: the engine's callback. */
bool diagnosis_enclose_squares(void *context, const double *low, const double *high,
                               descent_take_squares *take, void *taker);

#endif
