"""Classes that a program defines, and their instances.

A class is a ClassValue: its name, its own table of functions and values, and a host type made for it. Its instances are objects of that host
type, so that the engine can use them (a Module in a Sequential, a Dataset in a DataLoader, an exception on its way): for the operator methods that the
class defines, and for what the engine calls on its own base classes (forward), the host type has functions that look the name up in the class and
call what stands there. Programs never see the host type; attributes come from the instance's own fields, the tables of the program's classes and, behind them,
the listed names of the engine's base class (hosts.py).
"""

from __future__ import annotations

from ..engine.errors import fail
from . import exceptions
from .exceptions import ExceptionType
from .hosts import HostClass, assign, checked, is_value, open_names, unassign
from .values import (
    BoundMethod,
    Builtin,
    Callable_,
    Fields,
    Function,
    Instance,
    Namespace,
    TypeValue,
    Value,
    call,
    did_you_mean,
    info_of,
    no_attribute,
    suggest,
    truth,
    type_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, NoReturn

_ABSENT: Any = object()
MAX_BASES = 100  # the order of classes is looked through for every name

# Operators of the language -> the method's name between its underscores.
OPERATORS = {
    "add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "floordiv": "floordiv", "mod": "mod", "pow": "pow", "matmul": "matmul",
    "and": "and", "or": "or", "xor": "xor", "lshift": "lshift", "rshift": "rshift",
}  # fmt: skip

# Operator methods that the host type answers, too: what the host (a container, a sort, the engine) may ask of an object.
_ASKED = frozenset(
    "__len__ __getitem__ __setitem__ __delitem__ __contains__ __call__ __iter__ __next__ __repr__ __str__ __eq__ __ne__ __lt__ __le__ __gt__ "
    "__ge__ __bool__ __float__ __int__ __index__ __hash__ __abs__ __reversed__ __round__".split()
)


class Every:
    """A set that holds every name."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return True


_EVERY = Every()


class Object(Instance):
    """An instance of a program's class. `cls_` of its host type is the class."""

    __slots__ = ()
    entered = True
    fields: dict[str, Any]  # of Plain
    args: tuple[Any, ...]  # of exceptions

    # -- attributes

    def attr(self, name: str) -> Any:
        cls = type(self).cls_
        found = type(self).flat_.get(name, _ABSENT)
        if type(found) is Property:
            return found.read(self)
        own = field(self, cls, name)
        if own is not _ABSENT:
            return own
        if found is not _ABSENT:
            return bind(found, self, cls)
        if name == "__class__":
            return cls
        if name == "__doc__":
            return cls.doc
        if cls.native is not None:
            return native_attribute(self, cls.native, name)
        if cls.is_exception:
            if name == "args":
                return self.args
            if name in ("with_traceback", "add_note"):
                return Builtin(name, lambda *_: self)
        no_attribute(self, name, Object.attr_names(self))

    def attr_names(self) -> Iterable[str]:
        cls = type(self).cls_
        names = dict.fromkeys(cls.flat)
        if cls.native is not None:
            names.update(dict.fromkeys([*open_names(self), *cls.native.methods, *cls.native.attributes]))
        elif cls.is_exception:
            names.update(dict.fromkeys([name[1:] for name in self.__dict__ if name[0] == "."]))
            names["args"] = None
        else:
            names.update(dict.fromkeys(self.fields))
        return names

    def set_attr(self, name: str, new: Any) -> None:
        cls = type(self).cls_
        if name[:2] == "__":
            fail(AttributeError, f"attribute '{name}' of '{cls.name}' objects is not writable", kind="attribute")
        found = cls.flat.get(name)
        if "__frozen__" in cls.flat and name in cls.flat["__frozen__"]:
            fail(AttributeError, f"cannot assign to field '{name}'", kind="attribute", op=name, hints=["dataclasses.replace(v, ...) makes another"])
        if type(found) is Property:
            found.write(self, new, name)
        elif cls.native is not None:
            assign(cls.native, self, name, new)
        elif cls.is_exception:
            self.__dict__["." + name] = new
        else:
            self.fields[name] = new

    def del_attr(self, name: str) -> None:
        cls = type(self).cls_
        found = type(self).flat_.get(name)
        if type(found) is Property:
            found.delete(self, name)
            return
        if cls.native is not None:
            unassign(cls.native, self, name)
            return
        fields = self.__dict__ if cls.is_exception else self.fields
        if fields.pop("." + name if cls.is_exception else name, _ABSENT) is _ABSENT:
            no_attribute(self, name, ())

    def method(self, name: str) -> tuple[Any, Any] | None:
        cls = type(self).cls_
        found = type(self).flat_.get(name)
        if isinstance(found, Function):
            if cls.native is None and not cls.is_exception:
                if name in self.fields:
                    return None
            elif field(self, cls, name) is not _ABSENT:
                return None
            return found, self
        return None

    # -- what the syntax asks

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return operator(self, "call", args, kwargs, f"'{type_name(self)}' object is not callable")

    def item(self, key: Any) -> Any:
        return operator(self, "getitem", (key,), {}, f"'{type_name(self)}' object is not subscriptable")

    def set_item(self, key: Any, new: Any) -> None:
        operator(self, "setitem", (key, new), {}, f"'{type_name(self)}' object does not support item assignment")

    def del_item(self, key: Any) -> None:
        operator(self, "delitem", (key,), {}, f"'{type_name(self)}' object does not support item deletion")

    def length(self) -> int:
        n = operator(self, "len", (), {}, f"object of type '{type_name(self)}' has no len()")
        if type(n) not in (int, bool):
            n = index(n)
        if n < 0:
            fail(ValueError, "__len__() should return >= 0", kind="value")
        return int(n)

    def truth(self) -> bool:
        cls = type(self).cls_
        if "__bool__" in cls.flat:
            v = operator(self, "bool", (), {}, "")
            if type(v) is not bool:
                fail(TypeError, f"__bool__ should return bool, returned {type_name(v)}", kind="type")
            return v
        if "__len__" in cls.flat or (cls.native is not None and "len" in cls.native.protocol):
            return Object.length(self) != 0
        return True

    def iterate(self) -> Iterator[Any]:
        cls = type(self).cls_
        if "__iter__" in cls.flat:
            it = operator(self, "iter", (), {}, "")
            if isinstance(it, Object):
                if "__next__" in type(it).flat_:
                    return Steps(it)
            elif hasattr(type(it), "__next__") and not isinstance(it, Value):
                return it  # type: ignore[no-any-return]
            fail(TypeError, f"iter() returned non-iterator of type '{type_name(it)}'", kind="type")
        if "__getitem__" in cls.flat:
            return items_of(self)
        if cls.native is not None:
            if "iter" in cls.native.protocol:
                return iter(cls.native.protocol["iter"](self))
            if "getitem" in cls.native.protocol:
                return items_of(self)
        fail(TypeError, f"'{type_name(self)}' object is not iterable", kind="type")

    def enter(self) -> Any:
        return operator(self, "enter", (), {}, f"'{type_name(self)}' object does not support the context manager protocol")

    def exit(self, error: BaseException | None) -> bool:
        """The end of the `with` block; whether the failure ends here."""
        args = (None, None, None) if error is None else (exceptions.type_value(error), error, None)
        return truth(operator(self, "exit", args, {}, f"'{type_name(self)}' object does not support the context manager protocol"))

    def contains(self, v: Any) -> bool | None:
        """`v in self` where the class says it; None where the values are to be looked through."""
        cls = type(self).cls_
        if "__contains__" in cls.flat or (cls.native is not None and "contains" in cls.native.protocol):
            return truth(operator(self, "contains", (v,), {}, ""))
        return None

    def binary(self, op: str, other: Any, reflected: bool) -> Any:
        cls = type(self).cls_
        name = f"r{OPERATORS[op]}" if reflected else OPERATORS[op]
        if f"__{name}__" in cls.flat or (cls.native is not None and name in cls.native.protocol):
            return operator(self, name, (other,), {}, "")
        return NotImplemented

    def inplace(self, op: str, other: Any) -> Any:
        """`self op= other`; NotImplemented where the class has no method for it."""
        if f"__i{OPERATORS[op]}__" in type(self).flat_:
            return operator(self, f"i{OPERATORS[op]}", (other,), {}, "")
        return NotImplemented

    def unary(self, op: str) -> Any:
        if f"__{op}__" in type(self).flat_:
            return operator(self, op, (), {}, "")
        return NotImplemented

    def compare(self, op: str, other: Any, reflected: bool) -> Any:
        flat = type(self).flat_
        if f"__{op}__" in flat:
            return operator(self, op, (other,), {}, "")
        if op == "ne" and "__eq__" in flat:
            same = operator(self, "eq", (other,), {}, "")
            return NotImplemented if same is NotImplemented else not truth(same)
        return NotImplemented

    def exception_text(self) -> str | None:
        """What the class's own __str__ says of an exception; None where it has none."""
        flat = type(self).flat_
        if "__str__" not in flat and "__repr__" not in flat:
            return None
        return said(self, "__str__") if "__str__" in flat else None


class Plain(Fields, Object):
    """An instance of a class without a base of the engine: its fields are a dictionary of its own."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<__main__.{type(self).cls_.qualname} object at {id(self):#x}>"


def field(v: Any, cls: ClassValue, name: str) -> Any:
    """A field of an instance, or _ABSENT: what the program set, or what the engine's base class keeps openly."""
    if cls.native is not None:
        found = v.__dict__.get(name, _ABSENT)
        if found is _ABSENT or name in cls.native.reserved or not is_value(found):
            return _ABSENT
        return found
    if cls.is_exception:
        return v.__dict__.get("." + name, _ABSENT)
    return v.fields.get(name, _ABSENT)


def native_attribute(v: Any, native: HostClass, name: str) -> Any:
    """An attribute that comes from the engine's base class: a listed one, a method, a parameter or child of a module."""
    info = info_of(native.host)
    assert info is not None
    getter = info.attributes.get(name)
    if getter is not None:
        return getter(v)
    method = info.methods.get(name)
    if method is None and name in native.overrides:
        method = native.member(name)
    if method is not None:
        return BoundMethod(v, method, name)
    if info.fallback is not None:
        found = info.fallback(v, name)
        if found is not NotImplemented:
            return found
    no_attribute(v, name, Object.attr_names(v))


def operator(v: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], otherwise: str) -> Any:
    """Call an operator method of an instance (`name` without its underscores); TypeError with the sentence `otherwise` where it has none."""
    cls = type(v).cls_
    found = cls.flat.get(f"__{name}__")
    if found is not None:
        if isinstance(found, Function):
            return found.invoke((v, *args), kwargs)
        return call(bind(found, v, cls), args, kwargs)
    native = cls.native
    if native is not None:
        host = native.protocol.get(name)
        if host is not None:
            return checked(host, name, (v, *args), kwargs, 1)
    fail(TypeError, otherwise, kind="type")


