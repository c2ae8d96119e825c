/* SPDX-License-Identifier: MIT
 * squares.h - a function as a weighted sum of squares, and the derivatives of what is
 * squared: what Gauss and Newton's method needs of a fit. */
#ifndef GRAPH_SQUARES_H
#define GRAPH_SQUARES_H

#include "graph/array.h"

/* The sum over all elements of factor * weight * residual^2. */
struct squares_term {
    node_id residual; /* of any shape */
    node_id weight;   /* without variables; is broadcast to the shape of the residual */
    node_id factor;   /* a number without variables that stands before the sum: 1/n of a
                         mean */
    node_id data;     /* residual = +-(data - model), with no variable in data; 0: it has
                         no such form */
    bool is_penalty;  /* the residual is made of the numbers of one variable as they are:
                         a ridge */
};

/* f = offset + the sum of the terms. */
struct squares {
    struct squares_term *terms;
    size_t count;
    node_id offset; /* without variables; 0: none */
};

/* Whether f is a sum of squares, of sums, means, products of equal factors, norms and dot
 * products in any nesting.  Whether the weights are not negative is not looked at: they
 * may be numbers of the script.  Makes nodes; the terms are in `arena`. */
bool graph_squares(struct graph *graph, node_id f, struct arena *arena,
                   struct squares *out);

/* J d for the Jacobian J of `residual`, an array, with respect to the leaf `wrt`: an
 * array of the shape of the residual.  `direction` is a leaf of the shape of `wrt`, and
 * is not read where that is a number: then d is 1.  `seed` is a leaf of the shape of the
 * residual that is in no formula.  The derivative of (J' seed)' d with respect to the
 * seed: reverse over reverse makes forward (Griewank and Walther, Evaluating Derivatives,
 * section 3.4; J. Townsend, A new trick for calculating Jacobian vector products, 2017).
 */
node_id graph_jacobian_vector(struct graph *graph, node_id residual, node_id wrt,
                              node_id direction, node_id seed);

#endif
