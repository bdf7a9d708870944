"""Two graphs as one table: = the same, ~ changed, - only in A, + only in B; what differs stands as ``A -> B``."""

from __future__ import annotations

from .grid import grid, paragraph
from .plain import nbytes_text, safe
from .tree import figure_text, grad_text, shape_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plain import Line
    from .style import Screen

_MARK = {"same": ("=", "dim"), "changed": ("~", "warn"), "only_a": ("-", "error"), "only_b": ("+", "hint")}
_MOST = 200  # rows shown; runs of equal ones fold first


class _Shape:
    __slots__ = ("shape", "short")

    def __init__(self, shape: Any, short: Any) -> None:
        self.shape, self.short = shape, short


def lines(r: Any, screen: Screen) -> list[Line]:
    """The report."""
    out: list[Line] = []
    for name, s in (("A", r.a), ("B", r.b)):
        facts = f"{s.ops} op{'' if s.ops == 1 else 's'}, {s.leaves} {'leaf' if s.leaves == 1 else 'leaves'}, saved for backward {nbytes_text(s.saved_bytes)}"
        out += paragraph(safe(" ".join((s.expression or "").split())), screen, "bold", f"{name}  ")
        out.append(((f"   {facts}", "dim"),))
    if r.equal:
        out.append((("The graphs are equal: ops, shapes, values, gradients.", "hint"),))
        return out
    out.append(((f"{r.same} same, {r.changed} changed, {r.only_a} only in A, {r.only_b} only in B", None),))
    arrow = screen.glyphs["arrow"]
    rows: list[list[Line | str]] = []
    for kind, n, row in folded(r.rows):
        if kind == "run":
            rows.append([(("=", "dim"),), ((f"{n} more like this in both", "dim"),), "", "", "", ""])
            continue
        mark, style = _MARK[row.kind]
        a = "" if row.a is None else f"{row.a} {row.label_a}"
        b = "" if row.b is None else f"{row.b} {row.label_b}"
        shapes = [shape_of(_Shape(s, d)) if s is not None else "" for s, d in ((row.shape_a, row.dtype_a), (row.shape_b, row.dtype_b))]
        rows.append(
            [
                ((mark, style),),
                safe(a),
                safe(b),
                both(*shapes, arrow),
                both(figure_text(row.value_a), figure_text(row.value_b), arrow, "value" in row.changed),
                both(grad_text(row.grad_a), grad_text(row.grad_b), arrow, "gradient" in row.changed),
            ]
        )
    out += grid(("", "A", "B", "shape", "value", "gradient"), rows, screen, "llllll", (4, 5, 1, 2, 3))
    for note in r.notes:
        out += paragraph(safe(note), screen, "dim")
    return out


def folded(rows: Any) -> Any:
    """Rows as they are, or with the middle of long equal runs counted."""
    if len(rows) <= _MOST:
        for row in rows:
            yield "row", 1, row
        return
    run: list[Any] = []
    for row in (*rows, None):
        if row is not None and row.kind == "same":
            run.append(row)
            continue
        for k, same in enumerate(run):
            if len(run) <= 5 or k < 2 or k >= len(run) - 2:
                yield "row", 1, same
            elif k == 2:
                yield "run", len(run) - 4, same
        run = []
        if row is not None:
            yield "row", 1, row


def both(a: str, b: str, arrow: str, differ: bool | None = None) -> Line:
    """One text where both sides say the same, else ``a -> b``."""
    if a == b and not differ:
        return ((a, None),) if a else ()
    if not a or not b:
        return ((a or b, None),)
    return ((f"{a} {arrow} {b}", "warn"),)
