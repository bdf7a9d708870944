import torch


def err(f):
    try:
        print(f())
    except (RuntimeError, TypeError, IndexError, ValueError) as e:
        print(type(e).__name__, str(e).split("\n")[0])


x = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
y = x[:, :, :2]
for t in (x.reshape(6, 4), y.reshape(6, 2), y.flatten(0, 1), y.reshape(2, 3, 2), y.transpose(1, 2).flatten(), y.unflatten(0, (2, 1)), y.ravel(), x.flatten()):
    print(t.grad_fn.name(), t.stride(), t._base is x, end="; ")
print()
w = x * 1
z = w[:, :, :2].reshape(6, 2)
z.mul_(10)
print(z.grad_fn.name(), w.grad_fn.name(), w[0, 0])
print(torch.autograd.grad((w * torch.arange(24.0).reshape(2, 3, 4)).sum(), x)[0])
print([torch.zeros(s).expand(e).stride() for s, e in (((1, 5), (1, 1, 5)), ((2, 5), (1, 2, 5)), ((1, 5), (3, 1, 5)), ((5,), (1, 3, 5)), ((), (1, 1)), ((0,), (1, 0)))])
a = torch.arange(10.0, requires_grad=True)
weights = torch.tensor([[1.0, 10.0], [100.0, 1000.0]])
for part in (a[5:].as_strided((2, 2), (1, 2), 0), a[5:].as_strided((2, 2), (1, 1)), a.as_strided((2, 2), (0, 3), 1), a[:3].expand(2, 3).as_strided((2, 2), (1, 1), 0)):
    print(part.detach().tolist(), torch.autograd.grad((part * weights).sum(), a)[0])
s = torch.tensor(2.0, requires_grad=True)
print(s.unfold(0, 1, 1), torch.autograd.grad(s.unfold(0, 1, 1).sum() * 3, s))
b = torch.arange(5.0)
parts = torch.unsafe_split(b, 2)
parts[0][0] = 7
print(b, [p._base is None for p in parts], torch.unsafe_chunk(torch.zeros(0, 2), 3), torch.unsafe_split_with_sizes(b, [1, 4]))
c = torch.ones(3, requires_grad=True)
p, q = torch.unsafe_split_with_sizes(c * 2, [2, 1])
p.mul_(3)
print(p.grad_fn.name(), q.grad_fn.name(), torch.autograd.grad(p.sum() + q.sum(), c))
print(torch.unsafe_chunk(c, 1)[0].grad_fn.name(), torch.autograd.grad(torch.unsafe_chunk(c, 1)[0].sum(), c))
u = torch.tensor([[3.0, 1.0, 3.0], [1.0, 2.0, 1.0]])
print(torch.unique(u, dim=1), torch.unique(u, dim=1).stride(), torch.unique_consecutive(u, dim=1).stride())
print(torch.combinations(c.detach().cumsum(0).requires_grad_()).grad_fn.name(), torch.combinations(torch.tensor([1, 2, 3]), 3), torch.combinations(torch.tensor([1]), 2))
print(torch.nonzero_static(torch.eye(2), size=3), torch.nonzero_static(torch.eye(2), size=1).stride(), x.narrow(2, torch.tensor(1), 2).shape)
err(lambda: x.narrow(0, torch.tensor([1]), 1))
err(lambda: torch.hsplit(torch.zeros(4, 4), 3))
err(lambda: x.expand(-1, 2, 3, 4))
err(lambda: torch.tile(torch.tensor([1, 2]), (-1,)))
err(lambda: torch.fill(torch.tensor([1], dtype=torch.uint8), 300))
err(lambda: torch.repeat_interleave(torch.tensor([[1.0]])))
err(lambda: torch.tril_indices(3, 3, dtype=torch.int16))
err(lambda: torch.unravel_index(torch.tensor([3]), (2, -3)))
err(lambda: torch.tensor([1, 2, 3]).resize(2, 2))
