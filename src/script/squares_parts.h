/* SPDX-License-Identifier: MIT
 * squares_parts.h - the squares of a solve from inside, for squares.c and refine.c. */
#ifndef SCRIPT_SQUARES_PARTS_H
#define SCRIPT_SQUARES_PARTS_H

#include "script/squares.h"

/* A residual, or many in an array. */
struct residual {
    const struct squares_term *term;
    size_t count;
    double *values; /* made with the programs */
    double *roots;  /* of the weights, the factor included; NULL: each is `root` */
    double root, factor;
    /* count * n, column by column, or of a number one row */
    double *derivatives;
};

struct solve_squares {
    struct squares squares;
    struct residual *residuals; /* one a term */
    size_t count;               /* of all residuals */
    double *data; /* what the model is compared with; NULL: there is none, or not yet */
    bool has_penalty;
    /* The Jacobian.  The outputs of the program are, residual by residual, its values and
     * its derivatives by the variables, without those by arrays unless it is a number;
     * those of the one with directions are the derivatives along a direction in the
     * arrays of variables, of the residuals that are arrays. */
    struct program *program, *directed; /* NULL: not made, or not needed */
    node_id *nodes[2];                  /* the outputs of both */
    size_t counts[2];
    double **outputs, **directed_outputs;
    const node_id *leaves; /* the inputs of `directed`: those of the solve, then the
                              directions, one a variable that is an array */
    size_t leaf_count;
    const double **inputs;
    double *direction;
    double *rows, *handed;         /* HANDED_ROWS * n, HANDED_ROWS */
    struct refinement *refinement; /* refine.c; NULL: nothing was refined */
    double *fitted;                /* where `fit` is of; NULL: nowhere yet */
    descent_fit_result fit;        /* in doubles */
};

static inline bool residual_is_number(const struct residual *residual)
{
    return residual->count == 1;
}

static inline double residual_root(const struct residual *residual, size_t row)
{
    return residual->roots == NULL ? residual->root : residual->roots[row];
}

#endif
