/* SPDX-License-Identifier: MIT
 * W2: 1e7 fixed steps on log(1+exp(-3w)) + 0.05 w^2 + sin(w), hand-derived gradient */
#include "bench.h"
#ifndef PEER
#define PEER "c"
#endif
int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 10000000;
    double w = 0, t = now();
    for (int i = 0; i < n; i++) {
        double g = -3 / (1 + exp(3 * w)) + 0.1 * w + cos(w);
        w -= 0.01 * g;
    }
    result("W2", PEER, "ns/iter", (now() - t) / n * 1e9, w);
    return 0;
}
