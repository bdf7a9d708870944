"""The verdict of gradcheck: a head line, the entries that failed (or the worst that passed), what it looks like (MOCKUPS (g))."""

from __future__ import annotations

from ..insight.report import brief, shape_text
from .grid import grid, paragraph, wrapped
from .plain import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plain import Line
    from .style import Screen

_STYLE = {"PASS": "hint", "FAIL": "error", "KINK": "warn"}
_ENGINE = {
    "PASS": "the engine's own gradient agrees with the differences",
    "FAIL": "the engine's own gradient differs from the differences, too",
    "KINK": "there is no derivative at a kink: the engine's own gradient is one choice",
}


def lines(r: Any, screen: Screen) -> list[Line]:
    """The report."""
    what = f"gradcheck {safe(r.expression)}" if r.expression else "gradcheck"
    verdict = f"{r.status} {r.failed if r.status == 'FAIL' else r.kinks if r.status == 'KINK' else r.entries} of {r.entries}"
    if r.status == "PASS":
        verdict = f"PASS {r.entries} of {r.entries}"
    out: list[Line] = []
    out += paragraph(what, screen, "bold")
    if r.claim is not None:
        out += paragraph(safe(r.claim), screen, "name", "claim   ")
    facts = ["f64", "central", f"eps {r.eps:g}", f"atol {r.atol:g}", f"rtol {r.rtol:g}"]
    if r.order > 1:
        facts.insert(0, f"order {r.order}")
    out += wrapped((("  ".join(facts), "dim"), ("   ", None), (verdict, _STYLE[r.status])), screen.width)
    if len(r.inputs) > 1:
        rows = [
            [((c.name, "name"),), shape_text(c.shape), f"{c.entries}", f"{c.failed}", f"{c.kinks}", f"{c.worst:.2e}", ((c.status, _STYLE[c.status]),)]
            for c in r.inputs
        ]
        out += grid(("input", "shape", "entries", "failed", "kinks", "worst abs err", ""), rows, screen, "llrrrrl")
    if r.listed:
        out += entries(r, screen)
    listed = sum(1 for e in r.listed if e.status == "FAIL")
    if r.failed > listed:
        out.append(((f"{r.failed - listed} more failed entries not shown", "dim"),))
    if r.engine is not None:
        out += paragraph(_ENGINE[r.engine], screen, "dim")
    for hint in r.hints:
        out += paragraph(safe(hint), screen, None, "Hint: " if r.status != "KINK" else "Kink: ", "hint")
    for note in r.notes:
        out += paragraph(safe(note), screen, "dim")
    return out


def entries(r: Any, screen: Screen) -> list[Line]:
    """The listed entries, worst first."""
    several = len(r.inputs) > 1
    rows: list[list[Line | str]] = []
    said: set[Any] = set()
    claims = r.claim is not None
    outs = any(e.out for e in r.listed)
    for e in r.listed:
        reason = e.status if e.status == "PASS" else "kink" if e.status == "KINK" else e.reason or ""
        if reason in said and e.status == "FAIL":
            reason = '"'
        said.add(reason)
        rows.append(
            [
                "sum" if e.out is None else shape_text(e.out) if e.out else "[]",
                (e.input + " " if several else "") + (shape_text(e.at) if e.at else "[]" if not several else ""),
                value(e.claimed) if claims else "",
                value(e.analytic),
                value(e.numeric),
                f"{e.abs_error:.2e}" if e.abs_error - e.abs_error == 0 else brief(e.abs_error),
                "" if e.rel_error is None or claims else f"{100 * e.rel_error:.3g}%" if e.rel_error - e.rel_error == 0 else "",
                "" if e.ratio is None or e.ratio - e.ratio != 0 else f"{e.ratio:.3f}" if abs(e.ratio) < 1000 else f"{e.ratio:.2e}",
                ((reason, _STYLE[e.status]),),
            ]
        )
    head = (
        "out" if outs or claims else "",
        "in",
        "claim" if claims else "",
        "analytic",
        "numeric",
        "abs err",
        "" if claims else "rel err",
        "ratio",
        "fails because" if r.failed else "",
    )
    if not (outs or claims):
        rows = [["", *row[1:]] for row in rows]
    return grid(head, rows, screen, "llrrrrrrl", (8,))


def value(v: Any) -> str:
    """A number of a derivative."""
    if v is None:
        return ""
    if v - v == 0 and (v == 0 or 1e-3 <= abs(v) < 1e5):
        return f"{v:.4f}"
    return brief(float(v), 5)
