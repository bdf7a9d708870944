"""Reading images and volumes at places between their pixels: affine_grid and grid_sample."""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import TENSORS as T
from ..apply import _cap
from ..errors import describe, fail, operands
from ..graph import warn
from ..registry import composite, op
from ..tensors import Tensor
from .resizing import cubic_weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_F = ("nn.functional",)
_CHANGED = (
    "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please specify align_corners=True if the old behavior is "
    "desired. See the documentation of grid_sample for details."
)

# -- affine_grid --------------------------------------------------------------------------------------------------------------------


def _ends(n: int, align: bool) -> tuple[float, float]:
    """The first and last coordinate of n pixels in [-1, 1]: at the ends, or half a pixel inside."""
    edge = 1.0 if align else (n - 1) / n
    return (0.0, 0.0) if n == 1 else (-edge, edge)


def _float_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    return (dtypes.float32 if d.itemsize == 2 else d), d


def _affine_shape(theta: Any, size: Any, align_corners: bool) -> Any:
    n = len(size) - 2
    if n not in (2, 3):
        fail(RuntimeError, "AffineGridGenerator needs 4d (spatial) or 5d (volumetric) inputs.", kind="value", op="affine_grid")
    if tuple(theta.shape[:2]) != (size[0], n):
        fail(
            RuntimeError,
            f"Expected size for first two dimensions of batch2 tensor to be: [{size[0]}, {n + 1}] but got: [{theta.shape[0]}, {n + 1}].",
            kind="shape",
            op="affine_grid",
        )
    return (size[0], *size[2:], n)


@op(
    "affine_grid_generator(Tensor theta, int[] size, bool align_corners) -> Tensor",
    method=False, dtype=_float_policy, spec=_affine_shape, node="AffineGridGeneratorBackward0", flops="2*out*n",
)  # fmt: skip
def affine_grid_generator(xp: Any, theta: Any, size: Any, align_corners: bool) -> Any:
    """theta @ (x, y, 1) at each pixel of an image (x, y, z, 1 of a volume); affine_grid() calls it.

    >>> affine_grid_generator(tensor([[[1., 0., 0.], [0., 1., 0.]]]), (1, 1, 1, 2), True)
    tensor([[[[-1.,  0.],
              [ 1.,  0.]]]])
    """
    n = len(size) - 2
    out = xp.zeros((size[0], *size[2:], n), theta.dtype) + theta[:, :, n].reshape(size[0], *[1] * n, n)
    for k in range(n):  # the coordinate of the last axis comes first
        axis = n - 1 - k
        lo, hi = _ends(size[2 + axis], align_corners)
        at = xp.linspace(lo, hi, size[2 + axis], dtype=theta.dtype).reshape(*[-1 if a == axis else 1 for a in range(n)], 1)
        out = out + at * theta[:, :, k].reshape(size[0], *[1] * n, n)
    return out


@affine_grid_generator.vjp("theta", rule="g times the pixels' coordinates, summed")
def _(g: Any, size: Any, align_corners: bool) -> Any:
    n = len(size) - 2
    pixels = list(range(1, n + 1))
    columns = []
    for k in range(n):
        axis = n - 1 - k
        lo, hi = _ends(size[2 + axis], align_corners)
        at = T.linspace(lo, hi, size[2 + axis], dtype=g._dtype, device=g.device).reshape([-1 if a == axis else 1 for a in range(n)] + [1])
        columns.append((g * at).sum(pixels))
    return T.stack([*columns, g.sum(pixels)], 2)


@affine_grid_generator.samples
def _(make: Any) -> Any:
    yield make(2, 2, 3), (2, 1, 3, 2), False
    yield make(1, 3, 4), (1, 1, 2, 1, 3), True


@composite("affine_grid(Tensor theta, int[] size, bool? align_corners=None) -> Tensor", namespaces=_F, method=False)
def affine_grid(theta: Any, size: Any, align_corners: Any) -> Any:
    """Where an affine map theta [batch, 2, 3] sends each pixel of images of this size (volumes: [batch, 3, 4]): a grid for grid_sample.

    Coordinates run from -1 to 1, x first: between the centres of the outer pixels with align_corners=True, else between their outer edges.

    >>> nn.functional.affine_grid(tensor([[[1., 0., 0.], [0., 1., 0.]]]), (1, 1, 1, 2), align_corners=True)
    tensor([[[[-1.,  0.],
              [ 1.,  0.]]]])
    """
    if align_corners is None:
        warn(_CHANGED)
    if not theta.is_floating_point():
        fail(ValueError, f"Expected theta to have floating point type, but got {theta.dtype}", kind="dtype", op="affine_grid", hints=["theta.float()"])
    n = len(size) - 2
    if n not in (2, 3):
        fail(
            NotImplementedError,
            f"affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size {tuple(size)}.",
            kind="value",
            op="affine_grid",
        )
    if theta.ndim != 3 or tuple(theta.shape[1:]) != (n, n + 1):
        fail(
            ValueError,
            f"Expected a batch of {n}D affine matrices of shape Nx{n}x{n + 1} for size {tuple(size)}. Got {theta.shape}.",
            kind="shape",
            op="affine_grid",
            operands=operands(["theta"], [theta]),
        )
    if min(size) <= 0:
        fail(ValueError, f"Expected non-zero, positive output size. Got {tuple(size)}", kind="value", op="affine_grid")
    return affine_grid_generator(theta, size, bool(align_corners))


