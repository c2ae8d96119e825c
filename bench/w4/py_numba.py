# SPDX-License-Identifier: MIT
"""W4: two Gauss peaks and an exponential, value and gradient: numba."""
import time, numpy as np, numba
from math import exp


@numba.njit(fastmath=True)
def fg(x, y, b1, b2, b3, b4, b5, b6, b7, b8):
    F = 0.0
    g0 = 0.0
    g1 = 0.0
    g2 = 0.0
    g3 = 0.0
    g4 = 0.0
    g5 = 0.0
    g6 = 0.0
    g7 = 0.0
    for i in range(len(x)):
        X = x[i]
        e1 = exp(-b2 * X)
        q = (X - b4) / b5
        s = (X - b7) / b8
        e2 = exp(-q * q)
        e3 = exp(-s * s)
        r = b1 * e1 + b3 * e2 + b6 * e3 - y[i]
        t = 2 * r
        h = t * e2 * (b3 * 2 / b5) * q
        k = t * e3 * (b6 * 2 / b8) * s
        F += r * r
        g0 += t * e1
        g1 -= b1 * t * e1 * X
        g2 += t * e2
        g3 += h
        g4 += h * q
        g5 += t * e3
        g6 += k
        g7 += k * s
    return F, g0, g1, g2, g3, g4, g5, g6, g7


D = np.fromfile("data/gauss.bin").reshape(-1, 2)
x = D[:, 0].copy()
y = D[:, 1].copy()
b = [97, 0.009, 100.1, 105, 20.0, 70, 150, 16]
t = time.process_time()
fg(x, y, *b)
c = time.process_time() - t
ts = []
for r in range(11):
    t = time.process_time()
    F = fg(x, y, *b)[0]
    ts.append(time.process_time() - t)
print("@ W4 numba ns/row %.6g %.12g" % (np.median(ts) / len(x) * 1e9, F))
