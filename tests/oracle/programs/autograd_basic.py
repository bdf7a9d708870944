import torch
x = torch.tensor([2.0], requires_grad=True)
y = x ** 2 + 3 * x + 1
print(y, x.grad, y.requires_grad, x.is_leaf, y.is_leaf)
y.backward()
print(f"y = {y.item()}, dy/dx = {x.grad}")
print(f"x: {x}")
w1, w2 = torch.tensor(3.0, requires_grad=True), torch.tensor(-2.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
x1, x2 = torch.tensor(4.0), torch.tensor(5.0)
y = w1 * x1 + w2 * x2 + b
loss = (y - 10) ** 2
loss.backward()
print(y, loss, w1.grad, w2.grad, b.grad, x1.grad)
a = torch.tensor(2.0, requires_grad=True)
c = torch.tensor(3.0, requires_grad=True)
d = a * c
L = (d + a) ** 2
L.backward()
print(a.grad, c.grad)
a = torch.tensor(3.0, requires_grad=True)
b = torch.tensor(4.0, requires_grad=True)
c = a * b
d = c ** 2
e = torch.sin(d)
f = e + c
f.backward()
print(c, d, f, a.grad, b.grad)
x = torch.tensor([2.0, 3.0], requires_grad=True)
(x * x + 3).sum().backward()
print(x.grad, (x * x + 3).grad_fn)
