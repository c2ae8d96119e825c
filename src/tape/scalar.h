/* SPDX-License-Identifier: MIT
 * scalar.h - the scalar program: graphs of numbers alone, compiled for an accumulator
 * machine.
 *
 * Each value is made in the accumulator, mostly from the one that was there, and stored
 * only where it is used again: a chain of operations never waits for memory.  The bits
 * are those of the checking evaluator (check.h), whose formulas it shares. */
#ifndef TAPE_SCALAR_H
#define TAPE_SCALAR_H

#include "graph/graph.h"

struct scalar;

/* As check_new.  Of no use afterwards is the graph. */
struct scalar *scalar_new(struct arena *arena, const struct graph *graph,
                          const node_id *outputs, size_t output_count,
                          const node_id *inputs, size_t input_count);
/* The same for native code: what takes longest is begun first, since the processor looks
 * only so far ahead.  What only the last output needs comes after all else, and takes
 * from it what was stored. */
struct scalar *scalar_new_for_native(struct arena *arena, const struct graph *graph,
                                     const node_id *outputs, size_t output_count,
                                     const node_id *inputs, size_t input_count);
/* One run: inputs[i][0] is the value of the i-th leaf, outputs[i][0] becomes that of
 * output i.  Allocates nothing. */
void scalar_run(struct scalar *scalar, const double *const *inputs,
                double *const *outputs);
/* How many operations a run carries out, as check_operations counts them. */
size_t scalar_operations(const struct scalar *scalar);
/* How many instructions. */
size_t scalar_instructions(const struct scalar *scalar);

#endif
