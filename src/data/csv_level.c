/* SPDX-License-Identifier: MIT
 * csv_level.c - bytes by kind, and plain numbers in a hurry.
 *
 * Langdale and Lemire, Parsing gigabytes of JSON per second, VLDB Journal 28 (2019): a
 * mask tells where in 64 bytes cells end, so that the length of a cell is no branch.  A
 * number of at most 16 characters is loaded so that its last one stands in the last lane;
 * the point is taken out by a shuffle, and three multiplications join the digits (Mula,
 * SIMD-ized conversion of decimal digits, 2014).  Its digits are below 2^53 and the power
 * of ten is at most 10^15, so one division gives the nearest double (Clinger, PLDI 1990).
 */
#include "data/csv_level.h"

#include <string.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "data/decimal.h"

#define JOIN(a, b) a##b
#define LEVEL_NAME(suffix) JOIN(csv_, suffix)

/* ---- Bytes by kind ---- */

enum {
    LANES = 32,      /* bytes that the compiler takes at once */
    TURNS_MOST = 255 /* after which a count of eight bits could overflow */
};

/* Counts of one kind of byte by lanes, and all bytes joined. */
struct lanes {
    uint8_t feeds[LANES], separators[LANES], quotes[LANES], returns[LANES], zeros[LANES];
    uint8_t joined[LANES];
};

static void count_lanes(const char *at, size_t turns, char separator, struct lanes *lanes)
{
    for (size_t turn = 0; turn < turns; turn++, at += LANES)
        for (size_t i = 0; i < LANES; i++) {
            lanes->feeds[i] = (uint8_t)(lanes->feeds[i] + (at[i] == '\n'));
            lanes->separators[i] = (uint8_t)(lanes->separators[i] + (at[i] == separator));
            lanes->quotes[i] |= at[i] == '"';
            lanes->returns[i] |= at[i] == '\r';
            lanes->zeros[i] |= at[i] == '\0';
            lanes->joined[i] |= (uint8_t)at[i];
        }
}

static void add_lanes(const struct lanes *lanes, struct csv_survey *survey,
                      struct csv_bytes *piece)
{
    for (size_t i = 0; i < LANES; i++) {
        survey->line_feeds += lanes->feeds[i];
        survey->separators += lanes->separators[i];
        survey->has_quote |= lanes->quotes[i] != 0;
        survey->has_return |= lanes->returns[i] != 0;
        piece->has_zero |= lanes->zeros[i] != 0;
        piece->is_ascii &= lanes->joined[i] < 0x80;
    }
}

static struct csv_bytes count_bytes(const char *at, const char *end, char separator,
                                    struct csv_survey *survey)
{
    struct csv_bytes piece = {.is_ascii = true};
    while (end - at >= LANES) {
        struct lanes lanes = {0};
        size_t turns = (size_t)(end - at) / LANES;
        turns = turns > TURNS_MOST ? TURNS_MOST : turns;
        count_lanes(at, turns, separator, &lanes);
        add_lanes(&lanes, survey, &piece);
        at += turns * LANES;
    }
    for (; at < end; at++) {
        survey->line_feeds += *at == '\n';
        survey->separators += *at == separator;
        survey->has_quote |= *at == '"';
        survey->has_return |= *at == '\r';
        piece.has_zero |= *at == '\0';
        piece.is_ascii &= (unsigned char)*at < 0x80;
    }
    return piece;
}

/* ---- Numbers ---- */

#ifdef __AVX2__

enum {
    FIELD_MOST = 16, /* characters of a number in a hurry */
    MASK_BYTES = 64
};

/* Bits of the 64 bytes at `at` that may end a cell: separators, quotes, line feeds. */
static inline uint64_t ends_of_cells(const char *at, __m256i separators)
{
    uint64_t mask = 0;
    for (int half = 1; half >= 0; half--) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)at + half);
        __m256i found = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, separators),
                                        _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n')));
        mask = mask << 32 | (uint32_t)_mm256_movemask_epi8(found);
    }
    return mask;
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
static const double divisors[2][FIELD_MOST + 1] = {
    {1e15, 1e14, 1e13, 1e12, 1e11, 1e10, 1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1e0,
     1e0},
    {-1e15, -1e14, -1e13, -1e12, -1e11, -1e10, -1e9, -1e8, -1e7, -1e6, -1e5, -1e4, -1e3,
     -1e2, -1e1, -1e0, -1e0}};

