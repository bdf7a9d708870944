"""torch.special, the second part: Bessel's functions, Airy's, Hurwitz's zeta, and the orthogonal polynomials.

SciPy computes the functions (CuPy's part of it where there is one, else the host); the polynomials are their three-term recurrences, on any backend.
PyTorch differentiates none of them by x; here all have their derivative, of any order.
"""

from __future__ import annotations

import sys

from ..apply import TENSORS as T
from ..backends import scalar
from ..errors import fail
from ..registry import composite, op
from .scan import on_host
from .special import _wide

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_S = ("special",)


def _scipy(name: str, *values: Any) -> Any:
    """A function of scipy.special on arrays; on a GPU, CuPy's where it has one, else computed on the host. Python numbers: apply makes arrays of them."""
    first = next((v for v in values if hasattr(v, "dtype")), None)
    if first is None:
        raise scalar.Unsupported(name)
    if type(first).__module__.partition(".")[0] == "cupy":
        from importlib import import_module

        there = getattr(import_module("cupyx.scipy.special"), name, None)
        if there is not None:
            return there(*values)
        cupy = sys.modules["cupy"]
        return cupy.asarray(_scipy(name, *[on_host(v)[1] if hasattr(v, "dtype") else v for v in values]))
    try:
        import scipy.special
    except ImportError:
        fail(NotImplementedError, f"{name}() needs SciPy, which is not installed", kind="missing", op=name, hints=["pip install scipy"])
    return getattr(scipy.special, name)(*values)


def _function(name: str, scipy_name: str, doc: str, rule: str, slope: Any, flops: int = 24) -> None:
    """Declare a function of one tensor; slope(g, input, out) is its rule, on Tensors."""
    node = "Special" + name.title().replace("_", "") + "Backward0"

    @op(f"{name}(Tensor input) -> Tensor", kind="map", dtype=_wide(f"{name}_cpu"), namespaces=_S, method=False, node=node, flops=flops, doc=doc)
    def function(xp: Any, input: Any) -> Any:
        return _scipy(scipy_name, input)

    @function.vjp("input", rule=rule)
    def _(needs: Any, g: Any, input: Any, out: Any) -> Any:  # `needs` keeps it off the raw lanes: these run on tensors
        return slope(g, input, out)

    @function.samples
    def _(make: Any) -> Any:
        yield (make(3, low=0.5, high=3.0),)


def _over(out: Any, input: Any, at_zero: float) -> Any:
    """out / input, and its limit at 0."""
    return T.where(input == 0, at_zero, out / T.where(input == 0, 1.0, input))


def _doc(first: str, call: str, result: str) -> str:
    return f"{first}\n\n    >>> special.{call}\n    {result}\n    "


# -- Bessel ---------------------------------------------------------------------------------------------------------------------------

for _name, _scipy_name, _text, _rule, _slope, _value in (
    ("bessel_j0", "j0", "Bessel function of the first kind, of order 0", "-g * bessel_j1(input)", lambda g, x, out: -g * T.bessel_j1(x), "0.7652"),
    ("bessel_j1", "j1", "Bessel function of the first kind, of order 1", "g * (bessel_j0(input) - out / input), g/2 at 0",
     lambda g, x, out: g * (T.bessel_j0(x) - _over(out, x, 0.5)), "0.4401"),
    ("bessel_y0", "y0", "Bessel function of the second kind, of order 0", "-g * bessel_y1(input)", lambda g, x, out: -g * T.bessel_y1(x), "0.0883"),
    ("bessel_y1", "y1", "Bessel function of the second kind, of order 1", "g * (bessel_y0(input) - out / input)",
     lambda g, x, out: g * (T.bessel_y0(x) - out / x), "-0.7812"),
    ("modified_bessel_i0", "i0", "Modified Bessel function of the first kind, of order 0", "g * modified_bessel_i1(input)",
     lambda g, x, out: g * T.modified_bessel_i1(x), "1.2661"),
    ("modified_bessel_i1", "i1", "Modified Bessel function of the first kind, of order 1", "g * (modified_bessel_i0(input) - out / input), g/2 at 0",
     lambda g, x, out: g * (T.modified_bessel_i0(x) - _over(out, x, 0.5)), "0.5652"),
    ("modified_bessel_k0", "k0", "Modified Bessel function of the second kind, of order 0", "-g * modified_bessel_k1(input)",
     lambda g, x, out: -g * T.modified_bessel_k1(x), "0.4210"),
    ("modified_bessel_k1", "k1", "Modified Bessel function of the second kind, of order 1", "-g * (modified_bessel_k0(input) + out / input)",
     lambda g, x, out: -g * (T.modified_bessel_k0(x) + out / x), "0.6019"),
    ("scaled_modified_bessel_k0", "k0e", "exp(input) * modified_bessel_k0(input)", "g * (out - scaled_modified_bessel_k1(input))",
     lambda g, x, out: g * (out - T.scaled_modified_bessel_k1(x)), "1.1445"),
    ("scaled_modified_bessel_k1", "k1e", "exp(input) * modified_bessel_k1(input)", "g * (out - scaled_modified_bessel_k0(input) - out / input)",
     lambda g, x, out: g * (out - T.scaled_modified_bessel_k0(x) - out / x), "1.6362"),
):  # fmt: skip
    _function(_name, _scipy_name, _doc(f"{_text}.", f"{_name}(tensor([1.]))", f"tensor([{_value}])"), _rule, _slope)


