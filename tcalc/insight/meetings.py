"""Which dims meet in a product, a join, a reshape or an index, in words. Works on shapes and strides alone."""

from __future__ import annotations

from .report import shape_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def matmul_lines(op: str, names: list[str], shapes: list[tuple[int, ...]], out: tuple[int, ...]) -> list[str]:
    """What a product sums over and which batch dims it pairs.

    >>> matmul_lines("matmul", ["x", "W"], [(2, 3), (3, 4)], (2, 4))
    ['x dim 1 (3) meets W dim 0 (3): multiplied and summed, 3 products an element', 'x dim 0 (2) -> dim 0, W dim 1 (4) -> dim 1']
    """
    a, b = shapes[0], shapes[1]
    x, y = names[0], names[1]
    across = op in ("linear", "inner")  # the last dims of both meet
    da = len(a) - 1
    db = len(b) - 1 if across or len(b) == 1 else len(b) - 2
    inner = a[da] if a else 1
    rows = [f"{x} dim {da} ({inner}) meets {y} dim {db} ({b[db]}): multiplied and summed, {inner} products an element"]
    kept = []
    if op in ("linear", "inner"):
        kept += [f"{x} dim {d} ({a[d]}) -> dim {d}" for d in range(len(a) - 1)]
        kept += [f"{y} dim {d} ({b[d]}) -> dim {len(a) - 1 + d}" for d in range(len(b) - 1)]
        if op == "linear" and len(names) > 2:
            kept.append(f"{names[2]} {shape_text(shapes[2])} is added along dim {len(out) - 1}")
        return [*rows, ", ".join(kept)] if kept else rows
    if len(a) > 1:
        kept.append(f"{x} dim {len(a) - 2} ({a[-2]}) -> dim {len(out) - (2 if len(b) > 1 else 1)}")
    if len(b) > 1:
        kept.append(f"{y} dim {len(b) - 1} ({b[-1]}) -> dim {len(out) - 1}")
    if kept:
        rows.append(", ".join(kept))
    pa, pb = a[:-2], b[:-2]
    if pa or pb:
        both = out[: max(len(pa), len(pb))]
        if pa == pb:
            rows.append(f"batch {shape_text(pa)}: one product for each of {_product(pa)} pairs")
        else:
            rows.append(f"batch {shape_text(pa)} of {x} and {shape_text(pb)} of {y} broadcast to {shape_text(both)}: {_product(both)} products")
    if len(a) == 1 or len(b) == 1:
        vector = [n for n, s in ((x, a), (y, b)) if len(s) == 1]
        rows.append(f"{' and '.join(vector)} {'is a vector: it has' if len(vector) == 1 else 'are vectors: they have'} no dim left in the result")
    return rows


