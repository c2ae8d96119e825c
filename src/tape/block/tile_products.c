/* SPDX-License-Identifier: MIT
 * Kernels of matrix products.  Blocks of up to SIDE columns by two vectors of rows stay
 * in the registers of the processor, as in Goto and van de Geijn, Anatomy of
 * high-performance matrix multiplication (ACM TOMS 34, 2008).  Each element is one chain
 * of fused multiply-adds, so its bits depend on no width. */
#include "tape/block/tile_level.h"

enum { SIDE = 6, ROWS = 2 * VECTOR };

#define UP_TO_1(M) M(0)
#define UP_TO_2(M) UP_TO_1(M) M(1)
#define UP_TO_3(M) UP_TO_2(M) M(2)
#define UP_TO_4(M) UP_TO_3(M) M(3)
#define UP_TO_5(M) UP_TO_4(M) M(4)
#define UP_TO_6(M) UP_TO_5(M) M(5)

/* ---- Rows times a matrix ---- */

/* ROWS rows, of `count` columns, times a panel. */
#define START(c) vector low##c = vector_all(0), high##c = vector_all(0);
#define ADD(c)                                                                           \
    {                                                                                    \
        vector factor = vector_all(panel[c]);                                            \
        low##c = vector_fused(low, factor, low##c);                                      \
        high##c = vector_fused(high, factor, high##c);                                   \
    }
#define STORE(c)                                                                         \
    vector_store(out[c] + row, low##c);                                                  \
    vector_store(out[c] + row + VECTOR, high##c);
#define PANEL(side)                                                                      \
    static void panel_##side(const double *const *x, size_t count, size_t row,           \
                             const double *panel, double *const *out)                    \
    {                                                                                    \
        UP_TO_##side(START) for (size_t k = 0; k < count; k++, panel += (side))          \
        {                                                                                \
            vector low = vector_load(x[k] + row);                                        \
            vector high = vector_load(x[k] + row + VECTOR);                              \
            UP_TO_##side(ADD)                                                            \
        }                                                                                \
        UP_TO_##side(STORE)                                                              \
    }
PANEL(1)
PANEL(2)
PANEL(3)
PANEL(4)
PANEL(5)
PANEL(6)

typedef void panel_kernel(const double *const *x, size_t count, size_t row,
                          const double *panel, double *const *out);
static panel_kernel *const panels[] = {NULL,    panel_1, panel_2, panel_3,
                                       panel_4, panel_5, panel_6};

/* The rows that do not fill a block. */
static void panel_rest(const double *const *x, size_t count, size_t row, size_t n,
                       const double *panel, size_t side, double *const *out)
{
    for (; row < n; row++)
        for (size_t c = 0; c < side; c++) {
            double total = 0;
            for (size_t k = 0; k < count; k++)
                total = tile_fused(x[k][row], panel[k * side + c], total);
            out[c][row] = total;
        }
}

/* The registers of the list: first `a` of the rows, then `b` of the result. */
TILE_KERNEL(MATRIX)
{
    const double *x[TILE_MOST_INNER];
    double *out[SIDE];
    const double *panel = step->packed;
    for (size_t k = 0; k < step->a; k++)
        x[k] = tile->registers[step->list[k].in];
    size_t count = (step->b + SIDE - 1) / SIDE;
    for (size_t p = 0, first = 0; p < count; p++) {
        size_t side = (step->b - first) / (count - p), row = 0;
        for (size_t c = 0; c < side; c++)
            out[c] = tile->registers[step->list[step->a + first + c].in];
        for (; row + ROWS <= n; row += ROWS)
            panels[side](x, step->a, row, panel, out);
        panel_rest(x, step->a, row, n, panel, side, out);
        panel += side * step->a;
        first += side;
    }
}

/* ---- Sums of outer products ---- */

#define OUTER_ADD(c)                                                                     \
    {                                                                                    \
        vector factor = vector_all(x[c][i]);                                             \
        low##c = vector_fused(low, factor, low##c);                                      \
        high##c = vector_fused(high, factor, high##c);                                   \
    }
#define OUTER_STORE(c)                                                                   \
    vector_store(sums + (c)*width, vector_load(sums + (c)*width) + low##c);              \
    vector_store(sums + (c)*width + VECTOR,                                              \
                 vector_load(sums + (c)*width + VECTOR) + high##c);
#define OUTER(side)                                                                      \
    static void outer_##side(const double *const *x, const double *y, size_t n,          \
                             size_t width, double *sums)                                 \
    {                                                                                    \
        UP_TO_##side(START) for (size_t i = 0; i < n; i++, y += width)                   \
        {                                                                                \
            vector low = vector_load(y), high = vector_load(y + VECTOR);                 \
            UP_TO_##side(OUTER_ADD)                                                      \
        }                                                                                \
        UP_TO_##side(OUTER_STORE)                                                        \
    }
OUTER(1)
OUTER(2)
OUTER(3)
OUTER(4)
OUTER(5)
OUTER(6)

typedef void outer_kernel(const double *const *x, const double *y, size_t n, size_t width,
                          double *sums);
static outer_kernel *const outers[] = {NULL,    outer_1, outer_2, outer_3,
                                       outer_4, outer_5, outer_6};

/* Rows of the registers of the list, `width` apart; what is missing is 0. */
static void lay_rows(const struct tile_term *list, const struct tile *tile, size_t count,
                     size_t width, size_t n)
{
    for (size_t k = 0; k < width; k++) {
        double *to = tile->work + k;
        const double *from = k < count ? tile->registers[list[k].in] : NULL;
        for (size_t i = 0; i < n; i++, to += width)
            *to = from == NULL ? 0 : from[i];
    }
}

/* The list: `a` registers, then `b` others; sum number out + i*width + j becomes the sum
 * over the rows of register i of the first and j of the others, of which there are
 * `width` with those that are 0. */
TILE_KERNEL(MATRIX_SUM)
{
    const double *x[SIDE];
    const size_t width = step->stride;
    lay_rows(step->list + step->a, tile, step->b, width, n);
    size_t count = (step->a + SIDE - 1) / SIDE;
    for (size_t p = 0, first = 0; p < count; p++) {
        size_t side = (step->a - first) / (count - p);
        for (size_t c = 0; c < side; c++)
            x[c] = tile->registers[step->list[first + c].in];
        for (size_t j = 0; j < width; j += ROWS)
            outers[side](x, tile->work + j, n, width,
                         tile->sums + step->out + first * width + j);
        first += side;
    }
}

/* ---- The table of this level ---- */

extern tile_kernel *const TILE_OF_LEVEL(tile_operations)[OP_COUNT];
#define KERNEL(id) tile_kernel TILE_OF_LEVEL(tile_##id);
#include "tape/block/tile.def"
static tile_kernel *const kernels[TILE_OPERATION] = {
#define KERNEL(id) TILE_OF_LEVEL(tile_##id),
#include "tape/block/tile.def"
};
extern const struct tile_level TILE_OF_LEVEL(tile_level);
const struct tile_level TILE_OF_LEVEL(tile_level) = {
    kernels, TILE_OF_LEVEL(tile_operations), ROWS};
