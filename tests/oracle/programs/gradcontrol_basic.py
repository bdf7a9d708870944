import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
with torch.no_grad():
    y = x * 2
    print(y.requires_grad, y.grad_fn, torch.is_grad_enabled())
    with torch.enable_grad():
        print((x * 2).requires_grad, torch.is_grad_enabled())
    x.mul_(2)
print(torch.is_grad_enabled(), x, x._version)
(x * x).sum().backward()
with torch.no_grad():
    x -= 0.1 * x.grad
x.grad = None
print(x, x.requires_grad, x.is_leaf)
d = x.detach()
print(d.requires_grad, d.data_ptr() == x.data_ptr(), d.grad_fn, (x * 2).detach(), x.detach().cpu().numpy())
with torch.set_grad_enabled(False):
    print((x * 2).requires_grad)
torch.set_grad_enabled(False)
print((x + 1).requires_grad)
torch.set_grad_enabled(True)
print((x + 1).requires_grad)
@torch.no_grad()
def f(v):
    return v * 3
print(f(x).requires_grad)
with torch.inference_mode():
    z = x * 3
print(z.requires_grad)
a = torch.tensor([1.0], requires_grad=True)
b = a * 2
c = b.detach() * a
c.backward()
print(a.grad)
e = torch.ones(2).requires_grad_()
print(e, e.requires_grad_(False), e.is_leaf)
w = torch.ones(2)
w.requires_grad = True
print(w)
print(x.data, x.data.requires_grad)
with torch.no_grad():
    n = torch.zeros(2, requires_grad=True)
print(n.requires_grad, n.is_leaf)
