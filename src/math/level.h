/* SPDX-License-Identifier: MIT
 * level.h - what level.c defines for each level: math_<name>_<level> and
 * math_blocks_<level>. */
#ifndef MATH_LEVEL_H
#define MATH_LEVEL_H

#include "base/cpu.h"
#include "math/block.h"

#ifdef CPU_HAS_LEVELS
#define MATH_EACH_LEVEL(row) row(baseline) row(v3) row(v4)
#else
#define MATH_EACH_LEVEL(row) row(baseline)
#endif

#define MATH_BLOCKS_OF(level) extern const struct math_blocks math_blocks_##level;
MATH_EACH_LEVEL(MATH_BLOCKS_OF)

#define LANE(name) double math_##name##_baseline(double x);
#define LANE2(name) double math_##name##_baseline(double x, double y);
#include "math/lanes.def"
#define LANE(name) double math_##name##_v3(double x);
#define LANE2(name) double math_##name##_v3(double x, double y);
#include "math/lanes.def"
#define LANE(name) double math_##name##_v4(double x);
#define LANE2(name) double math_##name##_v4(double x, double y);
#include "math/lanes.def"

#endif
