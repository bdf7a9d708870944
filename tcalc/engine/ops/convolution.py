"""Convolutions and transposed convolutions of one to three dimensions, unfold and fold.

Three bilinear maps carry them all: the convolution, its adjoint in the input (the transposed convolution) and its adjoint in the weight. The rules of
each are the other two, so gradients of every order come out of the same kernels: windows laid out as columns, and a matrix product.
"""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import TENSORS as T
from ..apply import Laid, _cap
from ..errors import fail, operands
from ..graph import warn
from ..registry import composite, op
from ..tensors import Tensor
from .windows import all_taps, channels_last, channels_last_strides, reached, spread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BOTH = ("torch", "nn.functional")
_CACHED = 1 << 17  # elements of columns made at a time: they stay in the processor's cache until the product has read them
_BLOCK = 1 << 23  # the same where no cache counts
_NODE = "ConvolutionBackwardBackward0"
_ALL = slice(None)

# -- kernels ------------------------------------------------------------------------------------------------------------------------
# A block of the batch at a time is laid out as columns [channels, *kernel, samples, *windows], so that it meets the weight in one product a group.


def _columns(xp: Any, x: Any, kernel: Any, outs: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """The windows of x [n, c, *size] as [n, c, *kernel, *outs]."""
    shape = (*x.shape[:2], *kernel, *outs)
    if x.shape[2:] == tuple(outs) and all(k == 1 for k in kernel):
        return x.reshape(shape)
    whole = (_ALL, _ALL)
    out = (xp.zeros if any(padding) else xp.empty)(shape, x.dtype)
    for k, windows, elements in all_taps(x.shape[2:], outs, kernel, stride, padding, dilation):
        out[(*whole, *k, *windows)] = x[(*whole, *elements)]
    return out


def _folded(xp: Any, columns: Any, size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """The adjoint of _columns: each place of a window added to the element it came from, [n, c, *size]."""
    n = len(size)
    whole = (_ALL, _ALL)
    outs = columns.shape[2 + n :]
    if tuple(size) == outs and all(k == 1 for k in kernel):
        return columns.reshape(*columns.shape[:2], *size)
    out = xp.zeros((*columns.shape[:2], *size), columns.dtype)
    for k, windows, elements in all_taps(tuple(size), outs, kernel, stride, padding, dilation):
        out[(*whole, *elements)] += columns[(*whole, *k, *windows)]
    return out


def _parts(a: Any, each: int) -> list[Any]:
    """Slices of the batch whose columns, ``each`` elements a sample, are made at a time; large products are announced to the backend."""
    from ..backends import backend_of

    backend, n = backend_of(a), a.shape[0]
    if n * each > 1 << 18 and a.dtype.kind == "f":
        backend.before_product()
    step = max((_CACHED if backend.name == "cpu" else _BLOCK) // max(each, 1), 1)
    return [slice(k, min(k + step, n)) for k in range(0, n, step)]


def _rows(a: Any, groups: int) -> Any:
    """[n, channels, *size] as a matrix a group: [groups, channels / groups, n * size]."""
    return (a if len(a) == 1 else a.swapaxes(0, 1)).reshape(groups, a.shape[1] // groups, -1)


class _Windows:
    """The windows of x [n, c, *size], a block of the batch at a time, in one buffer: padding is written once and stays."""

    def __init__(self, xp: Any, x: Any, kernel: Any, outs: Any, stride: Any, padding: Any, dilation: Any) -> None:
        self.xp, self.x, self.shape = xp, x, (x.shape[1], *kernel, -1, *outs)
        self.taps = list(all_taps(x.shape[2:], outs, kernel, stride, padding, dilation))
        self.plain = x.shape[2:] == tuple(outs) and all(k == 1 for k in kernel) and not any(padding)
        self.buffer: Any = None

    def matrix(self, part: Any, groups: int) -> Any:
        """The columns of these samples, [groups, channels / groups * kernel, samples * windows]."""
        x = self.x[part]
        if self.plain:
            return _rows(x, groups)
        n = len(x)
        if self.buffer is None or self.buffer.shape[-len(x.shape) + 1] != n:
            at = len(self.shape) - len(x.shape) + 1
            self.buffer = self.xp.zeros((*self.shape[:at], n, *self.shape[at + 1 :]), x.dtype)
        columns, moved = self.buffer, x.swapaxes(0, 1)
        for k, windows, elements in self.taps:
            columns[(_ALL, *k, _ALL, *windows)] = moved[(_ALL, _ALL, *elements)]
        return columns.reshape(groups, columns.shape[0] // groups * math.prod(self.shape[1 : len(self.shape) - len(x.shape) + 1]), -1)


def _product(xp: Any, weight: Any, columns: Any, out: Any) -> None:
    """out [n, m, *outs] = weight [groups, m / groups, k] times columns [groups, k, n * outs]."""
    if len(out) == 1:
        xp.matmul(weight, columns, out=out.reshape(*weight.shape[:2], -1))
    else:
        out[...] = xp.matmul(weight, columns).reshape(out.shape[1], len(out), *out.shape[2:]).swapaxes(0, 1)


def _per_channel(weight: Any, channels: int, groups: int) -> bool:
    """Whether each channel has a kernel of its own: products of one row are slower than adding up the taps."""
    return groups == channels == weight.shape[0] and groups > 1


def _column(weight: Any, k: Any) -> Any:
    """One place of a kernel for each channel, [c, 1, ...]."""
    return weight[(_ALL, 0, *k)].reshape(-1, *[1] * len(k))


def _correlate(xp: Any, x: Any, weight: Any, stride: Any, padding: Any, dilation: Any, groups: int, outs: Any = None) -> Any:
    """sum over c and k of x[n, c, o * stride - padding + k * dilation] * weight[m, c, k]."""
    kernel, m, n = weight.shape[2:], weight.shape[0], x.shape[0]
    if outs is None:
        outs = tuple([reached(*a) for a in zip(x.shape[2:], kernel, stride, padding, dilation, strict=True)])
    if _per_channel(weight, x.shape[1], groups):
        out = xp.zeros((n, m, *outs), x.dtype)
        taps = [(_column(weight, k), windows, elements) for k, windows, elements in all_taps(x.shape[2:], outs, kernel, stride, padding, dilation)]
        for part in _parts(x, m * math.prod(outs)):
            seen, made = x[part], out[part]
            for w, windows, elements in taps:
                made[(_ALL, _ALL, *windows)] += seen[(_ALL, _ALL, *elements)] * w
        return out
    out = xp.empty((n, m, *outs), x.dtype)
    w, found = weight.reshape(groups, m // groups, -1), _Windows(xp, x, kernel, outs, stride, padding, dilation)
    places = math.prod(outs)
    parts = _parts(x, x.shape[1] * math.prod(kernel) * places)
    if found.plain and places >= 64:  # the input is its own columns
        xp.matmul(w, x.reshape(n, groups, x.shape[1] // groups, places), out=out.reshape(n, groups, m // groups, places))
        return out
    for part in parts:
        _product(xp, w, found.matrix(part, groups), out[part])
    return out


def _spread_out(xp: Any, g: Any, weight: Any, size: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The adjoint of _correlate in x: what each output took from x goes back there."""
    kernel, m, each = weight.shape[2:], weight.shape[0], weight.shape[1]
    channels, outs, size = each * groups, g.shape[2:], tuple(size)
    if all(s == 1 for s in stride) and m <= 2 * channels and not _per_channel(weight, channels, groups):
        # Without steps it is a convolution too, with the kernel turned round: reading windows is faster than adding to them.
        turned = weight.reshape(groups, m // groups, each, *kernel).swapaxes(1, 2)[(..., *[slice(None, None, -1)] * len(kernel))]
        back = [d * (k - 1) - p for d, k, p in zip(dilation, kernel, padding, strict=True)]
        return _correlate(xp, g, turned.reshape(channels, m // groups, *kernel), stride, back, dilation, groups, size)
    out = xp.zeros((g.shape[0], channels, *size), g.dtype)
    taps = list(all_taps(size, outs, kernel, stride, padding, dilation))
    if _per_channel(weight, channels, groups):
        columns = [(_column(weight, k), windows, elements) for k, windows, elements in taps]
        for part in _parts(g, m * math.prod(outs)):
            seen, made = g[part], out[part]
            for w, windows, elements in columns:
                made[(_ALL, _ALL, *elements)] += seen[(_ALL, _ALL, *windows)] * w
        return out
    w = weight.reshape(groups, m // groups, -1).swapaxes(1, 2)
    for part in _parts(g, channels * math.prod(kernel) * math.prod(outs)):
        rows, made = g[part], out[part].swapaxes(0, 1)
        found = xp.matmul(w, _rows(rows, groups)).reshape(channels, *kernel, len(rows), *outs)
        for k, windows, elements in taps:
            made[(_ALL, _ALL, *elements)] += found[(_ALL, *k, _ALL, *windows)]
    return out


def _matched_up(xp: Any, x: Any, g: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The adjoint of _correlate in the weight: each place of the kernel gets what it met, [m, c / groups, *kernel]."""
    outs, m, channels = g.shape[2:], g.shape[1], x.shape[1]
    if groups == channels == m > 1:
        out = xp.zeros((m, 1, *kernel), x.dtype)
        taps = list(all_taps(x.shape[2:], outs, kernel, stride, padding, dilation))
        axes = (0, *range(2, g.ndim))
        for part in _parts(x, m * math.prod(outs)):
            seen, rows = x[part], g[part]
            for k, windows, elements in taps:
                out[(_ALL, 0, *k)] += (seen[(_ALL, _ALL, *elements)] * rows[(_ALL, _ALL, *windows)]).sum(axes)
        return out
    k = math.prod(kernel)
    out = xp.zeros((groups, m // groups, channels // groups * k), x.dtype)
    found = _Windows(xp, x, kernel, outs, stride, padding, dilation)
    for part in _parts(x, channels * k * math.prod(outs)):
        out += xp.matmul(_rows(g[part], groups), found.matrix(part, groups).swapaxes(1, 2))
    return out.reshape(m, channels // groups, *kernel)


# -- rules of shape and dtype -------------------------------------------------------------------------------------------------------


def _dtypes(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    return (dtypes.float32, d) if d.itemsize == 2 and d.is_floating_point else (d, d)


def _same_dtypes(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    """The policy of the maps that take one dtype and no bools."""
    d = values[0]._dtype
    for t in values[1:3]:
        if isinstance(t, Tensor) and t._dtype is not d:
            _mixed(f"expected scalar type {_cap(d)} but found {_cap(t._dtype)}", values[0], t, None)
    if d is dtypes.bool_:
        fail(NotImplementedError, "\"slow_conv2d_cpu\" not implemented for 'Bool'", kind="dtype", op=o.public, hints=["input.float()"])
    return _dtypes(o, dims, zeros, numbers, values)


_IN_C = {
    "float32": "float", "float64": "double", "float16": "c10::Half", "bfloat16": "c10::BFloat16", "int64": "long int", "int32": "int", "int16": "short int",
    "int8": "signed char", "uint8": "unsigned char", "complex64": "c10::complex<float>", "complex128": "c10::complex<double>",
}  # fmt: skip


def _legacy(d: Any) -> str:
    """PyTorch's old name of a tensor type."""
    name = _cap(d)
    return f"CPU{name}Type" if d.is_complex or name in ("Bool", "BFloat16") else f"torch.{name}Tensor"


def _tensors(input: Any, weight: Any, bias: Any) -> list[tuple[str, str]]:
    found = [("input", input), ("weight", weight), *([("bias", bias)] if bias is not None else [])]
    return [(n, f"{t.dtype.short}[{','.join(map(str, t.shape))}]") for n, t in found]


def _mixed(sentence: str, input: Any, weight: Any, bias: Any) -> None:
    fail(
        RuntimeError,
        sentence,
        kind="dtype",
        op="convolution",
        operands=_tensors(input, weight, bias),
        explain=["A convolution does not promote: input, weight and bias have one dtype."],
        hints=[f"x.to({input.dtype}) gives the others the input's dtype."],
    )


def _one_type(input: Any, weight: Any, bias: Any, tail: str = "") -> None:
    """PyTorch's check where its kernel takes tensors of one type only."""
    for name, t in (("weight", weight), ("bias", bias)):
        if t is not None and t.dtype is not input.dtype:
            more = f" or input should be a MKLDNN tensor and {name} is a dense tensor" if tail else ""
            _mixed(f"Input type ({_legacy(input.dtype)}) and {name} type ({_legacy(t.dtype)}) should be the same{more}", input, weight, bias)


def _check_types(input: Any, weight: Any, bias: Any, stride: Any, dilation: Any, transposed: bool, output_padding: Any, groups: int) -> None:
    """The dtypes that PyTorch's kernels take. They copy a bias of any dtype into the result; oneDNN, which has the larger float32 ones, does not."""
    d, x, w = input.dtype, input.shape, weight.shape
    if d.category == dtypes.FLOAT and weight.dtype is d and (bias is None or bias.dtype is d):
        return
    n = len(w) - 2
    if d is dtypes.float32 and not (transposed and any(a >= b for a, b in zip(output_padding, stride, strict=True))):
        last = (1, *w[2:])[-2:]
        if groups > 1 or min(last) > 3 or x[0] > 1 or math.prod(x[:4]) > 20480:
            _one_type(input, weight, bias, "oneDNN")
    planes = max(n, 2)
    known = (dtypes.int64,) if transposed else (dtypes.int64, dtypes.int32, dtypes.int16, dtypes.int8, dtypes.uint8)
    if d.category != dtypes.FLOAT and d not in known:
        if transposed:
            kernel = f"slow_conv_transpose{planes}d_out_cpu"
        elif any(k != 1 for k in dilation):
            kernel = "slow_conv_dilated<>"
        else:
            kernel = "slow_conv2d_cpu" if planes == 2 else "compute_columns3d"
        fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op="convolution", hints=["input.float()"])
    if weight.dtype is not d:
        _mixed(f"expected scalar type {_cap(d)} but found {_cap(weight.dtype)}", input, weight, bias)
    if bias is not None and bias.dtype is not d and transposed:
        if planes == 3:
            _mixed(f"expected scalar type {_cap(d)} but found {_cap(bias.dtype)}", input, weight, bias)
        if bias.dtype.category > d.category:
            got = dtypes.result_dtype([d, bias.dtype], [], [])
            _mixed(f"result type {_cap(got)} can't be cast to the desired output type {_cap(d)}", input, weight, bias)


def _by_x(sizes: Any) -> str:
    return " x ".join(map(str, sizes))


_AXES = {1: ("width",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def _per_axis(name: str, values: Any) -> str:
    """PyTorch's way to write one number an axis: kernel_height: 3 kernel_width: 0."""
    return " ".join(f"{name}_{axis}: {v}" for axis, v in zip(_AXES[len(values)], values, strict=True))


def _check(input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, transposed: bool, output_padding: Any, groups: int) -> None:
    """PyTorch's checks, in its order."""
    x, w = tuple(input.shape), tuple(weight.shape)

    def no(sentence: str, *explain: str, kind: str = "value") -> None:
        name = "conv_transpose" if transposed else "convolution"
        fail(RuntimeError, sentence, kind=kind, op=name, operands=_tensors(input, weight, bias), explain=list(explain))

    if any(p < 0 for p in padding):
        no("negative padding is not supported")
    if any(p < 0 for p in output_padding):
        no("negative output_padding is not supported")
    if any(s <= 0 for s in stride):
        no("non-positive stride is not supported")
    if any(d <= 0 for d in dilation):
        no(f"dilation should be greater than zero, but got {list(dilation)}")
    if len(w) != len(x):
        no(
            f"Expected {len(w)}-dimensional input for {len(w)}-dimensional weight {list(w)}, but got {len(x)}-dimensional input of size {list(x)} instead",
            kind="shape",
        )
    if w[0] < groups:
        no(f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, but got weight of size {list(w)} instead", kind="shape")
    if w[0] % groups:
        no(f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of size [{list(w)}] instead", kind="shape")
    given = f"transposed={int(transposed)}" if transposed else f"groups={groups}"
    channels = w[0] if transposed else w[1] * groups
    if x[1] != channels:
        rule = "The weight of a transposed convolution is [in, out / groups, *kernel]" if transposed else "A weight is [out, in / groups, *kernel]"
        no(
            f"Given {given}, weight of size {list(w)}, expected input{list(x)} to have {channels} channels, but got {x[1]} channels instead",
            f"{rule}, an input [batch, in, *size].",
            kind="shape",
        )
    made = w[1] * groups if transposed else w[0]
    if bias is not None and tuple(bias.shape) != (made,):
        no(
            f"Given {'transposed=1, ' if transposed else ''}weight of size {list(w)}, expected bias to be 1-dimensional with {made} elements, but got bias of "
            f"size {list(bias.shape)} instead",
            kind="shape",
        )
    if any(k <= 0 for k in w[2:]):
        no(f"kernel size should be greater than zero, but got {_per_axis('kernel', w[2:])}", kind="shape")
    if transposed:
        if any(o >= s and o >= d for o, s, d in zip(output_padding, stride, dilation, strict=True)):
            no(
                f"output padding must be smaller than either stride or dilation, but got {_per_axis('output_padding', output_padding)} "
                f"{_per_axis('stride', stride)} {_per_axis('dilation', dilation)}"
            )
        outs = _grown(x[2:], w[2:], stride, padding, dilation, output_padding)
        if any(n <= 0 for n in outs):
            no(
                f"Given input size per channel: ({_by_x(x[2:])}). Calculated output size per channel: ({_by_x(outs)}). Output size is too small",
                "Along each axis: (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1.",
                kind="shape",
            )
        return
    padded = [n + 2 * p for n, p in zip(x[2:], padding, strict=True)]
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, w[2:], strict=True)]
    if any(a < b for a, b in zip(padded, spans, strict=True)):
        no(
            f"Calculated padded input size per channel: ({_by_x(padded)}). Kernel size: ({_by_x(spans)}). Kernel size can't be greater than actual input size",
            "Along each axis the kernel spans dilation * (kernel - 1) + 1 elements; the input offers size + 2 * padding.",
            kind="shape",
        )
    if 0 in x[2:]:
        no(f"Only zero batch or zero channel inputs are supported, but got input shape: {list(x)}", kind="shape")


def _grown(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, extra: Any) -> tuple[int, ...]:
    """Sizes after a transposed convolution."""
    return tuple([(n - 1) * s - 2 * p + d * (k - 1) + e + 1 for n, k, s, p, d, e in zip(size, kernel, stride, padding, dilation, extra, strict=True)])


def _enough(weight: Any, groups: int) -> None:
    """PyTorch's first checks."""
    if len(weight.shape) < 3:
        fail(
            RuntimeError,
            "weight should have at least three dimensions",
            kind="shape",
            op="convolution",
            operands=[("weight", f"{weight.dtype.short}[{','.join(map(str, weight.shape))}]")],
            explain=["A weight is [out, in / groups, *kernel], transposed [in, out / groups, *kernel]."],
        )
    if groups <= 0:
        fail(RuntimeError, "non-positive groups is not supported", kind="value", op="convolution")


def _conv_shape(
    input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, transposed: bool, output_padding: Any, groups: int
) -> tuple[int, ...]:
    n = len(weight.shape) - 2
    _enough(weight, groups)
    stride, padding = spread("stride", stride, n, (1,) * n), spread("padding", padding, n, (0,) * n)
    dilation, output_padding = spread("dilation", dilation, n, (1,) * n), spread("output_padding", output_padding, n, (0,) * n)
    _check(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)
    _check_types(input, weight, bias, stride, dilation, transposed, output_padding, groups)
    x, w = input.shape, weight.shape
    if transposed:
        shape = (x[0], w[1] * groups, *_grown(x[2:], w[2:], stride, padding, dilation, output_padding))
    else:
        shape = (x[0], w[0], *[reached(*a) for a in zip(x[2:], w[2:], stride, padding, dilation, strict=True)])
    if channels_last(tuple(x), input.stride) or channels_last(tuple(w), weight.stride):
        return Laid(shape, channels_last_strides(shape))  # type: ignore[no-any-return]
    return shape


# -- the three maps -----------------------------------------------------------------------------------------------------------------


@op(
    "convolution(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, bool transposed, int[] output_padding, int groups)"
    " -> Tensor",
    method=False, dtype=_dtypes, spec=_conv_shape, flops="2*n*out*in/groups*kernel", label="conv",
)  # fmt: skip
def convolution(
    xp: Any, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, transposed: bool, output_padding: Any, groups: int
) -> Any:
    """Convolution of input [batch, in, *size] with weight [out, in / groups, *kernel], or its transpose; conv1d ... conv_transpose3d call it.

    >>> convolution(tensor([[[1., 2., 4.]]]), tensor([[[1., -1.]]]), None, (1,), (0,), (1,), False, (0,), 1)
    tensor([[[-1., -2.]]])
    """
    n = weight.ndim - 2
    stride, padding, dilation = spread("stride", stride, n), spread("padding", padding, n), spread("dilation", dilation, n)
    if transposed:
        size = _grown(input.shape[2:], weight.shape[2:], stride, padding, dilation, spread("output_padding", output_padding, n, (0,) * n))
        out = _spread_out(xp, input, weight, size, stride, padding, dilation, groups)
    else:
        out = _correlate(xp, input, weight, stride, padding, dilation, groups)
    if bias is not None:
        out += bias.reshape(-1, *[1] * n)
    return out


@convolution.vjp("input", "weight", "bias", rule="input: g convolved with the weight's transpose; weight: g matched with the windows of input; bias: sum of g")
def _(g: Any, input: Any, weight: Any, stride: Any, padding: Any, dilation: Any, transposed: bool, groups: int, needs: Any) -> Any:
    n = weight.ndim - 2
    stride, padding, dilation = spread("stride", stride, n), spread("padding", padding, n), spread("dilation", dilation, n)
    first = second = third = None
    if needs[0]:
        if transposed:
            first = _conv_of(g, weight, input.shape[2:], stride, padding, dilation, groups)
        else:
            first = _conv_input(g, weight, input.shape[2:], stride, padding, dilation, groups)
    if needs[1]:
        seen, from_ = (g, input) if transposed else (input, g)
        second = _conv_weight(seen, from_, weight.shape[2:], stride, padding, dilation, groups)
    if needs[2]:
        third = g.sum([0, *range(2, n + 2)])
    return first, second, third


def _conv_of(input: Any, weight: Any, size: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """A convolution's result of this size: an output_padding of a whole step leaves room for more windows."""
    out = convolution(input, weight, None, stride, padding, dilation, False, (0,) * len(stride), groups)
    for k, n in enumerate(size):
        if out.shape[2 + k] != n:
            out = out.narrow(2 + k, 0, n)
    return out


@op(
    "_conv_input(Tensor grad, Tensor weight, int[] size, int[] stride, int[] padding, int[] dilation, int groups) -> Tensor",
    namespaces=("internal",), method=False, dtype=_same_dtypes, node=_NODE, label="conv_input", flops="2*n*out*in/groups*kernel",
    spec=lambda grad, weight, size, stride, padding, dilation, groups: (grad.shape[0], weight.shape[1] * groups, *size),
)  # fmt: skip
def _conv_input(xp: Any, grad: Any, weight: Any, size: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """What a convolution's input of this size gets from the gradient of its result."""
    return _spread_out(xp, grad, weight, size, stride, padding, dilation, groups)


@_conv_input.vjp("grad", "weight", rule="grad: g convolved with weight; weight: grad matched with the windows of g")
def _(g: Any, grad: Any, weight: Any, stride: Any, padding: Any, dilation: Any, groups: int, needs: Any) -> Any:
    first = _conv_of(g, weight, grad.shape[2:], stride, padding, dilation, groups) if needs[0] else None
    return first, (_conv_weight(g, grad, weight.shape[2:], stride, padding, dilation, groups) if needs[1] else None)


@op(
    "_conv_weight(Tensor input, Tensor grad, int[] kernel, int[] stride, int[] padding, int[] dilation, int groups) -> Tensor",
    namespaces=("internal",), method=False, dtype=_same_dtypes, node=_NODE, label="conv_weight", flops="2*n*out*in/groups*kernel",
    spec=lambda input, grad, kernel, stride, padding, dilation, groups: (grad.shape[1], input.shape[1] // groups, *kernel),
)  # fmt: skip
def _conv_weight(xp: Any, input: Any, grad: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """What a convolution's weight gets from the gradient of its result."""
    return _matched_up(xp, input, grad, kernel, stride, padding, dilation, groups)


@_conv_weight.vjp("input", "grad", rule="input: grad convolved with the transpose of g; grad: input convolved with g")
def _(g: Any, input: Any, grad: Any, stride: Any, padding: Any, dilation: Any, groups: int, needs: Any) -> Any:
    first = _conv_input(grad, g, input.shape[2:], stride, padding, dilation, groups) if needs[0] else None
    return first, (_conv_of(input, g, grad.shape[2:], stride, padding, dilation, groups) if needs[1] else None)


@convolution.samples
def _(make: Any) -> Any:
    yield make(1, 2, 4), make(3, 2, 2), make(3), (1,), (0,), (1,), False, (0,), 1
    yield make(2, 2, 4, 4), make(2, 2, 3, 2), None, (2, 1), (1, 0), (1, 2), False, (0, 0), 1
    yield make(1, 4, 3, 3), make(4, 1, 2, 2), make(4), (1, 1), (1, 1), (1, 1), False, (0, 0), 4
    yield make(1, 2, 3), make(2, 3, 2), make(3), (2,), (1,), (1,), True, (1,), 1
    yield make(0, 2, 4), make(3, 2, 2), make(3), (1,), (0,), (1,), False, (0,), 1


@_conv_input.samples
def _(make: Any) -> Any:
    yield make(1, 2, 2, 3), make(2, 1, 3, 2), (4, 4), (2, 1), (1, 0), (1, 1), 1


@_conv_weight.samples
def _(make: Any) -> Any:
    yield make(1, 2, 4, 4), make(1, 2, 2, 3), (3, 2), (2, 1), (1, 0), (1, 1), 2


# -- conv1d ... conv_transpose3d ----------------------------------------------------------------------------------------------------


def _batched(name: str, n: int, input: Any) -> tuple[Any, bool]:
    """input with a batch dimension, and whether it had one."""
    if input.ndim not in (n + 1, n + 2):
        fail(
            RuntimeError,
            f"Expected {n + 1}D (unbatched) or {n + 2}D (batched) input to {name}, but got input of size: {list(input.shape)}",
            kind="shape",
            op=name,
            operands=operands(["input"], [input]),
            explain=[f"An input is [batch, channels, {', '.join(_AXES[n])}], or that without the batch."],
        )
    return (input, True) if input.ndim == n + 2 else (input.unsqueeze(0), False)


def _each(n: int, value: Any) -> Any:
    """One number for all axes as one for each."""
    return tuple(value) * n if len(value) == 1 else value


def _padded_same(name: str, input: Any, weight: Any, stride: Any, dilation: Any, groups: int) -> tuple[Any, tuple[int, ...]]:
    """For padding='same': the input (padded at one end where the sides differ), and the padding of both sides."""
    _enough(weight, groups)
    n, w = weight.ndim - 2, list(weight.shape)
    if weight.ndim != input.ndim:
        fail(
            RuntimeError,
            f"Expected {n + 2}-dimensional input for {n + 2}-dimensional weight{w}, but got {input.ndim}-dimensional input of size {list(input.shape)} instead",
            kind="shape",
            op=name,
        )
    for what, value in (("stride", stride), ("dilation", dilation)):
        if len(value) not in (1, n):
            fail(RuntimeError, f"{what} cannot broadcast to {n} dimensions", kind="value", op=name)
    if any(s != 1 for s in stride):
        fail(RuntimeError, "padding='same' is not supported for strided convolutions", kind="value", op=name)
    dilation = spread("dilation", dilation, n, (1,) * n)
    sums = [d * (k - 1) for d, k in zip(dilation, weight.shape[2:], strict=True)]
    if any(s % 2 for s in sums):
        warn("Using padding='same' with even kernel lengths and odd dilation may require a zero-padded copy of the input be created")
        ends = [(0, s % 2) for s in reversed(sums)]
        input = T.constant_pad_nd(input, [v for pair in ends for v in pair], 0)
    return input, tuple([s // 2 for s in sums])


def _of_parts(conv: Any, input: Any, weight: Any, bias: Any) -> Any:
    """A convolution of complex numbers from three of real ones (Gauss): a - b + i (c - a - b)."""
    _one_type(input, weight, bias)
    (x, xi), (w, wi) = _real_parts(input), _real_parts(weight)
    if bias is None:
        a, b, c = conv(x, w, None), conv(xi, wi, None), conv(x + xi, w + wi, None)
    else:
        v, vi = _real_parts(bias)
        a, b, c = conv(x, w, v), conv(xi, wi, None), conv(x + xi, w + wi, v + vi)
    return a - b + 1j * (c - a - b)


def _real_parts(t: Any) -> tuple[Any, Any]:
    both = T.view_as_real(t.resolve_conj())
    return both.select(-1, 0), both.select(-1, 1)


def _declare(n: int) -> None:
    name, shown = f"conv{n}d", {1: "[[[1., 2., 4.]]]", 2: "[[[[1., 2., 4.]]]]", 3: "[[[[[1., 2., 4.]]]]]"}[n]
    kernel, result = shown.replace("1., 2., 4.", "1., -1."), shown.replace("1., 2., 4.", "-1., -2.")
    axes = ", ".join(_AXES[n])
    doc = f"""Convolution (as networks say it: no flip) of input [batch, in, {axes}] with weight [out, in / groups, {axes}].

    The batch may be left out. padding is a number an axis, 'valid' (none) or 'same' (the result has the input's size; stride 1 only).

    >>> nn.functional.{name}(tensor({shown}), tensor({kernel}))
    tensor({result})
    """

    def run(input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
        if bias is not None and bias._dtype is not input._dtype:
            given, other = _IN_C.get(input._dtype.name, input._dtype.name), _IN_C.get(bias._dtype.name, bias._dtype.name)
            _mixed(f"Input type ({given}) and bias type ({other}) should be the same", input, weight, bias)
        x, batched = _batched(name, n, input)
        stride, padding, dilation = _each(n, stride), _each(n, padding), _each(n, dilation)

        def conv(x: Any, weight: Any, bias: Any) -> Any:
            return convolution(x, weight, bias, stride, padding, dilation, False, (0,), groups)

        out = _of_parts(conv, x, weight, bias) if x._dtype.is_complex else conv(x, weight, bias)
        return out if batched else out.squeeze(0)

    def run_named(input: Any, weight: Any, bias: Any, stride: Any, padding: str, dilation: Any, groups: int) -> Any:
        x, batched = _batched(name, n, input)
        stride, dilation = _each(n, stride), _each(n, dilation)

        def conv(x: Any, weight: Any, bias: Any) -> Any:
            pad: Any = (0,)
            if padding == "same":
                x, pad = _padded_same(name, x, weight, stride, dilation, groups)
            elif padding != "valid":
                fail(RuntimeError, f"Invalid padding string: '{padding}'", kind="value", op=name, hints=["padding='same' or padding='valid', or a number."])
            return convolution(x, weight, bias, stride, pad, dilation, False, (0,), groups)

        out = _of_parts(conv, x, weight, bias) if x._dtype.is_complex else conv(x, weight, bias)
        return out if batched else out.squeeze(0)

    tail = "int[1] dilation=(1), int groups=1) -> Tensor"
    head = "(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=(1)"
    plain = composite(f"{name}{head}, int[1] padding=(0), {tail}", namespaces=_BOTH, method=False, doc=doc)(run)
    named = composite(f"{name}.padding{head}, str padding='valid', {tail}", namespaces=_BOTH, method=False, doc=doc)(run_named)

    @plain.samples
    def _(make: Any) -> Any:
        size, k = (4, 5, 3)[:n], (2, 3, 2)[:n]
        yield make(2, 2, *size), make(3, 2, *k), make(3)
        yield make(2, *size), make(4, 1, *k), make(4), {"groups": 2, "padding": 1, "stride": 2}
        yield make(1, 2, *size), make(2, 2, *k), {"dilation": 2, "padding": 2}
        yield make(2, 2, *size).transpose(0, 1), make(3, 2, *k)

    @named.samples
    def _(make: Any) -> Any:
        size = (4, 5, 3)[:n]
        yield make(1, 2, *size), make(3, 2, *(3, 2, 1)[:n]), make(3), {"padding": "same"}
        yield make(1, 2, *size), make(3, 2, *(3, 2, 1)[:n]), {"padding": "valid"}

    turned = f"conv_transpose{n}d"
    grown = shown.replace("1., 2., 4.", " 1.,  1.,  2., -4.")
    doc = f"""Transposed convolution of input [batch, in, {axes}] with weight [in, out / groups, {axes}]: the gradient of {name} by its input.

    Each axis grows to (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1.

    >>> nn.functional.{turned}(tensor({shown}), tensor({kernel}))
    tensor({grown})
    """

    def run_turned(input: Any, weight: Any, bias: Any, stride: Any, padding: Any, output_padding: Any, groups: int, dilation: Any) -> Any:
        x, batched = _batched(turned, n, input)
        stride, padding, dilation = _each(n, stride), _each(n, padding), _each(n, dilation)

        def conv(x: Any, weight: Any, bias: Any) -> Any:
            return convolution(x, weight, bias, stride, padding, dilation, True, output_padding, groups)

        out = _of_parts(conv, x, weight, bias) if x._dtype.is_complex else conv(x, weight, bias)
        return out if batched else out.squeeze(0)

    o = composite(
        f"{turned}{head}, int[1] padding=(0), int[1] output_padding=(0), int groups=1, int[1] dilation=(1)) -> Tensor", namespaces=_BOTH, method=False, doc=doc
    )(run_turned)

    @o.samples
    def _(make: Any) -> Any:
        size, k = (3, 2, 2)[:n], (2, 3, 2)[:n]
        yield make(2, 2, *size), make(2, 3, *k), make(3)
        yield make(2, *size), make(2, 2, *k), make(4), {"groups": 2, "padding": 1, "stride": 2, "output_padding": 1}
        yield make(1, 2, *size), make(2, 1, *k), {"dilation": 2}


for _n in (1, 2, 3):
    _declare(_n)


@op(
    "conv_tbc(Tensor input, Tensor weight, Tensor bias, int pad=0) -> Tensor", namespaces=_BOTH, dtype=_same_dtypes, method=False,
    spec=lambda input, weight, bias, pad: _tbc_shape(input, weight, bias, pad), flops="2*n*out*in*kernel",
)  # fmt: skip
def conv_tbc(xp: Any, input: Any, weight: Any, bias: Any, pad: int) -> Any:
    """Convolution over time of input [time, batch, in] with weight [kernel, in, out].

    >>> conv_tbc(tensor([[[1.]], [[2.]], [[4.]]]), tensor([[[1.]], [[-1.]]]), tensor([0.])).flatten()
    tensor([-1., -2.])
    """
    out = _correlate(xp, input.transpose(1, 2, 0), weight.transpose(2, 1, 0), (1,), (pad,), (1,), 1)
    return out.transpose(2, 0, 1) + bias


def _tbc_shape(input: Any, weight: Any, bias: Any, pad: int) -> tuple[int, ...]:
    if len(input.shape) != 3:
        raise RuntimeError("Input must have 3 dims: time, batch, in_channel")
    if len(weight.shape) != 3:
        raise RuntimeError("Weight tensor must have 3 dims: kernel_width, in_channels, out_channels.")
    if len(bias.shape) != 1:
        raise RuntimeError("Bias must be 1-D")
    if input.shape[2] != weight.shape[1]:
        raise RuntimeError("Input dim 2 (input channels) is not == dim 1 in the weight tensor (input channels).")
    if bias.shape[0] != weight.shape[2]:
        raise RuntimeError("Bias size must equal dim 2 in the weight tensor (output channels).")
    outs = input.shape[0] - weight.shape[0] + 1 + pad * 2
    if outs < 0:
        raise RuntimeError("Convolution would result in output of negative size")
    return (outs, input.shape[1], weight.shape[2])


@conv_tbc.vjp("input", "weight", "bias", rule="as convolution's")
def _(g: Any, input: Any, weight: Any, pad: int, needs: Any) -> Any:
    g_, x, w = g.permute(1, 2, 0), input.permute(1, 2, 0), weight.permute(2, 1, 0)
    first = _conv_input(g_, w, x.shape[2:], (1,), (pad,), (1,), 1).permute(2, 0, 1) if needs[0] else None
    second = _conv_weight(x, g_, w.shape[2:], (1,), (pad,), (1,), 1).permute(2, 1, 0) if needs[1] else None
    return first, second, (g.sum((0, 1)) if needs[2] else None)


@conv_tbc.samples
def _(make: Any) -> Any:
    yield make(4, 2, 2), make(3, 2, 3), make(3)
    yield make(4, 1, 2), make(3, 2, 3), make(3), 1


# -- unfold and fold ----------------------------------------------------------------------------------------------------------------


def _two(name: str, value: Any) -> tuple[int, int]:
    """One number or two, for height and width."""
    if len(value) not in (1, 2):
        fail(RuntimeError, f"It is expected {name} equals to 2, but got size {len(value)}", kind="value", op="unfold")
    return (value[0], value[-1])


def _floats(kernel: str) -> Any:
    def policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        d = values[0]._dtype
        if d.category < dtypes.FLOAT and d is not dtypes.bool_:
            fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op=o.public, hints=["input.float()"])
        return (dtypes.float32, d) if d.itemsize == 2 else (d, d)

    return policy


def _window_checks(kernel: Any, dilation: Any, padding: Any, stride: Any) -> None:
    def pair(name: str, v: Any) -> str:
        return f"{name}_height: {v[0]} {name}_width: {v[1]}"

    if min(kernel) <= 0:
        raise RuntimeError(f"kernel size should be greater than zero, but got {pair('kernel', kernel)}")
    if min(dilation) <= 0:
        raise RuntimeError(f"dilation should be greater than zero, but got {pair('dilation', dilation)}")
    if min(padding) < 0:
        raise RuntimeError(f"padding should be non-negative, but got {pair('pad', padding)}")
    if min(stride) <= 0:
        raise RuntimeError(f"stride should be greater than zero, but got {pair('stride', stride)}")


def _blocks(size: Any, kernel: Any, dilation: Any, padding: Any, stride: Any) -> tuple[int, ...]:
    return tuple([reached(*a) for a in zip(size, kernel, stride, padding, dilation, strict=True)])


def _unfold_shape(input: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> tuple[int, ...]:
    kernel, dilation, padding, stride = _two("kernel_size", kernel_size), _two("dilation", dilation), _two("padding", padding), _two("stride", stride)
    shape = tuple(input.shape)
    if len(shape) < 3:
        if shape:
            n = len(shape)
            sentence = f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {n})"
        else:
            sentence = "Dimension specified as 1 but tensor has no dimensions"
        fail(IndexError, sentence, kind="shape", op="unfold", explain=["It takes images: [batch, channels, height, width], or one without the batch."])
    _window_checks(kernel, dilation, padding, stride)
    if len(shape) > 4 or 0 in shape[-3:]:
        fail(
            RuntimeError,
            f"Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: {list(shape)}",
            kind="shape",
            op="unfold",
        )
    outs = _blocks(shape[-2:], kernel, dilation, padding, stride)
    if min(outs) < 1:
        fail(
            RuntimeError,
            f"Given input with spatial size ({shape[-2]}, {shape[-1]}), kernel_size={kernel}, dilation={dilation}, padding={padding}, calculated shape of the "
            f"array of sliding blocks as {outs}, but its components must be at least one.",
            kind="shape",
            op="unfold",
        )
    return (*shape[:-3], shape[-3] * math.prod(kernel), math.prod(outs))


def _blocks_of(xp: Any, input: Any, kernel: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    x = input if input.ndim == 4 else input[None]
    outs = _blocks(x.shape[2:], kernel, dilation, padding, stride)
    found = _columns(xp, x, kernel, outs, stride, padding, dilation)
    return found.reshape(*input.shape[:-3], x.shape[1] * math.prod(kernel), math.prod(outs))


@op(
    "unfold(Tensor input, int[1] kernel_size, int[1] dilation=(1), int[1] padding=(0), int[1] stride=(1)) -> Tensor",
    namespaces=("nn.functional",), method=False, node="Im2ColBackward0", dtype=_floats("im2col_out_cpu"), spec=_unfold_shape, flops=0, label="unfold",
)  # fmt: skip
def unfold(xp: Any, input: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    """The sliding windows of images as columns: [batch, channels * kernel, windows].

    >>> nn.functional.unfold(tensor([[[[1., 2., 3.]]]]), (1, 2))
    tensor([[[1., 2.],
             [2., 3.]]])
    """
    return _blocks_of(xp, input, _two("", kernel_size), _two("", dilation), _two("", padding), _two("", stride))


@unfold.vjp("input", rule="fold(g)")
def _(g: Any, input_spec: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    return fold(g, input_spec.shape[-2:], kernel_size, dilation, padding, stride)


@unfold.samples
def _(make: Any) -> Any:
    yield make(1, 2, 3, 4), 2
    yield make(2, 4, 3), (2, 3), {"dilation": (2, 1), "padding": 1, "stride": (1, 2)}
    yield make(2, 1, 2, 2), 1


def _fold_shape(input: Any, output_size: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> tuple[int, ...]:
    size = _two("output_size", output_size)
    kernel, dilation, padding, stride = _two("kernel_size", kernel_size), _two("dilation", dilation), _two("padding", padding), _two("stride", stride)
    shape = tuple(input.shape)
    _window_checks(kernel, dilation, padding, stride)
    if len(shape) not in (2, 3) or 0 in shape[-2:]:
        fail(
            RuntimeError,
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: " + str(list(shape)),
            kind="shape",
            op="fold",
        )
    rows, at = shape[-2], 1
    if rows % math.prod(kernel):
        fail(
            RuntimeError,
            f"Expected size of input's dimension {at} to be divisible by the product of kernel_size, but got input.size({at})={rows} and kernel_size={kernel}.",
            kind="shape",
            op="fold",
        )
    outs = _blocks(size, kernel, dilation, padding, stride)
    if shape[-1] != math.prod(outs):
        fail(
            RuntimeError,
            f"Given output_size={size}, kernel_size={kernel}, dilation={dilation}, padding={padding}, stride={stride}, expected size of input's dimension "
            f"{at + 1} to match the calculated number of sliding blocks {outs[0]} * {outs[1]} = {math.prod(outs)}, but got input.size({at + 1})={shape[-1]}.",
            kind="shape",
            op="fold",
        )
    if min(outs) < 1:
        fail(
            RuntimeError,
            f"Given output_size={size}, kernel_size={kernel}, dilation={dilation}, padding={padding}, stride={stride}, calculated shape of the array of "
            f"sliding blocks as {outs}, which is too small (non-positive)",
            kind="shape",
            op="fold",
        )
    return (*shape[:-2], rows // math.prod(kernel), *size)


@op(
    "fold(Tensor input, int[1] output_size, int[1] kernel_size, int[1] dilation=(1), int[1] padding=(0), int[1] stride=(1)) -> Tensor",
    namespaces=("nn.functional",), method=False, node="Col2ImBackward0", dtype=_floats("col2im_out_cpu"), spec=_fold_shape, label="fold",
)  # fmt: skip
def fold(xp: Any, input: Any, output_size: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    """Images from columns of sliding windows: elements where windows overlap are summed.

    >>> nn.functional.fold(tensor([[[1., 2.], [2., 3.]]]), (1, 3), (1, 2))
    tensor([[[[1., 4., 3.]]]])
    """
    size, kernel = _two("", output_size), _two("", kernel_size)
    dilation, padding, stride = _two("", dilation), _two("", padding), _two("", stride)
    outs = _blocks(size, kernel, dilation, padding, stride)
    channels = input.shape[-2] // math.prod(kernel)
    columns = input.reshape(math.prod(input.shape[:-2]), channels, *kernel, *outs)
    return _folded(xp, columns, size, kernel, stride, padding, dilation).reshape(*input.shape[:-2], channels, *size)


@fold.vjp("input", rule="unfold(g)")
def _(g: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    return unfold(g, kernel_size, dilation, padding, stride)


@fold.samples
def _(make: Any) -> Any:
    yield make(1, 8, 6), (3, 4), 2
    yield make(4, 10), (4, 4), 2, 1, (0, 1), (2, 1)
