# SPDX-License-Identifier: MIT
"""W4: two Gauss peaks and an exponential, value and gradient: numpy."""
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import time, numpy as np

D = np.fromfile("data/gauss.bin").reshape(-1, 2)
x = D[:, 0].copy()
y = D[:, 1].copy()
b = [97, 0.009, 100.1, 105, 20, 70, 150, 16]


def fg(b):
    b1, b2, b3, b4, b5, b6, b7, b8 = b
    e1 = np.exp(-b2 * x)
    q = (x - b4) / b5
    s = (x - b7) / b8
    e2 = np.exp(-q * q)
    e3 = np.exp(-s * s)
    r = b1 * e1 + b3 * e2 + b6 * e3 - y
    t = 2 * r
    h = t * e2 * (b3 * 2 / b5) * q
    k = t * e3 * (b6 * 2 / b8) * s
    return r @ r, np.array(
        [t @ e1, -b1 * (t * e1) @ x, t @ e2, h.sum(), h @ q, t @ e3, k.sum(), k @ s]
    )


ts = []
for r in range(11):
    t = time.process_time()
    F, g = fg(b)
    ts.append(time.process_time() - t)
print("@ W4 numpy ns/row %.6g %.12g" % (np.median(ts) / len(x) * 1e9, F))
