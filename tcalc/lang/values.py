"""The value side of the language: what the compiled closures call to operate on values.

PROTOCOL between compile.py / run.py and this module (whoever is second adapts)
==============================================================================
Operators. `op` is a string; the tables give the direct function, so that the compiler looks it up once:

    BINARY[op](a, b)    op in: add sub mul div floordiv mod pow matmul and or xor lshift rshift
    INPLACE[op](a, b)   the same names; returns the value to store back (tensors are written in place, lists extended)
    UNARY[op](a)        op in: neg pos invert not
    COMPARE[op](a, b)   op in: eq ne lt le gt ge is isnot in notin   (may return a Tensor: use truth() for chains)
    binary(op, a, b) unary(op, a) compare(op, a, b) inplace(op, a, b)   the same by name

Values.

    truth(v) -> bool                      iterate(v) -> host iterator over the values of v
    get_attribute(v, name)                set_attribute(v, name, new)
    get_item(v, key)  set_item(v, key, new)  del_item(v, key)      key: any value, a host slice, a tuple of those, Ellipsis
    call(fn, args: tuple, kwargs: dict)   enter(v) -> value of `as`    leave(v, error or None) -> bool
    format_value(v, conversion, spec) -> str     conversion: '' 's' 'r' 'a'; spec: str   (f-strings)
    repr_value(v) str_value(v) type_name(v)
    (*args / **kwargs in calls: the compiler builds the tuple and dict itself with iterate().)

Types defined here: Function (base class: compile.UserFunction derives from it; slots `name`, and defines
invoke(args, kwargs), `parameters`: tuple of positional parameter names), Builtin, BoundMethod, Namespace, ContextManager,
TypeValue, Form, GradFunction ... Every other value is a host object of a listed type (int, str, list, Tensor ...).
A list/tuple/dict/set display, a slice, a range and a comprehension are the plain host objects.

State. `state` is per thread (a _thread._local): `state.sink(text)` gets what print writes (run.py sets it; default
sys.stdout.write), `state.session` the running Session or None, `state.hints` the list of hints of the running statement
(run.py empties it), `state.report` the last form report (GradReport facts) or None, `state.tick(n)` or None: called by
loops inside builtins (sorted, sum, map ...) with the number of steps done, may raise (step and time limits).

Names. tables.lookup(name) -> value or tables.MISSING; tables.names() -> all bare names; tables.import_module(dotted) ->
Namespace; tables.import_from(dotted, name) -> value (both raise ModuleNotFoundError / ImportError with what exists).

Errors are Python's own exception classes with PyTorch's / Python's sentence; `exc.facts` (engine.errors.Facts) holds
hints such as did-you-mean. NameError is the compiler's: use suggest(name, candidates) -> list[str] from here.
"""

from __future__ import annotations

import _operator as operator
from _collections import OrderedDict  # type: ignore[import-not-found]
from _thread import _local
from itertools import islice

from ..engine import Size, Tensor, limits
from ..engine.errors import Facts, fail
from ..engine.registry import ATTRIBUTES, METHODS, NAMESPACES, SETTERS
from .formatting import MAX_TEXT, format_value, percent, repr_value, str_value, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, NoReturn

__all__ = [
    "BINARY",
    "COMPARE",
    "INPLACE",
    "UNARY",
    "BoundMethod",
    "Builtin",
    "ContextManager",
    "Function",
    "Instance",
    "Namespace",
    "TypeValue",
    "Value",
    "binary",
    "call",
    "call_method",
    "compare",
    "del_attribute",
    "del_item",
    "enter",
    "format_value",
    "get_attribute",
    "get_item",
    "inplace",
    "iterate",
    "leave",
    "repr_value",
    "set_attribute",
    "set_item",
    "state",
    "str_value",
    "suggest",
    "truth",
    "type_name",
    "type_of",
    "unary",
]

MAX_BITS = 1 << 16  # bits of an integer
MAX_ITEMS = 1 << 24  # items of a list, tuple, set or dict
_BIG = 1 << MAX_BITS
_CHUNK = 4096
_NOTED = 1 << 12  # items, characters: what is longer counts against the memory bound
MAX_KEY_DEPTH = 500  # tuples inside each other in a key: the host's hash() has no bound of its own
MAX_KEY_PARTS = 1 << 20  # tuples in a key
MAX_ITERATORS = 200  # iterators inside each other: nor has next()


class State(_local):
    """What the running program writes to and is bounded by, one a thread (run.py fills it in)."""

    def __init__(self) -> None:
        self.sink: Callable[[str], object] | None = None
        self.session: Any = None
        self.hints: list[str] = []
        self.report: Any = None
        self.tick: Callable[[int], object] | None = None
        self.depth = 0  # forms evaluating inside each other
        self.handling: list[BaseException] = []  # what the `except` blocks that are running have caught


state = State()


def hint(text: str) -> None:
    """Leave a line that a terminal shows under the result, once a statement."""
    if text not in state.hints and len(state.hints) < 20:
        state.hints.append(text)


def tick(n: int) -> None:
    """Count n steps of a loop inside a builtin against the program's limits."""
    count = state.tick
    if count is not None:
        count(n)


def noted(v: Any) -> Any:
    """A list, tuple or text that the host just made, counted against the memory bound."""
    if v.__class__ in _HOLDERS and len(v) > _NOTED:
        limits.grown(len(v) * (1 if v.__class__ is str else 8))
    return v


_HOLDERS = frozenset({list, tuple, str, dict, set, frozenset})


# -- keys and iterators, bounded --------------------------------------------------------------------------------------------------


def as_key(v: Any) -> Any:
    """A value that goes where the host hashes it: TypeError when tuples are nested too deeply in it."""
    if v.__class__ is tuple or v.__class__ is slice:
        _check_key(v)
    return v


def as_keys(values: list[Any]) -> list[Any]:
    """as_key() of each."""
    kinds = set(map(type, values))
    if tuple in kinds or slice in kinds:
        for v in values:
            as_key(v)
    return values


def _check_key(v: Any) -> None:
    level: list[Any] = [v]
    count = 0
    for _ in range(MAX_KEY_DEPTH):
        inner: list[Any] = []
        for t in level:
            for x in (t.start, t.stop, t.step) if t.__class__ is slice else t:
                if x.__class__ is tuple or x.__class__ is slice:
                    inner.append(x)
            if len(inner) > MAX_KEY_PARTS:
                break
        if not inner:
            return
        count += len(inner)
        if count > MAX_KEY_PARTS:
            fail(TypeError, f"a key of more than {MAX_KEY_PARTS} tuples cannot be hashed here", kind="limit")
        level = inner
    fail(TypeError, f"a key of tuples nested more than {MAX_KEY_DEPTH} deep cannot be hashed here", kind="limit")


