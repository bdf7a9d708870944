"""plot: the points of a curve: of an expression over a range of one name, of a function, of values, of ys over xs."""

from __future__ import annotations

import math

from ..engine import Tensor
from ..engine.errors import fail
from ..lang.formatting import type_name
from ..lang.values import Callable_, call, is_array, lift, tick
from .report import Record, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .subject import Subject

POINTS = 240  # samples of a formula, unless points= says another number
MOST_POINTS = 100_000
MOST_SERIES = 8
_DEFAULT = (-5.0, 5.0)


class Series(Record):
    """One curve: its name and its points."""

    __slots__ = ("name", "xs", "ys")


class PlotReport(Report):
    """Curves over a common x axis. ``notes`` say what was assumed or left out."""

    __slots__ = ("expression", "notes", "series", "x_label", "y_label")
    schema = "tcalc.plot/1"


def make(subject: Subject) -> PlotReport:
    """The plot of a subject: of a formula over a name that has a range (x=(-3, 3)) or no value at all, else of the value itself."""
    points = subject.options.get("points") or POINTS
    if not 2 <= points <= MOST_POINTS:
        fail(ValueError, f"plot(): points= takes 2 to {MOST_POINTS}, not {points}", kind="value", op="plot")
    expr = subject.expr
    known = subject.variables()
    ranged = [name for name in expr.names if _is_range(known.get(name))]
    if len(ranged) > 1:
        fail(ValueError, f"plot(): {' and '.join(ranged)} both have a range; a curve runs over one name", kind="value", op="plot")
    free = [] if ranged else _free(subject, known)
    if ranged or free:
        name = (ranged or free)[0]
        low, high = map(float, known[name]) if ranged else _DEFAULT
        notes = [] if ranged else [f"{name} from {low:g} to {high:g}; {name}=(0, 1) is another range"]
        bound = {k: v for k, v in subject.bound.items() if k != name}
        return _sampled(subject.text, name, low, high, points, notes, lambda x: expr.evaluate({**bound, name: x}))
    value = expr.evaluate(subject.bound)
    inner = getattr(value, "report", None)
    if isinstance(inner, PlotReport):  # tcalc plot 'plot_xy(xs, ys)'
        return inner
    if isinstance(value, Callable_):
        low, high = _DEFAULT
        name = (getattr(value, "parameters", ()) or ("x",))[0]
        note = f"{name} from {low:g} to {high:g}; plot({subject.text}({name}), {name}=(0, 1)) is another range"
        return _sampled(subject.text, name, low, high, points, [note], lambda x: call(value, (x,), {}))
    return of_values(subject.text, value)


def _is_range(v: Any) -> bool:
    if isinstance(v, Tensor):
        return False
    return type(v) is tuple and len(v) == 2 and all(type(n) in (int, float) and math.isfinite(n) for n in v) and v[0] < v[1]


def _free(subject: Subject, known: dict[str, Any]) -> list[str]:
    """The one name of the expression that means nothing yet: the curve's own variable."""
    from ..lang import tables

    forms = subject.session.forms
    free = [name for name in subject.expr.names if name not in known and name not in forms and tables.lookup(name) is tables.MISSING]
    return free if len(free) == 1 else []


def _sampled(text: str, name: str, low: float, high: float, points: int, notes: list[str], f: Any) -> PlotReport:
    """The curve of a formula: computed for all points at once, or one by one where the formula takes only a number."""
    from ..engine import graph
    from ..engine.registry import NAMESPACES

    xs = [low + (high - low) * i / (points - 1) for i in range(points)]
    here = graph.state.where
    with graph.no_grad():
        try:
            whole = f(NAMESPACES["torch"]["tensor"](xs, dtype=_float64()))
            values = whole.reshape(-1).tolist() if isinstance(whole, Tensor) and whole.numel() == points else None
        except (RuntimeError, TypeError, ValueError):
            graph.state.where, values = here, None
        if values is None:
            values = []
            for x in xs:
                tick(1)
                values.append(_number(f(x), text))
    return PlotReport(expression=text, x_label=name, y_label=text, series=[Series(name=text, xs=xs, ys=[float(v) for v in values])], notes=notes)


