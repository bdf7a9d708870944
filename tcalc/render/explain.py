"""explain on a screen: the sub-expressions as a tree with their headers beside them, then what happened in each, then totals."""

from __future__ import annotations

from ..insight.explain import broadcast_rows
from ..insight.report import shape_text, spec
from .plain import cells, nbytes_text, safe
from .style import Screen
from .tree import _wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .canvas import Canvas
    from .plain import Line, Span

_WIDEST = 40  # of a sub-expression's text in the tree


def lines(r: Any, screen: Screen) -> list[Line]:
    """The lines of an ExplainReport."""
    box = screen.glyphs
    rows: list[tuple[str, Any]] = []
    stack: list[tuple[Any, str, str]] = [(r.root, "", "")]
    while stack:
        p, prefix, mark = stack.pop()
        rows.append((prefix + mark, p))
        inner = prefix + (box["bar"] if mark == box["tee"] else box["gap"] if mark == box["end"] else "")
        for k in range(len(p.parts) - 1, -1, -1):
            stack.append((p.parts[k], inner, box["end"] if k == len(p.parts) - 1 else box["tee"]))
    out = tree(rows, r, screen)
    for p in r.parts():
        found = facts(p, screen)
        if found:
            head: Line = ((p.id, "dim"), ("  ", None), (cut(p.text, screen), "bold"))
            out += [(), head, *found]
    out += [(), *footer(r, screen)]
    return out


def cut(text: str, screen: Screen, width: int = _WIDEST) -> str:
    """A text of at most ``width`` columns; dots say that it was cut."""
    text = safe(text)
    dots = screen.glyphs["dots"]
    return text if cells(text) <= width else text[: width - cells(dots)] + dots


def tree(rows: list[tuple[str, Any]], r: Any, screen: Screen) -> list[Line]:
    """The tree with columns beside it: header, strides, memory. Texts that do not fit are cut with dots; the whole stands above then."""
    for via in (True, False):
        cols = [columns(p, r, screen, via) for _, p in rows]
        wide = [max(cells(c[k][0]) for c in cols) for k in range(3)]
        room = screen.width - sum(wide) - 6
        if room >= 24:
            break
    below = room < 20  # no room beside: strides and memory go to a line of their own
    if below:
        room = max(16, screen.width - wide[0] - 2)
    want = max(cells(lead) + cells(left_text(p)) for lead, p in rows)
    at = min(want, room, _WIDEST)
    out: list[Line] = []
    if want > at:
        out += _wrap(((safe(r.root.text), "bold"),), "", screen.width)
    for (lead, p), (head, stride, place) in zip(rows, cols, strict=True):
        text = fitted(p, screen, max(6, at - cells(lead) - (cells(p.id) + 1 if p.id else 0)))
        spans: list[Span] = [(lead, "op")]
        spans += [(p.id + " ", "dim"), (text, "bold")] if p.id else [(text, "name" if p.kind == "name" else None)]
        used = sum(cells(t) for t, _ in spans)
        spans += [(" " * (max(0, at - used) + 2), None), head]
        pad = " " * (wide[0] - cells(head[0]))
        if below and stride[0]:
            out.append(tuple(spans))
            out += _wrap((stride, ("  ", None), place), "".join(c if c in "│|" else " " for c in lead) + "      ", screen.width)
        else:
            out.append((*spans, (pad + "  ", None), (stride[0] + " " * (wide[1] - cells(stride[0])), stride[1]), ("  ", None), place))
    return out


def fitted(p: Any, screen: Screen, width: int) -> str:
    """A part's text in ``width`` columns: what its first input says already gives way to dots, then its end."""
    text = safe(p.text)
    if cells(text) > width and p.parts and text.startswith(p.parts[0].text):
        text = screen.glyphs["dots"] + text[len(p.parts[0].text) :]
    return cut(text, screen, width)


def left_text(p: Any) -> str:
    """What stands in the tree: id and text."""
    return f"{p.id} {p.text}" if p.id else str(p.text)


def columns(p: Any, r: Any, screen: Screen, via: bool = True) -> tuple[Span, Span, Span]:
    """(header, strides, memory) of a part; ``via``: with the steps of a view (the part's own text says them, too)."""
    g = p.geometry
    if g is None:
        said = "number" if p.value == p.text else f"{'number' if p.kind == 'number' else 'value'} {safe(p.value)}"
        return (said, "dim"), ("", None), ("", None)
    head = spec(g.short, g.shape) + (f" {g.device}" if r.device is None else "")
    text, style = memory(p, screen, via)
    return (head, None), (f"stride {shape_text(g.stride)}", "dim"), (text + (f", {p.runs} runs" if p.runs > 1 else ""), style)


