"""Element types and the rules by which they promote.

Here live the ``dtype`` singletons (``float32`` ...), PyTorch's promotion lattice, the default dtype, ``finfo``/``iinfo`` and the
rounding of plain Python numbers to a dtype. Arrays do not live here: a backend maps a dtype to its own.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

BOOL, INT, FLOAT, COMPLEX = 0, 1, 2, 3
_UNIT = {BOOL: "b", INT: "i", FLOAT: "f", COMPLEX: "c"}


class dtype:
    """An element type: ``name``, ``category`` (bool < int < float < complex), ``itemsize`` in bytes.

    >>> float32
    torch.float32
    >>> float32.itemsize, float32.is_floating_point
    (4, True)
    """

    __slots__ = ("category", "is_complex", "is_floating_point", "is_signed", "itemsize", "name", "round", "short")
    __module__ = "torch"  # what print(type(d)) shows

    def __init__(self, name: str, category: int, itemsize: int, signed: bool = True, short: str = "") -> None:
        self.name = name
        self.category = category
        self.itemsize = itemsize
        self.is_signed = signed
        self.is_floating_point = category == FLOAT
        self.is_complex = category == COMPLEX
        self.short = short or f"{_UNIT[category]}{itemsize * 8}"
        self.round: Callable[[Any], Any] = _identity

    def __repr__(self) -> str:
        return "torch." + self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return named, (self.name,)

    @property
    def python_type(self) -> type:
        """The Python type of one element: bool, int, float or complex."""
        return (bool, int, float, complex)[self.category]

    def to_complex(self) -> dtype:
        """The complex dtype with this precision."""
        return complex128 if self in (float64, complex128) else complex64

    def to_real(self) -> dtype:
        """The real dtype with this precision."""
        return float64 if self is complex128 else float32 if self is complex64 else self


def _identity(value: Any) -> Any:
    return value


bool_ = dtype("bool", BOOL, 1, False, "b8")
uint8 = dtype("uint8", INT, 1, False, "u8")
uint16 = dtype("uint16", INT, 2, False, "u16")
uint32 = dtype("uint32", INT, 4, False, "u32")
uint64 = dtype("uint64", INT, 8, False, "u64")
int8 = dtype("int8", INT, 1)
int16 = dtype("int16", INT, 2)
int32 = dtype("int32", INT, 4)
int64 = dtype("int64", INT, 8)
float16 = dtype("float16", FLOAT, 2)
bfloat16 = dtype("bfloat16", FLOAT, 2, short="bf16")
float32 = dtype("float32", FLOAT, 4)
float64 = dtype("float64", FLOAT, 8)
complex64 = dtype("complex64", COMPLEX, 8)
complex128 = dtype("complex128", COMPLEX, 16)

ALL = (bool_, uint8, uint16, uint32, uint64, int8, int16, int32, int64, float16, bfloat16, float32, float64, complex64, complex128)
BY_NAME = {d.name: d for d in ALL}
# Every name under which PyTorch exposes a dtype.
ALIASES = {
    **BY_NAME,
    "half": float16,
    "float": float32,
    "double": float64,
    "short": int16,
    "int": int32,
    "long": int64,
    "cfloat": complex64,
    "cdouble": complex128,
}


def named(name: str) -> dtype:
    """The dtype of a name: how a pickled one comes back."""
    return BY_NAME[name]


# Rounding of a Python number to a dtype, exact and without NumPy. The two byte codes m[0] = v; m[0] run without a thread switch between
# them in CPython (the interpreter checks for one only at calls and backward jumps), so one buffer serves all threads.
_f32 = memoryview(bytearray(4)).cast("f")
_u32_of_f32 = _f32.cast("B").cast("I")


def round_f32(value: float) -> float:
    """The float32 nearest to ``value``, as a Python float; beyond float32's range, an infinity."""
    _f32[0] = value
    return _f32[0]


def _struct() -> Any:
    found = sys.modules.get("struct")  # not at start-up: most programs never round to 16 bits
    return found if found is not None else __import__("struct")


