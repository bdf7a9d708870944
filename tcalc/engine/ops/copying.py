"""Ops that move data: clone, contiguous, to and its short forms, joining, repeating, flipping, and the plain writes (copy_, fill_, zero_)."""

from __future__ import annotations

from .. import dtypes
from ..apply import FIRST, SAME, apply, default_device, fit, move, record
from ..apply import TENSORS as T
from ..backends import backend_of, by_name
from ..dtypes import dtype
from ..errors import fail
from ..graph import state
from ..registry import METHODS, alias, attach, composite, op
from ..tensors import CELLS, MemoryFormat, Tensor, contiguous_format, describe, device, make, wrap_dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _copied(t: Tensor, data: Any, d: dtype) -> Tensor:
    return make(data, d)


@op("clone(Tensor input, *, Any memory_format=None) -> Tensor", kind="general", label="clone")
def clone(xp: Any, input: Any, memory_format: Any) -> Any:
    """A copy with its own memory; the gradient passes through.

    >>> clone(tensor([1, 2]))
    tensor([1, 2])
    """
    return input


def _clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    d = input._data
    if type(d) in CELLS:
        data = d
    else:
        b = backend_of(d)
        if memory_format is contiguous_format or not _dense(input):
            data = b.contiguous(d)
        else:
            data = b.copy(d)
        if not data.shape and b.name == "cpu":
            data = input._dtype.python_type(data[()])
    out = make(data, input._dtype)
    if state.grad:
        record(clone, [input, memory_format], [out])
    else:
        from ..apply import mark_untracked

        mark_untracked(clone, [input, memory_format], [out])
    return out


def _dense(t: Tensor) -> bool:
    """Whether the elements fill a block of memory in some order of dimensions."""
    expected = 1
    for step, size in sorted(zip(t.stride(), t.shape, strict=True)):
        if size == 1:
            continue
        if step != expected:
            return False
        expected *= size
    return True


@clone.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@clone.samples
def _(make_: Any) -> Any:
    yield (make_(2, 3),)


# clone runs outside apply's general path, which would make every result row-major.
_clone.__doc__ = clone.doc


@composite("contiguous(Tensor input, *, Any memory_format=None) -> Tensor")
def contiguous(input: Any, memory_format: Any) -> Any:
    """Itself where row-major, else a row-major copy.

    >>> tensor([[1, 2], [3, 4]]).t().contiguous().stride()
    (2, 1)
    """
    if input.is_contiguous():
        return input
    return METHODS["clone"](input, memory_format=contiguous_format)


@op("_to_copy(Tensor input, *, ScalarType? dtype=None, Device? device=None) -> Tensor", namespaces=("internal",), method=False, node="ToCopyBackward0", label="to", dtype=FIRST)
def to_copy(xp: Any, input: Any, dtype: Any, device: Any) -> Any:
    """A copy in another dtype or on another device."""
    return input


@to_copy.vjp("input", rule="g.to(input's dtype and device)")
def _(g: Any, input_spec: Any) -> Any:
    return METHODS["to"](g, device=input_spec.device, dtype=input_spec.dtype)


def convert(t: Tensor, d: dtype, where: device) -> Tensor:
    """A copy of t in a dtype on a device, recorded."""
    data = t._data
    if type(data) in CELLS:
        data = d.round(data)
    else:
        b = backend_of(data)
        if d is not t._dtype:
            token = b.guard()
            try:
                data = b.astype(data, d)
            finally:
                b.unguard(token)
        elif where == t.device:
            data = b.copy(data)
        if b.name == "cpu" and not data.shape and where.type == "cpu":
            data = d.python_type(data[()])
    if where != t.device:
        data = move(data, d, where)
    out = make(data, d)
    if state.grad and d.category >= dtypes.FLOAT:
        record(to_copy, [t, d, where], [out])
    elif not state.grad:
        from ..apply import mark_untracked

        mark_untracked(to_copy, [t, d, where], [out])
    return out


