"""Convolutions, padding, resizing and the rearrangements of images: each module calls the function of nn.functional of the same name."""

from __future__ import annotations

import math

from ..errors import fail
from ..torchlike import F
from . import init
from .layers import empty
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def many(value: Any, n: int) -> tuple[Any, ...]:
    """One number for each of n dimensions, or the numbers given."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * n


_MODES = ("zeros", "reflect", "replicate", "circular")


class _Convolution(Module):
    """What convolutions share: sizes, weight and bias, their start (uniform in ±1/sqrt(fan in)), their text."""

    n = 0
    transposed = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        output_padding: Any,
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any,
        dtype: Any,
    ) -> None:
        super().__init__()
        n = self.n
        if groups <= 0:
            raise ValueError("groups must be a positive integer")
        if in_channels % groups:
            raise ValueError("in_channels must be divisible by groups")
        if out_channels % groups:
            raise ValueError("out_channels must be divisible by groups")
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(f"Invalid padding string {padding!r}, should be one of {{'valid', 'same'}}")
            if padding == "same" and any(s != 1 for s in many(stride, n)):
                raise ValueError("padding='same' is not supported for strided convolutions")
        if padding_mode not in _MODES:
            raise ValueError(f"padding_mode must be one of {set(_MODES)}, but got padding_mode='{padding_mode}'")
        if self.transposed and padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        self.in_channels, self.out_channels, self.groups, self.padding_mode = in_channels, out_channels, groups, padding_mode
        self.kernel_size, self.stride, self.dilation = many(kernel_size, n), many(stride, n), many(dilation, n)
        self.padding = padding if isinstance(padding, str) else many(padding, n)
        self.output_padding = many(output_padding, n)
        shape = (in_channels, out_channels // groups) if self.transposed else (out_channels, in_channels // groups)
        self.weight = empty(*shape, *self.kernel_size, device=device, dtype=dtype)
        self.register_parameter("bias", empty(out_channels, device=device, dtype=dtype) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new weights."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in = init._fan(self.weight, "fan_in")
            if fan_in:
                bound = 1 / math.sqrt(fan_in)
                init.uniform_(self.bias, -bound, bound)

    def _borders(self) -> list[int]:
        """The padding as F.pad() takes it: from the last dimension on, both ends."""
        if self.padding == "valid":
            return [0] * (2 * self.n)
        out = []
        for k in range(self.n - 1, -1, -1):
            if self.padding == "same":
                total = self.dilation[k] * (self.kernel_size[k] - 1)
                out += [total // 2, total - total // 2]
            else:
                out += [self.padding[k], self.padding[k]]
        return out

    def forward(self, input: Any) -> Any:
        """F.conv1d(), F.conv2d() or F.conv3d() with the module's weight and bias."""
        function = getattr(F, f"conv{self.n}d")
        if self.padding_mode != "zeros":
            padded = F.pad(input, self._borders(), mode=self.padding_mode)
            return function(padded, self.weight, self.bias, self.stride, (0,) * self.n, self.dilation, self.groups)
        return function(input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)

    def extra_repr(self) -> str:
        """The sizes, and the options that are not the default."""
        n = self.n
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding != (0,) * n:
            text += f", padding={self.padding}"
        if self.dilation != (1,) * n:
            text += f", dilation={self.dilation}"
        if self.output_padding != (0,) * n:
            text += f", output_padding={self.output_padding}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        return text + (f", padding_mode={self.padding_mode}" if self.padding_mode != "zeros" else "")


class _Conv(_Convolution):
    """weight of shape (out_channels, in_channels / groups, *kernel_size)."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, 0, groups, bias, padding_mode, device, dtype)


class Conv1d(_Conv):
    """Cross-correlation of (batch, channels, length) with learned kernels.

    >>> nn.Conv1d(2, 4, 3)(zeros(1, 2, 10)).shape
    torch.Size([1, 4, 8])
    """

    n = 1


class Conv2d(_Conv):
    """Cross-correlation of (batch, channels, height, width) with learned kernels.

    >>> nn.Conv2d(3, 8, 3, padding=1)(zeros(1, 3, 5, 5)).shape
    torch.Size([1, 8, 5, 5])
    """

    n = 2


class Conv3d(_Conv):
    """Cross-correlation of (batch, channels, depth, height, width) with learned kernels."""

    n = 3


class _ConvTranspose(_Convolution):
    """weight of shape (in_channels, out_channels / groups, *kernel_size)."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, output_padding, groups, bias, padding_mode, device, dtype)

    def forward(self, input: Any, output_size: Any = None) -> Any:
        """F.conv_transpose1d(), 2d or 3d; output_size chooses among the sizes that a stride leaves open."""
        extra = self.output_padding if output_size is None else self._extra(input, list(output_size))
        function = getattr(F, f"conv_transpose{self.n}d")
        return function(input, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation)

    def _extra(self, input: Any, wanted: list[int]) -> tuple[int, ...]:
        n = self.n
        batched = input.dim() == n + 2
        if len(wanted) == n + 1 + batched:
            wanted = wanted[1 + batched :]
        if len(wanted) != n:
            raise ValueError(f"ConvTranspose{n}D: for {input.dim()}D input, output_size must have {n} or {n + 1 + batched} elements (got {len(wanted)})")
        low = [(input.size(k + 1 + batched) - 1) * self.stride[k] - 2 * self.padding[k] + self.dilation[k] * (self.kernel_size[k] - 1) + 1 for k in range(n)]
        high = [a + s - 1 for a, s in zip(low, self.stride, strict=True)]
        if any(not a <= w <= b for a, w, b in zip(low, wanted, high, strict=True)):
            raise ValueError(f"requested an output size of {wanted}, but valid sizes range from {low} to {high} (for an input of {input.size()[2:]})")
        return tuple(w - a for w, a in zip(wanted, low, strict=True))


