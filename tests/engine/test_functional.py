"""torch.nn.functional against PyTorch: the calls of tests/oracle/functional.py, and what no recorded call can show."""

from __future__ import annotations

import json
import math
import warnings
from typing import Any

import pytest

import tcalc as torch
from tests.engine.test_golden import ORACLE, verdict

import functional  # isort: skip - found through test_golden's path
import cases  # isort: skip

F = torch.nn.functional
RECORDED = json.loads((ORACLE / "golden" / "functional.json").read_text(encoding="utf-8"))["rows"]
TABLE = functional.table()
PARTS = 16

# What we do on purpose, or leave: how a case begins -> why.
KNOWN = {
    "torch.nn.functional.conv2d(torch.ones(1,0,5,5)": "PyTorch gives a result of no channels where the input has none",
    "torch.nn.functional.adaptive_avg_pool2d(torch.ones(1,5,6,2).permute(0,3,1,2),1)": "PyTorch makes the mean anew with channels last",
    "torch.nn.functional.pad(torch.ones(2,3),(-1,-2))": "strides of an empty result",
}


def test_recorded_calls_are_complete() -> None:
    """make.py ran after the table last changed."""
    assert [c.key for c in TABLE] == list(RECORDED)


@pytest.mark.parametrize("part", range(PARTS))
def test_recorded_calls(part: int) -> None:
    """Values, layout, node, gradients and errors are PyTorch's."""
    failed = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in TABLE[part::PARTS]:
            if not case.key.startswith(tuple(KNOWN)):
                failed += [f"{case.key}\n    {line}" for line in verdict(RECORDED[case.key], cases.observe(torch, case))]
    if failed:
        pytest.fail(f"{len(failed)} differences\n" + "\n".join(failed[:40]), pytrace=False)


def by_differences(value: Any, x: Any) -> list[float]:
    """Central differences of a function of one tensor, element by element."""
    given = x.detach().reshape(-1).tolist()
    out = []
    for i in range(len(given)):
        ends = [value(torch.tensor([v + step * (i == k) for k, v in enumerate(given)], dtype=x.dtype).reshape(x.shape)).item() for step in (1e-6, -1e-6)]
        out.append((ends[0] - ends[1]) / 2e-6)
    return out


def test_gradient_of_ctc_loss() -> None:
    """Through log_softmax, for which PyTorch's formula holds, ctc_loss has its true gradient; it has no second one."""
    torch.manual_seed(1)
    x = torch.randn(5, 2, 4, dtype=torch.float64, requires_grad=True)

    def loss(x: Any) -> Any:
        return F.ctc_loss(x.log_softmax(2), torch.tensor([[1, 2, 2], [3, 1, 0]]), (5, 4), (3, 2), reduction="sum")

    (g,) = torch.autograd.grad(loss(x), x)
    assert all(abs(a - b) < 1e-7 for a, b in zip(g.reshape(-1).tolist(), by_differences(loss, x), strict=True))
    (g,) = torch.autograd.grad(loss(x), x, create_graph=True)
    with pytest.raises(RuntimeError, match="derivative for aten::_ctc_loss_backward is not implemented"):
        g.sum().backward()


def test_loss_of_impossible_targets() -> None:
    """A target longer than its input has an infinite loss, and none with zero_infinity."""
    x = torch.zeros(2, 1, 3).log_softmax(2)
    assert F.ctc_loss(x, torch.tensor([[1, 1]]), (2,), (2,)).item() == math.inf
    x.requires_grad_()
    loss = F.ctc_loss(x, torch.tensor([[1, 1]]), (2,), (2,), zero_infinity=True)
    loss.backward()
    assert loss.item() == 0 and x.grad.abs().sum().item() == 0


