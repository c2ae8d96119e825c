/* SPDX-License-Identifier: MIT
 * least.h - whether a function is nowhere in a box lower than at a point of it, told from
 * how its formula is built.
 *
 * A sum is least where all its terms are, what rises where its operand is least, a
 * product of factors that are not negative where all of them are; a square is least at 0,
 * and so on from the leaves up.  A constant adds nothing to such a proof, so rounding
 * does not blur it: abs(x) + exp(1) is least at 0, though exp(1) is known to 16 digits
 * only.  What no rule decides is taken from enclosures: the least value in the box is not
 * less than the one at the point.  The rules are the monotonicity of operations alone
 * (Moore, Kearfott and Cloud, Introduction to Interval Analysis, 2009, section 6.4, for
 * the test by enclosures). */
#ifndef TAPE_LEAST_H
#define TAPE_LEAST_H

#include "tape/interval.h"

struct least_plan;
/* Plans it for the one `output`, as interval_new does. */
struct least_plan *least_new(struct arena *arena, const struct graph *graph,
                             node_id output, const node_id *inputs, size_t input_count);
/* The i-th input leaf is point[i] at the point, which lies in box[i].  True: it has a
 * value at the point, and no point of the box where it has one has a lower.  False proves
 * nothing.  Allocates nothing. */
bool least_at(struct least_plan *plan, const struct interval *box,
              const struct interval *point);

#endif
