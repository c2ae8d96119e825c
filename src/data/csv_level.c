/* SPDX-License-Identifier: MIT
 * csv_level.c - bytes by kind. */
#include "data/csv_level.h"

#include <string.h>

#include "data/csv_batch.h"

#define JOIN(a, b) a##b
#define LEVEL_NAME(suffix) JOIN(csv_, suffix)

/* ---- Bytes by kind ---- */

enum {
    LANES = 32,      /* bytes that the compiler takes at once */
    TURNS_MOST = 255 /* after which a count of eight bits could overflow */
};

#ifdef __AVX2__
static inline __m256i find_lanes(__m256i text, char byte)
{
    return _mm256_cmpeq_epi8(text, _mm256_set1_epi8(byte));
}

static inline uint32_t any_lane(__m256i lanes)
{
    return (uint32_t)_mm256_movemask_epi8(lanes);
}

/* The sum of 32 counts. */
static inline size_t add_up(__m256i counts)
{
    uint64_t sums[4];
    _mm256_storeu_si256((__m256i *)(void *)sums,
                        _mm256_sad_epu8(counts, _mm256_setzero_si256()));
    return sums[0] + sums[1] + sums[2] + sums[3];
}

/* Adds `turns` times 32 bytes to what was counted. */
static void count_lanes(const char *at, size_t turns, char separator,
                        struct csv_bytes *bytes)
{
    __m256i feeds = _mm256_setzero_si256(), separators = feeds, quotes = feeds,
            returns = feeds, joined = feeds, least = find_lanes(feeds, 0);
    for (size_t turn = 0; turn < turns; turn++, at += LANES) {
        __m256i text = load_lanes(at);
        feeds = _mm256_sub_epi8(feeds, find_lanes(text, '\n'));
        separators = _mm256_sub_epi8(separators, find_lanes(text, separator));
        quotes = _mm256_or_si256(quotes, find_lanes(text, '"'));
        returns = _mm256_or_si256(returns, find_lanes(text, '\r'));
        joined = _mm256_or_si256(joined, text);
        least = _mm256_min_epu8(least, text);
    }
    bytes->line_feeds += add_up(feeds);
    bytes->separators += add_up(separators);
    bytes->has_quote |= any_lane(quotes) != 0;
    bytes->has_return |= any_lane(returns) != 0;
    bytes->has_zero |= any_lane(find_lanes(least, '\0')) != 0;
    bytes->is_ascii &= any_lane(joined) == 0;
}
#else
/* Counts of one kind of byte by lanes, and all bytes joined. */
struct lanes {
    uint8_t feeds[LANES], separators[LANES], quotes[LANES], returns[LANES], zeros[LANES];
    uint8_t joined[LANES];
};

static void see_lanes(const char *at, size_t turns, char separator, struct lanes *lanes)
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

static void add_lanes(const struct lanes *lanes, struct csv_bytes *bytes)
{
    for (size_t i = 0; i < LANES; i++) {
        bytes->line_feeds += lanes->feeds[i];
        bytes->separators += lanes->separators[i];
        bytes->has_quote |= lanes->quotes[i] != 0;
        bytes->has_return |= lanes->returns[i] != 0;
        bytes->has_zero |= lanes->zeros[i] != 0;
        bytes->is_ascii &= lanes->joined[i] < 0x80;
    }
}

static void count_lanes(const char *at, size_t turns, char separator,
                        struct csv_bytes *bytes)
{
    struct lanes lanes = {0};
    see_lanes(at, turns, separator, &lanes);
    add_lanes(&lanes, bytes);
}
#endif

static struct csv_bytes count_bytes(const char *at, const char *end, char separator)
{
    struct csv_bytes bytes = {.is_ascii = true};
    while (end - at >= LANES) {
        size_t turns = (size_t)(end - at) / LANES;
        turns = turns > TURNS_MOST ? TURNS_MOST : turns;
        count_lanes(at, turns, separator, &bytes);
        at += turns * LANES;
    }
    for (; at < end; at++) {
        bytes.line_feeds += *at == '\n';
        bytes.separators += *at == separator;
        bytes.has_quote |= *at == '"';
        bytes.has_return |= *at == '\r';
        bytes.has_zero |= *at == '\0';
        bytes.is_ascii &= (unsigned char)*at < 0x80;
    }
    return bytes;
}

/* ---- Inside and outside quotes ---- */

static void count_one(const char *text, const char *at, char separator,
                      struct csv_survey *survey)
{
    size_t side = survey->quotes % 2;
    survey->line_feeds[side] += *at == '\n';
    survey->separators[side] += *at == separator;
    survey->quotes += *at == '"';
    survey->returns += *at == '\r';
    survey->pairs += *at == '\n' && at > text && at[-1] == '\r';
}

#ifdef __AVX2__
/* 64 bytes behind another one. */
static inline void count_mask(const char *at, char separator, struct csv_survey *survey)
{
    uint64_t quotes = find_byte(at, '"'), feeds = find_byte(at, '\n'),
             separators = find_byte(at, separator), returns = find_byte(at, '\r');
    uint64_t before = returns << 1 | (uint64_t)(at[-1] == '\r');
    uint64_t inside = find_inside(quotes);
    size_t side = survey->quotes % 2;
    survey->line_feeds[side] += count_bits(feeds & ~inside);
    survey->line_feeds[1 - side] += count_bits(feeds & inside);
    survey->separators[side] += count_bits(separators & ~inside);
    survey->separators[1 - side] += count_bits(separators & inside);
    survey->quotes += count_bits(quotes);
    survey->returns += count_bits(returns);
    survey->pairs += count_bits(feeds & before);
}
#endif

static void count_quoted(const char *text, const char *at, const char *end,
                         char separator, struct csv_survey *survey)
{
#ifdef __AVX2__
    if (at == text && at < end)
        count_one(text, at++, separator, survey);
    for (; end - at >= MASK_BYTES; at += MASK_BYTES)
        count_mask(at, separator, survey);
#endif
    for (; at < end; at++)
        count_one(text, at, separator, survey);
}

static const char *find_mark(const char *at, const char *stop)
{
#ifdef __AVX2__
    for (; stop - at >= MASK_BYTES; at += MASK_BYTES) {
        uint64_t marks = find_byte(at, '\n') | find_byte(at, '\r') | find_byte(at, '"');
        if (marks != 0)
            return at + _tzcnt_u64(marks);
    }
#endif
    while (at < stop && *at != '\n' && *at != '\r' && *at != '"')
        at++;
    return at;
}

const struct csv_level LEVEL_NAME(LEVEL) = {
    .find_mark = find_mark,
    .count = count_bytes,
    .count_quoted = count_quoted,
#ifdef __AVX2__
    .convert = convert,
#endif
};
