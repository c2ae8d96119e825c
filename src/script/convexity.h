/* SPDX-License-Identifier: MIT
 * convexity.h - convexity(f): what can be proved of a function's curvature. */
#ifndef SCRIPT_CONVEXITY_H
#define SCRIPT_CONVEXITY_H

#include "graph/convex.h"
#include "script/derivative.h"
#include "tape/interval.h"

/* "convex", "concave" and "affine" are proved, "neither" by points that contradict both;
 * else "unknown".  False after an error. */
bool convexity_of(struct session *session, struct span place,
                  const struct value *function, struct value *out);

/* Whether `node` is proved convex in the leaves, on the whole space; the trace knows the
 * numbers that it holds fixed.  Scratch memory is in `arena`. */
bool convexity_is_proved(struct arena *arena, struct graph *graph, node_id node,
                         node_id *leaves, size_t n, const struct trace *trace);
/* What is proved of `node` where the leaves lie in `box` (NULL: anywhere). */
enum curvature convexity_in(struct arena *arena, struct graph *graph, node_id node,
                            node_id *leaves, size_t n, const struct trace *trace,
                            const struct interval *box);

#endif
