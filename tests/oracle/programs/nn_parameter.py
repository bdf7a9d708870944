import torch
import torch.nn as nn
p = nn.Parameter(torch.tensor(1.5))
print(f"{p} {p.item():.2f} {p.data:.1f}")
print("{}".format(p), "%s" % p)
q = nn.Parameter(torch.ones(2))
print(f"{q}", str(q), [q], {"a": p})
print(q + 1, q[0], -q, q @ q, q == q, abs(q), 2 ** q, q.sum(), len(q), q.tolist(), q.T.shape, [v.item() for v in q])
q2 = torch.stack([q, q]); print(q2.grad_fn.name(), torch.cat([q, p.view(1)]).shape)
with torch.no_grad():
    q += 1; q *= 2; q[0] = 5
    p.fill_(3); p.sub_(1)
print(q, p, q.is_leaf, q.grad)
q.requires_grad = False
print(q, type(q.data) == torch.Tensor, isinstance(q.data, nn.Parameter))
w = torch.zeros(2, requires_grad=True)
print(torch.max(q, dim=0), q.max(), torch.sum(q), sum(q))
lin = nn.Linear(2, 2)
lin.weight = nn.Parameter(torch.eye(2)); lin.bias = None
print(lin, lin(torch.ones(1, 2)))
lin.bias = nn.Parameter(torch.zeros(2))
print([n for n, _ in lin.named_parameters()])
a, b = lin.parameters(); print(a.shape, b.shape)
print(max(p.numel() for p in lin.parameters()), any(p.requires_grad for p in lin.parameters()), all(isinstance(p, torch.Tensor) for p in lin.parameters()))
print(dict(lin.named_parameters()).keys(), list(lin.state_dict().items())[1])
print(lin.weight.data_ptr() == lin.state_dict()["weight"].data_ptr(), id(lin.weight) == id(next(lin.parameters())))
print(torch.nn.Linear(2, 2).weight.dtype, lin.weight.device, lin.weight.grad is None)
