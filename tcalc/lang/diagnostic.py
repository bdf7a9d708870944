"""What went wrong, as data: a Diagnostic says what, where and why; render turns it into text.

`diagnose` maps the exceptions that the engine and the values raise (Python's own classes with PyTorch's sentence) to diagnostics.
What it does not know is an 'internal' diagnostic: a bug of ours, never a traceback on the screen.
"""

from __future__ import annotations

from ..engine.errors import Facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .source import Source, Span, Where

MAX_CALLS = 40  # entries of a call stack that are kept: the innermost and the outermost ones


class TimeLimit(RuntimeError):
    """The program ran longer than it may (--timeout)."""


class StepLimit(RuntimeError):
    """The program took more steps, or printed more, than it may."""


class Call:
    """One entry of the user's own call stack: a function and the place it was called from."""

    __slots__ = ("name", "where")

    def __init__(self, name: str, where: Where | None) -> None:
        self.name = name
        self.where = where

    def __repr__(self) -> str:
        return f"Call({self.name!r}, {self.where!r})"


class Diagnostic:
    """A failure as the user should see it.

    kind       short machine name: "syntax", "language" (not in it), "name", "type", "matmul_shape", "limit", "timeout", "internal" ...
    sentence   PyTorch's or Python's own first sentence
    exception  name of the exception's class
    span       the innermost expression that failed (or None), in `source` (or None)
    facts      engine.errors.Facts: op, operands, explain, hints
    calls      the user's own function calls around it, innermost first; `omitted` more are not kept
    """

    __slots__ = ("calls", "exception", "facts", "kind", "omitted", "sentence", "source", "span")

    def __init__(
        self,
        kind: str,
        sentence: str,
        exception: str,
        span: Span | None = None,
        source: Source | None = None,
        facts: Facts | None = None,
        calls: list[Call] | None = None,
        omitted: int = 0,
    ) -> None:
        self.kind = kind
        self.sentence = sentence
        self.exception = exception
        self.span = span
        self.source = source
        self.facts = facts or Facts(kind)
        self.calls = calls or []
        self.omitted = omitted

    @property
    def hints(self) -> list[str]:
        """What would work."""
        return self.facts.hints

    @property
    def explain(self) -> list[str]:
        """Our explanation, line by line."""
        return self.facts.explain

    @property
    def headline(self) -> str:
        """`RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)`"""
        return f"{self.exception}: {self.sentence}" if self.sentence else self.exception

    @property
    def location(self) -> str:
        """`train.py:3:5` (columns from 1), or "" when the place is not known."""
        if self.source is None or self.span is None:
            return ""
        return f"{self.source.name}:{self.span.start_line}:{self.span.start_col + 1}"

    def to_json(self) -> dict[str, Any]:
        """The record as plain values."""
        return {
            "kind": self.kind,
            "exception": self.exception,
            "sentence": self.sentence,
            "source": None if self.source is None else self.source.name,
            "span": None if self.span is None else list(self.span.to_tuple()),
            "line": None if self.source is None or self.span is None else self.source.line(self.span.start_line),
            "op": self.facts.op,
            "operands": [{"name": name, "value": text} for name, text in self.facts.operands],
            "explain": list(self.facts.explain),
            "hints": list(self.facts.hints),
            "calls": [{"name": c.name, "line": c.where.line, "column": c.where.col, "source": c.where.source_name} for c in self.calls if c.where is not None],
        }

    def __repr__(self) -> str:
        return f"Diagnostic({self.kind!r}, {self.headline!r}, {self.location!r})"


