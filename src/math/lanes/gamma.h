/* SPDX-License-Identifier: MIT
 * gamma.h - lgamma and digamma.
 *
 * Up to 4 1/16 both are polynomials around the middles of pieces of length 1/8, which are
 * looked up; the zeros of the functions are such middles, so that the relative error
 * stays small there.  Up to 13/16 it is the function at 1 + x, and the recurrence
 * lgamma(x) = lgamma(1 + x) - log(x), digamma(x) = digamma(1 + x) - 1/x.  Above,
 * Stirling's formula (x - 1/2)(log(x) - 1) and a polynomial in 1/x, with the logarithm
 * and the product in two numbers each (Abramowitz and Stegun, Handbook of Mathematical
 * Functions, 6.1.15, 6.1.41, 6.3.18).
 *
 * Negative numbers are reflected, one at a time: lgamma(-z) = -log(z |sin(pi z)|/pi) -
 * lgamma(z), where the distance of z from a whole number is exact.  The sum is computed
 * in two numbers; near its zeros the error is that of sin(pi z), less than 2^-53. */
#ifndef MATH_LANES_GAMMA_H
#define MATH_LANES_GAMMA_H

#include "math/lanes/circular.h"
#include "math/lanes/gamma_pieces.h"
#include "math/lanes/large_angle.h"
#include "math/lanes/logarithm.h"
#include "math/lanes/power.h"

/* Up to where the function at 1 + x stands in the rows, and where these end. */
#define LANE_GAMMA_SMALL 0x1.ap-1
#define LANE_GAMMA_LARGE 0x1.04p2

/* The piece of x > 0.  Blocks look all of them up first: together with what follows
 * compilers would see that it is the last one where x is large, and make branches. */
LANE_INLINE uint64_t lane_gamma_place(double x)
{
    double eighths = x > LANE_GAMMA_LARGE ? LANE_GAMMA_PIECES - 1.0 : 8 * x;
    return lane_bits(eighths + LANE_ROUNDER) & 63;
}

/* For 0 < x < inf in piece k. */
LANE_INLINE struct lane_pair lane_gamma_piece(const double (*of)[LANE_GAMMA_PIECES],
                                              uint64_t k, double x)
{
    bool is_large = x > LANE_GAMMA_LARGE;
    double y = ((is_large ? 1 / x : x) - of[0][k]) - of[1][k], z = y * y, w = z * z;
    double a = lane_fma(y, of[6][k], of[5][k]), b = lane_fma(y, of[8][k], of[7][k]);
    double c = lane_fma(y, of[10][k], of[9][k]), d = lane_fma(y, of[12][k], of[11][k]);
    double e = lane_fma(y, of[14][k], of[13][k]);
    double high = lane_fma(w, of[15][k], lane_fma(z, e, d));
    double rest = lane_fma(w, high, lane_fma(z, c, b));
    double p = lane_fma(y, lane_fma(z, rest, a), of[4][k]);
    return lane_join(of[2][k], lane_fma(y, p, of[3][k]));
}

/* ---- lgamma ---- */

/* For 0 < x < inf in piece k; infinite where it overflows. */
LANE_INLINE struct lane_pair lane_lgamma_pair(double x, uint64_t k)
{
    bool is_large = x > LANE_GAMMA_LARGE, is_small = x <= LANE_GAMMA_SMALL;
    struct lane_pair log = lane_log_pair(x),
                     piece = lane_gamma_piece(lane_lgamma_pieces, k, x);
    double near = is_small ? -1.0 : 0.0, factor = is_large ? x - 0.5 : near;
    struct lane_pair t = lane_join(log.high, is_large ? -1.0 : 0.0);
    double product = factor * t.high;
    /* past that the rest is too small to matter, and out of reach of a split */
    double exact = lane_product_rest(factor, t.high, product);
    double rest = lane_fma(factor, t.low + log.low, x < 0x1p60 ? exact : 0.0);
    struct lane_pair sum = lane_join(product, piece.high);
    double low = sum.low + (rest + piece.low);
    bool is_finite = product < lane_infinity;
    return (struct lane_pair){sum.high, is_finite ? low : 0.0};
}

/* for x > 0 in piece k */
LANE_INLINE double lane_lgamma(double x, uint64_t k)
{
    struct lane_pair value = lane_lgamma_pair(x < lane_infinity ? x : 1.0, k);
    return x < lane_infinity ? value.high + value.low : x;
}

