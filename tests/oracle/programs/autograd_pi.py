import torch
import math
x = torch.tensor(math.pi, requires_grad=True)
y = torch.sin(x ** 2)
y.backward()
manual = 2 * math.pi * math.cos(math.pi ** 2)
print(f"{y.item():.6f} {x.grad.item():.6f} {manual:.6f} {abs(x.grad.item() - manual) < 1e-5}")
h = 1e-6
numeric = (math.sin((math.pi + h) ** 2) - math.sin((math.pi - h) ** 2)) / (2 * h)
print(f"{numeric:.4f}", f"{x.grad.item():.4f}")
x64 = torch.tensor(math.pi, dtype=torch.float64, requires_grad=True)
torch.sin(x64 ** 2).backward()
print(f"{x64.grad.item():.6f}", x64.grad)
