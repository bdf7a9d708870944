"""Connectionist temporal classification: the loss of a sequence of labels whose alignment with time is not known.

Labels are interleaved with blanks; a path through time stays, goes on by one, or skips a blank between labels that differ. The loss is minus the logarithm
of the sum over all paths (A. Graves et al., 2006). Steps in time follow each other; examples and states are computed together.
"""

from __future__ import annotations

import math

from .. import dtypes
from ..apply import TENSORS as T
from ..apply import _cap
from ..errors import fail, operands
from ..registry import composite, op
from ..tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _log_add(xp: Any, a: Any, b: Any) -> Any:
    """log(exp(a) + exp(b)), also of two -inf."""
    high = xp.maximum(a, b)
    safe = xp.where(high == -math.inf, 0.0, high)
    return safe + xp.log(xp.exp(a - safe) + xp.exp(b - safe))


def _shifted(xp: Any, a: Any, k: int) -> Any:
    """a moved k states on (back where k is negative); -inf comes in."""
    out = xp.full(a.shape, -math.inf, dtype=a.dtype)
    if abs(k) < a.shape[1]:
        if k > 0:
            out[:, k:] = a[:, :-k]
        else:
            out[:, :k] = a[:, -k:]
    return out


def _paths(xp: Any, read: Any, skips: Any, start: Any, back: bool) -> Any:
    """Log-sums over the paths that lead to each state at each time (with ``back``, that lead on from it); read is [time, batch, states]."""
    out = xp.empty(read.shape, read.dtype)
    steps = range(read.shape[0] - 1, -1, -1) if back else range(read.shape[0])
    way = -1 if back else 1
    now = xp.full(read.shape[1:], -math.inf, dtype=read.dtype)
    for t in steps:
        over = _shifted(xp, xp.where(skips, now, -math.inf) if back else now, 2 * way)
        reach = _log_add(xp, _log_add(xp, now, _shifted(xp, now, way)), over if back else xp.where(skips, over, -math.inf))
        now = out[t] = read[t] + _log_add(xp, reach, start[t])
    return out


def _ctc_shape(log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int) -> Any:
    return (log_probs.shape[1],)


@op(
    "_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank) -> Tensor",
    namespaces=("internal",), method=False, keep_dtype=("targets",), aux="slope", node="CtcLossBackward0", label="ctc_loss", spec=_ctc_shape,
    dtype=lambda o, d, z, n, v: (v[0]._dtype, v[0]._dtype), flops="20*time*states",
)  # fmt: skip
def _ctc_loss(xp: Any, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int) -> Any:
    """The loss of each example; targets is [batch, longest]."""
    time, batch, classes = log_probs.shape
    longest = targets.shape[1]
    states = 2 * longest + 1
    labels = xp.full((batch, states), blank, dtype="int64")
    labels[:, 1::2] = targets
    skips = xp.zeros((batch, states), bool)
    skips[:, 3::2] = labels[:, 3::2] != labels[:, 1:-2:2]
    lengths, ends = xp.asarray(input_lengths, "int64"), xp.asarray(target_lengths, "int64") * 2
    state, row = xp.arange(states), xp.arange(batch)
    read = xp.take_along_axis(log_probs, xp.broadcast_to(labels, (time, batch, states)), axis=2)
    first = xp.full((time, batch, states), -math.inf, dtype=log_probs.dtype)
    last = first.copy()
    if time:
        first[0] = xp.where((state <= 1) & (state <= ends[:, None]), 0.0, -math.inf)
        at_end = (state == ends[:, None]) | (state == ends[:, None] - 1)
        last[xp.maximum(lengths - 1, 0), row] = xp.where(at_end & (lengths > 0)[:, None], 0.0, -math.inf)
    ahead = _paths(xp, read, skips, first, False)
    final = ahead[xp.maximum(lengths - 1, 0), row] if time else xp.full((batch, states), -math.inf, dtype=log_probs.dtype)
    before = xp.where(ends > 0, final[row, xp.maximum(ends - 1, 0)], -math.inf)
    loss = -_log_add(xp, final[row, ends], before)
    loss = xp.where(lengths == 0, xp.where(ends == 0, -0.0, math.inf), loss)
    behind = _paths(xp, read, skips, last, True)
    inside = xp.arange(time)[:, None] < lengths
    share = xp.where(inside[:, :, None], xp.exp(ahead + behind - read + loss[:, None]), 0.0)
    share = xp.where(xp.isnan(share) & xp.isfinite(loss)[:, None], 0.0, share)  # a state of probability 0
    met = xp.zeros(time * batch * classes, log_probs.dtype)
    place = (xp.arange(time)[:, None, None] * batch + row[:, None]) * classes + labels
    xp.add_at(met, place.reshape(-1), share.reshape(-1))
    slope = xp.where(inside[:, :, None], xp.exp(log_probs), 0.0) - met.reshape(log_probs.shape)
    return loss.astype(log_probs.dtype), slope.astype(log_probs.dtype)


