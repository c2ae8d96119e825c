/* SPDX-License-Identifier: MIT
 * hyperbolic.h - sinh, cosh and tanh: by exp, and where that cancels by odd polynomials
 * (minimax, by Sollya's fpminimax; relative error below 2^-56). */
#ifndef MATH_LANES_HYPERBOLIC_H
#define MATH_LANES_HYPERBOLIC_H

#include "math/lanes/exponential.h"
#include "math/lanes/lane.h"

/* (tanh(x) - x)/x^3 for z = x^2 */
LANE_INLINE double lane_tanh_rest(double z)
{
    double w = z * z, v = w * w;
    double a = lane_fma(z, 0x1.111111110aca3p-3, -0x1.55555555554ffp-2);
    double b = lane_fma(z, 0x1.664f477a9e2c8p-6, -0x1.ba1ba1b504bc9p-5);
    double c = lane_fma(z, 0x1.d6cf277090c73p-9, -0x1.226e162684423p-7);
    double d = lane_fma(z, 0x1.3365ef8cc3c62p-11, -0x1.7d689d6003184p-10);
    double e = lane_fma(z, 0x1.438edf85c6b89p-14, -0x1.df546d63ec1c3p-13);
    double f = lane_fma(w, -0x1.0da2f1a4a392dp-16, e);
    return lane_fma(v, lane_fma(v, f, lane_fma(w, d, c)), lane_fma(w, b, a));
}

/* up to 0.625 the polynomial, from there 1 - 2/(exp(2x) + 1) */
LANE_INLINE double lane_tanh(double x)
{
    double y = lane_abs(x), z = y * y;
    double near = lane_fma(y * z, lane_tanh_rest(z), y);
    double twice = 2 * (y > 30 ? 30.0 : y);
    double far = 1 - 2 / (lane_exp_shifted(twice, LANE_ROUNDER + 1023) + 1);
    return lane_with_sign(y < 0.625 ? near : far, x);
}

/* (sinh(x) - x)/x^3 for z = x^2 */
LANE_INLINE double lane_sinh_rest(double z)
{
    double w = z * z;
    double a = lane_fma(z, 0x1.111111111117cp-7, 0x1.5555555555555p-3);
    double b = lane_fma(z, 0x1.71de3a60a9856p-19, 0x1.a01a01a00db3dp-13);
    double c = lane_fma(z, 0x1.612abdc070688p-33, 0x1.ae644b33a704ap-26);
    double d = lane_fma(z, 0x1.408047a116cccp-48, 0x1.aaba1e495a843p-41);
    return lane_fma(w * w, lane_fma(w, d, c), lane_fma(w, b, a));
}

/* exp(|x|)/4, which overflows for no cosh(x) that does not. */
LANE_INLINE double lane_quarter_exp(double x)
{
    double y = lane_abs(x);
    return lane_exp_shifted(y > 710.5 ? 710.5 : y, LANE_ROUNDER + 1023 - 2);
}

LANE_INLINE double lane_cosh(double x)
{
    double quarter = lane_quarter_exp(x);
    return 2 * (quarter + 0.0625 / quarter);
}

LANE_INLINE double lane_sinh(double x)
{
    double y = lane_abs(x), z = y * y, quarter = lane_quarter_exp(x);
    double near = lane_fma(y * z, lane_sinh_rest(z), y);
    double far = 2 * (quarter - 0.0625 / quarter);
    return lane_with_sign(y < 1 ? near : far, x);
}

#endif
