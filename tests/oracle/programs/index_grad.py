import torch
x = torch.arange(6.0).reshape(2, 3).requires_grad_()
(x[0] * 2).sum().backward()
print(x.grad)
x.grad = None
(x[:, 1:] ** 2).sum().backward()
print(x.grad)
x.grad = None
x[[0, 0, 1]].sum().backward()
print(x.grad)
x.grad = None
x[x > 2].pow(2).sum().backward()
print(x.grad)
x.grad = None
torch.gather(x, 1, torch.tensor([[0, 0], [2, 1]])).sum().backward()
print(x.grad)
x.grad = None
torch.where(x > 2, x * 10, x * 0).sum().backward()
print(x.grad)
x.grad = None
torch.cat([x, x * 2], dim=1).sum().backward()
torch.stack([x, x * 3])[1].sum().backward()
print(x.grad)
y = torch.zeros(4)
v = torch.tensor([1.0, 2.0], requires_grad=True)
y[1:3] = v * 3
y.sum().backward()
print(v.grad, y)
s = torch.tensor([3.0, 1.0, 2.0], requires_grad=True)
(torch.sort(s).values * torch.tensor([1.0, 10.0, 100.0])).sum().backward()
print(s.grad, torch.topk(s, 2))
