"""docs/language.md is a transcript that holds; what docs/security.md says of numbers and names is so."""

from __future__ import annotations

import re

from tcalc.lang import formatting, tables, values
from tcalc.lang.check import METHOD_NAMES
from tcalc.lang.classes import MAX_BASES
from tcalc.lang.source import MAX_SOURCE
from tests.support import ROOT, out

LANGUAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_the_transcript_holds() -> None:
    assert out("test", "docs/language.md").endswith("all passed\n")


def test_the_operator_methods_are_there() -> None:
    listed = re.search(r"Operator methods: `(.*?)`", LANGUAGE, re.DOTALL)
    assert listed is not None
    assert set(listed.group(1).split()) <= METHOD_NAMES


def test_the_bounds() -> None:
    assert f"{MAX_SOURCE:,} characters" in SECURITY
    assert f"{values.MAX_BITS:,} bits" in SECURITY
    assert values.MAX_ITEMS == formatting.MAX_TEXT and f"{values.MAX_ITEMS:,}" in SECURITY
    assert f"bases of a class ({MAX_BASES})" in SECURITY


def test_the_refused_names_are_refused() -> None:
    listed = re.search(r"There is no\n(.*?);", SECURITY, re.DOTALL)
    assert listed is not None
    names = re.findall(r"`(\w+)`", listed.group(1))
    assert len(names) >= 6
    for name in names:
        assert tables.lookup(name) is tables.MISSING, name
        assert tables.refusal(name) is not None, name
    for name in re.findall(r"`(__\w+__)`", SECURITY):
        assert name not in METHOD_NAMES - {"__exit__"}, name
