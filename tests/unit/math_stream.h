/* SPDX-License-Identifier: MIT
 * math_stream.h - a fixed stream of numbers, and checksums of what the functions of
 * lanes.def give for it: the same for every compiler and machine that has a fused
 * multiply-add.
 *
 * They change only with an algorithm: then the new ones stand in what the tests say. */
#ifndef TESTS_MATH_STREAM_H
#define TESTS_MATH_STREAM_H

#include "math/block.h"
#include "math/functions.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { STREAM_BLOCK = 257, STREAM_BLOCKS = 40 };

static inline uint64_t stream_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static inline double stream_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* By turns any bits at all, between -32 and 32, a few last bits from a multiple of pi/2,
 * between -800 and 800, near 1, and tiny or huge. */
static inline double stream_number(uint64_t *state)
{
    uint64_t bits = stream_next(state);
    double unit = (double)(int64_t)bits * 0x1p-63;
    switch (stream_next(state) % 6) {
    case 0:
        return stream_of_bits(bits);
    case 1:
        return unit * 32;
    case 2: {
        double multiple =
            (double)((int64_t)bits >> (35 + bits % 26)) * 1.5707963267948966;
        uint64_t near;
        memcpy(&near, &multiple, sizeof near);
        return stream_of_bits(near + bits % 5);
    }
    case 3:
        return unit * 800;
    case 4:
        return 1 + unit / (double)(1 + bits % 1000);
    default:
        return stream_of_bits((bits & 0x801fffffffffffffu) |
                              (bits % 2) * 0x7fc0000000000000u);
    }
}

struct stream_function {
    const char *name;
    double (*one)(double x);
    double (*two)(double x, double y);
    size_t place; /* in struct math_blocks */
};

static const struct stream_function stream_functions[] = {
#define LANE(name) {#name, math_##name, NULL, offsetof(struct math_blocks, name)},
#define LANE2(name) {#name, NULL, math_##name, offsetof(struct math_blocks, name)},
#include "math/lanes.def"
};
enum { STREAM_FUNCTIONS = sizeof stream_functions / sizeof stream_functions[0] };

static inline void stream_run(const struct stream_function *f, enum math_level level,
                              size_t n, const double *x, const double *y, double *out)
{
    const char *at = (const char *)math_blocks(level) + f->place;
    math_block *block;
    math_block2 *block2;
    if (f->one != NULL) {
        memcpy(&block, at, sizeof block);
        block(n, x, out);
    } else {
        memcpy(&block2, at, sizeof block2);
        block2(n, x, y, out);
    }
}

static inline double stream_value(const struct stream_function *f, double x, double y)
{
    return f->one != NULL ? f->one(x) : f->two(x, y);
}

static inline bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* Fowler, Noll and Vo's hash of the bits, a number at a time; one NaN is as the other. */
static inline uint64_t stream_checksum(const struct stream_function *f,
                                       enum math_level level)
{
    uint64_t state = 88172645463325252u, sum = 0xcbf29ce484222325u;
    double x[STREAM_BLOCK], y[STREAM_BLOCK], out[STREAM_BLOCK];
    for (int block = 0; block < STREAM_BLOCKS; block++) {
        for (int i = 0; i < STREAM_BLOCK; i++) {
            x[i] = stream_number(&state);
            y[i] = stream_number(&state);
        }
        stream_run(f, level, STREAM_BLOCK, x, y, out);
        for (int i = 0; i < STREAM_BLOCK; i++) {
            uint64_t bits = 0x7ff8000000000000u;
            if (!isnan(out[i]))
                memcpy(&bits, &out[i], sizeof bits);
            sum = (sum ^ bits) * 0x100000001b3u;
            sum ^= sum >> 29;
        }
    }
    return sum;
}

static const struct {
    const char *name;
    uint64_t sum;
} stream_checksums[] = {
    /* clang-format off */
    {"exp", 0x7c01e0d5c81dbaa7u},
    {"expm1", 0xc08d084f0dc1a71au},
    {"log", 0xfdadfb61f2037033u},
    {"log1p", 0xdeb7dd67f1fbd79fu},
    {"log2", 0x90fd61aa2dd0b2ecu},
    {"log10", 0xac3e5ba107ef525bu},
    {"sqrt", 0x5f0ab227cda3081bu},
    {"cbrt", 0x3273a71c155ff610u},
    {"hypot", 0xdf716e3b9052e5e8u},
    {"pow", 0x8225ce23e5e0bb10u},
    {"sin", 0x08cb50af39a25453u},
    {"cos", 0xef000ee3f9aa23d8u},
    {"tan", 0x6490d4f795700897u},
    {"asin", 0xc79c0f49ec5b6e41u},
    {"acos", 0xd7d09f93423f1320u},
    {"atan", 0x3852a25f2d520e88u},
    {"atan2", 0xb71d754dfa301332u},
    {"sinh", 0x083a78870d13f04du},
    {"cosh", 0x852bf47f20fdd8cau},
    {"tanh", 0x9bab393141a896ebu},
    {"sigmoid", 0x937edfd004a6d8a1u},
    {"softplus", 0x6a790e622ac4c0c3u},
    {"erf", 0x5ef897a290a350a4u},
    {"erfc", 0xbedb703a325db95fu},
    {"lgamma", 0x29f6b276344bf7f6u},
    {"digamma", 0xcc5ebf8822341ebau},
    /* clang-format on */
};

/* 0 when it is missing. */
static inline uint64_t stream_wanted(const char *name)
{
    for (size_t i = 0; i < sizeof stream_checksums / sizeof stream_checksums[0]; i++)
        if (strcmp(stream_checksums[i].name, name) == 0)
            return stream_checksums[i].sum;
    return 0;
}

#endif