@affine_grid.samples
def _(make: Any) -> Any:
    yield make(1, 2, 3), (1, 1, 2, 3)
    yield make(1, 2, 3), (1, 1, 2, 1), True
    yield make(1, 3, 4), (1, 1, 2, 1, 2), {"align_corners": False}


# -- grid_sample --------------------------------------------------------------------------------------------------------------------
# The code between kernel and rule runs on arrays and on Tensors alike: xp is the backend's namespace, or the engine's.

_INTERPOLATIONS = ("bilinear", "nearest", "bicubic")
_PADDINGS = ("zeros", "border", "reflection")
_ZEROS, _BORDER, _REFLECTION = 0, 1, 2


def _whole(a: Any) -> Any:
    """A floating result as indices."""
    return a.long() if isinstance(a, Tensor) else a.astype("int64")


def _of(xp: Any, at: Any, value: float) -> Any:
    """A number for arithmetic with ``at`` that keeps its dtype: NumPy would widen bfloat16 arrays."""
    return value if isinstance(at, Tensor) or at.dtype.kind == "f" else xp.asarray(value, at.dtype)


def _reflected(xp: Any, at: Any, size: int, align: bool) -> tuple[Any, Any]:
    """Coordinates mirrored into the axis, and the sign that mirroring gives their derivative."""
    low, span = (0.0, float(size - 1)) if align else (-0.5, float(size))
    if span == 0:
        return at * 0, at * 0
    low, span = _of(xp, at, low), _of(xp, at, span)
    away = at - low
    sign = xp.where(away < 0, -1.0, 1.0)
    away = xp.abs(away)
    flips = xp.floor(away / span)
    rest = away - flips * span
    odd = flips - 2 * xp.floor(flips / 2) > 0.5
    return xp.where(odd, span - rest, rest) + low, xp.where(odd, -sign, sign)


def _inside(xp: Any, at: Any, size: int, padding: int, align: bool) -> tuple[Any, Any]:
    """Coordinates moved into the axis as the padding wants it, and the factor that gives their derivative."""
    slope: Any = 1.0
    if padding == _REFLECTION:
        at, slope = _reflected(xp, at, size, align)
    if padding != _ZEROS:
        slope = xp.where((at <= 0) | (at >= size - 1), 0.0, slope)
        at = xp.clip(at, _of(xp, at, 0.0), _of(xp, at, float(size - 1)))
    return at, slope


def _axis(xp: Any, at: Any, size: int, mode: int, padding: int, align: bool) -> list[tuple[Any, Any, Any]]:
    """(element, weight, the weight's derivative by the coordinate) of each element that a place on an axis reads."""
    scale = _of(xp, at, (size - 1) / 2 if align else size / 2)
    at = (at + 1) * scale if align else (at + 1) * scale - _of(xp, at, 0.5)
    if mode == 2:
        first = xp.floor(at)
        t = at - first
        slopes = [_far_slope(t + 1), _near_slope(t), -_near_slope(1 - t), -_far_slope(2 - t)]
        found = []
        for k, (w, s) in enumerate(zip(cubic_weights(t, _of(xp, at, -0.75)), slopes, strict=True)):
            index, _ = _inside(xp, first + (k - 1), size, padding, align)
            found.append((_whole(index), w, s * scale))
        return found
    at, slope = _inside(xp, at, size, padding, align)
    if mode == 1:
        return [(_whole(xp.rint(at)), None, None)]
    first = xp.floor(at)
    t = at - first
    slope = slope * scale
    index = _whole(first)
    return [(index, 1 - t, -slope), (index + 1, t, slope)]


def _near_slope(x: Any) -> Any:
    return (3 * 1.25 * x - 2 * 2.25) * x


def _far_slope(x: Any) -> Any:
    return (3 * -0.75 * x + 2 * 3.75) * x - 6.0


