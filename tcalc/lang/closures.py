"""Closures that the compiler puts together from others: blocks, truths, calls, generators, unpacking.

Like all closures they take the frame: see compile.py.
"""

from __future__ import annotations

from ..engine.errors import fail
from ..engine.graph import state
from .diagnostic import add_call, trail_of
from .functions import UserFunction
from .limits import MAX_REENTRY
from .source import Where
from .values import (
    MAX_ITEMS,
    Fields,
    TypeValue,
    Value,
    call,
    call_method,
    did_you_mean,
    iterate,
    suggest,
    to_list,
    too_many,
    truth,
    type_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, NoReturn

    from .run import Session

    Code = Callable[[Any], Any]

NO_KWARGS: dict[str, Any] = {}
SPELLED = {"π": "pi", "τ": "tau", "true": "True", "false": "False", "null": "None", "none": "None", "nil": "None", "NaN": "nan", "ln": "log"}


class Signal:
    """How a statement tells the ones around it that it left early."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


BREAK = Signal("BREAK")
CONTINUE = Signal("CONTINUE")
RETURN = Signal("RETURN")


# -- failures -----------------------------------------------------------------------------------------------------------------


def name_error(name: str, where: Where, session: Session, local: Iterable[str] = ()) -> NoReturn:
    """NameError with near names, or why a Python name is not here."""
    state.where = where
    why = session.tables.refusal(name)
    if why is not None:
        hints = [why]
    elif name in ("_", "ans"):
        hints = ["_ and ans hold the last result: there is none yet"]
    elif name in SPELLED:
        hints = did_you_mean([SPELLED[name]])
    else:
        hints = did_you_mean(suggest(name, dict.fromkeys([*local, *session.names()])))
    explain = [f"{name} is a name of Python that is not in the language."] if why is not None else []
    fail(NameError, f"name '{name}' is not defined", kind="name", op=name, hints=hints, explain=explain)


def unbound(name: str, where: Where, free: bool = False) -> NoReturn:
    """A local variable that has no value yet."""
    state.where = where
    if free:
        fail(NameError, f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope", kind="name", op=name)
    fail(
        UnboundLocalError,
        f"cannot access local variable '{name}' where it is not associated with a value",
        kind="name",
        op=name,
        explain=[f"The function assigns {name} somewhere, so {name} is its own variable there, and it has no value yet."],
        hints=[f"global {name} (or nonlocal {name}) at its top uses the one outside"],
    )


def unpack(value: Any, count: int) -> Any:
    """The `count` items of a value, for a tuple of targets."""
    kind = type(value)
    if kind is tuple or kind is list:
        if len(value) == count:
            return value
        items = value
        more = len(items) > count
    else:
        try:
            source = iterate(value)
        except TypeError as error:
            if "not iterable" in str(error):
                fail(TypeError, f"cannot unpack non-iterable {type_name(value)} object", kind="unpack")
            raise
        items = []
        more = False
        for item in source:
            if len(items) == count:
                more = True
                break
            items.append(item)
        if len(items) == count and not more:
            return items
    if more:
        fail(ValueError, f"too many values to unpack (expected {count})", kind="unpack")
    fail(ValueError, f"not enough values to unpack (expected {count}, got {len(items)})", kind="unpack")


def unpack_starred(value: Any, before: int, after: int) -> list[Any]:
    """The items of a value for targets with one starred among them: before, the list, after."""
    items = to_list(value) if type(value) is not list else value
    if len(items) < before + after:
        fail(ValueError, f"not enough values to unpack (expected at least {before + after}, got {len(items)})", kind="unpack")
    stop = len(items) - after
    return [*items[:before], list(items[before:stop]), *items[stop:]]


def spread(value: Any, out: list[Any]) -> None:
    """`*value` in a call or a display."""
    out += to_list(value)
    if len(out) > MAX_ITEMS:
        too_many(len(out))


def nothing(f: Any) -> None:
    """No statement at all."""


def mute(code: Code) -> Code:
    """A statement that gives no signal, among some that may: what an expression gives must not look like one."""
    if code is nothing:
        return code

    def run(f: Any) -> None:
        code(f)

    return run


def then(first: Code, second: Code) -> Code:
    """Both; the signal is the second one's."""

    def run(f: Any) -> Any:
        first(f)
        return second(f)

    return run


def either(first: Code, second: Code) -> Code:
    """The second only when the first gave no signal."""
    return lambda f: first(f) or second(f)


def truth_at(v: Any, where: Where) -> bool:
    """The truth of a value that is not a bool."""
    state.where = where
    return truth(v)


def choice(test: Code, where: Where, body: Code, orelse: Code) -> Code:
    """body if test else orelse"""

    def run(f: Any) -> Any:
        v = test(f)
        if v is True or (v is not False and truth_at(v, where)):
            return body(f)
        return orelse(f)

    return run


def in_order(codes: list[Code]) -> Code:
    """Statements without signals, one after another."""
    if len(codes) == 1:
        return codes[0]
    if len(codes) == 2:
        a, b = codes

        def run_two(f: Any) -> None:
            a(f)
            b(f)

        return run_two
    if len(codes) == 3:
        a, b, c = codes

        def run_three(f: Any) -> None:
            a(f)
            b(f)
            c(f)

        return run_three
    if len(codes) == 4:
        a, b, c, d = codes

        def run_four(f: Any) -> None:
            a(f)
            b(f)
            c(f)
            d(f)

        return run_four
    if len(codes) <= 16:
        groups = [in_order(codes[i : i + 4]) for i in range(0, len(codes), 4)]
        return in_order(groups)

    def run(f: Any) -> None:
        for code in codes:
            code(f)

    return run


def both(first: Code, where: Where, second: Code, where_second: Where) -> Code:
    """The truth of `first and second`."""

    def run(f: Any) -> bool:
        v = first(f)
        if v is not True and (v is False or not truth_at(v, where)):
            return False
        v = second(f)
        return v is True or (v is not False and truth_at(v, where_second))

    return run


def one_of(first: Code, where: Where, second: Code, where_second: Where) -> Code:
    """The truth of `first or second`."""

    def run(f: Any) -> bool:
        v = first(f)
        if v is True or (v is not False and truth_at(v, where)):
            return True
        v = second(f)
        return v is True or (v is not False and truth_at(v, where_second))

    return run


def in_all(tests: list[Code]) -> Code:
    """Truths joined by `and`, as a truth."""
    if len(tests) == 2:
        a, b = tests
        return lambda f: a(f) and b(f)

    def run(f: Any) -> bool:
        for test in tests:
            if not test(f):
                return False
        return True

    return run


def in_any(tests: list[Code]) -> Code:
    """Truths joined by `or`, as a truth."""
    if len(tests) == 2:
        a, b = tests
        return lambda f: a(f) or b(f)

    def run(f: Any) -> bool:
        for test in tests:
            if test(f):
                return True
        return False

    return run


# -- generators --------------------------------------------------------------------------------------------------------------


def generate(items: Any, frame: Any, loops: list[Any], at: int, element: Code, meter: Any) -> Iterator[Any]:
    """The values of a generator expression, each made when it is asked for. The host asks: depth is bounded, the place restored."""
    _, store, condition = loops[at]
    inner = loops[at + 1][0] if at + 1 < len(loops) else None
    for item in items:
        meter.left -= 1
        if meter.left < 0:
            meter.refill()
        if meter.depth >= MAX_REENTRY:
            raise RecursionError("maximum recursion depth exceeded")
        here = state.where
        meter.depth += 1
        try:
            store(frame, item)
            if condition is not None and not condition(frame):
                meter.depth -= 1
                continue
            value = element(frame) if inner is None else iterate(inner(frame))
        except BaseException as error:
            meter.depth -= 1
            if isinstance(error, Exception):
                trail_of(error, state.where)
            raise
        meter.depth -= 1
        state.where = here
        if inner is None:
            yield value
        else:
            yield from generate(value, frame, loops, at + 1, element, meter)


def generate_plain(items: Any, frame: Any, slot: int, element: Code, meter: Any) -> Iterator[Any]:
    """generate() for (element for x in items)"""
    for item in items:
        meter.left -= 1
        if meter.left < 0:
            meter.refill()
        if meter.depth >= MAX_REENTRY:
            raise RecursionError("maximum recursion depth exceeded")
        frame[slot] = item
        here = state.where
        meter.depth += 1
        try:
            value = element(frame)
        except BaseException as error:
            meter.depth -= 1
            if isinstance(error, Exception):
                trail_of(error, state.where)
            raise
        meter.depth -= 1
        state.where = here
        yield value


def values_of(codes: list[Code]) -> Code:
    """A fresh list of the values of some closures."""
    if not codes:
        return empty_list
    if len(codes) == 1:
        only = codes[0]
        return lambda f: [only(f)]
    if len(codes) == 2:
        a, b = codes
        return lambda f: [a(f), b(f)]
    return lambda f: [code(f) for code in codes]


def guarded(test: Code, body: Code) -> Code:
    """body where test holds"""

    def run(f: Any) -> None:
        if test(f):
            body(f)

    return run


def empty_list(f: Any) -> list[Any]:
    """No arguments."""
    return []


def power(left: Code, number: int, slow: Any, where: Where) -> Code:
    """left ** 2 and other small powers"""

    def run(f: Any) -> Any:
        a = left(f)
        if type(a) is float:
            try:
                return a**number
            except ArithmeticError:
                pass
        elif type(a) is int and -65536 < a < 65536:
            return a**number
        state.where = where
        return slow(a, number)

    return run


# -- calls of what is no plain function -----------------------------------------------------------------------------------------------


def call_function(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], where: Where, meter: Any) -> Any:
    """A function of the program, called from compiled code: no call of the host stands in between."""
    if type(fn) is not UserFunction:
        return call(fn, args, kwargs)
    meter.left -= 1
    if meter.left < 0:
        meter.refill()
    frame = [None, *args, *fn.rest] if fn.arity == len(args) and not kwargs else fn.bind(args, kwargs)
    run_body = fn.run
    try:
        return run_body(frame)
    except Exception as error:
        add_call(error, state.where, fn.signature.qualname, where)
        raise


