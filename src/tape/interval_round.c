/* SPDX-License-Identifier: MIT
 * Directed rounding without touching the rounding mode: the rounded result, and one step
 * outward where its error, which is itself a double, lies on that side.  Errors by the
 * two-sum (Knuth, The Art of Computer Programming, section 4.2.2) and by fma. */
#include "tape/enclose.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Below this products may have errors that are no doubles. */
static const double smallest_exact = 0x1p-900;

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

static double step_if(double value, double error, double towards)
{
    bool outside = towards > 0 ? error > 0 : error < 0;
    return outside ? next_number(value, towards) : value;
}

/* A finite result that overflowed lies between the largest number and infinity. */
static double step_back(double overflowed, double towards)
{
    return (overflowed > 0) == (towards > 0) ? overflowed
                                             : next_number(overflowed, towards);
}

double add_towards(double a, double b, double towards)
{
    double sum = a + b;
    if (isinf(a) || isinf(b))
        return isnan(sum) ? towards : sum;
    if (isinf(sum))
        return step_back(sum, towards);
    double part = sum - a;
    return step_if(sum, (a - (sum - part)) + (b - part), towards);
}

double multiply_towards(double a, double b, double towards)
{
    double product = a * b, size = fabs(product);
    if (size >= smallest_exact && size < (double)INFINITY)
        return step_if(product, fma(a, b, -product), towards);
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
    if (fabs(quotient) < smallest_exact || fabs(a) < smallest_exact)
        return next_number(quotient, towards);
    double error = fma(-quotient, b, a);
    return step_if(quotient, b > 0 ? error : -error, towards);
}

double sqrt_towards(double a, double towards)
{
    double root = sqrt(a);
    if (a == 0 || isinf(a))
        return root;
    if (a < smallest_exact)
        return next_number(root, towards);
    return step_if(root, fma(-root, root, a), towards);
}

double widen_towards(double a, unsigned units, double towards)
{
    for (unsigned i = 0; i < units; i++)
        a = next_number(a, towards);
    return a;
}
