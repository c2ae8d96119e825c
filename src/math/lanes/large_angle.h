/* SPDX-License-Identifier: MIT
 * large_angle.h - sin, cos and tan of any number: what is past LANE_ANGLE_LIMIT is
 * reduced by Payne and Hanek's method (SIGNUM Newsletter 18, 1983), one at a time: of
 * x/pi only the bits that matter modulo 2 are computed, in whole numbers. */
#ifndef MATH_LANES_LARGE_ANGLE_H
#define MATH_LANES_LARGE_ANGLE_H

#include "math/lanes/circular.h"

__extension__ typedef unsigned __int128 lane_wide;

/* x/(2 pi) modulo 1, for LANE_ANGLE_LIMIT < |x| < inf, in units of 2^-128: of the bits of
 * 1/pi those up to the weight that makes a whole even number of x/pi are left out. */
LANE_INLINE lane_wide lane_turns(double x)
{
    /* 0, and 1/pi */
    static const uint64_t words[] = {
        0x0000000000000000u, 0x517cc1b727220a94u, 0xfe13abe8fa9a6ee0u,
        0x6db14acc9e21c820u, 0xff28b1d5ef5de2b0u, 0xdb92371d2126e970u,
        0x0324977504e8c90eu, 0x7f0ef58e5894d39fu, 0x74411afa975da242u,
        0x74ce38135a2fbf20u, 0x9cc8eb1cc1a99cfau, 0x4e422fc5defc941du,
        0x8ffc4bffef02cc07u, 0xf79788c5ad05368fu, 0xb69b3f6793e584dbu,
        0xa7a31fb34f2ff516u, 0xba93dd63f5f2f8bdu, 0x9e839cfbc5294975u,
        0x35fdafd88fc6ae84u, 0x2b0198237e3db5d5u};
    uint64_t bits = lane_bits(x) & 0x7fffffffffffffffu;
    uint64_t mantissa = (bits & 0x000fffffffffffffu) | 0x0010000000000000u;
    unsigned from = (unsigned)(bits >> 52) - 1075 - 1 + 64, shift = from % 64;
    uint64_t window[3];
    for (unsigned i = 0; i < 3; i++) {
        const uint64_t *word = &words[from / 64 + i];
        window[i] = shift == 0 ? word[0] : word[0] << shift | word[1] >> (64 - shift);
    }
    lane_wide low = (lane_wide)mantissa * window[2];
    lane_wide middle = (lane_wide)mantissa * window[1] + (uint64_t)(low >> 64);
    uint64_t high = mantissa * window[0] + (uint64_t)(middle >> 64);
    return (lane_wide)high << 64 | (uint64_t)middle;
}

/* The angle from the nearest quarter of a turn; `shifted` are the turns and an eighth,
 * in units of 2^-128. */
LANE_INLINE struct lane_pair lane_angle_of(lane_wide shifted)
{
    const lane_wide middle = (lane_wide)1 << 125;
    lane_wide part = shifted & (2 * middle - 1);
    bool is_negative = part < middle;
    lane_wide size = is_negative ? middle - part : part - middle;
    if (size == 0)
        return (struct lane_pair){0, 0};
    uint64_t top = (uint64_t)(size >> 64);
    unsigned zeros = (unsigned)(top != 0 ? __builtin_clzll(top)
                                         : 64 + __builtin_clzll((uint64_t)size));
    lane_wide scaled = size << zeros;
    double unit = lane_number((uint64_t)(1023 - 52 - zeros) << 52);
    double high = (double)(uint64_t)(scaled >> 75) * unit;
    double low =
        (double)((uint64_t)(scaled >> 22) & 0x001fffffffffffffu) * unit * 0x1p-53;
    double angle = high * 0x1.921fb54442d18p+1;
    double rest = lane_product_rest(high, 0x1.921fb54442d18p+1, angle);
    rest += lane_fma(high, 0x1.1a62633145c07p-53, low * 0x1.921fb54442d18p+1);
    return is_negative ? (struct lane_pair){-angle, -rest}
                       : (struct lane_pair){angle, rest};
}

LANE_INLINE double lane_any_sin(double x)
{
    if (__builtin_expect(lane_abs(x) <= LANE_ANGLE_LIMIT, 1))
        return lane_sin(x);
    if (!(lane_abs(x) < lane_infinity))
        return lane_nan;
    lane_wide shifted = lane_turns(x) + ((lane_wide)1 << 125);
    return lane_sine(lane_angle_of(shifted), (uint64_t)(shifted >> 126),
                     __builtin_copysign(1, x));
}

LANE_INLINE double lane_any_cos(double x)
{
    if (__builtin_expect(lane_abs(x) <= LANE_ANGLE_LIMIT, 1))
        return lane_cos(x);
    if (!(lane_abs(x) < lane_infinity))
        return lane_nan;
    lane_wide shifted = lane_turns(x) + ((lane_wide)1 << 125);
    return lane_sine(lane_angle_of(shifted), (uint64_t)(shifted >> 126) + 1, 1);
}

LANE_INLINE struct lane_two lane_any_sin_cos(double x)
{
    if (__builtin_expect(lane_abs(x) <= LANE_ANGLE_LIMIT, 1))
        return lane_sin_cos(x);
    return (struct lane_two){lane_any_sin(x), lane_any_cos(x)};
}

LANE_INLINE double lane_any_tan(double x)
{
    if (__builtin_expect(lane_abs(x) <= LANE_ANGLE_LIMIT, 1))
        return lane_tan(x);
    if (!(lane_abs(x) < lane_infinity))
        return lane_nan;
    lane_wide shifted = lane_turns(x) + ((lane_wide)1 << 125);
    return lane_tangent(lane_angle_of(shifted), (uint64_t)(shifted >> 126)) *
           __builtin_copysign(1, x);
}

#endif