def call_any(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], where: Where, meter: Any) -> Any:
    """Any value, called from compiled code: classes, methods and instances lead to functions of the program."""
    if not isinstance(fn, Value):
        return call(fn, args, kwargs)
    kind: Any = type(fn)
    if not kind.entered:
        return kind.invoke(fn, args, kwargs)
    if isinstance(fn, TypeValue):
        init = fn.flat.get("__init__")  # type: ignore[attr-defined]
        if type(init) is UserFunction:
            v = kind.new(fn, args)
            kind.made(call_function(init, (v, *args), kwargs, where, meter))
            return v
        return kind.invoke(fn, args, kwargs)
    found = kind.method(fn, "__call__")
    if found is not None:
        return call_function(found[0], (found[1], *args), kwargs, where, meter)
    return kind.invoke(fn, args, kwargs)


def call_member(v: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], where: Where, meter: Any) -> Any:
    """v.name(...)"""
    kind: Any = type(v)
    if isinstance(v, Fields):
        fn = kind.flat_.get(name)
        if type(fn) is UserFunction and name not in kind.properties_ and name not in v.fields:
            meter.left -= 1
            if meter.left < 0:
                meter.refill()
            frame = [None, v, *args, *fn.rest] if fn.arity == len(args) + 1 and not kwargs else fn.bind((v, *args), kwargs)
            run_body = fn.run
            try:
                return run_body(frame)
            except Exception as error:
                add_call(error, state.where, fn.signature.qualname, where)
                raise
    if isinstance(v, Value) and kind.entered:
        found = kind.method(v, name)
        if found is not None:
            return call_function(found[0], (found[1], *args), kwargs, where, meter)
        return call_any(kind.attr(v, name), args, kwargs, where, meter)
    return call_method(v, name, args, kwargs)


