/* SPDX-License-Identifier: MIT
 * csv_fields.h - plain numbers in a hurry, for csv_level.c.
 *
 * Langdale and Lemire, Parsing gigabytes of JSON per second, VLDB Journal 28 (2019): a
 * mask tells where in 64 bytes cells end, so that the length of a cell is no branch.  A
 * number of at most 16 characters is loaded so that its last one stands in the last lane;
 * the point is taken out by a shuffle, and three multiplications join the digits (Mula,
 * SIMD-ized conversion of decimal digits, 2014).  Its digits are below 2^53 and the power
 * of ten is at most 10^15, so one division gives the nearest double (Clinger, PLDI 1990).
 * Longer numbers, and those with an exponent, go the same way in 32 lanes to scale.h. */
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

/* Bits of the 64 bytes at `at` that may end a cell: separators, line feeds. */
static inline uint64_t ends_of_cells(const char *at, char separator)
{
    return find_byte(at, separator) | find_byte(at, '\n');
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

/* What takes the point at a place out of sixteen characters: those before it move up.
 * Place 16 is none. */
#define ROW(p)                                                                           \
    {                                                                                    \
        GAP(p, 0), GAP(p, 1), GAP(p, 2), GAP(p, 3), GAP(p, 4), GAP(p, 5), GAP(p, 6),     \
            GAP(p, 7), GAP(p, 8), GAP(p, 9), GAP(p, 10), GAP(p, 11), GAP(p, 12),         \
            GAP(p, 13), GAP(p, 14), GAP(p, 15)                                           \
    }
#define GAP(p, i) (uint8_t)((p) == 16 || (i) > (p) ? (i) : (i) == 0 ? 0x80 : (i)-1)
static const uint8_t without_point[FIELD_MOST + 1][FIELD_MOST] = {
    ROW(0), ROW(1),  ROW(2),  ROW(3),  ROW(4),  ROW(5),  ROW(6),  ROW(7), ROW(8),
    ROW(9), ROW(10), ROW(11), ROW(12), ROW(13), ROW(14), ROW(15), ROW(16)};

/* What the digits are divided by for a point at a place, without and with a minus. */
#define SIGNED(power)                                                                    \
    {                                                                                    \
        power, -(power)                                                                  \
    }
static const double divisors[FIELD_MOST + 1][2] = {
    SIGNED(1e15), SIGNED(1e14), SIGNED(1e13), SIGNED(1e12), SIGNED(1e11), SIGNED(1e10),
    SIGNED(1e9),  SIGNED(1e8),  SIGNED(1e7),  SIGNED(1e6),  SIGNED(1e5),  SIGNED(1e4),
    SIGNED(1e3),  SIGNED(1e2),  SIGNED(1e1),  SIGNED(1e0),  SIGNED(1e0)};

/* From byte n on the last n of sixteen bytes are all ones. */
static const uint8_t last_bytes[2 * FIELD_MOST] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0,    0,    0,    0,    0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

static inline __m128i load_bytes(const void *from)
{
    return _mm_loadu_si128((const __m128i *)from);
}

/* A byte in all lanes, of which the compiler does not know that it could make it anew in
 * every turn of a loop. */
static inline __m128i keep_byte(char byte)
{
    __m128i lanes = _mm_set1_epi8(byte);
    __asm__("" : "+x"(lanes));
    return lanes;
}

/* What reading a field needs, kept in registers. */
struct field_bytes {
    __m128i zero, nine, point;
};

static inline struct field_bytes field_bytes(char point)
{
    return (struct field_bytes){keep_byte('0'), keep_byte(9), keep_byte(point)};
}

/* The number in [begin, end): a minus, then at most sixteen characters, digits and at
 * most one point, which is not the last; false when it is none, or one that needs more
 * care.  Sixteen bytes before `end` can be read. */
static inline __attribute__((always_inline)) bool
read_field(const char *begin, const char *end, const struct field_bytes *bytes,
           double *value)
{
    const size_t minus = *begin == '-', length = (size_t)(end - begin) - minus;
    if (length - 1 >= FIELD_MOST)
        return false;
    __m128i text = load_bytes(end - FIELD_MOST);
    __m128i digits =
        _mm_and_si128(_mm_sub_epi8(text, bytes->zero), load_bytes(last_bytes + length));
    unsigned others = 0xFFFFU ^ (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(
                                    _mm_min_epu8(digits, bytes->nine), digits));
    unsigned is_point = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(text, bytes->point));
    unsigned bad = (others & ~is_point) | (others & (others - 1)) | (others & 0x8000U);
    unsigned place = (unsigned)__builtin_ctz(others | 1U << FIELD_MOST);
    digits = _mm_shuffle_epi8(digits, load_bytes(without_point[place]));
    uint64_t joined = join_digits(digits);
    *value = (double)(int64_t)joined / divisors[place][minus];
    return (bad | joined >> 53) == 0;
}

/* ---- longer ones ---- */

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

/* The digits in [begin, end), at most 32 characters with at most one point, as an
 * integer; *behind gets how many stand behind the point.  False when that is not so, or
 * for more than 19 digits that count. */
