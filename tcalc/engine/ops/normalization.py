"""torch.nn.functional: normalization layers. Each takes a mean away from its elements, and divides by a standard deviation, or by a root mean square."""

from __future__ import annotations

import math

from .. import apply as door
from .. import dtypes, graph
from ..apply import TENSORS as T
from ..apply import _cap, apply
from ..errors import describe, fail, operands
from ..registry import composite, op
from .summing import squares, total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_F = ("nn.functional",)

# -- over the last dimensions -------------------------------------------------------------------------------------------------------


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


def _check_parameters(name: str, input: Any, *parameters: Any) -> None:
    """Parameters have the input's dtype, or are all float32 beside an input of 16 bits: the first that is there decides which."""
    given = [t for t in parameters if t is not None]
    d = input._dtype
    wrong = None
    if given and given[0]._dtype is not d:
        odd = next((t for t in given if t._dtype is not dtypes.float32), None)
        if odd is not None:
            wrong, sentence = odd, "mixed dtype (CPU): expect parameter to have scalar type of Float"
        elif d.category != dtypes.FLOAT or d.itemsize != 2:
            wrong, sentence = given[0], "mixed dtype (CPU): all inputs must share same datatype."
    else:
        wrong = next((t for t in given if t._dtype is not d), None)
        sentence = "" if wrong is None else f"expected scalar type {_cap(d)} but found {_cap(wrong._dtype)}"
    if wrong is not None:
        fail(
            RuntimeError,
            sentence,
            kind="dtype",
            op=name,
            operands=operands(["input", "parameter"], [input, wrong]),
            hints=["Parameters have the input's dtype, or are float32 where it has 16 bits."],
        )


def _layer_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    _check_parameters("layer_norm", values[0], values[2], values[3])
    if d.category != dtypes.FLOAT:
        fail(
            NotImplementedError,
            f"\"LayerNormKernelImpl\" not implemented for '{_cap(d)}'",
            kind="dtype",
            op="layer_norm",
            operands=[("input", describe(values[0]))],
            hints=["x.float() first."],
        )
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


def _layer_fits(input: Any, normalized_shape: Any, weight: Any, bias: Any, eps: float) -> bool:
    return bool(
        normalized_shape
        and input.size
        and input.shape[-len(normalized_shape) :] == normalized_shape
        and (weight is None or weight.shape == normalized_shape)
        and (bias is None or bias.shape == normalized_shape)
    )


_BLOCK = 1 << 15  # elements that stay in cache between the passes


