/* SPDX-License-Identifier: MIT
 * circular.h - sin, cos and tan for angles up to LANE_ANGLE_LIMIT; NaN and larger ones
 * are the business of large_angle.h.
 *
 * x - n pi/2 for the nearest whole n comes as a sum of two numbers by Cody and Waite's
 * reduction with three parts of pi/2: n times the first is exact, the product with the
 * second is taken with its rounding error.  sin and cos are polynomials on
 * [-pi/4, pi/4]; which of them it is, and its sign, is told by the last bits of n.  Both
 * are computed, side by side (minimax, by Sollya's fpminimax; relative errors below
 * 2^-58). */
#ifndef MATH_LANES_CIRCULAR_H
#define MATH_LANES_CIRCULAR_H

#include "math/lanes/lane.h"

/* n has 20 bits then, so that its product with 33 bits is exact. */
#define LANE_ANGLE_LIMIT 0x1p20

#define LANE_QUARTER_FIRST 0x1.921fb544p0
#define LANE_QUARTER_SECOND 0x1.0b4611a626331p-34
#define LANE_QUARTER_THIRD 0x1.1701b839a252p-88
#define LANE_QUARTER_INVERSE 0x1.45f306dc9c883p-1

/* x - n pi/2 */
LANE_INLINE struct lane_pair lane_reduce(double x, double n)
{
    double first = lane_fma(-n, LANE_QUARTER_FIRST, x);
    double second = n * LANE_QUARTER_SECOND;
    double rest = lane_fma(n, LANE_QUARTER_THIRD,
                           lane_product_rest(n, LANE_QUARTER_SECOND, second));
    double high = first - second, low = (first - high) - second;
    return (struct lane_pair){high, low - rest};
}

/* ---- sin and cos of an angle from -pi/4 to pi/4; z is its square ---- */

/* As a comparison of numbers, which becomes a choice without a jump. */
LANE_INLINE bool lane_is_odd(uint64_t n)
{
    return lane_number(n << 63 | 0x3ff0000000000000u) < 0;
}

/* (sin(r) - r)/r^3 */
LANE_INLINE double lane_sine_rest(double z)
{
    double w = z * z;
    double a = lane_fma(z, 0x1.111111110f75fp-7, -0x1.5555555555548p-3);
    double b = lane_fma(z, 0x1.71de355f7915bp-19, -0x1.a01a019bf28b4p-13);
    double c = lane_fma(z, 0x1.5d8e5779a7798p-33, -0x1.ae5e54dbfa73ap-26);
    return lane_fma(w, lane_fma(w, c, b), a);
}

/* (cos(r) - 1 + r^2/2)/r^4 */
LANE_INLINE double lane_cosine_rest(double z)
{
    double w = z * z;
    double a = lane_fma(z, -0x1.6c16c16c1504cp-10, 0x1.555555555554bp-5);
    double b = lane_fma(z, -0x1.27e4f7f91043ep-22, 0x1.a01a019c97a04p-16);
    double c = lane_fma(z, -0x1.8fa9a5ea29bc7p-37, 0x1.1ee9e17c9481bp-29);
    return lane_fma(w, lane_fma(w, c, b), a);
}

/* What is to be added to the angle's high part. */
LANE_INLINE double lane_sine_more(struct lane_pair angle, double z)
{
    double slope = lane_fma(z, -0.48, 1);
    return lane_fma(z * angle.high, lane_sine_rest(z), angle.low * slope);
}

/* What is to be added to the high part of start = 1 - z/2. */
LANE_INLINE double lane_cosine_more(struct lane_pair angle, double z,
                                    struct lane_pair start)
{
    double half_rest = 0.5 * lane_product_rest(angle.high, angle.high, z);
    double slope = angle.high * lane_fma(z, -0.16, 1);
    double rest = start.low - lane_fma(angle.low, slope, half_rest);
    return lane_fma(z * z, lane_cosine_rest(z), rest);
}

LANE_INLINE double lane_sine_near(struct lane_pair angle, double z, double turned)
{
    return lane_fma(lane_sine_more(angle, z), turned, angle.high * turned);
}

