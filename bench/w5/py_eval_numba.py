# SPDX-License-Identifier: MIT
"""W5: sums over neighbours, value and gradient: numba."""
import time, numpy as np, numba


@numba.njit(fastmath=True)
def fg(x, g):
    F = 0.0
    g[0] = 0.0
    for i in range(len(x) - 1):
        r = x[i + 1] - x[i] * x[i]
        d = 1 - x[i]
        F += 100 * r * r + d * d
        g[i] += -400 * r * x[i] - 2 * d
        g[i + 1] = 200 * r
    return F


for p in range(2, 7):
    n = 10**p
    x = np.where(np.arange(n) % 2 == 1, 1.0, -1.2)
    g = np.zeros(n)
    ts = []
    fg(x, g)
    for r in range(15):
        k = max(1, 100000 // n)
        t = time.process_time()
        for _ in range(k):
            F = fg(x, g)
        ts.append((time.process_time() - t) / k)
    print("@ W5 numba ns/var@n=1e%d %.6g %.12g" % (p, np.median(ts) / n * 1e9, F))
