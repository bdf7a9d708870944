"""A graph as Mermaid text (``flowchart``), for Markdown pages that draw it."""

from __future__ import annotations

from .dot import LONGEST_LR, backward_label, count_ranks, label, scope_runs, several_lines, style_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SHAPES = {
    "data": ('["', '"]'), "param": ('["', '"]'), "const": ('["', '"]'), "op": ('("', '")'), "output": ('[["', '"]]'),
    "group": ('[/"', '"/]'), "nan": ('["', '"]'), "failed": ('{{"', '"}}'),
}  # fmt: skip
_CLASSES = {
    "data": "fill:#CFE8F7,stroke:#0072B2,color:#10202B",
    "param": "fill:#C9EBDF,stroke:#007A5A,stroke-width:3px,color:#10202B",
    "const": "fill:#F2F4F5,stroke:#5C6670,stroke-dasharray:4 3,color:#10202B",
    "op": "fill:#F2F4F5,stroke:#5C6670,color:#10202B",
    "output": "fill:#F9DCC4,stroke:#B34E00,color:#10202B",
    "group": "fill:#E4E7EA,stroke:#5C6670,color:#10202B",
    "nan": "fill:#000000,stroke:#000000,color:#FFE100",
    "failed": "fill:#FBE3E1,stroke:#B3261E,stroke-width:3px,color:#8C1D18",
}


def mermaid(r: Any) -> str:
    """The Mermaid text of a GraphReport."""
    ids = {n.id: f"v{i}" for i, n in enumerate((*r.nodes, *r.groups))}
    out = [f"flowchart {'LR' if count_ranks(r) <= LONGEST_LR else 'TB'}"]
    used: list[str] = []
    lines = several_lines(r)
    for n in (*r.nodes, *r.groups):
        kind = style_of(n)
        left, right = _SHAPES[kind]
        out.append(f"  {ids[n.id]}{left}{_text(label(n, lines))}{right}:::{kind}")
        if kind not in used:
            used.append(kind)
    out += _boxes([item for item in scope_runs(r) if isinstance(item, list)], ids, "  ", [0])
    fed: dict[str, int] = {}
    sends: dict[str, int] = {}
    for e in r.edges:
        fed[e.target] = fed.get(e.target, 0) + 1
        if e.contribution is not None:
            sends[e.source] = sends.get(e.source, 0) + 1
    back: list[int] = []
    count = 0
    for e in r.edges:
        name = f"{e.count} uses" if e.count > 1 else e.slot if fed[e.target] > 1 else ""
        arrow = "-.-" if e.view else "-->"
        out.append(f"  {ids[e.source]} {arrow}{f'|{chr(34)}{_text(name)}{chr(34)}|' if name else ''} {ids[e.target]}")
        count += 1
        if e.contribution is not None:
            text = backward_label(e, sends[e.source] > 1).replace("\n", " ")
            out.append(f'  {ids[e.target]} -.->|"{_text(text)}"| {ids[e.source]}')
            back.append(count)
            count += 1
    out += [f"  classDef {kind} {_CLASSES[kind]}" for kind in used]
    if back:
        out.append(f"  linkStyle {','.join(map(str, back))} stroke:#A0527C,color:#A0527C")
    return "\n".join(out) + "\n"


def _boxes(runs: list[Any], ids: dict[str, str], pad: str, count: list[int]) -> list[str]:
    """One subgraph for each function or module that ops ran in."""
    out: list[str] = []
    for name, items in runs:
        count[0] += 1
        out.append(f'{pad}subgraph s{count[0]}["{_text(name)}"]')
        for item in items:
            out += _boxes([item], ids, pad + "  ", count) if isinstance(item, list) else [f"{pad}  {ids[item.id]}"]
        out.append(f"{pad}end")
    return out


def _text(text: str) -> str:
    """Text inside Mermaid's quotes: its own marks as character codes."""
    for mark, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        text = text.replace(mark, code)
    return text.replace("\n", "<br/>")
