/* SPDX-License-Identifier: MIT
 * power.h - x^y as exp(y log(x)), with log(x) and the product in two numbers each.
 *
 * log(x) must have about 65 bits, since its error is multiplied by up to 745.  With
 * x = 2^k m and s = (m - 1)/(m + 1) in two numbers, log(m) = 2s + 2s^3/3 + s^5 p(s^2), of
 * which the first two terms are taken in two numbers; p is minimax, by Sollya's fpminimax
 * (relative error of log(m) below 2^-66). */
#ifndef MATH_LANES_POWER_H
#define MATH_LANES_POWER_H

#include "math/lanes/exponential.h"
#include "math/lanes/logarithm.h"

/* (m - 1)/(m + 1) */
LANE_INLINE struct lane_pair lane_atanh_argument(double m)
{
    double f = m - 1, sum = m + 1, sum_rest = m - (sum - 1);
    double inverse = 1 / sum, high = f * inverse, product = high * sum;
    double rest = (f - product) - lane_product_rest(high, sum, product);
    return (struct lane_pair){high, (rest - high * sum_rest) * inverse};
}

/* 2 atanh(s) - 2s - 2s^3/3 over s^5, for z = s^2 */
LANE_INLINE double lane_atanh_tail(double z)
{
    double w = z * z;
    double a = lane_fma(z, 0x1.2492492457f3bp-2, 0x1.9999999999b2fp-2);
    double b = lane_fma(z, 0x1.745ce9f0b092p-3, 0x1.c71c722d3df3dp-3);
    double c = lane_fma(z, 0x1.0f801d53ffc58p-3, 0x1.3b1ee9bbbd74p-3);
    double d = lane_fma(w, 0x1.0e40debeb3952p-3, c);
    return lane_fma(w, lane_fma(w, d, b), a);
}

/* log(x) for 0 < x < inf */
LANE_INLINE struct lane_pair lane_log_pair(double x)
{
    bool is_small = x < 0x1p-1022;
    struct lane_scaled y = lane_scale(is_small ? x * 0x1p54 : x, is_small ? 54.0 : 0.0);
    struct lane_pair s = lane_atanh_argument(y.fraction);
    double z = s.high * s.high;
    double z_rest = lane_fma(2 * s.high, s.low, lane_product_rest(s.high, s.high, z));
    double cube = z * s.high;
    double cube_rest =
        lane_fma(z, s.low, lane_fma(z_rest, s.high, lane_product_rest(z, s.high, cube)));
    double third = cube * 0x1.5555555555555p-1;
    double third_rest = lane_product_rest(cube, 0x1.5555555555555p-1, third);
    third_rest = lane_fma(cube, 0x1.5555555555555p-55, third_rest);
    third_rest = lane_fma(cube_rest, 0x1.5555555555555p-1, third_rest);
    third_rest = lane_fma(cube * z, lane_atanh_tail(z), third_rest);
    struct lane_pair sum = lane_join(2 * s.high, third);
    double rest = sum.low + (2 * s.low + third_rest);
    struct lane_pair total = lane_join(y.k * LANE_LOG2_HIGH, sum.high);
    rest += lane_fma(y.k, LANE_LOG2_LOW, total.low);
    return lane_join(total.high, rest);
}

/* factor exp(t.high + t.low) for -750 <= t.high <= 710 and a factor near 1, above
 * 2^-100 */
LANE_INLINE double lane_exp_pair_times(struct lane_pair t, double factor)
{
    bool is_low = t.high < -700;
    double shifted = is_low ? LANE_ROUNDER + 1023 + 100 : LANE_ROUNDER + 1023 - 2;
    double z = lane_fma(t.high, LANE_LOG2_INVERSE, shifted), k = z - shifted;
    struct lane_pair near = lane_join(lane_fma(-k, LANE_LOG2_HIGH, t.high), t.low);
    double r = lane_fma(-k, LANE_LOG2_LOW, near.high);
    double rest = lane_fma(-k, LANE_LOG2_LOW, near.high - r) + near.low;
    double scale = lane_number(lane_bits(z) << 52);
    double tail = lane_exp_terms(r, lane_fma(r, rest, rest));
    double start = scale * factor, value = lane_fma(start, r + tail, start);
    return value * (is_low ? 0x1p-100 : 4.0);
}

/* |x|^y: 0 and infinity have the logarithms -inf and inf. */
LANE_INLINE double lane_power_of_size(double size, double y)
{
    bool is_inside = size > 0 && size < lane_infinity;
    struct lane_pair log = lane_log_pair(is_inside ? size : 1.0);
    double end = size == 0 ? -lane_infinity : size;
    double high = is_inside ? log.high : end, product = y * high;
    double bounded = product > 710 ? 710 : product;
    bounded = bounded < -750 ? -750 : bounded;
    double rest = lane_fma(y, log.low, lane_product_rest(y, high, product));
    rest = bounded == product ? rest : 0.0;
    return lane_exp_pair_times((struct lane_pair){bounded, rest}, 1);
}

/* The special values are those of C's Annex F, 9.4.4. */
LANE_INLINE double lane_pow(double x, double y)
{
    double size = lane_abs(x), range = lane_abs(y);
    bool is_great = range >= 0x1p52;
    double shifted = is_great ? range : range + 0x1p52;
    bool is_whole = is_great | (shifted - 0x1p52 == range);
    bool is_odd = is_whole & (range < 0x1p53);
    uint64_t odd = is_odd ? lane_bits(shifted) << 63 : 0;
    double value = lane_power_of_size(size, y);
    value = size == 1 ? 1.0 : value;
    value = lane_turn(value, odd & lane_bits(x));
    bool is_real = is_whole | !(x < 0) | (size == lane_infinity);
    bool is_nan = !is_real | (x != x) | (y != y), is_one = (x == 1) | (y == 0);
    value = is_nan ? lane_nan : value;
    return is_one ? 1.0 : value;
}

#endif
