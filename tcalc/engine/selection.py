"""Which of equal elements PyTorch's CPU kernels name: their selection algorithms, step by step, on one line of numbers.

kthvalue runs a quickselect of its own; sort and mode C++'s ``sort`` (introsort: Musser 1997, with median-of-three pivots and a final insertion sort);
topk C++'s ``nth_element`` (the same partitions, followed into one side) and, for few of many, ``partial_sort`` (a heap). Where they leave equal
elements is no contract, but results agree. Only lines with ties need this, and of these only those that are not long get it: it is a loop in Python.
(median takes the first of equal ones, as a stable sort does.)

Lines come as keys: integers in the order that is asked for, equal where the elements are.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST = 1 << 13  # elements of a line; of all lines together for sort and topk
INSERTION = 16  # std::sort leaves shorter ranges to insertion sort, which is stable
_WIDE = 256  # ranges from here on are partitioned by NumPy


def above(a: Any, b: Any) -> bool:
    """a > b, where nan is above everything."""
    return bool(a > b or (a != a and b == b))


def kth(values: list[Any], k: int) -> int:
    """The index that kthvalue names for the k-th smallest (from 0): Hoare's quickselect with the median of three as pivot."""
    a = list(values)
    at = list(range(len(a)))

    def swap(i: int, j: int) -> None:
        a[i], a[j] = a[j], a[i]
        at[i], at[j] = at[j], at[i]

    left, right = 0, len(a) - 1
    while right > left:
        if right == left + 1:
            if above(a[left], a[right]):
                swap(left, right)
            break
        swap(left + (right - left) // 2, left + 1)
        if above(a[left + 1], a[right]):
            swap(left + 1, right)
        if above(a[left], a[right]):
            swap(left, right)
        if above(a[left + 1], a[left]):
            swap(left + 1, left)
        i, j, pivot = left + 1, right, a[left]
        while True:
            i += 1
            while above(pivot, a[i]):
                i += 1
            j -= 1
            while above(a[j], pivot):
                j -= 1
            if j < i:
                break
            swap(i, j)
        swap(left, j)
        if j <= k:
            left = i
        if j >= k:
            right = j - 1
    return at[k]


def _median(keys: Any, first: int, last: int) -> int:
    """Where the median of the second, the middle and the last element is."""
    a, b, c = first + 1, first + (last - first) // 2, last - 1
    x, y, z = keys[a], keys[b], keys[c]
    if x < y:
        return b if y < z else c if x < z else a
    return a if x < z else c if y < z else b


def _partition(keys: list[int], at: list[int], first: int, last: int) -> int:
    """The median of three goes first; what is below it goes left. Where the right part begins."""
    m = _median(keys, first, last)
    keys[first], keys[m], at[first], at[m] = keys[m], keys[first], at[m], at[first]
    pivot = keys[first]
    i, j = first + 1, last
    while True:
        while keys[i] < pivot:
            i += 1
        j -= 1
        while pivot < keys[j]:
            j -= 1
        if i >= j:
            return i
        keys[i], keys[j], at[i], at[j] = keys[j], keys[i], at[j], at[i]
        i += 1


def _partition_wide(xp: Any, keys: Any, at: Any, first: int, last: int) -> int:
    """The same on arrays: the k-th element from the left that may not stay is swapped with the k-th from the right, while they have not met."""
    m = _median(keys, first, last)
    for a in (keys, at):
        a[first], a[m] = a[m], a[first]
    pivot = keys[first]
    inner, places = keys[first + 1 : last], at[first + 1 : last]
    left, right = xp.flatnonzero(inner >= pivot), xp.flatnonzero(inner <= pivot)[::-1]
    n = min(left.size, right.size)
    met = int(xp.count_nonzero(left[:n] < right[:n]))
    for a in (inner, places):
        a[left[:met]], a[right[:met]] = a[right[:met]], a[left[:met]]
    stops = ([int(left[met])] if met < left.size else []) + ([int(right[met - 1])] if met else [])
    return first + 1 + min(stops)


def _sift(keys: list[int], at: list[int], hole: int, size: int, key: int, place: int) -> None:
    """Put an element into a heap with a hole: the hole sinks to the bottom first, then the element rises."""
    top, child = hole, hole
    while child < (size - 1) // 2:
        child = 2 * child + 2
        if keys[child] < keys[child - 1]:
            child -= 1
        keys[hole], at[hole] = keys[child], at[child]
        hole = child
    if size % 2 == 0 and child == (size - 2) // 2:
        child = 2 * child + 1
        keys[hole], at[hole] = keys[child], at[child]
        hole = child
    while hole > top and keys[(hole - 1) // 2] < key:
        parent = (hole - 1) // 2
        keys[hole], at[hole] = keys[parent], at[parent]
        hole = parent
    keys[hole], at[hole] = key, place


def _partial_sort(keys: list[int], at: list[int], k: int) -> None:
    """std::partial_sort: the k smallest in front, in order, by a heap of them."""
    for parent in range((k - 2) // 2, -1, -1):
        _sift(keys, at, parent, k, keys[parent], at[parent])
    for i in range(k, len(keys)):
        if keys[i] < keys[0]:
            key, place = keys[i], at[i]
            keys[i], at[i] = keys[0], at[0]
            _sift(keys, at, 0, k, key, place)
    for end in range(k - 1, 0, -1):
        key, place = keys[end], at[end]
        keys[end], at[end] = keys[0], at[0]
        _sift(keys, at, 0, end, key, place)


def partitioned(xp: Any, line: Any) -> Any:
    """The indices after std::sort's partitions of an array of keys: the insertion sort that ends it is any stable sort of what they leave."""
    keys, at = line.copy(), xp.arange(line.size)
    todo = [(0, line.size, 2 * max(line.size.bit_length() - 1, 0))]
    while todo:
        first, last, depth = todo.pop()
        while last - first > _WIDE and depth:
            depth -= 1
            cut = _partition_wide(xp, keys, at, first, last)
            todo.append((cut, last, depth))
            last = cut
        if last - first > INSERTION:
            near, places = keys[first:last].tolist(), at[first:last].tolist()
            _partition_all(near, places, depth)
            keys[first:last], at[first:last] = near, places
    return at


def _partition_all(keys: list[int], at: list[int], depth: int) -> None:
    """Partitions down to ranges of 16."""
    todo = [(0, len(keys), depth)]
    while todo:
        first, last, depth = todo.pop()
        while last - first > INSERTION:
            if depth == 0:
                near, places = keys[first:last], at[first:last]
                _partial_sort(near, places, last - first)
                keys[first:last], at[first:last] = near, places
                break
            depth -= 1
            cut = _partition(keys, at, first, last)
            todo.append((cut, last, depth))
            last = cut


def sort(xp: Any, line: Any) -> Any:
    """The indices after std::sort of an array of keys."""
    at = partitioned(xp, line) if line.size > INSERTION else xp.arange(line.size)
    return at[xp.argsort(line[at], kind="stable")]


def top(xp: Any, line: Any, k: int, in_order: bool) -> Any:
    """The indices of the k smallest of an array of keys, as topk gives them: in order, or as nth_element leaves them."""
    keys, at = line.tolist(), list(range(line.size))
    if k * 64 <= len(keys):
        _partial_sort(keys, at, k)
        return xp.asarray(at[:k])
    first, last, depth = 0, len(keys), 2 * max(len(keys).bit_length() - 1, 0)
    while last - first > 3:
        if depth == 0:  # the k smallest by a heap, of which the largest goes to its place
            near, places = keys[first:last], at[first:last]
            _partial_sort(near, places, k - first)
            keys[first:last], at[first:last] = near, places
            break
        depth -= 1
        cut = _partition(keys, at, first, last)
        if cut <= k - 1:
            first = cut
        else:
            last = cut
    else:
        order = sorted(range(first, last), key=keys.__getitem__)
        keys[first:last], at[first:last] = [keys[i] for i in order], [at[i] for i in order]
    places = xp.asarray(at[:k])
    if in_order and k > 1:
        places[:-1] = places[:-1][sort(xp, xp.asarray(keys[: k - 1]))]
    return places
