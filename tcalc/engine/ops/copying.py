"""Ops that move data: clone, contiguous, to and its short forms, joining, repeating, flipping, and the plain writes (copy_, fill_, zero_)."""

from __future__ import annotations

from .. import apply as door
from .. import dtypes, limits
from ..apply import FIRST, Laid, broadcast_shapes, check_writable, layout_of_result, mark_untracked, move, record, record_view
from ..apply import TENSORS as T
from ..apply import _dense as dense
from ..backends import backend_of, by_name
from ..dtypes import dtype
from ..errors import fail
from ..graph import node_of, state, warn
from ..registry import METHODS, Op, alias, attach, composite, in_place_function, op
from ..tensors import CELLS, Spec, Tensor, View, contiguous_format, device, elements, extras, make, preserve_format, row_major, storage_of, wrap_dim
from ..tensors import contiguous as contiguous_
from .factory import check_scalar
from .views import given_tensors, spread_function, unique_dims, view_strides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def kept_strides(t: Any) -> tuple[int, ...]:
    """The strides (elements) a copy of t has unless told otherwise: its own where dense, else dense with its dims in the same order."""
    shape, stride = tuple(t.shape), t.stride if isinstance(t, Spec) else t.stride()
    if 0 in shape or contiguous_(shape, stride) or dense(shape, stride):
        return stride
    return layout_of_result(shape, [(shape, stride)]) or row_major(shape)


def _laid_copy(t: Tensor, d: dtype, stride: tuple[int, ...]) -> Any:
    """t's values in fresh memory of dtype d with these strides."""
    data = elements(t)
    b = backend_of(data)
    shape = tuple(data.shape)
    limits.check(shape, d, "clone" if d is t._dtype else "to")
    if b.name == "meta":
        return b.strided(None, d, shape, stride, 0)
    if not shape or d is t._dtype and stride == t.stride() == row_major(shape) and 0 not in shape:
        return b.contiguous(data) if d is t._dtype else b.astype(data, d)
    fresh = b.strided(b.flat(b.empty(shape, d)), d, shape, stride, 0)
    b.write(fresh, data if d is t._dtype else b.astype(data, d))
    return fresh


def _strides(t: Any, memory_format: Any) -> tuple[int, ...]:
    """The strides of a copy of t in a memory format."""
    if memory_format is None:
        return kept_strides(t)
    from ..formats import check, strides_for

    check(memory_format, "clone")
    return strides_for(memory_format, t)


@op(
    "clone(Tensor input, *, Any memory_format=None) -> Tensor",
    spec=lambda input, memory_format: Laid(input.shape, _strides(input, memory_format)),
)
def clone(xp: Any, input: Any, memory_format: Any) -> Any:
    """A copy with its own memory; the gradient passes through.

    >>> clone(tensor([1, 2]))
    tensor([1, 2])
    """
    return input