@op("spherical_bessel_j0(Tensor input) -> Tensor", kind="map", dtype=_wide("spherical_bessel_j0_cpu"), namespaces=_S, method=False,
    node="SpecialSphericalBesselJ0Backward0", flops=9)  # fmt: skip
def spherical_bessel_j0(xp: Any, input: Any) -> Any:
    """Spherical Bessel function of order 0: sin(input) / input, 1 at 0.

    >>> special.spherical_bessel_j0(tensor([0., 1.]))
    tensor([1.0000, 0.8415])
    """
    far = xp.isinf(input)
    x = xp.where((input == 0) | far, 1.0, input)
    return xp.where(far, 0.0, xp.where(input == 0, 1.0, xp.divide(xp.sin(x), x)))


@spherical_bessel_j0.vjp("input", rule="g * (cos(input) - out) / input, 0 at 0")
def _(needs: Any, g: Any, input: Any, out: Any) -> Any:
    return g * T.where(input == 0, 0.0, (T.cos(input) - out) / T.where(input == 0, 1.0, input))


@spherical_bessel_j0.samples
def _(make: Any) -> Any:
    yield (make(3, low=0.5, high=3.0),)


# -- Airy -----------------------------------------------------------------------------------------------------------------------------


@op("_airy(Tensor input, bool slope) -> Tensor", kind="map", dtype=_wide("airy_ai_cpu"), namespaces=("internal",), method=False, public="airy_ai",
    node="SpecialAiryAiBackward0", label="airy_ai", flops=40)  # fmt: skip
def _airy(xp: Any, input: Any, slope: bool) -> Any:
    """Airy's function Ai, or its derivative."""
    return _scipy("airy", input)[1 if slope else 0]


@_airy.vjp("input", rule="g * Ai'(input); of Ai', g * input * Ai(input)")
def _(needs: Any, g: Any, input: Any, slope: bool) -> Any:
    return g * input * _airy(input, False) if slope else g * _airy(input, True)


@_airy.samples
def _(make: Any) -> Any:
    yield make(3), False
    yield make(3), True


@composite("airy_ai(Tensor input) -> Tensor", namespaces=_S, method=False)
def airy_ai(input: Any) -> Any:
    """Airy's function Ai, the solution of y'' = x y that falls for large x.

    >>> special.airy_ai(tensor([0.]))
    tensor([0.3550])
    """
    return _airy(input, False)


@airy_ai.samples
def _(make: Any) -> Any:
    yield (make(3),)


# -- zeta -----------------------------------------------------------------------------------------------------------------------------


@op("zeta(Tensor|Scalar input, Tensor|Scalar other) -> Tensor", kind="map", dtype=_wide("zeta_cpu"), namespaces=_S, method=False, flops=40,
    node=lambda n: f"SpecialZetaBackward{1 if 'input' in (n.args or {}) else 2 if 'other' in (n.args or {}) else 0}")  # fmt: skip
def zeta(xp: Any, input: Any, other: Any) -> Any:
    """Hurwitz's zeta: the sum of (k + other)**-input over k = 0, 1, 2 ...; other = 1: Riemann's.

    >>> special.zeta(tensor([2.]), tensor([1.]))
    tensor([1.6449])
    """
    return _scipy("zeta", input, other)


@zeta.vjp("input", rule="none: raises")
def _(g: Any) -> Any:
    fail(NotImplementedError, "the derivative for 'zeta' is not implemented.", kind="derivative", op="zeta")


@zeta.vjp("other", rule="-g * input * zeta(input + 1, other)")
def _(needs: Any, g: Any, input: Any, other: Any) -> Any:
    return -g * input * zeta(input + 1, other)


@zeta.samples
def _(make: Any) -> Any:
    yield make([2.0, 3.0, 1.5], grad=False), make(3, low=0.5, high=3.0)
    yield 2.0, make(3, low=0.5, high=3.0)


# -- orthogonal polynomials -----------------------------------------------------------------------------------------------------------

# p[0] = 1, p[1] = a1 x + b1, p[k + 1] = (a x + b) p[k] - c p[k - 1] with (a, b, c) by k. Abramowitz and Stegun, 22.7.
_RECURRENCES: dict[str, tuple[float, float, Any]] = {
    "chebyshev_polynomial_t": (1, 0, lambda k: (2, 0, 1)),
    "chebyshev_polynomial_u": (2, 0, lambda k: (2, 0, 1)),
    "chebyshev_polynomial_v": (2, -1, lambda k: (2, 0, 1)),
    "chebyshev_polynomial_w": (2, 1, lambda k: (2, 0, 1)),
    "hermite_polynomial_h": (2, 0, lambda k: (2, 0, 2 * k)),
    "hermite_polynomial_he": (1, 0, lambda k: (1, 0, k)),
    "laguerre_polynomial_l": (-1, 1, lambda k: (-1 / (k + 1), (2 * k + 1) / (k + 1), k / (k + 1))),
    "legendre_polynomial_p": (1, 0, lambda k: ((2 * k + 1) / (k + 1), 0, k / (k + 1))),
}


