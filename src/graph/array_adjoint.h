/* SPDX-License-Identifier: MIT
 * array_adjoint.h - how an adjoint passes an operation of arrays.
 *
 * An adjoint has the shape of its node, or one that is broadcast to it; it counts where
 * its gate is true or 0 (differentiate.c), which likewise may be smaller. */
#ifndef GRAPH_ARRAY_ADJOINT_H
#define GRAPH_ARRAY_ADJOINT_H

#include "graph/array_node.h"

struct gated {
    node_id gate, value; /* value 0: zero everywhere */
};

/* What the adjoint of the node, an operation of arrays, contributes to operand `which`.
 */
struct gated array_adjoint(struct graph *graph, node_id node, size_t which,
                           struct gated adjoint);
/* An adjoint of `shape` summed to that of an operand which was broadcast to it.  Gates
 * are applied before; where all that is summed is closed, the sum is. */
struct gated array_sum_to(struct graph *graph, struct gated adjoint,
                          const struct shape *shape, node_id operand);

/* Open where both are; 0 is open everywhere. */
node_id array_join_gates(struct graph *graph, node_id a, node_id b);
/* graph_broadcast_to; of no node 0. */
node_id array_repeat(struct graph *graph, node_id x, const struct shape *shape);

/* The functions of ops.def.  The value has the shape of the node; a gate is no scalar.
 * Those of matrices get none.  array_adjoint_reduce.c and array_adjoint_matrix.c: */
typedef struct gated array_adjoint_function(struct graph *graph, node_id node,
                                            size_t which, struct gated adjoint);
array_adjoint_function adjoint_sum, adjoint_prod, adjoint_extreme, adjoint_logsumexp,
    adjoint_norm;
array_adjoint_function adjoint_matmul, adjoint_solve, adjoint_inverse, adjoint_logdet,
    adjoint_det, adjoint_eigenvalues, adjoint_eigenvectors, adjoint_diagonal,
    adjoint_make_diagonal;

#endif
