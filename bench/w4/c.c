/* SPDX-License-Identifier: MIT
 * W4: Gauss-type least squares, 8 parameters, 1e6 rows: one value+gradient pass; plain
 * C, shared subexpressions by hand */
#include "bench.h"
#include <pthread.h>
static const double *D;
static size_t N;
static double b[8] = {97, 0.009, 100.1, 105, 20, 70, 150, 16};
typedef struct {
    size_t a, e;
    double f, g[8];
} Job;
static void *eval(void *p)
{
    Job *j = p;
    double b1 = b[0], b2 = b[1], b3 = b[2], b4 = b[3], b5 = b[4], b6 = b[5], b7 = b[6],
           b8 = b[7], i5 = 1 / b5, i8 = 1 / b8, F = 0, g[8] = {0};
    for (size_t i = j->a; i < j->e; i++) {
        double x = D[2 * i], y = D[2 * i + 1], e1 = exp(-b2 * x), q = (x - b4) * i5,
               s = (x - b7) * i8, e2 = exp(-q * q), e3 = exp(-s * s);
        double r = b1 * e1 + b3 * e2 + b6 * e3 - y, t = 2 * r,
               h = t * e2 * b3 * q * 2 * i5, k = t * e3 * b6 * s * 2 * i8;
        F += r * r;
        g[0] += t * e1;
        g[1] -= t * b1 * x * e1;
        g[2] += t * e2;
        g[3] += h;
        g[4] += h * q;
        g[5] += t * e3;
        g[6] += k;
        g[7] += k * s;
    }
    j->f = F;
    memcpy(j->g, g, sizeof g);
    return 0;
}
int main(int argc, char **argv)
{
    int T = argc > 1 ? atoi(argv[1]) : 1;
    WALL = T > 1;
    int R = 21;
    size_t n;
    D = slurp(DATA "gauss.bin", &n);
    N = n / 16;
    double ts[99], F = 0;
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
    result("W4", T > 1 ? "c-2thr" : "c", "ns/row", median(ts, R) / N * 1e9, F);
    return 0;
}
