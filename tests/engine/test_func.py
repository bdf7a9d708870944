"""vmap and batched backward passes agree with a loop, for every op of the registry on its samples; and what the transforms promise beside numbers.

What they print, and their errors, is compared with PyTorch in the programs func_vmap, func_transforms and autograd_products of tests/oracle.
"""

from __future__ import annotations

import gc
import warnings
import weakref
from typing import Any

import pytest

import tcalc as torch
from tcalc.engine.registry import OPS
from tests.engine import maker

vmap, grad = torch.func.vmap, torch.func.grad
DRAWN = ("rrelu", "gumbel_softmax", "fractional_max_pool2d", "fractional_max_pool3d", "as_strided", "as_strided_copy",
         "svd_lowrank", "pca_lowrank")  # random; absolute offsets  # fmt: skip
NAMES = sorted(
    name for name, o in OPS.items() if o.samples and "generator" not in o.schema.by_name and o.base.rstrip("_") not in DRAWN and "dropout" not in name
)
# Results whose shape or meaning depends on all elements: vmap refuses them, in PyTorch's words.
REFUSED = (
    "We do not support batching",
    "data-dependent control flow",
    "calling .item()",
    "Batching rule not implemented",
    "isn't supported yet",
    "data pointer",
)
WRITES = ("write",)


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def floats(value: Any) -> list[Any]:
    """The floating tensors among arguments, in order."""
    return [t for t in maker.tensors(value) if t.is_floating_point() or t.is_complex()]


def put(value: Any, new: Any) -> Any:
    """The arguments with their floating tensors replaced by those of an iterator."""
    if isinstance(value, torch.Tensor):
        return next(new) if value.is_floating_point() or value.is_complex() else value
    if isinstance(value, dict):
        return {k: put(v, new) for k, v in value.items()}
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(put(v, new) for v in value)
    return value


def twins(t: Any) -> Any:
    """Two samples of the same values in another order."""
    other = t.flip(tuple(range(t.ndim))) if t.ndim else t * 1
    return torch.stack([t.detach(), other.detach()])


def tensors_of(out: Any) -> list[Any]:
    return [t for t in maker.tensors(out) if isinstance(t, torch.Tensor)]


def close(a: Any, b: Any) -> bool:
    if tuple(a.shape) != tuple(b.shape) or a.dtype is not b.dtype:
        return False
    return torch.allclose(a, b, rtol=1e-9, atol=1e-9, equal_nan=True) if a.is_floating_point() or a.is_complex() else torch.equal(a, b)


def cases(name: str) -> Any:
    """(a function of the floating tensors, those tensors) of each sample."""
    op = OPS[name]
    for args, kwargs in maker.calls(op):
        given = floats([args, kwargs])
        if not given:
            continue

        def f(*ts: Any, args: Any = args, kwargs: Any = kwargs) -> Any:
            a, k = put([args, kwargs], iter(ts))
            if op.kind in WRITES or op.public.endswith("_"):
                a = [a[0] * 1, *a[1:]]
            return op(*a, **k)

        yield f, given


@pytest.mark.parametrize("name", NAMES)
def test_vmap_is_a_loop(name: str) -> None:
    for case, (f, given) in enumerate(cases(name)):
        batch = [twins(t) for t in given]
        try:
            rows = [tensors_of(f(*[b[i] for b in batch])) for i in range(2)]
        except Exception:
            continue
        if any(tuple(a.shape) != tuple(b.shape) for a, b in zip(*rows, strict=True)):
            continue
        try:
            got = tensors_of(vmap(lambda *ts, f=f: tuple(tensors_of(f(*ts))))(*batch))
        except RuntimeError as e:
            assert any(w in str(e) for w in REFUSED), f"sample {case}: {e}"
            continue
        for k, t in enumerate(got):
            expected = torch.stack([rows[0][k], rows[1][k]])
            assert close(t, expected), f"sample {case}, output {k}: {t} {expected}"


