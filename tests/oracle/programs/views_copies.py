import torch

x = torch.arange(6.0).reshape(2, 3).requires_grad_()
calls = [
    ("alias_copy", lambda t: torch.alias_copy(t)),
    ("as_strided_copy", lambda t: torch.as_strided_copy(t, (2, 2), (1, 2), 1)),
    ("detach_copy", lambda t: torch.detach_copy(t)),
    ("diagonal_copy", lambda t: torch.diagonal_copy(t, 1)),
    ("expand_copy", lambda t: torch.expand_copy(t, (2, 2, 3))),
    ("narrow_copy", lambda t: torch.narrow_copy(t, 1, 1, 2)),
    ("permute_copy", lambda t: torch.permute_copy(t, (1, 0))),
    ("select_copy", lambda t: torch.select_copy(t, 1, -1)),
    ("slice_copy", lambda t: torch.slice_copy(t, 1, 0, 3, 2)),
    ("split_copy", lambda t: torch.split_copy(t, 2, 1)),
    ("split_with_sizes_copy", lambda t: torch.split_with_sizes_copy(t, [1, 2], 1)),
    ("squeeze_copy", lambda t: torch.squeeze_copy(t)),
    ("squeeze_copy", lambda t: torch.squeeze_copy(t, 0)),
    ("squeeze_copy", lambda t: torch.squeeze_copy(t, (0, 1))),
    ("t_copy", lambda t: torch.t_copy(t)),
    ("transpose_copy", lambda t: torch.transpose_copy(t, 0, 1)),
    ("unbind_copy", lambda t: torch.unbind_copy(t, 1)),
    ("unfold_copy", lambda t: torch.unfold_copy(t, 1, 2, 1)),
    ("unsqueeze_copy", lambda t: torch.unsqueeze_copy(t, 1)),
    ("view_copy", lambda t: torch.view_copy(t, (3, 2))),
]
for name, call in calls:
    got = call(x)
    parts = got if isinstance(got, tuple) else (got,)
    print(name, [tuple(p.shape) for p in parts], [p.stride() for p in parts], parts[0].grad_fn.name(), parts[0]._base is None)
    print(parts[-1].detach())
    if name != "detach_copy":
        out = sum((p * torch.arange(1.0, p.numel() + 1).reshape(p.shape)).sum() for p in parts)
        print(torch.autograd.grad(out, x)[0])
y = torch.arange(6.0).reshape(3, 2).t()
print(torch.view_copy(y, (6,)), torch.view_copy(torch.tensor([1.0]), torch.int32), torch.alias_copy(y).stride(), y.narrow_copy(0, 1, 1))
print(torch.view_as_real_copy(torch.tensor([1 + 2j])), torch.view_as_complex_copy(torch.tensor([[1.0, 2.0]])))
z = torch.expand_copy(torch.tensor([1.0, 2.0]), (2, 2))
z[0, 0] = 9
print(z)
try:
    torch.detach_copy(x).sum().backward()
except RuntimeError as e:
    print(e)
