"""torch.nn.functional: softmax with its implicit dimension, linear, bilinear, embedding and bags of it."""

from __future__ import annotations

import math

from .. import apply as door
from .. import dtypes, graph
from ..apply import TENSORS as T
from ..apply import _cap, apply, turned
from ..errors import fail, operands
from ..graph import warn
from ..registry import composite, op
from .linalg import addmm, matmul
from .reduce import log_softmax, softmax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_F = ("nn.functional",)
_C_NAMES = {"float32": "float", "float64": "double", "float16": "c10::Half", "bfloat16": "c10::BFloat16", "int64": "long int", "int32": "int",
            "int16": "short int", "int8": "signed char", "uint8": "unsigned char", "bool": "bool", "complex64": "c10::complex<float>",
            "complex128": "c10::complex<double>"}  # fmt: skip

# -- softmax and normalize ----------------------------------------------------------------------------------------------------------


def _softmax_dim(name: str, ndim: int) -> int:
    warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
    )
    return 0 if ndim in (0, 1, 3) else 1


@composite("softmax(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor", namespaces=_F, method=False, public="softmax")
def _softmax_f(input: Any, dim: Any, _stacklevel: int, dtype: Any) -> Any:
    """exp(input) scaled to sum to 1 along dim.

    >>> nn.functional.softmax(tensor([0., 0.]), dim=0)
    tensor([0.5000, 0.5000])
    """
    return apply(softmax, [input, _softmax_dim("softmax", input.ndim) if dim is None else dim, dtype])


@composite("log_softmax(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor", namespaces=_F, method=False, public="log_softmax")
def _log_softmax_f(input: Any, dim: Any, _stacklevel: int, dtype: Any) -> Any:
    """log(softmax(input)) along dim, without overflow.

    >>> nn.functional.log_softmax(tensor([1000., 0.]), dim=0)
    tensor([    0., -1000.])
    """
    return apply(log_softmax, [input, _softmax_dim("log_softmax", input.ndim) if dim is None else dim, dtype])


@composite("softmin(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor", namespaces=_F, method=False)
def softmin(input: Any, dim: Any, _stacklevel: int, dtype: Any) -> Any:
    """softmax(-input) along dim.

    >>> nn.functional.softmin(tensor([0., 0.]), dim=0)
    tensor([0.5000, 0.5000])
    """
    if dtype is not None and input.is_complex():
        input = input.to(dtype)
    return apply(softmax, [-input, _softmax_dim("softmin", input.ndim) if dim is None else dim, dtype])


@softmin.samples
def _(make: Any) -> Any:
    yield make(2, 3), 1


@composite("normalize(Tensor input, float p=2.0, int[1] dim=(1), float eps=1e-12) -> Tensor", namespaces=_F, method=False)
def normalize(input: Any, p: float, dim: Any, eps: float) -> Any:
    """input over its norm along dim (at least eps).

    >>> nn.functional.normalize(tensor([[3., 4.]]))
    tensor([[0.6000, 0.8000]])
    """
    return input / input.norm(p, dim, keepdim=True).clamp(min=eps).expand_as(input)


@normalize.samples
def _(make: Any) -> Any:
    yield (make(2, 3),)
    yield make(2, 3, 2), 1.0, (1, 2)


@composite("gumbel_softmax(Tensor logits, float tau=1, bool hard=False, float eps=1e-10, int dim=-1) -> Tensor", namespaces=_F, method=False)
def gumbel_softmax(logits: Any, tau: float, hard: bool, eps: float, dim: int) -> Any:
    """softmax((logits + Gumbel noise) / tau): a differentiable draw of one class; hard=True gives it as one-hot, with the gradient of the soft one.

    >>> nn.functional.gumbel_softmax(tensor([100., 0.]), hard=True)
    tensor([1., 0.])
    """
    if eps != 1e-10:
        warn("`eps` parameter is deprecated and has no effect.")
    gumbels = -T.empty_like(logits).exponential_().log()
    soft = T.softmax((logits + gumbels) / tau, dim)
    if not hard:
        return soft
    index = soft.max(dim, keepdim=True)[1]
    return T.zeros_like(logits).scatter_(dim, index, 1.0) - soft.detach() + soft


@gumbel_softmax.samples
def _(make: Any) -> Any:
    yield (make(2, 3),)
    yield make(2, 3), 0.5, {"dim": 0}


