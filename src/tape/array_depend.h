/* SPDX-License-Identifier: MIT
 * array_depend.h - which elements of a result are made of which elements of an operand.
 *
 * Where a value stopped being finite is a question about elements: of x + y, of a slice
 * or a sum each has its own operands.  Of a product of matrices, a solution, an order it
 * is not asked: all elements are made of all. */
#ifndef TAPE_ARRAY_DEPEND_H
#define TAPE_ARRAY_DEPEND_H

#include "tape/array_plan.h"

enum dependence_kind {
    DEPENDS_BY_RESULT,  /* map[i]: the operand's element of element i of the result */
    DEPENDS_BY_OPERAND, /* map[i]: the result's element that element i goes to */
    DEPENDS_AS_A_WHOLE
};

struct dependence {
    enum dependence_kind kind;
    const double *map; /* from 1; 0: none */
};

/* Of operand `which` of a step, whose elements stand in program->operands; `first` is
 * how far along the axis of CONCAT it begins.  Memory is in `scratch`. */
struct dependence array_depend(struct array_program *program, struct arena *scratch,
                               size_t place, size_t which, size_t first);

#endif
