/* SPDX-License-Identifier: MIT
 * tile_level.h - what the files of kernels share; they are compiled once for each level
 * of processors, of which TILE_LEVEL is the name. */
#ifndef TAPE_BLOCK_TILE_LEVEL_H
#define TAPE_BLOCK_TILE_LEVEL_H

#include "tape/block/tile.h"
#include "tape/block/vector.h"

#include "math/functions.h"
#include "math/lanes/exponential.h"
#include "math/lanes/hyperbolic.h"
#include "math/lanes/logarithm.h"
#include "math/level.h"
#include <math.h>

#define TILE_JOIN_WORDS(first, last) first##_##last
#define TILE_JOIN(first, last) TILE_JOIN_WORDS(first, last)
#define TILE_OF_LEVEL(name) TILE_JOIN(name, TILE_LEVEL)
#define TILE_KERNEL(id)                                                                  \
    tile_kernel TILE_OF_LEVEL(tile_##id);                                                \
    void TILE_OF_LEVEL(tile_##id)(const struct tile_step *step, const struct tile *tile, \
                                  size_t n)

enum { LOGSUMEXP_PIECE = 64 };

/* a*b + c, rounded once where the processor can do that. */
static inline double tile_fused(double a, double b, double c)
{
#if defined __FMA__ || defined __aarch64__
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
}

#endif
