"""torch.nn.functional's activations: pointwise primitives, each with its ``inplace=True`` and its twin with an underscore where PyTorch has them."""

from __future__ import annotations

from .. import dtypes
from ..apply import SAME, _cap, apply, apply_inplace, needs_record
from ..apply import TENSORS as T
from ..errors import describe, fail
from ..registry import Op, composite, op
from .pointwise import relu
from .shared import also_in, only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_F = ("nn.functional",)


def _activation(text: str, *, written: str = "", **options: Any) -> Callable[[Any], Op]:
    """Declare an activation that may write into its input: the primitive, F.name(..., inplace=False) and F.name_(...).

    ``written`` is the node of the in-place form, where PyTorch's has another name.
    """

    def declare(kernel: Any) -> Op:
        name, _, params = text.partition("(")
        o: Op = op(f"{text} -> Tensor", kind="map", namespaces=("internal",), method=False, **options)(kernel)
        twin = o
        if written:
            twin = Op(f"{text} -> Tensor", kernel, "map", {**options, "node": written})
            twin.vjps = o.vjps

        def function(*values: Any) -> Any:
            return apply_inplace(twin, list(values[:-1])) if values[-1] else apply(o, list(values[:-1]))

        def write(*values: Any) -> Any:
            return apply_inplace(twin, list(values))

        both = composite(f"{text[:-1]}, bool inplace=False) -> Tensor", namespaces=_F, method=False, doc=kernel.__doc__)(function)
        both.samples = o.samples
        doc = f"In-place twin of {name}(): writes the result into the tensor and returns it."
        composite(f"{name}_({params} -> Tensor", namespaces=_F, method=False, doc=doc)(write)
        return o

    return declare


# -- rectifiers ---------------------------------------------------------------------------------------------------------------------


@composite("relu(Tensor input, bool inplace=False) -> Tensor", namespaces=_F, method=False)
def _relu(input: Any, inplace: bool) -> Any:
    """max(input, 0); its gradient at 0 is 0.

    >>> nn.functional.relu(tensor([-1., 0., 2.]))
    tensor([0., 0., 2.])
    """
    return apply_inplace(relu, [input]) if inplace else input.relu()


also_in("nn.functional", "relu_")


@_activation("leaky_relu(Tensor input, Scalar negative_slope=0.01)", dtype=only("f", "leaky_relu_cpu"), flops=2, written="LeakyReluBackward1")
def leaky_relu(xp: Any, input: Any, negative_slope: Any) -> Any:
    """input where positive, else negative_slope * input.

    >>> nn.functional.leaky_relu(tensor([-1., 2.]))
    tensor([-0.0100,  2.0000])
    """
    return xp.where(input > 0, input, input * negative_slope)


@leaky_relu.vjp("input", rule="g where input > 0, else g * negative_slope")
def _(xp: Any, g: Any, input: Any, negative_slope: Any) -> Any:
    return xp.where(input > 0, g, g * negative_slope)


@leaky_relu.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield make(3), 0.1


@op("_prelu_kernel(Tensor input, Tensor weight) -> Tensor", kind="map", dtype=only("f", "prelu_cpu"), namespaces=("internal",), method=False,
    node="PreluKernelBackward0", label="prelu", flops=2)  # fmt: skip
def _prelu_kernel(xp: Any, input: Any, weight: Any) -> Any:
    """input where positive, else weight * input."""
    return xp.where(input > 0, input, weight * input)


@_prelu_kernel.vjp("input", rule="g where input > 0, else g * weight")
def _(xp: Any, g: Any, input: Any, weight: Any) -> Any:
    return xp.where(input > 0, g, g * weight)


@_prelu_kernel.vjp("weight", rule="0 where input > 0, else g * input")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.where(input > 0, 0.0, g * input)


@_prelu_kernel.samples
def _(make: Any) -> Any:
    yield make(3, 4), make(1, 4)


