"""collections and dataclasses: Counter, OrderedDict, defaultdict, deque, namedtuple, and the decorator @dataclass.

The dictionaries are the host's own types, with tables of what a program may do with them; a deque is a value of ours around the host's; a
named tuple is a tuple with names for its places, made without running any text.
"""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict, defaultdict, deque

from ..engine import limits
from ..engine.errors import fail
from . import formatting
from .builtins import _dict_info, dict_update
from .formatting import Piece, repr_value, type_name
from .stdlib import builtin_table, whole
from .values import (
    INFO,
    MAX_ITEMS,
    Builtin,
    Callable_,
    Function,
    Info,
    Namespace,
    TypeValue,
    Value,
    _types,
    as_key,
    as_keys,
    call,
    compare,
    did_you_mean,
    get_attribute,
    no_attribute,
    noted,
    set_attribute,
    suggest,
    to_list,
    too_many,
    truth,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

_ABSENT: Any = object()


def _register(kind: type, info: Info, made: TypeValue) -> TypeValue:
    """Give a host type its table and the value that type() gives for it."""
    INFO[kind] = info
    _types[kind] = made
    return made


def _keyed_in(v: Any, key: Any) -> bool:
    return as_key(key) in v


# -- OrderedDict and defaultdict ------------------------------------------------------------------------------------------------------


def _build_ordered(v: Any = None, **items: Any) -> Any:
    """OrderedDict(pairs or mapping, **items): a dict that knows the order of its keys."""
    out: Any = OrderedDict()
    dict_update(out, v, **items)
    return out


def _write_ordered(v: Any) -> list[Any]:
    inner = dict(v) if sys.version_info >= (3, 12) else [(k, x) for k, x in v.items()]
    return [Piece("OrderedDict("), inner, Piece(")")] if v else [Piece("OrderedDict()")]


def _build_defaultdict(factory: Any = None, v: Any = None, **items: Any) -> Any:
    """defaultdict(factory, mapping): a dict that makes the value of a missing key by calling the factory."""
    if factory is not None and not isinstance(factory, Callable_):
        fail(TypeError, "first argument must be callable or None", kind="type")
    out: Any = defaultdict(factory)
    dict_update(out, v, **items)
    return out


def _dictionary(kind: Any, build: Callable[..., Any], more: Info) -> TypeValue:
    info = _dict_info(kind)
    info.methods.update(more.methods)
    info.attributes.update(more.attributes)
    info.protocol.update({"contains": _keyed_in, **more.protocol})
    return _register(kind, info, TypeValue(kind.__name__, (kind,), build, f"collections.{kind.__name__}", doc=build.__doc__))


# -- Counter --------------------------------------------------------------------------------------------------------------------------


def _count(self: Any, v: Any, sign: int) -> None:
    if isinstance(v, dict):
        for key, n in v.items():
            self[key] = self.get(key, 0) + sign * n
    elif v is not None:
        for key in as_keys(to_list(v)):
            self[key] = self.get(key, 0) + sign


def _counter_update(self: Any, v: Any = None, **items: Any) -> None:
    """Add the counts of an iterable or mapping."""
    _count(self, v, 1)
    _count(self, items, 1)


def _counter_subtract(self: Any, v: Any = None, **items: Any) -> None:
    """Take the counts of an iterable or mapping away."""
    _count(self, v, -1)
    _count(self, items, -1)


def _build_counter(v: Any = None, **items: Any) -> Any:
    """Counter(iterable): how often each value occurs."""
    out: Any = Counter()
    _counter_update(out, v, **items)
    return noted(out)


def _most_common(self: Any, n: Any = None) -> list[Any]:
    """The n most frequent values with their counts, or all of them."""
    return self.most_common(None if n is None else whole(n))  # type: ignore[no-any-return]


def _elements(self: Any) -> Iterator[Any]:
    """Each value as often as it was counted."""
    from .stdlib_itertools import counted

    return counted(key for key, n in self.items() for _ in range(n))


def _write_counter(v: Any) -> list[Any]:
    if not v:
        return [Piece("Counter()")]
    try:
        items = dict(v.most_common())
    except TypeError:
        items = dict(v)
    return [Piece("Counter("), items, Piece(")")]


def _of_counters(name: str) -> Callable[[Any, Any], Any]:
    host = getattr(Counter, f"__{name}__")

    def run(a: Any, b: Any) -> Any:
        if type(a) is not Counter or type(b) is not Counter:
            fail(TypeError, f"unsupported operand type(s): '{type_name(a)}' and '{type_name(b)}'", kind="operands")
        return host(a, b)

    return run


# -- deque ----------------------------------------------------------------------------------------------------------------------------


class Deque(Value):
    """collections.deque(iterable, maxlen=None): a list that grows and shrinks at both ends."""

    __slots__ = ("host",)
    type_name = "collections.deque"

    def __init__(self, iterable: Any = (), maxlen: Any = None) -> None:
        n = None if maxlen is None else whole(maxlen)
        if n is not None and n < 0:
            fail(ValueError, "maxlen must be non-negative", kind="value")
        self.host: Any = deque(to_list(iterable), n)

    def __repr__(self) -> str:
        return repr_value(self)

    def __deepcopy__(self, memo: Any) -> Deque:
        import copy

        return Deque(copy.deepcopy(list(self.host), memo), self.host.maxlen)

    def attr(self, name: str) -> Any:
        if name == "maxlen":
            return self.host.maxlen
        if name in ("extend", "extendleft", "copy", "__copy__"):
            return Builtin(name, {"extend": self._extend, "extendleft": self._extendleft}.get(name, lambda: Deque(list(self.host), self.host.maxlen)))
        if name in _DEQUE:
            return Builtin(name, getattr(self, "_" + name, None) or getattr(self.host, name))
        no_attribute(self, name, self.attr_names())

    def attr_names(self) -> Iterable[str]:
        return (*_DEQUE, "extend", "extendleft", "copy", "maxlen")

    def _append(self, v: Any) -> None:
        self._grow()
        self.host.append(v)

    def _appendleft(self, v: Any) -> None:
        self._grow()
        self.host.appendleft(v)

    def _grow(self, n: int = 1) -> None:
        size = len(self.host) + n
        if size > MAX_ITEMS and (self.host.maxlen is None or self.host.maxlen > MAX_ITEMS):
            too_many(size)
        if n > 1 or not size & 4095:
            limits.grown(8 * max(n, 4096))

    def _extend(self, iterable: Any) -> None:
        more = to_list(iterable)
        self._grow(len(more))
        self.host.extend(more)

    def _extendleft(self, iterable: Any) -> None:
        more = to_list(iterable)
        self._grow(len(more))
        self.host.extendleft(more)

    def _rotate(self, n: Any = 1) -> None:
        self.host.rotate(whole(n))

    def item(self, key: Any) -> Any:
        return self.host[whole(key)]

    def set_item(self, key: Any, new: Any) -> None:
        self.host[whole(key)] = new

    def del_item(self, key: Any) -> None:
        del self.host[whole(key)]

    def iterate(self) -> Iterator[Any]:
        return iter(self.host)  # a host iterator of a type of its own: in values.INFO below

    def contains(self, v: Any) -> bool | None:
        return v in self.host

    def length(self) -> int:
        return len(self.host)

    def truth(self) -> bool:
        return bool(self.host)

    def compare(self, op: str, other: Any, reflected: bool) -> Any:
        return compare(op, list(self.host), list(other.host)) if isinstance(other, Deque) else NotImplemented

    def inplace(self, op: str, other: Any) -> Any:
        """`d += iterable`"""
        if op != "add":
            return NotImplemented
        self._extend(other)
        return self

    def binary(self, op: str, other: Any, reflected: bool) -> Any:
        if op != "add" or not isinstance(other, Deque):
            return NotImplemented
        first, second = (other, self) if reflected else (self, other)
        return Deque([*first.host, *second.host], first.host.maxlen)


_DEQUE = ("append", "appendleft", "pop", "popleft", "clear", "count", "index", "insert", "remove", "reverse", "rotate")


def _write_deque(v: Any) -> list[Any]:
    return [Piece("deque("), list(v.host), Piece(")" if v.host.maxlen is None else f", maxlen={v.host.maxlen})")]


# -- named tuples ---------------------------------------------------------------------------------------------------------------------


def _hash(self: Any) -> int:
    """As that of a tuple, but with Python's bound on recursion: the host's own has none."""
    return hash(as_key(tuple(self)))


def named(name: str, fields: tuple[str, ...], defaults: tuple[Any, ...] = ()) -> TypeValue:
    """A tuple type with names for its places."""
    limits.grown(4096)  # a host type takes memory
    kind: Any = type(name, (tuple,), {"__slots__": (), "_fields": fields, "__module__": "__main__", "__hash__": _hash})
    first = len(fields) - len(defaults)

    def build(*args: Any, **kwargs: Any) -> Any:
        if len(args) > len(fields):
            fail(TypeError, f"{name}.__new__() takes {len(fields) + 1} positional arguments but {len(args) + 1} were given", kind="arguments")
        values = list(args)
        for i in range(len(args), len(fields)):
            if fields[i] in kwargs:
                values.append(kwargs.pop(fields[i]))
            elif i >= first:
                values.append(defaults[i - first])
            else:
                fail(TypeError, f"{name}.__new__() missing 1 required positional argument: '{fields[i]}'", kind="arguments")
        if kwargs:
            wrong = next(iter(kwargs))
            near = did_you_mean(suggest(wrong, fields))
            fail(TypeError, f"{name}.__new__() got an unexpected keyword argument '{wrong}'", kind="arguments", hints=near)
        return tuple.__new__(kind, values)

    def replace(self: Any, **kwargs: Any) -> Any:
        wrong = [k for k in kwargs if k not in fields]
        if wrong:
            fail(ValueError, f"Got unexpected field names: {wrong!r}", kind="value")
        return tuple.__new__(kind, [kwargs.get(f, v) for f, v in zip(fields, self)])

    info = Info(
        name,
        {**{f: _place(i) for i, f in enumerate(fields)}, "_fields": lambda v: fields},
        {"_replace": replace, "_asdict": lambda self: dict(zip(fields, self)), "count": tuple.count, "index": tuple.index},
        iterable=True,
    )
    formatting.PIECES[kind] = lambda v: [Piece(f"{name}("), *_pairs(fields, v), Piece(")")]
    return _register(kind, info, NamedType(name, (kind,), build, f"__main__.{name}", doc=f"{name}({', '.join(fields)})"))


class NamedType(TypeValue):
    """A named tuple's type: Point(1, 2), Point._make([1, 2]), Point._fields."""

    __slots__ = ()

    def attr(self, name: str) -> Any:
        if name == "_make":
            return Builtin(name, lambda values: self.invoke(tuple(to_list(values)), {}))
        if name == "_fields":
            return self.hosts[0]._fields  # type: ignore[attr-defined]
        return TypeValue.attr(self, name)


def _place(i: int) -> Callable[[Any], Any]:
    return lambda v: v[i]


def _pairs(fields: Iterable[str], values: Iterable[Any]) -> list[Any]:
    out: list[Any] = []
    for f, v in zip(fields, values):
        out += [Piece(f"{', ' if out else ''}{f}="), v]
    return out


def namedtuple(typename: Any, field_names: Any, *, rename: Any = False, defaults: Any = None, module: Any = None) -> TypeValue:
    """namedtuple('Point', 'x y') or namedtuple('Point', ['x', 'y']): a type of tuples whose places have names."""
    from .source import KEYWORDS

    names = field_names.replace(",", " ").split() if type(field_names) is str else to_list(field_names)
    if len(names) > 255:
        too_many(len(names))
    seen: set[str] = set()
    for i, n in enumerate([typename, *names]):
        bad = type(n) is not str or not n.isidentifier() or n in KEYWORDS
        if bad and not (truth(rename) and i):
            fail(ValueError, f"Type names and field names must be valid identifiers: {n!r}", kind="value")
        if i and truth(rename) and (bad or n.startswith("_") or n in seen):
            n = names[i - 1] = f"_{i - 1}"
        elif i and n.startswith("_"):
            fail(ValueError, f"Field names cannot start with an underscore: {n!r}", kind="value")
        if i and n in seen:
            fail(ValueError, f"Encountered duplicate field name: {n!r}", kind="value")
        if i:
            seen.add(n)
    given = () if defaults is None else tuple(to_list(defaults))
    if len(given) > len(names):
        fail(TypeError, "Got more default values than field names", kind="type")
    return named(typename, tuple(names), given)


# -- the namespace --------------------------------------------------------------------------------------------------------------------


class _ChainMap(Value):
    """ChainMap(a, b): one look-up in several dicts, the first that has the key."""

    __slots__ = ("maps",)
    type_name = "ChainMap"

    def __init__(self, *maps: Any) -> None:
        self.maps = list(maps) or [{}]

    def __repr__(self) -> str:
        return f"ChainMap({', '.join([repr_value(m) for m in self.maps])})"

    def attr(self, name: str) -> Any:
        merged = self._merged()
        if name == "maps":
            return self.maps
        if name in ("keys", "values", "items", "get"):
            return Builtin(name, getattr(merged, name))
        no_attribute(self, name, ("maps", "keys", "values", "items", "get"))

    def _merged(self) -> dict[Any, Any]:
        out: dict[Any, Any] = {}
        for m in reversed(self.maps):
            dict_update(out, m)
        return out

    def item(self, key: Any) -> Any:
        return self._merged()[as_key(key)]

    def set_item(self, key: Any, new: Any) -> None:
        self.maps[0][as_key(key)] = new

    def iterate(self) -> Iterator[Any]:
        return iter(self._merged())

    def length(self) -> int:
        return len(self._merged())


def module() -> Namespace:
    """The namespace of `import collections`."""
    order = Info("")
    order.methods = {"move_to_end": lambda self, key, last=True: self.move_to_end(as_key(key), truth(last)), "popitem": OrderedDict.popitem}
    table: dict[str, Any] = {"OrderedDict": _dictionary(OrderedDict, _build_ordered, order)}
    default = Info("", {"default_factory": lambda v: v.default_factory})
    table["defaultdict"] = _dictionary(defaultdict, _build_defaultdict, default)
    methods: dict[str, Callable[..., Any]] = {
        "update": _counter_update,
        "subtract": _counter_subtract,
        "most_common": _most_common,
        "elements": _elements,
        "total": lambda self: sum(self.values()),
    }
    protocol = {name: _of_counters(name) for name in ("add", "sub", "and", "or")}
    counts = Info("", {}, methods)
    counts.protocol = dict(protocol)
    table["Counter"] = _dictionary(Counter, _build_counter, counts)
    table["deque"] = TypeValue("deque", (Deque,), Deque, "collections.deque", doc=Deque.__doc__)
    _types["collections.deque"] = table["deque"]
    table["namedtuple"] = Builtin("namedtuple", namedtuple, namedtuple.__doc__, "collections")
    table["ChainMap"] = Builtin("ChainMap", _ChainMap, _ChainMap.__doc__, "collections")
    pieces = formatting.PIECES
    pieces[OrderedDict] = _write_ordered
    pieces[defaultdict] = lambda v: [Piece("defaultdict("), v.default_factory, Piece(", "), dict(v), Piece(")")]
    pieces[Counter] = _write_counter
    pieces[Deque] = _write_deque
    some: Any = OrderedDict()
    views = {"odict_keys": some.keys(), "odict_values": some.values(), "odict_items": some.items()}
    for name, view in views.items():
        INFO[type(view)] = Info(name, iterable=True)
        pieces[type(view)] = lambda v, name=name: [Piece(f"{name}("), list(v), Piece(")")]  # type: ignore[misc]
    for iterator in (iter(deque()), reversed(deque()), *[iter(view) for view in views.values()]):
        INFO[type(iterator)] = Info(type(iterator).__name__, iterable=True)
    return Namespace("collections", table)


# -- dataclasses ----------------------------------------------------------------------------------------------------------------------


class Field:
    """A field of a dataclass: its name and what makes its value where none is given."""

    __slots__ = ("compare", "default", "factory", "init", "kw_only", "name", "repr")

    def __init__(self, name: str, default: Any = _ABSENT, factory: Any = _ABSENT, init: bool = True, repr: bool = True, compare: bool = True) -> None:
        self.name = name
        self.default = default
        self.factory = factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.kw_only = False


class _Given(Value):
    """What field(...) gives: it waits in the class until @dataclass reads it."""

    __slots__ = ("field",)
    type_name = "Field"

    def __init__(self, field: Field) -> None:
        self.field = field


def _field(*, default: Any = _ABSENT, default_factory: Any = _ABSENT, init: Any = True, repr: Any = True, compare: Any = True, **rest: Any) -> _Given:
    """field(default=..., default_factory=list): how a field of a dataclass gets its value."""
    if default is not _ABSENT and default_factory is not _ABSENT:
        fail(ValueError, "cannot specify both default and default_factory", kind="value")
    return _Given(Field("", default, default_factory, truth(init), truth(repr), truth(compare)))


class _Made(Function):
    """A method that @dataclass gives a class."""

    __slots__ = ("body",)

    def __init__(self, name: str, body: Callable[..., Any]) -> None:
        Function.__init__(self, name)
        self.body = body

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self.body(*args, **kwargs)


def _fields_of(cls: Any) -> list[Field]:
    """The fields of a dataclass and those above it; TypeError where it is none."""
    owner = cls if hasattr(cls, "flat") else getattr(type(cls), "cls_", None)
    found = None if owner is None else owner.flat.get("__dataclass_fields__")
    if found is None:
        fail(TypeError, "must be called with a dataclass type or instance", kind="type")
    return list(found.values())


def _dataclass(cls: Any = None, **options: Any) -> Any:
    """@dataclass: a class whose __init__, __repr__ and == come from its annotated fields."""
    if cls is None:
        return Builtin("dataclass", lambda c: _dataclass(c, **options))
    if not hasattr(cls, "flat"):
        fail(TypeError, f"dataclass() should be called on a class, not '{type_name(cls)}'", kind="type")
    wants = {name: truth(options.get(name, default)) for name, default in _OPTIONS.items()}
    for name in options:
        if name not in _OPTIONS:
            fail(TypeError, f"dataclass() got an unexpected keyword argument '{name}'", kind="arguments")
    fields: dict[str, Field] = dict(cls.flat.get("__dataclass_fields__") or {})
    for name in cls.table.get("__annotations__", ()):
        v = cls.table.get(name, _ABSENT)
        if isinstance(v, _Given):
            f = v.field
            f.name = name
            if f.default is not _ABSENT:
                cls.table[name] = f.default
            else:
                del cls.table[name]
        else:
            f = Field(name, v)
            if type(v) in (list, dict, set):
                fail(
                    ValueError,
                    f"mutable default {type(v)!r} for field {name} is not allowed: use default_factory",
                    kind="value",
                    hints=[f"{name}: {type_name(v)} = field(default_factory={type_name(v)})"],
                )
        f.kw_only = wants["kw_only"]
        fields[name] = f
    _check_order(fields)
    cls.table["__dataclass_fields__"] = fields
    if wants["frozen"]:
        cls.table["__frozen__"] = frozenset(fields)
    made: dict[str, Any] = {}
    if wants["init"]:
        made["__init__"] = _Made("__init__", _initializer(cls, fields, wants["frozen"]))
    if wants["repr"]:
        made["__repr__"] = _Made("__repr__", lambda self: _text(self, fields))
    if wants["eq"]:
        made["__eq__"] = _Made("__eq__", lambda self, other: _equal(self, other, fields))
        if wants["frozen"]:
            made["__hash__"] = _Made("__hash__", lambda self: hash(tuple([as_key(get_attribute(self, n)) for n in fields])))
    if wants["order"]:
        for op in ("lt", "le", "gt", "ge"):
            made[f"__{op}__"] = _Made(f"__{op}__", _ordering(op, fields))
    for name, method in made.items():
        if name not in cls.table or name == "__init__" and wants["init"] and name not in cls.table:
            cls.set_attr(name, method)
    cls._changed()
    if "__eq__" in made and not wants["frozen"] and "__hash__" not in cls.table:
        cls.host.__hash__ = None
    return cls


_OPTIONS = {"init": True, "repr": True, "eq": True, "order": False, "frozen": False, "unsafe_hash": False, "kw_only": False, "slots": False, "match_args": True}


def _check_order(fields: dict[str, Field]) -> None:
    seen = False
    for f in fields.values():
        if f.init and not f.kw_only:
            has = f.default is not _ABSENT or f.factory is not _ABSENT
            if seen and not has:
                fail(TypeError, f"non-default argument '{f.name}' follows default argument", kind="type")
            seen = seen or has


def _initializer(cls: Any, fields: dict[str, Field], frozen: bool) -> Callable[..., None]:
    positional = [f for f in fields.values() if f.init and not f.kw_only]

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if len(args) > len(positional):
            fail(
                TypeError,
                f"{cls.name}.__init__() takes {len(positional) + 1} positional argument{'s' * bool(positional)} but {len(args) + 1} were given",
                kind="arguments",
            )
        given = {f.name: v for f, v in zip(positional, args)}
        for name, v in kwargs.items():
            if name not in fields or not fields[name].init:
                near = did_you_mean(suggest(name, fields))
                fail(TypeError, f"{cls.name}.__init__() got an unexpected keyword argument '{name}'", kind="arguments", hints=near)
            if name in given:
                fail(TypeError, f"{cls.name}.__init__() got multiple values for argument '{name}'", kind="arguments")
            given[name] = v
        missing = [f.name for f in fields.values() if f.init and f.name not in given and f.default is _ABSENT and f.factory is _ABSENT]
        if missing:
            quoted = [f"'{n}'" for n in missing]
            listed = quoted[0] if len(quoted) == 1 else " and ".join(quoted) if len(quoted) == 2 else ", ".join(quoted[:-1]) + ", and " + quoted[-1]
            fail(TypeError, f"{cls.name}.__init__() missing {len(missing)} required positional argument{'s' * (len(missing) > 1)}: {listed}", kind="arguments")
        for f in fields.values():
            if f.name in given:
                v = given[f.name]
            elif f.factory is not _ABSENT:
                v = call(f.factory, (), {})
            elif f.default is not _ABSENT:
                v = f.default
            else:
                continue
            if frozen:
                self.fields[f.name] = v
            else:
                set_attribute(self, f.name, v)
        after = type(self).cls_.flat.get("__post_init__")
        if after is not None:
            call(after, (self,), {})

    return init


def _text(self: Any, fields: dict[str, Field]) -> str:
    shown = [f.name for f in fields.values() if f.repr]
    return f"{type_name(self)}({', '.join([f'{n}={repr_value(get_attribute(self, n))}' for n in shown])})"


def _values(self: Any, fields: dict[str, Field]) -> tuple[Any, ...]:
    return tuple([get_attribute(self, f.name) for f in fields.values() if f.compare])


def _equal(self: Any, other: Any, fields: dict[str, Field]) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return all(a is b or truth(compare("eq", a, b)) for a, b in zip(_values(self, fields), _values(other, fields)))


def _ordering(op: str, fields: dict[str, Field]) -> Callable[[Any, Any], Any]:
    def run(self: Any, other: Any) -> Any:
        if type(other) is not type(self):
            return NotImplemented
        return compare(op, _values(self, fields), _values(other, fields))

    return run


def _asdict(obj: Any, *, dict_factory: Any = None) -> Any:
    """asdict(obj): the fields of a dataclass as a dict, also those inside it."""
    return _plain(obj, 0, lambda f, values: dict(zip([x.name for x in f], values)))


def _astuple(obj: Any, *, tuple_factory: Any = None) -> Any:
    """astuple(obj): the fields of a dataclass as a tuple, also those inside it."""
    return _plain(obj, 0, lambda f, values: tuple(values))


def _plain(v: Any, depth: int, make: Callable[[list[Field], list[Any]], Any]) -> Any:
    if depth > 100:
        fail(RecursionError, "maximum recursion depth exceeded", kind="recursion")
    owner = getattr(type(v), "cls_", None)
    if owner is not None and "__dataclass_fields__" in owner.flat:
        fields = _fields_of(v)
        return make(fields, [_plain(get_attribute(v, f.name), depth + 1, make) for f in fields])
    if depth == 0:
        fail(TypeError, "asdict() should be called on dataclass instances", kind="type")
    if type(v) in (list, tuple):
        return type(v)([_plain(x, depth + 1, make) for x in v])
    if type(v) is dict:
        return {k: _plain(x, depth + 1, make) for k, x in v.items()}
    return v


def _replace(obj: Any, **changes: Any) -> Any:
    """replace(obj, name=value): another object of the class, with some fields changed."""
    fields = _fields_of(obj)
    values = {f.name: get_attribute(obj, f.name) for f in fields if f.init}
    return call(type(obj).cls_, (), {**values, **changes})


def _is_dataclass(v: Any) -> bool:
    """is_dataclass(v): whether v is a dataclass or an object of one."""
    owner = v if hasattr(v, "flat") else getattr(type(v), "cls_", None)
    return owner is not None and "__dataclass_fields__" in owner.flat


def dataclasses_module() -> Namespace:
    """The namespace of `import dataclasses`."""
    table: dict[str, Callable[..., Any]] = {
        "dataclass": _dataclass,
        "field": _field,
        "asdict": _asdict,
        "astuple": _astuple,
        "replace": _replace,
        "is_dataclass": _is_dataclass,
    }
    names = named("Field", ("name",))
    table["fields"] = lambda v: tuple([names.invoke((f.name,), {}) for f in _fields_of(v)])
    return Namespace("dataclasses", builtin_table("dataclasses", table))