def _to(self: Tensor, *args: Any, dtype: Any = None, device: Any = None, non_blocking: bool = False, copy: bool = False, memory_format: Any = None, other: Any = None) -> Tensor:
    """The tensor in another dtype or on another device: itself where nothing changes.

    >>> tensor([1, 2]).to(float32)
    tensor([1., 2.])
    """
    rest = list(args)
    if other is not None:
        rest.insert(0, other)
    for a in list(rest):
        if isinstance(a, Tensor):
            dtype, device = a._dtype, a.device
        elif isinstance(a, dtypes.dtype):
            dtype = a
        elif isinstance(a, (str, _device)) or (type(a) is int and device is None):
            device = a
        elif type(a) is bool:
            copy = a if rest.index(a) else copy
        elif a in (float, int, bool):
            dtype = {float: dtypes.get_default_dtype(), int: dtypes.int64, bool: dtypes.bool_}[a]
        elif a is not None:
            fail(
                TypeError,
                f"to() received an invalid combination of arguments - got ({', '.join(type(x).__name__ for x in args)}), but expected one of:\n"
                " * (torch.device device = None, torch.dtype dtype = None, bool non_blocking = False, bool copy = False, *, "
                "torch.memory_format memory_format = None)\n"
                " * (torch.dtype dtype, bool non_blocking = False, bool copy = False, *, torch.memory_format memory_format = None)\n"
                " * (Tensor tensor, bool non_blocking = False, bool copy = False, *, torch.memory_format memory_format = None)\n",
                kind="signature",
                op="to",
            )
    if dtype in (float, int, bool):
        dtype = {float: dtypes.get_default_dtype(), int: dtypes.int64, bool: dtypes.bool_}[dtype]
    d = dtype or self._dtype
    where = self.device if device is None else _device(device)
    if where.type == "cuda":
        where = by_name("cuda").resolve(where)
    if d is self._dtype and where == self.device and not copy:
        return self
    return convert(self, d, where)


_device = device


def _register() -> None:
    attach("clone", _method_clone)
    attach("to", _to)
    for name, d in (("float", dtypes.float32), ("double", dtypes.float64), ("half", dtypes.float16), ("bfloat16", dtypes.bfloat16), ("int", dtypes.int32),
                    ("long", dtypes.int64), ("short", dtypes.int16), ("char", dtypes.int8), ("byte", dtypes.uint8), ("bool", dtypes.bool_)):  # fmt: skip
        attach(name, _caster(name, d))

    def cpu(self: Tensor, memory_format: Any = None) -> Tensor:
        """The tensor in host memory: itself where it is there already."""
        return _to(self, device="cpu")

    def cuda(self: Tensor, device: Any = None, non_blocking: bool = False, memory_format: Any = None) -> Tensor:
        """The tensor on a CUDA device (the current one unless told); RuntimeError where there is none."""
        return _to(self, device="cuda" if device is None else device)

    def type_(self: Tensor, dtype: Any = None, non_blocking: bool = False) -> Any:
        """The name of its type, as torch.FloatTensor; with a dtype, the tensor in it."""
        if dtype is None:
            from ..graph import _TYPE_NAMES

            where = "torch.cuda." if self.is_cuda else "torch."
            return f"{where}{_TYPE_NAMES[self._dtype.name]}Tensor"
        if isinstance(dtype, str):
            from ..graph import _TYPE_NAMES

            by_type = {f"torch.{v}Tensor": k for k, v in _TYPE_NAMES.items()}
            if dtype not in by_type:
                raise ValueError(f"invalid type: '{dtype}'")
            dtype = dtypes.BY_NAME[by_type[dtype]]
        return _to(self, dtype=dtype)

    def type_as(self: Tensor, other: Tensor) -> Tensor:
        """The tensor in other's dtype."""
        return _to(self, dtype=other._dtype, device=other.device)

    attach("cpu", cpu)
    attach("cuda", cuda)
    attach("type", type_)
    attach("type_as", type_as)


