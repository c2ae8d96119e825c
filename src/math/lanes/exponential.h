/* SPDX-License-Identifier: MIT
 * exponential.h - exp, expm1 and what is made of them.
 *
 * x = k*log(2) + r with |r| <= log(2)/2 and whole k, so exp(x) = 2^k (1 + t) with
 * t = r + r^2 q(r) (Muller, Elementary Functions, 3rd edition, chapter 11).  log(2) is
 * taken in two parts; k times the first is exact.  The coefficients of q are minimax, by
 * Sollya's fpminimax for exp(r) - 1: its error is below 2^-57.
 *
 * exp itself, on which long chains wait, takes k in halves: |r| <= log(2)/4, q has two
 * terms less (error below 2^-55), and 2^k is a power of two or that times sqrt(2). */
#ifndef MATH_LANES_EXPONENTIAL_H
#define MATH_LANES_EXPONENTIAL_H

#include "math/lanes/lane.h"

#define LANE_LOG2_HIGH 0x1.62e42fefa4p-1
#define LANE_LOG2_LOW (-0x1.8432a1b0e2634p-43)
#define LANE_LOG2_INVERSE 0x1.71547652b82fep0

/* first + r^2 q(r): with r for `first` exp(r) - 1.  Its steps wait for each other as
 * little as can be (Estrin's scheme). */
LANE_INLINE double lane_exp_terms(double r, double first)
{
    double r2 = r * r, r4 = r2 * r2;
    double a = lane_fma(r, 0x1.5555555555561p-3, 0x1.000000000000bp-1);
    double b = lane_fma(r, 0x1.111111110d643p-7, 0x1.5555555550222p-5);
    double c = lane_fma(r, 0x1.a01a01badee94p-13, 0x1.6c16c185526bcp-10);
    double d = lane_fma(r, 0x1.71dddfd3739e3p-19, 0x1.a01997516d34bp-16);
    double e = lane_fma(r, 0x1.af857bc356b7cp-26, 0x1.28afb39b086e3p-22);
    double low = lane_fma(r2, b, a), high = lane_fma(r4, e, lane_fma(r2, d, c));
    return lane_fma(r2, lane_fma(r4, high, low), first);
}

/* 2^shift exp(x) as long as it is a normal number, to 1 unit in the last place; shifted
 * is LANE_ROUNDER + 1023 + shift. */
LANE_INLINE double lane_exp_shifted(double x, double shifted)
{
    double z = lane_fma(x, LANE_LOG2_INVERSE, shifted), k = z - shifted;
    double r = lane_fma(-k, LANE_LOG2_LOW, lane_fma(-k, LANE_LOG2_HIGH, x));
    double scale = lane_number(lane_bits(z) << 52);
    return lane_fma(scale, lane_exp_terms(r, r), scale);
}

/* (exp(r) - 1 - r)/r^2 for |r| <= log(2)/4 */
LANE_INLINE double lane_exp_rest(double r, double r2)
{
    double a = lane_fma(r, 0x1.55555555554c9p-3, 0x1.ffffffffffee8p-2);
    double b = lane_fma(r, 0x1.111111118b74p-7, 0x1.5555555606e0cp-5);
    double c = lane_fma(r, 0x1.a019f869a623ap-13, 0x1.6c16b8b075b37p-10);
    double d = lane_fma(r, 0x1.722896396430dp-19, 0x1.a0709cd622ba1p-16);
    return lane_fma(r2 * r2, lane_fma(r2, d, c), lane_fma(r2, b, a));
}

/* What lane_exp_soon takes for 2^0. */
#define LANE_EXP_UNIT (LANE_ROUNDER + 2 * 1023)

/* 2^shift exp(x) as long as it is a normal number, in the fewest steps that wait for each
 * other; shifted is LANE_EXP_UNIT + 2 shift.  The last bits of z are k in halves.  The
 * very last would make 1.5 of the scale, from which is taken what makes sqrt(2) of it;
 * that is off by `low`.  1 + r is rounded, and all else joined to it at the end. */
LANE_INLINE double lane_exp_soon(double x, double shifted)
{
    double z = lane_fma(x, 2 * LANE_LOG2_INVERSE, lane_own(shifted)), k = z - shifted;
    double r = lane_fma(-k, LANE_LOG2_LOW / 2, lane_fma(-k, LANE_LOG2_HIGH / 2, x));
    uint64_t bits = lane_bits(z), is_half = 0 - (bits & 1);
    double scale = lane_number((bits << 51) - (is_half & 0x00015f619980c433u));
    double low = lane_number(is_half & 0xbc93b3efbf5e2228u), r2 = r * r;
    double start = lane_fma(scale, r + lane_fma(low, r, low), scale);
    return lane_fma(scale * r2, lane_exp_rest(r, r2), start);
}

/* exp for |x| <= 700 and NaN. */
LANE_INLINE double lane_exp_near(double x)
{
    return lane_exp_soon(x, LANE_EXP_UNIT);
}

/* Below -700 it is scaled by 2^100 on the way, above by 1/2, so that it stays normal.
 * With LANE_ALONE, for numbers that are waited for one by one, a branch spares them that;
 * the bits are the same. */
LANE_INLINE double lane_exp(double x)
{
#ifdef LANE_ALONE
    if (__builtin_expect(lane_abs(x) <= 700, 1))
        return lane_exp_near(x);
#endif
    double y = x > 710 ? 710 : x;
    y = y < -746 ? -746 : y;
    bool is_low = y < -700;
    double shifted = is_low ? LANE_EXP_UNIT + 2 * 100 : LANE_EXP_UNIT - 2;
    return lane_exp_soon(y, shifted) * (is_low ? 0x1p-100 : 2.0);
}

/* 2^k (1 + t) - 1 = (2^k - 1) + 2^k r + 2^k (r^2 q + rest of r), where the first two
 * are summed exactly (the first is the larger one, or 0).  All is
 * halved on the way, for k = 1024. */
LANE_INLINE double lane_expm1(double x)
{
    double y = x > 710 ? 710 : x;
    y = y < -50 ? -50 : y;
    const double shifted = LANE_ROUNDER + 1022;
    double z = lane_fma(y, LANE_LOG2_INVERSE, shifted), k = z - shifted;
    double near = lane_fma(-k, LANE_LOG2_HIGH, y);
    double r = lane_fma(-k, LANE_LOG2_LOW, near);
    double r_rest = lane_fma(-k, LANE_LOG2_LOW, near - r);
    double scale = lane_number(lane_bits(z) << 52);
    struct lane_pair sum = lane_join(scale - 0.5, scale * r);
    double tail = lane_exp_terms(r, r_rest);
    double value = 2 * (sum.high + lane_fma(scale, tail, sum.low));
    return lane_abs(x) < 0x1p-54 ? x : value;
}

/* 1/(1 + exp(-x)) by e = exp(-|x|), which cannot overflow. */
LANE_INLINE double lane_sigmoid_by(double x, double e)
{
    return (x < 0 ? e : 1.0) / (1 + e);
}

LANE_INLINE double lane_sigmoid(double x)
{
    return lane_sigmoid_by(x, lane_exp(-lane_abs(x)));
}

#endif
