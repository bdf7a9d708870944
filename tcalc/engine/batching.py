"""vmap: functions over a batch dimension that they do not see.

Inside vmap a tensor is a Batched: a tensor of one level's batch around the one with the batch dimension, always at the front. While a vmap runs, the
one door (apply) hands every call over to here: a rule moves the call onto the tensors inside, and where an op has no rule it runs once a slice and
the results are stacked. Gradients are recorded on the tensors inside alone, so one graph serves all levels; see func for what the transforms make of it.
"""

from __future__ import annotations

from _thread import _local

from . import apply as door
from . import dtypes, function, graph
from .apply import filled
from .backends import BY_TYPE
from .errors import fail
from .graph import Node, node_of
from .registry import METHODS, NAMESPACES, OPS, Composite, Op
from .tensors import Size, Tensor, contiguous_format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_new = object.__new__
NOTHING = object()


class Unbatchable(RuntimeError):
    """Something asked for the data of a Batched: the call around it is run slice by slice, or vmap says so in PyTorch's words."""


class _Hidden:
    """What stands for a Batched's data: its shape and strides can be asked for, nothing else."""

    __slots__ = ("ndim", "shape", "size", "strides")

    def __init__(self, shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
        self.shape = shape
        self.strides = strides
        self.ndim = len(shape)
        self.size = _count(shape)


class _NoBackend:
    """The backend of hidden data."""

    def __getattr__(self, name: str) -> Any:
        raise Unbatchable(_NO_DATA)


BY_TYPE[_Hidden] = _NoBackend()


def _count(shape: Any) -> int:
    n = 1
    for s in shape:
        n *= s
    return n


_NO_ITEM = (
    "vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a Tensor, please try to rewrite what "
    "you're doing with other operations. If error is occurring somewhere inside PyTorch internals, please file a bug report."
)
_NO_BOOL = (
    "vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow. We don't support that yet, please file an issue at "
    "https://github.com/pytorch/pytorch/issues ."
)
_NO_DATA = "Cannot access data pointer of Tensor that doesn't have storage"
_NO_REQUIRES_GRAD = (
    "You are attempting to call Tensor.requires_grad_() (or perhaps using torch.autograd.functional.* APIs) inside of a function being transformed by "
    "a functorch transform. This is unsupported, please attempt to use the functorch transforms (e.g. grad, vjp, jacrev, jacfwd, hessian) or call "
    "requires_grad_() outside of a function being transformed instead."
)
_NO_BACKWARD = (
    "backward() called inside a functorch transform. This is not supported, please use functorch.grad or functorch.vjp instead or call backward() "
    "outside of functorch transforms."
)
_NO_RANDOM = (
    "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform "
    "the randomness operation out of vmap"
)
_NO_DIFFERENT = (
    "vmap: Cannot ask for different inplace randomness on an unbatched tensor. This will appear like same randomness. If this is necessary for your "
    "usage, please file an issue with functorch."
)
_NO_SAME = "Vmap does not currently support same randomness with a batched tensor input. Please file an issue with functorch"
_NO_WRITE = (
    "vmap: inplace arithmetic(self, *extra_args) is not possible because there exists a Tensor `other` in extra_args that has more elements than "
    "`self`. This happened due to `other` being vmapped over but `self` not being vmapped over in a vmap. Please try to use out-of-place operators "
    "instead of inplace arithmetic. If said operator is being called inside the PyTorch framework, please file a bug report instead."
)
_NO_SHAPE = (
    "vmap: We do not support batching operators that can output dynamic shape. Attempted to vmap over aten::{}. Please file an issue at "
    "https://github.com/pytorch/pytorch/issues if you need this feature."
)
_NO_MASK = "vmap: We do not support batching operators that can support dynamic shape. Attempting to batch over indexing with a boolean mask."


class Batched(Tensor):
    """A tensor inside vmap: shape and operations are those of one sample."""

    __slots__ = ("_hidden", "_level", "_place", "_value")

    _value: Tensor
    _level: int
    _hidden: _Hidden | None
    _place: int  # where the batch dimension stood in the tensor that vmap was given: for the printed text alone

    @property
    def _data(self) -> Any:
        h = self._hidden
        if h is None:
            v = self._value
            size = v._dtype.itemsize
            h = self._hidden = _Hidden(tuple(v.shape)[1:], tuple([s * size for s in v.stride()[1:]]))
        return h

    @property
    def _node(self) -> Any:
        return node_of(self._value)

    @property  # type: ignore[misc]
    def _out(self) -> int:
        return self._value._out

    @property
    def shape(self) -> Size:
        """Sizes of one sample's dimensions."""
        return Size(tuple(self._value.shape)[1:])

    @property
    def ndim(self) -> int:
        """How many dimensions one sample has."""
        return self._value.ndim - 1

    @property
    def device(self) -> Any:
        """Where the data is."""
        return self._value.device

    @property
    def is_meta(self) -> bool:
        """Whether there is no data."""
        return self._value.is_meta

    def stride(self, dim: int | None = None) -> Any:
        """Steps of one sample."""
        steps = self._value.stride()[1:]
        if dim is None:
            return steps
        from .tensors import wrap_dim

        return steps[wrap_dim(dim, len(steps), False)]

    def storage_offset(self) -> int:
        """The first sample's offset."""
        return self._value.storage_offset()

    @property
    def _version(self) -> int:
        return self._value._version

    def item(self) -> Any:
        """An error: a batch has no one number."""
        raise Unbatchable(_NO_ITEM)

    def __bool__(self) -> bool:
        raise Unbatchable(_NO_BOOL)

    def __float__(self) -> float:
        raise Unbatchable(_NO_ITEM)

    def __int__(self) -> int:
        raise Unbatchable(_NO_ITEM)

    def __index__(self) -> int:
        raise Unbatchable(_NO_ITEM)

    def __complex__(self) -> complex:
        raise Unbatchable(_NO_ITEM)

    def tolist(self) -> Any:
        """An error: the data is hidden."""
        raise Unbatchable(_NO_DATA)

    def numpy(self, *, force: bool = False) -> Any:
        """An error: the data is hidden."""
        raise Unbatchable(_NO_DATA)

    def data_ptr(self) -> int:
        """An error: the data is hidden."""
        raise Unbatchable(_NO_DATA)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """An error: the transforms decide what is tracked."""
        raise RuntimeError(_NO_REQUIRES_GRAD)

    def backward(self, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False, inputs: Any = None) -> None:
        """An error: func.grad works inside vmap."""
        raise RuntimeError(_NO_BACKWARD)

    def detach(self) -> Tensor:
        """The same batch outside the graph."""
        return wrap(self._value.detach(), self._level)

    @property  # type: ignore[misc]
    def data(self) -> Tensor:
        """The same batch outside autograd."""
        return wrap(self._value.data, self._level)

    @property  # type: ignore[misc]
    def grad(self) -> Any:
        """No gradient is kept inside a transform."""
        return None

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return str(wrapped_text(self))

    def __format__(self, spec: str) -> str:
        if not self.ndim:
            raise Unbatchable(_NO_ITEM)
        return object.__format__(self, spec)


class _Level:
    """One running vmap: its number, batch size and randomness."""

    __slots__ = ("number", "randomness", "size")

    def __init__(self, number: int, size: int, randomness: str) -> None:
        self.number = number
        self.size = size
        self.randomness = randomness


class _Stack(_local):
    """The vmaps that run in this thread, the outermost first, and the passes of func's transforms; they number their levels together."""

    def __init__(self) -> None:
        self.levels: list[_Level] = []
        self.passes: list[Any] = []


_stack = _Stack()
_running = [0]


def levels() -> list[_Level]:
    """The vmaps that run in this thread, the outermost first."""
    return _stack.levels


def passes() -> list[Any]:
    """The passes of func's transforms that run in this thread, the outermost first."""
    return _stack.passes


def next_level() -> int:
    """The number of a level that begins now."""
    top = max([x[-1].number for x in (_stack.levels, _stack.passes) if x], default=0)
    return top + 1


class _Running:
    """A level, for as long as its function runs: ops pass through here meanwhile."""

    def __init__(self, size: int, randomness: str = "error") -> None:
        self._size = size
        self._randomness = randomness

    def __enter__(self) -> _Level:
        stack = levels()
        level = _Level(next_level(), self._size, self._randomness)
        stack.append(level)
        with graph._counting:
            _running[0] += 1
            door.batching = _here
            function._batching = _here
        return level

    def __exit__(self, *failure: Any) -> None:
        levels().pop()
        with graph._counting:
            _running[0] -= 1
            if not _running[0]:
                door.batching = function._batching = None


def wrap(value: Tensor, level: int) -> Batched:
    """The Batched of a level around a tensor whose first dimension is the batch."""
    t = _new(Batched)
    t._value = value
    t._level = level
    t._dtype = value._dtype
    t._ext = None
    t._hidden = None
    t._place = 0
    return t


def wrapped_text(t: Tensor) -> str | None:
    """What a tensor prints inside transforms: what vmap and func's passes put around it, the innermost level last; None for one without."""
    from .show import plain_text

    around: list[tuple[int, int | None]] = []
    value = t
    while type(value) is Batched:
        around.append((value._level, value._place))
        value = value._value
    for run in passes():
        if run.wraps(value):
            around.append((run.number, None))
    if not around:
        return None
    around.sort(key=lambda pair: pair[0])
    if len(around) == 1 and around[0][1]:
        value = moved(value, 0, around[0][1])
    else:
        around = [(number, place if place is None else 0) for number, place in around]
    text = plain_text(passes()[-1].given(value) if passes() else value)
    for number, place in around:
        head = f"GradTrackingTensor(lvl={number}" if place is None else f"BatchedTensor(lvl={number}, bdim={place}"
        inner = "\n".join(["    " + line if line.strip() else line for line in text.split("\n")])
        text = f"{head}, value=\n{inner}\n)"
    return text


def permuted(t: Tensor, dims: Any) -> Tensor:
    """t.permute(dims), a view."""
    return METHODS["permute"](t, tuple(dims))  # type: ignore[no-any-return]


def inside(t: Batched, f: Any) -> Batched:
    """f of the tensor inside, batched again."""
    return wrap(f(t._value), t._level)


def moved(t: Tensor, source: int, target: int) -> Tensor:
    """One dimension moved to another place, a view."""
    if source == target:
        return t
    order = list(range(t.ndim))
    order.insert(target, order.pop(source))
    return permuted(t, order)


def strip(t: Tensor, level: int, size: int) -> Tensor:
    """t with one level's batch as a plain first dimension (expanded where t is not batched there)."""
    if type(t) is Batched:
        if t._level == level:
            return t._value
        if t._level > level:
            return wrap(moved(strip(t._value, level, size), 1, 0), t._level)
    return METHODS["expand"](METHODS["unsqueeze"](t, 0), (size, *t.shape))  # type: ignore[no-any-return]


def dress(t: Tensor, level: int) -> Tensor:
    """The opposite of strip(): t's first dimension becomes a level's batch, inside the higher levels that t has."""
    if type(t) is Batched and t._level > level:
        return wrap(dress(moved(t._value, 1, 0), level), t._level)
    return wrap(t, level)


def levels_of(t: Any) -> list[int]:
    """The levels that a tensor is batched at, the lowest first."""
    found = []
    while type(t) is Batched:
        found.append(t._level)
        t = t._value
    return found[::-1]


def bottom(t: Tensor) -> Tensor:
    """The tensor inside all levels."""
    while type(t) is Batched:
        t = t._value
    return t


def stripped(t: Tensor, at: list[int]) -> Tensor:
    """t with the batches of these levels as plain first dimensions, the lowest first."""
    sizes = {x.number: x.size for x in levels()}
    for level in reversed(at):
        t = strip(t, level, sizes[level])
    return t


def dressed(t: Tensor, at: list[int]) -> Tensor:
    """The opposite of stripped()."""
    for level in at:
        t = dress(t, level)
    return t


def spread(t: Tensor) -> tuple[Tensor, list[int]]:
    """A tensor batched at every running level, as (what is inside all of them, the levels)."""
    at = [x.number for x in levels()]
    return stripped(t, at), at


# -- the door's side: every call while a vmap runs ----------------------------------------------------------------------------------


def top_level(values: Any) -> int:
    """The highest level among the arguments; 0 where nothing is batched."""
    top = 0
    for v in values:
        if type(v) is Batched:
            if v._level > top:
                top = v._level
        elif type(v) is tuple or type(v) is list:
            for x in v:
                if type(x) is Batched and x._level > top:
                    top = x._level
    return top


def _size_at(values: Any, level: int) -> int:
    for v in values:
        if type(v) is Batched and v._level == level:
            return int(v._value.shape[0])
        if type(v) is tuple or type(v) is list:
            for x in v:
                if type(x) is Batched and x._level == level:
                    return int(x._value.shape[0])
    raise AssertionError(level)


def apply(op: Op, values: list[Any]) -> Any:
    """Run a primitive whose arguments may be batched."""
    if op.kind == "composite":
        return compose(op, values)  # type: ignore[arg-type]
    if op.kind == "write":
        got = apply_inplace(op, values)
        return door._DOORS["write"](op, values) if got is NOTHING else got
    level = top_level(values)
    if levels():
        if "generator" in op.schema.by_name:
            return _random(op, values, level)
        if _draws(op, values):
            return _drawn(op, values)
    if not level:
        return door._DOORS[op.kind](op, values)
    return _batched(op, values, level)


def _batched(op: Op, values: list[Any], level: int) -> Any:
    rule = RULES.get(op.name) or _KINDS.get(op.kind)
    if rule is not None:
        got = rule(op, values, level)
        if got is not NOTHING:
            return got
    return by_slices(op, values, level)


def compose(op: Composite, values: list[Any]) -> Any:
    """Run a composite: as it is, since it is made of ops; slice by slice where it looks at data."""
    stack = levels()
    if stack and ("generator" in op.schema.by_name or op.base == "randint_like"):
        return _random_factory(op, values, stack)
    if stack and _draws(op, values):
        return _drawn(op, values)
    if op.base in _NEEDS_NUMBERS and top_level(values):
        text = {
            "equal": "Batching rule not implemented for aten::equal. We could not generate a fallback.",
            "allclose": "vmap over torch.allclose isn't supported yet. Please file an issue at https://github.com/pytorch/pytorch/issues if you need "
            "this feature.",
            "is_nonzero": _NO_BOOL,
            "item": _NO_ITEM,
        }[op.base]
        raise RuntimeError(text)
    level = top_level(values)
    if level and (op.base.endswith("_like") or op.base.startswith("new_")) and type(values[0]) is Batched and op.base != "new_tensor":
        return _alike(op, values)
    if level and op.base in ("batch_norm", "instance_norm", "native_batch_norm"):
        _check_statistics(op, values, level)
    if level and op.base == "as_strided_scatter":  # its offset counts from the storage's beginning, for the first sample
        x, src, size, stride, offset = values
        return apply(OPS["internal._as_strided_scatter"], [x, src, x.stride(), size, stride, 0 if offset is None else offset - x.storage_offset()])
    if level and op.base == "as_strided_copy":
        return METHODS["clone"](METHODS["as_strided"](*values))
    if level and op.base in ("argwhere", "nonzero_static"):  # as many rows for every sample, or an error
        return by_slices(op, values, level)
    try:
        return op.kernel(*values)
    except Unbatchable:
        if not level:
            raise
        return by_slices(op, values, level)


def _alike(op: Composite, values: list[Any]) -> Any:
    """zeros_like() and the like, new_zeros() and the like: a fresh tensor for each sample."""
    t = values[0]
    out = [t._value, *values[1:]]
    if op.base.startswith("new_"):
        k = op.schema.by_name["size"]
        size = out[k] = (t._value.shape[0], *values[k])
        if op.base == "new_empty_strided":
            k = op.schema.by_name["stride"]
            out[k] = (1 + sum([(n - 1) * s for n, s in zip(size[1:], values[k], strict=False)]), *values[k])
    return wrap(compose(op, out), t._level)


_NEEDS_NUMBERS = ("equal", "allclose", "is_nonzero", "item")
# Random ops that take no generator, and what says that a call of theirs draws: (parameter, the value that does not draw).
_DRAWING: dict[str, tuple[str, Any]] = {
    **dict.fromkeys("dropout alpha_dropout feature_alpha_dropout feature_dropout dropout1d dropout2d dropout3d rrelu rrelu_".split(), ("training", False)),
    **dict.fromkeys("dropout_ alpha_dropout_ feature_alpha_dropout_ feature_dropout_ native_dropout".split(), ("train", False)),
    "gumbel_softmax": ("tau", None),
    "svd_lowrank": ("niter", None),
    "pca_lowrank": ("niter", None),
    "fractional_max_pool2d": ("_random_samples", Tensor),
    "fractional_max_pool3d": ("_random_samples", Tensor),
    "fractional_max_pool2d_with_indices": ("_random_samples", Tensor),
    "fractional_max_pool3d_with_indices": ("_random_samples", Tensor),
    "scaled_dot_product_attention": ("dropout_p", 0.0),
}


def _check_statistics(op: Op, values: list[Any], level: int) -> None:
    """Refuse running statistics that are one for all samples and would be written."""
    at = op.schema.by_name
    means = [values[at[name]] for name in ("running_mean", "running_var")]
    training = values[at["training" if "training" in at else "use_input_stats"]]
    if training and _is(values[0], level) and any(m is not None and not _is(m, level) for m in means):
        raise RuntimeError(
            "Batch norm got a batched tensor as input while the running_mean or running_var, which will be updated in place, were not batched.\nIf you "
            "are using a module and do not need eval mode, please set `track_running_stats` to be False.If you are using a prebuilt module and do not "
            "need eval mode, please see the functorch website for resources on how to patch your module to work with vmap"
        )


def _draws(op: Op, values: list[Any]) -> bool:
    """Whether a call of an op without a generator parameter draws random numbers."""
    found = _DRAWING.get(op.base)
    if found is None:
        return False
    name, quiet = found
    k = op.schema.by_name.get(name, -1)
    p = op.schema.by_name.get("p", -1)
    if k < 0 or (p >= 0 and values[p] == 0) or (p >= 0 and values[p] == 1 and op.base not in ("dropout", "dropout_", "native_dropout")):
        return k < 0
    return not isinstance(values[k], Tensor) if quiet is Tensor else values[k] != quiet


def _drawn(op: Op, values: list[Any]) -> Any:
    """Such a call inside vmap: sample by sample, with the same numbers for each or with their own."""
    from . import random

    mode = _check_random()
    here = levels()[-1]
    level = top_level(values)
    if not level:
        values = [wrap(METHODS["expand"](METHODS["unsqueeze"](v, 0), (here.size, *v.shape)), here.number) if k == 0 else v for k, v in enumerate(values)]
        level = here.number
    source = random.default_generator
    start = source.get_state() if mode == "same" else None

    def run(args: list[Any]) -> Any:
        if start is not None:
            source.set_state(start)
        with _Below():
            return op.kernel(*args) if isinstance(op, Composite) else door.apply(op, args)

    return by_slices(op, values, level, run)


def _inner(values: list[Any], level: int) -> list[Any]:
    """The arguments with the level's Batched taken off."""
    out: list[Any] = []
    for v in values:
        if type(v) is Batched and v._level == level:
            out.append(v._value)
        elif type(v) in (tuple, list):
            out.append(type(v)([x._value if type(x) is Batched and x._level == level else x for x in v]))
        else:
            out.append(v)
    return out


def _wrapped(got: Any, level: int) -> Any:
    if isinstance(got, Tensor):
        return wrap(got, level)
    if isinstance(got, (tuple, list)):
        return type(got)([_wrapped(x, level) for x in got])
    return got


def by_slices(op: Any, values: list[Any], level: int, run: Any = None) -> Any:
    """One call a sample, and the results stacked: right for every op, at a loop's price."""
    size = _size_at(values, level)
    run = run or (lambda args: door.apply(op, args))

    def at(i: int) -> list[Any]:
        out: list[Any] = []
        for v in values:
            if type(v) is Batched and v._level == level:
                out.append(METHODS["select"](v._value, 0, i))
            elif type(v) in (tuple, list):
                out.append(type(v)([METHODS["select"](x._value, 0, i) if type(x) is Batched and x._level == level else x for x in v]))
            else:
                out.append(v)
        return out

    if size == 0:  # one sample of zeros tells the shapes
        probe = [_zero_sample(v, level) for v in values]
        got = run(probe)
        return _map(got, lambda t: wrap(NAMESPACES["torch"]["zeros"]((0, *t.shape), dtype=t._dtype, device=t.device), level))
    rows = [run(at(i)) for i in range(size)]
    return _stacked(op, rows, level)


def _zero_sample(v: Any, level: int) -> Any:
    if type(v) is Batched and v._level == level:
        return NAMESPACES["torch"]["zeros"](tuple(v._value.shape)[1:], dtype=v._dtype, device=v.device)
    if type(v) in (tuple, list):
        return type(v)([_zero_sample(x, level) for x in v])
    return v


def _map(got: Any, f: Any) -> Any:
    if isinstance(got, Tensor):
        return f(got)
    if isinstance(got, (tuple, list)):
        return type(got)([_map(x, f) for x in got])
    return got


def _stacked(op: Any, rows: list[Any], level: int) -> Any:
    first = rows[0]
    if isinstance(first, Tensor):  # stack() says so where their shapes differ
        return wrap(NAMESPACES["torch"]["stack"](rows), level)
    if isinstance(first, (tuple, list)):
        if any(len(r) != len(first) for r in rows):
            raise RuntimeError(_NO_SHAPE.format(getattr(op, "base", "nonzero")))
        return type(first)([_stacked(op, [r[k] for r in rows], level) for k in range(len(first))])
    if any(r != first for r in rows):
        raise RuntimeError(_NO_BOOL)
    return first


# -- pointwise ----------------------------------------------------------------------------------------------------------------------


def aligned(values: list[Any], places: Any, level: int, rank: int | None = None) -> list[Any]:
    """Tensor operands with the level's batch in front, ranks equal, so that they broadcast as one sample's do; the dtypes as a sample promotes."""
    tensors = [values[i] for i in places if isinstance(values[i], Tensor)]
    top = max(t.ndim for t in tensors) if rank is None else rank
    out = list(values)
    for i in places:
        v = values[i]
        if type(v) is Batched and v._level == level:
            inner = v._value
            for _ in range(top - v.ndim):
                inner = METHODS["unsqueeze"](inner, 1)
            out[i] = inner
    return out


def _promoted(values: list[Any], places: Any) -> Any:
    dims: list[Any] = []
    zeros: list[Any] = []
    numbers: list[Any] = []
    for i in places:
        v = values[i]
        if isinstance(v, Tensor):
            (dims if v.ndim else zeros).append(v._dtype)
        elif v is not None:
            numbers.append(v)
    return dtypes.result_dtype(dims, zeros, numbers)


def _pointwise(op: Op, values: list[Any], level: int) -> Any:
    places = op.schema.tpos
    out = aligned(values, places, level)
    kinds = {v._dtype for v in (values[i] for i in places) if isinstance(v, Tensor)}
    if len(kinds) > 1:
        want = _promoted(values, places)
        if want is not _promoted(out, places):
            out = [METHODS["to"](v, want) if k in places and isinstance(v, Tensor) and v._dtype is not dtypes.bool_ else v for k, v in enumerate(out)]
    return _wrapped(door.apply(op, out), level)


# -- views --------------------------------------------------------------------------------------------------------------------------


def _wrap(dim: int, n: int) -> int:
    from .tensors import wrap_dim

    return wrap_dim(dim, n) + 1


def _view(op: Op, values: list[Any], level: int) -> Any:
    t = values[0]
    v = t._value
    n = t.ndim
    mapped = _VIEWS.get(op.name.removeprefix("internal."))
    if mapped is not None:
        args = mapped(v, n, *values[1:])
        if args is not None:
            return _wrapped(door.apply(op, [v, *args]), level)
    if op.options.get("reads_as") is not None:
        return NOTHING
    if op.options.get("flips"):
        return wrap(door.apply(op, [v]), level)
    if op.base == "t" and n == 2:
        return _wrapped(door.apply(OPS["transpose"], [v, 1, 2]), level)
    if 0 in v.stride() and node_of(v) is not None:  # the window's rule goes by cells of memory, which an expanded tensor's elements share
        if op.base == "as_strided" and values[3] is not None:
            return NOTHING  # an offset into the memory that is there: sample by sample
        v = METHODS["clone"](v, memory_format=contiguous_format)
        t = wrap(v, level)
    # Any view is sizes, strides and an offset: those of one sample, with the batch in front.
    got = op.kernel(t.shape, t.stride(), 0, *values[1:])
    many = isinstance(got, list)
    step = v.stride()[0]
    if op.base == "as_strided" and values[3] is not None:  # counted from the storage's beginning for the first sample, and alike for the others
        got = (got[0], got[1], got[2] - t.storage_offset())
    outs = [wrap(door.apply(_WINDOW, [v, (v.shape[0], *shape), (step, *stride), offset]), level) for shape, stride, offset in (got if many else [got])]
    return tuple(outs) if many else outs[0]


def _window(shape: Any, stride: Any, offset: int, size: Any, steps: Any, start: int) -> Any:
    """as_strided() whose offset counts from the tensor's first element."""
    return tuple(size), tuple(steps), offset + start


_WINDOW = Op("window(Tensor(a) input, int[] size, int[] stride, int start) -> Tensor(a)", _window, "view", {"node": "AsStridedBackward0", "label": "view"})


@_WINDOW.vjp("input", rule="g added to the storage cells it came from")
def _(g: Any, input_spec: Any, size: Any, stride: Any, start: int) -> Any:
    from .ops.views import _as_strided_rule

    return _as_strided_rule(g, input_spec, size, stride, start)


def _permute(v: Tensor, n: int, dims: Any) -> Any:
    if len(dims) != n:
        return None
    return [(0, *[_wrap(d, n) for d in dims])]


def _one_dim(v: Tensor, n: int, dim: int, *rest: Any) -> Any:
    return None if not n else [_wrap(dim, n), *rest]


_VIEWS: dict[str, Any] = {
    "permute": _permute,
    "transpose": lambda v, n, a, b: [_wrap(a, n), _wrap(b, n)] if n else None,
    "unsqueeze": lambda v, n, dim: [_wrap(dim, n + 1)],
    "select": _one_dim,
    "slice": _one_dim,
    "squeeze.dim": _one_dim,
    "unbind": _one_dim,
    "unfold": _one_dim,
    "split": lambda v, n, size, dim: [size, _wrap(dim, n)] if n else None,
    "split.sizes": lambda v, n, size, dim: [size, _wrap(dim, n)] if n else None,
    "diagonal": lambda v, n, offset, a, b: [offset, _wrap(a, n), _wrap(b, n)] if n > 1 else None,
    "alias": lambda v, n: [],
    "view_as_real": lambda v, n: [],
    "view_as_complex": lambda v, n: [],
    "_real": lambda v, n: [],
    "_imag": lambda v, n: [],
}


# -- reductions and other ops along dimensions --------------------------------------------------------------------------------------


def _along(op: Op, values: list[Any], level: int) -> Any:
    """Ops with a `dim` parameter (a number, a list or None) and one or more tensors of one rank."""
    schema = op.schema
    at = schema.by_name["dim"]
    t = values[0]
    n = t.ndim
    for i in schema.tpos:
        if isinstance(values[i], Tensor) and values[i].ndim != n:
            return NOTHING
    size = _size_at(values, level)
    out = [strip(v, level, size) if isinstance(v, Tensor) else v for v in values]
    scalar = n == 0
    if scalar:
        out = [METHODS["unsqueeze"](v, 1) if isinstance(v, Tensor) else v for v in out]
    dim = values[at]
    whole = dim is None or dim == ()
    keep = schema.by_name.get("keepdim", -1)
    if whole:
        if schema.params[at].type == "int":  # one dimension: the sample as a row
            x = out[0]
            out[0] = METHODS["reshape"](x, (size, _count(tuple(x.shape)[1:])))
            out[at] = 1
            if keep >= 0 and values[keep]:
                got = door.apply(op, out)
                return _map(got, lambda r: wrap(METHODS["reshape"](r, (size, *[1] * n)), level))
        else:
            out[at] = tuple(range(1, (n or 1) + 1))
    elif type(dim) is int:
        out[at] = _wrap(dim, n)
    else:
        out[at] = tuple([_wrap(d, n) for d in dim])
    got = door.apply(op, out)
    if scalar:
        got = _map(got, lambda r: METHODS["squeeze"](r, 1) if r.ndim > 1 else r)
    return _wrapped(got, level)


def _dynamic(op: Op, values: list[Any], level: int) -> Any:
    """Ops whose result's shape depends on data: samples need not agree."""
    name = op.base.lstrip("_")
    if name == "unique":
        name = "_unique2" if values[1] is None else "unique_dim"
    raise RuntimeError(_NO_SHAPE.format(name))


def _masked_select(op: Op, values: list[Any], level: int) -> Any:
    """With one mask for all samples their results have one shape."""
    if not _is(values[1], level):
        return NOTHING
    raise RuntimeError(
        "vmap: Attempted to vmap over `mask` in torch.masked_select(self, mask) We cannot support this because for each batch this would return a "
        "differently shaped Tensor. Please file an issue at https://github.com/pytorch/pytorch/issues if you need this feature."
    )


def _whole(name: str) -> Any:
    """A reduction over everything, by the one over dimensions."""

    def rule(op: Op, values: list[Any], level: int) -> Any:
        other = OPS[name]
        t = values[0]
        args: list[Any] = [None] * len(other.schema.params)
        for i, p in enumerate(other.schema.params):
            k = op.schema.by_name.get(p.name, -1)
            args[i] = values[k] if k >= 0 else (tuple(range(t.ndim)) if p.name == "dim" else p.default)
        args[0] = t
        return door.apply(other, args)

    return rule


def _prod(op: Op, values: list[Any], level: int) -> Any:
    t, d = values
    return door.apply(OPS["prod.dim"], [METHODS["reshape"](t, (-1,)), 0, False, d])


def _trace(op: Op, values: list[Any], level: int) -> Any:
    return METHODS["sum"](METHODS["diagonal"](values[0]), -1)


def _whatever_dims(op: Op, values: list[Any], level: int) -> Any:
    """Ops of one batched tensor that do not mind another dimension in front."""
    for i in op.schema.carriers:
        if i and isinstance(values[i], Tensor) and type(values[i]) is Batched:
            return NOTHING
    return _wrapped(door.apply(op, _inner(values, level)), level)


def _trailing(rank: int) -> Any:
    """Ops on the last ``rank`` dimensions of their one tensor, which take batches themselves."""

    def rule(op: Op, values: list[Any], level: int) -> Any:
        if values[0].ndim < rank:
            return NOTHING
        return _whatever_dims(op, values, level)

    return rule


def _joined(op: Op, values: list[Any], level: int) -> Any:
    tensors, dim = values[0], values[1]
    n = tensors[0].ndim
    if any(t.ndim != n for t in tensors) or (op.name == "cat" and not n):
        return NOTHING
    size = _size_at(values, level)
    return wrap(door.apply(op, [tuple([strip(t, level, size) for t in tensors]), _wrap(dim, n + (op.name == "stack"))]), level)


def _dims_list(name: str) -> Any:
    def rule(op: Op, values: list[Any], level: int) -> Any:
        t = values[0]
        k = op.schema.by_name[name]
        if not t.ndim or not values[k]:
            return NOTHING
        out = _inner(values, level)
        out[k] = tuple([_wrap(d, t.ndim) for d in values[k]])
        return wrap(door.apply(op, out), level)

    return rule


def _sized(op: Op, values: list[Any], level: int) -> Any:
    """select_backward, slice_backward: a gradient put into zeros of ``input_sizes``."""
    g, sizes, dim, *rest = values
    v = g._value
    return wrap(door.apply(op, [v, (v.shape[0], *sizes), _wrap(dim, len(sizes)), *rest]), level)


# -- products -----------------------------------------------------------------------------------------------------------------------


def _is(t: Any, level: int) -> bool:
    return type(t) is Batched and t._level == level


def _value(t: Any, level: int) -> Any:
    return t._value if _is(t, level) else t


def _mm(op: Op, values: list[Any], level: int) -> Any:
    a, b = values[:2]
    if a.ndim != 2 or b.ndim != 2:
        return NOTHING
    matmul = NAMESPACES["torch"]["matmul"]
    return wrap(matmul(_value(a, level), _value(b, level)), level)


def _mv(op: Op, values: list[Any], level: int) -> Any:
    a, v = values[:2]
    if a.ndim != 2 or v.ndim != 1:
        return NOTHING
    matmul = NAMESPACES["torch"]["matmul"]
    if not _is(v, level):
        return wrap(matmul(a._value, v), level)
    if not _is(a, level):
        return wrap(matmul(v._value, METHODS["t"](a)), level)
    return wrap(METHODS["squeeze"](matmul(a._value, METHODS["unsqueeze"](v._value, -1)), -1), level)


def _dot(op: Op, values: list[Any], level: int) -> Any:
    a, b = values[:2]
    if a.ndim != 1 or tuple(a.shape) != tuple(b.shape) or a._dtype is not b._dtype:
        return NOTHING
    return METHODS["sum"](METHODS["mul"](METHODS["conj"](a) if op.base == "vdot" and a.is_complex() else a, b), -1)


def _bmm(op: Op, values: list[Any], level: int) -> Any:
    a, b = values[:2]
    if a.ndim != 3 or b.ndim != 3:
        return NOTHING
    return wrap(NAMESPACES["torch"]["matmul"](_value(a, level), _value(b, level)), level)


def _added(product: str) -> Any:
    """addmm and its kin, taken apart: beta * input + alpha * product."""

    def rule(op: Op, values: list[Any], level: int) -> Any:
        x, a, b, beta, alpha = values
        got = NAMESPACES["torch"][product](a, b)
        if product == "bmm" and op.base == "addbmm":
            got = METHODS["sum"](got, 0)
        if alpha != 1:
            got = got * alpha
        if beta == 0:
            return METHODS["expand"](got, got.shape)
        return (x if beta == 1 else x * beta) + got

    return rule


# -- indexing -----------------------------------------------------------------------------------------------------------------------


def _gathered(op: Op, values: list[Any], level: int) -> Any:
    """gather, scatter and their kin: input, index and source of one rank."""
    schema = op.schema
    n = values[0].ndim
    tensors = [i for i in schema.tpos if isinstance(values[i], Tensor)]
    if not n or any(values[i].ndim != n for i in tensors):
        return NOTHING
    size = _size_at(values, level)
    out = [strip(v, level, size) if isinstance(v, Tensor) else v for v in values]
    k = schema.by_name["dim"]
    out[k] = _wrap(values[k], n)
    return wrap(door.apply(op, out), level)


def _index_select(op: Op, values: list[Any], level: int) -> Any:
    """index_select, index_add and the like with one index for all samples; with an index a sample, index_select is a gather."""
    k = op.schema.by_name["index"]
    at = op.schema.by_name["dim"]
    n = values[0].ndim
    if not n:
        return NOTHING
    if _is(values[k], level):
        if op.base != "index_select" or values[k].ndim != 1:
            return NOTHING
        x, dim, index = values[0], _wrap(values[at], n) - 1, values[k]
        shape = [1] * n
        shape[dim] = index.shape[0]
        full = [*x.shape]
        full[dim] = index.shape[0]
        return NAMESPACES["torch"]["gather"](x, dim, METHODS["expand"](METHODS["reshape"](index, tuple(shape)), tuple(full)))
    size = _size_at(values, level)
    out = [strip(v, level, size) if isinstance(v, Tensor) and i != k else v for i, v in enumerate(values)]
    for i in op.schema.tpos:
        if i != k and isinstance(values[i], Tensor) and values[i].ndim != n:
            return NOTHING
    out[at] = _wrap(values[at], n)
    return wrap(door.apply(op, out), level)


def _index_parts(indices: Any) -> tuple[int, bool, int]:
    """(how many leading dims are not indexed, whether the indexed ones stand together, rank of the broadcast index)."""
    places = [k for k, i in enumerate(indices) if i is not None]
    together = places == list(range(places[0], places[-1] + 1))
    return places[0], together, max(indices[k].ndim for k in places)


def _index(op: Op, values: list[Any], level: int) -> Any:
    x, indices = values[0], tuple(values[1])
    for i in indices:
        if i is not None and i._dtype in (dtypes.bool_, dtypes.uint8):
            if _is(i, level):
                raise RuntimeError(_NO_MASK)
            return NOTHING
    lead, together, rank = _index_parts(indices)
    size = _size_at(values, level)
    torch = NAMESPACES["torch"]
    if not _is(x, level):
        inner = tuple(aligned(list(indices), range(len(indices)), level, rank)) if any(i is not None for i in indices) else indices
        got = door.apply(op, [x, inner])
        return wrap(moved(got, lead if together else 0, 0), level)
    if not any(_is(i, level) for i in indices):
        got = door.apply(op, [x._value, (None, *indices)])
        if together:
            return wrap(got, level)
        return wrap(moved(got, rank, 0), level)
    own = METHODS["reshape"](torch["arange"](size, device=x.device), (size, *[1] * rank))
    got = door.apply(op, [x._value, (own, *aligned(list(indices), range(len(indices)), level, rank))])
    # With dims left out before the indexed ones, the index dims come first: the batch, the index, the rest.
    if together and lead:
        order = [0, *range(1 + rank, 1 + rank + lead), *range(1, 1 + rank), *range(1 + rank + lead, got.ndim)]
        got = permuted(got, order)
    return wrap(got, level)


def _index_put(op: Op, values: list[Any], level: int) -> Any:
    x, indices, v, accumulate = values[0], tuple(values[1]), values[2], values[3]
    if any(i is not None and (i._dtype in (dtypes.bool_, dtypes.uint8) or _is(i, level)) for i in indices):
        return NOTHING
    lead, together, rank = _index_parts(indices)
    if not together:
        return NOTHING
    size = _size_at(values, level)
    if _is(v, level):
        inner = v._value
        full = rank + x.ndim - len([i for i in indices if i is not None])
        for _ in range(full - v.ndim):
            inner = METHODS["unsqueeze"](inner, 1)
    else:
        inner = v
    return wrap(door.apply(op, [strip(x, level, size), (None, *indices), inner, accumulate]), level)


def _embedding(op: Op, values: list[Any], level: int) -> Any:
    if _is(values[0], level):
        return NOTHING
    return wrap(door.apply(op, _inner(values, level)), level)


def _masked_fill(op: Op, values: list[Any], level: int) -> Any:
    """With a number a sample the fill is a choice."""
    x, mask, value = values
    if not _is(value, level) or value.ndim:
        return _pointwise(op, values, level)
    return NAMESPACES["torch"]["where"](mask, METHODS["to"](value, x._dtype), x)


def _clone(op: Op, values: list[Any], level: int) -> Any:
    return wrap(door.apply(op, _inner(values, level)), level)


_ALONG = (
    "sum.dim mean.dim nansum prod.dim max.dim min.dim amax amin argmax argmin aminmax any.dim all.dim count_nonzero var std var_mean std_mean _norm "
    "logsumexp softmax log_softmax median.dim nanmedian.dim mode cumsum cumprod logcumsumexp cummax cummin topk kthvalue sort internal.sort glu cross"
)
_TRAILING = "det _slogdet _pinv matrix_exp _eigh linalg_eigh _qr linalg_qr _svd linalg_svd linalg_slogdet inv _inv cholesky tril triu"
RULES: dict[str, Any] = {
    "sum": _whole("sum.dim"),
    "mean": _whole("mean.dim"),
    "max": _whole("amax"),
    "min": _whole("amin"),
    "any": _whole("any.dim"),
    "all": _whole("all.dim"),
    "prod": _prod,
    "trace": _trace,
    "mm": _mm,
    "mv": _mv,
    "dot": _dot,
    "vdot": _dot,
    "bmm": _bmm,
    "addmm": _added("mm"),
    "addmv": _added("mv"),
    "addr": _added("outer"),
    "addbmm": _added("bmm"),
    "baddbmm": _added("bmm"),
    "cat": _joined,
    "stack": _joined,
    "flip": _dims_list("dims"),
    "roll": _dims_list("dims"),
    "rot90": _dims_list("dims"),
    "clone": _clone,
    "_to_copy": _clone,
    "fill": _clone,
    "logsigmoid": _clone,
    "select_backward": _sized,
    "slice_backward": _sized,
    "gather": _gathered,
    "scatter": _gathered,
    "scatter.value": _gathered,
    "scatter_add": _gathered,
    "scatter.reduce": _gathered,
    "scatter_reduce": _gathered,
    "index_select": _index_select,
    "index_add": _index_select,
    "index_copy": _index_select,
    "index_fill": _index_select,
    "index": _index,
    "index_put": _index_put,
    "_embedding": _embedding,
    "masked_fill": _masked_fill,
    "layer_norm": _whatever_dims,
    "nonzero": _dynamic,
    "masked_select": _masked_select,
    "_unique": _dynamic,
    "_unique_consecutive": _dynamic,
}
RULES.update(dict.fromkeys(_ALONG.split(), _along))
RULES.update(dict.fromkeys(_TRAILING.split(), _trailing(2)))
for _name in list(RULES):  # an op outside torch's namespace carries its own in front
    RULES.setdefault("internal." + _name, RULES[_name])
    RULES.setdefault("linalg." + _name, RULES[_name])
_KINDS = {"map": _pointwise, "view": _view}


# -- writing in place ---------------------------------------------------------------------------------------------------------------


def apply_inplace(op: Op, values: list[Any]) -> Any:
    """An in-place call whose arguments may be batched: the target must be batched wherever another argument is."""
    t = values[0]
    level = top_level(values)
    if levels() and "generator" in op.schema.by_name:
        here = levels()[-1]
        mode = _check_random()
        if mode == "different" and not _is(t, here.number):
            raise RuntimeError(_NO_DIFFERENT)
        if mode == "same" and _is(t, here.number):
            if top_level(values[1:]) == here.number:
                raise RuntimeError(_NO_SAME)
            with _Below():
                METHODS["copy_"](t._value, door.apply_inplace(op, [_sample_of(t), *values[1:]]))
            return t
    if not level:
        return NOTHING
    if not _is(t, level):
        if isinstance(t, Tensor) and op.kind in ("map", "write"):
            size = _size_at(values, level)
            if not any(_is(v, level) and v.ndim > t.ndim for v in values[1:]) and op.kind == "map" and not isinstance(t, Batched):
                shape = f"[{', '.join(map(str, t.shape))}]"
                wide = f"[{', '.join(map(str, (size, *t.shape)))}]"
                raise RuntimeError(f"output with shape {shape} doesn't match the broadcast shape {wide}")
        raise RuntimeError(_NO_WRITE)
    others = [i for i in op.schema.carriers if i]
    if op.kind == "map" or (op.kind == "write" and op.base in ("copy_", "fill_", "zero_", *_RANDOM_WRITES)):
        n = t.ndim
        if any(isinstance(values[i], Tensor) and values[i].ndim > n for i in others):
            return by_slices(op, values, level, lambda args: door.apply_inplace(op, args)) if t.ndim == 0 else _write_slices(op, values, level)
        out = aligned(values, op.schema.tpos, level, n)
        if "generator" in op.schema.by_name and levels():
            with _Below():
                door.apply_inplace(op, out)
        else:
            door.apply_inplace(op, out)
        return t
    if op.kind == "write":
        return _write_slices(op, values, level)
    got = door.apply(op, values)
    METHODS["copy_"](t, got)
    return t


_RANDOM_WRITES = ("uniform_", "normal_", "random_", "bernoulli_", "exponential_", "cauchy_", "log_normal_", "geometric_")


def _write_slices(op: Op, values: list[Any], level: int) -> Any:
    t = values[0]
    for i in range(t._value.shape[0]):
        args = [METHODS["select"](v._value, 0, i) if _is(v, level) else v for v in values]
        door.apply_inplace(op, args)
    return t


# -- random numbers -----------------------------------------------------------------------------------------------------------------


def _check_random() -> str:
    mode = levels()[-1].randomness
    if mode == "error":
        raise RuntimeError(_NO_RANDOM)
    return mode


def _random(op: Op, values: list[Any], level: int) -> Any:
    """A random op: one draw for all samples, or one each."""
    mode = _check_random()
    here = levels()[-1]
    if mode == "same":
        if level:
            raise RuntimeError(_NO_SAME)
        return door._DOORS[op.kind](op, values)
    if level == here.number:
        with _Below():
            if op.base == "multinomial":
                return by_slices(op, values, level)
            return wrap(door.apply(op, aligned(values, op.schema.tpos, level)), level)
    out = list(values)
    for i in op.schema.tpos:
        if isinstance(out[i], Tensor):
            out[i] = METHODS["expand"](METHODS["unsqueeze"](out[i], 0), (here.size, *out[i].shape))
    with _Below():
        return wrap(door.apply(op, out), here.number)


class _Below:
    """The levels without the innermost, for what one call of it asks of the ones around."""

    def __enter__(self) -> None:
        self._top = levels().pop()

    def __exit__(self, *failure: Any) -> None:
        levels().append(self._top)


def _random_factory(op: Composite, values: list[Any], stack: list[_Level]) -> Any:
    """rand(), randint(), rand_like(), dropout() and the like."""
    mode = _check_random()
    here = stack[-1]
    places = op.schema.by_name
    if mode == "same":
        like = places.get("input", -1)
        if like >= 0 and type(values[like]) is Batched and op.base.endswith("_like"):
            values = list(values)
            values[like] = _sample_of(values[like])
        with _Below():
            return op.kernel(*values)
    out = list(values)
    if "size" in places:
        k = places["size"]
        out[k] = (here.size, *(values[k] if isinstance(values[k], tuple) else (values[k],)))
    elif op.base == "randperm":
        with _Below():
            return wrap(NAMESPACES["torch"]["stack"]([op.kernel(*values) for _ in range(here.size)]), here.number)
    elif places.get("input", -1) >= 0:
        k = places["input"]
        out[k] = strip(values[k], here.number, here.size)
    else:
        return op.kernel(*values)
    with _Below():
        return wrap(op.kernel(*out), here.number)


def _sample_of(t: Tensor) -> Tensor:
    """A tensor of one sample's shape: what rand_like() is to be like."""
    inner = bottom(t)
    return NAMESPACES["torch"]["empty"](tuple(t.shape), dtype=inner._dtype, device=inner.device)  # type: ignore[no-any-return]


# -- autograd -----------------------------------------------------------------------------------------------------------------------


def grad(outputs: list[Any], inputs: list[Any], seeds: list[Any], run: Any) -> tuple[Any, ...]:
    """autograd.grad on tensors that may be batched: on those inside, whose graph it is; ``run(outputs, inputs, seeds)`` does it.

    A sample's output depends on that sample alone, so the gradient of all outputs together, each with its own seed, is each sample's own.
    """
    roots = [bottom(t) for t in outputs]
    goals = [bottom(t) for t in inputs]
    given = []
    for t, s in zip(outputs, seeds, strict=True):
        if s is None:
            given.append(None if t.ndim or t is bottom(t) else _ones(bottom(t)))
        else:
            given.append(stripped(s, levels_of(t)))
    found = run(roots, goals, given)
    return tuple([None if g is None else dressed(g, levels_of(t)) for g, t in zip(found, inputs, strict=True)])


def _ones(t: Tensor) -> Tensor:
    return filled(tuple(t.shape), 1, t._dtype, t.device)


def grads_batched(outputs: Any, inputs: Any, grad_outputs: Any, retain_graph: Any, create_graph: bool, allow_unused: Any, materialize: bool) -> Any:
    """autograd.grad with is_grads_batched: one backward pass for a whole batch of seeds."""
    outs = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    ins = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    seeds = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs or [None] * len(outs))
    if len(seeds) != len(outs):
        raise RuntimeError(f"got {len(outs)} tensors and {len(seeds)} gradients")
    for t, s in zip(outs, seeds, strict=True):
        if s is not None and tuple(s.shape)[1:] != tuple(t.shape):
            fail(
                RuntimeError,
                "If `is_grads_batched=True`, we interpret the first dimension of each grad_output as the batch dimension. The sizes of the "
                "remaining dimensions are expected to match the shape of corresponding output, but a mismatch was detected: grad_output[0] has a "
                f"shape of {s.shape} and output[0] has a shape of {t.shape}. If you only want some tensors in `grad_output` to be considered "
                "batched, consider using vmap.",
                kind="shape",
                op="grad",
            )
    sizes = {int(s.shape[0]) for s in seeds if s is not None}
    if len(sizes) != 1:
        raise ValueError(f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sorted(sizes)} for the mapped dimension")
    size = sizes.pop()
    keep = create_graph if retain_graph is None else retain_graph
    with _Running(size) as level:
        wrapped = [None if s is None else wrap(s, level.number) for s in seeds]
        try:
            got = graph.grad(outs, ins, wrapped, True, create_graph, True, True, False, False)
        except Unbatchable:
            got = None
        if got is not None:
            found = [None if g is None else strip(g, level.number, size) for g in got]
    if got is None:
        rows = [graph.grad(outs, ins, [None if s is None else METHODS["select"](s, 0, i) for s in seeds], True, create_graph, True, True) for i in range(size)]
        found = [None if rows[0][k] is None else NAMESPACES["torch"]["stack"]([r[k] for r in rows]) for k in range(len(ins))]
    for k, g in enumerate(found):
        if g is None:
            if materialize:
                found[k] = filled((size, *ins[k].shape), 0, ins[k]._dtype, ins[k].device)
            elif not allow_unused:
                raise RuntimeError(
                    f"The differentiated Tensor at index {k} appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior."
                )
    if not keep:
        free(outs)
    return tuple(found)


