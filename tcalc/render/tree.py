"""A graph as a tree of text: results on top, what they were made from below, gradients and saved tensors in a column beside it.

A node that is used again prints once, then ``^ n3``. A graph too deep to indent runs down a spine: an unmarked line feeds the line above.
"""

from __future__ import annotations

from ..insight.report import brief, shape_text, spec
from .plain import cells, nbytes_text, safe, width_of
from .style import Screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plain import Line, Span

_DEEPEST = 14  # levels of indentation; more go down a spine
_STYLE = {"op": None, "data": "data", "param": "param", "const": "const"}
_KIND = {"data": "data ", "param": "PARAM", "const": "const"}


def tree(r: Any, screen: Screen) -> list[Line]:
    """The lines of a GraphReport."""
    box = screen.glyphs
    found = {n.id: n for n in (*r.nodes, *r.groups)}
    feeds: dict[str, list[Any]] = {}
    for e in r.edges:
        feeds.setdefault(e.target, []).append(e)
    height = _heights(r.outputs, feeds)
    spine = max(height.values(), default=0) > _DEEPEST
    lines_known = {n.where["line"] for n in r.nodes if n.where is not None}
    show = _Shower(screen, len(lines_known) > 1)

    rows: list[tuple[Line, Line]] = []
    printed: set[str] = set()
    stack: list[tuple[str, str, str, Any]] = [(i, "", "", None) for i in reversed(r.outputs)]
    while stack:
        node_id, prefix, mark, edge = stack.pop()
        front: Span = (prefix + mark, "op")
        if node_id in printed:
            rows.append(((front, (f"{box['up']} {show.called(found[node_id])}", "dim"), *show.stretch(edge)), show.edge_facts(edge)))
            continue
        printed.add(node_id)
        node = found[node_id]
        left, right = show.node(node, edge)
        rows.append(((front, *left), right))
        inner = prefix + (box["bar"] if mark == box["tee"] else box["gap"] if mark == box["end"] else "")
        inputs = feeds.get(node_id, [])
        down = _spine_child(inputs, height, printed) if spine else None
        side = [e for e in inputs if e is not down]
        if down is not None:
            stack.append((down.source, inner, "", down))
        for k, e in reversed(list(enumerate(side))):
            last = k == len(side) - 1 and down is None
            stack.append((e.source, inner, box["end"] if last else box["tee"], e))
    return [*_columns(rows, screen), *_footer(r, screen, spine)]


def _heights(roots: Any, feeds: dict[str, list[Any]]) -> dict[str, int]:
    """How many levels hang below each node."""
    height: dict[str, int] = {}
    stack = [(i, False) for i in roots]
    while stack:
        i, done = stack.pop()
        if i in height and not done:
            continue
        if done:
            height[i] = 1 + max((height.get(e.source, 0) for e in feeds.get(i, ())), default=0)
            continue
        height[i] = 0
        stack.append((i, True))
        stack.extend((e.source, False) for e in feeds.get(i, ()) if e.source not in height)
    return height


def _spine_child(inputs: list[Any], height: dict[str, int], printed: set[str]) -> Any:
    """The input with the deepest history, if it is more than a leaf and not yet shown."""
    fresh = [e for e in inputs if e.source not in printed and height.get(e.source, 0) > 1]
    return max(fresh, key=lambda e: height[e.source], default=None)


def shape_of(n: Any) -> str:
    """``[2,3]``; float32 goes without saying, any other dtype stands in front: ``f64[2,3]``. ``[?]`` for what never came to be."""
    if n.shape is None:
        return "[?]"
    return shape_text(n.shape) if n.short == "f32" else spec(n.short, n.shape)


def norm_text(x: float) -> str:
    """A norm: three decimals where they say something, else three significant digits.

    >>> norm_text(0.5), norm_text(1.0083), norm_text(0.00213), norm_text(1e-7), norm_text(12345.6)
    ('0.500', '1.008', '0.00213', '1e-07', '12346')
    """
    if x - x == 0 and (x == 0 or 0.1 <= x < 1000):
        return f"{x:.3f}"
    return brief(float(x), 3)


def figure_text(f: Any, dots: str = "..") -> str:
    """A value in a few characters: one element in full, more as their range."""
    if f is None or f.n == 0:
        return ""
    if f.text is not None:
        text = str(f.text)
        return {"nan": "NaN", "inf": "Inf", "-inf": "-Inf"}.get(text, text.removesuffix(".0"))
    if f.min is None:
        return ""
    return brief(f.min) if f.min == f.max else f"{brief(f.min)} {dots} {brief(f.max)}"


def grad_text(f: Any) -> str:
    """``g 1`` of one element, ``|g| 0.500`` of more."""
    if f is None:
        return ""
    if f.text is not None and not f.shape:
        return f"g {figure_text(f)}"
    if f.nans or f.infs:
        return f"g {trouble_text(f)} of {f.n}"
    return "" if f.norm is None else f"|g| {norm_text(f.norm)}"


def trouble_text(f: Any) -> str:
    """``NaN 2 Inf 1`` where a tensor has such elements."""
    if f is None or not (f.nans or f.infs):
        return ""
    return " ".join(f"{label} {n}" for label, n in (("NaN", f.nans), ("Inf", f.infs)) if n)


