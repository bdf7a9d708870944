"""Sorting and what order tells: median, mode, quantiles, places in a sorted sequence. Histograms are next door."""

from __future__ import annotations

import math

from .. import dtypes, graph, selection
from ..apply import SAME, _cap
from ..apply import TENSORS as T
from ..backends import backend_of
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
    """Elements in order along a dimension, and where they were: (values, indices). nan counts as largest; stable=True keeps the order of equal elements.

    >>> sort(tensor([3, 1, 2])).indices
    tensor([1, 2, 0])
    """
    if input.ndim == 0:
        return input, xp.zeros((), dtype="int64")
    order = _order(xp, input, dim, descending)
    if not stable and selection.INSERTION < input.shape[dim] and input.size <= selection.LONGEST and input.strides[dim] and backend_of(input).name == "cpu":
        order = _as_std_sort(xp, input, order, dim)
    return xp.take_along_axis(input, order, axis=dim), order


def _twins(xp: Any, input: Any, order: Any, dim: int) -> Any:
    """Where in the order of each line an element equals the one before: lines last."""
    x, order = xp.moveaxis(input, dim, -1), xp.moveaxis(order, dim, -1)
    if x.dtype.name == "bfloat16":
        x = x.astype("float32")
    x = xp.take_along_axis(x, order, axis=-1)
    twin = x[..., 1:] == x[..., :-1]
    if x.dtype.kind == "f":
        twin |= (x != x)[..., 1:] & (x != x)[..., :-1]
    return twin


def _keys(xp: Any, order: Any, twin: Any, dim: int) -> Any:
    """Lines as integer keys that follow their stable order: lines last."""
    order = xp.moveaxis(order, dim, -1)
    ranks = xp.zeros(order.shape, "int64")
    xp.cumsum(~twin, axis=-1, out=ranks[..., 1:])
    keys = xp.empty(order.shape, "int64")
    xp.put_along_axis(keys, order, ranks, -1)
    return keys


def _as_std_sort(xp: Any, input: Any, order: Any, dim: int) -> Any:
    """PyTorch's order among equal elements, where it was not asked to keep their own: lines of 16 and less are the same."""
    twin = _twins(xp, input, order, dim)
    if not twin.any():
        return order
    keys = _keys(xp, order, twin, dim)
    at = xp.broadcast_to(xp.arange(keys.shape[-1]), keys.shape).copy()
    for where in zip(*xp.nonzero(xp.atleast_1d(twin.any(-1))), strict=True):
        line = where if keys.ndim > 1 else ()
        at[line] = selection.partitioned(xp, keys[line])
    rest = xp.argsort(xp.take_along_axis(keys, at, axis=-1), axis=-1, kind="stable")
    return xp.moveaxis(xp.take_along_axis(at, rest, axis=-1), -1, dim)


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
        return sort(input.detach(), dim, descending, stable=stable)[1]
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
        if values[0].ndim:
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
    order = _order(xp, input, dim, largest)
    at = xp.take(order, xp.arange(k), axis=dim)
    if 0 < k and 1 < input.size <= selection.LONGEST and backend_of(input).name == "cpu":
        at = _as_selected_top(xp, input, order, at, dim, k, sorted)
    return xp.take_along_axis(input, at, axis=dim), at


def _as_selected_top(xp: Any, input: Any, order: Any, at: Any, dim: int, k: int, in_order: bool) -> Any:
    """PyTorch's choice among equal elements, and its order where none was asked for."""
    twin = _twins(xp, input, order, dim)
    twins = twin[..., :k].any(-1)  # the k in front, and the first one left out
    if in_order and not twins.any():
        return at
    keys, found = _keys(xp, order, twin, dim), xp.moveaxis(at, dim, -1).copy()
    for where in zip(*xp.nonzero(xp.atleast_1d(twins | (not in_order))), strict=True):
        line = where if keys.ndim > 1 else ()
        found[line] = selection.top(xp, keys[line], k, in_order)
    return xp.moveaxis(found, -1, dim)


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
        kind="reduce", dtype=_no_bool("median_out"), spec=lambda input, dim, keepdim: two(name, input, dim, keepdim),
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
    from ..backends.cpu import np

    x = np.asarray(line)
    stable = _order(np, x, 0, False)
    order = selection.sort(np, _keys(np, stable, _twins(np, x, stable, 0), 0)).tolist()
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
        raise RuntimeError(f"quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got {interpolation}")
    many = isinstance(q, Tensor) and q.ndim == 1
    if not isinstance(q, Tensor):
        if not 0 <= q <= 1:
            raise RuntimeError(f"quantile() q must be in the range [0, 1] but got {q:g}")
        q = T.tensor(q, dtype=input._dtype, device=input.device)
    elif q.ndim > 1:
        raise RuntimeError("quantile() q must be a scalar or 1D tensor")
    elif q._dtype is not input._dtype:
        raise RuntimeError("quantile() q tensor must be same dtype as the input tensor")
    elif q.numel() and not input.is_meta and bool(T.logical_or(q < 0, q > 1).any()):
        raise RuntimeError("quantile() q values must be in the range [0, 1]")
    if input.numel() == 0:
        raise RuntimeError("quantile() input tensor must be non-empty")
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
        rank = q.reshape(-1) * (there - 1).clamp(min=0).to(input._dtype)
    else:
        bad = lead.detach().isnan().any(-1, keepdim=True)
        rank = T.where(bad, last, q.reshape(-1) * last)
    if interpolation == "lower":
        rank = rank.floor()
    elif interpolation == "higher":
        rank = rank.ceil()
    elif interpolation == "nearest":
        rank = rank.round()
    below = rank.detach().floor().long()
    out = lead.gather(-1, below)
    if interpolation in ("linear", "midpoint"):
        part = T.full_like(rank.detach(), 0.5) if interpolation == "midpoint" else rank - below.to(rank._dtype)
        out = T.lerp(out, lead.gather(-1, rank.detach().ceil().long()), part)
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
    rows, input, sorter = values[0], values[1], values[o.schema.by_name["sorter"]]
    _check_search(rows, input, values[o.schema.by_name["right"]], values[o.schema.by_name["side"]], sorter)
    d = rows._dtype
    if (d is dtypes.bool_ or d.is_complex) and 0 not in getattr(input, "shape", ()):
        raise NotImplementedError(f"\"searchsorted_out_cpu\" not implemented for '{_cap(d)}'")
    out = dtypes.int32 if values[o.schema.by_name["out_int32"]] else dtypes.int64
    return None, out


