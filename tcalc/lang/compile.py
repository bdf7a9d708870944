"""The checked tree -> nested closures, compiled once.

A closure takes the frame and gives a value (an expression) or a signal (a statement: None, or BREAK, CONTINUE, RETURN).

The frame of the module is the dictionary of its variables; the frame of a function is a list: [what it returns, parameters,
other local variables, cells of enclosing functions]. A variable that an inner function uses lives in a cell, a list of one. So
`f[key]` reads a variable of the running code either way ("near" below); a function reaches globals through the dictionary itself.
Names of the language's tables (sin, print, torch) are looked up when the program is compiled; a variable of the same name wins.

Before an operation that may reach the engine, `graph.state.where` is set to its place; a failure is found there. Operands that are
plain ints and floats take none of that: arith.py.
"""

from __future__ import annotations

import _operator as operator

from ..engine.errors import Facts, fail
from ..engine.graph import state
from .arith import FACTORIES, UNSET
from .check import refuse
from .closures import (
    BREAK,
    CALLS,
    CONTINUE,
    GLOBAL_CALLS,
    NO_KWARGS,
    RETURN,
    Signal,
    both,
    call_any,
    call_member,
    call_planned,
    choice,
    either,
    empty_list,
    generate,
    generate_plain,
    guarded,
    in_all,
    in_any,
    in_order,
    mute,
    name_error,
    nothing,
    one_of,
    power,
    spread,
    then,
    truth_at,
    unbound,
    unpack,
    unpack_starred,
    values_of,
)
from .diagnostic import add_call, trail_of
from .formatting import MAX_TEXT
from .functions import Expr, ExprCode, FormCall, FormValue, Signature, UserFunction
from .scopes import Analysis, Scope, Var
from .source import Source, Where
from .values import (
    BINARY,
    COMPARE,
    INPLACE,
    LAZY,
    MAX_ITEMS,
    UNARY,
    Fields,
    Instance,
    Namespace,
    as_key,
    as_keys,
    call,
    del_attribute,
    del_item,
    enter,
    format_value,
    get_attribute,
    get_item,
    iterate,
    leave,
    nested,
    set_attribute,
    set_item,
    str_value,
    too_many,
    truth,
    type_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from .run import Session

    Code = Callable[[Any], Any]
    Store = Callable[[Any, Any], None]


CHUNK = 1000  # iterations between two looks at the meter

BINARY_NAMES = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "div", "FloorDiv": "floordiv", "Mod": "mod", "Pow": "pow", "MatMult": "matmul",
    "BitAnd": "and", "BitOr": "or", "BitXor": "xor", "LShift": "lshift", "RShift": "rshift",
}  # fmt: skip
COMPARE_NAMES = {
    "Eq": "eq", "NotEq": "ne", "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge", "Is": "is", "IsNot": "isnot", "In": "in", "NotIn": "notin",
}  # fmt: skip
_SAFE = {"add": operator.add, "sub": operator.sub, "mul": operator.mul}  # of two floats, or two integers below _SMALL
_SMALL = 1 << 62
_LATER = ("ClassDef", "Try", "Raise")  # in statements.py
_COMPOUND = ("If", "For", "While", "With", "Try")
UNARY_NAMES = {"USub": "neg", "UAdd": "pos", "Invert": "invert", "Not": "not"}


