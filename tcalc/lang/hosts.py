"""Classes of the engine as values: what a program may read, call, set and override of nn.Linear, optim.SGD, Dataset and their like.

`expose` registers one host class with the names that a program may use of it; everything is inherited along the host's own method
resolution order, so a subclass names only what is new. Which classes there are stands in the modules that call `expose`. Classes
that a program itself defines are in classes.py.
"""

from __future__ import annotations

from ..engine import Tensor
from ..engine.errors import fail
from .values import INFO, BoundMethod, Builtin, Info, TypeValue, Value, did_you_mean, info_of, is_array, suggest, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn

HOSTS: dict[type, HostClass] = {}
_PLAIN = frozenset({int, float, bool, complex, str, type(None), list, tuple, dict, set, frozenset, range, slice, type(...)})
_ABSENT = object()


class HostClass(TypeValue):
    """A class of the engine as a value. Calling it makes an object; a class statement may derive from it where `subclassable`."""

    __slots__ = ("attributes", "classmethods", "host", "methods", "open", "overrides", "protocol", "reserved", "settable", "subclassable")

    def __init__(self, host: type, qualified: str, build: Callable[..., Any] | None) -> None:
        TypeValue.__init__(self, host.__name__, (host,), build, qualified, doc=host.__doc__)
        self.host = host
        self.attributes: tuple[str, ...] = ()
        self.methods: dict[str, Callable[..., Any]] = {}
        self.classmethods: dict[str, Callable[..., Any]] = {}
        self.protocol: dict[str, Callable[..., Any]] = {}
        self.overrides: frozenset[str] = frozenset()
        self.reserved: frozenset[str] = frozenset()
        self.settable: frozenset[str] = frozenset()
        self.open = False
        self.subclassable = False

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.build is None:
            fail(TypeError, f"cannot create '{self.name}' instances", kind="type")
        return checked(self.build, self.name, args, kwargs)

    def attr(self, name: str) -> Any:
        if name == "__name__" or name == "__qualname__":
            return self.name
        if name == "__doc__":
            return self.doc
        function = self.classmethods.get(name)
        if function is not None:
            return BoundClassMethod(self.host, function, name)
        member = self.member(name)
        if member is not None:
            return Builtin(name, _unbound(self, name, member), member.__doc__)
        fail(AttributeError, f"type object '{self.name}' has no attribute '{name}'", kind="attribute", hints=did_you_mean(suggest(name, self.attr_names())))

    def attr_names(self) -> Iterable[str]:
        return [*self.methods, *self.classmethods]

    def member(self, name: str) -> Callable[..., Any] | None:
        """The host function behind a method, an overridable method or a permitted operator method such as __init__; None for all others."""
        found = self.methods.get(name)
        if found is not None:
            return found
        if name == "__init__":
            return self.host.__init__  # type: ignore[misc,no-any-return]
        if name[:2] == "__":
            return self.protocol.get(name[2:-2])
        if name in self.overrides:
            return getattr(self.host, name, None)
        return None


class BoundClassMethod(BoundMethod):
    """`MyFunction.apply`: a listed class method of a host class, with the class (or a program's subclass of it) it is called on."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<bound method {self.name}>"

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return checked(self.host, self.name, (self.owner, *args), kwargs, 1)


def _unbound(cls: HostClass, name: str, member: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        if not args or not isinstance(args[0], cls.host):
            given = type_name(args[0]) if args else "nothing"
            fail(TypeError, f"{cls.name}.{name}() takes a '{cls.name}' object first, not '{given}'", kind="type")
        return checked(member, name, args, kwargs, 1)

    return run


def checked(host: Callable[..., Any], name: str, args: tuple[Any, ...], kwargs: dict[str, Any], own: int = 0) -> Any:
    """A call of a host function with values of a program: types such as float become the engine's, a misfit argument is a TypeError."""
    if kwargs or args:
        from .tables import engine_types

        plain = engine_types(args, kwargs)
        if plain is not None:
            args, kwargs = plain
    try:
        return host(*args, **kwargs)
    except AttributeError as error:
        if "facts" in error.__dict__ or "own" in error.__dict__:
            raise
        misfit(name, args[own:], kwargs, error)