def _float64() -> Any:
    from ..engine.dtypes import BY_NAME

    return BY_NAME["float64"]


def _number(v: Any, text: str) -> float:
    if isinstance(v, Tensor) and v.numel() == 1 or is_array(v) and getattr(v, "size", 2) == 1:
        v = v.item()
    if isinstance(v, bool) or not isinstance(v, (int, float)):
        fail(TypeError, f"plot() draws numbers, and {text or 'the value'} is of type {type_name(v)}", kind="type", op="plot")
    return float(v)


def of_values(text: str, value: Any) -> PlotReport:
    """Values over their index; of a matrix, its columns; of a list of tensors or a dict, each."""
    if isinstance(value, dict):
        named = [(str(k), _list(v, str(k))) for k, v in value.items()]
    else:
        if isinstance(value, (list, tuple)) and value and all(isinstance(v, (Tensor, list, tuple)) or is_array(v) for v in value) and _depth(value[0]) == 1:
            named = [(f"[{i}]", _list(v, text)) for i, v in enumerate(value)]
        else:
            t = lift(value)
            if isinstance(t, Tensor) and t.dim() == 2:
                named = [(f"[:, {j}]", _list(t[:, j], text)) for j in range(min(t.shape[1], MOST_SERIES + 1))]
            else:
                named = [("" if text.isidentifier() else "", _list(value, text))]
    series = [Series(name=name, xs=[float(i) for i in range(len(ys))], ys=ys) for name, ys in named]
    return _plot(text, "index", text, series)


def _depth(v: Any) -> int:
    return int(v.dim()) if isinstance(v, Tensor) else int(getattr(v, "ndim", 0)) if is_array(v) else 1


def xy(texts: list[str], values: list[Any]) -> PlotReport:
    """plot_xy(xs, ys, more ys ...): ys over xs, a curve each."""
    xs = _list(values[0], "xs")
    series = []
    for text, v in zip(texts[1:], values[1:]):
        ys = _list(v, text)
        if len(ys) != len(xs):
            fail(ValueError, f"plot_xy(): {len(xs)} xs and {len(ys)} ys", kind="value", op="plot_xy", hints=["both have one value a point"])
        series.append(Series(name=text, xs=xs, ys=ys))
    return _plot(f"{', '.join(texts[1:])} over {texts[0]}", texts[0], series[0].name if len(series) == 1 else "", series)


def _list(v: Any, text: str) -> list[float]:
    """The numbers of a 1-d tensor, array, list or range."""
    if isinstance(v, (list, tuple)) and any(isinstance(x, Tensor) for x in v):
        return [_number(x, text) for x in v]
    t = lift(v)
    if not isinstance(t, Tensor) or t.dtype.is_complex:
        fail(TypeError, f"plot() draws numbers, and {text or 'the value'} is of type {type_name(v)}", kind="type", op="plot", hints=["plot(sin(x), x=(-3, 3))"])
    if t.dim() != 1:
        fail(
            ValueError,
            f"plot() draws a curve of a 1-d tensor, and {text or 'the value'} has shape {list(t.shape)}",
            kind="value",
            op="plot",
            hints=["plot(sin(x), x=(-3, 3)) for a formula", "plot_xy(xs, ys)"],
        )
    return [float(x) for x in t.detach().cpu().tolist()]


def _plot(text: str, x_label: str, y_label: str, series: list[Series]) -> PlotReport:
    notes = []
    if len(series) > MOST_SERIES:
        notes.append(f"the first {MOST_SERIES} of {len(series)} curves" if len(series) <= MOST_SERIES + 1 else f"{MOST_SERIES} curves of more")
        series = series[:MOST_SERIES]
    for i, s in enumerate(series):
        if len(s.xs) > MOST_POINTS:
            step = -(-len(s.xs) // MOST_POINTS)
            series[i] = Series(name=s.name, xs=s.xs[::step], ys=s.ys[::step])
            notes.append(f"every {step}th of {len(s.xs)} points")
    return PlotReport(expression=text, x_label=x_label, y_label=y_label, series=series, notes=notes)