def naive_convolution(x: Any, w: Any, stride: int, padding: int, dilation: int, groups: int) -> list[float]:
    """A convolution of images by its definition."""
    x, w = x.tolist(), w.tolist()
    size, k, per = len(x[0][0]), len(w[0][0]), len(w[0])
    n = (size + 2 * padding - dilation * (k - 1) - 1) // stride + 1
    out = []
    for image in x:
        for m, kernel in enumerate(w):
            first = m // (len(w) // groups) * per
            for i in range(n):
                for j in range(n):
                    total = 0.0
                    for c in range(per):
                        for a in range(k):
                            for b in range(k):
                                r, s = i * stride - padding + a * dilation, j * stride - padding + b * dilation
                                if 0 <= r < size and 0 <= s < size:
                                    total += image[first + c][r][s] * kernel[c][a][b]
                    out.append(total)
    return out


@pytest.mark.parametrize(("stride", "padding", "dilation", "groups"), [(1, 0, 1, 1), (2, 1, 1, 1), (1, 2, 2, 2), (3, 1, 1, 4), (2, 3, 2, 1)])
def test_convolution_by_definition(stride: int, padding: int, dilation: int, groups: int) -> None:
    """Windows as columns and a matrix product give the sums of the definition, in blocks of the batch, too."""
    from tcalc.engine.ops import convolution

    torch.manual_seed(2)
    x, w = torch.randn(3, 4, 6, 6, dtype=torch.float64), torch.randn(4, 4 // groups, 3, 3, dtype=torch.float64)
    want = naive_convolution(x, w, stride, padding, dilation, groups)
    before = convolution._BLOCK
    for block in (before, 1):
        convolution._BLOCK = block
        try:
            got = F.conv2d(x, w, None, stride, padding, dilation, groups).reshape(-1).tolist()
        finally:
            convolution._BLOCK = before
        assert len(got) == len(want) and all(abs(a - b) < 1e-12 for a, b in zip(got, want, strict=True))


def test_half_precision_is_rounded_once() -> None:
    """16-bit convolutions and pools are computed in float32: the result is the rounded one of float32."""
    torch.manual_seed(3)
    x, w = torch.randn(1, 8, 9, 9), torch.randn(4, 8, 3, 3)
    for d in (torch.float16, torch.bfloat16):
        a, b = x.to(d), w.to(d)
        assert torch.equal(F.conv2d(a, b), F.conv2d(a.float(), b.float()).to(d))
        assert torch.equal(F.avg_pool2d(a, 3), F.avg_pool2d(a.float(), 3).to(d))
        assert torch.equal(F.interpolate(a, size=5, mode="bilinear"), F.interpolate(a.float(), size=5, mode="bilinear").to(d))


def test_running_statistics_move_in_place() -> None:
    """batch_norm writes its running statistics where they are, and counts the write."""
    mean, var = torch.zeros(2), torch.ones(2)
    before = mean._version
    F.batch_norm(torch.tensor([[1.0, 2.0], [3.0, 6.0]]), mean, var, training=True, momentum=0.5)
    assert mean.tolist() == [1.0, 2.0] and var.tolist() == [1.5, 4.5] and mean._version > before


def test_second_gradient_of_a_network() -> None:
    """Convolution, normalization, pooling and attention differentiate twice together."""
    torch.manual_seed(4)
    x = torch.randn(2, 2, 6, 6, dtype=torch.float64, requires_grad=True)
    w = torch.randn(3, 2, 3, 3, dtype=torch.float64, requires_grad=True)

    def slope(x: Any, w: Any) -> Any:
        h = F.avg_pool2d(F.silu(F.group_norm(F.conv2d(x, w, padding=1), 3)), 2)
        h = F.scaled_dot_product_attention(h.flatten(2), h.flatten(2), h.flatten(2))
        (g,) = torch.autograd.grad((h * h).sum(), w, create_graph=True)
        return (g * g).sum()

    (second,) = torch.autograd.grad(slope(x, w), w)
    want = by_differences(lambda v: slope(x, v.requires_grad_()), w)
    scale = max(abs(v) for v in want)
    assert all(abs(a - b) < 1e-5 * scale for a, b in zip(second.reshape(-1).tolist(), want, strict=True))
