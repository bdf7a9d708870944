"""Rounding, and choices between values: maximum, clamp, where, lerp, nan_to_num, copysign and their like, element by element."""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import FLOAT, SAME, _cap, apply, apply_inplace
from ..apply import TENSORS as T
from ..errors import fail
from ..registry import METHODS, NAMESPACES, attach, composite, op
from ..tensors import CELLS, Tensor
from .arithmetic import integral, scaled, without_rule
from .factory import _C_NAMES, _C_TYPES, check_scalar
from .shared import in_place_function, only, other_name, twin, zeros

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# -- rounding: gradients are zero ---------------------------------------------------------------------------------------------------


@op("floor(Tensor input) -> Tensor", kind="map", dtype=only("ifc", "floor_vml_cpu"), inplace=True)
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


@op("ceil(Tensor input) -> Tensor", kind="map", dtype=only("ifc", "ceil_vml_cpu"), inplace=True)
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


@op("trunc(Tensor input) -> Tensor", kind="map", dtype=only("ifc", "trunc_vml_cpu"), inplace=True)
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


@op("round(Tensor input) -> Tensor", kind="map", dtype=only("if", "round_vml_cpu"), inplace=True)
def round_(xp: Any, input: Any) -> Any:
    """Nearest integer (or multiple of 10**-decimals), halves to even.

    >>> round(tensor([0.5, 1.5, 2.4]))
    tensor([0., 2., 2.])
    """
    return xp.rint(input)


def _decimals_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    return only("f", "round_cpu" if values[1] else "round_vml_cpu")(o, dims, zeros, numbers, values)


@op("round.decimals(Tensor input, *, int decimals=0) -> Tensor", kind="map", dtype=_decimals_policy, inplace=True, node="RoundBackward1",
    namespaces=("torch", "special"))  # fmt: skip
def round_decimals(xp: Any, input: Any, decimals: Any) -> Any:
    """Nearest multiple of 10**-decimals, halves to even.

    >>> round(tensor([0.25, 1.51]), decimals=1)
    tensor([0.2000, 1.5000])
    """
    if decimals == 0:
        return xp.rint(input)
    scale = 10.0 ** abs(decimals)
    return xp.rint(input * scale) / scale if decimals > 0 else xp.rint(input / scale) * scale


for _o in (round_, round_decimals):
    _o.vjp("input", rule="0")(zeros)


@round_.samples
def _(make: Any) -> Any:
    yield (make(3),)


@round_decimals.samples
def _(make: Any) -> Any:
    yield make(3), {"decimals": 1}
    yield make(3), {"decimals": 0}


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
    if len(numbers) == 1 and None not in values and any(isinstance(v, Tensor) and (v.ndim or v.requires_grad) for v in values[1:]):
        from ..arguments import sentence

        text = sentence("torch", "clamp", tuple(values), {}) or "clamp(): the bounds must be both tensors or both numbers"
        fail(TypeError, text, kind="signature", op="clamp", explain=["One bound is a tensor and the other a number."], hints=["torch.tensor(1.5) as a bound"])
    if complex in map(type, numbers) and not values[0]._dtype.is_complex:
        raise RuntimeError("value cannot be converted to type double without overflow")
    policy = SAME(o, dims, zeros, numbers, values)
    if not policy[1].is_complex:
        _check_bounds(numbers, policy[1])
    return policy


def _check_bounds(numbers: Any, d: Any) -> None:
    """PyTorch's error for a bound that the result's dtype cannot hold; small ones fit (or wrap into) every dtype."""
    for n in numbers:
        if not -100 <= n <= 100:
            check_scalar(n, d)


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


def _bound_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = SAME(o, dims, zeros, numbers, values)
    if result.is_complex and isinstance(values[1], Tensor):
        kernel = "maximum_cpu" if o.base == "clamp_min" else "minimum_cpu"
        fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(result)}'", kind="dtype", op=o.public)
    if not result.is_complex:
        _check_bounds(numbers, result)
    return compute, result


@op("clamp_min(Tensor input, Tensor|Scalar min) -> Tensor", kind="map", dtype=_bound_policy, inplace=True, node=lambda node: _by_bound(node, "min"))
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


@op("clamp_max(Tensor input, Tensor|Scalar max) -> Tensor", kind="map", dtype=_bound_policy, inplace=True, node=lambda node: _by_bound(node, "max"))
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


@composite("where.index(Tensor condition) -> Tensor[]", method=False)
def where_index(condition: Any) -> Any:
    """nonzero(condition, as_tuple=True)."""
    return T.nonzero(condition, as_tuple=True)


@composite("where.method(Tensor input, Tensor condition, Tensor|Scalar other) -> Tensor", namespaces=("Tensor",), method=True)
def where_method(input: Any, condition: Any, other: Any) -> Any:
    """input where the condition holds, else other."""
    return T.where(condition, input, other)


def _lerp_node(node: Any) -> str:
    return "LerpBackward0" if "weight" in (node.args or {}) else "LerpBackward1"


def _lerp_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    for name, v in (("end", values[1]), ("weight", values[2])):
        if hasattr(v, "dtype") and v.dtype is not values[0].dtype:
            names = [_C_TYPES.get(d.name) or _C_NAMES.get(d.name, d.name) for d in (values[0].dtype, v.dtype)]
            raise RuntimeError(f"expected dtype {names[0]} for `{name}` but got dtype {names[1]}")
    policy = only("fc", f"lerp_kernel_{'tensor' if hasattr(values[2], 'dtype') else 'scalar'}")(o, dims, zeros, [], values)
    if not hasattr(values[2], "dtype"):
        check_scalar(values[2], policy[0])
    return policy


