# SPDX-License-Identifier: MIT
"""W2: fixed steps in one variable: python."""
import sys, time
from math import exp, cos


def run(n):
    w = 0.0
    for i in range(n):
        g = -3 / (1 + exp(3 * w)) + 0.1 * w + cos(w)
        w -= 0.01 * g
    return w


n = int(sys.argv[1])
t = time.process_time()
w = run(n)
print("@ W2 python ns/iter %.6g %.12g" % ((time.process_time() - t) / n * 1e9, w))
