"""Dropout in all its forms: elements, whole channels, and the alpha forms that keep mean and variance; the same random numbers as PyTorch's on a CPU."""

from __future__ import annotations

import math

from ..apply import TENSORS as T
from ..apply import _cap
from ..errors import fail, operands
from ..graph import warn
from ..registry import composite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_F = ("nn.functional",)
_ALPHA = 1.7580993408473766  # what selu goes to at minus infinity, negated


def _check(p: float) -> None:
    if not 0 <= p <= 1:
        fail(ValueError, f"dropout probability has to be between 0 and 1, but got {p}", kind="value", op="dropout")


def _check_core(p: float) -> None:
    if not 0 <= p <= 1:
        fail(RuntimeError, f"dropout probability has to be between 0 and 1, but got {p:g}", kind="value", op="dropout")


def _times(input: Any, factor: Any, inplace: bool) -> Any:
    return input.mul_(factor) if inplace else input * factor


def _drop(input: Any, p: float, training: bool, inplace: bool, channels: bool = False, alpha: bool = False) -> Any:
    """Elements (or whole channels) zero with probability p; with alpha they become what selu gives far below, and all are scaled to keep mean and variance."""
    if not training or p == 0 or input.numel() == 0:
        return input
    if p == 1:
        return _times(input, T.zeros((), dtype=input.dtype, device=input.device), inplace)
    if channels and input.ndim < 2:
        fail(RuntimeError, "Feature dropout requires at least 2 dimensions in the input", kind="shape", op="dropout", operands=operands(["input"], [input]))
    if not (input.is_floating_point() or input.is_complex()):
        fail(
            RuntimeError,
            f"result type Float can't be cast to the desired output type {_cap(input._dtype)}",
            kind="dtype",
            op="dropout",
            operands=operands(["input"], [input]),
            hints=["input.float()"],
        )
    if not channels and not alpha:
        from .randoms import dropout_mask

        return _times(input, dropout_mask(input, p), inplace)
    if channels:
        noise = T.empty((*input.shape[:2], *[1] * (input.ndim - 2)), dtype=input.dtype, device=input.device)
    else:
        noise = T.empty_like(input)
    noise.bernoulli_(1 - p)
    if not alpha:
        return _times(input, noise.div_(1 - p), inplace)
    a = 1.0 / math.sqrt((_ALPHA * _ALPHA * p + 1) * (1 - p))
    b = noise.add(-1).mul_(_ALPHA * a).add_(_ALPHA * a * p)
    noise.mul_(a)
    return input.mul_(noise).add_(b) if inplace else input * noise + b


@composite("dropout(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor", namespaces=_F, method=False)
def dropout(input: Any, p: float, training: bool, inplace: bool) -> Any:
    """Each element zero with probability p, the rest scaled by 1/(1-p); itself when not training.

    >>> nn.functional.dropout(tensor([1., 2.]), 1.0)
    tensor([0., 0.])
    """
    _check(p)
    return _drop(input, p, training, inplace)


@composite("alpha_dropout(Tensor input, float p=0.5, bool training=False, bool inplace=False) -> Tensor", namespaces=_F, method=False)
def alpha_dropout(input: Any, p: float, training: bool, inplace: bool) -> Any:
    """Dropout for selu networks: dropped elements become selu's lower limit, and all are scaled so that mean and variance stay.

    >>> nn.functional.alpha_dropout(tensor([1., 2.]), 0.5)
    tensor([1., 2.])
    """
    _check(p)
    return _drop(input, p, training, inplace, alpha=True)


@composite("feature_alpha_dropout(Tensor input, float p=0.5, bool training=False, bool inplace=False) -> Tensor", namespaces=_F, method=False)
def feature_alpha_dropout(input: Any, p: float, training: bool, inplace: bool) -> Any:
    """alpha_dropout() of whole channels (dim 1).

    >>> nn.functional.feature_alpha_dropout(tensor([[1., 2.]]), 0.5)
    tensor([[1., 2.]])
    """
    _check(p)
    return _drop(input, p, training, inplace, channels=True, alpha=True)


def _of_channels(input: Any, p: float, training: bool, inplace: bool, batched: bool) -> Any:
    """Channel dropout; a batch dimension is put before an input that has none."""
    if batched:
        return _drop(input, p, training, inplace, channels=True)
    if inplace:
        return _drop(input.unsqueeze_(0), p, training, True, channels=True).squeeze_(0)
    return _drop(input.unsqueeze(0), p, training, False, channels=True).squeeze(0)


