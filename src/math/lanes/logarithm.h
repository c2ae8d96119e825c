/* SPDX-License-Identifier: MIT
 * logarithm.h - log, log1p, log2, log10 and softplus.
 *
 * x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2), and with s = f/(2 + f)
 * log(1 + f) = 2 atanh(s) = f - f^2/2 + s (f^2/2 + s^2 p(s^2)), in which the first terms
 * are exact or nearly so: the way of fdlibm's e_log.c (Sun Microsystems, 1993).  The
 * coefficients of p are minimax, by Sollya's fpminimax for 2 atanh(s): the relative error
 * is below 2^-59. */
#ifndef MATH_LANES_LOGARITHM_H
#define MATH_LANES_LOGARITHM_H

#include "math/lanes/exponential.h"
#include "math/lanes/lane.h"

#define LANE_ROOT_HALF 0x3fe6a09e667f3bcdu /* the bits of sqrt(1/2) */

/* x as 2^k times a number near 1. */
struct lane_scaled {
    double k, fraction;
};

/* For normal x; k is lessened by `bias`. */
LANE_INLINE struct lane_scaled lane_scale(double x, double bias)
{
    uint64_t bits = lane_bits(x) + (0x3ff0000000000000u - LANE_ROOT_HALF);
    double k = lane_number((bits >> 52) | 0x4330000000000000u) - (0x1p52 + 1023 + bias);
    double fraction = lane_number((bits & 0x000fffffffffffffu) + LANE_ROOT_HALF);
    return (struct lane_scaled){k, fraction};
}

/* 2 atanh(s)/s - 2, for z = s^2 */
LANE_INLINE double lane_atanh_rest(double z)
{
    double w = z * z;
    double even = lane_fma(w, lane_fma(w, 0x1.39a2024cdf709p-3, 0x1.c71c5218e11ccp-3),
                           0x1.999999997ff58p-2);
    double odd = lane_fma(w, 0x1.2f02bc1e5f362p-3, 0x1.74663bf27f228p-3);
    odd = lane_fma(w, lane_fma(w, odd, 0x1.24924941dc60dp-2), 0x1.5555555555592p-1);
    return lane_fma(w, even, z * odd);
}

/* k log(2) + log(1 + f) + rest, for a rest so small that its rounding does not matter. */
LANE_INLINE double lane_log_sum(double k, double f, double rest)
{
    double s = f / (2 + f), half = 0.5 * f * f;
    double small = lane_fma(k, LANE_LOG2_LOW, rest);
    small = lane_fma(s, half + lane_atanh_rest(s * s), small);
    return lane_fma(k, LANE_LOG2_HIGH, f - (half - small));
}

LANE_INLINE double lane_log(double x)
{
    bool is_small = x < 0x1p-1022;
    struct lane_scaled y = lane_scale(is_small ? x * 0x1p54 : x, is_small ? 54.0 : 0.0);
    double value = lane_log_sum(y.k, y.fraction - 1, 0);
    double outside = x == 0 ? -lane_infinity : lane_nan;
    value = x > 0 ? value : outside;
    return x < lane_infinity ? value : x;
}

/* log(u) with u = 1 + x rounded, and the derivative times what rounding left; u near 1
 * is not needed: there f is x. */
LANE_INLINE double lane_log1p(double x)
{
    double u = 1 + x;
    double left = x < 1 ? x - (u - 1) : 1 - (u - x);
    struct lane_scaled y = lane_scale(u, 0);
    bool is_near = y.k == 0;
    double f = is_near ? x : y.fraction - 1, rest = is_near ? 0.0 : left / u;
    double value = lane_log_sum(y.k, f, rest);
    double outside = x == -1 ? -lane_infinity : lane_nan;
    value = x > -1 ? value : outside;
    value = lane_abs(x) < 0x1p-54 ? x : value;
    return x < lane_infinity ? value : x;
}

/* log(1 + f) in two numbers, of which the first has 32 bits. */
LANE_INLINE void lane_log_parts(double f, double *high, double *low)
{
    double s = f / (2 + f), half = 0.5 * f * f;
    *high = lane_number(lane_bits(f - half) & 0xffffffff00000000u);
    *low = f - *high - half + s * (half + lane_atanh_rest(s * s));
}

/* The logarithm to a base whose log has the inverse first + second, where k counts
 * `unit` + `unit_rest`; products of the first ones are exact. */
LANE_INLINE double lane_log_base(double x, double first, double second, double unit,
                                 double unit_rest)
{
    bool is_small = x < 0x1p-1022;
    struct lane_scaled y = lane_scale(is_small ? x * 0x1p54 : x, is_small ? 54.0 : 0.0);
    double high, low;
    lane_log_parts(y.fraction - 1, &high, &low);
    double whole = y.k * unit, part = high * first, sum = whole + part;
    double rest = lane_fma(low + high, second, y.k * unit_rest);
    /* whole is 0 or larger than part */
    double value = sum + (lane_fma(low, first, rest) + (part - (sum - whole)));
    double outside = x == 0 ? -lane_infinity : lane_nan;
    value = x > 0 ? value : outside;
    return x < lane_infinity ? value : x;
}

LANE_INLINE double lane_log2(double x)
{
    return lane_log_base(x, 0x1.71547652p0, 0x1.705fc2eefa2p-33, 1, 0);
}

LANE_INLINE double lane_log10(double x)
{
    return lane_log_base(x, 0x1.bcb7b152p-2, 0x1.b9438ca9aadd5p-36, 0x1.34413509f8p-2,
                         -0x1.80433b83b532ap-44);
}

/* log(1 + x) for 0 <= x <= 1, as above; there is nothing else to be told apart. */
LANE_INLINE double lane_log1p_unit(double x)
{
    double u = 1 + x;
    bool is_far = u >= 0x1.6a09e667f3bcdp0; /* sqrt(2) */
    double f = is_far ? 0.5 * u - 1 : x, left = is_far ? x - (u - 1) : 0.0;
    double inverse = lane_fma(u, -8.0 / 17, 24.0 / 17); /* near enough */
    return lane_log_sum(is_far ? 1.0 : 0.0, f, left * inverse);
}

/* log(1 + exp(x)) by e = exp(-|x|), without overflow */
LANE_INLINE double lane_softplus_by(double x, double e)
{
    return (x < 0 ? 0.0 : x) + lane_log1p_unit(e);
}

LANE_INLINE double lane_softplus(double x)
{
    return lane_softplus_by(x, lane_exp(-lane_abs(x)));
}

#endif
