# SPDX-License-Identifier: MIT
"""W4: two Gauss peaks and an exponential, value and gradient: torch."""
import sys, time, torch, numpy as np

T = int(sys.argv[1])
torch.set_num_threads(T)
CLK = time.process_time if int(sys.argv[1]) == 1 else time.perf_counter
D = torch.from_numpy(np.fromfile("data/gauss.bin").reshape(-1, 2))
x = D[:, 0].contiguous()
y = D[:, 1].contiguous()
b = torch.tensor(
    [97, 0.009, 100.1, 105, 20, 70, 150, 16], dtype=torch.float64, requires_grad=True
)
ts = []
for r in range(9):
    t = CLK()
    m = (
        b[0] * torch.exp(-b[1] * x)
        + b[2] * torch.exp(-(((x - b[3]) / b[4]) ** 2))
        + b[5] * torch.exp(-(((x - b[6]) / b[7]) ** 2))
    )
    F = ((y - m) ** 2).sum()
    (g,) = torch.autograd.grad(F, b)
    ts.append(CLK() - t)
print(
    "@ W4 torch-autograd%s ns/row %.6g %.12g"
    % ("" if T == 1 else "-2thr", np.median(ts) / len(x) * 1e9, F.item())
)