@op(
    "layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05) -> Tensor",
    namespaces=_F, method=False, aux="mean, rstd", node="NativeLayerNormBackward0", dtype=_layer_dtype, spec=_layer_shape, flops=10, quick=_layer_fits,
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
        if b is not None or w is not None:
            y += 0.0 if b is None else b  # which makes 0 of -0
    lead = (*input.shape[: -len(normalized_shape)], *(1 for _ in normalized_shape))
    return out.reshape(input.shape), mean.reshape(lead), rstd.reshape(lead)


@layer_norm.vjp("input", "weight", "bias", rule="input: rstd * (gw - mean(gw) - xhat * mean(gw * xhat)), gw = g * weight; weight: sum(g * xhat); bias: sum(g)")
def _(g: Any, input: Any, normalized_shape: Any, weight: Any, eps: float, mean: Any, rstd: Any, needs: Any) -> Any:
    if not graph.state.grad and mean is not None and door.batching is None:
        return _needed(apply(_layer_norm_back, [g, input, mean, rstd, weight, len(normalized_shape), *_wants(needs)]), needs)
    # To be differentiated again, mean and rstd are functions of the input; on meta nothing was kept.
    dims = list(range(input.ndim - len(normalized_shape), input.ndim))
    if input._dtype.itemsize == 2:
        g, input = g.float(), input.float()
    mean = input.mean(dims, keepdim=True)
    away = input - mean
    rstd = T.rsqrt((away * away).mean(dims, keepdim=True) + eps)
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


def _wants(needs: Any) -> list[bool]:
    return [bool(k) for k in needs]


def _needed(results: Any, needs: Any) -> Any:
    return [r if k else None for r, k in zip(results, needs, strict=True)]


def _back_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    """Gradients of 16-bit inputs come in float32: the door rounds each to its input's dtype."""
    d = values[1]._dtype
    d = dtypes.float32 if d.itemsize == 2 else d
    return d, d


def _back_sizes(input: Any, each: Any, first: bool, second: bool, third: bool) -> Any:
    return [tuple(input.shape) if first else (0,), each if second else (0,), each if third else (0,)]


def _by_norm(xp: Any, g: Any, hat: Any, rstd: Any, axis: Any, n: int) -> Any:
    """rstd * (g - mean(g) - hat * mean(g * hat)), the means over axes of n elements; hat is overwritten."""
    inner = total(xp, g * hat, axis, True)
    hat *= (inner / n).astype(hat.dtype)
    out = g - (total(xp, g, axis, True) / n).astype(g.dtype)
    out -= hat
    out *= rstd
    return out


@op(
    "_layer_norm_back(Tensor grad, Tensor input, Tensor mean, Tensor rstd, Tensor? weight, int dims, bool first, bool second, bool third) -> "
    "(Tensor input, Tensor weight, Tensor bias)",
    namespaces=("internal",), method=False, label="layer_norm_backward", dtype=_back_dtype, quick=lambda *values: values[1].size > 0,
    spec=lambda grad, input, mean, rstd, weight, dims, *wanted: _back_sizes(input, tuple(input.shape[len(input.shape) - dims :]), *wanted),
)  # fmt: skip
def _layer_norm_back(
    xp: Any, grad: Any, input: Any, mean: Any, rstd: Any, weight: Any, dims: int, first: bool, second: bool, third: bool
) -> Any:  # fmt: skip
    """The gradients of layer_norm from its mean and 1/deviation; an empty one where none is wanted."""
    each = input.shape[input.ndim - dims :]
    n = math.prod(each)
    count = math.prod(input.shape[: input.ndim - dims])
    g, rstd = xp.ascontiguousarray(grad).reshape(count, n), rstd.reshape(count, 1)
    hat = input.reshape(count, n) - mean.reshape(count, 1)
    hat *= rstd
    none = xp.zeros(0, input.dtype)
    slope = total(xp, g * hat, 0).reshape(each) if second else none
    shift = total(xp, g, 0).reshape(each) if third else none
    if not first:
        return none, slope, shift
    out = _by_norm(xp, g if weight is None else g * weight.reshape(-1), hat, rstd, 1, max(n, 1))
    return out.reshape(input.shape), slope, shift


@layer_norm.samples
def _(make: Any) -> Any:
    yield make(2, 3), (3,)
    yield make(2, 3), (3,), make(3), make(3)
    yield make(2, 2, 3), (2, 3), make(2, 3)


# -- over channels ------------------------------------------------------------------------------------------------------------------


def _grouped(shape: Any, groups: int) -> tuple[tuple[int, ...], list[int], tuple[int, ...]]:
    """A shape in which the statistics run over whole dimensions: (shape, those dimensions, the shape of weight in it)."""
    channels = shape[1]
    if groups:
        return (shape[0], groups, channels // groups, *shape[2:]), list(range(2, len(shape) + 1)), (1, groups, channels // groups, *[1] * (len(shape) - 2))
    return tuple(shape), [k for k in range(len(shape)) if k != 1], (1, channels, *[1] * (len(shape) - 2))


def _rows(shape: Any, groups: int) -> tuple[int, int, int]:
    """Three sizes: statistics run over the first and the last, and there is one of each for the middle."""
    n, channels, rest = shape[0], shape[1], math.prod(shape[2:])
    return (1, n * groups, channels // groups * rest) if groups else (n, channels, rest)


def _added_up(xp: Any, x: Any) -> Any:
    """Sums over the first and the last of three dimensions."""
    if x.shape[2] > 1:
        x = total(xp, x, 2)
        return x[0] if x.shape[0] == 1 else xp.sum(x, 0, dtype="float64")
    return total(xp, x.reshape(x.shape[:2]), 0)


def _squared_up(xp: Any, x: Any) -> Any:
    """Sums of squares over the first and the last of three dimensions."""
    if x.shape[2] > 1:
        x = squares(xp, x, 2)
        return x[0] if x.shape[0] == 1 else xp.sum(x, 0, dtype="float64")
    return squares(xp, x.reshape(x.shape[:2]), 0)


@op(
    "_channel_stats(Tensor input, int groups) -> (Tensor mean, Tensor var)", namespaces=("internal",), method=False, label="var_mean",
    dtype=lambda o, d, z, n, v: ((dtypes.float32,) * 2 if v[0]._dtype.itemsize == 2 else (v[0]._dtype,) * 2), nondiff="mean, var",
    spec=lambda input, groups: [(_rows(input.shape, groups)[1],)] * 2, quick=lambda input, groups: input.ndim > 1,
)  # fmt: skip
def _channel_stats(xp: Any, input: Any, groups: int) -> Any:
    """Mean and uncorrected variance of each channel over the batch, or (groups > 0) of each group of an example."""
    x = xp.ascontiguousarray(input).reshape(_rows(input.shape, groups))
    n = max(x.shape[0] * x.shape[2], 1)
    mean = (_added_up(xp, x) / n).astype(x.dtype)
    return mean, _squared_up(xp, x - mean[:, None]) / n


def _channel_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


@op(
    "_channel_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor mean, Tensor var, int groups, float eps, bool own) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: "NativeGroupNormBackward0" if n.args["groups"] else "NativeBatchNormBackward0", label="channel_norm",
    dtype=_channel_dtype, spec=lambda input, *rest: tuple(input.shape), flops=10, quick=lambda *values: values[0].ndim > 1,
)  # fmt: skip
def _channel_norm(xp: Any, input: Any, weight: Any, bias: Any, mean: Any, var: Any, groups: int, eps: float, own: bool) -> Any:
    """(input - mean) / sqrt(var + eps) of each channel over the batch (groups 0), or of each group of channels of an example.

    ``own``: mean and var are those of the input, so that its gradient goes through them, too.
    """
    away = xp.ascontiguousarray(input).reshape(_rows(input.shape, groups)) - mean.reshape(-1, 1)
    away *= (1.0 / xp.sqrt(var.reshape(-1, 1) + eps)).astype(away.dtype)
    away = away.reshape(_rows(input.shape, 0))
    if weight is not None:
        away *= weight.reshape(-1, 1)
    if bias is not None:
        away += bias.reshape(-1, 1)
    return away.reshape(input.shape)


@_channel_norm.vjp(
    "input", "weight", "bias", rule="input: rstd * (gw - mean(gw) - xhat * mean(gw * xhat)), gw = g * weight; weight: sum(g * xhat); bias: sum(g)"
)
def _(g: Any, input: Any, weight: Any, mean: Any, var: Any, groups: int, eps: float, own: bool, needs: Any) -> Any:
    if not graph.state.grad and not input.is_meta and door.batching is None:
        return _needed(apply(_channel_norm_back, [g, input, weight, mean, var, groups, eps, own, *_wants(needs)]), needs)
    shape, dims, each = _grouped(input.shape, groups)
    if input._dtype.itemsize == 2:
        g, input = g.float(), input.float()
    x, g = input.reshape(shape), g.reshape(shape)
    if not own:
        rstd = T.rsqrt(var + eps).reshape(each)
        hat = (x - mean.reshape(each)) * rstd
    else:
        away = x - x.mean(dims, keepdim=True)
        rstd = T.rsqrt((away * away).mean(dims, keepdim=True) + eps)
        hat = away * rstd
    first = second = third = None
    if needs[0]:
        first = gw = g if weight is None else g * weight.reshape(each)
        if own:
            first = gw - gw.mean(dims, keepdim=True) - hat * (gw * hat).mean(dims, keepdim=True)
        first = (rstd * first).reshape(input.shape)
    if needs[1]:
        second = (g * hat).sum_to_size(each).reshape(-1)
    if needs[2]:
        third = g.sum_to_size(each).reshape(-1)
    return first, second, third


@op(
    "_channel_norm_back(Tensor grad, Tensor input, Tensor? weight, Tensor mean, Tensor var, int groups, float eps, bool own, bool first, bool second, "
    "bool third) -> (Tensor input, Tensor weight, Tensor bias)",
    namespaces=("internal",), method=False, label="channel_norm_backward", dtype=_back_dtype, quick=lambda *values: values[1].size > 0,
    spec=lambda grad, input, weight, mean, var, groups, eps, own, *wanted: _back_sizes(input, (input.shape[1],), *wanted),
)  # fmt: skip
def _channel_norm_back(
    xp: Any, grad: Any, input: Any, weight: Any, mean: Any, var: Any, groups: int, eps: float, own: bool, first: bool, second: bool, third: bool
) -> Any:  # fmt: skip
    """The gradients of _channel_norm from its mean and var; an empty one where none is wanted."""
    rows, channels = _rows(input.shape, groups), _rows(input.shape, 0)
    rstd = (1.0 / xp.sqrt(var.reshape(-1, 1) + eps)).astype(input.dtype)
    hat = xp.ascontiguousarray(input).reshape(rows) - mean.reshape(-1, 1)
    hat *= rstd
    g = xp.ascontiguousarray(grad).reshape(channels)
    none = xp.zeros(0, input.dtype)
    slope = _added_up(xp, g * hat.reshape(channels)) if second else none
    shift = _added_up(xp, g) if third else none
    if not first:
        return none, slope, shift
    out = (g if weight is None else g * weight.reshape(-1, 1)).reshape(rows)
    if own:
        n = max(rows[0] * rows[2], 1)
        inner = (_added_up(xp, out * hat) / n).astype(hat.dtype)
        hat *= inner[:, None]
        out = out - (_added_up(xp, out) / n).astype(hat.dtype)[:, None]
        out -= hat
    return (out * rstd).reshape(input.shape), slope, shift


@_channel_norm.samples
def _(make: Any) -> Any:
    yield make(2, 2, 3), make(2), None, make(2, grad=False), make(2, low=0.25, high=1.0, grad=False), 0, 1e-5, False


def _stats(input: Any, groups: int) -> Any:
    """Mean and variance as constants."""
    before, graph.state.grad = graph.state.grad, False
    try:
        return apply(_channel_stats, [input, groups])
    finally:
        graph.state.grad = before


def _move_towards(running: Any, now: Any, momentum: float) -> None:
    """running = (1 - momentum) * running + momentum * now, in place."""
    if running is not None:
        running.mul_(1 - momentum).add_(now.to(running._dtype), alpha=momentum)


def _batch_norm(input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float, eps: float) -> Any:
    if input.numel() == 0:
        out = input.clone()
        out = out if weight is None else out * weight[0]
        return out if bias is None else out + bias[0]
    channels = input.shape[1] if input.ndim > 1 else 0
    for name, t in (("running_mean", running_mean), ("running_var", running_var), ("weight", weight), ("bias", bias)):
        if t is not None and t.numel() != channels:
            fail(
                RuntimeError,
                f"{name} should contain {channels} elements not {t.numel()}",
                kind="shape",
                op="batch_norm",
                operands=operands(["input", name], [input, t]),
                explain=["One for each channel: dim 1 of the input."],
            )
        if t is None and not training and name.startswith("running"):
            fail(
                RuntimeError,
                f"{name} must be defined in evaluation mode",
                kind="value",
                op="batch_norm",
                hints=["training=True takes the batch's own statistics."],
            )
        if t is not None and name.startswith("running") and t.requires_grad and graph.state.grad:
            fail(
                RuntimeError,
                f"The function 'native_batch_norm' is not differentiable with respect to argument '{name}'. This input cannot have requires_grad True.",
                kind="grad",
                op="batch_norm",
                hints=[f"{name}.detach()"],
            )
    if input.ndim < 2:
        n = max(input.ndim, 1)
        sentence = f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got 1)"
        fail(IndexError, sentence, kind="shape", op="batch_norm", explain=["Channels are dim 1."], operands=operands(["input"], [input]))
    _check_floats("batch_norm", "batch_norm", input)
    _check_parameters("batch_norm", input, weight, bias, running_mean, running_var)
    if not training:
        return apply(_channel_norm, [input, weight, bias, running_mean, running_var, 0, eps, False])
    mean, var = _stats(input, 0)
    out = apply(_channel_norm, [input, weight, bias, mean, var, 0, eps, True])
    if running_mean is not None or running_var is not None:
        n = input.numel() // channels
        before, graph.state.grad = graph.state.grad, False
        try:
            _move_towards(running_mean, mean, momentum)
            _move_towards(running_var, var * (n / (n - 1)) if n > 1 else var / 0.0, momentum)
        finally:
            graph.state.grad = before
    return out


def _check_floats(name: str, kernel: str, input: Any) -> None:
    if input._dtype.category != dtypes.FLOAT:
        sentence = f"\"{kernel}\" not implemented for '{_cap(input._dtype)}'"
        fail(NotImplementedError, sentence, kind="dtype", op=name, operands=[("input", describe(input))], hints=["x.float() first."])


def _more_than_one(size: Any, shown: Any) -> None:
    """A single value a channel has no variance."""
    if size[0] * math.prod(size[2:]) == 1:
        fail(
            ValueError,
            f"Expected more than 1 value per channel when training, got input size {shown}",
            kind="shape",
            op="batch_norm",
            explain=["The mean of one value is the value: nothing would be left of it."],
        )


@composite(
    "batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight=None, Tensor? bias=None, bool training=False, float momentum=0.1, "
    "float eps=1e-05) -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def batch_norm(input: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, training: bool, momentum: float, eps: float) -> Any:
    """Each channel (dim 1) less its mean, over its standard deviation: the batch's own when training, else the running ones.

    When training, the running ones move towards the batch's by momentum, in place (the running variance towards the corrected one).

    >>> nn.functional.batch_norm(tensor([[1.], [3.]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    if training:
        if not input.ndim:
            fail(IndexError, "tuple index out of range", kind="shape", op="batch_norm", explain=["A 0-d input has no batch and no channels."])
        _more_than_one(input.shape, input.shape)
    return _batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps)


@composite(
    "batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, "
    "bool cudnn_enabled) -> Tensor",
    method=False,
)  # fmt: skip
def _torch_batch_norm(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float, eps: float, cudnn_enabled: bool
) -> Any:
    """nn.functional.batch_norm() with its parameters in the order of PyTorch's core.

    >>> torch.batch_norm(tensor([[1.], [3.]]), None, None, None, None, True, 0.1, 1e-5, False)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    return _batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps)


@composite("group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05) -> Tensor", namespaces=_F, method=False)
def group_norm(input: Any, num_groups: int, weight: Any, bias: Any, eps: float) -> Any:
    """Groups of channels (dim 1), each less its mean, over its standard deviation.

    >>> nn.functional.group_norm(tensor([[1., 3.]]), 1)
    tensor([[-1.0000,  1.0000]])
    """
    if input.ndim < 2:
        fail(RuntimeError, f"Expected at least 2 dimensions for input tensor but received {input.ndim}", kind="shape", op="group_norm")
    if num_groups == 0:
        fail(ZeroDivisionError, "integer division or modulo by zero", kind="value", op="group_norm", explain=["num_groups is 0."])
    size = [input.shape[0] * input.shape[1] // num_groups, num_groups, *input.shape[2:]]
    _more_than_one(size, size)
    return _group_norm(input, num_groups, weight, bias, eps)


def _group_norm(input: Any, groups: int, weight: Any, bias: Any, eps: float) -> Any:
    if groups <= 0:
        fail(RuntimeError, f"Expected num groups to be greater than 0, got {groups}", kind="value", op="group_norm")
    if input.shape[1] % groups:
        fail(
            RuntimeError,
            f"Expected number of channels in input to be divisible by num_groups, but got input of shape {list(input.shape)} and num_groups={groups}",
            kind="shape",
            op="group_norm",
            operands=operands(["input"], [input]),
        )
    for name, t in (("weight", weight), ("bias", bias)):
        if t is not None and tuple(t.shape) != (input.shape[1],):
            fail(
                RuntimeError,
                f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of shape {list(t.shape)} and input of shape "
                f"{list(input.shape)}",
                kind="shape",
                op="group_norm",
            )
    _check_parameters("group_norm", input, weight, bias)
    _check_floats("group_norm", "GroupNormKernelImpl", input)
    return apply(_channel_norm, [input, weight, bias, *_stats(input, groups), groups, eps, True])


@composite("group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enabled=True) -> Tensor", method=False)
def _torch_group_norm(input: Any, num_groups: int, weight: Any, bias: Any, eps: float, cudnn_enabled: bool) -> Any:
    """nn.functional.group_norm() under its name in PyTorch's core.

    >>> torch.group_norm(tensor([[1., 3.]]), 1)
    tensor([[-1.0000,  1.0000]])
    """
    if input.ndim < 2:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-max(input.ndim, 1)}, {max(input.ndim, 1) - 1}], but got {input.ndim and 1})")
    return _group_norm(input, num_groups, weight, bias, eps)


