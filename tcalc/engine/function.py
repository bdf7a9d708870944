"""torch.autograd.Function: operations with a gradient of the user's own, written in Python.

A call becomes one node whose plan runs the class's backward(). The context that forward() and backward() share holds saved tensors the way nodes
do: an output as its data, wrapped again with its node on demand, so that nothing holds a cycle. The transforms' side (vmap) is in batching.
"""

from __future__ import annotations

from . import apply as door
from . import graph
from .dtypes import float32
from .graph import LEAF, Node, next_number, node_of, state
from .registry import METHODS, Plan
from .tensors import CELLS, Tensor, make, storage_of, sums_to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_new = object.__new__


class _Saved:
    """What one call saved: a list of None, (tensor, version), (data, dtype, output number, storage, version) or a packed value; None once freed."""

    __slots__ = ("node", "saved")

    def __init__(self) -> None:
        self.node: Any = None  # set while the node runs, so that a saved output can be linked to it again
        self.saved: list[Any] | None = []


class FunctionCtx:
    """The context of one call: what forward() leaves for backward()."""

    _to_save: Any = None
    _dirty: Any = ()
    _nondiff: Any = ()
    _materialize = True
    _kept: Any = None
    _is_input: Any = ()
    needs_input_grad: tuple[bool, ...] = ()

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors (or None) for backward(), where ``ctx.saved_tensors`` gives them; a write to one in between is then an error."""
        self._to_save = tensors

    def save_for_forward(self, *tensors: Any) -> None:
        """Keep tensors for jvp(); here forward mode goes through backward(), so nothing is kept."""
        for k, t in enumerate(tensors):
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(f"save_for_forward can only save variables, but argument {k} is of type {type(t).__name__}")

    def mark_dirty(self, *args: Any) -> None:
        """Say which inputs forward() wrote to."""
        self._dirty = args

    def mark_non_differentiable(self, *args: Any) -> None:
        """Say which outputs have no gradient."""
        self._nondiff = args

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward() gets zeros (the default) or None for outputs that nothing depended on."""
        self._materialize = bool(value)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What save_for_backward() kept."""
        kept = self._kept
        if kept is None:
            return tuple(self._to_save or ())
        if kept.saved is None:
            graph._fail_freed(_Nameless(self))  # type: ignore[arg-type]
        return tuple([_restore(kept, v, k) for k, v in enumerate(kept.saved)])

    saved_variables = saved_tensors

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{type(self).__name__} object at 0x{id(self):x}>"


class _Nameless:
    """Enough of a node for the freed-graph error of a context that is asked outside its node."""

    def __init__(self, ctx: FunctionCtx) -> None:
        self.op = type("op", (), {"name": type(ctx).__name__})
        self._name = type(ctx).__name__

    def name(self) -> str:
        """The node's name."""
        return self._name


def _restore(kept: _Saved, entry: Any, k: int) -> Any:
    """A saved entry as a tensor, its version checked."""
    if entry is None:
        return None
    value, version = entry[0], entry[1]
    if type(version) is int:
        e = value._ext
        if e is not None and e.storage is not None and e.storage.version != version:
            made = value._node
            out_of = f", which is output {value._out} of {graph.short_name(made)}," if type(made) is Node else ""
            _fail_version(kept, e.storage, version, value.shape, value._dtype, out_of)
        return value
    if version is _PACKED:
        return entry[0].unpack(kept.node, entry[2])
    data, d, out, storage, expected = entry
    if storage is not None and storage.version != expected:
        name = kept.node.op.node_name(kept.node) if kept.node is not None else "Function"
        _fail_version(kept, storage, expected, () if type(data) in CELLS else data.shape, d, f", which is output {out} of {name.removesuffix('Backward')},")
    return make(data, d, kept.node, out)


def _fail_version(kept: _Saved, storage: Any, expected: int, shape: Any, d: Any, out_of: str) -> None:
    node: Any = kept.node if kept.node is not None else _Nameless(FunctionCtx())
    graph.fail_version(node, "a tensor", storage, expected, shape, d, out_of)


_PACKED = object()


