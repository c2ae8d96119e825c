/* SPDX-License-Identifier: MIT
 * W5: sums over neighbours, value and gradient */
#include "bench.h"
#include <lbfgs.h>
static int nev;
static lbfgsfloatval_t ev(void *i_, const lbfgsfloatval_t *x, lbfgsfloatval_t *g,
                          const int n, const lbfgsfloatval_t st)
{
    double F = 0;
    nev++;
    for (int i = 0; i < n; i += 2) {
        double r = x[i + 1] - x[i] * x[i], d = 1 - x[i];
        F += 100 * r * r + d * d;
        g[i] = -400 * r * x[i] - 2 * d;
        g[i + 1] = 200 * r;
    }
    return F;
}
int main(void)
{
    int n = 10000;
    double *x = lbfgs_malloc(n), ts[21], F = 0;
    lbfgs_parameter_t p;
    lbfgs_parameter_init(&p);
    p.epsilon = 1e-8;
    for (int r = 0; r < 21; r++) {
        for (int i = 0; i < n; i++)
            x[i] = i & 1 ? 1 : -1.2;
        nev = 0;
        double t = now();
        lbfgs(n, x, &F, ev, 0, 0, &p);
        ts[r] = now() - t;
    }
    result("W5solve", "liblbfgs", "ms", median(ts, 21) * 1e3, F);
    fprintf(stderr, "evaluations %d\n", nev);
    return 0;
}
