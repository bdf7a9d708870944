"""Pooling: largest, mean and norm of sliding windows, adaptive and fractional windows, and back again (max_unpool)."""

from __future__ import annotations

import math

from .. import dtypes, graph
from ..apply import TENSORS as T
from ..apply import _cap
from ..errors import fail, operands
from ..registry import composite, op
from ..tensors import Size
from .views import _unsafe_view
from .windows import all_taps, along, as_column, channels_last, laid_like, pull, push, reached, taps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_F = ("nn.functional",)
_BOTH = ("torch", "nn.functional")
_LETTERS = {1: "W", 2: "HW", 3: "THW"}
_MORE = {1: "a single int", 2: "a tuple of two ints", 3: "a tuple of three ints"}


def _floats(kernel: Any, also: Any = ()) -> Any:
    """The policy of a kernel that PyTorch has for floating-point numbers (and ``also`` for these dtypes): (compute, result and indices)."""

    def policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        d = values[0]._dtype
        name = kernel if isinstance(kernel, str) else kernel(values)
        if d.category != dtypes.FLOAT and d not in also:
            fail(
                NotImplementedError,
                f"\"{name}\" not implemented for '{_cap(d)}'",
                kind="dtype",
                op=o.label,
                operands=operands(["input"], values[:1]),
                hints=["input.float()"],
            )
        result = (d, dtypes.int64) if len(o.schema.returns) > 1 else d
        return (dtypes.float32 if d.itemsize == 2 and d.is_floating_point else d), result

    return policy


# -- sizes --------------------------------------------------------------------------------------------------------------------------


def _each(name: str, what: str, value: Any, n: int, default: Any = None) -> Any:
    """A parameter of n axes."""
    if not value and default is not None:
        return default
    if len(value) not in (1, n):
        if n == 1:
            fail(RuntimeError, f"{name}() argument '{what}' should contain one int (got {len(value)})", kind="value", op=name)
        usual = "either be omitted, a single int, or" if default is not None and what == "stride" else "either be a single int, or"
        either = _EITHER.get((name, what), usual)
        fail(RuntimeError, f"{name}: {what} must {either} {_MORE[n]}", kind="value", op=name)
    return tuple(value) * n if len(value) == 1 else tuple(value)


_EITHER = {
    ("avg_pool3d", "kernel_size"): "be a single int, or",
    ("avg_pool3d", "padding"): "be a single int, or",
    ("avg_pool3d", "stride"): "be omitted, a single int, or",
    ("max_pool2d", "dilation"): "be either a single int, or",
    ("max_pool3d", "dilation"): "be either a single int, or",
}  # PyTorch's other wordings


def _by_x(sizes: Any) -> str:
    return "x".join(map(str, sizes))


def _steps_checked(name: str, kernel: Any, stride: Any, padding: Any, dilation: Any) -> None:
    """PyTorch's checks of numbers, made before it looks at the shape."""
    for k, s, p, d in zip(kernel, stride, padding, dilation, strict=True):
        if s == 0:
            fail(RuntimeError, "stride should not be zero", kind="value", op=name)
        if p < 0:
            fail(RuntimeError, f"pad must be non-negative, but got pad: {p}", kind="value", op=name)
        if p > ((k - 1) * d + 1) // 2:
            fail(
                RuntimeError,
                f"pad should be at most half of effective kernel size, but got pad={p}, kernel_size={k} and dilation={d}",
                kind="value",
                op=name,
                explain=["With more, windows would lie wholly in the padding."],
            )
    letters = _LETTERS[len(kernel)]
    for what, short, values in (("kernel size", "k", kernel), ("stride", "d", stride), ("dilation", "dilation", dilation)):
        if min(values) <= 0:
            shown = " ".join(f"{short}{c}: {v}" for c, v in zip(letters, values, strict=True))
            fail(RuntimeError, f"{what} should be greater than zero, but got {shown}", kind="value", op=name)


def _outs(name: str, size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool, channels: int) -> tuple[int, ...]:
    """How many windows each axis has; RuntimeError where there is none."""
    outs = tuple([reached(n, k, s, p, d, ceil) for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)])
    if min(outs) < 1:
        if name == "avg_pool3d":
            i, k = (" ".join(f"{a}{c}: {v}" for c, v in zip("THW", vs, strict=True)) for a, vs in (("", size), ("k", kernel)))
            fail(RuntimeError, f"input image ({i}) smaller than kernel size ({k})", kind="shape", op=name)
        fail(
            RuntimeError,
            f"Given input size: ({channels}x{_by_x(size)}). Calculated output size: ({channels}x{_by_x([max(o, 0) for o in outs])}). Output size is too small",
            kind="shape",
            op=name,
            explain=["Along each axis: (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1 windows."],
        )
    return outs


def _no_dim(name: str, ndim: int, dim: int) -> None:
    """PyTorch's IndexError of a dim that a tensor does not have."""
    if ndim == 0:
        sentence = f"Dimension specified as {dim} but tensor has no dimensions"
    else:
        sentence = f"Dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}], but got {dim})"
    fail(IndexError, sentence, kind="dim", op=name, explain=["It takes [batch, channels, *size], or that without the batch."])


def _windowed(name: str, input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool) -> tuple[int, ...]:
    """The shape of a pooled input."""
    n, shape = len(kernel), tuple(input.shape)
    fits = len(shape) in (n + 1, n + 2)
    if not fits and name == "avg_pool2d":
        if len(shape) < 3:
            _no_dim(name, len(shape), -3)
    elif not fits:
        given = [("input", str(list(shape)))]
        fail(RuntimeError, f"non-empty {n + 1}D or {n + 2}D (batch mode) tensor expected for input", kind="shape", op=name, operands=given)
    _steps_checked(name, kernel, stride, padding, dilation)
    if not fits or 0 in shape[len(shape) == n + 2 :]:
        fail(
            RuntimeError,
            f"Expected {n + 1}D or {n + 2}D (batch mode) tensor with optional 0 dim batch size for input, but got:{list(shape)}",
            kind="shape",
            op=name,
        )
    outs = _outs(name, shape[-n:], kernel, stride, padding, dilation, ceil, shape[-n - 1])
    return (*shape[:-n], *outs)


# -- largest of each window ---------------------------------------------------------------------------------------------------------


def _largest(xp: Any, x: Any, outs: Any, steps: Any, count: int, first: Any) -> tuple[Any, Any]:
    """The largest of each window and its step's number: ``steps`` are (number, index of the windows, their elements), ``first`` each window's first step.

    Of equal elements the first counts, of nans the last.
    """
    lead = x.shape[: x.ndim - len(outs)]
    whole = (slice(None),) * len(lead)
    parts = [(number, (*whole, *windows), x[(*whole, *elements)]) for number, windows, elements in steps]
    best = xp.full((*lead, *outs), -math.inf if x.dtype.kind == "f" else xp.iinfo(x.dtype).min, dtype=x.dtype)
    for _, at, v in parts:
        xp.maximum(best[at], v, out=best[at])
    chosen = xp.empty(best.shape, "uint8" if count <= 256 else "int32")
    chosen[...] = first
    for number, at, v in reversed(parts):
        xp.copyto(chosen[at], number, where=v == best[at])
    if x.dtype.kind == "f" and best.size and bool(xp.isnan(xp.max(best))):
        for number, at, v in parts:
            xp.copyto(chosen[at], number, where=v != v)
    return best, chosen


