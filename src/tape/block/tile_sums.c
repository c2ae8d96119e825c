/* SPDX-License-Identifier: MIT
 * Kernels that sum over the rows of a tile: row i goes to lane i mod LANES as long as
 * there are LANES rows together; the lanes are joined as a tree and what is left is added
 * one by one, as kernels/fold.c does. */
#include "tape/block/tile_level.h"

#if LANES != 8 /* join has them */
#endif
#if defined __AVX512F__ || defined LEVEL_OF_HALVES
#define PARTS(M) M(0)
#elif defined __AVX__ && defined __FMA__
#define PARTS(M) M(0) M(1)
#else
#define PARTS(M) M(0) M(1) M(2) M(3)
#endif

static double join(const double *lanes)
{
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
           ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

TILE_KERNEL(SUM)
{
    const double *x = tile->registers[step->in[0]];
    double lanes[LANES], rest = 0;
    size_t i = 0;
#define START(p) vector sum##p = vector_all(0);
    PARTS(START)
    for (; i + LANES <= n; i += LANES) {
#define ADD(p) sum##p += vector_load(x + i + (p)*VECTOR);
        PARTS(ADD)
    }
#define STORE(p) vector_store(lanes + (p)*VECTOR, sum##p);
    PARTS(STORE)
    for (; i < n; i++)
        rest += x[i];
    tile->sums[step->out] += join(lanes) + rest;
}

/* ---- What PRODUCT_PLUS and TWO_PRODUCTS of tile_columns.c make ---- */

TILE_KERNEL(SUM_PRODUCT_PLUS)
{
    const double *x = tile->registers[step->in[0]], *y = tile->registers[step->in[1]];
    const double *z = tile->registers[step->in[2]];
    const double s = tile->uniforms[step->scale[0]], c = tile->uniforms[step->scale[4]];
    const double u = step->b != 0 ? tile->uniforms[step->scale[2]] : 0;
    vector all_s = vector_all(s), all_u = vector_all(u), all_c = vector_all(c);
    double lanes[LANES], rest = 0;
    size_t i = 0;
    static const double none[LANES] = {0};
    const size_t moves = step->b != 0 ? 1 : 0;
    z = step->b != 0 ? z : none;
    PARTS(START)
    for (; i + LANES <= n; i += LANES) {
#undef ADD
#define ADD(p)                                                                           \
    sum##p += vector_fused(                                                              \
        all_s, vector_load(x + i + (p)*VECTOR) * vector_load(y + i + (p)*VECTOR),        \
        vector_fused(all_u, vector_load(z + moves * i + (p)*VECTOR), all_c));
        PARTS(ADD)
    }
    PARTS(STORE)
    for (; i < n; i++)
        rest += tile_fused(s, x[i] * y[i], tile_fused(u, z[moves * i], c));
    tile->sums[step->out] += join(lanes) + rest;
}

TILE_KERNEL(SUM_TWO_PRODUCTS)
{
    const double *x = tile->registers[step->in[0]], *y = tile->registers[step->in[1]];
    const double *z = tile->registers[step->in[2]], *w = tile->registers[step->in[3]];
    const double s = tile->uniforms[step->scale[0]], c = tile->uniforms[step->scale[4]];
    const double u = tile->uniforms[step->scale[2]];
    vector all_s = vector_all(s), all_u = vector_all(u), all_c = vector_all(c);
    double lanes[LANES], rest = 0;
    size_t i = 0;
    PARTS(START)
    for (; i + LANES <= n; i += LANES) {
#undef ADD
#define ADD(p)                                                                           \
    sum##p += vector_fused(                                                              \
        all_s, vector_load(x + i + (p)*VECTOR) * vector_load(y + i + (p)*VECTOR),        \
        vector_fused(all_u,                                                              \
                     vector_load(z + i + (p)*VECTOR) * vector_load(w + i + (p)*VECTOR),  \
                     all_c));
        PARTS(ADD)
    }
    PARTS(STORE)
    for (; i < n; i++)
        rest += tile_fused(s, x[i] * y[i], tile_fused(u, z[i] * w[i], c));
    tile->sums[step->out] += join(lanes) + rest;
}

/* ---- Sums of squares ---- */

static double sum_square(const double *x, size_t n)
{
    double lanes[LANES], rest = 0;
    size_t i = 0;
    PARTS(START)
    for (; i + LANES <= n; i += LANES) {
#undef ADD
#define ADD(p)                                                                           \
    vector x##p = vector_load(x + i + (p)*VECTOR);                                       \
    sum##p = vector_fused(x##p, x##p, sum##p);
        PARTS(ADD)
    }
    PARTS(STORE)
    for (; i < n; i++)
        rest = tile_fused(x[i], x[i], rest);
    return join(lanes) + rest;
}

