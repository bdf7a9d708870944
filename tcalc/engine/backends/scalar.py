"""The scalar backend: 0-d values on Python numbers and ``math``, without NumPy.

It is authoritative for every 0-d floating computation, in the REPL and in one shot alike. ``XP`` has NumPy's names for the functions that
kernels use; Python's domain errors become the inf and nan that IEEE arithmetic gives. Results are rounded to their dtype by apply.
"""

from __future__ import annotations

import _operator as operator
import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

inf = math.inf
nan = math.nan


SCIPY = frozenset(("digamma", "polygamma", "erfinv", "erfcx", "log_ndtr", "ndtri", "gammainc", "gammaincc", "i0", "i0e", "i1", "i1e"))


class Unsupported(Exception):
    """Asked for something that only arrays have; apply turns to the array backend."""


def _quiet(f: Callable[..., Any], overflow: Callable[..., float] | float = inf) -> Callable[..., Any]:
    """f with IEEE results where ``math`` raises: nan outside the domain, ``overflow`` beyond the range."""

    def quiet(*args: Any) -> Any:
        try:
            return f(*args)
        except OverflowError:
            return overflow(*args) if callable(overflow) else overflow
        except ValueError:
            return nan

    return _guards(quiet, f)  # type: ignore[no-any-return]


def _guards(guarded: Any, bare: Any) -> Any:
    """Note on a function the one that it guards: equal on floats wherever that one does not raise, and quicker (fast.py calls it first)."""
    guarded.bare = bare
    return guarded


def _sign_inf(x: float, *rest: Any) -> float:
    return inf if x > 0 else -inf


def _log_of(f: Callable[[float], float], pole: float) -> Callable[[float], float]:
    def log(x: float) -> float:
        if x > pole:
            return f(x)
        return -inf if x == pole else nan

    return _guards(log, f)  # type: ignore[no-any-return]


def _periodic(f: Callable[[float], float]) -> Callable[[float], float]:
    def wave(x: float) -> float:
        try:
            return f(x)
        except ValueError:  # an infinite angle
            return nan

    return _guards(wave, f)  # type: ignore[no-any-return]


def divide(a: Any, b: Any) -> float:
    """a / b with IEEE zeros: x/0 is a signed infinity, 0/0 nan."""
    try:
        return a / b  # type: ignore[no-any-return]
    except ZeroDivisionError:
        if a != a or a == 0:
            return nan
        return math.copysign(inf, a) * math.copysign(1.0, b)
    except OverflowError:  # integers beyond float
        return inf if (a > 0) == (b > 0) else -inf


def power(a: Any, b: Any) -> Any:
    """a ** b: C's pow for floats (0**-1 = inf, (-2)**0.5 = nan), exact modulo 2**64 for integers."""
    if type(a) is int and type(b) is int:
        if b < 0:
            return 1 if a == 1 else (1 if b % 2 == 0 else -1) if a == -1 else 0
        return pow(a, b, 1 << 64)
    if b == 0.5:  # PyTorch takes the root, which can differ in the last place
        return math.sqrt(a) if a >= 0 else nan
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0 and b % 2 == 1 else inf
    except ValueError:
        if a == 0:  # 0 to a negative power: signed when b is an odd integer
            return math.copysign(inf, a) if b % 2 == 1 else inf
        return nan


_guards(divide, operator.truediv)
_guards(power, math.pow)


def floor(x: Any) -> Any:
    """Largest integer not above x, as x's type."""
    if type(x) is not float:
        return x
    return float(math.floor(x)) if x - x == 0 else x


def ceil(x: Any) -> Any:
    """Smallest integer not below x, as x's type."""
    if type(x) is not float:
        return x
    return -float(math.floor(-x)) if x - x == 0 else x


def trunc(x: Any) -> Any:
    """x towards zero, as x's type."""
    if type(x) is not float:
        return x
    return math.copysign(float(math.trunc(x)), x) if x - x == 0 else x


def rint(x: Any) -> Any:
    """Nearest integer, halves to even, as x's type."""
    if type(x) is not float:
        return x
    return math.copysign(float(round(x)), x) if x - x == 0 else x


def floor_divide(a: Any, b: Any) -> Any:
    """floor(a / b) as Python and PyTorch have it for floats; x // 0 is x / 0."""
    if type(a) is float or type(b) is float:
        if b == 0:
            return divide(a, b)
        if a - a != 0:
            return nan
        if b - b != 0:  # an infinite divisor
            return nan if b != b else (-1.0 if a != 0 and (a < 0) != (b < 0) else math.copysign(0.0, a) * math.copysign(1.0, b))
        return a // b
    return a // b