def _clone(self: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy with its own memory; the gradient passes through."""
    if door.batching is not None and type(self) is door.batching.Batched:
        return door.batching.inside(self, lambda t: _clone(t, memory_format=memory_format))  # type: ignore[no-any-return]
    d = self._data
    if type(d) in CELLS:
        if memory_format is not None:
            _strides(self, memory_format)  # which refuses some
        data = d
    else:
        data = _laid_copy(self, self._dtype, _strides(self, memory_format))
        if not data.shape and backend_of(data).name == "cpu":
            data = self._dtype.python_type(data[()])
    out = make(data, self._dtype)
    if state.grad:
        record(clone, [self, memory_format], [out])
    else:
        mark_untracked(clone, [self, memory_format], [out])
    return out


@clone.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@clone.samples
def _(make_: Any) -> Any:
    yield (make_(2, 3),)


@composite("contiguous(Tensor input, *, Any memory_format=None) -> Tensor")
def contiguous(input: Any, memory_format: Any) -> Any:
    """Itself where row-major (or in the memory format asked for), else a copy that is.

    >>> tensor([[1, 2], [3, 4]]).t().contiguous().stride()
    (2, 1)
    """
    if input.is_contiguous(memory_format):
        return input
    if memory_format is preserve_format:
        raise RuntimeError("preserve memory format is unsupported by the contiguous operator")
    return METHODS["clone"](input, memory_format=memory_format or contiguous_format)


@op(
    "_to_copy(Tensor input, *, ScalarType? dtype=None, Device? device=None) -> Tensor",
    namespaces=("internal",),
    method=False,
    node="ToCopyBackward0",
    label="to",
    dtype=FIRST,
)
def to_copy(xp: Any, input: Any, dtype: Any, device: Any) -> Any:
    """A copy in another dtype or on another device."""
    return input


@to_copy.vjp("input", rule="g.to(input's dtype and device)")
def _(g: Any, input_spec: Any) -> Any:
    if g._dtype.is_complex and not input_spec.dtype.is_complex:
        g = g.real
    return METHODS["to"](g, device=input_spec.device, dtype=input_spec.dtype)


def _on_meta(t: Tensor, d: dtype, memory_format: Any) -> Any:
    """What a copy of t would be, without data."""
    return by_name("meta").strided(None, d, tuple(t.shape), _strides(t, memory_format), 0)


def convert(t: Tensor, d: dtype, where: device, memory_format: Any = None) -> Tensor:
    """A copy of t in a dtype on a device, recorded."""
    if door.batching is not None and type(t) is door.batching.Batched:
        return door.batching.inside(t, lambda v: convert(v, d, where, memory_format))  # type: ignore[no-any-return]
    data = elements(t)
    if t._dtype.is_complex and not d.is_complex and d is not dtypes.bool_:
        warn("Casting complex values to real discards the imaginary part", once="complex")
    if type(data) in CELLS:
        if memory_format is not None:
            _strides(t, memory_format)  # which refuses some
        data = d.round(data.real if type(data) is complex and not d.is_complex and d is not dtypes.bool_ else data)
    else:
        b = backend_of(data)
        if d is not t._dtype or where == t.device or memory_format is not None:
            token = b.guard()
            try:
                data = _laid_copy(t, d, _strides(t, memory_format))
            finally:
                b.unguard(token)
        if b.name == "cpu" and not data.shape and where.type == "cpu":
            data = d.python_type(data[()])
    if where != t.device:
        data = _on_meta(t, d, memory_format) if where.type == "meta" else move(data, d, where)
    out = make(data, d)
    if state.grad and d.category >= dtypes.FLOAT:
        record(to_copy, [t, d, where], [out])
    elif not state.grad:
        mark_untracked(to_copy, [t, d, where], [out])
    return out


def _to(
    self: Tensor,
    *args: Any,
    dtype: Any = None,
    device: Any = None,
    non_blocking: bool = False,
    copy: bool = False,
    memory_format: Any = None,
    tensor: Any = None,
) -> Tensor:
    """The tensor in another dtype or on another device: itself where nothing changes.

    >>> tensor([1, 2]).to(float32)
    tensor([1., 2.])
    """
    given = args if tensor is None else (tensor, *args)
    named = None
    if given:
        named = dtype, device, non_blocking, copy
        dtype, device, non_blocking, copy = _targets(given, dtype, device, non_blocking, copy)
    if (
        dtype is not None
        and not isinstance(dtype, dtypes.dtype)
        and not (isinstance(dtype, type) and dtype in _PYTHON)
        or type(non_blocking) is not bool
        or type(copy) is not bool
    ):
        _fail_to(given, dict(zip(("dtype", "device", "non_blocking", "copy"), named or (dtype, device, non_blocking, copy), strict=True)))
    if dtype in (float, int, bool, complex):
        dtype = _PYTHON[dtype]
    d = dtype or self._dtype
    where = self.device if device is None else _device(device)
    if where.type == "cuda":
        where = by_name("cuda").resolve(where)
    if d is self._dtype and where == self.device and not copy and (memory_format is None or _is_in(self, memory_format)):
        return self
    return convert(self, d, where, memory_format)


def _targets(args: tuple[Any, ...], dtype: Any, device: Any, non_blocking: Any, copy: Any) -> tuple[Any, Any, Any, Any]:
    """What to()'s positional arguments say, in one of its three forms: a tensor, a dtype, or a device and a dtype; then the two flags."""
    rest, named = list(args), {"dtype": dtype, "device": device}
    first = rest.pop(0)
    is_dtype = isinstance(first, dtypes.dtype) or isinstance(first, type) and first in _PYTHON
    if isinstance(first, Tensor) or is_dtype:
        if device is not None or dtype is not None:
            _fail_to(args, named)
        dtype, device = (first, None) if is_dtype else (first._dtype, first.device)
    else:
        if first is not None and not isinstance(first, (str, _device)) and type(first) is not int or first is not None and device is not None:
            _fail_to(args, named)
        device = device if first is None else first
        if rest and type(rest[0]) is not bool:
            if dtype is not None:
                _fail_to(args, named)
            dtype = rest.pop(0)
    if len(rest) > 2:
        _fail_to(args, named)
    if rest:
        non_blocking = rest[0]
    return dtype, device, non_blocking, rest[1] if len(rest) > 1 else copy


def _fail_to(args: tuple[Any, ...], named: dict[str, Any]) -> None:
    from ..arguments import of_method

    text = of_method("to", args, {k: v for k, v in named.items() if v is not None and v is not False})
    given = [type(v).__name__ for v in args] + [f"{k}={type(v).__name__}" for k, v in named.items() if v is not None and v is not False]
    fail(
        TypeError,
        text
        or f"to() received an invalid combination of arguments - got ({', '.join(given)}), but expected one of:\n"
        " * (torch.device device = None, torch.dtype dtype = None, bool non_blocking = False, bool copy = False, *, "
        "torch.memory_format memory_format = None)\n"
        " * (torch.dtype dtype, bool non_blocking = False, bool copy = False, *, torch.memory_format memory_format = None)\n"
        " * (Tensor tensor, bool non_blocking = False, bool copy = False, *, torch.memory_format memory_format = None)\n",
        kind="signature",
        op="to",
    )


def _is_in(t: Tensor, memory_format: Any) -> bool:
    """Whether to() takes t's strides for those of the format asked for."""
    from ..formats import check, suggested

    check(memory_format, "to")
    return memory_format is preserve_format or memory_format is suggested(t)


_device = device
_PYTHON: dict[Any, dtype] = {float: dtypes.float64, int: dtypes.int64, bool: dtypes.bool_, complex: dtypes.complex128}


def _register() -> None:
    attach("clone", _clone)
    attach("to", _to)
    for name, d in (("float", dtypes.float32), ("double", dtypes.float64), ("half", dtypes.float16), ("bfloat16", dtypes.bfloat16), ("int", dtypes.int32),
                    ("long", dtypes.int64), ("short", dtypes.int16), ("char", dtypes.int8), ("byte", dtypes.uint8), ("bool", dtypes.bool_)):  # fmt: skip
        attach(name, _caster(name, d))

    def cpu(self: Tensor, *, memory_format: Any = None) -> Tensor:
        """The tensor in host memory: itself where it is there already."""
        return _to(self, device="cpu", memory_format=memory_format)

    def cuda(self: Tensor, device: Any = None, non_blocking: bool = False, memory_format: Any = None) -> Tensor:
        """The tensor on a CUDA device (the current one unless told); RuntimeError where there is none."""
        return _to(self, device="cuda" if device is None else device, memory_format=memory_format)

    def type_(self: Tensor, dtype: Any = None, non_blocking: bool = False, *, memory_format: Any = None) -> Any:
        """The name of its type, as torch.FloatTensor; with a dtype, the tensor in it."""
        if dtype is None:
            from ..graph import _TYPE_NAMES

            where = "torch.cuda." if self.is_cuda else "torch.meta." if self.is_meta else "torch."
            return f"{where}{_TYPE_NAMES[self._dtype.name]}Tensor"
        if isinstance(dtype, str):
            from ..graph import _TYPE_NAMES

            by_type = {f"torch.{v}Tensor": k for k, v in _TYPE_NAMES.items()}
            if dtype not in by_type:
                raise ValueError(f"invalid type: '{dtype}'")
            dtype = dtypes.BY_NAME[by_type[dtype]]
        if dtype not in (float, int, bool) and not isinstance(dtype, dtypes.dtype):
            raise TypeError("dtype must be a type, str, or dtype object")
        return _to(self, dtype=dtype, memory_format=memory_format)

    def type_as(self: Tensor, other: Tensor) -> Tensor:
        """The tensor in other's dtype."""
        if not isinstance(other, Tensor):
            raise TypeError(f"type_as(): argument 'other' (position 1) must be Tensor, not {type(other).__name__}")
        return _to(self, dtype=other._dtype, device=other.device)

    attach("cpu", cpu)
    attach("cuda", cuda)
    attach("type", type_)
    attach("type_as", type_as)


def _caster(name: str, d: dtype) -> Any:
    def cast(self: Tensor, *more: Any, memory_format: Any = None) -> Tensor:
        if more:
            raise TypeError(f"{name}() takes 0 positional arguments but {len(more)} {'was' if len(more) == 1 else 'were'} given")
        if memory_format is not None:
            from ..formats import check

            check(memory_format, name)
        return _to(self, dtype=d, memory_format=memory_format)

    cast.__name__ = name
    cast.__doc__ = f"The tensor as {d.name}: itself where it is already."
    return cast


_register()

# -- joining ------------------------------------------------------------------------------------------------------------------------


def _cat_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if not values[0]:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors") if o.public == "cat" else RuntimeError("stack expects a non-empty TensorList")
    if o.base == "stack" and values[0][0].device.type == "cpu":  # before a long list is looked through
        first = values[0][0]
        limits.check((len(values[0]), *first.shape), first._dtype, "stack")
    best = None
    for t in values[0]:
        best = t._dtype if best is None else dtypes.promote_types(best, t._dtype)
    return best, best


def _cat_shape(tensors: Any, dim: int) -> Any:
    for k, s in enumerate(tensors):
        if not s.shape:
            raise RuntimeError(f"zero-dimensional tensor (at position {k}) cannot be concatenated")
    full = [s for s in tensors if s.shape != (0,)] or list(tensors)
    first = full[0].shape
    n = len(first)
    d = wrap_dim(dim, n)
    total = 0
    for i, s in enumerate(tensors):
        if s.shape == (0,) and n != 1:
            continue
        if len(s.shape) != n:
            raise RuntimeError(f"Tensors must have same number of dimensions: got {n} and {len(s.shape)}")
        for k in range(n):
            if k != d and s.shape[k] != first[k]:
                works = [j for j in range(n) if all(all(t.shape[m] == first[m] for m in range(n) if m != j) for t in full)]
                fail(
                    RuntimeError,
                    f"Sizes of tensors must match except in dimension {d}. Expected size {first[k]} but got size {s.shape[k]} for tensor number "
                    f"{i} in the list.",
                    kind="cat",
                    op="cat",
                    operands=[(f"tensors[{j}]", f"[{','.join(map(str, t.shape))}]") for j, t in enumerate(tensors)],
                    explain=[
                        f"tensors[{j}] [{','.join(('(' + str(v) + ')') if m == k else str(v) for m, v in enumerate(t.shape))}]" for j, t in enumerate(tensors)
                    ]
                    + [f"dim {k} differs, and only dim {d} may."],
                    hints=[f"dim={j} works." for j in works] or ["No dim works for these shapes."],
                )
        total += s.shape[d]
    return _joined(tensors, (*first[:d], total, *first[d + 1 :]))


def _joined(tensors: Any, shape: tuple[int, ...]) -> Any:
    """The joined tensor's shape, with channels last in memory where all the parts have them there."""
    if len(shape) not in (4, 5):
        return shape
    from .windows import channels_last, channels_last_strides

    if any(len(s.shape) != len(shape) or not channels_last(tuple(s.shape), s.stride) for s in tensors):
        return shape
    return Laid(shape, channels_last_strides(shape))


@op("cat(Tensor[] tensors, int dim=0) -> Tensor", dtype=_cat_policy, spec=_cat_shape)
def cat(xp: Any, tensors: Any, dim: int) -> Any:
    """Tensors joined along an existing dimension; their other sizes must agree.

    >>> cat([tensor([1, 2]), tensor([3])])
    tensor([1, 2, 3])
    """
    return xp.concatenate([t for t in tensors if t.shape != (0,) or all(u.ndim == 1 for u in tensors)] or list(tensors), axis=dim)


@cat.vjp("tensors", rule="g cut along dim")
def _(g: Any, tensors_spec: Any, dim: int) -> Any:
    out, at = [], 0
    for s in tensors_spec:
        if s.shape == (0,) and g.ndim != 1:
            out.append(g.new_zeros(0))
            continue
        n = s.shape[dim]
        out.append(g.narrow(dim, at, n))
        at += n
    return out


@cat.samples
def _(make_: Any) -> Any:
    yield ((make_(2, 3), make_(1, 3)),)
    yield (make_(2, 3), make_(2, 1)), 1
    yield (make_(2), make_(0)), -1
    yield (make_(1, 2, 2, 3).permute(0, 3, 1, 2), make_(1, 2, 2, 3).permute(0, 3, 1, 2)), 1


alias("concat", "cat")
alias("concatenate", "cat")


@op("stack(Tensor[] tensors, int dim=0) -> Tensor", dtype=_cat_policy, spec=lambda tensors, dim: _stack_shape(tensors, dim))
def stack(xp: Any, tensors: Any, dim: int) -> Any:
    """Tensors of one shape joined along a new dimension.

    >>> stack([tensor([1, 2]), tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    return xp.stack(list(tensors), axis=dim)


def _stack_shape(tensors: Any, dim: int) -> Any:
    first = tensors[0].shape
    for i, s in enumerate(tensors):
        if s.shape != first:
            fail(
                RuntimeError,
                f"stack expects each tensor to be equal size, but got [{', '.join(map(str, first))}] at entry 0 and "
                f"[{', '.join(map(str, s.shape))}] at entry {i}",
                kind="stack",
                op="stack",
                operands=[(f"tensors[{j}]", f"[{','.join(map(str, t.shape))}]") for j, t in enumerate(tensors)],
                hints=["cat joins along a dimension that is there already."],
            )
    n, count = len(first), len(tensors)
    k = wrap_dim(dim, n + 1)
    shape = (*first[:k], count, *first[k:])
    if n in (4, 5) and k < n:  # PyTorch joins along the dimension and views it as two
        whole = _joined(tensors, (*first[:k], count * first[k], *first[k + 1 :]))
        if type(whole) is Laid:
            return Laid(shape, view_strides(tuple(whole), whole.stride, shape))
    return shape


@stack.vjp("tensors", rule="g unbound along dim")
def _(g: Any, dim: int) -> Any:
    return [g.select(dim, k) for k in range(g.shape[dim])]


@stack.samples
def _(make_: Any) -> Any:
    yield ((make_(2), make_(2)),)
    yield (make_(2, 3), make_(2, 3)), -1
    yield (make_(1, 2, 2, 3).permute(0, 3, 1, 2), make_(1, 2, 2, 3).permute(0, 3, 1, 2)), 1


def _joiner(name: str, dim: int, lift: int, doc: str) -> None:
    @composite(f"{name}(Tensor[] tensors) -> Tensor", method=False, doc=doc)
    def join(tensors: Any) -> Any:
        if not tensors:
            raise RuntimeError(f"{name} expects a non-empty TensorList")
        parts = []
        for t in tensors:
            if lift >= 1 and t.ndim == 0:
                t = t.reshape(1)
            if name in ("vstack", "row_stack") and t.ndim == 1:
                t = t.unsqueeze(0)
            if name == "dstack":
                t = t.reshape(1, -1, 1) if t.ndim == 1 else t.unsqueeze(2) if t.ndim == 2 else t
            if name == "column_stack" and t.ndim <= 1:
                t = t.reshape(t.numel(), 1)
            parts.append(t)
        return T.cat(parts, (0 if parts[0].ndim == 1 else 1) if name == "hstack" else dim)


_joiner("hstack", 1, 1, "Joined side by side: along dim 1 (vectors: end to end).\n\n>>> hstack([tensor([1]), tensor([2])])\ntensor([1, 2])\n")
_joiner("vstack", 0, 1, "Joined row-wise: vectors become rows.\n\n>>> vstack([tensor([1]), tensor([2])])\ntensor([[1],\n        [2]])\n")
_joiner("dstack", 2, 1, "Joined along a third dimension.\n\n>>> dstack([tensor([1]), tensor([2])])\ntensor([[[1, 2]]])\n")
_joiner("column_stack", 1, 1, "Joined column-wise: vectors become columns.\n\n>>> column_stack([tensor([1]), tensor([2])])\ntensor([[1, 2]])\n")
alias("row_stack", "vstack")

# -- repeating, turning -------------------------------------------------------------------------------------------------------------


@composite("repeat(Tensor input, int[] repeats) -> Tensor", namespaces=("Tensor",), method=True)
def repeat(input: Any, repeats: Any) -> Any:
    """The tensor tiled along each dimension (a copy).

    >>> tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    n = len(repeats)
    if n < input.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    shape = _tile_shape(input, repeats)
    if any(s < 0 for s in shape):
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(shape)}: [{', '.join(map(str, shape))}]")
    return _tile(input, repeats)


