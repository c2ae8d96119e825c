/* SPDX-License-Identifier: MIT
 * csv_four.h - four plain numbers at once, with no branch.
 *
 * Each stands with its last character in the last of sixteen lanes.  The sum of the only
 * lane that has a point tells its place, a shuffle takes it out, and three
 * multiplications join the digits (Mula, SIMD-ized conversion of decimal digits, 2014).
 * They are below 2^53 and the power of ten is at most 10^15, so one division gives the
 * nearest double (Clinger, How to read floating point numbers accurately, PLDI 1990). */
#ifndef DATA_CSV_FOUR_H
#define DATA_CSV_FOUR_H

#ifdef __AVX2__
#include <math.h>

#include "data/csv_fields.h"

enum { GROUP = 4 };

/* Two of them: digits joined to eights, what is known of each in its half. */
struct pair {
    __m256i fours;    /* digits joined by fours */
    __m256i is_minus; /* all ones in its half */
    __m256i place;    /* in 64 bits, of the point from 1, 0: none */
    __m256i over;     /* not zero where it is no number */
};

static inline __m256i load_two(const char *base, const uint32_t *ends)
{
    __m128i first = load_bytes(base + ends[0] - FIELD_MOST),
            third = load_bytes(base + ends[2] - FIELD_MOST);
    return _mm256_inserti128_si256(_mm256_castsi128_si256(first), third, 1);
}

static inline __m256i both_halves(__m128i lanes)
{
    return _mm256_broadcastsi128_si256(lanes);
}

/* Number of the lane within its half. */
static inline __m256i lane_of_half(int first)
{
    const __m128i lanes =
        _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return both_halves(_mm_add_epi8(lanes, _mm_set1_epi8((char)first)));
}

static inline __m256i join_fours(__m256i digits)
{
    const __m256i tens = _mm256_set1_epi16(0x010A),
                  hundreds = _mm256_set1_epi32(0x00010064);
    return _mm256_madd_epi16(_mm256_maddubs_epi16(digits, tens), hundreds);
}

/* `from` has in each lane 0x80 less the length of the cell: lanes of the cell are those
 * from 0x70 on up to that, and the first one is named by its last four bits; of an empty
 * cell it names none. */
static inline struct pair read_pair(__m256i text, __m256i from, __m256i point)
{
    const __m256i zero = _mm256_setzero_si256(), lane = lane_of_half(0),
                  high_lane = lane_of_half(0x70);
    struct pair pair;
    __m256i first = _mm256_shuffle_epi8(text, from);
    pair.is_minus = _mm256_cmpeq_epi8(first, _mm256_set1_epi8('-'));
    from = _mm256_sub_epi8(from, pair.is_minus);
    __m256i is_inside = _mm256_cmpeq_epi8(_mm256_max_epu8(high_lane, from), high_lane);
    __m256i is_point = _mm256_and_si256(_mm256_cmpeq_epi8(text, point), is_inside);
    /* The number of the only lane that is one is the sum of all; more than one point is
     * no number, since one at most is taken out. */
    __m256i sum = _mm256_sad_epu8(_mm256_and_si256(is_point, lane_of_half(1)), zero);
    pair.place = _mm256_or_si256(sum, _mm256_shuffle_epi32(sum, 0x4E));
    __m256i is_before = _mm256_cmpgt_epi8(_mm256_shuffle_epi8(pair.place, zero), lane);
    __m256i digits = _mm256_sub_epi8(text, _mm256_set1_epi8('0'));
    digits = _mm256_and_si256(digits, is_inside);
    digits = _mm256_shuffle_epi8(digits, _mm256_add_epi8(lane, is_before));
    pair.over = _mm256_subs_epu8(digits, _mm256_set1_epi8(9));
    pair.fours = join_fours(digits);
    return pair;
}

/* 10^15 ... 1 for a point at place 1 ... 16, and 1 for none.  Up to 10^7 the upper half
 * of a double says all. */
static inline __m256d find_divisor(__m256i place, __m256i has_point)
{
    const __m256i tens =
        _mm256_setr_epi32(0x3FF00000, 0x416312D0, 0x412E8480, 0x40F86A00, 0x40C38800,
                          0x408F4000, 0x40590000, 0x40240000);
    __m256i low = _mm256_slli_epi64(_mm256_permutevar8x32_epi32(tens, place), 32);
    __m256i is_high =
        _mm256_and_si256(has_point, _mm256_cmpgt_epi64(_mm256_set1_epi64x(9), place));
    __m256d high = _mm256_blendv_pd(_mm256_set1_pd(1), _mm256_set1_pd(1e8),
                                    _mm256_castsi256_pd(is_high));
    return _mm256_mul_pd(_mm256_castsi256_pd(low), high);
}