def misfit(name: str, args: tuple[Any, ...], kwargs: dict[str, Any], error: Exception) -> NoReturn:
    """TypeError for a call whose arguments have not what the host looked for."""
    values = [*args, *kwargs.values()]
    wrong = [v for v in values if not isinstance(v, Tensor)] or values
    if not wrong:
        raise error
    fail(TypeError, f"{name}(): cannot take {', '.join(type_name(v) for v in wrong)} here", kind="signature", op=name)


def is_value(v: Any) -> bool:
    """Whether something that lies in a host object may be handed to a program: never a host function, class or module."""
    kind = type(v)
    if kind in _PLAIN or isinstance(v, (Value, Tensor)):
        return True
    return (not callable(v) or find(kind) is not None) and not isinstance(v, type) and info_of(kind) is not None or is_array(v)


def find(kind: type) -> HostClass | None:
    """The registered class that objects of a host type belong to: its own, or the nearest above it."""
    for base in kind.__mro__:
        found = HOSTS.get(base)
        if found is not None:
            return found
    return None


def expose(
    host: type,
    qualified: str,
    *,
    attributes: str = "",
    methods: str = "",
    classmethods: str = "",
    settable: str = "",
    protocol: str = "",
    overrides: str = "",
    reserved: str = "",
    open: bool = False,
    subclass: bool = False,
    build: Any = _ABSENT,
) -> HostClass:
    """Register a host class and give it as a value; the same one when it is registered already.

    qualified    what type(x) prints between its quotes: "torch.nn.modules.linear.Linear"
    attributes   names that can be read (fields or properties of the object)
    methods      names that can be called on an object, and on the class with an object first
    classmethods names that can be called on the class
    settable     names that can be assigned, besides the open ones
    protocol     operator methods that the syntax may use, without underscores: "call len getitem setitem delitem contains iter next enter exit add"
    overrides    methods that host code calls on self and that a program's subclass may override, besides `methods` and `protocol`
    reserved     names that can never be assigned
    open         whether public fields of an object can be read (if they hold a value) and any name but the reserved ones be assigned
    subclass     whether a class statement may derive from it
    build        what makes an object; None for a class that cannot be called

    Raises AttributeError for a listed method that the host class does not have.
    """
    known = HOSTS.get(host)
    if known is not None:
        return known
    made = HostClass(host, qualified, host if build is _ABSENT else build)
    attribute_names: list[str] = []
    over: set[str] = set()
    kept: set[str] = set()
    assigned: set[str] = set()
    for base in reversed(host.__mro__[1:]):
        parent = HOSTS.get(base)
        if parent is None:
            continue
        attribute_names += parent.attributes
        over |= parent.overrides
        kept |= parent.reserved
        assigned |= parent.settable
        made.open = made.open or parent.open
        for name in parent.methods:
            made.methods[name] = getattr(host, name)
        for name in parent.protocol:
            made.protocol[name] = getattr(host, f"__{name}__")
        for name in parent.classmethods:
            made.classmethods[name] = getattr(host, name).__func__
    for name in methods.split():
        made.methods[name] = getattr(host, name)
    for name in protocol.split():
        made.protocol[name] = getattr(host, f"__{name}__")
    for name in classmethods.split():
        made.classmethods[name] = getattr(host, name).__func__
    made.attributes = tuple(dict.fromkeys([*attribute_names, *attributes.split()]))
    made.overrides = frozenset({*over, *overrides.split()})
    made.reserved = frozenset({*kept, *reserved.split()})
    made.settable = frozenset({*assigned, *settable.split()})
    made.open = made.open or open
    made.subclassable = subclass
    HOSTS[host] = made
    INFO.pop(host, None)
    return made