class _FunctionPlan(Plan):
    """The plan of a Function's nodes: backward() of the class."""

    __slots__ = ("cls",)

    def __init__(self, cls: Any, op: Any, saves: bool) -> None:
        super().__init__(op, 0)
        self.cls = cls
        self.names = ()
        self.rules = ()
        self.raw = False
        self.saves = saves

    def inputs_of(self, node: Any) -> tuple[str, ...]:
        return tuple([f"input{k}" for k in range(len(node.parents))])

    def saved_value(self, node: Any, name: str) -> Any:
        raise AttributeError(f"'{self.cls.__name__}Backward' object has no attribute '_saved_{name}'")

    def attribute(self, node: Any, name: str) -> Any:
        """``grad_fn.NAME``: of the call's context, which in PyTorch is the node itself."""
        ctx = node.ext.call[0]
        kept = ctx._kept
        if kept is None:
            return getattr(ctx, name)
        before, kept.node = kept.node, node
        try:
            return getattr(ctx, name)
        finally:
            kept.node = before

    def run(self, node: Node, grads: list[Any], needed: list[bool]) -> list[Any]:
        """backward() of the class on Tensors: one result a tensor input."""
        ctx, places, total, returned = node.ext.call
        kept = ctx._kept
        outs = node.ext.outs
        if ctx._materialize and outs is not None:
            grads = [door.filled(s.shape, 0, s.dtype, s.device) if g is None else g for g, s in zip(grads, outs, strict=True)]
        name = f"{self.cls.__name__}Backward"
        if len(returned) != len(grads) or returned[-1] != len(grads) - 1:  # results that are no tensors get None
            spread: list[Any] = [None] * (returned[-1] + 1)
            for k, g in zip(returned[:-1], grads, strict=True):
                spread[k] = g
            grads = spread
        if kept is not None:
            kept.node = node
        try:
            got = _backward_of(self.cls)(ctx, *grads)
        finally:
            if kept is not None:
                kept.node = None
        found = list(got) if isinstance(got, tuple) else [got]
        if len(found) > total and all(r is None for r in found[total:]):
            del found[total:]
        if len(found) != total:
            raise RuntimeError(f"function {name} returned an incorrect number of gradients (expected {total}, got {len(found)})")
        results: list[Any] = []
        for k, r in enumerate(found):
            if r is not None and not isinstance(r, Tensor):
                raise RuntimeError(f"expected Variable or None (got {type(r).__name__})")
            if k not in places:
                if r is not None:
                    raise RuntimeError(
                        f"function {name} returned a gradient different than None at position {k + 1}, but the corresponding forward input was not a Variable"
                    )
                continue
            i = len(results)
            p = node.parents[i]
            if r is not None and p is not None:
                shape = graph._place(p, node.nrs[i] if node.nrs is not None else 0)[0]
                if tuple(r.shape) != tuple(shape) and not sums_to(r.shape, shape):
                    raise RuntimeError(
                        f"Function {name} returned an invalid gradient at index {k} - got [{', '.join(map(str, r.shape))}] but expected shape "
                        f"compatible with [{', '.join(map(str, shape))}]"
                    )
            results.append(r)
        return results


def _backward_of(cls: Any) -> Any:
    if cls.vjp is not Function.vjp:
        if cls.backward is not Function.backward:
            raise RuntimeError("Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only implement one of them.")
        return cls.vjp
    return cls.backward


class FunctionMeta(type):
    """Gives each Function class its context class and its node's name."""

    def __init__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> None:
        super().__init__(name, bases, body)
        cls._backward_cls = type(f"{name}Backward", (FunctionCtx,), {"__module__": "torch.autograd.function", "_forward_cls": cls})
        cls._plans: Any = None

    def _plan(cls, saves: bool) -> _FunctionPlan:
        plans = cls._plans
        if plans is None:
            op = door._internal(f"{cls.__name__}(Tensor input) -> Tensor", f"{cls.__name__}Backward", cls.__name__)
            plans = cls._plans = (_FunctionPlan(cls, op, False), _FunctionPlan(cls, op, True))
        return plans[saves]  # type: ignore[no-any-return]


