"""The graph behind a result: ops n1.. in creation order, leaves, one edge a use, values, gradients, saved tensors.

``graph_report(y, names=...)`` walks from y to its leaves, runs one backward pass that touches no ``.grad`` and writes down what went over
each edge. Everything is iterative. A graph with more than ``limit`` nodes to show is folded (insight/fold.py): hidden nodes are counted,
never computed on.

Values of inner nodes are known where ops ran with ``graph.state.record_inputs`` set (``recording()`` sets it), or where a node saved them.
"""

from __future__ import annotations

from .fold import Group, fold
from .report import Record, Report, exact, jsonable
from .walk import (
    array_of,
    failing_call,
    graph_state,
    is_freed,
    is_node,
    is_tensor,
    is_view_op,
    label_of,
    leaf_requires_grad,
    node_of,
    op_name,
    order_of,
    outputs_of,
    parameters_of,
    params_of,
    rule_of,
    saved_of,
    saved_sizes,
    scope_of,
    slot_name,
    stretches,
    untouched_backward,
    uses_of,
    where_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

LIMIT = 60
_CROSSINGS = 64  # uses across a group's border whose gradients are added up


class Figure(Record):
    """What a value or gradient is in figures: ``value`` of one element (``text``: in full), else the finite range and the norm."""

    __slots__ = ("dtype", "shape", "n", "value", "text", "min", "max", "norm", "nans", "infs")


class Saved(Record):
    """A tensor that an op keeps for backward: ``name`` (the user's, or ``result``), ``of`` (the node it came from) and its bytes."""

    __slots__ = ("name", "of", "param", "shape", "dtype", "nbytes", "version")


class GraphNode(Record):
    """A node. ``kind`` is op, data, param or const; ``output``: it is what was asked for; ``grad_known``: gradients reached it.

    id: n1.. for ops in creation order, otherwise the user's name. label: the op with its parameters (``pow 2``). order: 2 and more for
    nodes that a backward pass recorded. where: ``{"line": .., "column": .., "source": ..}``. failed: the error's sentence, on the op that
    raised it (its shape is None).
    """

    __slots__ = (
        "id", "kind", "output", "name", "op", "label", "params", "shape", "dtype", "short", "device", "requires_grad", "value", "grad",
        "saved", "view", "order", "where", "scope", "backward", "seq", "failed",
    )  # fmt: skip


class GraphEdge(Record):
    """One use of a value: ``source`` is read by ``target`` as its parameter ``slot``. ``rule``: the local rule that sends the gradient
    back, names filled in; ``contribution``: what it sent; ``stretched``: the dims of the result along which the input was repeated."""

    __slots__ = ("source", "target", "slot", "nr", "view", "rule", "contribution", "needs_grad", "stretched", "count")


class GraphReport(Report):
    """A graph: ``outputs`` (ids), ``nodes``, ``edges``, ``groups`` (what was folded away), totals and ``notes``."""

    __slots__ = (
        "expression", "outputs", "nodes", "edges", "groups", "ops", "leaves", "hidden", "saved_bytes", "nonfinite", "notes",
    )  # fmt: skip
    schema = "tcalc.graph/1"

    def node(self, node_id: str) -> Any:
        """The node or group with this id."""
        for n in (*self.nodes, *self.groups):
            if n.id == node_id:
                return n
        raise KeyError(node_id)


class recording:
    """Inside, ops of this thread keep all their inputs, so that a graph can show constants and the values of inner nodes."""

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        state = graph_state()
        self._before = getattr(state, "record_inputs", False)
        state.record_inputs = True
        if not self._before:
            state.calls = None  # calls of modules count anew

    def __exit__(self, *failure: Any) -> None:
        graph_state().record_inputs = self._before


def graph_report(
    roots: Any,
    names: dict[str, Any] | None = None,
    params: Iterable[str] | None = None,
    expression: str | None = None,
    limit: int | None = LIMIT,
    gradients: bool = True,
) -> GraphReport:
    """The graph of one tensor or several.

    names: the user's variables, name -> tensor (leaves and inner values alike; other values are ignored). params: which of these names
    are parameters (``wrt``). limit: how many nodes may show before the graph is folded; None shows all. gradients: run backward.
    """
    return _Builder([roots] if is_tensor(roots) else list(roots), names or {}, params, limit).build(expression, gradients)


def make(subject: Any) -> GraphReport:
    """The graph of a subject's value (insight/subject.py)."""
    value = subject.recorded()
    return graph_report(value, subject.variables(), params=subject.wrt, expression=subject.text)


def failed(exc: BaseException, names: dict[str, Any] | None = None, params: Iterable[str] | None = None, expression: str | None = None) -> GraphReport | None:
    """The graph up to an op that raised ``exc``: what its operands were made from, and the op itself, marked. None where ``exc`` came from no op
    or reached none of the program's tensors."""
    found = failing_call(exc)
    if found is None:
        return None
    op, tensors, where, sentence = found
    distinct = list({id(t): t for t in tensors}.values())
    b = _Builder(distinct, names or {}, params, LIMIT)
    r = b.build(expression, False)
    number = f"n{r.ops + 1}"
    node = GraphNode(
        id=number, kind="op", output=True, op=op, label=op, params={}, requires_grad=False, saved=(), view=False, order=1, where=where, failed=sentence,
    )  # fmt: skip
    nodes = tuple(n if not n.output else GraphNode(**{k: getattr(n, k) for k in n.__slots__} | {"output": False}) for n in r.nodes)
    slots = ("self", "other") if len(tensors) == 2 else tuple(f"input {k}" for k in range(len(tensors)))
    edges = tuple(
        GraphEdge(source=b.shown_id(node_of(t), t), target=number, slot=s, nr=0, view=False, needs_grad=False, stretched=(), count=1)
        for s, t in zip(slots, tensors, strict=True)
    )
    facts = {k: getattr(r, k) for k in r.__slots__}
    facts |= {"outputs": (number,), "nodes": (*nodes, node), "edges": (*r.edges, *edges), "ops": r.ops + 1, "notes": (*r.notes, f"{number} failed")}
    return GraphReport(**facts)


class _Leaf:
    """A leaf while the graph is being collected."""

    __slots__ = ("id", "index", "tensor", "used_by")

    def __init__(self, tensor: Any, index: int) -> None:
        self.tensor = tensor
        self.index = index
        self.id = ""
        self.used_by: list[int] = []


class _Builder:
    """One report in the making: collect, name, fold, run backward, write the records."""

    def __init__(self, roots: list[Any], names: dict[str, Any], params: Iterable[str] | None, limit: int | None) -> None:
        for r in roots:
            if not is_tensor(r):
                raise TypeError(f"graph: expected a Tensor, got {type(r).__name__}")
        self.roots = roots
        self.limit = limit
        self.params = frozenset(params or ())
        self.notes: list[str] = []
        self.leaf_names: dict[int, str] = {}
        self.node_names: dict[tuple[int, int], str] = {}
        for name, t in names.items():
            if is_tensor(t) and name not in ("_", "ans"):
                n = node_of(t)
                if is_node(n):
                    self.node_names.setdefault((id(n), t._out), name)
                else:
                    self.leaf_names.setdefault(id(t), name)
            elif not is_tensor(t):
                for inner, p in parameters_of(t):
                    self.leaf_names.setdefault(id(p), f"{name}.{inner}")
        self.keep = names  # the tensors stay alive, so ids stay theirs

    # -- collect ------------------------------------------------------------------------------------------------------------------

    def collect(self) -> None:
        """All ops in creation order, all leaves in order of first use, the uses of each op."""
        seen: dict[int, Any] = {}
        stack: list[Any] = []
        self.root_nodes: list[Any] = []
        for r in self.roots:
            n = node_of(r)
            self.root_nodes.append(n if is_node(n) else None)
            if is_node(n) and id(n) not in seen:
                seen[id(n)] = n
                stack.append(n)
        uses: dict[int, list[Any]] = {}
        values: dict[tuple[int, int], Any] = {}
        while stack:
            n = stack.pop()
            uses[id(n)] = found = uses_of(n)
            for u in found:
                p = u.parent
                if is_node(p):
                    if u.tensor is not None and node_of(u.tensor) is p:  # else written to since
                        values.setdefault((id(p), u.nr), u.tensor)
                    if id(p) not in seen:
                        seen[id(p)] = p
                        stack.append(p)
        for r, n in zip(self.roots, self.root_nodes, strict=True):
            if n is not None:
                values[id(n), r._out] = r
        for t in self.keep.values():
            if is_tensor(t):
                n = node_of(t)
                if is_node(n) and id(n) in seen:
                    values.setdefault((id(n), t._out), t)
        self.values = values
        self.ops = sorted(seen.values(), key=lambda n: n.seq)
        self.index = {id(n): i for i, n in enumerate(self.ops)}
        self.uses = [uses[id(n)] for n in self.ops]
        self.leaves: dict[int, _Leaf] = {}
        for i, found in enumerate(self.uses):
            for u in found:
                if not is_node(u.parent) and u.tensor is not None:
                    self._leaf(u.tensor).used_by.append(i)
        for r, n in zip(self.roots, self.root_nodes, strict=True):
            if n is None:
                self._leaf(r)

    def _leaf(self, t: Any) -> _Leaf:
        leaf = self.leaves.get(id(t))
        if leaf is None:
            leaf = self.leaves[id(t)] = _Leaf(t, len(self.leaves))
        return leaf

    def number(self) -> None:
        """Ids: n1.. for ops; a leaf's is the user's name, where it is one and free, else data1.., const1.. in order of first use."""
        taken = {f"n{i + 1}" for i in range(len(self.ops))} if len(self.ops) < 100_000 else set()
        counts = {"data": 0, "param": 0, "const": 0}
        for leaf in self.leaves.values():
            name = self.leaf_names.get(id(leaf.tensor)) or getattr(leaf.tensor._ext, "name", None)
            if name:
                text = str(name)
            else:
                kind = self.kind(leaf)
                counts[kind] += 1
                text = f"{kind}{counts[kind]}"
            while text in taken:
                text += "_"
            taken.add(text)
            leaf.id = text

    def kind(self, leaf: _Leaf) -> str:
        """const: no gradient; param: named by wrt (or an nn.Parameter); else data."""
        t = leaf.tensor
        if not leaf_requires_grad(t):
            return "const"
        name = self.leaf_names.get(id(t))
        return "param" if name in self.params or type(t).__name__ == "Parameter" else "data"

    # -- fold ---------------------------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Which ops and leaves show, and the groups that stand for the others."""
        m = len(self.ops)
        self.group_of: dict[int, int] = {}
        self.groups: list[Group] = []
        self.hidden_leaves: dict[int, int | None] = {}
        if self.limit is None or m + len(self.leaves) <= self.limit:
            return
        keep = {self.index[id(n)] for n in self.root_nodes if n is not None}
        self.groups = fold(
            [(label_of(n), n.shape) for n in self.ops], [scope_of(n) for n in self.ops], self.limit - min(len(self.leaves), self.limit // 3), keep
        )
        for g, group in enumerate(self.groups):
            for i in range(group.start, group.stop):
                self.group_of[i] = g
        room = self.limit - (m - len(self.group_of)) - len(self.groups)
        ranked = sorted(self.leaves.values(), key=self._leaf_rank)
        place = -1
        for leaf in ranked:
            inside = {self.group_of.get(i) for i in leaf.used_by}
            named = "." not in self.leaf_names.get(id(leaf.tensor), ".")  # a module's parameter goes where its module goes
            alone = not named and len(inside) == 1
            place += not (leaf.used_by and None not in inside and alone)
            if leaf.used_by and None not in inside and (place >= room or alone):
                self.hidden_leaves[id(leaf.tensor)] = min(g for g in inside if g is not None)

    def _leaf_rank(self, leaf: _Leaf) -> tuple[int, int]:
        kind = self.kind(leaf)
        named = id(leaf.tensor) in self.leaf_names
        return ({"param": 0, "data": 1, "const": 2}[kind] + (0 if named else 3), leaf.index)

    def shown_id(self, parent: Any, tensor: Any) -> str:
        """The id under which an input shows: its own, or that of the group that hides it."""
        if is_node(parent):
            i = self.index[id(parent)]
            g = self.group_of.get(i)
            return f"n{i + 1}" if g is None else f"g{g + 1}"
        hidden = self.hidden_leaves.get(id(tensor))
        return self.leaves[id(tensor)].id if hidden is None else f"g{hidden + 1}"

    # -- backward -----------------------------------------------------------------------------------------------------------------

    def backward(self) -> None:
        """One pass that accumulates nowhere; keeps figures for what shows."""
        self.grads: dict[int, list[Any]] = {}
        self.sent: dict[int, tuple[Any, ...]] = {}
        self.leaf_grads: dict[int, Any] = {}
        self.group_grads: dict[int, tuple[int, float]] = {}
        roots = [r for r, n in zip(self.roots, self.root_nodes, strict=True) if n is not None]
        if not roots:
            if all(not leaf_requires_grad(r) for r in self.roots):
                self.notes.append("no input requires grad: nothing was recorded")
            return
        if any(is_freed(n) for n in self.ops):
            self.notes.append("the graph was freed by an earlier backward: no gradients (retain_graph=True keeps it)")
            return
        for r in roots:
            if r.numel() != 1:
                name = self.node_names.get((id(node_of(r)), r._out)) or "the result"
                self.notes.append(f"{name} has {r.numel()} elements: gradients are those of its sum")
        wanted = [leaf for leaf in self.leaves.values() if leaf_requires_grad(leaf.tensor)]

        def trace(node: Any, incoming: Sequence[Any], contributions: Sequence[Any]) -> None:
            i = self.index.get(id(node))
            if i is None:
                return
            if i not in self.group_of:
                self.grads[i] = [None if g is None else figure(g) for g in incoming]
                self.sent[i] = tuple(None if c is None else figure(c) for c in contributions)
            for pair, u in crossing.get(i, ()):
                c = contributions[u.place]
                if c is not None:
                    sums = self.crossed.setdefault(pair, {})
                    key = (id(u.parent), u.nr) if is_node(u.parent) else id(u.tensor)
                    sums[key] = sums[key] + c if key in sums else c

        crossing = self.crossing()
        try:
            only = {n for i, n in enumerate(self.ops) if i not in self.group_of or i in crossing} if self.group_of else None
            found = untouched_backward(roots, [leaf.tensor for leaf in wanted], self.ops, trace, only)
        except RuntimeError as exc:  # NotImplementedError is one, too
            self.notes.append(f"backward failed: {exc}")
            return
        for leaf, g in zip(wanted, found, strict=True):
            if g is None:
                continue
            hidden = self.hidden_leaves.get(id(leaf.tensor))
            if hidden is None:
                self.leaf_grads[id(leaf.tensor)] = figure(g)
            elif self.kind(leaf) == "param":
                count, squares = self.group_grads.get(hidden, (0, 0.0))
                norm = figure(g).norm
                self.group_grads[hidden] = (count + 1, squares + (norm or 0.0) ** 2)

    def crossing(self) -> dict[int, list[tuple[tuple[str, str], Any]]]:
        """Ops that read across a group's border -> ((source, target), use); borders crossed very often are left alone."""
        found: dict[tuple[str, str], list[tuple[int, Any]]] = {}
        if not self.groups:
            return {}
        for i, uses in enumerate(self.uses):
            target = self.shown_id(self.ops[i], None)
            home = self.group_of.get(i)
            for u in uses:
                if home is not None and is_node(u.parent) and self.group_of.get(self.index[id(u.parent)]) == home:
                    continue
                if u.place is None or not (is_node(u.parent) or (u.tensor is not None and leaf_requires_grad(u.tensor))):
                    continue
                source = self.shown_id(u.parent, u.tensor)
                if source != target and (i in self.group_of or (source[0] == "g" and source not in self.leaf_ids)):
                    found.setdefault((source, target), []).append((i, u))
        out: dict[int, list[tuple[tuple[str, str], Any]]] = {}
        for pair, at in found.items():
            if len(at) <= _CROSSINGS:
                for i, u in at:
                    out.setdefault(i, []).append((pair, u))
        return out

    # -- write --------------------------------------------------------------------------------------------------------------------

    def build(self, expression: str | None, gradients: bool) -> GraphReport:
        self.collect()
        self.number()
        self.choose()
        self.grads, self.sent, self.leaf_grads, self.group_grads = {}, {}, {}, {}
        self.crossed: dict[tuple[str, str], dict[Any, Any]] = {}
        self._leaf_ids: frozenset[str] | None = None
        if gradients:
            self.backward()
        shown = [i for i in range(len(self.ops)) if i not in self.group_of]
        nodes = [self.leaf_node(leaf) for leaf in self.leaves.values() if id(leaf.tensor) not in self.hidden_leaves]
        nodes += [self.op_node(i) for i in shown]
        hidden = len(self.group_of) + len(self.hidden_leaves)
        self.sizes = [saved_sizes(n) for n in self.ops]
        total = self.saved_bytes(0, len(self.ops))
        groups = [self.group_node(g) for g in range(len(self.groups))]
        if hidden:
            self.notes.append(f"{hidden} hidden in {len(groups)} group{'' if len(groups) == 1 else 's'}")
        bad = [n.id for n in nodes for f in (n.value, n.grad) if f is not None and (f.nans or f.infs)]
        return GraphReport(
            expression=expression,
            outputs=tuple(dict.fromkeys(self.shown_id(node_of(r), r) for r in self.roots)),
            nodes=tuple(nodes),
            edges=tuple(self.edges(shown)),
            groups=tuple(groups),
            ops=len(self.ops),
            leaves=len(self.leaves),
            hidden=hidden,
            saved_bytes=total,
            nonfinite=tuple(dict.fromkeys(bad)),
            notes=tuple(self.notes),
        )

    def leaf_node(self, leaf: _Leaf) -> GraphNode:
        t = leaf.tensor
        return GraphNode(
            id=leaf.id,
            kind=self.kind(leaf),
            output=any(r is t for r in self.roots),
            name=self.leaf_names.get(id(t)) or getattr(t._ext, "name", None),
            shape=tuple(t.shape),
            dtype=t._dtype.name,
            short=t._dtype.short,
            device=str(t.device),
            requires_grad=leaf_requires_grad(t),
            value=figure(t),
            grad=self.leaf_grads.get(id(t)),
            saved=(),
            view=False,
            order=1,
        )

    def op_node(self, i: int) -> GraphNode:
        n = self.ops[i]
        grads = self.grads.get(i)
        values = [self.values.get((id(n), nr)) for nr in range(len(outputs_of(n)))]
        nr = next((k for k, v in enumerate(values) if v is not None), 0)
        shape, dtype = outputs_of(n)[nr]
        tensor = values[nr]
        return GraphNode(
            id=f"n{i + 1}",
            kind="op",
            output=any(n is r for r in self.root_nodes),
            name=self.node_name(n),
            op=op_name(n),
            label=label_of(n),
            params={k: jsonable(v) for k, v in params_of(n).items()},
            shape=tuple(shape),
            dtype=dtype.name,
            short=dtype.short,
            device=None if tensor is None else str(tensor.device),
            requires_grad=True,
            value=None if tensor is None else figure(tensor),
            grad=grads[nr] if grads and nr < len(grads) else None,
            saved=tuple(self.saved(i)),
            view=is_view_op(n),
            order=order_of(n),
            where=where_of(n),
            scope=scope_of(n),
            backward=n.name(),
            seq=n.seq,
        )

    def node_name(self, n: Any) -> str | None:
        """The user's name for an op's output; where several outputs have one, all of them."""
        found = [self.node_names[id(n), k] for k in range(len(outputs_of(n))) if (id(n), k) in self.node_names]
        return ", ".join(found) or None

    def called(self, parent: Any, tensor: Any) -> str | None:
        """What an input is called in rules and among saved tensors: the user's name, else the id."""
        if is_node(parent):
            return self.node_name(parent) or f"n{self.index[id(parent)] + 1}"
        if tensor is None:
            return None
        leaf = self.leaves.get(id(tensor))
        return None if leaf is None else leaf.id

    def saved(self, i: int) -> Iterator[Saved]:
        n = self.ops[i]
        slots = {u.slot: u for u in self.uses[i]}
        seen: set[int] = set()
        for s in saved_of(n):
            if s.memory in seen:  # x * x keeps x once
                continue
            seen.add(s.memory)
            u = slots.get(s.param)
            if s.is_output:
                name: str | None = "result"
                of: str | None = f"n{i + 1}"
            else:
                of = None if u is None else self.shown_id(u.parent, u.tensor) if is_node(u.parent) or u.tensor is not None else None
                name = None if u is None else self.called(u.parent, u.tensor)
            yield Saved(
                name=name or s.param, of=of, param=s.param, shape=tuple(s.shape), dtype=s.dtype, nbytes=s.nbytes, version=s.version
            )  # fmt: skip

    def saved_bytes(self, start: int, stop: int) -> int:
        """Bytes that ops start..stop-1 keep for backward, each memory counted once."""
        distinct: dict[int, int] = {}
        for sizes in self.sizes[start:stop]:
            distinct.update(sizes)
        return sum(distinct.values())

    def group_node(self, g: int) -> Any:
        group = self.groups[g]
        counts: dict[str, int] = {}
        for i in range(group.start, group.stop):
            name = op_name(self.ops[i])
            counts[name] = counts.get(name, 0) + 1
        leaves = [k for k, v in self.hidden_leaves.items() if v == g]
        return GraphGroup(
            id=f"g{g + 1}",
            label=group.label,
            first=f"n{group.start + 1}",
            last=f"n{group.stop}",
            ops=group.stop - group.start,
            leaves=len(leaves),
            counts=counts,
            saved_bytes=self.saved_bytes(group.start, group.stop),
            params=self.group_grads.get(g, (0, 0.0))[0],
            grad_norm=self.group_grads[g][1] ** 0.5 if g in self.group_grads else None,
        )

    def edges(self, shown: list[int]) -> Iterator[GraphEdge]:
        """One edge a use between what shows; between groups one edge with the number of uses."""
        merged: dict[tuple[str, str], int] = {}
        sent_by_hidden: set[int] = set(self.group_of)
        for i in [*shown, *sorted(sent_by_hidden)]:
            n = self.ops[i]
            target = self.shown_id(n, None)
            sent = self.sent.get(i, ())
            names: dict[str, str] | None = None
            for u in self.uses[i]:
                if not is_node(u.parent) and u.tensor is None:
                    continue
                source = self.shown_id(u.parent, u.tensor)
                if i in sent_by_hidden or source[0] == "g" and source not in self.leaf_ids:
                    if source != target:
                        merged[source, target] = merged.get((source, target), 0) + 1
                    continue
                if names is None:
                    names = {v.slot: c for v in self.uses[i] if (c := self.called(v.parent, v.tensor)) is not None}
                    names["out"] = self.node_name(n) or f"n{i + 1}"
                needs = is_node(u.parent) or leaf_requires_grad(u.tensor)
                yield GraphEdge(
                    source=source,
                    target=target,
                    slot=slot_name(u.slot),
                    nr=u.nr,
                    view=is_view_op(n),
                    rule=rule_of(n, u, names) if needs else None,
                    contribution=sent[u.place] if u.place is not None and u.place < len(sent) else None,
                    needs_grad=needs,
                    stretched=stretches(n, u),
                    count=1,
                )
        for (source, target), uses in merged.items():
            sums = list(self.crossed.get((source, target), {}).values())
            yield GraphEdge(
                source=source, target=target, slot="", nr=0, view=False, needs_grad=True, stretched=(), count=uses,
                contribution=figure(sums[0]) if len(sums) == 1 else None,
            )  # fmt: skip

    @property
    def leaf_ids(self) -> frozenset[str]:
        """Ids of the leaves that show (a leaf may be called g1, too)."""
        if self._leaf_ids is None:
            self._leaf_ids = frozenset(leaf.id for leaf in self.leaves.values() if id(leaf.tensor) not in self.hidden_leaves)
        return self._leaf_ids


class GraphGroup(Record):
    """Ops ``first`` to ``last`` folded into one: how many, of which kinds, what they keep for backward; how many parameters with a gradient
    went along, and the norm of their gradients together."""

    __slots__ = ("id", "label", "first", "last", "ops", "leaves", "counts", "saved_bytes", "params", "grad_norm")


def figure(t: Any) -> Figure:
    """The figures of a tensor: one element in full, more as range, norm, NaN and Inf counts. Nothing on meta but the shape."""
    shape = tuple(t.shape)
    n = 1
    for size in shape:
        n *= size
    facts: dict[str, Any] = {"dtype": t._dtype.short, "shape": shape, "n": n}
    if str(t.device) == "meta" or n == 0:
        return Figure(**facts)
    a = array_of(t)
    if n == 1:
        v = a if not hasattr(a, "shape") else t._dtype.python_type(a.reshape(())[()])
        return Figure(
            value=v, text=exact(v, t._dtype), norm=abs(v), nans=int(v != v), infs=int(v - v != 0 and v == v) if not isinstance(v, bool) else 0, **facts
        )  # fmt: skip
    import numpy as np

    if a.dtype.kind == "c":
        return Figure(norm=float(np.sqrt((np.abs(a) ** 2).sum())), nans=0, infs=0, **facts)
    wide = a.astype(np.float64)
    bad = ~np.isfinite(wide)
    if bad.any():
        nans = int(np.isnan(wide).sum())
        good = wide[~bad]
        if not good.size:
            return Figure(norm=float("nan") if nans else float("inf"), nans=nans, infs=n - nans, **facts)
        return Figure(
            min=float(good.min()), max=float(good.max()), norm=float("nan") if nans else float("inf"), nans=nans,
            infs=int(bad.sum()) - nans, **facts,
        )  # fmt: skip
    whole = a.dtype.kind in "biu"
    low, high = (int(a.min()), int(a.max())) if whole else (float(wide.min()), float(wide.max()))
    return Figure(min=low, max=high, norm=float(np.sqrt(np.square(wide).sum())), nans=0, infs=0, **facts)