class Compiler:
    """Makes the closures of one source for one session."""

    def __init__(self, session: Session, source: Source) -> None:
        self.session = session
        self.source = source
        self.variables = session.variables
        self.forms = session.forms
        self.tables = session.tables
        self.meter = session.meter
        self.base: dict[str, Any] = {}
        self.module: Any = None  # the scope of the program, once there is one

    # -- helpers

    def where(self, node: Any, scope: Scope) -> Where:
        """The place of a node."""
        return self.source.where(node, scope.path)

    def refuse(self, node: Any, sentence: str) -> NoReturn:
        refuse(self.source, node, sentence, kind="syntax")

    def lookup(self, name: str) -> Any:
        """The value of a name in the tables, or MISSING; each name is looked up once."""
        found = self.base.get(name, UNSET)
        if found is UNSET:
            found = "__main__" if name == "__name__" else self.tables.lookup(name)
            self.base[name] = found
        return found

    def near(self, node: Any, scope: Scope) -> Any:
        """The key of a variable of the running code in its frame, or None when it is not one (or may be something else)."""
        if type(node).__name__ != "Name":
            return None
        name = node.id
        if scope.kind == "module":
            return name if self.lookup(name) is self.tables.MISSING else None
        var = scope.vars.get(name)
        return var.slot if var is not None and not var.captured else None

    @staticmethod
    def number(node: Any) -> Any:
        """The value of a number in the tree (or None): 2, -0.5."""
        kind = type(node).__name__
        if kind == "Constant":
            return node.value if type(node.value) in (int, float) else None
        if kind == "UnaryOp" and type(node.op).__name__ == "USub" and type(node.operand).__name__ == "Constant":
            value = node.operand.value
            return -value if type(value) in (int, float) else None
        return None

    # -- programs

    def program(self, tree: Any) -> list[tuple[Any, Code]]:
        """(statement, closure) for every statement of the module; a closure takes the variables. Expressions give their value."""
        scope = self.module = Scope("module", None)
        analysis = Analysis(self.source, self.forms)
        for statement in tree.body:
            analysis.walk(statement, scope)
        self.close(scope)
        out = []
        for statement in tree.body:
            if type(statement).__name__ == "Expr":
                out.append((statement, self.expr(statement.value, scope)))
            else:
                out.append((statement, self.statement(statement, scope)[0]))
        return out

    def close(self, scope: Scope) -> None:
        """Settle all names once the scopes are complete."""
        scope.finish()
        stack = [scope]
        while stack:
            s = stack.pop()
            for name, node in s.nonlocals.items():
                outer = s.parent.through(name) if s.parent is not None else None
                if outer is None:
                    self.refuse(node, f"no binding for nonlocal '{name}' found")
                s.resolve(name)
            stack.extend(s.inner)

    def with_bindings(self, node: Any, scope: Scope, names: tuple[str, ...]) -> tuple[Code, list[Any], set[int], list[tuple[int, int]]]:
        """A form's expression as a closure over a frame of its own that starts with the bindings."""
        inner = Scope("form", scope)
        scope.inner.pop()  # it is not part of the program
        for name in names:
            inner.bind(name, True)
        inner.params = len(names)
        Analysis(self.source, self.forms).walk(node, inner)
        inner.finish()
        code = self.expr(node, inner)
        captured = {var.slot for var in inner.vars.values() if var.captured}
        return code, inner.template(), captured, inner.cells()

    # -- statements: (closure, whether it may give a signal)

    def statement(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        """One statement."""
        kind = type(node).__name__
        if kind in _LATER:
            from . import statements

            make = {"ClassDef": statements.class_statement, "Try": statements.try_statement, "Raise": statements.raise_statement}[kind]
            return make(self, node, scope)
        made: tuple[Code, bool] = getattr(self, "do_" + kind)(node, scope)
        return made

    def block(self, body: list[Any], scope: Scope) -> tuple[Code, bool]:
        """Statements one after another."""
        parts: list[tuple[Code, bool]] = []
        plain: list[Code] = []
        reached = True
        for node in body:
            code, signals = self.statement(node, scope)
            if code is nothing or not reached:
                continue
            if signals:
                if plain:
                    parts.append((in_order(plain), False))
                    plain = []
                parts.append((code, True))
                reached = type(node).__name__ not in ("Return", "Break", "Continue")
            else:
                plain.append(code)
                reached = type(node).__name__ != "Raise"
        if plain:
            parts.append((in_order(plain), False))
        if not parts:
            return nothing, False
        code, signals = parts[-1]
        if not signals and len(parts) > 1:
            code = mute(code)
        for before, may in reversed(parts[:-1]):
            code = either(before, code) if may else then(before, code)
            signals = signals or may
        return code, signals

    def do_Expr(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        if type(node.value).__name__ == "Constant":
            return nothing, False
        return self.expr(node.value, scope), False

    def do_Pass(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        return nothing, False

    def do_Break(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        if not scope.loops:
            self.refuse(node, "'break' outside loop")
        return lambda f: BREAK, True

    def do_Continue(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        if not scope.loops:
            self.refuse(node, "'continue' not properly in loop")
        return lambda f: CONTINUE, True

    def do_Return(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        if scope.kind != "function":
            self.refuse(node, "'return' outside function")
        if node.value is None:
            return lambda f: RETURN, True
        value = self.expr(node.value, scope)

        def run(f: Any) -> Signal:
            f[0] = value(f)
            return RETURN

        return run, True

    do_Global = do_Nonlocal = do_Pass

    def do_Assign(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        value_node = node.value
        if type(value_node).__name__ == "Lambda" and type(node.targets[0]).__name__ == "Name" and self.source.definitions:
            span = self.source.span(node)
            if (span.start_line, span.start_col) in self.source.definitions:
                value_node.name_ = node.targets[0].id
        if len(node.targets) == 1 and type(value_node).__name__ == "BinOp":
            op = BINARY_NAMES[type(value_node.op).__name__]
            fused = self.assign_made(node.targets[0], op, value_node.left, value_node.right, BINARY[op], self.where(value_node, scope), scope)
            if fused is not None:
                return fused, False
        value = self.expr(value_node, scope)
        if len(node.targets) == 1:
            return self.assign(node.targets[0], value, scope), False
        stores = [self.store(target, scope) for target in node.targets]

        def run(f: Any) -> None:
            v = value(f)
            for store in stores:
                store(f, v)

        return run, False

    @staticmethod
    def key_of(name: str, scope: Scope) -> Any:
        """Where the running code puts a variable in its frame, or None when it is not one of its own."""
        if scope.kind == "module":
            return name
        resolved = scope.resolve(name)
        return resolved.slot if isinstance(resolved, Var) and not resolved.captured else None

    def assign_made(self, target: Any, op: str, left: Any, right: Any, slow: Any, where: Where, scope: Scope) -> Code | None:
        """x = left op right in one closure, in a loop or a function; None where it is made of two."""
        if type(target).__name__ != "Name" or op + "_ee" not in FACTORIES or (scope.kind == "module" and not scope.loops):
            return None
        key = self.key_of(target.id, scope)
        if key is None:
            return None
        from .arith_to import FACTORIES as factories

        shape, parts = self.shape(op, left, right, scope)
        return factories[shape](key, *parts, slow, where)

    def assign(self, target: Any, value: Code, scope: Scope) -> Code:
        """target = value"""
        if type(target).__name__ == "Name":
            key = self.key_of(target.id, scope)
            if key is not None:

                def run_near(f: Any) -> None:
                    f[key] = value(f)

                return run_near
        elif type(target).__name__ == "Subscript" and type(target.slice).__name__ != "Slice":
            return self.assign_item(target, value, scope)
        store = self.store(target, scope)

        def run(f: Any) -> None:
            store(f, value(f))

        return run

    def assign_item(self, target: Any, value: Code, scope: Scope) -> Code:
        """x[i] = value, the value first"""
        owner, key, where = self.expr(target.value, scope), self.expr(target.slice, scope), self.where(target, scope)

        def run(f: Any) -> None:
            new = value(f)
            v = owner(f)
            k = key(f)
            if type(v) is list and type(k) is int:
                try:
                    v[k] = new
                    return
                except IndexError:
                    pass
            state.where = where
            set_item(v, k, new)

        return run

    def store(self, target: Any, scope: Scope) -> Store:
        """What puts a value into a target: store(frame, value)."""
        kind = type(target).__name__
        where = self.where(target, scope)
        if kind == "Name":
            return self.store_name(target.id, scope)
        if kind == "Attribute":
            owner, name = self.expr(target.value, scope), target.attr

            ordinary = name[:2] != "__"

            def store_attribute(f: Any, new: Any) -> None:
                v = owner(f)
                if ordinary and isinstance(v, Fields) and name not in v.properties_:
                    v.fields[name] = new
                    return
                state.where = where
                set_attribute(v, name, new)

            return store_attribute
        if kind == "Subscript":
            owner, key = self.expr(target.value, scope), self.expr(target.slice, scope)

            def store_item(f: Any, new: Any) -> None:
                v = owner(f)
                k = key(f)
                state.where = where
                set_item(v, k, new)

            return store_item
        if kind == "Starred":
            self.refuse(target, "starred assignment target must be in a list or tuple")
        if kind not in ("Tuple", "List"):
            self.refuse(target, "this cannot be assigned to")
        starred = [i for i, t in enumerate(target.elts) if type(t).__name__ == "Starred"]
        if len(starred) > 1:
            self.refuse(target, "multiple starred expressions in assignment")
        stores = [self.store(t.value if type(t).__name__ == "Starred" else t, scope) for t in target.elts]
        count = len(stores)
        if starred:
            before = starred[0]
            after = count - before - 1

            def store_starred(f: Any, new: Any) -> None:
                state.where = where
                for store, item in zip(stores, unpack_starred(new, before, after)):
                    store(f, item)

            return store_starred
        if count == 2:
            first, second = stores

            def store_two(f: Any, new: Any) -> None:
                if type(new) is not tuple or len(new) != 2:
                    state.where = where
                    new = unpack(new, 2)
                first(f, new[0])
                second(f, new[1])

            return store_two

        def store_all(f: Any, new: Any) -> None:
            if type(new) is not tuple or len(new) != count:
                state.where = where
                new = unpack(new, count)
            for store, item in zip(stores, new):
                store(f, item)

        return store_all

    def store_name(self, name: str, scope: Scope) -> Store:
        resolved = scope.resolve(name)
        if resolved is None:
            variables = self.variables

            def store_global(f: Any, new: Any) -> None:
                variables[name] = new

            return store_global
        if isinstance(resolved, Var) and not resolved.captured:
            slot = resolved.slot

            def store_local(f: Any, new: Any) -> None:
                f[slot] = new

            return store_local
        cell = resolved.slot if isinstance(resolved, Var) else resolved

        def store_cell(f: Any, new: Any) -> None:
            f[cell][0] = new

        return store_cell

    def do_AnnAssign(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        if node.value is None:
            return nothing, False
        return self.assign(node.target, self.expr(node.value, scope), scope), False

    def do_AugAssign(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        target = node.target
        op = BINARY_NAMES[type(node.op).__name__]
        where = self.where(node, scope)
        inplace = INPLACE[op]
        if type(target).__name__ == "Name":
            fused = self.assign_made(target, op, target, node.value, inplace, where, scope)
            if fused is not None:
                return fused, False
            return self.assign(target, self.arithmetic(op, target, node.value, inplace, where, scope), scope), False
        value = self.expr(node.value, scope)
        owner = self.expr(target.value, scope)
        if type(target).__name__ == "Attribute":
            name = target.attr
            plain = _SAFE.get(op)

            def run_attribute(f: Any) -> None:
                v = owner(f)
                state.where = where
                if isinstance(v, Fields) and name not in v.properties_ and name in v.fields:
                    old = v.fields[name]
                    right = value(f)
                    if plain is not None:
                        if type(old) is float:
                            if type(right) is float:
                                v.fields[name] = plain(old, right)
                                return
                        elif type(old) is int and type(right) is int and -_SMALL < old < _SMALL > right > -_SMALL:
                            v.fields[name] = plain(old, right)
                            return
                else:
                    old = get_attribute(v, name)
                    right = value(f)
                state.where = where
                set_attribute(v, name, inplace(old, right))

            return run_attribute, False
        key = self.expr(target.slice, scope)

        def run_item(f: Any) -> None:
            v = owner(f)
            k = key(f)
            state.where = where
            old = get_item(v, k)
            right = value(f)
            state.where = where
            set_item(v, k, inplace(old, right))

        return run_item, False

    def do_Delete(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        codes: list[Code] = []
        for target in node.targets:
            self.delete(target, scope, codes)
        return in_order(codes) if codes else nothing, False

    def delete(self, target: Any, scope: Scope, out: list[Code]) -> None:
        kind = type(target).__name__
        if kind in ("Tuple", "List"):
            for item in target.elts:
                self.delete(item, scope, out)
            return
        where = self.where(target, scope)
        if kind == "Name":
            out.append(self.delete_name(target.id, where, scope))
            return
        owner = self.expr(target.value, scope)
        if kind == "Attribute":
            name = target.attr

            def run_attribute(f: Any) -> None:
                v = owner(f)
                state.where = where
                del_attribute(v, name)

            out.append(run_attribute)
            return
        key = self.expr(target.slice, scope)

        def run_item(f: Any) -> None:
            v = owner(f)
            k = key(f)
            state.where = where
            del_item(v, k)

        out.append(run_item)

    def delete_name(self, name: str, where: Where, scope: Scope) -> Code:
        resolved = scope.resolve(name)
        if resolved is None:
            variables, session = self.variables, self.session

            def run_global(f: Any) -> None:
                if name not in variables:
                    name_error(name, where, session)
                del variables[name]

            return run_global
        captured = not isinstance(resolved, Var) or resolved.captured
        slot = resolved.slot if isinstance(resolved, Var) else resolved

        def run_local(f: Any) -> None:
            frame, at = (f[slot], 0) if captured else (f, slot)
            if frame[at] is UNSET:
                unbound(name, where, not isinstance(resolved, Var))
            frame[at] = UNSET

        return run_local

    def do_If(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        test, where = self.condition(node.test, scope)
        body, signals = self.block(node.body, scope)
        if not node.orelse:

            def run(f: Any) -> Any:
                v = test(f)
                if v is True or (v is not False and truth_at(v, where)):
                    return body(f)
                return None

            return run, signals
        orelse, more = self.block(node.orelse, scope)
        if signals and not more:
            orelse = mute(orelse)
        elif more and not signals:
            body = mute(body)

        def run_else(f: Any) -> Any:
            v = test(f)
            if v is True or (v is not False and truth_at(v, where)):
                return body(f)
            return orelse(f)

        return run_else, signals or more

    def condition(self, node: Any, scope: Scope) -> tuple[Code, Where]:
        """An expression whose truth is asked: `v is True or (v is not False and truth_at(v, where))`, in place."""
        where = self.where(node, scope)
        if type(node).__name__ == "BoolOp" or (type(node).__name__ == "UnaryOp" and type(node.op).__name__ == "Not"):
            return self.test(node, scope), where
        return self.expr(node, scope), where

    def test(self, node: Any, scope: Scope) -> Code:
        """The truth of an expression, as a bool."""
        if type(node).__name__ == "UnaryOp" and type(node.op).__name__ == "Not":
            inner = self.test(node.operand, scope)
            return lambda f: not inner(f)
        if type(node).__name__ == "BoolOp":
            if len(node.values) == 2:
                pair = [self.condition(value, scope) for value in node.values]
                return (both if type(node.op).__name__ == "And" else one_of)(*pair[0], *pair[1])
            tests = [self.test(value, scope) for value in node.values]
            if type(node.op).__name__ == "And":
                return in_all(tests)
            return in_any(tests)
        code = self.expr(node, scope)
        if type(node).__name__ == "Compare" and len(node.ops) == 1 and type(node.ops[0]).__name__ in ("Is", "IsNot", "In", "NotIn"):
            return code
        where = self.where(node, scope)

        def run(f: Any) -> Any:
            v = code(f)
            if v is True or v is False:
                return v
            state.where = where
            return truth(v)

        return run

    def loop_body(self, body: list[Any], scope: Scope) -> tuple[Code, bool]:
        scope.loops += 1
        made = self.block(body, scope)
        scope.loops -= 1
        return made

    def do_While(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        test, where = self.condition(node.test, scope)
        body, signals = self.loop_body(node.body, scope)
        orelse, more = self.block(node.orelse, scope)
        orelse = orelse if more else mute(orelse)
        meter = self.meter

        if not signals:

            def run_plain(f: Any) -> Any:
                n = 0
                while True:
                    v = test(f)
                    if v is not True and (v is False or not truth_at(v, where)):
                        break
                    n += 1
                    if n == CHUNK:
                        n = 0
                        meter.tick(CHUNK)
                    body(f)
                meter.tick(n)
                return orelse(f)

            return run_plain, more

        def run(f: Any) -> Any:
            n = 0
            while True:
                v = test(f)
                if v is not True and (v is False or not truth_at(v, where)):
                    meter.tick(n)
                    return orelse(f)
                n += 1
                if n == CHUNK:
                    n = 0
                    meter.tick(CHUNK)
                signal = body(f)
                if signal is not None:
                    if signal is BREAK:
                        break
                    if signal is RETURN:
                        return RETURN
            meter.tick(n)
            return None

        return run, True

    def do_For(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        body, signals = self.loop_body(node.body, scope)
        orelse, more = self.block(node.orelse, scope)
        orelse = orelse if more else mute(orelse)
        return self.loop(node.target, node.iter, body, signals, orelse, scope, self.expr(node.iter, scope)), signals or more

    def loop(self, target: Any, iter_node: Any, body: Code, signals: bool, orelse: Code, scope: Scope, source: Code) -> Code:
        """for target in source: body"""
        where = self.where(iter_node, scope)
        meter = self.meter
        store = self.store(target, scope)
        key: Any = None
        if type(target).__name__ == "Name":
            resolved = scope.resolve(target.id)
            if scope.kind == "module":
                key = target.id
            elif isinstance(resolved, Var) and not resolved.captured:
                key = resolved.slot
        if key is not None and not signals:

            def run_near(f: Any) -> Any:
                v = source(f)
                state.where = where
                n = 0
                if type(v) is range:
                    for item in v:
                        n += 1
                        if n == CHUNK:
                            n = 0
                            meter.tick(CHUNK)
                        f[key] = item
                        body(f)
                else:
                    for item in iterate(v):
                        n += 1
                        if n == CHUNK:
                            n = 0
                            meter.tick(CHUNK)
                        f[key] = item
                        body(f)
                        state.where = where
                meter.tick(n)
                return orelse(f)

            return run_near

        def run(f: Any) -> Any:
            v = source(f)
            state.where = where
            n = 0
            for item in iterate(v):
                n += 1
                if n == CHUNK:
                    n = 0
                    meter.tick(CHUNK)
                store(f, item)
                signal = body(f)
                if signal is BREAK:
                    break
                if signal is RETURN:
                    return RETURN
                state.where = where
            else:
                meter.tick(n)
                return orelse(f)
            meter.tick(n)
            return None

        return run

    def do_With(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        body, signals = self.block(node.body, scope)
        for item in reversed(node.items):
            body = self.with_item(item, body, scope)
        return body, signals

    def with_item(self, item: Any, body: Code, scope: Scope) -> Code:
        manager = self.expr(item.context_expr, scope)
        where = self.where(item.context_expr, scope)
        store = None if item.optional_vars is None else self.store(item.optional_vars, scope)

        def run(f: Any) -> Any:
            v = manager(f)
            state.where = where
            entered = enter(v)
            try:
                if store is not None:
                    store(f, entered)
                signal = body(f)
            except BaseException as error:
                if isinstance(error, Exception):
                    trail_of(error, state.where)
                if failed(v, error):
                    return None
                raise
            state.where = where
            leave(v, None)
            return signal

        return run

    def do_Assert(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        test = self.test(node.test, scope)
        message = None if node.msg is None else self.expr(node.msg, scope)
        where = self.where(node, scope)
        text = self.where(node.test, scope).text
        sides: list[tuple[str, Code]] = []
        pair, tolerance = compared(node.test)
        for side in pair:
            if type(side).__name__ == "Name" or (type(side).__name__ == "Attribute" and type(side.value).__name__ == "Name"):
                sides.append((self.where(side, scope).text, self.expr(side, scope)))

        def run(f: Any) -> None:
            if test(f):
                return
            sentence = "" if message is None else str_value(message(f))
            explain = [f"The condition {text} does not hold." if len(text) <= 80 and "\n" not in text else "The condition does not hold."]
            values = [side(f) for _, side in sides]
            if len(values) == 2:
                from ..engine.testing import first_difference

                explain += first_difference(values[0], values[1], *tolerance)
            for (name, _), v in zip(sides, values):
                if type(v) in (int, float, str, bool, tuple) and len(shown := format_value(v, "r", "")) <= 60:
                    explain.append(f"{name} is {shown}")
            state.where = where
            if sentence:
                fail(AssertionError, sentence, kind="assert", explain=explain)
            exc = AssertionError()
            exc.facts = Facts("assert", explain=explain)  # type: ignore[attr-defined]
            raise exc

        return run, False

    def do_Import(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        tables = self.tables
        codes: list[Code] = []
        for alias in node.names:
            where = self.where(alias, scope)
            codes.append(self.import_one(alias, where, tables, scope))
        return in_order(codes), False

    def import_one(self, alias: Any, where: Where, tables: Any, scope: Scope) -> Code:
        dotted = alias.name
        first = dotted.partition(".")[0]
        store = self.store_name(alias.asname or first, scope)

        def run(f: Any) -> None:
            state.where = where
            module = tables.import_module(dotted)
            store(f, module if alias.asname is not None or dotted == first else tables.import_module(first))

        return run

    def do_ImportFrom(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        if node.module == "__future__":
            return nothing, False
        if node.names[0].name == "*":
            if scope.kind != "module":
                self.refuse(node, "import * only allowed at module level")
            return self.import_all(node.module, self.where(node, scope)), False
        codes = []
        for alias in node.names:
            codes.append(self.import_name(node.module, alias, self.where(alias, scope), scope))
        return in_order(codes), False

    def import_name(self, dotted: str, alias: Any, where: Where, scope: Scope) -> Code:
        store = self.store_name(alias.asname or alias.name, scope)
        tables, name = self.tables, alias.name

        def run(f: Any) -> None:
            state.where = where
            store(f, tables.import_from(dotted, name))

        return run

    def import_all(self, dotted: str, where: Where) -> Code:
        """from torch import *: what is not a bare name already."""
        tables, variables, lookup = self.tables, self.variables, self.lookup

        def run(f: Any) -> None:
            state.where = where
            for name, value in tables.import_all(dotted).items():
                if lookup(name) is tables.MISSING:
                    variables[name] = value

        return run

    def do_FunctionDef(self, node: Any, scope: Scope) -> tuple[Code, bool]:
        decorators = [(self.expr(d, scope), self.where(d, scope)) for d in node.decorator_list]
        doc = None
        body = node.body
        first = body[0]
        if type(first).__name__ == "Expr" and type(first.value).__name__ == "Constant" and type(first.value.value) is str:
            doc = first.value.value
            body = body[1:]
        make = self.function(node, node.scope_, node.name, body, doc, scope)
        if not decorators:
            return self.assign_function(node.name, make, scope), False

        def decorated(f: Any) -> Any:
            given = [(code(f), where) for code, where in decorators]
            fn = make(f)
            for decorator, where in reversed(given):
                state.where = where
                fn = call(decorator, (fn,), NO_KWARGS)
            return fn

        return self.assign_function(node.name, decorated, scope), False

    def assign_function(self, name: str, make: Code, scope: Scope) -> Code:
        store = self.store_name(name, scope)
        return lambda f: store(f, make(f))

    # -- functions

    def function(self, node: Any, inner: Scope, name: str, body: Any, doc: str | None, scope: Scope) -> Code:
        """What makes the function value: of a def (body a list) or of a lambda (an expression)."""
        args = node.args
        signature = Signature(name, args, doc, self.signature_text(node, name), inner.qualname)
        defaults = [self.expr(d, scope) for d in args.defaults]
        kw_defaults = [(a.arg, self.expr(d, scope)) for a, d in zip(args.kwonlyargs, args.kw_defaults) if d is not None]
        run = self.body(body, inner)
        template = inner.template()
        cells = inner.cells()
        meter = self.meter

        if not cells and not defaults and not kw_defaults:
            return lambda f: UserFunction(signature, run, template, (), NO_KWARGS, meter)

        def make(f: Any) -> UserFunction:
            values = tuple([d(f) for d in defaults])
            named = {n: d(f) for n, d in kw_defaults}
            frame = template
            if cells:
                frame = template.copy()
                for here, there in cells:
                    frame[here] = f[there]
            return UserFunction(signature, run, frame, values, named, meter)

        return make

    def signature_text(self, node: Any, name: str) -> str:
        """`f(x, y=2, *rest)` for messages."""
        args = node.args
        parts: list[str] = []
        positional = [*args.posonlyargs, *args.args]
        first = len(positional) - len(args.defaults)
        for i, a in enumerate(positional):
            parts.append(a.arg if i < first else f"{a.arg}={self.short(args.defaults[i - first])}")
            if i + 1 == len(args.posonlyargs):
                parts.append("/")
        if args.vararg is not None:
            parts.append(f"*{args.vararg.arg}")
        elif args.kwonlyargs:
            parts.append("*")
        for a, d in zip(args.kwonlyargs, args.kw_defaults):
            parts.append(a.arg if d is None else f"{a.arg}={self.short(d)}")
        if args.kwarg is not None:
            parts.append(f"**{args.kwarg.arg}")
        return f"{name}({', '.join(parts)})"

    def short(self, node: Any) -> str:
        text = self.source.segment(self.source.span(node))
        return text if len(text) <= 20 and "\n" not in text else "..."

    def body(self, body: Any, inner: Scope) -> Code:
        """The closure that runs a filled frame and gives the function's result."""
        if not isinstance(body, list):
            run = self.expr(body, inner)
        else:
            tail = self.tail(body, inner)
            if tail is not None:
                run = tail
            else:
                block, _ = self.block(body, inner)

                def run_block(f: Any) -> Any:
                    block(f)
                    return f[0]

                run = run_block
        filled = [var.slot for var in inner.vars.values() if var.captured and var.slot <= inner.params]
        empty = [var.slot for var in inner.vars.values() if var.captured and var.slot > inner.params]
        if not filled and not empty:
            return run

        def run_cells(f: Any) -> Any:
            for slot in filled:
                f[slot] = [f[slot]]
            for slot in empty:
                f[slot] = [UNSET]
            return run(f)

        return run_cells

    def tail(self, body: list[Any], inner: Scope) -> Code | None:
        """The result of a function body as one value, where its returns allow it: `if n < 2: return n`, then more. None where not."""
        for i, node in enumerate(body):
            kind = type(node).__name__
            if kind == "Return":
                value: Code = nothing if node.value is None else self.expr(node.value, inner)
                self.block(body[i + 1 :], inner)  # never reached, and still checked
            elif kind == "If" and always_returns(node.body):
                rest = self.tail(node.orelse + body[i + 1 :], inner)
                if rest is None:
                    return None
                first = self.tail(node.body, inner)
                assert first is not None
                value = choice(*self.condition(node.test, inner), first, rest)
            elif kind in _COMPOUND and may_return(node):
                return None
            else:
                continue
            before, _ = self.block(body[:i], inner)
            return value if before is nothing else then(before, value)
        before, _ = self.block(body, inner)
        return nothing if before is nothing else mute(before)

    # -- expressions

    def expr(self, node: Any, scope: Scope) -> Code:
        """The closure of an expression."""
        code: Code = getattr(self, "ex_" + type(node).__name__)(node, scope)
        return code

    def ex_Constant(self, node: Any, scope: Scope) -> Code:
        value = node.value
        return lambda f: value

    def ex_Name(self, node: Any, scope: Scope) -> Code:
        return self.load_name(node.id, self.where(node, scope), scope)

    def load_name(self, name: str, where: Where, scope: Scope) -> Code:
        """The value of a name, wherever its variable lives."""
        resolved = scope.resolve(name)
        if resolved is None:
            return self.load_global(name, where, scope)
        if isinstance(resolved, Var) and not resolved.captured:
            slot = resolved.slot
            if scope.kind == "class":
                return self.load_in_class(name, slot, where, scope)
            if resolved.fixed:
                return lambda f: f[slot]

            def load_local(f: Any) -> Any:
                v = f[slot]
                if v is UNSET:
                    unbound(name, where)
                return v

            return load_local
        free = not isinstance(resolved, Var)
        cell = resolved.slot if isinstance(resolved, Var) else resolved

        def load_cell(f: Any) -> Any:
            v = f[cell][0]
            if v is UNSET:
                unbound(name, where, free)
            return v

        return load_cell

    def load_in_class(self, name: str, slot: int, where: Where, scope: Scope) -> Code:
        """A name that the body of a class binds: what it is outside as long as the body has not."""
        cell = scope.through(name)
        outside = self.load_global(name, where, scope) if cell is None else nothing

        def load(f: Any) -> Any:
            v = f[slot]
            if v is UNSET:
                if cell is None:
                    return outside(f)
                v = f[cell][0]
                if v is UNSET:
                    unbound(name, where, True)
            return v

        return load

    def load_global(self, name: str, where: Where, scope: Scope) -> Code:
        variables = self.variables
        found = self.lookup(name)
        if found is not self.tables.MISSING:
            get = variables.get
            return lambda f: get(name, found)
        session = self.session

        def load(f: Any) -> Any:
            try:
                return variables[name]
            except KeyError:
                pass
            return session.missing(name, where, scope.visible())

        return load

    def ex_NamedExpr(self, node: Any, scope: Scope) -> Code:
        value = self.expr(node.value, scope)
        store = self.store_name(node.target.id, scope)

        def run(f: Any) -> Any:
            v = value(f)
            store(f, v)
            return v

        return run

    def ex_BinOp(self, node: Any, scope: Scope) -> Code:
        op = BINARY_NAMES[type(node.op).__name__]
        return self.arithmetic(op, node.left, node.right, BINARY[op], self.where(node, scope), scope)

    def arithmetic(self, op: str, left: Any, right: Any, slow: Any, where: Where, scope: Scope) -> Code:
        """left op right: the closure that fits the operands."""
        number = self.number(right)
        if op == "pow" and type(number) is int and 2 <= number <= 16:
            return power(self.expr(left, scope) if type(left).__name__ != "Name" else self.load(left, scope), number, slow, where)
        return self.pair(op, left, right, slow, where, scope)

    def pair(self, op: str, left: Any, right: Any, slow: Any, where: Where, scope: Scope) -> Code:
        """Two operands of a binary operator or a comparison."""
        if op + "_ee" in FACTORIES:
            shape, parts = self.shape(op, left, right, scope)
            return FACTORIES[shape](*parts, slow, where)
        first, second = self.load(left, scope), self.load(right, scope)

        def run(f: Any) -> Any:
            a = first(f)
            b = second(f)
            state.where = where
            return slow(a, b)

        return run

    def shape(self, op: str, left: Any, right: Any, scope: Scope) -> tuple[str, tuple[Any, ...]]:
        """The factory of arith.py that fits the operands, and what it takes of them."""
        number = self.number(right)
        key = self.near(left, scope)
        if number is not None:
            if key is not None and op + "_nc" in FACTORIES:
                return op + "_nc", (key, self.load(left, scope), number)
            return op + "_ec", (self.load(left, scope), number)
        if key is not None and op + "_nn" in FACTORIES:
            other = self.near(right, scope)
            if other is not None:
                return op + "_nn", (key, self.load(left, scope), other, self.load(right, scope))
            if op + "_ne" in FACTORIES:
                return op + "_ne", (key, self.load(left, scope), self.expr(right, scope))
        number = self.number(left)
        if number is not None and op + "_ce" in FACTORIES:
            return op + "_ce", (number, self.expr(right, scope))
        return op + "_ee", (self.load(left, scope), self.load(right, scope))

    def load(self, node: Any, scope: Scope) -> Code:
        """An operand; the target of an augmented assignment is read here, too."""
        return self.ex_Name(node, scope) if type(node).__name__ == "Name" else self.expr(node, scope)

    def ex_UnaryOp(self, node: Any, scope: Scope) -> Code:
        number = self.number(node)
        if number is not None:
            return lambda f: number
        op = UNARY_NAMES[type(node.op).__name__]
        if op == "not":
            test = self.test(node.operand, scope)
            return lambda f: not test(f)
        operand = self.expr(node.operand, scope)
        where = self.where(node, scope)
        slow = UNARY[op]
        if op == "neg":

            def run_neg(f: Any) -> Any:
                v = operand(f)
                if type(v) is float or type(v) is int:
                    return -v
                state.where = where
                return slow(v)

            return run_neg

        def run(f: Any) -> Any:
            v = operand(f)
            state.where = where
            return slow(v)

        return run

    def ex_BoolOp(self, node: Any, scope: Scope) -> Code:
        values = [self.expr(value, scope) for value in node.values]
        places = [self.where(value, scope) for value in node.values]
        stop = type(node.op).__name__ == "Or"
        last = values.pop()

        def run(f: Any) -> Any:
            for value, where in zip(values, places):
                v = value(f)
                if v is True or v is False:
                    if v is stop:
                        return v
                    continue
                state.where = where
                if truth(v) is stop:
                    return v
            return last(f)

        return run

    def ex_Compare(self, node: Any, scope: Scope) -> Code:
        where = self.where(node, scope)
        ops = [COMPARE_NAMES[type(op).__name__] for op in node.ops]
        if len(ops) == 1:
            op = ops[0]
            if op == "is" or op == "isnot":
                return self.identity(node, op == "is", scope)
            return self.pair(op, node.left, node.comparators[0], COMPARE[op], where, scope)
        first = self.expr(node.left, scope)
        rest = [(COMPARE[op], self.expr(n, scope)) for op, n in zip(ops, node.comparators)]

        def run(f: Any) -> Any:
            a = first(f)
            result: Any = True
            for compare, right in rest:
                if result is not True:
                    state.where = where
                    if not truth(result):
                        return result
                b = right(f)
                state.where = where
                result = compare(a, b)
                a = b
            return result

        return run

    def identity(self, node: Any, same: bool, scope: Scope) -> Code:
        left, right = self.expr(node.left, scope), self.expr(node.comparators[0], scope)
        if type(node.comparators[0]).__name__ == "Constant" and node.comparators[0].value is None:
            if same:
                return lambda f: left(f) is None
            return lambda f: left(f) is not None
        if same:
            return lambda f: left(f) is right(f)
        return lambda f: left(f) is not right(f)

    def ex_IfExp(self, node: Any, scope: Scope) -> Code:
        test, where = self.condition(node.test, scope)
        return choice(test, where, self.expr(node.body, scope), self.expr(node.orelse, scope))

    def ex_Attribute(self, node: Any, scope: Scope) -> Code:
        owner = self.expr(node.value, scope)
        name = node.attr
        where = self.where(node, scope)

        def run(f: Any) -> Any:
            v = owner(f)
            if isinstance(v, Fields) and name not in v.properties_ and name in v.fields:
                return v.fields[name]
            state.where = where
            return get_attribute(v, name)

        return run

    def ex_Subscript(self, node: Any, scope: Scope) -> Code:
        owner, key = self.expr(node.value, scope), self.expr(node.slice, scope)
        where = self.where(node, scope)

        def run(f: Any) -> Any:
            v = owner(f)
            k = key(f)
            if type(k) is int and (type(v) is list or type(v) is tuple):
                try:
                    return v[k]
                except IndexError:
                    pass
            state.where = where
            return get_item(v, k)

        return run

    def ex_Slice(self, node: Any, scope: Scope) -> Code:
        parts = [None if n is None else self.expr(n, scope) for n in (node.lower, node.upper, node.step)]
        lower, upper, step = parts

        def run(f: Any) -> slice:
            return slice(
                None if lower is None else lower(f),
                None if upper is None else upper(f),
                None if step is None else step(f),
            )

        return run

    def ex_Starred(self, node: Any, scope: Scope) -> Code:
        self.refuse(node, "can't use starred expression here")

    def items(self, elements: list[Any], where: Where, scope: Scope) -> Code:
        """A fresh list of the values of some elements, starred ones spread."""
        codes = [self.expr(e.value if type(e).__name__ == "Starred" else e, scope) for e in elements]
        if not any(type(e).__name__ == "Starred" for e in elements):
            return values_of(codes)
        marked = [(code, type(e).__name__ == "Starred") for code, e in zip(codes, elements)]

        def run(f: Any) -> list[Any]:
            out: list[Any] = []
            for code, star in marked:
                v = code(f)
                if star:
                    state.where = where
                    spread(v, out)
                else:
                    out.append(v)
            return out

        return run

    def ex_List(self, node: Any, scope: Scope) -> Code:
        return self.items(node.elts, self.where(node, scope), scope)

    def ex_Tuple(self, node: Any, scope: Scope) -> Code:
        elements = node.elts
        if all(type(e).__name__ == "Constant" for e in elements):
            value = tuple([e.value for e in elements])
            return lambda f: value
        if len(elements) == 2 and type(elements[0]).__name__ != "Starred" and type(elements[1]).__name__ != "Starred":
            a, b = self.expr(elements[0], scope), self.expr(elements[1], scope)
            return lambda f: (a(f), b(f))
        items = self.items(elements, self.where(node, scope), scope)
        return lambda f: tuple(items(f))

    def ex_Set(self, node: Any, scope: Scope) -> Code:
        where = self.where(node, scope)
        items = self.items(node.elts, where, scope)

        def run(f: Any) -> set[Any]:
            values = items(f)
            state.where = where
            return set(as_keys(values))

        return run

    def ex_Dict(self, node: Any, scope: Scope) -> Code:
        where = self.where(node, scope)
        pairs = [(None if k is None else self.expr(k, scope), self.expr(v, scope)) for k, v in zip(node.keys, node.values)]

        def run(f: Any) -> dict[Any, Any]:
            out: dict[Any, Any] = {}
            for key, value in pairs:
                if key is None:
                    v = value(f)
                    if not isinstance(v, dict):
                        state.where = where
                        fail(TypeError, f"'{type_name(v)}' object is not a mapping", kind="type")
                    out.update(v)
                else:
                    k = key(f)
                    v = value(f)
                    if type(k) is not str:
                        state.where = where
                    out[as_key(k)] = v
            return out

        return run

    # -- f-strings

    def ex_JoinedStr(self, node: Any, scope: Scope) -> Code:
        codes = [self.expr(value, scope) for value in node.values]
        where = self.where(node, scope)
        if len(codes) == 1:
            return codes[0]

        def run(f: Any) -> str:
            text = "".join([code(f) for code in codes])
            if len(text) > MAX_TEXT:
                state.where = where
                fail(MemoryError, f"a text of {len(text)} characters is more than the limit of {MAX_TEXT}", kind="memory")
            return text

        return run

    def ex_FormattedValue(self, node: Any, scope: Scope) -> Code:
        value = self.expr(node.value, scope)
        where = self.where(node, scope)
        conversion = "" if node.conversion == -1 else chr(node.conversion)
        spec = None if node.format_spec is None else self.expr(node.format_spec, scope)

        def run(f: Any) -> str:
            v = value(f)
            if spec is None:
                if type(v) is str and not conversion:
                    return v
                state.where = where
                return format_value(v, conversion, "")
            wanted = spec(f)
            state.where = where
            return format_value(v, conversion, wanted)

        return run

    # -- calls

    def ex_Call(self, node: Any, scope: Scope) -> Code:
        func = node.func
        kind = type(func).__name__
        if kind == "Name" and func.id in self.forms and scope.resolve(func.id) is None:
            return self.form_call(node, func.id, scope)
        if kind == "Name" and func.id == "super" and not node.args and not node.keywords and scope.resolve("super") is None:
            from . import statements

            return statements.super_call(self, node, scope)
        if kind == "Attribute":
            if func.attr in self.forms and type(func.value).__name__ == "Name" and scope.resolve(func.value.id) is None:
                module = self.lookup(func.value.id)
                if type(module) is Namespace and module.name == "torch" and module.get(func.attr) is None:
                    return self.form_call(node, func.attr, scope, func.value.id)
            return self.method_call(node, scope)
        return self.plain_call(node, scope)

    def arguments(self, node: Any, scope: Scope) -> tuple[Code, Code | None]:
        """(closure of the list of positional arguments, closure of the dict of keyword arguments or None)"""
        where = self.where(node, scope)
        if node.args:
            args = self.items(node.args, where, scope)
        else:
            args = empty_list
        if not node.keywords:
            return args, None
        pairs = [(k.arg, self.expr(k.value, scope)) for k in node.keywords]
        if all(name is not None for name, _ in pairs):
            if len(pairs) == 1:
                key, only = pairs[0]
                return args, lambda f: {key: only(f)}
            return args, lambda f: {name: code(f) for name, code in pairs}

        def kwargs(f: Any) -> dict[str, Any]:
            out: dict[str, Any] = {}
            for name, code in pairs:
                v = code(f)
                if name is not None:
                    more = {name: v}
                else:
                    more = v
                    if not isinstance(v, dict):
                        state.where = where
                        fail(TypeError, f"argument after ** must be a mapping, not {type_name(v)}", kind="arguments")
                for k, item in more.items():
                    if type(k) is not str:
                        state.where = where
                        fail(TypeError, "keywords must be strings", kind="arguments")
                    if k in out:
                        state.where = where
                        fail(TypeError, f"got multiple values for keyword argument '{k}'", kind="arguments")
                    if k[:2] == "__":
                        state.where = where
                        fail(TypeError, f"names that begin with two underscores are not in the language: {k}", kind="closed")
                    out[k] = item
            return out

        return args, kwargs

    def plain_call(self, node: Any, scope: Scope) -> Code:
        if not is_plain(node):
            return self.spread_call(node, *self.arguments(node, scope), scope)
        return self.direct_call(node, [self.expr(e, scope) for e in [*node.args, *[k.value for k in node.keywords]]], scope)

    def direct_call(self, node: Any, codes: list[Code], scope: Scope) -> Code:
        """A call without * and **, from the closures of its arguments."""
        where = self.where(node, scope)
        callee = self.expr(node.func, scope)
        if not node.keywords and len(codes) <= 3:
            if type(node.func).__name__ == "Name" and scope.resolve(node.func.id) is None:
                found = self.lookup(node.func.id)
                default = None if found is self.tables.MISSING else found
                return GLOBAL_CALLS[len(codes)](self.variables.get, node.func.id, default, callee, codes, where, self.meter)
            return CALLS[len(codes)](callee, *codes, where, self.meter)
        names = tuple([k.arg for k in node.keywords])
        return call_planned(callee, values_of(codes), len(node.args), names, where, self.meter)

    def spread_call(self, node: Any, arguments: Code, keywords: Code | None, scope: Scope) -> Code:
        """A call with * or **."""
        where = self.where(node, scope)
        callee = self.expr(node.func, scope)
        meter = self.meter

        def run(f: Any) -> Any:
            fn = callee(f)
            args = arguments(f)
            kwargs = NO_KWARGS if keywords is None else keywords(f)
            state.where = where
            if type(fn) is UserFunction:
                meter.left -= 1
                if meter.left < 0:
                    meter.refill()
                frame = fn.bind(args, kwargs)
                try:
                    return fn.run(frame)
                except Exception as error:
                    add_call(error, state.where, fn.signature.qualname, where)
                    raise
            return call_any(fn, tuple(args), kwargs, where, meter)

        return run

    def method_call(self, node: Any, scope: Scope) -> Code:
        """x.name(...): the arguments are evaluated, then the method of x is called."""
        owner = self.expr(node.func.value, scope)
        name = node.func.attr
        where = self.where(node, scope)
        meter = self.meter
        if not node.keywords:
            if not node.args:

                def run_bare(f: Any) -> Any:
                    v = owner(f)
                    state.where = where
                    return call_member(v, name, (), NO_KWARGS, where, meter)

                return run_bare
            if len(node.args) == 1 and type(node.args[0]).__name__ != "Starred":
                only = self.expr(node.args[0], scope)

                def run_one(f: Any) -> Any:
                    v = owner(f)
                    a = only(f)
                    if type(v) is list and name == "append" and len(v) < MAX_ITEMS:
                        v.append(a)
                        return None
                    state.where = where
                    return call_member(v, name, (a,), NO_KWARGS, where, meter)

                return run_one
        arguments, keywords = self.arguments(node, scope)

        def run(f: Any) -> Any:
            v = owner(f)
            args = arguments(f)
            kwargs = NO_KWARGS if keywords is None else keywords(f)
            state.where = where
            return call_member(v, name, tuple(args), kwargs, where, meter)

        return run

    def form_call(self, node: Any, name: str, scope: Scope, module: str | None = None) -> Code:
        """A call of a form with its arguments unevaluated; an ordinary call where the program binds the name itself."""
        form, session, variables = self.forms[name], self.session, self.variables
        bound = name if module is None else module
        own = None if module is None else self.lookup(module)
        where = self.where(node, scope)
        if not is_plain(node):
            # *args: values take the places of expressions
            arguments, keywords = self.arguments(node, scope)
            ordinary = self.spread_call(node, arguments, keywords, scope)

            def run_values(f: Any) -> Any:
                if bound in variables and variables[bound] is not own:
                    return ordinary(f)
                args = tuple(arguments(f))
                kwargs = NO_KWARGS if keywords is None else keywords(f)
                state.where = where
                return FormValue(name, form, session).invoke(args, kwargs)

            return run_values
        codes = [self.expr(e, scope) for e in [*node.args, *[k.value for k in node.keywords]]]
        plain = self.direct_call(node, codes, scope)
        args = [ExprCode(self, e, scope, code) for e, code in zip(node.args, codes)]
        kwargs = [(k.arg, ExprCode(self, k.value, scope, code)) for k, code in zip(node.keywords, codes[len(args) :])]

        def run(f: Any) -> Any:
            if bound in variables and variables[bound] is not own:
                return plain(f)
            made = FormCall(name, [Expr(code, f) for code in args], {key: Expr(code, f) for key, code in kwargs}, where)
            state.where = where
            return form(session, made)

        return run

    def ex_Lambda(self, node: Any, scope: Scope) -> Code:
        name = getattr(node, "name_", "<lambda>")
        return self.function(node, node.scope_, name, node.body, None, scope)

    # -- comprehensions

    def opened(self, node: Any, scope: Scope) -> Code:
        """A fresh frame for a comprehension: its cells from outside, new cells for its own captured variables."""
        inner = node.scope_
        template = inner.template()
        cells = inner.cells()
        own = [var.slot for var in inner.vars.values() if var.captured]
        if not cells and not own:
            return lambda f: template.copy()

        def run(f: Any) -> list[Any]:
            frame: list[Any] = template.copy()
            for here, there in cells:
                frame[here] = f[there]
            for slot in own:
                frame[slot] = [UNSET]
            return frame

        return run

    def comprehension(self, node: Any, emit: Code, scope: Scope) -> Code:
        """The loops of a comprehension around `emit`, over a frame of their own; the first iterable comes in slot 0... of the run."""
        inner = node.scope_
        body = emit
        for i in reversed(range(len(node.generators))):
            generator = node.generators[i]
            if generator.ifs:
                tests = [self.test(c, inner) for c in generator.ifs]
                body = guarded(tests[0] if len(tests) == 1 else in_all(tests), body)
            if i:
                body = self.loop(generator.target, generator.iter, body, False, nothing, inner, self.expr(generator.iter, inner))
        return body

    def collect(self, node: Any, start: Callable[[], Any], emit: Code, scope: Scope) -> Code:
        """A comprehension that fills what `start` gives; it lies in slot 0 of the frame while the loops run."""
        inner = node.scope_
        opened = self.opened(node, scope)
        first = node.generators[0]
        source = self.expr(first.iter, scope)
        where = self.where(first.iter, scope)
        body = self.comprehension(node, emit, scope)
        store = self.store(first.target, inner)
        meter = self.meter

        def run(f: Any) -> Any:
            v = source(f)
            frame = opened(f)
            out = frame[0] = start()
            state.where = where
            n = 0
            for item in iterate(v):
                n += 1
                if n == CHUNK:
                    n = 0
                    meter.tick(CHUNK)
                    if len(out) > MAX_ITEMS:
                        state.where = where
                        too_many(len(out))
                store(frame, item)
                body(frame)
            meter.tick(n)
            return out

        return run

    def ex_ListComp(self, node: Any, scope: Scope) -> Code:
        inner = node.scope_
        element = self.expr(node.elt, inner)
        first = node.generators[0]
        if len(node.generators) == 1 and not first.ifs and type(first.target).__name__ == "Name":
            var = inner.vars[first.target.id]
            if not var.captured:
                return self.simple_list(node, element, var.slot, scope)

        def emit(f: Any) -> None:
            f[0].append(element(f))

        return self.collect(node, list, emit, scope)

    def simple_list(self, node: Any, element: Code, slot: int, scope: Scope) -> Code:
        """[element for x in source]"""
        opened = self.opened(node, scope)
        first = node.generators[0]
        source = self.expr(first.iter, scope)
        where = self.where(first.iter, scope)
        meter = self.meter

        def run(f: Any) -> list[Any]:
            v = source(f)
            frame = opened(f)
            out: list[Any] = []
            state.where = where
            n = 0
            for item in iterate(v):
                n += 1
                if n == CHUNK:
                    n = 0
                    meter.tick(CHUNK)
                    if len(out) > MAX_ITEMS:
                        state.where = where
                        too_many(len(out))
                frame[slot] = item
                out.append(element(frame))
            meter.tick(n)
            return out

        return run

    def ex_SetComp(self, node: Any, scope: Scope) -> Code:
        element = self.expr(node.elt, node.scope_)
        where = self.where(node.elt, scope)

        def emit(f: Any) -> None:
            v = element(f)
            state.where = where
            f[0].add(as_key(v))

        return self.collect(node, set, emit, scope)

    def ex_DictComp(self, node: Any, scope: Scope) -> Code:
        key, value = self.expr(node.key, node.scope_), self.expr(node.value, node.scope_)
        where = self.where(node.key, scope)

        def emit(f: Any) -> None:
            k = key(f)
            v = value(f)
            state.where = where
            f[0][as_key(k)] = v

        return self.collect(node, dict, emit, scope)

    def ex_GeneratorExp(self, node: Any, scope: Scope) -> Code:
        inner = node.scope_
        element = self.expr(node.elt, inner)
        opened = self.opened(node, scope)
        first = node.generators[0]
        source = self.expr(first.iter, scope)
        where = self.where(first.iter, scope)
        loops = []
        for i, generator in enumerate(node.generators):
            tests = [self.test(c, inner) for c in generator.ifs]
            condition = None if not tests else tests[0] if len(tests) == 1 else in_all(tests)
            loops.append((self.expr(generator.iter, inner) if i else nothing, self.store(generator.target, inner), condition))
        meter = self.meter
        slot = 0  # of the one variable, where that is all there is
        if len(loops) == 1 and type(first.target).__name__ == "Name" and not first.ifs and not inner.vars[first.target.id].captured:
            slot = inner.vars[first.target.id].slot

        def run(f: Any) -> Any:
            v = source(f)
            frame = opened(f)
            state.where = where
            made = generate_plain(iterate(v), frame, slot, element, meter) if slot else generate(iterate(v), frame, loops, 0, element, meter)
            made.__name__ = "<genexpr>"  # type: ignore[attr-defined]
            return nested(made, (v,)) if type(v) in LAZY else made

        return run


def is_plain(node: Any) -> bool:
    """Whether a call has neither * nor **."""
    return all(type(a).__name__ != "Starred" for a in node.args) and all(k.arg is not None for k in node.keywords)


def always_returns(body: list[Any]) -> bool:
    """Whether a block of statements ends the function, by return statements that stand in it or in its ifs."""
    for node in body:
        kind = type(node).__name__
        if kind == "Return":
            return True
        if kind == "If" and always_returns(node.body) and always_returns(node.orelse):
            return True
        if kind in _COMPOUND and may_return(node):
            return False
    return False


def may_return(node: Any) -> bool:
    """Whether a return stands somewhere in a statement."""
    stack = [node]
    while stack:
        node = stack.pop()
        kind = type(node).__name__
        if kind == "Return":
            return True
        if kind in _COMPOUND:
            stack += node.body
            stack += getattr(node, "orelse", ())
            stack += getattr(node, "finalbody", ())
            for handler in getattr(node, "handlers", ()):
                stack += handler.body
    return False


def failed(v: Any, error: BaseException) -> bool:
    """The end of a `with` block that failed: whether the failure ends here. A program's own manager never sees a bound or an interrupt."""
    if isinstance(v, Instance):
        from .exceptions import caught

        return (caught(error) or "__exit__" not in type(v).flat_) and leave(v, error)
    return leave(v, error)


def compared(test: Any) -> tuple[list[Any], tuple[float, float]]:
    """What an asserted condition compares (a == b, (a == b).all(), torch.equal(a, b), torch.allclose(a, b)), and within which tolerances."""
    kind = type(test).__name__
    if kind == "Compare" and len(test.ops) == 1:
        return [test.left, test.comparators[0]], (0.0, 0.0)
    if kind == "Call":
        name = getattr(test.func, "attr", getattr(test.func, "id", ""))
        if name in ("all", "item") and not test.args:
            return compared(test.func.value) if hasattr(test.func, "value") else ([], (0.0, 0.0))
        if name in ("allclose", "equal", "array_equal", "isclose") and len(test.args) >= 2:
            return test.args[:2], (1e-5, 1e-8) if name in ("allclose", "isclose") and not test.keywords and len(test.args) == 2 else (0.0, 0.0)
    return [], (0.0, 0.0)