def _tile_shape(input: Any, dims: Any) -> Any:
    n = max(len(dims), len(input.shape))
    reps = (1,) * (n - len(dims)) + tuple(dims)
    shape = (1,) * (n - len(input.shape)) + tuple(input.shape)
    return tuple([a * b for a, b in zip(shape, reps, strict=True)])


@op("_tile(Tensor input, int[] dims) -> Tensor", namespaces=("internal",), method=False, node="RepeatBackward0", label="repeat", dtype=FIRST, spec=_tile_shape)
def _tile(xp: Any, input: Any, dims: Any) -> Any:
    """Copies side by side along each dimension."""
    if 0 in dims:  # NumPy would make the copies along the other dimensions first
        return xp.zeros(_tile_shape(input, dims), input.dtype)
    return xp.tile(input, dims)


@_tile.vjp("input", rule="copies of g summed")
def _(g: Any, input_spec: Any, dims: Any) -> Any:
    shape = input_spec.shape
    n = len(dims)
    full = (1,) * (n - len(shape)) + tuple(shape)
    if 0 in dims or 0 in full:
        return g.new_zeros(shape)
    split: list[int] = []
    for r, s in zip(dims, full, strict=True):
        split += [r, s]
    return g.reshape(split).sum(list(range(0, 2 * n, 2))).reshape(shape)