class Function(metaclass=FunctionMeta):
    """Base class of operations with a gradient of their own: forward() and backward() are static methods, apply() calls it.

    >>> class Cube(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x ** 3
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         x, = ctx.saved_tensors
    ...         return g * 3 * x ** 2
    >>> x = tensor(2., requires_grad=True)
    >>> Cube.apply(x).backward(); x.grad
    tensor(12.)
    """

    generate_vmap_rule = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        graph.warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should invoke them on the class itself. "
            "Instantiating an autograd function will raise an error in a future version of PyTorch.",
            category="DeprecationWarning",
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd function with static forward "
            "method. (Example: https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """forward(ctx, *args), or forward(*args) together with setup_context(ctx, inputs, output)."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Leaves in ctx what backward() needs, where forward() takes no ctx."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """The gradients of the inputs from those of the outputs: one an input, None where there is none."""
        raise NotImplementedError("You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD.")

    vjp = backward

    @staticmethod
    def jvp(ctx: Any, *grad_inputs: Any) -> Any:
        """The outputs' tangents; never asked for here, since forward mode goes through backward()."""
        raise NotImplementedError("You must implement the jvp function for custom autograd.Function to use it with forward mode AD.")

    @staticmethod
    def vmap(info: Any, in_dims: Any, *args: Any) -> Any:
        """The batched operation: (outputs, their batch dimensions)."""
        raise NotImplementedError("To use autograd.Function with vmap, you must either override the vmap staticmethod or set generate_vmap_rule=True.")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run forward() on the arguments and record the call."""
        if graph.transforming is not None and graph.transforming() and cls.setup_context is Function.setup_context:
            raise RuntimeError(
                "In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, ...), it must override the setup_context "
                "staticmethod. For more details, please see https://pytorch.org/docs/main/notes/extending.func.html"
            )
        if _batching is not None:
            batched = _batching.function(cls, args, kwargs)
            if batched is not _batching.NOTHING:
                return batched
        return _call(cls, args, kwargs)


_batching: Any = None  # tcalc.engine.batching puts itself here at its first use


def _call(cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    places = tuple([k for k, a in enumerate(args) if isinstance(a, Tensor)])
    nodes = {k: node_of(args[k]) for k in places}
    recording = state.grad and any(n is not None for n in nodes.values())
    ctx = cls._backward_cls()
    ctx.needs_input_grad = tuple([nodes.get(k) is not None for k in range(len(args))])
    separate = cls.setup_context is not Function.setup_context
    before = state.grad
    if kwargs:
        raise TypeError(f"{cls.forward.__name__}() got an unexpected keyword argument '{next(iter(kwargs))}'")
    state.grad = False
    try:
        if separate:
            out = cls.forward(*args)
            cls.setup_context(ctx, args, out)
        else:
            out = cls.forward(ctx, *args)
    finally:
        state.grad = before
    many = isinstance(out, tuple)
    outs = list(out) if many else [out]
    for k, t in enumerate(ctx._dirty):
        if not isinstance(t, Tensor):
            raise RuntimeError(f"mark_dirty can only accept variables, but argument {k} is of type {type(t).__name__}")
    tensor_outs = [t for t in outs if isinstance(t, Tensor)]
    if not all(any(t is o for o in tensor_outs) for t in ctx._dirty):
        raise RuntimeError(
            "Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified inplace must all be "
            "outputs of the Function."
        )
    for k, t in enumerate(ctx._to_save or ()):
        if t is not None and not isinstance(t, Tensor):
            raise TypeError(f"save_for_backward can only save variables, but argument {k} is of type {type(t).__name__}")
    for k in places:
        if recording and nodes[k] is LEAF and any(args[k] is t for t in ctx._dirty):
            raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
    made: list[Any] = []
    for t in outs:
        if isinstance(t, Tensor) and any(t is args[k] for k in places) and not any(t is x for x in ctx._dirty):
            with graph.no_grad():  # an input that is handed back comes out as another tensor over the same memory
                t = METHODS["view_as"](t, t)
        made.append(t)
    if recording and tensor_outs:
        _record(cls, ctx, args, places, nodes, made, tensor_outs, outs)
    ctx._to_save = None if ctx._kept is not None else ctx._to_save
    return tuple(made) if many else made[0]


def _record(cls: Any, ctx: Any, args: Any, places: Any, nodes: Any, made: list[Any], tensor_outs: list[Tensor], returned: list[Any]) -> None:
    tensors = [t for t in made if isinstance(t, Tensor)]
    kept: _Saved | None = None
    n: Node = _new(Node)
    for t in ctx._dirty:
        storage_of(t).wrote(cls.__name__, state.where)
    if ctx._to_save:
        kept = ctx._kept = _Saved()
        for t in ctx._to_save:
            kept.saved.append(_save(t, tensor_outs, ctx._dirty, args))  # type: ignore[union-attr]
    n.rare = None
    n.plan = cls._plan(kept is not None)
    n.parents = tuple([args[k] if nodes[k] is LEAF else nodes[k] for k in places])
    numbers = tuple([0 if nodes[k] is None or nodes[k] is LEAF else args[k]._out for k in places])
    n.saved = ()
    n.versions = None
    first = tensors[0] if tensors else None
    n.shape = () if first is None else tuple(first.shape)
    n.dtype = float32 if first is None else first._dtype
    n.seq = next_number()
    n.where = state.where
    if any(numbers):
        n.nrs = numbers
    x = graph.node_extras(n)
    x.inner = kept
    x.call = (ctx, frozenset(places), len(args), (*[k for k, t in enumerate(made) if isinstance(t, Tensor)], len(made) - 1))
    x.order = state.order
    if len(tensors) > 1:
        x.outs = tuple([door.spec_of(t) for t in tensors])
    if state.record_inputs:
        x.all_inputs = tuple([a for a in args if isinstance(a, (Tensor, int, float))])
        x.scope = state.scope or None
    if state.anomaly:
        door._saved_hooks().note(n)
    for k, t in enumerate(tensors):
        source = tensor_outs[k]
        if any(source is x or t is x for x in ctx._nondiff) or not (t._dtype.is_floating_point or t._dtype.is_complex):
            if any(t is a for a in ctx._dirty):
                t._node = None
            continue
        if any(t is a for a in ctx._dirty) and any(t is args[i] for i in places):
            e = t._ext
            if e is not None and e.view is not None:
                if args[min(places)] is not t or len(tensors) > 1:
                    raise RuntimeError(
                        "a Function that writes to a view must take it as its first tensor and return nothing else: call it on view.clone() instead"
                    )
                door._rebase(t, n, e.view, node_of(e.view.base))
                continue
        elif t._ext is not None and t._ext.view is not None:
            t._ext.view = None  # its history is the function's, not its base's
        t._node = n
        t._out = k


def _save(t: Any, outs: list[Tensor], dirty: Any, args: Any) -> Any:
    if t is None:
        return None
    if state.hooks:
        k = next((k for k, o in enumerate(outs) if o is t), -1)
        return (door._saved_hooks().pack(t, k >= 0), _PACKED, k)
    for k, o in enumerate(outs):
        if o is t:
            if any(t is a for a in args) and not any(t is a for a in dirty):  # an input that is also an output: keep it as the input
                break
            s = storage_of(t)
            return (t._data, t._dtype, k, s, s.version)
    return (t, t._version)


class once_differentiable:
    """Mark a backward() that cannot itself be differentiated: a second derivative is then an error instead of wrong."""

    def __init__(self, fn: Any) -> None:
        self._fn = fn
        self.__doc__ = getattr(fn, "__doc__", None)
        self.__name__ = getattr(fn, "__name__", "backward")

    def __call__(self, ctx: Any, *args: Any) -> Any:
        recording = state.grad
        with graph.no_grad():
            out = self._fn(ctx, *args)
        if not recording or not any(isinstance(a, Tensor) and a.requires_grad for a in args):
            return out
        outs = out if isinstance(out, tuple) else (out,)
        fixed = []
        for v in outs:
            if isinstance(v, Tensor) and (v._dtype.is_floating_point or v._dtype.is_complex):
                v = _Refuse.apply(v.detach().requires_grad_())
            fixed.append(v)
        return tuple(fixed) if isinstance(out, tuple) else fixed[0]

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self


class _Refuse(Function):
    """The identity whose derivative is an error."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        """A copy."""
        return x.clone()

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        """Never a gradient."""
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")
