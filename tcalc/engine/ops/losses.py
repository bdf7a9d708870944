"""torch.nn.functional: losses. Those with a node of their own in PyTorch are primitives here, the others composites."""

from __future__ import annotations

import math

from .. import dtypes, graph
from ..apply import SAME, _cap, broadcast_shapes, layout_of_result
from ..apply import TENSORS as T
from ..errors import describe, fail
from ..graph import warn
from ..registry import composite, op
from .activations import logsigmoid
from .distances import pairwise_distance
from .summing import total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_F = ("nn.functional",)
_OLD = "Any size_average=None, Any reduce=None, str reduction='mean'"


def _old_reduction(size_average: Any, reduce: Any, reduction: str) -> str:
    """The reduction that PyTorch's old flags stand for."""
    if size_average is None and reduce is None:
        return reduction
    if reduce is False:
        return "none"
    return "sum" if size_average is False else "mean"


def _reduced(loss: Any, reduction: str) -> Any:
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    if reduction == "none":
        return loss
    raise ValueError(f"{reduction} is not a valid value for reduction")


def _same_size(input: Any, target: Any) -> None:
    if tuple(input.shape) != tuple(target.shape):
        warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will likely lead to incorrect "
            "results due to broadcasting. Please ensure they have the same size.",
        )


def _floats(kernel: str) -> Any:
    def policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        compute, result = SAME(o, dims, zeros, numbers, values)
        if result.category < dtypes.FLOAT:
            raise NotImplementedError(f"\"{kernel}\" not implemented for '{_cap(result)}'")
        return compute, result

    return policy


def _loss_shape(input: Any, target: Any, reduction: str, *rest: Any) -> Any:
    shape = broadcast_shapes([tuple(input.shape), tuple(target.shape)])
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return shape if reduction == "none" else ()


def _collected(xp: Any, loss: Any, reduction: str) -> Any:
    if reduction == "none":
        return loss
    out = total(xp, loss)
    if reduction == "sum":
        return out
    return out / loss.size if loss.size else math.nan


def _share(g: Any, like: Any, reduction: str) -> Any:
    """What reaches each element's loss."""
    return g / max(like.numel(), 1) if reduction == "mean" else g


# -- of the difference of input and target ------------------------------------------------------------------------------------------


def _of_difference(name: str, node: str, extra: str, value: Any, slope: Any, rule: str) -> Any:
    """A loss that is a function of input - target: ``value(xp, away, extra)``, its derivative ``slope(away, extra)`` in tensor ops."""

    @op(
        f"_{name}(Tensor input, Tensor target, str reduction{', ' if extra else ''}{extra}) -> Tensor",
        namespaces=("internal",), method=False, kind="ordered",
        dtype=_floats(f"{name.removesuffix('_loss')}_cpu"), node=node, label=name, spec=_loss_shape, doc=f"{name} of input and target.",
    )  # fmt: skip
    def loss(xp: Any, input: Any, target: Any, reduction: str, *rest: Any) -> Any:
        return _collected(xp, value(xp, input - target, *rest), reduction)

    def rule_(g: Any, input: Any, target: Any, reduction: str, needs: Any) -> Any:
        away = input - target
        g = _share(g, away, reduction)
        return (g * slope(away) if needs[0] else None), (g * slope(target - input) if needs[1] else None)

    def rule_of(g: Any, input: Any, target: Any, reduction: str, beta: Any, needs: Any) -> Any:
        away = input - target
        g = _share(g, away, reduction)
        return (g * slope(away, beta) if needs[0] else None), (g * slope(target - input, beta) if needs[1] else None)

    loss.vjp("input", "target", rule=rule)(rule_of if extra else rule_)

    @loss.samples
    def _(make: Any) -> Any:
        rest = (0.75,) if extra else ()
        yield make(3, 2), make(3, 2), "mean", *rest
        yield make(3, 2), make(2), "sum", *rest
        yield make(3, 2), make(3, 2), "none", *rest

    return loss


_mse = _of_difference("mse_loss", "MseLossBackward0", "", lambda xp, d: d * d, lambda d: d * 2, "g * 2 * (input - target) / count")
_smooth_l1 = _of_difference(
    "smooth_l1_loss",
    "SmoothL1LossBackward0",
    "float beta",
    lambda xp, d, beta: xp.where(xp.abs(d) < beta, 0.5 * d * d / beta, xp.abs(d) - 0.5 * beta),
    lambda d, beta: T.clamp(d / beta, -1.0, 1.0),
    "g * clamp((input - target) / beta, -1, 1) / count",
)
_huber = _of_difference(
    "huber_loss",
    "HuberLossBackward0",
    "float beta",
    lambda xp, d, delta: xp.where(xp.abs(d) <= delta, 0.5 * d * d, delta * (xp.abs(d) - 0.5 * delta)),
    lambda d, delta: T.clamp(d, -delta, delta),
    "g * clamp(input - target, -delta, delta) / count",
)


@composite(f"mse_loss(Tensor input, Tensor target, {_OLD}, Tensor? weight=None) -> Tensor", namespaces=_F, method=False)
def mse_loss(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str, weight: Any) -> Any:
    """Mean of (input - target)**2; reduction 'sum' or 'none'.

    >>> nn.functional.mse_loss(tensor([1., 2.]), tensor([1., 4.]))
    tensor(2.)
    """
    _same_size(input, target)
    reduction = _old_reduction(size_average, reduce, reduction)
    if weight is None:
        return _mse(input, target, reduction)
    return _weighed(_mse(input, target, "none"), weight, reduction)


def _weighed(loss: Any, weight: Any, reduction: str) -> Any:
    """Each element's loss times its weight; the mean is over the weights."""
    loss = loss * weight
    return loss.sum() / weight.expand_as(loss).sum() if reduction == "mean" else _reduced(loss, reduction)