/* (sin(pi x)/(pi x) - 1)/x^2 for z = x^2 up to 1/4 (minimax, by Sollya's fpminimax;
 * relative error below 2^-55) */
LANE_INLINE double lane_sine_of_turn_rest(double z)
{
    double w = z * z;
    double a = lane_fma(z, 0x1.9f9cb402bc439p-1, -0x1.a51a6625307d3p0);
    double b = lane_fma(z, 0x1.ac6805cd0dbafp-6, -0x1.86a8e4720af2p-3);
    double c = lane_fma(z, 0x1.3746aea332e05p-13, -0x1.338169c03abd9p-9);
    double d = lane_fma(z, 0x1.078bd88bcfa9bp-22, -0x1.d3eaf2de768d1p-18);
    return lane_fma(w, lane_fma(w, lane_fma(w, d, c), b), a);
}

/* a + b for any two numbers (Knuth, The Art of Computer Programming, section 4.2.2) */
LANE_INLINE struct lane_pair lane_sum(double a, double b)
{
    double sum = a + b, part = sum - a;
    return (struct lane_pair){sum, (a - (sum - part)) + (b - part)};
}

/* How far x is from the nearest whole number, for 0 < x < 2^52. */
LANE_INLINE double lane_distance_from_whole(double x)
{
    return x - ((x + 0x1p52) - 0x1p52);
}

/* lgamma(-z) for 0 < z < 2^52, infinite where z is whole */
LANE_INLINE double lane_lgamma_reflected(double z)
{
    double distance = lane_abs(lane_distance_from_whole(z));
    if (distance == 0)
        return lane_infinity;
    uint64_t k = lane_gamma_place(z);
    bool is_small = z <= LANE_GAMMA_SMALL;
    double product = is_small ? distance : z * distance;
    double rest = is_small ? 0 : lane_product_rest(z, distance, product);
    double sine = lane_sine_of_turn_rest(distance * distance) * (distance * distance);
    struct lane_pair inside = lane_join(product, lane_fma(product, sine, rest));
    struct lane_pair log = lane_log_pair(inside.high);
    struct lane_pair other =
        is_small ? lane_gamma_piece(lane_lgamma_pieces, k, z) : lane_lgamma_pair(z, k);
    struct lane_pair sum = lane_sum(log.high, other.high);
    return -(sum.high + (sum.low + (log.low + inside.low / inside.high + other.low)));
}

/* Alone, a number that needs no logarithm takes none. */
LANE_INLINE double lane_any_lgamma(double x)
{
    if (x > LANE_GAMMA_SMALL && x <= LANE_GAMMA_LARGE) {
        struct lane_pair piece =
            lane_gamma_piece(lane_lgamma_pieces, lane_gamma_place(x), x);
        return piece.high + piece.low;
    }
    if (x > 0)
        return lane_lgamma(x, lane_gamma_place(x));
    if (x != x)
        return x;
    return x > -0x1p52 && x < 0 ? lane_lgamma_reflected(-x) : lane_infinity;
}

/* ---- digamma ---- */

/* for x > 0 in piece k */
LANE_INLINE double lane_digamma(double x, uint64_t k)
{
    bool is_large = x > LANE_GAMMA_LARGE, is_small = x <= LANE_GAMMA_SMALL;
    double y = x < lane_infinity ? x : 1.0;
    struct lane_pair piece = lane_gamma_piece(lane_digamma_pieces, k, y);
    double inverse = is_small ? -1 / x : 0.0;
    double log = lane_log(y), main = is_large ? log : inverse;
    /* 1/x may be infinite */
    double value = main + (piece.high + piece.low);
    return x < lane_infinity ? value : x;
}

/* pi/tan(pi x) from the distance of x to the nearest whole number */
LANE_INLINE double lane_cotangent_of_turn(double distance)
{
    return 0x1.921fb54442d18p1 / lane_tan(0x1.921fb54442d18p1 * distance);
}

LANE_INLINE double lane_any_digamma(double x)
{
    if (x > 0)
        return lane_digamma(x, lane_gamma_place(x));
    if (x == 0)
        return -1 / x;
    double distance = x > -0x1p52 ? lane_distance_from_whole(-x) : 0.0;
    if (distance == 0 || x != x)
        return lane_nan;
    return lane_digamma(1 - x, lane_gamma_place(1 - x)) +
           lane_cotangent_of_turn(distance);
}

#endif