def said(v: Any, name: str) -> str:
    """What __str__ or __repr__ of a class gives; TypeError when it is no text."""
    text = operator(v, name[2:-2], (), {}, "")
    if type(text) is not str:
        fail(TypeError, f"{name} returned non-string (type {type_name(text)})", kind="type")
    return text


def index(v: Any) -> int:
    """An integer that stands for itself: an int, a 0-d tensor of integers."""
    if isinstance(v, Value) or not hasattr(type(v), "__index__"):
        fail(TypeError, f"'{type_name(v)}' object cannot be interpreted as an integer", kind="type")
    return int(v.__index__())


class Steps:
    """The host's iterator over an instance that has __next__."""

    __slots__ = ("of",)

    def __init__(self, of: Object) -> None:
        self.of = of

    def __iter__(self) -> Steps:
        return self

    def __next__(self) -> Any:
        return operator(self.of, "next", (), {}, "")


def items_of(v: Object) -> Iterator[Any]:
    """The items of an instance that has only __getitem__: 0, 1, ... until IndexError."""
    i = 0
    while True:
        try:
            item = type(v).item(v, i)
        except IndexError:
            return
        yield item
        i += 1


# -- what stands in a class -----------------------------------------------------------------------------------------------------------


class Method(Callable_):
    """A function of a class with the instance (or, of a class method, the class) that it belongs to."""

    __slots__ = ("function", "owner")
    type_name = "method"
    entered = True

    def __init__(self, function: Any, owner: Any) -> None:
        self.function = function
        self.owner = owner

    def __repr__(self) -> str:
        from .formatting import repr_value

        return f"<bound method {getattr(self.function, 'qualname', 'function')} of {repr_value(self.owner)}>"

    def __eq__(self, other: object) -> bool:
        return type(other) is Method and other.function is self.function and other.owner is self.owner

    def __hash__(self) -> int:
        return hash((id(self.function), id(self.owner)))

    def compare(self, op: str, other: Any, reflected: bool) -> Any:
        return (self == other) is (op == "eq") if op in ("eq", "ne") else NotImplemented

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call(self.function, (self.owner, *args), kwargs)

    def method(self, name: str) -> tuple[Any, Any] | None:
        return (self.function, self.owner) if name == "__call__" else None

    def attr(self, name: str) -> Any:
        if name in ("__name__", "__doc__", "__qualname__"):
            return self.function.attr(name)
        no_attribute(self, name, ("__name__", "__doc__"))


