/* SPDX-License-Identifier: MIT
 * csv_fields.h - longer numbers, and those with an exponent, in a hurry.
 *
 * A number stands with its last character in the last of 32 lanes; the point is taken out
 * by moving what stands before it, three multiplications join the digits (Mula, SIMD-ized
 * conversion of decimal digits, 2014), and scale.h rounds them. */
#ifndef DATA_CSV_FIELDS_H
#define DATA_CSV_FIELDS_H

#ifdef __AVX2__
#include <immintrin.h>

#include "data/csv_level.h"
#include "data/scale.h"

enum {
    FIELD_MOST = 16, /* characters of a short number */
    WIDE_MOST = 32,  /* of a longer one, without sign and exponent */
    MASK_BYTES = 64
};

/* Bits of the 64 bytes at `at` that are `byte`. */
static inline uint64_t find_byte(const char *at, char byte)
{
    const __m256i *half = (const __m256i *)(const void *)at,
                  sought = _mm256_set1_epi8(byte);
    __m256i low = _mm256_cmpeq_epi8(_mm256_loadu_si256(half), sought),
            high = _mm256_cmpeq_epi8(_mm256_loadu_si256(half + 1), sought);
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32 |
           (uint32_t)_mm256_movemask_epi8(low);
}

static inline size_t count_bits(uint64_t mask)
{
    return (size_t)__builtin_popcountll(mask);
}

/* Bit i of the result is the sum of the bits up to i: those from an odd quote on. */
static inline uint64_t find_inside(uint64_t quotes)
{
    for (int shift = 1; shift < MASK_BYTES; shift *= 2)
        quotes ^= quotes << shift;
    return quotes;
}

/* Sixteen digits, the first in the lowest byte, as a number. */
static inline uint64_t join_digits(__m128i digits)
{
    __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010A));
    __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
    __m128i packed = _mm_packus_epi32(fours, fours);
    uint64_t eights =
        (uint64_t)_mm_cvtsi128_si64(_mm_madd_epi16(packed, _mm_set1_epi32(0x00012710)));
    return (eights & 0xFFFFFFFF) * 100000000 + (eights >> 32);
}

static inline __m128i load_bytes(const void *from)
{
    return _mm_loadu_si128((const __m128i *)from);
}

/* The exponent in the `length` characters before `end`: a sign, and one to three digits;
 * false when it is none. */
static inline bool read_short_exponent(const char *end, int length, int64_t *exponent)
{
    const char first = end[-length];
    int digits = length - (first == '-' || first == '+');
    unsigned ones = (unsigned)end[-1] - '0',
             tens = digits > 1 ? (unsigned)end[-2] - '0' : 0,
             hundreds = digits > 2 ? (unsigned)end[-3] - '0' : 0;
    int64_t value = (int64_t)ones + 10 * (int64_t)tens + 100 * (int64_t)hundreds;
    *exponent = first == '-' ? -value : value;
    return digits > 0 && digits <= 3 && ones <= 9 && tens <= 9 && hundreds <= 9;
}

/* Takes an exponent off the number; false when there is a letter e and behind it no
 * short exponent. */
static inline bool take_exponent(const char *begin, const char **end, int64_t *exponent)
{
    enum { BEHIND_MOST = 4 }; /* -123 */
    __m128i text = _mm_or_si128(load_bytes(*end - FIELD_MOST), _mm_set1_epi8(0x20));
    unsigned letters =
        (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('e')));
    letters &= 0xFFFFU << (FIELD_MOST - 1 - BEHIND_MOST) & 0xFFFFU;
    *exponent = 0;
    if (letters == 0)
        return true;
    int behind = __builtin_clz(letters) - (32 - FIELD_MOST);
    const char *letter = *end - 1 - behind;
    bool is_right =
        behind > 0 && letter > begin && read_short_exponent(*end, behind, exponent);
    *end = letter;
    return is_right;
}

/* Thirty-two lanes: their number from 0. */
static inline __m256i lane_numbers(void)
{
    return _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
                            18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
}

static inline __m256i load_lanes(const char *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}

/* Up to 32 digits: high * 10^16 + low, of which `behind` stand behind the point. */
struct wide_digits {
    uint64_t high, low;
    int64_t behind;
};

