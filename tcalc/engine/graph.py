"""The autograd graph: nodes, grad mode, backward, hooks, and what in-place writes do to history.

Recording happens in apply; here is what comes after. Nothing recurses, so a graph a million nodes deep works, and nothing holds a cycle, so
a graph is freed by reference count with its last output.
"""

from __future__ import annotations

import itertools
import sys
from _operator import attrgetter
from _thread import _local
from _thread import allocate_lock as Lock
from _weakref import ref

from .backends import backend_of
from .backends.scalar import XP as _XP
from .dtypes import float32, float64
from .errors import describe, fail
from .tensors import CELLS, LEAF, Spec, Tensor, elements, extras, make, own, row_major, storage_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .dtypes import dtype

_new = object.__new__
next_number = itertools.count(1).__next__  # creation numbers, one counter for the process
_f32 = memoryview(bytearray(4)).cast("f")  # rounds a Python float to float32; see dtypes
door: Any = None  # tcalc.engine.apply, which imports this module and puts itself here
_NONE: tuple[int, ...] = ()  # places of a rule that takes nothing but g
_by_number = attrgetter("seq")
_accumulating = Lock()


unusual = [0]  # how many threads are out of the plain mode (recording, nothing extra); the fast paths ask this before anything else


heappop: Any = None
heappushpop: Any = None


def _first_push(queue: Any, item: Any) -> None:
    """heapq.heappush; that module comes with the first backward pass that has two nodes to choose from."""
    global heappop, heappush, heappushpop
    from heapq import heappop, heappush, heappushpop

    heappush(queue, item)


heappush: Any = _first_push


def _mode(field: str, plain: Any, doc: str) -> Any:
    """A property of _State over one field; a value other than ``plain`` takes the thread out of the plain mode, and ``unusual`` counts that."""

    def put(mode: _State, value: Any) -> None:
        left, entered = getattr(mode, field) is not plain, value is not plain
        if left is not entered:
            with _counting:
                unusual[0] += 1 if entered else -1
        setattr(mode, field, value)

    return property(attrgetter(field), put, doc=doc)


class _State(_local):
    """Per thread: whether ops record, where in the source we are, whether nodes keep all their inputs, inference mode."""

    _grad = True
    _record_inputs = False
    where: Any = None
    inference = False
    order = 1
    scope: tuple[str, ...] = ()  # the modules that run, outermost first; kept while nodes keep all their inputs
    calls: Any = None  # how often each scope was entered
    check_nan = True  # in anomaly mode
    running: Any = None  # the nodes of the backward pass that runs, and its leaf targets
    _anomaly = False
    _hooks: Any = None

    grad: bool = _mode("_grad", True, "Whether ops are recorded.")
    record_inputs: bool = _mode("_record_inputs", False, "Whether nodes keep all their inputs, for the inspector.")
    anomaly: bool = _mode("_anomaly", False, "Whether nodes keep where they were made, and backward looks for nan.")
    hooks: Any = _mode("_hooks", None, "The (pack, unpack) pairs of saved_tensors_hooks, the innermost last; None where there are none.")


_counting = Lock()
state = _State()
places = [0]  # 1 once a program says where in its source it is; until then state.where, a look-up in the thread's own state, need not be asked


_NUMBER_OVERLOADS = ("pow", "rsub", "remainder", "remainder.number", "fmod")


class Rare:
    """What a node holds beside its fast fields: arguments, parents' output numbers, versions, extras."""

    __slots__ = ("args", "ext", "nrs", "versions")

    def __init__(self) -> None:
        self.args: dict[str, Any] | None = None
        self.nrs: tuple[int, ...] | None = None
        self.versions: tuple[int, ...] | None = None
        self.ext: NodeExtras | None = None


def _rare(n: Node) -> Rare:
    r = n.rare
    if r is None:
        r = n.rare = Rare()
    return r


def _rare_field(name: str, doc: str) -> Any:
    """A property of Node over one field of its Rare, which is made at the first value that is not None."""

    def get(node: Node) -> Any:
        r = node.rare
        return None if r is None else getattr(r, name)

    def put(node: Node, value: Any) -> None:
        if value is not None or node.rare is not None:
            setattr(_rare(node), name, value)

    return property(get, put, doc=doc)


class Node:
    """One recorded call: its op, arguments, parents and what its rules saved. ``seq`` counts creations in this process."""

    __slots__ = ("__weakref__", "dtype", "parents", "plan", "rare", "saved", "seq", "shape", "where")

    plan: Any
    parents: tuple[Any, ...]
    saved: tuple[Any, ...] | None
    shape: tuple[int, ...]
    dtype: dtype
    seq: int
    where: Any
    rare: Rare | None

    @property
    def op(self) -> Any:
        """The op that was called."""
        return self.plan.op

    @property
    def args(self) -> dict[str, Any] | None:
        """The bound arguments that are no tensors."""
        r = self.rare
        if r is not None and r.args is not None:
            return r.args
        # The fast path keeps a number operand among the saved values: in its rule's place, or behind them all where no rule reads it.
        saved, names = self.saved, self.plan.names
        if not saved or type(saved[-1]) is Tensor or (len(saved) == len(names) and names[-1] != "other"):
            return None
        value = saved[-1]
        return {"other": value if type(value) in CELLS else value.item()}

    @args.setter
    def args(self, value: dict[str, Any] | None) -> None:
        if value is not None or self.rare is not None:
            _rare(self).args = value

    nrs = _rare_field("nrs", "Output numbers of the parents; None when all are 0.")
    versions = _rare_field("versions", "Storage versions of the saved tensors when they were saved; None when all were 0.")
    ext = _rare_field("ext", "Hooks, further outputs and the like.")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Parameter names of the parents, in the same order."""
        return self.plan.inputs_of(self)  # type: ignore[no-any-return]

    def name(self) -> str:
        """PyTorch's name of the node, such as MulBackward0."""
        n: str = self.op.node_name(self)
        return "torch::autograd::" + n if n in ("CopySlices", "CopyBackwards", "NotImplemented") else n

    @property
    def kind(self) -> str:
        """The name that prints: <MulBackward0>."""
        return self.op.node_name(self)  # type: ignore[no-any-return]

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """(node, output number) of each parent; leaves show as AccumulateGrad, untracked inputs as None."""
        out: list[tuple[Any, int]] = []
        args = self.args
        numbers = args if args is not None and self.op.name in _NUMBER_OVERLOADS else ()
        for i, p in enumerate(self.parents):
            if p is None and numbers and (self.inputs[i] in numbers or i and "other" in numbers):
                continue  # PyTorch has an overload of its own for a number there, and no edge for it
            if type(p) is Node:
                out.append((p, self.nrs[i] if self.nrs is not None else 0))
            else:
                out.append((None if p is None else AccumulateGrad(p), 0))
        return tuple(out)

    def register_hook(self, hook: Any) -> RemovableHandle:
        """Call ``hook(grad_inputs, grad_outputs)`` after this node's rule has run."""
        e = node_extras(self)
        if e.post is None:
            e.post = {}
        return RemovableHandle(e.post, hook)

    def register_prehook(self, hook: Any) -> RemovableHandle:
        """Call ``hook(grad_outputs)`` before this node's rule runs."""
        e = node_extras(self)
        if e.pre is None:
            e.pre = {}
        return RemovableHandle(e.pre, hook)

    @property
    def metadata(self) -> dict[str, Any]:
        """A dict of the user's own."""
        e = node_extras(self)
        if e.metadata is None:
            e.metadata = {}
        return e.metadata

    def __call__(self, *grads: Tensor | None) -> Any:
        """The gradients of the node's inputs from those of its outputs: its rules alone, no further."""
        many = self.ext is not None and self.ext.outs is not None
        if len(grads) != (len(self.ext.outs) if many else 1):
            raise TypeError(f"{self.name()} expects {len(self.ext.outs) if many else 1} gradients, one for each output, but got {len(grads)}")
        got = door.run_rules(self, list(grads) if many else grads[0], None, False, None)
        return got[0] if len(got) == 1 else tuple(got)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_saved_"):
            return self.plan.saved_value(self, name[7:])
        if name.startswith("_raw_saved_"):
            from .savedhooks import SavedTensor

            return SavedTensor(self, name[11:])
        if name in Node.__slots__ or name in Rare.__slots__ or name in ("op", "kind"):  # of a Node that no operation made
            raise AttributeError(f"a Node is made by an operation; this one has no {name!r}")
        e = self.ext
        if e is not None and e.call is not None:
            return self.plan.attribute(self, name)
        raise AttributeError(f"'{self.name()}' object has no attribute '{name}'")

    def __repr__(self) -> str:
        e = self.ext
        module = "" if e is None or e.call is None else "torch.autograd.function."
        return f"<{module}{self.kind} object at 0x{id(self):x}>"