def _instance_norm(input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, use_input_stats: bool, momentum: float, eps: float) -> Any:
    """Batch normalization of a single example that has each example's channels beside each other."""
    if not use_input_stats and (running_mean is None or running_var is None):
        sentence = "Expected running_mean and running_var to be defined when use_input_stats is false"
        fail(RuntimeError, sentence, kind="value", op="instance_norm")
    b, c = input.shape[:2]

    def spread(t: Any) -> Any:
        return None if t is None else t.repeat(b)

    mean, var = spread(running_mean), spread(running_var)
    x = input.contiguous().view(1, b * c, *input.shape[2:])
    out = _batch_norm(x, spread(weight), spread(bias), mean, var, use_input_stats, momentum, eps)
    before, graph.state.grad = graph.state.grad, False
    try:
        for kept, now in ((running_mean, mean), (running_var, var)):
            if kept is not None:
                kept.copy_(now.view(b, c).mean(0))
    finally:
        graph.state.grad = before
    return out.view(input.shape)


@composite(
    "instance_norm(Tensor input, Tensor? running_mean=None, Tensor? running_var=None, Tensor? weight=None, Tensor? bias=None, bool use_input_stats=True, "
    "float momentum=0.1, float eps=1e-05) -> Tensor",
    namespaces=_F, method=False,
)  # fmt: skip
def instance_norm(input: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, use_input_stats: bool, momentum: float, eps: float) -> Any:
    """Each channel of each example less its mean, over its standard deviation; running statistics as batch_norm's, averaged over the examples.

    >>> nn.functional.instance_norm(tensor([[[1., 3.]]]))
    tensor([[[-1.0000,  1.0000]]])
    """
    if (running_mean is None) != (running_var is None):
        fail(ValueError, "running_mean and running_var must either both be None or neither be None", kind="value", op="instance_norm")
    if use_input_stats and math.prod(input.shape[2:]) == 1:
        fail(ValueError, f"Expected more than 1 spatial element when training, got input size {input.shape}", kind="shape", op="instance_norm")
    return _instance_norm(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps)