@composite(f"l1_loss(Tensor input, Tensor target, {_OLD}, Tensor? weight=None) -> Tensor", namespaces=_F, method=False)
def l1_loss(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str, weight: Any) -> Any:
    """Mean of |input - target|.

    >>> nn.functional.l1_loss(tensor([1., 2.]), tensor([1., 4.]))
    tensor(1.)
    """
    _same_size(input, target)
    reduction, loss = _old_reduction(size_average, reduce, reduction), (input - target).abs()
    if weight is None:
        return _reduced(loss, reduction)
    if tuple(weight.shape) != tuple(input.shape):
        raise ValueError("Weights and input must have the same size.")
    return _weighed(loss, weight, reduction)


@composite(f"smooth_l1_loss(Tensor input, Tensor target, {_OLD}, float beta=1.0) -> Tensor", namespaces=_F, method=False)
def smooth_l1_loss(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str, beta: float) -> Any:
    """Squared below beta, absolute above: 0.5*d**2/beta, or |d| - 0.5*beta.

    >>> nn.functional.smooth_l1_loss(tensor([0.]), tensor([3.]))
    tensor(2.5000)
    """
    _same_size(input, target)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    reduction = _old_reduction(size_average, reduce, reduction)
    return _reduced((input - target).abs(), reduction) if beta == 0 else _smooth_l1(input, target, reduction, beta)


@composite("huber_loss(Tensor input, Tensor target, str reduction='mean', float delta=1.0, Tensor? weight=None) -> Tensor", namespaces=_F, method=False)
def huber_loss(input: Any, target: Any, reduction: str, delta: float, weight: Any) -> Any:
    """0.5*d**2 below delta, delta*(|d| - 0.5*delta) above.

    >>> nn.functional.huber_loss(tensor([0.]), tensor([3.]))
    tensor(2.5000)
    """
    _same_size(input, target)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    return _huber(input, target, reduction, delta) if weight is None else _reduced(_huber(input, target, "none", delta) * weight, reduction)


# -- yes or no ----------------------------------------------------------------------------------------------------------------------


def _as_target(shape: tuple[int, ...], o: Any, values: list[Any]) -> Any:
    """The layout that PyTorch's first product, with the target, gives."""
    return layout_of_result(shape, [(tuple(values[1].shape), values[1].stride())]) if tuple(values[1].shape) == shape else None


def _logits_shape(input: Any, target: Any, weight: Any, pos_weight: Any, reduction: str) -> Any:
    for t in (pos_weight, weight):
        if t is not None:
            broadcast_shapes([tuple(t.shape), tuple(target.shape)])
    return _loss_shape(input, target, reduction)


@op(
    "_bce_logits(Tensor input, Tensor target, Tensor? weight, Tensor? pos_weight, str reduction) -> Tensor",
    namespaces=("internal",), method=False, kind="ordered", layout=_as_target, dtype=_floats("log_sigmoid_cpu"), spec=_logits_shape, flops=20,
    node="BinaryCrossEntropyWithLogitsBackward0", label="binary_cross_entropy_with_logits",
)  # fmt: skip
def _bce_logits(xp: Any, input: Any, target: Any, weight: Any, pos_weight: Any, reduction: str) -> Any:
    """Cross-entropy of yes/no targets from logits."""
    no = xp.log1p(xp.exp(-xp.abs(input))) + xp.maximum(-input, 0)  # -log(sigmoid(input))
    loss = (1 - target) * input + (no if pos_weight is None else ((pos_weight - 1) * target + 1) * no)
    return _collected(xp, loss if weight is None else loss * weight, reduction)


@_bce_logits.vjp("input", "target", rule="input: g * (sigmoid(input) - target) / count; target: -g * input / count (without weights)")
def _(g: Any, input: Any, target: Any, weight: Any, pos_weight: Any, reduction: str, needs: Any) -> Any:
    g = _share(g, input, reduction)
    if weight is not None:
        g = g * weight
    first = second = None
    if needs[0]:
        if pos_weight is None:
            first = g * (T.sigmoid(input) - target)
        else:
            yes = pos_weight * target
            first = g * ((yes + 1 - target) * T.sigmoid(input) - yes)
    if needs[1]:
        second = -input if pos_weight is None else (1 - pos_weight) * logsigmoid(input) - input
        second = g * second
    return first, second


@_bce_logits.samples
def _(make: Any) -> Any:
    yield make(3), make([0.0, 1.0, 0.5]), None, None, "mean"
    yield make(3), make([0.0, 1.0, 0.5]), make([1.0, 0.5, 2.0], grad=False), make([2.0, 1.0, 0.5], grad=False), "sum"


@composite(
    f"binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, {_OLD}, Tensor? pos_weight=None) -> Tensor",
    namespaces=_F,
    method=False,
)
def binary_cross_entropy_with_logits(input: Any, target: Any, weight: Any, size_average: Any, reduce: Any, reduction: str, pos_weight: Any) -> Any:
    """Cross-entropy of yes/no targets from logits, without overflow.

    >>> nn.functional.binary_cross_entropy_with_logits(tensor([0., 1000.]), tensor([1., 1.]))
    tensor(0.3466)
    """
    if tuple(input.shape) != tuple(target.shape):
        fail(
            ValueError,
            f"Target size ({target.shape}) must be the same as input size ({input.shape})",
            kind="shape",
            op="binary_cross_entropy_with_logits",
            operands=[("input", describe(input)), ("target", describe(target))],
        )
    if pos_weight is not None and pos_weight.requires_grad and graph.state.grad:
        raise RuntimeError(
            "The function 'binary_cross_entropy_with_logits' is not differentiable with respect to argument 'pos_weight'. This input cannot have "
            "requires_grad True."
        )
    return _bce_logits(input, target, weight, pos_weight, _old_reduction(size_average, reduce, reduction))


@op(
    "_bce(Tensor input, Tensor target, Tensor? weight, str reduction) -> Tensor",
    namespaces=("internal",), method=False, kind="ordered", dtype=SAME, spec=lambda input, target, weight, reduction: _loss_shape(input, target, reduction),
    flops=20, node="BinaryCrossEntropyBackward0", label="binary_cross_entropy",
)  # fmt: skip
def _bce(xp: Any, input: Any, target: Any, weight: Any, reduction: str) -> Any:
    """Cross-entropy of yes/no targets from probabilities."""
    for name, t in (("target", target), ("input", input)):
        if bool(xp.all((t >= 0) & (t <= 1))):
            continue
        fail(
            RuntimeError,
            f"all elements of {name} should be between 0 and 1",
            kind="value",
            op="binary_cross_entropy",
            explain=["It takes probabilities."],
            hints=["binary_cross_entropy_with_logits takes any numbers; sigmoid(x) makes probabilities of them."],
        )
    loss = (target - 1) * xp.maximum(xp.log1p(-input), -100) - target * xp.maximum(xp.log(input), -100)
    return _collected(xp, loss if weight is None else loss * weight, reduction)


