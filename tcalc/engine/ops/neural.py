"""torch.nn.functional: softmax with its implicit dimension, linear, dropout, embedding, normalization layers, attention."""

from __future__ import annotations

import math

from .. import dtypes, graph
from ..apply import TENSORS as T
from ..errors import describe, fail, operands
from ..graph import warn
from ..registry import composite, op
from .linalg import addmm, matmul
from .summing import squares, total

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


@composite("normalize(Tensor input, float p=2.0, int dim=1, float eps=1e-12) -> Tensor", namespaces=_F, method=False)
def normalize(input: Any, p: float, dim: int, eps: float) -> Any:
    """input over its norm along dim (at least eps).

    >>> nn.functional.normalize(tensor([[3., 4.]]))
    tensor([[0.6000, 0.8000]])
    """
    return input / input.norm(p, dim, keepdim=True).clamp(min=eps).expand_as(input)


@normalize.samples
def _(make: Any) -> Any:
    yield (make(2, 3),)


# -- linear, dropout, embedding -----------------------------------------------------------------------------------------------------


@composite("linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor", namespaces=_F, method=False)
def linear(input: Any, weight: Any, bias: Any) -> Any:
    """input @ weight.T + bias, weight of shape [out, in].

    >>> nn.functional.linear(tensor([[1., 2.]]), tensor([[1., 1.]]), tensor([10.]))
    tensor([[13.]])
    """
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
    shape = tuple(input1.shape[:-1])
    a, b = input1.reshape(-1, input1.shape[-1]), input2.reshape(-1, input2.shape[-1])
    out = T.einsum("ni,kij,nj->nk", a, weight, b)
    out = out.contiguous().view(*shape, weight.shape[0])
    return out if bias is None else out + bias


@bilinear.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(2, 2), make(4, 3, 2), make(4)


