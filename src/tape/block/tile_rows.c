/* SPDX-License-Identifier: MIT
 * Kernels between rows of numbers and columns: they transpose. */
#include "tape/block/tile_level.h"

/* Columns `out` of four numbers in rows that are `stride` apart. */
static size_t unpack_four(const double *from, ptrdiff_t stride, size_t n,
                          double *const *out)
{
    size_t i = 0;
#if defined __AVX__
    for (; i + 4 <= n; i += 4, from += 4 * stride) {
        __m256d a = _mm256_loadu_pd(from), b = _mm256_loadu_pd(from + stride);
        __m256d c = _mm256_loadu_pd(from + 2 * stride);
        __m256d d = _mm256_loadu_pd(from + 3 * stride);
        __m256d e = _mm256_unpacklo_pd(a, b), f = _mm256_unpackhi_pd(a, b);
        __m256d g = _mm256_unpacklo_pd(c, d), h = _mm256_unpackhi_pd(c, d);
        _mm256_storeu_pd(out[0] + i, _mm256_permute2f128_pd(e, g, 0x20));
        _mm256_storeu_pd(out[1] + i, _mm256_permute2f128_pd(f, h, 0x20));
        _mm256_storeu_pd(out[2] + i, _mm256_permute2f128_pd(e, g, 0x31));
        _mm256_storeu_pd(out[3] + i, _mm256_permute2f128_pd(f, h, 0x31));
    }
#endif
    for (; i < n; i++, from += stride)
        for (size_t k = 0; k < 4; k++)
            out[k][i] = from[k];
    return i;
}

/* From array `a`, whose rows are `stride` apart, the numbers of the list: `in` is the
 * register, `scale` the place in the first row. */
TILE_KERNEL(UNPACK)
{
    const ptrdiff_t stride = (ptrdiff_t)step->stride;
    const double *array = tile->arrays[step->a] + (ptrdiff_t)tile->row * stride;
    double *out[4];
    for (size_t t = 0; t < step->count; t++) {
        const struct tile_term *term = &step->list[t];
        const double *from = array + term->scale;
        bool four = t + 4 <= step->count && term[1].scale == term->scale + 1 &&
                    term[2].scale == term->scale + 2 && term[3].scale == term->scale + 3;
        for (size_t k = 0; k < 4 && four; k++)
            out[k] = tile->registers[term[k].in];
        if (four) {
            unpack_four(from, stride, n, out);
            t += 3;
            continue;
        }
        out[0] = tile->registers[term->in];
        for (size_t i = 0; i < n; i++, from += stride)
            out[0][i] = *from;
    }
}

/* To array register out, whose rows are `stride` apart: number t of a row is scale[t]
 * times register t of the list. */
TILE_KERNEL(PACK)
{
    double *array = tile->registers[step->out];
    for (size_t t = 0; t < step->count; t++) {
        const double *from = tile->registers[step->list[t].in];
        const double scale = tile->uniforms[step->list[t].scale];
        double *to = array + t;
        for (size_t i = 0; i < n; i++, to += step->stride)
            *to = scale * from[i];
    }
}
