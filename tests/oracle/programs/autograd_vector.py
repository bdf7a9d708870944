import torch
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * x
y.backward(torch.tensor([1.0, 10.0, 100.0]))
print(x.grad)
x.grad = None
y = x * x
y.backward(gradient=torch.ones_like(y), retain_graph=True)
y.backward(torch.ones(3))
print(x.grad)
m = torch.ones(1, 1, requires_grad=True)
(m * 3).backward()
print(m.grad, m.grad.shape)
e = torch.tensor([2.0], requires_grad=True)
(e * e).backward()
print(e.grad)
a = torch.tensor(2.0, requires_grad=True)
b = a * 3
b.retain_grad()
c = b * b
c.backward()
print(b.grad, a.grad, b.is_leaf)
u = torch.ones(2, requires_grad=True)
handle = u.register_hook(lambda g: g * 10)
(u * 2).sum().backward()
print(u.grad)
handle.remove()
(u * 2).sum().backward()
print(u.grad)
seen = []
t = torch.ones(2, requires_grad=True)
mid = t * 2
mid.register_hook(lambda g: seen.append(g))
(mid * 5).sum().backward()
print(seen, t.grad)
torch.autograd.backward([(t * 1).sum(), (t * 2).sum()])
print(t.grad)
print(t.grad.requires_grad, t.grad.grad_fn, t.detach().requires_grad)
