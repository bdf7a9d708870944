"""The reports that run or trace a program, on tensors of the device (the tests' own CuPy): they say what they say of the CPU."""

from __future__ import annotations

from typing import Any

import pytest

from tcalc.cli.reports import KINDS
from tests.engine import fake_cupy
from tests.insight.programs import subject, text

PROGRAMS = [
    ("gradcheck", "(x @ W).tanh().sum()"),
    ("gradcheck", "(x * x).sum()"),
    ("backprop", "((x @ W).tanh() * 2).sum()"),
    ("nans", "log(x - x).sum()"),
    ("precision", "(exp(x) - 1).sum()"),
    ("graph", "(x @ W).relu().mean()"),
]


@pytest.mark.parametrize(("form", "expression"), PROGRAMS)
def test_the_device_gives_the_same_report(form: str, expression: str) -> None:
    given = {"x": "tensor([[0.5, -0.25]])", "W": "tensor([[1., 2.], [0.5, 1.]])"}
    given = {n: v for n, v in given.items() if n in expression}

    def report(where: str) -> Any:
        return KINDS[form].make(subject(form, expression, {n: v + where for n, v in given.items()}))

    on_cpu = text(report(""))
    with fake_cupy.installed():
        on_device = text(report(".cuda()"))
    assert on_device == on_cpu
