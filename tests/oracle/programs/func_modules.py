import torch

nn = torch.nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
params = {k: v.detach() for k, v in net.named_parameters()}
x = torch.randn(5, 3)
y = torch.tensor([0, 1, 0, 1, 1])
print(torch.func.functional_call(net, params, (x,)))


def loss(p, a, b):
    out = torch.func.functional_call(net, p, (a.unsqueeze(0),))
    return nn.functional.cross_entropy(out, b.unsqueeze(0))


g = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0, 0))(params, x, y)
print({k: v.shape for k, v in g.items()}, g["2.bias"])
p, b = torch.func.stack_module_state([nn.Linear(2, 2) for _ in range(3)])
base = nn.Linear(2, 2)
print(
    torch.func.vmap(
        lambda p, x: torch.func.functional_call(base, p, (x,)), in_dims=(0, None)
    )(p, torch.ones(1, 2)).shape
)
try:
    torch.func.functional_call(net, {"foo": x}, (x,))
except Exception as e:
    print(type(e).__name__, e)
try:
    torch.func.functional_call(net, {"0.weight": params["0.weight"]}, (x,), strict=True)
except Exception as e:
    print(type(e).__name__, e)
j = torch.func.jacrev(torch.func.functional_call, argnums=1)(net, params, (x[0],))
print({k: v.shape for k, v in j.items()})
c = nn.Conv1d(1, 2, 2)
print(torch.func.vmap(c)(torch.ones(3, 1, 4)).shape)
