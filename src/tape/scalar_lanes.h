/* SPDX-License-Identifier: MIT
 * scalar_lanes.h - many runs of a scalar program at once: each instruction acts on a lane
 * of numbers, one a run.  The bits are those of single runs. */
#ifndef TAPE_SCALAR_LANES_H
#define TAPE_SCALAR_LANES_H

#include "tape/scalar.h"

struct scalar_lanes;

/* A leaf's numbers: that of run i is at[i*stride]. */
struct scalar_column {
    const double *at;
    size_t stride;
};

/* The memory that runs of this program take; the program must last as long. */
struct scalar_lanes *scalar_lanes_new(struct arena *arena, const struct scalar *scalar);
/* Whether runs look at the column of an input. */
bool scalar_lanes_reads(const struct scalar_lanes *lanes, size_t input);
/* inputs[i] is the column of the i-th leaf; outputs[i] receives `count` numbers. */
void scalar_lanes_run(struct scalar_lanes *lanes, size_t count,
                      const struct scalar_column *inputs, double *const *outputs);
/* Whether any output of these runs is other than 0. */
bool scalar_lanes_any(struct scalar_lanes *lanes, size_t count,
                      const struct scalar_column *inputs);

#endif
