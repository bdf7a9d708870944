"""Distances between vectors: of pairs, of all rows of two matrices (cdist), of all rows of one (pdist), and the cosine of their angle."""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import TENSORS as T
from ..apply import _cap, broadcast_shapes
from ..errors import describe, fail
from ..registry import composite, op
from .reduce import _norm
from .summing import total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# -- of pairs -----------------------------------------------------------------------------------------------------------------------


@composite(
    "pairwise_distance(Tensor x1, Tensor x2, float p=2.0, float eps=1e-06, bool keepdim=False) -> Tensor", namespaces=("nn.functional", "torch"), method=False
)
def pairwise_distance(x1: Any, x2: Any, p: float, eps: float, keepdim: bool) -> Any:
    """Norm of order p of x1 - x2 + eps over the last dimension.

    >>> nn.functional.pairwise_distance(tensor([[0., 0.]]), tensor([[3., 4.]]))
    tensor([5.0000])
    """
    return _norm(x1 - x2 + eps, p, (-1,), keepdim, True)


@composite("cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor", namespaces=("nn.functional", "torch"), method=False)
def cosine_similarity(x1: Any, x2: Any, dim: int, eps: float) -> Any:
    """Cosine of the angle between vectors along dim; norms count as at least eps.

    >>> nn.functional.cosine_similarity(tensor([[1., 1.]]), tensor([[1., 0.]]))
    tensor([0.7071])
    """
    common = dtypes.promote_types(x1._dtype, x2._dtype)
    if common.category != dtypes.FLOAT:
        sentence = f"expected common dtype to be floating point, yet common dtype is {_cap(common)}"
        fail(RuntimeError, sentence, kind="dtype", op="cosine_similarity", hints=["x.float()"])
    unit = []
    for x in T.broadcast_tensors(x1.to(common), x2.to(common)):
        n = x.norm(2, dim, True)
        unit.append(x / (n + (n.detach().clamp(min=eps) - n.detach())))
    return (unit[0] * unit[1]).sum(dim)


@pairwise_distance.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(2, 3)


@cosine_similarity.samples
def _(make: Any) -> Any:
    yield make(2, 3, dtype="float32"), make(2, 3, dtype="float32")


_MODES = ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist")


def _check_cdist(x1: Any, x2: Any, p: float) -> None:
    """PyTorch's checks, in its order."""
    given = [("x1", describe(x1)), ("x2", describe(x2))]
    for name, x in (("X1", x1), ("X2", x2)):
        if x.ndim < 2:
            fail(RuntimeError, f"cdist only supports at least 2D tensors, {name} got: {x.ndim}D", kind="shape", op="cdist", operands=given)
    a, b = x1.shape[-1], x2.shape[-1]
    if a != b:
        fail(RuntimeError, f"X1 and X2 must have the same number of columns. X1: {a} X2: {b}", kind="shape", op="cdist", operands=given)
    for name, x in (("X1", x1), ("X2", x2)):
        if not x.is_floating_point():
            sentence = f"cdist only supports floating-point dtypes, {name} got: {_cap(x._dtype)}"
            fail(RuntimeError, sentence, kind="dtype", op="cdist", operands=given, hints=["x.float()"])
    if not p >= 0:
        fail(RuntimeError, "cdist only supports non-negative p values", kind="value", op="cdist")


def _cdist_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    first, second = values[0]._dtype, values[1]._dtype
    if values[0].numel() and values[1].numel():
        if first.itemsize == 2:
            raise NotImplementedError(f"\"cdist\" not implemented for '{_cap(first)}'")
        if first is not second:
            raise RuntimeError(f"expected scalar type {_cap(first)} but found {_cap(second)}")
    return first, first


@op(
    "_cdist(Tensor x1, Tensor x2, float p, bool euclid) -> Tensor", namespaces=("internal",), method=False, label="cdist", dtype=_cdist_dtype,
    spec=lambda x1, x2, p, euclid: (*broadcast_shapes([tuple(x1.shape[:-2]), tuple(x2.shape[:-2])]), x1.shape[-2], x2.shape[-2]),
    node=lambda n: "EuclideanDistBackward0" if n.args["euclid"] else "CdistBackward0",
)  # fmt: skip
def _cdist(xp: Any, x1: Any, x2: Any, p: float, euclid: bool) -> Any:
    """Distances of order p between the rows of two matrices (or batches of them)."""
    batch = xp.broadcast_shapes(x1.shape[:-2], x2.shape[:-2])
    out = xp.empty((*batch, x1.shape[-2], x2.shape[-2]), x1.dtype)
    for k in range(x1.shape[-2]):
        out[..., k, :] = _length(xp, xp.abs(x1[..., k : k + 1, :] - x2), p)
    return out


def _length(xp: Any, away: Any, p: float) -> Any:
    """The norm of order p of absolute differences; the largest (p = inf) passes over nan, as PyTorch's does."""
    if p == 2:
        return xp.sqrt(total(xp, away * away, -1))
    if p == 1:
        return total(xp, away, -1)
    if p == math.inf:
        return xp.max(xp.where(xp.isnan(away), 0.0, away), axis=-1) if away.shape[-1] else xp.zeros(away.shape[:-1], away.dtype)
    if p == 0:
        return xp.sum(away != 0, axis=-1)
    return xp.power(total(xp, xp.power(away, p), -1), 1.0 / p)


