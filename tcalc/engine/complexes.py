"""Which ops PyTorch has no complex kernel of, and what it says then. Imported when the first complex tensor reaches an op.

Whether an op takes complex numbers is PyTorch's choice; tests/oracle/make.py records it for every op, and a test compares.
"""

from __future__ import annotations

from .errors import fail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .dtypes import dtype

_CLAMP = "clamp is not supported for complex types"
_INPUTS = "{} is not supported for complex inputs"
_MINMAX = "{}(): does not support complex input"
_SORT = " {} does not support complex dtypes on CPU"
_NOT_YET = "{} not implemented for complex tensors."
# Op -> what PyTorch says; {} stands for the op's name.
_SENTENCES = {
    **dict.fromkeys(("clamp", "clamp_max", "clamp_min", "relu", "hardtanh", "relu6"), (NotImplementedError, _CLAMP)),
    **dict.fromkeys(("ceil", "floor", "trunc"), (NotImplementedError, _INPUTS)),
    **dict.fromkeys(("argmax", "argmin", "max.dim", "min.dim"), (RuntimeError, _MINMAX)),
    **dict.fromkeys(("fmax", "fmin", "maximum", "minimum"), (RuntimeError, _NOT_YET)),
    **dict.fromkeys(("quantile", "nanquantile"), (RuntimeError, "quantile() input tensor must be either float or double dtype")),
    "sort": (RuntimeError, _SORT.format("Sort")),
    "topk": (RuntimeError, _SORT.format("topk")),
    "deg2rad": (RuntimeError, "{} is not supported for complex tensors."),
    "rad2deg": (RuntimeError, "{} is not supported for complex tensors."),
    "heaviside": (RuntimeError, "heaviside is not yet implemented for complex tensors."),
    "isneginf": (RuntimeError, "{} does not support complex inputs."),
    "isposinf": (RuntimeError, "{} does not support complex inputs."),
    "nansum": (RuntimeError, "nansum on CPU does not support complex inputs"),
    "sign": (NotImplementedError, "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead."),
    "signbit": (NotImplementedError, "signbit is not implemented for complex tensors."),
    "pdist": (RuntimeError, "pdist only supports floating-point dtypes"),
    "frexp": (RuntimeError, "torch.frexp() only supports floating-point dtypes"),
}
# No kernel, and nothing more to say about it.
_WITHOUT = frozenset(
    """
    amax amin aminmax atan2 bucketize copysign cummax cummin digamma div.mode erf erfc erfinv floor_divide fmod frac ge gt hardshrink hypot
    i0 igamma igammac kthvalue le lgamma logaddexp2 logit lt max median median.dim min mode mvlgamma nanmedian nanmedian.dim nextafter
    batch_norm _channel_norm celu elu gelu glu hardsigmoid hardswish leaky_relu logsigmoid mish selu softplus softshrink threshold polygamma
    _prelu_kernel remainder round entr erfcx i0e i1 i1e log_ndtr ndtr ndtri xlog1py xlogy zeta
    _airy _polynomial bessel_j0 bessel_j1 bessel_y0 bessel_y1 modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1
    scaled_modified_bessel_k0 scaled_modified_bessel_k1 spherical_bessel_j0
    """.split()
)

# Kernels that are not named after their op.
_KERNELS = {
    "max": "max_all", "min": "min_all", "amax": "max_values_cpu", "amin": "min_values_cpu", "nanmedian": "median_cpu", "median.dim": "median_out",
    "nanmedian.dim": "median_out", "searchsorted": "searchsorted_out_cpu", "bucketize": "searchsorted_out_cpu",
    "_unique": "unique", "_unique_consecutive": "unique", "digamma": "digamma", "polygamma": "polygamma", "ndtr": "erf_vml_cpu", "mvlgamma": "arange_cpu",
    **{name: name + "_vml_cpu" for name in ("erf", "erfc", "erfinv", "i0", "lgamma")}, "_airy": "airy_ai_cpu",
}  # fmt: skip


def check(o: Any, d: dtype) -> None:
    """Refuse an op without a complex kernel, in PyTorch's words."""
    name = o.text[: o.text.index("(")].strip()
    kernel = "Complex" + ("Double" if d.itemsize == 16 else "Float")
    if name in _SENTENCES:
        kind, sentence = _SENTENCES[name]
        fail(kind, sentence.format(o.base), kind="dtype", op=o.public, explain=[_EXPLAIN], hints=_HINTS)
    if name in _WITHOUT or o.base in _WITHOUT and "." not in name:
        words = f"\"{_KERNELS.get(name) or o.base + '_cpu'}\" not implemented for '{kernel}'"
        fail(NotImplementedError, words, kind="dtype", op=o.public, explain=[_EXPLAIN], hints=_HINTS)


_EXPLAIN = "It is for real numbers: complex ones have no order, and no function of this name here."
_HINTS = ["x.real, x.imag, x.abs() and x.angle() are real."]
