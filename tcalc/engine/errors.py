"""How a failure carries facts: PyTorch's class and first sentence, with the op, the operands and what would work beside them.

Nothing here formats for a screen: render turns the facts into text.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn


class OutOfMemoryError(RuntimeError):
    """An allocation that the memory bound does not allow; raised before it is tried."""


class Facts:
    """What is known about a failure: ``kind``, ``op``, ``operands`` (name, text), ``explain`` lines, ``hints`` lines."""

    __slots__ = ("explain", "hints", "kind", "op", "operands")

    def __init__(
        self,
        kind: str,
        op: str = "",
        operands: Iterable[tuple[str | None, str]] = (),
        explain: Iterable[str] = (),
        hints: Iterable[str] = (),
    ) -> None:
        self.kind = kind
        self.op = op
        self.operands = list(operands)
        self.explain = list(explain)
        self.hints = list(hints)

    def __repr__(self) -> str:
        return f"Facts({self.kind!r}, op={self.op!r}, operands={self.operands!r}, explain={self.explain!r}, hints={self.hints!r})"


def fail(cls: type[BaseException], sentence: str, kind: str = "error", **facts: Any) -> NoReturn:
    """Raise ``cls(sentence)`` with its facts in ``exc.facts``."""
    exc = cls(sentence)
    exc.facts = Facts(kind, **facts)  # type: ignore[attr-defined]
    raise exc


def describe(value: Any) -> str:
    """An operand in a few characters: ``f32[2,3] cpu``, or the value of a Python number."""
    dt = getattr(value, "_dtype", None)
    if dt is None:
        text = repr(value)
        return text if len(text) <= 40 else text[:37] + "..."
    return f"{dt.short}[{','.join(map(str, value.shape))}] {value.device}"


def operands(names: Iterable[str | None], values: Iterable[Any]) -> list[tuple[str | None, str]]:
    """(name, description) pairs; a tensor's own name, where the user gave one, goes first."""
    return [(getattr(getattr(v, "_ext", None), "name", None) or n, describe(v)) for n, v in zip(names, values, strict=False)]
