"""torch.autograd.graph, forward_ad, torch.func, dlpack and skip_init in the language: no way out through them, and nothing of them stays behind.

What they compute and print is held by the programs of tests/oracle/programs, which run as Python and as the language.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

import pytest

from tcalc.engine import Tensor, forward_ad
from tcalc.engine.graph import state
from tcalc.lang.diagnostic import LangError
from tcalc.lang.limits import Limits
from tcalc.lang.run import Session
from tcalc.lang.values import Value

BEFORE = """
import torch
import torch.autograd.forward_ad as fwAD
G = torch.autograd.graph
x = torch.ones(2, requires_grad=True)
y = x.exp()
n = y.grad_fn
acc = n.next_functions[0][0]
e = G.get_gradient_edge(y)
s = n._raw_saved_result
h = G.register_multi_grad_hook([x], lambda g: None)
k = G.save_on_cpu()
kh = G.saved_tensors_hooks(lambda t: t, lambda t: t)
g = torch.func.grad(lambda v: (v * v).sum())
v, pull = torch.func.vjp(torch.sin, torch.ones(2))
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        ctx.k = 3
        return x * 2
    @staticmethod
    def backward(ctx, g): return g
z = F.apply(x)
c = z.grad_fn
"""
# One program a line, behind BEFORE.
REFUSED = """
k.pack_hook
k.unpack_hook
kh.pack_hook
kh.pack_hook = print
kh.__init__
G.save_on_cpu.pack_hook
G.save_on_cpu.__init__.__globals__
G.saved_tensors_hooks.__dict__
n.plan
n.parents
n.saved
n.rare
n.ext
n.args
n.op
n.inputs
n.kind
n.shape
n.seq
n.where
n.plan = 3
n.metadata = 3
n._saved_result.__class__.__mro__
n.__call__.__func__
n._raw_saved_nothing
n._raw_saved_
n._raw_saved___class__
n._saved___class__
n._saved_
n.register_hook.__globals__
n.register_hook.host
c.call
c._kept
c._to_save
c.plan
c._call
c.apply
c.save_for_backward
c.forward
c.backward
c.nothing
c.k.__class__.__bases__
acc.variable.grad_fn.plan
acc._hooks
acc.register_hook.__self__
e.__class__.__mro__
e._replace(node=3)
e._make([1])
e._asdict()
e.node.plan
e.__new__
G.GradientEdge.__new__
G.GradientEdge(print, 0).node.__globals__
torch.autograd.grad(G.GradientEdge(print, 0), x)
torch.autograd.backward(G.GradientEdge(3, 0))
torch.autograd.backward(G.GradientEdge(n, 7))
torch.autograd.backward(G.GradientEdge(n, "a"))
torch.autograd.grad(G.GradientEdge(n, None), x)
G.Node()
G.Node.__subclasses__()
G.GradientEdge._fields
s._node
s._k
s.register_hooks.__globals__
s.register_hooks(3, 4)
h.handles
h.remove.__func__
G.allow_mutation_on_saved_tensors().make
G.allow_mutation_on_saved_tensors().active
with G.allow_mutation_on_saved_tensors() as m: m.handles
with G.allow_mutation_on_saved_tensors() as m: m.pack
with G.allow_mutation_on_saved_tensors() as m: m.unpack(3)
with G.allow_mutation_on_saved_tensors() as m: m.before_write
with G.disable_saved_tensors_hooks("no") as m: m._message
g.host
g.__wrapped__
g.__globals__
g.__closure__
g.__code__
g.func
pull.host
pull.__closure__
torch.func.grad.host
torch.func.vmap.__globals__
torch.func.grad(3)(x)
torch.func.grad(print)(x)
torch.func.vmap(3)(x)
torch.func.vmap(print)(x)
torch.func.stack_module_state([3])
torch.func.functional_call(lambda: 1, {}, ())
torch.func.replace_all_batch_norm_modules_(3)
fwAD.dual_level().__enter__
fwAD.dual_level.__enter__.__globals__
fwAD.UnpackedDualTensor(1, 2)
fwAD.make_dual(print, x)
fwAD._duals
G._GRAPH
G.state
G.set_detect_anomaly
G.weakref
torch.func._Pass
kh.x = 3; kh.__class__ = int
class H(G.saved_tensors_hooks): __reduce__ = 3
class H(G.Node): pass
class H(G.GradientEdge): pass
class H(fwAD.dual_level): pass
torch.utils.dlpack.to_dlpack(x.detach()).__class__.__mro__
torch.utils.dlpack.from_dlpack(3)
torch.utils.dlpack.from_dlpack(print)
torch.nn.utils.skip_init(3)
torch.nn.utils.skip_init(print)
torch.nn.utils.skip_init(torch.nn.Linear).__class__.__init__
super(int).__class__
super(int).__thisclass__
super(F).forward
G.register_multi_grad_hook([x], 3); y.sum().backward()
G.register_multi_grad_hook(3, print)
G.increment_version(print)
G.increment_version([print])
G.get_gradient_edge(print)
with G.saved_tensors_hooks(lambda t: print, lambda p: p): (x.exp()).sum().backward()
with G.saved_tensors_hooks(lambda t: 3, lambda p: p): (x.exp()).sum().backward()
with G.saved_tensors_hooks(lambda t: t.mul_(2), lambda p: p): (x.exp()).sum().backward()
with G.saved_tensors_hooks(3, 4): x.exp()
with G.save_on_cpu(3, 4, 5): x.exp()
with G.saved_tensors_hooks(): x.exp()
fwAD.exit_dual_level(level="a")
fwAD.exit_dual_level(level=3)
n()
n(x, x)
acc(x)
c(3)
""".strip().split("\n")


def run(text: str) -> None:
    Session(sink=lambda s: None, limits=Limits(timeout=5)).run(BEFORE + text)


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(LangError) as caught:
        run(text)
    d = caught.value.diagnostic
    assert d.kind != "internal", (text, d, caught.value.__cause__)
    assert state.hooks is None and not forward_ad._duals


SEEN = """
seen = []
def f(*args, **kwargs):
    seen.extend(args)
    seen.extend(kwargs.values())
    return args[0]
