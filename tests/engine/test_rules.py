"""Every op of the registry on its own samples: gradients of first and second order against differences, and every way to compute it the same."""

from __future__ import annotations

import doctest
import math
import warnings
from typing import Any

import pytest

import tcalc as torch
from tcalc.engine.backends import scalar
from tcalc.engine.registry import METHODS, NAMESPACES, OPS, bind
from tests.engine import maker

WITH_SAMPLES = sorted(name for name, o in OPS.items() if o.samples)
STEP = 1e-5
# Their rules hold for symmetric inputs, and give symmetric gradients: differences are taken together with those of the mirrored element.
SYMMETRIC = ("linalg.cholesky", "linalg.cholesky_ex", "internal._cholesky_ex", "cholesky", "internal._eigh")


# Gradients that are no derivatives, by definition.
BY_DEFINITION = {
    "internal._embedding": "the row at padding_idx has none",
    "internal._ctc_loss": "PyTorch's holds for log-probabilities that come from log_softmax, and has no derivative of its own",
    "nn.functional.ctc_loss": "the same",
    "cholesky_solve": "PyTorch gives the half of the factor that is not read a gradient, too",
    "cholesky_inverse": "the same",
}


def has_rule(name: str) -> bool:
    """Whether gradients pass an op: it has rules, or is made of ops (then its samples decide)."""
    return bool(OPS[name].vjps) or OPS[name].kind == "composite"


def scalar_of(out: Any, weights: list[Any]) -> Any:
    """The differentiable outputs, each times its weights, summed."""
    flat = [parts(t) for t in maker.tensors(out) if t.requires_grad]
    return sum((t * w).sum() for t, w in zip(flat, weights, strict=True))


def weights_of(out: Any) -> list[Any]:
    """Fixed weights for the differentiable outputs."""
    make = maker.Maker()
    flat = [parts(t.detach()) for t in maker.tensors(out) if t.requires_grad]
    return [make(*t.shape, low=0.5, high=1.5).to(t.dtype) for t in flat]


def parts(t: Any) -> Any:
    """Complex numbers as pairs of real ones."""
    return torch.view_as_real(t.resolve_conj()) if t.is_complex() else t


def by_differences(f: Any, leaves: list[Any]) -> list[Any]:
    """Central differences of a function of no arguments by every element of every leaf."""
    out = []
    for x in leaves:
        spot = parts(x.data)
        given = spot.reshape(-1).tolist()
        slopes = []
        for i in range(len(given)):
            ends = []
            for step in (STEP, -STEP):
                moved = [v + step * (i == k) for k, v in enumerate(given)]
                spot.copy_(torch.tensor(moved, dtype=spot.dtype).reshape(spot.shape))
                ends.append(f())
            slopes.append((ends[0] - ends[1]) / (2 * STEP))
        spot.copy_(torch.tensor(given, dtype=spot.dtype).reshape(spot.shape))
        found = torch.tensor(slopes, dtype=torch.float64).reshape(spot.shape)
        out.append(torch.view_as_complex(found) if x.is_complex() else found)
    return out


def mirrored(name: str, numeric: Any, x: Any) -> Any:
    """The differences of an op that reads one triangle, spread over both."""
    return (numeric + numeric.mT) / 2 if name in SYMMETRIC and x.ndim > 1 else numeric


def agree(analytic: Any, numeric: Any, tolerance: float = 2e-6) -> bool:
    """Whether two gradients agree, element by element."""
    if analytic is None:
        return bool((numeric.abs() < tolerance).all()) if numeric.numel() else True
    if tuple(analytic.shape) != tuple(numeric.shape):
        return False
    pairs = zip(analytic.detach().reshape(-1).tolist(), numeric.reshape(-1).tolist(), strict=True)
    return all(abs(a - b) <= tolerance * (1 + abs(b)) for a, b in pairs)


