"""Per-sample gradients, Jacobians, ensembles, forward mode and graph hooks as PyTorch's tutorials write them."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import (
    functional_call,
    grad,
    grad_and_value,
    hessian,
    jacfwd,
    jacrev,
    jvp,
    stack_module_state,
    vjp,
    vmap,
)

torch.manual_seed(0)


class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, 1)
        self.fc1 = nn.Linear(4 * 26 * 26, 10)
        self.bn = nn.BatchNorm2d(4, track_running_stats=False)

    def forward(self, x):
        x = self.conv1(x)
        x = F.relu(self.bn(x))
        x = torch.flatten(x, 1)
        return F.log_softmax(self.fc1(x), dim=1)


def loss_fn(predictions, targets):
    return F.nll_loss(predictions, targets)


data = torch.randn(4, 1, 28, 28)
targets = torch.randint(10, (4,))
model = SimpleCNN()
params = {k: v.detach() for k, v in model.named_parameters()}
buffers = {k: v.detach() for k, v in model.named_buffers()}


def compute_loss(params, buffers, sample, target):
    batch = sample.unsqueeze(0)
    targets = target.unsqueeze(0)
    predictions = functional_call(model, (params, buffers), (batch,))
    return loss_fn(predictions, targets)


ft_compute_grad = grad(compute_loss)
ft_compute_sample_grad = vmap(ft_compute_grad, in_dims=(None, None, 0, 0))
ft = ft_compute_sample_grad(params, buffers, data, targets)
for k, v in ft.items():
    print(k, tuple(v.shape), round(float(v.abs().sum()), 2))
g, l = grad_and_value(compute_loss)(params, buffers, data[0], targets[0])
print(l)
D = 6
weight = torch.randn(D, D)
bias = torch.randn(D)
x = torch.randn(D)


def predict(weight, bias, x):
    return F.linear(x, weight, bias).tanh()


unit = torch.eye(D)
_, vjp_fn = vjp(partial(predict, weight, bias), x)
(ft_jac,) = vmap(vjp_fn)(unit)
print(torch.allclose(ft_jac, jacrev(predict, argnums=2)(weight, bias, x)))
print(torch.allclose(jacfwd(predict, argnums=2)(weight, bias, x), ft_jac))
h = hessian(predict, argnums=2)(weight, bias, x)
print(
    h.shape,
    torch.allclose(
        jacfwd(jacfwd(predict, argnums=2), argnums=2)(weight, bias, x), h, atol=1e-5
    ),
)
jac = jacrev(predict, argnums=(0, 1))(weight, bias, x)
print([j.shape for j in jac])
hv = lambda f, primals, tangents: jvp(grad(f), primals, tangents)[1]
print(hv(lambda x: x.sin().sum(), (x,), (torch.ones(D),)))
print(vmap(jacrev(partial(predict, weight, bias)))(torch.randn(3, D)).shape)
models = [SimpleCNN() for _ in range(2)]
p, b = stack_module_state(models)
import copy

base = copy.deepcopy(models[0]).to("meta")


def fmodel(p, b, x):
    return functional_call(base, (p, b), (x,))


out = vmap(fmodel, in_dims=(0, 0, None))(p, b, data)
print(out.shape, torch.allclose(out[1], models[1](data), atol=1e-5))


# MAML
def net(w, x):
    return (x @ w).tanh()


def inner(w, x, y):
    loss = lambda w: F.mse_loss(net(w, x), y)
    return w - 0.1 * grad(loss)(w)


def outer(w, x, y):
    return F.mse_loss(net(inner(w, x, y), x), y)


w = torch.randn(3, 1)
xs = torch.randn(5, 7, 3)
ys = torch.randn(5, 7, 1)
print(grad(lambda w: vmap(partial(outer, w))(xs, ys).mean())(w))
print(
    vmap(lambda x: x + torch.randn(2), randomness="different")(torch.zeros(2, 2)).shape
)
print(vmap(lambda x: x.sum(), chunk_size=2)(torch.ones(5, 2)))
print(vmap(torch.dot, in_dims=(1, None), out_dims=0)(torch.ones(3, 4), torch.ones(3)))
print(vmap(vmap(torch.dot))(torch.ones(2, 3, 4), torch.ones(2, 3, 4)))
print(torch.vmap(lambda d: d["a"] * 2, in_dims=({"a": 0},))({"a": torch.arange(3)}))
print(
    jacrev(lambda d: {"o": d["a"] ** 2, "p": (d["a"] * d["b"],)})(
        {"a": torch.ones(2), "b": torch.ones(2)}
    )
)
print(
    torch.autograd.functional.jacobian(
        lambda x, y: x * y, (torch.ones(2), torch.ones(2)), vectorize=True
    )
)
print(
    torch.autograd.functional.vjp(lambda x: x.exp(), torch.zeros(2), torch.ones(2)),
    torch.autograd.functional.hvp(lambda x: (x**3).sum(), torch.ones(2), torch.ones(2)),
)
import torch.autograd.functional as AF

print(AF.jvp(torch.exp, torch.zeros(2), torch.ones(2)))
import torch.autograd.forward_ad as fwAD


class Fn(torch.autograd.Function):
    @staticmethod
    def forward(foo):
        return torch.exp(foo)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_forward(output)
        ctx.save_for_backward(output)
        ctx.result = output

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0]

    @staticmethod
    def jvp(ctx, gI):
        return gI * ctx.result


with fwAD.dual_level():
    dual = fwAD.make_dual(torch.zeros(2), torch.ones(2))
    out = Fn.apply(dual)
    print(
        fwAD.unpack_dual(out).tangent,
        fwAD.unpack_dual(out)[1],
        fwAD.unpack_dual(dual).primal,
    )
    model = nn.Linear(2, 1)
    inp = torch.ones(1, 2)
    params = {n: p for n, p in model.named_parameters()}
    tangents = {n: torch.ones_like(p) for n, p in params.items()}
params = {n: p.detach() for n, p in params.items()}
print(jvp(lambda p: functional_call(model, p, inp), (params,), (tangents,))[1])
x = torch.ones(2, requires_grad=True)


def hook(gs):
    print("multi", gs)


y = x * 2
z = x * 3
hd = torch.autograd.graph.register_multi_grad_hook((y, z), hook)
(y.sum() + z.sum()).backward()
hd.remove()
with torch.autograd.graph.save_on_cpu(pin_memory=False):
    q = x.pow(3)
q.sum().backward()
print(x.grad)


@torch.autograd.graph.disable_saved_tensors_hooks("not here")
def nohooks(v):
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t):
        return v * v


try:
    nohooks(x)
except RuntimeError as e:
    print(e)
print(
    y.grad_fn,
    y.grad_fn.next_functions,
    isinstance(y.grad_fn, torch.autograd.graph.Node),
)
edge = torch.autograd.graph.get_gradient_edge(q)
print(
    edge.node,
    edge.output_nr,
    isinstance(edge, torch.autograd.graph.GradientEdge),
    isinstance(edge, tuple),
)
print(type(edge), type(hd), edge[1])
# A view of what stands alike for all samples: each has its own gradient.
X = torch.arange(8.0).reshape(4, 1, 2)
W = torch.arange(2.0).reshape(1, 2)


def per_sample(name, f):
    print(
        name,
        torch.func.vmap(torch.func.grad(f), in_dims=(None, 0))(W, X).squeeze().tolist(),
    )


per_sample("mm", lambda w, x: (x @ w.t()).sum())
per_sample("mul", lambda w, x: (x * w).sum())
per_sample("mm notsin", lambda w, x: torch.mm(x, w.t()).sum())
per_sample("t mul", lambda w, x: (x.t() * w.t()).sum())
per_sample("mm 2", lambda w, x: torch.mm(w, x.t()).sum())
per_sample("mm clone", lambda w, x: torch.mm(x, w.clone().t()).sum())
per_sample("mm clone2", lambda w, x: torch.mm(x, w.t().clone()).sum())
Wb = W.clone().expand(4, 1, 2)
per_sample("narrow", lambda w, x: (w.narrow(1, 0, 2) * x).sum())
per_sample("unbind", lambda w, x: (w.unbind(1)[0] * x).sum())
per_sample("split", lambda w, x: (w.split(1, 1)[1] * x).sum())
per_sample("diag", lambda w, x: (w.diagonal() * x).sum())
per_sample("sel", lambda w, x: (w[0] * x).sum())
per_sample("mT", lambda w, x: (w.mT * x.mT).sum())
per_sample("T", lambda w, x: (w.T * x.T).sum())
per_sample("swap", lambda w, x: (w.swapaxes(0, 1) * x.T).sum())
per_sample("sq", lambda w, x: (w.squeeze() * x).sum())
per_sample("chunk", lambda w, x: (w.chunk(2, 1)[1] * x).sum())
per_sample("exp", lambda w, x: (w.expand(3, 2).unbind(0)[1] * x).sum())
per_sample("exp2", lambda w, x: (w.expand(3, 2).t().diagonal() * x).sum())
per_sample("asst", lambda w, x: (w.as_strided((2,), (1,)) * x).sum())

# views of what the samples share: each sample's gradient is its own
w, x = torch.arange(12.0).reshape(3, 4), torch.arange(10.0).reshape(5, 2)
for f in (
    lambda w, x: (w.as_strided((2,), (1,), 3) * x).sum(),
    lambda w, x: (w[1:].as_strided((2,), (1,), 5) * x).sum(),
    lambda w, x: (w.T[1].as_strided((2,), (4,), 1) * x).sum(),
    lambda w, x: (w.diagonal()[:2] * x).sum(),
    lambda w, x: (w.view(4, 3).t()[0, :2] * x).sum(),
):
    print(vmap(f, in_dims=(None, 0))(w, x), vmap(grad(f), in_dims=(None, 0))(w, x).sum((1, 2)), vmap(grad(f), in_dims=(None, 0))(w, x)[1])
