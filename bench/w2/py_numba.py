# SPDX-License-Identifier: MIT
"""W2: fixed steps in one variable: numba."""
import sys, time, numba
from math import exp, cos


@numba.njit(fastmath=True)
def run(n):
    w = 0.0
    for i in range(n):
        g = -3 / (1 + exp(3 * w)) + 0.1 * w + cos(w)
        w -= 0.01 * g
    return w


n = int(sys.argv[1])
t = time.process_time()
run(1)
c = time.process_time() - t
t = time.process_time()
w = run(n)
print("@ W2 numba ns/iter %.6g %.12g" % ((time.process_time() - t) / n * 1e9, w))
print("@ W2 numba compile_ms %.6g 0" % (c * 1e3))
