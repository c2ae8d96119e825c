/* SPDX-License-Identifier: MIT
 * hand C L-BFGS m=6, backtracking (Armijo, quadratic interpolation) with curvature
 * guard; extended Rosenbrock (pairs) */
#include "bench.h"
#ifndef PEER
#define PEER "c"
#endif
static int nev;
static double fg(const double *restrict x, double *restrict g, size_t n)
{
    double F = 0;
    nev++;
    for (size_t i = 0; i < n; i += 2) {
        double r = x[i + 1] - x[i] * x[i], d = 1 - x[i];
        F += 100 * r * r + d * d;
        g[i] = -400 * r * x[i] - 2 * d;
        g[i + 1] = 200 * r;
    }
    return F;
}
static double dot(const double *restrict a, const double *restrict b, size_t n)
{
    double s[8] = {0};
    for (size_t i = 0; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++)
            s[k] += a[i + k] * b[i + k];
    double r = 0;
    for (int k = 0; k < 8; k++)
        r += s[k];
    for (size_t i = n & ~7ul; i < n; i++)
        r += a[i] * b[i];
    return r;
}
#define M 6
/* d = -H g by the two loops over the h last pairs */
static void direction(int k, int h, size_t n, double **S, double **Y, const double *rho,
                      const double *g, double *d)
{
    double al[M];
    for (size_t i = 0; i < n; i++)
        d[i] = -g[i];
    for (int j = 0; j < h; j++) {
        int q = (k - 1 - j) % M;
        al[q] = rho[q] * dot(S[q], d, n);
        for (size_t i = 0; i < n; i++)
            d[i] -= al[q] * Y[q][i];
    }
    if (h) {
        int q = (k - 1) % M;
        double sc = 1 / (rho[q] * dot(Y[q], Y[q], n));
        for (size_t i = 0; i < n; i++)
            d[i] *= sc;
    }
    for (int j = h - 1; j >= 0; j--) {
        int q = (k - 1 - j) % M;
        double be = al[q] - rho[q] * dot(Y[q], d, n);
        for (size_t i = 0; i < n; i++)
            d[i] += be * S[q][i];
    }
}
static int lbfgs(double *x, size_t n, double *Fo)
{
    double *S[M], *Y[M], rho[M];
    for (int i = 0; i < M; i++)
        S[i] = malloc(n * 8), Y[i] = malloc(n * 8);
    double *g = malloc(n * 8), *d = malloc(n * 8), *xn = malloc(n * 8),
           *gn = malloc(n * 8);
    int k = 0, h = 0;
    double F = fg(x, g, n);
    for (; k < 1000; k++) {
        double gg = dot(g, g, n);
        if (gg < 1e-12)
            break;
        direction(k, h, n, S, Y, rho, g, d);
        double gd = dot(g, d, n), t = h ? 1 : 1 / sqrt(gg), Fn;
        for (;;) {
            for (size_t i = 0; i < n; i++)
                xn[i] = x[i] + t * d[i];
            Fn = fg(xn, gn, n);
            if (Fn <= F + 1e-4 * t * gd)
                break;
            double q = -gd * t * t / (2 * (Fn - F - gd * t));
            t = q > 0.1 * t ? (q < 0.5 * t ? q : 0.5 * t) : 0.1 * t;
        }
        int q = k % M;
        for (size_t i = 0; i < n; i++) {
            S[q][i] = xn[i] - x[i];
            Y[q][i] = gn[i] - g[i];
        }
        double sy = dot(S[q], Y[q], n);
        if (sy > 1e-300) {
            rho[q] = 1 / sy;
            if (h < M)
                h++;
        } else
            h = 0;
        double *tp = x;
        (void)tp;
        memcpy(x, xn, n * 8);
        tp = g;
        g = gn;
        gn = tp;
        F = Fn;
    }
    *Fo = F;
    for (int i = 0; i < M; i++)
        free(S[i]), free(Y[i]);
    free(g);
    free(d);
    free(xn);
    free(gn);
    return k;
}
int main(int argc, char **argv)
{
    size_t n = argc > 1 ? atoi(argv[1]) : 10000;
    double *x = malloc(n * 8), ts[21], F;
    int k = 0;
    for (int r = 0; r < 21; r++) {
        for (size_t i = 0; i < n; i++)
            x[i] = i & 1 ? 1 : -1.2;
        nev = 0;
        double t = now();
        k = lbfgs(x, n, &F);
        ts[r] = now() - t;
    }
    result("W5solve", PEER, "ms", median(ts, 21) * 1e3, F);
    fprintf(stderr, "iterations %d evaluations %d\n", k, nev);
    return 0;
}
