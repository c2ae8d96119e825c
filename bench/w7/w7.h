/* SPDX-License-Identifier: MIT
 * W7 harness: data, parameters theta[k]=0.04*sin((k+1)^2) (W7a: W 10x64, b 10; W7b: W1
 * 64x64, b1 64, W2 10x64, b2 10, row-major), median time, CHECK = value:sum_k
 * cos(k+1)*gradient[k]; argv: W7a|W7b [PEER] */
#include "bench.h"
#define NC 10
#define NF 64
#define NH 64
#define L2 0.0005
#define NPA (NC * NF + NC)
#define NPB (NH * NF + NH + NC * NH + NC)
static const double *D;
static int N; /* rows of 65: 64 pixels, label */
#define NOINLINE __attribute__((noinline))
typedef double Fg(const double *t, double *g);
static int w7(int argc, char **argv, const char *peer, void (*prep)(void), Fg *fa, Fg *fb)
{
    size_t nb;
    D = slurp(DATA "digits.bin", &nb);
    N = nb / 8 / (NF + 1);
    prep();
    const char *w = argc > 1 ? argv[1] : "W7a";
    int B = !strcmp(w, "W7b"), np = B ? NPB : NPA;
    Fg *volatile f = B ? fb : fa;
    static double t[NPB + 8] __attribute__((aligned(64))),
        g[NPB + 8] __attribute__((aligned(64)));
    for (int k = 0; k < np; k++)
        t[k] = 0.04 * sin((k + 1.0) * (k + 1.0));
    double F = f(t, g), ts[101], t0 = now();
    f(t, g);
    int rep = 1 + 0.005 / (now() - t0);
    for (int r = 0; r < 101; r++) {
        t0 = now();
        for (int k = 0; k < rep; k++)
            F = f(t, g);
        ts[r] = (now() - t0) / rep;
    }
    double G = 0;
    for (int k = 0; k < np; k++)
        G += cos(k + 1.0) * g[k];
    printf("@ %s %s us/eval %.6g %.10g:%.10g\n", w, argc > 2 ? argv[2] : peer,
           median(ts, 101) * 1e6, F, G);
    return 0;
}
