"""Fast paths of the operators: the same results as apply() for the commonest operands, at a fraction of its cost.

Python cells, and small arrays of one floating dtype and shape. What a rule saves is read off the op's plan, so nothing about an op is written
twice; everything else, and whatever does not fit on the way, goes through apply().
"""

from __future__ import annotations

import _operator as operator

from .backends import scalar
from .dtypes import float32, float64
from .graph import LEAF, Node, next_number, places, state, untracked
from .graph import unusual as _unusual
from .registry import Op, Plan
from .tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_new = object.__new__
_XP = scalar.XP
_f32 = memoryview(bytearray(4)).cast("f")  # rounds a Python float to float32; see dtypes
_SMALL = 1 << 16  # bytes: beyond it apply's few microseconds do not show


class _NoArray:
    """Stands for numpy.ndarray until NumPy is there."""


_ndarray: Any = _NoArray
_array_xp: Any = None
_silence: Any = None
_QUIET: Any = None
_loud: Any = None


def know_arrays(kind: type, xp: Any, silence: Any, quiet: Any, loud: Any) -> None:
    """The cpu backend tells what an array is, once NumPy is imported."""
    global _ndarray, _array_xp, _silence, _QUIET, _loud
    _ndarray, _array_xp, _silence, _QUIET, _loud = kind, xp, silence, quiet, loud


class _Recipe:
    """How a node of one op and mask is filled from (input, other, out): the plan, and what it saves of them."""

    __slots__ = ("codes", "constant", "kind", "plan")

    NOTHING, OTHER, INPUT, BOTH, OUT, MIXED, NOT_HERE = range(7)

    def __init__(self, plan: Plan, defaults: dict[str, Any]) -> None:
        self.plan = plan
        self.constant: tuple[Any, ...] = ()
        codes: list[int] = []
        for name in plan.names:
            if name == "input":
                codes.append(0)
            elif name in ("other", "exponent"):
                codes.append(1)
            elif name in plan.outs:
                codes.append(2)
            elif name in defaults:
                codes.append(3 + list(defaults).index(name))
            else:
                codes.append(-1)
        self.codes = tuple(codes)
        if -1 in codes:
            self.kind = self.NOT_HERE
        elif all(c > 2 for c in codes):
            self.kind = self.NOTHING
            self.constant = tuple([list(defaults.values())[c - 3] for c in codes])
        else:
            self.kind = {(1,): self.OTHER, (0,): self.INPUT, (0, 1): self.BOTH, (2,): self.OUT}.get(self.codes, self.MIXED)

    def versions(self, first: int, second: int) -> tuple[int, ...] | None:
        """Storage versions of what is saved; None when all are 0."""
        found = tuple([first if c == 0 else second if c == 1 else 0 for c in self.codes])
        return found if any(found) else None


_SAME = (operator.add, operator.sub, operator.mul)  # cells' functions that do for arrays as they are


def fast_unary(o: Op, slow: Callable[..., Any]) -> Callable[..., Any]:
    """A method of one tensor for a pointwise op with no other required parameter."""
    kernel = o.kernel
    cell: Any = getattr(_XP, o.plain) if o.plain else None
    bare = getattr(cell, "bare", cell)
    on_arrays: Any = None
    recipe: Any = None

    def method(self: Any, *args: Any) -> Any:  # no keywords: those alone cost a tenth of the call
        nonlocal recipe, on_arrays
        if args or type(self) is not Tensor:
            return slow(self, *args)
        d = self._dtype
        x = self._data
        e = self._ext
        n0 = self._node
        if e is not None and (e.view is not None or e.out):
            return slow(self)
        if type(x) is float:
            if bare is not None:
                try:
                    v = bare(x)
                except (ValueError, ArithmeticError):
                    v = cell(x)
            else:
                try:
                    v = kernel(_XP, x)
                except scalar.Unsupported:
                    return slow(self)
            if type(v) is not float:
                return slow(self)
            if d is float32:
                _f32[0] = v
                v = _f32[0]
            elif d is not float64:
                return slow(self)
            shape: Any = ()
        elif type(x) is _ndarray and (d is float32 or d is float64) and 0 < x.nbytes <= _SMALL and x.ndim and (x.ndim == 1 or x.flags.c_contiguous):
            token = _silence(_QUIET)
            if cell is not None:
                if on_arrays is None:
                    on_arrays = getattr(_array_xp, o.plain)
                v = on_arrays(x)
                _loud(token)
            else:
                v = kernel(_array_xp, x)
                _loud(token)
                if v.dtype != x.dtype:
                    return slow(self)
            shape = n0.shape if type(n0) is Node else v.shape
        else:
            return slow(self)
        t = _new(Tensor)
        t._data = v
        t._dtype = d
        t._ext = None
        if n0 is None:
            if _unusual[0] and state.inference:
                return slow(self)
            t._node = None
            return t
        if _unusual[0]:
            return t if untracked(t) else slow(self)
        if recipe is None:
            recipe = _Recipe(o.plan_for(1), {})
        kind = recipe.kind
        if kind == 6:
            return slow(self)
        t._node = n = Node()
        n.plan = recipe.plan
        n.parents = (self if n0 is LEAF else n0,)
        n.shape = shape
        n.dtype = d
        n.seq = next_number()
        n.where = state.where if places[0] else None
        n.rare = None
        if kind == 2:
            n.saved = (self,)
            if e is not None and e.storage is not None and e.storage.version:
                n.versions = (e.storage.version,)
        elif kind == 4:
            n.saved = (v,)
        elif kind == 0:
            n.saved = recipe.constant
        else:
            n.saved = tuple([self if c == 0 else v for c in recipe.codes])
            if e is not None and e.storage is not None and e.storage.version:
                n.versions = recipe.versions(e.storage.version, 0)
        return t

    return method


