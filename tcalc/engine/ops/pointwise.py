"""Pointwise primitives: arithmetic, elementary functions, rounding, selection. (Comparisons and bits: logic; erf and its like: special.)

Their kernels and rules run on raw backend values (Python floats, NumPy and CuPy arrays) and, when gradients are recorded, on Tensors, so they use only
operators, comparisons and functions of ``xp`` that all of them have. Broadcasting and promotion are apply's.
"""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import FLOAT, SAME, _cap, apply, apply_inplace
from ..backends import scalar
from ..dtypes import round_f32
from ..errors import fail
from ..registry import METHODS, NAMESPACES, composite, op
from ..tensors import CELLS, Tensor
from .shared import also_in, only, other_name, twin, zeros

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _alpha_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = SAME(o, dims, zeros, numbers, values)
    alpha = values[2]
    if type(alpha) is float and result.category < 2:
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    if type(alpha) is bool and result.category:
        raise RuntimeError("Boolean alpha only supported for Boolean results.")
    return compute, result


# -- arithmetic ---------------------------------------------------------------------------------------------------------------------


@op("add(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor", kind="map", plain="add", dtype=_alpha_policy,
    c="({input} + {other})", inplace=True, label="add")  # fmt: skip
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


def _minus_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    bools = [getattr(v, "dtype", type(v)) in (bool, dtypes.bool_) for v in values[:2]]
    if any(bools):
        both = all(bools)
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
    return _alpha_policy(o, dims, zeros, numbers, values)


@op("sub(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor", kind="map", plain="subtract", dtype=_minus_policy,
    c="({input} - {other})", inplace=True)  # fmt: skip
def sub(xp: Any, input: Any, other: Any, alpha: Any) -> Any:
    """input - alpha * other, element by element.

    >>> sub(tensor([3., 2.]), 1)
    tensor([2., 1.])
    """
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


@op("rsub(Tensor input, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor", kind="map", dtype=_minus_policy, node="RsubBackward1", label="rsub")
def rsub(xp: Any, input: Any, other: Any, alpha: Any) -> Any:
    """other - alpha * input.

    >>> rsub(tensor([1., 2.]), 3)
    tensor([2., 1.])
    """
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


@op("mul(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", plain="multiply", dtype=SAME, c="({input} * {other})", inplace=True)
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


@op("div(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", plain="divide", dtype=FLOAT, c="({input} / {other})", inplace=True)
def div(xp: Any, input: Any, other: Any) -> Any:
    """input / other: true division, integers give the default floating dtype.

    >>> div(tensor([1, 2, 3]), tensor([4, 5, 6]))
    tensor([0.2500, 0.4000, 0.5000])
    """
    return xp.divide(input, other)


@div.vjp("input", rule="g / other")
def _(xp: Any, g: Any, other: Any) -> Any:
    return xp.divide(g, other)


def _by_square(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return -g * xp.divide(xp.divide(input, other), other)


@div.vjp("other", rule="-g * input / other**2")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return _by_square(xp, g, input, other)


@div.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4, low=1.0, high=3.0)
    yield make(3), 4.0
    yield 1.0, make(3, low=1.0, high=2.0)


def integral(*values: Any) -> bool:
    """Whether raw operands are all integers or bools."""
    for v in values:
        kind = getattr(getattr(v, "dtype", None), "kind", None)
        if kind is None:
            kind = "f" if type(v) is float else "i"
        if kind not in "iub":
            return False
    return True


def _refuse_zero(xp: Any, *values: Any) -> None:
    """Integers divided by zero raise, as in PyTorch (NumPy gives 0)."""
    if integral(*values) and bool(xp.any(xp.equal(values[-1], 0))):
        fail(RuntimeError, "ZeroDivisionError", kind="zero_division", explain=["Integers have no infinity: dividing one by 0 has no result."])