class StaticMethod(Callable_):
    """@staticmethod"""

    __slots__ = ("function",)
    type_name = "staticmethod"

    def __init__(self, function: Any) -> None:
        self.function = function

    def __repr__(self) -> str:
        return f"<staticmethod({self.function!r})>"

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call(self.function, args, kwargs)


class ClassMethod(Value):
    """@classmethod"""

    __slots__ = ("function",)
    type_name = "classmethod"

    def __init__(self, function: Any) -> None:
        self.function = function

    def __repr__(self) -> str:
        return f"<classmethod({self.function!r})>"


class Abstract(Function):
    """@abstractmethod: a class that derives from ABC makes no instances as long as it has one."""

    __slots__ = ("function",)

    def __init__(self, function: Any) -> None:
        Function.__init__(self, getattr(function, "name", "function"), getattr(function, "parameters", ()), getattr(function, "doc", None))
        self.function = function

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call(self.function, args, kwargs)


def abstract_names(flat: dict[str, Any]) -> list[str]:
    """The names of a class that stand for methods which a subclass has to define."""
    found = []
    for name, v in flat.items():
        inner = v.getter if type(v) is Property else v.function if type(v) in (StaticMethod, ClassMethod) else v
        if type(inner) is Abstract:
            found.append(name)
    return sorted(found)