def memory(p: Any, screen: Screen, via: bool = True) -> Span:
    """Where a part's value lives, in a few words."""
    if p.memory == "new":
        return f"new {nbytes_text(p.geometry.nbytes)}", "saved"
    if p.memory == "view":
        return f"view of {cut(p.of, screen, 24)}" + (f" via {cut(p.via, screen, 30)}" if via and p.via and p.op != "index" else ""), "data"
    if p.memory == "same":
        return f"the same tensor as {cut(p.of, screen, 24)}", "data"
    if p.memory == "written":
        return f"{cut(p.of, screen, 24)}, written in place", "warn"
    return ("variable", "dim") if p.kind == "name" else (p.memory, "dim")


def facts(p: Any, screen: Screen) -> list[Line]:
    """What happened in a part: tables, meetings, promotion, copies."""
    box = screen.glyphs
    out: list[Line] = []
    for b in p.broadcasts:
        dot = "." if screen.ascii else "·"
        out += [((f"    {safe(row)}", None),) for row in broadcast_rows(b, box["times"], dot, screen.width - 4)]
        grads = [(o.name, o.backward) for o in b.operands if o.backward]
        if grads:
            texts = [f"grad {n} = {g}" for n, g in grads]
            if 15 + sum(map(cells, texts)) + 4 * len(texts) <= screen.width:
                out.append((("    backward   ", "backward"), (safe("    ".join(texts)).replace("->", box["arrow"]), None)))
            else:
                for k, text in enumerate(texts):
                    out += _hung(f"    {'backward' if not k else '':<11}", text.replace("->", box["arrow"]), "backward", screen)
        if b.warning:
            out += _hung("    warning: ", b.warning, "warn", screen)
        elif b.outgrows:
            sizes = " and ".join(f"{o.name} has {_count(o.shape)}" for o in b.operands)
            out += _hung("    warning: ", f"the result has {_count(b.shape)} elements, more than each operand ({sizes})", "warn", screen)
    for m in p.meetings:
        for k, row in enumerate(m.lines):
            out += _hung(f"    {m.kind if not k else '':<11}", row.replace("->", box["arrow"]), "op", screen)
    for row in p.promotion:
        out += _hung(f"    {'dtype':<11}", row, "data", screen)
    for row in p.copies:
        out += _hung(f"    {'copy':<11}", row, "saved", screen)
    if len(p.ops) > 1:
        out += _hung(f"    {'ops':<11}", ", ".join(p.ops), "dim", screen)
    return out


def _hung(head: str, text: str, style: str, screen: Screen) -> list[Line]:
    """A labelled line; what does not fit continues under the text."""
    keep = len(text) - len(text.lstrip(" "))
    room = max(20, screen.width - cells(head) - keep)
    rows: list[str] = []
    row = ""
    for word in safe(text).lstrip(" ").split(" "):
        if row and cells(row) + 1 + cells(word) > room:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}" if row else word
    rows.append(row)
    pad = " " * cells(head)
    return [((head if k == 0 else pad, style), (" " * keep + t, None)) for k, t in enumerate(rows)]


def _count(shape: tuple[int, ...]) -> int:
    n = 1
    for size in shape:
        n *= size
    return n


def flops_text(n: int) -> str:
    """``64 FLOP``, ``1.5 MFLOP``: exact below 10,000, then three digits.

    >>> flops_text(64), flops_text(1_500_000)
    ('64 FLOP', '1.5 MFLOP')
    """
    if n < 10_000:
        return f"{n} FLOP"
    size = float(n)
    for unit in ("k", "M", "G", "T", "P", "E"):
        size /= 1000
        if size < 999.5 or unit == "E":
            break
    return f"{float(f'{size:.3g}'):g} {unit}FLOP"


def footer(r: Any, screen: Screen) -> list[Line]:
    """Totals; on meta what it would take."""
    dot = screen.glyphs["dot"]
    work = f"{flops_text(r.flops)}, {nbytes_text(r.new_bytes)} new"
    if r.copied_bytes:
        work += f", {nbytes_text(r.copied_bytes)} of them copies"
    if r.meta:
        return _hung("", f"meta: shapes only, nothing was computed. It would take {work}.", "dim", screen)
    parts = [work, *([f"device {r.device}"] if r.device else [])]
    return [((dot.join(parts), "dim"),)]


# -- picture ----------------------------------------------------------------------------------------------------------------------

