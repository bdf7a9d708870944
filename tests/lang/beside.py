"""A program run twice: as Python, and in the language. Both give what it prints, and the class and sentence of its error."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

from tcalc.lang.diagnostic import LangError
from tcalc.lang.limits import Limits
from tcalc.lang.run import Session

LIBRARY = Path(__file__).parent / "library"


def programs(name: str) -> list[str]:
    """The programs of a file of the library."""
    return [p.strip() for p in (LIBRARY / name).read_text(encoding="utf-8").split("\n#--\n") if p.strip()]


def python(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(program, "program", "exec", dont_inherit=True), {"__name__": "__main__"})
        except Exception as error:
            name = type(error).__name__
            out.write(f"{name}: {error}\n")
    return out.getvalue()


def language(program: str) -> str:
    out: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            Session(sink=out.append, limits=Limits(timeout=60)).run(program)
        except LangError as error:
            d = error.diagnostic
            out.append(f"{d.exception}: {d.sentence}\n")
    return "".join(out)


def value(program: str) -> object:
    """The value of a program's last expression."""
    return Session(sink=lambda s: None, limits=Limits(timeout=60)).run(program)[-1].value


def failure(program: str, timeout: float = 10) -> str:
    """The headline of a program that must fail, and is no fault of ours."""
    try:
        found = Session(sink=lambda s: None, limits=Limits(timeout=timeout)).run(program)
    except LangError as error:
        assert error.diagnostic.kind != "internal", error.diagnostic
        return error.diagnostic.headline
    raise AssertionError(f"it ran: {found[-1].value if found else None!r}")
