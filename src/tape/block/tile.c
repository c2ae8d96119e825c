/* SPDX-License-Identifier: MIT */
#include "tape/block/tile.h"

#include "math/level.h"

#define TILE_LEVEL_ROW(level) extern const struct tile_level tile_level_##level;
MATH_EACH_LEVEL(TILE_LEVEL_ROW)

const struct tile_level *tile_level(void)
{
#define ROW(level) &tile_level_##level,
    static const struct tile_level *const rows[MATH_LEVELS] = {MATH_EACH_LEVEL(ROW)};
    return rows[math_best_level()];
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