/* The digits in [begin, end), at most 32 characters with at most one point; false when
 * that is not so. */
static inline bool read_digits_wide(const char *begin, const char *end, char point,
                                    struct wide_digits *out)
{
    const int length = (int)(end - begin), all = WIDE_MOST;
    const __m256i zero = _mm256_set1_epi8('0'), lanes = lane_numbers();
    __m256i text = load_lanes(end - WIDE_MOST), values = _mm256_sub_epi8(text, zero);
    uint32_t is_digit = (uint32_t)_mm256_movemask_epi8(
        _mm256_cmpeq_epi8(_mm256_min_epu8(values, _mm256_set1_epi8(9)), values));
    uint32_t others = UINT32_MAX << (all - length) & ~is_digit;
    int place = others == 0 ? -1 : __builtin_ctz(others);
    int count = length - (others != 0);
    if ((others & (others - 1)) != 0 ||
        (others != 0 && begin[place - all + length] != point) || count == 0)
        return false;
    /* What stands before the point moves up by one lane. */
    __m256i moved = _mm256_sub_epi8(load_lanes(end - WIDE_MOST - 1), zero);
    __m256i is_before = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(place + 1)), lanes);
    values = _mm256_blendv_epi8(values, moved, is_before);
    values = _mm256_and_si256(
        values, _mm256_cmpgt_epi8(lanes, _mm256_set1_epi8((char)(all - 1 - count))));
    out->high = join_digits(_mm256_castsi256_si128(values));
    out->low = join_digits(_mm256_extracti128_si256(values, 1));
    out->behind = place < 0 ? 0 : all - 1 - place;
    return true;
}

static const uint64_t TENS[17] = {UINT64_C(1),
                                  UINT64_C(10),
                                  UINT64_C(100),
                                  UINT64_C(1000),
                                  UINT64_C(10000),
                                  UINT64_C(100000),
                                  UINT64_C(1000000),
                                  UINT64_C(10000000),
                                  UINT64_C(100000000),
                                  UINT64_C(1000000000),
                                  UINT64_C(10000000000),
                                  UINT64_C(100000000000),
                                  UINT64_C(1000000000000),
                                  UINT64_C(10000000000000),
                                  UINT64_C(100000000000000),
                                  UINT64_C(1000000000000000),
                                  UINT64_C(10000000000000000)};

/* More than 19 digits, times 10^exponent: the first 19, and those that are one more, must
 * have the same double; false: that is not known. */
static inline bool scale_first_digits(const struct wide_digits *all, int64_t exponent,
                                      double *value)
{
    enum { LOG_TWO = 1233, SHIFT = 12, LOW = 16, KEPT = 19 };
    int count = (64 - __builtin_clzll(all->high)) * LOG_TWO >> SHIFT;
    count += all->high >= TENS[count];
    const int left = LOW + count - KEPT;
    uint64_t first = all->high * TENS[KEPT - count] + all->low / TENS[left];
    double next = 0;
    return scale_decimal(first, exponent + left, value) &&
           (all->low % TENS[left] == 0 ||
            (scale_decimal(first + 1, exponent + left, &next) && next == *value));
}

static inline bool scale_wide(const struct wide_digits *all, int64_t exponent,
                              double *value)
{
    const uint64_t thousand = 1000; /* 19 digits in all */
    exponent -= all->behind;
    return all->high < thousand
               ? scale_decimal(all->high * TENS[16] + all->low, exponent, value)
               : scale_first_digits(all, exponent, value);
}

/* The bare number in [begin, end), if it is one that is quick to read.  WIDE_MOST bytes
 * and one more before `end` can be read. */
static __attribute__((noinline)) bool read_wide(const char *begin, const char *end,
                                                char point, double *value)
{
    bool negative = begin < end && *begin == '-';
    struct wide_digits digits;
    int64_t exponent = 0;
    begin += negative;
    if (!take_exponent(begin, &end, &exponent) || end <= begin ||
        end - begin > WIDE_MOST || !read_digits_wide(begin, end, point, &digits) ||
        !scale_wide(&digits, exponent, value))
        return false;
    *value = negative ? -*value : *value;
    return true;
}
#endif
#endif
