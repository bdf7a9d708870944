"""What an expression costs: FLOPs, bytes read and written, memory, forward and backward, op by op and in total. Works without data (meta).

The counting rules, in one place (``op_cost``): a product of matrices [n,k] @ [k,m] is 2*n*m*k (a multiplication and an addition each), a
convolution 2 * outputs * weights of one filter, a pointwise op its number of operations an element (``flops`` beside the op: 1 for +,
8 for exp), a reduction one operation an element read, moving data none. Bytes count each memory cell that an op touches once: an expanded
operand costs the cells it has, a view nothing.

``peak`` is what lives at once when each op's result is freed after its last use, as reference counts do it: inputs, results, what is
saved for backward, gradients under way. Scratch memory inside a kernel is not counted. The addition where two gradients meet counts with
the op whose rule runs next.
"""

from __future__ import annotations

from ..engine.errors import fail
from ..engine.watch import watching
from ..lang.formatting import type_name
from ..lang.forms import make_leaf
from .graph import recording
from .report import Record, Report, spec
from .tensor import cells_used, count
from .walk import (
    graph_state,
    is_freed,
    is_node,
    is_tensor,
    label_of,
    leaf_requires_grad,
    node_of,
    op_name,
    plain_backward,
    recorded_backward,
    saved_of,
    uses_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


RUNS = 5  # of a measurement; the best counts


class CostRow(Record):
    """One op. ``flops``, ``read``, ``written`` (bytes) of its forward; ``backward`` the same of its gradient rules (None where none ran).

    id: n1.. in the order in which the ops ran. name: the user's name of its result. out: its result as ``f32[2,3]``. saved: bytes that it
    keeps for backward, shared memory counted at the first op that keeps it. view: it shares its input's memory. seconds: the measured
    time of its forward, where that was asked for. where: the line of the program.
    """

    __slots__ = ("id", "op", "label", "name", "out", "flops", "read", "written", "saved", "view", "backward", "seconds", "where")


class Work(Record):
    """FLOPs and bytes of one direction; ``intensity``: FLOPs a byte moved, None where nothing moves."""

    __slots__ = ("flops", "read", "written", "intensity")


class CostReport(Report):
    """The cost of an expression: a row an op, totals of ``forward`` and ``backward`` (None where nothing was recorded).

    inputs: bytes of the leaves and constants. saved: bytes kept between forward and backward. peak_forward, peak_backward: bytes that live at
    once. seconds: measured (forward, backward), the best of ``runs``, or None. notes: lines of text.
    """

    __slots__ = (
        "expression", "device", "out", "rows", "forward", "backward", "inputs", "saved", "peak_forward", "peak_backward", "seconds", "runs", "notes",
    )  # fmt: skip
    schema = "tcalc.cost/1"


# -- the cost of one op -----------------------------------------------------------------------------------------------------------


def _shape(v: Any) -> tuple[int, ...]:
    return tuple(v.shape)


def _mm(ins: list[Any], out: Any) -> int:
    return 2 * count(_shape(out)) * _shape(ins[0])[-1]


def _addmm(ins: list[Any], out: Any) -> int:
    return 2 * count(_shape(out)) * _shape(ins[1])[-1] + count(_shape(out))  # one addition an element


def _addbmm(ins: list[Any], out: Any) -> int:
    b, n, k = _shape(ins[1])
    return 2 * b * n * k * _shape(ins[2])[-1] + count(_shape(out))


def _convolution(ins: list[Any], out: Any) -> int:
    return 2 * count(_shape(out)) * count(_shape(ins[1])[1:])


def _conv_input(ins: list[Any], out: Any) -> int:  # also of a transposed convolution: every input meets a filter
    return 2 * count(_shape(ins[0])) * count(_shape(ins[1])[1:])


def _conv_weight(ins: list[Any], out: Any) -> int:
    return 2 * count(_shape(ins[1])) * count(_shape(out)[1:])


def _cube(factor: float) -> Callable[[list[Any], Any], int]:
    def flops(ins: list[Any], out: Any) -> int:
        shape = _shape(ins[0])
        n = shape[-1] if shape else 1
        return int(factor * count(shape[:-2]) * (shape[-2] if len(shape) > 1 else 1) * n * n)

    return flops


def _sort(ins: list[Any], out: Any) -> int:
    n = count(_shape(ins[0]))
    length = _shape(ins[0])[-1] if _shape(ins[0]) else 1
    return n * max(1, (length - 1).bit_length())


# Ops whose work is no multiple of their elements. Factorisations are the textbook's leading terms.
FORMULAS: dict[str, Callable[[list[Any], Any], int]] = {
    "mm": _mm, "mv": _mm, "bmm": _mm, "dot": lambda ins, out: 2 * count(_shape(ins[0])), "vdot": lambda ins, out: 2 * count(_shape(ins[0])),
    "addmm": _addmm, "addmv": _addmm, "baddbmm": _addmm, "addbmm": _addbmm, "addr": lambda ins, out: 3 * count(_shape(out)),
    "convolution": _convolution, "internal._conv_input": _conv_input, "internal._conv_weight": _conv_weight,
    "conv_tbc": lambda ins, out: 2 * count(_shape(out)) * count(_shape(ins[1])[:2]),
    "internal._cdist": lambda ins, out: 3 * count(_shape(out)) * _shape(ins[0])[-1],
    "internal._attention": lambda ins, out: 4 * count(_shape(ins[0])) * _shape(ins[1])[-2],
    "internal._attention_back": lambda ins, out: 10 * count(_shape(ins[1])) * _shape(ins[2])[-2],
    "linalg.det": _cube(2 / 3), "internal._slogdet": _cube(2 / 3), "linalg.inv": _cube(2), "internal._solve": _cube(1),
    "linalg.cholesky": _cube(1 / 3), "internal._qr": _cube(4 / 3), "internal._eigh": _cube(9), "internal._svd": _cube(22), "linalg.matrix_exp": _cube(30),
    "sort": _sort, "topk": _sort, "kthvalue": _sort, "median": _sort, "median.dim": _sort, "internal._unique": _sort,
}  # fmt: skip
_ADDS = frozenset(("index_add", "scatter_add", "scatter_reduce", "index_put", "internal._embedding_backward"))  # an addition an element put in
# These read only what they give out (and the indices).
_PICKS = frozenset(("gather", "index_select", "internal.index", "take", "masked_select", "internal._embedding", "internal.slice", "select"))


def op_cost(op: Any, values: Any, outs: list[Any]) -> tuple[int, int, int]:
    """(FLOPs, bytes read, bytes written) of one call of an op on its values (schema order), with its results; by the rules above."""
    ins = [t for v in values for t in (v if isinstance(v, (tuple, list)) else (v,)) if is_tensor(t)]
    if op.kind == "view":
        return 0, 0, 0
    out = outs[0]
    written = sum(count(_shape(t)) * t._dtype.itemsize for t in outs)
    seen: set[int] = set()
    read = 0
    for t in ins:
        if id(t) not in seen:
            seen.add(id(t))
            read += touched(t)
    if op.name in _PICKS and ins:
        read = written + sum(touched(t) for t in ins[1:])
    name = op.name
    formula = FORMULAS.get(name)
    if name == "convolution" and _argument(op, values, "transposed"):
        formula = _conv_input
    factor = op.flops if isinstance(op.flops, (int, float)) else 1
    if formula is not None and ins:
        flops = formula(ins, out)
    elif op.kind == "map":
        flops = factor * count(_shape(out))
    elif op.kind in ("reduce", "ordered"):
        flops = factor * max((count(_shape(t)) for t in ins), default=count(_shape(out)))
    elif name in _ADDS:
        flops = max((count(_shape(t)) for t in ins[1:]), default=0)
    elif isinstance(op.flops, (int, float)) and op.flops != 1:
        flops = factor * max((count(_shape(t)) for t in ins), default=0)
    else:
        flops = 0  # moves data
    return int(flops), read, written


def _argument(op: Any, values: Any, name: str) -> Any:
    place = op.schema.by_name.get(name, -1)
    return values[place] if 0 <= place < len(values) else None


def touched(t: Any) -> int:
    """Bytes of the memory cells that a tensor reaches."""
    shape = _shape(t)
    return (cells_used(shape, tuple(t.stride())) if shape else 1) * int(t._dtype.itemsize)


# -- the cost of an expression ----------------------------------------------------------------------------------------------------


def make(subject: Any) -> CostReport:
    """The cost of a subject's expression, forward, and backward where something floating requires grad."""
    return _Count(subject).report(subject.options.get("measure"))


class _Seen:
    """One op as it ran: its cost, the tensors that went in and came out."""

    __slots__ = ("flops", "ins", "label", "node", "op", "outs", "read", "spec", "untold", "view", "where", "written")

    def __init__(self, op: Any, ins: list[Any], outs: list[Any], cost: tuple[int, int, int], node: Any) -> None:
        self.op = op
        self.ins = ins
        self.outs = outs
        self.flops, self.read, self.written = cost
        self.view = op.kind == "view"
        self.untold = False  # no event, but a node
        self.node = node
        self.label = label_of(node) if node is not None and node.op is op else str(op.label)
        self.spec = spec(outs[0]._dtype.short, _shape(outs[0]))
        self.where = state_line()


def _tensors(values: Any) -> list[Any]:
    """The tensors among an op's values or results, lists flattened."""
    out = []
    for v in values if isinstance(values, (list, tuple)) else (values,):
        out += [t for t in (v if isinstance(v, (tuple, list)) else (v,)) if is_tensor(t)]
    return out


def state_line() -> int | None:
    """The line of the program that runs."""
    line = getattr(graph_state().where, "line", None)
    return line if isinstance(line, int) else None


class _Count:
    """One evaluation, seen op by op, and one backward pass whose rules are seen as well."""

    def __init__(self, subject: Any) -> None:
        self.subject = subject
        self.seen: list[_Seen] = []  # holds every tensor until the count is done, so identities stay theirs
        self.notes: list[str] = []

    def note(self, op: Any, values: list[Any], result: Any, depth: int) -> None:
        outs = _tensors(result)
        if outs and not depth:
            node = node_of(outs[0])
            self.seen.append(_Seen(op, _tensors(values), outs, op_cost(op, values, outs), node if is_node(node) else None))

    def forward(self) -> Any:
        """The value; where nothing in it requires grad, with leaves for its floating names."""
        subject = self.subject
        with watching(self.note):
            if any(make_leaf(v, False) is not None for v in subject.given.values()):
                return subject.recorded(check=False)
            around = {} if subject.given else subject.expr.variables()
            if not any(is_tensor(v) and leaf_requires_grad(v) for v in around.values()):
                leaves = {n: leaf for n, v in around.items() if type(v) is not int and (leaf := make_leaf(v, False)) is not None}
                if leaves:
                    try:
                        with recording():
                            value = subject.expr.evaluate(leaves)
                        subject.leaves = leaves
                        return value
                    except RuntimeError as exc:  # an in-place write, which no leaf allows; the plain run says what else it may be
                        self.seen.clear()
                        self.notes.append(f"the backward pass was not counted: {str(exc).rstrip('.')}")
            return subject.value()

    def report(self, measure: bool) -> CostReport:
        subject = self.subject
        value = self.forward()
        if not is_tensor(value):
            fail(
                TypeError,
                f"cost() counts the operations of a tensor expression, and {subject.text or 'this'} is of type {type_name(value)}",
                kind="type",
                op="cost",
            )
        self.unseen(value)
        forward = self.seen
        names = {id(node_of(v)): n for n, v in subject.variables().items() if is_tensor(v) and is_node(node_of(v)) and n not in ("_", "ans")}
        back = self.backward(value) if leaf_requires_grad(value) else {}
        own, saved = self.saved()
        memory = _Memory(forward, value, subject.variables(), back)
        seconds, runs = self.measured(value) if measure else (None, None)
        times = self.timed() if runs else {}
        rows = [
            CostRow(
                id=f"n{i + 1}",
                op=op_name(s.node) if s.node is not None and s.node.op is s.op else str(s.op.label),
                label=s.label,
                name=names.get(id(s.node)),
                out=s.spec,
                flops=s.flops,
                read=s.read,
                written=s.written,
                saved=own[i],
                view=s.view,
                backward=work(back[id(s.node)]) if id(s.node) in back else None,
                seconds=times.get(id(s)),
                where=s.where,
            )
            for i, s in enumerate(forward)
        ]
        return CostReport(
            expression=subject.text,
            device=str(value.device),
            out=spec(value._dtype.short, _shape(value)),
            rows=tuple(rows),
            forward=work([(s.flops, s.read, s.written) for s in forward]),
            backward=work([c for calls in back.values() for c in calls]) if back else None,
            inputs=sum(memory.inputs.values()),
            saved=saved,
            peak_forward=memory.forward(),
            peak_backward=memory.backward() if back else None,
            seconds=seconds,
            runs=runs,
            notes=tuple(self.notes),
        )

    def unseen(self, value: Any) -> None:
        """clone(), to() and the like take a road of their own: their nodes tell of them."""
        known = {id(s.node) for s in self.seen}
        stack = [(node_of(value), value)] if is_node(node_of(value)) else []
        done: set[int] = set()
        while stack:
            n, result = stack.pop()
            if id(n) in done:
                continue
            done.add(id(n))
            uses = uses_of(n)
            stack += [(u.parent, u.tensor) for u in uses if is_node(u.parent)]
            if id(n) not in known and n.op.kind not in ("view", "write") and result is not None:
                ins = [u.tensor for u in uses if u.tensor is not None]
                made = _Seen(n.op, ins, [result], op_cost(n.op, ins, [result]), n)
                made.untold = True
                at = next((k for k, s in enumerate(self.seen) if s.node is not None and s.node.seq > n.seq), len(self.seen))
                self.seen.insert(at, made)

    def backward(self, value: Any) -> dict[int, list[tuple[int, int, int]]]:
        """Node -> (FLOPs, read, written) of every op that its rules ran."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        pending: list[tuple[int, int, int]] = []

        def note(op: Any, values: list[Any], result: Any, depth: int) -> None:
            outs = _tensors(result)
            if outs and not depth and op.kind != "view":
                pending.append(op_cost(op, values, outs))

        def trace(node: Any, incoming: Any, contributions: Any) -> None:
            found.setdefault(id(node), []).extend(pending)
            pending.clear()

        try:
            with watching(note):
                recorded_backward(value, trace)
        except RuntimeError as exc:
            self.notes.append(f"the backward pass was not counted: {exc}")
            return {}
        return found

    def saved(self) -> tuple[list[int], int]:
        """(bytes kept by each op, each memory counted at the first that keeps it; all of them)"""
        seen: set[int] = set()
        rows = []
        for s in self.seen:
            own = 0
            for t in _kept(s):
                if _memory_of(t) not in seen:
                    seen.add(_memory_of(t))
                    own += touched(t)
            rows.append(own)
        return rows, sum(rows)

    def measured(self, value: Any) -> tuple[Any, int | None]:
        """((forward, backward) in seconds, runs): the best of several, with nobody watching."""
        if str(value.device) == "meta":
            self.notes.append("nothing was measured: on meta nothing is computed")
            return None, None
        from time import perf_counter

        subject = self.subject
        best: list[float | None] = [None, None]
        for _ in range(RUNS):
            start = perf_counter()
            y = subject.expr.evaluate(subject.leaves)
            middle = perf_counter()
            best[0] = min(best[0] or 1e9, middle - start)
            if leaf_requires_grad(y):
                plain_backward(y)
                best[1] = min(best[1] or 1e9, perf_counter() - middle)
        return tuple(best), RUNS

    def timed(self) -> dict[int, float]:
        """Step -> seconds, the best of several runs; a step that was told of by its node alone has none."""
        from time import perf_counter

        best: list[float] = []
        for _ in range(RUNS):
            found: list[float] = []

            def note(op: Any, values: list[Any], result: Any, depth: int, seconds: float, found: list[float] = found) -> None:
                if not depth and _tensors(result):
                    found.append(seconds)

            with watching(note, perf_counter):
                self.subject.expr.evaluate(self.subject.leaves)
            if not best:
                best = found
            elif len(found) != len(best):  # it does not run the same ops each time
                return {}
            else:
                best = [min(a, b) for a, b in zip(best, found, strict=True)]
        told = [s for s in self.seen if not s.untold]
        return {id(s): t for s, t in zip(told, best, strict=True)} if len(told) == len(best) else {}


def _kept(s: _Seen) -> list[Any]:
    """The tensors that an op's node keeps for backward, as they went in or came out."""
    if s.node is None or is_freed(s.node):
        return []
    slots = {u.slot: u.tensor for u in uses_of(s.node)}
    out = [s.outs[0] if k.is_output else slots.get(k.param) for k in saved_of(s.node)]
    return [t for t in out if t is not None]


class _Memory:
    """What lives when: results go after their last use unless a name or a node holds them, a node's tensors go once its rules have run."""

    def __init__(self, forward: list[_Seen], value: Any, variables: dict[str, Any], back: dict[int, Any]) -> None:
        self.steps = forward
        self.back = back
        made = {_memory_of(t) for s in forward if not s.view for t in s.outs if not any(t is i for i in s.ins)}  # in place makes nothing
        self.inputs: dict[int, int] = {}
        self.sizes: dict[int, int] = {}
        self.last: dict[int, int] = {}
        self.held = {_memory_of(t) for t in variables.values() if is_tensor(t)} | {_memory_of(value)}
        self.pinned: dict[int, int] = {}  # memory -> the first op that keeps it, the last to let it go
        for i, s in enumerate(forward):
            for t in s.ins:
                m = _memory_of(t)
                self.last[m] = i
                if m not in made:
                    self.inputs[m] = max(self.inputs.get(m, 0), touched(t))
            for t in s.outs:
                m = _memory_of(t)
                self.last[m] = i
                if m in made and not s.view and m not in self.inputs:
                    self.sizes[m] = max(self.sizes.get(m, 0), count(_shape(t)) * t._dtype.itemsize)
            for t in _kept(s):
                self.pinned.setdefault(_memory_of(t), i)
        self.ends: dict[int, list[int]] = {}  # step -> what is used there for the last time
        for m, i in self.last.items():
            if m in self.sizes and m not in self.held and m not in self.pinned:
                self.ends.setdefault(i, []).append(m)
        self.frees: dict[int, list[int]] = {}  # step -> what its node is the last to let go in backward
        for m, i in self.pinned.items():
            if m in self.sizes and m not in self.held:
                self.frees.setdefault(i, []).append(m)
        self.alive: set[int] = set()
        self.live = sum(self.inputs.values())

    def forward(self) -> int:
        """The peak of the forward pass; afterwards ``live`` is what it leaves."""
        peak = self.live
        for i, s in enumerate(self.steps):
            for m in map(_memory_of, s.outs):
                if m in self.sizes and m not in self.alive:
                    self.alive.add(m)
                    self.live += self.sizes[m]
            peak = max(peak, self.live)
            self.drop(self.ends.get(i, ()))
        return peak

    def drop(self, memories: Iterable[int]) -> None:
        for m in memories:
            if m in self.alive:
                self.alive.discard(m)
                self.live -= self.sizes[m]

    def backward(self) -> int:
        """The peak of the backward pass that follows: a gradient lives from its first contribution until its node has run, a leaf's stays."""
        place = {id(s.node): i for i, s in enumerate(self.steps) if s.node is not None}
        grads: dict[int, int] = {}

        def receive(key: int, t: Any, instead: int | None = None) -> None:
            if key not in grads:
                grads[key] = count(_shape(t)) * t._dtype.itemsize
                if instead != grads[key]:  # a view's gradient of one size is handed on
                    self.live += grads[key]

        receive(id(self.steps[-1].node), self.steps[-1].outs[0])
        peak = self.live
        for i in range(len(self.steps) - 1, -1, -1):
            s = self.steps[i]
            key = id(s.node)
            if s.node is None or key not in self.back or key not in grads:
                continue
            handed = False
            for u in uses_of(s.node):
                if u.tensor is None or not (is_node(u.parent) or (u.parent is not None and leaf_requires_grad(u.parent))):
                    continue
                to = id(u.parent)
                size = grads[key] if s.view and not is_leaf_key(to, place) else None
                handed = handed or (size is not None and to not in grads and count(_shape(u.tensor)) * u.tensor._dtype.itemsize == size)
                receive(to, u.tensor, size)
            peak = max(peak, self.live)
            if not handed:
                self.live -= grads[key]
            self.drop(self.frees.get(i, ()))
        return peak


def is_leaf_key(key: int, place: dict[int, int]) -> bool:
    """Whether a receiver of gradients is a leaf (no op of ours)."""
    return key not in place


def work(calls: list[tuple[int, int, int]]) -> Work:
    """The sum of (FLOPs, read, written)."""
    flops, read, written = (sum(c[k] for c in calls) for k in range(3))
    return Work(flops=flops, read=read, written=written, intensity=flops / (read + written) if read + written else None)


def _memory_of(t: Any) -> int:
    """The same number for two tensors of one memory."""
    ext = t._ext
    if ext is not None and ext.storage is not None:
        return id(ext.storage)
    return id(t)
