"""Reductions. 16-bit floats are computed in float32 and rounded once (by apply), float32 is added up as summing has it."""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import BOOL, FLOAT, GIVEN, INDEX, SAME, WIDEN, apply, broadcast_shapes
from ..apply import TENSORS as T
from ..backends import backend_of
from ..errors import describe, fail
from ..registry import NAMESPACES, alias, composite, op
from ..tensors import Tensor, wrap_dim
from .scan import place, two_dtypes
from .summing import squares, total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_BLOCK = 1 << 15  # elements that stay in cache between the passes of a kernel


def dims_of(dim: Any, n: int) -> tuple[int, ...]:
    """The dimensions to reduce, counted from the front; none given (None or ()) means all."""
    if dim is None or dim == ():
        return tuple(range(n))
    out = tuple([wrap_dim(d, n) for d in dim]) if isinstance(dim, tuple) else (wrap_dim(dim, n),)
    if len(set(out)) != len(out):
        raise RuntimeError(f"dim {next(d for d in out if out.count(d) > 1)} appears multiple times in the list of dims")
    return out if n else ()


def reduced(input: Any, dim: Any, keepdim: bool) -> tuple[int, ...]:
    """The shape that is left when dimensions are reduced."""
    n = len(input.shape)
    drop = dims_of(dim, n)
    if keepdim:
        return tuple([1 if k in drop else s for k, s in enumerate(input.shape)])
    return tuple([s for k, s in enumerate(input.shape) if k not in drop])


def spread(g: Any, spec: Any, dim: Any, keepdim: bool) -> Any:
    """A reduced gradient with its dimensions put back (size 1)."""
    if not keepdim and g.ndim != len(spec.shape):
        for k in sorted(dims_of(dim, len(spec.shape))):
            g = g.unsqueeze(k)
    return g


def _axis(dim: Any, n: int) -> Any:
    return dims_of(dim, n) or None


# -- sums ---------------------------------------------------------------------------------------------------------------------------


@op("sum(Tensor input, *, ScalarType? dtype=None) -> Tensor", kind="reduce", dtype=WIDEN, spec=lambda input, dtype: (), cells=True, node="SumBackward0")
def sum_(xp: Any, input: Any, dtype: Any) -> Any:
    """Sum of all elements; integers and bools give int64.

    >>> sum(tensor([[1, 2], [3, 4]]))
    tensor(10)
    """
    return total(xp, input)


@sum_.vjp("input", rule="g spread over input's shape")
def _(g: Any, input_spec: Any) -> Any:
    return g.expand(input_spec.shape)


@sum_.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield (make(0),)
    yield (make(),)


