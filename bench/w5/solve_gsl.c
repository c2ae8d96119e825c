/* SPDX-License-Identifier: MIT
 * W5: sums over neighbours, value and gradient */
#include "bench.h"
#include <gsl/gsl_multimin.h>
static int nev;
static void fdf(const gsl_vector *v, void *p, double *f, gsl_vector *gv)
{
    const double *x = v->data;
    double *g = gv->data, F = 0;
    size_t n = v->size;
    nev++;
    for (size_t i = 0; i < n; i += 2) {
        double r = x[i + 1] - x[i] * x[i], d = 1 - x[i];
        F += 100 * r * r + d * d;
        g[i] = -400 * r * x[i] - 2 * d;
        g[i + 1] = 200 * r;
    }
    *f = F;
}
static double f(const gsl_vector *v, void *p)
{
    const double *x = v->data;
    double F = 0;
    size_t n = v->size;
    nev++;
    for (size_t i = 0; i < n; i += 2) {
        double r = x[i + 1] - x[i] * x[i], d = 1 - x[i];
        F += 100 * r * r + d * d;
    }
    return F;
}
static void df(const gsl_vector *v, void *p, gsl_vector *g)
{
    double F;
    fdf(v, p, &F, g);
}
int main(void)
{
    size_t n = 10000;
    double ts[5], F = 0;
    gsl_vector *x = gsl_vector_alloc(n);
    for (int r = 0; r < 5; r++) {
        for (size_t i = 0; i < n; i++)
            x->data[i] = i & 1 ? 1 : -1.2;
        nev = 0;
        double t = now();
        gsl_multimin_function_fdf o = {f, df, fdf, n, 0};
        gsl_multimin_fdfminimizer *s =
            gsl_multimin_fdfminimizer_alloc(gsl_multimin_fdfminimizer_vector_bfgs2, n);
        gsl_multimin_fdfminimizer_set(s, &o, x, 0.1, 0.1);
        for (int k = 0; k < 1000; k++) {
            if (gsl_multimin_fdfminimizer_iterate(s))
                break;
            if (gsl_multimin_test_gradient(s->gradient, 1e-6) == GSL_SUCCESS)
                break;
        }
        F = s->f;
        gsl_multimin_fdfminimizer_free(s);
        ts[r] = now() - t;
    }
    result("W5solve", "gsl-bfgs2", "ms", median(ts, 5) * 1e3, F);
    fprintf(stderr, "evaluations %d\n", nev);
    return 0;
}
