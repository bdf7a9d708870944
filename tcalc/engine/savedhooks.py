"""torch.autograd.graph: hooks on what nodes save, on several gradients at once, and edges of the graph as values; and anomaly mode's part in nodes.

Loaded when a program asks for one of them. The nodes themselves are in graph, saving is in apply.
"""

from __future__ import annotations

import sys
import weakref

from . import apply as door
from . import graph
from .dtypes import float32
from .errors import describe, fail
from .graph import LEAF, AccumulateGrad, Node, RemovableHandle, _reachable, node_of, state
from .registry import METHODS, Vjp
from .tensors import CELLS, CPU, Tensor, elements, make, storage_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# -- saved tensors ------------------------------------------------------------------------------------------------------------------

_disabled: list[str] = []


class saved_tensors_hooks:
    """Inside, every tensor that a node saves goes through ``pack_hook``, and what that gave through ``unpack_hook`` when the node needs it.

    >>> kept = []
    >>> with autograd.graph.saved_tensors_hooks(lambda t: kept.append(t) or t, lambda t: t):
    ...     y = tensor(3., requires_grad=True).exp()
    >>> len(kept)
    1
    """

    def __init__(self, pack_hook: Any, unpack_hook: Any) -> None:
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def __enter__(self) -> None:
        if _disabled:
            raise RuntimeError(_disabled[-1])
        for name, hook in (("pack_hook", self.pack_hook), ("unpack_hook", self.unpack_hook)):
            if not callable(hook):
                fail(
                    TypeError,
                    "_push_saved_tensors_default_hooks(): incompatible function arguments.",
                    op="saved_tensors_hooks",
                    explain=[f"{name} is to be a function, not {hook!r}."],
                )
        state.hooks = (*(state.hooks or ()), (self.pack_hook, self.unpack_hook))

    def __exit__(self, *failure: Any) -> None:
        state.hooks = state.hooks[:-1] or None


class save_on_cpu(saved_tensors_hooks):
    """Inside, nodes keep what they save on the CPU and fetch it back for the backward pass."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda t: (t.device, t.detach().cpu()), lambda kept: kept[1].to(kept[0]))


class disable_saved_tensors_hooks:
    """Inside, saved_tensors_hooks is a RuntimeError with this message."""

    def __init__(self, error_message: str) -> None:
        self._message = error_message

    def __enter__(self) -> None:
        if state.hooks:
            raise RuntimeError(self._message)
        _disabled.append(self._message)

    def __exit__(self, *failure: Any) -> None:
        _disabled.pop()

    def __call__(self, f: Any) -> Any:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            with self:
                return f(*args, **kwargs)

        guarded.__name__ = getattr(f, "__name__", "guarded")
        guarded.__doc__ = f.__doc__
        return guarded


class _Handle:
    """A saved tensor that may be written to: its memory, then a copy of it once somebody writes."""

    __slots__ = ("__weakref__", "copy", "storage", "value")

    def __init__(self, t: Tensor) -> None:
        self.value: Tensor | None = make(t._data, t._dtype) if type(t._data) in CELLS else t.detach()
        self.storage = None if type(t._data) in CELLS else storage_of(t)
        self.copy = None

    def keep(self) -> None:
        """Take a copy, before a write."""
        if self.value is not None and self.storage is not None:
            with graph.no_grad():
                self.value = METHODS["clone"](self.value)
            self.storage = None


class _Mutations:
    """What allow_mutation_on_saved_tensors() gives: the saved tensors of its block; ``clear()`` forgets them."""

    def __init__(self) -> None:
        self.handles: list[Any] = []

    def clear(self) -> None:
        """Forget everything that was saved: no backward pass through it from here on."""
        for weak in self.handles:
            h = weak()
            if h is not None:
                h.value = h.storage = None
        self.handles.clear()

    def pack(self, t: Tensor) -> _Handle:
        """A handle in a saved tensor's place."""
        h = _Handle(t)
        self.handles.append(weakref.ref(h))
        return h

    @staticmethod
    def unpack(h: _Handle) -> Tensor:
        """The tensor as it was when it was saved."""
        if h.value is None:
            raise AssertionError("Trying to backward outside of the 'allow_mutation_on_saved_tensors' contextin which the graph was originally recorded.")
        return h.value

    def before_write(self, t: Tensor) -> None:
        """Copy what was saved of the memory that is written to next."""
        if type(t._data) in CELLS and t._ext is None:
            return
        s = storage_of(t)
        live = []
        for weak in self.handles:
            h = weak()
            if h is not None:
                if h.storage is s:
                    h.keep()
                live.append(weak)
        self.handles[:] = live


