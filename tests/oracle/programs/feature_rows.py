import math
import torch
# autograd
x = torch.tensor([2.0], requires_grad=True)
y = x**2 + 3 * x + 1
y.backward()
print(y, x.grad, x.grad.shape)
w1, w2, b = torch.tensor(1.0, requires_grad=True), torch.tensor(2.0, requires_grad=True), torch.tensor(-7.0, requires_grad=True)
x1, x2 = torch.tensor(4.0), torch.tensor(5.0)
y = w1 * x1 + w2 * x2 + b - 4
loss = (y - 10) ** 2
loss.backward()
print(y.item(), loss.item(), w1.grad, w2.grad, b.grad)
a, b = torch.tensor(2.0, requires_grad=True), torch.tensor(3.0, requires_grad=True)
c = a * b; d = c + a; L = d**2
L.backward()
print(L, a.grad, b.grad)
a, b = torch.tensor(3.0, requires_grad=True), torch.tensor(4.0, requires_grad=True)
c = a * b; d = c**2; e = torch.sin(d); f = e + c
f.backward()
print(c, d, f, a.grad, b.grad)
x = torch.tensor([2.0, 3.0], requires_grad=True)
(x * x + 3).sum().backward()
print(x.grad)
w = torch.tensor(6.0, requires_grad=True)
for _ in range(3):
    (3 * w**2).backward()
    print(w.grad)
w.grad = None
print(w.grad is None)
x = torch.tensor(1.0, requires_grad=True)
(x**2).backward(); print(x.grad)
(x**3).backward(); print(x.grad)
x.grad.zero_()
(x**3).backward(); print(x.grad)
h = x * 2
h.retain_grad()
(h * 3).backward()
print(h.grad, h.is_leaf, x.is_leaf, h.grad_fn, torch.ones(1).grad_fn)
try:
    z = (x * x).sum(); z.backward(); z.backward()
except RuntimeError as err:
    print(str(err)[:60])
x = torch.tensor(3.0, requires_grad=True)
f = x**3
f1 = torch.autograd.grad(f, x, create_graph=True)[0]
f2 = torch.autograd.grad(f1, x)[0]
print(f.item(), f1.item(), f2.item())
x = torch.tensor(math.pi, requires_grad=True)
y = torch.sin(x**2)
y.backward()
manual = torch.cos(x.detach() ** 2) * 2 * x.detach()
print(f"{y.item():.6f} {x.grad.item():.6f} {manual.item():.6f}", torch.allclose(x.grad, manual, atol=1e-5))
try:
    torch.tensor([1.0, 2.0]).sum().backward()
except RuntimeError as err:
    print(err)
try:
    (torch.ones(2, requires_grad=True) * 2).backward()
except RuntimeError as err:
    print(err)
x = torch.tensor([1.0, 2.0], requires_grad=True)
(x * 2).backward(torch.tensor([1.0, 10.0]))
print(x.grad)
x = torch.tensor(2.0, requires_grad=True)
y = x * 3 if x > 1 else x * 5
y.backward()
print(x.grad)
f = lambda t: t**3
print(round((f(2.0 + 1e-6) - f(2.0 - 1e-6)) / 2e-6, 4))
# gradient control
w = torch.tensor([1.0, 2.0], requires_grad=True)
with torch.no_grad():
    y = w * 2
    print(y.grad_fn, y.requires_grad)
(w**2).sum().backward()
with torch.no_grad():
    w -= 0.1 * w.grad
print(w, w.requires_grad)
d = w.detach()
print(d.requires_grad, d.data_ptr() == w.data_ptr(), d.grad_fn)
print(w.detach().cpu().numpy())
# in place
x = torch.tensor([1.0, 2.0, 3.0])
print(x.add_(10), x.mul_(2), x.clamp_(min=23, max=25))
y = torch.tensor([1.0, 2.0, 3.0]); z = y.add(10); print(y, z)
t = torch.tensor([1, 2, 3]); t.add_(5); t[0] += 1; print(t, t.add_(t), t.zero_())
r = torch.tensor([-1.0, 1.0]); print(r.relu_() is r, r)
p = r.data_ptr(); r.mul_(0.5); print(r.data_ptr() == p)
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.exp(); y.add_(1)
try:
    y.sum().backward()
except RuntimeError as err:
    print(str(err)[:80])
try:
    x.add_(1)
except RuntimeError as err:
    print(err)
# views
x = torch.arange(12).reshape(3, 4)
v = x.view(4, 3); v[0, 0] = 999
print(x[0], x[0, 0])
print(x.t().is_contiguous(), x.t().stride(), x.stride(), torch.ones(3, 1).expand(3, 4).stride())
# memory
print(torch.cuda.memory_allocated() / 1e6, "MB allocated")
torch.cuda.empty_cache()
print(torch.ones(10).half().element_size(), torch.ones(10).element_size())
# dtype
print(torch.tensor([1.0]).dtype, torch.tensor([1]).dtype, torch.float16, torch.bool, torch.long, torch.bfloat16)
print([torch.empty(1, dtype=k).element_size() for k in (torch.float16, torch.float32, torch.float64, torch.bfloat16)])
print(torch.tensor([1, 2]).float().dtype, torch.ones(1).half().dtype, torch.ones(1).bfloat16().dtype, torch.tensor([1.0, 2.0, 3.0]).to(torch.float16))
print(torch.tensor([85.0, 92.0, 67.0, 40.0, 95.0]) > 80)
print(torch.tensor([1, 2, 3]) / torch.tensor([4, 5, 6]))
print(torch.tensor([1, 2.5, True]))
# attributes
x = torch.zeros(3, 4, 5)
print(x.shape, x.size() == x.shape, x.ndim, x.numel(), x.dtype, x.device, x.requires_grad, x.is_contiguous(), x.stride(), x.element_size())
print(torch.tensor(3.14).item(), x.permute(2, 0, 1).is_contiguous(), x.device.type)
# errors
try:
    torch.ones(2, 3) @ torch.ones(2, 3)
except RuntimeError as err:
    print(err)
try:
    torch.ones(2, 3) + torch.ones(4)
except RuntimeError as err:
    print(err)
try:
    torch.ones(2, 3).view(4)
except RuntimeError as err:
    print(err)
