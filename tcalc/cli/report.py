"""`tcalc graph EXPR`, `tcalc explain EXPR` ... and `:graph EXPR` at the prompt: run what comes before the expression, make the report, show it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from . import exits
from .console import Console, program_text
from .exits import DataError, UsageError

if TYPE_CHECKING:
    from ..render.style import Screen
    from .options import Option, Settings
    from .reports import Kind


def run_report(kind: Kind, settings: Settings, out: str | None, engine: str | None, wrt: list[str], own: dict[str, Any]) -> int:
    """The report of the program's last expression: text on stdout (--json: JSON), or in the file ``out``; its suffix says the format."""
    if not settings.program:
        if sys.stdin is None or sys.stdin.isatty() or any(v == "-" for _, v in settings.bindings):
            raise UsageError("there is no expression to draw" if kind.name == "graph" else f"there is no expression for {kind.name}", kind.example)
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
            if kind.leaves:
                bind_leaves(console, session, names)
            report = build(kind, session, [program_text(*entry) for entry in settings.program], names, own)
            return show(kind, report, console, out, engine, own)
        except (OSError, UsageError):
            raise
        except DataError as exc:
            return console.fail_plainly(exc.sentence, exc.hint)
        except Exception as exc:
            show_partial(kind, exc, session, names, console, out, engine)
            return console.fail(exc)


def show_partial(kind: Kind, exc: Exception, session: Any, wrt: list[str], console: Console, out: str | None, engine: str | None) -> None:
    """The graph up to the op that failed, where the failure is an op's; the diagnostic follows."""
    if kind.name != "graph" or console.settings.json:
        return
    from ..insight.graph import failed

    report = failed(exc, session.variables, wrt or None)
    if report is not None:
        show(kind, report, console, out, engine, {})


def bind_leaves(console: Console, session: Any, wrt: list[str]) -> None:
    """The floating -v bindings as leaves that require grad; with ``wrt`` only those, and they must be floating."""
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


def build(kind: Kind, session: Any, program: list[tuple[str, str]], wrt: list[str], own: dict[str, Any]) -> Any:
    """Run (name, text) programs; the last one's last expression is the report's subject."""
    from ..insight.graph import recording
    from ..insight.subject import Subject
    from .forms import ReportValue

    found: list[Any] = []
    said = {o.name: session.expression(own[o.name], o.flags[-1]) if o.name in kind.unevaluated and own[o.name] else own[o.name] for o in kind.options}

    def form(session: Any, call: Any) -> None:
        expr = call.args[0]
        if expr.kind == "Call" and expr.text.startswith(kind.name + "("):  # tcalc graph 'graph(...)'
            value = expr.evaluate()
            if isinstance(value, ReportValue):
                found.append(value.report)
                return
        found.append(kind.make(Subject(kind.name, expr, session, wrt=tuple(wrt) or None, options=said)))

    with recording():
        for name, text in program[:-1]:
            session.run(text, name)
        name, text = program[-1]
        session.execute(session.compile(text, name, form))
    if not found:
        what = "to draw" if kind.name == "graph" else f"for {kind.name}"
        raise DataError(f"the program ends without an expression: there is nothing {what}", "end it with the expression, or -e 'loss'")
    return found[0]


def show(kind: Kind, report: Any, console: Console, out: str | None, engine: str | None, own: dict[str, Any]) -> int:
    """The report in a file or on stdout; 3 where it is a check that did not hold."""
    shown = False
    if out is not None:
        write(report, out, engine)
    elif kind.act and not console.screen.json:
        from importlib import import_module

        module, _, function = kind.act.rpartition(".")
        shown = getattr(import_module(f"tcalc.cli.{module}"), function)(report, console, own)
    if out is None and not shown:
        if console.screen.json:
            from ..render.jsontext import dumps

            print(dumps(report.to_json()))
        else:
            from ..render.result import report_text

            print(report_text(report, console.screen))
    return exits.OK if report.holds else exits.CHECK