@composite("dropout1d(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor", namespaces=_F, method=False)
def dropout1d(input: Any, p: float, training: bool, inplace: bool) -> Any:
    """Each channel of sequences [batch, channels, width] zero with probability p, the rest scaled by 1/(1-p); the batch may be left out.

    >>> nn.functional.dropout1d(tensor([[1., 2.]]), 1.0)
    tensor([[0., 0.]])
    """
    _check(p)
    if input.ndim not in (2, 3):
        fail(
            RuntimeError,
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input. Note that dropout1d exists to provide channel-wise dropout on inputs "
            "with 1 spatial dimension, a channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs).",
            kind="shape",
            op="dropout1d",
            operands=operands(["input"], [input]),
        )
    return _of_channels(input, p, training, inplace, input.ndim == 3)


def _warn_rank(name: str, n: int, input: Any) -> None:
    if input.ndim not in (n + 1, n + 2):
        warn(
            f"{name}: Received a {input.ndim}-D input to {name}, which is deprecated and will result in an error in a future release. To retain the behavior "
            f"and silence this warning, please use dropout instead. Note that {name} exists to provide channel-wise dropout on inputs with {n} spatial "
            f"dimensions, a channel dimension, and an optional batch dimension (i.e. {n + 1}D or {n + 2}D inputs)."
        )


@composite("dropout2d(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor", namespaces=_F, method=False)
def dropout2d(input: Any, p: float, training: bool, inplace: bool) -> Any:
    """Each channel of images [batch, channels, height, width] zero with probability p, the rest scaled by 1/(1-p).

    >>> nn.functional.dropout2d(tensor([[[[1., 2.]]]]), 1.0)
    tensor([[[[0., 0.]]]])
    """
    _check(p)
    _warn_rank("dropout2d", 2, input)
    if input.ndim == 3:
        warn(
            "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired - input is interpreted as shape "
            "(N, C, L), where C is the channel dim. This behavior will change in a future release to interpret the input as one without a batch dimension, "
            "i.e. shape (C, H, W). To maintain the 1D channel-wise dropout behavior, please switch to using dropout1d instead."
        )
    return _drop(input, p, training, inplace, channels=True)


@composite("dropout3d(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor", namespaces=_F, method=False)
def dropout3d(input: Any, p: float, training: bool, inplace: bool) -> Any:
    """Each channel of volumes [batch, channels, depth, height, width] zero with probability p, the rest scaled by 1/(1-p); the batch may be left out.

    >>> nn.functional.dropout3d(tensor([[[[1., 2.]]]]), 1.0)
    tensor([[[[0., 0.]]]])
    """
    _check(p)
    _warn_rank("dropout3d", 3, input)
    return _of_channels(input, p, training, inplace, input.ndim == 5)


def _declare_core(name: str, what: str, **how: bool) -> None:
    """The function of torch, and its in-place twin."""
    doc = f"""{what}, as PyTorch's core declares it; itself with train=False.

    >>> torch.{name}(tensor([[1., 2.]]), 0.5, False)
    tensor([[1., 2.]])
    """

    def run(input: Any, p: float, train: bool) -> Any:
        _check_core(p)
        return _drop(input, p, train, False, **how)

    def write(input: Any, p: float, train: bool) -> Any:
        _check_core(p)
        return _drop(input, p, train, True, **how)

    composite(f"{name}(Tensor input, float p, bool train) -> Tensor", method=False, doc=doc)(run)
    twin = f"In-place twin of {name}(): writes the result into the tensor and returns it."
    composite(f"{name}_(Tensor input, float p, bool train) -> Tensor", method=False, doc=twin)(write)


_declare_core("dropout", "Dropout of elements")
_declare_core("feature_dropout", "Dropout of channels", channels=True)
_declare_core("alpha_dropout", "Alpha dropout of elements", alpha=True)
_declare_core("feature_alpha_dropout", "Alpha dropout of channels", channels=True, alpha=True)

for _plain in (dropout, alpha_dropout):

    @_plain.samples
    def _(make: Any) -> Any:
        yield make(2, 3), 0.5, False
        yield make(2, 3), 1.0, True


for _n, _channels in enumerate((dropout1d, dropout2d, dropout3d)):

    @_channels.samples
    def _(make: Any, n: int = _n) -> Any:
        yield make(1, 2, *[2] * (n + 1)), 0.5, False
        yield make(1, 2, *[2] * (n + 1)), 1.0
