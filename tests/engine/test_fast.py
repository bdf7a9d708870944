"""The operators' fast path gives what apply() gives: values, dtypes, nodes, gradients, saved versions, errors."""

from __future__ import annotations

import itertools
import math

import pytest

import tcalc.engine as tc
from tcalc.engine import apply as door
from tcalc.engine import graph
from tcalc.engine.backends import by_name, scalar
from tcalc.engine.registry import METHODS, OPS
from tcalc.engine.tensors import make

PLAIN = sorted(name for name, o in OPS.items() if o.plain)
BINARY = {"add": "__add__", "sub": "__sub__", "mul": "__mul__", "div": "__truediv__", "pow": "__pow__"}
VALUES = (0.0, -0.0, 1.5, -2.25, 3.0, math.inf, -math.inf, math.nan)


def same(a, b):
    """Equal numbers, nan with nan, zeros with their sign."""
    return (a != a and b != b) or (a == b and math.copysign(1, a) == math.copysign(1, b))


def defaults(o):
    """Values of an op's further parameters at their defaults."""
    return [p.default for p in o.schema.params[len(o.schema.tpos) :]]


@pytest.mark.parametrize("name", PLAIN)
def test_plain_is_the_kernel(name):
    """``plain`` names the function of xp that the kernel is when everything else is at its default."""
    o = OPS[name]
    arity = len(o.schema.tpos)
    for args in itertools.product(VALUES, repeat=arity):
        assert same(getattr(scalar.XP, o.plain)(*args), o.kernel(scalar.XP, *args, *defaults(o))), (name, args)
    cpu = by_name("cpu")
    import numpy as np

    token = cpu.guard()
    a = [np.linspace(0.5, 2.5, 5, dtype=np.float32)] * arity
    np.testing.assert_array_equal(getattr(cpu.xp, o.plain)(*a), o.kernel(cpu.xp, *a, *defaults(o)))
    cpu.unguard(token)


def operands(shape):
    """Tensors that take different ways through the fast path: plain, leaf, computed, written to, a view, another dtype; and numbers."""
    base = tc.full(shape, 1.25)
    leaf = tc.full(shape, 0.75, requires_grad=True)
    written = tc.full(shape, 2.0, requires_grad=True)
    with tc.no_grad():
        written.mul_(1.5)
    view = tc.full((2, *shape), 1.75, requires_grad=True)[1]
    double = tc.full(shape, 1.1, dtype=tc.float64, requires_grad=True)
    return {
        "plain": base,
        "leaf": leaf,
        "computed": leaf * 2,
        "written": written,
        "view": view,
        "double": double,
        "int": tc.full(shape, 3),
        "part": tc.stack([leaf, leaf]).unbind(0)[1],
        "number": 2.5,
        "whole": 3,
    }


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (1, 3)])
@pytest.mark.parametrize("name", sorted(BINARY))
def test_binary_equals_apply(name, shape):
    o = OPS[name]
    ways = operands(shape)
    for (an, a), (bn, b) in itertools.product(ways.items(), repeat=2):
        if not isinstance(a, tc.Tensor):
            continue
        values = [a, b, *defaults(o)]
        want = door.apply(o, values)
        got = getattr(tc.Tensor, BINARY[name])(a, b)
        where = (name, shape, an, bn)
        assert got.dtype is want.dtype and got.shape == want.shape and got.stride() == want.stride(), where
        assert tc.equal(got.detach(), want.detach()), where
        assert (got.grad_fn is None) == (want.grad_fn is None), where
        if want.grad_fn is None:
            continue
        assert got.grad_fn.kind == want.grad_fn.kind, where
        assert got.grad_fn.parents == want.grad_fn.parents and got.grad_fn.nrs == want.grad_fn.nrs, where
        assert got.grad_fn.versions == want.grad_fn.versions, where
        assert (got.grad_fn.shape, got.grad_fn.dtype) == (want.grad_fn.shape, want.grad_fn.dtype), where
        leaves = [t for t in (a, b) if isinstance(t, tc.Tensor) and t.requires_grad]
        mine = graph.grad(got, leaves, tc.ones_like(got), retain_graph=True)
        theirs = graph.grad(want, leaves, tc.ones_like(want), create_graph=True)
        for x, y in zip(mine, theirs, strict=True):
            assert x.dtype is y.dtype and tc.allclose(x, y.detach(), rtol=1e-6), where


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
@pytest.mark.parametrize("name", ["exp", "log", "sin", "tanh", "sqrt", "sigmoid", "relu", "neg", "abs"])
def test_unary_equals_apply(name, shape):
    o = OPS[name]
    for way, a in operands(shape).items():
        if not isinstance(a, tc.Tensor):
            continue
        want, got = door.apply(o, [a, *defaults(o)]), METHODS[name](a)
        assert got.dtype is want.dtype and got.stride() == want.stride() and tc.equal(got.detach(), want.detach()), (name, way)
        if want.grad_fn is not None:
            assert got.grad_fn.kind == want.grad_fn.kind and got.grad_fn.parents == want.grad_fn.parents
            assert got.grad_fn.versions == want.grad_fn.versions


def test_under_no_grad_nothing_is_recorded():
    x = tc.tensor(2.0, requires_grad=True)
    v = tc.ones(3, requires_grad=True)
    with tc.no_grad():
        assert not (x * 2).requires_grad and not (v * v).requires_grad and not v.sin().requires_grad
    assert (x * 2).requires_grad and graph.unusual[0] == 0


def test_an_outer_product_is_no_fast_path():
    """Equal counts and ranks are not equal shapes."""
    a, b = tc.ones(1, 6), tc.ones(6, 1)
    assert (a * b).shape == (6, 6)
    with pytest.raises(RuntimeError, match="must match the size"):
        tc.ones(2, 3) + tc.ones(3, 2)


def test_constants_are_rounded_to_the_dtype():
    x = tc.ones(3, requires_grad=True)
    y = x * 0.1
    y.sum().backward()
    assert x.grad.tolist() == [0.10000000149011612] * 3
    assert (make(1.0, tc.float32) * 0.1).item() == 0.10000000149011612


def test_a_number_saved_by_the_fast_path_differentiates_again():
    x = tc.ones(3, requires_grad=True)
    (g,) = graph.grad(((x * 3) ** 2).sum(), x, create_graph=True)
    g.sum().backward()
    assert x.grad.tolist() == [18.0] * 3
