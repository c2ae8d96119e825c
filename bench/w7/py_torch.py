# SPDX-License-Identifier: MIT
"""W7: softmax regression (a) and a hidden layer (b) on digits: torch."""
import sys, time, torch, numpy as np

w = sys.argv[1]
peer = sys.argv[2] if len(sys.argv) > 2 else "torch-autograd"
torch.set_num_threads(1)
D = torch.from_numpy(np.fromfile("data/digits.bin").reshape(-1, 65))
X = D[:, :64].contiguous()
y = D[:, 64].long()
S = [(10, 64), (10,)] if w == "W7a" else [(64, 64), (64,), (10, 64), (10,)]
n = sum(int(np.prod(s)) for s in S)
k = np.arange(1, n + 1.0)
t = torch.from_numpy(0.04 * np.sin(k * k))
P = []
o = 0
for s in S:
    m = int(np.prod(s))
    P.append(t[o : o + m].reshape(s).clone().requires_grad_(True))
    o += m
lin, ce = torch.nn.functional.linear, torch.nn.functional.cross_entropy


def f():
    U = X if w == "W7a" else torch.tanh(lin(X, P[0], P[1]))
    W, b = P[-2:]
    F = ce(lin(U, W, b), y) + 0.0005 * (W * W).sum()
    return F, torch.autograd.grad(F, P)


f()
ts = []
for r in range(101):
    c = time.process_time()
    F, g = f()
    ts.append(time.process_time() - c)
g = np.concatenate([q.numpy().ravel() for q in g])
print(
    "@ %s %s us/eval %.6g %.10g:%.10g"
    % (w, peer, np.median(ts) * 1e6, F.item(), np.cos(k) @ g)
)
