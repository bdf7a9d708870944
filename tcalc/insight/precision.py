"""How many digits each step keeps: the same program in float64, float32, float16 and bfloat16, the error of every node in units of the last place.

float64 is the reference. The inputs are the same numbers, rounded once to each dtype. An ulp is the distance between neighbouring numbers of
the dtype at the exact value. A node is *bad* where half of the digits are wrong (more than 2**(p/2) ulp, p bits of precision), or where it is
not finite and the reference is. Stable alternatives come from insight/patterns.py.
"""

from __future__ import annotations

from ..engine import dtypes
from ..engine import graph as _graph
from ..engine.errors import fail
from ..engine.tensors import Tensor
from ..lang.values import type_name
from .graph import _Builder
from .nans import call as call_line
from .nans import element, index, number
from .patterns import alternatives
from .report import Record, Report
from .trial import Trial, array64
from .walk import is_node, label_of, leaf_requires_grad, op_name, outputs_of, params_of, where_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DTYPES = (dtypes.float32, dtypes.float16, dtypes.bfloat16)
_SUMS = frozenset("sub add rsub sum mean matmul cumsum lerp addmm addmv addbmm baddbmm dot einsum conv1d conv2d conv3d logcumsumexp var std trace".split())
NODES = 30  # rows of a longer program: the worst ones, in order


class Error(Record):
    """The error of one value in one dtype: the largest ``ulp`` (None where not finite), ``at`` which element, what is there and what is
    exact; ``bad``: half of the digits are gone. ``lost``: elements that became 0; ``nonfinite``: elements that became NaN or Inf."""

    __slots__ = ("dtype", "ulp", "at", "value", "exact", "bad", "lost", "nonfinite")


class Row(Record):
    """One node, leaf or gradient: its errors in each dtype."""

    __slots__ = ("node", "kind", "name", "label", "shape", "where", "errors")


class FirstBad(Record):
    """The first node, in the order of the program, that goes bad in a dtype: the arithmetic at its worst element, and why."""

    __slots__ = ("dtype", "node", "name", "label", "at", "ulp", "value", "exact", "text", "why")


class PrecisionReport(Report):
    """``rows``: inputs, then nodes in creation order; ``gradients``: of each input; ``first_bad``: one a dtype that has one; ``limits``: what counts
    as bad, ulp by dtype; ``hidden``: nodes left out of ``rows`` (their errors are smaller). ``alternatives``: stable forms of what the program writes."""

    __slots__ = ("expression", "dtypes", "limits", "rows", "gradients", "first_bad", "alternatives", "hidden", "notes")
    schema = "tcalc.precision/1"


def make(subject: Any) -> PrecisionReport:
    """The report of a Subject."""
    from .trial import trial_of

    return precision_report(trial_of(subject), subject.variables())


class _Run:
    """The program in one dtype: its ops with their values, inputs, gradients."""

    __slots__ = ("b", "grads", "inputs", "values")

    def __init__(self, trial: Trial, dtype: Any, names: dict[str, Any]) -> None:
        y, leaves = trial.run(dtype, record=True)
        roots = [t for t in (y if isinstance(y, (tuple, list)) else [y]) if isinstance(t, Tensor)]
        if not roots:
            fail(TypeError, f"precision compares tensors, and {trial.text} is of type {type_name(y)}", kind="type", op="precision")
        kept = {n: v for n, v in names.items() if n not in leaves and not isinstance(v, Tensor)}
        own = {n: t for n, t in trial.variables.items() if isinstance(t, Tensor)}
        self.b = _Builder(roots, {**kept, **own, **leaves}, trial.names, None)
        self.b.collect()
        self.b.number()
        self.b.choose()
        self.inputs = {n: array64(t) for n, t in leaves.items()}
        self.values: list[Any] = []
        for n in self.b.ops:
            t = next((v for nr in range(len(outputs_of(n))) if (v := self.b.values.get((id(n), nr))) is not None), None)
            self.values.append(None if t is None or t._dtype.is_complex or str(t.device) == "meta" else array64(t))
        self.grads: dict[str, Any] = {}
        wanted = [r for r in roots if r.requires_grad and r.dtype.is_floating_point]
        takers = {n: t for n, t in leaves.items() if leaf_requires_grad(t)}
        if wanted and takers:
            try:
                found = _graph.grad(wanted, list(takers.values()), [_graph._ones_like(r) for r in wanted], retain_graph=True, allow_unused=True)
            except RuntimeError:
                return
            self.grads = {n: array64(g) for n, g in zip(takers, found, strict=True) if g is not None}


def run(trial: Trial, dtype: Any, names: dict[str, Any]) -> _Run:
    """The program in one dtype, modules and all."""
    with trial.cast_modules(dtype):
        return _Run(trial, dtype, names)


def precision_report(trial: Trial, names: dict[str, Any] | None = None) -> PrecisionReport:
    """Compare a Trial's expression in each dtype with float64. TypeError where it is no tensor, or nothing floating is bound."""
    import numpy as np

    with np.errstate(all="ignore"):
        return _report(trial, names or {})


