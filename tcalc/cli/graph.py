"""`tcalc graph EXPR`: run the expression with its floating bindings as leaves, then draw what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import exits
from .console import Console, program_text
from .exits import DataError, UsageError

if TYPE_CHECKING:
    from .options import Settings


def draw(settings: Settings, out: str | None, wrt: list[str], engine: str | None) -> int:
    """The graph as a tree on stdout (--json: as JSON), or in the file ``out``; its suffix says the format."""
    import sys

    if not settings.program:
        if sys.stdin is None or sys.stdin.isatty() or any(v == "-" for _, v in settings.bindings):
            raise UsageError("there is no expression to draw", "tcalc graph '(w*x + b)**2' -v w=3. -v x=2. -v b=1.")
        settings.program = [("-f", "-")]
    names = [name.strip() for part in wrt for name in part.split(",") if name.strip()]
    bound = [name for name, _ in settings.bindings]
    for name in names:
        if name not in bound:
            from .options import did_you_mean

            raise UsageError(f"--wrt {name}: no -v binds that name" + did_you_mean(name, bound), f"-v {name}=2.")
    console = Console(settings)
    with console:
        session = console.open()
        if session is None:
            return console.finish(exits.FAILED)
        try:
            report = build(console, session, names)
            if out is not None:
                write(report, out, engine)
            elif settings.json:
                from ..render.jsontext import dumps

                print(dumps(report.to_json()))
            else:
                from ..render.result import report_text

                print(report_text(report, console.screen))
        except (OSError, UsageError):
            raise
        except DataError as exc:
            return console.fail_plainly(exc.sentence, exc.hint)
        except Exception as exc:
            return console.fail(exc)
    return exits.OK


def build(console: Console, session: Any, wrt: list[str]) -> Any:
    """The GraphReport of the program's last expression."""
    from ..insight.graph import graph_report, recording
    from ..lang.forms import make_leaf

    for name, _ in console.settings.bindings:
        value = session.variables[name]
        if wrt and name not in wrt:
            if type(value) is float:  # a node of its own, not a figure in an op's label
                session.bind(name, session.run(f"torch.tensor({name}, dtype=torch.float64)", f"-v {name}")[-1].value)
            continue
        if getattr(value, "requires_grad", False) or (type(value) is int and name not in wrt):
            continue  # the user's own leaf; a whole number is a size or an index
        leaf = make_leaf(value, False)
        if leaf is not None:
            session.bind(name, leaf)
        elif wrt:
            raise DataError(f"--wrt {name}: only floating values have a gradient", f"-v {name}=... with a decimal point, or .float()")
    last = None
    text = ""
    with recording():
        for kind, source in console.settings.program:
            name, program = program_text(kind, source)
            for result in session.run(program, name):
                if result.is_expression:
                    last = result
            text = program
    from .forms import ReportValue, check_recorded

    if last is None:
        raise DataError("the program ends without an expression: there is nothing to draw", "end it with the expression, or -e 'loss'")
    if isinstance(last.value, ReportValue):
        return last.value.report
    check_recorded(last.value, text.strip())
    return graph_report(last.value, session.variables, params=wrt or None, expression=text.strip())


def write(report: Any, out: str, engine: str | None) -> None:
    from ..render.image import RenderError, format_of, graph_bytes
    from . import files

    try:
        suffix = format_of(out)
    except RenderError as exc:  # a wrong value of -o, known before anything is drawn
        raise UsageError(str(exc), "; ".join(exc.facts.hints)) from None
    try:
        files.write(out, graph_bytes(report, suffix, engine))
    except RenderError as exc:
        raise DataError(str(exc), "; ".join(exc.facts.hints)) from None
