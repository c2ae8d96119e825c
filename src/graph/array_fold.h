/* SPDX-License-Identifier: MIT
 * array_fold.h - rewriting an operation of arrays before it becomes a node.
 *
 * The rules are the rows of one table (array_fold.c), of the kinds of fold.h, tried from
 * top to bottom.  Each gives another node at once; none changes the shape. */
#ifndef GRAPH_ARRAY_FOLD_H
#define GRAPH_ARRAY_FOLD_H

#include "graph/array_node.h"
#include "graph/fold.h"

/* The finished node, or 0. */
typedef node_id array_fold_function(struct graph *graph,
                                    const struct array_expression *e);

struct array_fold_rule {
    const char *name;
    const char *example, *result;
    const char *why;
    enum fold_kind kind;
    enum op op; /* OP_COUNT: every operation of arrays */
    array_fold_function *apply;
};
const struct array_fold_rule *array_fold_rules(size_t *count);

/* array_fold_matrix.c */
array_fold_function array_fold_short_row, array_fold_no_factors, array_fold_zero_matrix,
    array_fold_zero, array_fold_diagonal, array_fold_one_matrix;
/* array_fold_move.c */
array_fold_function array_fold_same_shape, array_fold_broadcast, array_fold_reshape,
    array_fold_permute, array_fold_slice, array_fold_pad, array_fold_repeated_number;
/* array_fold_join.c */
array_fold_function array_fold_gather, array_fold_scatter, array_fold_concat;

/* Safe forms (fold.h) of operations on elements that have operands which are arrays or
 * made of them; tried when no other rule applies (array_fold_safe.c). */
struct array_safe_rule {
    const char *name;
    const char *example, *result;
    const char *why;
    enum op op;
    fold_function *apply;
};
const struct array_safe_rule *array_safe_rules(size_t *count);
node_id array_fold_safe(struct graph *graph, struct expression *e);

#endif