@op(
    "sum.dim(Tensor input, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
    kind="reduce", dtype=WIDEN, spec=lambda input, dim, keepdim, dtype: reduced(input, dim, keepdim), node="SumBackward1",
)  # fmt: skip
def sum_dim(xp: Any, input: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    """Sum over dimensions."""
    return total(xp, input, _axis(dim, input.ndim), keepdim)


@sum_dim.vjp("input", rule="g spread over dim")
def _(g: Any, input_spec: Any, dim: Any, keepdim: bool) -> Any:
    return spread(g, input_spec, dim, keepdim).expand(input_spec.shape)


@sum_dim.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0
    yield make(3, 4), (0, 1), {"keepdim": True}
    yield make(2, 3, 4), -1


def _mean_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = GIVEN(o, dims, zeros, numbers, values)
    if not (result.is_floating_point or result.is_complex):
        from ..apply import _cap

        given = values[o.schema.by_name["dtype"]] is not None
        fail(
            RuntimeError,
            f"mean(): could not infer output dtype. {'Optional' if given else 'Input'} dtype must be either a floating point or complex dtype. "
            f"Got: {_cap(result)}",
            kind="dtype",
            op="mean",
            operands=[("input", describe(values[0]))],
            explain=[f"A mean of {result.name} is not an integer in general."],
            hints=["x.float().mean()"],
        )
    return compute, result


def _count(shape: Any, dim: Any) -> int:
    n = 1
    for k in dims_of(dim, len(shape)):
        n *= shape[k]
    return n


@op("mean(Tensor input, *, ScalarType? dtype=None) -> Tensor", kind="reduce", dtype=_mean_dtype, spec=lambda input, dtype: (), node="MeanBackward0", cells=True)
def mean(xp: Any, input: Any, dtype: Any) -> Any:
    """Mean of all elements; RuntimeError for integers.

    >>> mean(tensor([1., 2., 4.]))
    tensor(2.3333)
    """
    if getattr(input, "size", 1) == 0:
        return math.nan
    return total(xp, input) / getattr(input, "size", 1)


@mean.vjp("input", rule="g / count, spread")
def _(g: Any, input_spec: Any) -> Any:
    return (g / (_count(input_spec.shape, None) or 1)).expand(input_spec.shape)


@mean.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield (make(0),)


@op(
    "mean.dim(Tensor input, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
    kind="reduce", dtype=_mean_dtype, spec=lambda input, dim, keepdim, dtype: reduced(input, dim, keepdim), node="MeanBackward1",
)  # fmt: skip
def mean_dim(xp: Any, input: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    """Mean over dimensions."""
    n = _count(input.shape, dim)
    out = total(xp, input, _axis(dim, input.ndim), keepdim)
    return out / n if n else out * math.nan


@mean_dim.vjp("input", rule="g / count, spread over dim")
def _(g: Any, input_spec: Any, dim: Any, keepdim: bool) -> Any:
    return (spread(g, input_spec, dim, keepdim) / (_count(input_spec.shape, dim) or 1)).expand(input_spec.shape)


@mean_dim.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0
    yield make(3, 4), -1, {"keepdim": True}


@op(
    "nansum(Tensor input, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
    kind="reduce", dtype=WIDEN, spec=lambda input, dim, keepdim, dtype: reduced(input, dim, keepdim),
)  # fmt: skip
def nansum(xp: Any, input: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    """Sum, nan counted as 0.

    >>> nansum(tensor([1., float('nan'), 2.]))
    tensor(3.)
    """
    return total(xp, xp.where(xp.isnan(input), xp.zeros_like(input), input), _axis(dim, input.ndim), keepdim)


@nansum.vjp("input", rule="g spread, 0 at nan")
def _(g: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    return T.where(T.isnan(input), 0.0, spread(g, input, dim, keepdim).expand(input.shape))


@nansum.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0


@composite("nanmean(Tensor input, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
def nanmean(input: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    """Mean of the elements that are not nan.

    >>> nanmean(tensor([1., float('nan'), 2.]))
    tensor(1.5000)
    """
    if input._dtype.category < dtypes.FLOAT:
        from ..apply import _cap

        fail(
            RuntimeError,
            f"nanmean(): expected input to have floating point or complex dtype but got {_cap(input._dtype)}",
            kind="dtype",
            op="nanmean",
            operands=[("input", describe(input))],
            hints=["x.float().mean(): integers are never nan."],
        )
    there = (~T.isnan(input.detach())).sum(dim, keepdim)
    return T.nansum(input, dim, keepdim, dtype=dtype) / there


# -- products -----------------------------------------------------------------------------------------------------------------------


def _native(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    result = WIDEN(o, dims, zeros, numbers, values)[1]
    return result, result  # PyTorch rounds 16-bit products at every factor


@op("prod(Tensor input, *, ScalarType? dtype=None) -> Tensor", kind="reduce", dtype=_native, spec=lambda input, dtype: (), node="ProdBackward0")
def prod(xp: Any, input: Any, dtype: Any) -> Any:
    """Product of all elements.

    >>> prod(tensor([1, 2, 3]))
    tensor(6)
    """
    return xp.prod(input)


def _prod_rule(g: Any, flat: Any) -> Any:
    """Products of all the others: exact also with zeros."""
    n = flat.shape[0]
    if n == 0:
        return g * flat
    one = flat.new_ones(1)
    left = T.cumprod(T.cat([one, flat[:-1]]), 0)
    right = T.cumprod(T.cat([one, flat.flip([0])[:-1]]), 0).flip([0])
    return g * left * right


def _has_zero(t: Any) -> bool:
    return t.is_meta or bool((t == 0).any())


@prod.vjp("input", rule="g * product of the others")
def _(g: Any, input: Any, out: Any) -> Any:
    if not _has_zero(input):
        return g * out / input
    return _prod_rule(g, input.reshape(-1)).reshape(input.shape)


@prod.samples
def _(make: Any) -> Any:
    yield (make(4),)
    yield (make([0.0, 2.0, 3.0]),)
    yield (make([0.0, 0.0, 3.0]),)


@op(
    "prod.dim(Tensor input, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
    kind="reduce", dtype=_native, spec=lambda input, dim, keepdim, dtype: reduced(input, dim, keepdim), node="ProdBackward1",
)  # fmt: skip
def prod_dim(xp: Any, input: Any, dim: int, keepdim: bool, dtype: Any) -> Any:
    """Product over a dimension."""
    return xp.prod(input, axis=_axis(dim, input.ndim), keepdims=keepdim)


@prod_dim.vjp("input", rule="g * product of the others along dim")
def _(g: Any, input: Any, out: Any, dim: int, keepdim: bool) -> Any:
    k = dim % input.ndim if input.ndim else 0
    if input.ndim == 0:
        return g
    g = spread(g, input, dim, keepdim)
    if not _has_zero(input):
        return g * spread(out, input, dim, keepdim) / input
    moved = input.movedim(k, 0)
    if moved.shape[0] == 0:
        return g.expand(input.shape)
    one = T.ones_like(moved[:1])
    left = T.cumprod(T.cat([one, moved[:-1]]), 0)
    right = T.cumprod(T.cat([one, moved.flip([0])[:-1]]), 0).flip([0])
    return (g.movedim(k, 0) * left * right).movedim(0, k)


@prod_dim.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1


# -- extremes -----------------------------------------------------------------------------------------------------------------------


def share_ties(g: Any, input: Any, out: Any, dim: Any, keepdim: bool, nan: bool = True) -> Any:
    """g where the input equals the result, shared evenly by the elements that do.

    nan equals nan; or, with nan=False, a nan makes every share nan, as in PyTorch's amax.
    """
    g, best = spread(g, input, dim, keepdim), spread(out, input, dim, keepdim)
    hit = (input == best) | (T.isnan(input) & T.isnan(best)) if nan and input.is_floating_point() else input == best
    dims = list(dims_of(dim, input.ndim))
    count = hit.sum(dims, keepdim=True) if dims else hit.sum()
    return T.where(hit, g / count, 0.0) if nan else g / count * hit


def _extreme(name: str, doc: str) -> None:
    node = name.title() + "Backward"

    def empty_spec(input: Any) -> Any:
        if 0 in input.shape:
            fail(
                RuntimeError,
                f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.",
                kind="empty",
                op=name,
                explain=["An empty tensor has no largest or smallest element."],
            )
        return ()

    @op(f"{name}(Tensor input) -> Tensor", kind="reduce", dtype=SAME, spec=empty_spec, node=node + "1", cells=True)
    def whole(xp: Any, input: Any) -> Any:
        return xp.max(input) if name == "max" else xp.min(input)

    _set_doc(name, doc)

    @whole.vjp("input", rule="g shared evenly by the ties")
    def _(g: Any, input: Any, out: Any) -> Any:
        return share_ties(g, input, out, None, False)

    @whole.samples
    def _(make: Any) -> Any:
        yield (make(3, 4),)
        yield (make([1.0, 2.0, 2.0]),)

    @op(
        f"{name}.dim(Tensor input, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)",
        kind="reduce", dtype=two_dtypes,
        spec=lambda input, dim, keepdim: two(name, input, dim, keepdim), node=node + "0", nondiff="indices",
    )  # fmt: skip
    def along(xp: Any, input: Any, dim: int, keepdim: bool) -> Any:
        if input.ndim == 0:
            return input, xp.zeros((), dtype="int64")
        arg = xp.argmax if name == "max" else xp.argmin
        at = xp.expand_dims(arg(input, axis=dim), dim)
        values = xp.take_along_axis(input, at, axis=dim)
        return (values, at) if keepdim else (xp.squeeze(values, dim), xp.squeeze(at, dim))

    @along.vjp("input", rule="g placed at indices")
    def _(g_values: Any, indices: Any, input_spec: Any, dim: int, keepdim: bool) -> Any:
        return place(g_values, indices, input_spec, dim, keepdim)

    @along.samples
    def _(make: Any) -> Any:
        yield make(3, 4), 1
        yield make(3, 4), 0, {"keepdim": True}

    @composite(f"{name}.other(Tensor input, Tensor other) -> Tensor")
    def pair(input: Any, other: Any) -> Any:
        return T.maximum(input, other) if name == "max" else T.minimum(input, other)

    @op(
        f"a{name}(Tensor input, int[1]? dim=(), bool keepdim=False) -> Tensor",
        kind="reduce",
        dtype=SAME,
        spec=lambda input, dim, keepdim: _nonempty(f"a{name}", input, dim, keepdim),
    )
    def spread_ties(xp: Any, input: Any, dim: Any, keepdim: bool) -> Any:
        f = xp.max if name == "max" else xp.min
        return f(input, axis=_axis(dim, input.ndim), keepdims=keepdim)

    best = "[2., 4.]" if name == "max" else "[1., 3.]"
    _set_doc(
        f"a{name}",
        f"{doc.split(';')[0].rstrip('.')} over dimensions; ties share the gradient evenly.\n\n"
        f">>> a{name}(tensor([[1., 2.], [3., 4.]]), dim=1)\ntensor({best})\n",
    )

    @spread_ties.vjp("input", rule="g shared evenly by the ties")
    def _(g: Any, input: Any, out: Any, dim: Any, keepdim: bool) -> Any:
        return share_ties(g, input, out, dim, keepdim, nan=False)

    @spread_ties.samples
    def _(make: Any) -> Any:
        yield make(3, 4), 1
        yield (make([1.0, 3.0, 3.0]),)


def _set_doc(name: str, doc: str) -> None:
    from ..registry import METHODS, OPS

    for o in dict.values(OPS):
        if o.public == name:
            o.doc = doc
    NAMESPACES["torch"][name].__doc__ = doc
    if dict.__contains__(METHODS, name):
        METHODS[name].__doc__ = doc


def _nonempty(name: str, input: Any, dim: Any, keepdim: bool) -> Any:
    if 0 in input.shape:
        if dim is None or dim == ():
            raise RuntimeError(f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.")
        several = isinstance(dim, tuple)
        for d in dim if several else (dim,):  # as given: the first of them that has no elements, or is none, is named
            k = wrap_dim(d, len(input.shape))
            if input.shape[k] == 0:
                raise IndexError(f"{name.removeprefix('nan')}(): Expected reduction dim {d if several else k} to have non-zero size.")
    return reduced(input, dim, keepdim)


def two(name: str, input: Any, dim: int, keepdim: bool) -> Any:
    """The shapes of (values, indices)."""
    shape = _nonempty(name, input, dim, keepdim)
    return [shape, shape]


_extreme(
    "max",
    "Largest element; ties share the gradient evenly. With a dim: (values, indices); with a second tensor: maximum().\n\n"
    ">>> max(tensor([1., 3., 2.]))\ntensor(3.)\n",
)
_extreme(
    "min",
    "Smallest element; ties share the gradient evenly. With a dim: (values, indices); with a second tensor: minimum().\n\n"
    ">>> min(tensor([1., 3., 2.]))\ntensor(1.)\n",
)


def _arg_spec(name: str) -> Any:
    def spec(input: Any, dim: Any, keepdim: bool) -> Any:
        if dim is None:
            if 0 in input.shape:
                raise IndexError(f"{name}(): Expected reduction dim to be specified for input.numel() == 0.")
            return (1,) * len(input.shape) if keepdim else ()
        return _nonempty(name, input, dim, keepdim)

    return spec


def _position(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if values[0].dtype is dtypes.bool_:
        raise RuntimeError(f"{o.public}(): does not support bool input")
    return INDEX(o, dims, zeros, numbers, values)


@op("argmax(Tensor input, int? dim=None, bool keepdim=False) -> Tensor", kind="reduce", dtype=_position, spec=_arg_spec("argmax"))
def argmax(xp: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    """Index of the largest element: in the flattened tensor, or along a dimension. nan counts as largest.

    >>> argmax(tensor([1., 3., 2.]))
    tensor(1)
    """
    return xp.argmax(input, axis=dim if input.ndim else None, keepdims=keepdim)


@op("argmin(Tensor input, int? dim=None, bool keepdim=False) -> Tensor", kind="reduce", dtype=_position, spec=_arg_spec("argmin"))
def argmin(xp: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    """Index of the smallest element: in the flattened tensor, or along a dimension. nan counts as smallest.

    >>> argmin(tensor([3., 1., 2.]))
    tensor(1)
    """
    return xp.argmin(input, axis=dim if input.ndim else None, keepdims=keepdim)


for _arg in (argmax, argmin):

    @_arg.samples
    def _(make: Any) -> Any:
        yield (make(3, 4, grad=False),)
        yield make(3, 4, grad=False), 1
        yield make(3, 4, grad=False), 0, {"keepdim": True}


def _aminmax_spec(input: Any, dim: Any, keepdim: bool) -> Any:
    if 0 in input.shape and (dim is None or input.shape[wrap_dim(dim, len(input.shape))] == 0):
        fail(
            RuntimeError if dim is None else IndexError,
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
            if dim is None
            else f"aminmax: Expected reduction dim {wrap_dim(dim, len(input.shape))} to have non-zero size.",
            kind="empty",
            op="aminmax",
        )
    shape = reduced(input, dim, keepdim)
    return [shape, shape]


@op("aminmax(Tensor input, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)", kind="reduce", dtype=SAME, spec=_aminmax_spec)
def aminmax(xp: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    """Smallest and largest element: (min, max).

    >>> aminmax(tensor([1., 3., 2.])).max
    tensor(3.)
    """
    axis = _axis(dim, input.ndim)
    return xp.min(input, axis=axis, keepdims=keepdim), xp.max(input, axis=axis, keepdims=keepdim)


@aminmax.vjp("input", rule="g of each shared evenly by its ties")
def _(g_min: Any, g_max: Any, input: Any, min: Any, max: Any, dim: Any, keepdim: bool) -> Any:
    return share_ties(g_min, input, min, dim, keepdim, nan=False) + share_ties(g_max, input, max, dim, keepdim, nan=False)


@aminmax.samples
def _(make: Any) -> Any:
    yield (make(3, 4, distinct=True),)
    yield make(3, 4, distinct=True), {"dim": 1, "keepdim": True}


# -- truth and counting -------------------------------------------------------------------------------------------------------------


def _truth(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = BOOL(o, dims, zeros, numbers, values)
    return compute, compute if compute is dtypes.uint8 else result  # PyTorch keeps uint8, its old bool


@op("any(Tensor input) -> Tensor", kind="reduce", dtype=_truth, spec=lambda input: (), cells=True)
def any_(xp: Any, input: Any) -> Any:
    """Whether any element is nonzero.

    >>> any(tensor([False, True]))
    tensor(True)
    """
    return xp.any(input)


@op("any.dim(Tensor input, int[1]? dim=None, bool keepdim=False) -> Tensor", kind="reduce", dtype=_truth, spec=reduced)
def any_dim(xp: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    """Whether any element along dimensions is nonzero."""
    return xp.any(input, axis=_axis(dim, input.ndim), keepdims=keepdim)


@op("all(Tensor input) -> Tensor", kind="reduce", dtype=_truth, spec=lambda input: (), cells=True)
def all_(xp: Any, input: Any) -> Any:
    """Whether every element is nonzero.

    >>> all(tensor([False, True]))
    tensor(False)
    """
    return xp.all(input)


@op("all.dim(Tensor input, int[1]? dim=None, bool keepdim=False) -> Tensor", kind="reduce", dtype=_truth, spec=reduced)
def all_dim(xp: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    """Whether every element along dimensions is nonzero."""
    return xp.all(input, axis=_axis(dim, input.ndim), keepdims=keepdim)


@op("count_nonzero(Tensor input, int[1]? dim=None) -> Tensor", kind="reduce", dtype=INDEX, spec=lambda input, dim: reduced(input, dim, False))
def count_nonzero(xp: Any, input: Any, dim: Any) -> Any:
    """How many elements are nonzero.

    >>> count_nonzero(tensor([0, 1, 2]))
    tensor(2)
    """
    return xp.count_nonzero(input, axis=_axis(dim, input.ndim)) if input.ndim else xp.asarray(input != 0).astype("int64")


# -- spread -------------------------------------------------------------------------------------------------------------------------


def _float_only(name: str) -> Any:
    def policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        compute, result = SAME(o, dims, zeros, numbers, values)
        if result.category < dtypes.FLOAT:
            fail(
                RuntimeError,
                f"{name} only support floating point and complex dtypes",
                kind="dtype",
                op=name,
                operands=[("input", describe(values[0]))],
                hints=["x.float() first."],
            )
        if result.is_complex:  # squared distances are real; of var_mean the mean is not
            return compute, (result.to_real(), result) if name.endswith("_mean") else result.to_real()
        return compute, result

    return policy


def _moment_spec(input: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    if type(correction) is complex:
        raise RuntimeError("value cannot be converted to type double without overflow")
    return reduced(input, dim, keepdim)


def _moments(xp: Any, input: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    """Variance and mean, in blocks of rows where there are many."""
    n = _count(input.shape, dim)
    axis = _axis(dim, input.ndim)
    free = max(n - (1 if correction is None else correction), 0)
    kept, shape = reduced(input, dim, True), reduced(input, dim, keepdim)
    drop = dims_of(dim, input.ndim)
    trailing = drop == tuple(range(input.ndim - len(drop), input.ndim))
    if trailing and 1 < n <= _BLOCK < input.size and input.flags.c_contiguous:
        rows = input.reshape(-1, n)
        parts = [_one_moment(xp, rows[k : k + max(_BLOCK // n, 1)], n, 1, free) for k in range(0, rows.shape[0], max(_BLOCK // n, 1))]
        out, mean = (xp.concatenate([p[m] for p in parts]) for m in (0, 1))
    else:
        out, mean = _one_moment(xp, input, n, axis, free)
    return (out, mean) if out.shape == kept == shape else (out.reshape(shape), mean.reshape(shape))


def _one_moment(xp: Any, input: Any, n: int, axis: Any, free: Any) -> Any:
    """Exact zeros for constants, no cancellation: the mean is taken off first, and what it missed afterwards."""
    mean = total(xp, input, axis, True) / n if n else total(xp, input, axis, True) * math.nan
    if input.dtype.itemsize == 4 and input.size <= 4096:
        away = input.astype("float64") - mean
    else:
        away = input - mean.astype(input.dtype)
    miss = total(xp, away, axis, True) / max(n, 1)
    miss_square = xp.abs(miss) ** 2 if input.dtype.kind == "c" else miss * miss
    spread = xp.maximum(squares(xp, away, axis, True) - n * miss_square, 0)
    return xp.divide(spread, free), mean + xp.where(miss == miss, miss, 0)


@op(
    "var(Tensor input, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor",
    kind="reduce",
    dtype=_float_only("std and var"),
    spec=_moment_spec,
    node="VarBackward0",
)
def var(xp: Any, input: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    """Variance: squared distances from the mean over count - correction (1).

    >>> var(tensor([1., 2., 4.]))
    tensor(2.3333)
    """
    return _moments(xp, input, dim, correction, keepdim)[0]


def _var_rule(g: Any, input: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    n = _count(input.shape, dim)
    free = n - (1 if correction is None else correction)
    dims = list(dims_of(dim, input.ndim))
    mean = input.mean(dims, keepdim=True) if dims else input
    g = spread(g, input, dim, keepdim)
    if free <= 0 and (dim is None or not input.ndim):
        return g * T.where(input == mean, math.nan, math.inf)
    return g * (input - mean) * (2.0 / free if free else math.inf)


@var.vjp("input", rule="g * 2 * (input - mean) / (n - correction)")
def _(g: Any, input: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    return _var_rule(g, input, dim, correction, keepdim)


@op(
    "std(Tensor input, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor",
    kind="reduce",
    dtype=_float_only("std and var"),
    spec=_moment_spec,
    node="StdBackward0",
)
def std(xp: Any, input: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    """Standard deviation: the root of var().

    >>> std(tensor([1., 2., 4.]))
    tensor(1.5275)
    """
    return xp.sqrt(_moments(xp, input, dim, correction, keepdim)[0])


@std.vjp("input", rule="g * (input - mean) / (out * (n - correction)), 0 where out is 0")
def _(g: Any, input: Any, out: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    scaled = T.where(out == 0, 0.0, g / (out * 2))
    return _var_rule(scaled, input, dim, correction, keepdim)


for _moment in (var, std):

    @_moment.samples
    def _(make: Any) -> Any:
        yield (make(3, 4),)
        yield make(3, 4), 1
        yield make(3, 4), 0, {"correction": 0, "keepdim": True}


@composite("var.unbiased(Tensor input, bool unbiased) -> Tensor")
def var_unbiased(input: Any, unbiased: bool) -> Any:
    """Variance with (unbiased=True) or without Bessel's correction."""
    return var(input, None, correction=int(unbiased))


@composite("var.dim_unbiased(Tensor input, int[1]? dim, bool unbiased, bool keepdim=False) -> Tensor")
def var_dim_unbiased(input: Any, dim: Any, unbiased: bool, keepdim: bool) -> Any:
    """Variance over dimensions, with or without Bessel's correction."""
    return var(input, dim, correction=int(unbiased), keepdim=keepdim)


@composite("std.unbiased(Tensor input, bool unbiased) -> Tensor")
def std_unbiased(input: Any, unbiased: bool) -> Any:
    """Standard deviation with (unbiased=True) or without Bessel's correction."""
    return std(input, None, correction=int(unbiased))


@composite("std.dim_unbiased(Tensor input, int[1]? dim, bool unbiased, bool keepdim=False) -> Tensor")
def std_dim_unbiased(input: Any, dim: Any, unbiased: bool, keepdim: bool) -> Any:
    """Standard deviation over dimensions, with or without Bessel's correction."""
    return std(input, dim, correction=int(unbiased), keepdim=keepdim)


def _with_mean(name: str) -> None:
    def policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        return _float_only(f"{name}_mean")(o, dims, zeros, numbers, values)

    @op(
        f"{name}_mean(Tensor input, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor out0, Tensor out1)",
        kind="reduce", dtype=policy, spec=lambda *given: [_moment_spec(*given)] * 2, node=name.title() + "MeanBackward0",
        wirtinger=True,
    )  # fmt: skip
    def both(xp: Any, input: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
        out, middle = _moments(xp, input, dim, correction, keepdim)
        return (xp.sqrt(out) if name == "std" else out), middle

    @both.vjp("input", rule=f"the rules of {name} and mean, added")
    def _(g_out0: Any, g_out1: Any, input: Any, out0: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
        g = T.where(out0 == 0, 0.0, g_out0 / (out0 * 2)) if name == "std" else g_out0
        down = spread(g_out1, input, dim, keepdim) / (_count(input.shape, dim) or 1)
        return _var_rule(g, input, dim, correction, keepdim) + down

    @both.samples
    def _(make: Any) -> Any:
        yield (make(3, 4),)
        yield make(3, 4), 1, {"correction": 0, "keepdim": True}

    @composite(f"{name}_mean.unbiased(Tensor input, bool unbiased) -> (Tensor, Tensor)")
    def whole(input: Any, unbiased: bool) -> Any:
        return both(input, None, correction=int(unbiased))

    @composite(f"{name}_mean.dim_unbiased(Tensor input, int[1]? dim, bool unbiased, bool keepdim=False) -> (Tensor, Tensor)")
    def along(input: Any, dim: Any, unbiased: bool, keepdim: bool) -> Any:
        return both(input, dim, correction=int(unbiased), keepdim=keepdim)

    word = "Variance" if name == "var" else "Standard deviation"
    _set_doc(f"{name}_mean", f"{word} and mean of the elements: ({name}, mean).\n\n>>> {name}_mean(tensor([1., 3.]))[1]\ntensor(2.)\n")


_with_mean("var")
_with_mean("std")


@composite("cov(Tensor input, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor")
def cov(input: Any, correction: int, fweights: Any, aweights: Any) -> Any:
    """Covariance matrix of the variables in the rows, observations in the columns; weights by frequency and importance.

    >>> cov(tensor([[1., 2., 3.], [3., 2., 1.]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if input.ndim > 2:
        raise RuntimeError(f"cov(): expected input to have two or fewer dimensions but got an input with {input.ndim} dimensions")
    if input._dtype is dtypes.bool_:
        raise RuntimeError("cov(): bool dtype is not supported for input")
    x = input.reshape(1, -1) if input.ndim < 2 else input
    n = x.shape[1]
    for name, v, right, kind in (("fweights", fweights, dtypes.INT, "integral"), ("aweights", aweights, dtypes.FLOAT, "floating point")):
        if v is not None:
            _check_weights(name, v, n, right, kind)
    w = aweights if fweights is None else fweights if aweights is None else fweights * aweights
    whole = n if w is None else w.sum()
    mean = (x if w is None else x * w).sum(1) / whole
    if w is None or correction == 0:
        free = whole - correction
    elif aweights is not None:
        free = whole - correction * (w * aweights).sum() / whole
    else:
        free = whole - correction
    away = x - mean.unsqueeze(1)
    out = away @ (away if w is None else away * w).t().conj()
    if isinstance(free, Tensor):
        return (out / T.clamp(free, min=0)).squeeze()
    return (out / max(free, 0)).squeeze()


def _check_weights(name: str, w: Any, n: int, category: int, kind: str) -> None:
    """Weights of n observations: RuntimeError in PyTorch's words."""
    from ..apply import _cap

    said = ""
    if w.ndim > 1:
        said = f"expected {name} to have one or fewer dimensions but got {name} with {w.ndim} dimensions"
    elif w._dtype.category != category:
        said = f"expected {name} to have {kind} dtype but got {name} with {_cap(w._dtype)} dtype"
    elif w.numel() != n:
        said = f"expected {name} to have the same numel as there are observations in the input but got {w.numel()} != {n}"
    elif n and not w.is_meta and w.detach().min().item() < 0:
        said = f"{name} cannot be negative"
    if said:
        fail(RuntimeError, f"cov(): {said}", kind="value", op="cov", operands=[(name, describe(w))])


@cov.samples
def _(make: Any) -> Any:
    yield (make(2, 4),)
    yield (make(4),)


@composite("corrcoef(Tensor input) -> Tensor")
def corrcoef(input: Any) -> Any:
    """Correlation coefficients of the variables in the rows.

    >>> corrcoef(tensor([[1., 2., 3.], [3., 2., 1.]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if input.ndim > 2:
        raise RuntimeError(f"corrcoef(): expected input to have two or fewer dimensions but got an input with {input.ndim} dimensions")
    c = cov.kernel(input, 1, None, None)
    if c.ndim == 0:
        return c / c
    d = T.sqrt(c.diagonal().real)
    c = c / d.unsqueeze(-1) / d.unsqueeze(0)
    return T.complex(T.clip(c.real, -1, 1), T.clip(c.imag, -1, 1)) if c._dtype.is_complex else T.clip(c, -1, 1)


@corrcoef.samples
def _(make: Any) -> Any:
    yield (make(2, 4),)


# -- norms --------------------------------------------------------------------------------------------------------------------------


def _norm_spec(input: Any, p: Any, dim: Any, keepdim: bool, old: bool) -> Any:
    if 0 in input.shape:
        _has_norm(input.shape, p, dim)
    return reduced(input, dim, keepdim)


def _has_norm(shape: Any, p: Any, dim: Any) -> None:
    """RuntimeError for a norm of nothing that has no value: the largest, and those of negative order."""
    order = _p(p)
    if not (order < 0 or order == math.inf):
        return
    text = f"linalg.vector_norm cannot compute the {p:g} norm on"
    if dim is None or dim == ():
        fail(RuntimeError, f"{text} an empty tensor because the operation does not have an identity", kind="empty", op="norm")
    for d in dim if isinstance(dim, tuple) else (dim,):
        if shape[wrap_dim(d, len(shape))] == 0:
            sentence = f"{text} the dimension {d}because this dimension is empty and the operation does not have an identity"
            fail(RuntimeError, sentence, kind="empty", op="norm")


def _size_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = FLOAT(o, dims, zeros, numbers, values)
    return compute, result.to_real()


def _p(p: Any) -> float:
    if p is None or p == "fro":
        return 2.0
    return float(p)


@op(
    "_norm(Tensor input, Any p, int[1]? dim, bool keepdim, bool old=False) -> Tensor",
    namespaces=("internal",),
    method=False,
    kind="reduce",
    dtype=lambda *given: _size_dtype(*given),
    spec=_norm_spec,
    node=lambda n: "NormBackward1" if n.args["old"] else "LinalgVectorNormBackward0",
    label="norm",
)
def _norm(xp: Any, input: Any, p: Any, dim: Any, keepdim: bool, old: bool) -> Any:
    """Vector norm over dimensions."""
    p, axis = _p(p), _axis(dim, input.ndim)
    a = xp.abs(input)
    if p == 2.0:
        return xp.sqrt(squares(xp, input, axis, keepdim))
    if p == 1.0:
        return total(xp, a, axis, keepdim)
    if p == math.inf:
        return xp.max(a, axis=axis, keepdims=keepdim)
    if p == -math.inf:
        return xp.min(a, axis=axis, keepdims=keepdim)
    if p == 0.0:
        return xp.sum(a != 0, axis=axis, keepdims=keepdim)
    return xp.power(total(xp, xp.power(a, p), axis, keepdim), 1.0 / p)


@_norm.vjp("input", rule="g * input / out (p = 2), 0 where out is 0")
def _norm_slope(g: Any, input: Any, out: Any, p: Any, dim: Any, keepdim: bool) -> Any:
    p = _p(p)
    g, norm = spread(g, input, dim, keepdim), spread(out, input, dim, keepdim)
    if p == 0.0:
        return None  # it counts: constant almost everywhere
    if p == 1.0:
        return g * T.sgn(input)
    if p == 2.0:
        return input * T.where(norm == 0, 0.0, g / norm)
    if p in (math.inf, -math.inf):
        hit = T.abs(input) == norm
        dims = list(dims_of(dim, input.ndim))
        count = hit.sum(dims, keepdim=True) if dims else hit.sum()
        return T.sgn(input) * T.where(hit, g / count, 0.0)
    if p < 1.0:
        scaled = T.sgn(input) * T.where(input == 0, 0.0, T.abs(input) ** (p - 1))
        return scaled * g * norm ** (1 - p)
    if p < 2.0:
        return T.sgn(input) * T.abs(input) ** (p - 1) * T.where(norm == 0, 0.0, g / norm ** (p - 1))
    return input * T.abs(input) ** (p - 2) * T.where(norm == 0, 0.0, g / norm ** (p - 1))


@_norm.samples
def _(make: Any) -> Any:
    yield make(3, 4), 2.0, None, False
    yield make(3, 4), 1.0, (1,), True
    yield make(3, 4), 3.0, (0,), False
    yield make(3, 4), math.inf, None, False


def norm_input(input: Any, dtype: Any, name: str) -> Any:
    """The operand of a norm in the dtype asked for; RuntimeError where one of them is no float, or the second cannot hold the first."""
    d = input._dtype
    if d.category < dtypes.FLOAT or dtype is not None and dtype is not d:
        head = "linalg.matrix_norm" if name == "linalg.matrix_norm" else "linalg.vector_norm"
        sentence = _bad_norm_dtype(d, dtype)
        if sentence:
            fail(RuntimeError, f"{head}: {sentence}", kind="dtype", op=name, operands=[("input", describe(input))], hints=["x.to(dtype) first."])
        return input.to(dtype)
    return input


def _bad_norm_dtype(have: Any, want: Any) -> str:
    """What is wrong with the dtypes of a norm, in PyTorch's words; empty where nothing is."""
    from ..apply import _cap

    if have.category < dtypes.FLOAT:
        return f"Expected a floating point or complex tensor as input. Got {_cap(have)}"
    if want.category < dtypes.FLOAT:
        return f"dtype should be floating point or complex, but got {_cap(want)}"
    if have.is_complex is not want.is_complex:
        return f"dtype should be {'complex for complex' if have.is_complex else 'real for real'} inputs, but got {_cap(want)}"
    if dtypes.promote_types(have, want) is not want:
        return f"the dtype of the input ({_cap(have)}) should be convertible without narrowing to the specified dtype ({_cap(want)})"
    return ""


@composite("norm(Tensor input, Any p=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
def norm(input: Any, p: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    """Vector norm of order p (2 or 'fro', 1, inf, 0 ...) over all elements or dimensions; its gradient at 0 is 0.

    >>> norm(tensor([3., 4.]))
    tensor(5.)
    """
    if type(p) is str and (p != "fro" or dim is not None and len(dim) > 2):
        return NAMESPACES["linalg"]["matrix_norm"](input, p, tuple(range(input.ndim)) if dim is None else dim, keepdim, dtype=dtype)
    if type(p) not in (float, int, str):
        p = 2 if p is None else _order(p)
    return _norm(norm_input(input, dtype, "norm"), p, dim, keepdim)


def _order(p: Any) -> Any:
    """An unusual order of a norm as a number."""
    if isinstance(p, complex):
        raise RuntimeError("linalg.vector_norm: Expected a non-complex scalar as the order of norm.")
    if isinstance(p, Tensor) and p.ndim == 0:
        return p.item()
    if not isinstance(p, (bool, int, float)):
        raise TypeError(f"linalg_vector_norm(): argument 'ord' (position 2) must be Number, not {type(p).__name__}")
    return p


@composite(
    "vector_norm(Tensor input, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor", namespaces=("linalg",), method=False
)
def vector_norm(x: Any, ord: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    """Vector norm of order ord over all elements or dimensions.

    >>> linalg.vector_norm(tensor([3., 4.]))
    tensor(5.)
    """
    return _norm(norm_input(x, dtype, "vector_norm"), _order(ord) if type(ord) is complex else ord, dim, keepdim)


@op(
    "dist(Tensor input, Tensor other, Scalar p=2) -> Tensor",
    kind="reduce",
    dtype=lambda *given: _dist_dtype(*given),
    spec=lambda input, other, p: _dist_shape(input, other, p),
)
def dist(xp: Any, input: Any, other: Any, p: Any) -> Any:
    """norm(input - other, p).

    >>> dist(tensor([3., 4.]), tensor([0., 0.]))
    tensor(5.)
    """
    return _norm.kernel(xp, input - other, p, None, False, False)


def _dist_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = SAME(o, dims, zeros, numbers, values)
    if dtypes.bool_ in (values[0]._dtype, values[1]._dtype):
        return values[0] - values[1]  # says why not
    if result.category < dtypes.FLOAT:
        from ..apply import _cap

        raise RuntimeError(f"norm(): input dtype should be either floating point or complex. Got {_cap(result)} instead.")
    return compute, result.to_real()


def _dist_shape(input: Any, other: Any, p: Any) -> Any:
    if type(p) is complex:
        _order(p)
    shape = broadcast_shapes([tuple(input.shape), tuple(other.shape)])
    if 0 in shape:
        _has_norm(shape, p, None)
    return ()


@dist.vjp("input", "other", rule="the norm's rule at input - other; minus that")
def _(g: Any, input: Any, other: Any, out: Any, p: Any, needs: Any) -> Any:
    away = input - other
    slope = _norm_slope(g, away, out, p, None, False)
    if slope is None:
        slope = away * 0
    return (slope if needs[0] else None), (-slope if needs[1] else None)


@dist.samples
def _(make: Any) -> Any:
    yield make(3), make(2, 3)
    yield make(3), make(3), 3


# -- log-sum-exp and softmax --------------------------------------------------------------------------------------------------------


def _halves_raw(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    """FLOAT, but 16-bit floats reach the kernel as they are: PyTorch rounds them at every step of it."""
    compute, result = FLOAT(o, dims, zeros, numbers, values)
    return (None if values[0]._dtype is result and result.itemsize == 2 else compute), result


def _rounder(a: Any) -> tuple[Any, Any]:
    """A 16-bit array as float32, and how to round float32 to its dtype; other arrays, and nothing to do."""
    if a.dtype.itemsize != 2:
        return a, lambda x: x
    kind = a.dtype
    return a.astype("float32"), lambda x: x.astype(kind).astype("float32")


@op("logsumexp(Tensor input, int[1] dim, bool keepdim=False) -> Tensor", kind="reduce", dtype=_halves_raw, spec=reduced, namespaces=("torch", "special"))
def logsumexp(xp: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    """log(sum(exp(input))) over dimensions, with the maximum subtracted first.

    >>> logsumexp(tensor([1000., 1000.]), 0)
    tensor(1000.6932)
    """
    axis = _axis(dim, input.ndim)
    x, rounded = _rounder(input)
    if x.size == 0:
        return xp.log(xp.sum(xp.exp(x), axis=axis, keepdims=keepdim))
    top = xp.max(x.real if x.dtype.kind == "c" else x, axis=axis, keepdims=True)  # of complex numbers only the real part can overflow
    top = xp.where(xp.isinf(top), xp.zeros_like(top), top)
    e = rounded(xp.exp(rounded(x - top)))
    out = rounded(xp.log(rounded(total(xp, e, axis, True)))) + top
    return out if keepdim or axis is None else xp.squeeze(out, axis)


@logsumexp.vjp("input", rule="g * exp(input - out)")
def _(g: Any, input: Any, out: Any, dim: Any, keepdim: bool) -> Any:
    return spread(g, input, dim, keepdim) * T.exp(input - spread(out, input, dim, keepdim))


@logsumexp.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1
    yield make(3, 4), (0, 1)


def _same_shape(input: Any, dim: Any, dtype: Any) -> Any:
    wrap_dim(dim, len(input.shape))
    return tuple(input.shape)


def _soft(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = GIVEN(o, dims, zeros, numbers, values)
    if result.category != dtypes.FLOAT and 0 not in values[0].shape:
        from ..apply import _cap

        n = values[0].ndim
        last = "_lastdim" if not n or wrap_dim(values[1], n) == n - 1 else ""
        fail(
            NotImplementedError,
            f"\"{o.base}{last}_kernel_impl\" not implemented for '{_cap(result)}'",
            kind="dtype",
            op=o.base,
            operands=[("input", describe(values[0]))],
            hints=["x.float(), or dtype=torch.float32."],
        )
    return compute, result


def _soft_fits(input: Any, dim: int, dtype: Any) -> bool:
    return dtype is None and -input.ndim <= dim < input.ndim and input.size > 0 and bool(input.flags.c_contiguous)


def _soft_rows(xp: Any, input: Any, log: bool) -> Any:
    """softmax or its logarithm along the last dimension of a large array, a block of rows at a time."""
    n = input.shape[-1]
    rows = input.reshape(-1, n)
    out = xp.empty(rows.shape, rows.dtype)
    step = max(_BLOCK // n, 1)
    small = 60.0 if rows.dtype.itemsize == 4 else 500.0
    for k in range(0, rows.shape[0], step):
        x, y = rows[k : k + step], out[k : k + step]
        if not log and -small <= x.min() and x.max() <= small:  # exp stays in range: nothing to take off
            xp.exp(x, out=y)
        else:
            xp.subtract(x, xp.max(x, axis=1, keepdims=True), out=y)
            if log:
                y -= xp.log(total(xp, xp.exp(y), 1, True)).astype(y.dtype)
                continue
            xp.exp(y, out=y)
        y /= total(xp, y, 1, True).astype(y.dtype)
    return out.reshape(input.shape)


def _blocked(input: Any, dim: int) -> bool:
    return bool(
        input.size >= _BLOCK and dim in (-1, input.ndim - 1) and input.dtype.char in "fd" and input.flags.c_contiguous and backend_of(input).name == "cpu"
    )


@op(
    "softmax(Tensor input, int dim, *, ScalarType? dtype=None) -> Tensor",
    kind="reduce",
    dtype=_soft,
    spec=_same_shape,
    quick=_soft_fits,
    flops=12,
    namespaces=("torch", "special"),
)
def softmax(xp: Any, input: Any, dim: int, dtype: Any) -> Any:
    """exp(input) scaled to sum to 1 along a dimension, with the maximum subtracted first.

    >>> softmax(tensor([1., 2., 3.]), dim=0)
    tensor([0.0900, 0.2447, 0.6652])
    """
    if input.ndim == 0:
        return input * 0 + 1
    if input.size == 0:
        return input
    if _blocked(input, dim):
        return _soft_rows(xp, input, False)
    e = input - input.max(dim, keepdims=True)
    xp.exp(e, out=e)
    e /= total(xp, e, dim, True).astype(e.dtype)
    return e


@softmax.vjp("input", rule="out * (g - sum(g * out, dim))")
def _(g: Any, out: Any, dim: int) -> Any:
    return apply(_softmax_backward_data, [g, out, dim, out._dtype])


def _soft_raw(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    compute, result = _soft(o, dims, zeros, numbers, values)
    return (None if values[0]._dtype is result and result.itemsize == 2 else compute), result


@op(
    "log_softmax(Tensor input, int dim, *, ScalarType? dtype=None) -> Tensor",
    kind="reduce",
    dtype=_soft_raw,
    spec=_same_shape,
    quick=_soft_fits,
    flops=12,
    namespaces=("torch", "special"),
)
def log_softmax(xp: Any, input: Any, dim: int, dtype: Any) -> Any:
    """log(softmax(input)) along a dimension, computed without overflow.

    >>> log_softmax(tensor([1000., 0.]), dim=0)
    tensor([    0., -1000.])
    """
    if input.ndim == 0:
        return input - input
    if input.size == 0:
        return input
    if _blocked(input, dim):
        return _soft_rows(xp, input, True)
    x, rounded = _rounder(input)
    away = rounded(x - x.max(dim, keepdims=True))
    return away - rounded(xp.log(total(xp, xp.exp(away), dim, True))).astype(away.dtype)


@log_softmax.vjp("input", rule="g - exp(out) * sum(g, dim)")
def _(g: Any, out: Any, dim: int) -> Any:
    return apply(_log_softmax_backward_data, [g, out, dim, out._dtype])


def _soft_back_fits(grad_output: Any, output: Any, dim: int, input_dtype: Any) -> bool:
    return bool(grad_output.shape == output.shape and -output.ndim <= dim < output.ndim)


def _like_output(grad_output: Any, output: Any, dim: int, input_dtype: Any) -> Any:
    wrap_dim(dim, len(output.shape))
    return broadcast_shapes([tuple(grad_output.shape), tuple(output.shape)])


@op(
    "_softmax_backward_data(Tensor grad_output, Tensor output, int dim, ScalarType input_dtype) -> Tensor",
    namespaces=("internal",), method=False, dtype=SAME, spec=_like_output, flops=4, quick=_soft_back_fits,
    node="SoftmaxBackwardDataBackward0", label="softmax_backward",
)  # fmt: skip
def _softmax_backward_data(xp: Any, grad_output: Any, output: Any, dim: int, input_dtype: Any) -> Any:
    """The gradient of softmax from its result: output * (grad_output - sum(grad_output * output, dim))."""
    if output.ndim == 0 or output.size == 0:
        return grad_output * 0
    inner = grad_output * output
    inner = total(xp, inner, dim, True).astype(inner.dtype)
    out = grad_output - inner
    out *= output
    return out


@_softmax_backward_data.vjp("grad_output", rule="output * (g - sum(g * output, dim))")
def _(g: Any, output: Any, dim: int, input_dtype: Any) -> Any:
    return apply(_softmax_backward_data, [g, output, dim, input_dtype])


@_softmax_backward_data.vjp("output", rule="g * grad_output - g * sum(grad_output * output, dim) - grad_output * sum(g * output, dim)")
def _(g: Any, grad_output: Any, output: Any, dim: int) -> Any:
    if output.ndim == 0:
        return g * 0
    return g * grad_output - g * (grad_output * output).sum(dim, keepdim=True) - grad_output * (g * output).sum(dim, keepdim=True)


@op(
    "_log_softmax_backward_data(Tensor grad_output, Tensor output, int dim, ScalarType input_dtype) -> Tensor",
    namespaces=("internal",), method=False, dtype=SAME, spec=_like_output, flops=12, quick=_soft_back_fits,
    node="LogSoftmaxBackwardDataBackward0", label="log_softmax_backward",
)  # fmt: skip
def _log_softmax_backward_data(xp: Any, grad_output: Any, output: Any, dim: int, input_dtype: Any) -> Any:
    """The gradient of log_softmax from its result: grad_output - exp(output) * sum(grad_output, dim)."""
    if output.ndim == 0 or output.size == 0:
        return grad_output * 0
    out = xp.exp(output)
    out *= total(xp, grad_output, dim, True).astype(out.dtype)
    return xp.subtract(grad_output, out, out=out)


@_log_softmax_backward_data.vjp("grad_output", rule="g - sum(g * exp(output), dim)")
def _(g: Any, output: Any, dim: int) -> Any:
    return g * 0 if output.ndim == 0 else g - (g * T.exp(output)).sum(dim, keepdim=True)


@_log_softmax_backward_data.vjp("output", rule="-g * exp(output) * sum(grad_output, dim)")
def _(g: Any, grad_output: Any, output: Any, dim: int) -> Any:
    return g * 0 if output.ndim == 0 else -g * T.exp(output) * grad_output.sum(dim, keepdim=True)


for _s in (_softmax_backward_data, _log_softmax_backward_data):

    @_s.samples
    def _(make: Any) -> Any:
        yield make(3, 4), make(3, 4, low=-2.0, high=0.0), 1, dtypes.float32
        yield make(3, 4), make(3, 4, low=-2.0, high=0.0), 0, dtypes.float32


for _s in (softmax, log_softmax):

    @_s.samples
    def _(make: Any) -> Any:
        yield make(3, 4), 1
        yield make(3, 4), 0
        yield make([1000.0, 0.0, -1000.0]), 0


# -- questions with Python answers --------------------------------------------------------------------------------------------------


@composite("equal(Tensor input, Tensor other) -> bool")
def equal(input: Any, other: Any) -> bool:
    """Whether shapes and all elements are equal: a Python bool.

    >>> equal(tensor([1, 2]), tensor([1, 2]))
    True
    """
    if input.device != other.device:
        from ..apply import _mixed_devices
        from ..registry import OPS

        _mixed_devices(OPS["eq"], [input, other])
    if input.is_meta:
        raise NotImplementedError("aten::equal: attempted to run this operator with Meta tensors, but there was no fake impl or Meta kernel registered.")
    return tuple(input.shape) == tuple(other.shape) and bool((input == other).all().item())


@composite("isclose(Tensor input, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False) -> Tensor")
def isclose(input: Any, other: Any, rtol: float, atol: float, equal_nan: bool) -> Any:
    """Whether |input - other| <= atol + rtol * |other|, element by element.

    >>> isclose(tensor([1.]), tensor([1.000001]))
    tensor([True])
    """
    if input._dtype is not other._dtype:
        from ..apply import _cap

        raise RuntimeError(f"{_cap(input._dtype)} did not match {_cap(other._dtype)}")
    for name, v in (("rtol", rtol), ("atol", atol)):
        if not v >= 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {v:g}")
    for bound, name in ((rtol, "rtol"), (atol, "atol")):
        if not bound >= 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {bound:g}")
    near = input == other
    if equal_nan and input.is_floating_point():
        near = near | (T.isnan(input) & T.isnan(other))
    gap = (input - other).abs() if input._dtype is not dtypes.bool_ else (input != other).int()
    bound = (other.abs() if other._dtype is not dtypes.bool_ else other.int()) * rtol + atol
    return near | (T.isfinite(gap) & (gap <= bound))


@composite("allclose(Tensor input, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False) -> bool")
def allclose(input: Any, other: Any, rtol: float, atol: float, equal_nan: bool) -> bool:
    """Whether isclose() holds everywhere: a Python bool.

    >>> allclose(tensor([1.]), tensor([1.000001]))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan).all().item())


@composite("is_nonzero(Tensor input) -> bool")
def is_nonzero(input: Any) -> bool:
    """Whether the one element is not 0.

    >>> is_nonzero(tensor(3))
    True
    """
    if input.numel() != 1:
        raise RuntimeError("Boolean value of Tensor with " + ("more than one value" if input.numel() else "no values") + " is ambiguous")
    return bool(input.item())


__all__ = ["Tensor", "alias", "dims_of", "spread"]


# -- bounded norms --------------------------------------------------------------------------------------------------------------------


def _renorm_spec(input: Any, p: Any, dim: int, maxnorm: Any) -> Any:
    n = len(input.shape)
    for name, v in (("p", p), ("maxnorm", maxnorm)):
        if type(v) is complex:
            raise RuntimeError(f"renorm: {name} must be real-valued")
    if not p > 0:
        raise RuntimeError("renorm: non-positive-norm not supported")
    if not maxnorm >= 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm:g}")
    if n < 2:
        raise RuntimeError(f"renorm: input needs at least 2 dimensions, got {n} dimensions")
    wrap_dim(dim, n)
    if input.dtype.category < dtypes.FLOAT:
        fail(RuntimeError, "linalg.vector_norm: " + _bad_norm_dtype(input.dtype, None), kind="dtype", op="renorm", hints=["x.float() first."])
    return tuple(input.shape)


@op("renorm(Tensor input, Scalar p, int dim, Scalar maxnorm) -> Tensor", kind="reduce", dtype=SAME, spec=_renorm_spec, inplace=True, flops=4, wirtinger=True)
def renorm(xp: Any, input: Any, p: Any, dim: int, maxnorm: Any) -> Any:
    """Slices along a dimension with the p-norm of each brought down to maxnorm where it is larger.

    >>> renorm(tensor([[3., 4.], [0.5, 0.]]), 2, 0, 1.)
    tensor([[0.6000, 0.8000],
            [0.5000, 0.0000]])
    """
    rest = tuple([k for k in range(input.ndim) if k != dim % input.ndim])
    size = _norm.kernel(xp, input, float(p), rest, True, False)
    return input * xp.where(size > maxnorm, xp.divide(maxnorm, size + 1e-7), 1.0).astype(size.dtype)


@renorm.vjp("input", rule="g * f + sum(g * input) * df/dnorm * the norm's slope, f = min(1, maxnorm / norm)")
def _(g: Any, input: Any, p: Any, dim: int, maxnorm: Any) -> Any:
    rest = tuple([k for k in range(input.ndim) if k != dim % input.ndim])
    size = _norm(input, float(p), rest, True)
    above = size > maxnorm
    safe = T.where(above, size, 1.0) + 1e-7
    factor = T.where(above, maxnorm / safe, 1.0)
    pull = T.where(above, -(g * input.conj()).real.sum(rest, keepdim=True) * maxnorm / (safe * safe), 0.0)
    return g * factor + _norm_slope(pull, input, size, float(p), rest, True)


@renorm.samples
def _(make: Any) -> Any:
    yield make(2, 3), 2, 0, 1.5
    yield make(2, 3, 2), 1.0, 1, 2.0
    yield make(2, 3), math.inf, -1, 1.0
