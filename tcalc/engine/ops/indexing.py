"""Indexing: x[...] read and written, gather and scatter, masks, triangles. Basic indices are views; tensors, lists and masks copy."""

from __future__ import annotations

from .. import dtypes
from ..apply import FIRST, SAME, DataDependent
from ..apply import TENSORS as T
from ..errors import fail
from ..registry import METHODS, composite, op
from ..tensors import CELLS, Tensor, describe, own, wrap_dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# -- gradients of views: zeros with a part filled in --------------------------------------------------------------------------------


@op("select_backward(Tensor grad, int[] input_sizes, int dim, int index) -> Tensor", method=False, dtype=FIRST, spec=lambda grad, input_sizes, dim, index: tuple(input_sizes))
def select_backward(xp: Any, grad: Any, input_sizes: Any, dim: int, index: int) -> Any:
    """Zeros of a size with grad at one index of a dimension."""
    out = xp.zeros(input_sizes, dtype=grad.dtype)
    at: list[Any] = [slice(None)] * len(input_sizes)
    at[dim] = index
    out[tuple(at)] = grad
    return out


@select_backward.vjp("grad", rule="g.select(dim, index)")
def _(g: Any, dim: int, index: int) -> Any:
    return g.select(dim, index)


@select_backward.samples
def _(make: Any) -> Any:
    yield make(3), [2, 3], 0, 1


