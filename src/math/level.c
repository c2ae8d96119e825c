/* SPDX-License-Identifier: MIT
 * The functions of lanes.def, compiled once for each level; MATH_LEVEL is its name.
 *
 * A block whose numbers are all within the limit of a function runs through its lanes;
 * otherwise its numbers are taken one by one, which gives the same bits. */
#include "math/level.h"

#include "math/lanes/all.h"

#define JOIN_WORDS(first, last) first##_##last
#define JOIN(first, last) JOIN_WORDS(first, last)
#define OF_LEVEL(name) JOIN(name, MATH_LEVEL)

enum { PIECE = 256 };

/* ---- one number ---- */

#define LANE(name)                                                                       \
    double OF_LEVEL(math_##name)(double x)                                               \
    {                                                                                    \
        return lane_##name(x);                                                           \
    }
#define LANE2(name)                                                                      \
    double OF_LEVEL(math_##name)(double x, double y)                                     \
    {                                                                                    \
        return lane_##name(x, y);                                                        \
    }
#define LIMITED(name, limit)                                                             \
    double OF_LEVEL(math_##name)(double x)                                               \
    {                                                                                    \
        return lane_any_##name(x);                                                       \
    }
#include "math/lanes.def"

/* ---- blocks ---- */

/* NaN is not. */
static bool is_within(size_t count, const double *x, double limit)
{
    uint64_t outside = 0;
    for (size_t i = 0; i < count; i++)
        outside |= lane_abs(x[i]) <= limit ? 0 : 1;
    return outside == 0;
}

static bool is_positive(size_t count, const double *x)
{
    uint64_t outside = 0;
    for (size_t i = 0; i < count; i++)
        outside |= x[i] > 0 ? 0 : 1;
    return outside == 0;
}

#define LANE(name)                                                                       \
    static void block_##name(size_t count, const double *x, double *out)                 \
    {                                                                                    \
        _Pragma("omp simd") for (size_t i = 0; i < count; i++) out[i] =                  \
            lane_##name(x[i]);                                                           \
    }
#define LANE2(name)                                                                      \
    static void block_##name(size_t count, const double *x, const double *y,             \
                             double *out)                                                \
    {                                                                                    \
        _Pragma("omp simd") for (size_t i = 0; i < count; i++) out[i] =                  \
            lane_##name(x[i], y[i]);                                                     \
    }
#define SINGLE(name)                                                                     \
    static void block_##name(size_t count, const double *x, double *out)                 \
    {                                                                                    \
        for (size_t i = 0; i < count; i++)                                               \
            out[i] = lane_##name(x[i]);                                                  \
    }
/* A block by parts, each through `lanes` if `all` of its numbers are in reach. */
#define PARTS(name, all, lanes)                                                          \
    static void part_##name(size_t count, const double *x, double *out)                  \
    {                                                                                    \
        if (all) {                                                                       \
            lanes                                                                        \
        } else {                                                                         \
            for (size_t i = 0; i < count; i++)                                           \
                out[i] = lane_any_##name(x[i]);                                          \
        }                                                                                \
    }                                                                                    \
    static void block_##name(size_t count, const double *x, double *out)                 \
    {                                                                                    \
        for (size_t i = 0; i < count; i += PIECE)                                        \
            part_##name(count - i < PIECE ? count - i : PIECE, x + i, out + i);          \
    }
#define LIMITED(name, limit)                                                             \
    PARTS(name, is_within(count, x, limit),                                              \
          _Pragma("omp simd") for (size_t i = 0; i < count; i++) out[i] =                \
              lane_##name(x[i]);)
#define PIECEWISE(name, place)                                                           \
    PARTS(name, is_positive(count, x), uint64_t at[PIECE];                               \
          for (size_t i = 0; i < count; i++) at[i] = lane_##place(x[i]);                 \
          _Pragma("omp simd") for (size_t i = 0; i < count; i++) out[i] =                \
              lane_##name(x[i], at[i]);)
#include "math/lanes.def"

const struct math_blocks OF_LEVEL(math_blocks) = {
#define LANE(name) .name = block_##name,
#define LANE2(name) LANE(name)
#include "math/lanes.def"
};
