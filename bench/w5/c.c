/* SPDX-License-Identifier: MIT
 * W5 evaluation: chained Rosenbrock sum_{i=1}^{n-1} 100(x[i+1]-x[i]^2)^2+(1-x[i])^2,
 * value+gradient, one pass */
#include "bench.h"
#ifndef PEER
#define PEER "c"
#endif
#ifdef LIMIT
/* blocked so that the only loop-carried store (g[i+1]) is written in a second vector loop
 * from the kept residuals */
static double fg(const double *restrict x, double *restrict g, size_t n)
{
    double F = 0;
    g[0] = 0;
    double prev = 0;
    double t[512];
    for (size_t i0 = 0; i0 < n - 1; i0 += 512) {
        size_t m = n - 1 - i0 < 512 ? n - 1 - i0 : 512;
        const double *X = x + i0;
        double *G = g + i0;
        for (size_t i = 0; i < m; i++) {
            double r = X[i + 1] - X[i] * X[i], d = 1 - X[i];
            F += 100 * r * r + d * d;
            t[i] = 200 * r;
            G[i] = -400 * r * X[i] - 2 * d;
        }
        G[0] += prev;
        for (size_t i = 1; i < m; i++)
            G[i] += t[i - 1];
        prev = t[m - 1];
    }
    g[n - 1] = prev;
    return F;
}
#else
static double fg(const double *restrict x, double *restrict g, size_t n)
{
    double F = 0;
    g[0] = 0;
    for (size_t i = 0; i < n - 1; i++) {
        double r = x[i + 1] - x[i] * x[i], d = 1 - x[i];
        F += 100 * r * r + d * d;
        g[i] += -400 * r * x[i] - 2 * d;
        g[i + 1] = 200 * r;
    }
    return F;
}
#endif
int main(void)
{
    for (int p = 2; p <= 6; p++) {
        size_t n = 1;
        for (int k = 0; k < p; k++)
            n *= 10;
        double *x = aligned_alloc(64, n * 8 + 128), *g = aligned_alloc(64, n * 8 + 128),
               ts[31], F = 0;
        x = (double *)x;
        for (size_t i = 0; i < n; i++)
            x[i] = i & 1 ? 1.0 : -1.2;
        size_t rep = 20000000 / n / 10 + 1;
        for (int r = 0; r < 31; r++) {
            double t = now();
            for (size_t k = 0; k < rep; k++) {
                x[0] += 1e-12;
                F = fg(x, g, n);
            }
            ts[r] = (now() - t) / rep;
        }
        char m[32];
        sprintf(m, "ns/var@n=1e%d", p);
        result("W5", PEER, m, median(ts, 31) / n * 1e9, F + 0 * g[n / 2]);
    }
    return 0;
}