class _Shower:
    """What each kind of node says."""

    def __init__(self, screen: Screen, lines: bool) -> None:
        self.screen = screen
        self.lines = lines  # nodes come from several source lines, so each is named

    def called(self, n: Any) -> str:
        """The id of an op; the name of a leaf."""
        return safe(n.name or n.id) if getattr(n, "kind", "op") != "op" else n.id

    def stretch(self, edge: Any) -> Line:
        """``stretch dim 0`` where this use repeats its input."""
        if edge is None or not edge.stretched:
            return ()
        return ((f" stretch dim{'s' if len(edge.stretched) > 1 else ''} {','.join(map(str, edge.stretched))}", "warn"),)

    def edge_facts(self, edge: Any) -> Line:
        """What a second use of a node sent back."""
        text = grad_text(None if edge is None else edge.contribution)
        return ((f"+ {text}", "backward"),) if text else ()

    def node(self, n: Any, edge: Any) -> tuple[Line, Line]:
        """(what stands in the tree, what stands beside it)."""
        if not hasattr(n, "kind"):
            return self.group(n)
        left: list[Span] = []
        if n.kind == "op":
            if n.output:
                left.append((safe(n.name or n.id), "output"))
                left.append((f" {n.label}", "bold"))
            else:
                left.append((n.id, "dim"))
                left.append((f" {n.label}", "bold"))
                if n.name:
                    left.append((f" ({safe(n.name)})", "name"))
            left.append((f" {shape_of(n)}", None))
            if n.failed:
                left.append((" FAILED", "error"))
            if n.order > 1:
                left.append((f" [order {n.order}]", "warn"))
            if n.view:
                left.append((" view", "dim"))
        else:
            style = _STYLE[n.kind]
            left.append((f"{safe(n.name or n.id)}  ", style))
            left.append((f"{_KIND[n.kind]} ", style))
            left.append((shape_of(n), None))
        if n.value is not None and n.value.text is not None:
            left.append((f" {figure_text(n.value)}", "error" if n.value.nans or n.value.infs else "output" if n.output else None))
        elif trouble := trouble_text(n.value):
            left.append((f" {trouble}", "error"))
        left += self.stretch(edge)
        right: list[Span] = []
        if n.failed:
            right.append((safe(n.failed), "error"))
        elif n.kind == "const" or not n.requires_grad:
            right.append(("no grad", "dim"))
        elif text := grad_text(n.grad):
            right.append((text, "error" if n.grad.nans or n.grad.infs else "backward"))
        if n.saved:
            kept = ", ".join(f"{safe(s.name)} {nbytes_text(s.nbytes)}" for s in n.saved)
            right.append((f"{'   ' if right else ''}saved {kept}", "saved"))
        if self.lines and n.where is not None:
            right.append((f"   line {n.where['line']}", "dim"))
        return tuple(left), tuple(right)

    def group(self, g: Any) -> tuple[Line, Line]:
        """A folded group: what it hides."""
        counts = ", ".join(f"{n} {op}" for op, n in sorted(g.counts.items(), key=lambda kv: -kv[1])[:4])
        more = f", {len(g.counts) - 4} kinds more" if len(g.counts) > 4 else ""
        hidden = g.ops + g.leaves
        left: Line = ((g.id, "dim"), (f" {safe(g.label)}", "bold"), (f"  {g.first}..{g.last}", "dim"))
        right: Line = ((f"{hidden} hidden: {counts}{more}", "dim"),)
        if g.params:
            right += ((f"   {g.params} parameter{'' if g.params == 1 else 's'} |g| {norm_text(g.grad_norm)}", "backward"),)
        if g.saved_bytes:
            right += ((f"   saved {nbytes_text(g.saved_bytes)}", "saved"),)
        return left, right


def _columns(rows: list[tuple[Line, Line]], screen: Screen) -> list[Line]:
    """Facts stand in one column where they fit; a line too wide for it puts them below, indented."""
    wants = [width_of(a) for a, b in rows if b]
    facts = max((width_of(b) for _, b in rows), default=0)
    at = max(wants, default=0) + 4
    if at + facts > screen.width:
        at = max(24, min(at, screen.width - min(facts, screen.width // 2)))
    out: list[Line] = []
    for a, b in rows:
        if not b:
            out.append(a)
            continue
        pad = at - width_of(a)
        if pad < 2:
            pad = 2
        if width_of(a) + pad + width_of(b) <= screen.width:
            out.append((*a, (" " * pad, None), *b))
        elif width_of(a) + 2 + width_of(b) <= screen.width:
            out.append((*a, ("  ", None), *b))
        else:
            lead = a[0][0]
            rail = "".join(c if c in "│|" else " " for c in lead) if lead else ""
            out.append(a)
            out += _wrap(b, rail + "    ", screen.width)
    return out


def _wrap(row: Line, indent: str, width: int) -> list[Line]:
    """Spans over several lines, broken between words."""
    out: list[Line] = []
    line: list[Span] = [(indent, "op")]
    used = cells(indent)
    for text, style in row:
        gap = len(text) - len(text.lstrip()) - 1  # facts stay apart
        for word in text.split():
            if used + cells(word) + 1 > width and len(line) > 1:
                out.append(tuple(line))
                line, used = [(indent, "op")], cells(indent)
            elif gap > 0 and len(line) > 1:
                line.append((" " * gap, None))
                used += gap
            gap = 0
            line.append((word + " ", style))
            used += cells(word) + 1
    out.append(tuple(line))
    return out


def _footer(r: Any, screen: Screen, spine: bool) -> list[Line]:
    dot = screen.glyphs["dot"]
    parts = [f"{r.ops} op{'' if r.ops == 1 else 's'}, {r.leaves} {'leaf' if r.leaves == 1 else 'leaves'}"]
    if r.saved_bytes:
        parts.append(f"saved for backward {nbytes_text(r.saved_bytes)}")
    notes = [*r.notes]
    if spine:
        notes.append("deep: an unmarked line feeds the line above it")
    out: list[Line] = []
    line = dot.join(parts)
    for note in notes:
        note = safe(note)
        if cells(line) + len(dot) + cells(note) > screen.width:
            out.append(((line, "dim"),))
            line = note
        else:
            line += dot + note
    out.append(((line, "dim"),))
    return out
