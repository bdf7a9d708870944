"""torch.nn.utils: gradient clipping and a model's parameters as one vector."""

from __future__ import annotations

from .. import graph
from ..apply import TENSORS as T
from ..errors import fail
from ..tensors import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _grads(parameters: Any) -> list[Tensor]:
    if isinstance(parameters, Tensor):
        parameters = [parameters]
    return [p.grad for p in parameters if p.grad is not None]


def get_total_norm(tensors: Any, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: Any = None) -> Tensor:
    """The norm of several tensors' elements taken together: the norm of their norms."""
    tensors = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    norm_type = float(norm_type)
    if not tensors:
        return T.tensor(0.0)  # type: ignore[no-any-return]
    with graph.no_grad():
        first = tensors[0].device
        norms = T.stack([t.detach().norm(norm_type).to(first) for t in tensors])
        total = norms.norm(norm_type)
    if error_if_nonfinite and not bool(T.isfinite(total).item()):
        fail(
            RuntimeError,
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it cannot be clipped. To disable this error and "
            "scale the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`",
            kind="value",
            op="clip_grad_norm_",
        )
    return total  # type: ignore[no-any-return]


def clip_grads_with_norm_(parameters: Any, max_norm: float, total_norm: Tensor, foreach: Any = None) -> None:
    """Scale the gradients by max_norm / total_norm where that is below 1."""
    with graph.no_grad():
        factor = (float(max_norm) / (total_norm + 1e-6)).clamp(max=1.0)
        for g in _grads(parameters):
            g.mul_(factor.to(g.device))


def clip_grad_norm_(parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: Any = None) -> Tensor:
    """Scale all gradients together, in place, to a norm of at most max_norm; gives the norm they had.

    parameters: a tensor or an iterable of them; those without a gradient are passed over.
    """
    if not isinstance(parameters, Tensor):
        parameters = list(parameters)
        if not parameters:
            graph.warn("`parameters` is an empty generator, no gradient clipping will occur.")
    total = get_total_norm(_grads(parameters), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, total)
    return total


def clip_grad_norm(parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: Any = None) -> Tensor:
    """clip_grad_norm_() under its older name."""
    graph.warn("torch.nn.utils.clip_grad_norm is now deprecated in favor of torch.nn.utils.clip_grad_norm_.", "FutureWarning")
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite, foreach)


def clip_grad_value_(parameters: Any, clip_value: float, foreach: Any = None) -> None:
    """Cut every gradient, in place, to [-clip_value, clip_value]."""
    value = float(clip_value)
    with graph.no_grad():
        for g in _grads(parameters):
            g.clamp_(min=-value, max=value)


def parameters_to_vector(parameters: Any) -> Tensor:
    """All parameters, flattened, one after another.

    >>> nn.utils.parameters_to_vector([zeros(2), ones(1, 1)])
    tensor([0., 0., 1.])
    """
    return T.cat([p.reshape(-1) for p in parameters])  # type: ignore[no-any-return]


def vector_to_parameters(vec: Tensor, parameters: Any) -> None:
    """Cut a vector into the parameters, which then share its memory."""
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {type(vec).__name__}")
    at = 0
    for p in parameters:
        n = p.numel()
        p.data = vec[at : at + n].view_as(p).data
        at += n


def skip_init(module_cls: Any, *args: Any, **kwargs: Any) -> Any:
    """A module whose parameters and buffers are memory as it comes: for values that are loaded or set next, without the time that initialising takes.

    module_cls: a class of modules whose constructor takes `device` and hands it to everything it makes.
    args, kwargs: of the constructor; device=... is where the module ends up.

    >>> m = nn.utils.skip_init(nn.Linear, 5, 2)
    >>> m.weight.shape
    torch.Size([2, 5])
    """
    from inspect import signature

    from .module import Module

    if not isinstance(module_cls, type) or not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in signature(module_cls).parameters:
        raise RuntimeError("Module must support a 'device' arg to skip initialization")
    device = kwargs.pop("device", "cpu")
    return module_cls(*args, **{**kwargs, "device": "meta"}).to_empty(device=device)


__all__ = [
    "clip_grad_norm", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm", "parameters_to_vector", "skip_init",
    "vector_to_parameters",
]  # fmt: skip
