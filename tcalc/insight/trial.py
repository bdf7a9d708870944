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
from ..lang.run import Program
from .graph import recording
from .walk import parameters_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class Trial:
    """``evaluate(bindings)`` gives the value of ``text``. ``given``: the names that it is a function of, with their values as given;
    ``wrt``: those to differentiate by (all floating ones where it is None); ``variables``: what the program around it has bound, whose
    floating tensors are cast along. ``params``: parameters of modules that the expression uses, by name; inside ``with trial.cast_modules(dtype)``
    they are leaves, too."""

    __slots__ = ("base", "evaluate", "given", "moved", "names", "params", "state", "text", "variables")

    def __init__(
        self,
        evaluate: Callable[[dict[str, Any]], Any],
        given: dict[str, Any],
        text: str,
        wrt: Iterable[str] | None = None,
        variables: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
    ) -> None:
        self.params = params or {}
        self.base: dict[str, Any] = {}
        self.moved: set[str] = set()
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
        return {n: tuple(self._leaf(self.given[n]).shape) for n in self.names} | {n: tuple(p.shape) for n, p in self.params.items()}

    def cast_modules(self, dtype: Any) -> CastModules:
        """A context in which the parameters and buffers of the program's modules have ``dtype``, in memory of their own; put back at its end."""
        return CastModules(self, dtype)

    def place(self, values: dict[str, Any], dtype: Any) -> None:
        """Give parameters the values of one run (they keep them until the next: a graph may hold them), or their own again."""
        for name, p in self.params.items():
            if name in values:
                self.moved.add(name)
                set_data(p, tensor_of(values[name], dtype, p.device))
            elif name in self.moved:
                self.moved.discard(name)
                set_data(p, METHODS["clone"](self.base[name]))

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
        if self.base:
            self.place(values or {}, dtype)
            leaves.update(self.params)
        replaced: dict[str, Any] = {}
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
            with enable_grad():
                if record:
                    with recording():
                        y = self.evaluate(bindings)
                else:
                    y = self.evaluate(bindings)
        finally:
            self.variables.update(replaced)
            dtypes.set_default_dtype(default)
            default_generator.set_state(before)
        return y, leaves


class CastModules:
    """What Trial.cast_modules gives."""

    __slots__ = ("dtype", "held", "trial")

    def __init__(self, trial: Trial, dtype: Any) -> None:
        self.trial = trial
        self.dtype = dtype
        self.held: list[tuple[Any, Any]] = []

    def __enter__(self) -> None:
        for p in inside_modules(self.trial.variables):
            was = cut(p)
            self.held.append((p, was))  # a copy in any case: batch norm writes to its buffers
            set_data(p, METHODS["clone"](cast(was, self.dtype)))
        self.trial.base = {n: METHODS["clone"](cut(p)) for n, p in self.trial.params.items()}

    def __exit__(self, *failure: Any) -> None:
        for p, was in self.held:
            set_data(p, was)
        self.trial.base, self.trial.moved = {}, set()


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
            evaluate, kept = _whole(subject)
            return Trial(evaluate, leaves, subject.text, subject.wrt, session.variables, _parameters(kept, subject.wrt))
        if leaves and any(n in leaves for n in given):
            given = {n: v for n, v in given.items() if n in leaves} if subject.wrt is None else given
    return Trial(_called(expr), given, subject.text, subject.wrt, session.variables, _parameters(expr.variables(), subject.wrt))


def _parameters(variables: dict[str, Any], wrt: Any) -> dict[str, Any]:
    """``net.0.weight`` -> parameter, of the modules among these variables; none where wrt says what is asked for."""
    params: dict[str, Any] = {}
    if wrt is not None:
        return params
    for name, value in variables.items():
        for inner, p in () if isinstance(value, Tensor) else parameters_of(value):
            if p.requires_grad and not any(p is q for q in params.values()):
                params[f"{name}.{inner}"] = p
    return params


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


_COMPOUND = ("for", "while", "if", "with", "try")


def _whole(subject: Any) -> tuple[Callable[[dict[str, Any]], Any], dict[str, Any]]:
    """(the program from its first computed tensor up to the expression, run with other values in its variables; the variables that it takes
    as they are: what stands before, such as the making of a model, does not run again)."""
    session, source = subject.session, subject.expr.where.source
    program = session.compile(source.text, source.name)
    start = next((i for i, s in enumerate(program.statements) if s.is_expression or _computes(s, source, session.variables)), 0)
    part = Program(program.source, program.statements[start:])
    made = {s.name for s in part.statements}

    def evaluate(bindings: dict[str, Any]) -> Any:
        kept, last, sink = dict(session.variables), session.last, session.sink
        session.variables.update(bindings)
        session.sink = lambda text: None
        try:
            found = [r for r in session.execute(part) if r.is_expression]
            return found[-1].value if found else None
        finally:
            session.variables.clear()
            session.variables.update(kept)
            session.last, session.sink = last, sink

    return evaluate, {n: v for n, v in session.variables.items() if n not in made}


def _computes(statement: Any, source: Any, variables: dict[str, Any]) -> bool:
    """Whether a statement may compute what is differentiated: it assigns a recorded tensor, or is a loop or the like."""
    if statement.name is None:
        return bool(source.segment(statement.span).split(None, 1)[0].rstrip(":(") in _COMPOUND)
    value = variables.get(statement.name)
    values = value if isinstance(value, (tuple, list)) else (value,)
    return any(isinstance(v, Tensor) and v.requires_grad and not v.is_leaf for v in values)
