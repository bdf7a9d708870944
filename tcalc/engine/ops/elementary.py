"""Elementary functions beyond those of pointwise: other bases, inverse and hyperbolic functions, and forms exact near 0 or 1."""

from __future__ import annotations

import math

from ..apply import FLOAT
from ..registry import op
from ..tensors import Tensor
from .shared import also_in, in_place_function, other_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@op("rsqrt(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=3)
def rsqrt(xp: Any, input: Any) -> Any:
    """1 / sqrt(input).

    >>> rsqrt(tensor([1., 4.]))
    tensor([1.0000, 0.5000])
    """
    return xp.reciprocal(xp.sqrt(input))


@rsqrt.vjp("input", rule="-g * out**3 / 2")
def _(xp: Any, g: Any, out: Any) -> Any:
    return (-0.5 * g) * xp.power(out, 3)


@rsqrt.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.5, high=4.0),)


@op("exp2(Tensor input) -> Tensor", kind="map", plain="exp2", dtype=FLOAT, inplace=True, flops=8)
def exp2(xp: Any, input: Any) -> Any:
    """2 ** input.

    >>> exp2(tensor([1., 3.]))
    tensor([2., 8.])
    """
    return xp.exp2(input)


@exp2.vjp("input", rule="g * out * log(2)")
def _(g: Any, out: Any) -> Any:
    return g * out * math.log(2.0)


@exp2.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("expm1(Tensor input) -> Tensor", kind="map", plain="expm1", dtype=FLOAT, inplace=True, flops=8)
def expm1(xp: Any, input: Any) -> Any:
    """exp(input) - 1, accurate near 0.

    >>> expm1(tensor([0., 1.]))
    tensor([0.0000, 1.7183])
    """
    return xp.expm1(input)


@expm1.vjp("input", rule="g * (out + 1)")
def _(g: Any, out: Any) -> Any:
    return g * (out + 1)


@expm1.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("log2(Tensor input) -> Tensor", kind="map", plain="log2", dtype=FLOAT, inplace=True, flops=8)
def log2(xp: Any, input: Any) -> Any:
    """Logarithm to base 2.

    >>> log2(tensor([1., 8.]))
    tensor([0., 3.])
    """
    return xp.log2(input)


@log2.vjp("input", rule="g / (input * log(2))")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.divide(g, input * math.log(2.0))


@log2.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.1, high=4.0),)


@op("log10(Tensor input) -> Tensor", kind="map", plain="log10", dtype=FLOAT, inplace=True, flops=8)
def log10(xp: Any, input: Any) -> Any:
    """Logarithm to base 10.

    >>> log10(tensor([1., 1000.]))
    tensor([0., 3.])
    """
    return xp.log10(input)


@log10.vjp("input", rule="g / (input * log(10))")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.divide(g, input * math.log(10.0))


@log10.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.1, high=4.0),)


@op("log1p(Tensor input) -> Tensor", kind="map", plain="log1p", dtype=FLOAT, inplace=True, flops=8)
def log1p(xp: Any, input: Any) -> Any:
    """log(1 + input), accurate near 0.

    >>> log1p(tensor([0., 1.]))
    tensor([0.0000, 0.6931])
    """
    return xp.log1p(input)


