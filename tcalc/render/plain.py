"""Reports as lines of text. A line is a tuple of (text, style name) spans, so that one layout serves plain text and colour alike.

``lines(report, screen)`` lays a report out; ``plain(lines)`` and ``painted(lines, screen)`` turn it into text. render/screen.py feeds the
same lines to Rich.
"""

from __future__ import annotations

from ..insight.report import brief, exact, shape_text, spec
from .style import Screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Span = tuple[str, str | None]
    Line = tuple[Span, ...]


# Schema -> "module.function" under tcalc.render that lays a report out; the two that results show stand in this module.
LAYOUTS = {
    "tcalc.graph": "tree.tree",
    "tcalc.explain": "explain.lines",
    "tcalc.cost": "cost.lines",
    "tcalc.layout": "layout.lines",
    "tcalc.why": "why.lines",
    "tcalc.graphdiff": "graphdiff.lines",
    "tcalc.backprop": "backprop.lines",
    "tcalc.gradcheck": "gradcheck.lines",
    "tcalc.nans": "nans.lines",
    "tcalc.precision": "precision.lines",
    "tcalc.plot": "plot.lines",
}


def lines(report: Any, screen: Screen) -> list[Line]:
    """The layout of any report."""
    kind = report.schema.partition("/")[0]
    if kind == "tcalc.tensor":
        return card(report, screen)
    if kind == "tcalc.grad":
        return gradients(report, screen)
    if kind in LAYOUTS:
        from importlib import import_module

        module, _, function = LAYOUTS[kind].rpartition(".")
        found: list[Line] = getattr(import_module(f"tcalc.render.{module}"), function)(report, screen)
        return found
    from .jsontext import dumps

    return [((text, None),) for text in dumps(report.to_json(), 2).split("\n")]


def plain(rows: Iterable[Line]) -> str:
    """The text of the lines, no colours, no trailing blanks."""
    return "\n".join("".join(text for text, _ in row).rstrip() for row in rows)


def painted(rows: Iterable[Line], screen: Screen) -> str:
    """The text of the lines in the screen's colours."""
    if not screen.color:
        return plain(rows)
    return "\n".join("".join(screen.paint(text, style) for text, style in row).rstrip() for row in rows)


def width_of(row: Line) -> int:
    """Columns that a line fills."""
    return sum(cells(text) for text, _ in row)


def cells(text: str) -> int:
    """Columns that ``text`` fills in a terminal: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def safe(text: str) -> str:
    """``text`` with control characters as escapes: nothing that a user's data holds reaches the terminal as a command."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def nbytes_text(n: int) -> str:
    """Bytes with a unit: exact below 10 KiB, then one decimal.

    >>> nbytes_text(24), nbytes_text(9999), nbytes_text(4 << 20)
    ('24 B', '9999 B', '4.0 MiB')
    """
    if n < 10240:
        return f"{n} B"
    size = float(n)
    for unit in ("KiB", "MiB", "GiB", "TiB", "PiB"):
        size /= 1024
        if size < 1024 or unit == "PiB":
            break
    return f"{size:.1f} {unit}"


def number(value: Any, screen: Screen, dtype: Any = None) -> str:
    """A number as the pipe gets it: its full repr (of a float32: the shortest text that reads back); ``--digits N`` rounds it."""
    if screen.digits is None or not isinstance(value, float) or value - value != 0:
        return exact(value, dtype)
    text = f"{value:.{screen.digits}f}"
    if value and (abs(value) >= 1e16 or not any(c in "123456789" for c in text)):
        return f"{value:.{screen.digits}e}"
    return text


# -- tensors ----------------------------------------------------------------------------------------------------------------------


def info_line(geometry: Any, screen: Screen) -> str:
    """The dim line under a result: ``float32 · shape (2, 3) · stride (3, 1) · contiguous · cpu · 24 B``."""
    g = geometry
    parts = [
        g.dtype,
        f"shape {_tuple(g.shape)}",
        f"stride {_tuple(g.stride)}",
        "contiguous" if g.contiguous else "not contiguous",
        g.device,
        nbytes_text(g.nbytes),
    ]
    if g.is_view:
        parts.append("view")
    if g.requires_grad:
        parts.append("requires grad")
    return screen.glyphs["dot"].join(parts)


