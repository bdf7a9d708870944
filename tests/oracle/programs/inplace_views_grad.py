import torch
x = torch.arange(4.0, requires_grad=True)
b = x * x
v = b[1:3]
v.mul_(x[1:3])
out = (b ** 2).sum()
g = torch.autograd.grad(out, x, create_graph=True)[0]
print(b, v, g)
print(torch.autograd.grad(g.sum(), x)[0])
print(b.grad_fn.name(), v.grad_fn.name(), b._version, v._version)
y = torch.zeros(4)
w = torch.tensor([5.0, 6.0], requires_grad=True)
y[[0, 0]] = w
y.sum().backward()
print(y, w.grad)
y = torch.ones(3, requires_grad=True) * 2
s = y[0]
y.mul_(3)
print(s, s.grad_fn.name(), y.grad_fn.name())
a = torch.ones(2, 2, requires_grad=True)
c = a.clone()
c[0].mul_(5)
c[:, 1].add_(a[:, 0])
c.T[0, 1] = 0
c.sum().backward()
print(c, a.grad)
z = torch.ones(3, requires_grad=True)
q = z + 0
q.relu_().add_(1).mul_(q)
print(q)
d = z * 2
e = d.view(3, 1)
d.add_(1)
print(e.grad_fn.name(), e)
