# SPDX-License-Identifier: MIT
"""W7: softmax regression (a) and a hidden layer (b) on digits: numba."""
import sys, time, numpy as np, numba
from math import exp, log, tanh

w = sys.argv[1]
D = np.fromfile("data/digits.bin").reshape(-1, 65)
X = np.ascontiguousarray(D[:, :64])
y = D[:, 64].astype(np.int64)


@numba.njit(fastmath=True)
def row(u, yi, W, b, gW, gb, e):
    m = -1e300
    s = 0.0
    zy = 0.0
    for c in range(10):
        z = 0.0
        for j in range(64):
            z += W[c, j] * u[j]
        z += b[c]
        e[c] = z
        m = max(m, z)
        if c == yi:
            zy = z
    for c in range(10):
        e[c] = exp(e[c] - m)
        s += e[c]
    for c in range(10):
        e[c] /= s
        if c == yi:
            e[c] -= 1
        q = e[c]
        gb[c] += q
        for j in range(64):
            gW[c, j] += q * u[j]
    return m + log(s) - zy


@numba.njit(fastmath=True)
def fa(t, g):
    n = len(y)
    W = t[:640].reshape(10, 64)
    gW = g[:640].reshape(10, 64)
    e = np.empty(10)
    F = 0.0
    g[:] = 0
    for i in range(n):
        F += row(X[i], y[i], W, t[640:], gW, g[640:], e)
    R = 0.0
    for k in range(650):
        g[k] /= n
    for k in range(640):
        R += t[k] * t[k]
        g[k] += 0.001 * t[k]
    return F / n + 0.0005 * R


@numba.njit(fastmath=True)
def fb(t, g):
    n = len(y)
    W1 = t[:4096].reshape(64, 64)
    b1 = t[4096:4160]
    W2 = t[4160:4800].reshape(10, 64)
    gW1 = g[:4096].reshape(64, 64)
    gb1 = g[4096:4160]
    gW2 = g[4160:4800].reshape(10, 64)
    e = np.empty(10)
    h = np.empty(64)
    d = np.empty(64)
    F = 0.0
    g[:] = 0
    for i in range(n):
        x = X[i]
        for k in range(64):
            z = 0.0
            for j in range(64):
                z += W1[k, j] * x[j]
            h[k] = tanh(z + b1[k])
        F += row(h, y[i], W2, t[4800:], gW2, g[4800:], e)
        d[:] = 0
        for c in range(10):
            q = e[c]
            for k in range(64):
                d[k] += q * W2[c, k]
        for k in range(64):
            q = d[k] * (1 - h[k] * h[k])
            gb1[k] += q
            for j in range(64):
                gW1[k, j] += q * x[j]
    R = 0.0
    for k in range(4810):
        g[k] /= n
    for k in range(4160, 4800):
        R += t[k] * t[k]
        g[k] += 0.001 * t[k]
    return F / n + 0.0005 * R


f, k = (fa, 650) if w == "W7a" else (fb, 4810)
k = np.arange(1, k + 1.0)
t = 0.04 * np.sin(k * k)
g = np.zeros(len(t))
f(t, g)
ts = []
for r in range(101):
    c = time.process_time()
    F = f(t, g)
    ts.append(time.process_time() - c)
print("@ %s numba us/eval %.6g %.10g:%.10g" % (w, np.median(ts) * 1e6, F, np.cos(k) @ g))