@pytest.mark.parametrize("name", [n for n in NAMES if OPS[n].vjps or OPS[n].kind == "composite"])
def test_gradients_of_samples(name: str) -> None:
    """The gradient through vmap, and a batch of seeds at once."""
    for case, (f, given) in enumerate(cases(name)):
        if case > 3:
            break
        batch = [twins(t).requires_grad_() for t in given]
        try:
            rows = [[t for t in tensors_of(f(*[b[i] for b in batch])) if t.requires_grad] for i in range(2)]
            if not rows[0]:
                continue
            total = sum((t * (j + 1.5)).sum() for row in rows for j, t in enumerate(row))
            expected = torch.autograd.grad(total, batch, allow_unused=True)
        except Exception:
            continue
        try:
            got = [t for t in tensors_of(vmap(lambda *ts, f=f: tuple(tensors_of(f(*ts))))(*batch)) if t.requires_grad]
        except RuntimeError as e:
            assert any(w in str(e) for w in REFUSED), f"sample {case}: {e}"
            continue
        found = torch.autograd.grad(sum((t * (j + 1.5)).sum() for j, t in enumerate(got)), batch, allow_unused=True)
        for a, b in zip(found, expected, strict=True):
            assert (a is None) == (b is None) or not (a if b is None else b).any()
            assert a is None or b is None or close(a, b), f"sample {case}: {a} {b}"
        leaves = [t.detach().clone().requires_grad_() for t in given]
        outs = [t for t in tensors_of(f(*leaves)) if t.requires_grad]
        seeds = [torch.stack([torch.ones_like(t), torch.full_like(t, -0.5)]).detach() for t in outs]
        single = [torch.autograd.grad(outs, leaves, [s[i] for s in seeds], retain_graph=True, allow_unused=True) for i in range(2)]
        together = torch.autograd.grad(outs, leaves, seeds, is_grads_batched=True, allow_unused=True)
        for k, g in enumerate(together):
            if single[0][k] is None:
                assert g is None or not g.any()
            else:
                assert close(g, torch.stack([single[0][k], single[1][k]])), f"sample {case}: batched seeds, input {k}"


def test_a_transform_leaves_nothing_behind() -> None:
    """Results carry no graph where nothing outside is tracked, and the inputs' flags are as they were."""
    x = torch.tensor([1.0, 2.0])
    y = grad(lambda v: (v**3).sum())(x)
    assert not y.requires_grad
    assert not x.requires_grad
    assert x.grad is None
    value, pull = torch.func.vjp(torch.sin, x)
    assert not value.requires_grad
    assert not pull(torch.ones(2))[0].requires_grad
    assert torch.is_grad_enabled()


def test_outer_gradients_pass_through() -> None:
    w = torch.tensor(3.0, requires_grad=True)
    y = grad(lambda v: w * v**2)(torch.tensor(2.0))
    assert y.item() == 12
    (g,) = torch.autograd.grad(y, w)
    assert g.item() == 4
    with torch.no_grad():
        assert not grad(lambda v: w * v**2)(torch.tensor(2.0)).requires_grad


def test_gradients_per_sample() -> None:
    w = torch.randn(3, 2, dtype=torch.float64)
    xs = torch.randn(5, 2, dtype=torch.float64)
    loss = lambda w, x: (w @ x).tanh().pow(2).sum()
    together = vmap(grad(loss), in_dims=(None, 0))(w, xs)
    alone = torch.stack([grad(loss)(w, x) for x in xs])
    assert close(together, alone)


@pytest.mark.parametrize("chunk", [None, 1, 2, 7])
def test_chunks_change_nothing(chunk: int | None) -> None:
    x = torch.randn(5, 3, dtype=torch.float64)
    assert close(vmap(lambda v: v.softmax(0) * 2, chunk_size=chunk)(x), vmap(lambda v: v.softmax(0) * 2)(x))
    f = lambda v: v.sin().cumsum(0)
    assert close(torch.func.jacrev(f, chunk_size=chunk)(x[0]), torch.func.jacfwd(f)(x[0]))