# -- calls of functions, by the number of arguments ---------------------------------------------------------------------------------


def call_none(callee: Code, where: Where, meter: Any) -> Code:
    """fn()"""

    def run(f: Any) -> Any:
        fn = callee(f)
        if type(fn) is UserFunction:
            if fn.arity != 0:
                return call_bound(fn, (), where, meter)
            meter.left -= 1
            if meter.left < 0:
                state.where = where
                meter.refill()
            run_body = fn.run
            try:
                return run_body(fn.template.copy())
            except Exception as error:
                add_call(error, state.where, fn.signature.qualname, where)
                raise
        state.where = where
        return call_any(fn, (), NO_KWARGS, where, meter)

    return run


def call_one(callee: Code, first: Code, where: Where, meter: Any) -> Code:
    """fn(a)"""

    def run(f: Any) -> Any:
        fn = callee(f)
        a = first(f)
        if type(fn) is UserFunction:
            if fn.arity != 1:
                return call_bound(fn, (a,), where, meter)
            meter.left -= 1
            if meter.left < 0:
                state.where = where
                meter.refill()
            rest = fn.rest
            frame = [None, a, *rest] if rest else [None, a]
            run_body = fn.run
            try:
                return run_body(frame)
            except Exception as error:
                add_call(error, state.where, fn.signature.qualname, where)
                raise
        state.where = where
        return call_any(fn, (a,), NO_KWARGS, where, meter)

    return run


