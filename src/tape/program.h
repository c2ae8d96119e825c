/* SPDX-License-Identifier: MIT
 * program.h - a compiled graph, whatever evaluator fits it: the scalar program for
 * numbers alone, the array program where there are arrays. */
#ifndef TAPE_PROGRAM_H
#define TAPE_PROGRAM_H

#include "tape/array.h"
#include "tape/check.h"

struct program;

/* Plans the evaluation of `outputs` from the leaves `inputs`; every leaf that the outputs
 * need must be among the inputs.  Memory is in `arena`.  The graph is asked again only by
 * program_first_fault. */
struct program *program_new(struct arena *arena, const struct graph *graph,
                            const node_id *outputs, size_t output_count,
                            const node_id *inputs, size_t input_count);
/* The same for long runs; the bits are the same. */
struct program *program_new_long(struct arena *arena, const struct graph *graph,
                                 const node_id *outputs, size_t output_count,
                                 const node_id *inputs, size_t input_count,
                                 struct array_means means);
/* inputs[i] are the numbers of the i-th leaf, outputs[i] receives those of output i; an
 * index outside reads NaN.  False when it was interrupted.  Allocates nothing. */
bool program_run(struct program *program, const double *const *inputs,
                 double *const *outputs);
/* Of the last run: whether an index lay outside, even where that did no harm, and the
 * first such. */
bool program_index_outside(const struct program *program, struct index_fault *fault);
/* Whether the graph below the outputs has numbers alone; `arena` is scratch. */
bool program_fits_scalar(struct arena *arena, const struct graph *graph,
                         const node_id *outputs, size_t count);
/* Whether there are numbers alone. */
bool program_is_scalar(const struct program *program);
/* How many operations a run carries out. */
size_t program_operations(const struct program *program);
/* While it runs, go_on(user) is asked every now and then; a false ends the run. */
void program_set_poll(struct program *program, bool (*go_on)(void *user), void *user);
/* After a run on these inputs: the first node that output number `output` needs in which
 * something is not finite while what it is made of is; false when there is none.  An
 * operand of which is more than one number is told by the number that matters. */
bool program_first_fault(struct program *program, struct arena *scratch,
                         const double *const *inputs, size_t output,
                         struct check_fault *fault);

#endif
