"""Special functions: pointwise primitives whose kernels are ``math``'s for one number and SciPy's, imported on use, for arrays."""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import FLOAT, _cap
from ..errors import fail
from ..registry import METHODS, attach, op
from ..tensors import Tensor
from .shared import also_in, in_place_function, only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BOTH = ("torch", "special")
_SPECIAL = ("special",)
_ROOT_HALF = 0.7071067811865476
_ROOT_2_OVER_PI = 0.7978845608028654


def _wide(kernel: str) -> Any:
    """FLOAT without the 16-bit dtypes."""

    def checked(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        policy = FLOAT(o, dims, zeros, numbers, values)
        if policy[1].itemsize == 2 or policy[1].is_complex:
            fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(policy[1])}'", kind="dtype", op=o.public, hints=["x.float() has more digits."])
        return policy

    return checked


def _stepwise(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    """FLOAT, with 16-bit floats as they are: PyTorch rounds to them after each step."""
    d = FLOAT(o, dims, zeros, numbers, values)[1]
    return d, d


def _beside(value: Any, array: Any) -> Any:
    """A number as one of a 16-bit array's dtype, so that what is made of it is rounded, too."""
    d = getattr(array, "dtype", None)
    return d.type(value) if d is not None and d.itemsize == 2 and type(value) is float else value


# -- error functions ----------------------------------------------------------------------------------------------------------------


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


@op("erfinv(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=8, namespaces=_BOTH)
def erfinv(xp: Any, input: Any) -> Any:
    """Inverse of erf; infinite at -1 and 1, nan beyond.

    >>> erfinv(tensor([0., 0.5]))
    tensor([0.0000, 0.4769])
    """
    return xp.erfinv(input)


@erfinv.vjp("input", rule="g * sqrt(pi)/2 * exp(out**2)")
def _(xp: Any, g: Any, out: Any) -> Any:
    return g * (0.886226925452758 * xp.exp(out * out))


@erfinv.samples
def _(make: Any) -> Any:
    yield (make(3, low=-0.9, high=0.9),)


@op("erfcx(Tensor input) -> Tensor", kind="map", dtype=_wide("erfcx_cpu"), flops=8, namespaces=_SPECIAL, node="SpecialErfcxBackward0")
def erfcx(xp: Any, input: Any) -> Any:
    """exp(input**2) * erfc(input), without overflow.

    >>> special.erfcx(tensor([0., 100.]))
    tensor([1.0000, 0.0056])
    """
    return xp.erfcx(input)


@erfcx.vjp("input", rule="g * (2 * input * out - 2/sqrt(pi))")
def _(g: Any, input: Any, out: Any) -> Any:
    return g * (2.0 * input * out - 1.1283791670955126)


@erfcx.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("ndtr(Tensor input) -> Tensor", kind="map", dtype=FLOAT, flops=10, namespaces=_SPECIAL, node="MulBackward1")
def ndtr(xp: Any, input: Any) -> Any:
    """Area under the normal density to the left of input.

    >>> special.ndtr(tensor([0., 1.]))
    tensor([0.5000, 0.8413])
    """
    return 0.5 * xp.erfc(input * -_ROOT_HALF)


@ndtr.vjp("input", rule="g * exp(-input**2 / 2) / sqrt(2*pi)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * (0.3989422804014327 * xp.exp(-0.5 * input * input))


@ndtr.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("log_ndtr(Tensor input) -> Tensor", kind="map", dtype=_wide("log_ndtr_cpu"), flops=12, namespaces=_SPECIAL, node="SpecialLogNdtrBackward0")
def log_ndtr(xp: Any, input: Any) -> Any:
    """log(ndtr(input)), accurate far to the left.

    >>> special.log_ndtr(tensor([0., -20.]))
    tensor([  -0.6931, -203.9172])
    """
    return xp.log_ndtr(input)


@log_ndtr.vjp("input", rule="g * sqrt(2/pi) / erfcx(-input / sqrt(2))")
def _(xp: Any, g: Any, input: Any) -> Any:
    return xp.divide(g, xp.erfcx(input * -_ROOT_HALF)) * _ROOT_2_OVER_PI


@log_ndtr.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("ndtri(Tensor input) -> Tensor", kind="map", dtype=_wide("ndtri_cpu"), flops=12, namespaces=_SPECIAL, node="SpecialNdtriBackward0")
def ndtri(xp: Any, input: Any) -> Any:
    """Inverse of ndtr.

    >>> special.ndtri(tensor([0.5, 0.9]))
    tensor([0.0000, 1.2816])
    """
    return xp.ndtri(input)


@ndtri.vjp("input", rule="g * sqrt(2*pi) * exp(out**2 / 2)")
def _(xp: Any, g: Any, out: Any) -> Any:
    return g * (2.5066282746310002 * xp.exp(0.5 * out * out))


@ndtri.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.1, high=0.9),)


# -- gamma functions ----------------------------------------------------------------------------------------------------------------


@op("lgamma(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=12)
def lgamma(xp: Any, input: Any) -> Any:
    """log|gamma(input)|; log((n-1)!) of a whole number n.

    >>> lgamma(tensor([1., 5.]))
    tensor([0.0000, 3.1781])
    """
    return xp.lgamma(input)


@lgamma.vjp("input", rule="g * digamma(input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * xp.digamma(input)


@lgamma.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.5, high=4.0),)


@op("digamma(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=12, namespaces=_BOTH)
def digamma(xp: Any, input: Any) -> Any:
    """Derivative of lgamma.

    >>> digamma(tensor([1., 2.]))
    tensor([-0.5772,  0.4228])
    """
    return xp.digamma(input)


@digamma.vjp("input", rule="g * polygamma(1, input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * xp.polygamma(1, input)


@digamma.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.5, high=4.0),)


def _order(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0] < 0:
        fail(RuntimeError, "polygamma(n, x) does not support negative n.", kind="value", op="polygamma")
    if values[0] < 2 and values[1]._dtype.is_complex:
        kernel = "trigamma" if values[0] else "digamma"
        fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(values[1]._dtype)}'", kind="dtype", op="polygamma")
    return FLOAT(o, dims, zeros, numbers, values)


