/* SPDX-License-Identifier: MIT
 * Kernels between rows of numbers and columns: they transpose. */
#include "tape/block/tile_level.h"

/* Four rows of four numbers, the rows `stride` apart, become numbers i ... i + 3 of four
 * columns. */
static inline void unpack_four(const double *from, ptrdiff_t stride, size_t i,
                               double *const *out)
{
#if defined __AVX__
    __m256d a = _mm256_loadu_pd(from), b = _mm256_loadu_pd(from + stride);
    __m256d c = _mm256_loadu_pd(from + 2 * stride);
    __m256d d = _mm256_loadu_pd(from + 3 * stride);
    __m256d e = _mm256_unpacklo_pd(a, b), f = _mm256_unpackhi_pd(a, b);
    __m256d g = _mm256_unpacklo_pd(c, d), h = _mm256_unpackhi_pd(c, d);
    _mm256_storeu_pd(out[0] + i, _mm256_permute2f128_pd(e, g, 0x20));
    _mm256_storeu_pd(out[1] + i, _mm256_permute2f128_pd(f, h, 0x20));
    _mm256_storeu_pd(out[2] + i, _mm256_permute2f128_pd(e, g, 0x31));
    _mm256_storeu_pd(out[3] + i, _mm256_permute2f128_pd(f, h, 0x31));
#else
    for (size_t r = 0; r < 4; r++)
        for (size_t k = 0; k < 4; k++)
            out[k][i + r] = from[(ptrdiff_t)r * stride + (ptrdiff_t)k];
#endif
}

/* Four rows of two numbers. */
static inline void unpack_two(const double *from, ptrdiff_t stride, size_t i,
                              double *const *out)
{
#if defined __AVX__
    __m256d a = _mm256_loadu2_m128d(from + 2 * stride, from);
    __m256d b = _mm256_loadu2_m128d(from + 3 * stride, from + stride);
    _mm256_storeu_pd(out[0] + i, _mm256_unpacklo_pd(a, b));
    _mm256_storeu_pd(out[1] + i, _mm256_unpackhi_pd(a, b));
#else
    for (size_t r = 0; r < 4; r++)
        for (size_t k = 0; k < 2; k++)
            out[k][i + r] = from[(ptrdiff_t)r * stride + (ptrdiff_t)k];
#endif
}

static void unpack_pair(const double *from, ptrdiff_t stride, size_t n,
                        double *const *out)
{
    double *const own[] = {out[0], out[1]};
    size_t i = 0;
    for (; i + 4 <= n; i += 4, from += 4 * stride)
        unpack_two(from, stride, i, own);
    for (; i < n; i++, from += stride)
        for (size_t k = 0; k < 2; k++)
            own[k][i] = from[k];
}

static void unpack_whole(const double *from, ptrdiff_t stride, size_t n,
                         double *const *out)
{
    double *const own[] = {out[0], out[1], out[2], out[3]};
    size_t i = 0;
    for (; i + 4 <= n; i += 4, from += 4 * stride)
        unpack_four(from, stride, i, own);
    for (; i < n; i++, from += stride)
        for (size_t k = 0; k < 4; k++)
            own[k][i] = from[k];
}

/* Columns that stand side by side, at least four: the last four may overlap others. */
static void unpack_run(const double *from, ptrdiff_t stride, size_t n, double *const *out,
                       size_t width)
{
    size_t i = 0;
    for (; i + 4 <= n; i += 4, from += 4 * stride) {
        for (size_t k = 0; k + 4 <= width; k += 4)
            unpack_four(from + k, stride, i, out + k);
        if (width % 4 != 0)
            unpack_four(from + width - 4, stride, i, out + width - 4);
    }
    for (; i < n; i++, from += stride)
        for (size_t k = 0; k < width; k++)
            out[k][i] = from[k];
}

/* How many columns from term t on stand side by side in the array. */
static size_t run_length(const struct tile_step *step, size_t t)
{
    size_t run = 1;
    while (t + run < step->count &&
           step->list[t + run].scale == step->list[t].scale + run)
        run++;
    return run;
}

/* From array `a`, whose rows are `stride` apart, the numbers of the list: `in` is the
 * register, `scale` the place in the first row. */
