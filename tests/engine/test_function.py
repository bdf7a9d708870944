"""autograd.Function, hooks on saved tensors, anomaly mode, forward mode: what the programs of tests/oracle cannot print.

Values, texts and errors are compared with PyTorch in the programs autograd_function, autograd_gradcheck and autograd_products.
"""

from __future__ import annotations

import gc
import warnings
import weakref
from typing import Any

import pytest

import tcalc as torch

Function = torch.autograd.Function
hooks = torch.autograd.graph


class Exp(Function):
    """Saves its output."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        out = x.exp()
        ctx.save_for_backward(out)
        return out

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (out,) = ctx.saved_tensors
        return g * out


class Mul(Function):
    """Saves its inputs."""

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        a, b = ctx.saved_tensors
        return g * b, g * a


def leaf(*values: float) -> Any:
    return torch.tensor(list(values), dtype=torch.float64, requires_grad=True)


def test_derivatives_of_all_orders() -> None:
    x, y = leaf(0.5, 1.0), leaf(2.0, -1.0)
    assert torch.autograd.gradcheck(Exp.apply, (x,), check_batched_grad=True)
    assert torch.autograd.gradgradcheck(Exp.apply, (x,), check_batched_grad=True)
    assert torch.autograd.gradgradcheck(Mul.apply, (x, y))
    (g,) = torch.autograd.grad(Exp.apply(x).sum(), x, create_graph=True)
    (h,) = torch.autograd.grad(g.sum(), x, create_graph=True)
    assert torch.allclose(torch.autograd.grad(h.sum(), x)[0], x.detach().exp())


def test_a_call_is_freed_by_reference_count() -> None:
    gc.collect()
    gc.disable()
    try:
        x = leaf(1.0, 2.0)
        y = Exp.apply(x)
        z = Mul.apply(y, y)
        dead = [weakref.ref(t) for t in (x, y, z)]
        z.sum().backward()
        del x, y, z
        assert [r() for r in dead] == [None] * 3
    finally:
        gc.enable()


def test_freed_after_backward() -> None:
    x = leaf(1.0)
    y = Exp.apply(x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
        y.backward()


def test_a_saved_input_that_was_written_to() -> None:
    x = leaf(1.0) * 1
    y = Mul.apply(x, x)
    x.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_the_node_is_the_context() -> None:
    x = leaf(1.0)
    y = Exp.apply(x)
    assert y.grad_fn.name() == "ExpBackward"
    assert repr(y.grad_fn).startswith("<torch.autograd.function.ExpBackward object at 0x")
    assert torch.equal(y.grad_fn.saved_tensors[0], y)
    assert repr(y).endswith("grad_fn=<ExpBackward>)")
    with pytest.raises(AttributeError):
        _ = y.grad_fn.nothing


def test_hooks_and_mixing_with_ops() -> None:
    x = leaf(1.0, 2.0)
    seen = []
    h = Exp.apply(x * 2)
    h.register_hook(lambda g: seen.append(g.clone()) or g * 10)
    (h * 3).sum().backward()
    assert torch.equal(seen[0], torch.full((2,), 3.0, dtype=torch.float64))
    assert torch.allclose(x.grad, 60 * (2 * x.detach()).exp())


# -- hooks on saved tensors -----------------------------------------------------------------------------------------------------------


def test_saved_tensors_are_counted() -> None:
    """What a graph keeps, measured by a hook: the bytes of each saved tensor."""
    kept: list[int] = []
    with hooks.saved_tensors_hooks(lambda t: kept.append(t.nbytes) or t, lambda t: t):
        x = torch.ones(4, requires_grad=True)
        y = (x.exp() * x).sum()
    assert sorted(kept) == [16, 16, 16]
    y.backward()
    assert torch.allclose(x.grad, torch.full((4,), 2 * torch.e))


@pytest.mark.parametrize("pack", [lambda t: t, lambda t: t.detach().clone(), lambda t: t.detach().tolist()])
def test_packing_keeps_derivatives(pack: Any) -> None:
    def unpack(v: Any) -> Any:
        return torch.tensor(v, dtype=torch.float64) if isinstance(v, (list, float)) else v

    x = leaf(0.3, 0.7)
    f = lambda v: (v.sin() * v.exp()).cumsum(0).softmax(0)
    (plain,) = torch.autograd.grad(f(x)[0], x, create_graph=True)
    expected = torch.autograd.grad(plain.sum(), x)[0]
    with hooks.saved_tensors_hooks(pack, unpack):
        (g,) = torch.autograd.grad(f(x)[0], x, create_graph=True)
    assert torch.allclose(g, plain)
    assert torch.allclose(torch.autograd.grad(g.sum(), x)[0], expected)


def test_packing_holds_no_cycle() -> None:
    gc.collect()
    gc.disable()
    try:
        with hooks.saved_tensors_hooks(lambda t: t, lambda t: t):
            x = leaf(1.0)
            y = x.exp()
        dead = weakref.ref(y)
        del y
        assert dead() is None
    finally:
        gc.enable()


def test_hooks_end_with_their_block() -> None:
    calls: list[int] = []
    with hooks.saved_tensors_hooks(lambda t: calls.append(1) or t, lambda t: t), hooks.saved_tensors_hooks(lambda t: calls.append(2) or t, lambda t: t):
        leaf(1.0).exp()
    leaf(1.0).exp()
    assert calls == [2]
    with hooks.disable_saved_tensors_hooks("not here"), pytest.raises(RuntimeError, match="not here"):
        hooks.saved_tensors_hooks(lambda t: t, lambda t: t).__enter__()


def test_gradients_of_several_tensors() -> None:
    x, y = leaf(1.0), leaf(2.0)
    c = x * y
    seen: list[Any] = []
    handle = hooks.register_multi_grad_hook((x, y, c), seen.append)
    (c + x).sum().backward()
    assert [g.item() for g in seen[0]] == [3.0, 1.0, 1.0]
    x.sum().backward()
    assert [g if g is None else g.item() for g in seen[1]] == [1.0, None, None]
    handle.remove()
    x.sum().backward()
    assert len(seen) == 2
    first: list[Any] = []
    hooks.register_multi_grad_hook((x, y), first.append, mode="any")
    (x * y).sum().backward()
    assert len(first) == 1


def test_edges() -> None:
    x = leaf(2.0)
    y = x * x
    edge = hooks.get_gradient_edge(y)
    assert edge.node is y.grad_fn
    assert edge.output_nr == 0
    assert hooks.get_gradient_edge(x).node.variable is x
    assert torch.autograd.grad(y, edge, torch.ones(1, dtype=torch.float64), retain_graph=True)[0].tolist() == [1.0]
    assert torch.autograd.grad(edge, x, torch.ones(1, dtype=torch.float64))[0].tolist() == [4.0]
    with pytest.raises(RuntimeError, match="does not require gradient"):
        hooks.get_gradient_edge(torch.ones(1))


# -- anomaly mode ---------------------------------------------------------------------------------------------------------------------


def test_anomaly_mode_names_the_forward_line() -> None:
    x = torch.tensor(0.0, requires_grad=True)
    with warnings.catch_warnings(record=True) as said, torch.autograd.set_detect_anomaly(True):
        warnings.simplefilter("always")
        y = torch.sqrt(x) * 0  # the line
        with pytest.raises(RuntimeError, match=r"^Function 'SqrtBackward0' returned nan values in its 0th output\.$"):
            y.backward()
    text = str(said[0].message)
    assert text.startswith("Error detected in SqrtBackward0. Traceback of forward call that caused the error:\n")
    assert "y = torch.sqrt(x) * 0  # the line" in text
    assert "tcalc/engine" not in text
    assert not torch.is_anomaly_enabled()


def test_anomaly_mode_without_nan_check() -> None:
    x = torch.tensor(0.0, requires_grad=True)
    with torch.autograd.set_detect_anomaly(True, check_nan=False):
        assert not torch.is_anomaly_check_nan_enabled()
        (torch.sqrt(x) * 0).backward()
    assert x.grad.isnan()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with torch.autograd.detect_anomaly():
            assert torch.is_anomaly_enabled()
    assert str(said[0].message).startswith("Anomaly Detection has been enabled.")


# -- modes ----------------------------------------------------------------------------------------------------------------------------


def test_forward_mode() -> None:
    fw = torch.autograd.forward_ad
    with fw.dual_level():
        x = fw.make_dual(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 0.0]))
        y = x.sin() * x.sum()
        primal, tangent = fw.unpack_dual(y)
    expected = torch.func.jvp(lambda v: v.sin() * v.sum(), (torch.tensor([1.0, 2.0]),), (torch.tensor([1.0, 0.0]),))
    assert torch.allclose(primal, expected[0])
    assert torch.allclose(tangent, expected[1])
    with pytest.raises(RuntimeError, match="no level exists"):
        fw.make_dual(torch.ones(1), torch.ones(1))


def test_inference_mode() -> None:
    w = torch.ones(2, requires_grad=True)
    with torch.inference_mode():
        x = torch.ones(2)
        y = x * 2 + 1
        assert x.is_inference()
        assert y.is_inference()
        assert not w.is_inference()
        assert torch.ones(2)[0].is_inference()
    with pytest.raises(RuntimeError, match="Inplace update to inference tensor outside InferenceMode"):
        x.add_(1)
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward"):
        w * y
    with pytest.raises(RuntimeError, match="Setting requires_grad=True on inference tensor"):
        y.requires_grad_()
    assert (w + y).requires_grad
    assert not y.clone().is_inference()


def test_modes_around_generators() -> None:
    w = torch.ones(1, requires_grad=True)

    @torch.no_grad()
    def rows() -> Any:
        for _ in range(2):
            yield (w * 2).requires_grad

    for inside in rows():
        assert not inside
        assert (w * 2).requires_grad  # between two of its steps the caller's mode holds
