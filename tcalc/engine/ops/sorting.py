"""Sorting and what order tells: median, mode, quantiles, places in a sorted sequence, histograms."""

from __future__ import annotations

import math

from .. import dtypes, graph, selection
from ..apply import SAME, _cap, named_result
from ..apply import TENSORS as T
from ..errors import describe, fail
from ..registry import composite, op
from ..tensors import Tensor, wrap_dim
from .reduce import reduced, share_ties, two
from .scan import on_host, place, two_dtypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _order(xp: Any, x: Any, dim: int, descending: bool) -> Any:
    """Indices in order, equal elements in their own; nan counts as largest."""
    if x.dtype.name == "bfloat16":
        x = x.astype("float32")
    if not descending:
        return xp.argsort(x, axis=dim, kind="stable")
    back = xp.argsort(xp.flip(x, dim), axis=dim, kind="stable")
    return xp.flip(x.shape[dim] - 1 - back, dim)


@op(
    "sort(Tensor input, int dim=-1, bool descending=False, *, bool? stable=None) -> (Tensor values, Tensor indices)",
    kind="ordered", dtype=two_dtypes, spec=lambda input, dim, descending, stable: [_same(input, dim)] * 2, nondiff="indices",
    node=lambda n: f"SortBackward{int(bool(n.args) and n.args['stable'] is not None)}",
)  # fmt: skip
def sort(xp: Any, input: Any, dim: int, descending: bool, stable: Any) -> Any:
    """Elements in order along a dimension, and where they were: (values, indices). nan counts as largest; equal elements keep their order.

    >>> sort(tensor([3, 1, 2])).indices
    tensor([1, 2, 0])
    """
    if input.ndim == 0:
        return input, xp.zeros((), dtype="int64")
    order = _order(xp, input, dim, descending)
    return xp.take_along_axis(input, order, axis=dim), order


def _same(input: Any, dim: int) -> Any:
    wrap_dim(dim, len(input.shape))
    return tuple(input.shape)


@sort.vjp("input", rule="g scattered by indices")
def _(g_values: Any, indices: Any, input_spec: Any, dim: int) -> Any:
    return place(g_values, indices, input_spec, dim, True)


@sort.samples
def _(make: Any) -> Any:
    yield (make(5, distinct=True),)
    yield make(3, 4, distinct=True), 0, True
    yield make([1.0, 0.0, 1.0]), {"stable": True}


@composite("argsort(Tensor input, int dim=-1, bool descending=False, *, bool stable=False) -> Tensor")
def argsort(input: Any, dim: int, descending: bool, stable: bool) -> Any:
    """The indices that sort a dimension.

    >>> argsort(tensor([3, 1, 2]))
    tensor([1, 2, 0])
    """
    with_grad = graph.state.grad
    graph.state.grad = False
    try:
        return sort(input.detach(), dim, descending)[1]
    finally:
        graph.state.grad = with_grad


@composite("msort(Tensor input) -> Tensor")
def msort(input: Any) -> Any:
    """Elements in order along the first dimension.

    >>> msort(tensor([[3, 1], [2, 5]]))
    tensor([[2, 1],
            [3, 5]])
    """
    return sort(input, 0)[0]


@msort.samples
def _(make: Any) -> Any:
    yield (make(3, 4, distinct=True),)


def _ordered(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0]._dtype is dtypes.bool_:
        if o.base == "topk":
            raise RuntimeError("topk does not support bool dtypes on CPU")
        raise NotImplementedError("\"kthvalue_cpu\" not implemented for 'Bool'")
    return two_dtypes(o, dims, zeros, numbers, values)


def _topk_spec(input: Any, k: int, dim: int, largest: bool, sorted: bool) -> Any:
    n = len(input.shape)
    d = wrap_dim(dim, n)
    size = input.shape[d] if n else 1
    if not 0 <= k <= size:
        fail(
            RuntimeError,
            "selected index k out of range",
            kind="index",
            op="topk",
            operands=[("input", describe_spec(input))],
            explain=[f"k is {k}, dim {d} has {size} elements."],
        )
    shape = (*input.shape[:d], k, *input.shape[d + 1 :]) if n else ()
    return [shape, shape]