@_tile.samples
def _(make_: Any) -> Any:
    yield make_(2, 3), (2, 1, 2)


@composite("tile(Tensor input, int[] dims) -> Tensor")
def tile(input: Any, dims: Any) -> Any:
    """The tensor tiled along each dimension; missing leading repeats are 1.

    >>> tile(tensor([1, 2]), (2,))
    tensor([1, 2, 1, 2])
    """
    return repeat.kernel(input, (1,) * (input.ndim - len(dims)) + tuple(dims))


@op("flip(Tensor input, int[] dims) -> Tensor", dtype=FIRST, spec=lambda input, dims: _flip_spec(input, dims))
def flip(xp: Any, input: Any, dims: Any) -> Any:
    """Dimensions reversed (a copy).

    >>> flip(tensor([1, 2, 3]), (0,))
    tensor([3, 2, 1])
    """
    return xp.flip(input, dims) if input.ndim else input


def _flip_spec(input: Any, dims: Any) -> Any:
    unique_dims(dims, len(input.shape))
    return Laid(input.shape, kept_strides(input))


@flip.vjp("input", rule="g.flip(dims)")
def _(g: Any, dims: Any) -> Any:
    return g.flip(dims)


@flip.samples
def _(make_: Any) -> Any:
    yield make_(2, 3), (0, 1)


