"""The functions that a program defines, and the arguments of forms: expressions that wait to be evaluated."""

from __future__ import annotations

from ..engine.errors import fail
from ..engine.graph import state
from .arith import UNSET
from .diagnostic import add_call
from .limits import MAX_REENTRY
from .scopes import Scope, free_names
from .source import Span, Where
from .values import Callable_, Function, did_you_mean, suggest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from .compile import Compiler
    from .run import Session

    Code = Callable[[Any], Any]


class Signature:
    """The parameters of a function, as compiled; shared by every function made there."""

    __slots__ = ("count", "defaults", "doc", "kwarg", "kwonly", "name", "names", "positional_only", "qualname", "simple", "text", "vararg")

    def __init__(self, name: str, args: Any, doc: str | None, text: str, qualname: str) -> None:
        self.name = name
        self.qualname = qualname
        self.doc = doc
        self.text = text
        self.names = tuple([a.arg for a in [*args.posonlyargs, *args.args]])
        self.count = len(self.names)
        self.defaults = len(args.defaults)
        self.positional_only = len(args.posonlyargs)
        self.kwonly = tuple([a.arg for a in args.kwonlyargs])
        self.vararg = None if args.vararg is None else args.vararg.arg
        self.kwarg = None if args.kwarg is None else args.kwarg.arg
        self.simple = not self.kwonly and self.vararg is None and self.kwarg is None

    def plan(self, given: int, names: tuple[str, ...]) -> tuple[list[int] | None, list[tuple[int, int]]] | None:
        """Where `given` positional arguments and these keyword arguments go: (slot of each argument, None when they stand in order and are all; (slot,
        index) of each default that is missing). None where bind() has to look: *args, keyword-only parameters, a mistake."""
        if not self.simple or given > self.count:
            return None
        slots = list(range(1, given + 1))
        for name in names:
            if name not in self.names:
                return None
            at = self.names.index(name)
            if at < given or at < self.positional_only:
                return None
            slots.append(at + 1)
        first = self.count - self.defaults
        missing: list[tuple[int, int]] = []
        for at in range(given, self.count):
            if at + 1 not in slots:
                if at < first:
                    return None
                missing.append((at + 1, at - first))
        return (None if slots == list(range(1, self.count + 1)) else slots), missing