def subscripts_lines(equation: str, names: list[str], shapes: list[tuple[int, ...]], out: tuple[int, ...]) -> list[str]:
    """What each letter of an einsum stands for: where it occurs, its size, and whether it is kept or summed."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        return []
    places: dict[str, list[str]] = {}
    sizes: dict[str, int] = {}
    for name, term, shape in zip(names, terms, shapes, strict=True):
        dots = len(shape) - len(term.replace("...", ""))
        labels: list[str] = []
        head, ellipsis, tail = term.partition("...")
        labels += head
        if ellipsis:
            labels += [f"...{k}" for k in range(-dots, 0)]
        labels += tail
        for d, label in enumerate(labels):
            places.setdefault(label, []).append(f"{name} dim {d}")
            sizes[label] = max(sizes.get(label, 1), shape[d])
    if not arrow:
        letters = [c for c in left if c.isalpha()]
        right = ("..." if "..." in left else "") + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    kept: list[str] = []
    head, ellipsis, tail = right.partition("...")
    kept += head
    if ellipsis:
        kept += sorted((k for k in places if k.startswith("...")), key=lambda k: int(k[3:]))
    kept += tail
    rows = []
    for label, where in places.items():
        shown = "..." if label.startswith("...") else label
        what = f"kept as dim {kept.index(label)}" if label in kept else "multiplied and summed" if len(where) > 1 else "summed"
        rows.append(f"{shown:<3} {sizes[label]:>5}   {', '.join(where)}: {what}")
    return rows


def join_lines(kind: str, names: list[str], shapes: list[tuple[int, ...]], out: tuple[int, ...], dim: int | None) -> list[str]:
    """Where each input of cat or stack lies in the result."""
    if kind == "stack":
        if dim is None:
            dim = next((d for d in range(len(out)) if (*out[:d], *out[d + 1 :]) == shapes[0] and out[d] == len(shapes)), 0)
        return [f"a new dim {dim} ({len(shapes)}), one index for each: {', '.join(names[:8])}{' ...' if len(names) > 8 else ''}"]
    wide = [s for s in shapes if len(s) == len(out)]
    if dim is None:
        dim = next((d for d in range(len(out)) if any(s[d] != out[d] for s in wide)), 0)
    sizes = [str(s[dim]) if dim < len(s) else "1" for s in shapes[:12]] + (["..."] if len(shapes) > 12 else [])
    rows = [f"joined along dim {dim}: {' + '.join(sizes)} = {out[dim]}"]
    at = 0
    longest = max(len(n) for n in names[:12])
    for name, shape in list(zip(names, shapes, strict=True))[:12]:
        n = shape[dim] if dim < len(shape) else 1
        rows.append(f"  {name:<{longest}} {shape_text(shape)}  " + (f"is {at}..{at + n - 1} of dim {dim}" if n else "adds nothing"))
        at += n
    if len(names) > 12:
        rows.append(f"  and {len(names) - 12} more")
    rest = [d for d in range(len(out)) if d != dim]
    if rest:
        rows.append(f"  the other sizes are equal: {', '.join(f'dim {d} ({out[d]})' for d in rest)}")
    return rows


def groups(old: tuple[int, ...], new: tuple[int, ...]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Dims of two shapes of one size, in the smallest groups whose products agree; sizes of 1 go along.

    >>> groups((2, 3, 4), (6, 4))
    [((0, 1), (0,)), ((2,), (1,))]
    """
    out: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    i = j = 0
    while i < len(old) or j < len(new):
        a, b = [], []
        pa = pb = 1
        if i < len(old):
            a.append(i)
            pa = old[i]
            i += 1
        if j < len(new):
            b.append(j)
            pb = new[j]
            j += 1
        while pa != pb:
            if pa < pb and i < len(old) or j >= len(new):
                if i >= len(old):
                    break
                a.append(i)
                pa *= old[i]
                i += 1
            else:
                b.append(j)
                pb *= new[j]
                j += 1
        while i < len(old) and old[i] == 1 and (j >= len(new) or new[j] != 1):
            a.append(i)
            i += 1
        while j < len(new) and new[j] == 1 and (i >= len(old) or old[i] != 1):
            b.append(j)
            j += 1
        out.append((tuple(a), tuple(b)))
    return out


def reshape_lines(old: tuple[int, ...], new: tuple[int, ...], stride: tuple[int, ...]) -> tuple[list[str], str | None]:
    """(what became of each dim, why it could be no view or None)

    >>> reshape_lines((3, 4), (12,), (1, 3))
    (['dims 0 and 1 (3*4) merge into dim 0 (12)'], 'merging dims 0 and 1 needs stride[0] = 4*3 = 12, but it is 1')
    """
    rows: list[str] = []
    why = None
    if 0 in old:
        return [], None
    for a, b in groups(old, new):
        if why is None:
            why = unmergeable(a, old, stride, b, new)
        big_a, big_b = [d for d in a if old[d] != 1], [d for d in b if new[d] != 1]
        ones_a, ones_b = [d for d in a if old[d] == 1], [d for d in b if new[d] == 1]
        if big_a or big_b:
            left, right = _listed(big_a, old), _listed(big_b, new)
            if len(big_a) > 1 and len(big_b) == 1:
                rows.append(f"{left} merge into {right}")
            elif len(big_a) == 1 and len(big_b) > 1:
                rows.append(f"{left} splits into {right}")
            elif len(big_a) > 1:
                rows.append(f"{left} are regrouped as {right}")
            elif big_a != big_b:
                rows.append(f"{left} becomes {right}")
        if len(ones_a) > len(ones_b):
            rows += [f"dim {d} (1) goes" for d in ones_a[len(ones_b) :]]
        elif len(ones_b) > len(ones_a):
            rows += [f"dim {d} (1) is new" for d in ones_b[len(ones_a) :]]
    return rows, why


