/* SPDX-License-Identifier: MIT
 * interval_round.h - one operation on numbers, rounded towards -inf or inf, without
 * touching the rounding mode: the rounded result, and one step outward where its error,
 * which is itself a double, lies on that side.  Errors by the two-sum (Knuth, The Art of
 * Computer Programming, section 4.2.2) and by fma.
 *
 * Sums and products, which are most of what is rounded, stand here to be inlined:
 * `towards` is a constant where they are used. */
#ifndef TAPE_INTERVAL_ROUND_H
#define TAPE_INTERVAL_ROUND_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Below this products may have errors that are no doubles. */
#define ROUND_SMALLEST_EXACT 0x1p-900

/* `value`, which is not 0 when it has an error, or the next number in the direction. */
static inline double round_step(double value, double error, double towards)
{
    uint64_t bits, outside = towards > 0 ? error > 0 : error < 0;
    memcpy(&bits, &value, sizeof bits); /* in the order of sizes */
    bits += (value > 0) == (towards > 0) ? outside : 0 - outside;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The same of what overflows, is infinite, or too small for an exact error. */
double add_beyond(double a, double b, double towards);
double multiply_beyond(double a, double b, double towards);

static inline double add_towards(double a, double b, double towards)
{
    double sum = a + b, part = sum - a;
    if (!(fabs(sum) <= DBL_MAX))
        return add_beyond(a, b, towards);
    return round_step(sum, (a - (sum - part)) + (b - part), towards);
}

/* 0 times anything is 0. */
static inline double multiply_towards(double a, double b, double towards)
{
    double product = a * b, size = fabs(product);
    if (!(size >= ROUND_SMALLEST_EXACT && size <= DBL_MAX))
        return multiply_beyond(a, b, towards);
    return round_step(product, fma(a, b, -product), towards);
}

double divide_towards(double a, double b, double towards); /* of finite numbers */
double sqrt_towards(double a, double towards);
/* `units` floating-point numbers further. */
double widen_towards(double a, unsigned units, double towards);

#endif
