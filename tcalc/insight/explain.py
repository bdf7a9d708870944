"""Why an expression has the shape, dtype and memory that it has: every sub-expression with its value's header, and what happened there.

The expression is compiled once more with every sub-expression noted, and runs once; the ops that ran inside each are seen through
engine.watch. So what is said comes from what happened, on meta as well as on data. The facts, each a small record: ``Broadcast`` (which dims
were stretched, how often each element is read, the sums in backward), ``Meeting`` (the dims that met in matmul, einsum, cat, reshape, an
index), and lines of words on promotion, copies and views.
"""

from __future__ import annotations

from ..engine.dtypes import FLOAT, INT
from ..engine.errors import fail
from ..engine.watch import watching
from ..lang.compile import BINARY_NAMES, UNARY_NAMES, Compiler
from ..lang.diagnostic import trail_of
from .cost import _argument, op_cost
from .graph import recording
from .meetings import index_lines, join_lines, matmul_lines, reshape_lines, subscripts_lines
from .report import Record, Report, shape_text, spec
from .tensor import count, geometry, link_text
from .walk import _renamed, _split_remark, _tidy, is_tensor, leaf_requires_grad

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Operand(Record):
    """One operand of a broadcast. ``aligned``: its size at each dim of the result, None where it has none. ``added`` and ``stretched``: dims
    that it lacks, and dims of size 1 that are repeated. ``reads``: how often each element is read. ``stride``: element steps in the
    result's dims, 0 where it stands still. ``backward``: the gradient's rule with the sum that undoes the broadcast, or None."""

    __slots__ = ("name", "shape", "aligned", "added", "stretched", "reads", "stride", "backward")


class Broadcast(Record):
    """Operands of different shapes and the shape that they come to. ``outgrows``: it has more elements than every operand.
    ``warning``: that is probably not meant: (N,) met (N,1) and gave (N,N)."""

    __slots__ = ("op", "operands", "shape", "outgrows", "warning")


class Meeting(Record):
    """Which dims met and what became of them, in lines of words. ``kind``: matmul, einsum, cat, stack, reshape, index."""

    __slots__ = ("kind", "lines")


class Part(Record):
    """One sub-expression.

    id: e1.. in the order of evaluation for what computes, "" for names and numbers. text: as written. kind: name, number, op, value (neither
    tensor nor number). op: what it does (``add``, ``matmul``, ``reshape``). geometry: of a tensor (insight/tensor.py), else None; value: the
    text of a number. memory: "variable", "new", "view", "same" (the very tensor that came in), "written" (in place), "number". of: what a view
    or "same" shares memory with, via: by which steps. ops: the ops that ran. parts: ids and places of what it is made of, as records. runs: how
    often it was evaluated (a loop). flops, new_bytes: what it computed and allocated.
    """

    __slots__ = (
        "id", "text", "kind", "op", "geometry", "value", "memory", "of", "via", "broadcasts", "meetings", "promotion", "copies", "ops", "parts",
        "runs", "flops", "new_bytes", "requires_grad",
    )  # fmt: skip


class ExplainReport(Report):
    """An expression explained: ``root`` (a Part with its parts), totals, and ``warnings``. ``meta``: shapes only, nothing was computed."""

    __slots__ = ("expression", "root", "device", "meta", "flops", "new_bytes", "copied_bytes", "warnings")
    schema = "tcalc.explain/1"

    def parts(self) -> list[Any]:
        """Every part, inner ones first."""
        out: list[Any] = []
        stack = [self.root]
        while stack:
            p = stack.pop()
            out.append(p)
            stack.extend(p.parts)
        return out[::-1]


def make(subject: Any) -> ExplainReport:
    """Explain a subject's expression. With the option ``strict_broadcast`` a result that outgrows its operands is an error."""
    builder = _Builder(subject)
    return builder.report(bool(subject.options.get("strict_broadcast")))


# -- evaluation, noted ------------------------------------------------------------------------------------------------------------


class _Event:
    """An op that ran: its values, results and how deep it was called."""

    __slots__ = ("depth", "op", "outs", "values")

    def __init__(self, op: Any, values: list[Any], result: Any, depth: int) -> None:
        self.op = op
        self.values = list(values)
        self.outs = [t for t in (result if isinstance(result, (tuple, list)) else (result,)) if is_tensor(t)]
        self.depth = depth


