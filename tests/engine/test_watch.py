"""watching(): every op is seen once, results are the same, and nothing of it stays behind."""

from __future__ import annotations

import threading

import pytest

from tcalc.engine import apply, fast
from tcalc.engine.registry import METHODS, NAMESPACES
from tcalc.engine.tensors import Tensor
from tcalc.engine.watch import watching

T = NAMESPACES["torch"]
PROGRAMS = {
    "fast operators": (lambda x: x * 2 + x - 1.5, ["mul", "add", "sub"]),
    "fast methods": (lambda x: x.exp().tanh(), ["exp", "tanh"]),
    "0-d numbers": (lambda x: T["tensor"](2.0) * T["tensor"](3.0), ["mul"]),
    "views": (lambda x: x.t()[0], ["t", "select"]),
    "in place": (lambda x: x.clone().add_(1), ["add"]),
    "a product": (lambda x: x @ x.t(), ["t", "mm"]),
    "a reduction": (lambda x: x.sum(dim=0).mean(), ["sum.dim", "mean"]),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_op_is_seen_and_the_result_is_the_same(name: str) -> None:
    run, wanted = PROGRAMS[name]
    x = T["arange"](6.0).reshape(2, 3)
    before = run(x)
    seen: list[str] = []
    with watching(lambda op, values, result, depth: depth or seen.append(op.name)):
        during = run(x)
    assert seen == wanted
    assert during.tolist() == before.tolist() == run(x).tolist()
    assert during._dtype is before._dtype


def test_gradients_are_the_same() -> None:
    def grads() -> list[float]:
        x = T["tensor"]([1.0, 2.0], requires_grad=True)
        (x.exp() * x + 3).sum().backward()
        return x.grad.tolist()

    plain = grads()
    with watching(lambda *a: None):
        assert grads() == plain


def test_nothing_stays_behind_even_after_a_failure() -> None:
    doors, inplace = dict(apply._DOORS), apply.apply_inplace
    seen: list[str] = []
    with pytest.raises(RuntimeError), watching(lambda op, values, result, depth: seen.append(op.name)):
        with watching(lambda *a: None):
            T["ones"](2) + T["ones"](3)
    assert apply._DOORS == doors and apply.apply_inplace is inplace and fast.Tensor is Tensor  # type: ignore[attr-defined]
    METHODS["exp"](T["ones"](2))
    assert "exp" not in seen


def test_the_inner_watcher_sees_and_the_outer_goes_on() -> None:
    outer: list[str] = []
    inner: list[str] = []
    x = T["ones"](2)
    with watching(lambda op, values, result, depth: outer.append(op.name)):
        x.exp()
        with watching(lambda op, values, result, depth: inner.append(op.name)):
            x.tanh()
        x.sin()
    assert (outer, inner) == (["exp", "sin"], ["tanh"])


def test_a_clock_times_each_op() -> None:
    ticks = iter(range(100))
    seen: list[tuple[str, int]] = []
    with watching(lambda op, values, result, depth, seconds: seen.append((op.name, seconds)), lambda: next(ticks)):
        T["ones"](2).exp().tanh()
    assert seen == [("exp", 1), ("tanh", 1)]


def test_other_threads_are_not_seen() -> None:
    seen: list[str] = []
    x = T["ones"](2)
    with watching(lambda op, values, result, depth: seen.append(op.name)):
        other = threading.Thread(target=lambda: x.exp())
        other.start()
        other.join()
        x.tanh()
    assert seen == ["tanh"]
