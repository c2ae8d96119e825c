/* SPDX-License-Identifier: MIT
 * hook.c - workload W1 by hand: gradient descent on (2w - 6)^2 with step 0.12 until the
 * derivative is below 1e-4.  What a C programmer writes for the one line of
 * examples/hook.opt, the derivative worked out on paper.
 *
 * Provenance: the baseline of the measurements that chose Talweg's design (workload W1,
 * peer "c"), the same arithmetic laid out anew. */
#include <math.h>
#include <stdio.h>

int main(void)
{
    double w = 0;
    int steps = 0;
    for (double g; fabs(g = 2 * (2 * w - 6) * 2) >= 1e-4; steps++)
        w -= 0.12 * g;
    printf("w = %.10g after %d steps\n", w, steps);
    return 0;
}