class NodeExtras:
    """What few nodes need: hooks, outputs beyond the first, retained gradients, watched storages of saved outputs."""

    __slots__ = ("all_inputs", "call", "inner", "metadata", "order", "outs", "post", "pre", "retains", "scope", "tensor_hooks", "watched")

    def __init__(self) -> None:
        self.outs: tuple[Spec, ...] | None = None
        self.order = 1  # 2 for a node recorded by a backward pass with create_graph, 3 for one recorded by that one's, ...
        self.tensor_hooks: dict[int, dict[int, Any]] | None = None
        self.retains: dict[int, Any] | None = None
        self.watched: dict[int, tuple[Any, int]] | None = None
        self.pre: dict[int, Any] | None = None
        self.post: dict[int, Any] | None = None
        self.metadata: dict[str, Any] | None = None
        self.all_inputs: tuple[Any, ...] | None = None
        self.inner: Any = None
        self.scope: Any = None
        self.call: Any = None  # of an autograd.Function: its context, which arguments are tensors, how many there are


class AccumulateGrad:
    """How a leaf appears in ``next_functions``: ``.variable`` is the leaf."""

    __slots__ = ("variable",)

    def __init__(self, variable: Tensor) -> None:
        self.variable = variable

    def name(self) -> str:
        """PyTorch's name of the node."""
        return "torch::autograd::AccumulateGrad"

    @property
    def next_functions(self) -> tuple[Any, ...]:
        """A leaf has no parents."""
        return ()

    @property
    def metadata(self) -> dict[str, Any]:
        """Facts kept with the node; with a leaf none are."""
        return {}

    def register_hook(self, hook: Any) -> RemovableHandle:
        """Call ``hook((), (gradient,))`` once the gradient has been added to the leaf's."""
        return _add_hook(self.variable, _NodeHook(hook))

    def register_prehook(self, hook: Any) -> RemovableHandle:
        """Call ``hook((gradient,))`` before the gradient is added; the tuple that it returns replaces it."""

        def before(g: Tensor) -> Any:
            got = hook((g,))
            return _hook_results(hook, got, 1)[0] if got is not None else None

        return _add_hook(self.variable, before)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccumulateGrad) and other.variable is self.variable

    def __hash__(self) -> int:
        return id(self.variable)

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at 0x{id(self.variable):x}>"


class RemovableHandle:
    """What registering a hook returns; ``remove()`` takes the hook out again."""

    __slots__ = ("_hooks", "id")

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self._hooks = hooks
        self.id = next_number()
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook out; a second time does nothing."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *failure: Any) -> None:
        self.remove()


def node_extras(n: Node) -> NodeExtras:
    """Its NodeExtras, made when missing."""
    e = n.ext
    if e is None:
        e = n.ext = NodeExtras()
    return e  # type: ignore[no-any-return]


def node_of(t: Tensor) -> Any:
    """None, LEAF or the current node of t; a view of a tensor that was written to gets its node renewed here."""
    e = t._ext
    if e is not None and e.view is not None:
        v = e.view
        if e.storage is not None and v.version != e.storage.version:
            _renew_view(t, v)
    return t._node


def _renew_view(t: Tensor, v: Any) -> None:
    base_node = node_of(v.base)
    v.version = storage_of(t).version
    if base_node is None:
        return
    if v.creation == "no_grad" and t._node is None and not state.grad:
        return
    from .apply import ON_BASE, run_chain

    if any("flips" in step.op.options or "reads_as" in step.op.options for step in v.chain):  # no strides tell such a view: its steps are taken again
        with enable_grad():
            again = run_chain(v.base, v.chain)
        t._node, t._out = again._node, again._out
        return
    d = t._data
    n = _new(Node)
    n.rare = None
    n.plan = ON_BASE.plan_for(1)
    n.args = {"chain": v.chain, "size": tuple(d.shape), "stride": t.stride(), "storage_offset": t.storage_offset()}
    n.parents = (v.base if base_node is LEAF else base_node,)
    n.nrs = (v.base._out,) if v.base._out else None
    n.saved = ()
    n.versions = None
    n.shape = tuple(d.shape)
    n.dtype = t._dtype
    n.seq = next_number()
    n.where = state.where
    n.ext = None
    t._node = n
    t._out = 0


# -- grad mode ----------------------------------------------------------------------------------------------------------------------


class _Mode:
    """A context manager and decorator over one flag of ``state``."""

    __slots__ = ("_before",)
    flag = "grad"
    value = False

    def __init__(self) -> None:
        self._before: list[Any] = []

    def __new__(cls, *args: Any) -> Any:
        self = object.__new__(cls)
        if len(args) == 1 and callable(args[0]):  # used bare: @torch.no_grad
            self._before = []
            return self(args[0])
        return self

    def __enter__(self) -> None:
        self._before.append(getattr(state, self.flag))
        setattr(state, self.flag, self.value)

    def __exit__(self, *failure: Any) -> None:
        setattr(state, self.flag, self._before.pop())

    def __call__(self, f: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            with self:
                return f(*args, **kwargs)

        def generator(*args: Any, **kwargs: Any) -> Any:  # the mode holds while the generator runs, not while its caller does
            made, sent = f(*args, **kwargs), None
            while True:
                try:
                    with self:
                        value = made.send(sent)
                except StopIteration as end:
                    return end.value
                sent = yield value

        code = getattr(f, "__code__", None)
        out: Any = generator if code is not None and code.co_flags & _GENERATOR else guarded
        out.__name__ = getattr(f, "__name__", "guarded")
        out.__doc__ = f.__doc__
        out.__wrapped__ = f
        return out  # type: ignore[no-any-return]


_GENERATOR = 0x20  # the flag of a generator function's code


class no_grad(_Mode):
    """Inside, ops are not recorded: ``with no_grad(): ...`` or ``@no_grad()``."""

    __slots__ = ()


class enable_grad(_Mode):
    """Inside, ops are recorded again, also within no_grad."""

    __slots__ = ()
    value = True


class set_grad_enabled(_Mode):
    """Record or not, at once and until changed; as a context manager, until its end."""

    __slots__ = ("value",)

    def __new__(cls, mode: bool = True) -> Any:
        return object.__new__(cls)

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            raise TypeError(f"set_grad_enabled(): argument 'enabled' (position 1) must be bool, not {type(mode).__name__}")
        self._before = [state.grad]
        self.value = bool(mode)
        state.grad = self.value

    def __enter__(self) -> None:
        if not self._before:
            self._before.append(state.grad)
        state.grad = self.value

    def __call__(self, f: Callable[..., Any]) -> Callable[..., Any]:
        state.grad = self._before.pop()
        return super().__call__(f)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.value})"


