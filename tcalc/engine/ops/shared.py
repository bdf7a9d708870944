"""What the pointwise families share: promotion that refuses kinds of numbers, zero gradients, in-place twins with nodes of their own."""

from __future__ import annotations

from ..apply import SAME, _cap, make_twin, twin_method
from ..errors import fail
from ..registry import METHODS, Op, alias, also_in, in_place_function
from ..tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_KINDS = "bifc"  # by dtype.category
_EXPLAIN = {
    "f": "It is for floating-point numbers: x.float() makes them.",
    "bi": "Bits are for integers and bools.",
    "i": "It is for integers: x.int() makes them.",
    "if": "A bool is no number here: x.int() makes one.",
    "ifc": "A bool is no number here: x.int() makes one.",
    "fc": "It is for floating-point numbers: x.float() makes them.",
}


def only(kinds: str, kernel: str, policy: Callable[..., Any] = SAME) -> Callable[..., Any]:
    """The policy for operands that promote to one of these kinds (b bool, i integer, f floating); PyTorch has no kernel for the others."""

    def checked(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        d = SAME(o, dims, zeros, numbers, values)[1]
        if _KINDS[d.category] not in kinds:
            fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op=o.public, explain=[_EXPLAIN[kinds]])
        return policy(o, dims, zeros, numbers, values)

    return checked


def zeros(g: Any) -> Any:
    """A zero gradient: g * 0 would be -0 below zero, and nan where g is infinite."""
    return (g != g) * 0.0


def twin(o: Op, node: str) -> Op:
    """The in-place twin of o where PyTorch gives it a node, or rules, of its own; rules hang on the returned Op."""
    options = {"dtype": o.dtype, "node": node, "flops": o.flops, "label": o.label, "public": o.public}
    t = Op(o.text, o.kernel, o.kind, options)
    make_twin(t)
    return t


def other_name(new: str, old: str, space: str = "torch") -> None:
    """Another name of an op, of its method, and of its in-place twin."""
    alias(new, old, space)
    if space == "torch" and f"{old}_" in METHODS:
        method = METHODS[f"{old}_"]
        family = getattr(method, "family", None)
        METHODS[f"{new}_"] = method = method if family is None else twin_method(family.renamed(f"{new}_"), method.__doc__)
        setattr(Tensor, f"{new}_", method)


__all__ = ["also_in", "in_place_function", "only", "other_name", "twin", "zeros"]
