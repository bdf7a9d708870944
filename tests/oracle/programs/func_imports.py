"""The transforms and hooks of the graph as programs import and call them: classes, decorators, options, models, refusals."""

import torch
import torch.autograd.forward_ad as fwAD
from torch import nn
from torch.autograd import graph
from torch.autograd.graph import register_multi_grad_hook, saved_tensors_hooks
from torch.func import (
    functional_call,
    grad,
    hessian,
    jacfwd,
    jacrev,
    jvp,
    linearize,
    stack_module_state,
    vjp,
    vmap,
)


class MyHooks(saved_tensors_hooks):
    def __init__(self, scale):
        self.count = 0

        def pack(t):
            self.count += 1
            return t * scale

        super().__init__(pack, lambda t: t / scale)


a = torch.ones(3, requires_grad=True)
with MyHooks(4.0) as h:
    y = a.exp() * a
y.sum().backward()
print(a.grad)


def f(x):
    return x**2


print(grad(f)(torch.tensor(3.0)), grad(grad(f))(torch.tensor(3.0)))
for bad in (
    lambda: grad(f)(3.0),
    lambda: grad(f)(torch.tensor(3)),
    lambda: grad(f, argnums=2)(torch.tensor(3.0)),
    lambda: grad(f)(torch.ones(2)),
    lambda: vmap(f)(3.0),
    lambda: vmap(f, in_dims=2)(torch.ones(2)),
    lambda: vmap(torch.rand_like)(torch.ones(2)),
    lambda: jvp(f, (torch.ones(2),), (torch.ones(3),)),
    lambda: vjp(f, 2.0),
    lambda: hessian(f)(torch.ones(2, dtype=torch.long)),
    lambda: graph.get_gradient_edge(torch.ones(2)),
    lambda: register_multi_grad_hook([a], lambda g: g, mode="x"),
    lambda: graph.increment_version(3),
    lambda: fwAD.make_dual(3, 4),
):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, str(e)[:120])
print(
    grad(lambda x, y: ((x * y).sum(), {"k": y, "n": x}), argnums=(0, -1), has_aux=True)(
        torch.ones(2), torch.ones(2)
    )[1]["n"]
)
m = nn.Linear(2, 1)
torch.manual_seed(0)
ms = [nn.Linear(2, 1) for _ in range(3)]
params, buffers = stack_module_state(ms)
print(sorted(params), params["weight"].shape, buffers)


def call_single(p, b, x):
    return functional_call(ms[0], (p, b), (x,))


print(vmap(call_single, in_dims=(0, 0, None))(params, buffers, torch.ones(4, 2)).shape)
print(vmap(call_single, (0, 0, None))(params, buffers, torch.ones(4, 2)).shape)
out, jvp_fn = linearize(torch.sin, torch.zeros(2))
print(out, jvp_fn(torch.ones(2)), grad(f).__name__, vmap(f).__name__)
fs = vmap(lambda x, g: g(x), in_dims=(0, None))
print(fs(torch.ones(2), torch.sin))


@vmap
def tw(x):
    return x * 2


print(tw(torch.ones(3)))

print(jacrev(f)(torch.ones(2)), jacfwd(f)(torch.ones(2)))