@composite("fliplr(Tensor input) -> Tensor", method=True)
def fliplr(input: Any) -> Any:
    """Columns reversed.

    >>> fliplr(tensor([[1, 2]]))
    tensor([[2, 1]])
    """
    if input.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return input.flip([1])


@composite("flipud(Tensor input) -> Tensor", method=True)
def flipud(input: Any) -> Any:
    """Rows reversed.

    >>> flipud(tensor([[1], [2]]))
    tensor([[2],
            [1]])
    """
    if input.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return input.flip([0])


def _roll_spec(input: Any, shifts: Any, dims: Any) -> Any:
    if len(shifts) != (len(dims) or 1):
        if not shifts:
            raise RuntimeError("`shifts` required")
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(shifts)}, dims:{len(dims)}")
    for d in dims:
        wrap_dim(d, len(input.shape), False)
    return tuple(input.shape)


@op("roll(Tensor input, int[1] shifts, int[1] dims=()) -> Tensor", dtype=FIRST, spec=_roll_spec)
def roll(xp: Any, input: Any, shifts: Any, dims: Any) -> Any:
    """Elements shifted along dimensions, wrapping around; without dims, along the flattened tensor.

    >>> roll(tensor([1, 2, 3]), 1)
    tensor([3, 1, 2])
    """
    return xp.roll(input, shifts, dims) if dims else xp.roll(input, shifts[0])


@roll.vjp("input", rule="g.roll(-shifts, dims)")
def _(g: Any, shifts: Any, dims: Any) -> Any:
    return T.roll(g, [-s for s in shifts], list(dims))


@roll.samples
def _(make_: Any) -> Any:
    yield make_(2, 3), 1
    yield make_(2, 3), (1, -1), (0, 1)


def _rot90_spec(input: Any, k: int, dims: Any) -> Any:
    n = len(input.shape)
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if n < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {n}")
    if dims[0] == dims[1] or abs(dims[0] - dims[1]) == n:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    a, b = wrap_dim(dims[0], n), wrap_dim(dims[1], n)
    shape, stride = list(input.shape), list(row_major(input.shape) if k % 4 == 0 else kept_strides(input))
    if k % 2:
        shape[a], shape[b] = shape[b], shape[a]
        stride[a], stride[b] = stride[b], stride[a]
    return Laid(tuple(shape), tuple(stride))