class _Visit:
    """One sub-expression while it is evaluated."""

    __slots__ = ("children", "events", "node", "runs", "value")

    def __init__(self, node: Any) -> None:
        self.node = node
        self.children: list[_Visit] = []
        self.events: list[_Event] = []
        self.value: Any = None
        self.runs = 1


class _Noting(Compiler):
    """A compiler whose closures tell when a sub-expression begins and ends; without the short cuts that would skip one."""

    stack: list[_Visit]

    def expr(self, node: Any, scope: Any) -> Any:
        code = super().expr(node, scope)
        stack = self.stack

        def run(f: Any) -> Any:
            visit = _Visit(node)
            stack.append(visit)
            try:
                visit.value = code(f)
            finally:
                stack.pop()
            siblings = stack[-1].children
            for k, other in enumerate(siblings):
                if other.node is node:
                    visit.runs += other.runs
                    siblings[k] = visit
                    break
            else:
                siblings.append(visit)
            return visit.value

        return run

    def load(self, node: Any, scope: Any) -> Any:
        return self.expr(node, scope)

    def near(self, node: Any, scope: Any) -> Any:
        return None


class _Builder:
    def __init__(self, subject: Any) -> None:
        self.subject = subject
        expr = subject.expr
        if expr.code is None:
            fail(TypeError, "explain() takes an expression as it is written, not a value", kind="signature", op="explain", hints=["explain(x @ W + b)"])
        code = expr.code
        self.source = code.compiler.source
        self.top = _Visit(None)
        noting = _Noting(subject.session, self.source)
        noting.base = code.compiler.base
        noting.stack = [self.top]

        def seen(op: Any, values: list[Any], result: Any, depth: int) -> None:
            noting.stack[-1].events.append(_Event(op, values, result, depth))

        with watching(seen), recording():
            bound = subject.bound
            expr.run_compiled(noting, bound)
        self.names = {id(v): n for n, v in reversed(list({**subject.variables(), **bound}.items())) if is_tensor(v) and n not in ("_", "ans")}
        self.counter = 0
        self.nodes: dict[str, Any] = {}  # id of a part -> its syntax
        self.labels: dict[int, str] = {}  # id of a value -> what operands of it are called
        self.device: set[str] = set()
        self.warnings: list[str] = []
        self.copied = 0

    def report(self, strict: bool) -> ExplainReport:
        root = self.part(self.top.children[-1])
        parts = ExplainReport(root=root).parts()
        if strict:
            self.refuse(parts)
        return ExplainReport(
            expression=self.subject.text,
            root=root,
            device=next(iter(self.device)) if len(self.device) == 1 else None,
            meta=self.device == {"meta"},
            flops=sum(p.flops for p in parts),
            new_bytes=sum(p.new_bytes for p in parts),
            copied_bytes=self.copied,
            warnings=tuple(self.warnings),
        )

    def refuse(self, parts: list[Any]) -> None:
        """Fail at the first broadcast whose result outgrows its operands, with its table and its place."""
        for p in parts:
            for b in p.broadcasts:
                if b.outgrows:
                    try:
                        self.outgrown(p, b)
                    except RuntimeError as exc:
                        trail_of(exc, self.source.where(self.nodes[p.id], ""))
                        raise

    def outgrown(self, p: Any, b: Any) -> None:
        names = " and ".join(f"{o.name} {shape_text(o.shape)}" for o in b.operands)
        fail(
            RuntimeError,
            f"the result {shape_text(b.shape)} of {b.op} outgrows every operand: {names}",
            kind="broadcast",
            op=b.op,
            operands=[(o.name, shape_text(o.shape)) for o in b.operands],
            explain=broadcast_rows(b),
            hints=[*([b.warning.rpartition(": ")[2]] if b.warning else []), "without --strict-broadcast it is pointed at, not refused"],
        )

    def place(self, name: str, node: Any) -> str:
        if name:
            self.nodes[name] = node
        return name

    # -- parts ----------------------------------------------------------------------------------------------------------------------

    def text_of(self, node: Any) -> str:
        return " ".join(self.source.segment(self.source.span(node)).split())

    def part(self, visit: _Visit) -> Part:
        """A visit and what is below it as a record."""
        inner = [self.part(v) for v in self.shown(visit)]
        node, value = visit.node, visit.value
        text = self.text_of(node)
        kind = type(node).__name__
        t = value if is_tensor(value) else None
        name = ""
        if kind not in ("Name", "Constant") and not (kind == "UnaryOp" and type(node.operand).__name__ == "Constant"):
            self.counter += 1
            name = f"e{self.counter}"
        self.called(value, text if not name or len(text) <= 12 else name, bool(name))
        geo = None
        if t is not None:
            geo = geometry(t)
            self.device.add(geo.device)
        op = _op_of(node, visit.events)
        facts = _Facts(self, visit, op)
        if t is not None and name:
            facts.find()
        memory, of, via = self.memory(visit, t, name)
        flops = new = 0
        for e in visit.events:
            if e.outs:
                f, _, written = op_cost(e.op, e.values, e.outs)
                flops += f
                new += 0 if e.op.kind == "write" else written
        if geo is not None and memory == "new":
            new = max(new, geo.nbytes)  # clone() and the like run no op that is seen
        if facts.copies and memory == "new":
            self.copied += geo.nbytes if geo is not None else 0
        return Part(
            id=self.place(name, node),
            text=text,
            kind="op" if name and t is not None else "name" if kind == "Name" and t is not None else "number" if isinstance(value, (int, float)) else "value",
            op=op if name else None,
            geometry=geo,
            value=None if t is not None else _brief(value),
            memory=memory,
            of=of,
            via=via,
            broadcasts=tuple(facts.broadcasts),
            meetings=tuple(facts.meetings),
            promotion=tuple(facts.promotion),
            copies=tuple(facts.copies),
            ops=tuple(e.op.label for e in visit.events if not e.depth),
            parts=tuple(inner),
            runs=visit.runs,
            flops=flops,
            new_bytes=new,
            requires_grad=t is not None and leaf_requires_grad(t),
        )

    def shown(self, visit: _Visit) -> list[_Visit]:
        """The parts below one that are worth a line: tensors, numbers in arithmetic, and what contains a tensor."""
        out: list[_Visit] = []
        for v in visit.children:
            kind = type(v.node).__name__
            if kind in ("List", "Tuple") or (not is_tensor(v.value) and v.children and any(is_tensor(c.value) for c in v.children)):
                out += self.shown(v)
            elif is_tensor(v.value) or (isinstance(v.value, (int, float)) and type(visit.node).__name__ in ("BinOp", "Compare")):
                out.append(v)
        return out

    def called(self, value: Any, text: str, computed: bool) -> None:
        if is_tensor(value):
            known = self.names.get(id(value))
            if known is not None and not computed:
                text = known
            self.labels.setdefault(id(value), text)

    def name_of(self, value: Any) -> str:
        """What an operand is called: the user's name, its text, the id of its part."""
        found = self.labels.get(id(value)) or self.names.get(id(value))
        if found is not None:
            return found
        return _brief(value) if isinstance(value, (int, float)) else spec(value._dtype.short, value.shape) if is_tensor(value) else "it"

    def memory(self, visit: _Visit, t: Any, name: str) -> tuple[str, str | None, str | None]:
        """(where a value lives, with what it shares memory, by which steps)"""
        if t is None:
            return "number" if isinstance(visit.value, (int, float)) else "value", None, None
        if not name:
            return "variable", None, None
        for child in self.shown(visit):
            if child.value is t:
                written = any(e.op.kind == "write" or (e.outs and e.outs[0] is t and e.op.kind != "view") for e in visit.events)
                return ("written" if written else "same"), self.name_of(t), None
        ext = t._ext
        known = self.names.get(id(t))
        if known is not None:
            return "same", known, None
        if ext is not None and ext.view is not None:
            base = ext.view.base
            links = [link_text(link) for link in ext.view.chain]
            owner = self.names.get(id(base)) or self.labels.get(id(base))
            for child in self.shown(visit):  # what it is a view of right here says more than the base far away
                c = child.value
                if is_tensor(c) and (c is base or (c._ext is not None and c._ext.view is not None and c._ext.view.base is base)):
                    steps = len(links) - (0 if c is base else len(c._ext.view.chain))
                    return "view", self.name_of(c), "".join(links[-steps:]) if steps > 0 else None
            if owner is not None:
                return "view", owner, "".join(links)
            return "new", None, None  # of something made in here
        for child in self.shown(visit):
            if is_tensor(child.value) and _shares(child.value, t):
                return "view", self.name_of(child.value), None
        return "new", None, None