# -- linear, embedding -----------------------------------------------------------------------------------------------------


@composite("linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor", namespaces=_F, method=False)
def linear(input: Any, weight: Any, bias: Any) -> Any:
    """input @ weight.T + bias, weight of shape [out, in].

    >>> nn.functional.linear(tensor([[1., 2.]]), tensor([[1., 1.]]), tensor([10.]))
    tensor([[13.]])
    """
    if bias is not None and weight.ndim == 1:
        fail(RuntimeError, "mat2 must be a matrix, got 1-D tensor", kind="shape", op="linear", hints=["Without a bias, weight may be a vector."])
    if not weight.ndim or not input.ndim:
        fail(
            RuntimeError,
            f"both arguments to linear need to be at least 1D, but they are {input.ndim}D and {weight.ndim}D",
            kind="shape",
            op="linear",
            operands=operands(["input", "weight"], [input, weight]),
        )
    if bias is None or weight.ndim != 2:
        out = matmul.kernel(input, weight.t())
        return out if bias is None else out + bias
    if input.ndim == 2:
        return apply(addmm, [bias, input, turned(weight), 1, 1])
    if not input.is_contiguous():
        return matmul.kernel(input, weight.t()).add_(bias)
    rows = input.reshape(math.prod(input.shape[:-1]), input.shape[-1])
    return addmm(bias, rows, weight.t()).view(*input.shape[:-1], weight.shape[0])


@linear.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(4, 3), make(4)
    yield make(2, 2, 3), make(4, 3), make(4)
    yield make(3), make(4, 3)


@composite("bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor", namespaces=("nn.functional", "torch"), method=False)
def bilinear(input1: Any, input2: Any, weight: Any, bias: Any) -> Any:
    """input1 @ weight[k] @ input2 for each k, plus bias.

    >>> nn.functional.bilinear(tensor([[1., 2.]]), tensor([[3.]]), ones(1, 2, 1))
    tensor([[9.]])
    """
    given = {"input1": input1, "input2": input2, "weight": weight, **({} if bias is None else {"bias": bias})}
    if len({t._dtype for t in given.values()}) > 1:
        sentence = f"All tensors must have the same dtype, got {', '.join(f'{n}: {_C_NAMES.get(t._dtype.name, t._dtype.name)}' for n, t in given.items())}"
        fail(RuntimeError, sentence, kind="dtype", op="bilinear", operands=operands(list(given), list(given.values())))
    if tuple(input1.shape[:-1]) != tuple(input2.shape[:-1]):
        raise RuntimeError(f"bilinear(): input batch dimensions do not match at dim 0: got {input1.shape[0]} and {input2.shape[0]}")
    for k, t in ((1, input1), (2, input2)):
        if weight.ndim == 3 and t.shape[-1] != weight.shape[k]:
            sentence = f"bilinear(): input{k} size does not match weight size: got {t.shape[-1]} but expected {weight.shape[k]}"
            fail(RuntimeError, sentence, kind="shape", op="bilinear", operands=operands([f"input{k}", "weight"], [t, weight]))
    if bias is not None and bias.shape[0] != weight.shape[0]:
        sentence = f"bilinear(): bias size does not match weight size: got {bias.shape[0]} but expected {weight.shape[0]}"
        fail(RuntimeError, sentence, kind="shape", op="bilinear", operands=operands(["bias", "weight"], [bias, weight]))
    shape = tuple(input1.shape[:-1])
    a, b = input1.reshape(-1, input1.shape[-1]), input2.reshape(-1, input2.shape[-1])
    out = T.einsum("ni,kij,nj->nk", a, weight, b)
    out = out.contiguous().view(*shape, weight.shape[0])
    return out if bias is None else out + bias


@bilinear.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(2, 2), make(4, 3, 2), make(4)


def _embedding_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    _check_indices(o.label, values[0], values[1])
    return None, values[0]._dtype


def _check_indices(name: str, weight: Any, index: Any) -> None:
    if index._dtype not in (dtypes.int64, dtypes.int32):
        found = f"CPU{_cap(index._dtype)}Type" if index.is_complex() else f"torch.{_cap(index._dtype)}Tensor"
        fail(
            RuntimeError,
            f"Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got {found} instead (while checking "
            f"arguments for {name})",
            kind="dtype",
            op=name,
            operands=operands(["weight", "input"], [weight, index]),
            hints=["input.long()"],
        )


