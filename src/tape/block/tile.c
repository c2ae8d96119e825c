/* SPDX-License-Identifier: MIT */
#include "tape/block/tile.h"

#include <string.h>

extern const struct tile_level tile_level_baseline, tile_level_v3, tile_level_v4;

const struct tile_level *tile_level(void)
{
#if defined __x86_64__ && defined TILE_HAS_LEVELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512cd"))
        return &tile_level_v4;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("bmi2"))
        return &tile_level_v3;
#endif
    return &tile_level_baseline;
}

tile_kernel *tile_kernel_of(const struct tile_level *level, uint32_t kernel)
{
    return kernel < TILE_OPERATION ? level->kernels[kernel]
                                   : level->operations[kernel - TILE_OPERATION];
}

/* As the kernel of products takes them: panels of columns, row by row. */
enum { SIDE = 6 };

size_t tile_packed_size(size_t rows, size_t columns)
{
    return rows * columns;
}

void tile_pack(const double *matrix, size_t rows, size_t columns, size_t down,
               size_t across, double *packed)
{
    size_t count = (columns + SIDE - 1) / SIDE;
    for (size_t p = 0, first = 0; p < count; p++) {
        size_t side = (columns - first) / (count - p);
        for (size_t k = 0; k < rows; k++)
            for (size_t c = 0; c < side; c++)
                *packed++ = matrix[k * down + (first + c) * across];
        first += side;
    }
}