def round_f16(value: float) -> float:
    """The float16 nearest to the float32 nearest to ``value``, as PyTorch converts; 65520 and more give an infinity."""
    half = _struct()
    try:
        return half.unpack("<e", half.pack("<e", round_f32(value)))[0]  # type: ignore[no-any-return]
    except (OverflowError, ValueError, half.error):  # a float, or an integer, beyond the range
        return float("inf") if value > 0 else float("-inf")


def round_bf16(value: float) -> float:
    """The bfloat16 nearest to ``value`` (float32 with 16 bits cut, ties to even)."""
    _f32[0] = value
    bits = _u32_of_f32[0]
    if value != value:
        return value
    _u32_of_f32[0] = ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000) if bits & 0x7F800000 != 0x7F800000 else bits
    return _f32[0]


def _wrap(bits: int, signed: bool) -> Callable[[Any], int]:
    mask, half = (1 << bits) - 1, 1 << (bits - 1)
    lowest = -half if signed else 0

    def wrap(value: Any) -> int:
        try:
            number = int(value)
        except (OverflowError, ValueError):  # inf and nan: what the hardware's conversion gives
            return lowest
        return ((number + half) & mask) - half if signed else number & mask

    return wrap


def _round_complex(value: Any) -> complex:
    number = complex(value)
    return complex(round_f32(number.real), round_f32(number.imag))


for _d, _r in (
    (bool_, bool),
    (uint8, _wrap(8, False)),
    (uint16, _wrap(16, False)),
    (uint32, _wrap(32, False)),
    (uint64, _wrap(64, False)),
    (int8, _wrap(8, True)),
    (int16, _wrap(16, True)),
    (int32, _wrap(32, True)),
    (int64, _wrap(64, True)),
    (float16, round_f16),
    (bfloat16, round_bf16),
    (float32, round_f32),
    (float64, float),
    (complex64, _round_complex),
    (complex128, complex),
):
    _d.round = _r

# -- promotion --------------------------------------------------------------------------------------------------------------------

_promoted: dict[tuple[dtype, dtype], dtype] = {}


def promote_types(type1: dtype, type2: dtype) -> dtype:
    """The smallest dtype that both promote to.

    >>> promote_types(uint8, int8), promote_types(float16, bfloat16), promote_types(int64, float16)
    (torch.int16, torch.float32, torch.float16)
    """
    if type1 is type2:
        return type1
    found = _promoted.get((type1, type2))
    if found is None:
        found = _promoted[type1, type2] = _promote(type1, type2)
    return found


_BARE = (uint16, uint32, uint64)
_CALLED = {"uint8": "Byte", "int8": "Char", "int16": "Short", "int32": "Int", "int64": "Long"}


def _promote(a: dtype, b: dtype) -> dtype:
    first, second = a, b
    if a.category > b.category:
        a, b = b, a
    if a.category < b.category:
        if b.category == COMPLEX and a is float64:
            return complex128
        return b
    if a.category == INT:
        if a in _BARE or b in _BARE:
            names = " and ".join(_CALLED.get(d.name, d.name.replace("uint", "UInt")) for d in (first, second))
            raise RuntimeError(f"Promotion for uint16, uint32, uint64 types is not supported, attempted to promote {names}")
        if a.is_signed == b.is_signed:
            return a if a.itemsize >= b.itemsize else b
        signed, unsigned = (a, b) if a.is_signed else (b, a)
        return signed if signed.itemsize > unsigned.itemsize else int16
    if a.itemsize == b.itemsize:  # float16 with bfloat16
        return float32
    return a if a.itemsize > b.itemsize else b


_default = [float32]


def get_default_dtype() -> dtype:
    """The dtype of floating tensors made without one (float32 unless set)."""
    return _default[0]


def set_default_dtype(d: dtype) -> None:
    """Set the dtype of floating tensors made without one; TypeError unless it is a floating dtype."""
    if not isinstance(d, dtype):
        raise TypeError("invalid dtype object: only floating-point types are supported as the default type")
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _default[0] = d


