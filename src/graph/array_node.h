/* SPDX-License-Identifier: MIT
 * array_node.h - how nodes of array operations are made, for the files of graph/. */
#ifndef GRAPH_ARRAY_NODE_H
#define GRAPH_ARRAY_NODE_H

#include "graph/node.h"

/* An operation of arrays that is about to be made; its arguments have been checked. */
struct array_expression {
    enum op op;
    const node_id *operands; /* not in the graph */
    size_t count;
    struct attributes attributes;
    struct shape shape; /* of the result */
};

/* The node, folded where a rule applies (array_fold.c). */
node_id array_make(struct graph *graph, const struct array_expression *e);
node_id array_make1(struct graph *graph, enum op op, node_id x, const struct shape *shape,
                    const struct attributes *attributes);
node_id array_make2(struct graph *graph, enum op op, node_id a, node_id b,
                    const struct shape *shape, const struct attributes *attributes);
/* Notes why there is no node; returns 0. */
node_id array_refuse(struct graph *graph, enum shape_fault fault);
/* The first rule that applies; 0 when none does. */
node_id array_fold(struct graph *graph, const struct array_expression *e);

/* The number, repeated to the shape. */
node_id array_of_number(struct graph *graph, double value, const struct shape *shape);
static inline bool array_is_number(const struct graph *graph, node_id node, double value)
{
    return is_number(graph, unbroadcast(graph, node), value);
}

#endif
