"""Parts of Python's library that programs import: random, functools, operator, statistics, string, copy, typing and the like.

`MODULES` says what can be imported and how each namespace is made, at its first import; tables.IMPORTS takes it over. The containers of collections
(and dataclasses) stand in stdlib_collections.py, iterators in stdlib_itertools.py, NumPy in stdlib_numpy.py. A name is here because programs use it
and because it reaches nothing but values.
"""

from __future__ import annotations

from ..engine import Tensor, limits
from ..engine.errors import fail
from .formatting import repr_value, str_value, type_name
from .values import (
    BINARY,
    COMPARE,
    INPLACE,
    MAX_BITS,
    MAX_ITEMS,
    UNARY,
    Builtin,
    Callable_,
    ContextManager,
    Function,
    Namespace,
    Value,
    as_key,
    call,
    contains,
    del_item,
    get_attribute,
    get_item,
    is_array,
    iterate,
    no_attribute,
    set_item,
    tick,
    to_list,
    too_many,
    truth,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_ABSENT: Any = object()


def builtin_table(module: str, functions: dict[str, Callable[..., Any]]) -> dict[str, Any]:
    """Functions as values of a namespace."""
    return {name: Builtin(name, host, host.__doc__, module) for name, host in functions.items()}


def whole(v: Any) -> int:
    """v as an integer; TypeError in Python's words."""
    if isinstance(v, int):
        return int(v)
    if isinstance(v, Tensor) or is_array(v):
        return int(v.__index__())
    fail(TypeError, f"'{type_name(v)}' object cannot be interpreted as an integer", kind="type")


def number(v: Any) -> Any:
    """v as a Python number: itself, or that of a 0-d tensor or NumPy scalar."""
    if isinstance(v, Tensor) or is_array(v):
        return v.item()
    if not isinstance(v, (int, float)):
        fail(TypeError, f"must be real number, not {type_name(v)}", kind="type")
    return v


# -- random -------------------------------------------------------------------------------------------------------------------------

_DRAWS = "random uniform triangular gauss normalvariate lognormvariate expovariate betavariate gammavariate paretovariate weibullvariate vonmisesvariate"


_REJECTING = frozenset({"gammavariate", "betavariate", "vonmisesvariate", "gauss", "normalvariate", "lognormvariate"})  # these draw until one fits


class Random(Value):
    """random.Random(seed): a generator of its own, with CPython's stream."""

    __slots__ = ("host", "table")
    type_name = "Random"

    def __init__(self, seed: Any = None) -> None:
        import random

        self.host = random.Random()
        self.table = {name: _draw(name, getattr(self.host, name)) for name in _DRAWS.split()}
        for name in ("seed", "randint", "randrange", "choice", "choices", "shuffle", "sample", "getrandbits", "getstate", "setstate"):
            self.table[name] = getattr(self, "_" + name)
        if seed is not None:
            self._seed(seed)

    def __repr__(self) -> str:
        return f"<random.Random object at {id(self):#x}>"

    def attr(self, name: str) -> Any:
        found = self.table.get(name)
        if found is None:
            no_attribute(self, name, self.table)
        return Builtin(name, found, found.__doc__, "random")

    def attr_names(self) -> Iterable[str]:
        return tuple(self.table)

    def _seed(self, a: Any = None, version: Any = 2) -> None:
        """seed(n): start the stream from a number or a text."""
        if isinstance(a, Tensor) or is_array(a):
            a = a.item()
        if not isinstance(a, (int, float, str, type(None))):
            fail(TypeError, "The only supported seed types are: None,\nint, float, str, bytes, and bytearray.", kind="type")
        self.host.seed(a, 2)

    def _randint(self, a: Any, b: Any) -> int:
        """randint(a, b): an integer from a to b, both included."""
        return self.host.randint(whole(a), whole(b))

    def _randrange(self, start: Any, stop: Any = None, step: Any = 1) -> int:
        """randrange(start, stop, step): an integer of that range."""
        if stop is None:
            return self.host.randrange(whole(start))
        return self.host.randrange(whole(start), whole(stop), whole(step))

    def _choice(self, seq: Any) -> Any:
        """choice(seq): one of its values."""
        return self.host.choice(_sequence(seq))

    def _choices(self, population: Any, weights: Any = None, *, cum_weights: Any = None, k: Any = 1) -> list[Any]:
        """choices(population, weights=None, k=1): k values, drawn with repetition."""
        k = whole(k)
        if k > MAX_ITEMS:
            too_many(k)
        limits.grown(8 * max(0, k))
        given = {name: [number(w) for w in to_list(v)] for name, v in (("weights", weights), ("cum_weights", cum_weights)) if v is not None}
        if len(given) == 2:
            fail(TypeError, "Cannot specify both weights and cumulative weights", kind="type")
        return self.host.choices(_sequence(population), **given, k=k)

    def _shuffle(self, x: Any) -> None:
        """shuffle(x): put a list, a tensor or an array in random order, in place."""
        if type(x) is list:
            self.host.shuffle(x)
            return
        n = len(_sequence(x))
        for i in reversed(range(1, n)):  # as CPython's: for what is indexed through the language's own tables
            j = self.host._randbelow(i + 1)  # type: ignore[attr-defined]
            first, second = get_item(x, i), get_item(x, j)
            set_item(x, i, second)
            set_item(x, j, first)

    def _sample(self, population: Any, k: Any, *, counts: Any = None) -> list[Any]:
        """sample(population, k): k different values, in random order."""
        k = whole(k)
        if k > MAX_ITEMS:
            too_many(k)
        limits.grown(8 * max(0, k))
        if isinstance(population, (set, frozenset, dict)):
            fail(TypeError, "Population must be a sequence.  For dicts or sets, use sorted(d).", kind="type")
        return self.host.sample(_sequence(population), k, counts=None if counts is None else [whole(c) for c in to_list(counts)])

    def _getrandbits(self, k: Any) -> int:
        """getrandbits(k): an integer of k random bits."""
        k = whole(k)
        if k > MAX_BITS:
            fail(OverflowError, f"the integer would have {k} bits; the limit is {MAX_BITS}", kind="limit")
        return self.host.getrandbits(k)

    def _getstate(self) -> Any:
        """getstate(): where the stream stands."""
        return self.host.getstate()

    def _setstate(self, state: Any) -> None:
        """setstate(state): go back to where getstate() was."""
        if type(state) is not tuple or len(state) != 3 or type(state[1]) is not tuple or not all(type(n) is int for n in state[1]):
            fail(ValueError, "state vector is not what getstate() gave", kind="value")
        self.host.setstate(state)


def _draw(name: str, host: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        plain = [number(v) for v in args]
        named = {k: number(v) for k, v in kwargs.items()}
        if name in _REJECTING and not all(v - v == 0 for v in (*plain, *named.values())):
            fail(ValueError, f"{name}() takes finite numbers", kind="value", op=name)
        return host(*plain, **named)

    run.__doc__ = (host.__doc__ or "").strip().partition("\n\n")[0]
    return run


def _sequence(v: Any) -> Any:
    """What a generator may index: a host sequence, or the values in a list."""
    if isinstance(v, (list, tuple, str, range, Tensor)) or is_array(v):
        return v
    if isinstance(v, (dict, set, frozenset)):
        fail(TypeError, f"'{type_name(v)}' object is not subscriptable", kind="type", hints=["list(v) gives its values"])
    return to_list(v)


def _random() -> Namespace:
    own = Random()
    return Namespace("random", {"Random": Builtin("Random", Random, Random.__doc__, "random"), **{name: own.attr(name) for name in own.attr_names()}})


# -- functools ------------------------------------------------------------------------------------------------------------------------


class Partial(Callable_):
    """functools.partial(f, *args, **kwargs): f with its first arguments given."""

    __slots__ = ("args", "function", "kwargs")
    type_name = "functools.partial"

    def __init__(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if not isinstance(function, Value):
            fail(TypeError, "the first argument must be callable", kind="type")
        self.function = function
        self.args = args
        self.kwargs = kwargs

    def __repr__(self) -> str:
        inside = [repr_value(self.function), *[repr_value(v) for v in self.args], *[f"{k}={repr_value(v)}" for k, v in self.kwargs.items()]]
        return f"functools.partial({', '.join(inside)})"

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call(self.function, (*self.args, *args), {**self.kwargs, **kwargs})

    def attr(self, name: str) -> Any:
        if name in ("func", "args", "keywords"):
            return {"func": self.function, "args": self.args, "keywords": dict(self.kwargs)}[name]
        no_attribute(self, name, self.attr_names())

    def attr_names(self) -> Iterable[str]:
        return ("func", "args", "keywords")


class Cached(Function):
    """A function that remembers what it gave: @functools.lru_cache."""

    __slots__ = ("function", "hits", "kept", "maxsize", "misses")

    def __init__(self, function: Any, maxsize: int | None) -> None:
        Function.__init__(self, getattr(function, "name", "function"), getattr(function, "parameters", ()), getattr(function, "doc", None))
        self.function = function
        self.maxsize = maxsize
        self.kept: dict[Any, Any] = {}
        self.hits = self.misses = 0

    def __repr__(self) -> str:
        return f"<functools._lru_cache_wrapper object at {id(self):#x}>"

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        key = as_key((args, tuple(kwargs.items()))) if kwargs else as_key(args)
        kept = self.kept
        found = kept.get(key, _ABSENT)
        if found is not _ABSENT:
            self.hits += 1
            if self.maxsize is not None:
                kept[key] = kept.pop(key)  # the latest used stands last
            return found
        out = call(self.function, args, kwargs)
        self.misses += 1
        if self.maxsize != 0:
            kept[key] = out
            limits.grown(200)
            if self.maxsize is not None and len(kept) > self.maxsize:
                del kept[next(iter(kept))]
        return out

    def attr(self, name: str) -> Any:
        if name == "cache_info":
            return Builtin(name, self._info)
        if name == "cache_clear":
            return Builtin(name, self._clear)
        if name == "__wrapped__":
            return self.function
        return Function.attr(self, name)

    def attr_names(self) -> Iterable[str]:
        return ("cache_info", "cache_clear", "__name__", "__doc__")

    def _info(self) -> Any:
        from .stdlib_collections import named

        return named("CacheInfo", ("hits", "misses", "maxsize", "currsize")).invoke((self.hits, self.misses, self.maxsize, len(self.kept)), {})

    def _clear(self) -> None:
        self.kept.clear()
        self.hits = self.misses = 0


def _reduce(function: Any, iterable: Any, initial: Any = _ABSENT) -> Any:
    """reduce(f, iterable, initial): f of the first two values, of that and the third, and so on."""
    values = iterate(iterable)
    total = next(values, _ABSENT) if initial is _ABSENT else initial
    if total is _ABSENT:
        fail(TypeError, "reduce() of empty iterable with no initial value", kind="type")
    for v in values:
        tick(1)
        total = call(function, (total, v), {})
    return total


def _lru_cache(maxsize: Any = 128, typed: Any = False) -> Any:
    """@lru_cache(maxsize=128): remember the results of a function by its arguments."""
    if isinstance(maxsize, Callable_):
        return Cached(maxsize, 128)
    size = None if maxsize is None else max(0, whole(maxsize))
    return Builtin("lru_cache", lambda f: Cached(f, size))


def _cache(function: Any) -> Any:
    """@cache: remember all results of a function by its arguments."""
    return Cached(function, None)


def _wraps(wrapped: Any, *args: Any, **kwargs: Any) -> Any:
    """@wraps(f): the function takes f's name and description."""

    def run(wrapper: Any) -> Any:
        if isinstance(wrapper, Function):
            wrapper.name = getattr(wrapped, "name", wrapper.name)
            wrapper.doc = getattr(wrapped, "doc", wrapper.doc)
        return wrapper

    return Builtin("wraps", run)


class _Ordered(Value):
    """What cmp_to_key(f) makes of a value: f says how two of them compare."""

    __slots__ = ("function", "v")

    def __init__(self, function: Any, v: Any) -> None:
        self.function = function
        self.v = v

    def __lt__(self, other: Any) -> bool:
        tick(1)
        return bool(number(call(self.function, (self.v, other.v), {})) < 0)

    def compare(self, op: str, other: Any, reflected: bool) -> Any:
        if not isinstance(other, _Ordered):
            return NotImplemented
        sign = number(call(self.function, (self.v, other.v), {}))
        return COMPARE[op](sign, 0)


def _cmp_to_key(function: Any) -> Any:
    """cmp_to_key(f): a key for sorted() from a function that compares two values."""
    return Builtin("cmp_to_key", lambda v: _Ordered(function, v))


def _functools() -> Namespace:
    table = builtin_table("functools", {"reduce": _reduce, "lru_cache": _lru_cache, "cache": _cache, "wraps": _wraps, "cmp_to_key": _cmp_to_key})
    table["partial"] = Builtin("partial", lambda f, *args, **kwargs: Partial(f, args, kwargs), Partial.__doc__, "functools")
    return Namespace("functools", table)


# -- operator -------------------------------------------------------------------------------------------------------------------------


def attribute_by_name(v: Any, name: Any) -> Any:
    """`v.name` for a name that is a text: the same names as the syntax takes."""
    from .check import DUNDER_ATTRIBUTES

    if type(name) is not str:
        fail(TypeError, "attribute name must be a string", kind="type")
    for part in name.split("."):
        if part[:2] == "__" and part not in DUNDER_ATTRIBUTES:
            fail(AttributeError, f"attributes that begin with two underscores are not in the language: {part}", kind="closed")
        v = get_attribute(v, part)
    return v


def _itemgetter(*items: Any) -> Any:
    """itemgetter(i): a function that gives v[i]; of several, a tuple."""
    if not items:
        fail(TypeError, "itemgetter expected 1 argument, got 0", kind="type")
    return Builtin("itemgetter", lambda v: get_item(v, items[0]) if len(items) == 1 else tuple([get_item(v, i) for i in items]))


def _attrgetter(*names: Any) -> Any:
    """attrgetter('name'): a function that gives v.name; of several, a tuple."""
    if not names:
        fail(TypeError, "attrgetter expected 1 argument, got 0", kind="type")
    return Builtin("attrgetter", lambda v: attribute_by_name(v, names[0]) if len(names) == 1 else tuple([attribute_by_name(v, n) for n in names]))


def _methodcaller(name: Any, *args: Any, **kwargs: Any) -> Any:
    """methodcaller('name', ...): a function that calls v.name(...)."""
    return Builtin("methodcaller", lambda v: call(attribute_by_name(v, name), args, kwargs))


def _count_of(a: Any, b: Any) -> int:
    """countOf(a, b): how often b is in a."""
    return sum([1 for v in to_list(a) if v is b or truth(COMPARE["eq"](v, b))])


_PYTHON_NAMES = {"div": "truediv", "and": "and_", "or": "or_", "not": "not_"}


def _operator() -> Namespace:
    table: dict[str, Any] = {}
    for name, host in BINARY.items():
        table[_PYTHON_NAMES.get(name, name)] = host
    for name, host in INPLACE.items():
        table["i" + _PYTHON_NAMES.get(name, name).rstrip("_")] = host
    table.update({_PYTHON_NAMES.get(name, name): host for name, host in UNARY.items()})
    table.update({name: COMPARE[name] for name in ("eq", "ne", "lt", "le", "gt", "ge")})
    table.update(is_=COMPARE["is"], is_not=COMPARE["isnot"], contains=lambda a, b: contains(b, a), concat=BINARY["add"], truth=truth, inv=UNARY["invert"])
    table.update(getitem=get_item, setitem=set_item, delitem=del_item, itemgetter=_itemgetter, attrgetter=_attrgetter, methodcaller=_methodcaller)
    table.update(countOf=_count_of, index=whole, abs=lambda v: call(_bare("abs"), (v,), {}))
    return Namespace("operator", builtin_table("operator", table))


def _bare(name: str) -> Any:
    from . import tables

    return tables.lookup(name)


# -- statistics -------------------------------------------------------------------------------------------------------------------------

_STATISTICS = (
    "mean fmean median median_low median_high median_grouped mode multimode stdev pstdev variance pvariance geometric_mean harmonic_mean quantiles "
    "covariance correlation"
)


def _statistics() -> Namespace:
    import statistics

    def of(name: str) -> Builtin:
        host = getattr(statistics, name)

        def run(*args: Any, **kwargs: Any) -> Any:
            plain = [v if isinstance(v, (int, float)) else [_datum(x) for x in to_list(v)] for v in args]
            if name == "quantiles" and not 1 <= whole(kwargs.get("n", 4)) <= 1 << 20:
                fail(ValueError, "n must be at least 1, and at most a million here", kind="value", op=name)
            try:
                return host(*plain, **{k: v if isinstance(v, (int, float, str, type(None))) else [number(x) for x in to_list(v)] for k, v in kwargs.items()})
            except statistics.StatisticsError as exc:
                fail(ValueError, str(exc), kind="value", op=name)

        return Builtin(name, run, (host.__doc__ or "").strip().partition("\n\n")[0], "statistics")

    table: dict[str, Any] = {name: of(name) for name in _STATISTICS.split()}
    return Namespace("statistics", table)


def _datum(v: Any) -> Any:
    return v if isinstance(v, str) else number(v)  # mode(['a', 'b'])


# -- string, copy, warnings, timeit, pprint, heapq, bisect ------------------------------------------------------------------------------


def _string() -> Namespace:
    import string

    names = "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits punctuation printable whitespace"
    table: dict[str, Any] = {name: getattr(string, name) for name in names.split()}
    table["capwords"] = Builtin("capwords", lambda s, sep=None: (sep or " ").join([w.capitalize() for w in str_value(s).split(sep)]), module="string")
    return Namespace("string", table)


def _copy_value(v: Any) -> Any:
    """copy(v): a value of its own with the same things in it."""
    import copy

    if isinstance(v, (Callable_, Namespace)):
        return v
    if isinstance(v, (list, dict, set)):
        limits.grown(8 * len(v))
    return copy.copy(v)


def _deepcopy_value(v: Any, memo: Any = None) -> Any:
    """deepcopy(v): a value of its own, and all that is in it, too. Functions and classes stay what they are."""
    import copy

    if is_array(v):
        from .arrays import check_size

        check_size((v.size,), "deepcopy")
    return copy.deepcopy(v)


def _ignored(*args: Any, **kwargs: Any) -> None:
    """Accepted, and without an effect here."""


def _warn(message: Any, category: Any = None, stacklevel: Any = 1) -> None:
    """warn(message): a line on stderr."""
    from ..engine.graph import warn

    warn(str_value(message)[:2000])


def _warnings() -> Namespace:
    table = builtin_table("warnings", {"filterwarnings": _ignored, "simplefilter": _ignored, "resetwarnings": _ignored, "warn": _warn})

    class Quiet:
        """with warnings.catch_warnings(): what it would restore does not change here."""

        def __enter__(self) -> None:
            return None

        def __exit__(self, *failure: Any) -> None:
            return None

    table["catch_warnings"] = Builtin("catch_warnings", lambda **options: ContextManager("warnings.catch_warnings", Quiet), Quiet.__doc__, "warnings")
    return Namespace("warnings", table)


def _timeit_module() -> Namespace:
    import time

    def timeit(stmt: Any, setup: Any = None, timer: Any = None, number: Any = 1_000_000, globals: Any = None) -> float:
        """timeit(f, number=1000000): seconds that so many calls of f take."""
        if not isinstance(stmt, Callable_):
            fail(TypeError, "timeit() takes a function here: text is never run as code", kind="type", hints=["timeit.timeit(lambda: f(x), number=1000)"])
        start = time.perf_counter()
        for _ in range(whole(number)):
            tick(1)
            call(stmt, (), {})
        return time.perf_counter() - start

    def repeat(stmt: Any, setup: Any = None, timer: Any = None, repeat: Any = 5, number: Any = 1_000_000) -> list[float]:
        """repeat(f, repeat=5, number=1000000): timeit() several times."""
        return [timeit(stmt, number=number) for _ in range(min(whole(repeat), 10_000))]

    table = builtin_table("timeit", {"default_timer": time.perf_counter, "timeit": timeit, "repeat": repeat})
    return Namespace("timeit", table)


def _pprint_module() -> Namespace:
    from .builtins import print_

    def pprint(v: Any, *args: Any, width: Any = 80, **kwargs: Any) -> None:
        """pprint(v): print a value, a long list or dict with one item a line."""
        print_(_pretty(v, 0, min(whole(width), 1000)))

    return Namespace("pprint", builtin_table("pprint", {"pprint": pprint, "pformat": lambda v, **options: _pretty(v, 0, 80), "pp": pprint}))


def _pretty(v: Any, indent: int, width: int, path: tuple[int, ...] = ()) -> str:
    text = repr_value(dict(sorted(v.items(), key=lambda pair: str(pair[0]))) if type(v) is dict else v)
    if len(text) + indent <= width or len(text) > 1 << 20 or len(path) > 50 or not v or id(v) in path:
        return text
    path = (*path, id(v))
    between = ",\n" + " " * (indent + 1)
    if type(v) is dict:
        rows = []
        for key, item in sorted(v.items(), key=lambda pair: str(pair[0])):
            head = repr_value(key) + ": "
            rows.append(head + _pretty(item, indent + 1 + len(head), width, path))
        return "{" + between.join(rows) + "}"
    if type(v) in (list, tuple):
        opening, closing = "[]" if type(v) is list else "()"
        rows = [_pretty(x, indent + 1, width, path) for x in v]
        return opening + between.join(rows) + ("," if type(v) is tuple and len(v) == 1 else "") + closing
    return text


def _heapq() -> Namespace:
    import heapq

    def heap(v: Any) -> list[Any]:
        if type(v) is not list:
            fail(TypeError, f"heap argument must be a list, not {type_name(v)}", kind="type")
        return v

    def smallest(n: Any, iterable: Any, key: Any = None) -> list[Any]:
        """nsmallest(n, iterable, key=None): the n smallest values, in order."""
        return sorted(to_list(iterable), key=None if key is None else lambda v: call(key, (v,), {}))[: max(0, whole(n))]

    def largest(n: Any, iterable: Any, key: Any = None) -> list[Any]:
        """nlargest(n, iterable, key=None): the n largest values, in order."""
        return sorted(to_list(iterable), key=None if key is None else lambda v: call(key, (v,), {}), reverse=True)[: max(0, whole(n))]

    table: dict[str, Callable[..., Any]] = {
        "heappush": lambda h, v: heapq.heappush(heap(h), v),
        "heappop": lambda h: heapq.heappop(heap(h)),
        "heapify": lambda h: heapq.heapify(heap(h)),
        "heappushpop": lambda h, v: heapq.heappushpop(heap(h), v),
        "heapreplace": lambda h, v: heapq.heapreplace(heap(h), v),
        "nsmallest": smallest,
        "nlargest": largest,
    }
    return Namespace("heapq", builtin_table("heapq", table))


def _bisect() -> Namespace:
    import bisect

    def of(name: str) -> Callable[..., Any]:
        host = getattr(bisect, name)

        def run(a: Any, x: Any, lo: Any = 0, hi: Any = None, *, key: Any = None) -> Any:
            if type(a) is not list and not (type(a) is tuple and name.startswith("bisect")):
                fail(TypeError, f"{name}() takes a list, not {type_name(a)}", kind="type")
            return host(a, x, whole(lo), None if hi is None else whole(hi), key=None if key is None else lambda v: call(key, (v,), {}))

        return run

    return Namespace("bisect", builtin_table("bisect", {n: of(n) for n in ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")}))


# -- typing ---------------------------------------------------------------------------------------------------------------------------


class Hint(Value):
    """A name of typing: it can be written wherever types are written, and means nothing."""

    __slots__ = ("name",)
    type_name = "typing hint"

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"typing.{self.name}"

    def item(self, key: Any) -> Any:
        return self

    def attr(self, name: str) -> Any:
        if name == "__name__":
            return self.name
        no_attribute(self, name, ())

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        fail(TypeError, f"Type {self.name} cannot be instantiated", kind="type")

    def binary(self, op: str, other: Any, reflected: bool) -> Any:
        return self if op == "or" else NotImplemented


_HINTS = (
    "Any List Tuple Dict Set FrozenSet Optional Union Callable Iterable Iterator Sequence Mapping MutableMapping MutableSequence Generator Type Literal "
    "ClassVar Final Generic Protocol Annotated NoReturn Collection Container Hashable Sized Reversible Deque DefaultDict OrderedDict Counter Text "
    "AnyStr Self TypeAlias Never Awaitable Concatenate ParamSpec Required NotRequired"
)


def _typing() -> Namespace:
    def as_is(v: Any) -> Any:
        """Returns it as it is."""
        return v

    table: dict[str, Any] = {name: Hint(name) for name in _HINTS.split()}
    table["TYPE_CHECKING"] = False
    functions: dict[str, Callable[..., Any]] = {
        "cast": lambda kind, v: v,
        "TypeVar": lambda name, *bounds, **options: Hint(str_value(name)),
        "NewType": lambda name, kind: Builtin(str_value(name), as_is),
        "NamedTuple": lambda name, fields: _named_tuple(name, fields),
        **dict.fromkeys(("overload", "final", "no_type_check", "runtime_checkable"), as_is),
    }
    table.update(builtin_table("typing", functions))
    return Namespace("typing", table)


def _named_tuple(name: Any, fields: Any) -> Any:
    from .stdlib_collections import namedtuple

    return namedtuple(name, [to_list(pair)[0] for pair in to_list(fields)])


# -- torch.testing --------------------------------------------------------------------------------------------------------------------


def _torch_testing() -> Namespace:
    from ..engine.testing import assert_close

    return Namespace("torch.testing", {"assert_close": Builtin("assert_close", assert_close, assert_close.__doc__, "torch.testing")})


# -- modules that only show progress -----------------------------------------------------------------------------------------------------


class Progress(Value):
    """tqdm(iterable): its values; no bar is drawn."""

    __slots__ = ("of", "total")
    type_name = "tqdm"
    _METHODS = ("update", "set_description", "set_postfix", "close", "refresh", "write")

    def __init__(self, iterable: Any = None, desc: Any = None, total: Any = None, **options: Any) -> None:
        self.of = iterable
        self.total = total

    def attr(self, name: str) -> Any:
        if name == "write":
            from .builtins import print_

            return Builtin(name, print_)
        if name in self._METHODS:
            return Builtin(name, _ignored)
        no_attribute(self, name, self._METHODS)

    def attr_names(self) -> Iterable[str]:
        return self._METHODS

    def iterate(self) -> Any:
        return iterate(self.of)

    def length(self) -> int:
        from .values import len_of

        return len_of(self.of) if self.of is not None else whole(self.total)

    def enter(self) -> Any:
        return self

    def leave(self, failed: bool) -> None:
        pass


def _tqdm() -> Namespace:
    table: dict[str, Any] = {"tqdm": Builtin("tqdm", Progress, Progress.__doc__, "tqdm")}
    table["trange"] = Builtin("trange", lambda *args, **options: Progress(range(*[whole(v) for v in args])), "trange(n): tqdm(range(n))", "tqdm")
    return Namespace("tqdm", table)


def _collections() -> Namespace:
    from .stdlib_collections import module

    return module()


def _dataclasses() -> Namespace:
    from .stdlib_collections import dataclasses_module

    return dataclasses_module()


def _itertools() -> Namespace:
    from .stdlib_itertools import module

    return module()


# What can be imported, and how its namespace is made.
MODULES: dict[str, Callable[[], Namespace]] = {
    "bisect": _bisect,
    "collections": _collections,
    "copy": lambda: Namespace("copy", builtin_table("copy", {"copy": _copy_value, "deepcopy": _deepcopy_value})),
    "dataclasses": _dataclasses,
    "functools": _functools,
    "heapq": _heapq,
    "itertools": _itertools,
    "operator": _operator,
    "pprint": _pprint_module,
    "random": _random,
    "statistics": _statistics,
    "string": _string,
    "timeit": _timeit_module,
    "torch.testing": _torch_testing,
    "tqdm": _tqdm,
    "tqdm.auto": _tqdm,
    "typing": _typing,
    "warnings": _warnings,
}
