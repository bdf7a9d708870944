"""Texts that a program makes: what of them reaches a terminal, and what happens where making them fails or takes forever."""

from __future__ import annotations

import json
import sys

import pytest

from tests.support import fails, in_terminal, out, tcalc

BAD = "class A:\n    def __repr__(self): raise ValueError('no text')\n"
ENDLESS = "class A:\n    def __repr__(self):\n        while True: pass\n"


def test_a_repr_that_fails_is_a_diagnostic() -> None:
    for args in (("run", "--echo"), ()):
        text = BAD + "A()"
        done = fails(*args, "-", stdin=text) if args else fails(text)
        assert done.startswith("ValueError: no text\n")
    record = json.loads(tcalc("--json", BAD + "1\nA()\n2").stdout)
    assert record["error"]["sentence"] == "no text"
    assert [r["value"] for r in record["results"]] == [1]


def test_a_repr_that_never_ends_ends_with_the_time() -> None:
    fails("--timeout", "1", ENDLESS + "A()", code=124)
    fails("--timeout", "1", "--json", ENDLESS + "A()", code=124)


def test_instances_in_json() -> None:
    record = json.loads(out("--json", "class A:\n    def __repr__(self): return 'an A'\nA()\n[A(), 1]"))
    assert record["error"] is None
    assert "an A" in json.dumps(record["results"])


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
def test_control_characters_show_as_escapes_on_a_terminal() -> None:
    shown, code = in_terminal(f"{sys.executable} -m tcalc \"print('a\\x1b]0;title\\x07b', 'tab\\tx', 'é', '\\x9b2J')\"")
    assert code == 0
    assert shown.replace("\r\n", "\n") == "a\\x1b]0;title\\x07b tab\tx é \\x9b2J\n"
    assert out("print('a\\x1b[31m')") == "a\x1b[31m\n"  # into a pipe as it is
