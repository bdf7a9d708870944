"""itertools: iterators that are made of others. All are generators of ours, so that steps are counted and nesting is bounded by recursion."""

from __future__ import annotations

from ..engine import limits
from ..engine.errors import fail
from .stdlib import builtin_table, whole
from .values import BINARY, COMPARE, MAX_ITEMS, Builtin, Namespace, call, iterate, nested, tick, to_list, too_many, truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

_ABSENT: Any = object()


def counted(values: Iterable[Any]) -> Iterator[Any]:
    """The values, each counted as a step."""
    for v in values:
        tick(1)
        yield v


def _chain(*iterables: Any) -> Iterator[Any]:
    """chain(a, b, ...): the values of a, then those of b, and so on."""
    return nested(counted(v for part in iterables for v in iterate(part)), iterables)  # type: ignore[no-any-return]


def _chain_from(iterable: Any) -> Iterator[Any]:
    """chain.from_iterable(lists): the values of each."""
    return nested(counted(v for part in iterate(iterable) for v in iterate(part)), (iterable,))  # type: ignore[no-any-return]


def _count(start: Any = 0, step: Any = 1) -> Iterator[Any]:
    """count(start=0, step=1): start, start + step, and so on without an end."""

    def values() -> Iterator[Any]:
        add, n = BINARY["add"], start
        while True:
            yield n
            n = add(n, step)

    return counted(values())


def _cycle(iterable: Any) -> Iterator[Any]:
    """cycle(values): the values over and over."""

    def values() -> Iterator[Any]:
        kept = []
        for v in iterate(iterable):
            kept.append(v)
            _bounded(kept)
            yield v
        while kept:
            yield from kept

    return counted(values())


def _bounded(kept: list[Any]) -> None:
    if not len(kept) & 4095:
        limits.grown(4096 * 16)
        if len(kept) > MAX_ITEMS:
            too_many(len(kept))


def _repeat(v: Any, times: Any = None) -> Iterator[Any]:
    """repeat(v, times): v so often, or without an end."""
    if times is None:
        return counted(iter(lambda: v, _ABSENT))
    n = whole(times)
    return counted(v for _ in range(n))


def _islice(iterable: Any, *args: Any) -> Iterator[Any]:
    """islice(iterable, stop), islice(iterable, start, stop, step): some of the values, by their places."""
    if not 1 <= len(args) <= 3:
        fail(TypeError, f"islice expected at least 2 arguments, got {1 + len(args)}", kind="type")
    bounds = [None if v is None else whole(v) for v in args]
    start, stop, step = (0, bounds[0], 1) if len(bounds) == 1 else (bounds[0] or 0, bounds[1], (bounds[2] if len(bounds) == 3 else 1) or 1)
    if start < 0 or step < 1 or (stop is not None and stop < 0):
        fail(ValueError, "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.", kind="value")
    source = iterate(iterable)

    def values() -> Iterator[Any]:
        wanted = start
        if stop is not None and wanted >= stop:
            return
        for at, v in enumerate(source):
            tick(1)
            if at == wanted:
                yield v
                wanted += step
            if stop is not None and (at + 1 >= stop or wanted >= stop):
                return

    return values()


def _product(*iterables: Any, repeat: Any = 1) -> Iterator[Any]:
    """product(a, b, repeat=1): all pairs of a value of a and one of b."""
    import itertools

    return counted(itertools.product(*[to_list(v) for v in iterables], repeat=_small(repeat)))


def _small(v: Any) -> int:
    n = whole(v)
    if n > 1 << 16:
        fail(MemoryError, f"tuples of {n} values are more than the limit of {1 << 16}", kind="memory")
    return n


def _permutations(iterable: Any, r: Any = None) -> Iterator[Any]:
    """permutations(values, r): all orders of r of the values."""
    import itertools

    return counted(itertools.permutations(to_list(iterable), None if r is None else _small(r)))


def _combinations(iterable: Any, r: Any) -> Iterator[Any]:
    """combinations(values, r): all choices of r of the values."""
    import itertools

    return counted(itertools.combinations(to_list(iterable), _small(r)))


def _combinations_again(iterable: Any, r: Any) -> Iterator[Any]:
    """combinations_with_replacement(values, r): all choices of r of the values, which may repeat."""
    import itertools

    return counted(itertools.combinations_with_replacement(to_list(iterable), _small(r)))


def _accumulate(iterable: Any, func: Any = None, *, initial: Any = None) -> Iterator[Any]:
    """accumulate(values, func=add, initial=None): running sums, or what func makes of them."""
    source = iterate(iterable)

    def values() -> Iterator[Any]:
        total = next(source, _ABSENT) if initial is None else initial
        if total is _ABSENT:
            return
        yield total
        for v in source:
            total = BINARY["add"](total, v) if func is None else call(func, (total, v), {})
            yield total

    return counted(values())


def _zip_longest(*iterables: Any, fillvalue: Any = None) -> Iterator[Any]:
    """zip_longest(a, b, fillvalue=None): tuples as zip() gives, until the longest has ended."""
    sources = [iterate(v) for v in iterables]

    def values() -> Iterator[Any]:
        while True:
            row = [next(s, _ABSENT) for s in sources]
            if all(v is _ABSENT for v in row):
                return
            yield tuple([fillvalue if v is _ABSENT else v for v in row])

    return counted(values())


