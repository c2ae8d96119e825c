/* SPDX-License-Identifier: MIT
 * W3 limit: columns, one pass, AVX-512 (or AVX2) intrinsics with an inlined vector exp;
 * every column is read once */
#include "bench.h"
#include "vexp.h"
#include <pthread.h>
#define K 10
#define S 11
#define B 64
static double *C[S];
static size_t N;
static double w[K];
typedef struct {
    size_t a, b;
    double g[K];
} Job;
static double hsum(VT v)
{
    double s = 0;
    for (int k = 0; k < VW; k++)
        s += v[k];
    return s;
}
static void *grad(void *p)
{
    Job *j = p;
    VT W[K], G[K], one = VSET(1);
    for (int q = 0; q < K; q++)
        W[q] = VSET(-w[q]), G[q] = VSET(0);
    size_t i = j->a;
    for (; i + VW <= j->b; i += VW) {
        VT c[K];
#pragma GCC unroll 10
        for (int q = 0; q < K; q++)
            c[q] = VLD(C[q] + i);
        VT z0 = c[0] * W[0], z1 = c[1] * W[1];
#pragma GCC unroll 4
        for (int q = 2; q < K; q += 2) {
            z0 += c[q] * W[q];
            z1 += c[q + 1] * W[q + 1];
        }
        VT e = one / (one + vexp(z0 + z1)) - VLD(C[10] + i);
#pragma GCC unroll 10
        for (int q = 0; q < K; q++)
            G[q] += e * c[q];
    }
    for (int q = 0; q < K; q++)
        j->g[q] = hsum(G[q]);
    for (; i < j->b; i++) {
        double z = 0;
        for (int q = 0; q < K; q++)
            z += w[q] * C[q][i];
        double e = 1 / (1 + exp(-z)) - C[10][i];
        for (int q = 0; q < K; q++)
            j->g[q] += e * C[q][i];
    }
    return 0;
}
int main(int argc, char **argv)
{
    int T = argc > 1 ? atoi(argv[1]) : 1;
    WALL = T > 1;
    int steps = argc > 2 ? atoi(argv[2]) : 50;
    size_t n;
    double *D = slurp(DATA "logit.bin", &n);
    N = n / 8 / S;
    for (int q = 0; q < S; q++) {
        C[q] = aligned_alloc(64, (N * 8 + 64 + 63) / 64 * 64 + q * 0);
        for (size_t i = 0; i < N; i++)
            C[q][i] = D[i * S + q];
    }
    double ts[1000];
    for (int s = 0; s < steps; s++) {
        double t = now();
        Job j[16];
        pthread_t th[16];
        for (int k = 0; k < T; k++)
            j[k] =
                (Job){N * k / T / B * B, k == T - 1 ? N : N * (k + 1) / T / B * B, {0}};
        for (int k = 1; k < T; k++)
            pthread_create(&th[k], 0, grad, &j[k]);
        grad(&j[0]);
        for (int k = 1; k < T; k++) {
            pthread_join(th[k], 0);
            for (int q = 0; q < K; q++)
                j[0].g[q] += j[k].g[q];
        }
        for (int q = 0; q < K; q++)
            w[q] -= 1.0 * j[0].g[q] / N;
        ts[s] = now() - t;
    }
    result("W3", T > 1 ? "limit-2thr" : "limit", "ms/step", median(ts, steps) * 1e3,
           w[0]);
    return 0;
}
