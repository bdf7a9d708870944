"""What is so about one tensor: its values in figures, its bytes, its layout, its origin.

``geometry(t)`` reads the header alone (no data is touched: what the line under a result shows); ``tensor_report(t)`` reads the data as
well and feeds the card. Memory is only read: no alias is made, no version bumped, no storage created.
"""

from __future__ import annotations

from .report import Record, Report, shape_text, spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HISTOGRAM_BINS = 10
HISTOGRAM_FROM = 51  # fewer values than this are better read than drawn
_SHOWN = 48  # up to so many values are all shown
_EDGE = 3  # of a longer dimension, so many values at each end


class Geometry(Record):
    """What the header of a tensor says; ``stride`` and ``offset`` count elements, ``nbytes`` the tensor's own elements."""

    __slots__ = ("dtype", "short", "shape", "stride", "offset", "contiguous", "device", "nbytes", "requires_grad", "is_view")


class Values(Record):
    """Figures over the elements: min, max, mean and std are those of the finite elements (``finite`` of ``n``)."""

    __slots__ = (
        "n", "finite", "min", "argmin", "max", "argmax", "mean", "std", "norm", "zeros", "nans", "posinfs", "neginfs",
        "first_bad", "bad_rows", "histogram", "shown", "kept", "cut",
    )  # fmt: skip


class Storage(Record):
    """The memory behind a tensor: ``nbytes`` and ``cells`` of the whole storage, ``used`` cells that the tensor reaches.

    ``overlap``: several indices share a cell (a stride of 0). ``row_major``: the strides that a contiguous tensor would have.
    ``culprit``: the innermost dimension whose stride differs from them (None when contiguous).
    """

    __slots__ = ("nbytes", "cells", "used", "overlap", "row_major", "culprit")


class TensorReport(Report):
    """The card of a tensor. ``base`` and ``view`` say where a view comes from (``base[3,4]`` via ``.t()[1:3]``)."""

    __slots__ = (
        "name", "geometry", "storage", "values", "base", "view", "requires_grad", "is_leaf", "grad_fn", "grad", "version", "writers",
    )  # fmt: skip
    schema = "tcalc.tensor/1"


def geometry(t: Any) -> Geometry:
    """The header of ``t``; nothing is computed on the data."""
    shape = tuple(t.shape)
    ext = t._ext
    return Geometry(
        dtype=t._dtype.name,
        short=t._dtype.short,
        shape=shape,
        stride=tuple(t.stride()),
        offset=t.storage_offset(),
        contiguous=bool(t.is_contiguous()),
        device=str(t.device),
        nbytes=count(shape) * t._dtype.itemsize,
        requires_grad=bool(t.requires_grad),
        is_view=ext is not None and ext.view is not None,
    )


def tensor_report(t: Any, name: str | None = None) -> TensorReport:
    """Everything that the card of ``t`` shows; ``name`` is the user's name for it."""
    g = geometry(t)
    base, chain = origin(t)
    fn = None if t.is_leaf else t.grad_fn
    ext = t._ext
    grad = None if ext is None else ext.grad
    store = None if ext is None else ext.storage
    return TensorReport(
        name=name or (None if ext is None else ext.name),
        geometry=g,
        storage=storage_facts(t, g, store),
        values=None if g.device == "meta" else value_facts(t),
        base=base,
        view=chain,
        requires_grad=g.requires_grad,
        is_leaf=bool(t.is_leaf),
        grad_fn=None if fn is None else fn.name(),
        grad=None if grad is None else spec(grad._dtype.short, grad.shape),
        version=t._version,
        writers=() if store is None else tuple((v, op, where_text(w)) for v, op, w in store.writers),
    )


def count(shape: tuple[int, ...]) -> int:
    """How many elements a shape has."""
    n = 1
    for size in shape:
        n *= size
    return n


def where_text(where: Any) -> str | None:
    """``line 3`` or the text of a source location; None where there is none."""
    if where is None:
        return None
    line = getattr(where, "line", None)
    return str(where) if line is None else f"line {line}"


