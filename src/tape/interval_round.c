/* SPDX-License-Identifier: MIT */
#include "tape/interval_round.h"

/* The next number in the direction of `towards`, -inf or inf, as nextafter has it: the
 * bits of numbers are in the order of their sizes. */
static double next_number(double value, double towards)
{
    uint64_t bits;
    if (value == towards || isnan(value))
        return value;
    if (value == 0)
        return towards > 0 ? 0x1p-1074 : -0x1p-1074;
    memcpy(&bits, &value, sizeof bits);
    bits += (value > 0) == (towards > 0) ? 1 : UINT64_MAX;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A finite result that overflowed lies between the largest number and infinity. */
static double step_back(double overflowed, double towards)
{
    return (overflowed > 0) == (towards > 0) ? overflowed
                                             : next_number(overflowed, towards);
}

double add_beyond(double a, double b, double towards)
{
    double sum = a + b;
    if (isinf(a) || isinf(b))
        return isnan(sum) ? towards : sum;
    return step_back(sum, towards);
}

double multiply_beyond(double a, double b, double towards)
{
    double product = a * b;
    if (a == 0 || b == 0)
        return 0;
    if (isinf(a) || isinf(b))
        return product;
    return isinf(product) ? step_back(product, towards) : next_number(product, towards);
}

double divide_towards(double a, double b, double towards)
{
    double quotient = a / b;
    if (a == 0)
        return 0;
    if (isinf(quotient))
        return step_back(quotient, towards);
    if (fabs(quotient) < ROUND_SMALLEST_EXACT || fabs(a) < ROUND_SMALLEST_EXACT)
        return next_number(quotient, towards);
    double error = fma(-quotient, b, a);
    return round_step(quotient, b > 0 ? error : -error, towards);
}

double sqrt_towards(double a, double towards)
{
    double root = sqrt(a);
    if (a == 0 || isinf(a))
        return root;
    if (a < ROUND_SMALLEST_EXACT)
        return next_number(root, towards);
    return round_step(root, fma(-root, root, a), towards);
}

double widen_towards(double a, unsigned units, double towards)
{
    uint64_t bits;
    if (fabs(a) >= DBL_MIN && fabs(a) < DBL_MAX / 2) { /* far from where bits mean more */
        memcpy(&bits, &a, sizeof bits);
        bits += (a > 0) == (towards > 0) ? units : 0 - (uint64_t)units;
        memcpy(&a, &bits, sizeof a);
        return a;
    }
    for (unsigned i = 0; i < units; i++)
        a = next_number(a, towards);
    return a;
}