def _listed(dims: list[int], shape: tuple[int, ...]) -> str:
    sizes = "*".join(str(shape[d]) for d in dims)
    text = f"dim {dims[0]}" if len(dims) == 1 else f"dims {', '.join(map(str, dims[:-1]))} and {dims[-1]}"
    return f"{text} ({sizes})"


def unmergeable(a: tuple[int, ...], old: tuple[int, ...], stride: tuple[int, ...], b: tuple[int, ...], new: tuple[int, ...]) -> str | None:
    """Why the old dims of a group do not run through memory in one step; None where they do."""
    big = [d for d in a if old[d] != 1]
    if len(big) < 2 or [new[d] for d in b if new[d] != 1] == [old[d] for d in big]:
        return None
    for d, after in zip(big, big[1:], strict=False):
        if stride[d] != old[after] * stride[after]:
            return f"merging dims {d} and {after} needs stride[{d}] = {old[after]}*{stride[after]} = {old[after] * stride[after]}, but it is {stride[d]}"
    return None


def index_lines(key: tuple[Any, ...], texts: list[str], shape: tuple[int, ...], out: tuple[int, ...]) -> tuple[list[str], str | None]:
    """(what each item of an index does to which dim, why the result is a copy or None)"""
    if len(key) != len(texts):
        return [], None

    def taken(item: Any) -> int:
        if item is None or item is Ellipsis or isinstance(item, bool):
            return 0
        return int(item.dim()) if _is_mask(item) else 1

    used = sum(taken(i) for i in key)
    advanced = [k for k, item in enumerate(key) if not (item is None or item is Ellipsis or isinstance(item, slice))]
    tensors = [k for k in advanced if not isinstance(key[k], int)]
    # With a slice or None between index tensors, the dims that they make come first.
    apart = bool(tensors) and advanced[-1] - advanced[0] + 1 > len(advanced)
    made = max((1 if isinstance(key[k], (list, tuple)) or taken(key[k]) > 1 or _is_mask(key[k]) else len(key[k].shape) for k in tensors), default=0)
    pending = made
    rows: list[str] = []
    picks: list[str] = []
    at = 0
    place = made if apart else 0
    if apart:
        pending = 0
    for k, item, text in [(k, *pair) for k, pair in enumerate(zip(key, texts, strict=True))]:
        if k in tensors:
            place += pending
            pending = 0
        if item is Ellipsis:
            n = len(shape) - used
            if n:
                rows.append(f"... stands for {_span(at, at + n - 1)}, kept")
            at += n
            place += n
        elif item is None:
            rows.append(f"None adds a dim of size 1 as dim {place}")
            place += 1
        elif isinstance(item, slice):
            size = shape[at]
            left = len(range(*item.indices(size)))
            if left != size or item.step not in (None, 1):
                step = item.step or 1
                rows.append(f"{text} keeps {left} of dim {at} ({size})" + (f", every {step}. element" if step != 1 else ""))
            at += 1
            place += 1
        elif isinstance(item, int) and not isinstance(item, bool):
            rows.append(f"{text} takes dim {at} ({shape[at]}) away")
            at += 1
        elif _is_mask(item):
            n = int(item.dim())
            rows.append(f"the mask {text} {shape_text(item.shape)} runs over {_span(at, at + n - 1)} and keeps where it is True")
            picks.append(text)
            at += n
        else:
            what = f"{shape_text(item.shape)} " if hasattr(item, "shape") else ""
            rows.append(f"{text} {what}picks along dim {at} ({shape[at] if at < len(shape) else '?'})")
            picks.append(text)
            at += 1
    if at < len(shape) and rows:
        rows.append(f"{_span(at, len(shape) - 1)} kept")
    why = None
    if picks:
        if apart:
            rows.append("index tensors and numbers do not stand side by side: the dims they make come first")
        why = f"{' and '.join(picks)} {'names' if len(picks) == 1 else 'name'} elements in no regular step, so they are copied"
    return rows, why


def _is_mask(item: Any) -> bool:
    return getattr(getattr(item, "_dtype", None), "name", "") == "bool"


def _span(first: int, last: int) -> str:
    return f"dim {first}" if first == last else f"dims {first} to {last}"


def _product(shape: tuple[int, ...]) -> int:
    n = 1
    for size in shape:
        n *= size
    return n
