"""torch.nn.functional: normalization layers. Each takes a mean away from its elements, and divides by a standard deviation, or by a root mean square."""

from __future__ import annotations

import math

from .. import dtypes, graph
from ..apply import TENSORS as T
from ..apply import _cap
from ..errors import describe, fail, operands
from ..registry import composite, op
from ..tensors import Tensor
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


def _layer_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d = values[0]._dtype
    if d.category < dtypes.FLOAT:
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
    if graph.state.grad or mean is None:  # to be differentiated again, mean and rstd are functions of the input; on meta nothing was kept
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


# -- over channels ------------------------------------------------------------------------------------------------------------------


def _grouped(shape: Any, groups: int) -> tuple[tuple[int, ...], list[int], tuple[int, ...]]:
    """A shape in which the statistics run over whole dimensions: (shape, those dimensions, the shape of weight in it)."""
    channels = shape[1]
    if groups:
        return (shape[0], groups, channels // groups, *shape[2:]), list(range(2, len(shape) + 1)), (1, groups, channels // groups, *[1] * (len(shape) - 2))
    return tuple(shape), [k for k in range(len(shape)) if k != 1], (1, channels, *[1] * (len(shape) - 2))


def _channel_dtype(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    d, name = values[0]._dtype, "GroupNormKernelImpl" if values[5] else "batch_norm"
    if d.category < dtypes.FLOAT:
        fail(
            NotImplementedError,
            f"\"{name}\" not implemented for '{_cap(d)}'",
            kind="dtype",
            op="group_norm" if values[5] else "batch_norm",
            operands=[("input", describe(values[0]))],
            hints=["x.float() first."],
        )
    for t in values[1:5]:
        if isinstance(t, Tensor) and t._dtype is not d and not (d.itemsize == 2 and t._dtype is dtypes.float32):
            fail(
                RuntimeError,
                "mixed dtype (CPU): expect parameter to have scalar type of Float",
                kind="dtype",
                op="batch_norm",
                operands=operands(["input", "parameter"], [values[0], t]),
                hints=["Parameters have the input's dtype, or are float32 where it has 16 bits."],
            )
    return (dtypes.float32, d) if d.itemsize == 2 else (d, d)


@op(
    "_channel_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? mean, Tensor? var, int groups, float eps) -> Tensor",
    namespaces=("internal",), method=False, node=lambda n: "NativeGroupNormBackward0" if n.args["groups"] else "NativeBatchNormBackward0", label="channel_norm",
    dtype=_channel_dtype, spec=lambda input, *rest: tuple(input.shape), flops=10,
)  # fmt: skip
def _channel_norm(xp: Any, input: Any, weight: Any, bias: Any, mean: Any, var: Any, groups: int, eps: float) -> Any:
    """(input - mean) / sqrt(variance + eps) of each channel over the batch (groups 0; with mean and var: those), or of each group of channels of an example."""
    shape, dims, each = _grouped(input.shape, groups)
    x, axis = input.reshape(shape), tuple(dims)
    if mean is not None:
        away = x - mean.reshape(each)
        away *= (1.0 / xp.sqrt(var.reshape(each) + eps)).astype(x.dtype)
    else:
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
def _(g: Any, input: Any, weight: Any, mean: Any, var: Any, groups: int, eps: float, needs: Any) -> Any:
    shape, dims, each = _grouped(input.shape, groups)
    if input._dtype.itemsize == 2:
        g, input = g.float(), input.float()
    x, g = input.reshape(shape), g.reshape(shape)
    if mean is not None:
        rstd = T.rsqrt(var + eps).reshape(each)
        hat = (x - mean.reshape(each)) * rstd
    else:
        away = x - x.mean(dims, keepdim=True)
        rstd = T.rsqrt((away * away).mean(dims, keepdim=True) + eps)
        hat = away * rstd
    first = second = third = None
    if needs[0]:
        first = gw = g if weight is None else g * weight.reshape(each)
        if mean is None:
            first = gw - gw.mean(dims, keepdim=True) - hat * (gw * hat).mean(dims, keepdim=True)
        first = (rstd * first).reshape(input.shape)
    if needs[1]:
        second = (g * hat).sum_to_size(each).reshape(-1)
    if needs[2]:
        third = g.sum_to_size(each).reshape(-1)
    return first, second, third


@_channel_norm.samples
def _(make: Any) -> Any:
    yield make(4, 2), make(2), make(2), None, None, 0, 1e-5
    yield make(2, 4, 3), make(4), make(4), None, None, 2, 1e-5
    yield make(2, 2, 3), make(2), None, make(2, grad=False), make(2, low=0.25, high=1.0, grad=False), 0, 1e-5


def _move_towards(running: Any, now: Any, momentum: float) -> None:
    """running = (1 - momentum) * running + momentum * now, in place."""
    if running is not None:
        running.mul_(1 - momentum).add_(now.to(running._dtype), alpha=momentum)


def _batch_norm(input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float, eps: float) -> Any:
    if input.ndim < 2:
        n = max(input.ndim, 1)
        sentence = f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got 1)"
        fail(IndexError, sentence, kind="shape", op="batch_norm", explain=["Channels are dim 1."], operands=operands(["input"], [input]))
    channels = input.shape[1]
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
    if not training:
        return _channel_norm(input, weight, bias, running_mean, running_var, 0, eps)
    out = _channel_norm(input, weight, bias, None, None, 0, eps)
    if running_mean is not None or running_var is not None:
        dims = [k for k in range(input.ndim) if k != 1]
        before, graph.state.grad = graph.state.grad, False
        try:
            data = input.detach()
            data = data.float() if data._dtype.itemsize == 2 else data
            _move_towards(running_mean, data.mean(dims), momentum)
            _move_towards(running_var, data.var(dims), momentum)
        finally:
            graph.state.grad = before
    return out


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
    if training and input.ndim:
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
    return _channel_norm(input, weight, bias, None, None, groups, eps)


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
    if tuple(input.shape[input.ndim - k :]) != tuple(normalized_shape):
        raise RuntimeError(
            f"Given normalized_shape={list(normalized_shape)}, expected input with shape [*{', '.join(map(str, normalized_shape))}], but got input of "
            f"size{list(input.shape)}"
        )
    if not input.is_floating_point():
        raise NotImplementedError(f"\"rms_norm\" not implemented for '{_cap(input._dtype)}'")
    wide = input.float() if input._dtype.itemsize == 2 else input
    small = dtypes.finfo(wide._dtype).eps if eps is None else eps
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
