"""torch.nn.functional: activations, linear, dropout, embedding, losses. Those that keep numbers in range are primitives, the rest composites."""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import FLOAT, SAME
from ..apply import TENSORS as T
from ..errors import fail
from ..graph import warn
from ..registry import NAMESPACES, composite, op
from ..tensors import describe
from . import pointwise, reduce  # noqa: F401 - their functions are re-exported here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_F = ("nn.functional",)

# -- activations --------------------------------------------------------------------------------------------------------------------


@op("gelu(Tensor input, *, str approximate='none') -> Tensor", kind="map", dtype=FLOAT, namespaces=_F, method=False, flops=14)
def gelu(xp: Any, input: Any, approximate: str) -> Any:
    """input * Phi(input), Phi the normal distribution function; approximate='tanh' for the tanh formula.

    >>> nn.functional.gelu(tensor([-1., 0., 1.]))
    tensor([-0.1587,  0.0000,  0.8413])
    """
    if approximate == "tanh":
        inner = 0.7978845608028654 * (input + 0.044715 * input * input * input)
        return 0.5 * input * (1.0 + xp.tanh(inner))
    if approximate != "none":
        raise RuntimeError("approximate argument must be either none or tanh.")
    return 0.5 * input * (1.0 + xp.erf(input * 0.7071067811865476))


@gelu.vjp("input", rule="g * (Phi(input) + input * phi(input))")
def _(xp: Any, g: Any, input: Any, approximate: str) -> Any:
    if approximate == "tanh":
        c = 0.7978845608028654
        t = xp.tanh(c * (input + 0.044715 * input * input * input))
        return g * (0.5 * (1.0 + t) + 0.5 * input * (1.0 - t * t) * (c * (1.0 + 3 * 0.044715 * input * input)))
    return g * (0.5 * (1.0 + xp.erf(input * 0.7071067811865476)) + input * (0.3989422804014327 * xp.exp(-0.5 * input * input)))


@gelu.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield make(3), {"approximate": "tanh"}


@op("softplus(Tensor input, float beta=1.0, float threshold=20.0) -> Tensor", kind="map", dtype=FLOAT, namespaces=_F, method=False, flops=16)
def softplus(xp: Any, input: Any, beta: float, threshold: float) -> Any:
    """log(1 + exp(beta * input)) / beta; the input itself where beta * input is above the threshold.

    >>> nn.functional.softplus(tensor([-1., 0., 100.]))
    tensor([  0.3133,   0.6931, 100.0000])
    """
    z = input * beta
    return xp.where(z > threshold, input, xp.log1p(xp.exp(xp.minimum(z, threshold))) / beta)


@softplus.vjp("input", rule="g * sigmoid(beta * input), g above the threshold")
def _(xp: Any, g: Any, input: Any, beta: float, threshold: float) -> Any:
    z = input * beta
    e = xp.exp(xp.minimum(z, threshold + z * 0))
    return xp.where(z > threshold, g, g * (e / (e + 1.0)))


@softplus.samples
def _(make: Any) -> Any:
    yield (make(3, 4),)
    yield make(3), 2.0


@op("leaky_relu(Tensor input, Scalar negative_slope=0.01, bool inplace=False) -> Tensor", kind="map", dtype=SAME, namespaces=_F, method=False)
def leaky_relu(xp: Any, input: Any, negative_slope: Any, inplace: bool) -> Any:
    """input where positive, else negative_slope * input.

    >>> nn.functional.leaky_relu(tensor([-1., 2.]))
    tensor([-0.0100,  2.0000])
    """
    return xp.where(input > 0, input, input * negative_slope)


@leaky_relu.vjp("input", rule="g where input > 0, else g * negative_slope")
def _(xp: Any, g: Any, input: Any, negative_slope: Any) -> Any:
    return xp.where(input > 0, g, g * negative_slope)


@leaky_relu.samples
def _(make: Any) -> Any:
    yield make(3), 0.1