class inference_mode(_Mode):
    """Like no_grad; what is made inside can never require grad."""

    __slots__ = ("_mode",)

    def __init__(self, mode: bool = True) -> None:
        self._before = []
        self._mode = mode if isinstance(mode, bool) else True

    def __enter__(self) -> None:
        self._before.append((state.grad, state.inference))
        if self._mode:
            state.grad, state.inference = False, True
        else:
            state.inference = False

    def __exit__(self, *failure: Any) -> None:
        state.grad, state.inference = self._before.pop()


def is_grad_enabled() -> bool:
    """Whether ops are recorded in this thread now."""
    return state.grad


def is_inference_mode_enabled() -> bool:
    """Whether inference mode is on in this thread."""
    return state.inference


# -- fields of a tensor that belong to autograd -------------------------------------------------------------------------------------


def untracked(t: Tensor) -> bool:
    """Mark a new result as left untracked by plain no_grad; False, and nothing done, in any other mode: then apply() sees to it."""
    if state.grad or state.record_inputs or state.inference:
        return False
    t._node = None
    x = extras(t)
    x.why, x.where = "no_grad", state.where
    return True


transforming: Any = None  # while a transform of func runs: the list of those of this thread


def set_requires_grad(t: Tensor, value: bool, method: bool = False) -> None:
    """Make a leaf require grad or not; only floating and complex dtypes can, and a non-leaf cannot stop."""
    if method and transforming is not None and transforming():
        raise RuntimeError(
            "You are attempting to call Tensor.requires_grad_() (or perhaps using torch.autograd.functional.* APIs) inside of a function being "
            "transformed by a functorch transform. This is unsupported, please attempt to use the functorch transforms (e.g. grad, vjp, jacrev, jacfwd, "
            "hessian) or call requires_grad_() outside of a function being transformed instead."
        )
    if value and not (t._dtype.is_floating_point or t._dtype.is_complex):
        fail(
            RuntimeError,
            "only Tensors of floating point dtype can require gradients"
            if method
            else "only Tensors of floating point and complex dtype can require gradients",
            kind="dtype",
            op="requires_grad",
            operands=[(None, describe(t))],
            explain=[f"{t._dtype.name} values have no neighbours to differ by; a gradient needs a floating dtype."],
            hints=["x.float() (or a literal such as 2. instead of 2) first."],
        )
    n = node_of(t)
    if value and t._ext is not None and t._ext.why == "inference" and not state.inference:
        raise RuntimeError("Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.")
    if n is None:
        if value:
            t._node = LEAF
    elif n is LEAF:
        if not value:
            t._node = None
    elif not value:
        fail(
            RuntimeError,
            "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that "
            "doesn't require differentiation use var_no_grad = var.detach().",
            kind="leaf",
        )


def set_grad(t: Tensor, value: Tensor | None) -> None:
    """Assign ``.grad``: None, or a tensor of the same shape, dtype and device."""
    if value is not None:
        if not isinstance(value, Tensor):
            raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type {type(value).__name__}")
        if value is t:
            raise RuntimeError("can't assign Variable as its own grad")
        if tuple(value.shape) != tuple(t.shape):
            fail(
                RuntimeError,
                f"attempting to assign a gradient of size '[{', '.join(map(str, value.shape))}]' to a tensor of size "
                f"'[{', '.join(map(str, t.shape))}]'. Please ensure that the gradient and the tensor are the same size",
                kind="shape",
            )
        wanted = t._dtype if t._ext is None else getattr(t._ext, "grad_dtype", t._dtype)
        if wanted is not None and value._dtype is not wanted:
            given, have = _DOUBLES.get(value._dtype.name, value._dtype.name), _TYPE_NAMES[wanted.name]
            fail(
                RuntimeError,
                f"attempting to assign a gradient with dtype '{given}' to a tensor with grad_dtype '{have}'. The gradient must match the "
                "tensor's grad_dtype (defaults to the tensor's dtype). You can set the tensor's grad_dtype attribute with a specific dtype, or "
                "None to allow any dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor and its gradient may break downstream "
                "systems that assume they match.",
                kind="dtype",
                hints=[f"g.to({t._dtype})"],
            )
        if value.device != t.device:
            raise RuntimeError("assigned grad has data located on a different device")
    extras(t).grad = value


def grad_dtype(t: Tensor) -> dtype | None:
    """The dtype that ``.grad`` has: the leaf's own unless it was set; None: whatever arrives."""
    n = node_of(t)
    if n is not None and n is not LEAF:
        raise RuntimeError("grad_dtype can only be accessed on leaf tensors.")
    return t._dtype if t._ext is None else getattr(t._ext, "grad_dtype", t._dtype)


def set_grad_dtype(t: Tensor, value: dtype | None) -> None:
    """Say which dtype ``.grad`` has."""
    n = node_of(t)
    if n is not None and n is not LEAF:
        raise RuntimeError("grad_dtype can only be set on leaf tensors.")
    if value is not None and type(value) is not type(float32):
        raise RuntimeError(f"grad_dtype must be a torch.dtype or None, but got {type(value).__name__}")
    x = extras(t)
    if value is not None and x.grad is not None and x.grad._dtype is not value:
        raise RuntimeError(
            f"Cannot set grad_dtype to '{_TYPE_NAMES[value.name]}' because there is already a gradient with dtype '{_TYPE_NAMES[x.grad._dtype.name]}'. "
            "Please clear the gradient (.grad = None) before changing grad_dtype to a different dtype."
        )
    x.grad_dtype = value


def detach(t: Tensor) -> Tensor:
    """The same memory, outside the graph, sharing the version counter."""
    own(t)
    e = t._ext
    assert e is not None
    out = make(t._data, t._dtype)
    x = extras(out)
    x.storage, x.offset, x.bits = e.storage, e.offset, e.bits
    x.why, x.where = "inference" if e.why == "inference" else "detached", state.where
    return out


def detach_(t: Tensor) -> Tensor:
    """Cut t from its graph in place; a view cannot be."""
    e = t._ext
    if e is not None and e.view is not None:
        fail(
            RuntimeError,
            "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, and "
            "gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be called on these "
            "gradients. To fix this error, please refer to the Optimizer.zero_grad() function in torch/optim/optimizer.py as a solution.",
            kind="view",
        )
    t._node = None
    t._out = 0
    x = extras(t)
    x.why, x.where = "detached", state.where
    return t


