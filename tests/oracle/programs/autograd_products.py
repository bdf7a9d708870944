import torch


def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, "|", str(e)[:400])


jacobian = torch.autograd.functional.jacobian
hessian = torch.autograd.functional.hessian
vjp = torch.autograd.functional.vjp
jvp = torch.autograd.functional.jvp
vhp = torch.autograd.functional.vhp
hvp = torch.autograd.functional.hvp
torch.manual_seed(0)
x = torch.randn(3)
y = torch.randn(2, 2)
w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
f = lambda x: x.exp().sum()
g = lambda a, b: (a * 2).sum() * b
h = lambda x: x**3
for vec in (False, True):
    t(lambda: jacobian(h, x, vectorize=vec))
    t(lambda: jacobian(lambda y: y.exp().sum(1), y, vectorize=vec))
    t(lambda: jacobian(g, (x, y), vectorize=vec))
    t(lambda: jacobian(lambda a, b: (a * a, b.sum()), (x, y), vectorize=vec))
    t(lambda: jacobian(h, w, create_graph=True, vectorize=vec).requires_grad)
    t(lambda: jacobian(lambda x: torch.ones(2), x, vectorize=vec))
    t(lambda: hessian(f, x, vectorize=vec))
    t(lambda: hessian(lambda a, b: (a.sum() * b.sum()) ** 2, (x, y), vectorize=vec))
    t(lambda: jacobian(lambda x: torch.ones(2), x, strict=True, vectorize=vec))
    t(lambda: jacobian(lambda a, b: a * 2, (x, y), strict=True, vectorize=vec))
t(lambda: jacobian(h, x, strategy="forward-mode"))
t(lambda: jacobian(h, x, strategy="forward-mode", vectorize=True))
t(lambda: jacobian(h, x, strategy="x"))
for fn in (vjp,):
    t(lambda: fn(h, x, x))
    t(lambda: fn(f, x))
    t(lambda: fn(h, x))
    t(lambda: fn(h, x, y))
    t(lambda: fn(lambda a, b: (a, b.sum()), (x, y), (x, torch.tensor(1.0))))
    t(lambda: fn(h, 3))
    t(lambda: fn(lambda x: 3, x))
    t(lambda: fn(h, w, w, create_graph=True))
    t(lambda: fn(h, (x, 3)))
for fn in (jvp,):
    t(lambda: fn(h, x, x))
    t(lambda: fn(h, x))
    t(lambda: fn(h, x, y))
    t(lambda: fn(lambda a, b: (a, b.sum()), (x, y), (x, y)))
    t(lambda: fn(h, w, w, create_graph=True))
    t(lambda: fn(h, torch.tensor(2.0)))
    t(lambda: fn(lambda x: x.detach(), x, x, strict=True))
    t(lambda: fn(lambda a, b: a, (x, y), (x, y), strict=True))
for fn in (vhp, hvp):
    t(lambda: fn(f, x, x))
    t(lambda: fn(h, x, x))
    t(lambda: fn(lambda a, b: (a.sum() * b.sum()) ** 2, (x, y), (x, y)))
    t(lambda: fn(f, w, w, create_graph=True))
    t(lambda: fn(lambda x: x.sum(), x, x))
    t(lambda: fn(lambda x: x.sum(), x, x, strict=True))
    t(lambda: fn(lambda x: (x.sum(), x), x, x))
    t(lambda: fn(f, x))
t(lambda: hessian(h, x))
t(lambda: hessian(lambda x: (x.sum(),), x))
t(lambda: hessian(lambda x: x.sum(), x, strict=True))
