"""Conjugates and negatives not computed yet: the bits of a view, and how what reads or writes its memory carries them out.

``x.conj()`` is a view with a bit set, and so is the imaginary part of one (negative). Views of such a view keep its bits; whatever computes gets the
values from here. Nothing of this is loaded, or asked about, before the first such view is made: ``switch_on`` then tells the door.
"""

from __future__ import annotations

from . import apply as door
from .backends import backend_of
from .tensors import CELLS, Tensor, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CONJ, NEG = 1, 2


def switch_on() -> None:
    """From now on the door asks operands for their bits."""
    door.pending = _THIS


def bits_of(t: Any) -> int:
    """The bits of a tensor; 0 for anything else."""
    if not isinstance(t, Tensor):
        return 0
    e = t._ext
    return 0 if e is None else e.bits


def carried_out(data: Any, bits: int) -> Any:
    """The values that memory stands for under these bits (or the memory that stands for such values: the same)."""
    if type(data) in CELLS:
        if bits & CONJ:
            data = data.conjugate()
        return -data if bits & NEG else data
    b = backend_of(data)
    if b.name == "meta":
        return data
    token = b.guard()
    try:
        if bits & CONJ:
            data = b.xp.conjugate(data)
        return b.xp.negative(data) if bits & NEG else data
    finally:
        b.unguard(token)


def value_of(t: Tensor) -> Any:
    """A tensor's data with its bits carried out: memory of its own where it has any."""
    bits = bits_of(t)
    return carried_out(t._data, bits) if bits else t._data


def settled(values: list[Any]) -> list[Any]:
    """The operands of a computation with all bits carried out (only their data and dtypes count: the graph is the caller's)."""
    out = values
    for i, v in enumerate(values):
        if bits_of(v):
            new: Any = make(value_of(v), v._dtype)
        elif type(v) is tuple and any(bits_of(x) for x in v):
            new = tuple([make(value_of(x), x._dtype) if bits_of(x) else x for x in v])
        else:
            continue
        if out is values:
            out = list(values)
        out[i] = new
    return out


def to_memory(t: Tensor, value: Any) -> Any:
    """What to write into t's memory for its elements to become ``value``."""
    bits = bits_of(t)
    if not bits:
        return value
    return carried_out(complex(value) if bits & CONJ and type(value) in CELLS else value, bits)


import sys  # noqa: E402

_THIS = sys.modules[__name__]
