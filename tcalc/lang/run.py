"""Sessions: variables that live from one program to the next, and the running of a program statement by statement."""

from __future__ import annotations

import sys

from ..engine.errors import Facts
from ..engine.graph import places
from ..engine.graph import state as graph_state
from . import tables as default_tables
from .check import DUNDER_NAMES, check
from .closures import name_error
from .compile import Compiler
from .diagnostic import Diagnostic, LangError, diagnose
from .functions import Expr, ExprCode, FormCall, FormValue
from .limits import Limits, Meter
from .source import KEYWORDS, Source, Span, Where
from .values import state as values_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

places[0] = 1

NOTHING: Any = object() if TYPE_CHECKING else type("Nothing", (), {"__slots__": (), "__repr__": lambda self: "NOTHING"})()


MAX_SOURCES = 100


class Result:
    """What a statement of the program gave: an expression's value, or what the last statement assigned to a name."""

    __slots__ = ("hints", "is_expression", "name", "report", "source", "span", "value")

    def __init__(self, value: Any, span: Span, is_expression: bool, name: str | None, source: Source, hints: list[str], report: Any = None) -> None:
        self.value = value
        self.span = span
        self.is_expression = is_expression
        self.name = name
        self.source = source
        self.hints = hints  # lines that a terminal shows under the value
        self.report = report  # what a form left for the screen (values.state.report), or None

    @property
    def is_none(self) -> bool:
        """An expression statement without a value to show: print(...), x.backward()."""
        return self.value is None

    @property
    def text(self) -> str:
        """The statement as the user wrote it."""
        return self.source.segment(self.span)

    def __repr__(self) -> str:
        return f"Result({self.text!r}, {type(self.value).__name__})"


class Statement:
    """One compiled statement of a program."""

    __slots__ = ("code", "is_expression", "name", "span")

    def __init__(self, code: Callable[[Any], Any], span: Span, is_expression: bool, name: str | None) -> None:
        self.code = code
        self.span = span
        self.is_expression = is_expression
        self.name = name  # the variable that it assigns, when it is one name


class Program:
    """A text that is parsed, checked and compiled for a session: ready to run, any number of times."""

    __slots__ = ("source", "statements")

    def __init__(self, source: Source, statements: list[Statement]) -> None:
        self.source = source
        self.statements = statements