def call_two(callee: Code, first: Code, second: Code, where: Where, meter: Any) -> Code:
    """fn(a, b)"""

    def run(f: Any) -> Any:
        fn = callee(f)
        a = first(f)
        b = second(f)
        if type(fn) is UserFunction:
            if fn.arity != 2:
                return call_bound(fn, (a, b), where, meter)
            meter.left -= 1
            if meter.left < 0:
                state.where = where
                meter.refill()
            rest = fn.rest
            frame = [None, a, b, *rest] if rest else [None, a, b]
            run_body = fn.run
            try:
                return run_body(frame)
            except Exception as error:
                add_call(error, state.where, fn.signature.qualname, where)
                raise
        state.where = where
        return call_any(fn, (a, b), NO_KWARGS, where, meter)

    return run


def call_three(callee: Code, first: Code, second: Code, third: Code, where: Where, meter: Any) -> Code:
    """fn(a, b, c)"""

    def run(f: Any) -> Any:
        fn = callee(f)
        a = first(f)
        b = second(f)
        c = third(f)
        if type(fn) is UserFunction:
            if fn.arity != 3:
                return call_bound(fn, (a, b, c), where, meter)
            meter.left -= 1
            if meter.left < 0:
                state.where = where
                meter.refill()
            rest = fn.rest
            frame = [None, a, b, c, *rest] if rest else [None, a, b, c]
            run_body = fn.run
            try:
                return run_body(frame)
            except Exception as error:
                add_call(error, state.where, fn.signature.qualname, where)
                raise
        state.where = where
        return call_any(fn, (a, b, c), NO_KWARGS, where, meter)

    return run


def call_none_global(get: Any, name: str, default: Any, callee: Code, args: list[Code], where: Where, meter: Any) -> Code:
    """name() of a global name"""

    def run(f: Any) -> Any:
        fn = get(name, default)
        if fn is None:
            fn = callee(f)  # not defined, or bound to None
        if type(fn) is UserFunction:
            if fn.arity != 0:
                return call_bound(fn, (), where, meter)
            meter.left -= 1
            if meter.left < 0:
                state.where = where
                meter.refill()
            run_body = fn.run
            try:
                return run_body(fn.template.copy())
            except Exception as error:
                add_call(error, state.where, fn.signature.qualname, where)
                raise
        state.where = where
        return call_any(fn, (), NO_KWARGS, where, meter)

    return run


def call_one_global(get: Any, name: str, default: Any, callee: Code, args: list[Code], where: Where, meter: Any) -> Code:
    """name(a) of a global name"""
    (first,) = args

    def run(f: Any) -> Any:
        fn = get(name, default)
        if fn is None:
            fn = callee(f)  # not defined, or bound to None
        a = first(f)
        if type(fn) is UserFunction:
            if fn.arity != 1:
                return call_bound(fn, (a,), where, meter)
            meter.left -= 1
            if meter.left < 0:
                state.where = where
                meter.refill()
            rest = fn.rest
            frame = [None, a, *rest] if rest else [None, a]
            run_body = fn.run
            try:
                return run_body(frame)
            except Exception as error:
                add_call(error, state.where, fn.signature.qualname, where)
                raise
        state.where = where
        return call_any(fn, (a,), NO_KWARGS, where, meter)

    return run


