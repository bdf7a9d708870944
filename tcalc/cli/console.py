"""What every way of running a program shares: open a session with the options applied, run text in it, show results and failures.

The fast path goes through here, so imports stay inside the functions that need them.
"""

from __future__ import annotations

import sys

from . import exits
from .exits import DataError
from .options import REPORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..render.style import Screen
    from .files import Folders
    from .options import Settings

LANG_FORMS = ("grad", "value_and_grad", "jacobian", "hessian", "meta", "shape", "minimize", "timeit")  # lang/forms.py
OWN_FORMS = (*(name.replace("-", "_") for name in REPORTS), "load", "save", "plot_xy")  # cli/forms.py
MAX_SOURCE = 8 << 20  # bytes of program text; the language's own cap is lower and says so


class LateRules:
    """files.Rules for a program, made when it first names a file."""

    __slots__ = ("_console",)

    def __init__(self, console: Console) -> None:
        self._console = console

    def __getattr__(self, name: str) -> Any:
        from .files import Rules

        return getattr(Rules(self._console.folders), name)


class Console:
    """The streams, the screen and the options of one run. With --json everything is kept and written as one object at the end."""

    __slots__ = ("_base", "_folders", "_typed", "errors", "failure", "kept", "printed", "screen", "settings", "watchdog")

    def __init__(self, settings: Settings, base: str = "", typed: bool = False) -> None:
        from ..render.style import detect

        color = False if settings.no_color else None
        self.settings = settings
        self.screen: Screen = detect(sys.stdout, color=color, ascii=settings.ascii, digits=settings.digits, json=settings.json)
        self.errors: Screen = detect(sys.stderr, color=color, ascii=settings.ascii)
        self._folders: Any = None
        self._base, self._typed = base, typed
        self.kept: list[Any] = []  # results as --json writes them
        self.printed: list[str] = []
        self.failure: Any = None
        self.watchdog: Any = None

    @property
    def folders(self) -> Folders:
        """Which files the program may touch; made when first asked for."""
        if self._folders is None:
            from .files import Folders

            self._folders = Folders(self._base, named_files(self.settings), self._typed, self.settings.allow_read)
        return self._folders  # type: ignore[no-any-return]

    @folders.setter
    def folders(self, value: Folders) -> None:
        self._folders = value

    # ---- one run ----

    def __enter__(self) -> Console:
        if self.settings.timeout is not None:
            from .guard import Watchdog

            self.watchdog = Watchdog(self.settings.timeout)
        return self

    def __exit__(self, kind: Any, exc: Any, traceback: Any) -> None:
        if self.watchdog is not None:
            self.watchdog.stop()
            if self.watchdog.expired and kind is KeyboardInterrupt:
                exits.complain(self.watchdog.message())
                raise exits.Exit(exits.TIMEOUT)

    def open(self) -> Any:
        """A session with the options applied and the -v names bound; None (and the diagnostic shown) where one of them fails."""
        from ..lang.run import Limits, Session

        s = self.settings
        if s.max_memory is not None:
            from ..engine.limits import set_max_memory

            set_max_memory(s.max_memory)
        if s.warnings is not None:
            import warnings

            warnings.simplefilter(s.warnings)  # type: ignore[arg-type]
        session = Session(forms=self.forms(), sink=self.put, limits=Limits(timeout=s.timeout))
        session.files = LateRules(self)
        try:
            self.configure(session)
            for name, text in s.bindings:
                self.bind(session, name, text)
        except DataError as exc:
            self.fail_plainly(exc.sentence, exc.hint)
            return None
        except Exception as exc:
            self.fail(exc)
            return None
        return session

    def forms(self) -> dict[str, Any]:
        """The session's table of forms, each imported at its first call."""

        def of_lang(name: str) -> Any:
            def form(session: Any, call: Any) -> Any:
                from ..lang.forms import FORMS

                return FORMS[name](session, call)

            return form

        def own(name: str) -> Any:
            def form(session: Any, call: Any) -> Any:
                from .forms import FORMS, Forms

                return FORMS[name](Forms(self.folders), session, call)

            return form

        return {**{name: of_lang(name) for name in LANG_FORMS}, **{name: own(name) for name in OWN_FORMS}}

    def configure(self, session: Any) -> None:
        """--dtype, --device, --digits and --seed, said in the language's own words."""
        s = self.settings
        said = []
        if s.dtype is not None:
            said.append(f"torch.set_default_dtype(torch.{s.dtype})")
        if s.device is not None and s.device != "cpu":
            said.append(f"torch.set_default_device({s.device!r})")
        if s.digits is not None:
            said.append(f"torch.set_printoptions(precision={s.digits})")
        if s.seed is not None:
            said.append(f"torch.manual_seed({s.seed})")
        for text in said:
            session.run(text, "<options>")

    def bind(self, session: Any, name: str, text: str) -> None:
        """NAME=VALUE: an expression, @file or - (data on stdin)."""
        if text.startswith("@") or text == "-":
            from . import data

            value = data.bind_value(text)
            if self.settings.device not in (None, "cpu") and hasattr(value, "to"):
                value = value.to(self.settings.device)
        else:
            results = session.run(text, f"-v {name}")
            if not results or not results[-1].is_expression:
                raise DataError(f"-v {name}: {text!r} is no expression", f"for example: -v {name}=2")
            value = results[-1].value
        session.bind(name, value)

    def run(self, session: Any, text: str, name: str, echo: bool = True) -> int:
        """Run program text; its expression statements are shown as they come. The exit code."""
        try:
            session.run(text, name, on_result=self.show if echo else self.show_plots)
        except Exception as exc:
            return self.fail(exc)
        return exits.OK

    # ---- output ----

    def put(self, text: str) -> None:
        """What print writes. On a terminal its control characters show as escapes: a program's text is no command to the terminal."""
        if self.screen.tty and not text.isprintable() and not self.screen.json:
            text = "".join([c if c in "\n\t\r" or not (c < " " or "\x7f" <= c <= "\x9f") else f"\\x{ord(c):02x}" for c in text])
        self.write(text)

    def write(self, text: str) -> None:
        """Text for standard output."""
        if self.screen.json:
            self.printed.append(text)
        else:
            try:
                sys.stdout.write(text)
            except (OSError, ValueError) as exc:
                raise exits.Exit(exits.stdout_failed(exc)) from None

    def show(self, result: Any) -> None:
        """One result: text now, or kept for the JSON object. An assignment shows nothing but its hints."""
        screen = self.screen
        if result.is_expression and result.value is not None and type(result.value).__name__ != "Generator":  # manual_seed(0) returns one
            value = result.value if screen.bare and type(result.value) is float else shown_value(result)  # a bare number needs no report
            if screen.json:
                from ..render.result import value_json

                self.kept.append(value_json(value))  # now: its text may be made by the program, and fail as the program may
            else:
                from ..render.result import result_text

                self.write(result_text(value, screen) + "\n")
        if screen.tty:
            for hint in result.hints:
                self.write(screen.paint(f"hint: {hint}", "hint") + "\n")

    def show_plots(self, result: Any) -> None:
        """What a batch file's results get: silence, but for plots. A long file does not collect them."""
        value = result.value
        if result.is_expression and type(value).__name__ == "ReportValue" and value.report.schema.startswith("tcalc.plot/"):
            self.show(result)

    def say(self, text: str) -> None:
        """A line beside the results, on stderr."""
        try:
            sys.stdout.flush()
        except (OSError, ValueError) as exc:
            raise exits.Exit(exits.stdout_failed(exc, exits.FAILED)) from None
        exits.tell(text)

    def fail(self, exc: Exception) -> int:
        """Show a failure as a diagnostic; the exit code."""
        from ..lang.diagnostic import LangError, diagnose

        diagnostic = exc.diagnostic if isinstance(exc, LangError) else diagnose(exc, None)
        self.report(diagnostic)
        if self.settings.debug:
            import traceback

            traceback.print_exception(exc.__cause__ or exc)
        return exits.TIMEOUT if diagnostic.kind == "timeout" else exits.FAILED

    def fail_plainly(self, sentence: str, hint: str = "") -> int:
        """A failure without a place in a program: a file, a binding."""
        if self.screen.json:
            from ..engine.errors import Facts
            from ..lang.diagnostic import Diagnostic

            self.failure = Diagnostic("file", sentence, "FileError", facts=Facts("file", hints=[hint] if hint else []))
        self.say(f"tcalc: {sentence}" + (f"\n       {hint}" if hint else ""))
        return exits.FAILED

    def report(self, diagnostic: Any) -> None:
        from ..render.errors import error_text
        from ..render.failures import in_their_words

        in_their_words(diagnostic)
        self.failure = diagnostic
        self.say(error_text(diagnostic, self.errors))

    def finish(self, code: int) -> int:
        """The end of the run: with --json, write the object."""
        if self.screen.json:
            from ..render.jsontext import dumps

            sys.stdout.write(dumps(self.whole()) + "\n")
        return code

    def whole(self) -> dict[str, Any]:
        """What --json writes about the run."""
        from ..render.errors import error_json
        from ..render.result import SCHEMA

        return {
            "schema": SCHEMA,
            "results": self.kept,
            "output": "".join(self.printed),
            "error": None if self.failure is None else error_json(self.failure),
        }

    # ---- for the prompt ----

    def variables(self, session: Any) -> dict[str, str]:
        """The names that the user bound, each with its value in brief."""
        return {name: brief(value) for name, value in session.variables.items()}

    def status(self, session: Any) -> str:
        """The toolbar: device, default dtype, grad mode, names, the last result."""
        from ..engine import graph
        from ..engine.dtypes import get_default_dtype
        from ..lang.run import NOTHING

        names = self.variables(session)
        parts = [self.settings.device or "cpu", str(get_default_dtype()).removeprefix("torch."), "grad on" if graph.state.grad else "grad OFF"]
        parts.append(f"{len(names)} name{'' if len(names) == 1 else 's'}")
        if session.last is not NOTHING:
            parts.append(f"ans {brief(session.last)}")
        return self.screen.glyphs["dot"].join(parts)