class allow_mutation_on_saved_tensors:
    """Inside, tensors that nodes have saved may be written to: what was saved is copied first, so that gradients are those of the old values.

    >>> with autograd.graph.allow_mutation_on_saved_tensors():
    ...     a = ones(2, requires_grad=True)
    ...     b = a.clone()
    ...     out = (b ** 2).sum()
    ...     _ = b.sin_()
    ...     out.backward()
    >>> a.grad
    tensor([2., 2.])
    """

    def __enter__(self) -> _Mutations:
        if door.mutating is not None:
            raise RuntimeError("allow_mutation_on_saved_tensors contexts cannot be nested")
        self._here = _Mutations()
        self._hooks = saved_tensors_hooks(self._here.pack, self._here.unpack)
        self._hooks.__enter__()
        door.mutating = self._here.before_write
        return self._here

    def __exit__(self, *failure: Any) -> None:
        door.mutating = None
        self._hooks.__exit__()
        self._here.clear()


class Packed:
    """What a pack hook made of a saved tensor, and how to get it back."""

    __slots__ = ("_unpack", "_value", "same")

    def __init__(self, value: Any, unpack: Any, same: Tensor | None) -> None:
        self._value = value
        self._unpack = unpack
        self.same = same  # the tensor itself, where the hook handed an output back: kept without its node, or it would hold itself

    def tensor(self) -> Tensor:
        """What the unpack hook gives."""
        with graph.no_grad():
            got = self._unpack(self._value if self.same is None else self.same)
        if not isinstance(got, Tensor):
            raise TypeError(f"Output of saved tensor unpack_hook expected to be a Tensor but got result of type {type(got).__name__}")
        return got

    def unpack(self, node: Node | None, out: int) -> Tensor:
        """The saved tensor in its place in the graph: as output ``out`` of the node, or for -1 as it came from the hook."""
        got = self.tensor()
        return got if out < 0 or node is None else make(elements(got), got._dtype, node, out)


def pack(t: Tensor, is_output: bool = False) -> Packed:
    """Run the innermost pack hook on a tensor."""
    hook, unpack = state.hooks[-1]
    version = t._version
    kept, state.hooks = state.hooks, None  # what a hook itself computes is saved plainly
    try:
        with graph.no_grad():
            value = hook(t)
    finally:
        state.hooks = kept
    if t._version != version:
        raise RuntimeError(
            "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook cannot be modified by in-place "
            "operations as this can lead to unexpected side-effects. Please open an issue if you need to perform in-place operations on the input to a "
            "pack hook."
        )
    if is_output and value is t:
        return Packed(None, unpack, make(elements(t), t._dtype))
    return Packed(value, unpack, None)


class SavedTensor:
    """One saved tensor of a node, ``grad_fn._raw_saved_NAME``: hooks can be registered for it alone."""

    __slots__ = ("_k", "_node")

    def __init__(self, node: Node, name: str) -> None:
        name = {"self": "input", "result": "out"}.get(name, name)
        plan = node.plan
        if name not in plan.names or plan.names.index(name) not in plan.tensor_places:
            raise AttributeError(f"'{node.name()}' object has no attribute '_raw_saved_{name}'")
        self._node = node
        self._k = plan.names.index(name)

    def register_hooks(self, pack_hook: Any, unpack_hook: Any) -> None:
        """Send the tensor through pack_hook now, and what that gives through unpack_hook when the node needs it."""
        n, k = self._node, self._k
        if n.saved is None:
            raise RuntimeError(
                "Calling register_hooks on a saved tensor after it has been freed. Saved intermediate values of the graph are freed when you call "
                ".backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to "
                "access saved tensors after calling backward."
            )
        kept = list(n.saved)
        if isinstance(kept[k], Packed):
            raise RuntimeError("Calling register_hooks on a saved tensor whose hooks have already been set. Hint: only one pair of hooks is allowed at a time.")
        t = door.saved_tensors(n)[k]
        if t is None:
            raise RuntimeError("Calling register_hooks on a saved tensor with value None is forbidden")
        before, state.hooks = state.hooks, ((pack_hook, unpack_hook),)
        try:
            kept[k] = pack(t, is_output=n.plan.names[k] in n.plan.outs)
        finally:
            state.hooks = before
        n.saved = tuple(kept)
        graph.node_extras(n)


def pack_node(n: Node, outs: list[Tensor]) -> None:
    """Send what a fresh node saved through the hooks."""
    plan = n.plan
    saved = list(n.saved or ())
    for k in plan.tensor_places:
        v = saved[k]
        name = plan.names[k]
        if isinstance(v, Tensor):
            saved[k] = pack(v)
        elif isinstance(v, tuple):
            saved[k] = tuple([pack(t) if isinstance(t, Tensor) else t for t in v])
        elif name in plan.outs:
            saved[k] = pack(outs[n.op.schema.returns.index(name)], is_output=True)
    n.saved = tuple(saved)
    graph.node_extras(n)  # keeps the node off backward's quick lanes