@composite("prelu(Tensor input, Tensor weight) -> Tensor", namespaces=("torch", "nn.functional"))
def prelu(input: Any, weight: Any) -> Any:
    """input where positive, else weight * input; one weight for all, or one for each channel (dim 1).

    >>> prelu(tensor([-1., 2.]), tensor([0.25]))
    tensor([-0.2500,  2.0000])
    """
    if weight._dtype is not input._dtype:
        fail(
            RuntimeError,
            f"prelu: Type promoting not supported. Got {_cap(input._dtype)} and {_cap(weight._dtype)}",
            kind="dtype",
            op="prelu",
            operands=[("input", describe(input)), ("weight", describe(weight))],
            hints=["weight.to(input.dtype)"],
        )
    if weight.ndim > 1:
        sentence = f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}"
        fail(RuntimeError, sentence, kind="shape", op="prelu", operands=[("input", describe(input)), ("weight", describe(weight))])
    if weight.numel() != 1:
        if not input.ndim:
            fail(
                RuntimeError, "Not allow zero-dim input tensor.", kind="shape", op="prelu", operands=[("input", describe(input)), ("weight", describe(weight))]
            )
        channels = input.shape[1] if input.ndim > 1 else 1
        if weight.numel() != channels:
            fail(
                RuntimeError,
                f"Mismatch of parameter numbers and input channel size. Found parameter numbers = {weight.numel()} and channel size = {channels}.",
                kind="shape",
                op="prelu",
                operands=[("input", describe(input)), ("weight", describe(weight))],
            )
    if weight.ndim != input.ndim:
        sizes = [1] * input.ndim
        if input.ndim > 1:
            sizes[1] = weight.numel()
        weight = weight.reshape(sizes)
    return _prelu_kernel(input, weight)


@prelu.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(3, low=0.125, high=1.0)
    yield make(4), make(1)


def _rrelu_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[4] and values[0].dtype is dtypes.float16:
        fail(
            NotImplementedError,
            "\"rrelu_with_noise_out_cpu\" not implemented for 'Half'",
            kind="dtype",
            op="rrelu",
            explain=["Slopes are drawn for float32, float64 and bfloat16."],
            hints=["x.float()"],
        )
    return only("f", "rrelu_with_noise_out_cpu" if values[4] else "leaky_relu_cpu")(o, dims, zeros, numbers, values)


@op("_rrelu(Tensor input, Tensor noise, Scalar lower, Scalar upper, bool training) -> Tensor", kind="map", dtype=_rrelu_policy,
    namespaces=("internal",), method=False, node="RreluWithNoiseBackward0", label="rrelu", flops=2)  # fmt: skip
def _rrelu(xp: Any, input: Any, noise: Any, lower: float, upper: float, training: bool) -> Any:
    """input times its noise when training; else leaky_relu with the mean slope."""
    return input * noise if training else xp.where(input > 0, input, input * ((lower + upper) / 2))


@_rrelu.vjp("input", rule="g * noise when training, else g * (1 where input > 0, else the mean slope)")
def _(xp: Any, g: Any, input: Any, noise: Any, lower: float, upper: float, training: bool) -> Any:
    return g * noise if training else xp.where(input > 0, g, g * ((lower + upper) / 2))


@_rrelu.samples
def _(make: Any) -> Any:
    yield make(3), make(3, low=0.25, high=1.0, grad=False), 0.125, 0.25, True
    yield make(3), make(3, low=0.25, high=1.0, grad=False), 0.125, 0.25, False


_rrelu_written = Op("rrelu_" + _rrelu.text[6:], _rrelu.kernel, "map", {"dtype": _rrelu_policy, "node": "RreluWithNoiseBackward1", "label": "rrelu"})
_rrelu_written.vjps = _rrelu.vjps