ABC = TypeValue("ABC", (object,), None, "abc.ABC", doc="Base of classes whose @abstractmethods a subclass has to define.")


class Property(Value):
    """@property, with its setter and deleter."""

    __slots__ = ("deleter", "doc", "getter", "setter")
    type_name = "property"

    def __init__(self, getter: Any = None, setter: Any = None, deleter: Any = None, doc: Any = None) -> None:
        self.getter = getter
        self.setter = setter
        self.deleter = deleter
        self.doc = getattr(getter, "doc", None) if doc is None else doc

    def __repr__(self) -> str:
        return f"<property object at {id(self):#x}>"

    def attr(self, name: str) -> Any:
        if name == "setter":
            return Builtin("setter", lambda f: Property(self.getter, f, self.deleter, self.doc))
        if name == "deleter":
            return Builtin("deleter", lambda f: Property(self.getter, self.setter, f, self.doc))
        if name == "getter":
            return Builtin("getter", lambda f: Property(f, self.setter, self.deleter, self.doc))
        if name == "__doc__":
            return self.doc
        no_attribute(self, name, ("setter", "deleter", "getter"))

    def _name(self) -> str:
        return getattr(self.getter, "name", "attribute")

    def read(self, v: Any) -> Any:
        """`v.name`"""
        if self.getter is None:
            fail(AttributeError, f"property of '{type_name(v)}' object has no getter", kind="attribute")
        return call(self.getter, (v,), {})

    def write(self, v: Any, new: Any, name: str) -> None:
        """`v.name = new`"""
        if self.setter is None:
            fail(
                AttributeError,
                f"property '{name}' of '{type_name(v)}' object has no setter",
                kind="attribute",
                hints=[f"@{name}.setter above def {name}(self, value): ..."],
            )
        call(self.setter, (v, new), {})

    def delete(self, v: Any, name: str) -> None:
        """`del v.name`"""
        if self.deleter is None:
            fail(AttributeError, f"property '{name}' of '{type_name(v)}' object has no deleter", kind="attribute")
        call(self.deleter, (v,), {})


def bind(found: Any, v: Any, cls: ClassValue) -> Any:
    """What an attribute of a class is for an instance `v` (None: for the class itself)."""
    if isinstance(found, Function):
        return found if v is None else Method(found, v)
    kind = type(found)
    if kind is StaticMethod:
        return found.function
    if kind is ClassMethod:
        return Method(found.function, cls)
    if kind is Property:
        return found if v is None else found.read(v)
    return found


# -- classes ------------------------------------------------------------------------------------------------------------------------