def _corners(xp: Any, grid: Any, size: Any, mode: int, padding: int, align: bool) -> Any:
    """For each combination of elements: (flat index, whether it lies inside, [(weight, its derivative)] an axis, last axis first as grid has them)."""
    n = len(size)
    axes = [_axis(xp, grid[..., k], size[n - 1 - k], mode, padding, align) for k in range(n)]
    for number in range(math.prod(len(a) for a in axes)):
        rest, step, flat, inside, parts = number, 1, None, None, []
        for k, a in enumerate(axes):
            index, w, s = a[rest % len(a)]
            rest //= len(a)
            length = size[n - 1 - k]
            within = (index >= 0) & (index < length)
            held = xp.clip(index, 0, length - 1) * step
            flat = held if flat is None else flat + held
            inside = within if inside is None else inside & within
            parts.append((w, s))
            step *= length
        yield flat, inside, parts


def _product(parts: Any, but: int = -1) -> Any:
    """The product of the axes' weights, with the derivative of one of them instead."""
    out: Any = None
    for k, (w, s) in enumerate(parts):
        factor = s if k == but else w
        if factor is not None:
            out = factor if out is None else out * factor
    return out


def _grid_checks(rank: int, input: Any, grid: Any, interpolation_mode: int) -> None:
    """PyTorch's checks, in its order, for images (rank 4) or volumes."""
    x, g = tuple(input.shape), tuple(grid.shape)

    def no(sentence: str) -> None:
        shown = [(name, f"{t.dtype.short}[{','.join(map(str, t.shape))}]") for name, t in (("input", input), ("grid", grid))]
        fail(
            RuntimeError,
            f"grid_sampler(): {sentence}",
            kind="shape",
            op="grid_sample",
            operands=shown,
            explain=["input is [batch, channels, *size], grid [batch, *output size, one coordinate an axis of size]."],
        )

    if not x or not g:
        fail(IndexError, "Dimension specified as 0 but tensor has no dimensions", kind="shape", op="grid_sample")
    if x[0] != g[0]:
        no(f"expected grid and input to have same batch size, but got input with sizes {list(x)} and grid with sizes {list(g)}")
    if g[-1] != len(x) - 2:
        no(f"expected grid to have size {len(x) - 2} in last dimension, but got grid with sizes {list(g)}")
    for k in range(2, len(x)):
        if x[k] <= 0:
            no(f"expected input to have non-empty spatial dimensions, but input has sizes {list(x)} with dimension {k} being empty")
    if len(x) != rank or len(x) != len(g):
        no(f"expected {rank}D input and grid with same number of dimensions, but got input with sizes {list(x)} and grid with sizes {list(g)}")
    if len(x) == 5 and interpolation_mode == 2:
        no("bicubic interpolation only supports 4D input")


def _grid_shape(input: Any, grid: Any, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Any:
    _grid_checks(4 if len(input.shape) == 4 else 5, input, grid, interpolation_mode)
    for name, value in (("interpolation_mode", interpolation_mode), ("padding_mode", padding_mode)):
        if value not in (0, 1, 2):
            fail(ValueError, f"grid_sampler(): {name} must be 0, 1 or 2, but got {value}", kind="value", op="grid_sample")
    return (input.shape[0], input.shape[1], *grid.shape[1:-1])


def _grid_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d, e = values[0]._dtype, values[1]._dtype
    if d is not e:
        fail(
            RuntimeError,
            f"expected scalar type {_cap(d)} but found {_cap(e)}",
            kind="dtype",
            op="grid_sample",
            operands=[("input", describe(values[0])), ("grid", describe(values[1]))],
            hints=[f"grid.to({d})"],
        )
    if d.category != dtypes.FLOAT:
        kernel = "grid_sampler3d_cpu" if values[0].ndim == 5 else "grid_sampler_2d_cpu_kernel_impl"
        fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op="grid_sample", hints=["input.float()"])
    return d, d  # in 16 bits, too, step by step: a place rounded otherwise lies between other pixels


