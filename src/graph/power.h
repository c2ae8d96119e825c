/* SPDX-License-Identifier: MIT
 * power.h - the power of two numbers, as ops.def has it. */
#ifndef GRAPH_POWER_H
#define GRAPH_POWER_H

#include "math/functions.h"

/* Small whole exponents by products: as near as the function, and soon. */
static inline double power(double a, double b)
{
    if (b == 2)
        return a * a;
    if (b == 3)
        return a * a * a;
    if (b == 4)
        return (a * a) * (a * a);
    return math_pow(a, b);
}

#endif
