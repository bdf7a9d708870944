"""Reports through Rich, for the REPL and the subcommands: the same lines as plain text, in the palette's colours.

Rich is imported on use and only here. It never decides about colour, width or wrapping: the Screen does.
"""

from __future__ import annotations

from .plain import lines
from .style import PALETTE, Screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    from .plain import Line


def rich_style(name: str | None, screen: Screen) -> str:
    """A style name of ours as Rich writes it."""
    return PALETTE[name][1 if screen.dark else 0] if name in PALETTE else ""


def rich_text(rows: Iterable[Line], screen: Screen) -> Text:
    """Lines as one Rich Text that neither wraps nor highlights."""
    from rich.text import Text

    out = Text(no_wrap=True, overflow="ignore", end="")
    for i, row in enumerate(rows):
        if i:
            out.append("\n")
        for text, style in row:
            out.append(text, rich_style(style, screen))
    return out


def console(screen: Screen, stream: Any = None) -> Console:
    """A Rich console that obeys the Screen and nothing else."""
    from rich.console import Console

    depth: Any = {0: None, 16: "standard", 256: "256"}.get(screen.color, "truecolor")
    return Console(
        file=stream, width=screen.width, color_system=depth, no_color=not screen.color, force_terminal=bool(screen.color),
        highlight=False, markup=False, emoji=False, soft_wrap=True, legacy_windows=False, _environ={},
    )  # fmt: skip


def renderable(report: Any, screen: Screen, title: str | None = None) -> Text | Panel:
    """A report for Rich: its lines, in a box where there is a title."""
    body = rich_text(lines(report, screen), screen)
    if title is None:
        return body
    from rich import box
    from rich.panel import Panel

    return Panel(
        body, title=title, title_align="left", box=box.ASCII if screen.ascii else box.ROUNDED, expand=False,
        border_style=rich_style("op", screen),
    )  # fmt: skip


def show(report: Any, screen: Screen, stream: Any = None, title: str | None = None) -> None:
    """Print a report through Rich."""
    console(screen, stream).print(renderable(report, screen, title), soft_wrap=True)