def shown(case: int, what: str, a: Any, b: Any) -> str:
    """One disagreement."""
    return f"sample {case}, {what}: rule {None if a is None else a.tolist()}, differences {None if b is None else b.tolist()}"


def leaves_of(args: Any, kwargs: Any) -> list[Any]:
    """The leaves among the arguments."""
    return [t for t in maker.tensors([args, kwargs]) if t.requires_grad]


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("name", [n for n in WITH_SAMPLES if has_rule(n) and n not in BY_DEFINITION])
def test_gradients(name: str) -> None:
    """Rules of first and second order agree with central differences, and the raw rule with the recorded one."""
    o = OPS[name]
    failed = []
    for case, (args, kwargs) in enumerate(maker.calls(o, leaves=True)):
        leaves = leaves_of(args, kwargs)
        if not leaves:
            continue
        out = maker.run(o, args, kwargs)
        weights = weights_of(out)
        if not weights:
            continue

        def value(o: Any = o, args: Any = args, kwargs: Any = kwargs, weights: Any = weights) -> float:
            return float(scalar_of(maker.run(o, args, kwargs), weights).item())

        raw = torch.autograd.grad(scalar_of(out, weights), leaves, allow_unused=True)
        for x, a, n in zip(leaves, raw, by_differences(value, leaves), strict=True):
            n = mirrored(name, n, x)
            if not agree(a, n):
                failed.append(shown(case, f"gradient {list(x.shape)}", a, n))
        weights = [w.requires_grad_() for w in weights]
        recorded = torch.autograd.grad(scalar_of(maker.run(o, args, kwargs), weights), leaves, create_graph=True, allow_unused=True)
        for a, b in zip(raw, recorded, strict=True):
            if (a is None) != (b is None) or (a is not None and not agree(a, b.detach(), 1e-12)):
                failed.append(shown(case, "raw and recorded rule", a, b))
        if failed:
            break
        through = [g for g in recorded if g is not None and g.requires_grad]
        if not through:
            continue
        ends = weights_of(through)

        def slope(o: Any = o, args: Any = args, kwargs: Any = kwargs, weights: Any = weights, leaves: Any = leaves, ends: Any = ends) -> float:
            found = torch.autograd.grad(scalar_of(maker.run(o, args, kwargs), weights), leaves, create_graph=True, allow_unused=True)
            return float(scalar_of([g for g in found if g is not None and g.requires_grad], ends).item())

        inputs = leaves + weights
        second = torch.autograd.grad(scalar_of(through, ends), inputs, allow_unused=True)
        for x, a, n in zip(inputs, second, by_differences(slope, inputs), strict=True):
            n = mirrored(name, n, x)
            a = None if a is None else mirrored(name, a, x)
            if not agree(a, n, 2e-5):
                failed.append(shown(case, f"second order {list(x.shape)}", a, n))
    if failed:
        pytest.fail("\n".join(failed[:6]), pytrace=False)


def same(a: Any, b: Any) -> bool:
    """Whether two tensors have the same values (nan equal to nan), shape and dtype."""
    if a.dtype is not b.dtype or tuple(a.shape) != tuple(b.shape):
        return False
    return all(x == y or (x != x and y != y) for x, y in zip(a.reshape(-1).tolist(), b.reshape(-1).tolist(), strict=True))


@pytest.mark.parametrize("name", [n for n in WITH_SAMPLES if OPS[n].inplace])
def test_in_place(name: str) -> None:
    """x.op_(...) writes what op(x, ...) gives."""
    o = OPS[name]
    write = METHODS[o.public + "_"]
    for args, kwargs in maker.calls(o, dtype="float32"):
        if not isinstance(args[0], torch.Tensor):
            continue
        want = o(*args, **kwargs)
        if want.dtype is not args[0].dtype or tuple(want.shape) != tuple(args[0].shape):
            continue
        x = args[0].clone()
        assert write(x, *args[1:], **kwargs) is x
        assert same(x, want), f"{x} after {name}_, {want} by {name}"


