"""Pooling modules: each calls the function of nn.functional of the same name."""

from __future__ import annotations

from ..torchlike import F
from .convolution import many
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _dims(module: Any) -> int:
    """How many dimensions a class pools over: the digit in its name."""
    return next(n for n in (1, 2, 3) for base in type(module).__mro__ if base.__name__.endswith(f"Pool{n}d"))


class _MaxPool(Module):
    """The largest of each window; return_indices: also where it stood."""

    def __init__(
        self, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, return_indices: bool = False, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding, self.dilation = kernel_size, kernel_size if stride is None else stride, padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def forward(self, input: Any) -> Any:
        """F.max_pool1d(), 2d or 3d"""
        function = getattr(F, f"max_pool{_dims(self)}d")
        return function(input, self.kernel_size, self.stride, self.padding, self.dilation, ceil_mode=self.ceil_mode, return_indices=self.return_indices)

    def extra_repr(self) -> str:
        """The options."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


class MaxPool1d(_MaxPool):
    """The largest of each window of (batch, channels, length)."""


class MaxPool2d(_MaxPool):
    """The largest of each window of (batch, channels, height, width).

    >>> nn.MaxPool2d(2)(arange(4.).reshape(1, 1, 2, 2))
    tensor([[[[3.]]]])
    """


class MaxPool3d(_MaxPool):
    """The largest of each window of (batch, channels, depth, height, width)."""


class _AvgPool(Module):
    """The mean of each window."""

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: Any = None,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding
        self.ceil_mode, self.count_include_pad, self.divisor_override = ceil_mode, count_include_pad, divisor_override

    def forward(self, input: Any) -> Any:
        """F.avg_pool2d() or 3d"""
        function = getattr(F, f"avg_pool{_dims(self)}d")
        return function(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad, self.divisor_override)

    def extra_repr(self) -> str:
        """The options."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_AvgPool):
    """The mean of each window of (batch, channels, length)."""

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False, count_include_pad: bool = True) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        self.kernel_size, self.stride, self.padding = many(self.kernel_size, 1), many(self.stride, 1), many(self.padding, 1)

    def forward(self, input: Any) -> Any:
        """F.avg_pool1d()"""
        return F.avg_pool1d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)


class AvgPool2d(_AvgPool):
    """The mean of each window of (batch, channels, height, width)."""


class AvgPool3d(_AvgPool):
    """The mean of each window of (batch, channels, depth, height, width)."""


class _LPPool(Module):
    """The p-norm of each window."""

    def __init__(self, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> None:
        super().__init__()
        self.norm_type, self.kernel_size, self.stride, self.ceil_mode = norm_type, kernel_size, stride, ceil_mode

    def forward(self, input: Any) -> Any:
        """F.lp_pool1d(), 2d or 3d"""
        return getattr(F, f"lp_pool{_dims(self)}d")(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        """The options."""
        return f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, ceil_mode={self.ceil_mode}"


class LPPool1d(_LPPool):
    """The p-norm of each window of (batch, channels, length)."""


class LPPool2d(_LPPool):
    """The p-norm of each window of (batch, channels, height, width)."""


class LPPool3d(_LPPool):
    """The p-norm of each window of (batch, channels, depth, height, width)."""


class _Adaptive(Module):
    """Windows chosen so that the output has a given size."""

    function = "adaptive_avg_pool"

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Any) -> Any:
        """F.adaptive_avg_pool1d(), 2d or 3d"""
        return getattr(F, f"{self.function}{_dims(self)}d")(input, self.output_size)

    def extra_repr(self) -> str:
        """The size."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_Adaptive):
    """Means of as many windows as the output is long."""


class AdaptiveAvgPool2d(_Adaptive):
    """Means of as many windows as the output has pixels.

    >>> nn.AdaptiveAvgPool2d(1)(ones(1, 2, 5, 5)).shape
    torch.Size([1, 2, 1, 1])
    """


class AdaptiveAvgPool3d(_Adaptive):
    """Means of as many windows as the output has voxels."""


class _AdaptiveMax(_Adaptive):
    """The largest of each window; return_indices: also where it stood."""

    function = "adaptive_max_pool"

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Any) -> Any:
        """F.adaptive_max_pool1d(), 2d or 3d"""
        return getattr(F, f"{self.function}{_dims(self)}d")(input, self.output_size, self.return_indices)


class AdaptiveMaxPool1d(_AdaptiveMax):
    """The largest of as many windows as the output is long."""


class AdaptiveMaxPool2d(_AdaptiveMax):
    """The largest of as many windows as the output has pixels."""


class AdaptiveMaxPool3d(_AdaptiveMax):
    """The largest of as many windows as the output has voxels."""


class _MaxUnpool(Module):
    """Puts maxima back to where they stood; zeros elsewhere."""

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__()
        n = int(type(self).__name__[-2])
        self.kernel_size = many(kernel_size, n)
        self.stride, self.padding = many(kernel_size if stride is None else stride, n), many(padding, n)

    def forward(self, input: Any, indices: Any, output_size: Any = None) -> Any:
        """F.max_unpool1d(), 2d or 3d"""
        function = getattr(F, f"max_unpool{type(self).__name__[-2]}d")
        return function(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        """The options."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """The way back of MaxPool1d."""


class MaxUnpool2d(_MaxUnpool):
    """The way back of MaxPool2d."""


class MaxUnpool3d(_MaxUnpool):
    """The way back of MaxPool3d."""


class _FractionalMaxPool(Module):
    """Largest elements of windows at random places, so many that the output has a given size or part of the input's (Graham 2014)."""

    def __init__(self, kernel_size: Any, output_size: Any = None, output_ratio: Any = None, return_indices: bool = False, _random_samples: Any = None) -> None:
        super().__init__()
        n = _dims(self)
        name = type(self).__name__
        self.kernel_size = _each(kernel_size, n)
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = None if output_size is None else _each(output_size, n)
        self.output_ratio = None if output_ratio is None else _each(output_ratio, n)
        if output_size is None and output_ratio is None:
            raise ValueError(f"{name} requires specifying either an output size, or a pooling ratio")
        if output_size is not None and output_ratio is not None:
            raise ValueError("only one of output_size and output_ratio may be specified")
        if self.output_ratio is not None and not all(0 < r < 1 for r in self.output_ratio):
            raise ValueError(f"output_ratio must be between 0 and 1 (got {output_ratio})")

    def forward(self, input: Any) -> Any:
        """F.fractional_max_pool2d() or 3d"""
        function = getattr(F, f"fractional_max_pool{_dims(self)}d")
        return function(input, self.kernel_size, self.output_size, self.output_ratio, self.return_indices, _random_samples=self._random_samples)


class FractionalMaxPool2d(_FractionalMaxPool):
    """Largest elements of windows at random places of (batch, channels, height, width).

    >>> nn.FractionalMaxPool2d(2, output_size=3)(zeros(1, 1, 7, 7)).shape
    torch.Size([1, 1, 3, 3])
    """


class FractionalMaxPool3d(_FractionalMaxPool):
    """Largest elements of windows at random places of (batch, channels, depth, height, width)."""


def _each(value: Any, n: int) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * n