@_ctc_loss.vjp("log_probs", rule="g * (exp(log_probs) - share of the paths through each label), for log_probs that come from log_softmax")
def _(g: Any, log_probs: Any, slope: Any) -> Any:
    return _ctc_back(g, log_probs, slope)


@op(
    "_ctc_back(Tensor grad, Tensor log_probs, Tensor slope) -> Tensor",
    namespaces=("internal",), method=False, node="CtcLossBackwardBackward0", label="ctc_loss_backward",
    dtype=lambda o, d, z, n, v: (v[2]._dtype, v[2]._dtype), spec=lambda grad, log_probs, slope: tuple(slope.shape),
)  # fmt: skip
def _ctc_back(xp: Any, grad: Any, log_probs: Any, slope: Any) -> Any:
    """grad times the slope, nothing where there is no gradient."""
    g = grad.reshape(1, -1, 1)
    return xp.where((g == 0) | (slope == 0), 0.0, g * slope)


@_ctc_back.vjp("grad", "log_probs", rule="none: PyTorch has no second derivative of it")
def _(g: Any, needs: Any) -> Any:
    fail(
        RuntimeError,
        "derivative for aten::_ctc_loss_backward is not implemented",
        kind="grad",
        op="ctc_loss",
        explain=["The gradient of ctc_loss holds for log-probabilities from log_softmax, and has no derivative of its own."],
    )


def _lengths(name: str, given: Any, batch: int) -> tuple[int, ...]:
    """Lengths from a tensor or a sequence of numbers."""
    if isinstance(given, Tensor):
        if given.is_floating_point() or given._dtype is dtypes.bool_:
            fail(RuntimeError, f"{name} must be integral", kind="dtype", op="ctc_loss", operands=operands([name], [given]))
        values = given.reshape(-1).tolist()
    elif isinstance(given, (tuple, list)) and all(type(v) is int for v in given):
        values = list(given)
    else:
        fail(TypeError, f"ctc_loss(): argument '{name}' must be tuple of ints, not {type(given).__name__}", kind="signature", op="ctc_loss")
    if len(values) != batch:
        fail(RuntimeError, f"{name} must be of size batch_size", kind="shape", op="ctc_loss", explain=[f"One for each of {batch} examples, not {len(values)}."])
    return tuple(values)


