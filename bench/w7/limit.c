/* SPDX-License-Identifier: MIT
 * W7 limit: pixels as columns in blocks of MB rows that stay in L2, lanes = rows;
 * register-tiled products (A x and A B^T), vector exp and tanh, one log per block and
 * lane (of the product of the sums). Layout is made once, not timed. */
#include "vexp.h"
#include "w7.h"
#define T3                                                                               \
    (3 * VW) /* rows per tile of the 64-unit products; blocks are multiples of it */
#ifndef MB
#define MB (15 * 24) /* 5 blocks of 360: best of 72..1800, all within 15 % */
#endif
#ifdef __AVX512F__
#define VMAX(a, b) ((VT)_mm512_max_pd((__m512d)(a), (__m512d)(b)))
#else
#define VMAX(a, b) ((VT)_mm256_max_pd((__m256d)(a), (__m256d)(b)))
#endif
#define INL static inline __attribute__((always_inline))
static double *X, *Y;
static int NP; /* X: blocks [64][m]; Y: label, -1 on padding rows */
static double E[NC * MB] __attribute__((aligned(64))),
    H[NH * MB] __attribute__((aligned(64)));
static void prep(void)
{
    NP = (N + 23) / 24 * 24;
    X = aligned_alloc(64, NP * 64 * 8);
    Y = aligned_alloc(64, NP * 8);
    for (int r0 = 0; r0 < NP; r0 += MB) {
        int m = NP - r0 < MB ? NP - r0 : MB;
        for (int i = 0; i < m; i++) {
            int r = r0 + i;
            Y[r] = r < N ? D[r * 65 + 64] : -1;
            for (int j = 0; j < 64; j++)
                X[r0 * 64 + j * m + i] = r < N ? D[r * 65 + j] : 0;
        }
    }
}
/* z[c][v] = b[c] + sum_k A[c*rs+k*ks] x_k[v]: nc x nv vectors in registers */
INL void nn(int nc, int nv, int K, const double *A, int rs, int ks, const double *b,
            const double *x, int m, VT z[nc][nv])
{
#pragma GCC unroll 10
    for (int c = 0; c < nc; c++)
#pragma GCC unroll 3
        for (int v = 0; v < nv; v++)
            z[c][v] = VSET(b ? b[c] : 0);
    for (int k = 0; k < K; k++) {
        VT u[3];
#pragma GCC unroll 3
        for (int v = 0; v < nv; v++)
            u[v] = VLD(x + k * m + v * VW);
#pragma GCC unroll 10
        for (int c = 0; c < nc; c++) {
            VT a = VSET(A[c * rs + k * ks]);
#pragma GCC unroll 3
            for (int v = 0; v < nv; v++)
                z[c][v] += a * u[v];
        }
    }
}
INL void sum4(double *g0, double *g1, VT *a)
{ /* g0[0..3] += sums of a[0..3], g1[0..3] += sums of a[4..7] */
#ifdef __AVX512F__
#define LO(x, y) _mm512_unpacklo_pd((__m512d)(x), (__m512d)(y))
#define HI(x, y) _mm512_unpackhi_pd((__m512d)(x), (__m512d)(y))
#define SH(x, y) (_mm512_shuffle_f64x2(x, y, 0x88) + _mm512_shuffle_f64x2(x, y, 0xdd))
    __m512d t0 = LO(a[0], a[1]) + HI(a[0], a[1]), t1 = LO(a[2], a[3]) + HI(a[2], a[3]),
            t2 = LO(a[4], a[5]) + HI(a[4], a[5]), t3 = LO(a[6], a[7]) + HI(a[6], a[7]);
    __m512d u0 = SH(t0, t1), u1 = SH(t2, t3), v = SH(u0, u1);
    _mm256_storeu_pd(g0, _mm256_loadu_pd(g0) + _mm512_castpd512_pd256(v));
    if (g1)
        _mm256_storeu_pd(g1, _mm256_loadu_pd(g1) + _mm512_extractf64x4_pd(v, 1));
#else
    for (int h = 0; h < (g1 ? 2 : 1); h++)
        for (int q = 0; q < 4; q++) {
            double s = 0;
            for (int l = 0; l < VW; l++)
                s += a[h * 4 + q][l];
            (h ? g1 : g0)[q] += s;
        }
#endif
}
/* G[p][q] += sum over rows of A_p B_q: na x 4 accumulators */
INL void nt(int na, const double *A, const double *B, int m, double *G, int ldg)
{
    VT s[12][4];
#pragma GCC unroll 12
    for (int p = 0; p < na; p++)
#pragma GCC unroll 4
        for (int q = 0; q < 4; q++)
            s[p][q] = VSET(0);
    for (int i = 0; i < m; i += VW) {
        VT b[4];
#pragma GCC unroll 4
        for (int q = 0; q < 4; q++)
            b[q] = VLD(B + q * m + i);
#pragma GCC unroll 12
        for (int p = 0; p < na; p++) {
            VT a = VLD(A + p * m + i);
#pragma GCC unroll 4
            for (int q = 0; q < 4; q++)
                s[p][q] += a * b[q];
        }
    }
#pragma GCC unroll 12
    for (int p = 0; p < na - 1; p += 2)
        sum4(G + p * ldg, G + (p + 1) * ldg, &s[p][0]);
    if (na & 1) {
        s[na][0] = s[na][1] = s[na][2] = s[na][3] = VSET(0);
        sum4(G + (na - 1) * ldg, 0, &s[na - 1][0]);
    }
}
/* softmax of one vector of rows: e = softmax - onehot, 0 on padding */
INL void soft(VT *z, const double *y, double *e, int m, VT *loss, VT *prod, VT *gb)
{
    VT l = VLD(y), mx = z[0], s = VSET(0), x[NC];
#pragma GCC unroll 10
    for (int c = 1; c < NC; c++)
        mx = VMAX(z[c], mx);
#pragma GCC unroll 10
    for (int c = 0; c < NC; c++)
        s += x[c] = vexp(z[c] - mx);
    VT one = VSET(1), w = (VT)((VI)one & (VI)(l >= 0)), r = w / s, zy = mx * w;
    *prod *= s * w + (one - w);
#pragma GCC unroll 10
    for (int c = 0; c < NC; c++) {
        VI k = l == (double)c;
        zy -= (VT)((VI)z[c] & k);
        VT q = x[c] * r - (VT)((VI)one & k);
        gb[c] += q;
        VST(e + c * m, q);
    }
    *loss += zy;
}
INL void softn(int nv, const double *u, int m, const double *W, const double *b,
               const double *y, double *e, VT *loss, VT *prod, VT *gb)
{
    VT z[NC][nv];
    nn(NC, nv, 64, W, 64, 1, b, u, m, z);
#pragma GCC unroll 2
    for (int v = 0; v < nv; v++) {
        VT q[NC];
#pragma GCC unroll 10
        for (int c = 0; c < NC; c++)
            q[c] = z[c][v];
        soft(q, y + v * VW, e + v * VW, m, loss, prod, gb);
    }
}
/* softmax regression of a block u[64][m]: loss, E, gradient of W; gb per lane */
static NOINLINE double block(const double *u, int m, const double *y, const double *W,
                             const double *b, double *gW, VT *gb)
{
    VT l = VSET(0), p = VSET(1);
    int i = 0;
    double F = 0;
    for (; i + 2 * VW <= m; i += 2 * VW)
        softn(2, u + i, m, W, b, y + i, E + i, &l, &p, gb);
    for (; i < m; i += VW)
        softn(1, u + i, m, W, b, y + i, E + i, &l, &p, gb);
    for (int j = 0; j < 64; j += 4)
        for (int c = 0; c < NC; c += 5)
            nt(5, E + c * m, u + j * m, m, gW + c * 64 + j, 64);
    for (int k = 0; k < VW; k++)
        F += l[k] + log(p[k]);
    return F;
}
static double finish(double F, double *g, int np, const double *W, double *gW, double *gb,
                     VT *sb)
{
    double r = 0, q = 1.0 / N;
    for (int c = 0; c < NC; c++) {
        double s = 0;
        for (int l = 0; l < VW; l++)
            s += sb[c][l];
        gb[c] = s;
    }
    for (int k = 0; k < np; k++)
        g[k] *= q;
    for (int k = 0; k < NC * 64; k++) {
        r += W[k] * W[k];
        gW[k] += 2 * L2 * W[k];
    }
    return F * q + L2 * r;
}
static NOINLINE double fa(const double *t, double *g)
{
    double F = 0;
    VT sb[NC];
    for (int c = 0; c < NC; c++)
        sb[c] = VSET(0);
    memset(g, 0, NPA * 8);
    for (int r = 0; r < NP; r += MB) {
        int m = NP - r < MB ? NP - r : MB;
        F += block(X + r * 64, m, Y + r, t, t + 640, g, sb);
    }
    return finish(F, g, NPA, t, g, g + 640, sb);
}
INL VT vrcp(VT a)
{
#ifdef __AVX512F__
    __m512d A = (__m512d)a, r = _mm512_rcp14_pd(A), o = _mm512_set1_pd(1);
    r = _mm512_fmadd_pd(_mm512_fnmadd_pd(A, r, o), r, r);
    return (VT)_mm512_fmadd_pd(_mm512_fnmadd_pd(A, r, o), r, r);
#else
    return VSET(1) / a;
#endif
}
INL VT vtanh(VT x)
{
    VT one = VSET(1), two = VSET(2);
    return one - two * vrcp(vexp(two * x) + one);
} /* error 1e-16 absolute; vexp clamps */
static NOINLINE void layer1(const double *x, int m, const double *Wp, const double *b)
{
    for (int i = 0; i < m; i += T3)
        for (int h = 0; h < NH; h += 8) {
            VT z[8][3];
            nn(8, 3, NF, Wp + h * 64, 1, 8, b + h, x + i, m, z);
#pragma GCC unroll 8
            for (int c = 0; c < 8; c++)
#pragma GCC unroll 3
                for (int v = 0; v < 3; v++)
                    VST(H + (h + c) * m + i + v * VW, z[c][v]);
        }
}
static NOINLINE void tanhs(int n)
{
    for (int i = 0; i < n; i += 2 * VW) {
        VST(H + i, vtanh(VLD(H + i)));
        VST(H + i + VW, vtanh(VLD(H + i + VW)));
    }
}
static NOINLINE void back(int m, const double *W2)
{
    for (int i = 0; i < m; i += T3)
        for (int h = 0; h < NH; h += 8) {
            VT z[8][3];
            nn(8, 3, NC, W2 + h, 1, 64, 0, E + i, m, z);
#pragma GCC unroll 8
            for (int c = 0; c < 8; c++)
#pragma GCC unroll 3
                for (int v = 0; v < 3; v++) {
                    double *q = H + (h + c) * m + i + v * VW;
                    VT a = VLD(q);
                    VST(q, z[c][v] * (VSET(1) - a * a));
                }
        }
}
static NOINLINE void grad1(const double *x, int m, double *gW, double *gb)
{
    int h = 0;
    for (; h + 6 <= 64; h += 6)
        for (int j = 0; j < 64; j += 4)
            nt(6, H + h * m, x + j * m, m, gW + h * 64 + j, 64);
    for (int j = 0; j < 64; j += 4)
        nt(4, H + h * m, x + j * m, m, gW + h * 64 + j, 64);
    for (h = 0; h < 64; h++) {
        double s = 0;
        for (int i = 0; i < m; i++)
            s += H[h * m + i];
        gb[h] += s;
    }
}
static NOINLINE double fb(const double *t, double *g)
{
    const double *b1 = t + 4096, *W2 = b1 + 64, *b2 = W2 + 640;
    double *gW2 = g + 4160, F = 0;
    VT sb[NC];
    for (int c = 0; c < NC; c++)
        sb[c] = VSET(0);
    memset(g, 0, NPB * 8);
    static double Wp[4096] __attribute__((aligned(64)));
    for (int h = 0; h < 64; h++)
        for (int j = 0; j < 64; j++)
            Wp[(h & ~7) * 64 + j * 8 + (h & 7)] = t[h * 64 + j];
    for (int r = 0; r < NP; r += MB) {
        int m = NP - r < MB ? NP - r : MB;
        const double *x = X + r * 64;
        layer1(x, m, Wp, b1);
        tanhs(64 * m);
        F += block(H, m, Y + r, W2, b2, gW2, sb);
        back(m, W2);
        grad1(x, m, g, g + 4096);
    }
    return finish(F, g, NPB, W2, gW2, g + 4800, sb);
}
int main(int argc, char **argv)
{
    return w7(argc, argv, "limit", prep, fa, fb);
}
