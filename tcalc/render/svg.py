"""What Graphviz draws, finished: one style sheet for light and dark, tooltips with full values, a title for screen readers.

The text is edited, not parsed: Graphviz writes one element a line, and every node and edge carries its class already.
"""

from __future__ import annotations

import re
from html import escape, unescape

from .dot import cluster_names, dot_ids, note_id
from .plain import nbytes_text, safe
from .tree import figure_text, grad_text, norm_text, trouble_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Class -> (fill, line) on a dark page. The light colours are in the drawing itself, so a viewer without CSS shows those.
_DARK = {
    "data": ("#12364A", "#56B4E9"),
    "param": ("#0F3B2F", "#2FBF94"),
    "const": ("#1D2226", "#9AA7B2"),
    "op": ("#23292E", "#9AA7B2"),
    "group": ("#2C333A", "#9AA7B2"),
    "output": ("#4A2A12", "#F28C4B"),
    "saved": ("#3B2E0C", "#F0B93A"),
    "failed": ("#4A1512", "#FF7B72"),
}
_LIGHT_RULES = (
    "text{font-family:Courier,'Courier New','Liberation Mono',Cousine,monospace}"
    ".node .head{font-weight:bold}.op .grad,.data .grad,.param .grad,.output .grad{fill:#A0527C}"
    ".sheet>text,.scope>text{fill:#5C6670}.scope>path,.scope>polygon{fill:none}.forward text,.view text{fill:#5C6670}"
    ".node:hover>polygon,.node:hover>path{stroke-width:3}.edge:hover>path{stroke-width:2.5}"
)


def style_sheet() -> str:
    """The CSS: type and emphasis for both, the dark colours under prefers-color-scheme."""
    boxes = "".join(f".{k}>polygon,.{k}>path,.{k}>polyline{{fill:{fill};stroke:{line}}}" for k, (fill, line) in _DARK.items())
    dark = (
        "text{fill:#E6EBEF}.sheet>polygon{fill:#14181C;stroke:none}"
        f"{boxes}"
        '.node>[fill="none"]{fill:none}'  # the outer line of a double border
        ".saved text{fill:#F0B93A}.op .grad,.data .grad,.param .grad,.output .grad{fill:#E39CC5}"
        ".edge>path{stroke:#9AA7B2;fill:none}.edge>polygon{stroke:#9AA7B2;fill:#9AA7B2}"
        ".sheet>text,.scope>text,.forward text,.view text{fill:#9AA7B2}.scope>path,.scope>polygon{fill:none;stroke:#5C6670}"
        ".backward>path{stroke:#E39CC5}.backward>polygon{stroke:#E39CC5;fill:#E39CC5}.backward text{fill:#E39CC5}"
        ".keep>path{stroke:#F0B93A}"
        ".nan>polygon{fill:#000000;stroke:#FFE100}.nan text{fill:#FFE100}"
    )
    return f":root{{color-scheme:light dark}}{_LIGHT_RULES}@media (prefers-color-scheme:dark){{{dark}}}"


def finish(svg: str, r: Any) -> str:
    """Graphviz's SVG with the style sheet and the tooltips of the report."""
    tips = _tips(r)
    name = r.expression or ", ".join(r.outputs)
    svg = svg[svg.index("<svg") :] if "<svg" in svg else svg
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.S)
    cut = svg.index(">") + 1
    head = f"\n<title>graph of {_xml(name)}</title>\n<style>{style_sheet()}</style>"
    body = svg[cut:].replace("<title>tcalc</title>\n", "", 1)
    counts: dict[tuple[str, bool], int] = {}

    def title(match: re.Match[str]) -> str:
        key = unescape(match[2]), "backward" in match[1]
        found = tips.get(key)
        if found is None:
            return match[1]
        k = counts.get(key, 0)
        counts[key] = k + 1
        return f"{match[1]}<title>{_xml(found[min(k, len(found) - 1)])}</title>\n"

    body = re.sub(r"(<g [^>]*>\n)<title>(.*?)</title>\n", title, body, flags=re.S)
    body = re.sub(r"<text[^>]*>\s*</text>\n?", "", body)  # the blank lines that keep labels clear of their edges
    body = re.sub(r"<g id=\"node\d+\" class=\"node[^>]*>.*?</g>", _mark_lines, body, flags=re.S)
    return '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n' + svg[:cut] + head + body


