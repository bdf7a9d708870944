import torch
A = torch.tensor([[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 4.0]])
v = torch.ones(3)
for _ in range(60):
    v = A @ v
    v = v / v.norm()
print(v, v @ A @ v)
print((A @ v - (v @ A @ v) * v).abs().max() < 1e-4)
M = torch.eye(3)
for k in range(1, 4):
    M = M @ A
    print(k, torch.trace(M), M.diagonal().tolist())
