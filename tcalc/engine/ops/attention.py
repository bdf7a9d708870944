"""Attention: scaled_dot_product_attention, and multi_head_attention_forward around it, with its projections and masks."""

from __future__ import annotations

import math

from .. import apply as door
from .. import dtypes, graph
from ..apply import TENSORS as T
from ..apply import Laid, _cap, apply, layout_of_result
from ..errors import fail, operands
from ..graph import warn
from ..registry import composite, op
from .dropping import dropout
from .neural import _C_NAMES
from .summing import total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

_F = ("nn.functional",)


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
        if attn_mask.ndim < 2:
            sentence = f"Dimension out of range (expected to be in range of [-1, 0], but got {-2 if attn_mask.ndim else -1})"
            fail(IndexError, sentence, kind="shape", op="scaled_dot_product_attention", operands=operands(["attn_mask"], [attn_mask]))
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


def _attention_shape(query: Any, key: Any, value: Any, mask: Any, is_causal: bool, scale: float) -> Any:
    shape = (*query.shape[:-1], value.shape[-1])
    return Laid(shape, layout_of_result(shape, [(shape, query.stride)])) if shape == tuple(query.shape) else shape


def _attention_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    if d.category != dtypes.FLOAT:
        sentence = f"\"scaled_dot_product_attention\" not implemented for '{_cap(d)}'"
        fail(NotImplementedError, sentence, kind="dtype", op="scaled_dot_product_attention", hints=["query.float()"])
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


_SAFE = {"f": 60.0, "d": 500.0}  # exp of these, and sums of millions of them, stay in range


@op(
    "_attention(Tensor query, Tensor key, Tensor value, Tensor? mask, bool is_causal, float scale) -> Tensor",
    namespaces=("internal",), method=False, keep_dtype=("mask",), aux="weights", node="ScaledDotProductFlashAttentionForCpuBackward0",
    label="scaled_dot_product_attention", dtype=_attention_dtype, spec=_attention_shape, flops="4*queries*keys*size",
    quick=lambda query, *rest: query.ndim == 4 and bool(query.flags.c_contiguous),
)  # fmt: skip
def _attention(xp: Any, query: Any, key: Any, value: Any, mask: Any, is_causal: bool, scale: float) -> Any:
    """softmax(query @ key.mT * scale + mask) @ value in one step, all heads by one batched product."""
    scores = xp.matmul(query, xp.swapaxes(key, -1, -2))
    scores *= scale
    high = _SAFE.get(scores.dtype.char, 0.0)
    whole = mask is None or mask.dtype == bool
    safe = whole and scores.size > 0 and -high <= float(scores.min()) and float(scores.max()) <= high  # a nan is not
    if is_causal:
        scores += xp.where(xp.arange(scores.shape[-1]) > xp.arange(scores.shape[-2])[:, None], -math.inf, 0.0).astype(scores.dtype)
    elif mask is not None:
        scores += xp.where(mask, 0.0, -math.inf).astype(scores.dtype) if whole else mask.astype(scores.dtype)
    if not safe:
        top = xp.max(scores, axis=-1, keepdims=True) if scores.shape[-1] else 0.0
        scores -= xp.where(top == -math.inf, 0.0, top)
    xp.exp(scores, out=scores)
    amount = total(xp, scores, -1, True)
    if mask is not None:
        amount = xp.where(amount == 0, 1.0, amount)  # a query that may look at nothing
    scores /= amount.astype(scores.dtype)
    return xp.matmul(scores, value), scores


@_attention.vjp(
    "query", "key", "value", rule="value: w.mT @ g; s = w * (g @ value.mT - sum(g * out)) * scale, w the weights; query: s @ key; key: s.mT @ query"
)
def _(g: Any, query: Any, key: Any, value: Any, mask: Any, is_causal: bool, scale: float, weights: Any, needs: Any) -> Any:
    if (
        graph.state.grad or weights is None or door.batching is not None
    ):  # to be differentiated again, the weights are a function of the inputs; on meta nothing was kept
        return _attention_rule(g, query, key, value, mask, is_causal, scale)
    return apply(_attention_back, [g, query, key, value, weights, scale])


def _attention_rule(g: Any, query: Any, key: Any, value: Any, mask: Any, is_causal: bool, scale: float) -> Any:
    """The gradients, made of ops."""
    given = query._dtype
    if given.itemsize == 2:
        g, query, key, value = g.float(), query.float(), key.float(), value.float()
    weights = _weights(query * scale, key, mask, is_causal)
    s = g @ value.mT
    s = weights * (s - (s * weights).sum(-1, keepdim=True)) * scale
    return (s @ key).to(given), (s.mT @ query).to(given), (weights.mT @ g).to(given)


