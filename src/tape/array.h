/* SPDX-License-Identifier: MIT
 * array.h - the array program: a graph planned once and run many times.
 *
 * One kernel a node, in the order of the graph.  Where every result stands is planned by
 * lifetime: memory is used again after the last reader, operations element by element
 * write over an operand that nobody reads any more, and a reshape or a slice of rows is
 * its operand seen otherwise.  A run allocates nothing.  Of numbers the bits are those of
 * the checking evaluator (check.h). */
#ifndef TAPE_ARRAY_H
#define TAPE_ARRAY_H

#include "tape/apply.h"

struct array_program;

/* Plans the evaluation of `outputs` from the leaves `inputs`; every leaf that the outputs
 * need, but for constants and ranges, must be among the inputs.  Memory is in `arena`,
 * that of all results taken in one piece; the graph is not needed any more afterwards but
 * for array_fault's node numbers. */
struct array_program *array_new(struct arena *arena, const struct graph *graph,
                                const node_id *outputs, size_t output_count,
                                const node_id *inputs, size_t input_count);

/* What long runs may use; the bits do not depend on it. */
struct array_means {
    size_t threads;
    bool machine_code;
};

/* The same with fused loops: what runs over rows is computed tile by tile, values and
 * adjoints together, and only results are stored.  Sums, and products with factors that
 * are the same for all rows, may differ in their last bits. */
struct array_program *array_new_fused(struct arena *arena, const struct graph *graph,
                                      const node_id *outputs, size_t output_count,
                                      const node_id *inputs, size_t input_count,
                                      struct array_means means);

/* One run: inputs[i] are the numbers of the i-th input leaf, row by row, or NULL where
 * array_needs says no; outputs[i] takes those of output i, and is no input.  False when
 * it was interrupted: the outputs hold nothing of use then.  An index outside reads NaN.
 */
bool array_run(struct array_program *program, const double *const *inputs,
               double *const *outputs);
/* Of the last run: whether an index lay outside, and the first such. */
bool array_index_outside(const struct array_program *program, struct index_fault *fault);
/* Whether the numbers of an input are looked at. */
bool array_needs(const struct array_program *program, size_t input);

/* Who is asked while it runs, as in array_poll; NULL, as at first: nobody. */
void array_set_poll(struct array_program *program, bool (*go_on)(void *user), void *user);

/* The arithmetic operations of a run; what moves elements is none. */
size_t array_operations(const struct array_program *program);
/* The most threads that a run uses. */
size_t array_threads(const struct array_program *program);
/* Whether some of it is machine code by now. */
bool array_is_native(const struct array_program *program);
/* Bytes of the numbers that a run holds, without its inputs and outputs. */
size_t array_bytes(const struct array_program *program);

/* Where a value stopped being finite. */
struct array_fault {
    node_id node;
    uint32_t origin;
    enum op op;
    double value;       /* the first element that is guilty */
    size_t place;       /* where it stands in the node's array, row by row from 0 */
    struct shape shape; /* of that array */
    /* The operands that made it, of operations of numbers the first three; 0 of others,
     * whose element is made of many. */
    double operands[3];
    size_t count;
    /* Of GATHER and SCATTER with an index outside. */
    bool is_index;
    struct index_fault index;
};
/* The first node that output number `output` needs in which an element is not finite
 * while the elements that it is made of are; false when there is none.  It runs once more
 * from the same inputs and keeps every result, in memory of `scratch` that it gives back:
 * far more than a run needs.  False too when it was interrupted. */
bool array_first_fault(struct array_program *program, struct arena *scratch,
                       const double *const *inputs, size_t output,
                       struct array_fault *fault);

#endif
