/* SPDX-License-Identifier: MIT
 * lane.h - what elementary functions for vectors are written with.
 *
 * A lane_* function computes one value without a branch, so that a loop over it becomes
 * vector instructions, and its bits do not depend on how wide they are.  Everything is a
 * fixed sequence of IEEE operations in round to nearest: no contraction, a fused
 * multiply-add only where one is written.  Compile with lane_arguments of
 * src/math/meson.build.
 *
 * Where the machine has no fused multiply-add, it is a product and a sum: results may
 * differ in their last bits from those of other machines, the error bounds hold. */
#ifndef MATH_LANES_LANE_H
#define MATH_LANES_LANE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined __FMA__ || defined __aarch64__ || defined __ARM_FEATURE_FMA
#define LANE_IS_FUSED 1
#else
#define LANE_IS_FUSED 0
#endif

/* Vectors need the whole of a function within the loop. */
#define LANE_INLINE static inline __attribute__((always_inline))

static const double lane_infinity = (double)__builtin_inff();
static const double lane_nan = (double)__builtin_nanf("");

/* 1.5*2^52: a sum with it is rounded to a whole number, which stands in its last bits. */
#define LANE_ROUNDER 0x1.8p52

LANE_INLINE uint64_t lane_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

LANE_INLINE double lane_number(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

LANE_INLINE double lane_fma(double a, double b, double c)
{
#if LANE_IS_FUSED
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
}

/* a*b - product exactly, where product is a*b rounded and nothing is near overflow or
 * underflow (without fma by Dekker's splitting, Numerische Mathematik 18, 1971). */
LANE_INLINE double lane_product_rest(double a, double b, double product)
{
#if LANE_IS_FUSED
    return __builtin_fma(a, b, -product);
#else
    double shifted_a = a * 0x1.0000002p27, shifted_b = b * 0x1.0000002p27;
    double a_high = shifted_a - (shifted_a - a), b_high = shifted_b - (shifted_b - b);
    double a_low = a - a_high, b_low = b - b_high;
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) +
           a_low * b_low;
#endif
}

/* A sum of two numbers, of which the second is at most about a last bit of the first. */
struct lane_pair {
    double high, low;
};

/* Two results. */
struct lane_two {
    double first, second;
};

/* a + b exactly, for |a| >= |b| or a = 0 (Dekker, as above). */
LANE_INLINE struct lane_pair lane_join(double a, double b)
{
    double sum = a + b;
    return (struct lane_pair){sum, b - (sum - a)};
}

/* A number in a register of its own: what is added to it can take its place, and need not
 * be copied first. */
LANE_INLINE double lane_own(double x)
{
#if defined LANE_ALONE && defined __AVX__
    __asm__("" : "+x"(x));
#endif
    return x;
}

LANE_INLINE double lane_abs(double x)
{
    return __builtin_fabs(x);
}

LANE_INLINE double lane_sqrt(double x)
{
    return __builtin_sqrt(x);
}

/* a where the bits of `mask` are set, b where they are clear. */
LANE_INLINE double lane_choose(uint64_t mask, double a, double b)
{
    return lane_number((lane_bits(a) & mask) | (lane_bits(b) & ~mask));
}

/* x with its sign turned where the top bit of `sign` is set. */
LANE_INLINE double lane_turn(double x, uint64_t sign)
{
    return lane_number(lane_bits(x) ^ (sign & 0x8000000000000000u));
}

/* size, which is not below 0, with the sign of x.  Alone it stays where numbers are. */
LANE_INLINE double lane_with_sign(double size, double x)
{
#ifdef LANE_ALONE
    return __builtin_copysign(size, x);
#else
    return lane_turn(size, lane_bits(x));
#endif
}

#endif