def _numbered(kernel: Any, steps: Any) -> Any:
    """Steps over several axes with one number each, in row-major order of the kernel."""
    for k, windows, elements in steps:
        number = 0
        for place, size in zip(k, kernel, strict=True):
            number = number * size + place
        yield number, windows, elements


def _places(xp: Any, chosen: Any, size: Any, kernel: Any, starts: Any, dilation: Any) -> Any:
    """Flat positions in the input's plane from step numbers; ``starts`` is where each window begins, an axis each."""
    n = len(size)
    begin: Any = 0
    away: Any = 0
    for axis in range(n):
        begin = begin * size[axis] + as_column(starts[axis], axis, n)
        away = away * size[axis] + as_column(xp.arange(kernel[axis]) * dilation[axis], axis, n)
    out = xp.take(xp.asarray(away, "int64").reshape(-1), chosen)
    out += begin
    return out


_max_ints = (dtypes.int64, dtypes.int32, dtypes.int16, dtypes.int8, dtypes.uint8)


def _max_node(n: Any) -> str:
    return f"MaxPool{len(n.args['kernel'])}DWithIndicesBackward0"


@op(
    "_max_pool(Tensor input, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceil) -> (Tensor out, Tensor indices)",
    namespaces=("internal",), method=False, node=_max_node, nondiff="indices", label="max_pool", flops="out*kernel",
    dtype=_floats(lambda values: f"max_pool{len(values[1])}d", _max_ints),
    spec=lambda input, kernel, stride, padding, dilation, ceil: [
        laid_like(input, _windowed(f"max_pool{len(kernel)}d", input, kernel, stride, padding, dilation, ceil))
    ] * 2,
)  # fmt: skip
def _max_pool(xp: Any, input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool) -> Any:
    """The largest of each window, and where it stands in its plane."""
    n = len(kernel)
    size = input.shape[-n:]
    outs = tuple([reached(*a, ceil) for a in zip(size, kernel, stride, padding, dilation, strict=True)])
    starts = [xp.arange(o) * s - p for o, s, p in zip(outs, stride, padding, strict=True)]
    first: Any = 0
    for axis, (start, d) in enumerate(zip(starts, dilation, strict=True)):
        first = first * kernel[axis] + as_column(xp.maximum(0, -(start // d)), axis, n)
    steps = _numbered(kernel, all_taps(size, outs, kernel, stride, padding, dilation))
    best, chosen = _largest(xp, input, outs, steps, math.prod(kernel), first)
    return best, _places(xp, chosen, size, kernel, starts, dilation)


@_max_pool.vjp("input", rule="g placed at indices")
def _(g_out: Any, indices: Any, input_spec: Any, kernel: Any) -> Any:
    return _put_at(g_out, indices, input_spec.shape[-len(kernel) :])


def _put_node(n: Any) -> str:
    return f"MaxPool{len(n.args['size'])}DWithIndicesBackwardBackward0"


@op(
    "_put_at(Tensor grad, Tensor indices, int[] size) -> Tensor",
    namespaces=("internal",), method=False, keep_dtype=("indices",), node=_put_node, label="put_at", dtype=_floats("max_pool_backward"),
    spec=lambda grad, indices, size: (*grad.shape[: len(grad.shape) - len(size)], *size),
)  # fmt: skip
def _put_at(xp: Any, grad: Any, indices: Any, size: Any) -> Any:
    """Planes of this size with grad added at flat indices."""
    lead = grad.shape[: grad.ndim - len(size)]
    planes, plane = math.prod(lead), math.prod(size)
    out = xp.zeros(planes * plane, grad.dtype)
    at = indices.reshape(planes, math.prod(indices.shape[len(lead) :])) + (xp.arange(planes) * plane)[:, None]
    xp.add_at(out, at.reshape(-1), grad.reshape(-1))
    return out.reshape(*lead, *size)


@_put_at.vjp("grad", rule="g at indices")
def _(g: Any, indices: Any, size: Any) -> Any:
    return _read_at(g, indices, len(size))


def _read_at(planes: Any, indices: Any, n: int) -> Any:
    """The elements at flat indices of each plane."""
    return planes.flatten(-n).gather(-1, indices.flatten(-n)).reshape(indices.shape)


@_max_pool.samples
def _(make: Any) -> Any:
    yield make(1, 2, 4, 5), (2, 3), (2, 1), (1, 1), (1, 1), False
    yield make(2, 5, 5), (2, 2), (2, 2), (0, 0), (2, 1), True


@_put_at.samples
def _(make: Any) -> Any:
    yield make(2, 3), make.ints([[0, 3, 3], [1, 2, 0]]), (5,)


def _pool_1d(input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool) -> None:
    """The checks of max_pool1d without indices: sentences of its own."""
    name = "max_pool1d"

    def no(sentence: str) -> None:
        fail(RuntimeError, f"max_pool1d() {sentence}", kind="value", op=name, operands=operands(["input"], [input]))

    if input.ndim not in (2, 3) or 0 in input.shape[input.ndim - 2 :]:
        fail(
            RuntimeError,
            f"max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:{list(input.shape)}",
            kind="shape",
            op=name,
        )
    for what, value, form in (
        ("kernel_size", kernel, "an int, list of ints or"),
        ("stride", stride or (1,), "None, an int, list of ints, or"),
        ("padding", padding, "an int, list of ints, or"),
        ("dilation", dilation, "an int, list of ints or"),
    ):
        if len(value) != 1:
            no(f"{what} must be {form} tuple of ints of size 1 but got size {len(value)}")
    k, s, p, d = kernel[0], (stride or kernel)[0], padding[0], dilation[0]
    if k <= 0:
        no(f"kernel_size must be greater than zero, but got {k}")
    if s <= 0:
        no(f"stride must be greater than zero, but got {s}")
    if p < 0:
        no(f"padding must be non-negative, but got {p}")
    if p > k // 2:
        no(f"padding should be at most half of kernel size, but got padding={p} and kernel_size={k}")
    if d <= 0:
        no(f"dilation must be greater than zero, but got {d}")
    out = reached(input.shape[-1], k, s, p, d, ceil)
    if out <= 0:
        no(f"Invalid computed output size: {out}")
    if input._dtype.category < dtypes.FLOAT and not (graph.state.grad and input.requires_grad):
        fail(NotImplementedError, f"\"max_pool1d_impl\" not implemented for '{_cap(input._dtype)}'", kind="dtype", op=name, hints=["input.float()"])


def _max_of(n: int, input: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil: bool, both: bool) -> Any:
    """(largest, indices) of the windows over the last n axes; the indices only where ``both`` are wanted."""
    name = f"max_pool{n}d"
    if n == 1:
        if not both:
            _pool_1d(input, kernel_size, stride, padding, dilation, ceil)
        _two_or_three(name, input)
    kernel = _each(name, "kernel_size", kernel_size, n)
    stride = _each(name, "stride", stride, n, kernel)
    padding, dilation = _each(name, "padding", padding, n), _each(name, "dilation", dilation, n)
    if n > 1:
        return _max_pool(input, kernel, stride, padding, dilation, ceil)
    out, at = _max_pool(input.unsqueeze(-2), (1, *kernel), (1, *stride), (0, *padding), (1, *dilation), ceil)
    if both or (graph.state.grad and input.requires_grad):
        return out.squeeze(-2), at.squeeze(-2)
    return _unsafe_view(out, (*out.shape[:-2], out.shape[-1])), None  # PyTorch has a kernel of its own where nothing is recorded: no view


_IMAGE = {1: "[[[1., 3., 2., 4.]]]", 2: "[[[[1., 3.], [2., 4.]]]]", 3: "[[[[[1., 3.], [2., 4.]]]]]"}
_WINDOW = {1: "2", 2: "2", 3: "(1, 2, 2)"}
_KINDS = {1: "sequences [batch, channels, width]", 2: "images [batch, channels, height, width]", 3: "volumes [batch, channels, depth, height, width]"}
_SIZES = {1: (5,), 2: (4, 5), 3: (3, 3, 4)}


def _declare_max(n: int) -> None:
    name = f"max_pool{n}d"
    shown = {1: "[[[3., 4.]]]", 2: "[[[[4.]]]]", 3: "[[[[[4.]]]]]"}[n]
    doc = f"""The largest element of each window of {_KINDS[n]}; the batch may be left out.

    stride is the kernel's size if not given, padding counts as -inf; ceil_mode lets a last window hang over the end; return_indices=True gives
    (values, flat indices in each plane), which max_unpool{n}d takes.

    >>> nn.functional.{name}(tensor({_IMAGE[n]}), {_WINDOW[n]})
    tensor({shown})
    """
    params = "Tensor input, int[1] kernel_size, int[1]? stride=None, int[1] padding=(0), int[1] dilation=(1), bool ceil_mode=False"

    def run(input: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, return_indices: Any) -> Any:
        found = _max_of(n, input, kernel_size, stride, padding, dilation, ceil_mode, bool(return_indices))
        return found if return_indices else found[0]

    def run_both(input: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, return_indices: Any = False) -> Any:
        return _max_of(n, input, kernel_size, stride, padding, dilation, ceil_mode, True)

    def run_one(input: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool) -> Any:
        return _max_of(n, input, kernel_size, stride, padding, dilation, ceil_mode, False)[0]

    o = composite(f"{name}({params}, Any return_indices=False) -> Tensor", namespaces=_F, method=False, doc=doc)(run)
    pair = doc.replace(f"{name}(", f"{name}_with_indices(").replace(f"tensor({shown})", "").rstrip() + "[0]" + f"\n    tensor({shown})\n    "
    composite(f"{name}_with_indices({params}, Any return_indices=False) -> (Tensor, Tensor)", namespaces=_F, method=False, doc=pair)(run_both)
    composite(f"{name}({params}) -> Tensor", method=False, doc=doc)(run_one)
    if n == 1:
        composite(f"{name}_with_indices({params}) -> (Tensor, Tensor)", method=False, doc=pair)(run_both)

    @o.samples
    def _(make: Any) -> Any:
        yield make(1, 2, *_SIZES[n], distinct=True), 2
        yield make(2, *_SIZES[n], distinct=True), 3, 2, 1
        yield make(1, 1, *_SIZES[n], distinct=True), 3, {"stride": 2, "ceil_mode": True, "return_indices": True}
        yield make(1, 1, *_SIZES[n]), 2, {"stride": 1, "dilation": 2, "padding": 1}
        yield make(0, 1, *_SIZES[n]), 2


for _n in (1, 2, 3):
    _declare_max(_n)


# -- mean of each window ------------------------------------------------------------------------------------------------------------


def _counts(xp: Any, size: int, out: int, k: int, s: int, p: int, include: bool, d: Any) -> Any:
    """How many elements the mean of each window along one axis is over."""
    lo = xp.arange(out) * s - p
    hi = xp.minimum(size + p, lo + k)
    if not include:
        lo, hi = xp.maximum(0, lo), xp.minimum(size, hi)
    return (hi - lo).astype(d)


def _over_counts(xp: Any, total: Any, size: Any, kernel: Any, stride: Any, padding: Any, include: bool, divisor: Any) -> Any:
    """Sums over windows divided by how many elements each counts."""
    n, outs = len(kernel), total.shape[-len(kernel) :]
    count: Any = divisor
    if divisor is None:
        count = 1
        for axis in range(n):
            each = _counts(xp, size[axis], outs[axis], kernel[axis], stride[axis], padding[axis], include, total.dtype)
            count = count * as_column(each, axis, n)
    if total.dtype.kind == "i":  # C's division rounds towards 0
        count = xp.asarray(count)
        return xp.sign(total) * xp.sign(count) * (xp.abs(total) // xp.abs(count))
    return total / (count if divisor is None else xp.asarray(count, total.dtype))


def _avg_shape(input: Any, kernel: Any, stride: Any, padding: Any, ceil: bool, include: bool, divisor: Any) -> Any:
    name = f"avg_pool{len(kernel)}d"
    if divisor == 0:
        fail(RuntimeError, "divisor must be not zero", kind="value", op=name)
    return laid_like(input, _windowed(name, input, kernel, stride, padding, (1,) * len(kernel), ceil))


@op(
    "_avg_pool(Tensor input, int[] kernel, int[] stride, int[] padding, bool ceil, bool include, int? divisor) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: f"AvgPool{len(n.args['kernel'])}DBackward0", label="avg_pool", flops="out*kernel",
    dtype=_floats(lambda values: "avg_pool2d" if len(values[1]) == 2 else "avg_pool3d_out_frame", (dtypes.int64,)), spec=_avg_shape,
)  # fmt: skip
def _avg_pool(xp: Any, input: Any, kernel: Any, stride: Any, padding: Any, ceil: bool, include: bool, divisor: Any) -> Any:
    """The mean of each window."""
    n = len(kernel)
    size, out = input.shape[-n:], input
    for axis in range(n - 1, -1, -1):
        k, s, p = kernel[axis], stride[axis], padding[axis]
        if k == s == 1:
            continue
        outs = reached(size[axis], k, s, p, 1, ceil)
        shape = list(out.shape)
        at = len(shape) - n + axis
        shape[at] = outs
        found = xp.zeros(tuple(shape), out.dtype)
        for _, windows, elements in taps(size[axis], outs, k, s, p, 1):
            found[along(at, len(shape), windows)] += out[along(at, len(shape), elements)]
        out = found
    return _over_counts(xp, out, size, kernel, stride, padding, include, divisor)


@_avg_pool.vjp("input", rule="g / count spread over each window")
def _(g: Any, input_spec: Any, kernel: Any, stride: Any, padding: Any, ceil: bool, include: bool, divisor: Any) -> Any:
    return _avg_back(g, input_spec.shape[-len(kernel) :], kernel, stride, padding, ceil, include, divisor)


@op(
    "_avg_back(Tensor grad, int[] size, int[] kernel, int[] stride, int[] padding, bool ceil, bool include, int? divisor) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: f"AvgPool{len(n.args['kernel'])}DBackwardBackward0", label="avg_pool_backward",
    dtype=_floats("avg_pool_backward"), spec=lambda grad, size, *rest: (*grad.shape[: len(grad.shape) - len(size)], *size),
)  # fmt: skip
def _avg_back(xp: Any, grad: Any, size: Any, kernel: Any, stride: Any, padding: Any, ceil: bool, include: bool, divisor: Any) -> Any:
    """The adjoint of _avg_pool: each window's gradient shared among its elements."""
    n = len(kernel)
    out = _over_counts(xp, grad, size, kernel, stride, padding, include, divisor)
    for axis in range(n):
        shape = list(out.shape)
        at = len(shape) - n + axis
        outs, shape[at] = shape[at], size[axis]
        found = xp.zeros(tuple(shape), out.dtype)
        for _, windows, elements in taps(size[axis], outs, kernel[axis], stride[axis], padding[axis], 1):
            found[along(at, len(shape), elements)] += out[along(at, len(shape), windows)]
        out = found
    return out


@_avg_back.vjp("grad", rule="avg_pool(g)")
def _(g: Any, kernel: Any, stride: Any, padding: Any, ceil: bool, include: bool, divisor: Any) -> Any:
    return _avg_pool(g, kernel, stride, padding, ceil, include, divisor)


@_avg_pool.samples
def _(make: Any) -> Any:
    yield make(1, 2, 4, 5), (2, 3), (2, 1), (1, 1), False, False, None
    yield make(2, 5, 5), (2, 2), (2, 2), (0, 1), True, True, None


@_avg_back.samples
def _(make: Any) -> Any:
    yield make(1, 2, 3, 5), (4, 5), (2, 3), (2, 1), (1, 1), False, False, None


def _avg_of(n: int, input: Any, kernel_size: Any, stride: Any, padding: Any, ceil: bool, include: bool, divisor: Any) -> Any:
    name = f"avg_pool{n}d"
    kernel = _each(name, "kernel_size", kernel_size, n)
    stride = _each(name, "stride", stride, n, kernel)
    padding = _each(name, "padding", padding, n)
    if n > 1:
        return _avg_pool(input, kernel, stride, padding, ceil, include, divisor)
    _two_or_three(name, input)
    return _avg_pool(input.unsqueeze(-2), (1, *kernel), (1, *stride), (0, *padding), ceil, include, divisor).squeeze(-2)


def _two_or_three(name: str, input: Any) -> None:
    if input.ndim not in (2, 3):
        fail(
            RuntimeError,
            f"Expected 2 to 3 dimensions, but got {input.ndim}-dimensional tensor for argument #1 'self' (while checking arguments for {name})",
            kind="shape",
            op=name,
            operands=operands(["input"], [input]),
        )


def _declare_avg(n: int) -> None:
    name = f"avg_pool{n}d"
    shown = {1: "[[[2., 3.]]]", 2: "[[[[2.5000]]]]", 3: "[[[[[2.5000]]]]]"}[n]
    more = "" if n == 1 else "; divisor_override divides by it instead"
    doc = f"""The mean of each window of {_KINDS[n]}; the batch may be left out.

    stride is the kernel's size if not given; padding counts as zeros, or not at all with count_include_pad=False{more}.

    >>> nn.functional.{name}(tensor({_IMAGE[n]}), {_WINDOW[n]})
    tensor({shown})
    """
    tail = "" if n == 1 else ", int? divisor_override=None"

    def run(input: Any, kernel_size: Any, stride: Any, padding: Any, ceil_mode: bool, count_include_pad: bool, divisor_override: Any = None) -> Any:
        return _avg_of(n, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)

    o = composite(
        f"{name}(Tensor input, int[1] kernel_size, int[1]? stride=None, int[1] padding=(0), bool ceil_mode=False, bool count_include_pad=True{tail}) -> Tensor",
        namespaces=_BOTH if n == 1 else _F,
        method=False,
        doc=doc,
    )(run)

    @o.samples
    def _(make: Any) -> Any:
        yield make(1, 2, *_SIZES[n]), 2
        yield make(1, *_SIZES[n]), 3, 2, 1
        yield make(1, 1, *_SIZES[n]), 3, {"stride": 2, "ceil_mode": True, "padding": 1, "count_include_pad": False}
        yield make(1, 1, *_SIZES[n]), 3, {"stride": 2, "ceil_mode": True, "padding": 1, **({"divisor_override": 3} if n > 1 else {})}
        yield make([[[[[1.0, math.inf], [-math.inf, 0.0]]]]], grad=False).reshape((1, 1, *{1: (4,), 2: (2, 2), 3: (1, 2, 2)}[n])), 1


for _n in (1, 2, 3):
    _declare_avg(_n)


# -- windows that adapt to the size wanted ------------------------------------------------------------------------------------------


def _adaptive_index(xp: Any, size: int, out: int) -> tuple[Any, Any]:
    """Elements of each of ``out`` windows over an axis (rows; -1 where a window is shorter), and how many they are."""
    o = xp.arange(out)
    start = o * size // max(out, 1)
    count = -(-(o + 1) * size // max(out, 1)) - start
    width = int(count.max()) if out else 1
    index = start[:, None] + xp.arange(width)
    return xp.where(xp.arange(width) < count[:, None], index, -1), count


def _cpu_3d(name: str, size: Any) -> str:
    return f"{name}2d" if len(size) == 2 else f"{name}3d_cpu"


def _adaptive_shape(kind: str, n: int, input: Any, size: Any) -> Any:
    name, shape = f"adaptive_{kind}_pool{n}d", tuple(input.shape)
    for k in range(len(shape) - n, len(shape)):
        if len(shape) > n and shape[k] == 0:
            fail(
                RuntimeError,
                f"{name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes {list(shape)} with dimension {k} being empty",
                kind="shape",
                op=name,
            )
    if len(shape) not in (n + 1, n + 2):
        mark = ":" if kind == "max" else ""
        fail(RuntimeError, f"{name}(): Expected {n + 1}D or {n + 2}D tensor, but got{mark} {list(shape)}", kind="shape", op=name)
    return laid_like(input, (*shape[:-n], *size))


@op(
    "_adaptive_avg(Tensor input, int[] size) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: f"AdaptiveAvgPool{len(n.args['size'])}DBackward0", label="adaptive_avg_pool",
    dtype=_floats(lambda values: _cpu_3d("adaptive_avg_pool", values[1])), spec=lambda input, size: _adaptive_shape("avg", len(size), input, size),
)  # fmt: skip
def _adaptive_avg(xp: Any, input: Any, size: Any) -> Any:
    """The mean of windows that divide the last axes into this many."""
    n, out = len(size), input
    for axis in range(n - 1, -1, -1):
        at, long = input.ndim - n + axis, input.shape[input.ndim - n + axis]
        if size[axis] and long % size[axis] == 0:  # windows of one length, side by side
            k = long // size[axis]
            parts = [out[along(at, input.ndim, slice(j, None, k))] for j in range(k)]
            out = parts[0] + parts[1] if k > 1 else out
            for part in parts[2:]:
                out += part
            if k > 1:
                out /= xp.asarray(k, out.dtype)
            continue
        index, count = _adaptive_index(xp, long, size[axis])
        out = pull(xp, out, at, index) / as_column(count.astype(input.dtype), at, input.ndim)
    return out


@_adaptive_avg.vjp("input", rule="g / count spread over each window")
def _(g: Any, input_spec: Any, size: Any) -> Any:
    return _adaptive_back(g, input_spec.shape[-len(size) :])


@op(
    "_adaptive_back(Tensor grad, int[] size) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: f"AdaptiveAvgPool{len(n.args['size'])}DBackwardBackward0", label="adaptive_avg_pool_backward",
    dtype=_floats("adaptive_avg_pool_backward"), spec=lambda grad, size: (*grad.shape[: len(grad.shape) - len(size)], *size),
)  # fmt: skip
def _adaptive_back(xp: Any, grad: Any, size: Any) -> Any:
    """The adjoint of _adaptive_avg."""
    n, out = len(size), grad
    for axis in range(n):
        at, made = grad.ndim - n + axis, grad.shape[grad.ndim - n + axis]
        if made and size[axis] % made == 0:
            k = size[axis] // made
            out = xp.repeat(out / xp.asarray(k, out.dtype), k, axis=at) if k > 1 else out
            continue
        index, count = _adaptive_index(xp, size[axis], made)
        out = push(xp, out / as_column(count.astype(grad.dtype), at, grad.ndim), at, index, None, size[axis])
    return out


@_adaptive_back.vjp("grad", rule="adaptive_avg_pool(g)")
def _(g: Any, grad_spec: Any, size: Any) -> Any:
    return _adaptive_avg(g, grad_spec.shape[-len(size) :])


@op(
    "_adaptive_max(Tensor input, int[] size) -> (Tensor out, Tensor indices)",
    namespaces=("internal",), method=False, node=lambda n: f"AdaptiveMaxPool{len(n.args['size'])}DBackward0", nondiff="indices", label="adaptive_max_pool",
    dtype=_floats(lambda values: _cpu_3d("adaptive_max_pool", values[1])), spec=lambda input, size: [_adaptive_shape("max", len(size), input, size)] * 2,
)  # fmt: skip
def _adaptive_max(xp: Any, input: Any, size: Any) -> Any:
    """The largest of windows that divide the last axes into this many, and where it stands in its plane."""
    n = len(size)
    within = input.shape[-n:]
    index, starts = [], []
    for a, o in zip(within, size, strict=True):
        rows, count = _adaptive_index(xp, a, o)
        starts.append(rows[:, 0])
        index.append(xp.minimum(starts[-1][:, None] + xp.arange(rows.shape[1]), (starts[-1] + count - 1)[:, None]))
    widths = tuple([i.shape[1] for i in index])
    all_windows = (slice(None),) * n

    def steps() -> Any:
        for number in range(math.prod(widths)):
            at, rest = [], number
            for axis in range(n - 1, -1, -1):
                at.append(as_column(index[axis][:, rest % widths[axis]], axis, n))
                rest //= widths[axis]
            yield number, all_windows, tuple(reversed(at))

    best, chosen = _largest(xp, input, size, steps(), math.prod(widths), 0)
    flat = xp.zeros(chosen.shape, "int64")
    step, rest = 1, chosen.astype("int64")
    for axis in range(n - 1, -1, -1):
        k = rest % widths[axis]
        rest = rest // widths[axis]
        at = chosen.ndim - n + axis
        last = index[axis][:, -1]
        flat += xp.minimum(as_column(starts[axis], at, chosen.ndim) + k, as_column(last, at, chosen.ndim)) * step
        step *= within[axis]
    return best, flat


@_adaptive_max.vjp("input", rule="g placed at indices")
def _(g_out: Any, indices: Any, input_spec: Any, size: Any) -> Any:
    return _put_at(g_out, indices, input_spec.shape[-len(size) :])


@_adaptive_avg.samples
def _(make: Any) -> Any:
    yield make(1, 2, 5, 4), (2, 3)
    yield make(1, 2, 3), (5,)


@_adaptive_back.samples
def _(make: Any) -> Any:
    yield make(1, 2, 3), (5, 4)


@_adaptive_max.samples
def _(make: Any) -> Any:
    yield make(1, 2, 5, 4), (2, 3)


def adaptive_sizes(name: str, n: int, input: Any, output_size: Any) -> tuple[int, ...]:
    """An output size with None (as long as the input) filled in, checked in PyTorch's order."""
    one = isinstance(output_size, int)
    given = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * n
    if n > 1 and not one:
        if output_size is None or isinstance(output_size, (float, complex)):
            fail(TypeError, f"object of type '{type(output_size).__name__}' has no len()", kind="signature", op=name, explain=[_SIZE.format(n)])
        if input.ndim <= len(given):
            sentence = f"Input dimension should be at least {len(given) + 1}"
            fail(ValueError, sentence, kind="shape", op=name, operands=operands(["input"], [input]), explain=[_SIZE.format(n)])
        given = [input.shape[k - len(given)] if v is None else v for k, v in enumerate(given)]
    where = f"{name}(): argument 'output_size' (position 2) must be tuple of ints, "
    for k, v in enumerate(given):
        if type(v) is not int:
            whole = isinstance(output_size, (tuple, list))
            kind = type(v).__name__
            fail(TypeError, where + (f"but found element of type {kind} at pos {k}" if whole else f"not {kind}"), kind="signature", op=name)
    if len(given) != n:
        if n == 1:
            sentence = f"{name}() argument 'output_size' should contain one int (got {len(given)})"
        else:
            sentence = f"{name}(): internal error: output_size.size() must be {n}" if "max" in name else f"{name}: output_size must be {n}"
        fail(RuntimeError, sentence, kind="value", op=name)
    if min(given) < 0:
        if "max" in name:
            shape = [*input.shape[: max(input.ndim - n, 0)], *(1,) * (n == 1), *given]
            fail(RuntimeError, f"Trying to create tensor with negative dimension {min(given)}: {shape}", kind="value", op=name)
        if n == 1:
            name, given = "adaptive_avg_pool2d", (1, *given)
        shown = ", ".join(map(str, given)) if len(given) == 2 else f"{given[0]}, {given[1]},{given[2]}"
        sentence = f"{name}: elements of output_size must be greater than or equal to 0 but received {{{shown}}}"
        fail(RuntimeError, sentence, kind="value", op=name)
    return tuple(given)


_SIZE = (
    "output_size is one number, or one (or None, as long as the input) for each of {} axes; an input is [batch, channels, *size], or that without the batch."
)


def adaptive_average(input: Any, sizes: Any) -> Any:
    """The mean of windows that divide the last axes into this many; a single one is a mean()."""
    n = len(sizes)
    if n == 1:
        _two_or_three("adaptive_avg_pool1d", input)
        return adaptive_average(input.unsqueeze(-2), (1, *sizes)).squeeze(-2)
    if all(s == 1 for s in sizes) and input.ndim >= n:
        return input.mean(list(range(-n, 0)), keepdim=True)
    return _adaptive_avg(input, sizes)


def _declare_adaptive(n: int) -> None:
    shown = {1: "[[[2., 3.]]]", 2: "[[[[2.5000]]]]", 3: "[[[[[2.5000]]]]]"}[n]
    size = "2" if n == 1 else "1"
    avg, big = f"adaptive_avg_pool{n}d", f"adaptive_max_pool{n}d"
    doc = f"""The mean of windows that divide {_KINDS[n]} into output_size of them an axis (None: as many as the input has).

    >>> nn.functional.{avg}(tensor({_IMAGE[n]}), {size})
    tensor({shown})
    """

    def run(input: Any, output_size: Any) -> Any:
        return adaptive_average(input, adaptive_sizes(avg, n, input, output_size))

    o = composite(f"{avg}(Tensor input, Any output_size) -> Tensor", namespaces=_BOTH if n == 1 else _F, method=False, doc=doc)(run)
    shown = {1: "[[[3., 4.]]]", 2: "[[[[4.]]]]", 3: "[[[[[4.]]]]]"}[n]
    doc = f"""The largest of windows that divide {_KINDS[n]} into output_size of them an axis (None: as many as the input has).

    return_indices=True gives (values, flat indices in each plane).

    >>> nn.functional.{big}(tensor({_IMAGE[n]}), {size})
    tensor({shown})
    """

    def both(input: Any, output_size: Any) -> Any:
        sizes = adaptive_sizes(big, n, input, output_size)
        if n > 1:
            return _adaptive_max(input, sizes)
        _two_or_three(big, input)
        if input.shape[-1] == 0:
            fail(
                RuntimeError,
                f"{big}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes {list(input.shape)} with dimension "
                f"{input.ndim - 1} being empty",
                kind="shape",
                op=big,
            )
        out, at = _adaptive_max(input.unsqueeze(-2), (1, *sizes))
        return out.squeeze(-2), at.squeeze(-2)

    def run_max(input: Any, output_size: Any, return_indices: Any) -> Any:
        found = both(input, output_size)
        return found if return_indices else found[0]

    def run_both(input: Any, output_size: Any, return_indices: Any = False) -> Any:
        return both(input, output_size)

    p = composite(f"{big}(Tensor input, Any output_size, Any return_indices=False) -> Tensor", namespaces=_F, method=False, doc=doc)(run_max)
    pair = doc.replace(f"{big}(", f"{big}_with_indices(").replace(f"tensor({shown})", "").rstrip() + "[0]" + f"\n    tensor({shown})\n    "
    with_both = f"{big}_with_indices(Tensor input, Any output_size, Any return_indices=False) -> (Tensor, Tensor)"
    composite(with_both, namespaces=_F, method=False, doc=pair)(run_both)
    if n == 1:
        composite(f"{big}(Tensor input, Any output_size) -> (Tensor, Tensor)", method=False, doc=pair)(run_both)

    @o.samples
    def _(make: Any) -> Any:
        yield make(1, 2, *_SIZES[n]), 3 if n == 1 else (2, 4, 3)[:n]
        yield make(2, *_SIZES[n]), 1
        yield make(1, 1, *_SIZES[n]), 7
        yield make(1, 1, *_SIZES[n]), (None, 2, 2)[-n:]

    @p.samples
    def _(make: Any) -> Any:
        yield make(1, 2, *_SIZES[n], distinct=True), 3 if n == 1 else (2, 4, 3)[:n]
        yield make(2, *_SIZES[n], distinct=True), 1
        yield make(1, 1, *_SIZES[n], distinct=True), 7, {"return_indices": True}


for _n in (1, 2, 3):
    _declare_adaptive(_n)


# -- norm of each window ------------------------------------------------------------------------------------------------------------


def _declare_norm(n: int) -> None:
    name = f"lp_pool{n}d"
    shown = {1: "[[[3.1623, 4.4721]]]", 2: "[[[[5.4772]]]]", 3: "[[[[[5.4772]]]]]"}[n]
    doc = f"""The norm of order norm_type of each window of {_KINDS[n]}.

    >>> nn.functional.{name}(tensor({_IMAGE[n]}), 2, {_WINDOW[n]})
    tensor({shown})
    """

    def run(input: Any, norm_type: Any, kernel_size: Any, stride: Any, ceil_mode: bool) -> Any:
        out = _avg_of(n, input.pow(norm_type), kernel_size, stride, (0,), ceil_mode, True, None)
        count = math.prod(_each(name, "kernel_size", kernel_size, n))
        return (out.sign() * out.abs().relu()).mul(count).pow(1.0 / norm_type)

    o = composite(
        f"{name}(Tensor input, Scalar norm_type, int[1] kernel_size, int[1]? stride=None, bool ceil_mode=False) -> Tensor", namespaces=_F, method=False, doc=doc
    )(run)

    @o.samples
    def _(make: Any) -> Any:
        yield make(1, 2, *_SIZES[n], pos=True), 2, 2
        yield make(2, *_SIZES[n], pos=True), 3.0, 3, 2, True


for _n in (1, 2, 3):
    _declare_norm(_n)


# -- back to the places of the largest ----------------------------------------------------------------------------------------------


def _unpool_kernel(values: Any) -> str:
    """PyTorch's name of the kernel."""
    n, x = len(values[2]), values[0]
    return f"max_unpool{n}d" + ("_channels_last" if n == 2 and channels_last(tuple(x.shape), x.stride()) else "")


def _unpool_shape(input: Any, indices: Any, size: Any, stride: Any) -> Any:
    n, shape = len(size), tuple(input.shape)
    name = f"max_unpool{n}d"
    if indices.dtype is not dtypes.int64:
        fail(RuntimeError, f"elements in indices should be type int64 but got: {_cap(indices.dtype)}", kind="dtype", op=name)
    if len(shape) not in (n + 1, n + 2):
        fail(
            RuntimeError,
            f"Input to max_unpooling{n}d should be a {n + 1}d or {n + 2}d Tensor, but got a tensor with {len(shape)} dimensions.",
            kind="shape",
            op=name,
        )
    if n == 3 and min(stride) <= 0:
        fail(RuntimeError, f"strides should be greater than zero, but got stride: {list(stride)}", kind="value", op=name)
    if tuple(indices.shape) != shape:
        fail(
            RuntimeError,
            f"Expected shape of indices to be same as that of the input tensor ({list(shape)}) but got indices tensor with shape: {list(indices.shape)}",
            kind="shape",
            op=name,
        )
    for k in range(1, len(shape)):
        if shape[k] == 0:
            fail(
                RuntimeError,
                f"max_unpooling{n}d_forward_out_cpu(): Expected input to have non-zero size for non-batch dimensions, but got {list(shape)} with dimension {k} "
                "being empty.",
                kind="shape",
                op=name,
            )
    return laid_like(input, (*shape[:-n], *size)) if n == 2 else (*shape[:-n], *size)


@op(
    "_max_unpool(Tensor input, Tensor indices, int[] size, int[] stride) -> Tensor",
    namespaces=("internal",), method=False, keep_dtype=("indices",), node=lambda n: f"MaxUnpool{len(n.args['size'])}DBackward0", label="max_unpool",
    dtype=_floats(_unpool_kernel), spec=_unpool_shape,
)  # fmt: skip
def _max_unpool(xp: Any, input: Any, indices: Any, size: Any, stride: Any) -> Any:
    """Planes of zeros with the input's elements at flat indices."""
    lead = input.shape[: input.ndim - len(size)]
    planes, plane = math.prod(lead), math.prod(size)
    outside = (indices < 0) | (indices >= plane)
    if indices.size and bool(outside.any()):
        bad = int(indices[outside][0])
        fail(
            RuntimeError,
            f"Found an invalid max index: {bad} (output volumes are of size {_by_x(size)})",
            kind="index",
            op=f"max_unpool{len(size)}d",
            explain=[f"An index counts through a plane of the result: 0 to {plane - 1}."],
        )
    out = xp.zeros(planes * plane, input.dtype)
    out[(indices.reshape(planes, math.prod(indices.shape[len(lead) :])) + (xp.arange(planes) * plane)[:, None]).reshape(-1)] = input.reshape(-1)
    return out.reshape(*lead, *size)


@_max_unpool.vjp("input", rule="g at indices")
def _(g: Any, indices: Any, size: Any) -> Any:
    return _read_at(g, indices, len(size))


@_max_unpool.samples
def _(make: Any) -> Any:
    yield make(1, 2, 2), make.ints([[[0, 3], [1, 4]]]), (5,), (1,)


def _unpooled(n: int, input: Any, kernel: Any, stride: Any, padding: Any, output_size: Any) -> tuple[int, ...]:
    """The size to unpool to: what the windows span, or the one given, if it is near that."""
    name = f"max_unpool{n}d"
    given = tuple(input.shape[-n:])
    if len(given) < n:
        fail(IndexError, "tuple index out of range", kind="dim", op=name, explain=[f"It unpools the last {n} dims, and the input has {len(given)}."])
    usual = tuple([(g - 1) * s + k - 2 * p for g, k, s, p in zip(given, kernel, stride, padding, strict=True)])
    if output_size is None:
        for d, size in enumerate(usual):
            if size < 0:
                sentence = f"max_unpooling: output_size must contain non-negative spatial dimensions, but got output_size[{d}]={size}"
                fail(ValueError, sentence, kind="value", op=name, explain=["Along each axis: (size - 1) * stride - 2 * padding + kernel_size."])
        return usual
    if not isinstance(output_size, (tuple, list)):
        sentence = f"{name}(): argument 'output_size' must be tuple of ints, not {type(output_size).__name__}"
        fail(TypeError, sentence, kind="signature", op=name)
    for v in output_size:
        if type(v) is not int:
            fail(TypeError, f"{name}(): argument 'output_size' must be tuple of ints, but found element of type {type(v).__name__}", kind="signature", op=name)
    size = output_size
    if len(size) == n + 2:
        size = Size(size[2:]) if isinstance(size, Size) else size[2:]
    if len(size) != n:
        fail(
            ValueError,
            f"output_size should be a sequence containing {n} or {n + 2} elements, but it has a length of '{len(size)}'",
            kind="value",
            op=name,
        )
    for d in range(n):
        low, high = usual[d] - stride[d], usual[d] + stride[d]
        if not low < size[d] < high:
            fail(ValueError, f'invalid output_size "{size}" (dim {d} must be between {low} and {high})', kind="value", op=name)
    return tuple(size)


def _declare_unpool(n: int) -> None:
    name = f"max_unpool{n}d"
    given, at = {1: ("[[[3., 4.]]]", "[[[1, 3]]]"), 2: ("[[[[4.]]]]", "[[[[3]]]]"), 3: ("[[[[[4.]]]]]", "[[[[[3]]]]]")}[n]
    shown = {1: "[[[0., 3., 0., 4.]]]", 2: "[[[[0., 0.],\n              [0., 4.]]]]", 3: "[[[[[0., 0.],\n               [0., 4.]]]]]"}[n]
    doc = f"""Zeros, with the input's elements at the indices that max_pool{n}d(return_indices=True) gives.

    >>> nn.functional.{name}(tensor({given}), tensor({at}), {_WINDOW[n]})
    tensor({shown})
    """

    def run(input: Any, indices: Any, kernel_size: Any, stride: Any, padding: Any, output_size: Any) -> Any:
        kernel = _each(name, "kernel_size", kernel_size, n)
        stride, padding = _each(name, "stride", stride, n, kernel), _each(name, "padding", padding, n)
        size = _unpooled(n, input, kernel, stride, padding, output_size)
        if n > 1:
            return _max_unpool(input, indices, size, stride)
        return _max_unpool(input.unsqueeze(-1), indices.unsqueeze(-1), (*size, 1), (*stride, 1)).squeeze(-1)

    o = composite(
        f"{name}(Tensor input, Tensor indices, int[1] kernel_size, int[1]? stride=None, int[1] padding=(0), Any output_size=None) -> Tensor",
        namespaces=_F,
        method=False,
        doc=doc,
    )(run)

    @o.samples
    def _(make: Any) -> Any:
        index = make.ints([[[0, 3], [1, 2]]])
        yield make(1, 2, *(2, 1, 1)[:n]), index.reshape(1, 2, *(2, 1, 1)[:n]), 2
        yield make(2, *(2, 1, 1)[:n]), index.reshape(2, *(2, 1, 1)[:n]), 2, {"output_size": (5, 3, 3)[:n]}


for _n in (1, 2, 3):
    _declare_unpool(_n)


# -- windows of fractional steps ----------------------------------------------------------------------------------------------------
# B. Graham, Fractional Max-Pooling, 2014: steps of one or two elements in an order that a random number decides, so that n windows fill any size.


def _fractional_starts(xp: Any, samples: Any, size: int, out: int, kernel: int) -> Any:
    """Where each window begins along an axis, [batch, channels, windows], from one random number a plane."""
    if out < 2:
        return xp.full((*samples.shape, out), size - kernel, "int64")
    alpha = xp.asarray((size - kernel) / (out - 1), samples.dtype)
    k = xp.arange(out).astype(samples.dtype)
    starts = ((k + samples[..., None]) * alpha).astype("int64") - (samples[..., None] * alpha).astype("int64")
    starts[..., -1] = size - kernel
    return starts


def _fractional_shape(input: Any, samples: Any, kernel: Any, size: Any) -> Any:
    n, shape = len(size), tuple(input.shape)
    name = f"fractional_max_pool{n}d"
    where = f"{name}()" if n == 2 else f"{name}_out()"

    def no(sentence: str, *explain: str, kind: str = "shape") -> None:
        fail(RuntimeError, sentence, kind=kind, op=name, explain=list(explain))

    if len(shape) not in (n + 1, n + 2):
        no(f"{where}: Expected {n + 1}D or {n + 2}D tensor, but got: {list(shape)}")
    for k in range(1, len(shape)):
        if shape[k] == 0:
            no(f"{where}: Expected input to have non-zero size for non-batch dimensions, but got{list(shape)} with dimension {k} being empty.")
    for axis, long in enumerate(_AXIS[n]):
        if size[axis] + kernel[axis] - 1 > shape[axis - n]:
            needs = f"{size[axis]} windows of {kernel[axis]} elements need at least {size[axis] + kernel[axis] - 1}."
            no(f"{where}: pool {long} {kernel[axis]} too large relative to input {long} {shape[axis - n]}", needs)
    if min(kernel) < 0:
        no(f"kernel size should not be negative, but got {list(kernel)}", kind="value")
    if min(size) < 0:
        no(f"Trying to create tensor with negative dimension {min(size)}: {[*shape[:-n], *size]}", kind="value")
    if samples.dtype is not input.dtype:
        no("Expect _random_samples to have the same dtype as input", kind="dtype")
    if len(samples.shape) != 3:
        no(f"Expect _random_samples to have 3 dimensions, got {len(samples.shape)}")
    if samples.shape[0] < (shape[0] if len(shape) == n + 2 else 1):
        no("Expect _random_samples.size(0) no less then input batch size.")
    if samples.shape[1] != shape[-n - 1]:
        no("Expect _random_samples.size(1) equals to input channel size.")
    if samples.shape[2] != n:
        no(f"Expect _random_samples.size(2) equals to {n}; got {samples.shape[2]}.")
    return [(*shape[:-n], *size)] * 2


_AXIS = {2: ("height", "width"), 3: ("time", "height", "width")}


@op(
    "_fractional_max(Tensor input, Tensor samples, int[] kernel, int[] size) -> (Tensor out, Tensor indices)",
    namespaces=("internal",), method=False, node=lambda n: f"FractionalMaxPool{len(n.args['size'])}DBackward0", nondiff="indices", label="fractional_max_pool",
    keep_dtype=("samples",), dtype=_floats(lambda values: f"fractional_max_pool{len(values[2])}d_out_frame"), spec=_fractional_shape,
)  # fmt: skip
def _fractional_max(xp: Any, input: Any, samples: Any, kernel: Any, size: Any) -> Any:
    """The largest of each window, and where it stands in its plane."""
    n = len(size)
    lead, within = input.shape[:-n], input.shape[-n:]
    planes = input.reshape(*lead, math.prod(within))
    draws = samples[: lead[0] if len(lead) == 2 else 1].reshape(*lead, n)
    flat = xp.zeros((*lead, *size), "int64")
    for axis in range(n):  # the width of an image takes the first number, of a volume the last
        starts = _fractional_starts(xp, draws[..., 1 - axis if n == 2 else axis], within[axis], size[axis], kernel[axis])
        flat = flat * within[axis] + starts.reshape(*lead, *[size[axis] if k == axis else 1 for k in range(n)])
    best = xp.full(flat.shape, -math.inf, dtype=input.dtype)
    chosen = xp.full(flat.shape, -1, "int64")
    for number in range(math.prod(kernel)):
        rest, step, by = number, 1, 0
        for axis in range(n - 1, -1, -1):
            by += rest % kernel[axis] * step
            rest //= kernel[axis]
            step *= within[axis]
        at = flat + by
        v = xp.take_along_axis(planes, at.reshape(*lead, math.prod(size)), axis=-1).reshape(at.shape)
        take = (v > best) | (v != v) | (chosen < 0)
        best = xp.where(take, v, best)
        chosen = xp.where(take, at, chosen)
    return best, chosen


@_fractional_max.vjp("input", rule="g placed at indices")
def _(g_out: Any, indices: Any, input_spec: Any, size: Any) -> Any:
    return _put_at(g_out, indices, input_spec.shape[-len(size) :])


@_fractional_max.samples
def _(make: Any) -> Any:
    yield make(1, 2, 5, 4, distinct=True), make(1, 2, 2, low=0.1, high=0.9, grad=False), (2, 2), (3, 2)


def _ratios(name: str, n: int, given: Any) -> tuple[float, ...]:
    """output_ratio as one number an axis."""
    kind = type(given).__name__
    if isinstance(given, (int, float)):
        if n == 2:
            fail(TypeError, f"object of type '{kind}' has no len()", kind="signature", op=name, hints=["output_ratio=(0.5, 0.5), a number for each axis."])
        given = (given,) * n
    if not isinstance(given, (tuple, list)):
        fail(TypeError, f"{name}(): argument 'output_ratio' must be tuple of floats, not {kind}", kind="signature", op=name)
    if len(given) != n:
        fail(ValueError, f"{name} requires output_ratio to either be a single Int or tuple of Ints.", kind="value", op=name)
    for v in given:
        if not isinstance(v, (int, float)):
            sentence = f"{name}(): argument 'output_ratio' must be tuple of floats, but found element of type {type(v).__name__}"
            fail(TypeError, sentence, kind="signature", op=name)
    return tuple(given)


def _declare_fractional(n: int) -> None:
    name = f"fractional_max_pool{n}d"
    size = "1" if n == 2 else "(1, 1, 1)"
    shown = {2: "[[[[4.]]]]", 3: "[[[[[4.]]]]]"}[n]
    doc = f"""The largest of output_size windows of {_KINDS[n]}, whose steps random numbers decide; output_ratio gives their number as a part of the size.

    >>> nn.functional.{name}(tensor({_IMAGE[n]}), {_WINDOW[n]}, output_size={size})
    tensor({shown})
    """

    def both(input: Any, kernel_size: Any, output_size: Any, output_ratio: Any, samples: Any) -> Any:
        if output_size is None and output_ratio is None:
            fail(ValueError, f"{name} requires specifying either an output_size or an output_ratio", kind="value", op=name)
        if output_size is None:
            ratio = _ratios(name, n, output_ratio)
            for k in range(n):
                if input.ndim < n - k:
                    _no_dim(name, input.ndim, k - n)
            output_size = [int(s * r) for s, r in zip(input.shape[-n:], ratio, strict=True)]
        if samples is None:
            if input.ndim == 0:
                _no_dim(name, 0, 0)
            if input.ndim < n + 1:
                _no_dim(name, input.ndim, -n - 1)
        for what, value in (("kernel_size", kernel_size), ("output_size", output_size)):
            if len(value) not in (1, n):
                fail(RuntimeError, f"{name}: {what} must either be a single Int or tuple of {'' if n == 2 else 'three '}Ints", kind="value", op=name)
        sizes, kernel = _each(name, "output_size", tuple(output_size), n), _each(name, "kernel_size", kernel_size, n)
        batch = 1 if input.ndim == n + 1 else input.shape[0]
        if samples is None:
            samples = T.rand(batch, input.shape[-n - 1], n, dtype=input._dtype, device=input.device)
        return _fractional_max(input, samples, kernel, sizes)

    params = "Tensor input, int[1] kernel_size, int[1]? output_size=None, Any output_ratio=None, Any return_indices=False, Tensor? _random_samples=None"

    def run(input: Any, kernel_size: Any, output_size: Any, output_ratio: Any, return_indices: Any, _random_samples: Any) -> Any:
        found = both(input, kernel_size, output_size, output_ratio, _random_samples)
        return found if return_indices else found[0]

    def run_both(input: Any, kernel_size: Any, output_size: Any, output_ratio: Any, return_indices: Any, _random_samples: Any) -> Any:
        return both(input, kernel_size, output_size, output_ratio, _random_samples)

    o = composite(f"{name}({params}) -> Tensor", namespaces=_F, method=False, doc=doc)(run)
    pair = doc.replace(f"{name}(", f"{name}_with_indices(").replace(f"tensor({shown})", "").rstrip() + "[0]" + f"\n    tensor({shown})\n    "
    composite(f"{name}_with_indices({params}) -> (Tensor, Tensor)", namespaces=_F, method=False, doc=pair)(run_both)

    @o.samples
    def _(make: Any) -> Any:
        yield make(1, 2, *(5, 4, 4)[:n], distinct=True), 2, (3, 2, 2)[:n]
        yield make(1, *(5, 4, 3)[:n], distinct=True), 2, {"output_ratio": (0.5, 0.5, 0.4)[:n], "return_indices": True}


for _n in (2, 3):
    _declare_fractional(_n)
