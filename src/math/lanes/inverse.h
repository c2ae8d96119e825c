/* SPDX-License-Identifier: MIT
 * inverse.h - asin, acos, atan and atan2.
 *
 * The arc tangent of a quotient up to 1 is that of (a - b)/(a + b) and pi/4 where the
 * quotient is above tan(pi/8); quotients are taken in two numbers.  Past 1/2 the arc sine
 * is pi/2 - 2 asin(sqrt((1 - x)/2)).  Polynomials are minimax, by Sollya's fpminimax
 * (relative errors below 2^-59). */
#ifndef MATH_LANES_INVERSE_H
#define MATH_LANES_INVERSE_H

#include "math/lanes/lane.h"

#define LANE_HALF_PI 0x1.921fb54442d18p0
#define LANE_HALF_PI_LOW 0x1.1a62633145c07p-54

/* (atan(f) - f)/f^3 for z = f^2 */
LANE_INLINE double lane_atan_rest(double z)
{
    double w = z * z, v = w * w;
    double a = lane_fma(z, 0x1.99999999995bfp-3, -0x1.5555555555554p-2);
    double b = lane_fma(z, 0x1.c71c71b5f9222p-4, -0x1.24924924721bep-3);
    double c = lane_fma(z, 0x1.3b136b1d3278dp-4, -0x1.745d14919c87bp-4);
    double d = lane_fma(z, 0x1.e16f469abdc99p-5, -0x1.110c4af13f37ep-4);
    double e = lane_fma(z, 0x1.70b28dd725bap-5, -0x1.ab6da8aed3127p-5);
    double f = lane_fma(z, 0x1.f0111d29421bep-7, -0x1.11ba2966226bp-5);
    double high = lane_fma(w, f, e);
    return lane_fma(v, lane_fma(v, high, lane_fma(w, d, c)), lane_fma(w, b, a));
}

#define LANE_ATAN_FAR 0.41421356237309503

/* The arc tangent of over/under, and pi/4 if it is far. */
LANE_INLINE struct lane_pair lane_atan_fraction(struct lane_pair over,
                                                struct lane_pair under, bool is_far)
{
    double inverse = 1 / under.high, f = over.high * inverse, product = f * under.high;
    double rest = (over.high - product) - lane_product_rest(f, under.high, product);
    double f_low = (rest + (over.low - f * under.low)) * inverse;
    double z = f * f, tail = lane_fma(f * z, lane_atan_rest(z), f_low);
    struct lane_pair angle = lane_join(is_far ? LANE_HALF_PI / 2 : 0.0, f);
    double low = is_far ? LANE_HALF_PI_LOW / 2 : 0.0;
    return (struct lane_pair){angle.high, angle.low + (tail + low)};
}

/* atan(a/b) for 0 <= a <= b, b neither 0 nor near the ends of the range */
LANE_INLINE struct lane_pair lane_atan_quotient(double a, double b)
{
    bool is_far = a > LANE_ATAN_FAR * b;
    struct lane_pair difference = lane_join(-b, a), sum = lane_join(b, a);
#ifdef LANE_ALONE
    if (!is_far)
        return lane_atan_fraction((struct lane_pair){a, 0}, (struct lane_pair){b, 0},
                                  false);
    return lane_atan_fraction(difference, sum, true);
#else
    double over = is_far ? difference.high : a, over_low = is_far ? difference.low : 0.0;
    double under = is_far ? sum.high : b, under_low = is_far ? sum.low : 0.0;
    return lane_atan_fraction((struct lane_pair){over, over_low},
                              (struct lane_pair){under, under_low}, is_far);
#endif
}

/* The angle of the point (x, y): start + or - that of a quotient up to 1. */
LANE_INLINE double lane_atan2(double y, double x)
{
    double up = lane_abs(y), along = lane_abs(x);
    bool is_steep = up > along, is_left = (lane_bits(x) >> 63) != 0;
    double a = is_steep ? along : up, b = is_steep ? up : along;
    a = b < lane_infinity ? a : (a < b ? 0.0 : 1.0);
    b = b < lane_infinity ? (b == 0 ? 1.0 : b) : 1.0;
    double huge = b > 0x1p900 ? 0x1p-100 : 1.0, scale = b < 0x1p-900 ? 0x1p200 : huge;
    struct lane_pair part = lane_atan_quotient(a * scale, b * scale);
    double flat_start = is_left ? 2 * LANE_HALF_PI : 0.0;
    double flat_low = is_left ? 2 * LANE_HALF_PI_LOW : 0.0;
    double start = is_steep ? LANE_HALF_PI : flat_start;
    double start_low = is_steep ? LANE_HALF_PI_LOW : flat_low;
    double sign = is_steep == is_left ? 1.0 : -1.0;
    struct lane_pair angle = lane_join(start, sign * part.high);
    double value = angle.high + (angle.low + lane_fma(sign, part.low, start_low));
    value = lane_with_sign(value, y);
    bool is_nan = (x != x) | (y != y);
    return is_nan ? lane_nan : value;
}

