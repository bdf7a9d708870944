"""Exceptions as values: their classes, their text, what `except` may catch and what `raise` raises.

An exception value is the host's exception object, but a program sees of it only its text and its arguments (and fields that it set
itself): no traceback, no frame, no object that an operation of the host left in it. Bounds (time, steps, depth, memory of the language) and
interrupts are never caught.
"""

from __future__ import annotations

from ..engine import Tensor
from ..engine.errors import Facts, OutOfMemoryError, fail
from .diagnostic import LangError, StepLimit, TimeLimit
from .formatting import repr_value, str_value, type_name
from .values import Builtin, Info, Instance, TypeValue, Value, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from .source import Where

_TEXT = frozenset({str, int, float, bool, type(None)})
_KEYS = (tuple, Value, Tensor)  # what else a key of a program's dictionary may be

# What no `except` and no `finally` sees: the bounds on a program. An engine allocation that was refused took nothing, and may be caught.
UNCATCHABLE = (TimeLimit, StepLimit, RecursionError, MemoryError, LangError)


class ExceptionType(TypeValue):
    """A class of exceptions: ValueError. Calling it makes an exception."""

    __slots__ = ()

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if kwargs:
            fail(TypeError, f"{self.name}() takes no keyword arguments", kind="arguments")
        return own(self.hosts[0](*args))

    def attr(self, name: str) -> Any:
        if name in ("__init__", "__str__", "__repr__"):  # Exception.__init__(self, message) in a program's class
            method = _BASE_METHODS[name]
            return Builtin(name, lambda v, *args: method(_exception(v), args))
        return TypeValue.attr(self, name)


def _exception(v: Any) -> BaseException:
    if not isinstance(v, BaseException):
        fail(TypeError, f"an exception is wanted here, not '{type_name(v)}'", kind="type")
    return v


def own(error: BaseException) -> BaseException:
    """Mark an exception as the program's own: its arguments are values, and it is no fault of ours."""
    error.own = True  # type: ignore[attr-defined]
    return error


_NAMES = (
    "BaseException Exception ArithmeticError AssertionError AttributeError BufferError EOFError FileExistsError FileNotFoundError FloatingPointError "
    "ImportError IndexError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError "
    "NotImplementedError OSError OverflowError PermissionError RecursionError RuntimeError StopIteration SyntaxError TimeoutError TypeError UnboundLocalError "
    "UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError Warning DeprecationWarning FutureWarning RuntimeWarning UserWarning ZeroDivisionError"
)
NAMES = frozenset(_NAMES.split()) | {"IOError"}
_RENAMED = {"LinAlgError": "_LinAlgError"}
_HOMES = {"_LinAlgError": "torch._C", "GradcheckError": "torch.autograd.gradcheck"}
_made: dict[type, ExceptionType] = {}


def lookup(name: str) -> ExceptionType | None:
    """The exception class of a bare name."""
    if name == "IOError":
        name = "OSError"
    if name not in NAMES:
        return None
    import builtins

    return class_of(getattr(builtins, name))  # of our own list of names


def class_of(kind: type) -> ExceptionType:
    """The class of a host exception type as a value: a listed one, one of the engine's own, or the nearest above it."""
    found = _made.get(kind)
    if found is not None:
        return found
    if kind.__module__ == "builtins" and kind.__name__ in NAMES:
        found = ExceptionType(kind.__name__, (kind,), doc=kind.__doc__)
    elif kind is OutOfMemoryError:
        found = ExceptionType("OutOfMemoryError", (kind,), None, "torch.OutOfMemoryError", doc=kind.__doc__)
    elif kind.__module__.startswith(__name__.partition(".")[0] + ".") and kind.__name__ not in ("TimeLimit", "StepLimit"):
        name = _RENAMED.get(kind.__name__, kind.__name__)
        found = ExceptionType(name, (kind,), None, _HOMES.get(name, "torch") + "." + name, doc=kind.__doc__)
    else:
        base = kind.__base__
        return class_of(base if base is not None and issubclass(base, BaseException) else Exception)
    _made[kind] = found
    return found


