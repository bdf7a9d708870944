"""A graph as DOT text: readable by hand, the same bytes for the same graph.

Labels carry what a picture must say; full values go into the SVG's tooltips (render/image.py), so the text stays short. Class names
(``data``, ``param``, ``op`` ...) come out in the SVG, where one style sheet colours them for light and dark.
"""

from __future__ import annotations

from .plain import nbytes_text, safe
from .tree import figure_text, grad_text, norm_text, shape_of, trouble_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FONT = "Courier"
LONGEST_LR = 8  # ranks; a longer graph runs from top to bottom
_RULE_WIDTH = 22
# Blanks keep the dashed line clear of its label: the line runs below it from left to right, left of it from top to bottom.
_CLEAR = {"LR": ("", "\n "), "TB": (" ", "")}
COMMUTATIVE = frozenset(("add", "mul", "maximum", "minimum"))  # which input is which says nothing

# kind -> node attributes. The fills are the palette's light colours; the SVG's style sheet has the dark ones.
STYLES = {
    "data": 'shape=box style=filled fillcolor="#CFE8F7" color="#0072B2"',
    "param": 'shape=box style=filled penwidth=2.5 fillcolor="#C9EBDF" color="#007A5A"',
    "const": 'shape=box style="filled,dashed" fillcolor="#F2F4F5" color="#5C6670"',
    "op": 'shape=box style="rounded,filled" fillcolor="#F2F4F5" color="#5C6670"',
    "output": 'shape=box style=filled peripheries=2 fillcolor="#F9DCC4" color="#B34E00"',
    "group": 'shape=folder style=filled fillcolor="#E4E7EA" color="#5C6670"',
    "saved": 'shape=note style=filled fillcolor="#FBEBC8" color="#8A5F00" fontcolor="#6B4A00" fontsize=9 height=0.3 margin="0.08,0.04"',
    "nan": 'shape=box style=filled fillcolor="#000000" color="#000000" fontcolor="#FFE100"',
    "failed": 'shape=box style=filled penwidth=3 fillcolor="#FBE3E1" color="#B3261E" fontcolor="#8C1D18"',
}
_TITLES = {
    "data": "data", "param": "parameters", "const": "constants: no gradient", "op": "ops, in creation order", "output": "what was asked for",
    "group": "folded", "saved": "kept for backward", "nan": "NaN or Inf", "failed": "the op that failed",
}  # fmt: skip


def dot(r: Any, direction: str | None = None, legend: bool = True, notes: bool = True) -> str:
    """The DOT text of a GraphReport. direction: LR or TB (by default LR up to 8 ranks); notes: draw saved tensors."""
    ids = dot_ids(r)
    ranks = count_ranks(r)
    direction = direction or ("LR" if ranks <= LONGEST_LR else "TB")
    before, after = _CLEAR.get(direction, ("", ""))
    out = ["digraph tcalc {"]
    if r.expression:
        out.append(f"  // {_comment(r.expression)}")
    out += [
        f"  graph [rankdir={direction} bgcolor=white fontname={FONT} fontsize=9 nodesep=0.3 ranksep={'0.45' if direction == 'LR' else '0.4'} class=sheet]",
        f'  node [fontname={FONT} fontsize=11 height=0.4 margin="0.12,0.06"]',
        f"  edge [fontname={FONT} fontsize=9 color=\"#5C6670\" arrowsize=0.8]",
    ]  # fmt: skip
    if legend:
        out.append(f"  graph [labelloc=b labeljust=l label={quote(legend_text(r), left=True)}]")
    kinds: dict[str, list[str]] = {}
    lines = several_lines(r)
    for n in (*r.nodes, *r.groups):
        kinds.setdefault(style_of(n), []).append(f"{ids[n.id]} [label={quote(label(n, lines))}]")
    for kind in ("data", "param", "const", "op", "group", "output", "nan", "failed"):
        if kind in kinds:
            out += ["", f"  {{ // {_TITLES[kind]}", f"    node [class={kind} {STYLES[kind]}]", *[f"    {x}" for x in kinds[kind]], "  }"]
    saving = [n for n in r.nodes if n.saved] if notes else []
    if saving:
        out += ["", f"  {{ // {_TITLES['saved']}", f"    node [class=saved {STYLES['saved']}]"]
        out += [f"    {note_id(ids, n)} [label={quote(saved_label(n))}]" for n in saving]
        out += ['    edge [class=keep style=dotted dir=none color="#8A5F00" weight=4]']
        inside = {n.id for n in r.nodes if n.scope}
        out += [
            f"    {ids[n.id]} -> {note_id(ids, n)}" if n.id in inside else f"    {{ rank=same {ids[n.id]} {note_id(ids, n)} }} {ids[n.id]} -> {note_id(ids, n)}"
            for n in saving
        ]
        out += ["  }"]
    out += clusters(r, ids, bool(notes))
    found = {n.id: n for n in (*r.nodes, *r.groups)}
    uses: dict[tuple[str, str], int] = {}
    fed: dict[str, int] = {}
    sends: dict[str, int] = {}
    for e in r.edges:
        fed[e.target] = fed.get(e.target, 0) + 1
        uses[e.source, e.target] = uses.get((e.source, e.target), 0) + 1
        if e.needs_grad and e.contribution is not None:
            sends[e.source] = sends.get(e.source, 0) + 1
    out += ["", "  // forward: what reads what"]
    for e in r.edges:
        named = fed[e.target] > 1 and (getattr(found[e.target], "op", None) not in COMMUTATIVE or uses[e.source, e.target] > 1)
        out.append(f"  {ids[e.source]} -> {ids[e.target]}{_attrs(_forward(e, named, before))}")
    back = [e for e in r.edges if e.needs_grad and e.contribution is not None]
    if back:
        # Written from input to op and drawn with its arrow at the input, a backward edge keeps beside its forward one; weight=0 leaves the
        # placing of nodes to those. (constraint=false does, too, but routes it across the others.)
        out += [
            "",
            "  { // backward: what each use sends back, arrow at the left name",
            '    edge [class=backward style=dashed dir=back weight=0 color="#A0527C" fontcolor="#A0527C"]',
        ]
        for e in back:
            text = before + backward_label(e, sends[e.source] > 1).replace("\n", "\n" + before) + after
            out.append(f"    {ids[e.source]} -> {ids[e.target]} [label={quote(text)}]")
        out.append("  }")
    out.append("}")
    return "\n".join(out) + "\n"


