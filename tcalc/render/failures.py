"""Errors in the user's own words: the engine's facts, with the operands called what the program calls them and the reports' tables beside them.

The engine raises before it knows any name: its tables say a and b. Here the syntax at the failing place says what a and b are, a broadcast
gets the table of explain, a view that cannot be the storage strip of layout, and a gradient that an in-place write broke the statement
that wrote. Class and sentence stay as they are; what cannot be said better stays, too. Nothing is evaluated again.
"""

from __future__ import annotations

from ..insight.report import shape_text
from ..insight.walk import _renamed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LONGEST = 20  # of an operand's text; longer ones keep their letter
_IN_A_SENTENCE = 8  # where a text would stand four times in one line
_STRIP = 24  # cells of a storage strip
_WIDE = 76


def in_their_words(d: Any) -> None:
    """Put names, tables and statements into a diagnostic's facts."""
    improve = _BY_KIND.get(d.kind)
    if improve is None or d.source is None or d.span is None:
        return
    node = node_at(d.source, d.span)
    if node is not None:
        improve(d, node)


def node_at(source: Any, span: Any) -> Any:
    """The expression whose place is exactly ``span``, the outermost one."""
    from ..lang.diagnostic import LangError

    try:
        tree = source.parse()
    except LangError:
        return None
    stack = [tree]
    while stack:
        node = stack.pop()
        if hasattr(node, "lineno"):
            if source.span(node).to_tuple() == span.to_tuple() and type(node).__name__ != "Expr":
                return node
            if node.lineno > span.end_line or (node.end_lineno or node.lineno) < span.start_line:
                continue
        for field in node._fields:
            value = getattr(node, field, None)
            stack += [v for v in (value if isinstance(value, list) else (value,)) if hasattr(v, "_fields")]
    return None


def operand_texts(source: Any, node: Any) -> list[str]:
    """What the operands of an expression are called in the program, in order."""
    kind = type(node).__name__
    if kind == "BinOp":
        nodes = [node.left, node.right]
    elif kind == "Compare":
        nodes = [node.left, *node.comparators]
    elif kind == "AugAssign":
        nodes = [node.target, node.value]
    elif kind == "Call":
        func = node.func
        nodes = list(node.args)
        if type(func).__name__ == "Attribute" and not (type(func.value).__name__ == "Name" and func.value.id in ("torch", "F", "np", "nn")):
            nodes = [func.value, *nodes]
        if len(nodes) and type(nodes[0]).__name__ in ("List", "Tuple"):
            nodes = list(nodes[0].elts)
    else:
        return []
    return [" ".join(source.segment(source.span(n)).split()) for n in nodes]


def called(text: str) -> str:
    """An operand's text in front of ``.method()``: in brackets where it needs them."""
    if text.startswith("(") and text.endswith(")"):
        return text
    return text if all(c.isalnum() or c in "_.[]()'\", :" for c in text) and " " not in text else f"({text})"


def _shape(text: str) -> tuple[int, ...] | None:
    """``f32[2,3] cpu`` -> (2, 3)"""
    inner = text.partition("[")[2].partition("]")[0]
    if "[" not in text or any(c not in "0123456789," for c in inner):
        return None
    return tuple(int(n) for n in inner.split(",") if n)


def broadcast(d: Any, node: Any) -> None:
    """The table of explain with a cross at each dim where the sizes clash."""
    shapes = [_shape(text) for _, text in d.facts.operands]
    texts = operand_texts(d.source, node)
    if len(shapes) < 2 or any(s is None for s in shapes) or len(texts) < len(shapes):
        return
    names = _names(texts[: len(shapes)])
    found: list[tuple[int, ...]] = [s for s in shapes if s is not None]
    pairs = [(i, k) for i in range(len(found)) for k in range(i + 1, len(found))]
    clash = next((p for p in pairs if _clash(found[p[0]], found[p[1]])), None)
    if clash is None:
        return
    d.facts.explain[:] = clash_rows(names, found, clash)
    first, second = clash
    d.facts.hints[:] = [_renamed_head(h, {"a.": called(names[first]) + ".", "b.": called(names[second]) + "."}) for h in d.facts.hints]


