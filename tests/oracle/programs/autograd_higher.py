import torch
x = torch.tensor(3.0, requires_grad=True)
f = x ** 3
g1 = torch.autograd.grad(f, x, create_graph=True)[0]
g2 = torch.autograd.grad(g1, x, create_graph=True)[0]
g3 = torch.autograd.grad(g2, x)[0]
print(f, g1, g2, g3)
u = torch.tensor([1.0, 2.0], requires_grad=True)
y = (u[0] ** 2 * u[1] + u[1] ** 3)
grad = torch.autograd.grad(y, u, create_graph=True)[0]
rows = [torch.autograd.grad(grad[i], u, retain_graph=True)[0] for i in range(2)]
print(grad, torch.stack(rows))
s = torch.tensor(0.5, requires_grad=True)
h = torch.tanh(s)
for i in range(3):
    h = torch.autograd.grad(h, s, create_graph=True)[0]
    print(h.item() == h.item(), f"{h.item():.4f}")
p = torch.tensor(2.0, requires_grad=True)
out = torch.autograd.grad([p * p, p * 3], [p], grad_outputs=[torch.tensor(1.0), torch.tensor(10.0)])
print(out)
a, b = torch.tensor(1.0, requires_grad=True), torch.tensor(2.0, requires_grad=True)
print(torch.autograd.grad(a * b, (a, b)), torch.autograd.grad(a * 2, (a, b), allow_unused=True), a.grad)
v = torch.ones(2, requires_grad=True)
n = (v * 3).norm()
gv = torch.autograd.grad(n, v, create_graph=True)[0]
(gv * torch.tensor([1.0, 3.0])).sum().backward()
print(gv, v.grad)