class ClassValue(TypeValue):
    """A class of the program.

    table      its own functions and values
    flat       those of its bases, too, as they are found
    host       the host type of its instances
    native     the engine's class that it derives from, or None
    """

    __slots__ = ("abstract", "bases", "flat", "host", "is_abc", "is_exception", "native", "qualname", "table")
    entered = True

    def __init__(self, name: str, bases: tuple[TypeValue, ...], table: dict[str, Any], doc: str | None, qualname: str) -> None:
        TypeValue.__init__(self, name, (), None, f"__main__.{qualname}", doc=doc)
        self.bases = bases
        self.table = table
        self.qualname = qualname
        self.host: Any = None
        self.native: HostClass | None = None
        self.is_exception = False
        self.is_abc: bool = any(base is ABC or (isinstance(base, ClassValue) and base.is_abc) for base in bases)
        self.abstract: list[str] = []
        self.flat: dict[str, Any] = {}

    def collect(self) -> None:
        """Fill `flat` from the tables, after a change of one of them. The host type has it, too, and the names of properties."""
        found: dict[str, Any] = {}
        for host in reversed(self.host.__mro__):
            cls = host.__dict__.get("cls_")
            if cls is not None:
                found.update(cls.table)
        self.flat = self.host.flat_ = found
        if self.is_abc:
            self.abstract = abstract_names(found)
        names = frozenset([name for name, v in found.items() if type(v) is Property])
        names = names | found.get("__frozen__", names)  # of a frozen dataclass
        self.host.properties_ = names if self.native is None else _EVERY  # fields of the engine's objects are no dictionary of ours

    def attr(self, name: str) -> Any:
        found = self.flat.get(name, _ABSENT)
        if found is not _ABSENT:
            return bind(found, None, self)
        if name == "__name__":
            return self.name
        if name == "__qualname__":
            return self.qualname
        if name == "__doc__":
            return self.doc
        if name == "__class__":
            from .builtins import TYPE

            return TYPE
        native = self.native
        if native is not None:
            function = native.classmethods.get(name)
            if function is not None:
                from .hosts import BoundClassMethod

                return BoundClassMethod(self.host, function, name)
            if native.member(name) is not None:
                return native.attr(name)
        elif name == "__init__":
            return Builtin("__init__", lambda v, *args, **kwargs: base_init(v, args, kwargs))
        exc_hints = did_you_mean(suggest(name, self.flat))
        fail(AttributeError, f"type object '{self.name}' has no attribute '{name}'", kind="attribute", op=name, hints=exc_hints)

    def attr_names(self) -> Iterable[str]:
        names = list(self.flat)
        if self.native is not None:
            names += self.native.attr_names()
        return names

    def set_attr(self, name: str, new: Any) -> None:
        if name[:2] == "__" and name not in _ASKED and not defines(name):
            fail(AttributeError, f"attribute '{name}' of class '{self.name}' is not writable", kind="attribute")
        self.table[name] = new
        if name in _ASKED or (self.native is not None and (name in self.native.overrides or name in self.native.methods)):
            setattr(self.host, name, relay(name, new))
        self._changed()

    def del_attr(self, name: str) -> None:
        if name not in self.table or name[:2] == "__":
            fail(AttributeError, f"type object '{self.name}' has no attribute '{name}'", kind="attribute", op=name)
        del self.table[name]
        if name in self.host.__dict__ and name != "cls_":
            delattr(self.host, name)
        self._changed()

    def _changed(self) -> None:
        stack = [self.host]
        while stack:
            host = stack.pop()
            host.cls_.collect()
            stack += type.__subclasses__(host)

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        v = self.new(args)
        init = self.flat.get("__init__")
        if init is not None:
            self.made(call(bind(init, v, self), args, kwargs))
        else:
            base_init(v, args, kwargs)
        return v

    def new(self, args: tuple[Any, ...]) -> Any:
        """An instance whose __init__ has not run."""
        host = self.host
        if self.abstract:
            names = ", ".join(self.abstract)
            fail(TypeError, f"Can't instantiate abstract class {self.name} with abstract method{'s' if len(self.abstract) > 1 else ''} {names}", kind="class")
        if self.is_exception:
            return exceptions.own(host.__new__(host, *args))
        v = host.__new__(host)
        if self.native is None:
            v.fields = {}
        return v

    @staticmethod
    def made(result: Any) -> None:
        """What __init__ gave back: nothing."""
        if result is not None:
            fail(TypeError, f"__init__() should return None, not '{type_name(result)}'", kind="type")

    def method(self, name: str) -> tuple[Any, Any] | None:
        found = self.flat.get(name)
        return (found.function, self) if type(found) is ClassMethod and isinstance(found.function, Function) else None


