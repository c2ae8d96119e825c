/* SPDX-License-Identifier: MIT
 * synthetic data, fixed seed: logit (10 features + y), gauss (x, y) and digits (64
 * pixels in [0,16] + label) as CSV and as row-major float64 */
#include "bench.h"
#include <stdint.h>
static uint64_t s = 88172645463325252ull;
static double u(void)
{
    s ^= s << 13;
    s ^= s >> 7;
    s ^= s << 17;
    return (s >> 11) * 0x1p-53;
}
static double nrm(void)
{
    return sqrt(-2 * log(u() + 1e-300)) * cos(6.283185307179586 * u());
}
static void row(FILE *c, FILE *c2, FILE *b, double *v, int n)
{
    char t[1024];
    int k = 0;
    for (int j = 0; j < n; j++) {
        k += sprintf(t + k, "%.6f%c", v[j], j < n - 1 ? ',' : '\n');
    }
    if (c)
        fwrite(t, 1, k, c);
    if (c2)
        fwrite(t, 1, k, c2);
    char *p = t;
    for (int j = 0; j < n; j++) {
        v[j] = strtod(p, &p);
        p++;
    }
    fwrite(v, 8, n, b);
}
int main(int argc, char **argv)
{
    int N = argc > 1 ? atoi(argv[1]) : 1000000;
    FILE *c = fopen(DATA "logit.csv", "w"), *c2 = fopen(DATA "logit100k.csv", "w"),
         *b = fopen(DATA "logit.bin", "wb");
    const char *h = "x0,x1,x2,x3,x4,x5,x6,x7,x8,x9,y\n";
    fputs(h, c);
    fputs(h, c2);
    double w[10];
    for (int j = 0; j < 10; j++)
        w[j] = nrm() * 0.7;
    for (int i = 0; i < N; i++) {
        double v[11], z = 0;
        for (int j = 0; j < 10; j++) {
            v[j] = nrm();
            z += v[j] * w[j];
        }
        v[10] = u() < 1 / (1 + exp(-z));
        row(c, i < N / 10 ? c2 : 0, b, v, 11);
    }
    fclose(c);
    fclose(c2);
    fclose(b);
    c = fopen(DATA "gauss.csv", "w");
    b = fopen(DATA "gauss.bin", "wb");
    fputs("x,y\n", c);
    for (int i = 0; i < N; i++) {
        double x = 250.0 * (i + 0.5) / N, q = (x - 111.6) / 23.3, r = (x - 147.8) / 14.7;
        double v[2] = {x, 98.8 * exp(-0.0105 * x) + 100.5 * exp(-q * q) +
                              67.5 * exp(-r * r) + nrm() * 2.5};
        row(c, 0, b, v, 2);
    }
    fclose(c);
    fclose(b);
    s = 88172645463325252ull;
    c = fopen(DATA "digits.csv", "w");
    b = fopen(DATA "digits.bin", "wb");
    for (int j = 0; j < 64; j++)
        fprintf(c, "p%d,", j);
    fputs("label\n", c);
    double m[10][64];
    for (int k = 0; k < 10; k++)
        for (int j = 0; j < 64; j++)
            m[k][j] = 18 * u() - 4;
    for (int i = 0; i < 1797; i++) {
        double v[65];
        int k = 10 * u();
        for (int j = 0; j < 64; j++) {
            double x = m[k][j] + 5 * nrm();
            v[j] = x < 0 ? 0 : x > 16 ? 16 : x;
        }
        v[64] = k;
        row(c, 0, b, v, 65);
    }
    fclose(c);
    fclose(b);
    return 0;
}