_FILL = {"variable": "data", "new": "saved", "view": "param", "same": "param", "written": "output"}
_BOX = 30  # characters of a sub-expression in a box


def picture(r: Any) -> Canvas:
    """The tree from left (names) to right (the whole), what each value lives in as its colour and border; the facts as text below."""
    from .canvas import Canvas, draw_lines

    canvas = Canvas(f"explain {r.expression}", f"{len(r.parts())} sub-expressions; {flops_text(r.flops)}, {nbytes_text(r.new_bytes)} new")
    screen = Screen(width=100)
    canvas.text(0, 13, r.expression if len(r.expression) <= 100 else r.expression[:99] + screen.glyphs["dots"], "bold", 15)
    depth: dict[int, int] = {}
    order: list[Any] = []
    stack = [(r.root, 0)]
    while stack:
        p, d = stack.pop()
        depth[id(p)] = d
        order.append(p)
        stack += [(q, d + 1) for q in reversed(p.parts)]
    deepest = max(depth.values())
    texts = {id(p): _box_rows(p, r, screen) for p in order}
    size, gap, tall = 12.0, 92.0, 62.0
    wide = [max((max(cells(t) for t, _ in texts[id(p)]) * 0.6 * size + 16 for p in order if depth[id(p)] == d), default=0.0) for d in range(deepest + 1)]
    left = [sum(wide[k] + gap for k in range(d + 1, deepest + 1)) for d in range(deepest + 1)]
    place: dict[int, float] = {}
    row = 0
    for p in order:  # parents come before their parts, parts in order
        if not p.parts:
            place[id(p)] = row * (tall + 16)
            row += 1
    for p in reversed(order):
        if p.parts:
            place[id(p)] = sum(place[id(q)] for q in p.parts) / len(p.parts)
    top = 34.0
    for p in order:
        x, y = left[depth[id(p)]], top + place[id(p)]
        for k, q in enumerate(p.parts):
            d = depth[id(q)]
            x0, y0 = left[d] + wide[d], top + place[id(q)] + tall / 2
            y1 = y + tall * (k + 1) / (len(p.parts) + 1)
            canvas.curve([(x0, y0), (x0 + gap / 2, y0), (x - gap / 2, y1), (x, y1)], "op", arrow=True)
            said = _edge_rows(p, q, k)
            for n, row_text in enumerate(said):  # clear of the curve: above where it goes down, below where it goes up
                canvas.text(x0 + 6, y0 - 6 - 13 * (len(said) - 1 - n) if y1 >= y0 else y0 + 15 + 13 * n, row_text, "warn", 10)
        fill = _FILL.get(p.memory, "unused")
        canvas.box(x, y, wide[depth[id(p)]], tall, fill, dashed=p.memory in ("view", "same"), thick=p is r.root)
        for n, (text, style) in enumerate(texts[id(p)]):
            canvas.text(x + 8, y + 19 + 17 * n, text, style, size)
    bottom = top + max(1, row) * (tall + 16) + 6
    canvas.text(0, bottom + 6, "blue: a variable   amber: new memory   green, dashed: shares memory, nothing copied   orange: written in place", "dim", 11)
    rows: list[Line] = []
    for p in r.parts():
        found = facts(p, screen)
        if found:
            rows += [(((p.id, "dim"), ("  ", None), (cut(p.text, screen, 80), "bold"))), *found, ()]
    draw_lines(canvas, [*rows, *footer(r, screen)], 0.0, bottom + 16)
    return canvas


def _box_rows(p: Any, r: Any, screen: Screen) -> list[tuple[str, str | None]]:
    """The three lines of a box: text, header, memory."""
    text = (p.id + " " if p.id else "") + fitted(p, screen, _BOX - (len(p.id) + 1 if p.id else 0))
    head, stride, place = columns(p, r, screen, False)
    return [(text, "bold"), (head[0] + (f"  {stride[0]}" if stride[0] else ""), None), (place[0], place[1])]


def _edge_rows(p: Any, q: Any, k: int) -> list[str]:
    """What a broadcast does to one operand: ``dim 1 stretched``, ``x7``."""
    for b in p.broadcasts:
        if len(b.operands) == len([x for x in p.parts if x.geometry is not None]) and k < len(b.operands) and tuple(q.geometry.shape) == b.operands[k].shape:
            o = b.operands[k]
            dims = [*(f"+dim {d}" for d in o.added), *(f"dim {d}" for d in o.stretched)]
            return [f"read x{o.reads}", ", ".join(dims)] if o.reads > 1 else []
    return []