def _leaky_at_random(input: Any, lower: float, upper: float, training: bool, inplace: bool) -> Any:
    """rrelu(): the slopes are drawn one for each element that is not positive, in the order of the elements."""
    if lower > upper:
        fail(RuntimeError, "Lower bound should be less than or equal to the upper bound", kind="value", op="rrelu")
    noise = T.ones(input.shape, dtype=input.dtype, device=input.device)
    if training and not input.is_meta:
        low = input.detach().reshape(-1) <= 0
        slopes = T.empty(int(low.sum()), dtype=dtypes.float64).uniform_(lower, upper)
        noise = noise.reshape(-1).masked_scatter(low, slopes.to(input.device, input.dtype)).reshape(input.shape)
    values = [input, noise, lower, upper, training]
    return apply_inplace(_rrelu_written, values) if inplace else apply(_rrelu, values)


_RRELU = "Tensor input, Scalar lower=0.125, Scalar upper=0.3333333333333333, bool training=False"


@composite(f"rrelu({_RRELU}, bool inplace=False) -> Tensor", namespaces=_F, method=False)
def rrelu(input: Any, lower: float, upper: float, training: bool, inplace: bool) -> Any:
    """input where positive, else times a slope: drawn between lower and upper for each element when training, their mean when not.

    >>> nn.functional.rrelu(tensor([-8., 2.]), 0.125, 0.375)
    tensor([-2.,  2.])
    """
    return _leaky_at_random(input, lower, upper, training, inplace)


@rrelu.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield make(3), 0.25, 0.5, True


@composite(f"rrelu({_RRELU}, Generator? generator=None) -> Tensor", method=False)
def _torch_rrelu(input: Any, lower: float, upper: float, training: bool, generator: Any) -> Any:
    """nn.functional.rrelu() under its name in PyTorch's core.

    >>> torch.rrelu(tensor([-8., 2.]), 0.125, 0.375)
    tensor([-2.,  2.])
    """
    return _leaky_at_random(input, lower, upper, training, False)


@composite(
    f"rrelu_({_RRELU}) -> Tensor",
    namespaces=("nn.functional", "torch"),
    method=False,
    doc="In-place twin of rrelu(): writes the result into the tensor and returns it.",
)
def rrelu_(input: Any, lower: float, upper: float, training: bool) -> Any:
    """In-place twin of rrelu(): writes the result into the tensor and returns it."""
    return _leaky_at_random(input, lower, upper, training, True)


def _elu(xp: Any, input: Any, alpha: float, scale: float, inner: float) -> Any:
    return xp.where(input > 0, input * scale, alpha * scale * xp.expm1(xp.minimum(0.0, input) * inner))


def _elu_rule(xp: Any, g: Any, input: Any, alpha: float, scale: float, inner: float) -> Any:
    return xp.where(input <= 0, g * (alpha * scale * inner * xp.exp(xp.clip(input, None, 0.0) * inner)), g * scale)


@_activation("elu(Tensor input, Scalar alpha=1.0)", dtype=only("f", "elu_cpu"), flops=10, written="EluBackward1")
def elu(xp: Any, input: Any, alpha: Any) -> Any:
    """input where positive, else alpha * (exp(input) - 1).

    >>> nn.functional.elu(tensor([-1., 2.]))
    tensor([-0.6321,  2.0000])
    """
    return _elu(xp, input, alpha, 1.0, 1.0)


@elu.vjp("input", rule="g where input > 0, else g * alpha * exp(input)")
def _(xp: Any, g: Any, input: Any, alpha: Any) -> Any:
    return _elu_rule(xp, g, input, alpha, 1.0, 1.0)


@elu.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield make(3), 0.5


_ALPHA, _SCALE = 1.6732632423543772, 1.0507009873554805


@_activation("selu(Tensor input)", dtype=only("f", "elu_cpu"), flops=10, node="EluBackward0", written="EluBackward1")
def selu(xp: Any, input: Any) -> Any:
    """1.0507 * (input where positive, else 1.6733 * (exp(input) - 1)).

    >>> nn.functional.selu(tensor([-1., 2.]))
    tensor([-1.1113,  2.1014])
    """
    return _elu(xp, input, _ALPHA, _SCALE, 1.0)


@selu.vjp("input", rule="1.0507 * (g where input > 0, else g * 1.6733 * exp(input))")
def _(xp: Any, g: Any, input: Any) -> Any:
    return _elu_rule(xp, g, input, _ALPHA, _SCALE, 1.0)