# -- objects of host classes --------------------------------------------------------------------------------------------------------


def info_for(kind: type) -> Info | None:
    """The table of objects of a registered class (values.INFO keeps it); None for other types."""
    cls = find(kind)
    if cls is None:
        return None
    setters = {name: _setter(name) for name in cls.settable}
    methods = {name: _method(name, host) for name, host in cls.methods.items()}
    return Info(
        cls.name,
        {name: _getter(cls, name) for name in cls.attributes},
        methods,
        setters,
        iterable="iter" in cls.protocol or "getitem" in cls.protocol,
        fallback=lambda v, name: open_field(cls, v, name),
        assign=(lambda v, name, new: assign(cls, v, name, new)) if cls.open else None,
        protocol={name: _method(f"__{name}__", host) for name, host in cls.protocol.items()},
    )


def _method(name: str, host: Callable[..., Any]) -> Callable[..., Any]:
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        return checked(host, name, (self, *args), kwargs, 1)

    run.__name__ = name
    run.__doc__ = host.__doc__
    return run


def _getter(cls: HostClass, name: str) -> Callable[[Any], Any]:
    """A listed attribute; of a private dictionary, a copy."""
    private = name[:1] == "_"

    def get(v: Any) -> Any:
        try:
            found = getattr(v, name)  # a name of our own list
        except AttributeError as error:
            if "facts" in error.__dict__:
                raise
        else:
            return dict(found) if private and isinstance(found, dict) else found
        fail(AttributeError, f"'{type_name(v)}' object has no attribute '{name}'", kind="attribute", op=name)

    return get


def _setter(name: str) -> Callable[[Any, Any], Any]:
    def put(v: Any, new: Any) -> None:
        setattr(v, name, new)  # a name of our own list

    return put


def open_field(cls: HostClass, v: Any, name: str) -> Any:
    """A public field of a host object (or what its class's __getattr__ finds: a module's parameters and children), if it is a value."""
    if not cls.open or name[:2] == "__" or name in cls.reserved:
        return NotImplemented
    fields = v.__dict__
    if name in fields:
        found = fields[name]
    else:
        more = getattr(cls.host, "__getattr__", None)
        if more is None:
            return NotImplemented
        try:
            found = more(v, name)
        except AttributeError:
            return NotImplemented
    return found if is_value(found) else NotImplemented


def assign(cls: HostClass, v: Any, name: str, new: Any) -> None:
    """`v.name = new` for a host object, through its class's own __setattr__ (which registers parameters and children)."""
    if name in cls.reserved or name[:2] == "__":
        fail(AttributeError, f"attribute '{name}' of '{type_name(v)}' objects is not writable", kind="attribute")
    try:
        setattr(v, name, new)
    except AttributeError as error:
        if "facts" in error.__dict__:
            raise
        fail(AttributeError, f"attribute '{name}' of '{type_name(v)}' objects is not writable", kind="attribute")


def unassign(cls: HostClass, v: Any, name: str) -> None:
    """`del v.name` for a host object."""
    if name in cls.reserved or name[:2] == "__":
        fail(AttributeError, f"cannot delete attribute '{name}' of '{type_name(v)}' object", kind="attribute")
    try:
        delattr(v, name)
    except AttributeError as error:
        if "facts" in error.__dict__:
            raise
        fail(AttributeError, f"'{type_name(v)}' object has no attribute '{name}'", kind="attribute", op=name)


def open_names(v: Any) -> list[str]:
    """The public fields of a host object, for completion and near names."""
    cls = find(type(v))
    if cls is None or not cls.open:
        return []
    names = [name for name, found in v.__dict__.items() if name[:1] != "_" and is_value(found)]
    for store in ("_parameters", "_buffers", "_modules"):
        names += [name for name in v.__dict__.get(store) or () if type(name) is str]
    return names
