import torch


def err(f):
    try:
        print(f())
    except (RuntimeError, TypeError, IndexError, ValueError) as e:
        print(type(e).__name__, str(e).split("\n")[0])


one = torch.tensor(1.0)
x = torch.ones(3, 4)
none = torch.ones(0, 4)
err(lambda: x.index_add(0, torch.tensor([3]), torch.ones(1, 4)))
err(lambda: x[0].index_add(0, torch.tensor([4]), torch.ones(1)))
err(lambda: torch.ones(3, 4, 5).index_add(1, torch.tensor([5]), torch.ones(3, 1, 5)))
err(lambda: x.index_add(0, torch.tensor([0, 1]), torch.ones(2)))
err(lambda: x.index_add(1, torch.tensor([0]), torch.ones(3)))
err(lambda: none.index_add(0, torch.tensor([5]), torch.ones(1, 4)))
err(lambda: torch.tensor([1, 2], dtype=torch.uint8).index_add(0, torch.tensor([1]), torch.tensor([1], dtype=torch.uint8), alpha=-1))
err(lambda: x.index_reduce(0, torch.tensor([3]), torch.ones(1, 4), "prod"))
err(lambda: x.index_reduce(0, torch.tensor([5]), torch.ones(1, 4), "prod", include_self=False))
err(lambda: x.index_reduce(0, torch.tensor([0]), torch.ones(1, 4), "sum"))
err(lambda: x.bool().index_reduce(0, torch.tensor([0]), x[:1].bool(), "mean"))
err(lambda: one.index_reduce(0, torch.tensor([0]), torch.tensor(3.0), "prod"))
err(lambda: torch.zeros(3).bool().scatter_reduce(0, torch.tensor([0]), torch.ones(1).bool(), "mean"))
for reduce in ("prod", "mean", "amax", "amin"):
    a = torch.tensor([[1.0, 2.0, 0.0], [4.0, -5.0, 6.0]], requires_grad=True)
    b = torch.tensor([[1.0, 3.0], [2.0, 4.0], [0.0, 6.0]], requires_grad=True)
    for include in (True, False):
        c = a.index_reduce(1, torch.tensor([0, 1, 0]), torch.cat([b, b[:, :1]], 1)[:2], reduce, include_self=include)
        print(c, torch.autograd.grad((c * torch.arange(1.0, 7.0).reshape(2, 3)).sum(), [a, b]))
err(lambda: x.index_select(0, torch.tensor([3])))
err(lambda: x.index_select(1, torch.tensor([0, 9, 4])))
err(lambda: none.index_select(0, torch.tensor([0])))
err(lambda: x.index_fill(0, torch.tensor([0]), 1j))
err(lambda: x.long().masked_fill(torch.tensor([True]), torch.tensor(1j)))
err(lambda: x.half().masked_fill(torch.tensor([True]), torch.tensor(1e6)))
err(lambda: x.bool().masked_fill(torch.tensor([True]), torch.tensor(1j))[0])
err(lambda: none.put(torch.tensor([0]), torch.ones(1)))
err(lambda: x.take(torch.tensor([0, 13, 99])))
err(lambda: x[torch.tensor([0, 7, 9])])
err(lambda: x.gather(1, torch.tensor([[0, 7, 9]])))
err(lambda: x.gather(1, torch.zeros(3, 0, dtype=torch.uint8)).shape)
err(lambda: torch.take_along_dim(x, torch.tensor([1], dtype=torch.int32)))
err(lambda: torch.isin(torch.tensor([True]), torch.tensor([1])))
err(lambda: torch.fill(one, 1j))
v = torch.tensor(2.0, requires_grad=True)
print(torch.autograd.grad((x.index_fill(1, torch.tensor([2, 0, 2]), v) * torch.arange(12.0).reshape(3, 4)).sum(), v))
