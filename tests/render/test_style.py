"""Who decides about colour, width and box characters, and how."""

from __future__ import annotations

import io

import pytest

from tcalc.render.style import Screen, detect


class Stream(io.StringIO):
    def __init__(self, tty: bool, encoding: str = "utf-8") -> None:
        super().__init__()
        self._tty = tty
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._tty


@pytest.mark.parametrize(
    ("tty", "env", "option", "colored"),
    [
        (True, {}, None, True),
        (False, {}, None, False),
        (True, {"NO_COLOR": "1"}, None, False),
        (True, {"NO_COLOR": ""}, None, True),  # no-color.org: only when not empty
        (False, {"FORCE_COLOR": "1"}, None, True),
        (True, {"FORCE_COLOR": "0"}, None, False),  # Rich would take this for on
        (True, {"FORCE_COLOR": "false"}, None, False),
        (False, {"FORCE_COLOR": ""}, None, False),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, None, False),
        (True, {"TERM": "dumb"}, None, False),
        (True, {}, False, False),
        (False, {"NO_COLOR": "1"}, True, True),
    ],
)
def test_color(tty: bool, env: dict[str, str], option: bool | None, colored: bool) -> None:
    assert bool(detect(Stream(tty), env, color=option).color) is colored


def test_depth() -> None:
    assert detect(Stream(True), {"COLORTERM": "truecolor"}).color == 1 << 24
    assert detect(Stream(True), {"TERM": "xterm-256color"}).color == 256
    assert detect(Stream(True), {"TERM": "xterm"}).color == 16


def test_json_has_no_colour() -> None:
    assert detect(Stream(True), {}, json=True).color == 0


def test_width() -> None:
    assert detect(Stream(False), {"COLUMNS": "132"}).width == 132
    assert detect(Stream(False), {"COLUMNS": "abc"}).width == 80
    assert detect(Stream(False), {"COLUMNS": "3"}).width == 20
    assert detect(Stream(False), {}).width == 80


def test_ascii_where_the_encoding_has_no_boxes() -> None:
    assert detect(Stream(True, "ascii"), {}).ascii
    assert detect(Stream(True, "cp1252"), {}).ascii
    assert not detect(Stream(True), {}).ascii
    assert detect(Stream(True), {}, ascii=True).ascii


def test_dark_or_light() -> None:
    assert detect(Stream(True), {}).dark
    assert not detect(Stream(True), {"COLORFGBG": "0;15"}).dark
    assert detect(Stream(True), {"COLORFGBG": "15;0"}).dark


def test_paint() -> None:
    assert Screen().paint("x", "error") == "x"
    assert Screen(color=16).paint("x", "dim") == "\x1b[2mx\x1b[0m"
    assert Screen(color=1 << 24, dark=False).paint("x", "data") == "\x1b[38;2;0;114;178mx\x1b[0m"
    assert Screen(color=256).paint("x", "data").startswith("\x1b[38;5;")
    assert Screen(color=16).paint("x", "op") == "x"  # no colour of its own
