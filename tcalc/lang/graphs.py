"""torch.autograd.graph, torch.autograd.forward_ad and torch.func in the language: which classes of the engine a program may use, and what of them.

The transforms take functions of the program and give functions to it; the short forms with an expression, grad(x**2, x=3.), are in
forms.py, torch.autograd.Function in custom.py.
"""

from __future__ import annotations

from types import FunctionType

from ..engine import forward_ad, graph, savedhooks
from .hosts import HostClass, checked, expose
from .values import Builtin, Callable_, ContextManager, Namespace, TypeValue, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_GRAPH = "torch.autograd.graph"
_FORWARD = "torch.autograd.forward_ad"


# -- functions of functions ---------------------------------------------------------------------------------------------------------


def taking(name: str, host: Callable[..., Any], module: str) -> Builtin:
    """A function of the engine whose first argument is a function: a program's function goes in as a callable, callables come out as functions."""

    def run(*args: Any, **kwargs: Any) -> Any:
        if args:
            args = (_callable(args[0]), *args[1:])
        elif "func" in kwargs:
            kwargs["func"] = _callable(kwargs["func"])
        return _handed(checked(host, name, args, kwargs))

    return Builtin(name, run, host.__doc__, module)


def _callable(v: Any) -> Any:
    """A function of the program under its own name, which the engine's wrappers and messages read."""
    if not isinstance(v, Callable_):
        return v

    def called(*args: Any, **kwargs: Any) -> Any:
        return call(v, args, kwargs)

    called.__name__ = called.__qualname__ = getattr(v, "name", "f")
    called.__doc__ = getattr(v, "doc", None)
    return called


def _handed(value: Any) -> Any:
    """What a transform gives, with a host function in it (a pullback, the transformed function) as a function of the language."""
    if type(value) is tuple:
        return tuple([_handed(v) for v in value])
    if type(value) is FunctionType:
        return Transformed(value)
    return value


class Transformed(Builtin):
    """grad(f), vmap(f), a pullback: a function that the engine made; what it returns are values as they are."""

    __slots__ = ()
    type_name = "function"

    def __init__(self, host: Callable[..., Any]) -> None:
        Builtin.__init__(self, host.__name__, host, host.__doc__, "torch.func")

    def __repr__(self) -> str:
        return f"<function {self.name} at {id(self):#x}>"


# -- torch.func ---------------------------------------------------------------------------------------------------------------------

_TRANSFORMS = "functionalize grad grad_and_value hessian jacfwd jacrev jvp linearize vjp".split()
_OF_MODULES = "debug_unwrap functional_call replace_all_batch_norm_modules_ stack_module_state".split()


def func_space() -> Namespace:
    """torch.func"""
    from ..engine import batching, func

    def find(name: str) -> Any:
        if name == "vmap":
            return taking(name, batching.vmap, "torch.func")
        if name in _TRANSFORMS:
            return taking(name, getattr(func, name), "torch.func")
        if name in _OF_MODULES:
            return _function(func, name, "torch.func")
        return None

    return Namespace("torch.func", {}, find, lambda: [*_TRANSFORMS, *_OF_MODULES, "vmap"])


def _function(module: Any, name: str, where: str) -> Builtin:
    host = getattr(module, name)  # a name of the lists above and below
    return Builtin(name, lambda *args, **kwargs: checked(host, name, args, kwargs), host.__doc__, where)


# -- torch.autograd.graph -----------------------------------------------------------------------------------------------------------


def _hooks() -> tuple[HostClass, HostClass]:
    base = expose(
        savedhooks.saved_tensors_hooks,
        _GRAPH + ".saved_tensors_hooks",
        protocol="enter exit",
        reserved="pack_hook unpack_hook",
        open=True,
        subclass=True,
    )
    return base, expose(savedhooks.save_on_cpu, _GRAPH + ".save_on_cpu", subclass=True)


def _block(name: str, host: Any) -> Builtin:
    """A context manager of torch.autograd.graph: for `with`, and to decorate a function."""

    def make(*args: Any, **kwargs: Any) -> ContextManager:
        checked(host, name, args, kwargs)  # a wrong argument is refused here
        return ContextManager("contextlib._GeneratorContextManager", lambda: host(*args, **kwargs))

    return Builtin(name, make, host.__doc__, _GRAPH)


def _edge(node: Any, output_nr: Any, ownership_token: Any = None) -> Any:
    return savedhooks.GradientEdge(node, output_nr, ownership_token)


def graph_space() -> Namespace:
    """torch.autograd.graph"""
    hooks, on_cpu = _hooks()
    expose(savedhooks._Mutations, _GRAPH + "._AllowMutationOnSavedContext", methods="clear", build=None)
    expose(savedhooks._MultiHandle, _GRAPH + "._MultiHandle", methods="remove", protocol="enter exit", build=None)
    expose(savedhooks.SavedTensor, "torch._C._autograd.SavedTensor", methods="register_hooks", build=None)
    return Namespace(
        _GRAPH,
        {
            "Node": TypeValue("Node", (graph.Node, graph.AccumulateGrad), None, _GRAPH + ".Node", doc=graph.Node.__doc__),
            "GradientEdge": TypeValue("GradientEdge", (savedhooks.GradientEdge,), _edge, _GRAPH + ".GradientEdge", doc=savedhooks.GradientEdge.__doc__),
            "saved_tensors_hooks": hooks,
            "save_on_cpu": on_cpu,
            "disable_saved_tensors_hooks": _block("disable_saved_tensors_hooks", savedhooks.disable_saved_tensors_hooks),
            "allow_mutation_on_saved_tensors": _block("allow_mutation_on_saved_tensors", savedhooks.allow_mutation_on_saved_tensors),
            **{name: _function(savedhooks, name, _GRAPH) for name in ("get_gradient_edge", "increment_version", "register_multi_grad_hook")},
        },
    )


# -- torch.autograd.forward_ad ------------------------------------------------------------------------------------------------------


def forward_space() -> Namespace:
    """torch.autograd.forward_ad"""
    level = expose(forward_ad.dual_level, _FORWARD + ".dual_level", protocol="enter exit")
    names = ("enter_dual_level", "exit_dual_level", "make_dual", "unpack_dual")
    return Namespace(
        _FORWARD,
        {
            "dual_level": level,
            "UnpackedDualTensor": TypeValue("UnpackedDualTensor", (forward_ad.UnpackedDualTensor,), None, _FORWARD + ".UnpackedDualTensor"),
            **{name: _function(forward_ad, name, _FORWARD) for name in names},
        },
    )