def origin(t: Any) -> tuple[str | None, str | None]:
    """(base, chain) of a view as texts, ``("base[3,4]", ".t()[1:3]")``; (None, None) for a tensor with its own memory."""
    ext = t._ext
    if ext is None or ext.view is None:
        return None, None
    base = ext.view.base
    name = getattr(base._ext, "name", None) or "base"
    return name + shape_text(base.shape), "".join(link_text(link) for link in ext.view.chain)


def link_text(link: Any) -> str:
    """One view op of a chain as it would be written: ``.t()``, ``[1:3]``, ``.view(2, 3)``."""
    from .walk import link_of

    name, args, part = link_of(link)
    get = args.get
    if "start" in args and "end" in args:
        start, stop, step = get("start"), get("end"), get("step")
        inner = f"{'' if start in (None, 0) else start}:{'' if stop is None or stop >= 2**62 else stop}"
        return f"[{':, ' * (get('dim') or 0)}{inner}{'' if step in (None, 1) else f':{step}'}]"
    if name == "select":
        return f"[{':, ' * (get('dim') or 0)}{get('index')}]"
    shown = [
        f"({', '.join(map(str, v))})" if isinstance(v, tuple) and len(v) != 1 else str(v[0] if isinstance(v, tuple) else v)
        for v in args.values()
        if v is not None and v is not False
    ]
    text = shown[0][1:-1] if len(shown) == 1 and shown[0][:1] == "(" else ", ".join(shown)
    return f".{name.partition('.')[0]}({text})" + ("" if part is None else f"[{part}]")


def storage_facts(t: Any, g: Geometry, store: Any) -> Storage:
    """How much memory stands behind ``t``, how much of it ``t`` reaches, and where its strides leave row-major order."""
    size = t._dtype.itemsize
    nbytes = store.nbytes if store is not None and store.nbytes else g.nbytes
    rows, step = [], 1
    for n in reversed(g.shape):
        rows.append(step)
        step *= n if n > 1 else 1
    rows.reverse()
    culprit = None
    if not g.contiguous:
        off = [d for d in range(len(g.shape)) if g.shape[d] > 1 and g.stride[d] != rows[d]]
        culprit = off[-1] if off else None
    used = cells_used(g.shape, g.stride)
    return Storage(
        nbytes=nbytes,
        cells=nbytes // size if size else 0,
        used=used,
        overlap=used < count(g.shape),
        row_major=tuple(rows),
        culprit=culprit,
    )


def cells_used(shape: tuple[int, ...], stride: tuple[int, ...]) -> int:
    """How many distinct storage cells a geometry reaches.

    >>> cells_used((2, 3), (1, 4)), cells_used((5, 3), (0, 1)), cells_used((3, 2), (1, 1))
    (6, 3, 4)
    """
    if 0 in shape:
        return 0
    dims = sorted((abs(s), n) for n, s in zip(shape, stride, strict=True) if n > 1 and s)
    total, reach, nested = 1, 0, True
    for step, n in dims:
        nested = nested and step > reach
        reach += step * (n - 1)
        total *= n
    if nested or total > 1 << 24:
        return min(total, reach + 1)
    import numpy as np

    cells = np.zeros(1, dtype=np.int64)
    for step, n in dims:
        cells = np.unique((cells[:, None] + step * np.arange(n)).ravel())
    return int(cells.size)


