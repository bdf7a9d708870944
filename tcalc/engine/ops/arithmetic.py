"""Arithmetic on elements: sums, products, quotients, remainders, powers, absolute values; what start-up always registers.

Kernels and rules of pointwise ops run on raw backend values (Python floats, NumPy and CuPy arrays) and, when gradients are recorded, on Tensors, so they
use only operators, comparisons and functions of ``xp`` that all of them have. Broadcasting and promotion are apply's.
"""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import FLOAT, SAME
from ..backends import scalar
from ..dtypes import round_f32
from ..errors import fail
from ..registry import METHODS, composite, op
from ..tensors import Tensor
from .shared import in_place_function, only, other_name, twin, zeros

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _alpha_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = SAME(o, dims, zeros, numbers, values)
    alpha = values[2]
    if type(alpha) in (float, complex) and result.category < 2:
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    if type(alpha) is complex and not result.is_complex:
        raise RuntimeError("For non-complex input tensors, argument alpha must not be a complex number.")
    if type(alpha) is bool and result.category:
        raise RuntimeError("Boolean alpha only supported for Boolean results.")
    if alpha != 1 and result.category == dtypes.INT:
        from .factory import check_scalar

        check_scalar(alpha, result)
    return compute, result


def scaled(other: Any, alpha: Any, beside: Any) -> Any:
    """other * alpha; integers wrap around, as in C: a number beside an array in the array's dtype."""
    if type(alpha) is int and getattr(getattr(beside if type(other) is int else other, "dtype", None), "kind", "") in ("i", "u"):
        d = (beside if type(other) is int else other).dtype
        bits = 8 * d.itemsize
        factor = other * alpha if type(other) is int else alpha
        factor &= (1 << bits) - 1
        if d.kind == "i" and factor >> (bits - 1):
            factor -= 1 << bits
        return factor if type(other) is int else other * factor
    return other * alpha


# -- arithmetic ---------------------------------------------------------------------------------------------------------------------


@op("add(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor", kind="map", plain="add", dtype=_alpha_policy, rounds=2,
    c="({input} + {other})", inplace=True, label="add")  # fmt: skip
def add(xp: Any, input: Any, other: Any, alpha: Any) -> Any:
    """input + alpha * other, element by element.

    >>> add(tensor([1., 2.]), tensor([10., 20.]))
    tensor([11., 22.])
    """
    return xp.add(input, other) if alpha == 1 else xp.add(input, scaled(other, alpha, input))


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


@op("sub(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor", kind="map", plain="subtract", dtype=_minus_policy, rounds=2,
    c="({input} - {other})", inplace=True)  # fmt: skip
def sub(xp: Any, input: Any, other: Any, alpha: Any) -> Any:
    """input - alpha * other, element by element.

    >>> sub(tensor([3., 2.]), 1)
    tensor([2., 1.])
    """
    return xp.subtract(input, other) if alpha == 1 else xp.subtract(input, scaled(other, alpha, input))


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


def _by_other(node: Any) -> str:
    return "RsubBackward1" if "other" in (node.args or {}) else "RsubBackward0"  # a tensor is no arg


@op("rsub(Tensor input, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor", kind="map", dtype=_minus_policy, node=_by_other,
    label="rsub", reversed=True, rounds=2)  # fmt: skip
def rsub(xp: Any, input: Any, other: Any, alpha: Any) -> Any:
    """other - alpha * input.

    >>> rsub(tensor([1., 2.]), 3)
    tensor([2., 1.])
    """
    return xp.subtract(other, input if alpha == 1 else scaled(input, alpha, other))


@rsub.vjp("input", rule="-g * alpha")
def _(g: Any, alpha: Any) -> Any:
    return -g if alpha == 1 else -g * alpha


@rsub.vjp("other", rule="g")
def _(g: Any) -> Any:
    return g


@rsub.samples
def _(make: Any) -> Any:
    yield make(3), 2.0
    yield make(3), make(2, 1), {"alpha": -3.0}


@op("mul(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", plain="multiply", dtype=SAME, c="({input} * {other})", inplace=True,
    whole=1)  # fmt: skip
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


@op("div(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", plain="divide", dtype=FLOAT, c="({input} / {other})", inplace=True,
    whole=1)  # fmt: skip
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
    compute, result = only("if", f"div_{mode}_cpu")(o, dims, zeros, numbers, values)
    if mode == "trunc" and not numbers and not zeros:  # 16-bit quotients of two tensors are rounded before they are cut
        compute = result
    return compute, result


