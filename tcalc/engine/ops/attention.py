"""Attention: scaled_dot_product_attention, and multi_head_attention_forward around it, with its projections and masks."""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import TENSORS as T
from ..errors import fail, operands
from ..graph import warn
from ..registry import composite
from .dropping import dropout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

_F = ("nn.functional",)
_C_NAMES = {"float32": "float", "float64": "double", "float16": "c10::Half", "bfloat16": "c10::BFloat16", "int64": "long int", "int32": "int",
            "int16": "short int", "int8": "signed char", "uint8": "unsigned char", "bool": "bool"}  # fmt: skip

# -- scaled_dot_product_attention ---------------------------------------------------------------------------------------------------


def _check_inputs(query: Any, key: Any, value: Any, attn_mask: Any, is_causal: bool) -> None:
    def no(sentence: str, *hints: str, kind: str = "shape") -> None:
        fail(
            RuntimeError,
            sentence,
            kind=kind,
            op="scaled_dot_product_attention",
            operands=operands(["query", "key", "value"], [query, key, value]),
            explain=["query is [..., queries, size], key [..., keys, size], value [..., keys, any size]."],
            hints=list(hints),
        )

    def name(t: Any) -> str:
        return str(_C_NAMES.get(t._dtype.name, t._dtype.name))

    if not query._dtype is key._dtype is value._dtype:
        no(
            f"Expected query, key, and value to have the same dtype, but got query.dtype: {name(query)} key.dtype: {name(key)} and value.dtype: {name(value)} "
            "instead.",
            kind="dtype",
        )
    if min(query.ndim, key.ndim, value.ndim) < 2:
        no(
            f"Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: {query.ndim} key.dim: {key.ndim} and value.dim: "
            f"{value.ndim} instead.",
            "x.unsqueeze(0)",
        )
    if attn_mask is not None:
        if attn_mask._dtype not in (dtypes.bool_, dtypes.float32, query._dtype):
            no(
                f"Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: {name(attn_mask)} and  query.dtype: "
                f"{name(query)} instead.",
                "attn_mask.bool()",
                kind="dtype",
            )
        if is_causal:
            no("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True", kind="value")


