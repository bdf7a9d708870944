"""The one place where insight reaches into the engine's graph: what a node's inputs, saved tensors, label and rule are.

Everything else in insight works on what these functions return. Nothing here changes a tensor or a node.
"""

from __future__ import annotations

import sys

from ..engine import graph as _graph
from ..engine.backends import backend_of
from ..engine.tensors import Tensor as _Tensor
from .report import brief

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

_Node = _graph.Node


class Use:
    """One input of a node. ``slot``: its parameter name (``tensors[1]`` of a list). ``parent``: a Node, a leaf Tensor, or None for an
    input outside the graph. ``nr``: which output of the parent. ``tensor``: the input itself where it is known. ``place``: its position
    among ``node.parents``, None where it has none."""

    __slots__ = ("nr", "parent", "place", "slot", "tensor")

    def __init__(self, slot: str, parent: Any, nr: int = 0, tensor: Any = None, place: int | None = None) -> None:
        self.slot = slot
        self.parent = parent
        self.nr = nr
        self.tensor = tensor
        self.place = place


class Kept:
    """A value that a node keeps for its rules; ``memory`` is the same for two of one memory."""

    __slots__ = ("dtype", "is_output", "memory", "nbytes", "param", "shape", "version")

    def __init__(self, param: str, is_output: bool, shape: tuple[int, ...], dtype: str, nbytes: int, memory: int, version: int) -> None:
        self.param = param
        self.is_output = is_output
        self.shape = shape
        self.dtype = dtype
        self.nbytes = nbytes
        self.memory = memory
        self.version = version


def graph_state() -> Any:
    """The thread's ``graph.state``."""
    return _graph.state


def is_tensor(value: Any) -> bool:
    """Whether a value is a Tensor of the engine (a Parameter is one)."""
    return isinstance(value, _Tensor)


def parameters_of(value: Any) -> list[tuple[str, Any]]:
    """(name, tensor) of the parameters and buffers of a module, ``fc1.weight``; nothing for any other value."""
    known = sys.modules.get("tcalc.engine.nn.module")  # no module exists before its own module is loaded
    if known is None or not isinstance(value, known.Module):
        return []
    return [*value.named_parameters(), *value.named_buffers()]


def is_node(value: Any) -> bool:
    """Whether a value is a Node (LEAF and None are not)."""
    return type(value) is _Node


def node_of(t: Any) -> Any:
    """None, LEAF or the Node that made a tensor; views are brought up to date."""
    return _graph.node_of(t)


def leaf_requires_grad(t: Any) -> bool:
    """Whether a leaf takes part in gradients."""
    return node_of(t) is not None


def array_of(t: Any) -> Any:
    """The elements of a tensor: a Python number of a 0-d one, else a NumPy array (read only by convention)."""
    d = t._data
    if isinstance(d, (float, int, bool, complex)):
        return d
    return backend_of(d).to_host(d)


def link_of(step: Any) -> tuple[str, dict[str, Any], int | None]:
    """One step of a view chain: op name, its arguments by name (the tensor itself is not among them), which of several results."""
    params = step.op.schema.params[1:]
    name = step.op.public if step.op.label == step.op.base else step.op.label
    return name.rpartition(".")[2], {p.name: v for p, v in zip(params, step.values[1:], strict=False)}, step.index if step.op.options.get("many") else None


def uses_of(node: Any) -> list[Use]:
    """The inputs of a node in schema order: differentiable ones always; constants and numbers where they were recorded."""
    parents, nrs = node.parents, node.nrs
    slots = slots_of(node)
    given = _recorded(node)
    out: list[Use] = []
    for slot, value in given:
        if slot not in slots:
            out.append(Use(slot, None, 0, value if is_tensor(value) else None))
    for i, (slot, p) in enumerate(zip(slots, parents, strict=True)):
        tensor = next((v for s, v in given if s == slot and is_tensor(v)), None)
        if p is None:
            if tensor is not None:
                out.append(Use(slot, None, 0, tensor, i))
        elif is_node(p):
            out.append(Use(slot, p, nrs[i] if nrs is not None else 0, tensor, i))
        else:
            out.append(Use(slot, p, 0, p, i))
    if given:
        places = {slot: i for i, (slot, _) in enumerate(given)}
        out.sort(key=lambda u: places.get(u.slot, len(places)))
    return out