def _order(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    return _wide(f"{values[3]}_cpu")(o, dims, zeros, numbers, values)


@op("_polynomial(Tensor|Scalar input, Tensor|Scalar n, int order, str kind) -> Tensor", kind="map", dtype=_order, namespaces=("internal",), method=False,
    cells=False, label="polynomial", node=lambda n: "Special" + n.args["kind"].title().replace("_", "") + "Backward0", flops="3*n*order")  # fmt: skip
def _polynomial(xp: Any, input: Any, n: Any, order: int, kind: str) -> Any:
    """The derivative of an order (0: the value) of the n-th polynomial of a kind."""
    if not hasattr(input, "dtype") and not hasattr(n, "dtype"):
        raise scalar.Unsupported(kind)
    shifted = kind.startswith("shifted_")
    a1, b1, step = _RECURRENCES[kind.removeprefix("shifted_")]
    x, degree = xp.broadcast_arrays(xp.asarray(input, "float64"), xp.trunc(xp.asarray(n, "float64")))
    if shifted:
        x = 2 * x - 1
    degree = xp.where(abs(degree) < 2.0**63, degree, -1.0)  # of no 64-bit integer (nan, too) the hardware makes the lowest: the polynomial is 0
    top = int(degree.max()) if degree.size else 0
    if top > 1 << 20 or top * degree.size * (order + 1) > 1 << 33:
        fail(RuntimeError, f"{kind} of degree {top} for {degree.size} elements: the recurrence would take too long", kind="limit", op=kind)
    zero = xp.zeros_like(x)
    before = [zero] * (order + 1)  # p[k - 1] and its derivatives
    now = [xp.ones_like(x)] + [zero] * order
    out = xp.where(degree == 0, now[order], 0.0)
    for k in range(top):
        a, b, c = (a1, b1, 0) if k == 0 else step(k)
        line = a * x + b
        after = [line * now[j] + (j * a * now[j - 1] if j else 0) - c * before[j] for j in range(order + 1)]
        before, now = now, after
        out = xp.where(degree == k + 1, now[order], out)
    return out * 2.0**order if shifted else out


@_polynomial.vjp("input", rule="g * the derivative of the polynomial")
def _(needs: Any, g: Any, input: Any, n: Any, order: int, kind: str) -> Any:
    return g * _polynomial(input, n, order + 1, kind)


@_polynomial.samples
def _(make: Any) -> Any:
    for kind in _RECURRENCES:
        yield make(4), make.ints([0, 1, 2, 5]), 0, kind
    yield make(3, low=0.1, high=0.9), make.ints([1, 2, 5]), 0, "shifted_chebyshev_polynomial_u"


def _kind(name: str, text: str, value: str) -> None:
    @composite(f"{name}(Tensor|Scalar input, Tensor|Scalar n) -> Tensor", namespaces=_S, method=False)
    def function(input: Any, n: Any) -> Any:
        return _polynomial(input, n, 0, name)

    function.doc = _doc(text, f"{name}(tensor([0.5]), 3)", f"tensor([{value}])")
    from ..registry import NAMESPACES

    NAMESPACES["special"][name].__doc__ = function.doc

    @function.samples
    def _(make: Any) -> Any:
        yield make(4), make.ints([0, 1, 2, 5])
        yield make(3), 4
        yield make(3), -1


for _name, _text, _value in (
    ("chebyshev_polynomial_t", "Chebyshev polynomial of the first kind T of degree n.", "-1."),
    ("chebyshev_polynomial_u", "Chebyshev polynomial of the second kind U of degree n.", "-1."),
    ("chebyshev_polynomial_v", "Chebyshev polynomial of the third kind V of degree n.", "-1."),
    ("chebyshev_polynomial_w", "Chebyshev polynomial of the fourth kind W of degree n.", "-1."),
    ("shifted_chebyshev_polynomial_t", "Chebyshev polynomial T of degree n at 2 * input - 1.", "0."),
    ("shifted_chebyshev_polynomial_u", "Chebyshev polynomial U of degree n at 2 * input - 1.", "0."),
    ("shifted_chebyshev_polynomial_v", "Chebyshev polynomial V of degree n at 2 * input - 1.", "1."),
    ("shifted_chebyshev_polynomial_w", "Chebyshev polynomial W of degree n at 2 * input - 1.", "-1."),
    ("hermite_polynomial_h", "Hermite polynomial H of degree n, as physicists have it.", "-5."),
    ("hermite_polynomial_he", "Hermite polynomial He of degree n, as probabilists have it.", "-1.3750"),
    ("laguerre_polynomial_l", "Laguerre polynomial of degree n.", "-0.1458"),
    ("legendre_polynomial_p", "Legendre polynomial of degree n.", "-0.4375"),
):
    _kind(_name, _text, _value)
