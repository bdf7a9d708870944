import numpy as np
import torch
a, b = 2.0, 3.0
c = a * b
d = c + a
L = d ** 2
dL_dd = 2 * d
dL_da = dL_dd * (b + 1)
dL_db = dL_dd * a
print(f"c={c}, d={d}, L={L}")
print(f"dL/da={dL_da}, dL/db={dL_db}")
def Lf(a, b): c=a*b; d=c+a; return d*d
h = 1e-6
print(round((Lf(a + h, b) - Lf(a - h, b)) / (2 * h), 4), round((Lf(a, b + h) - Lf(a, b - h)) / (2 * h), 4))
x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(3.0, requires_grad=True)
Lf(x, y).backward()
print(x.grad, y.grad, x.grad.item() == dL_da)