def abc_space() -> Namespace:
    """The module abc."""
    return Namespace("abc", {"ABC": ABC, "abstractmethod": Builtin("abstractmethod", Abstract, Abstract.__doc__, "abc")})


def defines(name: str) -> bool:
    """Whether a class may define a method of this name with underscores."""
    from .check import METHOD_NAMES

    return name in METHOD_NAMES


def base_init(v: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """__init__ of an instance whose program's classes have none (or call the one above them)."""
    if not isinstance(v, Object):
        fail(TypeError, f"__init__() takes an instance first, not '{type_name(v)}'", kind="type")
    cls = type(v).cls_
    if cls.native is not None:
        checked(cls.native.host.__init__, cls.name, (v, *args), kwargs, 1)
    elif cls.is_exception:
        if kwargs:
            fail(TypeError, f"{cls.name}() takes no keyword arguments", kind="arguments")
        BaseException.args.__set__(v, args)  # type: ignore[attr-defined]
    elif args or kwargs:
        fail(TypeError, f"{cls.name}() takes no arguments", kind="arguments", hints=[f"def __init__(self, ...): in class {cls.name}"])


def relay(name: str, found: Any) -> Any:
    """What the host type has under a name that the class defines: a function that looks it up in the class and calls it."""

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        kind: Any = self if isinstance(self, type) else type(self)
        cls = kind.cls_
        now = cls.flat.get(name)
        if isinstance(now, Function):
            return now.invoke((self, *args), kwargs)
        return call(bind(now, self, cls), args, kwargs)

    if name in ("__repr__", "__str__"):

        def text(self: Any) -> str:
            return said(self, name)

        return text
    if type(found) is StaticMethod:

        def static(*args: Any, **kwargs: Any) -> Any:
            return call(found.function, args, kwargs)

        static.__name__ = name
        return staticmethod(static)
    if type(found) is ClassMethod:

        def of_class(host: Any, *args: Any, **kwargs: Any) -> Any:
            return call(bind(host.cls_.flat.get(name), None, host.cls_), args, kwargs)

        return classmethod(of_class)
    if type(found) is Property:
        return property(lambda self: type(self).flat_[name].read(self))
    run.__name__ = name
    return run if callable(found) else found


def make(name: str, bases: list[Any], table: dict[str, Any], doc: str | None, qualname: str) -> ClassValue:
    """The class of a class statement, or TypeError for bases that cannot be one."""
    hosts: list[Any] = []
    kept: list[TypeValue] = []
    native: HostClass | None = None
    is_exception = False
    for base in bases:
        if isinstance(base, ClassValue):
            hosts.append(base.host)
            is_exception = is_exception or base.is_exception
        elif isinstance(base, HostClass) and base.subclassable:
            hosts.append(base.host)
        elif isinstance(base, ExceptionType) and base.hosts[0].__module__ == "builtins" and issubclass(base.hosts[0], Exception):
            hosts.append(base.hosts[0])
            is_exception = True
        elif isinstance(base, TypeValue) and base.hosts == (object,):
            if base is ABC:
                kept.append(base)
            continue
        else:
            _no_base(base)
        kept.append(base)
    is_native = any(isinstance(b, HostClass) or (isinstance(b, ClassValue) and b.native is not None) for b in kept)
    if not any(issubclass(host, Object) for host in hosts):
        hosts.insert(0, Object if hosts else Plain)
    cls = ClassValue(name, tuple(kept), table, doc, qualname)
    members: dict[str, Any] = {"cls_": cls, "type_name": name, "__module__": "__main__", "__qualname__": qualname, "__doc__": doc}
    if not is_native and not is_exception:
        members["__slots__"] = ()
    try:
        cls.host = type(name, tuple(hosts), members)
    except TypeError as error:
        fail(TypeError, str(error), kind="class")
    cls.hosts = (cls.host,)
    if len(cls.host.__mro__) > MAX_BASES:
        fail(TypeError, f"a class with more than {MAX_BASES} classes above it", kind="limit")
    cls.is_exception = is_exception
    from .hosts import find

    native = cls.native = find(cls.host) if is_native else None
    cls.collect()
    overridable = frozenset() if native is None else native.overrides | frozenset(native.methods)
    for key, found in table.items():
        if key in _ASKED or key in overridable or (key == "__init__" and native is not None):  # the engine may make another: a slice of a Sequential
            setattr(cls.host, key, relay(key, found))
    if "__eq__" in table and "__hash__" not in table:
        cls.host.__hash__ = None
    if native is not None and issubclass(cls.host, Plain):
        for key in ("__repr__", "__str__"):  # the engine's, not that of plain instances
            if key not in cls.flat:
                setattr(cls.host, key, getattr(native.host, key))
    return cls


def _no_base(base: Any) -> NoReturn:
    if isinstance(base, TypeValue):
        fail(
            TypeError,
            f"type '{base.qualified}' is not an acceptable base type",
            kind="class",
            hints=["a class may derive from classes of the program, nn.Module and its layers, Dataset, autograd.Function, Exception and its subclasses"],
        )
    fail(TypeError, f"a class cannot derive from a value of type '{type_name(base)}'", kind="class")


# -- super --------------------------------------------------------------------------------------------------------------------------


class Super(Value):
    """super(): attributes of the classes behind `cls` in the order of the instance's own class."""

    __slots__ = ("cls", "owner")
    type_name = "super"
    entered = True

    def __init__(self, cls: Any, owner: Any) -> None:
        if not isinstance(cls, ClassValue):
            fail(TypeError, f"super() argument 1 must be a type, not {type_name(cls)}", kind="type")
        of = owner if isinstance(owner, ClassValue) else type(owner).cls_ if isinstance(owner, Object) else None
        if of is None or not issubclass(of.host, cls.host):
            fail(TypeError, "super(type, obj): obj must be an instance or subtype of type", kind="type")
        self.cls = cls
        self.owner = owner

    def __repr__(self) -> str:
        return f"<super: <class '{self.cls.name}'>, <{type_name(self.owner)} object>>"

    def _behind(self) -> Any:
        of = self.owner if isinstance(self.owner, ClassValue) else type(self.owner).cls_
        order = of.host.__mro__
        return of, order[order.index(self.cls.host) + 1 :]

    def attr(self, name: str) -> Any:
        of, behind = self._behind()
        v = None if isinstance(self.owner, ClassValue) else self.owner
        for host in behind:
            cls = host.__dict__.get("cls_")
            if cls is not None and name in cls.table:
                return bind(cls.table[name], v, of)
        if v is None:
            return of.attr(name) if of.native is not None and name in of.native.classmethods else no_attribute(self, name, ())
        if name == "__init__":
            return Builtin("__init__", lambda *args, **kwargs: base_init(v, args, kwargs))
        native = of.native
        if native is not None:
            member = native.member(name)
            if member is not None:
                return BoundMethod(v, _checked_member(member, name), name)
            found = native_attribute(v, native, name)
            return found
        if name in ("__repr__", "__str__"):
            text = exceptions.shown if of.is_exception and name == "__repr__" else exceptions.arguments_text if of.is_exception else Plain.__repr__
            return Builtin(name, lambda: text(v))
        no_attribute(self, name, ())

    def method(self, name: str) -> tuple[Any, Any] | None:
        of, behind = self._behind()
        for host in behind:
            cls = host.__dict__.get("cls_")
            if cls is not None and name in cls.table:
                found = cls.table[name]
                if isinstance(found, Function) and not isinstance(self.owner, ClassValue):
                    return found, self.owner
                return (found.function, of) if type(found) is ClassMethod and isinstance(found.function, Function) else None
        return None


class UnboundSuper(Value):
    """super(cls) without an object: nothing but a call of its __init__, which does nothing (a habit of PyTorch's data set examples)."""

    __slots__ = ("cls",)
    type_name = "super"

    def __init__(self, cls: Any) -> None:
        if not isinstance(cls, TypeValue):
            fail(TypeError, f"super() argument 1 must be a type, not {type_name(cls)}", kind="type")
        self.cls = cls

    def __repr__(self) -> str:
        return f"<super: <class '{self.cls.name}'>, NULL>"

    def attr(self, name: str) -> Any:
        return Builtin(name, lambda: None) if name == "__init__" else no_attribute(self, name, ("__init__",))


def _checked_member(member: Callable[..., Any], name: str) -> Callable[..., Any]:
    return lambda v, *args, **kwargs: checked(member, name, (v, *args), kwargs, 1)
