"""A plot as text (braille dots, or marks where there are several curves or only ASCII) and as a picture."""

from __future__ import annotations

import math

from .plain import cells, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .canvas import Canvas
    from .plain import Line, Span
    from .style import Screen

ROWS = 16
_MARKS = "*o+x#@%&"
_STYLES = ("data", "output", "param", "backward", "saved", "op", "warn", "error")
_HUES = tuple(f"hue{i}" for i in range(8))
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # of a braille cell, row by column


def lines(r: Any, screen: Screen) -> list[Line]:
    """The curves in a frame with the ends of both axes, a legend where there are several, the notes."""
    span = extent(r)
    title: Line = ((safe(r.expression) or "plot", "bold"),)
    if span is None:
        return [title, (("no finite point to draw", "dim"),), *notes(r)]
    low, high, bottom, top = span
    labels = [tick_text(v, top - bottom) for v in (top, (top + bottom) / 2, bottom)]
    left = max(map(len, labels)) + 1
    columns = max(16, min(screen.width, 100) - left - 3)
    grid = ascii_grid(r, span, columns) if screen.ascii or len(r.series) > 1 else braille_grid(r, span, columns)
    side = "|" if screen.ascii else "│"
    out: list[Line] = [title]
    for i, row in enumerate(grid):
        label = labels[0] if i == 0 else labels[1] if i == ROWS // 2 else labels[2] if i == ROWS - 1 else ""
        out.append(((f"{label:>{left}} {side}", "dim"), *runs(row)))
    corner, rule = ("+", "-") if screen.ascii else ("└", "─")
    out.append(((" " * left + f" {corner}{rule * columns}", "dim"),))
    first, last = tick_text(low, high - low), tick_text(high, high - low)
    name = safe(r.x_label or "")[: max(0, columns - len(first) - len(last) - 4)]
    room = columns - len(first) - len(last) - cells(name)
    out.append(((" " * (left + 2) + first + " " * (room // 2) + name + " " * (room - room // 2) + last, "dim"),))
    if len(r.series) > 1:
        spans: list[Span] = [(" " * (left + 2), None)]
        for i, s in enumerate(r.series):
            spans.append((f"{_MARKS[i]} {safe(s.name)}   ", _STYLES[i]))
        out.append(tuple(spans))
    return [*out, *notes(r)]


def notes(r: Any) -> list[Line]:
    """What was assumed or left out."""
    hidden = sum(1 for s in r.series for x, y in zip(s.xs, s.ys) if not (math.isfinite(x) and math.isfinite(y)))
    rows = [*r.notes, *([f"{hidden} points are NaN or infinite and not drawn"] if hidden else [])]
    return [((safe(row), "dim"),) for row in rows]


def extent(r: Any) -> tuple[float, float, float, float] | None:
    """(least x, largest x, least y, largest y) of the finite points; None where there are none."""
    points = [(x, y) for s in r.series for x, y in zip(s.xs, s.ys) if math.isfinite(x) and math.isfinite(y)]
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    low, high, bottom, top = min(xs), max(xs), min(ys), max(ys)
    if low == high:
        low, high = low - 0.5, high + 0.5
    if bottom == top:
        margin = abs(top) / 2 or 0.5
        bottom, top = bottom - margin, top + margin
    return low, high, bottom, top


def tick_text(v: float, size: float) -> str:
    """A number at an axis: as many digits as the axis needs."""
    if v == 0 or abs(v) < size * 1e-9:
        return "0"
    if not 1e-4 <= abs(v) < 1e6:
        return f"{v:.3g}"
    digits = max(0, min(6, 3 - math.floor(math.log10(size)))) if size > 0 and math.isfinite(size) else 3
    text = f"{v:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def steps(s: Any, span: tuple[float, float, float, float], wide: int, high: int) -> list[tuple[int, int]]:
    """The dots of a curve on a raster: its points, joined by straight lines."""
    low, most, bottom, top = span
    out: list[tuple[int, int]] = []
    before: tuple[int, int] | None = None
    for x, y in zip(s.xs, s.ys):
        if not (math.isfinite(x) and math.isfinite(y)):
            before = None
            continue
        at = (round((x - low) / (most - low) * (wide - 1)), round((top - y) / (top - bottom) * (high - 1)))
        if before is not None and before != at:
            n = max(abs(at[0] - before[0]), abs(at[1] - before[1]))
            out += [(round(before[0] + (at[0] - before[0]) * k / n), round(before[1] + (at[1] - before[1]) * k / n)) for k in range(1, n)]
        out.append(at)
        before = at
    return out


def braille_grid(r: Any, span: tuple[float, float, float, float], columns: int) -> list[list[Span]]:
    """One curve in dots of two by four a character."""
    raster = [[0] * columns for _ in range(ROWS)]
    for x, y in steps(r.series[0], span, 2 * columns, 4 * ROWS):
        raster[y // 4][x // 2] |= _DOTS[y % 4][x % 2]
    return [[(chr(0x2800 + bits) if bits else " ", _STYLES[0]) for bits in row] for row in raster]


def ascii_grid(r: Any, span: tuple[float, float, float, float], columns: int) -> list[list[Span]]:
    """Several curves, a mark each."""
    raster: list[list[Span]] = [[(" ", None)] * columns for _ in range(ROWS)]
    for i, s in enumerate(r.series):
        for x, y in steps(s, span, columns, ROWS):
            raster[y][x] = (_MARKS[i], _STYLES[i])
    return raster


def runs(row: list[Span]) -> list[Span]:
    """Neighbours of one style as one span."""
    out: list[Span] = []
    for text, style in row:
        if out and (out[-1][1] == style or text == " "):
            out[-1] = (out[-1][0] + text, out[-1][1])
        else:
            out.append((text, style))
    return out


# ---- the picture ----------------------------------------------------------------------------------------------------------------

_WIDE, _HIGH = 560.0, 320.0


def picture(r: Any) -> Canvas:
    """The plot as SVG or PNG: frame, ticks, curves, a legend."""
    from .canvas import Canvas

    title = safe(r.expression) or "plot"
    canvas = Canvas(f"plot {title}", "; ".join(f"{s.name or title}: {len(s.xs)} points" for s in r.series))
    span = extent(r)
    if span is None:
        canvas.text(0, 16, f"{title}: no finite point to draw")
        return canvas
    low, high, bottom, top = span
    ys = nice(bottom, top)
    xs = nice(low, high)
    left = 12 + 7.2 * max(len(tick_text(v, top - bottom)) for v in ys)
    above = 30.0
    canvas.text(left, 14, title, "bold")
    for v in ys:
        y = above + (top - v) / (top - bottom) * _HIGH
        line(canvas, [(left, y), (left + _WIDE, y)], "unused")
        canvas.text(left - 6, y + 4, tick_text(v, top - bottom), "dim", 12, "end")
    for v in xs:
        x = left + (v - low) / (high - low) * _WIDE
        line(canvas, [(x, above), (x, above + _HIGH)], "unused")
        canvas.text(x, above + _HIGH + 16, tick_text(v, high - low), "dim", 12, "middle")
    canvas.text(left + _WIDE / 2, above + _HIGH + 34, r.x_label or "", None, 12, "middle")
    for i, s in enumerate(r.series):
        part: list[tuple[float, float]] = []
        for x, y in thinned(s):
            if math.isfinite(x) and math.isfinite(y):
                part.append((left + (x - low) / (high - low) * _WIDE, above + (top - y) / (top - bottom) * _HIGH))
            elif part:
                line(canvas, part, _HUES[i])
                part = []
        line(canvas, part, _HUES[i])
    if len(r.series) > 1:
        for i, s in enumerate(r.series):
            y = above + 14 + 18 * i
            line(canvas, [(left + _WIDE + 14, y - 4), (left + _WIDE + 38, y - 4)], _HUES[i])
            canvas.text(left + _WIDE + 44, y, s.name or f"[{i}]", None, 12)
    for i, (text,) in enumerate(notes(r)):
        canvas.text(left, above + _HIGH + 54 + 16 * i, text[0], "dim", 12)
    return canvas


def thinned(s: Any) -> list[tuple[float, float]]:
    """At most a few thousand points: of a long curve, the least and the largest of each stretch."""
    points = list(zip(s.xs, s.ys))
    if len(points) <= 4000:
        return points
    step = -(-len(points) // 2000)
    out: list[tuple[float, float]] = []
    for i in range(0, len(points), step):
        part = [p for p in points[i : i + step] if math.isfinite(p[0]) and math.isfinite(p[1])]
        ends = {min(part, key=lambda p: p[1]), max(part, key=lambda p: p[1])} if part else {points[i]}
        out += sorted(ends) if part else list(ends)
    return out


def line(canvas: Canvas, points: list[tuple[float, float]], fill: str) -> None:
    """A polyline, as the straight Bezier curves that the canvas knows."""
    if not points:
        return
    if len(points) == 1:
        (x, y) = points[0]
        points = [(x - 1, y), (x + 1, y)]
    path = [points[0]]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        path += [(x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3), (x0 + 2 * (x1 - x0) / 3, y0 + 2 * (y1 - y0) / 3), (x1, y1)]
    canvas.curve(path, fill)


def nice(low: float, high: float) -> list[float]:
    """Round numbers within the range, about five."""
    size = high - low
    step = 10 ** math.floor(math.log10(size / 4))
    for factor in (5, 2):
        if size / (step * factor) >= 4:
            step *= factor
            break
    first = math.ceil(low / step - 1e-9)
    out = []
    while first * step <= high + 1e-9 * size and len(out) < 20:
        out.append(first * step)
        first += 1
    return out
