"""NumPy arrays as values: conversion at the border, operators, and a short list of attributes and methods over real ndarrays.

The functions of `np` stand in stdlib_numpy.py. Both are imported when a program first touches an array, and no other module of lang
imports NumPy. Nothing here hands out raw memory, files, bytes or object arrays; what NumPy gets has been looked at (no value of the language
ends up inside an array), what it returns is of a listed type, and sizes are checked before it allocates.
"""

from __future__ import annotations

import math

import numpy as np

from ..engine import Tensor, graph, limits
from ..engine.dtypes import BY_NAME
from ..engine.errors import fail
from .values import Builtin, Callable_, Info, TypeValue, Value, call, iterate, no_attribute, tick, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

_FLOAT64 = BY_NAME["float64"]
_SMALL = 2048  # elements that need no look at the memory
_MAX_NESTED = 1 << 24  # numbers in nested lists
_MAX_TEXT = 1 << 12  # bytes of one element of an array of texts
_NUMBERS = frozenset({int, float, bool, complex})
_PASSED = frozenset({int, float, bool, complex, str, type(None), np.ndarray, type(Ellipsis)})
_KINDS = "biufcU"  # kinds of dtypes: numbers, and texts as np.array(['a', 'b']) has them


# -- to and from the host ---------------------------------------------------------------------------------------------------------


def check_size(shape: Any, op: str) -> None:
    """RuntimeError when a float64 array of this shape (or of so many elements) does not fit."""
    sizes = (shape,) if isinstance(shape, (int, np.integer)) else tuple([operator_index(n) for n in shape])
    if any(n < 0 for n in sizes):
        return  # NumPy says it
    limits.check(tuple([int(n) for n in sizes]), _FLOAT64, op)


def operator_index(v: Any) -> int:
    """v as an integer (a size); TypeError in NumPy's words."""
    if isinstance(v, (int, np.integer)):
        return int(v)
    fail(TypeError, f"'{type_name(v)}' object cannot be interpreted as an integer", kind="type")


def to_host(v: Any) -> Any:
    """A value as NumPy may see it; TypeError for the language's own values, which must not end up inside an array."""
    kind = type(v)
    if kind in _PASSED or isinstance(v, (np.generic, np.dtype)):
        return v
    if kind is list or isinstance(v, tuple):
        return _nested(v, 0, [0, 0])
    if isinstance(v, Tensor):
        return v.numpy() if v.dim() or v.requires_grad else v.item()
    if kind is slice:
        return slice(to_host(v.start), to_host(v.stop), to_host(v.step))
    if kind is TypeValue:
        if len(v.hosts) == 1 and (v.hosts[0] in (int, float, bool, complex, str) or issubclass(v.hosts[0], np.generic)):
            return v.hosts[0]
    elif kind is range:
        check_size(len(v), "array")
        return np.arange(v.start, v.stop, v.step)
    elif isinstance(v, Value) and kind.__name__ == "Deque":
        return _nested(list(iterate(v)), 0, [0, 0])
    elif issubclass(kind, (np.random.Generator, np.random.RandomState, np.finfo, np.iinfo)):
        return v
    hints = ["np.array(list(...)) makes an array of its values"] if hasattr(kind, "__iter__") and not isinstance(v, Value) else []
    fail(TypeError, f"a NumPy function takes numbers and arrays, not '{type_name(v)}'", kind="type", hints=hints)