static inline bool read_digits_wide(const char *begin, const char *end, char point,
                                    uint64_t *digits, int64_t *behind)
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
    uint64_t high = join_digits(_mm256_castsi256_si128(values)),
             low = join_digits(_mm256_extracti128_si256(values, 1));
    *digits = high * UINT64_C(10000000000000000) + low;
    *behind = place < 0 ? 0 : all - 1 - place;
    return high < 1000;
}

/* The bare number in [begin, end), if it is one that is quick to read.  WIDE_MOST bytes
 * and one more before `end` can be read. */
static __attribute__((noinline)) bool read_wide(const char *begin, const char *end,
                                                char point, double *value)
{
    bool negative = begin < end && *begin == '-';
    uint64_t digits = 0;
    int64_t exponent = 0, behind = 0;
    begin += negative;
    if (!take_exponent(begin, &end, &exponent) || end <= begin ||
        end - begin > WIDE_MOST ||
        !read_digits_wide(begin, end, point, &digits, &behind) ||
        !scale_decimal(digits, exponent - behind, value))
        return false;
    *value = negative ? -*value : *value;
    return true;
}

/* ---- cells ---- */

/* Cells up to one that is no short number: its end is returned, or NULL when `stop` is
 * near or the last row was taken.  Nothing is called in the loop, and it is alone, so
 * that all of it stays in registers. */
static __attribute__((noinline)) const char *convert_fields(struct csv_cursor *c)
{
    const struct field_bytes bytes = field_bytes(c->point);
    const char separator = c->separator, *const limit = c->stop - MASK_BYTES;
    double *const *const columns = c->numbers;
    const size_t last = c->column_count - 1, row_end = c->row_end;
    const char *at = c->at, *base = at, *end = NULL;
    size_t row = c->row, column = c->column;
    uint64_t mask = base <= limit ? ends_of_cells(base, separator) : 0;
    while (row < row_end) {
        while (mask == 0 && base < limit) {
            base += MASK_BYTES;
            mask = base <= limit ? ends_of_cells(base, separator) : 0;
        }
        end = NULL;
        if (mask == 0)
            break;
        end = base + __builtin_ctzll(mask);
        mask &= mask - 1;
        double *const numbers = columns[column];
        if (numbers == NULL || *end != (column == last ? '\n' : separator))
            break;
        if (column < last) {
            if (!read_field(at, end, &bytes, &numbers[row]))
                break;
            column++;
        } else {
            const char *stop = end - (end > at && end[-1] == '\r');
            if (!read_field(at, stop, &bytes, &numbers[row]))
                break;
            column = 0;
            row++;
        }
        at = end + 1;
    }
    bool is_done = row == row_end;
    c->at = at;
    c->row = row;
    c->column = column;
    return is_done ? NULL : end;
}

/* The number in [begin, end), which may stand between quotes. */
static inline bool read_number(const char *begin, const char *end, char point,
                               double *value)
{
    if (*begin != '"' || end - begin <= 2 || end[-1] != '"')
        return read_wide(begin, end, point, value);
    const struct field_bytes bytes = field_bytes(point);
    return read_field(begin + 1, end - 1, &bytes, value) ||
           read_wide(begin + 1, end - 1, point, value);
}

/* The cell at the cursor up to `end`, when it is a number; false: it is not taken. */
static bool take_number(struct csv_cursor *c, const char *end)
{
    bool is_last = c->column + 1 == c->column_count;
    double *numbers = c->numbers[c->column];
    const char *stop = end - (is_last && end > c->at && end[-1] == '\r');
    if (numbers == NULL || *end != (is_last ? '\n' : c->separator) ||
        !read_number(c->at, stop, c->point, &numbers[c->row]))
        return false;
    c->at = end + 1;
    c->row += is_last;
    c->column = is_last ? 0 : c->column + 1;
    return true;
}

/* Where the cell at the cursor ends, if that is soon and it is likely to be one more
 * that is no short number, since the last one was of `before` bytes; else NULL. */
static const char *find_long_cell(const struct csv_cursor *c, ptrdiff_t before)
{
    if (c->row == c->row_end || c->stop - c->at < MASK_BYTES)
        return NULL;
    uint64_t mask = ends_of_cells(c->at, c->separator);
    ptrdiff_t length = mask == 0 ? 0 : __builtin_ctzll(mask);
    return length + 2 > before ? c->at + length : NULL;
}

static bool convert(struct csv_cursor *c)
{
    while (c->at - c->text <= WIDE_MOST)
        if (c->row == c->row_end || !c->take(c, c->user))
            return c->row == c->row_end;
    const char *end;
    while ((end = convert_fields(c)) != NULL) {
        while (end != NULL) {
            ptrdiff_t length = end - c->at;
            bool is_number = take_number(c, end);
            if (!is_number && !c->take(c, c->user))
                return false;
            end = is_number ? find_long_cell(c, length) : NULL;
        }
    }
    return true;
}
#endif
#endif