def dot_ids(r: Any) -> dict[str, str]:
    """Report id -> DOT id: itself where it is a plain word, else quoted."""
    words = {"node", "edge", "graph", "digraph", "subgraph", "strict"}
    return {n.id: n.id if n.id.isascii() and n.id.isidentifier() and n.id.lower() not in words else quote(safe(n.id)) for n in (*r.nodes, *r.groups)}


def scope_runs(r: Any) -> list[Any]:
    """The user's functions and modules around the ops that show, as a tree: [label, [node or further run, ..]], runs of neighbours in creation
    order. A function that is called again makes a run of its own."""
    top: list[Any] = []
    path: list[str] = []
    stack: list[list[Any]] = [top]
    for n in r.nodes:
        if n.kind != "op":
            continue
        new = n.scope.split(".") if n.scope else []
        same = 0
        while same < min(len(path), len(new)) and path[same] == new[same]:
            same += 1
        del stack[same + 1 :]
        for name in new[same:]:
            inner: list[Any] = []
            stack[-1].append([name, inner])
            stack.append(inner)
        path = new
        stack[-1].append(n)
    return top


def cluster_names(r: Any) -> dict[str, str]:
    """DOT's name of each box -> the scope that it stands for, in full: ``cluster_2`` -> ``Net.fc1``."""
    out: dict[str, str] = {}

    def walk(items: list[Any], path: str) -> None:
        for item in items:
            if isinstance(item, list):
                full = f"{path}.{item[0]}" if path else item[0]
                out[f"cluster_{len(out) + 1}"] = full
                walk(item[1], full)

    walk(scope_runs(r), "")
    return out


def clusters(r: Any, ids: dict[str, str], notes: bool) -> list[str]:
    """One box a scope, nested as the scopes are."""
    out: list[str] = []
    count = 0

    def write(items: list[Any], pad: str) -> None:
        nonlocal count
        for item in items:
            if isinstance(item, list):
                count += 1
                out.append(
                    f'{pad}subgraph cluster_{count} {{ graph [class=scope style=rounded color="#9AA7B2" labelloc=t labeljust=l label={quote(safe(item[0]))}]'
                )
                write(item[1], pad + "  ")
                out.append(pad + "}")
            elif item.saved and notes:
                out.append(f"{pad}{{ rank=same {ids[item.id]} {note_id(ids, item)} }}")
            else:
                out.append(pad + ids[item.id])

    runs = [item for item in scope_runs(r) if isinstance(item, list)]
    if runs:
        out += ["", "  // functions and modules"]
        write(runs, "  ")
    return out


def note_id(ids: dict[str, str], n: Any) -> str:
    """The id of the note that says what ``n`` saved."""
    taken = set(ids)
    name = f"saved_{n.id}"
    while name in taken:
        name += "_"
    return name


def style_of(n: Any) -> str:
    """The class of a node: its kind, or what outranks it (nan, output, group)."""
    if not hasattr(n, "kind"):
        return "group"
    if n.failed:
        return "failed"
    if any(f is not None and (f.nans or f.infs) for f in (n.value, n.grad)):
        return "nan"
    return "output" if n.output else str(n.kind)