def _report(trial: Trial, names: dict[str, Any]) -> PrecisionReport:
    if not trial.names and not trial.params:
        trial.run()  # an undefined name is said first
        fail(TypeError, "precision: no floating input: there is nothing to round", kind="wrt", op="precision", hints=["precision(log(1 + x), x=1e-8)"])
    notes: list[str] = []
    exact = run(trial, dtypes.float64, names)
    b = exact.b
    runs: dict[str, _Run] = {}
    for d in DTYPES:
        try:
            runs[d.name] = run(trial, d, names)
        except Exception as exc:  # an op that a dtype does not have is a finding, not a failure of the report
            sentence = str(exc).split("\n")[0]
            notes.append(f"{d.name}: not run: {sentence}")
    rows: list[Row] = []
    for name, reference in exact.inputs.items():
        errors = [error(d, runs[d.name].inputs[name], reference) for d in DTYPES if d.name in runs]
        rows.append(Row(node=name, kind="input", name=name, label="", shape=tuple(reference.shape), errors=tuple(errors)))
    places = {d: align(exact.b, run.b) for d, run in runs.items()}
    for d, place in places.items():
        if len(place) < len(b.ops):
            notes.append(f"{d}: {len(b.ops) - len(place)} of {len(b.ops)} steps have no counterpart (the program took another way)")
    if any(v is not None and not np_finite(v) for v in exact.values):
        notes.append("float64 itself is not finite at some elements: those are left out (nans EXPR says where they come from)")
    nodes: list[Row] = []
    for i, n in enumerate(b.ops):
        reference = exact.values[i]
        if reference is None or not outputs_of(n)[0][1].is_floating_point:
            continue
        errors = []
        for d in DTYPES:
            at = places.get(d.name, {}).get(i)
            got = None if at is None else runs[d.name].values[at]
            if got is not None and got.shape == reference.shape:
                errors.append(error(d, got, reference))
        nodes.append(
            Row(node=f"n{i + 1}", kind="op", name=b.node_name(n), label=label_of(n), shape=tuple(outputs_of(n)[0][0]), where=where_of(n), errors=tuple(errors))
        )
    first = []
    for d in DTYPES:
        if d.name in runs:
            found = _first_bad(exact, runs[d.name], places[d.name], d, nodes)
            if found is not None:
                first.append(found)
    gradients = [
        Row(node=f"{n}.grad", kind="gradient", name=n, label="", shape=tuple(g.shape), errors=tuple(
            error(d, runs[d.name].grads[n], g) for d in DTYPES if d.name in runs and n in runs[d.name].grads and runs[d.name].grads[n].shape == g.shape
        ))
        for n, g in exact.grads.items()
    ]  # fmt: skip
    hidden = 0
    if len(nodes) > NODES:
        important = {f.node for f in first} | {f"n{len(b.ops)}"}
        ranked = sorted(nodes, key=lambda r: (r.node not in important, -max((_rank(e) for e in r.errors), default=0.0)))
        keep = {r.node for r in ranked[:NODES]}
        hidden = len(nodes) - len(keep)
        nodes = [r for r in nodes if r.node in keep]
    return PrecisionReport(
        expression=trial.text,
        dtypes=tuple(d for d in runs),
        limits={d.name: limit(d) for d in DTYPES if d.name in runs},
        rows=(*rows, *nodes),
        gradients=tuple(gradients),
        first_bad=tuple(first),
        alternatives=tuple(dict.fromkeys(f for _, f in alternatives(b))),
        hidden=hidden,
        notes=tuple(notes),
    )


def np_finite(a: Any) -> bool:
    """Whether every element is finite."""
    import numpy as np

    return bool(np.isfinite(a).all())


def bits(d: Any) -> tuple[int, int]:
    """(mantissa bits behind the point, smallest exponent) of a dtype."""
    from math import log2

    f = dtypes.finfo(d)
    return round(-log2(f.eps)), round(log2(f.tiny))


def limit(d: Any) -> float:
    """How many ulp of error make a value bad: half of the digits.

    >>> limit(dtypes.float32), limit(dtypes.bfloat16)
    (4096.0, 16.0)
    """
    return float(2.0 ** ((bits(d)[0] + 1) / 2))


def error(d: Any, got: Any, exact: Any) -> Error:
    """The largest error of ``got`` (values of dtype ``d``) against the exact values, in ulp of ``d``."""
    import numpy as np

    mantissa, low = bits(d)
    use = np.isfinite(exact)
    if not exact.size or not use.any():
        return Error(dtype=d.name, ulp=None, bad=False, lost=0, nonfinite=0)
    _, exponent = np.frexp(np.where(use, exact, 0.0))
    ulp = np.ldexp(1.0, np.maximum(exponent - 1, low) - mantissa)
    gone = use & ~np.isfinite(got)
    off = np.where(use, np.abs(np.where(gone, 0.0, got) - np.where(use, exact, 0.0)) / ulp, 0.0)
    off = np.where(gone, np.inf, off)
    p = int(off.argmax())
    worst = float(off.ravel()[p])
    at = index(p, exact.shape)
    return Error(
        dtype=d.name,
        ulp=None if worst == float("inf") else worst,
        at=at,
        value=float(got.ravel()[p]),
        exact=float(exact.ravel()[p]),
        bad=bool(worst > limit(d)),
        lost=int((use & (got == 0) & (exact != 0)).sum()),
        nonfinite=int(gone.sum()),
    )


