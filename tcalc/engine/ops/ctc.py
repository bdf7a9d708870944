"""Connectionist temporal classification: the loss of a sequence of labels whose alignment with time is not known.

Labels are interleaved with blanks; a path through time stays, goes on by one, or skips a blank between labels that differ. The loss is minus the logarithm
of the sum over all paths (A. Graves et al., 2006). Steps in time follow each other; examples and states are computed together.
"""

from __future__ import annotations

import math

from .. import dtypes, graph
from ..apply import TENSORS as T
from ..apply import _cap
from ..errors import fail, operands
from ..registry import composite, op
from ..tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_FEW = 256  # classes for which shares are added up by a product
_NEVER = -1e30  # stands for -inf, so that differences are numbers


def _log_add(xp: Any, a: Any, b: Any) -> Any:
    """log(exp(a) + exp(b)), also of two -inf."""
    high = xp.maximum(a, b)
    safe = xp.where(high == -math.inf, 0.0, high)
    return safe + xp.log(xp.exp(a - safe) + xp.exp(b - safe))


def _paths(xp: Any, read: Any, skips: Any, start: Any) -> Any:
    """Log-sums over the paths that lead to each state at each time; read is [time, ..., states], skips what a skip to a state adds (0 or never).

    Two columns of never stand before the states, so that a path that stays, goes on, or skips is a slice.
    """
    states = read.shape[-1]
    out = xp.full((*read.shape[:-1], states + 2), _NEVER, read.dtype)
    ways = xp.empty((3, *read.shape[1:]), read.dtype)
    xp.add(read[0], start, out=out[0, ..., 2:])
    for t in range(1, read.shape[0]):
        before = out[t - 1]
        ways[0] = before[..., 2:]
        ways[1] = before[..., 1:-1]
        xp.add(before[..., :-2], skips, out=ways[2])
        top = ways.max(0)
        xp.subtract(ways, top, out=ways)
        xp.exp(ways, out=ways)
        now = ways.sum(0)
        xp.log(now, out=now)
        xp.add(now, top, out=now)
        xp.add(now, read[t], out=out[t, ..., 2:])
    return out[..., 2:]


def _check_dtype(d: Any) -> None:
    if d not in (dtypes.float32, dtypes.float64):
        fail(NotImplementedError, f"\"ctc_loss_cpu\" not implemented for '{_cap(d)}'", kind="dtype", op="ctc_loss", hints=["log_probs.float()"])


def _ctc_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    _check_dtype(d)
    return d, d


def _ctc_shape(log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int, slopes: bool) -> Any:
    return (log_probs.shape[1],)


@op(
    "_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank, bool slopes) -> Tensor",
    namespaces=("internal",), method=False, keep_dtype=("targets",), aux="slope", node="CtcLossBackward0", label="ctc_loss", spec=_ctc_shape,
    dtype=_ctc_dtype, flops="20*time*states",
)  # fmt: skip
def _ctc_loss(xp: Any, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int, slopes: bool) -> Any:
    """The loss of each example; targets is [batch, longest].

    With slopes its gradient, too, from the paths that lead on from each state: they are the paths to it through time and states turned round, so
    that both are found in the same steps.
    """
    time, batch, classes = log_probs.shape
    longest = targets.shape[1]
    states = 2 * longest + 1
    labels = xp.full((batch, states), blank, dtype="int64")
    labels[:, 1::2] = targets
    kind = log_probs.dtype
    skips = xp.full((1 + slopes, batch, states), _NEVER, kind)
    skips[0, :, 3::2] = xp.where(labels[:, 3::2] != labels[:, 1:-2:2], 0.0, _NEVER)
    lengths, ends = xp.asarray(input_lengths, "int64"), xp.asarray(target_lengths, "int64") * 2
    state, row = xp.arange(states), xp.arange(batch)
    start = xp.full((1 + slopes, batch, states), _NEVER, kind)
    start[0] = xp.where((state <= 1) & (state <= ends[:, None]), 0.0, _NEVER)
    read = xp.empty((time, 1 + slopes, batch, states), kind)
    read[:, 0] = xp.maximum(xp.take_along_axis(log_probs, xp.broadcast_to(labels, (time, batch, states)), axis=2), _NEVER)
    turned = xp.maximum(lengths - 1 - xp.arange(time)[:, None], 0)
    if slopes:
        skips[1, :, 2:] = skips[0, :, 2:][:, ::-1]
        start[1] = xp.where((state == ends[:, None]) | (state == ends[:, None] - 1), 0.0, _NEVER)[:, ::-1]
        read[:, 1] = read[turned, 0, row][:, :, ::-1]
    paths = _paths(xp, read, skips, start) if time else read
    if time:
        final = paths[xp.maximum(lengths - 1, 0), 0, row]
    else:
        final = xp.full((batch, states), _NEVER, kind)
    final = xp.where(final < 0.5 * _NEVER, -math.inf, final)
    before = xp.where(ends > 0, final[row, xp.maximum(ends - 1, 0)], -math.inf)
    loss = -_log_add(xp, final[row, ends], before)
    loss = xp.where(lengths == 0, xp.where(ends == 0, -0.0, math.inf), loss).astype(kind)
    if not slopes:
        return loss, None
    behind = paths[turned, 1, row][:, :, ::-1]
    inside = (xp.arange(time)[:, None] < lengths)[:, :, None]
    share = paths[:, 0] + behind
    share -= read[:, 0]
    share += loss[:, None]
    share = xp.where(inside & (read[:, 0] > 0.5 * _NEVER), xp.exp(share), 0.0)  # a state of probability 0 has none
    slope = xp.where(inside, xp.exp(log_probs), 0.0)
    if classes <= _FEW:
        one_hot = (labels[:, :, None] == xp.arange(classes)).astype(kind)
        slope -= xp.swapaxes(xp.matmul(xp.swapaxes(share, 0, 1), one_hot), 0, 1)
    else:
        met = xp.zeros(time * batch * classes, kind)
        place = (xp.arange(time)[:, None, None] * batch + row[:, None]) * classes + labels
        xp.add_at(met, place.reshape(-1), share.astype(kind).reshape(-1))
        slope -= met.reshape(log_probs.shape)
    return loss, xp.where(inside & (loss == math.inf)[:, None], math.nan, slope).astype(kind)


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


