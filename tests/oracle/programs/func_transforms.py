import torch


def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, "|", str(e)[:400])


grad = torch.func.grad
grad_and_value = torch.func.grad_and_value
vjp = torch.func.vjp
jvp = torch.func.jvp
jacrev = torch.func.jacrev
jacfwd = torch.func.jacfwd
hessian = torch.func.hessian
vmap = torch.func.vmap
torch.manual_seed(0)
x = torch.randn(3)
y = torch.randn(3, 2)
W = torch.randn(2, 3)
t(lambda: grad(torch.sin)(torch.tensor(1.0)))
t(lambda: grad(grad(torch.sin))(torch.tensor(1.0)))
t(lambda: grad(grad(grad(lambda x: x**4)))(torch.tensor(2.0)))
t(lambda: vmap(grad(torch.sin))(x))
t(lambda: vmap(grad(grad(torch.sin)))(x))
t(lambda: vmap(vmap(grad(lambda z: z**3)))(y))
t(lambda: grad(lambda x: vmap(torch.sin)(x).sum())(x))
t(lambda: grad(lambda x, y: (x * y).sum(), argnums=(0, 1))(x, x + 1))
t(lambda: grad_and_value(lambda x: (x.sum(), x * 2), has_aux=True)(x))
t(lambda: grad(lambda d: (d["a"] * d["b"]).sum())({"a": x, "b": x}))


def loss(w, a):
    return ((w @ a) ** 2).sum()


t(lambda: vmap(grad(loss), in_dims=(None, 0))(W, torch.randn(4, 3) * 0 + x))
t(lambda: vjp(lambda x: (x * 2, x.sin()), x)[1]((x, x)))
t(lambda: vjp(lambda x: x * 2, x)[1](x))
t(lambda: vjp(lambda x, y: x * y, x, x)[1](x))
t(lambda: vjp(lambda x: {"a": x * 2}, x)[1]({"a": x}))
t(lambda: jvp(lambda x: x.sin() * x, (x,), (torch.ones(3),)))
t(lambda: jvp(lambda x, y: (x * y, x.sum()), (x, x), (torch.ones(3), x)))
t(lambda: jacrev(lambda x: x.sin())(x))
t(lambda: jacfwd(lambda x: x.sin())(x))
t(lambda: jacrev(lambda x: W @ x)(x))
t(lambda: jacfwd(lambda x: W @ x)(x))
t(lambda: jacrev(lambda x: (x.sum(), x.prod()))(x))
t(lambda: jacrev(lambda x, y: x * y, argnums=(0, 1))(x, x))
t(lambda: jacfwd(lambda x, y: {"q": x * y}, argnums=(0, 1))(x, x))
t(lambda: jacrev(lambda x: x[0] * x[1:].cumsum(0))(x))
t(lambda: jacrev(lambda x: x.softmax(0))(x))
t(lambda: jacrev(lambda x: torch.stack([x[1], x[0] * x[2]]))(x))
t(lambda: jacrev(lambda x: torch.sort(x)[0])(x))
t(lambda: jacrev(lambda x: x[torch.tensor([0, 0, 2])])(x))
t(lambda: jacfwd(lambda x: x[torch.tensor([0, 0, 2])] ** 2)(x).abs())
t(lambda: hessian(lambda x: (x**3).sum())(x))
t(lambda: hessian(lambda x: (W @ x).tanh().sum())(x))
t(lambda: hessian(lambda x, y: (x * y).sum() ** 2, argnums=(0, 1))(x, x))
t(lambda: jacfwd(jacrev(lambda x: (x**3).sum()))(x))
t(lambda: jacfwd(jacfwd(lambda x: (x**3).sum()))(x))
t(lambda: jacrev(jacfwd(lambda x: (x**3).sum()))(x))
t(lambda: vmap(jacrev(lambda x: x.sin() * x.sum()))(y))
t(lambda: vmap(jacfwd(lambda x: x.sin() * x.sum()))(y))
t(lambda: vmap(hessian(lambda x: (x**3).sum()))(y) + 0.0)
t(lambda: jacrev(vmap(lambda x: x.sum() ** 2))(y))
t(lambda: vmap(lambda v: jvp(lambda x: x.sin(), (x,), (v,))[1])(torch.eye(3)))
t(lambda: vmap(vjp(lambda x: x.sin() * x.sum(), x)[1])(torch.eye(3)))
t(lambda: jacrev(lambda x: x.sin(), chunk_size=2)(x))
t(lambda: jacrev(lambda x: (x.sin(), x.cos()), has_aux=True)(x))
t(lambda: jacfwd(lambda x: (x.sin(), x.cos()), has_aux=True)(x))
w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
r = grad(lambda x: (x * w).pow(2).sum())(x)
print(r)
t(lambda: torch.autograd.grad(r.sum(), w))
r = grad(lambda x: (x * 2).sum())(w)
print(r.requires_grad)
r = grad(lambda x: (x**3).sum())(w)
print(r.requires_grad, torch.autograd.grad(r.sum(), w))
with torch.no_grad():
    print(grad(lambda x: (x**3).sum())(w))


