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

/* Whether `node`, of the session's graph, is proved convex in the leaves, on the whole
 * space; the trace knows the numbers that it holds fixed.  What is compiled is kept with
 * the model of the solve at hand. */
bool convexity_is_proved(struct session *session, node_id node, node_id *leaves, size_t n,
                         const struct trace *trace);
/* What is proved of `node` where the leaves lie in `box` (NULL: anywhere). */
enum curvature convexity_in(struct session *session, node_id node, node_id *leaves,
                            size_t n, const struct trace *trace,
                            const struct interval *box);

#endif