def _rank(e: Error) -> float:
    return float("inf") if e.nonfinite else float(e.ulp or 0.0)


def align(a: Any, b: Any) -> dict[int, int]:
    """Positions of ops in one run -> those in another."""
    left, right = [op_name(n) for n in a.ops], [op_name(n) for n in b.ops]
    if left == right:
        return {i: i for i in range(len(left))}
    from difflib import SequenceMatcher

    out: dict[int, int] = {}
    for i, j, n in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
        out.update({i + k: j + k for k in range(n)})
    return out


def _first_bad(exact: _Run, run: _Run, place: dict[int, int], d: Any, nodes: list[Row]) -> FirstBad | None:
    for row in nodes:
        e = next((e for e in row.errors if e.dtype == d.name), None)
        if e is None or not e.bad:
            continue
        i = int(row.node[1:]) - 1
        text, why = _story(exact, run, place, i, d, e)
        return FirstBad(dtype=d.name, node=row.node, name=row.name, label=row.label, at=e.at, ulp=e.ulp, value=e.value, exact=e.exact, text=text, why=why)
    return None


def _story(exact: _Run, run: _Run, place: dict[int, int], i: int, d: Any, e: Error) -> tuple[str, str]:
    """(the arithmetic in ``d`` at the worst element, why it went wrong)."""
    j = place[i]
    n, m = exact.b.ops[i], run.b.ops[j]
    name = op_name(n)
    shape = exact.values[i].shape
    pairs: list[tuple[str, Any, Any]] = []
    for u, w in zip(exact.b.uses[i], run.b.uses[j], strict=False):
        a, c = _operand(exact, u), _operand(run, w)
        if a is not None and c is not None and a.shape == c.shape:
            pairs.append((u.slot, element(n, u, a, e.at, shape), element(m, w, c, e.at, shape)))
    top = float(dtypes.finfo(d).max)
    if n.op.kind == "map":
        texts = {s: number(c) if e.nonfinite or abs(c or 0) < 1e-4 else f"{c:.8g}" for s, _, c in pairs if c is not None}
        texts.update(
            {k: number(v) for k, v in params_of(n).items() if isinstance(v, (int, float)) and not isinstance(v, bool) and k in ("input", "other", "exponent")}
        )
        order = [p.name for p in n.op.schema.params if p.name in texts]
        text = f"{call_line(name, [texts[s] for s in order], {})} = {number(e.value)}, exact {number(e.exact)}"
    else:
        text = f"{name} gives {number(e.value)}, exact {number(e.exact)}"
    flat = [(a, c) for _, a, c in pairs if a is not None]
    zeroed = any(_any(lambda a, c: c == 0 and a != 0, a, c) for a, c in flat)
    if e.nonfinite and abs(e.exact) > top:
        return text, f"overflow: {number(e.exact)} is more than {d.name}'s largest, {number(top)}"
    if zeroed:
        return text, f"an operand is 0 here and is not in float64: it underflowed below {d.name}'s smallest, or was rounded away"
    if e.nonfinite and any(_any(lambda a, c: c - c != 0 and a - a == 0, a, c) for a, c in flat):
        return text, "an operand overflowed before"
    large = max((float(_abs(a)) for a, _ in flat), default=0.0)
    numbers = [abs(float(v)) for v in params_of(n).values() if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if name in _SUMS and e.exact - e.exact == 0:
        size = max([large, *numbers])
        if size > 16 * abs(e.exact):
            times = size / abs(e.exact) if e.exact else float("inf")
            return text, f"cancellation: the operands are {number(times)} times as large as their difference, and so is their rounding error in it"
    if e.nonfinite:
        return text, "not finite in this dtype, finite in float64"
    return text, "the error of its operands, made larger by this step"


def _operand(run: _Run, use: Any) -> Any:
    if is_node(use.parent) and use.tensor is None:
        return run.values[run.b.index[id(use.parent)]]
    t = use.tensor
    return None if t is None or t._dtype.is_complex or str(t.device) == "meta" else array64(t)


def _any(test: Any, a: Any, c: Any) -> bool:
    if hasattr(a, "ravel"):
        return any(test(x, y) for x, y in zip(a.ravel().tolist(), c.ravel().tolist(), strict=True))
    return bool(test(a, c))


def _abs(a: Any) -> float:
    if hasattr(a, "ravel"):
        return max((abs(x) for x in a.ravel().tolist()), default=0.0)
    return abs(float(a))
