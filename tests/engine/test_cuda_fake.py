"""The CUDA backend on the tests' own CuPy: every op of the registry gives on the device what it gives on the CPU, and the device's manners hold."""

from __future__ import annotations

import gc
import math
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

import tcalc as torch
from tcalc.engine.registry import OPS
from tests.engine import maker

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
    except Exception as e:
        return None, (type(e), str(e).replace("torch.cuda.", "torch."), e)  # a tensor's type may be named


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
            elif a is not None and not (b.is_cuda and close(a.detach().contiguous(), b.detach().contiguous(), 10 * tolerance)):
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


# -- moving, making -----------------------------------------------------------------------------------------------------------------


def test_moves() -> None:
    """to, cuda and cpu move values; the current device is the one without a number; what is there already is itself."""
    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    there = x.to("cuda")
    assert str(there.device) == "cuda:0" and there.is_cuda and there.get_device() == 0
    assert there.cuda() is there and there.to("cuda:0") is there and x.cpu() is x
    assert str(x.cuda(1).device) == str(x.to(1).device) == "cuda:1" and str(there.to("cuda:1").device) == "cuda:1"
    assert there.cpu().tolist() == x.tolist() == x.to("cuda:1").to("cuda:0").tolist()
    assert there.to(torch.float64).dtype is torch.float64 and there.to("cpu", torch.int64).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert x.to(there).is_cuda and there.type() == "torch.cuda.FloatTensor"
    with torch.cuda.device(1):
        assert str(x.cuda().device) == "cuda:1" and torch.cuda.current_device() == 1
    assert torch.cuda.current_device() == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.arange(6.0).reshape(2, 3).t(),
        lambda: torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1),
        lambda: torch.arange(6.0).reshape(2, 1, 3).transpose(0, 1),
        lambda: torch.arange(12.0).reshape(3, 4)[:, ::2],
        lambda: torch.arange(3.0).reshape(3, 1).expand(3, 4),
        lambda: torch.zeros(0, 3),
        lambda: torch.zeros(2, 0).t(),
        lambda: torch.arange(3).bool(),
        lambda: torch.arange(6.0).bfloat16().reshape(2, 3).t(),
        lambda: torch.tensor(2.5),
    ],
)
def test_moves_keep_strides(make: Any) -> None:
    """A copy on the device lies in memory as the copy of the same tensor on the CPU does, and comes back so."""
    x = make()
    there = x.cuda()
    assert there.stride() == x.clone().stride() and there.cpu().stride() == there.stride()
    assert there.tolist() == x.tolist() == there.cpu().tolist()