def _tuple(values: Sequence[int]) -> str:
    return f"({', '.join(map(str, values))}{',' if len(values) == 1 else ''})"


def card(r: Any, screen: Screen) -> list[Line]:
    """The card of a tensor: head, values, bytes, layout (MOCKUPS (a))."""
    box = screen.glyphs
    g, v = r.geometry, r.values
    head: list[Span] = [
        (r.name or "tensor", "name"), (f"  {spec(g.short, g.shape)} {g.device}", None),
    ]  # fmt: skip
    if r.base is not None:
        head.append((f"  view of {r.base} via {r.view}", None))
    state = f"requires_grad {'yes' if r.requires_grad else 'no'}, version {r.version}"
    if r.grad_fn:
        state += f", made by {r.grad_fn}"
    if r.grad is not None:
        state += f", grad {r.grad}"
    line = (*head, ("  ", None), (state, "dim"))
    out: list[Line] = [line] if width_of(line) <= screen.width else [tuple(head), ((box["bar"], "op"), (state, "dim"))]
    if v is not None:
        left = _value_rows(v, screen)
        right = _figures(v, screen)
        indent = cells(box["tee"]) + 9
        gap = 4
        wide = max((cells(t) for t in left), default=0)
        beside = indent + wide + gap + max(width_of(t) for t in right) <= screen.width
        rows: list[Line] = []
        if beside:
            for i in range(max(len(left), len(right))):
                a = left[i] if i < len(left) else ""
                b: Line = right[i] if i < len(right) else ()
                rows.append(((a + " " * (wide - cells(a) + gap), None), *b) if b else ((a, None),))
        else:
            rows = [((a, None),) for a in left] + [_fit(b, screen.width - indent) for b in right]
        out += _section("values", rows, box["tee"], box)
    out += _section("bytes", [((_bytes_text(r), None),)], box["tee"], box)
    out += _section("layout", _layout(r, screen), box["end"], box)
    return out


def _fit(row: Line, width: int) -> Line:
    return row if width_of(row) <= width else tuple((" ".join(t.split()) if not t.isspace() else "  ", s) for t, s in row)


def _section(name: str, rows: list[Line], tee: str, box: dict[str, str]) -> list[Line]:
    rest = box["bar"] if tee == box["tee"] else box["gap"]
    return [((tee if i == 0 else rest, "op"), (f"{name if i == 0 else '':<9}", "dim"), *row) for i, row in enumerate(rows)]


def _bytes_text(r: Any) -> str:
    g, s = r.geometry, r.storage
    text = f"{nbytes_text(g.nbytes)} logical; storage {nbytes_text(s.nbytes)} = {s.cells} cell{'' if s.cells == 1 else 's'}, {s.used} used"
    return text + (", several indices share a cell" if s.overlap else "")


def _layout(r: Any, screen: Screen) -> list[Line]:
    g, s = r.geometry, r.storage
    text = f"stride {shape_text(g.stride)}  offset {g.offset}  contiguous "
    if g.contiguous:
        return [((text + "yes", None),)]
    why = f"row-major {shape_text(g.shape)} needs stride {shape_text(s.row_major)}"
    if s.culprit is not None and g.stride[s.culprit] == 0:
        why += f"; dim {s.culprit} is expanded (stride 0)"
    row: Line = ((text, None), ("NO", "warn"), (f": {why}", None))
    if width_of(row) + 11 <= screen.width:
        return [row]
    return [((text, None), ("NO", "warn"), (":", None)), ((why, None),)]


