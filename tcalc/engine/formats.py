"""Memory formats: the strides that torch.channels_last and its like stand for, and what asks for them. Imported when a program names one."""

from __future__ import annotations

from .errors import fail
from .ops.windows import channels_last as like_channels_last
from .ops.windows import channels_last_strides
from .tensors import MemoryFormat, channels_last, channels_last_3d, contiguous_format, preserve_format, row_major

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_RANKS = {channels_last: 4, channels_last_3d: 5}
_NAMES = {contiguous_format: "Contiguous", preserve_format: "Preserve", channels_last: "ChannelsLast", channels_last_3d: "ChannelsLast3d"}


def check(memory_format: Any, function: str) -> None:
    """PyTorch's TypeError for what is no memory format."""
    if memory_format is not None and type(memory_format) is not MemoryFormat:
        raise TypeError(f"{function}(): argument 'memory_format' must be torch.memory_format, not {type(memory_format).__name__}")


def fresh_strides(memory_format: Any, shape: Any) -> tuple[int, ...]:
    """The strides (elements) of a new tensor of a shape in a format; RuntimeError where the shape has another number of dimensions."""
    if memory_format is None or memory_format is contiguous_format:
        return row_major(tuple(shape))
    if memory_format is preserve_format:
        raise RuntimeError("unsupported memory format Preserve")
    rank = _RANKS[memory_format]
    if len(shape) != rank:
        raise RuntimeError(f"required rank {rank} tensor to use {memory_format.name} format")
    return channels_last_strides(tuple(shape))


def strides_for(memory_format: Any, t: Any) -> tuple[int, ...]:
    """The strides (elements) of a copy of t in a format."""
    if memory_format is None or memory_format is preserve_format:
        from .ops.copying import kept_strides

        return kept_strides(t)
    return fresh_strides(memory_format, t.shape)


def is_in(memory_format: Any, t: Any) -> bool:
    """Whether t's elements lie without gaps in a format's order."""
    check(memory_format, "is_contiguous")
    rank = _RANKS.get(memory_format)
    if rank is None:
        return bool(t.is_contiguous())
    if t.ndim != rank:
        return False
    return all(size == 1 or s == e for size, s, e in zip(t.shape, t.stride(), channels_last_strides(tuple(t.shape)), strict=True))


def suggested(t: Any) -> Any:
    """The format whose order t's strides are in: channels last where they look like it, else contiguous."""
    if t.ndim in (4, 5) and like_channels_last(tuple(t.shape), t.stride()):
        return channels_last if t.ndim == 4 else channels_last_3d
    return contiguous_format


def spelled(memory_format: Any) -> str:
    """A format's name as PyTorch's C++ code prints it."""
    return _NAMES[memory_format]


def dim_order(t: Any, ambiguity_check: Any) -> tuple[int, ...]:
    """Tensor.dim_order(): dims by their steps, the largest first; equal steps, and those of 0, leave the order as it is."""
    known = type(ambiguity_check) is bool
    if not known and not (isinstance(ambiguity_check, list) and all(isinstance(f, MemoryFormat) for f in ambiguity_check)):
        raise TypeError("The ambiguity_check argument must be a bool or a list of memory formats.")
    shape, step = tuple(t.shape), t.stride()
    if ambiguity_check is not False and (1 in shape or any(a == b for a, b in zip(step, step[1:], strict=False))):
        fitting = [] if known else [f for f in ambiguity_check if t.is_contiguous(memory_format=f)]
        if len(fitting) != 1:
            fail(
                RuntimeError,
                "The tensor does not have unique dim order, or cannot map to exact one of the given memory formats.",
                kind="dim",
                op="dim_order",
                explain=[f"Its strides {step} say nothing about dims of size 1, and equal ones nothing about their order."],
            )
    rows, last = t.is_contiguous(), is_in(channels_last, t)
    if rows != last:
        return tuple(range(len(shape))) if rows else (0, 2, 3, 1)
    if len(shape) < 2:
        return tuple(range(len(shape)))
    order = list(range(len(shape) - 1, -1, -1))  # the smallest step first; ATen's insertion sort
    unsure = False
    for i in range(1, len(order)):
        at = i
        for k in range(i - 1, -1, -1):
            a, b = order[k], order[at]
            if not step[a] or not step[b]:
                unsure = True
                continue
            unsure = unsure or step[a] == step[b]
            if step[a] < step[b]:
                break
            if step[a] > step[b] or shape[a] > shape[b]:
                order[k], order[at] = b, a
                at = k
    if unsure and ambiguity_check is not False:
        fail(RuntimeError, "The tensor does not have unique dim order.", kind="dim", op="dim_order")
    return tuple(reversed(order))