def _div_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    mode = values[o.schema.by_name["rounding_mode"]]
    if mode is None:
        return FLOAT(o, dims, zeros, numbers, values)
    if mode not in ("trunc", "floor"):
        raise RuntimeError(f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{mode}'")
    return only("if", f"div_{mode}_cpu")(o, dims, zeros, numbers, values)


@op(
    "div.mode(Tensor|Scalar input, Tensor|Scalar other, *, str? rounding_mode) -> Tensor",
    kind="map",
    dtype=_div_policy,
    inplace=True,
    node="DivBackward2",
)
def div_mode(xp: Any, input: Any, other: Any, rounding_mode: Any) -> Any:
    """input / other, rounded towards zero ('trunc') or down ('floor').

    >>> div(tensor([7., -7.]), 2, rounding_mode='trunc')
    tensor([ 3., -3.])
    """
    if rounding_mode is None:
        return xp.divide(input, other)
    _refuse_zero(xp, input, other)
    if rounding_mode == "floor":
        return xp.floor_divide(input, other)
    if integral(input, other):
        q = xp.floor_divide(input, other)
        return xp.where((xp.remainder(input, other) != 0) & (q < 0), q + 1, q)
    return xp.trunc(xp.divide(input, other))


@div_mode.vjp("input", rule="g / other, or zeros when rounded")
def _(xp: Any, g: Any, other: Any, rounding_mode: Any) -> Any:
    return xp.divide(g, other) if rounding_mode is None else zeros(g)


@div_mode.vjp("other", rule="-g * input / other**2, or zeros when rounded")
def _(xp: Any, g: Any, input: Any, other: Any, rounding_mode: Any) -> Any:
    return _by_square(xp, g, input, other) if rounding_mode is None else zeros(g)


@div_mode.samples
def _(make: Any) -> Any:
    yield make(3), make(3, low=1.0, high=2.0), {"rounding_mode": "floor"}
    yield make(3), 0.7, {"rounding_mode": "trunc"}


def _by_divisor(node: Any) -> str:
    return f"{node.op.base.title()}Backward{0 if 'other' in (node.args or {}) else 1}"


def without_rule(o: Any, called: str) -> None:
    """PyTorch records o and has no derivative for it: backward says so."""

    def refuse(g: Any) -> Any:
        fail(RuntimeError, f"derivative for aten::{called} is not implemented", kind="derivative", op=called)

    for p in o.schema.params:
        if p.is_tensor:
            o.vjp(p.name, rule="none: raises")(refuse)


@op("floor_divide(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=only("if", "div_floor_cpu"), node="NotImplemented")
def floor_divide(xp: Any, input: Any, other: Any) -> Any:
    """floor(input / other). Not differentiable; an integer divided by 0 raises RuntimeError.

    >>> floor_divide(tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
    _refuse_zero(xp, input, other)
    return xp.floor_divide(input, other)


without_rule(floor_divide, "floor_divide")
without_rule(twin(floor_divide, "NotImplemented"), "floor_divide_")


@floor_divide.samples
def _(make: Any) -> Any:
    yield make(4, grad=False), 0.5


def _remainder_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = only("if", "remainder_cpu")(o, dims, zeros, numbers, values)[1]
    return d, d  # 16-bit floats as they are: PyTorch rounds a number to them first


@op("remainder(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=_remainder_policy, inplace=True, node=_by_divisor)
def remainder(xp: Any, input: Any, other: Any) -> Any:
    """input - other * floor(input / other): has the divisor's sign, as Python's %.

    >>> remainder(tensor([-3., 3.]), 2)
    tensor([1., 1.])
    """
    _refuse_zero(xp, input, other)
    if integral(input, other):
        return xp.remainder(input, other)
    r = xp.fmod(input, other)  # a zero keeps the dividend's sign, unlike Python's
    return xp.where((r != 0) & ((r < 0) != (other < 0)), r + other, r)


@remainder.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@remainder.vjp("other", rule="-g * floor(input / other)")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return -g * xp.floor_divide(input, other)


@remainder.samples
def _(make: Any) -> Any:
    yield make(4), 0.7
    yield make(4), make(4, low=1.0, high=2.0)


@op("fmod(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=only("if", "fmod_cpu"), inplace=True, node=_by_divisor)
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
    return "PowBackward0" if "exponent" in names or "other" in names else "PowBackward2" if "input" in names else "PowBackward1"


def _pow_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = only("if", "pow")(o, dims, zeros, numbers, values)
    exponent = values[1]
    if type(exponent) is int and exponent < 0 and result.category <= 1 and type(values[0]) not in (int, float):
        fail(
            RuntimeError,
            "Integers to negative integer powers are not allowed.",
            kind="dtype",
            op="pow",
            explain=[f"{result.name} cannot hold 1/x."],
            hints=["x.float() ** -1, or 1 / x."],
        )
    return compute, result


def _pow_single(input: float, exponent: float) -> float:
    """input ** exponent on float32 cells: PyTorch multiplies out small whole exponents, rounding at each step."""
    if exponent == 3 or exponent == -2:
        square = round_f32(input * input)
        return square * input if exponent == 3 else scalar.divide(1.0, square)
    return scalar.power(input, exponent)  # type: ignore[no-any-return]


@op("pow(Tensor|Scalar input, Tensor|Scalar exponent) -> Tensor", kind="map", plain="power", single=_pow_single, dtype=_pow_policy,
    c="pow({input}, {exponent})", inplace=True, node=_pow_node, flops=8)  # fmt: skip
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
            return zeros(g)
        if exponent == 2:
            return g * (2 * input)
        return g * (exponent * xp.power(input, exponent - 1))
    return xp.where(exponent == 0, 0.0, g * (exponent * xp.power(input, exponent - 1)))


@pow_.vjp("exponent", rule="g * out * log(input), 0 where input is 0 and exponent >= 0")
def _(xp: Any, g: Any, input: Any, exponent: Any, out: Any) -> Any:
    if type(input) is float or type(input) is int:
        slope = out * scalar.XP.log(float(input))
        return g * (xp.where(exponent >= 0, 0.0, slope) if input == 0 else slope)
    still = xp.logical_and(input == 0, exponent >= 0)
    return g * xp.where(still, 0.0, out * xp.log(xp.where(still, 1.0, input)))


@pow_.samples
def _(make: Any) -> Any:
    yield make(3, 4), 2
    yield make(3, low=0.5, high=2.0), 0.5
    yield make(3), 3
    yield make(3, low=0.5, high=2.0), make(3)
    yield 2.0, make(3)
    yield make(3), 0
    yield make(3), make.ints([0, 2, 3])


def _neg_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0].dtype is dtypes.bool_:
        fail(
            RuntimeError,
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or "
            "`logical_not()` operator instead.",
            kind="dtype",
            op="neg",
            hints=["~x inverts a mask; -x.int() counts."],
        )
    return SAME(o, dims, zeros, numbers, values)


@op("neg(Tensor input) -> Tensor", kind="map", dtype=_neg_policy, c="(-{input})", inplace=True)
def neg(xp: Any, input: Any) -> Any:
    """-input.

    >>> neg(tensor([1., -2.]))
    tensor([-1.,  2.])
    """
    return xp.negative(input)


@neg.vjp("input", rule="-g")
def _(g: Any) -> Any:
    return -g


@neg.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)


@composite("positive(Tensor input) -> Tensor")
def positive(input: Any) -> Any:
    """input itself.

    >>> positive(tensor([1., -2.]))
    tensor([ 1., -2.])
    """
    if input.dtype is dtypes.bool_:
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


@positive.samples
def _(make: Any) -> Any:
    yield (make(3),)


# -- elementary functions of one argument -------------------------------------------------------------------------------------------
# One declaration each: the kernel is a function of xp, the rule is written in g, the input, the result and xp.


@op("abs(Tensor input) -> Tensor", kind="map", dtype=only("if", "abs_cpu"), c="fabs({input})", inplace=True)
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
    """-1, 0 or 1; of nan, 0.

    >>> sign(tensor([-3., 0., 2.]))
    tensor([-1.,  0.,  1.])
    """
    return xp.sign(input)


@sign.vjp("input", rule="0")
def _(g: Any) -> Any:
    return zeros(g)


@sign.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("sgn(Tensor input) -> Tensor", kind="map", dtype=SAME, inplace=True)
def sgn(xp: Any, input: Any) -> Any:
    """-1, 0 or 1: sign, of real numbers.

    >>> sgn(tensor([-3., 0., 2.]))
    tensor([-1.,  0.,  1.])
    """
    return xp.sign(input)


@sgn.vjp("input", rule="0")
def _(g: Any) -> Any:
    return zeros(g)


@sgn.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("sqrt(Tensor input) -> Tensor", kind="map", plain="sqrt", dtype=FLOAT, c="sqrt({input})", inplace=True, flops=2)
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
def _(xp: Any, g: Any, out: Any) -> Any:
    return (-0.5 * g) * xp.power(out, 3)


@rsqrt.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.5, high=4.0),)


@op("reciprocal(Tensor input) -> Tensor", kind="map", plain="reciprocal", dtype=FLOAT, inplace=True)
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


def _number_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = SAME(o, dims, zeros, numbers, values)
    return (dtypes.int64, dtypes.int64) if result is dtypes.bool_ else (compute, result)


@op("square(Tensor input) -> Tensor", kind="map", dtype=_number_policy, inplace=True, node="PowBackward0")
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


@op("exp(Tensor input) -> Tensor", kind="map", plain="exp", dtype=FLOAT, c="exp({input})", inplace=True, flops=8)
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


@op("log(Tensor input) -> Tensor", kind="map", plain="log", dtype=FLOAT, c="log({input})", inplace=True, flops=8)
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


@op("sin(Tensor input) -> Tensor", kind="map", plain="sin", dtype=FLOAT, c="sin({input})", inplace=True, flops=8)
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


@op("cos(Tensor input) -> Tensor", kind="map", plain="cos", dtype=FLOAT, c="cos({input})", inplace=True, flops=8)
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


@op("tan(Tensor input) -> Tensor", kind="map", plain="tan", dtype=FLOAT, inplace=True, flops=8)
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


@atan2.vjp("input", rule="g * other / (input**2 + other**2)")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return g * (other * xp.reciprocal(input * input + other * other))


@atan2.vjp("other", rule="-g * input / (input**2 + other**2)")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return g * (-input * xp.reciprocal(input * input + other * other))


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


@op("tanh(Tensor input) -> Tensor", kind="map", plain="tanh", dtype=FLOAT, c="tanh({input})", inplace=True, flops=8)
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


@op("sigmoid(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=10, namespaces=("torch", "nn.functional", "special"))
def sigmoid(xp: Any, input: Any) -> Any:
    """1 / (1 + exp(-input)), without overflow on either side.

    >>> sigmoid(tensor([-1000., 0., 1000.]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    return xp.sigmoid(input)


@sigmoid.vjp("input", rule="g * out * (1 - out)")
def _(g: Any, out: Any) -> Any:
    return g * (out * (1 - out))


@sigmoid.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield (make([-1000.0, 0.0, 1000.0]),)


def _relu_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0].dtype is dtypes.bool_:
        raise RuntimeError("Boolean inputs not supported for relu")
    return SAME(o, dims, zeros, numbers, values)


@op("relu(Tensor input) -> Tensor", kind="map", dtype=_relu_policy, c="({input} > 0 ? {input} : 0)", inplace=True)
def relu(xp: Any, input: Any) -> Any:
    """max(input, 0); its gradient at 0 is 0.

    >>> relu(tensor([-1., 0., 2.]))
    tensor([0., 0., 2.])
    """
    return xp.maximum(0, input)  # in this order -0 stays


@relu.vjp("input", rule="g where out > 0, else 0")
def _(xp: Any, g: Any, out: Any) -> Any:
    return xp.where(out <= 0, 0.0, g)


@relu.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield (make([-1.0, 0.0, 2.0]),)


# -- rounding: gradients are zero ---------------------------------------------------------------------------------------------------


@op("floor(Tensor input) -> Tensor", kind="map", dtype=only("if", "floor_vml_cpu"), inplace=True)
def floor(xp: Any, input: Any) -> Any:
    """Largest integer not above.

    >>> floor(tensor([-1.5, 1.5]))
    tensor([-2.,  1.])
    """
    return xp.floor(input)


@floor.vjp("input", rule="0")
def _(g: Any) -> Any:
    return zeros(g)


@floor.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("ceil(Tensor input) -> Tensor", kind="map", dtype=only("if", "ceil_vml_cpu"), inplace=True)
def ceil(xp: Any, input: Any) -> Any:
    """Smallest integer not below.

    >>> ceil(tensor([-1.5, 1.5]))
    tensor([-1.,  2.])
    """
    return xp.ceil(input)


@ceil.vjp("input", rule="0")
def _(g: Any) -> Any:
    return zeros(g)


@ceil.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("trunc(Tensor input) -> Tensor", kind="map", dtype=only("if", "trunc_vml_cpu"), inplace=True)
def trunc(xp: Any, input: Any) -> Any:
    """Towards zero.

    >>> trunc(tensor([-1.5, 1.5]))
    tensor([-1.,  1.])
    """
    return xp.trunc(input)


@trunc.vjp("input", rule="0")
def _(g: Any) -> Any:
    return zeros(g)


@trunc.samples
def _(make: Any) -> Any:
    yield (make(3),)


def _round_node(node: Any) -> str:
    return "RoundBackward1" if (node.args or {}).get("decimals") else "RoundBackward0"


@op("round(Tensor input, *, int decimals=0) -> Tensor", kind="map", dtype=only("if", "round_vml_cpu"), inplace=True, node=_round_node)
def round_(xp: Any, input: Any, decimals: Any) -> Any:
    """Nearest integer (or multiple of 10**-decimals), halves to even.

    >>> round(tensor([0.5, 1.5, 2.4]))
    tensor([0., 2., 2.])
    """
    if decimals == 0 or integral(input):
        return xp.rint(input)
    scale = 10.0 ** abs(decimals)
    return xp.rint(input * scale) / scale if decimals > 0 else xp.rint(input / scale) * scale


@round_.vjp("input", rule="0")
def _(g: Any) -> Any:
    return zeros(g)


@round_.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield make(3), {"decimals": 1}


@op("frac(Tensor input) -> Tensor", kind="map", dtype=only("f", "frac_cpu"), inplace=True)
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
    return xp.where(input == other, g * 0.5, xp.where(input < other, 0.0, g))


@maximum.vjp("other", rule="g where other > input, g/2 where equal")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.where(input == other, g * 0.5, xp.where(other < input, 0.0, g))


@maximum.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4)


@op("minimum(Tensor input, Tensor other) -> Tensor", kind="map", dtype=SAME)
def minimum(xp: Any, input: Any, other: Any) -> Any:
    """The smaller of two; ties share the gradient evenly; nan wins.

    >>> minimum(tensor([1., 5.]), tensor([3., 2.]))
    tensor([1., 2.])
    """
    return xp.minimum(input, other)


@minimum.vjp("input", rule="g where input < other, g/2 where equal")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.where(input == other, g * 0.5, xp.where(input > other, 0.0, g))


@minimum.vjp("other", rule="g where other < input, g/2 where equal")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.where(input == other, g * 0.5, xp.where(other > input, 0.0, g))


@minimum.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4)


@op("fmax(Tensor input, Tensor other) -> Tensor", kind="map", dtype=SAME)
def fmax(xp: Any, input: Any, other: Any) -> Any:
    """The larger of two; the number where the other is nan; on a tie input has the gradient.

    >>> fmax(tensor([1., float('nan')]), tensor([3., 2.]))
    tensor([3., 2.])
    """
    return xp.fmax(input, other)


@fmax.vjp("input", rule="g where input >= other or other is nan, else 0")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.where(xp.logical_or(input >= other, other != other), g, 0.0)


@fmax.vjp("other", rule="0 where input >= other or other is nan, else g")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.where(xp.logical_or(input >= other, other != other), 0.0, g)


@fmax.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4)


