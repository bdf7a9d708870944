"""The CUDA backend on the tests' own CuPy: every op of the registry gives on the device what it gives on the CPU, and the device's manners hold."""

from __future__ import annotations

import math
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine import maker
import tcalc as torch
from tcalc.engine.registry import OPS

np = pytest.importorskip("numpy")
from tests.engine import fake_cupy  # noqa: E402

WITH_SAMPLES = sorted(name for name, o in OPS.items() if o.samples)


@pytest.fixture(autouse=True)
def cupy() -> Iterator[Any]:
    """The tests' CuPy, with two devices."""
    with fake_cupy.installed(devices=2) as module, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield module


# -- every op -----------------------------------------------------------------------------------------------------------------------


def outcome(f: Any) -> Any:
    """(result, None), or (None, (class, sentence)) of what it raised."""
    try:
        return f(), None
    except Exception as e:  # noqa: BLE001 - compared with what the CPU raises
        return None, (type(e), str(e), e)


def on_device(values: Any) -> Any:
    """The arguments on the device, leaves as leaves there."""
    return maker.replaced(values, lambda t: t.detach().to("cuda").requires_grad_(t.requires_grad))


def close(a: Any, b: Any, tolerance: float) -> bool:
    """Whether two tensors agree: shape, dtype, strides, and values up to a tolerance."""
    if a.dtype is not b.dtype or tuple(a.shape) != tuple(b.shape) or (a.stride() != b.stride() and a.numel()):
        return False
    for x, y in zip(a.detach().reshape(-1).tolist(), b.detach().reshape(-1).tolist(), strict=True):
        same = x == y or (x != x and y != y)
        if not same and not (isinstance(x, (int, float)) and math.isfinite(x) and abs(x - y) <= tolerance * (1 + abs(x))):
            return False
    return True


def facts(t: Any) -> str:
    """One tensor in a line."""
    return f"{t.dtype} {tuple(t.shape)} stride {t.stride()} {t.detach().reshape(-1).tolist()}"


TOLERANCE = {"float64": 1e-11, "float32": 2e-5, "float16": 2e-3, "bfloat16": 1e-2, "int64": 1e-5, "int32": 1e-5, "uint8": 1e-5, "bool": 1e-5}


def compare(name: str, dtype: str, leaves: bool) -> list[str]:
    """What an op's samples do differently on the device."""
    o, failed = OPS[name], []
    tolerance = TOLERANCE[dtype]
    made, refused = outcome(lambda: maker.calls(o, leaves=leaves, dtype=dtype))
    if refused is not None:
        return []  # the samples have nothing for this dtype
    for case, (args, kwargs) in enumerate(made):
        if not maker.tensors([args, kwargs]):
            continue
        there_args, there_kwargs = on_device([args, kwargs])
        want, wrong = outcome(lambda args=args, kwargs=kwargs: maker.run(o, args, kwargs))
        if wrong is not None and "SciPy" in wrong[1]:
            pytest.skip("SciPy is not installed")
        got, odd = outcome(lambda args=there_args, kwargs=there_kwargs: maker.run(o, args, kwargs))
        if wrong is not None or odd is not None:
            if wrong is None or odd is None or wrong[:2] != odd[:2]:
                failed.append(f"sample {case}: the CPU {wrong or 'answers'}, the device {odd or 'answers'}")
            continue
        ours, theirs = maker.tensors(got), maker.tensors(want)
        for a, b in zip(theirs, ours, strict=True):
            if b.device.type != "cuda":
                failed.append(f"sample {case}: a result is on {b.device}")
            elif not close(a, b, tolerance):
                failed.append(f"sample {case}: {facts(a)} on the CPU, {facts(b)} on the device")
            elif b.ndim == 0 and type(b._data) in (float, int, bool):
                failed.append(f"sample {case}: a 0-d result is a Python number")
        if leaves:
            failed += gradients(case, (args, kwargs, theirs), (there_args, there_kwargs, ours), tolerance)
    return failed


def gradients(case: int, here: Any, there: Any, tolerance: float) -> list[str]:
    """Differences of the gradients, raw and recorded."""
    grads = []
    for args, kwargs, outs in (here, there):
        inputs = [t for t in maker.tensors([args, kwargs]) if t.requires_grad]
        flat = [t for t in outs if t.requires_grad and t.dtype.is_floating_point]
        if not inputs or not flat:
            return []
        make = maker.Maker()
        weights = [make(*t.shape, low=0.5, high=1.5).to(t.dtype).to(t.device) for t in flat]
        seeds = [w.expand(t.shape) if t.ndim else w.reshape(()) for t, w in zip(flat, weights, strict=True)]
        raw, wrong = outcome(lambda flat=flat, inputs=inputs, seeds=seeds: torch.autograd.grad(flat, inputs, seeds, allow_unused=True, retain_graph=True))
        recorded, odd = outcome(lambda flat=flat, inputs=inputs, seeds=seeds: torch.autograd.grad(flat, inputs, seeds, allow_unused=True, create_graph=True))
        grads.append((raw, wrong, recorded, odd))
    failed = []
    (raw, wrong, recorded, odd), (raw2, wrong2, recorded2, odd2) = grads
    if (wrong and wrong[:2]) != (wrong2 and wrong2[:2]) or (odd and odd[:2]) != (odd2 and odd2[:2]):
        return [f"sample {case}, backward: the CPU {wrong} {odd}, the device {wrong2} {odd2}"]
    for what, ours, theirs in (("gradient", raw2, raw), ("recorded gradient", recorded2, recorded)):
        for a, b in zip(theirs or (), ours or (), strict=True):
            if (a is None) != (b is None):
                failed.append(f"sample {case}, {what}: {a} on the CPU, {b} on the device")
            elif a is not None and (b.device.type != "cuda" or a.dtype is not b.dtype or not close(a.detach().contiguous(), b.detach().contiguous(), 10 * tolerance)):
                failed.append(f"sample {case}, {what}: {facts(a)} on the CPU, {b.device} {facts(b)} on the device")
    return failed


@pytest.mark.parametrize("name", WITH_SAMPLES)
def test_samples(name: str) -> None:
    """Values, shapes, dtypes, strides and gradients are the CPU's; nothing leaves the device."""
    failed = compare(name, "float64", True) + compare(name, "float32", True)
    assert not failed, "\n".join(failed[:6])


@pytest.mark.parametrize("name", WITH_SAMPLES)
def test_samples_of_other_dtypes(name: str) -> None:
    """So it is with 16-bit floats (computed in float32), integers and bools, errors included."""
    failed = [f"{dtype}, {line}" for dtype in ("float16", "bfloat16", "int64", "int32", "uint8", "bool") for line in compare(name, dtype, False)]
    assert not failed, "\n".join(failed[:6])