def _nested(v: Any, depth: int, count: list[int]) -> Any:
    """A list or tuple, its values converted: bounded in depth and in how many values it stands for."""
    if depth > 64:
        fail(ValueError, "setting an array element with a sequence. The requested array would exceed the maximum number of dimension of 64.", kind="value")
    count[0] += len(v) + 1
    if count[0] > _MAX_NESTED:
        fail(
            MemoryError,
            f"a list of more than {_MAX_NESTED} values cannot become an array here",
            kind="memory",
            hints=["np.arange, np.full, np.tile make arrays"],
        )
    made = list if type(v) is list else tuple
    kinds = set(map(type, v))
    if kinds <= _NUMBERS:
        return v if type(v) is made else made(v)
    if str in kinds:
        _check_texts(v)
    if np.ndarray in kinds:
        count[1] += sum([x.size for x in v if type(x) is np.ndarray])
        if count[1] > _SMALL:
            check_size((count[1],), "array")  # joined, stacked or compared: they are copied together
    return made([x if type(x) in _PASSED else _nested(x, depth + 1, count) if isinstance(x, (list, tuple)) else to_host(x) for x in v])


def _check_texts(v: Any) -> None:
    longest = max(len(x) for x in v if type(x) is str)
    if longest * 4 > _MAX_TEXT:
        fail(ValueError, f"a text of {longest} characters is too long for an array; the limit is {_MAX_TEXT // 4}", kind="limit", hints=["a list holds texts"])
    check_size(len(v) * longest // 2, "array")


def from_host(v: Any) -> Any:
    """What NumPy returned, as a value: an array or scalar of numbers, a Python number or text, or several of those."""
    kind = type(v)
    if kind is np.ndarray:
        if v.dtype.kind not in _KINDS:
            _no_such_dtype(v.dtype)
        return v
    if kind in _PASSED:
        return v
    if kind is tuple or kind is list:
        return kind([from_host(x) for x in v])
    if isinstance(v, np.generic):
        if v.dtype.kind not in _KINDS:
            _no_such_dtype(v.dtype)
        return v
    if isinstance(v, (np.dtype, np.random.Generator, np.random.RandomState, np.finfo, np.iinfo, slice)):
        return v
    if isinstance(v, tuple):  # np.linalg's named results
        for x in v:
            from_host(x)
        return v
    fail(TypeError, f"a NumPy function gave a {kind.__name__}, which has no place here", kind="type")


def _no_such_dtype(d: Any) -> None:
    what = "objects" if d.kind == "O" else "bytes" if d.kind in "SV" else d.name
    fail(TypeError, f"arrays of {what} are not supported: an array holds numbers", kind="dtype")


def check_dtype(v: Any) -> Any:
    """A dtype argument (a dtype, a type, a name); TypeError for objects, records, bytes and dates."""
    if v is None:
        return v
    try:
        d = np.dtype(v)
    except TypeError as exc:
        fail(TypeError, str(exc), kind="dtype")
    if d.kind not in _KINDS or d.itemsize > _MAX_TEXT:
        _no_such_dtype(d)
    return v


def _looks_like_dtype(v: Any) -> None:
    """Refuse an argument that NumPy may take for a dtype of objects or bytes; other words ('ij', 'fro') pass."""
    if isinstance(v, type):
        if v not in _ABSTRACT:
            check_dtype(v)
        return
    if isinstance(v, str):
        try:
            v = np.dtype(v)
        except (TypeError, ValueError):
            return
    if isinstance(v, np.dtype) and (v.kind not in _KINDS or v.itemsize > _MAX_TEXT):
        _no_such_dtype(v)


class AxisError(ValueError, IndexError):
    """An axis that the array does not have."""


class LinAlgError(ValueError):
    """What np.linalg cannot do: invert a singular matrix."""


_ERRORS: dict[str, type[Exception]] = {"AxisError": AxisError, "LinAlgError": LinAlgError}


def run_host(name: str, host: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call NumPy with host values; its warnings name the program's line, its own exception classes become Python's."""
    import warnings

    where = graph.state.where
    try:
        if where is None:
            return from_host(host(*args, **kwargs))
        with warnings.catch_warnings(record=True) as caught:
            out = from_host(host(*args, **kwargs))
        for w in caught:
            warnings.warn_explicit(str(w.message), w.category, where.source_name, where.line, registry=graph._warned_at)
        return out
    except (TypeError, ValueError, AttributeError) as exc:  # AxisError and LinAlgError are ValueErrors
        if hasattr(exc, "facts"):
            raise
        cls: Any = _ERRORS.get(type(exc).__name__)
        if cls is None:
            cls = TypeError if isinstance(exc, TypeError) else ValueError if isinstance(exc, ValueError) else AttributeError
            if cls is type(exc):
                raise
        fail(cls, str(exc) or f"{name}(): cannot take this", kind="numpy", op=name)
    except AssertionError as exc:
        fail(AssertionError, str(exc), kind="assert", op=name)


def wrap(name: str, host: Callable[..., Any], guard: Callable[..., None] | None = None, module: str = "numpy") -> Builtin:
    """A NumPy function as a value of the language. ``guard`` gets the arguments and raises where the result would be too large."""

    def run(*args: Any, **kwargs: Any) -> Any:
        args = tuple([v if type(v) in _PASSED else to_host(v) for v in args])
        for v in args[1:]:
            if isinstance(v, (str, type, np.dtype)):
                _looks_like_dtype(v)
        if kwargs:
            kwargs = host_keywords(kwargs)
        if guard is not None:
            guard(*args, **kwargs)
        return run_host(name, host, args, kwargs)

    return Builtin(name, run, first_paragraphs(host), module)


def host_keywords(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments as NumPy may see them."""
    out = {}
    for name, v in kwargs.items():
        v = to_host(v)
        if name == "dtype":
            check_dtype(v)
        elif name == "out":
            if not (isinstance(v, np.ndarray) or v is None):
                fail(TypeError, "return arrays must be of ArrayType", kind="type")
        elif name in ("like", "subok", "buffer", "where") and (name != "where" or v is None):
            fail(TypeError, f"{name}= is not supported here", kind="signature")
        else:
            _looks_like_dtype(v)
        out[name] = v
    return out


def first_paragraphs(host: Any) -> str | None:
    """The head of NumPy's own documentation: its signature and summary."""
    doc = getattr(host, "__doc__", None)
    return doc.strip().split("\nParameters\n")[0].split("\n    Parameters\n")[0].strip() if doc else None


def to_tensor(v: Any) -> Any:
    """A tensor of an array (shared memory) or of a NumPy scalar (its dtype)."""
    from .. import engine

    if isinstance(v, np.ndarray):
        return engine.from_numpy(v)
    if isinstance(v, np.generic):
        return engine.from_numpy(np.asarray(v))
    fail(TypeError, f"expected an array, not '{type_name(v)}'", kind="type")


# -- sizes -------------------------------------------------------------------------------------------------------------------------


def shape_of(v: Any) -> tuple[int, ...]:
    """The shape of an array, a number or a nested list (by its first elements), without making an array of it."""
    if type(v) is np.ndarray:
        return v.shape  # type: ignore[no-any-return]
    if isinstance(v, (list, tuple)):
        return (len(v), *shape_of(v[0])) if v else (0,)
    return np.shape(v) if isinstance(v, np.generic) else ()


def size_of(v: Any) -> int:
    """How many elements there are in an array or a nested list."""
    if isinstance(v, (list, tuple)):
        return sum([size_of(x) for x in v]) if any(isinstance(x, (list, tuple, np.ndarray)) for x in v) else len(v)
    return v.size if isinstance(v, np.ndarray) else 1


def same_guard(op: str) -> Callable[..., None]:
    """For functions whose result is no larger than their first argument."""

    def guard(a: Any = 0, *args: Any, **kwargs: Any) -> None:
        if isinstance(a, np.ndarray) and a.size > _SMALL:
            check_size((a.size,), op)

    return guard


def broadcast_guard(op: str) -> Callable[..., None]:
    """For functions that broadcast their arguments against each other."""

    def guard(*args: Any, **kwargs: Any) -> None:
        arrays = [v for v in args if type(v) is np.ndarray or type(v) is list or type(v) is tuple]
        if not arrays:
            return
        if len(arrays) == 1:
            if type(arrays[0]) is np.ndarray and arrays[0].size > _SMALL:
                check_size((arrays[0].size,), op)
            return
        try:
            shape = np.broadcast_shapes(*[shape_of(v) for v in arrays])
        except ValueError:
            return  # NumPy says it with the shapes
        if math.prod(shape) > _SMALL:
            check_size(shape, op)

    return guard


def sum_guard(op: str) -> Callable[..., None]:
    """For functions that join arrays: a list of them, or several arguments."""

    def guard(*args: Any, **kwargs: Any) -> None:
        total = 0
        for v in args:
            total += size_of(v)
        if total > _SMALL:
            check_size((total,), op)

    return guard


# -- operators --------------------------------------------------------------------------------------------------------------------


def array_binary(op: str, host: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """An operator with an array or NumPy scalar on one side."""
    for v in (a, b):
        if v is None or isinstance(v, (str, Value, dict, set)):
            if op in ("eq", "ne"):
                if isinstance(v, str) and isinstance(a, (np.ndarray, np.str_)) and isinstance(b, (np.ndarray, np.str_, str)):
                    return from_host(host(a, b))  # an array of texts
                return op == "ne"
            fail(TypeError, f"unsupported operand type(s) for {op}: '{type_name(a)}' and '{type_name(b)}'", kind="operands")
    a, b = to_host(a), to_host(b)
    sa, sb = shape_of(a), shape_of(b)
    if op == "matmul":
        if len(sa) >= 1 and len(sb) >= 2:
            check_size((*np.broadcast_shapes(sa[:-2], sb[:-2]), *sa[-2:-1], sb[-1]) if _broadcasts(sa[:-2], sb[:-2]) else (1,), "matmul")
    elif sa or sb:
        if _broadcasts(sa, sb):
            shape = np.broadcast_shapes(sa, sb)
            if math.prod(shape) > _SMALL:
                check_size(shape, op)
    return run_host(op, host, (a, b), {})


def _broadcasts(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(x == y or x == 1 or y == 1 for x, y in zip(reversed(a), reversed(b)))


def array_inplace(op: str, host: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """`a op= b`: an array is written in place, a NumPy scalar is replaced."""
    if not isinstance(a, np.ndarray):
        from .values import BINARY

        return BINARY[op](a, b)
    b = to_host(b)
    if b is None or isinstance(b, str):
        fail(TypeError, f"unsupported operand type(s) for {op}: '{type_name(a)}' and '{type_name(b)}'", kind="operands")
    return run_host(op, host, (a, b), {})


def array_unary(host: Callable[[Any], Any], a: Any) -> Any:
    """`-a`, `+a`, `~a`"""
    if isinstance(a, np.ndarray) and a.size > _SMALL:
        check_size((a.size,), host.__name__)
    return run_host(host.__name__, host, (a,), {})


def array_item(v: Any, key: Any) -> Any:
    """`v[key]`"""
    if isinstance(v, (np.dtype, np.finfo, np.iinfo)):
        fail(TypeError, f"'{type_name(v)}' object is not subscriptable", kind="type")
    key = _key(key)
    if isinstance(v, np.ndarray):
        _check_key(v, key)
    return run_host("getitem", lambda: v[key], (), {})


def _check_key(v: Any, key: Any) -> None:
    """An index by arrays of integers may give more elements than there are."""
    keys = key if type(key) is tuple else (key,)
    picked = [shape_of(k) for k in keys if isinstance(k, (list, np.ndarray))]
    if not picked:
        return
    total = max([math.prod(s) for s in picked]) if len(picked) == 1 else math.prod(np.broadcast_shapes(*picked)) if _all_broadcast(picked) else 0
    rest = math.prod(v.shape[1:]) if v.ndim else 1  # an upper bound: every integer array takes one dimension away
    if total * rest > max(_SMALL, v.size):
        used = sum(1 if not (isinstance(k, np.ndarray) and k.dtype == bool) else k.ndim for k in keys if k is not None and k is not Ellipsis)
        sliced = [n for n, k in zip(v.shape, keys) if isinstance(k, slice)] if Ellipsis not in [k for k in keys if k is Ellipsis] else list(v.shape)
        check_size((total, math.prod(sliced), math.prod(v.shape[used:])), "indexing")


def _all_broadcast(shapes: list[tuple[int, ...]]) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def array_set_item(v: Any, key: Any, new: Any) -> None:
    """`v[key] = new`"""
    if not isinstance(v, np.ndarray):
        fail(TypeError, f"'numpy.{type(v).__name__}' object does not support item assignment", kind="type")
    key, new = _key(key), to_host(new)

    def write() -> None:
        v[key] = new

    run_host("setitem", write, (), {})


def _key(key: Any) -> Any:
    if type(key) is tuple:
        return tuple([_key(k) for k in key])
    if isinstance(key, Tensor) and not key.dim():
        return key.item()
    return to_host(key)


# -- attributes and methods ---------------------------------------------------------------------------------------------------------

_METHODS = (
    "all any argmax argmin argsort clip compress conj conjugate copy cumprod cumsum diagonal dot fill flatten item max mean min nonzero prod "
    "put ravel reshape round searchsorted sort argpartition partition squeeze std sum swapaxes take tolist trace transpose var"
)


def _method(name: str, guard: Callable[..., None] | None = None) -> Callable[..., Any]:
    host = getattr(np.ndarray, name)
    of_scalar = getattr(np.generic, name, None)

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        args = tuple([v if type(v) in _PASSED else to_host(v) for v in args])
        for v in args:
            if isinstance(v, (str, type, np.dtype)):
                _looks_like_dtype(v)
        kwargs = host_keywords(kwargs) if kwargs else kwargs
        if guard is not None:
            guard(self, *args, **kwargs)
        elif isinstance(self, np.ndarray) and self.size > _SMALL:
            check_size((self.size,), name)
        return run_host(name, of_scalar if isinstance(self, np.generic) and of_scalar is not None else host, (self, *args), kwargs)

    run.__name__ = name
    run.__doc__ = first_paragraphs(host)
    return run


def _astype_guard(self: Any, dtype: Any, *args: Any, **kwargs: Any) -> None:
    check_dtype(dtype)
    check_size((np.size(self),), "astype")


def repeat_guard(self: Any, repeats: Any, *args: Any, **kwargs: Any) -> None:
    """repeat(): each element, or each slice along an axis, so many times."""
    times = np.asarray(repeats)
    if times.dtype.kind in "iub" and times.size:
        check_size((max(0, int(times.max())), size_of(self)), "repeat")


def _tolist_guard(self: Any) -> None:
    check_size((np.size(self), 5), "tolist")  # a Python object each


def dot_guard(a: Any, b: Any, *args: Any, **kwargs: Any) -> None:
    """dot(), matmul(), inner(): the outer sizes of both."""
    sa, sb = shape_of(a), shape_of(b)
    if sa and sb:
        check_size((math.prod(sa[:-1]), math.prod(sb) // (sb[0 if len(sb) == 1 else -2] or 1)), "dot")


def _no_guard(*args: Any, **kwargs: Any) -> None:
    pass


_GUARDS: dict[str, Callable[..., None]] = {
    "astype": _astype_guard,
    "repeat": repeat_guard,
    "tolist": _tolist_guard,
    "dot": dot_guard,
    "item": _no_guard,
    "nonzero": lambda self: check_size((np.size(self), max(1, np.ndim(self))), "nonzero"),
    "reshape": same_guard("reshape"),
    "transpose": _no_guard,
    "take": lambda self, indices, *args, **kwargs: check_size((np.size(indices), max(1, np.size(self) // max(1, min(np.shape(self) or (1,))))), "take"),
}


class Flags(Value):
    """`a.flags`: how an array lies in memory."""

    __slots__ = ("text", "values")
    type_name = "numpy.flagsobj"

    def __init__(self, v: Any) -> None:
        host = v.flags
        self.text = str(host)
        names = "c_contiguous f_contiguous owndata writeable aligned contiguous forc fnc farray carray".split()
        self.values = {name: bool(getattr(host, name)) for name in names}

    def __repr__(self) -> str:
        return self.text

    def attr(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        no_attribute(self, name, self.values)

    def attr_names(self) -> Iterable[str]:
        return tuple(self.values)

    def item(self, key: Any) -> Any:
        if type(key) is str and key.lower() in self.values:
            return self.values[key.lower()]
        raise KeyError("Unknown flag")


class Flat(Value):
    """`a.flat`: the elements of an array in order, to read, to loop over and to write."""

    __slots__ = ("array",)
    type_name = "numpy.flatiter"

    def __init__(self, array: Any) -> None:
        self.array = array

    def item(self, key: Any) -> Any:
        key = _key(key)
        return run_host("flat", lambda: self.array.flat[key], (), {})

    def set_item(self, key: Any, new: Any) -> None:
        key, new = _key(key), to_host(new)

        def write() -> None:
            self.array.flat[key] = new

        run_host("flat", write, (), {})

    def iterate(self) -> Iterator[Any]:
        return iter(list(self.array.flat)) if self.array.size <= _SMALL else iter(self.array.reshape(-1))

    def length(self) -> int:
        return int(self.array.size)


def _set_shape(v: Any, new: Any) -> None:
    shape = to_host(new)

    def write() -> None:
        v.shape = shape

    run_host("shape", write, (), {})


def array_info(kind: type) -> Info | None:
    """The tables of arrays, NumPy scalars, dtypes, generators and the records of finfo and iinfo."""
    if issubclass(kind, (np.ndarray, np.generic)):
        attributes: dict[str, Callable[[Any], Any]] = {
            "shape": lambda v: v.shape,
            "dtype": lambda v: v.dtype,
            "ndim": lambda v: v.ndim,
            "size": lambda v: v.size,
            "itemsize": lambda v: v.itemsize,
            "nbytes": lambda v: v.nbytes,
            "strides": lambda v: v.strides,
            "T": lambda v: v.T,
            "real": lambda v: v.real,
            "imag": lambda v: v.imag,
        }
        methods = {name: _method(name, _GUARDS.get(name)) for name in [*_METHODS.split(), "astype", "repeat"]}
        if issubclass(kind, np.ndarray):
            attributes.update(flat=Flat, flags=Flags, mT=lambda v: v.mT)
            return Info("numpy.ndarray", attributes, methods, {"shape": _set_shape}, iterable=True)
        if issubclass(kind, np.floating):
            methods["is_integer"] = lambda v: bool(v.is_integer())
        if issubclass(kind, np.str_):
            return Info("numpy.str_", {}, {}, iterable=True)
        return Info("numpy." + kind.__name__, attributes, methods)
    if issubclass(kind, np.dtype):
        names = ("name", "itemsize", "kind", "char", "str", "num", "ndim", "shape")
        fields: dict[str, Callable[[Any], Any]] = {name: _field(name) for name in names}
        fields["type"] = lambda v: type_value(v.type)
        return Info("dtype", fields)
    if issubclass(kind, np.finfo):
        return Info("finfo", {n: _field(n) for n in "bits eps epsneg max min tiny smallest_normal smallest_subnormal resolution precision dtype".split()})
    if issubclass(kind, np.iinfo):
        return Info("iinfo", {name: _field(name) for name in ("bits", "max", "min", "dtype")})
    if issubclass(kind, (np.random.Generator, np.random.RandomState)):
        from .stdlib_numpy import random_methods

        return Info(kind.__name__, methods=random_methods(kind))
    return None


def _field(name: str) -> Callable[[Any], Any]:
    return lambda v: from_host(getattr(v, name))  # of our own list of names


# -- types -------------------------------------------------------------------------------------------------------------------------

_types: dict[type, TypeValue] = {}


def type_value(kind: type) -> TypeValue:
    """The value of a NumPy type: `type(x)` of an array or scalar, and np.float32, np.ndarray, np.integer ... themselves."""
    found = _types.get(kind)
    if found is None:
        build: Callable[..., Any] | None = None
        if issubclass(kind, np.generic) and kind not in _ABSTRACT:
            build = _scalar_maker(kind)
        elif issubclass(kind, np.dtype):
            kind = np.dtype
            build = _make_dtype
        name = "dtype" if issubclass(kind, np.dtype) else kind.__name__
        doc = "numpy.dtype(name): what the elements of an array are." if name == "dtype" else first_paragraphs(kind)
        found = _types[kind] = TypeValue(name, (kind,), build, "numpy." + name, doc=doc)
    return found


def _scalar_maker(kind: Any) -> Callable[..., Any]:
    def build(v: Any = 0) -> Any:
        v = to_host(v)
        if isinstance(v, np.ndarray):
            check_size((v.size,), kind.__name__)
        return run_host(kind.__name__, kind, (v,), {})

    return build


def _make_dtype(v: Any) -> Any:
    return np.dtype(check_dtype(to_host(v)))


_ABSTRACT = frozenset({np.generic, np.number, np.integer, np.signedinteger, np.unsignedinteger, np.inexact, np.floating, np.complexfloating})


# -- functions of functions ---------------------------------------------------------------------------------------------------------


class Vectorized(Callable_):
    """`np.vectorize(f)`: f of each element, one call an element."""

    __slots__ = ("excluded", "function", "otypes")
    type_name = "numpy.vectorize"

    def __init__(self, function: Any, otypes: Any = None, doc: Any = None) -> None:
        if not isinstance(function, Callable_):
            fail(TypeError, "When used as a decorator, only accepts keyword arguments.", kind="type")
        self.function = function
        self.otypes = otypes

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        arrays = [np.asarray(to_host(v)) for v in args]
        broadcast_guard("vectorize")(*arrays)
        shaped = run_host("vectorize", np.broadcast_arrays, tuple(arrays), {})
        out = []
        for values in zip(*[a.reshape(-1) for a in shaped]):
            tick(1)
            out.append(to_host(call(self.function, values, kwargs)))
        if not out and self.otypes is None:
            fail(ValueError, "cannot call `vectorize` on size 0 inputs unless `otypes` is set", kind="value")
        wanted = None if self.otypes is None else check_dtype(to_host(self.otypes[0] if isinstance(self.otypes, (list, tuple)) else self.otypes))
        if out and isinstance(out[0], (tuple, list)):
            parts = [np.array(part).reshape(shaped[0].shape) for part in zip(*out)]
            return tuple([from_host(p) for p in parts])
        kind = np.asarray(out[0]).dtype if out and wanted is None else wanted  # as NumPy: the first result says what the others become
        return from_host(np.array(out, dtype=kind).reshape(shaped[0].shape)) if shaped[0].ndim else from_host(np.array(out[0], dtype=kind))


def apply_along_axis(function: Any, axis: Any, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """np.apply_along_axis(f, axis, a): f of every 1-d slice along an axis."""
    a = np.asarray(to_host(arr))
    axis = operator_index(to_host(axis))
    if not -a.ndim <= axis < a.ndim:
        fail(ValueError, f"axis {axis} is out of bounds for array of dimension {a.ndim}", kind="value")
    rows = np.moveaxis(a, axis, -1)
    flat = rows.reshape(-1, rows.shape[-1])
    out = []
    for row in flat:
        tick(1)
        out.append(np.asarray(to_host(call(function, (row, *args), kwargs))))
    made = np.array(out)
    sum_guard("apply_along_axis")(out)
    shaped = made.reshape((*rows.shape[:-1], *made.shape[1:]))
    last = shaped.ndim - 1
    return from_host(np.moveaxis(shaped, last, axis) if made.ndim > 1 else shaped)
