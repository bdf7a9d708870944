"""autocast and GradScaler beyond the golden program: threads, decorators, warnings, what stays as it was."""

from __future__ import annotations

import threading

import pytest

import tcalc as torch
from tcalc.engine import graph
from tcalc.engine.registry import Family


def test_nothing_is_left_after_the_block() -> None:
    call, backward = Family.call, graph.run_backward
    with torch.autocast("cpu"):
        assert Family.call is not call
        with pytest.raises(ValueError, match="stop"), torch.autocast("cpu", enabled=False):
            raise ValueError("stop")
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype is torch.bfloat16
    assert Family.call is call and graph.run_backward is backward


def test_other_threads_are_not_touched() -> None:
    found = []
    with torch.autocast("cpu"):
        t = threading.Thread(target=lambda: found.append((torch.ones(2, 2) @ torch.ones(2, 2)).dtype))
        t.start()
        t.join()
    assert found == [torch.float32]


def test_as_a_decorator_and_with_float64() -> None:
    @torch.autocast("cpu", dtype=torch.float16)
    def product(a: torch.Tensor) -> torch.Tensor:
        return a @ a

    assert product(torch.ones(2, 2)).dtype is torch.float16
    assert product(torch.ones(2, 2, dtype=torch.float64)).dtype is torch.float64


def test_gradients_have_the_parameters_dtype() -> None:
    w = torch.ones(3, 2, requires_grad=True)
    with torch.autocast("cpu"):
        y = torch.nn.functional.linear(torch.ones(4, 2), w)
        y.float().sum().backward()
    assert y.dtype is torch.bfloat16 and w.grad.dtype is torch.float32 and w.grad.tolist() == [[4, 4]] * 3


@pytest.mark.skipif(torch.cuda.is_available(), reason="what happens without a GPU")
@pytest.mark.filterwarnings("ignore:torch.cuda.amp.GradScaler is enabled")
def test_without_a_gpu_it_warns_and_does_nothing() -> None:
    with pytest.warns(UserWarning, match="CUDA is not available"), torch.autocast("cuda"):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype is torch.float32
    with pytest.warns(FutureWarning, match=r"Please use `torch.amp.GradScaler\('cuda', args...\)`"):
        scaler = torch.cuda.amp.GradScaler()
    assert not scaler.is_enabled() and scaler.scale(3) == 3
    with pytest.warns(FutureWarning, match="autocast"):
        torch.cuda.amp.autocast(enabled=False)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_with_a_gpu() -> None:
    a = torch.ones(2, 2, device="cuda", requires_grad=True)
    scaler = torch.amp.GradScaler("cuda")
    with torch.autocast("cuda"):
        b = a @ a
        assert b.dtype is torch.float16 and torch.exp(b).dtype is torch.float32
        loss = torch.nn.functional.mse_loss(b, torch.zeros_like(b))
    scaler.scale(loss).backward()
    o = torch.optim.SGD([a], lr=0.1)
    scaler.step(o)
    scaler.update()
    assert a.grad.dtype is torch.float32 and torch.allclose(a.grad.cpu(), torch.full((2, 2), 4.0))