class LangError(Exception):
    """Carries a diagnostic; the exception behind it, if any, is its `__cause__`."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.headline)
        self.diagnostic = diagnostic


class Trail:
    """What a failure collects on its way out: where it happened and through which calls it came."""

    __slots__ = ("calls", "omitted", "where")

    def __init__(self, where: Where | None) -> None:
        self.where = where
        self.calls: list[Call] = []
        self.omitted = 0


def trail_of(error: BaseException, where: Where | None) -> Trail:
    """The trail of a failure; `where` is its place when nobody has marked one yet."""
    trail: Trail | None = error.__dict__.get("trail")
    if trail is None:
        trail = Trail(where)
        error.trail = trail  # type: ignore[attr-defined]
    return trail


def add_call(error: BaseException, here: Where | None, name: str, where: Where | None) -> None:
    """Note that the failure (which happened at `here`, unless it is marked already) came through a call of `name` at `where`."""
    trail = trail_of(error, here)
    calls = trail.calls
    calls.append(Call(name, where))
    if len(calls) > MAX_CALLS:
        del calls[MAX_CALLS // 2]
        trail.omitted += 1


_KINDS = {
    "RuntimeError": "runtime",
    "ValueError": "value",
    "TypeError": "type",
    "IndexError": "index",
    "KeyError": "key",
    "AttributeError": "attribute",
    "NameError": "name",
    "UnboundLocalError": "name",
    "ZeroDivisionError": "zero_division",
    "OverflowError": "overflow",
    "ArithmeticError": "overflow",
    "FloatingPointError": "overflow",
    "NotImplementedError": "not_implemented",
    "AssertionError": "assert",
    "MemoryError": "memory",
    "OutOfMemoryError": "memory",
    "RecursionError": "recursion",
    "ImportError": "import",
    "ModuleNotFoundError": "import",
    "StopIteration": "stop",
    "FileNotFoundError": "file",
    "PermissionError": "file",
    "IsADirectoryError": "file",
    "NotADirectoryError": "file",
    "FileExistsError": "file",
    "OSError": "file",
    "UnicodeDecodeError": "value",
    "UnicodeEncodeError": "value",
    "LinAlgError": "linalg",
    "UserWarning": "warning",  # under -W error
    "FutureWarning": "warning",
    "DeprecationWarning": "warning",
    "TimeLimit": "timeout",
    "StepLimit": "limit",
}
_BY_HAND_ONLY = ("AttributeError", "NameError", "UnboundLocalError", "AssertionError")


def _host_fault(error: BaseException, name: str) -> bool:
    """Whether the host raised it by itself (a fault of ours), not a sentence of the engine or the values."""
    if name not in _BY_HAND_ONLY or error.__dict__.get("facts") is not None or "own" in error.__dict__:
        return False
    if name == "AttributeError":  # the interpreter's own carry the name that was not found
        return getattr(error, "name", None) is not None
    if name == "AssertionError" and error.args:  # with a sentence it is meant for the user: gradcheck's
        return False
    return True


def diagnose(error: BaseException, where: Where | None) -> Diagnostic:
    """The diagnostic of an exception that came out of a running program; `where` is the last place that was entered."""
    if isinstance(error, LangError):
        return error.diagnostic
    cls = type(error)
    name = cls.__name__
    while name not in _KINDS and cls.__base__ is not None and cls.__module__ != "builtins":
        cls = cls.__base__  # PyTorch's LinAlgError is a RuntimeError, ...
        if cls.__name__ in ("Exception", "BaseException", "object"):
            break
        if cls.__name__ in _KINDS:
            break
    kind = _KINDS.get(name) or _KINDS.get(cls.__name__) or ("exception" if "own" in error.__dict__ else None)
    facts: Facts | None = error.__dict__.get("facts")
    trail: Trail | None = error.__dict__.get("trail")
    calls = trail.calls if trail is not None else []
    omitted = trail.omitted if trail is not None else 0
    if trail is not None and trail.where is not None:
        where = trail.where
    if isinstance(error, RecursionError) and calls and calls[0].where is not None:
        where = calls[0].where
    sentence = _sentence(error, name)
    if kind is None or _host_fault(error, name):
        sentence = f"{name}: {sentence}" if sentence else name
        facts = Facts(
            "internal",
            explain=["This is a fault of tcalc, not of your program."],
            hints=["please report it with the expression; --debug shows the traceback"],
        )
        kind, name = "internal", "InternalError"
    elif isinstance(error, RecursionError):
        facts = Facts("recursion", explain=["The functions called each other too deeply."], hints=["a loop has no such bound"])
        sentence = "maximum recursion depth exceeded"
    elif isinstance(error, MemoryError) and facts is None:
        facts = Facts("memory", explain=["There was not enough memory for it."])
        sentence = sentence or "out of memory"
    elif name == "StopIteration" and not sentence:
        sentence = "the iterator has no more values"
    if facts is None:
        facts = Facts(kind)
    elif facts.kind not in ("", "error"):
        kind = facts.kind
    if name in ("TimeLimit", "StepLimit"):
        name = "TimeoutError" if name == "TimeLimit" else "RuntimeError"
    span = source = None
    if where is not None:
        span, source = where.span, where.source
    return Diagnostic(kind, sentence, name, span, source, facts, calls, omitted)


def _sentence(error: BaseException, name: str) -> str:
    args = error.args
    if "own" in error.__dict__:
        from .exceptions import text as said

        return said(error)
    if not args:
        return ""
    if name == "KeyError" and len(args) == 1:
        return repr(args[0]) if not isinstance(args[0], str) or error.__dict__.get("facts") is None else args[0]
    if isinstance(error, MemoryError) and type(error) is not MemoryError:
        return str(error)  # NumPy's: its arguments are a shape and a dtype
    if isinstance(error, OSError) and error.strerror:
        text = error.strerror
        return f"{text}: {error.filename}" if error.filename else text
    return str(args[0])