@composite(
    "instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, "
    "bool cudnn_enabled) -> Tensor",
    method=False,
)  # fmt: skip
def _torch_instance_norm(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, use_input_stats: bool, momentum: float, eps: float, cudnn_enabled: bool
) -> Any:
    """nn.functional.instance_norm() with its parameters in the order of PyTorch's core.

    >>> torch.instance_norm(tensor([[[1., 3.]]]), None, None, None, None, True, 0.1, 1e-5, False)
    tensor([[[-1.0000,  1.0000]]])
    """
    return _instance_norm(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps)


@composite(
    "layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enable=True) -> Tensor", method=False
)
def _torch_layer_norm(input: Any, normalized_shape: Any, weight: Any, bias: Any, eps: float, cudnn_enable: bool) -> Any:
    """nn.functional.layer_norm() under its name in PyTorch's core.

    >>> torch.layer_norm(tensor([[1., 3.]]), (2,))
    tensor([[-1.0000,  1.0000]])
    """
    return layer_norm(input, normalized_shape, weight, bias, eps)


@composite("local_response_norm(Tensor input, int size, float alpha=0.0001, float beta=0.75, float k=1.0) -> Tensor", namespaces=_F, method=False)
def local_response_norm(input: Any, size: int, alpha: float, beta: float, k: float) -> Any:
    """input over (k + alpha * mean of the squares of size neighbouring channels) ** beta.

    >>> nn.functional.local_response_norm(tensor([[[2.], [4.]]]), 1, alpha=1., beta=1., k=0.)
    tensor([[[0.5000],
             [0.2500]]])
    """
    if input.ndim < 3:
        spaces = " " * 25
        fail(
            ValueError,
            f"Expected 3D or higher dimensionality {spaces}input (got {input.ndim} dimensions)",
            kind="shape",
            op="local_response_norm",
            operands=operands(["input"], [input]),
        )
    if input.numel() == 0:
        return input
    around = (size // 2, (size - 1) // 2)
    div = input.mul(input)
    if input.ndim == 3:
        div = T.avg_pool2d(T.pad(div.unsqueeze(1), (0, 0, *around)), (size, 1), stride=1).squeeze(1)
    else:
        n, c, d = input.shape[:3]
        div = T.pad(div.view(n, 1, c, d, -1), (0, 0, 0, 0, *around))
        div = T.avg_pool3d(div, (size, 1, 1), stride=1).squeeze(1).view(input.shape)
    return input / div.mul(alpha).add(k).pow(beta)


# -- under the names of PyTorch's core, with their statistics -----------------------------------------------------------------------


def _inverse_deviation(var: Any, eps: float) -> Any:
    return T.rsqrt(var + eps)


@composite("native_layer_norm(Tensor input, int[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)", method=False)
def native_layer_norm(input: Any, normalized_shape: Any, weight: Any, bias: Any, eps: float) -> Any:
    """layer_norm(), the means, and 1 over the standard deviations: the last two are constants.

    >>> torch.native_layer_norm(tensor([[1., 3.]]), (2,), None, None, 0.)[1]
    tensor([[2.]])
    """
    out = layer_norm(input, normalized_shape, weight, bias, eps)
    lead = tuple(input.shape[: input.ndim - len(normalized_shape)])
    mean, var = _stats(input.detach().reshape(1, math.prod(lead), -1) if input.numel() else input.new_zeros((1, math.prod(lead), 1)), 0)
    lead = (*lead, *(1 for _ in normalized_shape))
    return out, mean.view(lead).to(input._dtype, copy=True), _inverse_deviation(var, eps).view(lead).to(input._dtype, copy=True)


@composite(
    "native_group_norm(Tensor input, Tensor? weight, Tensor? bias, int N, int C, int HxW, int group, float eps) -> (Tensor, Tensor, Tensor)", method=False
)
def native_group_norm(input: Any, weight: Any, bias: Any, N: int, C: int, HxW: int, group: int, eps: float) -> Any:
    """group_norm() of an input of N examples with C channels of HxW values, the means, and 1 over the standard deviations of each group.

    >>> torch.native_group_norm(tensor([[1., 3.]]), None, None, 1, 2, 1, 1, 0.)[1]
    tensor([[2.]])
    """
    if input.numel() != N * C * HxW or input.ndim < 2:
        sentence = "Expected X.numel() == N * C * HxW to be true, but got false."
        fail(RuntimeError, sentence, kind="shape", op="native_group_norm", operands=operands(["input"], [input]))
    out = _group_norm(input, group, weight, bias, eps)
    mean, var = _stats(input.detach().reshape(N, C, HxW), group)
    return out, mean.view(N, group).to(input._dtype, copy=True), _inverse_deviation(var, eps).view(N, group).to(input._dtype, copy=True)


_NATIVE = "Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps"


def _native_batch_norm(input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float, eps: float) -> Any:
    out = _batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps)
    kind = next((t._dtype for t in (weight, bias, running_mean, running_var) if t is not None), input._dtype)
    if not training or not input.numel():
        none = T.zeros(0, dtype=kind, device=input.device)
        return out, none, none.clone()
    mean, var = _stats(input.detach(), 0)
    return out, mean.to(kind), _inverse_deviation(var, eps).to(kind)


