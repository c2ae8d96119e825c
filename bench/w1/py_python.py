# SPDX-License-Identifier: MIT
"""W1: fixed steps on (2w - 6)^2 as a whole process: python."""
w, k = 0.0, 0
while True:
    g = 2 * (2 * w - 6) * 2
    if abs(g) < 1e-4:
        break
    w -= 0.12 * g
    k += 1
print("w = %.10g after %d steps" % (w, k))
