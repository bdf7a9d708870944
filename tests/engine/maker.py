"""Calls the registry's samples for the rule tests: float64 leaves with values away from kinks and ties, beside the oracle's exact ones."""

from __future__ import annotations

import math
import pathlib
import sys
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "oracle"))  # cases.py and samples.py are make.py's, too
import cases
import samples

import tcalc as torch


class Maker(cases.Make):
    """``make`` of a sample: random numbers in [low, high], no two alike; given values are moved off the kink they may sit on."""

    def __init__(self, dtype: str = "float64") -> None:
        super().__init__(torch, dtype)

    def __call__(self, *shape: Any, low: float = -2, high: float = 2, grad: bool = True, **options: Any) -> Any:
        """A tensor of this shape, or of the given values; with grad=False it stays a constant, and exact."""
        if not self.dtype.startswith("float") or options.get("dtype", "float").startswith(("int", "uint", "bool")) or options.get("ints"):
            return super().__call__(*shape, low=low, high=high, grad=grad, **options)
        if shape and isinstance(shape[0], list):
            t = torch.tensor(shape[0], dtype=getattr(torch, self.dtype))
            return t + torch.arange(t.numel()).reshape(t.shape) * 0.0013 + 0.0017 if grad else t
        shape = tuple(shape[0]) if shape and isinstance(shape[0], tuple) else shape
        if options.get("pos"):
            low = 0.25
        if options.get("unit"):
            low, high = -0.9, 0.9
        values = [low + (high - low) * self._fraction() for _ in range(math.prod(shape))]
        t = torch.tensor(values, dtype=getattr(torch, self.dtype)).reshape(shape)
        return t if grad else t.detach()

    def _fraction(self) -> float:
        """In (0, 1): the steps of the golden section never repeat, and never come near each other among a few dozen."""
        self.state += 1
        return (self.state * 0.6180339887498949) % 1.0


def differentiable(make: Maker) -> Any:
    """A Maker whose tensors tell leaves from constants: wraps make so that grad=True tensors come as leaves."""

    class Leaves(Maker):
        def __call__(self, *shape: Any, grad: bool = True, **options: Any) -> Any:
            t = super().__call__(*shape, grad=grad, **options)
            return t.requires_grad_() if grad and t.is_floating_point() and not t.requires_grad else t

        def complex(self, *shape: Any, **options: Any) -> Any:
            return super().complex(*shape, grad=False, **options).requires_grad_()

    return Leaves(make.dtype)


def calls(op: Any, leaves: bool = False, dtype: str = "float64") -> list[tuple[list[Any], dict[str, Any]]]:
    """Every sample of an op as (args, kwargs)."""
    out = []
    for fn in op.samples:
        make = differentiable(Maker(dtype)) if leaves else Maker(dtype)
        out.extend(samples.arguments(s) for s in fn(make))
    return out


def tensors(values: Any) -> list[Any]:
    """The tensors in arguments or results, nested ones too."""
    if isinstance(values, torch.Tensor):
        return [values]
    if isinstance(values, dict):
        values = list(values.values())
    if isinstance(values, (list, tuple)):
        return [t for v in values for t in tensors(v)]
    return []


def replaced(values: Any, change: Any) -> Any:
    """The arguments with every tensor replaced by change(tensor)."""
    if isinstance(values, torch.Tensor):
        return change(values)
    if isinstance(values, dict):
        return {k: replaced(v, change) for k, v in values.items()}
    if isinstance(values, list):
        return [replaced(v, change) for v in values]
    if type(values) is tuple:
        return tuple(replaced(v, change) for v in values)
    return values


def run(op: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Call an op from a fixed random state; what writes, writes into a copy."""
    torch.manual_seed(0)
    if op.kind == "write":
        args = [args[0].clone(), *args[1:]]
    return op(*args, **kwargs)