def remainder(a: Any, b: Any) -> Any:
    """a - b*floor(a/b): the sign of the divisor."""
    if type(a) is float or type(b) is float:
        if b == 0 or a - a != 0:
            return nan
        return a % b
    return a % b


def fmod(a: Any, b: Any) -> Any:
    """a - b*trunc(a/b): the sign of the dividend."""
    if type(a) is float or type(b) is float:
        try:
            return math.fmod(a, b)
        except ValueError:
            return nan
    r = abs(a) % abs(b)
    return -r if a < 0 else r


def maximum(a: Any, b: Any) -> Any:
    """The larger; nan if either is."""
    return a if a > b or a != a else b


def minimum(a: Any, b: Any) -> Any:
    """The smaller; nan if either is."""
    return a if a < b or a != a else b


def sign(x: Any) -> Any:
    """-1, 0 or 1 in x's type; of nan, 0."""
    if type(x) is complex:
        return x / abs(x) if x else x
    return type(x)((x > 0) - (x < 0))


def where(condition: Any, a: Any, b: Any) -> Any:
    """a where the condition holds, else b."""
    return a if condition else b


def exp2(x: float) -> float:
    """2 ** x."""
    return power(2.0, x)  # type: ignore[no-any-return]


def cbrt(x: float) -> float:
    """Cube root."""
    return math.cbrt(x)


def tanh(x: float) -> float:
    """Hyperbolic tangent."""
    return math.tanh(x)


def logaddexp(a: float, b: float) -> float:
    """log(exp(a) + exp(b)) without overflow."""
    if a == b:  # equal infinities too
        return a + math.log(2.0)
    top, low = (a, b) if a > b else (b, a)
    return top + math.log1p(math.exp(low - top)) if top == top and low == low else nan


def logaddexp2(a: float, b: float) -> float:
    """log2(2**a + 2**b) without overflow."""
    if a == b:
        return a + 1.0
    top, low = (a, b) if a > b else (b, a)
    return top + math.log1p(2.0 ** (low - top)) / math.log(2.0) if top == top and low == low else nan


def fmax(a: Any, b: Any) -> Any:
    """The larger; the number if one is nan."""
    return a if a >= b or b != b else b


def fmin(a: Any, b: Any) -> Any:
    """The smaller; the number if one is nan."""
    return a if a <= b or b != b else b


def left_shift(a: int, b: int) -> int:
    """a * 2**b in 64 bits."""
    return a << b if 0 <= b < 64 else 0


def right_shift(a: int, b: int) -> int:
    """floor(a / 2**b); of a negative or huge b, what is left is the sign."""
    return a >> b if 0 <= b < 64 else -(a < 0)


def _special(name: str) -> Callable[..., float]:
    """A function that SciPy has and ``math`` has not, for one number."""
    from . import cpu

    f = getattr(cpu.XP, name)

    def special(*args: Any) -> float:
        return float(f(*args))

    return special


def _lgamma(x: float) -> float:
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):  # a pole, or too large
        return inf


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)) without overflow."""
    z = math.exp(-abs(x))
    return 1.0 / (1.0 + z) if x >= 0 else z / (1.0 + z)


def softplus(x: float) -> float:
    """log(1 + exp(x)) without overflow."""
    return math.log1p(math.exp(-abs(x))) + (x if x > 0 else 0.0)


def sum_(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Sum of one value: itself."""
    return a


def isclose_inf(x: Any) -> bool:
    """Whether x is infinite."""
    return x in (inf, -inf)


def reciprocal(x: Any) -> float:
    """1 / x."""
    return divide(1.0, x)


def clip(x: Any, low: Any, high: Any) -> Any:
    """x bounded below and above; nan stays."""
    if low is not None and not x >= low and x == x:
        x = low
    if high is not None and not x <= high and x == x:
        x = high
    return x


