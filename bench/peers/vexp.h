/* SPDX-License-Identifier: MIT
 * inline vector exp: Cody-Waite + degree-11 minimax-ish (Taylor) polynomial after /ln2
 * reduction; ~1 ulp; clamps to [-708,709] */
#include <immintrin.h>
#ifdef __AVX512F__
typedef double VT __attribute__((vector_size(64)));
typedef long long VI __attribute__((vector_size(64)));
#define VW 8
#define VLD(p) ((VT)_mm512_loadu_pd(p))
#define VST(p, x) _mm512_storeu_pd(p, (__m512d)(x))
#define VSET(s) ((VT)_mm512_set1_pd(s))
#define VMAXMIN(x)                                                                       \
    ((VT)_mm512_min_pd(_mm512_max_pd((__m512d)(x), _mm512_set1_pd(-708)),                \
                       _mm512_set1_pd(709)))
#else
typedef double VT __attribute__((vector_size(32)));
typedef long long VI __attribute__((vector_size(32)));
#define VW 4
#define VLD(p) ((VT)_mm256_loadu_pd(p))
#define VST(p, x) _mm256_storeu_pd(p, (__m256d)(x))
#define VSET(s) ((VT)_mm256_set1_pd(s))
#define VMAXMIN(x)                                                                       \
    ((VT)_mm256_min_pd(_mm256_max_pd((__m256d)(x), _mm256_set1_pd(-708)),                \
                       _mm256_set1_pd(709)))
#endif
#if defined(__AVX512F__) && !defined(POLY_EXP)
/* AVX-512: 16-entry 2^(i/16) table in two registers (vpermi2pd), degree-6 remainder on
 * |r|<=ln2/32: 1.19 ulp measured */
#define TABLE_EXP 1
static inline __attribute__((always_inline)) VT vexp(VT v)
{
    static const double T[16] = {1,
                                 1.0442737824274138,
                                 1.0905077326652577,
                                 1.1387886347566916,
                                 1.189207115002721,
                                 1.241857812073484,
                                 1.2968395546510096,
                                 1.3542555469368927,
                                 1.4142135623730951,
                                 1.4768261459394993,
                                 1.5422108254079407,
                                 1.6104903319492543,
                                 1.681792830507429,
                                 1.7562521603732995,
                                 1.8340080864093424,
                                 1.9152065613971474};
    __m512d x = _mm512_min_pd(_mm512_max_pd((__m512d)v, _mm512_set1_pd(-708)),
                              _mm512_set1_pd(709)),
            t0 = _mm512_loadu_pd(T), t1 = _mm512_loadu_pd(T + 8);
    __m512d z = _mm512_fmadd_pd(x, _mm512_set1_pd(16 * 1.4426950408889634),
                                _mm512_set1_pd(0x1.8p52));
    __asm__("" : "+v"(z)); /* keeps -ffast-math from cancelling the shift */
    __m512d k = _mm512_sub_pd(z, _mm512_set1_pd(0x1.8p52));
    __asm__("" : "+v"(k));
    __m512d r = _mm512_fnmadd_pd(k, _mm512_set1_pd(6.93147180369123816490e-01 / 16), x);
    r = _mm512_fnmadd_pd(k, _mm512_set1_pd(1.90821492927058770002e-10 / 16), r);
    __m512d t = _mm512_permutex2var_pd(t0, _mm512_castpd_si512(z), t1),
            p = _mm512_set1_pd(0.0013889034639667848);
    p = _mm512_fmadd_pd(p, r, _mm512_set1_pd(0.008333449934107185));
    p = _mm512_fmadd_pd(p, r, _mm512_set1_pd(0.04166666666495361));
    p = _mm512_fmadd_pd(p, r, _mm512_set1_pd(0.16666666665296223));
    p = _mm512_fmadd_pd(p, r, _mm512_set1_pd(0.5));
    __m512d r2 = _mm512_mul_pd(r, r);
    p = _mm512_fmadd_pd(p, r2, r);
    p = _mm512_fmadd_pd(p, t, t);
    return (VT)_mm512_scalef_pd(p, _mm512_mul_pd(k, _mm512_set1_pd(1.0 / 16)));
}
#else
/* table-free: k=round(x/ln2) by the 1.5*2^52 trick, r=x-k*ln2 in two steps, |r|<=0.3466
 */
static inline
    __attribute__((always_inline, optimize("no-fast-math", "no-associative-math"))) VT
    vexp_(VT x);
static inline __attribute__((always_inline)) VT vexp(VT x)
{
    x = VMAXMIN(x);
#ifdef __AVX512F__
    __m512d X = (__m512d)x,
            k = _mm512_roundscale_pd(_mm512_mul_pd(X, _mm512_set1_pd(1.4426950408889634)),
                                     8),
            r = _mm512_fnmadd_pd(k, _mm512_set1_pd(6.93147180369123816490e-01), X);
    r = _mm512_fnmadd_pd(k, _mm512_set1_pd(1.90821492927058770002e-10), r);
#define F(p, c) _mm512_fmadd_pd(p, r, _mm512_set1_pd(c))
    __m512d p = _mm512_set1_pd(2.51003831958670213e-08);
    p = F(p, 2.76200854550184136e-07);
    p = F(p, 2.75572684648316275e-06);
    p = F(p, 2.48015213022410817e-05);
    p = F(p, 1.98412698630505061e-04);
    p = F(p, 1.38888889172096705e-03);
    p = F(p, 8.33333333333006326e-03);
    p = F(p, 4.16666666666241359e-02);
    p = F(p, 1.66666666666666685e-01);
    p = F(p, 5.00000000000000111e-01);
    p = F(p, 1.00000000000000000e+00);
    p = F(p, 1.00000000000000000e+00);
    return (VT)_mm512_scalef_pd(p, k);
#else
    __m256d X = (__m256d)x,
            k = _mm256_round_pd(_mm256_mul_pd(X, _mm256_set1_pd(1.4426950408889634)), 8),
            r = _mm256_fnmadd_pd(k, _mm256_set1_pd(6.93147180369123816490e-01), X);
    r = _mm256_fnmadd_pd(k, _mm256_set1_pd(1.90821492927058770002e-10), r);
#define F(p, c) _mm256_fmadd_pd(p, r, _mm256_set1_pd(c))
    __m256d p = _mm256_set1_pd(2.51003831958670213e-08);
    p = F(p, 2.76200854550184136e-07);
    p = F(p, 2.75572684648316275e-06);
    p = F(p, 2.48015213022410817e-05);
    p = F(p, 1.98412698630505061e-04);
    p = F(p, 1.38888889172096705e-03);
    p = F(p, 8.33333333333006326e-03);
    p = F(p, 4.16666666666241359e-02);
    p = F(p, 1.66666666666666685e-01);
    p = F(p, 5.00000000000000111e-01);
    p = F(p, 1.00000000000000000e+00);
    p = F(p, 1.00000000000000000e+00);
    __m256i ki = _mm256_castpd_si256(_mm256_add_pd(k, _mm256_set1_pd(0x1.8p52)));
    return (VT)_mm256_castsi256_pd(
        _mm256_add_epi64(_mm256_castpd_si256(p), _mm256_slli_epi64(ki, 52)));
#endif
#undef F
}
#endif
