"""What a gradient form found: f(x), one gradient a name, and where it was taken.

The language computes the numbers (``lang.forms``); this is the record that a screen, a pipe and ``--json`` are fed from.
"""

from __future__ import annotations

from .report import Report, jsonable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class GradReport(Report):
    """Gradients of ``expression`` (its text) at ``bindings``.

    names: what was differentiated by, in the order asked for. gradients: one value a name (a number, a Tensor, or None where the
    result does not depend on it). value: f(x), or None where it was not kept. bindings: name -> value, all of them. order: which
    derivative (1 is the gradient).
    """

    __slots__ = ("expression", "names", "gradients", "value", "bindings", "order")
    schema = "tcalc.grad/1"

    def to_json(self) -> dict[str, Any]:
        """One JSON object; tensors as in results (dtype, shape, data)."""
        return {
            "schema": self.schema,
            "expression": self.expression,
            "order": self.order,
            "value": data(self.value),
            "gradients": {n: data(g) for n, g in zip(self.names, self.gradients, strict=True)},
            "bindings": {n: data(v) for n, v in self.bindings.items()},
        }


def grad_report(expression: str, gradients: dict[str, Any], value: Any = None, bindings: dict[str, Any] | None = None, order: int = 1) -> GradReport:
    """A GradReport from a dict of gradients; ``bindings`` are the values that the names stood for."""
    return GradReport(
        expression=expression,
        names=tuple(gradients),
        gradients=tuple(gradients.values()),
        value=value,
        bindings=dict(bindings or {}),
        order=order,
    )


def data(value: Any) -> Any:
    """A value inside a report as JSON: a 0-d tensor is its number, any other tensor an object with dtype, shape and data."""
    dtype = getattr(value, "_dtype", None)
    if dtype is None:
        if isinstance(value, (list, tuple)):
            return [data(v) for v in value]
        if isinstance(value, dict):
            return {str(k): data(v) for k, v in value.items()}
        return jsonable(value)
    if value.ndim == 0 and str(value.device) != "meta":
        return jsonable(value.item())
    return tensor_data(value)


def tensor_data(t: Any) -> dict[str, Any]:
    """A tensor as a JSON object: dtype, shape, stride, device, requires_grad, data (nested lists; None on meta)."""
    meta = str(t.device) == "meta"
    return {
        "type": "tensor",
        "dtype": t._dtype.name,
        "shape": list(t.shape),
        "stride": list(t.stride()),
        "device": str(t.device),
        "requires_grad": bool(t.requires_grad),
        "data": None if meta else jsonable(t.tolist()),
    }