def _shares(a: Any, b: Any) -> bool:
    """Whether two tensors stand on one storage."""
    sa = None if a._ext is None else a._ext.storage
    sb = None if b._ext is None else b._ext.storage
    return sa is not None and sa is sb


def _op_of(node: Any, events: list[Any]) -> str:
    """The public name of what a syntax node does."""
    kind = type(node).__name__
    if kind == "BinOp":
        return BINARY_NAMES[type(node.op).__name__]
    if kind == "UnaryOp":
        return UNARY_NAMES[type(node.op).__name__]
    if kind == "Compare":
        return "compare"
    if kind == "Subscript":
        return "index"
    if kind == "Attribute":
        return str(node.attr)
    if kind == "Call":
        func = node.func
        return str(func.attr if type(func).__name__ == "Attribute" else func.id if type(func).__name__ == "Name" else "call")
    return events[-1].op.label if events else kind.lower()


def _brief(value: Any) -> str:
    from ..lang.formatting import repr_value

    if isinstance(value, (list, tuple)) and value and all(is_tensor(v) for v in value):
        listed = [spec(v._dtype.short, v.shape) for v in value[:4]] + (["..."] if len(value) > 4 else [])
        return f"({', '.join(listed)})"
    text = " ".join(repr_value(value).split())
    return text if len(text) <= 40 else text[:37] + "..."


