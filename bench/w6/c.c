/* SPDX-License-Identifier: MIT
 * W6: NIST Misra1a (14 rows, 2 parameters) from start 2, hand-written LM, until relative
 * step < 1e-8 */
#include "bench.h"
#ifndef PEER
#define PEER "c"
#endif
static const double y[14] = {10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02,
                             44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78},
                    x[14] = {77.6,  114.9, 141.1, 190.8, 239.9, 289.0, 332.8,
                             378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0};
static double sys(double p, double q, double *a)
{
    double s = 0;
    for (int k = 0; k < 5; k++)
        a[k] = 0;
    for (int i = 0; i < 14; i++) {
        double e = exp(-q * x[i]), r = p * (1 - e) - y[i], u = 1 - e, v = p * x[i] * e;
        s += r * r;
        a[0] += u * u;
        a[1] += u * v;
        a[2] += v * v;
        a[3] += u * r;
        a[4] += v * r;
    }
    return s;
}
int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 10000, it = 0;
    double b1 = 0, b2 = 0, s = 0, t = now();
    for (int k = 0; k < n; k++) {
        double p = 250, q = 0.0005, l = 1e-3, a[5], c[5];
        s = sys(p, q, a);
        for (it = 0; it < 100; it++) {
            double A = a[0] * (1 + l), B = a[1], D = a[2] * (1 + l), det = A * D - B * B,
                   dp = (-D * a[3] + B * a[4]) / det, dq = (B * a[3] - A * a[4]) / det,
                   z = sys(p + dp, q + dq, c);
            if (z <= s) {
                p += dp;
                q += dq;
                s = z;
                memcpy(a, c, sizeof a);
                l *= 0.1;
                if (fabs(dp) <= 1e-8 * fabs(p) && fabs(dq) <= 1e-8 * fabs(q))
                    break;
            } else {
                l *= 10;
                if (l > 1e12)
                    break;
            }
        }
        b1 = p;
        b2 = q;
    }
    result("W6", PEER, "us/solve", (now() - t) / n * 1e6, b1);
    fprintf(stderr, "b2 %.10g rss %.10g iters %d\n", b2, s, it);
    return 0;
}
