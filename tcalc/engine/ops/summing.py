"""Sums inside kernels: fast over large arrays, and at least as exact as PyTorch's cascades.

NumPy adds rows one by one when it sums across them, and its reductions are several times slower than a product with ones. So small float32
arrays are added up in float64, and large ones by BLAS in blocks of a thousand, whose sums are added up in float64.
"""

from __future__ import annotations

from ..backends import backend_of
from ..tensors import CELLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FROM = 4096  # elements: below, one call of add.reduce is quickest
_ROW = 1024
_COLUMN = 64
_kept_ones: dict[tuple[int, str], Any] = {}


def _ones(xp: Any, n: int, char: str) -> Any:
    found = _kept_ones.get((n, char))
    if found is None:
        found = xp.ones(n, char)
        if len(_kept_ones) > 64:
            _kept_ones.clear()
        _kept_ones[n, char] = found
    return found


def _folded(shape: tuple[int, ...], axis: Any) -> tuple[int, int, int] | None:
    """Sizes before, in and after the summed axes where these are neighbours, else None."""
    n = len(shape)
    axes = tuple(range(n)) if axis is None else tuple(sorted(k % n for k in (axis if isinstance(axis, tuple) else (axis,))))
    if not axes or axes[-1] - axes[0] != len(axes) - 1:
        return None
    before = inside = after = 1
    for k, size in enumerate(shape):
        if k < axes[0]:
            before *= size
        elif k > axes[-1]:
            after *= size
        else:
            inside *= size
    return before, inside, after


def _kept(shape: tuple[int, ...], axis: Any) -> tuple[int, ...]:
    n = len(shape)
    axes = set(range(n)) if axis is None else {k % n for k in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple([1 if k in axes else size for k, size in enumerate(shape)])


def _shaped(out: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Any:
    kept = _kept(shape, axis)
    if keepdims:
        return out.reshape(kept)
    n = len(shape)
    axes = set(range(n)) if axis is None else {k % n for k in (axis if isinstance(axis, tuple) else (axis,))}
    return out.reshape(tuple([size for k, size in enumerate(shape) if k not in axes]))


def _by_rows(xp: Any, x: Any, dot: Any) -> Any:
    """``dot`` of each row of a matrix, in blocks."""
    n, m = x.shape
    if m <= 2 * _ROW:
        return dot(x)
    blocks = m // _ROW
    part = dot(x[:, : blocks * _ROW].reshape(n, blocks, _ROW))
    out = xp.add.reduce(part, 1, "float64")
    if blocks * _ROW < m:
        out += dot(x[:, blocks * _ROW :])
    return out


def _by_columns(xp: Any, x: Any) -> Any:
    """Sums over the middle dimension of three, in blocks."""
    batch, m, n = x.shape
    char = x.dtype.char
    if m <= 2 * _COLUMN:
        return xp.matmul(_ones(xp, m, char), x)
    blocks = m // _COLUMN
    part = xp.matmul(_ones(xp, _COLUMN, char), x[:, : blocks * _COLUMN].reshape(batch, blocks, _COLUMN, n))
    out = xp.add.reduce(part, 1, "float64")
    if blocks * _COLUMN < m:
        out += xp.matmul(_ones(xp, m - blocks * _COLUMN, char), x[:, blocks * _COLUMN :])
    return out


def total(xp: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Sum over axes (None: all). Of float32 the result may be float64: apply rounds it once."""
    if type(a) in CELLS:
        return a
    b = backend_of(a)
    char = a.dtype.char
    if b.name != "cpu":
        return xp.sum(a, axis=axis, keepdims=keepdims)
    if char not in "fd":
        return xp.add.reduce(a, axis, None, None, keepdims)
    if a.size >= _FROM and a.flags.c_contiguous:
        folded = _folded(a.shape, axis)
        if folded is not None:
            if a.size > 1 << 20:
                b.before_product()
            before, inside, after = folded
            if after == 1:
                out = _by_rows(xp, a.reshape(before, inside), lambda x: xp.matmul(x, _ones(xp, x.shape[-1], char)))
            else:
                out = _by_columns(xp, a.reshape(folded))
            return _shaped(out, a.shape, axis, keepdims)
    return xp.add.reduce(a, axis, "float64", None, keepdims)


def squares(xp: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Sum of squares over axes, like total()."""
    if type(a) not in CELLS and a.size >= _FROM and a.dtype.char in "fd" and backend_of(a).name == "cpu" and a.flags.c_contiguous:
        folded = _folded(a.shape, axis)
        if folded is not None and folded[2] == 1:
            out = _by_rows(xp, a.reshape(folded[:2]), lambda x: xp.vecdot(x, x))
            return _shaped(out, a.shape, axis, keepdims)
    if type(a) not in CELLS and a.dtype.kind == "c":
        return total(xp, a.real * a.real + a.imag * a.imag, axis, keepdims)
    return total(xp, a * a, axis, keepdims)
