/* SPDX-License-Identifier: MIT
 * formulas.h - what the formulas of ops.def are written in.  Whoever expands them
 * includes it, so that every evaluator computes with the same words. */
#ifndef GRAPH_FORMULAS_H
#define GRAPH_FORMULAS_H

#include "graph/extremes.h"
#include "graph/power.h"
#include "math/functions.h"

#include <stddef.h>

/* Left to right, as it is written: the order fixes the rounding. */
static inline double sum(const double *operands, size_t count)
{
    double total = count > 0 ? operands[0] : 0;
    for (size_t i = 1; i < count; i++)
        total += operands[i];
    return total;
}

static inline double product(const double *operands, size_t count)
{
    double total = count > 0 ? operands[0] : 1;
    for (size_t i = 1; i < count; i++)
        total *= operands[i];
    return total;
}

#endif