def _figures(v: Any, screen: Screen) -> list[Line]:
    """n, min, max, mean, std; zero, NaN, Inf counts; the histogram."""
    dots = screen.glyphs["dots"]
    first = [f"n {v.n}"]
    if v.min is not None:
        first += [
            f"min {brief(v.min)} {shape_text(v.argmin) if v.argmin else ''}".rstrip(),
            f"max {brief(v.max)} {shape_text(v.argmax) if v.argmax else ''}".rstrip(),
            f"mean {brief(v.mean)}",
        ]
        if v.std is not None:
            first.append(f"std {brief(v.std)}")
    second: list[Span] = [(f"zero {v.zeros}   ", None)]
    bad = v.nans + v.posinfs + v.neginfs
    for label, n in (("NaN", v.nans), ("+Inf", v.posinfs), ("-Inf", v.neginfs)):
        second.append((f"{label} {n}", "error" if n else None))
        second.append(("   ", None))
    out: list[Line] = [(("   ".join(first), None),), tuple(second[:-1])]
    if v.histogram is not None:
        out[1] = (*out[1], ("   ", None), (sparkline(v.histogram, screen), "data"))
    if bad:
        text = f"first at {shape_text(v.first_bad)}"
        if v.bad_rows:
            rows = ", ".join(map(str, v.bad_rows[:8])) + (f", {dots} ({len(v.bad_rows)} rows)" if len(v.bad_rows) > 8 else "")
            text += f"; rows {rows}"
        if v.finite:
            text += f"; figures are of the {v.finite} finite"
        out.append(((text, "error"),))
    for dim, first_cut, last_cut in v.cut:
        out.append(((f"dim {dim}: {first_cut}..{last_cut} not shown", "dim"),))
    return out