/* Two integers of eight digits in each 64 bits, the first one lower, as one: exact below
 * 2^53, and not below it where it is not. */
static inline __m256d join_eights(__m256i eights)
{
    const __m256d magic = _mm256_set1_pd(0x1p52);
    __m256d high =
        _mm256_castsi256_pd(_mm256_blend_epi32(eights, _mm256_castpd_si256(magic), 0xAA));
    __m256d low = _mm256_or_pd(_mm256_castsi256_pd(_mm256_srli_epi64(eights, 32)), magic);
    return _mm256_add_pd(_mm256_mul_pd(_mm256_sub_pd(high, magic), _mm256_set1_pd(1e8)),
                         _mm256_sub_pd(low, magic));
}

/* Which of the four are numbers or empty, as bits: a minus, then at most sixteen
 * characters in all, digits and at most one point. */
static inline int find_good(struct pair even, struct pair odd, __m256i length,
                            __m256i has_point, __m256i is_minus, __m256d digits)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i over = _mm256_or_si256(_mm256_unpacklo_epi64(even.over, odd.over),
                                   _mm256_unpackhi_epi64(even.over, odd.over));
    __m256i count = _mm256_add_epi64(length, _mm256_add_epi64(has_point, is_minus));
    /* No digit, but something. */
    __m256i is_bad = _mm256_xor_si256(_mm256_cmpeq_epi64(count, zero),
                                      _mm256_cmpeq_epi64(length, zero));
    __m256i is_long = _mm256_cmpgt_epi64(length, _mm256_set1_epi64x(FIELD_MOST));
    __m256d is_large = _mm256_cmp_pd(digits, _mm256_set1_pd(0x1p53), _CMP_GE_OQ);
    is_bad =
        _mm256_or_si256(_mm256_or_si256(is_bad, is_long), _mm256_castpd_si256(is_large));
    return _mm256_movemask_pd(
        _mm256_castsi256_pd(_mm256_andnot_si256(is_bad, _mm256_cmpeq_epi64(over, zero))));
}

/* Reads four cells; bits tell which are numbers, or missing as empty ones are. */
static inline int read_four(const char *base, const uint32_t *ends,
                            const uint32_t *lengths, __m256i point, double *values)
{
    enum { NONE = 0x80 };
    const __m256i at_even =
                      _mm256_setr_epi64x(0, 0, 0x0808080808080808, 0x0808080808080808),
                  at_odd = _mm256_setr_epi64x(0x0404040404040404, 0x0404040404040404,
                                              0x0C0C0C0C0C0C0C0C, 0x0C0C0C0C0C0C0C0C);
    __m128i four = load_bytes(lengths);
    __m256i from = both_halves(_mm_sub_epi32(_mm_set1_epi32(NONE), four));
    struct pair even = read_pair(load_two(base, ends), _mm256_shuffle_epi8(from, at_even),
                                 point),
                odd = read_pair(load_two(base, ends + 1),
                                _mm256_shuffle_epi8(from, at_odd), point);
    __m256i eights = _mm256_madd_epi16(_mm256_packus_epi32(even.fours, odd.fours),
                                       _mm256_set1_epi32(0x00012710));
    __m256i place = _mm256_unpacklo_epi64(even.place, odd.place),
            is_minus = _mm256_unpacklo_epi64(even.is_minus, odd.is_minus),
            has_point = _mm256_cmpgt_epi64(place, _mm256_setzero_si256()),
            length = _mm256_cvtepu32_epi64(four),
            is_empty = _mm256_cmpeq_epi64(length, _mm256_setzero_si256());
    __m256d digits = join_eights(eights), divisor = find_divisor(place, has_point);
    divisor = _mm256_or_pd(divisor, _mm256_and_pd(_mm256_castsi256_pd(is_empty),
                                                  _mm256_set1_pd((double)NAN)));
    __m256d sign = _mm256_and_pd(_mm256_castsi256_pd(is_minus), _mm256_set1_pd(-0.0));
    _mm256_storeu_pd(values, _mm256_xor_pd(_mm256_div_pd(digits, divisor), sign));
    return find_good(even, odd, length, has_point, is_minus, digits);
}
#endif
#endif
