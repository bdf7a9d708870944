"""torch.cond, and torch.sym_int and its relatives: with plain numbers, since no shape here is ever symbolic."""

from __future__ import annotations

import math

from .tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def cond(pred: Any, true_fn: Any, false_fn: Any, operands: Any = ()) -> Any:
    """true_fn(*operands) where pred is true, else false_fn(*operands).

    RuntimeError where pred is no boolean (a bool, or a tensor of one), where a branch is no function, or operands no tuple or list.

    >>> cond(tensor(True), lambda x: x + 1, lambda x: x - 1, (ones(2),))
    tensor([2., 2.])
    """
    if not isinstance(pred, (bool, int, Tensor)):
        raise RuntimeError(f"Expected pred to be bool or tensor, but got {pred}.")
    if isinstance(pred, Tensor) and pred.numel() != 1:
        raise RuntimeError(f"Expected pred to be bool or single-element tensor, but got {pred}.")
    if not callable(true_fn) or not callable(false_fn):
        raise RuntimeError("Expect both branches to be callable.")
    if not isinstance(operands, (tuple, list)):
        raise RuntimeError(f"Expect operands to be a tuple of possibly nested dict/list/tuple that only consists of tensor leaves, but got {operands}.")
    return true_fn(*operands) if bool(pred) else false_fn(*operands)


def _number(name: str, value: Any) -> Any:
    if isinstance(value, Tensor):
        value = value.item()
    if not isinstance(value, (int, float)):
        raise TypeError(f"{name}(): a number is expected, not {type(value).__name__}")
    return value


def sym_int(a: Any) -> int:
    """int() of a number: towards zero.

    >>> sym_int(3.7)
    3
    """
    return int(_number("sym_int", a))


def sym_float(a: Any) -> float:
    """float() of a number.

    >>> sym_float(3)
    3.0
    """
    return float(_number("sym_float", a))


def sym_not(a: Any) -> bool:
    """not of a bool.

    >>> sym_not(True)
    False
    """
    return not a


def sym_max(a: Any, b: Any) -> Any:
    """The larger of two numbers; a float where one is.

    >>> sym_max(2, 3.0)
    3.0
    """
    out = max(_number("sym_max", a), _number("sym_max", b))
    return float(out) if isinstance(a, float) or isinstance(b, float) else out


def sym_min(a: Any, b: Any) -> Any:
    """The smaller of two numbers; a float where one is.

    >>> sym_min(2, 3.0)
    2.0
    """
    out = min(_number("sym_min", a), _number("sym_min", b))
    return float(out) if isinstance(a, float) or isinstance(b, float) else out


def sym_ite(b: Any, t: Any, f: Any) -> Any:
    """t where b is true, else f.

    >>> sym_ite(True, 1, 2)
    1
    """
    return t if b else f


def sym_sum(args: Any) -> Any:
    """The sum of a list of numbers.

    >>> sym_sum([1, 2, 3])
    6
    """
    return sum(_number("sym_sum", a) for a in args)


def sym_sqrt(a: Any) -> float:
    """The square root of a number.

    >>> sym_sqrt(4)
    2.0
    """
    return math.sqrt(_number("sym_sqrt", a))


__all__ = ["cond", "sym_float", "sym_int", "sym_ite", "sym_max", "sym_min", "sym_not", "sym_sqrt", "sym_sum"]