@_bce.vjp("input", "target", rule="input: g * (input - target) / (input * (1 - input)) / count; target: g * log((1 - input) / input) / count")
def _(g: Any, input: Any, target: Any, weight: Any, reduction: str, needs: Any) -> Any:
    g = _share(g, input, reduction)
    if weight is not None:
        g = g * weight
    first = second = None
    if needs[0]:
        first = g * (input - target) / T.clamp((1 - input) * input, min=9.999999960041972e-13)
    if needs[1]:
        second = g * -(T.log(input) - T.log1p(-input))
    return first, second


@_bce.samples
def _(make: Any) -> Any:
    yield make([0.25, 0.5, 0.875]), make([0.125, 0.75, 0.5]), None, "mean"
    yield make([0.25, 0.5, 0.875]), make([0.125, 0.75, 0.5]), make([1.0, 0.5, 2.0], grad=False), "sum"


@composite(f"binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, {_OLD}) -> Tensor", namespaces=_F, method=False)
def binary_cross_entropy(input: Any, target: Any, weight: Any, size_average: Any, reduce: Any, reduction: str) -> Any:
    """Cross-entropy of yes/no targets from probabilities; logarithms are bounded below by -100.

    >>> nn.functional.binary_cross_entropy(tensor([0.5, 0.]), tensor([1., 1.]))
    tensor(50.3466)
    """
    if tuple(input.shape) != tuple(target.shape):
        fail(
            ValueError,
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. Please ensure they have the same size.",
            kind="shape",
            op="binary_cross_entropy",
            operands=[("input", describe(input)), ("target", describe(target))],
        )
    return _bce(input, target, weight, _old_reduction(size_average, reduce, reduction))


# -- one of several classes ---------------------------------------------------------------------------------------------------------


def _check_targets(name: str, input: Any, target: Any, classes: int, ignore: int) -> None:
    if target.is_meta or target.numel() == 0:
        return
    outside = (target != ignore) & ((target < 0) | (target >= classes))
    if bool(outside.any()):
        bad = int(target[outside][0])
        fail(
            IndexError,
            f"Target {bad} is out of bounds.",
            kind="index",
            op=name,
            operands=[("input", describe(input)), ("target", describe(target))],
            explain=[f"There are {classes} classes: targets are 0 to {classes - 1}, or {ignore} to be ignored."],
        )


def _check_weight(name: str, weight: Any, classes: int) -> None:
    """Class weights: one each, and constants."""
    if weight is None:
        return
    if weight.requires_grad and graph.state.grad:
        fail(
            RuntimeError,
            "The function 'nll_loss_forward' is not differentiable with respect to argument 'weight'. This input cannot have requires_grad True.",
            kind="grad",
            op=name,
            hints=["weight.detach()"],
        )
    if tuple(weight.shape) != (classes,):
        fail(
            RuntimeError,
            f"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of shape: {list(weight.shape)}",
            kind="shape",
            op=name,
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
            else "0D or 1D target tensor expected, multi-target not supported"
        )


@op(
    "_nll(Tensor input, Tensor target, Tensor? weight, str reduction='mean', int ignore_index=-100, bool plane=False) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: "NllLoss2DBackward0" if n.args["plane"] else "NllLossBackward0", label="nll_loss",
    keep_dtype=("target",),
    dtype=lambda o, d, z, n, v: ((dtypes.float32, v[0]._dtype) if v[0]._dtype.itemsize == 2 else (v[0]._dtype, v[0]._dtype)),
    spec=lambda input, target, weight, reduction, ignore_index, plane: () if reduction != "none" else tuple(target.shape),
)  # fmt: skip
def _nll(xp: Any, input: Any, target: Any, weight: Any, reduction: str, ignore_index: int, plane: bool) -> Any:
    """-input[target], weighted; classes are dim 1 (dim 0 of a vector)."""
    at, keep, w = _picked(xp, input, target, weight, ignore_index)
    axis = 0 if input.ndim == 1 else 1
    chosen = xp.squeeze(xp.take_along_axis(input, xp.expand_dims(at, axis), axis=axis), axis)
    loss = -chosen * w
    loss = xp.where(keep, loss, xp.zeros_like(loss))
    if reduction == "none":
        return loss
    return total(xp, loss) / total(xp, w) if reduction == "mean" else total(xp, loss)


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
    w = (weight.index_select(0, at.reshape(-1)).reshape(at.shape) if weight is not None else at.new_ones(at.shape, dtype=input_spec.dtype)) * keep.to(
        input_spec.dtype
    )
    if reduction == "mean":
        g = g / w.sum()
    return T.zeros(input_spec.shape, dtype=input_spec.dtype, device=input_spec.device).scatter(
        axis, at.unsqueeze(axis), T.where(keep, -g * w, 0.0).unsqueeze(axis)
    )


@_nll.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.ints([0, 3, 1]), None, "mean", -100
    yield make(3, 4), make.ints([0, -100, 1]), make(4, low=0.5, high=1.0, grad=False), "sum", -100


@composite(
    "nll_loss(Tensor input, Tensor target, Tensor? weight=None, Any size_average=None, int ignore_index=-100, Any reduce=None, str reduction='mean') -> Tensor",
    namespaces=_F,
    method=False,
)
def nll_loss(input: Any, target: Any, weight: Any, size_average: Any, ignore_index: int, reduce: Any, reduction: str) -> Any:
    """Negative log-likelihood of class indices, from log-probabilities.

    >>> nn.functional.nll_loss(tensor([[-1., -2.]]), tensor([1]))
    tensor(2.)
    """
    reduction = _old_reduction(size_average, reduce, reduction)
    if not input.ndim:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    _nll_shape("nll_loss", input, target)
    if target._dtype is not dtypes.int64:
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {_cap(target._dtype)}")
    _check_weight("nll_loss", weight, input.shape[0 if input.ndim == 1 else 1])
    _check_targets("nll_loss", input, target, input.shape[0 if input.ndim == 1 else 1], ignore_index)
    return _nll(input, target, weight, reduction, ignore_index, input.ndim > 2)