def _repeated_heads(query: Any, key: Any, value: Any) -> tuple[Any, Any]:
    """Key and value with a head for each of query's (grouped-query attention)."""
    heads = [t.shape[-3] if t.ndim > 2 else 1 for t in (query, key, value)]
    if heads[0] % heads[1] or heads[0] % heads[2]:
        fail(
            RuntimeError,
            "Number of heads in key and value must divide the number of heads in ",
            kind="shape",
            op="scaled_dot_product_attention",
            operands=operands(["query", "key", "value"], [query, key, value]),
            explain=["... those of the query. Heads are dim -3."],
        )
    return (
        key if heads[0] == heads[1] else key.repeat_interleave(heads[0] // heads[1], -3),
        value if heads[0] == heads[2] else value.repeat_interleave(heads[0] // heads[2], -3),
    )


@composite(
    "scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, "
    "float? scale=None, bool enable_gqa=False) -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def scaled_dot_product_attention(query: Any, key: Any, value: Any, attn_mask: Any, dropout_p: float, is_causal: bool, scale: Any, enable_gqa: bool) -> Any:
    """softmax(query @ key.mT * scale + mask) @ value; scale is 1/sqrt(size of a query), a bool mask keeps what is True.

    A query that may look at nothing gets zeros. is_causal=True lets query i look at keys up to i; enable_gqa=True repeats heads of key and value.

    >>> nn.functional.scaled_dot_product_attention(zeros(1, 2, 4), zeros(1, 2, 4), tensor([[[1.], [3.]]]))
    tensor([[[2.],
             [2.]]])
    """
    _check_inputs(query, key, value, attn_mask, is_causal)
    if enable_gqa:
        key, value = _repeated_heads(query, key, value)
    given = query._dtype
    if given.itemsize == 2:
        query, key, value = query.float(), key.float(), value.float()
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    root = math.sqrt(abs(factor))
    scores = (query * math.copysign(root, factor)) @ (key * root).mT
    if is_causal:
        seen = T.ones(query.shape[-2], key.shape[-2], dtype=dtypes.bool_, device=query.device).tril()
        weights = T.softmax(scores.masked_fill(~seen, -math.inf), -1)
    elif attn_mask is None:
        weights = T.softmax(scores, -1)
    else:
        kept = attn_mask if attn_mask._dtype is dtypes.bool_ else attn_mask != -math.inf
        scores = scores.masked_fill(~kept, -math.inf) if kept is attn_mask else scores + attn_mask.to(scores._dtype)
        idle = ~kept.any(-1, keepdim=True)
        if idle.is_meta or bool(idle.any()):
            weights = T.softmax(scores.masked_fill(idle, 0.0), -1).masked_fill(idle, 0.0)
        else:
            weights = T.softmax(scores, -1)
    if dropout_p:
        weights = dropout.kernel(weights, dropout_p, True, False)
    out = weights @ value
    return out if given.itemsize != 2 else out.to(given)


@scaled_dot_product_attention.samples
def _(make: Any) -> Any:
    yield make(2, 3, 4), make(2, 5, 4), make(2, 5, 3)
    yield make(1, 3, 2), make(1, 3, 2), make(1, 3, 2), {"is_causal": True}
    yield make(1, 2, 2), make(1, 3, 2), make(1, 3, 2), make([[1, 0, 1], [0, 0, 0]], dtype="bool")
    yield make(1, 2, 2), make(1, 3, 2), make(1, 3, 2), make(2, 3), {"scale": 0.25}
    yield make(2, 2, 2), make(1, 3, 2), make(1, 3, 2), {"enable_gqa": True}


# -- multi_head_attention_forward ---------------------------------------------------------------------------------------------------


def _no(cls: type[Exception], sentence: str, **tensors: Any) -> NoReturn:
    given = {k: t for k, t in tensors.items() if t is not None}
    fail(cls, sentence, kind="shape", op="multi_head_attention_forward", operands=operands(list(given), list(given.values())))


def _check_ranks(query: Any, key: Any, value: Any, key_padding_mask: Any, attn_mask: Any, num_heads: int) -> bool:
    """Whether the inputs have a batch dimension; AssertionError where they do not agree."""
    if query.ndim not in (2, 3):
        _no(AssertionError, f"query should be unbatched 2D or batched 3D tensor but received {query.ndim}-D query tensor", query=query)
    batched = bool(query.ndim == 3)
    kind, n = ("batched (3-D)", 3) if batched else ("unbatched (2-D)", 2)
    if key.ndim != n or value.ndim != n:
        sentence = f"For {kind} `query`, expected `key` and `value` to be {n}-D but found {key.ndim}-D and {value.ndim}-D tensors respectively"
        _no(AssertionError, sentence, query=query, key=key, value=value)
    if key_padding_mask is not None and key_padding_mask.ndim != n - 1:
        sentence = f"For {kind} `query`, expected `key_padding_mask` to be `None` or {n - 1}-D but found {key_padding_mask.ndim}-D tensor instead"
        _no(AssertionError, sentence, key_padding_mask=key_padding_mask)
    if attn_mask is not None:
        if attn_mask.ndim not in (2, 3):
            sentence = f"For {kind} `query`, expected `attn_mask` to be `None`, 2-D or 3-D but found {attn_mask.ndim}-D tensor instead"
            _no(AssertionError, sentence, attn_mask=attn_mask)
        want = (num_heads, query.shape[0], key.shape[0])
        if not batched and attn_mask.ndim == 3 and tuple(attn_mask.shape) != want:
            _no(AssertionError, f"Expected `attn_mask` shape to be {want} but got {attn_mask.shape}", attn_mask=attn_mask)
    return batched


def _added_mask(name: str, mask: Any, like: Any) -> Any:
    """A mask that is added to scores: -inf where a bool mask is True."""
    if mask is None or mask.is_floating_point():
        return mask
    if mask._dtype is not dtypes.bool_:
        _no(AssertionError, f"only bool and floating types of {name} are supported", mask=mask)
    return T.zeros_like(mask, dtype=like._dtype).masked_fill_(mask, -math.inf)


def _projected(query: Any, key: Any, value: Any, weight: Any, bias: Any, own: Any) -> tuple[Any, Any, Any]:
    """query, key and value through their projections: thirds of one weight, or a weight each."""
    biases = (None, None, None) if bias is None else bias.chunk(3)
    weights = weight.chunk(3) if own is None else own
    q, k, v = (T.linear(x, w, b) for x, w, b in zip((query, key, value), weights, biases, strict=True))
    return q, k, v


@composite(
    "multi_head_attention_forward(Tensor query, Tensor key, Tensor value, int embed_dim_to_check, int num_heads, Tensor? in_proj_weight, Tensor? in_proj_bias, "
    "Tensor? bias_k, Tensor? bias_v, bool add_zero_attn, float dropout_p, Tensor out_proj_weight, Tensor? out_proj_bias, bool training=True, "
    "Tensor? key_padding_mask=None, bool need_weights=True, Tensor? attn_mask=None, bool use_separate_proj_weight=False, Tensor? q_proj_weight=None, "
    "Tensor? k_proj_weight=None, Tensor? v_proj_weight=None, Tensor? static_k=None, Tensor? static_v=None, bool average_attn_weights=True, "
    "bool is_causal=False) -> (Tensor, Tensor)",
    namespaces=_F, method=False,
)  # fmt: skip
def multi_head_attention_forward(
    query: Any, key: Any, value: Any, embed_dim_to_check: int, num_heads: int, in_proj_weight: Any, in_proj_bias: Any, bias_k: Any, bias_v: Any,
    add_zero_attn: bool, dropout_p: float, out_proj_weight: Any, out_proj_bias: Any, training: bool, key_padding_mask: Any, need_weights: bool, attn_mask: Any,
    use_separate_proj_weight: bool, q_proj_weight: Any, k_proj_weight: Any, v_proj_weight: Any, static_k: Any, static_v: Any, average_attn_weights: bool,
    is_causal: bool,
) -> Any:  # fmt: skip
    """Attention of several heads, with projections before and after: (output, weights or None). query is [queries, batch, size]; the batch may be left out.

    A bool mask leaves out what is True, as opposed to scaled_dot_product_attention's.

    >>> w = torch.cat([torch.eye(2)] * 3)
    >>> x = tensor([[[1., 0.]], [[1., 0.]]])
    >>> nn.functional.multi_head_attention_forward(x, x, x, 2, 1, w, None, None, None, False, 0., torch.eye(2), None)[1]
    tensor([[[0.5000, 0.5000],
             [0.5000, 0.5000]]])
    """
    batched = _check_ranks(query, key, value, key_padding_mask, attn_mask, num_heads)
    if not batched:
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    targets, batch, width = query.shape
    sources = key.shape[0]
    if key_padding_mask is not None and attn_mask is not None and key_padding_mask._dtype is not attn_mask._dtype:
        warn("Support for mismatched key_padding_mask and attn_mask is deprecated. Use same type for both instead.")
    key_padding_mask = _added_mask("key_padding_mask", key_padding_mask, query)
    if is_causal and attn_mask is None:
        _no(
            RuntimeError,
            "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method `generate_square_subsequent_mask` to create this mask.",
        )
    if is_causal and key_padding_mask is None and not need_weights:
        attn_mask = None
    else:
        attn_mask = _added_mask("attn_mask", attn_mask, query)
        is_causal = is_causal and key_padding_mask is None
    if width != embed_dim_to_check:
        _no(AssertionError, f"was expecting embedding dimension of {embed_dim_to_check}, but got {width}", query=query)
    size = width // num_heads
    if size * num_heads != width:
        _no(AssertionError, f"embed_dim {width} not divisible by num_heads {num_heads}", query=query)
    own = None
    if use_separate_proj_weight:
        if tuple(key.shape[:2]) != tuple(value.shape[:2]):
            _no(AssertionError, f"key's sequence and batch dims {key.shape[:2]} do not match value's {value.shape[:2]}", key=key, value=value)
        own = (q_proj_weight, k_proj_weight, v_proj_weight)
        for letter, w in zip("qkv", own, strict=True):
            if w is None:
                _no(AssertionError, f"use_separate_proj_weight is True but {letter}_proj_weight is None")
    else:
        if tuple(key.shape) != tuple(value.shape):
            _no(AssertionError, f"key shape {key.shape} does not match value shape {value.shape}", key=key, value=value)
        if in_proj_weight is None:
            _no(AssertionError, "use_separate_proj_weight is False but in_proj_weight is None")
    q, k, v = _projected(query, key, value, in_proj_weight, in_proj_bias, own)
    if attn_mask is not None:
        flat = attn_mask.ndim == 2
        want = (targets, sources) if flat else (batch * num_heads, targets, sources)
        if tuple(attn_mask.shape) != want:
            _no(RuntimeError, f"The shape of the {attn_mask.ndim}D attn_mask is {attn_mask.shape}, but should be {want}.", attn_mask=attn_mask)
        attn_mask = attn_mask.unsqueeze(0) if flat else attn_mask
    if (bias_k is None) != (bias_v is None):
        _no(AssertionError, "bias_k is set but bias_v is None" if bias_v is None else "bias_v is set but bias_k is None")
    more = 0
    if bias_k is not None:
        if static_k is not None or static_v is not None:
            _no(AssertionError, f"bias cannot be added to static {'key' if static_k is not None else 'value'}.")
        k, v, more = T.cat([k, bias_k.repeat(1, batch, 1)]), T.cat([v, bias_v.repeat(1, batch, 1)]), 1
    rows = batch * num_heads
    q = q.view(targets, rows, size).transpose(0, 1)
    heads = []
    for name, given, x in (("static_k", static_k, k), ("static_v", static_v, v)):
        if given is None:
            heads.append(x.view(x.shape[0], rows, size).transpose(0, 1))
            continue
        for dim, expected in ((0, rows), (2, size)):
            if given.shape[dim] != expected:
                _no(AssertionError, f"expecting {name}.size({dim}) of {expected}, but got {given.shape[dim]}")
        heads.append(given)
    k, v = heads
    if add_zero_attn:
        nothing = T.zeros((rows, 1, size), dtype=k._dtype, device=k.device)
        k, v, more = T.cat([k, nothing], 1), T.cat([v, nothing], 1), more + 1
    if more:
        attn_mask = None if attn_mask is None else T.pad(attn_mask, (0, more))
        key_padding_mask = None if key_padding_mask is None else T.pad(key_padding_mask, (0, more))
    sources = k.shape[1]
    if key_padding_mask is not None:
        for dim, expected in ((0, batch), (1, sources)):
            if key_padding_mask.shape[dim] != expected:
                _no(AssertionError, f"expecting key_padding_mask shape of {(batch, sources)}, but got {key_padding_mask.shape}")
        each = key_padding_mask.view(batch, 1, 1, sources).expand(-1, num_heads, -1, -1).reshape(rows, 1, sources)
        attn_mask = each if attn_mask is None else attn_mask + each
    p = dropout_p if training else 0.0
    if not need_weights:
        if attn_mask is not None:
            attn_mask = attn_mask.unsqueeze(0) if attn_mask.shape[0] == 1 else attn_mask.view(batch, num_heads, -1, sources)
        q, k, v = (x.view(batch, num_heads, -1, size) for x in (q, k, v))
        out = scaled_dot_product_attention.kernel(q, k, v, attn_mask, p, is_causal, None, False)
        out = T.linear(out.permute(2, 0, 1, 3).reshape(batch * targets, width), out_proj_weight, out_proj_bias)
        out = out.view(targets, batch, out.shape[1])
        return (out if batched else out.squeeze(1)), None
    scaled = q * math.sqrt(1.0 / size)
    scores = T.bmm(scaled, k.transpose(-2, -1)) if attn_mask is None else T.baddbmm(attn_mask, scaled, k.transpose(-2, -1))
    weights = T.softmax(scores, -1)
    if p > 0:
        weights = dropout.kernel(weights, p, True, False)
    out = T.linear(T.bmm(weights, v).transpose(0, 1).reshape(targets * batch, width), out_proj_weight, out_proj_bias)
    out = out.view(targets, batch, out.shape[1])
    weights = weights.view(batch, num_heads, targets, sources)
    if average_attn_weights:
        weights = weights.mean(1)
    return (out, weights) if batched else (out.squeeze(1), weights.squeeze(0))


@multi_head_attention_forward.samples
def _(make: Any) -> Any:
    yield make(2, 1, 4), make(3, 1, 4), make(3, 1, 4), 4, 2, make(12, 4), make(12), None, None, False, 0.0, make(4, 4), None
    yield make(2, 4), make(3, 4), make(3, 4), 4, 2, make(12, 4), None, None, None, False, 0.0, make(4, 4), make(4), {"need_weights": False}
