/* SPDX-License-Identifier: MIT
 * vector.h - numbers side by side, as many as a register of the processor holds. */
#ifndef TAPE_BLOCK_VECTOR_H
#define TAPE_BLOCK_VECTOR_H

#include <string.h>

#if defined __AVX512F__ || (defined __AVX__ && defined __FMA__)
#include <immintrin.h>
#elif defined __aarch64__
#include <arm_neon.h>
#endif

#if defined __AVX512F__ || defined LEVEL_OF_HALVES
enum { VECTOR = 8 };
typedef double vector __attribute__((vector_size(64)));
static inline vector vector_fused(vector a, vector b, vector c)
{
#if defined LEVEL_OF_HALVES
    __m256d x[2], y[2], z[2];
    memcpy(x, &a, sizeof a);
    memcpy(y, &b, sizeof b);
    memcpy(z, &c, sizeof c);
    for (int i = 0; i < 2; i++)
        z[i] = _mm256_fmadd_pd(x[i], y[i], z[i]);
    memcpy(&c, z, sizeof c);
    return c;
#else
    return (vector)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#endif
}
static inline vector vector_all(double x)
{
    return (vector){x, x, x, x, x, x, x, x};
}
#elif defined __AVX__ && defined __FMA__
enum { VECTOR = 4 };
typedef double vector __attribute__((vector_size(32)));
static inline vector vector_fused(vector a, vector b, vector c)
{
    return (vector)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}
static inline vector vector_all(double x)
{
    return (vector){x, x, x, x};
}
#else
enum { VECTOR = 2 };
typedef double vector __attribute__((vector_size(16)));
static inline vector vector_fused(vector a, vector b, vector c)
{
#if defined __aarch64__
    return (vector)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
    return a * b + c;
#endif
}
static inline vector vector_all(double x)
{
    return (vector){x, x};
}
#endif

static inline vector vector_load(const double *x)
{
    vector v;
    memcpy(&v, x, sizeof v);
    return v;
}
static inline void vector_store(double *x, vector v)
{
    memcpy(x, &v, sizeof v);
}

#endif
