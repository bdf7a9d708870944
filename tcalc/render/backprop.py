"""The backward pass as a table: one line a contribution, the local rule beside the numbers (MOCKUPS (e))."""

from __future__ import annotations

from ..insight.report import brief
from .grid import as_line, grid, paragraph
from .plain import cells, safe, value_text
from .tree import figure_text, norm_text, trouble_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plain import Line
    from .style import Screen


def lines(r: Any, screen: Screen) -> list[Line]:
    """The table, fan-in sums, notes; with ``node`` the tensors of that step."""
    if r.node is not None:
        return detail(r, next(s for s in r.steps if s.node == r.node), screen)
    out = table(r, screen)
    for f in r.fan_in:
        out += fan_in(f, screen)
    for note in r.notes:
        out += paragraph(safe(note), screen, "dim")
    return out


def size(f: Any) -> str:
    """A gradient in a column: one element as it is, more as the norm."""
    if f is None:
        return "-"
    if f.nans or f.infs:
        return trouble_text(f) if f.n > 1 else figure_text(f)
    if f.n == 1 and not f.shape:
        return brief(f.value, 4) if isinstance(f.value, float) else str(f.value)
    return "" if f.norm is None else norm_text(f.norm)


def first_text(v: Any) -> str:
    """The element at [0, ..]: four decimals where they say something."""
    if v is None:
        return "-"
    if v == 0:
        return "0"
    if isinstance(v, complex):
        return f"{v.real:.3g}{v.imag:+.3g}j"
    if isinstance(v, float) and v - v == 0 and (v == 0 or 1e-3 <= abs(v) < 1e4):
        return f"{v:.4f}"
    return brief(float(v), 4)


def received_text(t: Any) -> str:
    """What the last column says of one contribution."""
    if not t.needed:
        return "not needed"
    if t.term is None:
        return "nothing"
    if t.received == t.of:
        return "leaf, done" if t.kind != "op" and t.of == 1 else f"{t.received} of {t.of}, done" if t.kind != "op" else f"{t.received} of {t.of}"
    return f"{t.received} of {t.of}"


def rule_cell(t: Any) -> str:
    """The rule, with a word where it undoes a broadcast."""
    if t.rule is None:
        return ""
    return safe(t.rule) + ("  broadcast" if t.stretched else "")


def table(r: Any, screen: Screen) -> list[Line]:
    """All steps."""
    rows: list[list[Line | str]] = []
    lines_known = {s.where["line"] for s in r.steps if s.where is not None}
    for s in r.steps:
        if r.hidden and s.step == r.hidden_to + 1:
            rows.append([((f"{screen.glyphs['dots']}  steps {r.hidden_from} to {r.hidden_to} ({r.hidden}) not shown", "dim"),)])
        for k, t in enumerate(s.terms or (None,)):
            head: list[Line | str] = ["", "", "", ""]
            if k == 0:
                text = safe(s.text)
                if s.order > 1:
                    text += f" [order {s.order}]"
                line = str(s.where["line"]) if len(lines_known) > 1 and s.where is not None else ""
                head = [
                    ((str(s.step), "dim"),),
                    ((line, "dim"),) if line else "",
                    ((text, "bold"),),
                    ((size(s.incoming), "error" if bad(s.incoming) else "backward"),),
                ]
            if t is None:
                rows.append([*head, "", "", "", "", ""])
                continue
            style = {"param": "param", "data": "data", "const": "const"}.get(t.kind)
            sent = ((size(t.term), "error" if bad(t.term) else "backward"),)
            rows.append([*head, rule_cell(t), ((safe(t.to), style),), sent, first_text(t.first), ((received_text(t), "dim"),)])
    several = len(lines_known) > 1
    head_row = ("step", "line" if several else "", "node", "|g| in", "local rule", "to", "|term|", "[0,..]", "received")
    return grid(head_row, rows, screen, "lrlrllrrl", (4, 2), stack=False) or in_two(rows, screen, several)


def in_two(rows: list[list[Line | str]], screen: Screen, several: bool) -> list[Line]:
    """The same with a line of its own for each step, where names are too long for one table."""
    out: list[list[Line | str]] = []
    for row in rows:
        if len(row) == 1:
            out.append(row)
            continue
        step, line, node, norm = (as_line(c) for c in row[:4])
        if step:
            place: Line = ((" line ", "dim"), *line) if several and line else ()
            out.append([(*step, ("  ", None), *node, *place, ("  |g| ", "dim"), *norm)])
        out.append(["", *row[4:]])
    table = [[row[0]] if len(row) == 1 else ["  ", *row[1:]] for row in out]
    return grid((" ", "local rule", "to", "|term|", "[0,..]", "received"), table, screen, "lllrrl", (1,), gap=1)


def bad(f: Any) -> bool:
    return f is not None and bool(f.nans or f.infs)


def fan_in(f: Any, screen: Screen) -> list[Line]:
    """``Fan-in, a is used 3 times:   3 (n1.self) + 3 (n1.other) + 1 (n2.other) = 7``"""
    scalar = f.total.n == 1 and not f.total.shape
    value = (lambda x, v: brief(v, 6)) if scalar else (lambda x, v: first_text(v))
    terms = [f"{value(p.term, p.first)} ({p.source})" for p in f.parts]
    if f.uses > len(terms):
        terms.insert(len(terms) // 2, f"{f.uses - len(terms)} more")
    parts = " + ".join(terms).replace("+ -", "- ")
    text = f"{parts} = {value(f.total, f.first)}"
    where = "" if scalar else " at [0,..]"
    times = f.uses
    return paragraph(text, screen, None, f"Fan-in, {safe(f.to)} used {times} times{where}:  ", "dim")


def detail(r: Any, s: Any, screen: Screen) -> list[Line]:
    """One step with its tensors in full."""
    out: list[Line] = [((f"step {s.step} of {r.total}  ", "dim"), (f"{s.node}  ", "dim"), (safe(s.text), "bold"))]
    if s.where is not None and s.where["line"] is not None:
        out[0] = (*out[0], (f"   line {s.where['line']}", "dim"))
    if s.value is not None:
        out += _tensor("value", s.value, screen)
    if s.gradient is not None:
        out += _tensor("gradient in", s.gradient, screen, "backward")
    for t in s.terms:
        head = f"to {safe(t.to)}"
        if not t.needed:
            out.append(((f"{head}  ", "name"), ("not needed: it requires no gradient", "dim")))
            continue
        out.append(((f"{head}  ", "name"), (rule_cell(t), None), (f"   {received_text(t)}", "dim")))
        if t.tensor is not None:
            out += _tensor("", t.tensor, screen, "backward")
    return out


def _tensor(title: str, value: Any, screen: Screen, style: str | None = None) -> list[Line]:
    """A tensor behind its title, in PyTorch's format, broken where the screen ends."""
    from ..engine.printing import options

    lead = f"  {title}  " if title else "  "
    before = options.linewidth
    options.linewidth = max(20, min(before, screen.width - cells(lead)))
    try:
        rows = value_text(value, screen).split("\n")
    finally:
        options.linewidth = before
    return [((lead if i == 0 else " " * cells(lead), "dim"), (row, style)) for i, row in enumerate(rows)]
