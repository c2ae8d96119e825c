/* SPDX-License-Identifier: MIT
 * scaled.h - a number with an exponent of its own, for products of many factors and for
 * norms whose squares would overflow.
 *
 * It is mantissa * 2^exponent.  What is done with it is exact but for one rounding of the
 * mantissa each time. */
#ifndef LINEAR_SCALED_H
#define LINEAR_SCALED_H

#include <limits.h>
#include <math.h>

struct scaled {
    double mantissa; /* 0 or of magnitude in [1/2, 1), when it is finite */
    long long exponent;
};

/* product * factor */
static inline struct scaled scaled_multiply(struct scaled product, double factor)
{
    int mine = 0, both = 0;
    double mantissa = frexp(product.mantissa * frexp(factor, &mine), &both);
    return (struct scaled){.mantissa = mantissa,
                           .exponent = product.exponent + mine + both};
}

/* As a double: infinite or 0 where it is too large or too small for one. */
static inline double scaled_value(struct scaled number)
{
    long long exponent = number.exponent;
    int bounded = exponent > 9999 ? 9999 : exponent < -9999 ? -9999 : (int)exponent;
    return ldexp(number.mantissa, bounded);
}

/* log |number|; -inf for 0.  Near 1 without cancellation. */
static inline double scaled_logarithm(struct scaled number)
{
    double mantissa = fabs(number.mantissa), exponent = (double)number.exponent;
    if (mantissa < 0x1.6a09e667f3bcdp-1) { /* sqrt(1/2) */
        mantissa *= 2;
        exponent -= 1;
    }
    return exponent * 0x1.62e42fefa39efp-1 + log(mantissa); /* log(2) */
}

#endif
