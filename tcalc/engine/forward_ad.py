"""torch.autograd.forward_ad: dual tensors. A tangent is found when it is asked for, through two reverse passes (see func)."""

from __future__ import annotations

from . import graph, show
from .func import _leads_out
from .graph import LEAF, node_of, state
from .registry import METHODS, NAMESPACES
from .tensors import CELLS, Tensor, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_duals: list[list[tuple[Tensor, Tensor]]] = []  # of each open level: the fresh inputs and their tangents


_handed: dict[int, Tensor] = {}  # what unpack_dual() gave: primals and tangents print as plain tensors


class UnpackedDualTensor(tuple):  # type: ignore[type-arg]
    """What unpack_dual() gives: primal and tangent (None where there is none)."""

    __module__ = "torch.autograd.forward_ad"
    __slots__ = ()
    _fields = ("primal", "tangent")
    primal = property(lambda self: tuple.__getitem__(self, 0), doc="The value.")
    tangent = property(lambda self: tuple.__getitem__(self, 1), doc="Its derivative along the inputs' tangents.")

    def __repr__(self) -> str:
        return f"UnpackedDualTensor(primal={self[0]!r}, tangent={self[1]!r})"


def enter_dual_level() -> int:
    """Open a level; its number."""
    if _duals:
        raise RuntimeError("Nested forward mode AD is not supported at the moment")
    _duals.append([])
    show.around = _text
    return len(_duals) - 1


def exit_dual_level(*, level: int | None = None) -> None:
    """Close the level: its tangents are gone."""
    if not _duals and level is None or level is not None and level < 0:
        raise RuntimeError("Dual level must be a positive number.")
    if not _duals or (level is not None and level != len(_duals) - 1):
        raise RuntimeError("Trying to exit a forward AD level that was not the last one that was created. This is not supported.")
    _duals.pop()
    _handed.clear()
    show.around = None


def close_all() -> None:
    """Close what a program left open."""
    while _duals:
        exit_dual_level()


class dual_level:
    """A block in which dual tensors can be made.

    >>> with autograd.forward_ad.dual_level():
    ...     y = autograd.forward_ad.make_dual(tensor(3.), tensor(1.)) ** 2
    ...     autograd.forward_ad.unpack_dual(y).tangent
    tensor(6.)
    """

    def __enter__(self) -> int:
        return enter_dual_level()

    def __exit__(self, *failure: Any) -> None:
        exit_dual_level()


def make_dual(tensor: Tensor, tangent: Tensor, *, level: int | None = None) -> Tensor:
    """A tensor with a tangent, of which everything computed from it has one too."""
    if not _duals:
        raise RuntimeError("Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first.")
    for k, (name, t) in enumerate((("tensor", tensor), ("tangent", tangent))):
        if not isinstance(t, Tensor):
            raise TypeError(f"make_dual(): argument '{name}' (position {k + 1}) must be Tensor, not {type(t).__name__}")
    if not (tensor._dtype.is_floating_point or tensor._dtype.is_complex):
        raise ValueError(f"Expected primal to be floating point or complex, but got: {tensor.dtype}")
    if not (tangent._dtype.is_floating_point or tangent._dtype.is_complex):
        raise ValueError(f"Expected tangent to be floating point or complex, but got: {tangent.dtype}")
    if tuple(tensor.shape) != tuple(tangent.shape):
        raise RuntimeError(
            "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not supported. Tensor is of size "
            f"[{', '.join(map(str, tensor.shape))}] while the given forward gradient is of size [{', '.join(map(str, tangent.shape))}]."
        )
    if _tangent(tensor) is not None:
        raise RuntimeError("Making a dual Tensor based on a Tensor that already has a forward gradient at the same level 0 is not supported.")
    if node_of(tensor) is not None:
        with graph.enable_grad():
            fresh = METHODS["view_as"](tensor, tensor)
    else:
        d = tensor._data
        fresh = make(d, tensor._dtype) if type(d) in CELLS else tensor.detach()
        fresh._node = LEAF
    _duals[-1].append((fresh, tangent))
    return fresh  # type: ignore[no-any-return]


def unpack_dual(tensor: Tensor, *, level: int | None = None) -> UnpackedDualTensor:
    """(primal, tangent) of a tensor; the tangent is None where it depends on no dual tensor."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"_unpack_dual(): argument 'dual' (position 1) must be Tensor, not {type(tensor).__name__}")
    tangent = _tangent(tensor)
    if tangent is None:
        return UnpackedDualTensor((tensor, None))
    primal = METHODS["view_as"](tensor, tensor) if _tracked(tensor) else tensor.detach()
    _handed[id(primal)], _handed[id(tangent)] = primal, tangent
    return UnpackedDualTensor((primal, tangent))


def _tracked(tensor: Tensor) -> bool:
    """Whether a gradient leads from a tensor out of the level, to a leaf that is no dual tensor."""
    return _leads_out(tensor, {id(fresh) for fresh, _ in _duals[-1]})


def _tangent(tensor: Tensor) -> Tensor | None:
    """A tensor's derivative along the tangents of the open level; None where it depends on none of its dual tensors."""
    pairs = _duals[-1] if _duals else []
    for fresh, tangent in pairs:
        if fresh is tensor:
            return tangent
    if node_of(tensor) is None or not pairs:
        return None
    zeros = NAMESPACES["torch"]["zeros_like"](tensor, requires_grad=True)
    with graph.enable_grad():
        back = graph.grad([tensor], [f for f, _ in pairs], [zeros], True, True, True, True)
    used = [(g, t) for g, (_, t) in zip(back, pairs, strict=True) if g is not None]
    if not used:
        return None
    live = [(g, t) for g, t in used if node_of(g) is not None]
    record = state.grad and (_tracked(tensor) or any(t.requires_grad for _, t in live))
    (got,) = graph.grad([g for g, _ in live], [zeros], [t for _, t in live], True, record, True, True) if live else (None,)
    return NAMESPACES["torch"]["zeros_like"](tensor.detach()) if got is None else got


def _text(tensor: Tensor) -> str | None:
    """What a dual tensor prints: its tangent behind it; None for a tensor without one."""
    if not _duals or id(tensor) in _handed or node_of(tensor) is None:
        return None
    show.around = None
    try:
        tangent = _tangent(tensor)
        if tangent is None:
            return None
        return show.plain_text(tensor if _tracked(tensor) else tensor.detach(), more=(f"tangent={tangent!r}",))
    finally:
        show.around = _text


__all__ = ["UnpackedDualTensor", "dual_level", "enter_dual_level", "exit_dual_level", "make_dual", "unpack_dual"]