@composite(
    "cross_entropy(Tensor input, Tensor target, Tensor? weight=None, Any size_average=None, int ignore_index=-100, Any reduce=None, str reduction='mean', "
    "float label_smoothing=0.0) -> Tensor",
    namespaces=_F,
    method=False,
)
def cross_entropy(input: Any, target: Any, weight: Any, size_average: Any, ignore_index: int, reduce: Any, reduction: str, label_smoothing: float) -> Any:
    """Cross-entropy from logits (never overflows): targets are class indices, or probabilities in the logits' shape.

    >>> nn.functional.cross_entropy(tensor([[1000., 0.]]), tensor([0]))
    tensor(0.)
    """
    reduction = _old_reduction(size_average, reduce, reduction)
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    axis = 0 if input.ndim == 1 else 1
    if not input.ndim:
        raise IndexError("Dimension out of range (expected to be in range of [-1, 0], but got 1)")
    classes = input.shape[axis]
    if tuple(target.shape) == tuple(input.shape) and not target.is_floating_point():
        raise RuntimeError(f"Expected floating point type for target with class probabilities, got {_cap(target._dtype)}")
    if not 0.0 <= label_smoothing <= 1.0:
        sentence = f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}"
        fail(RuntimeError, sentence, kind="value", op="cross_entropy")
    logp = T.log_softmax(input, axis)
    if target.is_floating_point() and tuple(target.shape) == tuple(input.shape):
        if label_smoothing:
            target = target * (1 - label_smoothing) + label_smoothing / classes
        if weight is not None:
            logp = logp * weight.view([-1] + [1] * (input.ndim - axis - 1))
        if reduction == "mean":
            return -(logp * target).sum() / (input.numel() // max(classes, 1))
        if reduction == "sum":
            return -(logp * target).sum()
        return _reduced(-(logp * target).sum(axis), reduction)
    if tuple(target.shape) != tuple(input.shape):
        _nll_shape("cross_entropy", input, target)
    if target._dtype is not dtypes.int64 and target._dtype is not dtypes.uint8:
        fail(
            RuntimeError,
            f"expected target dtype to be Long or Byte, but got {_cap(target._dtype)}",
            kind="dtype",
            op="cross_entropy",
            operands=[("input", describe(input)), ("target", describe(target))],
            explain=["Class targets are int64; probabilities have the logits' own shape."],
            hints=["target.long()"],
        )
    _nll_shape("cross_entropy", input, target)
    _check_weight("cross_entropy", weight, classes)
    _check_targets("cross_entropy", input, target, classes, ignore_index)
    nll = _nll(logp, target, weight, reduction, ignore_index, input.ndim > 2)
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


@composite(
    "linear_cross_entropy(Tensor input, Tensor linear_weight, Tensor target, *, Tensor? linear_bias=None, Tensor? weight=None, str reduction='mean', "
    "int? ignore_index=None, float label_smoothing=0.0, Any options=None) -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def linear_cross_entropy(
    input: Any, linear_weight: Any, target: Any, linear_bias: Any, weight: Any, reduction: str, ignore_index: Any, label_smoothing: float, options: Any
) -> Any:
    """cross_entropy(linear(input, linear_weight, linear_bias), target); options, which choose PyTorch's way to compute it in chunks, change no value.

    >>> nn.functional.linear_cross_entropy(tensor([[0., 0.]]), tensor([[1., 2.], [3., 4.]]), tensor([1]))
    tensor(0.6931)
    """
    if input.ndim not in (1, 2):
        raise RuntimeError(f"expected input with dimensionality 1 or 2, got {input.ndim}")
    if linear_weight.ndim < 2:
        raise RuntimeError(f"expected linear_weight with dimensionality at least 2, got {linear_weight.ndim}")
    if input.shape[-1] != linear_weight.shape[-1]:
        fail(
            RuntimeError,
            f"expected equal input and linear_weight last dimensions (in_features), got {input.shape[-1]} and {linear_weight.shape[-1]}, respectively",
            kind="shape",
            op="linear_cross_entropy",
            operands=[("input", describe(input)), ("linear_weight", describe(linear_weight))],
        )
    outs = tuple(linear_weight.shape[:-1])
    if linear_bias is not None and tuple(linear_bias.shape) != outs:
        raise RuntimeError(f"expected linear_bias shape {outs}, got {tuple(linear_bias.shape)}")
    if len(outs) > 1 and input.ndim == 1:
        raise RuntimeError(
            f"K-dimensional loss defined by linear_weight shape {tuple(linear_weight.shape)} requires batched input, (N, {input.shape[-1]}), got unbatched "
            f"input with shape {tuple(input.shape)}"
        )
    shape = (*input.shape[:-1], *outs)
    if tuple(target.shape) == shape and ignore_index is not None:
        raise RuntimeError("ignore_index cannot be specified when target contains probabilities")
    if len(outs) > 1:
        linear_weight = linear_weight.reshape(-1, linear_weight.shape[-1])
        linear_bias = None if linear_bias is None else linear_bias.reshape(-1)
    logits = T.linear(input, linear_weight, linear_bias)
    logits = logits.reshape(shape) if len(outs) > 1 else logits
    ignored = -100 if ignore_index is None else ignore_index
    return cross_entropy.kernel(logits, target, weight, None, ignored, None, reduction, label_smoothing)


@linear_cross_entropy.samples
def _(make: Any) -> Any:
    yield make(3, 2), make(4, 2), make.ints([0, 3, 1])
    yield make(3, 2), make(4, 2), make.ints([0, 3, 1]), {"linear_bias": make(4), "reduction": "none", "ignore_index": 3}
    yield make(2), make(3, 2), make.ints([2]).reshape(()), {"label_smoothing": 0.25}


# -- others -------------------------------------------------------------------------------------------------------------------------


@composite(f"kl_div(Tensor input, Tensor target, {_OLD}, bool log_target=False) -> Tensor", namespaces=("nn.functional", "torch"), method=False)
def kl_div(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str, log_target: bool) -> Any:
    """Kullback-Leibler divergence: target * (log(target) - input), input in logarithms; reduction 'batchmean' divides by the batch.

    >>> nn.functional.kl_div(tensor([[-0.6931, -0.6931]]), tensor([[0.5, 0.5]]), reduction='sum').abs() < 1e-4
    tensor(True)
    """
    loss = T.exp(target) * (target - input) if log_target else T.xlogy(target, target) - target * input
    if reduction == "batchmean" and (size_average, reduce) == (None, None):
        return loss.sum() / input.shape[0]
    if reduction == "mean":
        warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides only by the batch size, and "
            "aligns with the KL div math definition.'mean' will be changed to behave the same as 'batchmean' in the next major release.",
        )
    return _reduced(loss, _old_reduction(size_average, reduce, reduction))