def named_files(settings: Settings) -> tuple[str, ...]:
    """Data files that the command line names."""
    if not any(text.startswith("@") for _, text in settings.bindings):
        return ()
    from .data import split_selection

    return tuple([split_selection(text[1:])[0] for _, text in settings.bindings if text.startswith("@")])


def shown_value(result: Any) -> Any:
    """What a result shows: the report of a form whose value it is, or the value."""
    value = result.value
    record = result.report
    if record is not None:
        found = record.gradients
        whole = value is next(iter(found.values())) if len(found) == 1 else getattr(value, "values", None) is found
        if whole and (len(found) == 1 or record.form != "hessian"):
            from ..insight.grad import grad_report

            return grad_report(record.text, found, record.value, record.bindings, record.order)
    return value.report if type(value).__name__ == "ReportValue" else value


def brief(value: Any) -> str:
    """A value in at most 60 characters: `f32[2,3]` for a tensor, its repr for a small thing."""
    from ..render.result import is_tensor

    if is_tensor(value):
        from ..engine.errors import describe

        return describe(value)
    from ..lang.values import Instance, repr_value, type_name

    if isinstance(value, Instance):
        return f"{type_name(value)} object"  # its own text may take a program of any length
    try:
        text = " ".join(str(repr_value(value)).split())
    except Exception:
        text = type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."


def program_text(kind: str, text: str) -> tuple[str, str]:
    """(name for diagnostics, source text) of an entry of ``settings.program``."""
    if kind != "-f":
        return "<expr>", text
    if text == "-":
        raw = sys.stdin.buffer.read(MAX_SOURCE + 1) if sys.stdin is not None else b""
        name = "<stdin>"
    else:
        from .data import open_file

        with open_file(text) as stream:
            raw = stream.read(MAX_SOURCE + 1)
        name = text
    if len(raw) > MAX_SOURCE:
        raise DataError(f"{name} is longer than {MAX_SOURCE >> 20} MiB: that is no program")
    return name, decode(raw, name)


def decode(raw: bytes, name: str) -> str:
    """UTF-8 (a BOM is welcome, PowerShell's UTF-16 too)."""
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as exc:
        raise DataError(f"{name} is not {encoding.removesuffix('-sig').upper()} text: byte {exc.start}") from None
