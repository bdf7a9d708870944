import torch
import math
import numpy as np
torch.manual_seed(42)
x = torch.randn(2, 4)
result = (x * 2 + 1).flatten()
max_idx = result.argmax()
print(max_idx, f"{result[max_idx]:.4f}")
r = torch.randn(5, 5)
print(r.shape, r.flatten().shape, torch.allclose(r.mean(), r.flatten().mean()), r.max() >= r.min(), r.std() > 0, r.mean().shape)
arr = np.array([[1, 2], [3, 4], [5, 6]])
print((torch.from_numpy(arr) * 2).numpy())
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)
f = a ** 2 + b ** 2 + 2 * a * b
f.backward()
print(f"df/dx = {a.grad}, df/dy = {b.grad}", f)
device = "cuda" if False else "cpu"
m = torch.arange(9.0).reshape(3, 3).to(device)
print((m ** 2).cpu(), (m ** 2).device)
t = torch.tensor(0.0, requires_grad=True)
for i in range(100):
    loss = (t - 5) ** 2
    loss.backward()
    with torch.no_grad():
        t -= 0.1 * t.grad
    t.grad.zero_()
print(f"{t.item():.4f}", f"{t:.4f}", t)
rows = torch.arange(1, 6).unsqueeze(1)
cols = torch.arange(1, 6).unsqueeze(0)
print(rows * cols)
theta = torch.tensor(1.0)
print(theta - 0.2 * 3.0)
print(f"Dot product: {torch.dot(torch.tensor([1, 2, 3]), torch.tensor([4, 5, 6]))}")
print(784 * 128 + 128 + 128 * 10 + 10, math.ceil(1000 / 64), 1000 // 64)