class ConvTranspose1d(_ConvTranspose):
    """The gradient of Conv1d by its input, as a layer: makes lengths larger."""

    n = 1


class ConvTranspose2d(_ConvTranspose):
    """The gradient of Conv2d by its input, as a layer: makes images larger."""

    n = 2


class ConvTranspose3d(_ConvTranspose):
    """The gradient of Conv3d by its input, as a layer: makes volumes larger."""

    n = 3


# -- patches ------------------------------------------------------------------------------------------------------------------------


class Unfold(Module):
    """Patches of an image as columns."""

    def __init__(self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> None:
        super().__init__()
        self.kernel_size, self.dilation, self.padding, self.stride = kernel_size, dilation, padding, stride

    def forward(self, input: Any) -> Any:
        """F.unfold()"""
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        """The options."""
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


class Fold(Module):
    """An image from patches: columns added at their places."""

    def __init__(self, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> None:
        super().__init__()
        self.output_size, self.kernel_size, self.dilation, self.padding, self.stride = output_size, kernel_size, dilation, padding, stride

    def forward(self, input: Any) -> Any:
        """F.fold()"""
        return F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        """The options."""
        return f"output_size={self.output_size}, kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


# -- padding ------------------------------------------------------------------------------------------------------------------------


class _Pad(Module):
    """A border around the last dimensions."""

    mode = ""

    def __init__(self, padding: Any) -> None:
        super().__init__()
        self.padding = many(padding, 2 * int(type(self).__name__[-2]))

    def forward(self, input: Any) -> Any:
        """F.pad() in the module's mode."""
        return F.pad(input, self.padding, mode=self.mode)

    def extra_repr(self) -> str:
        """The widths."""
        return f"{self.padding}"


class _ConstantPad(_Pad):
    """A border of one value."""

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Any) -> Any:
        """F.pad() with the value."""
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        """The widths and the value."""
        return f"padding={self.padding}, value={self.value}"


class _ZeroPad(_ConstantPad):
    """A border of zeros."""

    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        """The widths."""
        return f"{self.padding}"


def _paddings(name: str, base: type[_Pad], doc: str, mode: str = "") -> list[type[_Pad]]:
    """The three classes of one kind of border."""
    return [
        type(f"{name}{n}d", (base,), {"__doc__": f"{doc} around the last {n} dimension{'s' * (n > 1)}.", "mode": mode, "__module__": __name__})
        for n in (1, 2, 3)
    ]


ConstantPad1d, ConstantPad2d, ConstantPad3d = _paddings("ConstantPad", _ConstantPad, "A border of one value")
ZeroPad1d, ZeroPad2d, ZeroPad3d = _paddings("ZeroPad", _ZeroPad, "A border of zeros")
ReflectionPad1d, ReflectionPad2d, ReflectionPad3d = _paddings("ReflectionPad", _Pad, "A border that mirrors the inside", "reflect")
ReplicationPad1d, ReplicationPad2d, ReplicationPad3d = _paddings("ReplicationPad", _Pad, "A border that repeats the edge", "replicate")
CircularPad1d, CircularPad2d, CircularPad3d = _paddings("CircularPad", _Pad, "A border that goes on at the other end", "circular")


# -- sizes --------------------------------------------------------------------------------------------------------------------------


class Upsample(Module):
    """Resize to a size or by a factor."""

    def __init__(
        self, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: Any = None, recompute_scale_factor: Any = None
    ) -> None:
        super().__init__()
        self.size = size
        self.scale_factor = tuple(float(f) for f in scale_factor) if isinstance(scale_factor, tuple) else float(scale_factor) if scale_factor else None
        self.mode, self.align_corners, self.recompute_scale_factor = mode, align_corners, recompute_scale_factor

    def forward(self, input: Any) -> Any:
        """F.interpolate()"""
        return F.interpolate(input, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor)

    def extra_repr(self) -> str:
        """The options."""
        size = f"scale_factor={self.scale_factor!r}" if self.scale_factor is not None else f"size={self.size!r}"
        return f"{size}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Resize images, each pixel the nearest one."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="nearest")


class UpsamplingBilinear2d(Upsample):
    """Resize images, bilinear between corners."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)


class PixelShuffle(Module):
    """(*, C r^2, H, W) as (*, C, H r, W r)."""

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input: Any) -> Any:
        """F.pixel_shuffle()"""
        return F.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        """The factor."""
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """(*, C, H r, W r) as (*, C r^2, H, W)."""

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input: Any) -> Any:
        """F.pixel_unshuffle()"""
        return F.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        """The factor."""
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """Channels of all groups in turn."""

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, input: Any) -> Any:
        """F.channel_shuffle()"""
        return F.channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        """The number of groups."""
        return f"groups={self.groups}"


class LocalResponseNorm(Module):
    """Each channel over a power of the mean square of its neighbours (Krizhevsky et al. 2012)."""

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        if size <= 0:
            fail(ValueError, f"size must be positive, but got {size}", kind="value", op="LocalResponseNorm")
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Any) -> Any:
        """F.local_response_norm()"""
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        """The options."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