LANE_INLINE double lane_cosine_near(struct lane_pair angle, double z, double turned)
{
    struct lane_pair start = lane_join(1, -0.5 * z);
    return lane_fma(lane_cosine_more(angle, z, start), turned, start.high * turned);
}

/* sin of the angle and as many quarters of a turn as the last two bits of `quarters` say,
 * times `sign`, 1 or -1.  With LANE_ALONE, for numbers that are waited for one by one,
 * only that of both is computed which it is. */
LANE_INLINE double lane_sine(struct lane_pair angle, uint64_t quarters, double sign)
{
    double turned = lane_turn(sign, quarters << 62);
    double z = angle.high * angle.high;
#ifdef LANE_ALONE
    return (quarters & 1) != 0 ? lane_cosine_near(angle, z, turned)
                               : lane_sine_near(angle, z, turned);
#else
    double sine = lane_sine_near(angle, z, turned);
    double cosine = lane_cosine_near(angle, z, turned);
    return lane_is_odd(quarters) ? cosine : sine;
#endif
}

/* An angle from the nearest quarter of a turn, how many quarters that is, and a sign:
 * what lane_sine takes. */
struct lane_arc {
    struct lane_pair angle;
    uint64_t quarters;
    double sign;
};

LANE_INLINE struct lane_arc lane_sin_arc(double x)
{
    double y = lane_abs(x), sign = __builtin_copysign(1, x);
    double z = lane_fma(y, LANE_QUARTER_INVERSE, LANE_ROUNDER), n = z - LANE_ROUNDER;
    return (struct lane_arc){lane_reduce(y, n), lane_bits(z), sign};
}

LANE_INLINE struct lane_arc lane_cos_arc(double x)
{
    double y = lane_abs(x);
    double z = lane_fma(y, LANE_QUARTER_INVERSE, LANE_ROUNDER), n = z - LANE_ROUNDER;
    return (struct lane_arc){lane_reduce(y, n), lane_bits(z) + 1, 1};
}

LANE_INLINE double lane_sin(double x)
{
    struct lane_arc arc = lane_sin_arc(x);
    return lane_sine(arc.angle, arc.quarters, arc.sign);
}

LANE_INLINE double lane_cos(double x)
{
    struct lane_arc arc = lane_cos_arc(x);
    return lane_sine(arc.angle, arc.quarters, arc.sign);
}

/* Both, of the bits that each has alone. */
LANE_INLINE struct lane_two lane_sin_cos(double x)
{
    struct lane_arc arc = lane_sin_arc(x);
    return (struct lane_two){lane_sine(arc.angle, arc.quarters, arc.sign),
                             lane_sine(arc.angle, arc.quarters + 1, 1)};
}

/* ---- tan ---- */

/* tan of the angle and as many quarters of a turn as the last bit says: the quotient,
 * mended by what is left of the division. */
LANE_INLINE double lane_tangent(struct lane_pair angle, uint64_t quarters)
{
    double z = angle.high * angle.high;
    struct lane_pair start = lane_join(1, -0.5 * z);
    struct lane_pair sine = lane_join(angle.high, lane_sine_more(angle, z));
    struct lane_pair cosine = lane_join(start.high, lane_cosine_more(angle, z, start));
    bool is_odd = lane_is_odd(quarters);
    double high = is_odd ? -cosine.high : sine.high;
    double low = is_odd ? -cosine.low : sine.low;
    double over = is_odd ? sine.high : cosine.high;
    double over_low = is_odd ? sine.low : cosine.low;
    double inverse = 1 / over, quotient = high * inverse, product = quotient * over;
    double rest = (high - product) - lane_product_rest(quotient, over, product);
    rest += low - quotient * over_low;
    return lane_fma(rest, inverse, quotient);
}

LANE_INLINE double lane_tan(double x)
{
    double y = lane_abs(x), sign = __builtin_copysign(1, x);
    double z = lane_fma(y, LANE_QUARTER_INVERSE, LANE_ROUNDER), n = z - LANE_ROUNDER;
    return lane_tangent(lane_reduce(y, n), lane_bits(z)) * sign;
}

#endif
