"""Ops of neural networks: the short way of their kernels and rules against the long one, and what they refuse, in PyTorch's words."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

import tcalc as torch
from tcalc.engine.registry import OPS

F = torch.nn.functional


def leaf(*shape: int) -> Any:
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


def attention(*shape: int, **options: Any) -> Any:
    return lambda: (lambda q, k, v: F.scaled_dot_product_attention(q, k, v, **options), [leaf(*shape), leaf(*shape), leaf(*shape)])


CASES = {
    "linear": lambda: (F.linear, [leaf(5, 3), leaf(4, 3), leaf(4)]),
    "linear of a batch": lambda: (F.linear, [leaf(2, 5, 3), leaf(4, 3), leaf(4)]),
    "softmax": lambda: (lambda x: F.softmax(x, -1), [leaf(3, 4)]),
    "softmax over rows": lambda: (lambda x: F.softmax(x, 0), [leaf(3, 4)]),
    "log_softmax": lambda: (lambda x: F.log_softmax(x, 1), [leaf(3, 4)]),
    "layer_norm": lambda: (lambda x, w, b: F.layer_norm(x, (2, 3), w, b), [leaf(4, 2, 3), leaf(2, 3), leaf(2, 3)]),
    "batch_norm": lambda: (lambda x, w, b: F.batch_norm(x, None, None, w, b, True), [leaf(4, 3, 2), leaf(3), leaf(3)]),
    "batch_norm of rows": lambda: (lambda x, w: F.batch_norm(x, None, None, w, None, True), [leaf(4, 3), leaf(3)]),
    "batch_norm as kept": lambda: (lambda x, w: F.batch_norm(x, torch.zeros(3).double(), torch.full((3,), 2.0).double(), w), [leaf(4, 3), leaf(3)]),
    "group_norm": lambda: (lambda x, w, b: F.group_norm(x, 2, w, b), [leaf(3, 4, 5), leaf(4), leaf(4)]),
    "cross_entropy": lambda: (lambda x: F.cross_entropy(x, torch.tensor([0, 3, 1])), [leaf(3, 4)]),
    "cross_entropy, ignored": lambda: (lambda x: F.cross_entropy(x, torch.tensor([0, 3, 1]), ignore_index=3), [leaf(3, 4)]),
    "cross_entropy of planes": lambda: (lambda x: F.cross_entropy(x, torch.tensor([[0, 2], [1, 1]]), reduction="sum"), [leaf(2, 3, 2)]),
    "embedding": lambda: (lambda w: F.embedding(torch.tensor([[0, 2], [2, 1]]), w, padding_idx=1, scale_grad_by_freq=True), [leaf(4, 3)]),
    "attention": attention(2, 2, 4, 3),
    "causal attention": attention(2, 2, 4, 3, is_causal=True),
    "masked attention": attention(2, 2, 4, 3, attn_mask=torch.tensor([[1, 0, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 0]], dtype=torch.bool)),
    "attention with scores added": attention(2, 2, 4, 3, attn_mask=torch.arange(16.0).reshape(4, 4).sin(), scale=-0.5),
}


def outcome(make: Any, create_graph: bool) -> list[Any]:
    """The value and the gradients of a case, weighed so that no row adds up to nothing."""
    torch.manual_seed(5)
    fn, leaves = make()
    value = fn(*leaves)
    weights = torch.arange(value.numel(), dtype=torch.float64).sin().reshape(value.shape)
    return [value, *torch.autograd.grad((value * weights).sum(), leaves, create_graph=create_graph)]


@pytest.mark.parametrize("name", CASES)
def test_short_ways_agree_with_the_long_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels by the short way, rules in one op: as by the general way, and as the recorded rules made of ops give."""
    quick = outcome(CASES[name], False)
    recorded = outcome(CASES[name], True)
    for op in OPS.values():
        if "quick" in op.options:
            monkeypatch.delitem(op.options, "quick")
    for a, b, c in zip(quick, outcome(CASES[name], False), recorded, strict=True):
        assert torch.allclose(a, b, rtol=1e-12, atol=1e-12)
        assert torch.allclose(a, c, rtol=1e-10, atol=1e-10)
        assert (a.shape, a.dtype, a.stride()) == (b.shape, b.dtype, b.stride())


def test_running_statistics_move() -> None:
    """Towards the batch's mean and corrected variance, by momentum."""
    x = torch.tensor([[1.0], [3.0], [8.0]])
    mean, var = torch.zeros(1), torch.ones(1)
    F.batch_norm(x, mean, var, training=True, momentum=0.5)
    assert mean.tolist() == [2.0] and var.tolist() == [7.0]


