import torch


def err(f):
    try:
        print(f())
    except (RuntimeError, TypeError, IndexError) as e:
        print(type(e).__name__, str(e).split("\n")[0])


x = torch.ones(2, 3)
print(
    x.is_sparse,
    x.is_quantized,
    x.is_nested,
    x.is_mps,
    x.is_xla,
    x.is_mkldnn,
    x.is_shared(),
    x.is_pinned(),
    x.to_dense() is x,
    x.sparse_dim(),
    x.dense_dim(),
)
err(lambda: x.coalesce())
err(lambda: x.values())
err(lambda: x.crow_indices())
print(
    torch.tensor([1.0, 2.0]).apply_(lambda v: v * 3 + 1),
    torch.tensor([[1, 2]]).apply_(lambda v: v * v),
)
print(torch.ones(2, 2).map_(torch.tensor([10.0, 20.0]), lambda a, b: a + b))
print(
    torch.tensor([1.0, 2.0]).map2_(
        torch.tensor([10.0, 20.0]), torch.tensor([5.0, 6.0]), lambda a, b, c: a + b * c
    )
)
err(lambda: torch.ones(2, requires_grad=True).apply_(lambda v: v))
err(lambda: torch.ones(2).apply_(3))
err(lambda: torch.ones(2).apply_(lambda v: "a"))
err(lambda: torch.ones(2).map_(torch.tensor([1, 2]), lambda a, b: a + b))
a, b = torch.ones(2), torch.arange(6.0)
a.set_(b)
b[0] = 9
print(
    a,
    a.shape,
    a.set_(),
    a.set_(b.untyped_storage(), 1, (2, 2), (2, 1)),
    a.stride(),
    a.storage_offset(),
)
err(lambda: torch.ones(2).set_(torch.ones(2).int()))
for t in (
    torch.ones(3),
    torch.tensor([1.5]),
    torch.tensor([3, 5]),
    torch.tensor([-3]),
    torch.tensor([True]),
):
    print(torch.hash_tensor(t))
print(
    torch.hash_tensor(torch.arange(6.0).reshape(2, 3), dim=1),
    torch.hash_tensor(torch.arange(6).reshape(2, 3), dim=(0,), keepdim=True),
)
err(lambda: torch.hash_tensor(torch.tensor([])))
print(
    torch.cond(torch.tensor(True), lambda v: v + 1, lambda v: v - 1, (torch.ones(2),))
)
print(
    torch.sym_int(3.7),
    torch.sym_float(3),
    torch.sym_max(2, 3),
    torch.sym_min(2, 3.0),
    torch.sym_not(True),
    torch.sym_ite(True, 1, 2),
    torch.sym_sum([1, 2, 3]),
)
print(
    torch.get_autocast_dtype("cpu"),
    torch.is_autocast_enabled("cpu"),
    torch.is_autocast_cache_enabled(),
)
torch.set_autocast_dtype("cpu", torch.float16)
torch.set_autocast_enabled("cpu", True)
print(
    torch.get_autocast_dtype("cpu"),
    torch.is_autocast_enabled("cpu"),
    (torch.ones(2, 2) @ torch.ones(2, 2)).dtype,
)
torch.set_autocast_enabled("cpu", False)
torch.set_autocast_dtype("cpu", torch.bfloat16)
print((torch.ones(2, 2) @ torch.ones(2, 2)).dtype)
err(lambda: torch.Size([1.5]))
err(lambda: torch.Size([1, "a"]))
print(torch.Size((True, 2)), torch.Size(torch.tensor([1, 2])), torch.Size([torch.tensor(3)]), torch.Size(range(3)), torch.Size())