def slots_of(node: Any) -> tuple[str, ...]:
    """The parameter names of a node's parents; a list's elements as ``tensors[0]``."""
    names = tuple(node.inputs)
    if len(names) == len(node.parents):
        return names
    inner = getattr(node.ext, "inner", None)  # a write through a view: the base, then what the written op read
    rest = tuple(inner.inputs)[1:] if inner is not None else ()
    names = ("input", *rest)
    return names if len(names) == len(node.parents) else ("input", *(f"input{i}" for i in range(1, len(node.parents))))


def _recorded(node: Any) -> list[tuple[str, Any]]:
    """(parameter name, tensor) of the recorded inputs, lists flattened; empty where nothing was recorded."""
    ext = node.ext
    every = None if ext is None else ext.all_inputs
    if every is None:
        return []
    args = node.args or {}
    rest = iter(every)
    out: list[tuple[str, Any]] = []
    for p in node.op.schema.params:
        if p.name in args:
            # What is no tensor lies in args by name; of it, the recorded inputs hold numbers and tuples.
            if isinstance(args[p.name], (tuple, int, float)):
                next(rest, None)
            continue
        value = next(rest, None)
        if isinstance(value, tuple):
            out += [(f"{p.name}[{k}]", v) for k, v in enumerate(value) if is_tensor(v)]
        elif is_tensor(value):
            out.append((p.name, value))
    return out


# A product written ``@`` is recorded as what it comes down to; people know it as matmul(self, other).
_SHOWN_OPS = {"mm": "matmul", "mv": "matmul", "bmm": "matmul"}
_SHOWN_SLOTS = {"input": "self", "mat2": "other", "vec": "other"}  # PyTorch's rules say self, too


def op_name(node: Any) -> str:
    """The public name of a node's op: ``matmul``, ``max``."""
    label = str(node.op.label)
    return _SHOWN_OPS.get(label, label)


def slot_name(slot: str) -> str:
    """What an edge calls a parameter: ``self``, ``other``, ``weight``, ``tensors[1]``."""
    return _SHOWN_SLOTS.get(slot, slot)


def params_of(node: Any) -> dict[str, Any]:
    """The arguments of a node that are no tensors, by name; numbers given for tensors among them."""
    args = node.args or {}
    names = {p.name: i for i, p in enumerate(node.op.schema.params)}
    found = {k: v for k, v in args.items() if k in names and not is_tensor(v)}
    return dict(sorted(found.items(), key=lambda kv: names[kv[0]]))


def label_of(node: Any) -> str:
    """The op with the arguments that say something: ``pow 2``, ``sum dim=1 keepdim``; defaults stay silent."""
    text = op_name(node)
    by_name = {p.name: p for p in node.op.schema.params}
    for name, value in params_of(node).items():
        default = getattr(by_name[name], "default", None)
        if value is None or value is False or value == default or (isinstance(value, tuple) and value == () and default is None):
            continue
        if value is True:
            text += f" {name}"
        elif isinstance(default, (int, float, bool, str, tuple)) or default is None or name in ("dim", "dims"):
            text += f" {name}={_arg(value)}"
        else:
            text += f" {_arg(value)}"
    return text


def _arg(value: Any) -> str:
    if isinstance(value, float):
        return brief(value, 6)
    if isinstance(value, (tuple, list)):
        return f"({','.join(_arg(v) for v in value)})"
    if isinstance(value, slice):
        return ":".join("" if v is None else str(v) for v in (value.start, value.stop, value.step)[: 2 if value.step is None else 3])
    if is_tensor(value):
        return f"{value._dtype.short}[{','.join(map(str, value.shape))}]"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 24 else text[:21] + "..."


