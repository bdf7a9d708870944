"""cost on a screen: a row an op, then work, memory and time in total."""

from __future__ import annotations

from ..insight.report import brief
from .explain import _hung, cut, flops_text
from .plain import cells, nbytes_text, safe
from .style import Screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plain import Line, Span

_MOST = 60  # rows that are shown; totals count all


def lines(r: Any, screen: Screen) -> list[Line]:
    """The lines of a CostReport."""
    out: list[Line] = []
    rows = [c for c in r.rows if not c.view]
    views = len(r.rows) - len(rows)
    total = len(rows)
    kinds: list[Any] = rows
    if total > _MOST:
        kinds = together(rows)
    hidden = max(0, len(kinds) - _MOST)
    if hidden:  # the ones that cost most, in their order
        rank = sorted(range(len(kinds)), key=lambda k: -weight(kinds[k]))[:_MOST]
        kinds = [kinds[k] for k in sorted(rank)]
    back = r.backward is not None
    timed = any(c.seconds is not None for c in kinds)
    heads = ["", "op", "result", *(["time"] if timed else []), "FLOP", "moved", *(["saved", "back FLOP", "moved"] if back else [])]
    table = [row_of(c, back, timed) for c in kinds]
    wide = [max(cells(h), *[cells(t[k]) for t in table]) if table else cells(h) for k, h in enumerate(heads)]
    gap = "  "
    spare = screen.width - sum(wide) - 2 * (len(wide) - 1)
    for k, least in ((1, 8), (2, 10)):  # texts give way, and say so with dots
        if spare < 0:
            taken = min(-spare, max(0, wide[k] - least))
            wide[k] -= taken
            spare += taken
    if spare < 0:
        gap = " "
    styles: list[str | None] = ["dim", "bold", None, *(["data"] if timed else []), None, "dim", "saved", "backward", "dim"]
    out.append(tuple(_cell(h, w, k, "dim", gap) for k, (h, w) in enumerate(zip(heads, wide, strict=True))))
    for t in table:
        out.append(tuple(_cell(cut(x, screen, w) if k in (1, 2) else x, w, k, styles[k], gap) for k, (x, w) in enumerate(zip(t, wide, strict=True))))
    if hidden:
        out.append(((f"{screen.glyphs['dots']} {hidden} cheaper kinds are not shown; the totals count them", "dim"),))
    if total > _MOST:
        out.append(((f"{total} ops, those of one kind and shape together; --json lists each", "dim"),))
    if views:
        out.append(((f"{views} view{'' if views == 1 else 's'} not listed: {'it moves' if views == 1 else 'they move'} nothing", "dim"),))
    out.append(())
    for name, w in (("forward", r.forward), ("backward", r.backward)):
        if w is not None:
            text = f"{flops_text(w.flops)}, read {nbytes_text(w.read)}, written {nbytes_text(w.written)}"
            if w.intensity is not None:
                text += f", intensity {brief(float(w.intensity), 3)} FLOP/B"
            out += _hung(f"{name:<9} ", text, "backward" if name == "backward" else "op", screen)
    if not back:
        out += _hung(f"{'backward':<9} ", "none: nothing floating requires grad", "dim", screen)
    memory = f"inputs {nbytes_text(r.inputs)}, peak {nbytes_text(r.peak_forward)} in forward"
    if r.peak_backward is not None:
        memory += f", {nbytes_text(r.peak_backward)} in backward; saved between them {nbytes_text(r.saved)}"
    out += _hung(f"{'memory':<9} ", memory, "saved", screen)
    if r.seconds is not None:
        parts = []
        for name, s, w in zip(("forward", "backward"), r.seconds, (r.forward, r.backward), strict=True):
            if s is not None:
                rate = f" ({flops_text(int(w.flops / s))}/s)" if w is not None and s > 0 and w.flops else ""
                parts.append(f"{name} {seconds_text(s)}{rate}")
        out += _hung(f"{'measured':<9} ", f"{', '.join(parts)}; best of {r.runs}", "data", screen)
    if r.device == "meta":
        out += _hung("", "meta: shapes only, nothing was computed.", "dim", screen)
    for note in r.notes:
        out += _hung("", safe(note), "warn", screen)
    return out


class Together:
    """Rows of one op and result as one: ``id`` says how many, the figures are their sums."""

    __slots__ = ("backward", "flops", "id", "label", "name", "out", "read", "saved", "seconds", "written")

    def __init__(self, first: Any) -> None:
        self.id = ""
        self.label, self.name, self.out = first.label, None, first.out
        self.flops = self.read = self.written = self.saved = 0
        self.backward: Any = None
        self.seconds: float | None = None


class _Sum:
    __slots__ = ("flops", "read", "written")

    def __init__(self) -> None:
        self.flops = self.read = self.written = 0


def together(rows: list[Any]) -> list[Together]:
    """Many rows as few, in the order of their first."""
    found: dict[tuple[str, str], Together] = {}
    counts: dict[tuple[str, str], int] = {}
    for c in rows:
        key = c.label, c.out
        t = found.get(key)
        if t is None:
            t = found[key] = Together(c)
        counts[key] = counts.get(key, 0) + 1
        for into, of in ((t, c), (None, c.backward)):
            if of is None:
                continue
            if into is None:
                into = t.backward = t.backward or _Sum()
            into.flops += of.flops
            into.read += of.read
            into.written += of.written
        t.saved += c.saved
        if c.seconds is not None:
            t.seconds = (t.seconds or 0.0) + c.seconds
    for key, t in found.items():
        t.id = f"{counts[key]} x"
    return list(found.values())


def weight(c: Any) -> float:
    """What a row costs, for choosing the rows that are shown."""
    return float(c.flops + (c.backward.flops if c.backward else 0) + (c.read + c.written) / 1e3)


def row_of(c: Any, back: bool, timed: bool) -> list[str]:
    """The texts of one row."""
    name = f"{safe(c.label)}" + (f" ({safe(c.name)})" if c.name else "")
    time = [seconds_text(c.seconds) if c.seconds is not None else ""] if timed else []
    cells_: list[str] = [c.id, name, c.out, *time, short(c.flops), size(c.read + c.written)]
    if back:
        b = c.backward
        cells_ += [size(c.saved) if c.saved else "", "" if b is None else short(b.flops), "" if b is None else size(b.read + b.written)]
    return cells_


def short(n: int) -> str:
    """FLOPs without the unit: it stands in the head."""
    return flops_text(n).replace("FLOP", "").strip()


def size(n: int) -> str:
    """Bytes in three digits, for a column.

    >>> size(24), size(34 << 30)
    ('24 B', '34 GiB')
    """
    if n < 10240:
        return f"{n} B"
    x = float(n)
    for unit in ("KiB", "MiB", "GiB", "TiB", "PiB"):
        x /= 1024
        if x < 999.5 or unit == "PiB":
            break
    return f"{float(f'{x:.3g}'):g} {unit}"


def _cell(text: str, wide: int, k: int, style: str | None, gap: str) -> Span:
    pad = " " * max(0, wide - cells(text))
    lead = gap if k else ""
    return (f"{lead}{text}{pad}" if k < 3 else f"{lead}{pad}{text}"), style


def seconds_text(s: float) -> str:
    """``12.3 us``, ``4.56 ms``, ``1.2 s``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if s >= size or unit == "us":
            return f"{s / size:.3g} {unit}"
    return ""
