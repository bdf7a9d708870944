"""Histograms: histc, histogram, histogramdd. Counts of integers are bincount(), in indexing."""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import TENSORS as T
from ..apply import _cap, named_result
from ..errors import describe, fail
from ..registry import composite, op
from ..tensors import Tensor
from .arithmetic import without_rule
from .factory import check_scalar
from .scan import on_host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _c_name(d: Any) -> str:
    from .indexing import _C_TYPES

    return _C_TYPES.get(d.name, str(d.name))


# -- what PyTorch asks of the arguments -----------------------------------------------------------------------------------------------


def _check_bins(counts: Any) -> None:
    for k, n in enumerate(counts):
        if n <= 0:
            fail(RuntimeError, f"torch.histogram(): bins must be > 0, but got {n} for dimension {k}", kind="value", op="histogram")


def _check_edges(input: Any, edges: Any) -> None:
    d = input._dtype
    for k, e in enumerate(edges):
        if e._dtype is not d:
            fail(
                RuntimeError,
                "torch.histogramdd: input tensor and bins tensors should have the same dtype, but got input with dtype "
                f"{_c_name(d)} and bins for dimension {k} with dtype {_c_name(e._dtype)}",
                kind="dtype",
                op="histogram",
                operands=[("input", describe(input)), ("bins", describe(e))],
                hints=["bins.to(x.dtype)"],
            )
        if e.ndim != 1:
            sentence = f"torch.histogramdd: bins tensor should have one dimension, but got {e.ndim} dimensions in the bins tensor for dimension {k}"
            fail(RuntimeError, sentence, kind="shape", op="histogram", operands=[("bins", describe(e))])
        if not e.shape[0]:
            sentence = f"torch.histogramdd: bins tensor should have at least 1 element, but got 0 elements in the bins tensor for dimension {k}"
            fail(RuntimeError, sentence, kind="shape", op="histogram", operands=[("bins", describe(e))])


def _check_weight(input: Any, weight: Any, points: Any, sizes: Any) -> None:
    """points: the shape of the points, their coordinates last; sizes: of the weights."""
    if weight._dtype is not input._dtype:
        fail(
            RuntimeError,
            "torch.histogramdd: if weight tensor is provided, input tensor and weight tensor should have the same dtype, but got "
            f"input({_c_name(input._dtype)}), and weight({_c_name(weight._dtype)})",
            kind="dtype",
            op="histogram",
            operands=[("input", describe(input)), ("weight", describe(weight))],
            hints=["weight.to(x.dtype)"],
        )
    if tuple(points[:-1]) != tuple(sizes):
        fail(
            RuntimeError,
            "torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor excluding its innermost dimension, "
            f"but got input with shape {list(points)} and weight with shape {list(sizes)}",
            kind="shape",
            op="histogram",
            operands=[("input", describe(input)), ("weight", describe(weight))],
        )


def _check_range(given: Any, n: int) -> None:
    if given is not None and len(given) != 2 * n:
        sentence = f"torch.histogramdd: for a {n}-dimensional histogram range should have {2 * n} elements, but got {len(given)}"
        fail(RuntimeError, sentence, kind="value", op="histogram")


def _not_meta(input: Any, name: str) -> None:
    if input.is_meta:
        sentence = f"aten::{name}: attempted to run this operator with Meta tensors, but its edges depend on data"
        fail(NotImplementedError, sentence, kind="meta", op="histogram")


def _float(d: Any, kernel: str, name: str, halves: bool = False) -> None:
    if d is not dtypes.float32 and d is not dtypes.float64 and not (halves and d.is_floating_point):
        fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op=name, hints=["x.float()"])


# -- edges and places -----------------------------------------------------------------------------------------------------------------


def _lowest_and_highest(xp: Any, x: Any, given: Any, k: int) -> tuple[float, float]:
    """The ends of dimension k: as given, or the data's own; apart in any case."""
    if given is not None:
        low, high = given[2 * k], given[2 * k + 1]
    else:
        low, high = (x.min().item(), x.max().item()) if x.size else (0.0, 1.0)
    if not (math.isfinite(low) and math.isfinite(high)):
        fail(RuntimeError, f"torch.histogramdd: dimension {k}'s range [{low:g}, {high:g}] is not finite", kind="value", op="histogram")
    if low > high:
        fail(RuntimeError, f"torch.histogramdd: min should not exceed max, but got min {low:g} max {high:g} for dimension {k}", kind="value", op="histogram")
    return (low - 0.5, high + 0.5) if low == high else (low, high)