def unpacked(n: Node, k: int, v: Packed) -> Tensor:
    """The k-th saved value of a node, unpacked and put back into its place in the graph."""
    plan = n.plan
    name = plan.names[k]
    got = v.tensor()
    if name in plan.outs:
        i = n.op.schema.returns.index(name)
        return make(elements(got), got._dtype, n, i)
    inputs = plan.inputs_of(n)
    if name not in inputs:
        return got
    i = inputs.index(name)
    return linked(got, n.parents[i], n.nrs[i] if n.nrs is not None else 0)


_ALIAS = door._internal("alias(Tensor input) -> Tensor", "AliasBackward0", "alias")
_ALIAS.vjps["input"] = Vjp(("input",), lambda g: g, "g")


def linked(t: Tensor, parent: Any, number: int) -> Tensor:
    """Data that stands for a parent's output: the same tensor where it is the leaf itself, else an alias with the parent's node."""
    if parent is None or t is parent:
        return t
    if type(parent) is Node:
        return make(elements(t), t._dtype, parent, number)
    if not state.grad:
        return t
    out = make(elements(t), t._dtype)
    n: Node = object.__new__(Node)
    n.rare = None
    n.plan = _ALIAS.plan_for(1)
    n.parents = (parent,)
    n.saved = ()
    n.shape = tuple(t.shape)
    n.dtype = t._dtype
    n.seq = graph.next_number()
    n.where = state.where
    out._node = n
    return out


# -- edges and hooks over several gradients -----------------------------------------------------------------------------------------


class GradientEdge(tuple):  # type: ignore[type-arg]
    """A place in the graph: a node and the number of one of its outputs."""

    __module__ = "torch.autograd.graph"
    __slots__ = ()

    _fields = ("node", "output_nr", "ownership_token")

    def __new__(cls, node: Any, output_nr: int, ownership_token: Any = None) -> Any:
        return tuple.__new__(cls, (node, output_nr, ownership_token))

    node = property(lambda self: tuple.__getitem__(self, 0), doc="The node.")
    output_nr = property(lambda self: tuple.__getitem__(self, 1), doc="Which of its outputs.")
    ownership_token = property(lambda self: tuple.__getitem__(self, 2), doc="Nothing here: the node keeps itself.")

    def __repr__(self) -> str:
        return f"GradientEdge(node={self[0]!r}, output_nr={self[1]!r}, ownership_token={self[2]!r})"


def get_gradient_edge(tensor: Tensor) -> GradientEdge:
    """The edge that a tensor's gradient arrives by."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"get_gradient_edge(): argument 'tensor' must be Tensor, not {type(tensor).__name__}")
    n = node_of(tensor)
    if n is None:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    if n is LEAF:
        return GradientEdge(AccumulateGrad(tensor), 0)  # type: ignore[no-any-return]
    return GradientEdge(n, tensor._out)  # type: ignore[no-any-return]


def tensor_of(edge: Any) -> Any:
    """A tensor that stands for an edge in autograd.grad; anything else as it is."""
    if type(edge) is not GradientEdge:
        return edge
    node, number = edge[0], edge[1]
    if isinstance(node, AccumulateGrad):
        return node.variable
    shape, d = graph._place(node, number)
    t = door.filled(shape, 0, d, CPU)
    t._node = node
    t._out = number
    return t


class _MultiHandle:
    """What register_multi_grad_hook returns."""

    __module__ = "torch.autograd.graph"

    def __init__(self, handles: tuple[RemovableHandle, ...]) -> None:
        self.handles = handles

    def remove(self) -> None:
        """Take the hook out everywhere."""
        for h in self.handles:
            h.remove()

    def __enter__(self) -> _MultiHandle:
        return self

    def __exit__(self, *failure: Any) -> None:
        self.remove()


def register_multi_grad_hook(tensors: Any, fn: Any, *, mode: str = "all") -> _MultiHandle:
    """Call ``fn(grads)`` once the gradients of all these tensors are known (None for one that has none), or ``fn(grad)`` at the first ("any").

    A backward pass is told from the next one by the tensors it reaches: a gradient that comes a second time starts a new round.
    """
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    group = list(tensors)
    for t in group:
        if node_of(t) is None and len(group) > 1:
            fail(
                AssertionError,
                "Expected gradient function to be set",
                kind="hook",
                op="register_multi_grad_hook",
                operands=[(None, describe(t))],
                explain=["A tensor that does not require grad never gets one: the hook would wait for it."],
            )
    seen: dict[int, Any] = {}
    at: list[Any] = [None]

    def on(k: int) -> Any:
        def hook(g: Tensor) -> None:
            run = state.running
            if at[0] is not run:
                at[0] = run
                seen.clear()
            if mode == "any":
                if not seen:
                    seen[k] = g
                    fn(g)
                return
            seen[k] = g
            if len(seen) == sum(_reached(t, run) for t in group):
                fn([seen.get(i) for i in range(len(group))])

        return hook

    return _MultiHandle(tuple([t.register_hook(on(k)) for k, t in enumerate(group)]))


def _reached(t: Tensor, run: Any) -> bool:
    """Whether the backward pass that runs now brings a gradient to t."""
    starts, needed, wanted = run
    nodes = set(_reachable(starts)) if needed is None else needed
    n = node_of(t)
    if n is LEAF:
        return (wanted is None or id(t) in wanted) and any(p is t for node in nodes for p in node.parents)
    return n in nodes


def increment_version(tensor: Any) -> None:
    """Count a write to a tensor (or to several) that went unseen."""
    from .tensors import storage_of

    given = [tensor] if isinstance(tensor, Tensor) or not hasattr(tensor, "__iter__") else list(tensor)
    if not all(isinstance(t, Tensor) for t in given):
        raise RuntimeError("increment_version expect a Iterable[Tensor] as input")
    for t in given:
        storage_of(t).wrote("increment_version", state.where)


# -- anomaly mode -------------------------------------------------------------------------------------------------------------------


class set_detect_anomaly:
    """Anomaly mode from here on, or within a block: errors of the backward pass name the forward line, and a nan in a gradient is an error.

    >>> x = tensor(0., requires_grad=True)
    >>> with autograd.set_detect_anomaly(True):
    ...     (x.sqrt() * 0).backward()
    Traceback (most recent call last):
    RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output.
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._before = (state.anomaly, state.check_nan)
        state.anomaly, state.check_nan = bool(mode), bool(check_nan)

    def __enter__(self) -> None:
        """Keep the mode."""

    def __exit__(self, *failure: Any) -> None:
        state.anomaly, state.check_nan = self._before