def _ctc(log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int, reduction: str, zero_infinity: bool) -> Any:
    single = log_probs.ndim == 2
    x = log_probs.unsqueeze(1) if single else log_probs
    if x.ndim != 3:
        fail(RuntimeError, "log_probs tensor must not be empty", kind="shape", op="ctc_loss", operands=operands(["log_probs"], [log_probs]))
    if x._dtype not in (dtypes.float32, dtypes.float64):
        fail(NotImplementedError, f"\"ctc_loss_cpu\" not implemented for '{_cap(x._dtype)}'", kind="dtype", op="ctc_loss", hints=["log_probs.float()"])
    if targets._dtype not in (dtypes.int64, dtypes.int32):
        fail(RuntimeError, f"Expected tensor for argument #2 'targets' to have one of the following scalar types: Long, Int; but got {targets.type()} instead "
             "(while checking arguments for ctc_loss_allocate_outputs)", kind="dtype", op="ctc_loss")  # fmt: skip
    time, batch, classes = x.shape
    if not 0 <= blank < classes:
        fail(RuntimeError, "blank must be in label range", kind="value", op="ctc_loss", explain=[f"log_probs has {classes} labels."])
    ins, outs = _lengths("input_lengths", input_lengths, batch), _lengths("target_lengths", target_lengths, batch)
    for name, values, most in (("input_lengths", ins, time), ("target_lengths", outs, targets.shape[-1] if targets.ndim > 1 else max(outs, default=0))):
        for v in values:
            if v < 0:
                fail(
                    RuntimeError,
                    f"Expected {name} to have value at least 0, but got value {v} (while checking arguments for ctc_loss_allocate_outputs)",
                    kind="value",
                    op="ctc_loss",
                )
            if v > most and name == "input_lengths":
                fail(
                    RuntimeError,
                    f"Expected input_lengths to have value at most {most}, but got value {v} (while checking arguments for ctc_loss_allocate_outputs)",
                    kind="value",
                    op="ctc_loss",
                )
            if v > most:
                fail(
                    RuntimeError,
                    f"Expected tensor to have size at least {v} at dimension 1, but got size {most} for argument #2 'targets' (while checking arguments for "
                    "ctc_loss_allocate_outputs)",
                    kind="shape",
                    op="ctc_loss",
                )
    rows = targets.long()
    if rows.ndim < 2:
        if single:
            rows = rows.reshape(1, -1)
        else:
            if rows.numel() != sum(outs):
                fail(
                    RuntimeError,
                    f"Expected tensor to have size {sum(outs)} at dimension 0, but got size {rows.numel()} for argument #2 'targets' (while checking arguments "
                    "for ctc_loss_allocate_outputs)",
                    kind="shape",
                    op="ctc_loss",
                )
            rows = T.stack([T.constant_pad_nd(part, [0, max(outs) - part.shape[0]], blank) for part in rows.split(list(outs))])
    rows = rows[:, : max(outs, default=0)]
    loss = _ctc_loss(x, rows.clamp(0, classes - 1), ins, outs, blank)
    if zero_infinity:
        loss = T.where(loss == math.inf, T.zeros((), dtype=loss._dtype, device=loss.device), loss)
    if reduction == "mean":
        return (loss / T.tensor([max(v, 1) for v in outs], dtype=loss._dtype, device=loss.device)).mean()
    if reduction == "sum":
        return loss.sum()
    return loss.squeeze(0) if single else loss


@composite(
    "ctc_loss(Tensor log_probs, Tensor targets, Any input_lengths, Any target_lengths, int blank=0, str reduction='mean', bool zero_infinity=False) -> Tensor",
    namespaces=("nn.functional",), method=False,
)  # fmt: skip
def ctc_loss(log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int, reduction: str, zero_infinity: bool) -> Any:
    """Minus the log-probability of target sequences, summed over all their alignments with time; log_probs is [time, batch, labels], from log_softmax.

    targets is [batch, longest] or all targets one after the other; 'mean' divides each loss by its target's length first. zero_infinity=True makes losses
    of targets too long for their input 0.

    >>> nn.functional.ctc_loss(zeros(3, 1, 2).log_softmax(2), tensor([[1]]), (3,), (1,))
    tensor(0.2877)
    """
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return _ctc(log_probs, targets, input_lengths, target_lengths, blank, reduction, zero_infinity)


@composite(
    "ctc_loss(Tensor log_probs, Tensor targets, Any input_lengths, Any target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor",
    method=False,
)  # fmt: skip
def _torch_ctc_loss(log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int, reduction: int, zero_infinity: bool) -> Any:
    """nn.functional.ctc_loss() with PyTorch's numbers for the reduction: 0 none, 1 mean, 2 sum.

    >>> torch.ctc_loss(zeros(3, 1, 2).log_softmax(2), tensor([[1]]), (3,), (1,))
    tensor(0.2877)
    """
    name = {0: "none", 1: "mean", 2: "sum"}.get(reduction, "none")
    return _ctc(log_probs, targets, input_lengths, target_lengths, blank, name, zero_infinity)


@_ctc_loss.samples
def _(make: Any) -> Any:
    yield make(4, 2, 3), make.ints([[1, 2], [1, 1]]), (4, 3), (2, 1), 0


@ctc_loss.samples
def _(make: Any) -> Any:
    yield make(5, 2, 3), make.ints([[1, 2], [1, 1]]), (5, 4), (2, 2)
    yield make(5, 2, 3), make.ints([0, 1, 0]), (5, 4), (2, 1), {"blank": 2, "reduction": "none"}
    yield make(4, 3), make.ints([1, 2]), (4,), (2,), {"reduction": "sum"}
    yield make(2, 1, 3), make.ints([[1, 1]]), (2,), (2,), {"zero_infinity": True}