class Session:
    """Variables, forms, limits, and where print goes.

    forms   dict of name -> form(session, call): see compile.FormCall
    sink    sink(text) gets what print writes; None is standard output
    limits  limits.Limits
    tables  the names of the language (tables.py): lookup, MISSING, names, import_module, import_from
    """

    def __init__(
        self,
        forms: dict[str, Any] | None = None,
        sink: Callable[[str], object] | None = None,
        limits: Limits | None = None,
        tables: Any = None,
    ) -> None:
        self.forms: dict[str, Any] = dict(forms or {})
        self.sink = sink
        self.limits = limits or Limits()
        self.tables: Any = default_tables if tables is None else tables
        self.variables: dict[str, Any] = {}
        self.last: Any = NOTHING
        self.files: Any = None  # to_read(path) and to_write(path): which files torch.load and torch.save may touch; None for none at all
        self.sources: list[Source] = []  # the programs that ran, the last MAX_SOURCES of them: where a name came from can be looked up
        self.meter = Meter()
        self._running = 0

    # -- variables

    def bind(self, name: str, value: Any) -> None:
        """Give a variable a value from outside (-v name=value); ValueError for what cannot be a name."""
        if not name.isidentifier() or name in KEYWORDS or (name[:2] == "__" and name not in DUNDER_NAMES):
            raise ValueError(f"{name!r} cannot be a name")
        self.variables[name] = value

    def forget(self, name: str) -> None:
        """Remove a variable; nothing happens where there is none."""
        self.variables.pop(name, None)

    def names(self) -> Iterable[str]:
        """Every name that means something: variables, the language's own, forms."""
        return [*self.variables, *self.tables.names(), *self.forms]

    def missing(self, name: str, where: Where, local: Iterable[str] = ()) -> Any:
        """The value of a name that is neither a variable nor in the tables: the last result, a form; or NameError."""
        if (name == "_" or name == "ans") and self.last is not NOTHING:
            return self.last
        form = self.forms.get(name)
        if form is not None:
            return FormValue(name, form, self)
        name_error(name, where, self, local)

    # -- running

    def compile(self, text: str, name: str = "<expr>", form: Callable[[Session, FormCall], Any] | None = None) -> Program:
        """Parse, check and compile; LangError when the text is not a program. Nothing runs.

        With `form`, the last statement, if it is an expression, is not evaluated but given to `form(session, call)` as `call.args[0]`.
        """
        source = Source(name, text)
        limit = self._deepen()
        try:
            tree = source.parse()
            check(tree, source, self.tables)
            compiler = Compiler(self, source)
            compiled = compiler.program(tree)
        except RecursionError:
            raise LangError(Diagnostic("limit", "the program is nested too deeply", "SyntaxError", Span(1, 0, 1, len(source.line(1))), source)) from None
        finally:
            sys.setrecursionlimit(limit)
        statements = []
        for node, code in compiled:
            kind = type(node).__name__
            assigned = None
            if kind == "Assign" and type(node.targets[-1]).__name__ == "Name":
                assigned = node.targets[-1].id
            elif kind in ("AugAssign", "AnnAssign") and type(node.target).__name__ == "Name":
                assigned = node.target.id
            elif kind in ("FunctionDef", "ClassDef"):
                assigned = node.name
            statements.append(Statement(code, source.span(node), kind == "Expr", assigned))
        if form is not None and statements and statements[-1].is_expression:
            body = compiled[-1][0].value
            statements[-1].code = self._given_to(form, ExprCode(compiler, body, compiler.module, statements[-1].code))
        return Program(source, statements)

    def _given_to(self, form: Callable[[Session, FormCall], Any], code: ExprCode) -> Callable[[Any], Any]:
        return lambda variables: form(self, FormCall("", [Expr(code, variables)], {}, code.where))

    def expression(self, text: str, name: str = "<expr>") -> Expr:
        """A text that is one expression, unevaluated, over the session's variables; LangError where it is none."""
        found: list[Expr] = []
        program = self.compile(text, name, lambda session, call: found.append(call.args[0]))
        if len(program.statements) != 1 or not program.statements[0].is_expression:
            raise failure("syntax", f"{name}: one expression is expected, not {text!r}", "SyntaxError")
        program.statements[0].code(self.variables)
        return found[0]

    def run(
        self,
        text: str,
        name: str = "<expr>",
        on_result: Callable[[Result], object] | None = None,
        on_statement: Callable[[Statement, Source], object] | None = None,
    ) -> list[Result]:
        """Run a text. The whole text is parsed and checked before anything runs; a failure is a LangError, and what was assigned before it stays.

        Gives a Result for every expression statement, and for the last statement if it assigns a name. With `on_result` each goes there as
        soon as it is there, and only the last one is given back. `on_statement` is called before each statement.
        """
        return self.execute(self.compile(text, name), on_result, on_statement)

    def execute(
        self,
        program: Program,
        on_result: Callable[[Result], object] | None = None,
        on_statement: Callable[[Statement, Source], object] | None = None,
    ) -> list[Result]:
        """Run a compiled program of this session."""
        variables, source = self.variables, program.source
        self.sources.append(source)
        if len(self.sources) > MAX_SOURCES:
            del self.sources[0]
        results: list[Result] = []
        before = (values_state.sink, values_state.session, values_state.hints, values_state.report, values_state.tick)
        place = graph_state.where
        limit = self._deepen()
        values_state.session = self
        values_state.tick = self.meter.tick
        if self.sink is not None:
            values_state.sink = self.sink
        if not self._running:  # a run inside a run shares its bounds
            self.meter.start(self.limits)
        self._running += 1
        last = len(program.statements) - 1
        try:
            for i, statement in enumerate(program.statements):
                if on_statement is not None:
                    on_statement(statement, source)
                values_state.hints = []
                values_state.report = None
                span = statement.span
                graph_state.where = Where(source, span.start_line, span.start_col, span.end_line, span.end_col)
                value = statement.code(variables)
                if statement.is_expression:
                    if value is not None:
                        self.last = value
                elif i == last and statement.name is not None:
                    value = variables.get(statement.name)
                elif on_result is None or not values_state.hints:
                    continue
                else:
                    value = None
                result = Result(value, span, statement.is_expression, statement.name, source, values_state.hints, values_state.report)
                if on_result is not None:
                    on_result(result)
                    if i != last:
                        continue
                results.append(result)
        except LangError:
            raise
        except Exception as error:
            diagnostic = diagnose(error, graph_state.where)
            if isinstance(error, (RecursionError, MemoryError)):
                error.__traceback__ = None  # thousands of frames, each with its values
            raise LangError(diagnostic) from error
        finally:
            self._running -= 1
            sys.setrecursionlimit(limit)
            graph_state.where = place
            values_state.sink, values_state.session, values_state.hints, values_state.report, values_state.tick = before
        return results

    def _deepen(self) -> int:
        limit = sys.getrecursionlimit()
        if limit < self.limits.frames:
            sys.setrecursionlimit(self.limits.frames)
        return limit


def evaluate(text: str, name: str = "<expr>", session: Session | None = None, **bindings: Any) -> Any:
    """The value of the last expression statement of a text, with some names bound: for the CLI's -v values and for tests."""
    session = session or Session()
    for key, value in bindings.items():
        session.bind(key, value)
    results = [r for r in session.run(text, name) if r.is_expression]
    return results[-1].value if results else None


__all__ = ["Limits", "Program", "Result", "Session", "Statement", "evaluate"]


def failure(kind: str, sentence: str, exception: str = "RuntimeError", hints: Iterable[str] = ()) -> LangError:
    """A failure that has no place in a source (a file that cannot be read, an option)."""
    return LangError(Diagnostic(kind, sentence, exception, None, None, Facts(kind, hints=hints)))