def _spaced(x: Any, low: float, high: float, bins: int) -> Any:
    """Evenly spaced edges in the data's dtype, as linspace() has them."""
    from ..backends.cpu import from_np_dtype

    return T.linspace(low, high, bins + 1, dtype=from_np_dtype(x.dtype), device="cpu")._data


def _by_steps(np: Any, x: Any, low: Any, high: Any, bins: int) -> Any:
    """Where each element would be among even steps, in the arithmetic of its own dtype."""
    kind = x.dtype.type
    with np.errstate(all="ignore"):
        at = (x - kind(low)) * kind(bins) / (kind(high) - kind(low))
        return np.where((x >= kind(low)) & (x <= kind(high)), at, 0).astype("int64")


def _counts(xp: Any, x: Any, edges: Any, at: Any, weight: Any) -> Any:
    """How often each interval occurs; the last has its upper edge, too."""
    n = len(edges) - 1
    at = xp.where(at == n, n - 1, at)
    inside = (x >= edges[0]) & (x <= edges[-1]) & (at >= 0)
    return xp.bincount(at[inside], None if weight is None else weight[inside], n)[:n]


def _among(xp: Any, x: Any, edges: Any, spaced: bool) -> Any:
    """The interval of each element: by the edges, near where even steps would have it."""
    at = xp.searchsorted(edges, x, side="right") - 1
    if spaced and x.size:
        guess = _by_steps(xp, x, edges[0], edges[-1], len(edges) - 1)
        at = xp.clip(at, xp.maximum(guess - 1, 0) - 1, xp.minimum(guess + 2, len(edges)) - 1)
    return at


def _density(np: Any, hist: Any, edges: Any) -> Any:
    with np.errstate(all="ignore"):
        hist = hist / np.sum(hist, dtype=hist.dtype)
        for k, e in enumerate(edges):
            hist = hist / np.diff(e).reshape([-1 if j == k else 1 for j, _ in enumerate(edges)])
    return hist


# -- histc ----------------------------------------------------------------------------------------------------------------------------


def _histc_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    _check_bins((values[1],))
    low, high = values[2:4]
    if d.category == dtypes.INT:
        for v in (low, high):
            check_scalar(v if d.is_signed or v >= 0 else 1 << 64, d)
    if d.category != dtypes.FLOAT:
        kernel = "linspace_cpu" if d is dtypes.bool_ else "aminmax_cpu" if d.is_complex and low == high else "histogram_cpu"
        fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op="histc", hints=["x.float()"])
    if complex in (type(low), type(high)):
        raise RuntimeError("value cannot be converted to type double without overflow")
    return None, d


