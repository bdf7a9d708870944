"""The error of every node in ulp, a column a dtype; the first node that goes bad, and what to write instead."""

from __future__ import annotations

from ..insight.report import brief, shape_text
from .grid import grid, paragraph
from .plain import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plain import Line
    from .style import Screen


def lines(r: Any, screen: Screen) -> list[Line]:
    """The report."""
    out: list[Line] = [*paragraph(f"precision {safe(r.expression)}" if r.expression else "precision", screen, "bold")]
    out += paragraph(
        "largest error of each value in ulp of its dtype, against float64; ! half of the digits are gone ("
        + ", ".join(f"{d} {brief(v, 3)}" for d, v in r.limits.items())
        + " ulp)",
        screen,
        "dim",
    )
    rows: list[list[Line | str]] = []
    for row in (*r.rows, *r.gradients):
        if row.kind == "op":
            head: Line = ((f"{row.node} ", "dim"), (safe(row.label), "bold"), (f" ({safe(row.name)})" if row.name else "", "name"))
        else:
            head = ((safe(row.node), "data" if row.kind == "input" else "backward"),)
        cellsof = {e.dtype: e for e in row.errors}
        rows.append([head, shape_text(row.shape), *[ulp_cell(cellsof.get(d)) for d in r.dtypes]])
    out += grid(("node", "shape", *r.dtypes), rows, screen, "ll" + "l" * len(r.dtypes), (0,))
    if r.hidden:
        out.append(((f"{r.hidden} nodes with smaller errors not shown", "dim"),))
    if not r.first_bad:
        lost = any(e.bad for row in r.gradients for e in row.errors)
        out += paragraph("No node goes bad in any of these dtypes" + ("; gradients marked ! do." if lost else "."), screen, "warn" if lost else "hint")
    stories: dict[tuple[str, str], list[Any]] = {}
    for f in r.first_bad:
        stories.setdefault((f.node, f.text), []).append(f)
    for same in stories.values():
        f = same[0]
        name = f" ({f.name})" if f.name else ""
        where = f" at {shape_text(f.at)}" if f.at else ""
        who = " and ".join(x.dtype for x in same)
        out += paragraph(safe(f"{f.node} {f.label}{name}{where}: {f.text}"), screen, None, f"{who} go{'es' if len(same) == 1 else ''} bad at ", "error")
        out += paragraph(safe(f.why), screen, "dim", "  ")
    for a in r.alternatives:
        out += paragraph(safe(f"{a.write}   for {a.found}: {a.why}"), screen, None, "Instead: ", "hint")
    for note in r.notes:
        out += paragraph(safe(note), screen, "dim")
    return out


def ulp_cell(e: Any) -> Line:
    """``0.5``, ``4096 ! [2,0]``, ``Inf !``."""
    if e is None:
        return (("-", "dim"),)
    at = f" {shape_text(e.at)}" if e.at else ""
    if e.nonfinite:
        what = "NaN" if e.value != e.value else "Inf"
        return ((f"{what} !{at}", "error"),)
    if e.ulp is None:
        return (("-", "dim"),)
    text = "0" if e.ulp == 0 else f"{e.ulp:.2f}" if e.ulp < 10 else f"{e.ulp:.0f}" if e.ulp < 1e5 else f"{e.ulp:.1e}"
    if e.bad:
        return ((f"{text} !{at}", "error"),)
    if e.lost:
        return ((f"{text} (0){at}", "warn"),)
    return ((text, None),)