@composite(
    "poisson_nll_loss(Tensor input, Tensor target, bool log_input=True, bool full=False, Any size_average=None, float eps=1e-08, Any reduce=None, "
    "str reduction='mean') -> Tensor",
    namespaces=_F,
    method=False,
)
def poisson_nll_loss(input: Any, target: Any, log_input: bool, full: bool, size_average: Any, eps: float, reduce: Any, reduction: str) -> Any:
    """Negative log-likelihood of counts: exp(input) - target * input (log_input=True).

    >>> nn.functional.poisson_nll_loss(tensor([0.]), tensor([1.]))
    tensor(1.)
    """
    loss = T.exp(input) - target * input if log_input else input - target * T.log(input + eps)
    if full:
        stirling = target * T.log(target) - target + 0.5 * T.log(2 * math.pi * target)
        loss = loss + stirling.masked_fill(target <= 1, 0)
    return _reduced(loss, _old_reduction(size_average, reduce, reduction))


@composite(
    "gaussian_nll_loss(Tensor input, Tensor target, Tensor|Scalar var, bool full=False, float eps=1e-06, str reduction='mean') -> Tensor",
    namespaces=_F,
    method=False,
)
def gaussian_nll_loss(input: Any, target: Any, var: Any, full: bool, eps: float, reduction: str) -> Any:
    """Negative log-likelihood of a normal distribution with mean input and variance var (at least eps).

    >>> nn.functional.gaussian_nll_loss(tensor([0.]), tensor([2.]), tensor([1.]))
    tensor(2.)
    """
    if not hasattr(var, "ndim"):
        var = T.full_like(input, var)
    if tuple(var.shape) != tuple(input.shape):
        if tuple(input.shape[:-1]) == tuple(var.shape):
            var = var.unsqueeze(-1)
        elif tuple(var.shape) != (*input.shape[:-1], 1):
            raise ValueError("var is of incorrect size")
    if not var.is_meta and bool((var < 0).any()):
        raise ValueError("var has negative entry/entries")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    held = var + (var.detach().clamp(min=eps) - var.detach())
    loss = 0.5 * (T.log(held) + (input - target) ** 2 / held)
    return _reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)


@composite(f"hinge_embedding_loss(Tensor input, Tensor target, float margin=1.0, {_OLD}) -> Tensor", namespaces=("nn.functional", "torch"), method=False)
def hinge_embedding_loss(input: Any, target: Any, margin: float, size_average: Any, reduce: Any, reduction: str) -> Any:
    """input where target is 1, max(0, margin - input) where it is -1.

    >>> nn.functional.hinge_embedding_loss(tensor([0.5, 0.25]), tensor([1., -1.]))
    tensor(0.6250)
    """
    zeros = T.zeros_like(input)
    near = T.where(target != 1, (margin - input).clamp_min(0), zeros)
    return _reduced(near + T.where(target != -1, input, zeros), _old_reduction(size_average, reduce, reduction))


@op(
    "_soft_margin(Tensor input, Tensor target, str reduction) -> Tensor", namespaces=("internal",), method=False, kind="ordered",
    dtype=_floats("soft_margin_loss"), spec=_loss_shape, flops=16, node="SoftMarginLossBackward0", label="soft_margin_loss",
)  # fmt: skip
def _soft_margin(xp: Any, input: Any, target: Any, reduction: str) -> Any:
    """log(1 + exp(-target * input)), without overflow."""
    z = -target * input
    return _collected(xp, xp.log1p(xp.exp(-xp.abs(z))) + xp.maximum(z, 0), reduction)


@_soft_margin.vjp("input", rule="-g * target * sigmoid(-target * input) / count")
def _(g: Any, input: Any, target: Any, reduction: str) -> Any:
    z = -target * input
    return -_share(g, z, reduction) * target * T.sigmoid(z)


@_soft_margin.samples
def _(make: Any) -> Any:
    yield make(3), make([1.0, -1.0, 1.0], grad=False), "mean"
    yield make(3), make([1.0, -1.0, 1.0], grad=False), "none"


@composite(f"soft_margin_loss(Tensor input, Tensor target, {_OLD}) -> Tensor", namespaces=_F, method=False)
def soft_margin_loss(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str) -> Any:
    """log(1 + exp(-target * input)).

    >>> nn.functional.soft_margin_loss(tensor([0.]), tensor([1.]))
    tensor(0.6931)
    """
    if target.requires_grad and graph.state.grad:
        raise RuntimeError(
            "The function 'soft_margin_loss' is not differentiable with respect to argument 'target'. This input cannot have requires_grad True."
        )
    return _soft_margin(input, target, _old_reduction(size_average, reduce, reduction))


@composite(
    f"margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, {_OLD}) -> Tensor", namespaces=("nn.functional", "torch"), method=False
)
def margin_ranking_loss(input1: Any, input2: Any, target: Any, margin: float, size_average: Any, reduce: Any, reduction: str) -> Any:
    """max(0, -target * (input1 - input2) + margin).

    >>> nn.functional.margin_ranking_loss(tensor([1.]), tensor([3.]), tensor([1.]))
    tensor(2.)
    """
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            f"margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: {input1.shape}, input2: {input2.shape}, "
            f"target: {target.shape} "
        )
    return _reduced((-target * (input1 - input2) + margin).clamp_min(0), _old_reduction(size_average, reduce, reduction))