@composite("cdist(Tensor x1, Tensor x2, float p=2.0, Any compute_mode='use_mm_for_euclid_dist_if_necessary') -> Tensor", method=False)
def cdist(x1: Any, x2: Any, p: float, compute_mode: Any) -> Any:
    """Distances of order p between the rows of two matrices (or batches of them).

    >>> cdist(tensor([[0., 0.]]), tensor([[3., 4.], [0., 1.]]))
    tensor([[5., 1.]])
    """
    if compute_mode not in _MODES:
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode")
    _check_cdist(x1, x2, p)
    euclid = p == 2 and compute_mode != _MODES[2] and (compute_mode == _MODES[1] or x1.shape[-2] > 25 or x2.shape[-2] > 25)
    if not euclid or not x1.numel() or not x2.numel():
        return _cdist(x1, x2, p, False)
    out = _cdist(x1, x2, p, True)
    return out.view(out.shape)  # PyTorch's way by matrix products (ours is exact) ends with a view


@_cdist.vjp("x1", "x2", rule="g * (x1 - x2) / out summed over the rows of the other (p = 2), 0 where out is 0")
def _(g: Any, x1: Any, x2: Any, out: Any, p: float, needs: Any) -> Any:
    if 0 in out.shape:
        return (T.zeros_like(x1) if needs[0] else None), (T.zeros_like(x2) if needs[1] else None)
    if p == 2:
        w = T.where(out == 0, 0.0, g / T.where(out == 0, 1.0, out))
        first = w.sum(-1).unsqueeze(-1) * x1 - w @ x2 if needs[0] else None
        second = w.sum(-2).unsqueeze(-1) * x2 - w.mT @ x1 if needs[1] else None
        return first, second
    away = x1.unsqueeze(-2) - x2.unsqueeze(-3)
    each = _slope(away, out.unsqueeze(-1), p) * g.unsqueeze(-1)
    return (each.sum(-2) if needs[0] else None), (0.0 - each.sum(-3) if needs[1] else None)


def _slope(away: Any, norm: Any, p: float) -> Any:
    """Derivative of the norm of order p by each component."""
    if p == 0:
        return away * 0
    if p == 1:
        return T.sign(away)
    if p == math.inf:
        return T.sign(away) * (away.abs() == norm)
    safe = T.where(norm == 0, 1.0, norm)
    size = T.where(away == 0, 1.0, away.abs())  # a power below 0 of nothing is infinite
    return T.where((norm == 0) | (away == 0), 0.0, T.sign(away) * size ** (p - 1) / safe ** (p - 1))


@cdist.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(4, 3)
    yield make(2, 3), make(4, 3), 1.0
    yield make(2, 2, 3), make(4, 3), 3.0


# -- of all rows of one matrix -------------------------------------------------------------------------------------------------------


def _pdist_shape(input: Any, p: float) -> Any:
    if len(input.shape) != 2:
        fail(RuntimeError, f"pdist only supports 2D tensors, got: {len(input.shape)}D", kind="shape", op="pdist")
    if p < 0:
        fail(RuntimeError, "pdist only supports non-negative p values", kind="value", op="pdist")
    n = input.shape[0]
    return (n * (n - 1) // 2,)


def _pdist_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    if d.category < dtypes.FLOAT:
        fail(RuntimeError, "pdist only supports floating-point dtypes", kind="dtype", op="pdist", hints=["x.float()"])
    if d.itemsize == 2:
        fail(NotImplementedError, f"\"pdist\" not implemented for '{_cap(d)}'", kind="dtype", op="pdist", hints=["x.float()"])
    return d, d


@op("pdist(Tensor input, float p=2.0) -> Tensor", namespaces=("torch", "nn.functional"), method=False, dtype=_pdist_dtype, spec=_pdist_shape, flops="3*out*m")
def pdist(xp: Any, input: Any, p: float) -> Any:
    """Distances of order p between all pairs of rows: 0 and 1, 0 and 2, ... 1 and 2, ...

    >>> pdist(tensor([[0., 0.], [3., 4.], [0., 1.]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    n = input.shape[0]
    out = xp.empty(n * (n - 1) // 2, input.dtype)
    at = 0
    for k in range(n - 1):
        out[at : at + n - 1 - k] = _length(xp, xp.abs(input[k] - input[k + 1 :]), p)
        at += n - 1 - k
    return out


@pdist.vjp("input", rule="g * slope of the norm at each difference, added to one row and taken from the other")
def _(g: Any, input: Any, out: Any, p: float) -> Any:
    pairs = T.triu_indices(input.shape[0], input.shape[0], 1, device=input.device)
    away = input.index_select(0, pairs[0]) - input.index_select(0, pairs[1])
    each = _slope(away, out.unsqueeze(-1), p) * g.unsqueeze(-1)
    return T.zeros_like(input).index_add(0, pairs[0], each).index_add(0, pairs[1], -each)


@pdist.samples
def _(make: Any) -> Any:
    yield (make(3, 2),)
    yield make(4, 2), 1.0
    yield make(3, 3), 3.0
    yield (make(1, 2),)
