"""Diagnostics as text: what stands where, and that nothing of the user's text reaches the terminal raw."""

from __future__ import annotations

from tcalc.engine.errors import Facts
from tcalc.lang.diagnostic import Call, Diagnostic
from tcalc.lang.source import Source, Span, Where
from tcalc.render.errors import error_text
from tcalc.render.style import Screen


def diagnostic(text: str, span: tuple[int, int, int, int], sentence: str = "bad", facts: Facts | None = None, name: str = "<expr>") -> Diagnostic:
    return Diagnostic("runtime", sentence, "RuntimeError", Span(*span), Source(name, text), facts)


def carets(text: str) -> str:
    """What stands above the carets."""
    rows = text.split("\n")
    at = next(i for i, row in enumerate(rows) if row.strip() and set(row.strip()) == {"^"})
    start = rows[at].index("^")
    return rows[at - 1][start : start + rows[at].count("^")]


def test_the_whole_message() -> None:
    facts = Facts(
        "matmul_shape",
        "matmul",
        [("x", "f32[3,4] cpu"), ("W", "f32[5,6] cpu")],
        ["inner sizes differ. x [3,(4)] @ W [(5),6]: x dim 1 = 4, W dim 0 = 5."],
        ["no transpose fits"],
    )
    d = diagnostic("y = 1\nz = y + (x @ W)", (2, 9, 2, 14), "mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)", facts, "train.py")
    assert error_text(d, Screen()) == (
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)\n"
        "  train.py:2:10\n"
        "    z = y + (x @ W)\n"
        "             ^^^^^\n"
        "  inner sizes differ. x [3,(4)] @ W [(5),6]: x dim 1 = 4, W dim 0 = 5.\n"
        "  hint: no transpose fits"
    )


def test_operands_stand_in_for_a_missing_explanation() -> None:
    d = diagnostic("a + b", (1, 0, 1, 5), facts=Facts("broadcast", "add", [("a", "f32[2] cpu"), ("long", "f32[3] cpu"), (None, "3")]))
    assert error_text(d, Screen()).endswith("  a     f32[2] cpu\n  long  f32[3] cpu")


def test_without_a_place() -> None:
    assert error_text(Diagnostic("value", "no", "ValueError"), Screen()) == "ValueError: no"
    assert error_text(Diagnostic("assert", "", "AssertionError"), Screen()) == "AssertionError"


def test_tabs_and_wide_characters_keep_the_underline_in_place() -> None:
    text = error_text(diagnostic("\tx = f(y)", (1, 5, 1, 9)), Screen())
    assert carets(text) == "f(y)"
    text = error_text(diagnostic("s = '日本' + 1", (1, 11, 1, 12)), Screen())
    rows = text.split("\n")
    assert rows[2] == "    s = '日本' + 1"
    assert rows[3] == " " * (4 + 13) + "^"  # two wide characters fill four columns


def test_a_wide_span_is_underlined_in_columns() -> None:
    rows = error_text(diagnostic("f('日本')", (1, 2, 1, 6)), Screen()).split("\n")
    assert rows[3] == "      " + "^" * 6


def test_an_empty_span_still_shows() -> None:
    assert error_text(diagnostic("1 +", (1, 3, 1, 3)), Screen()).split("\n")[3] == "       ^"


def test_a_long_line_is_cut_around_the_span() -> None:
    source = "a = " + " + ".join(f"x{i}" for i in range(200)) + " + bad"
    at = source.index("x150")
    text = error_text(diagnostic(source, (1, at, 1, at + 4)), Screen(width=60))
    assert carets(text) == "x150"
    line = text.split("\n")[2]
    assert line.startswith("    …") and line.endswith("…") and len(line) <= 60


def test_a_span_longer_than_the_screen_starts_on_it() -> None:
    source = "f(" + "1, " * 100 + ")"
    text = error_text(diagnostic(source, (1, 0, 1, len(source))), Screen(width=40, ascii=True))
    rows = text.split("\n")
    assert rows[2].startswith("    f(1,") and rows[2].endswith("...") and max(map(len, rows)) <= 40


def test_a_span_over_several_lines() -> None:
    text = error_text(diagnostic("f(\n  1,\n  2,\n  3,\n)", (1, 0, 5, 1)), Screen(ascii=True))
    assert text.split("\n")[2:] == ["    f(", "    ^^", "      1,", "      ^^", "      2,", "      ^^", "    ... 2 more lines"]


def test_control_characters_become_escapes() -> None:
    facts = Facts("x", explain=["see \x1b[31mred"], hints=["try \x07bell"], operands=[("\x1b]0;t", "f32")])
    d = diagnostic("x = '\x1b[2J' \x9b", (1, 4, 1, 9), "no \x1b[0m", facts, "a\x1b.py")
    text = error_text(d, Screen())
    assert "\x1b" not in text and "\x07" not in text and "\x9b" not in text
    assert "\\x1b[2J" in text and carets(text) == "'\\x1b[2J"


def test_colours_do_not_change_the_text() -> None:
    import re

    d = diagnostic("x @ W", (1, 0, 1, 5), facts=Facts("k", explain=["e"], hints=["h"]))
    painted = error_text(d, Screen(color=1 << 24))
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == error_text(d, Screen())


def test_calls_are_listed_innermost_first() -> None:
    source = Source("m.py", "def f(x):\n    return x.no\n\nf(1)\n")
    where = Where(source, 4, 0, 4, 4)
    d = Diagnostic("attribute", "no", "AttributeError", Span(2, 11, 2, 15), source, None, [Call("f", where)])
    assert error_text(d, Screen()).endswith("  in f, called at m.py:4:1")
    d = Diagnostic("recursion", "deep", "RecursionError", None, source, None, [Call("f", where)] * 40, 960)
    text = error_text(d, Screen())
    assert text.count("in f, called at") == 6 and "994 more calls" in text


def test_long_hints_wrap() -> None:
    d = Diagnostic("x", "s", "ValueError", facts=Facts("x", hints=["word " * 30]))
    assert max(len(row) for row in error_text(d, Screen(width=50)).split("\n")) <= 50


def test_ascii_only_means_the_explanation_too() -> None:
    from tests.support import fails

    shown = fails("--ascii", "ones(2,3) + ones(4)")
    assert shown.isascii()
    assert "ones(4)     [4]      .      4" in shown and "ok      x" in shown
