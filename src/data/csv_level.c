/* SPDX-License-Identifier: MIT
 * csv_level.c - bytes by kind. */
#include "data/csv_level.h"

#include <string.h>

#include "data/csv_fields.h"

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

static struct csv_bytes count_bytes(const char *at, const char *end, char separator)
{
    struct csv_bytes bytes = {.is_ascii = true};
    while (end - at >= LANES) {
        struct lanes lanes = {0};
        size_t turns = (size_t)(end - at) / LANES;
        turns = turns > TURNS_MOST ? TURNS_MOST : turns;
        count_lanes(at, turns, separator, &lanes);
        add_lanes(&lanes, &bytes);
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

const struct csv_level LEVEL_NAME(LEVEL) = {
    .count = count_bytes,
    .count_quoted = count_quoted,
#ifdef __AVX2__
    .convert = convert,
#endif
};