@composite(
    f"cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, {_OLD}) -> Tensor",
    namespaces=("nn.functional", "torch"),
    method=False,
)
def cosine_embedding_loss(input1: Any, input2: Any, target: Any, margin: float, size_average: Any, reduce: Any, reduction: str) -> Any:
    """1 - cos where target is 1, max(0, cos - margin) where it is -1, cos the cosine of the angle between the inputs.

    >>> nn.functional.cosine_embedding_loss(tensor([1., 0.]), tensor([0., 1.]), tensor(1))
    tensor(1.)
    """
    if target.ndim > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if target.ndim == 1 and (input1.ndim != 2 or input2.ndim != 2):
        raise RuntimeError(f"1D target tensor expects 2D input tensors, but found inputs with sizes {list(input1.shape)} and {list(input2.shape)}.")
    if target.ndim == 0 and (input1.ndim != 1 or input2.ndim != 1):
        raise RuntimeError(f"0D target tensor expects 1D input tensors, but found inputs with sizes {list(input1.shape)} and {list(input2.shape)}.")
    eps = 1e-12
    inner = (input1 * input2).sum(-1)
    cos = inner / T.sqrt(((input1 * input1).sum(-1) + eps) * ((input2 * input2).sum(-1) + eps))
    zeros = T.zeros_like(cos)
    loss = T.where(target == 1, 1 - cos, zeros) + T.where(target == -1, (cos - margin).clamp_min(0), zeros)
    return _reduced(loss, _old_reduction(size_average, reduce, reduction))


def _check_triplet(anchor: Any, positive: Any, negative: Any, margin: float) -> None:
    if margin <= 0:
        fail(ValueError, f"margin must be greater than 0, got {margin:g}", kind="value", op="triplet_margin_loss")
    a, p, n = anchor.ndim, positive.ndim, negative.ndim
    if not a == p == n:
        fail(
            RuntimeError,
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {a}D, positive {p}D, and negative {n}D inputs",
            kind="shape",
            op="triplet_margin_loss",
        )


@composite(
    f"triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1.0, float p=2.0, float eps=1e-06, bool swap=False, {_OLD}) -> Tensor",
    namespaces=("nn.functional", "torch"), method=False,
)  # fmt: skip
def triplet_margin_loss(
    anchor: Any, positive: Any, negative: Any, margin: float, p: float, eps: float, swap: bool, size_average: Any, reduce: Any, reduction: str
) -> Any:
    """max(0, distance to the positive - distance to the negative + margin).

    >>> nn.functional.triplet_margin_loss(tensor([[0., 0.]]), tensor([[3., 4.]]), tensor([[0., 1.]]))
    tensor(5.0000)
    """
    _check_triplet(anchor, positive, negative, margin)
    near, far = pairwise_distance(anchor, positive, p, eps), pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = T.minimum(far, pairwise_distance(positive, negative, p, eps))
    return _reduced((margin + near - far).clamp_min(0), _old_reduction(size_average, reduce, reduction))


