"""Comparisons, predicates, logic and bits: pointwise primitives without gradients."""

from __future__ import annotations

import math

from ..apply import BOOL
from ..errors import fail
from ..registry import METHODS, in_place_function, op
from ..tensors import Tensor
from .arithmetic import integral
from .shared import only, other_name, twin, zeros

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# -- comparisons --------------------------------------------------------------------------------------------------------------------


@op("eq(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL)
def eq(xp: Any, input: Any, other: Any) -> Any:
    """Whether equal.

    >>> eq(tensor([1, 2]), 2)
    tensor([False,  True])
    """
    return xp.equal(input, other)


@op("ne(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL)
def ne(xp: Any, input: Any, other: Any) -> Any:
    """Whether different.

    >>> ne(tensor([1, 2]), 2)
    tensor([ True, False])
    """
    return xp.not_equal(input, other)


@op("lt(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL)
def lt(xp: Any, input: Any, other: Any) -> Any:
    """Whether less.

    >>> lt(tensor([1, 2]), 2)
    tensor([ True, False])
    """
    return xp.less(input, other)


@op("le(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL)
def le(xp: Any, input: Any, other: Any) -> Any:
    """Whether less or equal.

    >>> le(tensor([1, 3]), 2)
    tensor([ True, False])
    """
    return xp.less_equal(input, other)


@op("gt(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL)
def gt(xp: Any, input: Any, other: Any) -> Any:
    """Whether greater.

    >>> gt(tensor([1, 3]), 2)
    tensor([False,  True])
    """
    return xp.greater(input, other)


@op("ge(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL)
def ge(xp: Any, input: Any, other: Any) -> Any:
    """Whether greater or equal.

    >>> ge(tensor([1, 2]), 2)
    tensor([False,  True])
    """
    return xp.greater_equal(input, other)


for _comparison in (eq, ne, lt, le, gt, ge):
    # x.eq_(y) keeps x's dtype, so it has a gradient: zeros.
    _twin = twin(_comparison, f"{_comparison.base.title()}Backward0")

    @_twin.vjp("input", rule="0")
    def _(g: Any) -> Any:
        return zeros(g)

    @_twin.vjp("other", rule="0")
    def _(g: Any) -> Any:
        return zeros(g)

    @_comparison.samples
    def _(make: Any) -> Any:
        yield make([1.0, 2.0, 3.0], grad=False), make([1.0, 3.0, 2.0], grad=False)
        yield make([1.0, 2.0], grad=False), 2


# -- predicates and logic -----------------------------------------------------------------------------------------------------------


@op("isnan(Tensor input) -> Tensor", kind="map", dtype=BOOL)
def isnan(xp: Any, input: Any) -> Any:
    """Whether not a number.

    >>> isnan(tensor([1., float('nan')]))
    tensor([False,  True])
    """
    return xp.isnan(input)


@op("isinf(Tensor input) -> Tensor", kind="map", dtype=BOOL)
def isinf(xp: Any, input: Any) -> Any:
    """Whether infinite.

    >>> isinf(tensor([1., float('inf')]))
    tensor([False,  True])
    """
    return xp.isinf(input)


@op("isfinite(Tensor input) -> Tensor", kind="map", dtype=BOOL)
def isfinite(xp: Any, input: Any) -> Any:
    """Whether neither infinite nor nan.

    >>> isfinite(tensor([1., float('inf')]))
    tensor([ True, False])
    """
    return xp.isfinite(input)


@op("signbit(Tensor input) -> Tensor", kind="map", dtype=BOOL)
def signbit(xp: Any, input: Any) -> Any:
    """Whether the sign bit is set.

    >>> signbit(tensor([-1., 1.]))
    tensor([ True, False])
    """
    return xp.less(input, 0) if integral(input) else xp.signbit(input)


@op("isposinf(Tensor input) -> Tensor", kind="map", dtype=BOOL)
def isposinf(xp: Any, input: Any) -> Any:
    """Whether +inf.

    >>> isposinf(tensor([1., float('inf'), -float('inf')]))
    tensor([False,  True, False])
    """
    return xp.equal(input, math.inf)


@op("isneginf(Tensor input) -> Tensor", kind="map", dtype=BOOL)
def isneginf(xp: Any, input: Any) -> Any:
    """Whether -inf.

    >>> isneginf(tensor([1., float('inf'), -float('inf')]))
    tensor([False, False,  True])
    """
    return xp.equal(input, -math.inf)


@op("isreal(Tensor input) -> Tensor", kind="map", dtype=BOOL)
def isreal(xp: Any, input: Any) -> Any:
    """Whether the imaginary part is 0: always, for real numbers.

    >>> isreal(tensor([1., float('nan')]))
    tensor([True, True])
    """
    if getattr(getattr(input, "dtype", None), "kind", "") == "c":
        return xp.equal(input.imag, 0)
    return xp.equal(input, input) | xp.not_equal(input, input)


for _predicate in (isnan, isinf, isfinite, signbit, isposinf, isneginf, isreal):

    @_predicate.samples
    def _(make: Any) -> Any:
        yield (make([0.0, -1.0, math.inf, -math.inf, math.nan], grad=False),)
        yield (make(2, 3, grad=False),)


@op("logical_and(Tensor input, Tensor other) -> Tensor", kind="map", dtype=BOOL, inplace=True)
def logical_and(xp: Any, input: Any, other: Any) -> Any:
    """Both nonzero.

    >>> logical_and(tensor([True, True]), tensor([True, False]))
    tensor([ True, False])
    """
    return xp.logical_and(input, other)


@op("logical_or(Tensor input, Tensor other) -> Tensor", kind="map", dtype=BOOL, inplace=True)
def logical_or(xp: Any, input: Any, other: Any) -> Any:
    """Either nonzero.

    >>> logical_or(tensor([True, False]), tensor([False, False]))
    tensor([ True, False])
    """
    return xp.logical_or(input, other)


@op("logical_xor(Tensor input, Tensor other) -> Tensor", kind="map", dtype=BOOL, inplace=True)
def logical_xor(xp: Any, input: Any, other: Any) -> Any:
    """Exactly one nonzero.

    >>> logical_xor(tensor([True, True]), tensor([True, False]))
    tensor([False,  True])
    """
    return xp.logical_xor(input, other)


@op("logical_not(Tensor input) -> Tensor", kind="map", dtype=BOOL, inplace=True)
def logical_not(xp: Any, input: Any) -> Any:
    """Whether zero.

    >>> logical_not(tensor([True, False]))
    tensor([False,  True])
    """
    return xp.logical_not(input)


for _logical in (logical_and, logical_or, logical_xor):

    @_logical.samples
    def _(make: Any) -> Any:
        yield make([0.0, 1.0, 0.0, 2.0], grad=False), make([0.0, 0.0, 3.0, 2.0], grad=False)


@logical_not.samples
def _(make: Any) -> Any:
    yield (make([0.0, 1.0, -2.0], grad=False),)


# -- bits and whole numbers ---------------------------------------------------------------------------------------------------------


@op("bitwise_and(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=only("bi", "bitwise_and_cpu"), inplace=True)
def bitwise_and(xp: Any, input: Any, other: Any) -> Any:
    """Bits set in both; of bools, and.

    >>> bitwise_and(tensor([6]), tensor([3]))
    tensor([2])
    """
    return xp.bitwise_and(input, other)


@op("bitwise_or(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=only("bi", "bitwise_or_cpu"), inplace=True)
def bitwise_or(xp: Any, input: Any, other: Any) -> Any:
    """Bits set in either; of bools, or.

    >>> bitwise_or(tensor([6]), tensor([3]))
    tensor([7])
    """
    return xp.bitwise_or(input, other)


@op("bitwise_xor(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=only("bi", "bitwise_xor_cpu"), inplace=True)
def bitwise_xor(xp: Any, input: Any, other: Any) -> Any:
    """Bits set in exactly one; of bools, exclusive or.

    >>> bitwise_xor(tensor([6]), tensor([3]))
    tensor([5])
    """
    return xp.bitwise_xor(input, other)


@op("bitwise_not(Tensor input) -> Tensor", kind="map", dtype=only("bi", "bitwise_not_cpu"), inplace=True)
def bitwise_not(xp: Any, input: Any) -> Any:
    """All bits flipped; of bools, not.

    >>> bitwise_not(tensor([0, 1]))
    tensor([-1, -2])
    """
    return xp.invert(input)


@op("bitwise_left_shift(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=only("i", "lshift_cpu"), inplace=True)
def bitwise_left_shift(xp: Any, input: Any, other: Any) -> Any:
    """input * 2**other in bits: those shifted out are lost.

    >>> bitwise_left_shift(tensor([1, 3]), 2)
    tensor([ 4, 12])
    """
    return xp.left_shift(input, other)


@op("bitwise_right_shift(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=only("i", "rshift_cpu"), inplace=True)
def bitwise_right_shift(xp: Any, input: Any, other: Any) -> Any:
    """floor(input / 2**other): the sign stays.

    >>> bitwise_right_shift(tensor([8, -3]), 1)
    tensor([ 4, -2])
    """
    return xp.right_shift(input, other)


@op("gcd(Tensor input, Tensor other) -> Tensor", kind="map", dtype=only("i", "gcd_cpu"), inplace=True)
def gcd(xp: Any, input: Any, other: Any) -> Any:
    """Greatest common divisor.

    >>> gcd(tensor([12, 18]), tensor([8, 27]))
    tensor([4, 9])
    """
    return xp.gcd(input, other)


@op("lcm(Tensor input, Tensor other) -> Tensor", kind="map", dtype=only("i", "lcm_cpu"), inplace=True)
def lcm(xp: Any, input: Any, other: Any) -> Any:
    """Least common multiple.

    >>> lcm(tensor([4, 6]), tensor([6, 9]))
    tensor([12, 18])
    """
    return xp.lcm(input, other)


for _whole in (bitwise_and, bitwise_or, bitwise_xor, bitwise_left_shift, bitwise_right_shift, gcd, lcm):

    @_whole.samples
    def _(make: Any) -> Any:
        yield make.ints([12, 18, 7]), make.ints([2, 3, 1])


@bitwise_not.samples
def _(make: Any) -> Any:
    yield (make.ints([0, 1, 5]),)
    yield (make.mask(3),)


for _new, _old in (
    ("greater", "gt"), ("greater_equal", "ge"), ("less", "lt"), ("less_equal", "le"), ("not_equal", "ne"),
):  # fmt: skip
    other_name(_new, _old)


for _name in ("gcd_", "lcm_"):
    in_place_function(_name)


def invert(self: Tensor) -> Any:
    """~x, of integers and bools."""
    if self.is_floating_point() or self.is_complex():
        fail(TypeError, "~ (operator.invert) is only implemented on integer and Boolean-type tensors", kind="dtype", op="~")
    return METHODS["bitwise_not"](self)