def test_an_empty_batch() -> None:
    out = vmap(lambda v: v.sum())(torch.ones(0, 3))
    assert tuple(out.shape) == (0,)
    assert tuple(vmap(lambda v: torch.linalg.lstsq(v, v).solution if hasattr(torch.linalg, "lstsq") else v)(torch.ones(0, 2, 2)).shape) == (0, 2, 2)


def test_randomness() -> None:
    x = torch.zeros(4, 3)
    torch.manual_seed(0)
    different = vmap(lambda v: v + torch.rand(3), randomness="different")(x)
    assert len({tuple(r) for r in different.tolist()}) == 4
    same = vmap(lambda v: v + torch.rand(3), randomness="same")(x)
    assert len({tuple(r) for r in same.tolist()}) == 1
    dropped = vmap(lambda v: torch.nn.functional.dropout(v + 1, 0.5), randomness="different")(torch.zeros(50, 8))
    assert len({tuple(r) for r in dropped.tolist()}) > 10
    with pytest.raises(RuntimeError, match="randomness error mode"):
        vmap(lambda v: v + torch.rand(3))(x)


def test_the_batch_ends_with_its_vmap() -> None:
    kept = []
    vmap(lambda v: kept.append(v) or v)(torch.ones(2, 3))
    assert "BatchedTensor(lvl=1, bdim=0" in repr(kept[0])
    assert tuple(kept[0].shape) == (3,)


def test_in_place_in_a_batch() -> None:
    def f(v: Any) -> Any:
        out = torch.zeros_like(v)
        out[0] = v[1]
        out[1:] += 2
        return out.mul_(3)

    assert vmap(f)(torch.tensor([[1.0, 2.0], [3.0, 4.0]])).tolist() == [[6.0, 6.0], [12.0, 6.0]]


def test_graphs_are_freed() -> None:
    gc.collect()
    gc.disable()
    try:
        x = torch.ones(3)
        dead = weakref.ref(x)
        torch.func.hessian(lambda v: (v**3).sum())(x)
        vmap(grad(lambda v: v**2))(x)
        del x
        assert dead() is None
    finally:
        gc.enable()


def test_functions_in_a_batch() -> None:
    class Square(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x: Any) -> Any:
            return x * x

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (x,) = ctx.saved_tensors
            return 2 * x * g

    class Own(Square):
        generate_vmap_rule = False

        @staticmethod
        def vmap(info: Any, in_dims: Any, x: Any) -> Any:
            assert info.batch_size == 3
            assert in_dims == (0,)
            return Square.apply(x), 0

    x = torch.tensor([1.0, 2.0, 3.0])
    for kind in (Square, Own):
        assert vmap(kind.apply)(x).tolist() == [1.0, 4.0, 9.0]
        assert vmap(grad(kind.apply))(x).tolist() == [2.0, 4.0, 6.0]
    assert torch.func.jacrev(Square.apply)(x).diagonal().tolist() == [2.0, 4.0, 6.0]

    class No(Square):
        generate_vmap_rule = False

    with pytest.raises(RuntimeError, match="You tried to vmap over No, but it does not have vmap support"):
        vmap(No.apply)(x)


def test_batch_norm_without_statistics() -> None:
    """A batch normalization that keeps statistics is refused inside vmap, and runs once it keeps none."""
    model = torch.nn.Sequential(torch.nn.BatchNorm1d(3), torch.nn.ReLU())
    x = torch.randn(2, 4, 3)
    with pytest.raises(RuntimeError, match="Batch norm got a batched tensor as input"):
        vmap(model)(x)
    assert torch.func.replace_all_batch_norm_modules_(model) is model
    assert torch.allclose(vmap(model)(x)[1], model(x[1]), atol=1e-6)


def test_offsets_count_from_the_storage() -> None:
    """as_strided_scatter of a batch writes into every sample's own memory, also as a rule of an outer derivative."""
    x = torch.arange(6.0).view(2, 3)
    assert torch.equal(vmap(torch.func.hessian(lambda a: (a**3).sum()))(x), torch.diag_embed(6 * x))
    assert torch.equal(vmap(torch.func.jacrev(torch.func.jacrev(lambda a: (a**3).sum())))(x), torch.diag_embed(6 * x))
