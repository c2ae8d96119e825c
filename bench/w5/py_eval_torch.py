# SPDX-License-Identifier: MIT
"""W5: sums over neighbours, value and gradient: torch."""
import time, torch, numpy as np

torch.set_num_threads(1)
for p in range(2, 7):
    n = 10**p
    x = torch.tensor(np.where(np.arange(n) % 2 == 1, 1.0, -1.2), requires_grad=True)
    ts = []
    for r in range(11):
        k = max(1, 20000 // n)
        t = time.process_time()
        for _ in range(k):
            a = x[:-1]
            F = (100 * (x[1:] - a * a) ** 2 + (1 - a) ** 2).sum()
            (g,) = torch.autograd.grad(F, x)
        ts.append((time.process_time() - t) / k)
    print(
        "@ W5 torch-autograd ns/var@n=1e%d %.6g %.12g" % (p, np.median(ts) / n * 1e9, F.item())
    )