def write(report: Any, out: str, engine: str | None) -> None:
    from ..render.image import RenderError, format_of, report_bytes
    from . import files

    try:
        suffix = format_of(out, report.schema)
    except RenderError as exc:  # a wrong value of -o, known before anything is drawn
        raise UsageError(str(exc), "; ".join(exc.facts.hints)) from None
    try:
        files.write(out, report_bytes(report, suffix, engine))
    except RenderError as exc:
        raise DataError(str(exc), "; ".join(exc.facts.hints)) from None


# ---- the prompt ---------------------------------------------------------------------------------------------------


def at_prompt(kind: Kind, console: Console, session: Any, rest: str) -> None:
    """``:explain [OPTIONS] EXPR [OPTIONS]`` in the prompt's own session; failures are shown, never raised."""
    from .options import COMMON

    screen = console.screen
    looks = [o for o in COMMON if o.name in AT_PROMPT]
    table = {flag: o for o in (*kind.command_options(), *looks) if o.name not in ("expr", "file") for flag in o.flags}
    given: dict[str, Any] = {o.name: [] if o.many else False if o.parse is None else None for o in table.values()}
    wrt: list[str] = []
    out = engine = None
    try:
        text = without_options(rest.strip(), table, given)
        if not text:
            raise UsageError(f":{kind.name} takes an expression", f":{kind.name} (w*x + b)**2")
        wrt = [name.strip() for part in given.pop("wrt", []) for name in part.split(",") if name.strip()]
        out, engine = given.pop("out"), given.pop("engine")
        console.screen = with_looks(screen, {o.name: given.pop(o.name) for o in looks})
        show(kind, build(kind, session, [("<prompt>", text)], wrt, given), console, out, engine, given)
    except (UsageError, DataError) as exc:
        console.fail_plainly(exc.sentence, exc.hint)
    except OSError as exc:
        if exits.closed_pipe(exc):
            raise
        console.fail_plainly(f"{exc.filename}: {exc.strerror}")
    except Exception as exc:
        show_partial(kind, exc, session, wrt, console, out, engine)
        console.fail(exc)
    finally:
        console.screen = screen


AT_PROMPT = ("json", "ascii", "digits")  # the common options that mean something for one report


def with_looks(screen: Screen, said: dict[str, Any]) -> Screen:
    """The screen with what the options of one command say."""
    from ..render.style import Screen

    given = {name: getattr(screen, name) for name in Screen.__slots__}
    return Screen(**{**given, **{k: v for k, v in said.items() if v not in (None, False)}})


def without_options(text: str, table: dict[str, Option], given: dict[str, Any]) -> str:
    """The expression of a command, its options before or behind it taken off and put into ``given``."""
    while True:
        rest = one_option(text, table, given)
        if rest is None:
            break
        text = rest
    at = text.find(" -")
    while at >= 0:
        tail: str | None = text[at + 1 :]
        trial = {k: list(v) if isinstance(v, list) else v for k, v in given.items()}
        while tail:
            tail = one_option(tail, table, trial)
        if tail == "":
            given.update(trial)
            return text[:at].rstrip()
        at = text.find(" -", at + 1)
    return text


def one_option(text: str, table: dict[str, Option], given: dict[str, Any]) -> str | None:
    """What follows the option that ``text`` begins with (noted in ``given``); None where it begins with none."""
    word, _, rest = text.partition(" ")
    flag, eq, value = word.partition("=")
    option = table.get(flag)
    if option is None:
        return None
    rest = rest.lstrip()
    if option.parse is None:
        if eq:
            return None
        given[option.name] = True
        return rest
    if not eq:
        if rest[:1] in ("'", '"') and rest[0] in rest[1:]:
            value, _, rest = rest[1:].partition(rest[0])
        else:
            value, _, rest = rest.partition(" ")
        rest = rest.lstrip()
    if not value:
        raise UsageError(f"{flag} needs a value: {flag} {option.metavar}")
    made = option.parse(value, flag)
    if option.many:
        given[option.name].append(made)
    else:
        given[option.name] = made
    return rest