def nested(iterator: Any, sources: Sequence[Any] = ()) -> Any:
    """An iterator over other iterators (map, zip, a generator over ``sources``), whose nesting is bounded: RuntimeError beyond.

    A generator keeps its depth in ``__qualname__``, which no program sees, since it takes no attributes of ours.
    """
    level = [iterator, *sources[:64]]
    deepest = generators = 0
    for depth in range(MAX_ITERATORS):
        inner: list[Any] = []
        for it in level:
            kind = it.__class__
            if kind in _WRAPPERS:
                inner += [x for x in it.__reduce__()[1] if x.__class__ in _WRAPPERS or x.__class__ is _GENERATOR or x.__class__ is tuple and kind is zip]
            elif kind is tuple:
                inner += [x for x in it if x.__class__ in _WRAPPERS or x.__class__ is _GENERATOR]
            elif kind is _GENERATOR and it is not iterator:
                name = it.__qualname__
                generators = max(generators, depth + (int(name) if name.isdecimal() else 1))
        deepest = max(depth, generators)
        if not inner:
            break
        level = inner[:64]
    if deepest < MAX_ITERATORS - 1:
        if iterator.__class__ is _GENERATOR:
            iterator.__qualname__ = str(deepest + 1)
        return iterator
    fail(
        RuntimeError,
        f"more than {MAX_ITERATORS} iterators inside each other",
        kind="limit",
        hints=["list(...) takes the values out"],
    )


_WRAPPERS = frozenset({map, filter, enumerate, zip})
_GENERATOR: Any = type(_ for _ in ())
LAZY = _WRAPPERS | {_GENERATOR}


# -- did you mean ---------------------------------------------------------------------------------------------------------------


