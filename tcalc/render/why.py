"""why on a screen: the answer, the lines of the program that led to it, what would change it."""

from __future__ import annotations

from .explain import _hung
from .plain import cells, safe
from .style import Screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plain import Line


def lines(r: Any, screen: Screen) -> list[Line]:
    """The lines of a WhyReport."""
    out = _hung("", r.answer, "bold", screen)
    for link in r.links:
        head = "" if link.line is None else f"line {link.line}"
        if link.text:
            out.append(((f"  {head:<8}  ", "dim"), (_cut(link.text, screen.width - 12, screen), "name")))
            out += _hung(" " * 12, link.says, "op", screen)
        else:
            out += _hung(f"  {head:<8}  ", link.says, "op", screen)
    for hint in r.hints:
        out += _hung("  hint: ", hint, "hint", screen)
    return out


def _cut(text: str, width: int, screen: Screen) -> str:
    text = safe(text)
    dots = screen.glyphs["dots"]
    return text if cells(text) <= width else text[: width - cells(dots)] + dots