@composite(
    "triplet_margin_with_distance_loss(Tensor anchor, Tensor positive, Tensor negative, *, Any distance_function=None, float margin=1.0, bool swap=False, "
    "str reduction='mean') -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def triplet_margin_with_distance_loss(anchor: Any, positive: Any, negative: Any, distance_function: Any, margin: float, swap: bool, reduction: str) -> Any:
    """max(0, distance to the positive - distance to the negative + margin), with a distance of one's own.

    >>> nn.functional.triplet_margin_with_distance_loss(tensor([[0., 0.]]), tensor([[3., 4.]]), tensor([[0., 1.]]))
    tensor(5.0000)
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    _check_triplet(anchor, positive, negative, margin)
    distance = T.pairwise_distance if distance_function is None else distance_function
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = T.minimum(far, distance(positive, negative))
    return _reduced((margin + near - far).clamp_min(0), reduction)


def _margin_dtype(kernel: str) -> Any:
    def policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
        d = values[0]._dtype
        if d.category < dtypes.FLOAT:
            fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op=o.label, hints=["input.float()"])
        return (dtypes.float32, d) if d.itemsize == 2 else (d, d)

    return policy


def _valid_reduction(reduction: str) -> None:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")


def _multi_margin_shape(input: Any, target: Any, p: Any, margin: Any, weight: Any, reduction: str) -> Any:
    _valid_reduction(reduction)
    shape = tuple(input.shape)
    if len(shape) not in (1, 2) or shape[-1] == 0:
        raise RuntimeError(f"Expected non-empty vector or matrix with optional 0-dim batch size, but got: {list(shape)}")
    rows = shape[0] if len(shape) == 2 else 1
    if len(target.shape) > 1 or math.prod(target.shape) != rows:
        fail(
            RuntimeError,
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch size). Expected target size "
            f"[{rows}], but got {list(target.shape)}. Input has shape {list(shape)}.",
            kind="shape",
            op="multi_margin_loss",
        )
    if weight is not None and tuple(weight.shape) != (shape[-1],):
        raise RuntimeError(f"inconsistent weight size, expected {shape[-1]} but got {list(weight.shape)}")
    return tuple(target.shape) if reduction == "none" else ()


@op(
    "_multi_margin(Tensor input, Tensor target, int p, Scalar margin, Tensor? weight, str reduction) -> Tensor",
    namespaces=("internal",), method=False, keep_dtype=("target",), dtype=_margin_dtype("multi_margin_loss"), spec=_multi_margin_shape,
    node="MultiMarginLossBackward0", label="multi_margin_loss",
)  # fmt: skip
def _multi_margin(xp: Any, input: Any, target: Any, p: int, margin: Any, weight: Any, reduction: str) -> Any:
    """Mean over the other classes of max(0, margin - input[target] + input[i])**p."""
    rows, at = input.reshape(-1, input.shape[-1]), target.reshape(-1, 1)
    if at.size and (int(at.min()) < 0 or int(at.max()) >= rows.shape[1]):
        fail(RuntimeError, "target out of range", kind="index", op="multi_margin_loss", explain=[f"Targets are classes, 0 to {rows.shape[1] - 1}."])
    gap = xp.maximum(margin - xp.take_along_axis(rows, at, axis=1) + rows, 0)
    gap = gap * gap if p == 2 else gap
    if weight is not None:
        gap = gap * weight[at]
    gap = xp.where(xp.arange(rows.shape[1]) == at, 0, gap)
    return _collected(xp, (total(xp, gap, 1) / rows.shape[1]).reshape(target.shape), reduction)


@_multi_margin.vjp("input", rule="g where the margin is not kept, times 2 * (margin - input[target] + input) for p = 2; its negative sum at target")
def _(g: Any, input: Any, target: Any, p: int, margin: Any, weight: Any, reduction: str) -> Any:
    rows, at = input.reshape(-1, input.shape[-1]), target.reshape(-1, 1)
    gap = margin - rows.gather(1, at) + rows
    each = gap.clamp(min=0) * 2 if p == 2 else (gap > 0).to(rows._dtype)
    if weight is not None:
        each = each * weight.index_select(0, target.reshape(-1)).unsqueeze(1)
    each = each.scatter(1, at, 0) / rows.shape[1]
    each = each.scatter(1, at, 0.0 - each.sum(1, keepdim=True))
    g = g / max(rows.shape[0], 1) if reduction == "mean" else g
    return ((g.reshape(-1, 1) if reduction == "none" else g) * each).reshape(input.shape)


@_multi_margin.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.ints([3, 0, 1]), 1, 1.0, None, "mean"
    yield make(2, 3), make.ints([2, 0]), 2, 0.5, make(3, low=0.5, high=1.0, grad=False), "none"


@composite(f"multi_margin_loss(Tensor input, Tensor target, Scalar p=1, Scalar margin=1.0, Tensor? weight=None, {_OLD}) -> Tensor", namespaces=_F, method=False)
def multi_margin_loss(input: Any, target: Any, p: Any, margin: Any, weight: Any, size_average: Any, reduce: Any, reduction: str) -> Any:
    """Mean over the other classes of max(0, margin - input[target] + input[i])**p.

    >>> nn.functional.multi_margin_loss(tensor([[0.1, 0.2, 0.4, 0.8]]), tensor([3]))
    tensor(0.3250)
    """
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.ndim != 1:
        raise ValueError("weight must be one-dimensional")
    return _multi_margin(input, target, int(p), margin, weight, _old_reduction(size_average, reduce, reduction))


def _multilabel_shape(input: Any, target: Any, reduction: str) -> Any:
    _valid_reduction(reduction)
    shape = tuple(input.shape)
    if len(shape) > 2 or (shape and shape[-1] == 0):
        raise RuntimeError(f"Expected non-empty vector or matrix with optional 0-dim batch size, but got: {list(shape)}")
    if tuple(target.shape) != shape:
        fail(RuntimeError, f"inconsistent target size: {list(target.shape)} for input of size: {list(shape)}", kind="shape", op="multilabel_margin_loss")
    return shape[:-1] if reduction == "none" else ()


def _labels(xp: Any, rows: Any, target: Any) -> tuple[Any, Any]:
    """Labels up to the first -1 of each row: (which places hold one, which classes are not named)."""
    held = xp.cumsum((target < 0).astype("int64"), axis=1) == 0
    named = (xp.where(held, target, -1)[:, :, None] == xp.arange(rows.shape[1])).any(1)
    return held, ~named


@op(
    "_multilabel_margin(Tensor input, Tensor target, str reduction) -> Tensor",
    namespaces=("internal",), method=False, keep_dtype=("target",), aux="met", dtype=_margin_dtype("multilabel_margin_loss_forward_out_frame"),
    spec=_multilabel_shape, node="MultilabelMarginLossBackward0", label="multilabel_margin_loss",
)  # fmt: skip
def _multilabel_margin(xp: Any, input: Any, target: Any, reduction: str) -> Any:
    """Mean over the classes of max(0, 1 - input[label] + input[i]), over labels and classes that are none."""
    n = input.shape[-1] if input.ndim else 1
    rows, at = input.reshape(-1, n), target.reshape(-1, n)
    if at.size and (int(at.min()) < -1 or int(at.max()) >= n):
        fail(
            RuntimeError,
            "argument #2 'target' is out of range",
            kind="index",
            op="multilabel_margin_loss",
            explain=[f"Labels are classes, 0 to {n - 1}, and -1 after the last."],
        )
    held, other = _labels(xp, rows, at)
    here = xp.where(held, at, 0)
    gap = 1 - xp.take_along_axis(rows, here, axis=1)[:, :, None] + rows[:, None, :]
    met = held[:, :, None] & other[:, None, :] & (gap > 0)
    loss = total(xp, xp.where(met, gap, 0).reshape(rows.shape[0], -1), 1) / n
    slope = met.sum(1).astype(rows.dtype)
    back = xp.zeros(rows.shape, rows.dtype)
    line = xp.arange(rows.shape[0])[:, None] * n + here
    flat = back.reshape(-1)
    xp.add_at(flat, line.reshape(-1), met.sum(2).astype(rows.dtype).reshape(-1))
    return _collected(xp, loss.reshape(input.shape[:-1]), reduction), ((slope - flat.reshape(rows.shape)) / n).reshape(input.shape)


@_multilabel_margin.vjp("input", rule="g at classes that come too near a label, taken from the label")
def _(g: Any, met: Any, reduction: str) -> Any:
    g = g / (max(met.shape[0], 1) if met.ndim == 2 else 1) if reduction == "mean" else g
    return (g.unsqueeze(-1) if reduction == "none" else g) * met


@_multilabel_margin.samples
def _(make: Any) -> Any:
    yield make(2, 4), make.ints([[3, 0, -1, 1], [1, -1, -1, -1]]), "mean"
    yield make(4), make.ints([3, 0, -1, 1]), "sum"
    yield make(2, 3), make.ints([[2, 0, -1], [1, 0, 2]]), "none"


@composite(f"multilabel_margin_loss(Tensor input, Tensor target, {_OLD}) -> Tensor", namespaces=_F, method=False)
def multilabel_margin_loss(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str) -> Any:
    """Mean over the classes of max(0, 1 - input[label] + input[i]), over labels and classes that are none; a row of labels ends at the first -1.

    >>> nn.functional.multilabel_margin_loss(tensor([[0.1, 0.2, 0.4, 0.8]]), tensor([[3, 0, -1, 1]]))
    tensor(0.8500)
    """
    return _multilabel_margin(input, target, _old_reduction(size_average, reduce, reduction))


@composite(f"multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor? weight=None, {_OLD}) -> Tensor", namespaces=_F, method=False)
def multilabel_soft_margin_loss(input: Any, target: Any, weight: Any, size_average: Any, reduce: Any, reduction: str) -> Any:
    """Mean over the classes of the cross-entropy of yes/no targets from logits.

    >>> nn.functional.multilabel_soft_margin_loss(tensor([[0., 0.]]), tensor([[1., 0.]]))
    tensor(0.6931)
    """
    loss = -(target * logsigmoid(input) + (1 - target) * logsigmoid(-input))
    loss = (loss if weight is None else loss * weight).sum(-1) / input.shape[-1]
    return _reduced(loss, _old_reduction(size_average, reduce, reduction))


# -- samples of the composites --------------------------------------------------------------------------------------------------------


@l1_loss.samples
def _(make: Any) -> Any:
    yield make(3), make([1.0, -1.0, 1.0])
    yield make(2, 3), make(2, 3), {"weight": make(2, 3, low=0.5, high=1.0)}
    yield make(2, 3), make(3), {"reduction": "none"}


@hinge_embedding_loss.samples
def _(make: Any) -> Any:
    yield make(3), make([1.0, -1.0, 1.0], grad=False)
    yield make(3), make([1.0, -1.0, 1.0], grad=False), 0.5, {"reduction": "sum"}


for _loss in (margin_ranking_loss, triplet_margin_loss, triplet_margin_with_distance_loss):

    @_loss.samples
    def _(make: Any) -> Any:
        yield make(2, 3), make(2, 3), make(2, 3)
        yield make(2, 3), make(2, 3), make(2, 3), {"margin": 0.5, "reduction": "none"}


@mse_loss.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(2, 3)
    yield make(2, 3), make(2, 3), {"weight": make(2, 3, low=0.5, high=1.0)}


@huber_loss.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(2, 3)
    yield make(2, 3), make(2, 3), {"weight": make(2, 3, low=0.5, high=1.0), "delta": 0.7}


@smooth_l1_loss.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(2, 3), {"beta": 0.5}
    yield make(2, 3), make(2, 3), {"beta": 0.0, "reduction": "sum"}


@nll_loss.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.ints([0, 3, 1])
    yield make(2, 3, 2), make.ints([[0, 2], [1, 1]]), {"ignore_index": 1, "reduction": "sum"}
    yield make(4), make.ints([2]).reshape(())


@cross_entropy.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.ints([0, 3, 1])
    yield make(3, 4), make.ints([0, 3, 1]), {"label_smoothing": 0.2, "ignore_index": 3}
    yield make(2, 3, 2), make.ints([[0, 2], [1, 1]]), {"reduction": "none", "label_smoothing": 0.1}
    yield make(2, 3), make(2, 3, low=0), {"reduction": "sum"}
    yield make(2, 3), make(2, 3, low=0), {"reduction": "none", "label_smoothing": 0.25}
    yield make(4), make.ints([2]).reshape(())


@binary_cross_entropy.samples
def _(make: Any) -> Any:
    yield make([0.25, 0.5, 0.875]), make([0.125, 0.75, 0.5])
    yield make([0.25, 0.5, 0.875]), make([0.125, 0.75, 0.5]), {"reduction": "none"}


@binary_cross_entropy_with_logits.samples
def _(make: Any) -> Any:
    yield make(3), make([0.0, 1.0, 0.5])
    yield make([-200.0, 0.0, 200.0]), make([0.0, 1.0, 0.5]), {"reduction": "none"}


@kl_div.samples
def _(make: Any) -> Any:
    yield make([[-1.0, -0.5]]), make([[0.25, 0.75]]), {"reduction": "batchmean"}
    yield make([[-1.0, -0.5]]), make([[-0.25, -2.0]]), {"reduction": "sum", "log_target": True}
    yield make([[-1.0, -0.5]]), make([[0.25, 0.75]]), {"reduction": "none"}


@poisson_nll_loss.samples
def _(make: Any) -> Any:
    yield make(2, 2), make(2, 2, low=0)
    yield make(3, pos=True), make([0.5, 2.0, 3.0]), {"log_input": False, "full": True, "reduction": "sum"}


@gaussian_nll_loss.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(2, 3), make(2, 3, pos=True)
    yield make(2, 3), make(2, 3), make(2, 1, pos=True), {"full": True, "reduction": "none"}


@soft_margin_loss.samples
def _(make: Any) -> Any:
    yield make(3), make([1.0, -1.0, 1.0], dtype="int64")
    yield make(3), make([1.0, -1.0, 1.0], dtype="int64"), {"reduction": "none"}


@cosine_embedding_loss.samples
def _(make: Any) -> Any:
    yield make(2, 3), make(2, 3), make.ints([1, -1])
    yield make(2, 3), make(2, 3), make.ints([1, -1]), 0.25, {"reduction": "sum"}


@multi_margin_loss.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.ints([3, 0, 1])
    yield make(3, 4), make.ints([3, 0, 1]), 2, 0.5, {"reduction": "none"}


@multilabel_margin_loss.samples
def _(make: Any) -> Any:
    yield make(2, 4), make.ints([[3, 0, -1, 1], [1, -1, -1, -1]])
    yield make(4), make.ints([3, 0, -1, 1]), {"reduction": "sum"}


@multilabel_soft_margin_loss.samples
def _(make: Any) -> Any:
    yield make(2, 4), make(2, 4, low=0)
    yield make(2, 4), make(2, 4, low=0), {"reduction": "none"}


__all__ = ["cross_entropy", "mse_loss"]
