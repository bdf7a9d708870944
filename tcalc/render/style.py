"""What the output can show: colour or not, width, ASCII or box characters, digits. One object, decided once; tests replace it.

The rules: --no-color and --color win; then NO_COLOR (any non-empty value: off), then FORCE_COLOR ("0" or "false": off, anything else
that is not empty: on), then TERM=dumb (off), then whether the stream is a terminal. Width is COLUMNS, then the terminal's, then 80.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Style name -> (on a light screen, on a dark one). Hex colours are DESIGN.md's palette; "bold" and "dim" may stand with them.
PALETTE = {
    "data": ("#0072B2", "#56B4E9"),
    "param": ("#007A5A", "#2FBF94"),
    "op": ("#5C6670", "#9AA7B2"),
    "const": ("#5C6670", "#9AA7B2"),
    "output": ("#B34E00", "#F28C4B"),
    "saved": ("#8A5F00", "#F0B93A"),
    "backward": ("#A0527C", "#E39CC5"),
    "error": ("#B3261E bold", "#FF7B72 bold"),
    "warn": ("#8A5F00 bold", "#F0B93A bold"),
    "hint": ("#007A5A", "#2FBF94"),
    "name": ("bold", "bold"),
    "dim": ("dim", "dim"),
    "bold": ("bold", "bold"),
}
# The nearest of the 16 standard colours, for terminals that have no more.
_SIXTEEN = {
    "data": "34", "param": "32", "op": "", "const": "", "output": "33", "saved": "33", "backward": "35", "error": "31;1",
    "warn": "33;1", "hint": "32", "name": "1", "dim": "2", "bold": "1",
}  # fmt: skip

_BOX = {
    "tee": "├ ", "end": "└ ", "bar": "│ ", "gap": "  ", "dot": " · ", "times": "×", "cross": "✗", "dots": "…", "norm": "|", "up": "^",
    "bars": "▁▂▃▄▅▆▇█", "rule": "─", "caret": "^", "arrow": "→",
}  # fmt: skip
_ASCII = {
    "tee": "|- ", "end": "`- ", "bar": "|  ", "gap": "   ", "dot": " | ", "times": "x", "cross": "X", "dots": "...", "norm": "|", "up": "^",
    "bars": "_.:-=+*#", "rule": "-", "caret": "^", "arrow": "->",
}  # fmt: skip


class Screen:
    """How to show: ``tty``, ``color`` (0 none, 16, 256 or 1 << 24 colours), ``width``, ``ascii``, ``digits``, ``dark``, ``json``."""

    __slots__ = ("ascii", "color", "dark", "digits", "json", "tty", "width")

    def __init__(
        self,
        tty: bool = False,
        color: int = 0,
        width: int = 80,
        ascii: bool = False,
        digits: int | None = None,
        dark: bool = True,
        json: bool = False,
    ) -> None:
        self.tty = tty
        self.color = color
        self.width = width
        self.ascii = ascii
        self.digits = digits
        self.dark = dark
        self.json = json

    def __repr__(self) -> str:
        return f"Screen({', '.join(f'{n}={getattr(self, n)!r}' for n in self.__slots__)})"

    @property
    def bare(self) -> bool:
        """Whether a value stands alone, with all its digits: a pipe, and no option that says otherwise."""
        return not (self.tty or self.json) and self.digits is None

    @property
    def glyphs(self) -> dict[str, str]:
        """Box characters and marks, or their ASCII stand-ins."""
        return _ASCII if self.ascii else _BOX

    def paint(self, text: str, style: str | None) -> str:
        """``text`` in the colours of ``style``; the text itself where there is no colour."""
        if not style or not self.color or not text:
            return text
        code = self.code(style)
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    def code(self, style: str) -> str:
        """The SGR parameters of a style name."""
        if self.color <= 16:
            return _SIXTEEN.get(style, "")
        parts = []
        for word in PALETTE[style][1 if self.dark else 0].split() if style in PALETTE else ():
            if word[0] == "#":
                r, g, b = int(word[1:3], 16), int(word[3:5], 16), int(word[5:7], 16)
                parts.append(f"38;2;{r};{g};{b}" if self.color > 256 else f"38;5;{_cube(r, g, b)}")
            else:
                parts.append("1" if word == "bold" else "2")
        return ";".join(parts)


def _cube(r: int, g: int, b: int) -> int:
    """The nearest colour of the 6x6x6 cube of 256-colour terminals."""
    steps = (0, 95, 135, 175, 215, 255)
    near = [min(range(6), key=lambda i, v=v: abs(steps[i] - v)) for v in (r, g, b)]  # type: ignore[misc]
    return 16 + 36 * near[0] + 6 * near[1] + near[2]


def detect(
    stream: Any = None,
    environ: Any = None,
    *,
    color: bool | None = None,
    ascii: bool = False,
    digits: int | None = None,
    json: bool = False,
) -> Screen:
    """The Screen for ``stream`` (stdout) in ``environ``; ``color`` is what --color/--no-color said, None where neither was given."""
    out = sys.stdout if stream is None else stream
    env = os.environ if environ is None else environ
    try:
        tty = bool(out.isatty())
    except (AttributeError, ValueError):
        tty = False
    term = env.get("TERM", "")
    on = wants_color(env, tty) if color is None else color
    depth = 0
    if on and not json:
        depth = _depth(env, term)
        if os.name == "nt" and tty and color is None and not _enable_windows_colors():
            depth = 0
    return Screen(
        tty=tty,
        color=depth,
        width=columns(out, env, tty),
        ascii=ascii or not can_encode(out),
        digits=digits,
        dark=_is_dark(env),
        json=json,
    )


def wants_color(env: Any, tty: bool) -> bool:
    """Whether the environment asks for colour; a terminal gets it unless told otherwise."""
    if env.get("NO_COLOR"):
        return False
    force = env.get("FORCE_COLOR")
    if force:
        return force.lower() not in ("0", "false", "no")
    if env.get("TERM") == "dumb":
        return False
    return tty


def columns(stream: Any, env: Any, tty: bool) -> int:
    """Columns to fill: COLUMNS, else the terminal's own, else 80; never below 20."""
    text = env.get("COLUMNS", "")
    if text.isascii() and text.isdigit() and 0 < int(text[:6]):
        return max(20, min(int(text[:6]), 10_000))
    if tty:
        try:
            return max(20, os.get_terminal_size(stream.fileno()).columns or 80)
        except (OSError, ValueError, AttributeError):
            pass
    return 80


def can_encode(stream: Any) -> bool:
    """Whether the stream's encoding has the box characters."""
    try:
        "├└│·▁█…×✗→─".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _depth(env: Any, term: str) -> int:
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit") or env.get("WT_SESSION"):
        return 1 << 24
    return 256 if "256" in term or env.get("FORCE_COLOR", "") in ("2", "3") else 16


def _is_dark(env: Any) -> bool:
    """COLORFGBG (``15;0``: foreground, background), where a terminal sets it; otherwise dark."""
    back = env.get("COLORFGBG", "").rpartition(";")[2]
    return not (back.isdigit() and int(back) in (7, 9, 10, 11, 12, 13, 14, 15))


def _enable_windows_colors() -> bool:
    """Switch a Windows console to ANSI sequences; False where it cannot."""
    try:
        from ctypes import byref, c_ulong, windll  # type: ignore[attr-defined]

        kernel, mode = windll.kernel32, c_ulong()
        handle = kernel.GetStdHandle(-11)
        return bool(kernel.GetConsoleMode(handle, byref(mode)) and kernel.SetConsoleMode(handle, mode.value | 4))
    except (ImportError, OSError, AttributeError):
        return False
