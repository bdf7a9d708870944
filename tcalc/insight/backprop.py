"""The backward pass as it runs, row by row: what reaches a node, the local rule beside the numbers, what it sends to whom.

``backprop_report(y, names)`` runs one backward pass that touches no ``.grad``. Node ids are those of the graph report. A value used more than
once has its contributions added: ``fan_in`` lists them. Where ``node`` names one, its row carries the whole tensors.
"""

from __future__ import annotations

from ..engine.errors import fail
from ..lang.forms import cut
from .grad import data
from .graph import _Builder, figure
from .report import Record, Report
from .walk import (
    array_of,
    is_freed,
    is_node,
    label_of,
    leaf_requires_grad,
    node_of,
    op_name,
    order_of,
    outputs_of,
    params_of,
    rule_of,
    slot_name,
    stretches,
    untouched_backward,
    where_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

ROWS = 60  # steps shown of a longer pass: the first and the last
PARTS, FANS = 8, 12  # contributions shown of one sum, and sums


class Term(Record):
    """What one step sends to one input. ``to``: its name or id; ``kind``: op, data, param or const. ``rule`` with names filled in;
    ``stretched``: the dims along which the input was repeated, and which the rule therefore sums. ``term``: figures, ``first``: its
    element at [0, .., 0]. ``received`` of ``of``: how many of the input's contributions have arrived. ``tensor``: all of it, where asked."""

    __slots__ = ("to", "kind", "slot", "rule", "stretched", "needed", "term", "first", "received", "of", "tensor")

    def to_json(self) -> dict[str, Any]:
        return {**Record.to_json(self), "tensor": data(self.tensor)}


class Step(Record):
    """One node's turn. ``text``: the call in the user's names (``z = m + b``); ``incoming``: figures of the gradient that reached it;
    ``value``, ``gradient``: whole tensors, where asked."""

    __slots__ = ("step", "node", "name", "op", "label", "text", "order", "shape", "where", "incoming", "terms", "value", "gradient")

    def to_json(self) -> dict[str, Any]:
        return {**Record.to_json(self), "value": data(self.value), "gradient": data(self.gradient)}


class FanIn(Record):
    """A value used more than once: its contributions (``source``: ``n1.self``, ``first`` element, figures) and their sum. ``uses``: how many
    there are; ``parts`` has those of steps that are listed, at most the first and last few."""

    __slots__ = ("to", "uses", "parts", "total", "first")


class Part(Record):
    """One contribution of a fan-in."""

    __slots__ = ("source", "term", "first")


class BackpropReport(Report):
    """The steps in the order in which the pass takes them. ``hidden``: how many steps are left out of ``steps``, between ``hidden_from``
    and ``hidden_to``; ``node``: the node whose tensors are given in full; ``walk``: to be gone through step by step."""

    __slots__ = ("expression", "outputs", "total", "steps", "hidden", "hidden_from", "hidden_to", "fan_in", "node", "walk", "notes")
    schema = "tcalc.backprop/1"


def make(subject: Any) -> BackpropReport:
    """The report of a Subject; its options: ``node`` (an id or a name), ``step``."""
    y = subject.recorded()
    options = subject.options
    return backprop_report(y, subject.variables(), subject.wrt, subject.text, node=options.get("node"), walk=bool(options.get("step")))


def backprop_report(
    roots: Any,
    names: dict[str, Any] | None = None,
    params: Iterable[str] | None = None,
    expression: str | None = None,
    node: str | None = None,
    walk: bool = False,
    limit: int | None = ROWS,
) -> BackpropReport:
    """The backward pass from one tensor or several; arguments as graph_report has them.

    node: an id (``n4``) or a name of the user's whose tensors are wanted whole. limit: how many steps to list. ValueError where no step has
    that id, RuntimeError where there is nothing to run backward through.
    """
    b = _Builder([roots] if not isinstance(roots, (list, tuple)) else list(roots), names or {}, params, None)
    b.collect()
    b.number()
    b.choose()
    return _Pass(b, node, walk, limit).report(expression)


class _Pass:
    """One traced pass."""

    def __init__(self, b: _Builder, node: str | None, walk: bool, limit: int | None) -> None:
        self.b = b
        self.walk = walk
        self.limit = limit
        self.wanted = self.find(node) if node else None

    def find(self, node: str) -> int:
        """The position of the op that ``--node`` names."""
        b = self.b
        for i, n in enumerate(b.ops):
            if node == f"n{i + 1}" or node == b.node_name(n):
                return i
        known = [f"n{i + 1}" for i in range(len(b.ops))]
        near = known if len(known) <= 8 else [*known[:3], "..", known[-1]]
        fail(ValueError, f"backprop: no step of this pass is called {node}", kind="node", op="backprop", hints=[f"The steps are {', '.join(near)}."])

    def report(self, expression: str | None) -> BackpropReport:
        b = self.b
        roots = [r for r, n in zip(b.roots, b.root_nodes, strict=True) if n is not None]
        if any(is_freed(n) for n in b.ops):
            fail(
                RuntimeError,
                "Trying to backward through the graph a second time",
                kind="freed",
                op="backprop",
                explain=["An earlier backward freed what the rules need."],
                hints=["y.backward(retain_graph=True) there, or compute y again here."],
            )
        for r in roots:
            if r.numel() != 1:
                name = b.node_names.get((id(node_of(r)), r._out)) or "the result"
                b.notes.append(f"{name} has {r.numel()} elements: the pass starts from their sum")
        self.expected = self.count_uses()
        self.received: dict[Any, int] = {}
        self.steps: list[Step | int] = []
        self.parts: dict[Any, list[Part]] = {}
        self.totals: dict[Any, Any] = {}
        self.taken = 0
        total = len(b.ops)
        self.long = self.limit is not None and total > self.limit
        self.head, self.tail = (self.limit // 2, total - self.limit // 2) if self.limit is not None and self.long else (total, 0)
        self.counted = total  # in a long pass: ops from here on have been counted as having sent
        only = None
        if self.long:  # the steps between run untraced
            only = {*b.ops[total - self.head :], *b.ops[: total - self.tail], *([] if self.wanted is None else [b.ops[self.wanted]])}
        leaves = [leaf for leaf in b.leaves.values() if leaf_requires_grad(leaf.tensor)]
        found = untouched_backward(roots, [leaf.tensor for leaf in leaves], b.ops, self.trace, only)
        for leaf, g in zip(leaves, found, strict=True):
            if g is not None:
                self.totals[id(leaf.tensor)] = g
        if self.long:
            self.taken = total
        hidden = self.taken - len(self.steps)
        fans = list(self.fan_in())
        if len(fans) > FANS:
            b.notes.append(f"{len(fans) - FANS} more values are used several times")
        return BackpropReport(
            expression=expression,
            outputs=tuple(dict.fromkeys(b.shown_id(node_of(r), r) for r in b.roots)),
            total=self.taken,
            steps=tuple(self.steps),
            hidden=hidden,
            hidden_from=self.head + 1 if hidden else None,
            hidden_to=self.tail if hidden else None,
            fan_in=tuple(fans[:FANS]),
            node=None if self.wanted is None else f"n{self.wanted + 1}",
            walk=self.walk,
            notes=tuple(b.notes),
        )

    def key(self, use: Any) -> Any:
        """What contributions are added up at: an output of a node, or a leaf."""
        return (id(use.parent), use.nr) if is_node(use.parent) else id(use.tensor)

    def needed(self, use: Any) -> bool:
        return use.place is not None and (is_node(use.parent) or (use.tensor is not None and leaf_requires_grad(use.tensor)))

    def count_uses(self) -> dict[Any, int]:
        counts: dict[Any, int] = {}
        for found in self.b.uses:
            for u in found:
                if self.needed(u):
                    counts[self.key(u)] = counts.get(self.key(u), 0) + 1
        return counts

    def count_to(self, i: int) -> None:
        """In a long pass: what the ops after ``i`` have sent, without having been traced."""
        for j in range(self.counted - 1, i, -1):
            for u in self.b.uses[j]:
                if self.needed(u):
                    self.received[self.key(u)] = self.received.get(self.key(u), 0) + 1
        self.counted = i

    def trace(self, node: Any, incoming: Sequence[Any], contributions: Sequence[Any]) -> None:
        """One step: count it, and write it down where it shows."""
        b = self.b
        i = b.index.get(id(node))
        if i is None:
            return
        at = self.taken
        if self.long:
            at = len(b.ops) - 1 - i
            self.count_to(i)
        self.taken += 1
        shown = at < self.head or at >= self.tail or i == self.wanted
        whole = i == self.wanted or (self.walk and shown)
        for nr, g in enumerate(incoming):
            if g is not None and self.expected.get((id(node), nr), 0) > 1:
                self.totals[id(node), nr] = g
        names: dict[str, str] | None = None
        terms: list[Term] = []
        for u in b.uses[i]:
            if not is_node(u.parent) and u.tensor is None:
                continue
            needed = self.needed(u)
            sent = contributions[u.place] if u.place is not None and u.place < len(contributions) else None
            key = self.key(u)
            if needed and sent is not None:
                self.received[key] = self.received.get(key, 0) + 1
            many = self.expected.get(key, 0) > 1
            if not shown and not many:
                continue
            f = None if sent is None else figure(sent)
            first = None if sent is None else first_of(sent)
            if many and sent is not None:
                self.parts.setdefault(key, []).append(Part(source=f"n{i + 1}.{slot_name(u.slot)}", term=f, first=first))
            if not shown:
                continue
            if names is None:
                names = {v.slot: c for v in b.uses[i] if (c := b.called(v.parent, v.tensor)) is not None}
                names["out"] = b.node_name(node) or f"n{i + 1}"
            terms.append(
                Term(
                    to=b.called(u.parent, u.tensor),
                    kind="op" if is_node(u.parent) else b.kind(b.leaves[id(u.tensor)]),
                    slot=slot_name(u.slot),
                    rule=rule_of(node, u, names) if needed else None,
                    stretched=stretches(node, u),
                    needed=needed,
                    term=f,
                    first=first,
                    received=self.received.get(key, 0) if needed else None,
                    of=self.expected.get(key) if needed else None,
                    tensor=sent if whole else None,
                )
            )
        if not shown:
            return
        g = next((v for v in incoming if v is not None), None)
        nr = next((k for k, v in enumerate(incoming) if v is not None), 0)
        value = b.values.get((id(node), nr))
        self.steps.append(
            Step(
                step=at + 1,
                node=f"n{i + 1}",
                name=b.node_name(node),
                op=op_name(node),
                label=label_of(node),
                text=f"{b.node_name(node) or f'n{i + 1}'} = {call_text(b, i)}",
                order=order_of(node),
                shape=tuple(outputs_of(node)[nr][0]),
                where=where_of(node),
                incoming=None if g is None else figure(g),
                terms=tuple(terms),
                value=cut(value) if whole and value is not None else None,
                gradient=g if whole else None,
            )
        )

    def fan_in(self) -> Any:
        b = self.b
        called: dict[Any, str] = {id(leaf.tensor): leaf.id for leaf in b.leaves.values()}
        for i, n in enumerate(b.ops):
            for nr in range(len(outputs_of(n))):
                called[id(n), nr] = b.node_names.get((id(n), nr)) or f"n{i + 1}" + (f"[{nr}]" if nr else "")
        for key, parts in self.parts.items():
            total = self.totals.get(key)
            if total is not None and len(parts) > 1:
                shown = parts if len(parts) <= PARTS else [*parts[: PARTS // 2], *parts[-(PARTS // 2) :]]
                yield FanIn(to=called[key], uses=self.expected[key], parts=tuple(shown), total=figure(total), first=first_of(total))


def first_of(t: Any) -> Any:
    """The element at [0, .., 0] as a Python number; None where there is none."""
    if str(t.device) == "meta" or 0 in tuple(t.shape):
        return None
    a = array_of(t)
    return a if not hasattr(a, "shape") else t._dtype.python_type(a[(0,) * a.ndim])


_INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/", "matmul": "@", "pow": "**", "remainder": "%"}


def call_text(b: _Builder, i: int) -> str:
    """The call of an op in the user's names: ``m + b``, ``x @ W``, ``sum(e, dim=1)``."""
    n = b.ops[i]
    by_slot: dict[str, str] = {}
    for u in b.uses[i]:
        called = b.called(u.parent, u.tensor)
        if called is not None:
            by_slot[u.slot] = called
    args = params_of(n)
    name = op_name(n)
    sign = _INFIX.get(name)
    words: list[str] = []
    rest = label_of(n)[len(name) :].split()
    for p in n.op.schema.params:
        if p.name in by_slot:
            words.append(by_slot[p.name])
        elif f"{p.name}[0]" in by_slot:
            words += [v for k, v in by_slot.items() if k.startswith(p.name + "[")]
        elif p.name in args and "=" not in (shown := next((w for w in rest if not w.startswith(tuple(f"{k}=" for k in args))), "=")):
            words.append(shown)
            rest.remove(shown)
    if sign and len(words) == 2 and not rest:
        return f"{words[0]} {sign} {words[1]}"
    if name == "neg" and len(words) == 1:
        return f"-{words[0]}"
    if name == "rsub" and len(words) == 2 and not rest:
        return f"{words[1]} - {words[0]}"
    return f"{name}({', '.join([*words, *rest])})"
