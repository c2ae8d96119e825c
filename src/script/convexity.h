/* SPDX-License-Identifier: MIT
 * convexity.h - convexity(f): what can be proved of a function's curvature. */
#ifndef SCRIPT_CONVEXITY_H
#define SCRIPT_CONVEXITY_H

#include "script/derivative.h"

/* "convex", "concave" and "affine" are proved, "neither" by points that contradict both;
 * else "unknown".  False after an error. */
bool convexity_of(struct session *session, struct span place,
                  const struct value *function, struct value *out);

#endif
