# SPDX-License-Identifier: MIT
"""W1: fixed steps on (2w - 6)^2 as a whole process: scipy."""
from scipy.optimize import minimize

r = minimize(
    lambda w: (2 * w[0] - 6) ** 2, [0.0], jac=lambda w: [4 * (2 * w[0] - 6)], tol=1e-4
)
print("w = %.10g after %d steps" % (r.x[0], r.nit))