def data_alias(t: Tensor) -> Tensor:
    """The same memory with a version counter of its own."""
    own(t)
    e = t._ext
    assert e is not None and e.storage is not None
    out = make(t._data, t._dtype)
    x = extras(out)
    s = storage_of(out)
    s.buffer, s.nbytes = e.storage.buffer, e.storage.nbytes
    x.offset, x.bits = e.offset, e.bits
    x.why, x.where = "inference" if e.why == "inference" else "data", state.where
    return out


def set_data(t: Tensor, value: Tensor) -> None:
    """Replace t's data by another tensor's; its place in the graph stays."""
    if not isinstance(value, Tensor):
        raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
    own(value)
    t._data = value._data
    t._dtype = value._dtype
    x, e = extras(t), value._ext
    assert e is not None and e.storage is not None
    version = x.storage.version if x.storage is not None else 0
    x.storage = None
    s = storage_of(t)
    s.buffer, s.nbytes, s.version = e.storage.buffer, e.storage.nbytes, version
    x.offset, x.bits = e.offset, e.bits


def retain_grad(t: Tensor) -> None:
    """Keep the gradient of a non-leaf."""
    n = node_of(t)
    if n is None:
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if n is LEAF:
        return
    extras(t).retains = True
    e = node_extras(n)
    if e.retains is None:
        e.retains = {}
    e.retains[t._out] = ref(t)


def register_hook(t: Tensor, hook: Any) -> RemovableHandle:
    """A hook on the gradient of t; a leaf keeps its own, a non-leaf's lie with its node."""
    n = node_of(t)
    if n is None:
        fail(RuntimeError, "cannot register a hook on a tensor that doesn't require gradient", kind="grad")
    if n is LEAF:
        return _add_hook(t, hook)
    e = node_extras(n)
    if e.tensor_hooks is None:
        e.tensor_hooks = {}
    return RemovableHandle(e.tensor_hooks.setdefault(t._out, {}), hook)


def _add_hook(leaf: Tensor, hook: Any) -> RemovableHandle:
    x = extras(leaf)
    if x.hooks is None:
        x.hooks = {}
    return RemovableHandle(x.hooks, hook)


def _hook_results(hook: Any, got: Any, expected: int) -> tuple[Any, ...]:
    """What a node's hook returned, as many values as it got; PyTorch's errors where it is something else."""
    if expected == 1 and isinstance(got, Tensor):
        return (got,)
    if not isinstance(got, tuple):
        raise TypeError(f"expected tuple, but hook returned '{type(got).__name__}'")
    if len(got) != expected:
        name = getattr(hook, "__name__", "hook")
        raise RuntimeError(f"hook '{name}' has returned an incorrect number of values (got {len(got)}, but expected {expected})")
    for v in got:
        if v is not None and not isinstance(v, Tensor):
            raise TypeError(f"expected Variable, but hook returned '{type(v).__name__}'")
    return got


class _PostHook:
    """Marks a hook that runs after accumulation."""

    __slots__ = ("hook",)

    def __init__(self, hook: Any) -> None:
        self.hook = hook


def register_post_hook(t: Tensor, hook: Any) -> RemovableHandle:
    """A hook that runs after backward has added to the leaf's grad."""
    if node_of(t) is None:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if node_of(t) is not LEAF:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    return _add_hook(t, _PostHook(hook))


class _NodeHook(_PostHook):
    """Marks a hook of a leaf's AccumulateGrad, which gets the gradient."""

    __slots__ = ()


def short_name(n: Node) -> str:
    """A node's name as PyTorch's in-place errors shorten it: Mul for MulBackward0."""
    return n.kind.partition("Backward")[0]


def link_storage(t: Tensor, s: Any) -> None:
    """A storage has been made for t: if t's node saved t as its output, the node watches the storage's version."""
    n = t._node
    if type(n) is Node and n.plan.outs:
        e = node_extras(n)
        if e.watched is None:
            e.watched = {}
        e.watched.setdefault(t._out, (s, s.version))


_DOUBLES = {"float64": "double", "float32": "float", "int64": "long int", "int32": "int", "float16": "c10::Half", "bfloat16": "c10::BFloat16"}
_warned: set[str] = set()
_warned_at: dict[Any, Any] = {}  # where the language warned: each place once, as Python does


def warn(text: str, category: str = "UserWarning", once: str = "") -> None:
    """A warning on stderr, as Python's warnings print them; ``once`` names one that is said a single time."""
    if once:
        if once in _warned:
            return
        _warned.add(once)
    import warnings

    kind = {"UserWarning": UserWarning, "FutureWarning": FutureWarning, "DeprecationWarning": DeprecationWarning}[category]
    where = state.where
    if where is not None:  # a program of the language: the line that did it, and none of ours
        warnings.warn_explicit(text, kind, where.source_name, where.line, registry=_warned_at)
        return
    frame = sys._getframe(1)
    level = 2
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("tcalc."):
        frame = frame.f_back
        level += 1
    warnings.warn(text, kind, stacklevel=level)


def warn_non_leaf_grad() -> None:
    """PyTorch's warning on reading .grad of a non-leaf."""
    warn(
        "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during "
        "autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the "
        "non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See "
        "github.com/pytorch/pytorch/pull/30531 for more informations.",
    )


# -- backward -----------------------------------------------------------------------------------------------------------------------


def _seed(t: Tensor, gradient: Any) -> Any:
    if gradient is None:
        if node_of(t) is None:
            return t  # run_backward refuses it, in better words
        if t.numel() != 1:
            fail(
                RuntimeError,
                "grad can be implicitly created only for scalar outputs",
                kind="scalar_output",
                op="backward",
                operands=[(None, describe(t))],
                explain=[f"{describe(t)} has {t.numel()} outputs: the gradient of which one?"],
                hints=["y.sum().backward(), or y.backward(gradient=torch.ones_like(y)) - the same."],
            )
        if not t._dtype.is_floating_point:
            raise RuntimeError(f"grad can be implicitly created only for real scalar outputs but got {t._dtype}")
        return _ones_like(t)
    if not isinstance(gradient, Tensor):
        raise TypeError(f"gradients can be either Tensors or None, but got {type(gradient).__name__}")
    if tuple(gradient.shape) != tuple(t.shape):
        fail(
            RuntimeError,
            f"Mismatch in shape: grad_output[0] has a shape of {gradient.shape} and output[0] has a shape of {t.shape}.",
            kind="shape",
            op="backward",
            operands=[("gradient", describe(gradient)), ("output", describe(t))],
            explain=["The gradient argument is one number for each output: it has the output's shape."],
        )
    if gradient._dtype.is_complex != t._dtype.is_complex:
        raise RuntimeError("For complex Tensors, both grad_output and output are required to have the same dtype.")
    return gradient


def _ones_like(t: Tensor) -> Tensor:
    d = t._data
    if type(d) in CELLS:
        return make(1.0, t._dtype)
    b = backend_of(d)
    g = b.empty(tuple(d.shape), t._dtype)
    b.write(g, 1)
    return make(g, t._dtype)


