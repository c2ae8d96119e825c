/* SPDX-License-Identifier: MIT
 * kinks.h - the kinks of a formula as numbers |u|.
 *
 * With max(a, b) = (a + b + |a - b|)/2 and what is made of it, min, relu, clamp and the
 * greatest and the least of many, every kink of a formula that has no cases and no jumps
 * is a |u|.  What stands in its place makes the formula smooth: sqrt(u^2 + r^2) (Chen,
 * Smoothing methods for nonsmooth, nonconvex minimization, Mathematical Programming 134,
 * 2012), or s*u with the sign s of one side. */
#ifndef GRAPH_KINKS_H
#define GRAPH_KINKS_H

#include "graph/graph.h"

/* How many numbers |u| with variables in them `root` has, those of arrays counted one by
 * one; SIZE_MAX when something else bends or jumps: cases, steps, the order of elements.
 */
size_t graph_count_kinks(const struct graph *graph, node_id root, struct arena *arena);
/* Whether every |u| certainly counts with a weight that is not negative, whatever signs
 * stand for the others: then the formula lies nowhere below one with signs from -1 to 1.
 */
bool graph_kinks_rise(const struct graph *graph, node_id root, struct arena *arena);
/* The nodes |u| of these are numbered as they are met, operands before their users; the
 * node that stands in the place of number `index` has the shape of u. */
typedef node_id graph_kink_maker(void *user, node_id u, size_t index);
/* `root` with another node for each |u|, one a node and not an element.  Only where
 * graph_count_kinks counts them. */
node_id graph_replace_kinks(struct graph *graph, node_id root, graph_kink_maker *make,
                            void *user);

#endif