def label(n: Any, lines: bool = False) -> str:
    """The lines of a node; with ``lines`` the source line among them."""
    if not hasattr(n, "kind"):
        rows = [f"{n.id}  {safe(n.label)}", f"{n.ops + n.leaves} hidden, {n.first} .. {n.last}"]
        if n.params:
            rows.append(f"{n.params} parameter{'' if n.params == 1 else 's'}  |g| {norm_text(n.grad_norm)}")
        return "\n".join(rows + ([f"saved {nbytes_text(n.saved_bytes)}"] if n.saved_bytes else []))
    shape = shape_of(n)
    name = safe(n.name) if n.name else ""
    value = figure_text(n.value)
    rows = []
    if n.kind == "op":
        head = f"{n.id}  {n.label}"
        if name:
            head = f"{name}  {head}" if n.output else f"{head}  {name}"
        rows.append(head)
        if n.failed:
            line = f"line {n.where['line']}" if lines and n.where is not None else ""
            return "\n".join([*rows, "FAILED", *_broken(safe(n.failed), 34), *([line] if line else [])])
    else:
        rows.append("  ".join(x for x in (name or n.id, {"param": "PARAM", "const": "const", "data": ""}[n.kind]) if x))
    if n.value is not None and n.value.text is not None and not n.shape and n.short == "f32":
        rows.append(value)
    else:
        rows.append("  ".join(x for x in (shape, value) if x))
    if n.shape and (bad := trouble_text(n.value)):
        rows.append(bad)
    g = grad_text(n.grad)
    if g:
        rows.append(g)
    marks = [f"order {n.order}"] if n.order > 1 else []
    if lines and n.where is not None and n.where["line"] is not None:
        marks.append(f"line {n.where['line']}")
    if marks:
        rows.append("  ".join(marks))
    return "\n".join(rows)


def several_lines(r: Any) -> bool:
    """Whether the ops that show come from more than one source line, so that naming it says something."""
    return len({n.where["line"] for n in r.nodes if n.where is not None}) > 1


def saved_label(n: Any) -> str:
    """What a note says: the tensors kept, with their bytes."""
    return "\n".join(f"saved {safe(s.name)} {nbytes_text(s.nbytes)}" for s in n.saved)


def _forward(e: Any, named: bool, pad: str) -> dict[str, str]:
    words = []
    if e.count > 1:
        words.append(f"{e.count} uses")
    if named and e.slot:
        words.append(e.slot)
    if e.stretched:
        words.append(f"stretch dim{'s' if len(e.stretched) > 1 else ''} {','.join(map(str, e.stretched))}")
    if e.view:
        words.append("view")
    attrs = {"label": "\n".join(pad + w for w in words)} if words else {}
    if e.view:
        attrs["style"] = "dotted"
    attrs["class"] = "view" if e.view else "forward"
    return attrs


def backward_label(e: Any, many: bool) -> str:
    """``x.T @ g |0.718|``: rule and size of one contribution, ``+`` in front where several meet."""
    f = e.contribution
    rule = short_rule(e.rule) if e.rule else "g"
    if f.text is not None and not f.shape:
        text = f"{rule} = {figure_text(f)}"
    else:
        text = rule if f.norm is None else f"{rule} |{norm_text(f.norm)}|"
    if many:
        text = "+ " + text
    if len(text) <= _RULE_WIDTH:
        return text
    rows, row = [], ""
    for word in text.split(" "):
        if row and len(row) + 1 + len(word) > _RULE_WIDTH:
            rows.append(row)
            row = ""
        row = f"{row} {word}" if row else word
    return "\n".join([*rows, row])


def _broken(text: str, width: int) -> list[str]:
    """A sentence over several lines."""
    rows, row = [], ""
    for word in text.split(" "):
        if row and len(row) + 1 + len(word) > width:
            rows.append(row)
            row = ""
        row = f"{row} {word}" if row else word
    return [*rows, row]


def short_rule(rule: str) -> str:
    """A rule without its remark (``g * x, 0 where x is 0``): that stands in the tooltip."""
    depth = 0
    for i, ch in enumerate(rule):
        depth += (ch in "([") - (ch in ")]")
        if ch == "," and depth == 0:
            return rule[:i]
    return rule


def legend_text(r: Any) -> str:
    """One or two short lines under the picture."""
    rows = []
    if any(e.contribution is not None for e in r.edges):
        rows.append("solid: forward   dashed: gradient sent back, rule and size   g: gradient   |.|: norm")
    rows += [safe(n) for n in r.notes]
    return "\n".join(rows) or "solid: forward"


def count_ranks(r: Any) -> int:
    """How many nodes the longest way from a leaf to a result passes."""
    feeds: dict[str, list[str]] = {}
    for e in r.edges:
        feeds.setdefault(e.target, []).append(e.source)
    from .tree import _heights

    edges: dict[str, list[Any]] = {}
    for e in r.edges:
        edges.setdefault(e.target, []).append(e)
    return max(_heights(r.outputs, edges).values(), default=1)


def quote(text: str, left: bool = False) -> str:
    """A DOT string; line ends become ``\\n``, or with ``left`` every line ends in ``\\l``."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + (text.replace("\n", "\\l") + "\\l" if left else text.replace("\n", "\\n")) + '"'


def _comment(text: str) -> str:
    return safe(text)


def _attrs(attrs: dict[str, str]) -> str:
    shown = [f"{k}={v if v.isidentifier() else quote(v)}" for k, v in attrs.items() if v]
    return f" [{' '.join(shown)}]" if shown else ""
