/* SPDX-License-Identifier: MIT
 * The logistic function and its integral: exp is taken of -|x| alone, which cannot
 * overflow. */
#include "math/functions.h"

#include <math.h>

double math_sigmoid(double x)
{
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

double math_softplus(double x)
{
    return (x < 0 ? 0 : x) + log1p(exp(-fabs(x)));
}
