# SPDX-License-Identifier: MIT
"""W3: logistic regression, full-gradient steps: numba."""
import os, sys

T = int(sys.argv[1])
os.environ["NUMBA_NUM_THREADS"] = str(T)
import time, numpy as np, numba
from math import exp


@numba.njit(fastmath=True, parallel=(T > 1))
def grad(X, y, w):
    n = len(y)
    P = 64 if T > 1 else 1
    G = np.zeros((P, 10))
    for p in numba.prange(P):
        g = np.zeros(10)
        for i in range(n * p // P, n * (p + 1) // P):
            z = 0.0
            for k in range(10):
                z += w[k] * X[i, k]
            e = 1 / (1 + exp(-z)) - y[i]
            for k in range(10):
                g[k] += e * X[i, k]
        G[p] = g
    return G.sum(0) / n


CLK = time.process_time if int(sys.argv[1]) == 1 else time.perf_counter
D = np.fromfile("data/logit.bin").reshape(-1, 11)
X = np.ascontiguousarray(D[:, :10])
y = D[:, 10].copy()
w = np.zeros(10)
t = CLK()
grad(X, y, w)
c = CLK() - t
ts = []
for s in range(50):
    t = CLK()
    w -= grad(X, y, w)
    ts.append(CLK() - t)
print(
    "@ W3 numba%s ms/step %.6g %.12g" % ("" if T == 1 else "-2thr", np.median(ts) * 1e3, w[0])
)