def _embedding_shape(weight: Any, indices: Any, padding_idx: int, scale: bool) -> Any:
    if len(weight.shape) != 2:
        raise RuntimeError("'weight' must be 2-D")
    return (*indices.shape, weight.shape[1])


@op(
    "_embedding(Tensor weight, Tensor indices, int padding_idx=-1, bool scale=False) -> Tensor",
    namespaces=("internal",), method=False, node="EmbeddingBackward0", label="embedding", dtype=_embedding_dtype, spec=_embedding_shape,
    quick=lambda weight, indices, padding_idx, scale: weight.ndim == 2 and indices.dtype.char in "lqi", keep_dtype=("indices",),
)  # fmt: skip
def _embedding(xp: Any, weight: Any, indices: Any, padding_idx: int, scale: bool) -> Any:
    """Rows of weight."""
    low, high = (int(indices.min()), int(indices.max())) if indices.size else (0, -1)
    if low < 0 or high >= weight.shape[0]:
        bad = low if low < 0 else high
        fail(
            IndexError,
            "index out of range in self",
            kind="index",
            op="embedding",
            explain=[f"Index {bad}: the table has rows 0 to {weight.shape[0] - 1}."],
        )
    return weight[indices]


@_embedding.vjp("weight", rule="rows of g added at their indices (none at padding_idx)")
def _(g: Any, weight_spec: Any, indices: Any, padding_idx: int, scale: bool) -> Any:
    if not graph.state.grad and door.batching is None:
        return apply(_embedding_back, [g, indices, weight_spec.shape[0], padding_idx, scale])
    at = indices.reshape(-1).long()
    rows = g.reshape(-1, weight_spec.shape[1])
    if padding_idx >= 0:
        rows = rows.masked_fill((at == padding_idx).unsqueeze(1), 0)
    if scale:
        counts = T.zeros(weight_spec.shape[0], dtype=rows._dtype, device=rows.device).index_add(0, at, T.ones_like(rows[:, 0]))
        rows = rows / counts.index_select(0, at).unsqueeze(1)
    return T.zeros(weight_spec.shape, dtype=rows._dtype, device=rows.device).index_add(0, at, rows)


def _count_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


@op(
    "_embedding_back(Tensor grad, Tensor indices, int rows, int padding_idx, bool scale) -> Tensor",
    namespaces=("internal",), method=False, keep_dtype=("indices",), label="embedding_backward", dtype=_count_dtype,
    spec=lambda grad, indices, rows, padding_idx, scale: (rows, grad.shape[-1]),
    quick=lambda grad, indices, rows, padding_idx, scale: rows * grad.shape[-1] <= 1 << 20,
)  # fmt: skip
def _embedding_back(xp: Any, grad: Any, indices: Any, rows: int, padding_idx: int, scale: bool) -> Any:
    """Rows of grad added at their indices, none at padding_idx; with scale each over how often its index occurs."""
    at = indices.reshape(-1)
    g = grad.reshape(at.shape[0], grad.shape[-1])
    if scale:
        g = g / xp.bincount(at, minlength=rows)[at][:, None].astype(g.dtype)
    if padding_idx >= 0:
        kept = at != padding_idx
        at, g = at[kept], g[kept]
    width = g.shape[1]
    out = xp.zeros(rows * width, g.dtype)
    xp.add_at(out, (at[:, None] * width + xp.arange(width)).reshape(-1), xp.ascontiguousarray(g).reshape(-1))  # a flat index is several times faster than rows
    return out.reshape(rows, width)


@_embedding.samples
def _(make: Any) -> Any:
    yield make(4, 3), make([0, 2, 2], dtype="int64")
    yield make(4, 3), make([[0, 2], [1, 2]], dtype="int64"), 2