class UserFunction(Function):
    """A function of the program. `template` is its empty frame with its cells, `arity` the number of arguments that fill it (-1: see bind)."""

    __slots__ = ("arity", "defaults", "kw_defaults", "meter", "rest", "run", "signature", "template")

    def __init__(self, signature: Signature, run: Code, template: list[Any], defaults: tuple[Any, ...], kw_defaults: dict[str, Any], meter: Any) -> None:
        self.name = signature.name
        self.parameters = signature.names
        self.doc = signature.doc
        self.signature = signature
        self.run = run
        self.template = template
        self.rest = template[signature.count + 1 :]  # of the frame, behind the parameters
        self.defaults = defaults
        self.kw_defaults = kw_defaults
        self.arity = signature.count if signature.simple else -1
        self.meter = meter

    @property
    def qualname(self) -> str:
        return self.signature.qualname

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call that comes from the host (a sort key, a hook, a decorator): bounded in depth, because it may stand on the C stack."""
        meter = self.meter
        here = state.where
        frame = self.bind(args, kwargs)
        meter.left -= 1
        if meter.left < 0:
            meter.refill()
        if meter.depth >= MAX_REENTRY:
            raise RecursionError("maximum recursion depth exceeded")
        meter.depth += 1
        try:
            return self.run(frame)
        except Exception as error:
            add_call(error, state.where, self.signature.qualname, here)
            raise
        finally:
            meter.depth -= 1
            state.where = here

    def bind(self, args: Any, kwargs: dict[str, Any]) -> list[Any]:
        """A frame with the arguments in it, or TypeError in Python's words."""
        signature = self.signature
        frame = self.template.copy()
        count = signature.count
        given = len(args)
        if given <= count:
            frame[1 : given + 1] = args
        else:
            frame[1 : count + 1] = args[:count]
        at = count + 1
        for name in signature.kwonly:
            if name in kwargs:
                frame[at] = kwargs[name]
            elif name in self.kw_defaults:
                frame[at] = self.kw_defaults[name]
            at += 1
        if signature.vararg is not None:
            frame[at] = tuple(args[count:])
            at += 1
        elif given > count:
            self._too_many(given, kwargs)
        extra: dict[str, Any] = {}
        for name, value in kwargs.items():
            if name in signature.names:
                slot = signature.names.index(name) + 1
                if slot <= signature.positional_only:
                    if signature.kwarg is None:
                        self._refuse(f"got some positional-only arguments passed as keyword arguments: '{name}'")
                    extra[name] = value
                elif frame[slot] is not UNSET:
                    self._refuse(f"got multiple values for argument '{name}'")
                else:
                    frame[slot] = value
            elif name not in signature.kwonly:
                if signature.kwarg is None:
                    near = suggest(name, [*signature.names[signature.positional_only :], *signature.kwonly])
                    self._refuse(f"got an unexpected keyword argument '{name}'", did_you_mean(near))
                extra[name] = value
        if signature.kwarg is not None:
            frame[at] = extra
        if given < count:
            first = count - len(self.defaults)
            missing = []
            for i in range(given, count):
                if frame[i + 1] is UNSET:
                    if i >= first:
                        frame[i + 1] = self.defaults[i - first]
                    else:
                        missing.append(signature.names[i])
            if missing:
                self._missing("positional", missing)
        if signature.kwonly:
            missing = [name for name in signature.kwonly if name not in kwargs and name not in self.kw_defaults]
            if missing:
                self._missing("keyword-only", missing)
        return frame

    def _refuse(self, what: str, hints: list[str] | None = None) -> NoReturn:
        fail(TypeError, f"{self.qualname}() {what}", kind="arguments", op=self.name, explain=[f"It is defined as {self.signature.text}."], hints=hints or [])

    def _too_many(self, given: int, kwargs: dict[str, Any]) -> NoReturn:
        count, least = self.signature.count, self.signature.count - len(self.defaults)
        takes = f"from {least} to {count}" if self.defaults else str(count)
        plural = "" if count == 1 and not self.defaults else "s"
        self._refuse(f"takes {takes} positional argument{plural} but {given} {'was' if given == 1 else 'were'} given")

    def _missing(self, kind: str, names: list[str]) -> NoReturn:
        quoted = [f"'{name}'" for name in names]
        text = quoted[0] if len(quoted) == 1 else " and ".join(quoted) if len(quoted) == 2 else ", ".join(quoted[:-1]) + ", and " + quoted[-1]
        self._refuse(f"missing {len(names)} required {kind} argument{'' if len(names) == 1 else 's'}: {text}")


# -- forms --------------------------------------------------------------------------------------------------------------------


class ExprCode:
    """What the expressions of one place have in common: the tree, its scope, and the closures made of it so far."""

    __slots__ = ("_names", "cache", "code", "compiler", "node", "scope", "where")

    def __init__(self, compiler: Compiler, node: Any, scope: Scope, code: Code) -> None:
        self.compiler = compiler
        self.node = node
        self.scope = scope
        self.code = code
        self.where = compiler.where(node, scope)
        self.cache: dict[tuple[str, ...], Any] = {}
        self._names: list[str] | None = None

    @property
    def names(self) -> list[str]:
        if self._names is None:
            self._names = free_names(self.node)
        return self._names


