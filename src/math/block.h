/* SPDX-License-Identifier: MIT
 * block.h - the functions of lanes.def on blocks of numbers, once for each kind of
 * processor.
 *
 * They are compiled from one source; all levels with a fused multiply-add give the same
 * bits, and so does functions.h on the same machine. */
#ifndef MATH_BLOCK_H
#define MATH_BLOCK_H

#include <stddef.h>

/* What instructions may be used.  Other processors than x86-64 have the first alone. */
enum math_level {
    MATH_BASELINE, /* all that the compiler was told */
    MATH_V3,       /* x86-64-v3: AVX2 and fused multiply-add */
    MATH_V4,       /* x86-64-v4: AVX-512 */
    MATH_LEVELS
};

/* out[i] = f(x[i]); out may be x, but must not overlap it in part. */
typedef void math_block(size_t count, const double *x, double *out);

/* out[i] = f(x[i], y[i]), likewise. */
typedef void math_block2(size_t count, const double *x, const double *y, double *out);

struct math_blocks {
#define LANE(name) math_block *name;
#define LANE2(name) math_block2 *name;
#include "math/lanes.def"
};

/* The highest level that this machine runs. */
enum math_level math_best_level(void);

/* The functions of a level; NULL when this machine does not run it. */
const struct math_blocks *math_blocks(enum math_level level);

#endif