def named(kind: type, qualified: str) -> ExceptionType:
    """A class of exceptions that a library of the language raises, under the library's own name."""
    found = _made.get(kind)
    if found is None:
        found = _made[kind] = ExceptionType(kind.__name__, (kind,), None, qualified, doc=kind.__doc__)
    return found


# -- text ---------------------------------------------------------------------------------------------------------------------------


def arguments(error: BaseException) -> tuple[Any, ...]:
    """The arguments of an exception as a program may see them: its own as they are, of others only text and numbers."""
    args = error.args
    if error.__dict__.get("own"):
        return args
    return tuple([v if type(v) in _TEXT or isinstance(v, _KEYS) else str(v)[:1000] for v in args])


def text(error: BaseException) -> str:
    """str(e)"""
    if isinstance(error, Instance):
        said: str | None = type(error).exception_text(error)
        if said is not None:
            return said
    return arguments_text(error)


def arguments_text(error: BaseException) -> str:
    """What str(e) is made of: the arguments."""
    args = arguments(error)
    if not args:
        return ""
    if isinstance(error, OSError) and len(args) >= 2 and error.strerror:
        name = f": {error.filename!r}" if error.filename else ""
        return f"[Errno {error.errno}] {error.strerror}{name}"
    if len(args) == 1:
        quoted = isinstance(error, KeyError) and (error.__dict__.get("facts") is None or "own" in error.__dict__)
        return repr_value(args[0]) if quoted else str_value(args[0])
    return repr_value(args)


def shown(error: BaseException) -> str:
    """repr(e), without the class's own __repr__."""
    args = arguments(error)
    inner = ", ".join([repr_value(v) for v in args])
    return f"{type_name(error)}({inner})"


def _set_arguments(error: BaseException, args: tuple[Any, ...]) -> None:
    error.args = args


_BASE_METHODS: dict[str, Any] = {"__init__": _set_arguments, "__str__": lambda e, _: arguments_text(e), "__repr__": lambda e, _: shown(e)}


def info() -> Info:
    """What a program may read of an exception."""
    return Info("exception", {"args": arguments}, {"with_traceback": lambda e, *_: e, "add_note": lambda e, *_: None})


# -- except and raise ---------------------------------------------------------------------------------------------------------------


def caught(error: BaseException) -> bool:
    """Whether `except` and `finally` may see an exception at all."""
    return isinstance(error, Exception) and not isinstance(error, UNCATCHABLE)


def matches(error: BaseException, wanted: Any) -> bool:
    """Whether an exception is of the class (or one of the tuple of classes) of an `except`."""
    if type(wanted) is tuple:
        return any(matches(error, one) for one in wanted)
    if not is_class(wanted):
        fail(TypeError, "catching classes that do not inherit from BaseException is not allowed", kind="type")
    return isinstance(error, wanted.hosts)


def is_class(v: Any) -> bool:
    """Whether a value is a class of exceptions."""
    return isinstance(v, TypeValue) and bool(v.hosts) and all(issubclass(host, BaseException) for host in v.hosts)


def to_raise(v: Any) -> BaseException:
    """The exception of `raise v`: an exception, or a class that makes one."""
    if is_class(v):
        v = v.invoke((), {})
    if not isinstance(v, BaseException):
        fail(TypeError, "exceptions must derive from BaseException", kind="type", hints=["raise ValueError('...')"])
    return v


def throw(v: Any, where: Where, cause: Any, chained: bool) -> NoReturn:
    """`raise v` and `raise v from cause`."""
    from .diagnostic import trail_of

    error = to_raise(v)
    if error.__dict__.get("facts") is None:
        facts = Facts("")
        if chained and cause is not None:
            first = to_raise(cause)
            said = text(first)[:200]
            facts.explain.append(f"It was raised because of {type_name(first)}{': ' if said else ''}{said}")
        error.facts = facts  # type: ignore[attr-defined]
        own(error)
    trail_of(error, where)
    error.__cause__ = None
    raise error


def type_value(error: BaseException) -> TypeValue:
    """type(e)"""
    return type_of(error) if isinstance(error, Value) else class_of(type(error))
