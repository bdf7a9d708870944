"""torch.signal.windows: windows for filters and spectra, made of the ops a program would write for them. Loaded when one is asked for.

(The older functions torch.hann_window() and its like: ops/factory.py.) Sources: Harris, On the use of windows for harmonic analysis with the discrete
Fourier transform, 1978; Nuttall, Some windows with very good sidelobe behavior, 1981.
"""

from __future__ import annotations

import math
from itertools import islice

from . import dtypes
from .apply import TENSORS as T
from .errors import fail
from .registry import NAMESPACES
from .tensors import strided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["bartlett", "blackman", "cosine", "exponential", "gaussian", "general_cosine", "general_hamming", "hamming", "hann", "kaiser", "nuttall"]

_MOST = 1 << 16  # coefficients of a window that is made of cosines


def _checked(name: str, M: Any, dtype: Any, layout: Any) -> Any:
    """The window's dtype; PyTorch's ValueErrors for a negative length, another layout, another dtype."""
    d = dtypes.get_default_dtype() if dtype is None else dtype
    if M < 0:
        raise ValueError(f"{name} requires non-negative window length, got M={M}")
    if layout is not strided:
        raise ValueError(f"{name} is implemented for strided tensors only, got: {layout}")
    if d is not dtypes.float32 and d is not dtypes.float64:
        raise ValueError(f"{name} expects float32 or float64 dtypes, got: {d}")
    return d


def _filled(n: int, options: dict[str, Any]) -> Any:
    """The window of no point (n = 0) or of one (n = 1)."""
    return NAMESPACES["torch"]["ones"]((n,), **options)


def _points(first: float, last: float, M: Any, options: dict[str, Any]) -> Any:
    return NAMESPACES["torch"]["linspace"](start=first, end=last, steps=M, **options)


def exponential(
    M: int, *, center: float | None = None, tau: float = 1.0, sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None,
    requires_grad: bool = False,
) -> Any:  # fmt: skip
    """exp(-|n - center| / tau), n = 0 ... M - 1. ValueError where tau is not positive, or a symmetric window is given a center.

    >>> torch.signal.windows.exponential(3)
    tensor([0.3679, 1.0000, 0.3679])
    """
    d = _checked("exponential", M, dtype, layout)
    if tau <= 0:
        raise ValueError(f"Tau must be positive, got: {tau} instead.")
    if sym and center is not None:
        raise ValueError("Center must be None for symmetric windows")
    options = {"dtype": d, "layout": layout, "device": device, "requires_grad": requires_grad}
    if M == 0:
        return _filled(0, options)
    if center is None:
        center = (M if not sym and M > 1 else M - 1) / 2.0
    scale = 1 / tau
    return T.exp(-T.abs(_points(-center * scale, (-center + (M - 1)) * scale, M, options)))


def cosine(M: int, *, sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None, requires_grad: bool = False) -> Any:
    """sin(pi (n + 1/2) / M), n = 0 ... M - 1.

    >>> torch.signal.windows.cosine(3)
    tensor([0.5000, 1.0000, 0.5000])
    """
    d = _checked("cosine", M, dtype, layout)
    options = {"dtype": d, "layout": layout, "device": device, "requires_grad": requires_grad}
    if M == 0:
        return _filled(0, options)
    scale = math.pi / (M + 1 if not sym and M > 1 else M)
    return T.sin(_points(0.5 * scale, (0.5 + (M - 1)) * scale, M, options))


def gaussian(M: int, *, std: float = 1.0, sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None, requires_grad: bool = False) -> Any:
    """exp(-(n - middle)**2 / (2 std**2)), n = 0 ... M - 1. ValueError where std is not positive.

    >>> torch.signal.windows.gaussian(3)
    tensor([0.6065, 1.0000, 0.6065])
    """
    d = _checked("gaussian", M, dtype, layout)
    if std <= 0:
        raise ValueError(f"Standard deviation must be positive, got: {std} instead.")
    options = {"dtype": d, "layout": layout, "device": device, "requires_grad": requires_grad}
    if M == 0:
        return _filled(0, options)
    first = -(M if not sym and M > 1 else M - 1) / 2.0
    scale = 1 / (std * math.sqrt(2))
    k = _points(first * scale, (first + (M - 1)) * scale, M, options)
    return T.exp(-(k**2))


