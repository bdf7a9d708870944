"""autograd.graph, nodes and their hooks, checkpoint, anomaly mode, .grad_dtype: what they print and refuse."""
import torch
from torch.autograd import Function
from torch.utils.checkpoint import checkpoint

G = torch.autograd.graph


def t(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, "|", str(e)[:250])


def mutation():
    with G.allow_mutation_on_saved_tensors():
        a = torch.arange(6.0).view(2, 3).requires_grad_()
        b = a.clone()
        c, d = b.sin(), b.cos()
        b.mul_(5).add_(1)
        v = b[0]
        e = v.exp()
        v.zero_()
        o = (a * a).exp()
        o.add_(1)
        (c.sum() + d.sum() + e.sum() + b.sum() + o.sum() / 1e9).backward()
        print(a.grad)
    with G.allow_mutation_on_saved_tensors():
        a = torch.ones(3, requires_grad=True)
        out = (a * a.clone()).sum()
    t(out.backward)
    with G.allow_mutation_on_saved_tensors():
        with G.allow_mutation_on_saved_tensors():
            pass


t(mutation)
x = torch.ones(2, requires_grad=True)
w = torch.full((2,), 3.0, requires_grad=True)
z = (x * w).sum()
n = z.grad_fn
print(isinstance(n, G.Node), n.name(), n.metadata, n(torch.tensor(1.0)), n.next_functions[0][0](torch.ones(2)))
acc = n.next_functions[0][0].next_functions[0][0]
h = acc.register_hook(lambda gi, go: print("after", gi, go, x.grad))
p = acc.register_prehook(lambda go: (go[0] * 2,))
z.backward(retain_graph=True)
h.remove()
p.remove()
print(x.grad)
for bad in (lambda gi, go: 3, lambda gi, go: (gi[0], gi[0])):
    z = (x * w).sum()
    z.grad_fn.register_hook(bad)
    t(z.backward)
for bad in (lambda go: 3, lambda go: (go[0], go[0])):
    z = (x * w).sum()
    z.grad_fn.register_prehook(bad)
    t(z.backward)
e = G.get_gradient_edge(x * w)
print(e._fields, e.output_nr, len(e), e.node.name())
x.grad = None
torch.autograd.backward(e, torch.ones(2))
torch.autograd.backward((x * w).sum(), inputs=[G.get_gradient_edge(x)])
print(x.grad, w.grad)
t(torch.autograd.backward, [x * 1, x * 2], [torch.ones(2)])
y = x.exp()
y.grad_fn._raw_saved_result.register_hooks(lambda v: v * 2, lambda v: v)
t(lambda: y.grad_fn._raw_saved_result.register_hooks(lambda v: v, lambda v: v))
print(torch.autograd.grad(y.sum(), x))
t(lambda: torch.ones(1).register_post_accumulate_grad_hook(lambda v: None))

print(x.grad_dtype)
x = torch.ones(2, requires_grad=True)
x.grad_dtype = torch.bfloat16
(x * 2).sum().backward()
(x * 2).sum().backward()
print(x.grad_dtype, x.grad)
x.grad = None
x.grad_dtype = None
x.grad = torch.ones(2, dtype=torch.float64)
print(x.grad_dtype, x.grad)


def assign(v):
    torch.ones(2, requires_grad=True).grad = v


t(assign, torch.ones(2, dtype=torch.float64))


def keep_in(v, kind):
    v.grad_dtype = kind


t(keep_in, x, 3)
t(keep_in, x * 2, torch.float64)

torch.set_anomaly_enabled(True, False)
print(torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled())
torch.set_anomaly_enabled(False)
print(torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled())
t(torch.set_anomaly_enabled, 3)


class Context:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("enter", self.name)

    def __exit__(self, *failure):
        print("exit", self.name, failure[0] is None)


x = torch.tensor([1.0, 2.0], requires_grad=True)
for way in (True, False):
    x.grad = None
    y = checkpoint(lambda a: (print("run", torch.is_grad_enabled()), a.sin().exp())[1], x, use_reentrant=way)
    print(y)
    y.sum().backward()
    print(x.grad)
    torch.manual_seed(3)
    y = checkpoint(lambda a: torch.nn.functional.dropout(a * 2, 0.5), torch.ones(8, requires_grad=True), use_reentrant=way)
    print(y)
y = checkpoint(lambda a: a.sin(), x, use_reentrant=True)
t(torch.autograd.grad, y.sum(), x)
y = checkpoint(lambda a: a.sin() * a, x, use_reentrant=False, context_fn=lambda: (Context("first"), Context("second")), early_stop=False)
y.sum().backward()
t(checkpoint, torch.sin, x, use_reentrant=True, foo=1)
t(checkpoint, torch.sin, x, use_reentrant=True, context_fn=lambda: 1)
runs = []


def fickle(a):
    runs.append(1)
    return a.exp().sin() if len(runs) == 1 else a.exp()


def shapes(a):
    runs.append(1)
    return a.exp() if len(runs) == 1 else a[:1].exp()


y = checkpoint(fickle, x, use_reentrant=False)
t(y.sum().backward)
runs.clear()
y = checkpoint(shapes, x, use_reentrant=False)
t(y.sum().backward)


class Dirty(Function):
    @staticmethod
    def forward(ctx, a, given):
        ctx.mark_dirty(given)
        ctx.save_for_backward(a)
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2, None


t(Dirty.apply, x, x.clone())


class Plain(Function):
    @staticmethod
    def forward(ctx, a, kind):
        return {"number": 3, "list": [a * 2, a], "none": None, "tuple": (a * 2, 3)}[kind]

    @staticmethod
    def backward(ctx, *gs):
        return gs[0], None


for kind in ("number", "list", "none", "tuple"):
    t(Plain.apply, x, kind)
t(torch.func.grad(lambda a: Plain.apply(a, "tuple")[0].sum()), x)
try:
    torch.autograd.graph.register_multi_grad_hook((torch.ones(2, requires_grad=True), torch.ones(2)), print)
except AssertionError as e:
    print("AssertionError:", str(e).split("\n")[0])
