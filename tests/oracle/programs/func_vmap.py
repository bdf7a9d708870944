import torch

vmap = torch.vmap


def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, "|", str(e)[:400])


torch.manual_seed(0)
x = torch.randn(3, 2)
y = torch.randn(3, 2)
w = torch.randn(2, 4)
M = torch.randn(3, 2, 4)
i = torch.tensor([1, 0, 1])
t(lambda: vmap(torch.dot)(x, y))
t(lambda: vmap(lambda a: a @ w)(x))
t(lambda: vmap(lambda a, m: a @ m)(x, M))
t(
    lambda: vmap(
        lambda a: (a.sum(), a.mean(), a.max(), a.prod(), a.softmax(0), a.cumsum(-1))
    )(x)
)
t(lambda: vmap(vmap(lambda a: a * 2 + 1))(x))
t(
    lambda: vmap(vmap(lambda a, b: a * b, in_dims=(None, 0)), in_dims=(0, None))(
        x[0], y[0]
    )
)
t(lambda: vmap(lambda a: a.reshape(1, 2).expand(3, 2).t().contiguous().view(-1))(x))
t(lambda: vmap(lambda a: a[0])(x))
t(lambda: vmap(lambda a: a[None])(x))
t(lambda: vmap(lambda a: a[::2])(x))
t(lambda: vmap(lambda a, k: w[k])(x, i))
t(lambda: vmap(lambda a, k: a[k])(x, i))
t(lambda: vmap(lambda a: a[torch.tensor([1, 0, 1])])(x))
t(lambda: vmap(lambda a, k: a[:, k])(M, i))
t(lambda: vmap(lambda a, k: a[:, k[None]])(M, i))
t(lambda: vmap(lambda a: a.mul_(2).add(1))(x.clone()))
t(lambda: vmap(lambda a: torch.cat([a, torch.ones(1)]))(x))
t(lambda: vmap(lambda a: torch.stack([a, a * 2], 1))(x))
t(lambda: vmap(lambda a: torch.einsum("i,i->", a, a))(x))
t(lambda: vmap(lambda a: torch.einsum("ij,j->i", a.outer(a), a))(x))
t(lambda: vmap(lambda m: torch.linalg.det(m @ m.T))(M))
t(lambda: vmap(lambda m: torch.linalg.inv(m @ m.T + torch.eye(2)))(M))
t(lambda: vmap(lambda m: torch.linalg.norm(m))(M))
t(lambda: vmap(lambda a: torch.where(a > 0, a, torch.zeros(())))(x))
t(lambda: vmap(lambda a: torch.zeros(2) + a)(x))
t(lambda: vmap(lambda a: torch.sort(a))(x))
t(lambda: vmap(lambda a: a.topk(1))(x))
t(lambda: vmap(lambda a: torch.nn.functional.cross_entropy(a, torch.tensor(1)))(x))
t(lambda: vmap(lambda a, k: torch.nn.functional.cross_entropy(a, k))(x, i))
t(lambda: vmap(lambda a: a.norm())(x))
t(lambda: vmap(lambda a: a.std())(x))
t(lambda: vmap(lambda a: a.var(0))(x))
t(lambda: vmap(lambda a: torch.nn.functional.layer_norm(a, (2,)))(x))
t(lambda: vmap(lambda a: a, in_dims=1, out_dims=1)(x))
t(lambda: vmap(lambda a: (a, a + 1), in_dims=1, out_dims=(1, 0))(x))
t(lambda: vmap(lambda d: {"s": d["a"] + d["b"]})({"a": x, "b": y}))
t(lambda: vmap(lambda a: a * 2, chunk_size=2)(x))
t(lambda: vmap(lambda a: a.item())(x[:, 0]))
t(lambda: vmap(lambda a: a if a > 0 else -a)(x[:, 0]))
t(lambda: vmap(lambda a: a.nonzero())(x))
t(lambda: vmap(lambda a: a[a > 0])(x))
t(lambda: vmap(lambda a: a + torch.rand(2))(x))
t(lambda: vmap(lambda a: a * 0 + torch.rand(1), randomness="same")(x))
t(lambda: vmap(lambda a: torch.rand(2) + 0 * a, randomness="different")(x).shape)
t(lambda: vmap(lambda a: torch.ones(2).add_(a))(x))
t(lambda: vmap(lambda a: torch.zeros(2).copy_(a))(x))
t(lambda: vmap(lambda a: a.requires_grad_())(x))
t(lambda: vmap(lambda a: a.sum().backward())(x))
t(lambda: vmap(lambda a: print(a) or a)(torch.ones(2, 2)))


