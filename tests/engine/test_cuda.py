"""On a real GPU: every op gives what it gives on the CPU, the device's errors and figures hold, and a small network trains.

``pytest -m cuda`` runs them; without CuPy or a device they are skipped. The logic they share with the tests on the tests' own CuPy is there.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator

import pytest

import tcalc as torch
from tcalc.engine.registry import OPS
from tests.engine import maker

pytestmark = [pytest.mark.cuda, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device, or no CuPy")]

WITH_SAMPLES = sorted(name for name, o in OPS.items() if o.samples)
# Beyond the last digits: sums in another order, and other libraries' functions.
TOLERANCE = {"float64": 1e-9, "float32": 1e-4, "float16": 1e-2, "bfloat16": 5e-2, "int64": 1e-4, "int32": 1e-4, "uint8": 1e-4, "bool": 1e-4}
# Which of equal elements a kernel names, and where a write to one place twice leaves the last, is the device's own.
FREE = {"mode"}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _compare(name: str, dtype: str, leaves: bool) -> list[str]:
    from tests.engine import test_cuda_fake

    before = dict(test_cuda_fake.TOLERANCE)
    test_cuda_fake.TOLERANCE.update(TOLERANCE)
    try:
        return test_cuda_fake.compare(name, dtype, leaves)
    finally:
        test_cuda_fake.TOLERANCE.update(before)


@pytest.mark.parametrize("name", WITH_SAMPLES)
def test_samples(name: str) -> None:
    """Values, shapes, dtypes, strides and gradients are the CPU's."""
    failed = _compare(name, "float64", True) + _compare(name, "float32", True)
    assert not failed or name in FREE, "\n".join(failed[:6])


@pytest.mark.parametrize("name", WITH_SAMPLES)
def test_samples_of_other_dtypes(name: str) -> None:
    """So it is with 16-bit floats, integers and bools, errors included."""
    dtypes = ["float16", "int64", "int32", "uint8", "bool"] + (["bfloat16"] if torch.cuda.is_bf16_supported() else [])
    failed = [f"{dtype}, {line}" for dtype in dtypes for line in _compare(name, dtype, False)]
    assert not failed or name in FREE, "\n".join(failed[:6])


