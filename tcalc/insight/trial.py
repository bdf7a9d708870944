"""An expression as a function of its names, to be run again and again: in another dtype, at other values, with the same random numbers.

gradcheck and precision are built on it. Nothing here knows how the expression is evaluated: ``evaluate(bindings)`` does that, a form's own
expression or a whole program.
"""

from __future__ import annotations

from ..engine import dtypes
from ..engine.backends import backend_of
from ..engine.graph import enable_grad, set_data
from ..engine.random import default_generator
from ..engine.registry import METHODS
from ..engine.tensors import CELLS, Tensor, make
from ..lang.forms import cut, make_leaf
from .graph import recording
from .walk import parameters_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class Trial:
    """``evaluate(bindings)`` gives the value of ``text``. ``given``: the names that it is a function of, with their values as given;
    ``wrt``: those to differentiate by (all floating ones where it is None); ``variables``: what the program around it has bound, whose
    floating tensors are cast along."""

    __slots__ = ("evaluate", "given", "names", "state", "text", "variables")

    def __init__(
        self,
        evaluate: Callable[[dict[str, Any]], Any],
        given: dict[str, Any],
        text: str,
        wrt: Iterable[str] | None = None,
        variables: dict[str, Any] | None = None,
    ) -> None:
        self.evaluate = evaluate
        self.given = dict(given)
        self.text = text
        self.variables = variables if variables is not None else {}
        wanted = None if wrt is None else set(wrt)
        self.names = tuple(n for n, v in self.given.items() if (wanted is None or n in wanted) and self._leaf(v) is not None)
        self.state = default_generator.get_state()

    @staticmethod
    def _leaf(value: Any) -> Any:
        return None if type(value) is int or type(value) is bool else make_leaf(value, False)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each name to differentiate by."""
        return {n: tuple(self._leaf(self.given[n]).shape) for n in self.names}

    def run(self, dtype: Any = None, values: dict[str, Any] | None = None, grad: bool = True, record: bool = False) -> tuple[Any, dict[str, Any]]:
        """(value of the expression, the leaves that stood for the names).

        dtype: what every floating input, variable and newly made tensor has; None leaves them as they are. values: arrays instead of the
        names' own values. grad: the leaves require grad. record: nodes keep all their inputs.
        """
        bindings: dict[str, Any] = {}
        leaves: dict[str, Any] = {}
        for name, value in self.given.items():
            if name in self.names:
                leaf = self._leaf(value)
                if values is not None and name in values:
                    leaf = tensor_of(values[name], leaf.dtype if dtype is None else dtype, leaf.device)
                elif dtype is not None:
                    leaf = cast(leaf, dtype)
                if grad:
                    leaf.requires_grad_(True)
                elif leaf.requires_grad:
                    leaf = cut(leaf)
                bindings[name] = leaves[name] = leaf
            else:
                bindings[name] = cast(value, dtype) if dtype is not None else value
        default = dtypes.get_default_dtype()
        replaced: dict[str, Any] = {}
        held: list[tuple[Any, Any]] = []
        before = default_generator.get_state()
        try:
            default_generator.set_state(self.state)
            if dtype is not None:
                dtypes.set_default_dtype(dtype)
                for name, value in self.variables.items():
                    if name not in bindings and isinstance(value, Tensor) and value.dtype.is_floating_point and value.dtype is not dtype:
                        replaced[name] = value
                for name, value in replaced.items():
                    self.variables[name] = cast(value, dtype)
                for p in inside_modules(self.variables):
                    if p.dtype.is_floating_point and p.dtype is not dtype:
                        held.append((p, cut(p)))
                        set_data(p, cast(p, dtype))
            with enable_grad():
                if record:
                    with recording():
                        y = self.evaluate(bindings)
                else:
                    y = self.evaluate(bindings)
        finally:
            self.variables.update(replaced)
            for p, was in held:
                set_data(p, was)
            dtypes.set_default_dtype(default)
            default_generator.set_state(before)
        return y, leaves


def inside_modules(variables: dict[str, Any]) -> list[Any]:
    """The parameters and buffers of every module that a variable holds, each once."""
    found: dict[int, Any] = {}
    for v in variables.values():
        for _, t in () if isinstance(v, Tensor) else parameters_of(v):
            found[id(t)] = t
    return list(found.values())


def cast(value: Any, dtype: Any) -> Any:
    """A floating value in ``dtype``, outside any graph; other values as they are."""
    if not isinstance(value, Tensor):
        leaf = make_leaf(value, False) if isinstance(value, (list, tuple)) else None
        return value if leaf is None else cast(leaf, dtype)
    if not value.dtype.is_floating_point:
        return value
    value = cut(value)
    return value if value.dtype is dtype else cut(METHODS["to"](value, dtype))


def tensor_of(array: Any, dtype: Any, device: Any = None) -> Any:
    """A tensor of a NumPy array's values (a 0-d one as the Python number that the engine computes on), on ``device``."""
    t = cast(make(array.copy(), dtypes.float64), dtype) if array.shape else make(dtype.round(float(array)), dtype)
    return t if device is None or device.type == "cpu" else cut(METHODS["to"](t, device))


def array64(t: Any) -> Any:
    """The elements of a tensor as a NumPy float64 array of its shape (a copy)."""
    import numpy as np

    d = t._data
    if type(d) in CELLS:
        return np.array(float(d), dtype=np.float64)
    return np.array(backend_of(d).to_host(d), dtype=np.float64).reshape(tuple(t.shape))


def trial_of(subject: Any) -> Trial:
    """The Trial of a Subject: its expression alone where the names stand in it, else the whole program that it ends."""
    expr, session = subject.expr, subject.session
    given = dict(subject.given)
    if not given:
        for name, value in expr.variables().items():
            if isinstance(value, Tensor) and value.dtype.is_floating_point or type(value) is float:
                given[name] = value
        leaves = {n: v for n, v in session.variables.items() if isinstance(v, Tensor) and v.is_leaf and v.requires_grad}
        computed = [n for n, v in given.items() if isinstance(v, Tensor) and v.requires_grad and not v.is_leaf]
        if computed and leaves and expr.where is not None:  # the names were computed by the program before it: run that as well
            return Trial(_whole(subject), leaves, subject.text, subject.wrt, session.variables)
        if leaves and any(n in leaves for n in given):
            given = {n: v for n, v in given.items() if n in leaves} if subject.wrt is None else given
    return Trial(_called(expr), given, subject.text, subject.wrt, session.variables)


def _called(expr: Any) -> Callable[[dict[str, Any]], Any]:
    """The expression's value; of a function, its value on the bindings."""
    from ..lang.values import Callable_, call

    def evaluate(bindings: dict[str, Any]) -> Any:
        value = expr.evaluate(bindings)
        if not isinstance(value, Callable_):
            return value
        parameters = getattr(value, "parameters", ())
        return call(value, (), bindings) if parameters and all(n in parameters for n in bindings) else call(value, tuple(bindings.values()), {})

    return evaluate


def _whole(subject: Any) -> Callable[[dict[str, Any]], Any]:
    """The program up to the expression, run with other values in its variables."""
    session, source = subject.session, subject.expr.where.source

    def evaluate(bindings: dict[str, Any]) -> Any:
        kept, last, sink = dict(session.variables), session.last, session.sink
        session.variables.update(bindings)
        session.sink = lambda text: None
        try:
            found = [r for r in session.run(source.text, source.name) if r.is_expression]
            return found[-1].value if found else None
        finally:
            session.variables.clear()
            session.variables.update(kept)
            session.last, session.sink = last, sink

    return evaluate