def of_number(value: Any) -> dtype:
    """The dtype a tensor of this Python number gets: bool, int64, the default dtype, or its complex twin."""
    kind = type(value)
    if kind is bool:
        return bool_
    if kind is int:
        return int64
    if kind is float:
        return _default[0]
    if kind is complex:
        return _default[0].to_complex()
    if isinstance(value, bool):
        return bool_
    if isinstance(value, int):
        return int64
    if isinstance(value, float):
        return _default[0]
    return _default[0].to_complex()


def result_dtype(dims: list[dtype], zeros: list[dtype], numbers: list[Any]) -> dtype:
    """PyTorch's promotion: of tensors with dimensions, then 0-d tensors, then Python numbers; a later group counts only by category.

    https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
    """
    best = _join(dims)
    for group in (_join(zeros), _join([of_number(n) for n in numbers])):
        if group is None:
            continue
        if best is None:
            best = group
        elif group.category > best.category:
            # A number only raises the category: an int tensor with 1.5 takes the default dtype; float with a complex number, its twin.
            if group.is_complex and best.is_floating_point:
                best = best.to_complex() if best in (float64, float32) else complex64
            else:
                best = group
    assert best is not None
    return best


def _join(group: list[dtype]) -> dtype | None:
    best: dtype | None = None
    for d in group:
        best = d if best is None else promote_types(best, d)
    return best


def can_cast(from_: dtype, to: dtype) -> bool:
    """Whether PyTorch's promotion rules allow the cast (no category is lost)."""
    return from_.category <= to.category


# -- limits of number types --------------------------------------------------------------------------------------------------------


class finfo:
    """Limits of a floating dtype: bits, eps, max, min, tiny, smallest_normal, resolution.

    >>> finfo(float32).eps
    1.1920928955078125e-07
    """

    __slots__ = ("bits", "dtype", "eps", "max", "min", "resolution", "smallest_normal", "tiny")
    __module__ = "torch"

    _FACTS = {  # mantissa bits, smallest exponent, largest exponent, decimal resolution
        "float16": (10, -14, 15, 1e-3),
        "bfloat16": (7, -126, 127, 1e-2),
        "float32": (23, -126, 127, 1e-6),
        "float64": (52, -1022, 1023, 1e-15),
    }

    def __init__(self, type: dtype | None = None) -> None:
        if type is not None and not isinstance(type, dtype):
            raise TypeError(f"finfo(): argument 'type' (position 1) must be torch.dtype, not {type.__class__.__name__}")
        d = (type or get_default_dtype()).to_real()
        if d.name not in self._FACTS:
            raise TypeError("torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'")
        mantissa, low, high, self.resolution = self._FACTS[d.name]
        self.dtype = d.name
        self.bits = d.itemsize * 8
        self.eps = 2.0**-mantissa
        self.max = (2.0 - self.eps) * 2.0**high
        self.min = -self.max
        self.tiny = self.smallest_normal = 2.0**low

    def __repr__(self) -> str:
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        fields = ", ".join(f"{n}={getattr(self, n):g}" for n in names)
        return f"finfo({fields}, dtype={self.dtype})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, finfo) and other.dtype == self.dtype

    def __hash__(self) -> int:
        return hash(("finfo", self.dtype))


class iinfo:
    """Limits of an integer dtype: bits, max, min.

    >>> iinfo(int8).max
    127
    """

    __slots__ = ("bits", "dtype", "max", "min")
    __module__ = "torch"

    def __init__(self, type: dtype | None = None) -> None:
        if type is None:
            raise TypeError('iinfo() missing 1 required positional arguments: "type"')
        if not isinstance(type, dtype):
            raise TypeError(f"iinfo(): argument 'type' (position 1) must be torch.dtype, not {type.__class__.__name__}")
        if type is bool_:
            raise TypeError("torch.bool is not supported by torch.iinfo")
        if type.category != INT:
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        self.dtype = type.name
        self.bits = type.itemsize * 8
        self.max = (1 << (self.bits - type.is_signed)) - 1
        self.min = -(1 << (self.bits - 1)) if type.is_signed else 0

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, iinfo) and other.dtype == self.dtype

    def __hash__(self) -> int:
        return hash(("iinfo", self.dtype))
