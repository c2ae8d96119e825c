/* SPDX-License-Identifier: MIT
 * convex.h - whether a formula is convex, by the rules of composition.
 *
 * Disciplined convex programming (Grant, Boyd and Ye, Disciplined convex programming,
 * 2006; Boyd and Vandenberghe, Convex Optimization, section 3.2): the curvature of an
 * operation and the direction in which it moves with an operand decide over the curvature
 * of the whole.  What it says is proved; what it cannot prove it calls unknown. */
#ifndef GRAPH_CONVEX_H
#define GRAPH_CONVEX_H

#include "graph/graph.h"

/* In the variables together, over the convex hull of the points where there is a value:
 * a function that is not defined between two such points is not convex. */
enum curvature {
    CURVATURE_CONSTANT, /* as far as variables go */
    CURVATURE_AFFINE,
    CURVATURE_CONVEX,
    CURVATURE_CONCAVE,
    CURVATURE_NEITHER, /* certainly; graph_curvature never says it */
    CURVATURE_UNKNOWN
};

/* Where the values of a node lie, wherever it has one. */
struct graph_range {
    double low, high;
};

/* The curvature of the last node of `order`, which was made by graph_order last;
 * ranges[i] belongs to order->nodes[i].  Scratch memory is in `arena`.  When it is
 * unknown *obstacle becomes the first node with which the proof fails, else 0; NULL is
 * allowed. */
enum curvature graph_curvature(const struct graph *graph, const struct graph_order *order,
                               const struct graph_range *ranges, struct arena *arena,
                               node_id *obstacle);

#endif
