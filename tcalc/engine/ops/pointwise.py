"""Pointwise primitives: arithmetic, elementary functions, comparisons, logic, rounding, selection.

Their kernels and rules run on raw backend values (Python floats, NumPy and CuPy arrays) and, when gradients are recorded, on Tensors, so they use only
operators, comparisons and functions of ``xp`` that all of them have. Broadcasting and promotion are apply's.
"""

from __future__ import annotations

import math

from ..apply import BOOL, FLOAT, SAME
from ..errors import fail
from ..registry import alias, op

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# -- arithmetic ---------------------------------------------------------------------------------------------------------------------


@op("add(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor", kind="map", dtype=SAME, c="({input} + {other})", inplace=True, label="add")
def add(xp: Any, input: Any, other: Any, alpha: Any) -> Any:
    """input + alpha * other, element by element.

    >>> add(tensor([1., 2.]), tensor([10., 20.]))
    tensor([11., 22.])
    """
    return xp.add(input, other) if alpha == 1 else xp.add(input, other * alpha)


@add.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@add.vjp("other", rule="g * alpha")
def _(g: Any, alpha: Any) -> Any:
    return g if alpha == 1 else g * alpha


@add.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(3, 4)
    yield make(3, 4), make(4)
    yield make(2, 1), make(1, 3)
    yield make(3), 2.5
    yield (make(), make())
    yield make(0, 3), make(3)


def _no_bool_minus(input: Any, other: Any) -> None:
    kinds = [getattr(getattr(v, "dtype", None), "kind", "b" if type(v) is bool else "") for v in (input, other)]
    if "b" in kinds and all(k in ("b", "") for k in kinds):
        both = kinds == ["b", "b"]
        fail(
            RuntimeError,
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead."
            if both
            else "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or "
            "`logical_not()` operator instead.",
            kind="dtype",
            op="sub",
            hints=["a ^ b is exclusive or; ~a inverts; a.int() - b.int() counts."],
        )


@op("sub(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor", kind="map", dtype=SAME, c="({input} - {other})", inplace=True)
def sub(xp: Any, input: Any, other: Any, alpha: Any) -> Any:
    """input - alpha * other, element by element.

    >>> sub(tensor([3., 2.]), 1)
    tensor([2., 1.])
    """
    if type(input) is not float:
        _no_bool_minus(input, other)
    return xp.subtract(input, other) if alpha == 1 else xp.subtract(input, other * alpha)


@sub.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@sub.vjp("other", rule="-g * alpha")
def _(g: Any, alpha: Any) -> Any:
    return -g if alpha == 1 else -g * alpha


@sub.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4)
    yield make(2, 1), 2


@op("rsub(Tensor input, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor", kind="map", dtype=SAME, node="RsubBackward1", label="rsub")
def rsub(xp: Any, input: Any, other: Any, alpha: Any) -> Any:
    """other - alpha * input.

    >>> rsub(tensor([1., 2.]), 3)
    tensor([2., 1.])
    """
    if type(input) is not float:
        _no_bool_minus(input, other)
    return xp.subtract(other, input if alpha == 1 else input * alpha)


@rsub.vjp("input", rule="-g * alpha")
def _(g: Any, alpha: Any) -> Any:
    return -g if alpha == 1 else -g * alpha


@rsub.vjp("other", rule="g")
def _(g: Any) -> Any:
    return g


@rsub.samples
def _(make: Any) -> Any:
    yield make(3), 2.0