# -- facts ------------------------------------------------------------------------------------------------------------------------


_MATMULS = frozenset(("matmul", "mm", "bmm", "mv", "dot", "inner", "linear"))
_JOINS = {"cat": "cat", "concat": "cat", "concatenate": "cat", "stack": "stack", "hstack": "cat", "vstack": "cat", "dstack": "cat"}
_SHAPES = frozenset("reshape view flatten unflatten ravel squeeze unsqueeze view_as reshape_as".split())
_MOVES = frozenset("t T mT H mH transpose permute swapaxes swapdims movedim moveaxis adjoint".split())
_EXPANDS = frozenset(("expand", "expand_as", "broadcast_to"))
_CASTS = frozenset("to float double half bfloat16 int long short bool type type_as cpu cuda char byte".split())
_COPIES = {
    "clone": "clone() copies, that is what it is for", "contiguous": "", "repeat": "repeat writes every element out (expand would not)",
    "repeat_interleave": "repeat_interleave writes every element out", "tile": "tile writes every element out (expand would not)",
    "flip": "flip copies: strides are never negative", "roll": "roll copies: a shifted order has no strides",
    "gather": "gather copies the elements that the index names", "index_select": "index_select copies the rows that the index names",
    "take": "take copies the elements that the index names", "masked_select": "a mask keeps no regular step, so its elements are copied",
    "tril": "tril copies: half of it becomes zero", "triu": "triu copies: half of it becomes zero", "rot90": "rot90 copies: strides are never negative",
    "fliplr": "flip copies: strides are never negative", "flipud": "flip copies: strides are never negative",
}  # fmt: skip


