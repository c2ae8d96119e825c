/* SPDX-License-Identifier: MIT
 * check.h - the checking evaluator: node by node, with the formulas of ops.def.
 *
 * Slow and obviously right.  It is the oracle of every faster evaluator and finds the
 * node where a value stopped being finite. */
#ifndef TAPE_CHECK_H
#define TAPE_CHECK_H

#include "graph/graph.h"

struct check;

/* Plans the evaluation of `outputs` from the leaves `inputs`; every leaf that the outputs
 * need must be among the inputs.  Memory is in `arena`; the graph is not needed any more
 * afterwards but for check_fault's node numbers. */
struct check *check_new(struct arena *arena, const struct graph *graph,
                        const node_id *outputs, size_t output_count,
                        const node_id *inputs, size_t input_count);
/* One run: inputs[i] is the value of the i-th input leaf.  Allocates nothing. */
void check_run(struct check *check, const double *inputs, double *outputs);
/* How many operations a run carries out (leaves and constants are none). */
size_t check_operations(const struct check *check);

/* Where a value stopped being finite. */
struct check_fault {
    node_id node;
    uint32_t origin;
    enum op op;
    double operands[3]; /* the first of them */
    size_t count;
    double value;
};
/* After a run: the first node that output number `output` needs whose value is not finite
 * while its operands are; false when there is none. */
bool check_first_fault(const struct check *check, size_t output,
                       struct check_fault *fault);

#endif