def test_gradients_cross() -> None:
    """A move is recorded: the gradient comes back to the device of the leaf, with its dtype."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = (x.cuda() ** 2).sum()
    assert y.device.type == "cuda"
    y.backward()
    assert x.grad.device.type == "cpu" and x.grad.tolist() == [2.0, 4.0]
    w = torch.ones(2, device="cuda", requires_grad=True)
    (w.cpu().double() * 3).sum().backward()
    assert w.grad.is_cuda and w.grad.dtype is torch.float32 and w.grad.tolist() == [3.0, 3.0]
    (w * 2).sum().backward()
    assert w.grad.is_cuda and w.grad.tolist() == [5.0, 5.0]


FACTORIES = """zeros(2) ones(2,3) empty(2) full((2,),3) full((),3.) eye(2,3) arange(5) arange(0,1,0.25) linspace(0,1,5) logspace(0,1,3) hann_window(4)
    kaiser_window(4) tril_indices(3,3) triu_indices(3,3) rand(2) randn(2,3) randn(17) randint(0,5,(3,)) randperm(4) tensor([1.,2.]) tensor(True)
    tensor([[1,2],[3,4]]) as_tensor([1,2]) zeros(0) scalar_tensor(3.) empty_strided((2,3),(1,2)) ones(2,dtype=bfloat16) range(1,3)""".split()


@pytest.mark.parametrize("text", FACTORIES)
def test_factories(text: str) -> None:
    """device='cuda' gives what the CPU gives, on the current device."""
    scope = {name: getattr(torch, name) for name in dir(torch) if not name.startswith("_")}
    torch.manual_seed(3)
    here = eval(text, scope)
    for k in (0, 1):
        torch.manual_seed(3)
        with torch.cuda.device(k):
            there = eval(f"{text[:-1]}, device='cuda')", scope)
            assert str(there.device) == f"cuda:{k}" and there.dtype is here.dtype and there.stride() == here.stride()
            if not text.startswith("empty"):
                assert there.tolist() == here.tolist()


def test_like_factories() -> None:
    """What is made like a tensor, or by one, goes where it is."""
    x = torch.ones(2, 3, device="cuda")
    made = [torch.zeros_like(x), torch.rand_like(x), torch.full_like(x, 2), torch.randint_like(x, 5), torch.empty_like(x.t())]
    made += [x.new_zeros(2), x.new_tensor([1]), x.new_ones(()), x[0], x.clone()]
    assert all(t.is_cuda for t in made)
    assert torch.zeros_like(x, device="cpu").device.type == "cpu"


def test_default_device() -> None:
    """set_default_device('cuda') sends factories there."""
    torch.set_default_device("cuda")
    try:
        assert torch.ones(2).is_cuda and torch.tensor([1]).is_cuda and torch.rand(2).is_cuda
    finally:
        torch.set_default_device("cpu")
    assert not torch.ones(2).is_cuda


def test_printing() -> None:
    """The device stands behind the values."""
    assert repr(torch.tensor([1.0, 2.0], device="cuda:0")) == "tensor([1., 2.], device='cuda:0')"
    assert repr(torch.tensor(1, device="cuda:1")) == "tensor(1, device='cuda:1')"
    x = torch.ones(2, device="cuda", requires_grad=True)
    assert repr(x.sum()) == "tensor(2., device='cuda:0', grad_fn=<SumBackward0>)"
    assert repr(x) == "tensor([1., 1.], device='cuda:0', requires_grad=True)"
    assert f"{x.sum():.1f}" == "2.0"


# -- values, memory -----------------------------------------------------------------------------------------------------------------


def test_zero_dimensional_results_stay() -> None:
    """Nothing comes to the host unasked: 0-d results are arrays of the device, and so are gradients of 0-d leaves."""
    x = torch.tensor(3.0, device="cuda", requires_grad=True)
    y = (x * x + torch.tensor(1.0)).exp()  # a 0-d CPU tensor mixes with the device
    for t in (x, y, torch.ones(3, device="cuda").sum(), torch.ones(3, device="cuda")[0]):
        assert t.is_cuda and t.ndim == 0 and type(t._data).__module__ == "cupy"
    y.backward()
    assert x.grad.is_cuda and type(x.grad._data).__module__ == "cupy"
    assert x.item() == 3.0 and float(x) == 3.0 and bool(x > 2)


def test_nothing_converts_by_itself() -> None:
    """numpy() of a tensor of the device says how to get there."""
    x = torch.ones(2, device="cuda")
    sentence = "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first."
    for f in (x.numpy, lambda: np.asarray(x)):
        with pytest.raises(TypeError) as e:
            f()
        assert str(e.value) == sentence
    assert x.cpu().numpy().tolist() == [1.0, 1.0] and x.numpy(force=True).tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="requires grad"):
        x.requires_grad_().numpy()


def test_memory_is_shared() -> None:
    """Views share memory with their base, writes go through, pointers and offsets tell."""
    x = torch.zeros(2, 3, device="cuda")
    row = x[1]
    assert row.data_ptr() - x.data_ptr() == 12 and row.storage_offset() == 3 and row.untyped_storage().data_ptr() == x.data_ptr()
    row.add_(1)
    x.t()[0, 0] = 5
    x[:, 1:].mul_(2)
    assert x.tolist() == [[5.0, 0.0, 0.0], [1.0, 2.0, 2.0]] and x._version == 3
    x[0, 1:] = x[0, :-1].clone()
    assert x[0].tolist() == [5.0, 5.0, 0.0]
    y = x.detach()
    y.zero_()
    assert x.sum().item() == 0 and x.clone().data_ptr() != x.data_ptr()
    z = torch.arange(4, device="cuda")
    z[1:] = z[:-1]  # overlapping memory: the value as it was
    assert z.tolist() == [0, 0, 1, 2]
    assert z.resize_(6).tolist() == [0, 0, 1, 2, 0, 0]
    assert z.view(torch.uint8).shape == (48,)


def test_results_share_no_memory() -> None:
    """A result of an op that is no view has memory of its own, also where the kernel returns its operand."""
    for x in (torch.arange(4, device="cuda"), torch.ones(3, device="cuda"), torch.tensor([True, False], device="cuda")):
        for f in (torch.floor, torch.clone, torch.round, torch.sign, torch.trunc, lambda t: torch.tril(t.reshape(1, -1)), lambda t: torch.cat([t])):
            try:
                y = f(x)
            except NotImplementedError:
                continue
            assert y.data_ptr() != x.data_ptr()


def test_other_kernels() -> None:
    """Where CUDA's or CuPy's own answer would be another: PyTorch's."""
    cuda = {"device": "cuda"}
    inf, nan = math.inf, math.nan
    assert (torch.tensor([1.0, 5.0, -1.0, 1.0], **cuda) // 0.1).tolist() == [9.0, 49.0, -10.0, 9.0]
    assert (torch.tensor([1.0, -1.0], **cuda) // 0).tolist() == [inf, -inf]
    assert (torch.tensor([7, -7], **cuda) // torch.tensor([2, 2], **cuda)).tolist() == [3, -4]
    assert (torch.tensor([5, -3, 1, -1], **cuda) >> torch.tensor([70, -1, 1, 64], **cuda)).tolist() == [0, -1, 0, -1]
    assert (torch.tensor([5, -3], **cuda) << torch.tensor([70, -1], **cuda)).tolist() == [0, 0]
    assert torch.sign(torch.tensor([nan, -2.0, 0.0], **cuda)).tolist() == [0.0, -1.0, 0.0]
    assert torch.floor(torch.tensor([2**62 + 1], **cuda)).tolist() == [2**62 + 1]
    assert torch.tensor([2**62 + 1, 1], **cuda).scatter_add(0, torch.tensor([0, 0], **cuda), torch.tensor([1, -5], **cuda)).tolist() == [2**62 - 3, 1]
    assert torch.tensor([-3, 5], **cuda).pow(torch.tensor([3, 2], **cuda)).tolist() == [-27, 25]
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        torch.tensor([1], **cuda) // torch.tensor([0], **cuda)
    with pytest.raises(IndexError, match="index 5 is out of bounds"):
        torch.arange(3, **cuda)[torch.tensor([5], **cuda)]


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8"])
@pytest.mark.parametrize("how", ["sum", "prod", "mean", "amax", "amin"])
def test_scattered_sums(dtype: str, how: str) -> None:
    """Repeated places are reduced for every dtype, whatever CUDA can do atomically."""
    d = getattr(torch, dtype)
    args = (torch.tensor([3, 1, 2]).to(d), 0, torch.tensor([0, 0, 2, 2]), torch.tensor([1, 5, 7, 2]).to(d))
    want = args[0].scatter_reduce(*args[1:], how)
    got = args[0].cuda().scatter_reduce(0, args[2].cuda(), args[3].cuda(), how)
    assert got.dtype is d and got.tolist() == want.tolist()


def test_scattered_extremes_of_nan() -> None:
    """nan wins, in the target and among the values."""
    x, at = torch.tensor([math.nan, 1.0, 2.0]).cuda(), torch.tensor([0, 1, 1]).cuda()
    assert str(x.scatter_reduce(0, at, torch.tensor([5.0, math.nan, 9.0]).cuda(), "amax").tolist()) == "[nan, nan, 2.0]"
    big = torch.tensor([2**62, -(2**62)]).cuda()
    assert big.scatter_reduce(0, torch.tensor([0, 1]).cuda(), torch.tensor([2**62 + 1, -1]).cuda(), "amax").tolist() == [2**62 + 1, -1]


# -- errors -------------------------------------------------------------------------------------------------------------------------

TWO = "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: a + b,
        lambda a, b: b + a,
        lambda a, b: a @ b,
        lambda a, b: torch.cat([b, a]),
        lambda a, b: torch.where(a > 0, b, a),
        lambda a, b: b * a.sum(),
        lambda a, b: torch.equal(a, b),
        lambda a, b: torch.nn.functional.mse_loss(a, b),
    ],
)
def test_mixed_devices(f: Any) -> None:
    """Operands of two devices are refused, in PyTorch's words."""
    with pytest.raises(RuntimeError) as e:
        f(torch.ones(2, 2, device="cuda"), torch.ones(2, 2))
    assert str(e.value) == TWO and e.value.facts.kind == "device"


def test_no_such_device() -> None:
    """A number beyond the devices there are."""
    for f in (lambda: torch.ones(2).to("cuda:5"), lambda: torch.tensor(1.0, device="cuda:2"), lambda: torch.cuda.set_device(7)):
        with pytest.raises(RuntimeError, match="invalid device ordinal"):
            f()


def test_out_of_memory(cupy: Any) -> None:
    """An allocation that the pool refuses is PyTorch's error, in factories, kernels, operators and backward; CuPy's own class too."""
    torch.ones(2, device="cuda")
    x = torch.ones(1000, 1000, device="cuda", requires_grad=True)
    y = (x * 2).sum()
    cupy.get_default_memory_pool().set_limit(size=7_000_000)
    for f in (lambda: torch.ones(4000, 1000, device="cuda"), lambda: x.detach() * 3, lambda: x.clone(), y.backward):
        with pytest.raises(torch.cuda.OutOfMemoryError, match=r"^CUDA out of memory. Tried to allocate [\d.]+ MiB. GPU 0 has .* of 6.68 MiB of which") as e:
            f()
        assert isinstance(e.value, RuntimeError) and isinstance(e.value, MemoryError) and e.value.facts.kind == "memory"


def test_bfloat16_needs_a_new_cupy() -> None:
    """An older CuPy has no bfloat16: the refusal says which one has; the rest works."""
    with fake_cupy.installed(version="13.6.0"):
        assert not torch.cuda.is_bf16_supported()
        x = torch.ones(2, device="cuda")
        for f in (x.bfloat16, lambda: torch.ones(2, dtype=torch.bfloat16).cuda(), lambda: torch.zeros(2, dtype=torch.bfloat16, device="cuda")):
            with pytest.raises(RuntimeError, match=r"^torch.bfloat16 on CUDA needs CuPy 14 or newer with NumPy 2.1.2 or newer; this is CuPy 13.6.0"):
                f()
        assert x.half().sum().item() == 2 and torch.ones(2, dtype=torch.bfloat16).sum().item() == 2


# -- torch.cuda ---------------------------------------------------------------------------------------------------------------------


def test_cuda_functions() -> None:
    """What torch.cuda tells."""
    assert torch.cuda.is_available() and torch.cuda.device_count() == 2
    assert torch.cuda.get_device_name() == torch.cuda.get_device_name("cuda:1") == "Fake GPU"
    p = torch.cuda.get_device_properties(torch.device("cuda:1"))
    assert p.total_memory == p.total_mem == fake_cupy.TOTAL and (p.major, p.minor) == torch.cuda.get_device_capability() == (9, 0)
    assert repr(p).startswith("_CudaDeviceProperties(name='Fake GPU', major=9, minor=0, total_memory=16384MB")
    assert torch.cuda.synchronize() is None and torch.cuda.runtime_version() == "13.0" and torch.cuda.is_bf16_supported()
    torch.cuda.set_device("cuda:1")
    assert torch.cuda.current_device() == 1 and str(torch.ones(2, device="cuda").device) == "cuda:1"
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    start.record()
    end.record()
    end.synchronize()
    assert end.query() and start.elapsed_time(end) > 0
    with pytest.raises(ValueError, match="Expected a cuda device, but got: cpu"):
        torch.cuda.get_device_properties("cpu")


def test_streams_and_events() -> None:
    """Work goes to the current stream; events mark it; a block on another stream ends where it began."""
    first = torch.cuda.current_stream()
    assert first == torch.cuda.default_stream() and first.cuda_stream == 0
    s = torch.cuda.Stream()
    assert s != first and s.device == torch.device("cuda:0") and s.query() and hash(s) != hash(first)
    with torch.cuda.stream(s):
        assert torch.cuda.current_stream() == s
        mark = s.record_event()
    assert torch.cuda.current_stream() == first
    first.wait_stream(s)
    first.wait_event(mark)
    mark.wait(s)
    s.synchronize()
    with torch.cuda.stream(None), torch.cuda.device_of(torch.ones(2)):
        assert torch.cuda.current_device() == 0
    torch.cuda.set_stream(s)
    assert torch.cuda.current_stream() == s
    torch.cuda.set_stream(first)


def test_states_of_random_numbers() -> None:
    """Numbers for the device are drawn on the CPU, so its generator is the one that is asked."""
    torch.cuda.manual_seed(3)
    torch.manual_seed(5)
    assert torch.cuda.initial_seed() == 5
    state = torch.cuda.get_rng_state()
    a = torch.rand(3, device="cuda")
    torch.cuda.set_rng_state(state)
    assert (torch.rand(3, device="cuda") == a).all()
    assert len(torch.cuda.get_rng_state_all()) == 2


def test_figures_of_memory(cupy: Any) -> None:
    """memory_stats() and memory_summary() are the figures under PyTorch's names; a fraction bounds the pool."""
    x = torch.ones(1 << 20, device="cuda")
    stats = torch.cuda.memory_stats()
    assert stats["allocated_bytes.all.current"] == torch.cuda.memory_allocated() >= x.nbytes
    assert stats["reserved_bytes.all.peak"] == torch.cuda.max_memory_reserved()
    summary = " ".join(torch.cuda.memory_summary().split())
    kib = torch.cuda.memory_allocated() // 1024
    assert f"| {kib} KiB |" in summary or f"| {kib // 1024} MiB |" in summary  # as large as other tests left it
    torch.cuda.set_per_process_memory_fraction(2.0**-12)
    with pytest.raises(torch.cuda.OutOfMemoryError):
        torch.ones(1 << 24, device="cuda")
    with pytest.raises(ValueError, match="Invalid fraction value: 2.0"):
        torch.cuda.set_per_process_memory_fraction(2.0)


def test_conjugates_move_as_values() -> None:
    """A conjugate that is a view still gets to the other device as what it stands for."""
    x = torch.tensor([1 + 2j, 3 - 1j])
    assert (x.cuda().conj().cpu() == x.conj()).all() and (x.conj().cuda().cpu() == x.conj()).all()


def test_memory_functions() -> None:
    """Memory in use follows the tensors; the peak stays until it is reset."""
    gc.collect()  # what a failed op of another test left in a traceback
    torch.cuda.empty_cache()
    before = torch.ones(1, device="cuda")
    base = torch.cuda.memory_allocated()
    x = torch.ones(1024, 256, device="cuda")
    assert torch.cuda.memory_allocated() == base + (1 << 20) and torch.cuda.memory_allocated(1) == 0
    del x
    assert torch.cuda.memory_allocated() == base and torch.cuda.max_memory_allocated() >= base + (1 << 20)
    assert torch.cuda.memory_reserved() >= base + (1 << 20)
    torch.cuda.reset_peak_memory_stats()
    torch.cuda.empty_cache()
    assert torch.cuda.memory_reserved() == base and torch.cuda.max_memory_allocated() == base == torch.cuda.max_memory_reserved()
    assert torch.cuda.mem_get_info() == (fake_cupy.TOTAL - base, fake_cupy.TOTAL) and before.item() == 1


# -- without a device ---------------------------------------------------------------------------------------------------------------


def test_no_driver() -> None:
    """CuPy without a driver, or without a device."""
    for count, sentence in ((-1, "Found no NVIDIA driver on your system."), (0, "No CUDA GPUs are available")):
        with fake_cupy.installed(devices=count):
            assert not torch.cuda.is_available() and torch.cuda.device_count() == 0 and torch.cuda.memory_allocated() == 0
            with pytest.raises(RuntimeError, match=sentence):
                torch.ones(2).cuda()


def test_old_cupy() -> None:
    """A CuPy from before NumPy 2."""
    with fake_cupy.installed(version="12.3.0"), pytest.raises(AssertionError, match="Torch not compiled with CUDA enabled") as e:
        torch.ones(2).cuda()
    assert e.value.facts.explain == ["CuPy 12.3.0 is installed; tcalc needs 13 or newer."]


def test_no_cupy() -> None:
    """Without CuPy: torch.cuda answers without importing anything, and a move says what is missing."""
    code = """
import sys
real = [f for f in sys.meta_path]
class Hide:
    def __init__(self, f): self.f = f
    def find_spec(self, name, path=None, target=None):
        return None if name in ("cupy", "cupyx") else self.f.find_spec(name, path, target)
sys.meta_path[:] = [Hide(f) for f in real]
import tcalc as torch
assert torch.cuda.is_available() is False and torch.cuda.device_count() == 0 and torch.cuda.memory_allocated() == 0
torch.cuda.empty_cache(); torch.cuda.manual_seed_all(0)
assert not torch.cuda.is_initialized() and torch.cuda.runtime_version() is None and torch.cuda.max_memory_allocated() == 0
assert not {"numpy", "cupy", "importlib.util"} & set(sys.modules), {"numpy", "cupy", "importlib.util"} & set(sys.modules)
for f in (lambda: torch.ones(2).to("cuda"), lambda: torch.ones(2, device="cuda"), lambda: torch.tensor(1.0).cuda(), torch.cuda.current_device,
          torch.cuda.synchronize, torch.cuda.get_device_name, torch.cuda.get_device_properties, torch.cuda.init):
    try:
        f()
    except AssertionError as e:
        assert str(e) == "Torch not compiled with CUDA enabled", e
        assert e.facts.explain == ["device='cuda' needs CuPy, which is not installed."] and "tensorcalc[cuda13]" in e.facts.hints[0]
    else:
        raise SystemExit("no error")
print("well")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "well\n", done.stderr


# -- training -----------------------------------------------------------------------------------------------------------------------


def train(device: str) -> tuple[list[float], Any]:
    """Losses and the weights of a small network after a few steps."""
    torch.manual_seed(0)
    x, t = torch.randn(32, 4, device=device), torch.randint(0, 3, (32,), device=device)
    w1, b1 = (torch.randn(4, 8, device=device) * 0.5).requires_grad_(), torch.zeros(8, device=device, requires_grad=True)
    w2, b2 = (torch.randn(8, 3, device=device) * 0.5).requires_grad_(), torch.zeros(3, device=device, requires_grad=True)
    losses = []
    for _ in range(20):
        loss = torch.nn.functional.cross_entropy(torch.relu(x @ w1 + b1) @ w2 + b2, t)
        loss.backward()
        with torch.no_grad():
            for p in (w1, b1, w2, b2):
                p -= 0.5 * p.grad
                p.grad = None
        losses.append(loss.item())
    return losses, w1


def test_training() -> None:
    """A training run goes the CPU's way."""
    here, w = train("cpu")
    there, v = train("cuda")
    assert v.is_cuda and here[-1] < 0.7 * here[0]
    assert all(math.isclose(a, b, rel_tol=1e-4) for a, b in zip(here, there, strict=True))
    assert torch.allclose(v.detach().cpu(), w.detach(), rtol=1e-3, atol=1e-4)