@selu.samples
def _(make: Any) -> Any:
    yield (make(3),)


def _celu_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[1] == 0:
        fail(RuntimeError, "ZeroDivisionError: alpha cannot be 0 for CELU", kind="zero_division", op="celu")
    return only("f", "elu_cpu")(o, dims, zeros, numbers, values)


@_activation("celu(Tensor input, Scalar alpha=1.0)", dtype=_celu_policy, flops=10, written="CeluBackward1")
def celu(xp: Any, input: Any, alpha: Any) -> Any:
    """input where positive, else alpha * (exp(input / alpha) - 1).

    >>> nn.functional.celu(tensor([-1., 2.]), 0.5)
    tensor([-0.4323,  2.0000])
    """
    return _elu(xp, input, alpha, 1.0, 1.0 / alpha)


@celu.vjp("input", rule="g where input > 0, else g * exp(input / alpha)")
def _(xp: Any, g: Any, input: Any, alpha: Any) -> Any:
    return _elu_rule(xp, g, input, alpha, 1.0, 1.0 / alpha)


@celu.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield make(3), 0.5


@_activation("threshold(Tensor input, Scalar threshold, Scalar value)", dtype=only("if", "threshold_cpu"), written="ThresholdBackward1")
def threshold(xp: Any, input: Any, threshold: Any, value: Any) -> Any:
    """input where above the threshold, else value.

    >>> nn.functional.threshold(tensor([-1., 2.]), 0.5, 9.)
    tensor([9., 2.])
    """
    return xp.where(input <= threshold, value, input)


@threshold.vjp("input", rule="0 where input <= threshold, else g")
def _(xp: Any, g: Any, input: Any, threshold: Any) -> Any:
    return xp.where(input <= threshold, 0.0, g)


@threshold.samples
def _(make: Any) -> Any:
    yield make(3), 0.1, 2.0


# -- piecewise linear forms ---------------------------------------------------------------------------------------------------------


def _hardtanh_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0].dtype is dtypes.bool_:
        fail(RuntimeError, "Bool inputs not supported for hardtanh", kind="dtype", op="hardtanh")
    if len(values) > 1 and values[1] > values[2]:
        fail(ValueError, "min_val cannot be greater than max_val", kind="value", op="hardtanh")
    if values[0].dtype is dtypes.uint8 and len(values) > 1 and int(values[1]) < 0:
        fail(RuntimeError, "cannot do hardtanh on an unsigned type with negative limits", kind="dtype", op="hardtanh")
    return SAME(o, dims, zeros, numbers, values)