@op("mul(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=SAME, c="({input} * {other})", inplace=True)
def mul(xp: Any, input: Any, other: Any) -> Any:
    """input * other, element by element.

    >>> mul(tensor([1., 2., 3.]), 10)
    tensor([10., 20., 30.])
    """
    return xp.multiply(input, other)


@mul.vjp("input", rule="g * other")
def _(g: Any, other: Any) -> Any:
    return g * other


@mul.vjp("other", rule="g * input")
def _(g: Any, input: Any) -> Any:
    return g * input


@mul.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(3, 4)
    yield make(3, 1), make(4)
    yield make(3), -2.0
    yield make(), make(2)


def _rounded_div(node: Any) -> str:
    return "DivBackward1" if "rounding_mode" in (node.args or {}) and node.args["rounding_mode"] is not None else "DivBackward0"


@op("div(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=FLOAT, c="({input} / {other})", inplace=True)
def div(xp: Any, input: Any, other: Any) -> Any:
    """input / other: true division, integers give the default floating dtype.

    >>> div(tensor([1, 2, 3]), tensor([4, 5, 6]))
    tensor([0.2500, 0.4000, 0.5000])
    """
    return xp.divide(input, other)


@div.vjp("input", rule="g / other")
def _(g: Any, other: Any) -> Any:
    return g / other


@div.vjp("other", rule="-g * input / other**2")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.divide(xp.divide(-g * input, other), other)


@div.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4, low=1.0, high=3.0)
    yield make(3), 4.0
    yield 1.0, make(3, low=1.0, high=2.0)


def _integer(*values: Any) -> bool:
    for v in values:
        kind = getattr(getattr(v, "dtype", None), "kind", None)
        if kind is None:
            kind = "f" if type(v) is float else "i"
        if kind not in "iub":
            return False
    return True


def _refuse_zero(xp: Any, *values: Any) -> None:
    """Integers divided by zero raise, as in PyTorch (NumPy gives 0)."""
    if _integer(*values) and bool(xp.any(xp.equal(values[-1], 0))):
        fail(RuntimeError, "ZeroDivisionError", kind="zero_division", explain=["Integers have no infinity: dividing one by 0 has no result."])


def _div_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    mode = values[o.schema.by_name["rounding_mode"]]
    if mode not in (None, "trunc", "floor"):
        raise RuntimeError(f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{mode}'")
    return (FLOAT if mode is None else SAME)(o, dims, zeros, numbers, values)


@op(
    "div.mode(Tensor|Scalar input, Tensor|Scalar other, *, str? rounding_mode) -> Tensor",
    kind="map",
    dtype=_div_policy,
    inplace=True,
    node=_rounded_div,
)
def div_mode(xp: Any, input: Any, other: Any, rounding_mode: Any) -> Any:
    """input / other, rounded towards zero ('trunc') or down ('floor')."""
    if rounding_mode is None:
        return xp.divide(input, other)
    _refuse_zero(xp, input, other)
    if rounding_mode == "floor":
        return xp.floor_divide(input, other)
    if _integer(input, other):
        q = xp.floor_divide(input, other)
        return xp.where((xp.remainder(input, other) != 0) & (q < 0), q + 1, q)
    return xp.trunc(xp.divide(input, other))


@div_mode.vjp("input", rule="g / other, or zeros when rounded")
def _(g: Any, other: Any, rounding_mode: Any) -> Any:
    return g / other if rounding_mode is None else g * 0


@div_mode.vjp("other", rule="-g * input / other**2, or zeros when rounded")
def _(xp: Any, g: Any, input: Any, other: Any, rounding_mode: Any) -> Any:
    return xp.divide(xp.divide(-g * input, other), other) if rounding_mode is None else g * 0


@div_mode.samples
def _(make: Any) -> Any:
    yield make(3), make(3, low=1.0, high=2.0), {"rounding_mode": "floor"}
    yield make(3), 0.7, {"rounding_mode": "trunc"}


@op("floor_divide(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=SAME, inplace=True)
def floor_divide(xp: Any, input: Any, other: Any) -> Any:
    """floor(input / other). Not differentiable; an integer divided by 0 raises RuntimeError.

    >>> floor_divide(tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
    _refuse_zero(xp, input, other)
    return xp.floor_divide(input, other)


@floor_divide.samples
def _(make: Any) -> Any:
    yield make(4, grad=False), 0.5


@op("remainder(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=SAME, inplace=True)
def remainder(xp: Any, input: Any, other: Any) -> Any:
    """input - other * floor(input / other): has the divisor's sign, as Python's %.

    >>> remainder(tensor([-3., 3.]), 2)
    tensor([1., 1.])
    """
    _refuse_zero(xp, input, other)
    return xp.remainder(input, other)


@remainder.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@remainder.vjp("other", rule="-g * floor(input / other)")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return -g * xp.floor(xp.divide(input, other))


@remainder.samples
def _(make: Any) -> Any:
    yield make(4), 0.7
    yield make(4), make(4, low=1.0, high=2.0)


@op("fmod(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=SAME, inplace=True)
def fmod(xp: Any, input: Any, other: Any) -> Any:
    """input - other * trunc(input / other): has the dividend's sign, as C's fmod.

    >>> fmod(tensor([-3., 3.]), 2)
    tensor([-1.,  1.])
    """
    _refuse_zero(xp, input, other)
    return xp.fmod(input, other)


@fmod.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@fmod.vjp("other", rule="-g * trunc(input / other)")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return -g * xp.trunc(xp.divide(input, other))


@fmod.samples
def _(make: Any) -> Any:
    yield make(4), 0.7


def _pow_node(node: Any) -> str:
    names = node.args or {}
    return "PowBackward0" if "exponent" in names or "other" in names else "PowBackward1"


def _pow_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = SAME(o, dims, zeros, numbers, values)
    exponent = values[1]
    if type(exponent) is int and exponent < 0 and result.category <= 1 and not (type(values[0]) in (int, float)):
        fail(
            RuntimeError,
            "Integers to negative integer powers are not allowed.",
            kind="dtype",
            op="pow",
            explain=[f"{result.name} cannot hold 1/x."],
            hints=["x.float() ** -1, or 1 / x."],
        )
    return compute, result


@op("pow(Tensor|Scalar input, Tensor|Scalar exponent) -> Tensor", kind="map", dtype=_pow_policy, c="pow({input}, {exponent})", inplace=True, node=_pow_node, flops=8)
def pow_(xp: Any, input: Any, exponent: Any) -> Any:
    """input ** exponent, element by element. Integers to a negative number raise RuntimeError.

    >>> pow(tensor([1., 2., 3.]), 2)
    tensor([1., 4., 9.])
    """
    return xp.power(input, exponent)


@pow_.vjp("input", rule="g * exponent * input**(exponent - 1), 0 where exponent is 0")
def _(xp: Any, g: Any, input: Any, exponent: Any) -> Any:
    if type(exponent) is float or type(exponent) is int:
        if exponent == 0:
            return g * 0
        if exponent == 2:
            return g * (2 * input)
        return g * (exponent * xp.power(input, exponent - 1))
    return xp.where(exponent == 0, g * 0, g * (exponent * xp.power(input, exponent - 1)))


@pow_.vjp("exponent", rule="g * out * log(input), 0 where input is 0 and exponent >= 0")
def _(xp: Any, g: Any, input: Any, exponent: Any, out: Any) -> Any:
    safe = xp.where((input == 0) & (exponent >= 0), g * 0 + 1, g * 0 + input)
    return xp.where((input == 0) & (exponent >= 0), g * 0, g * (out * xp.log(safe)))


@pow_.samples
def _(make: Any) -> Any:
    yield make(3, 4), 2
    yield make(3, low=0.5, high=2.0), 0.5
    yield make(3), 3
    yield make(3, low=0.5, high=2.0), make(3)
    yield 2.0, make(3)
    yield make(3), 0


@op("neg(Tensor input) -> Tensor", kind="map", dtype=SAME, c="(-{input})", inplace=True)
def neg(xp: Any, input: Any) -> Any:
    """-input.

    >>> neg(tensor([1., -2.]))
    tensor([-1.,  2.])
    """
    if type(input) is bool or getattr(getattr(input, "dtype", None), "kind", "") == "b":
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or "
            "`logical_not()` operator instead."
        )
    return xp.negative(input)


@neg.vjp("input", rule="-g")
def _(g: Any) -> Any:
    return -g


@neg.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)


@op("positive(Tensor input) -> Tensor", kind="map", dtype=SAME)
def positive(xp: Any, input: Any) -> Any:
    """input itself (a copy).

    >>> positive(tensor([1., -2.]))
    tensor([ 1., -2.])
    """
    return xp.positive(input)


@positive.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@positive.samples
def _(make: Any) -> Any:
    yield (make(3),)


# -- elementary functions of one argument -------------------------------------------------------------------------------------------
# One declaration each: the kernel is a function of xp, the rule is written in g, the input, the result and xp.


@op("abs(Tensor input) -> Tensor", kind="map", dtype=SAME, c="fabs({input})", inplace=True)
def abs_(xp: Any, input: Any) -> Any:
    """|input|; its gradient at 0 is 0.

    >>> abs(tensor([-3., 1., 2.]))
    tensor([3., 1., 2.])
    """
    return xp.abs(input)


@abs_.vjp("input", rule="g * sign(input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * xp.sign(input)


@abs_.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield (make([-1.0, 0.0, 2.0]),)


@op("sign(Tensor input) -> Tensor", kind="map", dtype=SAME, inplace=True)
def sign(xp: Any, input: Any) -> Any:
    """-1, 0 or 1.

    >>> sign(tensor([-3., 0., 2.]))
    tensor([-1.,  0.,  1.])
    """
    return xp.sign(input)


@sign.vjp("input", rule="0")
def _(g: Any) -> Any:
    return g * 0


@sign.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("sqrt(Tensor input) -> Tensor", kind="map", dtype=FLOAT, c="sqrt({input})", inplace=True, flops=2)
def sqrt(xp: Any, input: Any) -> Any:
    """Square root; nan below 0; the gradient at 0 is inf.

    >>> sqrt(tensor([1., 2., 3., 4.]))
    tensor([1.0000, 1.4142, 1.7321, 2.0000])
    """
    return xp.sqrt(input)


@sqrt.vjp("input", rule="g / (2 * out)")
def _(xp: Any, g: Any, out: Any) -> Any:
    return xp.divide(g, 2 * out)


@sqrt.samples
def _(make: Any) -> Any:
    yield (make(3, 4, low=0.1, high=4.0),)


@op("rsqrt(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=3)
def rsqrt(xp: Any, input: Any) -> Any:
    """1 / sqrt(input).

    >>> rsqrt(tensor([1., 4.]))
    tensor([1.0000, 0.5000])
    """
    return xp.reciprocal(xp.sqrt(input))


@rsqrt.vjp("input", rule="-g * out**3 / 2")
def _(g: Any, out: Any) -> Any:
    return -0.5 * g * out * out * out


@rsqrt.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.5, high=4.0),)


@op("reciprocal(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True)
def reciprocal(xp: Any, input: Any) -> Any:
    """1 / input.

    >>> reciprocal(tensor([1., 4.]))
    tensor([1.0000, 0.2500])
    """
    return xp.reciprocal(input)


@reciprocal.vjp("input", rule="-g * out**2")
def _(g: Any, out: Any) -> Any:
    return -g * out * out


@reciprocal.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.5, high=4.0),)


@op("square(Tensor input) -> Tensor", kind="map", dtype=SAME, inplace=True, node="PowBackward0")
def square(xp: Any, input: Any) -> Any:
    """input ** 2.

    >>> square(tensor([1., -3.]))
    tensor([1., 9.])
    """
    return xp.multiply(input, input)


@square.vjp("input", rule="2 * g * input")
def _(g: Any, input: Any) -> Any:
    return g * (2 * input)


@square.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("exp(Tensor input) -> Tensor", kind="map", dtype=FLOAT, c="exp({input})", inplace=True, flops=8)
def exp(xp: Any, input: Any) -> Any:
    """e ** input.

    >>> exp(tensor([1., 2., 3., 4.]))
    tensor([ 2.7183,  7.3891, 20.0855, 54.5981])
    """
    return xp.exp(input)


@exp.vjp("input", rule="g * out")
def _(g: Any, out: Any) -> Any:
    return g * out


@exp.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield (make([-800.0, 0.0, 800.0], grad=False),)


@op("exp2(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
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


@op("expm1(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
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


@op("log(Tensor input) -> Tensor", kind="map", dtype=FLOAT, c="log({input})", inplace=True, flops=8)
def log(xp: Any, input: Any) -> Any:
    """Natural logarithm; -inf at 0, nan below.

    >>> log(tensor([1., 2., 3., 4.]))
    tensor([0.0000, 0.6931, 1.0986, 1.3863])
    """
    return xp.log(input)


@log.vjp("input", rule="g / input")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.divide(g, input)


@log.samples
def _(make: Any) -> Any:
    yield (make(3, 4, low=0.1, high=4.0),)
    yield (make([-1.0, 0.0, 2.0], grad=False),)


@op("log2(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
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


@op("log10(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
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


@op("log1p(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
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


@op("sin(Tensor input) -> Tensor", kind="map", dtype=FLOAT, c="sin({input})", inplace=True, flops=8)
def sin(xp: Any, input: Any) -> Any:
    """Sine of an angle in radians.

    >>> sin(tensor([1., 2., 3., 4.]))
    tensor([ 0.8415,  0.9093,  0.1411, -0.7568])
    """
    return xp.sin(input)


@sin.vjp("input", rule="g * cos(input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * xp.cos(input)


@sin.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield (make(),)


@op("cos(Tensor input) -> Tensor", kind="map", dtype=FLOAT, c="cos({input})", inplace=True, flops=8)
def cos(xp: Any, input: Any) -> Any:
    """Cosine of an angle in radians.

    >>> cos(tensor([0., 1.]))
    tensor([1.0000, 0.5403])
    """
    return xp.cos(input)


@cos.vjp("input", rule="-g * sin(input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return -g * xp.sin(input)


@cos.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)


@op("tan(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
def tan(xp: Any, input: Any) -> Any:
    """Tangent of an angle in radians.

    >>> tan(tensor([0., 1.]))
    tensor([0.0000, 1.5574])
    """
    return xp.tan(input)


@tan.vjp("input", rule="g * (1 + out**2)")
def _(g: Any, out: Any) -> Any:
    return g * (1 + out * out)


@tan.samples
def _(make: Any) -> Any:
    yield (make(3, low=-1.0, high=1.0),)


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


@op("atan(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
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


@atan2.vjp("input", rule="g * other / (input**2 + other**2)")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.divide(g * other, input * input + other * other)


@atan2.vjp("other", rule="-g * input / (input**2 + other**2)")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.divide(-g * input, input * input + other * other)


@atan2.samples
def _(make: Any) -> Any:
    yield make(3, low=0.5, high=2.0), make(3, low=0.5, high=2.0)


@op("sinh(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
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


@op("cosh(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
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


@op("tanh(Tensor input) -> Tensor", kind="map", dtype=FLOAT, c="tanh({input})", inplace=True, flops=8, function_twin=True)
def tanh(xp: Any, input: Any) -> Any:
    """Hyperbolic tangent of each element.

    >>> tanh(tensor([-1., 0., 1.]))
    tensor([-0.7616,  0.0000,  0.7616])
    """
    return xp.tanh(input)


@tanh.vjp("input", rule="g * (1 - out**2)")
def _(g: Any, out: Any) -> Any:
    return g * (1 - out * out)


@tanh.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield (make([-800.0, 0.0, 800.0]),)
    yield (make(0, 2),)


@op("asinh(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8)
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


@op("erf(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8, namespaces=("torch", "special"))
def erf(xp: Any, input: Any) -> Any:
    """Error function, 2/sqrt(pi) times the integral of exp(-t**2) from 0 to input.

    >>> erf(tensor([0., 1.]))
    tensor([0.0000, 0.8427])
    """
    return xp.erf(input)


@erf.vjp("input", rule="g * 2/sqrt(pi) * exp(-input**2)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * (1.1283791670955126 * xp.exp(-(input * input)))


@erf.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("erfc(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8, namespaces=("torch", "special"))
def erfc(xp: Any, input: Any) -> Any:
    """1 - erf(input), accurate for large inputs.

    >>> erfc(tensor([0., 1.]))
    tensor([1.0000, 0.1573])
    """
    return xp.erfc(input)


@erfc.vjp("input", rule="-g * 2/sqrt(pi) * exp(-input**2)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return -g * (1.1283791670955126 * xp.exp(-(input * input)))


@erfc.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("sigmoid(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=10, namespaces=("torch", "nn.functional", "special"), function_twin=True)
def sigmoid(xp: Any, input: Any) -> Any:
    """1 / (1 + exp(-input)), without overflow on either side.

    >>> sigmoid(tensor([-1000., 0., 1000.]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    z = xp.exp(-xp.abs(input))
    return xp.where(input >= 0, xp.divide(1.0, 1.0 + z), xp.divide(z, 1.0 + z))


@sigmoid.vjp("input", rule="g * out * (1 - out)")
def _(g: Any, out: Any) -> Any:
    return g * (out * (1 - out))


@sigmoid.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield (make([-1000.0, 0.0, 1000.0]),)


@op("relu(Tensor input) -> Tensor", kind="map", dtype=SAME, c="({input} > 0 ? {input} : 0)", inplace=True, function_twin=True)
def relu(xp: Any, input: Any) -> Any:
    """max(input, 0); its gradient at 0 is 0.

    >>> relu(tensor([-1., 0., 2.]))
    tensor([0., 0., 2.])
    """
    return xp.maximum(input, 0)


@relu.vjp("input", rule="g where out > 0, else 0")
def _(g: Any, out: Any) -> Any:
    return g * (out > 0)


@relu.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield (make([-1.0, 0.0, 2.0]),)


# -- rounding: gradients are zero ---------------------------------------------------------------------------------------------------


@op("floor(Tensor input) -> Tensor", kind="map", dtype=SAME, inplace=True)
def floor(xp: Any, input: Any) -> Any:
    """Largest integer not above.

    >>> floor(tensor([-1.5, 1.5]))
    tensor([-2.,  1.])
    """
    return xp.floor(input)


@floor.vjp("input", rule="0")
def _(g: Any) -> Any:
    return g * 0


@floor.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("ceil(Tensor input) -> Tensor", kind="map", dtype=SAME, inplace=True)
def ceil(xp: Any, input: Any) -> Any:
    """Smallest integer not below.

    >>> ceil(tensor([-1.5, 1.5]))
    tensor([-1.,  2.])
    """
    return xp.ceil(input)


@ceil.vjp("input", rule="0")
def _(g: Any) -> Any:
    return g * 0


@ceil.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("trunc(Tensor input) -> Tensor", kind="map", dtype=SAME, inplace=True)
def trunc(xp: Any, input: Any) -> Any:
    """Towards zero.

    >>> trunc(tensor([-1.5, 1.5]))
    tensor([-1.,  1.])
    """
    return xp.trunc(input)


@trunc.vjp("input", rule="0")
def _(g: Any) -> Any:
    return g * 0


@trunc.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("round(Tensor input, *, int decimals=0) -> Tensor", kind="map", dtype=SAME, inplace=True)
def round_(xp: Any, input: Any, decimals: Any) -> Any:
    """Nearest integer (or multiple of 10**-decimals), halves to even.

    >>> round(tensor([0.5, 1.5, 2.4]))
    tensor([0., 2., 2.])
    """
    if decimals == 0 or _integer(input):
        return xp.rint(input)
    scale = 10.0 ** abs(decimals)
    return xp.rint(input * scale) / scale if decimals > 0 else xp.rint(input / scale) * scale


@round_.vjp("input", rule="0")
def _(g: Any) -> Any:
    return g * 0


@round_.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield make(3), {"decimals": 1}


@op("frac(Tensor input) -> Tensor", kind="map", dtype=SAME, inplace=True)
def frac(xp: Any, input: Any) -> Any:
    """input - trunc(input).

    >>> frac(tensor([1.5, -2.25]))
    tensor([ 0.5000, -0.2500])
    """
    return input - xp.trunc(input)


@frac.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@frac.samples
def _(make: Any) -> Any:
    yield (make(3),)


# -- two-way choices ----------------------------------------------------------------------------------------------------------------


@op("maximum(Tensor input, Tensor other) -> Tensor", kind="map", dtype=SAME)
def maximum(xp: Any, input: Any, other: Any) -> Any:
    """The larger of two; ties share the gradient evenly; nan wins.

    >>> maximum(tensor([1., 5.]), tensor([3., 2.]))
    tensor([3., 5.])
    """
    return xp.maximum(input, other)


@maximum.vjp("input", rule="g where input > other, g/2 where equal")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return g * ((input > other) * 1.0 + (input == other) * 0.5)


@maximum.vjp("other", rule="g where other > input, g/2 where equal")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return g * ((other > input) * 1.0 + (input == other) * 0.5)


@maximum.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4)
    yield make([1.0, 2.0]), make([1.0, 3.0])


@op("minimum(Tensor input, Tensor other) -> Tensor", kind="map", dtype=SAME)
def minimum(xp: Any, input: Any, other: Any) -> Any:
    """The smaller of two; ties share the gradient evenly; nan wins.

    >>> minimum(tensor([1., 5.]), tensor([3., 2.]))
    tensor([1., 2.])
    """
    return xp.minimum(input, other)


@minimum.vjp("input", rule="g where input < other, g/2 where equal")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return g * ((input < other) * 1.0 + (input == other) * 0.5)


@minimum.vjp("other", rule="g where other < input, g/2 where equal")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return g * ((other < input) * 1.0 + (input == other) * 0.5)


@minimum.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4)
    yield make([1.0, 2.0]), make([1.0, 3.0])


def _clamp_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[1] is None and values[2] is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    return SAME(o, dims, zeros, numbers, values)


@op("clamp(Tensor input, Tensor|Scalar? min=None, Tensor|Scalar? max=None) -> Tensor", kind="map", dtype=_clamp_policy, inplace=True)
def clamp(xp: Any, input: Any, min: Any, max: Any) -> Any:
    """input bounded below by min and above by max; the gradient passes inside the bounds, bounds included.

    >>> clamp(tensor([-1., 0.5, 3.]), 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is not None:
        input = xp.maximum(input, min)
    if max is not None:
        input = xp.minimum(input, max)
    return input


@clamp.vjp("input", rule="g where min <= input <= max, else 0")
def _(g: Any, input: Any, min: Any, max: Any) -> Any:
    if min is not None:
        g = g * (input >= min)
    if max is not None:
        g = g * (input <= max)
    return g


@clamp.vjp("min", rule="g where input < min (and min < max)")
def _(g: Any, input: Any, min: Any, max: Any) -> Any:
    g = g * (input < min)
    return g if max is None else g * (min < max)


@clamp.vjp("max", rule="g where input > max, or max < min")
def _(g: Any, input: Any, min: Any, max: Any) -> Any:
    inside = input > max
    return g * inside if min is None else g * (inside | (max < min))


@clamp.samples
def _(make: Any) -> Any:
    yield make(5), -0.5, 0.5
    yield make(5), {"min": 0.0}
    yield make(5), {"max": 0.0}
    yield make(5), make(5, low=-1.0, high=0.0), make(5, low=0.0, high=1.0)


def _where_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    from .. import dtypes
    from ..tensors import CELLS, Tensor

    condition = values[0]
    if condition._dtype is not dtypes.bool_ and condition._dtype is not dtypes.uint8:
        fail(
            RuntimeError,
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {_cap_name(condition._dtype)}",
            kind="dtype",
            op="where",
            hints=["A comparison makes one: where(x > 0, x, 0)."],
        )
    dims, zeros = [], []
    for v in values[1:]:
        if isinstance(v, Tensor):
            (zeros if type(v._data) in CELLS or not v._data.shape else dims).append(v._dtype)
    return SAME(o, dims, zeros, numbers, values)


def _cap_name(d: Any) -> str:
    from ..apply import _cap

    return _cap(d)


@op("where(Tensor condition, Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=_where_policy, method=False)
def where(xp: Any, condition: Any, input: Any, other: Any) -> Any:
    """input where the condition holds, else other.

    >>> where(tensor([True, False]), tensor([1., 2.]), 0.)
    tensor([1., 0.])
    """
    return xp.where(xp.not_equal(condition, 0), input, other)


@where.vjp("input", rule="g where condition, else 0")
def _(xp: Any, g: Any, condition: Any) -> Any:
    return xp.where(condition, g, 0.0)


@where.vjp("other", rule="g where not condition, else 0")
def _(xp: Any, g: Any, condition: Any) -> Any:
    return xp.where(condition, 0.0, g)


@where.samples
def _(make: Any) -> Any:
    yield make.mask(3, 4), make(3, 4), make(4)
    yield make.mask(3), make(3), 0.0


@op("lerp(Tensor input, Tensor end, Tensor|Scalar weight) -> Tensor", kind="map", dtype=SAME, inplace=True, flops=3)
def lerp(xp: Any, input: Any, end: Any, weight: Any) -> Any:
    """input + weight * (end - input).

    >>> lerp(tensor([0., 10.]), tensor([10., 20.]), 0.5)
    tensor([ 5., 15.])
    """
    near = input + weight * (end - input)
    far = end - (end - input) * (1 - weight)
    return xp.where(xp.abs(weight) < 0.5, near, far)


@lerp.vjp("input", rule="g * (1 - weight)")
def _(g: Any, weight: Any) -> Any:
    return g * (1 - weight)


@lerp.vjp("end", rule="g * weight")
def _(g: Any, weight: Any) -> Any:
    return g * weight


@lerp.vjp("weight", rule="g * (end - input)")
def _(g: Any, input: Any, end: Any) -> Any:
    return g * (end - input)


@lerp.samples
def _(make: Any) -> Any:
    yield make(3), make(3), 0.3
    yield make(3), make(3), make(3)


@op("addcmul(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor", kind="map", dtype=SAME, inplace=True, flops=3)
def addcmul(xp: Any, input: Any, tensor1: Any, tensor2: Any, value: Any) -> Any:
    """input + value * tensor1 * tensor2.

    >>> addcmul(tensor([1.]), tensor([2.]), tensor([3.]))
    tensor([7.])
    """
    return input + value * tensor1 * tensor2


@addcmul.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@addcmul.vjp("tensor1", rule="g * value * tensor2")
def _(g: Any, tensor2: Any, value: Any) -> Any:
    return g * (tensor2 * value)


@addcmul.vjp("tensor2", rule="g * value * tensor1")
def _(g: Any, tensor1: Any, value: Any) -> Any:
    return g * (tensor1 * value)


@addcmul.samples
def _(make: Any) -> Any:
    yield make(3), make(3), make(3), {"value": 0.5}


@op("addcdiv(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor", kind="map", dtype=SAME, inplace=True, flops=3)
def addcdiv(xp: Any, input: Any, tensor1: Any, tensor2: Any, value: Any) -> Any:
    """input + value * tensor1 / tensor2.

    >>> addcdiv(tensor([1.]), tensor([6.]), tensor([3.]))
    tensor([3.])
    """
    return input + value * xp.divide(tensor1, tensor2)


@addcdiv.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@addcdiv.vjp("tensor1", rule="g * value / tensor2")
def _(xp: Any, g: Any, tensor2: Any, value: Any) -> Any:
    return g * xp.divide(value, tensor2)


@addcdiv.vjp("tensor2", rule="-g * value * tensor1 / tensor2**2")
def _(xp: Any, g: Any, tensor1: Any, tensor2: Any, value: Any) -> Any:
    return -g * xp.divide(value * tensor1, tensor2 * tensor2)


@addcdiv.samples
def _(make: Any) -> Any:
    yield make(3), make(3), make(3, low=1.0, high=2.0), {"value": 0.5}


# -- comparisons and logic: no gradients --------------------------------------------------------------------------------------------


@op("eq(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL, inplace=True)
def eq(xp: Any, input: Any, other: Any) -> Any:
    """Whether equal.

    >>> eq(tensor([1, 2]), 2)
    tensor([False,  True])
    """
    return xp.equal(input, other)


@op("ne(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL, inplace=True)
def ne(xp: Any, input: Any, other: Any) -> Any:
    """Whether different.

    >>> ne(tensor([1, 2]), 2)
    tensor([ True, False])
    """
    return xp.not_equal(input, other)


@op("lt(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL, inplace=True)
def lt(xp: Any, input: Any, other: Any) -> Any:
    """Whether less.

    >>> lt(tensor([1, 2]), 2)
    tensor([ True, False])
    """
    return xp.less(input, other)


@op("le(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL, inplace=True)
def le(xp: Any, input: Any, other: Any) -> Any:
    """Whether less or equal.

    >>> le(tensor([1, 3]), 2)
    tensor([ True, False])
    """
    return xp.less_equal(input, other)


@op("gt(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL, inplace=True)
def gt(xp: Any, input: Any, other: Any) -> Any:
    """Whether greater.

    >>> gt(tensor([1, 3]), 2)
    tensor([False,  True])
    """
    return xp.greater(input, other)


@op("ge(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=BOOL, inplace=True)
def ge(xp: Any, input: Any, other: Any) -> Any:
    """Whether greater or equal.

    >>> ge(tensor([1, 2]), 2)
    tensor([False,  True])
    """
    return xp.greater_equal(input, other)


for _comparison in (eq, ne, lt, le, gt, ge):

    @_comparison.samples
    def _(make: Any) -> Any:
        yield make([1.0, 2.0, 3.0], grad=False), make([1.0, 3.0, 2.0], grad=False)
        yield make([1.0, 2.0], grad=False), 2


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
    return xp.signbit(input) if not _integer(input) else xp.less(input, 0)


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


def _bits(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = SAME(o, dims, zeros, numbers, values)
    if result.category > 1:
        fail(
            RuntimeError,
            f'"{o.public}_cpu" not implemented for \'{_cap_name(result)}\'',
            kind="dtype",
            op=o.public,
            explain=["Bits are for integers and bools."],
        )
    return compute, result


@op("bitwise_and(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=_bits, inplace=True)
def bitwise_and(xp: Any, input: Any, other: Any) -> Any:
    """Bits set in both; of bools, and.

    >>> bitwise_and(tensor([6]), tensor([3]))
    tensor([2])
    """
    return xp.bitwise_and(input, other)


@op("bitwise_or(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=_bits, inplace=True)
def bitwise_or(xp: Any, input: Any, other: Any) -> Any:
    """Bits set in either; of bools, or.

    >>> bitwise_or(tensor([6]), tensor([3]))
    tensor([7])
    """
    return xp.bitwise_or(input, other)


@op("bitwise_xor(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=_bits, inplace=True)
def bitwise_xor(xp: Any, input: Any, other: Any) -> Any:
    """Bits set in exactly one; of bools, exclusive or.

    >>> bitwise_xor(tensor([6]), tensor([3]))
    tensor([5])
    """
    return xp.bitwise_xor(input, other)


@op("bitwise_not(Tensor input) -> Tensor", kind="map", dtype=_bits, inplace=True)
def bitwise_not(xp: Any, input: Any) -> Any:
    """All bits flipped; of bools, not.

    >>> bitwise_not(tensor([0, 1]))
    tensor([-1, -2])
    """
    return xp.invert(input)


for _old, _new in (
    ("mul", "multiply"), ("sub", "subtract"), ("div", "divide"), ("div", "true_divide"), ("neg", "negative"), ("abs", "absolute"),
    ("asin", "arcsin"), ("acos", "arccos"), ("atan", "arctan"), ("atan2", "arctan2"), ("asinh", "arcsinh"), ("acosh", "arccosh"),
    ("atanh", "arctanh"), ("gt", "greater"), ("ge", "greater_equal"), ("lt", "less"), ("le", "less_equal"), ("ne", "not_equal"),
    ("clamp", "clip"), ("trunc", "fix"),
):  # fmt: skip
    alias(_new, _old)
