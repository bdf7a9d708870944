"""Which of equal elements PyTorch's CPU kernels name: their selection algorithms, step by step, on one line of numbers.

kthvalue runs a quickselect of its own, mode C++'s ``sort`` (introsort: Musser 1997, with median-of-three pivots and a final insertion sort). Where they
leave equal elements is no contract, but results agree. Only lines with ties need this, and of these only those that are not long get it: it is a loop
in Python. (median takes the first of equal ones, as a stable sort does.)
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST = 1 << 13  # elements of a line


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


def _partition(a: list[Any], first: int, last: int, less: Callable[[Any, Any], bool]) -> int:
    """The median of three goes first; what is below it goes left."""
    b, c, result = first + (last - first) // 2, last - 1, first
    x = first + 1
    if less(a[x], a[b]):
        m = b if less(a[b], a[c]) else c if less(a[x], a[c]) else x
    else:
        m = x if less(a[x], a[c]) else c if less(a[b], a[c]) else b
    a[result], a[m] = a[m], a[result]
    pivot = a[first]
    i, j = first + 1, last
    while True:
        while less(a[i], pivot):
            i += 1
        j -= 1
        while less(pivot, a[j]):
            j -= 1
        if not i < j:
            return i
        a[i], a[j] = a[j], a[i]
        i += 1


def _insert(a: list[Any], first: int, last: int, less: Callable[[Any, Any], bool]) -> None:
    """A stable sort of a short range."""
    for i in range(first + 1, last):
        value, j = a[i], i
        while j > first and less(value, a[j - 1]):
            a[j] = a[j - 1]
            j -= 1
        a[j] = value


def sort(values: list[Any]) -> list[int]:
    """The indices after std::sort by value."""
    a = list(range(len(values)))

    def less(i: int, j: int) -> bool:
        return above(values[j], values[i])

    def loop(first: int, last: int, depth: int) -> None:
        while last - first > 16:
            if depth == 0:
                a[first:last] = sorted(a[first:last], key=lambda i: (values[i] != values[i], values[i]))
                return
            depth -= 1
            cut = _partition(a, first, last, less)
            loop(cut, last, depth)
            last = cut

    loop(0, len(a), 2 * max(len(a).bit_length() - 1, 0))
    _insert(a, 0, len(a), less)
    return a
