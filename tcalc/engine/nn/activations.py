"""Activations as modules: each calls the function of nn.functional of the same name."""

from __future__ import annotations

from .. import graph
from ..apply import TENSORS as T
from ..torchlike import F
from .module import Module, parameter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Activation(Module):
    """An activation without options."""

    function = ""
    space: Any = F

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return getattr(self.space, self.function)(input)


class Sigmoid(_Activation):
    """1 / (1 + exp(-x))"""

    function, space = "sigmoid", T


class Tanh(_Activation):
    """tanh(x)"""

    function, space = "tanh", T


class LogSigmoid(_Activation):
    """log(sigmoid(x)), without overflow"""

    function = "logsigmoid"


class Softsign(_Activation):
    """x / (1 + |x|)"""

    function = "softsign"


class Tanhshrink(_Activation):
    """x - tanh(x)"""

    function = "tanhshrink"


class _Inplace(Module):
    """An activation whose only option is to write into its input."""

    function = ""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return getattr(F, self.function)(input, inplace=self.inplace)

    def extra_repr(self) -> str:
        """inplace, where it is on."""
        return "inplace=True" if self.inplace else ""


class ReLU(_Inplace):
    """max(x, 0)

    >>> nn.ReLU()(tensor([-1., 2.]))
    tensor([0., 2.])
    """

    function = "relu"


class SELU(_Inplace):
    """The scaled exponential linear unit (Klambauer et al. 2017)."""

    function = "selu"


class SiLU(_Inplace):
    """x * sigmoid(x)"""

    function = "silu"


class Mish(_Inplace):
    """x * tanh(softplus(x))"""

    function = "mish"


class Hardswish(_Inplace):
    """x * relu6(x + 3) / 6"""

    function = "hardswish"

    def extra_repr(self) -> str:
        """Nothing, as in PyTorch."""
        return ""


class Hardsigmoid(_Inplace):
    """relu6(x + 3) / 6"""

    function = "hardsigmoid"

    def extra_repr(self) -> str:
        """Nothing, as in PyTorch."""
        return ""


def _noted(text: str, inplace: bool) -> str:
    return text + (", inplace=True" if inplace else "")


class Hardtanh(Module):
    """x cut to [min_val, max_val]"""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False, min_value: Any = None, max_value: Any = None) -> None:
        super().__init__()
        for old, new, value in (("min_value", "min_val", min_value), ("max_value", "max_val", max_value)):
            if value is not None:
                graph.warn(f"keyword argument `{old}` is deprecated and rename to `{new}`", "FutureWarning")
        self.min_val = min_val if min_value is None else min_value
        self.max_val = max_val if max_value is None else max_value
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise ValueError(f"max_val must be larger than min_val, but got min_val={self.min_val} and max_val={self.max_val}")

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.hardtanh(input, self.min_val, self.max_val, inplace=self.inplace)

    def extra_repr(self) -> str:
        """The options."""
        return _noted(f"min_val={self.min_val}, max_val={self.max_val}", self.inplace)


class ReLU6(Hardtanh):
    """x cut to [0, 6]"""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        """inplace, where it is on."""
        return "inplace=True" if self.inplace else ""


class LeakyReLU(Module):
    """x above 0, negative_slope * x below

    >>> nn.LeakyReLU(0.1)(tensor([-1., 2.]))
    tensor([-0.1000,  2.0000])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope, self.inplace = negative_slope, inplace

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.leaky_relu(input, self.negative_slope, inplace=self.inplace)

    def extra_repr(self) -> str:
        """The options."""
        return _noted(f"negative_slope={self.negative_slope}", self.inplace)


class ELU(Module):
    """x above 0, alpha * (exp(x) - 1) below"""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha, self.inplace = alpha, inplace

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.elu(input, self.alpha, inplace=self.inplace)

    def extra_repr(self) -> str:
        """The options."""
        return _noted(f"alpha={self.alpha}", self.inplace)


class CELU(ELU):
    """max(0, x) + min(0, alpha * (exp(x / alpha) - 1))"""

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.celu(input, self.alpha, inplace=self.inplace)


class Threshold(Module):
    """x above threshold, value below"""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold, self.value, self.inplace = threshold, value, inplace

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.threshold(input, self.threshold, self.value, inplace=self.inplace)

    def extra_repr(self) -> str:
        """The options."""
        return _noted(f"threshold={self.threshold}, value={self.value}", self.inplace)


class RReLU(Module):
    """x above 0; below, x times a slope drawn from [lower, upper] while training, and their mean in eval()"""

    def __init__(self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower, self.upper, self.inplace = lower, upper, inplace

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        """The options."""
        return _noted(f"lower={self.lower}, upper={self.upper}", self.inplace)


class PReLU(Module):
    """x above 0, weight * x below; the weight is learned."""

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = parameter(T.full((num_parameters,), init, device=device, dtype=dtype) + 0.0)

    def reset_parameters(self) -> None:
        """weight = init"""
        with graph.no_grad():
            self.weight.fill_(self.init)

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """The options."""
        return f"num_parameters={self.num_parameters}"


class GELU(Module):
    """x * Phi(x), Phi the normal distribution function (approximate='tanh': its approximation)"""

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        """The options."""
        return f"approximate={self.approximate!r}"


class Softplus(Module):
    """log(1 + exp(beta * x)) / beta, linear above threshold"""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """The options."""
        return f"beta={self.beta}, threshold={self.threshold}"


class Softshrink(Module):
    """x moved towards 0 by lambd, and 0 within"""

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        """The options."""
        return str(self.lambd)


class Hardshrink(Module):
    """x where |x| > lambd, else 0"""

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Any:
        """The function of each element."""
        return F.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        """The options."""
        return str(self.lambd)


class GLU(Module):
    """First half times sigmoid of the second half, along dim"""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Any:
        """F.glu()"""
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        """The options."""
        return f"dim={self.dim}"


class _AlongDim(Module):
    """A softmax along one dimension."""

    function = ""

    def __init__(self, dim: Any = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Any:
        """The function along the dimension."""
        return getattr(F, self.function)(input, self.dim)

    def extra_repr(self) -> str:
        """The options."""
        return f"dim={self.dim}"


class Softmax(_AlongDim):
    """exp(x) scaled to sum to 1 along dim

    >>> nn.Softmax(dim=0)(tensor([0., 0.]))
    tensor([0.5000, 0.5000])
    """

    function = "softmax"


class LogSoftmax(_AlongDim):
    """log(softmax(x)) along dim"""

    function = "log_softmax"


class Softmin(_AlongDim):
    """softmax(-x) along dim"""

    function = "softmin"


class Softmax2d(Module):
    """softmax over the channels of (batch, channels, height, width) or (channels, height, width)"""

    def forward(self, input: Any) -> Any:
        """F.softmax() over the channels"""
        if input.dim() not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.dim()}D instead")
        return F.softmax(input, -3)
