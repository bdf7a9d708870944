import torch
def f(x):
    return x ** 4 - 3 * x ** 2 + x
x = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
for i in range(5):
    y = f(x)
    g, = torch.autograd.grad(y, x, create_graph=True)
    h, = torch.autograd.grad(g, x)
    with torch.no_grad():
        x -= g / h
    print(i, f"{x.item():.10f} {g.item():.3e}")
