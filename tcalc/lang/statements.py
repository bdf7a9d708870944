"""Compiling of class, try, raise and super(): the statements that the one-shot path never needs, loaded at their first use.

The rest is in compile.py, whose Compiler is the `c` of every function here; what the closures give is said there, too.
"""

from __future__ import annotations

from ..engine.errors import fail
from ..engine.graph import state
from . import classes
from .closures import NO_KWARGS, RETURN, call_any, mute, nothing
from .diagnostic import trail_of
from .exceptions import caught, matches, throw
from .scopes import Var
from .values import call
from .values import state as values_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .compile import Compiler
    from .scopes import Scope

    Code = Callable[[Any], Any]

CLASS_STEPS = 100  # of the meter, for a class: a host type takes memory


def class_statement(c: Compiler, node: Any, scope: Scope) -> tuple[Code, bool]:
    """class Name(bases): body"""
    inner = node.scope_
    bases = c.items(node.bases, c.where(node, scope), scope)
    decorators = [(c.expr(d, scope), c.where(d, scope)) for d in node.decorator_list]
    doc, statements = None, node.body
    first = statements[0]
    if type(first).__name__ == "Expr" and type(first.value).__name__ == "Constant" and type(first.value.value) is str:
        doc, statements = first.value.value, statements[1:]
    body, _ = c.block(statements, inner)
    template, cells = inner.template(), inner.cells()
    own = inner.vars["__class__"].slot
    annotated = tuple([s.target.id for s in statements if _is_field(s)])
    names = [(name, var.slot) for name, var in inner.vars.items() if name != "__class__"]
    unset = template[own]
    where = c.where(node, scope)
    meter = c.meter
    qualname = inner.qualname

    def make(f: Any) -> Any:
        state.where = where
        above = bases(f)
        given = [(code(f), at) for code, at in decorators]
        meter.tick(CLASS_STEPS)
        frame = template.copy()
        for here, there in cells:
            frame[here] = f[there]
        cell = frame[own] = [unset]
        body(frame)
        state.where = where
        table = {name: frame[slot] for name, slot in names if frame[slot] is not unset}
        if annotated:
            table["__annotations__"] = annotated
        made: Any = classes.make(node.name, above, table, doc, qualname)
        cell[0] = made
        for decorator, at in reversed(given):
            state.where = at
            made = call(decorator, (made,), NO_KWARGS)
        return made

    return c.assign_function(node.name, make, scope), False


def _is_field(statement: Any) -> bool:
    """`name: type` or `name: type = value` in a class, which @dataclass takes for a field."""
    if type(statement).__name__ != "AnnAssign" or type(statement.target).__name__ != "Name":
        return False
    kind = statement.annotation.value if type(statement.annotation).__name__ == "Subscript" else statement.annotation
    return getattr(kind, "id", None) != "ClassVar" and getattr(kind, "attr", None) != "ClassVar"


def super_call(c: Compiler, node: Any, scope: Scope) -> Code:
    """super() without arguments, in a method."""
    where = c.where(node, scope)
    method = scope.target()
    variables, meter = c.variables, c.meter
    if scope.resolve("__class__") is None or not method.first:

        def refuse(f: Any) -> Any:
            if "super" in variables:
                return call_any(variables["super"], (), NO_KWARGS, where, meter)
            state.where = where
            fail(RuntimeError, "super(): no arguments", kind="class", hints=["super() stands in a method of a class, whose first parameter is self"])

        return refuse
    cls, owner = c.load_name("__class__", where, scope), c.load_name(method.first, where, scope)

    def run(f: Any) -> Any:
        if "super" in variables:
            return call_any(variables["super"], (), NO_KWARGS, where, meter)
        above, v = cls(f), owner(f)
        state.where = where
        return classes.Super(above, v)

    return run


def try_statement(c: Compiler, node: Any, scope: Scope) -> tuple[Code, bool]:
    """try, except, else, finally"""
    body, signals = quiet(c, node.body, scope)
    orelse, more = quiet(c, node.orelse, scope) if node.orelse else (nothing, False)
    signals = signals or more
    handlers = []
    for handler in node.handlers:
        code, more = quiet(c, handler.body, scope)
        signals = signals or more
        test = None if handler.type is None else c.expr(handler.type, scope)
        store = clear = None
        if handler.name is not None:
            store, clear = c.store_name(handler.name, scope), forget(c, handler.name, scope)
        handlers.append((test, c.where(handler.type or handler, scope), store, clear, code))
    run = handled(body, orelse, handlers) if handlers else body
    if node.finalbody:
        final, more = quiet(c, node.finalbody, scope)
        signals = signals or more
        run = finished(run, final)
    return run, signals


def quiet(c: Compiler, body: list[Any], scope: Scope) -> tuple[Code, bool]:
    """A block that gives nothing but signals."""
    code, signals = c.block(body, scope)
    return (code if signals else mute(code)), signals


def forget(c: Compiler, name: str, scope: Scope) -> Code:
    """The end of `except ... as name`: the name has no value any more."""
    resolved = scope.resolve(name)
    if resolved is None:
        variables = c.variables
        return lambda f: variables.pop(name, None)
    captured = not isinstance(resolved, Var) or resolved.captured
    slot = resolved.slot if isinstance(resolved, Var) else resolved
    unset = scope.template()[-1]

    def run(f: Any) -> None:
        if captured:
            f[slot][0] = unset
        else:
            f[slot] = unset

    return run


def handled(body: Code, orelse: Code, handlers: list[Any]) -> Code:
    """The body with its `except` and `else` blocks."""
    handling = values_state

    def run(f: Any) -> Any:
        try:
            signal = body(f)
        except Exception as error:
            if not caught(error):
                raise
            trail_of(error, state.where)
            for test, where, store, clear, code in handlers:
                if test is not None:
                    wanted = test(f)
                    state.where = where
                    if not matches(error, wanted):
                        continue
                stack = handling.handling
                stack.append(error)
                try:
                    if store is not None:
                        error.__traceback__ = None  # a value keeps no frames alive
                        store(f, error)
                    return code(f)
                finally:
                    stack.pop()
                    if clear is not None:
                        clear(f)
            raise
        return signal or orelse(f)

    return run


def finished(body: Code, final: Code) -> Code:
    """The body with its `finally` block. A bound that was reached, or an interrupt, ends the program without it."""

    def run(f: Any) -> Any:
        try:
            signal = body(f)
        except Exception as error:
            if not caught(error):
                raise
            trail_of(error, state.where)
            left = final(f)
            if left is not None:
                return left
            raise
        left = final(f)
        if left is None:
            return signal
        if signal is RETURN and left is not RETURN:
            f[0] = None
        return left

    return run


def raise_statement(c: Compiler, node: Any, scope: Scope) -> tuple[Code, bool]:
    """raise, raise error, raise error from cause"""
    where = c.where(node, scope)
    if node.exc is None:

        def again(f: Any) -> None:
            handling = values_state.handling
            state.where = where
            if not handling:
                fail(RuntimeError, "No active exception to reraise", kind="raise")
            raise handling[-1]

        return again, False
    error = c.expr(node.exc, scope)
    cause = None if node.cause is None else c.expr(node.cause, scope)

    def run(f: Any) -> None:
        v = error(f)
        behind = None if cause is None else cause(f)
        state.where = where
        throw(v, where, behind, cause is not None)

    return run, False
