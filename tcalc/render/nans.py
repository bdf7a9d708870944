"""Where NaN and Inf came from: what is bad, each birthplace with its elements and their arithmetic, the way it went, the fix (MOCKUPS (f))."""

from __future__ import annotations

from ..insight.report import brief, shape_text
from .grid import grid, paragraph
from .plain import cells, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plain import Line
    from .style import Screen

_RULE = 20  # cells: a longer rule stands above its column


def lines(r: Any, screen: Screen) -> list[Line]:
    """The report."""
    out: list[Line] = []
    for x in r.reached:
        out += reached(x, r, screen)
    if r.clean:
        out.append((("No NaN and no Inf, forward or backward.", "hint"),))
    for b in r.births:
        out += birth(b, screen)
    for f in r.fixes:
        out += paragraph(safe(f.write), screen, "bold", "Fix: ", "hint")
        out += paragraph(safe(f"{f.found}: {f.why}."), screen, None, "     ")
    for h in r.headroom:
        text = f"{h.node} {h.label} reaches {brief(h.largest)}: {h.dtype} ends at {brief(h.limit, 6)}, a factor {brief(h.times, 3)} above"
        if h.times < 1:
            text = f"{h.node} {h.label}: {brief(h.largest)} is beyond {h.dtype}'s {brief(h.limit, 6)}"
        out += paragraph(safe(text), screen, "warn" if h.times < 4 else "dim", "Head-room: ")
    for note in r.notes:
        out += paragraph(safe(note), screen, "dim")
    return out


def reached(x: Any, r: Any, screen: Screen) -> list[Line]:
    """One result or gradient: what is bad in it."""
    if not (x.nans or x.infs):
        hidden = f": {', '.join(r.hidden)} hid it in forward" if r.hidden and not x.what.endswith(".grad") and r.births else ""
        value = f" = {brief(float(x.text), 6)}" if x.text else ""
        return paragraph(safe(f"{x.what}{value} is finite{hidden}"), screen, "dim")
    kinds = " and ".join(w for w, n in (("NaN", x.nans), ("Inf", x.infs)) if n)
    total = x.nans + x.infs
    where = ", ".join(shape_text(a) for a in x.at if a)
    if total > len(x.at) and where:
        where += f" and {total - len(x.at)} more"
    if x.n == 1:
        return paragraph(safe(f"{x.what} is {kinds}"), screen, "error")
    return paragraph(safe(f"{x.what} has {kinds} at {where} ({total} of {x.n})"), screen, "error")


def birth(b: Any, screen: Screen) -> list[Line]:
    """One birthplace."""
    kinds = " and ".join(f"{n} {w}" for w, n in (("NaN", b.nans), ("Inf", b.infs)) if n)
    line = f", line {b.where['line']}" if b.where is not None and b.where["line"] is not None else ""
    name = f" ({b.name})" if b.name and b.phase != "given" else ""
    if b.phase == "given":
        head = f"{b.node}, {b.label}: came with {kinds}"
    else:
        head = f"{b.node} {b.label}{name}{line}: {kinds} born {b.phase.upper()}"
    out: list[Line] = [(("", None),), *paragraph(safe(head), screen, "bold")]
    rows: list[list[Line | str]] = []
    said = ""
    back = safe(b.rule) if b.rule else ""
    title = f"backward: {back}" if back and cells(back) <= _RULE else "backward" if any(w.backward for w in b.rows) else ""
    if back and title == "backward":
        out += paragraph(back, screen, None, "backward rule: ")
    for w in b.rows:
        if w.born == "given":
            verdict = "in the data"
        elif w.born == "ok":
            verdict = "ok"
        else:
            verdict = f"born {w.born.upper()}" + (f": {w.why}" if w.why else "")
            if verdict == said:
                verdict = '"'
            else:
                said = verdict
        rows.append(
            [
                shape_text(w.at) if w.at else "[]",
                safe(w.forward or ""),
                safe(w.backward or ""),
                ((safe(verdict), "hint" if w.born == "ok" else "error"),),
            ]
        )
    out += grid(
        ("element", "forward", title, "verdict"),
        rows,
        screen,
        "llll",
        (3, 2),
    )
    shown = sum(w.born != "ok" for w in b.rows)
    if b.nans + b.infs > shown:
        out.append(((f"{b.nans + b.infs - shown} more elements like these not shown", "dim"),))
    if b.chain:
        arrow = f" {screen.glyphs['arrow']} "
        chain = list(b.chain)
        if len(chain) > 12:
            chain = [*chain[:6], f"({len(chain) - 11} more)", *chain[-5:]]
        out += paragraph(safe(arrow.join([b.name or b.node, *chain])), screen, None, "carried by " if b.phase != "backward" else "sent on to ")
    if b.hidden_by:
        out += paragraph(safe(", ".join(b.hidden_by)), screen, None, "hidden by ")
    return out