@op(
    "grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor",
    method=False, dtype=_grid_dtype, spec=_grid_shape, label="grid_sample", flops="out*corners*4",
    node=lambda n: f"GridSampler{len(n.shape) - 2}DBackward0",
)  # fmt: skip
def grid_sampler(xp: Any, input: Any, grid: Any, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Any:
    """input read at the places of a grid; grid_sample() calls it with numbers for its modes.

    >>> grid_sampler(tensor([[[[1., 2.]]]]), tensor([[[[0., 0.]]]]), 0, 0, False)
    tensor([[[[1.5000]]]])
    """
    size, lead = input.shape[2:], input.shape[:2]
    planes = input.reshape(*lead, math.prod(size))
    count = math.prod(grid.shape[1:-1])
    out = xp.zeros((*lead, count), input.dtype)
    for flat, inside, parts in _corners(xp, grid, size, interpolation_mode, padding_mode, align_corners):
        rows = flat.reshape(lead[0], 1, count)
        read = xp.take_along_axis(planes, xp.broadcast_to(rows, out.shape), axis=2)
        w = _product(parts)
        if w is not None:
            read = read * w.reshape(rows.shape)
        out += xp.where(inside.reshape(rows.shape), read, 0)
    return out.reshape(*lead, *grid.shape[1:-1])


@grid_sampler.vjp("input", "grid", rule="input: g * weight added at the elements read; grid: sum of g * element * slope of its weight")
def _(g: Any, input: Any, grid: Any, interpolation_mode: int, padding_mode: int, align_corners: bool, needs: Any) -> Any:
    size, (batch, channels) = tuple(input.shape[2:]), input.shape[:2]
    count = math.prod(grid.shape[1:-1])
    planes, line = input.reshape(batch, channels, math.prod(size)), g.reshape(batch, channels, count)
    first = T.zeros_like(planes) if needs[0] else None
    second = [T.zeros((batch, count), dtype=g._dtype, device=g.device) for _ in size] if needs[1] else None
    for flat, inside, parts in _corners(T, grid, size, interpolation_mode, padding_mode, align_corners):
        rows = flat.reshape(batch, 1, count).expand(batch, channels, count)
        kept = inside.reshape(batch, 1, count)
        if first is not None:
            w = _product(parts)
            part = line if w is None else line * w.reshape(batch, 1, count)
            first = first.scatter_add(2, rows, T.where(kept, part, 0.0))
        if second is not None and parts[0][1] is not None:
            met = (T.where(kept, line * planes.gather(2, rows), 0.0)).sum(1)
            second = [s + met * _product(parts, k).reshape(batch, count) for k, s in enumerate(second)]
    return (
        None if first is None else first.reshape(input.shape),
        None if second is None else T.stack(second, 2).reshape(grid.shape),
    )


@grid_sampler.samples
def _(make: Any) -> Any:
    yield make(1, 2, 3, 2), make(1, 2, 2, 2), 0, 0, False
    yield make(1, 1, 3, 3), make(1, 2, 1, 2), 2, 1, True
    yield make(1, 1, 2, 2, 3), make(1, 1, 2, 1, 3), 0, 2, False


def _declare_sampler(n: int) -> None:
    shape = ", ".join(["1"] * n)
    doc = f"""grid_sampler() of {n} axes.

    >>> grid_sampler_{n}d(ones(1, 1, {shape}), zeros(1, {shape}, {n}), 0, 0, False).shape
    torch.Size([1, 1, {shape}])
    """

    def run(input: Any, grid: Any, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Any:
        _grid_checks(n + 2, input, grid, interpolation_mode)
        return grid_sampler(input, grid, interpolation_mode, padding_mode, align_corners)

    params = "(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor"
    composite(f"grid_sampler_{n}d{params}", method=False, doc=doc)(run)


for _n in (2, 3):
    _declare_sampler(_n)


@composite(
    "grid_sample(Tensor input, Tensor grid, str mode='bilinear', str padding_mode='zeros', bool? align_corners=None) -> Tensor", namespaces=_F, method=False
)
def grid_sample(input: Any, grid: Any, mode: str, padding_mode: str, align_corners: Any) -> Any:
    """input [batch, channels, height, width] read at the places (x, y) of grid [batch, h, w, 2]; volumes with one axis more.

    -1 and 1 are the outer pixels' centres with align_corners=True, else their outer edges. mode is 'bilinear', 'nearest' or 'bicubic'; beyond the edge
    padding_mode gives 'zeros', the 'border', or its 'reflection'.

    >>> nn.functional.grid_sample(tensor([[[[1., 2.]]]]), tensor([[[[0., 0.], [0.5, 0.]]]]), align_corners=False)
    tensor([[[[1.5000, 2.0000]]]])
    """
    for name, value, known in (("mode", mode, _INTERPOLATIONS), ("padding_mode", padding_mode, _PADDINGS)):
        if value not in known:
            shown = "'bilinear', 'nearest' or 'bicubic'" if name == "mode" else "'zeros', 'border', or 'reflection'"
            fail(ValueError, f"nn.functional.grid_sample(): expected {name} to be {shown}, but got: '{value}'", kind="value", op="grid_sample")
    if align_corners is None:
        warn(_CHANGED)
    return grid_sampler(input, grid, _INTERPOLATIONS.index(mode), _PADDINGS.index(padding_mode), bool(align_corners))


@grid_sample.samples
def _(make: Any) -> Any:
    yield make(1, 2, 3, 2), make(1, 2, 3, 2)
    yield make(1, 1, 3, 2), make(1, 2, 1, 2), {"padding_mode": "border", "align_corners": True}
    yield make(1, 1, 3, 2), make(1, 2, 1, 2), "bicubic", "reflection", False
    yield make(1, 1, 3, 2), make(1, 2, 1, 2), "nearest"
    yield make(1, 1, 2, 2, 2), make(1, 1, 2, 1, 3), {"align_corners": False}
