"""Seeing every op that runs, recorded or not: what the reports on shapes and costs are made of.

``with watching(seen): ...`` calls ``seen(op, values, result, depth)`` after each op of this thread, in place or not; ``depth`` is 0 for an op
that the program called and more for those that a composite or another op called on its behalf (they come before it). With a ``clock``
``seen`` gets a fifth argument, the time that the op took by it. Nothing here keeps a tensor alive. While anybody watches, the operators
leave their fast paths, so that each op passes the one door; results are the same.
"""

from __future__ import annotations

import threading

from . import apply, fast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _open(module: Any) -> Any:
    """A module whose names are replaced while somebody watches."""
    return module


door = _open(apply)
quick = _open(fast)
_lock = threading.Lock()
_watchers: dict[int, list[Any]] = {}  # thread -> [callback, depth, clock]
_originals: dict[str, Any] = {}


class _Nobody:
    """Stands for Tensor in fast.py while somebody watches: no operand is one, so every operator goes through the door."""


class watching:
    """The context in which ``seen(op, values, result, depth)`` is called after every op of this thread.

    >>> names = []
    >>> with watching(lambda op, values, result, depth: names.append(op.name)):
    ...     y = tensor([1., 2.]).exp() * 2
    >>> names
    ['tensor', 'exp', 'mul']
    """

    __slots__ = ("_before", "_clock", "_seen")

    def __init__(self, seen: Callable[..., object], clock: Callable[[], float] | None = None) -> None:
        self._seen = seen
        self._clock = clock

    def __enter__(self) -> None:
        me = threading.get_ident()
        with _lock:
            if not _watchers:
                _install()
            self._before = _watchers.get(me)
            _watchers[me] = [self._seen, 0, self._clock]

    def __exit__(self, *failure: Any) -> None:
        me = threading.get_ident()
        with _lock:
            if self._before is None:
                _watchers.pop(me, None)
            else:
                _watchers[me] = self._before
            if not _watchers:
                _remove()


def _install() -> None:
    for kind, through in list(door._DOORS.items()):
        _originals[kind] = through
        if kind != "write":  # goes on through apply_inplace, which is watched itself
            door._DOORS[kind] = _watched(through)
    _originals["apply_inplace"] = door.apply_inplace
    door.apply_inplace = _watched(door.apply_inplace)
    quick.Tensor = _Nobody


def _remove() -> None:
    from .tensors import Tensor

    quick.Tensor = Tensor
    door.apply_inplace = _originals.pop("apply_inplace")
    door._DOORS.update(_originals)
    _originals.clear()


def _watched(through: Callable[[Any, list[Any]], Any]) -> Callable[[Any, list[Any]], Any]:
    def run(op: Any, values: list[Any]) -> Any:
        watcher = _watchers.get(threading.get_ident())
        if watcher is None:
            return through(op, values)
        clock = watcher[2]
        start = clock() if clock is not None else 0.0
        watcher[1] += 1
        try:
            result = through(op, values)
        finally:
            watcher[1] -= 1
        if clock is None:
            watcher[0](op, values, result, watcher[1])
        else:
            watcher[0](op, values, result, watcher[1], clock() - start)
        return result

    return run
