/* SPDX-License-Identifier: MIT
 * The cube root: that of the C library, which may be off by a last bit even for a cube,
 * and one step of Newton's method with the residual in twice the precision (Dekker, A
 * floating-point technique for extending the available precision, 1971). */
#include "math/functions.h"

#include <math.h>

double math_cbrt(double x)
{
    double y = cbrt(x);
    if (!isfinite(y) || y == 0)
        return y;
    double square = y * y, rest = fma(y, y, -square);
    double residual = fma(square, y, -x) + rest * y;
    return y - residual / (3 * square);
}
