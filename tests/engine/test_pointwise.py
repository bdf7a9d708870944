"""Pointwise functions and factories against PyTorch where the registry's samples do not reach: the calls of tests/oracle/pointwise.py."""

from __future__ import annotations

import json
import warnings

import pytest

import tcalc as torch
from tests.engine.test_golden import ORACLE, verdict

import pointwise  # isort: skip - found through test_golden's path
import cases  # isort: skip

RECORDED = json.loads((ORACLE / "golden" / "pointwise.json").read_text(encoding="utf-8"))["rows"]
TABLE = pointwise.table()
PARTS = 4


def test_recorded_calls_are_complete() -> None:
    """pointwise.py ran after its table last changed."""
    assert [c.key for c in TABLE] == list(RECORDED)


@pytest.mark.parametrize("part", range(PARTS))
def test_recorded_calls(part: int) -> None:
    """Values, layout, node, gradients and errors are PyTorch's."""
    failed = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in TABLE[part::PARTS]:
            failed += [f"{case.key}\n    {line}" for line in verdict(RECORDED[case.key], cases.observe(torch, case))]
    if failed:
        pytest.fail(f"{len(failed)} differences\n" + "\n".join(failed[:40]), pytrace=False)