def _clash(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return any(1 not in (x, y) and x != y for x, y in zip(a[::-1], b[::-1], strict=False))


def _renamed_head(text: str, heads: dict[str, str]) -> str:
    for head, name in heads.items():
        if text.startswith(head):
            return name + text[len(head) :]
    return text


def _names(texts: list[str], longest: int = _LONGEST) -> list[str]:
    """Texts that are short enough, letters for the others; no two alike."""
    out: list[str] = []
    for k, text in enumerate(texts):
        name = text if len(text) <= longest else "abcdefgh"[k % 8]
        while name in out:
            name += "'"
        out.append(name)
    return out


def clash_rows(names: list[str], shapes: list[tuple[int, ...]], clash: tuple[int, int]) -> list[str]:
    """Operands aligned at the right, one line each; below, ok or a cross."""
    n = max(map(len, shapes))
    left = max(map(len, names)) + 1 + max(len(shape_text(s)) for s in shapes)
    wide = [max(len(f"dim {d}"), *[len(str(s[d - n + len(s)])) for s in shapes if d >= n - len(s)]) + 2 for d in range(n)]
    rows = [" " * left + "".join(f"{f'dim {d}':>{w}}" for d, w in enumerate(wide))]
    widest = max(map(len, names))
    for name, s in zip(names, shapes, strict=True):
        cells = [None] * (n - len(s)) + list(s)
        rows.append(
            f"{name:<{widest}} {shape_text(s):>{left - widest - 1}}" + "".join(f"{'·' if c is None else c:>{w}}" for c, w in zip(cells, wide, strict=True))
        )
    marks, said = [], []
    i, k = clash
    for d in range(n):
        sizes = {s[d - n + len(s)] for s in shapes if d >= n - len(s)} - {1}
        marks.append("ok" if len(sizes) < 2 else "✗")
        if len(sizes) > 1 and not said:
            x, y = (shapes[m][d - n + len(shapes[m])] if d >= n - len(shapes[m]) else 1 for m in (i, k))
            if 1 not in (x, y) and x != y:
                said.append(f"dim {d}: {names[i]} has {x}, {names[k]} has {y}, neither is 1.")
    rows.append(" " * left + "".join(f"{m:>{w}}" for m, w in zip(marks, wide, strict=True)))
    return rows + said


def matmul(d: Any, node: Any) -> None:
    """The dims that did not meet, by the operands' own names."""
    if type(node).__name__ != "BinOp" and getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", "")) == "linear":
        return  # its second operand is transposed: the sizes are not those of a name
    texts = operand_texts(d.source, node)
    if len(texts) < 2:
        return
    first, second = _names(texts[:2], _IN_A_SENTENCE)
    known = {"a": first, "b": second}
    d.facts.explain[:] = [_renamed(row, known) if row.startswith("Inner sizes differ") else row for row in d.facts.explain]
    d.facts.hints[:] = [_renamed(h, {"a": called(first), "b": called(second)}) if h.startswith(("a.", "b.", "a @")) or " @ " in h else h for h in d.facts.hints]


def cat(d: Any, node: Any) -> None:
    """The inputs by their own names."""
    texts = operand_texts(d.source, node)
    if not texts:
        return
    names = _names(texts)
    wide = max((len(n) for n in names), default=0)
    rows = []
    for row in d.facts.explain:
        head, bracket, rest = row.partition(" [")
        at = head.removeprefix("tensors[").removesuffix("]")
        if bracket and head.startswith("tensors[") and at.isdecimal() and int(at) < len(names):
            row = f"{names[int(at)]:<{wide}} [{rest}"
        rows.append(row)
    d.facts.explain[:] = rows
    shapes = [_shape(text) for _, text in d.facts.operands]
    for k, hint in enumerate(d.facts.hints):
        dim = hint.removeprefix("dim=").removesuffix(" works.")
        known = [s for s in shapes if s is not None]
        if dim.isdecimal() and len(known) == len(shapes) and all(int(dim) < len(s) for s in known):
            joined = [sum(s[n] for s in known) if n == int(dim) else size for n, size in enumerate(known[0])]
            d.facts.hints[k] = f"dim={dim} works: {shape_text(joined)}."


def view(d: Any, node: Any) -> None:
    """The storage strip of what could not be viewed: index by index where it lies."""
    if not d.facts.operands:
        return
    text = d.facts.operands[0][1]
    shape = _shape(text)
    steps = text.partition("stride (")[2].rstrip(")")
    stride = tuple(int(n) for n in steps.split(",") if n.strip().lstrip("-").isdecimal())
    if shape is None or len(stride) != len(shape) or not shape or 0 in shape:
        return
    from ..insight.layout import addresses

    last = sum(s * (n - 1) for s, n in zip(stride, shape, strict=True))
    if last >= _STRIP or any(s < 0 for s in stride):
        return
    at = addresses(shape, stride, 0)
    index: dict[int, str] = {}
    for k, cell in enumerate(at.reshape(-1).tolist()):
        place, rest = [], k
        for n in reversed(shape):
            place.append(rest % n)
            rest //= n
        index.setdefault(cell, ",".join(map(str, reversed(place))))
    texts = [index.get(c, "·") for c in range(last + 1)]
    wide = max(map(len, texts)) + 1
    per = max(1, (_WIDE - 8) // wide)
    rows = []
    for start in range(0, len(texts), per):
        part = texts[start : start + per]
        rows.append(f"{'cell':<7}" + "".join(f"{start + k:>{wide}}" for k in range(len(part))))
        rows.append(f"{'index':<7}" + "".join(f"{t:>{wide}}" for t in part))
    d.facts.explain[:] = [*d.facts.explain, *rows]


def version(d: Any, node: Any) -> None:
    """The rule that wanted the old value, and the statement that overwrote it."""
    rule = _rule_of(d.facts.op)
    out = []
    for row in d.facts.explain:
        name, written, rest = row.partition(", line ")
        if row.startswith("Written by ") and written:
            line, _, _ = rest.partition(".")
            known = line.isdecimal() and d.source.name != "<prompt>"  # there every input has lines of its own
            found = _statement(d.source, int(line), name.removeprefix("Written by ")) if known else None
            row = f"Written by {found}, line {line}." if found else row
        elif rule and " for its gradient rule;" in row:
            row = row.replace(" for its gradient rule;", f" for its gradient rule {rule};")
        out.append(row)
    d.facts.explain[:] = out
    wrote = next((r.removeprefix("Written by ").partition(",")[0] for r in out if r.startswith("Written by ")), "")
    owner, dot, _ = wrote.partition(".")
    if dot and owner.isidentifier():
        d.facts.hints[:] = [h.replace("y = y + 1 instead of y.add_(1)", f"{owner} = ... instead of {wrote}") for h in d.facts.hints]


def _rule_of(op: str) -> str:
    from ..engine.registry import OPS

    found = OPS.get(op)
    return next((found.rule(p) for p in found.vjps if found.rule(p)), "") if found is not None else ""


def _statement(source: Any, line: int, op: str) -> str | None:
    """The call or assignment of a line that writes by ``op`` (``add_``)."""
    for node in _nodes(source.parse()):
        if not hasattr(node, "lineno") or source.span(node).start_line != line:
            continue
        kind = type(node).__name__
        call = kind == "Call" and getattr(node.func, "attr", "") == op
        if call or kind == "AugAssign" or (kind == "Assign" and type(node.targets[0]).__name__ == "Subscript"):
            return " ".join(source.segment(source.span(node)).split())
    return None


def _nodes(tree: Any) -> list[Any]:
    out, stack = [], [tree]
    while stack:
        node = stack.pop()
        out.append(node)
        for field in node._fields:
            value = getattr(node, field, None)
            stack += [v for v in (value if isinstance(value, list) else (value,)) if hasattr(v, "_fields")]
    return out


def scalar(d: Any, node: Any) -> None:
    """Which tensor has several outputs, by its name."""
    func = getattr(node, "func", None)
    if type(func).__name__ != "Attribute" or not d.facts.operands:
        return
    name = " ".join(d.source.segment(d.source.span(func.value)).split())
    text = d.facts.operands[0][1]
    shape = _shape(text)
    if shape is None or len(name) > _LONGEST:
        return
    owner = called(name)
    d.facts.explain[:] = [row.replace(text, f"{name} {shape_text(shape)}", 1) for row in d.facts.explain]
    d.facts.hints[:] = [h.replace("y.", f"{owner}.").replace("ones_like(y)", f"ones_like({name})") for h in d.facts.hints]


def device(d: Any, node: Any) -> None:
    """Which operand is where, and which to move."""
    texts = operand_texts(d.source, node)
    params = [n for n, _ in d.facts.operands]
    if len(texts) < len(params) or len(params) < 2:
        return
    names = _names(texts[: len(params)])
    d.facts.operands[:] = [(n, text) for n, (_, text) in zip(names, d.facts.operands, strict=True)]
    d.facts.explain[:] = [f"{n} is {text}" for n, text in d.facts.operands]
    d.facts.hints[:] = [h.replace("x.to(y.device)", f"{called(names[0])}.to({names[1]}.device)") for h in d.facts.hints]


_BY_KIND = {"broadcast": broadcast, "matmul_shape": matmul, "cat": cat, "view": view, "device": device, "version": version, "scalar_output": scalar}