@log1p.vjp("input", rule="g / (input + 1)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.divide(g, input + 1)


@log1p.samples
def _(make: Any) -> Any:
    yield (make(3, low=-0.5, high=2.0),)


@op("asin(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
def asin(xp: Any, input: Any) -> Any:
    """Arc sine, in radians; nan outside [-1, 1].

    >>> asin(tensor([0., 1.]))
    tensor([0.0000, 1.5708])
    """
    return xp.arcsin(input)


@asin.vjp("input", rule="g / sqrt(1 - input**2)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.divide(g, xp.sqrt(1 - input * input))


@asin.samples
def _(make: Any) -> Any:
    yield (make(3, low=-0.9, high=0.9),)


@op("acos(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
def acos(xp: Any, input: Any) -> Any:
    """Arc cosine, in radians; nan outside [-1, 1].

    >>> acos(tensor([0., 1.]))
    tensor([1.5708, 0.0000])
    """
    return xp.arccos(input)


@acos.vjp("input", rule="-g / sqrt(1 - input**2)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.divide(-g, xp.sqrt(1 - input * input))


@acos.samples
def _(make: Any) -> Any:
    yield (make(3, low=-0.9, high=0.9),)


@op("atan(Tensor input) -> Tensor", kind="map", plain="arctan", dtype=FLOAT, inplace=True, flops=8)
def atan(xp: Any, input: Any) -> Any:
    """Arc tangent, in radians.

    >>> atan(tensor([0., 1.]))
    tensor([0.0000, 0.7854])
    """
    return xp.arctan(input)


@atan.vjp("input", rule="g / (1 + input**2)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.divide(g, 1 + input * input)


@atan.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("atan2(Tensor input, Tensor other) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
def atan2(xp: Any, input: Any, other: Any) -> Any:
    """Angle of the point (other, input), in radians.

    >>> atan2(tensor([1.]), tensor([1.]))
    tensor([0.7854])
    """
    return xp.arctan2(input, other)


def _by_size(xp: Any, g: Any, part: Any, input: Any, other: Any) -> Any:
    square = input * input + other * other
    return xp.where(square == 0, 0.0, g * (part * xp.reciprocal(square)))


@atan2.vjp("input", rule="g * other / (input**2 + other**2), 0 at the origin")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return _by_size(xp, g, other, input, other)


@atan2.vjp("other", rule="-g * input / (input**2 + other**2), 0 at the origin")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return _by_size(xp, g, -input, input, other)


@atan2.samples
def _(make: Any) -> Any:
    yield make(3, low=0.5, high=2.0), make(3, low=0.5, high=2.0)


@op("sinh(Tensor input) -> Tensor", kind="map", plain="sinh", dtype=FLOAT, inplace=True, flops=8)
def sinh(xp: Any, input: Any) -> Any:
    """Hyperbolic sine.

    >>> sinh(tensor([0., 1.]))
    tensor([0.0000, 1.1752])
    """
    return xp.sinh(input)


@sinh.vjp("input", rule="g * cosh(input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * xp.cosh(input)


@sinh.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("cosh(Tensor input) -> Tensor", kind="map", plain="cosh", dtype=FLOAT, inplace=True, flops=8)
def cosh(xp: Any, input: Any) -> Any:
    """Hyperbolic cosine.

    >>> cosh(tensor([0., 1.]))
    tensor([1.0000, 1.5431])
    """
    return xp.cosh(input)


@cosh.vjp("input", rule="g * sinh(input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * xp.sinh(input)


@cosh.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("asinh(Tensor input) -> Tensor", kind="map", plain="arcsinh", dtype=FLOAT, inplace=True, flops=8)
def asinh(xp: Any, input: Any) -> Any:
    """Inverse hyperbolic sine.

    >>> asinh(tensor([0., 1.]))
    tensor([0.0000, 0.8814])
    """
    return xp.arcsinh(input)


@asinh.vjp("input", rule="g / sqrt(input**2 + 1)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.divide(g, xp.sqrt(input * input + 1))


@asinh.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("acosh(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
def acosh(xp: Any, input: Any) -> Any:
    """Inverse hyperbolic cosine; nan below 1.

    >>> acosh(tensor([1., 2.]))
    tensor([0.0000, 1.3170])
    """
    return xp.arccosh(input)


@acosh.vjp("input", rule="g / sqrt(input**2 - 1)")
def _(xp: Any, g: Any, input: Any) -> Any:
    if isinstance(input, Tensor) and input._dtype.is_complex:  # the branch of the two roots is that of acosh, the branch of one is not
        return xp.divide(g, xp.sqrt(input - 1) * xp.sqrt(input + 1))
    return xp.divide(g, xp.sqrt(input * input - 1))


@acosh.samples
def _(make: Any) -> Any:
    yield (make(3, low=1.5, high=3.0),)


@op("atanh(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
def atanh(xp: Any, input: Any) -> Any:
    """Inverse hyperbolic tangent; nan outside [-1, 1].

    >>> atanh(tensor([0., 0.5]))
    tensor([0.0000, 0.5493])
    """
    return xp.arctanh(input)


@atanh.vjp("input", rule="g / (1 - input**2)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.divide(g, 1 - input * input)


@atanh.samples
def _(make: Any) -> Any:
    yield (make(3, low=-0.9, high=0.9),)


for _new, _old in (
    ("arcsin", "asin"),
    ("arccos", "acos"),
    ("arctan", "atan"),
    ("arctan2", "atan2"),
    ("arcsinh", "asinh"),
    ("arccosh", "acosh"),
    ("arctanh", "atanh"),
):
    other_name(_new, _old)
for _name in ("exp2", "expm1", "log1p"):
    also_in("special", _name)
# PyTorch has the in-place twins of these as functions, too.
for _name in "rsqrt exp2 expm1 log2 log10 log1p asin acos atan sinh cosh asinh acosh atanh arcsin arccos arctan arcsinh arccosh arctanh".split():
    in_place_function(_name + "_")
