"""The base of all optimizers: parameter groups, state, its dict, printing. The rules stand in rules.py, schedules of the learning rate in schedules.py."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from copy import deepcopy

from .. import graph
from ..backends import backend_of
from ..errors import fail
from ..graph import RemovableHandle
from ..nn.module import clear_grads
from ..registry import NAMESPACES
from ..tensors import Tensor, elements
from ..torchlike import typename
from . import raw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_RULES = __name__.rpartition(".")[0] + ".rules"


class _Required:
    """The default of an option that has none."""

    def __repr__(self) -> str:
        return "<required parameter>"


required = _Required()


def check(ok: bool, what: str, value: Any) -> None:
    """ValueError in PyTorch's words for an option out of its range."""
    if not ok:
        raise ValueError(f"Invalid {what}: {value}")


class Optimizer:
    """Changes parameters by their gradients: zero_grad(), a backward pass, step().

    params: an iterable of tensors, of (name, tensor) pairs, or of dicts with "params" and options of their own (parameter groups).
    defaults: the options of groups that do not set them.

    >>> w = tensor([1.], requires_grad=True)
    >>> o = optim.SGD([w], lr=0.5)
    >>> (w * w).sum().backward()
    >>> o.step()
    >>> w
    tensor([0.], requires_grad=True)
    """

    defaults: dict[str, Any]
    state: dict[Any, Any]
    param_groups: list[dict[str, Any]]
    _state_keys = ("defaults", "state", "param_groups")

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        if isinstance(params, Tensor):
            fail(
                TypeError,
                f"params argument given to the optimizer should be an iterable of Tensors or dicts, but got {typename(params)}",
                kind="signature",
                hints=["a list around it: [w]"],
            )
        self.state = defaultdict(dict)
        self.param_groups = []
        self._stepped = False
        self._raw: Any = None  # the parameter whose rule runs on arrays
        self._hooks_before: dict[int, Any] = {}
        self._hooks_after: dict[int, Any] = {}
        groups = list(params)
        if not groups:
            fail(
                ValueError,
                "optimizer got an empty parameter list",
                kind="value",
                explain=["model.parameters() can be walked through once, and a model without registered parameters has none."],
            )
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add further parameters with options of their own."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        given = param_group["params"]
        if isinstance(given, Tensor):
            given = [given]
        elif isinstance(given, (set, frozenset)):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets will change between runs. "
                "Please use a list instead."
            )
        else:
            given = list(given)
        names = [p[0] for p in given if isinstance(p, tuple)]
        if names:
            given = [p[1] for p in given]
            param_group["param_names"] = names
        param_group["params"] = given
        for p in given:
            if not isinstance(p, Tensor):
                fail(TypeError, "optimizer can only optimize Tensors, but one of the params is " + typename(p), kind="signature")
            if not (self.defaults.get("differentiable") or p.is_leaf or p.retains_grad):
                fail(
                    ValueError,
                    "can't optimize a non-leaf Tensor",
                    kind="leaf",
                    explain=["It was computed from other tensors, so a step would not reach them."],
                    hints=["the tensor it was made from, or x.detach().requires_grad_()"],
                )
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        if len({id(p) for p in given}) != len(given):
            graph.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; see "
                "github.com/pytorch/pytorch/issues/40967 for more information",
            )
        known = {id(p) for group in self.param_groups for p in group["params"]}
        if known & {id(p) for p in given}:
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of all parameters: to None, or to zeros."""
        for group in self.param_groups:
            clear_grads(group["params"], set_to_none)

    def step(self, closure: Any = None) -> Any:
        """One step by the gradients that are there. closure: computes the loss again, with its gradients; its value is returned."""
        for hook in list(self._hooks_before.values()):
            hook(self, () if closure is None else (closure,), {})
        loss = None
        if closure is not None:
            with graph.enable_grad():
                loss = closure()
        with graph.no_grad():
            for group in self.param_groups:
                plain = self.plain(group) and type(self).update.__module__ == _RULES  # a rule of the user's own may call anything
                for p in group["params"]:
                    e = p._ext
                    if e is not None and e.grad is not None:
                        grad = e.grad if e.grad._node is None else e.grad.detach()
                        if not (plain and self._quickly(p, grad, group)):
                            self.update(p, -grad if group.get("maximize") else grad, group)
        self._stepped = True
        for hook in list(self._hooks_after.values()):
            hook(self, () if closure is None else (closure,), {})
        return loss

    def plain(self, group: dict[str, Any]) -> bool:
        """Whether the rule, with a group's options, needs no more of Tensor than raw.Raw has."""
        return False

    def _quickly(self, p: Tensor, grad: Tensor, group: dict[str, Any]) -> bool:
        """Run the rule on arrays, where that can be."""
        if not raw.fits(p, grad, self.state.get(p) or {}):
            return False
        g = raw.Raw(elements(grad))
        backend = backend_of(p._data)
        token = backend.guard()  # no warnings of NumPy: inf and nan are values
        self._raw = p
        try:
            self.update(raw.Raw(p._data), -g if group.get("maximize") else g, group)
        finally:
            self._raw = None
            backend.unguard(token)
        raw.wrote(p, "step", graph.state.where)
        return True

    def update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """Change one parameter by its gradient."""
        raise NotImplementedError

    def state_of(self, p: Any, **zeros: bool) -> dict[str, Any]:
        """The parameter's state; the first time with zeros in its shape under the names that are wanted."""
        quick = self._raw is not None
        host = self._raw if quick else p
        state: dict[str, Any] = self.state[host]
        if not state:
            for name, wanted in zeros.items():
                if wanted:
                    state[name] = NAMESPACES["torch"]["tensor"](0.0) if name == "step" else NAMESPACES["torch"]["zeros_like"](host.detach())
        return raw.RawState(state, host._dtype) if quick else state

    def register_step_pre_hook(self, hook: Any) -> RemovableHandle:
        """Call ``hook(optimizer, args, kwargs)`` before each step."""
        return RemovableHandle(self._hooks_before, hook)

    def register_step_post_hook(self, hook: Any) -> RemovableHandle:
        """Call ``hook(optimizer, args, kwargs)`` after each step."""
        return RemovableHandle(self._hooks_after, hook)

    def state_dict(self) -> dict[str, Any]:
        """{'state': by number of the parameter, 'param_groups': options and the parameters' numbers}."""
        numbers: dict[int, int] = {}
        groups = []
        for group in self.param_groups:
            for p in group["params"]:
                numbers.setdefault(id(p), len(numbers))
            row = {name: value for name, value in group.items() if name != "params"}
            row["params"] = [numbers[id(p)] for p in group["params"]]
            groups.append(row)
        state = {numbers[id(p)] if isinstance(p, Tensor) else p: value for p, value in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what state_dict() gave: the options and the state of each parameter."""
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(new["params"]) != len(old["params"]) for new, old in zip(saved, self.param_groups, strict=True)):
            raise ValueError("loaded state dict contains a parameter group that doesn't match the size of optimizer's group")
        by_number: dict[Any, Any] = {}
        for new, old in zip(saved, self.param_groups, strict=True):
            by_number.update(zip(new["params"], old["params"], strict=True))
        self.state = defaultdict(dict)
        for number, value in state_dict["state"].items():
            p = by_number.get(number, number)
            self.state[p] = _like(p, deepcopy(value)) if isinstance(p, Tensor) else deepcopy(value)
        for new, old in zip(saved, self.param_groups, strict=True):
            names = old.get("param_names")
            params = old["params"]
            old.clear()
            old.update({name: deepcopy(value) for name, value in new.items() if name != "params"})
            if names is not None:
                old["param_names"] = names
            old["params"] = params

    def __repr__(self) -> str:
        text = type(self).__name__ + " ("
        for k, group in enumerate(self.param_groups):
            text += f"\nParameter Group {k}\n"
            text += "".join(f"    {name}: {group[name]}\n" for name in sorted(group) if name != "params")
        return text + ")"


def _like(p: Tensor, value: Any, name: str = "") -> Any:
    """Loaded state on the parameter's device, in its dtype where it is floating; a step count stays as it is."""
    if isinstance(value, Tensor):
        if name == "step":
            return value
        return value.to(p.device, p.dtype) if p.is_floating_point() else value.to(p.device)
    if isinstance(value, dict):
        return type(value)((k, _like(p, v, k)) for k, v in value.items()) if isinstance(value, OrderedDict) else {k: _like(p, v, k) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_like(p, v) for v in value)
    return value
