"""torch.nn.functional: softmax with its implicit dimension, linear, embedding, attention."""

from __future__ import annotations

import math

from .. import dtypes, graph
from ..apply import TENSORS as T
from ..errors import fail, operands
from ..graph import warn
from ..registry import composite, op
from .dropping import dropout
from .linalg import addmm, matmul

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_F = ("nn.functional",)

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
    return T.softmax(input, _softmax_dim("softmax", input.ndim) if dim is None else dim, dtype=dtype)


@composite("log_softmax(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor", namespaces=_F, method=False, public="log_softmax")
def _log_softmax_f(input: Any, dim: Any, _stacklevel: int, dtype: Any) -> Any:
    """log(softmax(input)) along dim, without overflow.

    >>> nn.functional.log_softmax(tensor([1000., 0.]), dim=0)
    tensor([    0., -1000.])
    """
    return T.log_softmax(input, _softmax_dim("log_softmax", input.ndim) if dim is None else dim, dtype=dtype)


@composite("softmin(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor", namespaces=_F, method=False)
def softmin(input: Any, dim: Any, _stacklevel: int, dtype: Any) -> Any:
    """softmax(-input) along dim.

    >>> nn.functional.softmin(tensor([0., 0.]), dim=0)
    tensor([0.5000, 0.5000])
    """
    return T.softmax(-input, _softmax_dim("softmin", input.ndim) if dim is None else dim, dtype=dtype)


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
    if bias is None or weight.ndim != 2 or input.ndim == 0:
        out = matmul.kernel(input, weight.t())
        return out if bias is None else out + bias
    if input.ndim == 2:
        return addmm(bias, input, weight.t())
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
    index = values[1]
    if index._dtype not in (dtypes.int64, dtypes.int32):
        fail(
            RuntimeError,
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got "
            f"{index.type()} instead (while checking arguments for embedding)",
            kind="dtype",
            op="embedding",
            operands=operands(["weight", "input"], values[:2]),
            hints=["input.long()"],
        )
    return None, values[0]._dtype


def _embedding_shape(weight: Any, indices: Any, padding_idx: int, scale: bool) -> Any:
    if len(weight.shape) != 2:
        raise RuntimeError("'weight' must be 2-D")
    return (*indices.shape, weight.shape[1])


@op(
    "_embedding(Tensor weight, Tensor indices, int padding_idx=-1, bool scale=False) -> Tensor",
    namespaces=("internal",), method=False, node="EmbeddingBackward0", label="embedding", dtype=_embedding_dtype, spec=_embedding_shape,
)  # fmt: skip
def _embedding(xp: Any, weight: Any, indices: Any, padding_idx: int, scale: bool) -> Any:
    """Rows of weight."""
    if indices.size and (int(indices.min()) < 0 or int(indices.max()) >= weight.shape[0]):
        bad = int(indices.min()) if int(indices.min()) < 0 else int(indices.max())
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
    at = indices.reshape(-1).long()
    rows = g.reshape(-1, weight_spec.shape[1])
    if padding_idx >= 0:
        rows = rows.masked_fill((at == padding_idx).unsqueeze(1), 0)
    if scale:
        counts = T.zeros(weight_spec.shape[0], dtype=rows._dtype, device=rows.device).index_add(0, at, T.ones_like(rows[:, 0]))
        rows = rows / counts.index_select(0, at).unsqueeze(1)
    return T.zeros(weight_spec.shape, dtype=rows._dtype, device=rows.device).index_add(0, at, rows)


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
        _renormalize(weight, input, max_norm, norm_type)
    return _embedding(weight, input, -1 if padding_idx is None else padding_idx, scale_grad_by_freq)


def _renormalize(weight: Any, input: Any, max_norm: float, norm_type: float) -> None:
    """Scale the rows that input names, in place, to at most max_norm."""
    with_grad = graph.state.grad
    graph.state.grad = False
    try:
        at = input.reshape(-1).unique()
        rows = weight.index_select(0, at)
        size = rows.norm(norm_type, 1, True)
        weight.index_copy_(0, at, T.where(size > max_norm, rows * (max_norm / (size + 1e-7)), rows))
    finally:
        graph.state.grad = with_grad


# -- attention ----------------------------------------------------------------------------------------------------------------------


@composite(
    "scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, "
    "float? scale=None, bool enable_gqa=False) -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def scaled_dot_product_attention(query: Any, key: Any, value: Any, attn_mask: Any, dropout_p: float, is_causal: bool, scale: Any, enable_gqa: bool) -> Any:
    """softmax(query @ key.mT * scale + mask) @ value; scale is 1/sqrt(size of a query), a bool mask keeps what is True.

    >>> nn.functional.scaled_dot_product_attention(zeros(1, 2, 4), zeros(1, 2, 4), tensor([[[1.], [3.]]]))
    tensor([[[2.],
             [2.]]])
    """
    if enable_gqa and query.shape[-3] != key.shape[-3]:
        key = key.repeat_interleave(query.shape[-3] // key.shape[-3], -3)
        value = value.repeat_interleave(query.shape[-3] // value.shape[-3], -3)
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = (query * factor) @ key.mT
    if is_causal:
        if attn_mask is not None:
            raise RuntimeError("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
        attn_mask = T.ones(query.shape[-2], key.shape[-2], dtype=dtypes.bool_, device=query.device).tril()
    if attn_mask is not None:
        scores = scores.masked_fill(~attn_mask, -math.inf) if attn_mask._dtype is dtypes.bool_ else scores + attn_mask
    weights = T.softmax(scores, -1)
    if dropout_p:
        weights = dropout.kernel(weights, dropout_p, True, False)
    return weights @ value


@scaled_dot_product_attention.samples
def _(make: Any) -> Any:
    yield make(2, 3, 4, dtype="float32"), make(2, 5, 4, dtype="float32"), make(2, 5, 3, dtype="float32")


__all__ = ["embedding", "linear"]
