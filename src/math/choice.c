/* SPDX-License-Identifier: MIT
 * The choice of a level.  What the processor can do is looked up where the compiler's
 * library keeps it, which costs a load and a branch that is always predicted. */
#include "math/level.h"

#include "math/functions.h"

#include <stdbool.h>

static inline bool has_v3(void)
{
#if defined __x86_64__ && defined MATH_HAS_LEVELS
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
#else
    return false;
#endif
}

static bool has_v4(void)
{
#if defined __x86_64__ && defined MATH_HAS_LEVELS
    return has_v3() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

enum math_level math_best_level(void)
{
    return has_v4() ? MATH_V4 : has_v3() ? MATH_V3 : MATH_BASELINE;
}

const struct math_blocks *math_blocks(enum math_level level)
{
#define ROW(level) &math_blocks_##level,
    static const struct math_blocks *const rows[MATH_LEVELS] = {MATH_EACH_LEVEL(ROW)};
    return level <= math_best_level() ? rows[level] : NULL;
}

/* One number gains nothing from AVX-512. */
#if defined __x86_64__ && defined MATH_HAS_LEVELS
#define LANE(name)                                                                       \
    double math_##name(double x)                                                         \
    {                                                                                    \
        return has_v3() ? math_##name##_v3(x) : math_##name##_baseline(x);               \
    }
#else
#define LANE(name)                                                                       \
    double math_##name(double x)                                                         \
    {                                                                                    \
        return math_##name##_baseline(x);                                                \
    }
#endif
#include "math/lanes.def"
