# SPDX-License-Identifier: MIT
"""W6: NIST Misra1a, least squares in a loop: scipy."""
import time, numpy as np
from scipy.optimize import least_squares, curve_fit

y = np.array(
    [
        10.07,
        14.73,
        17.94,
        23.93,
        29.61,
        35.18,
        40.02,
        44.82,
        50.76,
        55.05,
        61.01,
        66.40,
        75.47,
        81.78,
    ]
)
x = np.array(
    [
        77.6,
        114.9,
        141.1,
        190.8,
        239.9,
        289.0,
        332.8,
        378.4,
        434.8,
        477.3,
        536.8,
        593.1,
        689.1,
        760.0,
    ]
)
f = lambda b: b[0] * (1 - np.exp(-b[1] * x)) - y
J = lambda b: np.stack([1 - np.exp(-b[1] * x), b[0] * x * np.exp(-b[1] * x)], 1)
n = 100
t = time.process_time()
for k in range(n):
    r = least_squares(f, [250, 0.0005], J, method="lm", x_scale="jac")
print(
    "@ W6 scipy-least_squares us/solve %.6g %.12g"
    % ((time.process_time() - t) / n * 1e6, r.x[0])
)
t = time.process_time()
for k in range(n):
    p, _ = curve_fit(lambda x, a, b: a * (1 - np.exp(-b * x)), x, y, [250, 0.0005])
print("@ W6 scipy-curve_fit us/solve %.6g %.12g" % ((time.process_time() - t) / n * 1e6, p[0]))