/* Rows of a combination in which terms may cancel. */
static double sum_rows(const double *const *x, const double *scale, size_t count,
                       double c, size_t n)
{
    double lanes[LANES], rest = 0;
    size_t i = 0;
    PARTS(START)
    for (; i + LANES <= n; i += LANES) {
#undef ADD
#define ADD(p) vector row##p = vector_all(c);
        PARTS(ADD)
        for (size_t k = 0; k < count; k++) {
#undef ADD
#define ADD(p)                                                                           \
    vector x##p = vector_load(x[k] + i + (p)*VECTOR);                                    \
    row##p = vector_fused(vector_all(scale[k]), x##p * x##p, row##p);
            PARTS(ADD)
        }
#undef ADD
#define ADD(p) sum##p += row##p;
        PARTS(ADD)
    }
    PARTS(STORE)
    for (; i < n; i++) {
        double row = c;
        for (size_t k = 0; k < count; k++)
            row = tile_fused(scale[k], x[k][i] * x[k][i], row);
        rest += row;
    }
    return join(lanes) + rest;
}

/* scale[4] and the squares of the list, at most SQUARES.  Where none is taken away from
 * another each is summed by itself. */
TILE_KERNEL(SUM_SQUARES)
{
    const double *x[SQUARES], c = tile->uniforms[step->scale[4]];
    double scale[SQUARES], sum = c * (double)n;
    bool cancels = !(c >= 0);
    for (size_t k = 0; k < step->count; k++) {
        x[k] = tile->registers[step->list[k].in];
        scale[k] = tile->uniforms[step->list[k].scale];
        cancels = cancels || !(scale[k] >= 0);
    }
    for (size_t k = 0; k < step->count && !cancels; k++)
        sum = tile_fused(scale[k], sum_square(x[k], n), sum);
    if (cancels)
        sum = sum_rows(x, scale, step->count, c, n);
    tile->sums[step->out] += sum;
}

/* ---- Products with a common factor ---- */

static void sum_one(const double *x, const double *y, size_t n, double *total)
{
    double lanes[LANES], rest = 0;
    size_t i = 0;
    PARTS(START)
    for (; i + LANES <= n; i += LANES) {
#undef ADD
#define ADD(p)                                                                           \
    sum##p = vector_fused(vector_load(x + i + (p)*VECTOR),                               \
                          vector_load(y + i + (p)*VECTOR), sum##p);
        PARTS(ADD)
    }
    PARTS(STORE)
    for (; i < n; i++)
        rest = tile_fused(x[i], y[i], rest);
    *total += join(lanes) + rest;
}

/* Four at a time. */
static void sum_four(const double *x, const double *const *y, size_t n,
                     double *const *out)
{
    double lanes[4][LANES], rest[4] = {0};
    size_t i = 0;
#define START4(p) vector a##p = vector_all(0), b##p = a##p, c##p = a##p, d##p = a##p;
    PARTS(START4)
    for (; i + LANES <= n; i += LANES) {
#define ADD4(p)                                                                          \
    vector x##p = vector_load(x + i + (p)*VECTOR);                                       \
    a##p = vector_fused(x##p, vector_load(y[0] + i + (p)*VECTOR), a##p);                 \
    b##p = vector_fused(x##p, vector_load(y[1] + i + (p)*VECTOR), b##p);                 \
    c##p = vector_fused(x##p, vector_load(y[2] + i + (p)*VECTOR), c##p);                 \
    d##p = vector_fused(x##p, vector_load(y[3] + i + (p)*VECTOR), d##p);
        PARTS(ADD4)
    }
#define STORE4(p)                                                                        \
    vector_store(lanes[0] + (p)*VECTOR, a##p);                                           \
    vector_store(lanes[1] + (p)*VECTOR, b##p);                                           \
    vector_store(lanes[2] + (p)*VECTOR, c##p);                                           \
    vector_store(lanes[3] + (p)*VECTOR, d##p);
    PARTS(STORE4)
    for (; i < n; i++)
        for (size_t k = 0; k < 4; k++)
            rest[k] = tile_fused(x[i], y[k][i], rest[k]);
    for (size_t k = 0; k < 4; k++)
        *out[k] += join(lanes[k]) + rest[k];
}

/* Of in[0] with each register of the list; `scale` of a term is the number of its sum. */
TILE_KERNEL(SUM_PRODUCTS)
{
    const double *x = tile->registers[step->in[0]], *y[4];
    double *out[4];
    size_t t = 0;
    for (; t + 4 <= step->count; t += 4) {
        for (size_t k = 0; k < 4; k++) {
            y[k] = tile->registers[step->list[t + k].in];
            out[k] = &tile->sums[step->list[t + k].scale];
        }
        sum_four(x, y, n, out);
    }
    for (; t < step->count; t++)
        sum_one(x, tile->registers[step->list[t].in], n,
                &tile->sums[step->list[t].scale]);
}