/* What lane_atan2(x, 1) comes to, if it is waited for alone: less is to be told apart,
 * and quotients of 1 are none. */
LANE_INLINE double lane_atan_alone(double x)
{
    double y = lane_abs(x), z = y * y;
    if (y <= LANE_ATAN_FAR)
        return lane_with_sign(y + y * z * lane_atan_rest(z), x);
    if (y <= 1) {
        struct lane_pair part = lane_atan_quotient(y, 1);
        return lane_with_sign(part.high + part.low, x);
    }
    struct lane_pair part = lane_atan_quotient(1, y);
    struct lane_pair angle = lane_join(LANE_HALF_PI, -part.high);
    double low = lane_fma(-1, part.low, LANE_HALF_PI_LOW);
    return lane_with_sign(angle.high + (angle.low + low), x);
}

LANE_INLINE double lane_atan(double x)
{
#ifdef LANE_ALONE
    if (__builtin_expect(lane_abs(x) <= 0x1p900, 1))
        return lane_atan_alone(x);
#endif
    return lane_atan2(x, 1);
}

/* (asin(s) - s)/s^3 for z = s^2 */
LANE_INLINE double lane_asin_rest(double z)
{
    double w = z * z, v = w * w;
    double a = lane_fma(z, 0x1.333333332e13p-4, 0x1.5555555555577p-3);
    double b = lane_fma(z, 0x1.f1c71a94e2c9bp-6, 0x1.6db6db721283bp-5);
    double c = lane_fma(z, 0x1.1c49f0292c446p-6, 0x1.6e8bdee29a3e4p-6);
    double d = lane_fma(z, 0x1.75855569ddaa9p-7, 0x1.ca1f9315cb9fp-7);
    double e = lane_fma(z, 0x1.e5e0b8b5012fdp-9, 0x1.613dd05ce441ep-7);
    double f = lane_fma(z, -0x1.5807c00eacb0dp-6, 0x1.63a340d0f30a3p-6);
    double high = lane_fma(w, lane_fma(w, 0x1.0b4a22e092115p-5, f), e);
    return lane_fma(v, lane_fma(v, high, lane_fma(w, d, c)), lane_fma(w, b, a));
}

/* asin of |x| up to 1/2, else asin(sqrt((1 - |x|)/2)); the second number is not small. */
LANE_INLINE struct lane_pair lane_asin_part(double y)
{
    bool is_near = y <= 0.5;
    double z = is_near ? y * y : 0.5 - 0.5 * y, root = lane_sqrt(z);
    double rest = (z - root * root) - lane_product_rest(root, root, root * root);
    double root_low = rest / (root == 0 ? 1.0 : 2 * root);
    double s = is_near ? y : root, s_low = is_near ? 0.0 : root_low;
    return (struct lane_pair){s, lane_fma(s * z, lane_asin_rest(z), s_low)};
}

LANE_INLINE double lane_asin(double x)
{
    double y = lane_abs(x);
    struct lane_pair part = lane_asin_part(y);
    struct lane_pair far = lane_join(LANE_HALF_PI, -2 * part.high);
    double value = far.high + (far.low + (LANE_HALF_PI_LOW - 2 * part.low));
    return lane_with_sign(y <= 0.5 ? part.high + part.low : value, x);
}

/* near 0 pi/2 - asin(x); near 1 twice the part; near -1 pi less that */
LANE_INLINE double lane_acos(double x)
{
    double y = lane_abs(x), sign = x < 0 ? -1.0 : 1.0;
    bool is_near = y <= 0.5;
    struct lane_pair part = lane_asin_part(y);
    double factor = is_near ? -sign : 2 * sign, far = x < 0 ? 2.0 : 0.0;
    double quarters = is_near ? 1.0 : far;
    struct lane_pair sum = lane_join(quarters * LANE_HALF_PI, factor * part.high);
    double low = lane_fma(factor, part.low, quarters * LANE_HALF_PI_LOW);
    return sum.high + (sum.low + low);
}

#endif
