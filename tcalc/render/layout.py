"""layout on a screen and as a picture: the storage strip, what lies in each cell, the address formula (MOCKUPS (c))."""

from __future__ import annotations

from ..insight.report import shape_text, spec
from .explain import _hung
from .plain import cells as columns
from .plain import nbytes_text, safe
from .style import Screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .canvas import Canvas
    from .plain import Line

_LETTERS = "ijklmnpqrs"
_DRAWN = 96  # cells of a picture; a larger storage is drawn up to here, and the picture says so
_PER_ROW = 16


def lines(r: Any, screen: Screen) -> list[Line]:
    """The lines of a LayoutReport."""
    g = r.geometry
    head = f"  {spec(g.short, g.shape)} {g.device}"
    out: list[Line] = [((safe(r.name), "name"), (head, None))]
    if r.base is not None:
        out += _hung("view of    ", f"{safe(r.base)} via {''.join(s.text for s in r.chain)}", "data", screen)
        if len(r.chain) > 1:
            for s in r.chain:
                at = "" if s.offset is None else f", offset {s.offset}"
                out += _hung(" " * 11, f"{s.text}: {shape_text(s.shape)}, stride {shape_text(s.stride)}{at}", "dim", screen)
    share = f"{r.used} of {r.storage_cells} cell{'' if r.storage_cells == 1 else 's'} used"
    out += _hung(
        "storage    ",
        f"{nbytes_text(r.storage_bytes)} = {r.storage_cells} cell{'' if r.storage_cells == 1 else 's'} of {r.itemsize} B; {share}, version {r.version}",
        "saved",
        screen,
    )
    if r.overlap:
        out += _hung("           ", "several indices share a cell: writing one element writes the others (clone() separates them)", "warn", screen)
    out += _hung("address    ", formula(r), "op", screen)
    for d in r.dims:
        step = f"dim {d.dim} ({d.size}): +{d.stride} cell{'' if abs(d.stride) == 1 else 's'} ({d.nbytes} B)"
        out += _hung("           ", step + ("" if d.fits else f", row-major would be +{d.row_major}"), "op", screen)
    if r.pending:
        out += _hung("elements   ", f"the {r.pending} of the cells: a bit of the view, carried out by what reads it", "op", screen)
    if r.why_not is None:
        out += _hung("contiguous ", "yes", "op", screen)
    else:
        copies = f"; contiguous() would copy {nbytes_text(r.copy_bytes)}"
        out += _hung("contiguous ", f"NO: {r.why_not}{copies}", "warn", screen)
    for k, a in enumerate(r.aliases):
        shared = "" if a.shared is None else f", {a.shared} cell{'' if a.shared == 1 else 's'} in common"
        out += _hung(
            "shared by  " if not k else " " * 11,
            f"{safe(a.name)} {spec(a.short, a.shape)}, stride {shape_text(a.stride)}, offset {a.offset}{shared}",
            "data",
            screen,
        )
    if r.cells:
        out += [(), *strip(r, screen)]
    elif r.runs is not None:
        out += [(), *runs(r, screen)]
    return out


def formula(r: Any) -> str:
    """``address(i,j) = 1 + 1*i + 4*j``."""
    n = len(r.dims)
    names = list(_LETTERS[:n]) if n <= len(_LETTERS) else [f"i{d}" for d in range(n)]
    terms = [str(r.geometry.offset), *[f"{d.stride}*{names[d.dim]}" for d in r.dims]]
    return f"address({','.join(names)}) = {' + '.join(terms)}"


def index_text(c: Any, screen: Screen, unused: str = ".") -> str:
    """``0,1``, with ``×3`` where several indices share the cell; a dot for a cell out of reach."""
    if not c.refs:
        return unused
    text = ",".join(map(str, c.indices[0])) or "()"
    return text if c.refs == 1 else f"{text} {screen.glyphs['times']}{c.refs}"


