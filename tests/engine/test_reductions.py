"""Corners of reductions, scans, sorting, histograms, distances and random numbers, against what PyTorch said (tests/oracle/make_reductions.py)."""

from __future__ import annotations

import json
import pathlib
import sys

import pytest

import tcalc as torch

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "oracle"))
import make_reductions as oracle

TEXTS = oracle.expressions()
SAID = json.loads(oracle.TARGET.read_text(encoding="utf-8"))


def test_golden_is_complete() -> None:
    """make_reductions.py ran after the list last changed."""
    assert len(TEXTS) == len(SAID) == len(set(TEXTS))


@pytest.mark.parametrize("part", range(8))
def test_says_what_pytorch_says(part: int) -> None:
    wrong = []
    for text, want in list(zip(TEXTS, SAID, strict=True))[part::8]:
        got = oracle.said(torch, text)
        if got != want:
            wrong.append(f"{text}\n    {got[:300]}\n    PyTorch: {want[:300]}")
    assert not wrong, f"{len(wrong)} differences\n" + "\n".join(wrong)