@op(
    "div.mode(Tensor|Scalar input, Tensor|Scalar other, *, str? rounding_mode) -> Tensor",
    kind="map",
    dtype=_div_policy,
    inplace=True,
    node="DivBackward2",
    whole=1,
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


@op("floor_divide(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=only("if", "div_floor_cpu"), node="NotImplemented",
    whole=1)  # fmt: skip
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
    d = only("if", f"{o.base}_cpu")(o, dims, zeros, numbers, values)[1]
    return d, d  # 16-bit floats as they are: PyTorch rounds a number to them first


@op("remainder(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=_remainder_policy, inplace=True, node=_by_divisor)
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


@op("remainder.number(Tensor|Scalar input, Tensor other) -> Tensor", kind="map", dtype=_remainder_policy, node="NotImplemented", method=False)
def remainder_of_number(xp: Any, input: Any, other: Any) -> Any:
    """A number's remainder: PyTorch has no derivative of it.

    >>> remainder(7, tensor([2, 3]))
    tensor([1, 1])
    """
    return remainder.kernel(xp, input, other)


without_rule(remainder_of_number, "remainder")


@remainder_of_number.samples
def _(make: Any) -> Any:
    yield 0.7, make(4, low=1.0, high=2.0, grad=False)


@op("fmod(Tensor input, Tensor|Scalar other) -> Tensor", kind="map", dtype=_remainder_policy, inplace=True, node=_by_divisor)
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
    if isinstance(input, Tensor) or isinstance(other, Tensor):  # recorded: a quotient that is cut has no derivative
        return -g * METHODS["div"](input, other, rounding_mode="trunc")
    return -g * xp.trunc(xp.divide(input, other))


@fmod.samples
def _(make: Any) -> Any:
    yield make(4), 0.7


def _pow_node(node: Any) -> str:
    names = node.args or {}
    return "PowBackward0" if "exponent" in names or "other" in names else "PowBackward2" if "input" in names else "PowBackward1"


def _pow_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = only("ifc", "pow")(o, dims, zeros, numbers, values)
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
    if type(exponent) is float or type(exponent) is int or type(exponent) is complex:
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
    if isinstance(exponent, Tensor):  # complex exponents have no order: their real parts decide
        exponent = exponent.real
    if type(input) is complex:
        import cmath

        return g * (out * cmath.log(input)) if input else g * xp.where(exponent >= 0, 0.0, -math.inf)
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


def _abs_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = only("ifc", "abs_cpu")(o, dims, zeros, numbers, values)
    return compute, result.to_real()


@op("abs(Tensor input) -> Tensor", kind="map", dtype=_abs_policy, c="fabs({input})")
def abs_(xp: Any, input: Any) -> Any:
    """|input|; its gradient at 0 is 0.

    >>> abs(tensor([-3., 1., 2.]))
    tensor([3., 1., 2.])
    """
    return xp.abs(input)


@abs_.vjp("input", rule="g * sign(input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * xp.sign(input)


def _real_abs_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0]._dtype.is_complex:
        fail(RuntimeError, "In-place abs is not supported for complex tensors.", kind="dtype", op="abs_", hints=["x.abs() is a real tensor of its own."])
    return _abs_policy(o, dims, zeros, numbers, values)


_abs_twin = twin(abs_, "AbsBackward0")
_abs_twin.dtype = _real_abs_policy
_abs_twin.vjps.update(abs_.vjps)


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


@op("sgn(Tensor input) -> Tensor", kind="map", dtype=SAME, inplace=True, wirtinger=True)
def sgn(xp: Any, input: Any) -> Any:
    """input / |input|, 0 at 0: of real numbers the sign, of complex ones the direction.

    >>> sgn(tensor([-3., 0., 2.]))
    tensor([-1.,  0.,  1.])
    """
    return xp.sign(input)


@sgn.vjp("input", rule="0; of complex numbers (g - out * real(conj(out) * g)) / |input|")
def _(g: Any, input: Any) -> Any:
    if not isinstance(g, Tensor) or not g._dtype.is_complex:  # raw complex values never come here
        return zeros(g)
    size = input.abs()
    out = input.sgn()
    across = g - out * (out.conj() * g).real
    return (across / (size + (size == 0))).masked_fill(size == 0, 0)


@sgn.samples
def _(make: Any) -> Any:
    yield (make(3),)


for _new, _old in (("multiply", "mul"), ("subtract", "sub"), ("divide", "div"), ("true_divide", "div"), ("negative", "neg"), ("absolute", "abs")):
    other_name(_new, _old)
# PyTorch has the in-place twins of these as functions, too.
for _name in "abs neg negative absolute".split():
    in_place_function(_name + "_")