@op("rot90(Tensor input, int k=1, int[] dims=(0,1)) -> Tensor", dtype=FIRST, spec=_rot90_spec)
def rot90(xp: Any, input: Any, k: int, dims: Any) -> Any:
    """Turned by k quarter turns in the plane of two dimensions (a copy).

    >>> rot90(tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    return xp.rot90(input, k, dims)


@rot90.vjp("input", rule="g.rot90(-k, dims)")
def _(g: Any, k: int, dims: Any) -> Any:
    return T.rot90(g, -k, list(dims))


@rot90.samples
def _(make_: Any) -> Any:
    yield (make_(2, 3),)
    yield make_(2, 3, 2), 2, (0, 2)


@composite("repeat_interleave(Tensor input, int repeats, int? dim=None, *, int? output_size=None) -> Tensor")
def repeat_interleave(input: Any, repeats: int, dim: Any, output_size: Any) -> Any:
    """Each element repeated in place along a dimension (without one: of the flattened tensor).

    >>> repeat_interleave(tensor([1, 2]), 2)
    tensor([1, 1, 2, 2])
    """
    if repeats < 0:
        raise RuntimeError("Repeats must be non-negative")
    if dim is None:
        input, dim = input.reshape(-1), 0
    k = wrap_dim(dim, input.ndim)
    if not input.ndim:
        wrap_dim(1, 0)
    shape = input.shape
    if output_size is not None and output_size != shape[k] * repeats:
        raise RuntimeError("repeat_interleave: Invalid output_size")
    wide = input.unsqueeze(k + 1).expand(*shape[: k + 1], repeats, *shape[k + 1 :])
    return wide.clone(memory_format=contiguous_format).view(*shape[:k], shape[k] * repeats, *shape[k + 1 :])


@composite("repeat_interleave.tensor(Tensor input, Tensor repeats, int? dim=None, *, int? output_size=None) -> Tensor")
def repeat_interleave_tensor(input: Any, repeats: Any, dim: Any, output_size: Any) -> Any:
    """Each slice repeated as often as ``repeats`` says for it."""
    if dim is None:
        input, dim = input.reshape(-1), 0
    k = wrap_dim(dim, input.ndim)
    if repeats.ndim > 1:
        raise RuntimeError("repeats must be 0-dim or 1-dim tensor")
    if repeats.ndim == 0 or repeats.shape[0] == 1:
        repeats = repeats.reshape(1).expand(input.size(k))
    elif repeats.shape[0] != input.size(k):
        raise RuntimeError(
            f"repeats must have the same size as input along dim, but got repeats.size(0) = {repeats.shape[0]} and input.size(0) = {input.size(k)}"
        )
    return input.index_select(k, repeat_interleave_counts.kernel(repeats, output_size))


@composite("repeat_interleave.counts(Tensor repeats, *, int? output_size=None) -> Tensor", method=False)
def repeat_interleave_counts(repeats: Any, output_size: Any) -> Any:
    """0 repeats[0] times, 1 repeats[1] times, and so on."""
    from ..apply import _cap

    if repeats._dtype not in (dtypes.int32, dtypes.int64):
        raise NotImplementedError(f"\"repeat_interleave_cpu\" not implemented for '{_cap(repeats._dtype)}'")
    if repeats.ndim != 1:
        raise RuntimeError("repeat_interleave only accept 1D vector as repeat")
    counts = repeats.detach().tolist()
    if any(n < 0 for n in counts):
        raise RuntimeError("repeats can not be negative")
    total = sum(counts)
    if output_size is not None and output_size != total:
        raise RuntimeError("allocated size does not match required size")
    limits.check((total,), dtypes.int64, "repeat_interleave")
    b = by_name(repeats.device.type)
    return make(b.xp.repeat(b.xp.arange(len(counts)), counts).astype(b.np_dtype(repeats._dtype)), repeats._dtype)


def meshgrid(*tensors: Any, indexing: Any = None) -> Any:
    """Coordinate grids of vectors, views: 'ij' (default) or 'xy' order.

    >>> meshgrid(tensor([1, 2]), tensor([3]), indexing='ij')
    (tensor([[1],
            [2]]), tensor([[3],
            [3]]))
    """
    parts = list(given_tensors(tensors))
    if not parts:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    for t in parts:
        if t.ndim > 1:
            fail(RuntimeError, f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {t!r}", kind="dim", op="meshgrid")
        if t._dtype is not parts[0]._dtype:
            fail(RuntimeError, "meshgrid expects all tensors to have the same dtype", kind="dtype", op="meshgrid", hints=["x.to(y.dtype)"])
        if t.device != parts[0].device:
            raise RuntimeError("meshgrid expects all tensors to have the same device")
    if indexing is not None and not isinstance(indexing, str):
        raise TypeError(f"meshgrid(): argument 'indexing' must be str, not {type(indexing).__name__}")
    if indexing is None:
        warn("torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.", once="meshgrid")
    elif indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    swap = indexing == "xy" and len(parts) >= 2
    if swap:
        parts[0], parts[1] = parts[1], parts[0]
    shape = [t.numel() for t in parts]
    n = len(parts)
    grids = [t.view([1] * k + [-1] + [1] * (n - k - 1)).expand(shape) for k, t in enumerate(parts)]
    if swap:
        grids[0], grids[1] = grids[1], grids[0]
    return tuple(grids)


composite("meshgrid(Any tensors, *, str? indexing=None) -> Tensor[]", method=False, doc=meshgrid.__doc__)(
    lambda tensors, indexing: meshgrid(tensors, indexing=indexing)
)
spread_function("meshgrid", meshgrid)


def broadcast_tensors(*tensors: Any) -> Any:
    """Views of tensors in their common shape.

    >>> broadcast_tensors(tensor([1, 2]), tensor([[3]]))
    (tensor([[1, 2]]), tensor([[3, 3]]))
    """
    parts = given_tensors(tensors) if len(tensors) != 1 else given_tensors((list(tensors),))
    shape = broadcast_shapes([tuple(t.shape) for t in parts]) if parts else ()
    return tuple(t if tuple(t.shape) == shape else t.expand(shape) for t in parts)


composite("broadcast_tensors(Any tensors) -> Tensor[]", method=False, doc=broadcast_tensors.__doc__)(lambda tensors: broadcast_tensors(tensors))
spread_function("broadcast_tensors", broadcast_tensors)


def cartesian_prod(*tensors: Any) -> Any:
    """All combinations of one element of each vector, a row each.

    >>> cartesian_prod(tensor([1, 2]), tensor([3]))
    tensor([[1, 3],
            [2, 3]])
    """
    parts = given_tensors((list(tensors),))
    for t in parts:
        if t.ndim != 1:
            raise RuntimeError("Expect a 1D vector, but got shape [" + ", ".join(map(str, t.shape)) + "]")
    if not parts:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    if len(parts) == 1:
        return parts[0]
    return T.stack([g.flatten() for g in meshgrid(*parts, indexing="ij")], 1)


composite("cartesian_prod(Any tensors) -> Tensor", method=False, doc=cartesian_prod.__doc__)(lambda tensors: cartesian_prod(tensors))
spread_function("cartesian_prod", cartesian_prod)


@composite("combinations(Tensor input, int r=2, bool with_replacement=False) -> Tensor", method=False)
def combinations(input: Any, r: int, with_replacement: bool) -> Any:
    """All choices of r elements of a vector, in order, a row each.

    >>> combinations(tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    import itertools
    import math

    if input.ndim != 1:
        raise RuntimeError("Expect a 1D vector, but got shape [" + ", ".join(map(str, input.shape)) + "]")
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    if r == 0:
        return input.new_empty(0)
    n = input.shape[0]
    rows = math.comb(n + r - 1 if with_replacement else n, r) if n else 0
    limits.check((rows, r), dtypes.int64, "combinations")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    columns = list(zip(*choose(range(n), r), strict=True)) or [()] * r
    return T.stack([input.index_select(0, T.tensor(c, dtype=dtypes.int64, device=input.device)) for c in columns], 1)


def _block_shape(tensors: Any) -> Any:
    rows = cols = 0
    for k, s in enumerate(tensors):
        if len(s.shape) > 2:
            raise RuntimeError(f"torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {k} has {len(s.shape)} dimensions")
        shape = (1,) * (2 - len(s.shape)) + tuple(s.shape)
        rows, cols = rows + shape[0], cols + shape[1]
    return (rows, cols)


@op(
    "_block_diag(Tensor[] tensors) -> Tensor",
    namespaces=("internal",),
    method=False,
    node="BlockDiagBackward0",
    label="block_diag",
    dtype=lambda o, d, z, n, v: _cat_policy(o, d, z, n, v),
    spec=_block_shape,
)
def _block_diag(xp: Any, tensors: Any) -> Any:
    """Matrices along the diagonal of zeros."""
    parts = [t.reshape((1,) * (2 - t.ndim) + t.shape) for t in tensors]
    out = xp.zeros((sum(t.shape[0] for t in parts), sum(t.shape[1] for t in parts)), dtype=parts[0].dtype)
    row = col = 0
    for t in parts:
        out[row : row + t.shape[0], col : col + t.shape[1]] = t
        row, col = row + t.shape[0], col + t.shape[1]
    return out


@_block_diag.vjp("tensors", rule="the blocks of g")
def _(g: Any, tensors_spec: Any) -> Any:
    out, row, col = [], 0, 0
    for s in tensors_spec:
        rows, cols = (1,) * (2 - len(s.shape)) + tuple(s.shape)
        out.append(g.narrow(0, row, rows).narrow(1, col, cols).reshape(s.shape))
        row, col = row + rows, col + cols
    return out


@_block_diag.samples
def _(make_: Any) -> Any:
    yield ((make_(2, 3), make_(2), make_()),)


def block_diag(*tensors: Any) -> Any:
    """A matrix with the given matrices (or vectors, or numbers) along its diagonal, zeros elsewhere.

    >>> block_diag(tensor([[1, 2]]), tensor(3))
    tensor([[1, 2, 0],
            [0, 0, 3]])
    """
    parts = given_tensors((list(tensors),))
    return _block_diag(list(parts)) if parts else T.empty(1, 0)


composite("block_diag(Any tensors) -> Tensor", method=False, doc=block_diag.__doc__)(lambda tensors: block_diag(tensors))
spread_function("block_diag", block_diag)

# -- plain writes -------------------------------------------------------------------------------------------------------------------


@op("copy_(Tensor(a!) input, Tensor|Scalar src, bool non_blocking=False) -> Tensor(a!)", kind="write", node="CopyBackwards", label="copy")
def copy_(xp: Any, input: Any, src: Any, non_blocking: bool) -> Any:
    """Write src's values, broadcast and cast; returns the tensor.

    >>> zeros(2).copy_(tensor([1, 2]))
    tensor([1., 2.])
    """
    return src


def _nothing(g: Any) -> Any:
    return T.zeros_like(g)


copy_.vjp("input", rule="0")(_nothing)


@copy_.vjp("src", rule="g")
def _(g: Any) -> Any:
    return g


@op("fill_(Tensor(a!) input, Scalar value) -> Tensor(a!)", kind="write", node="FillBackward2", label="fill", wants_tensor=True)
def fill_(input: Any, value: Any) -> Any:
    """Write one value everywhere; returns the tensor.

    >>> zeros(2).fill_(7)
    tensor([7., 7.])
    """
    return check_scalar(value, input._dtype)


@op("fill_.Tensor(Tensor(a!) input, Tensor value) -> Tensor(a!)", kind="write", node="FillBackward3", label="fill")
def fill_tensor_(input: Any, value: Any) -> Any:
    """Write the value of a 0-d tensor everywhere."""
    if getattr(value, "shape", ()):
        raise RuntimeError(f"fill_ only supports 0-dimension value tensor but got tensor with {len(value.shape)} dimensions.")
    return value


fill_.vjp("input", rule="0")(_nothing)
fill_tensor_.vjp("input", rule="0")(_nothing)


@fill_tensor_.vjp("value", rule="sum(g)")
def _(g: Any) -> Any:
    return g.sum()


@op("zero_(Tensor(a!) input) -> Tensor(a!)", kind="write", node="ZeroBackward0", label="zero")
def zero_(input: Any) -> Any:
    """Write zeros; returns the tensor.

    >>> ones(2).zero_()
    tensor([0., 0.])
    """
    return 0


zero_.vjp("input", rule="0")(_nothing)


def _fill_spec(input: Any, value: Any) -> Any:
    if isinstance(value, Spec):
        if value.shape:
            raise RuntimeError(f"fill_ only supports 0-dimension value tensor but got tensor with {len(value.shape)} dimensions.")
    else:
        check_scalar(value, input.dtype)
    return Laid(input.shape, kept_strides(input))


@op("fill(Tensor input, Scalar value) -> Tensor", dtype=FIRST, method=False, spec=_fill_spec)
def fill(xp: Any, input: Any, value: Any) -> Any:
    """A tensor of input's shape and dtype with one value everywhere.

    >>> fill(zeros(2), 7)
    tensor([7., 7.])
    """
    if input.dtype.kind == "u":
        value = xp.asarray(int(value)).astype(input.dtype)  # -1 wraps
    return xp.full(input.shape, value, dtype=input.dtype)


@op(
    "fill.Tensor(Tensor input, Tensor value) -> Tensor",
    dtype=FIRST,
    method=False,
    keep_dtype=("value",),
    node="FillBackward1",
    spec=_fill_spec,
)
def fill_tensor(xp: Any, input: Any, value: Any) -> Any:
    """A tensor of input's shape and dtype with the value of a 0-d tensor everywhere."""
    return xp.full(input.shape, value.astype(input.dtype), dtype=input.dtype)


fill.vjp("input", rule="0")(_nothing)
fill_tensor.vjp("input", rule="0")(_nothing)


@fill_tensor.vjp("value", rule="sum(g)")
def _(g: Any) -> Any:
    return g.sum()


@fill_tensor.samples
def _(make_: Any) -> Any:
    yield make_(2, 3), make_()


# -- writes to geometry ---------------------------------------------------------------------------------------------------------------


def _inplace_view(name: str, nodes: dict[str, str]) -> None:
    """x.t_(): the tensor itself gets the geometry that x.t() has."""
    family = METHODS[name].__wrapped__.renamed(name + "_")
    twins: dict[str, Op] = {}

    def method(*args: Any, **kwargs: Any) -> Tensor:
        chosen, values = family.resolve(args, kwargs, True)
        self: Tensor = values[0]
        if chosen.kind != "view":  # an alias of a view: swapaxes
            chosen, values = METHODS["transpose"].__wrapped__.resolve(tuple(values), {}, True)
        twin = twins.get(chosen.name)
        if twin is None:
            twin = twins[chosen.name] = Op(chosen.text.replace("(", "_(", 1), chosen.kernel, "view", {"node": nodes[chosen.name], "label": chosen.label})
            twin.vjps.update(chosen.vjps)
            if "check" in chosen.options:
                twin.options["check"] = chosen.options["check"]
        check_writable(self, twin, False, memory=False)
        from ..apply import Step, spec_of

        if "check" in twin.options:
            twin.options["check"](*values)
        shape, stride, offset = twin.kernel(self.shape, self.stride(), self.storage_offset(), *values[1:])
        s = storage_of(self)
        e = extras(self)
        if type(self._data) not in CELLS:
            from ..tensors import own

            own(self)
            if e.view is not None:
                e.view = View(e.view.base, (*e.view.chain, Step(twin, values, spec_of(self), 0)), s.version, e.view.creation)
            out = make(backend_of(self._data).strided(s.buffer, self._dtype, shape, stride, offset), self._dtype)
        elif shape:
            from ..tensors import own

            own(self)
            out = make(backend_of(self._data).strided(s.buffer, self._dtype, shape, stride, offset), self._dtype)
        else:
            out = make(self._data, self._dtype)
        if state.grad:
            record_view(twin, values, [out])
        self._data = out._data
        e.offset = offset
        if out._node is not None:
            self._node, self._out = out._node, out._out
        s.wrote(name + "_", state.where)
        if e.view is not None:
            e.view.version = s.version
        return self

    method.__name__ = name + "_"
    method.__qualname__ = f"Tensor.{name}_"
    method.__doc__ = f"In-place {name}(): the tensor itself gets the new geometry."
    attach(name + "_", method)


_inplace_view("t", {"t": "TBackward1"})
_inplace_view("transpose", {"transpose": "TransposeBackward1"})
_inplace_view("swapaxes", {"transpose": "TransposeBackward1"})
_inplace_view("swapdims", {"transpose": "TransposeBackward1"})
_inplace_view("squeeze", {"squeeze": "SqueezeBackward3", "squeeze.dim": "SqueezeBackward4", "squeeze.dims": "SqueezeBackward5"})
_inplace_view("unsqueeze", {"unsqueeze": "UnsqueezeBackward1"})
_inplace_view("as_strided", {"as_strided": "AsStridedBackward1"})


def _resize_(self: Tensor, *size: Any, memory_format: Any = None) -> Tensor:
    """Another size for the same memory, which grows (with zeros) where it must.

    >>> tensor([1, 2, 3, 4]).resize_(2, 2)
    tensor([[1, 2],
            [3, 4]])
    """
    shape = tuple(size[0]) if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
    for k, s in enumerate(shape):
        if not hasattr(s, "__index__") or isinstance(s, (str, type)) or (isinstance(s, Tensor) and s._dtype.category > dtypes.INT):
            place = (
                f"(position {k + 1})"
                if len(size) == len(shape)
                else f"(position 1) must be tuple of ints, but found element of type {type(s).__name__} at pos {k}"
            )
            raise TypeError(f"resize_(): argument 'size' {place}" + ("" if "found" in place else f" must be tuple of ints, not {type(s).__name__}"))
    shape = tuple([int(s) for s in shape])
    if node_of(self) is not None:
        fail(RuntimeError, "cannot resize variables that require grad", kind="inplace", op="resize_", hints=["x.detach().resize_(...), or x.reshape(...)."])
    n = 1
    for s in shape:
        n *= s
    if any(s < 0 for s in shape):
        raise RuntimeError("numel: integer multiplication overflow")
    stride = row_major(shape)
    if memory_format is not None:
        from ..formats import check, fresh_strides, spelled

        check(memory_format, "resize_")
        if memory_format is preserve_format:
            raise RuntimeError(f"Unsupported memory format{spelled(memory_format)}")
        stride = fresh_strides(memory_format, shape)
    from ..tensors import own

    limits.check(shape, self._dtype, "resize_")
    own(self)
    e = extras(self)
    storage = storage_of(self)
    b = backend_of(self._data)
    need = (e.offset + n) * self._dtype.itemsize
    if need > storage.nbytes:  # other views keep the memory they have, as NumPy arrays cannot grow in place
        grown = b.flat(b.full((need // self._dtype.itemsize,), 0, self._dtype))
        if b.name != "meta":
            grown[: storage.nbytes] = storage.buffer
        storage.buffer, storage.nbytes = grown, need
    self._data = b.strided(storage.buffer, self._dtype, shape, stride, e.offset)
    return self


def _resize_as_(self: Tensor, the_template: Tensor, *, memory_format: Any = None) -> Tensor:
    """resize_() to another tensor's size.

    >>> resize_as_(tensor([1., 2.]), tensor([0.]))
    tensor([1.])
    """
    if not isinstance(self, Tensor):
        raise TypeError(f"resize_as_(): argument 'input' (position 1) must be Tensor, not {type(self).__name__}")
    if not isinstance(the_template, Tensor):
        raise TypeError(f"resize_as_(): argument 'the_template' (position 1) must be Tensor, not {type(the_template).__name__}")
    if memory_format is preserve_format:
        from ..formats import suggested

        memory_format = suggested(the_template)
    return _resize_(self, tuple(the_template.shape), memory_format=memory_format)


attach("resize_", _resize_)
attach("resize_as_", _resize_as_)


def _fill_diagonal_(self: Tensor, fill_value: Any, wrap: bool = False) -> Tensor:
    """Write one value along the main diagonal; with wrap, on from the top again under it where the matrix is tall.

    >>> zeros(2, 2).fill_diagonal_(1)
    tensor([[1., 0.],
            [0., 1.]])
    """
    if isinstance(fill_value, (str, list, tuple, dict)) or fill_value is None:
        raise TypeError(f"fill_diagonal_(): argument 'fill_value' (position 1) must be Number, not {type(fill_value).__name__}")
    shape, stride = tuple(self.shape), self.stride()
    if len(shape) < 2:
        raise RuntimeError("dimensions must larger than 1")
    if len(shape) > 2 and any(s != shape[0] for s in shape):
        raise RuntimeError("all dimensions of input must be of equal length")
    n, step = min(shape), sum(stride)
    if n == 0:
        return self
    METHODS["fill_"](METHODS["as_strided"](self, (n,), (step,), self.storage_offset()), fill_value)
    if wrap and len(shape) == 2 and shape[0] > shape[1] + 1:
        count = -(-shape[0] * shape[1] // (shape[1] + 1)) - n
        start = self.storage_offset() + (shape[1] + 1) * stride[0]
        METHODS["fill_"](METHODS["as_strided"](self, (count,), (step,), start), fill_value)
    return self


attach("fill_diagonal_", _fill_diagonal_)

__all__ = ["clone", "convert", "kept_strides"]

METHODS["as_strided_"].__doc__ = "In-place twin of as_strided(): the tensor itself gets another size and other strides."
for _name in ("fill_", "zero_", "resize_as_", "as_strided_"):
    in_place_function(_name)