def call_two_global(get: Any, name: str, default: Any, callee: Code, args: list[Code], where: Where, meter: Any) -> Code:
    """name(a, b) of a global name"""
    first, second = args

    def run(f: Any) -> Any:
        fn = get(name, default)
        if fn is None:
            fn = callee(f)  # not defined, or bound to None
        a = first(f)
        b = second(f)
        if type(fn) is UserFunction:
            if fn.arity != 2:
                return call_bound(fn, (a, b), where, meter)
            meter.left -= 1
            if meter.left < 0:
                state.where = where
                meter.refill()
            rest = fn.rest
            frame = [None, a, b, *rest] if rest else [None, a, b]
            run_body = fn.run
            try:
                return run_body(frame)
            except Exception as error:
                add_call(error, state.where, fn.signature.qualname, where)
                raise
        state.where = where
        return call_any(fn, (a, b), NO_KWARGS, where, meter)

    return run


def call_three_global(get: Any, name: str, default: Any, callee: Code, args: list[Code], where: Where, meter: Any) -> Code:
    """name(a, b, c) of a global name"""
    first, second, third = args

    def run(f: Any) -> Any:
        fn = get(name, default)
        if fn is None:
            fn = callee(f)  # not defined, or bound to None
        a = first(f)
        b = second(f)
        c = third(f)
        if type(fn) is UserFunction:
            if fn.arity != 3:
                return call_bound(fn, (a, b, c), where, meter)
            meter.left -= 1
            if meter.left < 0:
                state.where = where
                meter.refill()
            rest = fn.rest
            frame = [None, a, b, c, *rest] if rest else [None, a, b, c]
            run_body = fn.run
            try:
                return run_body(frame)
            except Exception as error:
                add_call(error, state.where, fn.signature.qualname, where)
                raise
        state.where = where
        return call_any(fn, (a, b, c), NO_KWARGS, where, meter)

    return run


CALLS: tuple[Callable[..., Code], ...] = (call_none, call_one, call_two, call_three)
GLOBAL_CALLS: tuple[Callable[..., Code], ...] = (call_none_global, call_one_global, call_two_global, call_three_global)


def call_bound(fn: UserFunction, args: tuple[Any, ...], where: Where, meter: Any) -> Any:
    """A call whose arguments have to be matched with the parameters first."""
    state.where = where
    meter.left -= 1
    if meter.left < 0:
        meter.refill()
    frame = fn.bind(args, NO_KWARGS)
    run_body = fn.run
    try:
        return run_body(frame)
    except Exception as error:
        add_call(error, state.where, fn.signature.qualname, where)
        raise


def call_planned(callee: Code, values: Code, given: int, names: tuple[str, ...], where: Where, meter: Any) -> Code:
    """fn(a, b, lr=c): how the arguments meet the parameters is found once for each signature that comes by."""
    known: Any = None
    plan: Any = None

    def run(f: Any) -> Any:
        nonlocal known, plan
        fn = callee(f)
        args = values(f)
        if type(fn) is not UserFunction:
            state.where = where
            if names:
                return call_any(fn, tuple(args[:given]), dict(zip(names, args[given:])), where, meter)
            return call_any(fn, tuple(args), NO_KWARGS, where, meter)
        meter.left -= 1
        if meter.left < 0:
            state.where = where
            meter.refill()
        if fn.signature is not known:
            known = fn.signature
            plan = known.plan(given, names)
        if plan is None:
            state.where = where
            frame = fn.bind(args[:given], dict(zip(names, args[given:])))
        else:
            slots, missing = plan
            if slots is None:
                frame = [None, *args, *fn.rest]
            else:
                frame = fn.template.copy()
                for slot, value in zip(slots, args):
                    frame[slot] = value
                for slot, at in missing:
                    frame[slot] = fn.defaults[at]
        run_body = fn.run
        try:
            return run_body(frame)
        except Exception as error:
            add_call(error, state.where, fn.signature.qualname, where)
            raise

    return run
