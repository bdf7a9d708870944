"""Tables of a report: columns as wide as they must be, text columns wrapped between words where the screen is narrow, and where even that
does not fit, one field a line. Nothing is cut.
"""

from __future__ import annotations

from .plain import cells, width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .plain import Line, Span
    from .style import Screen

_NARROWEST = 10  # a wrapped column keeps so many cells


def grid(
    head: Sequence[str], rows: Sequence[Sequence[Line | str]], screen: Screen, align: str = "", flex: Sequence[int] = (), gap: int = 2, stack: bool = True
) -> list[Line]:
    """A table. align: ``l`` or ``r`` a column; flex: columns that may wrap, the first to shrink first. Column titles are dim. A row with one
    field alone runs over all columns. Where it does not fit it is written one field a line, or, without ``stack``, not at all."""
    width = len(head)
    whole = [[as_line(c) for c in row] for row in rows]
    body = [row for row in whole if len(row) > 1]
    titles: list[Line] = [((h, "dim"),) if h else () for h in head]
    used = [k for k in range(width) if head[k] or any(row[k] for row in body)]
    wide = {k: max([cells(head[k]), *[width_of(row[k]) for row in body]]) for k in used}
    over = sum(wide.values()) + gap * (len(used) - 1) - screen.width
    for k in flex:
        if over > 0 and k in wide:
            least = max([_NARROWEST, _longest(titles[k]), *[_longest(row[k]) for row in body]])
            take = min(over, max(0, wide[k] - least))
            wide[k] -= take
            over -= take
    if over > 0:
        return _stacked(head, whole, screen) if stack else []
    out: list[Line] = []
    for row in [titles, *whole] if any(head) else whole:
        if len(row) == 1:
            out += wrapped(row[0], screen.width)
            continue
        pieces = {k: wrapped(row[k], wide[k]) for k in used}
        for line in range(max(len(p) for p in pieces.values())):
            spans: list[Span] = []
            for j, k in enumerate(used):
                part: Line = pieces[k][line] if line < len(pieces[k]) else ()
                pad = " " * (wide[k] - width_of(part))
                right = (align[k : k + 1] or "l") == "r"
                if j:
                    spans.append((" " * gap, None))
                spans += ((pad, None), *part) if right and pad else (*part, (pad, None)) if pad and j < len(used) - 1 else part
            out.append(tuple(spans))
    return out


def as_line(cell: Line | str) -> Line:
    """A cell as spans."""
    return (((cell, None),) if cell else ()) if isinstance(cell, str) else cell


def _longest(row: Line) -> int:
    return max((cells(w) for text, _ in row for w in text.split()), default=0)


def wrapped(row: Line, width: int) -> list[Line]:
    """Spans over several lines of at most ``width`` cells, broken between words; a word that is longer stands alone."""
    if width_of(row) <= width:
        return [row]
    out: list[Line] = []
    line: list[Span] = []
    used = 0
    apart = False  # a blank stands between the last word and the next
    for text, style in row:
        for k, word in enumerate(text.split(" ")):
            apart = apart or k > 0
            if not word:
                continue
            space = 1 if apart and line else 0
            if line and used + space + cells(word) > width:
                out.append(tuple(line))
                line, used, space = [], 0, 0
            line.append((" " * space + word, style))
            used += cells(word) + space
            apart = False
    out.append(tuple(line))
    return out


def _stacked(head: Sequence[str], body: list[list[Line]], screen: Screen) -> list[Line]:
    """One field a line, for a screen too narrow for columns."""
    wide = max(cells(h) for h in head)
    out: list[Line] = []
    for row in body:
        if len(row) == 1:
            out += wrapped(row[0], screen.width)
            continue
        first = True
        for title, cell in zip(head, row, strict=True):
            if not cell:
                continue
            lead = ("" if first else "  ") + title + " " * (wide - cells(title)) + " "
            for i, part in enumerate(wrapped(cell, max(_NARROWEST, screen.width - cells(lead)))):
                out.append(((lead if i == 0 else " " * cells(lead), "dim"), *part))
            first = False
    return out


def paragraph(text: str, screen: Screen, style: str | None = None, lead: str = "", lead_style: str | None = "dim") -> list[Line]:
    """A sentence on as many lines as it needs, hanging behind ``lead``."""
    room = max(_NARROWEST, screen.width - cells(lead))
    pad = " " * cells(lead)
    return [
        ((lead if i == 0 else pad, lead_style), *part) if lead else part for i, part in enumerate(wrapped(((text, style),), room))
    ]  # fmt: skip