@composite(f"native_batch_norm({_NATIVE}) -> (Tensor, Tensor, Tensor)", method=False)
def native_batch_norm(input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float, eps: float) -> Any:
    """batch_norm(), and when training the batch's means and 1 over its standard deviations (else empty): constants.

    >>> torch.native_batch_norm(tensor([[1.], [3.]]), None, None, None, None, True, 0.1, 0.)[1]
    tensor([2.])
    """
    return _native_batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps)


# -- by the root mean square -----------------------------------------------------------------------------------------------------


@composite(
    "rms_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor", namespaces=("nn.functional", "torch"), method=False
)
def rms_norm(input: Any, normalized_shape: Any, weight: Any, eps: Any) -> Any:
    """input over its root mean square over the last dimensions, times weight.

    >>> nn.functional.rms_norm(tensor([3., 4.]), (2,))
    tensor([0.8485, 1.1314])
    """
    k = len(normalized_shape)
    if k < 1:
        raise RuntimeError("Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []")
    if weight is not None and tuple(weight.shape) != tuple(normalized_shape):
        raise RuntimeError(
            f"Expected weight to be of same shape as normalized_shape, but got weight of shape {list(weight.shape)} and normalized_shape = "
            f"{list(normalized_shape)}"
        )
    if input.ndim < k:
        raise ValueError(f"Input tensor must have at least {k} dimensions, but got {input.ndim}")
    if tuple(input.shape[input.ndim - k :]) != tuple(normalized_shape):
        raise RuntimeError(
            f"Given normalized_shape={list(normalized_shape)}, expected input with shape [*{', '.join(map(str, normalized_shape))}], but got input of "
            f"size{list(input.shape)}"
        )
    if input._dtype.category < dtypes.FLOAT:
        raise NotImplementedError(f"\"rms_norm\" not implemented for '{_cap(input._dtype)}'")
    wide = input.float() if input._dtype.itemsize == 2 else input
    small = (1.1920928955078125e-07 if wide._dtype.itemsize == (8 if input.is_complex() else 4) else 2.220446049250313e-16) if eps is None else eps
    out = wide * T.rsqrt((wide * wide).mean(list(range(input.ndim - k, input.ndim)), keepdim=True) + small)
    return (out if weight is None else out * weight).to(input._dtype)