def setit(a):
    b = torch.zeros_like(a)
    b[0] = a[1]
    return b


t(lambda: vmap(setit)(x))


def setit(a):
    b = a.clone()
    b[1:] = 5
    b[0] += 1
    return b


t(lambda: vmap(setit)(x))
t(lambda: vmap(lambda a: a.argmax())(x))
t(lambda: vmap(lambda a: a.float().double().dtype and a.double())(x))
t(lambda: vmap(lambda a: (a, 3), out_dims=(0, None))(x))
t(lambda: vmap(lambda a: torch.ones(2))(x))
t(lambda: vmap(lambda a: a.unbind())(x))
t(lambda: vmap(lambda a: a.split(1))(x))
t(lambda: vmap(lambda m: m.diagonal())(M))
t(lambda: vmap(lambda m: m.flip(0).roll(1, 0).tril())(M))
t(lambda: vmap(lambda a, k: a.gather(0, k[None]))(x, i))
t(lambda: vmap(lambda a, k: a.index_select(0, k[None]))(x, i))
t(lambda: vmap(lambda a: a.index_select(0, torch.tensor([1, 1])))(x))
t(lambda: vmap(lambda a: a.scatter(0, torch.tensor([1]), torch.tensor([9.0])))(x))
t(lambda: vmap(lambda m: torch.linalg.svd(m)[1])(M))
t(lambda: vmap(lambda m: torch.linalg.solve(m @ m.T, torch.ones(2)))(M))
t(lambda: vmap(lambda a: torch.cdist(a[None], w.T))(x))
t(lambda: vmap(lambda a: a.clamp(0, 1).pow(2).sqrt().tanh())(x))
t(
    lambda: vmap(lambda a, b: (a * 1.5, a / b, a + b))(
        torch.arange(3), torch.ones(3, dtype=torch.float64)
    )
)
t(
    lambda: (
        vmap(lambda a, b: a + b, in_dims=(0, None))(
            torch.ones(3), torch.tensor(1.0, dtype=torch.float64)
        ).dtype
    )
)
t(
    lambda: (
        vmap(lambda a, b: a * b)(
            torch.ones(3, 2), torch.ones(3, dtype=torch.float64)
        ).dtype
    )
)
t(
    lambda: vmap(
        lambda a: torch.nn.functional.conv1d(a[None, None], torch.ones(1, 1, 2))
    )(x)
)
t(lambda: vmap(lambda a: torch.addmm(torch.ones(1, 4), a[None], w))(x))
t(lambda: vmap(lambda a: torch.nn.functional.linear(a, w.T, torch.ones(4)))(x))
t(lambda: vmap(lambda a: a.masked_fill(a > 0, 0.0))(x))
t(lambda: vmap(lambda a: a.repeat(2).tile(2))(x))
t(lambda: vmap(lambda a: torch.logsumexp(a, 0))(x))
t(lambda: vmap(lambda a: a.median())(x))
t(lambda: vmap(lambda a: a.cov())(M).shape)
t(lambda: vmap(lambda a: torch.nn.functional.normalize(a, dim=0))(x))
t(lambda: vmap(lambda a: torch.nn.functional.one_hot(a, 3))(i))
t(lambda: vmap(lambda a: torch.arange(3) * a)(i))
t(lambda: vmap(lambda a: a.T @ a)(M).shape)
t(lambda: vmap(lambda a: torch.tensordot(a, a, dims=1))(x))
t(lambda: vmap(torch.trace)(torch.ones(2, 3, 3)))
t(lambda: vmap(torch.outer)(x, y))
t(lambda: vmap(torch.linalg.cross)(torch.eye(3), torch.ones(3, 3)))
g = torch.randn(3, 2, requires_grad=True)
o = vmap(lambda a: (a * a).sum() * a[0])(g)
print(torch.autograd.grad(o.sum(), g))
o = vmap(
    lambda a: a[torch.tensor([0, 0])].prod() + a.t().reshape(2, 1).flatten().max()
)(g)
print(torch.autograd.grad(o.sum(), g))
x = torch.tensor([1.0, 2.0], requires_grad=True)
q = x * x * x
print(torch.autograd.grad(q, x, torch.eye(2), is_grads_batched=True, retain_graph=True))
(gg,) = torch.autograd.grad(
    q, x, torch.eye(2), is_grads_batched=True, create_graph=True
)
print(gg, torch.autograd.grad(gg.sum(), x))