@op("elu(Tensor input, Scalar alpha=1.0, bool inplace=False) -> Tensor", kind="map", dtype=SAME, namespaces=_F, method=False, flops=10)
def elu(xp: Any, input: Any, alpha: Any, inplace: bool) -> Any:
    """input where positive, else alpha * (exp(input) - 1).

    >>> nn.functional.elu(tensor([-1., 2.]))
    tensor([-0.6321,  2.0000])
    """
    return xp.where(input > 0, input, alpha * xp.expm1(xp.minimum(input, 0.0)))


@elu.vjp("input", rule="g where input > 0, else g * alpha * exp(input)")
def _(xp: Any, g: Any, input: Any, alpha: Any) -> Any:
    return xp.where(input > 0, g, g * (alpha * xp.exp(xp.minimum(input, input * 0))))


@elu.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("silu(Tensor input, bool inplace=False) -> Tensor", kind="map", dtype=FLOAT, namespaces=_F, method=False, flops=12)
def silu(xp: Any, input: Any, inplace: bool) -> Any:
    """input * sigmoid(input).

    >>> nn.functional.silu(tensor([-1., 2.]))
    tensor([-0.2689,  1.7616])
    """
    z = xp.exp(-xp.abs(input))
    return input * xp.where(input >= 0, xp.divide(1.0, 1.0 + z), xp.divide(z, 1.0 + z))


@silu.vjp("input", rule="g * s * (1 + input * (1 - s)), s = sigmoid(input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    z = xp.exp(-xp.abs(input))
    s = xp.where(input >= 0, xp.reciprocal(1.0 + z), xp.divide(z, 1.0 + z))
    return g * (s * (1.0 + input * (1.0 - s)))


@silu.samples
def _(make: Any) -> Any:
    yield (make(3),)


@op("logsigmoid(Tensor input) -> Tensor", kind="map", dtype=FLOAT, namespaces=_F, method=False, flops=16, node="LogSigmoidBackward0")
def logsigmoid(xp: Any, input: Any) -> Any:
    """log(sigmoid(input)), without overflow.

    >>> nn.functional.logsigmoid(tensor([-100., 0.]))
    tensor([-100.0000,   -0.6931])
    """
    return xp.minimum(input, 0.0) - xp.log1p(xp.exp(-xp.abs(input)))


@logsigmoid.vjp("input", rule="g * sigmoid(-input)")
def _(xp: Any, g: Any, input: Any) -> Any:
    z = xp.exp(-xp.abs(input))
    return g * xp.where(input >= 0, xp.divide(z, 1.0 + z), xp.reciprocal(1.0 + z))


@logsigmoid.samples
def _(make: Any) -> Any:
    yield (make(3),)


NAMESPACES["nn.functional"]["tanh"] = NAMESPACES["torch"]["tanh"]


@composite("relu(Tensor input, bool inplace=False) -> Tensor", namespaces=_F, method=False, public="relu")
def _relu_f(input: Any, inplace: bool) -> Any:
    """max(input, 0)."""
    return input.relu_() if inplace else input.relu()


def _softmax_dim(name: str, ndim: int) -> int:
    warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
    )
    return 0 if ndim in (0, 1, 3) else 1


@composite("softmax(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor", namespaces=_F, method=False, public="softmax")
def _softmax_f(input: Any, dim: Any, _stacklevel: int, dtype: Any) -> Any:
    """exp(input) scaled to sum to 1 along dim."""
    return T.softmax(input, _softmax_dim("softmax", input.ndim) if dim is None else dim, dtype=dtype)


@composite("log_softmax(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor", namespaces=_F, method=False, public="log_softmax")
def _log_softmax_f(input: Any, dim: Any, _stacklevel: int, dtype: Any) -> Any:
    """log(softmax(input)) along dim, without overflow."""
    return T.log_softmax(input, _softmax_dim("log_softmax", input.ndim) if dim is None else dim, dtype=dtype)