def f(x):
    with torch.no_grad():
        c = x**2
    return (x**2 - c).sum()


t(lambda: grad(f)(x))
t(lambda: grad(lambda x: torch.tensor(1.0))(x))
t(lambda: grad(lambda x: x.detach().sum())(x))
t(lambda: jacrev(lambda x: torch.ones(2))(x))
t(lambda: jacfwd(lambda x: torch.ones(2))(x))
t(lambda: hessian(lambda x: x.sum())(x))
t(lambda: grad(lambda x: x)(x))
t(lambda: grad(lambda x: 3)(x))
t(lambda: grad(lambda x: (x.sum(), 1))(x))
t(lambda: grad(lambda x: x.sum(), has_aux=True)(x))
t(lambda: grad(lambda x: x.sum())(3))
t(lambda: grad(lambda x: x.sum())(torch.ones(2, dtype=torch.int)))
t(lambda: grad(lambda x: x.sum(), argnums=1)(x))
t(lambda: grad(lambda x: x.sum(), argnums=(0, 0))(x))
t(lambda: grad(lambda x: x.sum(), argnums="a")(x))
t(lambda: grad(lambda x: x.sum(), argnums=())(x))
t(lambda: vjp(lambda x: x * 2, x)[1](torch.ones(2)))
t(lambda: vjp(lambda x: 3, x))
t(lambda: jvp(lambda x: x * 2, (x,), (torch.ones(2),)))
t(lambda: jvp(lambda x: x * 2, x, x))
t(lambda: jvp(lambda x: x * 2, (x,), (x, x)))
t(lambda: jacrev(lambda x: 3)(x))
t(lambda: jacrev(lambda x: x, argnums=2)(x))
t(lambda: jacfwd(lambda x: x.sum(), randomness="x")(x))
t(lambda: jacrev(lambda x: x, chunk_size=0)(x))


def inner(x):
    b = torch.zeros(3)
    b = b + x
    b[0] = x[1] * 2
    return (b * x).sum()


t(lambda: grad(inner)(x))
t(lambda: hessian(inner)(x))
t(lambda: vmap(grad(inner))(torch.stack([x, x * 2])))
t(
    lambda: vmap(
        grad(lambda a, k: torch.nn.functional.cross_entropy(a, k)), in_dims=(0, 0)
    )(y, torch.tensor([0, 1, 0]))
)
t(lambda: vmap(lambda v: vjp(lambda x: (x**2).sum() * x, v)[1](v))(y))
t(lambda: vmap(lambda v: grad(lambda s: s * v.sum())(torch.tensor(2.0)))(y))
t(lambda: vmap(lambda v: jvp(lambda x: x**2, (v,), (torch.ones(2),))[1])(y))