def describe_spec(spec: Any) -> str:
    """A shape and dtype in a few characters."""
    return f"{spec.dtype.short}[{','.join(map(str, spec.shape))}]"


@op(
    "topk(Tensor input, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)",
    dtype=_ordered,
    spec=_topk_spec,
    nondiff="indices",
)
def topk(xp: Any, input: Any, k: int, dim: int, largest: bool, sorted: bool) -> Any:
    """The k largest (or smallest) elements along a dimension and where they were: (values, indices).

    >>> topk(tensor([1., 3., 2.]), 2).values
    tensor([3., 2.])
    """
    if input.ndim == 0:
        return input, xp.zeros((), dtype="int64")
    at = xp.take(_order(xp, input, dim, largest), xp.arange(k), axis=dim)
    return xp.take_along_axis(input, at, axis=dim), at


@topk.vjp("input", rule="g scattered by indices")
def _(g_values: Any, indices: Any, input_spec: Any, dim: int) -> Any:
    return place(g_values, indices, input_spec, dim, True)


@topk.samples
def _(make: Any) -> Any:
    yield make(5, distinct=True), 2
    yield make(3, 4, distinct=True), 2, 0, False


def _kth_spec(input: Any, k: int, dim: int, keepdim: bool) -> Any:
    n = len(input.shape)
    d = wrap_dim(dim, n)
    if n and input.shape[d] == 0:
        raise IndexError(f"kthvalue(): Expected reduction dim {d} to have non-zero size.")
    if not 1 <= k <= (input.shape[d] if n else 1):
        raise RuntimeError(f"kthvalue(): selected number k out of range for dimension {d}")
    return [reduced(input, dim, keepdim)] * 2


@op("kthvalue(Tensor input, int k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)", dtype=_ordered, spec=_kth_spec, nondiff="indices")
def kthvalue(xp: Any, input: Any, k: int, dim: int, keepdim: bool) -> Any:
    """The k-th smallest element along a dimension (k counts from 1), and where it was.

    >>> kthvalue(tensor([3., 1., 2.]), 2).values
    tensor(2.)
    """
    if input.ndim == 0:
        return input, xp.zeros((), dtype="int64")
    at = xp.take(_order(xp, input, dim, False), xp.asarray([k - 1]), axis=dim)
    at = _as_selected(xp, input, at, dim, lambda line: selection.kth(line, k - 1))
    return _picked(xp, input, at, dim, keepdim)


def _as_selected(xp: Any, input: Any, at: Any, dim: int, choose: Any) -> Any:
    """The index that PyTorch's own algorithm names, on lines where the element at ``at`` has equals."""
    if input.shape[dim] > selection.LONGEST or not input.size:
        return at
    host, x = on_host(input)
    at = on_host(at)[1]
    chosen = host.take_along_axis(x, at, axis=dim)
    twins = ((x == chosen) | ((x != x) & (chosen != chosen))).sum(axis=dim) > 1
    if not twins.any():
        return xp.asarray(at)
    lines, found = host.moveaxis(x, dim, -1), host.moveaxis(at, dim, -1).copy()
    for where in zip(*host.nonzero(host.atleast_1d(twins)), strict=True):
        place_ = where if lines.ndim > 1 else ()
        line = lines[place_]
        found[(*place_, 0)] = choose((line.astype("float64") if line.dtype.kind in "fV" else line).tolist())
    return xp.asarray(host.moveaxis(found, -1, dim))


def _picked(xp: Any, input: Any, at: Any, dim: int, keepdim: bool) -> Any:
    values = xp.take_along_axis(input, at, axis=dim)
    return (values, at) if keepdim else (xp.squeeze(values, dim), xp.squeeze(at, dim))


@kthvalue.vjp("input", rule="g placed at indices")
def _(g_values: Any, indices: Any, input_spec: Any, dim: int, keepdim: bool) -> Any:
    return place(g_values, indices, input_spec, dim, keepdim)


@kthvalue.samples
def _(make: Any) -> Any:
    yield make(3, 4, distinct=True), 2


# -- the middle, the most frequent --------------------------------------------------------------------------------------------------