@op("polygamma(int n, Tensor input) -> Tensor", kind="map", dtype=_order, flops=24, namespaces=_BOTH)
def polygamma(xp: Any, n: int, input: Any) -> Any:
    """n-th derivative of digamma.

    >>> polygamma(1, tensor([1., 2.]))
    tensor([1.6449, 0.6449])
    """
    return xp.polygamma(n, input)


@polygamma.vjp("input", rule="g * polygamma(n + 1, input)")
def _(needs: Any, g: Any, n: int, input: Any) -> Any:  # `needs`: on tensors, where 16-bit values are rounded (to infinity, soon) before the product
    return g * polygamma(n + 1, input)


@polygamma.samples
def _(make: Any) -> Any:
    yield 1, make(3, low=0.5, high=4.0)
    yield 0, make(3, low=0.5, high=4.0)


def _mvlgamma_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0].dtype is dtypes.bool_:
        fail(RuntimeError, "The input tensor may not be a boolean tensor.", kind="dtype", op="mvlgamma")
    if values[1] < 1:
        fail(RuntimeError, "p has to be greater than or equal to 1", kind="value", op="mvlgamma")
    if values[1] > 1 << 20 or values[1] * values[0].numel() > 1 << 31:
        fail(
            RuntimeError,
            f"mvlgamma would add {values[1]} terms for each of {values[0].numel()} elements; the limit is a million terms, and two billion in all",
            kind="limit",
            op="mvlgamma",
        )
    return _stepwise(o, dims, zeros, numbers, values)


