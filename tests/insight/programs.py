"""Programs run for the tests of reports: in a session, with inner values kept, or as a Subject the way a form makes one."""

from __future__ import annotations

from typing import Any

from tcalc.insight.graph import recording
from tcalc.insight.subject import Subject
from tcalc.lang.run import Session
from tcalc.render.plain import cells, lines, plain
from tcalc.render.style import Screen


def run(program: str, inputs: dict[str, Any] | None = None, grad: bool = True) -> tuple[Any, dict[str, Any]]:
    """(value of the last statement, variables) of a program; ``inputs`` are texts or numbers and nested lists, made float32 tensors."""
    session = Session()
    for name, value in (inputs or {}).items():
        session.run(f"{name} = {value}" if isinstance(value, str) else f"{name} = torch.tensor({value!r})")
        if grad:
            session.run(f"{name}.requires_grad_()")
    with recording():
        result = session.run(program)[-1]
    return result.value, session.variables


def subject(form: str, expression: str, given: dict[str, Any], wrt: tuple[str, ...] | None = None, before: str = "", **options: Any) -> Subject:
    """A Subject as the form ``form(expression, name=value, ...)`` makes it; values are texts of the language, or numbers."""
    session = Session()
    if before:
        session.run(before)
    bound = {n: session.run(v)[-1].value if isinstance(v, str) else v for n, v in given.items()}
    claim = options.pop("claim", None)
    if claim is not None:
        options["claim"] = session.expression(claim, "claim=")
    return Subject(form, session.expression(expression, "<expr>"), session, bound, wrt, options)


def text(report: Any, **screen: Any) -> str:
    """The report as plain text, 80 columns wide unless said otherwise."""
    return plain(lines(report, Screen(**screen)))


def fits(report: Any, *widths: int, titles: str = "") -> bool:
    """No line is wider than the screen, and no word is lost where it is narrow; ``titles``: of columns that the narrow layout has not."""
    everything = set(text(report, width=1000).split()) - set(titles.split())
    for width in widths:
        shown = text(report, width=width)
        if max(map(cells, shown.split("\n"))) > width or not everything <= set(shown.split()):
            return False
    return True
