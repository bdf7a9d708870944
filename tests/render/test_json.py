"""The small JSON writer against the standard library's reader."""

from __future__ import annotations

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from tcalc.render.jsontext import dumps, quote

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(plain)
def test_reads_back(value: object) -> None:
    assert json.loads(dumps(value)) == value
    assert json.loads(dumps(value, 2)) == value


@given(st.text())
def test_strings_are_ascii(text: str) -> None:
    assert quote(text).isascii() and json.loads(quote(text)) == text


def test_what_json_cannot_say() -> None:
    assert dumps([math.nan, math.inf, -math.inf, 2**53, 2**53 + 1, -(2**60)]) == (
        '["nan", "inf", "-inf", 9007199254740992, "9007199254740993", "-1152921504606846976"]'
    )
    assert json.loads(dumps(1 + 2j)) == {"real": 1.0, "imag": 2.0}
    assert json.loads(dumps({"\ud800": "\ud800"})) == {"\ud800": "\ud800"}


def test_long_lists_break() -> None:
    text = dumps({"a": list(range(60)), "b": []}, 2)
    assert max(map(len, text.split("\n"))) <= 104 and json.loads(text) == {"a": list(range(60)), "b": []}
