/* SPDX-License-Identifier: MIT
 * W7 with the products in BLAS (whichever libblas.so.3 is loaded), row-major, the rest
 * in C with the vector exp and tanh */
#include "vexp.h"
#include "w7.h"
#include <cblas.h>
static double *X, Z[1808 * 16] __attribute__((aligned(64))),
    H[1808 * 64] __attribute__((aligned(64))), Q[1808 * 64] __attribute__((aligned(64)));
static void prep(void)
{
    X = aligned_alloc(64, N * 512);
    for (int i = 0; i < N; i++)
        memcpy(X + i * 64, D + i * 65, 512);
}
/* rows of Z are 10 logits; vexp takes them 8 at a time over the whole array */
static double soft(const double *U, const double *W, const double *b, double *gW,
                   double *gb)
{
    double F = 0, p = 1, r = 0;
    for (int i = 0; i < N; i++)
        for (int c = 0; c < NC; c++)
            Z[i * NC + c] = b[c];
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, N, NC, 64, 1, U, 64, W, 64, 1, Z,
                NC);
    for (int i = 0; i < N; i++) {
        double *z = Z + i * NC, m = z[0];
        for (int c = 1; c < NC; c++)
            m = z[c] > m ? z[c] : m;
        F += m - z[(int)D[i * 65 + 64]];
        for (int c = 0; c < NC; c++)
            z[c] -= m;
    }
    for (int k = 0; k < N * NC; k += VW)
        VST(Z + k, vexp(VLD(Z + k)));
    for (int c = 0; c < NC; c++)
        gb[c] = 0;
    for (int i = 0; i < N; i++) {
        double *z = Z + i * NC, s = 0;
        for (int c = 0; c < NC; c++)
            s += z[c];
        p *= s;
        if (i % 200 == 199) {
            F += log(p);
            p = 1;
        }
        s = 1 / (s * N);
        for (int c = 0; c < NC; c++)
            z[c] *= s;
        z[(int)D[i * 65 + 64]] -= 1.0 / N;
        for (int c = 0; c < NC; c++)
            gb[c] += z[c];
    }
    for (int k = 0; k < NC * 64; k++) {
        r += W[k] * W[k];
        gW[k] = 2 * L2 * W[k];
    }
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, NC, 64, N, 1, Z, NC, U, 64, 1,
                gW, 64);
    return (F + log(p)) / N + L2 * r;
}
static NOINLINE double fa(const double *t, double *g)
{
    return soft(X, t, t + 640, g, g + 640);
}
static NOINLINE double fb(const double *t, double *g)
{
    const double *b1 = t + 4096, *W2 = b1 + 64;
    double *gb1 = g + 4096;
    VT one = VSET(1), two = VSET(2);
    for (int i = 0; i < N; i++)
        memcpy(H + i * 64, b1, 512);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, N, 64, 64, 1, X, 64, t, 64, 1, H,
                64);
    for (int k = 0; k < N * 64; k += VW)
        VST(H + k, one - two / (vexp(two * VLD(H + k)) + one));
    double F = soft(H, W2, W2 + 640, g + 4160, g + 4800);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, 64, NC, 1, Z, NC, W2, 64, 0,
                Q, 64);
    for (int k = 0; k < 64; k++)
        gb1[k] = 0;
    for (int i = 0; i < N; i++)
        for (int k = 0; k < 64; k++) {
            double h = H[i * 64 + k];
            gb1[k] += Q[i * 64 + k] *= 1 - h * h;
        }
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, 64, 64, N, 1, Q, 64, X, 64, 0, g,
                64);
    return F;
}
int main(int argc, char **argv)
{
    return w7(argc, argv, "c-blas", prep, fa, fb);
}
