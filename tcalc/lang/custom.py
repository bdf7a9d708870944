"""torch.autograd.Function in the language: what a program's subclass may define, call and leave in its context.

How a class statement makes the subclass is in classes.py; the other classes of the engine that a program may use are in modules.py.
"""

from __future__ import annotations

from ..engine.function import Function, FunctionCtx, once_differentiable
from .hosts import HostClass, expose
from .values import Builtin, Namespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_QUALIFIED = "torch.autograd.function."


def context() -> HostClass:
    """The context that forward() and backward() share."""
    return expose(
        FunctionCtx,
        _QUALIFIED + "FunctionCtx",
        attributes="saved_tensors needs_input_grad",
        methods="save_for_backward save_for_forward mark_dirty mark_non_differentiable set_materialize_grads",
        reserved="_to_save _dirty _nondiff _materialize _kept _is_input",
        open=True,
        build=None,
    )


def function() -> HostClass:
    """torch.autograd.Function"""
    context()
    return expose(
        Function,
        _QUALIFIED + "Function",
        classmethods="apply",
        protocol="call",
        overrides="forward backward setup_context vjp jvp vmap generate_vmap_rule",
        subclass=True,
    )


def _once(fn: Any) -> Builtin:
    return Builtin("backward", once_differentiable(fn), getattr(fn, "doc", None))


def space() -> Namespace:
    """torch.autograd.function"""
    once = Builtin("once_differentiable", _once, once_differentiable.__doc__, "torch.autograd.function")
    return Namespace("torch.autograd.function", {"Function": function(), "FunctionCtx": context(), "once_differentiable": once})
