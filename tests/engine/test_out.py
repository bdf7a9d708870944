"""``out=``: what is written where, what is resized, what is refused."""

from __future__ import annotations

import warnings

import pytest

import tcalc as torch

A, B = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 5.0, 6.0])


def test_writes_and_returns_the_output() -> None:
    """The very tensor comes back, its storage and views with it, and one write is counted."""
    base = torch.zeros(2, 3)
    o = base[1]
    before = o._version
    assert torch.add(A, B, out=o) is o
    assert base.tolist() == [[0, 0, 0], [5, 7, 9]]
    assert o._version == before + 1


@pytest.mark.parametrize(
    ("call", "want"),
    [
        (lambda o: torch.add(A, B, out=o), [5.0, 7.0, 9.0]),
        (lambda o: torch.stack([A, B], out=o), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        (lambda o: torch.linalg.inv(torch.eye(2), out=o), [[1.0, 0.0], [0.0, 1.0]]),
        (lambda o: torch.special.expit(torch.zeros(1), out=o), [0.5]),
        (lambda o: torch.arange(3, out=o), [0.0, 1.0, 2.0]),
        (lambda o: torch.sum(A, 0, out=o), 6.0),
    ],
)
def test_an_empty_output_takes_any_shape(call, want) -> None:
    """Silently, as PyTorch."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert call(torch.empty(0)).tolist() == want


def test_another_shape_is_resized_with_a_warning() -> None:
    """PyTorch's own words."""
    o = torch.zeros(2)
    with pytest.warns(UserWarning, match=r"An output with one or more elements was resized since it had shape \[2\]"):
        torch.add(A, B, out=o)
    assert o.tolist() == [5.0, 7.0, 9.0]


def test_dtypes() -> None:
    """The output's dtype stays; one that cannot hold the result is refused."""
    assert torch.add(A, B, out=torch.zeros(3, dtype=torch.float64)).dtype is torch.float64
    assert torch.eq(A, B, out=torch.ones(3)).tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(RuntimeError, match="result type Float can't be cast to the desired output type Long"):
        torch.add(A, B, out=torch.zeros(3, dtype=torch.int64))
    with pytest.raises(RuntimeError, match="Expected out tensor to have dtype float, but got long int instead"):
        torch.mm(torch.eye(2), torch.eye(2), out=torch.zeros(2, 2, dtype=torch.int64))


def test_several_outputs() -> None:
    """A tuple, in the order of the results, comes back under their names."""
    values, at = torch.empty(0), torch.empty(0, dtype=torch.int64)
    got = torch.max(A.reshape(1, 3), 1, out=(values, at))
    assert got.values is values
    assert (values.tolist(), at.tolist()) == ([3.0], [2])
    with pytest.raises(TypeError, match=r"max\(\): argument 'out' must be tuple of 2 Tensors"):
        torch.max(A.reshape(1, 3), 1, out=values)


def test_an_input_may_be_the_output() -> None:
    """The result is there before it is written."""
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    torch.mm(x, x, out=x)
    assert x.tolist() == [[7.0, 10.0], [15.0, 22.0]]


def test_gradients_are_refused() -> None:
    """Of inputs and of outputs; without grad mode it runs, and a saved tensor notices."""
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    o = torch.zeros(3)
    for call in (lambda: torch.add(x, B, out=o), lambda: torch.add(A, B, out=x), lambda: torch.stack([x, B], out=torch.empty(0))):
        with pytest.raises(RuntimeError, match=r"functions with out=\.\.\. arguments don't support automatic differentiation"):
            call()
    with torch.no_grad():
        torch.add(x, B, out=o)
    assert o.tolist() == [5.0, 7.0, 9.0]
    saved = torch.tensor([1.0, 2.0, 3.0])
    y = (x * saved).sum()
    torch.add(A, B, out=saved)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.backward()


@pytest.mark.parametrize(
    "call", [lambda o: torch.relu(A, out=o), lambda o: A.add(B, out=o), lambda o: torch.zeros_like(A, out=o), lambda o: torch.einsum("i,i", A, B, out=o)]
)
def test_functions_without_it(call) -> None:
    """Where PyTorch has no such keyword, neither has this."""
    with pytest.raises(TypeError, match="unexpected keyword argument 'out'"):
        call(torch.zeros(3))


def test_what_is_no_tensor() -> None:
    """And what shares one cell among several elements."""
    with pytest.raises(TypeError, match=r"add\(\): argument 'out' must be Tensor, not int"):
        torch.add(A, B, out=5)
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor refers to a single memory location"):
        torch.add(A, B, out=torch.zeros(1).expand(3))
    assert torch.add(A, B, out=None).tolist() == [5.0, 7.0, 9.0]