def _mark_lines(match: re.Match[str]) -> str:
    """The first line of a node is its head; lines that begin with a gradient get its colour."""
    first = True

    def mark(m: re.Match[str]) -> str:
        nonlocal first
        kind = "head" if first else "grad" if re.match(r"(\|g\||g&#160;|g )", m[2]) else ""
        first = False
        return f'<text class="{kind}"{m[1]}>{m[2]}</text>' if kind else m[0]

    return re.sub(r"<text([^>]*)>(.*?)</text>", mark, match[0])


def _xml(text: str) -> str:
    """Text for XML: escaped, and free of characters that XML forbids."""
    return escape("\n".join(safe(row) for row in text.split("\n")), quote=False)


def _tips(r: Any) -> dict[tuple[str, bool], list[str]]:
    """(DOT title such as ``n1`` or ``x->n1``, whether a backward edge) -> tooltips, in the order in which dot.py writes them."""
    ids = {k: _bare(v) for k, v in dot_ids(r).items()}
    tips: dict[tuple[str, bool], list[str]] = {(k, False): [f"ran in {safe(v)}"] for k, v in cluster_names(r).items()}
    for n in (*r.nodes, *r.groups):
        tips[ids[n.id], False] = [node_tip(n)]
        if getattr(n, "saved", None):
            tips[note_id(dot_ids(r), n), False] = ["kept for backward: " + "; ".join(_saved_tip(s) for s in n.saved)]
    for e in r.edges:
        key = f"{ids[e.source]}->{ids[e.target]}"
        tips.setdefault((key, False), []).append(edge_tip(e))
        if e.needs_grad and e.contribution is not None:
            tips.setdefault((key, True), []).append(back_tip(e))
    return tips


def _bare(dot_id: str) -> str:
    return dot_id[1:-1].replace('\\"', '"').replace("\\\\", "\\") if dot_id[:1] == '"' else dot_id


def _saved_tip(s: Any) -> str:
    version = "" if s.version is None else f", version {s.version}"
    return f"{s.name} {s.dtype}[{','.join(map(str, s.shape))}] {nbytes_text(s.nbytes)} (as {s.param}{version})"


def node_tip(n: Any) -> str:
    """Everything about a node, a fact a line."""
    if not hasattr(n, "kind"):
        return "\n".join([f"{n.id}: {n.label}", f"{n.first} to {n.last}", *[f"{c} x {op}" for op, c in n.counts.items()]])
    rows = [f"{n.id}" + (f" = {n.name}" if n.name and n.name != n.id else "") + (f": {n.label}" if n.label else f": {n.kind}")]
    if n.failed:
        return "\n".join([*rows, f"failed: {n.failed}"])
    rows.append(f"{n.dtype} [{','.join(map(str, n.shape))}]" + (f" {n.device}" if n.device else ""))
    for what, f in (("value", n.value), ("gradient", n.grad)):
        if f is not None and f.n:
            rows.append(f"{what} {_figure_tip(f)}")
    if n.saved:
        rows.append("saved " + "; ".join(_saved_tip(s) for s in n.saved))
    if n.where is not None and n.where["line"] is not None:
        rows.append(f"line {n.where['line']}" + (f" of {n.where['source']}" if n.where["source"] else ""))
    if n.scope:
        rows.append(f"in {n.scope}")
    if n.backward:
        rows.append(n.backward)
    if n.order > 1:
        rows.append(f"made by backward pass {n.order - 1}: order {n.order}")
    return "\n".join(rows)


def _figure_tip(f: Any) -> str:
    if f.text is not None:
        return str(f.text)
    parts = [figure_text(f, "to")] if f.min is not None else []
    if f.norm is not None:
        parts.append(f"norm {f.norm!r}")
    bad = trouble_text(f)
    return ", ".join([*parts, bad] if bad else parts)


def edge_tip(e: Any) -> str:
    """What a forward edge says."""
    rows = [f"{e.target} reads {e.source}" + (f" as {e.slot}" if e.slot else f", {e.count} uses")]
    if e.nr:
        rows.append(f"output {e.nr} of {e.source}")
    if e.stretched:
        rows.append(f"stretched along dim {', '.join(map(str, e.stretched))}")
    if e.view:
        rows.append("a view: no copy")
    if not e.needs_grad:
        rows.append("no gradient goes back")
    return "\n".join(rows)


def back_tip(e: Any) -> str:
    """What a backward edge says."""
    rows = [f"{e.target} sends back to {e.source}" + (f" (for {e.slot})" if e.slot else "")]
    if e.rule:
        rows.append(e.rule)
    rows.append(_figure_tip(e.contribution))
    return "\n".join(rows)


__all__ = ["back_tip", "edge_tip", "finish", "grad_text", "node_tip", "norm_text", "style_sheet"]