def _check_search(rows: Any, input: Any, right: bool, side: Any, sorter: Any) -> None:
    """PyTorch's checks of searchsorted(), in its order."""
    if side is not None and side not in ("left", "right"):
        raise RuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
    if side == "left" and right:
        raise RuntimeError("torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True")
    have = tuple(rows.shape)
    if sorter is not None:
        if tuple(sorter.shape) != have:
            raise RuntimeError(
                "torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor "
                f"{list(have)}and got sorter tensor {list(sorter.shape)}"
            )
        if sorter._dtype is not dtypes.int64:
            raise RuntimeError(f"torch.searchsorted(): sorter must be a tensor of long dtype but got dtype {_cap(sorter._dtype)}")
        if sorter.numel() and not sorter.is_meta and not 0 <= int(sorter.min()) <= int(sorter.max()) < have[-1]:
            raise RuntimeError("torch.searchsorted(): sorter index out of range")
    shape = tuple(input.shape) if isinstance(input, Tensor) else ()
    if not shape and len(have) != 1 and (have or not isinstance(input, Tensor)):
        raise RuntimeError(
            "torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1, but we got boundaries tensor "
            f"dim({len(have)}) and input value's dim(0) numel(1)"
        )
    if not have:
        raise RuntimeError("torch.searchsorted(): boundaries tensor should have positive dimension, but got 0 dimension")
    if len(have) != 1 and (have[:-1] != shape[:-1] or len(have) != len(shape)):
        fail(
            RuntimeError,
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input "
            f"value tensor must match, but we got boundaries tensor {list(have)} and input value tensor {list(shape)}",
            kind="shape",
            op="searchsorted",
        )


def _bisect(xp: Any, rows: Any, values: Any, right: bool) -> Any:
    """Places by binary search, all at once: also where rows are several, or out of order, or hold nan."""
    n = rows.shape[-1]
    low, high = xp.zeros(values.shape, "int64"), xp.full(values.shape, n, "int64")
    for _ in range(n.bit_length()):
        middle = (low + high) >> 1
        at = xp.minimum(middle, n - 1)
        found = rows[at] if rows.ndim == 1 else xp.take_along_axis(rows, at, axis=-1)
        up = ~(found > values if right else found >= values) & (low < high)  # nan is above all: not >= anything
        low, high = xp.where(up, middle + 1, low), xp.where(up, high, middle)
    return low


@op(
    "searchsorted(Tensor sorted_sequence, Tensor|Scalar input, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor",
    dtype=_found_dtype, method=False, keep_dtype=("sorter",),
    spec=lambda sorted_sequence, input, out_int32, right, side, sorter: tuple(input.shape) if hasattr(input, "shape") else (),
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
    after = right or side == "right"
    if rows.dtype.name == "bfloat16":
        rows = rows.astype("float32")
    if values.dtype.name == "bfloat16":
        values = values.astype("float32")
    if rows.ndim > 1 or not (rows[1:] >= rows[:-1]).all():
        return _bisect(xp, rows, values, after)
    return xp.searchsorted(rows, values, side="right" if after else "left")


@searchsorted.samples
def _(make: Any) -> Any:
    yield make([1.0, 2.0, 3.0]), make([0.5, 2.0, 9.0])
    yield make([1.0, 2.0, 3.0]), make([0.5, 2.0, 9.0]), {"right": True}
    yield make([[1.0, 2.0, 3.0], [0.0, 0.0, 4.0]]), make([[0.5, 2.0], [0.0, 9.0]])
    yield make([1.0, math.nan]), make([math.nan, 1.0, 5.0])


@composite("bucketize(Tensor|Scalar input, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor", method=False)
def bucketize(input: Any, boundaries: Any, out_int32: bool, right: bool) -> Any:
    """Which of the intervals between sorted boundaries holds each value; right=True: intervals closed on the left.

    >>> bucketize(tensor([0.5, 1.]), tensor([0., 1.]))
    tensor([1, 1])
    """
    if boundaries.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries.ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


@bucketize.samples
def _(make: Any) -> Any:
    yield make([0.5, 2.0, 9.0]), make([1.0, 2.0, 3.0])


__all__ = ["sort", "topk"]