@pytest.mark.parametrize("name", WITH_SAMPLES)
def test_meta(name: str) -> None:
    """Without data an op gives the shape, dtype and strides that it gives with data."""
    o = OPS[name]
    for args, kwargs in maker.calls(o, dtype="float32"):
        if not maker.tensors([args, kwargs]):
            continue
        want = maker.tensors(maker.run(o, args, kwargs))
        try:
            got = maker.tensors(maker.run(o, maker.replaced(args, lambda t: t.to("meta")), maker.replaced(kwargs, lambda t: t.to("meta"))))
        except NotImplementedError:
            continue  # its shape depends on data
        facts = [[(tuple(t.shape), t.dtype, t.stride()) for t in ts] for ts in (want, got)]
        assert facts[0] == facts[1], f"{name}: {facts[0]} on the CPU, {facts[1]} on meta"


def distance(a: float, b: float) -> float:
    """How many steps of the last place lie between two numbers."""
    if a == b or (a != a and b != b):
        return 0.0
    return abs(a - b) / max(math.ulp(a), math.ulp(b)) if math.isfinite(a) and math.isfinite(b) else math.inf


@pytest.mark.parametrize("name", [n for n in WITH_SAMPLES if OPS[n].kind == "map"])
def test_scalar_backend(name: str) -> None:
    """A kernel gives on Python numbers what it gives on 0-d arrays: each library is a step of the last place off, kernels add up a few of them."""
    np = pytest.importorskip("numpy")
    from tcalc.engine.backends import cpu

    o = OPS[name]
    for args, kwargs in maker.calls(o):
        values, _ = bind(o.schema, tuple(args), kwargs)
        if any(t.numel() == 0 or t.is_complex() for t in maker.tensors(values)):
            continue  # complex numbers are computed on arrays alone
        cells = [v.reshape(-1).tolist()[0] if isinstance(v, torch.Tensor) else v for v in values]
        arrays = [np.asarray(c) if isinstance(v, torch.Tensor) else c for c, v in zip(cells, values, strict=True)]
        try:
            one = o.kernel(scalar.XP, *cells) if o.wants_xp else o.kernel(*cells)
        except scalar.Unsupported:
            continue
        with np.errstate(all="ignore"):
            many = o.kernel(cpu.XP, *arrays) if o.wants_xp else o.kernel(*arrays)
        assert distance(float(one), float(many)) <= 4, f"{name}{tuple(cells)}: {one!r} on numbers, {float(many)!r} on arrays"


def scope() -> dict[str, Any]:
    """What the examples in the documentation may name: torch's functions, and its namespaces."""
    spaces = {n: getattr(torch, n) for n in ("nn", "linalg", "special", "fft", "signal", "inf", "nan") if hasattr(torch, n)}
    return {**NAMESPACES["torch"], **spaces, "torch": torch}


def documented() -> dict[str, str]:
    """Public name -> documentation, of all functions that are no alias of another."""
    out, seen = {}, set()
    for space, names in NAMESPACES.items():
        if space == "internal":
            continue
        for name, function in sorted(names.items()):
            doc = getattr(function, "__doc__", None) or ""
            if isinstance(function, type) or id(function) in seen or doc.startswith("In-place twin of"):
                continue
            seen.add(id(function))
            out[f"{space}.{name}"] = doc
    return out


@pytest.mark.parametrize("name", sorted(documented()))
def test_documentation(name: str) -> None:
    """A function's documentation starts with one sentence on one line, and has an example that runs."""
    doc = documented()[name]
    first, _, rest = doc.partition("\n")
    assert first.strip().endswith("."), f"{name}: {first!r} is no sentence"
    assert ">>>" in rest, f"{name} has no example"
    torch.manual_seed(0)
    test = doctest.DocTestParser().get_doctest(doc, scope(), name, None, None)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=said.append)
    assert not said, "".join(said)