# -- samples ------------------------------------------------------------------------------------------------------------------------


@batch_norm.samples
def _(make: Any) -> Any:
    yield make(4, 2), None, None, make(2), make(2), True
    yield make(2, 2, 3), make(2, grad=False), make(2, low=0.25, high=2.0, grad=False), make(2), make(2)
    yield make(2, 2, 3), None, None, None, make(2), {"training": True, "eps": 0.5}


@group_norm.samples
def _(make: Any) -> Any:
    yield make(2, 4, 3), 2, make(4), make(4)
    yield make(2, 6), 2, {"eps": 0.25}


@instance_norm.samples
def _(make: Any) -> Any:
    yield make(2, 2, 3), {"weight": make(2), "bias": make(2)}
    yield (make(2, 2, 2, 2),)


@local_response_norm.samples
def _(make: Any) -> Any:
    yield make(2, 3, 2), 2
    yield make(1, 4, 2, 2), 3, 0.1, 0.6, 1.5


@rms_norm.samples
def _(make: Any) -> Any:
    yield make(2, 3), (3,), make(3)
    yield make(2, 3, 2), (3, 2), {"eps": 0.25}


@native_layer_norm.samples
def _(make: Any) -> Any:
    yield make(2, 3), (3,), make(3), make(3), 1e-5


@native_group_norm.samples
def _(make: Any) -> Any:
    yield make(2, 4, 3), make(4), None, 2, 4, 3, 2, 0.25


@native_batch_norm.samples
def _(make: Any) -> Any:
    yield make(4, 2), make(2), make(2), None, None, True, 0.1, 1e-5
    yield make(2, 2, 3), make(2), None, make(2, grad=False), make(2, low=0.25, high=2.0, grad=False), False, 0.1, 1e-5
