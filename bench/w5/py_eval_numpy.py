# SPDX-License-Identifier: MIT
"""W5: sums over neighbours, value and gradient: numpy."""
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import time, numpy as np


def fg(x):
    a = x[:-1]
    r = x[1:] - a * a
    d = 1 - a
    g = np.zeros_like(x)
    g[:-1] = -400 * r * a - 2 * d
    g[1:] += 200 * r
    return 100 * (r @ r) + d @ d, g


for p in range(2, 7):
    n = 10**p
    x = np.where(np.arange(n) % 2 == 1, 1.0, -1.2)
    ts = []
    for r in range(15):
        k = max(1, 100000 // n)
        t = time.process_time()
        for _ in range(k):
            F, g = fg(x)
        ts.append((time.process_time() - t) / k)
    print("@ W5 numpy ns/var@n=1e%d %.6g %.12g" % (p, np.median(ts) / n * 1e9, F))
