# SPDX-License-Identifier: MIT
"""W5: sums over neighbours, value and gradient: scipy."""
import time, numpy as np
from scipy.optimize import minimize


def fg(x):
    a = x[0::2]
    b = x[1::2]
    r = b - a * a
    d = 1 - a
    g = np.empty_like(x)
    g[0::2] = -400 * r * a - 2 * d
    g[1::2] = 200 * r
    return 100 * (r @ r) + d @ d, g


n = 10000
x0 = np.where(np.arange(n) % 2 == 1, 1.0, -1.2)
ts = []
for k in range(5):
    t = time.process_time()
    r = minimize(
        fg, x0, jac=True, method="L-BFGS-B", options=dict(gtol=1e-8, ftol=1e-16, maxcor=6)
    )
    ts.append(time.process_time() - t)
print("@ W5solve scipy-lbfgsb ms %.6g %.12g" % (np.median(ts) * 1e3, r.fun))
import sys

sys.stderr.write("nit %d nfev %d\n" % (r.nit, r.nfev))
