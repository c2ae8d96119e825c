/* SPDX-License-Identifier: MIT
 * extremes.h - the lesser and the greater of two numbers, as the formulas of ops.def use
 * them.  NaN is never hidden; at a tie it is the second, which tells 0 from -0. */
#ifndef GRAPH_EXTREMES_H
#define GRAPH_EXTREMES_H

#include <math.h>

static inline double least(double a, double b)
{
    return a < b || isnan(a) ? a : b;
}

static inline double greatest(double a, double b)
{
    return a > b || isnan(a) ? a : b;
}

#endif
