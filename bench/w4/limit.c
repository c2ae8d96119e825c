/* SPDX-License-Identifier: MIT
 * W4 limit: columns, blocks of 128 rows: arguments of the three exponentials in one
 * fused loop, inlined vector exp two vectors at a time, everything else in a second
 * fused loop; uniform factors taken out of the sums (measured faster than one fused
 * loop) */
#include "bench.h"
#include "vexp.h"
#include <pthread.h>
#define B 128
static double *X, *Y;
static size_t N;
static double b[8] = {97, 0.009, 100.1, 105, 20, 70, 150, 16};
typedef struct {
    size_t a, e;
    double f, g[8];
} Job;
static __attribute__((noinline)) void vexpn(double *d, size_t n)
{
    for (size_t i = 0; i < n; i += 2 * VW) {
        VT u = vexp(VLD(d + i)), v = vexp(VLD(d + i + VW));
        VST(d + i, u);
        VST(d + i + VW, v);
    }
}
static void *eval(void *p)
{
    Job *j = p;
    double e1[B] = {0}, e2[B] = {0}, e3[B] = {0};
    double b1 = b[0], b2 = b[1], b3 = b[2], b4 = b[3], i5 = 1 / b[4], b6 = b[5],
           b7 = b[6], i8 = 1 / b[7], F = 0, g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0,
           g5 = 0, g6 = 0, g7 = 0;
    for (size_t o = j->a; o < j->e; o += B) {
        size_t m = j->e - o < B ? j->e - o : B;
        const double *x = X + o, *y = Y + o;
        for (size_t i = 0; i < m; i++) {
            double q = (x[i] - b4) * i5, s = (x[i] - b7) * i8;
            e1[i] = -b2 * x[i];
            e2[i] = -q * q;
            e3[i] = -s * s;
        }
        vexpn(e1, B);
        vexpn(e2, B);
        vexpn(e3, B);
#pragma omp simd reduction(+ : F, g0, g1, g2, g3, g4, g5, g6, g7)
        for (size_t i = 0; i < m; i++) {
            double q = (x[i] - b4) * i5, s = (x[i] - b7) * i8,
                   r = b1 * e1[i] + b3 * e2[i] + b6 * e3[i] - y[i], u1 = r * e1[i],
                   u2 = r * e2[i], u3 = r * e3[i], h = u2 * q, k = u3 * s;
            F += r * r;
            g0 += u1;
            g1 += x[i] * u1;
            g2 += u2;
            g3 += h;
            g4 += h * q;
            g5 += u3;
            g6 += k;
            g7 += k * s;
        }
    }
    double c5 = 4 * b3 * i5, c8 = 4 * b6 * i8,
           o[8] = {2 * g0,  -2 * b1 * g1, 2 * g2,  c5 * g3,
                   c5 * g4, 2 * g5,       c8 * g6, c8 * g7};
    j->f = F;
    memcpy(j->g, o, sizeof o);
    return 0;
}
int main(int argc, char **argv)
{
    int T = argc > 1 ? atoi(argv[1]) : 1;
    WALL = T > 1;
    int R = 41;
    size_t n;
    double *D = slurp(DATA "gauss.bin", &n);
    N = n / 16;
    double ts[99], F = 0;
    X = aligned_alloc(64, N * 8 + 64 & ~63ul);
    Y = aligned_alloc(64, N * 8 + 64 & ~63ul);
    for (size_t i = 0; i < N; i++)
        X[i] = D[2 * i], Y[i] = D[2 * i + 1];
    for (int r = 0; r < R; r++) {
        double t = now();
        Job j[16];
        pthread_t th[16];
        for (int k = 0; k < T; k++)
            j[k] = (Job){N * k / T, N * (k + 1) / T, 0, {0}};
        for (int k = 1; k < T; k++)
            pthread_create(&th[k], 0, eval, &j[k]);
        eval(&j[0]);
        F = j[0].f;
        for (int k = 1; k < T; k++) {
            pthread_join(th[k], 0);
            F += j[k].f;
            for (int q = 0; q < 8; q++)
                j[0].g[q] += j[k].g[q];
        }
        F += 0 * j[0].g[4];
        ts[r] = now() - t;
        if (r == R - 1 && argc > 2)
            for (int q = 0; q < 8; q++)
                fprintf(stderr, "g%d %.12g\n", q, j[0].g[q]);
    }
    result("W4", T > 1 ? "limit-2thr" : "limit", "ns/row", median(ts, R) / N * 1e9, F);
    return 0;
}
