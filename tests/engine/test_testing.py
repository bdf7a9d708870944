"""torch.testing.assert_close: PyTorch's verdicts and sentences, and our line about the first difference."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import tcalc as torch
from tests.oracle.make_testing import said

GOLDEN: dict[str, str] = json.loads((Path(__file__).parent.parent / "oracle" / "testing.json").read_text())["said"]


@pytest.mark.parametrize("call", GOLDEN)
def test_says_what_pytorch_says(call: str) -> None:
    assert said(call, torch) == GOLDEN[call]


def explained(*args: object, **options: object) -> list[str]:
    with pytest.raises(AssertionError) as caught:
        torch.testing.assert_close(*args, **options)
    return list(caught.value.facts.explain)  # type: ignore[attr-defined]


def test_the_first_difference_is_named() -> None:
    assert explained(torch.tensor([[1.0, 2.0], [3.0, 5.0]]), torch.tensor([[1.0, 2.5], [3.0, 4.0]])) == [
        "First difference at [0, 1]: 2.0 against 2.5. They differ by 0.5; atol + rtol*|expected| = 1e-05 + 1.3e-06*2.5 = 1.33e-05."
    ]
    assert explained(torch.tensor([1, 2]), torch.tensor([1, 3])) == ["First difference at [1]: 2 against 3, and they must be equal."]
    assert explained(torch.ones(2), torch.ones(2, dtype=torch.float64)) == ["check_dtype=False compares the values alone."]


def test_arrays_and_lists_against_tensors() -> None:
    torch.testing.assert_close(np.ones(2), np.ones(2))
    torch.testing.assert_close(torch.ones(2), [1.0, 1.0])
    assert "against" in explained(np.ones(2), np.zeros(2))[0]
    with pytest.raises(TypeError, match="No comparison pair"):
        torch.testing.assert_close(torch.ones(2), "a")


def test_nested_too_deeply() -> None:
    a: list[object] = []
    for _ in range(600):
        a = [a]
    with pytest.raises(RecursionError):
        torch.testing.assert_close(a, a)
