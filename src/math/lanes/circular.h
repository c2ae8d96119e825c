/* SPDX-License-Identifier: MIT
 * circular.h - sin, cos and tan for angles up to LANE_ANGLE_LIMIT; NaN and larger ones
 * are the business of large_angle.h.
 *
 * x - n pi (n a whole number, or half of one for cos and tan) comes as a sum of two
 * numbers by Cody and Waite's reduction with three parts of pi: n times the first is
 * exact, the product with the second is taken with its rounding error.  One odd
 * polynomial serves all of [-pi/2, pi/2] (minimax, by Sollya's fpminimax; relative error
 * below 2^-61). */
#ifndef MATH_LANES_CIRCULAR_H
#define MATH_LANES_CIRCULAR_H

#include "math/lanes/lane.h"

/* 2n has 20 bits then, so that its product with 33 bits is exact. */
#define LANE_ANGLE_LIMIT 0x1p20

#define LANE_PI_FIRST 0x1.921fb544p1
#define LANE_PI_SECOND 0x1.0b4611a626331p-33
#define LANE_PI_THIRD 0x1.1701b839a252p-87
#define LANE_PI_INVERSE 0x1.45f306dc9c883p-2

/* x - n pi */
LANE_INLINE struct lane_pair lane_reduce(double x, double n)
{
    double first = lane_fma(-n, LANE_PI_FIRST, x);
    double second = n * LANE_PI_SECOND;
    double second_rest = lane_product_rest(n, LANE_PI_SECOND, second);
    double high = first - second, low = (first - high) - second;
    return (struct lane_pair){high, lane_fma(-n, LANE_PI_THIRD, low - second_rest)};
}

/* (sin(r) - r)/r^3 + 1/6 for z = r^2, over z */
LANE_INLINE double lane_sine_rest(double z)
{
    double w = z * z;
    double a = lane_fma(z, -0x1.a01a01a014eb7p-13, 0x1.11111111110c9p-7);
    double b = lane_fma(z, -0x1.ae6454d968ce3p-26, 0x1.71de3a52aac67p-19);
    double c = lane_fma(z, -0x1.ae43dd5090616p-41, 0x1.6123ce53aa479p-33);
    double high = lane_fma(w, 0x1.883c30bac11ffp-49, c);
    return lane_fma(w, lane_fma(w, high, b), a);
}

/* sin of an angle from -pi/2 to pi/2.  r^3 is taken with what its rounding lost.  The low
 * part of the angle enters by the derivative, for which cos is near enough as
 * 1 - 0.497 r^2 + 0.037 r^4. */
LANE_INLINE double lane_sine(struct lane_pair angle)
{
    double r = angle.high, z = r * r, cube = z * r;
    double cube_rest =
        lane_fma(lane_product_rest(r, r, z), r, lane_product_rest(z, r, cube));
    double slope = lane_fma(z, lane_fma(z, 0.037, -0.497), 1);
    double third = lane_fma(z, lane_sine_rest(z), -0x1.5555555555555p-3);
    double small = lane_fma(cube_rest, third, angle.low * slope);
    return r + lane_fma(cube, third, small);
}

LANE_INLINE double lane_sin(double x)
{
    double y = lane_abs(x);
    double z = lane_fma(y, LANE_PI_INVERSE, LANE_ROUNDER), n = z - LANE_ROUNDER;
    return lane_turn(lane_sine(lane_reduce(y, n)), lane_bits(z) << 63 ^ lane_bits(x));
}

LANE_INLINE double lane_cos(double x)
{
    double y = lane_abs(x);
    double z = lane_fma(y, LANE_PI_INVERSE, -0.5) + (LANE_ROUNDER + 1);
    double n = z - (LANE_ROUNDER + 1) + 0.5;
    return lane_turn(lane_sine(lane_reduce(y, n)), lane_bits(z) << 63);
}

/* ---- tan ---- */

/* sin and cos of an angle from -pi/4 to pi/4, each in two numbers. */
LANE_INLINE struct lane_pair lane_sine_pair(struct lane_pair angle, double z)
{
    double w = z * z;
    double a = lane_fma(z, 0x1.111111110f75fp-7, -0x1.5555555555548p-3);
    double b = lane_fma(z, 0x1.71de355f7915bp-19, -0x1.a01a019bf28b4p-13);
    double c = lane_fma(z, 0x1.5d8e5779a7798p-33, -0x1.ae5e54dbfa73ap-26);
    double cubic = lane_fma(w, lane_fma(w, c, b), a) * (z * angle.high);
    double slope = lane_fma(z, -0.48, 1);
    return lane_join(angle.high, lane_fma(angle.low, slope, cubic));
}

LANE_INLINE struct lane_pair lane_cosine_pair(struct lane_pair angle, double z)
{
    double w = z * z;
    double a = lane_fma(z, -0x1.6c16c16c1504cp-10, 0x1.555555555554bp-5);
    double b = lane_fma(z, -0x1.27e4f7f91043ep-22, 0x1.a01a019c97a04p-16);
    double c = lane_fma(z, -0x1.8fa9a5ea29bc7p-37, 0x1.1ee9e17c9481bp-29);
    double quartic = lane_fma(w, lane_fma(w, c, b), a) * w;
    double half_rest = 0.5 * lane_product_rest(angle.high, angle.high, z);
    struct lane_pair start = lane_join(1, -0.5 * z);
    double slope = angle.high * lane_fma(z, -0.16, 1);
    double rest = lane_fma(-angle.low, slope, start.low - half_rest);
    return lane_join(start.high, quartic + rest);
}

/* tan of an angle from -pi/4 to pi/4, or, where all bits of `further` are set, of the
 * angle pi/2 further: the quotient, mended by what is left of the division. */
LANE_INLINE double lane_tangent(struct lane_pair angle, uint64_t further)
{
    double z = angle.high * angle.high;
    struct lane_pair sine = lane_sine_pair(angle, z), cosine = lane_cosine_pair(angle, z);
    double high = lane_choose(further, -cosine.high, sine.high);
    double low = lane_choose(further, -cosine.low, sine.low);
    double over = lane_choose(further, sine.high, cosine.high);
    double over_low = lane_choose(further, sine.low, cosine.low);
    double inverse = 1 / over, quotient = high * inverse, product = quotient * over;
    double rest = (high - product) - lane_product_rest(quotient, over, product);
    rest += low - quotient * over_low;
    return lane_fma(rest, inverse, quotient);
}

LANE_INLINE double lane_tan(double x)
{
    double y = lane_abs(x);
    double z = lane_fma(y, 2 * LANE_PI_INVERSE, LANE_ROUNDER), n = z - LANE_ROUNDER;
    uint64_t odd = 0 - (lane_bits(z) & 1);
    return lane_turn(lane_tangent(lane_reduce(y, 0.5 * n), odd), lane_bits(x));
}

#endif