@op(
    "slice_backward(Tensor grad, int[] input_sizes, int dim, int? start, int? end, int step) -> Tensor",
    method=False, dtype=FIRST, spec=lambda grad, input_sizes, dim, start, end, step: tuple(input_sizes),
)  # fmt: skip
def slice_backward(xp: Any, grad: Any, input_sizes: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    """Zeros of a size with grad in a range of a dimension."""
    out = xp.zeros(input_sizes, dtype=grad.dtype)
    at: list[Any] = [slice(None)] * len(input_sizes)
    at[dim] = slice(start, end, step)
    out[tuple(at)] = grad
    return out


@slice_backward.vjp("grad", rule="g[start:end:step]")
def _(g: Any, dim: int, start: Any, end: Any, step: int) -> Any:
    from .views import slice_

    return slice_(g, dim, start, end, step)


@slice_backward.samples
def _(make: Any) -> Any:
    yield make(2, 3), [5, 3], 0, 1, 5, 2


# -- x[...] -------------------------------------------------------------------------------------------------------------------------


def _is_index_tensor(k: Any) -> bool:
    return isinstance(k, (Tensor, list)) or (hasattr(k, "__array_interface__") and getattr(k, "shape", ()) != ())


def _split_index(t: Tensor, index: Any) -> tuple[Tensor, list[Any] | None]:
    """Apply the basic parts as views; (view, advanced indices per dimension or None)."""
    from .factory import from_python
    from .views import alias_, select, slice_, unsqueeze

    keys = list(index) if type(index) is tuple else [index]
    if type(index) is list and any(isinstance(k, slice) or k is None or k is Ellipsis for k in index):
        keys = list(index)
    used = 0
    for n, k in enumerate(keys):
        if isinstance(k, Tensor):
            if k._dtype is dtypes.bool_ or k._dtype is dtypes.uint8:
                used += k.ndim if k._dtype is dtypes.bool_ or k.ndim else k.ndim
                continue
            if k._dtype.category == dtypes.FLOAT or k._dtype.is_complex:
                fail(
                    IndexError,
                    "tensors used as indices must be long, int, byte or bool tensors",
                    kind="index",
                    op="[]",
                    operands=[("index", describe(k))],
                    hints=["idx.long()"],
                )
            if k.ndim == 0:
                keys[n] = int(k.item())
        elif type(k) is bool:
            continue
        elif k is None or k is Ellipsis:
            continue
        elif isinstance(k, list) or isinstance(k, range) or (isinstance(k, tuple) and type(index) is tuple):
            keys[n] = from_python(list(k), None, t.device) if list(k) else from_python([], dtypes.int64, t.device)
            if keys[n]._dtype.category == dtypes.FLOAT:
                raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
            if keys[n]._dtype is dtypes.bool_:
                used += keys[n].ndim
                continue
        elif hasattr(k, "__array_interface__") and getattr(k, "shape", ()) != ():
            keys[n] = from_python(k, None, t.device)
            if keys[n]._dtype is dtypes.bool_:
                used += keys[n].ndim
                continue
        elif not isinstance(k, (slice, int)) and not hasattr(k, "__index__"):
            fail(
                TypeError if isinstance(k, str) else IndexError,
                f"only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got {type(k).__name__})",
                kind="index",
                op="[]",
            )
        used += 1
    if used > t.ndim:
        if t.ndim == 0 and used == 1 and any(isinstance(k, slice) for k in keys):
            raise IndexError("slice() cannot be applied to a 0-dim tensor.")
        if t.ndim == 0 and len(keys) == 1:
            fail(
                IndexError,
                "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number",
                kind="index",
                op="[]",
                hints=["x.item(); x[None] and x[...] work."],
            )
        raise IndexError(f"too many indices for tensor of dimension {t.ndim}")
    if sum(k is Ellipsis for k in keys) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    advanced: list[Any] = []
    dim = removed = 0
    viewed = False
    out = t
    for k in keys:
        if k is Ellipsis:
            dim += t.ndim - used
            advanced += [None] * (t.ndim - used)
            continue
        if k is None:
            out = unsqueeze(out, dim)
            advanced.append(None)
            dim += 1
            viewed = True
        elif type(k) is bool:
            out = unsqueeze(out, dim)
            advanced.append(from_python([k], dtypes.bool_, t.device))
            dim += 1
        elif isinstance(k, slice):
            start, stop, step = (None if v is None else _slice_bound(v) for v in (k.start, k.stop, k.step))
            if step == 0:
                raise ValueError("slice step cannot be zero")
            if step is not None and step < 0:
                fail(ValueError, "step must be greater than zero", kind="index", op="[]", hints=["x.flip(0) reverses (a copy)."])
            size = out.shape[dim]
            if not (start in (None, 0) and (stop is None or stop >= size) and step in (None, 1)):
                out = slice_(out, dim, start, stop, 1 if step is None else step)
                viewed = True
            advanced.append(None)
            dim += 1
        elif isinstance(k, Tensor):
            if k._dtype is dtypes.bool_ or k._dtype is dtypes.uint8:
                if k.ndim == 0:
                    out = unsqueeze(out, dim)
                    advanced.append(k.reshape(1))  # type: ignore[attr-defined]
                    dim += 1
                    continue
                for j in range(k.ndim):
                    if k.shape[j] != out.shape[dim + j]:
                        fail(
                            IndexError,
                            f"The shape of the mask [{', '.join(map(str, k.shape))}] at index {j} does not match the shape of the indexed tensor "
                            f"[{', '.join(map(str, out.shape))}] at index {dim + j}",
                            kind="index",
                            op="[]",
                            operands=[("tensor", describe(t)), ("mask", describe(k))],
                            explain=["A mask has one truth value for each element it chooses among."],
                        )
                advanced.extend(METHODS["nonzero"](k, as_tuple=True))
                dim += k.ndim
            else:
                advanced.append(k)
                dim += 1
        else:
            out = _select_checked(out, dim, int(k), select, dim + removed)
            removed += 1
            viewed = True
    if any(a is not None for a in advanced):
        return out, advanced
    return (out if viewed else alias_(t)), None


def _slice_bound(v: Any) -> int:
    if not hasattr(v, "__index__"):
        raise TypeError("slice indices must be integers or None or have an __index__ method")
    return int(v.__index__())


def _select_checked(t: Tensor, dim: int, index: int, select: Any, shown: int = 0) -> Tensor:
    size = t.shape[dim]
    if not -size <= index < size:
        fail(
            IndexError,
            f"index {index} is out of bounds for dimension {shown} with size {size}",
            kind="index",
            op="[]",
            operands=[(None, describe(t))],
            explain=[f"Dimension {dim} has {size} elements: indices {-size} to {size - 1}."] if size else [f"Dimension {dim} is empty."],
        )
    return select(t, dim, index)  # type: ignore[no-any-return]


def getitem(self: Tensor, index: Any) -> Tensor:
    """x[index]: a view for integers, ranges, None and ...; a copy for tensors, lists and masks."""
    if type(index) is int and type(self._data) not in CELLS and self._data.shape:
        from .views import select

        return _select_checked(self, 0, index, select)
    out, advanced = _split_index(self, index)
    if advanced is None:
        return out
    return index_(out, tuple(advanced))  # type: ignore[no-any-return]


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """x[index] = value: writes in place; the gradient reaches value, and x where it was not written."""
    out, advanced = _split_index(self, index)
    if not isinstance(value, Tensor):
        from ..registry import _number

        n = _number(value)
        if n is not None:
            value = n
        else:
            from .factory import from_python

            value = from_python(value, None, self.device)
    if advanced is None:
        if isinstance(value, Tensor):
            shape = tuple(value.shape)
            while len(shape) > out.ndim and shape[0] == 1:
                value = value.squeeze(0)  # type: ignore[attr-defined]
                shape = shape[1:]
            _fits(out, shape)
            METHODS["copy_"](out, value)
        else:
            METHODS["fill_"](out, value)
        return
    if not isinstance(value, Tensor):
        from .factory import from_python

        value = from_python(value, self._dtype, self.device)
    METHODS["index_put_"](out, tuple(advanced), value)


def _fits(target: Tensor, shape: tuple[int, ...]) -> None:
    want = tuple(target.shape)
    if len(shape) > len(want) or any(a not in (1, b) for a, b in zip(reversed(shape), reversed(want), strict=False)):
        k = next((i for i, (a, b) in enumerate(zip(reversed(shape), reversed(want), strict=False)) if a not in (1, b)), None)
        if k is None:
            sentence = f"expand(torch.FloatTensor{{{list(shape)}}}, size={list(want)}): the number of sizes provided ({len(want)}) must be greater or equal to the number of dimensions in the tensor ({len(shape)})"
        else:
            sentence = (
                f"The expanded size of the tensor ({want[-1 - k]}) must match the existing size ({shape[-1 - k]}) at non-singleton dimension "
                f"{len(want) - 1 - k}.  Target sizes: [{', '.join(map(str, want))}].  Tensor sizes: [{', '.join(map(str, shape))}]"
            )
        fail(
            RuntimeError,
            sentence,
            kind="broadcast",
            op="[]=",
            operands=[("place", f"[{','.join(map(str, want))}]"), ("value", f"[{','.join(map(str, shape))}]")],
            explain=["The value broadcasts to the place it is written to."],
        )


def _index_spec(input: Any, indices: Any) -> Any:
    return DataDependent(tuple(input.shape))


def _arrays(xp: Any, indices: Any, shape: Any) -> tuple[Any, ...]:
    """Indices for NumPy: missing ones are full ranges; bounds are checked in PyTorch's words."""
    out = []
    for k, a in enumerate(indices):
        if a is None:
            out.append(slice(None))
            continue
        if a.dtype.kind == "b":
            a = xp.nonzero(a)[0]
        a = a.astype("int64") if a.dtype.kind != "i" or a.dtype.itemsize != 8 else a
        n = shape[k]
        if a.size:
            low, high = int(a.min()), int(a.max())
            if low < -n or high >= n:
                bad = low if low < -n else high
                fail(
                    IndexError,
                    f"index {bad} is out of bounds for dimension {k} with size {n}",
                    kind="index",
                    op="[]",
                    explain=[f"Dimension {k} has {n} elements: indices {-n} to {n - 1}." if n else f"Dimension {k} is empty."],
                )
        out.append(a)
    return tuple(out)


def _index_clash(xp: Any, indices: Any) -> None:
    shapes = [a.shape for a in indices if a is not None]
    try:
        from ..apply import broadcast_shapes

        broadcast_shapes([tuple(s) for s in shapes])
    except RuntimeError:
        fail(
            IndexError,
            "shape mismatch: indexing tensors could not be broadcast together with shapes " + ", ".join("[" + ", ".join(map(str, s)) + "]" for s in shapes),
            kind="index",
            op="[]",
        )


@op("index(Tensor input, Any indices) -> Tensor", namespaces=("internal",), method=False, dtype=FIRST, keep_dtype=("indices",), label="index")
def index_(xp: Any, input: Any, indices: Any) -> Any:
    """Elements chosen by index tensors, one a dimension (None: all of it)."""
    _index_clash(xp, indices)
    return input[_arrays(xp, indices, input.shape)]


@index_.vjp("input", rule="g added at the indices of zeros")
def _(g: Any, input_spec: Any, indices: Any) -> Any:
    return g.new_zeros(input_spec.shape).index_put(indices, g, accumulate=True)


@index_.samples
def _(make: Any) -> Any:
    yield make(3, 4), (make.ints([0, 2, 2]),)
    yield make(3, 4), (None, make.ints([1, 1]))


@op("index_put(Tensor input, Any indices, Tensor values, bool accumulate=False) -> Tensor", dtype=FIRST, keep_dtype=("indices",), inplace=True, spec=lambda input, indices, values, accumulate: tuple(input.shape))
def index_put(xp: Any, input: Any, indices: Any, values: Any, accumulate: bool) -> Any:
    """A copy with values written (or added) at the indices.

    >>> zeros(3).index_put((tensor([0, 0]),), tensor([1., 2.]), accumulate=True)
    tensor([3., 0., 0.])
    """
    _index_clash(xp, indices)
    places = _arrays(xp, indices, input.shape)
    if values.dtype != input.dtype:
        from ..apply import _cap
        from ..backends import cpu

        a, b = cpu.from_np_dtype(input.dtype), cpu.from_np_dtype(values.dtype)
        fail(
            RuntimeError,
            f"Index put requires the source and destination dtypes match, got {_cap(a)} for the destination and {_cap(b)} for the source.",
            kind="dtype",
            op="index_put",
            hints=[f"values.to({a})"],
        )
    out = input.copy()
    target = out[places]
    try:
        values = xp.broadcast_to(values, target.shape)
    except ValueError:
        fail(
            RuntimeError,
            f"shape mismatch: value tensor of shape [{', '.join(map(str, values.shape))}] cannot be broadcast to indexing result of shape "
            f"[{', '.join(map(str, target.shape))}]",
            kind="broadcast",
            op="index_put",
        )
    if accumulate:
        from ..backends import backend_of

        backend_of(out).add_at(out, places, values)
    else:
        out[places] = values
    return out


@index_put.vjp("input", rule="g, 0 where written (unless accumulated)")
def _(g: Any, indices: Any, accumulate: bool, values_spec: Any) -> Any:
    if accumulate:
        return g
    return g.index_put(indices, g.new_zeros(values_spec.shape))


@index_put.vjp("values", rule="g at the indices")
def _(g: Any, indices: Any, values_spec: Any) -> Any:
    return index_(g, indices).sum_to_size(values_spec.shape)


@index_put.samples
def _(make: Any) -> Any:
    yield make(3, 4), (make.ints([0, 2]),), make(4)
    yield make(4), (make.ints([1, 1]),), make(2), True


# -- gather and scatter -------------------------------------------------------------------------------------------------------------


def _check_index(name: str, index: Any, dim: int, size: int) -> None:
    if index.size:
        low, high = int(index.min()), int(index.max())
        if low < 0 or high >= size:
            fail(
                RuntimeError if name != "index_select" else IndexError,
                f"index {low if low < 0 else high} is out of bounds for dimension {dim} with size {size}" if name != "index_select" else "index out of range in self",
                kind="index",
                op=name,
                explain=[f"Dimension {dim} has {size} elements: indices 0 to {size - 1}."],
            )


def _index_dtype(name: str, index: Any) -> None:
    if index.dtype.kind != "i" or index.dtype.itemsize not in (4, 8):
        raise RuntimeError(f"{name}(): Expected dtype int32 or int64 for index")


def _gather_spec(input: Any, dim: int, index: Any, *rest: Any) -> Any:
    n = len(input.shape)
    d = wrap_dim(dim, n)
    if len(index.shape) != n:
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    for k in range(n):
        if k != d and index.shape[k] > input.shape[k]:
            raise RuntimeError(
                f"Size does not match at dimension {k} expected index {list(index.shape)} to be no larger than self {list(input.shape)} apart from dimension {d}"
            )
    return tuple(index.shape)


@op("gather(Tensor input, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor", dtype=FIRST, keep_dtype=("index",), spec=_gather_spec)
def gather(xp: Any, input: Any, dim: int, index: Any, sparse_grad: bool) -> Any:
    """Elements chosen along a dimension: out[i][j] = input[index[i][j]][j] for dim 0.

    >>> gather(tensor([[1, 2], [3, 4]]), 1, tensor([[0], [1]]))
    tensor([[1],
            [4]])
    """
    _index_dtype("gather", index)
    if input.ndim == 0:
        return input
    _check_index("gather", index, dim % input.ndim, input.shape[dim])
    part = tuple([slice(None) if k == dim % input.ndim else slice(0, n) for k, n in enumerate(index.shape)])
    return xp.take_along_axis(input[part], index, axis=dim)


@gather.vjp("input", rule="g added at index")
def _(g: Any, input_spec: Any, dim: int, index: Any) -> Any:
    return g.new_zeros(input_spec.shape).scatter_add(dim, index, g)


@gather.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1, make.ints([[0, 1], [2, 3], [1, 1]])


def _scatter_places(xp: Any, index: Any, dim: int) -> tuple[Any, ...]:
    grids = list(xp.indices(index.shape))
    grids[dim] = index
    return tuple(grids)


def _keep_shape(input: Any, *rest: Any) -> Any:
    return tuple(input.shape)


@op("scatter_add(Tensor input, int dim, Tensor index, Tensor src) -> Tensor", dtype=FIRST, keep_dtype=("index",), inplace=True, spec=_keep_shape)
def scatter_add(xp: Any, input: Any, dim: int, index: Any, src: Any) -> Any:
    """A copy with src's elements added at index along a dimension.

    >>> zeros(3).scatter_add(0, tensor([0, 0]), tensor([1., 2.]))
    tensor([3., 0., 0.])
    """
    from ..backends import backend_of

    _index_dtype("scatter", index)
    out = input.copy()
    if input.ndim == 0:
        return out + src
    _check_index("scatter_add", index, dim % input.ndim, input.shape[dim])
    values = src[tuple([slice(0, n) for n in index.shape])]
    backend_of(out).add_at(out, _scatter_places(xp, index, dim), values)
    return out


@scatter_add.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@scatter_add.vjp("src", rule="g gathered at index")
def _(g: Any, dim: int, index: Any, src_spec: Any) -> Any:
    out = g.gather(dim, index)
    if tuple(out.shape) != tuple(src_spec.shape):
        whole = g.new_zeros(src_spec.shape)
        part = whole
        for k, n in enumerate(out.shape):
            part = part.narrow(k, 0, n)
        part.copy_(out)
        return whole
    return out


@scatter_add.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0, make.ints([[0, 1, 2, 0]]), make(1, 4)


@op("scatter(Tensor input, int dim, Tensor index, Tensor|Scalar src, *, str? reduce=None) -> Tensor", dtype=FIRST, keep_dtype=("index",), inplace=True, spec=_keep_shape)
def scatter(xp: Any, input: Any, dim: int, index: Any, src: Any, reduce: Any) -> Any:
    """A copy with src's elements (or one number) written at index along a dimension.

    >>> zeros(3).scatter(0, tensor([1]), 5.)
    tensor([0., 5., 0.])
    """
    _index_dtype("scatter", index)
    out = input.copy()
    if input.ndim == 0:
        return out * 0 + src
    _check_index("scatter", index, dim % input.ndim, input.shape[dim])
    values = src[tuple([slice(0, n) for n in index.shape])] if getattr(src, "shape", ()) else src
    places = _scatter_places(xp, index, dim)
    if reduce is None:
        out[places] = values
    elif reduce == "add":
        xp.add_at(out, places, values)
    elif reduce == "multiply":
        xp.multiply.at(out, places, values)
    else:
        raise RuntimeError("reduce argument must be either add or multiply.")
    return out


@scatter.vjp("input", rule="g, 0 where written")
def _(g: Any, dim: int, index: Any) -> Any:
    return g.scatter(dim, index, 0)


@scatter.vjp("src", rule="g gathered at index")
def _(g: Any, dim: int, index: Any) -> Any:
    return g.gather(dim, index)


@scatter.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0, make.ints([[0, 1, 2, 0]]), make(1, 4)
    yield make(3, 4), 1, make.ints([[0], [1], [2]]), 2.0


@op("index_select(Tensor input, int dim, Tensor index) -> Tensor", dtype=FIRST, keep_dtype=("index",), spec=lambda input, dim, index: _select_spec(input, dim, index))
def index_select(xp: Any, input: Any, dim: int, index: Any) -> Any:
    """Slices along a dimension in the order of index (a copy).

    >>> index_select(tensor([[1, 2], [3, 4]]), 1, tensor([1]))
    tensor([[2],
            [4]])
    """
    _index_dtype("index_select", index)
    if input.ndim == 0:
        return input
    _check_index("index_select", index, dim, input.shape[dim])
    return xp.take(input, index, axis=dim)


def _select_spec(input: Any, dim: int, index: Any) -> Any:
    n = len(input.shape)
    d = wrap_dim(dim, n)
    if len(index.shape) > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    if not n:
        return ()
    return (*input.shape[:d], index.shape[0] if index.shape else 1, *input.shape[d + 1 :])


@index_select.vjp("input", rule="g added at index")
def _(g: Any, input_spec: Any, dim: int, index: Any) -> Any:
    return g if not input_spec.shape else g.new_zeros(input_spec.shape).index_add(dim, index, g)


@index_select.samples
def _(make: Any) -> Any:
    yield make(3, 4), 1, make.ints([0, 3, 3])


@op("index_add(Tensor input, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor", dtype=FIRST, keep_dtype=("index",), inplace=True, spec=_keep_shape)
def index_add(xp: Any, input: Any, dim: int, index: Any, source: Any, alpha: Any) -> Any:
    """A copy with alpha * source's slices added at index along a dimension.

    >>> zeros(3).index_add(0, tensor([0, 0]), tensor([1., 2.]))
    tensor([3., 0., 0.])
    """
    from ..backends import backend_of

    out = input.copy()
    if not out.ndim:
        return out + source.reshape(()) * alpha
    _check_index("index_add", index, dim % out.ndim, out.shape[dim])
    at: tuple[Any, ...] = (slice(None),) * (dim % out.ndim) + (index,)
    backend_of(out).add_at(out, at, source * alpha if alpha != 1 else source)
    return out


@index_add.vjp("input", rule="g")
def _(g: Any) -> Any:
    return g


@index_add.vjp("source", rule="g.index_select(dim, index) * alpha")
def _(g: Any, dim: int, index: Any, alpha: Any, source_spec: Any) -> Any:
    out = g.index_select(dim, index) if g.ndim else g.expand(source_spec.shape)
    return out * alpha if alpha != 1 else out


@index_add.samples
def _(make: Any) -> Any:
    yield make(3, 4), 0, make.ints([0, 2, 2]), make(3, 4)


@composite("take(Tensor input, Tensor index) -> Tensor")
def take(input: Any, index: Any) -> Any:
    """Elements of the flattened tensor.

    >>> take(tensor([[1, 2], [3, 4]]), tensor([3, 0]))
    tensor([4, 1])
    """
    return index_(input.reshape(-1), (index,))


@composite("take_along_dim(Tensor input, Tensor indices, int? dim=None) -> Tensor")
def take_along_dim(input: Any, indices: Any, dim: Any) -> Any:
    """gather() with broadcasting; without a dim, of the flattened tensor.

    >>> take_along_dim(tensor([3, 1]), tensor([1, 0]))
    tensor([1, 3])
    """
    if dim is None:
        return input.reshape(-1).gather(0, indices.reshape(-1))
    return input.gather(dim, indices)


# -- masks --------------------------------------------------------------------------------------------------------------------------


def _mask_check(mask: Any) -> None:
    if mask.dtype.kind != "b":
        raise RuntimeError("masked_select: expected BoolTensor for mask")


@op("nonzero(Tensor input) -> Tensor", dtype=lambda o, d, z, n, v: (None, dtypes.int64), namespaces=("internal",), method=False, spec=lambda input: DataDependent((_count(input.shape), len(input.shape))))
def nonzero_(xp: Any, input: Any) -> Any:
    """Indices of nonzero elements, a row each."""
    return xp.argwhere(input) if input.ndim else xp.zeros((int(bool(input)), 0), dtype="int64")


def _count(shape: Any) -> int:
    n = 1
    for s in shape:
        n *= s
    return n


@composite("nonzero(Tensor input, *, bool as_tuple=False) -> Tensor", public="nonzero")
def _nonzero_unused(input: Any, as_tuple: bool) -> Any:
    """Indices of the nonzero elements: a row each, or with as_tuple=True one tensor a dimension.

    >>> nonzero(tensor([0, 5, 7]))
    tensor([[1],
            [2]])
    """
    out = nonzero_(input)
    return out.unbind(1) if as_tuple else out


@composite("argwhere(Tensor input) -> Tensor")
def argwhere(input: Any) -> Any:
    """Indices of the nonzero elements, a row each.

    >>> argwhere(tensor([0, 5, 7]))
    tensor([[1],
            [2]])
    """
    return nonzero_(input)


@composite("where.index(Tensor condition) -> Tensor[]", method=False)
def where_index(condition: Any) -> Any:
    """nonzero(condition, as_tuple=True)."""
    return nonzero_(condition).unbind(1)


@composite("where.method(Tensor input, Tensor condition, Tensor|Scalar other) -> Tensor", namespaces=("Tensor",), method=True)
def where_method(input: Any, condition: Any, other: Any) -> Any:
    """input where the condition holds, else other."""
    return T.where(condition, input, other)


@composite("masked_select(Tensor input, Tensor mask) -> Tensor")
def masked_select(input: Any, mask: Any) -> Any:
    """The elements where mask is True, in one dimension.

    >>> masked_select(tensor([1, 2, 3]), tensor([True, False, True]))
    tensor([1, 3])
    """
    if mask._dtype is not dtypes.bool_:
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    a, m = T.broadcast_tensors(input, mask)
    return getitem(a, m) if a.ndim else getitem(a.reshape(1), m.reshape(1))


@op("masked_fill(Tensor input, Tensor mask, Tensor|Scalar value) -> Tensor", kind="map", dtype=lambda o, d, z, n, v: _fill_policy(v), inplace=True)
def masked_fill(xp: Any, input: Any, mask: Any, value: Any) -> Any:
    """A copy with value where mask is True.

    >>> masked_fill(tensor([1., 2.]), tensor([True, False]), -1)
    tensor([-1.,  2.])
    """
    return xp.where(xp.not_equal(mask, 0), value, input)


def _fill_policy(values: Any) -> Any:
    if values[1]._dtype is not dtypes.bool_:
        raise RuntimeError("masked_fill_ only supports boolean masks, but got mask with dtype " + values[1]._dtype.name)
    v = values[2]
    if isinstance(v, Tensor) and v.ndim:
        raise RuntimeError(f"masked_fill_ only supports a 0-dimensional value tensor, but got tensor with {v.ndim} dimension(s).")
    d = values[0]._dtype
    return d, d


@masked_fill.vjp("input", rule="g, 0 where mask")
def _(xp: Any, g: Any, mask: Any) -> Any:
    return xp.where(mask, 0.0, g)


@masked_fill.vjp("value", rule="sum of g where mask")
def _(xp: Any, g: Any, mask: Any) -> Any:
    return xp.where(mask, g, 0.0)


@masked_fill.samples
def _(make: Any) -> Any:
    yield make(3, 4), make.mask(3, 4), 2.0


# -- triangles and diagonals --------------------------------------------------------------------------------------------------------


def _matrix(name: str) -> Any:
    def spec(input: Any, diagonal: int) -> Any:
        if len(input.shape) < 2:
            raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
        return tuple(input.shape)

    return spec


@op("tril(Tensor input, int diagonal=0) -> Tensor", dtype=FIRST, spec=_matrix("tril"), inplace=True)
def tril(xp: Any, input: Any, diagonal: int) -> Any:
    """The lower triangle of matrices, zeros above the diagonal.

    >>> tril(ones(2, 2))
    tensor([[1., 0.],
            [1., 1.]])
    """
    return xp.tril(input, diagonal)


@tril.vjp("input", rule="g.tril(diagonal)")
def _(g: Any, diagonal: int) -> Any:
    return g.tril(diagonal)


@op("triu(Tensor input, int diagonal=0) -> Tensor", dtype=FIRST, spec=_matrix("triu"), inplace=True)
def triu(xp: Any, input: Any, diagonal: int) -> Any:
    """The upper triangle of matrices, zeros below the diagonal.

    >>> triu(ones(2, 2))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return xp.triu(input, diagonal)


@triu.vjp("input", rule="g.triu(diagonal)")
def _(g: Any, diagonal: int) -> Any:
    return g.triu(diagonal)


for _triangle in (tril, triu):

    @_triangle.samples
    def _(make: Any) -> Any:
        yield (make(3, 4),)
        yield make(3, 3), 1


@composite("diag_embed(Tensor input, int offset=0, int dim1=-2, int dim2=-1) -> Tensor")
def diag_embed(input: Any, offset: int, dim1: int, dim2: int) -> Any:
    """Matrices with the last dimension on a diagonal and zeros elsewhere.

    >>> diag_embed(tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    n = input.shape[-1] + abs(offset)
    out = input.new_zeros(*input.shape[:-1], n, n)
    out.diagonal(offset, -2, -1).copy_(input)
    d1, d2 = wrap_dim(dim1, out.ndim), wrap_dim(dim2, out.ndim)
    if d1 == d2:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return out.movedim([-2, -1], [d1, d2]) if (d1, d2) != (out.ndim - 2, out.ndim - 1) else out


@composite("diag(Tensor input, int diagonal=0) -> Tensor")
def diag(input: Any, diagonal: int) -> Any:
    """A vector's diagonal matrix, or a matrix's diagonal (a copy).

    >>> diag(tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    if input.ndim == 1:
        return diag_embed(input, diagonal)
    if input.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D")
    return input.diagonal(diagonal).clone()


@composite("one_hot(Tensor tensor, int num_classes=-1) -> Tensor", namespaces=("nn.functional",), method=False)
def one_hot(tensor: Any, num_classes: int) -> Any:
    """int64 rows with a single 1 at each class index.

    >>> nn.functional.one_hot(tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    if tensor._dtype is not dtypes.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if tensor.numel() == 0 and num_classes <= 0:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    if tensor.numel() and int(tensor.min()) < 0:
        raise RuntimeError("Class values must be non-negative.")
    n = num_classes if num_classes != -1 else int(tensor.max()) + 1
    if n < 1:
        raise RuntimeError("num_classes should be positive")
    if tensor.numel() and int(tensor.max()) >= n:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return tensor.new_zeros(*tensor.shape, n).scatter(-1, tensor.unsqueeze(-1), 1)


@op(
    "unique(Tensor input, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor output, Tensor inverse, Tensor counts)",
    namespaces=("internal",), method=False, dtype=lambda o, d, z, n, v: (None, (v[0]._dtype, dtypes.int64, dtypes.int64)),
)  # fmt: skip
def _unique(xp: Any, input: Any, sorted: bool, return_inverse: bool, return_counts: bool) -> Any:
    """Distinct elements in order, where each element's is, how often it occurs."""
    values, inverse, counts = xp.unique(input, return_inverse=True, return_counts=True)
    return values, inverse.reshape(input.shape), counts


@composite("unique(Tensor input, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> Any", public="unique")
def unique(input: Any, sorted: bool, return_inverse: bool, return_counts: bool) -> Any:
    """Distinct elements in order; on request also the inverse indices and the counts.

    >>> unique(tensor([3, 1, 3]))
    tensor([1, 3])
    """
    values, inverse, counts = _unique(input, sorted, return_inverse, return_counts)
    out = [values] + ([inverse] if return_inverse else []) + ([counts] if return_counts else [])
    return out[0] if len(out) == 1 else tuple(out)


@composite("bincount(Tensor input, Tensor? weights=None, int minlength=0) -> Tensor")
def bincount(input: Any, weights: Any, minlength: int) -> Any:
    """How often each nonnegative integer occurs (or the sum of its weights).

    >>> bincount(tensor([0, 2, 2]))
    tensor([1, 0, 2])
    """
    n = max(int(input.max()) + 1 if input.numel() else 0, minlength)
    if weights is None:
        return T.zeros(n, dtype=dtypes.int64).index_add(0, input.long(), T.ones(input.shape[0], dtype=dtypes.int64))
    return T.zeros(n, dtype=dtypes.float64 if weights._dtype is dtypes.float64 else weights._dtype).index_add(0, input.long(), weights)


__all__ = ["SAME", "getitem", "own", "setitem"]