@composite("dropout(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor", namespaces=_F, method=False)
def dropout(input: Any, p: float, training: bool, inplace: bool) -> Any:
    """Each element zero with probability p, the rest scaled by 1/(1-p); itself when not training.

    >>> nn.functional.dropout(tensor([1., 2.]), 1.0)
    tensor([0., 0.])
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0 or input.numel() == 0:
        return input
    from .randoms import dropout_mask

    return input.mul_(dropout_mask(input, p)) if inplace else input * dropout_mask(input, p)


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


# -- normalization layers -----------------------------------------------------------------------------------------------------------


def _layer_shape(input: Any, normalized_shape: Any, weight: Any, bias: Any, eps: float) -> Any:
    k = len(normalized_shape)
    if k < 1:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = "
            f"{list(normalized_shape)}"
        )
    for name, t in (("weight", weight), ("bias", bias)):
        if t is not None and tuple(t.shape) != tuple(normalized_shape):
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape {list(t.shape)} and normalized_shape = "
                f"{list(normalized_shape)}"
            )
    if len(input.shape) < k or tuple(input.shape[-k:]) != tuple(normalized_shape):
        fail(
            RuntimeError,
            f"Given normalized_shape={list(normalized_shape)}, expected input with shape [*, {', '.join(map(str, normalized_shape))}], but got input of "
            f"size{list(input.shape)}",
            kind="shape",
            op="layer_norm",
            explain=["layer_norm works over the last dimensions: normalized_shape is the end of input's shape."],
        )
    return tuple(input.shape)


def _layer_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    if d.category < dtypes.FLOAT:
        from ..apply import _cap

        fail(
            NotImplementedError,
            f"\"LayerNormKernelImpl\" not implemented for '{_cap(d)}'",
            kind="dtype",
            op="layer_norm",
            operands=[("input", describe(values[0]))],
            hints=["x.float() first."],
        )
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


_BLOCK = 1 << 15  # elements that stay in cache between the passes


@op(
    "layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05) -> Tensor",
    namespaces=_F, method=False, aux="mean, rstd", node="NativeLayerNormBackward0", dtype=_layer_dtype, spec=_layer_shape, flops=10,
)  # fmt: skip
def layer_norm(xp: Any, input: Any, normalized_shape: Any, weight: Any, bias: Any, eps: float) -> Any:
    """(input - mean) / sqrt(variance + eps) over the last dimensions, times weight plus bias; the variance is that without correction.

    >>> nn.functional.layer_norm(tensor([[1., 3.]]), (2,))
    tensor([[-1.0000,  1.0000]])
    """
    n = math.prod(normalized_shape)
    rows = input.reshape(-1, n) if n else input.reshape(math.prod(input.shape[: -len(normalized_shape)]), 0)
    out = xp.empty(rows.shape, rows.dtype)
    mean = xp.empty((rows.shape[0], 1), rows.dtype)
    rstd = xp.empty((rows.shape[0], 1), rows.dtype)
    w = None if weight is None else weight.reshape(-1)
    b = None if bias is None else bias.reshape(-1)
    step = max(_BLOCK // max(n, 1), 1)
    for k in range(0, rows.shape[0], step):
        x, y = rows[k : k + step], out[k : k + step]
        if not n:
            break
        mean[k : k + step] = total(xp, x, 1, True) / n
        xp.subtract(x, mean[k : k + step], out=y)
        rstd[k : k + step] = 1.0 / xp.sqrt(squares(xp, y, 1, True) / n + eps)
        y *= rstd[k : k + step]
        if w is not None:
            y *= w
        if b is not None:
            y += b
    lead = (*input.shape[: -len(normalized_shape)], *(1 for _ in normalized_shape))
    return out.reshape(input.shape), mean.reshape(lead), rstd.reshape(lead)


@layer_norm.vjp("input", "weight", "bias", rule="input: rstd * (gw - mean(gw) - xhat * mean(gw * xhat)), gw = g * weight; weight: sum(g * xhat); bias: sum(g)")
def _(g: Any, input: Any, normalized_shape: Any, weight: Any, eps: float, mean: Any, rstd: Any, needs: Any) -> Any:
    dims = list(range(input.ndim - len(normalized_shape), input.ndim))
    if input._dtype.itemsize == 2:
        g, input = g.float(), input.float()
    if graph.state.grad:  # to be differentiated again: mean and rstd are functions of the input
        mean = input.mean(dims, keepdim=True)
        away = input - mean
        rstd = T.rsqrt((away * away).mean(dims, keepdim=True) + eps)
    else:
        away = input - mean
    hat = away * rstd
    lead = list(range(input.ndim - len(normalized_shape)))
    first = second = third = None
    if needs[0]:
        gw = g if weight is None else g * weight
        first = rstd * (gw - gw.mean(dims, keepdim=True) - hat * (gw * hat).mean(dims, keepdim=True))
    if needs[1]:
        second = (g * hat).sum(lead) if lead else g * hat
    if needs[2]:
        third = g.sum(lead) if lead else g
    return first, second, third


@layer_norm.samples
def _(make: Any) -> Any:
    yield make(2, 3), (3,)
    yield make(2, 3), (3,), make(3), make(3)
    yield make(2, 2, 3), (2, 3), make(2, 3)


def _grouped(shape: Any, groups: int) -> tuple[tuple[int, ...], list[int], tuple[int, ...]]:
    """A shape in which the statistics run over whole dimensions: (shape, those dimensions, the shape of weight in it)."""
    channels = shape[1]
    if groups:
        return (shape[0], groups, channels // groups, *shape[2:]), list(range(2, len(shape) + 1)), (1, groups, channels // groups, *[1] * (len(shape) - 2))
    return tuple(shape), [k for k in range(len(shape)) if k != 1], (1, channels, *[1] * (len(shape) - 2))


@op(
    "_channel_norm(Tensor input, Tensor? weight, Tensor? bias, int groups, float eps) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: "NativeGroupNormBackward0" if n.args["groups"] else "NativeBatchNormBackward0", label="channel_norm",
    dtype=_layer_dtype, spec=lambda input, weight, bias, groups, eps: tuple(input.shape), flops=10,
)  # fmt: skip
def _channel_norm(xp: Any, input: Any, weight: Any, bias: Any, groups: int, eps: float) -> Any:
    """(input - mean) / sqrt(variance + eps) of each channel over the batch (groups 0), or of each group of channels of each example."""
    shape, dims, each = _grouped(input.shape, groups)
    x, axis = input.reshape(shape), tuple(dims)
    n = max(math.prod(shape[k] for k in dims), 1)
    away = x - (total(xp, x, axis, True) / n).astype(x.dtype)
    away *= (1.0 / xp.sqrt(squares(xp, away, axis, True) / n + eps)).astype(x.dtype)
    if weight is not None:
        away *= weight.reshape(each)
    if bias is not None:
        away += bias.reshape(each)
    return away.reshape(input.shape)


@_channel_norm.vjp(
    "input", "weight", "bias", rule="input: rstd * (gw - mean(gw) - xhat * mean(gw * xhat)), gw = g * weight; weight: sum(g * xhat); bias: sum(g)"
)
def _(g: Any, input: Any, weight: Any, groups: int, eps: float, needs: Any) -> Any:
    shape, dims, each = _grouped(input.shape, groups)
    if input._dtype.itemsize == 2:
        g, input = g.float(), input.float()
    x, g = input.reshape(shape), g.reshape(shape)
    away = x - x.mean(dims, keepdim=True)
    rstd = T.rsqrt((away * away).mean(dims, keepdim=True) + eps)
    hat = away * rstd
    first = second = third = None
    if needs[0]:
        gw = g if weight is None else g * weight.reshape(each)
        first = (rstd * (gw - gw.mean(dims, keepdim=True) - hat * (gw * hat).mean(dims, keepdim=True))).reshape(input.shape)
    if needs[1]:
        second = (g * hat).sum_to_size(each).reshape(-1)
    if needs[2]:
        third = g.sum_to_size(each).reshape(-1)
    return first, second, third


@_channel_norm.samples
def _(make: Any) -> Any:
    yield make(4, 2), make(2), make(2), 0, 1e-5
    yield make(2, 4, 3), make(4), make(4), 2, 1e-5


def _by_channel(out: Any, weight: Any, bias: Any) -> Any:
    shape = [1, -1] + [1] * (out.ndim - 2)
    if weight is not None:
        out = out * weight.view(shape)
    return out if bias is None else out + bias.view(shape)


@composite(
    "batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight=None, Tensor? bias=None, bool training=False, float momentum=0.1, "
    "float eps=1e-05) -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def batch_norm(input: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, training: bool, momentum: float, eps: float) -> Any:
    """Each channel (dim 1) less its mean, over its standard deviation: the batch's own when training, else the running ones.

    When training, the running ones move towards the batch's by momentum.

    >>> nn.functional.batch_norm(tensor([[1.], [3.]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    dims = [k for k in range(input.ndim) if k != 1]
    count = math.prod(input.shape[k] for k in dims)
    if not training:
        if running_mean is None or running_var is None:
            raise RuntimeError("Expected running_mean and running_var to be defined when training=False")
        shape = [1, -1] + [1] * (input.ndim - 2)
        scale = T.rsqrt(running_var + eps)
        return _by_channel((input - running_mean.view(shape)) * scale.view(shape), weight, bias)
    if count <= 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {input.shape}")
    if running_mean is not None or running_var is not None:
        with_grad = graph.state.grad
        graph.state.grad = False
        try:
            data = input.detach()
            if running_mean is not None:
                running_mean.mul_(1 - momentum).add_(data.mean(dims), alpha=momentum)
            if running_var is not None:
                running_var.mul_(1 - momentum).add_(data.var(dims), alpha=momentum)
        finally:
            graph.state.grad = with_grad
    return _channel_norm(input, weight, bias, 0, eps)


@composite("group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05) -> Tensor", namespaces=_F, method=False)
def group_norm(input: Any, num_groups: int, weight: Any, bias: Any, eps: float) -> Any:
    """Groups of channels (dim 1), each less its mean, over its standard deviation.

    >>> nn.functional.group_norm(tensor([[1., 3.]]), 1)
    tensor([[-1.0000,  1.0000]])
    """
    if input.ndim < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {input.ndim}")
    if num_groups <= 0 or input.shape[1] % num_groups:
        raise RuntimeError(
            f"Expected number of channels in input to be divisible by num_groups, but got input of shape {list(input.shape)} and num_groups={num_groups}"
        )
    return _channel_norm(input, weight, bias, num_groups, eps)


@composite(
    "instance_norm(Tensor input, Tensor? running_mean=None, Tensor? running_var=None, Tensor? weight=None, Tensor? bias=None, bool use_input_stats=True, "
    "float momentum=0.1, float eps=1e-05) -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def instance_norm(input: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, use_input_stats: bool, momentum: float, eps: float) -> Any:
    """Each channel of each example less its mean, over its standard deviation.

    >>> nn.functional.instance_norm(tensor([[[1., 3.]]]))
    tensor([[[-1.0000,  1.0000]]])
    """
    if not use_input_stats:
        return batch_norm.kernel(input, running_mean, running_var, weight, bias, False, momentum, eps)
    if input.ndim < 3 or math.prod(input.shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.shape}")
    return _channel_norm(input, weight, bias, input.shape[1], eps)


@composite(
    "rms_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor", namespaces=("nn.functional", "torch"), method=False
)
def rms_norm(input: Any, normalized_shape: Any, weight: Any, eps: Any) -> Any:
    """input over its root mean square over the last dimensions, times weight.

    >>> nn.functional.rms_norm(tensor([3., 4.]), (2,))
    tensor([0.8485, 1.1314])
    """
    k = len(normalized_shape)
    if tuple(input.shape[input.ndim - k :]) != tuple(normalized_shape):
        raise RuntimeError(
            f"Given normalized_shape={list(normalized_shape)}, expected input with shape [*, {', '.join(map(str, normalized_shape))}], but got input of "
            f"size{list(input.shape)}"
        )
    if not input.is_floating_point():
        from ..apply import _cap

        raise NotImplementedError(f"\"rms_norm\" not implemented for '{_cap(input._dtype)}'")
    wide = input.float() if input._dtype.itemsize == 2 else input
    small = dtypes.finfo(wide._dtype).eps if eps is None else eps
    out = wide * T.rsqrt((wide * wide).mean(list(range(input.ndim - k, input.ndim)), keepdim=True) + small)
    return (out if weight is None else out * weight).to(input._dtype)


@batch_norm.samples
def _(make: Any) -> Any:
    yield make(4, 2), None, None, make(2), make(2), True


@group_norm.samples
def _(make: Any) -> Any:
    yield make(2, 4, 3), 2, make(4), make(4)


@rms_norm.samples
def _(make: Any) -> Any:
    yield make(2, 3), (3,), make(3)


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