def test_gradient_of_a_weight_is_row_major() -> None:
    """A weight's gradient lies as the weight does, as in PyTorch."""
    w = torch.ones(4, 3, requires_grad=True)
    F.linear(torch.ones(2, 3), w, torch.ones(4)).sum().backward()
    assert w.grad.is_contiguous()


def test_distance_of_ones_own() -> None:
    """A module serves as the distance."""
    a, b, c = torch.zeros(1, 2), torch.tensor([[3.0, 4.0]]), torch.tensor([[0.0, 1.0]])
    assert F.triplet_margin_with_distance_loss(a, b, c, distance_function=torch.nn.PairwiseDistance(eps=0.0)).item() == 5.0


ones, longs = torch.ones, lambda *shape: torch.ones(*shape, dtype=torch.int64)
REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "classes that are no integers": (lambda: F.multi_margin_loss(ones(5, 4), ones(5)), RuntimeError, "expected scalar type Long but found Float"),
    "class weights of another dtype": (
        lambda: F.nll_loss(ones(2, 3), longs(2), ones(3).double()),
        RuntimeError,
        "expected scalar type Float but found Double",
    ),
    "several classes of a vector": (lambda: F.cross_entropy(ones(3), longs(2)), ValueError, "For 1D input, 1D target must have size 1, but got target size: 2"),
    "probabilities of a number": (lambda: F.cross_entropy(torch.tensor(1.0), torch.tensor(1.0)), IndexError, "Dimension specified as 1 but tensor has no"),
    "integers as log-probabilities": (lambda: F.nll_loss(longs(2, 3), longs(2)), NotImplementedError, "\"nll_loss_out_frame\" not implemented for 'Long'"),
    "a target of another dtype": (lambda: F.binary_cross_entropy(ones(3), ones(3).double()), RuntimeError, "Found dtype Double but expected Float"),
    "a weight too long": (
        lambda: F.binary_cross_entropy(ones(1), ones(1), ones(2)),
        RuntimeError,
        "output with shape [1] doesn't match the broadcast shape [2]",
    ),
    "integers as probabilities": (lambda: F.kl_div(ones(3), longs(3)), RuntimeError, "kl_div: Integral inputs not supported."),
    "a bool input": (lambda: F.soft_margin_loss(ones(3).bool(), ones(3)), RuntimeError, "Negation, the `-` operator, on a bool tensor is not supported."),
    "a loss in integers": (lambda: F.huber_loss(longs(3), ones(3)), RuntimeError, "result type Float can't be cast to the desired output type Long"),
    "slopes of two dtypes": (lambda: F.prelu(ones(3), ones(1).double()), RuntimeError, "prelu: Type promoting not supported. Got Float and Double"),
    "slopes in 16 bits": (lambda: F.rrelu(ones(3).half(), training=True), NotImplementedError, "\"rrelu_with_noise_out_cpu\" not implemented for 'Half'"),
    "parameters of another dtype": (
        lambda: F.layer_norm(ones(2, 3), (3,), ones(3).double()),
        RuntimeError,
        "mixed dtype (CPU): expect parameter to have scalar type of Float",
    ),
    "a norm over too many dimensions": (lambda: F.rms_norm(ones(2), (1, 2)), ValueError, "Input tensor must have at least 2 dimensions, but got 1"),
    "a mask of one dimension": (
        lambda: F.scaled_dot_product_attention(ones(1, 1, 2, 3), ones(1, 1, 4, 3), ones(1, 1, 4, 3), ones(4)),
        IndexError,
        "Dimension out of range (expected to be in range of [-1, 0], but got -2)",
    ),
    "a mask of other sizes": (
        lambda: F.scaled_dot_product_attention(ones(1, 1, 2, 3), ones(1, 1, 4, 3), ones(1, 1, 4, 3), ones(2, 5)),
        RuntimeError,
        "The size of tensor a (4) must match the size of tensor b (5) at non-singleton dimension 3",
    ),
    "a padding row that is not there": (
        lambda: F.embedding_bag(longs(2, 2), ones(3, 2), padding_idx=5),
        RuntimeError,
        "padding_idx must be within the number of embeddings, -3 through 2, but got 5",
    ),
    "targets of another batch": (
        lambda: F.ctc_loss(torch.zeros(5, 2, 3), longs(3, 2), (5, 5), (2, 2)),
        RuntimeError,
        "Expected tensor to have size 2 at dimension 0, but got size 3 for argument #2 'targets'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """PyTorch's class and first words."""
    call, kind, words = REFUSED[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(kind) as caught:
            call()
    assert str(caught.value).startswith(words)