def free(outs: list[Any]) -> None:
    """Free what the graph behind these tensors saved, as a backward pass without retain_graph does."""
    starts = [n for n in (node_of(bottom(t)) for t in outs) if type(n) is Node]
    for n in graph._reachable(starts) if starts else []:
        if n.plan.saves:
            n.saved = None
            if n.ext is not None and n.ext.inner is not None:
                n.ext.inner.saved = None


def any_batched(tensors: Any) -> bool:
    """Whether one of these is a Batched."""
    return any(type(t) is Batched for t in tensors)


class VmapInfo:
    """What a Function's vmap() staticmethod is told: batch_size and randomness."""

    __slots__ = ("batch_size", "randomness")

    def __init__(self, batch_size: int, randomness: str) -> None:
        self.batch_size = batch_size
        self.randomness = randomness

    def __repr__(self) -> str:
        return f"VmapInfo(batch_size={self.batch_size}, randomness='{self.randomness}')"


def call_function(cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """An autograd.Function on batched arguments: by its own vmap(), or slice by slice."""
    level = top_level(args)
    if not level:
        return NOTHING
    size = _size_at(args, level)
    if cls.vmap is not function.Function.vmap:
        if cls.generate_vmap_rule:
            raise RuntimeError(
                f"You tried to vmap over {cls.__name__}, but it has both generate_vmap_rule=True and an overriden vmap staticmethod. Please set "
                "generate_vmap_rule=False or delete the overriden vmap staticmethod to avoid ambiguity. For more details, please see "
                "https://pytorch.org/docs/main/notes/extending.func.html"
            )
        dims = tuple([0 if _is(a, level) else None for a in args])
        mode = next(x.randomness for x in levels() if x.number == level)
        got = cls.vmap(VmapInfo(size, mode), dims, *_inner(list(args), level))
        if not (isinstance(got, tuple) and len(got) == 2):
            raise RuntimeError(
                "Expected the vmap staticmethod to have two returns, an output and out_dims with pytree structure compatible with the output. Got a "
                f"{type(got)} instead"
            )
        out, out_dims = got
        many = isinstance(out, (tuple, list))
        outs = list(out) if many else [out]
        ends = list(out_dims) if isinstance(out_dims, (tuple, list)) else [out_dims] * len(outs)
        made = [o if d is None or not isinstance(o, Tensor) else wrap(moved(o, d % o.ndim, 0), level) for o, d in zip(outs, ends, strict=True)]
        return tuple(made) if many else made[0]
    if cls.setup_context is function.Function.setup_context:
        raise RuntimeError(
            "In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, ...), it must override the setup_context "
            "staticmethod. For more details, please see https://pytorch.org/docs/main/notes/extending.func.html"
        )
    if not cls.generate_vmap_rule:
        raise RuntimeError(
            f"You tried to vmap over {cls.__name__}, but it does not have vmap support. Please override and implement the vmap staticmethod or set "
            "generate_vmap_rule=True. For more details, please see https://pytorch.org/docs/main/notes/extending.func.html"
        )
    return by_slices(cls, list(args), level, lambda row: cls.apply(*row, **kwargs))


class _Here:
    """What the door, graph and function call while a vmap runs."""

    NOTHING = NOTHING
    apply = staticmethod(apply)
    apply_inplace = staticmethod(apply_inplace)
    compose = staticmethod(compose)
    function = staticmethod(call_function)
    grad = staticmethod(grad)
    any_batched = staticmethod(any_batched)
    levels = staticmethod(levels)
    inside = staticmethod(inside)
    Batched = Batched
    NO_MASK = _NO_MASK


_here: Any = _Here()


# -- trees of tensors ---------------------------------------------------------------------------------------------------------------


class Tree:
    """The structure of nested tuples, lists and dicts: what tree_flatten() takes off the leaves, and can put back."""

    __slots__ = ("children", "context", "kind")

    def __init__(self, kind: Any, context: Any, children: list[Tree]) -> None:
        self.kind = kind
        self.context = context
        self.children = children

    def build(self, leaves: Any) -> Any:
        """The structure with these leaves (an iterator over them)."""
        if self.kind is None:
            return next(leaves)
        parts = [c.build(leaves) for c in self.children]
        if self.kind in (tuple, list):
            return self.kind(parts)
        if self.context is not None:
            made = self.kind()
            made.update(zip(self.context, parts, strict=True))
            return made
        return self.kind(*parts) if hasattr(self.kind, "_make") else self.kind(parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tree) and (self.kind, self.context, self.children) == (other.kind, other.context, other.children)

    def __hash__(self) -> int:
        return hash((self.kind, len(self.children)))

    def __repr__(self) -> str:
        return self._text(0)

    def _text(self, depth: int) -> str:
        if self.kind is None:
            return "*"
        inner = (",\n" + "  " * (depth + 1)).join(c._text(depth + 1) for c in self.children)
        return f"TreeSpec({self.kind.__name__}, {self.context}, [{inner}])"

    def short(self) -> str:
        """The structure as Python writes it, a star for a leaf: ``{'a': *}``."""
        if self.kind is None:
            return "*"
        parts = [c.short() for c in self.children]
        if self.context is not None:
            return "{" + ", ".join([f"{k!r}: {p}" for k, p in zip(self.context, parts, strict=True)]) + "}"
        if issubclass(self.kind, tuple):
            return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"
        return f"[{', '.join(parts)}]"


LEAF_TREE = Tree(None, None, [])


def flatten(value: Any) -> tuple[list[Any], Tree]:
    """(leaves, structure) of nested tuples, lists, dicts and named tuples; anything else is a leaf."""
    if isinstance(value, dict):
        keys = list(value)
        parts = [flatten(value[k]) for k in keys]
        return [x for leaves, _ in parts for x in leaves], Tree(type(value), keys, [t for _, t in parts])
    if isinstance(value, (tuple, list)):
        parts = [flatten(v) for v in value]
        return [x for leaves, _ in parts for x in leaves], Tree(tuple if type(value) is Size else type(value), None, [t for _, t in parts])
    return [value], LEAF_TREE


def unflatten(leaves: Any, tree: Tree) -> Any:
    """The structure with these leaves."""
    return tree.build(iter(leaves))


def broadcast_prefix(dims: Any, tree: Tree) -> list[Any] | None:
    """One dim a leaf, from dims given for a part of the structure; None where they do not fit."""
    if tree.kind is None:
        return None if isinstance(dims, (tuple, list, dict)) else [dims]
    n = sum(1 for _ in _leaves(tree))
    if isinstance(dims, dict) and tree.context is not None:
        if set(dims) != set(tree.context):
            return None
        groups = [dims[k] for k in tree.context]
    elif isinstance(dims, (tuple, list)) and tree.context is None:
        if len(dims) != len(tree.children):
            return None
        groups = list(dims)
    elif isinstance(dims, (tuple, list, dict)):
        return None
    else:
        return [dims] * n
    out: list[Any] = []
    for d, child in zip(groups, tree.children, strict=True):
        part = broadcast_prefix(d, child)
        if part is None:
            return None
        out += part
    return out


def _leaves(tree: Tree) -> Any:
    if tree.kind is None:
        yield tree
    for c in tree.children:
        yield from _leaves(c)


# -- vmap ---------------------------------------------------------------------------------------------------------------------------


def _name_of(func: Any) -> str:
    if hasattr(func, "__name__"):
        return str(func.__name__)
    if hasattr(func, "func") and hasattr(func, "keywords"):
        return f"functools.partial({_name_of(func.func)}, ...)"
    return repr(func)


def check_randomness(randomness: Any) -> None:
    """RuntimeError unless it is one of the three modes."""
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")


def vmap(func: Any, in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", *, chunk_size: int | None = None) -> Any:
    """The function over a batch: ``vmap(f)(xs)[i]`` is ``f(xs[i])``, computed for all i at once.

    in_dims: the batch dimension of each argument (None: the same for all samples), also nested as the arguments are. out_dims: where it stands in
    the results. randomness: what random ops inside do: "error", "same" or "different" draws. chunk_size: how many samples at once.

    >>> vmap(dot)(ones(3, 2), ones(3, 2))
    tensor([2., 2., 2.])
    """
    check_randomness(randomness)
    if not (chunk_size is None or chunk_size > 0):
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        name = _name_of(func)
        _check_out_dims(out_dims, name)
        size, flat_in, flat, tree = _process(in_dims, args, name)
        if chunk_size is None or chunk_size >= size:
            return _run(func, name, size, flat_in, flat, tree, out_dims, randomness, kwargs)
        chunks = []
        for low in range(0, size, chunk_size):
            n = min(chunk_size, size - low)
            part = [a if d is None else METHODS["narrow"](a, d, low, n) for a, d in zip(flat, flat_in, strict=True)]
            chunks.append(flatten(_run(func, name, n, flat_in, part, tree, out_dims, randomness, kwargs)))
        spec = chunks[0][1]
        ends = broadcast_prefix(out_dims, spec) or [out_dims]
        joined = [
            rows[0] if d is None else NAMESPACES["torch"]["cat"](list(rows), d if d >= 0 else rows[0].ndim + d)
            for d, rows in zip(ends, zip(*[leaves for leaves, _ in chunks], strict=True), strict=True)
        ]
        return unflatten(joined, spec)

    wrapped.__name__ = getattr(func, "__name__", "wrapped")
    wrapped.__doc__ = getattr(func, "__doc__", None)
    wrapped.__wrapped__ = func  # type: ignore[attr-defined]
    return wrapped


def _check_out_dims(out_dims: Any, name: str) -> None:
    for d in flatten(out_dims)[0]:
        if d is not None and not isinstance(d, int):
            raise ValueError(
                f"vmap({name}, ..., out_dims={out_dims}): `out_dims` must be an int, None or a python collection of ints representing where in the "
                "outputs the vmapped dimension should appear."
            )


def _process(in_dims: Any, args: tuple[Any, ...], name: str) -> tuple[int, list[Any], list[Any], Tree]:
    """Batch size, the batch dimension of each leaf, leaves and structure of the arguments; ValueError where they do not fit."""
    head = f"vmap({name}, in_dims={in_dims}, ...)(<inputs>): "
    if not isinstance(in_dims, (int, tuple)):
        raise ValueError(f"{head}expected `in_dims` to be int or a (potentially nested) tuple matching the structure of inputs, got: {type(in_dims)}.")
    if not args:
        raise ValueError(
            f"vmap({name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap over a function with no inputs. "
            "The latter is unsupported."
        )
    flat, tree = flatten(args)
    dims = broadcast_prefix(in_dims, tree)
    if dims is None:
        raise ValueError(
            f"{head}in_dims is not compatible with the structure of `inputs`. in_dims has structure {flatten(in_dims)[1]} but inputs has structure {tree}."
        )
    sizes = []
    for i, (arg, d) in enumerate(zip(flat, dims, strict=True)):
        if d is None:
            continue
        if not isinstance(d, int):
            raise ValueError(f"{head}Got in_dim={d} for an input but in_dim must be either an integer dimension or None.")
        if not isinstance(arg, Tensor):
            raise ValueError(
                f"{head}Got in_dim={d} for an input but the input is of type {type(arg)}. We cannot vmap over non-Tensor arguments, please use None as "
                "the respective in_dim"
            )
        n = arg.ndim
        if not -n <= d < n:
            raise ValueError(
                f"{head}Got in_dim={d} for some input, but that input is a Tensor of dimensionality {n} so expected in_dim to satisfy -{n} <= in_dim < {n}."
            )
        dims[i] = d % n
        sizes.append(int(arg.shape[dims[i]]))
    if not sizes:
        raise ValueError("vmap: Expected at least one Tensor to vmap over")
    if any(s != sizes[0] for s in sizes):
        raise ValueError(f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sizes} for the mapped dimension")
    return sizes[0], dims, flat, tree


def _run(func: Any, name: str, size: int, dims: list[Any], flat: list[Any], tree: Tree, out_dims: Any, randomness: str, kwargs: Any) -> Any:
    with _Running(size, randomness) as level:
        given = [a if d is None else _taken_in(a, d, level.number) for a, d in zip(flat, dims, strict=True)]
        try:
            out = func(*unflatten(given, tree), **kwargs)
        except Unbatchable as e:
            raise RuntimeError(*e.args) from None
        leaves, spec = flatten(out)
        if isinstance(out, Tensor):
            ends: list[Any] | None = [out_dims] if isinstance(out_dims, int) or out_dims is None else list(out_dims) if len(out_dims) == 1 else None
        else:
            ends = broadcast_prefix(out_dims, spec)
        if ends is None:
            raise ValueError(
                f"vmap({name}, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible with the structure of `outputs`. out_dims has structure "
                f"{flatten(out_dims)[1]} but outputs has structure {spec}."
            )
        done = [_taken_off(name, t, d, level) for t, d in zip(leaves, ends, strict=True)]
    return unflatten(done, spec)


def _taken_in(t: Tensor, dim: int, level: int) -> Batched:
    """An argument as a Batched of this level, its batch moved to the front."""
    out = wrap(moved(t, dim, 0), level)
    out._place = dim
    return out


def _taken_off(name: str, t: Any, dim: int | None, level: _Level) -> Any:
    if dim is None:
        if level.number in levels_of(t):
            raise ValueError(f"vmap({name}, ...): `{name}` can not return a BatchedTensor when out_dim is None")
        return t
    if not isinstance(t, Tensor):
        raise ValueError(f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(t)}. Did you mean to set out_dims= to None for output?")
    full = strip(t, level.number, level.size)
    n = full.ndim
    if not -n <= dim < n:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    return moved(full, 0, dim % n)