def kaiser(M: int, *, beta: float = 12.0, sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None, requires_grad: bool = False) -> Any:
    """i0(beta sqrt(1 - x**2)) / i0(beta) with x from -1 to 1. ValueError where beta is negative.

    >>> torch.signal.windows.kaiser(3, beta=1.0)
    tensor([0.7899, 1.0000, 0.7899])
    """
    d = _checked("kaiser", M, dtype, layout)
    if beta < 0:
        raise ValueError(f"beta must be non-negative, got: {beta} instead.")
    options = {"dtype": d, "layout": layout, "device": device, "requires_grad": requires_grad}
    if M < 2:
        return _filled(M, options)
    torch = NAMESPACES["torch"]
    top = torch["tensor"](beta, dtype=d, device=device)  # numbers of the window's dtype: the last point is not to leave the circle
    first = -top
    scale = 2.0 * top / (M if not sym else M - 1)
    k = _points(first, torch["minimum"](top, first + (M - 1) * scale), M, options)
    return T.i0(T.sqrt(top * top - T.pow(k, 2))) / T.i0(top)


def bartlett(M: int, *, sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None, requires_grad: bool = False) -> Any:
    """The triangle 1 - |x| with x from -1 to 1.

    >>> torch.signal.windows.bartlett(5)
    tensor([0.0000, 0.5000, 1.0000, 0.5000, 0.0000])
    """
    d = _checked("bartlett", M, dtype, layout)
    options = {"dtype": d, "layout": layout, "device": device, "requires_grad": requires_grad}
    if M < 2:
        return _filled(M, options)
    scale = 2 / (M if not sym else M - 1)
    return 1 - T.abs(_points(-1, -1 + (M - 1) * scale, M, options))


def general_cosine(
    M: int, *, a: Sequence[float], sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None, requires_grad: bool = False
) -> Any:
    """The sum of (-1)**i a[i] cos(2 pi i n / (M - 1)), n = 0 ... M - 1. TypeError where a is no row of numbers, ValueError where it is empty.

    >>> torch.signal.windows.general_cosine(3, a=[0.5, 0.3, 0.2])
    tensor([0.4000, 1.0000, 0.4000])
    """
    d = _checked("general_cosine", M, dtype, layout)
    options = {"dtype": d, "layout": layout, "device": device, "requires_grad": requires_grad}
    if M < 2:
        return _filled(M, options)
    if not hasattr(a, "__iter__"):
        raise TypeError("Coefficients must be a list/tuple")
    weights = list(islice(a, _MOST + 1))
    if len(weights) > _MOST:
        fail(ValueError, f"general_cosine takes at most {_MOST} coefficients", kind="limit", op="general_cosine")
    if not weights:
        raise ValueError("Coefficients cannot be empty")
    torch = NAMESPACES["torch"]
    scale = 2 * math.pi / (M if not sym else M - 1)
    k = _points(0, (M - 1) * scale, M, options)
    signed = [-w if i % 2 else w for i, w in enumerate(weights)] if all(isinstance(w, (int, float)) for w in weights) else weights
    column = torch["tensor"](signed, device=device, dtype=d, requires_grad=requires_grad).unsqueeze(-1)
    i = torch["arange"](len(weights), dtype=d, device=device, requires_grad=requires_grad).unsqueeze(-1)
    return (column * T.cos(i * k)).sum(0)


def general_hamming(
    M: int, *, alpha: float = 0.54, sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None, requires_grad: bool = False
) -> Any:
    """alpha - (1 - alpha) cos(2 pi n / (M - 1)), n = 0 ... M - 1.

    >>> torch.signal.windows.general_hamming(3, alpha=0.7)
    tensor([0.4000, 1.0000, 0.4000])
    """
    return general_cosine(M, a=[alpha, 1.0 - alpha], sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)


def hamming(M: int, *, sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None, requires_grad: bool = False) -> Any:
    """general_hamming() with alpha = 0.54.

    >>> torch.signal.windows.hamming(3)
    tensor([0.0800, 1.0000, 0.0800])
    """
    return general_hamming(M, sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)


def hann(M: int, *, sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None, requires_grad: bool = False) -> Any:
    """general_hamming() with alpha = 1/2.

    >>> torch.signal.windows.hann(3)
    tensor([0., 1., 0.])
    """
    return general_hamming(M, alpha=0.5, sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)


def blackman(M: int, *, sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None, requires_grad: bool = False) -> Any:
    """general_cosine() with a = [0.42, 0.5, 0.08].

    >>> torch.signal.windows.blackman(5).shape
    torch.Size([5])
    """
    d = _checked("blackman", M, dtype, layout)
    return general_cosine(M, a=[0.42, 0.5, 0.08], sym=sym, dtype=d, layout=layout, device=device, requires_grad=requires_grad)


def nuttall(M: int, *, sym: bool = True, dtype: Any = None, layout: Any = strided, device: Any = None, requires_grad: bool = False) -> Any:
    """general_cosine() with Nuttall's four weights, the minimum of the highest side lobe.

    >>> torch.signal.windows.nuttall(3)
    tensor([3.6280e-04, 1.0000e+00, 3.6280e-04])
    """
    weights = [0.3635819, 0.4891775, 0.1365995, 0.0106411]
    return general_cosine(M, a=weights, sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)
