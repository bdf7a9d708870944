import torch
x = torch.tensor(6.0, requires_grad=True)
for i in range(3):
    y = 3 * x ** 2
    y.backward()
    print(x.grad)
x.grad.zero_()
print(x.grad)
for i in range(3):
    x.grad = None
    (3 * x ** 2).backward()
    print(x.grad)
t = torch.tensor(1.0, requires_grad=True)
(t ** 2).backward()
print(t.grad)
(t ** 3).backward()
print(t.grad)
t.grad.zero_()
(t ** 3).backward()
print(t.grad)
w = torch.tensor([1.0, 2.0], requires_grad=True)
if w.grad is not None:
    print("never")
g = None
for chunk in torch.arange(8.0).reshape(4, 2):
    ((w * chunk).sum() ** 2).backward()
total = w.grad.clone()
w.grad = None
((torch.arange(8.0).reshape(4, 2) @ w) ** 2).sum().backward()
print(total, w.grad, torch.equal(total, w.grad))
z = torch.ones(3, requires_grad=True)
q = torch.ones(3, requires_grad=True)
(z + q).sum().backward()
z.grad.add_(5)
print(z.grad, q.grad)
