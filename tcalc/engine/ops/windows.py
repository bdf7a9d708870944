"""Index arithmetic that convolution, pooling, folding and resizing share: where sliding windows land, and how an axis is read through an index.

No ops live here. Windows are walked tap by tap: one strided slice of all windows at once for each place in the kernel, so nothing is padded and no
loop runs over elements.
"""

from __future__ import annotations

from itertools import product

from ..apply import Laid
from ..errors import fail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

Sizes = tuple[int, ...]


def spread(name: str, value: Any, n: int, default: Sizes = ()) -> Sizes:
    """A parameter of n dimensions from one number, n, or none (the default); RuntimeError for any other count."""
    if not value:
        return default
    if len(value) == 1:
        return tuple(value) * n
    if len(value) != n:
        fail(
            RuntimeError,
            f"expected {name} to be a single integer value or a list of {n} values to match the convolution dimensions, but got {name}={list(value)}",
            kind="value",
            op=name,
        )
    return tuple(value)


def reached(size: int, kernel: int, stride: int, padding: int, dilation: int, ceil: bool = False) -> int:
    """How many windows fit into an axis; with ceil a last one may hang over its end, as long as it starts inside."""
    span = size + 2 * padding - dilation * (kernel - 1) - 1
    n = (span + (stride - 1 if ceil else 0)) // stride + 1
    if ceil and (n - 1) * stride >= size + padding:
        n -= 1
    return n


def _tap(k: int, size: int, out: int, stride: int, padding: int, dilation: int) -> tuple[slice, slice] | None:
    """Which windows have their k-th place inside the axis, and which elements lie there."""
    at = k * dilation - padding
    lo = max(-(at // stride), 0) if at < 0 else 0
    hi = min((size - 1 - at) // stride + 1, out)
    if hi <= lo:
        return None
    first = lo * stride + at
    return slice(lo, hi), slice(first, first + (hi - lo - 1) * stride + 1, stride)


def taps(size: int, out: int, kernel: int, stride: int, padding: int, dilation: int) -> Iterator[tuple[int, slice, slice]]:
    """(k, windows, elements) for each place of a kernel over one axis that meets any element."""
    for k in range(kernel):
        found = _tap(k, size, out, stride, padding, dilation)
        if found is not None:
            yield k, *found


def all_taps(
    size: Sizes, out: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes
) -> Iterator[tuple[Sizes, tuple[Any, ...], tuple[Any, ...]]]:
    """taps() over several axes: (place in the kernel, index of the windows, index of the elements)."""
    axes = [list(taps(*a)) for a in zip(size, out, kernel, stride, padding, dilation, strict=True)]
    for found in product(*axes):
        yield tuple([f[0] for f in found]), tuple([f[1] for f in found]), tuple([f[2] for f in found])


def along(axis: int, ndim: int, index: Any) -> tuple[Any, ...]:
    """An index of one axis, everything of the others."""
    return tuple([index if k == axis else slice(None) for k in range(ndim)])


def as_column(a: Any, axis: int, ndim: int) -> Any:
    """A vector shaped to broadcast along one axis."""
    return a.reshape([-1 if k == axis else 1 for k in range(ndim)])


def layers(xp: Any, index: Any) -> list[Any]:
    """Positions of an index split so that none of the lists names a place twice: adding through them needs no add.at."""
    n = int(index.shape[0])
    order = xp.argsort(index, kind="stable")
    line = index[order]
    rank = xp.arange(n) - xp.searchsorted(line, line)
    return [order[rank == k] for k in range(int(rank.max()) + 1)] if n else []


def pull(xp: Any, x: Any, axis: int, index: Any, weight: Any = None) -> Any:
    """Sum over t of weight[:, t] * x at index[:, t] along an axis: index and weight have a row for each element of the result; -1 is no element."""
    out = None
    for t in range(index.shape[1]):
        at = index[:, t]
        part = xp.take(x, at, axis=axis)
        if weight is not None:
            part = part * as_column(weight[:, t], axis, x.ndim)
        else:
            part = xp.where(as_column(at < 0, axis, x.ndim), xp.zeros((), x.dtype), part)
        out = part if out is None else out + part
    return out


def push(xp: Any, g: Any, axis: int, index: Any, weight: Any, size: int) -> Any:
    """The adjoint of pull(): what each element of g came from gets it, times the weight."""
    shape = list(g.shape)
    shape[axis] = size
    out = xp.zeros(tuple(shape), g.dtype)
    for t in range(index.shape[1]):
        line = index[:, t]
        part = g if weight is None else g * as_column(weight[:, t], axis, g.ndim)
        for chosen in layers(xp, line):
            kept = chosen[line[chosen] >= 0]
            at = along(axis, g.ndim, line[kept])
            out[at] = out[at] + part[along(axis, g.ndim, kept)]
    return out


def channels_last(shape: Sizes, stride: Sizes) -> bool:
    """Whether PyTorch takes strides for those of an image (or volume) with channels last in memory."""
    if len(shape) not in (4, 5) or stride[1] == 0:
        return False
    least = 0
    for d in (1, *range(len(shape) - 1, 1, -1), 0):
        if shape[d] == 0 or stride[d] < least or (d == 0 and least == stride[1]):
            return False
        least = stride[d] * shape[d] if shape[d] > 1 else stride[d]
    return True


def channels_last_strides(shape: Sizes) -> Sizes:
    """The strides of a dense tensor of this shape with channels last in memory."""
    out = [0] * len(shape)
    step = 1
    for d in (1, *range(len(shape) - 1, 1, -1), 0):
        out[d] = step
        step *= shape[d]
    return tuple(out)


def laid_like(input: Any, shape: Sizes) -> Any:
    """A result's shape, with channels last in memory where the input has them there."""
    return Laid(shape, channels_last_strides(shape)) if channels_last(tuple(input.shape), input.stride) else shape
