/* SPDX-License-Identifier: MIT
 * The choice of a level. */
#include "base/cpu.h"
#include "math/functions.h"
#include "math/level.h"

enum math_level math_best_level(void)
{
    return cpu_has_v4() ? MATH_V4 : cpu_has_v3() ? MATH_V3 : MATH_BASELINE;
}

const struct math_blocks *math_blocks(enum math_level level)
{
#define ROW(level) &math_blocks_##level,
    static const struct math_blocks *const rows[MATH_LEVELS] = {MATH_EACH_LEVEL(ROW)};
    return level <= math_best_level() ? rows[level] : NULL;
}

/* One number gains nothing from AVX-512. */
#ifdef CPU_HAS_LEVELS
#define CHOOSE(name, ...)                                                                \
    (cpu_has_v3() ? math_##name##_v3(__VA_ARGS__) : math_##name##_baseline(__VA_ARGS__))
#else
#define CHOOSE(name, ...) math_##name##_baseline(__VA_ARGS__)
#endif

#define LANE(name)                                                                       \
    double math_##name(double x)                                                         \
    {                                                                                    \
        return CHOOSE(name, x);                                                          \
    }
#define LANE2(name)                                                                      \
    double math_##name(double x, double y)                                               \
    {                                                                                    \
        return CHOOSE(name, x, y);                                                       \
    }
#include "math/lanes.def"
