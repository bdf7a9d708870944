"""Padding, interpolation, and the shuffles that trade channels for pixels.

Interpolation works an axis at a time: each element of the result reads a few elements (an index) with weights; gradients go back the same way.
"""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import FIRST, _cap
from ..errors import fail, operands
from ..registry import composite, op
from ..tensors import Tensor
from .pooling import adaptive_average, adaptive_sizes
from .windows import laid_like, pull, push

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_F = ("nn.functional",)
_BOTH = ("torch", "nn.functional")

# -- padding with a constant --------------------------------------------------------------------------------------------------------


def _pairs(pad: Any, ndim: int) -> list[tuple[int, int]]:
    """Padding before and after each dimension; ``pad`` names them from the last dimension on."""
    out = [(0, 0)] * ndim
    for k in range(len(pad) // 2):
        out[ndim - 1 - k] = (pad[2 * k], pad[2 * k + 1])
    return out


def _constant_shape(input: Any, pad: Any, value: Any) -> Any:
    shape = tuple(input.shape)
    if value != 0:
        from .factory import check_scalar

        if input.dtype is dtypes.uint8 and type(value) is int and value < 0:
            fail(RuntimeError, "value cannot be converted to type uint8_t without overflow", kind="overflow", op="pad", explain=["uint8 holds 0 to 255."])
        check_scalar(value, input.dtype)
    if len(pad) % 2:
        fail(RuntimeError, f"Length of pad must be even but instead it equals {len(pad)}", kind="value", op="pad")
    if len(pad) > 2 * len(shape):
        fail(
            RuntimeError,
            f"Length of pad should be no more than twice the number of dimensions of the input. Pad length is {len(pad)}while the input has {len(shape)}"
            "dimensions.",
            kind="shape",
            op="pad",
        )
    out = [n + a + b for n, (a, b) in zip(shape, _pairs(pad, len(shape)), strict=True)]
    for n, (a, b) in zip(shape, _pairs(pad, len(shape)), strict=True):
        if n + min(a, 0) + min(b, 0) < 0:
            fail(
                RuntimeError,
                "narrow(): length must be non-negative.",
                kind="shape",
                op="pad",
                explain=[f"A dimension of {n} cannot lose {-min(a, 0) - min(b, 0)} elements."],
            )
    return laid_like(input, tuple(out))


@op(
    "constant_pad_nd(Tensor input, int[] pad, Scalar value=0) -> Tensor",
    dtype=FIRST, spec=_constant_shape, node="ConstantPadNdBackward0", method=False, label="pad", flops=0,
)  # fmt: skip
def constant_pad_nd(xp: Any, input: Any, pad: Any, value: Any) -> Any:
    """input with elements of one value put before and after each dimension, last first; negative numbers cut off.

    >>> constant_pad_nd(tensor([1., 2.]), (1, 2))
    tensor([0., 1., 2., 0., 0.])
    """
    pairs = _pairs(pad, input.ndim)
    out = xp.full(tuple([n + a + b for n, (a, b) in zip(input.shape, pairs, strict=True)]), value, dtype=input.dtype)
    to = tuple([slice(max(a, 0), out_n - max(b, 0)) for (a, b), out_n in zip(pairs, out.shape, strict=True)])
    of = tuple([slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(pairs, input.shape, strict=True)])
    out[to] = input[of]
    return out


@constant_pad_nd.vjp("input", rule="g without the padding")
def _(g: Any, pad: Any) -> Any:
    return constant_pad_nd(g, [-p for p in pad], 0)


@constant_pad_nd.samples
def _(make: Any) -> Any:
    yield make(2, 3), (1, 2)
    yield make(2, 3), (1, -1, 0, 1), 5
    yield make(2, 3), (-1, -1)
    yield make(3, 2).T, (1, 0)


# -- padding with the input's own elements ------------------------------------------------------------------------------------------

_MODES = {"reflect": "Reflection", "replicate": "Replication"}


def _pad_node(n: Any) -> str:
    mode = n.args["mode"]
    return f"{_MODES[mode]}Pad{len(n.args['pad']) // 2}DBackward0" if mode in _MODES else "CopySlices"


def _pad_rows(xp: Any, size: int, before: int, after: int, mode: str) -> Any:
    """Which element of an axis each element of the padded one repeats."""
    if mode == "circular":  # what negative padding cuts off does not come round again
        first, last = max(-before, 0), size - max(-after, 0)
        return first + xp.arange(-max(before, 0), last - first + max(after, 0)) % max(last - first, 1)
    at = xp.arange(-before, size + after)
    return xp.clip(at, 0, size - 1) if mode == "replicate" else size - 1 - xp.abs(size - 1 - xp.abs(at))


def _repeated_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d, mode = values[0]._dtype, values[2]
    if d is dtypes.bool_ and mode in _MODES:
        sentence = f"\"{_MODES[mode].lower()}_pad{len(values[1]) // 2}d\" not implemented for 'Bool'"
        fail(NotImplementedError, sentence, kind="dtype", op="pad", hints=["input.float()"])
    return None, d


def _repeated_shape(input: Any, pad: Any, mode: str) -> Any:
    shape, n = tuple(input.shape), len(pad) // 2
    if mode != "circular" and 0 in shape[-n - 1 :]:
        fail(
            RuntimeError,
            f"Expected {n + 1}D or {n + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: {list(shape)}",
            kind="shape",
            op="pad",
        )
    out = list(shape)
    for k in range(n):
        d, before, after = len(shape) - 1 - k, pad[2 * k], pad[2 * k + 1]
        if mode == "reflect" and max(before, after) >= shape[d]:
            fail(
                RuntimeError,
                f"Argument #{4 + 2 * k}: Padding size should be less than the corresponding input dimension, but got: padding ({before}, {after}) at dimension "
                f"{d} of input {list(shape)}",
                kind="shape",
                op="pad",
                explain=["The edge itself is not repeated: a dimension of n elements has n - 1 to reflect."],
                hints=["mode='replicate' repeats the edge as often as wanted."],
            )
        if mode == "circular" and max(before, after) > shape[d]:
            fail(RuntimeError, "Padding value causes wrapping around more than once.", kind="shape", op="pad")
        out[d] = shape[d] + before + after
        if mode == "circular" and out[d] < 0:
            fail(RuntimeError, "Negative padding value is resulting in an empty dimension", kind="shape", op="pad")
    if mode != "circular" and max(out[-n:]) < 1:
        given, made = (" ".join(f"{c}: {v}" for c, v in zip("DHW"[-n:], vs[-n:], strict=True)) for vs in (shape, out))
        fail(RuntimeError, f"input ({given}) is too small. Calculated output {made}", kind="shape", op="pad")
    if min(out) < 0:
        fail(RuntimeError, f"Trying to create tensor with negative dimension {min(out)}: {out}", kind="shape", op="pad")
    return laid_like(input, tuple(out)) if mode != "circular" else tuple(out)


@op(
    "_pad_repeat(Tensor input, int[] pad, str mode) -> Tensor",
    namespaces=("internal",), method=False, dtype=_repeated_dtype, spec=_repeated_shape, node=_pad_node, label="pad", flops=0,
)  # fmt: skip
def _pad_repeat(xp: Any, input: Any, pad: Any, mode: str) -> Any:
    """input with its own elements around it: mirrored, the edge's, or those of the other end."""
    out = input
    for k in range(len(pad) // 2):
        axis = input.ndim - 1 - k
        out = xp.take(out, _pad_rows(xp, input.shape[axis], pad[2 * k], pad[2 * k + 1], mode), axis=axis)
    return out


@_pad_repeat.vjp("input", rule="g, added up where elements repeat")
def _(g: Any, input_spec: Any, pad: Any, mode: str) -> Any:
    n = len(pad) // 2
    return _pad_back(g, input_spec.shape[-n:], pad, mode)


@op(
    "_pad_back(Tensor grad, int[] size, int[] pad, str mode) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: _pad_node(n).replace("Backward0", "BackwardBackward0"), label="pad_backward",
    dtype=lambda o, d, z, n, v: (dtypes.float32 if v[0]._dtype.itemsize == 2 else v[0]._dtype, v[0]._dtype),
    spec=lambda grad, size, pad, mode: (*grad.shape[: len(grad.shape) - len(size)], *size),
)  # fmt: skip
def _pad_back(xp: Any, grad: Any, size: Any, pad: Any, mode: str) -> Any:
    """The adjoint of _pad_repeat."""
    out = grad
    for k in range(len(pad) // 2):
        n = size[len(size) - 1 - k]
        rows = _pad_rows(xp, n, pad[2 * k], pad[2 * k + 1], mode)
        out = push(xp, out, grad.ndim - 1 - k, rows[:, None], None, n)
    return out


@_pad_back.vjp("grad", rule="pad(g)")
def _(g: Any, pad: Any, mode: str) -> Any:
    return _pad_repeat(g, pad, mode)


@_pad_repeat.samples
def _(make: Any) -> Any:
    yield make(1, 2, 3), (2, 1), "reflect"
    yield make(1, 3, 2), (3, 1, 0, 2), "replicate"
    yield make(1, 2, 3), (2, -1), "circular"


@_pad_back.samples
def _(make: Any) -> Any:
    yield make(1, 2, 6), (3,), (2, 1), "reflect"


@composite("pad(Tensor input, int[] pad, str mode='constant', float? value=None) -> Tensor", namespaces=_F, method=False)
def pad(input: Any, pad: Any, mode: str, value: Any) -> Any:
    """input with elements around it: pad is (before, after) of the last dimension, then of the one before it, and so on; negative numbers cut off.

    mode is 'constant' (value, 0 if not given), 'reflect' (mirrored, without the edge), 'replicate' (the edge's) or 'circular' (those of the other end).

    >>> nn.functional.pad(tensor([[1., 2., 3.]]), (2, 1), 'reflect')
    tensor([[3., 2., 1., 2., 3., 2.]])
    """
    if len(pad) % 2:
        fail(RuntimeError, "Padding length must be divisible by 2", kind="value", op="pad", explain=["It holds pairs: (before, after) a dimension."])
    if len(pad) > 2 * input.ndim:
        fail(
            RuntimeError,
            "Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(pad)} and input of dimension {input.ndim}",
            kind="shape",
            op="pad",
            operands=operands(["input"], [input]),
        )
    if mode == "constant":
        return constant_pad_nd(input, pad, 0 if value is None else value)
    if value is not None and value != 0:
        fail(RuntimeError, f'Padding mode "{mode}" doesn\'t take in value argument', kind="value", op="pad")
    n = len(pad) // 2
    if not 1 <= n <= 3 or input.ndim not in (n + 1, n + 2):
        fail(
            NotImplementedError,
            f"Padding size {len(pad)} is not supported for {input.ndim}D input tensor.\nSupported combinations for non-constant padding:\n"
            "  - 2D or 3D input: padding size = 2 (pads last dimension)\n  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
            "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)",
            kind="shape",
            op="pad",
            operands=operands(["input"], [input]),
            explain=[f"mode={mode!r} pads the last n dimensions of an input with n + 1 or n + 2."],
            hints=["x.unsqueeze(0) adds a dimension."],
        )
    if mode not in ("reflect", "replicate", "circular"):
        fail(NotImplementedError, f"Unrecognised padding mode {mode}", kind="value", op="pad", hints=["'constant', 'reflect', 'replicate' or 'circular'."])
    return _pad_repeat(input, pad, mode)


@pad.samples
def _(make: Any) -> Any:
    yield make(2, 3), (1, 2)
    yield make(1, 2, 3), (1, 2), "reflect"
    yield make(1, 1, 3, 2), (1, 0, 2, 1), "reflect"
    yield make(1, 2, 3), (4, 1), {"mode": "replicate"}
    yield make(2, 3, 2), (2, 1, 0, 1), {"mode": "replicate"}
    yield make(1, 1, 2, 2, 2), (1, 0, 0, 1, 1, 0), {"mode": "reflect"}
    yield make(1, 2, 3), (1, 2), {"mode": "circular"}
    yield make(1, 2, 3, 2), (1, 2, 0, 3), {"mode": "circular"}
    yield make(2, 2), (1, -1), {"value": 1.5}


# -- interpolation ------------------------------------------------------------------------------------------------------------------
# Index arithmetic in PyTorch's own precision: float32 for nearest and for float32 data. A source index that is off by one rounding picks another element.


def _ratio(d: str, size: int, out: int, scale: Any) -> Any:
    """Input elements per output element, rounded to the precision of d."""
    import struct

    value = 1.0 / scale if scale is not None and scale > 0 else size / out
    return struct.unpack("f", struct.pack("f", value))[0] if d == "float32" else value


def _nearest(xp: Any, d: str, size: int, out: int, scale: Any, align: bool, exact: bool) -> Any:
    if size == out:
        return xp.arange(out)
    ratio = xp.asarray(_ratio("float32", size, out, scale), "float32")
    if not exact and out == 2 * size:
        return xp.arange(out) // 2
    at = xp.arange(out, dtype="float32")
    at = xp.floor((at + xp.asarray(0.5, "float32")) * ratio) if exact else xp.floor(at * ratio)
    return xp.minimum(at.astype("int64"), size - 1)


def _source(xp: Any, d: str, size: int, out: int, scale: Any, align: bool, cubic: bool) -> Any:
    """Where each output element lies on the input's axis."""
    at = xp.arange(out, dtype=d)
    if align:
        return at * xp.asarray((size - 1) / (out - 1) if out > 1 else 0.0, d)
    half = xp.asarray(0.5, d)
    at = (at + half) * xp.asarray(_ratio(d, size, out, scale), d) - half
    return at if cubic else xp.maximum(at, xp.asarray(0.0, d))


def _split(xp: Any, d: str, at: Any, size: int) -> tuple[Any, Any]:
    """The element at or before each place, and how far beyond it the place is."""
    index = xp.minimum(xp.floor(at).astype("int64"), size - 1)
    return index, xp.clip(at - index.astype(d), 0.0, 1.0).astype(d)


def _linear(xp: Any, d: str, size: int, out: int, scale: Any, align: bool) -> tuple[Any, Any]:
    if size == out:
        index = xp.arange(out)
        return index[:, None], xp.ones((out, 1), d)
    index, t = _split(xp, d, _source(xp, d, size, out, scale, align, False), size)
    return xp.stack([index, xp.minimum(index + 1, size - 1)], 1), xp.stack([1 - t, t], 1)


def _near(x: Any, a: float) -> Any:
    """Keys' cubic for |x| <= 1."""
    return ((a + 2) * x - (a + 3)) * x * x + 1


def _far(x: Any, a: float) -> Any:
    """Keys' cubic for 1 < |x| < 2."""
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a


def cubic_weights(t: Any, a: Any = -0.75) -> list[Any]:
    """Weights of the four elements around a place t beyond the second, with PyTorch's a = -0.75."""
    return [_far(t + 1, a), _near(t, a), _near(1 - t, a), _far(2 - t, a)]


def _cubic(xp: Any, d: str, size: int, out: int, scale: Any, align: bool) -> tuple[Any, Any]:
    index, t = _split(xp, d, _source(xp, d, size, out, scale, align, True), size)
    rows = xp.stack([xp.clip(index + k, 0, size - 1) for k in (-1, 0, 1, 2)], 1)
    return rows, xp.stack(cubic_weights(t), 1).astype(d)


def _triangle(xp: Any, x: Any) -> Any:
    return xp.maximum(1 - xp.abs(x), 0)


def _keys(xp: Any, x: Any) -> Any:
    x = xp.abs(x)
    return xp.where(x < 1, _near(x, -0.5), xp.where(x < 2, _far(x, -0.5), 0))


def _lanczos3(xp: Any, x: Any) -> Any:
    return xp.where(xp.abs(x) < 3, xp.sinc(x) * xp.sinc(x / 3), 0)


_FILTERS = {"bilinear": (2, _triangle), "bicubic": (4, _keys), "lanczos": (6, _lanczos3)}


def _smooth(xp: Any, mode: str, d: str, size: int, out: int, scale: Any, align: bool) -> tuple[Any, Any]:
    """Antialiasing: the filter widens with the ratio, and its weights are scaled to sum to 1."""
    reach, filter_ = _FILTERS[mode]
    ratio = ((size - 1) / (out - 1) if out > 1 else 0.0) if align else _ratio(d, size, out, scale)
    support = reach * 0.5 * ratio if ratio >= 1 else reach * 0.5
    shrink = 1.0 / ratio if ratio >= 1 else 1.0
    width = math.ceil(support) * 2 + 1
    center = xp.asarray(ratio, d) * (xp.arange(out, dtype=d) + xp.asarray(0.5, d))
    first = xp.maximum((center - support + 0.5).astype("int64"), 0)
    count = xp.clip(xp.minimum((center + support + 0.5).astype("int64"), size) - first, 0, width)
    k = xp.arange(width)
    inside = k < count[:, None]
    weights = xp.where(inside, filter_(xp, ((k + first[:, None]).astype(d) - center[:, None] + 0.5) * shrink), 0)
    total = weights.sum(1, keepdims=True)
    return xp.minimum(first[:, None] + k, size - 1), (weights / xp.where(total == 0, 1, total)).astype(d)


def _plan(xp: Any, mode: str, d: str, size: int, out: int, scale: Any, align: bool, antialias: bool) -> tuple[Any, Any]:
    """(index, weights) of one axis; no weights where each element of the result is one of the input's."""
    if mode.startswith("nearest"):
        return _nearest(xp, d, size, out, scale, align, mode == "nearest-exact")[:, None], None
    if antialias:
        return _smooth(xp, mode, d, size, out, scale, align)
    return (_cubic if mode == "bicubic" else _linear)(xp, d, size, out, scale, align)


def _in_16_bits(xp: Any, index: Any, weights: Any) -> tuple[Any, Any, int]:
    """A plan for bytes: weights as 16-bit whole numbers, scaled by the largest power of 2 that fits (Pillow's way, which PyTorch follows)."""
    weights = weights.copy()
    top = weights[:, 0]
    for t in range(1, weights.shape[1]):  # what an edge repeats is one element: its weights are added up before they are rounded
        same = index[:, t] == index[:, t - 1]
        weights[:, t] += xp.where(same, weights[:, t - 1], 0)
        weights[:, t - 1] = xp.where(same, 0, weights[:, t - 1])
        top = xp.maximum(top, weights[:, t])
    largest = max(float(top.max()), 0.0)
    shift = 0
    while shift < 22 and int(0.5 + largest * (1 << (shift + 1))) < 1 << 15:
        shift += 1
    whole = xp.where(weights < 0, -0.5, 0.5) + weights * (1 << shift)
    return index, whole.astype("int32"), shift


_LINEAR = {1: "Linear", 2: "Bilinear", 3: "Trilinear"}
_LETTERS = {1: "W", 2: "HW", 3: "DHW"}


def _kind(n: Any) -> str:
    """PyTorch's name of an interpolation: UpsampleBilinear2D."""
    dims, mode = len(n.args["size"]), n.args["mode"]
    kind = {"nearest": "Nearest", "nearest-exact": "NearestExact", "bicubic": "Bicubic", "lanczos": "Lanczos"}.get(mode) or _LINEAR[dims]
    return f"Upsample{kind}{dims}D{'Aa' if n.args['antialias'] else ''}"


def _resample_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d, size, mode, antialias = values[0]._dtype, values[1], values[2], values[4]
    if antialias and tuple(size) == tuple(values[0].shape[2:]):
        return None, d
    if d.category != dtypes.FLOAT and (d is not dtypes.uint8 or mode in ("linear", "trilinear")):
        if antialias:
            kernel = "compute_index_ranges_weights"
        elif len(size) == 2 and mode != "bicubic":
            kernel = f"upsample_{'bilinear' if mode == 'bilinear' else 'nearest'}2d_channels_last"
        else:
            kernel = f"compute_indices_weights_{'nearest' if mode.startswith('nearest') else 'cubic' if mode == 'bicubic' else 'linear'}"
        fail(
            NotImplementedError,
            f"\"{kernel}\" not implemented for '{_cap(d)}'",
            kind="dtype",
            op="interpolate",
            operands=operands(["input"], values[:1]),
            hints=["input.float()"],
        )
    if d is dtypes.uint8 and not mode.startswith("nearest"):
        return dtypes.int32, d
    return (dtypes.float32 if d.itemsize == 2 else d), d


def _resample_shape(input: Any, size: Any, mode: str, align: bool, antialias: bool, scales: Any, bytes_: bool) -> Any:
    shape, n = tuple(input.shape), len(size)
    within = shape[2:]
    if min(within) <= 0 or min(size) <= 0:
        given, wanted = (", ".join(f"{c}: {v}" for c, v in zip(_LETTERS[n], vs, strict=True)) for vs in (within, size))
        fail(
            RuntimeError,
            f"Input and output sizes should be greater than 0, but got input ({given}) {'and ' if n == 1 else ''}output ({wanted})",
            kind="shape",
            op="interpolate",
        )
    if shape[1] == 0:
        fail(
            RuntimeError,
            f"Non-empty {n + 2}D data tensor expected but got a tensor with sizes {list(shape)}",
            kind="shape",
            op="interpolate",
        )
    return laid_like(input, (*shape[:2], *size))


_SCHEMA = "int[] size, str mode, bool align, bool antialias, float[]? scales"


@op(
    f"_resample(Tensor input, {_SCHEMA}, bool bytes_=False) -> Tensor", namespaces=("internal",), method=False, dtype=_resample_dtype, spec=_resample_shape,
    node=lambda n: f"{_kind(n)}Backward0", label="interpolate", flops="out*taps",
)  # fmt: skip
def _resample(xp: Any, input: Any, size: Any, mode: str, align: bool, antialias: bool, scales: Any, bytes_: bool) -> Any:
    """input [batch, channels, *size] at other sizes; bytes are rounded after each axis."""
    out, d = input, "float64" if input.dtype.itemsize == 8 else "float32"
    for k in range(len(size) - 1, -1, -1):
        n = input.shape[2 + k]
        if bytes_:
            if n != size[k]:
                index, whole, shift = _in_16_bits(xp, *_plan(xp, mode, "float64", n, size[k], None if scales is None else scales[k], align, antialias))
                out = xp.clip((pull(xp, out, 2 + k, index, whole) + (1 << (shift - 1))) >> shift, 0, 255)
            continue
        index, weights = _plan(xp, mode, d, n, size[k], None if scales is None else scales[k], align, antialias)
        if weights is None:
            out = xp.take(out, index[:, 0], axis=2 + k)
        elif n != size[k] or weights.shape[1] > 1:
            out = pull(xp, out, 2 + k, index, weights)
    return out


@_resample.vjp("input", rule="g times the weights, added where each element of the result came from")
def _(g: Any, input_spec: Any, size: Any, mode: str, align: bool, antialias: bool, scales: Any) -> Any:
    return _resample_back(g, input_spec.shape[2:], size, mode, align, antialias, scales)


@op(
    f"_resample_back(Tensor grad, int[] into, {_SCHEMA}) -> Tensor", namespaces=("internal",), method=False,
    dtype=lambda o, d, z, n, v: (dtypes.float32 if v[0]._dtype.itemsize == 2 else v[0]._dtype, v[0]._dtype),
    spec=lambda grad, into, *rest: (*grad.shape[:2], *into), node=lambda n: f"{_kind(n)}BackwardBackward0", label="interpolate_backward", flops="out*taps",
)  # fmt: skip
def _resample_back(xp: Any, grad: Any, into: Any, size: Any, mode: str, align: bool, antialias: bool, scales: Any) -> Any:
    """The adjoint of _resample."""
    out, d = grad, "float64" if grad.dtype.itemsize == 8 else "float32"
    for k in range(len(size)):
        index, weights = _plan(xp, mode, d, into[k], size[k], None if scales is None else scales[k], align, antialias)
        out = push(xp, out, 2 + k, index, weights, into[k])
    return out


@_resample_back.vjp("grad", rule="interpolate(g)")
def _(g: Any, size: Any, mode: str, align: bool, antialias: bool, scales: Any) -> Any:
    return _resample(g, size, mode, align, antialias, scales)


@_resample.samples
def _(make: Any) -> Any:
    yield make(1, 2, 3), (5,), "linear", False, False, None
    yield make(1, 1, 4, 3), (3, 5), "bicubic", True, False, None


@_resample_back.samples
def _(make: Any) -> Any:
    yield make(1, 2, 5), (3,), (5,), "linear", False, False, None


_RANKS = {"linear": 3, "bilinear": 4, "bicubic": 4, "lanczos": 4, "trilinear": 5}
_FORMAT = "Please provide input tensor in (N, C, d1, d2, ...,dK) format and"


def _sizes_wanted(input: Any, size: Any, scale_factor: Any, recompute: bool) -> tuple[Any, Any]:
    """(output size, scales) from what the caller gave."""
    n = max(input.ndim - 2, 0)
    spatial = list(input.shape[2:])
    if size is not None and scale_factor is not None:
        fail(ValueError, "only one of size or scale_factor should be defined", kind="value", op="interpolate")
    if size is None and scale_factor is None:
        fail(ValueError, "either size or scale_factor should be defined", kind="value", op="interpolate")
    given = size if size is not None else scale_factor
    what, other, letter = ("output", "output size", "o") if size is not None else ("scale_factor", "scale_factor of shape", "s")
    if isinstance(given, (tuple, list)) and len(given) != n:
        fail(
            ValueError,
            f"Input and {what} must have the same number of spatial dimensions, but got input with spatial dimensions of {spatial} and {other}"
            f"{' of' if size is not None else ''} {given}. {_FORMAT} {'output size' if size is not None else 'scale_factor'} in ({letter}1, {letter}2, "
            f"...,{letter}K) format.",
            kind="shape",
            op="interpolate",
        )
    values = list(given) if isinstance(given, (tuple, list)) else [given] * n
    if size is None:
        for v in values:
            if type(v) not in (int, float, bool):
                fail(
                    TypeError,
                    f"interpolate(): argument 'scale_factor' must be float or tuple of floats, not {type(v).__name__}",
                    kind="signature",
                    op="interpolate",
                )
        sizes = [int(s * v) for s, v in zip(spatial, values, strict=True)]
        return sizes, (None if recompute else [float(v) for v in values])
    if recompute:
        fail(ValueError, "recompute_scale_factor is not meaningful with an explicit size.", kind="value", op="interpolate")
    values = [int(v.item()) if isinstance(v, Tensor) and v.numel() == 1 and not v.dtype.is_floating_point else v for v in values]
    if not all(type(v) is int for v in values):
        fail(
            TypeError,
            f"expected size to be one of int or Tuple[int] or Tuple[int, int] or Tuple[int, int, int], but got size with types {[type(v) for v in values]}",
            kind="signature",
            op="interpolate",
        )
    return values, None


@composite(
    "interpolate(Tensor input, Any size=None, Any scale_factor=None, str mode='nearest', bool? align_corners=None, bool? recompute_scale_factor=None, "
    "bool antialias=False) -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def interpolate(input: Any, size: Any, scale_factor: Any, mode: str, align_corners: Any, recompute_scale_factor: Any, antialias: bool) -> Any:
    """input [batch, channels, *size] at another size, given itself or as a factor.

    mode is 'nearest', 'nearest-exact', 'linear' (of 1 axis), 'bilinear' (2), 'bicubic' (2), 'trilinear' (3), 'area' (means) or 'lanczos' (2, with antialias).
    align_corners=True puts the outer elements on each other, else the outer edges meet; antialias=True smooths what gets smaller.

    >>> nn.functional.interpolate(tensor([[[1., 2.]]]), size=4, mode='linear')
    tensor([[[1.0000, 1.2500, 1.7500, 2.0000]]])
    """
    if mode in ("nearest", "area", "nearest-exact") and align_corners is not None:
        fail(
            ValueError,
            "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear",
            kind="value",
            op="interpolate",
        )
    sizes, scales = _sizes_wanted(input, size, scale_factor, bool(recompute_scale_factor) or (mode == "area" and size is None))
    if antialias and not (mode in _FILTERS and input.ndim == 4):
        fail(
            ValueError,
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input",
            kind="value",
            op="interpolate",
        )
    wanted = _RANKS.get(mode)
    if mode in _RANKS and mode not in ("bicubic", "lanczos") and input.ndim in (3, 4, 5) and input.ndim != wanted:
        fail(NotImplementedError, f"Got {input.ndim}D input, but {mode} mode needs {wanted}D input", kind="shape", op="interpolate")
    if input.ndim not in (3, 4, 5) or mode not in (*_RANKS, "nearest", "nearest-exact", "area") or (wanted is not None and input.ndim != wanted):
        fail(
            NotImplementedError,
            f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {input.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | "
            f"lanczos | area | nearest-exact (got {mode})",
            kind="shape",
            op="interpolate",
            operands=operands(["input"], [input]),
        )
    if mode == "lanczos" and (align_corners or not antialias):
        sentence = "Lanczos mode does not support align_corners=True" if align_corners else "Lanczos mode requires antialias=True"
        fail(ValueError, sentence, kind="value", op="interpolate")
    if mode == "area":
        n = len(sizes)
        return adaptive_average(input, adaptive_sizes(f"adaptive_avg_pool{n}d", n, input, tuple(sizes)))
    return _resample(input, sizes, mode, bool(align_corners), antialias, scales, input._dtype is dtypes.uint8 and not mode.startswith("nearest"))


@interpolate.samples
def _(make: Any) -> Any:
    yield make(1, 2, 3), 5
    yield make(1, 2, 3), {"scale_factor": 1.7}
    yield make(1, 1, 2, 3), {"scale_factor": (2, 1.5), "mode": "nearest-exact"}
    yield make(1, 2, 3), {"size": 5, "mode": "linear"}
    yield make(1, 2, 3), {"size": 5, "mode": "linear", "align_corners": True}
    yield make(1, 1, 3, 4), {"size": (5, 2), "mode": "bilinear"}
    yield make(1, 1, 3, 4), {"scale_factor": 1.4, "mode": "bilinear", "align_corners": True}
    yield make(1, 1, 3, 4), {"scale_factor": (1.4, 2.0), "mode": "bicubic"}
    yield make(1, 1, 5, 4), {"size": (2, 3), "mode": "bilinear", "antialias": True}
    yield make(1, 1, 5, 4), {"size": (2, 6), "mode": "bicubic", "antialias": True}
    yield make(1, 1, 2, 3, 2), {"size": (3, 2, 4), "mode": "trilinear"}
    yield make(1, 1, 4, 3), {"scale_factor": 0.5, "mode": "area"}
    yield make(1, 1, 2, 2, 2), {"scale_factor": 1.5, "recompute_scale_factor": True}


def _declare_upsample(name: str, mode: str, shown: str) -> None:
    """The old names of interpolate."""
    doc = f"""interpolate() with mode={mode!r}{" and align_corners=True" if mode == "bilinear" else ""}, under its old name.

    >>> nn.functional.{name}(tensor([[[[1., 2.]]]]), (1, 3))
    tensor({shown})
    """

    def run(input: Any, size: Any, scale_factor: Any) -> Any:
        return interpolate.kernel(input, size, scale_factor, mode, True if mode == "bilinear" else None, None, False)

    composite(f"{name}(Tensor input, Any size=None, Any scale_factor=None) -> Tensor", namespaces=_F, method=False, doc=doc)(run)


_declare_upsample("upsample_nearest", "nearest", "[[[[1., 1., 2.]]]]")
_declare_upsample("upsample_bilinear", "bilinear", "[[[[1.0000, 1.5000, 2.0000]]]]")


@composite("upsample(Tensor input, Any size=None, Any scale_factor=None, str mode='nearest', bool? align_corners=None) -> Tensor", namespaces=_F, method=False)
def upsample(input: Any, size: Any, scale_factor: Any, mode: str, align_corners: Any) -> Any:
    """interpolate() under its old name.

    >>> nn.functional.upsample(tensor([[[1., 2.]]]), 4)
    tensor([[[1., 1., 2., 2.]]])
    """
    return interpolate.kernel(input, size, scale_factor, mode, align_corners, None, False)


# -- channels and pixels ------------------------------------------------------------------------------------------------------------


def _image(name: str, input: Any, factor: int, what: str) -> None:
    if len(input.shape) < 3:
        fail(
            RuntimeError,
            f"{name} expects input to have at least 3 dimensions, but got input with {len(input.shape)} dimension(s)",
            kind="shape",
            op=name,
            explain=["It takes [..., channels, height, width]."],
        )
    if factor <= 0:
        fail(RuntimeError, f"{name} expects a positive {what}, but got {factor}", kind="value", op=name)


def _shuffle_shape(input: Any, upscale_factor: int) -> Any:
    r = upscale_factor
    _image("pixel_shuffle", input, r, "upscale_factor")
    if r * r >= 1 << 63:
        sentence = f"upscale factor is too large, (upscale_factor)^2 overflowed: upscale_factor={r}"
        fail(ValueError, sentence, kind="value", op="pixel_shuffle")
    *lead, c, h, w = input.shape
    if c % (r * r):
        fail(
            RuntimeError,
            f"pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)={c} is not divisible "
            f"by {r * r}",
            kind="shape",
            op="pixel_shuffle",
        )
    return laid_like(input, (*lead, c // (r * r), h * r, w * r))


@op("pixel_shuffle(Tensor input, int upscale_factor) -> Tensor", namespaces=_BOTH, method=False, dtype=FIRST, spec=_shuffle_shape, flops=0)
def pixel_shuffle(xp: Any, input: Any, upscale_factor: int) -> Any:
    """[..., c * r * r, h, w] as [..., c, h * r, w * r]: each group of r * r channels becomes a square of pixels.

    >>> nn.functional.pixel_shuffle(tensor([[[[1.]], [[2.]], [[3.]], [[4.]]]]), 2)
    tensor([[[[1., 2.],
              [3., 4.]]]])
    """
    r = upscale_factor
    *lead, c, h, w = input.shape
    n = len(lead)
    x = input.reshape(*lead, c // (r * r), r, r, h, w)
    return x.transpose(*range(n), n, n + 3, n + 1, n + 4, n + 2).reshape(*lead, c // (r * r), h * r, w * r)


@pixel_shuffle.vjp("input", rule="pixel_unshuffle(g)")
def _(g: Any, upscale_factor: int) -> Any:
    return pixel_unshuffle(g, upscale_factor)


def _unshuffle_shape(input: Any, downscale_factor: int) -> Any:
    r = downscale_factor
    _image("pixel_unshuffle", input, r, "downscale_factor")
    *lead, c, h, w = input.shape
    for what, k, n in (("height", -2, h), ("width", -1, w)):
        if n % r:
            fail(
                RuntimeError,
                f"pixel_unshuffle expects {what} to be divisible by downscale_factor, but input.size({k})={n} is not divisible by {r}",
                kind="shape",
                op="pixel_unshuffle",
            )
    return laid_like(input, (*lead, c * r * r, h // r, w // r))


@op("pixel_unshuffle(Tensor input, int downscale_factor) -> Tensor", namespaces=_BOTH, method=False, dtype=FIRST, spec=_unshuffle_shape, flops=0)
def pixel_unshuffle(xp: Any, input: Any, downscale_factor: int) -> Any:
    """[..., c, h * r, w * r] as [..., c * r * r, h, w]: each square of pixels becomes a group of channels.

    >>> nn.functional.pixel_unshuffle(tensor([[[1., 2.], [3., 4.]]]), 2).flatten()
    tensor([1., 2., 3., 4.])
    """
    r = downscale_factor
    *lead, c, h, w = input.shape
    n = len(lead)
    x = input.reshape(*lead, c, h // r, r, w // r, r)
    return x.transpose(*range(n), n, n + 2, n + 4, n + 1, n + 3).reshape(*lead, c * r * r, h // r, w // r)


@pixel_unshuffle.vjp("input", rule="pixel_shuffle(g)")
def _(g: Any, downscale_factor: int) -> Any:
    return pixel_shuffle(g, downscale_factor)


@pixel_shuffle.samples
def _(make: Any) -> Any:
    yield make(1, 8, 2, 1), 2
    yield make(4, 1, 2), 1


@pixel_unshuffle.samples
def _(make: Any) -> Any:
    yield make(1, 2, 4, 2), 2
    yield make(1, 3, 3), 3


def _channels_shape(input: Any, groups: int) -> Any:
    if len(input.shape) <= 2:
        fail(RuntimeError, f"channel_shuffle expects input with > 2 dims, but got input with sizes {list(input.shape)}", kind="shape", op="channel_shuffle")
    if groups <= 0:
        fail(
            RuntimeError,
            f"Number of groups to divide channels in must be positive. Value of groups:{groups}",
            kind="value",
            op="channel_shuffle",
        )
    if input.shape[1] % groups:
        fail(
            RuntimeError,
            f"Number of channels must be divisible by groups. Got {input.shape[1]} channels and {groups} groups.",
            kind="shape",
            op="channel_shuffle",
        )
    return laid_like(input, tuple(input.shape))


@op("channel_shuffle(Tensor input, int groups) -> Tensor", namespaces=_BOTH, method=False, dtype=FIRST, spec=_channels_shape, flops=0)
def channel_shuffle(xp: Any, input: Any, groups: int) -> Any:
    """Channels (dim 1) dealt out: the first of each group, then the second of each, and so on.

    >>> nn.functional.channel_shuffle(tensor([[[1.], [2.], [3.], [4.]]]), 2).flatten()
    tensor([1., 3., 2., 4.])
    """
    n, c, *rest = input.shape
    return input.reshape(n, groups, c // groups, *rest).swapaxes(1, 2).reshape(input.shape)


@channel_shuffle.vjp("input", rule="channel_shuffle(g, channels / groups)")
def _(g: Any, input_spec: Any, groups: int) -> Any:
    return channel_shuffle(g, max(input_spec.shape[1] // groups, 1))


@channel_shuffle.samples
def _(make: Any) -> Any:
    yield make(1, 4, 2), 2
    yield make(2, 6, 1, 2), 3


@composite("native_channel_shuffle(Tensor input, int groups) -> Tensor", namespaces=_BOTH, method=False)
def native_channel_shuffle(input: Any, groups: int) -> Any:
    """channel_shuffle() under the name of PyTorch's CPU kernel.

    >>> native_channel_shuffle(tensor([[[1.], [2.], [3.], [4.]]]), 2).flatten()
    tensor([1., 3., 2., 4.])
    """
    return channel_shuffle(input, groups)
