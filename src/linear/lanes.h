/* SPDX-License-Identifier: MIT
 * lanes.h - as many numbers at once as the processor's registers hold.
 *
 * Only files that are compiled once for each level (base/cpu.h) include it: how many
 * there are, and whether a product is added without rounding it first, is the level's. */
#ifndef LINEAR_LANES_H
#define LINEAR_LANES_H

#include <string.h>

#if defined __AVX512F__ || defined __FMA__
#include <immintrin.h>
#elif defined __aarch64__
#include <arm_neon.h>
#endif

#if defined __AVX512F__ || defined LEVEL_OF_HALVES
enum { LANES = 8 };
#elif defined __AVX2__
enum { LANES = 4 };
#else
enum { LANES = 2 };
#endif

typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE lanes lanes_load(const double *from)
{
    lanes x;
    memcpy(&x, from, sizeof x);
    return x;
}

ALWAYS_INLINE void lanes_store(double *to, lanes x)
{
    memcpy(to, &x, sizeof x);
}

ALWAYS_INLINE lanes lanes_of(double x)
{
    return x - (lanes){0};
}

/* a * b + c, rounded once where the level can. */
ALWAYS_INLINE lanes lanes_fused(lanes a, lanes b, lanes c)
{
#if defined __AVX512F__
    return _mm512_fmadd_pd(a, b, c);
#elif defined LEVEL_OF_HALVES
    __m256d a_halves[2], b_halves[2], c_halves[2];
    memcpy(a_halves, &a, sizeof a);
    memcpy(b_halves, &b, sizeof b);
    memcpy(c_halves, &c, sizeof c);
    for (int i = 0; i < 2; i++)
        c_halves[i] = _mm256_fmadd_pd(a_halves[i], b_halves[i], c_halves[i]);
    memcpy(&c, c_halves, sizeof c);
    return c;
#elif defined __FMA__
    return _mm256_fmadd_pd(a, b, c);
#elif defined __aarch64__
    return vfmaq_f64(c, a, b);
#else
    return a * b + c;
#endif
}

/* The same of numbers. */
ALWAYS_INLINE double fused(double a, double b, double c)
{
#if defined __FMA__ || defined __aarch64__
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
}

#endif