def suggest(name: str, candidates: Iterable[str], count: int = 3) -> list[str]:
    """The candidates nearest to `name`, best first; none when nothing is near."""
    if len(name) > 64:
        return []
    low = name.lower()
    allowed = max(1, (len(name) + 1) // 3)
    found: list[tuple[float, int, str]] = []
    for other in candidates:
        if other[:1] == "_" != name[:1]:
            continue
        if abs(len(other) - len(name)) > allowed:
            if len(name) >= 3 and other.startswith(low):
                found.append((allowed, len(other), other))
            continue
        distance = _distance(low, other.lower(), allowed)
        if distance <= allowed and distance < len(name):
            far = (other[:1].lower() != low[:1]) / 2 + (name == low and other != other.lower()) * 0.75
            found.append((distance + far, len(other), other))
    found.sort()
    return [other for score, _, other in found[:count] if score <= found[0][0] + 0.5]


def _distance(a: str, b: str, limit: int) -> int:
    """Edits (insert, delete, replace, swap neighbours) between two words; beyond `limit`, some larger number."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            d = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                d = min(d, older[j - 2] + 1)
            row.append(d)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def did_you_mean(names: list[str]) -> list[str]:
    """The hint line for near names, or none."""
    return ["did you mean " + " or ".join(names) + "?"] if names else []


# -- the language's own types ---------------------------------------------------------------------------------------------------


class Value:
    """Base of the language's own types: what a value of it can do, all of it refused until a subclass says otherwise."""

    __slots__ = ()
    type_name = "object"
    entered = False  # whether a call of it, or of a method of it, may end in a program's function (closures.call_any)

    def attr(self, name: str) -> Any:
        """`v.name`"""
        no_attribute(self, name, self.attr_names())

    def attr_names(self) -> Iterable[str]:
        """Names of its attributes, for completion and near names."""
        return ()

    def set_attr(self, name: str, new: Any) -> None:
        """`v.name = new`"""
        fail(AttributeError, f"cannot set attribute {name!r} of '{self.type_name}' object", kind="attribute")

    def del_attr(self, name: str) -> None:
        """`del v.name`"""
        fail(AttributeError, f"cannot delete attribute '{name}' of '{type_name(self)}' object", kind="attribute")

    def method(self, name: str) -> tuple[Any, Any] | None:
        """(function, first argument) of `v.name(...)` where a program's class defines it; None otherwise."""
        return None

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """`v(*args, **kwargs)`"""
        _not_callable(self)

    def item(self, key: Any) -> Any:
        """`v[key]`"""
        fail(TypeError, f"'{self.type_name}' object is not subscriptable", kind="type")

    def set_item(self, key: Any, new: Any) -> None:
        """`v[key] = new`"""
        fail(TypeError, f"'{self.type_name}' object does not support item assignment", kind="type")

    def del_item(self, key: Any) -> None:
        """`del v[key]`"""
        fail(TypeError, f"'{self.type_name}' object does not support item deletion", kind="type")

    def contains(self, v: Any) -> bool | None:
        """`v in self` where the type says it; None where the values are to be looked through."""
        return None

    def iterate(self) -> Iterator[Any]:
        """`for x in v`"""
        fail(TypeError, f"'{self.type_name}' object is not iterable", kind="type")

    def binary(self, op: str, other: Any, reflected: bool) -> Any:
        """`v op other` (or `other op v` when reflected); NotImplemented where it has no meaning."""
        return NotImplemented

    def inplace(self, op: str, other: Any) -> Any:
        """`v op= other`: what v is afterwards; NotImplemented where it is `v = v op other`."""
        return NotImplemented

    def unary(self, op: str) -> Any:
        """`-v`, `+v`, `~v`; NotImplemented where it has no meaning."""
        return NotImplemented

    def compare(self, op: str, other: Any, reflected: bool) -> Any:
        """`v < other` and so on; NotImplemented where it has no meaning."""
        return NotImplemented

    def truth(self) -> bool:
        """`if v`"""
        return True

    def length(self) -> int:
        """`len(v)`"""
        fail(TypeError, f"object of type '{self.type_name}' has no len()", kind="type")

    def enter(self) -> Any:
        """What `with v as x` gives x."""
        _not_a_context(self)

    def leave(self, failed: bool) -> None:
        """The end of the `with` block."""


class Instance(Value):
    """Base of the instances of a program's classes (classes.py)."""

    __slots__ = ()
    cls_: Any = None  # its class
    flat_: dict[str, Any] = {}  # what stands in its class and the program's classes above it
    properties_: Any = frozenset()  # which of those are properties

    def exit(self, error: BaseException | None) -> bool:
        """The end of the `with` block; whether the failure ends here."""
        _not_a_context(self)

    def exception_text(self) -> str | None:
        """What the class's own __str__ says of an exception; None where it has none."""
        return None


class Fields(Instance):
    """Base of those whose fields are a dictionary of their own: of classes that do not derive from one of the engine."""

    __slots__ = ("fields",)

    fields: dict[str, Any]


class Callable_(Value):
    """A value that can be called; the host calls it, too (hooks, sort keys), and reaches nothing but the call."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.invoke(args, kwargs)

    @property
    def __name__(self) -> str:
        """For the engine's messages: hook 'double' has changed the size of value."""
        return self.name  # type: ignore[attr-defined,no-any-return]

    def __deepcopy__(self, memo: Any) -> Callable_:
        return self  # copy.deepcopy of what holds functions

    def __copy__(self) -> Callable_:
        return self


class Function(Callable_):
    """Base of functions that a program defines; compile.py's UserFunction gives it a body in invoke()."""

    __slots__ = ("doc", "name", "parameters")
    type_name = "function"

    def __init__(self, name: str, parameters: tuple[str, ...] = (), doc: str | None = None) -> None:
        self.name = name
        self.parameters = parameters
        self.doc = doc

    @property
    def qualname(self) -> str:
        """The name with the class or function that it is defined in."""
        return self.name

    def __repr__(self) -> str:
        return f"<function {self.qualname} at {id(self):#x}>"

    def attr(self, name: str) -> Any:
        if name == "__name__":
            return self.name
        if name == "__qualname__":
            return self.qualname
        if name == "__doc__":
            return self.doc
        if name == "__class__":
            return type_of(self)
        no_attribute(self, name, self.attr_names())

    def attr_names(self) -> Iterable[str]:
        return ("__name__", "__doc__")


class Builtin(Callable_):
    """A function of the tables: a name and the host function behind it, which no program reaches."""

    __slots__ = ("doc", "host", "module", "name")
    type_name = "builtin_function_or_method"

    def __init__(self, name: str, host: Callable[..., Any], doc: str | None = None, module: str = "") -> None:
        self.name = name
        self.host = host
        self.doc = doc
        self.module = module

    def __repr__(self) -> str:
        return f"<built-in function {self.name}>"

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            return self.host(*args, **kwargs)
        except AttributeError as error:
            if "facts" in error.__dict__ or "own" in error.__dict__:
                raise
            from .hosts import misfit

            misfit(self.name, args, kwargs, error)

    def attr(self, name: str) -> Any:
        if name == "__name__" or name == "__qualname__":
            return self.name
        if name == "__doc__":
            return self.doc or self.host.__doc__
        if name == "__class__":
            return type_of(self)
        no_attribute(self, name, ("__name__", "__doc__"))


class BoundMethod(Callable_):
    """`x.sin`: a method with the value it belongs to."""

    __slots__ = ("host", "name", "owner")
    type_name = "builtin_function_or_method"

    def __init__(self, owner: Any, host: Callable[..., Any], name: str) -> None:
        self.owner = owner
        self.host = host
        self.name = name

    def __repr__(self) -> str:
        return f"<built-in method {self.name} of {type_name(self.owner)} object at {id(self.owner):#x}>"

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return _call_bound(self.owner, self.host, self.name, args, kwargs)

    def attr(self, name: str) -> Any:
        if name == "__name__":
            return self.name
        if name == "__doc__":
            return self.host.__doc__
        no_attribute(self, name, ("__name__", "__doc__"))


class Namespace(Value):
    """`torch`, `F`, `math`: names to values. `find` makes a value at its first use; `listing` gives all names."""

    __slots__ = ("_find", "_listing", "name", "settable", "table")
    type_name = "module"

    def __init__(
        self,
        name: str,
        table: dict[str, Any] | None = None,
        find: Callable[[str], Any] | None = None,
        listing: Callable[[], Iterable[str]] | None = None,
        settable: bool = False,
    ) -> None:
        self.name = name
        self.table: dict[str, Any] = {} if table is None else table
        self._find = find
        self._listing = listing
        self.settable = settable

    def __repr__(self) -> str:
        return f"<module '{self.name}'>"

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, or the default."""
        table = self.table
        if name in table:
            v = table[name]
            if type(v) is Lazy:
                v = table[name] = v.make()
            return v
        if self._find is not None:
            v = self._find(name)
            if v is not None:
                table[name] = v
                return v
        return default

    def attr(self, name: str) -> Any:
        v = self.get(name, _ABSENT)
        if v is _ABSENT:
            if name == "__name__":
                return self.name
            from .tables import missing_name

            missing_name(self, name)
        return v

    def attr_names(self) -> Iterable[str]:
        names = set(self.table)
        if self._listing is not None:
            names.update(self._listing())
        return sorted(names)

    def set_attr(self, name: str, new: Any) -> None:
        if not self.settable:
            fail(
                AttributeError,
                f"module '{self.name}' cannot be changed: {name} stays what it is",
                kind="attribute",
                hints=[f"a variable of your own: {name} = ..."],
            )
        if name not in self.table:
            no_attribute(self, name, self.attr_names())
        self.table[name] = new


class Lazy:
    """A place in a namespace's table whose value is made at its first use."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


_ABSENT = Lazy(lambda: None)


class ContextManager(Callable_):
    """`torch.no_grad()` and its like: for `with`, and as a decorator. `make()` gives a fresh host manager for each block."""

    __slots__ = ("active", "make", "name")
    type_name = "context manager"

    def __init__(self, name: str, make: Callable[[], Any], active: Any = None) -> None:
        self.name = name
        self.make = make
        self.active: list[Any] = [] if active is None else [active]

    def __repr__(self) -> str:
        return f"<{self.name} object at {id(self):#x}>"

    def enter(self) -> Any:
        manager = self.make()
        entered = manager.__enter__()
        self.active.append(manager)
        return self if entered is manager else entered

    def leave(self, failed: bool) -> None:
        self.active.pop().__exit__(None, None, None)

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if len(args) != 1 or kwargs or not isinstance(args[0], Callable_):
            fail(TypeError, f"{self.name}() takes a function to decorate", kind="type", hints=[f"with {self.name}(): ..."])
        return Decorated(self, args[0])


class Decorated(Function):
    """A function that runs inside a context manager: `@torch.no_grad()`."""

    __slots__ = ("function", "manager")

    def __init__(self, manager: ContextManager, function: Any) -> None:
        Function.__init__(self, getattr(function, "name", "function"), getattr(function, "parameters", ()), getattr(function, "doc", None))
        self.manager = manager
        self.function = function

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        manager = self.manager.make()
        manager.__enter__()
        try:
            return call(self.function, args, kwargs)
        finally:
            manager.__exit__(None, None, None)


class TypeValue(Callable_):
    """A type as a value: `int`, `torch.Tensor`, what `type(x)` gives. Calling it makes a value, isinstance() asks it."""

    __slots__ = ("build", "doc", "hosts", "name", "qualified", "test")
    type_name = "type"

    def __init__(
        self,
        name: str,
        hosts: tuple[type, ...] = (),
        build: Callable[..., Any] | None = None,
        qualified: str = "",
        test: Callable[[Any], bool] | None = None,
        doc: str | None = None,
    ) -> None:
        self.name = name
        self.hosts = hosts
        self.build = build
        self.qualified = qualified or name
        self.test = test
        self.doc = doc

    def __repr__(self) -> str:
        return f"<class '{self.qualified}'>"

    def has(self, v: Any) -> bool:
        """isinstance(v, self)"""
        return isinstance(v, self.hosts) and (self.test is None or self.test(v))

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.build is None:
            fail(TypeError, f"cannot create '{self.name}' instances", kind="type")
        return self.build(*args, **kwargs)

    def attr(self, name: str) -> Any:
        if name == "__name__" or name == "__qualname__":
            return self.name
        if name == "__doc__":
            return self.doc
        for host in self.hosts:
            if issubclass(host, Tensor):
                method = METHODS.get(name)
            else:
                info = info_of(host)
                method = None if info is None else info.methods.get(name)
            if method is not None:
                return Builtin(name, _of_type(self, name, method), method.__doc__)
            if name == "fromkeys" and host is dict:
                return Builtin(name, _fromkeys)
        fail(AttributeError, f"type object '{self.name}' has no attribute '{name}'", kind="attribute")

    def compare(self, op: str, other: Any, reflected: bool) -> Any:
        if type(other).__module__ == "numpy.dtypes" and op in ("eq", "ne"):  # a.dtype == np.float32
            return (other == self.hosts[0]) is (op == "eq")
        return NotImplemented

    def binary(self, op: str, other: Any, reflected: bool) -> Any:
        if op == "or" and isinstance(other, (TypeValue, tuple)):  # int | float, for isinstance
            mine = (self,)
            rest = other if isinstance(other, tuple) else (other,)
            return rest + mine if reflected else mine + rest
        return NotImplemented


def _of_type(kind: TypeValue, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """A method taken from its type, `Tensor.sin`: its first argument must be of that type."""

    def unbound(*args: Any, **kwargs: Any) -> Any:
        if not args:
            fail(TypeError, f"unbound method {kind.name}.{name}() needs an argument", kind="type")
        if not isinstance(args[0], kind.hosts):
            owner = "torch._C.TensorBase" if kind.name == "Tensor" else kind.name
            fail(TypeError, f"descriptor '{name}' for '{owner}' objects doesn't apply to a '{type_name(args[0])}' object", kind="type")
        if isinstance(args[0], Tensor):
            return _call_bound(args[0], method, name, args[1:], kwargs)
        return noted(method(*args, **kwargs))

    return unbound


# -- tables of host types -------------------------------------------------------------------------------------------------------


class Info:
    """What a program may do with values of one host type."""

    __slots__ = ("assign", "attributes", "fallback", "iterable", "methods", "name", "protocol", "setters")

    def __init__(
        self,
        name: str,
        attributes: dict[str, Callable[[Any], Any]] | None = None,
        methods: dict[str, Callable[..., Any]] | None = None,
        setters: dict[str, Callable[[Any, Any], Any]] | None = None,
        iterable: bool = False,
        fallback: Callable[[Any, str], Any] | None = None,
        assign: Callable[[Any, str, Any], None] | None = None,
        protocol: dict[str, Callable[..., Any]] | None = None,
    ) -> None:
        self.name = name
        self.assign = assign  # (value, name, new): any other name
        self.protocol: dict[str, Callable[..., Any]] = {} if protocol is None else protocol  # "call", "len", "getitem" ...
        self.attributes: dict[str, Callable[[Any], Any]] = {} if attributes is None else attributes
        self.methods: dict[str, Callable[..., Any]] = {} if methods is None else methods
        self.setters: dict[str, Callable[[Any, Any], Any]] = {} if setters is None else setters
        self.iterable = iterable
        self.fallback = fallback  # (value, name) -> attribute or NotImplemented: names that are no fixed list


INFO: dict[type, Info] = {Tensor: Info("Tensor", ATTRIBUTES, METHODS, SETTERS, True)}


def info_of(kind: type) -> Info | None:
    """The table of a host type; the tables of the rarer types are made when one of them turns up."""
    found = INFO.get(kind)
    if found is None:
        from .builtins import make_info

        found = make_info(kind)
        if found is not None:
            INFO[kind] = found
    return found


def no_attribute(v: Any, name: str, candidates: Iterable[str]) -> NoReturn:
    """AttributeError with Python's sentence and near names."""
    what = f"module '{v.name}'" if type(v) is Namespace else f"'{type_name(v)}' object"
    near = [n if type(v) is not Namespace else f"{v.name}.{n}" for n in suggest(name, candidates)]
    exc = AttributeError(f"{what} has no attribute '{name}'")
    exc.facts = Facts("attribute", op=name, hints=did_you_mean(near))  # type: ignore[attr-defined]
    raise exc


def get_attribute(v: Any, name: str) -> Any:
    """`v.name`, from the tables of v's type."""
    kind = type(v)
    if kind is Tensor:
        getter = ATTRIBUTES.get(name)
        if getter is not None:
            return getter(v)
        method = METHODS.get(name)
        if method is not None:
            return BoundMethod(v, method, name)
    elif isinstance(v, Value):
        return kind.attr(v, name)  # through the type: an instance's own fields never stand in its place
    info = info_of(kind)
    if info is None:
        if name == "__class__":
            return type_of(v)
        no_attribute(v, name, ())
    getter = info.attributes.get(name)
    if getter is not None:
        return getter(v)
    method = info.methods.get(name)
    if method is not None:
        return BoundMethod(v, method, name)
    if name == "__class__":
        return type_of(v)
    if info.fallback is not None:
        found = info.fallback(v, name)
        if found is not NotImplemented:
            return found
    no_attribute(v, name, [*info.attributes, *info.methods])


def set_attribute(v: Any, name: str, new: Any) -> None:
    """`v.name = new`"""
    if isinstance(v, Value):
        type(v).set_attr(v, name, new)
        return
    info = info_of(type(v))
    setter = None if info is None else info.setters.get(name)
    if setter is not None:
        setter(v, new)
        return
    known = () if info is None else (*info.attributes, *info.methods)
    if info is not None and info.assign is not None:
        info.assign(v, name, new)
        return
    if name in known:
        fail(
            AttributeError,
            f"attribute '{name}' of '{type_name(v)}' objects is not writable",
            kind="attribute",
            hints=[f"what can be set: {', '.join(info.setters)}"] if info is not None and info.setters else [],
        )
    settable = () if info is None else info.setters
    exc = AttributeError(f"'{type_name(v)}' object has no attribute '{name}'")
    exc.facts = Facts("attribute", op=name, hints=did_you_mean(suggest(name, settable)))  # type: ignore[attr-defined]
    raise exc


def del_attribute(v: Any, name: str) -> None:
    """`del v.name`"""
    if isinstance(v, Tensor) and name == "grad":
        SETTERS["grad"](v, None)
        return
    if isinstance(v, Value):
        type(v).del_attr(v, name)
        return
    info = info_of(type(v))
    if info is not None and info.assign is not None:
        from .hosts import find, unassign

        unassign(find(type(v)), v, name)  # type: ignore[arg-type]
        return
    fail(AttributeError, f"cannot delete attribute '{name}' of '{type_name(v)}' object", kind="attribute")


def attribute_names(v: Any) -> list[str]:
    """All attributes of a value, for completion and dir()."""
    if isinstance(v, Value):
        return sorted(type(v).attr_names(v))
    info = info_of(type(v))
    if info is not None and info.assign is not None:
        from .hosts import open_names

        return sorted({*info.attributes, *info.methods, *open_names(v)})
    return [] if info is None else sorted({*info.attributes, *info.methods})


# -- types as values ------------------------------------------------------------------------------------------------------------

_types: dict[Any, TypeValue] = {}


def type_of(v: Any) -> TypeValue:
    """`type(v)`"""
    if isinstance(v, Value):
        if isinstance(v, Instance):
            return type(v).cls_  # type: ignore[no-any-return]
        if isinstance(v, TypeValue):
            from .builtins import TYPE

            return TYPE
        key: Any = v.type_name
        found = _types.get(key)
        if found is None:
            found = _types[key] = TypeValue(key, (type(v),), None)
        return found
    kind = type(v)
    if kind.__name__ in ("Node", "AccumulateGrad") and hasattr(kind, "next_functions"):  # of the graph: PyTorch has a class for each operation
        name = str(v.name()).rpartition(":")[2]
        found = _types.get(("node", name))
        if found is None:
            found = _types["node", name] = TypeValue(name, (kind,), None, test=lambda node: node.name().endswith(name))
        return found
    found = _types.get(kind)
    if found is None:
        from .builtins import TYPES

        found = TYPES.get(kind)
        if found is None and kind.__module__ in ("numpy", "numpy.dtypes"):
            from .arrays import type_value

            found = type_value(kind)
        if found is None:
            found = _registered(kind)
        if found is None:
            module = kind.__module__
            if module.startswith("tcalc"):
                module = "torch"
            name = kind.__name__
            found = TypeValue(name, (kind,), None, name if module == "builtins" else f"{module}.{name}")
        _types[kind] = found
    return found


def _registered(kind: type) -> TypeValue | None:
    """The class of an exception or of an object of the engine."""
    if issubclass(kind, BaseException):
        from .exceptions import class_of

        return class_of(kind)
    from .hosts import find

    return find(kind)


# -- calls ----------------------------------------------------------------------------------------------------------------------


def _not_callable(fn: Any) -> NoReturn:
    hints = []
    if isinstance(fn, (int, float, complex)):
        hints = ["a product needs its sign: 2*(x + 1)"]
    elif isinstance(fn, Tensor):
        hints = ["x[i] indexes, x(...) calls; a product needs its sign: x*(y + 1)"]
    elif isinstance(fn, (list, tuple, dict)):
        hints = ["v[i] indexes"]
    elif type(fn) is Namespace:
        hints = [f"{fn.name} is a module; its functions: {', '.join(list(fn.attr_names())[:4])} ..."]
    fail(TypeError, f"'{type_name(fn)}' object is not callable", kind="call", hints=hints)


def call(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`fn(*args, **kwargs)`"""
    if isinstance(fn, Value):
        return type(fn).invoke(fn, args, kwargs)
    info = info_of(type(fn))
    if info is not None:
        host = info.protocol.get("call")
        if host is not None:
            return host(fn, *args, **kwargs)
    _not_callable(fn)


def call_method(v: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`v.name(*args, **kwargs)` without making the bound method in between."""
    if type(v) is Tensor:
        method = METHODS.get(name)
        if method is not None:
            if not args and not kwargs:
                return method(v)
            return _call_bound(v, method, name, args, kwargs)
    elif not isinstance(v, Value):
        info = info_of(type(v))
        if info is not None:
            method = info.methods.get(name)
            if method is not None:
                return noted(method(v, *args, **kwargs))
    return call(get_attribute(v, name), args, kwargs)


def _call_bound(owner: Any, host: Callable[..., Any], name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not isinstance(owner, Tensor):
        return noted(host(owner, *args, **kwargs))
    try:
        return host(owner, *args, **kwargs)
    except AttributeError as exc:
        if hasattr(exc, "facts"):
            raise
        wrong = [v for v in (*args, *kwargs.values()) if not isinstance(v, Tensor)] or args
        fail(TypeError, f"{name}(): cannot take {', '.join(type_name(v) for v in wrong)} here", kind="signature", op=name)
    except TypeError as exc:
        # x.matmul([1, 2]): what the engine refuses as a type, it gets once more as a tensor
        facts = getattr(exc, "facts", None)
        if facts is None or facts.kind != "signature":
            raise
        from .tables import engine_types, lift_for

        plain = engine_types(args, kwargs)
        if plain is not None:
            return host(owner, *plain[0], **plain[1])

        family = getattr(host, "__wrapped__", None)
        if family is None:
            raise
        lifted = lift_for(family, (owner, *args), kwargs, True)
        if lifted is None:
            raise
    return host(*lifted[0], **lifted[1])


def enter(v: Any) -> Any:
    """The start of `with v`; the value of `as`."""
    if isinstance(v, Value):
        return type(v).enter(v)
    info = info_of(type(v))
    if info is not None and "enter" in info.protocol and "exit" in info.protocol:
        return info.protocol["enter"](v)
    _not_a_context(v)


def leave(v: Any, error: BaseException | None) -> bool:
    """The end of `with v`, of a failed block with its failure; whether the failure ends here."""
    if isinstance(v, Instance):
        return type(v).exit(v, error)
    if isinstance(v, Value):
        type(v).leave(v, error is not None)
        return False
    info = info_of(type(v))
    if info is not None:
        info.protocol["exit"](v, None, None, None)
    return False


def _not_a_context(v: Any) -> NoReturn:
    hints = [f"with {v.name}(): ... (with its parentheses)"] if isinstance(v, Builtin) else []
    fail(TypeError, f"'{type_name(v)}' object does not support the context manager protocol", kind="with", hints=hints)


# -- truth, iteration, length -----------------------------------------------------------------------------------------------------


def truth(v: Any) -> bool:
    """`if v`"""
    if v is True or v is False:
        return v
    if isinstance(v, Value):
        return type(v).truth(v)
    if v is NotImplemented:
        fail(TypeError, "NotImplemented should not be used in a boolean context", kind="type")
    return bool(v)


def iterate(v: Any) -> Iterator[Any]:
    """The values of v, one after another."""
    kind = type(v)
    if kind in _ITERABLE:
        return iter(v)
    if isinstance(v, Value):
        return kind.iterate(v)  # type: ignore[no-any-return]
    info = info_of(kind)
    if info is not None and info.iterable:
        return iter(v)
    hints = []
    if kind is int:
        hints = [f"for i in range({v})"]
    fail(TypeError, f"'{type_name(v)}' object is not iterable", kind="type", hints=hints)


def chunks(v: Any) -> Iterator[list[Any]]:
    """The values of v in lists of some thousands, counting steps: what a builtin that consumes an iterable loops over."""
    source = iterate(v)
    if state.tick is None and type(v) in _SIZED:
        yield list(source)
        return
    while part := list(islice(source, _CHUNK)):
        tick(len(part))
        yield part


def to_list(v: Any, limit: int = MAX_ITEMS) -> list[Any]:
    """A list of the values of v, bounded."""
    kind = type(v)
    if kind is list or kind is tuple:
        return list(noted(v))
    if kind is range and len_of(v) > limit:
        too_many(len_of(v))
    out: list[Any] = []
    for part in chunks(v):
        out += part
        limits.grown(len(part) * 16)
        if len(out) > limit:
            too_many(len(out))
    return out


def len_of(v: Any) -> int:
    """`len(v)`"""
    if isinstance(v, Value):
        return type(v).length(v)
    if type(v) is range:
        try:
            return len(v)
        except OverflowError:
            return max(0, (v.stop - v.start + v.step - (1 if v.step > 0 else -1)) // v.step)
    if isinstance(v, (int, float, complex)) or v is None or v is Ellipsis or not hasattr(v, "__len__"):
        fail(TypeError, f"object of type '{type_name(v)}' has no len()", kind="type")
    return len(v)


def too_many(n: int) -> NoReturn:
    """MemoryError for a collection of n items."""
    fail(
        MemoryError,
        f"a collection of {n} items is more than the limit of {MAX_ITEMS}",
        kind="memory",
        hints=["a tensor holds numbers in 4 or 8 bytes each: arange(n)"],
    )


_generator = type(_ for _ in ())
_none: dict[Any, Any] = {}
_ITERABLE: frozenset[type] = frozenset(
    {list, tuple, str, dict, set, frozenset, range, Tensor, Size, enumerate, zip, map, filter, reversed, _generator}
    | {type(x) for x in (_none.keys(), _none.values(), _none.items(), iter([]), iter(()), iter(_none), iter(_none.values()), iter(_none.items()))}
    | {type(x) for x in (iter(set()), iter(""), iter("é"), iter(range(0)), iter(range(1 << 70)), reversed([]), reversed(_none))}
    | {type(x) for x in (reversed(range(0)), reversed(_none.values()), reversed(_none.items()), islice((), 0))}
    | {type(x) for y in (OrderedDict(),) for x in (y.keys(), y.values(), y.items(), iter(y), iter(y.values()), iter(y.items()))}
)
_SIZED = frozenset({list, tuple, dict, set, Size})


# -- lifting --------------------------------------------------------------------------------------------------------------------


def is_array(v: Any) -> bool:
    """Whether v is a NumPy array or scalar (NumPy is not imported to find out)."""
    return type(v).__module__ == "numpy"


def tensor(data: Any, **options: Any) -> Any:
    """torch.tensor(data, dtype=, device=, requires_grad=)"""
    return NAMESPACES["torch"]["tensor"](data, **options)


def lift(v: Any) -> Any:
    """A list, tuple, range or array as a tensor; anything else as it is. Tensors inside a list stay in the graph."""
    kind = type(v)
    if kind is list or kind is tuple:
        if v and all(isinstance(x, Tensor) for x in v):
            from .tables import engine_function

            return engine_function("stack")(list(v))
        return tensor(v)
    if kind is range:
        return tensor(list(v))
    if is_array(v):
        from .arrays import to_tensor

        return to_tensor(v)
    return v


def _liftable(v: Any) -> bool:
    return type(v) is list or type(v) is tuple or type(v) is range


# -- operators ------------------------------------------------------------------------------------------------------------------

_FAST = frozenset({float, int, Tensor, bool})
_NUMBERS = frozenset({float, int, bool, complex})
_PYTHON = frozenset({float, int, bool, complex, str, list, tuple, dict, set, frozenset, range, type(None), Size})
_SYMBOL = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
    "and": "&", "or": "|", "xor": "^", "lshift": "<<", "rshift": ">>",
}  # fmt: skip
_HOST: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "floordiv": operator.floordiv,
    "mod": operator.mod, "pow": operator.pow, "matmul": operator.matmul, "and": operator.and_, "or": operator.or_,
    "xor": operator.xor, "lshift": operator.lshift, "rshift": operator.rshift,
}  # fmt: skip


def _unsupported(op: str, a: Any, b: Any, augmented: bool = False) -> NoReturn:
    sign = _SYMBOL[op]
    shown = "** or pow()" if op == "pow" and not augmented else sign + "=" * augmented
    hints = []
    for v in (a, b):
        if isinstance(v, (Builtin, Function)):
            hints.append(f"{v.name} is a function: call it, {v.name}(x)")
        elif v is None:
            hints.append("one side is None: a method such as .append() or .sort() returns None; .grad is None before backward()")
            break
    if sign == "^" and isinstance(a, (float, int)) and isinstance(b, (float, int)):
        hints.append("a power is **: 2**3")
    fail(
        TypeError,
        f"unsupported operand type(s) for {shown}: '{type_name(a)}' and '{type_name(b)}'",
        kind="operands",
        op=op,
        hints=hints,
    )


def _too_big(bits: int) -> NoReturn:
    fail(
        OverflowError,
        f"the integer would have about {bits} bits; the limit is {MAX_BITS}",
        kind="limit",
        hints=["use a float (2.0**1000), or its logarithm"],
    )


def _repeat(a: Any, n: int) -> Any:
    total = len(a) * n
    limit = MAX_TEXT if type(a) is str else MAX_ITEMS
    if total > limit:
        if type(a) is str:
            fail(MemoryError, f"a text of {total} characters is more than the limit of {MAX_TEXT}", kind="memory")
        too_many(total)
    return noted(a * n)


def _slow(op: str, a: Any, b: Any) -> Any:
    """A binary operator where at least one side is neither a real number nor a tensor."""
    host = _HOST[op]
    ta, tb = type(a), type(b)
    if isinstance(a, Value) or isinstance(b, Value):
        found = type(a).binary(a, op, b, False) if isinstance(a, Value) else NotImplemented
        if found is NotImplemented and isinstance(b, Value):
            found = type(b).binary(b, op, a, True)
        if found is NotImplemented and ta is str and op == "mod":
            return percent(a, b)
        if found is NotImplemented:
            _unsupported(op, a, b)
        return found
    if ta is str and op == "mod":
        return percent(a, b)
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        try:
            return host(lift(a), lift(b))
        except TypeError as exc:
            if _liftable(a) or _liftable(b) or (isinstance(a, Tensor) and isinstance(b, Tensor)) or ta in _FAST and tb in _FAST:
                raise
            if str(exc).startswith("unsupported operand"):
                _unsupported(op, a, b)
            raise
    if ta in _PYTHON and tb in _PYTHON:
        if op == "mul":
            if ta in (str, list, tuple, Size) and tb in (int, bool):
                return _repeat(a, b)
            if tb in (str, list, tuple, Size) and ta in (int, bool):
                return _repeat(b, a)
        elif op == "add" and ta is tb and ta in (str, list, tuple):
            total = len(a) + len(b)
            if total > (MAX_TEXT if ta is str else MAX_ITEMS):
                _repeat(a, 1 + MAX_TEXT) if ta is str else too_many(total)
            if ta is list and a and b and type(a[0]) in _NUMBERS and type(b[0]) in _NUMBERS:
                hint("[..] + [..] joins lists, as in Python; tensor([..]) + tensor([..]) adds elements")
            return noted(a + b)
        try:
            return host(a, b)
        except TypeError:
            if not (_liftable(a) or _liftable(b)) or not ((_liftable(a) or ta in _NUMBERS) and (_liftable(b) or tb in _NUMBERS)):
                raise
        try:
            left, right = lift(a), lift(b)
        except (TypeError, ValueError) as exc:
            if isinstance(exc, ValueError) and "'str'" not in str(exc):
                raise
            _unsupported(op, a, b)
        return host(left, right)
    if is_array(a) or is_array(b):
        from .arrays import array_binary

        return array_binary(op, host, a, b)
    info = info_of(ta)
    if info is not None and op in info.protocol:
        return info.protocol[op](a, b)
    _unsupported(op, a, b)


def add(a: Any, b: Any) -> Any:
    """`a + b`"""
    if type(a) in _FAST and type(b) in _FAST:
        return a + b
    return _slow("add", a, b)


def sub(a: Any, b: Any) -> Any:
    """`a - b`"""
    if type(a) in _FAST and type(b) in _FAST:
        return a - b
    return _slow("sub", a, b)


def mul(a: Any, b: Any) -> Any:
    """`a * b`"""
    if type(a) in _FAST and type(b) in _FAST:
        c = a * b
        if type(c) is int and not -_BIG < c < _BIG:
            _too_big(c.bit_length())
        return c
    return _slow("mul", a, b)


def div(a: Any, b: Any) -> Any:
    """`a / b`"""
    if type(a) in _FAST and type(b) in _FAST:
        return a / b
    return _slow("div", a, b)


def pow_(a: Any, b: Any) -> Any:
    """`a ** b`"""
    ta, tb = type(a), type(b)
    if ta in _NUMBERS and tb in _NUMBERS:
        if ta is int and tb is int and b > 1 and not -2 < a < 2 and (bits := a.bit_length() * b) > MAX_BITS + 64:
            _too_big(bits)
        try:
            return a**b
        except OverflowError as exc:
            fail(
                OverflowError,
                exc.args[-1] if exc.args else "Numerical result out of range",
                kind="overflow",
                hints=["tensor(10.)**400 gives inf, as tensors do"],
            )
    if ta in _FAST and tb in _FAST:
        return a**b
    return _slow("pow", a, b)


def lshift(a: Any, b: Any) -> Any:
    """`a << b`"""
    ta, tb = type(a), type(b)
    if ta in _FAST and tb in _FAST:
        if ta is not Tensor and tb is not Tensor and isinstance(b, int) and isinstance(a, int) and b > 0:
            if (bits := a.bit_length() + b) > MAX_BITS and a:
                _too_big(bits)
            if not a:
                return 0
        try:
            return a << b
        except TypeError:
            _unsupported("lshift", a, b)
    return _slow("lshift", a, b)


def _plain(op: str) -> Callable[[Any, Any], Any]:
    host = _HOST[op]

    def run(a: Any, b: Any) -> Any:
        if type(a) in _FAST and type(b) in _FAST:
            try:
                return host(a, b)
            except TypeError as exc:
                if op == "xor" and str(exc).startswith("unsupported operand"):
                    _unsupported(op, a, b)  # 2^0.5: the hint says **
                raise
        return _slow(op, a, b)

    run.__name__ = run.__qualname__ = op
    return run


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "pow": pow_,
    "lshift": lshift,
    **{op: _plain(op) for op in ("floordiv", "mod", "matmul", "and", "or", "xor", "rshift")},
}


def binary(op: str, a: Any, b: Any) -> Any:
    """The binary operator by name."""
    return BINARY[op](a, b)


_IHOST: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.iadd, "sub": operator.isub, "mul": operator.imul, "div": operator.itruediv, "floordiv": operator.ifloordiv,
    "mod": operator.imod, "pow": operator.ipow, "matmul": operator.imatmul, "and": operator.iand, "or": operator.ior,
    "xor": operator.ixor, "lshift": operator.ilshift, "rshift": operator.irshift,
}  # fmt: skip


def _augmented(op: str) -> Callable[[Any, Any], Any]:
    host, plain = _IHOST[op], BINARY[op]

    def run(a: Any, b: Any) -> Any:
        ta = type(a)
        if ta is Tensor or isinstance(a, Tensor):
            return host(a, b if type(b) in _FAST else lift(b))
        if ta is list:
            if op == "add":
                more = to_list(b)
                if len(a) + len(more) > MAX_ITEMS:
                    too_many(len(a) + len(more))
                a += more
                return noted(a) if len(more) > _NOTED else a
            if op == "mul" and type(b) in (int, bool):
                if len(a) * b > MAX_ITEMS:
                    too_many(len(a) * b)
                a *= b
                return noted(a)
        elif (ta is set or ta is dict) and type(b) in _PYTHON:
            return host(a, b)
        elif is_array(a):
            from .arrays import array_inplace

            return array_inplace(op, host, a, b)
        elif isinstance(a, Instance):
            found = type(a).inplace(a, op, b)
            if found is not NotImplemented:
                return found
        return plain(a, b)

    run.__name__ = run.__qualname__ = "i" + op
    return run


INPLACE: dict[str, Callable[[Any, Any], Any]] = {op: _augmented(op) for op in _HOST}


def inplace(op: str, a: Any, b: Any) -> Any:
    """`a op= b`; what a is afterwards."""
    return INPLACE[op](a, b)


def _unary(op: str, sign: str, host: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def run(a: Any) -> Any:
        if type(a) in _FAST:
            return host(a)
        if isinstance(a, Value):
            found = type(a).unary(a, op)
            if found is not NotImplemented:
                return found
        elif _liftable(a) and type(a) is not range:
            return host(lift(a))
        elif is_array(a):
            from .arrays import array_unary

            return array_unary(host, a)
        elif type(a) is complex or isinstance(a, Tensor):
            return host(a)
        hints = [f"{a.name} is a function: call it, {sign}{a.name}(x)"] if isinstance(a, (Builtin, Function)) else []
        fail(TypeError, f"bad operand type for unary {sign}: '{type_name(a)}'", kind="operands", op=op, hints=hints)

    run.__name__ = run.__qualname__ = op
    return run


def not_(a: Any) -> bool:
    """`not a`"""
    return not truth(a)


UNARY: dict[str, Callable[[Any], Any]] = {
    "neg": _unary("neg", "-", operator.neg),
    "pos": _unary("pos", "+", operator.pos),
    "invert": _unary("invert", "~", operator.invert),
    "not": not_,
}


def unary(op: str, a: Any) -> Any:
    """The unary operator by name."""
    return UNARY[op](a)


_COMPARE_SIGN = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_MIRROR = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


def _comparison(op: str, host: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    sign = _COMPARE_SIGN[op]
    equality = op in ("eq", "ne")

    def run(a: Any, b: Any) -> Any:
        ta, tb = type(a), type(b)
        if ta in _FAST and tb in _FAST:
            return host(a, b)
        if isinstance(a, Value) or isinstance(b, Value):
            found = type(a).compare(a, op, b, False) if isinstance(a, Value) else NotImplemented
            if found is NotImplemented and isinstance(b, Value):
                found = type(b).compare(b, _MIRROR[op], a, True)
            if found is not NotImplemented:
                return found
            if equality:
                return (a is b) is (op == "eq")
        elif isinstance(a, Tensor) or isinstance(b, Tensor):
            if equality:
                if _liftable(a) or _liftable(b):
                    hint("a tensor and a list are never equal, as in PyTorch; x == tensor([..]) compares elements")
                    return op == "ne"
                if is_array(a) or is_array(b):
                    return host(lift(a), lift(b))
                return host(a, b)
            if (isinstance(a, Tensor) or _liftable(a) or is_array(a) or ta in _NUMBERS) and (
                isinstance(b, Tensor) or _liftable(b) or is_array(b) or tb in _NUMBERS
            ):
                return host(lift(a), lift(b))
        elif is_array(a) or is_array(b):
            from .arrays import array_binary

            return array_binary(op, host, a, b)
        else:
            try:
                return host(a, b)
            except TypeError:
                if not (_liftable(a) or _liftable(b)) or not ((_liftable(a) or ta in _NUMBERS) and (_liftable(b) or tb in _NUMBERS) and ta is not tb):
                    raise
            return host(lift(a), lift(b))
        fail(
            TypeError,
            f"'{sign}' not supported between instances of '{type_name(a)}' and '{type_name(b)}'",
            kind="operands",
            op=op,
        )

    run.__name__ = run.__qualname__ = op
    return run


def contains(a: Any, b: Any) -> bool:
    """`a in b`"""
    kind = type(b)
    if isinstance(b, Value):
        said = kind.contains(b, a)
        if said is not None:
            return said  # type: ignore[no-any-return]
        return any(x is a or truth(COMPARE["eq"](a, x)) for x in kind.iterate(b))
    if kind is list or kind is tuple or kind is str:
        return a in b
    if kind is dict or kind is set or kind is frozenset or kind in _DICT_VIEWS:
        return as_key(a) in b
    if kind is range:
        return _in_range(a, b)
    if isinstance(b, Tensor):
        a = lift(a)
        if not isinstance(a, Tensor) and type(a) not in _NUMBERS:
            fail(
                RuntimeError,
                f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type_of(a)!r}.",
                kind="type",
            )
        return a in b
    if kind in _ITERABLE or is_array(b):
        return bool(a in b)
    info = info_of(kind)
    if info is not None:
        if "contains" in info.protocol:
            return bool(info.protocol["contains"](b, a))
        if info.iterable:
            return any(x is a or truth(COMPARE["eq"](a, x)) for x in iter(b))
    fail(TypeError, f"argument of type '{type_name(b)}' is not iterable", kind="type")


_DICT_VIEWS = frozenset({type(_none.keys()), type(_none.items())})


def _in_range(a: Any, b: range) -> bool:
    """`a in range(...)` without walking through it."""
    if type(a) is int or type(a) is bool:
        return a in b
    if isinstance(a, Tensor) and a.numel() == 1:
        a = a.item()
    if type(a) is complex and a.imag == 0:
        a = a.real
    if type(a) is float:
        return a.is_integer() and int(a) in b
    return type(a) is int and a in b


def _is(a: Any, b: Any) -> bool:
    return a is b


def _is_not(a: Any, b: Any) -> bool:
    return a is not b


def _not_in(a: Any, b: Any) -> bool:
    return not contains(a, b)


COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": _comparison("eq", operator.eq),
    "ne": _comparison("ne", operator.ne),
    "lt": _comparison("lt", operator.lt),
    "le": _comparison("le", operator.le),
    "gt": _comparison("gt", operator.gt),
    "ge": _comparison("ge", operator.ge),
    "is": _is,
    "isnot": _is_not,
    "in": contains,
    "notin": _not_in,
}


def compare(op: str, a: Any, b: Any) -> Any:
    """The comparison by name."""
    return COMPARE[op](a, b)


# -- items ----------------------------------------------------------------------------------------------------------------------


def get_item(v: Any, key: Any) -> Any:
    """`v[key]`"""
    kind = type(v)
    if kind is Tensor or kind is list or kind is tuple or kind is str or kind is range:
        return v[key] if key.__class__ is not slice or kind is Tensor else noted(v[key])
    if kind is dict:
        return v[as_key(key)]
    if isinstance(v, Value):
        return kind.item(v, key)
    if isinstance(v, Tensor) or isinstance(v, (tuple, dict, list)):
        found: Any = v
        return found[as_key(key)] if isinstance(v, dict) else found[key]
    if is_array(v):
        from .arrays import array_item

        return array_item(v, key)
    info = info_of(kind)
    if info is not None and "getitem" in info.protocol:
        return info.protocol["getitem"](v, key)
    hints = []
    if v is None:
        hints = ["it is None: .grad is None before backward(); a function without return gives None"]
    elif isinstance(v, (int, float)):
        hints = ["a number has no elements"]
    fail(TypeError, f"'{type_name(v)}' object is not subscriptable", kind="type", hints=hints)


def set_item(v: Any, key: Any, new: Any) -> None:
    """`v[key] = new`"""
    kind = type(v)
    if kind is Tensor or isinstance(v, Tensor):
        v[key] = new if type(new) in _FAST else lift(new)
    elif kind is list:
        if type(key) is slice:
            more = to_list(new)
            if len(v) + len(more) > MAX_ITEMS:
                too_many(len(v) + len(more))
            v[key] = more
        else:
            v[key] = new
    elif isinstance(v, dict):
        v[as_key(key)] = new
    elif isinstance(v, Value):
        kind.set_item(v, key, new)
    elif is_array(v):
        from .arrays import array_set_item

        array_set_item(v, key, new)
    else:
        info = info_of(kind)
        if info is not None and "setitem" in info.protocol:
            info.protocol["setitem"](v, key, new)
            return
        hints = ["a tuple cannot be changed: list(v) gives a list"] if isinstance(v, tuple) else []
        fail(TypeError, f"'{type_name(v)}' object does not support item assignment", kind="type", hints=hints)


def del_item(v: Any, key: Any) -> None:
    """`del v[key]`"""
    if isinstance(v, (list, dict)):
        del v[as_key(key)]
        return
    if isinstance(v, Value):
        type(v).del_item(v, key)
        return
    info = info_of(type(v))
    if info is not None and "delitem" in info.protocol:
        info.protocol["delitem"](v, key)
        return
    hints = ["a tensor's size is fixed: cat() or an index makes another"] if isinstance(v, Tensor) else []
    fail(TypeError, f"'{type_name(v)}' object does not support item deletion", kind="type", hints=hints)


def _fromkeys(keys: Any, value: Any = None) -> dict[Any, Any]:
    return dict.fromkeys(as_keys(to_list(keys)), value)
