/* SPDX-License-Identifier: MIT
 * scale.h - an integer times a power of ten as the nearest double.
 *
 * Lemire, "Number parsing at a gigabyte per second", Software: Practice and Experience 51
 * (2021): the 128 first bits of the power of five give the first bits of the product and
 * nearly always tell how it rounds.  Where they do not, and for numbers that are
 * subnormal or overflow, the answer is "not known". */
#ifndef DATA_SCALE_H
#define DATA_SCALE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SCALE_LEAST = -342, SCALE_MOST = 308 };

/* 128 bits of 5^(SCALE_LEAST + i), the upper half first (powers.py). */
extern const uint64_t scale_powers[SCALE_MOST - SCALE_LEAST + 1][2];

struct scale_product {
    uint64_t high, low;
};

static inline struct scale_product scale_multiply(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (struct scale_product){(uint64_t)(product >> 64), (uint64_t)product};
#else
    const uint64_t half = UINT64_C(0xFFFFFFFF);
    uint64_t low = (a & half) * (b & half), left = (a >> 32) * (b & half),
             right = (a & half) * (b >> 32);
    uint64_t middle = (low >> 32) + (left & half) + (right & half);
    return (struct scale_product){(a >> 32) * (b >> 32) + (left >> 32) + (right >> 32) +
                                      (middle >> 32),
                                  middle << 32 | (low & half)};
#endif
}

/* The product of `digits`, whose highest bit is set, and the power, whose last bit may be
 * off by one: the second half of the power is taken where the first leaves the bits
 * behind the last one that counts all ones. */
static inline struct scale_product scale_by_power(uint64_t digits, const uint64_t *power)
{
    const uint64_t behind = 0x1FF;
    struct scale_product product = scale_multiply(digits, power[0]);
    if ((product.high & behind) == behind) {
        uint64_t more = scale_multiply(digits, power[1]).high;
        product.low += more;
        product.high += product.low < more;
    }
    return product;
}

/* digits * 10^exponent; false: not known. */
static inline bool scale_decimal(uint64_t digits, int64_t exponent, double *value)
{
    enum { BIAS = 1023, FRACTION = 52, INFINITE = 2047 };
    if (digits == 0 || exponent < SCALE_LEAST || exponent > SCALE_MOST) {
        *value = 0;
        return digits == 0;
    }
    int zeros = __builtin_clzll(digits);
    struct scale_product product =
        scale_by_power(digits << zeros, scale_powers[exponent - SCALE_LEAST]);
    if (product.low == UINT64_MAX && (exponent < -27 || exponent > 55))
        return false;
    int top = (int)(product.high >> 63), shift = top + 64 - FRACTION - 3;
    uint64_t fraction = product.high >> shift;
    /* floor(log2(10^exponent)), by a fraction that is right in the whole range. */
    int64_t power = ((152170 + 65536) * exponent >> 16) + 63 + top - zeros + BIAS;
    if (power <= 0 || power >= INFINITE - 1)
        return false;
    /* Exactly between two doubles: that happens with small powers alone. */
    if (product.low <= 1 && exponent >= -4 && exponent <= 23 && (fraction & 3) == 1 &&
        fraction << shift == product.high)
        fraction &= ~UINT64_C(1);
    /* Rounding may carry into the exponent, which is one more then, as it should be. */
    fraction = (fraction + (fraction & 1)) >> 1;
    uint64_t bits = ((uint64_t)(power - 1) << FRACTION) + fraction;
    memcpy(value, &bits, sizeof *value);
    return true;
}

#endif
