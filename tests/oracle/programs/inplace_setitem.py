import torch
x = torch.arange(12).reshape(3, 4)
v = x.view(4, 3)
v[0, 0] = 999
print(x)
x[1] = 0
x[:, 1] = torch.tensor([7, 8, 9])
x[2, 2:] += 100
print(x)
x[x > 500] = -1
x[[0, 2], 3] = torch.tensor([5, 6])
x[..., 0] = 1.9
print(x)
y = torch.zeros(3, 3)
y[torch.eye(3, dtype=torch.bool)] = 1
y[0] = torch.tensor(2)
y[1:, 1:] *= 3
y[-1, -1] = float("inf")
y[None, 0, 1] = 8
print(y)
z = torch.zeros(4)
z[torch.tensor([0, 0, 1])] = torch.tensor([1.0, 2.0, 3.0])
z[::2] = 9
z[3] = z[0]
print(z, z._version)
w = torch.tensor(0.0)
w[()] = 3
w[...] = 4
print(w)