@pytest.mark.parametrize("shape", [(1000,), (300, 700), (64, 3, 500), (1, 4096), (4096, 1), (5, 0)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_larger_arrays(shape: tuple[int, ...], dtype: str) -> None:
    """Reductions, scans, products and sorts of more than one block."""
    torch.manual_seed(0)
    x = torch.randn(*shape).to(getattr(torch, dtype))
    y = x.cuda()
    tolerance = {"float64": 1e-10, "float32": 1e-4, "float16": 2e-2}[dtype]
    for f in (
        *(torch.sum, torch.mean, torch.exp, torch.tanh, lambda t: t.sum(0), lambda t: t.sum(-1), lambda t: t.softmax(-1), lambda t: t.cumsum(-1)),
        *(lambda t: t.sort(-1).values, lambda t: t.t() @ t if t.ndim == 2 else t * t, lambda t: t.flip(0), lambda t: (t > 0).sum(), lambda t: t[t > 0]),
    ):
        a, b = f(x), f(y)
        assert b.is_cuda and a.dtype is b.dtype and a.shape == b.shape and a.stride() == b.stride()
        assert torch.allclose(b.cpu().double(), a.double(), rtol=tolerance, atol=tolerance * max(1, math.isqrt(x.numel())), equal_nan=True)


def test_strided_views() -> None:
    """Views of views, writes through them, and moves that keep the order in memory."""
    x = torch.arange(24.0, device="cuda").reshape(2, 3, 4)
    v = x.permute(2, 0, 1)[::2, :, 1:]
    assert v.cpu().tolist() == torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1)[::2, :, 1:].tolist()
    v.add_(100)
    want = torch.arange(24.0).reshape(2, 3, 4)
    want.permute(2, 0, 1)[::2, :, 1:].add_(100)
    assert x.tolist() == want.tolist()
    x[0, 1:] = x[0, :-1].clone()
    z = torch.arange(1000, device="cuda")
    z[1:] = z[:-1]
    assert z.tolist() == [0, *range(999)]
    assert x.permute(2, 0, 1).cpu().stride() == (1, 12, 4)


# -- errors -------------------------------------------------------------------------------------------------------------------------


def test_error_texts() -> None:
    """PyTorch's sentences."""
    x = torch.ones(2, 2, device="cuda")
    with pytest.raises(RuntimeError, match="^Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!$"):
        x + torch.ones(2, 2)
    with pytest.raises(TypeError, match="^can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu\\(\\) to copy the tensor to host memory first.$"):
        x.numpy()
    with pytest.raises(RuntimeError, match="invalid device ordinal"):
        x.to(f"cuda:{torch.cuda.device_count()}")
    with pytest.raises(IndexError, match="index 7 is out of bounds"):
        x[torch.tensor([7], device="cuda")]
    with pytest.raises(RuntimeError, match="mat1 and mat2 shapes cannot be multiplied"):
        x @ torch.ones(3, 2, device="cuda")


def test_out_of_memory() -> None:
    """Beyond the device's memory: PyTorch's error, and the device works on."""
    import cupy

    pool = cupy.get_default_memory_pool()
    x = torch.ones(1 << 20, device="cuda")
    before = pool.get_limit()
    pool.free_all_blocks()
    pool.set_limit(size=pool.total_bytes() + (1 << 20))
    try:
        for f in (lambda: torch.ones(1 << 22, device="cuda"), lambda: x * 2, x.clone):
            with pytest.raises(torch.cuda.OutOfMemoryError, match="CUDA out of memory. Tried to allocate"):
                f()
    finally:
        pool.set_limit(size=before)
    assert (x * 2).sum().item() == 2 << 20


# -- torch.cuda ---------------------------------------------------------------------------------------------------------------------


def test_properties() -> None:
    """Facts about the device."""
    p = torch.cuda.get_device_properties(0)
    assert p.name == torch.cuda.get_device_name() and p.total_memory == p.total_mem > 1 << 28 and p.multi_processor_count > 0
    assert torch.cuda.get_device_capability() == (p.major, p.minor)
    free, total = torch.cuda.mem_get_info()
    assert 0 < free <= total and torch.cuda.runtime_version()
    torch.cuda.synchronize()


def test_memory_functions() -> None:
    """Memory in use follows the tensors."""
    keep = torch.ones(1, device="cuda")
    torch.cuda.reset_peak_memory_stats()
    base = torch.cuda.memory_allocated()
    x = torch.ones(1 << 20, device="cuda")
    assert torch.cuda.memory_allocated() - base == 4 << 20 and torch.cuda.memory_reserved() >= torch.cuda.memory_allocated()
    del x
    assert torch.cuda.memory_allocated() == base and torch.cuda.max_memory_allocated() >= base + (4 << 20)
    torch.cuda.empty_cache()
    assert torch.cuda.memory_reserved() >= base and keep.item() == 1


def test_events() -> None:
    """Time between two marks."""
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    x = torch.ones(1 << 20, device="cuda")
    start.record()
    x.exp().sum()
    end.record()
    end.synchronize()
    assert start.elapsed_time(end) > 0


# -- training -----------------------------------------------------------------------------------------------------------------------


def test_training() -> None:
    """A training run goes the CPU's way."""
    from tests.engine.test_cuda_fake import train

    here, w = train("cpu")
    there, v = train("cuda")
    assert v.is_cuda and there[-1] < 0.7 * there[0]
    assert all(math.isclose(a, b, rel_tol=1e-3) for a, b in zip(here, there, strict=True))
    assert torch.allclose(v.detach().cpu(), w.detach(), rtol=1e-2, atol=1e-3)


def test_random_numbers_are_the_cpus() -> None:
    """The same seed gives the same numbers on both."""
    for f in (lambda d: torch.randn(100, device=d), lambda d: torch.randint(0, 9, (5,), device=d), lambda d: torch.randperm(6, device=d)):
        torch.manual_seed(1)
        a = f("cpu")
        torch.manual_seed(1)
        assert f("cuda").tolist() == a.tolist()


def test_samples_reach_the_device() -> None:
    """The comparison moves what it compares."""
    assert all(t.is_cuda for t in maker.tensors(maker.replaced([torch.ones(1)], lambda t: t.cuda())))