@op(
    "_attention_back(Tensor grad, Tensor query, Tensor key, Tensor value, Tensor weights, float scale) -> (Tensor query, Tensor key, Tensor value)",
    namespaces=("internal",), method=False, label="scaled_dot_product_attention_backward", quick=lambda *values: values[0].ndim == 4,
    dtype=lambda o, d, z, n, v: ((dtypes.float32, v[1]._dtype) if v[1]._dtype.itemsize == 2 else (v[1]._dtype, v[1]._dtype)),
    spec=lambda grad, query, key, value, weights, scale: [tuple(query.shape), tuple(key.shape), tuple(value.shape)],
)  # fmt: skip
def _attention_back(xp: Any, grad: Any, query: Any, key: Any, value: Any, weights: Any, scale: float) -> Any:
    """The gradients of _attention from its weights."""
    s = xp.matmul(grad, xp.swapaxes(value, -1, -2))
    s -= xp.expand_dims(xp.vecdot(s, weights), -1)
    s *= weights
    s *= scale
    return xp.matmul(s, key), xp.matmul(xp.swapaxes(s, -1, -2), query), xp.matmul(xp.swapaxes(weights, -1, -2), grad)


@_attention.samples
def _(make: Any) -> Any:
    yield make(1, 2, 3, 4), make(1, 2, 5, 4), make(1, 2, 5, 4), None, False, 0.5
    yield make(2, 3, 2), make(2, 3, 2), make(2, 3, 2), None, True, 0.25
    yield make(2, 2, 2), make(2, 3, 2), make(2, 3, 2), make([[1, 0, 1], [0, 0, 0]], dtype="bool"), False, 1.0
    yield make(2, 2, 2), make(2, 3, 2), make(2, 3, 2), make(2, 3, grad=False), False, 1.0


def _weights(query: Any, key: Any, mask: Any, is_causal: bool, shrink: float = 1.0) -> Any:
    """softmax(query @ key.mT + mask), made of ops."""
    scores = query @ (key * shrink if shrink != 1.0 else key).mT
    if is_causal:
        seen = T.ones(query.shape[-2], key.shape[-2], dtype=dtypes.bool_, device=query.device).tril()
        return T.softmax(scores.masked_fill(~seen, -math.inf), -1)
    if mask is None:
        return T.softmax(scores, -1)
    kept = mask if mask._dtype is dtypes.bool_ else mask != -math.inf
    scores = scores.masked_fill(~kept, -math.inf) if kept is mask else scores + mask.to(scores._dtype)
    idle = ~kept.any(-1, keepdim=True)
    if idle.is_meta or bool(idle.any()):
        return T.softmax(scores.masked_fill(idle, 0.0), -1).masked_fill(idle, 0.0)
    return T.softmax(scores, -1)


def _covers(mask: Any, query: Any, key: Any) -> bool:
    """Whether a mask broadcasts to the scores."""
    want = (*query.shape[:-1], key.shape[-2])
    got = tuple(mask.shape)
    return len(got) <= len(want) and all(a in (1, b) for a, b in zip(reversed(got), reversed(want), strict=False))


def _in_one(query: Any, key: Any, value: Any, mask: Any) -> bool:
    """Whether PyTorch has one node for this call: four dimensions, equal sizes, rows in one piece."""
    a, b, c = query.shape, key.shape, value.shape
    return bool(
        len(a) == len(b) == len(c) == 4
        and a[-1] == b[-1] == c[-1]
        and a[:2] == b[:2] == c[:2]
        and b[2] == c[2]
        and all((*a, *b))
        and query.stride(-1) == key.stride(-1) == value.stride(-1) == 1
        and (mask is None or (len(mask.shape) in (2, 4) and _covers(mask, query, key) and not (mask.requires_grad and graph.state.grad)))
    )


def _unrecorded(query: Any, key: Any, value: Any, mask: Any) -> bool:
    """Whether nothing is recorded of a call that needs no broadcasting, so that only its value matters."""
    a, b, c = query.shape, key.shape, value.shape
    if a[:-2] != b[:-2] or a[:-2] != c[:-2] or a[-1] != b[-1] or b[-2] != c[-2] or not all((*a, *b, *c)):
        return False
    if mask is not None and not _covers(mask, query, key):
        return False
    return not graph.state.grad or not any(t is not None and t.requires_grad for t in (query, key, value, mask))


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
    fits = query.shape[:-2] == key.shape[:-2] == value.shape[:-2] and query.shape[-1] == key.shape[-1] and key.shape[-2] == value.shape[-2]
    if fits and not all((*query.shape, *key.shape, *value.shape)):
        nothing = T.zeros((*query.shape[:-1], value.shape[-1]), dtype=query._dtype, device=query.device)
        return nothing + (query.sum() + key.sum() + value.sum()) * 0
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None and query.shape[-1] else 1.0 if scale is None else scale
    if (
        query.is_floating_point()
        and not dropout_p
        and door.batching is None
        and (_in_one(query, key, value, attn_mask) or _unrecorded(query, key, value, attn_mask))
    ):
        return apply(_attention, [query, key, value, attn_mask, is_causal, factor])
    given = query._dtype
    if given.itemsize == 2:
        query, key, value = query.float(), key.float(), value.float()
    root = math.sqrt(abs(factor))
    weights = _weights(query * math.copysign(root, factor), key, attn_mask, is_causal, root)
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
