# SPDX-License-Identifier: MIT
"""W3: logistic regression, full-gradient steps: numpy."""
import os, sys

T = sys.argv[1]
os.environ["OPENBLAS_NUM_THREADS"] = T
os.environ["OMP_NUM_THREADS"] = T
import time, numpy as np

CLK = time.process_time if int(sys.argv[1]) == 1 else time.perf_counter
D = np.fromfile("data/logit.bin").reshape(-1, 11)
X = np.ascontiguousarray(D[:, :10])
y = D[:, 10].copy()
n = len(y)
w = np.zeros(10)
ts = []
for s in range(50):
    t = CLK()
    e = 1 / (1 + np.exp(-(X @ w))) - y
    w -= X.T @ e / n
    ts.append(CLK() - t)
print(
    "@ W3 numpy%s ms/step %.6g %.12g"
    % ("" if T == "1" else "-2thr", np.median(ts) * 1e3, w[0])
)