TILE_KERNEL(UNPACK)
{
    const ptrdiff_t stride = (ptrdiff_t)step->stride;
    const double *array = tile->arrays[step->a] + (ptrdiff_t)tile->row * stride;
    double *out[TILE_MOST_INNER];
    for (size_t t = 0, run; t < step->count; t += run) {
        const double *from = array + step->list[t].scale;
        run = run_length(step, t);
        run = run > TILE_MOST_INNER ? TILE_MOST_INNER : run;
        for (size_t k = 0; k < run; k++)
            out[k] = tile->registers[step->list[t + k].in];
        if (run == 2)
            unpack_pair(from, stride, n, out);
        else if (run == 4)
            unpack_whole(from, stride, n, out);
        else if (run > 4)
            unpack_run(from, stride, n, out, run);
        if (run == 2 || run >= 4)
            continue;
        for (size_t i = 0; i < n; i++, from += stride)
            for (size_t k = 0; k < run; k++)
                out[k][i] = from[k];
    }
}

/* Rows i ... i + 3 of four columns, times a factor each, become four numbers of each of
 * four rows, which are `stride` apart. */
static inline void pack_four(const double *const *from, const double *scale, size_t i,
                             double *to, size_t stride)
{
#if defined __AVX__
    __m256d a = _mm256_set1_pd(scale[0]) * _mm256_loadu_pd(from[0] + i);
    __m256d b = _mm256_set1_pd(scale[1]) * _mm256_loadu_pd(from[1] + i);
    __m256d c = _mm256_set1_pd(scale[2]) * _mm256_loadu_pd(from[2] + i);
    __m256d d = _mm256_set1_pd(scale[3]) * _mm256_loadu_pd(from[3] + i);
    __m256d e = _mm256_unpacklo_pd(a, b), f = _mm256_unpackhi_pd(a, b);
    __m256d g = _mm256_unpacklo_pd(c, d), h = _mm256_unpackhi_pd(c, d);
    _mm256_storeu_pd(to, _mm256_permute2f128_pd(e, g, 0x20));
    _mm256_storeu_pd(to + stride, _mm256_permute2f128_pd(f, h, 0x20));
    _mm256_storeu_pd(to + 2 * stride, _mm256_permute2f128_pd(e, g, 0x31));
    _mm256_storeu_pd(to + 3 * stride, _mm256_permute2f128_pd(f, h, 0x31));
#else
    for (size_t r = 0; r < 4; r++)
        for (size_t k = 0; k < 4; k++)
            to[r * stride + k] = scale[k] * from[k][i + r];
#endif
}

static inline void pack_two(const double *const *from, const double *scale, size_t i,
                            double *to, size_t stride)
{
#if defined __AVX__
    __m256d a = _mm256_set1_pd(scale[0]) * _mm256_loadu_pd(from[0] + i);
    __m256d b = _mm256_set1_pd(scale[1]) * _mm256_loadu_pd(from[1] + i);
    _mm256_storeu2_m128d(to + 2 * stride, to, _mm256_unpacklo_pd(a, b));
    _mm256_storeu2_m128d(to + 3 * stride, to + stride, _mm256_unpackhi_pd(a, b));
#else
    for (size_t r = 0; r < 4; r++)
        for (size_t k = 0; k < 2; k++)
            to[r * stride + k] = scale[k] * from[k][i + r];
#endif
}

/* The rows of `width` columns, four, two or one. */
static void pack_run(const double *const *columns, const double *factors, size_t width,
                     size_t n, double *to, size_t stride)
{
    const double *const from[] = {columns[0], columns[1], columns[2], columns[3]};
    const double scale[] = {factors[0], factors[1], factors[2], factors[3]};
    size_t i = 0;
    for (; width == 4 && i + 4 <= n; i += 4, to += 4 * stride)
        pack_four(from, scale, i, to, stride);
    for (; width == 2 && i + 4 <= n; i += 4, to += 4 * stride)
        pack_two(from, scale, i, to, stride);
    for (; i < n; i++, to += stride)
        for (size_t k = 0; k < width; k++)
            to[k] = scale[k] * from[k][i];
}

/* To array register out, whose rows are `stride` apart: number t of a row is scale[t]
 * times register t of the list. */
TILE_KERNEL(PACK)
{
    double *array = tile->registers[step->out];
    for (size_t t = 0, width; t < step->count; t += width) {
        const double *from[4] = {NULL};
        double scale[4] = {0};
        width = step->count - t >= 4 ? 4 : step->count - t >= 2 ? 2 : 1;
        for (size_t k = 0; k < width; k++) {
            from[k] = tile->registers[step->list[t + k].in];
            scale[k] = tile->uniforms[step->list[t + k].scale];
        }
        pack_run(from, scale, width, n, array + t, step->stride);
    }
}
