/* SPDX-License-Identifier: MIT
 * The remainder of a division that rounds down (Knuth, The Art of Computer Programming,
 * section 1.2.4). */
#include "math/functions.h"

#include <math.h>

double math_modulo(double x, double y)
{
    double remainder = fmod(x, y); /* exact, of the sign of x */
    if (remainder == 0)
        return copysign(remainder, y);
    return (remainder < 0) != (y < 0) ? remainder + y : remainder;
}