@op("fmin(Tensor input, Tensor other) -> Tensor", kind="map", dtype=SAME)
def fmin(xp: Any, input: Any, other: Any) -> Any:
    """The smaller of two; the number where the other is nan; on a tie input has the gradient.

    >>> fmin(tensor([1., float('nan')]), tensor([3., 2.]))
    tensor([1., 2.])
    """
    return xp.fmin(input, other)


@fmin.vjp("input", rule="g where input <= other or other is nan, else 0")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.where(xp.logical_or(input <= other, other != other), g, 0.0)


@fmin.vjp("other", rule="0 where input <= other or other is nan, else g")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.where(xp.logical_or(input <= other, other != other), 0.0, g)


@fmin.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(4)


def _clamp_node(node: Any) -> str:
    names = node.args or {}
    return "ClampBackward1" if "min" in names and "max" in names else "ClampBackward0"  # tensor bounds are no args


def _clamp_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[1] is None and values[2] is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    return SAME(o, dims, zeros, numbers, values)


@op("clamp(Tensor input, Tensor|Scalar? min=None, Tensor|Scalar? max=None) -> Tensor", kind="map", dtype=_clamp_policy, inplace=True, node=_clamp_node)
def clamp(xp: Any, input: Any, min: Any, max: Any) -> Any:
    """input bounded below by min and above by max; the gradient passes inside the bounds, bounds included.

    >>> clamp(tensor([-1., 0.5, 3.]), 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is not None:
        input = xp.maximum(min, input)  # in this order -0 stays
    if max is not None:
        input = xp.minimum(max, input)
    return input


@clamp.vjp("input", rule="g where min <= input <= max, else 0")
def _(xp: Any, g: Any, input: Any, min: Any, max: Any) -> Any:
    if min is not None:
        g = xp.where(input >= min, g, 0.0)
    if max is not None:
        g = xp.where(input <= max, g, 0.0)
    return g


@clamp.vjp("min", rule="g where input < min (and min < max)")
def _(xp: Any, g: Any, input: Any, min: Any, max: Any) -> Any:
    g = xp.where(input < min, g, 0.0)
    return g if max is None else xp.where(min < max, g, 0.0)


@clamp.vjp("max", rule="g where input > max, or max < min")
def _(xp: Any, g: Any, input: Any, min: Any, max: Any) -> Any:
    inside = input > max
    return xp.where(inside if min is None else xp.logical_or(inside, max < min), g, 0.0)


@clamp.samples
def _(make: Any) -> Any:
    yield make(5), -0.5, 0.5
    yield make(5), {"min": 0.0}
    yield make(5), {"max": 0.0}
    yield make(5), make(5, low=-1.0, high=0.0), make(5, low=0.0, high=1.0)


@op("clamp_min(Tensor input, Tensor|Scalar min) -> Tensor", kind="map", dtype=SAME, inplace=True, node=lambda node: _by_bound(node, "min"))
def clamp_min(xp: Any, input: Any, min: Any) -> Any:
    """input bounded below by min.

    >>> clamp_min(tensor([-1., 2.]), 0)
    tensor([0., 2.])
    """
    return xp.maximum(min, input)


@clamp_min.vjp("input", rule="g where input >= min, else 0")
def _(xp: Any, g: Any, input: Any, min: Any) -> Any:
    return xp.where(input >= min, g, 0.0)


@clamp_min.vjp("min", rule="g where input < min, else 0")
def _(xp: Any, g: Any, input: Any, min: Any) -> Any:
    return xp.where(input < min, g, 0.0)


@clamp_min.samples
def _(make: Any) -> Any:
    yield make(5), 0.1
    yield make(5), make(5)


@op("clamp_max(Tensor input, Tensor|Scalar max) -> Tensor", kind="map", dtype=SAME, inplace=True, node=lambda node: _by_bound(node, "max"))
def clamp_max(xp: Any, input: Any, max: Any) -> Any:
    """input bounded above by max.

    >>> clamp_max(tensor([-1., 2.]), 0)
    tensor([-1.,  0.])
    """
    return xp.minimum(max, input)


@clamp_max.vjp("input", rule="g where input <= max, else 0")
def _(xp: Any, g: Any, input: Any, max: Any) -> Any:
    return xp.where(input <= max, g, 0.0)


@clamp_max.vjp("max", rule="g where input > max, else 0")
def _(xp: Any, g: Any, input: Any, max: Any) -> Any:
    return xp.where(input > max, g, 0.0)


@clamp_max.samples
def _(make: Any) -> Any:
    yield make(5), 0.1
    yield make(5), make(5)


def _by_bound(node: Any, bound: str) -> str:
    return f"Clamp{bound.title()}Backward{0 if bound in (node.args or {}) else 1}"


def _where_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    condition = values[0]
    if condition._dtype is not dtypes.bool_ and condition._dtype is not dtypes.uint8:
        fail(
            RuntimeError,
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {_cap(condition._dtype)}",
            kind="dtype",
            op="where",
            hints=["A comparison makes one: where(x > 0, x, 0)."],
        )
    dims, zeros = [], []
    for v in values[1:]:
        if isinstance(v, Tensor):
            (zeros if type(v._data) in CELLS or not v._data.shape else dims).append(v._dtype)
    return SAME(o, dims, zeros, numbers, values)


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


def _lerp_node(node: Any) -> str:
    return "LerpBackward0" if "weight" in (node.args or {}) else "LerpBackward1"


def _lerp_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    for name, v in (("end", values[1]), ("weight", values[2])):
        if hasattr(v, "dtype") and v.dtype is not values[0].dtype:
            names = [{"long": "long int"}.get(s, s) for s in (_cap(values[0].dtype).lower(), _cap(v.dtype).lower())]
            raise RuntimeError(f"expected dtype {names[0]} for `{name}` but got dtype {names[1]}")
    return only("f", f"lerp_kernel_{'tensor' if hasattr(values[2], 'dtype') else 'scalar'}")(o, dims, zeros, [], values)


@op("lerp(Tensor input, Tensor end, Tensor|Scalar weight) -> Tensor", kind="map", dtype=_lerp_policy, inplace=True, flops=3, node=_lerp_node)
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


@op("addcmul(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor", kind="map",
    dtype=only("if", "addcmul_cpu_out"), inplace=True, flops=3)  # fmt: skip
def addcmul(xp: Any, input: Any, tensor1: Any, tensor2: Any, value: Any) -> Any:
    """input + value * tensor1 * tensor2.

    >>> addcmul(tensor([1.]), tensor([2.]), tensor([3.]))
    tensor([7.])
    """
    return input + (int(value) if integral(input) else value) * tensor1 * tensor2


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


def _addcdiv_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if all(v.dtype.category < 2 for v in values[1:3]):
        fail(
            RuntimeError,
            "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true division of tensor1 "
            "and tensor2. The historic addcdiv behavior can be implemented as (input + value * torch.trunc(tensor1 / tensor2)).to(input.dtype) "
            "for integer inputs and as (input + value * tensor1 / tensor2) for float inputs. The future addcdiv behavior is just the latter "
            "implementation: (input + value * tensor1 / tensor2), for all dtypes.",
            kind="dtype",
            op="addcdiv",
        )
    return SAME(o, dims, zeros, numbers, values)


@op("addcdiv(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor", kind="map", dtype=_addcdiv_policy, inplace=True, flops=3)
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


@op("nan_to_num(Tensor input, float nan, float posinf, float neginf) -> Tensor", kind="map", dtype=SAME, namespaces=("internal",), method=False)
def _nan_to_num(xp: Any, input: Any, nan: Any, posinf: Any, neginf: Any) -> Any:
    """input with nan and infinities replaced by given numbers."""
    if integral(input):
        return input
    return xp.where(input != input, nan, xp.where(input == math.inf, posinf, xp.where(input == -math.inf, neginf, input)))


@_nan_to_num.vjp("input", rule="g where input is finite, else 0")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.where(xp.isfinite(input), g, g * 0.0)


@_nan_to_num.samples
def _(make: Any) -> Any:
    yield make(3), 0.0, 1.0, -1.0


def _replacements(input: Any, nan: Any, posinf: Any, neginf: Any) -> list[Any]:
    d = input.dtype
    largest = dtypes.finfo(d).max if d.is_floating_point else 0.0
    return [input, 0.0 if nan is None else nan, largest if posinf is None else posinf, -largest if neginf is None else neginf]


@composite("nan_to_num(Tensor input, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor")
def nan_to_num(input: Any, nan: Any, posinf: Any, neginf: Any) -> Any:
    """input with nan replaced (by 0), and infinities (by the largest numbers of the dtype).

    >>> nan_to_num(tensor([1., float('nan'), float('inf')]), posinf=9.)
    tensor([1., 0., 9.])
    """
    return apply(_nan_to_num, _replacements(input, nan, posinf, neginf))


@composite("nan_to_num_(Tensor input, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor")
def nan_to_num_(input: Any, nan: Any, posinf: Any, neginf: Any) -> Any:
    """In-place twin of nan_to_num(): writes the result into the tensor and returns it.

    >>> nan_to_num_(tensor([1., float('nan')]))
    tensor([1., 0.])
    """
    return apply_inplace(_nan_to_num, _replacements(input, nan, posinf, neginf))


@nan_to_num.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield make([math.nan, math.inf, -math.inf, 1.0], grad=False), 1.0, 2.0, 3.0


@op("copysign(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=FLOAT, inplace=True,
    node=lambda node: f"CopysignBackward{int('other' in (node.args or {}))}")  # fmt: skip
def copysign(xp: Any, input: Any, other: Any) -> Any:
    """|input| with the sign of other.

    >>> copysign(tensor([1., -2.]), tensor([-3., 4.]))
    tensor([-1.,  2.])
    """
    return xp.copysign(input, other)


@copysign.vjp("input", rule="g * out / input, 0 where input is 0")
def _(xp: Any, g: Any, input: Any, out: Any) -> Any:
    return g * xp.where(input == 0, 0.0, xp.divide(out, input))


@copysign.vjp("other", rule="0")
def _(g: Any) -> Any:
    return zeros(g)


@copysign.samples
def _(make: Any) -> Any:
    yield make(3), make(3)
    yield make(3), -1.0


@op("nextafter(Tensor input, Tensor other) -> Tensor", kind="map", dtype=only("f", "nextafter_cpu"), inplace=True)
def nextafter(xp: Any, input: Any, other: Any) -> Any:
    """The number of input's dtype next to input, towards other.

    >>> nextafter(tensor([1.]), tensor([2.])) > 1
    tensor([True])
    """
    return xp.nextafter(input, other)


@nextafter.vjp("input", rule="g, 0 where input equals other")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.where(input == other, 0.0, g)


@nextafter.vjp("other", rule="0")
def _(g: Any) -> Any:
    return zeros(g)


@nextafter.samples
def _(make: Any) -> Any:
    yield make([1.0, 2.0], grad=False), make([2.0, 0.0], grad=False)


def _like_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0].dtype is not values[1].dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    return SAME(o, dims, zeros, numbers, values)


@op("heaviside(Tensor input, Tensor values) -> Tensor", kind="map", dtype=_like_policy, node="NotImplemented")
def heaviside(xp: Any, input: Any, values: Any) -> Any:
    """0 below 0, 1 above, and values at 0.

    >>> heaviside(tensor([-1., 0., 2.]), tensor([0.5]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    return xp.where(input == 0, values, xp.greater(input, 0))


without_rule(heaviside, "heaviside")
without_rule(twin(heaviside, "NotImplemented"), "heaviside_")


@heaviside.samples
def _(make: Any) -> Any:
    yield make([-1.0, 0.0, 1.0], grad=False), make([0.5, 0.5, 0.5], grad=False)


@op("deg2rad(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, node="Deg2RadBackward0")
def deg2rad(input: Any) -> Any:
    """Degrees to radians.

    >>> deg2rad(tensor([0., 180.]))
    tensor([0.0000, 3.1416])
    """
    return input * 0.017453292519943295


@deg2rad.vjp("input", rule="g * pi / 180")
def _(g: Any) -> Any:
    return g * 0.017453292519943295


@deg2rad.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("rad2deg(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, node="Rad2DegBackward0")
def rad2deg(input: Any) -> Any:
    """Radians to degrees.

    >>> rad2deg(tensor([0., 1.]))
    tensor([ 0.0000, 57.2958])
    """
    return input * 57.29577951308232


@rad2deg.vjp("input", rule="g * 180 / pi")
def _(g: Any) -> Any:
    return g * 57.29577951308232


@rad2deg.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("hypot(Tensor input, Tensor other) -> Tensor", kind="map", dtype=only("f", "hypot_cpu"), inplace=True, flops=4)
def hypot(xp: Any, input: Any, other: Any) -> Any:
    """sqrt(input**2 + other**2), without overflow on the way.

    >>> hypot(tensor([3.]), tensor([4.]))
    tensor([5.])
    """
    return xp.hypot(input, other)


@hypot.vjp("input", rule="g * input / out")
def _(xp: Any, g: Any, input: Any, out: Any) -> Any:
    return g * xp.divide(input, out)


@hypot.vjp("other", rule="g * other / out")
def _(xp: Any, g: Any, other: Any, out: Any) -> Any:
    return g * xp.divide(other, out)


@hypot.samples
def _(make: Any) -> Any:
    yield make(3), make(3)
    yield make(2, 1), make(1, 3)


@op("angle(Tensor input) -> Tensor", kind="map", dtype=FLOAT)
def angle(xp: Any, input: Any) -> Any:
    """The angle of a complex number: of real ones, pi below 0, else 0.

    >>> angle(tensor([-2., 3.]))
    tensor([3.1416, 0.0000])
    """
    return xp.where(input < 0, math.pi, xp.where(input == input, 0.0, input))


@angle.vjp("input", rule="0")
def _(g: Any) -> Any:
    return zeros(g)


@angle.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("ldexp(Tensor input, Tensor other) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=9)
def ldexp(xp: Any, input: Any, other: Any) -> Any:
    """input * 2**other.

    >>> ldexp(tensor([1., 3.]), tensor([2, 3]))
    tensor([ 4., 24.])
    """
    return input * xp.exp2(other)


@ldexp.vjp("input", rule="g * 2**other")
def _(xp: Any, g: Any, other: Any) -> Any:
    return g * xp.power(2.0, other)


@ldexp.vjp("other", rule="g * out * log(2)")
def _(g: Any, out: Any) -> Any:
    return g * (out * math.log(2.0))


@ldexp.samples
def _(make: Any) -> Any:
    yield make(3), make(3)
    yield make(3), make.ints([0, 1, 2])


@composite("float_power(Tensor|Scalar input, Tensor|Scalar exponent) -> Tensor")
def float_power(input: Any, exponent: Any) -> Any:
    """input ** exponent in float64.

    >>> float_power(tensor([2, 3]), 2)
    tensor([4., 9.], dtype=torch.float64)
    """
    wide = [METHODS["to"](v, dtypes.float64) if isinstance(v, Tensor) else float(v) for v in (input, exponent)]
    return NAMESPACES["torch"]["pow"](*wide)


@float_power.samples
def _(make: Any) -> Any:
    yield make(3, low=0.5, high=2.0), 2
    yield make(3, low=0.5, high=2.0), make(3)


@composite("conj(Tensor input) -> Tensor")
def conj(input: Any) -> Any:
    """The complex conjugate: real numbers themselves.

    >>> conj(tensor([1., -2.]))
    tensor([ 1., -2.])
    """
    return input


for _new, _old in (
    ("multiply", "mul"), ("subtract", "sub"), ("divide", "div"), ("true_divide", "div"), ("negative", "neg"), ("absolute", "abs"),
    ("arcsin", "asin"), ("arccos", "acos"), ("arctan", "atan"), ("arctan2", "atan2"), ("arcsinh", "asinh"), ("arccosh", "acosh"),
    ("arctanh", "atanh"), ("clip", "clamp"), ("fix", "trunc"), ("conj_physical", "conj"), ("resolve_conj", "conj"), ("resolve_neg", "conj"),
):  # fmt: skip
    other_name(_new, _old)
for _name in ("exp2", "expm1", "log1p", "sigmoid:expit", "round"):
    also_in("special", _name.rpartition(":")[2], _name.partition(":")[0])
# PyTorch has the in-place twins of these as functions, too.
for _name in (
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "clamp", "clamp_max", "clamp_min", "clip", "cos", "cosh", "deg2rad", "exp",
    "exp2", "expm1", "fix", "floor", "frac", "ldexp", "log", "log10", "log1p", "log2", "nan_to_num", "neg", "negative", "rad2deg", "reciprocal",
    "relu", "round", "rsqrt", "sigmoid", "sin", "sinh", "sqrt", "square", "tan", "tanh", "trunc", "absolute", "arccos", "arccosh", "arcsin",
    "arcsinh", "arctan", "arctanh",
):  # fmt: skip
    NAMESPACES["torch"][_name + "_"] = METHODS[_name + "_"]
