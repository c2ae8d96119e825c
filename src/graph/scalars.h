/* SPDX-License-Identifier: MIT
 * scalars.h - a small graph of arrays written out in numbers.
 *
 * What is known of numbers alone, such as enclosures and the rules of convexity, so
 * becomes known of arrays too, as long as these are small. */
#ifndef GRAPH_SCALARS_H
#define GRAPH_SCALARS_H

#include "graph/graph.h"

struct scalars_leaves {
    void *user;
    /* The number that stands for element `index` of a leaf, row by row. */
    node_id (*element)(void *user, node_id leaf, size_t index);
    /* The numbers of a parameter, of which indices may be made; NULL: not known. */
    const double *(*numbers)(void *user, node_id leaf);
};

/* *out becomes the scalar `root` with all arrays written out.  False when more than
 * `most` elements would be made, or an operation has no such form (an inverse, an order
 * of elements).  Scratch memory is in `arena`. */
bool graph_scalars(struct graph *graph, node_id root, const struct scalars_leaves *leaves,
                   size_t most, struct arena *arena, node_id *out);

#endif
