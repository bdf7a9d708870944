"""Making reports in tests: an expression, the statements before it, names bound by keyword; and their text at 80 columns."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tcalc.insight.subject import Subject
from tcalc.lang.forms import FORMS
from tcalc.lang.run import Session
from tcalc.render.plain import lines, plain
from tcalc.render.style import Screen


def report(kind: str, text: str, setup: str = "", options: dict[str, Any] | None = None, **given: str) -> Any:
    """The report ``kind`` of an expression after ``setup``; ``given`` are texts of values bound by keyword."""
    session = Session(forms=FORMS, sink=lambda text: None)
    if setup:
        session.run(setup)
    bound = {name: session.run(value)[-1].value for name, value in given.items()}
    found: list[Any] = []
    module = import_module(f"tcalc.insight.{kind}")

    def form(session: Session, call: Any) -> None:
        found.append(module.make(Subject(kind, call.args[0], session, bound, options=options)))

    session.execute(session.compile(text, "<expr>", form))
    return found[0]


def shown(r: Any, **screen: Any) -> str:
    """Its plain text; 80 columns unless told otherwise."""
    return plain(lines(r, Screen(**screen)))