def value_facts(t: Any) -> Values:
    """Figures over the elements of ``t``, and the elements (or their edges) themselves."""
    from .walk import array_of

    a = array_of(t)
    shape = tuple(t.shape)
    if not hasattr(a, "shape"):
        return _one_value(a)
    import numpy as np

    n = int(a.size)
    kept, cut = edges(shape)
    shown = a
    for d, keep in enumerate(kept):
        if keep is not None:
            shown = shown.take(keep, axis=d)
    wide = a if a.dtype.kind in "biuf" and a.dtype.itemsize >= 4 or a.dtype.kind in "bc" else a.astype(np.float32 if a.dtype.kind not in "iu" else np.int64)
    common = {"n": n, "shown": shown.tolist(), "kept": kept, "cut": cut}
    if wide.dtype.kind == "c" or n == 0:
        zeros = int(n - np.count_nonzero(wide)) if n else 0
        return Values(finite=n, zeros=zeros, nans=0, posinfs=0, neginfs=0, bad_rows=(), **common)
    bad = ~np.isfinite(wide) if wide.dtype.kind == "f" else None
    nans = posinfs = neginfs = 0
    first_bad: tuple[int, ...] | None = None
    rows: tuple[int, ...] = ()
    good = wide
    if bad is not None and bad.any():
        nans = int(np.isnan(wide).sum())
        posinfs = int((wide == np.inf).sum())
        neginfs = int((wide == -np.inf).sum())
        first_bad = _index(int(bad.argmax()), shape)
        if len(shape) > 1:
            rows = tuple(np.flatnonzero(bad.reshape(shape[0], -1).any(axis=1)).tolist())
        good = wide[~bad]
    if good.size == 0:
        return Values(
            finite=0, zeros=0, nans=nans, posinfs=posinfs, neginfs=neginfs, first_bad=first_bad, bad_rows=rows, **common
        )  # fmt: skip
    low, high = good.min(), good.max()
    with np.errstate(all="ignore"):
        mean = float(good.mean(dtype=np.float64))
        std = float(good.std(dtype=np.float64, ddof=1)) if good.size > 1 else None
        norm = float(np.sqrt(np.square(good, dtype=np.float64).sum()))
        bars = None
        if n >= HISTOGRAM_FROM and low < high:
            bars = tuple(np.histogram(good.astype(np.float64), bins=HISTOGRAM_BINS)[0].tolist())
    return Values(
        finite=int(good.size),
        min=low.item(),
        argmin=_index(int((wide == low).argmax()), shape),
        max=high.item(),
        argmax=_index(int((wide == high).argmax()), shape),
        mean=mean,
        std=std,
        norm=norm,
        zeros=n - int(np.count_nonzero(wide)),
        nans=nans,
        posinfs=posinfs,
        neginfs=neginfs,
        first_bad=first_bad,
        bad_rows=rows,
        histogram=bars,
        **common,
    )


def _one_value(v: Any) -> Values:
    """The figures of a single Python number (no NumPy)."""
    common = {"n": 1, "shown": v, "kept": (), "cut": (), "zeros": int(v == 0), "bad_rows": ()}
    if isinstance(v, complex):
        return Values(finite=1, nans=0, posinfs=0, neginfs=0, norm=abs(v), **common)
    finite = int(v - v == 0)
    nan, inf = int(v != v), int(not finite and v == v)
    facts = {"nans": nan, "posinfs": int(inf and v > 0), "neginfs": int(inf and v < 0)}
    if not finite:
        return Values(finite=0, first_bad=(), **facts, **common)
    return Values(finite=1, min=v, argmin=(), max=v, argmax=(), mean=float(v), norm=abs(float(v)), **facts, **common)


def _index(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index tuple of a row-major position."""
    out = []
    for n in reversed(shape):
        out.append(flat % n)
        flat //= n
    return tuple(reversed(out))


def edges(shape: tuple[int, ...]) -> tuple[tuple[tuple[int, ...] | None, ...], tuple[tuple[int, int, int], ...]]:
    """Which indices a card shows of each dimension (None: all), and what was cut as (dim, first, last).

    >>> edges((2, 3))
    ((None, None), ())
    >>> edges((100,))
    (((0, 1, 2, 97, 98, 99),), ((0, 3, 96),))
    """
    if count(shape) <= _SHOWN:
        return (None,) * len(shape), ()
    kept: list[tuple[int, ...] | None] = []
    cut = []
    for d, n in enumerate(shape):
        k = _EDGE if d >= len(shape) - 2 else 1
        if n <= 2 * k + 1:
            kept.append(None)
            continue
        kept.append((*range(k), *range(n - k, n)))
        cut.append((d, k, n - k - 1))
    return tuple(kept), tuple(cut)
