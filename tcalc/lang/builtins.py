"""Python's built-in functions and types as the language has them, and what a program may do with values of each host type.

sum, min, max, abs, round, all, any and pow keep Python's meaning where Python has one and become PyTorch's with dim= / keepdim=, for
a pair of tensors, or where Python would refuse. Which of the two is decided by types and ranks, never by values or sizes.
"""

from __future__ import annotations

import sys

from ..engine import Size, Tensor, device, dtype
from ..engine.errors import fail
from .formatting import (
    MAX_TEXT,
    MAX_WIDTH,
    ascii_text,
    format_spec,
    format_template,
    repr_value,
    str_value,
    type_name,
)
from .values import (
    MAX_BITS,
    MAX_ITEMS,
    Builtin,
    Callable_,
    Info,
    Instance,
    TypeValue,
    Value,
    add,
    as_key,
    as_keys,
    attribute_names,
    call,
    call_method,
    chunks,
    compare,
    hint,
    info_of,
    is_array,
    iterate,
    len_of,
    lift,
    nested,
    noted,
    pow_,
    state,
    to_list,
    too_many,
    truth,
    type_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_NUMBERS = frozenset({int, float, bool, complex})
_ABSENT = object()


def _engine(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    from .tables import engine_function

    return engine_function(name)(*args, **kwargs)


# -- output ---------------------------------------------------------------------------------------------------------------------


def print_(*values: Any, sep: Any = " ", end: Any = "\n", file: Any = None, flush: Any = False) -> None:
    """print(*values, sep=' ', end='\\n'): write the values as text."""
    if file is not None and type(file) is not Stream:
        fail(TypeError, "print() here writes to the program's output: file= takes None, sys.stdout or sys.stderr", kind="print")
    sep = " " if sep is None else sep
    end = "\n" if end is None else end
    for name, v in (("sep", sep), ("end", end)):
        if type(v) is not str:
            fail(TypeError, f"{name} must be None or a string, not {type_name(v)}", kind="print")
    text = sep.join([v if type(v) is str else str_value(v) for v in values]) + end
    if len(text) > MAX_TEXT:
        from .formatting import text_too_long

        text_too_long(len(text))
    if state.session is not None:
        state.session.meter.wrote(len(text))
    if file is not None and file.error:
        sys.stderr.write(text)
        return
    sink = state.sink
    if sink is None:
        sys.stdout.write(text)
    else:
        sink(text)


class Stream(Value):
    """sys.stdout and sys.stderr, as far as print(file=...) and .write() go."""

    __slots__ = ("error",)
    type_name = "TextIOWrapper"

    def __init__(self, error: bool) -> None:
        self.error = error

    def __repr__(self) -> str:
        return f"<{'stderr' if self.error else 'stdout'}>"

    def attr(self, name: str) -> Any:
        if name == "write":
            return Builtin("write", self._write)
        if name == "flush":
            return Builtin("flush", lambda: None)
        return Value.attr(self, name)

    def attr_names(self) -> tuple[str, ...]:
        return ("write", "flush")

    def _write(self, text: str) -> int:
        if type(text) is not str:
            fail(TypeError, f"write() argument must be str, not {type_name(text)}", kind="print")
        print_(text, end="", file=self)
        return len(text)


# -- iteration ------------------------------------------------------------------------------------------------------------------


def enumerate_(iterable: Any, start: Any = 0) -> Any:
    """enumerate(iterable, start=0): pairs of a count and a value."""
    return nested(enumerate(iterate(iterable), start))


def zip_(*iterables: Any, strict: Any = False) -> Any:
    """zip(*iterables): tuples of the first values, the second values, ..."""
    return nested(zip(*[iterate(v) for v in iterables], strict=truth(strict)))


def map_(function: Any, *iterables: Any) -> Any:
    """map(function, *iterables): the function of each value."""
    if not iterables:
        fail(TypeError, "map() must have at least two arguments.", kind="type")
    return nested(map(lambda *values: call(function, values, {}), *[iterate(v) for v in iterables]))


def filter_(function: Any, iterable: Any) -> Any:
    """filter(function, iterable): the values for which the function is true (None: the true values)."""
    if function is None:
        return nested(filter(truth, iterate(iterable)))
    return nested(filter(lambda v: truth(call(function, (v,), {})), iterate(iterable)))


def sorted_(iterable: Any, /, *, key: Any = None, reverse: Any = False) -> list[Any]:
    """sorted(iterable, key=None, reverse=False): a new list in ascending order."""
    out = to_list(iterable)
    list_sort(out, key=key, reverse=reverse)
    return out


def list_sort(self: list[Any], *, key: Any = None, reverse: Any = False) -> None:
    """Order the list in place."""
    if key is None:
        self.sort(reverse=truth(reverse))
    else:
        self.sort(key=lambda v: call(key, (v,), {}), reverse=truth(reverse))


def reversed_(v: Any) -> Any:
    """reversed(sequence): from the last value to the first; of a tensor, flipped along dim 0."""
    if isinstance(v, Tensor):
        return _engine("flip", (v, (0,)), {}) if v.dim() else v
    if type(v) in (list, tuple, range, str, dict, Size):
        return reversed(v)
    if _has(v, "__reversed__"):
        return call_method(v, "__reversed__", (), {})
    if _has(v, "__len__") and _has(v, "__getitem__"):
        return (call_method(v, "__getitem__", (i,), {}) for i in range(len_of(v) - 1, -1, -1))
    fail(TypeError, f"'{type_name(v)}' object is not reversible", kind="type")


def iter_(v: Any) -> Any:
    """iter(v): an iterator for next()."""
    if isinstance(v, Instance) and "__iter__" in type(v).flat_:
        return call_method(v, "__iter__", (), {})
    return iterate(v)


def next_(iterator: Any, default: Any = _ABSENT) -> Any:
    """next(iterator, default): the next value."""
    if isinstance(iterator, Instance) and "__next__" in type(iterator).flat_:
        try:
            return call_method(iterator, "__next__", (), {})
        except StopIteration:
            if default is _ABSENT:
                raise
            return default
    if not hasattr(type(iterator), "__next__") or isinstance(iterator, Value):
        fail(TypeError, f"'{type_name(iterator)}' object is not an iterator", kind="type", hints=["next(iter(v))"])
    for v in iterator:
        return v
    if default is _ABSENT:
        raise StopIteration
    return default


def range_(*args: Any) -> range:
    """range(stop), range(start, stop, step): integers."""
    for v in args:
        if type(v) is float:
            fail(
                TypeError,
                "'float' object cannot be interpreted as an integer",
                kind="type",
                hints=["arange(0., 1., 0.1) and linspace(0, 1, 11) make tensors of floats"],
            )
    return range(*args)


# -- sum, min, max and the others that Python and PyTorch share ---------------------------------------------------------------------


def sum_(iterable: Any, /, *args: Any, **kwargs: Any) -> Any:
    """sum(iterable, start=0): Python's sum; the rows of a matrix. With dim=, keepdim= or dtype=, PyTorch's."""
    if kwargs.keys() - {"start"} or len(args) > 1:
        return _engine("sum", (iterable, *args), kwargs)
    start = args[0] if args else kwargs.get("start", 0)
    if isinstance(iterable, Tensor):
        rank = iterable.dim()
        if rank == 0:
            return _engine("sum", (iterable, *args), kwargs)
        if rank > 1 and not args:
            hint("sum(A) adds rows, as Python does; A.sum() adds all elements")
    elif type(iterable) in _NUMBERS and not args and not kwargs:
        return iterable
    if type(start) is str:
        fail(TypeError, "sum() can't sum strings [use ''.join(seq) instead]", kind="type")
    if type(iterable) is range:
        total = start
        for part in chunks(iterable):
            total = sum(part, total) if type(total) in _NUMBERS else _fold(part, total)
        return total
    values = to_list(iterable)
    if type(start) in _NUMBERS and _NUMBERS.issuperset(map(type, values)):
        return sum(values, start)
    return _fold(values, start)


def _fold(values: list[Any], total: Any) -> Any:
    for v in values:
        total = add(total, v)
    return total


def _extreme(name: str, values: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if kwargs.keys() - {"key", "default"}:
        return _engine(name, values, kwargs)
    if not values:
        fail(TypeError, f"{name} expected at least 1 argument, got 0", kind="type")
    key, default = kwargs.get("key"), kwargs.get("default", _ABSENT)
    if key is None and any(isinstance(v, Tensor) for v in values):
        first = values[0]
        if len(values) == 1:
            if first.dim() != 1 and default is _ABSENT:
                return _engine(name, values, {})
        elif len(values) == 2:
            both = isinstance(first, Tensor) and isinstance(values[1], Tensor)
            if both or any(isinstance(v, Tensor) and v.dim() for v in values):
                return _engine(name, values, {})
    if len(values) == 1:
        if type(values[0]) in _NUMBERS and not kwargs:
            return values[0]
        if is_array(values[0]) and getattr(values[0], "ndim", 0) != 1:
            return getattr(values[0], name)()
        items: Iterator[Any] = (v for part in chunks(values[0]) for v in part)
    else:
        if default is not _ABSENT:
            fail(TypeError, f"Cannot specify a default for {name}() with multiple positional arguments", kind="type")
        items = iter(values)
    sign = "gt" if name == "max" else "lt"
    best = best_key = _ABSENT
    for v in items:
        k = v if key is None else call(key, (v,), {})
        if best is _ABSENT or truth(compare(sign, k, best_key)):
            best, best_key = v, k
    if best is not _ABSENT:
        return best
    if default is _ABSENT:
        empty = "iterable argument is empty" if sys.version_info >= (3, 12) else "arg is an empty sequence"
        fail(ValueError, f"{name}() {empty}", kind="value")
    return default


def max_(*values: Any, **kwargs: Any) -> Any:
    """max(iterable), max(a, b, ...), key=, default=: the largest. PyTorch's for a pair of tensors, a matrix, or with dim=."""
    return _extreme("max", values, kwargs)


def min_(*values: Any, **kwargs: Any) -> Any:
    """min(iterable), min(a, b, ...), key=, default=: the smallest. PyTorch's for a pair of tensors, a matrix, or with dim=."""
    return _extreme("min", values, kwargs)


def abs_(v: Any, /) -> Any:
    """abs(v): the absolute value, of each element of a tensor or list."""
    if type(v) in _NUMBERS or isinstance(v, Tensor) or is_array(v):
        return abs(v)
    if type(v) in (list, tuple):
        return abs(lift(v))
    if _has(v, "__abs__"):
        return call_method(v, "__abs__", (), {})
    fail(TypeError, f"bad operand type for abs(): '{type_name(v)}'", kind="operands")


def round_(number: Any, /, ndigits: Any = None, *, decimals: Any = None) -> Any:
    """round(number, ndigits=None): Python's for numbers; of a tensor, each element (decimals=)."""
    if decimals is not None or isinstance(number, Tensor) or type(number) in (list, tuple):
        digits = decimals if decimals is not None else ndigits
        return _engine("round", (number,), {} if digits is None else {"decimals": digits})
    if type(number) in _NUMBERS or is_array(number):
        if type(number) is int and ndigits is not None and abs(int(ndigits)) > 5_000:
            return number if ndigits > 0 else 0
        return round(number) if ndigits is None else round(number, ndigits)
    if _has(number, "__round__"):
        return call_method(number, "__round__", () if ndigits is None else (ndigits,), {})
    fail(TypeError, f"type {type_name(number)} doesn't define __round__ method", kind="operands")


def _every(name: str, stop: bool, iterable: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if args or kwargs or isinstance(iterable, Tensor) and iterable.dim() != 1:
        return _engine(name, (iterable, *args), kwargs)
    if is_array(iterable) and getattr(iterable, "ndim", 1) != 1:
        return getattr(iterable, name)()
    for part in chunks(iterable):
        for v in part:
            if truth(v) is stop:
                return stop
    return not stop


def all_(iterable: Any, /, *args: Any, **kwargs: Any) -> Any:
    """all(iterable): whether every value is true. PyTorch's for a matrix, or with dim=."""
    return _every("all", False, iterable, args, kwargs)


def any_(iterable: Any, /, *args: Any, **kwargs: Any) -> Any:
    """any(iterable): whether some value is true. PyTorch's for a matrix, or with dim=."""
    return _every("any", True, iterable, args, kwargs)


def power(base: Any, exp: Any, mod: Any = None) -> Any:
    """pow(base, exp, mod=None): Python's for numbers, PyTorch's for tensors."""
    if mod is not None:
        if not all(type(v) in (int, bool) for v in (base, exp, mod)):
            fail(TypeError, "pow() 3rd argument not allowed unless all arguments are integers", kind="type")
        if max(v.bit_length() for v in (base, exp, mod)) > 8192:
            fail(OverflowError, "pow() with three arguments takes integers of up to 8192 bits here", kind="limit")
        return pow(base, exp, mod)
    return pow_(base, exp)


# -- numbers and text -----------------------------------------------------------------------------------------------------------


def divmod_(a: Any, b: Any) -> Any:
    """divmod(a, b): (a // b, a % b)"""
    if type(a) in _NUMBERS and type(b) in _NUMBERS:
        return divmod(a, b)
    from .values import BINARY

    return BINARY["floordiv"](a, b), BINARY["mod"](a, b)


def _whole(v: Any) -> int:
    if isinstance(v, (int, Tensor)):
        return v.__index__()
    if _has(v, "__index__"):
        return _exact(v, "__index__", int)  # type: ignore[no-any-return]
    fail(TypeError, f"'{type_name(v)}' object cannot be interpreted as an integer", kind="type")


def bin_(v: Any) -> str:
    """bin(v): an integer in base 2."""
    return bin(_whole(v))


def hex_(v: Any) -> str:
    """hex(v): an integer in base 16."""
    return hex(_whole(v))


def oct_(v: Any) -> str:
    """oct(v): an integer in base 8."""
    return oct(_whole(v))


def chr_(v: Any) -> str:
    """chr(i): the character with this number."""
    return chr(_whole(v))


def ord_(v: Any) -> int:
    """ord(c): the number of a character."""
    if type(v) is not str:
        fail(TypeError, f"ord() expected string of length 1, but {type_name(v)} found", kind="type")
    return ord(v)


def repr_(v: Any) -> str:
    """repr(v): the text that shows what v is."""
    return repr_value(v)


def ascii_(v: Any) -> str:
    """ascii(v): repr(v) with everything outside ASCII escaped."""
    return ascii_text(repr_value(v))


def format_(v: Any, spec: Any = "") -> str:
    """format(v, spec=''): v by a format such as '.3f'."""
    if type(spec) is not str:
        fail(TypeError, f"format() argument 2 must be str, not {type_name(spec)}", kind="type")
    return format_spec(v, spec)


def len_(v: Any) -> int:
    """len(v): how many values; of a tensor, the size of dim 0."""
    return len_of(v)


def id_(v: Any) -> int:
    """id(v): a number that no other value has while v lives."""
    return id(v)


def callable_(v: Any) -> bool:
    """callable(v): whether v can be called."""
    if isinstance(v, Instance):
        return "__call__" in type(v).flat_ or (v.cls_.native is not None and "call" in v.cls_.native.protocol)
    if not isinstance(v, Value):
        info = info_of(type(v))
        return info is not None and "call" in info.protocol
    return isinstance(v, Callable_) or (isinstance(v, Value) and type(v).invoke is not Value.invoke)


def isinstance_(v: Any, kinds: Any) -> bool:
    """isinstance(v, type): whether v is of this type, or one of a tuple of types."""
    if isinstance(kinds, TypeValue):
        return kinds.has(v)
    if type(kinds) is tuple:
        return any(isinstance_(v, kind) for kind in kinds)
    fail(
        TypeError,
        "isinstance() arg 2 must be a type, a tuple of types, or a union",
        kind="type",
        hints=[f"{repr_value(kinds)[:60]} is a {type_name(kinds)}; types: int, float, str, list, torch.Tensor ..."],
    )


def issubclass_(cls: Any, kinds: Any) -> bool:
    """issubclass(cls, type): whether cls is this type or derives from it."""
    if not isinstance(cls, TypeValue):
        fail(TypeError, "issubclass() arg 1 must be a class", kind="type")
    if type(kinds) is tuple:
        return any(issubclass_(cls, kind) for kind in kinds)
    if not isinstance(kinds, TypeValue):
        fail(TypeError, "issubclass() arg 2 must be a class, a tuple of classes, or a union", kind="type")
    return cls is kinds or bool(cls.hosts) and all(issubclass(host, kinds.hosts) for host in cls.hosts) and (kinds.test is None or cls.test is kinds.test)


def hasattr_(v: Any, name: Any) -> bool:
    """hasattr(v, name): whether v.name has a value."""
    from .check import DUNDER_ATTRIBUTES
    from .values import get_attribute

    if type(name) is not str:
        fail(TypeError, "hasattr(): attribute name must be string", kind="type")
    if name[:2] == "__" and name not in DUNDER_ATTRIBUTES:
        return False
    try:
        get_attribute(v, name)
    except AttributeError:
        return False
    return True


def super_(cls: Any, owner: Any = _ABSENT) -> Any:
    """super(Class, self): attributes of the classes above; super() in a method."""
    from .classes import Super, UnboundSuper

    return UnboundSuper(cls) if owner is _ABSENT else Super(cls, owner)


def dir_(*values: Any) -> list[str]:
    """dir(v): the names that may follow v and a dot."""
    if not values:
        session = state.session
        return sorted(getattr(session, "variables", ()))
    return attribute_names(values[0])


def help_(v: Any) -> None:
    """help(f): what a function does."""
    from .tables import help_for

    name = getattr(v, "name", None) or type_name(v)
    text = help_for(name) if isinstance(v, (Builtin, TypeValue)) else None
    print_(text or getattr(v, "doc", None) or f"{name}: no description")


# -- types ----------------------------------------------------------------------------------------------------------------------


def build_int(v: Any = 0, base: Any = None) -> int:
    """int(v, base=10): an integer, cut towards zero."""
    if base is not None:
        if type(v) is not str:
            fail(TypeError, "int() can't convert non-string with explicit base", kind="type")
        if len(v) > MAX_BITS // 4:
            fail(OverflowError, f"the number has {len(v)} digits; the limit of an integer is {MAX_BITS} bits", kind="limit")
        return int(v, base)
    if isinstance(v, (int, float, str, Tensor)) or is_array(v):
        return int(v)
    for name in ("__int__", "__index__"):
        if _has(v, name):
            return _exact(v, name, int)  # type: ignore[no-any-return]
    fail(TypeError, f"int() argument must be a string, a bytes-like object or a real number, not '{type_name(v)}'", kind="type")


def build_float(v: Any = 0.0) -> float:
    """float(v): a floating-point number (64 bits)."""
    if isinstance(v, (int, float, str, Tensor)) or is_array(v):
        return float(v)
    if _has(v, "__float__"):
        return _exact(v, "__float__", float)  # type: ignore[no-any-return]
    fail(TypeError, f"float() argument must be a string or a real number, not '{type_name(v)}'", kind="type")


def _has(v: Any, name: str) -> bool:
    """Whether the class of an instance has this operator method."""
    return isinstance(v, Instance) and name in type(v).flat_


def _exact(v: Any, name: str, kind: type) -> Any:
    made = call_method(v, name, (), {})
    if type(made) is not kind:
        fail(TypeError, f"{type_name(v)}.{name} returned non-{kind.__name__} (type {type_name(made)})", kind="type")
    return made


def build_bool(v: Any = False) -> bool:
    """bool(v): True or False."""
    return truth(v)


def build_complex(real: Any = 0, imag: Any = 0) -> complex:
    """complex(real, imag=0): a complex number."""
    if type(real) is str:
        return complex(real)
    if isinstance(real, Tensor):
        real = real.item()
    if isinstance(imag, Tensor):
        imag = imag.item()
    return complex(real, imag)


def build_str(v: Any = "") -> str:
    """str(v): v as text."""
    return str_value(v)


def build_list(v: Any = ()) -> list[Any]:
    """list(iterable): its values in a new list."""
    return to_list(v)


def build_tuple(v: Any = ()) -> tuple[Any, ...]:
    """tuple(iterable): its values in a tuple."""
    return v if type(v) is tuple else tuple(to_list(v))


def build_set(v: Any = ()) -> set[Any]:
    """set(iterable): its values, each once."""
    return noted(set(as_keys(to_list(v))))  # type: ignore[no-any-return]


def build_frozenset(v: Any = ()) -> frozenset[Any]:
    """frozenset(iterable): a set that does not change."""
    return noted(frozenset(as_keys(to_list(v))))  # type: ignore[no-any-return]


def build_dict(v: Any = None, /, **items: Any) -> dict[Any, Any]:
    """dict(pairs or mapping, **items): keys to values."""
    out: dict[Any, Any] = {}
    if v is not None:
        dict_update(out, v)
    out.update(items)
    return out


def build_slice(*args: Any) -> slice:
    """slice(stop), slice(start, stop, step)"""
    return slice(*args)


def build_property(fget: Any = None, fset: Any = None, fdel: Any = None, doc: Any = None) -> Any:
    """property(fget, fset): an attribute that functions read and write; @property above a method."""
    from .classes import Property

    return Property(fget, fset, fdel, doc)


def build_staticmethod(function: Any) -> Any:
    """@staticmethod: a method without self."""
    from .classes import StaticMethod

    return StaticMethod(function)


def build_classmethod(function: Any) -> Any:
    """@classmethod: a method whose first argument is the class."""
    from .classes import ClassMethod

    return ClassMethod(function)


def build_type(v: Any, *rest: Any) -> TypeValue:
    """type(v): what v is."""
    if rest:
        fail(TypeError, "type() takes 1 argument here: a class is made by a class statement", kind="type")
    return type_of(v)


def dict_update(self: dict[Any, Any], v: Any = None, /, **items: Any) -> None:
    """Take over keys and values of another mapping, or pairs."""
    if isinstance(v, dict):
        self.update(v)
    elif v is not None:
        for i, pair in enumerate(to_list(v)):
            values = to_list(pair)
            if len(values) != 2:
                fail(
                    ValueError,
                    f"dictionary update sequence element #{i} has length {len(values)}; 2 is required",
                    kind="value",
                )
            self[as_key(values[0])] = values[1]
    self.update(items)


def _is_torch_type(name: str) -> Callable[[Any], bool]:
    from ..engine.dtypes import ALIASES

    wanted = ALIASES[name]
    return lambda t: t.dtype is wanted


INT = TypeValue("int", (int,), build_int, doc=build_int.__doc__)
FLOAT = TypeValue("float", (float,), build_float, doc=build_float.__doc__)
BOOL = TypeValue("bool", (bool,), build_bool, doc=build_bool.__doc__)
COMPLEX = TypeValue("complex", (complex,), build_complex, doc=build_complex.__doc__)
STR = TypeValue("str", (str,), build_str, doc=build_str.__doc__)
LIST = TypeValue("list", (list,), build_list, doc=build_list.__doc__)
TUPLE = TypeValue("tuple", (tuple,), build_tuple, doc=build_tuple.__doc__)
DICT = TypeValue("dict", (dict,), build_dict, doc=build_dict.__doc__)
SET = TypeValue("set", (set,), build_set, doc=build_set.__doc__)
FROZENSET = TypeValue("frozenset", (frozenset,), build_frozenset, doc=build_frozenset.__doc__)
RANGE = TypeValue("range", (range,), range_, doc=range_.__doc__)
SLICE = TypeValue("slice", (slice,), build_slice, doc=build_slice.__doc__)
TYPE = TypeValue("type", (TypeValue,), build_type, doc=build_type.__doc__)
OBJECT = TypeValue("object", (object,), None, doc="The base of all classes.")
PROPERTY = TypeValue("property", (), build_property, doc=build_property.__doc__)
STATICMETHOD = TypeValue("staticmethod", (), build_staticmethod, doc=build_staticmethod.__doc__)
CLASSMETHOD = TypeValue("classmethod", (), build_classmethod, doc=build_classmethod.__doc__)
NONE = TypeValue("NoneType", (type(None),), lambda: None)
TENSOR = TypeValue("Tensor", (Tensor,), Tensor, "torch.Tensor", doc=Tensor.__doc__)


def build_size(sizes: Any = ()) -> Size:
    """torch.Size(ints)."""
    items = to_list(sizes)
    for i, v in enumerate(items):
        if not isinstance(v, int) and not (isinstance(v, Tensor) and v.numel() == 1 and not v.is_floating_point()):
            fail(TypeError, f"torch.Size() takes an iterable of 'int' (item {i} is '{type_name(v)}')", kind="type")
    return Size([int(v) for v in items])


SIZE = TypeValue("Size", (Size,), build_size, "torch.Size", doc=Size.__doc__)
DTYPE = TypeValue("dtype", (dtype,), None, "torch.dtype", doc=dtype.__doc__)
DEVICE = TypeValue("device", (device,), device, "torch.device", doc=device.__doc__)

TYPES: dict[type, TypeValue] = {
    int: INT,
    float: FLOAT,
    bool: BOOL,
    complex: COMPLEX,
    str: STR,
    list: LIST,
    tuple: TUPLE,
    dict: DICT,
    set: SET,
    frozenset: FROZENSET,
    range: RANGE,
    slice: SLICE,
    type(None): NONE,
    Tensor: TENSOR,
    Size: SIZE,
    dtype: DTYPE,
    device: DEVICE,
    TypeValue: TYPE,
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs_,
    "all": all_,
    "any": any_,
    "ascii": ascii_,
    "bin": bin_,
    "callable": callable_,
    "chr": chr_,
    "dir": dir_,
    "divmod": divmod_,
    "enumerate": enumerate_,
    "filter": filter_,
    "format": format_,
    "help": help_,
    "hasattr": hasattr_,
    "hex": hex_,
    "id": id_,
    "isinstance": isinstance_,
    "issubclass": issubclass_,
    "iter": iter_,
    "len": len_,
    "map": map_,
    "max": max_,
    "min": min_,
    "next": next_,
    "oct": oct_,
    "ord": ord_,
    "pow": power,
    "print": print_,
    "repr": repr_,
    "reversed": reversed_,
    "round": round_,
    "sorted": sorted_,
    "sum": sum_,
    "super": super_,
    "zip": zip_,
}
CLASSES: dict[str, TypeValue] = {t.name: t for t in (INT, FLOAT, BOOL, COMPLEX, STR, LIST, TUPLE, DICT, SET, FROZENSET, RANGE, SLICE, TYPE)}
CLASSES.update({t.name: t for t in (OBJECT, PROPERTY, STATICMETHOD, CLASSMETHOD)})


# -- methods and attributes of host types -----------------------------------------------------------------------------------------


def _bounded_width(name: str, host: Callable[..., str]) -> Callable[..., str]:
    def method(self: str, width: Any, *args: Any) -> str:
        if isinstance(width, int) and width > MAX_TEXT:
            fail(MemoryError, f"a text of {width} characters is more than the limit of {MAX_TEXT}", kind="memory")
        return host(self, width, *args)

    method.__name__ = name
    method.__doc__ = host.__doc__
    return method


def _str_join(self: str, iterable: Any) -> str:
    """The texts of an iterable with this one between them."""
    values = to_list(iterable)
    total = len(self) * max(0, len(values) - 1) + sum(len(v) for v in values if type(v) is str)
    if total > MAX_TEXT:
        fail(MemoryError, f"a text of {total} characters is more than the limit of {MAX_TEXT}", kind="memory")
    for i, v in enumerate(values):
        if type(v) is not str:
            fail(
                TypeError,
                f"sequence item {i}: expected str instance, {type_name(v)} found",
                kind="type",
                hints=["', '.join(str(v) for v in values)"],
            )
    return self.join(values)


def _str_replace(self: str, old: str, new: str, count: Any = -1, /) -> str:
    """This text with one part replaced by another."""
    if type(old) is str and type(new) is str and len(new) > len(old):
        total = len(self) + (self.count(old)) * (len(new) - len(old))
        if total > MAX_TEXT:
            fail(MemoryError, f"a text of {total} characters is more than the limit of {MAX_TEXT}", kind="memory")
    return self.replace(old, new, count)


def _str_format(self: str, *args: Any, **kwargs: Any) -> str:
    """This text with its {fields} replaced by the arguments."""
    return format_template(self, args, kwargs)


def _str_expandtabs(self: str, tabsize: Any = 8) -> str:
    """This text with tabs replaced by spaces."""
    if isinstance(tabsize, int) and tabsize > MAX_WIDTH:
        fail(MemoryError, f"a tab of {tabsize} characters is more than the limit of {MAX_WIDTH}", kind="memory")
    return self.expandtabs(tabsize)


def _host_methods(kind: type, names: str) -> dict[str, Callable[..., Any]]:
    return {name: getattr(kind, name) for name in names.split()}  # of a builtin type and our own list of names


def _keyed(kind: type, names: str) -> dict[str, Callable[..., Any]]:
    """Methods whose first argument is hashed."""

    def bounded(host: Callable[..., Any]) -> Callable[..., Any]:
        def method(self: Any, *args: Any) -> Any:
            if args:
                as_key(args[0])
            return host(self, *args)

        method.__doc__ = host.__doc__
        return method

    return {name: bounded(host) for name, host in _host_methods(kind, names).items()}


def _list_extend(self: list[Any], iterable: Any) -> None:
    """Append all values of an iterable."""
    more = to_list(iterable)
    if len(self) + len(more) > MAX_ITEMS:
        too_many(len(self) + len(more))
    self.extend(more)


def _over_sets(name: str) -> Callable[..., Any]:
    host_set: Any = getattr(set, name)
    host_frozen: Any = getattr(frozenset, name, None)

    def method(self: Any, *others: Any) -> Any:
        values = [v if isinstance(v, (set, frozenset)) else as_keys(to_list(v)) for v in others]
        return (host_set if isinstance(self, set) else host_frozen)(self, *values)

    method.__name__ = name
    method.__doc__ = host_set.__doc__
    return method


def _int_bits(self: int) -> int:
    """How many bits the number needs."""
    return int(self).bit_length()


def _str_info() -> Info:
    methods = _host_methods(
        str,
        "capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric "
        "isprintable isspace istitle isupper lower lstrip partition removeprefix removesuffix rfind rindex rpartition rsplit rstrip "
        "split splitlines startswith strip swapcase title upper",
    )
    for name in ("center", "ljust", "rjust", "zfill"):
        methods[name] = _bounded_width(name, getattr(str, name))
    methods.update(join=_str_join, replace=_str_replace, format=_str_format, expandtabs=_str_expandtabs)
    return Info("str", methods=methods, iterable=True)


def _list_info() -> Info:
    methods = _host_methods(list, "append clear copy count index insert pop remove reverse")
    methods.update(extend=_list_extend, sort=list_sort)
    return Info("list", methods=methods, iterable=True)


def _dict_info(kind: type = dict) -> Info:
    methods = _host_methods(kind, "clear copy items keys popitem values")
    methods.update(_keyed(kind, "get pop setdefault"), update=dict_update)
    if kind.__name__ == "OrderedDict":
        methods.update(_host_methods(kind, "move_to_end"))
    return Info(kind.__name__, methods=methods, iterable=True)


def _set_info(kind: type) -> Info:
    methods = {} if kind is frozenset else {**_host_methods(set, "clear pop"), **_keyed(set, "add discard remove")}
    methods.update(_host_methods(kind, "copy"))
    names = "union intersection difference symmetric_difference issubset issuperset isdisjoint"
    if kind is set:
        names += " update intersection_update difference_update symmetric_difference_update"
    for name in names.split():
        methods[name] = _over_sets(name)
    return Info(kind.__name__, methods=methods, iterable=True)


def _number_info(kind: type) -> Info:
    attributes: dict[str, Callable[[Any], Any]] = {"real": lambda v: v.real, "imag": lambda v: v.imag}
    methods = _host_methods(kind, "conjugate")
    if kind is int or kind is bool:
        attributes.update(numerator=lambda v: int(v), denominator=lambda v: 1)
        methods["bit_length"] = _int_bits
        methods["bit_count"] = lambda v: int(v).bit_count()
    if kind is float:
        methods.update(_host_methods(float, "is_integer hex as_integer_ratio"))
    # A program that takes a number for a 0-d tensor gets on: item() of a Python number is the number.
    return Info(kind.__name__, attributes, methods)


def _fields(*names: str) -> dict[str, Callable[[Any], Any]]:
    """Getters of a listed host type's listed attributes."""
    from operator import attrgetter

    return {name: attrgetter(name) for name in names}


def _calls(kind: type, names: str) -> dict[str, Callable[..., Any]]:
    return {name: getattr(kind, name) for name in names.split() if hasattr(kind, name)}


def make_info(kind: type) -> Info | None:
    """The table of a host type; None where a value of it can only be shown, passed on and compared."""
    if kind is str:
        return _str_info()
    if kind is list:
        return _list_info()
    if kind is dict:
        return _dict_info()
    if kind is set or kind is frozenset:
        return _set_info(kind)
    if kind in (int, bool, float, complex):
        return _number_info(kind)
    if kind is tuple:
        return Info("tuple", methods=_host_methods(tuple, "count index"), iterable=True)
    if kind is range:
        return Info("range", _fields("start", "stop", "step"), _host_methods(range, "count index"), iterable=True)
    if kind is slice:
        return Info("slice", _fields("start", "stop", "step"), _host_methods(slice, "indices"))
    if kind is Size:
        return Info("torch.Size", methods=_host_methods(Size, "count index numel"), iterable=True)
    if issubclass(kind, Tensor):
        return _tensor_info(kind)
    if kind is dtype:
        return Info(
            "torch.dtype",
            _fields("is_floating_point", "is_complex", "is_signed", "itemsize"),
            _host_methods(dtype, "to_complex to_real"),
        )
    if kind is device:
        return Info("torch.device", _fields("type", "index"))
    if issubclass(kind, BaseException):
        from .exceptions import info

        return info()
    if issubclass(kind, dict):  # OrderedDict
        return _dict_info(kind)
    if issubclass(kind, tuple):  # torch.return_types.*: a tuple whose fields have names
        names: tuple[str, ...] = getattr(kind, "_fields", ()) or getattr(kind, "fields", ())
        listed = ("_fields",) if hasattr(kind, "_fields") else ()
        return Info(kind.__name__, _fields(*names, *listed), _host_methods(tuple, "count index"), iterable=True)
    if kind.__module__ == "numpy" or kind.__module__.startswith("numpy."):
        from .arrays import array_info

        return array_info(kind)
    from .hosts import info_for

    found = info_for(kind)
    if found is not None:
        return found
    if kind.__module__.startswith((_ENGINE, "torch")):  # the engine's Tensor, Size, device and dtype say "torch", as PyTorch's do
        return _engine_info(kind)
    return None


_ENGINE = str(__package__).rpartition(".")[0] + ".engine"


def _tensor_info(kind: type) -> Info:
    """Of a kind of tensor (a sample inside vmap): the names of all tensors, those that the kind has of its own as it has them."""
    from .values import INFO

    plain = INFO[Tensor]
    own = {name for base in kind.__mro__[: kind.__mro__.index(Tensor)] for name in vars(base)}
    methods = {name: getattr(kind, name) for name in own & plain.methods.keys()}
    attributes = {name: getter for name, getter in _fields(*(own & plain.attributes.keys())).items() if name not in methods}
    if not methods and not attributes:
        return plain
    return Info(plain.name, {**plain.attributes, **attributes}, {**plain.methods, **methods}, plain.setters, True)


# What a program may read of the engine's own small types: name -> (attributes, methods).
_ENGINE_TYPES: dict[str, tuple[str, str]] = {
    "Generator": ("device", "manual_seed initial_seed seed get_state set_state"),
    "Node": ("next_functions metadata", "name register_hook register_prehook"),
    "AccumulateGrad": ("variable next_functions metadata", "name register_hook register_prehook"),
    "StorageView": ("", "data_ptr nbytes size tolist"),
    "finfo": ("bits dtype eps max min resolution smallest_normal tiny", ""),
    "iinfo": ("bits dtype max min", ""),
    "Handle": ("", "remove"),
    "RemovableHandle": ("", "remove"),
    "DeviceProperties": ("name major minor total_memory total_mem multi_processor_count", ""),
}


# What of them the syntax may use: calling a node, a `with` block around a handle.
_ENGINE_PROTOCOL = {"Node": "call", "RemovableHandle": "enter exit"}


def _engine_info(kind: type) -> Info | None:
    for base in kind.__mro__:
        entry = _ENGINE_TYPES.get(base.__name__)
        if entry is not None:
            attributes, methods = entry
            known = [name for name in attributes.split() if hasattr(kind, name)]
            fallback = _saved_of_node if base.__name__ == "Node" else None
            protocol = {name: getattr(kind, f"__{name}__") for name in _ENGINE_PROTOCOL.get(base.__name__, "").split()}
            return Info(base.__name__, _fields(*known), _calls(kind, methods), fallback=fallback, protocol=protocol)
    return None


def _saved_of_node(node: Any, name: str) -> Any:
    """A graph node's saved values under PyTorch's names (`_saved_self`, `_raw_saved_result`); of a program's Function, what its context holds."""
    from .hosts import is_value

    if name.startswith("_raw_saved_"):
        from .graphs import graph_space

        graph_space()  # makes the class of what comes out known
    elif not name.startswith("_saved_"):
        ours = name[:1] == "_" or hasattr(type(node), name) or node.ext is None or node.ext.call is None
        found = NotImplemented if ours else getattr(node, name, NotImplemented)
        return found if is_value(found) else NotImplemented
    return getattr(node, name, NotImplemented)