class _Facts:
    """What is worth saying about one part."""

    def __init__(self, builder: _Builder, visit: _Visit, op: str) -> None:
        self.b = builder
        self.visit = visit
        self.op = op
        self.broadcasts: list[Broadcast] = []
        self.meetings: list[Meeting] = []
        self.promotion: list[str] = []
        self.copies: list[str] = []

    def find(self) -> None:
        out = self.visit.value
        ins = self.inputs()
        for e in self.visit.events:
            if e.op.kind == "map" and not e.depth:
                self.pointwise(e)
        names = _apart([self.b.name_of(t) for t in ins])
        op = self.op
        first = ins[0] if ins else None
        if op in _MATMULS and len(ins) > 1:
            self.meet("matmul", matmul_lines(op, names, [tuple(t.shape) for t in ins], tuple(out.shape)))
        elif op == "einsum":
            self.einsum(ins, names, out)
        elif op in _JOINS and ins:
            self.join(ins, names, out)
        elif op == "index" and first is not None and is_tensor(self.visit.children[0].value):
            self.index(first, out)
        elif op in _SHAPES and first is not None:
            lines, why = reshape_lines(tuple(first.shape), tuple(out.shape), tuple(first.stride()))
            self.meet("reshape", lines)
            if not self.is_shared(out, ins):
                self.copies.append(why or f"{op} wrote the elements in row-major order")
        elif op in _EXPANDS and first is not None:
            pad = out.dim() - first.dim()
            dims = [d for d in range(out.dim()) if (d < pad or first.shape[d - pad] == 1) and out.shape[d] != 1]
            if dims:
                self.copies_none(f"{_dims(dims)} repeated with stride 0: no copy, each cell is read {count(out.shape) // max(1, count(first.shape))} times")
        elif op in _MOVES and first is not None and tuple(first.shape) != () and self.is_shared(out, ins):
            self.copies_none(f"strides {shape_text(first.stride())} become {shape_text(out.stride())}: no copy, only the order of the dims")
        elif op in _CASTS and first is not None and not self.is_shared(out, ins):
            self.cast(first, out)
        if op in _COPIES and first is not None and not self.is_shared(out, ins):
            self.copies.append(_COPIES[op] or _contiguous_why(first, self.b.name_of(first)))
        if op in _JOINS and ins:
            self.copies.append(f"{op} copies every input once into the new tensor")

    def inputs(self) -> list[Any]:
        """The tensors that go in, in order."""
        return [v.value for v in self.b.shown(self.visit) if is_tensor(v.value)]

    def is_shared(self, out: Any, ins: list[Any]) -> bool:
        if any(out is t for t in ins):
            return True
        return any(_shares(t, out) for t in ins)

    def meet(self, kind: str, rows: list[str]) -> None:
        if rows:
            self.meetings.append(Meeting(kind=kind, lines=tuple(rows)))

    def copies_none(self, text: str) -> None:
        self.meet("view", [text])

    def cast(self, first: Any, out: Any) -> None:
        a, b = first._dtype, out._dtype
        if a is not b:
            size = "" if a.itemsize == b.itemsize else f" ({a.itemsize} to {b.itemsize} bytes an element)"
            self.copies.append(f"{a.short} to {b.short}{size} writes every element anew")
        elif first.device != out.device:
            self.copies.append(f"{first.device} to {out.device}: other memory")

    def pointwise(self, e: Any) -> None:
        schema = e.op.schema
        operands = [(schema.params[i].name, e.values[i]) for i in schema.tpos if e.values[i] is not None]
        tensors = [(p, v) for p, v in operands if is_tensor(v)]
        out = e.outs[0]
        shapes = {tuple(v.shape) for _, v in tensors}
        if len(shapes) > 1 and any(tuple(v.shape) != tuple(out.shape) and v.dim() for _, v in tensors):
            self.broadcasts.append(self.broadcast(e, tensors, out))
        said = promotion(e.op, [(self.b.name_of(v), v) for _, v in operands], out)
        if said:
            self.promotion.append(said)

    def broadcast(self, e: Any, tensors: list[tuple[str, Any]], out: Any) -> Broadcast:
        shape = tuple(out.shape)
        names = dict(zip([p for p, _ in tensors], _apart([self.b.name_of(v) for _, v in tensors]), strict=True))
        rows = [operand(e.op, p, names, v, shape) for p, v in tensors]
        sizes = [count(tuple(v.shape)) for _, v in tensors]
        total = count(shape)
        outgrows = len(rows) > 1 and all(total > n for n in sizes)
        # The mark of an accident: as many elements on both sides, yet they were paired each with each.
        warning = None
        if outgrows and len(rows) == 2:
            (_, a), (_, b) = tensors
            if _silent(tuple(a.shape), tuple(b.shape)):
                warning = (
                    f"{rows[0].name} {shape_text(a.shape)} and {rows[1].name} {shape_text(b.shape)} have {sizes[0]} elements each, "
                    f"and the result has {total}: an outer product. Was {rows[0].name}.reshape({rows[1].name}.shape) meant?"
                )
                self.b.warnings.append(warning)
        return Broadcast(op=e.op.label, operands=tuple(rows), shape=shape, outgrows=outgrows, warning=warning)

    def einsum(self, ins: list[Any], names: list[str], out: Any) -> None:
        node = self.visit.node
        equation = getattr(node.args[0], "value", None) if node.args else None
        if isinstance(equation, str):
            self.meet("einsum", subscripts_lines(equation, names, [tuple(t.shape) for t in ins], tuple(out.shape)))

    def join(self, ins: list[Any], names: list[str], out: Any) -> None:
        shapes = [tuple(t.shape) for t in ins]
        kind = _JOINS[self.op]
        dim = next((_argument(e.op, e.values, "dim") for e in self.visit.events if e.op.label == kind), None)
        self.meet(kind, join_lines(kind, names, shapes, tuple(out.shape), dim if dim is None or dim >= 0 else dim + len(out.shape)))
        promoted = {t._dtype.short for t in ins}
        if len(promoted) > 1:
            self.promotion.append(f"{' and '.join(sorted(promoted))} come to {out._dtype.short}: cat promotes like arithmetic")

    def index(self, first: Any, out: Any) -> None:
        key = self.visit.children[-1].value if len(self.visit.children) > 1 else None
        texts = None
        node = self.visit.node.slice
        if type(node).__name__ == "Tuple":
            texts = [self.b.text_of(n) for n in node.elts]
        else:
            texts = [self.b.text_of(node)]
        rows, copies = index_lines(key if isinstance(key, tuple) else (key,), texts, tuple(first.shape), tuple(out.shape))
        self.meet("index", rows)
        if copies and not self.is_shared(out, [first]):
            self.copies.append(copies)


