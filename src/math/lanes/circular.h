/* SPDX-License-Identifier: MIT
 * circular.h - sin and cos for angles up to LANE_ANGLE_LIMIT; NaN and larger ones are
 * the business of large_angle.h.
 *
 * x - n pi (n a whole number, or half an odd one for cos) comes as a sum of two numbers
 * by Cody and Waite's reduction with three parts of pi: n times the first is exact, the
 * product with the second is taken with its rounding error.  One odd polynomial serves
 * all of [-pi/2, pi/2] (minimax, by Sollya's fpminimax; relative error below 2^-61). */
#ifndef MATH_LANES_CIRCULAR_H
#define MATH_LANES_CIRCULAR_H

#include "math/lanes/lane.h"

/* n has 19 bits then, and half of it, so that its product with 33 bits is exact. */
#define LANE_ANGLE_LIMIT 0x1p20

#define LANE_PI_FIRST 0x1.921fb544p1
#define LANE_PI_SECOND 0x1.0b4611a626331p-33
#define LANE_PI_THIRD 0x1.1701b839a252p-87
#define LANE_PI_INVERSE 0x1.45f306dc9c883p-2

struct lane_angle {
    double high, low;
};

/* x - n pi */
static inline struct lane_angle lane_reduce(double x, double n)
{
    double first = lane_fma(-n, LANE_PI_FIRST, x);
    double second = n * LANE_PI_SECOND;
    double second_rest = lane_product_rest(n, LANE_PI_SECOND, second);
    double high = first - second, low = (first - high) - second;
    return (struct lane_angle){high, lane_fma(-n, LANE_PI_THIRD, low - second_rest)};
}

/* (sin(r) - r)/r^3 + 1/6 for z = r^2, over z */
static inline double lane_sine_rest(double z)
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
static inline double lane_sine(struct lane_angle angle)
{
    double r = angle.high, z = r * r, cube = z * r;
    double cube_rest =
        lane_fma(lane_product_rest(r, r, z), r, lane_product_rest(z, r, cube));
    double slope = lane_fma(z, lane_fma(z, 0.037, -0.497), 1);
    double third = lane_fma(z, lane_sine_rest(z), -0x1.5555555555555p-3);
    double small = lane_fma(cube_rest, third, angle.low * slope);
    return r + lane_fma(cube, third, small);
}

static inline double lane_sin(double x)
{
    double y = lane_abs(x);
    double z = lane_fma(y, LANE_PI_INVERSE, LANE_ROUNDER), n = z - LANE_ROUNDER;
    return lane_turn(lane_sine(lane_reduce(y, n)), lane_bits(z) << 63 ^ lane_bits(x));
}

static inline double lane_cos(double x)
{
    double y = lane_abs(x);
    double z = lane_fma(y, LANE_PI_INVERSE, -0.5) + (LANE_ROUNDER + 1);
    double n = z - (LANE_ROUNDER + 1) + 0.5;
    return lane_turn(lane_sine(lane_reduce(y, n)), lane_bits(z) << 63);
}

#endif