/* From byte n on the last n of sixteen bytes are all ones. */
static const uint8_t last_bytes[2 * FIELD_MOST] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0,    0,    0,    0,    0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

static inline __m128i load_bytes(const void *from)
{
    return _mm_loadu_si128((const __m128i *)from);
}

/* The number in [begin, end): at most sixteen characters, a minus, digits and at most one
 * point, which is not the last; false when it is none, or one that needs more care.
 * Sixteen bytes before `end` can be read. */
static inline __attribute__((always_inline)) bool
read_field(const char *begin, const char *end, __m128i point, double *value)
{
    size_t length = (size_t)(end - begin);
    if (length > FIELD_MOST)
        return false;
    size_t minus = *begin == '-';
    __m128i text = load_bytes(end - FIELD_MOST);
    __m128i digits = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    unsigned is_digit = (unsigned)_mm_movemask_epi8(
        _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits));
    unsigned is_point = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(text, point));
    unsigned inside = 0xFFFFU << (FIELD_MOST - length + minus) & 0xFFFFU;
    unsigned others = inside & ~is_digit;
    unsigned bad = (others & ~is_point) | (others & (others - 1)) | (~is_digit & 0x8000U);
    unsigned place = (unsigned)__builtin_ctz(others | 1U << FIELD_MOST);
    digits = _mm_and_si128(digits, load_bytes(last_bytes + length - minus));
    digits = _mm_shuffle_epi8(digits, load_bytes(without_point[place]));
    uint64_t joined = join_digits(digits);
    *value = (double)(int64_t)joined / divisors[minus][place];
    return (bad | joined >> 53) == 0;
}

/* A bare number in [begin, end) of any other form. */
static bool read_any(const char *begin, const char *end, char point, double *value)
{
    while (begin < end && *begin == ' ')
        begin++;
    return end - begin <= CSV_CELL_MOST && decimal_read(begin, end, point, value) == end;
}

/* Fields until one is another number, or no number: where that one ends is returned, or
 * NULL when `stop` is met or a cell is none of numbers.  Nothing is called in the loop,
 * so that all of it stays in registers. */
static const char *convert_fields(struct csv_cursor *c)
{
    const __m256i separators = _mm256_set1_epi8(c->separator);
    const __m128i point = _mm_set1_epi8(c->point);
    const char separator = c->separator, *const limit = c->stop - MASK_BYTES;
    double *const *const columns = c->numbers;
    const size_t last = c->column_count - 1, row_count = c->row_count;
    const char *at = c->at, *base = at, *end = NULL;
    size_t row = c->row, column = c->column;
    uint64_t mask = base <= limit ? ends_of_cells(base, separators) : 0;
    bool is_number = true;
    while (row < row_count) {
        while (mask == 0 && base < limit) {
            base += MASK_BYTES;
            mask = base <= limit ? ends_of_cells(base, separators) : 0;
        }
        if (mask == 0)
            break;
        end = base + __builtin_ctzll(mask);
        mask &= mask - 1;
        double *const numbers = columns[column];
        if (numbers == NULL || *end != (column == last ? '\n' : separator))
            break;
        if (column < last) {
            is_number = read_field(at, end, point, &numbers[row]);
            if (!is_number)
                break;
            column++;
        } else {
            const char *stop = end - (end > at && end[-1] == '\r');
            is_number = read_field(at, stop, point, &numbers[row]);
            if (!is_number)
                break;
            column = 0;
            row++;
        }
        at = end + 1;
    }
    c->at = at;
    c->row = row;
    c->column = column;
    return is_number ? NULL : end;
}

static void convert(struct csv_cursor *c)
{
    if (c->at - c->text < FIELD_MOST)
        return;
    for (;;) {
        const char *end = convert_fields(c);
        if (end == NULL)
            return;
        bool is_last = c->column + 1 == c->column_count;
        const char *stop = end - (is_last && end > c->at && end[-1] == '\r');
        if (!read_any(c->at, stop, c->point, &c->numbers[c->column][c->row]))
            return;
        c->at = end + 1;
        c->row += is_last;
        c->column = is_last ? 0 : c->column + 1;
    }
}
#endif

const struct csv_level LEVEL_NAME(LEVEL) = {
    .count = count_bytes,
#ifdef __AVX2__
    .convert = convert,
#endif
};
