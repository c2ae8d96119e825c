/* SPDX-License-Identifier: MIT
 * gates.h - the conditions under which parts of an adjoint count (differentiate.c).
 *
 * A gate is a node that is true or 0; no node (0) is a gate that is always open. */
#ifndef GRAPH_GATES_H
#define GRAPH_GATES_H

#include "graph/node.h"

struct gates {
    struct graph *graph;
    unsigned depth; /* of ifs that are being made; begins as 0 */
};

/* What a user passes to an operand. */
struct contribution {
    node_id gate, value;
    struct contribution *next;
};

/* Open where both are. */
node_id gates_join(struct gates *g, node_id outer, node_id inner);
/* The value where the gate is open, else 0. */
node_id gates_apply(struct gates *g, node_id gate, node_id value);
/* Unites contributions where their gates allow it; returns how many are left. */
size_t gates_unite(struct gates *g, struct contribution *all, size_t count);

#endif