def _starmap(function: Any, iterable: Any) -> Iterator[Any]:
    """starmap(f, tuples): f(*t) of each tuple."""
    return counted(call(function, tuple(to_list(v)), {}) for v in iterate(iterable))


def _takewhile(predicate: Any, iterable: Any) -> Iterator[Any]:
    """takewhile(f, values): the values up to the first for which f is false."""

    def values() -> Iterator[Any]:
        for v in iterate(iterable):
            if not truth(call(predicate, (v,), {})):
                return
            yield v

    return counted(values())


def _dropwhile(predicate: Any, iterable: Any) -> Iterator[Any]:
    """dropwhile(f, values): the values from the first for which f is false."""

    def values() -> Iterator[Any]:
        dropping = True
        for v in iterate(iterable):
            tick(1)
            if dropping and truth(call(predicate, (v,), {})):
                continue
            dropping = False
            yield v

    return values()


def _filterfalse(predicate: Any, iterable: Any) -> Iterator[Any]:
    """filterfalse(f, values): the values for which f is false."""

    def values() -> Iterator[Any]:
        for v in iterate(iterable):
            tick(1)
            if not truth(v if predicate is None else call(predicate, (v,), {})):
                yield v

    return values()


def _compress(data: Any, selectors: Any) -> Iterator[Any]:
    """compress(values, selectors): the values whose selector is true."""

    def values() -> Iterator[Any]:
        for v, keep in zip(iterate(data), iterate(selectors)):
            tick(1)
            if truth(keep):
                yield v

    return values()


def _pairwise(iterable: Any) -> Iterator[Any]:
    """pairwise(values): the first and second, the second and third, and so on."""

    def values() -> Iterator[Any]:
        before = _ABSENT
        for v in iterate(iterable):
            if before is not _ABSENT:
                yield before, v
            before = v

    return counted(values())


def _batched(iterable: Any, n: Any) -> Iterator[Any]:
    """batched(values, n): tuples of n values, the last perhaps shorter."""
    size = whole(n)
    if size < 1:
        fail(ValueError, "n must be at least one", kind="value")

    def values() -> Iterator[Any]:
        part = []
        for v in iterate(iterable):
            tick(1)
            part.append(v)
            _bounded(part)
            if len(part) == size:
                yield tuple(part)
                part = []
        if part:
            yield tuple(part)

    return values()


def _groupby(iterable: Any, key: Any = None) -> Iterator[Any]:
    """groupby(values, key=None): (key, values with that key) for each run of equal keys."""

    def values() -> Iterator[Any]:
        group: list[Any] = []
        before = _ABSENT
        for v in iterate(iterable):
            tick(1)
            k = v if key is None else call(key, (v,), {})
            if before is not _ABSENT and not truth(COMPARE["eq"](k, before)):
                yield before, iter(group)
                group = []
            before = k
            group.append(v)
            _bounded(group)
        if before is not _ABSENT:
            yield before, iter(group)

    return values()


def _tee(iterable: Any, n: Any = 2) -> tuple[Any, ...]:
    """tee(values, n=2): n iterators over the same values."""
    count = whole(n)
    if count > 4096:
        too_many(count)
    source = iterate(iterable)
    kept: list[Any] = []

    def values() -> Iterator[Any]:
        at = 0
        while True:
            tick(1)
            if at == len(kept):
                v = next(source, _ABSENT)
                if v is _ABSENT:
                    return
                kept.append(v)
                _bounded(kept)
            yield kept[at]
            at += 1

    return tuple([values() for _ in range(count)])


class Chain(Builtin):
    """chain(...), and chain.from_iterable(...)."""

    __slots__ = ()

    def attr(self, name: str) -> Any:
        if name == "from_iterable":
            return Builtin(name, _chain_from, _chain_from.__doc__, "itertools")
        return Builtin.attr(self, name)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "count": _count,
    "cycle": _cycle,
    "repeat": _repeat,
    "islice": _islice,
    "product": _product,
    "permutations": _permutations,
    "combinations": _combinations,
    "combinations_with_replacement": _combinations_again,
    "accumulate": _accumulate,
    "zip_longest": _zip_longest,
    "starmap": _starmap,
    "takewhile": _takewhile,
    "dropwhile": _dropwhile,
    "filterfalse": _filterfalse,
    "compress": _compress,
    "pairwise": _pairwise,
    "batched": _batched,
    "groupby": _groupby,
    "tee": _tee,
}


def _not_too_deep(f: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        return nested(f(*args, **kwargs), args)

    function.__name__, function.__doc__ = f.__name__, f.__doc__
    function.__wrapped__ = f  # type: ignore[attr-defined]
    return function


def module() -> Namespace:
    """The namespace of `import itertools`."""
    functions = builtin_table("itertools", {name: _not_too_deep(f) for name, f in _FUNCTIONS.items()})
    return Namespace("itertools", {"chain": Chain("chain", _chain, _chain.__doc__, "itertools"), **functions})
