# SPDX-License-Identifier: MIT
"""W7: softmax regression (a) and a hidden layer (b) on digits: numpy."""
import sys, time, numpy as np

w = sys.argv[1]
peer = sys.argv[2] if len(sys.argv) > 2 else "numpy"
D = np.fromfile("data/digits.bin").reshape(-1, 65)
X = np.ascontiguousarray(D[:, :64])
y = D[:, 64].astype(int)
n = len(y)
I = np.arange(n)
C = 0.0005


def soft(U, W, b):
    Z = U @ W.T + b
    zy = Z[I, y]
    m = Z.max(1)
    E = np.exp(Z - m[:, None])
    s = E.sum(1)
    F = (m + np.log(s) - zy).mean() + C * (W * W).sum()
    E /= s[:, None]
    E[I, y] -= 1
    E /= n
    return F, E, E.T @ U + 2 * C * W, E.sum(0)


def fa(t):
    F, E, gW, gb = soft(X, t[:640].reshape(10, 64), t[640:])
    return F, np.concatenate((gW.ravel(), gb))


def fb(t):
    W1 = t[:4096].reshape(64, 64)
    b1 = t[4096:4160]
    W2 = t[4160:4800].reshape(10, 64)
    H = np.tanh(X @ W1.T + b1)
    F, E, gW2, gb2 = soft(H, W2, t[4800:])
    Q = (E @ W2) * (1 - H * H)
    return F, np.concatenate(((Q.T @ X).ravel(), Q.sum(0), gW2.ravel(), gb2))


f, k = (fa, 650) if w == "W7a" else (fb, 4810)
k = np.arange(1, k + 1.0)
t = 0.04 * np.sin(k * k)
f(t)
ts = []
for r in range(101):
    c = time.process_time()
    F, g = f(t)
    ts.append(time.process_time() - c)
print("@ %s %s us/eval %.6g %.10g:%.10g" % (w, peer, np.median(ts) * 1e6, F, np.cos(k) @ g))