class _Namespace:
    """NumPy's names over Python numbers."""

    add = staticmethod(operator.add)
    subtract = staticmethod(operator.sub)
    multiply = staticmethod(operator.mul)
    divide = staticmethod(divide)
    true_divide = staticmethod(divide)
    power = staticmethod(power)
    negative = staticmethod(operator.neg)
    positive = staticmethod(operator.pos)
    abs = staticmethod(abs)
    absolute = staticmethod(abs)
    floor = staticmethod(floor)
    ceil = staticmethod(ceil)
    trunc = staticmethod(trunc)
    rint = staticmethod(rint)
    floor_divide = staticmethod(floor_divide)
    remainder = staticmethod(remainder)
    fmod = staticmethod(fmod)
    maximum = staticmethod(maximum)
    minimum = staticmethod(minimum)
    sign = staticmethod(sign)
    where = staticmethod(where)
    sqrt = staticmethod(_quiet(math.sqrt))
    cbrt = staticmethod(cbrt)
    square = staticmethod(lambda x: x * x)
    reciprocal = staticmethod(reciprocal)
    exp = staticmethod(_quiet(math.exp))
    exp2 = staticmethod(exp2)
    expm1 = staticmethod(_quiet(math.expm1))
    log = staticmethod(_log_of(math.log, 0.0))
    log2 = staticmethod(_log_of(math.log2, 0.0))
    log10 = staticmethod(_log_of(math.log10, 0.0))
    log1p = staticmethod(_log_of(math.log1p, -1.0))
    sin = staticmethod(_periodic(math.sin))
    cos = staticmethod(_periodic(math.cos))
    tan = staticmethod(_periodic(math.tan))
    arcsin = staticmethod(_quiet(math.asin))
    arccos = staticmethod(_quiet(math.acos))
    arctan = staticmethod(math.atan)
    arctan2 = staticmethod(math.atan2)
    sinh = staticmethod(_quiet(math.sinh, _sign_inf))
    cosh = staticmethod(_quiet(math.cosh))
    tanh = staticmethod(tanh)
    arcsinh = staticmethod(math.asinh)
    arccosh = staticmethod(_quiet(math.acosh))
    arctanh = staticmethod(lambda x: math.copysign(inf, x) if abs(x) == 1 else _quiet(math.atanh)(x))
    hypot = staticmethod(math.hypot)
    copysign = staticmethod(math.copysign)
    logaddexp = staticmethod(logaddexp)
    logaddexp2 = staticmethod(logaddexp2)
    erf = staticmethod(math.erf)
    erfc = staticmethod(math.erfc)
    lgamma = staticmethod(_lgamma)
    sigmoid = staticmethod(sigmoid)
    softplus = staticmethod(softplus)
    fmax = staticmethod(fmax)
    fmin = staticmethod(fmin)
    gcd = staticmethod(math.gcd)
    lcm = staticmethod(math.lcm)
    left_shift = staticmethod(left_shift)
    right_shift = staticmethod(right_shift)
    isnan = staticmethod(lambda x: x != x)
    isinf = staticmethod(isclose_inf)
    isfinite = staticmethod(lambda x: x - x == 0)
    signbit = staticmethod(lambda x: math.copysign(1.0, x) < 0)
    equal = staticmethod(operator.eq)
    not_equal = staticmethod(operator.ne)
    less = staticmethod(operator.lt)
    less_equal = staticmethod(operator.le)
    greater = staticmethod(operator.gt)
    greater_equal = staticmethod(operator.ge)
    logical_and = staticmethod(lambda a, b: bool(a) and bool(b))
    logical_or = staticmethod(lambda a, b: bool(a) or bool(b))
    logical_xor = staticmethod(lambda a, b: bool(a) != bool(b))
    logical_not = staticmethod(operator.not_)
    bitwise_and = staticmethod(operator.and_)
    bitwise_or = staticmethod(operator.or_)
    bitwise_xor = staticmethod(operator.xor)
    invert = staticmethod(lambda x: (not x) if type(x) is bool else ~x)
    bitwise_not = invert
    deg2rad = staticmethod(math.radians)
    rad2deg = staticmethod(math.degrees)
    clip = staticmethod(clip)
    any = staticmethod(bool)
    all = staticmethod(bool)
    sum = staticmethod(sum_)
    pi = math.pi
    inf = inf
    nan = nan
    scalar = True

    def __getattr__(self, name: str) -> Any:
        if name not in SCIPY:
            raise Unsupported(name)
        found = _special(name)
        setattr(self, name, found)
        return found


XP = _Namespace()


class Backend:
    """The scalar backend's side functions; its data are Python numbers on the CPU."""

    name = "scalar"
    xp = XP


BACKEND = Backend()