@_activation("hardtanh(Tensor input, Scalar min_val=-1.0, Scalar max_val=1.0)", dtype=_hardtanh_policy, flops=2)
def hardtanh(xp: Any, input: Any, min_val: Any, max_val: Any) -> Any:
    """input bounded by min_val and max_val; the gradient is 0 at the bounds and outside.

    >>> nn.functional.hardtanh(tensor([-2., 0.5, 3.]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    return xp.minimum(max_val, xp.maximum(min_val, input))


@hardtanh.vjp("input", rule="g where min_val < input < max_val, else 0")
def _(xp: Any, g: Any, input: Any, min_val: Any, max_val: Any) -> Any:
    return xp.where((input <= min_val) | (input >= max_val), 0.0, g)


@hardtanh.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield make(3), -0.5, 0.7


@_activation("relu6(Tensor input)", dtype=_hardtanh_policy, flops=2, node="HardtanhBackward0")
def relu6(xp: Any, input: Any) -> Any:
    """input bounded by 0 and 6.

    >>> nn.functional.relu6(tensor([-1., 2., 8.]))
    tensor([0., 2., 6.])
    """
    return xp.minimum(6, xp.maximum(0, input))


@relu6.vjp("input", rule="g where 0 < input < 6, else 0")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.where((input <= 0) | (input >= 6), 0.0, g)


@relu6.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield (make([-1.0, 2.0, 7.0]),)


@_activation("hardsigmoid(Tensor input)", dtype=only("f", "hardsigmoid_cpu"), flops=4)
def hardsigmoid(xp: Any, input: Any) -> Any:
    """input + 3 bounded by 0 and 6, over 6.

    >>> nn.functional.hardsigmoid(tensor([-4., 0., 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """
    return xp.minimum(6.0, xp.maximum(0.0, input + 3.0)) / 6.0


_SIXTH = 0.1666666716337204  # PyTorch's is a float32


@hardsigmoid.vjp("input", rule="g / 6 where -3 < input < 3, else 0")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.where((input > -3) & (input < 3), g * _SIXTH, 0.0)


@hardsigmoid.samples
def _(make: Any) -> Any:
    yield (make(3),)


@_activation("hardswish(Tensor input)", dtype=only("f", "hardswish_cpu"), flops=5)
def hardswish(xp: Any, input: Any) -> Any:
    """input * hardsigmoid(input).

    >>> nn.functional.hardswish(tensor([-4., 1., 4.]))
    tensor([-0.0000,  0.6667,  4.0000])
    """
    return input * xp.minimum(6.0, xp.maximum(0.0, input + 3.0)) / 6.0


@hardswish.vjp("input", rule="0 below -3, g * (input / 3 + 1/2) up to 3, then g")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.where(input <= -3, 0.0, xp.where(input < 3, g * (input / 3.0 + 0.5), g))


@hardswish.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("hardshrink(Tensor input, Scalar lambd=0.5) -> Tensor", kind="map", dtype=only("f", "hardshrink_cpu"), namespaces=("torch", "nn.functional"), flops=2)
def hardshrink(xp: Any, input: Any, lambd: Any) -> Any:
    """0 where |input| <= lambd, else input.

    >>> hardshrink(tensor([-1., 0.25, 2.]))
    tensor([-1.,  0.,  2.])
    """
    return xp.where((input >= -lambd) & (input <= lambd), 0.0, input)


@hardshrink.vjp("input", rule="0 where |input| <= lambd, else g")
def _(xp: Any, g: Any, input: Any, lambd: Any) -> Any:
    return xp.where((input >= -lambd) & (input <= lambd), 0.0, g)


@hardshrink.samples
def _(make: Any) -> Any:
    yield (make(4),)


def _softshrink_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    policy = only("f", "softshrink_check")(o, dims, zeros, numbers, values)
    if values[1] < 0:
        largest, name = dtypes.finfo(policy[1]).max, {"float32": "Float", "float64": "Double", "float16": "Half", "bfloat16": "BFloat16"}[policy[1].name]
        fail(
            RuntimeError,
            f"lambda must be in range [0, {largest:.6g}] for input dtype {name}, but found {values[1]:g}",
            kind="value",
            op="softshrink",
        )
    return policy


@op("softshrink(Tensor input, Scalar lambd=0.5) -> Tensor", kind="map", dtype=_softshrink_policy, namespaces=_F, method=False, flops=3)
def softshrink(xp: Any, input: Any, lambd: Any) -> Any:
    """input moved lambd towards 0; 0 where |input| <= lambd.

    >>> nn.functional.softshrink(tensor([-1., 0.25, 2.]))
    tensor([-0.5000,  0.0000,  1.5000])
    """
    return xp.where(input > lambd, input - lambd, xp.where(input < -lambd, input + lambd, input * 0.0))


@softshrink.vjp("input", rule="0 where |input| <= lambd, else g")
def _(xp: Any, g: Any, input: Any, lambd: Any) -> Any:
    return xp.where((input >= -lambd) & (input <= lambd), 0.0, g)


@softshrink.samples
def _(make: Any) -> Any:
    yield (make(4),)


# -- smooth forms -------------------------------------------------------------------------------------------------------------------

_C = 0.7978845608028654  # sqrt(2/pi)


def _gelu_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[1] not in ("none", "tanh"):
        fail(RuntimeError, "approximate argument must be either none or tanh.", kind="value", op="gelu")
    return only("f", "GeluKernelImpl")(o, dims, zeros, numbers, values)


@op("gelu(Tensor input, *, str approximate='none') -> Tensor", kind="map", dtype=_gelu_policy, namespaces=_F, method=False, flops=14)
def gelu(xp: Any, input: Any, approximate: str) -> Any:
    """input * Phi(input), Phi the normal distribution function; approximate='tanh' for the tanh formula.

    >>> nn.functional.gelu(tensor([-1., 0., 1.]))
    tensor([-0.1587,  0.0000,  0.8413])
    """
    if approximate == "tanh":
        return 0.5 * input * (1.0 + xp.tanh(_C * (input + 0.044715 * input * input * input)))
    return 0.5 * input * (1.0 + xp.erf(input * 0.7071067811865476))


@gelu.vjp("input", rule="g * (Phi(input) + input * phi(input))")
def _(xp: Any, g: Any, input: Any, approximate: str) -> Any:
    if approximate == "tanh":
        t = xp.tanh(_C * (input + 0.044715 * input * input * input))
        return g * (0.5 * (1.0 + t) + 0.5 * input * (1.0 - t * t) * (_C * (1.0 + 3 * 0.044715 * input * input)))
    return g * (0.5 * (1.0 + xp.erf(input * 0.7071067811865476)) + input * (0.3989422804014327 * xp.exp(-0.5 * input * input)))


@gelu.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield make(3), {"approximate": "tanh"}


@op("softplus(Tensor input, float beta=1.0, float threshold=20.0) -> Tensor", kind="map", dtype=only("f", "softplus_cpu"),
    namespaces=_F, method=False, flops=16)  # fmt: skip
def softplus(xp: Any, input: Any, beta: float, threshold: float) -> Any:
    """log(1 + exp(beta * input)) / beta; the input itself where beta * input is above the threshold.

    >>> nn.functional.softplus(tensor([-1., 0., 100.]))
    tensor([  0.3133,   0.6931, 100.0000])
    """
    z = input * beta
    return xp.where(z > threshold, input, xp.divide(xp.log1p(xp.exp(xp.minimum(threshold, z))), beta))


@softplus.vjp("input", rule="g * sigmoid(beta * input), g above the threshold")
def _(xp: Any, g: Any, input: Any, beta: float, threshold: float) -> Any:
    z = input * beta
    return xp.where(z > threshold, g, g * xp.sigmoid(z))


@softplus.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield make(3), 2.0
    yield (make([-100.0, 100.0]),)


def _silu_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0]._dtype.is_complex and needs_record(o, values):
        fail(
            RuntimeError,
            "silu does not support automatic differentiation for outputs with complex dtype.",
            kind="dtype",
            op="silu",
            explain=["PyTorch has no gradient of it for complex numbers."],
            hints=["x * torch.sigmoid(x)"],
        )
    return only("fc", "silu_cpu")(o, dims, zeros, numbers, values)


@_activation("silu(Tensor input)", dtype=_silu_policy, flops=12)
def silu(xp: Any, input: Any) -> Any:
    """input * sigmoid(input).

    >>> nn.functional.silu(tensor([-1., 2.]))
    tensor([-0.2689,  1.7616])
    """
    return xp.divide(input, 1.0 + xp.exp(-input))


@silu.vjp("input", rule="g * s * (1 + input * (1 - s)), s = sigmoid(input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    s = xp.sigmoid(input)
    return g * (s * (1.0 + input * (1.0 - s)))


@silu.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield (make([0.0, -30.0, 30.0]),)


@_activation("mish(Tensor input)", dtype=only("f", "mish_cpu"), flops=26)
def mish(xp: Any, input: Any) -> Any:
    """input * tanh(softplus(input)).

    >>> nn.functional.mish(tensor([-1., 2.]))
    tensor([-0.3034,  1.9440])
    """
    return input * xp.tanh(xp.softplus(input))


@mish.vjp("input", rule="g * (t + input * s * (1 - t**2)), s = sigmoid(input), t = tanh(softplus(input))")
def _(xp: Any, g: Any, input: Any) -> Any:
    t = xp.tanh(xp.softplus(input))
    return g * (t + input * xp.sigmoid(input) * (1.0 - t * t))


@mish.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("logsigmoid(Tensor input) -> Tensor", dtype=only("f", "log_sigmoid_cpu"), namespaces=_F, method=False, flops=16, node="LogSigmoidBackward0",
    cells=True, spec=lambda input: tuple(input.shape))  # fmt: skip
def logsigmoid(xp: Any, input: Any) -> Any:
    """log(sigmoid(input)), without overflow.

    >>> nn.functional.logsigmoid(tensor([-100., 0.]))
    tensor([-100.0000,   -0.6931])
    """
    return xp.minimum(0.0, input) - xp.log1p(xp.exp(-xp.abs(input)))


@logsigmoid.vjp("input", rule="g * sigmoid(-input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * xp.sigmoid(-input)


@logsigmoid.samples
def _(make: Any) -> Any:
    yield (make(3),)
    yield (make([0.0, -30.0, 30.0]),)


@composite("softsign(Tensor input) -> Tensor", namespaces=_F, method=False)
def softsign(input: Any) -> Any:
    """input / (1 + |input|).

    >>> nn.functional.softsign(tensor([-1., 3.]))
    tensor([-0.5000,  0.7500])
    """
    return input / (input.abs() + 1)


@composite("tanhshrink(Tensor input) -> Tensor", namespaces=_F, method=False)
def tanhshrink(input: Any) -> Any:
    """input - tanh(input).

    >>> nn.functional.tanhshrink(tensor([0., 2.]))
    tensor([0.0000, 1.0360])
    """
    return input - input.tanh()


for _smooth in (softsign, tanhshrink):

    @_smooth.samples
    def _(make: Any) -> Any:
        yield (make(3),)


# -- gated --------------------------------------------------------------------------------------------------------------------------


def _glu_shape(input: Any, dim: int) -> tuple[int, ...]:
    shape = list(input.shape)
    if not shape:
        fail(RuntimeError, "glu does not support scalars because halving size must be even", kind="shape", op="glu")
    if not -len(shape) <= dim < len(shape):
        fail(IndexError, f"Dimension out of range (expected to be in range of [{-len(shape)}, {len(shape) - 1}], but got {dim})", kind="dim", op="glu")
    dim %= len(shape)
    if shape[dim] % 2:
        fail(RuntimeError, f"Halving dimension must be even, but dimension {dim} is size {shape[dim]}", kind="shape", op="glu")
    shape[dim] //= 2
    return tuple(shape)


@op("glu(Tensor input, int dim=-1) -> Tensor", dtype=only("f", "glu_cpu"), namespaces=_F, method=False, flops=12, spec=_glu_shape)
def glu(xp: Any, input: Any, dim: int) -> Any:
    """The first half of input along dim times the sigmoid of the second.

    >>> nn.functional.glu(tensor([1., 2., 0., 0.]))
    tensor([0.5000, 1.0000])
    """
    a, b = xp.split(input, 2, dim)
    return a * xp.sigmoid(b)


@glu.vjp("input", rule="g * s for the first half, g * first * s * (1 - s) for the second; s = sigmoid(second)")
def _(g: Any, input: Any, dim: int) -> Any:
    a, b = input.chunk(2, dim)
    s = b.sigmoid()
    return T.cat([g * s, g * a * (s * (1 - s))], dim)


@glu.samples
def _(make: Any) -> Any:
    yield (make(2, 4),)
    yield make(4, 3), 0


# Some are functions of torch, too.
for _name in ("tanh", "sigmoid"):
    also_in("nn.functional", _name)
for _name in ("selu", "celu", "threshold"):
    also_in("torch", _name, _name, "internal")
for _name in ("selu_", "celu_", "threshold_"):
    also_in("torch", _name, _name, "nn.functional")
