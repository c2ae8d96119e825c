/* SPDX-License-Identifier: MIT
 * functions.h - real functions that the C library lacks or does not round well.
 *
 * Relative errors are below 1e-14 away from zeros, where the absolute error is as small
 * against the terms that cancel.  NaN gives NaN; none of them reports errors. */
#ifndef MATH_FUNCTIONS_H
#define MATH_FUNCTIONS_H

/* The n-th derivative of digamma for whole n >= 0; NaN for any other n.  At its poles inf
 * where both sides agree (n odd), else as math_digamma.  For n above 170 the error grows
 * with the logarithm of n!. */
double math_polygamma(double n, double x);

/* Those of lanes.def, math_exp and so on: the same bits as in blocks (block.h).  A source
 * that is compiled once for each level has a copy of its own; with MATH_WITHIN_LIMITS it
 * has to see to it that functions with a limit get nothing past it. */
#ifdef MATH_LEVEL
#include "math/lanes/all.h"

#define LANE(name)                                                                       \
    static inline double math_##name(double x)                                           \
    {                                                                                    \
        return lane_##name(x);                                                           \
    }
#define LANE2(name)                                                                      \
    static inline double math_##name(double x, double y)                                 \
    {                                                                                    \
        return lane_##name(x, y);                                                        \
    }
#ifndef MATH_WITHIN_LIMITS
#define LIMITED(name, limit)                                                             \
    static inline double math_##name(double x)                                           \
    {                                                                                    \
        return lane_any_##name(x);                                                       \
    }
#else
#define PIECEWISE(name, place)                                                           \
    static inline double math_##name(double x)                                           \
    {                                                                                    \
        return lane_any_##name(x);                                                       \
    }
#endif
#else
#define LANE(name) double math_##name(double x);
#define LANE2(name) double math_##name(double x, double y);
#endif
#include "math/lanes.def"

/* x - y*floor(x/y) from the exact remainder, so that it is right for a huge x too: 0, or
 * of the sign of y and less than y in magnitude but for the last rounding.  NaN when y is
 * 0 or x is infinite. */
double math_modulo(double x, double y);

#endif