def backward(
    tensors: Sequence[Tensor],
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """torch.autograd.backward: add the gradients of ``tensors`` to the leaves' ``.grad``."""
    if transforming is not None and transforming() or door.batching is not None and door.batching.levels():
        raise RuntimeError(
            "backward() called inside a functorch transform. This is not supported, please use functorch.grad or functorch.vjp instead or call backward() "
            "outside of functorch transforms."
        )
    tensors = [tensors] if isinstance(tensors, Tensor) else _listed(tensors)
    if isinstance(grad_tensors, Tensor):
        grad_tensors = [grad_tensors]
    seeds = grad_tensors if grad_tensors is not None else [None] * len(tensors)
    if len(seeds) != len(tensors):
        raise RuntimeError(f"got {len(tensors)} tensors and {len(seeds)} gradients")
    targets = None
    if inputs is not None:
        targets = _listed(inputs)
        if not targets:
            raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    run_backward(
        tensors,
        [_seed(t, g) for t, g in zip(tensors, seeds, strict=True)],
        targets,
        create_graph,
        create_graph if retain_graph is None else retain_graph,
        allow_unused=True,
        accumulate=True,
    )


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Gradients of ``outputs`` with respect to ``inputs``, returned and not accumulated; one an input.

    grad_outputs: the vector of the vector-Jacobian product for each output; needed where an output has more than one element.
    create_graph: the result can be differentiated again. allow_unused: None for an input that the outputs do not depend on, instead of
    a RuntimeError; materialize_grads: zeros for it.
    """
    if is_grads_batched:
        from .batching import grads_batched

        return grads_batched(  # type: ignore[no-any-return]
            outputs, inputs, grad_outputs, retain_graph, create_graph, bool(allow_unused) or materialize_grads, materialize_grads
        )
    outs, ins = _listed(outputs), _listed(inputs)
    for kind, group in (("outputs", outs), ("inputs", ins)):
        for t in group:
            if not isinstance(t, Tensor):
                raise TypeError(f"{kind} argument to torch.autograd.grad must be a Tensor or a sequence of them, not {type(t).__name__}")
    if not ins:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    if isinstance(grad_outputs, Tensor):
        grad_outputs = [grad_outputs]
    seeds = list(grad_outputs) if grad_outputs is not None else [None] * len(outs)
    if len(seeds) != len(outs):
        raise RuntimeError(f"got {len(outs)} tensors and {len(seeds)} gradients")
    if allow_unused is False and materialize_grads:
        raise ValueError("Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.")
    keep = create_graph if retain_graph is None else retain_graph
    unused = bool(allow_unused) or materialize_grads

    def run(outs: list[Tensor], ins: list[Tensor], seeds: list[Any]) -> Any:
        return run_backward(outs, [_seed(t, g) for t, g in zip(outs, seeds, strict=True)], ins, create_graph, keep, allow_unused=unused, accumulate=False)

    batching = door.batching
    batched = batching is not None and batching.any_batched((*outs, *ins, *seeds))
    found: tuple[Tensor | None, ...] = batching.grad(outs, ins, seeds, run) if batched else run(outs, ins, seeds)
    if materialize_grads:
        return tuple(_zeros(i.shape, i._dtype, i.device) if g is None else g for g, i in zip(found, ins, strict=True))
    return found


def _listed(given: Any) -> list[Any]:
    """Tensors as a list; edges of the graph as tensors that stand for them."""
    edge = "GradientEdge"
    values = [given] if isinstance(given, Tensor) or type(given).__name__ == edge else list(given)
    if any(type(v).__name__ == edge for v in values):
        from .savedhooks import tensor_of

        values = [tensor_of(v) for v in values]
    return values


def _zeros(shape: Any, d: dtype, device: Any) -> Tensor:
    from .apply import filled

    return filled(tuple(shape), 0, d, device)


def _place(p: Any, number: int) -> tuple[tuple[int, ...], Any]:
    """Shape and dtype of a parent's output: what a gradient for it is fitted to."""
    if type(p) is not Node:
        return tuple(p.shape), p._dtype
    e = p.ext
    if e is not None and e.outs is not None:
        return tuple(e.outs[number].shape), e.outs[number].dtype
    return p.shape, p.dtype


def run_backward(
    roots: Sequence[Tensor],
    grads: Sequence[Tensor],
    targets: Sequence[Tensor] | None = None,
    create_graph: bool = False,
    retain_graph: bool = False,
    allow_unused: bool = False,
    accumulate: bool = True,
    trace: Callable[[Node, tuple[Any, ...], tuple[Any, ...]], None] | None = None,
    only: set[Node] | None = None,
) -> tuple[Tensor | None, ...]:
    """The backward pass. With ``targets`` only what leads to them runs; without ``accumulate`` their gradients are returned.

    ``trace`` is called after each rule with the node, what reached it and what it sends; ``only`` for these nodes alone: the others run fast.

    A node runs when it is the youngest of those that a gradient has reached: all that use its output are younger and have run by then. Without
    create_graph the gradients travel as raw backend values, and pointwise rules run on those; otherwise as Tensors, and are recorded.
    """
    starts: list[tuple[Any, Tensor, Tensor]] = []
    for position, (t, g) in enumerate(zip(roots, grads, strict=True)):
        n = node_of(t)
        if n is None:
            fail(
                RuntimeError,
                f"element {position} of tensors does not require grad and does not have a grad_fn",
                kind="no_grad_fn",
                op="backward",
                operands=[(None, describe(t))],
                explain=_why_untracked(t),
                hints=["Make an input with requires_grad=True (a floating dtype), outside torch.no_grad()."],
            )
        starts.append((n, t, g))

    # What is wanted: leaf targets by identity, inner targets by (node, output number).
    wanted_leaves: dict[int, list[int]] = {}
    wanted_inner: dict[tuple[Node, int], list[int]] = {}
    if targets is not None:
        for k, t in enumerate(targets):
            n = node_of(t)
            if n is None:
                fail(
                    RuntimeError,
                    "One of the differentiated Tensors does not require grad",
                    kind="no_grad_fn",
                    op="grad",
                    operands=[(None, describe(t))],
                    explain=_why_untracked(t),
                )
            if n is LEAF:
                wanted_leaves.setdefault(id(t), []).append(k)
            else:
                wanted_inner.setdefault((n, t._out), []).append(k)
    captured: list[Any] = [None] * (len(targets) if targets is not None else 0)

    # With targets, only the nodes from which one of them is reached.
    needed = None
    if targets is not None:
        needed = set(_pruned(_reachable([n for n, _, _ in starts if n is not LEAF]), wanted_leaves, wanted_inner))

    raw = not create_graph and not any(t.is_meta for t in roots) and (door.batching is None or not door.batching.any_batched(grads))
    quick = raw and (trace is None or only is not None) and not state.anomaly  # pointwise rules run on raw values, right here in the loop
    buffer: dict[Any, Any] = {}  # Node -> gradient of its output (or a list of them)
    queue: list[tuple[int, Node]] = []  # a heap: (-creation number, node) for each node in the buffer
    leaves: dict[int, list[Any]] = {}  # id(leaf) -> [leaf, gradient, shape that is known to be the leaf's, whether the gradient is our own array]
    before = state.grad
    where_before = state.where
    order_before = state.order
    running_before = state.running
    state.running = [n for n, _, _ in starts if n is not LEAF], needed, None if targets is None else wanted_leaves
    state.grad = create_graph
    state.order = order_before + create_graph
    token = None
    quiet_backend = None
    array_type: Any = None
    array_xp: Any = None
    add_arrays: Any = None
    leaf: Any = None
    entry: Any = None
    fresh: Node | None = None  # a node that the one before gave its first gradient: in a chain the next to run, past the heap
    try:
        for n, t, g in starts:
            g = door.cast_grad(g, t._dtype, create_graph)
            value = elements(g) if raw else g
            if raw and not g.shape and type(value) not in door.CELLS and door.backend_of(value).name == "cpu":
                value = value.item()  # arithmetic on 0-d arrays gives NumPy's scalars, which lend no memory to views
            if n is LEAF:
                _add_leaf(leaves, t, value, raw)
            elif needed is None or n in needed:
                if len(starts) == 1 and n.rare is None:
                    buffer[n], fresh = value, n
                else:
                    _add(buffer, queue, n, t._out, value, raw)
        cpu = sys.modules.get("tcalc.engine.backends.cpu")
        if cpu is not None:
            quiet_backend = cpu.BACKEND
            token = quiet_backend.guard()
            array_type, array_xp, add_arrays = cpu.np.ndarray, quiet_backend.xp, cpu.np.add
        lanes = quick and not wanted_inner  # two lanes with less to check: 0-d values, and arrays
        pop, get = buffer.pop, buffer.get
        while queue or fresh is not None:
            if fresh is None:
                n = heappop(queue)[1]
            else:
                n = heappushpop(queue, (-fresh.seq, fresh))[1] if queue else fresh
                fresh = None
            g = pop(n)
            plan = n.plan
            rare = n.rare
            kind = type(g)
            if lanes and plan.raw and (rare is None or (rare.ext is None and rare.nrs is None)):
                if kind is float:
                    saved = n.saved or _freed_or_empty(n)
                    parents = n.parents
                    d = n.dtype
                    for i, rule, places, xp in plan.rules:
                        p = parents[i]
                        if needed is not None and (p not in needed if type(p) is Node else id(p) not in wanted_leaves):
                            continue
                        if places is _NONE:
                            r = g if rule is None else rule(_XP, g) if xp else rule(g)
                        else:
                            v = saved[places[0]]
                            if type(v) is Tensor:
                                e = v._ext
                                if e is not None and e.storage is not None:
                                    door.check_saved(n, places[0], v)
                                    v = v._data if not e.bits else elements(v)
                                else:
                                    v = v._data
                            if type(v) is not float and type(v) is not int:
                                v = door.raw_value(n, places[0], v)
                            if len(places) == 1:
                                r = rule(_XP, g, v) if xp else rule(g, v)
                            else:
                                rest = [door.raw_value(n, k, saved[k]) for k in places[1:]]
                                r = rule(_XP, g, v, *rest) if xp else rule(g, v, *rest)
                        if type(p) is Node:
                            to = p.dtype
                            if r is g and to is d:
                                pass
                            elif to is float32 and type(r) is float:
                                _f32[0] = r
                                r = _f32[0]
                            elif to is not float64 or type(r) is not float:
                                r = to.round(r)
                            rare = p.rare
                            if rare is not None and rare.ext is not None:
                                _add(buffer, queue, p, 0, r, True)
                                continue
                            old = get(p)
                            if old is None:
                                buffer[p] = r
                                if fresh is None:
                                    fresh = p
                                else:
                                    heappush(queue, (-p.seq, p))
                            else:
                                buffer[p] = to.round(old + r)
                        else:
                            to = p._dtype
                            if p is not leaf:  # most often the leaf of the time before
                                leaf, entry = p, leaves.get(id(p))
                            if r is not g or to is not d:
                                r = to.round(r)
                            if entry is None:
                                entry = leaves[id(p)] = [p, r, None, False]
                            elif to is float32:
                                _f32[0] = entry[1] + r
                                entry[1] = _f32[0]
                            else:
                                entry[1] = to.round(entry[1] + r)
                    if plan.saves and not retain_graph:
                        n.saved = None
                    continue
                if kind is array_type and n.dtype.itemsize > 2:
                    # The lane of arrays: where a node and its parent hold the very same shape tuple, nothing was broadcast or cast between them.
                    saved = n.saved or _freed_or_empty(n)
                    parents = n.parents
                    shape, d = n.shape, n.dtype
                    for i, rule, places, xp in plan.rules:
                        p = parents[i]
                        if needed is not None and (p not in needed if type(p) is Node else id(p) not in wanted_leaves):
                            continue
                        if places is _NONE:
                            r = g if rule is None else rule(array_xp, g) if xp else rule(g)
                        else:
                            v = saved[places[0]]
                            if type(v) is Tensor:
                                e = v._ext
                                if e is not None and e.storage is not None:
                                    door.check_saved(n, places[0], v)
                                    v = v._data if not e.bits else elements(v)
                                else:
                                    v = v._data
                            elif isinstance(v, Tensor):
                                v = door.raw_value(n, places[0], v)
                            if len(places) == 1:
                                r = rule(array_xp, g, v) if xp else rule(g, v)
                            else:
                                rest = [door.raw_value(n, k, saved[k]) for k in places[1:]]
                                r = rule(array_xp, g, v, *rest) if xp else rule(g, v, *rest)
                        if type(p) is Node:
                            if p.shape is not shape or p.dtype is not d:
                                r = door.fit_raw(r, p.shape, p.dtype)
                            rare = p.rare
                            if rare is not None and rare.ext is not None:
                                _add(buffer, queue, p, 0, r, True)
                                continue
                            old = get(p)
                            if old is None:
                                buffer[p] = r
                                if fresh is None:
                                    fresh = p
                                else:
                                    heappush(queue, (-p.seq, p))
                            else:
                                buffer[p] = door.add_raw(old, r, p.dtype)
                            continue
                        if p is not leaf:
                            leaf, entry = p, leaves.get(id(p))
                        if entry is not None and entry[2] is shape and p._dtype is d and type(r) is array_type and r.dtype is entry[1].dtype:
                            if entry[3]:
                                add_arrays(entry[1], r, entry[1])
                            else:
                                entry[1] = entry[1] + r
                                entry[3] = True
                            continue
                        x = p._data
                        if p._dtype is not d or type(r) is not type(x) or r.dtype is not x.dtype or r.shape != x.shape:
                            r = door.fit_raw(r, tuple(p.shape), p._dtype)
                        known = shape if type(x) is array_type and x.shape == shape else None
                        if entry is not None:
                            r = door.add_raw(entry[1], r, p._dtype)
                        entry = leaves[id(p)] = [p, r, known, False]
                    if plan.saves and not retain_graph:
                        n.saved = None
                    g = r = None  # type: ignore[assignment]  # frees the arrays before the next rule makes one
                    continue
            if rare is not None and rare.ext is not None:
                g = _before_node(n, g, raw, wanted_inner, captured)
            elif wanted_inner and (n, 0) in wanted_inner:
                for k in wanted_inner[n, 0]:
                    captured[k] = g
            if needed is not None and not _leads_on(n, wanted_leaves, needed):
                continue
            saved = n.saved or _freed_or_empty(n)
            parents = n.parents
            if quick and plan.raw and (rare is None or rare.ext is None or only is not None and _plain(rare.ext)) and (only is None or n not in only):
                d = n.dtype
                numbers = None if rare is None else rare.nrs
                is_cell = type(g) is float
                half = not is_cell and d.itemsize == 2  # computed in float32, rounded once, as PyTorch's fused rules are
                given = door.widened(g) if half else g
                for i, rule, places, xp in plan.rules:
                    p = parents[i]
                    if p is None:
                        continue
                    is_node = type(p) is Node
                    if needed is not None and is_node and p not in needed:
                        continue
                    if places is _NONE:
                        r = g if rule is None else rule(door.namespace(g), given) if xp else rule(given)
                    else:
                        values = [door.raw_value(n, k, saved[k]) for k in places]
                        if half:
                            values = [door.widened(v) for v in values]
                        r = rule(_XP if is_cell else door.namespace(g), given, *values) if xp else rule(given, *values)
                    if half:
                        r = door.fit_raw(r, r.shape, d) if rule is not None else r
                    pd = p.dtype if is_node else p._dtype
                    if is_node and numbers is not None and numbers[i]:
                        target = p.ext.outs[numbers[i]]
                        pd = target.dtype
                        r = door.fit_raw(r, target.shape, pd)
                    elif is_cell and type(r) is float:  # a 0-d result has 0-d operands
                        if pd is float32:
                            if r is not g or d is not float32:
                                _f32[0] = r
                                r = _f32[0]
                        elif pd is not float64:
                            r = pd.round(r)
                    elif type(r) is not type(g) or pd is not d or r.dtype is not g.dtype or r.shape != (p.shape if is_node else door.shape_of(p)):
                        r = door.fit_raw(r, *_place(p, 0 if numbers is None else numbers[i]))
                    if is_node:
                        if numbers is not None or p.rare is not None:
                            _add(buffer, queue, p, numbers[i] if numbers is not None else 0, r, True)
                        else:
                            _add(buffer, queue, p, 0, r, True)
                    else:
                        _add_leaf(leaves, p, r, True)
            else:
                results = door.run_rules(n, g, saved, raw, needed)
                if n.ext is not None and n.ext.post:
                    results = _after_node(n, results, g, raw)
                if trace is not None and (only is None or n in only):
                    given = g if isinstance(g, list) else [g]
                    wrap = door.wrap_raw
                    trace(
                        n,
                        tuple(None if v is None else wrap(v, s) for v, s in zip(given, _out_dtypes(n), strict=False)),
                        tuple(None if r is None or p is None else (wrap(r, p.dtype) if raw else r) for r, p in zip(results, parents, strict=True)),
                    )
                for i, r in enumerate(results):
                    p = parents[i]
                    if p is None or r is None:
                        continue
                    if type(p) is Node:
                        if needed is None or p in needed:
                            _add(buffer, queue, p, n.nrs[i] if n.nrs is not None else 0, r, raw)
                    else:
                        _add_leaf(leaves, p, r, raw)
            if not retain_graph and plan.saves:
                n.saved = None
                if rare is not None and rare.ext is not None and rare.ext.inner is not None:
                    rare.ext.inner.saved = None
            g = None  # type: ignore[assignment]  # frees the array before the next rule makes one
        for leaf, value, _, _ in leaves.values():
            if targets is not None and id(leaf) not in wanted_leaves:
                continue
            value = _leaf_hooks(leaf, value, raw)
            if accumulate:
                _accumulate(leaf, value, raw, create_graph)
            else:
                for k in wanted_leaves[id(leaf)]:
                    captured[k] = value
    finally:
        state.grad = before
        state.where = where_before
        state.order = order_before
        state.running = running_before
        if quiet_backend is not None:
            quiet_backend.unguard(token)
    if targets is None:
        return ()
    result: list[Tensor | None] = []
    for k, (t, value) in enumerate(zip(targets, captured, strict=True)):
        if value is None:
            if not allow_unused and not accumulate:
                fail(
                    RuntimeError,
                    f"The differentiated Tensor at index {k} appears to not have been used in the graph. Set allow_unused=True if this is "
                    "the desired behavior.",
                    kind="unused",
                    op="grad",
                    operands=[(None, describe(t))],
                )
            result.append(None)
            continue
        g = make(value, t._dtype) if raw else value
        if accumulate:
            if node_of(t) is not LEAF:
                x = extras(t)
                x.grad = g if x.grad is None else x.grad + g
        elif raw and type(value) not in CELLS:
            g = make(_unshared(value), t._dtype)
        result.append(g)
    return tuple(result)


def _reachable(starts: list[Node]) -> list[Node]:
    seen = set(starts)
    found = list(seen)
    for n in found:
        for p in n.parents:
            if type(p) is Node and p not in seen:
                seen.add(p)
                found.append(p)
    found.sort(key=_by_number, reverse=True)
    return found


def _pruned(order: list[Node], leaves: dict[int, Any], inner: dict[tuple[Node, int], Any]) -> list[Node]:
    """Of nodes in falling order, those from which a target is reached (targets themselves included)."""
    needed: set[Node] = {n for n, _ in inner}
    for n in reversed(order):
        for p in n.parents:
            if p is not None and (p in needed if type(p) is Node else id(p) in leaves):
                needed.add(n)
                break
    return [n for n in order if n in needed]


def _leads_on(n: Node, leaves: dict[int, Any], in_order: set[Node]) -> bool:
    for p in n.parents:
        if p is not None and (p in in_order if type(p) is Node else id(p) in leaves):
            return True
    return False


def _plain(e: NodeExtras) -> bool:
    """Whether what a node holds beside its fields leaves its rule alone (recorded inputs, a scope)."""
    return e.outs is None and e.post is None and e.inner is None


def _out_dtypes(n: Node) -> list[Any]:
    if n.ext is not None and n.ext.outs is not None:
        return [s.dtype for s in n.ext.outs]
    return [n.dtype]


def _add(buffer: dict[Any, Any], queue: list[tuple[int, Node]], n: Node, nr: int, value: Any, raw: bool) -> None:
    old = buffer.get(n)
    if old is None:
        heappush(queue, (-n.seq, n))
    outs = n.ext.outs if n.ext is not None else None
    if outs is None:
        buffer[n] = value if old is None else door.add_raw(old, value, n.dtype) if raw else old + value
        return
    slots = old
    if slots is None:
        slots = buffer[n] = [None] * len(outs)
    old = slots[nr]
    if old is None:
        slots[nr] = value
    elif raw:
        slots[nr] = door.add_raw(old, value, outs[nr].dtype)
    else:
        slots[nr] = old + value


def _add_leaf(leaves: dict[int, Any], leaf: Tensor, value: Any, raw: bool) -> None:
    entry = leaves.get(id(leaf))
    if entry is None:
        leaves[id(leaf)] = [leaf, value, None, False]
    elif raw:
        entry[1] = door.add_raw(entry[1], value, leaf._dtype)
    else:
        entry[1] = entry[1] + value


def _call_hook(hook: Any, value: Any, d: dtype, raw: bool) -> Any:
    given = make(_unshared(value), d) if raw else value
    got = hook(given)
    if got is None:
        return value
    if not isinstance(got, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{type(got).__name__}'")
    if tuple(got.shape) != tuple(given.shape):
        raise RuntimeError(f"hook '{getattr(hook, '__name__', 'hook')}' has changed the size of value")
    return elements(got) if raw else got


def _before_node(n: Node, g: Any, raw: bool, wanted: dict[tuple[Node, int], list[int]], captured: list[Any]) -> Any:
    """Hooks of the tensors that the node made, retained gradients, captures; in PyTorch's order."""
    e = n.ext
    assert e is not None
    many = e.outs is not None
    values = g if many else [g]
    dts = _out_dtypes(n)
    if e.tensor_hooks:
        for nr, hooks in e.tensor_hooks.items():
            for hook in list(hooks.values()):
                if values[nr] is not None:
                    values[nr] = _call_hook(hook, values[nr], dts[nr], raw)
    if e.pre:
        for hook in list(e.pre.values()):
            got = hook(tuple(None if v is None else make(v, d) if raw else v for v, d in zip(values, dts, strict=True)))
            if got is not None:
                got = _hook_results(hook, got, len(values))
                values = [None if v is None else elements(v) if raw else v for v in got]
    if e.retains:
        for nr, weak in e.retains.items():
            t = weak()
            if t is not None and values[nr] is not None:
                x = extras(t)
                kept = make(_unshared(values[nr]), dts[nr]) if raw else values[nr]
                x.grad = kept if x.grad is None else x.grad + kept
    for nr, v in enumerate(values):
        if (n, nr) in wanted:
            for k in wanted[n, nr]:
                captured[k] = v
    return values if many else values[0]


def _after_node(n: Node, results: list[Any], g: Any, raw: bool) -> list[Any]:
    e = n.ext
    assert e is not None and e.post is not None
    dts = _out_dtypes(n)
    given = g if isinstance(g, list) else [g]
    for hook in list(e.post.values()):
        ins = tuple(None if r is None or p is None else make(r, p.dtype) if raw else r for r, p in zip(results, n.parents, strict=True))
        got = hook(ins, tuple(None if v is None else make(v, d) if raw else v for v, d in zip(given, dts, strict=True)))
        if got is not None:
            got = _hook_results(hook, got, len(results))
            results = [None if v is None else elements(v) if raw else v for v in got]
    return results


def _leaf_hooks(leaf: Tensor, value: Any, raw: bool) -> Any:
    x = leaf._ext
    if x is not None and x.hooks:
        for hook in list(x.hooks.values()):
            if not isinstance(hook, _PostHook):
                value = _call_hook(hook, value, leaf._dtype, raw)
    return value


def _unshared(value: Any) -> Any:
    """An array nobody else can write to: a copy unless it is surely ours. Python numbers cannot be written to."""
    if type(value) in CELLS:
        return value
    b = backend_of(value)
    if b.name == "meta":
        return value
    return b.copy(value)


def _accumulate(leaf: Tensor, value: Any, raw: bool, create_graph: bool) -> None:
    """Add to the leaf's grad: into the same object unless the gradient is itself recorded."""
    with _accumulating:
        x = extras(leaf)
        old = x.grad
        other = getattr(x, "grad_dtype", leaf._dtype)
        if other is not leaf._dtype and other is not None:  # .grad_dtype says otherwise than the leaf
            value = (make(value, leaf._dtype) if raw else value).to(other)
            x.grad = value if old is None else old + value
        elif not raw:
            if create_graph and old is None:
                warn_create_graph()
            x.grad = value if old is None else old + value
        elif old is None:
            # A gradient array may be shared with another leaf (x + z passes g to both) or with the user's own seed.
            x.grad = make(_unshared(value), leaf._dtype)
        elif old._node is None and (old._ext is None or old._ext.view is None):
            door.add_into(old, value)
        else:
            x.grad = old.detach() + make(value, leaf._dtype)
    if x.hooks:
        for hook in list(x.hooks.values()):
            if type(hook) is _PostHook:
                hook.hook(leaf)
            elif type(hook) is _NodeHook:
                hook.hook((), (make(_unshared(value), leaf._dtype) if raw else value,))


def warn_create_graph() -> None:
    """PyTorch's warning on backward(create_graph=True): the leaf and its grad hold each other."""
    warn(
        "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient which can cause a "
        "memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you have to use this function, make "
        "sure to reset the .grad fields of your parameters to None after use to break the cycle and avoid the leak.",
        once="create_graph",
    )


def _why_untracked(t: Tensor) -> list[str]:
    x = t._ext
    if not (t._dtype.is_floating_point or t._dtype.is_complex):
        return [f"It is {describe(t)}: {t._dtype.name} tensors never require grad."]
    if x is not None and x.why == "detached":
        return ["It was cut from its graph by detach()."]
    if x is not None and x.why == "data":
        return ["It was taken out of autograd by .data."]
    if x is not None and x.why == "no_grad":
        return ["It was computed under torch.no_grad()."]
    return ["None of the tensors it was made from requires grad."]


def _freed_or_empty(n: Node) -> tuple[Any, ...]:
    """What a node saved when that is nothing; an error when it was freed."""
    if n.saved is None:
        _fail_freed(n)
    return _NONE


def _fail_freed(n: Node) -> None:
    fail(
        RuntimeError,
        "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved "
        "intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to "
        "backward through the graph a second time or if you need to access saved tensors after calling backward.",
        kind="freed",
        op=n.op.name,
        explain=[f"The first backward freed what {n.name()} had saved."],
        hints=["y.backward(retain_graph=True) the first time, or compute y again."],
    )


def fail_version(n: Node, what: str, storage: Any, expected: int, shape: Any, d: Any, out_of: str) -> None:
    """PyTorch's error for a saved value that was written to before the backward pass, with the write that did it."""
    version = storage.version
    size = f"[{', '.join(map(str, shape))}]"
    writers = [w for w in storage.writers if w[0] > expected]
    explain = [f"{n.op.public}() saved {what} at version {expected} for its gradient rule; it is at version {version} now."]
    for _, name, where in writers[:3]:
        line = "" if where is None else f", line {where.line}"
        explain.append(f"Written by {name}{line}.")
    fail(
        RuntimeError,
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[{_type_name(d, storage)} {size}]{out_of} is at version {version}; expected version {expected} instead. Hint: "
        + (
            "the backtrace further above shows the operation that failed to compute its gradient. The variable in question was changed in there "
            "or anywhere later. Good luck!"
            if state.anomaly
            else "enable anomaly detection to find the operation that failed to compute its gradient, with "
            "torch.autograd.set_detect_anomaly(True, check_nan=False)."
        ),
        kind="version",
        op=n.op.public,
        explain=explain,
        hints=["Write the result to a new tensor (y = y + 1 instead of y.add_(1)), or clone() first."],
    )


_TYPE_NAMES = {
    "float32": "Float",
    "float64": "Double",
    "float16": "Half",
    "bfloat16": "BFloat16",
    "int64": "Long",
    "int32": "Int",
    "int16": "Short",
    "int8": "Char",
    "uint8": "Byte",
    "uint16": "UInt16",
    "uint32": "UInt32",
    "uint64": "UInt64",
    "bool": "Bool",
    "complex64": "ComplexFloat",
    "complex128": "ComplexDouble",
}


def _type_name(d: Any, storage: Any) -> str:
    prefix = "torch.cuda." if type(storage.buffer).__module__.startswith("cupy") else "torch."
    return f"{prefix}{_TYPE_NAMES[d.name]}Tensor"


__all__ = ["LEAF", "Node", "backward", "grad", "node_of", "row_major", "run_backward", "state"]
