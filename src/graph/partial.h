/* SPDX-License-Identifier: MIT
 * partial.h - the derivative of one operation with respect to one of its operands. */
#ifndef GRAPH_PARTIAL_H
#define GRAPH_PARTIAL_H

#include "graph/graph.h"

/* What is kept between the partials of one derivative; all 0 but the first two. */
struct partials {
    struct graph *graph;
    struct arena *arena;
    node_id gate;    /* of the partial that is being built */
    node_id product; /* whose products of factors before and after each one these are */
    node_id *before, *after;
};

/* The partial derivative of the node with respect to its operand number `which`; 0 when
 * it is zero everywhere.  Where *gate is not 0 the partial counts under that condition
 * only. */
node_id partial_of(struct partials *partials, node_id node, size_t which, node_id *gate);

#endif
