"""Elementary functions of one argument: roots, exponentials, logarithms, trigonometric and hyperbolic functions, sigmoid, relu.

(Arithmetic: arithmetic. Rounding and two-way choices: selection. Comparisons and bits: logic. erf and its like: special.)
"""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import FLOAT, SAME
from ..registry import METHODS, NAMESPACES, op
from .shared import also_in, other_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# -- elementary functions of one argument -------------------------------------------------------------------------------------------
# One declaration each: the kernel is a function of xp, the rule is written in g, the input, the result and xp.


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
also_in("special", "exp2")
also_in("special", "expm1")
also_in("special", "log1p")
also_in("special", "expit", "sigmoid")
# PyTorch has the in-place twins of these as functions, too.
for _name in (
    "acos acosh asin asinh atan atanh cos cosh exp exp2 expm1 log log10 log1p log2 reciprocal relu rsqrt sigmoid sin "
    "sinh sqrt square tan tanh arccos arccosh arcsin arcsinh arctan arctanh"
).split():
    NAMESPACES["torch"][_name + "_"] = METHODS[_name + "_"]
