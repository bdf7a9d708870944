"""Two graphs side by side: which ops are the same, which differ in op, shape, value or gradient, which stand in one of them only.

Ops are matched along creation order (the longest common run of op names first), leaves by their names. Figures are compared, not every element:
the value of one element, else range and norm.
"""

from __future__ import annotations

from ..engine.errors import fail
from .graph import GraphReport, graph_report
from .report import Record, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LARGEST = 4000  # ops of one graph: more are compared folded
_CLOSE = 1e-6


class Side(Record):
    """One of the two graphs: its expression, its size, what it keeps for backward."""

    __slots__ = ("expression", "ops", "leaves", "saved_bytes")


class DiffRow(Record):
    """A pair of nodes, or one without a partner (the other side's fields are None). ``kind``: same, changed, only_a, only_b; ``changed``: which of
    op, inputs, shape, dtype, value, gradient, saved differ."""

    __slots__ = ("kind", "a", "b", "label_a", "label_b", "shape_a", "shape_b", "dtype_a", "dtype_b", "value_a", "value_b", "grad_a", "grad_b", "changed")


class GraphDiffReport(Report):
    """``rows`` in the order of the program, ``same``, ``changed``, ``only_a``, ``only_b``: how many of each; ``equal``: nothing differs."""

    __slots__ = ("a", "b", "equal", "same", "changed", "only_a", "only_b", "rows", "notes")
    schema = "tcalc.graphdiff/1"


def make(subject: Any) -> GraphDiffReport:
    """The report of a Subject and the expression in its option ``other``."""
    other = subject.options.get("other")
    if other is None:
        fail(
            TypeError,
            "graph-diff takes two expressions",
            kind="signature",
            op="graph_diff",
            hints=["graph_diff(A, B)", "tcalc graph-diff 'A' 'B'", ":graph-diff A --with B"],
        )
    second = type(subject)(subject.form, other, subject.session, subject.given, subject.wrt, {})
    found = [graph_report(s.recorded(), s.variables(), s.wrt, s.text, LARGEST) for s in (subject, second)]
    return graph_diff(found[0], found[1])


def graph_diff(a: GraphReport, b: GraphReport) -> GraphDiffReport:
    """The difference of two GraphReports."""
    rows = list(_rows(a, b))
    count = {k: sum(r.kind == k for r in rows) for k in ("same", "changed", "only_a", "only_b")}
    notes = [f"{side}: {n}" for side, r in (("A", a), ("B", b)) for n in r.notes]
    return GraphDiffReport(
        a=Side(expression=a.expression, ops=a.ops, leaves=a.leaves, saved_bytes=a.saved_bytes),
        b=Side(expression=b.expression, ops=b.ops, leaves=b.leaves, saved_bytes=b.saved_bytes),
        equal=count["same"] == len(rows),
        rows=tuple(rows),
        notes=tuple(notes),
        **count,
    )


def _rows(a: GraphReport, b: GraphReport) -> Iterator[DiffRow]:
    left, right = [n for n in a.nodes if n.kind != "op"], [n for n in b.nodes if n.kind != "op"]
    partner: dict[str, str] = {}
    by_id = {n.id: n for n in right}
    pairs: list[tuple[Any, Any]] = []
    for n in left:
        m = by_id.pop(n.id, None)
        pairs.append((n, m))
        if m is not None:
            partner[n.id] = m.id
    pairs += [(None, m) for m in right if m.id in by_id]
    ops = list(_matched(_ops(a), _ops(b)))
    partner.update({n.id: m.id for n, m in ops if n is not None and m is not None})
    feeds = [_inputs(a), _inputs(b)]
    for n, m in (*pairs, *ops):
        yield _row(n, m, feeds, partner)


def _ops(r: GraphReport) -> list[Any]:
    """Ops and groups in creation order."""
    items = [(int(n.id[1:]), n) for n in r.nodes if n.kind == "op"] + [(int(g.first[1:]), g) for g in r.groups]
    return [n for _, n in sorted(items, key=lambda p: p[0])]


def _inputs(r: GraphReport) -> dict[str, list[tuple[str, str]]]:
    out: dict[str, list[tuple[str, str]]] = {}
    for e in r.edges:
        out.setdefault(e.target, []).append((e.slot, e.source))
    return out


def _key(n: Any) -> str:
    return str(getattr(n, "op", None) or n.label)


def _matched(a: list[Any], b: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Pairs in order; one of a pair is None where there is no partner."""
    from difflib import SequenceMatcher

    for tag, i1, i2, j1, j2 in SequenceMatcher(None, [_key(n) for n in a], [_key(n) for n in b], autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
            yield from zip(a[i1:i2], b[j1:j2], strict=True)
        else:
            yield from ((n, None) for n in a[i1:i2])
            yield from ((None, m) for m in b[j1:j2])


def _row(n: Any, m: Any, feeds: list[dict[str, list[tuple[str, str]]]], partner: dict[str, str]) -> DiffRow:
    get = lambda x, name: None if x is None else getattr(x, name, None)
    facts: dict[str, Any] = {}
    for side, x in (("a", n), ("b", m)):
        facts |= {
            side: get(x, "id"), f"label_{side}": get(x, "label") or get(x, "kind"), f"shape_{side}": get(x, "shape"), f"dtype_{side}": get(x, "short"),
            f"value_{side}": get(x, "value"), f"grad_{side}": get(x, "grad"),
        }  # fmt: skip
    if n is None or m is None:
        return DiffRow(kind="only_b" if n is None else "only_a", changed=(), **facts)
    changed = []
    if facts["label_a"] != facts["label_b"]:
        changed.append("op")
    if [(s, partner.get(i, "?")) for s, i in feeds[0].get(n.id, ())] != feeds[1].get(m.id, []):
        changed.append("inputs")
    for what in ("shape", "dtype"):
        if facts[f"{what}_a"] != facts[f"{what}_b"]:
            changed.append(what)
    for what, name in (("value", "value"), ("grad", "gradient")):
        if not alike(facts[f"{what}_a"], facts[f"{what}_b"]):
            changed.append(name)
    saved = [sum(s.nbytes for s in get(x, "saved") or ()) for x in (n, m)]
    if saved[0] != saved[1]:
        changed.append("saved")
    return DiffRow(kind="changed" if changed else "same", changed=tuple(changed), **facts)


def alike(a: Any, b: Any) -> bool:
    """Whether two figures say the same, up to rounding."""
    if a is None or b is None:
        return a is b
    for name in ("value", "min", "max", "norm"):
        x, y = getattr(a, name), getattr(b, name)
        if x is None or y is None:
            if x is not y:
                return False
        elif not (x == y or (x != x and y != y) or abs(x - y) <= _CLOSE * max(abs(x), abs(y))):
            return False
    return bool((a.nans, a.infs) == (b.nans, b.infs))