@op("mvlgamma(Tensor input, int p) -> Tensor", kind="map", dtype=_mvlgamma_policy, inplace=True, flops=24, row_major=True,
    cast_words="mvlgamma: result type {O} can't be cast to the desired output type {R}")  # fmt: skip
def mvlgamma(xp: Any, input: Any, p: int) -> Any:
    """log of the multivariate gamma function of dimension p.

    >>> mvlgamma(tensor([2., 3.]), 2)
    tensor([0.4516, 1.5502])
    """
    constant = p * (p - 1) / 4 * math.log(math.pi)
    d = getattr(input, "dtype", None)
    if d is not None and d.itemsize == 2:  # rounded to 16 bits after each step, but for the sum
        total = xp.zeros(input.shape, "float32")
        for k in range(p):
            total = total + xp.lgamma((input - 0.5 * k).astype("float32")).astype(d).astype("float32")
        return total.astype(d) + d.type(constant)
    total = xp.lgamma(input) + constant
    for k in range(1, p):
        total = total + xp.lgamma(input - 0.5 * k)
    return total


@mvlgamma.vjp("input", rule="g * sum of digamma(input - k/2), k < p")
def _(xp: Any, g: Any, input: Any, p: int) -> Any:
    total = xp.digamma(input)
    for k in range(1, p):
        total = total + xp.digamma(input - 0.5 * k)
    return g * total


@mvlgamma.samples
def _(make: Any) -> Any:
    yield make(3, low=2.0, high=4.0), 3


def _no_derivative(name: str) -> None:
    fail(NotImplementedError, f"the derivative for '{name}' is not implemented.", kind="derivative", op=name.partition(":")[0])


@op("igamma(Tensor input, Tensor other) -> Tensor", kind="map", dtype=only("f", "igamma_cpu"), inplace=True, flops=24)
def igamma(xp: Any, input: Any, other: Any) -> Any:
    """Regularised lower incomplete gamma function P(input, other).

    >>> igamma(tensor([1.]), tensor([2.]))
    tensor([0.8647])
    """
    return _edges(xp, xp.gammainc(input, other), input, other, 0.0)


def _edges(xp: Any, out: Any, a: Any, x: Any, start: float) -> Any:
    """What igamma (start 0) and igammac (1) are where one operand is nan and the other alone decides, as in ATen."""
    at_start = (a != a) & (x == 0) | (x != x) & (a == math.inf)
    return xp.where(at_start, start, xp.where((a != a) & (x == math.inf), 1.0 - start, out))


@op("igammac(Tensor input, Tensor other) -> Tensor", kind="map", dtype=only("f", "igammac_cpu"), inplace=True, flops=24)
def igammac(xp: Any, input: Any, other: Any) -> Any:
    """Regularised upper incomplete gamma function Q(input, other) = 1 - P.

    >>> igammac(tensor([1.]), tensor([2.]))
    tensor([0.1353])
    """
    return _edges(xp, xp.gammaincc(input, other), input, other, 1.0)


@igamma.vjp("input", rule="none: raises")
def _(g: Any) -> Any:
    _no_derivative("igamma: input")


@igammac.vjp("input", rule="none: raises")
def _(g: Any) -> Any:
    _no_derivative("igammac: input")


@igamma.vjp("other", rule="g * exp((input - 1) * log(other) - other - lgamma(input))")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return g * xp.exp((input - 1) * xp.log(other) - other - xp.lgamma(input))


@igammac.vjp("other", rule="-g * exp((input - 1) * log(other) - other - lgamma(input))")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return -g * xp.exp((input - 1) * xp.log(other) - other - xp.lgamma(input))


for _incomplete in (igamma, igammac):

    @_incomplete.samples
    def _(make: Any) -> Any:
        yield make(3, low=0.5, high=3.0, grad=False), make(3, low=0.5, high=3.0)


# -- Bessel functions ---------------------------------------------------------------------------------------------------------------


