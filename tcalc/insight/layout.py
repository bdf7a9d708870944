"""Where the elements of a tensor lie: its storage cell by cell, the address formula, the views that led to it, who else looks at that memory.

Cells are counted in elements of the tensor's dtype. Memory is only read, and on meta nothing is: shapes, strides and offsets say it all.
"""

from __future__ import annotations

from ..engine.errors import fail
from ..lang.formatting import type_name
from .report import Record, Report, shape_text
from .tensor import count, geometry, link_text, storage_facts
from .walk import array_of, is_tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ALL_CELLS = 256  # up to so many cells each is listed
_MOST = 1 << 20  # elements whose addresses are computed one by one
_RUNS = 8  # of a large storage so many runs are listed


class Cell(Record):
    """A storage cell: ``indices`` of the elements that lie in it (the first few), how many do (``refs``), their ``value`` as text."""

    __slots__ = ("cell", "indices", "refs", "value")


class Run(Record):
    """Cells ``first`` to ``last`` that the tensor reaches without a gap; ``gap``: unreached cells before it."""

    __slots__ = ("first", "last", "gap")


class DimStep(Record):
    """One dim: size, stride in cells and in bytes, and the stride that row-major order would have. ``fits``: they agree, or the size is 1."""

    __slots__ = ("dim", "size", "stride", "nbytes", "row_major", "fits")


class ViewStep(Record):
    """One view on the way from the base: its ``text`` and the geometry after it."""

    __slots__ = ("text", "shape", "stride", "offset")


class Alias(Record):
    """A variable over the same storage; ``shared``: how many of the tensor's cells it reaches, too (None: not counted)."""

    __slots__ = ("name", "short", "shape", "stride", "offset", "shared")


class LayoutReport(Report):
    """The layout of a tensor. ``base``: name and shape of what it is a view of (``chain``: by which steps), or None.

    cells: every cell where the storage has at most 256, else (); runs: of a larger one the reached runs, first and last (``runs_hidden`` more
    between them; None where they were not computed). why_not: why it is not contiguous, in words, or None; copy_bytes: what contiguous()
    would copy, 0 where it copies nothing. overlap: several indices share a cell. pending: "conjugates" (or "negatives") where the elements are those of
    the cells, as for x.conj(); else "".
    """

    __slots__ = (
        "expression", "name", "geometry", "storage_cells", "storage_bytes", "itemsize", "used", "overlap", "dims", "base", "chain", "cells", "runs",
        "runs_hidden", "aliases", "why_not", "copy_bytes", "version", "pending",
    )  # fmt: skip
    schema = "tcalc.layout/1"


def make(subject: Any) -> LayoutReport:
    """The layout of a subject's value."""
    t = subject.value()
    if not is_tensor(t):
        fail(
            TypeError,
            f"layout() shows the memory of a tensor, and {subject.text or 'this'} is of type {type_name(t)}",
            kind="type",
            op="layout",
            hints=["layout(x)", "layout(x.t()[1:3])"],
        )
    return layout_report(t, subject.variables(), subject.text)


def layout_report(t: Any, names: dict[str, Any] | None = None, expression: str = "") -> LayoutReport:
    """The layout of ``t``; ``names`` are the user's variables, for bases and aliases."""
    names = {n: v for n, v in (names or {}).items() if is_tensor(v) and n not in ("_", "ans")}
    g = geometry(t)
    ext = t._ext
    store = None if ext is None else ext.storage
    s = storage_facts(t, g, store)
    size = t._dtype.itemsize
    cells = max(s.cells, _reach(g) if not g.nbytes else s.cells)
    name = next((n for n, v in names.items() if v is t), None)
    base, chain = _origin(t, names)
    table, runs, hidden = _cells(t, g, cells)
    off = [d for d in range(len(g.shape)) if g.shape[d] > 1 and g.stride[d] != s.row_major[d]]
    return LayoutReport(
        expression=expression,
        name=name or expression or "tensor",
        geometry=g,
        storage_cells=cells,
        storage_bytes=cells * size,
        itemsize=size,
        used=s.used,
        overlap=s.overlap,
        dims=tuple(
            DimStep(dim=d, size=n, stride=g.stride[d], nbytes=g.stride[d] * size, row_major=s.row_major[d], fits=n <= 1 or g.stride[d] == s.row_major[d])
            for d, n in enumerate(g.shape)
        ),
        base=base,
        chain=chain,
        cells=table,
        runs=runs,
        runs_hidden=hidden,
        aliases=tuple(_aliases(t, g, names)),
        why_not=None if g.contiguous else _why_not(g, s, off),
        copy_bytes=0 if g.contiguous else g.nbytes,
        version=t._version,
        pending=_PENDING[0 if ext is None else ext.bits],
    )


# What the elements are of the cells, by the bits of a view.
_PENDING = ("", "conjugates", "negatives", "negated conjugates")