"""
# What the engine hands to functions of the program, and gives them back.
HANDED = [
    "torch.func.vmap(lambda a, b: f(a, b), in_dims=(0, None))(x, torch.sin)",
    "torch.func.vmap(lambda a, b: f(a, b), in_dims=(0, None))(x, lambda t: t)",
    "torch.func.grad(lambda a, b: f(a, b).sum())(x, torch.nn.Linear(2, 2))",
    "seen.append(torch.func.vjp(lambda a: (f(a), {'k': [a]}), x))",
    "seen.append(torch.func.vjp(lambda a: (f(a), a), x, has_aux=True))",
    "seen.append(torch.func.linearize(f, x))",
    "seen.append(torch.func.jacrev(f))",
    "x.register_hook(f); n.register_hook(f); n.register_prehook(f); acc.register_hook(f); acc.register_prehook(f); y.sum().backward()",
    "G.register_multi_grad_hook([x, x], f); y.sum().backward()",
    "G.register_multi_grad_hook([x], f, mode='any'); y.sum().backward()",
    "with G.saved_tensors_hooks(f, f): (x.exp() * x).sum().backward()",
    "s.register_hooks(f, f); y.sum().backward()",
    "with G.save_on_cpu(): w = x.exp()\nseen.append(w.grad_fn._saved_result)",
    "with G.allow_mutation_on_saved_tensors() as m: seen.append(m)",
    "with G.allow_mutation_on_saved_tensors() as m: w = x.exp(); seen.append(w.grad_fn._saved_result)",
    "seen.extend(e); seen.append(e); seen.extend([n, acc, s, h, k, c, n.metadata, c.saved_tensors, c.k, c.needs_input_grad, n(torch.ones(2))])",
    "seen.extend([n.name, n.next_functions, acc.variable, acc.next_functions])",
    "with fwAD.dual_level() as d: seen.extend([d, fwAD.make_dual(x, x), fwAD.unpack_dual(fwAD.make_dual(x, x))])",
    "seen.append(torch.utils.checkpoint.checkpoint(f, x, use_reentrant=False, context_fn=lambda: (torch.no_grad(), torch.enable_grad())))",
]


def _host(v: object) -> bool:
    """Whether a function, class or module of the host is (in) a value."""
    if isinstance(v, (tuple, list)):
        return any(_host(x) for x in v)
    if isinstance(v, dict):
        return any(_host(x) for x in v.values())
    return isinstance(v, (FunctionType, BuiltinFunctionType, MethodType, ModuleType, type))


@pytest.mark.parametrize("text", HANDED)
def test_programs_are_handed_values_only(text: str) -> None:
    session = Session(sink=lambda s: None, limits=Limits(timeout=5))
    session.run(BEFORE + SEEN)
    session.run(text)
    (result,) = [r for r in session.run("seen") if r.is_expression]
    assert result.value
    for v in result.value:
        assert not _host(v), (text, v)


def test_what_comes_out_is_of_the_language() -> None:
    (result,) = [
        r
        for r in Session(sink=lambda s: None).run("import torch\n[torch.func.grad(torch.sin), torch.func.vjp(torch.sin, torch.ones(2))[1]]")
        if r.is_expression
    ]
    assert all(isinstance(v, Value) and not isinstance(v, Tensor) for v in result.value)


@pytest.mark.parametrize("kind", ["G.saved_tensors_hooks(lambda t: t, lambda t: t)", "Mine(lambda t: t, lambda t: t)", "G.save_on_cpu()"])
def test_hooks_end_with_their_block(kind: str) -> None:
    """Also where a bound ends the program inside it."""
    session = Session(sink=lambda s: None, limits=Limits(steps=2000))
    session.run("import torch\nG = torch.autograd.graph\nclass Mine(G.saved_tensors_hooks): pass")
    for text in ("1 / 0", "while True: pass", "x = 1"):
        try:
            session.run(f"with {kind}:\n    {text}")
        except LangError as error:
            assert error.diagnostic.kind != "internal"
        assert state.hooks is None


def test_typename_of_classes() -> None:
    shown: list[str] = []
    names = "torch.nn.Parameter, torch.nn.Linear, torch.nn.Linear(1, 1), torch.ones(1).sum, torch.float32"
    Session(sink=shown.append).run(f"import torch\nprint([torch.typename(v) for v in ({names})])")
    linear = "'torch.nn.modules.linear.Linear'"
    assert "".join(shown).strip() == f"['torch.nn.parameter.Parameter', {linear}, {linear}, 'Tensor.sum', 'torch.dtype']"
