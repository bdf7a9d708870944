"""How a large graph is folded: which runs of ops a picture hides, so that at most a given number of items show.

Ops stand in creation order, in which every op comes after its inputs. A group is always an interval of that order: edges between
intervals can only point forward, so a folded graph stays acyclic. The ladder: scopes, then repeats, then plain intervals.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from typing import Any

_LONGEST_PERIOD = 64
_FEW = 6  # a picture of fewer items than this says too little
_HEAD, _TAIL = 8, 24  # of a graph without structure, so many ops at each end stay


class Group:
    """Ops start..stop-1 (positions in creation order) shown as one, with a label that says why."""

    __slots__ = ("label", "start", "stop")

    def __init__(self, start: int, stop: int, label: str) -> None:
        self.start = start
        self.stop = stop
        self.label = label

    def __repr__(self) -> str:
        return f"Group({self.start}, {self.stop}, {self.label!r})"


def fold(signs: Sequence[tuple[str, Hashable]], scopes: Sequence[str | None], room: int, keep: set[int]) -> list[Group]:
    """Groups that leave at most ``room`` items of ``signs`` (label and shape of each op) visible; ops in ``keep`` always show.

    >>> fold([("mul", ()), ("add", ())] * 100, [None] * 200, 20, {199})
    [Group(2, 198, '98 x (mul, add)')]
    """
    m = len(signs)
    if m <= room:
        return []
    groups: list[Group] = []
    free = [(0, m)]
    if any(scopes):
        deepest = max(s.count(".") + 1 for s in scopes if s)
        for depth in range(deepest, 0, -1):  # inner modules close first, then what is around them
            groups = _by_scope([None if s is None else ".".join(s.split(".")[:depth]) for s in scopes], keep)
            if _visible(groups, m) <= room:
                break
        fits = _visible(groups, m) <= room
        if fits and _visible(groups, m) < _FEW:  # nearly all of it is one scope: what repeats inside says more
            inner = _repeats(signs, 0, m, keep)
            if _visible(groups, m) < _visible(inner, m) <= room:
                return sorted(inner, key=lambda g: g.start)
        if fits:
            return groups
        free = _gaps(groups, m)
    for start, stop in free:
        groups += _repeats(signs, start, stop, keep)
    groups.sort(key=lambda g: g.start)
    if _visible(groups, m) <= room:
        return groups
    return _intervals(groups, m, room, keep)


def _visible(groups: list[Group], m: int) -> int:
    return m - sum(g.stop - g.start for g in groups) + len(groups)


def _gaps(groups: list[Group], m: int) -> list[tuple[int, int]]:
    out, at = [], 0
    for g in sorted(groups, key=lambda g: g.start):
        if g.start > at:
            out.append((at, g.start))
        at = g.stop
    if at < m:
        out.append((at, m))
    return out


def _by_scope(scopes: Sequence[str | None], keep: set[int]) -> list[Group]:
    """One group for each run of at least two ops of one scope."""
    groups, start = [], 0
    for i in range(1, len(scopes) + 1):
        if i < len(scopes) and scopes[i] == scopes[start] and i not in keep and start not in keep:
            continue
        name = scopes[start]
        if name and i - start > 1:
            groups.append(Group(start, i, name))
        start = i
    return groups


def _repeats(signs: Sequence[tuple[str, Hashable]], start: int, stop: int, keep: set[int]) -> list[Group]:
    """Runs of one pattern, three times or more: the first and the last round stay, the others fold."""
    if stop - start < 6:
        return []
    import numpy as np

    codes: dict[Any, int] = {}
    s = np.array([codes.setdefault(x, len(codes)) for x in signs[start:stop]], dtype=np.int64)
    runs: list[tuple[int, int, int]] = []  # (covered, -period, at)
    n = len(s)
    for p in range(1, min(_LONGEST_PERIOD, n // 3) + 1):
        same = np.concatenate(([False], s[:-p] == s[p:], [False]))
        flips = np.flatnonzero(same[1:] != same[:-1])
        for a, b in zip(flips[::2].tolist(), flips[1::2].tolist(), strict=True):
            rounds = (b - a) // p + 1
            if rounds >= 3 and (rounds - 2) * p >= 2:
                runs.append((rounds * p, -p, a))
    runs.sort(key=lambda r: (-r[0], -r[1], r[2]))
    taken: list[tuple[int, int]] = []
    groups = []
    for covered, minus_p, a in runs:
        p, b = -minus_p, a + covered
        if any(a < y and x < b for x, y in taken):
            continue
        taken.append((a, b))
        lo, hi = start + a + p, start + b - p
        if any(lo <= k < hi for k in keep):
            continue
        names = [signs[lo + k][0] for k in range(p)]
        shown = ", ".join(names) if p <= 6 else ", ".join([*names[:5], f"{p - 5} more"])
        groups.append(Group(lo, hi, f"{(hi - lo) // p} x {f'({shown})' if p > 1 else shown}"))
    return groups


def _intervals(groups: list[Group], m: int, room: int, keep: set[int]) -> list[Group]:
    """What is left: both ends stay, the middle becomes at most five groups (whole groups inside are swallowed)."""
    items: list[tuple[int, int, str | None]] = [(g.start, g.stop, g.label) for g in groups]
    items += [(i, i + 1, None) for a, b in _gaps(groups, m) for i in range(a, b)]
    items.sort()
    head, tail = min(_HEAD, room // 4), max(1, min(_TAIL, room // 2))
    middle = items[head : len(items) - tail]
    pieces = max(1, min(5, room - head - tail))
    out = [Group(a, b, label) for a, b, label in [*items[:head], *items[len(items) - tail :]] if label is not None]
    size = -(-len(middle) // pieces)
    for k in range(0, len(middle), size):
        part = middle[k : k + size]
        start = part[0][0]
        for x in [*sorted(i for i in keep if part[0][0] <= i < part[-1][1]), part[-1][1]]:
            if x - start > 1:
                out.append(Group(start, x, f"{x - start} ops"))
            start = x + 1
    return sorted(out, key=lambda g: g.start)
