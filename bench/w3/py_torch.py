# SPDX-License-Identifier: MIT
"""W3: logistic regression, full-gradient steps: torch."""
import sys, time, torch, numpy as np

T = int(sys.argv[1])
torch.set_num_threads(T)
CLK = time.process_time if int(sys.argv[1]) == 1 else time.perf_counter
D = torch.from_numpy(np.fromfile("data/logit.bin").reshape(-1, 11))
X = D[:, :10].contiguous()
y = D[:, 10].contiguous()
n = len(y)
w = torch.zeros(10, dtype=torch.float64, requires_grad=True)
ts = []
for s in range(20):
    t = CLK()
    f = torch.nn.functional.binary_cross_entropy_with_logits(X @ w, y)
    (g,) = torch.autograd.grad(f, w)
    with torch.no_grad():
        w -= g
    ts.append(CLK() - t)
print(
    "@ W3 torch-autograd%s ms/step %.6g %.12g"
    % ("" if T == 1 else "-2thr", np.median(ts) * 1e3, w[0].item())
)
