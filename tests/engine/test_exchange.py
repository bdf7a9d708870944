"""Tensors to other libraries and back: DLPack, pickles, copies. Sharing with NumPy is compared with PyTorch in the program exchange_numpy."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

import tcalc as torch
from tests.support import ROOT, environment


def test_dlpack_shares_memory_both_ways() -> None:
    x = torch.arange(6.0).reshape(2, 3)
    a = np.from_dlpack(x)
    x[0, 0] = 9
    assert a[0, 0] == 9
    y = torch.from_dlpack(a)
    y[1, 1] = -1
    assert x[1, 1].item() == -1
    t = torch.from_dlpack(np.from_dlpack(x.t()))
    assert t.stride() == (1, 3)
    assert int(x.__dlpack_device__()[0]) == 1
    z = torch.from_dlpack(a, copy=True)
    z[0, 0] = 5
    assert a[0, 0] == 9
    assert torch.utils.dlpack.from_dlpack(torch.utils.dlpack.to_dlpack(x)).data_ptr() == x.data_ptr()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int64", "uint8", "bool", "complex64"])
def test_dlpack_keeps_dtypes(dtype: str) -> None:
    x = torch.ones(2, dtype=getattr(torch, dtype))
    assert torch.from_dlpack(np.from_dlpack(x)).dtype is x.dtype


def test_what_dlpack_refuses() -> None:
    with pytest.raises(BufferError, match="Can't export tensors that require gradient, use tensor.detach\\(\\)"):
        np.from_dlpack(torch.ones(2, requires_grad=True))
    with pytest.raises(RuntimeError, match="from_dlpack received an invalid capsule"):
        torch.from_dlpack(3)
    capsule = torch.to_dlpack(torch.ones(2))
    torch.from_dlpack(capsule)
    with pytest.raises(RuntimeError):
        torch.from_dlpack(capsule)
    with pytest.raises(BufferError):
        torch.ones(2, device="meta").__dlpack__()


def test_dlpack_on_a_device() -> None:
    from tests.engine import fake_cupy

    with fake_cupy.installed(devices=1) as cupy:
        x = torch.ones(3, device="cuda")
        kind, index = x.__dlpack_device__()
        assert (int(kind), index) == (2, 0)
        a = cupy.from_dlpack(x)
        a[0] = 7
        assert x.tolist() == [7.0, 1.0, 1.0]
        y = torch.from_dlpack(a)
        assert str(y.device) == "cuda:0"
        y[1] = 5
        assert x.tolist() == [7.0, 5.0, 1.0]
        assert torch.from_dlpack(a, device="cpu").tolist() == [7.0, 5.0, 1.0]


def test_numpy_functions_give_tensors() -> None:
    x = torch.tensor([1.0, 4.0])
    assert isinstance(np.sqrt(x), torch.Tensor)
    assert np.sqrt(x).tolist() == [1.0, 2.0]
    assert (x * np.array([2.0, 3.0], dtype=np.float32)).tolist() == [2.0, 12.0]
    assert (x == np.array([1.0, 0.0])).tolist() == [True, False]
    with pytest.raises(TypeError, match="Got unsupported ScalarType BFloat16"):
        torch.ones(2, dtype=torch.bfloat16).numpy()


SAMPLES = [
    torch.tensor(2.5),
    torch.tensor([1, 2]),
    torch.ones(2, 3).t(),
    torch.ones(4)[::2],
    torch.ones(0, 3),
    torch.tensor([1.5, 2.5], dtype=torch.bfloat16),
    torch.tensor([1.5], dtype=torch.float16),
    torch.tensor([True, False]),
    torch.tensor([1 + 2j]),
    torch.ones(2, 2, device="meta"),
    torch.ones(3).expand(2, 3),
]


@pytest.mark.parametrize("x", SAMPLES, ids=repr)
@pytest.mark.parametrize("protocol", [2, 5])
def test_pickles(x, protocol: int) -> None:
    y = pickle.loads(pickle.dumps(x, protocol))
    assert (y.dtype, y.shape, y.device) == (x.dtype, x.shape, x.device)
    assert x.is_meta or torch.equal(x, y)
    assert type(y) is torch.Tensor


def test_pickles_need_no_torch_module() -> None:
    """A pickle names tcalc, so that it loads where PyTorch is not installed, and never as PyTorch's own classes."""
    values = (torch.ones(2, requires_grad=True), torch.float32, torch.Size([1, 2]), torch.device("cpu"), torch.nn.Parameter(torch.ones(1)))
    data = pickle.dumps(values)
    assert b"ctorch" not in data
    assert b"\x8c\x05torch" not in data
    code = (
        "import sys, pickle; sys.modules['torch'] = None; x, d, s, c, p = pickle.loads(sys.stdin.buffer.read()); "
        "print(x, d, s, c, type(p).__name__, p.requires_grad)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, cwd=ROOT, env=environment(), check=False)
    assert done.stdout.decode().strip() == "tensor([1., 1.], requires_grad=True) torch.float32 torch.Size([1, 2]) cpu Parameter True", done.stderr.decode()


def test_copies() -> None:
    x = torch.arange(4.0)
    both = copy.deepcopy([x, x[1:], x])
    assert both[0] is both[2]
    both[0][1] = 9
    assert both[1][0].item() == 9
    assert x[1].item() == 1
    w = torch.ones(2, requires_grad=True)
    (w * 3).sum().backward()
    twin = copy.deepcopy(w)
    assert twin.requires_grad
    assert twin.grad.tolist() == [3.0, 3.0]
    assert twin.grad is not w.grad
    assert twin._version == 0
    with pytest.raises(RuntimeError, match="^Only Tensors created explicitly by the user"):
        copy.deepcopy(w * 2)
    shallow = copy.copy(x)
    shallow[0] = -1
    assert x[0].item() == -1


def test_the_class_prints_as_pytorchs() -> None:
    x = torch.ones(2)
    assert [str(type(v)) for v in (x, x.shape, x.dtype, x.device)] == [
        "<class 'torch.Tensor'>", "<class 'torch.Size'>", "<class 'torch.dtype'>", "<class 'torch.device'>",
    ]  # fmt: skip


def test_a_generator_goes_on_where_it_was() -> None:
    g = torch.Generator().manual_seed(7)
    torch.rand(3, generator=g)
    state = g.get_state()
    first = torch.randn(5, generator=g)
    g.set_state(state)
    assert torch.equal(first, torch.randn(5, generator=g))
    g.set_state(state)
    assert torch.equal(first, torch.randn(5, generator=g.clone_state()))


def test_buffers() -> None:
    data = bytearray(8)
    x = torch.frombuffer(data, dtype=torch.int32)
    x[0] = 1
    assert data[0] == 1
    assert torch.frombuffer(data, dtype=torch.uint8, offset=4, count=2).tolist() == [0, 0]
    assert torch.asarray(data, dtype=torch.uint8).tolist()[:2] == [1, 0]
