"""Corners of convolution, pooling, padding, interpolation and sampling, against what PyTorch said (tests/oracle/make_spatial.py)."""

from __future__ import annotations

import json
import pathlib
import sys
import warnings

import pytest

import tcalc as torch
from tests.engine.test_golden import verdict

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "oracle"))
import make_spatial as oracle

LINES = oracle.lines()
SAID = json.loads(oracle.TARGET.read_text(encoding="utf-8"))
PARTS = 8


def test_golden_is_complete() -> None:
    """make_spatial.py ran after the list last changed."""
    assert len(LINES) == len(SAID) == len(set(LINES))


@pytest.mark.parametrize("part", range(PARTS))
def test_says_what_pytorch_says(part: int) -> None:
    wrong = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for line, want in list(zip(LINES, SAID, strict=True))[part::PARTS]:
            got = oracle.observed(torch, line)
            if isinstance(want, dict):
                wrong += [f"{line}\n    {text}" for text in verdict(want, got)]
            elif got != want:
                wrong.append(f"{line}\n    {got[:300]}\n    PyTorch: {want[:300]}")
    assert not wrong, f"{len(wrong)} differences\n" + "\n".join(wrong)


@pytest.mark.parametrize("shape", [(2, 3, 9, 9), (3, 2, 5, 40), (1, 4, 7, 6)])
def test_blocks_of_the_batch_change_nothing(shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns are made a few samples at a time; how many has no influence on values and gradients."""
    from tcalc.engine.ops import convolution

    found = []
    for block in (1, 200, 1 << 20):
        monkeypatch.setattr(convolution, "_CACHED", block)
        torch.manual_seed(0)
        x = torch.randn(*shape, dtype=torch.float64, requires_grad=True)
        w = torch.randn(4, shape[1], 3, 2, dtype=torch.float64, requires_grad=True)
        y = torch.nn.functional.conv2d(x, w, padding=1, stride=(1, 2))
        z = torch.nn.functional.conv2d(x, w, padding=1)
        found.append([y, *torch.autograd.grad((y.sin().sum(), z.sin().sum()), [x, w])])
    for other in found[1:]:
        for a, b in zip(found[0], other, strict=True):
            torch.testing.assert_close(a, b)