def _method_clone(self: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy with its own memory; the gradient passes through."""
    return _clone(self, memory_format=memory_format)


def _caster(name: str, d: dtype) -> Any:
    def cast(self: Tensor, memory_format: Any = None) -> Tensor:
        return _to(self, dtype=d)

    cast.__name__ = name
    cast.__doc__ = f"The tensor as {d.name}: itself where it is already."
    return cast


_register()

# -- joining ------------------------------------------------------------------------------------------------------------------------


def _cat_policy(o: Any, dims: Any, zeros: Any, numbers: Any, values: Any) -> Any:
    if not values[0]:
        raise ValueError("expected a non-empty list of Tensors") if o.public == "cat" else RuntimeError("stack expects a non-empty TensorList")
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
                        f"tensors[{j}] [{','.join(('(' + str(v) + ')') if m == k else str(v) for m, v in enumerate(t.shape))}]"
                        for j, t in enumerate(tensors)
                    ]
                    + [f"dim {k} differs, and only dim {d} may."],
                    hints=[f"dim={j} works." for j in works] or ["No dim works for these shapes."],
                )
        total += s.shape[d]
    return (*first[:d], total, *first[d + 1 :])


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
    k = wrap_dim(dim, len(first) + 1)
    return (*first[:k], len(tensors), *first[k:])


@stack.vjp("tensors", rule="g unbound along dim")
def _(g: Any, dim: int) -> Any:
    return [g.select(dim, k) for k in range(g.shape[dim])]


@stack.samples
def _(make_: Any) -> Any:
    yield ((make_(2), make_(2)),)
    yield (make_(2, 3), make_(2, 3)), -1


def _joiner(name: str, dim: int, lift: int, doc: str) -> None:
    @composite(f"{name}(Tensor[] tensors) -> Tensor", method=False, doc=doc)
    def join(tensors: Any) -> Any:
        parts = []
        for t in tensors:
            if lift >= 1 and t.ndim == 0:
                t = t.reshape(1)
            if name in ("vstack", "row_stack") and t.ndim == 1:
                t = t.unsqueeze(0)
            if name == "dstack":
                t = t.reshape(1, -1, 1) if t.ndim == 1 else t.unsqueeze(2) if t.ndim == 2 else t
            if name == "column_stack" and t.ndim == 1:
                t = t.unsqueeze(1)
            parts.append(t)
        return T.cat(parts, (0 if parts[0].ndim == 1 else 1) if name == "hstack" else dim)


_joiner("hstack", 1, 1, "Joined side by side: along dim 1 (vectors: end to end).\n\n>>> hstack([tensor([1]), tensor([2])])\ntensor([1, 2])\n")
_joiner("vstack", 0, 1, "Joined row-wise: vectors become rows.\n\n>>> vstack([tensor([1]), tensor([2])])\ntensor([[1],\n        [2]])\n")
_joiner("dstack", 2, 1, "Joined along a third dimension.")
_joiner("column_stack", 1, 1, "Joined column-wise: vectors become columns.")
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
    if any(r < 0 for r in repeats):
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(repeats)}: [{', '.join(map(str, repeats))}]")
    return _tile(input, repeats)


def _tile_shape(input: Any, dims: Any) -> Any:
    n = max(len(dims), len(input.shape))
    reps = (1,) * (n - len(dims)) + tuple(dims)
    shape = (1,) * (n - len(input.shape)) + tuple(input.shape)
    return tuple([a * b for a, b in zip(shape, reps, strict=True)])


@op("_tile(Tensor input, int[] dims) -> Tensor", namespaces=("internal",), method=False, node="RepeatBackward0", label="repeat", dtype=FIRST, spec=_tile_shape)
def _tile(xp: Any, input: Any, dims: Any) -> Any:
    """Copies side by side along each dimension."""
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
    return _tile(input, (1,) * (input.ndim - len(dims)) + tuple(dims))


@op("flip(Tensor input, int[] dims) -> Tensor", dtype=FIRST, spec=lambda input, dims: tuple(input.shape))
def flip(xp: Any, input: Any, dims: Any) -> Any:
    """Dimensions reversed (a copy).

    >>> flip(tensor([1, 2, 3]), (0,))
    tensor([3, 2, 1])
    """
    n = input.ndim
    axes = tuple([wrap_dim(d, n) for d in dims])
    if len(set(axes)) != len(axes):
        raise RuntimeError(f"dim {axes[0]} appears multiple times in the list of dims")
    return xp.flip(input, axes) if n else input


@flip.vjp("input", rule="g.flip(dims)")
def _(g: Any, dims: Any) -> Any:
    return g.flip(dims)


@flip.samples
def _(make_: Any) -> Any:
    yield make_(2, 3), (0, 1)


@composite("fliplr(Tensor input) -> Tensor")
def fliplr(input: Any) -> Any:
    """Columns reversed.

    >>> fliplr(tensor([[1, 2]]))
    tensor([[2, 1]])
    """
    return input.flip([1])


@composite("flipud(Tensor input) -> Tensor")
def flipud(input: Any) -> Any:
    """Rows reversed.

    >>> flipud(tensor([[1], [2]]))
    tensor([[2],
            [1]])
    """
    return input.flip([0])


@op("roll(Tensor input, int[1] shifts, int[1] dims=()) -> Tensor", dtype=FIRST, spec=lambda input, shifts, dims: tuple(input.shape))
def roll(xp: Any, input: Any, shifts: Any, dims: Any) -> Any:
    """Elements shifted along dimensions, wrapping around; without dims, along the flattened tensor.

    >>> roll(tensor([1, 2, 3]), 1)
    tensor([3, 1, 2])
    """
    if not dims:
        if len(shifts) != 1:
            raise RuntimeError(f"shifts and dimensions must align. shifts: {len(shifts)}, dims:0")
        return xp.roll(input, shifts[0])
    if len(shifts) != len(dims):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(shifts)}, dims:{len(dims)}")
    return xp.roll(input, shifts, dims)


@roll.vjp("input", rule="g.roll(-shifts, dims)")
def _(g: Any, shifts: Any, dims: Any) -> Any:
    return T.roll(g, [-s for s in shifts], list(dims))


@roll.samples
def _(make_: Any) -> Any:
    yield make_(2, 3), 1
    yield make_(2, 3), (1, -1), (0, 1)


@composite("rot90(Tensor input, int k=1, int[] dims=(0,1)) -> Tensor")
def rot90(input: Any, k: int, dims: Any) -> Any:
    """Turned by k quarter turns in the plane of two dimensions.

    >>> rot90(tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    a, b = dims
    k %= 4
    if k == 0:
        return input.clone()
    if k == 2:
        return input.flip([a, b])
    return input.flip([b]).transpose(a, b) if k == 1 else input.flip([a]).transpose(a, b)


@composite("repeat_interleave(Tensor input, int repeats, int? dim=None) -> Tensor")
def repeat_interleave(input: Any, repeats: int, dim: Any) -> Any:
    """Each element repeated in place along a dimension (without one: of the flattened tensor).

    >>> repeat_interleave(tensor([1, 2]), 2)
    tensor([1, 1, 2, 2])
    """
    if dim is None:
        input, dim = input.reshape(-1), 0
    k = wrap_dim(dim, input.ndim)
    shape = input.shape
    return input.unsqueeze(k + 1).expand(*shape[: k + 1], repeats, *shape[k + 1 :]).reshape(*shape[:k], shape[k] * repeats, *shape[k + 1 :])


@composite("meshgrid(Any tensors, *, str? indexing=None) -> Tensor[]", method=False)
def _meshgrid(tensors: Any, indexing: Any) -> Any:
    """Coordinate grids of vectors, views."""
    return meshgrid(tensors, indexing=indexing)


def meshgrid(*tensors: Any, indexing: Any = None) -> Any:
    """Coordinate grids of vectors: 'ij' (default) or 'xy' order.

    >>> meshgrid(tensor([1, 2]), tensor([3]), indexing='ij')
    (tensor([[1],
            [2]]), tensor([[3],
            [3]]))
    """
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    if indexing is None:
        from ..graph import warn

        warn("torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.", once="meshgrid")
    elif indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    swap = indexing == "xy" and len(tensors) >= 2
    parts = [t.reshape(-1) for t in tensors]
    if swap:
        parts[0], parts[1] = parts[1], parts[0]
    shape = [p.shape[0] for p in parts]
    n = len(parts)
    grids = [p.view([1] * k + [-1] + [1] * (n - k - 1)).expand(shape) for k, p in enumerate(parts)]
    if swap:
        grids = [g.transpose(0, 1) for g in grids]
        grids[0], grids[1] = grids[1], grids[0]
    return tuple(grids)


def _spread_function(name: str, fn: Any) -> None:
    from ..registry import FAMILIES, NAMESPACES

    NAMESPACES["torch"][name] = fn
    fn.__wrapped__ = FAMILIES[f"torch.{name}"]


_spread_function("meshgrid", meshgrid)


@composite("broadcast_tensors(Any tensors) -> Tensor[]", method=False)
def _broadcast_tensors(tensors: Any) -> Any:
    """Views of tensors in their common shape."""
    return broadcast_tensors(tensors)


def broadcast_tensors(*tensors: Any) -> Any:
    """Views of tensors in their common shape.

    >>> broadcast_tensors(tensor([1, 2]), tensor([[3]]))
    (tensor([[1, 2]]), tensor([[3, 3]]))
    """
    from ..apply import broadcast_shapes

    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    shape = broadcast_shapes([tuple(t.shape) for t in tensors])
    return tuple(t.expand(shape) for t in tensors)


_spread_function("broadcast_tensors", broadcast_tensors)

# -- plain writes -------------------------------------------------------------------------------------------------------------------


@op("copy_(Tensor(a!) input, Tensor|Scalar src, bool non_blocking=False) -> Tensor(a!)", kind="write", node="CopyBackwards", label="copy")
def copy_(xp: Any, input: Any, src: Any, non_blocking: bool) -> Any:
    """Write src's values, broadcast and cast; returns the tensor.

    >>> zeros(2).copy_(tensor([1, 2]))
    tensor([1., 2.])
    """
    return src


@copy_.vjp("input", rule="0")
def _(g: Any) -> Any:
    return g * 0


@copy_.vjp("src", rule="g")
def _(g: Any) -> Any:
    return g


@op("fill_(Tensor(a!) input, Tensor|Scalar value) -> Tensor(a!)", kind="write", node="FillBackward0", label="fill")
def fill_(xp: Any, input: Any, value: Any) -> Any:
    """Write one value everywhere; returns the tensor.

    >>> zeros(2).fill_(7)
    tensor([7., 7.])
    """
    if getattr(value, "shape", ()):
        raise RuntimeError(f"fill_ only supports 0-dimension value tensor but got tensor with {len(value.shape)} dimensions.")
    return value


@fill_.vjp("input", rule="0")
def _(g: Any) -> Any:
    return g * 0


@fill_.vjp("value", rule="sum(g)")
def _(g: Any) -> Any:
    return g


@op("zero_(Tensor(a!) input) -> Tensor(a!)", kind="write", node="ZeroBackward0", label="zero")
def zero_(xp: Any, input: Any) -> Any:
    """Write zeros; returns the tensor.

    >>> ones(2).zero_()
    tensor([0., 0.])
    """
    return 0


@zero_.vjp("input", rule="0")
def _(g: Any) -> Any:
    return g * 0


def _inplace_view(name: str, view: str) -> None:
    def method(self: Tensor, *args: Any) -> Tensor:
        out = METHODS[view](self, *args)
        self._data = out._data
        e, o = self._ext, out._ext
        if e is not None and o is not None:
            e.offset = o.offset
        if out._node is not None:
            self._node, self._out = out._node, out._out
        return self

    method.__name__ = name
    method.__doc__ = f"In-place {view}(): the tensor itself gets the new geometry."
    attach(name, method)


for _name, _view in (("t_", "t"), ("transpose_", "transpose"), ("squeeze_", "squeeze"), ("unsqueeze_", "unsqueeze")):
    _inplace_view(_name, _view)


def _resize_(self: Tensor, *size: Any) -> Tensor:
    """Another size for the same memory, grown with zeros where it must."""
    shape = tuple(size[0]) if len(size) == 1 and isinstance(size[0], (tuple, list)) else tuple(size)
    if self.requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    n = 1
    for s in shape:
        n *= s
    flat = METHODS["clone"](self.reshape(-1)) if self.numel() else METHODS["new_zeros"](self, 0)  # type: ignore[attr-defined]
    if n > flat.numel():
        flat = T.cat([flat, METHODS["new_zeros"](self, n - flat.numel())])
    out = flat[:n].clone().view(shape)
    self._data = out._data
    self._ext = out._ext
    return self


attach("resize_", _resize_)

__all__ = ["MemoryFormat", "SAME", "apply", "default_device", "describe", "fit"]
