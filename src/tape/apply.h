/* SPDX-License-Identifier: MIT
 * apply.h - one operation on plain arrays, without a graph: how a script computes with
 * values.  The kernels are those of the array program, so the bits are the same. */
#ifndef TAPE_APPLY_H
#define TAPE_APPLY_H

#include "graph/array.h"

/* Numbers that somebody else owns, row by row, without gaps. */
struct array {
    struct shape shape;
    const double *numbers;
};

/* By whom long work can be ended: go_on(user) is asked after about every 10^6 elements or
 * operations (factorizations alone are not interrupted); once it has said no nothing more
 * is computed, and what was is of no use.  All 0: nobody is asked. */
struct array_poll {
    bool (*go_on)(void *user);
    void *user;
    size_t weight; /* of the work since it was asked last */
    bool is_interrupted;
};
/* Counts work; false when it shall end. */
bool array_goes_on(struct array_poll *poll, size_t weight);

/* An index of GATHER or SCATTER that is no whole number from 0 to below the extent. */
struct index_fault {
    double index;
    size_t place;  /* of it among the indices, row by row from 0 */
    size_t extent; /* of the axis */
};

/* Writes `op` of the operands to `out`, which has the elements of `shape` and shares none
 * with an operand.  `shape` is the result's as the constructors of array.h find it, and
 * `attributes` are as they make them; NULL where the operation has none.  What it needs
 * besides comes from `scratch` and is given back.  False when an index lies outside: then
 * *fault tells the first one, and NaN stands where no element could be read. */
bool array_apply(struct arena *scratch, enum op op, const struct attributes *attributes,
                 const struct array *operands, size_t count, const struct shape *shape,
                 double *out, struct index_fault *fault);
/* The same that can be interrupted: false too, with poll->is_interrupted. */
bool array_apply_polled(struct arena *scratch, enum op op,
                        const struct attributes *attributes, const struct array *operands,
                        size_t count, const struct shape *shape, double *out,
                        struct index_fault *fault, struct array_poll *poll);

#endif