def _reach(g: Any) -> int:
    return 1 + g.offset + sum(s * (n - 1) for n, s in zip(g.shape, g.stride, strict=True)) if 0 not in g.shape else g.offset


def _why_not(g: Any, s: Any, off: list[int]) -> str:
    if not off:
        return "its elements do not follow one another in row-major order"
    d = off[-1]
    needs, has = s.row_major[d], g.stride[d]
    end = f"row-major {shape_text(g.shape)} has strides {shape_text(s.row_major)}"
    if has == 0:
        return f"dim {d} is expanded: stride 0, where {needs} is needed; {end}"
    return f"dim {d} steps {has} cell{'' if has == 1 else 's'}, where {needs} {'is' if needs == 1 else 'are'} needed; {end}"


def _origin(t: Any, names: dict[str, Any]) -> tuple[str | None, tuple[ViewStep, ...]]:
    """(base as text, view steps with the geometry after each)"""
    ext = t._ext
    if ext is None or ext.view is None:
        return None, ()
    base = ext.view.base
    known = next((n for n, v in names.items() if v is base), None) or "a tensor "
    steps = []
    chain = ext.view.chain
    for k, link in enumerate(chain):
        after = geometry(t) if k == len(chain) - 1 else None
        spec = None if after is not None else chain[k + 1].spec
        steps.append(
            ViewStep(
                text=link_text(link),
                shape=tuple(t.shape) if spec is None else tuple(spec.shape),
                stride=after.stride if after is not None else tuple(spec.stride),
                offset=after.offset if after is not None else None,
            )
        )
    return known + shape_text(base.shape), tuple(steps)


def addresses(shape: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Any:
    """The cell of every element, as a NumPy array of the tensor's shape."""
    import numpy as np

    out = np.full(shape, offset, dtype=np.int64)
    for d, (n, s) in enumerate(zip(shape, stride, strict=True)):
        out += (np.arange(n, dtype=np.int64) * s).reshape([-1 if k == d else 1 for k in range(len(shape))])
    return out


def _cells(t: Any, g: Any, total: int) -> tuple[tuple[Cell, ...], tuple[Run, ...] | None, int]:
    n = count(g.shape)
    if n > _MOST:
        return (), None, 0
    import numpy as np

    at = addresses(g.shape, g.stride, g.offset).reshape(-1)
    if total <= ALL_CELLS:
        found: dict[int, list[int]] = {}
        for k, cell in enumerate(at.tolist()):
            found.setdefault(cell, []).append(k)
        values = None
        if g.device != "meta":
            a = array_of(t)
            values = a.reshape(-1) if hasattr(a, "reshape") else [a]
        table = []
        for cell in range(total):
            flat = found.get(cell, [])
            text = None if values is None or not flat else _value(t, values[flat[0]])
            table.append(Cell(cell=cell, indices=tuple(_index(k, g.shape) for k in flat[:4]), refs=len(flat), value=text))
        return tuple(table), None, 0
    reached = np.unique(at)
    breaks = np.flatnonzero(np.diff(reached) != 1)
    firsts = reached[np.concatenate(([0], breaks + 1))].tolist() if reached.size else []
    lasts = reached[np.concatenate((breaks, [reached.size - 1]))].tolist() if reached.size else []
    runs = [Run(first=a, last=b, gap=a - (lasts[k - 1] + 1 if k else 0)) for k, (a, b) in enumerate(zip(firsts, lasts, strict=True))]
    if len(runs) > _RUNS:
        half = _RUNS // 2
        return (), (*runs[:half], *runs[-half:]), len(runs) - _RUNS
    return (), tuple(runs), 0


def _value(t: Any, v: Any) -> str:
    from .report import brief

    return brief(t._dtype.python_type(v), 4)


def _index(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    out = []
    for n in reversed(shape):
        out.append(flat % n)
        flat //= n
    return tuple(reversed(out))


def _aliases(t: Any, g: Any, names: dict[str, Any]) -> list[Alias]:
    """Live variables over the same storage, the tensor itself left out."""
    store = None if t._ext is None else t._ext.storage
    if store is None:
        return []
    mine = None
    out = []
    for name, v in names.items():
        if v is t or v._ext is None or v._ext.storage is not store:
            continue
        h = geometry(v)
        shared = None
        if count(g.shape) <= _MOST and count(h.shape) <= _MOST and h.dtype == g.dtype:
            import numpy as np

            mine = np.unique(addresses(g.shape, g.stride, g.offset)) if mine is None else mine
            shared = int(np.intersect1d(mine, addresses(h.shape, h.stride, h.offset)).size)
        out.append(Alias(name=name, short=h.short, shape=h.shape, stride=h.stride, offset=h.offset, shared=shared))
    return out


__all__ = ["Alias", "Cell", "DimStep", "LayoutReport", "Run", "ViewStep", "addresses", "layout_report", "make"]
