/* SPDX-License-Identifier: MIT
 * root.h - cbrt and hypot, each mended by what is left of its square or cube, so that
 * they are exact where the result is a number of few digits. */
#ifndef MATH_LANES_ROOT_H
#define MATH_LANES_ROOT_H

#include "math/lanes/logarithm.h"

/* x = 2^(3q + r) m with r of -1, 0, 1: a polynomial for m (relative error 2^-16), a step
 * of Halley's method, and one of Newton's with an exact residual. */
LANE_INLINE double lane_cbrt(double x)
{
    double y = lane_abs(x);
    bool is_small = y < 0x1p-1022, is_inside = (y > 0) & (y < lane_infinity);
    struct lane_scaled scaled =
        lane_scale(is_small ? y * 0x1p54 : y, is_small ? 54.0 : 0.0);
    double k = is_inside ? scaled.k : 0.0, m = scaled.fraction;
    double z = k * (1.0 / 3) + (LANE_ROUNDER + 1023), q = z - (LANE_ROUNDER + 1023);
    double r = k - 3 * q;
    double t = m * (r == 0 ? 1.0 : (r > 0 ? 2.0 : 0.5));
    double start = lane_fma(m, -0x1.26f02c9cd5082p-5, 0x1.acc5865b817cep-3);
    start = lane_fma(m, lane_fma(m, start, -0x1.0c2ebf41df2eep-1), 0x1.cb243acc1adfp-1);
    start = lane_fma(m, start, 0x1.d0921a2ff2ceap-2);
    start *= r == 0 ? 1.0 : (r > 0 ? 0x1.428a2f98d728bp0 : 0x1.965fea53d6e3dp-1);
    double cube = start * start * start;
    double root = start * ((cube + 2 * t) / (2 * cube + t));
    double square = root * root, square_rest = lane_product_rest(root, root, square);
    double third = square * root, third_rest = lane_product_rest(square, root, third);
    double residual = (third - t) + lane_fma(square_rest, root, third_rest);
    double value = (root - residual / (3 * square)) * lane_number(lane_bits(z) << 52);
    return lane_turn(is_inside ? value : y, lane_bits(x));
}

LANE_INLINE double lane_hypot(double x, double y)
{
    double one = lane_abs(x), other = lane_abs(y);
    double a = one > other ? one : other, b = one > other ? other : one;
    bool is_huge = a > 0x1p500, is_tiny = a < 0x1p-400;
    double up = is_tiny ? 0x1p600 : 1.0, scale = is_huge ? 0x1p-600 : up;
    double down = is_tiny ? 0x1p-600 : 1.0, back = is_huge ? 0x1p600 : down;
    a *= scale;
    b *= scale;
    double aa = a * a, bb = b * b;
    struct lane_pair sum = lane_join(aa, bb);
    double rest = lane_product_rest(a, a, aa) + lane_product_rest(b, b, bb);
    double root = lane_sqrt(sum.high), square = root * root;
    double left = (sum.high - square) - lane_product_rest(root, root, square);
    left += sum.low + rest;
    double value = (root + left / (root == 0 ? 1.0 : 2 * root)) * back;
    bool is_nan = (x != x) | (y != y);
    value = is_nan ? lane_nan : value;
    bool is_infinite = (one == lane_infinity) | (other == lane_infinity);
    return is_infinite ? lane_infinity : value;
}

#endif
