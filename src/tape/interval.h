/* SPDX-License-Identifier: MIT
 * interval.h - graphs in interval arithmetic: what comes out encloses every value that
 * the real function takes where the leaves lie in the given intervals.
 *
 * Bounds are doubles, rounded outward (Moore, Kearfott and Cloud, Introduction to
 * Interval Analysis, 2009; the flags as in IEEE 1788's decorations).  The values are
 * those of real arithmetic: a point where the function is not defined gives no value. */
#ifndef TAPE_INTERVAL_H
#define TAPE_INTERVAL_H

#include "graph/graph.h"

struct interval {
    double low, high; /* both NaN: empty, there is no value at all */
    bool partial;     /* it may be that at some of the points there is no value */
    bool jumps;       /* it may be that the value jumps between two of the points */
};

/* low <= high; an infinite bound means that there is none. */
static inline struct interval interval_between(double low, double high)
{
    return (struct interval){low, high, false, false};
}
struct interval interval_point(double value); /* empty for NaN */
/* A number that was written in decimal and rounded: itself when its binary form is short
 * (2, -0.5), else with a margin of NUMBER_MARGIN units in the last place, which also
 * covers what was computed with it before. */
struct interval interval_number(double value);
enum { NUMBER_MARGIN = 4 };
static inline bool interval_is_empty(struct interval x)
{
    return x.low != x.low;
}
/* The value of one operation. */
struct interval interval_op(enum op op, const struct interval *operands, size_t count);

struct interval_plan;
/* Plans the evaluation of `outputs` from the leaves `inputs`, as check_new does;
 * constants count as interval_number.  Memory is in `arena`; the graph is not needed
 * afterwards. */
struct interval_plan *interval_new(struct arena *arena, const struct graph *graph,
                                   const node_id *outputs, size_t output_count,
                                   const node_id *inputs, size_t input_count);
/* inputs[i] is where the i-th input leaf lies.  Allocates nothing. */
void interval_run(struct interval_plan *plan, const struct interval *inputs,
                  struct interval *outputs);
/* Of the last run: no operation could meet a kink with finite slopes, or a jump, where
 * its operands lay.  Kinks with an infinite slope show in enclosures of the derivatives.
 */
bool interval_was_smooth(const struct interval_plan *plan);

#endif