_WHILE = "(while checking arguments for ctc_loss_allocate_outputs)"


def _check_pair(input_lengths: Any, target_lengths: Any, blank: int, zero_infinity: bool) -> None:
    """Lengths are two tensors, or two sequences of numbers."""
    kinds = [0 if isinstance(v, Tensor) else 1 if isinstance(v, (tuple, list)) else 2 for v in (input_lengths, target_lengths)]
    if kinds[0] != kinds[1] or 2 in kinds:
        given = f"(Tensor, Tensor, {type(input_lengths).__name__}, {type(target_lengths).__name__}, int, int, bool)"
        sentence = f"ctc_loss() received an invalid combination of arguments - got {given}, but expected one of:"
        for kind in ("tuple of ints", "Tensor"):
            sentence += (
                f"\n * (Tensor log_probs, Tensor targets, {kind} input_lengths, {kind} target_lengths, int blank = 0, int reduction = 1, "
                "bool zero_infinity = False)"
            )
        fail(TypeError, sentence + "\n", kind="signature", op="ctc_loss")


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
    if not x.ndim:
        sentence = "Dimension out of range (expected to be in range of [-1, 0], but got 1)"
        fail(IndexError, sentence, kind="shape", op="ctc_loss", operands=operands(["log_probs"], [log_probs]))
    if x.ndim != 3:
        fail(
            RuntimeError,
            f"Expected 3-dimensional tensor, but got {x.ndim + 1}-dimensional tensor for argument #1 'log_probs' {_WHILE}",
            kind="shape",
            op="ctc_loss",
            operands=operands(["log_probs"], [log_probs]),
            explain=["log_probs is [time, batch, labels], or [time, labels]."],
        )
    _check_dtype(x._dtype)
    if not x.numel():
        fail(RuntimeError, "log_probs tensor must not be empty", kind="shape", op="ctc_loss", operands=operands(["log_probs"], [log_probs]))
    time, batch, classes = x.shape
    if not 0 <= blank < classes:
        fail(RuntimeError, "blank must be in label range", kind="value", op="ctc_loss", explain=[f"log_probs has {classes} labels."])
    if targets.ndim > 2:
        sentence = f"Expected 1 to 2 dimensions, but got {targets.ndim}-dimensional tensor for argument #2 'targets' {_WHILE}"
        fail(RuntimeError, sentence, kind="shape", op="ctc_loss", operands=operands(["targets"], [targets]))
    _check_pair(input_lengths, target_lengths, blank, zero_infinity)
    ins, outs = _lengths("input_lengths", input_lengths, batch), _lengths("target_lengths", target_lengths, batch)
    for name, values, most in (("input_lengths", ins, time), ("target_lengths", outs, targets.shape[-1] if targets.ndim > 1 else max(outs, default=0))):
        for v in values:
            if v < 0:
                fail(
                    RuntimeError,
                    f"Expected {name} to have value at least 0, but got value {v} {_WHILE}",
                    kind="value",
                    op="ctc_loss",
                )
            if v > most and name == "input_lengths":
                fail(
                    RuntimeError,
                    f"Expected input_lengths to have value at most {most}, but got value {v} {_WHILE}",
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
    if rows.ndim == 2 and rows.shape[0] != batch:
        sentence = f"Expected tensor to have size {batch} at dimension 0, but got size {rows.shape[0]} for argument #2 'targets' {_WHILE}"
        fail(RuntimeError, sentence, kind="shape", op="ctc_loss", operands=operands(["log_probs", "targets"], [log_probs, targets]))
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
    tracked = graph.state.grad and x.requires_grad
    loss = _ctc_loss(x, rows.clamp(0, classes - 1), ins, outs, blank, tracked)
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
    "ctc_loss(Tensor log_probs, Tensor targets, Any input_lengths, Any target_lengths, int blank=0, int reduction=0, bool zero_infinity=False) -> Tensor",
    method=False,
)  # fmt: skip
def _torch_ctc_loss(log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int, reduction: int, zero_infinity: bool) -> Any:
    """nn.functional.ctc_loss() with PyTorch's numbers for the reduction: 0 none, 1 mean, 2 sum.

    >>> torch.ctc_loss(zeros(3, 1, 2).log_softmax(2), tensor([[1]]), (3,), (1,), reduction=1)
    tensor(0.2877)
    """
    name = {0: "none", 1: "mean", 2: "sum"}.get(reduction, "none")
    return _ctc(log_probs, targets, input_lengths, target_lengths, blank, name, zero_infinity)


@_ctc_loss.samples
def _(make: Any) -> Any:
    yield make(4, 2, 3), make.ints([[1, 2], [1, 1]]), (4, 3), (2, 1), 0, True


@ctc_loss.samples
def _(make: Any) -> Any:
    yield make(5, 2, 3), make.ints([[1, 2], [1, 1]]), (5, 4), (2, 2)
    yield make(5, 2, 3), make.ints([0, 1, 0]), (5, 4), (2, 1), {"blank": 2, "reduction": "none"}
    yield make(4, 3), make.ints([1, 2]), (4,), (2,), {"reduction": "sum"}
    yield make(2, 1, 3), make.ints([[1, 1]]), (2,), (2,), {"zero_infinity": True}
