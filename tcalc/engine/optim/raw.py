"""A quick way for the optimizers' rules on the CPU: an array with the methods of Tensor that rules call, none of which records or checks anything.

A rule is written once, in Tensor's methods (rules.py). Where a parameter is a plain array of the CPU, the same rule runs on these.
"""

from __future__ import annotations

import sys

from ..tensors import Tensor, make, storage_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FLOATS = ("float32", "float64")


class Raw:
    """An array under the names of Tensor's methods."""

    __slots__ = ("a",)

    def __init__(self, a: Any) -> None:
        self.a = a

    def add(self, other: Raw, *, alpha: float = 1) -> Raw:
        """self + alpha * other"""
        return Raw(self.a + other.a * alpha)

    def add_(self, other: Any, *, alpha: float = 1) -> Raw:
        """self += alpha * other"""
        b = other.a if type(other) is Raw else other
        self.a += b if alpha == 1 else b * alpha
        return self

    def mul_(self, other: Any) -> Raw:
        """self *= other"""
        self.a *= other.a if type(other) is Raw else other
        return self

    def lerp_(self, end: Raw, weight: float) -> Raw:
        """self towards end by weight, from the nearer side"""
        away = end.a - self.a
        if weight < 0.5:
            self.a += away * weight
        else:
            away *= 1 - weight
            self.a[...] = end.a - away
        return self

    def addcmul_(self, x: Raw, y: Raw, *, value: float = 1) -> Raw:
        """self += value * x * y"""
        self.a += x.a * y.a if value == 1 else x.a * value * y.a
        return self

    def addcmul(self, x: Raw, y: Raw, *, value: float = 1) -> Raw:
        """self + value * x * y"""
        return Raw(self.a.copy()).addcmul_(x, y, value=value)

    def addcdiv_(self, x: Raw, y: Raw, *, value: float = 1) -> Raw:
        """self += value * x / y"""
        self.a += x.a / y.a if value == 1 else x.a * value / y.a
        return self

    def sqrt(self) -> Raw:
        """The square root of each element."""
        return Raw(_numpy().sqrt(self.a))

    def sqrt_(self) -> Raw:
        """The square root of each element, in place."""
        _numpy().sqrt(self.a, out=self.a)
        return self

    def detach(self) -> Raw:
        """Itself."""
        return self

    def clone(self) -> Raw:
        """A copy."""
        return Raw(self.a.copy())

    def __neg__(self) -> Raw:
        return Raw(-self.a)

    def __truediv__(self, number: float) -> Raw:
        return Raw(self.a / number)


class RawState(dict):  # type: ignore[type-arg]
    """A parameter's state whose tensors are handed out as Raw; what is put in becomes a tensor of the state itself."""

    __slots__ = ("dtype", "state")

    def __init__(self, state: dict[str, Any], dtype: Any) -> None:
        super().__init__()
        self.state = state
        self.dtype = dtype

    def __getitem__(self, name: str) -> Any:
        t = self.state[name]
        return t if name == "step" else Raw(t._data)

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, or the default."""
        return self[name] if name in self.state else default

    def __setitem__(self, name: str, value: Any) -> None:
        self.state[name] = make(value.a, self.dtype) if type(value) is Raw else value


def _numpy() -> Any:
    return sys.modules["numpy"]


def fits(p: Tensor, grad: Tensor, state: dict[str, Any]) -> bool:
    """Whether parameter, gradient and state are plain arrays of the CPU in one floating dtype."""
    a, g = p._data, grad._data
    e = p._ext
    if type(a).__module__ != "numpy" or type(g) is not type(a) or (e is not None and e.view is not None):
        return False
    if p._dtype is not grad._dtype or p._dtype.name not in _FLOATS or a.shape != g.shape or not a.flags.writeable or not a.ndim:
        return False
    return all(
        name == "step" or (isinstance(t, Tensor) and type(t._data) is type(a) and t._data.shape == a.shape and t._dtype is p._dtype)
        for name, t in state.items()
    )


def wrote(p: Tensor, name: str, where: Any) -> None:
    """Count the write, so that a graph that saved the parameter learns of it."""
    storage_of(p).wrote(name, where)
