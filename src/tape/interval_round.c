/* SPDX-License-Identifier: MIT
 * Directed rounding without touching the rounding mode: the rounded result, and one step
 * outward where its error, which is itself a double, lies on that side.  Errors by the
 * two-sum (Knuth, The Art of Computer Programming, section 4.2.2) and by fma. */
#include "tape/enclose.h"

#include <math.h>

/* Below this products may have errors that are no doubles. */
static const double smallest_exact = 0x1p-900;

static double step_if(double value, double error, double towards)
{
    bool outside = towards > 0 ? error > 0 : error < 0;
    return outside ? nextafter(value, towards) : value;
}

/* A finite result that overflowed lies between the largest number and infinity. */
static double step_back(double overflowed, double towards)
{
    return (overflowed > 0) == (towards > 0) ? overflowed
                                             : nextafter(overflowed, towards);
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
    double product = a * b;
    if (a == 0 || b == 0)
        return 0;
    if (isinf(a) || isinf(b))
        return product;
    if (isinf(product))
        return step_back(product, towards);
    if (fabs(product) < smallest_exact)
        return nextafter(product, towards);
    return step_if(product, fma(a, b, -product), towards);
}

double divide_towards(double a, double b, double towards)
{
    double quotient = a / b;
    if (a == 0)
        return 0;
    if (isinf(quotient))
        return step_back(quotient, towards);
    if (fabs(quotient) < smallest_exact || fabs(a) < smallest_exact)
        return nextafter(quotient, towards);
    double error = fma(-quotient, b, a);
    return step_if(quotient, b > 0 ? error : -error, towards);
}

double sqrt_towards(double a, double towards)
{
    double root = sqrt(a);
    if (a == 0 || isinf(a))
        return root;
    if (a < smallest_exact)
        return nextafter(root, towards);
    return step_if(root, fma(-root, root, a), towards);
}

double widen_towards(double a, unsigned units, double towards)
{
    for (unsigned i = 0; i < units; i++)
        a = nextafter(a, towards);
    return a;
}