def sparkline(counts: Sequence[int], screen: Screen) -> str:
    """A histogram in one line of bars; an empty bin is a blank."""
    bars = screen.glyphs["bars"]
    top = max(counts) or 1
    return "[" + "".join(" " if not n else bars[min(len(bars) - 1, n * len(bars) // (top + 1))] for n in counts) + "]"


def _value_rows(v: Any, screen: Screen) -> list[str]:
    """The elements in aligned columns, leading dims as ``[0,1]`` in front, cuts as dots."""
    dots = screen.glyphs["dots"]
    if not isinstance(v.shown, list):
        return [brief(v.shown, 6)]
    if v.n == 0:
        return ["(no elements)"]
    ndim = len(v.kept)
    matrices: list[tuple[tuple[int, ...], Any]] = [((), v.shown)]
    for d in range(ndim - 2):
        matrices = [(at + (_real(v.kept[d], i),), m) for at, ms in matrices for i, m in enumerate(ms)]
    rows: list[tuple[str, list[str]]] = []
    cut = {d for d, _, _ in v.cut}
    for at, m in matrices:
        grid = [m] if ndim == 1 else m
        for i, r in enumerate(grid):
            if ndim - 2 in cut and ndim > 1 and i == len(grid) // 2:
                rows.append(("", [dots]))
            texts = [brief(x, 4) for x in r]
            if ndim - 1 in cut:
                texts.insert(len(texts) // 2, dots)
            rows.append((shape_text(at) if at and i == 0 else "", texts))
    lead = max(len(a) for a, _ in rows)
    columns = max(len(t) for _, t in rows)
    wide = [max((cells(t[c]) for _, t in rows if c < len(t)), default=0) for c in range(columns)]
    texts_out = []
    for a, t in rows:
        body = "  ".join(" " * (wide[c] - cells(x)) + x for c, x in enumerate(t))
        texts_out.append((f"{a:<{lead}} " if lead else "") + body)
    return _hang(texts_out, screen)


def _real(kept: Any, i: int) -> int:
    return i if kept is None else int(kept[i])


def _hang(rows: list[str], screen: Screen) -> list[str]:
    """Rows broken at blanks where they are wider than the screen; a continuation is indented by two."""
    room = max(20, screen.width - 14)
    out = []
    for row in rows:
        while cells(row) > room:
            at = row.rfind("  ", 0, room)
            if at <= 0:
                break
            out.append(row[:at])
            row = "  " + row[at:].lstrip()
        out.append(row)
    return out


# -- gradients --------------------------------------------------------------------------------------------------------------------


def value_text(value: Any, screen: Screen) -> str:
    """A number or tensor inside a report: a 0-d tensor as its number, a larger one in PyTorch's format."""
    dtype = getattr(value, "_dtype", None)
    if dtype is None:
        return number(value, screen) if isinstance(value, (int, float, complex)) and not isinstance(value, bool) else safe_value(value)
    if value.ndim == 0 and str(value.device) != "meta":
        return number(value.item(), screen, dtype)
    return repr(value)


def safe_value(value: Any) -> str:
    """A value's repr with control characters escaped; line ends stay."""
    return "\n".join(safe(line) for line in repr(value).split("\n"))


def gradients(r: Any, screen: Screen) -> list[Line]:
    """A pipe gets the numbers alone (several names: ``name value`` a line); a terminal f(x) and the binding as well."""
    pairs = list(zip(r.names, r.gradients, strict=True))
    out: list[Line] = []
    if len(pairs) == 1:
        out += [((t, None),) for t in value_text(pairs[0][1], screen).split("\n")]
    else:
        wide = max((cells(n) for n, _ in pairs), default=0) if screen.tty else 0
        for name, g in pairs:
            text = value_text(g, screen).split("\n")
            pad = " " * (wide - cells(name)) if screen.tty else ""
            out.append(((name, "name"), (pad + (" " if not screen.tty else "  ") + text[0], None)))
            indent = " " * (cells(name) + len(pad) + (2 if screen.tty else 1))
            out += [((indent + t, None),) for t in text[1:]]
    if screen.tty:
        out += [((t, "dim"),) for t in _where(r, screen)]
    return out


def _where(r: Any, screen: Screen) -> list[str]:
    """``d/dx sin(x**2) · f = -0.4303 · at x = 3.1416``, over several lines where it must."""
    dot = screen.glyphs["dot"]
    single = r.names[0] if len(r.names) == 1 else None
    power = "" if (r.order or 1) == 1 else f"^{r.order}" if screen.ascii else _superscript(r.order)
    what = f"d{power}/d{single}{power} {r.expression}" if single else f"gradient of {r.expression}"
    parts = [safe(what)]
    if r.value is not None:
        parts.append(f"f = {_short(r.value)}")
    if r.bindings:
        at = [f"{n} = {_short(v)}" for n, v in r.bindings.items()]
        text = "at " + ", ".join(at)
        if cells(text) > screen.width:
            rows, row = [], "at "
            for item in at:
                if row.strip() != "at" and cells(row) + cells(item) + 2 > screen.width:
                    rows.append(row.rstrip() + ",")
                    row = "   "
                row += item if not row.strip() or row == "at " else f", {item}"
            return [*_join(parts, dot, screen.width), *rows, row]
        parts.append(text)
    return _join(parts, dot, screen.width)


def _join(parts: list[str], dot: str, width: int) -> list[str]:
    out = [parts[0]]
    for part in parts[1:]:
        if cells(out[-1]) + len(dot) + cells(part) <= width:
            out[-1] += dot + part
        else:
            out.append(part)
    return out


def _superscript(n: int) -> str:
    return "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(c)] for c in str(n))


def _short(value: Any) -> str:
    """A value in the note: six significant digits of a number, the kind and shape of a tensor."""
    dtype = getattr(value, "_dtype", None)
    if dtype is not None:
        if value.ndim == 0 and str(value.device) != "meta":
            return brief(value.item(), 6)
        if str(value.device) != "meta" and value.ndim == 1 and value.numel() <= 4:
            return "[" + ", ".join(brief(v, 4) for v in value.tolist()) + "]"
        return spec(dtype.short, value.shape)
    if isinstance(value, float):
        return brief(value, 6)
    text = safe_value(value)
    return text if len(text) <= 40 else text[:37] + "..."
