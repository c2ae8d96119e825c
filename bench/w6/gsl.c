/* SPDX-License-Identifier: MIT
 * W6: NIST Misra1a, least squares in a loop */
#include "bench.h"
#include <gsl/gsl_multifit_nlinear.h>
static const double y[14] = {10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02,
                             44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78},
                    x[14] = {77.6,  114.9, 141.1, 190.8, 239.9, 289.0, 332.8,
                             378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0};
static int f(const gsl_vector *b, void *d, gsl_vector *r)
{
    double p = gsl_vector_get(b, 0), q = gsl_vector_get(b, 1);
    for (int i = 0; i < 14; i++)
        gsl_vector_set(r, i, p * (1 - exp(-q * x[i])) - y[i]);
    return 0;
}
static int df(const gsl_vector *b, void *d, gsl_matrix *J)
{
    double p = gsl_vector_get(b, 0), q = gsl_vector_get(b, 1);
    for (int i = 0; i < 14; i++) {
        double e = exp(-q * x[i]);
        gsl_matrix_set(J, i, 0, 1 - e);
        gsl_matrix_set(J, i, 1, p * x[i] * e);
    }
    return 0;
}
int main(void)
{
    int n = 2000;
    double b1 = 0, t = now();
    for (int k = 0; k < n; k++) {
        gsl_multifit_nlinear_parameters P = gsl_multifit_nlinear_default_parameters();
        gsl_multifit_nlinear_workspace *w =
            gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &P, 14, 2);
        gsl_multifit_nlinear_fdf F = {f, df, 0, 14, 2, 0, 0, 0, 0};
        double s[2] = {250, 0.0005};
        gsl_vector_view v = gsl_vector_view_array(s, 2);
        gsl_multifit_nlinear_init(&v.vector, &F, w);
        int info;
        gsl_multifit_nlinear_driver(100, 1e-8, 1e-8, 0, 0, 0, &info, w);
        b1 = gsl_vector_get(w->x, 0);
        gsl_multifit_nlinear_free(w);
    }
    result("W6", "gsl-nlinear", "us/solve", (now() - t) / n * 1e6, b1);
    return 0;
}