class Expr:
    """An argument of a form: an expression that has not been evaluated (or, where the form was called as a value, one that has)."""

    __slots__ = ("_code", "_frame", "given", "value")

    def __init__(self, code: ExprCode | None, frame: Any, given: bool = False, value: Any = None) -> None:
        self._code = code
        self._frame = frame
        self.given = given  # it is a value already
        self.value = value

    @property
    def text(self) -> str:
        """What the user wrote."""
        return "" if self._code is None else self._code.where.text

    @property
    def where(self) -> Where | None:
        """Its place."""
        return None if self._code is None else self._code.where

    @property
    def span(self) -> Span | None:
        """Its place as a span."""
        return None if self._code is None else self._code.where.span

    @property
    def names(self) -> list[str]:
        """The names that it takes from around it, in order."""
        return [] if self._code is None else list(self._code.names)

    @property
    def kind(self) -> str:
        """What it is: "Name", "Call", "Lambda", "Constant", "BinOp" ... ("" for a value)."""
        return "" if self._code is None else type(self._code.node).__name__

    @property
    def node(self) -> Any:
        """The syntax tree (None of a value)."""
        return None if self._code is None else self._code.node

    @property
    def code(self) -> ExprCode | None:
        """What it was compiled to, with its compiler and scope (None of a value)."""
        return self._code

    def variables(self) -> dict[str, Any]:
        """The variables that it takes from around it, by name: of the program, of the function it stands in."""
        code, found = self._code, {}
        for name in self.names:
            if code is None:
                break
            slot: Any = code.scope.vars.get(name) if code.scope.kind != "module" else None
            captured = slot is None or slot.captured
            slot = code.scope.free.get(name) if slot is None else slot.slot
            if slot is not None:
                value = self._frame[slot]
                value = value[0] if captured and type(value) is list else value
                if value is not UNSET:
                    found[name] = value
            elif name in code.compiler.variables:
                found[name] = code.compiler.variables[name]
        return found

    def evaluate(self, bindings: dict[str, Any] | None = None) -> Any:
        """Its value where it stands; `bindings` are names that hide the ones around it."""
        if self.given or self._code is None:
            return self.value
        here = state.where
        if not bindings:
            value = self._code.code(self._frame)
        else:
            value = self._bound(self._code, bindings)
        state.where = here
        return value

    def part(self, node: Any) -> Expr:
        """A sub-expression of it (a node of its tree), unevaluated."""
        code = self._code
        if code is None:
            return self
        return Expr(ExprCode(code.compiler, node, code.scope, code.compiler.expr(node, code.scope)), self._frame)

    def run_compiled(self, compiler: Compiler, bindings: dict[str, Any] | None = None) -> Any:
        """Its value where it stands, compiled anew by another compiler (one that notes what it does)."""
        code = self._code
        if code is None:
            return self.value
        here = state.where
        try:
            if not bindings:
                return compiler.expr(code.node, code.scope)(self._frame)
            run, template, captured, cells = compiler.with_bindings(code.node, code.scope, tuple(bindings))
            return run(self._framed(template, captured, cells, bindings))
        finally:
            state.where = here

    def _bound(self, code: ExprCode, bindings: dict[str, Any]) -> Any:
        names = tuple(bindings)
        made = code.cache.get(names)
        if made is None:
            if len(code.cache) > 50:
                code.cache.clear()
            made = code.cache[names] = code.compiler.with_bindings(code.node, code.scope, names)
        run, template, captured, cells = made
        return run(self._framed(template, captured, cells, bindings))

    def _framed(self, template: list[Any], captured: set[int], cells: list[tuple[int, int]], bindings: dict[str, Any]) -> list[Any]:
        """A frame that begins with the bindings."""
        frame = template.copy()
        at = 1
        for value in bindings.values():
            frame[at] = [value] if at in captured else value
            at += 1
        for here, there in cells:
            frame[here] = self._frame[there]
        return frame

    def __repr__(self) -> str:
        return f"Expr({self.text!r})"


class FormCall:
    """A call of a form: its arguments as expressions."""

    __slots__ = ("args", "kwargs", "name", "where")

    def __init__(self, name: str, args: list[Expr], kwargs: dict[str, Expr], where: Where | None) -> None:
        self.name = name
        self.args = args
        self.kwargs = kwargs
        self.where = where

    @property
    def span(self) -> Span | None:
        """The place of the call."""
        return None if self.where is None else self.where.span

    @property
    def text(self) -> str:
        """The call as the user wrote it."""
        return "" if self.where is None else self.where.text

    def __repr__(self) -> str:
        return f"FormCall({self.text!r})"


class FormValue(Callable_):
    """A form as a value (`g = grad`): called, its arguments are values already."""

    __slots__ = ("form", "name", "session")
    type_name = "function"

    def __init__(self, name: str, form: Any, session: Session) -> None:
        self.name = name
        self.form = form
        self.session = session

    def __repr__(self) -> str:
        return f"<form {self.name}>"

    def attr(self, name: str) -> Any:
        if name == "__name__":
            return self.name
        if name == "__doc__":
            return self.form.__doc__
        return Callable_.attr(self, name)

    def attr_names(self) -> list[str]:
        return ["__name__", "__doc__"]

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        exprs = [Expr(None, None, True, a) for a in args]
        named = {k: Expr(None, None, True, v) for k, v in kwargs.items()}
        return self.form(self.session, FormCall(self.name, exprs, named, state.where))
