"""A Diagnostic as text: the sentence, where it happened with the span underlined, why, and what would work.

Nothing from the user's text reaches the terminal raw: control characters show as escapes, long lines are cut around the span (with dots
that say so), and tabs and wide characters keep the underline in place.
"""

from __future__ import annotations

from .plain import cells, painted, safe
from .style import Screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plain import Line, Span

_TAB = 4
_MOST_LINES = 3  # of a span over several lines, so many are shown


def error_text(d: Any, screen: Screen) -> str:
    """The text of a diagnostic, without a final line end."""
    return painted(error_lines(d, screen), screen)


def error_lines(d: Any, screen: Screen) -> list[Line]:
    """The lines of a diagnostic: headline, place and source, explanation, operands, hints, calls."""
    out: list[Line] = []
    rows = (d.sentence or "").split("\n")
    name = safe(d.exception)
    out.append(((name, "error"), (f": {safe(rows[0])}" if rows[0] else "", "bold")))
    out += [((safe(row.replace("\t", " " * _TAB)), None),) for row in rows[1:]]
    if d.source is not None and d.span is not None:
        out += source_lines(d.source.name, d.source.line, d.span, screen)
    facts = d.facts
    out += [((f"  {_safe_table(row, screen)}", None),) for text in facts.explain for row in text.split("\n")]
    named = [(n, t) for n, t in facts.operands if n]
    if named and not facts.explain:
        wide = max(cells(n) for n, _ in named)
        out += [((f"  {safe(n)}{' ' * (wide - cells(n))}  ", "name"), (safe(t), None)) for n, t in named]
    for hint in facts.hints:
        out += _hint(safe(hint), screen)
    out += _calls(d, screen)
    return out


def source_lines(name: str, line: Any, span: Any, screen: Screen) -> list[Line]:
    """``  name:line:col``, the source line, and carets under the span. ``line(n)`` gives the text of line n (from 1)."""
    last = max(span.end_line, span.start_line)
    shown = list(range(span.start_line, min(last, span.start_line + _MOST_LINES - 1) + 1))
    out: list[Line] = [((f"  {safe(name)}:{span.start_line}:{span.start_col + 1}", "dim"),)]
    for number in shown:
        text = line(number)
        start = span.start_col if number == span.start_line else len(text) - len(text.lstrip())
        stop = span.end_col if number == last else len(text.rstrip())
        out += _underlined(text, start, max(stop, start), screen)
    if last > shown[-1]:
        more = last - shown[-1]
        out.append(((f"    {screen.glyphs['dots']} {more} more line{'' if more == 1 else 's'}", "dim"),))
    return out


def _underlined(text: str, start: int, stop: int, screen: Screen) -> list[Line]:
    """A source line and its underline, cut around the span where the line is too wide."""
    shown = [_show(c) for c in text]
    wide = [cells(s) for s in shown]
    start, stop = min(start, len(text)), min(stop, len(text))
    room = max(16, screen.width - 4)
    dots = screen.glyphs["dots"]
    a, b = 0, len(text)
    if sum(wide) > room:
        a, b = _window(wide, start, stop, room - 2 * len(dots))
    before = dots if a > 0 else ""
    after = dots if b < len(text) else ""
    marked = "".join(shown[max(start, a) : min(stop, b)])
    pad = cells(before) + sum(wide[a : max(start, a)])
    under = max(1, sum(wide[max(start, a) : min(stop, b)]))
    row: list[Span] = [("    ", None), (before, "dim"), ("".join(shown[a : max(start, a)]), None), (marked, "bold"),
                       ("".join(shown[min(max(stop, a), b) : b]), None), (after, "dim")]  # fmt: skip
    return [tuple(s for s in row if s[0]), (("    " + " " * pad, None), (screen.glyphs["caret"] * under, "error"))]


def _window(wide: list[int], start: int, stop: int, room: int) -> tuple[int, int]:
    """Characters a..b that fill at most ``room`` columns, with the span's start in them and its whole where it fits."""
    a = b = start
    used = 0
    while b < len(wide) and b < stop and used + wide[b] <= room:
        used += wide[b]
        b += 1
    while True:
        grown = False
        if a > 0 and used + wide[a - 1] <= room:
            a -= 1
            used += wide[a]
            grown = True
        if b < len(wide) and used + wide[b] <= room:
            used += wide[b]
            b += 1
            grown = True
        if not grown:
            return a, b


def _show(c: str) -> str:
    """One character of the source as it is shown: a tab as blanks, a control character as its escape."""
    return " " * _TAB if c == "\t" else c if c.isprintable() else safe(c)


_PLAIN = str.maketrans("·✗✓×→…–²∂", ".xvx>~-2d")  # as wide as they were


def _safe_table(row: str, screen: Screen) -> str:
    text = safe(row.replace("\t", " " * _TAB))
    return text.translate(_PLAIN) if screen.ascii else text


def _hint(hint: str, screen: Screen) -> list[Line]:
    head = "  hint: "
    out: list[Line] = []
    words = hint.split(" ")
    row = ""
    for word in words:
        if row and cells(head) + cells(row) + 1 + cells(word) > screen.width:
            out.append(((head if not out else " " * len(head), "hint"), (row, None)))
            row = word
        else:
            row = f"{row} {word}" if row else word
    out.append(((head if not out else " " * len(head), "hint"), (row, None)))
    return out


def _calls(d: Any, screen: Screen) -> list[Line]:
    """The user's own calls around the failure, innermost first."""
    out: list[Line] = []
    calls = [c for c in d.calls if c.where is not None]
    shown = calls if len(calls) <= 6 else [*calls[:3], *calls[-3:]]
    for i, c in enumerate(shown):
        if len(calls) > 6 and i == 3:
            out.append(((f"  {screen.glyphs['dots']} {len(calls) - 6 + d.omitted} more calls", "dim"),))
        out.append(((f"  in {safe(c.name)}, called at {safe(c.where.source_name)}:{c.where.line}:{c.where.col + 1}", "dim"),))
    return out


def error_json(d: Any) -> dict[str, Any]:
    """The ``error`` object of ``--json``."""
    return d.to_json()  # type: ignore[no-any-return]
