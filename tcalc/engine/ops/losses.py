"""torch.nn.functional: losses. Those with a node of their own in PyTorch are primitives here, the others composites."""

from __future__ import annotations

import math

from .. import dtypes, graph
from ..apply import FLOAT, SAME, _cap, apply, broadcast_shapes, layout_of_result
from ..apply import TENSORS as T
from ..errors import describe, fail
from ..graph import warn
from ..registry import composite, op
from .activations import logsigmoid
from .distances import pairwise_distance
from .reduce import _rounder, log_softmax
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
        if result.category != dtypes.FLOAT:
            _no_kernel(o, kernel, result)
        return compute, result

    return policy


def _no_kernel(o: Any, kernel: str, d: Any) -> None:
    fail(NotImplementedError, f"\"{kernel}\" not implemented for '{_cap(d)}'", kind="dtype", op=o.label, hints=["x.float() makes floats."])


def _no_cast(o: Any, found: Any, into: Any) -> None:
    """PyTorch computes the loss in place, in the dtype of one of the two."""
    sentence = f"result type {_cap(found)} can't be cast to the desired output type {_cap(into)}"
    fail(RuntimeError, sentence, kind="dtype", op=o.label, explain=["The loss is computed in that dtype."], hints=["x.float() makes floats."])


def _floats_of_input(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    """huber_loss: the difference has to fit into the input's dtype, which is the loss's."""
    d = values[0]._dtype
    found = SAME(o, dims, zeros, numbers, values)[1]
    if found.category > d.category:
        _no_cast(o, found, d)
    if d.category != dtypes.FLOAT:
        _no_kernel(o, "huber_cpu", found)
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


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


@op("_over(Tensor input, Scalar other) -> Tensor", kind="map", dtype=FLOAT, namespaces=("internal",), method=False, node="DivBackward1", label="div")
def _over(xp: Any, input: Any, other: Any) -> Any:
    """input over a number that is no argument of the caller's."""
    return xp.divide(input, other)


@_over.vjp("input", rule="g / other")
def _(xp: Any, g: Any, other: Any) -> Any:
    return xp.divide(g, other)


@_over.samples
def _(make: Any) -> Any:
    yield make(3), 2.0


# -- of the difference of input and target ------------------------------------------------------------------------------------------


def _of_difference(name: str, node: str, extra: str, value: Any, slope: Any, rule: str, policy: Any = None) -> Any:
    """A loss that is a function of input - target: ``value(xp, away, extra)``, its derivative ``slope(away, extra)`` in tensor ops."""

    @op(
        f"_{name}(Tensor input, Tensor target, str reduction{', ' if extra else ''}{extra}) -> Tensor",
        namespaces=("internal",), method=False, kind="ordered",
        dtype=policy or _floats(f"{name.removesuffix('_loss')}_cpu"), node=node, label=name, spec=_loss_shape, doc=f"{name} of input and target.",
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
    _floats_of_input,
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
    return _weighed((input - target) ** 2, weight, reduction)


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


def _logits_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d, target = values[0]._dtype, values[1]._dtype
    if d.category != dtypes.FLOAT:
        _no_kernel(o, "log_sigmoid_cpu", d)
    if target is dtypes.bool_:
        fail(
            RuntimeError,
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
            kind="dtype",
            op="binary_cross_entropy_with_logits",
            explain=["1 - target is computed in the target's dtype."],
            hints=["target.float()"],
        )
    if target.category < dtypes.FLOAT:
        _no_cast(o, d, target)
    return _floats("log_sigmoid_cpu")(o, dims, zeros, numbers, values)[0], target


def _check_fits(shape: tuple[int, ...], input: Any) -> None:
    """A weight makes the loss no larger than the input."""
    if shape != tuple(input.shape):
        sentence = f"output with shape {list(input.shape)} doesn't match the broadcast shape {list(shape)}"
        fail(RuntimeError, sentence, kind="broadcast", op="binary_cross_entropy")


def _logits_shape(input: Any, target: Any, weight: Any, pos_weight: Any, reduction: str) -> Any:
    for shapes in ((pos_weight, target), (target, weight)):
        if None not in shapes:
            _check_fits(broadcast_shapes([tuple(t.shape) for t in shapes]), input)
    return _loss_shape(input, target, reduction)


@op(
    "_bce_logits(Tensor input, Tensor target, Tensor? weight, Tensor? pos_weight, str reduction) -> Tensor",
    namespaces=("internal",), method=False, kind="ordered", layout=_as_target, dtype=_logits_dtype, spec=_logits_shape, flops=20,
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


def _bce_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    target = values[1]._dtype
    if target is not d:
        fail(
            RuntimeError,
            f"Found dtype {_cap(target)} but expected {_cap(d)}",
            kind="dtype",
            op="binary_cross_entropy",
            explain=["Input and target have one dtype."],
            hints=["target.to(input.dtype)"],
        )
    if d.category != dtypes.FLOAT:
        _no_kernel(o, "binary_cross_entropy", d)
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


@op(
    "_bce(Tensor input, Tensor target, Tensor? weight, str reduction) -> Tensor",
    namespaces=("internal",), method=False, kind="ordered", dtype=_bce_dtype,
    spec=lambda input, target, weight, reduction: _loss_shape(input, target, reduction),
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


def _check_expands(shape: tuple[int, ...], into: tuple[int, ...]) -> None:
    """Refuse a weight that does not broadcast with the target."""
    for k in range(1, min(len(shape), len(into)) + 1):
        if shape[-k] != into[-k] and 1 not in (shape[-k], into[-k]):
            sentence = (
                f"Attempting to broadcast a dimension of length {shape[-k]} at {-k}! Mismatching argument at index 1 had torch.Size({list(shape)}); but "
                f"expected shape should be broadcastable to {list(into)}"
            )
            fail(RuntimeError, sentence, kind="broadcast", op="binary_cross_entropy")


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
    if weight is not None:
        _check_expands(tuple(weight.shape), tuple(target.shape))
        _check_fits(broadcast_shapes([tuple(target.shape), tuple(weight.shape)]), input)
    return _bce(input, target, weight, _old_reduction(size_average, reduce, reduction))


_NUMBERED = ("none", "mean", "sum")  # PyTorch's core counts reductions


def _numbered(reduction: int) -> str:
    return _NUMBERED[reduction] if 0 <= reduction < 3 else "none"


@composite(
    "binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=0) -> Tensor", method=False
)
def _torch_bce_logits(input: Any, target: Any, weight: Any, pos_weight: Any, reduction: int) -> Any:
    """nn.functional.binary_cross_entropy_with_logits() with PyTorch's numbers for the reduction: 0 none, 1 mean, 2 sum.

    >>> torch.binary_cross_entropy_with_logits(tensor([0., 1000.]), tensor([1., 1.]))
    tensor([0.6931, 0.0000])
    """
    return binary_cross_entropy_with_logits.kernel(input, target, weight, None, None, _numbered(reduction), pos_weight)


def _torch_level(signature: str, function: Any, rearranged: Any, example: str) -> None:
    """torch's own function of a loss: numbers for the reduction, and none at all unless one is given (what PyTorch's signature gives as Mean)."""
    name = signature.partition("(")[0]

    def loss(*args: Any) -> Any:
        return function.kernel(*rearranged(*args))

    loss.__doc__ = f"""nn.functional.{name}() with PyTorch's numbers for the reduction: 0 none (also when not given), 1 mean, 2 sum.

    >>> {example}
    """
    composite(signature + " -> Tensor", method=False)(loss)


# -- one of several classes ---------------------------------------------------------------------------------------------------------


def _check_targets(xp: Any, target: Any, classes: int, ignore: int) -> bool:
    """Whether all targets are classes; IndexError where one is neither a class nor to be ignored."""
    if not target.size or (int(target.min()) >= 0 and int(target.max()) < classes and not 0 <= ignore < classes):
        return True
    outside = (target != ignore) & ((target < 0) | (target >= classes))
    if bool(outside.any()):
        bad = int(target[outside].reshape(-1)[0])
        fail(
            IndexError,
            f"Target {bad} is out of bounds.",
            kind="index",
            op="nll_loss",
            explain=[f"There are {classes} classes: targets are 0 to {classes - 1}, or {ignore} to be ignored."],
        )
    return False


def _check_weight(name: str, weight: Any, classes: int, plane: bool) -> None:
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
            "weight tensor should be defined either for all or no classes"
            if plane
            else f"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of shape: {list(weight.shape)}",
            kind="shape",
            op=name,
        )


def _nll_shape(name: str, input: Any, target: Any) -> None:
    if input.ndim == 1:
        if target.ndim > 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
        if target.ndim and target.shape[0] != 1:
            fail(
                ValueError,
                f"For 1D input, 1D target must have size 1, but got target size: {target.shape[0]}",
                kind="shape",
                op=name,
                operands=[("input", describe(input)), ("target", describe(target))],
                explain=["A vector is the scores of one example."],
            )
        return
    batch, want = tuple(input.shape[:1]), tuple(input.shape[2:])
    if target.ndim == 0 or tuple(target.shape[:1]) != batch:
        n = target.shape[0] if target.ndim else 0
        fail(
            ValueError,
            f"Expected input batch_size ({input.shape[0]}) to match target batch_size ({n}).",
            kind="shape",
            op=name,
            operands=[("input", describe(input)), ("target", describe(target))],
            explain=["input holds a row of class scores for each target."],
        )
    if input.ndim == 4 and target.ndim != 3:
        raise RuntimeError(f"only batches of spatial targets supported (3D tensors) but got targets of dimension: {target.ndim}")
    if input.ndim == 4 and tuple(target.shape[1:]) != want:
        raise RuntimeError(f"size mismatch (got input: {list(input.shape)} , target: {list(target.shape)}")
    if tuple(target.shape[1:]) != want:
        raise RuntimeError(
            f"Expected target size [{', '.join(map(str, (*batch, *want)))}], got [{', '.join(map(str, target.shape))}]"
            if input.ndim > 2
            else "0D or 1D target tensor expected, multi-target not supported"
        )


def _same_dtype(o: Any, d: Any, weight: Any) -> None:
    if weight is not None and weight._dtype is not d:
        sentence = f"expected scalar type {_cap(d)} but found {_cap(weight._dtype)}"
        fail(RuntimeError, sentence, kind="dtype", op=o.label, explain=["Class weights have the input's dtype."], hints=["weight.to(input.dtype)"])


def _nll_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    if d.category != dtypes.FLOAT:
        _no_kernel(o, "nll_loss2d_forward_out_frame" if values[5] else "nll_loss_out_frame", d)
    _same_dtype(o, d, values[2])
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


def _nll_fits(input: Any, target: Any, weight: Any, reduction: str, ignore_index: int, plane: bool) -> bool:
    return input.ndim == 2 and target.ndim == 1 and bool(target.size)


def _nll_dtype_back(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


@op(
    "_nll(Tensor input, Tensor target, Tensor? weight, str reduction='mean', int ignore_index=-100, bool plane=False) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: "NllLoss2DBackward0" if n.args["plane"] else "NllLossBackward0", label="nll_loss",
    keep_dtype=("target",), dtype=_nll_dtype, quick=_nll_fits,
    spec=lambda input, target, weight, reduction, ignore_index, plane: () if reduction != "none" else tuple(target.shape),
)  # fmt: skip
def _nll(xp: Any, input: Any, target: Any, weight: Any, reduction: str, ignore_index: int, plane: bool) -> Any:
    """-input[target], weighted; classes are dim 1 (dim 0 of a vector)."""
    axis = 0 if input.ndim == 1 else 1
    sound = _check_targets(xp, target, input.shape[axis], ignore_index)
    if sound and weight is None and input.ndim == 2 and target.size:
        loss = -input[xp.arange(target.shape[0]), target]
        return _collected(xp, loss, reduction)
    at, keep, w = _picked(xp, input, target, weight, ignore_index)
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
def _(g: Any, input_spec: Any, target: Any, weight: Any, reduction: str, ignore_index: int, plane: bool) -> Any:
    return apply(_nll_back, [g, target, weight, tuple(input_spec.shape), reduction, ignore_index, plane])


@op(
    "_nll_back(Tensor grad, Tensor target, Tensor? weight, int[] size, str reduction, int ignore_index, bool plane) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: "NllLoss2DBackwardBackward0" if n.args["plane"] else "NllLossBackwardBackward0",
    label="nll_loss_backward", keep_dtype=("target",), dtype=_nll_dtype_back, spec=lambda grad, target, weight, size, *rest: tuple(size),
    quick=lambda grad, target, weight, size, *rest: len(size) == 2,
)  # fmt: skip
def _nll_back(xp: Any, grad: Any, target: Any, weight: Any, size: Any, reduction: str, ignore_index: int, plane: bool) -> Any:
    """-grad * weight at each example's target, over the sum of the weights for a mean."""
    batch, classes, rest = (1, *size, 1) if len(size) == 1 else (size[0], size[1], math.prod(size[2:]))
    out = xp.zeros((batch, classes, rest), grad.dtype)
    if len(size) == 2 and weight is None and not 0 <= ignore_index < classes and target.size and int(target.min()) >= 0:  # checked going forward
        out = out.reshape(size)
        out[xp.arange(batch), target] = -grad / batch if reduction == "mean" else -grad
        return out
    at, keep, w = _picked(xp, grad, target, weight, ignore_index)
    if reduction == "mean":
        grad = grad / total(xp, w)
    share = xp.where(keep, -grad * w, 0.0)
    out[xp.arange(batch)[:, None], at.reshape(batch, rest), xp.arange(rest)] = share.reshape(batch, rest)
    return out.reshape(size)


@_nll_back.vjp("grad", rule="nll_loss of g")
def _(g: Any, target: Any, weight: Any, reduction: str, ignore_index: int, plane: bool) -> Any:
    return apply(_nll, [g, target, weight, reduction, ignore_index, plane])


@_nll_back.samples
def _(make: Any) -> Any:
    yield make(3), make.ints([0, 3, 1]), None, (3, 4), "none", -100, False
    yield make([1.5]).reshape(()), make.ints([[0, 2], [1, 1]]), make(3, low=0.5, high=1.0, grad=False), (2, 3, 2), "mean", 2, True


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
    _valid_reduction(reduction)
    if not input.ndim:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    _nll_shape("nll_loss", input, target)
    if target._dtype is not dtypes.int64 and target._dtype is not dtypes.uint8:
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {_cap(target._dtype)}")
    _check_weight("nll_loss", weight, input.shape[0 if input.ndim == 1 else 1], input.ndim > 2)
    target = target.reshape(()) if input.ndim == 1 and target.ndim else target
    return _nll_of(input, target, weight, reduction, ignore_index)


def _nll_of(input: Any, target: Any, weight: Any, reduction: str, ignore_index: int) -> Any:
    """The loss of classes in dim 1 (or of one sample): of inputs that are no images, by way of images one pixel high, as in PyTorch."""
    if input.ndim in (1, 2, 4):
        return apply(_nll, [input, target, weight, reduction, ignore_index, input.ndim > 2])
    n, c, shape = input.shape[0], input.shape[1], tuple(target.shape)
    tail = (1, -1) if input.numel() else (0, 0)
    out = apply(_nll, [input.contiguous().view(n, c, *tail), target.contiguous().view(n, *tail), weight, reduction, ignore_index, True])
    return out.view(shape) if reduction == "none" else out


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
    _valid_reduction(reduction)
    axis = 0 if input.ndim == 1 else 1
    alike = tuple(target.shape) == tuple(input.shape)
    if alike and not target.is_floating_point():
        raise RuntimeError(f"Expected floating point type for target with class probabilities, got {_cap(target._dtype)}")
    if not 0.0 <= label_smoothing <= 1.0:
        sentence = f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}"
        fail(RuntimeError, sentence, kind="value", op="cross_entropy")
    if not input.ndim:
        raise IndexError(
            "Dimension specified as 1 but tensor has no dimensions" if alike else "Dimension out of range (expected to be in range of [-1, 0], but got 1)"
        )
    classes = input.shape[axis]
    if alike:
        if weight is not None and tuple(weight.shape) != (classes,):
            fail(
                RuntimeError,
                f"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of shape: "
                f"{list(weight.shape)}",
                kind="shape",
                op="cross_entropy",
            )
        product = apply(log_softmax, [input, axis, None])
        if label_smoothing:
            target = target * (1 - label_smoothing) + label_smoothing / classes
        product = product * target
        if weight is not None:
            product = product * weight.view([-1] + [1] * (input.ndim - axis - 1))
        if reduction == "none":
            return -product.sum(axis)
        loss = -product.sum()
        return loss if reduction == "sum" else apply(_over, [loss, input.numel() // max(classes, 1)])
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
    _check_weight("cross_entropy", weight, classes, input.ndim > 2)
    logp = apply(log_softmax, [input, axis, None])
    target = target.reshape(()) if input.ndim == 1 and target.ndim else target
    nll = _nll_of(logp, target, weight, reduction, ignore_index)
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
    loss = cross_entropy.kernel(logits, target, weight, None, ignored, None, reduction, label_smoothing)
    return loss.view(loss.shape) if len(outs) > 1 and reduction == "none" and tuple(target.shape) != shape else loss


@linear_cross_entropy.samples
def _(make: Any) -> Any:
    yield make(3, 2), make(4, 2), make.ints([0, 3, 1])
    yield make(3, 2), make(4, 2), make.ints([0, 3, 1]), {"linear_bias": make(4), "reduction": "none", "ignore_index": 3}
    yield make(2), make(3, 2), make.ints([2]).reshape(()), {"label_smoothing": 0.25}


# -- others -------------------------------------------------------------------------------------------------------------------------


@composite(f"kl_div(Tensor input, Tensor target, {_OLD}, bool log_target=False) -> Tensor", namespaces=_F, method=False)
def kl_div(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str, log_target: bool) -> Any:
    """Kullback-Leibler divergence: target * (log(target) - input), input in logarithms; reduction 'batchmean' divides by the batch.

    >>> nn.functional.kl_div(tensor([[-0.6931, -0.6931]]), tensor([[0.5, 0.5]]), reduction='sum').abs() < 1e-4
    tensor(True)
    """
    kinds = (input._dtype.category, target._dtype.category)
    if max(kinds) > dtypes.FLOAT or min(kinds) < dtypes.FLOAT:
        fail(
            RuntimeError,
            f"kl_div: {'Complex' if max(kinds) > dtypes.FLOAT else 'Integral'} inputs not supported.",
            kind="dtype",
            op="kl_div",
            operands=[("input", describe(input)), ("target", describe(target))],
        )
    loss = T.exp(target) * (target - input) if log_target else T.xlogy(target, target) - target * input
    if reduction == "batchmean" and (size_average, reduce) == (None, None):
        return loss.sum() / input.shape[0] if input.ndim else loss.sum()
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


@composite("poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, float eps, int reduction) -> Tensor", method=False)
def _torch_poisson(input: Any, target: Any, log_input: bool, full: bool, eps: float, reduction: int) -> Any:
    """nn.functional.poisson_nll_loss() with PyTorch's numbers for the reduction: 0 none, 1 mean, 2 sum.

    >>> torch.poisson_nll_loss(tensor([0.]), tensor([1.]), True, False, 1e-8, 1)
    tensor(1.)
    """
    return poisson_nll_loss.kernel(input, target, log_input, full, None, eps, None, _numbered(reduction))


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
        elif input.ndim != var.ndim or sum(v for n, v in zip(input.shape, var.shape, strict=True) if n != v) != 1:  # one dim of size 1, to broadcast
            raise ValueError("var is of incorrect size")
    if not var.is_meta and bool((var < 0).any()):
        raise ValueError("var has negative entry/entries")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    held = var + (var.detach().clamp(min=eps) - var.detach())
    loss = 0.5 * (T.log(held) + (input - target) ** 2 / held)
    return _reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)


@composite(f"hinge_embedding_loss(Tensor input, Tensor target, float margin=1.0, {_OLD}) -> Tensor", namespaces=_F, method=False)
def hinge_embedding_loss(input: Any, target: Any, margin: float, size_average: Any, reduce: Any, reduction: str) -> Any:
    """input where target is 1, max(0, margin - input) where it is -1.

    >>> nn.functional.hinge_embedding_loss(tensor([0.5, 0.25]), tensor([1., -1.]))
    tensor(0.6250)
    """
    zeros = T.zeros_like(input)
    if input._dtype is dtypes.bool_:
        fail(
            RuntimeError,
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
            kind="dtype",
            op="hinge_embedding_loss",
            hints=["input.float()"],
        )
    if not input.is_complex():
        margin = input._dtype.round(margin) if input.is_floating_point() else int(margin)  # PyTorch makes a tensor of it
    near = T.where(target != 1, (margin - input).clamp_min(0), zeros)
    return _reduced(near + T.where(target != -1, input, zeros), _old_reduction(size_average, reduce, reduction))


def _raw_floats(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    """Of the input's dtype, which the target has to fit into; the kernel gets 16-bit floats as they are."""
    d = values[0]._dtype
    if d is dtypes.bool_:
        fail(
            RuntimeError,
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator "
            "instead.",
            kind="dtype",
            op="soft_margin_loss",
            hints=["input.float()"],
        )
    found = SAME(o, dims, zeros, numbers, values)[1]
    if found.category > d.category or d.category < dtypes.FLOAT:
        _no_cast(o, found if found.category >= dtypes.FLOAT else dtypes.get_default_dtype(), d)
    return d, d


@op(
    "_soft_margin(Tensor input, Tensor target, str reduction) -> Tensor", namespaces=("internal",), method=False, kind="ordered",
    dtype=_raw_floats, spec=_loss_shape, flops=16, node="SoftMarginLossBackward0", label="soft_margin_loss",
)  # fmt: skip
def _soft_margin(xp: Any, input: Any, target: Any, reduction: str) -> Any:
    """log(1 + exp(-target * input)), rounded at every step in 16 bits, as PyTorch's is; inf where exp overflows."""
    (x, rounded), (y, _) = _rounder(input), _rounder(target)
    return _collected(xp, rounded(xp.log1p(rounded(xp.exp(rounded(-y * x))))), reduction)


@_soft_margin.vjp("input", rule="-g * target * z / (1 + z) / count, z = exp(-target * input)")
def _(g: Any, input: Any, target: Any, reduction: str) -> Any:
    z = T.exp(-target * input)
    return target * z * -_share(1.0, z, reduction) / (z + 1) * g


@_soft_margin.samples
def _(make: Any) -> Any:
    yield make(3), make([1.0, -1.0, 1.0], grad=False), "mean"
    yield make(3), make([1.0, -1.0, 1.0], grad=False), "none"


@composite(f"soft_margin_loss(Tensor input, Tensor target, {_OLD}) -> Tensor", namespaces=_F, method=False)
def soft_margin_loss(input: Any, target: Any, size_average: Any, reduce: Any, reduction: str) -> Any:
    """log(1 + exp(-target * input)); inf where exp overflows, as in PyTorch: binary_cross_entropy_with_logits() does not.

    >>> nn.functional.soft_margin_loss(tensor([0.]), tensor([1.]))
    tensor(0.6931)
    """
    if target.requires_grad and graph.state.grad:
        raise RuntimeError(
            "The function 'soft_margin_loss' is not differentiable with respect to argument 'target'. This input cannot have requires_grad True."
        )
    return _soft_margin(input, target, _old_reduction(size_average, reduce, reduction))


@composite(f"margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, {_OLD}) -> Tensor", namespaces=_F, method=False)
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
    namespaces=_F,
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
        fail(ValueError, f"margin must be greater than 0, got {margin}", kind="value", op="triplet_margin_loss")
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
    namespaces=_F, method=False,
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
        if d is not dtypes.float32 and d is not dtypes.float64:
            _no_kernel(o, kernel, d)
        if kernel == "multi_margin_loss_cpu_kernel":
            _same_dtype(o, d, values[4])
        return d, d

    return policy


def _valid_reduction(reduction: str) -> None:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")


def _check_classes(name: str, target: Any) -> None:
    if target.dtype is not dtypes.int64:
        sentence = f"expected scalar type Long but found {_cap(target.dtype)}"
        fail(RuntimeError, sentence, kind="dtype", op=name, explain=["Targets are classes."], hints=["target.long()"])


def _multi_margin_shape(input: Any, target: Any, p: Any, margin: Any, weight: Any, reduction: str) -> Any:
    _valid_reduction(reduction)
    shape = tuple(input.shape)
    if len(shape) > 2 or (shape and shape[-1] == 0):
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
    classes = shape[-1] if shape else 1
    if weight is not None and tuple(weight.shape) != (classes,):
        raise RuntimeError(f"inconsistent weight size, expected {classes} but got {list(weight.shape)}")
    _check_classes("multi_margin_loss", target)
    return tuple(target.shape) if reduction == "none" else ()


@op(
    "_multi_margin(Tensor input, Tensor target, int p, Scalar margin, Tensor? weight, str reduction) -> Tensor",
    namespaces=("internal",), method=False, keep_dtype=("target",), dtype=_margin_dtype("multi_margin_loss_cpu_kernel"), spec=_multi_margin_shape,
    node="MultiMarginLossBackward0", label="multi_margin_loss",
)  # fmt: skip
def _multi_margin(xp: Any, input: Any, target: Any, p: int, margin: Any, weight: Any, reduction: str) -> Any:
    """Mean over the other classes of max(0, margin - input[target] + input[i])**p."""
    rows, at = input.reshape(-1, input.shape[-1] if input.ndim else 1), target.reshape(-1, 1)
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
    rows, at = input.reshape(-1, input.shape[-1] if input.ndim else 1), target.reshape(-1, 1)
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
    _check_classes("multilabel_margin_loss", target)
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
    if not input.ndim:
        fail(IndexError, "Dimension specified as -1 but tensor has no dimensions", kind="shape", op="multilabel_soft_margin_loss")
    loss = (loss if weight is None else loss * weight).sum(-1) / input.shape[-1]
    return _reduced(loss, _old_reduction(size_average, reduce, reduction))


# -- samples of the composites --------------------------------------------------------------------------------------------------------


@l1_loss.samples
def _(make: Any) -> Any:
    yield make(3), make([1.0, -1.0, 1.0])
    yield make(2, 3), make(2, 3), {"weight": make(2, 3, low=0.5, high=1.0)}
    yield make(2, 3), make(3), {"reduction": "none"}


@gaussian_nll_loss.samples
def _(make: Any) -> Any:
    yield make(2, 3, 4), make(2, 3, 4), make(2, 1, 4, low=0.5, high=2.0)
    yield make(2, 3), make(2, 3), make(2, low=0.5, high=2.0), {"full": True, "reduction": "sum"}


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
    yield make(2, 3, 2), make.ints([[0, 2], [1, 1]]), {"reduction": "none"}
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
    yield make([-1.0]).reshape(()), make([0.25]).reshape(()), {"reduction": "batchmean"}


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


@_torch_bce_logits.samples
def _(make: Any) -> Any:
    yield make(3), make([0.0, 1.0, 0.5])
    yield make(3), make([0.0, 1.0, 0.5]), None, make([2.0, 1.0, 0.5], grad=False), 0


@_torch_poisson.samples
def _(make: Any) -> Any:
    yield make(2, 2), make(2, 2, low=0), True, False, 1e-8, 1


__all__ = ["cross_entropy", "mse_loss"]

_torch_level(
    "kl_div(Tensor input, Tensor target, int reduction=0, *, bool log_target=False)",
    kl_div,
    lambda input, target, reduction, log_target: (input, target, None, None, _numbered(reduction), log_target),
    "torch.kl_div(zeros(2), tensor([0.5, 1.]), 2)\n    tensor(-0.3466)",
)
_torch_level(
    "hinge_embedding_loss(Tensor input, Tensor target, float margin=1.0, int reduction=0)",
    hinge_embedding_loss,
    lambda input, target, margin, reduction: (input, target, margin, None, None, _numbered(reduction)),
    "torch.hinge_embedding_loss(tensor([0.5, 0.25]), tensor([1., -1.]))\n    tensor([0.5000, 0.7500])",
)
_torch_level(
    "margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, int reduction=0)",
    margin_ranking_loss,
    lambda a, b, target, margin, reduction: (a, b, target, margin, None, None, _numbered(reduction)),
    "torch.margin_ranking_loss(tensor([1., 2.]), tensor([3., 2.]), tensor([1., 1.]))\n    tensor([2., 0.])",
)
_torch_level(
    "cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, int reduction=0)",
    cosine_embedding_loss,
    lambda a, b, target, margin, reduction: (a, b, target, margin, None, None, _numbered(reduction)),
    "torch.cosine_embedding_loss(tensor([[1., 0.]]), tensor([[0., 1.]]), tensor([1]))\n    tensor([1.])",
)
_torch_level(
    "triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1.0, float p=2.0, float eps=1e-06, bool swap=False, int reduction=0)",
    triplet_margin_loss,
    lambda anchor, positive, negative, margin, p, eps, swap, reduction: (
        anchor, positive, negative, margin, p, eps, swap, None, None, _numbered(reduction)
    ),
    "torch.triplet_margin_loss(tensor([[0., 0.]]), tensor([[3., 4.]]), tensor([[0., 0.]]), p=1.)\n    tensor([8.0000])",
)  # fmt: skip