def rule_of(node: Any, use: Use, names: dict[str, str]) -> str | None:
    """The local rule for one input: parameters as the graph calls them, numbers filled in, the sum that undoes a broadcast around it."""
    text = own_part(node.op.rule(use.slot.partition("[")[0]), use.slot)
    if not text:
        return None
    known = dict(names)
    for k, v in params_of(node).items():
        if v is None and k not in ("weight", "correction"):
            continue  # not given: where the rule has that word it means something else
        known.setdefault(k, "1" if v is None and k in ("weight", "correction") else _arg(v))  # no weights: all count once
    if "g" in names.values():
        known["g"] = "upstream"  # the user has a g of their own
    p = use.parent if is_node(use.parent) else use.tensor
    if p is not None:
        ins, outs = _count(outputs_of(p)[use.nr][0] if is_node(p) else tuple(p.shape)), _count(tuple(node.shape))
        known.setdefault("count", str(ins // outs if outs else ins))
    formula, comma, remark = _split_remark(text)
    formula = _tidy(_renamed(formula, known))
    dims = stretches(node, use)
    if dims:
        formula = f"sum({formula}, {dims[0] if len(dims) == 1 else dims})"
    remark = _renamed(remark, known)
    return formula if _idle(remark) else formula + comma + remark


def own_part(text: str, slot: str) -> str:
    """Of a joint rule (``input: ..; weight: ..; bias: ..``) what concerns one input."""
    for part in text.split("; "):
        name, colon, rule = part.partition(": ")
        if colon and name == slot:
            return rule
    return text


def _idle(remark: str) -> bool:
    """A case that a plain number rules out: ``0 where 2 is 0``."""
    words = remark.split()
    if len(words) != 5 or words[1] != "where" or words[3] != "is":
        return False
    try:
        return float(words[2]) != float(words[4])
    except ValueError:
        return False


def _renamed(text: str, known: dict[str, str]) -> str:
    """Words of ``text`` replaced as ``known`` says; attributes (``.T``) stay."""
    out: list[str] = []
    word = ""
    for ch in text + "\0":
        if ch.isidentifier() or (word and ch.isalnum()):
            word += ch
            continue
        if word:
            out.append(word if out and out[-1] == "." else known.get(word, word))
            word = ""
        out.append(ch)
    return "".join(out[:-1])


def _split_remark(text: str) -> tuple[str, str, str]:
    """``g * x, 0 where x is 0`` -> formula, comma, remark; commas inside brackets do not count."""
    depth = 0
    for i, ch in enumerate(text):
        depth += (ch in "([") - (ch in ")]")
        if ch == "," and depth == 0:
            return text[:i], ", ", text[i + 1 :].strip()
    return text, "", ""


def _tidy(text: str) -> str:
    """What filling in numbers leaves behind: ``g * 1`` -> ``g``, ``e**(2 - 1)`` -> ``e``, ``e**(3 - 1)`` -> ``e**2``."""
    at = text.find("**(")
    while at >= 0:
        end = text.find(")", at)
        left, minus, right = text[at + 3 : end].partition(" - ")
        if minus and left.isdigit() and right.isdigit():
            n = int(left) - int(right)
            text = text[:at] + (f"**{n}" if n >= 0 else f"**({n})") + text[end + 1 :]
        at = text.find("**(", at + 2)
    for mark in ("**1", " * 1"):
        at = text.find(mark)
        while at >= 0:
            after = text[at + len(mark) : at + len(mark) + 1]
            if not (after.isalnum() or after in (".", "*")):
                text = text[:at] + text[at + len(mark) :]
                at -= 1
            at = text.find(mark, at + 1)
    return text


def outputs_of(node: Any) -> list[tuple[tuple[int, ...], Any]]:
    """(shape, dtype) of each output of a node."""
    ext = node.ext
    if ext is not None and ext.outs is not None:
        return [(tuple(s.shape), s.dtype) for s in ext.outs]
    return [(tuple(node.shape), node.dtype)]


def saved_of(node: Any) -> list[Kept]:
    """The tensors that a node keeps for backward (numbers and shapes are not counted); none once freed."""
    inner = getattr(node.ext, "inner", None)
    if inner is not None:
        node = inner
    saved = node.saved
    if not saved:
        return []
    plan = node.plan
    out = []
    for i in plan.tensor_places:
        param, versions = plan.names[i], node.versions[i] if node.versions is not None else 0
        many = isinstance(saved[i], tuple)
        for k, value in enumerate(saved[i] if many else (saved[i],)):
            d = value._data if is_tensor(value) else value
            is_output = param in plan.outs
            if d is None or not (is_tensor(value) or is_output or hasattr(d, "shape")):
                continue  # a number given for a tensor
            dt = value._dtype if is_tensor(value) else outputs_of(node)[_output_place(node, param)][1] if is_output else None
            shape = tuple(getattr(d, "shape", ()))
            size = dt.itemsize if dt is not None else d.dtype.itemsize
            name = f"{param}[{k}]" if many else param
            memory = _memory(d) if hasattr(d, "shape") else id(value) if is_tensor(value) else id(node)
            version = versions[k] if isinstance(versions, tuple) else versions
            out.append(Kept(name, is_output, shape, str(d.dtype) if dt is None else dt.short, _count(shape) * size, memory, version))
    order = {p.name: i for i, p in enumerate(node.op.schema.params)}
    out.sort(key=lambda k: (k.is_output, order.get(k.param.partition("[")[0], 0)))
    return out


def saved_sizes(node: Any) -> list[tuple[int, int]]:
    """(memory, bytes) of what saved_of lists, without the names: for totals over large graphs."""
    inner = node.ext.inner if node.ext is not None else None
    if inner is not None:
        node = inner
    saved = node.saved
    if not saved:
        return []
    plan = node.plan
    out = []
    for i in plan.tensor_places:
        entry = saved[i]
        for value in entry if type(entry) is tuple else (entry,):
            if isinstance(value, _Tensor):
                d = value._data
                out.append((_memory(d), _nbytes(d)) if hasattr(d, "shape") else (id(value), value._dtype.itemsize))
            elif hasattr(value, "shape"):
                out.append((_memory(value), _nbytes(value)))
            elif value is not None and plan.names[i] in plan.outs:
                out.append((id(node), node.dtype.itemsize))
    return out


def is_freed(node: Any) -> bool:
    """Whether an earlier backward has let go of what the node saved."""
    return node.saved is None or (getattr(node.ext, "inner", None) is not None and node.ext.inner.saved is None)


def _output_place(node: Any, param: str) -> int:
    returns = node.op.schema.returns
    return returns.index(param) if param in returns and len(outputs_of(node)) > 1 else 0


def _count(shape: tuple[int, ...]) -> int:
    n = 1
    for size in shape:
        n *= size
    return n


def _nbytes(d: Any) -> int:
    """Bytes of an array's elements, also where it has no data."""
    return _count(tuple(d.shape)) * int(d.itemsize)


def _memory(d: Any) -> int:
    """Where an array's elements begin; its identity where that cannot be told."""
    try:
        return int(d.__array_interface__["data"][0])
    except (AttributeError, TypeError, KeyError):
        return id(d)


def is_view_op(node: Any) -> bool:
    """Whether a node's output shares memory with its input."""
    return bool(node.op.kind == "view" or node.op.name == "as_strided")


def stretches(node: Any, use: Use) -> tuple[int, ...]:
    """The dims of a pointwise op's result along which this input is repeated."""
    if node.op.kind != "map":
        return ()
    p = use.parent if is_node(use.parent) else use.tensor
    if p is None:
        return ()
    shape = outputs_of(p)[use.nr][0] if is_node(p) else tuple(p.shape)
    out = tuple(node.shape)
    pad = len(out) - len(shape)
    if pad < 0:
        return ()
    return tuple(d for d in range(len(out)) if d < pad and out[d] != 1 or d >= pad and shape[d - pad] == 1 and out[d] != 1)


def where_of(node: Any) -> dict[str, Any] | None:
    """Where in the source the op was called; None where that was not recorded."""
    w = node.where
    if w is None:
        return None
    line = getattr(w, "line", None)
    if line is None:
        return {"source": str(w), "line": None, "column": None}
    return {"source": getattr(w, "source_name", None), "line": line, "column": getattr(w, "col", None)}


def scope_of(node: Any) -> str | None:
    """The module or function that the op ran in: ``encoder.0``; None at top level."""
    scope = getattr(node.ext, "scope", None) or getattr(node.where, "scope", None)
    if not scope:
        return None
    return ".".join(map(str, scope)) if isinstance(scope, (tuple, list)) else str(scope)


def order_of(node: Any) -> int:
    """1 for what the program computed, 2 for what its backward pass recorded, and so on."""
    return int(getattr(node.ext, "order", None) or 1)


def untouched_backward(
    roots: list[Any], leaves: list[Any], nodes: list[Any], trace: Callable[[Any, Sequence[Any], Sequence[Any]], None], only: set[Any] | None = None
) -> list[Any]:
    """Gradients of the roots' sum at the leaves; ``.grad`` of no tensor changes and nothing is freed. ``only``: the nodes to trace."""
    retaining = [n.ext for n in nodes if n.ext is not None and n.ext.retains]
    before = [e.retains for e in retaining]
    for e in retaining:
        e.retains = None
    try:
        seeds = [_ones(r) for r in roots]
        if not leaves:
            return []
        return list(
            _graph.run_backward(roots, seeds, leaves, create_graph=False, retain_graph=True, allow_unused=True, accumulate=False, trace=trace, only=only)
        )
    finally:
        for e, kept in zip(retaining, before, strict=True):
            e.retains = kept


def leaves_of(root: Any) -> list[Any]:
    """The leaves that require grad below a tensor."""
    found: dict[int, Any] = {}
    n = node_of(root)
    stack, seen = [n] if is_node(n) else [], set()
    if not stack and n is not None:
        return [root]
    while stack:
        n = stack.pop()
        if id(n) not in seen:
            seen.add(id(n))
            for p in n.parents:
                if is_node(p):
                    stack.append(p)
                elif p is not None:
                    found[id(p)] = p
    return list(found.values())


def recorded_backward(root: Any, trace: Callable[[Any, Sequence[Any], Sequence[Any]], None]) -> None:
    """A backward pass whose rules run as ops (so that they can be watched); no ``.grad`` changes, nothing is freed."""
    _graph.run_backward([root], [_ones(root)], leaves_of(root), create_graph=True, retain_graph=True, allow_unused=True, accumulate=False, trace=trace)


def plain_backward(root: Any) -> None:
    """The ordinary backward pass of a tensor that nobody else needs; no ``.grad`` changes."""
    _graph.run_backward([root], [_ones(root)], leaves_of(root), allow_unused=True, accumulate=False)


def _ones(t: Any) -> Any:
    return _graph._ones_like(t)


def failing_call(exc: BaseException) -> tuple[str, list[Any], dict[str, Any] | None, str] | None:
    """(op, its tensors, where, the sentence) of the engine call that raised ``exc``, read from the frames that the traceback keeps; None where it
    was no call of an op on tensors."""
    cause: BaseException | None = exc
    while cause is not None and cause.__cause__ is not None:
        cause = cause.__cause__
    if cause is None:
        return None
    trace = cause.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_globals.get("__name__", "").startswith("tcalc.engine."):
            code = frame.f_code
            count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4)
            tensors: list[Any] = []
            for name in code.co_varnames[:count]:
                value = frame.f_locals.get(name)
                for v in value if isinstance(value, (tuple, list)) else (value,):
                    tensors += [w for w in (v if isinstance(v, (tuple, list)) else (v,)) if is_tensor(w)]
            if tensors:
                facts = getattr(cause, "facts", None)
                family = frame.f_locals.get("family")
                op = getattr(facts, "op", None) or getattr(family, "name", None) or code.co_name.strip("_")
                w = getattr(getattr(exc, "diagnostic", None), "span", None)
                source = getattr(getattr(exc, "diagnostic", None), "source", None)
                where = None if w is None else {"source": getattr(source, "name", None), "line": w.start_line, "column": w.start_col}
                op = str(op).rpartition(".")[2]
                return _SHOWN_OPS.get(op, op), tensors, where, str(cause).split("\n")[0]
        trace = trace.tb_next
    return None
