/* SPDX-License-Identifier: MIT
 * W7: softmax regression (a) and one tanh layer + softmax regression (b), value +
 * gradient, straightforward loops, hand-derived gradient */
#include "w7.h"
/* softmax regression of one row u[64]: adds the loss, leaves e = softmax - onehot, adds
 * its gradient */
static double row(const double *u, int y, const double *W, const double *b, double *gW,
                  double *gb, double *e)
{
    double z[NC], m = -1e300, s = 0;
    for (int c = 0; c < NC; c++) {
        z[c] = b[c];
        for (int j = 0; j < NF; j++)
            z[c] += W[c * NF + j] * u[j];
        if (z[c] > m)
            m = z[c];
    }
    for (int c = 0; c < NC; c++)
        s += e[c] = exp(z[c] - m);
    for (int c = 0; c < NC; c++) {
        e[c] = e[c] / s - (c == y);
        gb[c] += e[c];
        for (int j = 0; j < NF; j++)
            gW[c * NF + j] += e[c] * u[j];
    }
    return m + log(s) - z[y];
}
static double finish(double F, double *g, int np, const double *W, double *gW)
{
    double r = 0;
    for (int k = 0; k < np; k++)
        g[k] /= N;
    for (int k = 0; k < NC * NF; k++) {
        r += W[k] * W[k];
        gW[k] += 2 * L2 * W[k];
    }
    return F / N + L2 * r;
}
static NOINLINE double fa(const double *t, double *g)
{
    double F = 0, e[NC];
    memset(g, 0, NPA * 8);
    for (int i = 0; i < N; i++) {
        const double *x = D + i * (NF + 1);
        F += row(x, x[NF], t, t + NC * NF, g, g + NC * NF, e);
    }
    return finish(F, g, NPA, t, g);
}
static NOINLINE double fb(const double *t, double *g)
{
    const double *W1 = t, *b1 = t + NH * NF, *W2 = b1 + NH, *b2 = W2 + NC * NH;
    double *gW1 = g, *gb1 = g + NH * NF, *gW2 = gb1 + NH, *gb2 = gW2 + NC * NH, F = 0,
           e[NC], h[NH];
    memset(g, 0, NPB * 8);
    for (int i = 0; i < N; i++) {
        const double *x = D + i * (NF + 1);
        for (int k = 0; k < NH; k++) {
            double z = b1[k];
            for (int j = 0; j < NF; j++)
                z += W1[k * NF + j] * x[j];
            h[k] = tanh(z);
        }
        F += row(h, x[NF], W2, b2, gW2, gb2, e);
        for (int k = 0; k < NH; k++) {
            double d = 0;
            for (int c = 0; c < NC; c++)
                d += e[c] * W2[c * NH + k];
            d *= 1 - h[k] * h[k];
            gb1[k] += d;
            for (int j = 0; j < NF; j++)
                gW1[k * NF + j] += d * x[j];
        }
    }
    return finish(F, g, NPB, W2, gW2);
}
static void prep(void)
{
}
int main(int argc, char **argv)
{
    return w7(argc, argv, "c", prep, fa, fb);
}
