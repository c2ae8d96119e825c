/* SPDX-License-Identifier: MIT
 * wide_angle.c - sine and cosine by their series after reduction by pi/2 in three parts
 * (Cody and Waite, Software Manual for the Elementary Functions, 1980); angles by one
 * step of Newton's method from the double. */
#include "math/wide.h"

#include "math/functions.h"

static const double most_angle = 1e9;
/* pi/2 in three doubles. */
static const double half_pi[3] = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54,
                                  -0x1.f1976b7ed8fbcp-110};

/* x = k pi/2 + *rest; k modulo 4, or -1 where x is too far. */
static int reduce(struct wide x, struct wide *rest)
{
    if (!(fabs(x.high) <= most_angle))
        return -1;
    double k = nearbyint(x.high / half_pi[0]);
    *rest = x;
    for (int i = 0; i < 3; i++)
        *rest = wide_subtract(*rest, wide_product(k, half_pi[i]));
    return (int)(k - 4 * floor(k / 4));
}

/* 1 - s/(a(a+1)) (1 - s/((a+2)(a+3)) (1 - ...)) with s = x^2. */
static struct wide series(struct wide x, double a)
{
    enum { TERMS = 14 };
    struct wide square = wide_multiply(x, x), sum = wide_of(1);
    for (int k = TERMS; k-- > 0;) {
        double at = a + 2 * k;
        struct wide share = wide_divide(square, wide_of(at * (at + 1)));
        sum = wide_subtract(wide_of(1), wide_multiply(share, sum));
    }
    return sum;
}

static void sine_cosine(struct wide x, struct wide *sine, struct wide *cosine)
{
    struct wide rest = {0, 0};
    int k = reduce(x, &rest);
    if (k < 0) {
        *sine = *cosine = wide_of((double)NAN);
        return;
    }
    struct wide s = wide_multiply(rest, series(rest, 2)), c = series(rest, 1);
    *sine = k % 2 == 0 ? s : c;
    *cosine = k % 2 == 0 ? c : s;
    if (k >= 2)
        *sine = wide_negate(*sine);
    if (k == 1 || k == 2)
        *cosine = wide_negate(*cosine);
}

struct wide wide_sin(struct wide x)
{
    struct wide sine, cosine;
    sine_cosine(x, &sine, &cosine);
    return sine;
}

struct wide wide_cos(struct wide x)
{
    struct wide sine, cosine;
    sine_cosine(x, &sine, &cosine);
    return cosine;
}

struct wide wide_tan(struct wide x)
{
    struct wide sine, cosine;
    sine_cosine(x, &sine, &cosine);
    return wide_divide(sine, cosine);
}

/* tan(angle - start) is what is left, and small. */
struct wide wide_atan2(struct wide y, struct wide x)
{
    struct wide sine, cosine, start = wide_of(math_atan2(y.high, x.high));
    if (y.high == 0 && x.high >= 0)
        return start;
    int exponent;
    (void)frexp(fmax(fabs(x.high), fabs(y.high)), &exponent);
    x = wide_scale(x, ldexp(1, -exponent));
    y = wide_scale(y, ldexp(1, -exponent));
    sine_cosine(start, &sine, &cosine);
    struct wide over = wide_subtract(wide_multiply(y, cosine), wide_multiply(x, sine));
    struct wide along = wide_add(wide_multiply(x, cosine), wide_multiply(y, sine));
    return wide_add(start, wide_divide(over, along));
}

struct wide wide_atan(struct wide x)
{
    return wide_atan2(x, wide_of(1));
}

/* sqrt(1 - x^2) without loss at the ends. */
static struct wide other_side(struct wide x)
{
    struct wide one = wide_of(1);
    return wide_sqrt(wide_multiply(wide_subtract(one, x), wide_add(one, x)));
}

struct wide wide_asin(struct wide x)
{
    return wide_atan2(x, other_side(x));
}

struct wide wide_acos(struct wide x)
{
    return wide_atan2(other_side(x), x);
}
