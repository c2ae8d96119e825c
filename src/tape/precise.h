/* SPDX-License-Identifier: MIT
 * precise.h - a graph evaluated in numbers of two doubles (math/wide.h), node by node.
 *
 * For graphs of moderate size that are evaluated a few times: every node keeps its
 * numbers.  Constants, and inputs that are given as written, count as the decimals that
 * they stand for.  A decision (a < b, floor) is that of the wide numbers.  Operations
 * without a wide form, such as lgamma or a determinant, make no program at all. */
#ifndef TAPE_PRECISE_H
#define TAPE_PRECISE_H

#include "graph/graph.h"
#include "math/wide.h"

/* Numbers of two doubles, apart. */
struct precise_numbers {
    size_t count;
    double *high, *low;
};

struct precise;
/* Plans the evaluation of `outputs` from the leaves `inputs`, as check_new does.  NULL
 * where an operation has no wide form, or more than `most` numbers would be kept.  Memory
 * is in `arena`. */
struct precise *precise_new(struct arena *arena, const struct graph *graph,
                            const node_id *outputs, size_t output_count,
                            const node_id *inputs, size_t input_count, size_t most);
/* Where the numbers of an input are put before a run: those of a variable anew for each,
 * those of a parameter for the first alone.  NULL: it is not needed. */
struct precise_numbers *precise_input(struct precise *program, size_t input);
/* The same with the numbers as they were written. */
void precise_set_written(struct precise *program, size_t input, const double *numbers);
/* False where an index lay outside. */
bool precise_run(struct precise *program);
/* Of the last run. */
const struct precise_numbers *precise_output(const struct precise *program,
                                             size_t output);
/* Whether the operation has a wide form. */
bool precise_has(enum op op);

/* ---- precise_op.c: operations of numbers ---- */
typedef struct wide precise_value(const struct wide *operands, size_t count);
precise_value *precise_op(enum op op); /* NULL: it has none */

#endif