def _apart(names: list[str]) -> list[str]:
    """Names that tell two uses of one value apart: x, x'."""
    out: list[str] = []
    for name in names:
        while name in out:
            name += "'"
        out.append(name)
    return out


def _silent(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """(N,) with (N,1): as many elements, different ranks, and they do not line up."""
    return count(a) == count(b) > 1 and len(a) != len(b)


def operand(op: Any, param: str, names: dict[str, str], t: Any, shape: tuple[int, ...]) -> Operand:
    """One operand's row of the broadcast table."""
    own = tuple(t.shape)
    pad = len(shape) - len(own)
    aligned = (*([None] * pad), *own)
    added = tuple(d for d in range(pad) if shape[d] != 1)
    stretched = tuple(d for d in range(pad, len(shape)) if aligned[d] == 1 and shape[d] != 1)
    stride = tuple(0 if d < pad or d in stretched else s for d, s in enumerate((*([0] * pad), *t.stride())))
    rule = op.rule(param) if t._dtype.is_floating_point else ""
    backward = None
    if rule:
        formula, _, _ = _split_remark(rule)
        formula = _tidy(_renamed(formula, {**names, "alpha": "1"}))
        backward = undone(formula, own, shape)
    return Operand(
        name=names[param],
        shape=own,
        aligned=aligned,
        added=added,
        stretched=stretched,
        reads=count(shape) // max(1, count(own)),
        stride=stride,
        backward=backward,
    )


def undone(formula: str, own: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """A gradient formula with the sum that undoes the broadcast from ``own`` to ``shape``.

    >>> undone("g", (8, 1, 6), (8, 7, 6))
    'sum(g, dim 1, keepdim)'
    >>> undone("g", (7, 1), (8, 7, 6))
    'sum(g, dims 0 and 2) -> [7,1]'
    """
    pad = len(shape) - len(own)
    dims = [d for d in range(len(shape)) if (d < pad or own[d - pad] == 1) and shape[d] != 1]
    if not dims:
        return formula if not pad else f"{formula} as {shape_text(own)}"
    text = f"sum({formula}, {_dims(dims)}"
    if not pad:
        return f"{text}, keepdim)"
    return f"{text})" + (f" -> {shape_text(own)}" if any(n == 1 for n in own) else "")


def _dims(dims: list[int]) -> str:
    """``dim 1``, ``dims 0 and 2``, ``dims 0, 1 and 3``."""
    if len(dims) == 1:
        return f"dim {dims[0]}"
    return f"dims {', '.join(map(str, dims[:-1]))} and {dims[-1]}"


def broadcast_rows(b: Any, times: str = "×", dot: str = "·", width: int = 76) -> list[str]:
    """The table of a broadcast as lines of text, for errors and for screens (MOCKUPS (b)); remarks that do not fit go to the next line."""
    n = len(b.shape)
    names = max(len(o.name) for o in b.operands)
    shapes = max(len(shape_text(s)) for s in (*[o.shape for o in b.operands], b.shape))
    left = names + 1 + shapes
    wide = [max(len(f"dim {d}"), *[len(str(s)) for s in (b.shape[d], *[o.aligned[d] or 0 for o in b.operands])]) + 2 for d in range(n)]
    rows = [" " * left + "".join(f"{f'dim {d}':>{wide[d]}}" for d in range(n))]
    strides = ", ".join(f"{o.name} {shape_text(o.stride)}" for o in b.operands)
    table = [(o.name, o.shape, o.aligned, remark(o, times)) for o in b.operands]
    for name, shape, sizes, said in (*table, ("", b.shape, b.shape, f"no copy: strides {strides}")):
        row = f"{name:<{names}} {shape_text(shape):>{shapes}}" + "".join(f"{dot if s is None else s:>{w}}" for s, w in zip(sizes, wide, strict=True))
        if len(row) + 3 + len(said) <= width:
            rows.append(f"{row}   {said}".rstrip())
        else:
            rows += [row, f"{'':<{left}}   {said}" if left + 3 + len(said) <= width else f"  {said}"]
    return rows


def remark(o: Operand, times: str = "×") -> str:
    """``dim 0 added, dim 2 stretched; each element read ×48``."""
    parts = []
    if o.added:
        parts.append(f"{_dims(list(o.added))} added")
    if o.stretched:
        parts.append(f"{_dims(list(o.stretched))} stretched")
    if not parts:
        return ""
    return f"{', '.join(parts)}; each element read {times}{o.reads}"


_CATEGORY = {0: "bool", 1: "integer", 2: "floating", 3: "complex"}


def promotion(op: Any, operands: list[tuple[str, Any]], out: Any) -> str | None:
    """Why the result of a pointwise op has its dtype, in words; None where every operand has it.

    >>> x, n = tensor([1.]), tensor([1])
    >>> promotion(OPS["add"], [("x", x), ("n", n)], x + n)
    'n i64 meets x f32: a floating dtype wins over an integer one, the result is f32'
    """
    dims = [(n, v) for n, v in operands if is_tensor(v) and v.dim()]
    zeros = [(n, v) for n, v in operands if is_tensor(v) and not v.dim()]
    numbers = [(n, v) for n, v in operands if not is_tensor(v) and isinstance(v, (int, float, complex))]
    result = out._dtype
    kinds = {v._dtype for _, v in (*dims, *zeros)}
    if op.dtype is not None and getattr(op.dtype, "__name__", "") == "BOOL":
        if len(kinds) > 1:
            listed = ", ".join(f"{n} {v._dtype.short}" for n, v in (*dims, *zeros))
            return f"{listed} are compared in their common dtype; the answer is bool"
        return None
    if kinds == {result} and not any(_category_of(v) > result.category for _, v in numbers):
        return None
    end = f"the result is {result.short}"
    group = dims or zeros
    common = group[0][1]._dtype if group else None
    different = [(n, v) for n, v in group if v._dtype is not common]
    if different:
        low, high = sorted((group[0], different[0]), key=lambda item: (item[1]._dtype.category, item[1]._dtype.itemsize))
        a, b = low[1]._dtype, high[1]._dtype
        head = f"{low[0]} {a.short} meets {high[0]} {b.short}"
        if a.category != b.category:
            return f"{head}: {_article(b)} dtype wins over {_article(a)} one, {end}"
        if result not in (a, b):
            return f"{head}: neither holds the other's numbers, {end}"
        return f"{head}: the wider one wins, {end}"
    if dims and zeros and any(v._dtype is not common for _, v in zeros):
        name, z = next((n, v) for n, v in zeros if v._dtype is not common)
        if result is common:
            return f"{name} is 0-d {z._dtype.short}: of the same kind, it counts as a number, and {dims[0][0]} stays {result.short}"
        return f"{name} is 0-d {z._dtype.short}, of a higher kind than {dims[0][0]} {common.short}: {end}"
    if common is not None and common.category < FLOAT <= result.category:
        if numbers and any(_category_of(v) >= FLOAT for _, v in numbers):
            return f"{numbers[0][0]} is a floating Python number and {group[0][0]} is {common.short}: {end}, the default dtype"
        return f"{op.label} of {_CATEGORY[common.category]} values is floating: {common.short} becomes {result.short}, the default dtype"
    if common is not None and common.category < INT <= result.category:
        return f"{group[0][0]} is bool: its values count as 0 and 1, {end}"
    return None


def _article(d: Any) -> str:
    word = _CATEGORY[d.category]
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _category_of(v: Any) -> int:
    return 0 if isinstance(v, bool) else INT if isinstance(v, int) else FLOAT if isinstance(v, float) else 3


def _contiguous_why(t: Any, name: str) -> str:
    """Why contiguous() had to copy."""
    g = geometry(t)
    rows, step = [], 1
    for n in reversed(g.shape):
        rows.append(step)
        step *= max(n, 1)
    return f"{name} has strides {shape_text(g.stride)}, row-major {shape_text(g.shape)} needs {shape_text(rows[::-1])}"