class detect_anomaly:
    """Anomaly mode within a block; see set_detect_anomaly."""

    def __init__(self, check_nan: bool = True) -> None:
        self._before = (state.anomaly, state.check_nan)
        self._check_nan = bool(check_nan)
        graph.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging.",
        )

    def __enter__(self) -> None:
        self._before = (state.anomaly, state.check_nan)
        state.anomaly, state.check_nan = True, self._check_nan

    def __exit__(self, *failure: Any) -> None:
        state.anomaly, state.check_nan = self._before


def set_anomaly_enabled(enabled: bool, check_nan: bool = True) -> None:
    """Switch anomaly mode on or off, and its look for nan."""
    for k, (name, value) in enumerate((("enabled", enabled), ("check_nan", check_nan))):
        if not isinstance(value, bool):
            raise TypeError(f"set_anomaly_enabled(): argument '{name}' (position {k + 1}) must be bool, not {type(value).__name__}")
    state.anomaly, state.check_nan = enabled, check_nan


def is_anomaly_enabled() -> bool:
    """Whether anomaly mode is on."""
    return state.anomaly


def is_anomaly_check_nan_enabled() -> bool:
    """Whether anomaly mode looks for nan."""
    return state.check_nan


def note(n: Node) -> None:
    """Keep where a node was made, as ``node.metadata["traceback_"]``: the caller's frames, none of ours."""
    if state.where is not None:
        where = state.where
        lines = [f'  File "{where.source_name}", line {where.line}\n']
    else:
        import traceback

        frame: Any = sys._getframe(1)
        while frame is not None and frame.f_globals.get("__name__", "").startswith("tcalc."):
            frame = frame.f_back
        lines = traceback.format_stack(frame) if frame is not None else []
    n.metadata["traceback_"] = lines


def watched(n: Node, run: Any) -> list[Any]:
    """A node's gradients under anomaly mode: an error names the forward line first, and nan is an error."""
    try:
        results: list[Any] = run()
        if state.check_nan:
            for k, r in enumerate(results):
                if r is not None and _has_nan(r):
                    raise RuntimeError(f"Function '{n.kind}' returned nan values in its {k}th output.")
    except Exception:
        made = n.metadata.get("traceback_")
        if made is None:
            text = f"Error detected in {n.kind}. No forward pass information available. Enable detect anomaly during forward pass for more information."
        else:
            text = f"Error detected in {n.kind}. Traceback of forward call that caused the error:\n{''.join(made)}"
        graph.warn(text)
        raise
    return results


def _has_nan(r: Any) -> bool:
    value = elements(r) if isinstance(r, Tensor) else r
    if type(value) in CELLS:
        return bool(value != value)
    t = r if isinstance(r, Tensor) else make(value, door._aux_dtype(value, float32))
    if t.is_meta or not (t._dtype.is_floating_point or t._dtype.is_complex):
        return False
    with graph.no_grad():
        return bool(METHODS["any"](METHODS["isnan"](t)).item())