def _no_bool(name: str) -> Any:
    def policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        result = SAME(o, dims, zeros, numbers, values)[1]
        if result is dtypes.bool_:
            raise NotImplementedError(f"\"{name}\" not implemented for 'Bool'")
        return (result, result) if len(o.schema.returns) == 1 else (result, (result, dtypes.int64))

    return policy


def _median(name: str) -> None:
    skip = name == "nanmedian"

    def find(xp: Any, x: Any, dim: int) -> Any:
        """Index of the median along a dimension, kept with size 1."""
        order = _order(xp, x, dim, False)
        if x.dtype.kind in "fV":
            bad = xp.isnan(x)
            if skip:
                there = x.shape[dim] - xp.sum(bad, axis=dim, keepdims=True)
                return xp.take_along_axis(order, xp.maximum(there - 1, 0) // 2, axis=dim)
            at = xp.take(order, xp.asarray([(x.shape[dim] - 1) // 2]), axis=dim)
            first = xp.expand_dims(xp.argmax(bad, axis=dim), dim)
            return xp.where(xp.any(bad, axis=dim, keepdims=True), first, at)
        return xp.take(order, xp.asarray([(x.shape[dim] - 1) // 2]), axis=dim)

    lead = "The middle element of those that are not nan" if skip else "The middle element"
    tail = "" if skip else "; nan where any is nan"

    @op(
        f"{name}(Tensor input) -> Tensor",
        kind="reduce", dtype=_no_bool("median_cpu"), spec=lambda input: (), node=f"{name.title()}Backward0",
        doc=f"{lead} (the lower of two){tail}; equal ones share the gradient evenly. With a dim: (values, indices).\n\n"
        f">>> {name}(tensor([1., 3., 2., 4.]))\ntensor(2.)\n",
    )  # fmt: skip
    def whole(xp: Any, input: Any) -> Any:
        flat = input.reshape(-1)
        if flat.size == 0:
            return xp.asarray(math.nan if input.dtype.kind in "fV" else -(2**63))
        return xp.take(flat, find(xp, flat, 0)[0])

    @whole.vjp("input", rule="g shared evenly by the ties")
    def _(g: Any, input: Any, out: Any) -> Any:
        return share_ties(g, input, out, None, False)

    @whole.samples
    def _(make: Any) -> Any:
        yield (make(5, distinct=True),)
        yield (make([1.0, 2.0, 2.0]),)

    @op(
        f"{name}.dim(Tensor input, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)",
        kind="reduce", dtype=_no_bool("median_out_impl"), spec=lambda input, dim, keepdim: two(name, input, dim, keepdim),
        node=f"{name.title()}Backward1", nondiff="indices", doc=f"{lead} along a dimension (the lower of two), and where it is: (values, indices).\n",
    )  # fmt: skip
    def along(xp: Any, input: Any, dim: int, keepdim: bool) -> Any:
        if input.ndim == 0:
            return input, xp.zeros((), dtype="int64")
        return _picked(xp, input, find(xp, input, dim), dim, keepdim)

    @along.vjp("input", rule="g placed at indices")
    def _(g_values: Any, indices: Any, input_spec: Any, dim: int, keepdim: bool) -> Any:
        return place(g_values, indices, input_spec, dim, keepdim)

    @along.samples
    def _(make: Any) -> Any:
        yield make(3, 5, distinct=True), 1


_median("median")
_median("nanmedian")


@op(
    "mode(Tensor input, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)",
    kind="reduce", dtype=two_dtypes, spec=lambda input, dim, keepdim: two("mode", input, dim, keepdim), nondiff="indices",
)  # fmt: skip
def mode(xp: Any, input: Any, dim: int, keepdim: bool) -> Any:
    """The most frequent element along a dimension (the smallest of several), and where it is last: (values, indices).

    >>> mode(tensor([2, 1, 2, 1, 3])).values
    tensor(1)
    """
    if input.ndim == 0:
        return input, xp.zeros((), dtype="int64")
    xp, input = on_host(input)
    order = xp.moveaxis(_order(xp, input, dim, False), dim, -1)
    x = xp.take_along_axis(xp.moveaxis(input, dim, -1), order, axis=-1)
    place_ = xp.arange(x.shape[-1])
    new = xp.concatenate([xp.ones((*x.shape[:-1], 1), bool), x[..., 1:] != x[..., :-1]], axis=-1)
    length = place_ - xp.maximum.accumulate(xp.where(new, place_, 0), axis=-1)
    best = xp.expand_dims(xp.argmax(length, axis=-1), -1)
    at = xp.moveaxis(xp.take_along_axis(order, best, axis=-1), -1, dim)
    if input.shape[dim] > 16:  # shorter ones std::sort keeps in order
        at = _as_selected(xp, input, at, dim, _last_of_most)
    return _picked(xp, input, at, dim, keepdim)


def _last_of_most(line: list[Any]) -> int:
    """Where the most frequent element comes last in std::sort's order."""
    order = selection.sort(line)
    best = run = at = 0
    for k, i in enumerate(order):
        run += 1
        if k + 1 == len(order) or line[i] != line[order[k + 1]]:
            if run > best:
                best, at = run, i
            run = 0
    return at


@mode.vjp("input", rule="g placed at indices")
def _(g_values: Any, indices: Any, input_spec: Any, dim: int, keepdim: bool) -> Any:
    return place(g_values, indices, input_spec, dim, keepdim)


@mode.samples
def _(make: Any) -> Any:
    yield make([[1.0, 1.0, 0.0], [2.0, 3.0, 3.0]]), 1


# -- quantiles ----------------------------------------------------------------------------------------------------------------------


def _quantile(name: str, input: Any, q: Any, dim: Any, keepdim: bool, interpolation: str) -> Any:
    skip = name == "nanquantile"
    if input._dtype not in (dtypes.float32, dtypes.float64):
        fail(
            RuntimeError,
            "quantile() input tensor must be either float or double dtype",
            kind="dtype",
            op=name,
            operands=[("input", describe(input))],
            hints=["x.float() first."],
        )
    if interpolation not in ("linear", "lower", "higher", "midpoint", "nearest"):
        raise RuntimeError(f"{name}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got {interpolation}")
    many = isinstance(q, Tensor) and q.ndim == 1
    if not isinstance(q, Tensor):
        if not 0 <= q <= 1:
            raise RuntimeError(f"{name}() q must be in the range [0, 1] but got {q:g}")
        q = T.tensor(q, dtype=input._dtype, device=input.device)
    elif q.ndim > 1:
        raise RuntimeError(f"{name}() q must be a scalar or 1D tensor")
    elif q._dtype is not input._dtype:
        raise RuntimeError(f"{name}() q tensor must be same dtype as the input tensor")
    elif q.numel() and not input.is_meta and bool(T.logical_or(q < 0, q > 1).any()):
        raise RuntimeError(f"{name}() q values must be in the range [0, 1]")
    if input.numel() == 0:
        raise RuntimeError(f"{name}() input tensor must be non-empty")
    if dim is None:
        rows = sort(input.flatten())[0]
        shape = [1] * input.ndim if keepdim else []
    else:
        k = wrap_dim(dim, input.ndim)
        shape = [1 if i == k and keepdim else size for i, size in enumerate(input.shape) if keepdim or i != k]
        rows = sort(input)[0] if k == input.ndim - 1 or not input.ndim else sort(input.unsqueeze(-1).transpose(k, -1))[0]
    lead = rows.view(*shape, rows.shape[-1]) if rows.ndim else rows.view(*shape, 1)
    size = lead.shape[-1]
    last = T.full((), size - 1, dtype=input._dtype, device=input.device)
    if skip:
        there = lead.detach().isnan().logical_not().sum(-1, keepdim=True)
        rank = q.detach().reshape(-1) * (there - 1).clamp(min=0).to(input._dtype)
    else:
        bad = lead.detach().isnan().any(-1, keepdim=True)
        rank = T.where(bad, last, q.detach().reshape(-1) * last)
    if interpolation == "lower":
        rank = rank.floor()
    elif interpolation == "higher":
        rank = rank.ceil()
    elif interpolation == "nearest":
        rank = rank.round()
    below = rank.floor().long()
    out = lead.gather(-1, below)
    if interpolation in ("linear", "midpoint"):
        part = T.full_like(rank, 0.5) if interpolation == "midpoint" else rank - below.to(rank._dtype)
        out = T.lerp(out, lead.gather(-1, rank.ceil().long()), part)
    return out.unsqueeze_(0).transpose_(0, -1).squeeze_(-1) if many else out.squeeze_(-1)


@composite("quantile(Tensor input, Tensor|Scalar q, int? dim=None, bool keepdim=False, *, str interpolation='linear') -> Tensor")
def quantile(input: Any, q: Any, dim: Any, keepdim: bool, interpolation: str) -> Any:
    """The value below which a share q of the elements lies, of all or along a dimension; several q give a leading dimension.

    >>> quantile(tensor([0., 1., 2., 3., 4.]), 0.25)
    tensor(1.)
    """
    if isinstance(q, complex):
        raise TypeError("quantile() received an invalid combination of arguments - got (Tensor, complex)")
    return _quantile("quantile", input, q, dim, keepdim, interpolation)


@composite("nanquantile(Tensor input, Tensor|Scalar q, int? dim=None, bool keepdim=False, *, str interpolation='linear') -> Tensor")
def nanquantile(input: Any, q: Any, dim: Any, keepdim: bool, interpolation: str) -> Any:
    """quantile() of the elements that are not nan.

    >>> nanquantile(tensor([0., 1., float('nan')]), 0.5)
    tensor(0.5000)
    """
    if isinstance(q, complex):
        raise TypeError("nanquantile() received an invalid combination of arguments - got (Tensor, complex)")
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation)


for _quantiles in (quantile, nanquantile):

    @_quantiles.samples
    def _(make: Any) -> Any:
        yield make(3, 4, distinct=True), 0.3
        yield make(3, 4, distinct=True), 0.6, 1, {"keepdim": True}


# -- places in a sequence, counts ---------------------------------------------------------------------------------------------------


def _found_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0]._dtype is dtypes.bool_:
        raise NotImplementedError("\"searchsorted_out_cpu\" not implemented for 'Bool'")
    out = dtypes.int32 if values[o.schema.by_name["out_int32"]] else dtypes.int64
    return None, out


def _find_spec(sorted_sequence: Any, input: Any, out_int32: bool, right: bool, side: Any, sorter: Any) -> Any:
    if side is not None and side not in ("left", "right"):
        raise RuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
    if side == "left" and right:
        raise RuntimeError("torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True")
    rows, shape = tuple(sorted_sequence.shape), tuple(input.shape) if hasattr(input, "shape") else ()
    if len(rows) != 1:
        if not rows:
            raise RuntimeError("torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1")
        if rows[:-1] != shape[:-1] or len(rows) != len(shape):
            fail(
                RuntimeError,
                "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input "
                f"value tensor must match, but we got boundaries tensor {list(rows)} and input value tensor {list(shape)}",
                kind="shape",
                op="searchsorted",
            )
    return shape


@op(
    "searchsorted(Tensor sorted_sequence, Tensor|Scalar input, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor",
    dtype=_found_dtype, spec=_find_spec, method=False, keep_dtype=("sorter",),
)  # fmt: skip
def searchsorted(xp: Any, sorted_sequence: Any, input: Any, out_int32: bool, right: bool, side: Any, sorter: Any) -> Any:
    """Where each value would go in a sorted sequence (the last dimension): before equal elements, after them with right=True.

    >>> searchsorted(tensor([1, 3, 5]), tensor([3, 4]))
    tensor([1, 2])
    """
    xp, rows = on_host(sorted_sequence)
    values = on_host(input)[1] if hasattr(input, "shape") else xp.asarray(input)
    if sorter is not None:
        rows = xp.take_along_axis(rows, on_host(sorter)[1], axis=-1)
    where = "right" if right or side == "right" else "left"
    if rows.ndim == 1:
        return xp.searchsorted(rows, values, side=where)
    out = xp.empty(values.shape, "int64")
    for at in xp.ndindex(values.shape[:-1]):
        out[at] = xp.searchsorted(rows[at], values[at], side=where)
    return out


@searchsorted.samples
def _(make: Any) -> Any:
    yield make([1.0, 2.0, 3.0]), make([0.5, 2.0, 9.0])
    yield make([1.0, 2.0, 3.0]), make([0.5, 2.0, 9.0]), {"right": True}


@composite("bucketize(Tensor|Scalar input, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor", method=False)
def bucketize(input: Any, boundaries: Any, out_int32: bool, right: bool) -> Any:
    """Which of the intervals between sorted boundaries holds each value; right=True: intervals closed on the left.

    >>> bucketize(tensor([0.5, 1.]), tensor([0., 1.]))
    tensor([1, 1])
    """
    if boundaries.ndim != 1:
        raise RuntimeError(f"bucketize(): boundaries tensor must be 1 dimension, but got dim({boundaries.ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


@bucketize.samples
def _(make: Any) -> Any:
    yield make([0.5, 2.0, 9.0]), make([1.0, 2.0, 3.0])


def _bounds(xp: Any, name: str, x: Any, low: Any, high: Any) -> Any:
    if low == high and x.size:
        low, high = x.min().item(), x.max().item()
    if not (math.isfinite(low) and math.isfinite(high)):
        raise RuntimeError(f"{name}: range of [{low}, {high}] is not finite")
    if low > high:
        raise RuntimeError(f"{name}: max must be larger than min" if name == "torch.histc" else f"{name}: min should not exceed max")
    return (low - 1, high + 1) if low == high else (low, high)


def _counts(xp: Any, x: Any, edges: Any, weight: Any) -> Any:
    at = xp.searchsorted(edges, x, side="right") - 1
    at = xp.where(x == edges[-1], len(edges) - 2, at)
    inside = (x >= edges[0]) & (x <= edges[-1])
    return xp.bincount(at[inside], None if weight is None else weight[inside], len(edges) - 1)[: len(edges) - 1]


def _histc_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    if d.category < dtypes.FLOAT:
        from ..apply import _cap

        raise NotImplementedError(f"\"histogram_cpu\" not implemented for '{_cap(d)}'")
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


def _histc_spec(input: Any, bins: int, min: Any, max: Any) -> Any:
    if bins <= 0:
        raise RuntimeError("bins must be > 0" if bins else "torch.histogramdd(): bins must be positive")
    return (bins,)


@op("histc(Tensor input, int bins=100, Scalar min=0, Scalar max=0) -> Tensor", kind="reduce", dtype=_histc_dtype, spec=_histc_spec)
def histc(xp: Any, input: Any, bins: int, min: Any, max: Any) -> Any:
    """How many elements fall in each of equal intervals from min to max (the data's own where they are equal).

    >>> histc(tensor([1., 2., 1.]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    xp, x = on_host(input)
    x = x.reshape(-1)
    low, high = _bounds(xp, "torch.histc", x, min, max)
    return _counts(xp, x, xp.linspace(low, high, bins + 1).astype(x.dtype), None)


@histc.samples
def _(make: Any) -> Any:
    yield make(3, 4, grad=False), 4
    yield make(3, 4, grad=False), 4, -1, 1


@op(
    "histogram(Tensor input, int bins, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)",
    kind="reduce", dtype=_histc_dtype, spec=lambda input, bins, range, weight, density: [(bins,), (bins + 1,)],
)  # fmt: skip
def histogram(xp: Any, input: Any, bins: int, range: Any, weight: Any, density: bool) -> Any:
    """Counts (or weights) in equal intervals, and the intervals' edges: (hist, bin_edges); density=True: an integral of 1.

    >>> histogram(tensor([1., 2., 1.]), bins=2, range=(0., 3.)).hist
    tensor([2., 1.])
    """
    xp, x = on_host(input)
    w = None if weight is None else on_host(weight)[1].reshape(-1)
    x = x.reshape(-1)
    low, high = _bounds(xp, "torch.histogramdd", x, *(range or (0, 0)))
    edges = xp.linspace(low, high, bins + 1).astype(x.dtype)
    hist = _counts(xp, x, edges, w).astype(x.dtype)
    return (hist / (xp.sum(hist) * xp.diff(edges)) if density else hist), edges


@op("_histogramdd(Tensor input, Tensor[] edges, Tensor? weight) -> Tensor", namespaces=("internal",), method=False, kind="reduce",
    dtype=lambda o, dims, zeros, numbers, values: (None, values[0]._dtype),
    spec=lambda input, edges, weight: tuple([e.shape[0] - 1 for e in edges]))  # fmt: skip
def _histogramdd(xp: Any, input: Any, edges: Any, weight: Any) -> Any:
    """Counts (or weights) in a grid of boxes."""
    xp, x = on_host(input)
    w = None if weight is None else on_host(weight)[1].reshape(-1).astype("float64")
    grid = [on_host(e)[1] for e in edges]
    x = x.reshape(-1, len(grid))
    place_ = xp.zeros(x.shape[0], "int64")
    inside = xp.ones(x.shape[0], bool)
    for k, e in enumerate(grid):  # a box has its lower edge, the last one the upper, too
        at = xp.searchsorted(e, x[:, k], side="right") - 1
        at = xp.where(x[:, k] == e[-1], len(e) - 2, at)
        inside &= (x[:, k] >= e[0]) & (x[:, k] <= e[-1])
        place_ = place_ * (len(e) - 1) + xp.clip(at, 0, max(len(e) - 2, 0))
    shape = tuple([len(e) - 1 for e in grid])
    return xp.bincount(place_[inside], None if w is None else w[inside], math.prod(shape)).reshape(shape)


@composite("histogramdd(Tensor input, Any bins, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor, Tensor[])", method=False)
def histogramdd(input: Any, bins: Any, range: Any, weight: Any, density: bool) -> Any:
    """Counts (or weights) of points, the rows, in a grid of boxes: (hist, bin_edges). bins: how many a dimension, or their edges.

    >>> histogramdd(tensor([[0., 1.], [1., 0.], [1., 1.]]), bins=[2, 2]).hist
    tensor([[0., 1.],
            [1., 1.]])
    """
    if input.ndim < 2:
        raise RuntimeError("torch.histogramdd: input tensor should have at least 2 dimensions, but got " + str(input.ndim))
    if not input.is_floating_point():
        fail(NotImplementedError, f"\"histogramdd_cpu\" not implemented for '{_cap(input._dtype)}'", kind="dtype", op="histogramdd", hints=["x.float()"])
    if input.is_meta:
        fail(NotImplementedError, "aten::histogramdd: attempted to run this operator with Meta tensors, but its edges depend on data", kind="meta",
             op="histogramdd")  # fmt: skip
    n = input.shape[-1]
    given = [bins] * n if isinstance(bins, int) else list(bins)
    if len(given) != n:
        raise RuntimeError(f"torch.histogramdd: expected {n} sequences of bin edges for a {n}-dimensional histogram but got {len(given)}")
    if range is not None and len(range) != 2 * n:
        raise RuntimeError(f"torch.histogramdd: for a {n}-dimensional histogram range should have {2 * n} elements, but got {len(range)}")
    flat = input.detach().reshape(-1, n)
    edges = []
    for k, b in enumerate(given):
        if isinstance(b, Tensor):
            edges.append(b)
            continue
        if b < 1:
            raise RuntimeError(f"torch.histogramdd(): bins must be > 0, but got {b} for dimension {k}")
        if range is not None:
            low, high = range[2 * k], range[2 * k + 1]
        else:
            low, high = (flat[:, k].min().item(), flat[:, k].max().item()) if flat.shape[0] else (0.0, 1.0)
        if low == high:
            low, high = low - 0.5, high + 0.5
        if not (math.isfinite(low) and math.isfinite(high)):
            raise RuntimeError(f"torch.histogramdd: dimension {k}'s range [{low:g}, {high:g}] is not finite")
        if low > high:
            raise RuntimeError(f"torch.histogramdd: min should not exceed max, but got min {low:g} max {high:g} for dimension {k}")
        edges.append(T.linspace(low, high, b + 1, dtype=input._dtype, device=input.device))
    hist = _histogramdd(input.detach(), tuple(edges), weight)
    if density:
        hist = hist / hist.sum()
        for k, e in enumerate(edges):
            hist = hist / e.diff().reshape([-1 if j == k else 1 for j, _ in enumerate(edges)])
    return named_result("histogramdd", ("hist", "bin_edges"))([hist, tuple(edges)])


@histogramdd.samples
def _(make: Any) -> Any:
    yield make(6, 2, grad=False), [3, 2]
    yield make(6, 2, grad=False), 2, {"density": True, "range": [-1.0, 2.0, -1.0, 1.0]}


__all__ = ["sort", "topk"]