def strip(r: Any, screen: Screen) -> list[Line]:
    """Cells with what lies in them, as many a line as fit."""
    label = 8
    texts = [(str(c.cell), index_text(c, screen), c.value or "") for c in r.cells]
    wide = max(3, *[max(map(columns, t)) for t in texts]) + 1
    per = max(1, (screen.width - label) // wide)
    out: list[Line] = []
    values = any(c.value is not None for c in r.cells)
    for start in range(0, len(texts), per):
        part = texts[start : start + per]
        if start:
            out.append(())
        out.append(((f"{'cell':<{label}}", "dim"), ("".join(f"{a:>{wide}}" for a, _, _ in part), "dim")))
        out.append(((f"{'index':<{label}}", "name"), ("".join(" " * (wide - columns(b)) + b for _, b, _ in part), "data")))
        if values:
            out.append(((f"{'value':<{label}}", None), ("".join(" " * (wide - columns(v)) + v for _, _, v in part), None)))
    return out


def runs(r: Any, screen: Screen) -> list[Line]:
    """Of a large storage: which runs of cells are reached, and how many lie between."""
    out: list[Line] = []
    half = len(r.runs) // 2
    for k, run in enumerate(r.runs):
        if r.runs_hidden and k == half:
            out.append(((f"  {screen.glyphs['dots']} {r.runs_hidden} more runs", "dim"),))
        n = run.last - run.first + 1
        gap = f"   after {run.gap} unused" if run.gap else ""
        out.append(((f"  cells {run.first}..{run.last}", "data"), (f"   {n} used{gap}", None)))
    if r.runs:
        left = r.storage_cells - 1 - r.runs[-1].last
        if left > 0:
            out.append(((f"  {left} unused behind them", "dim"),))
    return out


# -- picture ----------------------------------------------------------------------------------------------------------------------


def picture(r: Any) -> Canvas:
    """Storage strip above, logical grid below; the same number and hue in both, one arc a dim with its stride."""
    from .canvas import Canvas, text_picture

    if not r.cells or not r.geometry.shape:
        return text_picture(r)
    g = r.geometry
    canvas = Canvas(f"layout of {r.name}", f"{formula(r)}; {r.used} of {r.storage_cells} cells used")
    screen = Screen()
    canvas.text(0, 13, f"{r.name}  {spec(g.short, g.shape)}", "bold", 15)
    y = 32.0
    if r.base is not None:
        canvas.text(0, y, f"view of {r.base} via {''.join(s.text for s in r.chain)}", "data")
        y += 19
    canvas.text(0, y, formula(r), None)
    y += 19
    canvas.text(
        0, y, f"{r.used} of {r.storage_cells} cells used, {nbytes_text(r.storage_bytes)}" + ("; several indices share a cell" if r.overlap else ""), "dim"
    )
    y += 12
    shown = r.cells[:_DRAWN]
    hue = {c.cell: f"hue{row_of(c.indices[0], g.shape) % 8}" for c in r.cells if c.refs}
    texts = [index_text(c, screen, "") for c in shown]
    w = max(44.0, max(columns(t) for t in texts) * 0.6 * 12 + 10)
    h = 40.0
    place: dict[int, tuple[float, float]] = {}
    arcs = [d for d in r.dims if d.size > 1 and d.stride]
    for k, c in enumerate(shown):
        row, col = divmod(k, _PER_ROW)
        if col == 0:
            y += 32.0 + 16.0 * len(arcs) if row == 0 else 30.0
        x = col * w
        place[c.cell] = (x, y)
        canvas.text(x + w / 2, y - 5, str(c.cell), "dim", 10, "middle")
        if c.refs:
            canvas.key = (f"c{c.cell}", _tip(c))
        canvas.box(x, y, w, h, hue.get(c.cell, "unused"), dashed=not c.refs)
        if c.value is not None:
            canvas.text(x + w / 2, y + 17, c.value, "bold", 13, "middle")
        canvas.text(x + w / 2, y + 33, texts[k], None, 11, "middle")
        canvas.key = None
        if col == _PER_ROW - 1:
            y += h
    if len(shown) % _PER_ROW:
        y += h
    if len(r.cells) > len(shown):
        y += 20
        canvas.text(0, y, f"cells {len(shown)} to {len(r.cells) - 1} are not drawn", "warn")
    _arcs(canvas, r, arcs, place, w)
    y += 34
    _grid(canvas, r, hue, y, screen)
    return canvas


def row_of(index: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """Which row (all dims but the last) an element stands in: the elements of a row share a hue."""
    row = 0
    for i, n in zip(index[:-1], shape[:-1], strict=True):
        row = row * n + i
    return row


def _tip(c: Any) -> str:
    listed = " ".join(f"[{','.join(map(str, i))}]" for i in c.indices)
    more = f" and {c.refs - len(c.indices)} more" if c.refs > len(c.indices) else ""
    return f"cell {c.cell}: {listed}{more}" + (f"\nvalue {c.value}" if c.value is not None else "")


def _arcs(canvas: Canvas, r: Any, arcs: list[Any], place: dict[int, tuple[float, float]], w: float) -> None:
    """From the first element to its neighbour in each dim, above the strip."""
    start = r.geometry.offset
    for k, d in enumerate(sorted(arcs, key=lambda d: abs(d.stride))):
        a, b = place.get(start), place.get(start + d.stride)
        style = ("data", "output", "param", "saved")[d.dim % 4]
        label = f"dim {d.dim}: +{d.stride}"
        if a is None or b is None or a[1] != b[1]:
            canvas.text(0, (a or (0, 100.0))[1] - 24 - 18 * k, f"{label} (leaves this line)", style, 11)
            continue
        x0, x1, y = a[0] + w / 2, b[0] + w / 2, a[1] - 16
        top = y - 12 - 18 * k
        third = (x1 - x0) / 3
        canvas.curve([(x0, y), (x0 + third / 2, top - 4), (x1 - third / 2, top - 4), (x1, y)], style, arrow=True)
        peak = y - 0.75 * (y - top + 4)
        near = third < 40
        canvas.text(x1 + 7 if near else x1 - third / 2 + 8, peak + (12 if near else 2), label, style, 11)


def _grid(canvas: Canvas, r: Any, hue: dict[int, str], y: float, screen: Screen) -> None:
    """The elements where the shape has them: matrices of the last two dims, leading indices in front."""
    g = r.geometry
    shape, stride = g.shape, g.stride
    lead = shape[:-2]
    rows, cols = (1, shape[0]) if len(shape) == 1 else shape[-2:]
    total = 1
    for n in lead:
        total *= n
    w, h = 44.0, 32.0
    known = {c.cell: c for c in r.cells}
    canvas.text(0, y, f"{r.name} {shape_text(shape)}: each element with its value and its cell", "dim")
    y += 10
    drawn = 0
    x0 = 0.0
    for k in range(total):
        index = []
        rest = k
        for n in reversed(lead):
            index.append(rest % n)
            rest //= n
        index.reverse()
        if drawn + rows * cols > 2 * _DRAWN:
            y += rows * h + 22 if x0 else 22
            canvas.text(0, y, f"{total - k} more matrices are not drawn", "warn")
            return
        if lead:
            canvas.text(x0, y + 12, f"[{','.join(map(str, index))},:,:]", "dim", 11)
        for i in range(rows):
            for j in range(cols):
                full = (*index, i, j) if len(shape) > 1 else (j,)
                cell = g.offset + sum(a * b for a, b in zip(full, stride, strict=True))
                x, top = x0 + j * w, y + (18 if lead else 4) + i * h
                c = known.get(cell)
                canvas.key = (f"c{cell}", _tip(c)) if c is not None else None
                canvas.box(x, top, w, h, hue.get(cell, "plain"))
                if c is not None and c.value is not None:
                    canvas.text(x + w / 2, top + 14, c.value, "bold", 12, "middle")
                canvas.text(x + w / 2, top + 27, f"@{cell}", None, 10, "middle")
                canvas.key = None
                drawn += 1
        x0 += cols * w + 24
        if x0 + cols * w > _PER_ROW * w and k < total - 1:
            x0 = 0.0
            y += rows * h + 30