@op("i0(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=16, namespaces=_BOTH)
def i0(xp: Any, input: Any) -> Any:
    """Modified Bessel function of the first kind, of order 0.

    >>> i0(tensor([0., 1.]))
    tensor([1.0000, 1.2661])
    """
    return xp.i0(input)


@i0.vjp("input", rule="g * i1(input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * xp.i1(input)


@op("i0e(Tensor input) -> Tensor", kind="map", dtype=FLOAT, flops=16, namespaces=_SPECIAL, node="SpecialI0EBackward0")
def i0e(xp: Any, input: Any) -> Any:
    """exp(-|input|) * i0(input).

    >>> special.i0e(tensor([0., 1.]))
    tensor([1.0000, 0.4658])
    """
    return xp.i0e(input)


@i0e.vjp("input", rule="g * (i1e(input) - sign(input) * out)")
def _(xp: Any, g: Any, input: Any, out: Any) -> Any:
    return g * (xp.i1e(input) - xp.sign(input) * out)


@op("i1(Tensor input) -> Tensor", kind="map", dtype=FLOAT, flops=16, namespaces=_SPECIAL, node="SpecialI1Backward0")
def i1(xp: Any, input: Any) -> Any:
    """Modified Bessel function of the first kind, of order 1.

    >>> special.i1(tensor([0., 1.]))
    tensor([0.0000, 0.5652])
    """
    return xp.i1(input)


@i1.vjp("input", rule="g * (i0(input) - out / input), g/2 at 0")
def _(xp: Any, g: Any, input: Any, out: Any) -> Any:
    away = xp.where(input == 0, 1.0, input)
    return g * xp.where(input == 0, 0.5, xp.i0(input) - xp.divide(out, away))


@op("i1e(Tensor input) -> Tensor", kind="map", dtype=FLOAT, flops=16, namespaces=_SPECIAL, node="SpecialI1EBackward0")
def i1e(xp: Any, input: Any) -> Any:
    """exp(-|input|) * i1(input).

    >>> special.i1e(tensor([0., 1.]))
    tensor([0.0000, 0.2079])
    """
    return xp.i1e(input)


@i1e.vjp("input", rule="g * (i0e(input) - out * (sign(input) + 1 / input)), g/2 at 0")
def _(xp: Any, g: Any, input: Any, out: Any) -> Any:
    away = xp.where(input == 0, 1.0, input)
    return g * xp.where(input == 0, 0.5, xp.i0e(input) - out * (xp.sign(input) + xp.reciprocal(away)))


for _bessel in (i0, i0e, i1, i1e):

    @_bessel.samples
    def _(make: Any) -> Any:
        yield (make(3, low=0.5, high=2.0),)


# -- logarithms with care at the edges ----------------------------------------------------------------------------------------------


@op("logaddexp(Tensor input, Tensor other) -> Tensor", kind="map", dtype=only("fc", "logaddexp_cpu"), flops=18)
def logaddexp(xp: Any, input: Any, other: Any) -> Any:
    """log(exp(input) + exp(other)), without overflow.

    >>> logaddexp(tensor([0., 1000.]), tensor([0., 1000.]))
    tensor([6.9315e-01, 1.0007e+03])
    """
    if getattr(getattr(input, "dtype", None), "kind", "") == "c":
        return _complex_logaddexp(xp, input, other)
    return xp.logaddexp(input, other)


def _complex_logaddexp(xp: Any, a: Any, b: Any) -> Any:
    """The one with the larger real part, plus log1p(exp(the difference)): its angle is not brought back into (-pi, pi]. Equal infinities: as ATen has them."""
    larger = (a.real >= b.real) & ~xp.isnan(b) | xp.isnan(a)
    top, low = xp.where(larger, a, b), xp.where(larger, b, a)
    gap = low - top
    out = top + xp.log1p(xp.where(xp.isfinite(gap.real), xp.exp(gap), 0))
    equal = (low.real == top.real) & xp.isinf(top.real)
    out = xp.where(equal, xp.where(top.real < 0, low, xp.log(xp.exp(a) + xp.exp(b))), out)
    return xp.where(xp.isnan(a) | xp.isnan(b), complex(math.nan, math.nan), out)


@logaddexp.vjp("input", rule="g / (1 + exp(other - input))")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.divide(g, 1 + xp.exp(other - input))


@logaddexp.vjp("other", rule="g / (1 + exp(input - other))")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.divide(g, 1 + xp.exp(input - other))


@op("logaddexp2(Tensor input, Tensor other) -> Tensor", kind="map", dtype=only("f", "logaddexp2_cpu"), flops=18)
def logaddexp2(xp: Any, input: Any, other: Any) -> Any:
    """log2(2**input + 2**other), without overflow.

    >>> logaddexp2(tensor([0., 1.]), tensor([0., 1.]))
    tensor([1., 2.])
    """
    return xp.logaddexp2(input, other)


@logaddexp2.vjp("input", rule="g / (1 + 2**(other - input))")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.divide(g, 1 + xp.exp2(other - input))


@logaddexp2.vjp("other", rule="g / (1 + 2**(input - other))")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.divide(g, 1 + xp.exp2(input - other))


for _sum_of_powers in (logaddexp, logaddexp2):

    @_sum_of_powers.samples
    def _(make: Any) -> Any:
        yield make(3, 4), make(4)


def _by_number(node: Any) -> str:
    given = node.args or {}
    k = 1 if "input" in given else 2 if "other" in given else 0
    return f"{'Special' if node.op.base == 'xlog1py' else ''}{node.op.base.title()}Backward{k}"


@op("xlogy(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=_stepwise, inplace=True, flops=9, namespaces=_BOTH, node=_by_number)
def xlogy(xp: Any, input: Any, other: Any) -> Any:
    """input * log(other); 0 where input is 0, unless other is nan.

    >>> xlogy(tensor([0., 2.]), tensor([0., 2.]))
    tensor([0.0000, 1.3863])
    """
    return xp.where((input == 0) & (other == other), 0.0, input * xp.log(_beside(other, input)))


@xlogy.vjp("input", rule="g * log(other), 0 where input is 0 and other <= 0")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    log = math.log(other) if type(other) is float and other > 0 else xp.log(other)
    return xp.where(((input == 0) | (g == 0)) & (other <= 0), 0.0, g * log)


@xlogy.vjp("other", rule="g * input / other")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.divide(g * input, other)


@op("xlog1py(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=_stepwise, flops=9, namespaces=_SPECIAL, node=_by_number)
def xlog1py(xp: Any, input: Any, other: Any) -> Any:
    """input * log(1 + other); 0 where input is 0, unless other is nan.

    >>> special.xlog1py(tensor([0., 2.]), tensor([-1., 2.]))
    tensor([0.0000, 2.1972])
    """
    return xp.where((input == 0) & (other == other), 0.0, input * xp.log1p(_beside(other, input)))


@xlog1py.vjp("input", rule="g * log(1 + other), 0 where input is 0 and other <= -1")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    log = math.log1p(other) if type(other) is float and other > -1 else xp.log1p(other)
    return xp.where((input == 0) & (other <= -1), 0.0, g * log)


@xlog1py.vjp("other", rule="g * input / (other + 1)")
def _(xp: Any, g: Any, input: Any, other: Any) -> Any:
    return xp.divide(g * input, other + 1)


for _xlog in (xlogy, xlog1py):

    @_xlog.samples
    def _(make: Any) -> Any:
        yield make(3, 4), make(4, low=0.5, high=2.0)
        yield make(3), 2.0
        yield 1.5, make(3, low=0.5, high=2.0)


@op("entr(Tensor input) -> Tensor", kind="map", dtype=FLOAT, flops=9, namespaces=_SPECIAL, node="SpecialEntrBackward0")
def entr(xp: Any, input: Any) -> Any:
    """-input * log(input); 0 at 0, -inf below.

    >>> special.entr(tensor([0., 0.5, 1.]))
    tensor([0.0000, 0.3466, -0.0000])
    """
    safe = xp.where(input > 0, input, 1.0)
    return xp.where(input > 0, -input * xp.log(safe), xp.where(input == 0, 0.0, xp.where(input < 0, -math.inf, input)))


@entr.vjp("input", rule="-g * (1 + log(input))")
def _(xp: Any, g: Any, input: Any) -> Any:
    return g * (-xp.log(input) - 1)


@entr.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.5, high=2.0),)


@op("logit(Tensor input, float? eps=None) -> Tensor", kind="map", dtype=_stepwise, inplace=True, flops=10, namespaces=_BOTH)
def logit(xp: Any, input: Any, eps: Any) -> Any:
    """log(input / (1 - input)), the inverse of sigmoid; eps keeps input in [eps, 1 - eps].

    >>> logit(tensor([0.5, 0.9]))
    tensor([0.0000, 2.1972])
    """
    if eps is not None:
        input = xp.minimum(1 - eps, xp.maximum(eps, input))
    return xp.log(xp.divide(input, 1 - input))


@logit.vjp("input", rule="g / (input * (1 - input)); 0 where eps bounds")
def _(xp: Any, g: Any, input: Any, eps: Any) -> Any:
    low, outside = (0.0, math.nan) if eps is None else (eps, 0.0)
    return xp.where((input < low) | (input > 1 - low), outside, xp.divide(g, input * (1 - input)))


@logit.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.1, high=0.9),)
    yield make(3, low=0.1, high=0.9), 0.2


