"""The elementary functions that programs use most: roots, exp and log, sines, sigmoid, relu.

(The others: elementary. Arithmetic: arithmetic. Rounding and two-way choices: selection. Comparisons and bits: logic. erf and its like: special.)
"""

from __future__ import annotations

from .. import dtypes
from ..apply import FLOAT, SAME
from ..registry import op
from .shared import also_in, in_place_function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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


also_in("special", "expit", "sigmoid")
# PyTorch has the in-place twins of these as functions, too.
for _name in "sqrt reciprocal square exp log sin cos tan tanh sigmoid relu".split():
    in_place_function(_name + "_")