def fast_binary(o: Op, slow: Callable[[Any, Any], Any], defaults: dict[str, Any] | None = None) -> Callable[[Any, Any], Any]:
    """An operator of two operands for a pointwise op that is one function of xp; ``defaults`` are the values of its further parameters."""
    cell = getattr(_XP, o.plain)
    bare = getattr(cell, "bare", cell)
    single = o.single or bare
    on_arrays: Any = cell if cell in _SAME else None  # Python's own operator is quicker than the ufunc of the same name
    fill = defaults or {}
    rest = tuple(fill.values())
    named = callable(o.node)  # the node's name may depend on the arguments, and a rule on the number's type
    recipes: list[Any] = [None, None, None, None]  # by which operands need gradients: the first 1, the second 2

    def recipe_of(mask: int) -> _Recipe:
        made = recipes[mask] = _Recipe(o.plan_for(mask), fill)
        return made

    def operator(self: Any, other: Any) -> Any:
        nonlocal on_arrays
        if type(self) is not Tensor:
            return slow(self, other)
        x = self._data
        d = self._dtype
        na = self._node
        ea = self._ext
        if ea is not None and (ea.view is not None or ea.out):
            return slow(self, other)
        if type(other) is Tensor:
            number = False
            y = other._data
            nb = other._node
            eb = other._ext
            if other._dtype is not d or (eb is not None and (eb.view is not None or eb.out)):
                return slow(self, other)
        else:
            number = True
            nb = eb = None
            y = other
            if type(y) is not float:
                if type(y) is not int or not -9007199254740992 <= y <= 9007199254740992:
                    return slow(self, other)
                y = float(y)
            if d is float32:
                _f32[0] = y
                y = _f32[0]
        if type(x) is float and type(y) is float:
            try:
                v = single(x, y) if d is float32 else bare(x, y)
            except (ValueError, ArithmeticError):
                v = cell(x, y)
            if type(v) is not float:
                return slow(self, other)
            if d is float32:
                _f32[0] = v
                v = _f32[0]
            elif d is not float64:
                return slow(self, other)
            shape: Any = ()
        elif type(x) is _ndarray and (d is float32 or d is float64) and 0 < x.nbytes <= _SMALL:
            shape = x.shape
            if number:
                if len(shape) != 1 and not (shape and x.flags.c_contiguous):
                    return slow(self, other)
                if not named:  # a 0-d array: NumPy takes twice as long over a Python number
                    found = _constants.get((y, d))
                    y = _constant(y, d, x.dtype) if found is None else found
            elif type(y) is not _ndarray or y.shape != shape or (len(shape) != 1 and not (shape and x.flags.c_contiguous and y.flags.c_contiguous)):
                return slow(self, other)
            token = _silence(_QUIET)
            if on_arrays is None:
                on_arrays = getattr(_array_xp, o.plain)
            v = on_arrays(x, y)
            _loud(token)
            if type(na) is Node:
                shape = na.shape  # the same tuple along a chain: backward sees at once that nothing was broadcast
        else:
            return slow(self, other)
        t = _new(Tensor)
        t._data = v
        t._dtype = d
        t._ext = None
        if na is None and nb is None:
            if _unusual[0] and state.inference:
                return slow(self, other)
            t._node = None
            return t
        if _unusual[0]:
            return t if untracked(t) else slow(self, other)
        mask = 1 if nb is None else 2 if na is None else 3
        recipe = recipes[mask] or recipe_of(mask)
        kind = recipe.kind
        if kind == 6:
            return slow(self, other)
        t._node = n = Node()
        n.plan = recipe.plan
        n.parents = (self if na is LEAF else na, other if nb is LEAF else nb)
        n.shape = shape
        n.dtype = d
        n.seq = next_number()
        n.where = state.where if places[0] else None
        n.rare = None
        if kind == 1:
            n.saved = (y,) if number else (other,)
        elif kind == 0:
            n.saved = (*recipe.constant, y) if number else recipe.constant  # no rule reads the number; Node.args finds it there
        elif kind == 3:
            n.saved = (self, y if number else other)
        elif kind == 2:
            n.saved = (self,)
        else:
            pool = (self, y if number else other, v, *rest)
            n.saved = tuple([pool[c] for c in recipe.codes])
        if named and number:
            n.args = {"other": y}
        if ea is not None or eb is not None:
            if (ea is not None and ea.why == "inference") or (eb is not None and eb.why == "inference"):
                return slow(self, other)
            va = 0 if ea is None or ea.storage is None else ea.storage.version
            vb = 0 if eb is None or eb.storage is None else eb.storage.version
            if va or vb:
                n.versions = recipe.versions(va, vb)
        return t

    return operator


_constants: dict[tuple[float, Any], Any] = {}


def _constant(value: float, d: Any, kind: Any) -> Any:
    """A number as a 0-d array of a dtype; the last few hundred are kept (nobody writes to them)."""
    found = _constants.get((value, d))
    if found is None:
        if len(_constants) > 500:
            _constants.clear()
        found = _ndarray((), kind)
        found[()] = value
        if value == value and value != 0:  # nan is no key, and 0.0 == -0.0
            _constants[value, d] = found
    return found