@op("lerp(Tensor input, Tensor end, Tensor|Scalar weight) -> Tensor", kind="map", dtype=_lerp_policy, inplace=True, flops=3, node=_lerp_node,
    whole=2, weight=2)  # fmt: skip
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


def _addcmul_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    policy = only("ifc", "addcmul_cpu_out")(o, dims, zeros, numbers, values)
    if values[3] != 1:
        check_scalar(values[3], policy[0])
    return policy


@op("addcmul(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor", kind="map", dtype=_addcmul_policy, inplace=True, flops=3)
def addcmul(xp: Any, input: Any, tensor1: Any, tensor2: Any, value: Any) -> Any:
    """input + value * tensor1 * tensor2.

    >>> addcmul(tensor([1.]), tensor([2.]), tensor([3.]))
    tensor([7.])
    """
    product = scaled(tensor1, int(value) if integral(input) else value, input)
    return input + (scaled(product, tensor2, input) if type(tensor2) is int else product * tensor2)


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
    yield make.ints([1, 2, 3]), make.ints([4, 0, 2]), make.ints([5, 1, 7]), {"value": -2}


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
    policy = SAME(o, dims, zeros, numbers, values)
    if values[3] != 1:
        check_scalar(values[3], policy[0])
    return policy


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


def _own_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = only("f", "nextafter_cpu")(o, dims, zeros, numbers, values)[1]
    return d, d  # not float32 for 16 bits: their neighbours are wanted


@op("nextafter(Tensor input, Tensor other) -> Tensor", kind="map", dtype=_own_policy, inplace=True)
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
    if values[0]._dtype.is_complex or values[1]._dtype.is_complex:
        raise RuntimeError("heaviside is not yet implemented for complex tensors.")
    if values[0]._dtype is not values[1]._dtype:
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


def _exponent_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[1]._dtype is dtypes.bool_ and values[0]._dtype.is_floating_point:
        fail(NotImplementedError, "\"ldexp_cpu_exp\" not implemented for 'Bool'", kind="dtype", op="ldexp", hints=["other.int() counts as 0 or 1."])
    return FLOAT(o, dims, zeros, numbers, values)


@op("ldexp(Tensor input, Tensor other) -> Tensor", kind="map", dtype=_exponent_policy, inplace=True, flops=9, whole=1,
    cast_words="ldexp can't be cast to the desired output type {O}")  # fmt: skip
def ldexp(xp: Any, input: Any, other: Any) -> Any:
    """input * 2**other.

    >>> ldexp(tensor([1., 3.]), tensor([2, 3]))
    tensor([ 4., 24.])
    """
    return input * xp.exp2(other)


@ldexp.vjp("input", rule="g * 2**other")
def _(xp: Any, g: Any, other: Any) -> Any:
    return g * xp.power(2.0, other)


@ldexp.vjp("other", rule="g * input * 2**other * log(2)")
def _(needs: Any, g: Any, input: Any, other: Any) -> Any:  # `needs`: on tensors, so that 16-bit values are rounded at each step, as there
    return g * input * (T.pow(2.0, other) * math.log(2.0))


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
    complex_ = any(v._dtype.is_complex if isinstance(v, Tensor) else type(v) is complex for v in (input, exponent))
    d = dtypes.complex128 if complex_ else dtypes.float64
    wide = [METHODS["to"](v, d) if isinstance(v, Tensor) else d.round(v) for v in (input, exponent)]
    return NAMESPACES["torch"]["pow"](*wide)


def _float_power_(self: Any, exponent: Any) -> Any:
    """In-place twin of float_power(): for float64 and complex128 alone."""
    out = float_power.kernel(self, exponent)
    if out._dtype is not self._dtype:
        raise RuntimeError(f"the base given to float_power_ has dtype {_cap(self._dtype)} but the operation's result requires dtype {_cap(out._dtype)}")
    return METHODS["copy_"](self, out)


attach("float_power_", _float_power_)


@float_power.samples
def _(make: Any) -> Any:
    yield make(3, low=0.5, high=2.0), 2
    yield make(3, low=0.5, high=2.0), make(3)


for _new, _old in (("clip", "clamp"), ("fix", "trunc")):
    other_name(_new, _old)
# PyTorch has the in-place twins of these as functions, too.
for _name in "ceil clamp clamp_max clamp_min clip deg2rad fix floor frac ldexp nan_to_num rad2deg round trunc".split():
    in_place_function(_name + "_")


def _frexp_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    if not d.is_floating_point:
        fail(RuntimeError, "torch.frexp() only supports floating-point dtypes", kind="dtype", op="frexp", hints=["x.float() first."])
    return dtypes.float32 if d.itemsize == 2 else d, (d, dtypes.int32)


def _as_input(input: Any) -> Any:
    from ..apply import Laid, layout_of_result

    shape = tuple(input.shape)
    return [Laid(shape, None if 0 in shape else layout_of_result(shape, [(shape, input.stride)]))] * 2


@op("frexp(Tensor input) -> (Tensor mantissa, Tensor exponent)", dtype=_frexp_policy, spec=_as_input, nondiff="exponent", flops=2)
def frexp(xp: Any, input: Any) -> Any:
    """input = mantissa * 2**exponent with the mantissa's size in [0.5, 1): (mantissa, exponent).

    >>> frexp(tensor([1., -3.5])).mantissa
    tensor([ 0.5000, -0.8750])
    """
    return xp.frexp(input)


@frexp.vjp("input", rule="g / 2**exponent")
def _(g_mantissa: Any, exponent: Any) -> Any:
    return NAMESPACES["torch"]["ldexp"](g_mantissa, -exponent)


@frexp.samples
def _(make: Any) -> Any:
    yield (make(2, 3),)