@composite("normalize(Tensor input, float p=2.0, int dim=1, float eps=1e-12) -> Tensor", namespaces=_F, method=False)
def normalize(input: Any, p: float, dim: int, eps: float) -> Any:
    """input over its norm along dim (at least eps)."""
    return input / input.norm(p, dim, keepdim=True).clamp(min=eps).expand_as(input)


# -- layers as functions ------------------------------------------------------------------------------------------------------------


@composite("linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor", namespaces=_F, method=False)
def linear(input: Any, weight: Any, bias: Any) -> Any:
    """input @ weight.T + bias, weight of shape [out, in].

    >>> nn.functional.linear(tensor([[1., 2.]]), tensor([[1., 1.]]), tensor([10.]))
    tensor([[13.]])
    """
    if bias is not None and input.ndim == 2 and weight.ndim == 2:
        return T.addmm(bias, input, weight.t())
    out = input.matmul(weight.t())
    return out if bias is None else out + bias


@composite("dropout(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor", namespaces=_F, method=False)
def dropout(input: Any, p: float, training: bool, inplace: bool) -> Any:
    """Each element zero with probability p, the rest scaled by 1/(1-p); itself when not training."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0 or input.numel() == 0:
        return input
    from .randoms import dropout_mask

    return input.mul_(dropout_mask(input, p)) if inplace else input * dropout_mask(input, p)


@composite("embedding(Tensor input, Tensor weight, int? padding_idx=None, Any max_norm=None, float norm_type=2.0, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor", namespaces=_F, method=False)
def embedding(input: Any, weight: Any, padding_idx: Any, max_norm: Any, norm_type: float, scale_grad_by_freq: bool, sparse: bool) -> Any:
    """Rows of weight chosen by integer indices.

    >>> nn.functional.embedding(tensor([1]), tensor([[1., 2.], [3., 4.]]))
    tensor([[3., 4.]])
    """
    if max_norm is not None or scale_grad_by_freq:
        raise NotImplementedError("embedding(): max_norm and scale_grad_by_freq are not here yet")
    out = weight.index_select(0, input.reshape(-1)).reshape(*input.shape, weight.shape[1])
    if padding_idx is not None:
        fixed = (input == padding_idx).unsqueeze(-1)
        out = T.where(fixed, out.detach(), out)
    return out


# -- losses -------------------------------------------------------------------------------------------------------------------------


def _reduce(loss: Any, reduction: str) -> Any:
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    if reduction == "none":
        return loss
    raise ValueError(f"{reduction} is not a valid value for reduction")


def _same_size(name: str, input: Any, target: Any) -> None:
    if tuple(input.shape) != tuple(target.shape):
        warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will likely lead to incorrect "
            "results due to broadcasting. Please ensure they have the same size.",
        )


@op("_square_error(Tensor input, Tensor target) -> Tensor", namespaces=("internal",), kind="map", dtype=SAME, method=False, node="MseLossBackward0", label="mse_loss")
def _square_error(xp: Any, input: Any, target: Any) -> Any:
    """(input - target)**2."""
    return (input - target) * (input - target)


@_square_error.vjp("input", rule="2 * g * (input - target)")
def _(g: Any, input: Any, target: Any) -> Any:
    return g * (2 * (input - target))


@_square_error.vjp("target", rule="-2 * g * (input - target)")
def _(g: Any, input: Any, target: Any) -> Any:
    return g * (-2 * (input - target))


@_square_error.samples
def _(make: Any) -> Any:
    yield make(3), make(3)


def _reduced_shape(input: Any, target: Any, reduction: str) -> Any:
    from ..apply import broadcast_shapes

    shape = broadcast_shapes([tuple(input.shape), tuple(target.shape)])
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return shape if reduction == "none" else ()


@op("_mse(Tensor input, Tensor target, str reduction) -> Tensor", namespaces=("internal",), dtype=SAME, method=False, node="MseLossBackward0", label="mse_loss", spec=_reduced_shape)
def _mse(xp: Any, input: Any, target: Any, reduction: str) -> Any:
    """Mean (or sum) of (input - target)**2."""
    away = input - target
    square = away * away
    return square if reduction == "none" else xp.sum(square) / square.size if reduction == "mean" else xp.sum(square)


def _mse_grad(g: Any, input: Any, target: Any, reduction: str) -> Any:
    away = input - target
    return g * away * (2.0 / max(away.numel(), 1) if reduction == "mean" else 2.0)


@_mse.vjp("input", rule="g * 2 * (input - target) / count")
def _(g: Any, input: Any, target: Any, reduction: str) -> Any:
    return _mse_grad(g, input, target, reduction)


@_mse.vjp("target", rule="-g * 2 * (input - target) / count")
def _(g: Any, input: Any, target: Any, reduction: str) -> Any:
    return -_mse_grad(g, input, target, reduction)


@_mse.samples
def _(make: Any) -> Any:
    yield make(3, 2), make(3, 2), "mean"
    yield make(3, 2), make(3, 2), "sum"


@composite("mse_loss(Tensor input, Tensor target, Any size_average=None, Any reduce=None, str reduction='mean') -> Tensor", namespaces=_F, method=False)
def mse_loss(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str) -> Any:
    """Mean of (input - target)**2; reduction 'sum' or 'none'.

    >>> nn.functional.mse_loss(tensor([1., 2.]), tensor([1., 4.]))
    tensor(2.)
    """
    _same_size("mse_loss", input, target)
    return _mse(input, target, reduction)


@composite("l1_loss(Tensor input, Tensor target, Any size_average=None, Any reduce=None, str reduction='mean') -> Tensor", namespaces=_F, method=False)
def l1_loss(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str) -> Any:
    """Mean of |input - target|.

    >>> nn.functional.l1_loss(tensor([1., 2.]), tensor([1., 4.]))
    tensor(1.)
    """
    _same_size("l1_loss", input, target)
    return _reduce((input - target).abs(), reduction)


@composite("smooth_l1_loss(Tensor input, Tensor target, Any size_average=None, Any reduce=None, str reduction='mean', float beta=1.0) -> Tensor", namespaces=_F, method=False)
def smooth_l1_loss(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str, beta: float) -> Any:
    """Squared below beta, absolute above: 0.5*d**2/beta, or |d| - 0.5*beta.

    >>> nn.functional.smooth_l1_loss(tensor([0.]), tensor([3.]))
    tensor(2.5000)
    """
    d = (input - target).abs()
    if beta == 0:
        return _reduce(d, reduction)
    return _reduce(T.where(d < beta, 0.5 * d * d / beta, d - 0.5 * beta), reduction)


@composite("huber_loss(Tensor input, Tensor target, str reduction='mean', float delta=1.0) -> Tensor", namespaces=_F, method=False)
def huber_loss(input: Any, target: Any, reduction: str, delta: float) -> Any:
    """0.5*d**2 below delta, delta*(|d| - 0.5*delta) above."""
    d = (input - target).abs()
    return _reduce(T.where(d <= delta, 0.5 * d * d, delta * (d - 0.5 * delta)), reduction)


@composite("binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, Any size_average=None, Any reduce=None, str reduction='mean', Tensor? pos_weight=None) -> Tensor", namespaces=_F, method=False)
def binary_cross_entropy_with_logits(input: Any, target: Any, weight: Any, size_average: Any, reduce: Any, reduction: str, pos_weight: Any) -> Any:
    """Cross-entropy of yes/no targets from logits, without overflow."""
    if tuple(input.shape) != tuple(target.shape):
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    log_yes = logsigmoid(input)
    if pos_weight is None:
        loss = (1 - target) * input - log_yes
    else:
        loss = (1 - target) * input - ((pos_weight - 1) * target + 1) * log_yes
    return _reduce(loss if weight is None else loss * weight, reduction)


@composite("binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, Any size_average=None, Any reduce=None, str reduction='mean') -> Tensor", namespaces=_F, method=False)
def binary_cross_entropy(input: Any, target: Any, weight: Any, size_average: Any, reduce: Any, reduction: str) -> Any:
    """Cross-entropy of yes/no targets from probabilities; logarithms are bounded below by -100."""
    if tuple(input.shape) != tuple(target.shape):
        raise ValueError(f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. Please ensure they have the same size.")
    loss = -(target * input.log().clamp(min=-100) + (1 - target) * (1 - input).log().clamp(min=-100))
    return _reduce(loss if weight is None else loss * weight, reduction)


def _check_targets(name: str, input: Any, target: Any, classes: int, ignore: int) -> None:
    if target.is_meta or target.numel() == 0:
        return
    low, high = int(target.min()), int(target.max())
    for bad in (low, high):
        if bad != ignore and not 0 <= bad < classes:
            fail(
                IndexError,
                f"Target {bad} is out of bounds.",
                kind="index",
                op=name,
                operands=[("input", describe(input)), ("target", describe(target))],
                explain=[f"There are {classes} classes: targets are 0 to {classes - 1}, or {ignore} to be ignored."],
            )


def _nll_shape(name: str, input: Any, target: Any) -> None:
    if input.ndim == 1 and target.ndim == 0:
        return
    batch, want = tuple(input.shape[:1]), tuple(input.shape[2:])
    if target.ndim == 0 or tuple(target.shape[:1]) != batch:
        n = target.shape[0] if target.ndim else 1
        fail(
            ValueError,
            f"Expected input batch_size ({input.shape[0]}) to match target batch_size ({n}).",
            kind="shape",
            op=name,
            operands=[("input", describe(input)), ("target", describe(target))],
            explain=["input holds a row of class scores for each target."],
        )
    if tuple(target.shape[1:]) != want:
        raise RuntimeError(
            f"Expected target size [{', '.join(map(str, (*batch, *want)))}], got [{', '.join(map(str, target.shape))}]"
            if input.ndim > 2
            else f"0D or 1D target tensor expected, multi-target not supported"  # noqa: F541
        )


@op(
    "_nll(Tensor input, Tensor target, Tensor? weight, str reduction, int ignore_index) -> Tensor",
    namespaces=("internal",), method=False, node="NllLossBackward0", label="nll_loss", keep_dtype=("target",),
    dtype=lambda o, d, z, n, v: ((dtypes.float32, v[0]._dtype) if v[0]._dtype.itemsize == 2 else (v[0]._dtype, v[0]._dtype)),
    spec=lambda input, target, weight, reduction, ignore_index: () if reduction != "none" else tuple(target.shape),
)  # fmt: skip
def _nll(xp: Any, input: Any, target: Any, weight: Any, reduction: str, ignore_index: int) -> Any:
    """-input[target], weighted; classes are dim 1 (dim 0 of a vector)."""
    at, keep, w = _picked(xp, input, target, weight, ignore_index)
    axis = 0 if input.ndim == 1 else 1
    chosen = xp.squeeze(xp.take_along_axis(input, xp.expand_dims(at, axis), axis=axis), axis)
    loss = -chosen * w
    loss = xp.where(keep, loss, xp.zeros_like(loss))
    if reduction == "none":
        return loss
    return xp.sum(loss) / xp.sum(w) if reduction == "mean" else xp.sum(loss)


def _picked(xp: Any, input: Any, target: Any, weight: Any, ignore: int) -> Any:
    keep = target != ignore
    at = xp.where(keep, target, 0)
    w = (weight[at] if weight is not None else xp.ones(at.shape, dtype=input.dtype)) * keep
    return at, keep, w


@_nll.vjp("input", rule="-g * weight at target")
def _(g: Any, input_spec: Any, target: Any, weight: Any, reduction: str, ignore_index: int) -> Any:
    axis = 0 if len(input_spec.shape) == 1 else 1
    keep = target != ignore_index
    at = T.where(keep, target, 0)
    w = (weight.index_select(0, at.reshape(-1)).reshape(at.shape) if weight is not None else at.new_ones(at.shape, dtype=input_spec.dtype)) * keep.to(input_spec.dtype)
    if reduction == "mean":
        g = g / w.sum()
    return T.zeros(input_spec.shape, dtype=input_spec.dtype, device=input_spec.device).scatter(axis, at.unsqueeze(axis), (-g * w).unsqueeze(axis))


@_nll.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.ints([0, 3, 1]), None, "mean", -100
    yield make(3, 4), make.ints([0, -100, 1]), make(4, low=0.5, high=1.0, grad=False), "sum", -100


@composite("nll_loss(Tensor input, Tensor target, Tensor? weight=None, Any size_average=None, int ignore_index=-100, Any reduce=None, str reduction='mean') -> Tensor", namespaces=_F, method=False)
def nll_loss(input: Any, target: Any, weight: Any, size_average: Any, ignore_index: int, reduce: Any, reduction: str) -> Any:
    """Negative log-likelihood of class indices, from log-probabilities."""
    _nll_shape("nll_loss", input, target)
    if target._dtype is not dtypes.int64:
        from ..apply import _cap

        raise RuntimeError(f"expected scalar type Long but found {_cap(target._dtype)}")
    _check_targets("nll_loss", input, target, input.shape[0 if input.ndim == 1 else 1], ignore_index)
    return _nll(input, target, weight, reduction, ignore_index)


@composite("cross_entropy(Tensor input, Tensor target, Tensor? weight=None, Any size_average=None, int ignore_index=-100, Any reduce=None, str reduction='mean', float label_smoothing=0.0) -> Tensor", namespaces=_F, method=False)
def cross_entropy(input: Any, target: Any, weight: Any, size_average: Any, ignore_index: int, reduce: Any, reduction: str, label_smoothing: float) -> Any:
    """Cross-entropy from logits (never overflows): targets are class indices, or probabilities in the logits' shape.

    >>> nn.functional.cross_entropy(tensor([[1000., 0.]]), tensor([0]))
    tensor(0.)
    """
    axis = 0 if input.ndim == 1 else 1
    classes = input.shape[axis]
    logp = T.log_softmax(input, axis)
    if target.is_floating_point() and tuple(target.shape) == tuple(input.shape):
        if label_smoothing:
            target = target * (1 - label_smoothing) + label_smoothing / classes
        if weight is not None:
            logp = logp * weight.view([-1] + [1] * (input.ndim - axis - 1))
        loss = -(logp * target).sum(axis)
        return loss.sum() / max(input.numel() // classes, 1) if reduction == "mean" else _reduce(loss, reduction)
    if target._dtype is not dtypes.int64 and target._dtype is not dtypes.uint8:
        from ..apply import _cap

        fail(
            RuntimeError,
            f"expected scalar type Long but found {_cap(target._dtype)}",
            kind="dtype",
            op="cross_entropy",
            operands=[("input", describe(input)), ("target", describe(target))],
            explain=["Class targets are int64; probabilities have the logits' own shape."],
            hints=["target.long()"],
        )
    _nll_shape("cross_entropy", input, target)
    _check_targets("cross_entropy", input, target, classes, ignore_index)
    nll = _nll(logp, target, weight, reduction, ignore_index)
    if not label_smoothing:
        return nll
    keep = target != ignore_index
    smooth = -(logp if weight is None else logp * weight.view([-1] + [1] * (input.ndim - axis - 1))).sum(axis)
    smooth = T.where(keep, smooth, 0.0)
    if reduction == "mean":
        if weight is None:
            smooth = smooth.sum() / keep.sum()
        else:
            smooth = smooth.sum() / weight.index_select(0, T.where(keep, target, 0).reshape(-1)).mul(keep.reshape(-1)).sum()
    elif reduction == "sum":
        smooth = smooth.sum()
    return nll * (1 - label_smoothing) + smooth * (label_smoothing / classes)


__all__ = ["math"]
