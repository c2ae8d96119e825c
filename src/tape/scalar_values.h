/* SPDX-License-Identifier: MIT
 * scalar_values.h - the formulas of ops.def as functions, for the machines that run the
 * scalar program. */
#ifndef TAPE_SCALAR_VALUES_H
#define TAPE_SCALAR_VALUES_H

#include "graph/formulas.h"
#include "tape/scalar_code.h"

#include <math.h>

/* The formulas as functions.  NaN stands for the operands that an operation has not. */
#define OP(id, spelling, arity, level, defined, rule, domain, kinks, value, ...)         \
    static inline double value_##id(double a, double b, double c)                        \
    {                                                                                    \
        const double operands[] = {a, b};                                                \
        const size_t count = 2;                                                          \
        (void)operands;                                                                  \
        (void)count;                                                                     \
        (void)a;                                                                         \
        (void)b;                                                                         \
        (void)c;                                                                         \
        return (value);                                                                  \
    }
#include "graph/ops.def"

static inline double value_SUBTRACT(double a, double b, double c)
{
    (void)c;
    return a - b;
}

static inline double value_SQUARE(double a, double b, double c)
{
    (void)b;
    return value_POWER(a, 2, c);
}

static inline double value_CUBE(double a, double b, double c)
{
    (void)b;
    return value_POWER(a, 3, c);
}

static inline double value_FOURTH(double a, double b, double c)
{
    (void)b;
    return value_POWER(a, 4, c);
}

static inline double value_EXP_SIZE(double a, double b, double c)
{
    (void)b;
    (void)c;
    return math_exp(-lane_abs(a));
}

static inline double value_SIGMOID_BY(double a, double b, double c)
{
    (void)c;
    return lane_sigmoid_by(a, b);
}

static inline double value_SOFTPLUS_BY(double a, double b, double c)
{
    (void)c;
    return lane_softplus_by(a, b);
}

#define SCALAR_PAIR(one, another, both, is_turned)                                       \
    static inline double pair_##one##_##another(double a, double *other)                 \
    {                                                                                    \
        const struct lane_two two = both(a);                                             \
        *other = (is_turned) ? two.first : two.second;                                   \
        return (is_turned) ? two.second : two.first;                                     \
    }
SCALAR_PAIRS(SCALAR_PAIR)
#undef SCALAR_PAIR

#endif
