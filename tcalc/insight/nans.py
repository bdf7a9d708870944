"""Where the first NaN or Inf was born, in the forward and in the backward pass, element by element, with the arithmetic that made it.

``nans_report(y, names)`` looks at the recorded value of every node and at everything that one backward pass sends. An element is *born* bad
where what it was computed from is not; it is *carried* everywhere else. Then: what it reached, what hid it, and the usual way out
(insight/patterns.py). Nothing is computed twice, and ``.grad`` of no tensor changes.
"""

from __future__ import annotations

from ..engine.dtypes import finfo
from .graph import _Builder
from .patterns import fixes_for
from .report import Record, Report, brief, exact, shape_text
from .walk import (
    _renamed,
    _split_remark,
    array_of,
    is_freed,
    is_node,
    is_view_op,
    label_of,
    leaf_requires_grad,
    node_of,
    op_name,
    outputs_of,
    own_part,
    params_of,
    untouched_backward,
    where_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

LARGE = 2000  # ops: a longer backward pass is traced only where a gradient of an input is bad
ROWS = 4  # elements shown of one birthplace: so many bad ones, and one that is well
_HEADROOM = 16.0  # head-room below this factor is worth a line


class Row(Record):
    """One element at a birthplace: its index, what forward computed there, what the rule computed there, and the verdict
    (``forward``, ``backward``, ``given`` or ``ok``); ``result`` is what came out: nan, inf, -inf or a number."""

    __slots__ = ("at", "forward", "backward", "born", "kind", "why")


class Birth(Record):
    """A node where NaN or Inf came into being. ``phase``: forward, backward or given (it came with the data). ``nans``, ``infs``: how many
    elements were born there. ``rule``: the backward rule with names. ``chain``: ids that carried it on, in order; ``ends``: where it went."""

    __slots__ = ("node", "name", "label", "input", "phase", "nans", "infs", "n", "where", "rule", "rows", "chain", "hidden_by", "ends")


class Reached(Record):
    """What is bad in the end: a result or a gradient. ``what``: ``L`` or ``x.grad``; ``at``: the first bad indices."""

    __slots__ = ("what", "nans", "infs", "n", "at", "text")


class Headroom(Record):
    """How near a node comes to the largest number of its dtype: ``times`` the largest |value| would still fit (below 1: it did not)."""

    __slots__ = ("node", "label", "dtype", "largest", "limit", "times")


class NansReport(Report):
    """``births`` in the order in which they happened; ``reached``: bad results and gradients, then the good ones; ``fixes``: what usually helps;
    ``headroom``: nodes near the top of a narrow dtype. ``clean``: nothing bad anywhere."""

    __slots__ = ("expression", "clean", "reached", "hidden", "births", "fixes", "headroom", "notes")
    schema = "tcalc.nans/1"


def make(subject: Any) -> NansReport:
    """The report of a Subject."""
    y = subject.recorded()
    return nans_report(y, subject.variables(), subject.wrt, subject.text)


def nans_report(roots: Any, names: dict[str, Any] | None = None, params: Iterable[str] | None = None, expression: str | None = None) -> NansReport:
    """The report for one tensor or several; arguments as graph_report has them. The ops must have run inside ``recording()``."""
    b = _Builder([roots] if not isinstance(roots, (list, tuple)) else list(roots), names or {}, params, None)
    b.collect()
    b.number()
    b.choose()
    import numpy as np

    with np.errstate(all="ignore"):
        return _Search(b).report(expression)


class _Found:
    """Births at one node while they are being collected."""

    __slots__ = ("back", "forward", "grads", "i", "inputs", "out", "sent")

    def __init__(self, i: int) -> None:
        self.i = i
        self.forward: Any = None  # mask over the output
        self.back: dict[int, Any] = {}  # place among the uses -> mask over that input
        self.out: Any = None
        self.inputs: list[Any] = []
        self.grads: Any = None  # the gradient that came in
        self.sent: dict[int, Any] = {}  # place -> what was sent there


class _Search:
    """One search: forward masks, a traced backward pass, and the words."""

    def __init__(self, b: _Builder) -> None:
        self.b = b
        self.found: dict[int, _Found] = {}
        self.order: list[tuple[int, str]] = []
        self.bad_out: dict[int, Any] = {}  # op -> mask of NaN or Inf in its output (only where there is any)
        self.notes: list[str] = []

    # -- values -------------------------------------------------------------------------------------------------------------------

    def value(self, parent: Any, nr: int, tensor: Any) -> Any:
        """An input's or output's elements as float64, None where unknown or not real."""
        t = tensor if tensor is not None else self.b.values.get((id(parent), nr))
        return None if t is None else numbers(t)

    def output(self, i: int) -> Any:
        n = self.b.ops[i]
        for nr in range(len(outputs_of(n))):
            t = self.b.values.get((id(n), nr))
            if t is not None:
                return numbers(t)
        return None

    def inputs(self, i: int) -> list[Any]:
        return [self.value(u.parent, u.nr, u.tensor) for u in self.b.uses[i]]

    # -- forward ------------------------------------------------------------------------------------------------------------------

    def forward(self) -> None:
        import numpy as np

        unknown = 0
        for i, n in enumerate(self.b.ops):
            one = self.b.values.get((id(n), 0))
            if one is not None and type(one._data) is float and one._data - one._data == 0:
                continue  # most values of a long scalar program
            out = self.output(i)
            if out is None:
                unknown += 1
                continue
            bad = ~np.isfinite(out)
            if not bad.any():
                continue
            self.bad_out[i] = bad
            if is_view_op(n):
                continue
            ins = self.inputs(i)
            carried_nan, carried_any = np.zeros(out.shape, bool), np.zeros(out.shape, bool)
            for u, a in zip(self.b.uses[i], ins, strict=True):
                if a is None or np.isfinite(a).all():
                    continue
                carried_nan |= touched(n, u, np.isnan(a), out.shape)
                carried_any |= touched(n, u, ~np.isfinite(a), out.shape)
            born = (np.isnan(out) & ~carried_nan) | (np.isinf(out) & ~carried_any)
            for v in [*params_of(n).values(), *[float(a.reshape(())) for a in ins if a is not None and a.size == 1]]:
                if isinstance(v, float) and v - v != 0:
                    born &= (out != v) & ~(np.isnan(out) & (v != v))  # the program wrote it there, as masked_fill(mask, -inf) does
            if born.any():
                f = self.at(i)
                f.forward, f.out, f.inputs = born, out, ins
                self.order.append((i, "forward"))
        if unknown:
            self.notes.append(
                f"{unknown} inner value{'s are' if unknown > 1 else ' is'} not known: nothing can be said about {'them' if unknown > 1 else 'it'}"
            )

    def at(self, i: int) -> _Found:
        f = self.found.get(i)
        if f is None:
            f = self.found[i] = _Found(i)
        return f

    # -- backward -----------------------------------------------------------------------------------------------------------------

    def backward(self) -> None:
        import numpy as np

        b = self.b
        self.sends_bad: dict[int, list[Any]] = {}
        self.leaf_grads: dict[int, Any] = {}
        self.grads: dict[int, Any] = {}
        roots = [r for r, n in zip(b.roots, b.root_nodes, strict=True) if n is not None]
        if not roots:
            return
        if any(is_freed(n) for n in b.ops):
            self.notes.append("the graph was freed by an earlier backward: the backward pass cannot be looked at")
            return
        leaves = [leaf for leaf in b.leaves.values() if leaf_requires_grad(leaf.tensor)]
        sums: dict[Any, list[Any]] = {}

        def trace(node: Any, incoming: Sequence[Any], contributions: Sequence[Any]) -> None:
            self.step(node, incoming, contributions, sums)

        targets = [leaf.tensor for leaf in leaves]
        try:
            found = untouched_backward(roots, targets, b.ops, trace, set() if len(b.ops) > LARGE else None)
            if len(b.ops) > LARGE:
                if any(g is not None and (a := numbers(g)) is not None and not np.isfinite(a).all() for g in found):
                    found = untouched_backward(roots, targets, b.ops, trace)
                else:
                    self.notes.append(f"{len(b.ops)} ops: backward was looked at where it arrives, and is finite there")
        except RuntimeError as exc:
            self.notes.append(f"backward failed: {exc}")
            return
        for leaf, g in zip(leaves, found, strict=True):
            if g is not None:
                self.leaf_grads[id(leaf.tensor)] = numbers(g)

    def step(self, node: Any, incoming: Sequence[Any], contributions: Sequence[Any], sums: dict[Any, list[Any]]) -> None:
        import numpy as np

        b = self.b
        i = b.index.get(id(node))
        if i is None:
            return
        g = next((numbers(v) for v in incoming if v is not None), None)
        if g is None:
            return
        g_nan, g_bad = np.isnan(g), ~np.isfinite(g)
        parts = sums.pop(id(node), [])
        if g_bad.any():
            if g_nan.any() and len(parts) > 1 and not any(np.isnan(p).any() for p in parts):
                self.notes.append(f"n{i + 1} receives Inf and -Inf from different uses: their sum is NaN")
        for k, u in enumerate(b.uses[i]):
            sent = contributions[u.place] if u.place is not None and u.place < len(contributions) else None
            a = None if sent is None else numbers(sent)
            if a is None:
                continue
            if is_node(u.parent):
                sums.setdefault(id(u.parent), []).append(a)
            bad = ~np.isfinite(a)
            if not bad.any():
                continue
            self.sends_bad.setdefault(i, []).append(u)
            if is_view_op(node):
                continue
            if node.op.kind == "map":
                carried_nan, carried_bad = gathered(g_nan, a.shape), gathered(g_bad, a.shape)
            else:
                carried_nan, carried_bad = np.full(a.shape, g_nan.any()), np.full(a.shape, g_bad.any())
            born = (np.isnan(a) & ~carried_nan) | (np.isinf(a) & ~carried_bad)
            if born.any():
                f = self.at(i)
                f.back[k], f.sent[k], f.grads = born, a, g
                if not f.inputs:
                    f.inputs, f.out = self.inputs(i), self.output(i)
                if (i, "backward") not in self.order:
                    self.order.append((i, "backward"))
        f2 = self.found.get(i)
        if f2 is not None and f2.grads is None:
            f2.grads = g
            for k, u in enumerate(b.uses[i]):
                sent = contributions[u.place] if u.place is not None and u.place < len(contributions) else None
                if sent is not None:
                    f2.sent[k] = numbers(sent)

    # -- words --------------------------------------------------------------------------------------------------------------------

    def report(self, expression: str | None) -> NansReport:
        b = self.b
        given = self.given()
        self.forward()
        self.backward()
        births = [*given]
        done: set[int] = set()
        causes: list[tuple[int, str, _Found]] = []
        for i, phase in self.order:
            if i in done:
                continue
            if phase == "backward" and self.from_forward(i):
                continue  # the forward NaN came back: its birth is listed already
            done.add(i)
            births.append(self.birth(i, phase))
            causes.append((i, phase, self.found[i]))
        reached, hidden = self.reached()
        return NansReport(
            expression=expression,
            clean=not births and not any(r.nans or r.infs for r in reached),
            reached=tuple(reached),
            hidden=tuple(hidden),
            births=tuple(births),
            fixes=tuple(fixes_for(b, causes)),
            headroom=tuple(self.headroom()),
            notes=tuple(dict.fromkeys(self.notes)),
        )

    def given(self) -> list[Birth]:
        """Leaves that came with NaN or Inf in them."""
        import numpy as np

        out = []
        for leaf in self.b.leaves.values():
            a = numbers(leaf.tensor)
            if a is None or np.isfinite(a).all():
                continue
            bad = ~np.isfinite(a)
            rows = [Row(at=index(p, a.shape), forward=number(a.ravel()[p]), born="given", kind=kind_of(a.ravel()[p])) for p in np.flatnonzero(bad)[:ROWS]]
            out.append(
                Birth(
                    node=leaf.id, name=leaf.id, label=self.b.kind(leaf), phase="given", nans=int(np.isnan(a).sum()), infs=int(np.isinf(a).sum()),
                    n=int(a.size), rows=tuple(rows), chain=tuple(self.chain(None, leaf.tensor)),
                )
            )  # fmt: skip
        return out

    def from_forward(self, i: int) -> bool:
        """Every backward birth at ``i`` stands where forward was NaN already, and forward's birth is elsewhere."""
        import numpy as np

        f = self.found[i]
        if f.forward is not None:
            return False
        for born in f.back.values():
            seen = np.zeros(born.shape, bool)
            for a in (*f.inputs, f.out):
                if a is not None and np.isnan(a).any():
                    seen |= gathered(np.isnan(a), born.shape) if self.b.ops[i].op.kind == "map" else np.full(born.shape, True)
            if (born & ~seen).any():
                return False
        return True

    def birth(self, i: int, phase: str) -> Birth:
        import numpy as np

        b, n, f = self.b, self.b.ops[i], self.found[i]
        k = next(iter(f.back), None)
        if k is None:
            k = next((j for j, u in enumerate(b.uses[i]) if j in f.sent), 0 if b.uses[i] else None)
        mask = f.forward if phase == "forward" else f.back[k]
        both = mask
        if phase == "forward" and k in f.back and f.back[k].shape == mask.shape:
            both = mask | f.back[k]
        nans = infs = 0
        values = f.out if phase == "forward" else f.sent[k]
        nans, infs = int((mask & np.isnan(values)).sum()), int((mask & np.isinf(values)).sum())
        use = None if k is None else b.uses[i][k]
        return Birth(
            node=f"n{i + 1}",
            name=b.node_name(n),
            label=label_of(n),
            input=None if use is None else b.called(use.parent, use.tensor),
            phase=phase,
            nans=nans,
            infs=infs,
            n=int(values.size),
            where=where_of(n),
            rule=None if k is None or k not in f.sent else rule_text(n, b.uses[i][k], b, i),
            rows=tuple(self.rows(i, k, both)),
            chain=tuple(self.chain(i, None) if phase == "forward" else self.chain_back(i)),
            hidden_by=tuple(self.hiding(i)) if phase == "forward" else (),
        )

    def rows(self, i: int, k: int | None, mask: Any) -> list[Row]:
        """The bad elements, and one that is well for comparison."""
        import numpy as np

        f, n = self.found[i], self.b.ops[i]
        spots = [int(p) for p in np.flatnonzero(mask)[:ROWS]]
        well = np.flatnonzero(~mask)
        same = n.op.kind == "map" and f.out is not None and mask.shape == f.out.shape
        if same and well.size:
            fine = [int(p) for p in well if np.isfinite(f.out.ravel()[p])][:1]
            spots += fine
        out = []
        for p in sorted(spots):
            at = index(p, mask.shape)
            forward = backward = None
            kind = why = ""
            born = "ok"
            if f.out is not None and f.out.shape == mask.shape and (same or f.forward is not None and f.forward.ravel()[p]):
                forward, why = self.arithmetic(i, at)
                if f.forward is not None and f.forward.ravel()[p]:
                    born, kind = "forward", kind_of(f.out[at])
            if k is not None and k in f.sent and f.sent[k].shape == mask.shape:
                backward = self.rule_numbers(i, k, at)
                if backward is not None and n.op.kind != "map":
                    backward, cause = self.rule_slice(i, k, at)
                    why = why if born == "forward" else cause
                if born == "ok" and k in f.back and f.back[k][at]:
                    born, kind = "backward", kind_of(f.sent[k][at])
                    g = float(f.grads[at]) if f.grads is not None and f.grads.shape == mask.shape else None
                    why = "0 times Inf" if kind == "nan" and g == 0 else why if kind == "nan" else self.why_infinite(i, at)
            out.append(Row(at=at, forward=forward, backward=backward, born=born, kind=kind or None, why=None if born == "ok" else why or None))
        return out

    def why_infinite(self, i: int, at: tuple[int, ...]) -> str:
        """Whether an Inf that a rule made is a slope without bound or a product too large."""
        f, n = self.found[i], self.b.ops[i]
        values = [element(n, u, a, at, f.out.shape) for u, a in zip(self.b.uses[i], f.inputs, strict=True) if a is not None and f.out is not None]
        if (
            n.op.kind == "map"
            and f.out is not None
            and (f.out[at] == 0 or any(v == 0 or v is not None and abs(v) == 1 for v in values))
            and op_name(n) != "mul"
        ):
            return "the slope is infinite"
        return "overflow"

    def rule_slice(self, i: int, k: int, at: tuple[int, ...]) -> tuple[str, str]:
        """What a rule that mixes elements made of one, and what of its ingredients explains it."""
        import numpy as np

        f = self.found[i]
        sent = number(f.sent[k][at])
        name = self.b.node_name(self.b.ops[i]) or f"n{i + 1}"
        parts = []
        if f.grads is not None and f.grads.size:
            bad = f.grads[~np.isfinite(f.grads)]
            parts.append(f"g {number(bad.flat[0]) if bad.size else number(f.grads.flat[0])}")
        zero = f.out is not None and bool((f.out == 0).any())
        if f.out is not None and f.out.shape == f.sent[k].shape:
            parts.append(f"{name} {number(f.out[at])}")
        infinite = f.grads is not None and bool(np.isinf(f.grads).any())
        why = "0 times Inf" if infinite and zero else "Inf - Inf" if infinite else ""
        return f"{', '.join(parts)}: {sent}", why

    def arithmetic(self, i: int, at: tuple[int, ...]) -> tuple[str, str]:
        """(``sqrt(-1) = NaN``, why): what forward computed for one element."""
        b, n, f = self.b, self.b.ops[i], self.found[i]
        out = f.out[at]
        operands: list[tuple[str, Any]] = []
        for u, a in zip(b.uses[i], f.inputs, strict=True):
            if a is not None:
                operands.append((u.slot, element(n, u, a, at, f.out.shape)))
        name = op_name(n)
        d = outputs_of(n)[0][1]
        args = params_of(n)
        if n.op.kind == "map":
            values = {s: v for s, v in operands if v is not None}
            values.update({k: v for k, v in args.items() if isinstance(v, (int, float)) and not isinstance(v, bool)})
            texts = {s: number(v, d) for s, v in values.items()}
            order = [p.name for p in n.op.schema.params if p.name in values]
            text = call(name, [texts[s] for s in order if s not in ("alpha", "beta", "threshold") and not (name not in _SIGNS and s in args)], args)
            true = TRUE.get(name, lambda *a: None)(*[float(values[s]) for s in order if s not in ("alpha",)][:2]) if name in TRUE else None
            top = limit_of(d)
            over = true is not None and top is not None and true - true == 0 and abs(true) > top and out - out != 0
            why = f"{brief(float(true), 6)} is more than {d.name}'s largest, {brief(float(top), 6)}" if over else domain(name, values)  # type: ignore[arg-type]
            return f"{text} = {number(out, d)}", why
        shown = []
        for slot, v in operands:
            del slot
            if v is None:
                continue
            flat = list(v.ravel()) if hasattr(v, "ravel") else [v]
            bad = [x for x in flat if x - x != 0]
            some = (bad[:2] + [x for x in flat if x - x == 0])[:3]
            shown.append(", ".join(number(x, d) for x in some) + (", .." if len(flat) > len(some) else ""))
            if len(flat) == 0:
                shown[-1] = "nothing"
        why = "0 / 0: no elements" if shown[:1] == ["nothing"] else ""
        if not why and out != out and any("Inf" in s for s in shown):
            sums = ("softmax", "log_softmax", "logsumexp", "sum", "mean", "matmul", "cumsum", "std", "var")
            why = "Inf - Inf" if name in sums else "Inf among its inputs"
        elif not why and out != out and name in ("std", "var"):
            why = "0 / 0: one element has no spread (correction=1)"
        elif not why and out - out != 0 and out == out and d.itemsize == 2:
            why = f"more than {d.name}'s largest, {brief(limit_of(d), 6)}"
        return f"{name}({'; '.join(shown)}) = {number(out, d)}", why

    def rule_numbers(self, i: int, k: int, at: tuple[int, ...]) -> str | None:
        """``0 / (2 * 0) = NaN``: the rule of one input with the numbers of one element."""
        b, n, f = self.b, self.b.ops[i], self.found[i]
        use = b.uses[i][k]
        text = own_part(n.op.rule(use.slot.partition("[")[0]), use.slot)
        sent = number(f.sent[k][at], None)
        if not text or n.op.kind != "map" or f.grads is None or f.grads.shape != f.sent[k].shape:
            return f"= {sent}"
        formula, _, _ = _split_remark(text)
        known = {"g": operand(f.grads[at])}
        for u, a in zip(b.uses[i], f.inputs, strict=True):
            v = None if a is None else element(n, u, a, at, f.out.shape if f.out is not None else a.shape)
            if v is not None and not hasattr(v, "shape"):
                known[u.slot] = operand(v)
        for key, v in params_of(n).items():
            if isinstance(v, (int, float)) and not isinstance(v, bool):
                known.setdefault(key, operand(v))
        if f.out is not None:
            known["out"] = operand(f.out[at])
        return f"{_renamed(formula, known)} = {sent}"

    # -- what it reached ------------------------------------------------------------------------------------------------------------

    def chain(self, i: int | None, leaf: Any) -> list[str]:
        """Ids whose values are bad because of a birth at op ``i`` or in a leaf."""
        carried: set[int] = set() if i is None else {i}
        out = []
        for j, uses in enumerate(self.b.uses):
            if j in self.bad_out and j not in carried:
                for u in uses:
                    if (is_node(u.parent) and self.b.index[id(u.parent)] in carried) or (leaf is not None and u.tensor is leaf):
                        carried.add(j)
                        out.append(self.b.node_name(self.b.ops[j]) or f"n{j + 1}")
                        break
        return out

    def chain_back(self, i: int) -> list[str]:
        """Ids and leaves that receive bad gradients because of a birth at op ``i``."""
        out: list[str] = []
        carried = {i}
        for j in range(i, -1, -1):
            if j in carried:
                for u in self.sends_bad.get(j, ()):
                    name = self.b.called(u.parent, u.tensor)
                    if is_node(u.parent):
                        carried.add(self.b.index[id(u.parent)])
                    if name is not None and name not in out:
                        out.append(name)
        return out

    def hiding(self, i: int) -> list[str]:
        """Ops that read what became bad at ``i`` and gave finite values."""
        carried = {i} | {j for j in self.bad_out if j > i}
        out = []
        for j, uses in enumerate(self.b.uses):
            if j not in self.bad_out and any(is_node(u.parent) and self.b.index[id(u.parent)] in carried for u in uses):
                out.append(f"n{j + 1} {op_name(self.b.ops[j])}")
        return out

    def reached(self) -> tuple[list[Reached], list[str]]:
        """Results and gradients; what hid a birth from the result."""
        import numpy as np

        b = self.b
        out = []

        def add(what: str, a: Any, text: str | None) -> None:
            bad = ~np.isfinite(a)
            out.append(
                Reached(
                    what=what, nans=int(np.isnan(a).sum()), infs=int(np.isinf(a).sum()), n=int(a.size),
                    at=tuple(index(int(p), a.shape) for p in np.flatnonzero(bad)[:4]), text=text,
                )
            )  # fmt: skip

        for r in b.roots:
            a = numbers(r)
            if a is not None:
                n = node_of(r)
                name = b.node_names.get((id(n), r._out)) if is_node(n) else b.leaf_names.get(id(r))
                add(name or "the result", a, exact(float(a.reshape(())), r._dtype) if a.size == 1 else None)
        for leaf in b.leaves.values():
            g = self.leaf_grads.get(id(leaf.tensor))
            if g is not None:
                add(f"{leaf.id}.grad", g, None)
        out.sort(key=lambda r: not (r.nans or r.infs))
        hidden: list[str] = []
        for i, phase in self.order:
            if phase == "forward":
                hidden += self.hiding(i)
        return out, list(dict.fromkeys(hidden))

    def headroom(self) -> list[Headroom]:
        import numpy as np

        out = []
        for i, n in enumerate(self.b.ops):
            d = outputs_of(n)[0][1]
            limit = limit_of(d)
            if limit is None:
                continue
            one = self.b.values.get((id(n), 0))
            if one is not None and type(one._data) is float and abs(one._data) * _HEADROOM <= limit:
                continue
            a = self.output(i)
            if a is None or not a.size or is_view_op(n):
                continue
            finite = np.abs(a[np.isfinite(a)])
            largest = float(finite.max()) if finite.size else 0.0
            times = limit / largest if largest else float("inf")
            if times < _HEADROOM:
                out.append(Headroom(node=f"n{i + 1}", label=label_of(n), dtype=d.name, largest=largest, limit=limit, times=times))
        out.sort(key=lambda h: h.times)
        return out[:4]


# -- masks ------------------------------------------------------------------------------------------------------------------------


def limit_of(d: Any) -> float | None:
    """The largest number of a floating dtype."""
    return float(finfo(d).max) if d.is_floating_point else None


def numbers(t: Any) -> Any:
    """A tensor's elements as a float64 array; None for meta, complex."""
    import numpy as np

    if str(t.device) == "meta" or t._dtype.is_complex:
        return None
    a = array_of(t)
    return np.asarray(a, dtype=np.float64).reshape(tuple(t.shape))


def touched(node: Any, use: Any, mask: Any, shape: tuple[int, ...]) -> Any:
    """Which elements of the output read one of the masked elements of an input."""
    import numpy as np

    del use
    if not mask.any():
        return np.zeros(shape, bool)
    if node.op.kind == "map":
        try:
            return np.broadcast_to(mask, shape)
        except ValueError:
            return np.full(shape, True)
    dim = (node.args or {}).get("dim")
    if isinstance(dim, (int, tuple, list)) and mask.ndim:
        dims = tuple(d % mask.ndim for d in ((dim,) if isinstance(dim, int) else dim))
        reduced = mask.any(axis=dims, keepdims=True) if dims else mask
        for form in (reduced, reduced.reshape([s for d, s in enumerate(reduced.shape) if d not in dims])):
            try:
                return np.broadcast_to(form, shape)
            except ValueError:
                continue
    return np.full(shape, True)


def gathered(mask: Any, shape: tuple[int, ...]) -> Any:
    """A mask over an output, on the elements of an input that was broadcast to it."""
    import numpy as np

    extra = mask.ndim - len(shape)
    if extra < 0:
        return np.full(shape, bool(mask.any()))
    m = mask.any(axis=tuple(range(extra))) if extra else mask
    for d, s in enumerate(shape):
        if s == 1 and m.shape[d] != 1:
            m = m.any(axis=d, keepdims=True)
    return m if m.shape == tuple(shape) else np.full(shape, bool(mask.any()))


def element(node: Any, use: Any, a: Any, at: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """What one element of the output read of an input: a number for pointwise ops, else the slice that was reduced (or None)."""
    import numpy as np

    if node.op.kind == "map":
        try:
            return float(np.broadcast_to(a, shape)[at])
        except ValueError:
            return None
    name = op_name(node)
    if name == "matmul" and a.ndim == 2 and len(at) == 2:
        return a[at[0]] if use.slot in ("input", "self") else a[:, at[1]]
    dim = (node.args or {}).get("dim")
    if isinstance(dim, (int, tuple, list)) and a.ndim:
        dims = {d % a.ndim for d in ((dim,) if isinstance(dim, int) else dim)}
        rest = list(at) if len(at) == a.ndim else None
        if rest is None:
            it = iter(at)
            rest = [0 if d in dims else next(it, 0) for d in range(a.ndim)]
        return a[tuple(slice(None) if d in dims else rest[d] for d in range(a.ndim))]
    return a


def index(p: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index tuple of a row-major position."""
    out = []
    for s in reversed(shape):
        out.append(int(p % s))
        p //= s
    return tuple(reversed(out))


def kind_of(v: Any) -> str:
    """``nan``, ``inf``, ``-inf`` or ``finite``."""
    return "nan" if v != v else "inf" if v == float("inf") else "-inf" if v == float("-inf") else "finite"


# -- words ------------------------------------------------------------------------------------------------------------------------

_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "rsub": "-"}


def _safely(f: Any) -> Any:
    def true(*a: float) -> float | None:
        try:
            r = f(*a)
        except (OverflowError, ValueError, ZeroDivisionError, TypeError):
            return None
        return r if isinstance(r, float) else None

    return true


def _exp(x: float) -> float:
    from math import exp

    return exp(x)


# What the exact value would have been, for overflow in a narrow dtype.
TRUE: dict[str, Any] = {
    "add": _safely(lambda a, b: a + b),
    "sub": _safely(lambda a, b: a - b),
    "mul": _safely(lambda a, b: a * b),
    "div": _safely(lambda a, b: a / b),
    "pow": _safely(lambda a, b: a**b),
    "square": _safely(lambda a: a * a),
    "exp": _safely(_exp),
}


def number(v: Any, d: Any = None) -> str:
    """A value in an arithmetic line."""
    del d
    v = float(v)
    return brief(v, 5)


def operand(v: Any) -> str:
    """A number inside a formula; negative ones in brackets."""
    text = number(v)
    return f"({text})" if text.startswith("-") else text


def call(name: str, texts: list[str], args: dict[str, Any]) -> str:
    """``sqrt(-1)``, ``0 / 0``."""
    del args
    if name in _SIGNS and len(texts) == 2:
        a, b = texts if name != "rsub" else texts[::-1]
        a = f"({a})" if name == "pow" and a.startswith("-") else a
        return f"{a} {_SIGNS[name]} {f'({b})' if b.startswith('-') else b}"
    return f"{name}({', '.join(texts)})"


def domain(name: str, values: dict[str, Any]) -> str:
    """Why a pointwise op has no finite value there."""
    v = list(values.values())
    x = v[0] if v else 0.0
    y = v[1] if len(v) > 1 else 0.0
    if name in ("sqrt", "rsqrt") and x < 0 or name in ("log", "log2", "log10") and x < 0:
        return f"{name} of a negative number"
    if name in ("log", "log2", "log10") and x == 0:
        return f"{name} of 0"
    if name == "log1p" and x <= -1:
        return "log1p at or below -1"
    if name in ("rsqrt", "reciprocal") and x == 0:
        return "1 / 0"
    if name == "div" and y == 0:
        return "0 / 0" if x == 0 else "division by 0"
    if name == "pow" and x < 0 and y != int(y if y - y == 0 else 0):
        return "a negative number to a fractional power"
    if name == "pow" and x == 0 and y < 0:
        return "0 to a negative power"
    if name in ("asin", "acos", "atanh") and abs(x) > 1:
        return f"{name} beyond [-1, 1]"
    if name in ("sub", "add", "rsub") and abs(x) == abs(y) == float("inf"):
        return "Inf - Inf"
    if name == "mul" and 0.0 in (x, y):
        return "0 times Inf"
    if name == "div" and abs(x) == abs(y) == float("inf"):
        return "Inf / Inf"
    if name in ("exp", "sinh", "cosh", "exp2", "expm1"):
        return "overflow"
    return ""


def rule_text(node: Any, use: Any, b: _Builder, i: int) -> str | None:
    """The backward rule with the user's names in it."""
    from .walk import rule_of

    names = {v.slot: c for v in b.uses[i] if (c := b.called(v.parent, v.tensor)) is not None}
    names["out"] = b.node_name(node) or f"n{i + 1}"
    return rule_of(node, use, names)


def places(at: Sequence[tuple[int, ...]], more: int = 0) -> str:
    """``[0], [1]``: indices in a line."""
    return ", ".join(shape_text(a) for a in at) + (f" and {more} more" if more > 0 else "")
