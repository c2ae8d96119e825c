/* SPDX-License-Identifier: MIT
 * W3: logistic regression, 50 full-gradient steps, hand-derived gradient, row-major
 * data, T threads */
#include "bench.h"
#include <pthread.h>
#define K 10
#define S 11
static const double *D;
static size_t N;
static double w[K];
typedef struct {
    size_t a, b;
    double g[K];
} Job;
static void *grad(void *p)
{
    Job *j = p;
    double g[K] = {0};
    for (size_t i = j->a; i < j->b; i++) {
        const double *r = D + i * S;
        double z = 0;
        for (int k = 0; k < K; k++)
            z += w[k] * r[k];
        double e = 1 / (1 + exp(-z)) - r[K];
        for (int k = 0; k < K; k++)
            g[k] += e * r[k];
    }
    memcpy(j->g, g, sizeof g);
    return 0;
}
int main(int argc, char **argv)
{
    int T = argc > 1 ? atoi(argv[1]) : 1;
    WALL = T > 1;
    int steps = argc > 2 ? atoi(argv[2]) : 50;
    size_t n;
    D = slurp(DATA "logit.bin", &n);
    N = n / 8 / S;
    double t0 = now(), ts[1000];
    for (int s = 0; s < steps; s++) {
        double t = now();
        Job j[16];
        pthread_t th[16];
        for (int k = 0; k < T; k++)
            j[k] = (Job){N * k / T, N * (k + 1) / T, {0}};
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
    (void)t0;
    result("W3", T > 1 ? "c-2thr" : "c", "ms/step", median(ts, steps) * 1e3, w[0]);
    return 0;
}