@op("histc(Tensor input, int bins=100, Scalar min=0, Scalar max=0) -> Tensor", kind="reduce", dtype=_histc_dtype, spec=lambda input, bins, min, max: (bins,))
def histc(xp: Any, input: Any, bins: int, min: Any, max: Any) -> Any:
    """How many elements fall in each of equal intervals from min to max (the data's own where they are equal).

    >>> histc(tensor([1., 2., 1.]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    xp, x = on_host(input)
    x = x.reshape(-1)
    low, high = min, max
    if low == high and x.size:
        low, high = x.min().item(), x.max().item()
    if not (math.isfinite(low) and math.isfinite(high)):
        fail(RuntimeError, f"torch.histc: range of [{low:g}, {high:g}] is not finite", kind="value", op="histc", hints=["min= and max= bound it."])
    if low > high:
        fail(RuntimeError, "torch.histc: max must be larger than min", kind="value", op="histc")
    if low == high:
        low, high = low - 1, high + 1
    ends = xp.asarray([low] * bins + [high]).astype(x.dtype)
    return _counts(xp, x, ends, _by_steps(xp, x, low, high, bins), None)


@histc.samples
def _(make: Any) -> Any:
    yield make(3, 4, grad=False), 4
    yield make(3, 4, grad=False), 4, -1, 1


# -- histogram ------------------------------------------------------------------------------------------------------------------------


def _of_counts(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    input, bins, weight = values[0], values[1], values[o.schema.by_name["weight"]]
    _not_meta(input, "histogram.bin_ct")
    if values[o.schema.by_name["range"]] is None:  # the lowest and the highest are looked for
        _float(input._dtype, "histogramdd", "histogram")
    else:
        _float(input._dtype, "histogram_cpu", "histogram", True)
    _check_bins((bins,))
    _check_range(values[o.schema.by_name["range"]], 1)
    if weight is not None:
        _check_weight(input, weight, (input.numel(), 1), (weight.numel(),))
    return None, (input._dtype, input._dtype)


@op(
    "histogram(Tensor input, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)",
    kind="reduce", dtype=_of_counts, spec=lambda input, bins, range, weight, density: [(bins,), (bins + 1,)], node="NotImplemented",
)  # fmt: skip
def histogram(xp: Any, input: Any, bins: int, range: Any, weight: Any, density: bool) -> Any:
    """Counts (or weights) in equal intervals, and the intervals' edges: (hist, bin_edges); density=True: an integral of 1. bins: how many, or their edges.

    >>> histogram(tensor([1., 2., 1.]), bins=2, range=(0., 3.)).hist
    tensor([2., 1.])
    """
    xp, x = on_host(input)
    x = x.reshape(-1)
    edges = _spaced(x, *_lowest_and_highest(xp, x, range, 0), bins)
    return _histogram(xp, x, edges, weight, density, True), edges


def _histogram(xp: Any, x: Any, edges: Any, weight: Any, density: bool, spaced: bool) -> Any:
    w = None if weight is None else on_host(weight)[1].reshape(-1)
    hist = _counts(xp, x, edges, _among(xp, x, edges, spaced), w).astype(x.dtype)
    return _density(xp, hist, [edges]) if density else hist


def _of_edges(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    input, bins, weight = values[0], values[1], values[o.schema.by_name["weight"]]
    _not_meta(input, "histogram.bins_tensor")
    _check_edges(input, (bins,))
    if weight is not None:
        _check_weight(input, weight, (input.numel(), 1), (weight.numel(),))
    _check_bins((bins.shape[0] - 1,))
    _float(input._dtype, "histogram_cpu", "histogram", True)
    return None, (input._dtype, input._dtype)


@op(
    "histogram.bins_tensor(Tensor input, Tensor bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)",
    kind="reduce", dtype=_of_edges, spec=lambda input, bins, weight, density: [(bins.shape[0] - 1,), tuple(bins.shape)], node="NotImplemented",
)  # fmt: skip
def histogram_of_edges(xp: Any, input: Any, bins: Any, weight: Any, density: bool) -> Any:
    """Counts (or weights) in intervals between edges in order, and these edges: (hist, bin_edges)."""
    xp, x = on_host(input)
    edges = on_host(bins)[1]
    return _histogram(xp, x.reshape(-1), edges, weight, density, False), edges.copy()


for _one in (histogram, histogram_of_edges):
    without_rule(_one, "histogram")


@histogram.samples
def _(make: Any) -> Any:
    yield make(3, 4, grad=False), 4
    yield make(3, 4, grad=False), 3, {"range": [-1.0, 2.0], "density": True}


@histogram_of_edges.samples
def _(make: Any) -> Any:
    yield make(3, 4, grad=False), make([-1.0, 0.0, 0.5, 2.0], grad=False)
    yield make(3, 4, grad=False), make([-1.0, 0.0, 0.5, 2.0], grad=False), {"density": True}


# -- histogramdd ----------------------------------------------------------------------------------------------------------------------


@op("_histogramdd(Tensor input, Tensor[] edges, Tensor? weight, bool density, bool spaced) -> Tensor", namespaces=("internal",), method=False, kind="reduce",
    dtype=lambda o, dims, zeros, numbers, values: (None, values[0]._dtype), node="NotImplemented",
    spec=lambda input, edges, weight, density, spaced: tuple([e.shape[0] - 1 for e in edges]))  # fmt: skip
def _histogramdd(xp: Any, input: Any, edges: Any, weight: Any, density: bool, spaced: bool) -> Any:
    """Counts (or weights) in a grid of boxes."""
    xp, x = on_host(input)
    w = None if weight is None else on_host(weight)[1].reshape(-1).astype("float64")
    grid = [on_host(e)[1] for e in edges]
    x = x.reshape(-1, len(grid))
    place = xp.zeros(x.shape[0], "int64")
    inside = xp.ones(x.shape[0], bool)
    for k, e in enumerate(grid):  # a box has its lower edge, the last one the upper, too
        at = _among(xp, x[:, k], e, spaced)
        at = xp.where(at == len(e) - 1, len(e) - 2, at)
        inside &= (x[:, k] >= e[0]) & (x[:, k] <= e[-1]) & (at >= 0)
        place = place * (len(e) - 1) + xp.clip(at, 0, max(len(e) - 2, 0))
    shape = tuple([len(e) - 1 for e in grid])
    hist = xp.bincount(place[inside], None if w is None else w[inside], math.prod(shape)).reshape(shape).astype(x.dtype)
    return _density(xp, hist, grid) if density else hist


without_rule(_histogramdd, "_histogramdd_from_bin_cts")


def _grid(input: Any, bins: Any) -> tuple[list[Any], bool]:
    """The bins one a dimension, and whether they are counts; TypeError for what is neither."""
    n = input.shape[-1] if input.ndim else 1
    if type(bins) is int:
        return [bins] * n, True
    if not isinstance(bins, (list, tuple)):
        kinds = "Tensor, " + type(bins).__name__
        raise TypeError(
            f"histogramdd() received an invalid combination of arguments - got ({kinds}), but expected one of:\n"
            " * (Tensor input, int bins, tuple of floats range = None, Tensor weight = None, bool density = False)\n"
            " * (Tensor input, tuple of ints bins, tuple of floats range = None, Tensor weight = None, bool density = False)\n"
            " * (Tensor input, tuple of Tensors bins, tuple of floats range = None, Tensor weight = None, bool density = False)\n"
        )
    if all(type(b) is int for b in bins):
        return list(bins), True
    for k, b in enumerate(bins):
        if not isinstance(b, Tensor):
            raise TypeError(f"expected Tensor as element {k} in argument 1, but got {type(b).__name__}")
    return list(bins), False


@composite("histogramdd(Tensor input, Any bins, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor, Tensor[])", method=False)
def histogramdd(input: Any, bins: Any, range: Any, weight: Any, density: bool) -> Any:
    """Counts (or weights) of points, the rows, in a grid of boxes: (hist, bin_edges). bins: how many a dimension, or their edges.

    >>> histogramdd(tensor([[0., 1.], [1., 0.], [1., 1.]]), bins=[2, 2]).hist
    tensor([[0., 1.],
            [1., 1.]])
    """
    _not_meta(input, "histogramdd")
    given, counts = _grid(input, bins)
    if input.ndim < 2:
        sentence = f"torch.histogramdd: input tensor should have at least 2 dimensions, but got {input.ndim}"
        fail(RuntimeError, sentence, kind="shape", op="histogramdd", operands=[("input", describe(input))])
    n = input.shape[-1]
    if len(given) != n:
        fail(
            RuntimeError,
            "histogramdd: The size of bins must be equal to the innermost dimension of the input."
            if counts
            else f"torch.histogramdd: expected {n} sequences of bin edges for a {n}-dimensional histogram but got {len(given)}",
            kind="shape",
            op="histogramdd",
            operands=[("input", describe(input))],
            explain=[f"Points of {n} coordinates, bins for {len(given)}."],
        )
    if counts:
        if range is None:
            _float(input._dtype, "histogramdd", "histogramdd")
        else:
            _float(input._dtype, "histogram_cpu", "histogramdd", True)
        _check_bins(given)
        _check_range(range, n)
        xp, x = on_host(input.detach().reshape(-1, n).numpy(force=True))
        places = [_lowest_and_highest(xp, x[:, k], range, k) for k, _ in enumerate(given)]
        edges = [T.linspace(low, high, b + 1, dtype=input._dtype, device=input.device) for (low, high), b in zip(places, given, strict=True)]
    else:
        edges = given
        _check_edges(input, edges)
    if weight is not None:
        _check_weight(input, weight, input.shape, tuple(weight.shape) or (1,))
    if not counts:
        _check_bins([e.shape[0] - 1 for e in edges])
        _float(input._dtype, "histogram_cpu", "histogramdd", True)
    return named_result("histogramdd", ("hist", "bin_edges"))([_histogramdd(input, tuple(edges), weight, density, counts), tuple(edges)])


@histogramdd.samples
def _(make: Any) -> Any:
    yield make(6, 2, grad=False), [3, 2]
    yield make(6, 2, grad=False), 2, {"density": True, "range": [-1.0, 2.0, -1.0, 1.0]}