@composite(
    "embedding(Tensor input, Tensor weight, int? padding_idx=None, float? max_norm=None, float norm_type=2.0, bool scale_grad_by_freq=False, "
    "bool sparse=False) -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def embedding(input: Any, weight: Any, padding_idx: Any, max_norm: Any, norm_type: float, scale_grad_by_freq: bool, sparse: bool) -> Any:
    """Rows of weight chosen by integer indices; no gradient reaches row padding_idx.

    >>> nn.functional.embedding(tensor([1]), tensor([[1., 2.], [3., 4.]]))
    tensor([[3., 4.]])
    """
    if padding_idx is not None:
        if not -weight.shape[0] <= padding_idx < weight.shape[0]:
            raise AssertionError("Padding_idx must be within num_embeddings")
        padding_idx %= weight.shape[0]
    if max_norm is not None:
        _check_indices("embedding", weight, input)
        _renormalize(weight, input, max_norm, norm_type)
    return _embedding(weight, input, -1 if padding_idx is None else padding_idx, scale_grad_by_freq)


def _renormalize(weight: Any, input: Any, max_norm: float, norm_type: float) -> None:
    """Scale the rows that input names, in place, to at most max_norm."""
    if weight.ndim != 2:
        fail(
            RuntimeError,
            f"Expected 2-dimensional tensor, but got {weight.ndim}-dimensional tensor for argument #1 'self' (while checking arguments for embedding_renorm_)",
            kind="shape",
            op="embedding",
            operands=operands(["weight"], [weight]),
        )
    with_grad = graph.state.grad
    graph.state.grad = False
    try:
        at = input.reshape(-1).unique()
        rows = weight.index_select(0, at)
        size = rows.norm(norm_type, 1, True)
        weight.index_copy_(0, at, T.where(size > max_norm, rows * (max_norm / (size + 1e-7)), rows))
    finally:
        graph.state.grad = with_grad


# -- bags of rows -------------------------------------------------------------------------------------------------------------------

_BAG_MODES = ("sum", "mean", "max")


def _bag_shape(weight: Any, indices: Any, offsets: Any, weights: Any, mode: int, scale: bool, padding_idx: int, last: bool) -> Any:
    return (max(offsets.shape[0] - last, 0), weight.shape[1])


def _bag_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    if d.category != dtypes.FLOAT:
        names = "Half, BFloat16, Float, Double"
        found = f"CPU{_cap(d)}Type" if d.is_complex else f"torch.{_cap(d)}Tensor"
        fail(
            RuntimeError,
            f"Expected tensor for argument #1 'weight' to have one of the following scalar types: {names}; but got {found} instead (while "
            "checking arguments for embedding_bag)",
            kind="dtype",
            op="embedding_bag",
            operands=operands(["weight"], values[:1]),
            hints=["weight.float()"],
        )
    for t in values[1:3]:
        _check_indices(o.label, values[0], t)
    if values[3] is not None and values[3]._dtype is not d:
        fail(
            RuntimeError,
            f"Expected tensor for argument #1 'weight' to have the same type as tensor for argument #1 'per_sample_weights'; but type torch.{_cap(d)}Tensor "
            f"does not equal torch.{_cap(values[3]._dtype)}Tensor (while checking arguments for embedding_bag)",
            kind="dtype",
            op="embedding_bag",
            operands=operands(["weight", "per_sample_weights"], [values[0], values[3]]),
            hints=["per_sample_weights.to(weight.dtype)"],
        )
    return None, d


def _check_padding(padding_idx: int, rows: int) -> None:
    if not -rows <= padding_idx < rows:
        _no_bag(RuntimeError, f"padding_idx must be within the number of embeddings, -{rows} through {rows - 1}, but got {padding_idx}")


def _no_bag(cls: type[Exception], sentence: str, *explain: str) -> None:
    fail(cls, sentence, kind="index" if cls is IndexError else "value", op="embedding_bag", explain=list(explain))


@op(
    "_embedding_bag(Tensor weight, Tensor indices, Tensor offsets, Tensor? weights, int mode, bool scale, int padding_idx, bool last) -> Tensor",
    namespaces=("internal",), method=False, keep_dtype=("indices", "offsets"), aux="bag, count, chosen", node="EmbeddingBagBackward0", label="embedding_bag",
    dtype=_bag_dtype, spec=_bag_shape,
)  # fmt: skip
def _embedding_bag(xp: Any, weight: Any, indices: Any, offsets: Any, weights: Any, mode: int, scale: bool, padding_idx: int, last: bool) -> Any:
    """Sums, means or largest of rows of weight; a bag ends where the next begins. Bags are walked in step: their first elements, their second, and so on."""
    n, bags = indices.shape[0], max(offsets.shape[0] - last, 0)
    if offsets.size and int(offsets[0]) != 0:
        _no_bag(
            RuntimeError,
            f"offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got {int(offsets[0])}",
        )
    if offsets.size and int(offsets[-1]) > n:
        _no_bag(RuntimeError, f"offsets[-1] can not be greater than input's length({n}) but got offsets[-1] of {int(offsets[-1])}")
    if n and (int(indices.min()) < 0 or int(indices.max()) >= weight.shape[0]):
        bad = int(indices[(indices < 0) | (indices >= weight.shape[0])][0])
        sentence = f"embedding_bag: Expected idx >= 0 && idx < num_embeddings but found idx to be {bad}"
        _no_bag(RuntimeError, sentence, f"The table has rows 0 to {weight.shape[0] - 1}.")
    start = offsets[:bags].astype("int64")
    end = xp.concatenate([offsets[1 : bags + 1].astype("int64"), xp.full(1, n, "int64")])[:bags] if not last else offsets[1 : bags + 1].astype("int64")
    wide = weight.astype("float32") if weight.dtype.itemsize == 2 else weight
    out = xp.zeros((bags, weight.shape[1]), wide.dtype)
    chosen = xp.full(out.shape, -1, "int64")
    count = xp.zeros(bags, "int64")
    bag = xp.zeros(n, "int64")
    for k in range(int((end - start).max()) if bags else 0):
        here = xp.nonzero(start + k < end)[0]
        at = start[here] + k
        bag[at] = here
        rows = indices[at]
        kept = rows != padding_idx
        here, rows, at = here[kept], rows[kept], at[kept]
        count[here] += 1
        values = wide[rows]
        if mode == 2:
            take = (values > out[here]) | (chosen[here] < 0)
            out[here] = xp.where(take, values, out[here])
            chosen[here] = xp.where(take, rows[:, None], chosen[here])
        else:
            out[here] += values if weights is None else values * weights[at][:, None].astype(wide.dtype)
    if mode == 1:
        out /= xp.maximum(count, 1)[:, None].astype(wide.dtype)
    return out, bag, count, chosen


@_embedding_bag.vjp("weight", "weights", rule="weight: each bag's g (over its count for a mean) added at its rows; weights: g * row, summed")
def _(g: Any, weight: Any, indices: Any, weights: Any, mode: int, scale: bool, padding_idx: int, bag: Any, count: Any, chosen: Any, needs: Any) -> Any:
    first = second = None
    if g._dtype.itemsize == 2:
        g, weight = g.float(), weight.float()
    if mode == 2:
        return T.zeros_like(weight).scatter_add(0, chosen.clamp(min=0), T.where(chosen < 0, 0.0, g)), None
    if mode == 1:
        g = g / count.clamp(min=1).unsqueeze(1).to(g._dtype)
    at = indices.long()
    rows = g.index_select(0, bag).masked_fill((at == padding_idx).unsqueeze(1), 0)
    if needs[1]:
        second = (rows * weight.index_select(0, at)).sum(1)
    if needs[0]:
        if weights is not None:
            rows = rows * weights.unsqueeze(1)
        if scale:
            rows = rows / T.bincount(at, minlength=weight.shape[0]).index_select(0, at).unsqueeze(1).to(rows._dtype)
        first = T.zeros_like(weight).index_add(0, at, rows)
    return first, second


@_embedding_bag.samples
def _(make: Any) -> Any:
    yield make(4, 3), make.ints([0, 2, 2, 3]), make.ints([0, 1, 1]), None, 1, False, -1, False
    yield make(4, 2), make.ints([0, 2, 2, 3]), make.ints([0, 3]), make(4), 0, False, 2, False
    yield make(4, 2), make.ints([0, 2, 1, 3]), make.ints([0, 3]), None, 2, False, -1, False


@composite(
    "embedding_bag(Tensor input, Tensor weight, Tensor? offsets=None, float? max_norm=None, float norm_type=2, bool scale_grad_by_freq=False, "
    "str mode='mean', bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int? padding_idx=None) -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def embedding_bag(
    input: Any, weight: Any, offsets: Any, max_norm: Any, norm_type: float, scale_grad_by_freq: bool, mode: str, sparse: bool, per_sample_weights: Any,
    include_last_offset: bool, padding_idx: Any,
) -> Any:  # fmt: skip
    """The sum, mean or largest of rows of weight, a bag at a time: rows of a 2-d input, or runs of a 1-d one that begin at offsets.

    Rows at padding_idx count for nothing; per_sample_weights (of a sum) weigh each row.

    >>> nn.functional.embedding_bag(tensor([0, 1, 1]), tensor([[1., 2.], [3., 4.]]), tensor([0, 2]))
    tensor([[2., 3.],
            [3., 4.]])
    """
    if weight._dtype is dtypes.int64 and input.is_floating_point():
        warn(
            "Argument order of nn.functional.embedding_bag was changed. Usage `embedding_bag(weight, input, ...)` is deprecated, and should now be "
            "`embedding_bag(input, weight, ...)`."
        )
        weight, input = input, weight
    if per_sample_weights is not None and tuple(input.shape) != tuple(per_sample_weights.shape):
        _no_bag(
            ValueError,
            f"embedding_bag: If per_sample_weights ({per_sample_weights.shape}) is not None, then it must have the same shape as the input ({input.shape})",
        )
    if weight.ndim != 2:
        _no_bag(ValueError, f"weight has to be a 2D Tensor, but got Tensor of dimension {weight.ndim}")
    if input.ndim == 2:
        if offsets is not None:
            _no_bag(
                ValueError,
                "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences. However, found offsets of type "
                "<class 'torch.Tensor'>",
            )
        offsets = T.arange(0, input.numel(), input.shape[1], dtype=input._dtype, device=input.device)
        include_last_offset = False
        input = input.reshape(-1)
        per_sample_weights = None if per_sample_weights is None else per_sample_weights.reshape(-1)
    elif input.ndim != 1:
        _no_bag(ValueError, f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.ndim}")
    elif offsets is None or offsets.ndim != 1:
        _no_bag(ValueError, "offsets has to be a 1D Tensor" + (" but got None" if offsets is None else ""))
    if mode not in _BAG_MODES:
        _no_bag(ValueError, "mode has to be one of sum, mean or max")
    if mode == "max" and (scale_grad_by_freq or sparse):
        _no_bag(ValueError, "max mode does not support " + ("scaling the gradient by the frequency" if scale_grad_by_freq else "sparse weights"))
    if max_norm is not None:
        _renormalize(weight, input, max_norm, norm_type)
    if per_sample_weights is not None and mode != "sum":
        _no_bag(
            NotImplementedError,
            f"embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got mode='{mode}'). Please open a feature "
            "request on GitHub.",
        )
    if padding_idx is not None:
        _check_padding(padding_idx, weight.shape[0])
    padding = -1 if padding_idx is None else padding_idx % max(weight.shape[0], 1)
    if input._dtype is not offsets._dtype and not (input.is_complex() or offsets.is_complex()):
        kind = dtypes.result_dtype([input._dtype, offsets._dtype], [], [])
        input, offsets = input.to(kind), offsets.to(kind)
    return _embedding_bag(weight, input, offsets, per_sample_weights, _BAG_MODES.index(mode), scale_grad_by_freq, padding, include_last_offset)


@composite("embedding(Tensor weight, Tensor indices, int padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor", method=False)
def _torch_embedding(weight: Any, indices: Any, padding_idx: int, scale_grad_by_freq: bool, sparse: bool) -> Any:
    """nn.functional.embedding() with its parameters in the order of PyTorch's core.

    >>> torch.embedding(tensor([[1., 2.], [3., 4.]]), tensor([1]))
    tensor([[3., 4.]])
    """
    return _embedding(weight, indices, padding_idx, scale_grad_by_freq)


def _torch_bag(weight: Any, indices: Any, offsets: Any, scale: bool, mode: int, per_sample_weights: Any, last: bool, padding_idx: int) -> Any:
    if not 0 <= mode <= 2:
        _no_bag(RuntimeError, f"Expected mode to be 0, 1 or 2, but got {mode}")
    if per_sample_weights is not None and mode != 0:
        _no_bag(RuntimeError, "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum'")
    out = apply(_embedding_bag, [weight, indices, offsets, per_sample_weights, mode, scale, padding_idx, last])
    n, bags = indices.shape[0], out.shape[0]
    kind, where = indices._dtype, indices.device
    if mode == 0 and padding_idx < 0:
        return out, T.zeros(0, dtype=kind, device=where), T.zeros(bags, dtype=kind, device=where), T.zeros(bags, dtype=kind, device=where)
    bag = (T.searchsorted(offsets[:bags], T.arange(n, dtype=kind, device=where), right=True) - 1).to(kind)
    if mode == 0:
        return out, bag, T.zeros(bags, dtype=kind, device=where), T.zeros(bags, dtype=kind, device=where)
    size = T.bincount(bag[indices != padding_idx], minlength=bags).to(kind)
    if mode == 1:
        return out, bag, size, size.clone()
    rows = weight.detach()[indices]
    chosen = T.full_like(out, -1, dtype=kind)
    for k in range(n):  # the first of equal ones
        b = int(bag[k])
        if int(indices[k]) != padding_idx:
            better = (rows[k] > out.detach()[b]) | ((rows[k] == out.detach()[b]) & (chosen[b] < 0))
            chosen[b] = T.where(better, indices[k], chosen[b])
    return out, bag, size, chosen.clamp(min=0)


_TORCH_BAG = "Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq{}, int mode{}, bool sparse{}, Tensor? per_sample_weights{}, "
_TORCH_BAG_OUT = "(Tensor output, Tensor offset2bag, Tensor bag_size, Tensor max_indices)"


@composite(
    f"embedding_bag({_TORCH_BAG.format('=False', '=0', '=False', '=None')}bool include_last_offset=False) -> (Tensor, Tensor, Tensor, Tensor)", method=False
)
def _torch_embedding_bag(
    weight: Any, indices: Any, offsets: Any, scale_grad_by_freq: bool, mode: int, sparse: bool, per_sample_weights: Any, include_last_offset: bool
) -> Any:
    """nn.functional.embedding_bag() as PyTorch's core has it (mode 0 sum, 1 mean, 2 max), with the bag of each index, the sizes of the bags, and rows.

    >>> torch.embedding_bag(tensor([[1., 2.], [3., 4.]]), tensor([0, 1, 1]), tensor([0, 2]))[0]
    tensor([[4., 6.],
            [3., 4.]])
    """
    return _torch_bag(weight, indices, offsets, scale_grad_by_freq, mode, per_sample_weights, include_last_offset, -1)


@composite(
    f"embedding_bag.padding_idx({_TORCH_BAG.format('', '', '', '')}bool include_last_offset, int? padding_idx) -> (Tensor, Tensor, Tensor, Tensor)",
    method=False,
)
def _torch_embedding_bag_padded(
    weight: Any, indices: Any, offsets: Any, scale_grad_by_freq: bool, mode: int, sparse: bool, per_sample_weights: Any, include_last_offset: bool,
    padding_idx: Any,
) -> Any:  # fmt: skip
    """The same with a row that counts for nothing."""
    if padding_idx is not None:
        _check_padding(padding_idx, weight.shape[0])
    padding = -1 if padding_idx is None else padding_idx % max(weight.shape[0], 1)
    return _torch_bag(weight, indices, offsets, scale_grad_by_freq, mode, per_sample_weights, include_last_offset, padding)


@embedding.samples
def _(make: Any) -> Any:
    yield make.ints([[0, 2], [1, 2]]), make(4, 3)
    yield make.ints([3, 0]), make(4, 2)


@embedding_bag.samples
def _(make: Any) -> Any:
    yield make.ints([[0, 2], [1, 2]]), make(4, 3)
    yield make.ints([0, 2, 2, 3]), make(4, 3), make.ints([0, 1, 1]), {"mode": "sum", "per_sample_weights": make(4)}
    yield make.ints([0, 2, 1, 3]), make(4, 3), make.ints([0, 1, 4]), {"mode": "max", "include_last_offset": True}


@_torch_embedding_bag.samples
def _(make: Any) -> Any:
    yield make(4, 3), make.ints([0, 2, 2, 3]), make.ints([0, 3])
    yield make(4, 3), make.ints([0, 2, 2, 3]), make.ints([0, 1]), False, 1
    yield make(4, 3), make.ints([0, 2, 1, 3]), make.ints([0, 1]), False, 2


__all__ = ["embedding", "linear"]
