"""The forms shape, minimize and timeit: an expression's shape without its data, its minimum, its time. forms.py loads them at their first call."""

from __future__ import annotations

import math
import sys

from ..engine import Size, Tensor, graph
from ..engine.dtypes import BY_NAME
from ..engine.errors import fail
from ..engine.registry import NAMESPACES
from .formatting import repr_value, type_name
from .forms import Bound, Gradients, _bindings, _check_used, _grads, _Inside, _need_expression, _scalar, _tensor_of
from .functions import FormCall
from .values import Callable_, Value, call, is_array, lift, no_attribute, state, tick

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_FLOAT64 = BY_NAME["float64"]


def _split(call_: Any, own: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """(the call without the form's own options, those options evaluated)"""
    options = {name: expr.evaluate({}) for name, expr in call_.kwargs.items() if name in own}
    rest = {name: expr for name, expr in call_.kwargs.items() if name not in own}
    return FormCall(call_.name, call_.args, rest, call_.where), options


# -- shape ------------------------------------------------------------------------------------------------------------------------


def shape(session: Any, call_: Any) -> Any:
    """shape(expression, x=(2, 3), ...): the shape it would have. A name bound to a tuple of sizes is a tensor of that shape; nothing is computed."""
    _need_expression("shape", call_)
    expr = call_.args[0]
    bound = {name: _meta(e.evaluate({})) for name, e in call_.kwargs.items() if name != "bind"}
    if "bind" in call_.kwargs:
        bound.update({name: _meta(v) for name, v in call_.kwargs["bind"].evaluate({}).items()})
    around = {} if expr.given else expr.variables()
    names = {name: v.to("meta") for name, v in around.items() if type(v) is Tensor and v.dim()}
    here = graph.state.where
    with graph.no_grad():
        try:
            value = expr.evaluate({**names, **bound})
        except (RuntimeError, NotImplementedError) as exc:
            # what depends on data (x[x > 0], item()) has no answer on meta: where every name has data, it is computed
            if bound or "meta" not in str(exc) and not isinstance(exc, NotImplementedError):
                raise
            graph.state.where = here
            value = expr.evaluate({})
    return _shapes(value, expr.text)


def _meta(v: Any) -> Any:
    if isinstance(v, (tuple, Size)) and all(type(n) is int for n in v):
        return NAMESPACES["torch"]["empty"](tuple(v), device="meta")
    if isinstance(v, Tensor):
        return v.to("meta") if v.dim() else v
    if type(v) is list or is_array(v):
        return lift(v).to("meta")
    return v


def _shapes(v: Any, text: str) -> Any:
    if isinstance(v, Tensor):
        return v.shape
    if is_array(v):
        return Size(v.shape)
    if isinstance(v, (int, float, complex)):
        return Size(())
    if isinstance(v, dict):
        return {k: _shapes(x, text) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        if any(isinstance(x, Tensor) for x in v):
            return tuple([_shapes(x, text) for x in v])
        return lift(v).shape
    fail(TypeError, f"shape() takes what has a shape, and {text} is of type {type_name(v)}", kind="type", op="shape")


# -- minimize ---------------------------------------------------------------------------------------------------------------------

_MEMORY = 10  # pairs that the curvature is estimated from


class Minimum(Gradients):
    """Where the minimum is, a value a name, with .value, .steps, .converged and .slope (the largest entry of the gradient there)."""

    __slots__ = ("converged", "slope", "steps", "value")
    type_name = "Minimum"

    def __init__(self, values: dict[str, Any], value: float, steps: int, slope: float, converged: bool) -> None:
        Gradients.__init__(self, values)
        self.value = value
        self.steps = steps
        self.slope = slope
        self.converged = converged

    def __repr__(self) -> str:
        wide = max(map(len, self.values))
        rows = [f"{name:<{wide}}  {repr_value(v)}" for name, v in self.values.items()]
        how = "converged" if self.converged else "NOT converged"
        return "\n".join([*rows, f"minimum {self.value!r} after {self.steps} step{'' if self.steps == 1 else 's'}, largest slope {self.slope:.1e}: {how}"])

    def attr(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        if name in ("value", "steps", "slope", "converged"):
            return getattr(self, name)
        return Gradients.attr(self, name)

    def attr_names(self) -> Iterable[str]:
        return (*Gradients.attr_names(self), "value", "steps", "slope", "converged")

    def truth(self) -> bool:
        return self.converged


def minimize(session: Any, call_: Any) -> Any:
    """minimize(expression, x=0., ..., steps=500, tol=1e-8): where it is least, from that start (L-BFGS in float64). Also minimize(f, x=0.), minimize(f, x0)."""
    _need_expression("minimize", call_)
    rest, options = _split(call_, ("steps", "tol"))
    steps, tol = options.get("steps", 500), options.get("tol", 1e-8)
    if type(steps) is not int or steps < 1 or type(tol) not in (int, float) or not tol >= 0:
        fail(ValueError, "minimize(): steps= takes a number of steps, tol= the largest slope of a minimum", kind="value", op="minimize")
    expr = call_.args[0]
    if len(rest.args) == 2:  # minimize(f, x0)
        function = expr.evaluate({})
        if not isinstance(function, Callable_):
            fail(TypeError, f"minimize(): {expr.text} is no function", kind="type", op="minimize", hints=["minimize((x - 5)**2, x=0.)"])
        name = (getattr(function, "parameters", ()) or ("x",))[0]
        given, wrt = {name: rest.args[1].evaluate({})}, None
    else:
        function = None
        given, wrt, _ = _bindings("minimize", rest)
        if not given:
            fail(TypeError, "minimize(): from where? No name is bound", kind="wrt", op="minimize", hints=[f"minimize({expr.text}, x=0.)"])
    bound = Bound("minimize", given, wrt, False)
    start = {name: leaf.detach() for name, leaf in bound.leaves.items()}
    around: dict[str, Any] = {}
    if function is None:  # all in float64, the tensors around the expression, too
        around = {name: _double(v) for name, v in {**({} if expr.given else expr.variables()), **bound.seen}.items() if name not in start}
    own = {name: v.dtype if function is not None else _FLOAT64 for name, v in start.items()}

    def at(point: Any) -> tuple[float, Any]:
        """(value, gradient) at a point: all names in one float64 vector."""
        leaves = {name: v.to(own[name]) for name, v in _unpack(point, start).items()}
        seen = Bound("minimize", {**around, **leaves}, tuple(leaves), False)
        with _Inside():
            y = call(function, tuple(seen.seen.values()), {}) if function is not None else expr.evaluate(seen.seen)
            if isinstance(y, Callable_):  # minimize(f, x=0.)
                y = call(y, (), {k: seen.seen[k] for k in given})
            y = _tensor_of("minimize", y, expr.text, seen.leaves)
            _scalar("minimize", y, expr.text)
            found = _grads("minimize", y, seen.leaves, expr.text, False)
        tick(1)
        return float(y.item()), _pack(found)

    _check_used("minimize", expr, given) if function is None and expr.kind != "Name" else None
    point, value, slope, done, converged = _lbfgs(at, _pack(start), steps, float(tol))
    found = _unpack(point, start)
    values = {name: v.item() if type(given[name]) in (int, float) else v.to(start[name].dtype) for name, v in found.items()}
    state.report = None
    return Minimum(values, value, done, slope, converged)


def _double(v: Any) -> Any:
    return v.to(_FLOAT64) if type(v) is Tensor and v.dtype.is_floating_point else v


def _pack(values: dict[str, Any]) -> Any:
    cat = NAMESPACES["torch"]["cat"]
    return cat([v.detach().reshape(-1).to(_FLOAT64) for v in values.values()])


def _unpack(point: Any, like: dict[str, Any]) -> dict[str, Any]:
    out, at = {}, 0
    for name, v in like.items():
        n = v.numel()
        out[name] = point[at : at + n].reshape(v.shape).clone()
        at += n
    return out


def _dot(a: Any, b: Any) -> float:
    return float((a * b).sum().item())


def _lbfgs(at: Any, x: Any, steps: int, tol: float) -> tuple[Any, float, float, int, bool]:
    """(point, value, largest slope, steps, converged): Nocedal & Wright, Numerical Optimization, algorithm 7.4, with a weak Wolfe search."""
    value, g = at(x)
    pairs: list[tuple[Any, Any, float]] = []
    first = float(g.abs().max().item())
    for done in range(steps):
        slope = float(g.abs().max().item())
        if slope <= tol:
            return x, value, slope, done, True
        if not math.isfinite(value) or not math.isfinite(slope):
            return x, value, slope, done, False
        d = -_curved(g, pairs)
        along = _dot(g, d)
        if not along < 0:
            pairs.clear()
            d, along = -g, -_dot(g, g)
        found = _wolfe(at, x, value, d, along, 1.0 if pairs else min(1.0, 1.0 / max(slope, 1e-300)))
        if found is None:  # no lower point: as good as float64 gets
            return x, value, slope, done, slope <= max(tol, 1e-6 * first)
        step, new_value, new_g = found
        s, y = d * step, new_g - g
        sy = _dot(s, y)
        if sy > 1e-300:
            pairs.append((s, y, 1.0 / sy))
            del pairs[:-_MEMORY]
        x, value, g = x + s, new_value, new_g
    slope = float(g.abs().max().item())
    return x, value, slope, steps, slope <= tol


def _curved(g: Any, pairs: list[tuple[Any, Any, float]]) -> Any:
    """The gradient through the estimated inverse Hessian (the two-loop recursion)."""
    q = g.clone()
    kept = []
    for s, y, rho in reversed(pairs):
        a = rho * _dot(s, q)
        kept.append(a)
        q = q - a * y
    if pairs:
        s, y, _ = pairs[-1]
        q = q * (_dot(s, y) / max(_dot(y, y), 1e-300))
    for (s, y, rho), a in zip(pairs, reversed(kept)):
        q = q + (a - rho * _dot(y, q)) * s
    return q


def _wolfe(at: Any, x: Any, value: float, d: Any, along: float, t: float) -> tuple[float, float, Any] | None:
    """A step that goes down enough and not too short, by bisection (Lewis and Overton 2013); None where there is none."""
    low, high = 0.0, math.inf
    best: tuple[float, float, Any] | None = None
    for _ in range(50):
        f, g = at(x + d * t)
        if not math.isfinite(f) or f > value + 1e-4 * t * along:
            high = t
        else:
            if best is None or f < best[1]:
                best = (t, f, g)
            if _dot(g, d) >= 0.9 * along:
                return t, f, g
            low = t
        t = (low + high) / 2 if high < math.inf else 2 * low
        if t == low or t == high:
            break
    return best


# -- timeit -----------------------------------------------------------------------------------------------------------------------


class Timing(Value):
    """What timeit measured, in seconds a loop: .best .mean .std .loops .runs"""

    __slots__ = ("best", "loops", "mean", "runs", "std")
    type_name = "Timing"

    def __init__(self, seconds: list[float], loops: int) -> None:
        n = len(seconds)
        self.loops = loops
        self.runs = n
        self.best = min(seconds)
        self.mean = sum(seconds) / n
        self.std = math.sqrt(sum([(s - self.mean) ** 2 for s in seconds]) / n)

    def __repr__(self) -> str:
        runs = f"{self.runs} run{'' if self.runs == 1 else 's'} of {self.loops} loop{'' if self.loops == 1 else 's'}"
        return f"{duration(self.mean)} ± {duration(self.std)} a loop (best {duration(self.best)}; {runs})"

    def attr(self, name: str) -> Any:
        if name in self.__slots__:
            return getattr(self, name)
        no_attribute(self, name, self.__slots__)

    def attr_names(self) -> Iterable[str]:
        return self.__slots__

    def compare(self, op: str, other: Any, reflected: bool) -> Any:
        from .values import COMPARE

        return COMPARE[op](self.best, other.best if isinstance(other, Timing) else other)


def duration(seconds: float) -> str:
    """Seconds for people: 1.23 µs, 45.6 ms, 2.1 s."""
    for limit, unit, scale in ((1e-6, "ns", 1e9), (1e-3, "µs", 1e6), (1.0, "ms", 1e3)):
        if seconds < limit:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds:.3g} s"


def timeit(session: Any, call_: Any) -> Any:
    """timeit(expression, x=..., number=None, repeat=5): the time of one evaluation, measured over enough loops for a fifth of a second."""
    from time import perf_counter

    _need_expression("timeit", call_)
    rest, options = _split(call_, ("number", "repeat"))
    number, repeat = options.get("number"), options.get("repeat", 5)
    for name, v in (("number", number), ("repeat", repeat)):
        if v is not None and (type(v) is not int or v < 1):
            fail(ValueError, f"timeit(): {name}= takes a number of 1 or more, not {repr_value(v)[:40]}", kind="value", op="timeit")
    expr = call_.args[0]
    value = expr.value if expr.given else None
    names = {name: e.evaluate({}) for name, e in rest.kwargs.items()}
    function = value if isinstance(value, Callable_) else None
    wait = _synchronizer()

    def run(loops: int) -> float:
        start = perf_counter()
        for _ in range(loops):
            tick(1)
            if function is not None:
                call(function, (), {})
            else:
                expr.evaluate(names)
        wait()
        return perf_counter() - start

    run(1)  # what is compiled or loaded at first use is not measured
    loops = number or 1
    if number is None:
        while (seconds := run(loops)) < 0.04 and loops < 10_000_000:
            loops = max(loops * 2, min(loops * 10, int(loops * 0.05 / max(seconds, 1e-9))))
    return Timing([run(loops) / loops for _ in range(min(repeat, 1000))], loops)


def _synchronizer() -> Any:
    """What waits until the device has finished: nothing where no GPU was used."""
    if "cupy" not in sys.modules:
        return lambda: None
    from .. import engine

    return engine.cuda.synchronize


FORMS = {"shape": shape, "minimize": minimize, "timeit": timeit}