@op("sinc(Tensor input) -> Tensor", kind="map", dtype=FLOAT, inplace=True, flops=10, namespaces=_BOTH)
def sinc(xp: Any, input: Any) -> Any:
    """sin(pi * input) / (pi * input); 1 at 0.

    >>> sinc(tensor([0., 0.5]))
    tensor([1.0000, 0.6366])
    """
    angle = xp.where(input == 0, 1.0, input * math.pi)
    return xp.where(input == 0, 1.0, xp.divide(xp.sin(angle), angle))


@sinc.vjp("input", rule="g * (cos(pi * input) - out) / input, 0 at 0")
def _(xp: Any, g: Any, input: Any) -> Any:
    angle = input * math.pi
    square = angle * input
    below = xp.where(square == 0, 1.0, square)
    return xp.where(square == 0, 0.0, g * xp.divide(angle * xp.cos(angle) - xp.sin(angle), below))


@sinc.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.25, high=2.0),)


for _public, _old in (("gammaln", "lgamma"), ("psi", "digamma"), ("multigammaln", "mvlgamma"), ("gammainc", "igamma"), ("gammaincc", "igammac")):
    also_in("special", _public, _old)
# PyTorch has the in-place twins of these as functions, too.
for _name in "erf erfc i0 logit sinc xlogy".split():
    in_place_function(_name + "_")


def _orders(in_place: bool) -> Any:
    name = "polygamma_" if in_place else "polygamma"

    def method(*args: Any, **kwargs: Any) -> Any:
        """n-th derivative of digamma."""
        if len(args) != 2 or kwargs or type(args[1]) is not int or not isinstance(args[0], Tensor):
            from ..arguments import sentence

            text = sentence("Tensor", name, args, kwargs)
            if text:
                fail(TypeError, text, kind="signature", op=name, explain=["polygamma(int n)"])
        self, n = args[0], int(args[1] if len(args) > 1 else kwargs["n"])
        out = polygamma(n, self)
        if in_place and out._dtype.category > self._dtype.category:
            raise RuntimeError(f"result type {_cap(out._dtype)} can't be cast to the desired output type {_cap(self._dtype)}")
        return METHODS["copy_"](self, out) if in_place else out

    method.__name__ = name
    return method


attach("polygamma", _orders(False))
attach("polygamma_", _orders(True))
